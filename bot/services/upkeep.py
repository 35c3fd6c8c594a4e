"""Housekeeping: what no longer serves anybody is deleted, a little at a time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.feedback import KEEP_WORDS, week_of
from bot.models import (
    Conversation,
    FeedbackBatch,
    FeedbackItem,
    Invitation,
    MessageSubject,
    Occasion,
    OccasionState,
    OutboxMessage,
    OutboxState,
    PaperList,
    Proposal,
    Search,
    UpdateFailure,
    WaitingCommand,
)
from bot.outbox import pace

KEEP_SAID = timedelta(days=30)
"""What was said is kept this long after its end, to find out why somebody did not hear it."""
KEEP_FAILURES = timedelta(days=30)
KEEP_OCCASIONS = timedelta(days=90)
KEEP_CONVERSATIONS = timedelta(days=1)
AT_ONCE = 500
"""Rows deleted in one transaction: a long one would keep taps waiting."""


async def tidy(session: AsyncSession, now: datetime) -> None:
    """Delete what is past its time: one bounded portion of each kind."""
    await pace.forget(session, now)
    said = (
        select(col(OutboxMessage.id))
        .where(
            col(OutboxMessage.state) != OutboxState.READY,
            col(OutboxMessage.ended_at) < now - KEEP_SAID,
            # A live message may still be corrected while its subject is open.
            col(OutboxMessage.expires_at) < now - KEEP_SAID,
        )
        .limit(AT_ONCE)
    )
    await session.execute(delete(OutboxMessage).where(col(OutboxMessage.id).in_(said)))
    happened = (
        select(col(Occasion.key))
        .where(
            col(Occasion.state) != OccasionState.WAITING,
            col(Occasion.ended_at) < now - KEEP_OCCASIONS,
        )
        .limit(AT_ONCE)
    )
    await session.execute(delete(Occasion).where(col(Occasion.key).in_(happened)))
    for table, moment in (
        (MessageSubject, MessageSubject.drop_at),
        (Invitation, Invitation.expires_at),
        (Proposal, Proposal.expires_at),
        (WaitingCommand, WaitingCommand.expires_at),
        (Search, Search.expires_at),
        (PaperList, PaperList.drop_at),
    ):
        await session.execute(delete(table).where(col(moment) < now))
    # Whoever answers a day too late is told so; later than that nobody remembers the question.
    await session.execute(
        delete(Conversation).where(col(Conversation.expires_at) < now - KEEP_CONVERSATIONS)
    )
    await session.execute(
        delete(UpdateFailure).where(col(UpdateFailure.set_aside_at) < now - KEEP_FAILURES)
    )
    await _forget_words(session, now)


async def _forget_words(session: AsyncSession, now: datetime) -> None:
    """Forget what was written in confidence half a year ago; theme, answer and week stay."""
    old = (
        select(col(FeedbackItem.id))
        .where(col(FeedbackItem.words) != "", col(FeedbackItem.week) < week_of(now - KEEP_WORDS))
        .limit(AT_ONCE)
    )
    found = (await session.execute(old)).scalars().all()
    if not found:
        return
    await session.execute(
        update(FeedbackItem).where(col(FeedbackItem.id).in_(found)).values(words="")
    )
    # It is still in the log beside an SQLite database, and in the table of a PostgreSQL.
    await session.execute(update(FeedbackBatch).values(is_compact=False))
