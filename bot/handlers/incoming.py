"""What a person sent, as plain facts: below this line no object of Telegram goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telegram import (
    CallbackQuery,
    Chat,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
    User,
)

from bot.domain import names
from bot.domain.invitations import link
from bot.domain.progress import EvidenceKind, File
from bot.domain.roles import ANONYMOUS_ADMIN
from bot.domain.taps import Tap, decode


class Wordless(StrEnum):
    """What a message is that has no words of its own (those under a picture are not read)."""

    PICTURE = "picture"
    VOICE = "voice"
    FILE = "file"
    OTHER = "other"
    """A sticker, a place, a poll, and whatever Telegram invents next."""


@dataclass(frozen=True)
class Quoted:
    """What somebody wrote, and somebody else, or the bot, replied to."""

    message_id: int
    sender_id: int
    text: str
    """Also the words under a picture."""
    sender_name: str = ""
    """Of whoever said it first, if it was forwarded."""
    is_forwarded: bool = False
    is_own: bool = False
    """Whether the bot itself said it."""
    mentions: Mapping[str, int | None] = field(default_factory=dict)
    """As those of `Incoming`."""
    picture: str = ""
    """As that of `Incoming`."""


@dataclass(frozen=True)
class Incoming:
    """A message, or a tap on a button, and who is behind it."""

    chat_id: int
    is_private: bool
    sender_id: int
    sender_name: str
    phone_language: str | None
    """What the person's phone speaks (IETF tag, first part), if Telegram says so."""
    chat_title: str = ""
    """What a group's chat is called, or the topic of it in which this was written."""
    message_id: int | None = None
    thread_id: int | None = None
    sent_at: datetime | None = None
    """When a message was sent, by Telegram's clock; of a tap nothing is known."""
    text: str = ""
    """What was written; for a command what stands behind it."""
    command: str = ""
    """The command, without its slash and the bot's name; empty for other texts."""
    is_edit: bool = False
    """Whether the person changed what they had written before."""
    wordless: Wordless | None = None
    """What was sent instead of words; None for words, and for taps."""
    picture: str = ""
    """Telegram's name of the picture that was sent instead of words, in its largest size."""
    file: File | None = None
    """The picture, file or voice note that was sent instead of words, to be kept by its name."""
    caption: str = ""
    """The words under it."""
    album: str | None = None
    """What the pictures or files that were sent in one go have in common."""
    replies_to: int | None = None
    is_beside_confided: bool = False
    """Whether it replies to somebody's own words, which only the coordination team reads."""
    query_id: str | None = None
    group_id: int | None = None
    """The group that a private command is about, once the person was asked."""
    meeting_id: int | None = None
    """Which of several open meetings a command is about, once the person was asked."""
    tap: Tap | None = None
    quoted: Quoted | None = None
    """What a message replies to, or the message with the tapped button; None also if that was
    deleted, or has no words."""
    mentions: Mapping[str, int | None] = field(default_factory=dict)
    """Who is mentioned, as it is written: "Amina" with the account behind it, "@amina" without."""
    bot: str = ""
    """The bot's own name in Telegram (without @)."""

    def link(self, code: str) -> str:
        """Return the address that opens a private chat with the bot and hands it `code`."""
        return link(self.bot, code)

    @property
    def is_command(self) -> bool:
        """Tell whether the message begins with a command."""
        return bool(self.command)

    @property
    def is_anonymous_admin(self) -> bool:
        """Tell whether an admin of the group hides behind the group's own name."""
        return self.sender_id == ANONYMOUS_ADMIN


SLIP = re.compile(r"^/[ \t\u00a0]+[a-zA-Z][a-zA-Z0-9_]*(?:@\w+)?(?!\w)")
"""A command with a blank by a slip, "/ agreed We meet twice", which Telegram takes for words."""

_AFTER_COMMAND = re.compile(r"^(?:[:;]\s*|[-\u2013\u2014]\s+)")


def of_update(update: Update) -> Incoming | None:
    """Read an update; None if nobody wrote or tapped."""
    if update.callback_query is not None:
        return _of_tap(update.callback_query)
    message = update.message or update.edited_message
    if message is None or message.from_user is None:
        return None
    return _of_message(message, message.from_user, is_edit=update.message is None)


