r"""What is put to a vote: by consent with reservations, or by yes, no and abstentions.

open -- closed by who runs the meeting --> counted (read back) -- "decided" --> carried
  \                                          \-- "not decided", or not enough yes --> lost
   \-- the meeting ends, or nobody wants it any more --> withdrawn
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.attendance import PASSED_ON
from bot.errors import BotError

RESERVATION_LIMIT = 500
"""Characters of a reservation: it stands in the minutes beside the decision."""


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


BALLOTS = {
    Choosing.CONSENT: (Ballot.YES, Ballot.RESERVATION),
    Choosing.MAJORITY: (Ballot.YES, Ballot.NO, Ballot.ABSTAIN),
}
"""What can be said to a motion, by how it is decided."""


class MotionState(StrEnum):
    """What became of a motion."""

    OPEN = "open"
    COUNTED = "counted"
    """Closed and read back: who runs the meeting says whether it is decided."""
    CARRIED = "carried"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class Barrier(StrEnum):
    """Why somebody who is known in a group has no vote in it."""

    PENDING = "pending"
    OBSERVER = "observer"
    OFFICE = "office"
    """A phone of many hands."""
    GUEST = "guest"
    """Somebody of the coordination team, say: they speak for no organisation here."""


@dataclass(frozen=True)
class Word:
    """The last word of one person on a motion, or what somebody entered for an organisation."""

    organisation_id: int | None
    ballot: Ballot
    at: datetime
    member_id: int | None = None
    """None: somebody else entered it for the organisation."""
    is_prime: bool = False
    """Whether the person spoke first for the organisation then."""
    reservation: str = ""


@dataclass(frozen=True)
class Reservation:
    """What an organisation wants to be written down beside a decision; never a person's name."""

    organisation: str
    text: str = ""
    """In its own words; empty if it gave none."""
    is_passed_on: bool = False

    @property
    def as_line(self) -> str:
        """Return it as it stands in the minutes."""
        mark = PASSED_ON if self.is_passed_on else ""
        return f"{self.organisation}{mark}: {self.text}" if self.text else self.organisation + mark


@dataclass(frozen=True)
class Tally:
    """What was counted."""

    yes: int = 0
    """With consent: those without a reservation."""
    reserved: int = 0
    no: int = 0
    abstained: int = 0
    passed_on: int = 0
    """How many of these somebody else entered."""

    @property
    def total(self) -> int:
        """Return how many were counted."""
        return self.yes + self.reserved + self.no + self.abstained


@dataclass(frozen=True)
class Motion:
    """Something that a meeting votes on, as people are shown it."""

    id: int
    text: str
    choosing: Choosing
    counted_by: CountedBy
    state: MotionState
    seats: int
    """How many organisations have a vote."""
    answered: int = 0
    """How many organisations have said something; all that anybody sees before the end."""
    people: int = 0
    """How many people have."""
    needed: int = 0
    """How many organisations are enough to decide."""
    here: int = 0
    """How many are at the meeting, or voted; of a motion that is closed, were or did then."""
    tally: Tally | None = None
    """None as long as it is open: what is hidden is not even known here."""
    reservations: tuple[Reservation, ...] = ()
    review_on: date | None = None
    """Of a motion that was carried: when the decision is looked at again."""
    is_taken_back: bool = False
    """Of a motion that was carried: whether the decision was taken back later."""

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough organisations are there to decide."""
        return self.here >= self.needed

    @property
    def is_answered(self) -> bool:
        """Tell whether anything was counted when it was closed; silence is no consent."""
        return self.tally is not None and self.tally.total > 0


@dataclass(frozen=True)
class Result:
    """How a decision came about, as it stands in the minutes."""

    tally: Tally
    reservations: tuple[Reservation, ...]
    has_quorum: bool


@dataclass(frozen=True)
class Wording:
    """What is put to the vote, and how, as somebody wrote it."""

    text: str
    choosing: Choosing


class MotionMissing(BotError):
    """Something was to be put to a vote, but neither words nor a message were given."""


class MotionUnknown(BotError):
    """A button or a reply names a motion that does not exist, or says what it does not ask."""


class MotionOver(BotError):
    """Something was said to a motion that is closed."""


class MotionVotedOn(BotError):
    """The words of a motion were to be corrected when somebody had voted on them already."""


class MotionOffRecord(BotError):
    """A vote was to be held on an item of which only the title is kept."""


class NotAVoter(BotError):
    """Somebody who belongs to the group, but has no vote, tapped."""

    def __init__(self, *, why: Barrier) -> None:
        super().__init__(f"no vote: {why}")
        self.why = why


class VotedThemselves(BotError):
    """Something was to be entered for an organisation of which somebody has voted."""

    def __init__(self, *, organisation: str) -> None:
        super().__init__("its own people have voted")
        self.organisation = organisation


class PrivateChatMissing(BotError):
    """Somebody is to be asked in private, but the bot may not write to them yet."""

    def __init__(self, *, bot: str) -> None:
        """Carry the bot's own name in Telegram, without @."""
        super().__init__("no private chat")
        self.bot = bot


class ReservationTooLong(BotError):
    """A reservation is a speech."""

    def __init__(self, *, length: int, limit: int = RESERVATION_LIMIT) -> None:
        super().__init__(f"a reservation of {length} characters")
        self.length, self.limit = length, limit


