"""Reports: the action plan and its progress as files, and what comes by itself."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import docx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.plan import PointState
from bot.domain.reports import Due
from bot.models import ActionPoint, Occasion, OccasionState, Progress
from bot.playground.state import Message
from tests.rendering.pdf import pages
from tests.stories.story import AMINA, COORDINATOR, GROUP, LEAD, STRANGER, Story, shown, told

MEETING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, 10:03 in Nairobi."""
NEW_YEAR = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
"""Friday 1 January 2027, 09:00 in Nairobi: the first working day of the quarter."""
FIRST_MONDAY = datetime(2027, 1, 4, 7, 0, tzinfo=UTC)
"""Monday 4 January 2027, 10:00 in Nairobi."""
FORMS = ["📋 Word", "📋 PDF", "📋 Excel"], ["📈 Word", "📈 PDF", "📈 Excel"]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, AMINA):
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
        yield story


async def hold(story: Story) -> None:
    """Let a meeting give out two actions; one is reported on, and done."""
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(MEETING)
    await story.write(LEAD, "/open")
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed Trucks go to Griftu first")
    await story.write(LEAD, "/action Repair Griftu borehole - Maji Bora Trust - 10 Dec")
    await story.write(LEAD, "/action =1+1 goats by 20 Dec")
    await story.write(LEAD, "/close")

    async def report(session: AsyncSession) -> None:
        point = await session.get_one(ActionPoint, 1)
        point.state, point.closed_at = PointState.DONE, MEETING + timedelta(days=5)
        session.add(
            Progress(
                point_id=1,
                group_id=point.group_id,
                organisation_id=point.organisation_id,
                at=MEETING + timedelta(days=4),
                progress="The pump runs",
                challenges="Spare parts came late",
                differently="We order parts before the rains",
            )
        )

    await story.program.toolbox.database.run(report)


def content(story: Story, message: Message) -> bytes:
    """Return the file that a message carries."""
    assert message.document is not None
    found = story.telegram.file(message.document["file_id"])
    assert found is not None
    return found


async def fetched(story: Story, person: int, label: str) -> bytes:
    """Tap a button, and return the file that comes."""
    await story.tap(person, label, chat=person)
    return content(story, story.last(person))


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return the cells of each sheet of a workbook: `n:` before a number, `s:` before a text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = [
            "".join(part.text or "" for part in one.iter(f"{SHEET}t"))
            for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - we made it
        ]
        names = [
            str(one.get("name"))
            for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")  # noqa: S314 - we made it
        ]
        found = {}
        for number, name in enumerate(names, start=1):
            page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - we made it
            assert not list(page.iter(f"{SHEET}f")), "nothing is calculated"
            found[name] = [
                [
                    f"s:{strings[int(value.text or 0)]}" if cell.get("t") == "s" else f"n:{value.text}"
                    for cell in row
                    if (value := cell.find(f"{SHEET}v")) is not None
                ]
                for row in page.iter(f"{SHEET}row")
            ]
        return found


async def test_a_lead_gets_both_forms_of_their_group_in_each_kind_of_file(story: Story) -> None:
    await hold(story)

    await story.write(LEAD, "/report", chat=LEAD)

    menu = shown(story.last(LEAD))
    assert menu.open.startswith(
        "📑 Reports: Wajir, Oct–Dec 2026\nAs it stands today, Thu 3 Dec.\n"
    )
    assert menu.buttons[:3] == [*FORMS, ["📆 Jul–Sep 2026"]]
    [page] = pages(await fetched(story, LEAD, "📋 PDF"))
    assert "Repair Griftu borehole" in [line.strip() for line in page]
    plan = docx.Document(io.BytesIO(await fetched(story, LEAD, "📋 Word"))).tables[0]
    assert [[cell.text for cell in row.cells] for row in plan.rows] == [
        ["Work stream", "Key action points", "Timeline", "Support required"],
        ["", "Repair Griftu borehole\nMaji Bora Trust", "Thu 10 Dec 2026", ""],
        ["", "=1+1 goats", "Sun 20 Dec 2026", ""],
    ]
