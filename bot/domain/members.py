"""Who speaks for whom: the roll of a group."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import BotError

SHOWN = 8
"""How many people who wait get a button at once: the rest follow when these are confirmed."""


class Item(StrEnum):
    """What the menu of a group offers."""

    MENU = "menu"
    LINK = "link"
    NEW_LINK = "new-link"
    REACHABLE = "reachable"
    LEAD = "lead"
    DEPUTY = "deputy"
    TEAM = "team"
    SUCCESSOR = "successor"


@dataclass(frozen=True)
class Seat:
    """An organisation's place in a group."""

    organisation_id: int
    name: str
    people: int
    """How many confirmed people speak for it. Their names are nobody's business here."""


@dataclass(frozen=True)
class Waiting:
    """Somebody who says that they speak for an organisation."""

    member_id: int
    name: str
    organisation: str
    organisation_id: int = 0
    """0: the organisation is a new one, that a lead would add."""
    is_office: bool = False


@dataclass(frozen=True)
class Reach:
    """The organisations of a group, by whether the bot can write to somebody of theirs."""

    reachable: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def total(self) -> int:
        """Return how many organisations the group has."""
        return len(self.reachable) + len(self.silent)


@dataclass(frozen=True)
class Roll:
    """The seats of a group, and who waits to be confirmed."""

    seats: tuple[Seat, ...]
    waiting: tuple[Waiting, ...]


class AlreadyConfirmed(BotError):
    """Somebody whose organisation was confirmed chose another one: that is for a lead to change."""


class NobodyWaits(BotError):
    """The person to be confirmed was confirmed already, or is gone."""


class NameMissing(BotError):
    """Something without a single letter was typed where a name was asked for."""
