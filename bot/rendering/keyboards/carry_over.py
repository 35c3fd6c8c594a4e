"""Buttons under a group's open actions."""

from collections.abc import Sequence

from bot.domain.notebook import Line
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

IN_A_ROW = 4


def actions(found: Sequence[Line], finished: int = 0) -> Keyboard:
    """Return one button for each action that is done; the last one that was can be taken back."""
    done = [
        Button("action-done", tap(Verb.FINISHED, line.id, 1), {"number": number})
        for number, line in enumerate(found, start=1)
    ]
    rows = [tuple(done[at : at + IN_A_ROW]) for at in range(0, len(done), IN_A_ROW)]
    if finished:
        rows.append((Button("action-open-again", tap(Verb.FINISHED, finished, 2)),))
    return tuple(rows)
