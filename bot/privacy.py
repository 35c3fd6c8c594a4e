"""What an operator can look into to see whether feedback in confidence is kept in confidence.

`baraza doctor --privacy`, on an installation that may be running. Nothing is changed. What no
program can see from here is said, too: nobody is to take silence for safety.
"""

import json
import os
import re
import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import stand_ins
from bot.clock import Clock
from bot.database import Database
from bot.doctor import Finding
from bot.domain.boxes import BatchKey
from bot.keys import KeyLost, KeyRing, KeysUnreadable
from bot.models import FeedbackBatch, FeedbackItem, Installation, MarkKey, Member
from bot.neighbours import holders
from bot.services import feedback, updates
from bot.services.updates import KeysElsewhere
from bot.settings import Settings

OVERDUE = timedelta(hours=1)
"""How late a release may be, on a machine that is on."""
LARGE_LOG = 64 * 2**20
"""Bytes of SQLite's log that a usual day does not reach."""
SYNCED = re.compile(
    r"dropbox|onedrive|google ?drive|nextcloud|owncloud|seafile|syncthing|icloud|mobile documents"
    r"|backups?|snapshots?|\.snapshots|timeshift",
    re.IGNORECASE,
)
"""Folders whose name says that they are copied somewhere."""
MARKERS = (".stfolder", ".git", ".dropbox", ".nextcloudsync.log")
"""What lies in a folder that is copied somewhere."""
TELLING = 12
"""Characters that no log has by chance: shorter words are in many lines that tell nothing."""
LOOKED_FOR = 20
"""Characters of a line that are looked for: the rest may be cut."""
_OTHERS = 0o077
_PAGE = struct.Struct(">H")
_HEAD = struct.Struct(">II")
_LARGEST_PAGE = 65536
_TELLING_SETTINGS = {
    "track_commit_timestamp": ("off",),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
}
"""Settings of PostgreSQL, and the values that leave no moment behind."""
_SHARE = "Give every program on this database the same BARAZA_KEY_DIR, on one volume"
_CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
_SWAPS = Path("/proc/swaps")


@dataclass(frozen=True)
class Unseen(Finding):
    """Something that cannot be looked at from here."""


@dataclass(frozen=True)
class Warned(Finding):
    """Something that is not wrong, and that an operator should know and weigh."""


