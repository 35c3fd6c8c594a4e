"""What a coalition is: many organisations that agreed to act together on one problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.feedback import FeedbackState
from bot.domain.groups import check_name, read_languages
from bot.errors import BotError

CONTACT_LIMIT = 200
"""Characters for who the independent contact is, and how to reach them."""
PARTS = 3


class Item(StrEnum):
    """What a button about a coalition can ask for."""

    SHOW = "show"
    NAME = "name"
    LANGUAGES = "languages"
    CONTACT = "contact"
    TEAM = "team"
    REMOVE = "remove"
    STREAMS = "streams"
    OPEN_FEEDBACK = "open-feedback"
    PAUSE_FEEDBACK = "pause-feedback"
    RESUME_FEEDBACK = "resume-feedback"


@dataclass(frozen=True)
class Coalition:
    """A whole partnership, as rules and templates may know it."""

    id: int
    name: str
    languages: tuple[str, ...]
    """Those that its people read, the most usual first; its groups are offered them."""
    contact: str
    """Somebody outside the coalition for danger and safeguarding; empty until one is named."""
    feedback: FeedbackState = FeedbackState.CLOSED
    """Whether its members can write in confidence."""


class CoalitionUnreadable(BotError):
    """The line after /coalition did not have its parts."""


class CoalitionAmbiguous(BotError):
    """A group is to be set up by somebody who does so for several coalitions."""


class CoalitionMissing(BotError):
    """A group is to be set up before there is any coalition to which it could belong."""


class CoalitionUnknown(BotError):
    """A button is about a coalition that is not there."""


class ContactTooLong(BotError):
    """Who the independent contact is does not fit a few lines."""

    def __init__(self, *, length: int, limit: int = CONTACT_LIMIT) -> None:
        super().__init__(f"{length} characters")
        self.length, self.limit = length, limit


@dataclass(frozen=True)
class Founding:
    """What is said about a coalition."""

    name: str
    languages: tuple[str, ...]
    contact: str = ""


def check_contact(said: str) -> str:
    """Return who the independent contact is, without blank edges.

    Raises:
        ContactTooLong: see there.
    """
    contact = said.strip()
    if len(contact) > CONTACT_LIMIT:
        raise ContactTooLong(length=len(contact))
    return contact


def read_founding(line: str, *, languages: Mapping[str, str]) -> Founding:
    """Read `Drought Partnership; en sw; Mama Halima, 0700 000 000`; the contact may be missing.

    Raises:
        CoalitionUnreadable: the name or the languages are missing.
        NameTooLong, LanguageUnknown, LanguagesTooMany, ContactTooLong: see there.
    """
    name, *others = (part.strip() for part in line.split(";", PARTS - 1))
    if not name or not others or not others[0]:
        raise CoalitionUnreadable
    return Founding(
        name=check_name(name),
        languages=read_languages(others[0], names=languages),
        contact=check_contact(others[1]) if len(others) == PARTS - 1 else "",
    )
