"""The streams of work of a coalition: six usual ones to begin with, then what it makes of them."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import streams as rules
from bot.domain.groups import check_name
from bot.domain.streams import (
    STREAMS_LIMIT,
    USUAL,
    Stream,
    StreamGone,
    StreamsTooMany,
    StreamTaken,
)
from bot.models import ActionPoint, Coalition, Group, WorkStream
from bot.models.columns import stored_id
from bot.queries import streams as queries
from bot.rendering.messages import renderer


async def of_coalition(session: AsyncSession, coalition_id: int) -> Sequence[Stream]:
    """Return the streams of a coalition; the usual ones are made when they are first asked for."""
    rows = await queries.rows_of(session, coalition_id)
    if not rows:
        rows = await _begin(session, coalition_id)
    return [row.facts() for row in rows if not row.is_dropped]


async def meant(session: AsyncSession, coalition_id: int, said: str) -> int | None:
    """Return the stream of a coalition that a hashtag, or a name, means; None if none does."""
    if not said:
        return None
    found = rules.meant(said, await of_coalition(session, coalition_id), renderer().stream_words)
    return found.id if found else None


async def add(session: AsyncSession, coalition: Coalition, name: str) -> None:
    """Add a stream to a coalition (locked); what had its hashtag already belongs to it.

    One of the usual ones that was dropped comes back under its own name.

    Raises:
        NameTooLong, NameMissing: no stream can be called so.
        StreamTaken, StreamsTooMany: there is one, or there are enough.
    """
    coalition_id = stored_id(coalition)
    known = await of_coalition(session, coalition_id)
    name = check_name(name)
    _check_free(known, name)
    if len(known) >= STREAMS_LIMIT:
        raise StreamsTooMany
    rows = await queries.rows_of(session, coalition_id)
    dropped = [row for row in rows if row.is_dropped]
    again = rules.meant(name, [row.facts() for row in dropped], renderer().stream_words)
    if again is not None:
        row = next(row for row in dropped if row.id == again.id)
        row.is_dropped = False
    else:
        row = WorkStream(coalition_id=coalition_id, name=name, position=len(rows))
        session.add(row)
    await session.flush()
    await _gather(session, coalition_id)


async def rename(session: AsyncSession, coalition: Coalition, stream_id: int, name: str) -> None:
    """Call a stream of a coalition (locked) otherwise.

    Raises:
        NameTooLong, NameMissing: no stream can be called so.
        StreamGone, StreamTaken: it is not there any more, or another one is called so.
    """
    row = await _row(session, coalition, stream_id)
    name = check_name(name)
    others = await of_coalition(session, stored_id(coalition))
    _check_free([one for one in others if one.id != stream_id], name)
    row.name = name
    await session.flush()
    await _gather(session, stored_id(coalition))


async def drop(session: AsyncSession, coalition: Coalition, stream_id: int) -> None:
    """Let nothing new belong to a stream of a coalition (locked); what did, still does.

    Raises:
        StreamGone: it is not there any more.
    """
    row = await _row(session, coalition, stream_id)
    row.is_dropped = True
    await session.flush()


def _check_free(known: Sequence[Stream], name: str) -> None:
    if rules.meant(name, known, renderer().stream_words) is not None:
        raise StreamTaken(name=name)


async def _row(session: AsyncSession, coalition: Coalition, stream_id: int) -> WorkStream:
    row = await session.get(WorkStream, stream_id)
    if row is None or row.is_dropped or row.coalition_id != coalition.id:
        raise StreamGone
    return row


async def _begin(session: AsyncSession, coalition_id: int) -> Sequence[WorkStream]:
    # Two who ask at once would make each stream twice.
    await session.get_one(Coalition, coalition_id, with_for_update=True, populate_existing=True)
    rows = await queries.rows_of(session, coalition_id)
    if rows:
        return rows
    for position, key in enumerate(USUAL):
        session.add(WorkStream(coalition_id=coalition_id, key=key, position=position))
    await session.flush()
    await _gather(session, coalition_id)
    return await queries.rows_of(session, coalition_id)


async def _gather(session: AsyncSession, coalition_id: int) -> None:
    """Sort in what was said with a hashtag that meant no stream before."""
    groups = select(col(Group.id)).where(col(Group.coalition_id) == coalition_id)
    unsorted = (
        col(ActionPoint.group_id).in_(groups),
        col(ActionPoint.stream_id).is_(None),
        col(ActionPoint.stream_said) != "",
    )
    said = await session.execute(select(col(ActionPoint.stream_said)).where(*unsorted).distinct())
    known = [row.facts() for row in await queries.rows_of(session, coalition_id)]
    for hashtag in said.scalars().all():
        found = rules.meant(hashtag, known, renderer().stream_words)
        if found is not None:
            await session.execute(
                update(ActionPoint)
                .where(*unsorted, col(ActionPoint.stream_said) == hashtag)
                .values(stream_id=found.id)
            )
