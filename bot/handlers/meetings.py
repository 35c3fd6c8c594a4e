"""What people send about meetings: plan, move, cancel, ask when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.attendance import Answer
from bot.domain.changes import ChangeUnclear, read_change
from bot.domain.dates import DateUnreadable, TimeMissing, When, read_when, wall_time
from bot.domain.groups import GroupMissing
from bot.domain.meetings import likely_starts
from bot.domain.rhythms import Again, RhythmWithoutDay, read_last_day, read_rhythm
from bot.domain.roles import Action, Actor, Scope, can
from bot.domain.ways import Said, Where, read_way
from bot.errors import BotError
from bot.flows import engine
from bot.flows.meetings import PLAN, Plan
from bot.handlers.desk import RECEIVED, Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, Meeting
from bot.queries import attendance, groups, meetings
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import meeting_posts, proposals, series
from bot.services import meetings as services

PLACES_OFFERED = 3
Span: TypeAlias = tuple[datetime, datetime]
"""The start and the end of a meeting, as wall times."""


async def plan(desk: Desk, incoming: Incoming) -> None:
    """/meeting 3 Dec 10:00 County Hall — understand it, and ask whether that was meant."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.PLAN_MEETING)
    if not incoming.text:
        beginning = replace(await _beginning(desk, group), is_private=incoming.is_private)
        await engine.begin(await desk.talk(incoming, group), PLAN, beginning)
        return
    place = await desk.place(incoming)
    if incoming.is_edit:
        # A command that was mended asks once, not twice.
        await proposals.drop_asked_under(desk.session, group, place, now=desk.now)
        planned = await proposals.planned_under(
            desk.session, group, place, incoming.message_id or 0
        )
        if planned is not None:
            await services.offer_change(
                desk.session, planned, actor, now=desk.now, asked_in=place, is_edited=True
            )
            return
    await _propose(desk, incoming, group, actor)
    await proposals.note_command(desk.session, place, incoming.message_id, now=desk.now)


async def _propose(
    desk: Desk,
    incoming: Incoming,
    group: Group,
    actor: Actor,
    *,
    meeting: Meeting | None = None,
    known: Where | None = None,
    standing: Span | None = None,
) -> None:
    """Ask whether a line was understood: one meeting, or one that comes again and again.

    `known` and `standing` are the place and the time that were understood before, if the line only
    corrects the rest.
    """
    now, languages = wall_time(desk.now, group.zone), reading_languages(actor, group)
    said, line = read_way(incoming.text)
    if standing is not None:
        line = _asked_for(line, said)
    asked_in = await desk.place(incoming)
    first = standing[0].date() if standing else None
    again = read_rhythm(line, now=now, languages=languages, known_first=first)
    if again is None and meeting is not None and standing is not None:
        until = read_last_day(line, now=now, languages=languages)
        again = await _up_to(desk, line, meeting, standing, until) if until else None
    if again is not None:
        await series.propose(
            desk.session,
            group,
            again,
            said,
            asked_in=asked_in,
            now=desk.now,
            meeting=meeting,
            known=known,
        )
        return
    when = _when(line, now, languages, standing)
    await proposals.propose(
        desk.session,
        group,
        starts=when.starts,
        ends=when.ends,
        place=when.rest,
        said=said,
        asked_in=asked_in,
        now=desk.now,
        meeting=meeting,
        known=known,
    )


def _asked_for(line: str, said: Said) -> str:
    """Return what a line wants to be different, without the words that only ask for a change.

    Raises:
        ChangeUnclear: there is nothing else in it.
    """
    _, wanted = read_change(line)
    if not wanted and not said.is_anything:
        raise ChangeUnclear
    return wanted


async def _up_to(desk: Desk, line: str, meeting: Meeting, standing: Span, until: date) -> Again:
    """Return the series of a meeting with another last day.

    Raises:
        DateUnreadable: the meeting comes only once.
    """
    rhythm = await services.rhythm_of(desk.session, meeting)
    if rhythm is None:
        raise DateUnreadable(said=line)
    starts, ends = standing
    return Again(rhythm, starts.time(), ends - starts, starts.date(), until, "")


