"""Dates and times in people's words, wall times and instants, and the clock from sunrise.

Reading never guesses: what looks like a date or a time and was not understood is refused, with
what was understood so far. The words of each language are data (`words.py`).
"""

from bot.domain.dates.clocks import LocalClock, local_clock
from bot.domain.dates.deadlines import DayWord, Deadline, PhrasesBy, read_deadline
from bot.domain.dates.ends import months_after
from bot.domain.dates.lengths import read_length
from bot.domain.dates.reading import When, has_time, read_when
from bot.domain.dates.refusals import (
    DateAmbiguous,
    DateContradicts,
    DateImpossible,
    DateInThePast,
    DateMissing,
    DateUnreadable,
    TimeAmbiguous,
    TimeMissing,
    ZoneUnknown,
)
from bot.domain.dates.zones import instant, known_zone, likely_zones, shown, wall_time

__all__ = [
    "DateAmbiguous",
    "DateContradicts",
    "DateImpossible",
    "DateInThePast",
    "DateMissing",
    "DateUnreadable",
    "DayWord",
    "Deadline",
    "LocalClock",
    "PhrasesBy",
    "TimeAmbiguous",
    "TimeMissing",
    "When",
    "ZoneUnknown",
    "has_time",
    "instant",
    "known_zone",
    "likely_zones",
    "local_clock",
    "months_after",
    "read_deadline",
    "read_length",
    "read_when",
    "shown",
    "wall_time",
]
