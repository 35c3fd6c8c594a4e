"""What people type when they plan a meeting, and what is understood of it."""

from contextlib import suppress
from datetime import date, datetime, time
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dates import (
    DateAmbiguous,
    DateContradicts,
    DateImpossible,
    DateInThePast,
    DateMissing,
    DateUnreadable,
    TimeAmbiguous,
    TimeMissing,
    When,
    local_clock,
    read_when,
)
from bot.errors import BotError

NOW = datetime(2026, 11, 21, 9, 0)  # a Saturday
SUNDAY, THURSDAY, DECEMBER_3 = date(2026, 11, 22), date(2026, 11, 26), date(2026, 12, 3)


def read(text: str, *, now: datetime = NOW, default_date: date | None = None) -> When:
    return read_when(text, now=now, languages=("en", "sw"), default_date=default_date)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def when(day: date, start: str, end: str | None = None, rest: str = "") -> When:
    starts = datetime.combine(day, time.fromisoformat(start))
    ends = datetime.combine(day, time.fromisoformat(end)) if end else None
    return When(starts, ends, rest)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("3 Dec 9:30, 2 hours, Hall", when(DECEMBER_3, "09:30", "11:30", "Hall")),
        ("3 Dec 10:00 County Hall 3 hours", when(DECEMBER_3, "10:00", "13:00", "County Hall")),
        ("3 Des saa 4 asubuhi, masaa mawili", when(DECEMBER_3, "10:00", "12:00")),
        ("3 Dec 10:00 2hrs County Hall", when(DECEMBER_3, "10:00", "12:00", "County Hall")),
        ("3 Dec 10:00 County Hall", when(DECEMBER_3, "10:00", rest="County Hall")),
        ("10:00 County Hall 3 Dec", when(DECEMBER_3, "10:00", rest="County Hall")),
        ("County Hall, 3 Dec, 10:00", when(DECEMBER_3, "10:00", rest="County Hall")),
        ("3dec 10am county hall", when(DECEMBER_3, "10:00", rest="county hall")),
        ("Thursday 10am at County Hall", when(THURSDAY, "10:00", rest="County Hall")),
        ("On Thursday at 2 pm in Wajir", when(THURSDAY, "14:00", rest="Wajir")),
        ("next Thu 10:00", when(THURSDAY, "10:00")),
        ("Thursday week 10:00 County Hall", when(DECEMBER_3, "10:00", rest="County Hall")),
        ("a week on Thursday, 10:00", when(DECEMBER_3, "10:00")),
        ("thur 2.30pm", when(THURSDAY, "14:30")),
        ("Thu. 10.30", when(THURSDAY, "10:30")),
        ("3rd of December 10 a.m.", when(DECEMBER_3, "10:00")),
        ("December the 3rd, 1000h", when(DECEMBER_3, "10:00")),
        ("Dec 3 2026 0930 hrs", when(DECEMBER_3, "09:30")),
        ("Dec 3, 2026, noon", when(DECEMBER_3, "12:00")),
        ("Thursday 3rd 10:00", when(DECEMBER_3, "10:00")),
        ("Thu 3 Dec 10:00", when(DECEMBER_3, "10:00")),
        ("3 Dec (Thu) 10:00", when(DECEMBER_3, "10:00")),
        ("3/12 10:00", when(DECEMBER_3, "10:00")),
        ("3/12/26 10:00", when(DECEMBER_3, "10:00")),
        ("3.12.2026 10:00", when(DECEMBER_3, "10:00")),
        ("3.12 10:00", when(DECEMBER_3, "10:00")),
        ("tarehe 3.12 saa 4 asubuhi", when(DECEMBER_3, "10:00")),
        ("03-12-2026 10:00", when(DECEMBER_3, "10:00")),
        ("3-Dec-2026 10:00", when(DECEMBER_3, "10:00")),
        ("2026-12-03 10:00", when(DECEMBER_3, "10:00")),
        ("2026-12-03T10:00", when(DECEMBER_3, "10:00")),
        ("4/5/2027 10:00", when(date(2027, 5, 4), "10:00")),
        ("tonight 8:00", when(NOW.date(), "20:00")),
        ("this evening at 7", when(NOW.date(), "19:00")),
        ("Thu 10:00 sharp, Sun Hotel", when(THURSDAY, "10:00", rest="Sun Hotel")),
        ("tomorrow 12 noon", when(SUNDAY, "12:00")),
        ("tomorrow morning at 10", when(SUNDAY, "10:00")),
        ("tomorrow half past ten am", when(SUNDAY, "10:30")),
        ("tomorrow quarter to 11 in the morning", when(SUNDAY, "10:45")),
        ("day after tomorrow 10:00", when(date(2026, 11, 23), "10:00")),
        ("in 5 days 10:00", when(THURSDAY, "10:00")),
        ("next week Thursday 10:00", when(THURSDAY, "10:00")),
        (
            "Date: 3 Dec Time: 10:00 Venue: County Hall",
            when(DECEMBER_3, "10:00", rest="County Hall"),
        ),
        ("Time:10:00 3 Dec", when(DECEMBER_3, "10:00")),
        ("3 Dec\n10:00\nCounty  Hall", when(DECEMBER_3, "10:00", rest="County Hall")),
        (
            "3 Dec 10:00 \N{ROUND PUSHPIN} County Hall \N{PARTY POPPER}",
            when(DECEMBER_3, "10:00", rest="\N{ROUND PUSHPIN} County Hall \N{PARTY POPPER}"),
        ),
    ],
)
def test_english_is_understood(said: str, understood: When) -> None:
    assert read(said) == understood


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (
            "Alhamisi saa 4 asubuhi, Ukumbi wa Kaunti",
            when(THURSDAY, "10:00", rest="Ukumbi wa Kaunti"),
        ),
        ("kesho saa 8 mchana", when(SUNDAY, "14:00")),
        ("keshokutwa saa 8 mchana", when(date(2026, 11, 23), "14:00")),
        ("leo saa 10 jioni", when(NOW.date(), "16:00")),
        ("tarehe 3 Desemba saa nne na nusu asubuhi", when(DECEMBER_3, "10:30")),
        ("tarehe tatu Desemba saa nne na robo asubuhi", when(DECEMBER_3, "10:15")),
        ("mnamo tarehe 3 saa tano kasorobo asubuhi", when(DECEMBER_3, "10:45")),
        ("tarehe 3 mwezi wa 12 saa sita kasoro robo mchana", when(DECEMBER_3, "11:45")),
        (
            "mwezi wa kumi na mbili tarehe 3, saa nne na dakika kumi asubuhi",
            when(DECEMBER_3, "10:10"),
        ),
        ("kesho saa 4:30 asubuhi", when(SUNDAY, "10:30")),
        ("kesho saa 4.30 asubuhi", when(SUNDAY, "10:30")),
        ("kesho asubuhi saa 4", when(SUNDAY, "10:00")),
        ("kesho 4 asubuhi", when(SUNDAY, "10:00")),
        ("kesho 10:00 asubuhi", when(SUNDAY, "10:00")),
        ("kesho saa nne ya asubuhi", when(SUNDAY, "10:00")),
        ("kesho saa nne kamili asubuhi", when(SUNDAY, "10:00")),
        ("KESHO SAA NNE ASUBUHI UKUMBINI", when(SUNDAY, "10:00", rest="UKUMBINI")),
        ("kesho saa 4 asubuhi kwa simu", when(SUNDAY, "10:00", rest="kwa simu")),
        ("Thursday saa 4 asubuhi", when(THURSDAY, "10:00")),
        ("Alhamis ijayo saa 4 asubuhi", when(THURSDAY, "10:00")),
        ("siku ya Alhamisi wiki ijayo saa 4 asubuhi", when(THURSDAY, "10:00")),
        ("baada ya siku tano saa 4 asubuhi", when(THURSDAY, "10:00")),
        ("J'tatu saa 3 asubuhi", when(date(2026, 11, 23), "09:00")),
        ("Jtatu saa 3 asubuhi", when(date(2026, 11, 23), "09:00")),
        ("Juma Tatu saa 3 asubuhi", when(date(2026, 11, 23), "09:00")),
        ("Jpili saa 3 asubuhi", when(SUNDAY, "09:00")),
        ("Ijumaa saa 3 asubuhi", when(date(2026, 11, 27), "09:00")),
        ("kesho saa 16:00", when(SUNDAY, "16:00")),
    ],
)
def test_swahili_is_understood(said: str, understood: When) -> None:
    assert read(said) == understood


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("saa 1 asubuhi", 7),
        ("saa 4 asubuhi", 10),
        ("saa 12 asubuhi", 6),
        ("saa kumi na mbili asubuhi", 6),
        ("saa 6 mchana", 12),
        ("saa sita mchana", 12),
        ("saa 8 mchana", 14),
        ("saa 10 jioni", 16),
        ("saa 10 alasiri", 16),
        ("saa 8 alasiri", 14),
        ("saa 1 jioni", 19),
        ("saa 1 usiku", 19),
        ("saa 6 usiku", 0),
        ("saa 9 usiku", 3),
        ("saa 11 alfajiri", 5),
        ("saa kumi na moja alfajiri", 5),
    ],
)
def test_the_swahili_clock_counts_from_sunrise(said: str, hour: int) -> None:
    assert read(f"kesho {said}").starts == at(SUNDAY, hour)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("10:00-12:00", "10:00", "12:00"),
        ("1000-1200hrs", "10:00", "12:00"),
        ("0600h to 2200h", "06:00", "22:00"),
        ("10:00 – 12:00", "10:00", "12:00"),
        ("10:00-12", "10:00", "12:00"),
        ("from 10am to 12 noon", "10:00", "12:00"),
        ("10-12 noon", "10:00", "12:00"),
        ("9.30am - 1pm", "09:30", "13:00"),
        ("9:00-1:00", "09:00", "13:00"),
        ("10am to 2", "10:00", "14:00"),
        ("2-4pm", "14:00", "16:00"),
        ("7:00-9:00 pm", "19:00", "21:00"),
        ("10-2pm", "10:00", "14:00"),
        ("10AM-12PM", "10:00", "12:00"),
        ("10:00 for 2 hours", "10:00", "12:00"),
        ("10:00 for an hour", "10:00", "11:00"),
        ("10:00 for 1 hour 30 minutes", "10:00", "11:30"),
        ("10:00 for 90 min", "10:00", "11:30"),
        ("saa 4 hadi saa 6 mchana", "10:00", "12:00"),
        ("saa 4 asubuhi hadi saa 6 mchana", "10:00", "12:00"),
        ("saa 4 asubuhi mpaka 6", "10:00", "12:00"),
        ("saa 2 hadi saa 4 asubuhi", "08:00", "10:00"),
        ("saa 4-6 mchana", "10:00", "12:00"),
        ("saa 4:00-6:00 mchana", "10:00", "12:00"),
        ("asubuhi saa 4 hadi saa 6", "10:00", "12:00"),
        ("saa 4 asubuhi kwa saa 2", "10:00", "12:00"),
        ("saa 4 asubuhi kwa masaa mawili", "10:00", "12:00"),
        ("saa 4 asubuhi kwa saa moja na nusu", "10:00", "11:30"),
        ("saa 4 asubuhi kwa muda wa dakika 90", "10:00", "11:30"),
        ("saa 4 asubuhi kwa nusu saa", "10:00", "10:30"),
    ],
)
def test_an_end_that_was_said_is_understood(said: str, start: str, end: str) -> None:
    assert read(f"kesho {said} Ukumbini") == when(SUNDAY, start, end, "Ukumbini")


