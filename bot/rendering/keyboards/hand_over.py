"""Buttons under a hand-over card."""

from bot.domain.members import Item
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


def card(group_id: int, *, manages: bool) -> Keyboard:
    """Return the ways to the lists; that of people is for whoever manages the group."""
    lists = (
        Button("support-list", tap(Verb.NEEDED, group_id)),
        Button("attendance-list", tap(Verb.SHARES, group_id, 0)),
    )
    if manages:
        return (lists, (Button("group-people", tap(Verb.GROUP, group_id, Item.PEOPLE)),))
    return (lists,)
