"""The real program in a process of its own, made to be killed.

`python -m tests.stories.victim` reads one order (JSON) from a line of its input, forks, and says
two numbers: the process id of the program, and later how that ended. Forking saves the second that
the imports cost; what runs is `bot.app`, built as `bot.cli` builds it, on a real database and real
HTTP.

Nothing inside `bot/` knows of this: the points at which the program can be made to die, and the
bugs that can be planted, are put around its functions from outside.
"""

import asyncio
import contextlib
import functools
import gc
import json
import mmap
import os
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import app, handlers
from bot.botapi.client import BotApi
from bot.clock import Clock, SystemClock
from bot.domain.dates.vocabulary import vocabulary
from bot.intake import polling
from bot.intake.take import Intake
from bot.jobs import ticker
from bot.jobs.ticker import Ticker
from bot.models import Occasion
from bot.outbox import pace, sender
from bot.outbox.sender import Job, Sender
from bot.rendering.messages import renderer
from bot.seed.people import TOKEN
from bot.services import occasions, updates
from bot.services.updates import Marks

AsyncFunction = Callable[..., Awaitable[Any]]

TICK = timedelta(milliseconds=50)
POLL = timedelta(milliseconds=200)
LONG_POLL = timedelta(seconds=1)
LONGEST_PAUSE = 3.0
TWO = 2
"""Programs that meet."""


class Point(StrEnum):
    """Where the program can be made to die, in the order in which it gets there."""

    RECEIVED = "received"
    TAKING = "updates-before-commit"
    TAKEN = "updates-committed"
    ACKNOWLEDGING = "acknowledging"
    BRINGING = "occasions-before-commit"
    BROUGHT = "occasions-committed"
    CLAIMING = "claim-before-commit"
    CLAIMED = "claim-committed"
    CALLING = "calling"
    ACCEPTED = "accepted"
    RECORDING = "record-before-commit"
    RECORDED = "record-committed"


class Plant(StrEnum):
    """A bug that the program can be given."""

    EARLY_ACKNOWLEDGEMENT = "early-acknowledgement"
    """Telegram is told that updates were taken before their effects are stored."""
    FORGOTTEN_MARKS = "forgotten-marks"
    """Nobody looks whether an update has had its effects."""
    STALE_TICK = "stale-tick"
    """The tick brings about what it read before, without a lock and without a second look."""
    BLIND_TAKE = "blind-take"
    """An occasion that was read is brought about without a second look under the lock."""
    NO_LIMIT = "no-limit"
    """Nobody counts how many messages go out in all."""
    SENT_BEFORE_SENDING = "sent-before-sending"
    """A message is marked as delivered before Telegram is called."""


@dataclass(frozen=True)
class Order:
    """What one life of the program is to be like."""

    database_url: str
    api_address: str
    key_dir: str
    clock_file: str | None = None
    """A `SharedClock`; None stands for the clock of the machine."""
    die_at: Point | None = None
    at_pass: int = 1
    """At which pass of that point, counted from the start of this life, it dies."""
    plant: Plant | None = None
    lease: float = 30.0
    meet_in: str | None = None
    """A folder: who has read what is due waits there until the other program has read it, too; so
    does who has claimed messages, until the other has claimed some.

    When all that was due is stored, a file `….done` says so.
    """

    def as_line(self) -> str:
        """Return what the process reads."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Order":
        """Read an order."""
        fields = json.loads(line)
        fields["die_at"] = fields["die_at"] and Point(fields["die_at"])
        fields["plant"] = fields["plant"] and Plant(fields["plant"])
        return cls(**fields)


class SharedClock:
    """A clock that stands still in a file of eight bytes; whoever has it open sees it jump."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 8)

    @classmethod
    def new(cls, path: Path, start: datetime) -> "SharedClock":
        """Make the file."""
        path.write_bytes(bytes(8))
        clock = cls(path)
        clock.set(start)
        return clock

    def now(self) -> datetime:
        """Return the instant at which it stands, in UTC."""
        (microseconds,) = struct.unpack("q", self._bytes[:])
        return _EPOCH + timedelta(microseconds=microseconds)

    def set(self, when: datetime) -> None:
        """Jump."""
        self._bytes[:] = struct.pack("q", (when - _EPOCH) // timedelta(microseconds=1))

    async def sleep_until(self, when: datetime) -> None:
        """Return when somebody has moved it to `when`."""
        while self.now() < when:
            await asyncio.sleep(0.004)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def live(order: Order) -> None:
    """Run the program as `baraza run` does, until SIGTERM or the death that was ordered."""
    clock: Clock = SharedClock(Path(order.clock_file)) if order.clock_file else SystemClock()
    async with app.program(
        database_url=order.database_url,
        token=TOKEN,
        api_address=order.api_address,
        clock=clock,
        key_dir=Path(order.key_dir),
        long_poll=LONG_POLL,
        lease=timedelta(seconds=order.lease),
    ) as program:
        await app.run_until_told(program)


# --- put around the program from outside ------------------------------------------------------


def _around(
    owner: type | ModuleType, name: str, make: Callable[[AsyncFunction], AsyncFunction]
) -> None:
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))


