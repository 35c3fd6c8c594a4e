"""The Bot API: one function for each method the bot uses, and the table of them.

Checks come in the order of the real server (telegram-bot-api, then TDLib, then Telegram itself), so
that a call with two mistakes is told the same one. The descriptions are the server's own.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from bot.playground import attachments, html, objects, text
from bot.playground.keyboards import check_sendable, markup_in, with_links
from bot.playground.params import ApiError, Params, Upload, refuse
from bot.playground.reactions import is_allowed
from bot.playground.state import GENERAL, BotPlace, Chat, ChatKind, Json, Message, Toast, Why
from bot.playground.telegram import Draft, FakeTelegram
from bot.playground.text import Entity

LONGEST_POLL = 50
_TEXT_BYTES = 1 << 15
_ANSWER_LIMIT = 200
_UPLOAD_LIMIT = 50 << 20
_DOWNLOAD_LIMIT = 20 << 20
_COMMAND_LIMIT = 32
_DESCRIPTION_LIMIT = 256
_COMMANDS_LIMIT = 100
_DELETED_WITHIN = timedelta(hours=48)
_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


class BotApi:
    """The calls of one bot on a small Telegram."""

    def __init__(self, telegram: FakeTelegram) -> None:
        """Serve `telegram`."""
        self.telegram = telegram
        self.is_closing = False
        self._polls = 0

    async def wait_alone(self, turn: int, revision: int, within: float) -> None:
        """Wait for a change as the only poller; an earlier one is turned away with 409."""
        await self.telegram.changed(revision, within)
        if turn != self._polls:
            reason = (
                "Conflict: terminated by other getUpdates request;"
                " make sure that only one bot instance is running"
            )
            raise ApiError(409, reason)

    def next_turn(self) -> int:
        """Begin to wait for updates; whoever waited before is woken and turned away."""
        self._polls += 1
        self.telegram.wake()
        return self._polls

    def close(self) -> None:
        """Let a waiting poll come back with nothing."""
        self.is_closing = True
        self.telegram.wake()


async def get_me(api: BotApi, _params: Params) -> Json:
    """Return the bot itself."""
    return objects.me_object(api.telegram.bot, reads_all=not api.telegram.privacy_mode)


async def get_updates(api: BotApi, params: Params) -> list[Json]:
    """Return waiting updates; with a timeout, wait (real seconds) until there are some."""
    telegram, queue = api.telegram, api.telegram.updates
    offset = params.number("offset")
    limit = min(max(params.number("limit", 100), 1), 100)
    timeout = min(max(params.number("timeout"), 0), LONGEST_POLL)
    _allow(telegram, params)
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    turn: int | None = None
    while True:
        # Read before taking: what arrives in between must end the wait.
        revision = telegram.revision
        taken = queue.taken
        updates = queue.take(offset, limit, telegram.now())
        telegram.save()
        if queue.taken > taken:
            # Whoever wrote may see now that the bot has read it.
            telegram.wake()
        left = end - loop.time()
        if updates or left <= 0 or api.is_closing:
            return updates
        offset = max(offset, 0)
        turn = turn or api.next_turn()
        await api.wait_alone(turn, revision, left)


async def get_chat(api: BotApi, params: Params) -> Json:
    """Return a chat, with what its members may do."""
    chat = _chat(api.telegram, params, Access.READ)
    return objects.full_chat_object(chat, api.telegram.user)


async def get_chat_member(api: BotApi, params: Params) -> Json:
    """Return where somebody stands in a chat; nobody is an administrator."""
    telegram, user_id = api.telegram, params.number("user_id")
    if user_id <= 0:
        refuse("Invalid user_id specified")
    is_self = user_id == telegram.bot.id
    chat = _chat(telegram, params, Access.READ if is_self else Access.READ_MEMBERS)
    if is_self:
        # Of a group that became another one, nobody is a member.
        place = BotPlace.LEFT if chat.migrated_to is not None else chat.bot_place
        return objects.place_object(telegram.bot, place)
    if not (telegram.bot_knows(user_id) and (chat.is_group or user_id == chat.id)):
        refuse("Member not found")
    place = BotPlace.MEMBER if user_id in chat.members else BotPlace.LEFT
    return objects.place_object(telegram.user(user_id), place)


async def delete_webhook(api: BotApi, params: Params) -> bool:
    """Throw the backlog away if asked to; there is never a webhook to delete."""
    if params.flag("drop_pending_updates"):
        api.telegram.updates.clear()
        api.telegram.save()
    return True


async def set_my_commands(api: BotApi, params: Params) -> bool:
    """Set the menu of a scope and a language; no commands at all empty it."""
    wanted = _commands(params)
    scope = _scope(api.telegram, params)
    language = params.word("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        refuse("Invalid language code specified")
    commands = [_checked_command(command) for command in wanted]
    if not all(re.fullmatch("[a-z0-9_]+", command["command"]) for command in commands):
        refuse("BOT_COMMAND_INVALID")
    if len(commands) > _COMMANDS_LIMIT:
        refuse("BOT_COMMANDS_TOO_MUCH")
    api.telegram.bot_sets_commands(scope, language, commands)
    return True


@dataclass(frozen=True)
class _Kind:
    """A kind of message: the method that sends it, its limit, and how it is spoken of."""

    method: str
    limit: int
    too_long: str
    right: str


_TEXT = _Kind("sendMessage", text.TEXT_LIMIT, "Message is too long", "text messages")
_FILE = _Kind("sendDocument", text.CAPTION_LIMIT, "Message caption is too long", "documents")
_PHOTO = _Kind("sendPhoto", text.CAPTION_LIMIT, "Message caption is too long", "photos")


async def send_message(api: BotApi, params: Params) -> Json:
    """Send a text."""
    draft = Draft("", link_preview_options=_preview(params))
    return _send(api.telegram, params, _TEXT, _parsed_text(params), draft)


async def send_document(api: BotApi, params: Params) -> Json:
    """Send a file with a caption."""
    draft = Draft("", document=_upload(params))
    return _send(api.telegram, params, _FILE, _parsed(params, "caption"), draft)


async def send_photo(api: BotApi, params: Params) -> Json:
    """Send a picture with a caption: a new one, or again one that was sent before."""
    draft = Draft("", photo=_picture(params))
    return _send(api.telegram, params, _PHOTO, _parsed(params, "caption"), draft)


def _send(
    telegram: FakeTelegram,
    params: Params,
    kind: _Kind,
    said: "_Parsed",
    draft: Draft,
) -> Json:
    """Check the rest in the real server's order, and post.

    `draft` has what goes with the words; they and the buttons are put in here.
    """
    reply_to, may_miss = _reply(params)
    markup = markup_in(params)
    chat = _chat(telegram, params, Access.WRITE)
    topic = _topic(chat, params)
    answered = _answered(telegram, chat, reply_to, may_miss=may_miss)
    # From here on it is TDLib that checks.
    keyboard = with_links(markup.keyboard)
    _check_attached(telegram, draft)
    words, entities = _cleaned(telegram, said, may_be_empty=kind is not _TEXT)
    if text.utf16_length(words) > kind.limit:
        refuse(kind.too_long)
    if chat.is_muted:
        refuse(f"Not enough rights to send {kind.right} to the chat")
    # And from here on Telegram itself.
    _check_person(telegram, chat)
    if topic is None and answered is not None:
        # An answer stands where the message stands that it answers.
        topic = answered.topic
    if (place := chat.topics.get(topic or GENERAL)) is not None and place.is_closed:
        refuse("TOPIC_CLOSED")
    check_sendable(keyboard)
    _check_sides(draft)
    _check_pace(telegram, kind.method, chat)
    draft = replace(
        draft,
        words=words,
        entities=entities,
        keyboard=keyboard,
        force_reply=markup.force_reply,
        is_protected=params.flag("protect_content"),
    )
    message = telegram.bot_sends(
        chat,
        draft,
        reply_to=None if answered is None else answered.id,
        is_silent=params.flag("disable_notification"),
        topic=topic,
    )
    return telegram.message_object(message)


async def get_file(api: BotApi, params: Params) -> Json:
    """Tell from where a file can be fetched, if it is small enough for that."""
    file_id = params.word("file_id")
    if not file_id:
        refuse("file_id not specified")
    content = api.telegram.file(file_id)
    if content is None:
        refuse("invalid file_id")
    if len(content) > _DOWNLOAD_LIMIT:
        refuse("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": attachments.unique_id(file_id),
        "file_size": len(content),
        "file_path": attachments.path(file_id),
    }


async def edit_message_text(api: BotApi, params: Params) -> Json:
    """Change the text and the buttons of a message of the bot; no buttons given removes them."""
    telegram = api.telegram
    preview = _preview(params)
    said = _parsed_text(params)
    markup = markup_in(params)
    if not params.word("chat_id") and not params.number("message_id"):
        refuse("Message identifier is not specified")
    chat = _chat(telegram, params, Access.EDIT)
    message = _message(telegram, chat, params, "message to edit")
    if message.author_id != telegram.bot.id or message.service or message.force_reply is not None:
        refuse("Message can't be edited")
    if message.attached:
        refuse("There is no text in the message to edit")
    if markup.force_reply is not None:
        refuse("Inline keyboard expected")
    keyboard = with_links(markup.keyboard)
    draft = Draft(*_cleaned(telegram, said), keyboard, preview)
    _check_person(telegram, chat)
    if text.utf16_length(draft.words) > text.TEXT_LIMIT:
        # TDLib has kinder words for this only when a message is sent.
        refuse("MESSAGE_TOO_LONG")
    check_sendable(keyboard)
    shown = (message.text, message.entities, message.keyboard)
    if (draft.words, draft.entities, draft.keyboard) == shown:
        refuse(
            "message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
    _check_pace(telegram, "editMessageText", chat)
    telegram.bot_edits(message, draft)
    # The answer to an edit does not repeat what the message replies to.
    return telegram.message_object(message, with_reply=False)


async def delete_message(api: BotApi, params: Params) -> bool:
    """Take a message away for everybody: the bot's own, and in private also a person's."""
    telegram = api.telegram
    if not params.word("chat_id"):
        refuse("Chat identifier is not specified")
    if params.number("message_id") <= 0:
        refuse("Message identifier is not specified")
    chat = _chat(telegram, params, Access.WRITE)
    message = _message(telegram, chat, params, "message to delete")
    _check_deletable(telegram, chat, message)
    # Somebody who has blocked the bot has not taken this from it: it writes to nobody.
    _check_pace(telegram, "deleteMessage", chat)
    telegram.bot_deletes(message)
    return True


def _check_deletable(telegram: FakeTelegram, chat: Chat, message: Message) -> None:
    """Refuse as TDLib does (`can_delete_message`, `can_revoke_message`); nobody is an admin."""
    is_own = message.author_id == telegram.bot.id and not message.service
    age = telegram.now() - message.date
    if chat.kind is ChatKind.SUPERGROUP:
        if age >= _DELETED_WITHIN or not is_own:
            refuse("Message can't be deleted")
    elif age > _DELETED_WITHIN or not (is_own or chat.kind is ChatKind.PRIVATE):
        refuse("Message can't be deleted for everyone")


async def answer_callback_query(api: BotApi, params: Params) -> bool:
    """Tell the person who pressed a button something, or just stop the button's clock."""
    words = params.word("text")
    tap = api.telegram.open_tap(params.word("callback_query_id"))
    if tap is None:
        refuse("query is too old and response timeout expired or query ID is invalid")
    if text.utf16_length(words) > _ANSWER_LIMIT:
        refuse("MESSAGE_TOO_LONG")
    api.telegram.bot_answers(tap, Toast(words, params.flag("show_alert")))
    return True


