"""The action plan of a group: what is to be done, by whom, and everything that became of it."""

from datetime import date, datetime

from sqlalchemy import Date, Index, text
from sqlmodel import Field, SQLModel

from bot.domain.plan import ChangeKind, PointState
from bot.models.columns import BigId, UTCDateTime, choice

_IS_OPEN = "closed_at IS NULL"


class ActionPlan(SQLModel, table=True):
    """The plan of one group: it counts its points."""

    __tablename__ = "action_plan"

    group_id: int = Field(foreign_key="group.id", primary_key=True, sa_type=BigId)
    last_number: int = 0


class ActionPoint(SQLModel, table=True):
    """A key action point: something that somebody is to do.

    One that a meeting gave out follows what its notebook says (`entry_id`) until it is changed
    itself: the minutes keep what was said then, the plan what holds now.
    """

    __tablename__ = "action_point"
    __table_args__ = (
        Index("uq_action_point_group_id_number", "group_id", "number", unique=True),
        # Whoever looks for what is open pays nothing for what was done in years.
        Index(
            "ix_action_point_open",
            "group_id",
            "due_on",
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
        Index(
            "ix_action_point_open_of",
            "organisation_id",
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
        Index("ix_action_point_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    number: int
    """What people call it: counted within the group."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id", unique=True, sa_type=BigId)
    """Where a meeting wrote it down."""
    text: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    owner_name: str = ""
    """Who does it, as it was said, if nobody known is called so."""
    due_on: date | None = Field(default=None, sa_type=Date)
    timeline: str = ""
    """When, where it is no day: "before the long rains"."""
    support: str = ""
    """What it still waits for: the open calls for support of this action, in their words."""
    stream_id: int | None = Field(default=None, foreign_key="work_stream.id", sa_type=BigId)
    stream_said: str = ""
    """The stream as it was said, if none is called so."""
    state: PointState = Field(default=PointState.OPEN, sa_type=choice(PointState))
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it was done, dropped, or taken back; None: it still is to be done."""
    is_changed: bool = False
    """Whether the plan says something else by now than the notebook that it came from."""
    taken_back_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """It was written down by a slip: it stands in no list and no count."""
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    """The command that made it, if no meeting did."""


class PointPerson(SQLModel, table=True):
    """Somebody who does an action, by name; whoever speaks for its organisation does anyway."""

    __tablename__ = "point_person"

    point_id: int = Field(foreign_key="action_point.id", primary_key=True, sa_type=BigId)
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True, sa_type=BigId)


class PointChange(SQLModel, table=True):
    """One thing that became of an action: these rows are only ever added."""

    __tablename__ = "point_change"
    __table_args__ = (
        Index("ix_point_change_point_id", "point_id"),
        Index("ix_point_change_group_id_at", "group_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    point_id: int = Field(foreign_key="action_point.id", sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    at: datetime = Field(sa_type=UTCDateTime)
    changed_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    kind: ChangeKind = Field(sa_type=choice(ChangeKind))
    before: str = ""
    """What it said; of a state its value, of a day its ISO date, of owners their names."""
    after: str = ""
    reason: str = ""
    """In people's own words."""
