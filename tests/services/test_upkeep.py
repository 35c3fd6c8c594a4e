"""Housekeeping: what serves nobody any more goes, a little at a time; the rest stays."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import BotApi
from bot.clock import VirtualClock
from bot.database import Database
from bot.models import (
    Invitation,
    MessageSubject,
    Occasion,
    OccasionState,
    OutboxMessage,
    OutboxState,
    Proposal,
    Sending,
    UpdateFailure,
)
from bot.outbox import pace
from bot.seed import structure
from bot.seed.people import ONE_COUNTY, TOKEN
from bot.services import feedback, occasions, updates, upkeep
from bot.services.upkeep import KEEP_FAILURES, KEEP_OCCASIONS, KEEP_SAID
from tests.keys import prepare
from tests.parts import make_sender

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
HISTORY = 100_000


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database with the playground's coalition."""
    await structure.store(database_url, ONE_COUNTY)
    database = Database(database_url)
    yield database
    await database.close()


async def tidied(database: Database, *rows: SQLModel) -> list[Any]:
    """Store rows of one table, tidy, and return those that are left."""
    table = type(rows[0])

    async def store(session: AsyncSession) -> None:
        session.add_all(rows)

    async def left(session: AsyncSession) -> list[Any]:
        return list((await session.execute(select(table))).scalars())

    await database.run(store)
    await database.run(lambda session: upkeep.tidy(session, NOON))
    return await database.run(left)


def said(
    name: str, state: OutboxState, ended: timedelta | None, expired: timedelta
) -> OutboxMessage:
    """Return a message that ended, and expires or expired, so long ago."""
    return OutboxMessage(
        chat_id=1,
        text=name,
        kind="test",
        state=state,
        not_before=NOON,
        ended_at=None if ended is None else NOON - ended,
        expires_at=NOON - expired,
    )


async def test_what_was_said_is_kept_for_a_month_after_its_end(database: Database) -> None:
    old, young = KEEP_SAID + MOMENT, KEEP_SAID - MOMENT
    delivered = OutboxState.DELIVERED

    left = await tidied(
        database,
        *(said("old", state, old, old) for state in OutboxState if state != OutboxState.READY),
        said("young", delivered, young, old),
        said("still waits", OutboxState.READY, None, old),
        said("its meeting is still open", delivered, old, -timedelta(days=60)),
    )

    assert sorted(row.text for row in left) == [
        "its meeting is still open",
        "still waits",
        "young",
    ]


async def test_what_was_sent_counts_for_a_minute(database: Database) -> None:
    window = pace.IN_A_GROUP.window

    left = await tidied(
        database,
        Sending(chat_id=1, at=NOON - window),
        Sending(chat_id=2, at=NOON - window + MOMENT),
    )

    assert [row.chat_id for row in left] == [2]


async def test_occasions_are_kept_for_three_months_after_their_end(database: Database) -> None:
    def occasion(name: str, state: OccasionState, ended: timedelta | None) -> Occasion:
        return Occasion(
            key=name,
            kind="test",
            subject="meeting",
            subject_id=1,
            subject_version=1,
            wall_time=NOON.replace(tzinfo=None),
            zone="UTC",
            due_at=NOON,
            expires_at=NOON,
            state=state,
            ended_at=None if ended is None else NOON - ended,
        )

    left = await tidied(
        database,
        occasion("old", OccasionState.POSTED, KEEP_OCCASIONS + MOMENT),
        occasion("old, cancelled", OccasionState.CANCELLED, KEEP_OCCASIONS + MOMENT),
        occasion("young", OccasionState.SKIPPED, KEEP_OCCASIONS - MOMENT),
        occasion("waits", OccasionState.WAITING, None),
    )

    assert sorted(row.key for row in left) == ["waits", "young"]


async def test_questions_that_nobody_answered_go(database: Database) -> None:
    def proposal(expires_in: timedelta) -> Proposal:
        wall = NOON.replace(tzinfo=None)
        return Proposal(
            group_id=1, wall_start=wall, wall_end=wall, place="", expires_at=NOON + expires_in
        )

    left = await tidied(database, proposal(-MOMENT), proposal(MOMENT))

    assert [row.expires_at for row in left] == [NOON + MOMENT]


async def test_invitations_that_nobody_used_go(database: Database) -> None:
    left = await tidied(
        database,
        Invitation(digest="old", expires_at=NOON - MOMENT),
        Invitation(digest="young", expires_at=NOON + MOMENT),
    )

    assert [row.digest for row in left] == ["young"]


