r"""Planning, moving, cancelling and announcing meetings.

    /meeting ... -> proposal -- tap "yes" --> meeting, its reminders, its announcement
                        \-- tap "no" ---> dropped
    [Move or cancel] -> question -- reply --> proposal -- tap "yes" --> moved, asked again
                            \-- tap "cancel" --> cancelled

Every post about a meeting is live. The newest one bears the list of answers; an older one points
to it, and one that says an older time is corrected.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups, meetings, reminders, roles
from bot.domain.dates import instant, local_clock, wall_time
from bot.domain.meetings import (
    DEFAULT_LENGTH,
    MeetingChanged,
    MeetingUnknown,
    NothingChanges,
    ProposalGone,
    State,
)
from bot.domain.roles import Action, Actor, Scope
from bot.models import (
    Group,
    Meeting,
    Occasion,
    OccasionState,
    OutboxMessage,
    Proposal,
    ProposalState,
)
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import attendance
from bot.queries import meetings as queries
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import occasions

log = structlog.get_logger()

MEETING, CHANGE, PROPOSAL, NOTICE, MISSED = (
    "meeting",
    "meeting-change",
    "proposal",
    "meeting-notice",
    "missed-reminder",
)
"""The subjects of messages about meetings."""
APOLOGY = "meetings/missed.html"
PROPOSAL_LIVES = timedelta(hours=24)
ANONYMOUS_PROPOSAL_LIVES = timedelta(minutes=10)
"""Anybody may hide behind "anonymous admin": such a command is not left standing for long."""


async def propose(
    session: AsyncSession,
    group: Group,
    *,
    starts: datetime,
    ends: datetime | None,
    place: str,
    asked_in: Place,
    now: datetime,
    meeting: Meeting | None = None,
    lives: timedelta = PROPOSAL_LIVES,
) -> Proposal:
    """Ask whether a new meeting, or a new time for `meeting`, was understood as it was meant.

    Raises:
        DateInThePast, MeetingTooFar, MeetingTooLong, PlaceTooLong: see `check_plan`.
        NothingChanges: `meeting` is planned so already.
    """
    length = meeting.wall_end - meeting.wall_start if meeting else DEFAULT_LENGTH
    ends = ends or starts + length
    place = place or (meeting.place if meeting else "")
    local_now = wall_time(now, group.zone)
    meetings.check_plan(starts=starts, ends=ends, place=place, now=local_now)
    if meeting and (starts, ends, place) == (meeting.wall_start, meeting.wall_end, meeting.place):
        raise NothingChanges
    proposal = Proposal(
        group_id=_id(group),
        meeting_id=meeting.id if meeting else None,
        meeting_version=meeting.version if meeting else 0,
        wall_start=starts,
        wall_end=ends,
        place=place,
        expires_at=now + lives,
    )
    session.add(proposal)
    await session.flush()
    await post.say(
        session,
        asked_in,
        "meetings/proposal.html",
        {
            "group": group.facts(),
            "starts": starts,
            "ends": ends,
            "place": place,
            "before": meeting.facts() if meeting else None,
            "local_now": local_now,
            "clashes": await _clashes(session, group, starts, ends, meeting),
            "waits": lives if lives < PROPOSAL_LIVES else None,
            "in_other_words": _in_other_words(starts, ends, group, asked_in, local_now),
        },
        now=now,
        about=About(PROPOSAL, _id(proposal), 1, "question"),
        keyboard=keyboards.confirm(_id(proposal), is_change=meeting is not None),
        is_live=True,
    )
    return proposal


async def confirm(
    session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime
) -> Meeting:
    """Make a proposal true: plan the meeting, or move it, and tell everybody.

    Raises:
        ProposalGone: it was answered already, or nobody did so in time.
        MeetingChanged: the meeting was changed by somebody else in between.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    proposal, group = await open_proposal(session, proposal_id, actor, now=now)
    local_now = wall_time(now, group.zone)
    meetings.check_plan(
        starts=proposal.wall_start,
        ends=proposal.wall_end,
        place=proposal.place,
        now=local_now,
    )
    if proposal.meeting_id is None:
        meeting = _planned(proposal, group)
        session.add(meeting)
        kind = "announced"
    else:
        meeting = await locked(session, proposal.meeting_id)
        _check_unchanged(meeting, proposal.meeting_version, now)
        _move(meeting, proposal)
        kind = "moved"
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    await _drop_stale_proposals(session, meeting, actor, group, now=now)
    await replan(session, meeting, group.facts(), now=now)
    await _close_questions(
        session,
        (PROPOSAL, proposal_id),
        actor,
        group,
        "meetings/proposal_done.html",
        now=now,
    )
    await _close_questions(
        session,
        (CHANGE, _id(meeting)),
        actor,
        group,
        "meetings/change_done.html",
        now=now,
    )
    await _announce(session, meeting, group.facts(), kind, now=now)
    return meeting


