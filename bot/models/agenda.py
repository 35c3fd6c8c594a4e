"""What stands on agendas, and what waits for one."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.domain.agenda import Item, ItemState, Routine
from bot.models.columns import BigId, choice


class AgendaSheet(SQLModel, table=True):
    """The agenda of one meeting, begun when somebody first needs it."""

    __tablename__ = "agenda_sheet"

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=BigId)
    version: int = 1
    """Grows with every change: whoever looks at an older one is shown the present one first."""
    circulated: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The version that everybody was shown first; 0: nobody was shown any."""


class AgendaItem(SQLModel, table=True):
    """Something to speak about: at one meeting, or at a coming one."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        Index("ix_agenda_item_meeting_id", "meeting_id"),
        # The usual items of past meetings, the most by far, are left out of what may be left over.
        Index("ix_agenda_item_open", "group_id", "is_routine", "state"),
        Index("ix_agenda_item_source", "source_chat_id", "source_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    group_id: int = Field(foreign_key="group.id", sa_type=BigId)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=BigId)
    """None: it waits for a meeting."""
    title: str
    minutes: int
    presenter: str = ""
    is_off_record: bool = False
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigId)
    is_passed_on: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Somebody else than its people brought it for the organisation."""
    author_id: int | None = Field(default=None, foreign_key="member.id", sa_type=BigId)
    source_chat_id: int | None = Field(default=None, sa_type=BigId)
    source_message_id: int | None = Field(default=None, sa_type=BigId)
    """The message that brought it: its author corrects it by editing that."""
    is_routine: bool = False
    routine: Routine | None = Field(default=None, sa_type=choice(Routine))
    state: ItemState = Field(default=ItemState.PROPOSED, sa_type=choice(ItemState))
    position: int = 0
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The version of the sheet in which it last changed: a button that is older does nothing."""
    since: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The version of the sheet in which it came to this meeting."""

    def facts(self, organisation: str = "") -> Item:
        """Return what rules and templates may know of this item."""
        assert self.id is not None
        return Item(
            id=self.id,
            title=self.title,
            minutes=self.minutes,
            presenter=self.presenter,
            organisation=organisation,
            is_passed_on=self.is_passed_on,
            is_off_record=self.is_off_record,
            state=self.state,
            routine=self.routine,
            is_routine=self.is_routine,
            version=self.version,
        )
