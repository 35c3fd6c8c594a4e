"""How Alembic reaches the database: through the same engine as the program."""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, event, text
from sqlmodel.sql.sqltypes import AutoString

from bot.database import Database
from bot.models import metadata
from bot.models.columns import UTCDateTime

_BROKEN_REFERENCES = text("PRAGMA foreign_key_check")


def render(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own: a migration must not depend on our code."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what makes words findable: migration 0005 writes it by hand, no model tells of it.

    On SQLite that is a table for full-text search, with the tables in its shadow; on PostgreSQL an
    index on the result of a function.
    """
    return kind not in {"table", "index"} or not (name or "").startswith("findable_words")


def migrate(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most things in place: Alembic then copies the table.
        render_as_batch=True,
        compare_type=True,
        render_item=render,
        include_name=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite" and connection.execute(_BROKEN_REFERENCES).first():
        message = "a migration left a row behind that refers to nothing"
        raise RuntimeError(message)


async def main() -> None:
    """Open the database, migrate it in one transaction, and close it."""
    database = Database(context.config.attributes["url"])
    if database.is_sqlite:
        # A table that is copied is dropped on the way: its rows must not take others with them, nor
        # be held back by them. It can only be said before the transaction begins.
        @event.listens_for(database.engine.sync_engine, "connect")
        def let_tables_be_copied(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys=OFF")

    try:
        async with database.begin() as transaction:
            await transaction.connection.run_sync(migrate)
    finally:
        await database.close()


asyncio.run(main())
