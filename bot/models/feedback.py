"""What was written in confidence: sealed until its release, and what became of it afterwards.

No column here leads to a person or to a moment. `docs/privacy.md` tells what is stored, and why.
"""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime


class FeedbackBatch(SQLModel, table=True):
    """The batch into which is sealed at present; there is one row."""

    __tablename__ = "feedback_batch"

    number: int = Field(primary_key=True, sa_column_kwargs=GIVEN)
    """Counts up; the file of its key bears it."""
    public_key: bytes
    release_at: datetime = Field(sa_type=UTCDateTime)
    is_compact: bool = True
    """False until what was emptied, or forgotten, is out of the database's files, too."""


class FeedbackBox(SQLModel, table=True):
    """A sealed box: a submission, or a dummy that looks the same. It lives until the release."""

    __tablename__ = "feedback_box"
    # A table with row numbers would number them as they come.
    __table_args__ = {"sqlite_with_rowid": False}

    id: bytes = Field(primary_key=True)
    sealed: bytes


class FeedbackItem(SQLModel, table=True):
    """Words that were released, with the week of the release and nothing else of their way."""

    __tablename__ = "feedback_item"
    __table_args__ = (
        Index("ix_feedback_item_receipt", "receipt"),
        Index("ix_feedback_item_coalition_id_week", "coalition_id", "week"),
    )

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    """Random."""
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    group_id: int | None = Field(default=None, foreign_key="group.id", sa_type=BigId)
    """The group that it is about, if the person chose to name it."""
    week: date
    """The Monday of the week of its release."""
    words: str
    """As they were written; empty once they are forgotten."""
    receipt: bytes
    """A digest of the number by which its answer is fetched."""
    theme: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """In a few words of the coordination team; all that others ever see of it."""
    is_safeguarding: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Somebody may be in danger: it is not to be shared, not even as a theme."""
    answer: str = Field(default="", sa_column_kwargs={"server_default": ""})
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When the coordination was done with it: answered, or seen to need no answer."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id", sa_type=BigId)
    """The decision that came of it."""
    point_id: int | None = Field(default=None, foreign_key="action_point.id", sa_type=BigId)
    """The action that came of it."""


class FeedbackOutcome(SQLModel, table=True):
    """What the coordination tells everybody: you said, we did."""

    __tablename__ = "feedback_outcome"
    __table_args__ = (Index("ix_feedback_outcome_coalition_id", "coalition_id", "published_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    said: str
    did: str
    published_at: datetime = Field(sa_type=UTCDateTime)
