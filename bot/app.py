"""The composition root: builds a program from its settings, starts it, and stops it properly."""

import asyncio
import fcntl
import gc
import resource
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import handlers
from bot.botapi.client import LONG_POLL, BotApi
from bot.botapi.errors import CallFailed, TooMany, Unanswered, Unreachable
from bot.clock import Clock, VirtualClock
from bot.database import AWAY, Database
from bot.domain.invitations import link
from bot.handlers.feedback import Confidence
from bot.handlers.feedback_seen import Sight
from bot.intake.dispatch import Dispatcher
from bot.intake.polling import Polling
from bot.intake.take import Intake
from bot.jobs.dummies import Dummies
from bot.jobs.ticker import Ticker
from bot.keys import KeyRing
from bot.models import Run
from bot.neighbours import PATIENCE, others_of
from bot.outbox.directly import Directly
from bot.outbox.sender import LEASE, Sender
from bot.rendering.messages import renderer
from bot.services import (
    feedback,
    files,
    groups,
    installation,
    invitations,
    numbers,
    occasions,
    reminders,
    standing,
    updates,
)
from bot.services.updates import ELSEWHERE, KeysAwaited, KeysElsewhere
from bot.settings import SettingWrong
from bot.stand_ins import StandIns, destroy_old
from bot.toolbox import Toolbox

log = structlog.get_logger()

BEAT = timedelta(seconds=20)
"""How often a program shows that it is alive."""
LOOKS = 6
"""How often it is looked, at a start, whether another program comes that has the keys."""


@dataclass
class Program:
    """The running bot."""

    toolbox: Toolbox
    intake: Intake
    polling: Polling
    ticker: Ticker
    dummies: Dummies
    stand_ins: StandIns
    name: str
    """What Telegram calls the bot, without the @."""

    async def run(self) -> None:
        """Fetch, deliver and tick until cancelled, or until a part fails for good."""
        self.ticker.start()
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self.toolbox.sender.run())
                parts.create_task(self.toolbox.directly.run())
                parts.create_task(self.polling.run())
                parts.create_task(self.dummies.run())
                parts.create_task(self.toolbox.others.run())
                parts.create_task(self._set_menus())
        finally:
            await self.ticker.stop()
            await self.toolbox.sender.stop()
            await self.toolbox.calls_are_over()

    async def settle(self) -> None:
        """Return when nothing more happens before the clock moves, apart from what people do."""
        await self.dummies.put_due()
        await self.ticker.tick()
        await self.toolbox.sender.settle()
        await self.toolbox.directly.settle()
        await self.toolbox.calls_are_over()

    @property
    def next_sending(self) -> datetime | None:
        """Return when something goes out that Telegram's limits hold back."""
        moments = (self.toolbox.sender.next_at, self.toolbox.directly.next_at)
        return min((moment for moment in moments if moment is not None), default=None)

    async def next_due(self) -> datetime | None:
        """Return when something will happen next by itself."""
        async with self.toolbox.database.transaction() as session:
            falls_due = await occasions.next_due(session)
            released = await feedback.release_at(session)
        moments = [falls_due, released, self.next_sending]
        return min((moment for moment in moments if moment is not None), default=None)

    async def travel(self, clock: VirtualClock, to: datetime) -> None:
        """Move the clock to `to` by way of every instant at which something falls due.

        All that happens at one instant is over before the next: a jumped week reads like a lived
        one.
        """
        await self.settle()
        while (due := await self.next_due()) is not None and due <= to:
            clock.set(due)
            await self.settle()
        clock.set(to)
        await self.settle()

    async def _set_menus(self) -> None:
        """Tell Telegram the commands, for its menu; a bot without a menu works, too."""
        for language in (None, *renderer().catalogues.languages):
            for scope in ("all_private_chats", "all_group_chats"):
                menu = handlers.menu(language, is_private=scope == "all_private_chats")
                with suppress(CallFailed):
                    await self.toolbox.api.set_my_commands(menu, scope=scope, language=language)


