"""Wall times, instants, and the names of zones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dates import ZoneUnknown, instant, known_zone, likely_zones, wall_time
from bot.errors import BotError

LIKELY = ("Africa/Nairobi", "Africa/Kampala", "Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        # The clocks go forward: the first valid instant after the gap.
        ("Europe/London", "2026-03-29 01:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("America/New_York", "2026-03-08 02:59", "2026-03-08 07:00"),
        ("America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04 03:00"),
        ("America/Mexico_City", "2022-04-03 02:30", "2022-04-03 08:00"),
        ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:00"),
        ("Africa/Casablanca", "2026-03-22 02:30", "2026-03-22 02:00"),
        ("Asia/Beirut", "2026-03-29 00:15", "2026-03-28 22:00"),
        ("Asia/Dhaka", "2009-06-19 23:30", "2009-06-19 17:00"),
        ("Asia/Tehran", "2022-03-22 00:30", "2022-03-21 20:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
    ],
)
def test_a_time_that_clocks_skip_is_the_first_instant_after_the_gap(
    zone: str, wall: str, expected: str
) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "wall", "first"),
    [
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
        ("America/Sao_Paulo", "2018-02-17 23:30", "2018-02-18 01:30"),
        ("America/Mexico_City", "2022-10-30 01:30", "2022-10-30 06:30"),
        ("Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30"),
        ("Africa/Casablanca", "2026-02-15 02:30", "2026-02-15 01:30"),
        ("Asia/Beirut", "2026-10-24 23:30", "2026-10-24 20:30"),
        ("Asia/Dhaka", "2009-12-31 23:30", "2009-12-31 16:30"),
        ("Asia/Tehran", "2022-09-21 23:30", "2022-09-21 19:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Africa/Juba", "2021-01-31 23:30", "2021-01-31 20:30"),
    ],
)
def test_of_a_time_that_clocks_show_twice_the_first_is_meant(
    zone: str, wall: str, first: str
) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == utc(first)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Africa/Nairobi", "2026-12-03 10:00", "2026-12-03 07:00"),
        ("Asia/Dhaka", "2026-06-19 23:30", "2026-06-19 17:30"),
        ("America/Mexico_City", "2026-04-05 02:30", "2026-04-05 08:30"),
        ("Asia/Kathmandu", "2026-12-03 10:00", "2026-12-03 04:15"),
    ],
)
def test_without_a_change_of_clocks_wall_time_is_shifted(
    zone: str, wall: str, expected: str
) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == utc(expected)


_ZONES = [
    "Africa/Nairobi",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Europe/London",
    "America/Mexico_City",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]


@given(
    zone=st.sampled_from(_ZONES),
    wall=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
)
@settings(max_examples=300)
def test_an_instant_is_shown_as_its_wall_time_or_later_in_a_gap(zone: str, wall: datetime) -> None:
    shown = wall_time(instant(wall, zone), zone)
    assert shown.tzinfo is None
    assert shown == wall or wall < shown <= wall + timedelta(hours=24)


def test_the_second_of_two_equal_wall_times_is_shown_alike() -> None:
    shown = {
        wall_time(utc(text), "Europe/London") for text in ("2026-10-25 00:30", "2026-10-25 01:30")
    }
    assert shown == {datetime(2026, 10, 25, 1, 30)}


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Africa/Nairobi", "Africa/Nairobi"),
        ("africa/nairobi", "Africa/Nairobi"),
        (" NAIROBI ", "Africa/Nairobi"),
        ("Kenya", "Africa/Nairobi"),
        ("Dar es Salaam", "Africa/Dar_es_Salaam"),
        ("Tanzania", "Africa/Dar_es_Salaam"),
        ("dar_es_salaam", "Africa/Dar_es_Salaam"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("São Paulo", "America/Sao_Paulo"),
        ("calcutta", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("port-au-prince", "America/Port-au-Prince"),
        ("America/Indianapolis", "America/Indiana/Indianapolis"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_name_its_city_or_its_country(said: str, zone: str) -> None:
    assert known_zone(said) == zone


def test_a_mistyped_zone_is_answered_with_the_nearest() -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone("Nairoby")
    assert (refusal.value.said, refusal.value.nearest[0]) == ("Nairoby", "Africa/Nairobi")


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("Mars", ()),
        ("Garissa", ()),
        ("Nairobi, Kenya", ("Africa/Nairobi",)),
        ("Kenia", ("Africa/Nairobi",)),
    ],
)
def test_only_what_is_close_to_a_zone_is_offered_for_it(
    said: str, nearest: tuple[str, ...]
) -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone(said)
    assert refusal.value.nearest == nearest


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("EAT", ("Africa/Nairobi", "Africa/Kampala")),
        ("GMT+3", ("Africa/Nairobi", "Africa/Kampala")),
        ("utc +3:00", ("Africa/Nairobi", "Africa/Kampala")),
        ("CEST", ("Europe/Berlin",)),
        ("+1", ("Europe/Berlin",)),
        ("Africa/Wajir", LIKELY),
        ("Nairoby", ("Africa/Nairobi",)),
    ],
)
def test_an_offset_or_an_abbreviation_is_answered_with_the_likely_zones_that_keep_it(
    said: str, nearest: tuple[str, ...]
) -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone(said, LIKELY)
    assert refusal.value.nearest == nearest


def test_a_city_that_is_no_zone_is_not_like_another_in_the_same_part_of_the_world() -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone("Africa/Wajir")
    assert refusal.value.nearest == ()


def test_a_country_with_several_zones_is_asked_which() -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone("Mexico")
    assert "America/Mexico_City" in refusal.value.nearest


@pytest.mark.parametrize(
    "said", ["", "/", "../etc/passwd", "GMT+3", "EST", "x" * 4096, "\N{PARTY POPPER}" * 4096]
)
def test_what_is_no_zone_is_refused(said: str) -> None:
    with pytest.raises(ZoneUnknown) as refusal:
        known_zone(said)
    assert len(refusal.value.said) <= 64


@given(st.text())
def test_no_name_raises_anything_but_our_refusal(said: str) -> None:
    try:
        zone = known_zone(said)
    except BotError:
        return
    assert wall_time(datetime(2026, 1, 1, tzinfo=UTC), zone)


def test_likely_zones_follow_the_languages_and_the_neighbours() -> None:
    assert likely_zones(("en", "sw", "so"))[0] == "Africa/Nairobi"
    assert likely_zones(("vi",))[0] == "Asia/Ho_Chi_Minh"
    assert likely_zones(("en", "sw"), ["Africa/Kampala"])[0] == "Africa/Kampala"


def test_english_alone_tells_no_zone() -> None:
    assert likely_zones(("en",)) == ()
    assert likely_zones(()) == ()
