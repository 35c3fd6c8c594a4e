"""Which service makes a file of which an outbox row only tells."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.services import circulation, digests, minutes_papers, participation, reports

Made: TypeAlias = Callable[[], Document] | None
Make: TypeAlias = Callable[[AsyncSession, Mapping[str, Any], datetime], Awaitable[Made]]

MAKERS: dict[str, Make] = {
    circulation.FILE: circulation.make,
    circulation.PAPER: circulation.make,
    participation.PICTURE: circulation.make,
    minutes_papers.PAPER: minutes_papers.make,
    digests.PICTURE: digests.make,
    reports.REPORT: reports.make,
}
"""By what a row calls it."""


async def make(session: AsyncSession, what: Mapping[str, Any], now: datetime) -> Made:
    """Return what makes the file that an outbox row tells of, from all that was read here.

    None if there is nothing left to make it from.
    """
    maker = MAKERS.get(what["make"])
    return await maker(session, what, now) if maker else None