def _when(line: str, now: datetime, languages: Sequence[str], standing: Span | None) -> When:
    """Read when a meeting is to be; what the line leaves out stays as it stands.

    Raises:
        DateUnreadable, TimeMissing, and the others of `read_when`: see there.
    """
    if standing is None:
        return read_when(line, now=now, languages=languages)
    starts, ends = standing
    day = starts.date()
    if not line:
        return When(starts, ends, "")
    try:
        return read_when(line, now=now, languages=languages, default_date=day, around=day)
    except TimeMissing:
        # "10 Dec": at the same hour, and for as long.
        moved = read_when(f"{line} {starts:%H:%M}", now=now, languages=languages, around=day)
        return replace(moved, ends=moved.starts + (ends - starts))
    except DateUnreadable:
        # "The library": only the place is another. Digits may be a date with a slip of the finger.
        if any(character.isdigit() for character in line):
            raise
        return When(starts, ends, line)


async def _beginning(desk: Desk, group: Group) -> Plan:
    """Return what the questions offer to choose from: what the group is used to."""
    lately = await meetings.lately(desk.session, group.facts().id)
    last = lately[0].wall_start if lately else None
    # What was told late is offered to nobody.
    places = dict.fromkeys(facts.place for one in lately if (facts := one.facts()).place)
    links = dict.fromkeys(facts.link for one in lately if (facts := one.facts()).link)
    return Plan(
        days=likely_starts(last, wall_time(desk.now, group.zone)),
        places=tuple(places)[:PLACES_OFFERED],
        links=tuple(links)[:PLACES_OFFERED],
    )


