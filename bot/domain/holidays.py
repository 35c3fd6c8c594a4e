"""Public holidays, and weekends, where a group lives, from its time zone."""

import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel.core import get_global

_ANY_YEAR = 2026
_AMERICAN = "en_US"
"""The language in which all countries write the names that we look for."""
_FITR = re.compile(r"\beid al-fitr\b", re.IGNORECASE)
_EID = re.compile(r"\beid al-(fitr|adha)\b", re.IGNORECASE)
_ESTIMATED = re.compile(r"\s*\((observed, )?estimated\)$")
_NOTE = re.compile(r"\s*\([^()]*\)$")
_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})
_RAMADAN = timedelta(days=30)
"""A month of the moon has 29 days or 30: the longer one misses no day."""


@dataclass(frozen=True)
class Holiday:
    """A public holiday of a country."""

    day: date
    name: str
    is_estimated: bool
    """Whether it depends on the moon and may come a day sooner or later."""
    is_eid: bool


def country_of(zone: str) -> str | None:
    """Return the code of the country where a time zone is used, None for "UTC" and its like."""
    countries: Mapping[str, str] = get_global("zone_territories")
    found = countries.get(zone)
    return found if found and found.isalpha() and found != "ZZ" else None


def near(day: date, *, zone: str, language: str) -> list[Holiday]:
    """Return the holidays on a day, and an Eid that is the day before or after.

    Names are in `language` if the country writes them in it, else in English or its own.
    """
    country = country_of(zone)
    if country is None:
        return []
    found = [
        holiday
        for year in sorted({(day - _DAY).year, (day + _DAY).year})
        for holiday in _of_year(country, year, language)
    ]
    today = [holiday for holiday in found if holiday.day == day]
    eids = [holiday for holiday in found if holiday.is_eid and abs(holiday.day - day) == _DAY]
    # The second day of an Eid says no more than the first.
    return today or eids[:1]


def is_working_day(day: date, *, zone: str) -> bool:
    """Tell whether offices are open on a day: no weekend there, and no public holiday.

    Without a country that we know the weekend is Saturday and Sunday.
    """
    country = country_of(zone)
    if country is None:
        return day.weekday() not in _WEEKEND
    is_free = any(one.day == day for one in _of_year(country, day.year, _AMERICAN))
    return day.weekday() not in _weekend(country) and not is_free


def country_with_holidays(zone: str) -> str | None:
    """Return the code of the country whose public holidays are known here; None without one."""
    country = country_of(zone)
    return country if country and _of_year(country, _ANY_YEAR, _AMERICAN) else None


def has_eid(zone: str) -> bool:
    """Tell whether the feasts of Islam are public holidays where a time zone is used."""
    country = country_of(zone)
    return country is not None and any(
        one.is_eid for one in _of_year(country, _ANY_YEAR, _AMERICAN)
    )


def next_ramadan(today: date, *, zone: str) -> tuple[date, date] | None:
    """Return about when the next Ramadan begins and ends; None where its feast is no holiday."""
    country = country_of(zone)
    feasts = (
        day
        for year in ((today.year, today.year + 1) if country else ())
        for day, name in sorted(_names(str(country), year, _AMERICAN).items())
        if _FITR.search(name)
    )
    feast = next((day for day in feasts if day > today), None)
    return (feast - _RAMADAN, feast - _DAY) if feast else None


@lru_cache(maxsize=64)
def _weekend(country: str) -> frozenset[int]:
    made = _country(country)
    return frozenset(made(years=_ANY_YEAR).weekend) if made else _WEEKEND


@lru_cache(maxsize=64)
def _of_year(country: str, year: int, language: str) -> tuple[Holiday, ...]:
    names = _names(country, year, _AMERICAN)
    own = _names(country, year, language)
    return tuple(
        Holiday(
            day,
            _NOTE.sub("", own.get(day, name)) if _ESTIMATED.search(name) else own.get(day, name),
            is_estimated=bool(_ESTIMATED.search(name)),
            is_eid=bool(_EID.search(name)),
        )
        for day, name in sorted(names.items())
    )


def _names(country: str, year: int, language: str) -> dict[date, str]:
    made = _country(country)
    if made is None:
        return {}
    spoken = made.supported_languages or ()
    first = next((code for code in spoken if code.split("_")[0] == language), None)
    chosen = language if language in spoken else first
    fallback = _AMERICAN if _AMERICAN in spoken else made.default_language
    categories = [one for one in ("public", "islamic") if one in made.supported_categories]
    return dict(made(years=year, language=chosen or fallback, categories=categories))


@lru_cache(maxsize=64)
def _country(code: str) -> Any | None:
    """Return what makes the holidays of a country; None for one that the library does not know."""
    # Loaded late: only a few plans a day ask it.
    if "holidays" not in sys.modules:
        # Its folder of countries would load all 250 for the sake of one, in which time nobody is
        # answered. Left empty, each is found there when it is asked for.
        folder = importlib.util.find_spec("holidays.countries")
        assert folder is not None
        sys.modules[folder.name] = importlib.util.module_from_spec(folder)
    import holidays  # noqa: PLC0415 - heavy

    known = holidays.registry.EntityLoader.get_country_codes()
    return getattr(holidays, code) if code in set(known) else None
