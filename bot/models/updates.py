"""Which updates have had their effects, and which ones failed."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime


class MarkKey(SQLModel, table=True):
    """The key with which the updates of a turn are marked; it stands in a file, not here."""

    __tablename__ = "mark_key"

    turn: int = Field(primary_key=True, sa_column_kwargs=GIVEN)
    """Counts up; the keys of the last two are in use, one for each table."""
    check: bytes
    """Tells whether a file has the key that is meant, and nothing else of it."""


class UpdateMarkEven(SQLModel, table=True):
    """An update that was taken; no id, no time and no person, so that the marks tell nothing.

    There are two such tables in turn; the older one is emptied every 48 hours, and Telegram keeps
    an update for 24 (Bot API, getUpdates).
    """

    __tablename__ = "update_mark_even"

    mark: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    """What a key makes of the update's id."""


class UpdateMarkOdd(SQLModel, table=True):
    """The other table of marks."""

    __tablename__ = "update_mark_odd"

    mark: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    """As in the other."""


class UpdateFailure(SQLModel, table=True):
    """An update whose handling failed: kept without its content."""

    __tablename__ = "update_failure"

    update_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    attempts: int = 0
    kind: str
    error: str | None = None
    """The class of the exception; its text could name a person."""
    set_aside_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
