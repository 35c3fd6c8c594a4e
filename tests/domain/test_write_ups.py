"""When a meeting is over, and what can be said afterwards of one that nobody opened."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain import write_ups
from bot.domain.meetings import Meeting, State
from bot.domain.organisations import OrganisationUnclear
from bot.domain.presence import How
from bot.domain.reminders import NO_QUIET, QuietHours
from bot.domain.write_ups import (
    Came,
    EndsBeforeStart,
    NotOverYet,
    ReasonTooLong,
    Remembered,
    TooLateToWrite,
    asked_at,
    check_times,
    check_writable,
    checked_reason,
    closed_at,
    expected_end,
)
from bot.rendering.messages import renderer

STARTS = datetime(2026, 12, 3, 7, tzinfo=UTC)
ENDS = datetime(2026, 12, 3, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN, NOON = datetime(2026, 12, 3, 10), datetime(2026, 12, 3, 12)


def meeting(
    starts: datetime = STARTS, ends: datetime = ENDS, zone: str = "Africa/Nairobi"
) -> Meeting:
    return Meeting(
        id=1,
        group_id=1,
        starts_at=starts,
        ends_at=ends,
        zone=zone,
        place="Hall",
        version=1,
        state=State.PLANNED,
    )


def test_a_meeting_ends_as_planned_and_one_opened_later_after_its_length() -> None:
    assert expected_end(meeting(), STARTS + HOUR) == ENDS
    assert expected_end(meeting(), ENDS + HOUR) == ENDS + 3 * HOUR


@pytest.mark.parametrize(
    ("now", "last", "ended"),
    [
        pytest.param(ENDS, STARTS, ENDS, id="in time, though nothing was written down"),
        pytest.param(ENDS + 30 * MINUTE, STARTS, ENDS + 30 * MINUTE, id="when asked"),
        pytest.param(ENDS + 5 * HOUR, STARTS, ENDS, id="long after, and all was quiet"),
        pytest.param(ENDS + 5 * HOUR, ENDS + HOUR, ENDS + HOUR, id="it ran late, then quiet"),
        pytest.param(ENDS + 5 * HOUR, ENDS + 4 * HOUR, ENDS + 5 * HOUR, id="it ran that late"),
    ],
)
def test_a_meeting_that_is_closed_by_hand_ended_then_or_when_people_went(
    now: datetime, last: datetime, ended: datetime
) -> None:
    assert closed_at(meeting(), STARTS, last, now) == ended


def test_it_is_asked_about_on_the_morning_after_its_end() -> None:
    assert asked_at(meeting(), QuietHours()) == datetime(2026, 12, 4, 5, 30, tzinfo=UTC)


def test_a_meeting_past_midnight_is_asked_about_on_the_day_after_that() -> None:
    ends = datetime(2026, 12, 3, 22, tzinfo=UTC)

    assert asked_at(meeting(ends=ends), NO_QUIET) == datetime(2026, 12, 5, 5, 30, tzinfo=UTC)


def test_late_sleepers_are_asked_when_their_quiet_hours_end() -> None:
    quiet = QuietHours(time(21), time(9))

    assert asked_at(meeting(), quiet) == datetime(2026, 12, 4, 6, tzinfo=UTC)


def test_the_second_question_keeps_its_hour_over_a_change_of_clocks() -> None:
    before = datetime(2026, 10, 23, 6, 30, tzinfo=UTC)

    assert write_ups.again_at(before, "Europe/Berlin") == datetime(2026, 10, 26, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("now", [STARTS - MINUTE, ENDS + timedelta(days=31)])
def test_what_is_ahead_or_long_over_cannot_be_written_up(now: datetime) -> None:
    with pytest.raises(TooLateToWrite):
        check_writable(meeting(), now)


@pytest.mark.parametrize("now", [STARTS, ENDS, ENDS + timedelta(days=30)])
def test_a_meeting_can_be_written_up_for_a_month(now: datetime) -> None:
    check_writable(meeting(), now)


def test_a_meeting_ended_after_it_began_and_before_now() -> None:
    check_times(TEN, NOON, now=NOON)
    with pytest.raises(EndsBeforeStart):
        check_times(NOON, NOON, now=NOON)
    with pytest.raises(NotOverYet):
        check_times(TEN, NOON, now=NOON - MINUTE)


def test_a_reason_is_one_line_of_some_words() -> None:
    assert checked_reason(" The road\n was flooded ") == "The road was flooded"
    with pytest.raises(ReasonTooLong):
        checked_reason("x" * 201)


SEATS = {1: "Maji Bora Trust", 2: "Afya Network", 3: "Elimu", 4: "All for Children", 5: "Red Dune"}


def remembered(text: str) -> Remembered:
    return write_ups.read_room(SEATS, text, renderer().room_words)


@pytest.mark.parametrize(
    "text",
    ["all", "All.", "Everyone came", "all organisations", "wote", "Wote walikuwepo", "dhammaan"],
)
def test_all_were_there(text: str) -> None:
    assert remembered(text) == Remembered(tuple(map(Came, SEATS)))


@pytest.mark.parametrize(
    "text",
    [
        "all except Afya",
        "Everyone but Afya Network",
        "except Afya",
        "wote isipokuwa Afya",
        "mashirika yote ila Afya",
        "dhammaan marka laga reebo Afya",
        "Dhammaan Afya mooyee",
    ],
)
def test_all_were_there_except_one(text: str) -> None:
    assert remembered(text) == Remembered(tuple(map(Came, (1, 3, 4, 5))), absent=(2,))


def test_those_left_out_stand_until_a_semicolon_and_one_of_them_may_be_unknown() -> None:
    assert remembered("all except Afya, Elimu and Baraka; Red Dune by phone") == Remembered(
        (Came(1), Came(4), Came(5, How.PHONE)), absent=(2, 3), unclear=("Baraka",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Maji Bora, Afya by phone",
        "Maji Bora, Afya (by phone)",
        "Maji Bora, Afya, on the phone",
        "Maji Bora na Afya kwa simu",
        "Maji Bora\nby phone: Afya",
        "Maji Bora, Afya 📞",
        "- Maji Bora\n- Afya - phone",
        "Present:\n1. Maji Bora\n2. Afya, taleefan",
    ],
)
def test_who_was_there_by_phone_is_said_beside_the_name(text: str) -> None:
    assert remembered(text) == Remembered((Came(1), Came(2, How.PHONE)))


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Afya represented by Halima Ali", "Halima Ali"),
        ("Afya, represented by Halima Ali", "Halima Ali"),
        ("Afya: represented", ""),
        ("Afya (represented by Halima Ali)", "Halima Ali"),
        ("Afya wamewakilishwa na Halima Ali", "Halima Ali"),
        ("Afya waxaa matalay Halima Ali", "Halima Ali"),
    ],
)
def test_who_was_represented_and_by_whom_is_said_beside_the_name(text: str, by: str) -> None:
    assert remembered(text) == Remembered((Came(2, How.REPRESENTED, by),))


def test_all_by_phone_but_one_in_the_room() -> None:
    every = tuple(Came(key, How.PHONE) for key in SEATS)

    assert remembered("all by phone") == Remembered(every)
    assert remembered("wote, Afya kwa simu").came[1] == Came(2, How.PHONE)


def test_an_organisation_may_be_called_like_all_of_them() -> None:
    assert remembered("All for Children, Afya") == Remembered((Came(4), Came(2)))


@pytest.mark.parametrize("text", ["Baraka", "by phone", "the chief and his men", "Present:"])
def test_who_names_nobody_is_asked_again(text: str) -> None:
    with pytest.raises(OrganisationUnclear):
        remembered(text)
