"""Updates fetched by long polling, and acknowledged only when their effects are stored.

Naming an offset in getUpdates acknowledges everything before it (Bot API). So the next request is
the acknowledgement, and it is made after the commit.
"""

import asyncio
from datetime import timedelta

import structlog

from bot.botapi.client import LONG_POLL, PORTION
from bot.botapi.errors import AnotherPoller, CallFailed, TokenRefused, TooMany
from bot.intake.take import Intake
from bot.toolbox import Toolbox

log = structlog.get_logger()

LONGEST_PAUSE = 30.0
"""Seconds between two tries while Telegram cannot be reached."""


class Polling:
    """Fetches updates until it is stopped."""

    def __init__(
        self, toolbox: Toolbox, intake: Intake, *, long_poll: timedelta = LONG_POLL
    ) -> None:
        """Prepare; `long_poll` is how long Telegram may wait for something to happen."""
        self._toolbox = toolbox
        self._intake = intake
        self._long_poll = long_poll

    async def run(self) -> None:
        """Fetch and take updates for ever.

        Raises:
            TokenRefused: Telegram does not know the token (any more).
        """
        offset: int | None = None
        troubles = 0
        while True:
            try:
                updates = await self._toolbox.api.get_updates(offset=offset, wait=self._long_poll)
            except TokenRefused:
                raise
            except CallFailed as failure:
                troubles += 1
                if isinstance(failure, AnotherPoller):
                    self._intake.confidence.be_unsure()
                await asyncio.sleep(_pause(failure, troubles))
                continue
            troubles = 0
            if updates:
                # Their numbers say in which order people acted, however they came (Bot API,
                # Update): of two answers of one person the later one counts.
                updates.sort(key=lambda update: int(update["update_id"]))
                await self._intake.take(updates)
                offset = int(updates[-1]["update_id"]) + 1
                if len(updates) < PORTION:
                    # Nothing is left of what came before a crash.
                    self._intake.is_cautious = False
            else:
                # Everything is acknowledged. Ids may restart lower after a quiet week, and an old
                # offset would hide the new ones.
                offset = None
                self._intake.is_cautious = False


def _pause(failure: CallFailed, troubles: int) -> float:
    if isinstance(failure, TooMany):
        return failure.retry_after.total_seconds()
    if isinstance(failure, AnotherPoller):
        log.error(
            "polling.conflict",
            remedy="stop the other program that uses this token, or take it another token",
        )
        return LONGEST_PAUSE / 6
    log.warning("telegram.unreachable", reason=type(failure).__name__, tries=troubles)
    return min(2.0 ** (troubles - 1) / 4, LONGEST_PAUSE)
