r"""The minutes of a meeting: drafted, approved, published, corrected for some days, confirmed.

draft (facilitator and lead) -> published -> confirmed
     \-> circulated as DRAFT after two days of silence -/
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain import holidays
from bot.domain.facilitation import Duty
from bot.domain.notebook import EntryKind, Line
from bot.domain.presence import How, Present
from bot.domain.sittings import NotOpen
from bot.domain.ways import Way
from bot.errors import BotError

SILENCE = timedelta(hours=48)
"""How long a draft waits for whoever led the meeting, before it goes out marked as one."""
ASKED_AGAIN = timedelta(days=5)
"""How long after it was drafted a draft that nobody approves is asked for once more."""
SHOWN_UPWARD = timedelta(days=6)
"""When the coordination team is shown that minutes are missing: a day later."""
OBJECTION_DAYS = 5
"""Working days in which members may object, unless the group says otherwise."""
GRACE = timedelta(minutes=10)
"""Whoever comes so soon after the start is not called late."""
DOUBT_LASTS = timedelta(hours=1)
"""How long somebody is asked whether what they wrote is a correction, before the leads read it."""
MOST_OBJECTION_DAYS = 20
"""A month of working days: minutes that stay open for longer are never finished."""

# "10:30 we begin", "3-4 trucks" and "2.5 km" are no numbers of lines.
_NUMBERED = re.compile(
    r"^\s*(\d{1,3})\s*(?:[:.)](?:\s+|(?!\d))|[\-\u2013]\s*(?!\d))(\S.*)$", re.DOTALL
)

_NEARLY_NUMBERED = re.compile(r"^\s*(\d{1,3})\s+(\w.*)$", re.DOTALL)


class MinutesState(StrEnum):
    """Where minutes are in their life."""

    DRAFT = "draft"
    """Seen by whoever led the meeting, the lead and the note-taker only."""
    CIRCULATED = "circulated"
    """Out in the group, marked as a draft."""
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    """A later version says what is right."""


WAITING = frozenset({MinutesState.DRAFT, MinutesState.CIRCULATED})
"""The states in which minutes can be changed and approved."""
OUT = frozenset({MinutesState.PUBLISHED, MinutesState.CONFIRMED})
"""The states of the version that is right."""


class Due(StrEnum):
    """What the clock brings about for minutes."""

    SILENCE = "minutes-silence"
    """Nobody approved the draft: the group gets it, marked as one."""
    ASKED = "minutes-asked"
    """It is asked for once more."""
    MISSING = "minutes-missing"
    """The coordination team is shown that it is missing."""
    CONFIRM = "minutes-confirm"
    """Nobody may object any more."""
    DOUBT = "minutes-doubt"
    """Nobody said whether something is a correction: the leads read it."""
    UNANSWERED = "minutes-unanswered"
    """They are confirmed, although nobody has answered what somebody objected."""


class Mark(StrEnum):
    """What minutes say of an organisation: a draft's button turns it to the next one."""

    CAME = "came"
    APOLOGY = "apology"
    ABSENT = "absent"

    @property
    def following(self) -> "Mark":
        """Return what the next tap makes of it."""
        marks = list(Mark)
        return marks[(marks.index(self) + 1) % len(marks)]


@dataclass(frozen=True)
class Section:
    """One item of the agenda in the minutes."""

    number: int
    title: str
    """Empty for a routine, which every reader finds in their own language."""
    routine: str = ""
    organisation: str = ""
    presenter: str = ""
    is_off_record: bool = False
    """Only its title stands in the minutes."""
    is_done: bool = True
    """False for what was left for another meeting."""
    minutes_spent: int = 0
    entries: tuple[Line, ...] = ()
    item_id: int | None = None
    """None for what belongs to no item."""


