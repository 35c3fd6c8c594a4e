"""Which coalitions somebody may shape."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Actor
from bot.models import Coalition, Coordinator, Group, Member, Membership


async def open_to(session: AsyncSession, actor: Actor) -> Sequence[Coalition]:
    """Return the coalitions that `actor` coordinates; an operator serves all. By name."""
    query = select(Coalition).order_by(col(Coalition.name), col(Coalition.id))
    if not actor.is_operator:
        query = query.where(col(Coalition.id).in_(actor.coordinates))
    return (await session.execute(query)).scalars().all()


async def the_only_one(session: AsyncSession) -> Coalition | None:
    """Return the coalition of a bot that serves but one."""
    rows = await session.execute(select(Coalition).order_by(col(Coalition.id)).limit(2))
    found = rows.scalars().all()
    return found[0] if len(found) == 1 else None


async def called(session: AsyncSession, name: str) -> Coalition | None:
    """Return the coalition of that name, whatever its case."""
    rows = await session.execute(
        select(Coalition).where(func.lower(col(Coalition.name)) == name.lower()).limit(1)
    )
    return rows.scalar_one_or_none()


async def team(session: AsyncSession, coalition_id: int) -> Sequence[Member]:
    """Return the coordination team of a coalition, by name."""
    rows = await session.execute(
        select(Member)
        .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .where(col(Coordinator.coalition_id) == coalition_id)
        .order_by(col(Member.name), col(Member.id))
    )
    return rows.scalars().all()


async def coordinators(session: AsyncSession, actor: Actor, *, limit: int) -> Sequence[str]:
    """Return names of the coordination team of the coalitions to whose groups `actor` belongs.

    Somebody who belongs to none is told none: names are not for strangers.
    """
    rows = await session.execute(
        select(col(Member.name))
        .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .join(Group, col(Group.coalition_id) == col(Coordinator.coalition_id))
        .join(Membership, col(Membership.group_id) == col(Group.id))
        .where(
            col(Membership.member_id) == actor.member_id,
            col(Membership.is_confirmed),
        )
        .distinct()
        .order_by(col(Member.name))
        .limit(limit)
    )
    return rows.scalars().all()


async def nobody_in_charge(session: AsyncSession) -> bool:
    """Tell whether this installation is new: it has neither an operator nor a coalition."""
    operators = select(col(Member.id)).where(col(Member.is_operator)).exists()
    anything = or_(operators, select(col(Coalition.id)).exists())
    return not await session.scalar(select(anything))
