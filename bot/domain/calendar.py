"""Warnings, not walls: what speaks against a day or an hour, and the group's own calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain import holidays
from bot.domain.dates import TimeAmbiguous, has_time, read_when
from bot.domain.dates import days as day_words
from bot.domain.dates.tokens import Kind, Token, excerpt, positions, tokens, without
from bot.domain.dates.vocabulary import Vocabulary, vocabulary
from bot.domain.dates.words import Role as DateRole
from bot.domain.holidays import Holiday
from bot.domain.meetings import Meeting
from bot.domain.rhythms.phrases import Reader
from bot.domain.rhythms.words import Role
from bot.errors import BotError

LABEL_LIMIT = 60
ENTRIES_LIMIT = 20
"""Entries that one group may keep: more would not fit a screen, and nobody would mind them."""
_DAY = timedelta(days=1)
_RAMADAN = frozenset(
    ("ramadan", "ramadhan", "ramadhani", "ramadaan", "ramadaanka", "ramazan", "ramadhaan")
)
"""As people type it, in any language."""
FRIDAY = 4
_LAST_HOUR = 24
_DATES = 2


@dataclass(frozen=True)
class Entry:
    """One thing that a group keeps in mind when it plans: every week, or between two dates."""

    label: str
    """What it is, in the words of whoever wrote it down; may be empty."""
    weekdays: tuple[int, ...] = ()
    """Monday is 0; empty if it has dates."""
    first: date | None = None
    last: date | None = None
    begins: time | None = None
    ends: time | None = None
    """The hours of it; None: the whole day."""
    id: int = 0

    @property
    def rule(self) -> tuple[object, ...]:
        """Return when it is, whatever it is called."""
        return self.weekdays, self.first, self.last, self.begins, self.ends

    @property
    def is_open(self) -> bool:
        """Tell whether its hours are those in which meetings suit, as in Ramadan.

        Hours of every week, or of a single day, are hours to leave free, as for a prayer.
        """
        return self.begins is not None and self.first != self.last

    def speaks_against(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether a meeting between these wall times does not go with it."""
        if not any(self._is_on(day) for day in _days(starts, ends)):
            return False
        if self.begins is None or self.ends is None:
            return True
        if self.is_open:
            within = datetime.combine(starts.date(), self.begins) <= starts
            return not (within and ends <= datetime.combine(starts.date(), self.ends))
        return any(
            datetime.combine(day, self.begins) < ends and starts < datetime.combine(day, self.ends)
            for day in _days(starts, ends)
            if self._is_on(day)
        )

    def _is_on(self, day: date) -> bool:
        if self.first is not None and self.last is not None:
            return self.first <= day <= self.last
        return day.weekday() in self.weekdays


class EntryKind(StrEnum):
    """What groups commonly keep in mind, each with questions of its own."""

    PRAYER = "prayer"
    """The hours of the Friday prayer."""
    RAMADAN = "ramadan"
    """The hours that suit in that month."""
    MARKET = "market"
    OTHER = "other"


class WarningKind(StrEnum):
    """What a warning is about."""

    HOLIDAY = "holiday"
    EID = "eid"
    ENTRY = "entry"
    MEETING = "meeting"
    """Another meeting of the same group."""
    PEOPLE = "people"
    """A meeting of another group, with some of the same people."""
    SKIPPED = "skipped"
    """The clock that was said does not come that night: clocks go forward."""


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something that speaks against a time; whoever plans decides."""

    kind: WarningKind
    starts: datetime
    """The wall time of the meeting that it speaks against."""
    holiday: Holiday | None = None
    entry: Entry | None = None
    meeting: Meeting | None = None
    group: str = ""
    """The name of the other group."""
    said: datetime | None = None
    """The wall time that clocks skip; `starts` is the first one after it."""


class EntryUnreadable(BotError):
    """A line for the group's calendar was not understood."""

    def __init__(self, *, said: str) -> None:
        """Carry the person's own words, at most 80 characters of them."""
        super().__init__(f"no entry in {said!r}")
        self.said = said


