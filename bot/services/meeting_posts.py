"""What stands in a group's chat about a meeting: posts that go on saying what is true.

Every post about a meeting is live. The newest one bears the list of answers; an older one points
to it, and one that says an older time is corrected.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain import groups, meetings
from bot.domain.budget import Weight
from bot.domain.dates import wall_time
from bot.domain.facilitation import ASKED_AHEAD
from bot.domain.meetings import (
    MeetingChanged,
    MeetingStarted,
    MeetingUnknown,
    State,
)
from bot.domain.reminders import ReminderKind
from bot.domain.roles import Actor
from bot.domain.sittings import EARLIEST, SittingState
from bot.models import (
    Group,
    Meeting,
    OutboxMessage,
    Sitting,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import attendance, facilitation, sittings
from bot.queries import meetings as queries
from bot.rendering import keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.keyboards.sittings import open_now
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, budget, turns

MEETING, CHANGE, PROPOSAL = "meeting", "meeting-change", "proposal"
"""The subjects of messages about meetings that can be answered."""
CIRCULATED_AHEAD = timedelta(days=7)
"""What is planned nearer than the invitation would come bears its agenda at once."""


_WEIGHTS = {
    "moved": Weight.CHANGE,
    ReminderKind.HOUR: Weight.SOON,
    ReminderKind.DAY: Weight.TOMORROW,
}


async def locked(session: AsyncSession, meeting_id: int) -> Meeting:
    """Return a meeting that nobody else changes until the transaction ends.

    Whoever changes what a post about it shows locks it before reading, or answers get lost.

    Raises:
        MeetingUnknown: there is no such meeting.
    """
    meeting = await session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise MeetingUnknown
    return meeting


async def check_not_begun(session: AsyncSession, meeting: Meeting) -> None:
    """Refuse an answer to, or a change of, a (locked) meeting that was opened before its time.

    Raises:
        MeetingStarted: it goes on already, or is over.
    """
    if await sittings.has_begun(session, stored_id(meeting)):
        raise MeetingStarted


def check_unchanged(meeting: Meeting, version: int, now: datetime) -> None:
    """Refuse a change of a meeting that is no longer as the person saw it.

    Raises:
        MeetingStarted, MeetingCancelled: there is nothing left to change.
        MeetingChanged: somebody else changed it in between.
    """
    meetings.check_open(meeting.facts(), now)
    if meeting.version != version:
        raise MeetingChanged


def show_answers(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Have the newest post about a (locked) meeting brought up to date before the commit.

    Fifty taps that share a transaction render the list once.
    """
    meeting_id = stored_id(meeting)

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        for message in (await post.live_messages(session, MEETING, meeting_id))[-1:]:
            group = await session.get_one(Group, meeting.group_id)
            await _rewrite(session, message, meeting, group.facts(), is_newest=True, now=now)

    before_commit(session, f"{MEETING}:{meeting_id}", show)


async def recount(session: AsyncSession, group_id: int, *, now: datetime) -> None:
    """Bring the lists of a group's meetings up to date when it changed who counts, or is asked."""
    ahead = await queries.upcoming(session, group_id, now)
    # In one order, as everybody who locks several of them.
    for meeting_id in sorted(stored_id(meeting) for meeting in ahead):
        show_answers(session, await locked(session, meeting_id), now=now)


async def announce(
    session: AsyncSession,
    meeting: Meeting,
    group: groups.Group,
    kind: str,
    *,
    now: datetime,
    occasion_key: str | None = None,
    expires_at: datetime | None = None,
    is_silent: bool = False,
) -> None:
    """Post about a meeting in its group; the posts before it hand the list over to this one."""
    await correct_posts(session, meeting, group, now=now)
    row = await session.get_one(Group, group.id)
    if _says_turns(meeting, kind, now):
        await turns.propose(session, meeting)
    if kind in set(ReminderKind) or meeting.starts_at - now < CIRCULATED_AHEAD:
        await agenda_sheets.circulate(session, meeting, row)
    facts = await _facts(session, meeting, group, kind, now=now)
    await post.say(
        session,
        post.in_group(group),
        "meetings/post.html",
        facts | {"is_newest": True, "is_outdated": False},
        now=now,
        about=About(MEETING, stored_id(meeting), meeting.version, kind),
        keyboard=_buttons(meeting, facts, kind, now=now),
        occasion_key=occasion_key,
        expires_at=expires_at or meeting.starts_at,
        is_live=True,
        is_silent=is_silent or not await budget.has_sound(session, group, weight(kind), now=now),
        is_unasked=True,
    )
    if facts["holders"]:
        await turns.ask(session, meeting, row, now=now)


