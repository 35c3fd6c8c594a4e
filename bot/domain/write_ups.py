r"""What follows a meeting that nobody opened, or nobody closed.

planned end -- half an hour --> over? -- yes --> closed          (opened)
                                  \-- twelve hours --> closed as of the last thing that happened
planned end -- next morning --> held? moved? not held? -- three days --> once more -- three days
    --> the coordination                                         (never opened)
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.dates import instant, wall_time
from bot.domain.meetings import Meeting
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
