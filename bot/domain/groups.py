"""What a group is: a circle of organisations that meets and shares one chat."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.dates import ZoneUnknown, known_zone, likely_zones
from bot.domain.motions import CountedBy
from bot.domain.names import MAX_LENGTH, clean
from bot.domain.reminders import (
    DEFAULT_QUIET,
    DEFAULT_REMINDERS,
    NO_QUIET,
    QuietHours,
    ReminderKind,
    read_quiet,
)
from bot.errors import BotError

GENERAL = 1
"""The general topic of a forum in addresses; in messages it has no number."""
FIRST_PARTS = 3
"""Parts of the line after /setup without which no group is set up: name, zone, languages."""
MAX_LANGUAGES = 3
"""A post in more languages than this no longer fits a phone's screen, even folded."""


_BULLET = re.compile(r"^\s*(?:[-•*]|\d{1,3}[.)])\s+")
SEATS_LIMIT = 60
"""Organisations with a button on the roll: more would not fit the 10 KB that Telegram allows for a
keyboard, and who has no button cannot say for whom they speak."""


class Setting(StrEnum):
    """What can be said of a group, each for itself."""

    NAME = "name"
    ZONE = "zone"
    LANGUAGES = "languages"
    ORGANISATIONS = "organisations"
    REMINDERS = "reminders"
    QUIET = "quiet"
    VOTES = "votes"
    QUORUM = "quorum"
    OBJECTIONS = "objections"
    """For how many working days members may object to minutes."""
    UPWARD = "upward"
    """Whether the coordination team gets the minutes."""


@dataclass(frozen=True)
class Group:
    """A county secretariat, a working group, a steering committee."""

    id: int
    coalition_id: int
    name: str
    zone: str
    """IANA name of the time zone that its people live by."""
    languages: tuple[str, ...]
    """The first one stands open in a post; the others are folded below it."""
    chat_id: int
    thread_id: int | None = None
    """The topic of a forum in which it reads its posts; None: the general one, or no forum."""
    reminders: tuple[ReminderKind, ...] = DEFAULT_REMINDERS
    """What the group wants to hear before a meeting."""
    quiet: QuietHours = DEFAULT_QUIET
    """When no phone of the group shall sound."""
    votes_by: CountedBy = CountedBy.ORGANISATION
    """Who has a vote in it."""
    quorum: int | None = None
    """How many organisations are enough to decide; None: over half of those with a seat."""

    @property
    def link(self) -> str | None:
        """Return the address that opens the group's topic; only people of the chat can follow it.

        Only supergroups have such addresses: their ids begin with -100.
        """
        return self.link_to(self.thread_id or GENERAL) or None

    def link_to(self, message_id: int | None) -> str:
        """Return the address of a message in the group's chat; empty where there is none."""
        inner = str(self.chat_id).removeprefix("-100")
        if message_id is None or inner.startswith("-"):
            return ""
        return f"https://t.me/c/{inner}/{message_id}"


class GroupUnknown(BotError):
    """A command came from a chat that no group of any coalition uses."""


class TopicUnknown(BotError):
    """A command came from a topic of a forum where only other topics have their groups."""

    def __init__(self, *, groups: Sequence[Group]) -> None:
        super().__init__(f"{len(groups)} groups in other topics")
        self.groups = tuple(groups)


class GroupMissing(BotError):
    """A person wrote in private what concerns a group, but belongs to none."""


class GroupAmbiguous(BotError):
    """A person of several groups wrote in private what concerns one of them."""

    def __init__(self, *, groups: Sequence[Group]) -> None:
        super().__init__(f"{len(groups)} groups")
        self.groups = tuple(groups)


class CommandGone(BotError):
    """A command that waited for a tap was carried out before, or waited for too long."""


class QuestionOfAnother(BotError):
    """Somebody tapped an answer to what the bot asked another person."""


class GroupOnly(BotError):
    """A command that belongs into a group's chat was typed in private."""

    def __init__(self, *, command: str) -> None:
        super().__init__(command)
        self.command = command


class PrivateOnly(BotError):
    """A command that others need not read along with was typed in a group."""

    def __init__(self, *, command: str, link: str) -> None:
        super().__init__(command)
        self.command, self.link = command, link


class SetupUnreadable(BotError):
    """The line after /setup did not have its parts."""

    def __init__(self, *, said: str) -> None:
        super().__init__("the line has not the three or four parts")
        self.said = said