async def confirm(desk: Desk, incoming: Incoming, proposal_id: int) -> None:
    """[Yes] under a proposal."""
    await series.confirm(desk.session, proposal_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def confirm_following(desk: Desk, incoming: Incoming, proposal_id: int) -> None:
    """[This and all after it] under a change of a meeting of a series."""
    actor = await desk.actor(incoming)
    await series.confirm(desk.session, proposal_id, actor, is_for_following=True, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def discard(desk: Desk, incoming: Incoming, proposal_id: int) -> None:
    """[No] under a proposal."""
    await proposals.drop(desk.session, proposal_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def answer_question(desk: Desk, incoming: Incoming, proposal_id: int) -> None:
    """A reply to "Is this right?": yes, no, or what should be different."""
    actor = await desk.actor(incoming)
    said = renderer().answer_in(incoming.text)
    if said is Answer.COMING:
        await series.confirm(desk.session, proposal_id, actor, now=desk.now)
        await desk.react(incoming, "👍")
    elif said is Answer.CANNOT:
        await proposals.drop(desk.session, proposal_id, actor, now=desk.now)
        await desk.react(incoming, "👌")
    else:
        await _correct(desk, incoming, proposal_id, actor)


async def _correct(desk: Desk, incoming: Incoming, proposal_id: int, actor: Actor) -> None:
    proposal, group = await proposals.open_proposal(desk.session, proposal_id, actor, now=desk.now)
    if (
        proposal.rule
        and read_rhythm(
            read_way(incoming.text)[1],
            now=wall_time(desk.now, group.zone),
            languages=reading_languages(actor, group),
        )
        is None
    ):
        # "11:00" alone would make one meeting of what was asked about as many.
        raise RhythmWithoutDay(said=incoming.text)
    await proposals.drop(desk.session, proposal_id, actor, now=desk.now)
    meeting = None
    if proposal.meeting_id is not None:
        meeting = await meeting_posts.locked(desk.session, proposal.meeting_id)
    await _propose(
        desk,
        incoming,
        group,
        actor,
        meeting=meeting,
        known=proposal.where(),
        standing=(proposal.wall_start, proposal.wall_end),
    )


async def offer_change(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Move or cancel] under an announcement, or under /when."""
    await services.offer_change(
        desk.session,
        meeting_id,
        await desk.actor(incoming),
        asked_in=await desk.place(incoming) if incoming.is_private else None,
        now=desk.now,
    )
    await desk.toast(incoming)


async def keep(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Leave as it is] under the question what to change."""
    await services.close_change(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def offer_cancel(desk: Desk, incoming: Incoming, meeting_id: int, version: int) -> None:
    """[Cancel the meeting] under the question what to change: ask once more."""
    actor = await desk.actor(incoming)
    tapped = (incoming.chat_id, incoming.message_id)
    await services.offer_cancel(
        desk.session, meeting_id, version, actor, message=tapped, now=desk.now
    )
    await desk.toast(incoming)


async def cancel(desk: Desk, incoming: Incoming, meeting_id: int, version: int) -> None:
    """[Yes, cancel it] under the question whether that was meant."""
    actor = await desk.actor(incoming)
    await services.cancel(desk.session, meeting_id, version, actor, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def offer_end(desk: Desk, incoming: Incoming, meeting_id: int, version: int) -> None:
    """[Cancel this and all after it] under the question what to change: ask once more."""
    actor = await desk.actor(incoming)
    tapped = (incoming.chat_id, incoming.message_id)
    await series.offer_end(desk.session, meeting_id, version, actor, message=tapped, now=desk.now)
    await desk.toast(incoming)


async def end(desk: Desk, incoming: Incoming, meeting_id: int, version: int) -> None:
    """[Yes, cancel them all] under the question whether that was meant."""
    actor = await desk.actor(incoming)
    await series.end(desk.session, meeting_id, version, actor, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def move(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to the question what to change: another time or place, "no", or "cancel it"."""
    actor = await desk.actor(incoming)
    meeting, group = await services.changeable(desk.session, meeting_id, actor, now=desk.now)
    said = renderer().answer_in(incoming.text)
    if said is Answer.CANNOT:
        await services.close_change(desk.session, meeting_id, actor, now=desk.now)
        await desk.react(incoming, RECEIVED[Answer.CANNOT])
        return
    if said is Answer.COMING:
        await _agree(desk, incoming, meeting_id, actor)
        return
    if renderer().calls_off(incoming.text):
        place = await desk.place(incoming)
        await services.ask_to_cancel(desk.session, meeting_id, actor, place, now=desk.now)
        return
    await _propose(
        desk,
        incoming,
        group,
        actor,
        meeting=meeting,
        standing=(meeting.wall_start, meeting.wall_end),
    )


def names_a_time(desk: Desk, group: Group, actor: Actor, wish: str) -> bool:
    """Whether what a change shall lead to says when: "Friday 10:00", but not "the reports"."""
    now, languages = wall_time(desk.now, group.zone), reading_languages(actor, group)
    try:
        read_when(wish, now=now, languages=languages, default_date=now.date())
    except DateUnreadable:
        return False
    except BotError:
        # A day without an hour, or one that needs a question: it says when all the same.
        return True
    return True


async def _agree(desk: Desk, incoming: Incoming, meeting_id: int, actor: Actor) -> None:
    """Take a "yes" under the question whether to cancel a meeting, or all that follow it.

    Raises:
        ChangeUnclear: what to change was asked, and "yes" is no answer to that.
    """
    asked = await services.asked_in(desk.session, incoming.chat_id, incoming.replies_to, meeting_id)
    if asked is None:
        raise ChangeUnclear
    cancel_ = series.end if asked.kind == services.SURE_TO_END else services.cancel
    await cancel_(desk.session, meeting_id, asked.subject_version, actor, now=desk.now)
    await desk.react(incoming, "👍")


async def when(desk: Desk, incoming: Incoming) -> None:
    """/when — the next meetings of this group, or in private of all of mine."""
    actor = await desk.actor(incoming)
    if incoming.is_private:
        found = await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
        if not found:
            raise GroupMissing
    else:
        found = [await desk.group_for(incoming, actor, Action.SEE_MEETINGS)]
    items = []
    for group in found:
        facts = group.facts()
        for meeting in await meetings.upcoming(desk.session, facts.id, desk.now):
            answers = await attendance.of_meeting(
                desk.session,
                group_id=facts.id,
                meeting_id=meeting.facts().id,
                version=meeting.version,
            )
            rhythm = await services.rhythm_of(desk.session, meeting)
            items.append((facts, meeting.facts(), answers, rhythm, wall_time(desk.now, group.zone)))
    plannable = [
        group
        for group in found
        if can(actor, Action.PLAN_MEETING, Scope(group.coalition_id, group.id))
    ]
    await desk.reply(
        incoming,
        "meetings/list.html",
        keyboard=keyboards.upcoming(
            [meeting for _, meeting, *_ in items],
            changeable=[
                meeting.id
                for group, meeting, *_ in items
                if not meeting.has_started(desk.now)
                and can(actor, Action.CHANGE_MEETING, Scope(group.coalition_id, group.id))
            ],
        )
        or None,
        items=items,
        can_plan=bool(plannable),
        example=desk.example_date(),
    )


def reading_languages(actor: Actor, group: Group) -> tuple[str, ...]:
    """Return the languages in which a date may be written: the person's and the group's first."""
    mine = (actor.language,) if actor.language else ()
    return tuple(dict.fromkeys((*mine, *group.languages, *renderer().catalogues.languages)))
