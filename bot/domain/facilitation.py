"""Who leads a meeting, and who takes its notes: an organisation each, in turn.

The turn goes to whoever has not had it for longest; an organisation that never had it comes before
all others. Passing on costs nothing: at the next meeting, the turn comes again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.errors import BotError

ASKED_AHEAD = timedelta(days=10)
"""How long before a meeting an organisation is asked: long enough to prepare, or to pass it on. Who
hears of a meeting nearer than this is asked at once; otherwise the invitation asks."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Duty(StrEnum):
    """What an organisation does for one meeting."""

    FACILITATOR = "facilitator"
    NOTES = "notes"


class TurnState(StrEnum):
    """What became of a turn."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    PASSED = "passed"


@dataclass(frozen=True)
class Holder:
    """An organisation whose turn it is."""

    organisation_id: int
    name: str
    is_accepted: bool = False


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks for an organisation."""

    member_id: int
    name: str
    organisation_id: int


@dataclass(frozen=True)
class Standing:
    """How an organisation stands to a duty that it was asked to take."""

    duty: Duty
    name: str
    is_theirs: bool
    """Whether it still is their turn: they may have passed it on, or a lead chose others."""
    is_accepted: bool = False


Holders = Mapping[Duty, Holder]
"""Whose turn it is at one meeting; a duty that nobody can have is missing."""


NO_HOLDERS: Holders = MappingProxyType({})


class NotYourTurn(BotError):
    """Somebody answered for an organisation whose turn it is not (any more)."""


class ServedAlready(BotError):
    """Somebody wanted to lead a meeting, or to take its notes, which others do already."""

    def __init__(self, *, name: str, duty: Duty) -> None:
        super().__init__(duty)
        self.name, self.duty = name, duty


class TurnUnclear(BotError):
    """Words that neither take a turn nor pass it on, where that was asked."""


class CannotLead(BotError):
    """An organisation was chosen for which nobody can lead a meeting (any more)."""


class LeaderUnknown(BotError):
    """No organisation of the group is called so, or several are."""

    def __init__(self, *, said: str, known: Sequence[str]) -> None:
        super().__init__(f"none of {len(known)} organisations")
        self.said, self.known = said, tuple(known)


def standing(duty: Duty, organisation_id: int, name: str, holders: Holders) -> Standing:
    """Return how an organisation stands to a duty now.

    Or to what it does instead: who was asked to take notes, and leads, reads that they lead.
    """
    for other, served in holders.items():
        if other is not duty and served.organisation_id == organisation_id and served.is_accepted:
            return Standing(other, name, is_theirs=True, is_accepted=True)
    holder = holders.get(duty)
    is_theirs = holder is not None and holder.organisation_id == organisation_id
    return Standing(duty, name, is_theirs, is_theirs and holder is not None and holder.is_accepted)


def next_up(
    able: Sequence[int], had: Mapping[int, datetime], *, but: Collection[int] = ()
) -> int | None:
    """Return whose turn it is among the organisations that are `able`; None if nobody is left.

    `had` says when each of them had the turn last. Of several that waited equally long, the first
    of `able` comes first, so that the same question always has the same answer.
    """
    left = [one for one in able if one not in but]
    return min(left, key=lambda one: had.get(one, _NEVER), default=None)


def named(said: str, names: Mapping[int, str], people: Iterable[tuple[str, int]] = ()) -> int:
    """Return the one organisation that somebody means by its name, or by a part of it.

    Else by the name of somebody who speaks for it: `people` with the number of their organisation.

    Raises:
        LeaderUnknown: none is called so, or several are.
    """
    wanted = said.casefold().strip()
    exact = [key for key, name in names.items() if name.casefold() == wanted]
    alike = exact or [key for key, name in names.items() if wanted and wanted in name.casefold()]
    if not alike and wanted:
        spoken_for = {key for name, key in people if wanted in name.casefold()}
        alike = [key for key in names if key in spoken_for]
    if len(alike) != 1:
        raise LeaderUnknown(said=said, known=list(names.values()))
    return alike[0]


def duty_said(said: str, notes: Collection[str]) -> tuple[Duty, str]:
    """Return for what somebody is named, and the name: "notes Amina", "the notes: Amina", "Amina".

    `notes` are the words for taking notes, in every language.
    """
    for word in sorted(notes, key=len, reverse=True):
        rest = said.strip()[len(word) :]
        if said.strip().casefold().startswith(word.casefold()) and (not rest or rest[0] in " :,"):
            return Duty.NOTES, rest.lstrip(" :,")
    return Duty.FACILITATOR, said


def person(said: str, speakers: Iterable[Speaker]) -> int | None:
    """Return the number of the one person whom somebody means by their name, or a part of it."""
    wanted = said.casefold().strip()
    found = [one.member_id for one in speakers if wanted and wanted in one.name.casefold()]
    return found[0] if len(found) == 1 else None
