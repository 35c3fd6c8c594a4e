"""What people do, and what of it the bot gets to see, read with python-telegram-bot."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import ChatMember, Update

from bot.playground.objects import ANONYMOUS_ADMIN, CHANNEL
from bot.playground.people import Impossible
from bot.playground.telegram import FakeTelegram
from tests.playground.world import (
    AMINA,
    BARAKA,
    BOT,
    GROUP,
    MARKUP,
    STRANGER,
    SUPERGROUP,
    CallApi,
    Look,
    StandingClock,
)


@pytest.fixture
def seen(telegram: FakeTelegram) -> Look:
    """Return what the bot was sent since the last call, as python-telegram-bot reads it."""
    telegram.updates.clear()

    def look() -> list[Any]:
        raw = telegram.updates.take(0, 100, telegram.now())
        telegram.updates.clear()
        parsed = [Update.de_json(update, None) for update in raw]
        assert not any(update.api_kwargs for update in parsed)
        return parsed

    return look


async def test_private_message_arrives_whole(
    telegram: FakeTelegram, seen: Look, clock: StandingClock
) -> None:
    number = telegram.write(AMINA, AMINA, "Hello @baraza_bot, /when? 😀 https://example.org")

    [update] = seen()
    message = update.message
    assert (message.message_id, message.chat.type, message.date) == (number, "private", clock.at)
    assert (message.from_user.full_name, message.from_user.language_code) == ("Amina Noor", "sw")
    assert {entity.type: words for entity, words in message.parse_entities().items()} == {
        "mention": "@baraza_bot",
        "bot_command": "/when",
        "url": "https://example.org",
    }
    assert not message.api_kwargs
    assert not message.chat.api_kwargs


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("good morning", False),
        ("hello @baraza_bot", False),
        ("see /when", False),
        ("and/or", False),
        ("/when", True),
        ("/when@baraza_bot", True),
        ("/when@BARAZA_BOT please", True),
        ("/when@other_bot", False),
        ("/", False),
    ],
)
async def test_privacy_mode_shows_only_commands_for_the_bot(
    text: str, telegram: FakeTelegram, seen: Look, *, is_seen: bool
) -> None:
    telegram.write(BARAKA, GROUP, text)

    assert bool(seen()) is is_seen


async def test_bot_without_privacy_sees_everything(telegram: FakeTelegram, seen: Look) -> None:
    telegram.privacy_mode = False

    telegram.write(BARAKA, GROUP, "good morning")

    assert [update.message.text for update in seen()] == ["good morning"]


async def test_reply_to_the_bot_is_seen_and_reply_to_others_is_not(
    telegram: FakeTelegram, seen: Look, api: CallApi
) -> None:
    question = (await api("sendMessage", chat_id=GROUP, text="Coming?"))["result"]["message_id"]
    telegram.write(AMINA, GROUP, "yes", reply_to=question)
    other = telegram.write(BARAKA, GROUP, "what?")
    telegram.write(AMINA, GROUP, "this", reply_to=other)

    [update] = seen()
    assert update.message.reply_to_message.text == "Coming?"
    assert update.message.reply_to_message.from_user.id == BOT


async def test_edit_follows_the_same_privacy(
    telegram: FakeTelegram, seen: Look, clock: StandingClock
) -> None:
    number = telegram.write(BARAKA, GROUP, "when?")
    clock.move(60)
    telegram.edit(BARAKA, GROUP, number, "/when")

    [update] = seen()
    assert (update.edited_message.text, update.edited_message.message_id) == ("/when", number)
    assert (update.edited_message.edit_date - update.edited_message.date).seconds == 60


async def test_tap_carries_the_message_as_it_is_now(
    telegram: FakeTelegram, seen: Look, api: CallApi
) -> None:
    sent = await api("sendMessage", chat_id=GROUP, text="Coming?", reply_markup=MARKUP)
    number = sent["result"]["message_id"]
    telegram.tap(BARAKA, GROUP, number, "yes")

    [update] = seen()
    query = update.callback_query
    assert (query.from_user.id, query.data, query.message.text) == (BARAKA, "yes", "Coming?")
    assert query.message.reply_markup.inline_keyboard[0][0].callback_data == "yes"
    assert not query.message.api_kwargs


async def test_button_that_is_gone_needs_force(
    telegram: FakeTelegram, seen: Look, api: CallApi, clock: StandingClock
) -> None:
    sent = await api("sendMessage", chat_id=GROUP, text="Coming?", reply_markup=MARKUP)
    number = sent["result"]["message_id"]
    clock.move(4)
    await api("editMessageText", chat_id=GROUP, message_id=number, text="Too late")

    with pytest.raises(Impossible):
        telegram.tap(BARAKA, GROUP, number, "yes")
    telegram.tap(BARAKA, GROUP, number, "yes", force=True)

    assert [update.callback_query.data for update in seen()] == ["yes"]


async def test_tap_on_a_deleted_message_has_no_accessible_message(
    telegram: FakeTelegram, seen: Look, api: CallApi
) -> None:
    sent = await api("sendMessage", chat_id=GROUP, text="Coming?", reply_markup=MARKUP)
    telegram.delete(GROUP, sent["result"]["message_id"])
    telegram.tap(BARAKA, GROUP, sent["result"]["message_id"], "yes", force=True)

    [update] = seen()
    assert update.callback_query.message.is_accessible is False


async def test_bot_learns_that_it_is_blocked_and_taken_back(
    telegram: FakeTelegram, seen: Look
) -> None:
    telegram.block(AMINA)
    telegram.block(AMINA)
    telegram.unblock(AMINA)

    changes = [
        (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status)
        for update in seen()
    ]
    assert changes == [
        (ChatMember.MEMBER, ChatMember.BANNED),
        (ChatMember.BANNED, ChatMember.MEMBER),
    ]


async def test_kick_and_return_are_told_twice_each(telegram: FakeTelegram, seen: Look) -> None:
    telegram.kick(GROUP, by=BARAKA)
    gone = seen()
    telegram.write(AMINA, GROUP, "/when")
    unheard = seen()
    telegram.bring_back(GROUP)
    back = seen()

    assert gone[0].my_chat_member.new_chat_member.status == ChatMember.BANNED
    assert gone[0].my_chat_member.from_user.id == BARAKA
    assert gone[1].message.left_chat_member.id == BOT
    assert unheard == []
    assert back[0].my_chat_member.new_chat_member.status == ChatMember.MEMBER
    assert [user.id for user in back[1].message.new_chat_members] == [BOT]


async def test_coming_and_going_are_service_messages(telegram: FakeTelegram, seen: Look) -> None:
    telegram.join(STRANGER, GROUP)
    telegram.leave(STRANGER, GROUP)

    joined, left = seen()
    assert [user.id for user in joined.message.new_chat_members] == [STRANGER]
    assert left.message.left_chat_member.id == STRANGER


async def test_migration_is_told_on_both_sides(telegram: FakeTelegram, seen: Look) -> None:
    telegram.write(AMINA, GROUP, "before")
    new = telegram.migrate(GROUP)
    telegram.write(AMINA, new, "/when")

    old_side, new_side, command = seen()
    assert (old_side.message.chat.id, old_side.message.migrate_to_chat_id) == (GROUP, new)
    assert (new_side.message.chat.id, new_side.message.migrate_from_chat_id) == (new, GROUP)
    assert new_side.message.chat.type == "supergroup"
    assert (new_side.message.message_id, command.message.message_id) == (1, 2)
    assert telegram.chats_of(BARAKA)[-1].id == new
    with pytest.raises(Impossible):
        telegram.write(AMINA, GROUP, "in the old one")


async def test_anonymous_admin_writes_as_the_group(telegram: FakeTelegram, seen: Look) -> None:
    telegram.write_as_anonymous_admin(SUPERGROUP, "/meeting")

    [update] = seen()
    assert update.message.from_user.id == ANONYMOUS_ADMIN.id == 1087968824
    assert update.message.sender_chat.id == SUPERGROUP
    assert telegram.messages(SUPERGROUP)[-1].author == "Garissa"


async def test_channel_writes_as_itself(telegram: FakeTelegram, seen: Look) -> None:
    telegram.write_as_channel(GROUP, "/meeting", title="News")

    [update] = seen()
    assert update.message.from_user.id == CHANNEL.id == 136817688
    assert (update.message.sender_chat.type, update.message.sender_chat.title) == (
        "channel",
        "News",
    )


async def test_numbers_of_messages_are_one_row_except_in_supergroups(
    telegram: FakeTelegram,
) -> None:
    numbers = [
        telegram.write(AMINA, chat, "a") for chat in (GROUP, AMINA, SUPERGROUP, GROUP, SUPERGROUP)
    ]

    assert numbers == [2, 3, 1, 4, 2]


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.write(STRANGER, GROUP, "a"),
        lambda world: world.write(AMINA, BARAKA, "a"),
        lambda world: world.write(AMINA, GROUP, " "),
        lambda world: world.write(AMINA, GROUP, "😀" * 2049),
        lambda world: world.write(AMINA, GROUP, "a", reply_to=99),
        lambda world: world.edit(BARAKA, AMINA, 1, "a"),
        lambda world: world.forward(AMINA, AMINA, 99, to=GROUP),
        lambda world: world.forward(AMINA, AMINA, 1, to=BARAKA),
        lambda world: world.forward(BARAKA, AMINA, 1, to=GROUP),
        lambda world: world.tap(AMINA, AMINA, 1, "yes"),
        lambda world: world.delete(GROUP, 99),
        lambda world: world.join(AMINA, GROUP),
        lambda world: world.leave(STRANGER, GROUP),
        lambda world: world.bring_back(GROUP),
        lambda world: world.migrate(SUPERGROUP),
    ],
    ids=lambda act: None,
)
async def test_what_telegram_does_not_allow_is_impossible(
    act: Callable[[FakeTelegram], object], telegram: FakeTelegram
) -> None:
    before = telegram.revision

    with pytest.raises(Impossible):
        act(telegram)

    assert telegram.revision == before


async def test_what_is_protected_is_not_passed_on(telegram: FakeTelegram, api: CallApi) -> None:
    sent = await api("sendMessage", chat_id=AMINA, text="Raw words", protect_content=True)

    with pytest.raises(Impossible):
        telegram.forward(AMINA, AMINA, sent["result"]["message_id"], to=GROUP)

    assert telegram.messages(GROUP) == []


async def test_news_is_not_passed_on(telegram: FakeTelegram) -> None:
    telegram.leave(BARAKA, GROUP)

    with pytest.raises(Impossible):
        telegram.forward(AMINA, GROUP, telegram.messages(GROUP)[-1].id, to=AMINA)


async def test_what_was_passed_on_is_not_edited(telegram: FakeTelegram) -> None:
    copy = telegram.forward(AMINA, AMINA, 1, to=AMINA)

    with pytest.raises(Impossible):
        telegram.edit(AMINA, AMINA, copy, "other words")


async def test_passing_something_on_to_the_bot_starts_it(telegram: FakeTelegram) -> None:
    number = telegram.write(BARAKA, GROUP, "/when")

    telegram.forward(BARAKA, GROUP, number, to=BARAKA)

    assert telegram.user(BARAKA).has_started


async def test_name_of_a_person_is_passed_on_as_it_is(telegram: FakeTelegram, seen: Look) -> None:
    telegram.add_user(66, '<b>&"\u202egnp', last_name="x")
    telegram.write(66, 66, "\u202eabc <b>")

    [update] = seen()
    assert update.message.from_user.first_name == '<b>&"\u202egnp'
    assert update.message.text == "\u202eabc <b>"


async def test_unread_counts_what_others_wrote_since(telegram: FakeTelegram, api: CallApi) -> None:
    telegram.write(AMINA, GROUP, "one")
    telegram.write(BARAKA, GROUP, "two")
    last = telegram.write(BARAKA, GROUP, "three")
    before = telegram.unread(AMINA, GROUP)
    telegram.read(AMINA, GROUP, last)

    assert (before, telegram.unread(AMINA, GROUP), telegram.unread(BARAKA, GROUP)) == (2, 0, 1)


async def test_message_can_be_read_as_html_with_its_buttons(
    telegram: FakeTelegram, api: CallApi
) -> None:
    text = 'a <b>b <i>c</i></b> <a href="https://x.org/?a=1&amp;b=2">d</a> &lt;e&gt;'
    await api("sendMessage", chat_id=AMINA, text=text, parse_mode="HTML", reply_markup=MARKUP)

    message = telegram.messages(AMINA)[-1]

    assert message.html == text
    assert [[button.text for button in row] for row in message.buttons] == [["Coming"]]


async def test_log_tells_every_accepted_call_in_order(
    telegram: FakeTelegram, api: CallApi, clock: StandingClock
) -> None:
    await api("getMe")
    sent = await api("sendMessage", chat_id=AMINA, text="a", disable_notification=True)
    number = sent["result"]["message_id"]
    clock.move(2)
    await api("editMessageText", chat_id=AMINA, message_id=number, text="b")
    await api("editMessageText", chat_id=AMINA, message_id=number, text="b")
    await api("setMyCommands", commands=[])

    log = [
        (call.method, call.chat_id, call.text, call.message_id) for call in telegram.outgoing_log
    ]
    assert log == [
        ("sendMessage", AMINA, "a", number),
        ("editMessageText", AMINA, "b", number),
        ("setMyCommands", None, "default", None),
    ]
    assert telegram.outgoing_log[0].is_silent
    assert (telegram.outgoing_log[1].at - telegram.outgoing_log[0].at).seconds == 2


async def test_token_needs_a_number_and_a_secret(telegram: FakeTelegram) -> None:
    with pytest.raises(ValueError, match="colon"):
        telegram.add_bot("secret", "x_bot", "X")


@pytest.mark.parametrize(("chat", "is_super"), [(5, False), (-5, True), (-1001234567890, False)])
async def test_ids_of_groups_are_as_telegrams(
    chat: int, telegram: FakeTelegram, *, is_super: bool
) -> None:
    with pytest.raises(ValueError, match="-100"):
        telegram.add_group(chat, "X", members=[AMINA], supergroup=is_super)
