"""The groups of a coalition, each with its chat."""

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bot.domain import groups
from bot.models.columns import BigId


class Group(SQLModel, table=True):
    """A county secretariat, a working group, a steering committee: one Telegram group chat."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    name: str
    zone: str
    languages: list[str] = Field(sa_type=JSON)
    chat_id: int = Field(unique=True, sa_type=BigId)
    thread_id: int | None = Field(default=None, sa_type=BigId)
    join_code: str | None = Field(default=None, index=True, unique=True)
    """Opens the way in for partners, as often as they like: what comes of it is confirmed."""

    def facts(self) -> groups.Group:
        """Return what rules and templates may know of this group."""
        assert self.id is not None
        return groups.Group(
            id=self.id,
            coalition_id=self.coalition_id,
            name=self.name,
            zone=self.zone,
            languages=tuple(self.languages),
            chat_id=self.chat_id,
            thread_id=self.thread_id,
        )
