"""Conversations: how far somebody has come in answering a series of questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime

NO_THREAD = 0
"""In place of a topic's number: NULL would not be unique."""


class Conversation(SQLModel, table=True):
    """One person in one chat (and topic) is asked one thing at a time.

    What was answered so far lives here only until the last answer; then the row goes.
    """

    __table_args__ = (UniqueConstraint("chat_id", "thread_id", "person_id"),)

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    """Random: a database uses numbers again, and an old button must not answer a new question."""
    chat_id: int = Field(sa_type=BigId)
    thread_id: int = Field(default=NO_THREAD, sa_type=BigId)
    person_id: int = Field(sa_type=BigId)
    """The Telegram account: somebody who is no member yet can be asked, too."""
    group_id: int | None = Field(default=None, foreign_key="group.id", sa_type=BigId)
    flow: str
    flow_version: int
    """A newer program may ask other questions; an older state is then begun anew."""
    step: str
    trail: list[str] = Field(default_factory=list, sa_type=JSON)
    """The questions answered before, oldest first: the way back."""
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    beginning: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The state before the first answer, for who wants to start anew."""
    version: int = 1
    """Grows with every answer; buttons bear it, so that an older one changes nothing."""
    asked_since: int = 1
    """The version at which the open question was first asked: whoever puts a list together by taps
    is quicker than the edits that follow them."""
    answered_by: int | None = Field(default=None, sa_type=BigId)
    """The message with the last typed answer: whoever corrects it is understood."""
    album: str | None = None
    """What it has in common with other pictures, if it is one of those sent in one go."""
    expires_at: datetime = Field(index=True, sa_type=UTCDateTime)
