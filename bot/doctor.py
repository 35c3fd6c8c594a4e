"""What an operator can look into before asking for help: each finding says what to do.

Nothing is changed; the bot may run meanwhile.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import migrations
from bot.botapi.client import BotApi
from bot.botapi.errors import CallFailed, Closed, Migrated, TokenRefused
from bot.clock import Clock
from bot.database import Database, sqlite_code
from bot.models import Coalition, Group
from bot.rendering import documents
from bot.rendering.i18n import SOURCE, Catalogues
from bot.settings import Settings, SettingWrong

ROOM = 200 * 1024 * 1024
"""Bytes that should be free: a year of a large coalition, and room for a backup."""
APART = timedelta(seconds=30)
"""How far a clock may be from Telegram's before reminders come at the wrong moment."""
_OTHERS = 0o077
"""The rights of everybody but the owner."""
_OWN = "give it, and the folder that it is in, to the user that runs Baraza (chown)"
_OF_RUN = ("lock", "alive")
"""The files that `run` writes to in the data directory, besides the database."""
_DATABASE = "database"
_BROKEN = (
    "it is damaged, or no database of Baraza",
    "stop the bot, move the file away, and restore a backup (`baraza restore`)",
)
_OF_SQLITE = {
    "SQLITE_FULL": ("its disk is full", "free some space"),
    "SQLITE_IOERR": (
        "its disk is full, or fails",
        "free some space; if there is enough, look at what the machine says of the disk (dmesg)",
    ),
    "SQLITE_BUSY": (
        "another program holds it",
        "stop that program: another Baraza, or a tool in which the file is open",
    ),
    "SQLITE_READONLY": ("this user may not write to it", _OWN),
    "SQLITE_CANTOPEN": ("this user cannot open it", _OWN),
    "SQLITE_NOTADB": _BROKEN,
    "SQLITE_CORRUPT": _BROKEN,
}
"""What is wrong, and what to do, by the beginning of SQLite's name of it."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    said: str
    remedy: str = ""


@dataclass(frozen=True)
class Place:
    """Where a group is, and what it needs."""

    name: str
    chat_id: int
    zone: str


@dataclass(frozen=True)
class Contents:
    """What of a database matters here; nothing, if it cannot be read."""

    groups: Sequence[Place] = ()
    languages: frozenset[str] = frozenset()
    """Those that a coalition or a group uses."""


async def examine(chosen: Settings, clock: Clock, *, room: int = ROOM) -> list[Finding]:
    """Return what was found, well or not; `room` is how many bytes should be free."""
    database, contents = await _database(chosen)
    findings = [
        _data_directory(chosen.data_dir),
        _disk(chosen.data_dir, room),
        database,
        _catalogues(contents.languages),
        _fonts(),
        _zones(contents.groups),
    ]
    findings += [finding async for finding in _telegram(chosen, clock, contents.groups)]
    return findings


def explain(error: BaseException) -> tuple[str, str] | None:
    """Return what is wrong with the file of a database, and what to do; None if it is unknown."""
    code = sqlite_code(error)
    return next((words for known, words in _OF_SQLITE.items() if code.startswith(known)), None)


def _data_directory(folder: Path) -> Finding:
    what = "data directory"
    there = _nearest(folder)
    if not _is_open(there):
        how = "written" if there == folder.absolute() else "made"
        remedy = "make it, give it to the user that runs Baraza (chown), or set BARAZA_DATA_DIR"
        return _ill(what, f"{folder} cannot be {how}", f"{remedy} to another one")
    if there != folder.absolute():
        return Finding(what, is_well=True, said=f"{folder} does not exist yet; `run` makes it")
    if locked := _not_writable(folder / name for name in _OF_RUN):
        return _ill(what, f"this user may not write to {locked}", _OWN)
    if folder.stat().st_mode & _OTHERS:
        said = f"other users of this machine can look into {folder}"
        return Finding(what, is_well=False, said=said, remedy=f"chmod 700 {folder}")
    return Finding(what, is_well=True, said=str(folder))


def _disk(folder: Path, room: int) -> Finding:
    free = shutil.disk_usage(_nearest(folder)).free
    said = f"{free // 2**20:,} MiB free"
    remedy = "" if free >= room else "Free some space: without it nothing can be stored any more."
    return Finding("disk", is_well=not remedy, said=said, remedy=remedy)


async def _database(chosen: Settings) -> tuple[Finding, Contents]:
    """Return what is to be said of the database, and what is in it if it can be read."""
    file = chosen.database_file
    if file is not None:
        if locked := _locked(file):
            return _ill(_DATABASE, f"this user may not write to {locked}", _OWN), Contents()
        if _nearest(file) != file.absolute():
            said = "not there yet; `run` makes it"
            return Finding(_DATABASE, is_well=True, said=said), Contents()
    database = Database(chosen.database)
    try:
        return await _tables(database)
    except (OSError, SQLAlchemyError) as error:
        if explained := explain(error):
            return _ill(_DATABASE, *explained), Contents()
        # Only its class: the text may hold the address with its password.
        reason = type(getattr(error, "orig", None) or error).__name__
        remedy = (
            "check that it runs, that BARAZA_DATABASE_URL is right and that this user may write "
            "there"
        )
        return _ill(_DATABASE, f"it cannot be used ({reason})", remedy), Contents()
    finally:
        await database.close()


async def _tables(database: Database) -> tuple[Finding, Contents]:
    """Return what is to be said of a database that can be opened, and what is in it.

    Raises:
        SQLAlchemyError, OSError: it cannot be.
    """
    head = ScriptDirectory.from_config(migrations.config(database.url)).get_current_head()
    version = await database.once(_version)
    if database.is_sqlite and await database.once(_is_damaged):
        return _ill(_DATABASE, *_BROKEN), Contents()
    if version != head:
        remedy = "`baraza migrate` brings an older one there; a newer one needs a newer Baraza"
        said = f"its tables are of version {version}, those of the program of {head}"
        return _ill(_DATABASE, said, remedy), Contents()
    contents = await database.once(_contents)
    return Finding(_DATABASE, is_well=True, said=f"version {version}"), contents


def _locked(file: Path) -> Path | None:
    """Return what of an SQLite database this user may not write to: its folder, or a file of it."""
    folder = _nearest(file.parent)
    if not _is_open(folder):
        return folder
    return _not_writable(
        file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm", ".lock")
    )


def _not_writable(files: Iterable[Path]) -> Path | None:
    there = (file for file in files if _nearest(file) == file.absolute())
    return next((file for file in there if not os.access(file, os.R_OK | os.W_OK)), None)


def _is_open(folder: Path) -> bool:
    """Tell whether this user may make files in a folder; no, if it is none."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _nearest(path: Path) -> Path:
    """Return what there is of a path, as far as this user can see."""

    def is_seen(one: Path) -> bool:
        with suppress(OSError):
            one.stat()
            return True
        return False

    return next(one for one in (path.absolute(), *path.absolute().parents) if is_seen(one))


