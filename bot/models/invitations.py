"""Links that let one person in, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bot.domain import invitations
from bot.domain.invitations import Kind
from bot.models.columns import BigId, UTCDateTime, choice


class Invitation(SQLModel, table=True):
    """A one-time link that gives whoever accepts it first a place: in a group, or above them."""

    digest: str = Field(primary_key=True)
    """SHA-256 of the code: who reads the database cannot use it."""
    kind: Kind = Field(
        default=Kind.OPERATOR, sa_type=choice(Kind), sa_column_kwargs={"server_default": "operator"}
    )
    coalition_id: int | None = Field(default=None, foreign_key="coalition.id", sa_type=BigId)
    group_id: int | None = Field(default=None, foreign_key="group.id", sa_type=BigId)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    """Whose prime a successor becomes."""
    created_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    """Who invites; nobody of the bot for the link of the command line."""
    expires_at: datetime = Field(sa_type=UTCDateTime)
    """Until then it can be accepted; once it was, until then that can be undone."""
    used_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """What the person's membership was before they accepted; None: there was none."""

    @property
    def number(self) -> int:
        """Return the number by which messages about it know it; it does not give the code away."""
        return invitations.number_of(self.digest)
