"""Writing down what a meeting agrees, gives to somebody, or wants to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import actions as action_rules
from bot.domain import notebook as rules
from bot.domain import roles
from bot.domain.actions import AmendmentUnclear, Reading, Word
from bot.domain.dates import wall_time
from bot.domain.notebook import (
    LATELY,
    EntryGone,
    EntryKind,
    EntryOut,
    Line,
    NotebookFull,
    NothingToUndo,
    NotYourEntry,
    OffTheRecord,
    WordsMissing,
    WrittenAlready,
)
from bot.domain.roles import Action, Actor, Scope
from bot.domain.sittings import NotOpen, SittingClosed, SittingState
from bot.models import AgendaItem, Entry, Group, Meeting, Member, Sitting
from bot.models.columns import stored_id
from bot.queries import groups as group_queries
from bot.queries import minutes as minutes_queries
from bot.queries import notebook as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.messages import renderer
from bot.services import (
    actions,
    decisions,
    minutes,
    motion_posts,
    plan,
    sitting_posts,
    sittings,
    support,
)
from bot.services.meeting_posts import locked

SHARED = frozenset({EntryKind.IDEA, EntryKind.HELP})
"""What every member may bring; the rest is for those who run the meeting."""


@dataclass(frozen=True)
class Said:
    """Words that are to be written down, and where they come from."""

    text: str
    """What stands behind the command."""
    source: tuple[int, int]
    """The chat, and the number of the command in it."""
    message_id: int | None = None
    """The message that says it, if the command replied to one."""
    quoted: str = ""
    """The words of that."""
    by: int | None = None
    """The member whose words those are."""
    by_name: str = ""
    """Whose they are who is no member, or whose words were forwarded."""
    mentions: Mapping[str, int | None] = field(default_factory=dict)
    """Who is mentioned behind the command, and the account behind it."""
    quoted_mentions: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """What was written down, and what could not be understood of it."""

    entry: Entry
    unclear: str = ""
    """What was said of a day that cannot be told, or is over."""


@dataclass(frozen=True)
class _Book:
    """The notebook of a meeting (locked) that somebody may write in."""

    meeting: Meeting
    group: Group
    sitting: Sitting
    scope: Scope


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
) -> Written:
    """Write something down under the item that is dealt with.

    After the meeting, until its minutes are out, whoever ran it adds what was forgotten: that
    stands under the last item.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: no meeting is held, or its minutes are out.
        WordsMissing, EntryTooLong, NotebookFull, OffTheRecord: it cannot be written down.
        WrittenAlready: somebody else was quicker to write the same message down.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book = await _book(session, meeting_id)
    is_open = book.sitting.state is SittingState.OPEN
    roles.require(actor, action_for(kind) if is_open else Action.RUN_MEETING, book.scope)
    if not is_open and await _is_out(session, meeting_id):
        raise SittingClosed
    if await queries.count(session, meeting_id) >= rules.ENTRIES_LIMIT:
        raise NotebookFull(limit=rules.ENTRIES_LIMIT)
    item_id = book.sitting.item_id
    if not is_open:
        item_id = await queries.last_item(session, meeting_id)
    if item_id is not None:
        item = await session.get_one(AgendaItem, item_id)
        if item.is_off_record:
            raise OffTheRecord(title=item.title)
    entry = Entry(
        group_id=book.meeting.group_id,
        meeting_id=meeting_id,
        item_id=item_id,
        kind=kind,
        text="",
        written_by=actor.member_id,
        written_at=now,
        source_chat_id=said.source[0],
        source_message_id=said.source[1],
    )
    await _check_on_record(session, book, said)
    unclear = await _word(session, book, entry, said, now=now)
    if await queries.is_written(session, entry):
        raise WrittenAlready
    session.add(entry)
    await _review(session, book, entry, now=now)
    if is_open:
        await sittings.take_part(session, book.meeting, actor, now=now)
    await _changed(session, book, entry, now=now)
    return Written(entry, unclear)


