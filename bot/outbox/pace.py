"""Telegram's limits on sending, counted from the table of what was sent.

So they hold for all running programs together: 30 messages a second in all, one a second in a chat,
20 a minute in a group (Bot FAQ, "My bot is hitting limits").
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import OutboxMessage, OutboxState, Sending
from bot.models.columns import UTCDateTime


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


def chat_may_be_sent_to(chat_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition that a chat's own limits leave room for one more message.

    Its parameters are those of `windows()`.
    """
    return and_(
        _sent(chat_id, "chat_window") < IN_A_CHAT.count,
        # Groups have negative ids (Bot API, Chat).
        (chat_id > 0) | (_sent(chat_id, "group_window") < IN_A_GROUP.count),
    )


def windows(now: datetime) -> dict[str, datetime]:
    """Return from when on what was sent counts towards the limits of a chat at `now`."""
    return {"chat_window": now - IN_A_CHAT.window, "group_window": now - IN_A_GROUP.window}


async def arrived(session: AsyncSession, chat_ids: Collection[int], now: datetime) -> None:
    """Note that what was sent to these chats has arrived by now."""
    await session.execute(_ARRIVED, {"chats": list(chat_ids), "by": now})


async def room_for(session: AsyncSession, now: datetime) -> int:
    """Return how many messages may go out at `now`, whatever their chats."""
    overall = (await session.execute(_OVERALL, {"since": now - OVERALL.window})).one()
    sent: int = overall[1]
    return OVERALL.count - sent


async def next_room_at(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when a limit that holds something back will next give way."""
    since = {"since": now - OVERALL.window, **windows(now)}
    first, sent, in_a_chat, in_a_group = (await session.execute(_LIMITS, since)).one()
    moments = [
        (first if sent >= OVERALL.count else None, OVERALL),
        (in_a_chat, IN_A_CHAT),
        (in_a_group, IN_A_GROUP),
    ]
    return min((first + limit.window for first, limit in moments if first), default=None)


async def forget(session: AsyncSession, now: datetime) -> None:
    """Delete what no longer counts towards any limit."""
    await session.execute(delete(Sending).where(col(Sending.at) <= now - IN_A_GROUP.window))


def _sent(chat_id: SQLColumnExpression[int], window: str) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Sending)
        .where(col(Sending.chat_id) == chat_id, _arrived_by > bindparam(window, type_=UTCDateTime))
        .correlate_except(Sending)
        .scalar_subquery()
    )


# Built once: building a statement costs more than running it.
_ARRIVED = (
    update(Sending)
    .where(
        col(Sending.chat_id).in_(bindparam("chats", expanding=True)), col(Sending.over_at).is_(None)
    )
    .values(over_at=bindparam("by"))
    .execution_options(synchronize_session=False)
)
_OVERALL = select(func.min(col(Sending.at)), func.count()).where(
    col(Sending.at) > bindparam("since", type_=UTCDateTime)
)


def _crowded(limit: Limit, window: str) -> ScalarSelect[datetime]:
    """Return since when the limit of a chat holds something back; of several, the first."""
    since = bindparam(window, type_=UTCDateTime)
    of_chats = (
        select(func.min(_arrived_by).label("first"))
        .where(
            _arrived_by > since,
            col(Sending.chat_id) != NO_CHAT,
            col(Sending.chat_id).in_(
                select(col(OutboxMessage.chat_id))
                .where(col(OutboxMessage.state) == OutboxState.READY)
                .scalar_subquery()
            ),
        )
        .group_by(col(Sending.chat_id))
        .having(func.count() >= limit.count)
        .subquery()
    )
    return select(func.min(of_chats.c.first)).scalar_subquery()


_LIMITS = _OVERALL.add_columns(
    _crowded(IN_A_CHAT, "chat_window"), _crowded(IN_A_GROUP, "group_window")
)
