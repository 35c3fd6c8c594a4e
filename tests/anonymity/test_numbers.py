"""Telegram's numbers of private messages stand nowhere; what stands in for them tells nothing."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot import app
from bot.botapi.client import AsTheyAre
from bot.models import OutboxMessage
from bot.services.numbers import STORED
from bot.stand_ins import FIRST
from tests.anonymity.conftest import NOBODY_ELSE, confided, confiding
from tests.anonymity.evidence import Evidence
from tests.playground.files import png
from tests.stories.story import AMINA, GROUP, IBRAHIM, LEAD, PETER, Story

LIKE_NO_OTHER = 1_234_567_000
"""Numbers from here on look like nothing else that is stored."""
USES = 12


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a bug: numbers are stored as Telegram gives them."""

    class Forgetful(AsTheyAre):
        def __init__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(app, "StandIns", Forgetful)


def from_here_on(story: Story, number: int = LIKE_NO_OTHER) -> None:
    """Let Telegram go on counting from a number."""
    story.telegram._last_message_id = number


async def live(story: Story) -> None:
    """Use the bot in private and in the group, in every way that keeps the number of a message."""
    telegram = story.telegram
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.write(AMINA, "yes", reply_to=story.last().id)
    item = await story.write(AMINA, "/additem Water, 20 min")
    await story.correct(AMINA, item, "/additem Water trucks, 20 min")
    wish = await story.write(PETER, "Somebody has to repair the pump at Buna")
    await story.write(LEAD, "/action Amina Hassan, Friday", reply_to=wish)
    await story.write(LEAD, "/vote We meet twice a month")
    await story.write(PETER, "/needhelp A water engineer, 3 days")
    await story.write(LEAD, "hello", reply_to=story.last().id)
    report = await story.write(AMINA, "/update 1 two pumps work", chat=AMINA)
    await story.correct(AMINA, report, "/update 1 three pumps work", chat=AMINA)
    picture = telegram.send_photo(AMINA, AMINA, png(), caption="The new pump")
    await story.settle()
    await story.write(AMINA, "and a word to it", chat=AMINA, reply_to=picture)
    await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")
    await story.write(AMINA, "we are here", reply_to=story.last().id)
    await story.write(LEAD, "/agreed We meet twice a month")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await confided(story)
    # What waits for an answer; the rest of a conversation.
    await story.write(IBRAHIM, "/additem", chat=IBRAHIM)
    await story.write(IBRAHIM, "Goats", chat=IBRAHIM)
    telegram.write_as_anonymous_admin(GROUP, "/when")
    await story.settle()


async def standing(story: Story, evidence: Evidence) -> set[str]:
    """Return the tables in which a number of Telegram's stands, in a column or deep inside one."""
    used = {
        message.id
        for chat in {GROUP, LEAD, AMINA, PETER, IBRAHIM, NOBODY_ELSE}
        for message in story.telegram.messages(chat)
    }
    numbers = set(range(LIKE_NO_OTHER, max(used) + 1))
    assert len(used & numbers) > 25
    return {
        table
        for table, rows in (await evidence.rows()).items()
        for row in rows
        if numbers & {int(one) for one in re.findall(r"\d{10}", row)}
    }


async def test_after_a_lively_time_no_number_of_a_message_stands_anywhere(
    evidence: Evidence,
) -> None:
    async with confiding(evidence.url) as story:
        from_here_on(story)
        await live(story)

        assert await standing(story, evidence) == set()
        dumped = await evidence.dump()
        assert str(LIKE_NO_OTHER)[:7].encode() not in dumped
        # It was lively: each of these columns has stand-ins.
        assert await filled(story) >= {
            "action_point.source_message_id",
            "agenda_item.source_message_id",
            "conversation.answered_by",
            "entry.source_message_id",
            "message_subject.message_id",
            "outbox.message_id",
            "outbox.reply_to",
            "waiting_command.message_id",
        }


