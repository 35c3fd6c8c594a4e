"""A meeting is held in the chat: opened, written down, closed, minuted and published."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.stories.story import AMINA, LEAD, Story, shown, told

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Three minutes after the meeting was to begin, in Nairobi 10:03."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        await story.travel_to(OPENING)
        yield story


async def test_a_meeting_goes_from_its_opening_to_its_minutes(story: Story) -> None:
    await story.write(LEAD, "/open")
    board = story.last()
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed We meet twice a month")
    said = await story.write(AMINA, "Maji Bora repairs the borehole at Griftu")
    await story.write(LEAD, "/action", reply_to=said)
    await story.tap(LEAD, "▶️ Next")

    seen = shown(story.message(board.id)).open
    assert "▶️ 2. Minutes of the last meeting" in seen
    assert "1 of 8 organisations are here" in seen
    assert "1 decision · 1 action" in seen

    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = shown(story.last()).open
    assert "MIN 1/12/2026 Opening\n✅ We meet twice a month\n👉 Maji Bora repairs" in minutes
    assert "Maji Bora Trust (Amina Hassan)" in minutes
