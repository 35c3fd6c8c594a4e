"""The coalition: the tenant that nothing crosses."""

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bot.domain import coalitions
from bot.domain.feedback import FeedbackState
from bot.models.columns import BigId, choice


class Coalition(SQLModel, table=True):
    """A whole partnership; one bot serves one or more."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str
    languages: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    contact: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Who is there, outside the coalition, for danger and safeguarding; empty until named."""

    feedback: FeedbackState = Field(
        default=FeedbackState.CLOSED,
        sa_type=choice(FeedbackState),
        sa_column_kwargs={"server_default": FeedbackState.CLOSED},
    )
    """Whether its members can write in confidence."""

    def facts(self) -> coalitions.Coalition:
        """Return what rules and templates may know of this coalition."""
        assert self.id is not None
        return coalitions.Coalition(
            self.id, self.name, tuple(self.languages), self.contact, self.feedback
        )
