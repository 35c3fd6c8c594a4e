"""The rules of minutes that are corrected: what a later version says otherwise, and no more."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.minutes import (
    LED_TOUCHED,
    WRITER,
    Change,
    Edit,
    Mark,
    Record,
    Screen,
    Section,
    called,
    changes,
    confirm_after,
    next_part,
    numbered,
    patched,
    retold,
)
from bot.domain.notebook import EntryKind, Line
from bot.domain.presence import How, Present
from bot.domain.ways import Way

TEN = datetime(2026, 12, 3, 10)
TRUCKS = Line(1, EntryKind.AGREED, "Trucks on Monday", item_id=11)
BOREHOLE = Line(2, EntryKind.ACTION, "Repair the borehole", item_id=12)
MINUTES = Record(
    coalition="Drought",
    group="Wajir",
    serial=1,
    starts=TEN,
    ends=TEN,
    planned_starts=TEN,
    planned_ends=TEN,
    place="",
    way=Way.PLACE,
    present=(Present(1, "Maji", "Amina", How.HERE, TEN),),
    apologies=("Afya",),
    absent=("Elimu",),
    seats=3,
    sections=(
        Section(1, "Trucks", entries=(TRUCKS,), item_id=11),
        Section(2, "Water", entries=(BOREHOLE,), item_id=12),
    ),
)


def test_only_what_was_touched_is_taken_from_the_notebook() -> None:
    now = {
        1: replace(TRUCKS, text="Trucks on Tuesday"),
        2: replace(BOREHOLE, text="Changed by an edit that came too late"),
    }

    found = patched(MINUTES, now, [1])

    assert [line.text for line in found.entries] == ["Trucks on Tuesday", "Repair the borehole"]


def test_only_who_was_corrected_is_named_otherwise() -> None:
    now = replace(MINUTES, facilitator="Maji", note_taker="Afya", ends=datetime(2026, 12, 3, 12))

    found = retold(MINUTES, now, [LED_TOUCHED])

    assert found == replace(MINUTES, facilitator="Maji")
    assert changes(MINUTES, found) == [Change("led", "", "Maji")]
    assert changes(found, replace(found, facilitator="Afya", note_taker="Elimu")) == [
        Change("reworded", "Maji", "Afya"),
        Change("noted", "", "Elimu"),
    ]


def test_an_entry_that_was_taken_out_is_gone() -> None:
    assert patched(MINUTES, {2: BOREHOLE}, [1]).entries == (BOREHOLE,)


def test_an_entry_that_was_moved_stands_under_its_new_item_only() -> None:
    moved = replace(TRUCKS, item_id=12)

    found = patched(MINUTES, {1: moved}, [1])

    assert [section.entries for section in found.sections] == [(), (BOREHOLE, moved)]


def test_an_entry_of_no_item_comes_last() -> None:
    loose = Line(3, EntryKind.NOTE, "By the way")

    found = patched(MINUTES, {3: loose}, [3])

    assert found.sections[-1] == Section(3, "", entries=(loose,))


def test_the_roll_is_corrected_in_every_direction() -> None:
    found = called(MINUTES, {"Maji": Mark.ABSENT, "Afya": Mark.CAME, "Elimu": Mark.APOLOGY})

    assert found.marks == {"Afya": Mark.CAME, "Elimu": Mark.APOLOGY, "Maji": Mark.ABSENT}


def test_a_roll_that_says_the_same_changes_nothing() -> None:
    assert called(MINUTES, MINUTES.marks) is MINUTES


def test_a_version_says_what_changed() -> None:
    lines = {
        1: replace(TRUCKS, text="Trucks on Tuesday"),
        3: Line(3, EntryKind.NOTE, "Salt", item_id=12),
    }
    new = called(patched(MINUTES, lines, [1, 2, 3]), {"Elimu": Mark.APOLOGY})

    assert changes(MINUTES, new) == [
        Change("roll", "Elimu", Mark.APOLOGY),
        Change("removed", "Repair the borehole"),
        Change("reworded", "Trucks on Monday", "Trucks on Tuesday"),
        Change("added", after="Salt"),
    ]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2: new words", (2, "new words")),
        ("12. new words", (12, "new words")),
        ("3) two\nlines", (3, "two\nlines")),
        ("4: 20 goats were vaccinated", (4, "20 goats were vaccinated")),
        ("5 - new words", (5, "new words")),
        ("6:new words", (6, "new words")),
        ("10:30 we begin", None),
        ("3-4 trucks are needed", None),
        ("3 - 4 trucks are needed", None),
        ("2.5 km to the well", None),
        ("20 goats were vaccinated", None),
        ("2:", None),
        ("no number", None),
    ],
)
def test_a_line_is_called_by_its_number(text: str, meaning: tuple[int, str] | None) -> None:
    assert numbered(text) == meaning


def test_the_parts_of_a_draft_come_round_until_all_are_right() -> None:
    assert next_part(MINUTES, set()) == 0
    assert next_part(MINUTES, {"roll", "11"}, after=1) == 2
    assert next_part(MINUTES, {"11", "12"}, after=2) == 0
    assert next_part(MINUTES, {"roll", "11", "12"}, after=2) is None


NAIROBI, DHAKA = "Africa/Nairobi", "Asia/Dhaka"
LAST = {
    "the day itself does not count": (date(2026, 12, 3), 1, NAIROBI, date(2026, 12, 4)),
    "weekends": (date(2026, 12, 3), 5, NAIROBI, date(2026, 12, 10)),
    "published on a Saturday": (date(2026, 12, 5), 1, NAIROBI, date(2026, 12, 7)),
    "Mashujaa Day in Kenya": (date(2026, 10, 15), 5, NAIROBI, date(2026, 10, 23)),
    "no such day elsewhere": (date(2026, 10, 15), 5, "Africa/Kampala", date(2026, 10, 22)),
    "Eid": (date(2026, 3, 19), 1, NAIROBI, date(2026, 3, 23)),
    "over the end of a year": (date(2026, 12, 24), 5, NAIROBI, date(2027, 1, 4)),
    "Friday and Saturday are free in Bangladesh": (date(2026, 12, 3), 1, DHAKA, date(2026, 12, 6)),
    "no country": (date(2026, 12, 24), 1, "UTC", date(2026, 12, 25)),
}


@pytest.mark.parametrize(("published", "days", "zone", "last"), LAST.values(), ids=LAST)
def test_only_working_days_of_the_country_count(
    published: date, days: int, zone: str, last: date
) -> None:
    assert confirm_after(published, days, zone=zone) == last


def test_what_a_draft_shows_survives_being_noted() -> None:
    screen = Screen("sw", Edit.ENTRY, 17, 2)

    assert Screen.of(screen.kind) == screen


@pytest.mark.parametrize(
    "screen",
    [
        Screen("en"),
        Screen("sw", Edit.PART, 3, 1),
        Screen("so", asked="again"),
        Screen("en", asked=WRITER),
        Screen("en", Edit.ENTRY, 12).noting(7, 4),
        Screen("en", asked="last").noting(7, None),
    ],
)
def test_what_a_message_shows_is_read_back_as_it_was_noted(screen: Screen) -> None:
    assert Screen.of(screen.kind) == screen


def test_who_does_something_in_a_draft_has_seen_what_others_changed() -> None:
    seen = Screen("en", asked=WRITER).noting(7, 4).turned(Edit.WHOLE, page=1)

    assert seen == Screen("en", Edit.WHOLE, page=1, asked=WRITER)
