"""The Bot API over real HTTP, method by method: what is accepted, and how the rest is refused."""

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest
from telegram import Message as PtbMessage
from telegram import Update
from telegram import User as PtbUser

from bot.playground.server import PlaygroundServer
from bot.playground.state import Toast
from bot.playground.telegram import FakeTelegram
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    MARKUP,
    NOBODY,
    STRANGER,
    SUPERGROUP,
    TOKEN,
    CallApi,
    Json,
    StandingClock,
)


def refused(code: int, description: str, **parameters: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return answer | ({"parameters": parameters} if parameters else {})


def bad(reason: str) -> dict[str, Any]:
    return refused(400, f"Bad Request: {reason}")


async def updates(api: CallApi, **params: object) -> list[Json]:
    answer = await api("getUpdates", **params)
    assert answer["ok"], answer
    found: list[Json] = answer["result"]
    return found


async def sent(api: CallApi, chat: int = AMINA, text: str = "hello", **params: object) -> Json:
    answer = await api("sendMessage", chat_id=chat, text=text, **params)
    assert answer["ok"], answer
    message: Json = answer["result"]
    return message


# --- the door -----------------------------------------------------------------------------------


async def test_wrong_token_is_unauthorized(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/bot1:wrong/getMe") as response:
        assert (response.status, await response.json()) == (401, refused(401, "Unauthorized"))


async def test_unknown_method_is_not_found(api: CallApi) -> None:
    assert await api("sendPhoto", chat_id=AMINA) == refused(404, "Not Found")


async def test_method_names_have_no_case(api: CallApi) -> None:
    assert (await api("GETME"))["ok"]


async def test_unknown_parameter_is_refused(api: CallApi) -> None:
    answer = await api("sendMessage", chat_id=AMINA, text="a", entities=[])

    assert answer == bad('the playground knows no parameter "entities" of sendMessage')


@pytest.mark.parametrize("way", ["json", "form", "query", "multipart"])
async def test_parameters_come_as_json_form_or_query(
    way: str, server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram
) -> None:
    url = f"{server.url}/bot{TOKEN}/sendMessage"
    params = {"chat_id": str(AMINA), "text": "hello", "reply_markup": json.dumps(MARKUP)}
    if way == "json":
        request = http.post(url, json={"chat_id": AMINA, "text": "hello", "reply_markup": MARKUP})
    elif way == "query":
        request = http.get(url, params=params)
    elif way == "form":
        request = http.post(url, data=params)
    else:
        form = aiohttp.FormData(params)
        form.add_field("disable_notification", "true", content_type="text/plain")
        request = http.post(url, data=form)

    async with request as response:
        assert response.status == 200

    message = telegram.messages(AMINA)[-1]
    assert (message.text, message.buttons[0][0].data) == ("hello", "yes")


async def test_half_a_surrogate_pair_is_refused(api: CallApi) -> None:
    answer = await api("sendMessage", chat_id=AMINA, text="\ud83d")

    assert answer == bad("strings must be encoded in UTF-8")


async def test_foreign_host_name_is_refused(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/bot{TOKEN}/getMe", headers={"Host": "evil.test"}) as answer:
        assert answer.status == 403


async def test_get_me_tells_who_the_bot_is(api: CallApi) -> None:
    me = PtbUser.de_json((await api("getMe"))["result"], None)

    assert (me.id, me.username, me.is_bot) == (7000000001, "baraza_bot", True)
    assert me.can_read_all_group_messages is False


# --- sendMessage --------------------------------------------------------------------------------


async def test_sent_message_comes_back_whole(api: CallApi, clock: StandingClock) -> None:
    result = await sent(api, text="<b>Hi</b> 😀 <i>x</i>", parse_mode="HTML", reply_markup=MARKUP)

    assert result == {
        "message_id": 2,
        "from": {
            "id": 7000000001,
            "is_bot": True,
            "first_name": "Baraza",
            "username": "baraza_bot",
        },
        "chat": {
            "id": AMINA,
            "first_name": "Amina",
            "last_name": "Noor",
            "username": "amina",
            "type": "private",
        },
        "date": int(clock.now().timestamp()),
        "text": "Hi 😀 x",
        "entities": [
            {"offset": 0, "length": 2, "type": "bold"},
            {"offset": 6, "length": 1, "type": "italic"},
        ],
        "reply_markup": MARKUP,
    }
    assert PtbMessage.de_json(result, None).text_html == "<b>Hi</b> 😀 <i>x</i>"


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({"chat_id": AMINA}, bad("message text is empty")),
        ({"chat_id": AMINA, "text": ""}, bad("message text is empty")),
        ({"chat_id": AMINA, "text": " \n\u2003"}, bad("text must be non-empty")),
        (
            {"chat_id": AMINA, "text": "<b></b>", "parse_mode": "HTML"},
            bad("text must be non-empty"),
        ),
        ({"chat_id": AMINA, "text": "a" * 4097}, bad("message is too long")),
        ({"chat_id": AMINA, "text": "😀" * 2049}, bad("message is too long")),
        ({"chat_id": AMINA, "text": "a" * 32769}, bad("text is too long")),
        ({"chat_id": AMINA, "text": "a", "parse_mode": "Latin"}, bad("unsupported parse_mode")),
        (
            {"chat_id": AMINA, "text": "<p>a</p>", "parse_mode": "HTML"},
            bad('can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ),
        ({"text": "a"}, bad("chat_id is empty")),
        ({"chat_id": NOBODY, "text": "a"}, bad("chat not found")),
        ({"chat_id": -NOBODY, "text": "a"}, bad("chat not found")),
        ({"chat_id": "@wajir", "text": "a"}, bad("chat not found")),
        ({"chat_id": STRANGER, "text": "a"}, bad("chat not found")),
        (
            {"chat_id": BARAKA, "text": "a"},
            refused(403, "Forbidden: bot can't initiate conversation with a user"),
        ),
        (
            {"chat_id": AMINA, "text": "a", "reply_parameters": {"message_id": 77}},
            bad("message to be replied not found"),
        ),
        (
            {"chat_id": AMINA, "text": "a", "reply_parameters": {}, "reply_markup": "{"},
            bad("can't parse reply keyboard markup JSON object"),
        ),
        (
            {"chat_id": AMINA, "text": "a", "reply_markup": None},
            bad("object expected as reply markup"),
        ),
        (
            {"chat_id": AMINA, "text": "a", "reply_parameters": {"quote": "x", "message_id": 1}},
            bad('the playground knows no field "quote" of ReplyParameters'),
        ),
    ],
)
async def test_message_is_refused_in_telegrams_words(
    params: Json, answer: Json, api: CallApi, telegram: FakeTelegram
) -> None:
    assert await api("sendMessage", **params) == answer
    assert telegram.outgoing_log == []


async def test_longest_text_counts_after_parsing(api: CallApi) -> None:
    text = "<b>" + "😀" * 2047 + "é&lt;</b>"

    result = await sent(api, text=text, parse_mode="HTML")

    assert result["entities"] == [{"offset": 0, "length": 4096, "type": "bold"}]


def keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": [list(row) for row in rows]}


def button(**fields: object) -> Json:
    return {"text": "a", "callback_data": "x"} | fields


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
        (keyboard([button(callback_data="ក" * 22)]), "BUTTON_DATA_INVALID"),
        (keyboard([button()] * 9), "reply markup is too long"),
        (keyboard(*[[button()]] * 101), "reply markup is too long"),
        (keyboard(*[[button(text="x" * 900)]] * 12), "reply markup is too long"),
        ([], "object expected as reply markup"),
        (
            {"keyboard": []},
            'the playground knows no field "keyboard" of a reply markup',
        ),
        (
            {"inline_keyboard": [button()]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            keyboard([{"callback_data": "x"}]),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            keyboard([{"text": "a"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard([{"text": "a", "callback_data": ""}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard([{"text": "a", "url": "http://localhost"}]),
            "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
        ),
        (
            keyboard([button(style="pink")]),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            keyboard([button(web_app={})]),
            'the playground knows no field "web_app" of InlineKeyboardButton',
        ),
    ],
)
async def test_keyboard_is_refused_in_telegrams_words(
    markup: object, reason: str, api: CallApi
) -> None:
    answer = await api("sendMessage", chat_id=AMINA, text="a", reply_markup=markup)

    assert answer == bad(reason)


async def test_fullest_keyboard_is_accepted(api: CallApi) -> None:
    rows = [[button(callback_data="x" * 64)] * 8] * 12 + [[button()] * 4]

    result = await sent(api, reply_markup=keyboard(*rows))

    assert sum(len(row) for row in result["reply_markup"]["inline_keyboard"]) == 100


async def test_reply_nests_the_message_it_answers(api: CallApi) -> None:
    result = await sent(api, reply_parameters={"message_id": 1})

    assert result["reply_to_message"]["text"] == "/start"


async def test_reply_to_nothing_goes_without_it_if_allowed(api: CallApi) -> None:
    reply = {"message_id": 77, "allow_sending_without_reply": True}

    result = await sent(api, reply_parameters=reply)

    assert "reply_to_message" not in result


async def test_blocked_bot_is_forbidden(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.block(AMINA)

    answer = await api("sendMessage", chat_id=AMINA, text="a")

    assert answer == refused(403, "Forbidden: bot was blocked by the user")


async def test_deleted_account_is_forbidden(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.deactivate(AMINA)

    answer = await api("sendMessage", chat_id=AMINA, text="a")

    assert answer == refused(403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(("chat", "kind"), [(GROUP, "group"), (SUPERGROUP, "supergroup")])
async def test_kicked_bot_is_forbidden_until_it_is_back(
    chat: int, kind: str, api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    telegram.kick(chat)
    answer = await api("sendMessage", chat_id=chat, text="a")
    telegram.bring_back(chat)

    assert answer == refused(403, f"Forbidden: bot was kicked from the {kind} chat")
    assert await sent(api, chat)


async def test_migrated_group_names_its_new_id(api: CallApi, telegram: FakeTelegram) -> None:
    new = telegram.migrate(GROUP)

    answer = await api("sendMessage", chat_id=GROUP, text="a")

    assert new == -1000000000500
    assert answer == refused(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new,
    )
    assert (await sent(api, new))["message_id"] == 2


async def test_links_and_commands_in_the_bots_text_are_found(api: CallApi) -> None:
    result = await sent(api, text="/when or https://example.org/a.b?c=1.")

    assert [entity["type"] for entity in result["entities"]] == ["bot_command", "url"]
    assert result["entities"][1] == {"offset": 9, "length": 27, "type": "url"}


# --- editMessageText ----------------------------------------------------------------------------


async def test_edit_changes_text_and_removes_buttons_that_are_not_given(
    api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    clock.move(5)

    answer = await api("editMessageText", chat_id=AMINA, message_id=number, text="changed")

    assert answer["result"]["text"] == "changed"
    assert answer["result"]["edit_date"] == answer["result"]["date"] + 5
    assert "reply_markup" not in answer["result"]
    assert telegram.messages(AMINA)[-1].edited


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


async def test_edit_to_the_same_is_not_modified(api: CallApi, clock: StandingClock) -> None:
    number = (await sent(api, text="a", reply_markup=MARKUP))["message_id"]
    clock.move(5)
    same = {"chat_id": AMINA, "message_id": number, "text": " a\n", "reply_markup": MARKUP}

    assert await api("editMessageText", **same) == bad(NOT_MODIFIED)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"chat_id": AMINA, "message_id": 77}, "message to edit not found"),
        ({"chat_id": AMINA, "message_id": 0}, "message to edit not found"),
        ({"chat_id": AMINA, "message_id": 1}, "message can't be edited"),
        ({}, "message identifier is not specified"),
    ],
)
async def test_edit_is_refused_in_telegrams_words(params: Json, reason: str, api: CallApi) -> None:
    assert await api("editMessageText", text="new", **params) == bad(reason)


async def test_deleted_message_is_not_found(
    api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    number = (await sent(api))["message_id"]
    telegram.delete(AMINA, number)

    answer = await api("editMessageText", chat_id=AMINA, message_id=number, text="new")

    assert answer == bad("message to edit not found")


# --- answerCallbackQuery ------------------------------------------------------------------------


async def test_tap_reaches_the_bot_and_its_answer_the_person(
    api: CallApi, telegram: FakeTelegram
) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    query = telegram.tap(AMINA, AMINA, number, "yes")

    [update] = await updates(api, offset=-1)
    answer = await api("answerCallbackQuery", callback_query_id=query, text="Thanks")

    tapped: Any = Update.de_json(update, None).callback_query
    assert (tapped.id, tapped.data, tapped.from_user.id) == (query, "yes", AMINA)
    assert (tapped.message.message_id, bool(tapped.chat_instance)) == (number, True)
    assert answer["result"] is True
    assert telegram.toast(query) == Toast("Thanks", show_alert=False)


TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@pytest.mark.parametrize(("age", "in_time"), [(149, True), (150, False)])
async def test_tap_lives_for_150_seconds(
    age: int, api: CallApi, telegram: FakeTelegram, clock: StandingClock, *, in_time: bool
) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    query = telegram.tap(AMINA, AMINA, number, "yes")
    clock.move(age)

    answer = await api("answerCallbackQuery", callback_query_id=query)

    assert answer == ({"ok": True, "result": True} if in_time else bad(TOO_OLD))
    assert (telegram.toast(query) is not None) is in_time


async def test_unknown_or_answered_tap_is_too_old(api: CallApi, telegram: FakeTelegram) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    query = telegram.tap(AMINA, AMINA, number, "yes")
    await api("answerCallbackQuery", callback_query_id=query)

    assert await api("answerCallbackQuery", callback_query_id=query) == bad(TOO_OLD)
    assert await api("answerCallbackQuery", callback_query_id="1") == bad(TOO_OLD)


async def test_answer_of_201_characters_is_too_long(api: CallApi, telegram: FakeTelegram) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    query = telegram.tap(AMINA, AMINA, number, "yes")

    long = await api("answerCallbackQuery", callback_query_id=query, text="a" * 201)
    short = await api("answerCallbackQuery", callback_query_id=query, text="a" * 200)

    assert (long, short["ok"]) == (bad("MESSAGE_TOO_LONG"), True)


# --- setMessageReaction -------------------------------------------------------------------------


@pytest.mark.parametrize("emoji", ["👍", "❤", "❤️", "🤷‍♀️", "👨‍💻"])
async def test_reaction_of_the_list_is_shown(
    emoji: str, api: CallApi, telegram: FakeTelegram
) -> None:
    reaction = [{"type": "emoji", "emoji": emoji}]

    answer = await api("setMessageReaction", chat_id=AMINA, message_id=1, reaction=reaction)

    assert answer == {"ok": True, "result": True}
    assert telegram.messages(AMINA)[0].reactions == [emoji]


async def test_reaction_is_taken_away(api: CallApi, telegram: FakeTelegram) -> None:
    reaction = [{"type": "emoji", "emoji": "👍"}]
    await api("setMessageReaction", chat_id=AMINA, message_id=1, reaction=reaction)

    await api("setMessageReaction", chat_id=AMINA, message_id=1)

    assert telegram.messages(AMINA)[0].reactions == []


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"reaction": [{"type": "emoji", "emoji": "🐪"}]}, "REACTION_INVALID"),
        ({"reaction": [{"type": "custom_emoji", "custom_emoji_id": "1"}]}, "REACTION_INVALID"),
        ({"reaction": [{"type": "emoji", "emoji": "👍"}] * 2}, "REACTIONS_TOO_MANY"),
        ({"reaction": {}}, "expected an Array of ReactionType"),
        (
            {"reaction": [{"type": "x"}]},
            "can't parse ReactionType: invalid reaction type specified",
        ),
        ({"message_id": 77}, "message to react not found"),
    ],
)
async def test_reaction_is_refused_in_telegrams_words(
    params: Json, reason: str, api: CallApi
) -> None:
    call = {"chat_id": AMINA, "message_id": 1} | params

    assert await api("setMessageReaction", **call) == bad(reason)


# --- setMyCommands ------------------------------------------------------------------------------


def command(name: str = "when", description: str = "When is it?") -> Json:
    return {"command": name, "description": description}


async def test_narrowest_menu_in_the_persons_language_is_offered(
    api: CallApi, telegram: FakeTelegram
) -> None:
    groups = {"type": "all_group_chats"}
    private = {"type": "all_private_chats"}
    await api("setMyCommands", commands=[command("help")])
    await api("setMyCommands", commands=[command("when")], scope=groups)
    await api("setMyCommands", commands=[command("lini")], scope=groups, language_code="sw")
    await api("setMyCommands", commands=[command("feedback")], scope=private)

    names = [
        telegram.menu(AMINA, chat, language)[0]["command"]
        for chat, language in [(GROUP, "en"), (GROUP, "sw"), (AMINA, "sw")]
    ]

    assert names == ["when", "lini", "feedback"]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": [command("When")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [command("")]}, "command must be non-empty"),
        ({"commands": [command("a" * 33)]}, "command length must not exceed 32"),
        ({"commands": [command(description="")]}, "command description must be non-empty"),
        (
            {"commands": [command(description="a" * 257)]},
            "command description length must not exceed 256",
        ),
        ({"commands": [command()] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        (
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: Can't find field \"description\"",
        ),
        ({"commands": {}}, "expected an Array of BotCommand"),
        ({"commands": [], "language_code": "swa"}, "invalid language code specified"),
        (
            {"commands": [], "scope": {"type": "x"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": NOBODY}}, "chat not found"),
    ],
)
async def test_menu_is_refused_in_telegrams_words(params: Json, reason: str, api: CallApi) -> None:
    assert await api("setMyCommands", **params) == bad(reason)


# --- getUpdates, deleteWebhook ------------------------------------------------------------------


async def test_updates_are_numbered_in_a_row_and_stay_until_acknowledged(
    api: CallApi, telegram: FakeTelegram
) -> None:
    telegram.write(AMINA, AMINA, "two")

    first = [update["update_id"] for update in await updates(api)]
    again = [update["update_id"] for update in await updates(api, offset=first[0])]
    rest = [update["update_id"] for update in await updates(api, offset=first[1])]

    assert first == again == [100_000_001, 100_000_002]
    assert rest == first[1:]
    assert await updates(api, offset=first[1] + 1) == []


async def test_negative_offset_keeps_only_the_last_ones(
    api: CallApi, telegram: FakeTelegram
) -> None:
    for word in ("two", "three"):
        telegram.write(AMINA, AMINA, word)

    last = await updates(api, offset=-1)

    assert [update["message"]["text"] for update in last] == ["three"]
    assert await updates(api) == last


async def test_offset_far_in_the_future_is_taken_for_a_mistake(api: CallApi) -> None:
    assert len(await updates(api, offset=999_999_999)) == 1


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (0, 1), (100, 100), (500, 100), (None, 100)])
async def test_limit_is_between_1_and_100(
    limit: int | None, count: int, api: CallApi, telegram: FakeTelegram
) -> None:
    for number in range(120):
        telegram.write(AMINA, AMINA, str(number))

    found = await updates(api, **({} if limit is None else {"limit": limit}))

    assert len(found) == count


async def test_long_poll_returns_as_soon_as_something_arrives(
    api: CallApi, telegram: FakeTelegram
) -> None:
    await updates(api, offset=100_000_002)
    poll = asyncio.create_task(updates(api, offset=100_000_002, timeout=9))
    await asyncio.sleep(0.1)
    waited_for_nothing = not poll.done()

    telegram.write(AMINA, AMINA, "at last")
    async with asyncio.timeout(1):
        found = await poll

    assert waited_for_nothing
    assert [update["message"]["text"] for update in found] == ["at last"]


async def test_long_poll_gives_up_after_its_timeout(api: CallApi) -> None:
    assert await updates(api, offset=100_000_002, timeout=1) == []


async def test_second_poller_turns_the_first_one_away(api: CallApi, telegram: FakeTelegram) -> None:
    await updates(api, offset=100_000_002)
    first = asyncio.create_task(api("getUpdates", timeout=9))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(api("getUpdates", timeout=9))

    conflict = await first
    telegram.write(AMINA, AMINA, "for the second")

    assert conflict == refused(
        409,
        "Conflict: terminated by other getUpdates request;"
        " make sure that only one bot instance is running",
    )
    assert len((await second)["result"]) == 1


async def test_allowed_updates_are_remembered(api: CallApi, telegram: FakeTelegram) -> None:
    await updates(api, offset=100_000_002, allowed_updates=["callback_query"])
    telegram.write(AMINA, AMINA, "not wanted")
    none = await updates(api)
    await updates(api, allowed_updates=[])
    telegram.write(AMINA, AMINA, "wanted")

    assert none == []
    assert [update["message"]["text"] for update in await updates(api)] == ["wanted"]


async def test_updates_are_kept_for_a_day_and_taps_for_150_seconds(
    api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    number = (await sent(api, reply_markup=MARKUP))["message_id"]
    telegram.tap(AMINA, AMINA, number, "yes")

    kinds = []
    for seconds in (0, 150, 86_400 - 150):
        clock.move(seconds)
        kinds.append([next(iter(update.keys() - {"update_id"})) for update in await updates(api)])

    assert kinds == [["message", "callback_query"], ["message"], []]


async def test_delete_webhook_drops_the_backlog_only_if_asked(api: CallApi) -> None:
    await api("deleteWebhook")
    kept = len(await updates(api))
    await api("deleteWebhook", drop_pending_updates=True)

    assert (kept, await updates(api)) == (1, [])


async def test_update_is_delivered_a_second_time_whatever_the_offset(
    api: CallApi, telegram: FakeTelegram
) -> None:
    await updates(api, offset=100_000_002)

    telegram.redeliver(100_000_001)

    assert [u["update_id"] for u in await updates(api, offset=100_000_002)] == [100_000_001]
    assert await updates(api, offset=100_000_002) == []


async def test_numbers_can_restart_lower_and_still_arrive(
    api: CallApi, telegram: FakeTelegram
) -> None:
    await updates(api, offset=100_000_002)
    telegram.restart_update_ids(500)
    telegram.write(AMINA, AMINA, "after a quiet week")

    found = await updates(api, offset=100_000_002)

    assert [update["update_id"] for update in found] == [500]
    assert await updates(api, offset=501) == []


async def test_raw_update_is_delivered_as_it_is(api: CallApi, telegram: FakeTelegram) -> None:
    number = telegram.push_raw({"message": {"message_id": "broken"}, "new_kind": 7})

    assert (await updates(api, offset=number)) == [
        {"update_id": number, "message": {"message_id": "broken"}, "new_kind": 7}
    ]


# --- files --------------------------------------------------------------------------------------


async def upload(
    server: PlaygroundServer, http: aiohttp.ClientSession, content: bytes, **params: object
) -> Json:
    form = aiohttp.FormData()
    for name, value in params.items():
        form.add_field(name, str(value))
    form.add_field(
        "document", io.BytesIO(content), filename="meeting.ics", content_type="text/calendar"
    )
    async with http.post(f"{server.url}/bot{TOKEN}/sendDocument", data=form) as response:
        answer: Json = await response.json()
        return answer


async def test_a_file_stands_in_the_chat_with_its_caption_and_can_be_fetched(
    server: PlaygroundServer, http: aiohttp.ClientSession, api: CallApi
) -> None:
    answer = await upload(
        server, http, b"BEGIN", chat_id=AMINA, caption="<b>Here</b>", parse_mode="HTML"
    )

    message = answer["result"]
    assert message["document"] == {
        "file_name": "meeting.ics",
        "mime_type": "text/calendar",
        "file_id": "file-1",
        "file_unique_id": "unique-1",
        "file_size": 5,
    }
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("Here", "bold")
    assert "text" not in message
    file = (await api("getFile", file_id="file-1"))["result"]
    async with http.get(f"{server.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == b"BEGIN"
    found = PtbMessage.de_json(message, None)
    assert found is not None
    assert found.document is not None


@pytest.mark.parametrize(
    ("content", "params", "reason"),
    [
        (b"", {}, "file must be non-empty"),
        (b"x", {"caption": "x" * 1025}, "message caption is too long"),
        (b"x", {"chat_id": NOBODY}, "chat not found"),
    ],
    ids=["empty", "long caption", "nobody"],
)
async def test_a_file_that_telegram_would_not_take_is_refused(
    server: PlaygroundServer,
    http: aiohttp.ClientSession,
    content: bytes,
    params: dict[str, object],
    reason: str,
) -> None:
    assert await upload(server, http, content, **{"chat_id": AMINA, **params}) == bad(reason)


async def test_a_file_of_more_than_50_megabytes_is_too_large(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    for size in ((50 << 20) + 1, 53 << 20):
        answer = await upload(server, http, bytes(size), chat_id=AMINA)
        assert answer == refused(413, "Request Entity Too Large")


async def test_a_document_without_a_file_is_refused(api: CallApi) -> None:
    assert await api("sendDocument", chat_id=AMINA) == bad("there is no document in the request")


async def test_a_file_counts_towards_the_limits_and_has_no_text_to_edit(
    server: PlaygroundServer, http: aiohttp.ClientSession, api: CallApi, clock: StandingClock
) -> None:
    message = (await upload(server, http, b"x", chat_id=AMINA))["result"]

    assert (await api("sendMessage", chat_id=AMINA, text="at once"))["error_code"] == 429
    clock.move(2)
    edited = await api(
        "editMessageText", chat_id=AMINA, message_id=message["message_id"], text="other"
    )
    assert edited == bad("there is no text in the message to edit")


# --- topics -------------------------------------------------------------------------------------


async def test_a_message_stands_in_the_topic_that_it_names(
    telegram: FakeTelegram, api: CallApi
) -> None:
    telegram.make_forum(SUPERGROUP)
    topic = telegram.open_topic(SUPERGROUP, "Water")

    message = await sent(api, SUPERGROUP, message_thread_id=topic)

    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)
    assert message["chat"]["is_forum"] is True
    # What answers nothing answers the message that opened the topic.
    assert "forum_topic_created" in message["reply_to_message"]
    assert telegram.messages(SUPERGROUP)[-1].topic == topic


async def test_a_topic_that_is_closed_gone_or_never_was_is_refused(
    telegram: FakeTelegram, api: CallApi
) -> None:
    telegram.make_forum(SUPERGROUP)
    closed, deleted = (telegram.open_topic(SUPERGROUP, name) for name in ("Water", "Roads"))
    telegram.close_topic(SUPERGROUP, closed)
    telegram.delete_topic(SUPERGROUP, deleted)

    async def answer(chat: int, topic: int) -> Json:
        return await api("sendMessage", chat_id=chat, text="hello", message_thread_id=topic)

    assert await answer(SUPERGROUP, closed) == bad("TOPIC_CLOSED")
    assert await answer(SUPERGROUP, deleted) == bad("message thread not found")
    assert await answer(GROUP, 5) == bad("message thread not found")
    telegram.close_topic(SUPERGROUP, 1)
    assert await api("sendMessage", chat_id=SUPERGROUP, text="hello") == bad("TOPIC_CLOSED")


async def test_a_plain_thread_of_replies_has_a_number_but_is_no_topic(
    telegram: FakeTelegram, api: CallApi
) -> None:
    first = telegram.write(AMINA, SUPERGROUP, "/help")
    telegram.write(AMINA, SUPERGROUP, "/help", reply_to=first)

    *_, update = await updates(api)

    assert update["message"]["message_thread_id"] == first
    assert "is_topic_message" not in update["message"]
