"""What the playground's panel tells of the program: what is due, what waits, what is used up.

Every list has a limit, and every statement an index that leaves history aside: the panel asks
again every few seconds while it is open.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import PATIENCE
from bot.database import time
from bot.domain.dates import wall_time
from bot.domain.feedback import FeedbackState
from bot.domain.reminders import PrivateKind
from bot.domain.support import DAYS
from bot.domain.write_ups import MorningKind
from bot.models import (
    EVERYWHERE,
    Chat,
    Coalition,
    Group,
    Meeting,
    Method,
    Occasion,
    OccasionState,
    OutboxMessage,
    OutboxState,
    Series,
)
from bot.outbox.post import OVER_BUDGET
from bot.playground.panel import Behind, Due, Ended, Ending, Hold, Used, Waiting
from bot.rendering.html import as_plain_text
from bot.services import budget, feedback
from bot.services.closing import CLOSING
from bot.services.follow_up import FOLLOW_UP
from bot.services.meeting_posts import MEETING
from bot.services.minutes_views import MINUTES
from bot.services.series_meetings import SERIES, TOP_UP
from bot.services.sitting_posts import BOARD

AHEAD = 12
"""How many things that are due are listed."""
ALIKE = 4
"""How many of them on average may look the same, and are listed once."""
LISTED = 8
"""How many messages are listed that wait, and that ended badly."""
LATELY = timedelta(days=7)
LINE = 80
"""UTF-16 units of a message that its row shows."""

RELEASE = "feedback-release"
"""What is no occasion, and comes by itself all the same."""
_BADLY = (OutboxState.FAILED, OutboxState.EXPIRED, OutboxState.WITHDRAWN)
_WELL = (OutboxState.READY, OutboxState.DELIVERED)
ROUTINE = (TOP_UP, FOLLOW_UP, DAYS)
"""What happens every night, and every morning, mostly without anybody noticing."""
_NOTICED = (col(Occasion.state) == OccasionState.WAITING, col(Occasion.kind).not_in(ROUTINE))
"""What people will notice; of writing down the meetings of a series nobody is told."""


async def behind(session: AsyncSession, now: datetime) -> Behind:
    """Return what no chat shows, as it is at `now`."""
    waiting, waiting_count = await _waiting(session, now)
    ended, ended_count = await _ended(session, now)
    used = [
        Used(one.name, one.chat_id < 0, one.spent.made, one.spent.limit)
        for one in await budget.of_all(session, now)
    ]
    shown = [one for one in used if one.is_group or one.made]
    return Behind(
        due=await _due(session),
        waiting=waiting,
        waiting_count=waiting_count,
        ended=ended,
        ended_count=ended_count,
        used=shown,
        others=len(used) - len(shown),
        patience=PATIENCE,
    )


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the first thing falls due that the panel lists."""
    due: datetime | None = await session.scalar(
        select(col(Occasion.due_at)).where(*_NOTICED).order_by(col(Occasion.due_at)).limit(1)
    )
    moments = [due, *(one.at for one in await _release(session))]
    return min((moment for moment in moments if moment is not None), default=None)


async def _due(session: AsyncSession) -> list[Due]:
    """Return what falls due next, the nearest first."""
    rows = await session.execute(
        select(Occasion, col(Meeting.wall_start), Group)
        .outerjoin(
            Meeting,
            and_(
                col(Occasion.subject).in_((MEETING, CLOSING, BOARD, MINUTES)),
                col(Meeting.id) == col(Occasion.subject_id),
            ),
        )
        .outerjoin(
            Series,
            and_(col(Occasion.subject) == SERIES, col(Series.id) == col(Occasion.subject_id)),
        )
        .outerjoin(
            Group, col(Group.id) == func.coalesce(col(Meeting.group_id), col(Series.group_id))
        )
        .where(*_NOTICED)
        .order_by(col(Occasion.due_at), col(Occasion.key))
        .limit(AHEAD * ALIKE)
    )
    # The summaries of a Monday are one thing that happens, however many people get one.
    found = dict.fromkeys(_falls_due(one, meeting, group) for one, meeting, group in rows)
    listed = sorted((*found, *await _release(session)), key=lambda one: one.at)
    return listed[:AHEAD]


async def _release(session: AsyncSession) -> list[Due]:
    """Return when what is written in confidence is released, where anybody can write so."""
    at = await feedback.release_at(session)
    rows = await session.execute(
        select(col(Coalition.name), func.min(col(Group.zone)))
        .join(Group, col(Group.coalition_id) == col(Coalition.id))
        .where(col(Coalition.feedback) != FeedbackState.CLOSED)
        .group_by(col(Coalition.id), col(Coalition.name))
        .order_by(col(Coalition.id))
    )
    found = rows.all()
    if at is None or not found:
        return []
    zone = found[0][1]
    names = ", ".join(name for name, _zone in found)
    return [Due(RELEASE, at, wall_time(at, zone), zone, names, None, None)]


