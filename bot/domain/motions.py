"""What is put to a vote: by consent with reservations, or by yes, no and abstentions."""

from enum import StrEnum


class Choosing(StrEnum):
    """How something is decided."""

    CONSENT = "consent"
    """Nobody objects; who has a reservation says so, and it is written down."""
    MAJORITY = "majority"
    """Yes, no, abstain."""


class CountedBy(StrEnum):
    """Who has a vote."""

    ORGANISATION = "organisation"
    MEMBER = "member"


class Ballot(StrEnum):
    """What one can say to a motion."""

    YES = "yes"
    RESERVATION = "reservation"
    """Consent, with something to be written down."""
    NO = "no"
    ABSTAIN = "abstain"


class MotionState(StrEnum):
    """What became of a motion."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
