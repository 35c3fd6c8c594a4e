"""What is said without a row: in order, and without turning round and round while it waits."""

from datetime import UTC, datetime, timedelta

from bot.botapi.errors import TooMany
from bot.clock import VirtualClock
from bot.outbox.directly import Directly

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


async def test_what_waits_behind_another_call_is_not_due_before_it() -> None:
    clock = VirtualClock(NOW)
    directly = Directly(clock)
    said: list[str] = []

    async def first() -> None:
        if clock.now() < NOW + A_MINUTE:
            raise TooMany(A_MINUTE)
        said.append("first")

    async def second() -> None:
        said.append("second")

    await directly.call(1, first)
    await directly.call(1, second)
    await directly.settle()
    due = directly.next_at
    clock.set(NOW + A_MINUTE)
    await directly.settle()

    assert due == NOW + A_MINUTE
    assert said == ["first", "second"]
    assert directly.next_at is None
