"""Every occasion ends as posted, skipped with notice, or cancelled; none is lost, none doubled."""

import asyncio
import errno
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot import database as databases
from bot.domain.feedback import Submission
from bot.jobs import TIMETABLE, ticker
from bot.keys import KeyRing
from bot.models import (
    Coalition,
    FeedbackBatch,
    FeedbackBox,
    FeedbackItem,
    Group,
    MarkKey,
    Occasion,
    Sending,
    Upkeep,
)
from bot.services import feedback, occasions, reminders, updates
from tests.jobs.almanac import MONDAY, THURSDAY, Almanac, opened

HOUR = timedelta(hours=1)
DAY_BEFORE = datetime(2026, 11, 25, 7, tzinfo=UTC)
START = DAY_BEFORE + 24 * HOUR
DAY_KEY, HOUR_KEY = "reminder-1d:meeting1:v1", "reminder-1h:meeting1:v1"


async def test_a_planned_meeting_is_written_into_the_almanac(almanac: Almanac) -> None:
    await almanac.plan()

    assert await almanac.due() == {DAY_KEY: DAY_BEFORE, HOUR_KEY: START - HOUR}


async def test_nothing_happens_before_its_time(almanac: Almanac) -> None:
    await almanac.plan()

    await almanac.tick(DAY_BEFORE - timedelta(seconds=1))

    assert await almanac.occasions() == {DAY_KEY: "waiting", HOUR_KEY: "waiting"}


async def test_each_reminder_is_posted_once_however_often_the_clock_ticks(
    almanac: Almanac,
) -> None:
    await almanac.plan()

    for at in (DAY_BEFORE, DAY_BEFORE, DAY_BEFORE + HOUR, START - HOUR, START, START + HOUR):
        await almanac.tick(at)

    assert await almanac.occasions() == {DAY_KEY: "posted", HOUR_KEY: "posted"}
    [day] = await almanac.said("reminder-1d")
    [hour] = await almanac.said("reminder-1h")
    assert (day.occasion_key, hour.occasion_key) == (DAY_KEY, HOUR_KEY)
    assert not await almanac.said("meetings/missed.html")


async def test_a_moved_meeting_is_reminded_of_at_its_new_time_only(almanac: Almanac) -> None:
    number = await almanac.plan()
    await almanac.move(number, THURSDAY + timedelta(days=7))

    await almanac.tick(START)
    after_the_old_time = await almanac.occasions()
    await almanac.tick(DAY_BEFORE + timedelta(days=7))

    moved = {DAY_KEY.replace("v1", "v2"), HOUR_KEY.replace("v1", "v2")}
    assert after_the_old_time == {
        **dict.fromkeys((DAY_KEY, HOUR_KEY), "cancelled"),
        **dict.fromkeys(moved, "waiting"),
        DAY_KEY.replace("reminder-1d", "invite").replace("v1", "v2"): "posted",
    }
    assert len(await almanac.said("reminder-1d")) == 1


async def test_a_cancelled_meeting_is_not_reminded_of(almanac: Almanac) -> None:
    await almanac.cancel(await almanac.plan())

    await almanac.tick(START)

    assert set((await almanac.occasions()).values()) == {"cancelled"}
    assert not await almanac.said("reminder-1d")


async def test_the_day_before_means_the_same_wall_time_across_a_change_of_clock(
    almanac: Almanac,
) -> None:
    berlin = await almanac.found("Berlin", "Europe/Berlin")
    almanac.clock.set(datetime(2027, 3, 20, tzinfo=UTC))

    # In the night to Sunday 28 March 2027 Berlin's clocks go from 02:00 to 03:00.
    await almanac.plan(datetime(2027, 3, 28, 10), group=berlin)

    due = await almanac.due()
    assert due[DAY_KEY] == datetime(2027, 3, 27, 9, tzinfo=UTC)
    assert due[HOUR_KEY] == datetime(2027, 3, 28, 7, tzinfo=UTC)


# --- after a downtime --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "state"),
    [(6 * HOUR - timedelta(seconds=1), "posted"), (6 * HOUR, "skipped")],
    ids=["almost six hours", "six hours"],
)
async def test_the_reminder_of_the_day_before_may_be_six_hours_late(
    almanac: Almanac, late: timedelta, state: str
) -> None:
    await almanac.plan()

    await almanac.tick(DAY_BEFORE + late)

    assert (await almanac.occasions())[DAY_KEY] == state
    assert len(await almanac.said("reminder-1d")) == (state == "posted")
    assert len(await almanac.said("meetings/missed.html")) == (state == "skipped")


