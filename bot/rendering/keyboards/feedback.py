"""Buttons of what is written in confidence."""

from collections.abc import Iterable
from typing import Protocol

from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


class _Group(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


def confide(coalition_id: int, groups: Iterable[_Group]) -> Keyboard:
    """Return the ways to write, to the team or about a group of one's own, and to read more."""
    (write,), *about = confide_after_all(coalition_id, groups)
    return ((write, Button("confide-all", tap(Verb.CONFIDE_ALL, coalition_id))), *about)


def confide_after_all(coalition_id: int, groups: Iterable[_Group]) -> Keyboard:
    """Return the ways to write, for who has read all that there is to know."""
    return (
        (Button("confide", tap(Verb.CONFIDE, coalition_id, 0)),),
        *(
            (Button("confide-about", tap(Verb.CONFIDE, coalition_id, one.id), {"group": one.name}),)
            for one in groups
        ),
    )


def receipt(update_id: int, tag: str) -> Keyboard:
    """Return the button that shows the receipt; its tag makes it work for who wrote, only."""
    return ((Button("receipt", tap(Verb.RECEIPT, update_id, tag)),),)


def hide_receipt() -> Keyboard:
    """Return the button that takes the receipt off the screen: phones are shared."""
    return ((Button("receipt-hide", tap(Verb.RECEIPT_HIDE)),),)
