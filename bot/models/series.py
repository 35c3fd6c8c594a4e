"""Series: meetings that come again and again."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Date, Time
from sqlmodel import Field, SQLModel

from bot.domain import series
from bot.domain.ways import Way, Where
from bot.models.columns import BigId, choice


class Series(SQLModel, table=True):
    """One rhythm of one group; a change of all that follow ends it and begins another."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", index=True, sa_type=BigId)
    rule: str
    """As RFC 5545 writes it, without its beginning and its end."""
    starts: time = Field(sa_type=Time)
    minutes: int
    """How long each meeting lasts on the wall."""
    zone: str
    starts_on: date = Field(sa_type=Date)
    until: date | None = Field(default=None, sa_type=Date)
    """The last day on which there may be a meeting; before `starts_on` if it was ended at once."""
    place: str = ""
    way: Way = Field(default=Way.MIXED, sa_type=choice(Way))
    link: str = ""
    is_place_late: bool = False
    version: int = 1
    """Grows with every change of the rhythm or its end."""
    follows_id: int | None = Field(default=None, foreign_key="series.id", sa_type=BigId)
    """The series that this one went on with, at another time."""
    uid: str = ""
    """What calendars know it by; given with its first file."""

    def facts(self) -> series.Series:
        """Return what rules and templates may know of this series."""
        return series.Series(
            rhythm=series.rhythm_of(self.rule),
            starts=self.starts,
            length=timedelta(minutes=self.minutes),
            zone=self.zone,
            starts_on=self.starts_on,
            until=self.until,
        )

    def where(self) -> Where:
        """Return where its meetings are held, whoever may know that."""
        return Where(self.place, self.way, self.link, self.is_place_late)

    def end_before(self, original: datetime) -> None:
        """Let it have no meeting at this wall time of its rhythm, nor later."""
        self.until = original.date() - timedelta(days=1)
        self.version += 1
