"""What was written down in meetings."""

from datetime import date, datetime

from sqlalchemy import Date, Index
from sqlmodel import Field, SQLModel

from bot.domain.notebook import EntryKind
from bot.models.columns import BigId, UTCDateTime, choice


class Entry(SQLModel, table=True):
    """One thing that a meeting agreed, gave to somebody, or wanted to keep."""

    __table_args__ = (
        Index("ix_entry_meeting_id", "meeting_id"),
        Index("ix_entry_group_id_kind", "group_id", "kind"),
        Index("ix_entry_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=BigId)
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id", sa_type=BigId)
    """The item that was dealt with then."""
    kind: EntryKind = Field(sa_type=choice(EntryKind))
    text: str
    """As it was said."""
    written_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    written_at: datetime = Field(sa_type=UTCDateTime)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    """The command that wrote it down: its author corrects it by editing that."""
    said_message_id: int | None = Field(default=None, sa_type=BigId)
    """The message in the same chat that said it, if the command replied to one."""
    said_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    said_by_name: str = ""
    """Of whoever said it and is no member, or whose words were forwarded."""
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    owner_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    owner_organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", sa_type=BigId
    )
    owner_name: str = ""
    """Who does it, as it was said, if nobody known is called so."""
    due_on: date | None = Field(default=None, sa_type=Date)
    stream: str = ""
    motion_id: int | None = Field(default=None, foreign_key="motion.id", sa_type=BigId)
    """Of a decision: what was voted on."""
    review_on: date | None = Field(default=None, sa_type=Date)
