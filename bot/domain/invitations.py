"""Invitations: one-time links, and what accepting one means."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from bot.domain.roles import Action, Role
from bot.errors import BotError

NUMBER_DIGITS = 12
"""Hexadecimal digits of a digest that are its number: 48 bits fit a row's id and a button."""


class Kind(StrEnum):
    """What whoever accepts becomes."""

    OPERATOR = "operator"
    TEAM = "team"
    LEAD = "lead"
    DEPUTY = "deputy"
    SUCCESSOR = "successor"


LIVES = {
    Kind.OPERATOR: timedelta(days=2),
    **dict.fromkeys((Kind.TEAM, Kind.LEAD, Kind.DEPUTY, Kind.SUCCESSOR), timedelta(days=14)),
}
"""How long a link can be opened. The operator's is opened by whoever has just made it."""
UNDO_FOR = timedelta(days=7)
"""How long whoever invited can say: that is not who I meant."""

NEEDED = {
    Kind.TEAM: Action.INVITE_TEAM,
    Kind.LEAD: Action.CHANGE_PEOPLE,
    Kind.DEPUTY: Action.CHANGE_PEOPLE,
    Kind.SUCCESSOR: Action.HAND_OVER,
}
"""What allows somebody to invite; the operator's link comes from the command line."""
ROLES = {Kind.LEAD: Role.LEAD, Kind.DEPUTY: Role.DEPUTY}
"""The role in the group that an invitation gives."""


class InvitationOver(BotError):
    """A link was used before, is too old, was never made, or whoever made it has left."""


class InvitationOwn(BotError):
    """Somebody opened the link that they made for somebody else."""


class InvitationNeedless(BotError):
    """Somebody is already what the link would make them."""


class InvitationElsewhere(BotError):
    """A successor was invited who speaks for another organisation of the group."""

    def __init__(self, *, organisation: str) -> None:
        super().__init__("speaks for another organisation")
        self.organisation = organisation


class InvitationInGroup(BotError):
    """A link was opened in a group, where others can see its code."""


class YesOrNo(BotError):
    """Neither a yes nor a no was said where only these are possible."""


REFUSALS = (InvitationOver, InvitationOwn, InvitationNeedless, InvitationElsewhere)
"""Why a link was not accepted; it is not used up by any of them."""


def link(bot: str, code: str) -> str:
    """Return the address that opens a private chat with the bot and hands it `code`.

    `bot` is the bot's name in Telegram, without @ (Bot API, deep linking).
    """
    return f"https://t.me/{bot}?start={code}"


def digest(code: str) -> str:
    """Return what is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def number_of(digest: str) -> int:
    """Return the number of the invitation with this digest."""
    return int(digest[:NUMBER_DIGITS], 16)


def prefix(number: int) -> str:
    """Return how the digest of the invitation with this number begins."""
    return f"{number:0{NUMBER_DIGITS}x}"