def test_an_end_may_stand_apart_from_its_start() -> None:
    assert read("kesho 10:00 County Hall until 12:00") == when(
        SUNDAY, "10:00", "12:00", "County Hall"
    )


@pytest.mark.parametrize("said", ["22:00-02:00", "10pm to 2am", "10pm for 4 hours"])
def test_an_end_after_midnight_is_on_the_next_day(said: str) -> None:
    assert read(f"3 Dec {said}").ends == at(date(2026, 12, 4), 2)


@pytest.mark.parametrize(
    "said",
    [
        "Thu 3 Dec, 10:00, saa 4 asubuhi",
        "Thu 3 Dec, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana).",
    ],
)
def test_what_the_bot_says_can_be_sent_back(said: str) -> None:
    assert read(said).starts == at(DECEMBER_3, 10)


@pytest.mark.parametrize(
    "place",
    [
        "Hall 2",
        "Room 12, 3rd floor",
        "2 Rivers Mall",
        "May Hall",
        "March Plaza",
        "Sun Hotel",
        "Leo Hotel",
        "Juma Hall",
        "Two Rivers",
        "Four Points",
        "St Mary's, Hall 4",
        "The Hub",
        "KCB Hall (Wajir)",
        "Morning Star Hotel",
        "Monday's Café",
        "by phone +254 722 123456",
        "https://meet.example.org/abc-am-3pm?d=10:30",
        "Ukumbi wa Ng'ombe",
        "قاعة البلدية",
        "ሰመራ አዳራሽ",
    ],
)
@pytest.mark.parametrize("order", ["3 Dec 10:00 {}", "{}, 3 Dec 10:00", "10:00 {}, 3 Dec"])
def test_a_place_keeps_its_words(place: str, order: str) -> None:
    assert read(order.format(place)) == when(DECEMBER_3, "10:00", rest=place)


