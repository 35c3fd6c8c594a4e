"""The turn goes round, and nobody is left out."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facilitation import LeaderUnknown, named, next_up

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {1: "Maji Bora Trust", 2: "Afya Mashinani", 3: "Maji"}


def test_whoever_never_had_it_comes_first() -> None:
    assert next_up([1, 2, 3], {1: FIRST, 3: FIRST}) == 2


def test_then_whoever_had_it_longest_ago() -> None:
    assert next_up([1, 2], {1: FIRST + timedelta(days=1), 2: FIRST}) == 2


def test_among_equals_the_first_of_them_comes_first() -> None:
    assert next_up([3, 1, 2], {}) == 3


def test_nobody_is_left_when_all_have_passed() -> None:
    assert next_up([1, 2], {}, but={1, 2}) is None


@given(st.integers(1, 8), st.integers(0, 40), st.data())
def test_nobody_has_it_twice_more_often_than_another_who_could(
    count: int, meetings: int, data: st.DataObject
) -> None:
    able = data.draw(st.permutations(range(count)))
    had: dict[int, datetime] = {}
    times: Counter[int] = Counter(dict.fromkeys(able, 0))

    for number in range(meetings):
        one = next_up(able, had)
        assert one is not None
        had[one] = FIRST + timedelta(days=number)
        times[one] += 1
        assert max(times.values()) - min(times.values()) <= 1


@given(st.integers(2, 8), st.data())
def test_passing_on_asks_everybody_once_and_keeps_the_turn_for_next_time(
    count: int, data: st.DataObject
) -> None:
    able = list(range(count))
    had = {n: FIRST + timedelta(days=data.draw(st.integers(0, 9))) for n in able}
    first = next_up(able, had)
    passed: list[int] = []
    while (one := next_up(able, had, but=passed)) is not None:
        passed.append(one)

    assert sorted(passed) == able
    assert passed == sorted(able, key=lambda n: had[n])
    # The next meeting, which somebody else has led, begins with whoever passed on.
    assert next_up(able, had | {passed[1]: FIRST + timedelta(days=99)}) == first


@pytest.mark.parametrize(("said", "key"), [("afya", 2), ("MAJI", 3), ("bora trust", 1)])
def test_an_organisation_is_found_by_its_name_or_a_part(said: str, key: int) -> None:
    assert named(said, NAMES) == key


@pytest.mark.parametrize("said", ["", "a", "Red Dune"])
def test_a_name_that_means_none_or_several_is_refused(said: str) -> None:
    with pytest.raises(LeaderUnknown):
        named(said, NAMES)
