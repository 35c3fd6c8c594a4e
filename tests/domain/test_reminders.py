"""What is said before a meeting, and the hours in which nothing shall sound."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain import reminders
from bot.domain.dates import instant, wall_time
from bot.domain.meetings import Meeting, State
from bot.domain.reminders import PrivateKind, QuietHours, Reminder, ReminderKind, read_quiet
from bot.errors import BotError

INSTANT = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""Thursday 3 December 2026, 10:00 in Nairobi."""
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
INVITE, DAY_BEFORE, HOUR_BEFORE = ReminderKind
NO_QUIET = QuietHours(time(0), time(0))
ZONES = (
    "Africa/Nairobi",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Chatham",
)
WALLS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def make_meeting(starts_at: datetime = INSTANT, zone: str = "Africa/Nairobi") -> Meeting:
    """Return a meeting of two hours."""
    return Meeting(
        id=1,
        group_id=1,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        zone=zone,
        place="Hall",
        version=1,
        state=State.PLANNED,
    )


def ahead(
    meeting: Meeting,
    now: datetime,
    quiet: QuietHours = NO_QUIET,
    **wanted: tuple[ReminderKind, ...],
) -> list[Reminder]:
    """Return what is still to be said."""
    return list(reminders.ahead(meeting, quiet=quiet, now=now, **wanted))


def test_they_come_a_week_a_day_and_an_hour_before() -> None:
    assert ahead(make_meeting(), INSTANT - 9 * DAY) == [
        Reminder(INVITE, INSTANT - 7 * DAY, INSTANT - DAY),
        Reminder(DAY_BEFORE, INSTANT - DAY, INSTANT - DAY + 6 * HOUR),
        Reminder(HOUR_BEFORE, INSTANT - HOUR, INSTANT),
    ]


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (7 * DAY + SECOND, [INVITE, DAY_BEFORE, HOUR_BEFORE]),
        (7 * DAY, [DAY_BEFORE, HOUR_BEFORE]),
        (DAY + SECOND, [DAY_BEFORE, HOUR_BEFORE]),
        (DAY, [HOUR_BEFORE]),
        (HOUR + SECOND, [HOUR_BEFORE]),
        (HOUR, []),
        (SECOND, []),
    ],
    ids=str,
)
def test_what_is_over_when_the_meeting_is_planned_is_left_out(
    before: timedelta, kinds: list[ReminderKind]
) -> None:
    assert [reminder.kind for reminder in ahead(make_meeting(), INSTANT - before)] == kinds


def test_a_group_hears_only_what_it_wants() -> None:
    found = ahead(make_meeting(), INSTANT - 9 * DAY, wanted=(HOUR_BEFORE, INVITE))

    assert [reminder.kind for reminder in found] == [INVITE, HOUR_BEFORE]
    assert ahead(make_meeting(), INSTANT - 9 * DAY, wanted=()) == []


@pytest.mark.parametrize(
    ("zone", "starts_at", "day_before"),
    [
        pytest.param(
            "Europe/Berlin",
            datetime(2027, 3, 28, 8, tzinfo=UTC),
            datetime(2027, 3, 27, 9, tzinfo=UTC),
            id="clocks go forward: 23 hours before",
        ),
        pytest.param(
            "Europe/Berlin",
            datetime(2026, 10, 25, 9, tzinfo=UTC),
            datetime(2026, 10, 24, 8, tzinfo=UTC),
            id="clocks go back: 25 hours before",
        ),
        pytest.param(
            "Europe/Berlin",
            datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2027, 3, 28, 1, tzinfo=UTC),
            id="02:30 does not exist on the day before: the first instant after",
        ),
        pytest.param(
            "Europe/Berlin",
            datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            id="02:30 comes twice on the day before: the first one",
        ),
        pytest.param(
            "Africa/Nairobi",
            datetime(2027, 3, 28, 8, tzinfo=UTC),
            datetime(2027, 3, 27, 8, tzinfo=UTC),
            id="no change of clock",
        ),
    ],
)
def test_the_day_before_means_the_same_wall_time(
    zone: str, starts_at: datetime, day_before: datetime
) -> None:
    _, first, second = ahead(make_meeting(starts_at, zone), starts_at - 9 * DAY)

    assert (first.due_at, second.due_at) == (day_before, starts_at - HOUR)


