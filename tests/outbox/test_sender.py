"""Every promise of the way out, against a small Telegram that fails in every way it can."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import database as databases
from bot.botapi.client import BotApi
from bot.database import Database
from bot.models import (
    Chat,
    Coalition,
    Group,
    MessageSubject,
    OutboxState,
    Sending,
)
from bot.outbox import chats, post
from bot.outbox.sender import REPLIES_FIND_THEIR_SUBJECT
from bot.playground.faults import Fault, FaultKind
from bot.playground.world import Request
from tests.outbox.office import AMINA, GARISSA, NOON, WAJIR, Office, opened

SECOND = timedelta(seconds=1)
EDIT = "editMessageText"


async def test_a_message_that_was_decided_is_delivered_and_its_number_kept(office: Office) -> None:
    number = await office.put(AMINA, "Karibu")

    await office.settle()

    row = await office.row(number)
    [sent] = [m for m in office.telegram.messages(AMINA) if m.text == "Karibu"]
    assert (row.state, row.message_id, row.lease_until) == (OutboxState.DELIVERED, sent.id, None)
    assert (row.sent_version, row.ended_at) == (1, NOON)


# --- order -------------------------------------------------------------------------------------


async def test_messages_of_a_chat_arrive_in_the_order_they_were_decided(office: Office) -> None:
    for text in "abcde":
        await office.put(WAJIR, text)

    await office.settle(seconds=10)

    assert office.said(WAJIR) == list("abcde")


async def test_an_earlier_message_that_waits_to_be_tried_again_holds_back_its_chat_only(
    office: Office,
) -> None:
    office.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, "sendMessage", WAJIR))
    await office.put(WAJIR, "first")
    await office.put(WAJIR, "second")
    await office.put(GARISSA, "elsewhere")

    await office.settle(seconds=1)
    meanwhile = (office.said(WAJIR), office.said(GARISSA))
    await office.settle(seconds=5)

    assert meanwhile == ([], ["elsewhere"])
    assert office.said(WAJIR) == ["first", "second"]


async def test_what_answers_a_person_does_not_wait_behind_a_broadcast(office: Office) -> None:
    for chat in range(100, 120):
        office.telegram.add_group(-chat, str(chat), members=[AMINA])
        await office.put(-chat, "reminder", occasion_key="reminder-1d:m1:v1", due_in=SECOND)
    await office.put(AMINA, "answer", due_in=SECOND)

    await office.settle(seconds=4)

    order = [call.chat_id for call in office.sent()]
    assert order.index(AMINA) < 6
    assert len(order) == 21


# --- live messages -----------------------------------------------------------------------------


async def test_a_live_message_is_sent_once_and_then_edited(office: Office) -> None:
    number = await office.put(WAJIR, "1 comes", is_live=True)
    await office.settle(seconds=2)
    await office.revise(number, "2 come")
    await office.revise(number, "3 come")
    await office.settle(seconds=2)

    row = await office.row(number)
    assert (office.said(WAJIR), len(office.sent())) == (["3 come"], 1)
    assert (row.version, row.sent_version, row.state) == (3, 3, OutboxState.DELIVERED)


async def test_a_change_while_the_message_is_on_its_way_is_shown_afterwards(office: Office) -> None:
    number = await office.put(WAJIR, "old", is_live=True)

    async def change_once(call: Request) -> None:
        if call.method == "sendMessage":
            office.telegram.before = None
            await office.revise(number, "new")

    office.telegram.before = change_once
    await office.settle()
    at_first = office.said(WAJIR)
    await office.settle(seconds=2)

    row = await office.row(number)
    assert (at_first, office.said(WAJIR), len(office.sent())) == (["old"], ["new"], 1)
    assert (row.sent_version, row.state) == (2, OutboxState.DELIVERED)


async def test_an_edit_that_waits_to_be_tried_again_holds_nothing_back(office: Office) -> None:
    number = await office.put(WAJIR, "list", is_live=True)
    await office.settle(seconds=2)
    office.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, EDIT, WAJIR))
    await office.revise(number, "list, changed")
    await office.settle()
    await office.put(WAJIR, "later")

    await office.settle(seconds=1.1)

    assert office.said(WAJIR) == ["list", "later"]


@pytest.mark.parametrize("key", [None, "reminder-1h:meeting2:v1"], ids=["reply", "reminder"])
async def test_a_list_that_changes_all_the_time_does_not_keep_later_messages_waiting(
    office: Office, key: str | None
) -> None:
    number = await office.put(WAJIR, "0", is_live=True)
    await office.settle(seconds=2)
    await office.put(WAJIR, "later", occasion_key=key)

    for count in range(12):
        await office.revise(number, str(count + 1))
        await office.settle(seconds=0.5)

    assert office.sent(WAJIR)[-1].at <= NOON + timedelta(seconds=4)
    assert [call.text for call in office.sent(WAJIR)] == ["0", "later"]


async def test_an_edit_that_changes_nothing_counts_as_done(office: Office) -> None:
    number = await office.put(WAJIR, "same", is_live=True)
    await office.settle(seconds=2)
    office.telegram.faults.add(Fault(FaultKind.DROP_AFTER, EDIT))
    await office.revise(number, "changed")

    # Telegram did it, the answer was lost: the second try hears "message is not modified".
    await office.settle(seconds=10)

    row = await office.row(number)
    assert (row.state, row.sent_version) == (OutboxState.DELIVERED, 2)
    assert office.said(WAJIR) == ["changed"]


async def test_a_live_message_that_was_deleted_is_posted_anew(office: Office) -> None:
    number = await office.put(WAJIR, "list", is_live=True, subject="meeting", subject_id=7)
    await office.settle(seconds=2)
    office.telegram.delete(WAJIR, (await office.row(number)).message_id or 0)
    await office.revise(number, "list, changed")

    await office.settle(seconds=5)

    row = await office.row(number)
    [posted] = [m for m in office.telegram.messages(WAJIR) if m.text == "list, changed"]
    assert (row.state, row.message_id) == (OutboxState.DELIVERED, posted.id)
    assert posted.id in {subject.message_id for subject in await office.rows(MessageSubject)}


@pytest.mark.parametrize(
    "description", ["Bad Request: message can't be edited", "Bad Request: MESSAGE_ID_INVALID"]
)
async def test_a_message_that_cannot_be_edited_any_more_is_posted_anew(
    office: Office, description: str
) -> None:
    number = await office.put(WAJIR, "list", is_live=True)
    await office.settle(seconds=2)
    fault = Fault(FaultKind.ERROR, EDIT, code=400, description=description)
    office.telegram.faults.add(fault)
    await office.revise(number, "list, changed")

    await office.settle(seconds=5)

    assert office.said(WAJIR) == ["list", "list, changed"]


async def test_a_reply_finds_what_a_delivered_message_is_about(office: Office) -> None:
    number = await office.put(WAJIR, "Meeting", subject="meeting", subject_id=42, subject_version=3)
    await office.settle()

    row = await office.row(number)
    [subject] = await office.rows(MessageSubject)
    assert (subject.chat_id, subject.message_id) == (WAJIR, row.message_id)
    assert (subject.subject, subject.subject_id, subject.subject_version) == ("meeting", 42, 3)
    assert subject.drop_at == row.expires_at + REPLIES_FIND_THEIR_SUBJECT


# --- limits ------------------------------------------------------------------------------------


async def test_thirty_a_second_are_never_exceeded_and_nearly_reached(office: Office) -> None:
    for person in range(1000, 1090):
        office.telegram.add_user(person, str(person))
        office.telegram.write(person, person, "/start")
        await office.put(person, "hello")

    await office.settle(seconds=4)

    times = sorted(call.at for call in office.sent())
    assert (len(times), office.telegram.refusals) == (90, 0)
    assert times[-1] - times[0] <= timedelta(seconds=90 / 30 * 1.05)
    assert all(later - earlier > SECOND for earlier, later in zip(times, times[30:], strict=False))


async def test_a_group_hears_twenty_messages_a_minute_and_one_a_second(office: Office) -> None:
    for count in range(25):
        await office.put(WAJIR, str(count))

    await office.settle(seconds=59)
    in_the_first_minute = len(office.sent(WAJIR))
    await office.settle(seconds=30)

    times = [call.at for call in office.sent(WAJIR)]
    assert (in_the_first_minute, len(times), office.telegram.refusals) == (20, 25, 0)
    assert all(later - earlier >= SECOND for earlier, later in pairwise(times))


async def test_a_person_may_hear_more_than_twenty_messages_a_minute(office: Office) -> None:
    for count in range(25):
        await office.put(AMINA, str(count))

    await office.settle(seconds=30)

    assert (len(office.sent(AMINA)), office.telegram.refusals) == (25, 0)


async def test_a_limit_in_one_chat_holds_no_other_chat_back(office: Office) -> None:
    for count in range(21):
        await office.put(WAJIR, str(count))
    await office.settle(seconds=25)
    await office.put(WAJIR, "waits for the minute to pass")
    await office.put(GARISSA, "goes")

    await office.settle()

    assert (len(office.said(WAJIR)), office.said(GARISSA)) == (20, ["goes"])


async def test_a_reaction_needs_no_turn_in_its_chat(office: Office) -> None:
    said = office.telegram.write(AMINA, AMINA, "yes")
    await office.put(AMINA, "text")
    await office.settle()
    reaction = await office.react(AMINA, said)

    await office.settle()

    message = office.telegram.message(AMINA, said)
    assert message is not None
    assert (message.reactions, await office.state(reaction)) == (["👍"], OutboxState.DELIVERED)


async def test_two_programs_share_the_limits_and_deliver_everything_once(postgres_url: str) -> None:
    async with opened(postgres_url) as one, _beside(one, postgres_url) as other:
        for person in range(1000, 1040):
            one.telegram.add_user(person, str(person))
            one.telegram.write(person, person, "/start")
            await one.put(person, "hello")
        for count in range(4):
            await one.put(WAJIR, str(count))

        for _ in range(40):
            await asyncio.gather(one.idle(), other.idle())
            one.clock.set(one.clock.now() + timedelta(milliseconds=150))

        heard = Counter(call.chat_id for call in one.sent())
        assert heard == {WAJIR: 4, **dict.fromkeys(range(1000, 1040), 1)}
        assert (one.said(WAJIR), one.telegram.refusals) == (["0", "1", "2", "3"], 0)


# --- refusals ----------------------------------------------------------------------------------


async def test_a_429_pauses_its_chat_as_long_as_it_says_and_no_other(office: Office) -> None:
    office.telegram.faults.add(Fault.too_many(100, chat_id=WAJIR))
    number = await office.put(WAJIR, "waits")
    await office.settle()
    await office.put(GARISSA, "goes")

    await office.settle(seconds=99)
    before = (office.said(WAJIR), office.said(GARISSA), await office.state(number))
    await office.settle(seconds=1)

    assert before == ([], ["goes"], OutboxState.READY)
    assert office.said(WAJIR) == ["waits"]


async def test_429_in_two_chats_at_once_pauses_everything(office: Office) -> None:
    office.telegram.faults.add(Fault.too_many(100, chat_id=WAJIR))
    office.telegram.faults.add(Fault.too_many(50, chat_id=GARISSA))
    await office.put(WAJIR, "w")
    await office.put(GARISSA, "g")
    await office.settle()
    await office.put(AMINA, "a")

    await office.settle(seconds=49)
    quiet = len(office.sent())
    await office.settle(seconds=100)

    assert quiet == 0
    assert sorted(call.text or "" for call in office.sent()) == ["a", "g", "w"]


async def test_two_programs_may_be_told_to_wait_at_the_same_time(postgres_url: str) -> None:
    one, other = Database(postgres_url), Database(postgres_url)
    first_holds_it = asyncio.Event()

    async def pause(session: AsyncSession) -> None:
        await chats.pause(session, WAJIR, until=NOON + SECOND, now=NOON)

    async def first() -> None:
        async with one.transaction() as session:
            await pause(session)
            first_holds_it.set()
            await asyncio.sleep(0.2)

    async def second() -> None:
        await first_holds_it.wait()
        async with other.transaction() as session:
            await pause(session)

    await asyncio.gather(first(), second())
    chat = await one.run(lambda session: session.get_one(Chat, WAJIR))
    await one.close()
    await other.close()

    assert chat.paused_until == NOON + SECOND


async def test_a_400_is_final_and_holds_nothing_back(office: Office) -> None:
    refused = await office.put(WAJIR, "<b>not closed")
    await office.put(WAJIR, "next")

    await office.settle(seconds=2)

    row = await office.row(refused)
    assert row.state is OutboxState.FAILED
    assert (row.failure or "").startswith("Bad Request: can't parse entities")
    assert office.said(WAJIR) == ["next"]


async def test_a_chat_that_threw_us_out_hears_what_waits_when_we_return(office: Office) -> None:
    office.telegram.kick(WAJIR)
    number = await office.put(WAJIR, "waits")
    await office.settle(minutes=30)
    closed = await office.database.run(lambda session: session.get_one(Chat, WAJIR))
    tries = _counted(office, "sendMessage")
    await office.put(WAJIR, "second")
    await office.settle(minutes=30)
    more_tries = _counted(office, "sendMessage")

    office.telegram.bring_back(WAJIR)
    await office.reopen(WAJIR)
    await office.settle(seconds=3)

    assert (closed.is_closed, tries, more_tries) == (True, more_tries, tries)
    assert office.said(WAJIR) == ["waits", "second"]
    assert await office.state(number) is OutboxState.DELIVERED


async def test_a_closed_chat_is_not_tried_again(office: Office) -> None:
    calls: list[str] = []

    async def note(call: Request) -> None:
        calls.append(call.method)

    office.telegram.before = note
    office.telegram.block(AMINA)
    await office.put(AMINA, "first")
    await office.put(AMINA, "second")

    await office.settle(hours=1)

    assert calls == ["sendMessage"]


async def test_a_group_that_became_a_supergroup_takes_everything_along(office: Office) -> None:
    group = await office.database.run(_group_of_wajir)
    live = await office.put(WAJIR, "list", is_live=True, subject="meeting", subject_id=7)
    await office.settle(seconds=2)
    new = office.telegram.migrate(WAJIR)
    waiting = await office.put(WAJIR, "after", reply_to=3)

    await office.settle(seconds=3)

    moved = await office.database.run(lambda session: session.get_one(Group, group))
    row = await office.row(waiting)
    assert (moved.chat_id, office.said(new), row.state) == (new, ["after"], OutboxState.DELIVERED)
    assert (row.chat_id, row.reply_to) == (new, None)
    assert {one.chat_id for one in await office.rows(Sending)} == {new}
    assert await office.rows(MessageSubject) == []

    # Ids of messages do not carry over: the list is posted anew when it changes next.
    await office.revise(live, "list, changed")
    await office.settle(seconds=3)

    assert office.said(new) == ["after", "list, changed"]


async def test_a_reaction_that_comes_too_late_for_a_migration_blocks_nothing(
    office: Office,
) -> None:
    said = office.telegram.write(AMINA, WAJIR, "/yes")
    new = office.telegram.migrate(WAJIR)
    await office.react(WAJIR, said)
    await office.put(WAJIR, "after")

    await office.settle(seconds=10)

    assert office.said(new) == ["after"]


# --- a bad network -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [FaultKind.ERROR, FaultKind.BAD_GATEWAY], ids=["500", "a page in HTML"]
)
async def test_trouble_before_the_effect_is_tried_again_and_doubles_nothing(
    office: Office, kind: FaultKind
) -> None:
    office.telegram.faults.add(Fault(kind, "sendMessage"), times=3)
    await office.put(WAJIR, "once")

    await office.settle(seconds=20)

    assert office.said(WAJIR) == ["once"]


async def test_tries_become_rarer(office: Office) -> None:
    times: list[float] = []

    async def note(call: Request) -> None:
        times.append((office.clock.now() - NOON).total_seconds())

    office.telegram.before = note
    office.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, "sendMessage"), times=12)
    await office.put(WAJIR, "at last")

    await office.settle(hours=1)

    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert office.said(WAJIR) == ["at last"]


async def test_a_line_that_breaks_is_tried_again(office: Office) -> None:
    office.telegram.faults.add(Fault(FaultKind.RESET_BEFORE, "sendMessage"))
    await office.put(WAJIR, "once")

    await office.settle(seconds=10)

    assert office.said(WAJIR) == ["once"]


@pytest.mark.parametrize(
    "kind", [FaultKind.DROP_AFTER, FaultKind.RESET_MID_BODY, FaultKind.SILENCE_AFTER]
)
async def test_an_answer_that_is_lost_costs_one_duplicate_at_most(
    office: Office, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    _impatient(monkeypatch)
    office.telegram.faults.add(Fault(kind, "sendMessage"))
    number = await office.put(WAJIR, "said")

    await office.settle(seconds=20)

    assert office.said(WAJIR) == ["said", "said"]
    assert await office.state(number) is OutboxState.DELIVERED


# --- an end before delivery --------------------------------------------------------------------


async def test_what_could_not_be_delivered_in_time_expires(office: Office) -> None:
    office.telegram.block(AMINA)
    number = await office.put(AMINA, "today", expires_in=timedelta(hours=1))
    await office.settle(hours=1)
    office.telegram.unblock(AMINA)
    await office.reopen(AMINA)

    await office.settle(seconds=2)

    assert (office.said(AMINA), await office.state(number)) == ([], OutboxState.EXPIRED)


async def test_the_services_hear_of_occasions_that_nobody_heard_of(database_url: str) -> None:
    heard: list[list[str]] = []

    async def note(_session: AsyncSession, keys: list[str], _now: datetime) -> None:
        heard.append(keys)

    async with opened(database_url, silenced=note) as office:
        hour = timedelta(hours=1)
        office.telegram.kick(WAJIR)
        await office.put(WAJIR, "reminder", occasion_key="key", expires_in=hour)
        await office.put(WAJIR, "answer", expires_in=hour)
        await office.put(GARISSA, "reminder", occasion_key="key", expires_in=hour)

        await office.settle(hours=2)

    assert heard == [["key"]]


async def test_news_that_the_services_cannot_bear_stop_no_message(database_url: str) -> None:
    async def fail(session: AsyncSession, _keys: list[str], _now: datetime) -> None:
        session.add(Coalition(name="must not stay"))
        await session.flush()
        raise ZeroDivisionError

    async with opened(database_url, silenced=fail) as office:
        office.telegram.kick(WAJIR)
        number = await office.put(WAJIR, "reminder", occasion_key="key", expires_in=SECOND)
        await office.settle(seconds=2)
        await office.put(GARISSA, "goes")

        await office.settle(seconds=2)

        assert (office.said(GARISSA), await office.rows(Coalition)) == (["goes"], [])
        assert await office.state(number) is OutboxState.EXPIRED


async def test_a_message_does_not_expire_while_it_is_on_its_way(office: Office) -> None:
    number = await office.put(WAJIR, "just in time", expires_in=SECOND)

    async def dawdle(call: Request) -> None:
        office.telegram.before = None
        office.clock.set(office.clock.now() + 2 * SECOND)
        # The other messages of this instant are looked at meanwhile.
        await office.put(GARISSA, "other")
        office.sender.nudge()
        await asyncio.sleep(0.1)

    office.telegram.before = dawdle
    await office.settle(seconds=3)

    assert office.said(WAJIR) == ["just in time"]
    assert await office.state(number) is OutboxState.DELIVERED


async def test_a_moved_meeting_withdraws_what_was_not_sent_yet(office: Office) -> None:
    old = await office.put(WAJIR, "at 10", subject="meeting", subject_id=1, subject_version=1)
    other = await office.put(GARISSA, "other", subject="meeting", subject_id=2, subject_version=1)
    office.telegram.kick(WAJIR)

    async def move(session: AsyncSession) -> None:
        await post.withdraw(session, "meeting", 1, before_version=2, now=NOON)

    await office.database.run(move)
    await office.settle(seconds=2)

    states = (await office.state(old), await office.state(other))
    assert states == (OutboxState.WITHDRAWN, OutboxState.DELIVERED)
    assert office.said(WAJIR) == []


async def test_what_is_on_its_way_cannot_be_withdrawn(office: Office) -> None:
    number = await office.put(WAJIR, "at 10", subject="meeting", subject_id=1, subject_version=1)

    async def move(call: Request) -> None:
        office.telegram.before = None
        await office.database.run(
            lambda session: post.withdraw(session, "meeting", 1, before_version=2, now=NOON)
        )

    office.telegram.before = move
    await office.settle()

    assert await office.state(number) is OutboxState.DELIVERED


# --- leases ------------------------------------------------------------------------------------


async def test_a_message_in_hand_is_left_to_who_has_it(postgres_url: str) -> None:
    async with opened(postgres_url) as one, _beside(one, postgres_url) as other:
        await other.idle()
        await one.put(WAJIR, "once")

        async def look(call: Request) -> None:
            one.telegram.before = None
            one.clock.set(one.clock.now() + timedelta(minutes=10))
            await other.idle()

        one.telegram.before = look
        await one.settle(seconds=5)
        await other.settle(seconds=5)

        assert one.said(WAJIR) == ["once"]


async def test_what_a_dead_program_had_in_hand_is_taken_over(database_url: str) -> None:
    async def kill(call: Request) -> None:
        for task in tuple(dead.sender._calls):
            task.cancel()

    async with opened(database_url) as dead:
        dead.telegram.before = kill
        dead.telegram.faults.add(Fault(FaultKind.RESET_BEFORE))
        number = await dead.put(WAJIR, "said in the end")
        await dead.idle()
    async with opened(database_url) as heir:
        await heir.settle(seconds=5)
        too_early = heir.said(WAJIR)
        await heir.let_leases_run_out()
        await heir.settle(seconds=5)

        assert (too_early, heir.said(WAJIR)) == ([], ["said in the end"])
        assert await heir.state(number) is OutboxState.DELIVERED


async def test_the_sole_user_of_a_database_takes_up_at_once_what_was_left(sqlite_url: str) -> None:
    async with opened(sqlite_url) as office:
        number = await office.put(WAJIR, "left", lease_until=NOON.replace(year=2999), attempts=0)
        await office.settle(seconds=5)
        before = office.said(WAJIR)
        await office.sender.forget_leases()
        await office.settle(seconds=5)

        row = await office.row(number)
        assert (before, office.said(WAJIR), row.lease_until) == ([], ["left"], None)


async def test_stopping_waits_for_the_calls_that_are_under_way(office: Office) -> None:
    number = await office.put(WAJIR, "last words")
    arrived = asyncio.Event()

    async def dawdle(call: Request) -> None:
        arrived.set()
        await asyncio.sleep(0.1)

    office.telegram.before = dawdle
    office.sender.nudge()
    await arrived.wait()
    await office.sender.stop()

    assert await office.state(number) is OutboxState.DELIVERED


# --- the database ------------------------------------------------------------------------------


async def test_a_database_that_stays_away_while_an_outcome_is_recorded_costs_no_duplicate(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0,))
    monkeypatch.setattr(databases, "AWAY", 0.01)
    outage = _Outage(office.database, times=5)

    async def cut(call: Request) -> None:
        office.telegram.after = None
        outage.begin()

    office.telegram.after = cut
    number = await office.put(WAJIR, "once")
    office.sender.nudge()
    await outage.over.wait()
    await office.settle(seconds=5)

    assert (office.said(WAJIR), outage.refused) == (["once"], 5)
    assert await office.state(number) is OutboxState.DELIVERED


async def test_the_sender_outlives_a_database_that_stays_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0,))
    monkeypatch.setattr(databases, "AWAY", 0.01)
    await office.put(WAJIR, "patience")
    outage = _Outage(office.database, times=7)
    outage.begin()

    await office.settle(seconds=2)

    assert (office.said(WAJIR), outage.refused) == (["patience"], 7)


class _Outage:
    """Lets the database refuse its next transactions, as if it were away."""

    def __init__(self, database: Database, *, times: int) -> None:
        self.refused = 0
        self.over = asyncio.Event()
        self._is_on, self._times = False, times
        event.listen(database.engine.sync_engine, "begin", self._refuse)

    def begin(self) -> None:
        self._is_on = True

    def _refuse(self, _connection: Any) -> None:
        if not self._is_on:
            return
        self.refused += 1
        if self.refused == self._times:
            self._is_on = False
            self.over.set()
        message = "the database is locked"
        raise OperationalError(None, {}, Exception(message))


def _beside(office: Office, database_url: str) -> Any:
    """Open a second program on the database and the Telegram of `office`."""
    return opened(
        database_url, telegram=office.telegram, clock=office.clock, address=office.api.address
    )


def _counted(office: Office, method: str) -> int:
    return sum(call.method == method for call in office.telegram.outgoing_log)


def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call count as unanswered after 0.3 s instead of 30."""
    defaults = BotApi.call.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", timedelta(milliseconds=300))


async def _group_of_wajir(session: AsyncSession) -> int:
    coalition = Coalition(name="Coalition")
    session.add(coalition)
    await session.flush()
    group = Group(
        coalition_id=coalition.id or 0,
        name="Wajir",
        zone="Africa/Nairobi",
        languages=["en"],
        chat_id=WAJIR,
    )
    session.add(group)
    await session.flush()
    return group.id or 0
