"""An update that was taken has had its effects exactly once, or was set aside and owned up to."""

import asyncio
from functools import partial
from typing import Any

import pytest
from jinja2 import TemplateNotFound
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from telegram.ext import TypeHandler

from bot import database as databases
from bot.domain.groups import GroupUnknown
from bot.errors import BotError
from bot.handlers.desk import Desk
from bot.handlers.feedback_seen import Sight
from bot.intake import take
from bot.intake.take import TOGETHER
from bot.models import Member, OutboxMessage
from bot.services import updates
from tests.intake.counter import (
    AMINA,
    NOON,
    PETER,
    Counter,
    Json,
    Killed,
    Outage,
    opened,
    words,
    write,
)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let new attempts begin at once."""
    monkeypatch.setattr(take, "PAUSES", (0.0,) * 5)
    monkeypatch.setattr(databases, "RETRIES", (0.0, 0.0))
    monkeypatch.setattr(databases, "AWAY", 0.0)


# --- once --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param([[1, 2, 3], [1, 2, 3]], id="redelivered"),
        pytest.param([[1, 2, 3], [3, 2, 1]], id="reversed"),
        pytest.param([[1, 2, 3, 4, 5, 6, 7, 8, 9]] * 2, id="nine"),
        pytest.param([[1, 5], [2, 5, 9], [9, 3, 1]], id="with gaps that fill later"),
        pytest.param([[4, 4, 4]], id="thrice in one batch"),
        pytest.param([[900, 901], [3, 4], [900, 3]], id="lower ids after a quiet week"),
    ],
)
async def test_each_update_has_its_effects_once(counter: Counter, batches: list[list[int]]) -> None:
    for batch in batches:
        await counter.intake.take([words(number) for number in batch])

    distinct = {number for batch in batches for number in batch}
    assert len(await counter.answers()) == len(distinct)
    assert await counter.taken(range(1, 1000)) == distinct


async def test_a_mark_is_found_whichever_table_holds_it(counter: Counter) -> None:
    await counter.intake.take([words(1)])
    keys = counter.toolbox.keys
    for now in (NOON, NOON + updates.TURN):
        await counter.database.run(partial(updates.take_turns, keys=keys, now=now))
    await counter.intake.take([words(1), words(2)])

    even, odd = [await counter.taken([1, 2], table) for table in (0, 1)]
    assert (even, odd, len(await counter.answers())) == ({1}, {2}, 2)


async def test_two_programs_that_are_handed_the_same_update_act_once(postgres_url: str) -> None:
    async with opened(postgres_url) as one, opened(postgres_url) as other:
        batch = [words(number, person=person) for person in (AMINA, PETER) for number in (1, 2, 3)]

        await asyncio.gather(
            one.intake.take(batch),
            other.intake.take(list(reversed(batch))),
            one.intake.take(batch),
        )

        assert len(await one.answers()) == 3
        assert await one.failures() == []


# --- together ----------------------------------------------------------------------------------


async def test_waiting_updates_share_a_transaction(counter: Counter) -> None:
    commits: list[Any] = []
    event.listen(counter.database.engine.sync_engine, "commit", commits.append)

    await counter.intake.take([words(number) for number in range(TOGETHER + 1)])

    assert len(commits) == 2
    assert len(await counter.answers()) == TOGETHER + 1


async def test_one_that_fails_leaves_the_others_of_its_transaction_alone(counter: Counter) -> None:
    async def bug(desk: Desk, text: str) -> None:
        await write(desk, text)
        if text == "bad":
            raise ZeroDivisionError

    counter.plant(bug)

    await counter.intake.take([words(1, "good"), words(2, "bad"), words(3, "fine")])

    assert await counter.coalitions() == ["fine", "good"]
    assert counter.seen == ["good", "bad", "fine", "bad", "bad", "bad", "bad"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["before", "after"])
async def test_a_statement_that_the_database_refuses_harms_no_other_update(
    counter: Counter, order: tuple[int, int]
) -> None:
    async def bug(desk: Desk, text: str) -> None:
        if text == "2":
            desk.session.add(Member(telegram_id=AMINA, name="there already"))
            await desk.session.flush()

    counter.plant(bug)

    await counter.intake.take([words(number, str(number)) for number in order])

    marks = await counter.taken([1, 2])
    [failure] = await counter.failures()
    assert marks == {1, 2}
    assert (failure.update_id, failure.error) == (2, IntegrityError.__name__)


async def test_what_cannot_be_looked_at_is_counted_and_ends_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def see(_sight: Sight, update: Json) -> None:
        if update["update_id"] == 2:
            raise ZeroDivisionError

    monkeypatch.setattr(Sight, "see", see)

    await counter.intake.take([words(1), words(2), words(3)])

    assert len(await counter.answers()) == 2
    assert counter.toolbox.failures == {"ZeroDivisionError": 1}
    assert await counter.failures() == []


# --- failing -----------------------------------------------------------------------------------


async def test_an_update_that_fails_five_times_is_set_aside_and_the_person_told(
    counter: Counter,
) -> None:
    async def bug(_desk: Desk, _text: str) -> None:
        message = "Amina's secret"
        raise ZeroDivisionError(message)

    counter.plant(bug)

    await counter.intake.take([words(1, "my words")])

    [failure] = await counter.failures()
    [apology] = await counter.rows(OutboxMessage)
    assert counter.seen == ["my words"] * 5
    assert (failure.attempts, failure.set_aside_at) == (5, NOON)
    assert (failure.kind, failure.error) == ("message", "ZeroDivisionError")
    assert (apology.chat_id, apology.kind) == (AMINA, "errors/update_failed.html")


async def test_an_update_that_was_set_aside_is_not_tried_again(counter: Counter) -> None:
    async def bug(_desk: Desk, _text: str) -> None:
        raise ZeroDivisionError

    counter.plant(bug)
    await counter.intake.take([words(1)])

    await counter.intake.take([words(1)])

    assert (len(counter.seen), len(await counter.answers())) == (5, 1)


async def test_an_update_that_succeeds_in_the_end_has_its_effects_once_and_no_record(
    counter: Counter,
) -> None:
    async def bug(desk: Desk, text: str) -> None:
        await write(desk, text)
        if len(counter.seen) < 4:
            raise ZeroDivisionError

    counter.plant(bug)

    await counter.intake.take([words(1, "one")])

    assert (await counter.coalitions(), await counter.failures()) == (["one"], [])
    assert await counter.answers() == [AMINA]


async def test_a_refusal_is_rolled_back_explained_and_done(counter: Counter) -> None:
    async def bug(desk: Desk, _text: str) -> None:
        await write(desk, "must not stay")
        raise GroupUnknown

    counter.plant(bug)

    await counter.intake.take([words(1)])
    await counter.intake.take([words(1)])

    [explanation] = await counter.rows(OutboxMessage)
    assert (await counter.coalitions(), await counter.failures()) == ([], [])
    assert (explanation.kind, len(counter.seen)) == ("errors/group_unknown.html", 1)


async def test_a_refusal_that_nobody_wrote_words_for_is_set_aside_like_any_bug(
    counter: Counter,
) -> None:
    class Wordless(BotError):
        pass

    async def bug(_desk: Desk, text: str) -> None:
        if text == "bad":
            raise Wordless

    counter.plant(bug)

    async with asyncio.timeout(10):
        await counter.intake.take([words(1, "bad"), words(2, "good")])

    [failure] = await counter.failures()
    assert (failure.update_id, failure.error) == (1, TemplateNotFound.__name__)
    assert len(await counter.answers()) == 2


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 2, "message": {"message_id": 1}},
        {"update_id": 2, "message": {"chat": "no chat", "from": 3, "date": "yesterday"}},
        {"update_id": 2, "message": [1, 2]},
        {"update_id": 2, "callback_query": {"id": "1", "from": {"id": "x"}}},
    ],
    ids=["fields missing", "fields of another type", "a list", "a broken tap"],
)
async def test_a_malformed_update_harms_no_other_of_its_batch(
    counter: Counter, update: Json
) -> None:
    await counter.intake.take([words(1), update, words(3)])

    assert await counter.answers() == [AMINA, AMINA]
    assert [failure.update_id for failure in await counter.failures()] == [2]


@pytest.mark.parametrize(
    "update",
    [{"update_id": 1}, {"update_id": 1, "telepathy": {"id": 3}}],
    ids=["empty", "of a kind to come"],
)
async def test_an_update_of_no_known_kind_is_taken_quietly(counter: Counter, update: Json) -> None:
    await counter.intake.take([update])

    marks = await counter.taken([1])
    assert (marks, await counter.failures(), await counter.answers()) == ({1}, [], [])


async def test_an_update_that_no_handler_looked_at_is_not_lost_silently(counter: Counter) -> None:
    counter.dispatcher._application.handlers[0] = [
        handler
        for handler in counter.dispatcher._application.handlers[0]
        if not isinstance(handler, TypeHandler)
    ]

    await counter.intake.take([{"update_id": 1, "telepathy": {"id": 3}}])

    [failure] = await counter.failures()
    assert (failure.error, failure.kind, failure.attempts) == ("NotHandled", "telepathy", 5)


# --- after a crash -----------------------------------------------------------------------------


async def test_after_a_crash_each_update_has_a_transaction_to_itself(counter: Counter) -> None:
    counter.intake.is_cautious = True

    async def bug(desk: Desk, text: str) -> None:
        await write(desk, text)
        if text == "3":
            raise Killed

    counter.plant(bug)

    with pytest.raises(Killed):
        await counter.intake.take([words(number, str(number)) for number in (1, 2, 3, 4)])

    assert await counter.coalitions() == ["1", "2"]
    [failure] = await counter.failures()
    assert (failure.update_id, failure.attempts) == (3, 1)


async def test_an_update_that_kills_the_program_five_times_is_set_aside(counter: Counter) -> None:
    async def bug(_desk: Desk, text: str) -> None:
        if text == "deadly":
            raise Killed

    counter.plant(bug)
    lives = await _live(counter, [words(1, "before"), words(2, "deadly"), words(3, "after")])

    [failure] = await counter.failures()
    assert (lives, counter.seen.count("deadly")) == (7, 6)
    assert (failure.update_id, failure.set_aside_at) == (2, NOON)
    # The good ones have had their effects, and the person knows about the bad one.
    assert [row.kind for row in await counter.rows(OutboxMessage)] == [
        "general/unknown.html",
        "errors/update_failed.html",
        "general/unknown.html",
    ]


async def test_what_was_done_before_the_crashes_is_never_counted_as_failing(
    counter: Counter,
) -> None:
    async def bug(_desk: Desk, text: str) -> None:
        if text.startswith("deadly"):
            raise Killed

    counter.plant(bug)
    batch = [words(1, "fine"), words(2, "deadly"), words(3, "deadly, too"), words(4, "fine")]
    await _live(counter, batch)

    aside = [failure.update_id for failure in await counter.failures()]
    assert (aside, counter.seen.count("fine")) == ([2, 3], 3)
    assert len(await counter.answers()) == 4


async def test_an_update_that_fails_after_a_crash_has_five_attempts_too(counter: Counter) -> None:
    counter.intake.is_cautious = True

    async def bug(_desk: Desk, _text: str) -> None:
        raise ZeroDivisionError

    counter.plant(bug)

    await counter.intake.take([words(1)])

    assert len(counter.seen) == 5


# --- the database is away ----------------------------------------------------------------------


class _Deadlock(Exception):
    sqlstate = "40P01"


class _Serialisation(Exception):
    sqlstate = "40001"


@pytest.mark.parametrize(
    "reason",
    [_Deadlock(), _Serialisation(), Exception("database is locked")],
    ids=["deadlock", "serialisation", "locked"],
)
@pytest.mark.parametrize("times", [1, 8], ids=["once", "longer than the retries"])
async def test_trouble_of_the_database_repeats_the_whole_and_counts_as_nobodys_failure(
    counter: Counter, reason: Exception, times: int
) -> None:
    async def bug(desk: Desk, text: str) -> None:
        await write(desk, text)
        if text == "two" and counter.seen.count("two") <= times:
            raise OperationalError(None, {}, reason)

    counter.plant(bug)

    await counter.intake.take([words(1, "one"), words(2, "two"), words(3, "three")])

    assert counter.seen == ["one", "two"] * times + ["one", "two", "three"]
    assert await counter.coalitions() == ["one", "three", "two"]
    assert await counter.failures() == []


@pytest.mark.parametrize("statement", ["update_failure", "mark_key"])
async def test_a_database_that_goes_away_in_the_middle_of_a_failure_is_waited_for(
    counter: Counter, statement: str
) -> None:
    async def bug(_desk: Desk, _text: str) -> None:
        raise ZeroDivisionError

    counter.plant(bug)
    outage = Outage(counter.database, times=7, statement=statement)
    outage.begin()

    await counter.intake.take([words(1)])

    [failure] = await counter.failures()
    assert (outage.refused, failure.attempts, failure.set_aside_at) == (7, 5, NOON)
    assert len(await counter.answers()) == 1


async def test_what_is_promised_for_after_the_commit_waits_for_it_and_dies_with_a_rollback(
    counter: Counter,
) -> None:
    told: list[str] = []

    async def bug(desk: Desk, text: str) -> None:
        async def tell() -> None:
            told.append(f"{text}, {len(await counter.answers())} stored")

        databases.after_commit(desk.session, tell)
        if text == "bad":
            raise ZeroDivisionError

    counter.plant(bug)

    await counter.intake.take([words(1, "good"), words(2, "bad"), words(3, "fine")])

    assert told == ["good, 2 stored", "fine, 2 stored"]


async def _live(counter: Counter, batch: list[Json]) -> int:
    """Begin again after each death, until a life takes the whole batch; return how many lives."""
    for life in range(1, 20):
        counter.intake.is_cautious = life > 1
        try:
            await counter.intake.take(batch)
        except Killed:
            continue
        return life
    pytest.fail("the batch kills for ever")
