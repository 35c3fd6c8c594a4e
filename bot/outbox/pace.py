"""Telegram's limits on sending, counted from the table of what was sent.

So they hold for all running programs together: 30 messages a second in all, one a second in a chat,
20 a minute in a group (Bot FAQ, "My bot is hitting limits").
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, delete, func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import OutboxMessage, OutboxState, Sending


@dataclass(frozen=True)
class Limit:
    """At most `count` messages within any stretch of `window`."""

    count: int
    window: timedelta


OVERALL = Limit(6, timedelta(milliseconds=208))
"""30 a second in portions: a whole second's worth at once would arrive unevenly, and two such
bursts overlap. 4 % are left free, so that a message may be 40 ms late on its way."""
IN_A_CHAT = Limit(1, timedelta(milliseconds=1040))
IN_A_GROUP = Limit(20, timedelta(milliseconds=60040))

_arrived_by: ColumnElement[datetime] = func.coalesce(col(Sending.over_at), col(Sending.at))
"""A chat's own limits count from the arrival: the network may hold a message up, and the next one
would come too early. The overall limit counts from the claim, or a slow network would halve it."""

NO_CHAT = 0
"""What counts towards the overall limit only: a reaction."""


def chat_may_be_sent_to(chat_id: SQLColumnExpression[int], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a chat's own limits leave room for one more message at `now`."""
    return and_(
        _sent(chat_id, IN_A_CHAT, now) < IN_A_CHAT.count,
        # Groups have negative ids (Bot API, Chat).
        (chat_id > 0) | (_sent(chat_id, IN_A_GROUP, now) < IN_A_GROUP.count),
    )


async def arrived(session: AsyncSession, chat_ids: Collection[int], now: datetime) -> None:
    """Note that what was sent to these chats has arrived by now."""
    await session.execute(
        update(Sending)
        .where(col(Sending.chat_id).in_(chat_ids), col(Sending.over_at).is_(None))
        .values(over_at=now)
    )


async def room_for(session: AsyncSession, now: datetime) -> int:
    """Return how many messages may go out at `now`, whatever their chats."""
    since = now - OVERALL.window
    sent = await session.scalar(
        select(func.count()).select_from(Sending).where(col(Sending.at) > since)
    )
    return OVERALL.count - (sent or 0)


async def next_room_at(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when a limit that holds something back will next give way."""
    waiting = (
        select(col(OutboxMessage.chat_id)).where(col(OutboxMessage.state) == OutboxState.READY)
    ).scalar_subquery()
    moments = []
    overall = await session.execute(
        select(func.min(col(Sending.at)), func.count()).where(
            col(Sending.at) > now - OVERALL.window
        )
    )
    first, sent = overall.one()
    if sent >= OVERALL.count:
        moments.append(first + OVERALL.window)
    for limit in (IN_A_CHAT, IN_A_GROUP):
        crowded = await session.execute(
            select(func.min(_arrived_by))
            .where(
                _arrived_by > now - limit.window,
                col(Sending.chat_id) != NO_CHAT,
                col(Sending.chat_id).in_(waiting),
            )
            .group_by(col(Sending.chat_id))
            .having(func.count() >= limit.count)
        )
        moments.extend(first + limit.window for first in crowded.scalars())
    return min(moments, default=None)


async def forget(session: AsyncSession, now: datetime) -> None:
    """Delete what no longer counts towards any limit."""
    await session.execute(delete(Sending).where(col(Sending.at) <= now - IN_A_GROUP.window))


def _sent(chat_id: SQLColumnExpression[int], limit: Limit, now: datetime) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Sending)
        .where(col(Sending.chat_id) == chat_id, _arrived_by > now - limit.window)
        .correlate_except(Sending)
        .scalar_subquery()
    )
