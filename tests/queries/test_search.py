"""Words are found by an index, on both databases, and only where they may be read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, insert, text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.notebook import EntryKind
from bot.domain.search import FoundKind, fold, pieces, terms
from bot.models import Coalition, Entry, Findable, Group, Meeting
from bot.models.columns import stored_id
from bot.queries import search

NOW = datetime(2026, 12, 3, 7, tzinfo=UTC)
WAJIR, ISIOLO = -4001, -4002
MANY = 3000


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


async def written(session: AsyncSession, chat: int, *said: str) -> Group:
    """Store a group with a meeting in which these things were said."""
    coalition = Coalition(name=f"Coalition of {chat}")
    session.add(coalition)
    await session.flush()
    group = Group(
        coalition_id=stored_id(coalition),
        name=f"{chat}",
        zone="Africa/Nairobi",
        languages=["en"],
        chat_id=chat,
    )
    session.add(group)
    await session.flush()
    wall = NOW.replace(tzinfo=None)
    meeting = Meeting(
        group_id=stored_id(group),
        wall_start=wall,
        wall_end=wall + timedelta(hours=2),
        zone="Africa/Nairobi",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        place="Hall",
    )
    session.add(meeting)
    await session.flush()
    for number, words in enumerate(said, start=1):
        session.add(
            Entry(
                group_id=stored_id(group),
                meeting_id=stored_id(meeting),
                kind=EntryKind.NOTE,
                text=words,
                written_at=NOW,
                source_chat_id=chat,
                source_message_id=number,
            )
        )
        await session.flush()
    return group


async def texts(
    session: AsyncSession, groups: list[Group], asked: str, *, is_any: bool = False
) -> list[str]:
    found = await search.found(session, groups, terms(asked), is_any=is_any, first=0, count=6)
    return [hit.text for hit in found]


CASES = {
    "all words, in any order": ("griftu borehole", ["The borehole at Griftu"]),
    "an ending": ("boreholes", ["A new borehole", "The borehole at Griftu"]),
    "within a word": ("hole", ["A new borehole", "The borehole at Griftu"]),
    "two letters begin a word": ("un", ["UN Women ask: 2 trucks"]),
    "a number": ("2", ["UN Women ask: 2 trucks"]),
    "short and long": ("un truck", ["UN Women ask: 2 trucks"]),
    "parts that stand apart": ("orebor", []),
    "what is not there": ("camel", []),
}


@pytest.mark.parametrize(("asked", "expected"), CASES.values(), ids=CASES)
async def test_words_are_found_newest_first(
    database: Database, asked: str, expected: list[str]
) -> None:
    said = ("The borehole at Griftu", "A new borehole", "UN Women ask: 2 trucks", "Funds")

    async def work(session: AsyncSession) -> list[str]:
        return await texts(session, [await written(session, WAJIR, *said)], asked)

    assert await database.run(work) == expected


async def test_nothing_of_another_group_is_found(database: Database) -> None:
    async def work(session: AsyncSession) -> tuple[list[str], list[str]]:
        wajir = await written(session, WAJIR, "Our borehole")
        isiolo = await written(session, ISIOLO, "Their borehole")
        return (
            await texts(session, [wajir], "borehole"),
            await texts(session, [wajir, isiolo], "borehole"),
        )

    assert await database.run(work) == (["Our borehole"], ["Their borehole", "Our borehole"])


async def test_any_of_the_words_is_enough_when_asked_so(database: Database) -> None:
    async def work(session: AsyncSession) -> list[str]:
        group = await written(session, WAJIR, "The borehole", "A truck", "Fodder")
        return await texts(session, [group], "borehole truck camel", is_any=True)

    assert await database.run(work) == ["A truck", "The borehole"]


@pytest.mark.parametrize(
    ("chat", "link"), [(-1001234567890, "https://t.me/c/1234567890/1"), (WAJIR, "")]
)
async def test_a_find_links_to_its_message_where_there_are_links(
    database: Database, chat: int, link: str
) -> None:
    async def work(session: AsyncSession) -> list[str]:
        group = await written(session, chat, "The borehole")
        found = await search.found(session, [group], (("bore",),), is_any=False, first=0, count=6)
        return [hit.link for hit in found]

    assert await database.run(work) == [link]


async def pumps(session: AsyncSession, group: Group) -> None:
    """Let so much be found in a group that an index is worth asking."""
    rows = [
        {"group_id": group.id, "kind": FoundKind.NOTE, "words": fold(f"Pump number {number}")}
        for number in range(MANY)
    ]
    await session.execute(insert(Findable), rows)
    await session.execute(text("ANALYZE"))


async def planned(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> str:
    """Return how the database would carry out a statement."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    how = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    literal = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    # Without parameters, a colon or a percent sign means nothing but itself.
    connection = await session.connection()
    if not is_sqlite:
        # So small a table is read as a whole; a larger one is not.
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = await connection.exec_driver_sql(f"{how} {literal}")
    return "\n".join(str(row) for row in plan)


async def test_the_index_is_asked_however_much_there_is(database: Database) -> None:
    async def work(session: AsyncSession) -> str:
        group = await written(session, WAJIR, "The borehole at Griftu")
        await pumps(session, group)
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        asked = search.statement([group], terms("griftu"), is_any=False, is_sqlite=is_sqlite)
        return await planned(session, asked)

    plan = await database.run(work)

    assert "findable_words" in plan
    assert "SCAN findable " not in plan
    assert "Seq Scan on findable" not in plan


async def test_likeness_asks_the_index_and_compares_no_more_than_the_newest(
    database: Database,
) -> None:
    async def work(session: AsyncSession) -> tuple[list[str], str]:
        many = [f"Graftu {number}" for number in range(search.COMPARED)]
        group = await written(session, WAJIR, "Griftu", *many)
        await pumps(session, group)
        found = await search.alike(session, [group], "griftu", count=1)
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        asked = search.newest_with([group], pieces("griftu"), is_sqlite=is_sqlite)
        return [hit.text for hit in found], await planned(session, asked)

    found, plan = await database.run(work)

    # The one that is more alike is older than those that are compared.
    assert found == [f"Graftu {search.COMPARED - 1}"]
    assert "findable_words" in plan


async def test_what_looks_alike_in_another_group_is_not_found(database: Database) -> None:
    async def work(session: AsyncSession) -> list[str]:
        wajir = await written(session, WAJIR, "Our borehole")
        await written(session, ISIOLO, "Their market")
        return [hit.text for hit in await search.alike(session, [wajir], "markte", count=6)]

    assert await database.run(work) == []
