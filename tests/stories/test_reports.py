"""Reports: the action plan and its progress as files, and what comes by itself."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import docx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.plan import PointState
from bot.domain.reports import Due
from bot.models import ActionPoint, Occasion, OccasionState, Progress
from bot.playground.state import Message
from tests.rendering.pdf import pages
from tests.rendering.xlsx import sheets
from tests.stories.story import AMINA, COORDINATOR, LEAD, STRANGER, Story, shown, told

MEETING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, 10:03 in Nairobi."""
NEW_YEAR = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
"""Friday 1 January 2027, 09:00 in Nairobi: the first working day of the quarter."""
FIRST_MONDAY = datetime(2027, 1, 4, 7, 0, tzinfo=UTC)
"""Monday 4 January 2027, 10:00 in Nairobi."""
FORMS = ["📋 Word", "📋 PDF", "📋 Excel"], ["📈 Word", "📈 PDF", "📈 Excel"]


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


async def test_a_lead_gets_both_forms_of_their_group_in_each_kind_of_file(story: Story) -> None:
    await hold(story)

    await story.write(LEAD, "/report", chat=LEAD)

    menu = shown(story.last(LEAD))
    assert menu.open.startswith("📑 Reports: Wajir, Oct–Dec 2026\nAs it stands today, Thu 3 Dec.\n")
    assert menu.buttons[:3] == [*FORMS, ["📆 Jul–Sep 2026"]]
    [page] = pages(await fetched(story, LEAD, "📋 PDF"))
    assert "Repair Griftu borehole" in [line.strip() for line in page]
    plan = docx.Document(io.BytesIO(await fetched(story, LEAD, "📋 Word"))).tables[0]
    assert [[cell.text for cell in row.cells] for row in plan.rows] == [
        ["Work stream", "Key action points", "Timeline", "Support required"],
        ["", "Repair Griftu borehole\nMaji Bora Trust", "Thu 10 Dec 2026", ""],
        ["", "=1+1 goats", "Sun 20 Dec 2026", ""],
    ]


async def test_a_workbook_has_typed_cells_and_no_formula(story: Story) -> None:
    await hold(story)
    await story.travel(days=6)
    await story.write(LEAD, "/report", chat=LEAD)

    book = sheets(await fetched(story, LEAD, "📈 Excel"))

    assert list(book) == [
        *("Report", "Plan", "Actions", "Meetings", "Attendance", "Decisions", "Support"),
        "How it is counted",
    ]
    assert book["Plan"][1:] == [
        [None, "Repair Griftu borehole\nMaji Bora Trust", day(2026, 12, 10)],
        [None, "=1+1 goats", day(2026, 12, 20)],
    ]
    assert book["Report"][1] == [
        "Repair Griftu borehole\nMaji Bora Trust",
        "Done, Tue 8 Dec\nMon 7 Dec: The pump runs",
        "Mon 7 Dec: Spare parts came late",
        "Mon 7 Dec: We order parts before the rains",
    ]
    assert book["Meetings"][1] == [
        *("Wajir", day(2026, 12, 3), "10:00", 120, "held", None, 2, 8, 1, 2)
    ]
    assert book["Attendance"][1:] == [
        ["Wajir", day(2026, 12, 3), "Maji Bora Trust", "in the room"],
        ["Wajir", day(2026, 12, 3), "Wajir Drought Office", "in the room"],
    ]
    assert book["Decisions"][1] == ["Wajir", day(2026, 12, 3), "Trucks go to Griftu first"]
    assert book["Support"][1:] == [["Nothing in this time."]]


def day(year: int, month: int, of_month: int) -> int:
    """Return a day as a spreadsheet counts it."""
    return (date(year, month, of_month) - date(1899, 12, 30)).days


async def test_a_quarter_before_the_first_meeting_is_empty_but_comes(story: Story) -> None:
    await hold(story)
    await story.write(LEAD, "/report", chat=LEAD)

    await story.tap(LEAD, "📆 Jul", chat=LEAD)

    assert shown(story.last(LEAD)).open.startswith("📑 Reports: Wajir, Jul–Sep 2026\n\n📋")
    assert shown(story.last(LEAD)).buttons[2] == ["📆 Apr–Jun 2026", "📆 Oct–Dec 2026"]
    [page] = pages(await fetched(story, LEAD, "📈 PDF"))
    assert "No actions in this time." in [line.strip() for line in page]


