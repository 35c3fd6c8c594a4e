"""A meeting that was closed by mistake goes on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.sittings import SittingState
from bot.models import Minutes, Occasion, OccasionState, Presence, Sitting
from tests.stories.story import AMINA, LEAD, Story, shown, told

OPENING = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""In Nairobi 10:00; the meeting is to end at 12:00."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        await story.travel_to(OPENING)
        await story.write(LEAD, "/open")
        await story.tap(AMINA, "🙋")
        await story.travel(minutes=30)
        await story.write(LEAD, "/item")
        await story.write(LEAD, "/agreed We dig two wells")
        await story.write(LEAD, "/close")
        yield story


async def waiting(story: Story) -> set[str]:
    """Return the kinds of what still falls due, apart from what was there before the meeting."""

    async def work(session: AsyncSession) -> set[str]:
        rows = await session.execute(
            select(col(Occasion.kind)).where(col(Occasion.state) == OccasionState.WAITING)
        )
        return set(rows.scalars())

    return await story.program.toolbox.database.run(work)


async def test_a_meeting_closed_by_mistake_goes_on_where_it_was(story: Story) -> None:
    draft = story.last(LEAD, with_button="✅ Approve")
    await story.travel(minutes=5)
    assert await story.tap(AMINA, "↩️ Open again")
    await story.tap(LEAD, "↩️ Open again")

    (sitting,) = await story.rows(Sitting)
    assert sitting.state is SittingState.OPEN
    assert (sitting.closed_at, sitting.closed_by, sitting.ending) == (None, None, None)
    assert await story.rows(Minutes) == []
    assert "it goes on" in shown(story.message(draft.id, LEAD)).open
    assert shown(story.message(draft.id, LEAD)).buttons == []
    board = shown(story.last(with_button="▶️ Next")).open
    assert "▶️ 2. Minutes of the last meeting" in board
    assert "since 10:35" in board
    assert "2 of 8 organisations are here." in board
    assert "minutes-silence" not in await waiting(story)

    # It ends like every other: asked about, closed, drafted.
    await story.travel_to(OPENING + timedelta(hours=2, minutes=30))
    await story.tap(LEAD, "⏹ Yes")
    (minutes,) = await story.rows(Minutes)
    assert minutes.drafted_at == OPENING + timedelta(hours=2, minutes=30)
    assert "We dig two wells" in shown(story.last(LEAD, with_button="✅ Approve")).open
    assert {"minutes-silence", "closed-for-good"} <= await waiting(story)
    assert len(await story.rows(Presence)) == 2
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "We dig two wells" in shown(story.last()).open


async def test_open_asks_whether_the_meeting_goes_on_or_a_new_one_begins(story: Story) -> None:
    asked = await story.ask(LEAD, "/open")
    assert "The meeting of Thu 3 Dec, 10:00" in asked
    assert shown(story.last()).buttons == [["↩️ Thu 3 Dec, 10:00"], ["🟢 Open one now"]]

    await story.tap(LEAD, "↩️ Thu 3 Dec, 10:00")
    assert [one.state for one in await story.rows(Sitting)] == [SittingState.OPEN]
    assert "opened already" in await story.tap(LEAD, "↩️ Thu 3 Dec, 10:00")


async def test_a_new_meeting_may_begin_right_after_one_was_closed(story: Story) -> None:
    await story.write(LEAD, "/open")
    await story.tap(LEAD, "🟢 Open one now")

    assert sorted(one.state for one in await story.rows(Sitting)) == [
        SittingState.CLOSED,
        SittingState.OPEN,
    ]


async def test_after_two_hours_or_with_its_minutes_out_a_meeting_stays_closed(
    story: Story,
) -> None:
    closed = story.last(with_button="↩️ Open again")
    again = story.data_of(closed, "↩️ Open again")
    await story.travel(hours=2, minutes=1)

    assert shown(story.message(closed.id)).buttons == []
    assert "cannot be opened again" in await story.forge(LEAD, again, message=closed.id)
    assert "No meeting of Wajir is planned for about now." in await story.ask(LEAD, "/open")


async def test_minutes_that_are_out_cannot_be_taken_back(story: Story) -> None:
    closed = story.last(with_button="↩️ Open again")
    again = story.data_of(closed, "↩️ Open again")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert shown(story.message(closed.id)).buttons == []
    assert "cannot be opened again" in await story.forge(LEAD, again, message=closed.id)
    (minutes,) = await story.rows(Minutes)
    assert minutes.published_at is not None
