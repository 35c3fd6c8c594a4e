"""The bot is thrown out of a group's chat, and let back in."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.models import OutboxMessage, OutboxState
from tests.stories.story import (
    COORDINATOR,
    DEPUTY,
    GROUP,
    IBRAHIM,
    LEAD,
    MONDAY,
    Story,
    shown,
    told,
)

THURSDAY = MONDAY.replace(day=3, month=12, hour=7)
"""10:00 in Nairobi, when the meeting of most stories begins."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def start(story: Story, *people: int) -> None:
    """Let people write to the bot in private, so that it may write to them."""
    for person in people:
        await story.write(person, "/help", chat=person)


async def planned(story: Story, line: str = "/meeting 3 Dec 10:00 County Hall") -> None:
    await story.write(LEAD, line)
    await story.tap(LEAD, "✅ Yes")


async def kicked(story: Story, chat: int = GROUP) -> None:
    story.telegram.kick(chat)
    await story.settle()


async def let_back(story: Story, chat: int = GROUP) -> list[str]:
    """Let the bot into the chat again; return what it says there then, in the first language."""
    before = len(story.from_bot(chat))
    story.telegram.bring_back(chat)
    await story.settle()
    return [shown(message).open for message in story.from_bot(chat)[before:]]


def news(story: Story, person: int, before: int) -> list[str]:
    """Return what the bot wrote to a person in private beyond the first messages."""
    return [shown(message).open for message in story.from_bot(person)[before:]]


# --- thrown out --------------------------------------------------------------------------------

LOST = (
    "I am no longer in the chat of Wajir. I cannot post or remind there any more.\n"
    "Next meeting: Thu 3 Dec, 10:00–12:00. Please tell the others yourself.\n"
    "\n"
    "Everything is kept. To go on, add me to the same chat again: I then say there what was missed."
)


async def test_the_lead_hears_that_the_bot_was_removed_and_what_to_do(story: Story) -> None:
    await start(story, LEAD, DEPUTY, COORDINATOR)
    await planned(story)

    await kicked(story)

    assert news(story, LEAD, 1) == [LOST]
    assert news(story, DEPUTY, 1) == news(story, COORDINATOR, 1) == []


async def test_where_no_lead_can_be_reached_the_deputy_hears_it(story: Story) -> None:
    await start(story, DEPUTY, COORDINATOR)

    await kicked(story)

    assert [text.splitlines()[0] for text in news(story, DEPUTY, 1)] == [
        "Sipo tena kwenye mazungumzo ya Wajir. Siwezi tena kuandika wala kukumbusha huko."
    ]
    assert news(story, COORDINATOR, 1) == []


async def test_where_nobody_of_the_group_can_be_reached_the_team_hears_it(story: Story) -> None:
    await start(story, COORDINATOR)

    await kicked(story)

    assert [text.splitlines()[0] for text in news(story, COORDINATOR, 1)] == [LOST.splitlines()[0]]


async def test_a_removal_that_only_a_refused_message_shows_is_told_once(story: Story) -> None:
    await start(story, LEAD)
    await planned(story)
    # The news was lost: the bot was switched off for longer than Telegram keeps it.
    story.telegram.updates.kinds = frozenset({"message", "callback_query"})
    story.telegram.kick(GROUP)

    await story.travel_to(THURSDAY)

    assert [text for text in news(story, LEAD, 1) if text == LOST] == [LOST]


# --- let back in -------------------------------------------------------------------------------


async def test_a_bot_that_is_let_back_says_so_and_what_is_next(story: Story) -> None:
    await planned(story)
    await kicked(story)
    await story.travel(days=1)

    [back] = await let_back(story)

    assert back == (
        "👋 I am back with Wajir. Everything is as it was.\n"
        "\n"
        "Next: Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone"
    )
    assert "👋 Nimerudi kwa Wajir." in shown(story.last()).folded


async def test_a_bot_that_is_let_back_with_nothing_planned_says_that(story: Story) -> None:
    await kicked(story)

    assert await let_back(story) == [
        "👋 I am back with Wajir. Everything is as it was.\nNo meeting is planned."
    ]


