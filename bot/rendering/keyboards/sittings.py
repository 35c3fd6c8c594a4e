"""Buttons of a meeting that is held, and of its minutes."""

from bot.domain.filing import Form
from bot.domain.presence import How
from bot.domain.search import Page
from bot.domain.sittings import Sitting, SittingState
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

NO_ITEM = 0
"""Stands on [Next] while no item is dealt with."""


def open_now(meeting_id: int) -> Keyboard:
    """Return the button that opens a meeting."""
    return ((Button("open", tap(Verb.OPEN, meeting_id)),),)


def board(sitting: Sitting) -> Keyboard:
    """Return the buttons under the live post of a meeting: for everybody, and for who runs it.

    [Next] carries the item that it leaves: two who tap at once go one step, not two.
    """
    if sitting.state is not SittingState.OPEN:
        return ()
    number = sitting.meeting.id
    return (
        tuple(Button(f"check-in-{how}", tap(Verb.CHECK_IN, number, how)) for how in How),
        (
            Button("next-item", tap(Verb.NEXT, number, sitting.current or NO_ITEM)),
            Button("finish", tap(Verb.FINISH, number)),
        ),
    )


def draft(meeting_id: int, version: int) -> Keyboard:
    """Return the buttons under a draft of minutes."""
    return ((Button("approve-all", tap(Verb.APPROVE, meeting_id, version)),),)


def leaves(search_id: int, page: Page) -> Keyboard:
    """Return the buttons under what was found: back, and on."""
    found = []
    if page.number:
        found.append(Button("found-back", tap(Verb.LEAF, search_id, page.number - 1)))
    if page.has_more:
        found.append(Button("more", tap(Verb.LEAF, search_id, page.number + 1)))
    return (tuple(found),) if found else ()


def shares(group_id: int, next_page: int | None) -> Keyboard:
    """Return the buttons under the list of who came: a picture of it, and more organisations."""
    picture = (Button("picture", tap(Verb.SHARES_PICTURE, group_id)),)
    if next_page is None:
        return (picture,)
    return (picture, (Button("more", tap(Verb.SHARES, group_id, next_page)),))


def minutes(meeting_id: int, version: int) -> Keyboard:
    """Return the buttons by which minutes that are out are carried out of the chat."""
    pdf, docx, copy = (
        Button(label, tap(Verb.CARRY, meeting_id, version, form))
        for label, form in (
            ("minutes-pdf", Form.PDF),
            ("minutes-docx", Form.DOCX),
            ("copy", Form.COPY),
        )
    )
    return ((pdf, docx), (copy,))
