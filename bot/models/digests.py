"""The weekly summary: what it is made from, in figures that can be asked again, and who gets it."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Date, Index, Time
from sqlmodel import Field, SQLModel

from bot.domain.digests import MONDAY, MORNING, Measure
from bot.models.columns import BigId, UTCDateTime, choice


class Snapshot(SQLModel, table=True):
    """What a group's week looked like; made again, it says the same."""

    __table_args__ = (Index("uq_snapshot_group_id_week", "group_id", "week", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    week: date = Field(sa_type=Date)
    """The Monday with which it begins, in the wall time of the group."""
    made_at: datetime = Field(sa_type=UTCDateTime)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What the summary says in words: the texts of what needs somebody, and of good news."""


class Figure(SQLModel, table=True):
    """One number of a group's week: tidy rows, for questions that nobody has asked yet."""

    __table_args__ = (
        Index("ix_figure_group_id_week", "group_id", "week"),
        Index("ix_figure_week_measure", "week", "measure"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    week: date = Field(sa_type=Date)
    measure: Measure = Field(sa_type=choice(Measure))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    """None: of the group as a whole."""
    stream_id: int | None = Field(default=None, foreign_key="work_stream.id", sa_type=BigId)
    """None: of all streams, or of none."""
    value: int


class SummaryWish(SQLModel, table=True):
    """When somebody wants the weekly summary, where that is not the usual time."""

    __tablename__ = "summary_wish"

    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    weekday: int = MONDAY
    """0 is Monday."""
    at: time = Field(default=MORNING, sa_type=Time)
    zone: str
    """Whose wall time that is (IANA)."""
