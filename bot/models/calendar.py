"""The calendars that groups keep of their own: prayers, market days, Ramadan."""

from datetime import date, time

from sqlalchemy import Date, Time
from sqlmodel import Field, SQLModel

from bot.domain import calendar
from bot.models.columns import BigId


class CalendarEntry(SQLModel, table=True):
    """One thing that a group keeps in mind when it plans."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", index=True, sa_type=BigId)
    label: str
    weekdays: str = ""
    """Digits, Monday is 0; empty if it has dates."""
    first_day: date | None = Field(default=None, sa_type=Date)
    last_day: date | None = Field(default=None, sa_type=Date)
    begins: time | None = Field(default=None, sa_type=Time)
    ends: time | None = Field(default=None, sa_type=Time)

    def facts(self) -> calendar.Entry:
        """Return what rules and templates may know of this entry."""
        return calendar.Entry(
            label=self.label,
            weekdays=tuple(map(int, self.weekdays)),
            first=self.first_day,
            last=self.last_day,
            begins=self.begins,
            ends=self.ends,
            id=self.id or 0,
        )
