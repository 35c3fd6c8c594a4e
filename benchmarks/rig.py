"""What every benchmark stands on: a small Telegram over HTTP, a database, a process of the bot."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import machine
from benchmarks.figures import NotDoneRight
from benchmarks.stores import Kind, Stores
from bot.clock import SystemClock, VirtualClock
from bot.database import Database
from bot.models import OutboxMessage, OutboxState, UpdateFailure
from bot.playground.server import PlaygroundServer
from bot.playground.state import Call
from bot.playground.telegram import FakeTelegram

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
TOKEN = "1000:benchmark"  # noqa: S105 - the small Telegram's own bot, reachable from nowhere
STARTS_WITHIN = 60.0
"""Seconds that a start may take on a slow machine."""
STOPS_WITHIN = 30.0
"""Seconds after SIGTERM in which a bot has to be gone."""
TAIL = 2000
"""How many characters of the bot's log are shown when something went wrong."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    repeats: int
    """How often a start, and a burst of taps, is measured."""
    seconds: float
    """How long each rate of updates is kept up."""
    updates: int
    """How many updates there are between the two looks at the memory."""
    groups: int
    """How many groups are reminded."""
    taps: int
    """How many taps wait at once; a multiple of 100 makes full batches."""


@dataclass(frozen=True)
class Bench:
    """What a benchmark is handed."""

    stores: Stores
    size: Size
    profiles: Path | None = None
    """The folder for the profiles of the bots, if they are to be profiled; that slows them down."""

    @contextlib.asynccontextmanager
    async def rig(self, kind: Kind, *, is_empty: bool = False) -> AsyncIterator["Rig"]:
        """Lend a rig of its own, on a fresh database with or without tables."""
        url = self.stores.empty() if is_empty else await self.stores.migrated(kind)
        folder = Path(tempfile.mkdtemp(prefix="rig-", dir=self.stores.folder))
        rig = Rig(kind, url, folder, self.profiles)
        async with PlaygroundServer(rig.telegram) as server:
            rig.api_address = server.url
            yield rig


@dataclass(frozen=True)
class Bot:
    """A running program."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def memory(self) -> machine.Memory | None:
        """Return what it holds now."""
        return machine.memory(self.process.pid)

    @property
    def cpu_seconds(self) -> float | None:
        """Return how much processor time it has used since it was started."""
        return machine.cpu_seconds(self.process.pid)

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            NotDoneRight: it has ended.
        """
        if self.process.returncode is not None:
            message = f"the bot ended with {self.process.returncode}: {self.last_words()}"
            raise NotDoneRight(message)

    def last_words(self) -> str:
        """Return the end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-TAIL:]


class Rig:
    """One small Telegram and one database; bots can be started on them, one after the other."""

    def __init__(self, kind: Kind, database_url: str, folder: Path, profiles: Path | None) -> None:
        self.database_url = database_url
        # It flows with the monotonic clock, so that differences of its times can be trusted.
        self.telegram = FakeTelegram(VirtualClock(SystemClock().now(), flows=True).now)
        self.telegram.add_bot(TOKEN, "BarazaBenchBot", "Baraza")
        self.api_address = ""
        self._kind = kind
        self._folder = folder
        self._profiles = profiles
        self._started = 0

    @contextlib.asynccontextmanager
    async def bot(self) -> AsyncIterator[Bot]:
        """Start the bot as an operator does, and in the end stop it and look at what it left.

        Raises:
            NotDoneRight: it did not stop properly, or gave up on an update or a message.
        """
        self._started += 1
        log = self._folder / f"bot{self._started}.log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *self._command(),
                cwd=self._folder,
                env=self._environment(),
                stdout=file,
                stderr=file,
            )
        bot = Bot(process, log)
        try:
            yield bot
            bot.check()
        finally:
            await _stop(process, self._stop_by)
        if process.returncode not in {0, -self._stop_by}:
            message = f"the bot stopped with {process.returncode}: {bot.last_words()}"
            raise NotDoneRight(message)
        await self._check_rows()

    async def ready(self, bot: Bot) -> None:
        """Return when the bot has started: it has set its menus, and waits for updates."""
        await self.until(
            lambda: bool(self.accepted("setMyCommands")),
            bot=bot,
            within=STARTS_WITHIN,
            what="a start",
        )

    async def until(self, done: Callable[[], bool], *, bot: Bot, within: float, what: str) -> None:
        """Return as soon as `done` is true.

        Raises:
            NotDoneRight: it was not, `within` so many seconds, or the bot has ended.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not done():
            bot.check()
            if loop.time() > end:
                message = f"{what}: not within {within:.0f} s. {bot.last_words()}"
                raise NotDoneRight(message)
            await self.telegram.changed(self.telegram.revision, 0.2)

    def accepted(self, method: str, *, since: int = 0) -> list[Call]:
        """Return the bot's accepted calls of a method from place `since` of the log on."""
        return [call for call in self.telegram.outgoing_log[since:] if call.method == method]

    @property
    def _stop_by(self) -> signal.Signals:
        # Cut short, aiosqlite's connection stays in the middle of a transaction, and the program
        # waits for it in vain. What an operator runs has to stop properly.
        return signal.SIGKILL if self._kind is Kind.THREADED else signal.SIGTERM

    def _command(self) -> Sequence[str]:
        program = "benchmarks.threads" if self._kind is Kind.THREADED else "bot"
        profiler: tuple[str, ...] = ()
        if self._profiles is not None:
            path = self._profiles / f"{self._folder.name}-{self._started}.prof"
            profiler = ("-m", "cProfile", "-o", str(path))
        return (sys.executable, *profiler, "-m", program, "run")

    def _environment(self) -> dict[str, str]:
        return _inherited() | {
            "PYTHONPATH": str(ROOT),
            "BARAZA_TELEGRAM_TOKEN": TOKEN,
            "BARAZA_TELEGRAM_API": self.api_address,
            "BARAZA_DATABASE_URL": self.database_url,
            "BARAZA_DATA_DIR": str(self._folder),
        }

    async def _check_rows(self) -> None:
        async def count(session: AsyncSession) -> tuple[int, int]:
            failures = await session.scalar(select(func.count()).select_from(UpdateFailure))
            unsent = await session.scalar(
                select(func.count())
                .select_from(OutboxMessage)
                .where(col(OutboxMessage.state).in_((OutboxState.FAILED, OutboxState.EXPIRED)))
            )
            return failures or 0, unsent or 0

        failures, unsent = await on_database(self.database_url, count)
        if failures or unsent:
            message = f"{failures} updates failed, and {unsent} messages were given up"
            raise NotDoneRight(message)


async def compiled() -> None:
    """Have the templates compiled, as they are wherever the bot has run for a while.

    Raises:
        NotDoneRight: they cannot be.
    """
    command = (sys.executable, "-m", "bot.rendering")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=_inherited())
    if await process.wait():
        message = "the templates could not be compiled"
        raise NotDoneRight(message)


def _inherited() -> dict[str, str]:
    """Return the environment without a developer's own settings: they must change no figure."""
    own = ("BARAZA_", "PYTHONDONTWRITEBYTECODE")
    return {k: v for k, v in os.environ.items() if not k.startswith(own)}


async def on_database(url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do `work` in a transaction, and let the database go."""
    database = Database(url)
    try:
        return await database.run(work)
    finally:
        await database.close()


async def _stop(process: asyncio.subprocess.Process, by: signal.Signals) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(by)
    try:
        await asyncio.wait_for(process.wait(), STOPS_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
