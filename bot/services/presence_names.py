"""Whom somebody names who runs a meeting: guests, who came and who left, and when.

It is said while the meeting goes on, or afterwards, until the minutes are out.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import organisations
from bot.domain.dates import instant, wall_time
from bot.domain.meetings import Meeting as MeetingFacts
from bot.domain.members import Person
from bot.domain.organisations import OrganisationUnclear
from bot.domain.presence import Guest, How, NobodyCalledSo, NotThen, Present, read_moment
from bot.domain.roles import Action, Actor
from bot.domain.sittings import SittingState
from bot.domain.write_ups import all_but
from bot.models import Meeting, MessageSubject, Presence, Sitting
from bot.models.columns import stored_id
from bot.models.outbox import COMMAND
from bot.queries import presence as queries
from bot.queries import rolls
from bot.rendering.messages import renderer
from bot.services import sittings
from bot.services.presence import arrival, changed, enter, is_slip, later, noting

GUESTS = "guests"
"""The subject of a command that named guests; the numbers of those whom it brought follow."""
CORRECTED_WITHIN = timedelta(days=2)
"""How long such a command is corrected by editing it, as Telegram allows."""


@dataclass(frozen=True)
class Named:
    """What was noted of whom."""

    name: str
    """As it stands in the list: of the organisation, or of the guest."""
    counts_for: str = ""
    """The organisation for which a guest counts; empty for whoever is only in attendance."""
    at: datetime | None = None
    """When they came, or left; wall time of the group."""
    corrected: MeetingFacts | None = None
    """The meeting, if it is over: nobody sees it change."""


async def add_guest(
    session: AsyncSession, meeting_id: int, guest: Guest, actor: Actor, *, now: datetime
) -> Named:
    """Note somebody without an account.

    Whoever comes from an organisation that has a seat is there for it; all others are in
    attendance. The same person named twice is noted once.

    Raises:
        MeetingUnknown, NotOpen, MinutesOut and others: see `noting`.
    """
    [named] = await note_guests(session, meeting_id, [guest], None, actor, now=now)
    return named


async def note_guests(
    session: AsyncSession,
    meeting_id: int,
    guests: Sequence[Guest],
    source: tuple[int, int] | None,
    actor: Actor,
    *,
    now: datetime,
) -> list[Named]:
    """Note all guests that a command names; said anew, by an edit, it corrects those of before.

    `source` is the chat and the command. In their order the first takes the name of the first; who
    is not named any more was a slip. Only whom this command brought is corrected by it.

    Raises:
        MeetingUnknown, NotOpen, MinutesOut and others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    seats = await rolls.seated(session, meeting.group_id)
    said = await session.get(MessageSubject, source) if source else None
    before = [int(key) for key in said.subject.split(":")[1:]] if said else []
    found: list[Named] = []
    brought: list[int] = []
    for at, guest in enumerate(guests):
        known = await session.get(Presence, before[at]) if at < len(before) else None
        row, is_new = await _note(session, sitting, guest, seats, actor, known=known, now=now)
        if is_new:
            brought.append(stored_id(row))
        counts_for = seats.get(row.organisation_id or 0, "")
        await changed(session, meeting, sitting, organisation=counts_for, now=now)
        found.append(Named(guest.name, counts_for, corrected=_if_over(meeting, sitting)))
    for key in set(before) - set(brought):
        slip = await session.get_one(Presence, key)
        slip.left_at = slip.arrived_at
        await changed(session, meeting, sitting, now=now)
    if source and (brought or said):
        await session.merge(
            MessageSubject(
                chat_id=source[0],
                message_id=source[1],
                kind=COMMAND,
                subject=":".join([GUESTS, *map(str, brought)]),
                subject_id=meeting_id,
                subject_version=meeting.version,
                drop_at=now + CORRECTED_WITHIN,
            )
        )
    return found


