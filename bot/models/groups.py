"""The groups of a coalition, each with its chat."""

import secrets
from datetime import date, time

from sqlalchemy import JSON, Index, Time, text
from sqlmodel import Field, SQLModel

from bot.domain import groups
from bot.domain.minutes import OBJECTION_DAYS
from bot.domain.motions import CountedBy
from bot.domain.reminders import DEFAULT_QUIET, DEFAULT_REMINDERS, QuietHours, ReminderKind
from bot.models.columns import BigId, choice


def new_code() -> str:
    """Return a code that nobody guesses, fit for a deep link."""
    return secrets.token_urlsafe(12)


class Group(SQLModel, table=True):
    """A county secretariat, a working group, a steering committee: one chat, or a topic of one."""

    __table_args__ = (
        Index("uq_group_chat_id_thread_id", "chat_id", "thread_id", unique=True),
        # NULL is like no other NULL: the general topic, or a chat without any, needs its own.
        Index(
            "uq_group_chat_id_general",
            "chat_id",
            unique=True,
            sqlite_where=text("thread_id IS NULL"),
            postgresql_where=text("thread_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    coalition_id: int = Field(foreign_key="coalition.id", sa_type=BigId)
    name: str
    zone: str
    languages: list[str] = Field(sa_type=JSON)
    chat_id: int = Field(sa_type=BigId)
    thread_id: int | None = Field(default=None, sa_type=BigId)
    is_topic_lost: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Its topic was closed or deleted: until it is open again, posts go to the general one."""
    title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What the chat was called when last heard of. A name that is the title follows the title."""
    join_code: str | None = Field(default_factory=new_code, index=True, unique=True)
    """Opens the way in for partners, as often as they like: what comes of it is confirmed."""
    reminders: list[str] = Field(
        default_factory=lambda: list(DEFAULT_REMINDERS),
        sa_type=JSON,
        sa_column_kwargs={"server_default": '["invite", "reminder-1d", "reminder-1h"]'},
    )
    """Values of `ReminderKind`."""
    quiet_from: time = Field(
        default=DEFAULT_QUIET.begins, sa_type=Time, sa_column_kwargs={"server_default": "20:00:00"}
    )
    """In the wall time of the group, as `quiet_to`; both equal means no quiet hours."""
    quiet_to: time = Field(
        default=DEFAULT_QUIET.ends, sa_type=Time, sa_column_kwargs={"server_default": "07:00:00"}
    )
    agenda_template: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What stands on every agenda, as the lead wrote it; empty: the usual."""

    quorum: int | None = None
    """How many organisations are enough to decide; None: over half of those with a seat."""
    objection_days: int = Field(default=OBJECTION_DAYS, sa_column_kwargs={"server_default": "5"})
    """Working days in which members may object to minutes."""
    minutes_upward: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the coordination team gets the minutes, too."""
    votes_by: CountedBy = Field(
        default=CountedBy.ORGANISATION,
        sa_type=choice(CountedBy),
        sa_column_kwargs={"server_default": CountedBy.ORGANISATION},
    )
    """Who has a vote in it."""
    feedback_offered_on: date | None = None
    """When its members were last told that they can write in confidence."""

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
            thread_id=None if self.is_topic_lost else self.thread_id,
            reminders=tuple(kind for kind in ReminderKind if kind in self.reminders),
            quiet=QuietHours(self.quiet_from, self.quiet_to),
            votes_by=self.votes_by,
            quorum=self.quorum,
        )
