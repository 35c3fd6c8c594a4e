"""The real process is killed between any two steps, and nothing is lost and nothing happens twice.

Every season is played to its end against a program that dies again and again (SIGKILL) and is started
again each time; then the ledger is read. The same ledger must find each of the bugs planted below.

`BARAZA_TEST_KILLS=5000` sets how often the program is killed at random moments, `BARAZA_TEST_SEED` the
moments.
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

from bot.playground.world import Request
from tests.stories.ledger import Finding, Wrong, judge
from tests.stories.lives import Lives, Nursery, nursery
from tests.stories.season import EFFECTS, Halted, Season, play_season, season
from tests.stories.victim import Order, Plant, Point

KILLS = int(os.environ.get("BARAZA_TEST_KILLS", "30"))
SEED = os.environ.get("BARAZA_TEST_SEED")
LONGEST_LIFE = 0.6
"""Seconds (real) after its first call that a program may live before it is killed at random."""


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
    assert not told.in_flight


@pytest.mark.parametrize("first", [1, 2, 5])
@pytest.mark.parametrize("point", Point)
async def test_kill_between_two_steps_loses_nothing_and_doubles_nothing(
    point: Point, first: int, sqlite_url: str, programs: Nursery, tmp_path: Path
) -> None:
    await _kill_at(point, first, sqlite_url, programs, tmp_path)
