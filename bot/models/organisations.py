"""Member institutions, and the groups in which they sit."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.models.columns import BigId


class Organisation(SQLModel, table=True):
    """An implementing partner, a government office, a donor."""

    __table_args__ = (UniqueConstraint("coalition_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    name: str


class Seat(SQLModel, table=True):
    """The place of an organisation in a group: it is asked, and it is counted."""

    group_id: int = Field(foreign_key="group.id", primary_key=True, sa_type=BigId)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=BigId)
