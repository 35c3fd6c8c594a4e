"""Copies: consistent while the program runs, and the same after they were restored."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot import backup
from bot.backup import BackupUnusable
from bot.database import Database
from bot.domain.feedback import Submission
from bot.keys import KeyRing
from bot.migrations import upgrade
from bot.models import Coalition, Member, metadata
from bot.services import feedback, updates
from tests.stories.story import LEAD, told
from tools.postgres import Server

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)

Row = tuple[Any, ...]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lend the address of a database in which there is not even a table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    yield server.create("restored")
    server.drop("restored")


async def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table; but for what a program notes of itself."""
    database = Database(url)

    async def work(session: AsyncSession) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table.name: sorted(
                (tuple(row) for row in await session.execute(select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }

    try:
        return await database.run(work)
    finally:
        await database.close()


async def test_what_was_saved_while_the_bot_ran_goes_on_from_there(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "copies" / "baraza.backup"
    file.parent.mkdir()
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        await asyncio.to_thread(backup.save, database_url, file)
        saved = await contents(database_url)

    await asyncio.to_thread(backup.restore, empty_url, file)

    assert await contents(empty_url) == {**saved, **NOTHING}
    assert saved["meeting"]
    assert all(saved[name] for name in ("installation", "mark_key", "feedback_batch"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    # New rows are numbered after the restored ones.
    database = Database(empty_url)
    await database.run(_add_member)
    await database.close()


NOTHING: dict[str, list[Row]] = {name: [] for name in backup.WITHOUT_KEYS}
"""What is restored of tables that mean nothing without their keys."""


async def write_in_confidence(url: str, keys: KeyRing, number: int) -> None:
    """Start a program, submit something in confidence so many times, and put as many dummies."""
    database = Database(url)
    await database.run(lambda session: updates.prepare(session, keys))
    await database.run(lambda session: feedback.prepare(session, keys, NOW))
    submission = Submission(1, None, "canary", b"r" * 16)
    for update in range(number):
        await database.run(
            partial(feedback.keep, keys=keys, update_id=update, submission=submission)
        )
        await database.run(lambda session: feedback.put_dummy(session, keys))
    await database.close()


async def test_a_copy_holds_nothing_that_means_nothing_without_its_keys(
    database_url: str, tmp_path: Path
) -> None:
    await write_in_confidence(database_url, KeyRing(tmp_path / "keys"), 10)
    saved = await contents(database_url)
    await asyncio.to_thread(backup.save, database_url, tmp_path / "copy")

    copied = await contents(f"sqlite+aiosqlite:///{tmp_path / 'copy'}")
    traces = [sealed[:64] for _, sealed in saved["feedback_box"]]
    traces += [one[0].encode() for one in saved["installation"]]
    traces += [check for _, check in saved["mark_key"]]
    bytes_ = await asyncio.to_thread((tmp_path / "copy").read_bytes)
    assert (len(saved["feedback_box"]), len(traces)) == (20, 22)
    assert copied == {**saved, **NOTHING}
    assert [one for one in traces if one in bytes_] == []
    if database_url.startswith(backup.SQLITE):
        # They would be found if they were there.
        original = Path(database_url.removeprefix(backup.SQLITE))
        there = await asyncio.to_thread(original.read_bytes)
        assert all(one in there for one in traces)


async def test_the_size_of_a_copy_does_not_tell_how_much_was_written_in_confidence(
    database_url: str, tmp_path: Path
) -> None:
    sizes = []
    for number in (0, 10):
        await write_in_confidence(database_url, KeyRing(tmp_path / "keys"), number)
        await asyncio.to_thread(backup.save, database_url, tmp_path / "copy")
        sizes.append((tmp_path / "copy").stat().st_size)

    assert sizes[0] == sizes[1]


async def test_a_program_begins_on_a_restored_copy_as_on_a_new_database(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    await write_in_confidence(database_url, KeyRing(tmp_path / "keys"), 3)
    await asyncio.to_thread(backup.save, database_url, tmp_path / "copy")
    await asyncio.to_thread(backup.restore, empty_url, tmp_path / "copy")

    with capture_logs() as log:
        await write_in_confidence(empty_url, KeyRing(tmp_path / "keys"), 2)

    restored = await contents(empty_url)
    assert log == []
    assert len(restored["feedback_box"]) == 4
    # It has another name: keys of both may lie in one folder.
    assert restored["installation"] != (await contents(database_url))["installation"]


async def test_a_database_on_which_a_program_began_keeps_its_own_keys_when_it_is_filled(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(backup.save, database_url, tmp_path / "copy")
    await asyncio.to_thread(upgrade, empty_url)
    keys = KeyRing(tmp_path / "keys")
    await write_in_confidence(empty_url, keys, 2)
    before = await contents(empty_url)

    await asyncio.to_thread(backup.restore, empty_url, tmp_path / "copy")
    with capture_logs() as log:
        await write_in_confidence(empty_url, KeyRing(keys.folder), 0)

    after = await contents(empty_url)
    assert log == []
    assert {name: after[name] for name in NOTHING} == {name: before[name] for name in NOTHING}


async def _add_member(session: AsyncSession) -> None:
    session.add(Member(telegram_id=77, name="Zainab"))


async def test_a_copy_made_while_others_write_is_of_one_moment(
    database_url: str, tmp_path: Path
) -> None:
    database = Database(database_url)
    numbers = count(1)
    written: list[int] = []

    async def both_or_none(session: AsyncSession) -> None:
        number = next(numbers)
        name = f"{number}"
        await session.execute(insert(Coalition).values(name=name, languages=["en"]))
        await session.execute(insert(Member).values(telegram_id=number, name=name))

    async def write_on() -> None:
        while True:
            await database.run(both_or_none)
            written.append(1)
            await asyncio.sleep(0)

    writer = asyncio.create_task(write_on())
    try:
        for round_ in range(5):
            while not written:
                await asyncio.sleep(0)
            before = len(written)
            file = tmp_path / f"{round_}.backup"
            await asyncio.to_thread(backup.save, database_url, file)
            # Others wrote meanwhile, or this shows nothing.
            assert len(written) > before
            with closing(sqlite3.connect(file)) as copy:
                coalitions = {name for (name,) in copy.execute("SELECT name FROM coalition")}
                members = {name for (name,) in copy.execute("SELECT name FROM member")}
            assert coalitions == members
            assert len(members) >= before
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await database.close()


def test_a_database_in_use_is_never_written_over(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    backup.save(sqlite_url, file)
    database = Database(sqlite_url)
    asyncio.run(_with_member(database))

    with pytest.raises(BackupUnusable, match="not empty: move it away"):
        backup.restore(sqlite_url, file)


async def _with_member(database: Database) -> None:
    await database.run(_add_member)
    await database.close()


def nothing(file: Path) -> None:
    """Leave it missing."""


def other_words(file: Path) -> None:
    file.write_text("minutes of the last meeting" * 100)


def another_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE recipes (name)")


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (nothing, "copy is not there: name the file"),
        (other_words, "/copy is damaged, or no database of Baraza"),
        (another_database, "/copy is damaged, or no database of Baraza"),
        (half, "/copy is damaged, or no database of Baraza"),
        (newer, "was written by a newer Baraza: update this one first"),
    ],
)
def test_what_is_no_copy_is_refused_in_one_sentence(
    change: Callable[[Path], None], sentence: str, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    if change in {half, newer}:
        backup.save(sqlite_url, file)
    change(file)

    with pytest.raises(BackupUnusable, match=sentence):
        backup.restore(f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}", file)

    assert not (tmp_path / "restored.db").exists()


def test_a_place_that_cannot_be_written_is_not_taken_for_a_database_that_is_away(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    for taken in (tmp_path / "folder", tmp_path / "file" / "copy"):
        with pytest.raises(BackupUnusable, match="cannot be written"):
            backup.save(sqlite_url, taken)
    with pytest.raises(OSError, match="9"):
        backup.save("postgresql+asyncpg://baraza:word@127.0.0.1:9/baraza", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_a_folder_that_is_not_there_is_not_made(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match=r"there is no folder .*/mistyped, make it first"):
        backup.save(sqlite_url, tmp_path / "mistyped" / "copy")

    assert not (tmp_path / "mistyped").exists()


@contextmanager
def small_files() -> Iterator[None]:
    """Let no file grow beyond a few pages, as on a disk that has no more room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (32768, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_is_not_taken_for_damage(database_url: str, tmp_path: Path) -> None:
    with (
        small_files(),
        pytest.raises(BackupUnusable, match="/copy cannot be written: its disk is full, or fails"),
    ):
        backup.save(database_url, tmp_path / "copy")

    assert not (tmp_path / "copy").exists()
    assert not list(tmp_path.glob(".baraza-*"))


def test_a_database_that_reaches_its_limit_says_so(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def small(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.execute("PRAGMA max_page_count=3")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)

    with pytest.raises(BackupUnusable, match="/copy cannot be written: no space is left on its"):
        backup.save(sqlite_url, tmp_path / "copy")


def test_an_older_copy_stays_when_a_new_one_fails(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    backup.save(sqlite_url, file)
    before = file.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\x00" + b"x" * 5000)

    with pytest.raises(BackupUnusable, match="damaged"):
        backup.save(f"sqlite+aiosqlite:///{damaged}", file)
    with pytest.raises(BackupUnusable, match="there is no database yet"):
        backup.save(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", file)

    assert file.read_bytes() == before
