"""The streams of work into which a coalition sorts what it does."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.domain.streams import Stream, StreamKey
from bot.models.columns import BigId, choice, stored_id


class WorkStream(SQLModel, table=True):
    """A stream of work: one of the six that every coalition begins with, or one of its own."""

    __tablename__ = "work_stream"
    __table_args__ = (Index("ix_work_stream_coalition_id", "coalition_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    key: StreamKey = Field(default=StreamKey.OWN, sa_type=choice(StreamKey))
    """Which of the usual ones it is, or was before it was renamed."""
    name: str = ""
    """What the coalition calls it; empty: as the catalogues do."""
    position: int = 0
    is_dropped: bool = False
    """Nothing new belongs to it; what did, still does."""

    def facts(self) -> Stream:
        """Return what rules and templates may know of this stream."""
        return Stream(stored_id(self), self.key, self.name)
