"""setMessageReaction."""

from tests.playground.methods.table import (
    UPGRADED,
    Row,
    Stage,
    bad,
    block,
    deactivate,
    kick,
    leave,
    ok,
    refused,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, GROUP, NOBODY, SUPERGROUP, Json

_ONE = {"chat_id": AMINA, "message_id": 1}
_THUMB = [{"type": "emoji", "emoji": "👍"}]


def _emoji(emoji: str) -> Json:
    return {**_ONE, "reaction": [{"type": "emoji", "emoji": emoji}]}


def _in(chat: int) -> Json:
    return {"chat_id": chat, "message_id": 1, "reaction": _THUMB}


async def _reacted(stage: Stage) -> None:
    await stage.api("setMessageReaction", **_ONE, reaction=_THUMB)


def _delete(stage: Stage) -> None:
    stage.telegram.delete(AMINA, 1)


def _mute(stage: Stage) -> Json:
    number = stage.telegram.write(BARAKA, GROUP, "/help")
    stage.telegram.mute(GROUP)
    return {"message_id": number}


ROWS = (
    *(Row(emoji, _emoji(emoji), ok(result=True)) for emoji in ("👍", "❤", "❤️", "🤷‍♀️", "👨‍💻")),
    Row("large", {**_ONE, "reaction": _THUMB, "is_big": True}, ok(result=True)),
    Row("the same again", {**_ONE, "reaction": _THUMB}, ok(result=True), before=_reacted),
    Row("none any more", _ONE, ok(result=True), before=_reacted),
    Row("where nobody may write", _in(GROUP), ok(result=True), before=_mute, given=("message_id",)),
    Row("an emoji that is no reaction", _emoji("🐪"), bad("REACTION_INVALID")),
    Row(
        "an emoji of its own",
        {**_ONE, "reaction": [{"type": "custom_emoji", "custom_emoji_id": "1"}]},
        bad("REACTION_INVALID"),
    ),
    Row("two", {**_ONE, "reaction": _THUMB * 2}, bad("REACTIONS_TOO_MANY")),
    Row("no JSON", {**_ONE, "reaction": "[👍"}, bad("can't parse reaction types JSON object")),
    Row("no list", {**_ONE, "reaction": {}}, bad("expected an Array of ReactionType")),
    Row(
        "words",
        {**_ONE, "reaction": ["👍"]},
        bad("can't parse ReactionType: expected an Object"),
    ),
    Row(
        "a kind that does not exist",
        {**_ONE, "reaction": [{"type": "x"}]},
        bad("can't parse ReactionType: invalid reaction type specified"),
    ),
    Row(
        "no kind",
        {**_ONE, "reaction": [{"emoji": "👍"}]},
        bad("can't parse ReactionType: Can't find field \"type\""),
    ),
    Row(
        "no emoji",
        {**_ONE, "reaction": [{"type": "emoji"}]},
        bad("can't parse ReactionType: Can't find field \"emoji\""),
    ),
    Row(
        "no number of an emoji",
        {**_ONE, "reaction": [{"type": "custom_emoji"}]},
        bad("can't parse ReactionType: Can't find field \"custom_emoji_id\""),
    ),
    Row("an unknown message", {**_ONE, "message_id": 77}, bad("message to react not found")),
    Row("no message", {"chat_id": AMINA}, bad("message to react not found")),
    Row("a deleted message", _ONE, bad("message to react not found"), before=_delete),
    Row("no chat", {"message_id": 1}, bad("chat_id is empty")),
    Row("nobody", _in(NOBODY), bad("chat not found")),
    Row(
        "blocked", _in(AMINA), refused(403, "Forbidden: bot was blocked by the user"), before=block
    ),
    Row(
        "a deleted account",
        _in(AMINA),
        refused(403, "Forbidden: user is deactivated"),
        before=deactivate,
    ),
    Row(
        "a group that threw the bot out",
        _in(GROUP),
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    Row(
        "a supergroup that threw the bot out",
        _in(SUPERGROUP),
        refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        before=kick,
    ),
    Row(
        "a group without the bot",
        _in(GROUP),
        refused(403, "Forbidden: bot is not a member of the group chat"),
        before=leave,
    ),
    Row("a group that is now another", _in(GROUP), UPGRADED, before=upgrade),
    unknown("custom_emoji_id", "setMessageReaction"),
)
