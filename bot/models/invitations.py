"""Links that let one person in, once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.models.columns import UTCDateTime


class Invitation(SQLModel, table=True):
    """A one-time link that makes whoever opens it first the operator of this installation."""

    digest: str = Field(primary_key=True)
    """SHA-256 of the code: who reads the database cannot use it."""
    expires_at: datetime = Field(sa_type=UTCDateTime)
