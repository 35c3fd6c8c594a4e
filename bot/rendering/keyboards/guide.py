"""Buttons under /help."""

from collections.abc import Sequence

from bot.domain.guide import Subject
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

IN_A_ROW = 2


def subjects(offered: Sequence[Subject]) -> Keyboard:
    """Return one button for each subject, two beside each other."""
    row = [Button(f"help-{subject}", tap(Verb.HELP, subject)) for subject in offered]
    return tuple(tuple(row[first : first + IN_A_ROW]) for first in range(0, len(row), IN_A_ROW))
