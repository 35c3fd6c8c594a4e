"""What people carry out of the chat: a calendar file, and words to copy into another messenger."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from bot.models import OutboxMessage
from bot.playground.faults import Fault
from bot.playground.state import Message
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

PLAN = "/meeting 3 Dec 10:00 County Hall"
COPY = (
    "Wajir meeting\n"
    "Thu 3 Dec 2026, 10:00–12:00\n"
    "Place: County Hall, or by phone\n"
    "\n"
    'Coming? Reply "yes" or "no" to whoever sent you this.'
)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story) -> Message:
    """Let the lead plan a meeting, and return its announcement."""
    await story.write(LEAD, PLAN)
    await story.tap(LEAD, "✅ Yes")
    return story.last()


def held_by(story: Story, message: Message) -> tuple[str, Any]:
    """Return the method of a calendar file that stands in a chat, and its one event."""
    assert message.document is not None
    content = story.telegram.file(message.document["file_id"])
    assert content is not None
    calendar = Calendar.from_ical(content.decode())
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


async def test_a_file_comes_in_private_to_somebody_who_has_started_the_bot(story: Story) -> None:
    await planned(story)
    await story.write(FATUMA, "/start", chat=FATUMA)
    in_group = len(story.from_bot())

    assert await story.tap(FATUMA, "📅") == "Nimekutumia: angalia mazungumzo yako nami."

    sent = story.last(FATUMA)
    method, event = held_by(story, sent)
    assert sent.document is not None
    assert sent.document["file_name"] == "meeting-2026-12-03.ics"
    size = f"{sent.document['file_size'] / 1024:.1f}"
    assert read(sent.text) == (
        "Mkutano wa Wajir\n"
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        f"Fungua faili hii kuweka mkutano kwenye kalenda yako (KB {size})."
    )
    assert method == "PUBLISH"
    assert (event["SUMMARY"], event["LOCATION"]) == ("Mkutano wa Wajir", "County Hall")
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 3, 7, tzinfo=UTC)
    assert len(story.from_bot()) == in_group


async def test_who_never_started_the_bot_finds_it_under_the_post(story: Story) -> None:
    post = await planned(story)

    assert await story.tap(COORDINATOR, "📋") == "It comes below."

    copy = story.last()
    assert (copy.text, copy.reply_to, copy.is_silent) == (COPY, post.id, True)
    # Nothing that would be copied along: no markup, no marks around names.
    assert copy.entities == []
    assert await story.tap(COORDINATOR, "📋", message=post.id) == (
        "It is here already, a little above or below."
    )
    assert story.last() == copy
    # Another reader has another language; later the first one is far up.
    await story.travel(minutes=11)
    await story.tap(COORDINATOR, "📋", message=post.id)
    assert story.last().text == COPY
    assert story.last().id > copy.id


async def test_a_copy_is_in_the_language_of_whoever_copies_it(story: Story) -> None:
    await planned(story)

    await story.tap(FATUMA, "📋")

    assert story.last().text.splitlines() == [
        "Mkutano wa Wajir",
        "Alhamisi 3 Desemba 2026, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
        "Mahali: County Hall, au kwa simu",
        "",
        'Utakuja? Jibu "ndiyo" au "hapana" kwa aliyekutumia ujumbe huu.',
    ]


async def test_an_old_button_gives_what_is_true_now(story: Story) -> None:
    post = await planned(story)
    file, copy = (story.data_of(post, label) for label in ("📅", "📋"))
    await story.tap(LEAD, "✏️")
    await story.write(LEAD, "4 Dec 11:00", reply_to=story.last().id)
    await story.tap(LEAD, "✅ Yes, move it")

    await story.forge(COORDINATOR, file, message=post.id)
    moved = held_by(story, story.last())[1]
    await story.forge(COORDINATOR, copy, message=post.id)

    assert moved["DTSTART"].dt.astimezone(UTC) == datetime(2026, 12, 4, 8, tzinfo=UTC)
    assert moved["SEQUENCE"] == 1
    assert story.last().text.splitlines()[1] == "Fri 4 Dec 2026, 11:00–13:00"


async def test_a_cancelled_meeting_is_taken_out_of_the_calendar_again(story: Story) -> None:
    await planned(story)
    await story.tap(COORDINATOR, "📅")
    uid = held_by(story, story.last())[1]["UID"]
    await story.tap(LEAD, "✏️")
    await story.tap(LEAD, "❌ Cancel the meeting")
    await story.tap(LEAD, "❌ Yes, cancel it")

    await story.tap(COORDINATOR, "📅")

    method, event = held_by(story, story.last())
    assert (method, event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", uid)
    assert "take the meeting out of your calendar" in story.last().text
    await story.tap(COORDINATOR, "📋")
    assert story.last().text == (
        "CANCELLED\n"
        "Wajir meeting\n"
        "Thu 3 Dec 2026, 10:00–12:00\n"
        "\n"
        "This meeting does not take place: please do not travel."
    )


async def test_the_list_of_meetings_has_the_buttons_too(story: Story) -> None:
    await planned(story)
    await story.write(AMINA, "/when", chat=AMINA)

    assert await story.tap(AMINA, "📋", chat=AMINA) == "Inakuja hapa chini."

    assert story.last(AMINA).text.startswith("Mkutano wa Wajir\n")


async def test_strangers_get_nothing(story: Story) -> None:
    await planned(story)

    assert (await story.tap(STRANGER, "📅")).startswith("I do not know you in this group yet.")

    # Nothing but the list on which somebody unknown says who they are.
    assert read(story.last().text).startswith("Who speaks for whom")
    assert [m for m in await story.rows(OutboxMessage) if m.method == "document"] == []


async def test_a_file_that_telegram_did_not_answer_for_is_sent_again_and_is_then_current(
    story: Story,
) -> None:
    await planned(story)
    story.telegram.faults.add(Fault.too_many(60, method="sendDocument"))

    await story.tap(COORDINATOR, "📅")
    await story.travel(minutes=2)

    assert held_by(story, story.last())[0] == "PUBLISH"
    [row] = [m for m in await story.rows(OutboxMessage) if m.method == "document"]
    # The database holds what to make, and no bytes.
    assert row.document == {"make": "meeting-file", "meeting": 1, "language": "en"}
    assert story.telegram.refusals == 0


async def test_somebody_who_blocked_the_bot_finds_it_in_the_group_again(story: Story) -> None:
    await planned(story)
    await story.write(AMINA, "/start", chat=AMINA)
    story.telegram.block(AMINA)
    await story.settle()

    assert await story.tap(AMINA, "📅", chat=GROUP) == "Inakuja hapa chini."

    assert story.last().document is not None


async def test_a_file_of_a_group_that_went_over_to_another_zone_corrects_the_older_one(
    story: Story,
) -> None:
    await planned(story)
    await story.tap(AMINA, "✅ Coming")
    await story.tap(COORDINATOR, "📅")
    before = held_by(story, story.last())[1]

    await story.write(LEAD, "/setup Wajir; Africa/Lagos; en sw")
    await story.tap(COORDINATOR, "📅")
    after = held_by(story, story.last())[1]

    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["UID"] == before["UID"]
    assert str(after["DTSTART"].dt.tzinfo) == "Africa/Lagos"
    # The hour on the clock is the same, so what people answered still holds.
    assert "✅ Coming 1: Maji Bora Trust" in shown(story.last(with_button="✅ Coming")).open
