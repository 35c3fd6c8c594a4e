"""When a meeting can be planned and changed, and what falls due before it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import meetings
from bot.domain.dates import DateInThePast
from bot.domain.meetings import (
    FARTHEST,
    LONGEST,
    PLACE_LIMIT,
    Meeting,
    MeetingCancelled,
    MeetingStarted,
    MeetingTooFar,
    MeetingTooLong,
    PlaceTooLong,
    State,
)
from bot.errors import BotError

NOON = datetime(2026, 12, 3, 12)
INSTANT = datetime(2026, 12, 3, 9, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def make_meeting(
    starts_at: datetime = INSTANT, zone: str = "Africa/Nairobi", state: State = State.PLANNED
) -> Meeting:
    """Return a meeting of two hours."""
    return Meeting(
        id=1,
        group_id=1,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        zone=zone,
        place="Hall",
        version=1,
        state=state,
    )


def check(*, starts: datetime = NOON + DAY, length: timedelta = HOUR, place: str = "Hall") -> None:
    """Check a plan that is made at noon."""
    meetings.check_plan(starts=starts, ends=starts + length, place=place, now=NOON)


def test_a_plan_for_tomorrow_is_accepted() -> None:
    check()
    check(starts=NOON + SECOND)
    check(starts=NOON + FARTHEST)
    check(length=LONGEST)
    check(place="x" * PLACE_LIMIT)
    check(place="")


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        ({"starts": NOON}, DateInThePast),
        ({"starts": NOON - DAY}, DateInThePast),
        ({"starts": NOON + FARTHEST + SECOND}, MeetingTooFar),
        ({"length": timedelta(0)}, MeetingTooLong),
        ({"length": -HOUR}, MeetingTooLong),
        ({"length": LONGEST + SECOND}, MeetingTooLong),
        ({"place": "x" * (PLACE_LIMIT + 1)}, PlaceTooLong),
    ],
    ids=["now", "yesterday", "next year but one", "no length", "ends first", "too long", "place"],
)
def test_a_plan_that_cannot_be_meant_is_refused(
    plan: dict[str, object], refusal: type[BotError]
) -> None:
    with pytest.raises(refusal):
        check(**plan)  # type: ignore[arg-type] # the cases differ in one argument each


def test_a_refusal_brings_the_facts_that_its_words_need() -> None:
    with pytest.raises(DateInThePast) as past:
        check(starts=NOON)
    with pytest.raises(PlaceTooLong) as place:
        check(place="x" * 300)

    assert past.value.facts() == {"starts": NOON}
    assert place.value.facts() == {"length": 300, "limit": PLACE_LIMIT}
    assert past.value.template == "errors/date_in_the_past.html"


def test_answers_count_until_the_start() -> None:
    meetings.check_open(make_meeting(), INSTANT - SECOND)

    with pytest.raises(MeetingStarted):
        meetings.check_open(make_meeting(), INSTANT)


def test_a_cancelled_meeting_is_called_cancelled_also_after_its_time() -> None:
    for now in (INSTANT - DAY, INSTANT + DAY):
        with pytest.raises(MeetingCancelled):
            meetings.check_open(make_meeting(state=State.CANCELLED), now)


def test_a_meeting_is_shown_in_the_wall_time_of_its_group() -> None:
    meeting = make_meeting()

    assert (meeting.starts, meeting.ends) == (NOON, NOON + 2 * HOUR)