async def set_message_reaction(api: BotApi, params: Params) -> bool:
    """Put the bot's reaction under a message, or take it away."""
    telegram = api.telegram
    reactions = _reactions(params)
    chat = _chat(telegram, params, Access.EDIT)
    message = _message(telegram, chat, params, "message to react")
    _check_person(telegram, chat)
    if len(reactions) > 1:
        refuse("REACTIONS_TOO_MANY")
    if not all(is_allowed(emoji) for emoji in reactions):
        refuse("REACTION_INVALID")
    _check_pace(telegram, "setMessageReaction", chat)
    telegram.bot_reacts(message, reactions)
    return True


@dataclass(frozen=True)
class Method:
    """A method by its own name, what does it, and the parameters that are imitated."""

    name: str
    run: Callable[[BotApi, Params], Awaitable[Any]]
    known: frozenset[str]
    remark: str = ""
    """What the server says beside the result."""


_TEXT_FIELDS = ("chat_id", "text", "parse_mode", "link_preview_options", "reply_markup")

_PLACE_FIELDS = (
    *("message_thread_id", "disable_notification", "reply_parameters"),
    "protect_content",
)

METHODS = {
    method.name.lower(): method
    for method in (
        Method("getMe", get_me, frozenset()),
        Method(
            "getUpdates",
            get_updates,
            frozenset({"offset", "limit", "timeout", "allowed_updates"}),
        ),
        Method("getChat", get_chat, frozenset({"chat_id"})),
        Method("getChatMember", get_chat_member, frozenset({"chat_id", "user_id"})),
        Method(
            "deleteWebhook",
            delete_webhook,
            frozenset({"drop_pending_updates"}),
            remark="Webhook is already deleted",
        ),
        Method("setMyCommands", set_my_commands, frozenset({"commands", "scope", "language_code"})),
        Method(
            "sendMessage",
            send_message,
            frozenset({*_TEXT_FIELDS, *_PLACE_FIELDS}),
        ),
        Method(
            "sendDocument",
            send_document,
            frozenset(
                {"chat_id", "document", "caption", "parse_mode", "reply_markup", *_PLACE_FIELDS}
            ),
        ),
        Method(
            "sendPhoto",
            send_photo,
            frozenset(
                {
                    *("chat_id", "photo", "caption", "parse_mode", "reply_markup"),
                    *_PLACE_FIELDS,
                }
            ),
        ),
        Method("getFile", get_file, frozenset({"file_id"})),
        Method("editMessageText", edit_message_text, frozenset({*_TEXT_FIELDS, "message_id"})),
        Method("deleteMessage", delete_message, frozenset({"chat_id", "message_id"})),
        Method(
            "answerCallbackQuery",
            answer_callback_query,
            frozenset({"callback_query_id", "text", "show_alert", "cache_time"}),
        ),
        Method(
            "setMessageReaction",
            set_message_reaction,
            frozenset({"chat_id", "message_id", "reaction", "is_big"}),
        ),
    )
}


