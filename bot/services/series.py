r"""Series: meetings that come again and again.

    /meeting every ... -> proposal -- tap "yes" --> series, its next meetings, one announcement
    [Move or cancel] -> question -- this and all after it --> the series ends there;
                                                         a move begins another, with its meetings

Their meetings are rows, written down as they come near: see `series_meetings`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

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
from bot.services import budget, calendar, proposals, series_meetings
from bot.services.meeting_posts import (
    PROPOSAL,
    announce,
    check_not_begun,
    check_unchanged,
    close_questions,
    correct_posts,
    language_of,
    locked,
)
from bot.services.meetings import SURE_TO_END, ask_if_sure, changeable
from bot.services.proposals import PROPOSAL_LIVES
from bot.services.reminders import replan
from bot.services.series_meetings import SERIES

SHOWN = 3
SOON = timedelta(days=7)
"""A meeting that is nearer is announced with its series: its own invitation would be too late."""


async def propose(
    session: AsyncSession,
    group: Group,
    again: Again,
    said: Said,
    *,
    asked_in: Place,
    now: datetime,
    meeting: Meeting | None = None,
    known: Where | None = None,
) -> Proposal:
    """Ask whether a series was understood as it was meant; or, from `meeting` on, another rhythm.

    `known` is where it was understood to be held, if that question is only corrected.

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
    before = known or (meeting.where() if meeting else None)
    where = proposals.where_of(again.rest, said, before)
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
        language=asked_in.languages[0],
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
            "warnings": proposals.skipped([(one.original, one.starts) for one in ahead])
            + await calendar.warnings(
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
        ProposalConfirmed, ProposalGone: see `open_proposal`.
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
    session: AsyncSession,
    meeting_id: int,
    version: int,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Ask once more, where it was tapped, before a meeting and all that follow it are cancelled.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    series, meeting, group = await _endable(session, meeting_id, version, actor, now=now)
    original = meeting.original_start or meeting.wall_start
    following = await series_meetings.following(session, series, original)
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
    await ask_if_sure(session, meeting, SURE_TO_END, text, keyboard, message=message, now=now)


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
    for one in await series_meetings.following(session, series, original):
        if one.state is State.PLANNED:
            await series_meetings.cancel(session, one, actor, group, now=now)
    await series_meetings.let_sleep(session, series, now=now)
    await series_meetings.close_change(session, meeting_id, actor, group, now=now)
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
    series = await series_meetings.locked_of(session, meeting_id)
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    check_unchanged(meeting, version, now)
    if series is None or meeting.original_start is None or meeting.series_id != series.id:
        raise MeetingChanged
    return series, meeting, group


async def _plan(session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime) -> None:
    proposal, group = await proposals.open_proposal(session, proposal_id, actor, now=now)
    series = _of_proposal(proposal, group)
    _check_ahead(series, now)
    session.add(series)
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    await _close_proposal(session, proposal, actor, group, now=now)
    added = await series_meetings.keep(session, series, group.facts(), now=now)
    await _tell(session, series, added, group.facts(), "series/planned.html", now=now)
    await _announce_if_soon(session, added, group.facts(), "announced", now=now)


async def _move_following(
    session: AsyncSession, proposal_id: int, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """End a series before a meeting, and go on with another one in its place."""
    before = await series_meetings.locked_of(session, meeting_id)
    proposal, group = await proposals.open_proposal(session, proposal_id, actor, now=now)
    meeting = await locked(session, meeting_id)
    check_unchanged(meeting, proposal.meeting_version, now)
    await check_not_begun(session, meeting)
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
    following = await series_meetings.following(session, before, original)
    before.end_before(original)
    session.add(after)
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    await _close_proposal(session, proposal, actor, group, now=now)
    await series_meetings.close_change(session, meeting_id, actor, group, now=now)
    changed = await _carry_over(session, following, after, actor, group, now=now)
    await series_meetings.let_sleep(session, before, now=now)
    added = await series_meetings.keep(session, after, group.facts(), now=now)
    await _tell(
        session,
        after,
        [*changed, *added],
        group.facts(),
        "series/changed.html",
        now=now,
        before=said,
        since=meeting,
    )
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
        if occurrence is None:
            if meeting.state is State.PLANNED:
                await series_meetings.cancel(session, meeting, actor, group, now=now)
            continue
        meeting.series_id, meeting.original_start = after.id, occurrence.original
        if meeting.state is not State.PLANNED:
            continue
        meeting.moved_from = meeting.wall_start
        series_meetings.put(meeting, after, occurrence)
        meeting.version += 1
        await session.flush()
        await proposals.drop_stale(session, meeting, actor, group, now=now)
        await replan(session, meeting, group.facts(), now=now)
        await correct_posts(session, meeting, group.facts(), now=now)
        moved.append(meeting)
    return moved


async def _tell(
    session: AsyncSession,
    series: Series,
    kept: Sequence[Meeting],
    group: groups.Group,
    template: str,
    *,
    now: datetime,
    before: rules.Series | None = None,
    since: Meeting | None = None,
) -> None:
    """Say once in the group what comes again from now on, and let people carry it out."""
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
        # The file of its first meeting holds them all.
        keyboard=keyboards.carried(stored_id(kept[0])) if kept else None,
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