def test_a_weekday_after_at_is_the_name_of_a_place() -> None:
    assert read("3 Dec 10:00 at Friday Mosque").rest == "Friday Mosque"


def test_words_on_both_sides_are_kept_in_their_order() -> None:
    assert read("Monthly meeting on 3 Dec 10:00 at County Hall").rest == (
        "Monthly meeting, County Hall"
    )


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("saa 4", ("10:00", "22:00")),
        ("saa nne na nusu", ("10:30", "22:30")),
        ("saa 10:00", ("04:00", "10:00", "16:00")),
        ("saa 4 mchana", ("10:00", "16:00")),
        ("saa 10 asubuhi", ("04:00", "10:00")),
        ("saa 11 asubuhi", ("05:00", "11:00")),
        ("saa 10 am", ("04:00", "10:00")),
        ("saa 4 pm", ("16:00", "22:00")),
        ("8:00 usiku", ("02:00", "20:00")),
        ("at 4", ("04:00", "16:00")),
        ("10", ("10:00", "22:00")),
        ("10 County Hall", ("10:00", "22:00")),
        ("10-12", ("10:00", "22:00")),
        ("at ten o'clock", ("10:00", "22:00")),
        ("half past ten", ("10:30", "22:30")),
        ("2:30", ("02:30", "14:30")),
        ("12am", ("00:00", "12:00")),
        ("10-12am", ("00:00", "12:00")),
        ("1030", ("10:30",)),
        ("saa kumi na tano", ("15:00",)),
        ("10:00 saa 5 asubuhi", ("10:00", "11:00")),
        ("10:00 County Hall 2pm", ("10:00", "14:00")),
        ("10:00 at County Hall in the evening", ("10:00",)),
        ("10:00 Evening Star", ("10:00",)),
        ("saa 4 asubuhi hadi 12:00", ("12:00", "18:00")),
        ("10:00 hadi saa 6 mchana", ("04:00", "10:00")),
        ("until 12:00", ("12:00",)),
        ("10:00-12:00 for 3 hours", ("12:00", "13:00")),
    ],
)
def test_a_time_with_several_readings_is_asked_about(said: str, options: tuple[str, ...]) -> None:
    with pytest.raises(TimeAmbiguous) as refusal:
        read(f"kesho {said}")
    assert refusal.value.options == tuple(map(time.fromisoformat, options))
    assert refusal.value.date == SUNDAY


