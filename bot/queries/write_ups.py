"""Meetings that nobody opened: who is asked about them, and which wait to be written up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.meetings import State
from bot.domain.preferences import MessageKind
from bot.domain.sittings import SittingState
from bot.domain.write_ups import WRITTEN_WITHIN, Unheld
from bot.models import (
    Conversation,
    Group,
    Meeting,
    Member,
    Mute,
    PaperList,
    Sitting,
    WaitingCommand,
)
from bot.queries import questions, sittings

ALBUM = "paper-list:"
"""Begins what waits for the photos of an album; of which meeting they are follows, once known."""


async def asked(session: AsyncSession, meeting: Meeting, group: Group) -> Sequence[Member]:
    """Return who is asked whether a meeting was held: its leads, and those whose turn it was.

    Of them, those who have started the bot and have not switched such questions off.
    """
    serving = (await sittings.scope(session, meeting, group)).serving
    is_muted = exists().where(
        col(Mute.member_id) == col(Member.id), col(Mute.kind) == MessageKind.QUESTIONS
    )
    rows = await session.execute(
        select(Member)
        .where(col(Member.id).in_(serving), col(Member.has_started), ~is_muted)
        .order_by(col(Member.id))
    )
    found = {member.id: member for member in await questions.leads(session, meeting)}
    found |= {member.id: member for member in rows.scalars()}
    return list(found.values())


async def unwritten(session: AsyncSession, group_id: int, now: datetime) -> Sequence[Meeting]:
    """Return the meetings of a group that were not opened and can be written up, newest first."""
    rows = await session.execute(
        select(Meeting)
        .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) <= now,
            col(Meeting.ends_at) >= now - WRITTEN_WITHIN,
            col(Sitting.meeting_id).is_(None),
        )
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def not_held(
    session: AsyncSession,
    group_id: int,
    *,
    since: datetime | None = None,
    limit: int | None = None,
) -> tuple[Unheld, ...]:
    """Return the meetings of a group that were not held, newest first; `since` is an instant."""
    rows = await session.execute(
        select(col(Meeting.wall_start), col(Sitting.reason))
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Sitting.state) == SittingState.NOT_HELD,
            *([] if since is None else [col(Meeting.starts_at) >= since]),
        )
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
        .limit(limit)
    )
    return tuple(Unheld.of(row.wall_start, row.reason) for row in rows)


async def writer(
    session: AsyncSession, meeting: Meeting, flow: str, *, but: int, now: datetime
) -> str:
    """Return who is writing a meeting up, in a conversation of that `flow`; empty: nobody.

    `but` is the Telegram account of whoever asks.
    """
    rows = await session.execute(
        select(col(Conversation.state), col(Member.name))
        .join(Member, col(Member.telegram_id) == col(Conversation.person_id))
        .where(
            col(Conversation.flow) == flow,
            col(Conversation.group_id) == meeting.group_id,
            col(Conversation.person_id) != but,
            col(Conversation.expires_at) > now,
        )
        .order_by(col(Conversation.expires_at).desc())
    )
    return next((row.name for row in rows if row.state.get("meeting_id") == meeting.id), "")


async def paper_lists(session: AsyncSession, meeting_id: int) -> Sequence[PaperList]:
    """Return the photos of a meeting's paper list, in the order in which they came."""
    rows = await session.execute(
        select(PaperList).where(col(PaperList.meeting_id) == meeting_id).order_by(col(PaperList.id))
    )
    return rows.scalars().all()


async def album_of(session: AsyncSession, chat_id: int, message_id: int) -> WaitingCommand | None:
    """Return what waits for the photos of the album of which this message was the first, locked."""
    rows = await session.execute(
        select(WaitingCommand)
        .where(
            col(WaitingCommand.chat_id) == chat_id,
            col(WaitingCommand.message_id) == message_id,
            col(WaitingCommand.command).startswith(ALBUM),
        )
        .with_for_update()
    )
    return rows.scalars().first()


async def album_open(session: AsyncSession, chat_id: int, album: str) -> WaitingCommand | None:
    """Return what waits for the other photos of an album, locked; None: this is the first."""
    rows = await session.execute(
        select(WaitingCommand)
        .where(
            col(WaitingCommand.chat_id) == chat_id,
            col(WaitingCommand.command).startswith(ALBUM),
            col(WaitingCommand.text).startswith(f"{album}\n", autoescape=True),
        )
        .with_for_update()
    )
    return rows.scalars().first()
