"""Which group is meant."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Action, Actor, Scope, can
from bot.models import Group


async def of_chat(session: AsyncSession, chat_id: int) -> Group | None:
    """Return the group that uses this chat."""
    rows = await session.execute(select(Group).where(col(Group.chat_id) == chat_id))
    return rows.scalar_one_or_none()


async def where_allowed(session: AsyncSession, actor: Actor, action: Action) -> Sequence[Group]:
    """Return the groups in which `actor` may do `action`, by name."""
    mine = col(Group.id).in_({*actor.roles, *actor.pending})
    coordinated = col(Group.coalition_id).in_(actor.coordinates)
    rows = await session.execute(select(Group).where(mine | coordinated).order_by(col(Group.name)))
    return [
        group for group in rows.scalars() if can(actor, action, Scope(group.coalition_id, group.id))
    ]
