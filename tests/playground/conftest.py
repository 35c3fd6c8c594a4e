"""A small Telegram with one bot, three people and a group, and an HTTP client for its Bot API."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram

TOKEN = "7000000001:playground-token"
START = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
GROUP = -500
SUPERGROUP = -1001234567890
AMINA, BARAKA, STRANGER = 11, 12, 13

CallApi = Callable[..., Awaitable[dict[str, Any]]]


@dataclass
class StandingClock:
    """A clock that moves only when a test moves it."""

    at: datetime = field(default=START)

    def now(self) -> datetime:
        """Return the instant at which it stands."""
        return self.at

    def move(self, seconds: float) -> None:
        """Go forward."""
        self.at += timedelta(seconds=seconds)


def furnish(telegram: FakeTelegram) -> FakeTelegram:
    """Put the bot, the people and the groups into a new world."""
    telegram.add_bot(TOKEN, "baraza_bot", "Baraza")
    telegram.add_user(AMINA, "Amina", last_name="Noor", username="amina", language_code="sw")
    telegram.add_user(BARAKA, "Baraka")
    telegram.add_user(STRANGER, "Stranger")
    telegram.add_group(GROUP, "Wajir", members=[AMINA, BARAKA])
    telegram.add_group(SUPERGROUP, "Garissa", members=[AMINA], supergroup=True)
    return telegram


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

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{server.url}/bot{TOKEN}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    return call
