"""The Bot API over real HTTP: its door, and what takes more than one call to see.

What a single call answers stands in `methods/`, one table for each method.
"""

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest
from telegram import Message as PtbMessage
from telegram import Update

from bot.playground.server import PlaygroundServer
from bot.playground.state import Toast
from bot.playground.telegram import FakeTelegram
from tests.playground.methods.table import bad, refused
from tests.playground.world import (
    AMINA,
    GROUP,
    MARKUP,
    SUPERGROUP,
    TOKEN,
    CallApi,
    Json,
    StandingClock,
)


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


@pytest.mark.parametrize("token", ["", "1", "01:a", "x:a", "-1:a", f"1:{'a' * 79}"])
async def test_what_is_no_token_is_told_so(
    token: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/bot{token}/getMe") as response:
        answer = refused(401, "Unauthorized: invalid token specified")
        assert (response.status, await response.json()) == (401, answer)


@pytest.mark.parametrize("body", ["[]", "1", "{"])
async def test_a_body_that_is_no_object_is_refused(
    body: str, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    head = {"Content-Type": "application/json"}
    url = f"{server.url}/bot{TOKEN}/getMe"
    async with http.post(url, data=body, headers=head) as response:
        assert (response.status, await response.json()) == (400, bad("JSON object expected"))


async def test_the_wait_also_stands_in_a_header(
    server: PlaygroundServer, http: aiohttp.ClientSession, api: CallApi
) -> None:
    await sent(api)
    params = {"chat_id": str(AMINA), "text": "at once"}
    async with http.get(f"{server.url}/bot{TOKEN}/sendMessage", params=params) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "1")


async def test_unknown_method_is_not_found(api: CallApi) -> None:
    assert await api("sendVideo", chat_id=AMINA) == refused(404, "Not Found: method not found")


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


# --- sendMessage --------------------------------------------------------------------------------


async def test_markup_comes_back_as_it_was_sent(api: CallApi) -> None:
    result = await sent(api, text="<b>Hi</b> 😀 <i>x</i>", parse_mode="HTML", reply_markup=MARKUP)

    assert PtbMessage.de_json(result, None).text_html == "<b>Hi</b> 😀 <i>x</i>"


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


async def test_a_file_of_more_than_50_megabytes_is_too_large(
    server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    for size in ((50 << 20) + 1, 53 << 20):
        answer = await upload(server, http, bytes(size), chat_id=AMINA)
        assert answer == refused(413, "Request Entity Too Large")


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


async def test_a_plain_thread_of_replies_has_a_number_but_is_no_topic(
    telegram: FakeTelegram, api: CallApi
) -> None:
    first = telegram.write(AMINA, SUPERGROUP, "/help")
    telegram.write(AMINA, SUPERGROUP, "/help", reply_to=first)

    *_, update = await updates(api)

    assert update["message"]["message_thread_id"] == first
    assert "is_topic_message" not in update["message"]