@dataclass(frozen=True)
class Record:
    """All that minutes say: fixed at the moment, whatever is renamed later. Wall times."""

    coalition: str
    group: str
    serial: int
    """The count of the group's minutes in that year."""
    starts: datetime
    ends: datetime
    planned_starts: datetime
    planned_ends: datetime
    place: str
    way: Way
    facilitator: str = ""
    """The organisation that led, and who of them, if known."""
    note_taker: str = ""
    present: tuple[Present, ...] = ()
    guests: tuple[Present, ...] = ()
    apologies: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    seats: int = 0
    needed: int = 0
    sections: tuple[Section, ...] = ()
    next_starts: datetime | None = None
    next_place: str = ""
    is_written_up: bool = False
    """It was held without the bot, and written up afterwards."""
    last_serial: int = 0
    """The count of the group's minutes before these, in the year of `last_starts`; 0: none."""
    last_starts: datetime | None = None
    open_actions: tuple[Line, ...] = ()
    """What was to be done from earlier meetings, and was not done when this one ended."""

    def number(self, section: Section) -> str:
        """Return the number under which offices file an item: the 3/12/2026 of `MIN 3/12/2026`.

        That is the count of the item, the month and the year of the meeting.
        """
        return f"{section.number}/{self.starts.month}/{self.starts.year}"

    def served(self, duty: Duty) -> str:
        """Return who had a duty; empty if nobody is named for it."""
        return self.facilitator if duty is Duty.FACILITATOR else self.note_taker

    def came_late(self, one: Present) -> bool:
        """Tell whether somebody came when it had begun, both by the plan and in truth."""
        return one.arrived - max(self.starts, self.planned_starts) > GRACE

    def left_early(self, one: Present) -> bool:
        """Tell whether somebody left before it was over."""
        return one.left is not None and one.left < self.ends

    @property
    def has_quorum(self) -> bool:
        """Tell whether as many organisations came as decide together."""
        return len(self.organisations) >= self.needed

    @property
    def entries(self) -> tuple[Line, ...]:
        """Return all entries, in the order of the sections."""
        return tuple(line for section in self.sections for line in section.entries)

    def of_kind(self, kind: EntryKind) -> tuple[Line, ...]:
        """Return the entries of one kind."""
        return tuple(line for line in self.entries if line.kind is kind)

    @property
    def has_outcomes(self) -> bool:
        """Tell whether anything was decided, or given to somebody."""
        return any(line.kind in {EntryKind.AGREED, EntryKind.ACTION} for line in self.entries)

    @property
    def voices(self) -> tuple[tuple[str, tuple[Present, ...]], ...]:
        """Return each organisation that was there once, with those of its people who are named.

        "Somebody of them" says nothing more beside a name.
        """
        of = {
            name: [one for one in self.present if one.organisation == name]
            for name in self.organisations
        }
        return tuple(
            (name, tuple([one for one in them if one.person] or them[:1]))
            for name, them in of.items()
        )

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return which organisations were there, each once."""
        return tuple(dict.fromkeys(one.organisation for one in self.present))

    @property
    def marks(self) -> dict[str, Mark]:
        """Return what is said of each organisation that has a seat, by name."""
        found = dict.fromkeys(self.organisations, Mark.CAME)
        found |= dict.fromkeys(self.apologies, Mark.APOLOGY)
        found |= dict.fromkeys(self.absent, Mark.ABSENT)
        return dict(sorted(found.items()))

    @property
    def without_owner(self) -> int:
        """Count the actions of which nobody knows who does them."""
        return sum(line.owner is None for line in self.of_kind(EntryKind.ACTION))

    @property
    def without_due(self) -> int:
        """Count the actions of which nobody knows until when."""
        return sum(line.due is None for line in self.of_kind(EntryKind.ACTION))


class MinutesUnknown(BotError):
    """A button or a reply names minutes that do not exist (any more)."""


class MinutesOut(BotError):
    """Minutes were to be changed or approved that have been published already."""


class LastMinutesOut(NotOpen):
    """Something was to be written down, but no meeting is open, and the last minutes are out.

    What is missing or wrong in them is objected to.
    """


class MinutesNotYet(BotError):
    """Minutes were asked for that are not out yet."""

    def __init__(
        self,
        *,
        starts: datetime | None = None,
        approvers: Sequence[str] = (),
        is_yours: bool = False,
    ) -> None:
        super().__init__("minutes that are not out yet")
        self.starts, self.approvers = starts, tuple(approvers)
        self.is_yours = is_yours
        """It is the person who asks that may approve them."""


class MinutesChanged(BotError):
    """Somebody else changed a draft meanwhile: what was tapped under is not what it says now."""


class NothingCorrected(BotError):
    """A correction was to be published that says nothing otherwise."""


class DeputyLater(BotError):
    """A deputy would approve a draft that is still the lead's alone."""


