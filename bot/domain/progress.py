"""What people report of actions: progress made, challenges, what they will do differently."""

from enum import StrEnum


class EvidenceKind(StrEnum):
    """What shows that something was done."""

    PICTURE = "picture"
    FILE = "file"
    VOICE = "voice"
