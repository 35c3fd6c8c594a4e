r"""Series: meetings that come again and again.

    /meeting every ... -> proposal -- tap "yes" --> series, its next meetings, one announcement
    each night that it matters: one more meeting is written down, with its own invitation
    [Move or cancel] -> question -- this and all after it --> the series ends there;
                                                         a move begins another, with its meetings

A meeting of a series is a meeting like any other, and may be moved or cancelled alone: its name
within the series, the wall time at which the rhythm first had it, stays the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups, meetings
from bot.domain import series as rules
from bot.domain.budget import Weight
from bot.domain.dates import wall_time
from bot.domain.meetings import DEFAULT_LENGTH, MeetingChanged, ProposalGone, State
from bot.domain.rhythms import Again
from bot.domain.roles import Actor
from bot.domain.series import Occurrence
from bot.domain.ways import Said, Where
from bot.models import (
    Group,
    Meeting,
    Occasion,
    OccasionState,
    Proposal,
    ProposalState,
    Series,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import series as queries
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import budget, calendar, occasions, proposals
from bot.services.meeting_posts import (
    CHANGE,
    MEETING,
    PROPOSAL,
    announce,
    check_unchanged,
    close_questions,
    correct_posts,
    language_of,
    locked,
)
from bot.services.meetings import changeable
from bot.services.proposals import PROPOSAL_LIVES
from bot.services.reminders import replan

log = structlog.get_logger()

SERIES = "series"
"""The subject of occasions and of news about a series."""
TOP_UP = "series-top-up"
"""The kind of occasion at which the next meetings of a series are written down."""
SHOWN = 3
SOON = timedelta(days=7)
"""A meeting that is nearer is announced with its series: its own invitation would be too late."""
_NEVER_TOO_LATE = timedelta(days=3650)


async def propose(
    session: AsyncSession,
    group: Group,
    again: Again,
    said: Said,
    *,
    asked_in: Place,
    now: datetime,
    meeting: Meeting | None = None,
) -> Proposal:
    """Ask whether a series was understood as it was meant; or, from `meeting` on, another rhythm.

    Raises:
        SeriesEndsBeforeItBegins, DayNotInEveryMonth, RhythmTooLong: see `bot.domain.series`.
        DateInThePast, MeetingTooFar, MeetingTooLong, PlaceTooLong: see `check_plan`.
    """
    local_now = wall_time(now, group.zone)
    usual = meeting.wall_end - meeting.wall_start if meeting else DEFAULT_LENGTH
    first_day = again.on_or_after
    if meeting is not None:
        first_day = max(first_day, meeting.wall_start.date())
    found = rules.begin(
        again.rhythm,
        starts=again.starts,
        length=again.length or usual,
        zone=group.zone,
        on_or_after=first_day,
        until=again.until,
        now=local_now,
    )
    where = proposals.where_of(again.rest, said, meeting)
    first, *_ = ahead = rules.next_occurrences(found, now, count=SHOWN)
    meetings.check_plan(starts=first.starts, ends=first.ends, place=where.place, now=local_now)
    proposal = Proposal(
        group_id=stored_id(group),
        meeting_id=meeting.id if meeting else None,
        meeting_version=meeting.version if meeting else 0,
        wall_start=first.original,
        wall_end=first.original + found.length,
        place=where.place,
        way=where.way,
        link=where.link,
        is_place_late=where.is_late,
        rule=again.rhythm.rule,
        until=again.until,
        expires_at=now + PROPOSAL_LIVES,
    )
    session.add(proposal)
    await session.flush()
    number = stored_id(proposal)
    await post.say(
        session,
        asked_in,
        "series/proposal.html",
        {
            **_said_of(found, where, group.facts(), ahead, now),
            "is_private": asked_in.chat_id > 0,
            "before": (await _facts_of(session, meeting)) if meeting else None,
            "warnings": await calendar.warnings(
                session,
                group,
                [(one.starts, one.ends) for one in ahead],
                language=asked_in.languages[0],
                now=now,
                leave_out=await queries.meeting_ids(session, meeting.series_id) if meeting else (),
            ),
            "in_other_words": proposals.in_other_words(
                first.starts, first.ends, group, asked_in, local_now
            ),
        },
        now=now,
        about=About(PROPOSAL, number, 1, "question"),
        keyboard=keyboards.change_rhythm(number) if meeting else keyboards.confirm(number),
        is_live=True,
    )
    return proposal


async def confirm(
    session: AsyncSession,
    proposal_id: int,
    actor: Actor,
    *,
    is_for_following: bool = False,
    now: datetime,
) -> None:
    """Make a proposal true, be it one meeting or a series; perhaps for all that follow it.

    Raises:
        ProposalGone: it was answered already, or nobody did so in time.
        MeetingChanged, MeetingStarted, MeetingCancelled: the meeting is no longer as it was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    proposal = await session.get(Proposal, proposal_id)
    if proposal is None:
        raise ProposalGone
    if proposal.meeting_id is not None and (is_for_following or proposal.rule):
        await _move_following(session, proposal_id, proposal.meeting_id, actor, now=now)
    elif proposal.rule:
        await _plan(session, proposal_id, actor, now=now)
    else:
        await proposals.confirm(session, proposal_id, actor, now=now)


