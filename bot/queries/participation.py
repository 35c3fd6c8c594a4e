"""How organisations came to the meetings of a group."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, SQLColumnExpression, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import participation
from bot.domain.participation import MEETINGS, Held, Participation
from bot.domain.presence import How
from bot.domain.sittings import SittingState
from bot.models import Meeting, Membership, Organisation, Presence, Reply, ReplyFor, Seat, Sitting
from bot.queries import presence, write_ups


async def of_group(session: AsyncSession, group_id: int) -> Participation:
    """Count over the last meetings of a group that were held; one that is open comes later."""
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(col(Meeting.group_id) == group_id, col(Sitting.state) == SittingState.CLOSED)
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
        .limit(MEETINGS)
    )
    seats = await session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .join(Seat, col(Seat.organisation_id) == col(Organisation.id))
        .where(col(Seat.group_id) == group_id)
        .order_by(col(Organisation.name))
    )
    names = {row.id: row.name for row in seats}
    meetings = rows.scalars().all()
    not_held = await write_ups.not_held(
        session, group_id, since=meetings[-1].starts_at if meetings else None, limit=MEETINGS
    )
    held = [await _held(session, meeting, names) for meeting in meetings]
    return participation.of_group(held, names, await _since(session, group_id), not_held)


async def organisation_of(session: AsyncSession, group_id: int, member_id: int) -> str | None:
    """Return the organisation that somebody speaks for in a group, or waits to speak for."""
    return await session.scalar(
        select(col(Organisation.name))
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.member_id) == member_id,
            col(Membership.left_at).is_(None),
        )
    )


async def _held(session: AsyncSession, meeting: Meeting, names: dict[int, str]) -> Held:
    room = await presence.of_meeting(session, meeting)
    hows: defaultdict[int, set[How]] = defaultdict(set)
    for one in room.present:
        if one.organisation_id is not None:
            hows[one.organisation_id].add(one.how)
    return Held(
        meeting.wall_start.date(),
        hows={key: frozenset(found) for key, found in hows.items()},
        excused=frozenset(key for key, name in names.items() if name in room.apologies),
    )


async def _since(session: AsyncSession, group_id: int) -> dict[int, date]:
    """Return on which day each organisation first came to a meeting, or answered for one."""
    came = (
        _first(col(Presence.organisation_id))
        .join(Presence, col(Presence.meeting_id) == col(Meeting.id))
        .where(col(Presence.organisation_id).is_not(None))
        .group_by(col(Presence.organisation_id))
    )
    organisation = func.coalesce(col(Reply.settled_for), col(Membership.organisation_id))
    answered = (
        _first(organisation)
        .join(Reply, col(Reply.meeting_id) == col(Meeting.id))
        .join(
            Membership,
            (col(Membership.member_id) == col(Reply.member_id))
            & (col(Membership.group_id) == col(Meeting.group_id)),
        )
        .where(organisation.is_not(None))
        .group_by(organisation)
    )
    was_answered_for = (
        _first(col(ReplyFor.organisation_id))
        .join(ReplyFor, col(ReplyFor.meeting_id) == col(Meeting.id))
        .group_by(col(ReplyFor.organisation_id))
    )
    known = [
        _days((await session.execute(asked.where(col(Meeting.group_id) == group_id))).all())
        for asked in (came, answered, was_answered_for)
    ]
    return participation.earliest(*known)


def _first(organisation: SQLColumnExpression[Any]) -> Select[Any, datetime]:
    return select(organisation, func.min(col(Meeting.wall_start))).select_from(Meeting)


def _days(rows: Iterable[Row[int, datetime]]) -> list[tuple[int, date]]:
    return [(key, first.date()) for key, first in rows]
