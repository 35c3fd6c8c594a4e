"""A world in a file survives a restart and a kill; one in memory leaves no trace."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playground.state import ForceReply, Origin, Toast
from bot.playground.store import Store
from bot.playground.telegram import Draft, FakeTelegram
from tests.playground.world import AMINA, BARAKA, BOT, GROUP, TOKEN

BUTTON = {"text": "Coming", "callback_data": "yes"}
NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)


def noon() -> datetime:
    return NOON


def inhabit(path: Path) -> None:
    """Do a bit of everything, and forget to close."""
    world = FakeTelegram(noon, path, first_update_id=700)
    world.add_bot(TOKEN, "baraza_bot", "Baraza")
    world.add_user(AMINA, "Amina", language_code="sw")
    world.add_user(BARAKA, "Baraka")
    world.add_group(GROUP, "Wajir", members=[AMINA, BARAKA])
    world.write(AMINA, AMINA, "/start")
    world.write(BARAKA, GROUP, "/when")
    world.updates.take(701, 100, NOON)
    world.save()
    draft = Draft("Coming?", keyboard=[[BUTTON]])
    sent = world.bot_sends(world.chat(GROUP), draft, reply_to=2, is_silent=True)
    world.bot_reacts(sent, ["👍"])
    tap = world.tap(BARAKA, GROUP, sent.id, "yes")
    waiting = world.open_tap(tap)
    assert waiting is not None
    world.bot_answers(waiting, Toast("Thanks", show_alert=True))
    world.bot_sets_commands("default", "sw", [{"command": "lini", "description": "Lini?"}])
    world.updates.allow(frozenset({"message"}))
    world.read(AMINA, GROUP, sent.id)
    world.block(AMINA)


def test_everything_survives_reopening(tmp_path: Path) -> None:
    inhabit(tmp_path / "world.db")

    world = FakeTelegram(noon, tmp_path / "world.db", first_update_id=1)

    last = world.messages(GROUP)[-1]
    assert [user.first_name for user in world.people()] == ["Amina", "Baraka"]
    assert (world.bot.username, world.token) == ("baraza_bot", TOKEN)
    assert [message.text for message in world.messages(GROUP)] == ["/when", "Coming?"]
    assert [entity.type for entity in world.messages(GROUP)[0].entities] == ["bot_command"]
    assert (last.reactions, last.buttons[0][0].data, last.reply_to) == (["👍"], "yes", 2)
    assert [update["update_id"] for update in world.updates.take(0, 100, NOON)] == [701, 702]
    assert world.updates.kinds == {"message"}
    assert [call.method for call in world.outgoing_log] == [
        "sendMessage",
        "setMessageReaction",
        "answerCallbackQuery",
        "setMyCommands",
    ]
    assert world.outgoing_log[0].at == NOON
    assert world.menu(BARAKA, GROUP, "sw")[0]["command"] == "lini"
    assert (world.unread(AMINA, GROUP), world.user(AMINA).has_blocked) == (0, True)


def test_what_was_asked_deleted_and_passed_on_survives_reopening(tmp_path: Path) -> None:
    inhabit(tmp_path / "world.db")
    before = FakeTelegram(noon, tmp_path / "world.db")
    asked = Draft("Your words?", force_reply=ForceReply("Here"), is_protected=True)
    chat = before.chat(BARAKA)
    kept = before.bot_sends(chat, asked, reply_to=None, is_silent=False)
    before.bot_deletes(before.bot_sends(chat, asked, reply_to=None, is_silent=False))
    copy = before.forward(BARAKA, GROUP, 3, to=BARAKA)

    world = FakeTelegram(noon, tmp_path / "world.db")

    first, second = world.messages(BARAKA)
    assert (first.id, first.force_reply, first.is_protected) == (kept.id, ForceReply("Here"), True)
    assert (second.id, second.origin) == (copy, Origin(BOT, "Baraza", int(NOON.timestamp())))
    assert world.outgoing_log[-1].method == "deleteMessage"


def test_numbers_go_on_after_reopening(tmp_path: Path) -> None:
    inhabit(tmp_path / "world.db")

    world = FakeTelegram(noon, tmp_path / "world.db")
    world.updates.allow(frozenset())
    number = world.write(BARAKA, GROUP, "/help")
    tap = world.tap(BARAKA, GROUP, 3, "yes")

    assert number == 4
    assert int(tap) == (7000000001 << 24) + 2
    assert world.updates.take(0, 100, NOON)[-1]["update_id"] == 704


def test_limits_still_hold_after_reopening(tmp_path: Path) -> None:
    inhabit(tmp_path / "world.db")

    world = FakeTelegram(noon, tmp_path / "world.db")

    assert world.seconds_to_wait("sendMessage", GROUP) == 1


def _inhabit_and_die(path: Path) -> None:
    inhabit(path)
    os.kill(os.getpid(), signal.SIGKILL)


def test_everything_survives_a_kill(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_inhabit_and_die, args=(tmp_path / "world.db",)
    )
    process.start()
    process.join()

    world = FakeTelegram(noon, tmp_path / "world.db")

    assert process.exitcode == -signal.SIGKILL
    assert world.user(AMINA).has_blocked
    assert [message.text for message in world.messages(GROUP)] == ["/when", "Coming?"]


def test_world_in_memory_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    inhabit_nowhere = FakeTelegram(noon)
    inhabit_nowhere.add_bot(TOKEN, "baraza_bot", "Baraza")

    assert list(tmp_path.iterdir()) == []


def test_changes_are_saved_together_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "records.db")
    store.put("user", 1, {"id": 1})
    store.save()
    store.put("user", 1, {"id": 2})
    store.put("user", 2, {"id": 3})
    unsaved = Store(tmp_path / "records.db").records("user")
    store.close()

    assert unsaved == [{"id": 1}]
    assert Store(tmp_path / "records.db").records("user") == [{"id": 2}, {"id": 3}]


def test_removed_record_is_gone(tmp_path: Path) -> None:
    store = Store(tmp_path / "records.db")
    store.put("user", 1, {})
    store.remove("user", 1)
    store.remove("user", "never there")
    store.close()

    assert Store(tmp_path / "records.db").records("user") == []


@pytest.mark.parametrize("path", [None, "records.db"])
def test_close_twice_is_no_error(path: str | None, tmp_path: Path) -> None:
    store = Store(tmp_path / path if path else None)

    store.close()
    store.close()

    assert store.records("user") == []
