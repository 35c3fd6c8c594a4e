"""How people are asked about their actions: when last, and when not."""

from datetime import date

from sqlalchemy import Date
from sqlmodel import Field, SQLModel

from bot.domain.follow_up import Asked, Stage
from bot.models.columns import BigId, choice


class Nudge(SQLModel, table=True):
    """When somebody was asked last about an action, and when they want to be asked again."""

    point_id: int = Field(foreign_key="action_point.id", primary_key=True, sa_type=BigId)
    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    stage: Stage | None = Field(default=None, sa_type=choice(Stage))
    due_on: date | None = Field(default=None, sa_type=Date)
    """For which end that stage was: another end begins anew."""
    asked_on: date | None = Field(default=None, sa_type=Date)
    """In the wall time of the group."""
    not_before: date | None = Field(default=None, sa_type=Date)
    """They want to hear nothing of it until then."""

    def facts(self) -> Asked:
        """Return what the rules may know of it."""
        return Asked(self.stage, self.due_on, self.asked_on, self.not_before)


class Away(SQLModel, table=True):
    """Somebody is away: what concerns them goes to whoever speaks for their organisation next."""

    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    until: date = Field(sa_type=Date)
    """The last day."""
