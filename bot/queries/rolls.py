"""Who speaks for which organisation in a group."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.members import Person, Reach, Roll, Seat, Waiting
from bot.models import (
    Coordinator,
    Group,
    Member,
    Membership,
    Organisation,
    OutboxMessage,
    OutboxState,
)
from bot.models import Seat as SeatRow

ROLL = "roll"
"""The subject of the lists on which people tap their organisation."""


# Built once: building a statement costs more than running it.
_CALLED = (
    select(func.count())
    .select_from(OutboxMessage)
    .where(
        col(OutboxMessage.chat_id) == bindparam("chat_id"),
        col(OutboxMessage.subject) == ROLL,
        col(OutboxMessage.subject_id) == bindparam("group_id"),
        col(OutboxMessage.state).in_((OutboxState.READY, OutboxState.DELIVERED)),
    )
)
_PEOPLE = (
    select(
        col(Member.id),
        col(Member.name),
        col(Membership.organisation_id),
        col(Membership.claims),
        col(Membership.is_office),
        col(Membership.is_confirmed),
    )
    .join(Membership, col(Membership.member_id) == col(Member.id))
    .where(
        col(Membership.group_id) == bindparam("group_id"),
        col(Membership.organisation_id).is_not(None) | col(Membership.claims).is_not(None),
        col(Membership.left_at).is_(None),
    )
    .order_by(col(Member.id))
)
_SEATED = (
    select(col(Organisation.id), col(Organisation.name))
    .join(SeatRow, col(SeatRow.organisation_id) == col(Organisation.id))
    .where(col(SeatRow.group_id) == bindparam("group_id"))
    .order_by(col(Organisation.name))
)


async def is_called(session: AsyncSession, group: Group) -> bool:
    """Tell whether a roll stands in the chat of a group, where people can tap it."""
    about = {"chat_id": group.chat_id, "group_id": group.id}
    count = await session.scalar(_CALLED, about)
    return bool(count)


async def of_group(session: AsyncSession, group_id: int) -> Roll:
    """Return the seats of a group with how many speak for each, and who waits to be confirmed."""
    people = await session.execute(_PEOPLE, {"group_id": group_id})
    known = people.all()
    names = await seated(session, group_id)
    spoken_for = [p.organisation_id for p in known if p.is_confirmed and not p.is_office]
    return Roll(
        seats=tuple(Seat(key, name, spoken_for.count(key)) for key, name in names.items()),
        waiting=tuple(
            Waiting(
                person.id,
                person.name,
                names.get(person.organisation_id) or person.claims or "?",
                person.organisation_id or 0,
                person.is_office,
            )
            for person in known
            if not person.is_confirmed
        ),
    )


async def seated(session: AsyncSession, group_id: int) -> dict[int, str]:
    """Return the organisations that have a seat in a group, in the order of their names."""
    rows = await session.execute(_SEATED, {"group_id": group_id})
    return {row.id: row.name for row in rows}


async def seats(session: AsyncSession, group_ids: Sequence[int]) -> dict[int, int]:
    """Return how many organisations each of these groups has; one that has none is missing."""
    rows = await session.execute(
        select(col(SeatRow.group_id), func.count().label("seats"))
        .where(col(SeatRow.group_id).in_(group_ids))
        .group_by(col(SeatRow.group_id))
    )
    return {row.group_id: row.seats for row in rows}


async def waiting_near(session: AsyncSession, member: Member) -> list[tuple[Group, Membership]]:
    """Return who waits in the groups to which a person belongs, or which they coordinate."""
    own = select(col(Membership.group_id)).where(
        col(Membership.member_id) == member.id, col(Membership.is_confirmed)
    )
    coordinated = select(col(Coordinator.coalition_id)).where(
        col(Coordinator.member_id) == member.id
    )
    rows = await session.execute(
        select(Group, Membership)
        .join(Membership, col(Membership.group_id) == col(Group.id))
        .where(
            col(Group.id).in_(own) | col(Group.coalition_id).in_(coordinated),
            ~col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            col(Membership.organisation_id).is_not(None) | col(Membership.claims).is_not(None),
        )
        .order_by(col(Membership.group_id), col(Membership.member_id))
    )
    return [(row.Group, row.Membership) for row in rows]


async def reach(session: AsyncSession, group_id: int) -> Reach:
    """Return for which organisations of a group somebody confirmed can be written to in private."""
    rows = await session.execute(
        select(col(Organisation.name), func.count(col(Member.id)).label("people"))
        .join(SeatRow, col(SeatRow.organisation_id) == col(Organisation.id))
        .outerjoin(
            Membership,
            (col(Membership.group_id) == group_id)
            & (col(Membership.organisation_id) == col(Organisation.id))
            & col(Membership.is_confirmed),
        )
        .outerjoin(Member, (col(Member.id) == col(Membership.member_id)) & col(Member.has_started))
        .where(col(SeatRow.group_id) == group_id)
        .group_by(col(Organisation.id), col(Organisation.name))
        .order_by(col(Organisation.name))
    )
    found = rows.all()
    return Reach(
        reachable=tuple(row.name for row in found if row.people),
        silent=tuple(row.name for row in found if not row.people),
    )


async def organisation_of(
    session: AsyncSession, group_id: int, member_id: int | None
) -> str | None:
    """Return the name of the organisation for which a person speaks, or wants to, in a group."""
    name: str | None = await session.scalar(
        select(col(Organisation.name))
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.member_id) == member_id,
            col(Membership.left_at).is_(None),
        )
    )
    return name


async def people(
    session: AsyncSession, group_id: int, *, member_id: int | None = None
) -> list[Person]:
    """Return the people of a group, by organisation, whoever speaks first before the others."""
    query = (
        select(
            col(Member.id),
            col(Member.name),
            col(Membership.role),
            col(Membership.organisation_id),
            func.coalesce(col(Organisation.name), col(Membership.claims)).label("organisation"),
            col(Membership.is_alternate),
            col(Membership.is_office),
            col(Membership.is_confirmed),
        )
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.group_id) == group_id, col(Membership.left_at).is_(None))
        .order_by(col(Organisation.name), col(Membership.is_alternate), col(Member.id))
    )
    if member_id is not None:
        query = query.where(col(Member.id) == member_id)
    return [Person(*row) for row in await session.execute(query)]
