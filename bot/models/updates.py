"""Which updates have had their effects, and which ones failed."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime


class UpdateMarkEven(SQLModel, table=True):
    """An update that was taken; no time and no person, so that the marks tell nothing.

    There are two such tables in turn; the older one is emptied every 48 hours, and Telegram keeps
    an update for 24 (Bot API, getUpdates).
    """

    __tablename__ = "update_mark_even"

    update_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)


class UpdateMarkOdd(SQLModel, table=True):
    """The other table of marks."""

    __tablename__ = "update_mark_odd"

    update_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)


class UpdateFailure(SQLModel, table=True):
    """An update whose handling failed: kept without its content."""

    __tablename__ = "update_failure"

    update_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    attempts: int = 0
    kind: str
    error: str | None = None
    """The class of the exception; its text could name a person."""
    set_aside_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
