"""Writing down what a meeting agrees, gives to somebody, or wants to keep."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import notebook as rules
from bot.domain.notebook import EntryKind, NotebookFull, OffTheRecord
from bot.domain.roles import Action, Actor
from bot.models import AgendaItem, Entry
from bot.models.columns import stored_id
from bot.queries import notebook as queries
from bot.services import sitting_posts, sittings

SHARED = frozenset({EntryKind.IDEA, EntryKind.HELP})
"""What every member may bring; the rest is for those who run the meeting."""


@dataclass(frozen=True)
class Said:
    """Words that are to be written down, and where they come from."""

    text: str
    source: tuple[int, int]
    """The chat, and the number of the command in it."""
    message_id: int | None = None
    """The message that says it, if the command replied to one."""
    by: int | None = None
    """The member whose words they are."""
    by_name: str = ""


def action_for(kind: EntryKind) -> Action:
    """Return the right that somebody needs to write this down."""
    return Action.SHARE if kind in SHARED else Action.RUN_MEETING


async def capture(
    session: AsyncSession,
    meeting_id: int,
    kind: EntryKind,
    said: Said,
    actor: Actor,
    *,
    now: datetime,
) -> Entry:
    """Write something down under the item that is dealt with.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: no meeting is held.
        EntryTooLong, NotebookFull, OffTheRecord: it cannot be written down.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, action_for(kind))
    text = rules.checked(said.text)
    if await queries.count(session, meeting_id) >= rules.ENTRIES_LIMIT:
        raise NotebookFull(limit=rules.ENTRIES_LIMIT)
    if sitting.item_id is not None:
        item = await session.get_one(AgendaItem, sitting.item_id)
        if item.is_off_record:
            raise OffTheRecord
    entry = Entry(
        group_id=meeting.group_id,
        meeting_id=stored_id(meeting),
        item_id=sitting.item_id,
        kind=kind,
        text=text,
        written_by=actor.member_id,
        written_at=now,
        source_chat_id=said.source[0],
        source_message_id=said.source[1],
        said_message_id=said.message_id,
        said_by=said.by,
        said_by_name=said.by_name,
    )
    session.add(entry)
    sittings.touch(sitting, now)
    await session.flush()
    sitting_posts.show(session, meeting, now=now)
    return entry
