"""What every edge (handlers, jobs, intake) is handed by the composition root."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.botapi.client import BotApi
from bot.botapi.errors import CallFailed
from bot.clock import Clock
from bot.database import Database
from bot.keys import KeyRing
from bot.neighbours import NOBODY, Others
from bot.outbox.directly import Directly
from bot.outbox.sender import Sender

log = structlog.get_logger()


@dataclass
class Toolbox:
    """The parts of a running program."""

    database: Database
    clock: Clock
    api: BotApi
    sender: Sender
    keys: KeyRing
    directly: Directly
    others: Others = NOBODY
    """The other programs on the database."""
    failures: Counter[str] = field(default_factory=Counter)
    """By the class of the error: what failed in confidence since the last release. A line in the
    log at that moment would tell that somebody wrote."""
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    def call_soon(self, call: Coroutine[Any, Any, None]) -> None:
        """Call Telegram directly, without waiting and without a second try.

        Only for what is worthless a moment later, such as the answer to a tap; everything else goes
        through the outbox.
        """
        task = asyncio.create_task(_forgiving(call))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def calls_are_over(self) -> None:
        """Return when the direct calls made so far have ended."""
        if self._calls:
            await asyncio.wait(self._calls)


async def _forgiving(call: Coroutine[Any, Any, None]) -> None:
    try:
        await call
    except CallFailed as failure:
        # A tap lives 150 seconds; its effect is stored, whatever becomes of the answer.
        log.info("telegram.direct_call_failed", reason=type(failure).__name__)
