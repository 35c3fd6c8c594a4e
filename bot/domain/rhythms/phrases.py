"""The rhythm that stands at a place in a text, told by the words of all languages together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.dates.numbers import begins_number, is_glued, numeral, skip_glued
from bot.domain.dates.tokens import Found, Token
from bot.domain.dates.vocabulary import Phrases, Vocabulary
from bot.domain.dates.words import Role as DateRole
from bot.domain.rhythms.words import LANGUAGES, Role
from bot.domain.series import (
    LAST,
    LAST_WEEK_OF_ALL,
    MonthlyByDay,
    MonthlyByWeekday,
    Rhythm,
    Weekly,
)


@dataclass(frozen=True, kw_only=True)
class Phrase(Found):
    """A rhythm as it was said."""

    options: tuple[Rhythm, ...] = ()
    """What it may mean; more than one if people differ, none if the day is missing."""
    weeks: int = 0
    """How often it comes, where no day is said with it."""
    months: int = 0


@lru_cache(maxsize=1)
def _phrases() -> dict[Role, Phrases[int]]:
    """Return the words of every language by what they mean."""
    found: dict[Role, Phrases[int]] = {role: Phrases() for role in Role}
    for table in LANGUAGES.values():
        for role, meanings in table.items():
            for said, value in meanings.items():
                found[role].add(said, value)
    return found


@dataclass(frozen=True)
class Reader:
    """Reads the rhythms of one text; `dates` are the words of days and numbers."""

    text: Sequence[Token]
    dates: Vocabulary

    def find(self, role: Role, at: int) -> tuple[int, int] | None:
        """Return the value of the longest phrase of this role at `at`, and where it ends."""
        return _phrases()[role].find(self.text, at)

    def skip(self, role: Role, at: int) -> int:
        """Return where a phrase of this role ends that begins at `at`, else `at`."""
        found = self.find(role, at)
        return found[1] if found else at

    def at(self, at: int) -> Phrase | None:
        """Return the rhythm that begins at `at`."""
        start = self.skip(Role.LINK, at) if self.text[at].folded != "," else at
        found = self._how_often(start) or self._every(start) or self._day_first(start)
        if found is None:
            return None
        options, weeks, months, after = found
        return Phrase(first=at, after=after, options=options, weeks=weeks, months=months)

    def goes_on(self, after: int) -> bool:
        """Tell whether more days are listed after a rhythm, or it is narrowed down."""
        if self.skip(Role.OF_MONTH, after) > after:
            return True
        listed = self.skip(Role.AND, after)
        return listed > after and (
            self._month_day(listed) is not None
            or any(self.skip(role, listed) > listed for role in (Role.NTH, Role.NTH_AFTER))
            or self.dates.skip((DateRole.WEEKDAY,), self.text, listed) > listed
        )

    def _how_often(self, at: int) -> "_Said | None":
        """Read "every 2 weeks on Monday", "monthly on the 15th", "bil kasta, taariikhda 15"."""
        lead = self._lead(at)
        if lead is None:
            return None
        weeks, months, after = lead
        start = after
        # "Siku ya mwisho" is the last day, though "siku ya" alone only leads to one.
        while not self._in_month(start, 1) and (linked := self.skip(Role.LINK, start)) > start:
            start = linked
        if weeks and (days := self.weekdays(start)):
            return (Weekly(weeks, days[0]),), 0, 0, days[1]
        if months and (day := self._in_month(start, months)):
            return (day[0],), 0, 0, self.skip(Role.OF_MONTH, day[1])
        return (), weeks, months, after

    def _lead(self, at: int) -> tuple[int, int, int] | None:
        """Return after how many weeks or months it comes again ("every 2 weeks"), and the end."""
        if weeks := self.find(Role.EVERY_WEEKS, at):
            return weeks[0], 0, weeks[1]
        if months := self.find(Role.EVERY_MONTHS, at):
            return 0, months[0], months[1]
        start = self.skip(Role.EVERY, at)
        count, unit_at = self._count(self.skip(Role.LINK, start) if start > at else at)
        if self.dates.find(DateRole.WEEKDAY, self.text, unit_at):
            # "Kila juma tatu" is every Monday, though "juma" is a week.
            return None
        weeks, months = self.find(Role.WEEKS, unit_at), self.find(Role.MONTHS, unit_at)
        value, after = weeks or months or (0, 0)
        # "Every" stands before what comes again, or "kasta" after it.
        again = self.skip(Role.AGAIN, after)
        if not value or (start == at and again == after):
            return None
        if start == at:
            after = again
        elif self.skip(Role.UNIT_FIRST, unit_at) == after:
            count, after = self._count_after(after) or (count, after)
        return (count * value, 0, after) if weeks else (0, count * value, after)

    def _count_after(self, at: int) -> tuple[int, int] | None:
        """Return the number after a unit ("wiki mbili", "wiki 2"); "2:00" and "3 Des" are none."""
        if found := numeral(self.text, at, self.dates):
            return found
        if not begins_number(self.text, at) or self._has_month(at + 1):
            return None
        is_longer = at + 1 < len(self.text) and is_glued(self.text, at + 1, ":-/.")
        return None if is_longer else (self.text[at].value or 0, at + 1)

    def _has_month(self, at: int) -> bool:
        """Tell whether a month follows a day of the month."""
        start = self.dates.skip((DateRole.OF_MONTH,), self.text, at)
        return self.dates.skip((DateRole.MONTH, DateRole.MONTH_NUMBER), self.text, start) > start

    def _count(self, at: int) -> tuple[int, int]:
        """Return the number before a unit ("2", "two", "second", "other"), and where it ends."""
        if (other := self.skip(Role.OTHER, at)) > at:
            return 2, other
        ordinal = self.find(Role.NTH, at)
        found = ordinal if ordinal and ordinal[0] > 0 else numeral(self.text, at, self.dates)
        if found is None and begins_number(self.text, at):
            after = skip_glued(self.text, at + 1, self.dates, DateRole.GLUED_ARTICLE)
            found = self.text[at].value or 0, after
        return found or (1, at)

    def _every(self, at: int) -> "_Said | None":
        """Read "every Thursday", "every first Thursday", "kila Alhamisi ya kwanza"."""
        start = self.skip(Role.EVERY, at)
        if start == at:
            return None
        if (other := self.skip(Role.OTHER, start)) > start and (days := self.weekdays(other)):
            return (Weekly(2, days[0]),), 0, 0, days[1]
        if found := self._in_month(start, 1):
            day, after = found
            of_month = self.skip(Role.OF_MONTH, after)
            in_english = isinstance(day, MonthlyByWeekday) and self.find(Role.NTH, start)
            if in_english and isinstance(day, MonthlyByWeekday) and of_month == after:
                return self._in_weeks_too(day), 0, 0, of_month
            return (day,), 0, 0, of_month
        if days := self.weekdays(start):
            return (Weekly(1, days[0]),), 0, 0, days[1]
        return None

    def _in_weeks_too(self, day: MonthlyByWeekday) -> tuple[Rhythm, ...]:
        """Return both meanings of "every second Thursday"; the first and the last have but one."""
        has_two = day.nth in range(2, LAST_WEEK_OF_ALL + 1)
        return (day, Weekly(day.nth, (day.weekday,))) if has_two else (day,)

    def _day_first(self, at: int) -> "_Said | None":
        """Read "first Thursday of the month", "Thursdays every 2 weeks", "Khamiis kasta"."""
        if found := self._in_month(at, 1):
            day, after = found
            of_month = self.skip(Role.OF_MONTH, after)
            lead = self._lead(self.skip(Role.LINK, after))
            if of_month > after:
                return (day,), 0, 0, of_month
            if lead and lead[1]:
                return (_each(day, lead[1]),), 0, 0, lead[2]
        if days := self.weekdays(at):
            lead = self._lead(self.skip(Role.LINK, days[1]))
            if lead and lead[0]:
                return (Weekly(lead[0], days[0]),), 0, 0, lead[2]
            again = self.skip(Role.AGAIN, days[1])
            if again > days[1] or self.find(Role.WEEKDAYS, at):
                return (Weekly(1, days[0]),), 0, 0, again
        return None

    def _in_month(self, at: int, every: int) -> tuple[MonthlyByWeekday | MonthlyByDay, int] | None:
        """Read the day of a month: "first Thursday", "Alhamisi ya kwanza", "15th", "last day"."""
        if (after := self.skip(Role.LAST_DAY, at)) > at:
            return MonthlyByDay(every, LAST), after
        if (nth := self.find(Role.NTH, at)) and (day := self._weekday(nth[1])):
            return MonthlyByWeekday(every, nth[0], day[0]), day[1]
        if (day := self._weekday(at)) and (nth := self.find(Role.NTH_AFTER, day[1])):
            return MonthlyByWeekday(every, nth[0], day[0]), nth[1]
        if number := self._month_day(at):
            return MonthlyByDay(every, number[0]), number[1]
        return None

    def _month_day(self, at: int) -> tuple[int, int] | None:
        """Read "15th", "tarehe 15", "the 15"; not a date with its month, and no time."""
        text = self.text
        start = self.skip(Role.DATE, at)
        if not begins_number(text, start):
            return None
        roles = (DateRole.ORDINAL, DateRole.GLUED_ARTICLE)
        after = skip_glued(text, start + 1, self.dates, *roles)
        is_marked = start > at or after > start + 1 or (at > 0 and text[at - 1].folded == "the")
        is_longer = after < len(text) and (is_glued(text, after, ":-/.") or text[after].glued)
        is_dated = self._has_month(after) and self.skip(Role.OF_MONTH, after) == after
        if not is_marked or is_dated or (is_longer and text[after].folded != ","):
            return None
        return text[start].value or 0, after

    def weekdays(self, at: int) -> tuple[tuple[int, ...], int] | None:
        """Read "Monday", "Monday and Thursday", "Mondays, Thursdays"."""
        found: list[int] = []
        after = start = at
        while day := self._weekday(start):
            found.append(day[0])
            after = day[1]
            comma = after < len(self.text) and self.text[after].folded == ","
            start = self.skip(Role.EVERY, self.skip(Role.AND, after + comma))
            if start == after:
                break
        return (tuple(sorted(set(found))), after) if found else None

    def _weekday(self, at: int) -> tuple[int, int] | None:
        named = self.dates.find(DateRole.WEEKDAY, self.text, at)
        return self.find(Role.WEEKDAYS, at) or named


_Said = tuple[tuple[Rhythm, ...], int, int, int]


def _each(day: MonthlyByWeekday | MonthlyByDay, every: int) -> Rhythm:
    if isinstance(day, MonthlyByDay):
        return MonthlyByDay(every, day.day)
    return MonthlyByWeekday(every, day.nth, day.weekday)
