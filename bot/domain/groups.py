"""What a group is: a circle of organisations that meets and shares one chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.dates import known_zone
from bot.domain.names import clean
from bot.domain.reminders import DEFAULT_QUIET, DEFAULT_REMINDERS, QuietHours, ReminderKind
from bot.errors import BotError

MAX_LANGUAGES = 3
"""A post in more languages than this no longer fits a phone's screen, even folded."""


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
    reminders: tuple[ReminderKind, ...] = DEFAULT_REMINDERS
    """What the group wants to hear before a meeting."""
    quiet: QuietHours = DEFAULT_QUIET
    """When no phone of the group shall sound."""


class GroupUnknown(BotError):
    """A command came from a chat that no group of any coalition uses."""


class GroupMissing(BotError):
    """A person wrote in private what concerns a group, but belongs to none."""


class GroupAmbiguous(BotError):
    """A person of several groups wrote in private what concerns one of them."""

    def __init__(self, *, groups: Sequence[Group]) -> None:
        super().__init__(f"{len(groups)} groups")
        self.groups = tuple(groups)


class CommandGone(BotError):
    """A command that waited for a tap was carried out before, or waited for too long."""


class GroupOnly(BotError):
    """A command that belongs into a group's chat was typed in private."""

    def __init__(self, *, command: str) -> None:
        super().__init__(command)
        self.command = command


class SetupUnreadable(BotError):
    """The line after /setup did not have its parts."""

    def __init__(self, *, said: str) -> None:
        super().__init__("the line has not the three or four parts")
        self.said = said


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


def read_setup(line: str, *, known_languages: Sequence[str]) -> Setup:
    """Read `Wajir; Africa/Nairobi; en sw; Organisation one, Organisation two`.

    Raises:
        SetupUnreadable: a part is missing.
        ZoneUnknown: the time zone has no such name.
        LanguageUnknown, LanguagesTooMany: see there.
    """
    parts = [part.strip() for part in line.split(";")]
    if len(parts) not in {3, 4} or not all(parts):
        raise SetupUnreadable(said=line)
    name, zone, languages, *organisations = parts
    chosen = tuple(dict.fromkeys(languages.lower().replace(",", " ").split()))
    for language in chosen:
        if language not in known_languages:
            raise LanguageUnknown(said=language, is_for_group=True)
    if len(chosen) > MAX_LANGUAGES:
        raise LanguagesTooMany(limit=MAX_LANGUAGES)
    cleaned = (clean(part, fallback="") for part in ",".join(organisations).split(","))
    return Setup(
        name=clean(name),
        zone=known_zone(zone),
        languages=chosen,
        organisations=tuple(dict.fromkeys(filter(None, cleaned))),
    )
