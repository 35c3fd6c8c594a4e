"""Reminders of meetings: written down with the plan, posted when due, owned up to if missed."""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups
from bot.domain import reminders as rules
from bot.domain.dates import wall_time
from bot.domain.write_ups import MorningKind
from bot.models import (
    Group,
    Meeting,
    Occasion,
    OccasionState,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import meetings as queries
from bot.queries import sittings
from bot.services import agenda_editor, occasions, write_ups
from bot.services.meeting_posts import MEETING, announce, locked

log = structlog.get_logger()

MISSED = "missed-reminder"
APOLOGY = "meetings/missed.html"


async def remind(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Post the reminder that falls due, with the buttons and the list again.

    False says that it is too late for it: it was skipped, and `say_missed` owes the group a word.
    """
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    if taken.expires_at <= now:
        occasions.end(taken, OccasionState.SKIPPED, now)
        return False
    occasions.end(taken, OccasionState.POSTED, now)
    row = await session.get_one(Group, meeting.group_id)
    group = row.facts()
    await announce(
        session,
        meeting,
        group,
        taken.kind,
        now=now,
        occasion_key=taken.key,
        expires_at=taken.expires_at,
        # After a downtime it may come at night: better read in the morning than never.
        is_silent=group.quiet.cover(wall_time(now, group.zone)),
    )
    if taken.kind == rules.ReminderKind.INVITE:
        await agenda_editor.remind_leads(session, meeting, row, now=now)
    return True


async def own_up(session: AsyncSession, keys: Sequence[str], now: datetime) -> None:
    """Record that reminders expired before Telegram took them, and owe their groups a word."""
    for occasion in (silenced := await occasions.skip(session, keys, now)):
        log.warning("occasion.silenced", kind=occasion.kind)
    if silenced:
        await say_missed(session, silenced, now=now)


async def say_missed(session: AsyncSession, missed: Sequence[Occasion], *, now: datetime) -> None:
    """Own up to reminders that came too late to be of use, in one message a chat."""
    found = {key: await session.get_one(Meeting, key) for key in _subjects(missed)}
    for group_id in {meeting.group_id for meeting in found.values()}:
        group = (await session.get_one(Group, group_id)).facts()
        mine = [m.facts() for m in found.values() if m.group_id == group_id]
        about = About(MISSED, mine[0].id, mine[0].version, APOLOGY) if len(mine) == 1 else None
        if about:
            # One that still waits for the same outage to end says no more than this one.
            await post.withdraw(
                session, MISSED, about.id, before_version=about.version + 1, now=now
            )
        await post.say(
            session,
            post.in_group(group),
            APOLOGY,
            {"group": group, "meetings": mine, "local_now": wall_time(now, group.zone)},
            now=now,
            about=about,
            is_silent=True,
        )


async def replan(
    session: AsyncSession, meeting: Meeting, group: groups.Group, *, now: datetime
) -> None:
    """Take back what was decided for an earlier version, and write down what falls due now."""
    meeting_id = stored_id(meeting)
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await post.withdraw(session, MEETING, meeting_id, before_version=meeting.version, now=now)
    await _write_reminders(session, meeting, group, now=now)


async def replan_all(session: AsyncSession, group: groups.Group, *, now: datetime) -> None:
    """Follow a group that wants other reminders, or other quiet hours, for what is ahead."""
    # In one order, as everybody who locks several of them.
    for meeting_id in sorted(await queries.ahead(session, group.id, now)):
        meeting = await locked(session, meeting_id)
        if await sittings.has_begun(session, meeting_id):
            # It was opened before its time: nobody is reminded of it any more.
            continue
        ended = await occasions.forget(
            session, subject=MEETING, subject_id=meeting_id, subject_version=meeting.version
        )
        await _write_reminders(session, meeting, group, now=now, but=ended)


async def _write_reminders(
    session: AsyncSession,
    meeting: Meeting,
    group: groups.Group,
    *,
    now: datetime,
    but: Collection[str] = (),
) -> None:
    facts = meeting.facts()
    found = (
        *rules.ahead(facts, wanted=group.reminders, quiet=group.quiet, now=now),
        *rules.in_private(facts, quiet=group.quiet, now=now),
    )
    for reminder in found:
        if reminder.kind not in but:
            await occasions.write(
                session,
                kind=reminder.kind,
                subject=MEETING,
                subject_id=stored_id(meeting),
                subject_version=meeting.version,
                zone=meeting.zone,
                due_at=reminder.due_at,
                expires_at=reminder.expires_at,
            )
    await write_ups.plan(session, meeting, group.quiet, now=now, but=but)


def _subjects(missed: Sequence[Occasion]) -> list[int]:
    # What is asked after a meeting is no reminder of it: nobody missed anything.
    reminding = [one for one in missed if one.kind not in set(MorningKind)]
    return sorted({one.subject_id for one in reminding if one.subject == MEETING})
