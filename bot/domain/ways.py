"""Ways of meeting: in a place, by phone, online, or several at once; and places told late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from functools import lru_cache
from itertools import product

from bot.domain.dates.tokens import Kind, Token, tokens, without
from bot.domain.dates.vocabulary import Phrases, vocabulary
from bot.errors import BotError

LINK_LIMIT = 200
_NUMBER_DIGITS = range(7, 16)
"""How many digits a number to dial has (E.164 allows 15)."""
_LONGEST_LINK = 2
"""Words of the longest phrase that leads to a way: "or else"."""


class Way(StrEnum):
    """How people take part in a meeting."""

    PLACE = "place"
    """Only where it is held."""
    PHONE = "phone"
    ONLINE = "online"
    MIXED = "mixed"
    """Where it is held, or by phone; what a group does unless it says otherwise."""
    HYBRID = "hybrid"
    """Where it is held, or online."""


@dataclass(frozen=True)
class Where:
    """Where a meeting is held, and how to take part from afar."""

    place: str = ""
    way: Way = Way.MIXED
    link: str = ""
    """The address of a call, the number to dial, or what the call is made with, as it was typed."""
    is_late: bool = False
    """Whether place and link are told late: to each privately, the day before."""

    @property
    def said(self) -> "Said":
        """Return what a line has to say of it, beside the place."""
        return Said(
            phone=self.way is Way.PHONE,
            online=self.way in (Way.ONLINE, Way.HYBRID),
            in_person=self.way in (Way.PLACE, Way.HYBRID),
            is_late=self.is_late,
            link=self.link,
        )

    def changed(self, place: str, said: "Said") -> "Where":
        """Return where it is held after somebody named another place, or another way, or both.

        What they leave out stays as it was; above all, what is told late is not shown by a change
        of something else.
        """
        is_late = (self.is_late or said.is_late) and not said.is_told_now
        if said.is_way:
            is_only_afar = said.is_afar and not said.in_person
            after = said.at(place or ("" if is_only_afar else self.place))
            link = after.link or (self.link if after.way in (self.way, Way.MIXED) else "")
            return replace(after, link=link, is_late=is_late)
        way = self.way
        if place and way in (Way.PHONE, Way.ONLINE):
            way = Way.MIXED if way is Way.PHONE else Way.HYBRID
        return replace(self, place=place or self.place, way=way, is_late=is_late)


class LinkTooLong(BotError):
    """The address of a call is longer than any that people can use."""

    def __init__(self, *, limit: int = LINK_LIMIT) -> None:
        """Carry the limit."""
        super().__init__(f"more than {limit} characters")
        self.limit = limit


class Role(StrEnum):
    """What a phrase says about the way of meeting."""

    PHONE = auto()
    CALLED = auto()  # before a number to dial; alone it says nothing
    ONLINE = auto()
    NUMBER = auto()  # between a word for a call and the number to dial
    BY = auto()  # before what a call is made with
    PROGRAM = auto()  # what a call is made with: people want to know it, too
    PROGRAM_WORD = auto()  # the same, but also a plain word: a name, or after "on"
    BOTH = auto()  # in a place and online
    IN_PERSON = auto()
    ONLY = auto()  # beside a way, or after a place
    ONLY_IN = auto()  # before a place
    LATE = auto()
    NOW = auto()  # the place is not told late after all
    OR = auto()  # between a place and a way, or two ways


def _combined(*parts: str) -> str:
    """Return all phrases of one word from each part, in their order; "-" stands for none."""
    words = (part.split(", ") for part in parts)
    return ", ".join(" ".join(one for one in each if one != "-") for each in product(*words))


_LATE = (
    "late, later, the day before, a day before, one day before, day before, privately, in private, "
    "secret, secretly, in secret, hidden, confidential"
)

WORDS: Mapping[str, Mapping[Role, str]] = {
    "en": {
        Role.PHONE: "by phone, on the phone, over the phone, on phone, by phone call, phone call, "
        "by call, conference call, by telephone, phone only",
        Role.CALLED: "phone, telephone, tel, call, call in, dial, dial in, ring",
        Role.NUMBER: "number, no, no., on, at, to",
        Role.ONLINE: "online, on line, by video, video call, by video call, virtually, "
        "virtual meeting",
        Role.BY: "on, via, by, over, with, in, through, using",
        Role.PROGRAM: "zoom, zoom call, zoom meeting, ms teams, microsoft teams, teams call, "
        "google meet, skype, whatsapp call, webex, jitsi",
        Role.PROGRAM_WORD: "teams",
        Role.BOTH: "hybrid, in hybrid, hybrid meeting",
        Role.IN_PERSON: "in person, in-person, face to face, physically, physical meeting",
        Role.ONLY: "only",
        Role.ONLY_IN: "only in, only at, just in, just at",
        Role.LATE: ", ".join(
            [
                _combined(
                    "-, the",
                    "place, venue, location",
                    "-, is, told, is told, shown, is shown, said, is said, given, is given, "
                    "shared, is shared, to be told, will be told, to be shared, will be shared",
                    _LATE,
                ),
                _combined("tell, share, say, give", "-, the", "place, venue, location", _LATE),
                _combined("-, the", "secret, hidden, confidential", "place, venue, location"),
                _combined("hide, do not show, do not tell", "-, the", "place, venue, location"),
            ]
        ),
        Role.NOW: ", ".join(
            [
                _combined(
                    "-, the",
                    "place, venue, location",
                    "-, told, is told, shown, is shown",
                    "now, at once, openly, to everybody, to everyone, to all",
                ),
                _combined("tell, show", "-, the", "place, venue, location", "-, now"),
                _combined("-, the", "place, venue, location", "is not secret, not secret"),
            ]
        ),
        Role.OR: "or, and, or else, &, +, /, plus, or also, and also",
    },
    "sw": {
        Role.PHONE: "kwa simu, kwa njia ya simu, kwenye simu",
        Role.CALLED: "simu, piga simu, piga, namba ya simu, nambari ya simu",
        Role.ONLINE: "mtandaoni, kwa mtandao, kwa njia ya mtandao, kwa video",
        Role.NUMBER: "namba, nambari",
        Role.BY: "kwa, kwenye, kupitia, katika",
        Role.BOTH: "ana kwa ana na mtandaoni",
        Role.IN_PERSON: "ana kwa ana",
        Role.ONLY: "tu, pekee, pekee yake, peke yake",
        Role.LATE: ", ".join(
            [
                _combined(
                    "mahali, ukumbi",
                    "-, patatajwa, pataambiwa, patajulikana, patasemwa, utatajwa, ni",
                    "baadaye, pa siri, wa siri, siri, kwa siri, faraghani, siku moja kabla, "
                    "siku ya kabla, siku iliyotangulia",
                ),
                _combined("taja, sema, ambia", "mahali", "baadaye, siku moja kabla, kwa siri"),
                "usionyeshe mahali, ficha mahali, mahali pafichwe",
            ]
        ),
        Role.NOW: "mahali sasa, mahali patajwe sasa, mahali pasemwe sasa, taja mahali, "
        "taja mahali sasa, onyesha mahali, onyesha mahali sasa, mahali si siri",
        Role.OR: "au, na, ama, au pia, na pia",
    },
    "so": {
        Role.PHONE: "taleefan ahaan, taleefanka ku, taleefoon ahaan, taleefan, taleefoon, "
        "telefoon, telefoon ahaan",
        Role.CALLED: "wac, soo wac, la soo xiriir, lambarka",
        Role.ONLINE: "onlayn, onlayn ah, internetka, onlayn ahaan",
        Role.NUMBER: "lambarka, nambarka",
        Role.BOTH: "fool ka fool iyo onlayn",
        Role.IN_PERSON: "fool ka fool",
        Role.ONLY: "keliya, oo keliya, kaliya, oo kaliya, oo qudha",
        Role.LATE: ", ".join(
            [
                _combined(
                    "goobta, meesha",
                    "-, waa, waxaa, waxaa la sheegi doonaa, waxaa la sheegayaa, la sheegi doonaa",
                    "qarsoodi, qarsoon, sir, si qarsoodi ah, dambe, hadhow, maalin ka hor, "
                    "maalinta ka horreysa",
                ),
                _combined(
                    "goobta, meesha",
                    "dib",
                    "-, baa loo, ayaa loo",
                    "sheegi, sheegayaa, sheegi doonaa, sheeg",
                ),
                "goob qarsoodi ah, meel qarsoodi ah, qari goobta",
            ]
        ),
        Role.NOW: "goobta hadda, goobta hadda sheeg, meesha hadda, muuji goobta, sheeg goobta, "
        "goobta ma aha sir, goobta ma aha qarsoodi",
        Role.OR: "ama, iyo, mise",
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
    is_told_now: bool = False
    """Whether a place that was to be told late is told like any other after all."""

    @property
    def is_anything(self) -> bool:
        """Tell whether the line says anything about it at all."""
        return self != NOTHING_SAID

    @property
    def is_afar(self) -> bool:
        """Tell whether it says how to take part from afar."""
        return self.phone or self.online

    @property
    def is_way(self) -> bool:
        """Tell whether it says how to take part, not only when the place is told."""
        return self.is_afar or self.in_person

    def at(self, place: str) -> Where:
        """Return where the meeting is held, if this place was said with it."""
        if self.in_person and not self.is_afar:
            way = Way.PLACE
        elif place or not self.is_afar or self.in_person or (self.phone and self.online):
            way = Way.HYBRID if self.online and not self.phone else Way.MIXED
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
    found: set[Role] = set()
    used: set[int] = set()
    links: list[range] = []
    at = 0
    while at < len(cut):
        roles, after, link = _way_at(cut, at)
        if roles:
            said_here = _with_neighbours(cut, at, after)
            found, used, after = found | roles, used | {*said_here}, said_here.stop
        links += [link] if link else []
        at = max(after, at + 1)
    said = Said(
        phone=Role.PHONE in found,
        online=Role.ONLINE in found,
        in_person=Role.IN_PERSON in found,
        is_late=Role.LATE in found,
        link=check_link(" ".join(_written(text, cut, span) for span in links)),
        is_told_now=Role.NOW in found,
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


def is_reachable(link: str) -> bool:
    """Tell whether somebody can take part with it alone: "Zoom" says only what to open."""
    return "://" in link or any(character.isdigit() for character in link)


_WAYS = (Role.PHONE, Role.ONLINE, Role.BOTH, Role.IN_PERSON, Role.LATE, Role.NOW)


@lru_cache(maxsize=1)
def _phrases() -> Mapping[Role, Phrases[Role]]:
    found: dict[Role, Phrases[Role]] = {role: Phrases() for role in Role}
    for table in WORDS.values():
        for role, phrases in table.items():
            for phrase in phrases.split(", "):
                found[role].add(phrase, role)
    return found


def _end(cut: Sequence[Token], at: int, role: Role) -> int:
    """Return where the longest phrase of a role at `at` ends; `at` if there is none."""
    found = _phrases()[role].find(cut, at)
    return found[1] if found else at


def _way_at(cut: Sequence[Token], at: int) -> tuple[set[Role], int, range | None]:
    """Return what begins at `at`, where it ends, and the tokens of a link in it."""
    if _is_address(cut[at]):
        return {Role.ONLINE}, at + 1, range(at, at + 1)
    if program := _program(cut, at):
        number = _number(cut, program.stop)
        link = range(program.start, number.stop) if number else program
        return {Role.ONLINE}, link.stop, link
    said = max(_WAYS, key=lambda role: _end(cut, at, role))
    after = _end(cut, at, said)
    called = max(_end(cut, at, Role.CALLED), after if said is Role.PHONE else at)
    if called > at and (number := _number(cut, called)):
        return {Role.PHONE}, number.stop, number
    if after > at:
        return {Role.ONLINE, Role.IN_PERSON} if said is Role.BOTH else {said}, after, None
    only = _end(cut, at, Role.ONLY)
    if any(_end(cut, only, role) > only for role in _WAYS):
        # "Only by phone": it belongs to the way.
        return set(), at, None
    after = only if _is_only_there(cut, at) else _end(cut, at, Role.ONLY_IN)
    return ({Role.IN_PERSON} if after > at else set()), after, None


def _program(cut: Sequence[Token], at: int) -> range | None:
    """Return the tokens of what a call is made with, which perhaps "on" leads to."""
    start = _end(cut, at, Role.BY)
    if (after := _end(cut, start, Role.PROGRAM)) > start:
        return range(start, after)
    after = _end(cut, start, Role.PROGRAM_WORD)
    is_name = after > start and (start > at or cut[start].is_capital)
    return range(start, after) if is_name else None


def _is_only_there(cut: Sequence[Token], at: int) -> bool:
    """Tell whether "only" at `at` ends what is said of a place: "County Hall only"."""
    words, after = vocabulary(()), _end(cut, at, Role.ONLY)
    return after > at and words.is_plain(cut, at - 1) and not words.is_plain(cut, after)


def _with_neighbours(cut: Sequence[Token], first: int, after: int) -> range:
    """Return the tokens of a way with those beside it that only lead to it: "or", "only"."""
    for role in (Role.ONLY, Role.OR):
        starts = range(max(0, first - _LONGEST_LINK), first)
        first = next((start for start in starts if _end(cut, start, role) == first), first)
        after = _end(cut, after, role)
    return range(first, after)


def _number(cut: Sequence[Token], at: int) -> range | None:
    """Return the tokens of a number to dial: "0700 123 456", "+254 700-123-456"."""
    start = _end(cut, at, Role.NUMBER)
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
