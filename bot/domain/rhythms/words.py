"""The words of rhythms, by language: a new language is a new table, not new code.

Names of weekdays come from the words of dates (`bot.domain.dates`). Case, accents and apostrophes
do not matter.
"""

from collections.abc import Mapping
from enum import StrEnum, auto


class Role(StrEnum):
    """What a phrase means in a rhythm; a comment says what its value is, if it has one."""

    EVERY = auto()  # before what comes again: "every" Thursday
    AGAIN = auto()  # after what comes again: Khamiis "kasta", 2 toddobaadba "mar"
    OTHER = auto()  # after it, and before a unit or a weekday: every "other" week
    WEEKS = auto()  # "weeks" are 1, "fortnights" 2
    MONTHS = auto()  # "months" are 1, "quarters" 3
    UNIT_FIRST = auto()  # one of these units, whose number follows it: kila "wiki" mbili
    EVERY_WEEKS = auto()  # a whole rhythm in weeks: "weekly" is 1, "fortnightly" 2
    EVERY_MONTHS = auto()  # a whole rhythm in months: "monthly" is 1
    WEEKDAYS = auto()  # a weekday that comes again by itself: "Thursdays"; Monday is 0
    NTH = auto()  # before a weekday: the "first" Thursday; the last is -1
    NTH_AFTER = auto()  # after a weekday: Alhamisi "ya kwanza"
    LAST_DAY = auto()  # the last day of a month
    DATE = auto()  # before a day of the month: "tarehe" 15
    OF_MONTH = auto()  # after a day: the first Thursday "of the month"
    AND = auto()  # between weekdays
    LINK = auto()  # says nothing by itself between the parts of a rhythm
    FROM = auto()  # before the first day
    UNTIL = auto()  # before the last day, or the last month
    UNTIL_END = auto()  # before the last month, or year
    THIS_YEAR = auto()  # after that
    LASTING = auto()  # before the time for which it comes again: "for" 6 months
    YEARS = auto()
    ONE = auto()  # a number before a time for which it comes: for "a" year
    TIMES = auto()  # beside how often it comes: 6 "times"


def _all(phrases: str) -> dict[str, int]:
    """Return comma-separated phrases that have no value."""
    return dict.fromkeys(phrases.split(", "), 0)


def _numbered(phrases: str, start: int = 1) -> dict[str, int]:
    """Return comma-separated phrases, numbered from `start` on; those with "/" share a number."""
    groups = enumerate(phrases.split(", "), start)
    return {one: number for number, group in groups for one in group.split("/")}


ENGLISH: Mapping[Role, Mapping[str, int]] = {
    Role.EVERY: _all("every, each, on every, on each, evry"),
    Role.OTHER: _all("other"),
    Role.WEEKS: {"week": 1, "weeks": 1, "wk": 1, "wks": 1, "fortnight": 2},
    Role.MONTHS: {"month": 1, "months": 1, "mth": 1, "quarter": 3},
    Role.EVERY_WEEKS: {"weekly": 1, "once a week": 1, "fortnightly": 2, "once a fortnight": 2}
    | dict.fromkeys(("biweekly", "bi-weekly"), 2),
    Role.EVERY_MONTHS: {"monthly": 1, "once a month": 1, "quarterly": 3, "once a quarter": 3},
    Role.WEEKDAYS: _numbered(
        "mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays", 0
    ),
    Role.NTH: _numbered("first/1st, second/2nd, third/3rd, fourth/4th, fifth/5th")
    | {"last": -1, "the last": -1}
    | _numbered("the first/the 1st, the second/the 2nd, the third/the 3rd, the fourth/the 4th"),
    Role.LAST_DAY: _all("last day, the last day"),
    Role.DATE: _all("day, the day"),
    Role.OF_MONTH: _all(
        "of the month, of every month, of each month, of a month, in the month, in every month, "
        "in each month, each month, every month"
    ),
    Role.AND: _all("and, &, plus"),
    Role.LINK: _all("on, on the, the, ,"),
    Role.FROM: _all("from, starting, starting on, starting from, beginning, beginning on, since"),
    Role.UNTIL: _all("until, till, til, up to, ending, ending on, to, through"),
    Role.UNTIL_END: {
        f"{until} {end}": 0
        for until in ("until", "till", "up to", "to", "through")
        for end in ("the end of", "end of")
    },
    Role.THIS_YEAR: _all("the year, year, this year"),
    Role.LASTING: _all("for, for the next, during, lasting"),
    Role.YEARS: {"year": 1, "years": 1},
    Role.ONE: _all("a, one"),
    Role.TIMES: _all("times, meetings, occurrences, sessions, more times"),
}

