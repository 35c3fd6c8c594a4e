"""What people carry out of the chat: a calendar file, plain words to copy, paper for the hall.

Nothing is pushed: all come on a tap, to the person alone if the bot may write to them, else under
the post. They say what is true when they are made, also under an old button.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.domain import roles
from bot.domain import series as rules
from bot.domain.dates import instant
from bot.domain.meetings import MeetingCancelled, MeetingUnknown, State
from bot.domain.roles import Action, Actor, Scope
from bot.models import Coalition, Group, Meeting, OutboxMessage, OutboxState, Series
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import facilitation, rolls
from bot.queries import series as queries
from bot.rendering import documents, ical
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, members, participation

FILE, COPY, PAPER = "meeting-file", "meeting-copy", "meeting-paper"
"""The subjects of what was carried out; replies to it answer nothing."""
AS_PDF, AS_CALENDAR = ("pdf", "application/pdf"), ("ics", "text/calendar")
STILL_IN_SIGHT = timedelta(minutes=10)
"""A second tap in a group within this time brings nothing new: it stands there already."""
JUST_SENT = timedelta(minutes=2)
"""The same in private: on a weak network people tap again while they wait, and each file costs
them. Whoever taps later may have lost what came."""


@dataclass(frozen=True)
class Carried:
    """Where somebody finds what they asked for."""

    is_private: bool
    is_new: bool = True


async def give_file(
    session: AsyncSession, meeting_id: int, actor: Actor, asked_in: Place, *, now: datetime
) -> Carried:
    """Send a meeting as a calendar file; that of a cancelled one takes it out of a calendar.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    meeting, _ = await _seen_by(session, meeting_id, actor)
    await _name(session, meeting)
    place = await members.nearest(session, actor, asked_in)
    about = About(FILE, meeting_id, meeting.file_version, place.languages[0])
    # In private each may be another: that of a series changes with all of its meetings.
    is_one_file = meeting.series_id is None or place.chat_id < 0
    if is_one_file and await is_in_sight(session, place, about, now):
        return Carried(place.chat_id > 0, is_new=False)
    await post.send_file(
        session,
        place,
        {"make": FILE, "meeting": meeting_id, "language": place.languages[0]},
        about=about,
        now=now,
    )
    return Carried(place.chat_id > 0)


async def give_copy(
    session: AsyncSession, meeting_id: int, actor: Actor, asked_in: Place, *, now: datetime
) -> Carried:
    """Send what a meeting's post says, in plain words that can be copied into another messenger.

    It is in the person's own language only: they know who will read it there.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    meeting, group = await _seen_by(session, meeting_id, actor)
    place = await members.nearest(session, actor, asked_in)
    about = About(COPY, meeting_id, meeting.version, place.languages[0])
    if await is_in_sight(session, place, about, now):
        return Carried(place.chat_id > 0, is_new=False)
    await post.say(
        session,
        place,
        "circulation/copy.html",
        {
            "group": group.facts(),
            "meeting": meeting.facts(),
            "series": await _series(session, meeting),
            "agenda": await agenda_sheets.read(session, meeting, group),
            "has_begun": meeting.facts().has_started(now),
        },
        now=now,
        about=about,
        is_silent=True,
    )
    return Carried(place.chat_id > 0)


async def give_paper(
    session: AsyncSession, meeting_id: int, actor: Actor, asked_in: Place, *, now: datetime
) -> Carried:
    """Send the agenda to print, with a list that is signed by hand.

    It is in the language of whoever asked: they know who will read it there. A changed agenda is
    sent anew.

    Raises:
        MeetingUnknown, MeetingCancelled: there is nothing to come to.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    meeting, group = await _seen_by(session, meeting_id, actor)
    if meeting.state is State.CANCELLED:
        raise MeetingCancelled
    place = await members.nearest(session, actor, asked_in)
    language = place.languages[0]
    agenda = await agenda_sheets.read(session, meeting, group)
    about = About(PAPER, meeting_id, meeting.version, f"{language}:{agenda.version}")
    if await is_in_sight(session, place, about, now):
        return Carried(place.chat_id > 0, is_new=False)
    what = {"make": PAPER, "meeting": meeting_id, "language": language}
    await post.send_file(session, place, what, about=about, now=now)
    return Carried(place.chat_id > 0)


async def make(
    session: AsyncSession, what: Mapping[str, Any], now: datetime
) -> Callable[[], Document] | None:
    """Return what makes the file that an outbox row tells of, from all that was read here.

    None if there is nothing left to make it from.
    """
    if what["make"] == participation.PICTURE:
        return await participation.make(session, what)
    meeting = await session.get(Meeting, what["meeting"])
    if meeting is None:
        return None
    group = await session.get_one(Group, meeting.group_id)
    if what["make"] == FILE:
        return await _file_of(session, meeting, group, what["language"], now)
    if what["make"] == PAPER:
        return await _paper_of(session, meeting, group, what["language"])
    return None


async def _paper_of(
    session: AsyncSession, meeting: Meeting, group: Group, language: str
) -> Callable[[], Document] | None:
    """Return what makes the paper for the hall; nobody is sent to a meeting that is cancelled."""
    if meeting.state is State.CANCELLED:
        return None
    roll = await rolls.of_group(session, stored_id(group))
    facts = {
        "coalition": (await session.get_one(Coalition, group.coalition_id)).facts(),
        "group": group.facts(),
        "meeting": meeting.facts(),
        "agenda": await agenda_sheets.read(session, meeting, group),
        "holders": await facilitation.holders(session, stored_id(meeting)),
        "organisations": [seat.name for seat in roll.seats],
    }
    return partial(_paper, facts, language)


