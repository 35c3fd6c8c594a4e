"""What can be found again: the folded words of entries, agendas and minutes.

The rows write themselves, in the transaction that changes what they tell of (see `follow` below):
whoever writes an entry down need not think of it. Whether somebody may find it is asked of the
things themselves (`bot.queries.search`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Row, delete, event, insert, inspect, select, update
from sqlalchemy.orm import Mapper
from sqlmodel import Column, Field, SQLModel, col

from bot.domain.minutes import MinutesState
from bot.domain.motions import Ballot, Word, counted
from bot.domain.search import FoundKind, NameKind, fold, mark
from bot.models.agenda import AgendaItem
from bot.models.columns import BigId, UTCDateTime, choice
from bot.models.members import Member
from bot.models.minutes import Minutes
from bot.models.motions import BallotCast, BallotFor, Motion
from bot.models.notebook import Entry
from bot.models.organisations import Organisation

OUT = frozenset({MinutesState.CIRCULATED, MinutesState.PUBLISHED, MinutesState.CONFIRMED})
"""The states of minutes that everybody of the group has."""


def _vanishes_with(target: str) -> Column[Any]:
    """Return a column whose row goes when that goes which it tells of."""
    return Column(BigId, ForeignKey(target, ondelete="CASCADE"), index=True, unique=True)


class Findable(SQLModel, table=True):
    """The words of one thing. It tells of an entry, of an item, or of the minutes of a meeting."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    """Grows: what is newer comes first."""
    group_id: int = Field(foreign_key="group.id", index=True, sa_type=BigId)
    kind: FoundKind = Field(sa_type=choice(FoundKind))
    words: str
    """Folded (`bot.domain.search.fold`), and the marks of those who do it (`mark`)."""
    entry_id: int | None = Field(default=None, sa_column=_vanishes_with("entry.id"))
    item_id: int | None = Field(default=None, sa_column=_vanishes_with("agenda_item.id"))
    minutes_of: int | None = Field(default=None, sa_column=_vanishes_with("meeting.id"))


class Search(SQLModel, table=True):
    """What somebody looked for and got more of than a page shows."""

    __tablename__ = "search"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    chat_id: int = Field(sa_type=BigId)
    said: str
    """The words as they were typed."""
    expires_at: datetime = Field(index=True, sa_type=UTCDateTime)


def _follow_entry(_: Mapper[Entry], connection: Connection, entry: Entry) -> None:
    if _has_changed(
        entry, "text", "owner_name", "stream", "owner_id", "owner_organisation_id", "motion_id"
    ) and not _is_private(connection, entry):
        _write_entry(connection, entry)


def _is_private(connection: Connection, entry: Entry) -> bool:
    """Tell whether an entry is changed, or added, in a draft that not everybody has.

    It is found by what is out until the draft is out, too (`_follow_minutes`).
    """
    drafts = select(col(Minutes.touched)).where(
        col(Minutes.meeting_id) == entry.meeting_id, col(Minutes.state) == MinutesState.DRAFT
    )
    is_added = not inspect(entry).persistent and entry.source_chat_id is None
    return any(is_added or entry.id in touched for touched in connection.execute(drafts).scalars())


def _follow_ballot(
    _: Mapper[BallotCast] | Mapper[BallotFor],
    connection: Connection,
    ballot: BallotCast | BallotFor,
) -> None:
    """Write a decision anew: the words of a reservation may come when the vote is closed."""
    if not (ballot.reservation or inspect(ballot).persistent) or not _has_changed(
        ballot, "reservation"
    ):
        return
    # By its meeting, for which there is an index.
    decided = (
        select(Entry.__table__)  # type: ignore[attr-defined]  # SQLModel adds it to every table
        .join(Motion, col(Motion.meeting_id) == col(Entry.meeting_id))
        .where(col(Motion.id) == ballot.motion_id, col(Entry.motion_id) == ballot.motion_id)
    )
    for entry in connection.execute(decided):
        _write_entry(connection, entry)


def _write_entry(connection: Connection, entry: Entry | Row[Any]) -> None:
    """Write an entry with its owner's name of today, and a mark by which later names find it."""
    owners = (
        (NameKind.MEMBER, entry.owner_id, Member),
        (NameKind.ORGANISATION, entry.owner_organisation_id, Organisation),
    )
    named = [
        connection.execute(select(col(table.name)).where(col(table.id) == key)).scalar() or ""
        for _, key, table in owners
        if key is not None
    ]
    reserved = _reservations(connection, entry.motion_id) if entry.motion_id is not None else []
    words = fold(" ".join((entry.text, entry.owner_name, *named, entry.stream, *reserved)))
    marks = "".join(mark(kind, key) for kind, key, _ in owners if key is not None)
    own = {"group_id": entry.group_id, "kind": FoundKind(entry.kind.value)}
    _write(connection, {"entry_id": entry.id}, own, words + marks if words else "")


