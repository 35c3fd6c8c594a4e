"""The meetings of a series: written down as they come near, moved and cancelled with it.

    each night that it matters: one more meeting is written down, with its own invitation

A meeting of a series is a meeting like any other, and may be moved or cancelled alone: its name
within the series, the wall time at which the rhythm first had it, stays the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups
from bot.domain import series as rules
from bot.domain.meetings import State
from bot.domain.roles import Actor
from bot.domain.series import Occurrence
from bot.models import Group, Meeting, Occasion, OccasionState, Series
from bot.models.columns import stored_id
from bot.outbox import post
from bot.services import occasions, proposals
from bot.services.meeting_posts import CHANGE, MEETING, close_questions, correct_posts
from bot.services.reminders import replan

log = structlog.get_logger()

SERIES = "series"
"""The subject of occasions and of news about a series."""
TOP_UP = "series-top-up"
"""The kind of occasion at which the next meetings of a series are written down."""
_NEVER_TOO_LATE = timedelta(days=3650)


async def top_up(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Write down the meetings of a series that have come near; never too late for it."""
    series = await _locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None or series is None:
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    group = await session.get_one(Group, series.group_id)
    await keep(session, series, group.facts(), now=now)
    return True


async def try_again(session: AsyncSession, missed: Sequence[Occasion], *, now: datetime) -> None:
    """Write down anew, for the next night, what failed again and again: a series goes on."""
    for occasion in missed:
        if occasion.kind == TOP_UP and (series := await _locked(session, occasion.subject_id)):
            log.warning("series.not_topped_up", series=series.id)
            await _wake(session, series, now + timedelta(days=1))


async def keep(
    session: AsyncSession, series: Series, group: groups.Group, *, now: datetime
) -> list[Meeting]:
    """Write down the meetings of a (locked) series that are to be kept, and the next such night.

    Each gets its own reminders. Those that are new are returned, soonest first.
    """
    known = set(
        await session.scalars(
            select(col(Meeting.original_start)).where(col(Meeting.series_id) == series.id)
        )
    )
    added = []
    for occurrence in rules.kept(series.facts(), now):
        if occurrence.original in known:
            continue
        meeting = Meeting(
            group_id=series.group_id,
            wall_start=occurrence.starts,
            wall_end=occurrence.ends,
            zone=series.zone,
            starts_at=occurrence.starts_at,
            ends_at=occurrence.ends_at,
            place=series.place,
        )
        put(meeting, series, occurrence)
        meeting.series_id, meeting.original_start = series.id, occurrence.original
        session.add(meeting)
        await session.flush()
        await replan(session, meeting, group, now=now)
        added.append(meeting)
    if wakes_at := rules.wakes_at(series.facts(), now):
        await _wake(session, series, wakes_at)
    return added


def put(meeting: Meeting, series: Series, occurrence: Occurrence) -> None:
    """Let a meeting be held when and where its series has it."""
    meeting.wall_start, meeting.wall_end = occurrence.starts, occurrence.ends
    meeting.starts_at, meeting.ends_at = occurrence.starts_at, occurrence.ends_at
    meeting.place, meeting.way, meeting.link = series.place, series.way, series.link
    meeting.is_place_late = series.is_place_late


async def _wake(session: AsyncSession, series: Series, due_at: datetime) -> None:
    await occasions.write(
        session,
        kind=TOP_UP,
        subject=SERIES,
        subject_id=stored_id(series),
        # One a night: days are counted, as the version grows only when somebody changes it.
        subject_version=due_at.toordinal(),
        zone=series.zone,
        due_at=due_at,
        expires_at=due_at + _NEVER_TOO_LATE,
    )


async def let_sleep(session: AsyncSession, series: Series, *, now: datetime) -> None:
    """Let the nights pass of a series that was ended."""
    await occasions.cancel(session, subject=SERIES, subject_id=stored_id(series), now=now)


async def cancel(
    session: AsyncSession, meeting: Meeting, actor: Actor, group: Group, *, now: datetime
) -> None:
    """Cancel one of many meetings: its posts say so, and no message of its own."""
    meeting_id = stored_id(meeting)
    meeting.state = State.CANCELLED
    meeting.version += 1
    await session.flush()
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await post.withdraw(session, MEETING, meeting_id, before_version=meeting.version, now=now)
    await proposals.drop_stale(session, meeting, actor, group, now=now)
    await close_change(session, meeting_id, actor, group, now=now)
    await correct_posts(session, meeting, group.facts(), now=now)


async def close_change(
    session: AsyncSession, meeting_id: int, actor: Actor, group: Group, *, now: datetime
) -> None:
    """Take the buttons from the question what to change about a meeting: it was decided."""
    question = (CHANGE, meeting_id)
    await close_questions(session, question, actor, group, "meetings/change_done.html", now=now)


async def locked_of(session: AsyncSession, meeting_id: int) -> Series | None:
    """Return the (locked) series of a meeting: it is locked before its meetings."""
    meeting = await session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None or meeting.series_id is None:
        return None
    return await _locked(session, meeting.series_id)


async def _locked(session: AsyncSession, series_id: int) -> Series | None:
    """Return a series to which nobody else adds, and of which nobody takes, meanwhile."""
    return await session.get(Series, series_id, with_for_update=True, populate_existing=True)


async def following(session: AsyncSession, series: Series, original: datetime) -> list[Meeting]:
    """Return the (locked) meetings of a series from one on, in the order of its rhythm."""
    rows = await session.execute(
        select(Meeting)
        .where(col(Meeting.series_id) == stored_id(series), col(Meeting.original_start) >= original)
        .order_by(col(Meeting.id))
        .with_for_update()
    )
    return sorted(rows.scalars(), key=lambda one: one.original_start or one.wall_start)
