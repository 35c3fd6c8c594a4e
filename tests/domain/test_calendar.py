"""What speaks against a day or an hour, and how a group writes its own calendar down."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.domain import calendar, holidays
from bot.domain.calendar import (
    Entry,
    EntryEndsBeforeItBegins,
    EntryHoursTurned,
    EntryUnreadable,
    WarningKind,
    read_entry,
)
from bot.domain.holidays import Holiday
from bot.errors import BotError

NOW = datetime(2026, 11, 21, 8)
FRIDAY_PRAYER = Entry("prayer", (4,), begins=time(12), ends=time(14))
MARKET = Entry("market day", (2,))
RAMADAN = Entry("Ramadan", (), date(2027, 2, 8), date(2027, 3, 9), time(10), time(15))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday 12-14 prayer", FRIDAY_PRAYER),
        ("every Friday 12:00-14:00 prayer", FRIDAY_PRAYER),
        ("Friday prayer 12:00 to 14:00", FRIDAY_PRAYER),
        ("Wednesday market day", MARKET),
        ("8 Feb - 9 Mar Ramadan 10-15", RAMADAN),
        ("Ramadan 8 Feb to 9 Mar, 10:00-15:00", RAMADAN),
        (
            "kila Ijumaa saa 6 mchana hadi saa 8 mchana swala",
            Entry("swala", (4,), begins=time(12), ends=time(14)),
        ),
        ("kila Jumatano siku ya soko", Entry("siku ya soko", (2,))),
        ("20 Dec - 5 Jan closed", Entry("closed", (), date(2026, 12, 20), date(2027, 1, 5))),
        ("12 Dec funeral", Entry("funeral", (), date(2026, 12, 12), date(2026, 12, 12))),
        ("Monday and Thursday Ward 3 market", Entry("Ward 3 market", (0, 3))),
    ],
)
def test_a_line_of_the_calendar_is_read(text: str, expected: Entry) -> None:
    assert read_entry(text, now=NOW, languages=["en", "sw"]) == expected


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", EntryUnreadable),
        ("Ramadan", EntryUnreadable),
        ("Friday at 12 prayer", EntryUnreadable),
        ("Friday 12:00 prayer", EntryUnreadable),
        ("8-9 March camp", EntryUnreadable),
        ("Friday 12 Dec and 3 Jan and 4 Feb closed", EntryUnreadable),
        ("Friday " + "x" * 61, EntryUnreadable),
        ("9 Mar - 8 Feb closed", EntryEndsBeforeItBegins),
        ("Friday 14:00-12:00 prayer", EntryHoursTurned),
    ],
)
def test_what_is_not_understood_is_refused(text: str, refusal: type[BotError]) -> None:
    with pytest.raises(refusal):
        read_entry(text, now=NOW, languages=["en", "sw"])


@pytest.mark.parametrize(
    ("entry", "day", "hours", "expected"),
    [
        (FRIDAY_PRAYER, date(2026, 12, 4), (10, 12), False),
        (FRIDAY_PRAYER, date(2026, 12, 4), (11, 13), True),
        (FRIDAY_PRAYER, date(2026, 12, 4), (14, 16), False),
        (FRIDAY_PRAYER, date(2026, 12, 3), (11, 13), False),
        (MARKET, date(2026, 12, 2), (8, 9), True),
        (MARKET, date(2026, 12, 3), (8, 9), False),
        (RAMADAN, date(2027, 2, 8), (10, 12), False),
        (RAMADAN, date(2027, 3, 9), (9, 11), True),
        (RAMADAN, date(2027, 3, 9), (14, 16), True),
        (RAMADAN, date(2027, 3, 10), (9, 11), False),
    ],
)
def test_an_entry_speaks_against_its_own_hours_only(
    entry: Entry, day: date, hours: tuple[int, int], *, expected: bool
) -> None:
    starts, ends = (datetime.combine(day, time(hour)) for hour in hours)

    assert entry.speaks_against(starts, ends) is expected


def test_a_meeting_past_midnight_touches_both_days() -> None:
    night = datetime(2026, 12, 1, 22)

    assert MARKET.speaks_against(night, night + timedelta(hours=3))
    assert not MARKET.speaks_against(night, night + timedelta(hours=2))


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (
            date(2026, 12, 12),
            "Africa/Nairobi",
            [Holiday(date(2026, 12, 12), "Jamhuri Day", is_estimated=False, is_eid=False)],
        ),
        (
            date(2027, 3, 10),
            "Africa/Nairobi",
            [Holiday(date(2027, 3, 9), "Idd-ul-Fitr", is_estimated=True, is_eid=True)],
        ),
        (date(2027, 3, 11), "Africa/Nairobi", []),
        (
            date(2026, 11, 20),
            "America/Mexico_City",
            [],
        ),
        (date(2026, 12, 12), "UTC", []),
    ],
)
def test_the_country_of_the_zone_has_its_holidays(
    day: date, zone: str, expected: list[Holiday]
) -> None:
    assert holidays.near(day, zone=zone, language="en") == expected


def test_a_holiday_has_its_name_in_the_language_of_the_readers_if_there_is_one() -> None:
    in_swahili = holidays.near(date(2026, 12, 12), zone="Africa/Nairobi", language="sw")
    in_khmer = holidays.near(date(2026, 12, 12), zone="Africa/Nairobi", language="km")

    assert [one.name for one in in_swahili + in_khmer] == ["Siku ya Jamhuri", "Jamhuri Day"]


def test_all_that_speaks_against_a_time_is_said_and_nothing_else() -> None:
    """Friday 12 March 2027 would be in no way special, but for the prayer."""
    starts = datetime(2027, 3, 12, 13)
    found = calendar.warnings(
        starts,
        starts + timedelta(hours=2),
        zone="Africa/Nairobi",
        language="en",
        entries=[FRIDAY_PRAYER, MARKET, RAMADAN],
    )

    assert [(one.kind, one.entry, one.starts) for one in found] == [
        (WarningKind.ENTRY, FRIDAY_PRAYER, starts)
    ]


def test_the_next_ramadan_lies_before_its_feast() -> None:
    found = holidays.next_ramadan(date(2026, 11, 21), zone="Africa/Nairobi")

    assert found == (date(2027, 2, 7), date(2027, 3, 8))
    assert holidays.next_ramadan(date(2026, 11, 21), zone="UTC") is None
    assert holidays.next_ramadan(date(2026, 11, 21), zone="America/Mexico_City") is None


@pytest.mark.parametrize(
    ("zone", "expected"), [("Africa/Nairobi", "KE"), ("Africa/Mogadishu", "SO"), ("UTC", None)]
)
def test_the_country_of_a_zone_is_named_if_its_holidays_are_known(
    zone: str, expected: str | None
) -> None:
    assert holidays.country_with_holidays(zone) == expected


NEXT_RAMADAN = (date(2027, 2, 8), date(2027, 3, 9))


@pytest.mark.parametrize(
    ("text", "hours", "label"),
    [
        ("Ramadan 10-15", (10, 15), "Ramadan"),
        ("Ramadan hours 10am to 3pm", (10, 15), "Ramadan hours"),
        ("Ramadhani saa 3 hadi saa 8", (9, 14), "Ramadhani"),
    ],
)
def test_ramadan_needs_no_days(text: str, hours: tuple[int, int], label: str) -> None:
    begins, ends = (time(hour) for hour in hours)

    entry = read_entry(text, now=NOW, languages=["en", "sw"], ramadan=NEXT_RAMADAN)

    assert entry == Entry(label, (), *NEXT_RAMADAN, begins, ends)


@pytest.mark.parametrize("text", ["Ramadan", "Ramadan 10-15"])
def test_ramadan_without_hours_or_where_nobody_keeps_it_is_asked_about(text: str) -> None:
    ramadan = NEXT_RAMADAN if text == "Ramadan" else None

    with pytest.raises(EntryUnreadable):
        read_entry(text, now=NOW, languages=["en", "sw"], ramadan=ramadan)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "7 Feb - 8 Mar 9-14 Ramadan",
            Entry("Ramadan", (), date(2027, 2, 7), date(2027, 3, 8), time(9), time(14)),
        ),
        (
            "Ramadhani 7 Februari hadi 8 Machi saa 3 hadi saa 8",
            Entry("Ramadhani", (), date(2027, 2, 7), date(2027, 3, 8), time(9), time(14)),
        ),
        (
            "Ijumaa saa sita hadi saa nane swala",
            Entry("swala", (4,), begins=time(12), ends=time(14)),
        ),
    ],
)
def test_the_hours_of_an_entry_are_hours_of_the_day(text: str, expected: Entry) -> None:
    assert read_entry(text, now=NOW, languages=["sw", "en"]) == expected
