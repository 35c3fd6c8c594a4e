"""The doctor against installations that are well, and against those that are broken in one way."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot import doctor, resources
from bot.clock import SystemClock, VirtualClock
from bot.database import Database
from bot.doctor import Finding
from bot.migrations import upgrade
from bot.models import Coalition, Group
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.rendering import documents
from bot.settings import Settings, load

TOKEN = "1000:a-secret"
CHAT = -500


@dataclass
class Installation:
    """A bot with one group, on this machine and in a small Telegram."""

    telegram: FakeTelegram
    folder: Path
    settings: dict[str, Any]

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "baraza.db"

    def chosen(self) -> Settings:
        """Return its settings."""
        return load(_env_file=None, **self.settings)

    def sql(self, statement: str) -> None:
        """Change something behind the program's back."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement)
            connection.commit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data directory that is nobody else's business."""
    found = tmp_path / "data"
    found.mkdir(mode=0o700)
    return found


@pytest.fixture
async def installed(database_url: str, folder: Path) -> AsyncIterator[Installation]:
    """Lend an installation that is well, on each kind of database."""
    async with installation(database_url, folder) as found:
        yield found


@pytest.fixture
async def on_sqlite(sqlite_template: Path, folder: Path) -> AsyncIterator[Installation]:
    """Lend one on SQLite: what is wrong with it lies elsewhere, or in the file."""
    shutil.copyfile(sqlite_template, folder / "baraza.db")
    async with installation(f"sqlite+aiosqlite:///{folder / 'baraza.db'}", folder) as found:
        yield found


@asynccontextmanager
async def installation(url: str, folder: Path) -> AsyncIterator[Installation]:
    """Lend an installation with one group, on a migrated database."""
    database = Database(url)
    async with database.begin() as transaction:
        run = transaction.connection.execute
        await run(insert(Coalition).values(id=1, name="Partners", languages=["en"]))
        await run(
            insert(Group).values(
                id=1,
                coalition_id=1,
                name="Wajir",
                zone="Africa/Nairobi",
                languages=["en", "sw"],
                chat_id=CHAT,
            )
        )
    await database.close()
    telegram = FakeTelegram(lambda: datetime.now(UTC))
    telegram.add_bot(TOKEN, "BarazaBot", "Baraza")
    telegram.add_user(11, "Amina")
    telegram.add_group(CHAT, "Wajir", members=[11])
    async with PlaygroundServer(telegram) as server:
        settings = {
            "telegram_token": TOKEN,
            "telegram_api": server.url,
            "database_url": url,
            "data_dir": folder,
        }
        yield Installation(telegram, folder, settings)


def wrong(findings: list[Finding]) -> list[tuple[str, str]]:
    """Return what is not well; every such finding has to say what to do."""
    assert all(finding.is_well or finding.remedy for finding in findings)
    return [(finding.what, finding.said) for finding in findings if not finding.is_well]


async def test_an_installation_that_is_well_has_nothing_wrong(installed: Installation) -> None:
    findings = await doctor.examine(installed.chosen(), SystemClock())

    assert wrong(findings) == []
    assert [finding.what for finding in findings] == [
        "data directory",
        "disk",
        "database",
        "catalogues",
        "fonts",
        "time zones",
        "token",
        "privacy mode",
        "clock",
        "group Wajir",
    ]


def another_token(at: Installation) -> None:
    at.settings["telegram_token"] = "1000:revoked"


def no_token(at: Installation) -> None:
    del at.settings["telegram_token"]


def no_network(at: Installation) -> None:
    at.settings["telegram_api"] = "http://127.0.0.1:9"


def reads_all(at: Installation) -> None:
    at.telegram.privacy_mode = False


def kicked(at: Installation) -> None:
    at.telegram.kick(CHAT)


def muted(at: Installation) -> None:
    at.telegram.mute(CHAT)


def old_tables(at: Installation) -> None:
    at.sql("UPDATE alembic_version SET version_num = '0001'")


def damaged(at: Installation) -> None:
    pages = at.file.stat().st_size // 4096
    with at.file.open("r+b") as file:
        for page in range(1, pages):
            file.seek(page * 4096)
            file.write(b"\xff" * 2048)


def another_file(at: Installation) -> None:
    for path in at.folder.glob("baraza.db*"):
        path.unlink()
    at.file.write_text("minutes of the last meeting " * 1000)


def unknown_zone(at: Installation) -> None:
    at.sql("UPDATE \"group\" SET zone = 'Africa/Atlantis'")


def unknown_language(at: Installation) -> None:
    at.sql('UPDATE "group" SET languages = \'["en", "fr"]\'')


def language_of_the_coalition(at: Installation) -> None:
    at.sql('UPDATE coalition SET languages = \'["en", "fr"]\'')


def open_to_others(at: Installation) -> None:
    at.folder.chmod(0o755)


