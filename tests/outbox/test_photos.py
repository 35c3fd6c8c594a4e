"""Pictures on their way out: made when their turn has come, or sent again by their id."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.models import OutboxMessage, OutboxState
from bot.outbox import post
from bot.outbox.post import About, Place
from tests.outbox.office import AMINA, WAJIR, Office, opened
from tests.playground.files import png

PICTURE = About("attendance", 1, 0, "en")


async def put_photo(office: Office, chat_id: int, what: dict[str, Any], **more: Any) -> None:
    async def work(session: AsyncSession) -> None:
        place = Place(chat_id, ("en",))
        await post.send_photo(session, place, what, about=PICTURE, now=office.clock.now(), **more)

    await office.database.run(work)


async def made(
    _session: AsyncSession, what: dict[str, Any], _now: datetime
) -> Callable[[], Document] | None:
    caption = f"<b>{what['make']}</b>"
    return lambda: Document("a.png", "image/png", png(30, 20), caption)


async def test_a_picture_is_made_when_its_turn_has_come(database_url: str) -> None:
    async with opened(database_url, made=made) as office:
        await put_photo(office, WAJIR, {"make": "attendance"})

        await office.settle()

        [row] = await office.rows(OutboxMessage)
        sent = office.telegram.messages(WAJIR)[-1]
        assert (row.state, row.message_id) == (OutboxState.DELIVERED, sent.id)
        assert (sent.photo[0]["width"], sent.html) == (30, "<b>attendance</b>")
        assert (sent.is_silent, sent.is_protected) == (True, False)


async def test_a_picture_that_telegram_has_is_sent_by_its_id(office: Office) -> None:
    office.telegram.send_photo(AMINA, AMINA, png(), caption="The list")
    [size] = office.telegram.messages(AMINA)[-1].photo
    what = {"file_id": size["file_id"]}

    await put_photo(office, AMINA, what, caption="<i>3 Dec</i>", is_protected=True)
    await office.settle()

    sent = office.telegram.messages(AMINA)[-1]
    assert (sent.author_id, sent.photo, sent.html) == (7000000001, [size], "<i>3 Dec</i>")
    assert sent.is_protected


async def test_a_picture_that_telegram_has_no_more_fails_and_holds_up_nothing(
    office: Office,
) -> None:
    await put_photo(office, WAJIR, {"file_id": "photo-9"}, caption="gone")
    await office.put(WAJIR, "after")

    await office.settle(seconds=5)

    row, _ = sorted(await office.rows(OutboxMessage), key=lambda one: one.id)
    assert row.state is OutboxState.FAILED
    assert "wrong file identifier" in row.failure
    assert office.said(WAJIR) == ["after"]