async def test_a_meeting_planned_meanwhile_is_announced_on_the_return(story: Story) -> None:
    await kicked(story)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    back, announcement = await let_back(story)

    assert back == (
        "👋 I am back with Wajir. Everything is as it was.\n"
        "One message about a meeting could not reach you. Here it comes."
    )
    assert announcement.splitlines()[:2] == ["📅 Wajir meeting", "Thu 3 Dec, 10:00–12:00"]
    await story.tap(IBRAHIM, "✅ Coming")
    assert "✅ Coming 1: Pastoral Voices" in shown(story.last()).open


async def test_of_several_messages_about_one_meeting_the_newest_comes(story: Story) -> None:
    await planned(story)
    await kicked(story)
    # The invitation and the reminder of the day before fall due while the bot is away.
    await story.travel_to(THURSDAY - timedelta(hours=20))

    back, reminder = await let_back(story)

    assert "One message about a meeting could not reach you." in back
    assert reminder.startswith("🔔 Tomorrow, Thu 3 Dec, 10:00–12:00")
    # What fell due is not said once more, and what is still to come comes.
    await story.travel_to(THURSDAY)
    assert len([text for text in story.said() if text.startswith("🔔")]) == 2


async def test_what_was_missed_is_owned_up_to_once(story: Story) -> None:
    await planned(story)
    await kicked(story)
    await story.travel_to(THURSDAY + timedelta(minutes=30))

    [back] = await let_back(story)

    assert back == (
        "👋 I am back with Wajir. Everything is as it was.\n"
        "A reminder did not come in time. I am sorry.\n"
        "\n"
        "Next: Wajir meeting\n"
        "Today, Thu 3 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone"
    )
    await story.travel(days=1)
    waiting = [row for row in await story.rows(OutboxMessage) if row.state is OutboxState.READY]
    assert waiting == []
    assert len(story.from_bot()) == 3


async def test_a_place_that_is_told_late_is_not_told_on_the_return(story: Story) -> None:
    await planned(story, "/meeting 3 Dec 10:00 Grace House, place late")
    await kicked(story)

    [back] = await let_back(story)

    assert "Grace House" not in back
    assert "📍 I tell you the place privately, the day before." in back


async def test_a_meeting_cancelled_meanwhile_is_heard_of_as_cancelled(story: Story) -> None:
    await planned(story)
    await kicked(story)
    await story.write(LEAD, "/when", chat=LEAD)
    await story.forge(LEAD, story.data_of(story.from_bot()[-1], "✏️"), chat=LEAD)

    await story.tap(LEAD, "❌ Cancel", chat=LEAD)
    said = await let_back(story)

    assert "No meeting is planned." in said[-1]
    assert any("cancelled" in text.lower() for text in said)


async def test_a_return_that_only_a_command_shows_is_noticed(story: Story) -> None:
    await kicked(story)
    await story.travel(hours=1)
    story.telegram.updates.kinds = frozenset({"message", "callback_query"})
    story.telegram.bring_back(GROUP)
    await story.settle()
    before = len(story.from_bot())

    await story.write(IBRAHIM, "/when")

    assert [shown(message).open.splitlines()[0] for message in story.from_bot()[before:]] == [
        "👋 I am back with Wajir. Everything is as it was.",
        "No meeting is planned.",
    ]


async def test_a_bot_that_was_never_away_does_not_say_that_it_is_back(story: Story) -> None:
    before = story.said()
    place = {"user": {"id": 1000, "is_bot": True, "first_name": "Baraza"}}
    member = place | {"status": "member"}
    story.telegram.push_raw(
        {
            "my_chat_member": {
                "chat": {"id": GROUP, "type": "group", "title": "Wajir"},
                "from": {"id": LEAD, "is_bot": False, "first_name": "Halima"},
                "date": 1,
                "old_chat_member": member,
                "new_chat_member": member,
            }
        }
    )
    await story.settle()

    assert story.said() == before