@pytest.mark.parametrize(
    ("starts", "day_before", "hour_before"),
    [
        ((10, 0), "2 10:00", "3 09:00"),
        ((8, 0), "2 08:00", "3 07:00"),
        ((7, 30), "2 07:30", "2 19:45"),
        ((6, 30), "1 19:45", "2 19:45"),
        ((20, 0), "2 19:45", "3 19:00"),
        ((21, 0), "2 19:45", "3 19:45"),
    ],
    ids=["morning", "eight", "early", "at dawn", "evening", "late"],
)
def test_what_would_sound_in_the_quiet_hours_comes_before_them(
    starts: tuple[int, int], day_before: str, hour_before: str
) -> None:
    starts_at = instant(datetime(2026, 12, 3, *starts), "Africa/Nairobi")

    found = ahead(make_meeting(starts_at), starts_at - 6 * DAY, QuietHours())

    walls = [wall_time(reminder.due_at, "Africa/Nairobi") for reminder in found]
    assert [f"{wall.day} {wall:%H:%M}" for wall in walls] == [day_before, hour_before]


def test_two_that_would_fall_on_the_same_moment_are_one() -> None:
    nearly_always = QuietHours(time(10, 30), time(10, 0))

    found = ahead(make_meeting(), INSTANT - 6 * DAY, nearly_always)
    moments = [reminder.due_at for reminder in found]

    assert len(set(moments)) == len(moments)


@pytest.mark.parametrize("zone", ZONES)
@given(wall=WALLS, begins=TIMES, ends=TIMES)
def test_nothing_ever_falls_due_in_the_quiet_hours_or_later_than_it_was_meant(
    zone: str, wall: datetime, begins: time, ends: time
) -> None:
    quiet = QuietHours(begins, ends)
    meeting = make_meeting(instant(wall, zone), zone)
    now = meeting.starts_at - 10 * DAY

    loud = {reminder.kind: reminder for reminder in ahead(meeting, now)}
    for reminder in ahead(meeting, now, quiet):
        assert not quiet.cover(wall_time(reminder.due_at, zone))
        assert now < reminder.due_at <= loud[reminder.kind].due_at
        assert reminder.due_at < reminder.expires_at <= meeting.starts_at


@given(wall=WALLS, begins=TIMES, ends=TIMES)
def test_the_moment_before_the_quiet_hours_is_less_than_a_day_earlier(
    wall: datetime, begins: time, ends: time
) -> None:
    quiet = QuietHours(begins, ends)
    assume(quiet.cover(wall))

    before = quiet.before(wall)

    assert not quiet.cover(before)
    assert timedelta(0) < wall - before < DAY


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        (datetime(2026, 12, 3, 10), datetime(2026, 12, 2, 10)),
        # Not two evenings before, as a reminder would come.
        (datetime(2026, 12, 3, 6, 30), datetime(2026, 12, 2, 7)),
        (datetime(2026, 12, 3, 21), datetime(2026, 12, 2, 19, 45)),
    ],
)
def test_a_place_told_late_is_told_on_the_day_before(starts: datetime, told: datetime) -> None:
    zone = "Africa/Nairobi"
    meeting = replace(make_meeting(instant(starts, zone)), is_place_late=True)
    now = meeting.starts_at - 9 * DAY

    [reminder] = reminders.in_private(meeting, quiet=QuietHours(time(20), time(7)), now=now)

    assert (reminder.kind, wall_time(reminder.due_at, zone)) == (PrivateKind.PLACE, told)


def test_equal_hours_are_no_quiet_hours_at_all() -> None:
    assert not QuietHours(time(7), time(7)).cover(datetime(2026, 12, 3, 7))


@pytest.mark.parametrize(
    ("said", "begins", "ends"),
    [
        ("20-7", time(20), time(7)),
        ("21 – 06", time(21), time(6)),
        ("21:30-6:00", time(21, 30), time(6)),
        ("9pm to 6am", time(21), time(6)),
        ("saa 3 usiku hadi saa 12 asubuhi", time(21), time(6)),
    ],
)
def test_quiet_hours_are_read_as_people_say_them(said: str, begins: time, ends: time) -> None:
    assert read_quiet(said, languages=("en", "sw")) == QuietHours(begins, ends)


@pytest.mark.parametrize("said", ["at night", "21:00", "25-7", "21:00 to 6:00 in the office"])
def test_quiet_hours_that_are_not_two_times_are_refused(said: str) -> None:
    with pytest.raises(BotError):
        read_quiet(said, languages=("en", "sw"))