async def left(
    session: AsyncSession,
    meeting_id: int,
    said: str,
    actor: Actor,
    *,
    languages: Sequence[str],
    now: datetime,
) -> list[Named]:
    """Note that organisations, or guests, have left, now or when is said.

    Said again with another time, it corrects the first. Several may stand in a list, as in `came`.

    Raises:
        NobodyCalledSo: nobody who is, or was, there is called so, or several are; of a list it is
            the first of them, and nobody is noted.
        NotThen: the time cannot be meant; or none is said, of a meeting that is over.
        TimeAmbiguous and the others of `read_when`: the time cannot be read.
        MeetingUnknown, NotOpen, MinutesOut and others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    known = _Known(meeting, sitting, await queries.people(session, meeting), now)
    said, at = known.read(said, languages)
    if at is None and known.is_over:
        raise NotThen(opened=known.opened, until=known.until, is_over=True)

    async def meant(name: str) -> _Meant:
        return _Meant(*known.called(name))

    found = await _listed(said, meant)
    return [await _left(session, known, one, at=at) for one in found]


@dataclass(frozen=True)
class _Meant:
    """Who is meant by a name."""

    name: str
    organisation: str
    noted: list[Present]
    """What was noted of them."""
    person: Person | None = None
    """Somebody of the group of whom nothing was noted."""
    how: How | None = None
    """How they take part; None: as usual."""


@dataclass(frozen=True)
class _Known:
    """Who was noted at a meeting, and between which times somebody can have come or left."""

    meeting: Meeting
    sitting: Sitting
    people: Sequence[Present]
    now: datetime

    @property
    def is_over(self) -> bool:
        """Tell whether the meeting is over."""
        return self.sitting.state is not SittingState.OPEN

    @property
    def opened(self) -> datetime:
        """Return when it began (wall time)."""
        return wall_time(self.sitting.opened_at, self.meeting.zone)

    @property
    def until(self) -> datetime:
        """Return when it ended; now, if it goes on (wall time)."""
        ended = self.sitting.closed_at if self.is_over else None
        return wall_time(ended or self.now, self.meeting.zone)

    def read(
        self,
        said: str,
        languages: Sequence[str],
        names: Sequence[str] = (),
        *,
        is_coming: bool = False,
    ) -> tuple[str, datetime | None]:
        """Return who is meant and, if it is said, when; a name may hold numbers itself."""
        known = {one.organisation for one in self.people} | {one.person for one in self.people}
        if said.casefold() in {name.casefold() for name in (*known, *names)}:
            return said, None
        return read_moment(
            said,
            opened=self.opened,
            until=self.until,
            is_over=self.is_over,
            languages=languages,
            is_coming=is_coming,
        )

    def likely(self, seats: Mapping[int, str] | None = None) -> list[str]:
        """Return whom somebody is likely to mean: who is there or, with `seats`, is not yet."""
        if seats is not None:
            return [seats[key] for key in self.missing(seats)]
        there = [one for one in self.people if self.is_over or one.left is None]
        called = [one.organisation if one.organisation_id else one.person for one in there]
        return list(dict.fromkeys(called))

    def missing(self, seats: Mapping[int, str]) -> list[int]:
        """Return the organisations that are not there; of a meeting that is over, never were."""
        here = {
            one.organisation_id
            for one in self.people
            if one.is_counted and (self.is_over or one.left is None)
        }
        return [key for key in seats if key not in here]

    def noted(self, organisation_id: int) -> list[Present]:
        """Return what was noted of those who count for an organisation."""
        counted = [one for one in self.people if one.is_counted]
        return [one for one in counted if one.organisation_id == organisation_id]

    def called(
        self, said: str, seats: dict[int, str] | None = None
    ) -> tuple[str, str, list[Present]]:
        """Return the name that is meant, whose organisation that is, and what was noted of it.

        `seats` are the organisations that may have come; without them only who was noted is meant.

        Raises:
            NobodyCalledSo: it is nobody's, or several are called so.
        """
        counted = [one for one in self.people if one.is_counted]
        names = {one.organisation_id: one.organisation for one in counted if one.organisation_id}
        names = (seats or {}) | names
        key = organisations.find(names, said)
        if key is not None:
            return names[key], names[key], self.noted(key)
        persons = {one.id: one.person for one in self.people if one.person}
        person = organisations.find(persons, said)
        if person is None:
            raise NobodyCalledSo(said=said, known=self.likely(seats), is_coming=seats is not None)
        [found] = [one for one in self.people if one.id == person]
        return found.person, found.organisation if found.organisation_id else "", [found]


async def _left(
    session: AsyncSession, known: _Known, meant: _Meant, *, at: datetime | None
) -> Named:
    """Note that one organisation, or person, has left; see `left`."""
    meeting, sitting, now = known.meeting, known.sitting, known.now
    rows = [await session.get_one(Presence, one.id) for one in meant.noted]
    for row in [row for row in rows if row.left_at is None] or (rows[-1:] if at else []):
        row.left_at = later(row, instant(at, meeting.zone) if at else now)
    await changed(session, meeting, sitting, organisation=meant.organisation, now=now)
    return Named(meant.name, at=at, corrected=_if_over(meeting, sitting))


async def came(
    session: AsyncSession,
    meeting_id: int,
    said: str,
    actor: Actor,
    *,
    languages: Sequence[str],
    now: datetime,
) -> list[Named]:
    """Note that organisations, or guests, came, and when, if that is said.

    An organisation, or one of its people, that nobody has noted yet is noted so. Several may stand
    in a list: "Afya, Elimu and Maji Bora 10:20". "All", and "all except Afya", are those who are
    not there: since when the others are stays.

    Raises:
        NobodyCalledSo: no organisation, and nobody of the group, is called so, or several are; of
            a list it is the first of them, and nobody is noted.
        NotThen: the meeting did not go on at that time, or they had left by then.
        TimeAmbiguous and the others of `read_when`: the time cannot be read.
        MeetingUnknown, NotOpen, MinutesOut and others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    seats = await rolls.seated(session, meeting.group_id)
    known = _Known(meeting, sitting, await queries.people(session, meeting), now)
    said, at = known.read(said, languages, [*seats.values()], is_coming=True)
    found = _everyone(known, seats, said)
    if found is None:
        found = await _listed(said, lambda name: _meant(session, known, seats, name))
    return [await _came(session, known, seats, one, at=at, actor=actor) for one in found]


