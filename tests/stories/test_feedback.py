"""Stories of what members write in confidence."""

from sqlalchemy import update

from bot.domain.feedback import FeedbackState
from bot.models import Coalition, FeedbackBox, FeedbackItem
from tests.stories.story import AMINA, Story, told

WORDS = "The lead decides everything alone"
CONTACT = "Mama Zawadi, 0700 000 000"


async def open_channel(story: Story) -> None:
    """Open the channel, with an independent contact."""
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(
            update(Coalition).values(feedback=FeedbackState.OPEN, contact=CONTACT)
        )


async def confide(story: Story, person: int, words: str) -> int:
    """Let somebody write in confidence; return the message in which they did."""
    await story.write(person, "/feedback", chat=person)
    await story.travel(seconds=5)
    await story.tap(person, "✍️ Write", chat=person)
    await story.travel(seconds=5)
    return await story.write(person, words, chat=person, reply_to=story.last(person).id)


async def test_words_are_sealed_released_and_read(database_url: str) -> None:
    async with told(database_url) as story:
        await open_channel(story)

        message = await confide(story, AMINA, WORDS)
        boxes = await story.rows(FeedbackBox)
        gone = story.telegram.message(AMINA, message)
        await story.travel(days=30)
        items = await story.rows(FeedbackItem)

        assert gone is None
        assert len(boxes) >= 1
        assert [item.words for item in items] == [WORDS]
