"""Quarters and months, when they are reported, and what an action said then."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.plan import Change, ChangeKind, Point, PointState
from bot.domain.reports import (
    Period,
    Quarter,
    as_it_was,
    month_before,
    next_monthly,
    next_quarterly,
    quarter_of,
    read_quarter,
    read_week,
    sorted_tasks,
)
from bot.domain.streams import Stream, StreamKey
from tests.rendering.reported import make_task

POINT = Point(
    id=1,
    number=12,
    group_id=1,
    text="Repair two boreholes",
    state=PointState.DONE,
    due=date(2027, 2, 1),
    support="A pump",
    ended_on=date(2027, 1, 20),
)
LATER = datetime(2027, 1, 10, 10)


def test_a_quarter_has_the_days_of_three_months() -> None:
    assert Quarter(2026, 4).period == Period(date(2026, 10, 1), date(2027, 1, 1))
    assert Quarter(2026, 4).period.last == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), Quarter(2026, 1)),
        (date(2026, 3, 31), Quarter(2026, 1)),
        (date(2026, 12, 31), Quarter(2026, 4)),
    ],
)
def test_a_day_lies_in_one_quarter(day: date, quarter: Quarter) -> None:
    assert quarter_of(day) == quarter
    assert day in quarter.period
    assert day not in quarter.next.period


def test_quarters_follow_each_other_over_the_year() -> None:
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    assert Quarter(2027, 1).before == Quarter(2026, 4)


def test_a_button_carries_a_quarter_and_brings_it_back() -> None:
    assert read_quarter(str(Quarter(2026, 4).code)) == Quarter(2026, 4)


@pytest.mark.parametrize("code", ["20260", "20265", "0", "-20264", "x", "99999999999"])
def test_no_other_number_is_a_quarter(code: str) -> None:
    with pytest.raises(ValueError, match=r"no quarter|invalid literal"):
        read_quarter(code)


@pytest.mark.parametrize("code", ["0", "-7", str(date(2026, 11, 17).toordinal()), "x", "9" * 30])
def test_no_other_number_is_a_week(code: str) -> None:
    with pytest.raises(ValueError, match=r"no week|invalid literal|ordinal"):
        read_week(code)


@pytest.mark.parametrize(
    ("after", "at"),
    [
        (datetime(2026, 12, 3, 10), datetime(2027, 1, 1, 9)),
        (datetime(2027, 1, 1, 9), datetime(2027, 4, 1, 9)),
        (datetime(2028, 12, 3, 10), datetime(2029, 1, 1, 9)),
        (datetime(2027, 12, 31, 23), datetime(2028, 1, 3, 9)),
        (datetime(2028, 1, 1, 12), datetime(2028, 1, 3, 9)),
    ],
    ids=["Friday", "the next one", "Monday", "a Saturday waits", "on that Saturday"],
)
def test_a_quarter_is_reported_on_the_first_working_day_after_it(
    after: datetime, at: datetime
) -> None:
    assert next_quarterly(after) == at


@pytest.mark.parametrize(
    ("after", "at"),
    [
        (datetime(2026, 12, 3, 10), datetime(2026, 12, 7, 10)),
        (datetime(2026, 12, 7, 10), datetime(2027, 1, 4, 10)),
        (datetime(2026, 12, 31, 10), datetime(2027, 1, 4, 10)),
        (datetime(2027, 1, 31, 10), datetime(2027, 2, 1, 10)),
    ],
)
def test_a_month_is_told_on_the_first_monday(after: datetime, at: datetime) -> None:
    assert next_monthly(after) == at
    assert at.weekday() == 0


def test_the_month_that_is_told_is_the_one_before() -> None:
    assert month_before(date(2027, 1, 4)) == Period(date(2026, 12, 1), date(2027, 1, 1))


def test_an_action_says_what_it_said_before_all_that_came_later() -> None:
    later = [
        Change(ChangeKind.TEXT, LATER, before="Repair the borehole", after="Repair both"),
        Change(ChangeKind.TEXT, LATER, before="Repair both", after="Repair two boreholes"),
        Change(ChangeKind.DUE, LATER, before="2026-12-10", after="2027-02-01"),
        Change(ChangeKind.SUPPORT, LATER, before="", after="A pump"),
        Change(ChangeKind.STATE, LATER, before=PointState.OPEN, after=PointState.IN_PROGRESS),
        Change(ChangeKind.STATE, LATER, before=PointState.IN_PROGRESS, after=PointState.DONE),
    ]

    assert as_it_was(POINT, later) == replace(
        POINT,
        text="Repair the borehole",
        due=date(2026, 12, 10),
        support="",
        state=PointState.OPEN,
        ended_on=None,
    )


def test_a_timeline_in_words_comes_back_in_words() -> None:
    later = [Change(ChangeKind.DUE, LATER, before="before the long rains", after="2027-02-01")]

    assert as_it_was(POINT, later) == replace(POINT, due=None, timeline="before the long rains")


def test_without_later_changes_an_action_is_as_it_is() -> None:
    assert as_it_was(POINT, []) == POINT


def test_actions_stand_by_group_stream_and_number_and_without_stream_last() -> None:
    streams = [Stream(2, StreamKey.OWN, "Water"), Stream(1, StreamKey.AGENDA)]

    tasks = [
        make_task(
            "x", group=group, point=replace(POINT, number=number, stream_key=key, stream=name)
        )
        for number, key, name, group in (
            (1, "", "", "Wajir"),
            (2, "", "Roads", "Wajir"),
            (3, StreamKey.AGENDA, "", "Wajir"),
            (5, StreamKey.OWN, "Water", "Wajir"),
            (4, StreamKey.OWN, "Water", "Wajir"),
            (9, "", "", "Turkana"),
        )
    ]

    found = [one.point.number for one in sorted_tasks(tasks, streams)]

    assert found == [9, 4, 5, 3, 2, 1]
