"""What a series of meetings is: its days, its hours across changes of clocks, its refusals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.domain import series
from bot.domain.dates import instant, wall_time
from bot.domain.series import (
    LAST,
    DayNotInEveryMonth,
    MonthlyByDay,
    MonthlyByWeekday,
    Occurrence,
    Rhythm,
    RhythmTooLong,
    Series,
    SeriesEndsBeforeItBegins,
    Weekly,
)

NOW = datetime(2026, 11, 21, 8)
TODAY = NOW.date()
FIRST_THURSDAY = MonthlyByWeekday(1, 1, 3)
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Nairobi",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Gaza",
    "Asia/Phnom_Penh",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Auckland",
)
"""North and south, half an hour, by the moon, given up, and never had."""


def make_series(
    rhythm: Rhythm = FIRST_THURSDAY,
    *,
    starts: time = time(10),
    length: timedelta = timedelta(hours=2),
    zone: str = "Africa/Nairobi",
    on_or_after: date = TODAY,
    until: date | None = None,
    now: datetime = NOW,
) -> Series:
    return series.begin(
        rhythm,
        starts=starts,
        length=length,
        zone=zone,
        on_or_after=on_or_after,
        until=until,
        now=now,
    )


def days(found: list[Occurrence]) -> list[str]:
    return [f"{one.starts:%a %d %b %H:%M}" for one in found]


# --- Days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (FIRST_THURSDAY, ["Thu 03 Dec 10:00", "Thu 07 Jan 10:00", "Thu 04 Feb 10:00"]),
        (
            MonthlyByWeekday(1, LAST, 4),
            ["Fri 27 Nov 10:00", "Fri 25 Dec 10:00", "Fri 29 Jan 10:00"],
        ),
        (MonthlyByWeekday(3, 1, 0), ["Mon 07 Dec 10:00", "Mon 01 Mar 10:00", "Mon 07 Jun 10:00"]),
        (MonthlyByDay(1, 15), ["Tue 15 Dec 10:00", "Fri 15 Jan 10:00", "Mon 15 Feb 10:00"]),
        (MonthlyByDay(1, LAST), ["Mon 30 Nov 10:00", "Thu 31 Dec 10:00", "Sun 31 Jan 10:00"]),
        (Weekly(1, (3,)), ["Thu 26 Nov 10:00", "Thu 03 Dec 10:00", "Thu 10 Dec 10:00"]),
        (Weekly(2, (0, 3)), ["Mon 23 Nov 10:00", "Thu 26 Nov 10:00", "Mon 07 Dec 10:00"]),
    ],
    ids=lambda value: value.rule if hasattr(value, "rule") else "",
)
def test_the_next_meetings_follow_the_rhythm(rhythm: Rhythm, expected: list[str]) -> None:
    found = series.next_occurrences(make_series(rhythm), NOW.replace(tzinfo=UTC), count=3)

    assert days(found) == expected


def test_every_other_week_counts_from_the_next_such_day_and_not_from_a_skipped_one() -> None:
    wednesday = datetime(2026, 11, 25, 8)
    found = make_series(Weekly(2, (0,)), on_or_after=wednesday.date(), now=wednesday)

    assert found.starts_on == date(2026, 11, 30)


def test_a_series_begins_today_only_if_the_hour_is_still_ahead() -> None:
    at_ten = datetime(2026, 12, 3, 10)

    before = make_series(now=at_ten - timedelta(minutes=1), on_or_after=at_ten.date())
    after = make_series(now=at_ten, on_or_after=at_ten.date())

    assert (before.starts_on, after.starts_on) == (date(2026, 12, 3), date(2027, 1, 7))


def test_the_last_day_is_a_meeting_day_too_and_none_follows() -> None:
    ended = make_series(until=date(2027, 1, 7))
    found = series.next_occurrences(ended, NOW.replace(tzinfo=UTC), count=9)

    assert days(found) == ["Thu 03 Dec 10:00", "Thu 07 Jan 10:00"]


def test_a_monthly_series_keeps_the_meetings_of_a_hundred_days_and_a_rare_one_three() -> None:
    now = NOW.replace(tzinfo=UTC)

    monthly, weekly, rare = (
        series.kept(make_series(rhythm), now)
        for rhythm in (FIRST_THURSDAY, Weekly(1, (3,)), MonthlyByDay(3, 1))
    )

    assert (len(monthly), len(weekly), len(rare)) == (3, 14, 3)


@pytest.mark.parametrize("day", [date(2026, 12, 3), date(2026, 12, 29), date(2026, 12, 31)])
def test_every_month_from_a_day_on_is_offered_by_weekday_first(day: date) -> None:
    first, *others = series.fitting(day)

    assert isinstance(first, MonthlyByWeekday)
    assert series.first_day(first, day) == day
    assert others == ([MonthlyByDay(1, day.day)] if day.day <= 28 else [])


def test_a_meeting_is_of_a_series_only_at_its_own_wall_times() -> None:
    of_ours = make_series()

    assert series.is_of(of_ours, datetime(2027, 1, 7, 10))
    assert not series.is_of(of_ours, datetime(2027, 1, 7, 11))
    assert not series.is_of(of_ours, datetime(2026, 11, 5, 10))


# --- Refusals -------------------------------------------------------------------------------------


def test_a_series_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(SeriesEndsBeforeItBegins) as refused:
        make_series(until=date(2026, 12, 2))

    assert (refused.value.first, refused.value.until) == (date(2026, 12, 3), date(2026, 12, 2))


@pytest.mark.parametrize(
    "rhythm", [MonthlyByDay(1, 29), MonthlyByDay(1, 0), MonthlyByWeekday(1, 5, 3)]
)
def test_a_day_that_some_months_lack_is_refused(rhythm: Rhythm) -> None:
    with pytest.raises(DayNotInEveryMonth):
        make_series(rhythm)


@pytest.mark.parametrize("rhythm", [Weekly(0, (1,)), Weekly(27, (1,)), MonthlyByDay(13, 1)])
def test_a_rhythm_that_nobody_means_is_refused(rhythm: Rhythm) -> None:
    with pytest.raises(RhythmTooLong):
        make_series(rhythm)


# --- Clocks ---------------------------------------------------------------------------------------


def test_the_wall_time_stays_across_the_change_of_clocks() -> None:
    weekly = make_series(
        Weekly(1, (3,)),
        zone="Europe/London",
        on_or_after=date(2027, 3, 22),
        now=datetime(2027, 3, 20),
    )
    before, after = series.next_occurrences(weekly, datetime(2027, 3, 20, tzinfo=UTC), count=2)

    assert (before.starts.time(), after.starts.time()) == (time(10), time(10))
    assert (before.starts_at.hour, after.starts_at.hour) == (10, 9)


def test_an_hour_that_clocks_skip_begins_after_the_gap_and_keeps_its_name_and_length() -> None:
    sundays = make_series(
        Weekly(1, (6,)),
        starts=time(2, 30),
        length=timedelta(hours=1),
        zone="America/New_York",
        on_or_after=date(2027, 3, 14),
        now=datetime(2027, 3, 13),
    )
    skipped, following = series.next_occurrences(
        sundays, datetime(2027, 3, 13, tzinfo=UTC), count=2
    )

    assert skipped == Occurrence(
        original=datetime(2027, 3, 14, 2, 30),
        starts=datetime(2027, 3, 14, 3),
        ends=datetime(2027, 3, 14, 4),
        starts_at=datetime(2027, 3, 14, 7, tzinfo=UTC),
        ends_at=datetime(2027, 3, 14, 8, tzinfo=UTC),
    )
    assert following.starts == following.original == datetime(2027, 3, 21, 2, 30)


def test_an_hour_that_clocks_show_twice_is_the_first_one() -> None:
    sundays = make_series(
        Weekly(1, (6,)),
        starts=time(1, 30),
        zone="America/New_York",
        on_or_after=date(2027, 11, 7),
        now=datetime(2027, 11, 6),
    )
    twice = series.next_occurrences(sundays, datetime(2027, 11, 6, tzinfo=UTC), count=1)

    assert [one.starts_at for one in twice] == [datetime(2027, 11, 7, 5, 30, tzinfo=UTC)]


# --- Other libraries as oracles -------------------------------------------------------------------


def changes_of_clock(zone: str) -> list[datetime]:
    """Return a day before each of the last two changes of clock in a zone (or two days of any)."""
    where = ZoneInfo(zone)
    found: list[datetime] = []
    day = datetime(2027, 12, 31, tzinfo=UTC)
    while len(found) < 2 and day.year > 1990:
        earlier = day - timedelta(days=1)
        if earlier.astimezone(where).utcoffset() != day.astimezone(where).utcoffset():
            found.append(earlier.replace(tzinfo=None))
        day = earlier
    return found or [datetime(2026, 3, 29), datetime(2026, 10, 25)]


RHYTHMS = st.one_of(
    st.builds(
        Weekly,
        st.integers(1, 5),
        st.sets(st.integers(0, 6), min_size=1, max_size=4).map(lambda days: tuple(sorted(days))),
    ),
    st.builds(MonthlyByDay, st.integers(1, 6), st.sampled_from([1, 15, 28, LAST])),
    st.builds(
        MonthlyByWeekday, st.integers(1, 6), st.sampled_from([1, 2, 3, 4, LAST]), st.integers(0, 6)
    ),
)
CHANGES = st.sampled_from([(zone, near) for zone in ZONES for near in changes_of_clock(zone)])
HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))


def raw(found: Series, count: int) -> list[datetime]:
    """Return the wall times as `dateutil` has them, told in its own terms."""
    rhythm = found.rhythm
    by: dict[str, object] = {}
    if isinstance(rhythm, Weekly):
        by = {"byweekday": rhythm.weekdays}
    elif isinstance(rhythm, MonthlyByDay):
        by = {"bymonthday": rhythm.day}
    else:
        by = {"byweekday": rrule.weekday(rhythm.weekday)(rhythm.nth)}
    return list(
        rrule.rrule(
            rrule.WEEKLY if isinstance(rhythm, Weekly) else rrule.MONTHLY,
            dtstart=datetime.combine(found.starts_on, found.starts),
            interval=rhythm.every,
            count=count,
            **by,  # type: ignore[arg-type]  # the oracle takes each of them
        )
    )


@settings(max_examples=250, deadline=None)
@given(rhythm=RHYTHMS, change=CHANGES, hour=HOURS, before=st.integers(0, 20))
def test_the_days_are_those_of_dateutil_and_the_hours_those_on_the_wall(
    rhythm: Rhythm, change: tuple[str, datetime], hour: time, before: int
) -> None:
    zone, near = change
    now = near - timedelta(days=before)
    found = make_series(rhythm, starts=hour, zone=zone, on_or_after=now.date(), now=now)

    ours = series.next_occurrences(found, instant(now, zone) - timedelta(hours=3), count=9)

    assert [one.original for one in ours] == raw(found, 9)
    assert [one.starts_at for one in ours] == [instant(one.original, zone) for one in ours]
    assert [one.starts for one in ours] == [wall_time(one.starts_at, zone) for one in ours]
    # Only clocks that skip the hour may show another one.
    assert all(one.starts == one.original or is_skipped(one.original, zone) for one in ours)


@settings(max_examples=120, deadline=None)
@given(rhythm=RHYTHMS, change=CHANGES, hour=HOURS, before=st.integers(0, 20))
def test_the_instants_are_those_of_a_calendar_that_reads_the_rule(
    rhythm: Rhythm, change: tuple[str, datetime], hour: time, before: int
) -> None:
    zone, near = change
    now = near - timedelta(days=before)
    found = make_series(rhythm, starts=hour, zone=zone, on_or_after=now.date(), now=now)

    ours = series.next_occurrences(found, instant(now, zone) - timedelta(hours=3), count=5)
    event = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        f"DTSTART;TZID={zone}:{datetime.combine(found.starts_on, hour):%Y%m%dT%H%M%S}\r\n"
        f"DURATION:PT2H\r\nRRULE:{rhythm.rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    expanded = recurring_ical_events.of(Calendar.from_ical(event)).between(
        ours[0].starts_at - timedelta(hours=2), ours[-1].starts_at + timedelta(hours=2)
    )
    theirs = sorted(one["DTSTART"].dt.astimezone(UTC) for one in expanded)

    # In a gap a calendar counts on from before it; we begin as soon as there is an hour to begin.
    pairs = [
        (one.starts_at, other)
        for one, other in zip(ours, theirs, strict=True)
        if not is_skipped(one.original, zone)
    ]
    assert [mine for mine, _ in pairs] == [other for _, other in pairs]


def is_skipped(wall: datetime, zone: str) -> bool:
    there = wall.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != wall


@given(rhythm=RHYTHMS)
def test_a_rhythm_is_read_back_from_its_rule(rhythm: Rhythm) -> None:
    assert series.rhythm_of(rhythm.rule) == rhythm
