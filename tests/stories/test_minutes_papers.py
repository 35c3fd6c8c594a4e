"""Minutes leave the chat: as a PDF, for a word processor, as words to copy; and are found again."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.minutes import MinutesState
from bot.models import Minutes, OutboxMessage
from bot.playground.faults import Fault
from bot.playground.state import Message
from tests.rendering.pdf import pages
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    FATUMA,
    GROUP,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Three minutes after the meeting was to begin, in Nairobi 10:03."""
PDF, DOCX, COPY = "📄 PDF", "📝 DOCX", "📋 Copy"


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def held(story: Story, *decisions: str) -> None:
    """Let the lead hold a meeting that agrees to something, and close it."""
    await story.write(LEAD, "/open")
    await story.tap(AMINA, "🙋")
    for decision in decisions:
        await story.write(LEAD, f"/agreed {decision}")
    await story.write(LEAD, "/close")


async def published(story: Story, *decisions: str) -> Message:
    """Let a meeting be held and its minutes be approved; return these as the group sees them."""
    await held(story, *decisions)
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    return story.last(with_button=PDF)


def content(story: Story, message: Message) -> bytes:
    """Return the file that a message bears."""
    assert message.document is not None
    found = story.telegram.file(message.document["file_id"])
    assert found is not None
    return found


