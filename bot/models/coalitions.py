"""The coalition: the tenant that nothing crosses."""

from sqlmodel import Field, SQLModel

from bot.models.columns import BigId


class Coalition(SQLModel, table=True):
    """A whole partnership; one bot serves one or more."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str