SWAHILI: Mapping[Role, Mapping[str, int]] = {
    Role.EVERY: _all("kila, mara moja kila"),
    Role.AGAIN: _all("zote"),
    Role.OTHER: {},
    Role.WEEKS: {"wiki": 1, "juma": 1},
    Role.MONTHS: {"mwezi": 1, "miezi": 1},
    Role.UNIT_FIRST: _all("wiki, miezi"),
    Role.EVERY_WEEKS: {"mara moja kwa wiki": 1, "kila baada ya wiki moja": 1},
    Role.EVERY_MONTHS: {"mara moja kwa mwezi": 1, "kila robo mwaka": 3},
    Role.WEEKDAYS: {},
    Role.NTH: {},
    Role.NTH_AFTER: _numbered("ya kwanza, ya pili, ya tatu, ya nne, ya tano") | {"ya mwisho": -1},
    Role.LAST_DAY: _all("siku ya mwisho"),
    Role.DATE: _all("tarehe, tareh, trh, tarehe ya"),
    Role.OF_MONTH: _all("ya mwezi, ya kila mwezi, kila mwezi, katika mwezi, ya mwezi huo"),
    Role.AND: _all("na"),
    Role.LINK: _all("siku ya, baada ya, mnamo"),
    Role.FROM: _all("kuanzia, kutoka, tangu"),
    Role.UNTIL: _all("hadi, mpaka"),
    Role.UNTIL_END: _all("hadi mwisho wa, mpaka mwisho wa, hadi mwishoni mwa, mpaka mwishoni mwa"),
    Role.THIS_YEAR: _all("mwaka, mwaka huu"),
    Role.LASTING: _all("kwa, kwa muda wa, muda wa, kwa kipindi cha"),
    Role.YEARS: {"mwaka": 1, "miaka": 1},
    Role.TIMES: _all("mara"),
}

SOMALI: Mapping[Role, Mapping[str, int]] = {
    Role.AGAIN: _all("kasta, walba, walbo, mar, hal mar"),
    Role.WEEKS: dict.fromkeys(
        ("toddobaad", "todobaad", "usbuuc", "toddobaadba", "todobaadba", "usbuucba"), 1
    ),
    Role.MONTHS: dict.fromkeys(("bil", "bilood", "bilba", "biloodba"), 1),
    Role.EVERY_WEEKS: {"toddobaadkii mar": 1, "toddobaadkiiba mar": 1},
    Role.EVERY_MONTHS: {"bishii mar": 1, "bishiiba mar": 1},
    Role.NTH_AFTER: {
        f"{link}{name}": number
        for link in ("", "ee ")
        for name, number in {
            **_numbered(
                "ugu horraysa/ugu horreysa/koowaad/kowaad/1aad, labaad/2aad, "
                "saddexaad/sadexaad/3aad, afraad/4aad, shanaad/5aad"
            ),
            **dict.fromkeys(("ugu dambaysa", "ugu dambeysa", "ugu danbaysa"), -1),
        }.items()
    },
    Role.LAST_DAY: _all("maalinta ugu dambaysa, maalinta ugu dambeysa, maalinta ugu danbaysa"),
    Role.DATE: _all("taariikhda, taariikh, taarikhda"),
    Role.OF_MONTH: _all("ee bisha, bisha, ee bil kasta, bil kasta, ee bil walba, bil walba"),
    Role.AND: _all("iyo"),
    Role.LINK: _all("maalinta, maalmaha, ee"),
    Role.FROM: _all("laga bilaabo, ka bilaabanaya, ka bilaabmaya, ka bilow"),
    Role.UNTIL: _all("ilaa, illaa, ilaa iyo"),
    Role.UNTIL_END: _all("ilaa dhammaadka, ilaa dhamaadka, illaa dhammaadka"),
    Role.THIS_YEAR: _all("sanadka, sannadka, sanadkan, sannadkan"),
    Role.LASTING: _all("muddo, mudo, inta"),
    Role.YEARS: dict.fromkeys(("sano", "sanad", "sannad", "sanadood"), 1),
    Role.TIMES: _all("jeer, goor"),
}

LANGUAGES: Mapping[str, Mapping[Role, Mapping[str, int]]] = {
    "en": ENGLISH,
    "sw": SWAHILI,
    "so": SOMALI,
}
