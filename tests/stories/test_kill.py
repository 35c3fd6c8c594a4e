"""The real process is killed between any two steps, and nothing is lost and nothing happens twice.

Every season is played to its end against a program that dies (SIGKILL) and is started again; then
the ledger is read. The same ledger has to find each of the bugs planted below.

`BARAZA_TEST_KILLS=5000` sets how often the program is killed at random moments on each database,
and `BARAZA_TEST_SEED` repeats the moments of an earlier run.
"""

import asyncio
import contextlib
import os
import random
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.playground.world import Request
from bot.services.updates import ATTEMPTS
from tests.stories.ledger import Finding, Wrong, judge
from tests.stories.lives import Lives, Nursery, nursery, until
from tests.stories.season import (
    EFFECTS,
    EFFECTS_OF_MEETING,
    LEAD,
    Halted,
    Season,
    play_meeting,
    play_season,
    season,
)
from tests.stories.victim import Order, Plant, Point
from tools.postgres import Server

KILLS = int(os.environ.get("BARAZA_TEST_KILLS", "10"))
SEED = int(os.environ.get("BARAZA_TEST_SEED", random.SystemRandom().randrange(10**6)))
LONGEST_LIFE = 0.5
"""Seconds (real) that a program may live after its first call before it is killed at random."""
RHYTHM = (1, 4, 2, 6)
"""At which pass of its point each life dies, in turn."""
SELDOM = (2, 9, 12)
"""The same where each kill costs the time of a lease."""
ON_POSTGRESQL = (Point.TAKING, Point.BRINGING, Point.CLAIMED, Point.ACCEPTED)
"""Where the database makes a difference: a transaction, locks and leases that outlive a kill."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("programs")) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Lend what returns the address of a new, migrated database each time it is called."""
    numbers = count(1)
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def copied() -> str:
            path = shutil.copyfile(template, tmp_path / f"{next(numbers)}.db")
            return f"sqlite+aiosqlite:///{path}"

        yield copied
        return
    server: Server = request.getfixturevalue("postgres")
    model: str = request.getfixturevalue("postgres_template")
    names: list[str] = []

    def created() -> str:
        names.append(f"kills_{next(numbers)}")
        return server.create(names[-1], template=model)

    yield created
    for name in names:
        server.drop(name)


async def finish(told: Season) -> list[Finding]:
    """Play the season to its end, stop the last program properly, and read the ledger."""
    await play_season(told)
    await told.lives.stop()
    return await judge(told, EFFECTS)


async def test_season_that_nothing_disturbs_has_its_effects(
    database_url: str, programs: Nursery, tmp_path: Path
) -> None:
    async with season(database_url, programs, tmp_path) as told:
        found = await finish(told)

    assert found == []
    assert told.lives.kills == 0
    assert told.in_flight == set()


