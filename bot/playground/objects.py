"""The Bot API's JSON objects, made from what a small Telegram knows.

Fields and their order follow telegram-bot-api (`JsonUser`, `JsonChat`, `JsonMessage`).
"""

from collections.abc import Callable

from bot.playground.state import BotPlace, Chat, ChatKind, Json, Message, Origin, Tap, User
from bot.playground.text import Entity

ANONYMOUS_ADMIN = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL = User(136817688, "Channel", username="Channel_Bot", is_bot=True)

_NAMES = ("first_name", "last_name", "username")

FindUser = Callable[[int], User]


def user_object(user: User) -> Json:
    """Return a `User`."""
    found: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    for name in ("last_name", "username", "language_code"):
        if value := getattr(user, name):
            found[name] = value
    return found


def me_object(user: User, *, reads_all: bool) -> Json:
    """Return the `User` of `getMe`, with what only the bot itself is told."""
    return {
        **user_object(user),
        "can_join_groups": True,
        "can_read_all_group_messages": reads_all,
        "supports_inline_queries": False,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def chat_object(chat: Chat, find: FindUser) -> Json:
    """Return a `Chat`; a private one bears the name of its person."""
    if chat.is_group:
        found: Json = {"id": chat.id, "title": chat.title, "type": chat.kind.value}
        if chat.is_forum:
            found["is_forum"] = True
        if chat.kind is ChatKind.GROUP:
            # Not in the documentation, but the server says both of every basic group.
            found["all_members_are_administrators"] = not chat.is_muted
            found["accepted_gift_types"] = _gifts(accepted=False)
        return found
    person = user_object(find(chat.id))
    found = {"id": chat.id}
    found |= {name: person[name] for name in _NAMES if name in person}
    return {**found, "type": chat.kind.value}


def entity_object(entity: Entity, find: FindUser) -> Json:
    """Return a `MessageEntity`."""
    found: Json = {"offset": entity.offset, "length": entity.length, "type": entity.type}
    if entity.url is not None:
        found["url"] = entity.url
    if entity.language is not None:
        found["language"] = entity.language
    if entity.user_id is not None:
        found["user"] = user_object(find(entity.user_id))
    return found


def message_object(
    message: Message,
    chat: Chat,
    find: FindUser,
    *,
    thread: int | None = None,
    replied: Json | None = None,
) -> Json:
    """Return a `Message`.

    `thread` is the topic, or else the message that began a plain thread of replies; `replied` is
    the message that this one answers.
    """
    found: Json = {
        "message_id": message.id,
        "from": user_object(find(message.author_id)),
    }
    if message.sender_chat is not None:
        found["sender_chat"] = message.sender_chat
    found |= {"chat": chat_object(chat, find), "date": message.unix_time}
    if message.edited_at is not None:
        found["edit_date"] = message.edited_at
    if thread is not None:
        found["message_thread_id"] = thread
    if message.origin is not None:
        found |= _passed_on(message.origin, find)
    if replied is not None:
        found["reply_to_message"] = replied
    found |= message.service
    found |= _said(message, find)
    if message.link_preview_options is not None:
        found["link_preview_options"] = message.link_preview_options
    # A ForceReply is never told again: of markups the server shows inline keyboards only.
    if message.keyboard:
        found["reply_markup"] = {"inline_keyboard": message.keyboard}
    if message.is_protected:
        found["has_protected_content"] = True
    if message.topic is not None:
        found["is_topic_message"] = True
    return found


def _passed_on(origin: Origin, find: FindUser) -> Json:
    """Return who wrote it first: a `MessageOrigin`, and the older names that are still sent."""
    if origin.sender_chat is not None:
        who: Json = {"type": "chat", "sender_chat": origin.sender_chat}
        older: Json = {"forward_from_chat": origin.sender_chat}
    else:
        author = user_object(find(origin.author_id))
        who, older = {"type": "user", "sender_user": author}, {"forward_from": author}
    date = origin.unix_time
    return {"forward_origin": {**who, "date": date}, **older, "forward_date": date}


def _said(message: Message, find: FindUser) -> Json:
    """Return the words of a message, which are a caption under a file."""
    found: Json = {**message.attached}
    text, entities = ("caption", "caption_entities") if found else ("text", "entities")
    if message.text:
        found[text] = message.text
    if message.entities:
        found[entities] = [entity_object(entity, find) for entity in message.entities]
    return found


def inaccessible_object(chat: Chat, message_id: int, find: FindUser) -> Json:
    """Return an `InaccessibleMessage`: one that was deleted; its date is always 0."""
    return {"chat": chat_object(chat, find), "message_id": message_id, "date": 0}


def sticker_object(emoji: str) -> Json:
    """Return a `Sticker` of the usual size."""
    number = "-".join(f"{ord(character):x}" for character in emoji)
    return {
        "file_id": f"sticker-{number}",
        "file_unique_id": number,
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
    }


def tap_object(tap: Tap, message: Json, find: FindUser) -> Json:
    """Return a `CallbackQuery`."""
    # Any stable number does; the real one is opaque too.
    instance = (tap.chat_id * 0x9E3779B97F4A7C15) % (1 << 63)
    return {
        "id": tap.id,
        "from": user_object(find(tap.user_id)),
        "message": message,
        "chat_instance": str(instance),
        "data": tap.data,
    }


def full_chat_object(chat: Chat, find: FindUser) -> Json:
    """Return a `ChatFullInfo`: of a group, what its members may do."""
    found = chat_object(chat, find)
    if not chat.is_group:
        found["can_send_gift"] = True
        if name := find(chat.id).username:
            found["active_usernames"] = [name]
    else:
        found["permissions"] = {name: name in _ALWAYS or not chat.is_muted for name in _PERMISSIONS}
    return found | {
        "accepted_gift_types": _gifts(accepted=not chat.is_group),
        "max_reaction_count": _REACTIONS,
        "accent_color_id": abs(chat.id) % _COLOURS,
    }


_ALWAYS = frozenset({"can_change_info", "can_invite_users", "can_pin_messages"})
"""What a mute does not take away."""
_PERMISSIONS = (
    "can_send_messages",
    "can_send_media_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_REACTIONS = 11
_COLOURS = 7


def _gifts(*, accepted: bool) -> Json:
    """Return an `AcceptedGiftTypes`."""
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return dict.fromkeys((*kinds, "gifts_from_channels"), accepted)


def came(member: Json) -> Json:
    """Return what a message says of somebody who came into a group."""
    # The two older names are no longer in the documentation; the server still sends them.
    return {"new_chat_participant": member, "new_chat_member": member, "new_chat_members": [member]}


def went(member: Json) -> Json:
    """Return what a message says of somebody who left a group."""
    return {"left_chat_participant": member, "left_chat_member": member}


def place_object(user: User, place: BotPlace) -> Json:
    """Return the `ChatMember` that tells where somebody stands."""
    found: Json = {"user": user_object(user), "status": place.value}
    if place is BotPlace.KICKED:
        found["until_date"] = 0
    return found
