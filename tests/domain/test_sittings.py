"""When a meeting can be opened, which item is meant, when its time is up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.agenda import Item, Routine, Word
from bot.domain.meetings import Meeting, State
from bot.domain.sittings import (
    NoSuchItem,
    Timed,
    named_item,
    new_item,
    next_item,
    openable,
    time_up,
)

STARTS = datetime(2026, 12, 3, 7, tzinfo=UTC)
WORDS = {word: frozenset[tuple[str, ...]]() for word in Word} | {
    Word.NEW: frozenset({("new",), ("new", "item"), ("mpya",)}),
    Word.OTHER_BUSINESS: frozenset({("any", "other", "business"), ("aob",)}),
}


def make_meeting(number: int = 1, starts: datetime = STARTS) -> Meeting:
    return Meeting(
        id=number,
        group_id=1,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        zone="Africa/Nairobi",
        place="",
        version=1,
        state=State.PLANNED,
    )


def make_items() -> list[Timed]:
    titles = ["Opening words", "Water trucks: who goes where", "Water at schools", ""]
    return [
        Timed(
            Item(10 * at, title, 20, routine=None if title else Routine.OTHER_BUSINESS),
            timedelta(0),
        )
        for at, title in enumerate(titles, start=1)
    ]


@pytest.mark.parametrize(
    ("after", "can_be"),
    [
        (timedelta(hours=-2, seconds=-1), False),
        (timedelta(hours=-2), True),
        (timedelta(hours=2 + 12), True),
        (timedelta(hours=2 + 12, seconds=1), False),
    ],
)
def test_a_meeting_is_opened_from_two_hours_before_to_twelve_after(
    after: timedelta, *, can_be: bool
) -> None:
    assert bool(openable([make_meeting()], STARTS + after)) is can_be


def test_of_two_meetings_the_nearer_one_comes_first() -> None:
    later = make_meeting(2, STARTS + timedelta(hours=1))

    found = openable([make_meeting(), later], STARTS + timedelta(minutes=50))

    assert [one.id for one in found] == [2, 1]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2", 20),
        ("2.", 20),
        ("٣", 30),
        ("trucks", 20),
        ("WATER TRUCKS", 20),
        ("school", 30),
        ("aob", 40),
        ("any other", 40),
    ],
)
def test_an_item_is_named_by_its_number_or_by_its_words(said: str, meant: int) -> None:
    assert named_item(make_items(), said, WORDS) == meant


@pytest.mark.parametrize("said", ["water", "0", "5", "camels", "…", "9" * 400])
def test_what_names_no_item_or_two_is_refused_with_the_list(said: str) -> None:
    with pytest.raises(NoSuchItem) as refusal:
        named_item(make_items(), said, WORDS)

    assert len(refusal.value.items) == 4


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("new: Security, 10 min", "Security, 10 min"),
        ("New item: Security: the road", "Security: the road"),
        ("MPYA:Usalama", "Usalama"),
        ("water: trucks", None),
        ("new", None),
    ],
)
def test_a_new_item_stands_behind_a_colon(said: str, line: str | None) -> None:
    assert new_item(said, WORDS) == line


def test_after_the_last_item_comes_what_was_passed_over() -> None:
    items = make_items()
    items[2] = Timed(items[2].item, timedelta(minutes=3), is_done=True)

    assert next_item(items, 20) == 40
    assert next_item(items, 40) == 10


def test_the_time_of_an_item_is_counted_by_instants_when_clocks_change() -> None:
    # In Berlin the night of 25 October 2026 has 25 hours: at 3:00 clocks go back to 2:00.
    since = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)

    due = time_up(make_items(), 20, since)

    assert due == since + timedelta(minutes=20)
    there = due.astimezone(ZoneInfo("Europe/Berlin"))
    assert (since.astimezone(there.tzinfo).hour, there.hour, there.minute) == (2, 2, 10)


def test_an_item_that_is_come_back_to_has_only_the_time_that_is_left() -> None:
    items = make_items()
    items[1] = Timed(items[1].item, timedelta(minutes=15))

    assert time_up(items, 20, STARTS) == STARTS + timedelta(minutes=5)
    assert time_up(items, None, STARTS) is None
