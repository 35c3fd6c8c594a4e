"""What is seen in the raw JSON to belong to what is written in confidence."""

from datetime import date
from typing import Any

import pytest

from bot.domain.feedback import Marker
from bot.handlers import names_of_commands
from bot.handlers.feedback_seen import Seen, Sight, What

AMINA, GROUP, BOT = 102, -4001, 1000
MARKER = Marker(1, 7, date(2026, 11, 29))
QUESTION = f"https://t.me/BarazaBot?start={MARKER.code()}"


@pytest.fixture
def sight() -> Sight:
    return Sight(bot_id=BOT, bot_name="BarazaBot", commands=names_of_commands())


def private(text: str | None = None, **more: Any) -> dict[str, Any]:
    message = {"message_id": 1, "chat": {"id": AMINA, "type": "private"}, "from": {"id": AMINA}}
    return {"message": message | ({} if text is None else {"text": text}) | more}


def said(address: str, *, by: int = BOT, **more: Any) -> dict[str, Any]:
    link = {"type": "text_link", "offset": 0, "length": 1, "url": address}
    return {"message_id": 9, "from": {"id": by}, "text": "🔒 …", "entities": [link], **more}


def test_a_reply_to_the_question_brings_its_marker(sight: Sight) -> None:
    update = private("/the words", reply_to_message=said(QUESTION))

    assert sight.see(update) == Seen(What.REPLY, AMINA, MARKER, "/the words")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (said(QUESTION, by=AMINA), What.BESIDE),
        (said(QUESTION, forward_origin={"type": "user"}), What.BESIDE),
        (said("https://t.me/BarazaBot?start=fb"), What.BESIDE),
        (said("https://t.me/BarazaBot?start=feedback"), What.LOOSE),
        (said("https://example.org/?start=fb1-1-7-20261129"), What.LOOSE),
        ({"message_id": 9, "from": {"id": BOT}, "text": "How is it going?"}, What.LOOSE),
        ({"message_id": 9, "from": {"id": AMINA}, "text": "/feedback"}, What.LOOSE),
    ],
    ids=["of a person", "forwarded", "said here", "an invitation", "elsewhere", "another", "own"],
)
def test_only_what_the_bot_itself_asked_is_the_question(
    sight: Sight, asked: dict[str, Any], expected: What | None
) -> None:
    seen = sight.see(private("words", reply_to_message=asked))

    assert (seen and seen.what) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/feedback", Seen(What.BEGIN, AMINA)),
        ("/start feedback", Seen(What.BEGIN, AMINA)),
        (f"/start {MARKER.code()}", Seen(What.BEGIN, AMINA)),
        ("/feedback: words", Seen(What.BEHIND, AMINA)),
        ("/MAONI words", Seen(What.BEHIND, AMINA)),
        ("/fedback words", Seen(What.BEHIND, AMINA)),
        ("/answer 12345", Seen(What.FETCH, AMINA, words="12345")),
        ("/anser 12345", Seen(What.FETCH, AMINA, words="12345")),
        ("words", Seen(What.LOOSE, AMINA, words="words")),
        ("/nothing like it", Seen(What.LOOSE, AMINA, words="/nothing like it")),
        ("/when Wajir", None),
        ("/start abcdef", None),
    ],
)
def test_what_is_written_in_private(sight: Sight, text: str, expected: Seen | None) -> None:
    assert sight.see(private(text)) == expected


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"message": None},
        {"message": "text"},
        {"message": {"text": "/feedback"}},
        {"message": {"chat": {"type": "private"}, "text": 7, "reply_to_message": 8}},
        {"callback_query": {"data": 7}},
        {"callback_query": {"data": "confide:1:0"}},
        {"my_chat_member": {}},
    ],
    ids=str,
)
def test_whatever_comes_is_looked_at_without_failing(sight: Sight, update: dict[str, Any]) -> None:
    sight.see(update)
    sight.turns_away(update)


def test_what_telegram_itself_tells_is_nobody_s_words(sight: Sight) -> None:
    assert sight.see(private(pinned_message={"message_id": 3})) is None


@pytest.mark.parametrize(
    ("text", "turns"),
    [("/update", True), ("/cancel", False), ("/help", False), ("/nothing", False), ("x", False)],
)
def test_a_command_for_something_else_turns_away(sight: Sight, text: str, *, turns: bool) -> None:
    assert sight.turns_away(private(text)) is turns


def test_a_reply_to_another_message_of_the_bot_says_to_which(sight: Sight) -> None:
    asked = {"message_id": 9, "from": {"id": BOT}, "text": "How is it going?"}

    assert sight.see(private("words", reply_to_message=asked)) == Seen(
        What.LOOSE, AMINA, words="words", replies_to=9
    )


@pytest.mark.parametrize(
    ("replied", "is_elsewhere"),
    [
        ({"origin": {"type": "user", "sender_user": {"id": BOT}}}, True),
        ({"origin": {"type": "user", "sender_user": {"id": AMINA}}}, False),
        ({"origin": {"type": "channel"}}, False),
        ({"origin": 7}, False),
        (7, False),
    ],
    ids=["of the bot", "of a person", "of a channel", "strange", "stranger"],
)
def test_a_reply_to_the_bot_in_another_chat_is_seen(
    sight: Sight, replied: object, *, is_elsewhere: bool
) -> None:
    assert sight.see(private("words", external_reply=replied)) == Seen(
        What.LOOSE, AMINA, words="words", is_elsewhere=is_elsewhere
    )
