"""How a week is counted, and when the summary of it comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import wall_time
from bot.domain.digests import (
    A_WEEK,
    Attended,
    Became,
    Called,
    Followed,
    Measure,
    Need,
    NeedKind,
    Span,
    Tally,
    Weekly,
    count_actions,
    last_week,
    next_time,
    sorted_needs,
    summed,
)
from bot.domain.plan import ChangeKind, PointState

WEEK = Span(date(2026, 11, 30), "Africa/Nairobi")
BEFORE, IN, AFTER = (
    datetime(2026, 11, 25, 9, tzinfo=UTC),
    datetime(2026, 12, 2, 9, tzinfo=UTC),
    datetime(2026, 12, 9, 9, tzinfo=UTC),
)


def became(at: datetime, before: PointState, after: PointState) -> Became:
    return Became(at, ChangeKind.STATE, before, after)


def counted(*actions: Followed) -> dict[Measure, int]:
    """Return what a week counts of the whole group."""
    tally = Tally()
    count_actions(tally, actions, WEEK)
    return {key[0]: count for key, count in tally.figures.items() if key[1:] == (None, None)}


# --- The week -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "zone", "monday"),
    [
        (datetime(2026, 12, 7, 5, tzinfo=UTC), "Africa/Nairobi", date(2026, 11, 30)),
        (datetime(2026, 12, 6, 20, 59, tzinfo=UTC), "Africa/Nairobi", date(2026, 11, 23)),
        (datetime(2026, 12, 6, 21, tzinfo=UTC), "Africa/Nairobi", date(2026, 11, 30)),
        (datetime(2026, 12, 6, 21, tzinfo=UTC), "America/Mexico_City", date(2026, 11, 23)),
    ],
    ids=["Monday morning", "Sunday night", "midnight", "still Sunday elsewhere"],
)
def test_the_last_week_is_over_where_people_live(now: datetime, zone: str, monday: date) -> None:
    assert last_week(now, zone) == monday


def test_a_week_goes_from_midnight_to_midnight_of_its_zone() -> None:
    assert WEEK.begins == datetime(2026, 11, 29, 21, tzinfo=UTC)
    assert WEEK.ends == datetime(2026, 12, 6, 21, tzinfo=UTC)
    assert WEEK.holds(WEEK.begins)
    assert not WEEK.holds(WEEK.ends)


# --- When it comes --------------------------------------------------------------------------------


def test_in_the_hour_that_the_clock_skips_it_comes_once_after_it() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)

    first = next_time(6, time(2, 30), "Europe/Berlin", before)
    second = next_time(6, time(2, 30), "Europe/Berlin", first)

    assert first == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert second == datetime(2027, 4, 4, 0, 30, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_it_comes_the_first_time() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)

    first = next_time(6, time(2, 30), "Europe/Berlin", before)

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_time(6, time(2, 30), "Europe/Berlin", first) > first + timedelta(days=6)


@given(
    weekday=st.integers(0, 6),
    at=st.times().map(lambda one: one.replace(microsecond=0)),
    zone=st.sampled_from(["Africa/Nairobi", "Europe/Berlin", "America/Havana", "Asia/Kathmandu"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
)
def test_it_comes_once_a_week_on_its_day(weekday: int, at: time, zone: str, now: datetime) -> None:
    now = now.replace(tzinfo=UTC)

    found = next_time(weekday, at, zone, now)
    after = next_time(weekday, at, zone, found)

    assert now < found <= now + A_WEEK + timedelta(hours=2)
    assert wall_time(found, zone).weekday() == weekday
    assert timedelta(days=6, hours=21) < after - found < timedelta(days=7, hours=3)


# --- What becomes of actions ----------------------------------------------------------------------


def test_an_action_given_out_in_the_week_is_new_and_open() -> None:
    assert counted(Followed("x", PointState.OPEN, IN)) == {
        Measure.ACTIONS_NEW: 1,
        Measure.ACTIONS_OPEN: 1,
    }


def test_one_that_was_done_and_opened_again_in_the_week_is_open() -> None:
    changes = [
        became(IN, PointState.OPEN, PointState.DONE),
        became(IN + timedelta(hours=1), PointState.DONE, PointState.IN_PROGRESS),
    ]

    found = counted(Followed("x", PointState.IN_PROGRESS, BEFORE, changes=changes))

    assert found == {Measure.ACTIONS_OPEN: 1}


def test_what_becomes_of_it_later_does_not_change_the_week() -> None:
    is_open = Followed("x", PointState.OPEN, BEFORE, due=date(2026, 12, 1))
    done_later = Followed(
        "x",
        PointState.DONE,
        BEFORE,
        due=date(2026, 12, 24),
        changes=[
            became(AFTER, PointState.OPEN, PointState.DONE),
            Became(AFTER, ChangeKind.DUE, "2026-12-01", "2026-12-24"),
        ],
        taken_back_at=AFTER,
    )

    assert counted(done_later) == counted(is_open)
    assert counted(is_open) == {Measure.ACTIONS_OPEN: 1, Measure.ACTIONS_OVERDUE: 1}


def test_an_end_that_was_no_day_is_never_overdue() -> None:
    changes = [Became(AFTER, ChangeKind.DUE, "before the rains", "2026-12-01")]

    found = counted(Followed("x", PointState.OPEN, BEFORE, due=date(2026, 12, 1), changes=changes))

    assert Measure.ACTIONS_OVERDUE not in found


def test_what_is_due_on_sunday_is_past_its_day_when_the_week_is_over() -> None:
    sunday = Followed("x", PointState.OPEN, BEFORE, due=date(2026, 12, 6))
    monday = Followed("x", PointState.OPEN, BEFORE, due=date(2026, 12, 7))

    assert counted(sunday, monday)[Measure.ACTIONS_OVERDUE] == 1


def test_what_was_taken_back_counts_nowhere() -> None:
    assert counted(Followed("x", PointState.OPEN, IN, taken_back_at=IN)) == {}


def test_an_adapted_action_counts_once_and_stays_open() -> None:
    changes = [became(IN, PointState.OPEN, PointState.ADAPTED)]

    found = counted(Followed("x", PointState.ADAPTED, BEFORE, changes=changes))

    assert found == {Measure.ACTIONS_ADAPTED: 1, Measure.ACTIONS_OPEN: 1}


def test_an_action_counts_for_its_organisation_and_its_stream() -> None:
    tally = Tally()

    count_actions(tally, [Followed("x", PointState.OPEN, IN, 7, stream_id=3)], WEEK)

    assert tally.figures == {
        (measure, organisation, stream): 1
        for measure in (Measure.ACTIONS_NEW, Measure.ACTIONS_OPEN)
        for organisation, stream in ((None, None), (7, None), (None, 3))
    }


# --- What needs somebody --------------------------------------------------------------------------


def test_a_call_waits_until_somebody_answers() -> None:
    called = Called(BEFORE, "a water engineer", answered_at=IN)

    assert [called.waits(one) for one in (BEFORE, IN, AFTER)] == [False, True, False]


def test_the_most_urgent_comes_first_and_then_what_waits_longest() -> None:
    minutes = Need(NeedKind.MINUTES, "Wajir", days=9)
    new, old = (Need(NeedKind.SUPPORT, "Wajir", days=days) for days in (1, 5))

    assert sorted_needs([minutes, new, old]) == (old, new, minutes)


def test_weeks_of_groups_add_up() -> None:
    one = Weekly({(Measure.SEATS, None, None): 8, (Measure.PRESENT, None, None): 6})
    other = Weekly({(Measure.SEATS, None, None): 4, (Measure.SEATS, 7, None): 1})

    total = summed([one, other])

    assert total.attended == Attended(6, 12)
    assert total.attended.percent == 50
    assert total[Measure.DECISIONS] == 0


def test_a_week_in_which_only_old_things_wait_is_empty() -> None:
    waits = Weekly({(Measure.ACTIONS_OPEN, None, None): 8})

    assert summed([waits]).is_empty
    assert not summed([waits, Weekly({(Measure.REPORTS, None, None): 1})]).is_empty
