"""What falls due: written and cancelled in the transaction that decides it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.models import Occasion, OccasionState
from bot.models.columns import UTCDateTime

BATCH = 10
"""How many occasions one transaction deals with: short enough that a tap does not wait for it."""

# Built once, because every tick asks them: building a statement costs more than running it.
_NOW = bindparam("now", type_=UTCDateTime)
_DUE = (
    select(Occasion)
    .where(col(Occasion.state) == OccasionState.WAITING, col(Occasion.due_at) <= _NOW)
    .order_by(col(Occasion.due_at), col(Occasion.key))
)
_NEXT_DUE = (
    select(col(Occasion.due_at))
    .where(col(Occasion.state) == OccasionState.WAITING)
    .order_by(col(Occasion.due_at))
    .limit(1)
)
_ANY_DUE = _DUE.with_only_columns(col(Occasion.key)).limit(1)


async def write(
    session: AsyncSession,
    *,
    kind: str,
    subject: str,
    subject_id: int,
    subject_version: int,
    zone: str,
    due_at: datetime,
    expires_at: datetime,
) -> None:
    """Write down that something falls due. Its key keeps it from ever happening twice."""
    await session.execute(
        insert(Occasion).values(
            key=f"{kind}:{subject}{subject_id}:v{subject_version}",
            kind=kind,
            subject=subject,
            subject_id=subject_id,
            subject_version=subject_version,
            wall_time=wall_time(due_at, zone),
            zone=zone,
            due_at=due_at,
            expires_at=expires_at,
            state=OccasionState.WAITING,
            attempts=0,
        )
    )


async def cancel(session: AsyncSession, *, subject: str, subject_id: int, now: datetime) -> None:
    """Cancel everything that still waits for its time about a subject."""
    await session.execute(
        update(Occasion)
        .where(
            col(Occasion.subject) == subject,
            col(Occasion.subject_id) == subject_id,
            col(Occasion.state) == OccasionState.WAITING,
        )
        .values(state=OccasionState.CANCELLED, ended_at=now)
    )


async def forget(
    session: AsyncSession, *, subject: str, subject_id: int, subject_version: int
) -> set[str]:
    """Forget what waits about a subject, to write it down anew at other times.

    Returns the kinds that have ended already: those are not to be written again.
    """
    mine = (
        col(Occasion.subject) == subject,
        col(Occasion.subject_id) == subject_id,
        col(Occasion.subject_version) == subject_version,
    )
    waits = col(Occasion.state) == OccasionState.WAITING
    await session.execute(delete(Occasion).where(*mine, waits))
    rows = await session.execute(select(col(Occasion.kind)).where(*mine))
    return set(rows.scalars())


async def drop(session: AsyncSession, *, subject: str, subject_id: int) -> None:
    """Forget what waits about a subject, or was cancelled, so that it can be written anew."""
    await session.execute(
        delete(Occasion).where(
            col(Occasion.subject) == subject,
            col(Occasion.subject_id) == subject_id,
            col(Occasion.state).in_((OccasionState.WAITING, OccasionState.CANCELLED)),
        )
    )


async def due(session: AsyncSession, now: datetime) -> Sequence[Occasion]:
    """Return occasions whose time has come, in the order in which their subjects are locked.

    They are not locked yet: whoever deals with one locks its subject first, as everybody does who
    changes the subject, and then takes the occasion with `take()`.
    """
    rows = await session.execute(_DUE.limit(BATCH), {"now": now})
    return _as_locked(rows.scalars())


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether the time of any occasion has come."""
    return await session.scalar(_ANY_DUE, {"now": now}) is not None


async def too_late(session: AsyncSession, now: datetime) -> Sequence[Occasion]:
    """Return every occasion that waits although it is of no use any more, in the same order.

    There is no limit: what one downtime made useless is owned up to in one message a chat.
    """
    rows = await session.execute(_DUE.where(col(Occasion.expires_at) <= _NOW), {"now": now})
    return _as_locked(rows.scalars())


def _as_locked(found: Iterable[Occasion]) -> list[Occasion]:
    return sorted(found, key=lambda occasion: (occasion.subject, occasion.subject_id))


async def take(session: AsyncSession, key: str) -> Occasion | None:
    """Lock an occasion that falls due; None if another program dealt with it meanwhile."""
    occasion = await session.get(Occasion, key, with_for_update=True, populate_existing=True)
    if occasion is None or occasion.state is not OccasionState.WAITING:
        return None
    return occasion


def end(occasion: Occasion, state: OccasionState, now: datetime) -> None:
    """Record how an occasion ended."""
    occasion.state, occasion.ended_at = state, now


async def skip(session: AsyncSession, keys: Sequence[str], now: datetime) -> Sequence[Occasion]:
    """Correct the end of occasions that were posted, but never reached anybody."""
    rows = await session.execute(
        select(Occasion).where(col(Occasion.key).in_(keys)).order_by(col(Occasion.key))
    )
    skipped = rows.scalars().all()
    for occasion in skipped:
        end(occasion, OccasionState.SKIPPED, now)
    return skipped


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the next occasion falls due."""
    rows = await session.execute(_NEXT_DUE)
    return rows.scalar_one_or_none()
