"""Buttons of the weekly summary. Each carries the week that it is about, as a number of days."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.digests import A_WEEK
from bot.domain.preferences import MessageKind, Switch
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

ALL = 0
"""Stands for all groups that somebody looks after."""


def summary(
    coalition_id: int, group_ids: Sequence[int], week: date, *, is_unasked: bool
) -> Keyboard:
    """Return the buttons under the first screen: more, a workbook, another time, the week before.

    Under one that came by itself is one more, against the next.
    """
    day = week.toordinal()
    weeks = Button("summary-weeks", tap(Verb.SUMMARY_WEEKS, coalition_id, ALL, day))
    about = group_ids[0] if len(group_ids) == 1 else ALL
    more: tuple[tuple[Button, ...], ...]
    if len(group_ids) == 1:
        more = ((Button("summary-more", tap(Verb.SUMMARY_GROUP, about, day)), weeks),)
    else:
        by_group = Button("summary-groups", tap(Verb.SUMMARY_GROUPS, coalition_id, day, 0))
        whole = Button("summary-more", tap(Verb.SUMMARY_ALL, coalition_id, day))
        more = ((whole, by_group), (weeks,))
    off = Button("mute-summary", tap(Verb.MUTE, MessageKind.SUMMARY, Switch.OFF))
    return (
        *more,
        (
            Button("workbook", tap(Verb.WORKBOOK, coalition_id, about, day)),
            Button("summary-time", tap(Verb.SUMMARY_TIME)),
        ),
        (
            Button(
                "summary-before", tap(Verb.SUMMARY_WEEK, coalition_id, (week - A_WEEK).toordinal())
            ),
        ),
        *(((off,),) if is_unasked else ()),
    )


def groups(
    coalition_id: int, found: Mapping[int, str], week: date, page: int, pages: int
) -> Keyboard:
    """Return a button for each group of a page, two in a row, and the way to the next page."""
    day = week.toordinal()
    buttons = [
        Button("said", tap(Verb.SUMMARY_GROUP, group_id, day), {"said": name})
        for group_id, name in found.items()
    ]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    if pages == 1:
        return rows
    onward = tap(Verb.SUMMARY_GROUPS, coalition_id, day, (page + 1) % pages)
    return (*rows, (Button("more", onward),))


def group(coalition_id: int, group_id: int, week: date) -> Keyboard:
    """Return the button under the week of a group (or ALL): twelve weeks of it."""
    weeks = tap(Verb.SUMMARY_WEEKS, coalition_id, group_id, week.toordinal())
    return ((Button("summary-weeks", weeks),),)
