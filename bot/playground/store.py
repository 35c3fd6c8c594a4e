"""Where a small Telegram keeps what it knows: JSON records in one SQLite file, or nowhere."""

import json
import sqlite3
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
)
"""


class Store:
    """Records by kind and key, written together by `save()`.

    With no path nothing is written, so that a test of ten thousand messages costs no disk.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the file at `path`, making it and its folder if they are missing."""
        self._database: sqlite3.Connection | None = None
        self._changes: dict[tuple[str, str], str | None] = {}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            # NORMAL survives the death of the process; only a power cut could lose the last writes.
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(_SCHEMA)

    def records(self, kind: str) -> list[Any]:
        """Return the saved bodies of one kind, in the order in which they were first written."""
        if self._database is None:
            return []
        rows = self._database.execute(
            "SELECT body FROM record WHERE kind = ? ORDER BY rowid", (kind,)
        )
        return [json.loads(body) for (body,) in rows]

    def put(self, kind: str, key: object, body: object) -> None:
        """Write or replace a record at the next `save()`."""
        if self._database is not None:
            self._changes[kind, str(key)] = json.dumps(body, ensure_ascii=False)

    def remove(self, kind: str, key: object) -> None:
        """Take a record away at the next `save()`; one that is not there is no error."""
        if self._database is not None:
            self._changes[kind, str(key)] = None

    def save(self) -> None:
        """Write everything since the last call, all of it or nothing."""
        if self._database is None or not self._changes:
            return
        changes, self._changes = self._changes, {}
        self._database.execute("BEGIN IMMEDIATE")
        try:
            for (kind, key), body in changes.items():
                if body is None:
                    self._database.execute(
                        "DELETE FROM record WHERE kind = ? AND key = ?", (kind, key)
                    )
                else:
                    # Not REPLACE: that would give the row a new place in the order.
                    self._database.execute(
                        "INSERT INTO record (kind, key, body) VALUES (?, ?, ?)"
                        " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                        (kind, key, body),
                    )
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Save and let the file go."""
        self.save()
        if self._database is not None:
            self._database.close()
            self._database = None
