"""getChatMember."""

from tests.playground.methods.table import (
    AMINA_USER,
    BARAKA_USER,
    BOT_USER,
    UPGRADED,
    Row,
    bad,
    kick,
    leave,
    ok,
    refused,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, BOT, GROUP, NOBODY, SUPERGROUP

_OUT = {"user": BOT_USER, "status": "kicked", "until_date": 0}

ROWS = (
    Row(
        "the bot in a group",
        {"chat_id": GROUP, "user_id": BOT},
        ok({"user": BOT_USER, "status": "member"}),
    ),
    Row(
        "the bot with a person",
        {"chat_id": AMINA, "user_id": BOT},
        ok({"user": BOT_USER, "status": "member"}),
    ),
    Row("the bot, thrown out", {"chat_id": GROUP, "user_id": BOT}, ok(_OUT), before=kick),
    Row(
        "the bot, gone",
        {"chat_id": GROUP, "user_id": BOT},
        ok({"user": BOT_USER, "status": "left"}),
        before=leave,
    ),
    Row(
        "the bot in a group that is now another",
        {"chat_id": GROUP, "user_id": BOT},
        ok({"user": BOT_USER, "status": "left"}),
        before=upgrade,
    ),
    Row(
        "the bot, thrown out of a supergroup",
        {"chat_id": SUPERGROUP, "user_id": BOT},
        refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        before=kick,
    ),
    Row(
        "the bot, gone from a supergroup",
        {"chat_id": SUPERGROUP, "user_id": BOT},
        refused(403, "Forbidden: bot is not a member of the supergroup chat"),
        before=leave,
    ),
    Row(
        "a member",
        {"chat_id": GROUP, "user_id": AMINA},
        ok({"user": AMINA_USER, "status": "member"}),
    ),
    Row(
        "a person with whom the bot speaks",
        {"chat_id": AMINA, "user_id": AMINA},
        ok({"user": AMINA_USER, "status": "member"}),
    ),
    Row(
        "somebody who is not in the group",
        {"chat_id": SUPERGROUP, "user_id": BARAKA},
        ok({"user": BARAKA_USER, "status": "left"}),
    ),
    Row(
        "a member of a group that threw the bot out",
        {"chat_id": GROUP, "user_id": AMINA},
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    Row(
        "a member of a group without the bot",
        {"chat_id": GROUP, "user_id": AMINA},
        refused(403, "Forbidden: bot is not a member of the group chat"),
        before=leave,
    ),
    Row(
        "a member of a group that is now another",
        {"chat_id": GROUP, "user_id": AMINA},
        UPGRADED,
        before=upgrade,
    ),
    Row("a third in private", {"chat_id": AMINA, "user_id": BARAKA}, bad("member not found")),
    Row("nobody", {"chat_id": SUPERGROUP, "user_id": NOBODY}, bad("member not found")),
    Row("no person", {"chat_id": GROUP}, bad("invalid user_id specified")),
    Row("no number", {"chat_id": GROUP, "user_id": "me"}, bad("invalid user_id specified")),
    Row("no chat", {"user_id": BOT}, bad("chat_id is empty")),
    Row("an unknown chat", {"chat_id": NOBODY, "user_id": BOT}, bad("chat not found")),
    unknown("query", "getChatMember"),
)
