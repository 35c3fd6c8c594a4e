"""The clocks: the machine's, and the one that jumps."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import SystemClock, VirtualClock

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_the_machines_clock_sleeps_until_the_instant_and_no_longer() -> None:
    clock = SystemClock()
    when = clock.now() + timedelta(milliseconds=50)

    await clock.sleep_until(when)

    assert timedelta(0) <= clock.now() - when < timedelta(seconds=1)


async def test_an_instant_that_is_over_is_not_waited_for() -> None:
    clock = SystemClock()

    async with asyncio.timeout(1):
        await clock.sleep_until(clock.now() - HOUR)


async def test_a_corrected_machine_clock_is_noticed_within_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slices: list[float] = []
    clock = SystemClock()
    monkeypatch.setattr(SystemClock, "now", lambda _: NOON + timedelta(seconds=sum(slices)))

    async def sleep(seconds: float) -> None:
        slices.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)

    await clock.sleep_until(NOON + timedelta(seconds=150))

    assert slices == [60, 60, 30]


def test_a_clock_that_stands_shows_what_it_was_set_to_in_utc() -> None:
    nairobi = timezone(timedelta(hours=3))
    clock = VirtualClock(datetime(2026, 12, 3, 15, tzinfo=nairobi))

    clock.set(datetime(2026, 12, 3, 16, tzinfo=nairobi))

    assert (clock.now(), clock.now().tzinfo) == (NOON + HOUR, UTC)


def test_a_clock_never_goes_back() -> None:
    clock = VirtualClock(NOON)

    clock.set(NOON - HOUR)

    assert clock.now() == NOON


async def test_a_jump_wakes_those_whose_time_has_come_and_nobody_else() -> None:
    clock = VirtualClock(NOON)
    soon = asyncio.create_task(clock.sleep_until(NOON + HOUR))
    late = asyncio.create_task(clock.sleep_until(NOON + 3 * HOUR))
    await asyncio.sleep(0)

    clock.set(NOON + 2 * HOUR)
    await asyncio.sleep(0.01)
    woken = (soon.done(), late.done())
    clock.set(NOON + 3 * HOUR)
    await late

    assert woken == (True, False)


async def test_a_clock_that_flows_wakes_its_sleepers_by_itself() -> None:
    clock = VirtualClock(NOON, flows=True)

    async with asyncio.timeout(2):
        await clock.sleep_until(NOON + timedelta(milliseconds=30))

    assert NOON + timedelta(milliseconds=30) <= clock.now() < NOON + timedelta(seconds=2)


def test_a_clock_that_flows_goes_on_from_where_it_jumped_to() -> None:
    clock = VirtualClock(NOON, flows=True)

    clock.set(NOON + HOUR)

    assert NOON + HOUR <= clock.now() < NOON + HOUR + timedelta(seconds=5)
