"""The end of a meeting: somebody closes it, or nobody does.

Then it is asked about, put off, and at last closed by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import write_ups as rules
from bot.domain.dates import instant, wall_time
from bot.domain.meetings import Meeting as MeetingFacts
from bot.domain.minutes import MinutesState
from bot.domain.presence import NotThen, read_moment
from bot.domain.roles import Action, Actor
from bot.domain.sittings import REOPENED_WITHIN, Ending, SittingState, can_reopen
from bot.domain.write_ups import ClosingKind, closed_at
from bot.models import Group, Meeting, Member, Occasion, OccasionState, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import minutes as minutes_queries
from bot.queries import motions
from bot.rendering.keyboards import closing as keyboards
from bot.rendering.keyboards import sittings as sitting_keyboards
from bot.rendering.messages import renderer
from bot.services import (
    minutes,
    motion_posts,
    occasions,
    sitting_posts,
    sitting_words,
    sittings,
)
from bot.services.meeting_posts import locked
from bot.services.sitting_items import leave

CLOSING = "closing"
"""The subject of what falls due at the end of an open meeting; its number is the meeting's."""
TIME_TO_CLOSE = "time-to-close"
"""The subject of the question whether it is over."""
A_MOMENT = timedelta(seconds=1)
"""Until then a tap still counts."""
QUESTION, DONE = "sittings/time_to_close.html", "sittings/time_was_up.html"
EARLY, EARLY_OVER = "sittings/early.html", "sittings/early_over.html"
CLOSE_NOW = "close-now"
"""The subject of the question, to one person, whether to close it already."""


async def plan(session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime) -> None:
    """Write down when a meeting that was opened is to be asked whether it is over, and closed."""
    # One that is opened again after its end is asked about later, not at once.
    ends = max(rules.expected_end(meeting.facts(), sitting.opened_at), now)
    await _write(session, meeting, ClosingKind.ASK, ends + rules.ASK_AFTER)
    await _write(session, meeting, ClosingKind.FORGOTTEN, ends + rules.FORGOTTEN_AFTER)


async def ask(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Ask in the group, without a sound, whether a meeting that is still open is over.

    What comes too late is cancelled without a word: by then the meeting is closed by itself.
    """
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    sitting = await session.get(Sitting, meeting.id, populate_existing=True)
    is_open = sitting is not None and sitting.state is SittingState.OPEN
    if not is_open or taken.expires_at <= now:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    await _drop_buttons(session, meeting, now=now)
    group = (await session.get_one(Group, meeting.group_id)).facts()
    await post.say(
        session,
        post.in_group(group),
        QUESTION,
        {"group": group, "meeting": meeting.facts()},
        now=now,
        about=About(TIME_TO_CLOSE, stored_id(meeting), taken.subject_version, taken.kind),
        keyboard=keyboards.time_to_close(stored_id(meeting), taken.subject_version),
        occasion_key=taken.key,
        expires_at=taken.expires_at,
        is_live=True,
        is_silent=True,
        is_unasked=True,
    )
    return True


async def _ask_later(session: AsyncSession, meeting: Meeting, seen: int, *, now: datetime) -> bool:
    """Ask once more in half an hour; False if the question that was `seen` is answered already."""
    if seen != await _count(session, meeting, ClosingKind.ASK):
        return False
    await _write(session, meeting, ClosingKind.ASK, now + rules.ASK_AFTER)
    await _drop_buttons(session, meeting, now=now, until=now + rules.ASK_AFTER)
    return True


async def close(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    said: str = "",
    languages: Sequence[str] = (),
) -> None:
    """End a meeting, now or when is `said` ("11:30"), and draft its minutes.

    Raises:
        NotThen: the meeting did not go on at that time.
        TimeAmbiguous and the others of `read_when`: the time cannot be read.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to end.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.RUN_MEETING)
    sitting.closed_by = actor.member_id
    ended = closed_at(meeting.facts(), sitting.opened_at, sitting.last_activity_at, now)
    if said:
        ended = _ended(meeting, sitting, said, languages, now=now)
    await leave(session, meeting, sitting, now=ended)
    await _end(session, meeting, sitting, Ending.CLOSED, at=ended, now=now)


