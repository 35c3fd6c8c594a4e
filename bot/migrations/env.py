"""How Alembic reaches the database: through the same engine as the program."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from bot.database import Database
from bot.models import metadata
from bot.models.columns import UTCDateTime


def render(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own: a migration must not depend on our code."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most things in place: Alembic then copies the table.
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    """Open the database, migrate it in one transaction, and close it."""
    database = Database(context.config.attributes["url"])
    try:
        async with database.begin() as transaction:
            await transaction.connection.run_sync(migrate)
    finally:
        await database.close()


asyncio.run(main())