async def test_subjects_of_messages_go_when_their_time_is_over(database: Database) -> None:
    def subject(number: int, drop_in: timedelta) -> MessageSubject:
        return MessageSubject(
            chat_id=1,
            message_id=number,
            kind="test",
            subject="meeting",
            subject_id=1,
            subject_version=1,
            drop_at=NOON + drop_in,
        )

    left = await tidied(database, subject(1, -MOMENT), subject(2, MOMENT))

    assert [row.message_id for row in left] == [2]


async def test_failures_that_were_set_aside_are_kept_for_a_month(database: Database) -> None:
    def failure(number: int, ago: timedelta | None) -> UpdateFailure:
        at = None if ago is None else NOON - ago
        return UpdateFailure(update_id=number, kind="message", set_aside_at=at)

    left = await tidied(
        database,
        failure(1, KEEP_FAILURES + MOMENT),
        failure(2, KEEP_FAILURES - MOMENT),
        failure(3, None),
    )

    assert sorted(row.update_id for row in left) == [2, 3]


async def test_a_portion_is_bounded_and_the_next_one_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 3)
    old = KEEP_SAID + MOMENT
    rows = [said(str(number), OutboxState.DELIVERED, old, old) for number in range(5)]

    after_one = await tidied(database, *rows)
    await database.run(lambda session: upkeep.tidy(session, NOON))
    after_two = await tidied(database, said("young", OutboxState.DELIVERED, MOMENT, MOMENT))

    assert (len(after_one), [row.text for row in after_two]) == (2, ["young"])


# --- cost --------------------------------------------------------------------------------------


async def test_the_cost_of_sending_and_ticking_does_not_grow_with_history(
    database: Database,
) -> None:
    keys = await prepare(database, NOON)
    await database.run(_write_history)
    await database.run(_write_what_waits)
    async with database.begin() as transaction:
        statements = _noted(database)
        async with transaction.savepoint() as session:
            api = BotApi(token=TOKEN, address="http://127.0.0.1:9")
            sender = make_sender(database, api, VirtualClock(NOON))
            claimed, _ = await sender._claim(session, NOON)
            await occasions.due(session, NOON)
            await occasions.next_due(session)
            how = await updates.marks(transaction.connection, keys)
            await updates.seen(transaction.connection, range(50), how)
            await feedback.is_release_due(session, NOON)
        plans = [
            (statement, await _plan(transaction.connection, statement, parameters))
            for statement, parameters in tuple(statements)
        ]

    scans = [(statement, plan) for statement, plan in plans if _is_scan(plan)]
    assert len(claimed) == 1
    assert len(plans) > 6
    assert scans == []


def _noted(database: Database) -> list[tuple[str, Any]]:
    """Return a list into which every statement that reads or changes history is written."""
    statements: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> None:
        if not statement.startswith(("EXPLAIN", "INSERT", "SAVEPOINT", "RELEASE")):
            statements.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return statements


async def _plan(connection: Any, statement: str, parameters: Any) -> str:
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = await connection.exec_driver_sql(f"{how} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


def _is_scan(plan: str) -> bool:
    """Tell whether a plan walks through all of a table that keeps history."""
    history = ("outbox", "occasion", "update_mark_even", "update_mark_odd")
    lines = [line.strip() for line in plan.splitlines()]
    return any(
        line == f"SCAN {table}" or f"Seq Scan on {table} " in line
        for line in lines
        for table in history
    )


async def _write_history(session: AsyncSession) -> None:
    """Write a hundred thousand messages, occasions and marks that are over."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {HISTORY})"
    past = "'2026-12-01 00:00:00+00:00'"
    outbox = (
        "outbox (id, method, chat_id, text, is_silent, kind, subject_version, is_live, version,"
        " sent_version, message_id, state, attempts, not_before, expires_at, ended_at)"
        f" {numbers} SELECT i, 'message', -(i % 300), 'said', false, 'test', 0, false, 1, 1, i,"
        f" 'delivered', 0, {past}, {past}, {past} FROM n"
    )
    occasion = (
        "occasion (key, kind, subject, subject_id, subject_version, wall_time, zone, due_at,"
        " expires_at, state, attempts, ended_at)"
        f" {numbers} SELECT 'k' || i, 'test', 'meeting', i, 1, {past}, 'UTC', {past}, {past},"
        f" 'posted', 0, {past} FROM n"
    )
    marks = f"update_mark_even (mark) {numbers} SELECT i FROM n"
    older_marks = f"update_mark_odd (mark) {numbers} SELECT i + {HISTORY} FROM n"
    for insert in (outbox, occasion, marks, older_marks):
        await session.execute(text(f"INSERT INTO {insert}"))
    await session.execute(text("ANALYZE"))


async def _write_what_waits(session: AsyncSession) -> None:
    session.add(
        OutboxMessage(
            id=HISTORY + 1,
            chat_id=-7,
            text="waits",
            kind="test",
            not_before=NOON,
            expires_at=NOON + timedelta(days=1),
        )
    )
