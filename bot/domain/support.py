"""Support that somebody needs, and who offers it."""

from enum import StrEnum


class SupportState(StrEnum):
    """What became of a call for support."""

    WAITING = "waiting"
    ANSWERED = "answered"
    """Somebody can help, or the coordination team has answered."""
    SETTLED = "settled"
    """Whoever asked has what they needed."""
    WITHDRAWN = "withdrawn"
