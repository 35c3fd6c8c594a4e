"""People, and where they belong."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, text
from sqlmodel import Field, SQLModel

from bot.domain.roles import Role
from bot.models.columns import BigId, UTCDateTime, choice


class Member(SQLModel, table=True):
    """A person, known by their Telegram account."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    telegram_id: int = Field(unique=True, sa_type=BigId)
    name: str
    language: str | None = None
    """What they chose with /language; until then, what their phone speaks."""
    is_operator: bool = False
    has_started: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """They wrote to the bot in private and have not blocked it: it may write to them, too."""


class Membership(SQLModel, table=True):
    """A person's place in one group."""

    group_id: int = Field(foreign_key="group.id", primary_key=True, sa_type=BigId)
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True, sa_type=BigId)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    role: Role = Field(default=Role.MEMBER, sa_type=choice(Role))
    is_alternate: bool = False
    is_confirmed: bool = False
    """Until the organisation's prime or a lead confirms, they read and answer but do not count."""
    is_office: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """An office's phone: it answers for its organisation, but is no person among its people."""
    claims: str | None = None
    """The organisation that somebody who waits named, when it was in no list."""
    left_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When they left; the row stays for the record, unconfirmed, and gives no rights."""
    returns_as: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """What they were when they left the chat; None: they did not leave by leaving the chat."""


class Coordinator(SQLModel, table=True):
    """A person of the coordination team (the backbone) of a coalition."""

    coalition_id: int = Field(foreign_key="coalition.id", primary_key=True, sa_type=BigId)
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True, sa_type=BigId)
