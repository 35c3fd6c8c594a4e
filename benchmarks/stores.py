"""The databases on which the bot is measured: fresh ones, empty or migrated, gone afterwards."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from enum import StrEnum
from itertools import count
from pathlib import Path

from bot.migrations import upgrade
from tools.postgres import Server, ServerUnavailable, running

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""Tests switch these off; a rate without them would be one that no real server has."""
_TEMPLATE = "migrated"


class Kind(StrEnum):
    """What the bot stores its rows in."""

    SQLITE = "SQLite"
    THREADED = "SQLite by aiosqlite"
    """The same file, but each statement goes to a thread and back (docs/decisions/0001)."""
    POSTGRESQL = "PostgreSQL"


class Stores:
    """Makes databases in a temporary folder."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        """Work in `folder`; without a `server` there is no PostgreSQL."""
        self.folder = folder
        self._server = server
        self._numbers = count(1)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the bot can be measured on here."""
        return (Kind.SQLITE,) if self._server is None else (Kind.SQLITE, Kind.POSTGRESQL)

    def empty(self) -> str:
        """Return the address of a SQLite database that does not exist yet."""
        return f"sqlite+aiosqlite:///{self.folder}/bench{next(self._numbers)}.db"

    async def migrated(self, kind: Kind) -> str:
        """Return the address of a fresh database with all its tables."""
        if kind is Kind.POSTGRESQL:
            return await asyncio.to_thread(self._copy_in_server)
        url = self.empty()
        await asyncio.to_thread(self._copy_file, url)
        return url

    def _copy_file(self, url: str) -> None:
        template = self.folder / f"{_TEMPLATE}.db"
        if not template.exists():
            upgrade(f"sqlite+aiosqlite:///{template}")
        shutil.copyfile(template, url.partition("///")[2])

    def _copy_in_server(self) -> str:
        assert self._server is not None, "ask only for one of `kinds`"
        known = self._server.execute("SELECT datname FROM pg_database").splitlines()
        if _TEMPLATE not in known:
            upgrade(self._server.create(_TEMPLATE))
        return self._server.create(f"bench{next(self._numbers)}", template=_TEMPLATE)


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Stores]:
    """Lend databases in `folder`; PostgreSQL, too, if its programs are installed."""
    with contextlib.ExitStack() as stack:
        server = None
        with contextlib.suppress(ServerUnavailable):
            server = stack.enter_context(running())
        if server is not None:
            for name, value in DURABLE.items():
                server.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            server.execute("SELECT pg_reload_conf()")
        yield Stores(folder, server)
