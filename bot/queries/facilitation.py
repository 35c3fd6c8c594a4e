"""Whose turn it is at a meeting, and who had the turn before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.facilitation import Duty, Holder, Holders, Speaker, TurnState
from bot.domain.meetings import State
from bot.domain.minutes import WAITING, MinutesState
from bot.domain.roles import Role
from bot.domain.sittings import SittingState
from bot.models import Meeting, Member, Membership, Minutes, Organisation, Seat, Sitting, Turn

# Built once: building a statement costs more than running it.
_HOLDERS = (
    select(Turn, col(Organisation.name))
    .join(Organisation, col(Organisation.id) == col(Turn.organisation_id))
    .where(col(Turn.meeting_id) == bindparam("meeting_id"), col(Turn.state) != TurnState.PASSED)
    .order_by(col(Turn.duty))
)


async def holders(session: AsyncSession, meeting_id: int) -> Holders:
    """Return whose turn it is at a meeting."""
    rows = await session.execute(_HOLDERS, {"meeting_id": meeting_id})
    return {
        turn.duty: Holder(turn.organisation_id, name, turn.state is TurnState.ACCEPTED)
        for turn, name in rows
    }


async def passed(session: AsyncSession, meeting_id: int, duty: Duty) -> Sequence[int]:
    """Return which organisations passed a duty on."""
    rows = await session.execute(
        select(col(Turn.organisation_id)).where(
            col(Turn.meeting_id) == meeting_id,
            col(Turn.duty) == duty,
            col(Turn.state) == TurnState.PASSED,
        )
    )
    return rows.scalars().all()


async def able(session: AsyncSession, group_id: int) -> dict[int, str]:
    """Return the organisations for which somebody can answer, by the order of their numbers.

    Observers lead no meeting, and an office phone is nobody.
    """
    rows = await session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .join(Seat, col(Seat.organisation_id) == col(Organisation.id))
        .join(
            Membership,
            (col(Membership.organisation_id) == col(Organisation.id))
            & (col(Membership.group_id) == group_id),
        )
        .where(
            col(Seat.group_id) == group_id,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
            col(Membership.role) != Role.OBSERVER,
        )
        .group_by(col(Organisation.id), col(Organisation.name))
        .order_by(col(Organisation.id))
    )
    return {row.id: row.name for row in rows}


async def speakers(session: AsyncSession, group_id: int) -> Sequence[Speaker]:
    """Return who speaks for an organisation in a group."""
    rows = await session.execute(
        select(col(Member.id), col(Member.name), col(Membership.organisation_id))
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.organisation_id).is_not(None),
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
        )
    )
    return [Speaker(*row) for row in rows]


async def without(session: AsyncSession, group_id: int, duty: Duty) -> Sequence[Meeting]:
    """Return the meetings of which nobody is noted as having had a duty, the newest first.

    Those are the ones that were held and have minutes that are not confirmed; one whose minutes are
    being corrected twice.
    """
    is_served = exists().where(
        col(Turn.meeting_id) == col(Meeting.id),
        col(Turn.duty) == duty,
        col(Turn.state) == TurnState.ACCEPTED,
    )
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Sitting.state) == SittingState.CLOSED,
            col(Minutes.state).in_((*WAITING, MinutesState.PUBLISHED)),
            ~is_served,
        )
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def history(
    session: AsyncSession, group_id: int, duty: Duty, *, but: int
) -> dict[int, datetime]:
    """Return when each organisation had, or will have, a duty last; cancelled meetings are none."""
    rows = await session.execute(
        select(col(Turn.organisation_id), func.max(col(Meeting.starts_at)))
        .join(Meeting, col(Meeting.id) == col(Turn.meeting_id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.id) != but,
            col(Turn.duty) == duty,
            col(Turn.state) != TurnState.PASSED,
        )
        .group_by(col(Turn.organisation_id))
    )
    return dict(map(tuple, rows))
