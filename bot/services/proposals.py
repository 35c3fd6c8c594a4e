r"""A time and a place as the bot understood them, until somebody who may says yes.

/meeting ... -> proposal -- tap "yes" --> meeting, its reminders, its announcement
\-- tap "no" ---> dropped
a new time for a meeting -> proposal -- tap "yes" --> moved, asked again
a new time for one that was not held -> proposal -- tap "yes" --> another meeting, with its agenda
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import meetings, roles, series
from bot.domain.calendar import Warned, WarningKind
from bot.domain.dates import instant, local_clock, shown, wall_time
from bot.domain.meetings import (
    DEFAULT_LENGTH,
    NothingChanges,
    ProposalConfirmed,
    ProposalGone,
    State,
)
from bot.domain.roles import Action, Actor, Scope
from bot.domain.series import Rhythm
from bot.domain.ways import NOTHING_SAID, Said, Where
from bot.models import (
    Group,
    Meeting,
    MessageSubject,
    Proposal,
    ProposalState,
    Series,
)
from bot.models.columns import stored_id
from bot.models.outbox import COMMAND
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_editor, calendar, write_ups
from bot.services.meeting_posts import (
    CHANGE,
    CIRCULATED_AHEAD,
    PROPOSAL,
    announce,
    check_not_begun,
    check_unchanged,
    close_questions,
    language_of,
    locked,
)
from bot.services.reminders import replan

PROPOSAL_LIVES = timedelta(hours=24)
EDITED_WITHIN = timedelta(hours=48)
"""So long Telegram lets people edit what they wrote."""
COMMANDED = "meeting-command"
"""The subject of a private command for a meeting: the row of the first question it led to."""


async def propose(
    session: AsyncSession,
    group: Group,
    *,
    starts: datetime,
    ends: datetime | None,
    place: str,
    asked_in: Place,
    now: datetime,
    said: Said = NOTHING_SAID,
    meeting: Meeting | None = None,
    known: Where | None = None,
) -> Proposal:
    """Ask whether a new meeting, or a new time for `meeting`, was understood as it was meant.

    `known` is where it was understood to be held, if that question is only corrected.

    Raises:
        DateInThePast, MeetingTooFar, MeetingTooLong, PlaceTooLong: see `check_plan`.
        NothingChanges: `meeting` is planned so already.
    """
    length = meeting.wall_end - meeting.wall_start if meeting else DEFAULT_LENGTH
    ends = ends or starts + length
    said_starts, said_ends = starts, ends
    starts, ends = _shown(starts, ends, group.zone)
    where = where_of(place, said, known or (meeting.where() if meeting else None))
    local_now = wall_time(now, group.zone)
    meetings.check_plan(starts=starts, ends=ends, place=where.place, now=local_now)
    if meeting and (said_starts, said_ends, where) == (
        meeting.wall_start,
        meeting.wall_end,
        meeting.where(),
    ):
        raise NothingChanges
    # What is over is moved alone: those that follow have their own days.
    can_follow = meeting is not None and meeting.series_id is not None and meeting.ends_at > now
    proposal = Proposal(
        group_id=stored_id(group),
        meeting_id=meeting.id if meeting else None,
        meeting_version=meeting.version if meeting else 0,
        # As it was said: only this one meeting may fall into the gap, not all that follow.
        wall_start=said_starts,
        wall_end=said_ends,
        place=where.place,
        way=where.way,
        link=where.link,
        is_place_late=where.is_late,
        language=asked_in.languages[0],
        expires_at=now + PROPOSAL_LIVES,
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
            "where": where,
            # In the group, a place that is told late is not even asked about.
            "is_private": asked_in.chat_id > 0,
            "before": meeting.facts() if meeting else None,
            "local_now": local_now,
            "warnings": skipped([(said_starts, starts)])
            + await calendar.warnings(
                session,
                group,
                [(starts, ends)],
                language=asked_in.languages[0],
                now=now,
                leave_out=[stored_id(meeting)] if meeting else [],
            ),
            "following": await _following(session, meeting, starts) if can_follow else None,
            "in_other_words": in_other_words(starts, ends, group, asked_in, local_now),
        },
        now=now,
        about=About(PROPOSAL, stored_id(proposal), 1, "question"),
        keyboard=keyboards.confirm(
            stored_id(proposal),
            is_change=meeting is not None,
            is_of_series=can_follow,
        ),
        is_live=True,
    )
    return proposal


def _shown(starts: datetime, ends: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return a time that clocks show: of one that they skip, the first after it, and as long."""
    begins = shown(starts, zone)
    return begins, shown(ends, zone) if begins == starts else ends + (begins - starts)


def skipped(times: Iterable[tuple[datetime, datetime]]) -> list[Warned]:
    """Return a warning for each time that was said, but that clocks do not show as it was said."""
    return [
        Warned(kind=WarningKind.SKIPPED, starts=begins, said=said)
        for said, begins in times
        if said != begins
    ]


