"""Writing a line of a group's calendar, one question at a time: what, on which days, at what hours.

What was tapped to begin says most of it already: of the Friday prayer only the hours are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import TypeAlias

from bot.domain.calendar import (
    Entry,
    EntryKind,
    EntryUnreadable,
    check_label,
    read_entry,
    read_hours,
)
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Group
from bot.services import calendar

WHOLE_DAY, LIKELY = "day", "likely"
_WEEKDAYS_IN_A_ROW = 2
Hours: TypeAlias = tuple[time, time]
HOURS: Mapping[EntryKind, tuple[Hours, ...]] = {
    EntryKind.PRAYER: ((time(12), time(14)), (time(13), time(14))),
    EntryKind.RAMADAN: ((time(9), time(14)), (time(10), time(15))),
    EntryKind.MARKET: ((time(8), time(13)),),
    EntryKind.OTHER: ((time(8), time(12)), (time(14), time(17))),
}
"""The hours that are offered; any others can be typed."""


@dataclass(frozen=True)
class Line:
    """What is known so far of a line of the calendar. Wall times of the group."""

    kind: EntryKind
    label: str = ""
    weekdays: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    begins: time | None = None
    ends: time | None = None
    is_timed: bool = False
    """Whether it is known at what hours, or that it is the whole day."""
    likely: tuple[date, date] | None = None
    """Days to choose from, with a tap."""

    @property
    def has_days(self) -> bool:
        """Tell whether it is known on which days."""
        return bool(self.weekdays) or self.first is not None

    @property
    def entry(self) -> Entry:
        """Return the line as it is kept."""
        return Entry(self.label, self.weekdays, self.first, self.last, self.begins, self.ends)

    def told(self, entry: Entry) -> "Line":
        """Return the line with all that an answer said, be it more than was asked."""
        is_timed = entry.begins is not None
        return replace(
            self,
            label=self.label or entry.label,
            weekdays=entry.weekdays,
            first=entry.first,
            last=entry.last,
            begins=entry.begins if is_timed else self.begins,
            ends=entry.ends if is_timed else self.ends,
            is_timed=is_timed or self.is_timed,
        )


def _ask_what(_line: Line, _scene: Scene) -> Screen:
    return Screen("calendar/ask_what.html")


def _take_what(line: Line, said: Said, scene: Scene) -> Line:
    """Take what it is; whoever writes the whole line is asked only what it leaves out."""
    assert not isinstance(said, Pick)
    try:
        entry = read_entry(said.text, now=scene.local_now, languages=scene.languages)
    except EntryUnreadable:
        entry = None
    if entry is not None and entry.label:
        return replace(line.told(entry), label=entry.label)
    return replace(line, label=check_label(said.text))


def _ask_days(line: Line, _scene: Scene) -> Screen:
    facts = {"kind": line.kind, "label": line.label}
    if line.kind is EntryKind.RAMADAN:
        likely = (
            ((Choice(LIKELY, "days", {"first": line.likely[0], "last": line.likely[1]}),),)
            if line.likely
            else ()
        )
        return Screen("calendar/ask_days.html", facts, likely)
    days = [Choice(str(day), "weekday", {"number": day}) for day in range(7)]
    rows = tuple(
        tuple(days[at : at + _WEEKDAYS_IN_A_ROW]) for at in range(0, len(days), _WEEKDAYS_IN_A_ROW)
    )
    return Screen("calendar/ask_days.html", facts, rows)


def _take_days(line: Line, said: Said, scene: Scene) -> Line:
    if not isinstance(said, Pick):
        return line.told(read_entry(said.text, now=scene.local_now, languages=scene.languages))
    if said.value == LIKELY and line.likely is not None:
        return replace(line, first=line.likely[0], last=line.likely[1], weekdays=())
    return replace(line, weekdays=(int(said.value),), first=None, last=None)


def _ask_hours(line: Line, _scene: Scene) -> Screen:
    offered = tuple(
        Choice(str(number), "hours", {"begins": begins, "ends": ends})
        for number, (begins, ends) in enumerate(HOURS[line.kind])
    )
    # Ramadan without its hours would speak against every meeting of a month.
    is_day_possible = line.kind in {EntryKind.MARKET, EntryKind.OTHER}
    whole = ((Choice(WHOLE_DAY, "whole-day"),),) if is_day_possible else ()
    return Screen(
        "calendar/ask_hours.html",
        {"entry": line.entry, "kind": line.kind},
        (offered, *whole),
    )


def _take_hours(line: Line, said: Said, scene: Scene) -> Line:
    if not isinstance(said, Pick):
        begins, ends = read_hours(said.text, now=scene.local_now, languages=scene.languages)
        return replace(line, begins=begins, ends=ends, is_timed=True)
    if said.value == WHOLE_DAY:
        return replace(line, begins=None, ends=None, is_timed=True)
    begins, ends = HOURS[line.kind][int(said.value)]
    return replace(line, begins=begins, ends=ends, is_timed=True)


async def _note(talk: Talk, line: Line) -> None:
    """Write it down, and show the whole calendar."""
    assert talk.scene.group is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    await calendar.note(talk.session, group, line.entry, talk.actor, now=talk.now)
    await calendar.show(talk.session, group, talk.actor, talk.place, now=talk.now, noted=line.entry)


NOTE = Flow(
    name="calendar",
    version=1,
    state=Line,
    steps=(
        Step(
            "what",
            _ask_what,
            _take_what,
            applies=lambda line: line.kind is EntryKind.OTHER and not line.label,
        ),
        Step("days", _ask_days, _take_days, applies=lambda line: not line.has_days),
        Step("hours", _ask_hours, _take_hours, applies=lambda line: not line.is_timed),
    ),
    finish=_note,
    command="calendar",
)