def _falls_due(one: Occasion, meeting: datetime | None, group: Group | None) -> Due:
    chat_id = None if group is None or one.kind in {*PrivateKind, *MorningKind} else group.chat_id
    name = group.name if group else ""
    return Due(one.kind, one.due_at, one.wall_time, one.zone, name, chat_id, meeting)


async def _waiting(session: AsyncSession, now: datetime) -> tuple[list[Waiting], int]:
    """Return what waits in the outbox, in the order in which it was decided, and how much."""
    is_ready = col(OutboxMessage.state) == OutboxState.READY
    count = await session.scalar(select(func.count()).select_from(OutboxMessage).where(is_ready))
    if not count:
        return [], 0
    leased_from = await time(session)
    everywhere = await session.get(Chat, EVERYWHERE)
    all_paused_until = everywhere.paused_until if everywhere else None
    rows = await session.execute(
        select(OutboxMessage, Chat)
        .outerjoin(Chat, col(Chat.chat_id) == col(OutboxMessage.chat_id))
        .where(is_ready)
        .order_by(col(OutboxMessage.id))
        .limit(LISTED)
    )
    return [
        _waits(message, chat, all_paused_until, leased_from=leased_from, now=now)
        for message, chat in rows
    ], count


def _waits(
    message: OutboxMessage,
    chat: Chat | None,
    all_paused_until: datetime | None,
    *,
    leased_from: datetime,
    now: datetime,
) -> Waiting:
    hold, next_try = Hold.TURN, None
    pauses = [all_paused_until, chat.paused_until if chat else None]
    paused_until = max((until for until in pauses if until and until > now), default=None)
    if message.lease_until is not None and message.lease_until > leased_from:
        hold = Hold.ON_ITS_WAY
    elif chat is not None and chat.is_closed:
        hold = Hold.CLOSED
    elif paused_until is not None:
        hold, next_try = Hold.PAUSED, paused_until
    elif message.attempts:
        hold, next_try = Hold.TRYING_AGAIN, message.not_before
    # A try that failed moves `not_before` on; until then it says when the message was decided.
    since = message.unasked_at or (None if message.attempts else message.not_before)
    return Waiting(
        message.chat_id, _line(message), hold, since, next_try, attempts=message.attempts
    )


async def _ended(session: AsyncSession, now: datetime) -> tuple[list[Ended], int]:
    """Return what did not arrive lately, the newest first, and how much that was.

    What was taken back and said anew is left aside: it did arrive, as it is now.
    """
    anew = aliased(OutboxMessage)
    is_said_anew = exists().where(
        col(anew.subject) == OutboxMessage.subject,
        col(anew.subject_id) == OutboxMessage.subject_id,
        col(anew.chat_id) == OutboxMessage.chat_id,
        col(anew.id) > OutboxMessage.id,
        or_(*(col(anew.state) == state for state in _WELL)),
    )
    lately: Sequence[Any] = (
        col(OutboxMessage.ended_at) > now - LATELY,
        or_(*(col(OutboxMessage.state) == state for state in _BADLY)),
        or_(
            col(OutboxMessage.state) != OutboxState.WITHDRAWN,
            col(OutboxMessage.failure).is_not(None),
            not_(is_said_anew),
        ),
    )
    count = await session.scalar(select(func.count()).select_from(OutboxMessage).where(*lately))
    rows = await session.execute(
        select(OutboxMessage)
        .where(*lately)
        .order_by(col(OutboxMessage.ended_at).desc(), col(OutboxMessage.id).desc())
        .limit(LISTED)
    )
    return [_did_not_arrive(message) for message in rows.scalars()], count or 0


def _did_not_arrive(message: OutboxMessage) -> Ended:
    assert message.ended_at is not None
    how = Ending(message.state.value)
    if message.failure == OVER_BUDGET:
        how = Ending.OVER_BUDGET
    reason = message.failure or "" if how is Ending.FAILED else ""
    return Ended(message.chat_id, _line(message), how, message.ended_at, reason)


def _line(message: OutboxMessage) -> str:
    """Return the first words of a message; of a file there are none before it is made."""
    if message.method in {Method.DOCUMENT, Method.PHOTO} and not message.text:
        return ""
    first = message.text.strip().partition("\n")[0]
    return as_plain_text(first, limit=LINE)
