"""The weekly summary: what it says, when it comes, and whom it reaches."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.stories.story import AMINA, COORDINATOR, LEAD, Story, shown, told

MEETING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, 10:03 in Nairobi."""
NEXT_MONDAY = datetime(2026, 12, 7, 5, 0, tzinfo=UTC)
"""Monday 7 December 2026, 08:00 in Nairobi."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, AMINA):
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
        yield story


async def hold(story: Story) -> None:
    """Let a meeting be held to which two of eight organisations come, with what it decides."""
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(MEETING)
    await story.write(LEAD, "/open")
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed Trucks go to Griftu first")
    await story.write(LEAD, "/action Repair Griftu borehole - Maji Bora Trust - 5 Dec")
    await story.write(LEAD, "/action Count the goats - 20 Dec")
    await story.write(LEAD, "/close")


async def keep(story: Story) -> None:
    """Let the housekeeping write down who gets a summary."""
    await story.program.ticker.tidy()


async def test_a_lead_sees_the_week_that_is_over(story: Story) -> None:
    await hold(story)
    await story.travel_to(NEXT_MONDAY)

    await story.write(LEAD, "/summary", chat=LEAD)

    seen = shown(story.last(LEAD))
    assert seen.open == (
        "🗓 Week 30 Nov – 6 Dec · Wajir\n\n"
        "Needs you (1)\n"
        "📝 Wajir: the minutes of Thu 3 Dec are not out yet\n\n"
        "Good news\n"
        "📌 1 decision\n\n"
        "Meetings\n"
        "1 held\n"
        "🤝 2 of 8 organisations came\n\n"
        "👉 2 actions are open, 1 past its day"
    )
    assert seen.buttons == [["➡️ The whole week", "📊 Twelve weeks"], ["⏰ Another time"]]
