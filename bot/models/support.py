"""Support that somebody needs, and who offers it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.domain.support import SupportState
from bot.models.columns import BigId, UTCDateTime, choice

_WAITS = "state = 'waiting'"


class SupportRequest(SQLModel, table=True):
    """Something that an organisation cannot do alone."""

    __tablename__ = "support_request"
    __table_args__ = (
        Index(
            "ix_support_request_waiting",
            "group_id",
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
        Index("ix_support_request_group_id_at", "group_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    point_id: int | None = Field(
        default=None, foreign_key="action_point.id", index=True, sa_type=BigId
    )
    """The action that cannot go on without it."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id", unique=True, sa_type=BigId)
    """Where a meeting wrote it down."""
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    text: str
    sector: str = ""
    place: str = ""
    at: datetime = Field(sa_type=UTCDateTime)
    state: SupportState = Field(default=SupportState.WAITING, sa_type=choice(SupportState))
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When somebody first answered: from then on no days are counted."""
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)


class SupportOffer(SQLModel, table=True):
    """An organisation that can help, by its own word."""

    __tablename__ = "support_offer"

    request_id: int = Field(foreign_key="support_request.id", primary_key=True, sa_type=BigId)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=BigId)
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    text: str = ""
    """How, in their words."""
    at: datetime = Field(sa_type=UTCDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SupportAnswer(SQLModel, table=True):
    """What the coordination team, or whoever leads the group, said to a call for support."""

    __tablename__ = "support_answer"
    __table_args__ = (
        Index("ix_support_answer_request_id", "request_id"),
        Index("ix_support_answer_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    request_id: int = Field(foreign_key="support_request.id", sa_type=BigId)
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    is_team: bool
    """Whether the coordination team says it; otherwise whoever leads the group."""
    text: str
    at: datetime = Field(sa_type=UTCDateTime)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    """The message that said it: its author corrects it by editing that."""
