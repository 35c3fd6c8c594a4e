"""Which updates have had their effects, and which ones failed.

The marks are a set, because ids are no sequence: after a week of quiet Telegram goes on at a random
id (Bot API, Update), and a redelivered update may come in any order. Two tables take turns; the
older one is emptied every 48 hours, and Telegram keeps an update for 24.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import lock
from bot.models import UpdateFailure, UpdateMarkEven, UpdateMarkOdd, Upkeep

TURN = timedelta(hours=48)
CHORE = "turn-update-marks"
ATTEMPTS = 5
"""After so many failures an update is set aside."""

_TABLES = (UpdateMarkEven, UpdateMarkOdd)
# Built once, because every update asks them: building a statement costs more than running it.
_SEEN = union_all(
    *(
        select(col(t.update_id)).where(col(t.update_id).in_(bindparam("wanted", expanding=True)))
        for t in _TABLES
    )
)
_TURNS = select(col(Upkeep.turns)).where(col(Upkeep.name) == CHORE)
_MARK = tuple(insert(t).values(update_id=bindparam("marked")) for t in _TABLES)


async def seen(connection: AsyncConnection, ids: Iterable[int]) -> set[int]:
    """Return those of `ids` that have had their effects."""
    found = await connection.execute(_SEEN, {"wanted": list(ids)})
    return set(found.scalars())


async def turns(connection: AsyncConnection) -> int:
    """Return how often the tables took turns."""
    found = await connection.execute(_TURNS)
    return found.scalar_one_or_none() or 0


async def mark(session: AsyncSession, update_id: int, *, turn: int) -> None:
    """Record, in the transaction of its effects, that an update has had them.

    Raises:
        IntegrityError: another program has just done so; nothing of this one may stay.
    """
    await session.execute(_MARK[turn % 2], {"marked": update_id})


async def take_turns(session: AsyncSession, now: datetime) -> None:
    """Empty the older table and go on in it, when its time has come."""
    upkeep = await session.get(Upkeep, CHORE, with_for_update=True)
    if upkeep is None:
        session.add(Upkeep(name=CHORE, at=now))
    elif now - upkeep.at >= TURN:
        upkeep.turns += 1
        upkeep.at = now
        await session.execute(delete(_TABLES[upkeep.turns % 2]))


async def count_attempt(session: AsyncSession, update: dict[str, Any]) -> int:
    """Record one more attempt at an update and return how many there were.

    Only its kind is kept: the rest could name a person.
    """
    failure = await _failure(session, update)
    failure.attempts += 1
    return failure.attempts


async def count_failure(
    session: AsyncSession, update: dict[str, Any], error: BaseException, *, is_counted: bool = False
) -> int:
    """Record the class of the error of an attempt and return how many attempts there were.

    `is_counted` says that this one was counted before it began.
    """
    failure = await _failure(session, update)
    failure.attempts += not is_counted
    failure.error = type(error).__name__
    return failure.attempts


async def succeeded(session: AsyncSession, update_id: int) -> None:
    """Forget the attempts at an update that had its effects in the end."""
    await session.execute(delete(UpdateFailure).where(col(UpdateFailure.update_id) == update_id))


async def set_aside(session: AsyncSession, update_id: int, now: datetime) -> None:
    """Give up on an update."""
    failure = await session.get_one(UpdateFailure, update_id)
    failure.set_aside_at = now


async def _failure(session: AsyncSession, update: dict[str, Any]) -> UpdateFailure:
    update_id = int(update["update_id"])
    # Two programs may have been given it: only one of them can be the first to note it.
    await lock(session, [f"update:{update_id}"])
    failure = await session.get(UpdateFailure, update_id, with_for_update=True)
    if failure is None:
        failure = UpdateFailure(update_id=update_id, kind=kind_of(update))
        session.add(failure)
    return failure


def kind_of(update: dict[str, Any]) -> str:
    """Return what kind of update this is, e.g. `message`, at most 32 characters."""
    kinds = (name for name in update if name != "update_id")
    return next(kinds, "empty")[:32]
