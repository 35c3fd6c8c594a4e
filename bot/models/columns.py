"""Column types that the tables share."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
"""64 bits: Telegram's ids have up to 52 (Bot API, Chat). SQLite numbers rows only for INTEGER."""


WallTime = DateTime(timezone=False)
"""What a clock on the wall shows; its zone stands in a column beside it."""

GIVEN = {"autoincrement": False}
"""For a key that Telegram gives: the database must not count it up."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: refuses a naive value, stores UTC, and always comes back with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Turn an instant into UTC.

        Raises:
            ValueError: the value has no zone, so nobody can know which instant is meant.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"an instant needs its zone: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Give the zone back that SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> Enum:
    """Return the column type of a closed choice: its values as text, readable in any SQL shell."""
    values = [member.value for member in kind]
    return Enum(kind, native_enum=False, length=24, values_callable=lambda _: values)


class _Numbered(Protocol):
    id: int | None


def stored_id(row: _Numbered) -> int:
    """Return the number of a row that the database has numbered."""
    assert row.id is not None, "the row is stored"
    return row.id
