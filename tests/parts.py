"""Parts of a program, put together as `bot.app` does."""

from datetime import timedelta
from typing import Any

from bot.botapi.client import BotApi
from bot.clock import Clock
from bot.database import Database
from bot.outbox.sender import LEASE, Sender
from bot.services import circulation, groups, reminders, standing


def make_sender(
    database: Database, api: BotApi, clock: Clock, *, lease: timedelta = LEASE, **told: Any
) -> Sender:
    """Return a sender that tells the services what the real one tells them."""
    callables = {
        "migrated": groups.migrate,
        "silenced": reminders.own_up,
        "closed": standing.lost,
        "topic_lost": standing.topic_lost,
        "made": circulation.make,
    }
    return Sender(database, api, clock, lease=lease, **(callables | told))
