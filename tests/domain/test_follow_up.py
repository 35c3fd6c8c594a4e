"""When somebody is asked about an action, and who."""

from datetime import date, timedelta

import pytest

from bot.domain.follow_up import Asked, Stage, Voice, comes_along, falls_due, whom
from bot.domain.plan import Person, Point, PointState
from tests.rendering.followed import make_point

DUE = date(2026, 12, 16)


def days_asked(point: Point, *, until: date) -> list[int]:
    """Return the days, counted from the end, on which one person is asked who never answers."""
    assert point.due is not None
    asked, found = Asked(), []
    day = point.due - timedelta(days=30)
    while day <= until:
        stage = falls_due(point, asked, today=day)
        if stage is not None:
            found.append((day - point.due).days)
            asked = Asked(stage, point.due, day)
        day += timedelta(days=1)
    return found


def test_a_week_and_a_day_before_on_the_day_and_then_weekly() -> None:
    point = make_point("Maji", due=DUE, made_on=date(2026, 11, 1))

    assert days_asked(point, until=DUE + timedelta(days=21)) == [-7, -1, 0, 7, 14, 21]


def test_what_was_given_out_for_tomorrow_is_asked_about_tomorrow() -> None:
    point = make_point("Maji", due=DUE, made_on=DUE - timedelta(days=1))

    assert days_asked(point, until=DUE + timedelta(days=3)) == [0]


def test_what_was_given_out_within_the_week_is_not_asked_about_before_the_day_before() -> None:
    point = make_point("Maji", due=DUE, made_on=DUE - timedelta(days=5))

    assert days_asked(point, until=DUE) == [-1, 0]


@pytest.mark.parametrize(
    ("point", "asked"),
    [
        (make_point("Maji", due=None), Asked()),
        (make_point("Maji", due=DUE, state=PointState.DONE), Asked()),
        (make_point("Maji", due=DUE), Asked(not_before=DUE + timedelta(days=1))),
        (make_point("Maji", due=DUE), Asked(Stage.TODAY, DUE, DUE)),
    ],
    ids=["no day", "done", "put off", "asked today"],
)
def test_nobody_is_asked_about(point: Point, asked: Asked) -> None:
    assert falls_due(point, asked, today=DUE) is None


@pytest.mark.parametrize(
    ("days_before", "asked", "comes"),
    [
        (3, Asked(), True),
        (2, Asked(Stage.WEEK, DUE, DUE - timedelta(days=7)), True),
        (4, Asked(), False),
        (0, Asked(), False),
        (2, Asked(not_before=DUE), False),
    ],
)
def test_what_ends_within_three_days_comes_along(
    days_before: int, asked: Asked, *, comes: bool
) -> None:
    point = make_point("Maji", due=DUE, made_on=date(2026, 11, 1))
    today = DUE - timedelta(days=days_before)

    assert comes_along(point, asked, today=today) is comes
    assert not comes_along(point, asked, today=today, reported_on=today)


def test_who_heard_of_it_along_with_others_is_asked_on_the_day_before_all_the_same() -> None:
    point = make_point("Maji", due=DUE, made_on=date(2026, 11, 1))
    along = Asked(on=DUE - timedelta(days=3))

    assert falls_due(point, along, today=DUE - timedelta(days=1)) is Stage.DAY


def test_a_day_that_was_missed_is_made_up_for_once() -> None:
    point = make_point("Maji", due=DUE)
    today = DUE - timedelta(days=4)

    assert falls_due(point, today=today) is Stage.WEEK
    assert falls_due(point, Asked(Stage.WEEK, DUE, today), today=today + timedelta(days=1)) is None


def test_another_end_begins_anew_but_not_at_once() -> None:
    later = make_point("Maji", due=DUE + timedelta(days=7))
    asked = Asked(Stage.DAY, DUE, DUE - timedelta(days=1))

    assert falls_due(later, asked, today=DUE) is None
    assert falls_due(later, asked, today=DUE + timedelta(days=2)) is Stage.WEEK


def test_who_has_just_reported_is_left_alone() -> None:
    point = make_point("Maji", due=DUE)

    assert falls_due(point, today=DUE, reported_on=DUE - timedelta(days=1)) is None
    assert falls_due(point, today=DUE, reported_on=DUE - timedelta(days=2)) is Stage.TODAY


def test_who_put_it_off_is_asked_on_the_day_they_chose() -> None:
    point = make_point("Maji", due=DUE)
    asked = Asked(Stage.WEEK, DUE, DUE - timedelta(days=7), not_before=DUE - timedelta(days=4))

    assert falls_due(point, asked, today=DUE - timedelta(days=5)) is None
    assert falls_due(point, asked, today=DUE - timedelta(days=4)) is Stage.WEEK


AMINA, PETER, OTHER = 1, 2, 3
PRIME, ALTERNATE = Voice(AMINA, 7), Voice(PETER, 7, is_alternate=True)
GONE = Voice(AMINA, 7, is_reachable=False)


@pytest.mark.parametrize(
    ("people", "organisation_id", "voices", "expected"),
    [
        ((PETER,), 7, (PRIME, ALTERNATE), (PETER,)),
        ((), 7, (PRIME, ALTERNATE), (AMINA,)),
        ((AMINA,), 7, (GONE, ALTERNATE), (PETER,)),
        ((AMINA,), None, (GONE, ALTERNATE), (PETER,)),
        ((AMINA, PETER), 7, (PRIME, ALTERNATE), (AMINA, PETER)),
        ((), 7, (GONE,), ()),
        ((), 7, (Voice(OTHER, 8),), ()),
        ((None,), None, (PRIME,), ()),
    ],
    ids=[
        "who does it by name",
        "else the prime",
        "else the alternate",
        "also where only a name was said",
        "all who do it",
        "nobody to be reached",
        "never another organisation",
        "a name that nobody bears",
    ],
)
def test_asked_is(
    people: tuple[int | None, ...],
    organisation_id: int | None,
    voices: tuple[Voice, ...],
    expected: tuple[int, ...],
) -> None:
    persons = tuple(Person("Amina", key) for key in people)
    point = make_point("Maji", people=persons, organisation_id=organisation_id)

    assert whom(point, voices) == expected