class LineUnclear(BotError):
    """Words came in reply to a draft, but not which line they are for.

    If they begin with a `number` of a line, and `text` behind it, that line may be meant, or three
    trucks: it is asked rather than guessed.
    """

    def __init__(self, *, number: int = 0, text: str = "") -> None:
        super().__init__("no line is named")
        self.number, self.text = number, text


class LineElsewhere(BotError):
    """A line was to be changed by its number that does not stand where the person looks."""

    def __init__(self, *, number: int, text: str, shown: Sequence[int]) -> None:
        super().__init__(f"line {number} is elsewhere")
        self.number, self.text, self.shown = number, text, tuple(shown)


class ApprovedInWords(BotError):
    """Somebody replied to a draft that they approve it: that is done by its button."""


class DaysUnclear(BotError):
    """It was to be said for how many days members may object, but it was no number of them."""

    def __init__(self, *, most: int) -> None:
        super().__init__(f"not from 1 to {most}")
        self.most = most


class ObjectionsOver(BotError):
    """The days for corrections are over: what is wrong in minutes is for the next meeting."""


class ObjectionSettled(BotError):
    """An objection was dealt with before."""


class ObjectionUnclear(BotError):
    """Words came in reply to an objection that is to be answered by a button."""


class Doubt(StrEnum):
    """What came of the question whether something is a correction."""

    ASKED = "asked"
    MEANT = "meant"
    """Whoever wrote it said so."""
    TALK = "talk"
    """It was none."""
    UNANSWERED = "unanswered"
    """They did not say in time: nothing that was said gets lost."""


@dataclass(frozen=True)
class Change:
    """What one version says otherwise than the one before it."""

    what: str
    """One of: reworded, added, removed, moved, roll; led, noted: nobody was named for it."""
    before: str = ""
    """What it said; of the roll the organisation."""
    after: str = ""
    """What it says; of what was moved the item's title, of the roll a `Mark`."""


def numbered(text: str) -> tuple[int, str] | None:
    """Read `12: new words`: the number of an entry, and what is said of it."""
    found = _NUMBERED.match(text)
    return (int(found[1]), found[2].strip()) if found else None


def nearly_numbered(text: str) -> tuple[int, str] | None:
    """Read `12 new words`, which may mean the line with that number, and may mean twelve of it."""
    found = _NEARLY_NUMBERED.match(text)
    return (int(found[1]), found[2].strip()) if found else None


def called(record: Record, roll: Mapping[str, Mark]) -> Record:
    """Return minutes in which the roll says of some organisations what is known better."""
    known = record.marks
    roll = {name: mark for name, mark in roll.items() if known.get(name, mark) is not mark}
    if not roll:
        return record
    marks = known | roll
    came = [Present(None, name, "", How.HERE, record.starts) for name in roll]
    return replace(
        record,
        present=(
            *(one for one in record.present if marks[one.organisation] is Mark.CAME),
            *(one for one in came if roll[one.organisation] is Mark.CAME),
        ),
        apologies=tuple(name for name, mark in marks.items() if mark is Mark.APOLOGY),
        absent=tuple(name for name, mark in marks.items() if mark is Mark.ABSENT),
    )


def patched(record: Record, lines: Mapping[int, Line], touched: Collection[int]) -> Record:
    """Return minutes in which only the entries that were `touched` are as `lines` have them now.

    So a correction brings in nothing else that has changed since: a new name of an organisation.
    """

    def of(section: Section) -> tuple[Line, ...]:
        stays = (
            lines[one.id] if one.id in touched else one
            for one in section.entries
            if one.id not in touched or _belongs(lines.get(one.id), section)
        )
        had = {one.id for one in section.entries}
        return *stays, *(
            lines[key]
            for key in sorted(touched)
            if key not in had and _belongs(lines.get(key), section)
        )

    items = {section.item_id for section in record.sections}
    found = [replace(section, entries=of(section)) for section in record.sections]
    homeless = tuple(
        lines[key] for key in sorted(touched) if key in lines and lines[key].item_id not in items
    )
    if homeless:
        found.append(Section(len(found) + 1, title="", entries=homeless))
    return replace(record, sections=tuple(found))