def _ended(
    meeting: Meeting, sitting: Sitting, said: str, languages: Sequence[str], *, now: datetime
) -> datetime:
    """Return when a meeting ended, as somebody says who closes it (an instant).

    Raises:
        NotThen and others: see `close`.
    """
    opened = wall_time(sitting.opened_at, meeting.zone)
    until = wall_time(now, meeting.zone)
    try:
        _, at = read_moment(
            said, opened=opened, until=until, is_over=False, languages=tuple(languages)
        )
    except NotThen as refused:
        raise NotThen(opened=opened, until=until, is_end=True) from refused
    if at is None or at <= opened:
        raise NotThen(opened=opened, until=until, is_end=True)
    return instant(at, meeting.zone)


@dataclass(frozen=True)
class Closed:
    """How a meeting ended that somebody would close once more. Wall times."""

    meeting: MeetingFacts
    at: datetime
    by: str
    """Empty: nobody closed it, and so it was closed by itself."""
    approvers: tuple[str, ...]
    """Who else has the draft of its minutes in private."""
    is_circulated: bool
    """Whether the group has it, too."""
    can_reopen: bool
    is_by_you: bool
    """It is whoever asks that closed it."""
    is_yours: bool
    """It is whoever asks that has the draft, perhaps with others."""


async def how_closed(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> Closed:
    """Return what became of a meeting that is over, and whose minutes are not out.

    Nobody reads of themselves by name.
    """
    meeting = await session.get_one(Meeting, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get_one(Sitting, meeting_id)
    person = await session.get(Member, sitting.closed_by) if sitting.closed_by else None
    latest = await minutes_queries.latest(session, meeting_id)
    approvers = await minutes_queries.approvers(session, meeting, group)
    return Closed(
        meeting.facts(),
        wall_time(sitting.closed_at or meeting.ends_at, meeting.zone),
        person.name if person else "",
        tuple(member.name for member in approvers if member.id != actor.member_id),
        is_circulated=latest is not None and latest.state is MinutesState.CIRCULATED,
        can_reopen=sitting.ending is not Ending.WRITTEN_UP
        and latest is not None
        and latest.state is MinutesState.DRAFT
        and can_reopen(latest.drafted_at, now),
        is_by_you=person is not None and person.id == actor.member_id,
        is_yours=actor.member_id in {member.id for member in approvers},
    )


async def ask_before(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Ask one person whether to close an open meeting already; False if there is no need to.

    There is one long before its end, and while a vote is open, which would be withdrawn.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is over already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, _ = await sittings.running(session, meeting_id, actor, Action.RUN_MEETING)
    sitting = await sittings.stands(session, meeting_id)
    vote = await vote_at_stake(session, meeting_id)
    if not vote and not sitting.is_early(wall_time(now, meeting.zone)):
        return False
    await _ask_now(session, meeting_id, place, now=now)
    return True


async def offer(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Ask one person who went through the whole agenda whether to close the meeting; only once.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is over already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    await sittings.running(session, meeting_id, actor, Action.RUN_MEETING)
    await answer_before(session, meeting_id, is_closed=False, now=now)
    await _ask_now(session, meeting_id, place, now=now)


async def _ask_now(session: AsyncSession, meeting_id: int, place: Place, *, now: datetime) -> None:
    sitting = await sittings.stands(session, meeting_id)
    await post.say(
        session,
        place,
        EARLY,
        {"sitting": sitting, "vote": await vote_at_stake(session, meeting_id)},
        now=now,
        # The kind says in which language to tell what came of it.
        about=About(CLOSE_NOW, meeting_id, 0, place.languages[0]),
        keyboard=sitting_keyboards.early(meeting_id),
        is_live=True,
        is_silent=True,
    )


async def vote_at_stake(session: AsyncSession, meeting_id: int) -> str:
    """Return what is put to the vote and not decided; empty if nothing is."""
    votes = await motions.of_state(session, meeting_id, motions.UNDECIDED)
    return votes[0].text if votes else ""


async def answer_before(
    session: AsyncSession, meeting_id: int, *, is_closed: bool, now: datetime
) -> None:
    """Let the questions whether to close a meeting already say what came of them."""
    for row in await post.live_messages(session, CLOSE_NOW, meeting_id):
        if row.keyboard is None:
            continue
        text = renderer().post(EARLY_OVER, languages=(row.kind,), is_closed=is_closed)
        await post.revise(
            session,
            row,
            text=text,
            keyboard=None,
            now=now,
            expires_at=now + post.REPLIES_EXPIRE,
        )


async def go_on(
    session: AsyncSession, meeting_id: int, seen: int, actor: Actor, *, now: datetime
) -> None:
    """Ask later whether a meeting is over; `seen` is the question that the person answered.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is over already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.RUN_MEETING)
    if await _ask_later(session, meeting, seen, now=now):
        sittings.touch(sitting, now)


async def close_forgotten(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Close a meeting that nobody closed; it ended when something last happened in it."""
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    sitting = await session.get(Sitting, meeting.id, populate_existing=True)
    if sitting is None or sitting.state is not SittingState.OPEN:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    if await _is_busy(session, meeting, sitting, now=now):
        return True
    ended = sitting.last_activity_at
    await leave(session, meeting, sitting, now=ended)
    await _end(session, meeting, sitting, Ending.FORGOTTEN, at=ended, now=now)
    await sitting_posts.tell_forgotten(session, meeting, sitting, now=now)
    return True


async def _is_busy(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> bool:
    """Tell whether something goes on in a meeting that would be closed now; then look again."""
    if now - sitting.last_activity_at >= rules.STILL_BUSY:
        return False
    later = sitting.last_activity_at + rules.STILL_BUSY
    await _write(session, meeting, ClosingKind.FORGOTTEN, later)
    return True


async def _settle(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Cancel what was to be asked of a meeting that is closed now."""
    await occasions.cancel(session, subject=CLOSING, subject_id=stored_id(meeting), now=now)
    await _drop_buttons(session, meeting, now=now)


async def _end(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    ending: Ending,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Close a meeting that ended `at` an instant, and draft its minutes."""
    sitting.state, sitting.ending, sitting.closed_at = SittingState.CLOSED, ending, at
    sitting.item_id = None
    await session.flush()
    await _settle(session, meeting, now=now)
    await answer_before(session, stored_id(meeting), is_closed=True, now=now)
    await motion_posts.withdraw(session, meeting, now=now)
    await sitting_words.cancel(session, stored_id(meeting), now=now)
    sitting_posts.show(session, meeting, now=now)
    await minutes.draft(session, meeting, now=now)
    await _write(session, meeting, ClosingKind.FOR_GOOD, now + REOPENED_WITHIN + A_MOMENT)


async def close_for_good(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Take [Open again] away under a meeting that can be opened again no longer."""
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is not None:
        occasions.end(taken, OccasionState.POSTED, now)
        sitting_posts.show(session, meeting, now=now)
    return True


async def _drop_buttons(
    session: AsyncSession, meeting: Meeting, *, now: datetime, until: datetime | None = None
) -> None:
    """Let the question say what came of it; `until` when it goes on, if it does."""
    group = await session.get_one(Group, meeting.group_id)
    for row in await post.live_messages(session, TIME_TO_CLOSE, stored_id(meeting)):
        if row.keyboard is None:
            continue
        text = renderer().post(
            DONE,
            languages=group.languages,
            group=group.facts(),
            until=wall_time(until, meeting.zone) if until else None,
        )
        await post.revise(session, row, text=text, keyboard=None, now=now)


async def _write(
    session: AsyncSession, meeting: Meeting, kind: ClosingKind, due_at: datetime
) -> None:
    await occasions.write(
        session,
        kind=kind,
        subject=CLOSING,
        subject_id=stored_id(meeting),
        subject_version=1 + await _count(session, meeting, kind),
        zone=meeting.zone,
        due_at=due_at,
        expires_at=due_at + rules.FORGOTTEN_AFTER,
    )


async def _count(session: AsyncSession, meeting: Meeting, kind: ClosingKind) -> int:
    """Count how often this was planned of a meeting: the number of the question that stands."""
    found = select(func.count()).where(
        col(Occasion.subject) == CLOSING,
        col(Occasion.subject_id) == meeting.id,
        col(Occasion.kind) == kind,
    )
    return await session.scalar(found) or 0
