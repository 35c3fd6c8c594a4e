"""The databases and the browser that tests share; each starts when the first test wants it.

What a machine lacks is skipped with the reason. `BARAZA_TEST_REQUIRE=postgresql,browser` turns that
into a failure, so that nothing is left out by mistake where everything should run.
"""

import asyncio
import fcntl
import gc
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot import database, play
from bot.migrations import upgrade
from tools import chromium
from tools.postgres import Server, ServerUnavailable, running

TEMPLATE = "template_of_tests"
EVERYBODY_LEAVES = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
    DO $$ DECLARE it regclass; BEGIN
        -- Without looking who refers to whom.
        SET LOCAL session_replication_role = replica;
        FOR it IN SELECT oid FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND relname <> 'alembic_version'
        LOOP EXECUTE format('DELETE FROM %s', it); END LOOP;
        FOR it IN SELECT oid FROM pg_class WHERE relkind = 'S'
        LOOP PERFORM setval(it, 1, false); END LOOP;
    END $$
"""
CATALOGUES = ("class", "attribute", "attrdef", "constraint", "index", "trigger", "proc")
_NEWEST = "(SELECT format('%s:%s', count(*), max(xmin::text::bigint)) FROM {})"
SCHEMA = f"""
    SELECT concat_ws(' ',
        {", ".join(_NEWEST.format(f"pg_{of}") for of in CATALOGUES)},
        (SELECT string_agg(version_num, ' ') FROM alembic_version),
        pg_database_size(current_database()) < 2 ^ 24
    )
"""
"""What every change of the schema changes; and whether the files have grown out of proportion."""
TAKE_BACK = f"{EVERYBODY_LEAVES};{EMPTY};{SCHEMA}"


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` means: one more than cores.

    A third of the time a test waits: for a browser, for a program to start, for a promise to be
    kept in real seconds.
    """
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Keep Python from looking again and again for garbage among what lives as long as the tests.

    All that was imported and collected is passed over, and what a story leaves is collected in
    larger portions: that saves an eighth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def unavailable(part: str, reason: str) -> NoReturn:
    """Skip the test for want of a part of this machine, or fail where that part is required."""
    if part in os.environ.get("BARAZA_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{part} is required, but {reason}", pytrace=False)
    pytest.skip(f"no {part}: {reason}")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Let all engines of a kind keep in one place the statements that they have compiled.

    A program has one engine for its life, but every test has its own: each would compile anew what
    the one before it compiled, which is a third of a story's time.
    """
    first: dict[str, Engine] = {}

    def create(url: str, **options: Any) -> AsyncEngine:
        made = create_async_engine(url, **options)
        engine = made.sync_engine
        if known := first.get(engine.dialect.name):
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
            return made

        @event.listens_for(engine, "connect")
        def keep(*_: object) -> None:
            # Not before: it learns on a connection what the server can do.
            first.setdefault(engine.dialect.name, engine)

        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_async_engine", create)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Lend a PostgreSQL server that holds nothing yet."""
    try:
        # Entered by hand: an error of a test must not be taken for one of the start.
        manager = running()
        server = manager.__enter__()
    except ServerUnavailable as error:
        unavailable("postgresql", str(error))
    yield server
    manager.__exit__(None, None, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend the file of a migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """Lend the name of a migrated PostgreSQL database, to be copied."""
    upgrade(postgres.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a fresh, migrated SQLite database of this test's own."""
    path = tmp_path / "baraza.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@dataclass
class Lent:
    """A migrated PostgreSQL database, which one test after the other has to itself.

    A copy of the template for each test would cost a tenth of a second; to empty it costs far less.
    """

    server: Server
    template: str
    names: Iterator[str] = field(default_factory=lambda: (f"test_{n}" for n in count(1)))
    name: str | None = None
    schema: str = ""

    def url(self) -> str:
        """Return the address of the database, in which everything is as in the template."""
        if self.name is None:
            self.name = next(self.names)
            self.server.create(self.name, template=self.template)
            self.schema = self.server.execute(SCHEMA, database=self.name)
        return self.server.url(self.name)

    def take_back(self) -> None:
        """Empty it, whoever is still connected; one of another form than before is given up."""
        assert self.name is not None
        try:
            told = self.server.execute(TAKE_BACK, database=self.name)
            is_same = told.splitlines()[-1] == self.schema
        except subprocess.CalledProcessError:
            is_same = False
        if not is_same:
            self.server.drop(self.name)
            self.name = None


@pytest.fixture(scope="session")
def lent(postgres: Server, postgres_template: str) -> Lent:
    """Lend the database that the tests of this process use in turn."""
    return Lent(postgres, postgres_template)


@pytest.fixture
def postgres_url(lent: Lent) -> Iterator[str]:
    """Lend the address of a migrated PostgreSQL database in which nothing is stored yet."""
    yield lent.url()
    lent.take_back()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, migrated database; the test runs once with each kind."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend the folder of a playground whose people have lived three months, to be copied.

    They are lived once: of several processes that test side by side, the others wait for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "lived"
    with (shared / "lived.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / play.TELEGRAM_FILE).exists():
            folder.mkdir(exist_ok=True)
            asyncio.run(play.begin(folder))
    return folder


@pytest.fixture
def lived_dir(lived: Path, tmp_path: Path) -> Path:
    """Return a data directory of this test's own, with a playground that has been lived in."""
    shutil.copytree(lived, tmp_path / "play")
    return tmp_path


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of a Chromium that starts."""
    try:
        return chromium.find()
    except chromium.BrowserUnavailable as error:
        unavailable("browser", str(error))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome(chromium_path: str) -> AsyncIterator[Browser]:
    """Lend the Chromium that all tests of this process use, and the loop it belongs to."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium_path,
            # Chromium's sandbox wants rights that root and containers do not have.
            args=["--no-sandbox"],
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chrome: Browser) -> AsyncIterator[Browser]:
    """Lend a Chromium in which nothing is open, and nothing is remembered.

    Who uses it runs in the loop of the session: `pytest.mark.asyncio(loop_scope="session")`.
    """
    yield chrome
    for context in chrome.contexts:
        await context.close()
