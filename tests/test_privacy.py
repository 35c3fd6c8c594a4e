"""The look at confidence: an installation that runs well, and each thing that can be wrong."""

import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

from bot import app, cli, privacy
from bot.clock import SystemClock
from bot.database import Database
from bot.doctor import Finding
from bot.domain.feedback import RELEASES_COVERED, week_number
from bot.models import Coalition, FeedbackItem
from bot.privacy import Unseen, Warned
from bot.services import feedback
from bot.settings import Settings, load
from tests.keys import key_dir
from tests.stories.story import AMINA, Story, told


@dataclass
class Running:
    """A program that runs, and the settings under which an operator looks at it."""

    story: Story
    chosen: Settings
    folder: Path

    @property
    def keys(self) -> Path:
        return self.chosen.keys

    async def sql(self, statement: str) -> None:
        database = Database(self.chosen.database)
        async with database.transaction() as session:
            await session.execute(text(statement))
        await database.close()

    async def look(self, *logs: Path) -> list[Finding]:
        return await privacy.examine(self.chosen, self.story.clock, logs=logs)

    async def wrong(self, *logs: Path) -> list[str]:
        return [one.what for one in await self.look(*logs) if not one.is_well]


@pytest_asyncio.fixture
async def running(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with told(database_url) as story:
        chosen = load(
            _env_file=None,
            database_url=database_url,
            data_dir=tmp_path,
            key_dir=key_dir(database_url),
        )
        await feedback.compact(story.program.toolbox.database)
        yield Running(story, chosen, tmp_path)


async def test_an_installation_that_is_well_has_nothing_wrong(running: Running) -> None:
    findings = await privacy.examine(running.chosen, running.story.clock)

    assert [one for one in findings if not one.is_well] == []
    assert [one.what for one in findings if type(one) is Finding][:6] == [
        "key files",
        "place of the keys",
        "release",
        "key of what waits",
        "old keys",
        "keys of several programs",
    ]


async def test_it_says_what_it_cannot_see(running: Running) -> None:
    findings = await privacy.examine(running.chosen, running.story.clock)

    unseen = {one.what for one in findings if isinstance(one, Unseen)}
    assert {"logs", "backups", "the disk", "the program", "Telegram"} <= unseen


async def test_where_nothing_has_run_yet_nothing_is_made(tmp_path: Path) -> None:
    chosen = load(_env_file=None, data_dir=tmp_path)

    findings = await privacy.examine(chosen, SystemClock())

    assert [one for one in findings if not one.is_well] == []
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - one look at an empty folder


def test_every_table_stands_on_the_page_of_what_is_stored() -> None:
    page = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
    stored = page[page.index("## What is stored") : page.index("## How a submission goes")]

    assert set(re.findall(r"`(\w+)`", stored)) == set(SQLModel.metadata.tables)


def readable(running: Running) -> None:
    next(running.keys.glob("box-*.key")).chmod(0o644)


def open_folder(running: Running) -> None:
    running.keys.chmod(0o755)


def synced(running: Running) -> None:
    (running.keys / ".stfolder").mkdir(mode=0o700)


def lost(running: Running) -> None:
    next(running.keys.glob("box-*.key")).unlink()


def exchanged(running: Running) -> None:
    next(running.keys.glob("box-*.key")).write_bytes(bytes(32))


def orphaned(running: Running) -> None:
    one = next(running.keys.glob("box-*.key"))
    shutil.copy(one, one.with_name(f"{one.stem}7.key"))


def outlasting(running: Running) -> None:
    installation = next(running.keys.glob("box-*.key")).name.split("-")[1]
    week = week_number(running.story.clock.now()) - RELEASES_COVERED - 1
    (running.keys / f"numbers-{installation}-{week}.key").touch(mode=0o600)


def half_written(running: Running) -> None:
    file = running.keys / ".box-1.new"
    file.touch(mode=0o600)


def marks_elsewhere(running: Running) -> None:
    next(running.keys.glob("marks-*.key")).write_bytes(bytes(32))


BROKEN = [
    (readable, "key files"),
    (open_folder, "key files"),
    (synced, "place of the keys"),
    (lost, "key of what waits"),
    (exchanged, "key of what waits"),
    (orphaned, "old keys"),
    (outlasting, "old keys"),
    (half_written, "old keys"),
    (marks_elsewhere, "keys of several programs"),
]


@pytest.mark.parametrize(("spoil", "what"), BROKEN, ids=[one.__name__ for one, _ in BROKEN])
async def test_what_is_wrong_with_the_keys_is_found_and_nothing_else(
    spoil: Callable[[Running], None], what: str, running: Running
) -> None:
    kept = {one.name: one.read_bytes() for one in running.keys.glob("*.key")}
    try:
        spoil(running)

        assert await running.wrong() == [what]
    finally:
        # The program that is still running is to stop in peace.
        for name, content in kept.items():
            (running.keys / name).write_bytes(content)


async def test_a_release_that_is_overdue_or_not_cleaned_up_after_is_found(
    running: Running,
) -> None:
    await running.sql("UPDATE feedback_batch SET is_compact = false")
    uncleaned = await running.wrong()
    at = running.story.clock.now() - timedelta(hours=2)
    await running.sql(f"UPDATE feedback_batch SET release_at = '{at:%Y-%m-%d %H:%M:%S+00}'")

    assert uncleaned == ["release"]
    assert await running.wrong() == ["release"]
    await running.sql("UPDATE feedback_batch SET is_compact = true")


async def test_a_log_that_names_somebody_is_found_and_one_that_counts_is_not(
    running: Running,
) -> None:
    telling, counting = running.folder / "telling.log", running.folder / "counting.log"
    telling.write_text(f"update.failed chat={AMINA}\n")
    counting.write_text("outbox.failed count=3 reason=TooMany\n")

    assert await running.wrong(counting) == []
    assert await running.wrong(telling, counting) == ["logs"]
    assert await running.wrong(running.folder / "none.log") == ["logs"]


WORDS = "Mwalimu alisema \u201chapana\u201d\nna d\u00e9pot ni tupu tangu Mei"
"""What somebody wrote: quotes, an accent, two lines."""
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "as JSON": lambda words: json.dumps({"event": "failed", "words": words}),
    "as a trace": lambda words: f"Crashed({words!r})",
    "cut": lambda words: f"WARNING {words[:20]}",
    "its second line": lambda words: f"  {words.partition(chr(10))[2]}",
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
async def test_a_log_with_what_somebody_wrote_is_found(
    write: Callable[[str], str], running: Running
) -> None:
    await add_item(running, WORDS)
    telling = running.folder / "telling.log"
    telling.write_text(f"program.started\n{write(WORDS)}\n", encoding="utf-8")

    [found] = [one for one in await running.look(telling) if one.what == "logs"]

    assert (found.is_well, found.said) == (False, f"{telling} holds feedback")


async def test_words_that_stand_in_every_log_are_no_evidence(running: Running) -> None:
    await add_item(running, "start")
    counting = running.folder / "counting.log"
    counting.write_text("program.started version=1\n")

    assert await running.wrong(counting) == []


async def add_item(running: Running, words: str) -> None:
    database = Database(running.chosen.database)
    async with database.transaction() as session:
        coalition = (await session.scalars(select(col(Coalition.id)))).one()
        assert coalition is not None
        week = date(2026, 11, 16)
        session.add(
            FeedbackItem(id=1, coalition_id=coalition, week=week, words=words, receipt=b"r" * 16)
        )
    await database.close()


async def test_free_pages_with_content_are_found(sqlite_url: str, tmp_path: Path) -> None:
    file = Path(sqlite_url.partition("///")[2])
    for is_secure in (True, False):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"PRAGMA secure_delete={int(is_secure)}")
            connection.execute("CREATE TABLE planted (words TEXT)")
            connection.executemany("INSERT INTO planted VALUES (?)", [("x" * 3000,)] * 50)
            connection.commit()
            connection.execute("DROP TABLE planted")
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = [one for one in privacy._sqlite(file) if one.what == "deleted rows"]

        assert [one.is_well for one in found] == [is_secure]


