"""Finding words in what years of meetings wrote down: the query alone, without Telegram."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.figures import Figure, NotDoneRight, percentile
from benchmarks.rig import Bench
from bot.database import Database
from bot.domain import search
from bot.domain.notebook import EntryKind
from bot.domain.search import PAGE
from bot.models import Coalition, Entry, Findable, Group, Meeting
from bot.models.columns import stored_id
from bot.queries import search as queries

GROUPS = 10
ENTRIES_TO_A_GROUP_OF_THE_SIZE = 50
LOOKS = 100
NOW = datetime(2026, 12, 3, 7, tzinfo=UTC)
WORDS = ("water", "truck", "pump", "goat", "school", "road", "market", "fodder", "health", "rain")
RARE, COMMON = "griftu", "meeting"
MISTYPED_RARE, MISTYPED_COMMON = "grfitu", "meetting"
AIM = "≤ 20 ms"


async def measure(bench: Bench) -> Sequence[Figure]:
    """Look for words that few entries have, all, or none, and for some that are mistyped."""
    count = bench.size.groups * ENTRIES_TO_A_GROUP_OF_THE_SIZE
    figures: list[Figure] = []
    for kind in bench.stores.kinds:
        database = Database(await bench.stores.migrated(kind))
        try:
            group = await database.run(lambda session: _written(session, count))
            for asked in (RARE, COMMON, "zebra", f"{COMMON} {RARE}"):
                took = [await _look(database, group, asked) for _ in range(LOOKS)]
                name = f"finding “{asked}” among {count:,} entries, {kind}"
                figures += [
                    Figure(f"{name}, p50", [percentile(took, 50)], "ms", AIM),
                    Figure(f"{name}, p99", [percentile(took, 99)], "ms"),
                ]
            for asked in (MISTYPED_RARE, MISTYPED_COMMON):
                took = [await _compare(database, group, asked) for _ in range(LOOKS)]
                name = f"finding what looks like “{asked}” among {count:,} entries, {kind}"
                figures += [
                    Figure(f"{name}, p50", [percentile(took, 50)], "ms", AIM),
                    Figure(f"{name}, p99", [percentile(took, 99)], "ms"),
                ]
        finally:
            await database.close()
    return figures


async def _look(database: Database, group: Group, asked: str) -> float:
    """Return how many milliseconds one search took."""
    async with database.transaction() as session:
        began = time.perf_counter()
        found = await queries.found(
            session, [group], search.terms(asked), is_any=False, first=0, count=PAGE + 1
        )
        took = time.perf_counter() - began
    if bool(found) is (asked == "zebra"):
        message = f"{len(found)} found with {asked!r}"
        raise NotDoneRight(message)
    return took * 1000


async def _compare(database: Database, group: Group, asked: str) -> float:
    """Return how many milliseconds it took to find what looks like a word."""
    async with database.transaction() as session:
        began = time.perf_counter()
        found = await queries.alike(session, [group], asked, count=PAGE)
        took = time.perf_counter() - began
    if not found:
        message = f"nothing found like {asked!r}"
        raise NotDoneRight(message)
    return took * 1000


async def _written(session: AsyncSession, count: int) -> Group:
    """Write down what ten groups said, evenly, and return the first of them."""
    coalition = Coalition(name="Drought")
    session.add(coalition)
    await session.flush()
    groups = [
        Group(
            coalition_id=stored_id(coalition),
            name=f"Group {number}",
            zone="Africa/Nairobi",
            languages=["en"],
            chat_id=-1_001_000_000_000 - number,
        )
        for number in range(GROUPS)
    ]
    session.add_all(groups)
    await session.flush()
    meetings = [
        Meeting(
            group_id=stored_id(group),
            wall_start=NOW.replace(tzinfo=None),
            wall_end=NOW.replace(tzinfo=None) + timedelta(hours=2),
            zone="Africa/Nairobi",
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=2),
            place="Hall",
        )
        for group in groups
    ]
    session.add_all(meetings)
    await session.flush()
    rows = [_row(number, groups[number % GROUPS], meetings) for number in range(1, count + 1)]
    await session.execute(insert(Entry), rows)
    found = [
        {
            "group_id": row["group_id"],
            "kind": search.FoundKind.NOTE,
            "words": search.fold(str(row["text"])),
            "entry_id": row["id"],
        }
        for row in rows
    ]
    await session.execute(insert(Findable), found)
    await session.execute(text("ANALYZE"))
    return groups[0]


def _row(number: int, group: Group, meetings: Sequence[Meeting]) -> dict[str, object]:
    said = " ".join(WORDS[(number // 10**digit) % 10] for digit in range(4))
    rare = f" at {RARE}" if number % 100 == 0 else ""
    return {
        "id": number,
        "group_id": group.id,
        "meeting_id": meetings[number % GROUPS].id,
        "kind": EntryKind.NOTE,
        "text": f"The {COMMON} spoke of {said}{rare}, number {number}",
        "written_at": NOW,
        "source_chat_id": group.chat_id,
        "source_message_id": number,
    }
