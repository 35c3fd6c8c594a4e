"""What falls due, written down when it is decided."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.models.columns import BigId, UTCDateTime, WallTime, choice


class OccasionState(StrEnum):
    """How an occasion ends; none may stay `waiting` past its time."""

    WAITING = "waiting"
    POSTED = "posted"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class Occasion(SQLModel, table=True):
    """One thing that the clock will bring about, once."""

    __table_args__ = (
        # Only what waits is ever looked up by time: the cost does not grow with history.
        Index(
            "ix_occasion_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_occasion_subject", "subject", "subject_id"),
        Index("ix_occasion_ended_at", "ended_at"),
    )

    key: str = Field(primary_key=True)
    """Says what it is, e.g. `reminder-1d:meeting42:v3`: planned twice, it exists once."""
    kind: str
    subject: str
    subject_id: int = Field(sa_type=BigId)
    subject_version: int
    wall_time: datetime = Field(sa_type=WallTime)
    zone: str
    due_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    state: OccasionState = Field(default=OccasionState.WAITING, sa_type=choice(OccasionState))
    attempts: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
