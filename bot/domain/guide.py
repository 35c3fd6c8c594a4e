"""What /help shows first, and under which subject everything else is found.

A person who may do much would scroll through three screens of commands. So the first screen has
what is most likely needed now, and each command stands under exactly one subject.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What the commands are about, in the order of the buttons."""

    MEETINGS = "meetings"
    HOLDING = "holding"
    ACTIONS = "actions"
    RECORDS = "records"
    GROUP = "group"
    MINE = "mine"


COMMANDS: Mapping[Subject, tuple[str, ...]] = {
    Subject.MEETINGS: ("when", "agenda", "additem", "facilitator", "meeting", "calendar"),
    Subject.HOLDING: (
        *("open", "item", "agreed", "action", "note", "idea", "vote", "undo"),
        *("guest", "came", "left", "close"),
    ),
    Subject.ACTIONS: ("actions", "update", "needhelp", "calls", "summary", "report", "inbox"),
    Subject.RECORDS: ("minutes", "find", "attendance"),
    Subject.GROUP: ("group", "handover", "setup", "coalition"),
    Subject.MINE: ("feedback", "answer", "language", "mute", "away", "cancel", "start", "help"),
}
"""The commands of each subject, in the order in which people come to need them."""

BETWEEN_MEETINGS = (
    *(
        "when",
        "agenda",
        "additem",
        "actions",
        "meeting",
        "open",
        "minutes",
        "find",
        "group",
        "setup",
    ),
    *("coalition", "feedback", "language"),
)
IN_A_MEETING = (
    *("item", "agreed", "action", "note", "vote", "undo", "close", "idea", "needhelp", "left"),
    *("agenda", "find", "minutes"),
)
"""What is most likely needed, most needed first: between meetings, and while one is open."""

FIRST = 7
"""How many commands the first screen shows, if there are more than it can show at all."""
FEW = 8
"""So many commands need no subjects: all of them stand on one screen of a phone."""


@dataclass(frozen=True)
class Screen:
    """What one message of /help shows."""

    commands: tuple[str, ...]
    subjects: tuple[Subject, ...] = ()
    """What else there is, each a button."""


def first(allowed: Collection[str], *, is_open: bool) -> Screen:
    """Return the first screen for somebody who may use the commands `allowed`.

    `is_open` tells whether a meeting is being held just now.
    """
    if len(allowed) <= FEW:
        return Screen(tuple(allowed))
    likely = IN_A_MEETING if is_open else BETWEEN_MEETINGS
    shown = [name for name in likely if name in allowed]
    return Screen(
        tuple(shown[:FIRST]), tuple(subject for subject in Subject if of(subject, allowed))
    )


def of(subject: Subject, allowed: Collection[str]) -> tuple[str, ...]:
    """Return those of the commands of a subject that are allowed."""
    return tuple(name for name in COMMANDS[subject] if name in allowed)
