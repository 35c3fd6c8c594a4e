"""Wall times and instants, and the names of time zones."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.domain.dates.refusals import ZoneUnknown
from bot.domain.dates.tokens import fold
from bot.domain.dates.words import LANGUAGES

_AREAS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}
"""Zones outside them are old spellings, or fixed offsets that no people lives by."""
_SECOND = timedelta(seconds=1)
_LONGEST_NAME = 64
_NEAREST = 5
_LIKENESS = 0.8
"""How like a name (0 to 1) something must be to be taken for a slip of the finger."""
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_WINTER_AND_SUMMER = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
_LIKELY = 4
_MINORITY = 1.0
"""Per cent of the people of a country who make a language worth a guess."""


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant, in UTC, at which clocks in `zone` show the naive time `wall`.

    A time that clocks skip (a gap) is the first instant after the gap; of a time that they show
    twice (a fold) it is the first one.
    """
    where = ZoneInfo(zone)
    before, after = (_offset(wall, where, fold) for fold in (0, 1))
    if before >= after:
        return (wall - before).replace(tzinfo=UTC)
    return _first_with(after, wall - after, wall - before, where)


def shown(wall: datetime, zone: str) -> datetime:
    """Return the naive time itself, or the first that clocks in `zone` show after skipping it."""
    return wall_time(instant(wall, zone), zone)


def wall_time(instant: datetime, zone: str) -> datetime:
    """Return what clocks in `zone` show at `instant`, as a naive time."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _offset(wall: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    return wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)


def _first_with(offset: timedelta, lower: datetime, upper: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second after `lower`, up to `upper`, at which the zone has this offset."""
    low = lower.replace(tzinfo=UTC, microsecond=0)
    steps = range(1, round((upper - lower) / _SECOND) + 1)
    first, last = 0, len(steps) - 1
    while first < last:
        middle = (first + last) // 2
        if (low + steps[middle] * _SECOND).astimezone(zone).utcoffset() == offset:
            last = middle
        else:
            first = middle + 1
    return low + steps[first] * _SECOND


def known_zone(name: str, likely: Sequence[str] = ()) -> str:
    """Return the IANA name of a time zone that is named in full, by its city, or by its country.

    Case, accents, spaces and old names are forgiven: "nairobi", "dar es salaam", "Asia/Calcutta",
    and "Kenya", which has but one zone. An offset ("UTC+3") or an abbreviation ("EAT") is no zone,
    but those of the `likely` zones that have it are offered; all of them if nothing comes near.

    Raises:
        ZoneUnknown: no zone is called so, or the country has several.
    """
    said = name.strip()[:_LONGEST_NAME]
    key = _key(said)
    if found := _names().get(key):
        return found
    of_country = _countries().get(key, ())
    if len(of_country) == 1:
        return of_country[0]
    if fitting := tuple(zone for zone in likely if _keeps(zone, said)):
        raise ZoneUnknown(said=said, nearest=fitting)
    # "Africa/Wajir" is not like all that lies in Africa.
    city = key.rsplit(" / ", 1)[-1]
    # "Nairobi, Kenya" has a name among its words; "Mars" is like Paris only to a computer.
    named = [_names()[word] for word in key.replace(",", " ").split() if word in _names()]
    near = [_names()[one] for one in difflib.get_close_matches(city, _names(), _NEAREST, _LIKENESS)]
    like = difflib.get_close_matches(city, _countries(), 1, _LIKENESS)
    there = [zone for country in like for zone in _countries()[country]]
    nearest = of_country or tuple(dict.fromkeys([*named, *near, *there]))
    raise ZoneUnknown(said=said, nearest=nearest or tuple(likely))


def _keeps(zone: str, said: str) -> bool:
    """Tell whether clocks of a zone are, at some time of the year, as an offset or letters say."""
    where = ZoneInfo(zone)
    moments = [moment.astimezone(where) for moment in _WINTER_AND_SUMMER]
    if found := _OFFSET.fullmatch(said):
        length = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        offset = -length if found[1] == "-" else length
        return any(moment.utcoffset() == offset for moment in moments)
    return any(moment.tzname() == said.upper() for moment in moments)


def likely_zones(languages: Sequence[str], used: Sequence[str] = ()) -> tuple[str, ...]:
    """Return zones that people of these languages may well live by, the likeliest first.

    Those in use nearby (`used`) come first. English tells nothing of where somebody lives, unless
    another language is spoken beside it.
    """
    telling = [language for language in languages if language != "en"]
    spoken: Mapping[str, Mapping[str, Any]] = get_global("territory_languages")
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    ranks = {
        country: tuple(
            sum(column)
            for column in zip(
                *(_share(spoken[country], language) for language in languages), strict=True
            )
        )
        for country in spoken
        if country in zones and any(_share(spoken[country], one)[0] for one in telling)
    }
    ranked = sorted(ranks, key=lambda country: ranks[country], reverse=True)
    names = [*used, *(zone for country in ranked for zone in sorted(zones[country]))]
    return tuple(dict.fromkeys(names))[:_LIKELY]


def _share(spoken: Mapping[str, Any], language: str) -> tuple[int, float]:
    """Return whether a language counts in a country, and the percentage of its speakers there."""
    found = spoken.get(language, {"population_percent": 0.0, "official_status": None})
    share = float(found["population_percent"])
    counts = bool(found["official_status"]) or share >= _MINORITY
    return int(counts), share if counts else 0.0


def _key(name: str) -> str:
    return " ".join(fold(name).replace("_", " ").replace("-", " ").replace("/", " / ").split())


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Return the zones by their full name and by their city, folded."""
    aliases: Mapping[str, str] = get_global("zone_aliases")
    zones = sorted(zone for zone in available_timezones() if zone.split("/")[0] in _AREAS)
    names = {"utc": "UTC", "gmt": "UTC"}
    # Current names first: an old one only adds its spelling ("Calcutta").
    for zone in sorted(zones, key=lambda zone: zone in aliases):
        current = aliases.get(zone, zone)
        names.setdefault(_key(zone), current)
        names.setdefault(_key(zone.rsplit("/", 1)[-1]), current)
    return names


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each country, by its name in the languages that have a table of words."""
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    return {
        _key(name): tuple(sorted(zones[code]))
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if code in zones
    }
