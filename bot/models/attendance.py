"""What people answered when they were asked whether they come."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.domain.attendance import Answer
from bot.models.columns import BigId, UTCDateTime, choice


class Reply(SQLModel, table=True):
    """The last answer of one person to one version of a meeting."""

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    meeting_version: int = Field(primary_key=True)
    """A moved meeting asks again; what was said about the old time no longer counts."""
    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    answer: Answer = Field(sa_type=choice(Answer))
    answered_at: datetime = Field(sa_type=UTCDateTime)
    settled_for: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    """For whom it counts for good: the person has left, or changed organisation, since."""


class ReplyFor(SQLModel, table=True):
    """What somebody else answered for an organisation: its lead heard it on the phone."""

    __tablename__ = "reply_for"

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    meeting_version: int = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=BigId)
    answer: Answer = Field(sa_type=choice(Answer))
    entered_by: int = Field(foreign_key="member.id", sa_type=BigId)
    answered_at: datetime = Field(sa_type=UTCDateTime)
