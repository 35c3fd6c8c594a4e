"""python-telegram-bot chooses the handler, and nothing it is asked leaves the machine."""

import json
from typing import Any

import pytest
from telegram import Update
from telegram.ext import ContextTypes, TypeHandler

from bot.domain.groups import GroupUnknown
from bot.handlers import check_blocking
from bot.handlers.desk import Desk
from bot.intake.dispatch import Dispatcher, HandlersStayOffline, NotHandled
from bot.seed.people import TOKEN
from tests.intake.counter import AMINA, ME, NOON, Counter, words


async def ignore(_update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Look away."""


async def at_desk(counter: Counter, update: dict[str, Any]) -> bool:
    """Deal with an update in a transaction; return whether anybody looked at it."""
    async with counter.database.transaction() as session:
        desk = Desk(session=session, now=NOON, toolbox=counter.toolbox)
        await counter.dispatcher.dispatch(desk, update)
        return desk.is_handled


async def test_the_bots_own_name_is_known_without_asking() -> None:
    dispatcher = Dispatcher(token=TOKEN, me=ME)

    await dispatcher.open()

    assert dispatcher._application.bot.username == "BarazaPlayBot"


async def test_a_handler_that_calls_telegram_fails(counter: Counter) -> None:
    async def call(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await counter.dispatcher._application.bot.send_message(AMINA, "hello")

    counter.dispatcher._application.add_handler(TypeHandler(Update, call), group=-1)

    with pytest.raises(Exception, match="inside a transaction"):
        await at_desk(counter, words(1))


async def test_only_the_question_who_the_bot_is_is_answered() -> None:
    offline = HandlersStayOffline(ME)

    status, body = await offline.do_request("https://api.telegram.org/bot1:a/getMe", "POST")
    with pytest.raises(RuntimeError):
        await offline.do_request("https://api.telegram.org/bot1:a/sendMessage", "POST")

    assert (status, json.loads(body)) == (200, {"ok": True, "result": ME})


@pytest.mark.parametrize(
    "update",
    [
        words(1),
        words(1, "/help"),
        words(1, "/nosuchcommand"),
        {"update_id": 1},
        {"update_id": 1, "telepathy": {"id": 3}},
        {"update_id": 1, "message": {**words(1)["message"], "text": None, "dice": None}},
    ],
    ids=["words", "command", "unknown command", "nothing", "kind to come", "no text"],
)
async def test_somebody_looks_at_every_update(counter: Counter, update: dict[str, Any]) -> None:
    assert await at_desk(counter, update)


async def test_an_update_that_nobody_looked_at_raises(counter: Counter) -> None:
    counter.dispatcher._application.handlers.clear()

    with pytest.raises(NotHandled):
        await at_desk(counter, words(1))


@pytest.mark.parametrize("error", [GroupUnknown(), ZeroDivisionError()], ids=type)
async def test_whatever_a_handler_raises_comes_out(counter: Counter, error: Exception) -> None:
    async def fail(_update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        raise error

    counter.dispatcher._application.add_handler(TypeHandler(Update, fail), group=-1)

    with pytest.raises(type(error)):
        await at_desk(counter, words(1))


def test_a_handler_that_does_not_block_is_refused() -> None:
    check_blocking([TypeHandler(Update, ignore)])

    with pytest.raises(ValueError, match="does not block"):
        check_blocking([TypeHandler(Update, ignore), TypeHandler(Update, ignore, block=False)])


def test_every_handler_of_the_table_blocks() -> None:
    application = Dispatcher(token=TOKEN, me=ME)._application

    assert all(h.block for group in application.handlers.values() for h in group)


async def test_an_update_is_read_without_a_handler() -> None:
    dispatcher = Dispatcher(token=TOKEN, me=ME)
    await dispatcher.open()

    incoming = dispatcher.read(words(7, "/meeting 3 Dec"))
    nobody = dispatcher.read({"update_id": 7, "poll": None})

    assert incoming is not None
    assert (incoming.sender_id, incoming.message_id, incoming.is_private) == (AMINA, 7, True)
    assert nobody is None
