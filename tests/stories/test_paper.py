"""The paper for the hall: an agenda and a list to sign, printed by whoever asks for it."""

from collections.abc import AsyncIterator

import pytest

from bot.models import OutboxMessage, OutboxState
from bot.playground.faults import Fault
from bot.playground.state import Message
from tests.rendering.pdf import pages
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    FATUMA,
    LEAD,
    STRANGER,
    Story,
    read,
    told,
)

PLAN = "/meeting 3 Dec 10:00 County Hall"
PAPER = "🖨"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story, plan: str = PLAN) -> Message:
    """Let the lead plan a meeting and show its agenda, which is returned."""
    await story.write(LEAD, plan)
    await story.tap(LEAD, "✅ Yes")
    await story.write(LEAD, "/agenda")
    return story.last(with_button=PAPER)


async def documents(story: Story) -> list[OutboxMessage]:
    """Return what was, or is to be, sent as a file."""
    return [row for row in await story.rows(OutboxMessage) if row.method == "document"]


def printed(story: Story, message: Message) -> list[list[str]]:
    """Return the lines on each page of a PDF that stands in a chat."""
    assert message.document is not None
    content = story.telegram.file(message.document["file_id"])
    assert content is not None
    return [[line.strip() for line in page] for page in pages(content)]


async def test_a_lead_gets_the_paper_in_private_with_its_size(story: Story) -> None:
    await planned(story)
    await story.write(AMINA, "/additem Water trucks, 40 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)

    await story.tap(LEAD, PAPER, chat=LEAD)

    sent = story.last(LEAD)
    assert sent.document is not None
    assert sent.document["file_name"] == "meeting-2026-12-03.pdf"
    assert sent.document["mime_type"] == "application/pdf"
    size = f"{sent.document['file_size'] / 1024:.1f}"
    assert read(sent.text) == (
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        f"To print: the agenda, and a list to sign by hand ({size} KB)."
    )
    agenda, to_sign = printed(story, sent)
    assert agenda[1:5] == [
        "Wajir meeting",
        "Thu 3 Dec 2026, 10:00–12:00",
        "Place:",
        "County Hall, or by phone",
    ]
    at = agenda.index("Water trucks")
    assert agenda[at : at + 3] == ["Water trucks", "Maji Bora Trust", "40 min"]
    assert "Maji Bora Trust" in to_sign
    assert "This is not a payment list." in to_sign
    # Organisations only: persons write their names by hand.
    assert not [line for page in (agenda, to_sign) for line in page if "Amina" in line]
    # The database holds what to make, and no bytes.
    [row] = await documents(story)
    assert row.document == {"make": "meeting-paper", "meeting": 1, "language": "en"}


async def test_whoever_reads_the_agenda_gets_it_in_their_language(story: Story) -> None:
    await planned(story)
    await story.write(FATUMA, "/start", chat=FATUMA)

    assert await story.tap(FATUMA, PAPER) == "Nimekutumia: angalia mazungumzo yako nami."

    agenda, to_sign = printed(story, story.last(FATUMA))
    assert agenda[1:3] == [
        "Mkutano wa Wajir",
        "Alhamisi 3 Desemba 2026, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
    ]
    assert to_sign[-2:] == ["Hii si orodha ya malipo.", "2 / 2"]


async def test_taps_that_come_again_bring_it_once(story: Story) -> None:
    agenda = await planned(story)
    story.telegram.faults.add(Fault.too_many(60, method="sendDocument"))

    assert await story.tap(COORDINATOR, PAPER) == "It comes below."
    assert await story.tap(COORDINATOR, PAPER, message=agenda.id) == (
        "It is here already, a little above or below."
    )
    await story.travel(minutes=2)

    assert len(await documents(story)) == 1
    assert story.last().document is not None
    # What was changed since is printed anew.
    await story.write(LEAD, "/additem Water trucks, 40 min")
    await story.tap(COORDINATOR, PAPER, message=agenda.id)
    assert "Water trucks" in printed(story, story.last())[0]


async def test_strangers_get_nothing(story: Story) -> None:
    agenda = await planned(story)

    said = await story.tap(STRANGER, PAPER, message=agenda.id)

    assert said.startswith("I do not know you in this group yet.")
    assert await documents(story) == []


async def test_a_paper_that_waited_says_what_is_true_when_it_comes(story: Story) -> None:
    agenda = await planned(story)
    story.telegram.faults.add(Fault.too_many(600, method="sendDocument"))
    await story.tap(COORDINATOR, PAPER, message=agenda.id)

    await story.write(LEAD, "/when", chat=LEAD)
    await story.tap(LEAD, "✏️", chat=LEAD)
    await story.write(LEAD, "4 Dec 11:00", chat=LEAD, reply_to=story.last(LEAD).id)
    await story.tap(LEAD, "✅ Yes, move it", chat=LEAD)
    await story.travel(minutes=11)

    [sent] = [message for message in story.from_bot() if message.document]
    assert printed(story, sent)[0][2] == "Fri 4 Dec 2026, 11:00–13:00"


async def test_nobody_is_given_paper_for_a_meeting_that_is_cancelled(story: Story) -> None:
    agenda = await planned(story)
    paper = story.data_of(agenda, PAPER)
    story.telegram.faults.add(Fault.too_many(600, method="sendDocument"))
    await story.tap(COORDINATOR, PAPER, message=agenda.id)

    await story.write(LEAD, "/when", chat=LEAD)
    await story.tap(LEAD, "✏️", chat=LEAD)
    await story.tap(LEAD, "❌ Cancel the meeting", chat=LEAD)
    await story.tap(LEAD, "❌ Yes, cancel it", chat=LEAD)
    await story.travel(minutes=11)
    said = await story.forge(DEPUTY, paper, message=agenda.id)

    # In the deputy's language: "This meeting is cancelled".
    assert said.startswith("Mkutano huu umefutwa")
    assert [message for message in story.from_bot() if message.document] == []
    assert {row.state for row in await documents(story)} == {OutboxState.FAILED}


async def test_a_place_that_is_told_late_is_on_no_paper(story: Story) -> None:
    agenda = await planned(story, f"{PLAN}, place told late")

    await story.tap(COORDINATOR, PAPER, message=agenda.id)

    lines = [line for page in printed(story, story.last()) for line in page]
    assert lines[lines.index("Place:") + 1] == ""
    assert "County Hall" not in " ".join(lines)
