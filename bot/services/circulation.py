"""What people carry out of the chat: a meeting as a calendar file, or as plain words to copy.

Nothing is pushed: both come on a tap, to the person alone if the bot may write to them, else under
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
from bot.domain.meetings import MeetingUnknown, State
from bot.domain.roles import Action, Actor, Scope
from bot.models import Group, Meeting, OutboxMessage, OutboxState, Series
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import series as queries
from bot.rendering import ical
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, members

FILE, COPY = "meeting-file", "meeting-copy"
"""The subjects of what was carried out; replies to it answer nothing."""
STILL_IN_SIGHT = timedelta(minutes=10)
"""A second tap in a group within this time brings nothing new: it stands there already."""


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
    if await _is_in_sight(session, place, about, now):
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
    if await _is_in_sight(session, place, about, now):
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


async def make(
    session: AsyncSession, what: Mapping[str, Any], now: datetime
) -> Callable[[], Document] | None:
    """Return what makes the file that an outbox row tells of, from all that was read here.

    None if there is nothing left to make it from.
    """
    meeting = await session.get(Meeting, what["meeting"])
    if what["make"] != FILE or meeting is None:
        return None
    group = await session.get_one(Group, meeting.group_id)
    language = what["language"]
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
    caption = renderer().text(
        "circulation/file.html", language=language, size=len(content), **facts
    )
    name = f"meeting-{facts['meeting'].starts:%Y-%m-%d}.ics"
    return Document(name, "text/calendar", content, caption)


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


async def _is_in_sight(session: AsyncSession, place: Place, about: About, now: datetime) -> bool:
    """Tell whether the same waits to be sent, or has just been sent to a group."""
    since = now - STILL_IN_SIGHT if place.chat_id < 0 else now
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
