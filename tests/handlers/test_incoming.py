"""What is read of an update: the message that is replied to, and who is mentioned."""

from typing import Any

import pytest
from telegram import Update
from telegram.ext import ExtBot

from bot.handlers.incoming import Quoted, of_update
from bot.intake.dispatch import Dispatcher

ME = {"id": 1000, "is_bot": True, "first_name": "Baraza", "username": "BarazaBot"}
CHAT = {"id": -100, "type": "supergroup", "title": "Wajir"}
AMINA = {"id": 102, "is_bot": False, "first_name": "Amina", "last_name": "Hassan"}


@pytest.fixture
async def bot() -> ExtBot[Any]:
    dispatcher = Dispatcher(token="1:a", me=ME)
    await dispatcher.open()
    bot: ExtBot[Any] = dispatcher._application.bot
    return bot


def message(number: int = 1, sender: dict[str, Any] = AMINA, **more: Any) -> dict[str, Any]:
    """Return a message of the Bot API."""
    return {"message_id": number, "date": 0, "chat": CHAT, "from": sender, **more}


def quoted(bot: ExtBot[Any], said: dict[str, Any], **more: Any) -> Quoted | None:
    """Return what is read of a message that a command replies to."""
    command = message(
        9,
        text="/agreed",
        entities=[{"type": "bot_command", "offset": 0, "length": 7}],
        reply_to_message=said,
        **more,
    )
    found = of_update(Update.de_json({"update_id": 1, "message": command}, bot))
    assert found is not None
    return found.quoted


def test_the_words_under_a_picture_are_quoted(bot: ExtBot[Any]) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    said = quoted(bot, message(photo=photo, caption="The pump"))

    assert said == Quoted(1, 102, "The pump", "Amina Hassan", picture="a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/agreed: We meet: twice", "We meet: twice"),
        ("/agreed - We meet", "We meet"),
        ("/agreed -5 degrees", "-5 degrees"),
        ("/agreed We meet - twice", "We meet - twice"),
    ],
)
def test_a_colon_behind_a_command_is_no_part_of_the_words(
    bot: ExtBot[Any], text: str, words: str
) -> None:
    entities = [{"type": "bot_command", "offset": 0, "length": 7}]
    said = message(text=text, entities=entities)
    found = of_update(Update.de_json({"update_id": 1, "message": said}, bot))

    assert found is not None
    assert (found.command, found.text) == ("agreed", words)


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/ agreed We meet twice", "agreed", "We meet twice"),
        ("/ agreed: We meet twice", "agreed", "We meet twice"),
        ("/ agreed", "agreed", ""),
        ("/ 2 trucks", "", "/ 2 trucks"),
        ("agreed / not agreed", "", "agreed / not agreed"),
    ],
)
def test_a_blank_behind_the_stroke_of_a_command_is_a_slip(
    bot: ExtBot[Any], text: str, command: str, words: str
) -> None:
    found = of_update(Update.de_json({"update_id": 1, "message": message(text=text)}, bot))

    assert found is not None
    assert (found.command, found.text) == (command, words)


def test_forwarded_words_belong_to_whoever_wrote_them_first(bot: ExtBot[Any]) -> None:
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Halima"}
    said = quoted(bot, message(text="The pump", forward_origin=origin))

    assert said == Quoted(1, 102, "The pump", "Halima", is_forwarded=True)


def test_what_the_bot_said_is_known_as_its_own(bot: ExtBot[Any]) -> None:
    said = quoted(bot, message(sender=ME, text="Tomorrow"))

    assert said == Quoted(1, 1000, "Tomorrow", "Baraza", is_own=True)


def test_an_anonymous_admin_is_called_by_the_name_of_the_group(bot: ExtBot[Any]) -> None:
    admin = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    said = quoted(bot, message(sender=admin, sender_chat=CHAT, text="We meet"))

    assert said == Quoted(1, 1087968824, "We meet", "Wajir")


def test_the_news_that_a_topic_was_opened_is_no_quotation(bot: ExtBot[Any]) -> None:
    opened = message(forum_topic_created={"name": "Water", "icon_color": 1}, message_thread_id=1)

    assert quoted(bot, opened, message_thread_id=1, is_topic_message=True) is None


def test_mentions_are_read_with_the_account_behind_them(bot: ExtBot[Any]) -> None:
    # Offsets count UTF-16 units: the picture before the names counts two.
    text = "/action 😀 Amina and @peter_o"
    entities = [
        {"type": "bot_command", "offset": 0, "length": 7},
        {"type": "text_mention", "offset": 11, "length": 5, "user": AMINA},
        {"type": "mention", "offset": 21, "length": 8},
    ]
    update = Update.de_json({"update_id": 1, "message": message(text=text, entities=entities)}, bot)

    found = of_update(update)

    assert found is not None
    assert found.mentions == {"Amina": 102, "@peter_o": None}
