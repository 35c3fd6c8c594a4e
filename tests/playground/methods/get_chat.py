"""getChat."""

from tests.playground.methods.table import (
    AMINA_CHAT,
    ANY_GIFTS,
    FORUM_CHAT,
    GROUP_CHAT,
    NO_GIFTS,
    SUPER_CHAT,
    Row,
    bad,
    deactivate,
    kick,
    leave,
    make_forum,
    mute,
    ok,
    refused,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, GROUP, NOBODY, STRANGER, SUPERGROUP, Json

_SENDING = (
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
    "can_manage_topics",
)


def _permissions(*, may_send: bool) -> Json:
    others = ("can_change_info", "can_invite_users", "can_pin_messages")
    return {**dict.fromkeys(_SENDING, may_send), **dict.fromkeys(others, True)}


def _group(chat: Json, *, may_send: bool = True) -> Json:
    return chat | {
        "permissions": _permissions(may_send=may_send),
        "accepted_gift_types": NO_GIFTS,
        "max_reaction_count": 11,
        "accent_color_id": abs(chat["id"]) % 7,
    }


def _person(chat: Json) -> Json:
    return chat | {
        "can_send_gift": True,
        "accepted_gift_types": ANY_GIFTS,
        "max_reaction_count": 11,
        "accent_color_id": chat["id"] % 7,
    }


_AMINA = _person(AMINA_CHAT) | {"active_usernames": ["amina"]}

ROWS = (
    Row("a person", {"chat_id": AMINA}, ok(_AMINA)),
    Row("a number in quotes", {"chat_id": str(AMINA)}, ok(_AMINA)),
    Row("digits, then something else", {"chat_id": f"{AMINA} and more"}, ok(_AMINA)),
    Row("a blank, then digits", {"chat_id": f" {AMINA}"}, bad("chat not found")),
    Row("a chat that is null", {"chat_id": None}, bad("chat not found")),
    Row(
        "a person who never wrote",
        {"chat_id": BARAKA},
        ok(_person({"id": BARAKA, "first_name": "Baraka", "type": "private"})),
    ),
    Row("a deleted account", {"chat_id": AMINA}, ok(_AMINA), before=deactivate),
    Row("a group", {"chat_id": GROUP}, ok(_group(GROUP_CHAT))),
    Row("a supergroup", {"chat_id": SUPERGROUP}, ok(_group(SUPER_CHAT))),
    Row("a forum", {"chat_id": SUPERGROUP}, ok(_group(FORUM_CHAT)), before=make_forum),
    Row(
        "a group where nobody may write",
        {"chat_id": GROUP},
        ok(_group(GROUP_CHAT | {"all_members_are_administrators": False}, may_send=False)),
        before=mute,
    ),
    Row(
        "a supergroup where nobody may write",
        {"chat_id": SUPERGROUP},
        ok(_group(SUPER_CHAT, may_send=False)),
        before=mute,
    ),
    Row("a group that threw the bot out", {"chat_id": GROUP}, ok(_group(GROUP_CHAT)), before=kick),
    Row("a group that is now another", {"chat_id": GROUP}, ok(_group(GROUP_CHAT)), before=upgrade),
    Row(
        "a supergroup that threw the bot out",
        {"chat_id": SUPERGROUP},
        refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        before=kick,
    ),
    Row(
        "a supergroup without the bot",
        {"chat_id": SUPERGROUP},
        refused(403, "Forbidden: bot is not a member of the supergroup chat"),
        before=leave,
    ),
    Row("no chat", {}, bad("chat_id is empty")),
    Row("nobody", {"chat_id": NOBODY}, bad("chat not found")),
    Row("a stranger", {"chat_id": STRANGER}, bad("chat not found")),
    Row("a name", {"chat_id": "@wajir"}, bad("chat not found")),
    unknown("user_id", "getChat"),
)
