"""What scenes are made of: who says, taps or sends what in a group or in private, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.seed.files import picture, voice
from bot.seed.life import Act
from bot.seed.people import ZONE

Scene: TypeAlias = list[Act]
"""Acts of which none makes sense without those before it, in the order of time."""
ROUND_UP = "👏"
"""How a group's round-up of its actions begins in every language."""
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Room:
    """Writes down who does what when in one group."""

    id: int

    def says(self, at: datetime, person: int, words: str, *, on: str = "") -> Act:
        """Let somebody write, in a reply to a message that has the button `on`."""
        return Act(at, person, self.id, words, on)

    def taps(self, at: datetime, person: int, button: str) -> Act:
        """Let somebody tap the newest such button."""
        return Act(at, person, self.id, on=button)

    def plans(self, at: datetime, lead: int, line: str) -> Scene:
        """Let a lead send a line, and say that it was understood."""
        return [self.says(at, lead, line), self.taps(at + timedelta(minutes=1), lead, "confirm")]

    def answers(self, at: datetime, said: dict[int, str]) -> Scene:
        """Let people answer: with one of the four answers by a tap, or in words by a reply."""
        return [
            self.taps(at, person, f"answer:{answer}")
            if answer in {"coming", "phone", "alternate", "cannot"}
            else self.says(at, person, answer, on="answer")
            for person, answer in said.items()
        ]

    def moves(self, at: datetime, lead: int, to: str) -> Scene:
        """Let a lead move the meeting that was spoken of last, and only this one."""
        later = [at + timedelta(minutes=number) for number in range(3)]
        return [
            self.taps(later[0], lead, "change"),
            self.says(later[1], lead, to, on="cancel"),
            self.taps(later[2], lead, "confirm"),
        ]

    def cancels(self, at: datetime, lead: int) -> Scene:
        """Let a lead cancel the meeting that was spoken of last."""
        later = [at + timedelta(minutes=number) for number in range(3)]
        return [
            self.taps(later[0], lead, "change"),
            self.taps(later[1], lead, "cancel"),
            self.taps(later[2], lead, "cancel-sure"),
        ]

    def reports(
        self,
        at: datetime,
        person: int,
        words: str = "",
        *,
        seconds: int = 0,
        is_shown: bool = False,
    ) -> Act:
        """Let somebody say how their action goes, in reply to the round-up of the week.

        By voice for so many seconds, or with a picture.
        """
        return _sent(Act(at, person, self.id, words, to=ROUND_UP), seconds, is_shown=is_shown)


def in_private(
    at: datetime,
    person: int,
    words: str = "",
    *,
    on: str = "",
    to: str = "",
    seconds: int = 0,
    is_shown: bool = False,
) -> Act:
    """Let somebody write, tap, speak or show something to the bot alone."""
    return _sent(Act(at, person, person, words, on, to), seconds, is_shown=is_shown)


def _sent(act: Act, seconds: int, *, is_shown: bool) -> Act:
    if seconds:
        return replace(act, file=voice(seconds), seconds=seconds)
    return replace(act, file=picture()) if is_shown else act


def at(day: date, clock: str) -> datetime:
    """Return a wall time in the counties."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(ZONE))


def spoken(day: date, language: str = "en") -> str:
    """Return a day as people write it: `4 December`, `4 Desemba`."""
    return format_date(day, "d MMMM", locale=language)


def mondays(after: date) -> Iterator[date]:
    """Yield the Mondays behind a day, on which groups hear how their actions stand."""
    monday = after - timedelta(days=after.weekday())
    while True:
        monday += _A_WEEK
        yield monday