async def test_the_coordination_reports_of_all_groups_or_of_one(story: Story) -> None:
    await hold(story)

    await story.write(COORDINATOR, "/report", chat=COORDINATOR)

    assert shown(story.last(COORDINATOR)).open.startswith(
        "📑 Reports: Partnership for Drought Resilience, Oct–Dec 2026\nAll in one: 1 group.\n"
    )
    book = sheets(await fetched(story, COORDINATOR, "📋 Excel"))
    assert book["Plan"][0][:2] == ["Group", "Work stream"]
    assert book["Plan"][1][0] == "Wajir"
    await story.tap(COORDINATOR, "📍", chat=COORDINATOR)
    assert shown(story.last(COORDINATOR)).buttons == [["🌍 All groups together"], ["Wajir"]]
    await story.tap(COORDINATOR, "Wajir", chat=COORDINATOR)
    assert shown(story.last(COORDINATOR)).open.startswith("📑 Reports: Wajir, Oct–Dec 2026")


async def test_a_report_that_waits_to_be_sent_comes_once(story: Story) -> None:
    await hold(story)
    await story.write(LEAD, "/report", chat=LEAD)
    data = story.data_of(story.last(LEAD), "📋 PDF")
    before = len(story.from_bot(LEAD))

    for _ in range(2):
        story.telegram.tap(LEAD, LEAD, story.last(LEAD).id, data)
    await story.settle()

    assert len(story.from_bot(LEAD)) == before + 1


async def test_members_and_strangers_get_no_reports(story: Story) -> None:
    await hold(story)
    await story.write(LEAD, "/report", chat=LEAD)
    data = story.data_of(story.last(LEAD), "📋 PDF")

    for person in (AMINA, STRANGER):
        await story.write(person, "/report", chat=person)
        await story.forge(person, data, chat=person, message=story.last(person).id)

        assert all(message.document is None for message in story.from_bot(person))


async def test_a_new_quarter_offers_the_last_one_to_the_coordination_once(story: Story) -> None:
    await hold(story)
    await story.program.ticker.tidy()

    await story.travel_to(NEW_YEAR + timedelta(minutes=1))

    said = shown(story.last(COORDINATOR))
    assert said.open.startswith("📑 The quarter Oct–Dec 2026 is over\n")
    assert said.buttons[:3] == [*FORMS, ["📆 Jul–Sep 2026", "📆 Jan–Mar 2027"]]
    before = len(story.from_bot(COORDINATOR))
    [text] = pages(await fetched(story, COORDINATOR, "📋 PDF"))
    assert "Action plan: Partnership for Drought Resilience" in [line.strip() for line in text]
    await story.program.ticker.tidy()
    await story.travel(days=2)
    assert len(story.from_bot(COORDINATOR)) == before + 1
    waiting = [
        one.wall_time
        for one in await story.rows(Occasion)
        if one.kind == Due.QUARTER and one.state is OccasionState.WAITING
    ]
    assert waiting == [datetime(2027, 4, 1, 9)]


async def test_whoever_wants_no_reports_hears_of_no_quarter(story: Story) -> None:
    await hold(story)
    await story.program.ticker.tidy()
    await story.write(COORDINATOR, "/mute reports", chat=COORDINATOR)

    await story.travel_to(NEW_YEAR + timedelta(minutes=1))

    assert [one for one in story.said(COORDINATOR) if "📑" in one] == []
    ended = [one.state for one in await story.rows(Occasion) if one.kind == Due.QUARTER]
    assert ended.count(OccasionState.POSTED) == 1


async def test_a_group_hears_of_its_own_month_on_the_first_monday(story: Story) -> None:
    await hold(story)
    await story.program.ticker.tidy()

    await story.travel_to(FIRST_MONDAY + timedelta(minutes=1))

    [month] = [one for one in story.from_bot() if "our December" in one.text]
    assert shown(month).open == (
        "📅 Wajir: our December\n\n"
        "🤝 1 meeting, 2 organisations came: Maji Bora Trust, Wajir Drought Office\n"
        "✅ 1 decision\n"
        "💪 1 action done\n"
        "👉 1 action is still to be done.\n\n"
        "Thank you to everyone who came, and who did something."
    )
    assert "Wajir: mwezi wetu wa Desemba" in shown(month).folded


async def test_after_a_month_down_the_last_month_is_told_once_two_days_late(story: Story) -> None:
    await hold(story)
    await story.program.ticker.tidy()

    # Nothing of what fell due meanwhile could happen.
    story.clock.set(FIRST_MONDAY + timedelta(days=2))
    await story.program.ticker.tick()
    await story.program.ticker.tick()
    await story.settle()

    months = [shown(one).open.partition("\n")[0] for one in story.from_bot()]
    assert [one for one in months if "Wajir: our" in one] == ["📅 Wajir: our December"]
    waiting = [
        one.wall_time
        for one in await story.rows(Occasion)
        if one.kind == Due.MONTH and one.state is OccasionState.WAITING
    ]
    assert waiting == [datetime(2027, 2, 1, 10)]


async def test_a_group_without_anything_to_tell_hears_nothing(story: Story) -> None:
    await story.program.ticker.tidy()

    await story.travel_to(FIRST_MONDAY + timedelta(minutes=1))

    assert [one for one in story.said() if "📅" in one] == []