def _ill(what: str, said: str, remedy: str) -> Finding:
    return Finding(what, is_well=False, said=said, remedy=f"{remedy[0].upper()}{remedy[1:]}.")


async def _version(session: AsyncSession) -> str | None:
    found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def _is_damaged(session: AsyncSession) -> bool:
    found: str | None = await session.scalar(text("PRAGMA quick_check(1)"))
    return found != "ok"


async def _contents(session: AsyncSession) -> Contents:
    groups = (await session.scalars(select(Group).order_by(col(Group.id)))).all()
    coalitions = (await session.scalars(select(Coalition))).all()
    chosen = [*(one.languages for one in groups), *(one.languages for one in coalitions)]
    return Contents(
        [Place(one.name, one.chat_id, one.zone) for one in groups],
        frozenset(chain.from_iterable(chosen)),
    )


def _catalogues(spoken: frozenset[str]) -> Finding:
    found = Catalogues()
    marker = ("name of the language", "English")
    empty = [
        code
        for code in found.languages
        if code != SOURCE and not found.translations(code).is_translated(*marker)
    ]
    lacking = sorted({*empty, *(spoken - set(found.languages))})
    if lacking:
        remedy = (
            "Install Baraza again, or choose other languages: in the groups with /setup, for the "
            "coalition with /coalition."
        )
        said = f"no translation into {', '.join(lacking)}, which is wanted"
        return Finding("catalogues", is_well=False, said=said, remedy=remedy)
    return Finding("catalogues", is_well=True, said=", ".join(found.languages))


