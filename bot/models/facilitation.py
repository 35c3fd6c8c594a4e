"""Whose turn it is to lead a meeting, or to take its notes."""

from sqlmodel import Field, SQLModel

from bot.domain.facilitation import Duty, TurnState
from bot.models.columns import BigId, choice


class Turn(SQLModel, table=True):
    """The turn of one organisation at one meeting; its history decides who comes next."""

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    duty: Duty = Field(primary_key=True, sa_type=choice(Duty))
    organisation_id: int = Field(
        foreign_key="organisation.id", primary_key=True, index=True, sa_type=BigId
    )
    state: TurnState = Field(default=TurnState.PROPOSED, sa_type=choice(TurnState))
    answered_by: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    """Who said so for the organisation."""
