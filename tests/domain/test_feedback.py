"""What is written in confidence: when it is released, what waits, which group may be named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import feedback
from bot.domain.feedback import ENOUGH_PEOPLE, HELD_AT_MOST, SMALLEST, Sorted, Submission

MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, ZoneInfo("Africa/Nairobi"), ZoneInfo("Pacific/Kiritimati")]),
)


def make(number: int, *, coalition: int = 1, held: int = 0, group: int | None = None) -> Submission:
    """Return a submission that is told from others by its number."""
    return Submission(coalition, group, f"words {number}", b"r" * 16, held)


# --- when --------------------------------------------------------------------------------------


@given(MOMENTS)
def test_a_release_is_on_a_sunday_at_18_utc_within_a_week(now: datetime) -> None:
    at = feedback.next_release(now)

    assert (at.tzinfo, at.weekday(), at.hour, at.minute, at.second) == (UTC, 6, 18, 0, 0)
    assert timedelta(0) < at - now <= timedelta(days=7)


@given(MOMENTS)
def test_the_release_after_a_release_is_a_week_later(now: datetime) -> None:
    at = feedback.next_release(now)

    assert feedback.next_release(at) - at == timedelta(days=7)


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (datetime(2026, 12, 27, 17, 59, 59), datetime(2026, 12, 27, 18)),
        (datetime(2026, 12, 27, 18), datetime(2027, 1, 3, 18)),
        (datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 3, 18)),
        (datetime(2028, 2, 28, 12), datetime(2028, 3, 5, 18)),
    ],
    ids=["a second before", "at the hour", "over new year", "over a leap day"],
)
def test_the_next_release_across_days_and_years(now: datetime, at: datetime) -> None:
    assert feedback.next_release(now.replace(tzinfo=UTC)) == at.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 12, 27, 18, tzinfo=UTC), date(2026, 12, 21)),
        (datetime(2026, 12, 28, 0, tzinfo=UTC), date(2026, 12, 28)),
        (datetime(2026, 12, 28, 2, tzinfo=ZoneInfo("Africa/Nairobi")), date(2026, 12, 21)),
        (datetime(2027, 1, 2, 12, tzinfo=UTC), date(2026, 12, 28)),
    ],
    ids=["a sunday", "a monday", "monday in Nairobi only", "over new year"],
)
def test_of_the_time_the_monday_of_the_week_is_kept(moment: datetime, monday: date) -> None:
    assert feedback.week_of(moment) == monday


# --- who waits ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("helds", "is_released"),
    [
        ([0], False),
        ([1], False),
        ([2], True),
        ([0, 0], False),
        ([1, 0], False),
        ([2, 0], True),
        ([0, 0, 0], True),
        ([1, 1, 0], True),
        ([0] * 9, True),
    ],
    ids=repr,
)
def test_too_few_wait_for_two_releases_and_no_longer(helds: list[int], is_released: bool) -> None:  # noqa: FBT001 - a table of cases
    waiting = [make(number, held=held) for number, held in enumerate(helds)]

    found = feedback.sort_out(waiting)

    later = tuple(replace(one, held=one.held + 1) for one in waiting)
    assert found == (Sorted(tuple(waiting), ()) if is_released else Sorted((), later))
    assert (SMALLEST, HELD_AT_MOST) == (3, 2)


def test_one_that_is_alone_is_read_at_the_third_release() -> None:
    waiting = feedback.sort_out([make(1)]).held
    releases = 1
    while waiting:
        waiting = feedback.sort_out(waiting).held
        releases += 1

    assert releases == 3


def test_those_of_another_coalition_do_not_count_for_mine() -> None:
    mine = [make(number) for number in range(2)]
    theirs = [make(number, coalition=2) for number in range(3)]

    found = feedback.sort_out([mine[0], *theirs, mine[1]])

    assert found == Sorted(tuple(theirs), tuple(replace(one, held=1) for one in mine))


@given(
    st.lists(
        st.builds(
            make,
            st.integers(min_value=0, max_value=99),
            coalition=st.integers(min_value=1, max_value=3),
            held=st.integers(min_value=0, max_value=2),
        )
    )
)
def test_nothing_is_lost_and_nothing_doubled(waiting: list[Submission]) -> None:
    found = feedback.sort_out(waiting)

    before = [replace(one, held=one.held - 1) for one in found.held]
    assert sorted([*found.released, *before], key=repr) == sorted(waiting, key=repr)
    # Nobody's words are read while others of the same coalition wait.
    assert not {one.coalition_id for one in found.released} & {
        one.coalition_id for one in found.held
    }


# --- which group -------------------------------------------------------------------------------


def test_those_of_my_groups_may_be_named_to_which_enough_belong() -> None:
    sizes = {1: ENOUGH_PEOPLE, 2: ENOUGH_PEOPLE - 1, 3: 40, 4: 50}

    assert feedback.groups_to_name(sizes, mine=[1, 2, 3, 9]) == {1: 8, 3: 40}


@pytest.mark.parametrize(
    ("group", "size", "shown"),
    [(7, 8, 7), (7, 9, 7), (7, 7, None), (7, None, None), (None, 8, None)],
    ids=["enough", "more", "too few by now", "group is gone", "none was named"],
)
def test_a_group_that_became_small_is_not_named(
    group: int | None, size: int | None, shown: int | None
) -> None:
    sizes = {} if size is None else {7: size}

    assert feedback.without_small_group(make(1, group=group), sizes) == make(1, group=shown)
