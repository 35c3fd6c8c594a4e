"""The time that people see: the system's, or one that tests and the playground can move.

Leases between processes use the database's own time instead, because only that one is shared.
"""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What every edge reads once and passes down as `now`."""

    def now(self) -> datetime:
        """Return the present instant, in UTC, with its zone."""

    async def sleep_until(self, when: datetime) -> None:
        """Return when `now()` has reached `when`."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, when: datetime) -> None:
        """Sleep in slices of a minute, so that a corrected system clock is noticed."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time itself gives no sign
            await asyncio.sleep(min(left, 60.0))


class VirtualClock:
    """A clock that stands still (tests) or flows (playground), and that jumps when told to."""

    def __init__(self, start: datetime, *, flows: bool = False) -> None:
        """Begin at `start`; a flowing clock advances one second each real second."""
        self._base = start.astimezone(UTC)
        self._flows = flows
        self._since = time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the virtual time in UTC."""
        if not self._flows:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def set(self, when: datetime) -> None:
        """Jump forward to `when` and wake every sleeper whose time has come.

        A clock never goes back: an earlier `when` is ignored.
        """
        if when <= self.now():
            return
        self._base, self._since = when.astimezone(UTC), time.monotonic()
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep_until(self, when: datetime) -> None:
        """Return when a jump or the flow of time has reached `when`."""
        while (left := (when - self.now()).total_seconds()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left if self._flows else None)
