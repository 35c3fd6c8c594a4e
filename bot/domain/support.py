"""Support that somebody needs, and who offers it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain import search
from bot.errors import BotError

DAYS = "support-days"
"""The kind of occasion at which a post counts one more day that somebody has waited."""
LONG, LONGER = 3, 7
"""Days after which the coordination team is reminded, in its next summary only."""
SHOWN = 5
"""Requests in one list: a phone's screen."""
NAMED = 3
"""How many organisations are named that have offered, or needed, something like it before."""
TELLING = 5
"""Letters from which on a word says what something is about; "for" and "days" do not."""
IN_COMMON = 2
"""So many telling words make one request like another, unless both name their sector, or the
request has no more words than that."""
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")


class SupportState(StrEnum):
    """What became of a call for support."""

    WAITING = "waiting"
    ANSWERED = "answered"
    """Somebody can help, or the coordination team has answered."""
    SETTLED = "settled"
    """Whoever asked has what they needed."""
    WITHDRAWN = "withdrawn"


class Reader(StrEnum):
    """Who reads the post of a call for support: what they may do there differs."""

    GROUP = "group"
    STAFF = "staff"
    """The coordination team, and the leads, in private."""
    ASKER = "asker"
    """Whoever asked, in private."""


OPEN = frozenset({SupportState.WAITING, SupportState.ANSWERED})
"""The states in which somebody may still offer something."""


@dataclass(frozen=True)
class Offer:
    """An organisation that can help."""

    organisation: str
    text: str = ""
    """How, in their words."""


@dataclass(frozen=True)
class Answer:
    """What the coordination team, or whoever leads the group, said."""

    text: str
    is_team: bool = True
    by: str = ""


@dataclass(frozen=True)
class Request:
    """A call for support as people read it."""

    id: int
    text: str
    organisation: str = ""
    name: str = ""
    """Whoever asked; empty if nobody knows any more."""
    state: SupportState = SupportState.WAITING
    is_confirmed: bool = True
    """False: whoever asked waits to be confirmed."""
    asked_on: date | None = None
    """In the wall time of the group."""
    days: int = 0
    """For how long nobody has answered."""
    action: int | None = None
    """The number of the action that cannot go on without it."""
    sector: str = ""
    place: str = ""
    offers: tuple[Offer, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may still offer something."""
        return self.state in OPEN


@dataclass(frozen=True)
class Waiting:
    """A call for support that nobody has answered."""

    request_id: int
    group_id: int
    group: str
    organisation: str
    text: str
    asked_on: date
    """In the wall time of the group."""
    days: int

    @property
    def since(self) -> int:
        """Return the days, of those after which the coordination is reminded, that are over."""
        return max((days for days in (LONG, LONGER) if self.days >= days), default=0)


@dataclass(frozen=True)
class Before:
    """Something that was asked for earlier, and who had offered it."""

    text: str
    sector: str
    organisation: str
    offered: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Alike:
    """Who has offered, and who has needed, something like it before."""

    offered: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class SupportGone(BotError):
    """A call for support was withdrawn, or never was."""


class SupportSettled(BotError):
    """Whoever asked for support has what they needed."""


class OwnSupport(BotError):
    """Somebody offers help to their own organisation."""


class NotYourSupport(BotError):
    """Somebody wanted to withdraw, or settle, what another organisation asked for."""

    def __init__(self, *, name: str, is_withdrawing: bool) -> None:
        """Carry who asked; empty if nobody knows any more."""
        super().__init__("somebody else's call for support")
        self.name, self.is_withdrawing = name, is_withdrawing


class OfferLater(BotError):
    """Somebody offers help whom nobody has confirmed yet."""


class SupportUnclear(BotError):
    """Somebody wrote under a call for support what has no meaning there."""

    def __init__(self, *, may_answer: bool = False) -> None:
        """Carry whether a sentence of theirs would be an answer."""
        super().__init__("words under a call for support")
        self.may_answer = may_answer


def sector(text: str, known: Iterable[str]) -> str:
    """Return the sector that words name: a hashtag, or the word of an earlier one; else empty."""
    if said := _HASHTAG.search(text):
        return said.group(1).lower()
    folded = search.fold(text)
    return next((one for one in known if one and search.fold(one) in folded), "")


def place(text: str, own: str, others: Iterable[str]) -> str:
    """Return the place of some words: a group of the coalition that they name, or else the own."""
    folded = search.fold(text)
    return next((name for name in others if _is_named(name, folded)), own)


def _is_named(name: str, folded: str) -> bool:
    words = search.fold(name)
    return bool(words) and words in folded


def alike(
    request: Request,
    before: Iterable[Before],
    *,
    near: Collection[str] = (),
    but: Collection[str] = (),
) -> Alike:
    """Return who said something like it before; `but` are not named.

    Those of its place and its sector come first: of the place are those `near` it, and who said
    so for that place; otherwise the newest first.
    """
    offered: dict[str, int] = {}
    asked: dict[str, int] = {}
    words = search.fold(request.text).split()
    telling = _telling(words)
    needed = IN_COMMON if len(words) > IN_COMMON else 1
    for one in before:
        is_of_sector = bool(request.sector) and request.sector == one.sector
        common = sum(search.has_any(one.text, (term,)) for term in telling)
        if not is_of_sector and common < needed:
            continue
        is_of_place = bool(request.place) and request.place == one.place
        for found, names in ((offered, one.offered), (asked, (one.organisation,))):
            for name in names:
                fits = is_of_sector + (is_of_place or name in near)
                found[name] = max(fits, found.get(name, 0))
    return Alike(
        _best(offered, but),
        _best(asked, {*but, *offered}),
    )


def _best(found: Mapping[str, int], but: Collection[str]) -> tuple[str, ...]:
    named = [name for name in found if name and name not in but]
    return tuple(sorted(named, key=lambda name: -found[name])[:NAMED])


def _telling(words: Iterable[str]) -> search.Wanted:
    said = " ".join(word for word in words if len(word) >= TELLING)
    return search.terms(said) if said else ()
