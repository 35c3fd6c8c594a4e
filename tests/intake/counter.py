"""The counter at which updates are handed in: the real intake and database, without Telegram."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import Update
from telegram.ext import ContextTypes, TypeHandler

from bot.botapi.client import BotApi
from bot.clock import VirtualClock
from bot.database import Database
from bot.handlers import names_of_commands
from bot.handlers.desk import Desk, current
from bot.handlers.feedback import Confidence
from bot.handlers.feedback_seen import Sight
from bot.intake.dispatch import Dispatcher
from bot.intake.take import Intake
from bot.models import Coalition, OutboxMessage, UpdateFailure
from bot.outbox.directly import Directly
from bot.seed import structure
from bot.seed.people import ONE_COUNTY, TOKEN
from bot.toolbox import Toolbox
from tests.keys import prepare, taken
from tests.parts import make_sender

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
ME: dict[str, Any] = {
    "id": 1000,
    "is_bot": True,
    "first_name": "Baraza",
    "username": "BarazaPlayBot",
}
SIGHT = Sight(bot_id=ME["id"], bot_name=ME["username"], commands=names_of_commands())
AMINA, PETER = 102, 103

Json = dict[str, Any]
Bug = Callable[[Desk, str], Awaitable[None]]


class Killed(BaseException):
    """The program is gone at this point, as after `kill -9`: nobody catches it."""


def words(update_id: int, text: str = "hello", *, person: int = AMINA) -> Json:
    """Return an update: a person writes to the bot in private. The bot answers each with a line."""
    sender = {"id": person, "is_bot": False, "first_name": "Amina", "language_code": "en"}
    message = {
        "message_id": update_id,
        "date": int(NOON.timestamp()),
        "chat": {"id": person, "type": "private", "first_name": "Amina"},
        "from": sender,
        "text": text,
    }
    return {"update_id": update_id, "message": message}


@dataclass
class Counter:
    """What a test of the intake works with."""

    database: Database
    toolbox: Toolbox
    dispatcher: Dispatcher
    intake: Intake
    seen: list[str] = field(default_factory=list)
    """The texts that reached a handler, once for each attempt."""

    def plant(self, bug: Bug) -> None:
        """Let `bug(desk, text)` run before the handler of every update, in its transaction."""

        async def run(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            text = (update.message and update.message.text) or ""
            self.seen.append(text)
            await bug(current.get(), text)

        self.dispatcher._application.add_handler(TypeHandler(Update, run), group=-1)

    async def answers(self) -> list[int]:
        """Return to which messages the bot has decided to say something, in order."""
        rows = await self.rows(OutboxMessage)
        return [row.chat_id for row in sorted(rows, key=lambda row: row.id)]

    async def coalitions(self) -> list[str]:
        """Return the names of the coalitions that a bug of these tests has written."""
        return sorted(row.name for row in (await self.rows(Coalition))[1:])

    async def failures(self) -> list[UpdateFailure]:
        """Return what is known of updates that failed."""
        return await self.rows(UpdateFailure)

    async def taken(self, known: Iterable[int], table: int | None = None) -> set[int | None]:
        """Return which of the `known` updates have marks; None stands for a mark of no such."""
        keys = self.toolbox.keys
        return await self.database.run(lambda session: taken(session, keys, known, table))

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return all rows of a table."""

        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return await self.database.run(work)


async def write(desk: Desk, name: str) -> None:
    """Write a row in the transaction of an update."""
    desk.session.add(Coalition(name=name))
    await desk.session.flush()


@dataclass
class Outage:
    """Refuses the next `times` statements that begin so, as a database that is away would."""

    database: Database
    times: int
    statement: str = ""
    refused: int = 0

    def begin(self) -> None:
        """Begin to refuse."""
        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._refuse)

    def _refuse(
        self, _connection: Any, _cursor: Any, statement: str, _parameters: Any, *_: Any
    ) -> None:
        if self.refused < self.times and self.statement in statement:
            self.refused += 1
            raise OperationalError(statement, {}, Exception("database is locked"))


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Counter]:
    """Open a counter on a migrated database, with the coalition of the playground."""
    await structure.store(database_url, ONE_COUNTY)
    async with AsyncExitStack() as closing:
        database = Database(database_url)
        closing.push_async_callback(database.close)
        api = BotApi(token=TOKEN, address="http://127.0.0.1:9")
        clock = VirtualClock(NOON)
        sender = make_sender(database, api, clock)
        keys = await prepare(database, NOON)
        toolbox = Toolbox(database, clock, api, sender, keys, Directly(clock))
        dispatcher = Dispatcher(token=TOKEN, me=ME)
        await dispatcher.open()
        confidence = Confidence(toolbox, SIGHT, answered=())
        # As if it had run for a while: nobody may have been asked something by the one before.
        confidence.be_sure()
        intake = Intake(toolbox, dispatcher, confidence)
        yield Counter(database, toolbox, dispatcher, intake)
