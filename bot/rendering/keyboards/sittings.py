"""Buttons of a meeting that is held, and of its minutes."""

from bot.domain.presence import How
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


def minutes(_meeting_id: int, _version: int) -> Keyboard:
    """Return the buttons by which people carry minutes out of the chat."""
    return ()
