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
    WEEKS_LATER = auto()  # behind a weekday; so many weeks after it: Friday "week"
    WEEKS_AFTER = auto()  # before a weekday, the same: "a week on" Friday
    OF_WEEK = (
        auto()
    )  # between a weekday and its week: Friday "of" next week, Ijumaa "ya" wiki ijayo
    THIS = auto()  # beside a weekday; says nothing more
    AFTER_NOW = auto()  # before a number of days or weeks: "in" 3 days
    DAY_UNIT = auto()  # days in it
    MONTH_UNIT = auto()
    ONE_DAY_UNIT = auto()  # days in it; one of them, without a number: within "a week"
    ONE_MONTH_UNIT = auto()  # "a month"
    DAY_OF_MONTH = auto()  # before a number: "tarehe" 3
    MONTH_NUMBER = auto()  # before a number: "mwezi wa" 12
    OF_MONTH = auto()  # between day and month: 3rd "of" December
    YEAR = auto()  # before a number: "mwaka" 2026
    ORDINAL = auto()  # glued to a number: 3"rd"
    NUMERAL = auto()  # the number
    TENS_JOIN = auto()  # between tens and ones: twenty"-"one
    SUNRISE_HOUR = auto()  # before an hour counted from sunrise: "saa" 4
    EITHER_HOUR = auto()  # before an hour counted from sunrise or from midnight: "saacadda" 4
    GLUED_ARTICLE = auto()  # glued to an hour, a day or a month, says nothing: 4"ta", 3"-da"
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
    OF_NAME = auto()  # between a place and the weekday in its name: Ukumbi "wa" Ijumaa
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
    hours_from_midnight: frozenset[int] | None = None
    """The hours with which those say it who count from midnight, where both clocks are in use and
    these hours are others: to them 4:00 is a "morning" hour as well."""
    alone: time | None = None
    """The time that it names without an hour: "noon"."""

    def hours_on(self, *, from_sunrise: bool) -> frozenset[int]:
        """Return its hours for those who count from sunrise, or from midnight."""
        if from_sunrise or self.hours_from_midnight is None:
            return self.hours
        return self.hours_from_midnight

    def includes(self, hour: int) -> bool:
        """Tell whether anybody says it of an hour of the 24-hour clock."""
        return any(hour in self.hours_on(from_sunrise=counted) for counted in (True, False))


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
        Role.OF_WEEK: _all("of, in"),
        Role.WEEKS_LATER: {"week": 1, "a week": 1, "fortnight": 2},
        Role.WEEKS_AFTER: {
            **dict.fromkeys(("a week on", "week on", "a week from", "one week from"), 1),
            **dict.fromkeys(("a fortnight on", "a fortnight from"), 2),
        },
        Role.THIS: _all("this"),
        Role.AFTER_NOW: _all("in"),
        Role.DAY_UNIT: {"day": 1, "days": 1, "week": 7, "weeks": 7},
        Role.MONTH_UNIT: _all("month, months"),
        Role.ONE_DAY_UNIT: {"a day": 1, "a week": 7, "the week": 7, "a fortnight": 14},
        Role.ONE_MONTH_UNIT: _all("a month, the month"),
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
        Role.OF_WEEK: _all("ya, wa, katika"),
        Role.WEEKS_AHEAD: _numbered(
            "wiki hii/juma hili, wiki ijayo/wiki lijalo/wiki inayokuja/juma lijalo/juma linalokuja",
            0,
        ),
        Role.COMING: _all("ijayo, inayokuja"),
        Role.THIS: _all("hii, ya leo"),
        Role.AFTER_NOW: _all("baada ya"),
        Role.DAY_UNIT: {"siku": 1, "wiki": 7},
        Role.MONTH_UNIT: _all("mwezi, miezi"),
        Role.ONE_DAY_UNIT: {"wiki": 7},
        Role.ONE_MONTH_UNIT: _all("mwezi"),
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
        Role.OF_NAME: _all("wa, ya"),
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
        (20, "usiku"),
    ),
)

_SOMALI_ONES = (
    "kow/hal, laba, saddex/sadex, afar, shan, lix, toddoba/todoba, siddeed/sideed, sagaal"
)
_SOMALI_TENS = "toban/tobanka/tobankii, labaatan/labaatanka, soddon/sodon/soddonka, afartan, konton"
_SOMALI_HOURS = (
    "kowda/halka/kowdii/halkii, labada/labadii, saddexda/sadexda/saddexdii, afarta/afartii, "
    "shanta/shantii, lixda/lixdii, toddobada/todobada/toddobadii, siddeedda/sideedda/siddeedii, "
    "sagaalka/sagaalkii"
)
_SOMALI_ORDINALS = (
    "kowaad/koowaad/koobaad, labaad, saddexaad/sadexaad, afraad, shanaad, lixaad, "
    "toddobaad/todobaad, siddeedaad/sideedaad, sagaalaad, "
    "tobnaad/tobanaad, kow iyo tobnaad/kow iyo tobanaad, laba iyo tobnaad/laba iyo tobanaad"
)
_SOMALI_MORNING, _SOMALI_AFTERNOON = (
    # To some "subaxnimo" and "galabnimo" are what "am" and "pm" are in English.
    Part(_hours(6, 11), from_sunrise=True, hours_from_midnight=_hours(1, 11)),
    Part(_hours(13, 18), from_sunrise=True, hours_from_midnight=_hours(12, 23)),
)
_SOMALI_NIGHT = Part(_hours(18, 5), from_sunrise=True)


