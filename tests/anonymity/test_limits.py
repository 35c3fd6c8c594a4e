"""What we do not promise, shown to be so: a claim that grew stronger than this would be a lie."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

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


async def newest_number(story: Story) -> int:
    """Return the highest number of a private message of which a row knows."""
    await story.write(AMINA, "/when", chat=AMINA)
    async with story.program.toolbox.database.transaction() as session:
        found = await session.scalar(
            select(func.max(OutboxMessage.message_id)).where(OutboxMessage.chat_id == AMINA)  # type: ignore[arg-type]
        )
    assert found is not None
    return int(found)


async def gap(story: Story, what: Callable[[Story], Awaitable[object]]) -> int:
    """Return by how much the numbers of private messages grow, while something happens."""
    before = await newest_number(story)
    await what(story)
    return await newest_number(story) - before


@pytest.mark.usefixtures("quiet")
async def test_telegrams_numbers_of_private_messages_show_that_somebody_wrote(
    database_url: str,
) -> None:
    async with confiding(database_url) as story:
        usual = await gap(story, nothing)
        beside_dummy = await gap(story, dummy)
        beside_words = await gap(story, confided)

        assert beside_dummy == usual
        # /feedback, the promise, the question, the words, the confirmation.
        assert beside_words == usual + 5
