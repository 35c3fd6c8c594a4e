"""Stored weeks: what snapshots keep, and figures added up."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.digests import (
    Key,
    Measure,
)
from bot.domain.streams import Stream
from bot.models import (
    Figure,
    Snapshot,
    WorkStream,
)
from bot.models.columns import stored_id


class By(StrEnum):
    """By what stored figures are added up."""

    WEEK = "week"
    GROUP = "group"
    ORGANISATION = "organisation"
    STREAM = "stream"


_COLUMNS = {
    By.WEEK: col(Figure.week),
    By.GROUP: col(Figure.group_id),
    By.ORGANISATION: col(Figure.organisation_id),
    By.STREAM: col(Figure.stream_id),
}


async def added_up(
    session: AsyncSession,
    group_ids: Collection[int],
    by: Sequence[By],
    *,
    since: date,
    until: date,
) -> dict[tuple[Any, ...], dict[Measure, int]]:
    """Add the stored figures up of the weeks from `since` to `until` (both Mondays, inclusive).

    The keys hold a value for each part of `by`: a Monday, or an id. By organisation, or by stream,
    only what belongs to one is counted; figures of both at once are not kept.
    """
    columns = [_COLUMNS[one] for one in by]
    rows = await session.execute(
        select(*columns, col(Figure.measure), func.sum(col(Figure.value)))
        .where(
            col(Figure.group_id).in_(group_ids),
            col(Figure.week) >= since,
            col(Figure.week) <= until,
            col(Figure.organisation_id).is_not(None)
            if By.ORGANISATION in by
            else col(Figure.organisation_id).is_(None),
            col(Figure.stream_id).is_not(None)
            if By.STREAM in by
            else col(Figure.stream_id).is_(None),
        )
        .group_by(*columns, col(Figure.measure))
    )
    found: defaultdict[tuple[Any, ...], dict[Measure, int]] = defaultdict(dict)
    for *key, measure, value in rows:
        found[tuple(key)][measure] = int(value)
    return dict(found)


async def kept(
    session: AsyncSession, group_ids: Sequence[int], weeks: Sequence[date]
) -> dict[tuple[int, date], Snapshot]:
    """Return the stored snapshots of these weeks, by group and week."""
    rows = await session.execute(
        select(Snapshot).where(col(Snapshot.group_id).in_(group_ids), col(Snapshot.week).in_(weeks))
    )
    return {(one.group_id, one.week): one for one in rows.scalars()}


async def figures(
    session: AsyncSession, group_ids: Sequence[int], week: date
) -> defaultdict[int, dict[Key, int]]:
    """Return the stored figures of one week, by group."""
    rows = await session.execute(
        select(
            col(Figure.group_id),
            col(Figure.measure),
            col(Figure.organisation_id),
            col(Figure.stream_id),
            col(Figure.value),
        ).where(col(Figure.group_id).in_(group_ids), col(Figure.week) == week)
    )
    found: defaultdict[int, dict[Key, int]] = defaultdict(dict)
    for group_id, measure, organisation, stream, value in rows:
        found[group_id][measure, organisation, stream] = value
    return found


async def streams(session: AsyncSession, coalition_id: int) -> dict[int, Stream]:
    """Return the streams of a coalition, also those that were dropped, in their order."""
    rows = await session.execute(
        select(WorkStream)
        .where(col(WorkStream.coalition_id) == coalition_id)
        .order_by(col(WorkStream.position), col(WorkStream.id))
    )
    return {stored_id(one): one.facts() for one in rows.scalars()}
