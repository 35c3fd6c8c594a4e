"""A meeting that nobody closes: asked about, put off, at last closed by itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.sittings import Ending, SittingState
from bot.models import Sitting
from tests.stories.story import AMINA, DEPUTY, LEAD, Story, shown, told

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Three minutes after the meeting was to begin, in Nairobi 10:03; it is to end at 12:00."""
ASKED = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def test_half_an_hour_after_its_end_the_group_is_asked_quietly(story: Story) -> None:
    await story.travel_to(ASKED)

    asked = story.last(with_button="⏹ Yes")
    assert "It was planned to end at 12:00. Is it over?" in shown(asked).open
    assert asked.is_silent

    await story.tap(LEAD, "⏹ Yes")
    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.ending) == (SittingState.CLOSED, Ending.CLOSED)
    assert sitting.closed_at == ASKED
    assert shown(story.message(asked.id)).buttons == []
    assert "Draft" in shown(story.last(LEAD)).open


async def test_half_an_hour_more_is_asked_about_again_and_twice_is_once(story: Story) -> None:
    await story.travel_to(ASKED)
    asked = story.last(with_button="⏳")
    more = story.data_of(asked, "⏳")

    refused = await story.tap(AMINA, "⏳")
    await story.tap(LEAD, "⏳")
    await story.forge(LEAD, more, message=asked.id)

    assert refused
    assert "I ask again at 13:00" in shown(story.message(asked.id)).open
    await story.travel(minutes=29)
    assert story.last(with_button="🙋").id < asked.id
    await story.travel(minutes=2)
    assert [m.id for m in story.from_bot() if "Is it over?" in m.text] == [
        story.last(with_button="⏳").id
    ]


async def test_a_meeting_that_is_closed_in_time_is_not_asked_about(story: Story) -> None:
    await story.write(LEAD, "/close")

    await story.travel(hours=20)

    assert not any("Is it over?" in text or "Nobody closed it" in text for text in story.said())


async def test_who_closes_it_once_more_reads_how_it_ended_and_opens_it_again(story: Story) -> None:
    await story.write(LEAD, "/close")

    said = await story.ask(LEAD, "/close")

    assert said == (
        "⏹ The meeting of Thu 3 Dec, 10:00 is over: you closed it. Its end: 10:03.\n\n"
        "📄 The draft of the minutes waits for you, in private.\n\n"
        "Does it go on? Tap, and it is open again."
    )
    await story.tap(LEAD, "↩️ Open again", message=story.last().id)
    (sitting,) = await story.rows(Sitting)
    assert sitting.state is SittingState.OPEN

    await story.travel(hours=15)
    forgotten = await story.ask(LEAD, "/close")
    assert "nobody closed it, so I did" in forgotten
    await story.travel(hours=60)
    assert "The draft of the minutes is in the group" in await story.ask(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "the minutes of the last one are out" in await story.ask(LEAD, "/close")


async def test_who_closed_a_meeting_is_named_to_others_alone(story: Story) -> None:
    await story.write(DEPUTY, "/language en", chat=DEPUTY)
    await story.write(LEAD, "/close")

    said = await story.ask(DEPUTY, "/close")

    assert said.startswith(
        "⏹ The meeting of Thu 3 Dec, 10:00 is over: Halima Abdi closed it. Its end: 10:03."
    )
    assert "The draft of the minutes waits, in private, for: Halima Abdi." in said


async def test_a_forgotten_meeting_ends_when_something_last_happened(story: Story) -> None:
    await story.travel(hours=1)
    await story.write(LEAD, "/agreed We meet twice a month")
    last = story.clock.now()

    await story.travel(hours=14)

    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.ending) == (SittingState.CLOSED, Ending.FORGOTTEN)
    assert sitting.closed_at is not None
    assert abs((sitting.closed_at - last).total_seconds()) < 70
    told = story.last()
    assert "The last thing noted was at 11:" in shown(told).open
    assert told.is_silent
    assert shown(story.last(with_button="✅ Approve", chat=LEAD)).open.startswith("✍️ Draft")


async def test_a_late_tap_closes_as_of_the_planned_end(story: Story) -> None:
    await story.travel_to(ASKED)
    await story.travel(hours=5)

    await story.tap(LEAD, "⏹ Yes")

    (sitting,) = await story.rows(Sitting)
    assert sitting.closed_at == datetime(2026, 12, 3, 9, tzinfo=UTC)


async def test_a_meeting_in_which_something_goes_on_is_not_closed_by_itself(story: Story) -> None:
    await story.travel_to(datetime(2026, 12, 3, 20, 30, tzinfo=UTC))
    await story.write(LEAD, "/note The night shift goes on")

    await story.travel(hours=1)
    (sitting,) = await story.rows(Sitting)
    assert sitting.state is SittingState.OPEN

    await story.travel(hours=2)
    (sitting,) = await story.rows(Sitting)
    assert sitting.state is SittingState.CLOSED


@pytest.mark.parametrize(
    "said", ["11:30", "at 11:30", "it ended at 11:30", "saa 5:30 asubuhi", "11:30 subaxnimo"]
)
async def test_a_meeting_ended_when_it_is_said_that_it_ended(story: Story, said: str) -> None:
    await story.travel_to(ASKED)

    await story.write(LEAD, f"/close {said}")

    (sitting,) = await story.rows(Sitting)
    assert sitting.closed_at == ASKED - timedelta(hours=1)
    assert "–11:30" in shown(story.last(LEAD, with_button="✅ Approve")).open


async def test_a_meeting_cannot_have_ended_ahead_and_its_draft_is_corrected(story: Story) -> None:
    await story.travel_to(ASKED)

    refused = await story.ask(LEAD, "/close 13:15")
    assert refused == (
        "Please give a time between 10:03, when the meeting began, and now, 12:30.\n"
        "Without a time it ends now."
    )
    await story.write(LEAD, "/close and thanks to all")
    (sitting,) = await story.rows(Sitting)
    # Nothing has happened for half an hour: it ended as planned.
    assert sitting.closed_at == ASKED - timedelta(minutes=30)

    assert "Its end: 11:45." in await story.ask(LEAD, "/close 11:45")
    assert "–11:45" in shown(story.last(LEAD, with_button="✅ Approve")).open
