"""Where the key files of a test's database lie, and what only who has them can read there."""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.database import Database
from bot.keys import KeyRing
from bot.models import UpdateMarkEven, UpdateMarkOdd
from bot.services import feedback, installation, updates
from bot.stand_ins import StandIns

TABLES = (UpdateMarkEven, UpdateMarkOdd)


def key_dir(database_url: str) -> Path:
    """Return the folder for the keys of a database: programs that share one share the other."""
    return _folder() / hashlib.blake2b(database_url.encode(), digest_size=8).hexdigest()


def key_ring(database_url: str) -> KeyRing:
    """Return the keys of a database, as one more program sees them."""
    return KeyRing(key_dir(database_url))


async def prepare(database: Database, now: datetime) -> KeyRing:
    """Do what a program does when it starts, so that updates can be marked; return its keys."""
    keys = key_ring(database.url)
    await database.run(lambda session: updates.prepare(session, keys))
    await database.run(lambda session: feedback.prepare(session, keys, now))
    return keys


async def stand_ins(session: AsyncSession, keys: KeyRing, clock: Clock) -> StandIns:
    """Return what exchanges the numbers of messages as the programs on a database do."""
    return StandIns(keys, clock, await installation.name(session))


async def taken(
    session: AsyncSession, keys: KeyRing, known: Iterable[int], table: int | None = None
) -> set[int | None]:
    """Return which of the `known` updates have marks (in one of the tables, or in both).

    None stands for a mark that is of none of them.
    """
    how = await updates.marks(await session.connection(), keys)
    numbers = list(known)
    found: set[int | None] = set()
    for parity in (0, 1) if table is None else (table,):
        of = {how.of(number, parity): number for number in numbers}
        found |= {of.get(mark) for mark in await session.scalars(select(col(TABLES[parity].mark)))}
    return found


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="baraza-keys-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
