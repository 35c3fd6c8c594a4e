"""Commands that wait for one tap before they are carried out."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.models.columns import GIVEN, BigId, UTCDateTime


class WaitingCommand(SQLModel, table=True):
    """A command as it was typed, until a tap says who it was, or which group is meant."""

    __tablename__ = "waiting_command"
    __table_args__ = (Index("ix_waiting_command_chat_id_message_id", "chat_id", "message_id"),)

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs=GIVEN)
    """Random: a database uses numbers again, and an old button must not run a new command."""
    chat_id: int = Field(sa_type=BigId)
    message_id: int = Field(sa_type=BigId)
    asked_by: int | None = Field(default=None, sa_type=BigId)
    """The Telegram account that typed it; None for an anonymous admin."""
    command: str
    text: str
    """What stands behind the command."""
    expires_at: datetime = Field(index=True, sa_type=UTCDateTime)