def test_the_words_in_question_are_quoted_as_they_were_written() -> None:
    with pytest.raises(TimeAmbiguous) as refusal:
        read("Kesho  Saa  4, Ukumbini")
    assert refusal.value.said == "Saa 4"


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("12/25", (date(2026, 12, 25),)),
        ("12/25/2026", (date(2026, 12, 25),)),
        ("3 Dec or 5 Dec", (DECEMBER_3, date(2026, 12, 5))),
        ("Thursday or Friday", (THURSDAY, date(2026, 11, 27))),
        ("tomorrow 3 Dec", (SUNDAY, DECEMBER_3)),
        ("next week 10 Dec", (date(2026, 12, 10),)),
    ],
)
def test_a_day_with_several_readings_is_asked_about(said: str, options: tuple[date, ...]) -> None:
    with pytest.raises(DateAmbiguous) as refusal:
        read(f"{said} 10:00")
    assert refusal.value.options == options


def test_next_thursday_is_asked_about_before_this_thursday() -> None:
    with pytest.raises(DateAmbiguous) as refusal:
        read("next Thursday 10:00", now=datetime(2026, 11, 24, 9, 0))
    assert refusal.value.options == (THURSDAY, DECEMBER_3)


@pytest.mark.parametrize(
    "said",
    [
        "31 Nov 10:00",
        "30/2 10:00",
        "29/2/2027 10:00",
        "45 Dec 10:00",
        "0/12 10:00",
        "tarehe 32 saa 4 asubuhi",
        "kesho 25:00",
        "kesho 10:61",
        "kesho 2460h",
        "kesho 24:00",
    ],
)
def test_a_day_or_hour_that_does_not_exist_is_refused(said: str) -> None:
    with pytest.raises(DateImpossible) as refusal:
        read(said)
    assert refusal.value.said in said


