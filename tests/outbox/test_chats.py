"""What Telegram says about chats, kept so that no sender forgets it."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import EVERYWHERE, Chat, MessageSubject, OutboxMessage, OutboxState, Sending
from bot.outbox import chats
from tests.outbox.office import NOON, WAJIR, Office

SUPERGROUP = -1000000000500
MINUTE = timedelta(minutes=1)


async def paused(office: Office) -> dict[int, datetime | None]:
    """Return until when each chat is paused."""
    return {chat.chat_id: chat.paused_until for chat in await office.rows(Chat)}


async def pause(office: Office, chat_id: int, minutes: int, *, now: datetime = NOON) -> None:
    """Pause a chat as a 429 does."""
    until = now + minutes * MINUTE
    await office.database.run(lambda session: chats.pause(session, chat_id, until=until, now=now))


async def test_one_paused_chat_is_that_chats_own_limit(office: Office) -> None:
    await pause(office, 1, 5)

    assert await paused(office) == {1: NOON + 5 * MINUTE}


async def test_a_second_one_at_the_same_time_pauses_everything(office: Office) -> None:
    await pause(office, 1, 5)
    await pause(office, 2, 3)

    assert await paused(office) == {
        1: NOON + 5 * MINUTE,
        2: NOON + 3 * MINUTE,
        EVERYWHERE: NOON + 3 * MINUTE,
    }


async def test_a_pause_that_is_over_counts_no_more(office: Office) -> None:
    await pause(office, 1, 5)
    await pause(office, 2, 3, now=NOON + 6 * MINUTE)

    assert set(await paused(office)) == {1, 2}


async def test_a_shorter_pause_does_not_end_a_longer_one(office: Office) -> None:
    await pause(office, 1, 60)
    await pause(office, 1, 1)

    assert await paused(office) == {1: NOON + 60 * MINUTE}


async def test_a_chat_that_nothing_is_known_of_is_open(office: Office) -> None:
    await office.reopen(WAJIR)

    assert await office.rows(Chat) == []


async def test_the_news_of_a_migration_may_come_twice(office: Office) -> None:
    async def fill(session: AsyncSession) -> None:
        session.add_all(
            [
                OutboxMessage(
                    chat_id=WAJIR,
                    text="delivered",
                    kind="test",
                    message_id=3,
                    state=OutboxState.DELIVERED,
                    not_before=NOON,
                    expires_at=NOON,
                ),
                Sending(chat_id=WAJIR, at=NOON),
                MessageSubject(
                    chat_id=WAJIR,
                    message_id=3,
                    kind="test",
                    subject="meeting",
                    subject_id=1,
                    subject_version=1,
                    drop_at=NOON,
                ),
                Chat(chat_id=WAJIR, is_closed=True),
            ]
        )

    await office.database.run(fill)
    for _ in range(2):
        await office.database.run(lambda session: chats.rekey(session, WAJIR, SUPERGROUP))

    [message] = await office.rows(OutboxMessage)
    [sending] = await office.rows(Sending)
    assert (message.chat_id, message.message_id) == (SUPERGROUP, None)
    assert sending.chat_id == SUPERGROUP
    assert await office.rows(MessageSubject) == []
    assert await office.rows(Chat) == []