BROKEN = [
    (another_token, "token", "Telegram does not know it"),
    (no_token, "token", "not set"),
    (no_network, "Telegram", "it cannot be reached"),
    (reads_all, "privacy mode", "off"),
    (kicked, "group Wajir", "the bot is not in its chat"),
    (muted, "group Wajir", "the bot may not write"),
    (old_tables, "database", "its tables are of version 0001"),
    (damaged, "database", "it"),
    (another_file, "database", "it is damaged, or no database of Baraza"),
    (unknown_zone, "time zones", "this machine does not know Africa/Atlantis"),
    (unknown_language, "catalogues", "no translation into fr, which is wanted"),
    (language_of_the_coalition, "catalogues", "no translation into fr, which is wanted"),
    (open_to_others, "data directory", "other users of this machine can look into"),
]


@pytest.mark.parametrize(
    ("breaks", "what", "said"), BROKEN, ids=[breaks.__name__ for breaks, _, _ in BROKEN]
)
async def test_what_is_broken_is_found_and_nothing_else(
    breaks: Callable[[Installation], None], what: str, said: str, on_sqlite: Installation
) -> None:
    breaks(on_sqlite)

    [(found, words)] = wrong(await doctor.examine(on_sqlite.chosen(), SystemClock()))

    assert (found, words[: len(said)]) == (what, said)


async def test_a_clock_that_goes_wrong_is_found(on_sqlite: Installation) -> None:
    clock = VirtualClock(datetime.now(UTC) + timedelta(hours=1))

    [(what, said)] = wrong(await doctor.examine(on_sqlite.chosen(), clock))

    assert what == "clock"
    assert said.startswith(("3,59", "3,60"))
    assert said.endswith("seconds ahead of Telegram's")


async def test_a_disk_that_is_nearly_full_is_found(on_sqlite: Installation) -> None:
    [(what, _)] = wrong(await doctor.examine(on_sqlite.chosen(), SystemClock(), room=2**62))

    assert what == "disk"


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ("fonts/NotoSans-Bold.ttf", "missing or damaged: NotoSans-Bold.ttf"),
        ("_page.typ", "no document can be made (RuntimeError)"),
    ],
)
async def test_a_document_that_could_not_be_printed_is_found_before_it_is_needed(
    lost: str,
    expected: str,
    on_sqlite: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied = shutil.copytree(resources.folder("templates") / "documents", tmp_path / "documents")
    (copied / lost).unlink()
    monkeypatch.setattr(documents, "folder", lambda _: tmp_path)

    assert wrong(await doctor.examine(on_sqlite.chosen(), SystemClock())) == [("fonts", expected)]


async def test_a_server_that_is_away_is_found(on_sqlite: Installation) -> None:
    away = "postgresql+asyncpg://baraza:a-secret@127.0.0.1:9/baraza"
    on_sqlite.settings["database_url"] = away

    findings = await doctor.examine(on_sqlite.chosen(), SystemClock())

    [(what, said)] = wrong(findings)
    assert what == "database"
    assert "a-secret" not in repr(findings)
    assert said.startswith("it cannot be used (")


async def test_a_database_that_another_program_holds_is_found(
    on_sqlite: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    with closing(connect(on_sqlite.file)) as other:
        # Nobody waits in this test for a lock that stays.
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0}))
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        findings = await doctor.examine(on_sqlite.chosen(), SystemClock())

    assert wrong(findings) == [("database", "another program holds it")]


async def test_before_the_first_start_nothing_is_wrong_with_the_database(
    on_sqlite: Installation, tmp_path: Path
) -> None:
    on_sqlite.settings |= {"database_url": None, "data_dir": tmp_path / "new"}

    assert wrong(await doctor.examine(on_sqlite.chosen(), SystemClock())) == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["file", "file/data", "file/of/data"])
async def test_a_data_directory_that_cannot_be_made_is_found(
    place: str, on_sqlite: Installation, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    on_sqlite.settings["data_dir"] = tmp_path / place

    [(what, said)] = wrong(await doctor.examine(on_sqlite.chosen(), SystemClock()))

    assert (what, said) == (
        "data directory",
        f"{tmp_path / place} cannot be {'written' if place == 'file' else 'made'}",
    )


async def test_a_database_whose_folder_cannot_be_made_is_found(
    on_sqlite: Installation, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    on_sqlite.settings["database_url"] = f"sqlite+aiosqlite:///{tmp_path / 'file' / 'baraza.db'}"

    assert wrong(await doctor.examine(on_sqlite.chosen(), SystemClock())) == [
        ("database", f"this user may not write to {tmp_path / 'file'}")
    ]


async def test_an_old_database_stays_as_it_is(on_sqlite: Installation) -> None:
    on_sqlite.file.unlink()
    await asyncio.to_thread(upgrade, on_sqlite.settings["database_url"])
    before = on_sqlite.file.read_bytes()

    await doctor.examine(on_sqlite.chosen(), SystemClock())

    assert on_sqlite.file.read_bytes() == before
