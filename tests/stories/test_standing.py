"""What happens to a group's chat: the bot, people and topics go and come; the title changes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import Group, Member, Membership, OutboxMessage, OutboxState
from bot.playground.state import GENERAL, SUPERGROUP_IDS
from bot.services import invitations
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    GROUP,
    IBRAHIM,
    LEAD,
    MONDAY,
    PETER,
    STRANGER,
    Story,
    shown,
    told,
)

SUPERGROUP = SUPERGROUP_IDS + GROUP
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


def place_news(chat: int, old: str, new: str) -> dict[str, Any]:
    """Return the news that the bot's place in a chat changed, as Telegram sends it."""
    bot = {"id": 1000, "is_bot": True, "first_name": "Baraza"}
    return {
        "my_chat_member": {
            "chat": {
                "id": chat,
                "type": "group" if chat == GROUP else "supergroup",
                "title": "Wajir",
            },
            "from": {"id": LEAD, "is_bot": False, "first_name": "Halima"},
            "date": 1,
            "old_chat_member": {"user": bot, "status": old},
            "new_chat_member": {"user": bot, "status": new},
        }
    }


@pytest.mark.parametrize("order", ["before", "after"])
async def test_a_migration_is_neither_a_removal_nor_a_new_chat(story: Story, order: str) -> None:
    await start(story, LEAD)
    places = [place_news(GROUP, "member", "left"), place_news(SUPERGROUP, "left", "member")]
    for news_of_place in places if order == "before" else []:
        story.telegram.push_raw(news_of_place)
    story.telegram.migrate(GROUP)
    for news_of_place in places if order == "after" else []:
        story.telegram.push_raw(news_of_place)
    await story.settle()

    assert story.from_bot(SUPERGROUP) == []
    assert news(story, LEAD, 1) == []
    await story.write(IBRAHIM, "/when", chat=SUPERGROUP)
    assert [message.text for message in story.from_bot(SUPERGROUP)] == ["No meeting is planned."]


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
    # Until the next morning, when it is asked whether the meeting was held.
    await story.travel(hours=20)
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
    await story.tap(LEAD, "❌ Yes", chat=LEAD)
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
    story.telegram.push_raw(place_news(GROUP, "member", "member"))
    await story.settle()

    assert story.said() == before


# --- people leave, and come back ---------------------------------------------------------------


async def leaves(story: Story, person: int) -> None:
    story.telegram.leave(person, GROUP)
    await story.settle()


async def comes(story: Story, person: int) -> None:
    story.telegram.join(person, GROUP)
    await story.settle()


async def place_of(story: Story, person: int) -> Membership:
    [member] = [one for one in await story.rows(Member) if one.telegram_id == person]
    [place] = [one for one in await story.rows(Membership) if one.member_id == member.id]
    return place


async def test_who_left_the_chat_is_not_asked_any_more_and_their_place_is_kept(
    story: Story,
) -> None:
    await start(story, AMINA)
    await planned(story)
    await story.tap(AMINA, "✅ Coming")
    assert "✅ Coming 1: Maji Bora Trust" in shown(story.last()).open

    await leaves(story, AMINA)

    assert "Coming 1" not in shown(story.last()).open
    await story.travel_to(THURSDAY)
    assert news(story, AMINA, 1) == []
    place = await place_of(story, AMINA)
    assert (place.is_confirmed, place.left_at is not None) == (False, True)


async def test_the_lead_hears_that_the_voice_of_an_organisation_left(story: Story) -> None:
    await start(story, LEAD)

    await leaves(story, AMINA)

    [heard] = news(story, LEAD, 1)
    assert heard == (
        "Amina Hassan has left the chat of Wajir. What they answered for past meetings is kept.\n"
        "\n"
        "Peter Lokwawi speaks first for Maji Bora Trust now.\n"
        "If they come back to the chat, they have their place again."
    )
    await leaves(story, PETER)
    assert news(story, LEAD, 2)[0].splitlines()[2] == (
        "Nobody speaks for Maji Bora Trust now. Ask them who comes next, and send that person the "
        "link in /group."
    )


async def test_an_alternate_who_leaves_is_no_news(story: Story) -> None:
    await start(story, LEAD)

    await leaves(story, PETER)
    await leaves(story, STRANGER)

    assert news(story, LEAD, 1) == []


async def test_where_the_only_lead_left_the_deputy_and_the_team_hear_it(story: Story) -> None:
    await start(story, LEAD, DEPUTY, COORDINATOR)

    await leaves(story, LEAD)

    [told_team] = news(story, COORDINATOR, 1)
    assert told_team.splitlines()[:5] == [
        "Halima Abdi has left the chat of Wajir. What they answered for past meetings is kept.",
        "",
        "Nobody leads the group now.",
        "To choose a lead: /group",
        "Yusuf Noor speaks first for Wajir Drought Office now.",
    ]
    assert len(news(story, DEPUTY, 1)) == 1
    assert news(story, LEAD, 1) == []


async def test_who_comes_back_has_their_place_again_unconfirmed_by_anybody(story: Story) -> None:
    await planned(story)
    await leaves(story, AMINA)
    await comes(story, AMINA)

    # Peter spoke first meanwhile, and goes on doing so.
    place = await place_of(story, AMINA)
    assert (place.is_confirmed, place.left_at, place.is_alternate) == (True, None, True)
    await story.tap(AMINA, "✅ Coming")
    assert "✅ Coming 1: Maji Bora Trust" in shown(story.last()).open


