"""What Somali speakers type, who count hours from sunrise and from midnight, side by side."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import (
    DateMissing,
    DateUnreadable,
    TimeAmbiguous,
    TimeMissing,
    When,
    local_clock,
    read_when,
)
from bot.domain.dates.words import SOMALI

NOW = datetime(2026, 11, 21, 9, 0)  # a Saturday
SUNDAY, THURSDAY, DECEMBER_3 = date(2026, 11, 22), date(2026, 11, 26), date(2026, 12, 3)
HALL = "Hoolka Ismaamulka"


def read(text: str) -> When:
    return read_when(text, now=NOW, languages=("so",))


def when(day: date, start: str, end: str | None = None, rest: str = "") -> When:
    starts = datetime.combine(day, time.fromisoformat(start))
    ends = datetime.combine(day, time.fromisoformat(end)) if end else None
    return When(starts, ends, rest)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (f"Khamiis 10:00 {HALL}", when(THURSDAY, "10:00", rest=HALL)),
        (f"Khamiista 10:00 subaxnimo, {HALL}", when(THURSDAY, "10:00", rest=HALL)),
        ("maalinta Khamiista saacadda 10ka subaxnimo", when(THURSDAY, "10:00")),
        ("Khamiista soo socota 10-ka subaxnimo", when(THURSDAY, "10:00")),
        ("toddobaadka soo socda Khamiista 10:00", when(THURSDAY, "10:00")),
        ("Salaasa kow iyo tobanka subaxnimo", when(date(2026, 11, 24), "11:00")),
        ("Talaada 10:00", when(date(2026, 11, 24), "10:00")),
        ("Jimcaha 15:00 goobta: Dugsiga", when(date(2026, 11, 27), "15:00", rest="Dugsiga")),
        ("Jimce 15:00", when(date(2026, 11, 27), "15:00")),
        ("3 Diseembar 10:00", when(DECEMBER_3, "10:00")),
        ("3da Disembar 2026 10:00", when(DECEMBER_3, "10:00")),
        ("3-da Diseembar 10:00", when(DECEMBER_3, "10:00")),
        ("saddexda Diseembar 10:00", when(DECEMBER_3, "10:00")),
        ("taariikhda 3da 10:00", when(DECEMBER_3, "10:00")),
        ("3da bisha 12aad 10:00", when(DECEMBER_3, "10:00")),
        ("3 bisha 12 10:00", when(DECEMBER_3, "10:00")),
        ("3da ee bisha laba iyo tobnaad 10:00", when(DECEMBER_3, "10:00")),
        ("berri 10:00", when(SUNDAY, "10:00")),
        ("beri subax 10ka", when(SUNDAY, "10:00")),
        ("saa dambe 10:00", when(date(2026, 11, 23), "10:00")),
        ("saakuun 10:00", when(date(2026, 11, 24), "10:00")),
        ("maanta 4ta galabnimo", when(NOW.date(), "16:00")),
        ("berri tobanka iyo bar subaxnimo", when(SUNDAY, "10:30")),
        ("berri tobanka iyo rubac subaxnimo", when(SUNDAY, "10:15")),
        ("berri tobanka oo rubac la' subaxnimo", when(SUNDAY, "09:45")),
        ("berri tobanka iyo toban daqiiqo subaxnimo", when(SUNDAY, "10:10")),
        ("berri saacadda 14:00", when(SUNDAY, "14:00")),
        ("berri 10:00 ilaa 12:00", when(SUNDAY, "10:00", "12:00")),
        ("berri 10ka subaxnimo ilaa 12ka duhurnimo", when(SUNDAY, "10:00", "12:00")),
        ("berri 2-4 galabnimo", when(SUNDAY, "14:00", "16:00")),
        ("berri 10:00 muddo laba saacadood ah", when(SUNDAY, "10:00", "12:00")),
        ("berri 10:00 muddo saacad iyo bar", when(SUNDAY, "10:00", "11:30")),
        ("berri 10:00 muddo nus saac", when(SUNDAY, "10:00", "10:30")),
        ("Thursday 10ka subaxnimo", when(THURSDAY, "10:00")),
    ],
)
def test_somali_is_understood(said: str, understood: When) -> None:
    assert read(said) == understood


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        # From a newspaper: a curfew from "halka fiidnimo" (counted from sunset, 19:00) to "shanta
        # aroornimo" (from midnight, 05:00); another paper wrote of the same one "7:00-fiidnimo".
        ("halka fiidnimo", 19),
        ("7:00-fiidnimo", 19),
        ("labada fiidnimo", 20),
        ("8:00 fiidnimo", 20),
        ("shanta aroornimo", 5),
        ("11ka aroornimo", 5),
        ("afarta barqonimo", 10),
        ("10ka barqonimo", 10),
        ("lixda duhurnimo", 12),
        ("12ka duhurnimo", 12),
        ("1:30 duhurnimo", 13),
        ("8da duhurnimo", 14),
        ("3da casarnimo", 15),
        ("9ka casarnimo", 15),
        ("5ta galabnimo", 17),
        ("9:00 subaxnimo", 9),
        ("9:00 sn", 9),
    ],
)
def test_an_hour_is_clear_where_only_one_clock_goes_with_its_part_of_the_day(
    said: str, hour: int
) -> None:
    assert read(f"berri {said}").starts.hour == hour


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("saacadda 4 subaxnimo", ("04:00", "10:00")),
        ("4ta subaxnimo", ("04:00", "10:00")),
        ("afarta subaxnimo", ("04:00", "10:00")),
        ("4:00 subaxnimo", ("04:00", "10:00")),
        ("subax saacadda 4", ("04:00", "10:00")),
        ("afarta iyo bar subaxnimo", ("04:30", "10:30")),
        ("1 subaxnimo", ("01:00", "07:00")),
        ("10ka galabnimo", ("16:00", "22:00")),
        ("7 galabnimo", ("13:00", "19:00")),
        ("8da habeennimo", ("02:00", "20:00")),
        ("12:00 habeennimo", ("00:00", "18:00")),
        ("saacadda 4", ("04:00", "10:00", "16:00", "22:00")),
        ("saacadda afarta", ("04:00", "10:00", "16:00", "22:00")),
        ("saacadda 10:00", ("04:00", "10:00", "16:00")),
        ("4 subaxnimo ilaa 6", ("04:00", "10:00")),
        ("10ka", ("10:00", "22:00")),
    ],
)
def test_an_hour_that_both_clocks_may_mean_is_asked_about(
    said: str, options: tuple[str, ...]
) -> None:
    with pytest.raises(TimeAmbiguous) as refusal:
        read(f"berri {said} {HALL}")
    assert refusal.value.options == tuple(map(time.fromisoformat, options))
    assert refusal.value.date == SUNDAY


@pytest.mark.parametrize("said", ["4 ilaa 6 duhurnimo", "saacadda 4 subaxnimo ilaa 6 duhurnimo"])
def test_a_clear_end_tells_on_which_clock_its_start_is(said: str) -> None:
    assert read(f"berri {said}") == when(SUNDAY, "10:00", "12:00")


@pytest.mark.parametrize(
    "said",
    [
        "Khamiis kasta 10:00",
        "Khamiista koowaad ee bisha 10:00",
        "Khamiista 4aad ee bisha 10:00",
        "Khamiista dambe 10:00",
        "Khamiista ka dib 10:00",
        "qiyaastii 10:00 berri",
        "3da bisha soo socota 10:00",
        "3da bisha laba iyo tabnaad 10:00",
        "berri 10:00 saacadda",
    ],
)
def test_what_is_only_half_understood_is_refused(said: str) -> None:
    with pytest.raises(DateUnreadable):
        read(said)


def test_the_missing_half_is_asked_for() -> None:
    with pytest.raises(DateMissing) as day:
        read("10:00 subaxnimo")
    with pytest.raises(TimeMissing) as clock:
        read("Khamiis 3 Diseembar subaxnimo")
    assert (day.value.understood_time, clock.value.understood_date) == (time(10), DECEMBER_3)


@pytest.mark.parametrize(
    "place",
    [
        "Dugsiga Hoose ee Wajir",
        "Xarunta Biyaha iyo Fayadhowrka",
        "Hoteel Afar",
        "Hoolka 2",
        "da Vinci Hall",
        "Ka'aba Centre",
    ],
)
def test_a_place_keeps_its_words(place: str) -> None:
    assert read(f"3 Diseembar 10:00 {place}") == when(DECEMBER_3, "10:00", rest=place)


def test_somali_readers_are_told_the_clock_of_24_hours_alone() -> None:
    assert [local_clock(time(hour), "so") for hour in range(24)] == [None] * 24


@given(
    hour=st.integers(1, 12),
    minute=st.sampled_from([0, 15, 30]),
    part=st.sampled_from(sorted(SOMALI.parts)),
    before=st.sampled_from(["", "saacadda "]),
)
def test_an_hour_with_a_part_of_the_day_is_read_in_the_only_way_that_fits_or_asked_about(
    hour: int, minute: int, part: str, before: str
) -> None:
    if part in ("saaka", "caawa"):
        return  # these name a day, too
    meant = SOMALI.parts[part]
    from_midnight = {hour % 12, hour % 12 + 12} & meant.hours_on(from_sunrise=False)
    from_sunrise = {(hour + 6) % 24, (hour + 18) % 24} & meant.hours_on(from_sunrise=True)
    fitting = from_midnight | from_sunrise
    said = f"berri {before}{hour}:{minute:02d} {part}"

    if len(fitting) == 1:
        assert read(said) == when(SUNDAY, f"{next(iter(fitting)):02d}:{minute:02d}")
    else:
        with pytest.raises(TimeAmbiguous) as refusal:
            read(said)
        assert not fitting or {option.hour for option in refusal.value.options} == fitting


@given(hour=st.integers(1, 12), minute=st.integers(0, 59))
def test_an_hour_without_a_part_of_the_day_is_never_guessed(hour: int, minute: int) -> None:
    for said in (f"saacadda {hour}", f"saacadda {hour}:{minute:02d}"):
        with pytest.raises(TimeAmbiguous):
            read(f"berri {said} {HALL}")


@given(minute=st.integers(0, 24 * 60 - 1))
def test_every_minute_survives_as_the_bot_writes_it(minute: int) -> None:
    clock = time(*divmod(minute, 60))
    assert read(f"Khamiis 3 Diseembar, {clock:%H:%M}").starts.time() == clock