@asynccontextmanager
async def program(
    *,
    database_url: str,
    token: str,
    api_address: str,
    clock: Clock,
    key_dir: Path,
    long_poll: timedelta = LONG_POLL,
    lease: timedelta = LEASE,
    patience: timedelta = PATIENCE,
) -> AsyncIterator[Program]:
    """Build a program on a migrated database; on leaving, note that it stopped properly.

    Raises:
        CallFailed: Telegram cannot be reached, or does not know the token.
        KeysElsewhere: another program runs on this database with other keys.
    """
    database, keys = Database(database_url), KeyRing(key_dir)
    others = others_of(database, patience=patience)
    run_id = uuid.uuid4().hex
    try:
        name = await database.run(installation.name)
        destroy_old(keys, name, clock.now())
        stand_ins = StandIns(keys, clock, name)
        async with BotApi(token=token, address=api_address, numbers=stand_ins) as api:
            me = await _introduced(api)
            sender = Sender(
                database,
                api,
                clock,
                migrated=groups.migrate,
                silenced=reminders.own_up,
                closed=standing.lost,
                topic_lost=standing.topic_lost,
                made=files.make,
                lease=lease,
            )
            toolbox = Toolbox(database, clock, api, sender, keys, Directly(clock), others)
            dispatcher = Dispatcher(token=token, me=me)
            await dispatcher.open()
            sight = Sight(
                bot_id=int(me["id"]),
                bot_name=me["username"],
                commands=handlers.names_of_commands(),
            )
            dummies = Dummies(toolbox)
            confidence = Confidence(toolbox, sight, answered=handlers.REPLIES)
            intake = Intake(toolbox, dispatcher, confidence, followed=dummies.follow)
            await database.run(lambda session: installation.introduce(session, me["username"]))
            await _have_marks(toolbox, patience / LOOKS)
            await database.run(lambda session: numbers.prepare(session, stand_ins))
            await _have_batch(toolbox)
            intake.is_cautious = await _begin_run(database, run_id, clock.now())
            if database.is_sqlite:
                await sender.forget_leases()
            yield Program(
                toolbox,
                intake,
                Polling(toolbox, intake, long_poll=long_poll),
                Ticker(toolbox),
                dummies,
                stand_ins,
                me["username"],
            )
        await _end_run(database, run_id)
    finally:
        await others.close()
        await database.close()


async def _have_marks(toolbox: Toolbox, pause: timedelta) -> None:
    """Have the keys of the marks before anything is taken.

    Raises:
        KeysElsewhere: another program has them.
    """
    database, keys, others = toolbox.database, toolbox.keys, toolbox.others
    while True:
        try:
            await database.run(lambda session: updates.prepare(session, keys, others))
        except KeysAwaited:
            log.warning("keys.awaited", remedy=ELSEWHERE)
            await asyncio.sleep(pause.total_seconds())
        else:
            return


async def _have_batch(toolbox: Toolbox) -> None:
    """Have a batch that can be opened; without one all else goes on, and each tick looks again.

    Raises:
        OSError: no key can be read or written.
    """
    database, keys, now = toolbox.database, toolbox.keys, toolbox.clock.now()
    others = toolbox.others
    try:
        await database.run(lambda session: feedback.prepare(session, keys, now, others))
    except KeysElsewhere as error:
        log.error("keys.elsewhere", remedy=str(error))  # noqa: TRY400 - a traceback of each try would bury the cause
    except KeysAwaited:
        log.warning("keys.awaited", remedy=ELSEWHERE)


async def _introduced(api: BotApi) -> dict[str, Any]:
    """Ask Telegram who the bot is, and make sure that updates can be fetched.

    A machine may start before its network does: that is waited for.

    Raises:
        CallFailed: Telegram refuses, for good.
    """
    while True:
        try:
            me = await api.get_me()
            await api.delete_webhook()
        except TooMany as failure:
            log.warning("telegram.too_many", seconds=failure.retry_after.total_seconds())
            await asyncio.sleep(failure.retry_after.total_seconds())
        except (Unreachable, Unanswered) as failure:
            log.warning("telegram.unreachable", reason=type(failure).__name__)
            wait = failure.retry_after.total_seconds() if isinstance(failure, TooMany) else 0
            await asyncio.sleep(max(wait, AWAY))
        else:
            return me


