"""What is written in confidence: sealed when it comes, released once a week, and nothing else.

    a submission -> mark + box, one transaction of its own -> confirmed directly
    a dummy      -> mark + box, at random times: nobody can tell which is which
    Sunday 18:00 UTC: new key file -> ONE transaction: open all, drop dummies, hold back too few,
    shuffle, items with the week only, empty the boxes -> old key file destroyed -> files compacted

The database names the key that counts. Whatever a crash leaves behind is found at the next start:
a file that it does not name is destroyed, boxes that its key does not open are counted and dropped.
A key is lost only when no program that runs has it (`bot.neighbours`): until then who has it not
refuses what is written, and leaves boxes and keys alone.
Nothing here may tell that something arrived: no log line, no counter, no row beside the box.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import structlog
from sqlalchemy import delete, func, insert, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database, is_sqlite, lock
from bot.domain import feedback
from bot.domain.boxes import ID_SIZE, BatchKey, BoxUnreadable, seal
from bot.domain.dates import wall_time
from bot.domain.feedback import Submission
from bot.keys import KeyLost, KeyRing, KeysUnreadable
from bot.models import Coalition, FeedbackBatch, FeedbackBox, FeedbackItem, Group
from bot.neighbours import NOBODY, Others
from bot.queries import feedback as queries
from bot.services import installation, updates

log = structlog.get_logger()

PREFIX = "box"
"""What the files of these keys are called, before the database's own name and the number."""
LOCK = "feedback"
SHOWN = "key of feedback"
"""What programs show each other that have the key of the batch."""
KEEP_KEYS = "keep BARAZA_KEY_DIR with the database; what waited sealed cannot be opened without it"
DUMMIES_A_DAY = 20
"""How many boxes a day mean nothing and have no cause, on average."""
FOLLOWS = 0.5
"""How likely a dummy follows what somebody does openly: many write soon after something else."""
FOLLOWS_WITHIN = (timedelta(seconds=20), timedelta(minutes=40))
"""Each order of magnitude between these is as likely as the other."""
FOLLOWERS_A_DAY = 200
"""At most so many of that kind: a box has 16 KiB, and a large coalition hides people by itself."""
DUMMIES_BESIDE_HELD = 8
"""At most so many dummies are put beside what is held back: its number must not show."""

T = TypeVar("T")

_RANDOM = secrets.SystemRandom()


class KeyOfBatchLost(Exception):
    """The file of the present batch is not there: whatever is sealed now could never be opened."""


class Fate(StrEnum):
    """What became of a submission."""

    ARRIVED = "arrived"
    """It is sealed in its box."""
    RELEASED = "released"
    """It arrived before, and its box was emptied since: there is nothing more to tell."""
    REFUSED = "refused"
    """It was refused before, and is not taken now."""


@dataclass(frozen=True)
class Batch:
    """The batch that something is sealed into."""

    number: int
    key: BatchKey
    release_at: datetime


async def prepare(
    session: AsyncSession, keys: KeyRing, now: datetime, others: Others = NOBODY
) -> None:
    """Make sure, when a program starts, that there is a batch that can be opened one day.

    Finishes what a crash interrupted: files of keys that the database does not name are destroyed.

    Raises:
        KeysElsewhere: a program that runs has the key. This one leaves everything as it is.
        KeysAwaited: see there.
    """
    await lock(session, [LOCK])
    name = await installation.name(session)
    row = await session.scalar(_BATCH)
    if row is not None and _held(keys, name, row) is not None:
        _set_right(row, now)
        installation.destroy_later(session, keys, _unneeded(keys, name, row.number))
        await others.show(SHOWN)
        return
    if row is not None:
        # Those of batches that were released, as they may lie in a folder that was copied.
        for file in keys.names(f"{PREFIX}-{name}-"):
            if _number(file) < row.number:
                keys.destroy(file)
        # Where another program has other keys, the boxes are its: not lost, and not to be dropped.
        await updates.marks(await session.connection(), keys)
        await updates.require_lost(others, SHOWN)
        lost = await session.scalar(select(func.count()).select_from(FeedbackBox)) or 0
        await _empty(session)
        log.warning(
            "feedback.key_lost",
            # Most of them meant nothing.
            boxes=lost,
            remedy=KEEP_KEYS,
        )
        await session.delete(row)
    number = row.number + 1 if row is not None else 1
    # What an earlier key was called must never be a new one's name.
    number = max([number, *(_number(file) + 1 for file in keys.names(f"{PREFIX}-{name}-"))])
    installation.destroy_later(session, keys, _unneeded(keys, name, number))
    key = BatchKey(keys.make(key_name(name, number)))
    session.add(
        FeedbackBatch(
            number=number,
            public_key=key.public,
            release_at=feedback.next_release(now),
            is_compact=row is None or (row.is_compact and not is_sqlite(session)),
        )
    )
    await session.flush()
    await others.show(SHOWN)