async def offer_end(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> None:
    """Ask once more before a meeting of a series and all that follow it are cancelled.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    series, meeting, group = await _endable(session, meeting_id, version, actor, now=now)
    original = meeting.original_start or meeting.wall_start
    following = await _from(session, series, original)
    language = language_of(actor, group)
    text = renderer().text(
        "series/sure_to_end.html",
        language=language,
        group=group.facts(),
        meeting=meeting.facts(),
        series=series.facts(),
        count=sum(one.state is State.PLANNED for one in following),
        # Without a last day, or with one that is far, more would be written down later.
        are_all_known=rules.wakes_at(series.facts(), now) is None,
    )
    keyboard = post.buttons(keyboards.sure_to_end(meeting_id, version), [language])
    for message in await post.live_messages(session, CHANGE, meeting_id):
        await post.revise(session, message, text=text, keyboard=keyboard, now=now)


async def end(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> None:
    """Cancel a meeting of a series and all that follow it, and tell everybody once.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    series, meeting, group = await _endable(session, meeting_id, version, actor, now=now)
    original = meeting.original_start or meeting.wall_start
    said = series.facts()
    series.end_before(original)
    for one in await _from(session, series, original):
        if one.state is State.PLANNED:
            await _cancel(session, one, actor, group, now=now)
    await _sleep(session, series, now=now)
    await _close_change(session, meeting_id, actor, group, now=now)
    await post.say(
        session,
        post.in_group(group.facts()),
        "series/ended.html",
        {
            **_said_of(said, series.where(), group.facts(), [], now),
            "meeting": meeting.facts(),
        },
        now=now,
        about=About(SERIES, stored_id(series), series.version, "ended"),
        is_unasked=True,
    )


async def _endable(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> tuple[Series, Meeting, Group]:
    """Return a (locked) meeting as somebody saw it, who may end its (locked) series with it."""
    series = await _locked_of(session, meeting_id)
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    check_unchanged(meeting, version, now)
    if series is None or meeting.original_start is None or meeting.series_id != series.id:
        raise MeetingChanged
    return series, meeting, group


async def top_up(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Write down the meetings of a series that have come near; never too late for it."""
    series = await _locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None or series is None:
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    group = await session.get_one(Group, series.group_id)
    await _keep(session, series, group.facts(), now=now)
    return True


async def try_again(session: AsyncSession, missed: Sequence[Occasion], *, now: datetime) -> None:
    """Write down anew, for the next night, what failed again and again: a series goes on."""
    for occasion in missed:
        if occasion.kind == TOP_UP and (series := await _locked(session, occasion.subject_id)):
            log.warning("series.not_topped_up", series=series.id)
            await _wake(session, series, now + timedelta(days=1))


async def _plan(session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime) -> None:
    proposal, group = await proposals.open_proposal(session, proposal_id, actor, now=now)
    series = _of_proposal(proposal, group)
    _check_ahead(series, now)
    session.add(series)
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    await _close_proposal(session, proposal, actor, group, now=now)
    await _tell(session, series, group.facts(), "series/planned.html", now=now)
    added = await _keep(session, series, group.facts(), now=now)
    await _announce_if_soon(session, added, group.facts(), "announced", now=now)


async def _move_following(
    session: AsyncSession, proposal_id: int, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """End a series before a meeting, and go on with another one in its place."""
    before = await _locked_of(session, meeting_id)
    proposal, group = await proposals.open_proposal(session, proposal_id, actor, now=now)
    meeting = await locked(session, meeting_id)
    check_unchanged(meeting, proposal.meeting_version, now)
    if before is None or meeting.original_start is None or meeting.series_id != before.id:
        raise MeetingChanged
    after = _of_proposal(proposal, group)
    if not proposal.rule:
        days = (meeting.original_start.date(), proposal.wall_start.date())
        after.rule = rules.shifted(before.facts().rhythm, *days).rule
        # A last meeting that is moved past the last day is still held.
        after.until = before.until and max(before.until, after.starts_on)
    after.follows_id, after.uid = before.id, ""
    _check_ahead(after, now)
    said, original = before.facts(), meeting.original_start
    following = await _from(session, before, original)
    before.end_before(original)
    session.add(after)
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    await _close_proposal(session, proposal, actor, group, now=now)
    await _close_change(session, meeting_id, actor, group, now=now)
    changed = await _carry_over(session, following, after, actor, group, now=now)
    await _sleep(session, before, now=now)
    await _tell(
        session, after, group.facts(), "series/changed.html", now=now, before=said, since=meeting
    )
    await _keep(session, after, group.facts(), now=now)
    await _announce_if_soon(session, changed, group.facts(), "moved", now=now)


async def _carry_over(
    session: AsyncSession,
    following: Sequence[Meeting],
    after: Series,
    actor: Actor,
    group: Group,
    *,
    now: datetime,
) -> list[Meeting]:
    """Move the meetings of the old series to those of the new one, each in its turn.

    One that was cancelled alone stays cancelled; one for which the new rhythm has no day is
    cancelled, too. Whatever was moved is returned.
    """
    wanted = rules.next_occurrences(after.facts(), now, count=max(len(following), 1))
    moved = []
    for place, meeting in enumerate(following):
        occurrence = wanted[place] if place < len(wanted) else None
        await proposals.drop_stale(session, meeting, actor, group, now=now)
        if occurrence is None:
            if meeting.state is State.PLANNED:
                await _cancel(session, meeting, actor, group, now=now)
            continue
        meeting.series_id, meeting.original_start = after.id, occurrence.original
        if meeting.state is not State.PLANNED:
            continue
        meeting.moved_from = meeting.wall_start
        _put(meeting, after, occurrence)
        meeting.version += 1
        await session.flush()
        await replan(session, meeting, group.facts(), now=now)
        await correct_posts(session, meeting, group.facts(), now=now)
        moved.append(meeting)
    return moved


async def _keep(
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
        _put(meeting, series, occurrence)
        meeting.series_id, meeting.original_start = series.id, occurrence.original
        session.add(meeting)
        await session.flush()
        await replan(session, meeting, group, now=now)
        added.append(meeting)
    if wakes_at := rules.wakes_at(series.facts(), now):
        await _wake(session, series, wakes_at)
    return added


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


async def _sleep(session: AsyncSession, series: Series, *, now: datetime) -> None:
    """Let the nights pass of a series that was ended."""
    await occasions.cancel(session, subject=SERIES, subject_id=stored_id(series), now=now)


async def _cancel(
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
    await _close_change(session, meeting_id, actor, group, now=now)
    await correct_posts(session, meeting, group.facts(), now=now)


async def _tell(
    session: AsyncSession,
    series: Series,
    group: groups.Group,
    template: str,
    *,
    now: datetime,
    before: rules.Series | None = None,
    since: Meeting | None = None,
) -> None:
    """Say once in the group what comes again from now on."""
    ahead = rules.next_occurrences(series.facts(), now, count=SHOWN)
    facts = _said_of(series.facts(), series.where(), group, ahead, now)
    if since is not None:
        facts |= {"before": before, "since": since.moved_from or since.wall_start}
    weight = Weight.AHEAD if since is None else Weight.CHANGE
    await post.say(
        session,
        post.in_group(group),
        template,
        facts,
        now=now,
        about=About(SERIES, stored_id(series), series.version, "announced"),
        is_silent=not await budget.has_sound(session, group, weight, now=now),
        is_unasked=True,
    )


async def _announce_if_soon(
    session: AsyncSession,
    ahead: Sequence[Meeting],
    group: groups.Group,
    kind: str,
    *,
    now: datetime,
) -> None:
    for meeting in (one for one in ahead[:1] if one.starts_at - now <= SOON):
        await announce(session, meeting, group, kind, now=now)


async def _close_proposal(
    session: AsyncSession, proposal: Proposal, actor: Actor, group: Group, *, now: datetime
) -> None:
    question = (PROPOSAL, stored_id(proposal))
    template = "meetings/proposal_done.html"
    await close_questions(session, question, actor, group, template, now=now)


async def _close_change(
    session: AsyncSession, meeting_id: int, actor: Actor, group: Group, *, now: datetime
) -> None:
    question = (CHANGE, meeting_id)
    await close_questions(session, question, actor, group, "meetings/change_done.html", now=now)


async def _locked(session: AsyncSession, series_id: int) -> Series | None:
    """Return a series to which nobody else adds, and of which nobody takes, meanwhile."""
    return await session.get(Series, series_id, with_for_update=True, populate_existing=True)


async def _locked_of(session: AsyncSession, meeting_id: int) -> Series | None:
    """Return the (locked) series of a meeting: it is locked before its meetings."""
    meeting = await session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None or meeting.series_id is None:
        return None
    return await _locked(session, meeting.series_id)


async def _from(session: AsyncSession, series: Series, original: datetime) -> list[Meeting]:
    """Return the (locked) meetings of a series from one on, in the order of its rhythm."""
    rows = await session.execute(
        select(Meeting)
        .where(col(Meeting.series_id) == stored_id(series), col(Meeting.original_start) >= original)
        .order_by(col(Meeting.id))
        .with_for_update()
    )
    return sorted(rows.scalars(), key=lambda one: one.original_start or one.wall_start)


async def _facts_of(session: AsyncSession, meeting: Meeting) -> rules.Series | None:
    if meeting.series_id is None:
        return None
    return (await session.get_one(Series, meeting.series_id)).facts()


def _of_proposal(proposal: Proposal, group: Group) -> Series:
    return Series(
        group_id=stored_id(group),
        rule=proposal.rule,
        starts=proposal.wall_start.time(),
        minutes=(proposal.wall_end - proposal.wall_start) // timedelta(minutes=1),
        zone=group.zone,
        starts_on=proposal.wall_start.date(),
        until=proposal.until,
        place=proposal.place,
        way=proposal.way,
        link=proposal.link,
        is_place_late=proposal.is_place_late,
    )


def _check_ahead(series: Series, now: datetime) -> None:
    """Refuse a series that was proposed so long ago that its first meeting is over."""
    found = series.facts()
    first = rules.occurrence(found, datetime.combine(found.starts_on, found.starts))
    meetings.check_plan(
        starts=first.starts,
        ends=first.ends,
        place=series.place,
        now=wall_time(now, series.zone),
    )


def _put(meeting: Meeting, series: Series, occurrence: Occurrence) -> None:
    """Let a meeting be held when and where its series has it."""
    meeting.wall_start, meeting.wall_end = occurrence.starts, occurrence.ends
    meeting.starts_at, meeting.ends_at = occurrence.starts_at, occurrence.ends_at
    meeting.place, meeting.way, meeting.link = series.place, series.way, series.link
    meeting.is_place_late = series.is_place_late


def _said_of(
    found: rules.Series,
    where: Where,
    group: groups.Group,
    ahead: Sequence[Occurrence],
    now: datetime,
) -> dict[str, object]:
    """Return what every text about a series says."""
    return {
        "group": group,
        "series": found,
        "where": where,
        "ahead": ahead,
        "local_now": wall_time(now, found.zone),
    }