async def correct(
    session: AsyncSession,
    entry_id: int,
    kind: EntryKind,
    said: Said,
    actor: Actor,
    *,
    now: datetime,
) -> Written:
    """Let the author of an entry say it anew, by editing the command that wrote it down.

    Raises:
        EntryGone, EntryOut, NotYourEntry: it is not theirs to change any more.
        WordsMissing, EntryTooLong: as `capture`.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book, entry = await _open_entry(session, entry_id)
    roles.require(actor, action_for(kind), book.scope)
    await _require_author(session, entry, actor)
    await _check_on_record(session, book, said)
    entry.kind = kind
    unclear = await _word(session, book, entry, said, now=now)
    await _review(session, book, entry, now=now)
    await _changed(session, book, entry, now=now)
    return Written(entry, unclear)


async def said_again(
    session: AsyncSession,
    source: tuple[int, int],
    text: str,
    actor: Actor,
    *,
    now: datetime,
) -> bool:
    """Follow somebody who edited the message of theirs that was written down.

    They did not speak to the bot: what cannot be changed any more stays as it is, without a word.
    False if nothing of theirs was written down.
    """
    theirs: dict[int | None, list[Entry]] = {}
    for found in await queries.said_in(session, *source):
        if found.said_by is not None and found.said_by == actor.member_id:
            theirs.setdefault(found.source_message_id, []).append(found)
    for written in theirs.values():
        texts = _points(text, len(written))
        for at, found in enumerate(written):
            try:
                book, entry = await _open_entry(session, stored_id(found))
                if at < len(texts):
                    entry.text = rules.checked(texts[at])
                else:
                    entry.undone_at = now
            except (EntryGone, EntryOut, rules.EntryTooLong):
                continue
            await _changed(session, book, entry, now=now)
            await actions.show(session, entry, now=now)
    return bool(theirs)


def _points(text: str, count: int) -> list[str]:
    """Return what a message says now of which so many entries were made; at most as many."""
    points = rules.entries(text, announcing=renderer().action_words[Word.LIST])
    if len(points) > count:
        # One that was written down as a whole stays whole.
        points = [*points[: count - 1], "\n".join(points[count - 1 :])] if count > 1 else [text]
    return points or [text]


async def amend(
    session: AsyncSession, entry_id: int, text: str, actor: Actor, *, now: datetime
) -> Written | None:
    """Take what is said under an action: who does it, until when, to what it belongs.

    None if it says nothing of that, and the person has nothing to do with the action: people talk.

    Raises:
        AmendmentUnclear: whoever may change the action said nothing that was understood.
        EntryGone, EntryOut: it is not changed any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book, entry = await _open_entry(session, entry_id)
    try:
        reading = await actions.amended(
            session, book.group, book.meeting, text, speaker=actor.member_id, now=now
        )
    except AmendmentUnclear:
        if not _may_change(book, entry, actor):
            return None
        timeline = action_rules.timeline(text, renderer().action_words)
        if not timeline:
            raise
        what, _ = action_rules.with_timeline(entry.text, renderer().action_words)
        reading = Reading(rules.checked(f"{what}, {timeline}"))
        entry.text, entry.due_on = reading.text, None
    _require_change(book, entry, actor)
    if reading.due:
        entry.text = action_rules.without_unclear(
            entry.text,
            renderer().action_words,
            now=wall_time(now, book.meeting.zone),
            languages=tuple(book.group.languages),
        )
    actions.take(entry, reading)
    await _changed(session, book, entry, now=now)
    await actions.show(session, entry, unclear=reading.unclear, now=now)
    return Written(entry, reading.unclear)


