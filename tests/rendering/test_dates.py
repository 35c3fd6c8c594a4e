"""Dates and hours in each language."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from babel import Locale

from bot.domain.dates import LocalClock
from bot.rendering.dates import Calendar, later
from bot.rendering.i18n import Catalogues
from tests.rendering.world import STARTS, THURSDAY


def calendar(language: str, root: Path | None = None) -> Calendar:
    found = Catalogues(root)
    return Calendar(language, found.locale(language), found.translations(language))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Thu 3 Dec"),
        ("sw", "Alhamisi 3 Desemba"),
        ("so", "Khamiis 3 Diseembar"),
        ("fr", "Thu 3 Dec"),
    ],
)
def test_a_date_has_weekday_day_and_month(language: str, said: str) -> None:
    assert calendar(language).short_date(THURSDAY) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "Dec"), ("sw", "Des"), ("so", "Dis"), ("fr", "déc"), ("vi", "12"), ("ar", "12")],
)
def test_a_month_over_a_narrow_column_has_three_letters_or_is_a_number(
    locale: str, said: str
) -> None:
    found = Calendar(locale, Locale(locale), Catalogues(None).translations("en"))

    assert found.short_month(THURSDAY) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Thu 3 Dec 2026"),
        ("sw", "Alhamisi 3 Desemba 2026"),
        ("so", "Khamiis 3 Diseembar 2026"),
    ],
)
def test_the_year_is_there_when_asked_for(language: str, said: str) -> None:
    assert calendar(language).short_date(STARTS, year=True) == said


@pytest.mark.parametrize(
    ("seen_from", "said"),
    [
        (date(2026, 12, 1), "Thu 3 Dec"),
        (datetime(2026, 3, 1, 9), "Thu 3 Dec"),
        (datetime(2025, 12, 20, 9), "Thu 3 Dec 2026"),
        (date(2027, 12, 3), "Thu 3 Dec 2026"),
    ],
)
def test_a_far_date_has_its_year(seen_from: date, said: str) -> None:
    assert calendar("en").short_date(STARTS, seen_from=seen_from) == said


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "3 Dec"), ("sw", "3 Desemba"), ("so", "3 Diseembar")]
)
def test_an_example_of_a_date_is_as_one_types_it(language: str, typed: str) -> None:
    assert calendar(language).typed_date(THURSDAY) == typed


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Monday"), ("sw", "Jumatatu"), ("so", "Isniin")]
)
def test_monday_is_the_first_weekday(language: str, name: str) -> None:
    assert calendar(language).weekday(0) == name


def test_the_clock_has_24_hours_and_two_digits() -> None:
    assert [calendar("sw").clock(t) for t in (time(9, 5), STARTS, time(0))] == [
        "09:05",
        "10:00",
        "00:00",
    ]


def test_only_some_languages_count_from_sunrise() -> None:
    assert calendar("sw").local_clock(STARTS) == LocalClock(4, 0, "asubuhi")
    assert [calendar(code).local_clock(STARTS) for code in ("en", "so")] == [None, None]


def test_a_broken_date_pattern_falls_back_to_the_source(tmp_path: Path) -> None:
    path = tmp_path / "sw" / "LC_MESSAGES" / "baraza.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgctxt "date pattern"\nmsgid "EEE d MMM"\nmsgstr "EEEEEEEEE siku d"\n'
    )
    assert calendar("sw", tmp_path).short_date(THURSDAY) == "Alhamisi 3 Des"


def test_a_week_later_is_at_the_same_time_of_day() -> None:
    assert later(STARTS, days=7) == datetime(2026, 12, 10, 10)
