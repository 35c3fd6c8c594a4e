"""Buttons of the coordination team's inbox."""

from collections.abc import Iterable

from bot.domain.coalitions import Coalition
from bot.domain.inbox import Card, Deed, Page
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


def inboxes(found: Iterable[Coalition]) -> Keyboard:
    """Return a button for each coalition whose inbox somebody may read."""
    return tuple((Button("said", tap(Verb.INBOX, one.id, 0), {"said": one.name}),) for one in found)


def page(coalition_id: int, shown: Page, number: int) -> Keyboard:
    """Return the buttons below a page of the inbox: more of it, and what everybody is told."""
    more = (Button("more", tap(Verb.INBOX, coalition_id, number + 1)),) if shown.onward else ()
    told = (Button("inbox-outcome", tap(Verb.INBOX_OUTCOME, coalition_id)),)
    return tuple(row for row in (more, told) if row)


def card(one: Card, *, is_cut: bool) -> Keyboard:
    """Return what can be done with an item; `is_cut` tells whether not all words stand there.

    Of one that is marked as safeguarding nothing can be shared: there are no buttons for it.
    """

    def button(deed: Deed) -> Button:
        return Button(f"inbox-{deed}", tap(Verb.INBOX_ITEM, one.id, deed))

    rows: Keyboard
    whole = (button(Deed.WHOLE),) if is_cut else ()
    needs_answer = () if one.answer else (button(Deed.WAITS if one.is_settled else Deed.SETTLED),)
    replying = (button(Deed.ANSWER), *needs_answer)
    if one.is_safeguarding:
        rows = (whole, replying, (button(Deed.SHAREABLE),))
    else:
        lead = (button(Deed.LEAD),) if one.group else ()
        rows = (
            whole,
            (button(Deed.THEME), button(Deed.LINK)),
            replying,
            (button(Deed.OUTCOME),),
            lead,
            (button(Deed.SAFEGUARDING),),
        )
    return tuple(row for row in rows if row)


def back_to(item_id: int) -> Keyboard:
    """Return the button that shows an item again."""
    return ((Button("inbox-show", tap(Verb.INBOX_ITEM, item_id, Deed.SHOW)),),)
