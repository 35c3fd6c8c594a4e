"""Everything the bot says, from the decision to the delivery."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.models.columns import BigId, UTCDateTime, choice


class Method(StrEnum):
    """What Telegram is asked to do."""

    MESSAGE = "message"
    REACTION = "reaction"
    DOCUMENT = "document"
    PHOTO = "photo"


class OutboxState(StrEnum):
    """`ready` waits for the sender; the others are ends (a live message can become ready again)."""

    READY = "ready"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OutboxMessage(SQLModel, table=True):
    """One message to one chat. A live one is sent once and then edited whenever it changes."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("occasion_key", "chat_id"),
        # The sender looks only at what is ready: the cost does not grow with history.
        Index(
            "ix_outbox_ready",
            "chat_id",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index("ix_outbox_subject", "subject", "subject_id"),
        Index("ix_outbox_ended_at", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    occasion_key: str | None = None
    """With the chat it is unique: an occasion speaks once in a chat. Replies have none."""
    method: Method = Field(default=Method.MESSAGE, sa_type=choice(Method))
    chat_id: int = Field(sa_type=BigId)
    thread_id: int | None = Field(default=None, sa_type=BigId)
    text: str
    """Telegram's HTML; for a reaction the emoji; empty for what is made at its turn."""
    document: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """Of what a file is made when its turn has come: kept small, and never out of date.

    Of a picture that Telegram has: its `file_id`. `is_protected`: nobody can pass it on.
    """
    keyboard: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    reply_to: int | None = Field(default=None, sa_type=BigId)
    is_silent: bool = False
    unasked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it was decided, if nobody had asked for it: that counts towards the budget."""
    kind: str
    """Which of the texts about its subject this is, e.g. `announced`."""
    subject: str | None = None
    subject_id: int | None = Field(default=None, sa_type=BigId)
    subject_version: int = 0
    is_live: bool = False
    version: int = 1
    sent_version: int = 0
    """A live message is due while the two versions differ."""
    message_id: int | None = Field(default=None, sa_type=BigId)
    state: OutboxState = Field(default=OutboxState.READY, sa_type=choice(OutboxState))
    attempts: int = 0
    not_before: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """By the database's time: until then one sender has it in hand."""
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failure: str | None = None


COMMAND = "command"
"""The kind of a `MessageSubject` that is somebody's command."""


class MessageSubject(SQLModel, table=True):
    """What a delivered message is about, so that a reply to it finds its subject.

    A command bears one if an edit of it has to find what it did.
    """

    __tablename__ = "message_subject"
    __table_args__ = (
        Index("ix_message_subject_drop_at", "drop_at"),
        Index("ix_message_subject_chat_id_position", "chat_id", "position"),
    )

    chat_id: int = Field(primary_key=True, sa_type=BigId)
    message_id: int = Field(primary_key=True, sa_type=BigId)
    position: int = Field(default=0, sa_type=BigId, sa_column_kwargs={"server_default": "0"})
    """Grows downwards in a chat, over what was said there; 0 for a command. The numbers of messages
    tell no order (`bot.stand_ins`)."""
    kind: str
    subject: str
    subject_id: int = Field(sa_type=BigId)
    subject_version: int
    drop_at: datetime = Field(sa_type=UTCDateTime)


class Sending(SQLModel, table=True):
    """When something was sent where: Telegram's limits are counted from these rows."""

    __table_args__ = (Index("ix_sending_chat_id_at", "chat_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    chat_id: int = Field(sa_type=BigId)
    at: datetime = Field(index=True, sa_type=UTCDateTime)
    """When it was claimed."""
    over_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When Telegram's answer was there; it had arrived by then at the latest."""
