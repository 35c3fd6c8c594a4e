"""What a meeting hands on to the next: items that were left over, open actions, its minutes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.models import ActionPoint
from tests.stories.story import AMINA, LEAD, Story, shown, told

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)


async def beginning(story: Story) -> None:
    """A meeting dealt with one of two items, gave five actions out, and is minuted."""
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.write(LEAD, "/additem Water trucks, 20 min")
    await story.write(LEAD, "/additem School meals, 10 min")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    for number in range(1, 6):
        await story.write(LEAD, f"/action Repair borehole number {number}")
    # The fifth item is the first that somebody brought: Water trucks.
    for _ in range(4):
        await story.tap(LEAD, "▶️ Next")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def plan_next(story: Story) -> None:
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")


async def test_open_actions_and_the_last_minutes_stand_on_the_next_agenda(story: Story) -> None:
    await plan_next(story)

    agenda = await story.ask(LEAD, "/agenda")

    assert "5 actions are open" in agenda
    assert "👉 Repair borehole number 1" in agenda
    assert "Repair borehole number 4" not in agenda
    assert "… and 2 more" in agenda
    assert "No. 1/2026 of Thu 3 Dec" in agenda


async def test_what_was_not_dealt_with_is_offered_and_what_was_is_not(story: Story) -> None:
    # Before the planned end: the meeting was closed early.
    await plan_next(story)

    editor = await story.ask(LEAD, "/agenda", chat=LEAD)

    assert "School meals" in editor
    assert "Water trucks" not in editor


async def test_a_lead_ticks_an_action_off_and_may_take_it_back(story: Story) -> None:
    await plan_next(story)
    await story.ask(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "👉 Open actions (5)", chat=LEAD)
    done = story.data_of(story.last(LEAD), "✔️ 1")

    await story.tap(LEAD, "✔️ 1", chat=LEAD)
    await story.forge(LEAD, done, chat=LEAD)

    finished = [point.text for point in await story.rows(ActionPoint) if point.state == "done"]
    assert finished == ["Repair borehole number 1"]
    assert "Done: Repair borehole number 1" in shown(story.last(LEAD)).open
    assert "4 actions are open" in await story.ask(LEAD, "/agenda")
    assert await story.forge(AMINA, done)

    await story.tap(LEAD, "↩️ Not done", chat=LEAD)
    assert not any(point.closed_at for point in await story.rows(ActionPoint))


async def test_the_next_meeting_sees_them_when_it_comes_to_its_actions(story: Story) -> None:
    await plan_next(story)
    await story.travel_to(datetime(2026, 12, 10, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/action Count the goats")

    for _ in range(2):
        await story.tap(LEAD, "▶️ Next")

    board = shown(story.last(with_button="▶️")).open
    assert "▶️ 3. Who does what: actions" in board
    assert "5 actions are open" in board


async def test_what_an_open_meeting_still_deals_with_is_not_offered_elsewhere(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        await story.write(LEAD, "/additem Water trucks, 20 min")
        await plan_next(story)
        await story.travel_to(OPENING)
        await story.write(LEAD, "/open")
        # Past its planned end, and not closed.
        await story.travel(hours=3)

        assert "Water trucks" not in await story.ask(LEAD, "/agenda", chat=LEAD)
        await story.write(LEAD, "/close")
        assert "Water trucks" in await story.ask(LEAD, "/agenda", chat=LEAD)