def _reservations(connection: Connection, motion_id: int) -> list[str]:
    """Return the words of the reservations that count: they stand beside the decision."""
    by = connection.execute(
        select(col(Motion.counted_by)).where(col(Motion.id) == motion_id)
    ).scalar_one()
    cast = select(
        col(BallotCast.organisation_id),
        col(BallotCast.ballot),
        col(BallotCast.cast_at),
        col(BallotCast.member_id),
        col(BallotCast.is_prime),
        col(BallotCast.reservation),
    ).where(col(BallotCast.motion_id) == motion_id)
    entered = select(
        col(BallotFor.organisation_id),
        col(BallotFor.ballot),
        col(BallotFor.cast_at),
        col(BallotFor.reservation),
    ).where(col(BallotFor.motion_id) == motion_id)
    said = [Word(*row) for row in connection.execute(cast)]
    said += [Word(*row[:3], reservation=row[3]) for row in connection.execute(entered)]
    return [one.reservation for one in counted(said, by) if one.ballot is Ballot.RESERVATION]


def _follow_item(_: Mapper[AgendaItem], connection: Connection, item: AgendaItem) -> None:
    if not item.is_routine and _has_changed(item, "title", "presenter"):
        own = {"group_id": item.group_id, "kind": FoundKind.ITEM}
        _write(connection, {"item_id": item.id}, own, fold(f"{item.title} {item.presenter}"))


def _follow_minutes(_: Mapper[Minutes], connection: Connection, minutes: Minutes) -> None:
    if minutes.state not in OUT or not _has_changed(minutes, "state", "body", "changed"):
        return
    _write_touched(connection, minutes)
    if minutes.state is MinutesState.CIRCULATED:
        # A draft that is out: its words are found as entries, and may still change.
        return
    record = minutes.record()
    said = select(col(Entry.text)).where(col(Entry.meeting_id) == minutes.meeting_id)
    known = {fold(text) for text in connection.execute(said).scalars()}
    corrected = [line.text for line in record.entries if fold(line.text) not in known]
    guests = [one.organisation for one in record.guests]
    words = fold(" ".join((record.place, minutes.changed, *guests, *corrected)))
    own = {"group_id": minutes.group_id, "kind": FoundKind.MINUTES}
    _write(connection, {"minutes_of": minutes.meeting_id}, own, words)


def _leave_minutes(_: Mapper[Minutes], connection: Connection, minutes: Minutes) -> None:
    _write_touched(connection, minutes)


def _write_touched(connection: Connection, minutes: Minutes) -> None:
    """Write the entries anew that were changed in a draft: nobody but who approved saw that."""
    if not minutes.touched:
        return
    entries = select(Entry.__table__).where(  # type: ignore[attr-defined]  # SQLModel adds it
        col(Entry.meeting_id) == minutes.meeting_id, col(Entry.id).in_(minutes.touched)
    )
    for entry in connection.execute(entries).all():
        _write_entry(connection, entry)


def _has_changed(row: SQLModel, *names: str) -> bool:
    state = inspect(row)
    return not state.persistent or any(state.attrs[name].history.has_changes() for name in names)


def _write(
    connection: Connection, key: dict[str, int | None], own: dict[str, Any], words: str
) -> None:
    [(name, number)] = key.items()
    is_it = col(getattr(Findable, name)) == number
    if not words:
        connection.execute(delete(Findable).where(is_it))
        return
    changed = connection.execute(update(Findable).where(is_it).values(words=words, **own))
    if not changed.rowcount:
        connection.execute(insert(Findable).values(words=words, **key, **own))


for _table, _follow in (
    (Entry, _follow_entry),
    (BallotCast, _follow_ballot),
    (BallotFor, _follow_ballot),
    (AgendaItem, _follow_item),
    (Minutes, _follow_minutes),
):
    event.listen(_table, "after_insert", _follow)
    event.listen(_table, "after_update", _follow)
event.listen(Minutes, "after_delete", _leave_minutes)