def test_a_meeting_may_end_at_24_00() -> None:
    assert read("3 Dec 22:00-24:00").ends == at(date(2026, 12, 4), 0)


@pytest.mark.parametrize(
    "said",
    ["Friday 3 Dec 10:00", "3 Dec 10:00, Friday", "3/12 Ijumaa 10:00", "Friday the 3rd 10:00"],
)
def test_a_weekday_that_contradicts_the_date_is_refused(said: str) -> None:
    with pytest.raises(DateContradicts) as refusal:
        read(said)
    assert (refusal.value.weekday, refusal.value.date) == (4, DECEMBER_3)


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "County Hall",
        "\N{PARTY POPPER}",
        "kesho saa 4 asubuhi saa",
        "kesho saa 4 asubuhi saa ngapi",
        "kesho 10:00 5:7",
        "kesho 10:00 nusu",
        "kesho Hall2-10:00",
        "kesho pm 10:00",
        "kesho 10:00 where I am",
        "kesho 10:00 2",
        "kesho 10:00 2 hours from Wajir",
        "kesho 10:00, in 2 hours",
        "3 Dec 26 10:00",
        "3 Dec 10:00 2027 County Hall",
        "3 Dec 2 County Hall 10:00",
        "3-4 Dec 10:00",
        "3 and 4 Dec 10:00",
        "3 / 12 kesho 10:00",
        "every Thursday 10:00",
        "kila Alhamisi saa 4 asubuhi",
        "last Thursday 10:00",
        "first Thursday 10:00",
        "Alhamisi ya kwanza saa 4 asubuhi",
        "not Thursday 10:00",
        "Thursday after 10:00",
        "Alhamisi kabla ya saa 4 asubuhi",
        "tarehe 3 mwezi ujao saa 4 asubuhi",
        "Thursday in December 10:00",
        "Thursday 10:00 kasorobo",
    ],
)
def test_what_is_only_half_understood_is_refused(said: str) -> None:
    with pytest.raises(DateUnreadable):
        read(said)