async def set_right(session: AsyncSession, now: datetime) -> None:
    """Let what waits be released next Sunday, if a clock that ran ahead has put it off."""
    await lock(session, [LOCK])
    row = await session.scalar(_BATCH)
    if row is not None:
        _set_right(row, now)


async def batch(session: AsyncSession, keys: KeyRing) -> Batch:
    """Return the present batch, with its key from the disk as it is now.

    Raises:
        KeyOfBatchLost: see there.
        KeysUnreadable: the key is there, but the disk does not give it away.
    """
    row = await session.scalar(_BATCH)
    if row is None:
        raise KeyOfBatchLost
    key = _held(keys, await installation.name(session), row)
    if key is None:
        raise KeyOfBatchLost
    return Batch(row.number, key, row.release_at)


async def keep(
    session: AsyncSession, keys: KeyRing, update_id: int, submission: Submission
) -> Fate:
    """Seal a submission into its box. The transaction must be its own: it writes these two rows.

    Raises:
        KeyOfBatchLost: nothing could ever open the box.
        IntegrityError: another program has just taken the update.
    """
    # Held until the commit: a release cannot come between the key and the box.
    await lock(session, [LOCK])
    known = await fate(session, keys, update_id)
    if known is not None:
        return known
    present = await batch(session, keys)
    connection = await session.connection()
    await updates.mark(session, update_id, await updates.marks(connection, keys))
    await _put(session, present.key.box_id(update_id), seal(present.key.public, submission))
    return Fate.ARRIVED


async def refuse(session: AsyncSession, keys: KeyRing, update_id: int) -> Fate:
    """Note that a submission was refused, so that it stays refused when it comes again.

    Returns what became of it the first time, if it came before.
    """
    # Another program may be taking it: what the first one says holds.
    await lock(session, [LOCK])
    known = await fate(session, keys, update_id)
    if known is not None:
        return known
    how = await updates.marks(await session.connection(), keys)
    await updates.mark(session, update_id, how, is_refused=True)
    return Fate.REFUSED


async def put_dummy(session: AsyncSession, keys: KeyRing) -> None:
    """Put a box that means nothing beside the others; the transaction is its own.

    Raises:
        KeyOfBatchLost: there is no batch that could be opened.
    """
    await lock(session, [LOCK])
    present = await batch(session, keys)
    connection = await session.connection()
    # No update has a negative id (Bot API, Update): its mark is like any other, and nobody's.
    nobody = -1 - secrets.randbits(62)
    await updates.mark(session, nobody, await updates.marks(connection, keys))
    await _put(session, secrets.token_bytes(ID_SIZE), seal(present.key.public, None))


def next_dummy(now: datetime) -> datetime:
    """Return, by chance, when the next dummy without a cause is put.

    Without a memory: whatever went before, there are as many a day.
    """
    return now + timedelta(days=_RANDOM.expovariate(DUMMIES_A_DAY))


