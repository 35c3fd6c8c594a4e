"""Who is at a meeting: organisations counted once, guests and those who wait beside them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.dates import TimeAmbiguous
from bot.domain.presence import (
    Guest,
    GuestUnnamed,
    How,
    Mark,
    Present,
    next_mark,
    quorum,
    read_guest,
    read_moment,
    room,
)

TEN = datetime(2026, 12, 3, 10)
SEATS = {1: "Afya", 2: "Maji Bora", 3: "Red Dune"}


def make_present(organisation_id: int | None, **changes: Any) -> Present:
    name = SEATS.get(organisation_id or 0, "Elsewhere")
    facts: dict[str, Any] = {"person": "Amina", "how": How.HERE, "arrived": TEN}
    return Present(organisation_id, name, **(facts | changes))


def test_an_organisation_counts_once_whoever_speaks_for_it() -> None:
    here = room(SEATS, [make_present(2), make_present(2, how=How.PHONE), make_present(None)])

    assert here.organisations == ("Maji Bora",)
    assert here.by_how == {"Maji Bora": How.HERE}
    assert [one.organisation for one in here.guests] == ["Elsewhere"]
    assert here.absent == ("Afya", "Red Dune")


def test_who_waits_to_be_confirmed_is_shown_apart_and_does_not_count() -> None:
    here = room(SEATS, [make_present(2, is_counted=False)], excused=[2])

    assert here.organisations == ()
    assert [one.organisation for one in here.pending] == ["Maji Bora"]
    assert here.apologies == ("Maji Bora",)


def test_the_quorum_is_lost_when_an_organisation_leaves_and_comes_back_with_it() -> None:
    left = make_present(1, left=TEN + timedelta(hours=1))

    assert room(SEATS, [make_present(1), make_present(2)]).has_quorum
    assert not room(SEATS, [left, make_present(2)]).has_quorum
    assert [one.organisation for one in room(SEATS, [left, make_present(2)]).left] == ["Afya"]
    assert room(SEATS, [left, make_present(1), make_present(2)]).left == ()


@pytest.mark.parametrize(
    ("seats", "wanted", "needed"),
    [(9, None, 5), (8, None, 5), (1, None, 1), (9, 3, 3), (4, 7, 4), (0, None, 1)],
)
def test_enough_are_over_half_unless_the_group_wants_it_otherwise(
    seats: int, wanted: int | None, needed: int
) -> None:
    assert quorum(seats, wanted) == needed


@pytest.mark.parametrize(("after", "is_late"), [(15, False), (16, True)])
def test_who_comes_when_people_still_greet_each_other_is_not_late(
    after: int, *, is_late: bool
) -> None:
    assert make_present(1, arrived=TEN + timedelta(minutes=after)).is_late(TEN) is is_late


def test_one_more_tap_goes_round_all_the_ways_of_being_there() -> None:
    seen = [next_mark(None)]
    while seen[-1].how is not None:
        seen.append(next_mark(seen[-1].how))

    assert seen == [Mark.HERE, Mark.PHONE, Mark.REPRESENTED, Mark.AWAY]


@pytest.mark.parametrize(
    ("said", "guest"),
    [
        ("Mr Ali, County Commissioner", Guest("Mr Ali", "County Commissioner")),
        ("Mr Ali, Water, Sanitation and Roads", Guest("Mr Ali", "Water, Sanitation and Roads")),
        ("  Mr\u202e   Ali ", Guest("Mr Ali")),
        ("W" * 70, Guest("W" * 63 + "…")),
    ],
)
def test_a_guest_is_a_name_and_where_they_come_from(said: str, guest: Guest) -> None:
    assert read_guest(said) == guest


@pytest.mark.parametrize("said", ["", " , County Commissioner", "\u200b"])
def test_a_guest_without_a_name_is_refused(said: str) -> None:
    with pytest.raises(GuestUnnamed):
        read_guest(said)


@pytest.mark.parametrize("said", ["saa nne na robo", "4:15", "saa 4:15", "10:15"])
def test_of_several_readings_of_a_time_the_only_possible_one_is_meant(said: str) -> None:
    name, at = read_moment(
        f"Afya {said}",
        opened=TEN,
        until=TEN + timedelta(minutes=30),
        is_over=False,
        languages=["sw", "en"],
    )

    assert (name, at) == ("Afya", TEN + timedelta(minutes=15))


@pytest.mark.parametrize(("said", "hours"), [("saa nne na robo", 14), ("4:15", 1)])
def test_a_time_with_no_or_several_possible_readings_is_asked_about(said: str, hours: int) -> None:
    with pytest.raises(TimeAmbiguous):
        read_moment(
            f"Afya {said}",
            opened=TEN,
            until=TEN + timedelta(hours=hours),
            is_over=False,
            languages=["en"] if hours == 1 else ["sw", "en"],
        )
