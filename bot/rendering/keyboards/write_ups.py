"""Buttons of a meeting that nobody opened: what became of it, and its paper list."""

from collections.abc import Sequence

from bot.domain.meetings import Meeting
from bot.domain.taps import Verb, tap
from bot.domain.write_ups import Fate
from bot.rendering.keyboards.button import Button, Keyboard


def fates(meeting_id: int) -> Keyboard:
    """Return what may have become of a meeting, under the question."""
    held, moved, not_held = (
        Button(f"fate-{fate}", tap(Verb.FATE, meeting_id, fate)) for fate in Fate
    )
    return ((held,), (moved, not_held))


def which(meetings: Sequence[Meeting]) -> Keyboard:
    """Return one button for each meeting that can be written up."""
    return tuple(
        (
            Button(
                "moment",
                tap(Verb.FATE, meeting.id, Fate.HELD),
                # Of another year than the meeting's own, the year is said.
                {"starts": meeting.starts, "local_now": meeting.starts},
            ),
        )
        for meeting in meetings
    )


def paper_list(meeting_id: int) -> Keyboard:
    """Return the button that shows the photo of a paper list to those who may see it."""
    return ((Button("paper-list", tap(Verb.PAPER_LIST, meeting_id)),),)


def is_list(meetings: Sequence[Meeting]) -> Keyboard:
    """Return one button for each meeting of which a photo may be the paper list."""
    return tuple(
        (
            Button(
                "is-list",
                tap(Verb.IS_LIST, meeting.id),
                {"starts": meeting.starts, "local_now": meeting.starts},
            ),
        )
        for meeting in meetings
    )