async def test_published_minutes_come_as_a_pdf_to_whoever_asks(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")
    assert shown(minutes).buttons[:2] == [[PDF, DOCX], ["📋 Copy for WhatsApp"]]

    said = await story.tap(LEAD, PDF, message=minutes.id)

    assert said == "Sent to you: look into your chat with me."
    sent = story.last(LEAD)
    assert sent.document is not None
    assert sent.document["file_name"] == "minutes-2026-12-03.pdf"
    assert sent.document["mime_type"] == "application/pdf"
    size = f"{sent.document['file_size'] / 1024:.1f}"
    assert read(sent.text) == (
        "Minutes no. 1/2026: Wajir meeting\n"
        "Thu 3 Dec 2026, 10:03–10:03\n"
        f"To print and file ({size} KB)."
    )
    lines = [line.strip() for page in pages(content(story, sent)) for line in page]
    assert lines[1:3] == ["Minutes: Wajir meeting", "Minutes no. 1/2026"]
    assert "MIN 1/12/2026 Opening" in lines
    assert "We meet twice a month" in lines
    assert "Maji Bora Trust" in lines
    # The database holds what to make, and no bytes.
    [row] = [row for row in await story.rows(OutboxMessage) if row.method == "document"]
    assert row.document == {
        "make": "minutes-paper",
        "meeting": 1,
        "form": "pdf",
        "language": "en",
    }


async def test_a_word_processor_gets_them_in_the_language_of_the_person(story: Story) -> None:
    await story.write(FATUMA, "/start", chat=FATUMA)
    minutes = await published(story, "We meet twice a month")

    await story.tap(FATUMA, DOCX, message=minutes.id)

    sent = story.last(FATUMA)
    assert sent.document is not None
    assert sent.document["file_name"] == "minutes-2026-12-03.docx"
    with zipfile.ZipFile(io.BytesIO(content(story, sent))) as file:
        words = file.read("word/document.xml").decode()
    assert "Kumbukumbu na. 1/2026" in words
    # People's own words stay as they were said.
    assert "We meet twice a month" in words


async def test_the_copy_is_plain_words_with_stars(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")

    await story.tap(LEAD, COPY, message=minutes.id)

    sent = story.last(LEAD)
    assert sent.entities == []
    assert sent.text.startswith(
        "*Minutes no. 1/2026: Wajir meeting*\n"
        "Thu 3 Dec 2026, 10:03–10:03\n"
        "\n"
        "Place: County Hall, or by phone\n"
        "*Present: 2 of 8 organisations*\n"
        "5 organisations make a quorum. It was not there.\n"
        "Wajir Drought Office (Halima Abdi), Maji Bora Trust (Amina Hassan)\n"
    )
    assert "*MIN 1/12/2026 Opening*\n✅ We meet twice a month\n" in sent.text
    assert sent.text.endswith("This is not a payment list.")


async def test_long_minutes_are_copied_in_several_messages(story: Story) -> None:
    words = [f"Decision number {number}: " + "trucks go to Griftu " * 40 for number in range(8)]
    await held(story, *words)
    await story.forge(LEAD, "approve:1:1:1")
    before = len(story.from_bot(LEAD))

    await story.tap(LEAD, COPY)

    parts = story.said(LEAD)[before:]
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)
    assert [n for n in range(8) if f"Decision number {n}:" not in "".join(parts)] == []


async def test_a_second_tap_brings_nothing_new(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")
    story.telegram.faults.add(Fault.too_many(60, method="sendDocument"))

    assert await story.tap(COORDINATOR, PDF, message=minutes.id) == "It comes below."
    assert await story.tap(COORDINATOR, PDF, message=minutes.id) == (
        "It is here already, a little above or below."
    )
    await story.travel(minutes=2)
    await story.tap(COORDINATOR, PDF, message=minutes.id)

    assert len([message for message in story.from_bot() if message.document]) == 1


async def test_a_second_tap_within_a_moment_sends_no_second_file(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")
    await story.tap(LEAD, PDF, message=minutes.id)

    again = await story.tap(LEAD, PDF, message=minutes.id)
    await story.write(LEAD, "/minutes", chat=LEAD)
    here = await story.tap(LEAD, PDF, chat=LEAD)

    assert again == "It is in your chat with me already."
    assert here == "It is here already, a little above or below."
    assert len([message for message in story.from_bot(LEAD) if message.document]) == 1
    await story.travel(minutes=3)
    await story.tap(LEAD, PDF, message=minutes.id)
    assert len([message for message in story.from_bot(LEAD) if message.document]) == 2


async def test_an_old_button_brings_the_corrected_minutes_and_says_so(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")

    async def correct(session: AsyncSession) -> None:
        first = await session.get_one(Minutes, (1, 1))
        first.state = MinutesState.SUPERSEDED
        kept = first.model_dump(exclude={"version", "state", "changed"})
        changed = "It is once a month"
        session.add(Minutes(**kept, version=2, state=MinutesState.PUBLISHED, changed=changed))

    await story.program.toolbox.database.run(correct)

    said = await story.tap(LEAD, PDF, message=minutes.id)

    assert said == (
        "These minutes were corrected: you get version 2. Sent to you: look into your chat with me."
    )
    assert "✏️ Version 2. What changed: It is once a month\n" in read(story.last(LEAD).text)
    [first, *_] = pages(content(story, story.last(LEAD)))
    assert "Version 2. What changed: It is once a month" in [line.strip() for line in first]


async def test_a_draft_that_is_out_is_marked_on_paper(story: Story) -> None:
    await held(story, "We meet twice a month")
    await story.travel(hours=49)

    assert "⚠️ A draft: nobody has approved it yet." in await story.ask(LEAD, "/minutes", chat=LEAD)
    await story.tap(LEAD, PDF, chat=LEAD)

    [first, *_] = pages(content(story, story.last(LEAD)))
    assert "DRAFT" in [line.strip() for line in first]


async def test_strangers_get_no_minutes(story: Story) -> None:
    minutes = await published(story, "We meet twice a month")

    said = await story.tap(STRANGER, PDF, message=minutes.id)

    assert said.startswith("I do not know you in this group yet.")
    assert [row for row in await story.rows(OutboxMessage) if row.method == "document"] == []


async def test_the_last_minutes_are_shown_in_private_and_in_the_group(story: Story) -> None:
    await published(story, "We meet twice a month", "Trucks go to Griftu")

    for chat in (GROUP, LEAD):
        assert await story.ask(LEAD, "/minutes", chat=chat) == (
            "📄 Minutes no. 1/2026: Wajir meeting\n"
            "Thu 3 Dec 2026, 10:03–10:03\n"
            "👥 Present: 2 of 8 organisations\n"
            "\n"
            "✅ We meet twice a month\n"
            "✅ Trucks go to Griftu"
        )
        assert shown(story.last(chat)).buttons == [[PDF, DOCX], ["📋 Copy for WhatsApp"]]


async def test_minutes_that_are_being_approved_say_who_does_that(story: Story) -> None:
    await held(story, "We meet twice a month")

    said = await story.ask(COORDINATOR, "/minutes")

    assert said == (
        "The minutes of the meeting of Thu 3 Dec, 10:00 are not out yet: they are being approved. "
        "Ask: Halima Abdi."
    )


async def test_a_group_without_minutes_is_told_when_they_come(story: Story) -> None:
    said = await story.ask(COORDINATOR, "/minutes")

    assert said.startswith("There are no minutes of this group yet.")


async def test_of_two_meetings_in_a_month_the_minutes_are_chosen(story: Story) -> None:
    await published(story, "We meet twice a month")
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2026, 12, 10, 7, 3, tzinfo=UTC))
    await published(story, "Trucks go to Griftu")

    assert await story.ask(COORDINATOR, "/minutes MIN 1/12/2026") == (
        "Which ones? There are: /minutes 2/2026 (Thu 10 Dec 2026), /minutes 1/2026 (Thu 3 Dec 2026)"
    )


async def test_older_minutes_are_found_by_month_and_by_number(story: Story) -> None:
    await published(story, "We meet twice a month")
    await story.write(LEAD, "/meeting 7 Jan 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2027, 1, 7, 7, 3, tzinfo=UTC))
    await published(story, "Trucks go to Griftu")

    latest = await story.ask(COORDINATOR, "/minutes")
    assert latest.startswith("📄 Minutes no. 1/2027: Wajir meeting")
    assert latest.endswith("Earlier ones: /minutes 1/2026 (Thu 3 Dec 2026)")
    for said in ("December", "Desemba 2026", "1/2026", "no. 1/2026", "MIN 2/12/2026", "3 Dec"):
        found = await story.ask(COORDINATOR, f"/minutes {said}")
        assert found.startswith("📄 Minutes no. 1/2026: Wajir meeting"), said
    assert await story.ask(COORDINATOR, "/minutes March") == (
        'I found no minutes for "March".\n'
        "There are: /minutes 1/2027 (Thu 7 Jan 2027), /minutes 1/2026 (Thu 3 Dec 2026)"
    )
