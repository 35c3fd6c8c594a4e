"""Meetings, and what somebody proposed before it was confirmed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, Index
from sqlmodel import Field, SQLModel

from bot.domain import meetings
from bot.domain.ways import Way, Where
from bot.models.columns import BigId, UTCDateTime, WallTime, choice

_EMPTY, _NO, _MIXED = ({"server_default": default} for default in ("", "0", Way.MIXED))
"""What the rows have that are older than a column."""


class Meeting(SQLModel, table=True):
    """One meeting of one group."""

    __table_args__ = (
        Index("ix_meeting_group_id_starts_at", "group_id", "starts_at"),
        # What a rhythm has once is one meeting, whoever writes it down.
        Index("ix_meeting_series_id_original_start", "series_id", "original_start", unique=True),
    )

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
    way: Way = Field(default=Way.MIXED, sa_type=choice(Way), sa_column_kwargs=_MIXED)
    link: str = Field(default="", sa_column_kwargs=_EMPTY)
    is_place_late: bool = Field(default=False, sa_column_kwargs=_NO)
    """Whether place and link are left out of every post, and told privately the day before."""
    series_id: int | None = Field(default=None, foreign_key="series.id", sa_type=BigId)
    original_start: datetime | None = Field(default=None, sa_type=WallTime)
    """The wall time at which the rhythm first had it: its name within its series, for ever."""
    uid: str = Field(default="", sa_column_kwargs=_EMPTY)
    """What calendars know it by; given with its first file."""
    rezoned: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often its group went over to another time zone: what people answered still holds."""

    @property
    def file_version(self) -> int:
        """Return which version of it a calendar file shows: a file says its zone, too."""
        return self.version + self.rezoned

    def where(self) -> Where:
        """Return where it is held, whoever may know that."""
        return Where(self.place, self.way, self.link, self.is_place_late)

    def facts(self) -> meetings.Meeting:
        """Return what rules and templates may know of this meeting."""
        assert self.id is not None
        return meetings.Meeting(
            id=self.id,
            group_id=self.group_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            zone=self.zone,
            place="" if self.is_place_late else self.place,
            version=self.version,
            state=self.state,
            way=self.way,
            link="" if self.is_place_late else self.link,
            is_place_late=self.is_place_late,
            late=self.where() if self.is_place_late else None,
            series_id=self.series_id,
            original=self.original_start,
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
    way: Way = Field(default=Way.MIXED, sa_type=choice(Way), sa_column_kwargs=_MIXED)
    link: str = Field(default="", sa_column_kwargs=_EMPTY)
    is_place_late: bool = Field(default=False, sa_column_kwargs=_NO)
    rule: str = Field(default="", sa_column_kwargs=_EMPTY)
    """How it would come again (RFC 5545), from `wall_start` on; empty for one meeting."""
    until: date | None = Field(default=None, sa_type=Date)
    """The last day of such a series, if one was said."""
    language: str = Field(default="", sa_column_kwargs=_EMPTY)
    """The language in which the person was asked, and is told what came of it."""

    def where(self) -> Where:
        """Return where it would be held."""
        return Where(self.place, self.way, self.link, self.is_place_late)
