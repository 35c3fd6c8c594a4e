"""The streams of work into which a coalition sorts what it does."""

from dataclasses import dataclass
from enum import StrEnum


class StreamKey(StrEnum):
    """The streams that every coalition begins with; it renames, adds and drops as it likes."""

    AGENDA = "agenda"
    """Common agenda."""
    ACTIVITIES = "activities"
    """Mutually reinforcing activities."""
    LAYERING = "layering"
    """Who works where, and in which order."""
    COMMUNICATION = "communication"
    """Continuous communication."""
    BACKBONE = "backbone"
    """Backbone support."""
    LEARNING = "learning"
    """Shared measurement and learning."""
    OWN = "own"
    """One that the coalition named itself."""


USUAL = tuple(key for key in StreamKey if key is not StreamKey.OWN)


@dataclass(frozen=True)
class Stream:
    """A stream of work as templates name it."""

    id: int
    key: StreamKey
    name: str = ""
    """What the coalition calls it; empty: as the catalogues do."""
