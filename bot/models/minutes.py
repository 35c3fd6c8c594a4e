"""Minutes, what members objected to in them, and paper lists that were photographed."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from bot.domain.minutes import MinutesState, Record
from bot.models.columns import BigId, UTCDateTime, choice

_RECORD = TypeAdapter(Record)


class Minutes(SQLModel, table=True):
    """One version of the minutes of a meeting."""

    __table_args__ = (Index("ix_minutes_group_id_version", "group_id", "version"),)

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    version: int = Field(default=1, primary_key=True)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    serial: int
    """The count of the group's minutes in the year of the meeting."""
    state: MinutesState = Field(default=MinutesState.DRAFT, sa_type=choice(MinutesState))
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What they say, once they are out: a `Record`. Of a draft it is read from the notebook; while
    nobody else has the draft, what was captured stands here of what was `touched` in it, and then
    what the group was given."""
    approved: list[str] = Field(default_factory=list, sa_type=JSON)
    """The sections of a draft that were approved one by one: `roll`, or the number of the item."""
    revision: int = 1
    """Counts the changes of a draft: a button names what the person saw."""
    roll: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """What approvers know better about organisations: a `Mark` by name."""
    touched: list[int] = Field(default_factory=list, sa_type=JSON)
    """The entries that a draft which not everybody has says otherwise than what is out.

    Of a correction also some of `NO_ENTRIES`, which are no numbers of entries.
    """
    changed: str = ""
    """What a later version says otherwise, in the words of whoever corrected it."""
    drafted_at: datetime = Field(sa_type=UTCDateTime)
    approved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    approved_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    def record(self) -> Record:
        """Return what they say; only of minutes that are out (or what a draft found: see `body`).

        Raises:
            pydantic.ValidationError: they are a draft, and no words are fixed.
        """
        return _RECORD.validate_python(self.body)

    def fix(self, record: Record) -> None:
        """Fix what they say from now on."""
        self.body = _RECORD.dump_python(record, mode="json")


class Objection(SQLModel, table=True):
    """What a member says is wrong in minutes that are out."""

    __table_args__ = (Index("ix_objection_meeting_id", "meeting_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=BigId)
    version: int
    member_id: int = Field(foreign_key="member.id", sa_type=BigId)
    text: str
    said_at: datetime = Field(sa_type=UTCDateTime)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When a lead corrected the minutes, or said why not."""
    answer: str = ""


class PaperList(SQLModel, table=True):
    """A photograph of an attendance list on paper; Telegram keeps the picture, we its name."""

    __tablename__ = "paper_list"
    __table_args__ = (
        Index("ix_paper_list_meeting_id", "meeting_id"),
        Index("ix_paper_list_drop_at", "drop_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=BigId)
    file_id: str
    sent_by: int = Field(foreign_key="member.id", sa_type=BigId)
    sent_at: datetime = Field(sa_type=UTCDateTime)
    drop_at: datetime = Field(sa_type=UTCDateTime)
    """When its name is forgotten, and with it the picture: names and signatures are not ours."""
