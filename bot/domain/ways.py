"""Ways of meeting: in a place, by phone, online, or several at once; and places told late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

from bot.domain.dates.tokens import Kind, Token, tokens, without
from bot.domain.dates.vocabulary import Phrases
from bot.errors import BotError

LINK_LIMIT = 200
_NUMBER_DIGITS = range(7, 16)
"""How many digits a number to dial has (E.164 allows 15)."""


class Way(StrEnum):
    """How people take part in a meeting."""

    PLACE = "place"
    """Only where it is held."""
    PHONE = "phone"
    ONLINE = "online"
    MIXED = "mixed"
    """Where it is held, or from afar; what a group does unless it says otherwise."""


@dataclass(frozen=True)
class Where:
    """Where a meeting is held, and how to take part from afar."""

    place: str = ""
    way: Way = Way.MIXED
    link: str = ""
    """The address of a call, or the number to dial, as it was typed."""
    is_late: bool = False
    """Whether place and link are told late: to each privately, the day before."""

    @property
    def said(self) -> "Said":
        """Return what a line has to say of it, beside the place."""
        return Said(
            phone=self.way is Way.PHONE,
            online=self.way is Way.ONLINE,
            in_person=self.way is Way.PLACE,
            is_late=self.is_late,
            link=self.link,
        )


class LinkTooLong(BotError):
    """The address of a call is longer than any that people can use."""

    def __init__(self, *, limit: int = LINK_LIMIT) -> None:
        """Carry the limit."""
        super().__init__(f"more than {limit} characters")
        self.limit = limit


class Role(StrEnum):
    """What a phrase says about the way of meeting."""

    PHONE = auto()
    ONLINE = auto()
    IN_PERSON = auto()
    LATE = auto()


WORDS: Mapping[str, Mapping[Role, str]] = {
    "en": {
        Role.PHONE: "by phone, on the phone, by phone call, phone call, by call, conference call",
        Role.ONLINE: "online, by video, video call, by video call",
        Role.IN_PERSON: "in person, in person only, face to face",
        Role.LATE: "place told late, place told later, place late, place later, tell place late, "
        "the place is told late, place is told late",
    },
    "sw": {
        Role.PHONE: "kwa simu, kwa njia ya simu",
        Role.ONLINE: "mtandaoni, kwa mtandao, kwa njia ya mtandao, kwa video",
        Role.IN_PERSON: "ana kwa ana",
        Role.LATE: "mahali baadaye, mahali patatajwa baadaye, mahali pataambiwa baadaye",
    },
    "so": {
        Role.PHONE: "taleefan ahaan, taleefanka ku, taleefoon ahaan, taleefan, taleefoon",
        Role.ONLINE: "onlayn, onlayn ah, internetka",
        Role.IN_PERSON: "fool ka fool",
        Role.LATE: "goobta dib ayaa loo sheegayaa, goobta dib baa loo sheegi",
    },
}
"""What people type, by language; a new language is a new table."""


@dataclass(frozen=True)
class Said:
    """What a line says about the way of meeting, besides the place."""

    phone: bool = False
    online: bool = False
    in_person: bool = False
    is_late: bool = False
    link: str = ""

    @property
    def is_anything(self) -> bool:
        """Tell whether the line says anything about it at all."""
        return self != NOTHING_SAID

    def at(self, place: str) -> Where:
        """Return where the meeting is held, if this place was said with it."""
        afar = self.phone or self.online
        if self.in_person and not afar:
            way = Way.PLACE
        elif place or not afar or (self.phone and self.online):
            way = Way.MIXED
        else:
            way = Way.PHONE if self.phone else Way.ONLINE
        return Where(place, way, self.link, self.is_late)


NOTHING_SAID = Said()


def read_way(text: str) -> tuple[Said, str]:
    """Return what a line says about the way of meeting, and the line without it.

    Raises:
        LinkTooLong: see there.
    """
    cut = tokens(text)
    found: dict[Role, range] = {}
    links: list[range] = []
    at = 0
    while at < len(cut):
        role, after = _phrase(cut, at)
        if role is Role.PHONE and (number := _number(cut, after)):
            links.append(number)
            found[role] = range(at, number.stop)
        elif role is not None:
            found.setdefault(role, range(at, after))
        elif _is_address(cut[at]):
            links.append(range(at, at + 1))
            found.setdefault(Role.ONLINE, range(at, at + 1))
        at = max(after, at + 1, *(span.stop for span in found.values()))
    used = {one for span in (*found.values(), *links) for one in span}
    link = check_link(" ".join(_written(text, cut, span) for span in links))
    said = Said(
        phone=Role.PHONE in found,
        online=Role.ONLINE in found,
        in_person=Role.IN_PERSON in found,
        is_late=Role.LATE in found,
        link=link,
    )
    return said, without(text, cut, used) if used else text


def check_link(link: str) -> str:
    """Return the address of a call, or the number to dial, in one line.

    Raises:
        LinkTooLong: see there.
    """
    link = " ".join(link.split())
    if len(link) > LINK_LIMIT:
        raise LinkTooLong
    return link


@lru_cache(maxsize=1)
def _phrases() -> Phrases[Role]:
    found: Phrases[Role] = Phrases()
    for table in WORDS.values():
        for role, phrases in table.items():
            for phrase in phrases.split(", "):
                found.add(phrase, role)
    return found


def _phrase(cut: Sequence[Token], at: int) -> tuple[Role | None, int]:
    found = _phrases().find(cut, at)
    return found or (None, at)


def _number(cut: Sequence[Token], at: int) -> range | None:
    """Return the tokens of a number to dial: "0700 123 456", "+254 700-123-456"."""
    start = at
    while start < len(cut) and cut[start].folded in (":", ","):
        start += 1
    after = start
    while after < len(cut) and (cut[after].kind is Kind.NUMBER or cut[after].folded in "+-()"):
        is_hour = after + 1 < len(cut) and cut[after + 1].glued and cut[after + 1].folded in ":."
        if is_hour:
            break
        after += 1
    digits = sum(len(one.folded) for one in cut[start:after] if one.kind is Kind.NUMBER)
    return range(start, after) if digits in _NUMBER_DIGITS else None


def _is_address(token: Token) -> bool:
    return token.folded.startswith(("https://", "http://"))


def _written(text: str, cut: Sequence[Token], span: range) -> str:
    return text[cut[span.start].start : cut[span.stop - 1].end]