@pytest.mark.parametrize(
    ("at", "state"),
    [(START - timedelta(seconds=1), "posted"), (START, "skipped")],
    ids=["before the start", "at the start"],
)
async def test_the_reminder_of_the_hour_before_is_of_use_until_the_start(
    almanac: Almanac, at: datetime, state: str
) -> None:
    await almanac.plan()
    await almanac.tick(DAY_BEFORE)

    await almanac.tick(at)

    assert await almanac.occasions() == {DAY_KEY: "posted", HOUR_KEY: state}
    assert len(await almanac.said("meetings/missed.html")) == (state == "skipped")


async def test_several_missed_reminders_become_one_message_a_chat(almanac: Almanac) -> None:
    other = await almanac.found("Garissa")
    for days in range(3):
        await almanac.plan(THURSDAY + timedelta(days=days))
    await almanac.plan(THURSDAY, group=other)

    await almanac.tick(START + timedelta(days=30))

    notices = await almanac.said("meetings/missed.html")
    assert set((await almanac.occasions()).values()) == {"skipped"}
    assert sorted(notice.chat_id for notice in notices) == [-4001, -777]


async def test_one_downtime_is_one_message_a_chat_however_small_the_portions(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occasions, "BATCH", 2)
    for days in range(3):
        await almanac.plan(THURSDAY + timedelta(days=days))

    await almanac.tick(START + timedelta(days=30))

    assert set((await almanac.occasions()).values()) == {"skipped"}
    assert len(await almanac.said("meetings/missed.html")) == 1


async def test_more_than_one_portion_falls_due_at_once(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occasions, "BATCH", 2)
    for minutes in range(5):
        await almanac.plan(THURSDAY + timedelta(minutes=minutes))

    await almanac.tick(DAY_BEFORE + HOUR)

    assert len(await almanac.said("reminder-1d")) == 5


# --- trouble -----------------------------------------------------------------------------------


