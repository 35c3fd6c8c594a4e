"""The bot with aiosqlite as it is, a thread for every call: `python -m benchmarks.threads run`.

Only here to show what `bot/inline_sqlite.py` brings (docs/decisions/0001-databases.md).
"""

from typing import Any

import aiosqlite

from bot import cli, inline_sqlite


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """Open a file as the inline driver does, but by aiosqlite."""
    connection = aiosqlite.connect(database, isolation_level=None, **options)
    connection._thread.daemon = True  # noqa: SLF001 - SQLAlchemy does the same: it must not keep the program alive
    return connection


if __name__ == "__main__":
    inline_sqlite.connect = connect  # type: ignore[assignment] # another driver of the same surface
    cli.main()
