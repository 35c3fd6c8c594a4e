"""What was put to a vote, and who said what to it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain.motions import Ballot, Choosing, CountedBy, MotionState
from bot.models.columns import BigId, UTCDateTime, choice


class Motion(SQLModel, table=True):
    """Something that a meeting votes on."""

    __table_args__ = (
        Index("ix_motion_meeting_id", "meeting_id"),
        Index("ix_motion_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=BigId)
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id", sa_type=BigId)
    text: str
    choosing: Choosing = Field(default=Choosing.CONSENT, sa_type=choice(Choosing))
    counted_by: CountedBy = Field(default=CountedBy.ORGANISATION, sa_type=choice(CountedBy))
    state: MotionState = Field(default=MotionState.OPEN, sa_type=choice(MotionState))
    opened_at: datetime = Field(sa_type=UTCDateTime)
    opened_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    seats: int = 0
    """How many organisations had a vote when it was closed; before, those of the group count."""
    here: int = 0
    """How many organisations were at the meeting then."""
    needed: int = 0
    """How many were enough to decide."""


class BallotCast(SQLModel, table=True):
    """The last word of one member on a motion."""

    __tablename__ = "ballot_cast"

    motion_id: int = Field(foreign_key="motion.id", primary_key=True, sa_type=BigId)
    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, sa_type=BigId
    )
    """For whom they spoke then."""
    is_prime: bool = False
    """Whether they spoke first for it then."""
    ballot: Ballot = Field(sa_type=choice(Ballot))
    reservation: str = ""
    cast_at: datetime = Field(sa_type=UTCDateTime)


class BallotFor(SQLModel, table=True):
    """What somebody who runs a meeting entered for an organisation: it has no phone out."""

    __tablename__ = "ballot_for"

    motion_id: int = Field(foreign_key="motion.id", primary_key=True, sa_type=BigId)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=BigId)
    ballot: Ballot = Field(sa_type=choice(Ballot))
    reservation: str = ""
    entered_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    cast_at: datetime = Field(sa_type=UTCDateTime)
