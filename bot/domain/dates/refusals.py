"""What reading a date refuses, and the facts that help a person to say it again."""

from datetime import date, datetime, time

from bot.errors import BotError


class DateMissing(BotError):
    """A time was understood, but no day."""

    def __init__(self, *, understood_time: time) -> None:
        """Carry the time of day that was understood."""
        super().__init__(f"no day, only {understood_time}")
        self.understood_time = understood_time


class TimeMissing(BotError):
    """A day was understood, but no time of day."""

    def __init__(self, *, understood_date: date) -> None:
        """Carry the day that was understood."""
        super().__init__(f"no time, only {understood_date}")
        self.understood_date = understood_date


class TimeAmbiguous(BotError):
    """A time can be read in more than one way, or two different times were given."""

    def __init__(self, *, said: str, options: tuple[time, ...], date: date | None) -> None:
        """Carry the person's own words, the possible readings in order, and the day if known."""
        super().__init__(f"{said!r} may be any of {options}")
        self.said, self.options, self.date = said, options, date


class DateAmbiguous(BotError):
    """A day can be read in more than one way, or two different days were given."""

    def __init__(self, *, said: str, options: tuple[date, ...]) -> None:
        """Carry the person's own words and the possible days in order.

        There is one option when the day would only be valid with the month first ("12/25").
        """
        super().__init__(f"{said!r} may be any of {options}")
        self.said, self.options = said, options


class DateImpossible(BotError):
    """A day or an hour that does not exist was given, as 31 November or 25:00."""

    def __init__(self, *, said: str) -> None:
        """Carry the person's own words."""
        super().__init__(f"{said!r} does not exist")
        self.said = said


class DateContradicts(BotError):
    """A weekday and a date were given that do not go together."""

    def __init__(self, *, weekday: int, date: date) -> None:
        """Carry the weekday that was said (Monday is 0) and the date, whose weekday is another."""
        super().__init__(f"{date} is not weekday {weekday}")
        self.weekday, self.date = weekday, date


class DateUnreadable(BotError):
    """Something that looks like a date or a time was not understood, or nothing was."""

    def __init__(self, *, said: str) -> None:
        """Carry the person's own words, at most 80 characters of them."""
        super().__init__(f"not understood: {said!r}")
        self.said = said


class DateInThePast(BotError):
    """What was understood is over already."""

    def __init__(self, *, starts: datetime) -> None:
        """Carry the wall time that was understood."""
        super().__init__(f"{starts} is over")
        self.starts = starts


class ZoneUnknown(BotError):
    """A time zone was named that does not exist, or that fits several."""

    def __init__(
        self, *, said: str, nearest: tuple[str, ...], before: str = "", after: str = ""
    ) -> None:
        """Carry the person's own words and the IANA names that come near, the nearest first.

        If it stood in a line, what they wrote `before` and `after` it comes along.
        """
        super().__init__(f"no time zone {said!r}")
        self.said, self.nearest = said, nearest
        self.before, self.after = before, after