def _belongs(line: Line | None, section: Section) -> bool:
    return line is not None and line.item_id == section.item_id


ROOM_TOUCHED, END_TOUCHED, LED_TOUCHED, NOTED_TOUCHED = 0, -1, -2, -3
"""Beside the entries that a correction touched: who was there, guests and times; the end; who led,
and who took notes."""
NO_ENTRIES = frozenset({ROOM_TOUCHED, END_TOUCHED, LED_TOUCHED, NOTED_TOUCHED})


def retold(record: Record, now: Record, touched: Collection[int]) -> Record:
    """Return minutes with what is no entry as it is noted `now`, if it was touched."""
    if ROOM_TOUCHED in touched:
        record = replace(
            record,
            present=now.present,
            guests=now.guests,
            apologies=now.apologies,
            absent=now.absent,
        )
    if LED_TOUCHED in touched:
        record = replace(record, facilitator=now.facilitator)
    if NOTED_TOUCHED in touched:
        record = replace(record, note_taker=now.note_taker)
    return replace(record, ends=now.ends) if END_TOUCHED in touched else record


def _served_changes(old: Record, new: Record) -> list[Change]:
    """Return what is otherwise of who led, and who took notes."""
    told = (
        ("led", old.facilitator, new.facilitator),
        ("noted", old.note_taker, new.note_taker),
    )
    found = [Change(what, before, after) for what, before, after in told if before != after]
    return [Change("reworded", one.before, one.after) if one.before else one for one in found]


def _room_changes(old: Record, new: Record) -> list[Change]:
    """Return what is otherwise of guests, of when and how people were there, and of the end.

    Which organisations were there is said by their marks.
    """
    found = []
    if old.ends != new.ends:
        found.append(Change("reworded", _span(old.starts, old.ends), _span(new.starts, new.ends)))
    before = {one.id: one for one in (*old.present, *old.guests) if one.id}
    after = {one.id: one for one in (*new.present, *new.guests) if one.id}
    guests = {one.id for one in (*old.guests, *new.guests)}
    for key in sorted(before.keys() | after.keys()):
        had, has = before.get(key), after.get(key)
        if had is None or has is None:
            if key in guests:
                what, said = ("added", _stay(has)) if has else ("removed", _stay(had))
                found.append(Change(what, after=said) if has else Change(what, said))
        elif (had.how, had.arrived, had.left) != (has.how, has.arrived, has.left):
            found.append(Change("reworded", _stay(had), _stay(has)))
    return found


def _stay(one: Present | None) -> str:
    """Return who was there, from when until when: clock times, in no language."""
    if one is None:
        return ""
    named = ", ".join(dict.fromkeys(filter(None, (one.organisation, one.person))))
    sign = {How.HERE: "", How.PHONE: "📞 ", How.REPRESENTED: "🔁 "}[one.how]
    return f"{sign}{named}, {_span(one.arrived, one.left)}"


def _span(starts: datetime, ends: datetime | None) -> str:
    return f"{starts:%H:%M}\u2013{ends:%H:%M}" if ends else f"{starts:%H:%M}\u2013"


def changes(old: Record, new: Record) -> list[Change]:
    """Return what a version says otherwise than the one before it, in the order of the items."""
    before = {line.id: line for line in old.entries}
    after = {line.id: line for line in new.entries}
    found = [
        Change("roll", name, mark)
        for name, mark in new.marks.items()
        if old.marks.get(name) is not mark
    ]
    found += _served_changes(old, new)
    found += _room_changes(old, new)
    found += [Change("removed", line.text) for key, line in before.items() if key not in after]
    for section in new.sections:
        for line in section.entries:
            had = before.get(line.id)
            if had is None:
                found.append(Change("added", after=line.text))
            elif had.text != line.text:
                found.append(Change("reworded", had.text, line.text))
            elif (had.owner, had.due) != (line.owner, line.due):
                found.append(Change("reworded", _with_owner(had), _with_owner(line)))
            elif had.item_id != line.item_id:
                found.append(Change("moved", line.text, section.title))
    return found