def _paper(facts: Mapping[str, Any], language: str) -> Document:
    content = documents.pdf("paper", renderer().document("paper", language=language, **facts))
    return _document(content, AS_PDF, "circulation/paper.html", facts, language)


async def _file_of(
    session: AsyncSession, meeting: Meeting, group: Group, language: str, now: datetime
) -> Callable[[], Document]:
    """Return what makes the calendar file."""
    summary = renderer().plain(
        "circulation/summary.txt", language=language, group=group.facts(), meeting=meeting.facts()
    )
    events = await _events(session, meeting, summary)
    facts = {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "series": await _series(session, meeting),
    }
    return partial(_file, events, facts, language, now)


def _file(
    events: Sequence[ical.Event], facts: Mapping[str, Any], language: str, now: datetime
) -> Document:
    content = ical.calendar(events, now=now)
    return _document(content, AS_CALENDAR, "circulation/file.html", facts, language)


def _document(
    content: bytes,
    kind: tuple[str, str],
    template: str,
    facts: Mapping[str, Any],
    language: str,
) -> Document:
    """Return a file named for the day of its meeting, under words that say its size.

    `kind` is the ending of its name, and its media type.
    """
    ending, media_type = kind
    caption = renderer().text(template, language=language, size=len(content), **facts)
    name = f"meeting-{facts['meeting'].starts:%Y-%m-%d}.{ending}"
    return Document(name, media_type, content, caption)


async def _series(session: AsyncSession, meeting: Meeting) -> rules.Series | None:
    """Return the series that a meeting belongs to; None if it is the only one, or all are over."""
    if meeting.series_id is None:
        return None
    found = (await session.get_one(Series, meeting.series_id)).facts()
    return None if found.is_over else found


async def _name(session: AsyncSession, meeting: Meeting) -> None:
    """Give a meeting, or its series and what they are linked with, a name for calendars.

    It is drawn by lot: a number would be the same in another installation.
    """
    if meeting.series_id is None:
        meeting.uid = meeting.uid or uuid4().hex
        return
    for one in await queries.chain(session, await session.get_one(Series, meeting.series_id)):
        one.uid = one.uid or uuid4().hex


async def _events(session: AsyncSession, meeting: Meeting, summary: str) -> list[ical.Event]:
    """Return what a file holds: a meeting, or the whole series that it belongs to."""
    if meeting.series_id is None:
        return [_event(meeting, meeting.uid, summary)]
    found: list[ical.Event] = []
    for one in await queries.chain(session, await session.get_one(Series, meeting.series_id)):
        found += _events_of(one, await queries.meetings(session, one), summary)
    return found


def _event(
    meeting: Meeting, uid: str, summary: str, original: datetime | None = None
) -> ical.Event:
    facts = meeting.facts()
    return ical.Event(
        uid=uid,
        version=meeting.file_version,
        summary=summary,
        starts=facts.starts,
        ends=facts.ends,
        zone=facts.zone,
        place=facts.place or facts.link,
        is_cancelled=facts.state is State.CANCELLED,
        original=original,
    )


def _events_of(series: Series, of_it: Sequence[Meeting], summary: str) -> list[ical.Event]:
    """Return a series as one event, and those of its meetings that are not as its rhythm has them.

    The version grows with that of each meeting: one that was cancelled changes the whole.
    """
    found = series.facts()
    first = rules.occurrence(found, datetime.combine(found.starts_on, found.starts))
    evening = time.max.replace(microsecond=0)
    until = datetime.combine(found.until, evening) if found.until else None
    where = series.where()
    whole = ical.Event(
        uid=series.uid,
        version=series.version + sum(one.version - 1 for one in of_it),
        summary=summary,
        # Not when clocks show it: the rule goes on from here, and a gap is for this one only.
        starts=first.original,
        ends=first.original + found.length,
        zone=found.zone,
        place="" if where.is_late else where.place or where.link,
        is_cancelled=found.is_over,
        rule="" if found.is_over else found.rhythm.rule,
        until=instant(until, found.zone) if until else None,
        left_out=tuple(
            one.original_start
            for one in of_it
            if one.original_start and one.state is State.CANCELLED and not found.is_over
        ),
    )
    moved = [
        _event(one, series.uid, summary, one.original_start)
        for one in of_it
        if one.original_start
        and one.state is State.PLANNED
        and (one.where() != where or one.wall_start != one.original_start)
    ]
    return [whole, *moved]


async def _seen_by(session: AsyncSession, meeting_id: int, actor: Actor) -> tuple[Meeting, Group]:
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingUnknown
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, stored_id(group)))
    return meeting, group


async def is_in_sight(session: AsyncSession, place: Place, about: About, now: datetime) -> bool:
    """Tell whether the same waits to be sent, or has just been sent."""
    since = now - (STILL_IN_SIGHT if place.chat_id < 0 else JUST_SENT)
    is_ready = col(OutboxMessage.state) == OutboxState.READY
    is_recent = col(OutboxMessage.ended_at) > since
    found = await session.scalar(
        select(col(OutboxMessage.id))
        .where(
            col(OutboxMessage.chat_id) == place.chat_id,
            col(OutboxMessage.subject) == about.subject,
            col(OutboxMessage.subject_id) == about.id,
            col(OutboxMessage.subject_version) == about.version,
            col(OutboxMessage.kind) == about.kind,
            is_ready | (is_recent & (col(OutboxMessage.state) == OutboxState.DELIVERED)),
        )
        .limit(1)
    )
    return found is not None
