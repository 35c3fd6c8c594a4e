r"""What follows a meeting that nobody opened, or nobody closed.

planned end -- half an hour --> over? -- yes --> closed          (opened)
                                  \-- twelve hours --> closed as of the last thing that happened
planned end -- next morning --> held? moved? not held? -- three days --> once more -- three days
    --> the coordination                                         (never opened)
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain import notebook, organisations
from bot.domain.dates import instant, wall_time
from bot.domain.dates.tokens import phrase
from bot.domain.meetings import Meeting
from bot.domain.names import clean
from bot.domain.organisations import OrganisationUnclear
from bot.domain.presence import NAME_LIMIT, How
from bot.domain.reminders import A_DAY, QuietHours
from bot.errors import BotError

ASK_AFTER = timedelta(minutes=30)
"""How long after its end a meeting that is still open is asked about; and how long again, each time
that somebody wants more."""
FORGOTTEN_AFTER = timedelta(hours=12)
"""How long after its end a meeting that nobody closes is closed."""
STILL_BUSY = timedelta(hours=2)
"""One in which something happened as lately as this is not forgotten, however late it is."""
MORNING = time(8, 30)
"""When the people of a meeting that was not opened are asked, on the day after: they are at work,
and still remember."""
ANSWER_WITHIN = timedelta(days=3)
"""How long a question waits before it is put again, or shown to the coordination."""
WRITTEN_WITHIN = timedelta(days=30)
"""How long after it a meeting can be written up: later, nobody remembers what was said."""
PAPER_KEPT = timedelta(days=90)
"""How long the photo of a paper list can be looked at."""
PICTURES_LIMIT = 10
"""Photos of one paper list: a page each."""
_MOVED_TO = "\x1fmoved-to:"
"""Stands before no words of people: they are on one line, without such signs."""
REASON_LIMIT = 200
"""Characters in which to say why a meeting was not held."""


class ClosingKind(StrEnum):
    """What falls due in a meeting that is open past its end."""

    ASK = "time-to-close"
    FORGOTTEN = "forgotten-open"
    FOR_GOOD = "closed-for-good"
    """It was closed, and can be opened again no longer."""


class MorningKind(StrEnum):
    """What falls due after a meeting that nobody opened."""

    FIRST = "was-it-held"
    AGAIN = "was-it-held-again"
    SHOWN = "was-it-held-shown"
    """The coordination is told that nobody answered."""


class Fate(StrEnum):
    """What became of a meeting that was not opened."""

    HELD = "held"
    MOVED = "moved"
    NOT_HELD = "not-held"


@dataclass(frozen=True)
class Said:
    """Who said what became of a meeting."""

    fate: Fate
    person: str
    is_settled: bool = False
    """Whether it stands in the record; before, it is still being written up."""
    is_own: bool = False
    """Whether whoever reads it in private said so themselves."""


@dataclass(frozen=True)
class Unheld:
    """A meeting that was not held, as the record of its group has it."""

    on: datetime
    """When it was planned; wall time of the group."""
    reason: str = ""
    """Why; empty if nobody said."""
    moved_to: datetime | None = None
    """When it was held instead, as planned then; wall time of the group."""

    @classmethod
    def of(cls, on: datetime, noted: str) -> "Unheld":
        """Return what was noted as the reason (`moved_to_noted`, or in somebody's words)."""
        head, _, starts = noted.partition(_MOVED_TO)
        if starts and not head:
            return cls(on, moved_to=datetime.fromisoformat(starts))
        return cls(on, noted)


def moved_to_noted(starts: datetime) -> str:
    """Return how it is noted that a meeting was moved: everybody reads it in their language."""
    return f"{_MOVED_TO}{starts.isoformat()}"


Phrases = Collection[tuple[str, ...]]
"""What people say, folded into words."""


@dataclass(frozen=True)
class RoomWords:
    """What people write around the names of those who were there, in every language."""

    everyone: Phrases = ()
    """For all organisations: "all", "everyone came"."""
    but: Phrases = ()
    """Between that and those who were not: "all except Afya"."""
    hows: Mapping[How, Phrases] = field(default_factory=dict)
    """Beside a name: Afya "by phone", Elimu "represented by" Halima."""
    announcing: Phrases = ()
    """What stands above a list of them, and names nobody: "present:"."""
    ands: Collection[str] = ()


@dataclass(frozen=True)
class Came:
    """An organisation that was there, as somebody remembers it."""

    organisation_id: int
    how: How | None = None
    """None: nothing was said of it; as is usual for the meeting."""
    by: str = ""
    """Who represented it."""


@dataclass(frozen=True)
class Remembered:
    """Who was there, as far as it was understood."""

    came: tuple[Came, ...] = ()
    absent: tuple[int, ...] = ()
    """Those who were not, although all the others were."""
    unclear: tuple[str, ...] = ()
    """What names none of the organisations."""


class AlreadyRecorded(BotError):
    """What became of a meeting was said before, or it was opened after all."""


class TooLateToWrite(BotError):
    """A meeting was to be written up that is long over, or is still ahead."""


class NothingToWrite(BotError):
    """No meeting of the group waits to be written up."""


class NotOverYet(BotError):
    """A meeting was said to have ended later than now."""


class TimesUnreadable(BotError):
    """When a meeting began and ended could not be read."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no times that can be read")
        self.said = said


class EndsBeforeStart(BotError):
    """A meeting was said to have ended before it began."""


class ReasonTooLong(BotError):
    """Why a meeting was not held was told at length."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"a reason of {length} characters")
        self.length, self.limit = length, limit


def expected_end(meeting: Meeting, opened_at: datetime) -> datetime:
    """Return when an open meeting is likely to end: as planned; opened later, after its length."""
    if opened_at < meeting.ends_at:
        return meeting.ends_at
    return opened_at + (meeting.ends_at - meeting.starts_at)


def closed_at(
    meeting: Meeting, opened_at: datetime, last_activity: datetime, now: datetime
) -> datetime:
    """Return when a meeting ended that somebody closes at `now` (all are instants).

    Long after its end, when nothing has happened for hours, people went home before: at its end, or
    when something last happened.
    """
    end = expected_end(meeting, opened_at)
    if now <= end + ASK_AFTER or now - last_activity < STILL_BUSY:
        return now
    return max(end, last_activity)


def asked_at(meeting: Meeting, quiet: QuietHours) -> datetime:
    """Return when to ask what became of a meeting: on the morning after its planned end."""
    wall = datetime.combine(meeting.ends.date() + A_DAY, MORNING)
    return instant(quiet.after(wall), meeting.zone)


def again_at(asked: datetime, zone: str) -> datetime:
    """Return when a question without an answer is put again, at the same time of the day."""
    return instant(wall_time(asked, zone) + ANSWER_WITHIN, zone)


def check_writable(meeting: Meeting, now: datetime) -> None:
    """Refuse to write up a meeting at `now` (an instant) that nobody can remember.

    Raises:
        TooLateToWrite: it is long over, or still ahead.
    """
    if not meeting.starts_at <= now <= meeting.ends_at + WRITTEN_WITHIN:
        raise TooLateToWrite


def check_times(starts: datetime, ends: datetime, *, now: datetime) -> None:
    """Refuse times at which a meeting cannot have been held. All are wall times.

    Raises:
        EndsBeforeStart, NotOverYet: see there.
    """
    if ends <= starts:
        raise EndsBeforeStart
    if ends > now:
        raise NotOverYet


def checked_reason(text: str) -> str:
    """Return why a meeting was not held, on one line.

    Raises:
        ReasonTooLong: it is a story.
    """
    said = " ".join(text.split())
    if len(said) > REASON_LIMIT:
        raise ReasonTooLong(length=len(said), limit=REASON_LIMIT)
    return said


def read_room(names: Mapping[int, str], text: str, words: RoomWords) -> Remembered:
    """Read `Maji Bora, Afya by phone and Elimu`, or `all except Afya; Elimu by phone`.

    Those whom "except" leaves out stand until a semicolon or the end of the line. How an
    organisation took part is said beside its name, or behind it with a comma.

    Raises:
        OrganisationUnclear: it names nobody at all.
    """
    listed = notebook.entries(text, announcing=words.announcing, is_listed=True)
    lines = [line.strip() for one in listed for line in one.split(";")]
    came: dict[int, Came] = {}
    absent: list[int] = []
    unclear: list[str] = []
    for line in lines:
        if not line or _folded(line) in words.announcing:
            continue
        said = _all_but(line, words)
        if said is None:
            _add_named(names, line, words, came, unclear)
            continue
        found, unknown = _known(names, said.but, words.ands)
        unclear += unknown
        absent += found
        come = [key for key in names if key not in found]
        came |= {key: came.get(key) or Came(key, said.how) for key in come}
        if said.besides:
            _add_named(names, said.besides, words, came, unclear)
    if not (came or absent):
        raise OrganisationUnclear(said=", ".join(unclear) or text)
    gone = tuple(key for key in absent if key not in came)
    return Remembered(tuple(came.values()), gone, tuple(unclear))


def all_but(
    names: Mapping[int, str], said: str, words: RoomWords
) -> tuple[list[int], How | None] | None:
    """Read `all`, `everyone by phone`, `all except Afya`: who is meant, and how they take part.

    None: it says neither "all" nor "except".

    Raises:
        OrganisationUnclear: one of those whom "except" leaves out is none of the organisations.
    """
    found = _all_but(said, words)
    if found is None or found.besides:
        return None
    left_out, unclear = _known(names, found.but, words.ands)
    if unclear:
        raise OrganisationUnclear(said=", ".join(unclear))
    return [key for key in names if key not in left_out], found.how


@dataclass(frozen=True)
class _AllBut:
    """A line that speaks of all organisations."""

    but: str = ""
    """Who were not there."""
    how: How | None = None
    besides: str = ""
    """What is said of some of them: "all, Afya by phone"."""


def _all_but(line: str, words: RoomWords) -> _AllBut | None:
    """Read "all", "everyone by phone", "all except Afya", "except Afya"; None: it lists names."""
    spoken = line.split()
    everyone = _longest(spoken, 0, words.everyone)
    rest = spoken[everyone:]
    # An organisation may be called "All for Children".
    if everyone and spoken[everyone - 1].endswith(","):
        return _AllBut(besides=" ".join(rest))
    if but := _longest(rest, 0, words.but):
        return _AllBut(but=" ".join(rest[but:]))
    if not everyone:
        return None
    at = next((at for at in range(len(rest)) if _longest(rest, at, words.but)), None)
    if at is not None and at + _longest(rest, at, words.but) == len(rest):
        # "Dhammaan Afya mooyee": the word stands behind.
        return _AllBut(but=" ".join(rest[:at]))
    for how, phrases in words.hows.items():
        if rest and _longest(rest, 0, phrases) == len(rest):
            return _AllBut(how=how)
    return None if rest else _AllBut()


def _add_named(
    names: Mapping[int, str],
    line: str,
    words: RoomWords,
    came: dict[int, Came],
    unclear: list[str],
) -> None:
    """Add those whom a line names with commas, each with how it took part."""
    last = 0
    for part in line.split(","):
        head, how, by = _how(part.split(), words)
        if not head and how is not None:
            if last:
                came[last] = Came(last, how, by)
            continue
        found, unknown = _known(names, head, words.ands)
        unclear += unknown
        for key in found:
            came[key] = came.get(key) or Came(key)
        last = found[-1] if found and not unknown else 0
        if how is not None and last:
            came[last] = Came(last, how, by)


def _how(spoken: Sequence[str], words: RoomWords) -> tuple[str, How | None, str]:
    """Return a name, how it took part, and who represented it: "Elimu, represented by Halima".

    Of "by phone" what follows is the name, if none stands before.
    """
    for at in range(len(spoken)):
        for how, phrases in words.hows.items():
            length = _longest(spoken, at, phrases)
            if not length:
                continue
            before, after = " ".join(spoken[:at]), " ".join(spoken[at + length :])
            before, after = before.strip(" (:-\u2013\u2014"), after.strip(" ():-\u2013\u2014")
            if how is How.REPRESENTED:
                return before, how, clean(after, fallback="", limit=NAME_LIMIT)
            if not (before and after):
                return before or after, how, ""
    return " ".join(spoken), None, ""


def _known(
    names: Mapping[int, str], said: str, ands: Collection[str]
) -> tuple[list[int], list[str]]:
    """Return whom a text names, and what it says that names nobody."""
    try:
        return organisations.find_known(names, said, ands) if said.strip() else ([], [])
    except OrganisationUnclear as error:
        return [], [error.said]


def _longest(spoken: Sequence[str], at: int, phrases: Phrases) -> int:
    """Return how many words the longest of the phrases has that begins at `at`; 0: none does."""
    for length in range(min(len(spoken) - at, 8), 0, -1):
        if _folded(" ".join(spoken[at : at + length])) in phrases:
            return length
    return 0


def _folded(text: str) -> tuple[str, ...]:
    return tuple(word for word in phrase(text) if any(map(_says_something, word)))


def _says_something(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) == "So"
