"""Which updates have had their effects, and which ones failed.

The marks are a set, because ids are no sequence: after a week of quiet Telegram goes on at a random
id (Bot API, Update), and a redelivered update may come in any order. Two tables take turns; the
older one is emptied every 48 hours, and Telegram keeps an update for 24.

A mark is not the id: it is what a key in a file makes of it, and the key goes with its table. Ids
are given in a row, so a list of them would show where something arrived that left no other trace:
anonymous feedback (`docs/privacy.md`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, insert, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import is_sqlite, lock
from bot.domain.feedback import WAITS_AT_MOST
from bot.keys import KeyLost, KeyRing
from bot.models import MarkKey, UpdateFailure, UpdateMarkEven, UpdateMarkOdd, Upkeep
from bot.neighbours import NOBODY, Others, Whose
from bot.services import installation

log = structlog.get_logger()

TURN = timedelta(hours=48)
LEEWAY = timedelta(days=1)
"""So far the clocks of two programs may be apart; what is further ahead was a wrong clock's."""
CHORE = "turn-update-marks"
ATTEMPTS = 5
"""After so many failures an update is set aside."""
PREFIX = "marks"
"""What the files of these keys are called, before the database's own name and the turn."""

_TABLES = (UpdateMarkEven, UpdateMarkOdd)
_LARGEST = 2**63 - 1
# Built once, because every update asks them: building a statement costs more than running it.
_SEEN = union_all(
    select(col(UpdateMarkEven.mark)).where(
        col(UpdateMarkEven.mark).in_(bindparam("even", expanding=True))
    ),
    select(col(UpdateMarkOdd.mark)).where(
        col(UpdateMarkOdd.mark).in_(bindparam("odd", expanding=True))
    ),
)
_MARK = tuple(insert(t).values(mark=bindparam("marked")) for t in _TABLES)


SHOWN = "keys of marks"
"""What programs show each other that have the keys of the marks."""
ELSEWHERE = (
    "another Baraza uses this database with other keys: give every program on it the same "
    "BARAZA_KEY_DIR"
)
"""What an operator can do about it."""


class KeysElsewhere(Exception):
    """Another program uses this database with keys that this one does not have."""

    def __init__(self) -> None:
        super().__init__(ELSEWHERE)


class KeysAwaited(Exception):
    """Keys are not here, and whoever has them may just be starting: look again in a moment."""


@dataclass(frozen=True)
class Marks:
    """How updates are marked at present."""

    turn: int
    """The table that marks go into is the one of this parity."""
    keys: tuple[bytes | None, bytes | None]
    """Of both tables; None for one that was not used yet."""

    def of(self, update_id: int, table: int, *, is_refused: bool = False) -> int | None:
        """Return what stands in a table for an update; None if nothing can.

        A submission that was refused has a mark of its own: it must not be taken later for one that
        arrived.
        """
        key = self.keys[table]
        if key is None:
            return None
        kind = b"refused" if is_refused else b"taken"
        digest = hashlib.blake2b(str(update_id).encode(), key=key, person=kind, digest_size=8)
        return int.from_bytes(digest.digest()) & _LARGEST

    def now(self, update_id: int, *, is_refused: bool = False) -> int:
        """Return the mark that is set for an update now."""
        mark = self.of(update_id, self.turn % 2, is_refused=is_refused)
        assert mark is not None, "the table of this turn has its key"
        return mark


async def prepare(session: AsyncSession, keys: KeyRing, others: Others = NOBODY) -> None:
    """Make sure, when a program starts, that it can read the marks and set new ones.

    Keys that nobody has (an older copy was restored, the folder was not moved along) are made anew:
    an update that was taken just before, and never acknowledged, could then be taken twice.

    Raises:
        KeysElsewhere: a program that runs has them. This one must take no update.
        KeysAwaited: see there.
    """
    await lock(session, [CHORE])
    rows = (await session.execute(_NEWEST)).scalars().all()
    name = await installation.name(session)
    if rows and all(_is_held(keys, name, row) for row in rows):
        installation.destroy_later(session, keys, _unneeded(keys, name, [row.turn for row in rows]))
        await others.show(SHOWN)
        return
    if rows:
        await require_lost(others, SHOWN)
        log.warning(
            "keys.lost",
            remedy="keep BARAZA_KEY_DIR with the database, the same for every program that uses it",
        )
    # Until there was a first key, the ids themselves were written down.
    plain = [] if rows else [n for t in _TABLES for n in await session.scalars(select(col(t.mark)))]
    for table in (*_TABLES, MarkKey):
        await session.execute(delete(table))
    turn = rows[0].turn + 1 if rows else 0
    installation.destroy_later(session, keys, _unneeded(keys, name, [turn]))
    await _begin_turn(session, keys, name, turn)
    how = await marks(await session.connection(), keys)
    for number in plain:
        await mark(session, number, how)
    await others.show(SHOWN)


async def require_lost(others: Others, key: str) -> None:
    """Make sure that nobody living has a key that this program has not.

    Raises:
        KeysElsewhere: somebody has.
        KeysAwaited: nobody has shown it yet, but somebody may.
    """
    match await others.whose(key):
        case Whose.OTHERS:
            raise KeysElsewhere
        case Whose.UNKNOWN:
            raise KeysAwaited
        case Whose.NOBODY:
            pass


async def marks(connection: AsyncConnection, keys: KeyRing) -> Marks:
    """Return how updates are marked at present.

    Raises:
        KeysElsewhere: another program has turned to keys that are not in this one's folder.
    """
    rows = (await connection.execute(_NEWEST_WITH_NAME)).all()
    found: list[bytes | None] = [None, None]
    for turn, check, name in rows:
        key = _key(keys, name, turn, check)
        if key is None:
            raise KeysElsewhere
        found[turn % 2] = key
    return Marks(rows[0].turn, (found[0], found[1]))


