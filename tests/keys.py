"""Where the key files of a test's database lie: outside of it, as everywhere."""

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.keys import KeyRing


def key_dir(database_url: str) -> Path:
    """Return the folder for the keys of a database: programs that share one share the other."""
    return _folder() / hashlib.blake2b(database_url.encode(), digest_size=8).hexdigest()


def key_ring(database_url: str) -> KeyRing:
    """Return the keys of a database, as one more program sees them."""
    return KeyRing(key_dir(database_url))


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="baraza-keys-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
