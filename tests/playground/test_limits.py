"""The speed limits, on a clock that a test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.limits import Limits, Pace
from bot.playground.telegram import FakeTelegram
from tests.playground.world import AMINA, GROUP, CallApi, Json, StandingClock

NOW = datetime(2026, 12, 3, tzinfo=UTC)


def too_many(seconds: int) -> Json:
    return {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }


async def test_second_message_in_a_second_waits(
    api: CallApi, clock: StandingClock, telegram: FakeTelegram
) -> None:
    first = await api("sendMessage", chat_id=AMINA, text="1")
    clock.move(0.999)
    early = await api("sendMessage", chat_id=AMINA, text="2")
    clock.move(0.001)
    later = await api("sendMessage", chat_id=AMINA, text="3")

    assert (first["ok"], early, later["ok"]) == (True, too_many(1), True)
    assert (telegram.refusals, len(telegram.messages(AMINA))) == (1, 3)


async def test_edits_count_like_messages(api: CallApi, clock: StandingClock) -> None:
    number = (await api("sendMessage", chat_id=AMINA, text="1"))["result"]["message_id"]

    early = await api("editMessageText", chat_id=AMINA, message_id=number, text="2")
    clock.move(1)
    later = await api("editMessageText", chat_id=AMINA, message_id=number, text="2")

    assert (early, later["ok"]) == (too_many(1), True)


async def test_group_takes_twenty_in_a_minute(api: CallApi, clock: StandingClock) -> None:
    for number in range(20):
        assert (await api("sendMessage", chat_id=GROUP, text=str(number)))["ok"]
        clock.move(2)

    early = await api("sendMessage", chat_id=GROUP, text="21")
    clock.move(20)
    later = await api("sendMessage", chat_id=GROUP, text="21")

    assert (early, later["ok"]) == (too_many(20), True)


async def test_person_takes_more_than_twenty_in_a_minute(
    api: CallApi, clock: StandingClock
) -> None:
    for number in range(25):
        assert (await api("sendMessage", chat_id=AMINA, text=str(number)))["ok"]
        clock.move(1)


async def test_thirty_a_second_in_all(
    api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    for person in range(100, 131):
        telegram.add_user(person, "Somebody")
        telegram.write(person, person, "/start")

    answers = [await api("sendMessage", chat_id=person, text="a") for person in range(100, 131)]
    clock.move(1)

    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1] == too_many(1)
    assert (await api("sendMessage", chat_id=130, text="a"))["ok"]


async def test_reactions_count_only_in_all(api: CallApi, telegram: FakeTelegram) -> None:
    await api("sendMessage", chat_id=AMINA, text="a")
    reaction = [{"type": "emoji", "emoji": "👍"}]
    call = {"chat_id": AMINA, "message_id": 1, "reaction": reaction}

    answers = [await api("setMessageReaction", **call) for _ in range(30)]

    assert [answer["ok"] for answer in answers] == [True] * 29 + [False]


async def test_answers_to_taps_count_to_nothing(
    api: CallApi, telegram: FakeTelegram, clock: StandingClock
) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "x"}]]}
    sent = await api("sendMessage", chat_id=AMINA, text="a", reply_markup=markup)
    taps = [telegram.tap(AMINA, AMINA, sent["result"]["message_id"], "x") for _ in range(40)]

    answers = [await api("answerCallbackQuery", callback_query_id=tap) for tap in taps]

    assert all(answer["ok"] for answer in answers)


async def test_refused_call_does_not_count(api: CallApi, clock: StandingClock) -> None:
    await api("sendMessage", chat_id=AMINA, text="a")
    for _ in range(3):
        clock.move(0.3)
        await api("sendMessage", chat_id=AMINA, text="b")
    clock.move(0.1)

    assert (await api("sendMessage", chat_id=AMINA, text="c"))["ok"]


async def test_limits_can_be_switched_off(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.limits_on = False

    answers = [await api("sendMessage", chat_id=AMINA, text="a") for _ in range(40)]

    assert all(answer["ok"] for answer in answers)
    assert telegram.refusals == 0


@pytest.mark.parametrize(("chat", "seconds"), [(AMINA, 7), (GROUP, 30), (None, 2)])
def test_wait_is_until_the_window_has_room(chat: int | None, seconds: int) -> None:
    limits = Limits(
        in_all=2,
        in_all_within=timedelta(seconds=2),
        per_chat_within=timedelta(seconds=7),
        per_group=1,
        per_group_within=timedelta(seconds=30),
    )
    pace = Pace(limits)

    pace.note(NOW, chat)
    pace.note(NOW, None)

    assert pace.seconds_to_wait(NOW, chat) == seconds
    assert pace.seconds_to_wait(NOW + timedelta(seconds=seconds), chat) == 0
