"""What we do not promise, shown to be so: a claim that grew stronger than this would be a lie."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.models import OutboxMessage
from bot.services import feedback
from tests.anonymity.conftest import confided, confiding
from tests.stories.story import AMINA, Story


async def nothing(_: Story) -> None:
    pass


async def dummy(story: Story) -> None:
    database, keys = story.program.toolbox.database, story.program.toolbox.keys
    async with database.transaction() as session:
        await feedback.put_dummy(session, keys)


async def newest_row(story: Story) -> int:
    """Let somebody use the bot openly, and return what stands in for the answer's number."""
    await story.write(AMINA, "/when", chat=AMINA)
    newest = select(func.max(col(OutboxMessage.id))).where(col(OutboxMessage.chat_id) == AMINA)
    async with story.program.toolbox.database.transaction() as session:
        row = await session.get_one(OutboxMessage, await session.scalar(newest))
    assert row.message_id is not None
    return row.message_id


async def gap(story: Story, what: Callable[[Story], Awaitable[object]]) -> int:
    """Return by how much the numbers of private messages grow, while something happens.

    Whoever looks has the key folder.
    """
    before = story.number(await newest_row(story), AMINA)
    await what(story)
    after = story.number(await newest_row(story), AMINA)
    assert before is not None
    assert after is not None
    return after - before


@pytest.mark.usefixtures("quiet")
async def test_until_the_keys_are_gone_numbers_of_messages_show_that_somebody_wrote(
    database_url: str,
) -> None:
    async with confiding(database_url) as story:
        usual = await gap(story, nothing)
        beside_dummy = await gap(story, dummy)
        beside_words = await gap(story, confided)

        assert beside_dummy == usual
        # /feedback, the promise, the question, the words, the confirmation.
        assert beside_words == usual + 5

        row = await newest_row(story)
        # What is written on a Monday can be kept back until the third Sunday.
        await story.travel(days=20)
        assert story.number(row, AMINA) is not None
        await story.travel(days=1)
        assert story.number(row, AMINA) is None