async def test_a_log_of_the_database_that_nobody_cuts_is_found(sqlite_url: str) -> None:
    file = Path(sqlite_url.partition("///")[2])
    log = file.with_name(f"{file.name}-wal")
    with log.open("wb") as opened:
        opened.truncate(privacy.LARGE_LOG + 1)

    found = [one for one in privacy._sqlite(file) if not one.is_well]

    assert [one.what for one in found] == ["log of the database"]


async def test_a_postgresql_that_keeps_statements_is_found(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.transaction() as session:
        well = [one async for one in privacy._postgresql(session)]
        await session.execute(text("SET LOCAL log_min_duration_statement = 0"))
        telling = [one async for one in privacy._postgresql(session)]
    await database.close()

    assert [one.is_well for one in well] == [True]
    assert [one.is_well for one in telling] == [False]
    assert "log_min_duration_statement = 0" in telling[0].said


@pytest.mark.parametrize("mode", ["off", "on", "always"])
def test_an_archived_log_is_no_fault_and_is_told_with_what_it_shows(mode: str) -> None:
    found = list(privacy._archive(mode))

    assert [(type(one), one.is_well) for one in found] == [(Warned, True)] * (mode != "off")
    assert all(f"archive_mode = {mode}" in one.said and "for days" in one.remedy for one in found)


@pytest.mark.parametrize(
    ("swaps", "kind"),
    [
        ("Filename Type Size Used Priority\n", Finding),
        ("Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n", Finding),
        ("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n", Unseen),
    ],
    ids=["none", "in memory", "on a disk"],
)
def test_swap_on_a_disk_cannot_be_judged(swaps: str, kind: type[Finding], tmp_path: Path) -> None:
    file = tmp_path / "swaps"
    file.write_text(swaps)

    assert type(privacy._swap(file)) is kind
    assert type(privacy._swap(tmp_path / "none")) is Unseen


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [("core\n", Finding), ("|/usr/share/apport/apport %p\n", Unseen)],
    ids=["a file", "a program"],
)
def test_a_program_that_collects_core_dumps_cannot_be_judged(
    pattern: str, kind: type[Finding], tmp_path: Path
) -> None:
    file = tmp_path / "core_pattern"
    file.write_text(pattern)

    assert type(privacy._core_dumps(file)) is kind