async def _came(
    session: AsyncSession,
    known: _Known,
    seats: Mapping[int, str],
    meant: _Meant,
    *,
    at: datetime | None,
    actor: Actor,
) -> Named:
    """Note that one organisation, or person, came; see `came`."""
    meeting, sitting, now = known.meeting, known.sitting, known.now
    name, organisation, noted, person = meant.name, meant.organisation, meant.noted, meant.person
    moment = instant(at, meeting.zone) if at else None
    if not noted:
        row = await _enter(session, sitting, person, now=now)
        if person is None:
            row.organisation_id = next(key for key, called in seats.items() if called == name)
        row.entered_by = actor.member_id
        row.arrived_at = moment or row.arrived_at
        row.how = meant.how or row.how
    rows = [await session.get_one(Presence, one.id) for one in noted]
    since = moment or now
    is_back = not known.is_over and all(row.left_at and row.left_at <= since for row in rows)
    if rows and is_back:
        # They are back; what they missed is not counted.
        rows[-1].left_at = None
    elif moment is not None:
        # Who was there by then came with whoever came first.
        early = [row for row in rows if row.arrived_at < moment] or rows[:1]
        for row in early:
            if row.left_at is not None and row.left_at <= moment:
                gone = wall_time(row.left_at, meeting.zone)
                raise NotThen(opened=known.opened, until=gone, is_over=True, is_coming=True)
            row.arrived_at = moment
    await changed(session, meeting, sitting, organisation=organisation, now=now)
    return Named(name, at=at, corrected=_if_over(meeting, sitting))


