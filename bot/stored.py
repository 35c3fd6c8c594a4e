"""What the playground shows of feedback: every byte of its tables, as it lies there."""

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import KeyRing
from bot.models import (
    FeedbackBatch,
    FeedbackBox,
    FeedbackItem,
    Group,
    UpdateMarkEven,
    UpdateMarkOdd,
)
from bot.playground.stored import Box, Item, Stored
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
    return Stored(
        release_at=batch.release_at,
        number=batch.number,
        public_key=batch.public_key.hex(),
        boxes=[Box(one.id.hex(), one.sealed) for one in boxes],
        marks=sorted(marks),
        keys=keys.names(feedback.PREFIX),
        items=[
            Item(
                item.id,
                item.week,
                group or "",
                item.words,
                item.receipt.hex(),
                item.theme,
                item.answer,
            )
            for item, group in items
        ],
    )