class Doom:
    """Kills this process at the ordered pass of the ordered point."""

    def __init__(self, point: Point, at_pass: int) -> None:
        self._point = point
        self._left = at_pass
        # What the transaction that this task has open is for.
        self._stage: ContextVar[tuple[Point, Point] | None] = ContextVar("stage", default=None)

    def lay(self) -> None:
        """Wrap the functions that lead to the points."""
        _around(Intake, "take", self._before(Point.RECEIVED))
        _around(Intake, "_together", self._in_transaction(Point.TAKING, Point.TAKEN))
        _around(BotApi, "get_updates", self._acknowledging)
        _around(Ticker, "_portion", self._in_transaction(Point.BRINGING, Point.BROUGHT))
        _around(Sender, "_claim", self._in_transaction(Point.CLAIMING, Point.CLAIMED))
        _around(Sender, "_call", self._before(Point.CALLING))
        _around(Sender, "_call", self._after(Point.ACCEPTED))
        _around(Sender, "_record", self._in_transaction(Point.RECORDING, Point.RECORDED))
        _around(AsyncTransaction, "commit", self._commit)

    def _reach(self, point: Point) -> None:
        if point is self._point:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)

    def _before(self, point: Point) -> Callable[[AsyncFunction], AsyncFunction]:
        def make(original: AsyncFunction) -> AsyncFunction:
            async def wrapped(*args: Any, **named: Any) -> Any:
                self._reach(point)
                return await original(*args, **named)

            return wrapped

        return make

    def _after(self, point: Point) -> Callable[[AsyncFunction], AsyncFunction]:
        def make(original: AsyncFunction) -> AsyncFunction:
            async def wrapped(*args: Any, **named: Any) -> Any:
                result = await original(*args, **named)
                self._reach(point)
                return result

            return wrapped

        return make

    def _in_transaction(
        self, before: Point, after: Point
    ) -> Callable[[AsyncFunction], AsyncFunction]:
        """Name the coming commit; a function that found nothing to do does not count."""

        def make(original: AsyncFunction) -> AsyncFunction:
            async def wrapped(*args: Any, **named: Any) -> Any:
                self._stage.set((before, after))
                result = await original(*args, **named)
                if result in (0, []):
                    self._stage.set(None)
                return result

            return wrapped

        return make

    def _commit(self, original: AsyncFunction) -> AsyncFunction:
        async def wrapped(*args: Any, **named: Any) -> Any:
            stage = self._stage.get()
            if stage is not None:
                self._reach(stage[0])
            await original(*args, **named)
            if stage is not None:
                self._stage.set(None)
                self._reach(stage[1])

        return wrapped

    def _acknowledging(self, original: AsyncFunction) -> AsyncFunction:
        async def wrapped(*args: Any, offset: int | None, **named: Any) -> Any:
            if offset is not None:
                self._reach(Point.ACKNOWLEDGING)
            return await original(*args, offset=offset, **named)

        return wrapped


def plant(bug: Plant) -> None:
    """Give the program a bug."""
    match bug:
        case Plant.EARLY_ACKNOWLEDGEMENT:
            _around(Intake, "take", _acknowledge_early)
        case Plant.FORGOTTEN_MARKS:
            _around(updates, "seen", _see_nothing)
            _around(updates, "mark", _mark_again)
        case Plant.STALE_TICK:
            _around(occasions, "due", _due_from_memory)
            _around(occasions, "take", _take_without_looking)
        case Plant.BLIND_TAKE:
            _around(occasions, "take", _take_without_looking)
        case Plant.NO_LIMIT:
            _around(pace, "room_for", _room_for_all)
        case Plant.SENT_BEFORE_SENDING:
            _around(Sender, "_deliver", _mark_before_sending)


def _acknowledge_early(original: AsyncFunction) -> AsyncFunction:
    async def take(self: Intake, batch: Sequence[dict[str, Any]]) -> None:
        offset = max(update["update_id"] for update in batch) + 1
        await self._toolbox.api.get_updates(offset=offset, wait=timedelta(0))
        await original(self, batch)

    return take