def dummies_after(updates: int, now: datetime) -> list[datetime]:
    """Return, by chance, when dummies follow so many things that people have just done."""
    soonest, latest = FOLLOWS_WITHIN
    return [
        now + soonest * (latest / soonest) ** _RANDOM.random()
        for _ in range(updates)
        if _RANDOM.random() < FOLLOWS
    ]


async def is_release_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether what is sealed is to be released by now."""
    row = await session.scalar(_BATCH)
    return row is not None and row.release_at <= now


async def release_at(session: AsyncSession) -> datetime | None:
    """Return when the present batch is released."""
    row = await session.scalar(_BATCH)
    return row.release_at if row is not None else None


async def open_until(session: AsyncSession, keys: KeyRing) -> datetime | None:
    """Return when what is written now is released; None if this program can keep nothing now."""
    try:
        return (await batch(session, keys)).release_at
    except (KeyOfBatchLost, KeysUnreadable):
        return None


async def release(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Open every box, and let their words be read with the week only; the transaction is its own.

    Raises:
        KeyOfBatchLost: they cannot be opened; `prepare` goes on without them.
    """
    await lock(session, [LOCK])
    old = await batch(session, keys)
    name = await installation.name(session)
    if old.release_at > now:
        # Another program did it meanwhile, or this one, and never heard that it was stored.
        installation.destroy_later(session, keys, _unneeded(keys, name, old.number))
        return
    number = old.number + 1
    # Found before the new one is made: nothing that is made later may be among them.
    installation.destroy_later(session, keys, _unneeded(keys, name, number))
    new = BatchKey(keys.make(key_name(name, number)))
    sorted_out = feedback.sort_out(await _opened(session, old.key))
    await _empty(session)
    week = feedback.week_of(now)
    for one in await _without_small_groups(session, _shuffled(sorted_out.released)):
        session.add(
            FeedbackItem(
                id=secrets.randbits(62) + 1,
                coalition_id=one.coalition_id,
                group_id=one.group_id,
                week=week,
                # PostgreSQL takes no zero in a text, and everybody's words would wait for these.
                words=one.text.replace("\0", "?"),
                receipt=one.receipt,
            )
        )
        # One by one: a statement for many would be free to sort them.
        await session.flush()
    await _put_back(session, new, sorted_out.held)
    row = await session.get_one(FeedbackBatch, old.number)
    # On PostgreSQL the boxes leave nothing; forgotten words may still have to be seen to.
    is_compact = row.is_compact and not is_sqlite(session)
    await session.delete(row)
    session.add(
        FeedbackBatch(
            number=number,
            public_key=new.public,
            release_at=feedback.next_release(now),
            is_compact=is_compact,
        )
    )
    await session.flush()


async def offered(session: AsyncSession, group: Group, *, now: datetime) -> str:
    """Return the link by which a group is told that its members can write, if it is time for it.

    At most every four weeks, below what a meeting led to: it is for everybody alike.
    """
    coalition = await session.get_one(Coalition, group.coalition_id)
    today = wall_time(now, group.zone).date()
    is_open = coalition.feedback is feedback.FeedbackState.OPEN
    if not is_open or not feedback.may_offer(group.feedback_offered_on, today):
        return ""
    group.feedback_offered_on = today
    return await link(session)


async def link(session: AsyncSession) -> str:
    """Return the link to the promise."""
    return await installation.link(session, feedback.LINK)


async def compact(database: Database) -> None:
    """Take out of the database's files what was emptied or forgotten, if that is still to do.

    On SQLite `secure_delete` has overwritten it in the pages; the log beside the database still has
    it until it is cut off, and rewriting the file forgets in which order things came. PostgreSQL
    keeps nothing of a release, but forgotten words stay in their table until it is rewritten.
    """
    async with database.transaction() as session:
        row = await session.scalar(_BATCH)
        if row is None or row.is_compact:
            return
    if not await database.rewrite("feedback_item"):
        return
    async with database.transaction() as session:
        row = await session.scalar(_BATCH)
        if row is not None:
            row.is_compact = True


