"""Minutes of a group whose leads have not written to the bot, and of what they are told then."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.story import LEAD, Story, read, told
from tests.stories.test_minutes import OPENING


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/agreed We meet twice a month")
    await story.write(LEAD, "/close")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def test_a_group_hears_that_a_draft_waits_for_somebody_to_write(story: Story) -> None:
    assert "please write to me in private" in read(story.last().text)


async def test_whoever_writes_at_last_gets_the_draft_that_waited(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "We meet twice a month" in read(story.last().text)


async def test_a_draft_in_the_group_is_shown_to_whoever_writes_at_last(story: Story) -> None:
    await story.travel(hours=49)

    await story.write(LEAD, "/start", chat=LEAD)

    assert story.last(LEAD, with_button="✅ Approve")


async def test_minutes_in_private_bring_the_draft_to_whoever_approves_it(story: Story) -> None:
    assert "You approve them: write /minutes to me in private" in await story.ask(LEAD, "/minutes")
    await story.write(LEAD, "/start", chat=LEAD)
    shown = len(story.from_bot(LEAD))

    said = await story.ask(LEAD, "/minutes", chat=LEAD)

    assert "Draft: only you and who led the meeting see it" in said
    assert len(story.from_bot(LEAD)) == shown + 1
