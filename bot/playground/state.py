"""What a small Telegram knows: users, chats, messages, taps; each a record that can be saved."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.playground.html import to_html
from bot.playground.text import Entity

Json = dict[str, Any]

SUPERGROUP_IDS = -1_000_000_000_000
"""Ids of supergroups (and channels) lie below this number, ids of groups above it."""


class ChatKind(StrEnum):
    """The kinds of chat that are imitated, in the words of the Bot API."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class BotPlace(StrEnum):
    """Where the bot stands in a group."""

    MEMBER = "member"
    LEFT = "left"
    """Never there, or gone by itself."""
    KICKED = "kicked"


class Why(StrEnum):
    """Why a person cannot do something, as far as they can do something about it."""

    TOPIC_CLOSED = "topic-closed"
    FILE_EMPTY = "file-empty"
    FILE_TOO_BIG = "file-too-big"
    FILE_UNREADABLE = "file-unreadable"
    TEXT_TOO_LONG = "text-too-long"
    BLOCKED = "blocked"
    NOT_IN_CHAT = "not-in-chat"
    OTHER = "other"


@dataclass
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    has_started: bool = False
    has_blocked: bool = False
    is_deactivated: bool = False

    @property
    def name(self) -> str:
        """First and last name, as a chat shows them."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass
class Topic:
    """A topic of a forum; its number is that of the message that opened it."""

    id: int
    name: str
    is_closed: bool = False


GENERAL = 1
"""The topic that every forum has; calls do not name it, and it has no message that opened it."""


@dataclass
class Chat:
    """A group, or the private chat of one person with the bot (its id is the person's)."""

    id: int
    kind: ChatKind
    title: str = ""
    members: list[int] = field(default_factory=list)
    bot_place: BotPlace = BotPlace.MEMBER
    migrated_to: int | None = None
    migrated_from: int | None = None
    last_own_id: int = 0
    revision: int = 0
    read_up_to: dict[str, int] = field(default_factory=dict)
    is_forum: bool = False
    is_muted: bool = False
    """Only administrators may write; here nobody is one."""
    topics: dict[int, Topic] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        """Whether several people are in it."""
        return self.kind is not ChatKind.PRIVATE

    @classmethod
    def from_record(cls, record: Json) -> "Chat":
        """Read a saved chat."""
        record |= {"kind": ChatKind(record["kind"]), "bot_place": BotPlace(record["bot_place"])}
        topics = [Topic(**topic) for topic in record.pop("topics", {}).values()]
        record["topics"] = {topic.id: topic for topic in topics}
        return cls(**record)


@dataclass(frozen=True)
class Button:
    """A button under a message: it sends `data` to the bot, or opens `url`."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ForceReply:
    """A wish that the reader answers this message: apps open the reply by themselves."""

    placeholder: str = ""
    """What stands in the empty box meanwhile; empty: what always stands there."""
    is_selective: bool = False


@dataclass(frozen=True)
class Origin:
    """Who wrote first what was passed on, and when."""

    author_id: int
    author: str
    unix_time: int
    sender_chat: Json | None = None
    """The group or channel in whose name it was written."""


@dataclass
class Message:
    """One message of a chat; `service` holds what Telegram itself announces instead of a text."""

    chat_id: int
    id: int
    author_id: int
    author: str
    unix_time: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    reply_to: int | None = None
    edited_at: int | None = None
    sender_chat: Json | None = None
    service: Json = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)
    link_preview_options: Json | None = None
    is_silent: bool = False
    topic: int | None = None
    """The topic of a forum in which it stands; None for the general one, and outside forums."""
    document: Json | None = None
    """A `Document`; the text is then its caption."""
    photo: list[Json] = field(default_factory=list)
    """The sizes of a picture; the text is then its caption."""
    voice: Json | None = None
    """A `Voice`; the text is then its caption."""
    is_protected: bool = False
    """Whether it cannot be passed on or saved."""
    force_reply: ForceReply | None = None
    origin: Origin | None = None
    """Where it was passed on from; None for what was written here."""

    @property
    def attached(self) -> Json:
        """Return what is attached to it, under the names of the Bot API; empty for a text."""
        found = {"photo": self.photo, "voice": self.voice, "document": self.document}
        return {name: value for name, value in found.items() if value}

    @property
    def date(self) -> datetime:
        """When it was sent, in UTC, to the second."""
        return datetime.fromtimestamp(self.unix_time, UTC)

    @property
    def edited(self) -> bool:
        """Whether its text was changed after it was sent."""
        return self.edited_at is not None

    @property
    def html(self) -> str:
        """The text with its markup written as HTML."""
        return to_html(self.text, self.entities)

    @property
    def buttons(self) -> list[list[Button]]:
        """The rows of buttons under it."""
        return [
            [
                Button(button["text"], button.get("callback_data"), button.get("url"))
                for button in row
            ]
            for row in self.keyboard
        ]

    def as_record(self) -> Json:
        """Return what to save."""
        return {
            **vars(self),
            "entities": [entity.as_record() for entity in self.entities],
            "force_reply": None if self.force_reply is None else vars(self.force_reply),
            "origin": None if self.origin is None else vars(self.origin),
        }

    @classmethod
    def from_record(cls, record: Json) -> "Message":
        """Read a saved message."""
        entities = [Entity(**entity) for entity in record.pop("entities")]
        # A world that was saved before these two existed knows neither.
        asked, origin = record.pop("force_reply", None), record.pop("origin", None)
        return cls(
            **record,
            entities=entities,
            force_reply=None if asked is None else ForceReply(**asked),
            origin=None if origin is None else Origin(**origin),
        )


@dataclass(frozen=True)
class Toast:
    """What the bot said to a tap: a line that fades, or a dialog when `show_alert`."""

    text: str
    show_alert: bool


@dataclass
class Tap:
    """A press of a button, waiting 150 seconds for the bot's word."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    unix_time: float
    toast: Toast | None = None

    @classmethod
    def from_record(cls, record: Json) -> "Tap":
        """Read a saved tap."""
        toast = record.pop("toast")
        return cls(**record, toast=Toast(**toast) if toast else None)


@dataclass(frozen=True)
class Call:
    """A call of the bot that Telegram accepted, in the order of acceptance."""

    at: datetime
    method: str
    chat_id: int | None = None
    text: str | None = None
    message_id: int | None = None
    is_silent: bool = False

    def as_record(self) -> Json:
        """Return what to save."""
        return {**vars(self), "at": self.at.isoformat()}

    @classmethod
    def from_record(cls, record: Json) -> "Call":
        """Read a saved call."""
        return cls(**{**record, "at": datetime.fromisoformat(record["at"])})


def record_of(thing: User | Chat | Tap) -> Json:
    """Return what to save of a plain record."""
    return asdict(thing)