class EntryEndsBeforeItBegins(BotError):
    """The second of two dates lies before the first."""

    def __init__(self, *, first: date, last: date) -> None:
        """Carry both days."""
        super().__init__(f"from {first} until {last}")
        self.first, self.last = first, last


class EntryHoursTurned(BotError):
    """The second of two hours lies before the first."""

    def __init__(self, *, begins: time, ends: time) -> None:
        """Carry both hours as they were written."""
        super().__init__(f"{ends} is before {begins}")
        self.begins, self.ends = begins, ends


class CalendarFull(BotError):
    """A group keeps as many entries as it may."""

    def __init__(self, *, limit: int = ENTRIES_LIMIT) -> None:
        """Carry how many that are."""
        super().__init__(f"{limit} entries")
        self.limit = limit


class EntryUnknown(BotError):
    """A button names an entry that does not exist (any more)."""


def warnings(
    starts: datetime,
    ends: datetime,
    *,
    zone: str,
    language: str,
    entries: Iterable[Entry],
) -> list[Warned]:
    """Return what the calendars say against a meeting between these wall times."""
    found = [
        Warned(
            kind=WarningKind.HOLIDAY if one.day == starts.date() else WarningKind.EID,
            starts=starts,
            holiday=one,
        )
        for one in holidays.near(starts.date(), zone=zone, language=language)
    ]
    against = (entry for entry in entries if entry.speaks_against(starts, ends))
    return [*found, *(Warned(kind=WarningKind.ENTRY, starts=starts, entry=e) for e in against)]


def read_entry(
    text: str,
    *,
    now: datetime,
    languages: Sequence[str],
    ramadan: tuple[date, date] | None = None,
) -> Entry:
    """Return the entry that a line says: "Friday 12-14 prayer", "8 Feb - 9 Mar Ramadan 10-15".

    Hours without minutes are of the clock of 24 hours. "Ramadan 10-15" has its days from `ramadan`,
    the first and the last of the next one.

    Raises:
        EntryUnreadable, EntryEndsBeforeItBegins, EntryHoursTurned: see there.
        BotError: what `read_when` refuses about a day or a time.
    """
    words = vocabulary(tuple(languages))
    text = _with_minutes(text, languages)
    cut = tokens(text)
    reader = Reader(cut, words)
    dated = [piece for piece in day_words.find(cut, words) if _is_date(piece)]
    used = positions(dated)
    weekdays, of_week = _weekdays(reader, used)
    unreadable = EntryUnreadable(said=excerpt(text, cut, 0, len(cut)) if cut else "")
    is_ramadan = any(token.folded in _RAMADAN for token in cut)
    if ramadan and is_ramadan and not (dated or weekdays) and has_time(text, languages):
        begins, ends, label = _hours(text, now, languages)
        return Entry(label, (), *ramadan, begins, ends)
    if bool(dated) == bool(weekdays) or len(dated) > _DATES:
        raise unreadable
    found = [day_words.resolve([piece], text=text, cut=cut, now=now, start=None) for piece in dated]
    first, last = (found[0], found[-1]) if found else (None, None)
    if first and last and last < first:
        raise EntryEndsBeforeItBegins(first=first, last=last)
    between = set(range(dated[0].first, dated[-1].after)) if dated else set()
    begins, ends, label = _hours(without(text, cut, used | of_week | between), now, languages)
    if len(label) > LABEL_LIMIT or (begins is None and _has_loose_number(label, words)):
        raise unreadable
    return Entry(label, weekdays, first, last, begins, ends)


def read_hours(text: str, *, now: datetime, languages: Sequence[str]) -> tuple[time, time]:
    """Return the hours that a line says, and nothing else: "12-14".

    Raises:
        EntryUnreadable, EntryHoursTurned: see there.
        BotError: what `read_when` refuses about a time.
    """
    begins, ends, label = _hours(_with_minutes(text, languages), now, languages)
    if begins is None or ends is None or label:
        raise EntryUnreadable(said=" ".join(text.split()))
    return begins, ends