@pytest.mark.parametrize("point", Point)
async def test_kills_between_two_steps_lose_nothing_and_double_nothing(
    point: Point, sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    await _die_again_and_again(point, RHYTHM, sqlite_url, programs, tmp_path)


@pytest.mark.parametrize("point", ON_POSTGRESQL)
async def test_kills_lose_nothing_and_double_nothing_on_postgresql(
    point: Point, postgres_url: str, programs: Nursery, tmp_path: Path
) -> None:
    await _die_again_and_again(point, SELDOM, postgres_url, programs, tmp_path)


async def _die_again_and_again(
    point: Point, rhythm: Sequence[int], database_url: str, programs: Nursery, tmp_path: Path
) -> None:
    def order(life: int, usual: Order) -> Order:
        return replace(usual, die_at=point, at_pass=rhythm[life % len(rhythm)])

    async with season(database_url, programs, tmp_path, order=order) as told:
        found = await finish(told)

    assert found == []
    assert told.lives.kills > 0


@pytest.mark.parametrize("every", [1, 2])
async def test_kill_before_telegrams_answer_is_heard_costs_one_duplicate(
    every: int, sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    heard: set[str] = set()

    async def kill(lives: Lives, call: Request) -> None:
        words = str(call.params.get("text"))
        if call.method == "sendMessage" and words not in heard:
            heard.add(words)
            if len(heard) % every == 0:
                lives.kill()

    async with season(sqlite_url, programs, tmp_path, after=kill) as told:
        found = await finish(told)

    assert found == []
    # The ledger allows one duplicate for each of these kills, and here there is one for each.
    assert told.lives.kills == len(heard) // every
    assert len(told.said()) == len(heard) + told.lives.kills


async def test_duplicate_without_a_kill_is_found(
    sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    async def kill(lives: Lives, call: Request) -> None:
        if call.method == "sendMessage" and not lives.kills:
            lives.kill()

    async with season(sqlite_url, programs, tmp_path, after=kill) as told:
        await play_meeting(told)
        assert await judge(told, EFFECTS_OF_MEETING) == []
        # As if the program had lived all the time.
        told.in_flight.clear()
        found = await judge(told, EFFECTS_OF_MEETING)

    assert [finding.wrong for finding in found] == [Wrong.MESSAGE_TWICE]


async def test_kills_at_random_moments_lose_nothing_and_double_nothing(
    fresh: Callable[[], str], programs: Nursery, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    killed = seasons = 0
    while killed < KILLS:
        seasons += 1
        async with season(fresh(), programs, tmp_path) as told:
            killer = asyncio.create_task(_kill_now_and_then(told, chance, KILLS - killed))
            try:
                found = await finish(told)
            finally:
                killer.cancel()
                await asyncio.gather(killer, return_exceptions=True)
        assert found == [], f"in season {seasons} of BARAZA_TEST_SEED={SEED}"
        killed += told.lives.kills
    sys.stderr.write(f"{killed} kills in {seasons} seasons, BARAZA_TEST_SEED={SEED}\n")


async def _kill_now_and_then(told: Season, chance: random.Random, most: int) -> None:
    """Kill at random moments, but never so often at one update that it is rightly set aside."""
    at_update = 0
    while told.lives.kills < most:
        done = told.done()
        await _kill_at_some_time(told.lives, chance.uniform(0, LONGEST_LIFE))
        at_update = 1 if told.done() > done else at_update + 1
        if at_update == ATTEMPTS - 1:
            await told.progress()
            at_update = 0


async def _kill_at_some_time(lives: Lives, seconds: float) -> None:
    life = lives.kills
    await until(lambda: lives.is_up)
    await asyncio.sleep(seconds)
    lives.kill()
    await until(lambda: lives.kills > life)


async def test_update_that_kills_the_program_is_set_aside_and_the_person_told(
    sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    def order(life: int, usual: Order) -> Order:
        return replace(usual, die_at=Point.TAKING) if life < 6 else usual

    async with season(sqlite_url, programs, tmp_path, order=order) as told:
        await told.write(LEAD, "/meeting 3 Dec 10:00 Town Hall")
        await play_meeting(told)
        await told.lives.stop()
        found = await judge(told, EFFECTS_OF_MEETING + "said errors/update_failed.html: delivered")

    assert found == [Finding(Wrong.UPDATE_SET_ASIDE, "message: None")]
    assert told.lives.kills == 6


async def test_update_that_was_taken_is_never_set_aside(
    sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    """The program dies again and again before it acknowledges what it has long stored."""

    def order(life: int, usual: Order) -> Order:
        return replace(usual, die_at=Point.ACKNOWLEDGING) if life < 7 else usual

    async with season(sqlite_url, programs, tmp_path, order=order) as told:
        await play_meeting(told)
        await told.lives.stop()
        found = await judge(told, EFFECTS_OF_MEETING)

    assert found == []
    assert told.lives.kills == 7


# --- the same ledger finds the bugs that are planted ------------------------------------------


async def findings(told: Season, *, kills: int = 0) -> set[Wrong]:
    """Play a meeting as far as the bug lets it go, and return how promises were broken."""
    with contextlib.suppress(Halted):
        await play_meeting(told)
    await until(lambda: told.lives.kills >= kills)
    return {finding.wrong for finding in await judge(told, EFFECTS_OF_MEETING)}


@pytest.mark.parametrize(
    "planted",
    [
        (Plant.EARLY_ACKNOWLEDGEMENT, Point.TAKING, Wrong.UPDATE_LOST),
        (Plant.FORGOTTEN_MARKS, Point.ACKNOWLEDGING, Wrong.EFFECT_TWICE),
        (Plant.SENT_BEFORE_SENDING, Point.CALLING, Wrong.MESSAGE_LOST),
    ],
)
async def test_planted_bug_is_found_by_one_kill(
    planted: tuple[Plant, Point, Wrong], sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    plant, point, wrong = planted

    def order(life: int, usual: Order) -> Order:
        return replace(usual, plant=plant, die_at=None if life else point)

    async with season(sqlite_url, programs, tmp_path, order=order) as told:
        found = await findings(told, kills=1)

    assert wrong in found
    assert told.lives.kills == 1


async def test_tick_that_reads_stale_occasions_does_no_harm(
    sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    failures = programs.log.read_text().count("occasion.failed")

    async with season(sqlite_url, programs, tmp_path, order=_stale) as told:
        found = await findings(told)

    assert found == set()
    # The invitation and both reminders were brought about a second time, and refused.
    assert programs.log.read_text().count("occasion.failed") == failures + 3


async def test_tick_that_reads_stale_occasions_is_found_where_nothing_is_unique(
    sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    _let_occasions_repeat(Path(make_url(sqlite_url).database or ""))

    async with season(sqlite_url, programs, tmp_path, order=_stale) as told:
        found = await findings(told)

    assert {Wrong.OCCASION_TWICE, Wrong.EFFECT_TWICE} <= found


def _stale(_life: int, usual: Order) -> Order:
    return replace(usual, plant=Plant.STALE_TICK)


def _let_occasions_repeat(path: Path) -> None:
    """Make the (empty) tables anew without what keeps an occasion from happening twice."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        for table, rule in (
            ("occasion", r",\s*CONSTRAINT \w+ PRIMARY KEY \(\"?key\"?\)"),
            ("outbox", r",\s*CONSTRAINT \w+ UNIQUE \(occasion_key, chat_id\)"),
        ):
            made = database.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
                " ORDER BY type DESC",
                (table,),
            ).fetchall()
            database.execute(f'DROP TABLE "{table}"')
            for (statement,) in made:
                loose, removed = re.subn(rule, "", statement)
                assert removed or not statement.startswith("CREATE TABLE"), statement
                database.execute(loose)
