"""What is found by its words, newest first."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import search
from bot.domain.agenda import ItemState
from bot.domain.minutes import MinutesState
from bot.domain.motions import Result
from bot.domain.search import Hit, Name, NameKind, Wanted, has_any
from bot.models import (
    AgendaItem,
    Entry,
    Findable,
    Group,
    Meeting,
    Member,
    Membership,
    Minutes,
    Organisation,
    OutboxMessage,
)
from bot.models.columns import stored_id
from bot.models.search import OUT
from bot.queries import motions
from bot.queries.agenda import ON_AGENDA
from bot.queries.search import indexes

MINUTES = "minutes"
"""The subject of the message that has the minutes."""
_DEALT_WITH = aliased(AgendaItem)
"""The item under which an entry was written down."""
COMPARED, CHOSEN = 200, 25
"""How many things with a piece of a word are compared with it, and how many are looked at."""


async def found(
    session: AsyncSession,
    groups: Sequence[Group],
    wanted: Wanted,
    *,
    is_any: bool,
    first: int,
    count: int,
) -> list[Hit]:
    """Return up to `count` things of some groups, from the `first` on, that have what is wanted.

    All of the words, or `is_any` of them. What was taken back, is off the record, is not agreed as
    an item yet, or stands in a draft that not everybody has, is not among them.
    """
    asked = statement(groups, wanted, is_any=is_any, is_sqlite=_is_sqlite(session))
    rows = await session.execute(asked.offset(first).limit(count))
    return await _hits(session, rows.all(), wanted)


async def alike(
    session: AsyncSession, groups: Sequence[Group], said: str, *, count: int
) -> list[Hit]:
    """Return up to `count` things with words that look like these, the most alike first.

    They are chosen among the `COMPARED` newest that have a piece of a word.
    """
    pieces = search.pieces(said)
    if not pieces:
        return []
    newest = await session.execute(newest_with(groups, pieces, is_sqlite=_is_sqlite(session)))
    words = {row.id: row.words for row in newest}
    rated = dict(zip(words, search.likeness(said, words.values()), strict=True))
    best = sorted((key for key in words if rated[key]), key=lambda key: (-rated[key], -key))
    # More than are shown: some of them may be off the record by now.
    rows = await session.execute(_seen().where(col(Findable.id).in_(best[:CHOSEN])))
    found = sorted(rows.all(), key=lambda row: best.index(row.Findable.id))
    return await _hits(session, found[:count], ())


async def _hits(
    session: AsyncSession,
    found: Sequence[Row[Findable, Group, Entry, AgendaItem, Meeting]],
    wanted: Wanted,
) -> list[Hit]:
    out = await _messages(session, [row.Meeting for row in found if row.Meeting is not None])
    private = await _private(session, [row.Entry for row in found if row.Entry is not None])
    # What was added in such a draft is not out; what was taken back by others is not there.
    found = [row for row in found if row.Entry is None or _is_out(row.Entry, private)]
    decided = {row.Entry.motion_id for row in found if row.Entry is not None} - {None}
    results = await motions.results(session, decided)
    return [_hit(row, out, _reservation(row.Entry, results, wanted), private) for row in found]


def _is_out(entry: Entry, private: Mapping[int, str]) -> bool:
    return bool(private.get(stored_id(entry), entry.undone_at is None))


async def _private(session: AsyncSession, entries: Sequence[Entry]) -> dict[int, str]:
    """Return what is out of the entries that a draft says otherwise which not everybody has.

    Nothing is out (an empty text) of what was added in such a draft.
    """
    if not entries:
        return {}
    rows = await session.execute(
        select(Minutes).where(
            col(Minutes.meeting_id).in_({entry.meeting_id for entry in entries}),
            col(Minutes.state) == MinutesState.DRAFT,
        )
    )
    found: dict[int, str] = {}
    for draft in rows.scalars().all():
        if not draft.touched:
            continue
        key = (draft.meeting_id, draft.version - 1)
        last = await session.get_one(Minutes, key) if draft.version > 1 else draft
        found |= dict.fromkeys(draft.touched, "")
        found |= {line.id: line.text for line in last.record().entries if line.id in draft.touched}
    return found


async def names(session: AsyncSession, groups: Sequence[Group]) -> list[Name]:
    """Return who may do things in some groups, or did: people, also who left, and organisations."""
    people = await session.execute(
        select(col(Member.id), col(Member.name)).where(
            col(Member.id).in_(
                select(col(Membership.member_id)).where(
                    col(Membership.group_id).in_([stored_id(group) for group in groups])
                )
            )
        )
    )
    organisations = await session.execute(
        select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.coalition_id).in_({group.coalition_id for group in groups})
        )
    )
    return [
        *(Name(NameKind.MEMBER, row.id, row.name) for row in people),
        *(Name(NameKind.ORGANISATION, row.id, row.name) for row in organisations),
    ]


def statement(
    groups: Sequence[Group], wanted: Wanted, *, is_any: bool, is_sqlite: bool
) -> Select[Findable, Group, Entry, AgendaItem, Meeting]:
    """Return the statement that finds things with what is wanted, the newest first."""
    return indexes.asked(_seen(), groups, wanted, is_any=is_any, is_sqlite=is_sqlite)


def newest_with(
    groups: Sequence[Group], pieces: Sequence[Wanted], *, is_sqlite: bool
) -> Select[int | None, str]:
    """Return the statement for the newest things that have one of some pieces of words."""
    statement = select(col(Findable.id), col(Findable.words))
    return indexes.asked_newest(statement, groups, pieces, COMPARED, is_sqlite=is_sqlite)


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _seen() -> Select[Findable, Group, Entry, AgendaItem, Meeting]:
    """Return the statement for what everybody of its group may read, with all that is shown."""
    meeting_id = func.coalesce(
        col(Entry.meeting_id), col(AgendaItem.meeting_id), col(Findable.minutes_of)
    )
    are_out = exists().where(
        col(Minutes.meeting_id) == col(Entry.meeting_id), col(Minutes.state).in_(OUT)
    )
    # What was written down in private, on the only phone in a hall, waits for the minutes.
    was_said = or_(col(Entry.source_chat_id) == col(Group.chat_id), are_out)
    is_on_record = or_(col(Entry.item_id).is_(None), ~col(_DEALT_WITH.is_off_record))
    # What is taken out in a draft that not everybody has is out until that is (`_private`).
    in_draft = exists().where(
        col(Minutes.meeting_id) == col(Entry.meeting_id),
        col(Minutes.state) == MinutesState.DRAFT,
        col(Minutes.drafted_at) <= col(Entry.undone_at),
    )
    stands = or_(col(Entry.undone_at).is_(None), in_draft)
    entry = and_(col(Entry.id).is_not(None), stands, is_on_record, was_said)
    item = and_(
        col(AgendaItem.state).in_((*ON_AGENDA, ItemState.BACKLOG)), ~col(AgendaItem.is_off_record)
    )
    return (
        select(Findable, Group, Entry, AgendaItem, Meeting)
        .join(Group, col(Group.id) == col(Findable.group_id))
        .outerjoin(Entry, col(Entry.id) == col(Findable.entry_id))
        .outerjoin(_DEALT_WITH, col(_DEALT_WITH.id) == col(Entry.item_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Findable.item_id))
        .outerjoin(Meeting, col(Meeting.id) == meeting_id)
        .where(or_(col(Findable.minutes_of).is_not(None), entry, item))
    )


async def _messages(
    session: AsyncSession, meetings: Sequence[Meeting]
) -> dict[int, tuple[int, int]]:
    """Return where the minutes of some meetings stand: the chat and the message."""
    numbers = {stored_id(meeting) for meeting in meetings}
    if not numbers:
        return {}
    rows = await session.execute(
        select(
            col(OutboxMessage.subject_id),
            col(OutboxMessage.chat_id),
            col(OutboxMessage.message_id),
        )
        .where(
            col(OutboxMessage.subject) == MINUTES,
            col(OutboxMessage.subject_id).in_(numbers),
            col(OutboxMessage.chat_id) < 0,
            col(OutboxMessage.message_id).is_not(None),
        )
        .order_by(col(OutboxMessage.id))
    )
    return {row.subject_id: (row.chat_id, row.message_id) for row in rows}


def _reservation(entry: Entry | None, results: Mapping[int, Result], wanted: Wanted) -> str:
    """Return the reservation by which a decision was found, as it stands in the minutes."""
    if entry is None or entry.motion_id is None:
        return ""
    beside = results[entry.motion_id].reservations
    return next((one.as_line for one in beside if has_any(one.text, wanted)), "")


def _hit(
    row: Row[Findable, Group, Entry, AgendaItem, Meeting],
    out: dict[int, tuple[int, int]],
    reservation: str,
    private: Mapping[int, str],
) -> Hit:
    found, group = row.Findable, row.Group
    entry, item, meeting = row.Entry, row.AgendaItem, row.Meeting
    chat_id, message_id = None, None
    if entry is not None:
        chat_id, message_id = entry.source_chat_id, entry.said_message_id or entry.source_message_id
    elif item is not None:
        chat_id, message_id = item.source_chat_id, item.source_message_id
    if chat_id != group.chat_id and meeting is not None and item is None:
        # It was not said in the group, or before that had another id: the minutes have it.
        chat_id, message_id = out.get(stored_id(meeting), (None, None))
    return Hit(
        kind=found.kind,
        text=private.get(stored_id(entry), entry.text)
        if entry is not None
        else item.title
        if item is not None
        else "",
        group=group.name,
        held_on=meeting.wall_start.date() if meeting is not None else None,
        link=group.facts().link_to(message_id) if chat_id == group.chat_id else "",
        reservation=reservation,
    )
