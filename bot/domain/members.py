"""Who speaks for whom: the roll of a group."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.roles import Role
from bot.errors import BotError

SHOWN = 8
"""How many people who wait get a button at once: the rest follow when these are confirmed."""


class Item(StrEnum):
    """What the menu of a group offers."""

    MENU = "menu"
    WAITING = "waiting"
    FOR_OTHERS = "for-others"
    PEOPLE = "people"
    LINK = "link"
    NEW_LINK = "new-link"
    REACHABLE = "reachable"
    LEAD = "lead"
    DEPUTY = "deputy"
    TEAM = "team"
    SUCCESSOR = "successor"
    LEAVE = "leave"
    SURE_TO_LEAVE = "sure-to-leave"


class Deed(StrEnum):
    """What can be done about one person of a group."""

    LEAD = "lead"
    DEPUTY = "deputy"
    MEMBER = "member"
    OBSERVER = "observer"
    FIRST = "first"
    MOVE = "move"
    REMOVE = "remove"
    SURE = "sure"


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
class Person:
    """Somebody of a group, as those who manage it see them."""

    member_id: int
    name: str
    role: Role
    organisation_id: int | None = None
    organisation: str | None = None
    is_alternate: bool = False
    is_office: bool = False
    is_confirmed: bool = True


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


@dataclass(frozen=True)
class Joined:
    """What became of somebody's word that they speak for an organisation."""

    waits: bool
    """Whether somebody has to confirm it."""
    is_answer_forgotten: bool = False
    """Whether they had answered for another organisation, which does not count for this one."""


class AlreadyConfirmed(BotError):
    """Somebody whose organisation was confirmed chose another one: that is for a lead to change."""


class NobodyWaits(BotError):
    """The person to be confirmed was confirmed already, or is gone."""


class NameMissing(BotError):
    """Something without a single letter was typed where a name was asked for."""
