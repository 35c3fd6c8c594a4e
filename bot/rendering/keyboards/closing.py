"""Buttons under the question whether a meeting is over."""

from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard


def time_to_close(meeting_id: int, number: int) -> Keyboard:
    """Return the answers; more time carries which question it answers, so that twice is once."""
    return (
        (
            Button("close-now", tap(Verb.FINISH, meeting_id)),
            Button("half-hour-more", tap(Verb.LONGER, meeting_id, number)),
        ),
    )