def _see_nothing(_original: AsyncFunction) -> AsyncFunction:
    async def seen(_connection: AsyncConnection, _ids: Iterable[int], _how: Marks) -> set[int]:
        return set()

    return seen


def _mark_again(original: AsyncFunction) -> AsyncFunction:
    async def mark(session: AsyncSession, update_id: int, how: Marks) -> None:
        with contextlib.suppress(IntegrityError):
            async with session.begin_nested():
                await original(session, update_id, how)

    return mark


def _due_from_memory(original: AsyncFunction) -> AsyncFunction:
    """See each list of due occasions a second time, as a program does that read it too early."""
    remembered: list[str] = []

    async def due(session: AsyncSession, now: datetime) -> Sequence[Occasion]:
        stale = [await session.get_one(Occasion, key) for key in remembered]
        fresh = await original(session, now)
        remembered[:] = [occasion.key for occasion in fresh if occasion.expires_at > now]
        return [*stale, *fresh]

    return due


def _take_without_looking(_original: AsyncFunction) -> AsyncFunction:
    async def take(session: AsyncSession, key: str) -> Occasion | None:
        return await session.get(Occasion, key)

    return take


def _room_for_all(_original: AsyncFunction) -> AsyncFunction:
    async def room_for(_session: AsyncSession, _now: datetime) -> int:
        return pace.OVERALL.count

    return room_for


def _mark_before_sending(original: AsyncFunction) -> AsyncFunction:
    async def deliver(self: Sender, job: Job) -> None:
        await self._database.run(lambda session: self._delivered(session, job, job.message_id))
        await original(self, job)

    return deliver


def _meet_in(folder: Path) -> None:
    mine = folder / str(os.getpid())

    def is_other_missing(sign: str) -> bool:
        return len(list(folder.glob(f"*{sign}"))) < TWO

    def meet(sign: str) -> Callable[[AsyncFunction], AsyncFunction]:
        """Let who has found something wait until the other has found something, too."""

        def make(original: AsyncFunction) -> AsyncFunction:
            async def wrapped(*args: Any) -> Any:
                found = await original(*args)
                if found:
                    mine.with_suffix(sign).touch()
                    while is_other_missing(sign):
                        await asyncio.sleep(0.005)
                return found

            return wrapped

        return make

    def part(original: AsyncFunction) -> AsyncFunction:
        async def tick(self: Ticker) -> None:
            await original(self)
            if mine.with_suffix(".read").exists():
                mine.with_suffix(".done").touch()

        return tick

    _around(occasions, "due", meet(".read"))
    _around(Ticker, "tick", part)
    # Outside of its transaction: the other needs the lock.
    _around(Sender, "_round", meet(".claimed"))


def _quicken() -> None:
    """Look more often than a real program needs to: a story must not wait for a whole second."""
    for owner, name, value in (
        (ticker, "TICK", TICK),
        (sender, "POLL", POLL),
        (polling, "LONGEST_PAUSE", LONGEST_PAUSE),
    ):
        setattr(owner, name, value)


# --- the process ------------------------------------------------------------------------------


def _be_born(order: Order) -> None:
    """Turn this (forked) process into the program; does not return."""
    # What the program prints goes into the log: the output of the parent belongs to the test.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_die_with_the_test, daemon=True).start()
    _quicken()
    if order.die_at is not None:
        Doom(order.die_at, order.at_pass).lay()
    if order.plant is not None:
        plant(order.plant)
    if order.meet_in is not None:
        _meet_in(Path(order.meet_in))
    ended = 1
    try:
        asyncio.run(live(order))
        ended = 0
    except BaseException:  # noqa: BLE001 - this is the end of the process: the test reads it in the log
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)


def _die_with_the_test() -> None:
    # The input ends when the test process does, however it does.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _read_everything() -> None:
    """Read what every program reads once: its copies have it already."""
    assert renderer().answer_words
    assert vocabulary(renderer().catalogues.languages)
    for language in renderer().catalogues.languages:
        environment = renderer()._environment(language)
        for name in environment.list_templates():
            environment.get_template(name)
        for is_private in (False, True):
            handlers.menu(language, is_private=is_private)
    # What all copies have in common is no garbage: none of them looks through it, or writes to it.
    gc.collect()
    gc.freeze()


def main() -> None:
    """Bring up one program after the other."""
    _read_everything()
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            _be_born(Order.from_line(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