def _with_owner(line: Line) -> str:
    """Return an action with who does it and until when: its words alone are as they were."""
    owner = (line.owner.name or line.owner.organisation) if line.owner else ""
    due = f"{line.due:%d/%m/%Y}" if line.due else ""
    return ", ".join(filter(None, (line.text, owner, due)))


def confirm_after(published: date, days: int, *, zone: str) -> date:
    """Return the last of the working days in which members may object.

    Weekends and public holidays where the group lives do not count; the day on which minutes are
    published does not either.
    """
    day = published
    while days:
        day += timedelta(days=1)
        days -= holidays.is_working_day(day, zone=zone)
    return day


class Extent(StrEnum):
    """How much of minutes one message has: as much as there is room for."""

    WHOLE = "whole"
    MAIN = "main"
    """Decisions and actions; the rest is counted, and in the files."""
    TITLES = "titles"
    """What was dealt with; the words stand in other messages."""


class Edit(StrEnum):
    """What a button under a draft does: the first ones only show another part of it."""

    WHOLE = "whole"
    PART = "part"
    ENTRY = "entry"
    MOVE = "move"
    ADD = "add"
    RIGHT = "right"
    """This part is right; on to the next one."""
    MARK = "mark"
    """What is said of an organisation turns to the next `Mark`."""
    OUT = "out"
    MOVE_TO = "move-to"
    DISCARD = "discard"
    """A correction is given up: what is out stays as it is."""


SHOWING = frozenset({Edit.WHOLE, Edit.PART, Edit.ENTRY, Edit.MOVE, Edit.ADD})
"""What changes nothing, and so needs no word that the draft is as the person saw it."""
ROLL = 0
"""The part of a draft that says who was there; the others are its sections, from 1."""
WRITER = "writer"
"""Of a message with a draft: whoever reads it wrote the meeting up, and others approve it."""
ROLL_KEY = "roll"
"""Under which it is noted as approved."""


@dataclass(frozen=True)
class Screen:
    """What one message with a draft shows; somebody else's tap leaves it open."""

    language: str
    view: Edit = Edit.WHOLE
    at: int = 0
    """The part, or the id of the entry, that is shown."""
    page: int = 0
    asked: str = ""
    """Why it was shown again: `again`, or `last` if the coordination team hears of it next; or
    `WRITER`, to whoever wrote the meeting up and only reads it."""
    changed: int = 0
    """The entry that somebody else changed last, since its reader did anything here."""
    changed_by: int = 0
    """The member who did; 0: nobody."""

    def turned(self, view: Edit, at: int = 0, page: int = 0) -> "Screen":
        """Return what it shows after its reader did something."""
        return Screen(self.language, view, at, page, WRITER if self.asked == WRITER else "")

    def noting(self, entry_id: int, by: int | None) -> "Screen":
        """Return the same, where somebody else has changed an entry meanwhile."""
        return replace(self, changed=entry_id, changed_by=by or 0)

    @property
    def kind(self) -> str:
        """Return how it is noted beside the message."""
        shown = f"{self.language}:{self.view}:{self.at}:{self.page}:{self.asked}"
        return f"{shown}:{self.changed}:{self.changed_by}" if self.changed else shown.rstrip(":")

    @classmethod
    def of(cls, kind: str) -> "Screen":
        """Return what was noted."""
        language, view, at, page, *more = kind.split(":")
        asked, changed, by, *_ = (*more, "", "", "")
        return cls(language, Edit(view), int(at), int(page), asked, int(changed or 0), int(by or 0))


def key_of(record: Record, part: int) -> str:
    """Return under which name a part of a draft is noted as approved."""
    if part == ROLL:
        return ROLL_KEY
    return str(record.sections[part - 1].item_id or "none")


def next_part(record: Record, approved: Collection[str], after: int = -1) -> int | None:
    """Return the next part of a draft that nobody has approved; None if all are."""
    parts = range(len(record.sections) + 1)
    order = (*(part for part in parts if part > after), *(part for part in parts if part <= after))
    return next((part for part in order if key_of(record, part) not in approved), None)


def part_of(record: Record, entry_id: int) -> int | None:
    """Return the part of a draft in which an entry stands."""
    for number, section in enumerate(record.sections, start=1):
        if any(line.id == entry_id for line in section.entries):
            return number
    return None
