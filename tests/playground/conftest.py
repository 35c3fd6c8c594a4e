"""A small Telegram with one bot, three people and two groups, and a client for its Bot API."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from tests.playground.world import AMINA, TOKEN, CallApi, Json, StandingClock, furnish


@pytest.fixture
def clock() -> StandingClock:
    """The clock of the world."""
    return StandingClock()


@pytest.fixture
def telegram(clock: StandingClock) -> FakeTelegram:
    """A world in memory; Amina has written to the bot once."""
    world = furnish(FakeTelegram(clock.now))
    world.write(AMINA, AMINA, "/start")
    return world


@pytest.fixture
async def server(telegram: FakeTelegram) -> AsyncIterator[PlaygroundServer]:
    """The world over HTTP."""
    async with PlaygroundServer(telegram) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def api(server: PlaygroundServer, http: aiohttp.ClientSession) -> CallApi:
    """Call a method with JSON and return the whole answer."""

    async def call(method: str, **params: object) -> Json:
        async with http.post(f"{server.url}/bot{TOKEN}/{method}", json=params) as response:
            answer: Json = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    return call