def test_a_running_bot_forbids_core_dumps() -> None:
    told_limits = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import json, resource
from bot import app
app.forbid_core_dumps()
print(json.dumps(resource.getrlimit(resource.RLIMIT_CORE)))
""",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )

    assert json.loads(told_limits.stdout) == [0, 0]


def test_run_forbids_core_dumps_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, how: called.append((what, how)))
    chosen = load(_env_file=None, data_dir=tmp_path, telegram_token="1:a")
    monkeypatch.setattr(cli, "_settings", lambda: chosen)

    class Reached(Exception):
        pass

    def reached(*_: object) -> None:
        raise Reached

    monkeypatch.setattr(app, "sole_user", reached)

    with pytest.raises(Reached):
        cli.run()

    assert called == [(resource.RLIMIT_CORE, (0, 0))]


async def test_the_command_prints_marks_and_ends_with_one_if_something_is_wrong(
    running: Running,
) -> None:
    readable(running)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BARAZA_")},
        "BARAZA_DATABASE_URL": running.chosen.database,
        "BARAZA_KEY_DIR": str(running.keys),
        "BARAZA_DATA_DIR": str(running.folder),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }

    done = subprocess.run(  # noqa: ASYNC221 - the program beside it may wait
        [sys.executable, "-m", "bot", "doctor", "--privacy"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=running.folder,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("WRONG  key files: other users of this machine can read ")
    assert lines[1].startswith("       chmod 600 ")
    assert any(line.startswith("?      logs: ") for line in lines)