def weight(kind: str) -> Weight:
    """Return how much a post about a meeting matters."""
    return _WEIGHTS.get(kind, Weight.AHEAD)


async def correct_posts(
    session: AsyncSession, meeting: Meeting, group: groups.Group, *, now: datetime
) -> None:
    """Let every post so far say what is true now, and no longer bear the list.

    One that would have to be posted anew for it is let go: a newer one says it all.
    """
    for message in await post.live_messages(session, MEETING, stored_id(meeting)):
        if post.has_lost_its_place(message):
            message.is_live = False
            continue
        await _rewrite(session, message, meeting, group, is_newest=False, now=now)


async def close_questions(
    session: AsyncSession,
    question: tuple[str, int],
    actor: Actor,
    group: Group,
    template: str,
    *,
    now: datetime,
    is_change: bool = False,
) -> None:
    """Replace a question that was answered, with its buttons, by what came of it."""
    language = language_of(actor, group)
    for message in await post.live_messages(session, *question):
        text = renderer().text(
            template,
            language=language,
            group=group.facts(),
            is_here=message.chat_id == group.chat_id,
            is_change=question[0] == CHANGE or is_change,
        )
        await post.revise(session, message, text=text, keyboard=None, now=now)


async def _rewrite(
    session: AsyncSession,
    message: OutboxMessage,
    meeting: Meeting,
    group: groups.Group,
    *,
    is_newest: bool,
    now: datetime,
) -> None:
    is_cancelled = meeting.state is State.CANCELLED
    is_outdated = message.subject_version < meeting.version and not is_cancelled
    facts = await _facts(session, meeting, group, message.kind, now=now)
    facts |= {"is_newest": is_newest, "is_outdated": is_outdated}
    text = renderer().post("meetings/post.html", languages=group.languages, **facts)
    keyboard = None
    if not is_outdated and not is_cancelled and not facts["is_not_held"]:
        is_shown = is_newest and not facts["has_begun"]
        keyboard = post.buttons(
            _buttons(meeting, facts, message.kind if is_shown else "", now=now), group.languages
        )
    await post.revise(
        session,
        message,
        text=text,
        keyboard=keyboard,
        now=now,
        # What became of it is often known only later.
        expires_at=meeting.ends_at if meeting.ends_at > now else now + post.REPLIES_EXPIRE,
    )


def _buttons(meeting: Meeting, facts: Mapping[str, Any], kind: str, *, now: datetime) -> Keyboard:
    """Return the buttons under a post: when people meet soon, also the one that opens the meeting.

    Once it was opened, only the agenda is still asked for here.
    """
    meeting_id = stored_id(meeting)
    if facts["has_begun"]:
        return keyboards.files(meeting_id)
    is_soon = bool(kind) and meeting.starts_at - now <= EARLIEST
    opening = open_now(meeting_id) if is_soon else ()
    return (*opening, *keyboards.answers(meeting_id, facts["holders"]))


async def _facts(
    session: AsyncSession, meeting: Meeting, group: groups.Group, kind: str, *, now: datetime
) -> dict[str, Any]:
    """Return what every post about a meeting says, whichever it is."""
    row = await session.get_one(Group, group.id)
    holders = await facilitation.holders(session, stored_id(meeting))
    sitting = await session.get(Sitting, meeting.id)
    return {
        "agenda": await agenda_sheets.read(session, meeting, row),
        "holders": holders if _says_turns(meeting, kind, now) else {},
        "group": group,
        "meeting": meeting.facts(),
        "attendance": await attendance.of_meeting(
            session, group_id=group.id, meeting_id=stored_id(meeting), version=meeting.version
        ),
        "kind": kind,
        "has_begun": sitting is not None,
        "is_not_held": sitting is not None and sitting.state is SittingState.NOT_HELD,
        "moved_from": meeting.moved_from,
        "local_now": wall_time(now, group.zone),
    }


def _says_turns(meeting: Meeting, kind: str, now: datetime) -> bool:
    """Tell whether a post says which organisation leads, and asks it: while people prepare."""
    if kind == ReminderKind.HOUR:
        return False
    is_asking = kind in {ReminderKind.INVITE, ReminderKind.DAY}
    return is_asking or meeting.starts_at - now <= ASKED_AHEAD


def language_of(actor: Actor, group: Group) -> str:
    """Return the language in which one person is spoken to about their group."""
    return actor.language or group.languages[0]
