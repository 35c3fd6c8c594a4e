"""Several groups in one forum, each in its own topic; and chats that belong to no group yet."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.models import Group
from bot.playground.state import Message
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    GROUP,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

FORUM = -1001000000077
OTHER = -4002


@dataclass
class Forum:
    """A forum with two topics that have their groups, and one that has none."""

    story: Story
    water: int
    fodder: int
    talk: int

    async def write(
        self, person: int, text: str, topic: int | None, *, reply_to: int | None = None
    ) -> list[Message]:
        """Let a person write in a topic; return what the bot said in the chat since."""
        before = len(self.story.from_bot(FORUM))
        self.story.telegram.write(person, FORUM, text, topic=topic, reply_to=reply_to)
        await self.story.settle()
        return self.story.from_bot(FORUM)[before:]


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


@pytest.fixture
async def forum(story: Story) -> Forum:
    members = [COORDINATOR, LEAD, AMINA, IBRAHIM, STRANGER]
    story.telegram.add_group(FORUM, "Partners", members=members, supergroup=True)
    story.telegram.make_forum(FORUM)
    water, fodder, talk = (
        story.telegram.open_topic(FORUM, name) for name in ("Water", "Fodder", "Talk")
    )
    await story.settle()
    forum = Forum(story, water, fodder, talk)
    await forum.write(COORDINATOR, "/setup Water; Africa/Nairobi; en; Maji Bora Trust", water)
    await forum.write(COORDINATOR, "/setup Fodder; Africa/Nairobi; en; Pastoral Voices", fodder)
    return forum


def text_of(messages: list[Message]) -> str:
    return "\n\n".join(read(message.text) for message in messages)


async def test_each_topic_of_a_forum_has_its_own_group(forum: Forum) -> None:
    places = [(group.name, group.chat_id, group.thread_id) for group in await rows(forum)]

    assert places == [
        ("Wajir", GROUP, None),
        ("Water", FORUM, forum.water),
        ("Fodder", FORUM, forum.fodder),
    ]


async def rows(forum: Forum) -> list[Group]:
    return sorted(await forum.story.rows(Group), key=lambda group: group.id or 0)


async def test_what_is_planned_in_a_topic_is_for_that_topics_group(forum: Forum) -> None:
    await forum.write(COORDINATOR, "/meeting 3 Dec 10:00 County Hall", forum.water)
    await forum.story.tap(COORDINATOR, "✅ Yes", chat=FORUM)
    await forum.write(COORDINATOR, "/meeting 4 Dec 10:00 Library", forum.fodder)
    await forum.story.tap(COORDINATOR, "✅ Yes", chat=FORUM)

    [water] = await forum.write(COORDINATOR, "/when", forum.water)
    [fodder] = await forum.write(COORDINATOR, "/when", forum.fodder)
    assert (water.topic, fodder.topic) == (forum.water, forum.fodder)
    assert "County Hall" in water.text
    assert "Library" not in water.text
    assert "Library" in fodder.text

    # Reminders stand where their group reads, and a reply there is an answer to that meeting.
    await forum.story.travel(days=9, hours=1, minutes=1)
    reminder = forum.story.last(FORUM, with_button="✅ Coming")
    assert reminder.topic == forum.water
    assert reminder.text.startswith("🔔 Tomorrow, Thu 3 Dec")


async def test_a_person_joins_the_group_of_the_topic_where_they_tap(forum: Forum) -> None:
    roll = forum.story.last(FORUM, with_button="Pastoral")

    await forum.story.tap(IBRAHIM, "Pastoral", chat=FORUM, message=roll.id)

    assert "Pastoral Voices" in shown(roll).open
    await forum.write(IBRAHIM, "/when", forum.fodder)
    assert forum.story.last(FORUM).text == "No meeting is planned."
    # In the other group he is nobody yet.
    refused = text_of(await forum.write(IBRAHIM, "/when", forum.water))
    assert refused.startswith("I do not know you as a member of this group yet.")


async def test_a_topic_without_a_group_says_which_topics_have_one(forum: Forum) -> None:
    [answer] = await forum.write(STRANGER, "/when", forum.talk)

    assert answer.topic == forum.talk
    assert shown(answer).open == (
        "This topic has no group of its own. The groups of this chat write here:\n"
        "\n"
        "• Water\n"
        "• Fodder\n"
        "\n"
        "Please write it there again."
    )
    assert f"https://t.me/c/1000000077/{forum.water}" in answer.html
    assert shown(answer).buttons == [["⚙️ Set up this group"]]
    # The general topic is a topic like others.
    [answer] = await forum.write(COORDINATOR, "/when", None)
    assert shown(answer).open.splitlines()[-1] == "To make a group of this topic: /setup"


async def test_the_questions_of_a_set_up_offer_the_topics_own_name(forum: Forum) -> None:
    await forum.write(COORDINATOR, "/setup", forum.talk)
    while not any(b for row in shown(forum.story.last(FORUM)).buttons for b in row if "Talk" in b):
        await forum.story.tap(COORDINATOR, "Step by step", chat=FORUM)

    assert forum.story.last(FORUM).topic == forum.talk


async def test_a_second_set_up_in_a_topic_shows_what_is_set(forum: Forum) -> None:
    [settings] = await forum.write(COORDINATOR, "/setup", forum.water)

    assert "Water" in settings.text
    assert len(await rows(forum)) == 3


async def test_a_group_named_like_its_topic_follows_the_topics_new_name(forum: Forum) -> None:
    before = forum.story.said()

    forum.story.telegram.rename_topic(FORUM, forum.water, "Wells")
    await forum.story.settle()

    names = [(group.name, group.title) for group in await rows(forum) if group.chat_id == FORUM]
    assert names == [("Wells", "Wells"), ("Fodder", "Fodder")]
    assert forum.story.said() == before


async def test_the_only_group_of_a_forum_is_meant_in_every_topic(story: Story) -> None:
    chat = story.telegram.migrate(GROUP)
    story.telegram.make_forum(chat)
    topic = story.telegram.open_topic(chat, "Drought")
    await story.settle()

    # A lead may set up no further group: what is meant is the one that there is.
    for command, beginning in (("/when", "No meeting is planned."), ("/setup", "Wajir")):
        story.telegram.write(LEAD, chat, command, topic=topic)
        await story.settle()
        assert beginning in read(story.last(chat).text)
        assert story.last(chat).topic == topic
    assert len(await story.rows(Group)) == 1


async def test_in_private_it_is_asked_which_of_a_forums_groups_is_meant(forum: Forum) -> None:
    await forum.story.write(COORDINATOR, "/when", chat=COORDINATOR)
    await forum.story.write(COORDINATOR, "/meeting 5 Dec 10:00", chat=COORDINATOR)

    labels = {label for row in shown(forum.story.last(COORDINATOR)).buttons for label in row}
    assert labels == {"Wajir", "Water", "Fodder"}


async def test_each_group_of_a_forum_hears_in_its_topic_that_the_bot_is_back(
    forum: Forum,
) -> None:
    before = len(forum.story.from_bot(FORUM))
    forum.story.telegram.kick(FORUM)
    await forum.story.settle()
    forum.story.telegram.bring_back(FORUM)
    await forum.story.settle()

    back = forum.story.from_bot(FORUM)[before:]
    assert [message.topic for message in back] == [forum.water, forum.fodder]
    assert [shown(message).open.splitlines()[0] for message in back] == [
        "👋 I am back with Water. Everything is as it was.",
        "👋 I am back with Fodder. Everything is as it was.",
    ]


# --- chats that belong to no group yet ---------------------------------------------------------


async def test_a_command_in_a_chat_without_a_group_leads_to_its_set_up(story: Story) -> None:
    story.telegram.add_group(OTHER, "Forest", members=[COORDINATOR, LEAD, STRANGER])

    assert await story.ask(STRANGER, "/when", chat=OTHER) == (
        "I do not know yet which group this chat belongs to. "
        "Somebody of the coordination team writes /setup here."
    )
    assert (await story.tap(STRANGER, "⚙️ Set up", chat=OTHER)).startswith(
        "Only the coordination team"
    )
    assert (await story.ask(STRANGER, "/setup", chat=OTHER)).startswith(
        "Only the coordination team"
    )

    assert await story.ask(COORDINATOR, "/when", chat=OTHER) == (
        "I do not know yet which group this chat belongs to. "
        'Tap "Set up this group", or write /setup. It takes two minutes.'
    )
    await story.tap(COORDINATOR, "⚙️ Set up", chat=OTHER)
    assert shown(story.last(OTHER)).buttons != [["⚙️ Set up this group"]]


# --- what the bot reads, and what it leaves alone ----------------------------------------------

TALK = ("yes", "ndiyo", "3 Dec 10:00 County Hall", "cancel it", "tomorrow at 10?", "haa", "👍")


@pytest.mark.parametrize("standing", ["member", "admin"])
async def test_people_talk_to_each_other_without_the_bot(story: Story, standing: str) -> None:
    # An admin sees all that is said, whatever its privacy mode.
    story.telegram.privacy_mode = standing == "member"
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    announcement, before = story.last(), story.said()

    for words in TALK:
        said = await story.write(AMINA, words)
        await story.write(IBRAHIM, words, reply_to=said)

    assert story.said() == before
    assert "No answer yet 8" in shown(announcement).open
    # What is said to the bot counts.
    await story.write(AMINA, "ndiyo", reply_to=announcement.id)
    assert "✅ Coming 1: Maji Bora Trust" in shown(story.last()).open


@pytest.mark.parametrize("standing", ["member", "admin"])
async def test_talk_beside_an_open_question_is_no_answer_to_it(story: Story, standing: str) -> None:
    story.telegram.privacy_mode = standing == "member"
    await story.write(LEAD, "/meeting")
    question, before = story.last(), story.said()

    await story.write(LEAD, "3 Dec 10:00")
    await story.write(IBRAHIM, "3 Dec 10:00", reply_to=await story.write(AMINA, "when?"))

    assert story.said() == before
    assert shown(story.last()).open == shown(question).open
