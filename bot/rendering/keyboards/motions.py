"""Buttons of what is put to a vote, and of decisions that are due for review."""

from collections.abc import Collection, Mapping

from bot.domain.decisions import REVIEW_MONTHS
from bot.domain.members import Seat
from bot.domain.motions import BALLOTS, Ballot, Choosing, Motion, MotionState
from bot.domain.taps import Verb, tap
from bot.rendering.keyboards.button import Button, Keyboard

UNDO = "undo"
"""What the button carries that takes back what was entered for an organisation."""
NEVER = 0
"""Months that stand on the button of a decision that needs no review."""
_LABELS: Mapping[tuple[Choosing, Ballot], str] = {
    (Choosing.CONSENT, Ballot.YES): "vote-agree",
    (Choosing.CONSENT, Ballot.RESERVATION): "vote-reservation",
    (Choosing.MAJORITY, Ballot.YES): "vote-yes",
    (Choosing.MAJORITY, Ballot.NO): "vote-no",
    (Choosing.MAJORITY, Ballot.ABSTAIN): "vote-abstain",
}


def motion(motion: Motion, *, asks_review: bool = True) -> Keyboard | None:
    """Return the buttons under a motion: to vote, to say what became of it, to look at it again."""
    number = motion.id
    if motion.state is MotionState.OPEN:
        return (
            tuple(
                Button(_LABELS[motion.choosing, ballot], tap(Verb.BALLOT, number, ballot))
                for ballot in BALLOTS[motion.choosing]
            ),
            (
                Button("vote-for-others", tap(Verb.VOICES, number)),
                Button("vote-close", tap(Verb.COUNT, number)),
            ),
        )
    if motion.state is MotionState.COUNTED:
        positive = Button("vote-decided", tap(Verb.DECIDE, number, MotionState.CARRIED))
        if not motion.is_answered:
            positive = Button("vote-go-on", tap(Verb.DECIDE, number, MotionState.OPEN))
        negative = Button("vote-not-decided", tap(Verb.DECIDE, number, MotionState.LOST))
        return ((positive, negative),)
    is_reviewed = motion.review_on is not None or motion.is_taken_back
    if motion.state is MotionState.CARRIED and not is_reviewed and asks_review:
        return (
            tuple(
                Button("review-in", tap(Verb.REVIEW, number, months), {"count": months})
                for months in REVIEW_MONTHS
            ),
            (Button("review-never", tap(Verb.REVIEW, number, NEVER)),),
        )
    return None


def still_open(motion_id: int) -> Keyboard:
    """Return the button that closes the vote which is in the way of another one."""
    return ((Button("vote-close", tap(Verb.COUNT, motion_id)),),)


def voices(motion_id: int, seats: tuple[Seat, ...], answered: Collection[int]) -> Keyboard:
    """Return one button for each organisation whose word can be entered; ✓ at those that answered.

    What they said stays hidden.
    """
    return tuple(
        (
            Button(
                "join",
                tap(Verb.VOICE_OF, motion_id, seat.organisation_id),
                {
                    "organisation": f"✓ {seat.name}"
                    if seat.organisation_id in answered
                    else seat.name
                },
            ),
        )
        for seat in seats
    )


def voice_of(motion_id: int, choosing: Choosing, organisation_id: int) -> Keyboard:
    """Return what an organisation may have said to somebody who has a phone."""
    values = (motion_id, organisation_id)
    said = tuple(
        Button(_LABELS[choosing, ballot], tap(Verb.SAY_FOR, *values, ballot))
        for ballot in BALLOTS[choosing]
    )
    return (said, (Button("undo-for", tap(Verb.SAY_FOR, *values, UNDO)),))


def due(entry_id: int) -> Keyboard:
    """Return the button under the news that a decision is due for review."""
    return ((Button("agenda-bring", tap(Verb.RAISE, entry_id)),),)
