"""Keys that live in files beside the database, never in it, so that destroying one is final.

A backup of the database, its log, or a look into it afterwards is then worth nothing without a file
that is gone. A file cannot be un-written on every disk (a solid-state disk may keep an old block
for a while, and so may a snapshot of the whole machine): `docs/privacy.md` says so.
"""

import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

SIZE = 32
"""Bytes of a key: as many as X25519 and keyed BLAKE2b want."""
_SUFFIX = ".key"
_NAME = re.compile(r"[a-z0-9-]+")


class KeyLost(Exception):
    """A key that the database speaks of is not there, or is not the one that was meant."""


class KeysUnwritable(OSError):
    """The folder of the keys cannot be written, or its disk is full."""


class KeysUnreadable(OSError):
    """A key is there, but cannot be read: it is not lost."""


class KeyRing:
    """The keys in one folder. Programs that share a database share the folder, too."""

    def __init__(self, folder: Path) -> None:
        """Look after `folder`, which is made when the first key is."""
        self.folder = folder
        self._held: dict[str, bytes] = {}

    def make(self, name: str) -> bytes:
        """Write a new key, safely on the disk before this returns; one of that name is replaced.

        Raises:
            KeysUnwritable: see there.
        """
        key = secrets.token_bytes(SIZE)
        try:
            self._write(name, key)
        except OSError as error:
            raise KeysUnwritable(error.errno, error.strerror, str(self.folder)) from error
        self._held[name] = key
        return key

    def make_once(self, name: str) -> bytes:
        """Return the key of that name, which is made if there is none.

        Programs that want it at one moment get the same.

        Raises:
            KeysUnwritable: see there.
        """
        with suppress(KeyLost):
            return self.read(name)
        try:
            new = self._written(f".{name}.{secrets.token_hex(4)}.new", secrets.token_bytes(SIZE))
            try:
                # Unlike a renamed file, a link takes nobody's place.
                os.link(new, self._file(name))
            except FileExistsError:
                pass
            finally:
                new.unlink()
            self._sync_folder()
        except OSError as error:
            raise KeysUnwritable(error.errno, error.strerror, str(self.folder)) from error
        with suppress(KeyLost):
            return self.read(name)
        # What is there is damaged.
        return self.make(name)

    def _write(self, name: str, key: bytes) -> None:
        file = self._file(name)
        self._written(f".{name}.new", key).replace(file)
        self._sync_folder()

    def _written(self, name: str, key: bytes) -> Path:
        """Return a file with a key that is safely on the disk, but for its name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.folder / name
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, key)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return new

    def read(self, name: str) -> bytes:
        """Return a key.

        Raises:
            KeyLost: there is none of that name, or it is damaged.
            KeysUnreadable: see there.
        """
        if name not in self._held:
            try:
                key = self._file(name).read_bytes()
            except (FileNotFoundError, NotADirectoryError) as error:
                raise KeyLost(name) from error
            except OSError as error:
                raise KeysUnreadable(error.errno, error.strerror, str(self.folder)) from error
            if len(key) != SIZE:
                raise KeyLost(name)
            self._held[name] = key
        return self._held[name]

    def forget(self, name: str) -> None:
        """Read a key from its file the next time: another program may have replaced it."""
        self._held.pop(name, None)

    def destroy(self, name: str) -> None:
        """Overwrite a key, and take its file away for good; nothing happens if there is none.

        Raises:
            KeysUnwritable: see there.
        """
        self.forget(name)
        try:
            self._overwrite(name)
        except OSError as error:
            raise KeysUnwritable(error.errno, error.strerror, str(self.folder)) from error

    def _overwrite(self, name: str) -> None:
        with suppress(FileNotFoundError):
            descriptor = os.open(self._file(name), os.O_WRONLY)
            try:
                os.write(descriptor, bytes(SIZE))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._file(name).unlink()
            for half in self.folder.glob(f".{name}.*.new"):
                half.unlink(missing_ok=True)
            self._sync_folder()

    def names(self, prefix: str) -> list[str]:
        """Return the names of the keys that begin so."""
        found = (
            file.name.removesuffix(_SUFFIX) for file in self.folder.glob(f"{prefix}*{_SUFFIX}")
        )
        return sorted(name for name in found if _NAME.fullmatch(name))

    def unneeded(
        self, kind: str, owner: str, needed: Collection[str], *, after: timedelta
    ) -> list[str]:
        """Return keys of a kind that neither the database `owner` needs, nor any other in use.

        Of its own that is all but `needed`; of others see `left_behind`.
        """
        own = f"{kind}-{owner}-"
        found = [name for name in self.names(own) if name not in needed]
        return [*found, *self.left_behind(f"{kind}-", own=own, after=after)]

    def left_behind(self, prefix: str, *, own: str, after: timedelta) -> list[str]:
        """Return keys beginning so of other databases that nobody has renewed for so long.

        Names that begin with `own` are this database's. A program that runs makes new keys all the
        time. Compared with the newest key of the folder, these are of a database that was restored
        under another name, moved away or given up. No clock is asked but that of the files.
        """
        made = {name: at for name in self.names("") if (at := self._made(name)) is not None}
        since = max(made.values(), default=0.0) - after.total_seconds()
        others = (name for name in made if name.startswith(prefix) and not name.startswith(own))
        return [name for name in others if made[name] < since]

    def _made(self, name: str) -> float | None:
        with suppress(FileNotFoundError):
            return self._file(name).stat().st_mtime
        # Another program has just destroyed it.
        return None

    def _file(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self.folder / f"{name}{_SUFFIX}"

    def _sync_folder(self) -> None:
        # Without it a power cut may bring a name back, or lose it.
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