def check_label(label: str) -> str:
    """Return what an entry is called, in one line.

    Raises:
        EntryUnreadable: it is longer than a line of a list.
    """
    label = " ".join(label.split())
    if len(label) > LABEL_LIMIT:
        raise EntryUnreadable(said=label)
    return label


def _with_minutes(text: str, languages: Sequence[str]) -> str:
    """Write the hours of "12-14" as "12:00-14:00", unless they are the days of a month."""
    cut, words = tokens(text), vocabulary(tuple(languages))
    for at in range(len(cut) - 2, 0, -1):
        first, last = cut[at - 1], cut[at + 1]
        if cut[at].folded != "-" or not _is_hour(first) or not _is_hour(last):
            continue
        months = (DateRole.MONTH, DateRole.ORDINAL)
        is_day = words.skip(months, cut, at + 2) > at + 2
        month = words.precedes((DateRole.MONTH,), cut, at - 1)
        # "Mar 9-14" are days; in "8 Mar 9-14" the month has its day already.
        is_day = is_day or (month is not None and not _follows_number(cut, month))
        is_longer = any(_is_joined(cut, beside) for beside in (at - 1, at + 2))
        if not (is_day or is_longer):
            text = f"{text[: last.end]}:00{text[last.end :]}"
            text = f"{text[: first.end]}:00{text[first.end :]}"
    return text


def _follows_number(cut: Sequence[Token], at: int) -> bool:
    return any(token.kind is Kind.NUMBER for token in cut[max(at - 2, 0) : at])


def _is_hour(token: Token) -> bool:
    return token.kind is Kind.NUMBER and token.value is not None and token.value <= _LAST_HOUR


def _is_joined(cut: Sequence[Token], at: int) -> bool:
    """Tell whether a token follows the one before it directly: "9:" in "9:30", or "am" in "9am"."""
    return 0 < at < len(cut) and cut[at].glued and cut[at].folded != ","


def _is_date(piece: day_words.Piece) -> bool:
    return piece.day is not None or piece.days_ahead is not None


def _weekdays(reader: Reader, taken: set[int]) -> tuple[tuple[int, ...], set[int]]:
    """Return the weekdays that come every week, and the tokens that say so."""
    for at in range(len(reader.text)):
        start = reader.skip(Role.EVERY, at)
        found = reader.weekdays(start) if at not in taken and start not in taken else None
        if found:
            return found[0], set(range(at, found[1]))
    return (), set()


def _hours(
    text: str, now: datetime, languages: Sequence[str]
) -> tuple[time | None, time | None, str]:
    """Return the hours that are left in a line, and its other words."""
    tomorrow = now.date() + _DAY
    if not has_time(text, languages):
        return None, None, " ".join(text.replace(",", " ").split()).strip(" -:;.\u2013")
    try:
        when = read_when(text, now=now, languages=languages, default_date=tomorrow, is_daytime=True)
    except TimeAmbiguous as error:
        # The day that stands in was never said.
        raise EntryUnreadable(said=error.said) from error
    if when.ends is None:
        raise EntryUnreadable(said=" ".join(text.split()).strip(" ,"))
    if when.ends.date() > when.starts.date():
        raise EntryHoursTurned(begins=when.starts.time(), ends=when.ends.time())
    return when.starts.time(), when.ends.time(), when.rest


def _has_loose_number(label: str, words: Vocabulary) -> bool:
    """Tell whether a number stands where an hour may be meant: "at 12 prayer", but not "Ward 3"."""
    cut = tokens(label)
    return any(
        token.kind is Kind.NUMBER and not words.is_plain(cut, at - 1)
        for at, token in enumerate(cut)
    )


def _days(starts: datetime, ends: datetime) -> list[date]:
    """Return the days on which something happens; midnight ends the day before."""
    last = (ends - timedelta(microseconds=1)).date()
    return [starts.date() + _DAY * at for at in range((last - starts.date()).days + 1)]