async def examine(chosen: Settings, clock: Clock, *, logs: Sequence[Path] = ()) -> list[Finding]:
    """Return what was found; `logs` are files of what the program or the database has logged."""
    keys = KeyRing(chosen.keys)
    findings = [_modes(keys.folder), _place(keys.folder)]
    file = chosen.database_file
    if file is not None and not file.exists():
        # To open it would make it.
        findings.append(Finding("database", is_well=True, said="not there yet; `run` makes it"))
        return [*findings, _core_dumps(), _swap(), *_never_seen(keys.folder)]
    database = Database(chosen.database)
    try:
        async with database.transaction() as session:
            findings += [finding async for finding in _stored(session, keys, clock)]
            findings += [finding async for finding in _logs(session, logs)]
            if not database.is_sqlite:
                findings += [finding async for finding in _postgresql(session)]
    except (OSError, SQLAlchemyError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        findings.append(_ill("database", f"it cannot be read ({reason})", "see `baraza doctor`"))
    finally:
        await database.close()
    if file is not None:
        findings += _sqlite(file)
    return [*findings, _core_dumps(), _swap(), *_never_seen(keys.folder)]


# --- key files ------------------------------------------------------------------------------------


def _modes(folder: Path) -> Finding:
    what = "key files"
    if not folder.is_dir():
        return Finding(what, is_well=True, said=f"{folder} does not exist yet; `run` makes it")
    for file in (folder, *sorted(folder.iterdir())):
        if file.stat().st_mode & _OTHERS:
            mode = 700 if file.is_dir() else 600
            said = f"other users of this machine can read {file}"
            return Finding(what, is_well=False, said=said, remedy=f"chmod {mode} {file}")
        if file.stat().st_uid != os.geteuid() and os.geteuid() != 0:
            return _ill(what, f"{file} belongs to another user", "chown it to whoever runs Baraza")
    return Finding(what, is_well=True, said=f"in {folder}, for their owner alone")


def _place(folder: Path) -> Finding:
    what = "place of the keys"
    remedy = "set BARAZA_KEY_DIR to a folder that nothing copies, and move the files there"
    for one in (folder.absolute(), *folder.absolute().parents):
        if SYNCED.search(one.name):
            return _ill(what, f"{one} looks as if it were copied somewhere", remedy)
        if marker := next((name for name in MARKERS if (one / name).exists()), None):
            return _ill(what, f"{one} is copied somewhere: there is a {marker} in it", remedy)
    return Finding(what, is_well=True, said="no folder above them is known to be copied")


async def _stored(session: AsyncSession, keys: KeyRing, clock: Clock) -> AsyncIterator[Finding]:
    """Look at what the database says of keys and releases."""
    name = await session.scalar(select(col(Installation.name)).limit(1))
    row = await session.scalar(
        select(FeedbackBatch).order_by(col(FeedbackBatch.number).desc()).limit(1)
    )
    if name is None or row is None:
        yield Finding("release", is_well=True, said="the bot has not run yet")
        return
    yield _release(row, clock)
    file = feedback.key_name(name, row.number)
    yield await _is_held(session, keys, file, row)
    turns = (await session.scalars(select(col(MarkKey.turn)))).all()
    named = {file, *(updates.key_name(name, turn) for turn in turns)}
    named.update(keys.names(f"{stand_ins.PREFIX}-{name}-"))
    named.difference_update(stand_ins.old_names(keys, name, clock.now()))
    yield _orphans(keys, name, named)
    yield await _shared(session, keys)


def _release(row: FeedbackBatch, clock: Clock) -> Finding:
    what = "release"
    if clock.now() > row.release_at + OVERDUE:
        said = f"it was due on {row.release_at:%Y-%m-%d %H:%M} UTC: what waits is still sealed"
        return _ill(what, said, "start the bot, and look into its log if it runs")
    if not row.is_compact:
        said = "the files of the database were not cleaned after the last one"
        remedy = (
            "let the bot run: it tries every five minutes, but not while a backup or tool reads"
        )
        return _ill(what, said, remedy)
    return Finding(what, is_well=True, said=f"the next is on {row.release_at:%Y-%m-%d %H:%M} UTC")


async def _is_held(session: AsyncSession, keys: KeyRing, file: str, row: FeedbackBatch) -> Finding:
    what = "key of what waits"
    try:
        is_held = BatchKey(keys.read(file)).public == row.public_key
    except KeyLost:
        is_held = False
    except KeysUnreadable as error:
        said = f"{file}.key in {keys.folder} cannot be read: {error.strerror}"
        return _ill(what, said, "let the user that runs Baraza read it; nothing is lost yet")
    if is_held:
        return Finding(what, is_well=True, said="there, and the one that is meant")
    said = f"{file}.key is not in {keys.folder}, or is another one"
    if others := await holders(session, feedback.SHOWN):
        said = f"{said}; {others} that run on this database had it when they looked last"
        remedy = f"a program with this folder refuses feedback, and drops nothing. {_SHARE}"
        return _ill(what, said, remedy)
    remedy = (
        f"bring the file back if you have moved it; else start the bot anew. {feedback.KEEP_KEYS}"
    )
    return _ill(what, f"{said}: nothing can be opened", remedy)


def _orphans(keys: KeyRing, name: str, named: set[str]) -> Finding:
    what = "old keys"
    found = [
        one
        for prefix in (feedback.PREFIX, updates.PREFIX, stand_ins.PREFIX)
        for one in keys.names(f"{prefix}-{name}-")
        if one not in named
    ]
    halves = [one.name for one in keys.folder.glob(".*.new")]
    if not found and not halves:
        return Finding(what, is_well=True, said="destroyed")
    said = f"still there: {', '.join((*found, *halves))}"
    return _ill(what, said, f"start the bot anew, it destroys them; or shred {keys.folder}/NAME")


async def _shared(session: AsyncSession, keys: KeyRing) -> Finding:
    what = "keys of several programs"
    try:
        await updates.marks(await session.connection(), keys)
    except KeysElsewhere:
        living = await holders(session, updates.SHOWN)
        said = (
            f"{living} that run on this database have other keys than this folder"
            if living
            else "the database was used with other keys than those in this folder"
        )
        remedy = f"a program with this folder takes nothing while another has them. {_SHARE}"
        return _ill(what, said, remedy)
    except KeysUnreadable as error:
        return _ill(what, f"they cannot be read: {error.strerror}", "let the bot's user read them")
    living, able = [await holders(session, key) for key in (updates.SHOWN, feedback.SHOWN)]
    if able < living:
        said = f"{living - able} of {living} programs that run refuse feedback: they lack its key"
        return _ill(what, said, f"look into their logs (keys.elsewhere). {_SHARE}")
    if living > 1:
        said = f"{living} programs run on this database, and each has them"
        return Finding(what, is_well=True, said=said)
    return Finding(what, is_well=True, said="those that the database means")


# --- the database ---------------------------------------------------------------------------------


def _sqlite(file: Path) -> Iterator[Finding]:
    """Look at the very bytes of an SQLite database."""
    what = "deleted rows"
    dirty = sum(any(page) for page in _free_pages(file))
    if dirty:
        said = f"{dirty} free pages of {file} still have content"
        yield _ill(what, said, "stop the bot and rewrite the file: sqlite3 FILE VACUUM")
    else:
        yield Finding(what, is_well=True, said="overwritten in the file")
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        said = f"{log} has {size // 2**20:,} MiB: it keeps what was deleted long ago"
        remedy = "close what has the database open for long (a tool, a backup), or start anew"
        yield _ill("log of the database", said, remedy)
    else:
        yield Finding("log of the database", is_well=True, said=f"{size // 2**10:,} KiB")


def _free_pages(file: Path) -> Iterator[bytes]:
    """Yield the pages that hold nothing any more (SQLite, file format, 1.5)."""
    with file.open("rb") as opened:
        head = opened.read(100)
        (size,) = _PAGE.unpack_from(head, 16)
        size = _LARGEST_PAGE if size == 1 else size
        trunk, _count = _HEAD.unpack_from(head, 32)
        known: set[int] = set()
        while trunk and trunk not in known:
            known.add(trunk)
            opened.seek((trunk - 1) * size)
            page = opened.read(size)
            if len(page) < size:
                return
            following, leaves = _HEAD.unpack_from(page)
            for leaf in struct.unpack_from(f">{min(leaves, size // 4 - 2)}I", page, 8):
                opened.seek((leaf - 1) * size)
                yield opened.read(size)
            trunk = following


async def _postgresql(session: AsyncSession) -> AsyncIterator[Finding]:
    what = "PostgreSQL"
    rows = await session.execute(
        text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"),
        {"names": list(_TELLING_SETTINGS)},
    )
    telling = [
        f"{name} = {value}" for name, value in sorted(rows) if value not in _TELLING_SETTINGS[name]
    ]
    if telling:
        said = f"it keeps the moments of everything: {', '.join(telling)}"
        remedy = (
            "switch that off (ALTER SYSTEM), or keep such logs and archives for days, not for "
            "months; docs/privacy.md says what they show"
        )
        yield _ill(what, said, remedy)
    else:
        yield Finding(what, is_well=True, said="keeps no moments and no statements")
    archives = await session.scalar(text("SELECT current_setting('archive_mode')"))
    for finding in _archive(archives or "off"):
        yield finding
    slots = await session.scalar(text("SELECT count(*) FROM pg_replication_slots"))
    if slots:
        said = f"{slots} other servers or tools get its log (pg_replication_slots)"
        yield Unseen("PostgreSQL's copies", is_well=True, said=f"{said}: look at what they keep")


def _archive(mode: str) -> Iterator[Finding]:
    """Say what an archived log is good for; `docs/privacy.md` counts it among what is there."""
    if mode == "off":
        return
    said = (
        f"archive_mode = {mode}: the archived log has the moment of every transaction. With the "
        "key file, before the release, it tells when each of what waits was written; afterwards it "
        "adds little to what everybody knows (docs/privacy.md has the figures)"
    )
    remedy = "Keep the archive for days, not for months, and away from the keys."
    yield Warned("PostgreSQL's archive", is_well=True, said=said, remedy=remedy)


async def _logs(session: AsyncSession, logs: Sequence[Path]) -> AsyncIterator[Finding]:
    what = "logs"
    if not logs:
        said = (
            "the journal, a container's log and the database's own cannot be read from here. Save "
            "them to files, and name those: --log FILE"
        )
        yield Unseen(what, is_well=True, said=said)
        return
    accounts = {str(one).encode() for one in await session.scalars(select(col(Member.telegram_id)))}
    released = await session.scalars(select(col(FeedbackItem.words)))
    words = {form for one in released for form in _forms(one)}
    for file in logs:
        try:
            content = file.read_bytes()
        except OSError as error:
            yield _ill(what, f"{file} cannot be read: {error.strerror}", "name another file")
            continue
        named = len(accounts & set(re.findall(rb"\d+", content)))
        found = [f"names {named} accounts"] if named else []
        found += ["holds feedback"] if any(one in content for one in words) else []
        if found:
            said = f"{file} {' and '.join(found)}"
            yield _ill(what, said, "please report the lines (without the numbers); delete the file")
        else:
            said = (
                f"{file} names nobody; of words, only long ones that were released are looked for"
            )
            yield Finding(what, is_well=True, said=said)


def _forms(words: str) -> Iterator[bytes]:
    """Yield how words would stand in a log: as they are, or as JSON or a trace writes them.

    Line by line, and of each line the beginning: a log may break, and cut, what is long.
    """
    for line in words.splitlines():
        begin = line.strip()[:LOOKED_FOR]
        if len(begin) >= TELLING:
            for form in (begin, json.dumps(begin)[1:-1], repr(begin)[1:-1]):
                yield form.encode("utf-8", "replace")


# --- the machine ----------------------------------------------------------------------------------


def _core_dumps(pattern: Path = _CORE_PATTERN) -> Finding:
    what = "core dumps"
    try:
        found = pattern.read_text(encoding="utf-8").strip()
    except OSError:
        found = ""
    if not found.startswith("|"):
        return Finding(what, is_well=True, said="`run` forbids them for itself")
    program = found[1:].split()[0]
    said = f"`run` forbids them for itself; whether {program} obeys, its own settings say"
    return Unseen(what, is_well=True, said=said)


def _swap(swaps: Path = _SWAPS) -> Finding:
    what = "swap"
    try:
        lines = swaps.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return Unseen(what, is_well=True, said="this machine does not say whether it is on")
    areas = [line.split()[0] for line in lines if line.strip()]
    on_disk = [area for area in areas if not area.startswith("/dev/zram")]
    if not on_disk:
        return Finding(what, is_well=True, said="none on a disk")
    said = f"{', '.join(on_disk)}: words may get there for a moment; whether it is encrypted"
    return Unseen(what, is_well=True, said=f"{said} cannot be told from here")


def _never_seen(folder: Path) -> Iterator[Finding]:
    for what, said in (
        ("backups", f"whether something else copies {folder} (of the machine, of the disk)"),
        ("the disk", "whether it keeps what was overwritten (flash memory does for a while)"),
        ("the program", "whether it is the one that was published; somebody could have changed it"),
        ("Telegram", "what it keeps"),
    ):
        yield Unseen(what, is_well=True, said=said)


def _ill(what: str, said: str, remedy: str) -> Finding:
    return Finding(what, is_well=False, said=said, remedy=f"{remedy[0].upper()}{remedy[1:]}.")
