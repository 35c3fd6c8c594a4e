"""What a button is; which ones stand under a message is said by its neighbours, by subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.domain.taps import Tap


@dataclass(frozen=True)
class Button:
    """One button; it is labelled in the languages of the readers when it is shown."""

    label: str
    """A name in `buttons.txt`; for the choice of a language its code."""
    tap: Tap
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the label says besides its words: names, dates."""


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""
