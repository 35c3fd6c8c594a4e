"""What reading a rhythm refuses, and the facts that help a person to say it again."""

from datetime import date, time

from bot.domain.series import MonthlyByWeekday, Rhythm, Weekly
from bot.errors import BotError

KNOWN: tuple[Rhythm, ...] = (MonthlyByWeekday(1, 1, 3), Weekly(2, (0,)), Weekly(1, (4,)))
"""Rhythms to show as examples: monthly ones first, they are the commonest."""


class RhythmUnreadable(BotError):
    """Something that looks like a rhythm was not understood."""

    def __init__(self, *, said: str) -> None:
        """Carry the person's own words, at most 80 characters of them."""
        super().__init__(f"no rhythm in {said!r}")
        self.said, self.known = said, KNOWN


class RhythmAmbiguous(BotError):
    """A rhythm can be read in more than one way: "every second Thursday", "monthly"."""

    def __init__(
        self, *, said: str, options: tuple[Rhythm, ...], first: date | None = None
    ) -> None:
        """Carry the person's own words, the rhythms that they may mean, and the first day."""
        super().__init__(f"{said!r} may be any of {options}")
        self.said, self.options, self.first = said, options, first


class RhythmWithoutDay(BotError):
    """It was said how often meetings come, but not on which day."""

    def __init__(self, *, said: str, known: Rhythm = KNOWN[0]) -> None:
        """Carry the person's own words, and a rhythm with a day to show in the example."""
        super().__init__(f"no day in {said!r}")
        self.said, self.known = said, known


class RhythmWithoutTime(BotError):
    """A rhythm was understood, but no time of day."""

    def __init__(self, *, rhythm: Rhythm, at: time = time(10)) -> None:
        """Carry the rhythm, and a time to show in the example."""
        super().__init__(f"no time, only {rhythm}")
        self.rhythm, self.at = rhythm, at
