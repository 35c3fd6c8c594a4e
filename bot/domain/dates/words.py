"""The words of dates and times, by language: a new language is a new table, not new code.

Names of weekdays and months come from CLDR (`vocabulary.py`) for every language that it knows; the
tables here hold what it lacks. Case, accents and apostrophes do not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum, auto


class Role(StrEnum):
    """What a phrase means in a date or a time; a comment says what its value is, if it has one."""

    WEEKDAY = auto()  # Monday is 0
    MONTH = auto()  # January is 1
    DAYS_AHEAD = auto()  # "tomorrow" is 1
    WEEKS_AHEAD = auto()  # "next week" is 1
    NEXT = auto()  # before a weekday; this week's or next week's, people differ
    COMING = auto()  # beside a weekday; the first one after today
    THIS = auto()  # beside a weekday; says nothing more
    AFTER_NOW = auto()  # before a number of days or weeks: "in" 3 days
    DAY_UNIT = auto()  # days in it
    DAY_OF_MONTH = auto()  # before a number: "tarehe" 3
    MONTH_NUMBER = auto()  # before a number: "mwezi wa" 12
    OF_MONTH = auto()  # between day and month: 3rd "of" December
    YEAR = auto()  # before a number: "mwaka" 2026
    ORDINAL = auto()  # glued to a number: 3"rd"
    NUMERAL = auto()  # the number
    TENS_JOIN = auto()  # between tens and ones: twenty"-"one
    SUNRISE_HOUR = auto()  # before an hour counted from sunrise: "saa" 4
    BEFORE_HOUR = auto()  # minutes added: "half past" is 30
    AFTER_HOUR = auto()  # minutes added: "kasorobo" is -15
    PLUS = auto()  # before minutes added: saa nne "na" dakika kumi
    MINUS = auto()  # before minutes taken away
    MERIDIEM = auto()  # a part of the day that is nothing without its hour: "am"
    EXACT = auto()  # adds nothing to a time: "o'clock"
    HOURS_OF_24 = auto()  # after 1000 or 10:00: "h"
    PART_LINK = auto()  # between a time and a part of the day: 10 "in the" morning
    UNTIL = auto()  # before an end, also far from its start
    TO = auto()  # before an end, only beside its start: "move to 11:00" has no end
    LASTING = auto()  # before a length: "for" 2 hours
    LENGTH = auto()  # minutes: "half an hour" is 30
    HOUR_UNIT = auto()
    MINUTE_UNIT = auto()
    UNSURE = auto()  # changes what follows it in ways we do not read: "every", "not", "after"
    UNSURE_AFTER = auto()  # changes what stands before it: 3rd "of next month"
    PLACE = auto()  # before a place: "at" County Hall
    FILLER = auto()  # says nothing by itself, beside a date or a time
    ARTICLE = auto()
    NAME = auto()  # also the name of something: "Sun" Hotel


@dataclass(frozen=True)
class Part:
    """A part of the day: the hours that people call by it, and how they count them."""

    hours: frozenset[int]
    """Hours of the 24-hour clock, as they are usually said with it; any other is asked about."""
    from_sunrise: bool = False
    alone: time | None = None
    """The time that it names without an hour: "noon"."""


@dataclass(frozen=True)
class Words:
    """The table of one language."""

    phrases: Mapping[Role, Mapping[str, int]]
    parts: Mapping[str, Part]
    sunrise_parts: tuple[tuple[int, str], ...] = ()
    """Where people count hours from sunrise: the hour at which each part of the day begins, as it
    is said back to them; hours before the first belong to the last."""


def _all(phrases: str) -> dict[str, int]:
    """Return comma-separated phrases that have no value."""
    return dict.fromkeys(phrases.split(", "), 0)


def _numbered(phrases: str, start: int = 1, step: int = 1) -> dict[str, int]:
    """Return comma-separated phrases, numbered from `start` on; those with "/" share a number."""
    groups = enumerate(phrases.split(", "))
    return {one: start + step * at for at, group in groups for one in group.split("/")}


def _hours(first: int, last: int) -> frozenset[int]:
    """Return the hours from `first` to `last`, past midnight if it is earlier."""
    return frozenset((first + step) % 24 for step in range((last - first) % 24 + 1))


ENGLISH = Words(
    phrases={
        Role.WEEKDAY: _numbered(
            "mon, tues/tue, weds/wed/wensday, thurs/thur/thu, fri, sat, sun", 0
        ),
        Role.MONTH: {"sept": 9},
        Role.DAYS_AHEAD: {
            **_numbered(
                "yesterday, today/tonight/this morning/this afternoon/this evening, "
                "tomorrow/tomorow/tommorow/tommorrow/tmrw/tmr/tomoro, "
                "day after tomorrow/the day after tomorrow",
                -1,
            ),
        },
        Role.WEEKS_AHEAD: _numbered("this week, next week/the next week/the coming week", 0),
        Role.NEXT: _all("next"),
        Role.COMING: _all("coming, this coming, the coming"),
        Role.THIS: _all("this"),
        Role.AFTER_NOW: _all("in"),
        Role.DAY_UNIT: {"day": 1, "days": 1, "week": 7, "weeks": 7},
        Role.OF_MONTH: _all("of, day of"),
        Role.YEAR: _all("year"),
        Role.ORDINAL: _all("st, nd, rd, th"),
        Role.NUMERAL: {
            **_numbered(
                "one/first, two/second, three/third, four/fourth, five/fifth, six/sixth, "
                "seven/seventh, eight/eighth, nine/ninth, ten/tenth, eleven/eleventh, "
                "twelve/twelfth, thirteen/thirteenth, fourteen/fourteenth, fifteen/fifteenth, "
                "sixteen/sixteenth, seventeen/seventeenth, eighteen/eighteenth, "
                "nineteen/nineteenth"
            ),
            **_numbered("twenty/twentieth, thirty/thirtieth, forty, fifty", 20, 10),
        },
        Role.TENS_JOIN: _all("-"),
        Role.BEFORE_HOUR: {
            "half past": 30,
            "quarter past": 15,
            "a quarter past": 15,
            "quarter to": -15,
            "a quarter to": -15,
        },
        Role.MERIDIEM: _all("am, pm, a.m., p.m., a.m, p.m"),
        Role.EXACT: _all("oclock, sharp, exactly"),
        Role.HOURS_OF_24: _all("h, hr, hrs, hours"),
        Role.PART_LINK: _all("in the, at, in, this, of the, the"),
        Role.UNTIL: _all("until, till, til, up to, ending, ending at, ends, ends at, end"),
        Role.TO: _all("-, to"),
        Role.LASTING: _all("for, lasting, during"),
        Role.LENGTH: {
            "an hour": 60,
            "one hour": 60,
            "half an hour": 30,
            "an hour and a half": 90,
            "one and a half hours": 90,
            "two and a half hours": 150,
        },
        Role.HOUR_UNIT: _all("hour, hours, hr, hrs, h"),
        Role.MINUTE_UNIT: _all("minute, minutes, min, mins"),
        Role.UNSURE: _all(
            "every, each, last, past, previous, before, after, not, except, about, around, "
            "approximately, earliest, latest, by, half, quarter"
        ),
        Role.UNSURE_AFTER: _all(
            "next month, of next month, this month, of this month, of the month, of every month, "
            "ago, week, fortnight, or later, or earlier, onwards"
        ),
        Role.PLACE: _all("at, in, @, venue, place, location"),
        Role.FILLER: _all(
            "at, on, from, starting, starting at, start, date, time, and, or, &, of, @, to"
        ),
        Role.ARTICLE: _all("the"),
        Role.NAME: _all("sun, mar, march, april, may, june, august, morning, evening, night, noon"),
    },
    parts={
        # Twelve o'clock is left out: writers of "12am" mean noon as often as midnight.
        **dict.fromkeys(("am", "a.m.", "a.m"), Part(_hours(1, 11))),
        **dict.fromkeys(("pm", "p.m.", "p.m"), Part(_hours(12, 23))),
        "morning": Part(_hours(5, 11)),
        "afternoon": Part(_hours(12, 17)),
        "evening": Part(_hours(16, 21)),
        "night": Part(_hours(18, 3)),
        "tonight": Part(_hours(18, 23)),
        "noon": Part(_hours(12, 12), alone=time(12)),
        "midday": Part(_hours(12, 12), alone=time(12)),
        "midnight": Part(_hours(0, 0), alone=time(0)),
    },
)

SWAHILI = Words(
    phrases={
        Role.WEEKDAY: _numbered(
            "jtatu/juma tatu, jnne/juma nne, jtano/juma tano, "
            "alhamis/alhamsi/alkhamisi/alkhamis/alh, ijuma/ijm, jmosi/juma mosi, jpili/juma pili",
            0,
        ),
        Role.MONTH: {"disemba": 12, "mar": 3},
        Role.DAYS_AHEAD: _numbered(
            "juzi, jana, leo/leo hii, kesho, keshokutwa/kesho kutwa, mtondo/mtondogoo", -2
        ),
        Role.WEEKS_AHEAD: _numbered(
            "wiki hii/juma hili, wiki ijayo/wiki lijalo/wiki inayokuja/juma lijalo/juma linalokuja",
            0,
        ),
        Role.COMING: _all("ijayo, inayokuja"),
        Role.THIS: _all("hii, ya leo"),
        Role.AFTER_NOW: _all("baada ya"),
        Role.DAY_UNIT: {"siku": 1, "wiki": 7},
        Role.DAY_OF_MONTH: _all("tarehe, tareh, trh, tarehe ya"),
        Role.MONTH_NUMBER: _all("mwezi wa, mwezi"),
        Role.OF_MONTH: _all("ya"),
        Role.YEAR: _all("mwaka, mwaka wa"),
        Role.NUMERAL: {
            **_numbered(
                "moja/mosi/mmoja, mbili/pili/mawili/miwili, tatu/matatu/mitatu, nne/manne/minne, "
                "tano/matano/mitano, sita, "
                "saba, nane/manane, tisa, kumi"
            ),
            **_numbered("ishirini, thelathini, arobaini/arubaini, hamsini", 20, 10),
        },
        Role.TENS_JOIN: _all("na"),
        Role.SUNRISE_HOUR: _all("saa"),
        Role.AFTER_HOUR: {
            "na nusu": 30,
            "u nusu": 30,
            "unusu": 30,
            "na robo": 15,
            "kasorobo": -15,
            "kasoro robo": -15,
            "kasarobo": -15,
        },
        Role.PLUS: _all("na"),
        Role.MINUS: _all("kasoro"),
        Role.EXACT: _all("kamili, barabara"),
        Role.PART_LINK: _all("ya, za, wa"),
        Role.UNTIL: _all("hadi, mpaka"),
        Role.TO: _all("hadi, mpaka"),
        Role.LASTING: _all("kwa, kwa muda wa, muda wa, kwa muda"),
        Role.LENGTH: {"nusu saa": 30},
        Role.HOUR_UNIT: _all("saa, masaa"),
        Role.MINUTE_UNIT: _all("dakika"),
        Role.UNSURE: _all(
            "kila, kabla, kabla ya, baada, baada ya, isipokuwa, si, kama, karibu, nusu, robo"
        ),
        Role.UNSURE_AFTER: _all(
            "mwezi ujao, ya mwezi ujao, mwezi huu, ya mwezi huu, ya mwezi, ya kwanza, ya pili, "
            "ya tatu, ya nne, ya mwisho, iliyopita, na kuendelea, nusu, robo"
        ),
        Role.PLACE: _all("katika, mahali, mahali pa"),
        Role.FILLER: _all(
            "siku ya, siku, mnamo, kuanzia, kutoka, tarehe, ya, za, wa, na, au, wakati, wakati wa"
        ),
        Role.NAME: _all("leo"),
    },
    parts={
        "alfajiri": Part(_hours(3, 6), from_sunrise=True),
        "asubuhi": Part(_hours(6, 11), from_sunrise=True),
        "mchana": Part(_hours(12, 15), from_sunrise=True),
        "alasiri": Part(_hours(14, 17), from_sunrise=True),
        "jioni": Part(_hours(16, 19), from_sunrise=True),
        "usiku": Part(_hours(19, 3), from_sunrise=True),
    },
    sunrise_parts=(
        (4, "alfajiri"),
        (6, "asubuhi"),
        (12, "mchana"),
        (16, "jioni"),
        (19, "usiku"),
    ),
)

LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "sw": SWAHILI}
