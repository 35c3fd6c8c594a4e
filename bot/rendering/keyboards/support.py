"""Buttons under calls for support."""

from collections.abc import Sequence

from bot.domain.support import Reader, Request
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


def request(request: Request, reader: Reader) -> Keyboard | None:
    """Return the buttons under a call for support; None once it is over."""
    if not request.is_open:
        return None
    if reader is Reader.STAFF:
        return settled(request.id)
    own = (
        Button("support-settled", tap(Verb.HELPED, request.id)),
        Button("support-withdraw", tap(Verb.NO_HELP, request.id)),
    )
    can_help = (Button("support-can-help", tap(Verb.CAN_HELP, request.id)),)
    return (own,) if reader is Reader.ASKER else (can_help, own)


def requests(requests: Sequence[Request]) -> Keyboard | None:
    """Return for each call for support in a list, by its place in it, that one can help.

    Whoever asked says there that it is settled.
    """
    return (
        tuple(
            (
                Button("support-can-help-with", tap(Verb.CAN_HELP, one.id), {"number": number}),
                Button("support-settled-with", tap(Verb.HELPED, one.id), {"number": number}),
            )
            for number, one in enumerate(requests, start=1)
        )
        or None
    )


def settled(request_id: int) -> Keyboard:
    """Return the button by which whoever asked says that they have what they needed."""
    return ((Button("support-settled", tap(Verb.HELPED, request_id)),),)


def offered(request_id: int) -> Keyboard:
    """Return the way back for somebody who offered to help."""
    return ((Button("support-cannot-help", tap(Verb.CANNOT_HELP, request_id)),),)