def _allow(telegram: FakeTelegram, params: Params) -> None:
    """Remember `allowed_updates`; left out or unreadable, what was said before still holds."""
    try:
        kinds = params.json("allowed_updates", "")
    except ApiError:
        return
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        telegram.updates.allow(frozenset(kind.lower() for kind in kinds))


_Parsed = tuple[str, list[Entity]]


def _parsed_text(params: Params) -> _Parsed:
    if not params.word("text"):
        refuse("Message text is empty")
    return _parsed(params, "text")


def _parsed(params: Params, field: str) -> _Parsed:
    """Read a text with its markup, as the Bot API server does before it looks at the chat."""
    source = params.word(field)
    if len(source.encode()) > _TEXT_BYTES:
        refuse("Text is too long")
    mode = params.word("parse_mode").lower()
    if not source or mode in ("", "none"):
        return source, []
    if mode != "html":
        refuse("Unsupported parse_mode")
    try:
        return html.parse(source)
    except html.ParseError as error:
        refuse(f"Can't parse entities: {error}")


def _cleaned(
    telegram: FakeTelegram, said: _Parsed, *, may_be_empty: bool = False
) -> tuple[str, list[Entity]]:
    """Return what is kept of a text when it is sent."""
    source, entities = said
    known = [entity for entity in entities if _is_known(telegram, entity)]
    words, kept = text.clean(source, known)
    if not words and not may_be_empty:
        refuse("Text must be non-empty")
    return words, text.find(words, kept)[: text.ENTITY_LIMIT]


