"""What people do with messages of last week, and with older ones, whose numbers are forgotten."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import (
    ActionPoint,
    Installation,
    Meeting,
    MessageSubject,
    Minutes,
    Progress,
    Proposal,
    Reply,
)
from bot.queries import messages
from bot.services.meeting_posts import PROPOSAL
from bot.services.numbers import STORED
from bot.stand_ins import FIRST
from tests.keys import key_dir
from tests.stories.story import AMINA, GROUP, IBRAHIM, LEAD, Story, shown, told
from tests.stories.test_follow_up import A_WEEK_BEFORE, given

PLAN = "/meeting 7 Jan 10:00 County Hall"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def invited(story: Story) -> int:
    """Plan a meeting in January; return the question in the group who is coming."""
    await story.write(LEAD, PLAN, chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    return story.last().id


async def answers(story: Story) -> int:
    return len(await story.rows(Reply))


async def test_a_message_of_last_week_can_be_replied_to_in_the_group_after_a_restart(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        asked = await invited(story)
        await story.travel(days=7)
        telegram, clock = story.telegram, story.clock

    async with told(database_url, telegram=telegram, clock=clock, is_seeded=False) as story:
        await story.write(AMINA, "yes", reply_to=asked)

        assert await answers(story) == 1


async def test_a_question_of_last_week_can_be_replied_to_in_private_after_a_restart(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await given(story, "Amina: repair Griftu borehole by 16 Dec", "Amina: a tank by 17 Dec")
        await story.travel_to(A_WEEK_BEFORE)
        first = next(m for m in story.from_bot(AMINA) if "is due Wed 16 Dec" in m.text).id
        # Another question comes below it; words that reply to nothing would answer that one.
        await story.travel(days=5)
        telegram, clock = story.telegram, story.clock

    async with told(database_url, telegram=telegram, clock=clock, is_seeded=False) as story:
        assert "a tank" in story.last(AMINA).text
        await story.write(AMINA, "Two pumps work", chat=AMINA, reply_to=first)

        [report] = await story.rows(Progress)
        points = {point.id: point.text for point in await story.rows(ActionPoint)}
        assert points[report.point_id] == "repair Griftu borehole"


async def test_what_stands_in_the_group_is_changed_there_as_long_as_its_number_is_known(
    story: Story,
) -> None:
    asked = await invited(story)
    # From Monday to the third Sunday.
    await story.travel(days=20)
    before = len(story.from_bot(GROUP))

    await story.tap(AMINA, "✅", message=asked)

    assert "1" in shown(story.message(asked)).open.split("✅")[1]
    assert len(story.from_bot(GROUP)) == before


async def test_a_button_on_a_message_that_is_forgotten_works_and_the_message_comes_anew(
    story: Story,
) -> None:
    asked = await invited(story)
    old = story.message(asked).text
    await story.travel(days=22)

    await story.tap(AMINA, "✅", message=asked)

    assert await answers(story) == 1
    newest = story.last()
    assert newest.id != asked
    assert story.message(asked).text == old
    assert shown(newest).open.splitlines()[0] == "📅 Wajir meeting"
    # From here on that one is changed.
    await story.tap(IBRAHIM, "✅", message=newest.id)
    assert story.last().id == newest.id
    assert await answers(story) == 2


async def test_a_reply_to_a_message_that_is_forgotten_is_as_one_to_a_deleted_one(
    story: Story,
) -> None:
    asked = await invited(story)
    await story.travel(days=22)

    await story.write(AMINA, "yes", reply_to=asked)

    assert await answers(story) == 0


@pytest.mark.parametrize("lost", ["keys", "folder"])
async def test_keys_that_are_lost_trouble_nobody(database_url: str, lost: str) -> None:
    async with told(database_url) as story:
        asked = await invited(story)
        telegram, clock = story.telegram, story.clock
    folder = key_dir(database_url)
    if lost == "folder":
        shutil.rmtree(folder)
    else:
        for file in folder.glob("numbers-*"):
            file.unlink()

    async with told(database_url, telegram=telegram, clock=clock, is_seeded=False) as story:
        await story.tap(AMINA, "✅", message=asked)
        assert await answers(story) == 1
        newest = story.last()
        assert newest.id != asked
        await story.tap(IBRAHIM, "✅", message=newest.id)
        assert story.last().id == newest.id


# --- the order of messages, of which numbers tell nothing any more --------------------------------


async def test_in_private_the_newest_question_is_the_one_that_was_said_last(story: Story) -> None:
    for day in range(1, 9):
        await story.write(LEAD, f"/meeting {day} Dec 10:00 County Hall", chat=LEAD)
        async with story.program.toolbox.database.transaction() as session:
            asked = await messages.newest_question(session, LEAD, [PROPOSAL])
        assert asked is not None
        assert asked.subject_id == max(row.id or 0 for row in await story.rows(Proposal))
        assert story.number(asked.message_id, LEAD) == story.last(LEAD).id


async def test_an_edit_in_private_changes_what_that_command_planned_and_nothing_else(
    story: Story,
) -> None:
    commands = []
    for day in range(1, 5):
        commands.append(await story.write(LEAD, f"/meeting {day} Dec 10:00 County Hall", chat=LEAD))
        await story.tap(LEAD, "✅ Yes", chat=LEAD)

    await story.correct(LEAD, commands[1], "/meeting 9 Dec 10:00 County Hall", chat=LEAD)

    said = shown(story.last(LEAD)).open
    assert said.startswith("You edited your message")
    assert "Wed 2 Dec" in said
    assert len(await story.rows(Meeting)) == 4


async def test_what_was_not_planned_yet_is_asked_anew_after_an_edit_in_private(
    story: Story,
) -> None:
    first = await story.write(LEAD, "/meeting 1 Dec 10:00 County Hall", chat=LEAD)
    await story.write(LEAD, "/meeting 2 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    await story.correct(LEAD, first, "/meeting 3 Dec 11:00 County Hall", chat=LEAD)

    assert "Thu 3 Dec, 11:00" in shown(story.last(LEAD)).open
    assert len(await story.rows(Meeting)) == 1


# --- what was written down before there were stand-ins --------------------------------------------


async def make_plain(story: Story) -> None:
    """Let the database be one of before: with numbers as Telegram gives them."""

    async def work(session: AsyncSession) -> None:
        for table, chat, number in STORED:
            column, chats = getattr(table, number), getattr(table, chat)
            rows = (await session.execute(select(chats, column).where(column >= FIRST))).all()
            for place, stand_in in rows:
                plain = story.program.stand_ins.find(place, stand_in)
                await session.execute(
                    update(table).where(chats == place, column == stand_in).values({number: plain})
                )
        await session.execute(update(Installation).values(are_numbers_hidden=False))

    await story.program.toolbox.database.run(work)


async def test_plain_numbers_are_exchanged_at_the_next_start_and_all_goes_on(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        asked = await invited(story)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
        question = story.last(LEAD).id
        await make_plain(story)
        assert {row.message_id < FIRST for row in await story.rows(MessageSubject)} == {True}
        telegram, clock = story.telegram, story.clock

    async with told(database_url, telegram=telegram, clock=clock, is_seeded=False) as story:
        assert {row.message_id < FIRST for row in await story.rows(MessageSubject)} == {False}
        await story.write(AMINA, "yes", reply_to=asked)
        await story.write(LEAD, "yes", chat=LEAD, reply_to=question)
        assert (await answers(story), len(await story.rows(Meeting))) == (1, 2)
        # What was sent in an earlier week can still be changed.
        await story.travel(days=7)
        await story.tap(IBRAHIM, "✅", message=asked)
        assert story.message(asked).text != ""
        assert await answers(story) == 2


async def test_numbers_in_minutes_that_were_out_are_exchanged_at_the_next_start(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await given(story, "Amina: repair Griftu borehole by 16 Dec")
        [minutes] = await story.rows(Minutes)
        fixed = json.dumps(minutes.body)
        sources = re.findall(rf'"source": \[{GROUP}, (\d+)\]', fixed)
        assert sources
        plain = fixed
        for stand_in in sources:
            plain = plain.replace(stand_in, str(story.number(int(stand_in))))

        async def spoil(session: AsyncSession) -> None:
            await session.execute(update(Minutes).values(body=json.loads(plain)))

        await make_plain(story)
        await story.program.toolbox.database.run(spoil)
        telegram, clock = story.telegram, story.clock

    async with told(database_url, telegram=telegram, clock=clock, is_seeded=False) as story:
        [again] = await story.rows(Minutes)
        assert plain != fixed
        assert again.body == minutes.body


async def test_numbers_are_looked_for_once(story: Story) -> None:
    [row] = await story.rows(Installation)

    assert row.are_numbers_hidden


async def test_every_week_has_one_key_and_old_ones_go(story: Story, database_url: str) -> None:
    seen = []
    for _ in range(6):
        await story.write(AMINA, "/when", chat=AMINA)
        await story.program.ticker.tidy()
        seen.append(len(list(key_dir(database_url).glob("numbers-*"))))
        await story.travel(days=7, seconds=timedelta(seconds=1).total_seconds())

    assert seen == [1, 2, 3, 3, 3, 3]
