"""Two meetings of one group are open at the same time: commands ask which of them is meant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.domain.sittings import SittingState
from bot.models import Entry, Sitting
from tests.stories.story import IBRAHIM, LEAD, Story, read, shown, told

MORNING = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""In Nairobi 10:00; a second meeting begins at 11:00."""
FIRST, SECOND = "Thu 3 Dec, 10:00", "Thu 3 Dec, 11:00"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        for hour in (10, 11):
            await story.write(LEAD, f"/meeting 3 Dec {hour}:00 County Hall")
            await story.tap(LEAD, "✅ Yes")
        await story.travel_to(MORNING)
        await story.write(LEAD, "/open")
        await story.tap(LEAD, f"🟢 {FIRST}")
        await story.travel(minutes=50)
        await story.write(LEAD, "/open")
        await story.tap(LEAD, f"🟢 {SECOND}")
        yield story


async def entries(story: Story) -> list[tuple[str, int]]:
    """Return what was written down, and in which meeting."""
    return [(one.text, one.meeting_id) for one in await story.rows(Entry)]


async def test_a_command_asks_which_meeting_it_is_about_and_says_it(story: Story) -> None:
    written = await story.write(LEAD, "/agreed We dig two wells")
    assert await entries(story) == []
    asked = story.last()
    assert "Several meetings are open. For which one is your /agreed?" in shown(asked).open
    assert shown(asked).buttons == [[FIRST], [SECOND]]

    assert "question is for the person who wrote the command" in await story.tap(IBRAHIM, FIRST)
    assert await entries(story) == []
    await story.tap(LEAD, FIRST)
    assert await entries(story) == [("We dig two wells", 1)]
    assert f"Done for the meeting of {FIRST}" in shown(story.message(asked.id)).open
    assert shown(story.message(asked.id)).buttons == []

    await story.correct(LEAD, written, "/agreed We dig three wells")
    assert await entries(story) == [("We dig three wells", 1)]


async def test_what_is_said_in_reply_to_a_post_is_about_its_meeting(story: Story) -> None:
    first, second = (
        next(m for m in story.from_bot() if f"Planned to end at {hour}:00" in read(m.text))
        for hour in (12, 13)
    )
    await story.write(LEAD, "/note The road is closed", reply_to=first.id)
    await story.write(LEAD, "/guest Mr Ali", reply_to=second.id)
    await story.write(LEAD, "/close", reply_to=first.id)

    assert await entries(story) == [("The road is closed", 1)]
    assert "Mr Ali" in shown(story.message(second.id)).open
    states = {one.meeting_id: one.state for one in await story.rows(Sitting)}
    assert states == {1: SittingState.CLOSED, 2: SittingState.OPEN}

    # Only one is left: nobody has to be asked.
    await story.write(LEAD, "/agreed We meet again")
    assert (await entries(story))[-1] == ("We meet again", 2)


async def test_the_posts_say_which_meeting_they_are_and_lists_have_one_order(story: Story) -> None:
    posts = [m for m in story.from_bot() if "Planned to end at" in read(m.text)]
    for post, hours in zip(posts, ("10:00–12:00", "11:00–13:00"), strict=True):
        assert f"📅 Thu 3 Dec, {hours} · 📍 County Hall" in shown(story.message(post.id)).open
    await story.write(LEAD, "/open")
    assert shown(story.last()).buttons == [[f"⬇️ {FIRST}"], [f"⬇️ {SECOND}"]]


async def test_in_private_the_meeting_is_asked_for_as_well(story: Story) -> None:
    await story.write(LEAD, "/item new: Security, 10 min", chat=LEAD)
    await story.tap(LEAD, SECOND, chat=LEAD)

    board = next(m for m in story.from_bot() if "Planned to end at 13:00" in read(m.text))
    assert "Security" in shown(story.message(board.id)).open


async def test_a_meeting_that_was_closed_meanwhile_is_not_meant_any_more(story: Story) -> None:
    await story.write(LEAD, "/agreed We dig two wells")
    asked = story.last()
    first = next(m for m in story.from_bot() if "Planned to end at 12:00" in read(m.text))
    await story.write(LEAD, "/close", reply_to=first.id)

    refused = await story.tap(LEAD, FIRST, message=asked.id)
    assert "This meeting is over." in refused
    assert await entries(story) == []
    await story.tap(LEAD, SECOND, message=asked.id)
    assert await entries(story) == [("We dig two wells", 2)]
