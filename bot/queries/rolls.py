"""Who speaks for which organisation in a group."""

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.members import Roll, Seat, Waiting
from bot.models import Member, Membership, Organisation, OutboxMessage, OutboxState
from bot.models import Seat as SeatRow

ROLL = "roll"
"""The subject of the lists on which people tap their organisation."""


async def is_called(session: AsyncSession, chat_id: int) -> bool:
    """Tell whether a roll stands in the chat of a group, where people can tap it."""
    count = await session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == chat_id,
            col(OutboxMessage.subject) == ROLL,
            col(OutboxMessage.state).in_((OutboxState.READY, OutboxState.DELIVERED)),
        )
    )
    return bool(count)


async def of_group(session: AsyncSession, group_id: int) -> Roll:
    """Return the seats of a group with how many speak for each, and who waits to be confirmed."""
    seats = await session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .join(SeatRow, col(SeatRow.organisation_id) == col(Organisation.id))
        .where(col(SeatRow.group_id) == group_id)
        .order_by(col(Organisation.name))
    )
    people = await session.execute(
        select(
            col(Member.id),
            col(Member.name),
            col(Membership.organisation_id),
            col(Membership.is_confirmed),
        )
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.organisation_id).is_not(None),
            col(Membership.left_at).is_(None),
        )
        .order_by(col(Member.id))
    )
    known = people.all()
    names = {row.id: row.name for row in seats}
    spoken_for = [person.organisation_id for person in known if person.is_confirmed]
    return Roll(
        seats=tuple(Seat(key, name, spoken_for.count(key)) for key, name in names.items()),
        waiting=tuple(
            Waiting(person.id, person.name, names.get(person.organisation_id, "?"))
            for person in known
            if not person.is_confirmed
        ),
    )