class QuorumUnreadable(BotError):
    """The number of organisations that are enough to decide is no number, or none that can be."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"not from 1 to {limit}")
        self.limit = limit


class ModelUnknown(BotError):
    """A group was to be like another one that is not there."""

    def __init__(self, *, said: str, names: Sequence[str]) -> None:
        super().__init__("no group of that name")
        self.said, self.names = said, tuple(names)


class NameTooLong(BotError):
    """A name does not fit a line on a phone."""

    def __init__(self, *, length: int, limit: int = MAX_LENGTH) -> None:
        super().__init__(f"{length} characters")
        self.length, self.limit = length, limit


class NameTaken(BotError):
    """Another group of the coalition, or another coalition, is called so already."""

    def __init__(self, *, name: str) -> None:
        super().__init__("the name is taken")
        self.name = name


class OrganisationsTooMany(BotError):
    """A group would have more organisations than its roll can show."""

    def __init__(self, *, count: int, limit: int = SEATS_LIMIT) -> None:
        super().__init__(f"{count} organisations")
        self.count, self.limit = count, limit


class SetUpMeanwhile(BotError):
    """Somebody else set the group up while this person answered the questions."""


class LanguagesTooMany(BotError):
    """A group asked for more languages than a post can hold."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"more than {limit}")
        self.limit = limit


class LanguageUnknown(BotError):
    """There is no catalogue for the language that was asked for."""

    def __init__(self, *, said: str, is_for_group: bool = False) -> None:
        super().__init__("no catalogue")
        self.said, self.is_for_group = said, is_for_group


@dataclass(frozen=True)
class Setup:
    """What a lead says about a new group, in one line."""

    name: str
    zone: str
    languages: tuple[str, ...]
    organisations: tuple[str, ...]
    reminders: tuple[ReminderKind, ...] | None = None
    """None: as it was, or as usual."""
    quiet: QuietHours | None = None
    """None: as it was, or as usual."""
    votes_by: CountedBy | None = None
    """None: as it was, or as usual."""
    quorum: int | None = None
    """How many organisations are enough to decide; None: over half of them."""
    objection_days: int | None = None
    minutes_upward: bool | None = None
    """None, of both: as it was."""


def read_quorum(text: str) -> int:
    """Read how many organisations are enough to decide: `7`, `7 of them`.

    Raises:
        QuorumUnreadable: there is not one number, or no group can have so many organisations.
    """
    numbers = [int(word) for word in text.split() if word.isdecimal()]
    if len(numbers) != 1 or not 0 < numbers[0] <= SEATS_LIMIT:
        raise QuorumUnreadable(limit=SEATS_LIMIT)
    return numbers[0]


def check_name(said: str, taken: Iterable[str] = ()) -> str:
    """Return a name, cleaned, if it fits a line and nobody in `taken` has it.

    Raises:
        NameTooLong, NameTaken: see there.
    """
    name = clean(said, limit=len(said) + 1)
    if len(name) > MAX_LENGTH:
        raise NameTooLong(length=len(name))
    if name.casefold() in {other.casefold() for other in taken}:
        raise NameTaken(name=name)
    return name


def read_organisations(text: str) -> tuple[str, ...]:
    """Return the names in a list with commas, semicolons or lines between, each once.

    Raises:
        OrganisationsTooMany: more than a roll can show.
    """
    parts = (_BULLET.sub("", part) for part in re.split(r"[,;\n]", text))
    names = (clean(part, fallback="") for part in parts)
    found: dict[str, str] = {}
    for name in filter(None, names):
        # The first spelling counts: a repetition at the end is often typed in haste.
        found.setdefault(name.casefold(), name)
    if len(found) > SEATS_LIMIT:
        raise OrganisationsTooMany(count=len(found))
    return tuple(found.values())