async def own_moment(
    session: AsyncSession,
    meeting_id: int,
    said: str,
    actor: Actor,
    *,
    languages: Sequence[str],
    is_coming: bool,
    now: datetime,
) -> datetime | None:
    """Return when somebody says of themselves that they came, or left; None: they say no time.

    Raises:
        NotThen: the meeting did not go on at that time.
        TimeAmbiguous and the others of `read_when`: the time cannot be read.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to come to.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    known = _Known(meeting, sitting, (), now)
    _, at = known.read(said, languages, is_coming=is_coming)
    return instant(at, meeting.zone) if at else None


def _everyone(known: _Known, seats: dict[int, str], said: str) -> list[_Meant] | None:
    """Return who is meant by "all", or "all except Afya", and is not there; None: it names some.

    Raises:
        NobodyCalledSo: nobody is called like one of those whom it leaves out.
    """
    if organisations.find(seats, said) is not None:
        return None
    try:
        every = all_but(seats, said, renderer().room_words)
    except OrganisationUnclear as error:
        raise NobodyCalledSo(said=error.said, known=[*seats.values()], is_coming=True) from error
    if every is None:
        return None
    keys, how = every
    missing = [key for key in known.missing(seats) if key in keys]
    return [_Meant(seats[key], seats[key], known.noted(key), how=how) for key in missing]


Find: TypeAlias = Callable[[str], Awaitable[_Meant]]


async def _listed(said: str, find: Find) -> list[_Meant]:
    """Return all who are meant by a list of names; what is a name as a whole is not taken apart.

    Raises:
        NobodyCalledSo: see `came`.
    """
    ands = "|".join(map(re.escape, renderer().control_words("and")))
    names = []
    for part in await _apart(said, r"\s*[,;\n]\s*", find):
        names += await _apart(part, rf"\s+(?:{ands})\s+", find)
    return [await find(name) for name in names]


async def _apart(said: str, between: str, find: Find) -> list[str]:
    """Return a name, or the names in a list if nobody is called like all of it."""
    parts = [part for part in re.split(between, said, flags=re.IGNORECASE) if part.strip()]
    if len(parts) > 1:
        try:
            await find(said)
        except NobodyCalledSo:
            return parts
    return [said]


async def _meant(session: AsyncSession, known: _Known, seats: dict[int, str], said: str) -> _Meant:
    """Return who is meant by a name: who was noted, an organisation, or one of its people.

    Raises:
        NobodyCalledSo: see `came`.
    """
    try:
        return _Meant(*known.called(said, seats))
    except NobodyCalledSo:
        person = await _person(session, known.meeting, seats, said)
        if person is None:
            raise
        return _Meant(person.name, seats[person.organisation_id or 0], [], person)


async def _person(
    session: AsyncSession, meeting: Meeting, seats: Mapping[int, str], said: str
) -> Person | None:
    """Return the one person of the group's organisations who is called so; None: no one, several.

    An office's phone is nobody.
    """
    people = {
        one.member_id: one
        for one in await rolls.people(session, meeting.group_id)
        if one.organisation_id in seats and not one.is_office
    }
    key = organisations.find({number: one.name for number, one in people.items()}, said)
    return people[key] if key is not None else None


async def _enter(
    session: AsyncSession, sitting: Sitting, person: Person | None, *, now: datetime
) -> Presence:
    """Note a person of the group, or somebody whom nobody named (None)."""
    if person is None:
        return await enter(session, sitting, now=now)
    row = await queries.of_member(session, sitting.meeting_id, person.member_id)
    if row is None and person.is_confirmed:
        # "Somebody of them", who was noted before, has a name now.
        row = await queries.unnamed(session, sitting.meeting_id, person.organisation_id or 0)
    if row is None:
        row = await enter(session, sitting, now=now)
    elif is_slip(row):
        row.arrived_at = await arrival(session, sitting, now=now)
    row.member_id, row.organisation_id = person.member_id, person.organisation_id
    row.left_at, row.is_counted = None, person.is_confirmed
    return row


def _if_over(meeting: Meeting, sitting: Sitting) -> MeetingFacts | None:
    return meeting.facts() if sitting.state is not SittingState.OPEN else None


async def _note(
    session: AsyncSession,
    sitting: Sitting,
    guest: Guest,
    seats: Mapping[int, str],
    actor: Actor,
    *,
    known: Presence | None = None,
    now: datetime,
) -> tuple[Presence, bool]:
    """Note a guest, as whom somebody was noted before (`known`); whether that is not another row.

    The same person named twice is noted once.
    """
    key = organisations.find(seats, guest.office) if guest.office else None
    row = await _guest(session, sitting.meeting_id, guest, key)
    is_new = row is None or row is known
    if row is None:
        row = known or await enter(session, sitting, now=now)
        row.organisation_id, row.entered_by = key, actor.member_id
    if is_new:
        row.name, row.guest_of = guest.name, guest.office
    if sitting.state is SittingState.OPEN or is_slip(row):
        row.left_at = None
    await session.flush()
    return row, is_new


async def _guest(
    session: AsyncSession, meeting_id: int, guest: Guest, organisation_id: int | None
) -> Presence | None:
    rows = await session.execute(
        select(Presence).where(
            col(Presence.meeting_id) == meeting_id, col(Presence.member_id).is_(None)
        )
    )
    return next(
        (
            row
            for row in rows.scalars()
            if row.name.casefold() == guest.name.casefold()
            and row.organisation_id == organisation_id
        ),
        None,
    )