async def test_an_occasion_that_fails_stops_no_other_and_is_owned_up_to(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    await almanac.plan(THURSDAY)
    await almanac.plan(THURSDAY + timedelta(minutes=1))
    attempts: list[str] = []

    async def remind(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
        is_posted = await reminders.remind(session, occasion, now=now)
        if occasion.subject_id == 1:
            # As late as can be: everything was written already.
            attempts.append(occasion.key)
            raise ZeroDivisionError
        return is_posted

    monkeypatch.setitem(TIMETABLE, "reminder-1d", remind)

    await almanac.tick(DAY_BEFORE + HOUR)

    states = await almanac.occasions()
    assert (states[DAY_KEY], states["reminder-1d:meeting2:v1"]) == ("skipped", "posted")
    assert attempts == [DAY_KEY] * 5
    [reminder] = await almanac.said("reminder-1d")
    assert reminder.subject_id == 2
    assert len(await almanac.said("meetings/missed.html")) == 1


async def test_a_group_about_which_nothing_can_be_said_stops_no_other(almanac: Almanac) -> None:
    broken = await almanac.found("Broken")
    await almanac.plan(THURSDAY, group=broken)
    await almanac.plan(THURSDAY)
    await almanac.plan(THURSDAY + timedelta(days=9))

    async def break_it(session: AsyncSession) -> None:
        await session.execute(update(Group).where(col(Group.id) == broken).values(languages=[]))

    await almanac.database.run(break_it)
    await almanac.tick(DAY_BEFORE)
    # The other group has missed something, too, when the program comes back a week later.
    await almanac.tick(START + timedelta(days=30))

    states = await almanac.occasions()
    assert "waiting" not in states.values()
    assert states["reminder-1d:meeting2:v1"] == "posted"
    assert {notice.chat_id for notice in await almanac.said("meetings/missed.html")} == {-4001}


async def test_an_occasion_of_a_kind_that_nobody_knows_stops_no_other(almanac: Almanac) -> None:
    await almanac.plan()
    await almanac.plan(THURSDAY + timedelta(minutes=1))

    async def rename(session: AsyncSession) -> None:
        await session.execute(
            update(Occasion)
            .where(col(Occasion.key) == DAY_KEY)
            .values(kind="eclipse", subject="moon", subject_id=77)
        )

    await almanac.database.run(rename)
    await almanac.tick(DAY_BEFORE + HOUR)

    states = await almanac.occasions()
    assert (states[DAY_KEY], states["reminder-1d:meeting2:v1"]) == ("skipped", "posted")


async def test_a_database_that_is_away_is_waited_for(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0,))
    await almanac.plan()
    is_away = True

    def refuse(_connection: Any) -> None:
        if is_away:
            raise OperationalError(None, {}, Exception("database is locked"))

    event.listen(almanac.database.engine.sync_engine, "begin", refuse)
    await almanac.tick(DAY_BEFORE)
    await almanac.ticker.tidy()
    is_away = False
    await almanac.tick(DAY_BEFORE + timedelta(seconds=1))

    assert (await almanac.occasions())[DAY_KEY] == "posted"


async def test_two_programs_double_nothing(postgres_url: str) -> None:
    async with opened(postgres_url) as one, opened(postgres_url, one.clock) as other:
        for minutes in range(12):
            await one.plan(THURSDAY + timedelta(minutes=minutes))
        one.clock.set(DAY_BEFORE + HOUR)

        await asyncio.gather(*(program.ticker.tick() for program in (one, other, one, other)))
        one.clock.set(START + timedelta(days=9))
        await asyncio.gather(one.ticker.tick(), other.ticker.tick())

        states = await one.occasions()
        said = await one.said("reminder-1d")
        notices = await one.said("meetings/missed.html")
        assert {key: state for key, state in states.items() if "1d" in key} == {
            f"reminder-1d:meeting{number}:v1": "posted" for number in range(1, 13)
        }
        assert {state for key, state in states.items() if "1h" in key} == {"skipped"}
        assert (len(said), len(notices)) == (12, 1)


# --- ticking -----------------------------------------------------------------------------------


async def test_the_ticker_ticks_and_tidies_by_itself_until_it_is_stopped(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "TICK", timedelta(milliseconds=20))
    monkeypatch.setattr(ticker, "TIDY", timedelta(milliseconds=20))
    await almanac.plan()
    almanac.clock.set(DAY_BEFORE)

    almanac.ticker.start()
    async with asyncio.timeout(10):
        while not (await almanac.said("reminder-1d") and await almanac.rows(Upkeep)):
            pass
    await almanac.ticker.stop()
    almanac.clock.set(START - HOUR)
    await asyncio.sleep(0.1)

    assert (await almanac.occasions())[HOUR_KEY] == "waiting"


# --- in confidence -----------------------------------------------------------------------------


async def submit(almanac: Almanac, number: int) -> None:
    """Let so many people of the coalition write in confidence."""
    keys = almanac.toolbox.keys
    for each in range(number):
        said = Submission(1, None, f"words {each}", b"r" * 16)
        await almanac.database.run(
            partial(feedback.keep, keys=keys, update_id=each, submission=said)
        )


def words(items: Sequence[FeedbackItem]) -> list[str]:
    """Return what can be read, in no order."""
    return sorted(item.words for item in items)


async def test_what_was_written_in_confidence_is_released_at_its_hour_and_the_files_rewritten(
    almanac: Almanac,
) -> None:
    await submit(almanac, 3)
    [before] = await almanac.rows(FeedbackBatch)
    almanac.clock.set(before.release_at - timedelta(seconds=1))
    await almanac.ticker.tick()
    too_early = words(await almanac.rows(FeedbackItem))
    almanac.clock.set(before.release_at)
    await almanac.ticker.tick()

    [after] = await almanac.rows(FeedbackBatch)
    assert too_early == []
    assert words(await almanac.rows(FeedbackItem)) == ["words 0", "words 1", "words 2"]
    assert (after.number, after.is_compact) == (2, True)


async def test_a_key_that_is_lost_while_the_bot_runs_is_logged_once_and_a_new_batch_begun(
    almanac: Almanac,
) -> None:
    await submit(almanac, 3)
    [before] = await almanac.rows(FeedbackBatch)
    [file] = almanac.toolbox.keys.folder.glob("box-*.key")
    file.unlink()
    almanac.clock.set(before.release_at)

    with capture_logs() as log:
        await almanac.ticker.tick()
        await almanac.ticker.tick()

    events = [(line["event"], line["log_level"]) for line in log]
    [after] = await almanac.rows(FeedbackBatch)
    assert events == [("feedback.key_lost", "warning")]
    assert (after.number, await almanac.rows(FeedbackItem)) == (2, [])
    assert after.release_at > almanac.clock.now()


async def test_a_release_that_fails_stops_no_reminder_and_is_tried_again(almanac: Almanac) -> None:
    other = 99
    await almanac.plan(THURSDAY + timedelta(days=7))
    await submit(almanac, 3)
    # Words for a coalition that is not there: no database takes these.
    lost = Submission(other, None, "lost", b"r" * 16)
    for each in range(100, 103):
        await almanac.database.run(
            partial(feedback.keep, keys=almanac.toolbox.keys, update_id=each, submission=lost)
        )
    at = START + timedelta(days=7) - HOUR
    almanac.clock.set(at)

    with capture_logs() as log:
        await almanac.ticker.tick()
        await almanac.ticker.tick()
    reminded, sealed = await almanac.said("reminder-1h"), await almanac.rows(FeedbackBox)
    async with almanac.database.transaction() as session:
        session.add(Coalition(id=other, name="Found again"))
    almanac.clock.set(at + ticker.AGAIN - timedelta(seconds=1))
    await almanac.ticker.tick()
    too_early = words(await almanac.rows(FeedbackItem))
    almanac.clock.set(at + ticker.AGAIN)
    await almanac.ticker.tick()

    failures = [line for line in log if line["log_level"] == "error"]
    assert failures == [
        {"event": "feedback.not_released", "error": "IntegrityError", "log_level": "error"}
    ]
    assert (len(reminded), len(sealed), too_early) == (1, 6, [])
    assert words(await almanac.rows(FeedbackItem)) == ["lost"] * 3 + [
        f"words {n}" for n in range(3)
    ]


async def test_after_the_clock_was_set_back_what_waits_is_released_next_sunday(
    almanac: Almanac,
) -> None:
    await submit(almanac, 3)
    planned = (await almanac.rows(FeedbackBatch))[0].release_at
    await almanac.tick(planned + timedelta(days=400))
    ahead = (await almanac.rows(FeedbackBatch))[0].release_at
    almanac.toolbox.clock._base = planned - timedelta(days=1)  # type: ignore[attr-defined] # as the machine's own does

    await almanac.ticker.tick()

    assert ahead > planned + timedelta(days=400)
    assert (await almanac.rows(FeedbackBatch))[0].release_at == planned


async def test_a_full_disk_of_the_keys_is_called_so_and_loses_nothing(
    almanac: Almanac, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(almanac, 3)
    [before] = await almanac.rows(FeedbackBatch)
    boxes = {row.id for row in await almanac.rows(FeedbackBox)}
    almanac.clock.set(before.release_at)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, capture_logs() as log:
        patch.setattr(os, "write", full)
        for _ in range(2):
            # A line each second would bury the log.
            await almanac.ticker.tick()
    while_full = ({row.id for row in await almanac.rows(FeedbackBox)}, before.number)
    almanac.clock.set(before.release_at + ticker.LOOK_AGAIN)
    await almanac.ticker.tick()

    said = [(line["event"], line["reason"], "BARAZA_KEY_DIR" in line["remedy"]) for line in log]
    [after] = await almanac.rows(FeedbackBatch)
    assert said == [("keys.unusable", "No space left on device", True)]
    assert while_full == (boxes, 1)
    assert (after.number, len(await almanac.rows(FeedbackItem))) == (2, 3)


async def test_a_key_that_the_disk_does_not_give_away_is_not_lost(almanac: Almanac) -> None:
    await submit(almanac, 3)
    [before] = await almanac.rows(FeedbackBatch)
    [file] = almanac.toolbox.keys.folder.glob("box-*.key")
    key = file.read_bytes()
    # Even who may read everything cannot read that.
    file.unlink()
    file.mkdir()
    almanac.clock.set(before.release_at)

    with capture_logs() as log:
        await almanac.ticker.tick()
    file.rmdir()
    file.write_bytes(key)
    almanac.clock.set(before.release_at + ticker.LOOK_AGAIN)
    await almanac.ticker.tick()

    assert [(line["event"], line["reason"]) for line in log] == [
        ("keys.unusable", "Is a directory")
    ]
    assert words(await almanac.rows(FeedbackItem)) == ["words 0", "words 1", "words 2"]


async def test_a_program_without_the_keys_that_count_leaves_the_boxes_of_the_other_alone(
    almanac: Almanac, tmp_path: Path
) -> None:
    database, elsewhere = almanac.database, KeyRing(tmp_path / "elsewhere")
    await database.run(lambda session: updates.prepare(session, elsewhere))
    await database.run(lambda session: feedback.prepare(session, elsewhere, MONDAY))
    said = Submission(1, None, "words", b"r" * 16)
    await database.run(partial(feedback.keep, keys=elsewhere, update_id=1, submission=said))
    [before] = await almanac.rows(FeedbackBatch)
    boxes = {row.id for row in await almanac.rows(FeedbackBox)}
    # Once it is noted when the marks turn, they are due to.
    await database.run(partial(updates.take_turns, keys=elsewhere, now=MONDAY))
    almanac.clock.set(before.release_at)

    with capture_logs() as log:
        await almanac.ticker.tick()
        await almanac.ticker.tidy()

    remedies = [line["remedy"] for line in log if line["event"] == "keys.elsewhere"]
    [after] = await almanac.rows(FeedbackBatch)
    assert len(remedies) == 2
    assert all("BARAZA_KEY_DIR" in remedy for remedy in remedies)
    assert after.model_dump() == before.model_dump()
    assert {row.id for row in await almanac.rows(FeedbackBox)} == boxes
    assert {row.turn for row in await almanac.rows(MarkKey)} == {1}


async def test_tidying_does_a_portion_of_everything(almanac: Almanac) -> None:
    async with almanac.database.transaction() as session:
        session.add(Sending(chat_id=1, at=MONDAY - HOUR))

    await almanac.ticker.tidy()

    [upkeep] = await almanac.rows(Upkeep)
    assert (upkeep.at, await almanac.rows(Sending)) == (MONDAY, [])
