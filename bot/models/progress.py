"""What people report of actions, and what they show of it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain.progress import EvidenceKind
from bot.models.columns import BigId, UTCDateTime, choice


class Progress(SQLModel, table=True):
    """What somebody reported of an action, in their own words."""

    __table_args__ = (
        Index("ix_progress_point_id", "point_id"),
        Index("ix_progress_group_id_at", "group_id", "at"),
        Index("ix_progress_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    point_id: int | None = Field(default=None, foreign_key="action_point.id", sa_type=BigId)
    """None: of several nobody has said yet which is meant; it does not count until then."""
    group_id: int | None = Field(default=None, foreign_key="group.id", sa_type=BigId)
    """None: as long as the action is not known."""
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    """For whom it was said then."""
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    """Who wrote it."""
    is_by_phone: bool = False
    """Whether whoever wrote it had it from the organisation: "called: they said"."""
    is_counted: bool = True
    """Not before whoever said it is confirmed."""
    at: datetime = Field(sa_type=UTCDateTime)
    progress: str = ""
    """Progress made."""
    challenges: str = ""
    differently: str = ""
    """What we will do differently."""
    voice_seconds: int | None = None
    """How long the voice note is that said it; None: it was written."""
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    """The message that said it: editing that corrects this."""
    album: str | None = None
    """What the pictures have in common that were sent in one go."""
    corrected_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Evidence(SQLModel, table=True):
    """A picture, a file or a voice note that shows what was done: Telegram keeps it for us."""

    __table_args__ = (Index("ix_evidence_point_id", "point_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    point_id: int | None = Field(default=None, foreign_key="action_point.id", sa_type=BigId)
    """None: as for the report that it belongs to."""
    progress_id: int | None = Field(
        default=None, foreign_key="progress.id", index=True, sa_type=BigId
    )
    kind: EvidenceKind = Field(sa_type=choice(EvidenceKind))
    file_id: str
    """Telegram's name of it."""
    name: str = ""
    size: int = 0
    """Bytes; 0: Telegram did not say."""
    at: datetime = Field(sa_type=UTCDateTime)
    sent_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
