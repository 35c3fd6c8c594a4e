"""Chats as Telegram's answers describe them: open or closed to us, paused for a while."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime

EVERYWHERE = 0
"""The row that pauses all chats at once; no chat of Telegram has this id."""


class Chat(SQLModel, table=True):
    """What stands in the way of writing to a chat; a chat without a row is open."""

    chat_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    is_closed: bool = False
    """Telegram said 403 (kicked, blocked, never started); it opens when the person returns."""
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Since when it is closed, if that was written down."""
    paused_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Telegram said 429 and how long to wait."""