def _somali_numerals() -> dict[str, int]:
    """Return the numbers up to 59; the ones come first: "kow iyo toban" is eleven."""
    ones, tens = _numbered(_SOMALI_ONES), _numbered(_SOMALI_TENS, 10, 10)
    both = {f"{one} iyo {ten}": a + b for one, a in ones.items() for ten, b in tens.items()}
    return {**ones, **_numbered(_SOMALI_HOURS), **tens, **both}


# Hours are counted from sunrise and from midnight, side by side, and asked about where both fit:
# docs/decisions/0008-somali-hours.md.
SOMALI = Words(
    phrases={
        Role.WEEKDAY: _numbered(
            "isniinta, talaada/talaadada/salaasa/salaaso/salaasada/talaata, "
            "arbaca/arbaaco/arbacada/arbacaha, khamiista/khamis/khamiisti, "
            "jimce/jimca/jimcaha/jumce/jumco/jimcada, sabtida/sabtiga, axadda/axada/axadii",
            0,
        ),
        Role.MONTH: {
            **_numbered(
                "janaayo/jannaayo/janwari/jannawari/jeenaweri/janaweri, "
                "feebarweri/febarweri/febraayo/febwari, maarso/maarij/maarch, "
                "abriil/abril/abriile, "
                "maajo/maayo/mey, juun/juunyo/juuno/yuun, luulyo/luuliyo/julaay/juulay/julaayo, "
                "agoosto/agosto/ogoosto/ogosto/ogost/ogoost, "
                "sebtembar/sebteembar/sebtember/sabtembar/sabteembar, oktoobar/oktobar/oktoober, "
                "noofembar/nofembar/nofeembar/noofember, "
                "diseembar/disembar/diisembar/deseembar/desembar/disember"
            ),
            **_numbered(
                ", ".join(
                    "/".join(f"bisha {name}" for name in names.split("/"))
                    for names in _SOMALI_ORDINALS.split(", ")
                )
            ),
        },
        Role.DAYS_AHEAD: _numbered(
            "shalay/shaley, maanta/maantay/saaka/caawa, berri/beri/berrito/barri/berito, "
            "saa dambe/saadambe/saa danbe/saadanbe, saa kuun/saakuun/saakuub/saa kuub",
            -1,
        ),
        Role.OF_WEEK: _all("ee, ee ah"),
        Role.WEEKS_AHEAD: _numbered(
            "toddobaadkan/todobaadkan/usbuucan/toddobaadkaan, "
            "toddobaadka soo socda/todobaadka soo socda/usbuuca soo socda/"
            "toddobaadka dambe/todobaadka dambe/usbuuca dambe/toddobaadka xiga",
            0,
        ),
        Role.COMING: _all("soo socda, soo socota, ee soo socda, ee soo socota, inagu soo aaddan"),
        Role.DAY_UNIT: {
            "maalmood": 1,
            "maalin": 1,
            "maalmo": 1,
            "toddobaad": 7,
            "todobaad": 7,
            "usbuuc": 7,
        },
        Role.MONTH_UNIT: _all("bilood, bilo, bil"),
        Role.ONE_DAY_UNIT: {"toddobaad": 7, "todobaad": 7, "usbuuc": 7},
        Role.ONE_MONTH_UNIT: _all("bil"),
        Role.DAY_OF_MONTH: _all("taariikhda, taariikh, taariikhdu, taarikhda, tariikhda"),
        Role.MONTH_NUMBER: _all("bisha, bil"),
        Role.OF_MONTH: _all("ee"),
        Role.YEAR: _all("sanadka, sannadka"),
        # "Khamiista 4aad" is one of the month, not Thursday the 4th: "aad" is no ordinal here.
        Role.GLUED_ARTICLE: _all(
            "ta, da, ka, ga, tii, dii, kii, gii, aad, "
            "-ta, -da, -ka, -ga, -tii, -dii, -kii, -gii, -aad"
        ),
        Role.NUMERAL: _somali_numerals(),
        Role.EITHER_HOUR: _all("saacadda, saacada, saacaddu, saac, saacadu, saacad"),
        Role.AFTER_HOUR: {
            **dict.fromkeys(("iyo bar", "iyo badh", "iyo nus", "iyo barkeed"), 30),
            **dict.fromkeys(("iyo rubac", "iyo rubuc", "iyo rubi"), 15),
            **{
                f"oo {count} {lacking}": -minutes
                for count, minutes in {
                    **dict.fromkeys(("rubac", "rubuc", "rubi"), 15),
                    "shan": 5,
                    "toban": 10,
                    "labaatan": 20,
                }.items()
                for lacking in ("la'", "la", "laa")
            },
        },
        Role.PLUS: _all("iyo"),
        Role.EXACT: _all("dhan, saxda ah"),
        Role.PART_LINK: _all("ee, oo"),
        Role.UNTIL: _all("ilaa, illaa, ilaa iyo, illaa iyo, kuna eg, kuna dhammaanaya"),
        Role.TO: _all("ilaa, illaa, ilaa iyo, illaa iyo"),
        Role.LASTING: _all("muddo, mudo, socda, oo socda, oo soconaya, soconaya"),
        Role.LENGTH: {
            "nus saac": 30,
            "nus saacad": 30,
            "saacad": 60,
            "saacad iyo bar": 90,
            "saacad iyo badh": 90,
            "saacad iyo nus": 90,
        },
        Role.HOUR_UNIT: _all("saacadood, saacad, saac, saacado"),
        Role.MINUTE_UNIT: _all("daqiiqo, daqiiqadood, daqiiqad, daqiiqa, mirir, miridh"),
        Role.UNSURE: _all("qiyaastii, ku dhawaad, ku dhowaad, ilaa qiyaas, nus, rubac, aan ahayn"),
        Role.UNSURE_AFTER: _all(
            "kasta, walba, walbo, weliba, ka dib, kadib, ka hor, kahor, ka dambeeya, "
            "wixii ka dambeeya, hore, la soo dhaafay, dambe, kale, mooyee, ma aha, iyo, "
            "bishan, ee bishan, bisha soo socota, ee bisha soo socota, "
            "bisha dambe, ee bisha dambe, "
            "ugu horraysa, ugu horreysa, ugu dambaysa, ugu dambeysa, gudahood, "
            + _SOMALI_ORDINALS.replace("/", ", ")
        ),
        Role.PLACE: _all("goobta, goob, meesha, meel, ku yaal"),
        Role.FILLER: _all(
            "maalinta, maalin, ee, oo, iyo, ama, waa, laga bilaabo, bilaabmaya, wakhtiga, waqtiga, "
            "wakhti, waqti, taariikhda, ah"
        ),
        Role.NAME: _all("mey"),
    },
    parts={
        **dict.fromkeys(
            ("aroor", "aroornimo", "aroortii", "waaberi", "waabari"),
            Part(_hours(3, 6), from_sunrise=True, hours_from_midnight=_hours(3, 7)),
        ),
        **dict.fromkeys(
            (
                "subax",
                "subaxnimo",
                "subaxdii",
                "subaxda",
                "subaxnimadii",
                "saaka",
                "sn",
                "gelinka hore",
            ),
            _SOMALI_MORNING,
        ),
        **dict.fromkeys(
            ("barqo", "barqada", "barqadii", "barqonimo"), Part(_hours(8, 11), from_sunrise=True)
        ),
        **dict.fromkeys(
            ("maalinnimo", "maalinimo", "maalintii"), Part(_hours(9, 16), from_sunrise=True)
        ),
        **dict.fromkeys(
            ("duhur", "duhurnimo", "duhurkii", "duhurka"), Part(_hours(12, 15), from_sunrise=True)
        ),
        **dict.fromkeys(
            ("casar", "casarnimo", "casarkii", "casarka", "casariyo"),
            Part(_hours(15, 17), from_sunrise=True),
        ),
        **dict.fromkeys(
            ("galab", "galabnimo", "galabtii", "galabta", "gn", "gelinka dambe"), _SOMALI_AFTERNOON
        ),
        **dict.fromkeys(
            ("maqrib", "maqribkii", "makhrib", "makhribkii"),
            Part(_hours(18, 19), from_sunrise=True),
        ),
        **dict.fromkeys(
            ("fiid", "fiidnimo", "fiidkii", "fiidka"), Part(_hours(18, 22), from_sunrise=True)
        ),
        **dict.fromkeys(
            ("habeen", "habeennimo", "habeenimo", "habeenkii", "habeennimadii", "caawa"),
            _SOMALI_NIGHT,
        ),
        **dict.fromkeys(
            ("saqda dhexe", "saqdhexe", "habeen badhkii", "habeen barkii"),
            Part(_hours(23, 3), from_sunrise=True),
        ),
    },
)

LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "sw": SWAHILI, "so": SOMALI}
