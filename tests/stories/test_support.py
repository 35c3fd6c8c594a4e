"""Somebody needs what they cannot do alone: it reaches the coordination, and who can help says so."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.story import (
    COORDINATOR,
    FATUMA,
    LEAD,
    PETER,
    Story,
    shown,
    told,
)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, PETER, FATUMA):
            await story.write(person, "/start", chat=person)
        yield story


def heard(story: Story, person: int) -> str:
    """Return what the bot said last to somebody in private."""
    return shown(story.from_bot(person)[-1]).open


async def test_a_call_for_support_reaches_the_group_the_lead_and_the_coordination(
    story: Story,
) -> None:
    said = await story.ask(PETER, "/needhelp A water engineer for three days, borehole at Griftu")
    print(said)
    print(heard(story, COORDINATOR))
    print(heard(story, LEAD))
    await story.tap(FATUMA, "🤝")
    print(shown(story.last()))
    print(heard(story, PETER))
    print(heard(story, COORDINATOR))
    print(heard(story, FATUMA))
    assert 0
