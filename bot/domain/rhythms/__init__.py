"""Rhythms in people's words: "every first Thursday 10:00", "kila Jumatatu", "monthly on the 15th".

Like dates, they are never guessed: what can be read in two ways, or looks like a rhythm and was not
understood, is refused with what was understood. The words of each language are data (`words.py`).
"""

from bot.domain.rhythms.reading import Again, read_last_day, read_rhythm
from bot.domain.rhythms.refusals import (
    RhythmAmbiguous,
    RhythmUnreadable,
    RhythmWithoutDay,
    RhythmWithoutTime,
)

__all__ = [
    "Again",
    "RhythmAmbiguous",
    "RhythmUnreadable",
    "RhythmWithoutDay",
    "RhythmWithoutTime",
    "read_last_day",
    "read_rhythm",
]
