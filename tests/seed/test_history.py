"""When the people of the seed meet: as lively on any day of any year."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.seed import history
from bot.seed.history import DAYS, MONDAY, TUESDAY, WEDNESDAY, monthly

TWO_YEARS = [date(2026, 11, 21) + timedelta(days=number) for number in range(2 * 366)]
A_WEEK = timedelta(days=7)


@pytest.mark.parametrize("weekday", [MONDAY, TUESDAY, WEDNESDAY])
@pytest.mark.parametrize("days_ahead", [2, 8, 9, 14])
def test_on_any_day_a_group_has_met_lately_and_meets_again_soon(
    weekday: int, days_ahead: int
) -> None:
    for today in TWO_YEARS:
        rhythm = monthly(today, weekday, days_ahead=days_ahead)

        ahead = (rhythm.next - today).days
        assert days_ahead <= ahead <= days_ahead + 13
        assert len(rhythm.past) in {2, 3}
        assert {day.weekday() for day in (*rhythm.past, rhythm.next)} == {weekday}
        assert rhythm.past[-1] < today
        # The first invitation comes a week before, after everybody agreed.
        assert rhythm.past[0] - rhythm.planned > A_WEEK
        assert (today - rhythm.planned).days <= DAYS


def test_wajir_always_has_met_three_times() -> None:
    # Its history needs them: one that was moved, one before and one after what was cancelled.
    past = [len(monthly(today, WEDNESDAY, days_ahead=14).past) for today in TWO_YEARS]

    assert set(past) == {3}


def test_nobody_does_anything_before_the_beginning_or_after_the_end() -> None:
    for today in TWO_YEARS[::7]:
        now = datetime(today.year, today.month, today.day, 6, 30, tzinfo=UTC)

        moments = [act.at for act in history.acts(now)]

        assert now - timedelta(days=DAYS + 1) < min(moments)
        assert max(moments) < now - history.LATEST
