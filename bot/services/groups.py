"""Groups: set up in their chat, and carried over when Telegram changes the chat."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.groups import Setup
from bot.domain.roles import Action, Actor, Role, Scope
from bot.models import Coalition, Coordinator, Group, Membership, Organisation, Seat
from bot.outbox import chats
from bot.outbox.post import Place
from bot.queries import groups
from bot.services import meeting_posts, members


async def set_up(
    session: AsyncSession, place: Place, setup: Setup, actor: Actor, *, now: datetime
) -> Group:
    """Make a chat the chat of a group, or change what was set up before.

    Whoever sets a new group up leads it. The first group founds its coalition.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not set up a group here.
    """
    group = await groups.of_chat(session, place.chat_id)
    if group is not None:
        roles.require(actor, Action.SET_UP_GROUP, Scope(group.coalition_id, group.id))
        group.name, group.zone = setup.name, setup.zone
        group.languages = list(setup.languages)
    else:
        group = await _founded(session, place.chat_id, setup, actor)
    # In a forum the bot stays in the topic where it was set up.
    group.thread_id = place.thread_id
    await _seat(session, group, setup.organisations)
    await meeting_posts.recount(session, group.facts().id, now=now)
    return group


async def migrate(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group into the supergroup that it became; both sides of the news may arrive."""
    await session.execute(update(Group).where(col(Group.chat_id) == old).values(chat_id=new))
    await chats.rekey(session, old, new)


async def _founded(session: AsyncSession, chat_id: int, setup: Setup, actor: Actor) -> Group:
    coalition_id = await _coalition(session, setup.name, actor)
    roles.require(actor, Action.SET_UP_GROUP, Scope(coalition_id))
    group = Group(
        coalition_id=coalition_id,
        name=setup.name,
        zone=setup.zone,
        languages=list(setup.languages),
        chat_id=chat_id,
    )
    session.add(group)
    member = await members.known(session, actor)
    await session.flush()
    assert group.id is not None
    assert member.id is not None
    session.add(
        Membership(group_id=group.id, member_id=member.id, role=Role.LEAD, is_confirmed=True)
    )
    await session.flush()
    return group


async def _coalition(session: AsyncSession, name: str, actor: Actor) -> int:
    """Return the coalition that `actor` sets groups up for; an operator founds the first."""
    if actor.coordinates:
        return min(actor.coordinates)
    rows = await session.execute(select(col(Coalition.id)).order_by(col(Coalition.id)).limit(1))
    found = rows.scalar_one_or_none()
    if found is not None:
        return int(found)
    roles.require(actor, Action.SET_UP_GROUP, Scope())
    coalition = Coalition(name=name)
    session.add(coalition)
    member = await members.known(session, actor)
    await session.flush()
    assert coalition.id is not None
    assert member.id is not None
    session.add(Coordinator(coalition_id=coalition.id, member_id=member.id))
    await session.flush()
    return coalition.id


async def _seat(session: AsyncSession, group: Group, organisations: tuple[str, ...]) -> None:
    assert group.id is not None
    for name in organisations:
        rows = await session.execute(
            select(Organisation).where(
                col(Organisation.coalition_id) == group.coalition_id,
                col(Organisation.name) == name,
            )
        )
        organisation = rows.scalar_one_or_none()
        if organisation is None:
            organisation = Organisation(coalition_id=group.coalition_id, name=name)
            session.add(organisation)
            await session.flush()
        assert organisation.id is not None
        if await session.get(Seat, (group.id, organisation.id)) is None:
            session.add(Seat(group_id=group.id, organisation_id=organisation.id))
    await session.flush()
