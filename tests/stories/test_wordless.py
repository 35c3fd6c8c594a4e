"""Voice notes, pictures and files: never met with silence in private, hardly with words in a group.

What somebody was in the middle of stays as it was.
"""

from collections.abc import AsyncIterator

import pytest

from bot.models import OutboxMessage
from tests.playground.files import png, wav
from tests.stories.story import AMINA, GROUP, IBRAHIM, LEAD, Story, read, told

WORDS = "I cannot listen to voice notes yet. Please write it in a few words."
VOICE_SW = "Bado siwezi kusikiliza ujumbe wa sauti. Tafadhali andika kwa maneno machache."


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """A running bot with the seeded coalition."""
    async with told(database_url) as running:
        yield running


async def speak(story: Story, person: int, chat: int, *, reply_to: int | None = None) -> list[str]:
    """Let a person send a voice note; return what the bot says to it in that chat."""
    before = len(story.from_bot(chat))
    story.telegram.send_voice(person, chat, wav(), seconds=2, reply_to=reply_to)
    await story.settle()
    return [read(message.text) for message in story.from_bot(chat)[before:]]


async def planned(story: Story) -> int:
    """Let the lead plan a meeting, and return the number of its announcement."""
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    return story.last().id


async def test_a_voice_note_in_private_is_answered_in_the_persons_language(story: Story) -> None:
    english = await speak(story, LEAD, LEAD)
    swahili = await speak(story, AMINA, AMINA)

    assert english == [f"{WORDS}\n/help shows what you can do."]
    assert swahili == [f"{VOICE_SW}\n/saidia inaonyesha unachoweza kufanya."]


async def test_a_file_in_private_is_answered_and_its_caption_not_kept(story: Story) -> None:
    story.telegram.send_document(LEAD, LEAD, b"a,b", name="list.csv", caption="Griftu 12")
    await story.settle()

    assert story.said(LEAD)[-1].startswith("I cannot read files yet.")
    assert not any("Griftu" in row.text for row in await story.rows(OutboxMessage))


async def test_a_command_under_a_picture_is_not_carried_out(story: Story) -> None:
    story.telegram.send_photo(LEAD, LEAD, png(), caption="/when")
    story.telegram.send_photo(LEAD, GROUP, png(), caption="/when")
    await story.settle()

    assert [read(text).split(".")[0] for text in story.said(LEAD)] == [
        "I cannot look at pictures yet, nor read the words under them"
    ]
    assert story.said() == []


async def test_an_album_is_answered_once(story: Story) -> None:
    for number in range(3):
        sent = story.telegram.send_photo(LEAD, LEAD, png())
        story.telegram.updates.clear()
        picture = story.telegram.message(LEAD, sent)
        assert picture is not None
        shape = story.telegram.message_object(picture)
        story.telegram.push_raw({"message": shape | {"media_group_id": "7"}})
        await story.settle()
        assert len(story.said(LEAD)) == 1, number


async def test_a_voice_note_loses_nothing_of_a_conversation(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)
    question = story.last(LEAD)

    [answer] = await speak(story, LEAD, LEAD)

    assert answer.startswith("I can only read words here. Please write your answer,")
    assert "What you answered before is kept." in answer
    assert read(question.text) in answer
    assert "Library" in await story.ask(LEAD, "3 Dec 10:00 Library", chat=LEAD)


async def test_a_question_in_private_stays_open_after_a_voice_note(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 Hall", chat=LEAD)

    answers = await speak(story, LEAD, LEAD)
    await story.write(LEAD, "yes", chat=LEAD)

    assert answers == [f"{WORDS}\nWhat I asked still waits for your answer."]
    assert "Hall" in story.said()[-1]


async def test_in_a_group_only_a_reply_to_a_question_is_answered_and_once(story: Story) -> None:
    announcement = await planned(story)

    unasked = await speak(story, AMINA, GROUP)
    first = await speak(story, AMINA, GROUP, reply_to=announcement)
    second = await speak(story, IBRAHIM, GROUP, reply_to=announcement)

    assert (unasked, second) == ([], [])
    assert first == [f"{VOICE_SW}\nNilichouliza bado kinasubiri jibu lako."]
    assert story.last().reply_to is not None


async def test_the_kind_line_in_a_group_can_be_answered_itself(story: Story) -> None:
    announcement = await planned(story)
    await speak(story, AMINA, GROUP, reply_to=announcement)

    await story.write(AMINA, "ndiyo", reply_to=story.last().id)

    assert "Coming 1: Maji Bora Trust" in read(story.message(announcement).text)
