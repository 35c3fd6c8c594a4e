"""The real process is killed between any two steps, and nothing is lost and nothing happens twice.

Every season is played to its end against a program that dies (SIGKILL) and is started again; then the
ledger is read. The same ledger has to find each of the bugs planted below.

`BARAZA_TEST_KILLS=5000` sets how often the program is killed at random moments, on each database;
`BARAZA_TEST_SEED` repeats the moments of an earlier run.
"""

import asyncio
import os
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.playground.limits import PACED
from bot.playground.world import Request
from tests.stories.ledger import Finding, Wrong, judge
from tests.stories.lives import Lives, Nursery, nursery
from tests.stories.season import EFFECTS, Halted, Season, play_season, season
from tests.stories.victim import Order, Plant, Point

KILLS = int(os.environ.get("BARAZA_TEST_KILLS", "15"))
SEED = int(os.environ.get("BARAZA_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
LONGEST_LIFE = 0.5
"""Seconds (real) that a program may live after its first call before it is killed at random."""
AGAIN = (2, 3, 4)
"""At which pass the lives after the first die, in turn: an update that is met by death five times in a
row would rightly be set aside."""
ON_POSTGRESQL = [Point.TAKING, Point.TAKEN, Point.BROUGHT, Point.CLAIMED, Point.ACCEPTED]
"""Where the database makes a difference: open transactions, locks and leases that outlive a kill."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("programs")) as opened:
        yield opened


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


@pytest.mark.parametrize("at_pass", [1, 2, 3])
@pytest.mark.parametrize("point", Point)
async def test_kills_between_two_steps_lose_nothing_and_double_nothing(
    point: Point, at_pass: int, sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    await _season_with_kills_at(point, at_pass, sqlite_url, programs, tmp_path)


@pytest.mark.parametrize("point", ON_POSTGRESQL)
async def test_kills_lose_nothing_and_double_nothing_on_postgresql(
    point: Point, postgres_url: str, programs: Nursery, tmp_path: Path
) -> None:
    await _season_with_kills_at(point, 2, postgres_url, programs, tmp_path)


async def _season_with_kills_at(
    point: Point, at_pass: int, database_url: str, programs: Nursery, tmp_path: Path
) -> None:
    def again_and_again(life: int, usual: Order) -> Order:
        return replace(usual, die_at=point, at_pass=AGAIN[life % len(AGAIN)] if life else at_pass)

    async with season(database_url, programs, tmp_path, order=again_and_again) as told:
        found = await finish(told)

    assert found == []
    assert told.lives.kills > 0
    print("KILLS", told.lives.kills)


@pytest.mark.parametrize("every", [1, 2, 3])
async def test_kill_before_telegrams_answer_is_heard_costs_one_duplicate(
    every: int, sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    """The program dies while the answer to every n-th first send is on its way."""
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
    sends = [call for call in told.telegram.outgoing_log if call.method == "sendMessage"]
    assert told.lives.kills == len(heard) // every
    # The ledger allows no more than these; here the allowance is used, so it is not an empty one.
    assert len(sends) == len(heard) + told.lives.kills
