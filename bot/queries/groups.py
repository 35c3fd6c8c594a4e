"""Which group is meant."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Action, Actor, Role, Scope, can
from bot.models import Group, Member, Membership

# Built once, because every update asks it: building a statement costs more than running it.
_IN_CHAT = select(Group).where(col(Group.chat_id) == bindparam("chat_id")).order_by(col(Group.id))


async def of_topic(session: AsyncSession, chat_id: int, thread_id: int | None) -> Group | None:
    """Return the group that was set up in just this topic; None is the general one, or no forum."""
    rows = await session.execute(
        select(Group).where(
            col(Group.chat_id) == chat_id, col(Group.thread_id).is_not_distinct_from(thread_id)
        )
    )
    return rows.scalar_one_or_none()


async def meant_in(session: AsyncSession, chat_id: int, thread_id: int | None) -> Group | None:
    """Return the group that is meant by what is written here.

    In a forum with a group in each of several topics that is the topic's own. The only group of a
    chat is meant wherever in the chat it is.
    """
    found = await in_chat(session, chat_id)
    if len(found) == 1:
        return found[0]
    return next((group for group in found if group.thread_id == thread_id), None)


async def in_chat(session: AsyncSession, chat_id: int) -> Sequence[Group]:
    """Return the groups that use this chat: in a forum there may be one in each topic."""
    rows = await session.execute(_IN_CHAT, {"chat_id": chat_id})
    return rows.scalars().all()


async def of_coalitions(session: AsyncSession, coalition_ids: Sequence[int]) -> Sequence[Group]:
    """Return the groups of these coalitions, by name."""
    rows = await session.execute(
        select(Group)
        .where(col(Group.coalition_id).in_(coalition_ids))
        .order_by(col(Group.name), col(Group.id))
    )
    return rows.scalars().all()


async def leads(session: AsyncSession, group_id: int, *, limit: int) -> Sequence[str]:
    """Return the names of who leads a group, and then of their deputies."""
    rows = await session.execute(
        select(col(Member.name), col(Membership.role))
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.is_confirmed),
            col(Membership.role).in_((Role.LEAD, Role.DEPUTY)),
        )
        .order_by(col(Member.id))
    )
    found = sorted(rows.all(), key=lambda row: row.role is not Role.LEAD)
    return [row.name for row in found[:limit]]


async def of_actor(session: AsyncSession, actor: Actor) -> Sequence[Group]:
    """Return the groups that `actor` belongs to, wants to, or coordinates, by name."""
    mine = col(Group.id).in_({*actor.roles, *actor.pending})
    coordinated = col(Group.coalition_id).in_(actor.coordinates)
    rows = await session.execute(select(Group).where(mine | coordinated).order_by(col(Group.name)))
    return rows.scalars().all()


async def where_allowed(session: AsyncSession, actor: Actor, action: Action) -> Sequence[Group]:
    """Return the groups in which `actor` may do `action`, by name."""
    return [
        group
        for group in await of_actor(session, actor)
        if can(actor, action, Scope(group.coalition_id, group.id))
    ]
