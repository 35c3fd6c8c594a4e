"""What people chose not to hear."""

from sqlmodel import Field, SQLModel

from bot.domain.preferences import MessageKind
from bot.models.columns import BigId, choice


class Mute(SQLModel, table=True):
    """A person wants no private messages of this kind."""

    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=BigId)
    kind: MessageKind = Field(primary_key=True, sa_type=choice(MessageKind))
