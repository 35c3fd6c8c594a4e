"""Who is at a meeting: organisations, counted once each, and guests beside them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.dates import TimeAmbiguous, has_time, read_when
from bot.domain.dates.clocks import FROM_SUNRISE
from bot.domain.dates.words import LANGUAGES
from bot.domain.names import clean
from bot.domain.ways import Way
from bot.errors import BotError


class How(StrEnum):
    """How somebody takes part."""

    HERE = "here"
    PHONE = "phone"
    """Counts like being there."""
    REPRESENTED = "represented"
    """Somebody else speaks for the organisation."""


def usual_how(way: Way) -> How:
    """Return how people take part in a meeting of this way of whom nothing else is said."""
    return How.PHONE if way is Way.PHONE else How.HERE


class Mark(StrEnum):
    """What the list of who is there is told of an organisation, or of a guest."""

    HERE = "here"
    PHONE = "phone"
    REPRESENTED = "represented"
    AWAY = "away"
    """It was a slip: they are not, and were not there."""
    LEFT = "left"
    """They were there, and have gone."""

    @property
    def how(self) -> How | None:
        """Return how somebody takes part who is marked so; None: they do not."""
        return How(self.value) if self.value in set(How) else None


class Stage(StrEnum):
    """How far it is known who was at a meeting."""

    HELD = "held"
    """It goes on: people come and go."""
    DRAFTED = "drafted"
    """It is over; until its minutes are out, what was noted can be corrected."""
    OUT = "out"
    """What stands in the minutes stays."""


GRACE = timedelta(minutes=15)
"""Who comes within so many minutes of the beginning is not late: people greet each other."""
NAME_LIMIT = 64
"""Characters of the name of a guest, and of where they come from."""


@dataclass(frozen=True)
class Guest:
    """Somebody without an account, as they were named."""

    name: str
    office: str = ""
    """Where they come from: an office, a donor, an organisation."""


class GuestUnnamed(BotError):
    """A guest was to be noted, but nobody was named."""


class NobodyCalledSo(BotError):
    """Somebody was to have come or left whom nobody knows, or several are called so."""

    def __init__(self, *, said: str, known: Sequence[str], is_coming: bool = False) -> None:
        """`known` are those who can be meant: who is there or, `is_coming`, is not there yet."""
        super().__init__(f"none of {len(known)} who can be meant")
        self.said, self.known, self.is_coming = said, tuple(known), is_coming


class NotThen(BotError):
    """Somebody is said to have come or left when the meeting did not go on, or they were away.

    Of a meeting that is over, a time has to be said by which somebody left.
    """

    def __init__(
        self,
        *,
        opened: datetime,
        until: datetime,
        is_over: bool = False,
        is_coming: bool = False,
        is_end: bool = False,
    ) -> None:
        """`is_coming`: it was said that they came; `is_end`: that it ended; else that they left."""
        super().__init__("not between the opening and the end, or now")
        self.opened, self.until, self.is_over = opened, until, is_over
        self.is_coming, self.is_end = is_coming, is_end


class NotHere(BotError):
    """Somebody said that they leave who never came."""


@dataclass(frozen=True)
class Present:
    """One who takes part: a person of an organisation, or a guest. Wall times of the group."""

    organisation_id: int | None
    """None for a guest, who does not count for the quorum."""
    organisation: str
    person: str
    """Empty if nobody was named: "somebody of them is here"."""
    how: How
    arrived: datetime
    left: datetime | None = None
    is_confirmed: bool = False
    """Whether the lead or the note-taker confirmed it for the room."""
    id: int = 0
    is_counted: bool = True
    """False while nobody has confirmed that the person speaks for the organisation."""

    def is_late(self, began: datetime) -> bool:
        """Tell whether they came when the meeting had begun (both wall times) for a while."""
        return self.arrived - began > GRACE


@dataclass(frozen=True)
class Room:
    """Who is at a meeting now."""

    present: tuple[Present, ...] = ()
    """Those who count: people of the organisations that have a seat."""
    guests: tuple[Present, ...] = ()
    pending: tuple[Present, ...] = ()
    """Those who wait to be confirmed for an organisation: they do not count."""
    apologies: tuple[str, ...] = ()
    """Organisations that said they cannot come, and did not."""
    absent: tuple[str, ...] = ()
    """Organisations that neither came nor said anything that holds."""
    seats: int = 0
    needed: int = 0
    """How many organisations make a quorum."""

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return which organisations are there now, each once, in the order in which they came."""
        here = (one.organisation for one in self.present if one.left is None)
        return tuple(dict.fromkeys(here))

    @property
    def by_how(self) -> dict[str, How]:
        """Return how each organisation takes part that is there now; being there counts first."""
        return _by_how([one for one in self.present if one.left is None])

    @property
    def ways(self) -> dict[str, tuple[How, ...]]:
        """Return in which ways people of each organisation take part that is there now."""
        here = [one for one in self.present if one.left is None]
        return {
            name: tuple(
                how
                for how in How
                if any(one.how is how and one.organisation == name for one in here)
            )
            for name in self.organisations
        }

    @property
    def by_how_ever(self) -> dict[str, How]:
        """Return how each organisation took part that was there at any time."""
        return _by_how(self.present)

    @property
    def left(self) -> tuple[Present, ...]:
        """Return who has gone, first who went first: guests, and the last of each organisation.

        An organisation of which somebody is still there has not gone.
        """
        here = set(self.organisations)
        gone = sorted(
            (one for one in (*self.present, *self.guests) if one.left),
            key=lambda one: (one.left, one.id),
        )
        last = {one.organisation: one for one in gone if one not in self.guests}
        return tuple(
            one
            for one in gone
            if one in self.guests
            or (one is last[one.organisation] and one.organisation not in here)
        )

    @property
    def ever(self) -> tuple[str, ...]:
        """Return which organisations were there at any time."""
        return tuple(dict.fromkeys(one.organisation for one in self.present))

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough organisations are there now to decide."""
        return len(self.organisations) >= self.needed


EMPTY = Room()


def _by_how(here: Sequence[Present]) -> dict[str, How]:
    order = list(How)
    return {
        name: min((one.how for one in here if one.organisation == name), key=order.index)
        for name in dict.fromkeys(one.organisation for one in here)
    }


def quorum(seats: int, wanted: int | None = None) -> int:
    """Return how many of `seats` organisations are enough: as the group wants it, else over half.

    A group that wants more than it has needs all of them.
    """
    return min(wanted, seats) if wanted is not None else seats // 2 + 1


def room(
    seats: Mapping[int, str],
    present: Iterable[Present],
    *,
    excused: Iterable[int] = (),
    wanted: int | None = None,
) -> Room:
    """Sort who takes part; `seats` maps the id of an organisation to its name, in list order.

    `excused` are the organisations whose answer before the meeting was that they cannot come.
    """
    present = tuple(present)
    of_seats = [one for one in present if one.organisation_id in seats]
    came = {one.organisation_id for one in of_seats if one.is_counted}
    sorry = set(excused) - came
    return Room(
        present=tuple(one for one in of_seats if one.is_counted),
        pending=tuple(one for one in of_seats if not one.is_counted),
        guests=tuple(one for one in present if one.organisation_id not in seats),
        apologies=tuple(name for key, name in seats.items() if key in sorry),
        absent=tuple(name for key, name in seats.items() if key not in came | sorry),
        seats=len(seats),
        needed=quorum(len(seats), wanted),
    )


def read_moment(
    said: str,
    *,
    opened: datetime,
    until: datetime,
    is_over: bool,
    languages: Sequence[str],
    is_coming: bool = False,
) -> tuple[str, datetime | None]:
    """Read `Green Rangelands 10:45`: who came or left, and when.

    That is between the opening and `until`: now, or, if it `is_over`, the end. All are wall times;
    a meeting may last beyond midnight. None: it says no time. Of a time with several readings that
    one is meant which is possible, if it is the only one: "saa nne na robo", of a meeting at ten.

    Raises:
        NotThen: the meeting did not go on at that time.
        DateUnreadable, TimeAmbiguous and the others of `read_when`: see there.
    """
    if not has_time(said, languages):
        return said, None
    said = _made_clear(said, opened=opened, until=until, languages=languages)
    for day in (until.date(), opened.date()):
        long_ago = opened - timedelta(days=7)
        when = read_when(said, now=long_ago, languages=languages, default_date=day)
        if opened.replace(second=0, microsecond=0) <= when.starts <= until:
            return when.rest, when.starts
    raise NotThen(opened=opened, until=until, is_over=is_over, is_coming=is_coming)


def _made_clear(said: str, *, opened: datetime, until: datetime, languages: Sequence[str]) -> str:
    """Return what was said with the only possible reading of its time, if it has several."""
    long_ago, days = opened - timedelta(days=7), {opened.date(), until.date()}
    try:
        read_when(said, now=long_ago, languages=languages, default_date=opened.date())
    except TimeAmbiguous as unclear:
        begins = opened.replace(second=0, microsecond=0)
        told = [datetime.combine(day, option) for day in days for option in unclear.options]
        possible = {moment.time() for moment in told if begins <= moment <= until}
        if not possible and any(LANGUAGES[one].sunrise_parts for one in languages):
            # "4:15" is the fourth hour from sunrise for many, also without a word that says so.
            later = [moment + timedelta(hours=FROM_SUNRISE) for moment in told]
            possible = {moment.time() for moment in later if begins <= moment <= until}
        around = re.split(rf"(?<!\w){re.escape(unclear.said)}(?!\w)", said)
        if len(possible) == 1 and len(around) == len(("before", "after")):
            return f"{possible.pop():%H:%M}".join(around)
    except BotError:
        # The same is said of it where it is read.
        pass
    return said


def is_moment(said: str, *, now: datetime, languages: Sequence[str]) -> bool:
    """Tell whether nothing but a time is said, which is one's own: `10:03`, `at 10:03`."""
    if not has_time(said, languages):
        return False
    long_ago = now - timedelta(days=7)
    try:
        when = read_when(said, now=long_ago, languages=languages, default_date=now.date())
    except TimeAmbiguous as unclear:
        return unclear.said.casefold() == said.strip().casefold()
    except BotError:
        return False
    return not when.rest


def read_guests(said: str) -> list[Guest]:
    """Read `Mr Ali, County office; Ms Wako, WFP`: one guest, or several.

    Raises:
        GuestUnnamed: one has no name.
    """
    return [read_guest(part) for part in said.split(";") if part.strip()] or [read_guest(said)]


def read_guest(said: str) -> Guest:
    """Read `Mr Ali, County Commissioner's office`: a name, and where they come from.

    Raises:
        GuestUnnamed: there is no name.
    """
    name, _, office = (part.strip() for part in said.partition(","))
    name = clean(name, fallback="", limit=NAME_LIMIT)
    if not name:
        raise GuestUnnamed
    return Guest(name, clean(office, fallback="", limit=NAME_LIMIT))


def next_mark(how: How | None) -> Mark:
    """Return what one more tap makes of an organisation: here, by phone, represented, not here."""
    order = [None, *How]
    at = order.index(how) + 1
    return Mark(order[at].value) if at < len(order) and order[at] else Mark.AWAY
