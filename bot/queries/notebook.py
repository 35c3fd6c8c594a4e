"""What was written down in meetings."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.minutes import MinutesState
from bot.domain.motions import Choosing, Result
from bot.domain.notebook import Line, Owner
from bot.domain.sittings import SittingState
from bot.models import (
    AgendaItem,
    Entry,
    Meeting,
    Member,
    Minutes,
    Motion,
    Organisation,
    Sitting,
    SittingItem,
)
from bot.queries import motions

UNPUBLISHED = (MinutesState.DRAFT, MinutesState.CIRCULATED)
"""Minutes that are not out, or only as a draft: what they say may still change."""
_WRITER, _SPEAKER, _OWNER = aliased(Member), aliased(Member), aliased(Member)


async def of_meeting(session: AsyncSession, meeting: Meeting) -> tuple[Line, ...]:
    """Return what a meeting wrote down, oldest first; what was taken back is left out."""
    rows = await session.execute(
        lines()
        .where(col(Entry.meeting_id) == meeting.id, col(Entry.undone_at).is_(None))
        .order_by(col(Entry.id))
    )
    found = rows.all()
    voted = {row.Entry.motion_id for row in found if row.Entry.motion_id is not None}
    results = await motions.results(session, voted)
    return tuple(
        with_votes(line(row, meeting.zone), results.get(row.Entry.motion_id)) for row in found
    )


def with_votes(decision: Line, result: Result | None) -> Line:
    """Return a decision with what was said to the motion that it came from, if it did."""
    if result is None:
        return decision
    tally = result.tally
    is_majority = decision.how == Choosing.MAJORITY
    return replace(
        decision,
        votes=(tally.yes, tally.no, tally.abstained)
        if is_majority
        else (tally.yes, tally.reserved),
        is_without_quorum=not result.has_quorum,
        reservations=tuple(one.as_line for one in result.reservations),
    )


async def one(session: AsyncSession, entry_id: int, zone: str) -> Line:
    """Return one entry as people read it, also if it was taken back."""
    rows = await session.execute(lines().where(col(Entry.id) == entry_id))
    return line(rows.one(), zone)


async def count(session: AsyncSession, meeting_id: int) -> int:
    """Count what a meeting wrote down, with what was taken back."""
    found = select(func.count()).select_from(Entry).where(col(Entry.meeting_id) == meeting_id)
    return await session.scalar(found) or 0


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> Entry | None:
    """Return what a command wrote down."""
    rows = await session.execute(
        select(Entry)
        .where(col(Entry.source_chat_id) == chat_id, col(Entry.source_message_id) == message_id)
        .order_by(col(Entry.id).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def all_of_message(session: AsyncSession, chat_id: int, message_id: int) -> Sequence[Entry]:
    """Return all that a command wrote down: what stands of it, or else what was taken back."""
    rows = await session.execute(
        select(Entry)
        .where(col(Entry.source_chat_id) == chat_id, col(Entry.source_message_id) == message_id)
        .order_by(col(Entry.id))
    )
    found = rows.scalars().all()
    return [one for one in found if one.undone_at is None] or found[-1:]


async def said_in(session: AsyncSession, chat_id: int, message_id: int) -> Sequence[Entry]:
    """Return what was written down of the message that said it, and has not been taken back."""
    rows = await session.execute(
        select(Entry)
        .where(
            col(Entry.source_chat_id) == chat_id,
            col(Entry.said_message_id) == message_id,
            col(Entry.undone_at).is_(None),
        )
        .order_by(col(Entry.id))
    )
    return rows.scalars().all()


async def is_written(session: AsyncSession, entry: Entry) -> bool:
    """Tell whether what a new entry says was written down of the same message before."""
    if entry.said_message_id is None:
        return False
    found = await session.scalar(
        select(col(Entry.id))
        .where(
            col(Entry.meeting_id) == entry.meeting_id,
            col(Entry.kind) == entry.kind,
            col(Entry.source_chat_id) == entry.source_chat_id,
            col(Entry.said_message_id) == entry.said_message_id,
            col(Entry.text) == entry.text,
            col(Entry.undone_at).is_(None),
        )
        .limit(1)
    )
    return found is not None


async def has_published(session: AsyncSession, group_ids: Collection[int], since: datetime) -> bool:
    """Tell whether a meeting of one of these groups ended since then, and its minutes are out."""
    found = await session.scalar(
        select(col(Sitting.meeting_id))
        .join(Meeting, col(Meeting.id) == col(Sitting.meeting_id))
        .join(Minutes, col(Minutes.meeting_id) == col(Sitting.meeting_id))
        .where(
            col(Meeting.group_id).in_(group_ids),
            col(Sitting.state) == SittingState.CLOSED,
            col(Sitting.closed_at) >= since,
            col(Minutes.state).not_in(UNPUBLISHED),
        )
        .limit(1)
    )
    return found is not None


async def still_drafted(session: AsyncSession, group_id: int, since: datetime) -> Sequence[Meeting]:
    """Return the meetings of a group that ended since then and whose minutes are not out."""
    is_out = (
        select(col(Minutes.meeting_id))
        .where(col(Minutes.meeting_id) == col(Meeting.id), col(Minutes.state).not_in(UNPUBLISHED))
        .exists()
    )
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Sitting.state) == SittingState.CLOSED,
            col(Sitting.closed_at) >= since,
            ~is_out,
        )
        .order_by(col(Sitting.closed_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def in_correction(session: AsyncSession, group_id: int) -> Sequence[Meeting]:
    """Return the meetings of a group whose minutes are being corrected, the newest draft first."""
    rows = await session.execute(
        select(Meeting)
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Minutes.version) > 1,
            col(Minutes.state).in_(UNPUBLISHED),
        )
        .order_by(col(Minutes.drafted_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def is_later_out(session: AsyncSession, meeting: Meeting) -> bool:
    """Tell whether the minutes of a later meeting of the same group are out."""
    found = await session.scalar(
        select(col(Minutes.meeting_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .where(
            col(Meeting.group_id) == meeting.group_id,
            col(Meeting.starts_at) > meeting.starts_at,
            col(Minutes.state).not_in(UNPUBLISHED),
        )
        .limit(1)
    )
    return found is not None


async def has_published_words(session: AsyncSession, member_id: int, since: datetime) -> bool:
    """Tell whether something that somebody wrote down since then stands in minutes that are out."""
    found = await session.scalar(
        select(col(Entry.id))
        .join(Minutes, col(Minutes.meeting_id) == col(Entry.meeting_id))
        .where(
            col(Minutes.state).not_in(UNPUBLISHED),
            col(Entry.written_by) == member_id,
            col(Entry.written_at) >= since,
            col(Entry.undone_at).is_(None),
        )
        .limit(1)
    )
    return found is not None


async def last_written(
    session: AsyncSession, member_id: int, group_ids: Collection[int], since: datetime
) -> tuple[int, int] | None:
    """Return what somebody wrote down last in some groups since then, and its meeting.

    What they have taken back is none of it.
    """
    rows = await session.execute(
        select(col(Entry.id), col(Entry.meeting_id))
        .where(
            col(Entry.written_by) == member_id,
            col(Entry.group_id).in_(group_ids),
            col(Entry.written_at) >= since,
            col(Entry.undone_at).is_(None),
        )
        .order_by(col(Entry.id).desc())
        .limit(1)
    )
    found = rows.first()
    return (found[0], found[1]) if found is not None else None


async def last_item(session: AsyncSession, meeting_id: int) -> int | None:
    """Return the last item on the agenda that a meeting dealt with, on the record."""
    found: int | None = await session.scalar(
        select(col(AgendaItem.id))
        .join(SittingItem, col(SittingItem.item_id) == col(AgendaItem.id))
        .where(
            col(SittingItem.meeting_id) == meeting_id,
            col(AgendaItem.meeting_id) == meeting_id,
            ~col(AgendaItem.is_off_record),
        )
        .order_by(col(AgendaItem.position).desc(), col(AgendaItem.id).desc())
        .limit(1)
    )
    return found


async def last_of(
    session: AsyncSession, meeting_ids: Sequence[int], member_id: int
) -> Entry | None:
    """Return, locked, what somebody wrote down last in some meetings, and has not taken back."""
    rows = await session.execute(
        select(Entry)
        .where(
            col(Entry.meeting_id).in_(meeting_ids),
            col(Entry.written_by) == member_id,
            col(Entry.undone_at).is_(None),
        )
        .order_by(col(Entry.id).desc())
        .limit(1)
        .with_for_update()
    )
    return rows.scalar_one_or_none()


def lines() -> Select[Entry, str, str, str, str, Choosing]:
    """Select entries with the names that stand beside them; `line` reads what comes of it."""
    return (
        select(
            Entry,
            col(_WRITER.name),
            col(_SPEAKER.name),
            col(_OWNER.name),
            col(Organisation.name),
            col(Motion.choosing),
        )
        .outerjoin(_WRITER, col(_WRITER.id) == col(Entry.written_by))
        .outerjoin(_SPEAKER, col(_SPEAKER.id) == col(Entry.said_by))
        .outerjoin(_OWNER, col(_OWNER.id) == col(Entry.owner_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Entry.owner_organisation_id))
        .outerjoin(Motion, col(Motion.id) == col(Entry.motion_id))
    )


def line(
    row: Row[Entry, str, str, str, str, Choosing],
    zone: str,
) -> Line:
    """Return an entry as people read it."""
    entry, writer, speaker, owner, organisation, choosing = row
    has_owner = owner or organisation or entry.owner_name
    return Line(
        id=entry.id or 0,
        kind=entry.kind,
        text=entry.text,
        said_by=speaker or entry.said_by_name,
        written_by=writer or "",
        at=wall_time(entry.written_at, zone),
        item_id=entry.item_id,
        owner=Owner(owner or entry.owner_name, organisation or "") if has_owner else None,
        due=entry.due_on,
        stream=entry.stream,
        how=choosing or "",
        review_on=entry.review_on,
        source=(entry.source_chat_id, entry.said_message_id or entry.source_message_id or 0)
        if entry.source_chat_id
        else None,
    )
