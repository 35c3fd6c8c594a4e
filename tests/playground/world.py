"""The furniture of the tests: a clock that stands, the people and groups, the shapes of helpers."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.telegram import FakeTelegram

TOKEN = "7000000001:playground-token"
BOT = 7000000001
START = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
GROUP = -500
SUPERGROUP = -1001234567890
AMINA, BARAKA, STRANGER = 11, 12, 13
NOBODY = 99
MARKUP = {"inline_keyboard": [[{"text": "Coming", "callback_data": "yes"}]]}

Json = dict[str, Any]
CallApi = Callable[..., Coroutine[Any, Any, Json]]
# python-telegram-bot marks nearly every field optional; a test asks for the ones it has caused.
Look = Callable[[], list[Any]]
Get = Callable[[str], Coroutine[Any, Any, Json]]
Post = Callable[..., Coroutine[Any, Any, tuple[int, Json]]]


@dataclass
class StandingClock:
    """A clock that moves only when a test moves it."""

    at: datetime = START

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
