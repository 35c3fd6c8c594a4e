"""How much may be said unasked."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import budget
from bot.domain.budget import Weight


@pytest.mark.parametrize(
    ("weight", "meeting_week", "other_week"),
    [
        (Weight.OTHER, 2, 1),
        (Weight.AHEAD, 3, 1),
        (Weight.TOMORROW, 4, 1),
        (Weight.SOON, 5, 1),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_sounds_are_kept_back_for_what_matters_more(
    weight: Weight, meeting_week: int, other_week: int
) -> None:
    for is_meeting_week, last in ((True, meeting_week), (False, other_week)):
        sounding = [
            made
            for made in range(9)
            if budget.has_sound(weight, made=made, is_meeting_week=is_meeting_week)
        ]
        assert sounding == list(range(last))


@given(made=st.integers(0, 1000), is_meeting_week=st.booleans())
def test_who_would_travel_in_vain_is_always_woken(made: int, is_meeting_week: bool) -> None:  # noqa: FBT001 - drawn by name
    assert budget.has_sound(Weight.CHANGE, made=made, is_meeting_week=is_meeting_week)


@given(wall=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_every_moment_lies_in_one_week_that_begins_on_monday(wall: datetime) -> None:
    since, until = budget.week_of(wall)

    assert since <= wall < until
    assert (since.weekday(), since.hour, (until - since).days) == (0, 0, 7)
