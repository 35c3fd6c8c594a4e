"""What many stories begin with is lived once, and kept: its database, its Telegram, its time.

To live the beginning of a meeting anew for each of thirty stories would take most of their time.
"""

import copy
import hashlib
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol, TypeVar

import asyncpg
from sqlalchemy.engine import URL, make_url

from bot.clock import VirtualClock
from bot.playground.telegram import FakeTelegram
from bot.seed import structure
from bot.seed.people import ONE_COUNTY
from tests.keys import key_dir


class Lived(Protocol):
    """A story that has come to the end of its beginning."""

    telegram: FakeTelegram
    clock: VirtualClock


Told = TypeVar("Told", bound=Lived)


@dataclass(frozen=True)
class Begun:
    """What a story goes on from."""

    telegram: FakeTelegram
    clock: VirtualClock


@dataclass(frozen=True)
class _Kept:
    telegram: FakeTelegram
    clock: VirtualClock
    database: str
    """The path of an SQLite file, or the name of a PostgreSQL database."""
    keys: Path


_kept: dict[tuple[object, str], _Kept] = {}
_seeded: dict[bytes | None, str] = {}
_names = count(1)
_folder = tempfile.TemporaryDirectory(prefix="begun-")


async def begun(
    database_url: str,
    beginning: Callable[[Told], Awaitable[None]],
    tell: Callable[[str], AbstractAsyncContextManager[Told]],
) -> Begun:
    """Bring an empty database to the end of a beginning, and return its Telegram and its time.

    The first time it is lived, in that very database; whoever comes later gets a copy. Both go on
    with a program that was started anew.
    """
    url = make_url(database_url)
    # The server is another one for each run of tests, and so are its databases.
    key = (beginning, url.get_backend_name() + str(url.query.get("host", "")))
    if key not in _kept:
        async with tell(database_url) as story:
            await beginning(story)
            telegram, clock = story.telegram, story.clock
        keys = Path(_folder.name) / f"{next(_names)}.keys"
        shutil.copytree(key_dir(database_url), keys)
        _kept[key] = _Kept(telegram, clock, await _keep(url), keys)
    else:
        await _restore(url, _kept[key].database)
        shutil.copytree(_kept[key].keys, key_dir(database_url), dirs_exist_ok=True)
    kept = _kept[key]
    clock = VirtualClock(kept.clock.now())
    # Everything is copied but the clock, in whose place comes the new one.
    telegram = copy.deepcopy(kept.telegram, {id(kept.clock): clock})
    return Begun(telegram, clock)


async def seeded(database_url: str) -> None:
    """Store the playground's coalition.

    What becomes of a file of SQLite depends on nothing but the file: it is worked out once.
    """
    url = make_url(database_url)
    before = _file_of(url)
    if before in _seeded:
        assert url.database is not None
        shutil.copyfile(_seeded[before], url.database)
        return
    await structure.store(database_url, ONE_COUNTY)
    if before is not None:
        _seeded[before] = await _keep(url)


def _file_of(url: URL) -> bytes | None:
    """Return what tells files of SQLite apart; None if there is none that nobody has open."""
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or path.with_name(f"{path.name}-wal").exists():
        return None
    return hashlib.sha256(path.read_bytes()).digest()


async def _keep(url: URL) -> str:
    assert url.database is not None
    if url.get_backend_name() == "sqlite":
        # Whoever closes an SQLite database last leaves everything in the file itself.
        path = f"{_folder.name}/{next(_names)}.db"
        shutil.copyfile(url.database, path)
        return path
    name = f"begun_{next(_names)}"
    await _execute(url, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    return name


async def _restore(url: URL, kept: str) -> None:
    assert url.database is not None
    if url.get_backend_name() == "sqlite":
        shutil.copyfile(kept, url.database)
        return
    await _execute(
        url,
        f'DROP DATABASE "{url.database}" WITH (FORCE)',
        f'CREATE DATABASE "{url.database}" TEMPLATE "{kept}"',
    )


async def _execute(url: URL, *statements: str) -> None:
    connection = await asyncpg.connect(
        host=url.query["host"], user=url.username, database="postgres"
    )
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
