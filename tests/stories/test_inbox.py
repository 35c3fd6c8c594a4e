"""Stories of the coordination team: what it reads, sorts, answers, and tells everybody."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.domain.feedback import FeedbackState
from bot.models import (
    Coalition,
    Conversation,
    FeedbackItem,
    FeedbackOutcome,
    OutboxMessage,
)
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    Story,
    shown,
    told,
)

CONTACT = "Mama Zawadi, 0700 000 000"
SAID = {
    AMINA: "The lead decides everything alone & nobody asks us <b>",
    PETER: "Meetings start late every single time\nand I lose a day",
    IBRAHIM: "We are never paid back for our fuel",
}
SUNDAY = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
"""The release of the week of these stories."""
MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
"""The morning after, 09:00 in Nairobi."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, AMINA, PETER, IBRAHIM, FATUMA):
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
        yield story


async def open_channel(story: Story) -> None:
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(
            update(Coalition).values(feedback=FeedbackState.OPEN, contact=CONTACT)
        )


async def confide(story: Story, person: int, words: str) -> str:
    """Let somebody write in confidence; return their receipt."""
    await story.write(person, "/feedback", chat=person)
    await story.travel(seconds=5)
    await story.tap(person, "✍️", chat=person)
    await story.travel(seconds=5)
    await story.write(person, words, chat=person, reply_to=story.last(person).id)
    await story.travel(seconds=5)
    await story.tap(person, "🧾", chat=person)
    return "".join(one for one in shown(story.last(person)).open.split("\n")[0] if one.isdigit())


async def release(story: Story) -> dict[int, str]:
    """Let three people write, and their words be released; return the receipts."""
    await open_channel(story)
    receipts = {person: await confide(story, person, words) for person, words in SAID.items()}
    await story.travel_to(MONDAY)
    return receipts


async def read(story: Story, person: int = COORDINATOR) -> list[str]:
    """Open the inbox; return what is read there."""
    before = {one.id for one in story.from_bot(person)}
    await story.write(person, "/inbox", chat=person)
    await story.travel(seconds=10)
    return [shown(one).open for one in story.from_bot(person) if one.id not in before]


def card(story: Story, words: str, person: int = COORDINATOR) -> int:
    """Return the newest message that shows some words."""
    return next(
        one.id for one in reversed(story.from_bot(person)) if words in shown(one).open
    )


async def test_cards(story: Story) -> None:
    await release(story)
    seen = await read(story)
    for one in seen: print(one); print('---')
    print([shown(m).buttons for m in story.from_bot(COORDINATOR)[-4:]])
    assert 0
