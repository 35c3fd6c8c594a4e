"""What the playground shows of feedback: every byte of its tables, as it lies there."""

from sqlalchemy import inspect, select
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import KeyRing
from bot.models import (
    FeedbackBatch,
    FeedbackBox,
    FeedbackItem,
    FeedbackOutcome,
    Group,
    UpdateMarkEven,
    UpdateMarkOdd,
)
from bot.playground.stored import Box, Columns, Item, Stored, Told
from bot.services import feedback


async def stored(session: AsyncSession, keys: KeyRing) -> Stored | None:
    """Return all that is stored of feedback; None before there ever was a batch."""
    batch = await session.scalar(
        select(FeedbackBatch).order_by(col(FeedbackBatch.number).desc()).limit(1)
    )
    if batch is None:
        return None
    boxes = await session.scalars(select(FeedbackBox).order_by(col(FeedbackBox.id)))
    marks = [
        mark
        for table in (UpdateMarkEven, UpdateMarkOdd)
        for mark in await session.scalars(select(col(table.mark)))
    ]
    items = await session.execute(
        select(FeedbackItem, col(Group.name))
        .outerjoin(Group, col(Group.id) == col(FeedbackItem.group_id))
        .order_by(col(FeedbackItem.week).desc(), col(FeedbackItem.id))
    )
    told = await session.scalars(select(FeedbackOutcome).order_by(col(FeedbackOutcome.id)))
    return Stored(
        release_at=batch.release_at,
        number=batch.number,
        columns=_columns(batch),
        boxes=[Box(one.id.hex(), one.sealed) for one in boxes],
        marks=sorted(marks),
        keys=keys.names(feedback.PREFIX),
        items=[
            Item(item.week, group or "", item.words, item.theme, item.answer, _columns(item))
            for item, group in items
        ],
        told=[Told(one.said, one.did, _columns(one)) for one in told],
    )


def _columns(row: SQLModel) -> Columns:
    """Return a row as it lies there: whatever column it gets one day is shown, too."""
    names = [column.name for column in inspect(type(row)).columns]
    return [(name, _as_text(getattr(row, name))) for name in names]


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return "NULL" if value is None else str(value)
