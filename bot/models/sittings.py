"""Meetings as they are held."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain.sittings import Ending, SittingState
from bot.models.columns import BigId, UTCDateTime, choice


class Sitting(SQLModel, table=True):
    """What became of one meeting when its time came; a meeting without one was not opened."""

    __table_args__ = (Index("ix_sitting_state", "state"),)

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    state: SittingState = Field(default=SittingState.OPEN, sa_type=choice(SittingState))
    opened_at: datetime = Field(sa_type=UTCDateTime)
    """When it was opened; of one that was not held, when that was said."""
    opened_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it ended, as it stands in the minutes."""
    closed_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    ending: Ending | None = Field(default=None, sa_type=choice(Ending))
    reason: str = ""
    """Why it was not held."""
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id", sa_type=BigId)
    """The item that is dealt with now."""
    item_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_activity_at: datetime = Field(sa_type=UTCDateTime)
    """When something last happened in it: the true end of one that nobody closes."""


class SittingItem(SQLModel, table=True):
    """How long a sitting dealt with an item."""

    __tablename__ = "sitting_item"

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    item_id: int = Field(foreign_key="agenda_item.id", primary_key=True, sa_type=BigId)
    seconds: int = 0
    is_done: bool = False