@pytest.mark.parametrize(
    "said",
    [
        "10:00",
        "saa 4 asubuhi",
        "10:00 County Hall",
        "Dec 10:00",
        "next week 10:00",
        "May Hall 10:00",
    ],
)
def test_a_time_without_a_day_asks_for_the_day(said: str) -> None:
    with pytest.raises(DateMissing) as refusal:
        read(said)
    assert refusal.value.understood_time == time(10)


@pytest.mark.parametrize(
    "said",
    ["3 Dec", "3 Dec County Hall", "Alhamisi 3 Desemba asubuhi", "3 Dec Hall 2", "3 Dec 2026"],
)
def test_a_day_without_a_time_asks_for_the_time(said: str) -> None:
    with pytest.raises(TimeMissing) as refusal:
        read(said)
    assert refusal.value.understood_date == DECEMBER_3


@pytest.mark.parametrize(
    "said",
    [
        "today 08:00",
        "yesterday 10:00",
        "20 Nov 10:00",
        "leo saa 3 asubuhi",
        "21/11 09:00",
        "1 Nov 2026 10:00",
        "3/12/2020 10:00",
    ],
)
def test_what_is_over_is_refused(said: str) -> None:
    with pytest.raises(DateInThePast) as refusal:
        read(said)
    assert refusal.value.starts <= NOW


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("Sat 10:00", at(NOW.date(), 10)),
        ("Sat 09:00", at(date(2026, 11, 28), 9)),
        ("Jumamosi ijayo saa 4 asubuhi", at(date(2026, 11, 28), 10)),
        ("20 Jun 10:00", at(date(2027, 6, 20), 10)),
        ("tarehe 20 saa 4 asubuhi", at(date(2026, 12, 20), 10)),
        ("tarehe 31 saa 4 asubuhi", at(date(2026, 12, 31), 10)),
        ("29 Feb 10:00", at(date(2028, 2, 29), 10)),
    ],
)
def test_an_incomplete_date_is_the_next_one_ahead(said: str, understood: datetime) -> None:
    assert read(said).starts == understood


@pytest.mark.parametrize("said", ["11:00", "move it to 11:00", "sogeza: saa 5 asubuhi", "to 11:00"])
def test_another_day_stands_in_where_none_is_said(said: str) -> None:
    assert read(said, default_date=DECEMBER_3).starts == at(DECEMBER_3, 11)


def test_the_day_that_is_said_wins_over_the_one_that_stands_in() -> None:
    assert read("Thursday 11:00", default_date=DECEMBER_3).starts == at(THURSDAY, 11)


@pytest.mark.parametrize(
    "said", ["11:00 December", "next week 11:00", "11:00 Friday Mosque Thursday"]
)
def test_no_day_stands_in_for_one_that_was_half_understood(said: str) -> None:
    with pytest.raises(BotError):
        read(said, default_date=DECEMBER_3)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("so", "Khamiis 10:00"),
        ("so", "3 Diseembar 10:00"),
        ("om", "Kamisa saa 4 asubuhi"),
        ("am", "ሐሙስ 10:00"),
        ("fr", "jeudi 3 décembre 10:00"),
        ("vi", "3 tháng 12 10:00"),
        ("bn", "৩ ডিসেম্বর ১০:০০"),
    ],
)
def test_days_of_any_language_in_cldr_are_understood(language: str, said: str) -> None:
    understood = read_when(said, now=NOW, languages=(language,))
    assert understood.starts in (at(THURSDAY, 10), at(DECEMBER_3, 10))
    assert not understood.rest


