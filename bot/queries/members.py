"""Who somebody is, with all that gives them rights."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Actor, Role
from bot.models import Coordinator, Group, Member, Membership

# Built once, because every update asks it: building a statement costs more than running it.
_ACTOR = (
    select(
        col(Member.id),
        col(Member.language),
        col(Member.is_operator),
        col(Membership.group_id),
        col(Membership.organisation_id),
        col(Membership.role),
        col(Membership.is_alternate),
        col(Membership.is_office),
        col(Membership.is_confirmed),
        col(Coordinator.coalition_id),
    )
    .outerjoin(
        Membership,
        (col(Membership.member_id) == col(Member.id)) & col(Membership.left_at).is_(None),
    )
    .outerjoin(Coordinator, col(Coordinator.member_id) == col(Member.id))
    .where(col(Member.telegram_id) == bindparam("telegram_id"))
)


async def actor(
    session: AsyncSession,
    telegram_id: int,
    *,
    name: str = "?",
    language: str | None = None,
) -> Actor:
    """Return the person behind a Telegram account; a stranger has no rights.

    `name` and `language` are what Telegram says; a choice that the person made here comes first.
    """
    found = (await session.execute(_ACTOR, {"telegram_id": telegram_id})).all()
    if not found:
        return Actor(telegram_id=telegram_id, name=name, language=language)
    first = found[0]
    places = {row.group_id: row for row in found if row.group_id is not None}
    return Actor(
        telegram_id=telegram_id,
        member_id=first.id,
        name=name,
        language=first.language or language,
        is_operator=first.is_operator,
        coordinates=frozenset(row.coalition_id for row in found if row.coalition_id is not None),
        roles={key: row.role for key, row in places.items() if row.is_confirmed},
        pending=frozenset(key for key, row in places.items() if not row.is_confirmed),
        offices=frozenset(key for key, row in places.items() if row.is_office),
        primes={key: row.organisation_id for key, row in places.items() if _is_prime(row)},
    )


async def by_telegram_id(session: AsyncSession, telegram_id: int) -> Member | None:
    """Return the stored person behind a Telegram account, if there is one."""
    rows = await session.execute(select(Member).where(col(Member.telegram_id) == telegram_id))
    return rows.scalar_one_or_none()


def _is_prime(place: Row[Any] | Membership) -> bool:
    speaks = place.is_confirmed and place.organisation_id is not None and not place.is_office
    return speaks and not place.is_alternate and place.role is not Role.OBSERVER


async def leads(session: AsyncSession, group_id: int) -> Sequence[Member]:
    """Return who leads a group."""
    rows = await session.execute(
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.role) == Role.LEAD,
            col(Membership.is_confirmed),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def caretakers(
    session: AsyncSession, group: Group, *, but: int | None = None
) -> Sequence[Member]:
    """Return who hears of trouble in a group, of those whom the bot may write to.

    That is its leads; where none can be reached the deputies, and then the coordination team. `but`
    is the id of a member who is not to be asked: they are the trouble.
    """
    rows = await session.execute(
        select(Member, col(Membership.role))
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group.id,
            col(Membership.role).in_((Role.LEAD, Role.DEPUTY)),
            col(Membership.is_confirmed),
            col(Member.has_started),
            col(Member.id) != (but or 0),
        )
        .order_by(col(Member.id))
    )
    found = rows.all()
    for role in (Role.LEAD, Role.DEPUTY):
        if chosen := [row.Member for row in found if row.role is role]:
            return chosen
    return await team(session, group, but=but)


async def team(session: AsyncSession, group: Group, *, but: int | None = None) -> Sequence[Member]:
    """Return who coordinates a group's coalition, of those whom the bot may write to."""
    rows = await session.execute(
        select(Member)
        .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .where(
            col(Coordinator.coalition_id) == group.coalition_id,
            col(Member.has_started),
            col(Member.id) != (but or 0),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def confirmers(
    session: AsyncSession, group: Group, organisation_id: int | None
) -> Sequence[Member]:
    """Return who is asked about somebody who wants to speak for an organisation.

    That is its prime, if they can be written to, and whoever cares for the group otherwise.
    """
    rows = await session.execute(
        select(Member, Membership)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group.id,
            col(Membership.is_confirmed),
            col(Member.has_started),
        )
        .order_by(col(Member.id))
    )
    primes = [
        member
        for member, place in rows.all()
        if organisation_id is not None
        and place.organisation_id == organisation_id
        and _is_prime(place)
    ]
    return primes or await caretakers(session, group)