async def confirm(
    session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime
) -> Meeting:
    """Make a proposal true: plan the meeting, or move it, and tell everybody.

    Raises:
        ProposalConfirmed, ProposalGone: see `open_proposal`.
        MeetingChanged: the meeting was changed by somebody else in between.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    proposal, group = await open_proposal(session, proposal_id, actor, now=now)
    local_now = wall_time(now, group.zone)
    starts, ends = _shown(proposal.wall_start, proposal.wall_end, group.zone)
    meetings.check_plan(
        starts=starts,
        ends=ends,
        place=proposal.place,
        now=local_now,
    )
    over = await _over(session, proposal)
    if proposal.meeting_id is None or over is not None:
        meeting = _planned(proposal, group)
        session.add(meeting)
        kind = "announced"
    else:
        meeting = await locked(session, proposal.meeting_id)
        check_unchanged(meeting, proposal.meeting_version, now)
        await check_not_begun(session, meeting)
        _move(meeting, proposal)
        kind = "moved"
    proposal.state = ProposalState.CONFIRMED
    await session.flush()
    if over is not None:
        await write_ups.moved(session, stored_id(over), meeting, actor, now=now)
    await drop_stale(session, meeting, actor, group, now=now)
    await replan(session, meeting, group.facts(), now=now)
    await close_questions(
        session,
        (PROPOSAL, proposal_id),
        actor,
        group,
        "meetings/proposal_done.html",
        now=now,
    )
    await close_questions(
        session,
        (CHANGE, stored_id(meeting)),
        actor,
        group,
        "meetings/change_done.html",
        now=now,
    )
    await announce(session, meeting, group.facts(), kind, now=now)
    if meeting.starts_at - now < CIRCULATED_AHEAD:
        # No invitation follows: what waits for the leads is laid before them now.
        await agenda_editor.remind_leads(session, meeting, group, now=now)
    return meeting


async def _over(session: AsyncSession, proposal: Proposal) -> Meeting | None:
    """Return the (locked) meeting of which it was said after its end that it was moved."""
    if proposal.meeting_id is None:
        return None
    meeting = await locked(session, proposal.meeting_id)
    was_over = meeting.ends_at <= proposal.expires_at - PROPOSAL_LIVES
    return meeting if was_over else None


async def drop(session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime) -> None:
    """Forget a proposal that was not what the person meant.

    Raises:
        ProposalConfirmed, ProposalGone, NotAllowed, StrangerHere, AnonymousAdmin: as for `confirm`.
    """
    proposal, group = await open_proposal(session, proposal_id, actor, now=now)
    proposal.state = ProposalState.DROPPED
    await close_questions(
        session,
        (PROPOSAL, proposal_id),
        actor,
        group,
        "meetings/proposal_dropped.html",
        now=now,
        is_change=proposal.meeting_id is not None and await _over(session, proposal) is None,
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


async def planned_under(
    session: AsyncSession, group: Group, place: Place, message_id: int
) -> int | None:
    """Return the meeting ahead that was planned by what somebody wrote, and has edited since."""
    if place.reply_to is None:
        said = await session.get(MessageSubject, (place.chat_id, message_id))
        if said is None or said.subject != COMMANDED:
            return None
        asked = await post.asked_since(session, PROPOSAL, place.chat_id, said.subject_id)
    else:
        asked = await post.asked_under(session, PROPOSAL, place)
    found = [await session.get(Proposal, message.subject_id) for message in asked]
    kept = [one for one in found if one is not None and one.state is not ProposalState.DROPPED]
    if not kept or kept[0].state is not ProposalState.CONFIRMED or kept[0].group_id != group.id:
        return None
    planned = await _planned_by(session, kept[0], group)
    return None if planned is None else stored_id(planned)


async def note_command(
    session: AsyncSession, place: Place, message_id: int | None, *, now: datetime
) -> None:
    """Note which question a private command led to: it does not reply to it, as in a group."""
    if place.reply_to is not None or message_id is None:
        return
    first = await post.newest_about(session, PROPOSAL, place.chat_id)
    known = await session.get(MessageSubject, (place.chat_id, message_id))
    if first is None or known is not None:
        return
    session.add(
        MessageSubject(
            chat_id=place.chat_id,
            message_id=message_id,
            kind=COMMAND,
            subject=COMMANDED,
            subject_id=first,
            subject_version=0,
            drop_at=now + EDITED_WITHIN,
        )
    )
    await session.flush()


async def _planned_by(session: AsyncSession, proposal: Proposal, group: Group) -> Meeting | None:
    """Return the meeting that came of a confirmed proposal, if it is planned still."""
    starts = shown(proposal.wall_start, group.zone)
    if proposal.meeting_id is not None and await _over(session, proposal) is None:
        of_it = col(Meeting.id) == proposal.meeting_id
    else:
        of_it = or_(
            col(Meeting.wall_start) == starts,
            col(Meeting.original_start) == proposal.wall_start,
            col(Meeting.moved_from) == starts,
        )
    rows = await session.execute(
        select(Meeting)
        .where(col(Meeting.group_id) == group.id, col(Meeting.state) == State.PLANNED, of_it)
        .order_by(col(Meeting.id).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def open_proposal(
    session: AsyncSession, proposal_id: int, actor: Actor, *, now: datetime
) -> tuple[Proposal, Group]:
    """Return a (locked) proposal that `actor` may decide, and its group.

    Raises:
        ProposalConfirmed: somebody said yes already, perhaps to a copy of the question.
        ProposalGone: it was answered otherwise, or nobody did so in time.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    proposal = await session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise ProposalGone
    group = await session.get_one(Group, proposal.group_id)
    action = Action.PLAN_MEETING if proposal.meeting_id is None else Action.CHANGE_MEETING
    roles.require(actor, action, Scope(group.coalition_id, stored_id(group)))
    if proposal.state is ProposalState.CONFIRMED:
        planned = await _planned_by(session, proposal, group)
        raise ProposalConfirmed(meeting=None if planned is None else planned.facts())
    if proposal.state is not ProposalState.OPEN or now > proposal.expires_at:
        raise ProposalGone(is_change=proposal.meeting_id is not None)
    return proposal, group


