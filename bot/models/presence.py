"""Who is, or was, at a meeting."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain.presence import How
from bot.models.columns import BigId, UTCDateTime, choice


class Presence(SQLModel, table=True):
    """One who takes part in a meeting: a member, somebody of an organisation, or a guest."""

    __table_args__ = (
        Index("ix_presence_meeting_id_member_id", "meeting_id", "member_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=BigId)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, sa_type=BigId
    )
    """For whom they are there; of a guest None."""
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    """None for whoever has no account, and for "somebody of them"."""
    name: str = ""
    """Of whoever has no account."""
    guest_of: str = ""
    """Where a guest comes from: an office, a donor, an organisation without a seat."""
    how: How = Field(default=How.HERE, sa_type=choice(How))
    is_counted: bool = True
    """Whether the person was confirmed for the organisation when they came; what they become later
    counts, too, but leaving the group afterwards takes nothing away."""
    arrived_at: datetime = Field(sa_type=UTCDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When they went; as they came: it was a slip, and they were never there."""
    entered_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    confirmed_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    """Who confirmed it for the room: the lead, or the note-taker."""
