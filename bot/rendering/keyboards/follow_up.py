"""Buttons under what people are asked about their actions."""

from collections.abc import Sequence

from bot.domain.follow_up import SNOOZES, Call, Question
from bot.domain.plan import Point
from bot.domain.preferences import MessageKind, Switch
from bot.domain.progress import OFFERED, Answer
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

IN_A_ROW = 4
ALL = 0
"""Stands for the action where all are meant about which somebody was asked together."""


def asked(point_id: int, *, is_unasked: bool = False) -> Keyboard:
    """Return the four answers under a question about one action, and how to put it off.

    What came unasked can be stopped for good.
    """
    done, going, late, help_ = (
        Button(f"action-is-{answer}", tap(Verb.PROGRESS, point_id, answer))
        for answer in (Answer.DONE, Answer.GOING, Answer.LATE, Answer.HELP)
    )
    return ((done, going), (late, help_), later(point_id), *(_mute() if is_unasked else ()))


def _mute() -> Keyboard:
    kind = MessageKind.ACTIONS
    return ((Button(f"mute-{kind}", tap(Verb.MUTE, kind, Switch.OFF)),),)


def later(point_id: int) -> tuple[Button, ...]:
    """Return the buttons that put a question off."""
    return tuple(Button(f"ask-in-{days}", tap(Verb.SNOOZE, point_id, days)) for days in SNOOZES)


def done(point_id: int) -> Keyboard:
    """Return the button by which an action is open again."""
    return ((Button("action-again", tap(Verb.PROGRESS, point_id, Answer.AGAIN)),),)


def together(questions: Sequence[Question]) -> Keyboard:
    """Return one button for each action about which somebody is asked in one message."""
    several = len({one.group for one in questions}) > 1
    found = [
        Button(
            "action-of" if several else "number",
            tap(Verb.ABOUT, one.point.id),
            {"number": one.point.number, "group": one.group},
        )
        for one in questions
    ]
    size = 2 if several else IN_A_ROW
    rows = [tuple(found[at : at + size]) for at in range(0, len(found), size)]
    return (*rows, later(ALL), *_mute())


def mine(points: Sequence[Point]) -> Keyboard:
    """Return one button for each action of which somebody may report."""
    found = [
        Button("number", tap(Verb.ABOUT, point.id), {"number": point.number}) for point in points
    ]
    return tuple(tuple(found[at : at + IN_A_ROW]) for at in range(0, len(found), IN_A_ROW))


def which(progress_id: int, points: Sequence[Point], *, count: int = 0) -> Keyboard:
    """Return one button for each action that a report may be about, and for all that one does."""
    every = Button("actions-mine", tap(Verb.MEANT, progress_id, ALL), {"count": count})
    found = tuple(
        (
            Button(
                "action-called",
                tap(Verb.MEANT, progress_id, point.id),
                {"number": point.number, "text": point.text},
            ),
        )
        for point in points
    )
    return ((every,), *found) if count > 1 else found


def more(progress_id: int) -> Keyboard:
    """Return the other answers of a report, which are welcome."""
    return tuple(
        (Button(f"report-{part}", tap(Verb.ADD_PART, progress_id, part)),) for part in OFFERED
    )


def calls(group_id: int, found: Sequence[Call]) -> Keyboard:
    """Return one button for each organisation that was phoned."""
    return tuple(
        (
            Button(
                "called",
                tap(Verb.CALL, group_id, call.organisation_id),
                {"said": call.organisation},
            ),
        )
        for call in found
    )
