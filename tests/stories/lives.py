"""The test's side of a program that gets killed: where it is born, and who starts it again."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.stories.victim import Order

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
PATIENCE = 30.0
"""Seconds (real) after which what does not happen is taken for stuck."""


class Nursery:
    """A process that has imported everything and forks one program at a time."""

    def __init__(self, log: Path) -> None:
        """Start it; what its programs print is added to the file `log`."""
        self.log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.stories.victim"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                # Ctrl-C in the terminal is for the test, which then ends this process.
                start_new_session=True,
            )

    async def bear(self, order: Order) -> int:
        """Start a program and return its process id; the one before it must have ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(order.as_line())
        self._process.stdin.flush()
        return await self._number()

    async def death(self) -> int:
        """Wait for the end of the program and return its exit code, negative for a signal."""
        return await self._number()

    def close(self) -> None:
        """End the process, and the program if one still runs."""
        with self._process:
            assert self._process.stdin is not None
            # A program that still runs ends by itself when this line ends.
            self._process.stdin.close()

    def last_words(self, lines: int = 40) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    async def _number(self) -> int:
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        if not line:
            raise DiedOfItself(self.last_words())
        return int(line)


@contextlib.contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Lend a nursery that keeps its log in `folder`."""
    opened = Nursery(folder / "programs.log")
    try:
        yield opened
    finally:
        opened.close()


class DiedOfItself(Exception):
    """A program ended though nobody killed it; the end of its log says why."""


async def until(condition: Callable[[], object]) -> None:
    """Wait until a program in another process has brought something about.

    Raises:
        TimeoutError: it has not after `PATIENCE`.
    """
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


@dataclass
class Lives:
    """One program after the other, each started as soon as the last one was killed.

    `order(life)` says how each is to be (0 is the first); None leaves it dead. `at_death` is
    awaited while it does not run.
    """

    nursery: Nursery
    order: Callable[[int], Order | None]
    at_death: Callable[[], Awaitable[None]] | None = None
    kills: int = 0
    is_up: bool = False
    """Set from outside when the program has made its first call; false again when it dies."""
    _pid: int | None = None
    _is_over: bool = False
    _keeper: asyncio.Task[None] | None = field(default=None, repr=False)

    async def __aenter__(self) -> Self:
        """Start the first program."""
        self._keeper = asyncio.create_task(self._keep_alive())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs."""
        self._is_over = True
        self.kill()
        assert self._keeper is not None
        await asyncio.gather(self._keeper, return_exceptions=True)

    def kill(self) -> None:
        """Kill the program that runs (SIGKILL); nothing happens while none does."""
        self._signal(signal.SIGKILL)

    async def stop(self) -> None:
        """Stop the program as an operator does, and wait until it is over.

        Raises:
            DiedOfItself: it did not end well.
        """
        self._is_over = True
        self._signal(signal.SIGTERM)
        assert self._keeper is not None
        await self._keeper

    def check(self) -> None:
        """Raise what went wrong with the programs so far.

        Raises:
            DiedOfItself: one ended though nobody killed it.
        """
        if self._keeper is not None and self._keeper.done():
            self._keeper.result()

    def _signal(self, number: signal.Signals) -> None:
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    async def _keep_alive(self) -> None:
        while not self._is_over and (order := self.order(self.kills)) is not None:
            self._pid = await self.nursery.bear(order)
            if self._is_over:
                self.kill()
            ended = await self.nursery.death()
            self._pid, self.is_up = None, False
            # Told to stop before it has begun to listen, it just ends.
            expected = {0, -signal.SIGTERM, KILLED} if self._is_over else {KILLED}
            if ended not in expected:
                raise DiedOfItself(f"exit code {ended}", self.nursery.last_words())
            if not self._is_over:
                self.kills += 1
                if self.at_death is not None:
                    await self.at_death()
