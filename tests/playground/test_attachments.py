"""Pictures, voice notes and files of people: what they are, what the bot sees, what is refused."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from telegram import Update

from bot.playground import attachments
from bot.playground.people import Impossible
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from tests.playground.files import gif, jpeg, png, wav
from tests.playground.world import AMINA, BARAKA, GROUP, STRANGER, TOKEN, CallApi


def told(telegram: FakeTelegram) -> list[Any]:
    """Return the messages that the bot is sent, as python-telegram-bot reads them."""
    raw = telegram.updates.take(0, 100, telegram.now())
    telegram.updates.clear()
    messages = [Update.de_json(update, None).message for update in raw]
    assert not any(message is None or message.api_kwargs for message in messages)
    return messages


@pytest.fixture(autouse=True)
def nothing_waits(telegram: FakeTelegram) -> None:
    """Begin with an empty queue."""
    telegram.updates.clear()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(), "image/png"),
        (jpeg(3, 2), "image/jpeg"),
        (gif(3, 2), "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (wav(), "audio/wav"),
        (b"OggS\0\2", "audio/ogg"),
        (b"\x1a\x45\xdf\xa3\x9f\x42", "audio/webm"),
        (b"ID3\4\0", "audio/mpeg"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypheic", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"", None),
    ],
)
def test_type_is_that_of_what_a_file_holds(content: bytes, kind: str | None) -> None:
    assert attachments.media_type(content) == kind


@pytest.mark.parametrize("picture", [png, jpeg, gif])
def test_size_of_a_picture_is_read_from_it(picture: Callable[[int, int], bytes]) -> None:
    assert attachments.size(picture(320, 199)) == (320, 199)


@pytest.mark.parametrize("end", range(2, 30))
def test_picture_that_breaks_off_has_a_size_or_none(end: int) -> None:
    for whole in (png(7, 9), jpeg(7, 9), gif(7, 9)):
        assert attachments.size(whole[:end]) in (None, (7, 9))


async def test_photo_arrives_with_its_caption_and_can_be_fetched(
    telegram: FakeTelegram, api: CallApi, server: PlaygroundServer, http: aiohttp.ClientSession
) -> None:
    telegram.send_photo(AMINA, AMINA, png(40, 30), caption="Griftu")

    [message] = told(telegram)
    [size] = message.photo
    assert (message.caption, message.text) == ("Griftu", None)
    assert (size.width, size.height, size.file_size) == (40, 30, len(png(40, 30)))
    file = (await api("getFile", file_id=size.file_id))["result"]
    assert (file["file_unique_id"], file["file_path"].split("/")[0]) == (
        size.file_unique_id,
        "photos",
    )
    async with http.get(f"{server.url}/file/bot{TOKEN}/{file['file_path']}") as answer:
        assert await answer.read() == png(40, 30)


async def test_voice_arrives_with_its_length(telegram: FakeTelegram) -> None:
    telegram.send_voice(AMINA, AMINA, wav(), seconds=2)

    [message] = told(telegram)
    voice = message.voice
    assert (voice.to_dict()["duration"], voice.mime_type, voice.file_size) == (
        2,
        "audio/wav",
        len(wav()),
    )


async def test_document_arrives_with_its_name(telegram: FakeTelegram) -> None:
    telegram.send_document(AMINA, AMINA, b"a,b", name="list.csv", kind="text/csv", caption="Here")

    [message] = told(telegram)
    document = message.document
    assert (document.file_name, document.mime_type, document.file_size, message.caption) == (
        "list.csv",
        "text/csv",
        3,
        "Here",
    )


async def test_privacy_mode_holds_for_pictures_as_for_texts(
    telegram: FakeTelegram, api: CallApi
) -> None:
    question = (await api("sendMessage", chat_id=GROUP, text="Coming?"))["result"]["message_id"]
    telegram.send_photo(AMINA, GROUP, png(), caption="look")
    telegram.send_photo(AMINA, GROUP, png(), caption="/when")
    telegram.send_photo(BARAKA, GROUP, png(), reply_to=question)

    command, reply = told(telegram)
    assert (command.caption, command.caption_entities[0].type) == ("/when", "bot_command")
    assert reply.reply_to_message.text == "Coming?"


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.send_photo(AMINA, GROUP, b"no picture"),
        lambda world: world.send_photo(AMINA, GROUP, png(6000, 4001)),
        lambda world: world.send_photo(AMINA, GROUP, gif(210, 10)),
        lambda world: world.send_photo(AMINA, GROUP, png() + b"\0" * (10 << 20)),
        lambda world: world.send_photo(AMINA, GROUP, png(), caption="x" * 1025),
        lambda world: world.send_photo(STRANGER, GROUP, png()),
        lambda world: world.send_voice(AMINA, GROUP, png(), seconds=1),
        lambda world: world.send_document(AMINA, GROUP, b"", name="empty"),
        lambda world: world.send_document(AMINA, GROUP, b"\0" * ((50 << 20) + 1), name="large"),
        lambda world: world.send_document(AMINA, GROUP, b"a", name="a", reply_to=999),
    ],
    ids=[
        "no picture",
        "too many pixels",
        "too long a side",
        "too many bytes",
        "caption too long",
        "not a member",
        "no sound",
        "empty",
        "too large a file",
        "reply to nothing",
    ],
)
async def test_what_telegram_does_not_take_is_impossible(
    act: Callable[[FakeTelegram], object], telegram: FakeTelegram
) -> None:
    with pytest.raises(Impossible):
        act(telegram)

    assert telegram.messages(GROUP) == []
