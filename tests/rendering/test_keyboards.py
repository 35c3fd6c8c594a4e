"""Which buttons stand where, and what they carry."""

import json

from bot.domain.members import Roll, Seat, Waiting
from bot.rendering import keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer


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