def key_name(installation_name: str, number: int) -> str:
    """Name the file of the key of a batch."""
    return f"{PREFIX}-{installation_name}-{number}"


async def fate(session: AsyncSession, keys: KeyRing, update_id: int) -> Fate | None:
    """Return what became of a submission when it came before; None if it never did."""
    connection = await session.connection()
    how = await updates.marks(connection, keys)
    if await updates.seen(connection, [update_id], how, is_refused=True):
        return Fate.REFUSED
    if not await updates.seen(connection, [update_id], how):
        return None
    try:
        present = await batch(session, keys)
    except (KeyOfBatchLost, KeysUnreadable):
        # It did arrive, and nothing more can be told by this program.
        return Fate.RELEASED
    box = await session.get(FeedbackBox, present.key.box_id(update_id))
    return Fate.RELEASED if box is None else Fate.ARRIVED


async def _put(session: AsyncSession, box_id: bytes, sealed: bytes) -> None:
    await session.execute(insert(FeedbackBox).values(id=box_id, sealed=sealed))


async def _put_back(session: AsyncSession, key: BatchKey, held: Iterable[Submission]) -> None:
    """Seal anew what waits for another release, among dummies: its number must not show."""
    waiting: list[Submission | None] = list(held)
    waiting += [None] * (1 + secrets.randbelow(DUMMIES_BESIDE_HELD))
    for one in _shuffled(waiting):
        await _put(session, secrets.token_bytes(ID_SIZE), seal(key.public, one))


async def _opened(session: AsyncSession, key: BatchKey) -> list[Submission]:
    found: list[Submission] = []
    unreadable = 0
    for sealed in await session.scalars(select(col(FeedbackBox.sealed))):
        try:
            submission = key.open(sealed)
        except BoxUnreadable:
            unreadable += 1
            continue
        if submission is not None:
            found.append(submission)
    if unreadable:
        log.warning("feedback.unreadable", boxes=unreadable)
    return found


async def _without_small_groups(
    session: AsyncSession, released: Iterable[Submission]
) -> list[Submission]:
    """Leave the group away where by now too few belong to it."""
    found = list(released)
    sizes = await queries.people_in(session, [one.group_id for one in found if one.group_id])
    return [feedback.without_small_group(one, sizes) for one in found]


async def _empty(session: AsyncSession) -> None:
    # Deleted rows would stay readable in a file of PostgreSQL for a while.
    statement = delete(FeedbackBox) if is_sqlite(session) else text("TRUNCATE feedback_box")
    await session.execute(statement)


def _shuffled(things: Iterable[T]) -> list[T]:
    found = list(things)
    _RANDOM.shuffle(found)
    return found


def _held(keys: KeyRing, name: str, row: FeedbackBatch) -> BatchKey | None:
    """Return the key of a batch if its file is there now, and has the key that is meant."""
    file = key_name(name, row.number)
    keys.forget(file)
    try:
        key = BatchKey(keys.read(file))
    except KeyLost:
        return None
    # Nor may the memory keep it when another program destroys it.
    keys.forget(file)
    return key if key.public == row.public_key else None


def _set_right(row: FeedbackBatch, now: datetime) -> None:
    if feedback.is_out_of_reach(row.release_at, now):
        row.release_at = feedback.next_release(now)
        log.warning("feedback.clock_set_back", release_at=row.release_at.isoformat())


def _unneeded(keys: KeyRing, name: str, number: int) -> list[str]:
    needed = {key_name(name, number)}
    return keys.unneeded(PREFIX, name, needed, after=feedback.WAITS_AT_MOST)


def _number(file: str) -> int:
    last = file.rpartition("-")[2]
    # Whoever copies files gives them other names.
    return int(last) if last.isdecimal() else 0


_BATCH = select(FeedbackBatch).order_by(col(FeedbackBatch.number).desc()).limit(1)