async def drop_stale(
    session: AsyncSession, meeting: Meeting, actor: Actor, group: Group, *, now: datetime
) -> None:
    """Tell whoever was asked about an older version of a meeting what `actor` did meanwhile."""
    rows = await session.execute(
        select(Proposal)
        .where(
            col(Proposal.meeting_id) == stored_id(meeting),
            col(Proposal.state) == ProposalState.OPEN,
        )
        .order_by(col(Proposal.id))
        .with_for_update()
    )
    for proposal in rows.scalars().all():
        proposal.state = ProposalState.DROPPED
        language = proposal.language or language_of(actor, group)
        text = renderer().text(
            "meetings/proposal_meanwhile.html",
            language=language,
            group=group.facts(),
            meeting=meeting.facts(),
            who=actor.name,
        )
        keyboard = None
        if meeting.state is State.PLANNED:
            keyboard = post.buttons(keyboards.change_again(stored_id(meeting)), [language])
        for message in await post.live_messages(session, PROPOSAL, stored_id(proposal)):
            await post.revise(session, message, text=text, keyboard=keyboard, now=now)


def _planned(proposal: Proposal, group: Group) -> Meeting:
    starts, ends = _shown(proposal.wall_start, proposal.wall_end, group.zone)
    return Meeting(
        group_id=stored_id(group),
        wall_start=starts,
        wall_end=ends,
        zone=group.zone,
        starts_at=instant(starts, group.zone),
        ends_at=instant(ends, group.zone),
        place=proposal.place,
        way=proposal.way,
        link=proposal.link,
        is_place_late=proposal.is_place_late,
    )


def _move(meeting: Meeting, proposal: Proposal) -> None:
    meeting.moved_from = meeting.wall_start
    starts, ends = _shown(proposal.wall_start, proposal.wall_end, meeting.zone)
    meeting.wall_start, meeting.wall_end = starts, ends
    meeting.starts_at, meeting.ends_at = instant(starts, meeting.zone), instant(ends, meeting.zone)
    meeting.place, meeting.way, meeting.link = proposal.place, proposal.way, proposal.link
    meeting.is_place_late = proposal.is_place_late
    meeting.version += 1


def where_of(place: str, said: Said, known: Where | None) -> Where:
    """Return where it would be held; what is not said of what is `known` stays as it is."""
    return said.at(place) if known is None else known.changed(place, said)


async def _following(
    session: AsyncSession, meeting: Meeting | None, starts: datetime
) -> Rhythm | None:
    """Return the rhythm of a series if this and all that follow are moved like one meeting."""
    if meeting is None or meeting.series_id is None:
        return None
    of_series = (await session.get_one(Series, meeting.series_id)).facts()
    # By its place in the series: it may have been moved alone before.
    place = meeting.original_start or meeting.wall_start
    return series.shifted(of_series.rhythm, place.date(), starts.date())


def in_other_words(
    starts: datetime, ends: datetime, group: Group, asked_in: Place, local_now: datetime
) -> list[str]:
    """Say a time as those of the group say it who count the hours from sunrise.

    Whoever planned it in another language sees what these people will read: a misunderstanding of
    six hours shows before it is announced. What stands open in the group's posts comes first then.
    """
    others = [one for one in group.languages if one not in asked_in.languages]
    from_sunrise = [one for one in others if local_clock(starts.time(), one)]
    if not from_sunrise:
        return []
    return [
        renderer().text(
            "meetings/span.html", language=language, starts=starts, ends=ends, local_now=local_now
        )
        for language in others
        if language == group.languages[0] or language in from_sunrise
    ]
