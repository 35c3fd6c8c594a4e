"""What Telegram says about chats: closed, open again, paused, or known under a new id."""

from datetime import UTC, datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import (
    EVERYWHERE,
    Chat,
    Member,
    MessageSubject,
    Method,
    OutboxMessage,
    OutboxState,
    Sending,
)

NOT_NOTED = datetime(2026, 1, 1, tzinfo=UTC)
"""What stands for the time of a closing that was not written down: nothing here is older."""


async def close(session: AsyncSession, chat_id: int, *, now: datetime) -> bool:
    """Stop writing to a chat that threw us out; what waits for it goes on waiting or expires.

    False says that this was known.
    """
    chat = await _row(session, chat_id)
    is_news = not chat.is_closed
    if is_news:
        chat.is_closed, chat.closed_at = True, now
    await _note_started(session, chat_id, has_started=False)
    return is_news


async def reopen(session: AsyncSession, chat_id: int) -> datetime | None:
    """Write to a chat again: somebody there let us back in. Returns since when it was closed."""
    since = await _open(session, chat_id)
    await _note_started(session, chat_id, has_started=True)
    return since


async def met(session: AsyncSession, person: int) -> bool:
    """Write to a person from now on: they wrote in private. True if that was not so until now."""
    await _open(session, person)
    return await _note_started(session, person, has_started=True)


async def _open(session: AsyncSession, chat_id: int) -> datetime | None:
    since = await closed_at(session, chat_id)
    if since is not None:
        chat = await session.get_one(Chat, chat_id)
        chat.is_closed, chat.closed_at = False, None
    return since


async def closed_at(session: AsyncSession, chat_id: int) -> datetime | None:
    """Return since when a chat is closed; None: it is open."""
    chat = await session.get(Chat, chat_id)
    return (chat.closed_at or NOT_NOTED) if chat is not None and chat.is_closed else None


async def pause(session: AsyncSession, chat_id: int, *, until: datetime, now: datetime) -> None:
    """Wait as long as Telegram asked.

    It names no chat when it asks (429). One chat that is paused may be that chat's own limit; a
    second one at the same time means the limit of the whole bot.
    """
    others = await session.scalar(
        select(func.count())
        .select_from(Chat)
        .where(col(Chat.paused_until) > now, col(Chat.chat_id) != chat_id)
    )
    for paused in (chat_id, EVERYWHERE) if others else (chat_id,):
        chat = await _row(session, paused)
        chat.paused_until = max(until, chat.paused_until or until)


async def rekey(session: AsyncSession, old: int, new: int) -> None:
    """Carry everything that names a chat over to its new id.

    Ids of messages do not carry over: a live message is posted anew when it changes next, and
    replies to the old ones find no subject any more. An older one that waited to be edited while
    a newer one says the same is let go.
    """
    newer = aliased(OutboxMessage)
    await session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == old,
            col(OutboxMessage.message_id).is_not(None),
            col(OutboxMessage.is_live),
            col(OutboxMessage.state) == OutboxState.READY,
            exists().where(
                col(newer.chat_id) == old,
                col(newer.subject) == col(OutboxMessage.subject),
                col(newer.subject_id) == col(OutboxMessage.subject_id),
                col(newer.is_live),
                col(newer.state).in_((OutboxState.READY, OutboxState.DELIVERED)),
                col(newer.id) > col(OutboxMessage.id),
            ),
        )
        .values(state=OutboxState.WITHDRAWN)
    )
    await session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.chat_id) == old)
        .values(chat_id=new, message_id=None, reply_to=None, thread_id=None)
    )
    # A reaction is nothing without the message it was meant for; it ends at the sender's next look.
    await session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == new,
            col(OutboxMessage.method) == Method.REACTION,
            col(OutboxMessage.state) == OutboxState.READY,
            col(OutboxMessage.reply_to).is_(None),
        )
        .values(expires_at=col(OutboxMessage.not_before))
    )
    await session.execute(delete(MessageSubject).where(col(MessageSubject.chat_id) == old))
    await session.execute(update(Sending).where(col(Sending.chat_id) == old).values(chat_id=new))
    await session.execute(delete(Chat).where(col(Chat.chat_id) == old))


async def _note_started(session: AsyncSession, chat_id: int, *, has_started: bool) -> bool:
    """Remember whether the bot may write to a person; a private chat has the id of its person.

    Returns whether that is news.
    """
    if chat_id <= 0:
        return False
    changed = await session.execute(
        update(Member)
        .where(col(Member.telegram_id) == chat_id, col(Member.has_started) != has_started)
        .values(has_started=has_started)
        .returning(col(Member.id))
    )
    return changed.scalar_one_or_none() is not None


async def _row(session: AsyncSession, chat_id: int) -> Chat:
    chat = await session.get(Chat, chat_id, with_for_update=True)
    if chat is not None:
        return chat
    try:
        async with session.begin_nested():
            chat = Chat(chat_id=chat_id)
            session.add(chat)
    except IntegrityError:
        # Another program has just written it down.
        return await session.get_one(Chat, chat_id, with_for_update=True)
    return chat
