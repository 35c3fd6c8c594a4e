import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.clock import VirtualClock
from bot.jobs.dummies import Dummies
from bot.models import FeedbackBox
from bot.services import feedback
from bot.services.feedback import FOLLOWERS_A_DAY, FOLLOWS, FOLLOWS_WITHIN
from tests.anonymity.conftest import confided, confiding, quiet
from tests.jobs.almanac import MONDAY
from tests.stories.story import AMINA, PATIENCE, Story, told

__all__ = ["quiet"]
WHOLE_SECOND = datetime(2026, 11, 23, 6, tzinfo=UTC)
DRAWS = 4000


@pytest_asyncio.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, is_seeded=False) as begun:
        yield begun


def fractions(moments: list[datetime]) -> list[int]:
    """Count moments by the tenth of their second."""
    return [sum(at.microsecond // 100_000 == tenth for at in moments) for tenth in range(10)]


def are_even(counts: list[int]) -> bool:
    """Tell whether ten counts can come from an even chance (chi-squared, one in 100,000)."""
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts) < 39.3


@pytest.mark.parametrize(
    "moments",
    [
        [feedback.next_dummy(WHOLE_SECOND) for _ in range(DRAWS)],
        feedback.dummies_after(2 * DRAWS, WHOLE_SECOND),
    ],
    ids=["without a cause", "after something"],
)
def test_a_dummy_has_no_favourite_fraction_of_a_second(moments: list[datetime]) -> None:
    assert are_even(fractions(moments))


def test_a_dummy_put_at_a_tick_would_show_by_its_fraction() -> None:
    ticks = [WHOLE_SECOND + timedelta(seconds=n, milliseconds=340 + n % 7) for n in range(DRAWS)]

    assert not are_even(fractions(ticks))


def test_about_twenty_dummies_a_day_come_without_a_cause() -> None:
    pauses = [feedback.next_dummy(WHOLE_SECOND) - WHOLE_SECOND for _ in range(DRAWS)]

    assert abs(sum(pauses, timedelta()) * 20 / DRAWS - timedelta(days=1)) < timedelta(hours=2)


def test_as_many_dummies_come_as_are_promised_and_when() -> None:
    soonest, latest = FOLLOWS_WITHIN

    found = feedback.dummies_after(DRAWS, WHOLE_SECOND)

    assert abs(len(found) / DRAWS - FOLLOWS) < 0.05
    assert all(soonest <= at - WHOLE_SECOND <= latest for at in found)


async def test_what_people_do_openly_is_followed_by_dummies(story: Story) -> None:
    dummies = Dummies(story.program.toolbox)
    before = len(await story.rows(FeedbackBox))

    dummies.follow(40)
    story.clock.set(MONDAY + FOLLOWS_WITHIN[1])
    await dummies.put_due()
    await dummies.put_due()

    found = len(await story.rows(FeedbackBox)) - before
    # And perhaps one or two without a cause, of these and of the program's own.
    assert 8 <= found <= 36


# --- the program that runs ----------------------------------------------------------------------


async def boxes(story: Story, expected: int) -> int:
    """Return how many boxes there are, once those that are expected had their time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while len(await story.rows(FeedbackBox)) < expected:
                await asyncio.sleep(0.01)
    return len(await story.rows(FeedbackBox))


@pytest.mark.usefixtures("quiet")
async def test_while_the_program_runs_a_dummy_follows_what_somebody_does_openly(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with told(database_url) as story:
        monkeypatch.setattr(feedback, "FOLLOWS", 1.0)
        before = len(await story.rows(FeedbackBox))

        await story.write(AMINA, "/when", chat=AMINA)
        at_once = len(await story.rows(FeedbackBox)) - before
        await story.travel(minutes=41)

        assert at_once == 0
        assert await boxes(story, before + 1) - before == 1


@pytest.mark.usefixtures("quiet")
async def test_while_the_program_runs_no_dummy_follows_what_is_said_in_confidence(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with confiding(database_url) as story:
        monkeypatch.setattr(feedback, "FOLLOWS", 1.0)
        before = len(await story.rows(FeedbackBox))

        await confided(story)
        await story.travel(minutes=41)
        # Of what follows openly it is known when it has come.
        await story.write(AMINA, "/when", chat=AMINA)
        await story.travel(minutes=41)

        assert await boxes(story, before + 2) - before == 2


async def test_while_the_program_runs_dummies_come_without_a_cause(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "FOLLOWS", 0.0)
    monkeypatch.setattr(feedback, "next_dummy", lambda now: now + timedelta(hours=1))
    async with told(database_url) as story:
        before = len(await story.rows(FeedbackBox))

        for turn in range(1, 4):
            await story.travel(minutes=61)

            assert await boxes(story, before + turn) - before == turn


async def test_a_flood_is_followed_by_no_more_dummies_than_the_disk_can_hold(story: Story) -> None:
    dummies = Dummies(story.program.toolbox)

    for _ in range(20):
        dummies.follow(100)

    assert len(dummies._waiting) == FOLLOWERS_A_DAY


async def test_after_the_clock_was_set_back_dummies_come_as_before(story: Story) -> None:
    toolbox = replace(story.program.toolbox, clock=VirtualClock(MONDAY + timedelta(days=400)))
    dummies = Dummies(toolbox)
    dummies.follow(100)
    toolbox = dummies._toolbox = replace(toolbox, clock=VirtualClock(MONDAY))
    await dummies.put_due()

    assert (dummies._waiting, dummies._lately) == ([], [])
    assert dummies._next_at < MONDAY + timedelta(days=2)
    dummies.follow(100)
    assert dummies._waiting != []


async def test_a_dummy_that_finds_no_key_begins_a_new_batch(story: Story) -> None:
    keys = story.program.toolbox.keys
    for name in keys.names("box-"):
        keys.destroy(name)
    dummies = Dummies(story.program.toolbox)

    for _ in range(2):
        dummies.follow(40)
        story.clock.set(story.clock.now() + FOLLOWS_WITHIN[1])
        await dummies.put_due()

    assert len(keys.names("box-")) == 1
    assert await story.rows(FeedbackBox) != []


@pytest.mark.usefixtures("quiet")
async def test_nothing_is_settled_before_its_dummies_are_there(database_url: str) -> None:
    async with told(database_url) as story:
        before = len(await story.rows(FeedbackBox))
        story.program.dummies._next = story.clock.now()

        await story.program.settle()

        assert len(await story.rows(FeedbackBox)) - before == 1