def read_motion(
    text: str,
    *,
    consent: Collection[str] = (),
    majority: Collection[str] = (),
    ballots: Collection[str] = (),
) -> Wording:
    """Read `yes/no: We meet twice a month`; without such a word it is decided by consent.

    `consent` and `majority` are what people call the two, in every language, and `ballots` what
    they say to a motion by majority: `yes/no/abstain` are all of them with strokes between, behind
    which the colon may be left out. The word alone says how the message is decided that the command
    replies to.
    """
    said = {*map(_fold, ballots)} - {""}
    before, colon, after = text.partition(":")
    if _fold(before) in map(_fold, consent):
        return Wording(after.strip() if colon else "", Choosing.CONSENT)
    if _fold(before) in map(_fold, majority) or _are_choices(re.split(r"[/,|]", before), said):
        return Wording(after.strip() if colon else "", Choosing.MAJORITY)
    first, *rest = text.split(maxsplit=1) or [""]
    if rest and _are_choices(re.split(r"[/|]", first), said):
        return Wording(rest[0].lstrip("-\u2013\u2014 "), Choosing.MAJORITY)
    return Wording(text.strip(), Choosing.CONSENT)


def split_but(text: str, words: Collection[str]) -> tuple[str, str]:
    """Return what stands before and after the first "but" of a text, in any language.

    Both are empty without such a word, or with nothing on one side of it.
    """
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.search(rf"[\s,;.]+(?:{either})[\s,:]+", text, re.IGNORECASE)
    if found is None or not either:
        return "", ""
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    return (before, after) if before and after else ("", "")


@dataclass(frozen=True)
class SaidBy:
    """How words can be read as those of somebody who is named: "Afya: yes", "Afya says yes"."""

    name: str
    said: str
    is_marked: bool = False
    """Whether a colon stands behind the name: then it is meant for one."""


def readings(
    text: str, *, says: Collection[str], without_for: Callable[[str], str]
) -> Iterator[SaidBy]:
    """Yield how "Afya: yes", "Afya says yes", "for Afya yes" and "yes for Afya" can be read.

    `says` are the words for "says", in every language; `without_for` takes the "for" off a name.
    Whether somebody is called so, and what they say, is for the caller to see.
    """
    name, colon, said = text.partition(":")
    if colon and name.strip() and said.strip():
        yield SaidBy(without_for(name.strip()), said.strip(), is_marked=True)
    words = text.split()
    for at in range(1, len(words)):
        before, after = " ".join(words[:at]), " ".join(words[at:])
        said_word = next((word for word in says if _begins(after, word)), "")
        yield SaidBy(without_for(before), after[len(said_word) :].lstrip(" ,:"))
        if (bare := without_for(after)) != after:
            yield SaidBy(bare, before)


def _begins(text: str, word: str) -> bool:
    return text.casefold().startswith(f"{word.casefold()} ")


def _are_choices(words: Collection[str], said: Collection[str]) -> bool:
    return len(words) > 1 and all(_fold(one) in said for one in words)


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def check_reservation(text: str) -> str:
    """Return the words of a reservation, on one line.

    Raises:
        ReservationTooLong: see there.
    """
    said = " ".join(text.split())
    if len(said) > RESERVATION_LIMIT:
        raise ReservationTooLong(length=len(said))
    return said


def counted(words: Iterable[Word], by: CountedBy) -> tuple[Word, ...]:
    """Return the words that count: one for each organisation, or for each member.

    Of a person the last one counts. For an organisation speaks its prime, else whoever of it spoke
    last. What somebody else entered for it counts as long as none of its own people has spoken.
    """
    own: dict[int, Word] = {}
    entered: dict[int, Word] = {}
    for word in sorted(words, key=_order):
        if word.member_id is not None:
            own[word.member_id] = word
        elif word.organisation_id is not None:
            entered[word.organisation_id] = word
    spoken = {word.organisation_id for word in own.values()}
    passed_on = [word for key, word in entered.items() if key not in spoken]
    if by is CountedBy.MEMBER:
        return tuple(sorted((*own.values(), *passed_on), key=_order))
    voices: dict[int, Word] = {}
    for word in sorted(own.values(), key=lambda one: (one.is_prime, *_order(one))):
        if word.organisation_id is not None:
            voices[word.organisation_id] = word
    return tuple(sorted((*voices.values(), *passed_on), key=_order))


def _order(word: Word) -> tuple[datetime, int, int]:
    return word.at, word.member_id or 0, word.organisation_id or 0


def tally(words: Iterable[Word]) -> Tally:
    """Count words that count."""
    words = tuple(words)
    said = Counter(word.ballot for word in words)
    return Tally(
        yes=said[Ballot.YES],
        reserved=said[Ballot.RESERVATION],
        no=said[Ballot.NO],
        abstained=said[Ballot.ABSTAIN],
        passed_on=sum(word.member_id is None for word in words),
    )


def is_carried(choosing: Choosing, found: Tally) -> bool:
    """Tell whether enough agree: by majority more say yes than no, and a tie is lost."""
    return choosing is Choosing.CONSENT or found.yes > found.no