async def give(
    session: AsyncSession,
    entry_id: int,
    member_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Give an action to one of those who were offered; of the two ids the other is 0.

    Raises:
        EntryGone, EntryOut: it is not changed any more, or whoever was offered has left.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book, entry = await _open_entry(session, entry_id)
    _require_change(book, entry, actor, takes=member_id)
    known = await actions.around(session, stored_id(book.group))
    chosen = [
        one
        for one in known.candidates
        if (one.member_id or 0) == member_id
        and (member_id or one.organisation_id == organisation_id)
    ]
    if not chosen:
        raise EntryGone
    actions.give(entry, chosen[0])
    await _changed(session, book, entry, now=now)
    await actions.show(session, entry, now=now)


async def undo(session: AsyncSession, entry_id: int, actor: Actor, *, now: datetime) -> Line:
    """Take back what one wrote down oneself; twice is once.

    Raises:
        EntryGone, EntryOut, NotYourEntry: there is nothing of theirs to take back.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book, entry = await _open_entry(session, entry_id, is_undone_fine=True)
    roles.require(actor, Action.SHARE, book.scope)
    await _require_author(session, entry, actor)
    entry.undone_at = entry.undone_at or now
    await motion_posts.show_origin(session, entry, now=now)
    await _changed(session, book, entry, now=now)
    await actions.show(session, entry, now=now)
    return await queries.one(session, entry_id, book.meeting.zone)


async def lines(session: AsyncSession, entries: Sequence[Entry]) -> list[Line]:
    """Return entries of one meeting as people read them."""
    meeting = await session.get_one(Meeting, entries[0].meeting_id)
    return [await queries.one(session, stored_id(entry), meeting.zone) for entry in entries]


async def undoable(session: AsyncSession, actor: Actor, *, now: datetime) -> int | None:
    """Return what somebody wrote down last in any meeting; None: nothing, or it is out by now.

    What stands in a group that they have left is theirs no more: it hides nothing.
    """
    mine = await group_queries.where_allowed(session, actor, Action.SHARE)
    numbers = [stored_id(group) for group in mine]
    found = await queries.last_written(session, actor.member_id or 0, numbers, now - LATELY)
    if found is None:
        return None
    entry_id, meeting_id = found
    sitting = await session.get_one(Sitting, meeting_id)
    is_open = sitting.state is SittingState.OPEN
    return entry_id if is_open or not await _is_out(session, meeting_id) else None


async def undo_last(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> Line:
    """Take back what one wrote down last in a meeting, and has not taken back yet.

    Raises:
        NothingToUndo: there is nothing of theirs.
        MeetingUnknown, NotOpen, EntryOut: no meeting is held, or its minutes are out.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    book = await _book(session, meeting_id)
    roles.require(actor, Action.SHARE, book.scope)
    if book.sitting.state is not SittingState.OPEN and await queries.is_later_out(
        session, book.meeting
    ):
        # What the person means stands there: nothing of an older draft goes instead.
        raise EntryOut
    last = await queries.last_of(session, [meeting_id], actor.member_id or 0)
    if last is None:
        raise NothingToUndo
    return await undo(session, stored_id(last), actor, now=now)


async def _book(session: AsyncSession, meeting_id: int) -> _Book:
    """Return the notebook of a meeting that is held, or was; locked.

    Raises:
        MeetingUnknown, NotOpen: there is none.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    scope = await sitting_queries.scope(session, meeting, group)
    if sitting is None or sitting.state is SittingState.NOT_HELD:
        raise NotOpen
    return _Book(meeting, group, sitting, scope)


async def _open_entry(
    session: AsyncSession, entry_id: int, *, is_undone_fine: bool = False
) -> tuple[_Book, Entry]:
    """Return an entry that can still be changed, with its (locked) notebook.

    Raises:
        EntryGone: it was taken back, or never was.
        EntryOut: it stands in minutes that are out.
    """
    entry = await session.get(Entry, entry_id)
    if entry is None:
        raise EntryGone
    book = await _book(session, entry.meeting_id)
    await session.refresh(entry)
    if entry.undone_at is not None and not is_undone_fine:
        raise EntryGone
    if book.sitting.state is not SittingState.OPEN and await _is_out(session, entry.meeting_id):
        raise EntryOut
    return book, entry


async def _is_out(session: AsyncSession, meeting_id: int) -> bool:
    latest = await minutes_queries.latest(session, meeting_id)
    return latest is not None and latest.state not in queries.UNPUBLISHED


async def _require_author(session: AsyncSession, entry: Entry, actor: Actor) -> None:
    if actor.member_id is not None and entry.written_by == actor.member_id:
        return
    author = await session.get(Member, entry.written_by) if entry.written_by else None
    raise NotYourEntry(name=author.name if author else "")


def _may_change(book: _Book, entry: Entry, actor: Actor, takes: int = 0) -> bool:
    """Tell whether somebody wrote an action down, has it, takes it, or runs its meeting."""
    concerned = {entry.written_by, entry.owner_id, takes} - {None, 0}
    is_concerned = actor.member_id in concerned and roles.can(actor, Action.SHARE, book.scope)
    return is_concerned or roles.can(actor, Action.RUN_MEETING, book.scope)


def _require_change(book: _Book, entry: Entry, actor: Actor, takes: int = 0) -> None:
    if not _may_change(book, entry, actor, takes):
        roles.require(actor, Action.RUN_MEETING, book.scope)


async def _check_on_record(session: AsyncSession, book: _Book, said: Said) -> None:
    """Refuse words that name an item off the record before them: "Salaries: we raise them".

    Raises:
        OffTheRecord: see there.
    """
    text = said.text or said.quoted
    if ":" not in text:
        return
    agenda = [one.item for one in await sitting_queries.timed(session, book.meeting)]
    if title := rules.named_in(text, [item.title for item in agenda if item.is_off_record]):
        raise OffTheRecord(title=title, is_over=book.sitting.state is not SittingState.OPEN)


async def _word(
    session: AsyncSession, book: _Book, entry: Entry, said: Said, *, now: datetime
) -> str:
    """Give an entry its words; return what was not understood of them.

    Words behind the command win over those of the message that it replied to.

    Raises:
        WordsMissing, EntryTooLong: it has none, or too many.
    """
    reading = Reading(said.text or said.quoted)
    is_quoted = not said.text
    if entry.kind is EntryKind.ACTION:
        reading, is_quoted = await actions.understand(
            session,
            book.group,
            book.meeting,
            (said.text, said.mentions),
            (said.quoted, said.quoted_mentions),
            speakers=(entry.written_by, said.by),
            now=now,
        )
    if not reading.text.strip():
        raise WordsMissing(kind=entry.kind)
    entry.text = rules.checked(reading.text)
    entry.said_message_id = said.message_id
    entry.said_by = said.by if is_quoted else None
    entry.said_by_name = said.by_name if is_quoted else ""
    if entry.kind is EntryKind.ACTION:
        actions.take(entry, reading)
    else:
        actions.give(entry, None)
        entry.due_on, entry.stream = None, ""
    return reading.unclear


async def _review(session: AsyncSession, book: _Book, entry: Entry, *, now: datetime) -> None:
    """Have a decision looked at again when its last words say so: ", review in 3 months".

    What somebody else said keeps its words.

    Raises:
        DateInThePast, BotError: see `decisions.split_review`.
    """
    text, day = entry.text, None
    if entry.kind is EntryKind.AGREED:
        text, day = decisions.split_review(entry.text, book.group, now=now)
    if text and entry.said_message_id is None:
        entry.text = text
    await session.flush()
    if day is not None or entry.review_on is not None:
        await decisions.review_at(session, entry, book.meeting, day, now=now)


async def _changed(session: AsyncSession, book: _Book, entry: Entry, *, now: datetime) -> None:
    """Let all that shows a notebook, and the plan, say what an entry of it says now."""
    await session.flush()
    await plan.follow(session, entry)
    await support.follow(session, entry, now=now)
    sitting_posts.show(session, book.meeting, now=now)
    if book.sitting.state is SittingState.OPEN:
        sittings.touch(book.sitting, now)
    else:
        await minutes.redraft(session, book.meeting, now=now)