def _fonts() -> Finding:
    """Return whether documents can be printed: with all fonts, and at all."""
    said = ""
    try:
        if lacking := documents.missing_fonts():
            said = f"missing or damaged: {', '.join(lacking)}"
        else:
            documents.pdf("_page", {"language": SOURCE})
    except Exception as error:  # noqa: BLE001 - whatever it is, no document can be made
        said = f"no document can be made ({type(error).__name__})"
    if said:
        remedy = "Install Baraza again: its files are not whole."
        return Finding("fonts", is_well=False, said=said, remedy=remedy)
    return Finding("fonts", is_well=True, said=f"{len(documents.FONTS)} files")


def _zones(groups: Sequence[Place]) -> Finding:
    for zone in sorted({"Africa/Nairobi", *(group.zone for group in groups)}):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            remedy = "Install the newest zone data: pip install --upgrade tzdata"
            said = f"this machine does not know {zone}"
            return Finding("time zones", is_well=False, said=said, remedy=remedy)
    return Finding("time zones", is_well=True, said="known")


async def _telegram(
    chosen: Settings, clock: Clock, groups: Sequence[Place]
) -> AsyncIterator[Finding]:
    try:
        token = chosen.token()
    except SettingWrong as error:
        yield Finding("token", is_well=False, said="not set", remedy=f"{error}.")
        return
    async with BotApi(token=token, address=chosen.telegram_api) as api:
        try:
            me = await api.get_me()
        except TokenRefused:
            remedy = "Ask @BotFather for the present one, and set BARAZA_TELEGRAM_TOKEN to it."
            yield Finding("token", is_well=False, said="Telegram does not know it", remedy=remedy)
            return
        except CallFailed:
            remedy = "Check the network, and BARAZA_TELEGRAM_API if it is set."
            yield Finding("Telegram", is_well=False, said="it cannot be reached", remedy=remedy)
            return
        yield Finding("token", is_well=True, said=f"@{me['username']}")
        yield _privacy_mode(reads_all=bool(me.get("can_read_all_group_messages")))
        yield await _clock(api, clock)
        for chat_id in dict.fromkeys(group.chat_id for group in groups):
            names = ", ".join(group.name for group in groups if group.chat_id == chat_id)
            yield await _group(api, me["id"], names, chat_id)


def _privacy_mode(*, reads_all: bool) -> Finding:
    if not reads_all:
        return Finding("privacy mode", is_well=True, said="on")
    remedy = (
        "The bot is sent everything that people write, and needs only commands, replies and taps. "
        "Write /setprivacy to @BotFather, choose Enable, then take the bot out of each group and "
        "add it again."
    )
    return Finding("privacy mode", is_well=False, said="off", remedy=remedy)


async def _clock(api: BotApi, clock: Clock) -> Finding:
    try:
        apart = clock.now() - await api.server_time()
    except CallFailed:
        return Finding("clock", is_well=True, said="Telegram's server does not say the time")
    if abs(apart) < APART:
        return Finding("clock", is_well=True, said="agrees with Telegram's")
    how = "ahead of" if apart > timedelta(0) else "behind"
    said = f"{abs(apart.total_seconds()):,.0f} seconds {how} Telegram's"
    remedy = "Let the machine set its clock: timedatectl set-ntp true"
    return Finding("clock", is_well=False, said=said, remedy=remedy)


async def _group(api: BotApi, bot_id: int, name: str, chat_id: int) -> Finding:
    what = f"group {name}"
    try:
        may_write = await api.may_write(chat_id, bot_id)
    except Closed:
        remedy = "Add it to the chat again, or write /setup in the chat that took its place."
        return Finding(what, is_well=False, said="the bot is not in its chat", remedy=remedy)
    except Migrated:
        return Finding(what, is_well=True, said="it moved; the bot follows with the next message")
    except CallFailed as failure:
        remedy = "Try again in a minute; if it stays, add the bot to the chat again."
        said = f"Telegram does not show its chat ({type(failure).__name__})"
        return Finding(what, is_well=False, said=said, remedy=remedy)
    if may_write:
        return Finding(what, is_well=True, said="the bot may write")
    remedy = (
        "Only administrators may write there: make the bot one (it needs no right but to write), "
        "or let members write."
    )
    return Finding(what, is_well=False, said="the bot may not write", remedy=remedy)
