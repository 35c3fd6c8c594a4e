"""What was agreed, given to somebody or kept is found again by its words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agenda import ItemState
from bot.models import AgendaItem, Entry, Findable, Member, Organisation
from tests.stories.story import AMINA, IBRAHIM, LEAD, STRANGER, Story, shown, told

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)


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


async def test_words_find_what_was_written_down_newest_first(story: Story) -> None:
    await story.write(LEAD, "/agreed We repair the borehole at Griftu")
    await story.write(LEAD, "/note Two Boreholes are dry: الآبار جافة")
    await story.write(AMINA, "/idea A market for goats")

    await story.write(LEAD, "/find BOREHOLES")

    assert shown(story.last()).open == (
        "🔎 BOREHOLES\n\n"
        "📝 Two Boreholes are dry: الآبار جافة\nThu 3 Dec 2026\n\n"
        "✅ We repair the borehole at Griftu\nThu 3 Dec 2026"
    )
    await story.write(LEAD, "/find الابار")
    assert "Two Boreholes" in shown(story.last()).open


async def test_what_somebody_does_is_found_by_their_name(story: Story) -> None:
    await story.write(LEAD, "/action Amina: repair it")
    await story.write(LEAD, "/action Red Dune: send the list")

    for said, found in (("Hassan", "repair it"), ("Maji Bora", "repair it"), ("red dune", "list")):
        await story.write(LEAD, f"/find {said}")
        assert found in shown(story.last()).open


async def test_what_nothing_has_wholly_is_looked_for_in_part(story: Story) -> None:
    await story.write(LEAD, "/agreed We repair the borehole at Griftu")

    await story.write(LEAD, "/find borehole Wajir")

    assert shown(story.last()).open == (
        "🔎 Nothing has all the words of “borehole Wajir”. With one of them:\n\n"
        "✅ We repair the borehole at Griftu\nThu 3 Dec 2026"
    )
    await story.write(LEAD, "/find camel")
    assert shown(story.last()).open == (
        "🔎 I found nothing with “camel”.\n\nTry one word, or only its beginning: /find water"
    )
    await story.write(LEAD, "/find")
    assert shown(story.last()).open == (
        "What are you looking for?\n\nWrite a word or two after the command: /find water"
    )


async def test_more_is_leafed_through_in_one_message(story: Story) -> None:
    for number in range(7):
        await story.write(LEAD, f"/note Pump {number}")
        await story.travel(seconds=5)
    await story.write(LEAD, "/find pump")
    found = story.last()

    await story.tap(LEAD, "➡️ More")

    second = shown(story.message(found.id))
    assert ("Pump 1" in second.open, "Pump 0" in second.open) == (True, True)
    assert "Pump 2" not in second.open
    assert second.buttons == [["⬅️ Back"]]
    await story.tap(LEAD, "⬅️ Back")
    first = shown(story.message(found.id))
    assert [f"Pump {number}" in first.open for number in range(7)] == [False] * 2 + [True] * 5
    assert first.buttons == [["➡️ More"]]


async def test_what_was_said_in_private_waits_for_the_minutes(story: Story) -> None:
    await story.write(LEAD, "/agreed The bank account is closed", chat=LEAD)
    await story.write(LEAD, "/find bank account")
    assert "I found nothing" in shown(story.last()).open

    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(LEAD, "/find bank account")

    assert "The bank account is closed" in shown(story.last()).open


async def changed(story: Story, table: type[SQLModel], **values: object) -> None:
    """Change all rows of a table, as services do."""

    async def work(session: AsyncSession) -> None:
        for row in (await session.execute(select(table))).scalars():
            for name, value in values.items():
                setattr(row, name, value)

    await story.program.toolbox.database.run(work)


async def test_what_is_taken_back_is_not_found(story: Story) -> None:
    await story.write(LEAD, "/note The theft was reported")
    await changed(story, Entry, undone_at=OPENING)

    await story.write(LEAD, "/find theft reported")

    assert "I found nothing" in shown(story.last()).open


async def test_what_becomes_off_the_record_is_not_found(story: Story) -> None:
    await story.write(LEAD, "/note The theft was reported")
    await changed(story, AgendaItem, is_off_record=True)

    await story.write(LEAD, "/find theft")

    assert "I found nothing" in shown(story.last()).open


async def test_what_is_corrected_is_found_by_its_new_words_only(story: Story) -> None:
    await story.write(LEAD, "/note The pump is broken")
    await changed(story, Entry, text="The well is dry")

    await story.write(LEAD, "/find well")
    assert "The well is dry" in shown(story.last()).open
    await story.write(LEAD, "/find pump")
    assert "I found nothing" in shown(story.last()).open


async def test_what_is_deleted_leaves_no_words_behind(story: Story) -> None:
    await story.write(LEAD, "/note The pump is broken")
    assert len(await story.rows(Findable)) == 1

    await story.program.toolbox.database.run(lambda session: session.execute(delete(Entry)))

    assert await story.rows(Findable) == []
    await story.write(LEAD, "/find pump")
    assert "I found nothing" in shown(story.last()).open


async def found(story: Story, said: str) -> str:
    """Return what a member finds in the group."""
    return await story.ask(AMINA, f"/find {said}")


async def test_what_a_private_draft_says_is_found_only_once_it_is_out(story: Story) -> None:
    await story.write(LEAD, "/agreed The pump is broken")
    await story.write(LEAD, "/close")

    await story.write(LEAD, "1: The well is poisoned", chat=LEAD)
    await story.write(LEAD, "1: The well is bitter", chat=LEAD)

    assert "The pump is broken" in await found(story, "broken")
    assert "bitter" not in (await found(story, "bitter")).replace("“bitter”", "")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "The well is bitter" in await found(story, "bitter")
    assert "The pump" not in await found(story, "broken")


async def test_what_a_draft_says_that_is_in_the_group_is_found(story: Story) -> None:
    await story.write(LEAD, "/agreed The pump is broken")
    await story.write(LEAD, "/close")
    await story.write(LEAD, "1: The well is poisoned", chat=LEAD)

    await story.travel(hours=49)
    assert "The well is poisoned" in await found(story, "poisoned")
    await story.write(LEAD, "1: The well is bitter", chat=LEAD)
    assert "The well is bitter" in await found(story, "bitter")


async def test_what_a_correction_says_is_found_only_once_it_is_out(story: Story) -> None:
    await story.write(LEAD, "/agreed The pump is broken")
    await story.write(LEAD, "/note The theft was reported")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: the pump works", reply_to=story.last().id)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)
    await story.write(LEAD, "1: The well is poisoned", chat=LEAD)
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "➕", chat=LEAD)
    await story.write(LEAD, "note: The thieves are known", chat=LEAD)
    await story.tap(LEAD, "✏️ 2", chat=LEAD)
    await story.tap(LEAD, "🗑", chat=LEAD)

    assert "The pump is broken" in await found(story, "broken")
    assert "The theft was reported" in await found(story, "theft")
    assert "The well" not in await found(story, "poisoned")
    assert "The thieves" not in await found(story, "thieves")
    await story.tap(LEAD, "📄", chat=LEAD)
    await story.tap(LEAD, "✅ Publish", chat=LEAD)

    assert "The well is poisoned" in await found(story, "poisoned")
    assert "The thieves are known" in await found(story, "thieves")
    assert "The theft was reported\n" not in await found(story, "theft")


async def test_an_item_that_waits_for_a_meeting_is_found(story: Story) -> None:
    await story.write(AMINA, "/additem Fodder for goats", chat=AMINA)
    await changed(story, AgendaItem, state=ItemState.BACKLOG, meeting_id=None)

    await story.write(LEAD, "/find goat")

    assert shown(story.last()).open == "🔎 goat\n\n🗒 Fodder for goats\nwaits for a meeting"


async def test_in_private_the_groups_of_the_person_are_searched(story: Story) -> None:
    await story.write(LEAD, "/agreed We repair the borehole at Griftu")

    await story.write(AMINA, "/find griftu", chat=AMINA)
    assert "✅ We repair the borehole" in shown(story.last(AMINA)).open

    await story.write(STRANGER, "/find griftu", chat=STRANGER)
    assert "borehole" not in shown(story.last(STRANGER)).open


async def called(
    story: Story, table: type[Member] | type[Organisation], before: str, after: str
) -> None:
    """Let somebody have another name from now on."""

    async def work(session: AsyncSession) -> None:
        rows = await session.execute(select(table).where(col(table.name).startswith(before)))
        rows.scalar_one().name = after

    await story.program.toolbox.database.run(work)


async def test_who_is_called_otherwise_today_is_found_by_either_name(story: Story) -> None:
    await story.write(LEAD, "/action Amina: repair it")
    await story.write(LEAD, "/action Pastoral Voices: send the list")
    await called(story, Member, "Amina Hassan", "Zeinab Roble")
    await called(story, Organisation, "Pastoral Voices", "Oryx Forum")

    for said, found in (
        ("zeinab", "repair it"),
        ("amina", "repair it"),
        ("oryx", "list"),
        ("pastoral", "list"),
        ("zeinab repair", "repair it"),
    ):
        await story.write(LEAD, f"/find {said}")
        assert found in shown(story.last()).open
    await story.write(LEAD, "/find zeinab list")
    assert "Nothing has all the words" in shown(story.last()).open


async def test_a_decision_is_found_by_the_words_of_a_reservation(story: Story) -> None:
    await story.write(AMINA, "/start", chat=AMINA)
    await story.write(LEAD, "/vote We meet twice a month")
    for person in (AMINA, IBRAHIM):
        await story.tap(person, "✋")
    await story.write(AMINA, "Too far for the women of Griftu", chat=AMINA)
    await story.write(LEAD, "/find griftu")
    assert "I found nothing" in shown(story.last()).open
    await story.tap(LEAD, "🏁")
    await story.tap(LEAD, "✅ Yes, decided")
    motion = story.last(with_button="🔁 Review").id
    await story.write(IBRAHIM, "The road is bad", reply_to=motion)

    await story.write(LEAD, "/find griftu")
    assert shown(story.last()).open == (
        "🔎 griftu\n\n"
        "✅ We meet twice a month\n"
        "✋ Maji Bora Trust: Too far for the women of Griftu\nThu 3 Dec 2026"
    )
    await story.write(LEAD, "/find road")
    assert "✋ Pastoral Voices: The road is bad" in shown(story.last()).open
    await story.write(LEAD, "/find month")
    assert "✋" not in shown(story.last()).open


async def test_words_that_change_and_mistakes_find_what_is_near(story: Story) -> None:
    await story.write(LEAD, "/agreed We repair the borehole at Griftu")
    await story.write(LEAD, "/note Kisima kimekarabatiwa")
    for said, found in (
        ("repairing", "We repair"),
        ("repairing griftu", "We repair"),
        ("wamekarabati", "Kisima kimekarabatiwa"),
        ("visima", "Kisima kimekarabatiwa"),
        ("grfitu", "We repair"),
        ("camels grfitu", "We repair"),
    ):
        await story.write(LEAD, f"/find {said}")
        assert f"🔎 Nothing has exactly “{said}”. Near to it:\n\n" in shown(story.last()).open
        assert found in shown(story.last()).open
    await story.write(LEAD, "/find repair")
    assert "Nothing" not in shown(story.last()).open
    await story.write(LEAD, "/find camel")
    assert "I found nothing" in shown(story.last()).open


async def test_of_what_is_alike_the_best_stands_first(story: Story) -> None:
    await story.write(LEAD, "/note The market of Griftu")
    await story.write(LEAD, "/note A draft of Griiftu")

    await story.write(LEAD, "/find gryftu")

    found = shown(story.last()).open
    assert found.index("market") < found.index("draft")