def _of_message(message: Message, sender: User, *, is_edit: bool) -> Incoming:
    text = message.text or ""
    entity = next((e for e in message.entities if e.type == "bot_command" and not e.offset), None)
    command = ""
    # Offsets count UTF-16 units, but a command is ASCII.
    length = entity.length if entity is not None else 0
    if entity is None and (slip := SLIP.match(text)):
        length = slip.end()
    if length:
        name, _, bot = text[1:length].strip().partition("@")
        command = name if bot.lower() in {"", message.get_bot().username.lower()} else ""
        # "/agreed: We meet twice" and "/agreed - We meet twice" say the same.
        text = _AFTER_COMMAND.sub("", text[length:].strip())
    return Incoming(
        chat_id=message.chat.id,
        is_private=message.chat.type == Chat.PRIVATE,
        sender_id=sender.id,
        sender_name=names.clean(sender.full_name),
        phone_language=_language(sender),
        chat_title=_title(message),
        message_id=message.message_id,
        thread_id=_topic(message),
        sent_at=message.date,
        text=text,
        command=command,
        is_edit=is_edit,
        wordless=None if message.text else _wordless(message),
        picture=message.photo[-1].file_id if message.photo else "",
        file=_file(message),
        caption=(message.caption or "").strip(),
        album=message.media_group_id,
        replies_to=message.reply_to_message.message_id if message.reply_to_message else None,
        is_beside_confided=_is_beside_confided(message),
        quoted=_quoted(message),
        mentions=_mentions(message),
        bot=message.get_bot().username,
    )


def _wordless(message: Message) -> Wordless:
    if message.photo:
        return Wordless.PICTURE
    if message.voice or message.audio or message.video_note:
        return Wordless.VOICE
    # A moving picture comes as a document, too.
    return Wordless.FILE if message.document and not message.animation else Wordless.OTHER


def _file(message: Message) -> File | None:
    """Return what can be kept of a message without words: Telegram's name of it, never itself."""
    if message.photo:
        largest = message.photo[-1]
        return File(EvidenceKind.PICTURE, largest.file_id, size=largest.file_size or 0)
    for sound in (message.voice, message.audio, message.video_note):
        if sound is not None:
            # As Telegram said it: the attribute is about to change from a number to a span.
            seconds = int(sound.to_dict()["duration"])
            size = sound.file_size or 0
            return File(EvidenceKind.VOICE, sound.file_id, size=size, seconds=seconds)
    for found in (message.animation, message.video, message.document):
        if found is not None:
            name = names.clean(found.file_name or "", fallback="")
            return File(EvidenceKind.FILE, found.file_id, name, found.file_size or 0)
    return None


def _of_tap(query: CallbackQuery) -> Incoming | None:
    # The message may be missing (inline) or no longer accessible; its chat is what we need.
    if query.message is None:
        return None
    return Incoming(
        chat_id=query.message.chat.id,
        is_private=query.message.chat.type == Chat.PRIVATE,
        sender_id=query.from_user.id,
        sender_name=names.clean(query.from_user.full_name),
        phone_language=_language(query.from_user),
        chat_title=query.message.chat.title or "",
        message_id=query.message.message_id,
        thread_id=_topic(query.message) if isinstance(query.message, Message) else None,
        query_id=query.id,
        tap=decode(query.data or ""),
        quoted=_quoted(query.message) if isinstance(query.message, Message) else None,
        bot=query.get_bot().username,
    )


def _is_beside_confided(message: Message) -> bool:
    """Tell whether a message replies to one that the bot itself protects from being passed on."""
    said = message.reply_to_message
    is_private = message.chat.type == Chat.PRIVATE
    return is_private and said is not None and bool(said.has_protected_content)


def _quoted(message: Message) -> Quoted | None:
    said = message.reply_to_message
    # What answers nothing in a topic "answers" the news that the topic was opened.
    if said is None or said.from_user is None or said.forum_topic_created:
        return None
    origin = said.forward_origin
    # An anonymous admin, or a channel, is a chat that speaks.
    sender = (said.sender_chat and said.sender_chat.title) or said.from_user.full_name
    return Quoted(
        said.message_id,
        said.from_user.id,
        said.text or said.caption or "",
        _origin(origin) if origin else names.clean(sender),
        is_forwarded=origin is not None,
        is_own=said.from_user.id == message.get_bot().id,
        mentions=_mentions(said),
        picture=said.photo[-1].file_id if said.photo else "",
    )


def _mentions(message: Message) -> dict[str, int | None]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    found = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return {text: entity.user.id if entity.user else None for entity, text in found.items()}


def _origin(origin: MessageOrigin) -> str:
    """Return the name of whoever wrote first what was forwarded; empty if nobody tells."""
    match origin:
        case MessageOriginUser():
            return names.clean(origin.sender_user.full_name)
        case MessageOriginHiddenUser():
            return names.clean(origin.sender_user_name)
        case MessageOriginChat():
            return names.clean(origin.sender_chat.title or "")
        case MessageOriginChannel():
            return names.clean(origin.chat.title or "")
        case _:
            return ""


def _topic(message: Message) -> int | None:
    # A thread id also stands on plain reply threads: only a topic is a place of its own.
    return message.message_thread_id if message.is_topic_message else None


def _title(message: Message) -> str:
    # What answers nothing in a topic "answers" the news that the topic was opened.
    opening = message.reply_to_message
    if _topic(message) is not None and opening is not None and opening.forum_topic_created:
        return opening.forum_topic_created.name
    return message.chat.title or ""


def _language(user: User) -> str | None:
    return user.language_code.split("-")[0].lower() if user.language_code else None