async def drop(session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime) -> None:
    """Forget a proposal that was not what the person meant.

    Raises:
        ProposalGone, NotAllowed, StrangerHere, AnonymousAdmin: as for `confirm`.
    """
    proposal, group = await open_proposal(session, proposal_id, actor, now=now)
    proposal.state = ProposalState.DROPPED
    await _close_questions(
        session,
        (PROPOSAL, proposal_id),
        actor,
        group,
        "meetings/proposal_dropped.html",
        now=now,
    )


async def drop_asked_under(
    session: AsyncSession, group: Group, place: Place, *, now: datetime
) -> None:
    """Forget what was asked under a message in a group that its author has changed since."""
    if place.reply_to is None:
        return
    for message in await post.asked_under(session, PROPOSAL, place):
        proposal = await session.get(Proposal, message.subject_id, with_for_update=True)
        if proposal is None or proposal.state is not ProposalState.OPEN:
            continue
        proposal.state = ProposalState.DROPPED
        text = renderer().post(
            "meetings/proposal_dropped.html",
            languages=place.languages,
            group=group.facts(),
            is_change=proposal.meeting_id is not None,
        )
        await post.revise(session, message, text=text, keyboard=None, now=now)


async def offer_change(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """Ask somebody who may change a meeting what they want to do with it.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to change.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not change it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    await post.say(
        session,
        _place_for(actor, group),
        "meetings/change.html",
        {"group": group.facts(), "meeting": meeting.facts()},
        now=now,
        about=About(CHANGE, meeting_id, meeting.version, "question"),
        keyboard=keyboards.change(meeting_id, meeting.version),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=True,
    )


async def close_change(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """Take the question back: the meeting stays as it is."""
    _, group = await changeable(session, meeting_id, actor, now=now)
    await _close_questions(
        session, (CHANGE, meeting_id), actor, group, "meetings/change_kept.html", now=now
    )


async def cancel(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> None:
    """Cancel a meeting and tell everybody.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    _check_unchanged(meeting, version, now)
    meeting.state = State.CANCELLED
    meeting.version += 1
    await session.flush()
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await post.withdraw(session, MEETING, meeting_id, before_version=meeting.version, now=now)
    await _close_questions(
        session, (CHANGE, meeting_id), actor, group, "meetings/change_done.html", now=now
    )
    await _drop_stale_proposals(session, meeting, actor, group, now=now)
    await _correct_posts(session, meeting, group.facts(), now=now)
    await post.say(
        session,
        post.in_group(group.facts()),
        "meetings/cancelled.html",
        {"group": group.facts(), "meeting": meeting.facts()},
        now=now,
        about=About(NOTICE, meeting_id, meeting.version, "cancelled"),
        expires_at=meeting.ends_at,
    )


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
    group = (await session.get_one(Group, meeting.group_id)).facts()
    await _announce(
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


async def show_answers(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Bring the list of answers under the newest post about a (locked) meeting up to date."""
    posts = await post.live_messages(session, MEETING, _id(meeting))
    if posts:
        group = await session.get_one(Group, meeting.group_id)
        await _rewrite(session, posts[-1], meeting, group.facts(), is_newest=True, now=now)


async def recount(session: AsyncSession, group_id: int, *, now: datetime) -> None:
    """Bring the lists of a group's meetings up to date when it changed who counts, or is asked."""
    ahead = await queries.upcoming(session, group_id, now)
    # In one order, as everybody who locks several of them.
    for meeting_id in sorted(_id(meeting) for meeting in ahead):
        await show_answers(session, await locked(session, meeting_id), now=now)


async def replan(
    session: AsyncSession, meeting: Meeting, group: groups.Group, *, now: datetime
) -> None:
    """Take back what was decided for an earlier version, and write down what falls due now."""
    meeting_id = _id(meeting)
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await post.withdraw(session, MEETING, meeting_id, before_version=meeting.version, now=now)
    await _write_reminders(session, meeting, group, now=now)


async def replan_all(session: AsyncSession, group: groups.Group, *, now: datetime) -> None:
    """Follow a group that wants other reminders, or other quiet hours, for what is ahead."""
    # In one order, as everybody who locks several of them.
    for meeting_id in sorted(await queries.ahead(session, group.id, now)):
        meeting = await locked(session, meeting_id)
        ended = await occasions.forget(
            session, subject=MEETING, subject_id=meeting_id, subject_version=meeting.version
        )
        await _write_reminders(session, meeting, group, now=now, but=ended)


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


async def changeable(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    """Return a (locked) meeting that `actor` may still change, and its group.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to change.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not change it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.CHANGE_MEETING, Scope(group.coalition_id, _id(group)))
    meetings.check_open(meeting.facts(), now)
    return meeting, group


async def open_proposal(
    session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime
) -> tuple[Proposal, Group]:
    """Return a (locked) proposal that `actor` may decide, and its group.

    Raises:
        ProposalGone: it was answered already, or nobody did so in time.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    proposal = await session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise ProposalGone
    group = await session.get_one(Group, proposal.group_id)
    action = Action.PLAN_MEETING if proposal.meeting_id is None else Action.CHANGE_MEETING
    roles.require(actor, action, Scope(group.coalition_id, _id(group)))
    if proposal.state is not ProposalState.OPEN or now > proposal.expires_at:
        raise ProposalGone
    return proposal, group


def _check_unchanged(meeting: Meeting, version: int, now: datetime) -> None:
    meetings.check_open(meeting.facts(), now)
    if meeting.version != version:
        raise MeetingChanged


def _planned(proposal: Proposal, group: Group) -> Meeting:
    return Meeting(
        group_id=_id(group),
        wall_start=proposal.wall_start,
        wall_end=proposal.wall_end,
        zone=group.zone,
        starts_at=instant(proposal.wall_start, group.zone),
        ends_at=instant(proposal.wall_end, group.zone),
        place=proposal.place,
    )


def _move(meeting: Meeting, proposal: Proposal) -> None:
    meeting.moved_from = meeting.wall_start
    meeting.wall_start, meeting.wall_end = proposal.wall_start, proposal.wall_end
    meeting.starts_at = instant(proposal.wall_start, meeting.zone)
    meeting.ends_at = instant(proposal.wall_end, meeting.zone)
    meeting.place = proposal.place
    meeting.version += 1


async def _write_reminders(
    session: AsyncSession,
    meeting: Meeting,
    group: groups.Group,
    *,
    now: datetime,
    but: Collection[str] = (),
) -> None:
    found = reminders.ahead(meeting.facts(), wanted=group.reminders, quiet=group.quiet, now=now)
    for reminder in found:
        if reminder.kind not in but:
            await occasions.write(
                session,
                kind=reminder.kind,
                subject=MEETING,
                subject_id=_id(meeting),
                subject_version=meeting.version,
                zone=meeting.zone,
                due_at=reminder.due_at,
                expires_at=reminder.expires_at,
            )


async def _announce(
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
    await _correct_posts(session, meeting, group, now=now)
    facts = await _facts(session, meeting, group, kind, now=now)
    await post.say(
        session,
        post.in_group(group),
        "meetings/post.html",
        facts | {"is_newest": True, "is_outdated": False},
        now=now,
        about=About(MEETING, _id(meeting), meeting.version, kind),
        keyboard=keyboards.answers(_id(meeting)),
        occasion_key=occasion_key,
        expires_at=expires_at or meeting.starts_at,
        is_live=True,
        is_silent=is_silent,
    )


async def _correct_posts(
    session: AsyncSession, meeting: Meeting, group: groups.Group, *, now: datetime
) -> None:
    """Let every post so far say what is true now, and no longer bear the list."""
    for message in await post.live_messages(session, MEETING, _id(meeting)):
        await _rewrite(session, message, meeting, group, is_newest=False, now=now)


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
    if not is_outdated and not is_cancelled:
        keyboard = post.buttons(keyboards.answers(_id(meeting)), group.languages)
    await post.revise(
        session,
        message,
        text=text,
        keyboard=keyboard,
        now=now,
        expires_at=meeting.ends_at,
    )


async def _facts(
    session: AsyncSession, meeting: Meeting, group: groups.Group, kind: str, *, now: datetime
) -> dict[str, Any]:
    """Return what every post about a meeting says, whichever it is."""
    return {
        "group": group,
        "meeting": meeting.facts(),
        "attendance": await attendance.of_meeting(
            session, group_id=group.id, meeting_id=_id(meeting), version=meeting.version
        ),
        "kind": kind,
        "moved_from": meeting.moved_from,
        "local_now": wall_time(now, group.zone),
    }


async def _close_questions(
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
    language = _language(actor, group)
    for message in await post.live_messages(session, *question):
        text = renderer().text(
            template,
            language=language,
            group=group.facts(),
            is_here=message.chat_id == group.chat_id,
            is_change=question[0] == CHANGE or is_change,
        )
        await post.revise(session, message, text=text, keyboard=None, now=now)


def _subjects(missed: Sequence[Occasion]) -> list[int]:
    return sorted({occasion.subject_id for occasion in missed})


async def _drop_stale_proposals(
    session: AsyncSession, meeting: Meeting, actor: Actor, group: Group, *, now: datetime
) -> None:
    """Close the questions about a version of a meeting that is no more."""
    rows = await session.execute(
        select(Proposal)
        .where(
            col(Proposal.meeting_id) == _id(meeting),
            col(Proposal.state) == ProposalState.OPEN,
        )
        .order_by(col(Proposal.id))
        .with_for_update()
    )
    for proposal in rows.scalars().all():
        proposal.state = ProposalState.DROPPED
        await _close_questions(
            session,
            (PROPOSAL, _id(proposal)),
            actor,
            group,
            "meetings/proposal_dropped.html",
            now=now,
            is_change=True,
        )


async def _clashes(
    session: AsyncSession,
    group: Group,
    starts: datetime,
    ends: datetime,
    meeting: Meeting | None,
) -> list[meetings.Meeting]:
    """Return the other meetings of the group at that time: perhaps somebody planned it before."""
    found = await queries.overlapping(
        session, _id(group), instant(starts, group.zone), instant(ends, group.zone)
    )
    return [other.facts() for other in found if meeting is None or other.id != meeting.id]


def _in_other_words(
    starts: datetime, ends: datetime, group: Group, asked_in: Place, local_now: datetime
) -> list[str]:
    """Say a time as those of the group say it who count the hours from sunrise.

    Whoever planned it in another language sees what these people will read: a misunderstanding of
    six hours shows before it is announced.
    """
    return [
        renderer().text(
            "meetings/span.html", language=language, starts=starts, ends=ends, local_now=local_now
        )
        for language in group.languages
        if language not in asked_in.languages and local_clock(starts.time(), language)
    ]


def _place_for(actor: Actor, group: Group) -> Place:
    """Return the group's chat, where one person is spoken to in their own language."""
    return Place(group.chat_id, (_language(actor, group),), group.thread_id)


def _language(actor: Actor, group: Group) -> str:
    return actor.language or group.languages[0]


def _id(row: Group | Meeting | Proposal) -> int:
    assert row.id is not None, "the row is stored"
    return row.id
