"""What /help shows first, and where the rest is found."""

from bot.domain import guide
from bot.domain.guide import Screen, Subject

EVERYTHING = [name for names in guide.COMMANDS.values() for name in names]
MEMBER = ["start", "help", "when", "agenda", "additem", "facilitator", "idea", "needhelp", "undo"]


def test_a_few_commands_stand_on_one_screen() -> None:
    few = ["start", "help", "language", "mute", "cancel"]

    assert guide.first(few, is_open=False) == Screen(
        ("start", "help", "language", "mute", "cancel")
    )


def test_between_meetings_the_next_one_comes_first() -> None:
    assert guide.first(EVERYTHING, is_open=False) == Screen(
        ("when", "agenda", "additem", "actions", "meeting", "open", "minutes"), tuple(Subject)
    )


def test_while_a_meeting_is_open_capture_comes_first() -> None:
    assert guide.first(EVERYTHING, is_open=True).commands == (
        *("item", "agreed", "action", "note", "vote", "undo", "close"),
    )


def test_nobody_is_shown_what_they_may_not_do() -> None:
    screen = guide.first(MEMBER, is_open=True)

    assert screen == Screen(
        ("undo", "idea", "needhelp", "agenda"),
        (Subject.MEETINGS, Subject.HOLDING, Subject.ACTIONS, Subject.MINE),
    )
    assert guide.of(Subject.HOLDING, MEMBER) == ("idea", "undo")
    assert guide.of(Subject.ACTIONS, MEMBER) == ("needhelp",)
    assert guide.of(Subject.RECORDS, MEMBER) == ()
