"""Meetings, and what somebody proposed before it was confirmed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain import meetings
from bot.models.columns import BigId, UTCDateTime, WallTime, choice


class Meeting(SQLModel, table=True):
    """One meeting of one group."""

    __table_args__ = (Index("ix_meeting_group_id_starts_at", "group_id", "starts_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    wall_start: datetime = Field(sa_type=WallTime)
    """The wall time people agreed on; with `zone` it stays right when a zone changes its rules."""
    wall_end: datetime = Field(sa_type=WallTime)
    zone: str
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    place: str
    version: int = 1
    state: meetings.State = Field(default=meetings.State.PLANNED, sa_type=choice(meetings.State))
    moved_from: datetime | None = Field(default=None, sa_type=WallTime)
    """The wall time that was last said before the latest move."""

    def facts(self) -> meetings.Meeting:
        """Return what rules and templates may know of this meeting."""
        assert self.id is not None
        return meetings.Meeting(
            id=self.id,
            group_id=self.group_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            zone=self.zone,
            place=self.place,
            version=self.version,
            state=self.state,
        )


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Proposal(SQLModel, table=True):
    """A time and place as the bot understood them, until the person confirms with a tap."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=BigId)
    """The meeting that would be moved; None for a new one."""
    meeting_version: int = 0
    """The version that the proposal would change: a later one makes it out of date."""
    wall_start: datetime = Field(sa_type=WallTime)
    wall_end: datetime = Field(sa_type=WallTime)
    place: str
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=choice(ProposalState))
    expires_at: datetime = Field(index=True, sa_type=UTCDateTime)
    """A question that nobody answered is not left open for somebody else to find."""
