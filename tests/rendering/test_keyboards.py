"""Which buttons stand where, and what they carry."""

import json
from datetime import datetime

from bot.domain.members import Roll, Seat, Waiting
from bot.domain.presence import How, Present, Room, room
from bot.rendering import keyboards
from bot.rendering.keyboards import sittings
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer

TEN = datetime(2026, 12, 3, 10)


def carried(keyboard: Keyboard) -> list[list[str]]:
    return [[button.tap.encode() for button in row] for row in keyboard]


def test_a_plan_is_confirmed_or_dropped() -> None:
    assert carried(keyboards.confirm(5)) == [["confirm:5", "discard:5"]]


def test_a_change_is_confirmed_in_other_words_than_a_plan() -> None:
    labels = [[b.label for b in row] for row in keyboards.confirm(5, is_change=True)]
    assert carried(keyboards.confirm(5, is_change=True)) == carried(keyboards.confirm(5))
    assert labels == [["confirm-move", "discard-move"]]


def test_cancelling_names_the_version_that_was_shown() -> None:
    assert carried(keyboards.change(7, 3)) == [["cancel:7:3"], ["close:7"]]


def test_the_roll_has_a_button_for_each_organisation_and_for_the_first_who_wait() -> None:
    roll = Roll(
        (Seat(1, "Maji Bora", 1), Seat(2, "Red\u202e Dune", 0)),
        (Waiting(8, "Amina", "Red Dune", 2), Waiting(9, "Peter", "NDMA")),
    )
    shown = renderer().keyboard(keyboards.roll(4, roll, shown=1), languages=["en", "sw"])
    assert shown == {
        "inline_keyboard": [
            [{"text": "\u2068Maji Bora\u2069", "callback_data": "join:4:1"}],
            [{"text": "\u2068Red Dune\u2069", "callback_data": "join:4:2"}],
            [
                {
                    "text": "✅ \u2068Amina\u2069 (\u2068Red Dune\u2069)",
                    "callback_data": "admit:4:8:2",
                }
            ],
        ]
    }


def test_a_long_roll_stays_within_what_telegram_takes() -> None:
    seats = tuple(Seat(number, "W" * 64, 0) for number in range(200))
    waiting = tuple(Waiting(number, "W" * 64, "W" * 64) for number in range(50))
    keyboard = keyboards.roll(4, Roll(seats, waiting), shown=8)
    shown = renderer().keyboard(keyboard, languages=["en", "sw"])["inline_keyboard"]
    assert len(shown) <= 100
    assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()) <= 10 * 1024


def make_room(seats: int, here: int) -> tuple[dict[int, str], Room]:
    names = {key: f"{key:02} {'W' * 60}" for key in range(1, seats + 1)}
    present = [Present(key, names[key], "", How.HERE, TEN) for key in range(1, here + 1)]
    guests = [Present(None, "", "G" * 64, How.HERE, TEN, id=key) for key in range(1, 30)]
    return names, room(names, [*present, *guests])


def test_the_list_of_a_room_of_forty_organisations_has_pages_that_telegram_takes() -> None:
    names, here = make_room(40, 3)
    pages = [sittings.room(7, names, here, page=page, is_leaving=False) for page in range(4)]
    taps = [tap for keyboard in pages for row in carried(keyboard) for tap in row]

    assert [tap for tap in taps if tap.startswith("seat:")] == [
        f"seat:7:{key}:{'phone' if key <= 3 else 'here'}" for key in range(1, 41)
    ]
    assert [tap for tap in taps if tap.startswith("room-page:")] == [
        turned
        for following in (1, 2, 3, 0)
        for turned in (f"room-page:7:{following}:0", "room-page:7:0:1")
    ]
    for keyboard in pages:
        shown = renderer().keyboard(keyboard, languages=["so"])["inline_keyboard"]
        assert sum(map(len, shown)) <= 100
        text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
        assert len(text.encode()) <= 10 * 1024


def test_who_is_gone_is_not_asked_to_leave_again() -> None:
    names, here = make_room(40, 3)

    taps = [
        tap
        for row in carried(sittings.room(7, names, here, page=9, is_leaving=True))
        for tap in row
    ]

    assert [tap for tap in taps if tap.startswith("seat:")] == [
        f"seat:7:{key}:left" for key in (1, 2, 3)
    ]
    assert "room-sure:7" not in taps
