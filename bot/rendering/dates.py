"""Dates and hours as the readers of one language write them.

Weekdays and months come from CLDR (through Babel); the order of their parts from the catalogue;
the words of the clock that counts from sunrise from the templates (`_when.html`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel import Locale
from babel.dates import format_date

from bot.domain import dates
from bot.domain.dates import LocalClock
from bot.rendering.i18n import Translations

_SHORT = 3
"""Letters of a month that stand over a narrow column."""
FAR = timedelta(days=300)
"""From here on a date without its year could be taken for one of another year."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calendar:
    """How one language writes dates and hours. All times are wall times of the readers."""

    language: str
    locale: Locale
    translations: Translations

    def filters(self) -> dict[str, Callable[..., object]]:
        """Return what templates may do with a date or a time."""
        return {
            "date": self.short_date,
            "typed_date": self.typed_date,
            "weekday": self.weekday,
            "short_month": self.short_month,
            "clock": self.clock,
            "local_clock": self.local_clock,
            "later": later,
        }

    def short_date(self, day: date, *, year: bool = False, seen_from: date | None = None) -> str:
        """Return `Thu 3 Dec`, with its year if asked for, or if it is far from `seen_from`."""
        is_far = seen_from is not None and abs(_day(day) - _day(seen_from)) >= FAR
        pgettext = self.translations.pgettext
        if year or is_far:
            # Translators: letters of CLDR: weekday, day, month, year, as in "Thu 3 Dec 2026".
            return self._format(day, pgettext("date pattern", "EEE d MMM y"), "EEE d MMM y")
        # Translators: letters of CLDR: weekday, day, month, as in "Thu 3 Dec".
        return self._format(day, pgettext("date pattern", "EEE d MMM"), "EEE d MMM")

    def typed_date(self, day: date) -> str:
        """Return a date as one types it in a command: `3 Dec`."""
        # Translators: letters of CLDR: day and month as one types them, as in "3 Dec".
        return self._format(day, self.translations.pgettext("date pattern", "d MMM"), "d MMM")

    def short_month(self, day: date) -> str:
        """Return a month in three letters, or its number where that needs more: `Dec`, `12`."""
        name = str(self.locale.months["format"]["abbreviated"][day.month]).rstrip(".")
        return name if len(name) <= _SHORT else str(day.month)

    def weekday(self, number: int) -> str:
        """Return the name of a weekday; Monday is 0."""
        return str(self.locale.days["format"]["wide"][number])

    def clock(self, moment: datetime | time) -> str:
        """Return the time of day on the clock of 24 hours: `10:00`."""
        return f"{moment.hour:02}:{moment.minute:02}"

    def local_clock(self, moment: datetime | time) -> LocalClock | None:
        """Return the time as it is said where hours count from sunrise; None elsewhere."""
        of_day = moment.time() if isinstance(moment, datetime) else moment
        return dates.local_clock(of_day, self.language)

    def _format(self, day: date, own: str, source: str) -> str:
        try:
            return str(format_date(_day(day), own, locale=self.locale))
        except (AttributeError, KeyError, ValueError) as error:
            _log.warning("a date pattern of %s is not readable: %s", self.language, error)
            return str(format_date(_day(day), source, locale=self.locale))


def later(moment: datetime, *, days: int) -> datetime:
    """Return the same time of day some days later."""
    return moment + timedelta(days=days)


def _day(moment: date) -> date:
    """Return the day alone (a datetime is a date too, and compares with none)."""
    return moment.date() if isinstance(moment, datetime) else moment