def _is_known(telegram: FakeTelegram, entity: Entity) -> bool:
    return entity.user_id is None or telegram.bot_knows(entity.user_id)


def _preview(params: Params) -> Json | None:
    options = params.json("link_preview_options", "Can't parse link preview options JSON object")
    if options is None:
        return None
    if not isinstance(options, dict):
        refuse("Object expected as link preview options")
    for name, value in options.items():
        if name != "is_disabled":
            refuse(f'the playground knows no field "{name}" of LinkPreviewOptions')
        if not isinstance(value, bool):
            refuse('Field "is_disabled" must be of type Boolean')
    return {"is_disabled": True} if options.get("is_disabled") else None


def _reply(params: Params) -> tuple[int, bool]:
    """Return the message to reply to (0: none) and whether the text may go without it."""
    reply = params.json("reply_parameters", "Can't parse reply parameters JSON object")
    if reply is None or reply == {}:
        return 0, False
    if not isinstance(reply, dict):
        refuse("Object expected as reply parameters")
    for name in reply:
        if name not in ("message_id", "allow_sending_without_reply"):
            refuse(f'the playground knows no field "{name}" of ReplyParameters')
    if "message_id" not in reply:
        refuse('Can\'t find field "message_id"')
    number = reply["message_id"]
    if not isinstance(number, int | str) or not str(number).removeprefix("-").isdecimal():
        refuse('Field "message_id" must be a Number')
    may_miss = reply.get("allow_sending_without_reply", False)
    if not isinstance(may_miss, bool):
        refuse('Field "allow_sending_without_reply" must be of type Boolean')
    return max(int(number), 0), may_miss