@pytest.mark.usefixtures("plain")
async def test_plain_numbers_are_found_wherever_they_stand(evidence: Evidence) -> None:
    async with confiding(evidence.url) as story:
        from_here_on(story)
        await live(story)

        assert await standing(story, evidence) >= {
            "action_point",
            "agenda_item",
            "conversation",
            "entry",
            "message_subject",
            "minutes",
            "outbox",
            "waiting_command",
        }


async def found_in_the_file(sqlite_url: str, tmp_path: Path) -> list[int]:
    """Return what looks like a number in the file, after a meeting was planned in private."""
    evidence = Evidence(sqlite_url, None, tmp_path)
    async with confiding(evidence.url) as story:
        from_here_on(story)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
        await story.tap(LEAD, "✅ Yes", chat=LEAD)
        await story.write(AMINA, "/when", chat=AMINA)
        return bytes_of_numbers(story, evidence)


@pytest.mark.usefixtures("quiet")
async def test_no_byte_of_the_file_is_of_a_number(sqlite_url: str, tmp_path: Path) -> None:
    found = await found_in_the_file(sqlite_url, tmp_path)

    assert found == []


@pytest.mark.usefixtures("quiet", "plain")
async def test_bytes_of_plain_numbers_are_found(sqlite_url: str, tmp_path: Path) -> None:
    found = await found_in_the_file(sqlite_url, tmp_path)

    assert len(found) > 3


def bytes_of_numbers(story: Story, evidence: Evidence) -> list[int]:
    """Return which of the numbers stand in a file of SQLite, as it writes them: big-endian."""
    files, last = evidence.files(), story.telegram._last_message_id
    numbers = range(LIKE_NO_OTHER + 1, last + 1)
    return [one for one in numbers if one.to_bytes(4, "big") in files]


async def filled(story: Story) -> set[str]:
    """Return the columns in which stand-ins are stored."""
    found: set[str] = set()
    async with story.program.toolbox.database.transaction() as session:
        for table, _chat, number in STORED:
            column: Any = getattr(table, number)
            if await session.scalar(select(column).where(column >= FIRST).limit(1)) is not None:
                found.add(f"{table.__tablename__}.{number}")
    return found


# --- what an attacker makes of it ---------------------------------------------------------------


async def used(story: Story) -> list[bool]:
    """Let somebody use the bot openly again and again; return between which uses another wrote."""
    wrote: list[bool] = []
    await story.write(AMINA, "/when", chat=AMINA)
    for turn in range(USES):
        if turn % 3 == 1:
            await confided(story)
        wrote.append(turn % 3 == 1)
        await story.travel(minutes=20)
        await story.write(AMINA, "/when", chat=AMINA)
    return wrote


async def pointed_at(story: Story) -> list[bool]:
    """Return between which uses more numbers are missing than usual, by the rows alone."""
    async with story.program.toolbox.database.transaction() as session:
        rows = await session.scalars(
            select(col(OutboxMessage.message_id))
            .where(col(OutboxMessage.chat_id) == AMINA)
            .order_by(col(OutboxMessage.id).desc())
            .limit(USES + 1)
        )
        numbers: Sequence[int] = [number for number in rows if number is not None][::-1]
    steps = [after - before for before, after in pairwise(numbers)]
    # Two numbers are what a command and its answer take.
    return [step == 2 + 5 for step in steps]


@pytest.mark.usefixtures("quiet", "plain")
async def test_plain_numbers_tell_when_somebody_wrote(database_url: str) -> None:
    async with confiding(database_url) as story:
        wrote, said = await used(story), await pointed_at(story)

    right = sum(a and b for a, b in zip(wrote, said, strict=True))
    assert right / sum(wrote) >= 0.8
    assert sum(said) == right


@pytest.mark.usefixtures("quiet")
async def test_stand_ins_do_not_tell_when_somebody_wrote(database_url: str) -> None:
    async with confiding(database_url) as story:
        wrote, said = await used(story), await pointed_at(story)

    assert sum(wrote) == USES // 3
    assert said == [False] * USES