async def test_a_lead_who_comes_back_leads_only_where_nobody_else_does(story: Story) -> None:
    await leaves(story, LEAD)
    await comes(story, LEAD)
    assert (await place_of(story, LEAD)).role == "lead"

    await leaves(story, DEPUTY)
    await comes(story, DEPUTY)
    assert (await place_of(story, DEPUTY)).role == "member"


async def test_who_was_removed_by_the_lead_does_not_come_back_with_the_chat(story: Story) -> None:
    await leaves(story, AMINA)
    await comes(story, AMINA)
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "👥", chat=LEAD)
    await story.tap(LEAD, "Amina", chat=LEAD)
    await story.tap(LEAD, "🚪 Remove", chat=LEAD)
    await story.tap(LEAD, "🚪 Yes", chat=LEAD)
    assert not (await place_of(story, AMINA)).is_confirmed

    await leaves(story, AMINA)
    await comes(story, AMINA)

    assert not (await place_of(story, AMINA)).is_confirmed


# --- the title ---------------------------------------------------------------------------------


async def renamed(story: Story, title: str) -> str:
    """Rename the chat; return what the group is called then."""
    before = story.said()
    story.telegram.rename(GROUP, title)
    await story.settle()
    assert story.said() == before
    [group] = await story.rows(Group)
    return group.name


async def test_a_name_that_was_set_up_stays_when_the_chat_is_renamed(story: Story) -> None:
    await start(story, LEAD)

    assert await renamed(story, "Wajir 2027 🎉") == "Wajir"
    assert news(story, LEAD, 1) == []


async def test_a_name_that_is_the_title_follows_the_title(database_url: str) -> None:
    async with told(database_url, is_seeded=False) as story:
        code = await story.program.toolbox.database.run(
            lambda session: invitations.invite_operator(session, now=story.clock.now())
        )
        await story.write(COORDINATOR, f"/start {code}", chat=COORDINATOR)
        await story.write(COORDINATOR, "/coalition Drought; en", chat=COORDINATOR)
        title = story.telegram.chat(GROUP).title
        await story.write(COORDINATOR, f"/setup {title}; Africa/Nairobi; en; Maji Bora Trust")

        assert await renamed(story, "Wajir <b>North</b>") == "Wajir <b>North</b>"


# --- topics ------------------------------------------------------------------------------------


async def forum_with_topic(story: Story) -> tuple[int, int]:
    """Turn the group's chat into a forum; return it, and the topic into which the group moved."""
    forum = story.telegram.migrate(GROUP)
    story.telegram.make_forum(forum)
    topic = story.telegram.open_topic(forum, "Drought")
    await story.settle()

    async def settle_in(session: AsyncSession) -> None:
        await session.execute(update(Group).values(thread_id=topic))

    await story.program.toolbox.database.run(settle_in)
    return forum, topic


@pytest.mark.parametrize("end", ["closed", "deleted"])
async def test_posts_go_to_the_general_topic_while_the_own_one_is_closed_or_deleted(
    story: Story, end: str
) -> None:
    await start(story, LEAD)
    forum, topic = await forum_with_topic(story)
    (story.telegram.close_topic if end == "closed" else story.telegram.delete_topic)(forum, topic)
    await story.settle()

    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.travel_to(THURSDAY)

    posts = [message for message in story.from_bot(forum) if message.buttons]
    assert [message.topic for message in posts] == [None] * 4
    hint = (
        "The topic of Wajir was closed or deleted. My messages go to the general topic of the same "
        "chat for now.\n"
        "\n"
        "Please open the topic again, and I write there again. Or write /setup in another topic of "
        "the chat: then I write there."
    )
    assert [text for text in news(story, LEAD, 1) if text.startswith("The topic")] == [hint]


async def test_a_topic_that_is_opened_again_is_written_to_again(story: Story) -> None:
    await start(story, LEAD)
    forum, topic = await forum_with_topic(story)
    story.telegram.close_topic(forum, topic)
    story.telegram.reopen_topic(forum, topic)
    await story.settle()

    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    assert story.last(forum).topic == topic


async def test_a_group_without_its_topic_moves_to_where_its_lead_says(story: Story) -> None:
    forum, topic = await forum_with_topic(story)
    story.telegram.delete_topic(forum, topic)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    new = story.telegram.open_topic(forum, "Drought again")

    story.telegram.write(LEAD, forum, "/setup", topic=new)
    await story.settle()

    assert [group.thread_id for group in await story.rows(Group)] == [new]
    await story.travel_to(THURSDAY)
    assert story.last(forum, with_button="✅ Coming").topic == new


async def test_a_closed_general_topic_is_told_to_the_lead_once(story: Story) -> None:
    await start(story, LEAD)
    forum = story.telegram.migrate(GROUP)
    story.telegram.make_forum(forum)
    story.telegram.close_topic(forum, GENERAL)
    await story.settle()
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.travel_to(THURSDAY)

    told_so = [text for text in news(story, LEAD, 1) if text.startswith("The general topic")]
    assert len(told_so) == 1

    story.telegram.reopen_topic(forum, GENERAL)
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    assert "Thu 10 Dec" in story.last(forum).text