def _answered(telegram: FakeTelegram, chat: Chat, number: int, *, may_miss: bool) -> Message | None:
    """Return the message to reply to, if any."""
    message = telegram.message(chat.id, number) if number else None
    if message is None and number and not may_miss:
        refuse("message to be replied not found")
    return message


class Access(Enum):
    """What a call wants with a chat (telegram-bot-api, `AccessRights`): each is refused more."""

    READ = auto()
    READ_MEMBERS = auto()
    EDIT = auto()
    WRITE = auto()


def _chat(telegram: FakeTelegram, params: Params, access: Access) -> Chat:
    """Return the chat of a call, if the bot has that much access (`check_chat_access`)."""
    if not params.word("chat_id"):
        refuse("chat_id is empty")
    chat = telegram.find_chat(params.number("chat_id"))
    if chat is None or (not chat.is_group and not telegram.bot_knows(chat.id)):
        refuse("chat not found")
    if not chat.is_group:
        if access in _CHANGES and telegram.user(chat.id).is_deactivated:
            raise ApiError(403, "Forbidden: user is deactivated")
        return chat
    if chat.kind is ChatKind.GROUP and access is Access.READ:
        # What the server remembers of a basic group can be asked for ever.
        return chat
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.migrated_to,
        )
    if chat.bot_place is BotPlace.KICKED:
        raise ApiError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
    if chat.bot_place is BotPlace.LEFT:
        raise ApiError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    return chat


_CHANGES = frozenset({Access.EDIT, Access.WRITE})


def _check_person(telegram: FakeTelegram, chat: Chat) -> None:
    """Refuse to act in private against a person's will."""
    if chat.is_group:
        return
    person = telegram.user(chat.id)
    if person.is_deactivated:
        raise ApiError(403, "Forbidden: user is deactivated")
    if not person.has_started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    if person.has_blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")


def _message(telegram: FakeTelegram, chat: Chat, params: Params, what: str) -> Message:
    message = telegram.message(chat.id, params.number("message_id"))
    if message is None:
        refuse(f"{what} not found")
    return message


def _upload(params: Params) -> Upload | str:
    """Return the file of a form, or the id of one that was sent before."""
    file = params.file("document") or params.word("document")
    if not file:
        refuse("There is no document in the request")
    if isinstance(file, Upload) and len(file.content) > _UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return file


def _picture(params: Params) -> Upload | str:
    """Return the picture of a form, or the id of one that was sent before."""
    picture = params.file("photo") or params.word("photo")
    if not picture:
        refuse("There is no photo in the request")
    if isinstance(picture, Upload) and len(picture.content) > _UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return picture


def _check_attached(telegram: FakeTelegram, draft: Draft) -> None:
    """Check what goes with the words, as TDLib does."""
    if isinstance(draft.photo, str):
        if telegram.file(draft.photo) is None:
            refuse("Wrong file identifier/HTTP URL specified")
        if not draft.photo.startswith("photo-"):
            kind = draft.photo.partition("-")[0]
            refuse(f"Can't use file of type {_TDLIB_KINDS[kind]} as Photo")
        return
    if isinstance(draft.document, str):
        if telegram.document(draft.document) is None:
            refuse("Wrong file identifier/HTTP URL specified")
        return
    file = draft.document or draft.photo
    if file is not None and not file.content:
        refuse("File must be non-empty")
    if draft.photo is not None and len(draft.photo.content) > attachments.PHOTO_BYTES:
        refuse(
            f"File of size {len(draft.photo.content)} bytes is too big for a photo;"
            f" the maximum size is {attachments.PHOTO_BYTES} bytes"
        )


_TDLIB_KINDS = {"file": "Document", "voice": "VoiceNote"}


def _check_sides(draft: Draft) -> None:
    """Look at a new picture, as Telegram's servers do."""
    if draft.photo is None or isinstance(draft.photo, str):
        return
    problem = attachments.photo_problem(draft.photo.content)
    if problem is not None:
        is_picture = problem[1] is Why.FILE_TOO_BIG
        refuse("PHOTO_INVALID_DIMENSIONS" if is_picture else "IMAGE_PROCESS_FAILED")