async def first_link(program: Program) -> str | None:
    """Return a new one-time link for the operator, or None once there is one."""
    now = program.toolbox.clock.now()
    code = await program.toolbox.database.run(
        lambda session: invitations.invite_first_operator(session, now=now)
    )
    if code is None:
        return None
    return link(program.name, code)


async def run_until_told(program: Program, *, alive: Path | None = None) -> None:
    """Run until SIGTERM or SIGINT; as long as all is well, the file `alive` stays fresh."""
    # What was loaded to begin with stays to the end: to look for garbage in it, again and again,
    # would hold everything up for a tenth of a second each time.
    gc.freeze()
    running = asyncio.create_task(program.run())
    beating = asyncio.create_task(_beat(program, alive)) if alive else None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        if beating is not None:
            beating.cancel()
    log.info("program.stopped")


async def _beat(program: Program, alive: Path) -> None:
    """Show that this loop turns and that the database answers.

    Telegram is left out: a program that waits for it gets no better by being started again.
    """
    try:
        while True:
            async with program.toolbox.database.transaction() as session:
                await session.execute(select(1))
            await asyncio.to_thread(alive.touch)
            await asyncio.sleep(BEAT.total_seconds())
    finally:
        alive.unlink(missing_ok=True)  # noqa: ASYNC240 - one quick call while everything ends


def forbid_core_dumps() -> None:
    """Let a crash leave no picture of the memory: keys, and words of the last moment, are in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def sole_user(data_dir: Path, database_url: str = "") -> Iterator[None]:
    """Hold a data directory, and the file of a SQLite database wherever it is.

    Two programs on one SQLite file would each think they are alone.

    Raises:
        SettingWrong: another program holds one of them, or it cannot be written.
    """
    with ExitStack() as held:
        held.enter_context(_hold(data_dir, "lock"))
        _, is_sqlite, path = database_url.partition("sqlite+aiosqlite:///")
        if is_sqlite:
            file = Path(path)
            held.enter_context(_hold(file.parent, f"{file.name}.lock"))
        yield


@contextmanager
def _hold(data_dir: Path, name: str) -> Iterator[None]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (data_dir / name).open("w")
    except OSError as error:
        if (data_dir / name).is_file():
            message = (
                f"{data_dir / name} cannot be written ({error.strerror}): give it to the user that "
                "runs Baraza (chown)"
            )
            raise SettingWrong(message) from error
        message = f"BARAZA_DATA_DIR ({data_dir}) cannot be written: {error.strerror}"
        raise SettingWrong(message) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = (
                f"another Baraza is running on {data_dir}: stop it, or set BARAZA_DATA_DIR to "
                "another directory"
            )
            raise SettingWrong(message) from error
        yield


async def _begin_run(database: Database, run_id: str, now: datetime) -> bool:
    """Note that this program runs; True if one before it did not stop properly.

    The row of a program that runs beside this one looks the same: then the first updates are taken
    more carefully than they need be, which costs a moment.
    """

    async def work(session: AsyncSession) -> bool:
        left_behind = await session.scalar(select(func.count()).select_from(Run))
        if database.is_sqlite:
            await session.execute(delete(Run))
        session.add(Run(id=run_id, started_at=now))
        return bool(left_behind)

    return await database.run(work)


async def _end_run(database: Database, run_id: str) -> None:
    """Take back the note, and those that programs before this one left behind.

    An older program that still runs beside this one loses its note, too. If it crashes, only its
    second restart is careful: good enough for a rare case.
    """

    async def work(session: AsyncSession) -> None:
        run = await session.get(Run, run_id)
        if run is not None:
            await session.execute(delete(Run).where(col(Run.started_at) <= run.started_at))

    await database.run(work)
