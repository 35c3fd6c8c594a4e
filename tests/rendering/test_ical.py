"""Calendar files, as another library reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
import vobject
from icalendar import Calendar

from bot.domain import series
from bot.domain.dates import instant
from bot.domain.series import MonthlyByWeekday, Rhythm, Weekly
from bot.rendering import ical
from bot.rendering.ical import Event

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
UID = "3f0c9d62"


def make_event(**changes: Any) -> Event:
    facts = {
        "uid": UID,
        "version": 1,
        "summary": "Wajir meeting",
        "starts": datetime(2026, 12, 3, 10),
        "ends": datetime(2026, 12, 3, 12),
        "zone": "Africa/Nairobi",
        "place": "County Hall",
    }
    return Event(**{**facts, **changes})


def read(*events: Event) -> Any:
    return Calendar.from_ical(ical.calendar(events, now=NOW))


def the_event(*events: Event) -> Any:
    (found,) = read(*events).walk("VEVENT")
    return found


def expanded(file: bytes, since: datetime, until: datetime) -> list[Any]:
    found = recurring_ical_events.of(Calendar.from_ical(file)).between(since, until)
    return sorted(found, key=lambda one: one["DTSTART"].dt)


def test_a_meeting_says_when_where_and_until_when() -> None:
    event = the_event(make_event())

    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 3, 7, tzinfo=UTC)
    assert event["DTEND"].dt.astimezone(UTC) == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Wajir meeting", "County Hall")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (UID, 0, "CONFIRMED")


def test_a_file_names_nobody_and_a_place_that_is_told_late_is_not_in_it() -> None:
    file = ical.calendar([make_event(place="")], now=NOW)

    assert not any(word in file for word in (b"ATTENDEE", b"ORGANIZER", b"LOCATION", b"CONTACT"))


def test_a_moved_meeting_corrects_the_earlier_file() -> None:
    later = datetime(2026, 12, 4, 14)
    moved = the_event(make_event(version=2, starts=later, ends=later + timedelta(hours=2)))

    assert (moved["UID"], moved["SEQUENCE"]) == (UID, 1)


def test_a_cancelled_meeting_is_taken_back() -> None:
    file = read(make_event(version=2, is_cancelled=True))

    assert file["METHOD"] == "CANCEL"
    assert file.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_names_that_try_to_break_out_stay_in_their_line() -> None:
    hostile = "Hall\r\nATTENDEE:mailto:a@b.c\nX; Y, \u202eZ\u2068"
    event = the_event(make_event(place=hostile, summary=hostile))

    assert event["LOCATION"] == event["SUMMARY"] == "Hall ATTENDEE:mailto:a@b.c X; Y, Z"
    assert "ATTENDEE" not in event


@pytest.mark.parametrize(
    "zone",
    ["Africa/Nairobi", "Africa/Cairo", "Europe/London", "Australia/Lord_Howe", "America/Santiago"],
)
@pytest.mark.parametrize(
    "rhythm", [Weekly(1, (3,)), Weekly(2, (0, 3)), MonthlyByWeekday(1, 1, 3)], ids=lambda r: r.form
)
def test_a_series_is_expanded_to_the_same_instants_over_both_changes_of_clocks(
    zone: str, rhythm: Rhythm
) -> None:
    of_ours = series.begin(
        rhythm,
        starts=datetime(2026, 12, 3, 10).time(),
        length=timedelta(hours=2),
        zone=zone,
        on_or_after=NOW.date(),
        now=NOW.replace(tzinfo=None),
    )
    first, *_ = ours = series.next_occurrences(of_ours, NOW, until=NOW + timedelta(days=400))
    event = make_event(starts=first.starts, ends=first.ends, zone=zone, rule=rhythm.rule)

    found = expanded(ical.calendar([event], now=NOW), NOW, ours[-1].ends_at)

    assert [one["DTSTART"].dt.astimezone(UTC) for one in found] == [one.starts_at for one in ours]
    assert [one["DTEND"].dt.astimezone(UTC) for one in found] == [one.ends_at for one in ours]


@pytest.mark.parametrize(
    "zone", ["Europe/London", "Africa/Cairo", "Africa/Casablanca", "Asia/Gaza", "Africa/Nairobi"]
)
def test_the_file_itself_says_when_clocks_change(zone: str) -> None:
    """A phone that has never heard of the zone reads its offsets from the file."""
    starts = datetime(2026, 12, 3, 10)
    file = read(make_event(zone=zone, starts=starts, ends=starts, rule=Weekly(1, (3,)).rule))
    (clocks,) = file.walk("VTIMEZONE")
    there = clocks.to_tz(lookup_tzid=False)

    for wall in (starts + timedelta(days=5 * step) for step in range(350)):
        assert wall.replace(tzinfo=there).astimezone(UTC) == instant(wall, zone)


def test_one_moved_and_one_cancelled_meeting_of_a_series_leave_the_others_alone() -> None:
    rule = MonthlyByWeekday(1, 1, 3).rule
    cancelled, original = datetime(2027, 1, 7, 10), datetime(2027, 2, 4, 10)
    moved_to = datetime(2027, 2, 5, 14)
    events = (
        make_event(rule=rule, left_out=(cancelled,)),
        make_event(
            version=2, original=original, starts=moved_to, ends=moved_to + timedelta(hours=1)
        ),
    )

    found = expanded(ical.calendar(events, now=NOW), NOW, datetime(2027, 3, 31, tzinfo=UTC))

    assert [f"{one['DTSTART'].dt:%d %b %H:%M}" for one in found] == [
        "03 Dec 10:00",
        "05 Feb 14:00",
        "04 Mar 10:00",
    ]
    assert {str(one["UID"]) for one in found} == {UID}


def test_a_series_that_was_ended_comes_no_more() -> None:
    until = datetime(2027, 1, 7, 20, 59, 59, tzinfo=UTC)
    event = make_event(rule=MonthlyByWeekday(1, 1, 3).rule, until=until)

    found = expanded(ical.calendar([event], now=NOW), NOW, datetime(2027, 9, 1, tzinfo=UTC))

    assert [f"{one['DTSTART'].dt:%d %b}" for one in found] == ["03 Dec", "07 Jan"]


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Europe/London"])
def test_a_library_that_did_not_write_the_file_reads_it_too(zone: str) -> None:
    """The other tests read it with the library that wrote it, which may forgive its own slips."""
    cancelled = datetime(2027, 1, 7, 10)
    # Before clocks change: that library would go on with the offset of the first meeting.
    rule, until = Weekly(1, (3,)).rule, datetime(2027, 3, 18, 21, tzinfo=UTC)
    place = "Hall; room 2, \\ upstairs"
    event = make_event(zone=zone, rule=rule, until=until, left_out=(cancelled,), place=place)

    file = vobject.readOne(ical.calendar([event], now=NOW).decode())

    assert file.validate()
    read = file.vevent
    assert (read.uid.value, read.summary.value) == (UID, "Wajir meeting")
    assert read.location.value == place
    assert read.dtstart.value.astimezone(UTC) == instant(datetime(2026, 12, 3, 10), zone)
    walls = [one.replace(tzinfo=None) for one in read.getrruleset(addRDate=True)]
    expected = [datetime(2026, 12, 3, 10) + timedelta(weeks=step) for step in range(16)]
    assert walls == [one for one in expected if one != cancelled]
