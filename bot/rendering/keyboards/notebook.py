"""Buttons under what was written down."""

from collections.abc import Sequence

from bot.domain.actions import Candidate
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

NOBODY = 0
"""Stands for the person where an organisation is meant, and the other way round."""


def entry(entry_id: int, choices: Sequence[Candidate] = ()) -> Keyboard:
    """Return the buttons under how an entry was understood: who may be meant, and the way back."""
    return (
        *((_choice(entry_id, one),) for one in choices),
        (Button("undo", tap(Verb.UNDO, entry_id)),),
    )


def _choice(entry_id: int, one: Candidate) -> Button:
    if one.member_id is None:
        facts = {"organisation": one.name}
        return Button("join", tap(Verb.OWNER, entry_id, NOBODY, one.organisation_id), facts)
    facts = {"person": one.name, "organisation": one.organisation}
    return Button("person", tap(Verb.OWNER, entry_id, one.member_id, NOBODY), facts)
