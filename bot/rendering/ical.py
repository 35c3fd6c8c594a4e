"""Meetings as a calendar file, for the calendar that every phone has (RFC 5545).

A file tells what a post tells, and no more: no names of people, and no place that is told late.
Importing a newer file of the same meetings corrects the older one, because identifiers stay and
`SEQUENCE` grows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain import names

if TYPE_CHECKING:
    from icalendar import Event as Component
    from icalendar import Timezone

PRODUCT = "-//Baraza//Meetings//EN"
_CLOCKS_KNOWN = timedelta(days=5 * 366)
"""How far ahead the changes of clocks are written down: five years."""
_LONGEST = 1000


@dataclass(frozen=True, kw_only=True)
class Event:
    """One meeting, or with a rule a series of them, in wall times of its zone."""

    uid: str
    """The same in every file about the same meetings; says nothing by itself."""
    version: int
    """Grows with every change, from 1 on."""
    summary: str
    starts: datetime
    ends: datetime
    zone: str
    place: str = ""
    """Empty if it is not known, or told late."""
    description: str = ""
    is_cancelled: bool = False
    rule: str = ""
    """How it comes again, without an end; `starts` is then the first that the rule has."""
    until: datetime | None = None
    """The instant after which it no longer comes."""
    original: datetime | None = None
    """For a meeting of a series that was moved: the wall time at which the rule had it."""
    left_out: tuple[datetime, ...] = ()
    """The wall times of the rule at which a meeting of the series was cancelled."""


def calendar(events: Sequence[Event], *, now: datetime) -> bytes:
    """Return a file with these meetings; one in which all are cancelled takes them back.

    Meetings of a series that were moved follow their series, with its `uid`.
    """
    # Loaded late: it takes as long as the rest of the program together, and is seldom needed.
    from icalendar import Calendar  # noqa: PLC0415 - heavy

    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    is_over = all(event.is_cancelled for event in events)
    file.add("method", "CANCEL" if is_over else "PUBLISH")
    for zone in sorted({event.zone for event in events}):
        file.add_component(_clocks(zone, min(event.starts for event in events)))
    for event in events:
        file.add_component(_component(event, now))
    return bytes(file.to_ical())


@dataclass(frozen=True)
class _Change:
    """A change of clocks: the wall time that they show just before it, and the offsets."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


def _clocks(zone: str, first: datetime) -> "Timezone":
    """Return the clocks of a zone from the day before `first` on, for a phone without its rules.

    They are looked up day by day: Morocco gives its summer time up for but a month.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # noqa: PLC0415 - heavy

    found = Timezone()
    found.add("tzid", zone)
    begin = datetime.combine(first.date() - timedelta(days=1), datetime.min.time(), UTC)
    start = begin.astimezone(ZoneInfo(zone))
    offset = start.utcoffset() or timedelta(0)
    begins_with = _Change(start.replace(tzinfo=None), offset, offset, start.tzname() or zone)
    for change in (begins_with, *_changes(zone, begin)):
        part = (TimezoneDaylight if change.after > change.before else TimezoneStandard)()
        part.add("dtstart", change.wall)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", change.name)
        found.add_component(part)
    return found


def _changes(zone: str, begin: datetime) -> Iterator[_Change]:
    """Yield the changes of clocks in the years after `begin`."""
    where, day = ZoneInfo(zone), begin
    while day < begin + _CLOCKS_KNOWN:
        low, high = day, day + timedelta(days=1)
        before, after = (moment.astimezone(where).utcoffset() for moment in (low, high))
        day = high
        if before == after:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (
                (middle, high) if middle.astimezone(where).utcoffset() == before else (low, middle)
            )
        then = high.replace(microsecond=0).astimezone(where)
        known = before or timedelta(0)
        wall = high.replace(microsecond=0, tzinfo=None) + known
        yield _Change(wall, known, after or timedelta(0), then.tzname() or zone)


def _component(event: Event, now: datetime) -> "Component":
    from icalendar import Event as Component  # noqa: PLC0415 - heavy
    from icalendar import vRecur  # noqa: PLC0415 - heavy

    where = ZoneInfo(event.zone)
    found = Component()
    found.add("uid", event.uid)
    found.add("sequence", event.version - 1)
    found.add("dtstamp", now)
    found.add("dtstart", event.starts.replace(tzinfo=where))
    found.add("dtend", event.ends.replace(tzinfo=where))
    found.add("summary", plain(event.summary))
    found.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.place:
        found.add("location", plain(event.place))
    if event.description:
        found.add("description", plain(event.description))
    if event.original:
        found.add("recurrence-id", event.original.replace(tzinfo=where))
    if event.rule:
        rule = vRecur.from_ical(event.rule)
        if event.until:
            rule["UNTIL"] = [event.until]
        found.add("rrule", rule)
    if event.left_out:
        found.add("exdate", [wall.replace(tzinfo=where) for wall in event.left_out])
    return found


def plain(text: str) -> str:
    """Return words for a calendar: without the invisible marks that isolate names in a chat."""
    return names.clean(text, fallback="", limit=_LONGEST)