@pytest.mark.parametrize("language", ["xx", "tuv", "", "zz_ZZ", "../../etc"])
def test_a_language_that_nobody_knows_is_no_hindrance(language: str) -> None:
    assert read_when("3 Dec 10:00", now=NOW, languages=(language,)) == when(DECEMBER_3, "10:00")


@pytest.mark.parametrize("said", ["３ Dec １０：００", "٣/١٢ ١٠:٠٠", "3 DÉC 10:00"])
def test_digits_and_letters_of_other_keyboards_are_understood(said: str) -> None:
    assert read(said) == when(DECEMBER_3, "10:00")


_DAYS = st.sampled_from(
    ["3 Dec", "Dec 3rd", "Thu 3 Dec 2026", "3/12", "2026-12-03", "tarehe 3", "Thursday the 3rd"]
)
_TIMES = st.sampled_from(
    ["10:00", "10am", "10.00 a.m.", "1000h", "saa 4 asubuhi", "saa nne ya asubuhi", "10:00-12:00"]
)
_PLACES = st.sampled_from(["County Hall", "Ukumbi wa Kaunti", "Hall 2 (Wajir)", "kwa simu"])


@given(_DAYS, _TIMES, _PLACES, st.permutations(range(3)), st.sampled_from([", ", "; ", "\n", ". "]))
@settings(max_examples=300)
def test_the_order_of_day_time_and_place_is_free(
    day: str, clock: str, place: str, order: list[int], separator: str
) -> None:
    understood = read(separator.join((day, clock, place)[one] for one in order))
    assert (understood.starts, understood.rest) == (at(DECEMBER_3, 10), place)


@given(hour=st.integers(1, 12), minute=st.integers(0, 59))
def test_an_hour_from_sunrise_without_a_part_of_the_day_is_never_guessed(
    hour: int, minute: int
) -> None:
    for said in (f"saa {hour}", f"saa {hour}:{minute:02d}"):
        with pytest.raises(TimeAmbiguous):
            read(f"kesho {said} Ukumbini")


@given(minute=st.integers(0, 24 * 60 - 1))
@settings(max_examples=24 * 60)
def test_every_minute_survives_the_swahili_clock(minute: int) -> None:
    t = time(*divmod(minute, 60))
    clock = local_clock(t, "sw")
    assert clock is not None
    said = f"kesho saa {clock.hour}:{clock.minute:02d} {clock.part}"
    assert read(said).starts.time() == t


@given(minute=st.integers(0, 24 * 60 - 1))
def test_every_minute_survives_the_24_hour_clock(minute: int) -> None:
    t = time(*divmod(minute, 60))
    assert read(f"tomorrow {t:%H:%M}").starts.time() == t


_WORDS = st.sampled_from(
    [
        "saa",
        "4",
        "10",
        ":00",
        "10:00",
        "3/12",
        "3",
        "Dec",
        "Thu",
        "alhamisi",
        "asubuhi",
        "pm",
        "at",
        "hadi",
        "-",
        "kwa",
        "na",
        "nusu",
        "kasorobo",
        "for",
        "hours",
        "next",
        "tarehe",
        "mwezi",
        "wa",
        "31",
        "2026",
        ".",
        ",",
        "(",
        ")",
        "noon",
        "Sun",
        "Hotel",
        "Hall",
        "2",
        "until",
        "24:00",
        "in",
        "days",
        "the",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=12).map(" ".join)))
@settings(max_examples=500)
def test_no_text_raises_anything_but_our_refusals(said: str) -> None:
    try:
        understood = read(said)
    except BotError:
        return
    assert understood.starts > NOW
    assert understood.ends is None or understood.ends > understood.starts


