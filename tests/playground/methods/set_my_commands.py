"""setMyCommands."""

from tests.playground.methods.table import (
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
from tests.playground.world import AMINA, GROUP, NOBODY, SUPERGROUP, Json


def _command(name: str = "when", description: str = "When is it?") -> Json:
    return {"command": name, "description": description}


def _is(**scope: object) -> Json:
    return {"commands": [_command()], "scope": scope}


_FINE = ok(result=True)
_WRONG_SCOPE = "can't parse BotCommandScope: "

ROWS = (
    Row("for everybody", {"commands": [_command()]}, _FINE),
    Row("none", {}, _FINE),
    Row("an empty list", {"commands": []}, _FINE),
    Row("a hundred", {"commands": [_command()] * 100}, _FINE),
    Row("a hundred and one", {"commands": [_command()] * 101}, bad("BOT_COMMANDS_TOO_MUCH")),
    Row("a slash and blanks", {"commands": [_command(" /when ")]}, _FINE),
    Row("32 letters", {"commands": [_command("a" * 32)]}, _FINE),
    Row(
        "33 letters",
        {"commands": [_command("a" * 33)]},
        bad("command length must not exceed 32"),
    ),
    Row("no name", {"commands": [_command("/")]}, bad("command must be non-empty")),
    Row("capitals", {"commands": [_command("When")]}, bad("BOT_COMMAND_INVALID")),
    Row("an umlaut", {"commands": [_command("für")]}, bad("BOT_COMMAND_INVALID")),
    Row("256 letters about it", {"commands": [_command(description="é" * 256)]}, _FINE),
    Row(
        "257 letters about it",
        {"commands": [_command(description="a" * 257)]},
        bad("command description length must not exceed 256"),
    ),
    Row(
        "nothing about it",
        {"commands": [_command(description=" ")]},
        bad("command description must be non-empty"),
    ),
    Row(
        "without a description",
        {"commands": [{"command": "a"}]},
        bad("can't parse BotCommand: Can't find field \"description\""),
    ),
    Row(
        "without a name",
        {"commands": [{"description": "a"}]},
        bad("can't parse BotCommand: Can't find field \"command\""),
    ),
    Row("words", {"commands": ["a"]}, bad("can't parse BotCommand: expected an Object")),
    Row("no list", {"commands": {}}, bad("expected an Array of BotCommand")),
    Row("no JSON", {"commands": "[a"}, bad("can't parse commands JSON object")),
    Row("a language", {"commands": [_command()], "language_code": "sw"}, _FINE),
    Row(
        "three letters",
        {"commands": [_command()], "language_code": "swa"},
        bad("invalid language code specified"),
    ),
    Row(
        "capitals for a language",
        {"commands": [], "language_code": "SW"},
        bad("invalid language code specified"),
    ),
    Row(
        "the language before the commands",
        {"commands": [_command("")], "language_code": "swa"},
        bad("invalid language code specified"),
    ),
    *(
        Row(kind, _is(type=kind), _FINE)
        for kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
    ),
    Row("one chat", _is(type="chat", chat_id=GROUP), _FINE),
    Row("one person", _is(type="chat", chat_id=AMINA), _FINE),
    Row("those who lead a chat", _is(type="chat_administrators", chat_id=str(GROUP)), _FINE),
    Row("one in a chat", _is(type="chat_member", chat_id=GROUP, user_id=AMINA), _FINE),
    Row(
        "one in private",
        _is(type="chat_member", chat_id=AMINA, user_id=AMINA),
        bad("can't use specified scope in private chats"),
    ),
    Row(
        "a scope that does not exist",
        _is(type="x"),
        bad(f"{_WRONG_SCOPE}Unsupported type specified"),
    ),
    Row("no type", _is(chat_id=GROUP), bad(f'{_WRONG_SCOPE}Can\'t find field "type"')),
    Row("no chat", _is(type="chat"), bad(f'{_WRONG_SCOPE}Can\'t find field "chat_id"')),
    Row(
        "an empty chat", _is(type="chat", chat_id=""), bad(f"{_WRONG_SCOPE}Empty chat_id specified")
    ),
    Row(
        "no person",
        _is(type="chat_member", chat_id=GROUP),
        bad(f'{_WRONG_SCOPE}Can\'t find field "user_id"'),
    ),
    Row(
        "person zero",
        _is(type="chat_member", chat_id=GROUP, user_id=0),
        bad(f"{_WRONG_SCOPE}Invalid user_id specified"),
    ),
    Row(
        "a scope that is a word",
        {"scope": '"default"'},
        bad(f"{_WRONG_SCOPE}BotCommandScope must be an Object"),
    ),
    Row("no JSON for a scope", {"scope": "{"}, bad("can't parse BotCommandScope JSON object")),
    Row("nobody", _is(type="chat", chat_id=NOBODY), bad("chat not found")),
    Row(
        "a group that threw the bot out",
        _is(type="chat", chat_id=GROUP),
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    Row(
        "a supergroup that threw the bot out",
        _is(type="chat", chat_id=SUPERGROUP),
        refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        before=kick,
    ),
    Row(
        "a group without the bot",
        _is(type="chat", chat_id=GROUP),
        refused(403, "Forbidden: bot is not a member of the group chat"),
        before=leave,
    ),
    Row(
        "a group that is now another",
        _is(type="chat", chat_id=GROUP),
        UPGRADED,
        before=upgrade,
    ),
    unknown("for_channels", "setMyCommands"),
)