async def seen(
    connection: AsyncConnection, ids: Iterable[int], how: Marks, *, is_refused: bool = False
) -> set[int]:
    """Return those of `ids` that have had their effects."""
    wanted = list(ids)
    known = [
        {how.of(number, table, is_refused=is_refused): number for number in wanted}
        for table in (0, 1)
    ]
    found = await connection.execute(_SEEN, {"even": list(known[0]), "odd": list(known[1])})
    return {(known[0] | known[1])[mark] for mark in found.scalars()}


async def mark(
    session: AsyncSession, update_id: int, how: Marks, *, is_refused: bool = False
) -> None:
    """Record, in the transaction of its effects, that an update has had them.

    Raises:
        IntegrityError: another program has just done so; nothing of this one may stay.
    """
    marked = how.now(update_id, is_refused=is_refused)
    await session.execute(_MARK[how.turn % 2], {"marked": marked})


async def take_turns(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Empty the older table and go on in it, with a new key, when its time has come.

    Raises:
        KeysElsewhere: another program has turned to keys that are not in this one's folder.
    """
    upkeep = await session.get(Upkeep, CHORE, with_for_update=True)
    if upkeep is None:
        session.add(Upkeep(name=CHORE, at=now))
        return
    if upkeep.at - now > LEEWAY:
        # By a clock that ran ahead. The older marks stay for a full turn: none is too young to go.
        upkeep.at = now
    if now - upkeep.at < TURN:
        return
    await lock(session, [CHORE])
    # A program whose keys are not the ones that count must not make others strangers to theirs.
    await marks(await session.connection(), keys)
    rows = (await session.execute(_NEWEST)).scalars().all()
    name = await installation.name(session)
    upkeep.at = now
    turn = rows[0].turn + 1
    installation.destroy_later(session, keys, _unneeded(keys, name, [turn, rows[0].turn]))
    await _begin_turn(session, keys, name, turn)
    for old in rows[1:]:
        await session.delete(old)


def key_name(installation_name: str, turn: int) -> str:
    """Name the file of the key of a turn."""
    return f"{PREFIX}-{installation_name}-{turn}"


async def _begin_turn(session: AsyncSession, keys: KeyRing, name: str, turn: int) -> None:
    table = _TABLES[turn % 2]
    # Deleted rows would stay readable in a file of PostgreSQL for a while.
    await session.execute(
        delete(table) if is_sqlite(session) else text(f"TRUNCATE {table.__tablename__}")
    )
    # The file first: a key that the database does not know of yet opens nothing.
    key = keys.make(key_name(name, turn))
    session.add(MarkKey(turn=turn, check=_check(key)))
    await session.flush()


def _unneeded(keys: KeyRing, name: str, turns: Iterable[int]) -> list[str]:
    needed = {key_name(name, turn) for turn in turns}
    return keys.unneeded(PREFIX, name, needed, after=WAITS_AT_MOST)


def _is_held(keys: KeyRing, name: str, row: MarkKey) -> bool:
    return _key(keys, name, row.turn, row.check) is not None


def _key(keys: KeyRing, name: str, turn: int, check: bytes) -> bytes | None:
    """Return the key of a turn, if this program has the one that the database means."""
    file = key_name(name, turn)
    for _ in range(2):
        try:
            key = keys.read(file)
        except KeyLost:
            return None
        if _check(key) == check:
            return key
        # Another program may have made it anew.
        keys.forget(file)
    return None


def _check(key: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=b"check", digest_size=16).digest()


_NEWEST = select(MarkKey).order_by(col(MarkKey.turn).desc()).limit(2)
_NEWEST_WITH_NAME = (
    select(col(MarkKey.turn), col(MarkKey.check), installation.NAME)
    .order_by(col(MarkKey.turn).desc())
    .limit(2)
)


async def count_attempt(session: AsyncSession, update: dict[str, Any]) -> int:
    """Record one more attempt at an update and return how many there were.

    Only its kind is kept: the rest could name a person.
    """
    failure = await _failure(session, update)
    failure.attempts += 1
    return failure.attempts


async def count_failure(
    session: AsyncSession, update: dict[str, Any], error: BaseException, *, is_counted: bool = False
) -> int:
    """Record the class of the error of an attempt and return how many attempts there were.

    `is_counted` says that this one was counted before it began.
    """
    failure = await _failure(session, update)
    failure.attempts += not is_counted
    failure.error = type(error).__name__
    return failure.attempts


async def succeeded(session: AsyncSession, update_id: int) -> None:
    """Forget the attempts at an update that had its effects in the end."""
    await session.execute(delete(UpdateFailure).where(col(UpdateFailure.update_id) == update_id))


async def set_aside(session: AsyncSession, update_id: int, now: datetime) -> None:
    """Give up on an update."""
    failure = await session.get_one(UpdateFailure, update_id)
    failure.set_aside_at = now


async def _failure(session: AsyncSession, update: dict[str, Any]) -> UpdateFailure:
    update_id = int(update["update_id"])
    # Two programs may have been given it: only one of them can be the first to note it.
    await lock(session, [f"update:{update_id}"])
    failure = await session.get(UpdateFailure, update_id, with_for_update=True)
    if failure is None:
        failure = UpdateFailure(update_id=update_id, kind=kind_of(update))
        session.add(failure)
    return failure


def kind_of(update: dict[str, Any]) -> str:
    """Return what kind of update this is, e.g. `message`, at most 32 characters."""
    kinds = (name for name in update if name != "update_id")
    return next(kinds, "empty")[:32]