def _topic(chat: Chat, params: Params) -> int | None:
    """Return the topic of a forum that a call names; None for the general one.

    In a group that is no forum the number is ignored (`check_message_topic`).
    """
    number = max(params.number("message_thread_id"), 0)
    if not number or (chat.is_group and not chat.is_forum):
        return None
    if number == GENERAL or number not in chat.topics:
        refuse("Message thread not found")
    return number


def _check_pace(telegram: FakeTelegram, method: str, chat: Chat) -> None:
    seconds = telegram.seconds_to_wait(method, chat.id)
    if seconds:
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _reactions(params: Params) -> list[str]:
    kinds = params.json("reaction", "Can't parse reaction types JSON object")
    if kinds is None:
        return []
    if not isinstance(kinds, list):
        refuse("Expected an Array of ReactionType")
    emoji: list[str] = []
    for kind in kinds:
        if not isinstance(kind, dict):
            refuse("Can't parse ReactionType: expected an Object")
        field = {"emoji": "emoji", "custom_emoji": "custom_emoji_id"}.get(str(kind.get("type")))
        if "type" in kind and field is None:
            refuse("Can't parse ReactionType: invalid reaction type specified")
        missing = next((name for name in ("type", str(field)) if name not in kind), None)
        if missing is not None:
            refuse(f"Can't parse ReactionType: Can't find field \"{missing}\"")
        # A bot has no custom emoji to give: Telegram refuses it like an unknown one.
        emoji.append(str(kind.get("emoji", "")))
    return emoji


def _commands(params: Params) -> list[Json]:
    commands = params.json("commands", "Can't parse commands JSON object")
    if commands is None:
        return []
    if not isinstance(commands, list):
        refuse("Expected an Array of BotCommand")
    return [_command(command) for command in commands]


def _command(command: object) -> Json:
    if not isinstance(command, dict):
        refuse("Can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if field not in command:
            refuse(f"Can't parse BotCommand: Can't find field \"{field}\"")
    return command


def _checked_command(command: Json) -> Json:
    """Check a command as TDLib does (`set_commands`)."""
    name = str(command["command"]).strip().removeprefix("/")
    description = str(command["description"]).strip()
    if not name:
        refuse("Command must be non-empty")
    if len(name) > _COMMAND_LIMIT:
        refuse(f"Command length must not exceed {_COMMAND_LIMIT}")
    if not description:
        refuse("Command description must be non-empty")
    if len(description) > _DESCRIPTION_LIMIT:
        refuse(f"Command description length must not exceed {_DESCRIPTION_LIMIT}")
    return {"command": name, "description": description}


def _scope(telegram: FakeTelegram, params: Params) -> str:
    """Return the scope as `type`, `type:chat` or `type:chat:user`."""
    scope = params.json("scope", "Can't parse BotCommandScope JSON object")
    if scope is None:
        return "default"
    if not isinstance(scope, dict):
        refuse("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind, user = _scope_fields(scope)
    if kind in _SCOPES:
        return kind
    chat = _chat(telegram, Params({"chat_id": scope["chat_id"]}), Access.READ_MEMBERS)
    if not chat.is_group and kind != "chat":
        refuse("Can't use specified scope in private chats")
    return ":".join([kind, str(chat.id), *([str(user)] if user else [])])


def _scope_fields(scope: Json) -> tuple[str, int]:
    """Return the type of a scope and the person it is for (0: not for one)."""
    kind = str(scope.get("type", "chat_member"))
    if kind not in _SCOPES | _CHAT_SCOPES:
        refuse("Can't parse BotCommandScope: Unsupported type specified")
    for field in _SCOPE_FIELDS.get(kind, ("type",)):
        if field not in scope:
            refuse(f"Can't parse BotCommandScope: Can't find field \"{field}\"")
    if kind in _CHAT_SCOPES and not scope["chat_id"]:
        refuse("Can't parse BotCommandScope: Empty chat_id specified")
    user = Params(scope).number("user_id") if kind == "chat_member" else 0
    if kind == "chat_member" and user <= 0:
        refuse("Can't parse BotCommandScope: Invalid user_id specified")
    return kind, user


_SCOPE_FIELDS = {
    "chat": ("type", "chat_id"),
    "chat_administrators": ("type", "chat_id"),
    "chat_member": ("type", "chat_id", "user_id"),
}
