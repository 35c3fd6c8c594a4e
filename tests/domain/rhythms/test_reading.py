"""Rhythms in people's words: what is understood, and what is asked about instead of guessed."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.dates import TimeAmbiguous
from bot.domain.rhythms import (
    Again,
    RhythmAmbiguous,
    RhythmUnreadable,
    RhythmWithoutDay,
    RhythmWithoutTime,
    read_last_day,
    read_rhythm,
)
from bot.domain.series import (
    LAST,
    DayNotInEveryMonth,
    MonthlyByDay,
    MonthlyByWeekday,
    Rhythm,
    RhythmTooLong,
    Weekly,
)
from bot.errors import BotError

NOW = datetime(2026, 11, 21, 8)
FIRST_THURSDAY = MonthlyByWeekday(1, 1, 3)


def read(text: str) -> Again | None:
    return read_rhythm(text, now=NOW, languages=["en", "sw"])


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("every first Thursday 10:00", FIRST_THURSDAY),
        ("Khamiis kasta 10:00", Weekly(1, (3,))),
        ("Isniinta iyo Khamiista walba 10:00", Weekly(1, (0, 3))),
        ("toddobaad kasta Khamiista 10:00", Weekly(1, (3,))),
        ("labadii toddobaadba mar, Khamiista 10:00", Weekly(2, (3,))),
        ("2dii toddobaadba mar, Khamiista 10:00", Weekly(2, (3,))),
        ("Khamiista ugu horraysa ee bisha 10:00", FIRST_THURSDAY),
        ("bil kasta Khamiista koowaad 10:00", FIRST_THURSDAY),
        ("Khamiista 1aad ee bil kasta 10:00", FIRST_THURSDAY),
        ("bil kasta, Khamiista ugu dambaysa 10:00", MonthlyByWeekday(1, LAST, 3)),
        ("bil kasta taariikhda 15ka 10:00", MonthlyByDay(1, 15)),
        ("saddexdii biloodba mar, maalinta ugu dambaysa 10:00", MonthlyByDay(3, LAST)),
        ("every month on the first Thursday 10:00", FIRST_THURSDAY),
        ("the first Thursday of every month 10:00", FIRST_THURSDAY),
        ("monthly, first Thursday, 10:00", FIRST_THURSDAY),
        ("first Thursday monthly 10:00", FIRST_THURSDAY),
        ("every second Thursday of the month 10:00", MonthlyByWeekday(1, 2, 3)),
        ("last Friday of the month 10:00", MonthlyByWeekday(1, LAST, 4)),
        ("every 3 months on the first Monday 10:00", MonthlyByWeekday(3, 1, 0)),
        ("quarterly on the first Monday 10:00", MonthlyByWeekday(3, 1, 0)),
        ("monthly on the 15th 10:00", MonthlyByDay(1, 15)),
        ("the 15th of every month 10:00", MonthlyByDay(1, 15)),
        ("every two months on day 3, 10:00", MonthlyByDay(2, 3)),
        ("every month on the last day 10:00", MonthlyByDay(1, LAST)),
        ("every Thursday 10:00", Weekly(1, (3,))),
        ("Thursdays 10:00", Weekly(1, (3,))),
        ("weekly on Thursday 10:00", Weekly(1, (3,))),
        ("every 2 weeks on Monday and Thursday 10:00", Weekly(2, (0, 3))),
        ("every Monday and every Thursday 10:00", Weekly(1, (0, 3))),
        ("Monday, Thursday every 2 weeks 10:00", Weekly(2, (0, 3))),
        ("every other Tuesday 10:00", Weekly(2, (1,))),
        ("every second week on Friday 10:00", Weekly(2, (4,))),
        ("fortnightly on Friday 10:00", Weekly(2, (4,))),
        ("kila Alhamisi ya kwanza saa 4 asubuhi", FIRST_THURSDAY),
        ("kila Alhamisi ya pili saa 4 asubuhi", MonthlyByWeekday(1, 2, 3)),
        ("kila mwezi Alhamisi ya kwanza saa 4 asubuhi", FIRST_THURSDAY),
        ("Ijumaa ya mwisho ya kila mwezi saa 4 asubuhi", MonthlyByWeekday(1, LAST, 4)),
        ("kila miezi mitatu, Jumatatu ya kwanza saa 4 asubuhi", MonthlyByWeekday(3, 1, 0)),
        ("kila mwezi tarehe 15 saa 4 asubuhi", MonthlyByDay(1, 15)),
        ("kila Jumatatu na Alhamisi saa 4 asubuhi", Weekly(1, (0, 3))),
        ("kila juma tatu saa 4 asubuhi", Weekly(1, (0,))),
        ("kila wiki mbili Jumatatu saa 4 asubuhi", Weekly(2, (0,))),
        ("kila baada ya wiki 2 Jumatatu saa 4 asubuhi", Weekly(2, (0,))),
        ("KILA alhamisi ya KWANZA 10:00", FIRST_THURSDAY),
    ],
)
def test_a_rhythm_is_read_with_its_hour(text: str, rhythm: Rhythm) -> None:
    again = read(text)

    assert again == Again(rhythm, time(10), None, NOW.date(), None, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "every Thursday 10:00 to 12:30, County Hall",
            Again(Weekly(1, (3,)), time(10), timedelta(hours=2.5), NOW.date(), None, "County Hall"),
        ),
        (
            "County Hall, every Thursday, 10:00 until 11:00",
            Again(Weekly(1, (3,)), time(10), timedelta(hours=1), NOW.date(), None, "County Hall"),
        ),
        (
            "every first Thursday starting 7 Jan until 30 June 10:00 Ofisi ya maji",
            Again(
                FIRST_THURSDAY, time(10), None, date(2027, 1, 7), date(2027, 6, 30), "Ofisi ya maji"
            ),
        ),
        (
            "kila Ijumaa saa 8 mchana kuanzia 4 Desemba hadi tarehe 30 Juni",
            Again(Weekly(1, (4,)), time(14), None, date(2026, 12, 4), date(2027, 6, 30), ""),
        ),
        (
            "every week from 3 Dec 10:00",
            Again(Weekly(1, (3,)), time(10), None, date(2026, 12, 3), None, ""),
        ),
        (
            "every month from 31 Dec 10:00",
            Again(MonthlyByWeekday(1, LAST, 3), time(10), None, date(2026, 12, 31), None, ""),
        ),
    ],
)
def test_the_first_day_the_last_day_the_length_and_the_place_are_read_too(
    text: str, expected: Again
) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["3 Dec 10:00 County Hall", "3 Dec 10:00 Weekly Market", "3 Dec 10:00 Every Nation Church", ""],
)
def test_one_meeting_is_no_series(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("every second Thursday 10:00", (MonthlyByWeekday(1, 2, 3), Weekly(2, (3,)))),
        ("every third Thursday 10:00", (MonthlyByWeekday(1, 3, 3), Weekly(3, (3,)))),
        ("monthly from 3 Dec 10:00", (FIRST_THURSDAY, MonthlyByDay(1, 3))),
        ("every 3 months from 3 Dec 10:00", (MonthlyByWeekday(3, 1, 3), MonthlyByDay(3, 3))),
    ],
)
def test_what_people_mean_in_two_ways_is_asked(text: str, options: tuple[Rhythm, ...]) -> None:
    with pytest.raises(RhythmAmbiguous) as refused:
        read(text)

    assert refused.value.options == options


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("every day 10:00", RhythmUnreadable),
        ("every", RhythmUnreadable),
        ("every first and third Thursday 10:00", RhythmUnreadable),
        ("kila Jumatatu ya kwanza na ya tatu saa 4 asubuhi", RhythmUnreadable),
        ("monthly on the 15th and 30th 10:00", RhythmUnreadable),
        ("every Thursday of the month 10:00", RhythmUnreadable),
        ("every month 10:00 on Thursday", RhythmUnreadable),
        ("every Monday 10:00 and monthly on the 3rd", RhythmUnreadable),
        ("monthly 10:00", RhythmWithoutDay),
        ("every 2 weeks 10:00 County Hall", RhythmWithoutDay),
        ("every Thursday County Hall", RhythmWithoutTime),
        ("every Thursday", RhythmWithoutTime),
        ("every Thursday at 4", TimeAmbiguous),
        ("every 31st 10:00", DayNotInEveryMonth),
        ("every fifth Monday 10:00", DayNotInEveryMonth),
        ("every 40 weeks on Monday 10:00", RhythmTooLong),
    ],
)
def test_what_is_not_understood_is_refused(text: str, refusal: type[BotError]) -> None:
    with pytest.raises(refusal):
        read(text)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("every Thursday until December 10:00", date(2026, 12, 31)),
        ("every Thursday 10:00 Hall until March", date(2027, 3, 31)),
        ("every Thursday 10:00 Hall until March 2028", date(2028, 3, 31)),
        ("every Thursday 10:00 Hall until the end of the year", date(2026, 12, 31)),
        ("every Thursday 10:00 Hall for 6 weeks", date(2027, 1, 6)),
        ("every Thursday 10:00 Hall for 6 months", date(2027, 5, 25)),
        ("every Thursday 10:00 Hall for a year", date(2027, 11, 25)),
        ("every Thursday 10:00 Hall, 6 times", date(2026, 12, 31)),
        ("every Thursday from 7 Jan 10:00 Hall, six meetings", date(2027, 2, 11)),
        ("first Thursday of every month 10:00 Hall for 6 months", date(2027, 5, 6)),
        ("every 3 months on the first Thursday 10:00 Hall for a year", date(2027, 9, 2)),
        ("kila Alhamisi 10:00 Hall kwa miezi sita", date(2027, 5, 25)),
        ("kila Alhamisi 10:00 Hall mara sita", date(2026, 12, 31)),
        ("kila Alhamisi 10:00 Hall hadi Machi", date(2027, 3, 31)),
        ("Alhamisi zote 10:00 Hall hadi mwisho wa mwaka", date(2026, 12, 31)),
        ("Khamiis kasta 10:00 Hall muddo 6 bilood", date(2027, 5, 25)),
        ("Khamiis kasta 10:00 Hall, lix jeer", date(2026, 12, 31)),
        ("Khamiis kasta 10:00 Hall ilaa Maarso", date(2027, 3, 31)),
    ],
)
def test_the_end_of_a_series_is_read_in_people_s_words(text: str, until: date) -> None:
    again = read(text)

    assert again is not None
    assert (again.until, again.rest in ("", "Hall")) == (until, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until 17 Dec", date(2026, 12, 17)),
        ("hadi 17 Desemba", date(2026, 12, 17)),
        ("ilaa 17 Diseembar", date(2026, 12, 17)),
        ("until March.", date(2027, 3, 31)),
        ("until 12:00", None),
        ("17 Dec", None),
        ("until 17 Dec, Hall", None),
    ],
)
def test_a_last_day_alone_is_read(text: str, expected: date | None) -> None:
    assert read_last_day(text, now=NOW, languages=("en", "sw", "so")) == expected


def test_times_are_counted_from_a_first_day_that_is_known() -> None:
    again = read_rhythm(
        "every Thursday 10:00, 3 times",
        now=NOW,
        languages=("en",),
        known_first=date(2027, 1, 14),
    )

    assert again is not None
    assert (again.on_or_after, again.until) == (date(2027, 1, 14), date(2027, 1, 28))