@pytest.mark.parametrize(
    "unit",
    [
        "\N{PARTY POPPER}",
        "1",
        "1 ",
        "10:",
        "10:00 ",
        "saa ",
        "saa 4 ",
        "na ",
        "(",
        "at ",
        "3 Dec ",
        "1-",
        "\u0301",
    ],
)
def test_the_longest_message_is_read_in_no_time(unit: str) -> None:
    started = process_time()
    with pytest.raises(BotError):
        read((unit * 4096)[:4096])
    assert process_time() - started < 1.0


TOLD = {
    "day": (time(10), time(12)),
    "evening": (time(20), time(23)),
    "noon": (time(13), time(15)),
    "eight": (time(8), time(10)),
}
"""When what is told afterwards was planned for."""


def told(said: str, plan: str) -> When:
    """Return when something was held, as it is told of a plan."""
    return read_when(
        said, now=NOW, languages=("en", "sw", "so"), default_date=SUNDAY, planned=TOLD[plan]
    )


@pytest.mark.parametrize(
    ("said", "plan", "understood"),
    [
        ("saa nne na nusu hadi saa sita", "day", when(SUNDAY, "10:30", "12:00")),
        ("saa nne hadi saa kumi", "day", when(SUNDAY, "10:00", "16:00")),
        ("saa nane hadi saa kumi", "day", when(SUNDAY, "14:00", "16:00")),
        ("saa mbili na nusu hadi saa tano", "evening", when(SUNDAY, "20:30", "23:00")),
        ("saa 10:15 hadi 12:30", "day", when(SUNDAY, "10:15", "12:30")),
        ("saa 4 asubuhi hadi 12:00", "day", when(SUNDAY, "10:00", "12:00")),
        ("saa nne", "day", when(SUNDAY, "10:00")),
        ("saa nne usiku", "day", when(SUNDAY, "22:00")),
        ("saacadda 4 ilaa 6", "day", when(SUNDAY, "10:00", "12:00")),
        ("saacadda 4 ilaa 11", "day", when(SUNDAY, "10:00", "17:00")),
        ("saacadda 4:30 ilaa 6:30", "day", when(SUNDAY, "10:30", "12:30")),
        ("saacadda 4:30 ilaa 12:30", "day", when(SUNDAY, "10:30", "12:30")),
        ("saacadda 10 ilaa 12", "day", when(SUNDAY, "10:00", "12:00")),
        ("saacadda 2:30 ilaa 5", "evening", when(SUNDAY, "20:30", "23:00")),
        ("2 to 4:30", "noon", when(SUNDAY, "14:00", "16:30")),
    ],
)
def test_of_what_was_planned_the_plan_says_which_reading_is_meant(
    said: str, plan: str, understood: When
) -> None:
    assert told(said, plan) == understood


@pytest.mark.parametrize(
    ("said", "plan"),
    [
        pytest.param("saa nane hadi saa kumi", "eight", id="as far from either reading"),
        pytest.param("saa 10:00", "noon", id="between two clocks"),
        pytest.param("saacadda 1", "day", id="three hours from two readings"),
    ],
)
def test_what_the_plan_does_not_say_is_asked_all_the_same(said: str, plan: str) -> None:
    with pytest.raises(TimeAmbiguous):
        told(said, plan)


@given(
    hour=st.integers(1, 12),
    planned=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    word=st.sampled_from(["saa", "saacadda"]),
)
def test_a_plan_never_makes_a_reading_that_was_none(hour: int, planned: time, word: str) -> None:
    said = f"{word} {hour}"
    with pytest.raises(TimeAmbiguous) as unclear:
        read_when(said, now=NOW, languages=("en", "sw", "so"), default_date=SUNDAY)

    asked = unclear.value.options
    with suppress(TimeAmbiguous):
        found = read_when(
            said,
            now=NOW,
            languages=("en", "sw", "so"),
            default_date=SUNDAY,
            planned=(planned, planned),
        )
        assert found.starts.time() in asked