def check_languages(chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of a group, each once, in the order in which they were said.

    Raises:
        LanguagesTooMany: see there.
    """
    once = tuple(dict.fromkeys(chosen))
    if len(once) > MAX_LANGUAGES:
        raise LanguagesTooMany(limit=MAX_LANGUAGES)
    return once


@dataclass(frozen=True)
class SetupWords:
    """What people write in the line after /setup, in every language, in small letters."""

    languages: Mapping[str, str]
    """See `read_languages`."""
    like: Sequence[str] = ()
    """What stands before the name of another group: "same as"."""
    reminders: Sequence[str] = ()
    quiet: Sequence[str] = ()
    """What stands before the reminders and before the quiet hours."""
    kinds: Mapping[str, ReminderKind | None] = field(default_factory=dict)
    """What reminders are called: "7" comes a week before; None: "none"."""


def read_like(line: str, *, words: SetupWords) -> tuple[str, str] | None:
    """Read `same as Wajir` or `Isiolo; same as Wajir`: a name, or "", and that of the other group.

    None: the line says something else.
    """
    *before, last = (part.strip() for part in line.split(";"))
    model = _after(last, words.like)
    return ("".join(before), model) if model and len(before) <= 1 else None


def read_setup(line: str, *, words: SetupWords, zones_nearby: Sequence[str] = ()) -> Setup:
    """Read `Wajir; Nairobi; en sw; Organisation one, Organisation two; reminders 7 1; quiet 20-7`.

    What follows the languages may be missing.

    `zones_nearby` are offered for a zone that is not known, with those of the languages.

    Raises:
        SetupUnreadable: one of the first three parts is missing, or there is one too many.
        ZoneUnknown: the time zone has no such name.
        LanguageUnknown, LanguagesTooMany, OrganisationsTooMany: see there.
        QuietUnreadable, and the others of `read_quiet`: see there.
    """
    parts = [part.strip() for part in line.split(";")]
    if len(parts) < FIRST_PARTS or not all(parts):
        raise SetupUnreadable(said=line)
    name, zone, spoken, *others = parts
    reminders = quiet = None
    organisations = []
    for part in others:
        if (said := _after(part, words.reminders)) is not None:
            reminders = _read_reminders(said, line, words.kinds)
        elif (said := _after(part, words.quiet)) is not None:
            quiet = _read_quiet(said, words)
        else:
            organisations.append(part)
    if len(organisations) > 1:
        raise SetupUnreadable(said=line)
    return Setup(
        name=check_name(name),
        zone=_zone_in_line(
            name,
            zone,
            [spoken, *others],
            likely_zones(_codes_in(spoken, words.languages), zones_nearby),
        ),
        languages=read_languages(spoken, names=words.languages),
        organisations=read_organisations(",".join(organisations)),
        reminders=reminders,
        quiet=quiet,
    )


def _read_reminders(
    said: str, line: str, kinds: Mapping[str, ReminderKind | None]
) -> tuple[ReminderKind, ...]:
    """Read `7 1`, `a week before, an hour before` or `none`."""
    said = said.casefold()
    pieces = [piece.strip() for piece in said.split(",")]
    if not all(piece in kinds for piece in pieces):
        pieces = said.replace(",", " ").split()
    if not pieces or not all(piece in kinds for piece in pieces):
        raise SetupUnreadable(said=line)
    wanted = {kinds[piece] for piece in pieces}
    return tuple(kind for kind in ReminderKind if kind in wanted)


def _read_quiet(said: str, words: SetupWords) -> QuietHours:
    if words.kinds.get(said.casefold(), said) is None:
        return NO_QUIET
    return read_quiet(said, languages=tuple(dict.fromkeys(filter(None, words.languages.values()))))


def _after(part: str, headings: Iterable[str]) -> str | None:
    """Return what follows the longest of some words at the beginning; None if there is none."""
    for heading in sorted(headings, key=len, reverse=True):
        rest = part[len(heading) :]
        if part.casefold().startswith(heading) and rest[:1] in {" ", ":"}:
            return rest.lstrip(" :")
    return None


def named_in(text: str, groups: Sequence[Group]) -> tuple[Group, str] | None:
    """Return the one of several groups that is named in the words after a command, and the rest.

    At the beginning of the words the name only says which group is meant, and is cut off; elsewhere
    it may be part of what is said. None: no group is named, or more than one may be meant.
    """
    found = [(one, match) for one in groups if (match := _named(one.name, text))]
    # "Marsabit North" names Marsabit only by the way.
    wholes = [
        (one, match)
        for one, match in found
        if not any(
            other.start() <= match.start() and match.end() <= other.end() and other[0] != match[0]
            for _, other in found
        )
    ]
    if len(wholes) != 1:
        return None
    group, match = wholes[0]
    is_first = not text[: match.start()].strip()
    return group, text[match.end() :].lstrip(" \t\n,;:") if is_first else text


def _named(name: str, text: str) -> re.Match[str] | None:
    words = r"\s+".join(map(re.escape, name.split()))
    return re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)


def _codes_in(text: str, languages: Mapping[str, str]) -> list[str]:
    """Return the languages that a text names, for a guess: whatever else it says is left out."""
    words = text.casefold().replace(",", " ").split()
    return [languages[word] for word in words if languages.get(word)]


def _zone_in_line(name: str, zone: str, rest: Sequence[str], likely: Sequence[str]) -> str:
    try:
        return known_zone(zone, likely)
    except ZoneUnknown as unknown:
        # The line comes back, so that only the zone has to be corrected in it.
        raise ZoneUnknown(
            said=unknown.said,
            nearest=unknown.nearest,
            before=f"{name}; ",
            after="".join(f"; {part}" for part in rest),
        ) from unknown


def read_languages(text: str, *, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes of the languages in `en sw` or `Kiswahili na Kiingereza`.

    `names` has them by what people call them, in small letters; a word that only joins two has "".

    Raises:
        LanguageUnknown, LanguagesTooMany: see there.
    """
    words = re.findall(r"[^\s,;/+&.]+", text)
    unknown = [word for word in words if word.casefold() not in names]
    if unknown:
        raise LanguageUnknown(said=unknown[0], is_for_group=True)
    return check_languages([code for word in words if (code := names[word.casefold()])])
