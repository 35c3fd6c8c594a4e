"""Changing who somebody is in a group: what nobody may undo by accident."""

from bot.domain.members import Person
from bot.domain.roles import Role
from bot.errors import BotError


class PersonGone(BotError):
    """The person has left the group, or was never confirmed in it."""


class LastLead(BotError):
    """Whoever leads a group alone cannot go before somebody else leads it."""


class TeamStays(BotError):
    """A lead tried to remove somebody of the coordination team."""


class LastCoordinator(BotError):
    """Whoever coordinates a coalition alone cannot go before somebody else does."""


class OfficePhone(BotError):
    """A phone of many hands was to get a role that belongs to one person."""


def check_role(person: Person, role: Role, *, is_oneself: bool, leads: int) -> None:
    """Refuse a role that the person cannot have, or that leaves the group without a lead.

    Raises:
        OfficePhone, LastLead: see there.
    """
    if person.is_office and role in {Role.LEAD, Role.DEPUTY}:
        raise OfficePhone
    if is_oneself and role is not Role.LEAD:
        check_leaving(person, leads=leads)


def check_first(person: Person) -> None:
    """Refuse that somebody speaks first who cannot.

    Raises:
        OfficePhone: nobody knows who holds it.
        PersonGone: they speak for no organisation.
    """
    if person.is_office:
        raise OfficePhone
    if person.organisation is None or person.role is Role.OBSERVER:
        raise PersonGone


def check_removal(
    person: Person, *, is_oneself: bool, is_by_team: bool, is_of_team: bool, leads: int
) -> None:
    """Refuse to remove whom the one who asks cannot remove.

    Raises:
        LastLead, TeamStays: see there.
    """
    if is_oneself:
        check_leaving(person, leads=leads)
    elif is_of_team and not is_by_team:
        raise TeamStays


def check_leaving(person: Person, *, leads: int) -> None:
    """Refuse that whoever leads alone goes; they name a successor first.

    Raises:
        LastLead: see there.
    """
    if person.role is Role.LEAD and leads <= 1:
        raise LastLead
