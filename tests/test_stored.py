"""What the playground shows of feedback is all that the tables have of it, on either database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.feedback import FeedbackState
from bot.models import Coalition, FeedbackBatch, FeedbackBox, FeedbackItem, FeedbackOutcome
from bot.play import Controls
from tests.stories.story import AMINA, IBRAHIM, PETER, Story, told

SAID = {AMINA: "Meetings start late", PETER: "Nobody asks us", IBRAHIM: "Fuel is not paid"}
SUNDAY = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
SECOND_SUNDAY = datetime(2026, 12, 6, 18, 0, tzinfo=UTC)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        async with story.program.toolbox.database.transaction() as session:
            values = {"feedback": FeedbackState.OPEN, "contact": "Mama Zawadi"}
            await session.execute(update(Coalition).values(**values))
        for person, words in SAID.items():
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
            await story.write(person, "/feedback", chat=person)
            await story.travel(seconds=5)
            await story.tap(person, "✍️", chat=person)
            await story.travel(seconds=5)
            question = story.last(person).id
            await story.write(person, words, chat=person, reply_to=question)
        yield story


@pytest.fixture
def controls(story: Story, tmp_path: Path) -> Controls:
    controls = Controls(story.telegram, story.clock, tmp_path)
    controls.program = story.program
    return controls


async def test_every_row_and_column_of_feedback_is_shown(story: Story, controls: Controls) -> None:
    await controls.travel(SUNDAY)
    async with story.program.toolbox.database.transaction() as session:
        session.add(
            FeedbackOutcome(coalition_id=1, said="Late", did="At nine", published_at=SUNDAY)
        )

    now, _ = await controls.stored()

    assert now is not None
    told_and_items = [one.columns for one in now.told] + [one.columns for one in now.items]
    tables = (FeedbackBatch, FeedbackOutcome, *[FeedbackItem] * len(SAID))
    for columns, table in zip([now.columns, *told_and_items], tables, strict=True):
        assert [name for name, _ in columns] == list(table.model_fields)
    assert sorted(one.words for one in now.items) == sorted(SAID.values())
    assert dict(now.told[0].columns)["published_at"] == str(SUNDAY)
    assert dict(now.items[0].columns)["answered_at"] == "NULL"
    boxes = {one.id: one.sealed.hex() for one in now.boxes}
    assert boxes == {row.id.hex(): row.sealed.hex() for row in await story.rows(FeedbackBox)}


async def test_what_lay_right_before_the_last_release_is_shown_beside_what_lies_now(
    story: Story, controls: Controls
) -> None:
    at_first = await controls.stored()
    await controls.travel(SUNDAY)
    now, before = await controls.stored()

    assert at_first[1] is None
    assert now is not None
    assert before is not None
    assert (before.number, now.number, before.release_at) == (1, 2, SUNDAY)
    assert (list(before.items), len(now.items)) == ([], 3)
    # Also what was put beside them in the week that was jumped over.
    assert at_first[0] is not None
    assert {one.id for one in before.boxes} > {one.id for one in at_first[0].boxes}


async def test_of_several_releases_in_one_jump_the_last_one_counts(
    story: Story, controls: Controls
) -> None:
    await controls.travel(SECOND_SUNDAY)

    now, before = await controls.stored()

    assert now is not None
    assert before is not None
    assert (before.number, now.number, before.release_at) == (2, 3, SECOND_SUNDAY)
    assert before.items == now.items != []


async def test_after_a_release_that_came_by_itself_no_older_picture_is_shown(
    story: Story, controls: Controls
) -> None:
    await controls.travel(SUNDAY)
    await story.travel_to(SECOND_SUNDAY)

    now, before = await controls.stored()

    assert now is not None
    assert (now.number, before) == (3, None)
