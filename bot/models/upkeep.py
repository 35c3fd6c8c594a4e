"""What the program remembers about itself."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from bot.models.columns import UTCDateTime


class Upkeep(SQLModel, table=True):
    """When a recurring chore was last done, and how often."""

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    turns: int = 0


class Run(SQLModel, table=True):
    """A running program. Its row goes when it stops properly; one that is left tells of a crash."""

    id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UTCDateTime)


class Installation(SQLModel, table=True):
    """This database, as the files that belong to it call it."""

    name: str = Field(primary_key=True)
    bot: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What Telegram calls the bot (without @): links to it are written where nobody sent us one."""
    are_numbers_hidden: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    """Whether no row is left from before numbers of messages had stand-ins."""
