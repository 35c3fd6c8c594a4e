"""What is said without leaving a row: answers to what somebody writes in confidence.

The outbox would keep to whom something was said, and when. So these calls live in memory: made at
once, and again for a while when Telegram does not take them; what a stopped program still held is
lost, and whoever asked asks again. No call is logged: a line at that moment would tell.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.botapi.errors import CallFailed, TooMany, Unanswered, Unreachable
from bot.clock import Clock

Call: TypeAlias = Callable[[], Awaitable[object]]

PATIENCE = timedelta(hours=1)
"""How long a call is tried again; later nobody waits for it any more."""
LONGEST_PAUSE = timedelta(minutes=1)


@dataclass
class _Waiting:
    chat_id: int
    call: Call
    at: datetime
    until: datetime
    tries: int = 1


class Directly:
    """Calls Telegram from memory, in order within a chat."""

    def __init__(self, clock: Clock) -> None:
        """Prepare."""
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._changed = asyncio.Event()
        self._busy = asyncio.Lock()

    @property
    def next_at(self) -> datetime | None:
        """Return when the next call is tried again: in each chat that is the first that waits."""
        firsts: dict[int, datetime] = {}
        for one in self._waiting:
            firsts.setdefault(one.chat_id, one.at)
        return min(firsts.values(), default=None)

    async def call(self, chat_id: int, call: Call) -> None:
        """Call now, or after what waits for the same chat; return after the first try."""
        now = self._clock.now()
        one = _Waiting(chat_id, call, now, now + PATIENCE)
        before = [other.at for other in self._waiting if other.chat_id == chat_id]
        if before:
            one.at = max(before)
        elif await self._is_over(one):
            return
        self._waiting.append(one)
        self._changed.set()

    async def run(self) -> None:
        """Try again what waits, for ever."""
        while True:
            self._changed.clear()
            waits: list[asyncio.Task[Any]] = [asyncio.create_task(self._changed.wait())]
            if self.next_at is not None:
                waits.append(asyncio.create_task(self._clock.sleep_until(self.next_at)))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            await self.settle()

    async def settle(self) -> None:
        """Try everything whose time has come."""
        async with self._busy:
            held: set[int] = set()
            now = self._clock.now()
            for one in list(self._waiting):
                if one.at <= now and one.chat_id not in held and await self._is_over(one):
                    self._waiting.remove(one)
                else:
                    held.add(one.chat_id)

    async def _is_over(self, one: _Waiting) -> bool:
        """Try a call; False: it is to be tried again later."""
        now = self._clock.now()
        try:
            await one.call()
        except TooMany as failure:
            one.at = now + failure.retry_after
        except (Unreachable, Unanswered):
            one.at = now + min(timedelta(seconds=2**one.tries), LONGEST_PAUSE)
        except CallFailed:
            # Blocked, or gone: they do not want to hear it any more.
            return True
        else:
            return True
        one.tries += 1
        return one.at >= one.until
