"""Changing a draft of minutes: by the buttons under it, or by words in reply to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import minutes as rules
from bot.domain import notebook
from bot.domain.actions import Word
from bot.domain.dates import instant, read_when, wall_time
from bot.domain.facilitation import Duty
from bot.domain.minutes import (
    ROLL,
    SHOWING,
    Edit,
    LineElsewhere,
    LineUnclear,
    Mark,
    MinutesChanged,
    MinutesState,
    Record,
    Screen,
)
from bot.domain.notebook import EntryGone, EntryKind, Line, NotebookFull, OffTheRecord
from bot.domain.roles import Actor
from bot.domain.write_ups import check_times
from bot.models import Entry, Group, Meeting, Member, Minutes, OutboxMessage, Presence, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.queries import minutes as queries
from bot.queries import notebook as notebook_queries
from bot.queries import presence as presence_queries
from bot.rendering.messages import renderer
from bot.services import (
    actions,
    decisions,
    minutes_views,
    motion_posts,
    objections,
    plan,
    sitting_posts,
    support,
    turns,
)
from bot.services.minutes import approvable
from bot.services.minutes_views import DRAFT


@dataclass(frozen=True)
class Tapped:
    """What a button under a draft carried."""

    version: int
    revision: int
    edit: Edit
    at: int = 0
    page: int = 0
    """Of `MOVE_TO` the item."""


@dataclass(frozen=True)
class Overwritten:
    """What somebody else had made of a line just before it was changed once more."""

    number: int
    text: str
    by: str


@dataclass(frozen=True)
class _Opened:
    """A draft that somebody changes, and the message in which they do so."""

    session: AsyncSession
    meeting: Meeting
    minutes: Minutes
    record: Record
    actor: Actor
    row: OutboxMessage | None
    now: datetime

    @property
    def screen(self) -> Screen:
        """Return what the message shows; nothing in particular if it is not known any more."""
        return Screen.of(self.row.kind) if self.row is not None else Screen("")


async def edit(
    session: AsyncSession,
    meeting_id: int,
    tapped: Tapped,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Do what a button under a draft says; both who look at it see the newest state.

    Raises:
        MinutesChanged: somebody else changed it since the person saw it.
        EntryGone: the entry was taken out.
        others: see `approvable`.
    """
    opened = await _open(
        session,
        meeting_id,
        tapped.version,
        actor,
        message=message,
        now=now,
        is_reading=tapped.edit is Edit.WHOLE,
    )
    if tapped.edit in SHOWING:
        _show(opened, tapped.edit, tapped.at, tapped.page)
        return
    if opened.minutes.revision != tapped.revision:
        # The message is brought up to date all the same: it may have missed an edit.
        raise MinutesChanged
    if tapped.edit is Edit.RIGHT:
        await _right(opened, tapped.at)
    elif tapped.edit is Edit.MARK:
        await _mark(opened, tapped.at, tapped.page)
    elif tapped.edit is Edit.OUT:
        await _take_out(opened, tapped.at)
    elif tapped.edit is Edit.MOVE_TO:
        await _move(opened, tapped.at, tapped.page)
    else:
        await _discard(opened)


async def say(
    session: AsyncSession,
    meeting_id: int,
    text: str,
    actor: Actor,
    *,
    kind: EntryKind | None,
    is_removal: bool,
    message: tuple[int, int | None],
    now: datetime,
) -> Overwritten | None:
    """Change an entry, or add one, in words: `12: new words`, or only the words where it is open.

    `kind` is what stands before the words of a new entry, if anything does: they are added then,
    whatever is shown, unless an entry is open; `is_removal` says that the words take that out.
    Returned is what somebody else had made of it meanwhile, if they had.

    Raises:
        LineUnclear: it cannot be told which entry is meant.
        LineElsewhere: another section, or another entry, is shown than the one that is named.
        EntryGone, EntryTooLong, OffTheRecord: it cannot be changed so.
        others: see `approvable`.
    """
    version = await _version(session, meeting_id, message)
    opened = await _open(session, meeting_id, version, actor, message=message, now=now)
    numbered = rules.numbered(text)
    keys = {number: key for key, number in (await queries.numbers(session, meeting_id)).items()}
    if numbered is not None and numbered[0] in keys:
        _check_shown(opened, keys, numbered[0])
        return await _reword(opened, keys[numbered[0]], numbered[1], numbered[0])
    if opened.screen.view is Edit.ENTRY and is_removal:
        await _take_out(opened, opened.screen.at)
    elif opened.screen.view is Edit.ENTRY:
        number = next((number for number, key in keys.items() if key == opened.screen.at), 0)
        return await _reword(opened, opened.screen.at, text, number)
    elif opened.screen.view is Edit.ADD or kind is not None:
        part = await _place(opened)
        announcing = renderer().action_words[Word.LIST]
        for one in notebook.entries(text, announcing=announcing) or [text]:
            await _add(opened, part, kind or EntryKind.NOTE, one)
    else:
        number, words = rules.nearly_numbered(text) or (0, "")
        raise LineUnclear(number=number, text=words) if number in keys else LineUnclear
    return None


async def _place(opened: _Opened) -> int:
    """Return the part in which new words are to stand.

    That is the section which is shown, else that of the last item that was dealt with: there stands
    what is written down after the meeting by a command, too.

    Raises:
        LineUnclear: there is no such section.
    """
    screen, sections = opened.screen, opened.record.sections
    if screen.view in {Edit.PART, Edit.ADD} and 0 < screen.at <= len(sections):
        return screen.at
    last = await notebook_queries.last_item(opened.session, stored_id(opened.meeting))
    for number, section in enumerate(sections, start=1):
        if section.item_id == last and not section.is_off_record:
            return number
    raise LineUnclear


def _check_shown(opened: _Opened, keys: Mapping[int, int], number: int) -> None:
    """Refuse a change of a line that does not stand where the person looks.

    Raises:
        LineElsewhere: see there.
    """
    screen, part = opened.screen, rules.part_of(opened.record, keys[number])
    if part is None or screen.view is Edit.WHOLE:
        return
    if screen.view in {Edit.ENTRY, Edit.MOVE}:
        shown = {screen.at}
    else:
        sections = opened.record.sections[screen.at - 1 : screen.at] if screen.at else ()
        shown = {line.id for section in sections for line in section.entries}
    if keys[number] not in shown:
        text = next(line.text for line in opened.record.entries if line.id == keys[number])
        numbers = [one for one, key in keys.items() if key in shown]
        raise LineElsewhere(number=number, text=text, shown=numbers)


async def take_out(
    session: AsyncSession,
    meeting_id: int,
    number: int,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Take the entry with a number out of a draft.

    Raises:
        LineUnclear: no entry bears that number.
        LineElsewhere: see `say`.
        EntryGone: it was taken out.
        others: see `approvable`.
    """
    version = await _version(session, meeting_id, message)
    opened = await _open(session, meeting_id, version, actor, message=message, now=now)
    keys = {number: key for key, number in (await queries.numbers(session, meeting_id)).items()}
    if number not in keys:
        raise LineUnclear
    _check_shown(opened, keys, number)
    await _take_out(opened, keys[number])


async def end(
    session: AsyncSession,
    meeting_id: int,
    said: str,
    actor: Actor,
    *,
    languages: Sequence[str],
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Let a draft say that the meeting ended at another time of that day, or of the night after it.

    Raises:
        DateUnreadable, TimeAmbiguous, NotOverYet and others: it is no such time.
        others: see `approvable`.
    """
    version = await _version(session, meeting_id, message)
    opened = await _open(session, meeting_id, version, actor, message=message, now=now)
    begins, zone = opened.record.starts, opened.meeting.zone
    # Read as if it were ahead: what is read refuses the past.
    before = begins - timedelta(days=1)
    planned = opened.record.planned_ends.time()
    when = read_when(
        said,
        now=before,
        languages=languages,
        default_date=begins.date(),
        planned=(planned, planned),
    )
    ends = when.starts if when.starts > begins else when.starts + timedelta(days=1)
    check_times(begins, ends, now=wall_time(now, zone))
    sitting = await session.get_one(Sitting, meeting_id, with_for_update=True)
    sitting.closed_at = instant(ends, zone)
    if version > 1:
        opened.minutes.touched = sorted({*opened.minutes.touched, rules.END_TOUCHED})
    await _changed(opened, ROLL)
    _show(opened, opened.screen.view, opened.screen.at, opened.screen.page)


async def _version(session: AsyncSession, meeting_id: int, message: tuple[int, int | None]) -> int:
    for row in await post.live_messages(session, DRAFT, meeting_id):
        if (row.chat_id, row.message_id) == message:
            return row.subject_version
    latest = await queries.latest(session, meeting_id)
    return latest.version if latest is not None else 1


async def _open(
    session: AsyncSession,
    meeting_id: int,
    version: int,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
    is_reading: bool = False,
) -> _Opened:
    meeting, _, minutes = await approvable(
        session, meeting_id, version, actor, is_reading=is_reading
    )
    rows = await post.live_messages(session, DRAFT, meeting_id)
    mine = [row for row in rows if (row.chat_id, row.subject_version) == (message[0], version)]
    # A reply to what the bot answered there is about the draft as it is shown above.
    row = next((row for row in mine if row.message_id == message[1]), mine[-1] if mine else None)
    record = await queries.read(session, meeting, minutes)
    return _Opened(session, meeting, minutes, record, actor, row, now)


def _show(opened: _Opened, view: Edit, at: int = 0, page: int = 0) -> None:
    """Show something else in the message, and what is true now in all."""
    if opened.row is not None:
        opened.row.kind = opened.screen.turned(view, at, page).kind
        opened.session.add(opened.row)
    minutes_views.redraft(opened.session, opened.meeting, now=opened.now)


async def _changed(opened: _Opened, part: int | None) -> None:
    """Count a change: buttons that others see do nothing any more, and its part is read again."""
    opened.minutes.revision += 1
    if part is not None:
        key = rules.key_of(opened.record, part)
        opened.minutes.approved = [one for one in opened.minutes.approved if one != key]
    await opened.session.flush()


async def _right(opened: _Opened, part: int) -> None:
    if part > len(opened.record.sections):
        raise MinutesChanged
    key = rules.key_of(opened.record, part)
    approved = [*(one for one in opened.minutes.approved if one != key), key]
    opened.minutes.approved = approved
    await opened.session.flush()
    following = rules.next_part(opened.record, approved, part)
    if following is None:
        _show(opened, Edit.WHOLE)
    else:
        _show(opened, Edit.PART, following)


async def _mark(opened: _Opened, at: int, page: int) -> None:
    marks = list(opened.record.marks.items())
    if at >= len(marks):
        raise MinutesChanged
    name, mark = marks[at]
    opened.minutes.roll = opened.minutes.roll | {name: Mark(mark).following}
    await _changed(opened, ROLL)
    _show(opened, Edit.PART, ROLL, page)


async def _entry(opened: _Opened, entry_id: int) -> Entry:
    """Return an entry of the draft, which will say something else from now on."""
    entry = await opened.session.get(Entry, entry_id, with_for_update=True)
    part = rules.part_of(opened.record, entry_id)
    if entry is None or part is None or entry.undone_at is not None:
        raise EntryGone
    _touch(opened, entry)
    await _note(opened, entry_id)
    await _changed(opened, part)
    return entry


async def _note(opened: _Opened, entry_id: int) -> None:
    """Note in the messages of the others that this person changed an entry.

    Whoever writes of the same one next may not have seen it.
    """
    for row in await post.live_messages(opened.session, DRAFT, opened.minutes.meeting_id):
        if row.chat_id != opened.actor.telegram_id:
            row.kind = Screen.of(row.kind).noting(entry_id, opened.actor.member_id).kind
            opened.session.add(row)


def _touch(opened: _Opened, entry: Entry) -> None:
    """Note that an entry says something else than what everybody has.

    Of a first draft nothing else tells what was captured: it is kept beside it until it is out.
    """
    minutes, key = opened.minutes, stored_id(entry)
    if minutes.state is not MinutesState.DRAFT or key in minutes.touched:
        return
    if minutes.version == 1:
        captured = minutes.record() if minutes.body else opened.record
        lines = {line.id: line for line in opened.record.entries}
        minutes.fix(rules.patched(captured, lines, {key}))
    minutes.touched = sorted({*minutes.touched, key})


async def _reword(opened: _Opened, entry_id: int, text: str, number: int) -> Overwritten | None:
    _check_on_record(opened, text)
    screen = opened.screen
    entry = await _entry(opened, entry_id)
    before = entry.text
    await _word(opened, entry, text)
    await opened.session.flush()
    await plan.follow(opened.session, entry)
    await support.follow(opened.session, entry, now=opened.now)
    if screen.view is Edit.ENTRY:
        _show(opened, Edit.PART, rules.part_of(opened.record, entry_id) or ROLL)
    else:
        _show(opened, screen.view, screen.at, screen.page)
    if screen.changed != entry_id or not screen.changed_by:
        return None
    other = await opened.session.get(Member, screen.changed_by)
    return Overwritten(number, before, other.name if other else "")


async def _word(opened: _Opened, entry: Entry, text: str) -> None:
    """Give an entry its words; who does an action, and until when, is read as /action reads it."""
    points = notebook.entries(text)
    # The mark of a list that was pasted is no part of the words.
    text = notebook.checked(points[0] if len(points) == 1 else text)
    if entry.kind is EntryKind.ACTION:
        session, meeting = opened.session, opened.meeting
        group = await session.get_one(Group, meeting.group_id)
        [reading] = await actions.read_all(
            session, meeting, group, [text], speaker=opened.actor.member_id, now=opened.now
        )
        text = reading.text
        actions.take(entry, reading)
    entry.text = notebook.checked(text)


async def _take_out(opened: _Opened, entry_id: int) -> None:
    part = rules.part_of(opened.record, entry_id)
    entry = await _entry(opened, entry_id)
    entry.undone_at = opened.now
    await plan.follow(opened.session, entry)
    await motion_posts.show_origin(opened.session, entry, now=opened.now)
    await support.follow(opened.session, entry, now=opened.now)
    _show(opened, Edit.PART, part or ROLL)


async def _move(opened: _Opened, entry_id: int, to: int) -> None:
    if not 0 < to <= len(opened.record.sections) or opened.record.sections[to - 1].is_off_record:
        raise MinutesChanged
    entry = await _entry(opened, entry_id)
    entry.item_id = opened.record.sections[to - 1].item_id
    await _changed(opened, to)
    _show(opened, Edit.PART, to)


async def _add(opened: _Opened, part: int, kind: EntryKind, text: str) -> None:
    section = opened.record.sections[part - 1]
    if section.is_off_record:
        raise OffTheRecord(title=section.title, is_over=True)
    _check_on_record(opened, text)
    meeting_id = stored_id(opened.meeting)
    if await notebook_queries.count(opened.session, meeting_id) >= notebook.ENTRIES_LIMIT:
        raise NotebookFull(limit=notebook.ENTRIES_LIMIT)
    entry = Entry(
        group_id=opened.meeting.group_id,
        meeting_id=meeting_id,
        item_id=section.item_id,
        kind=kind,
        text="",
        written_by=opened.actor.member_id,
        written_at=opened.now,
    )
    await _word(opened, entry, text)
    review_on = None
    if kind is EntryKind.AGREED:
        group = await opened.session.get_one(Group, opened.meeting.group_id)
        said, review_on = decisions.split_review(entry.text, group, now=opened.now)
        entry.text = said or entry.text
    opened.session.add(entry)
    await opened.session.flush()
    if review_on is not None:
        await decisions.review_at(opened.session, entry, opened.meeting, review_on, now=opened.now)
    await plan.follow(opened.session, entry)
    await support.follow(opened.session, entry, now=opened.now)
    _touch(opened, entry)
    await _changed(opened, part)
    if opened.screen.view is Edit.WHOLE:
        # Who reads the whole adds what is missing, and approves it there.
        _show(opened, Edit.WHOLE, page=opened.screen.page)
    else:
        _show(opened, Edit.PART, part)


def _check_on_record(opened: _Opened, text: str) -> None:
    """Refuse words that name an item off the record before them, as in the meeting.

    Raises:
        OffTheRecord: see there.
    """
    titles = [one.title for one in opened.record.sections if one.is_off_record]
    if title := notebook.named_in(text, titles):
        raise OffTheRecord(title=title, is_over=True)


async def _restore(opened: _Opened, entry: Entry, line: Line) -> None:
    """Let an entry be as minutes that are out have it."""
    entry.text, entry.item_id, entry.undone_at = line.text, line.item_id, None
    if entry.kind is not EntryKind.ACTION:
        return
    entry.due_on, entry.stream = line.due, line.stream
    [now] = [
        one
        for one in await notebook_queries.of_meeting(opened.session, opened.meeting)
        if one.id == line.id
    ]
    if now.owner == line.owner:
        return
    known = (await actions.around(opened.session, entry.group_id)).candidates
    name = (line.owner.name or line.owner.organisation) if line.owner else ""
    had = next((one for one in known if one.name == name), None)
    actions.give(entry, had, "" if had else name)


async def _discard(opened: _Opened) -> None:
    """Give a correction up: what is out stays, and the notebook says again what it says."""
    if opened.minutes.version == 1:
        raise MinutesChanged
    session, minutes = opened.session, opened.minutes
    before = await session.get_one(Minutes, (minutes.meeting_id, minutes.version - 1))
    lines = {line.id: line for line in before.record().entries}
    await _restore_room(opened, before.record())
    for key in minutes.touched:
        if key in rules.NO_ENTRIES:
            continue
        entry = await session.get_one(Entry, key)
        if key in lines:
            await _restore(opened, entry, lines[key])
        else:
            entry.undone_at = opened.now
        await plan.follow(session, entry)
        await motion_posts.show_origin(session, entry, now=opened.now)
        await support.follow(session, entry, now=opened.now)
    await objections.give_up(session, minutes.meeting_id)
    await minutes_views.give_up(session, opened.meeting, minutes, now=opened.now)
    await session.delete(minutes)
    await session.flush()
    # The lists by which the room was corrected bear no buttons any more.
    sitting_posts.show(session, opened.meeting, now=opened.now)


async def _restore_room(opened: _Opened, before: Record) -> None:
    """Let who was there, the end, and who led be noted as in the minutes that stay."""
    session, zone, touched = opened.session, opened.meeting.zone, opened.minutes.touched
    minutes_id = opened.minutes.meeting_id
    if rules.END_TOUCHED in touched:
        sitting = await session.get_one(Sitting, opened.meeting.id, with_for_update=True)
        sitting.closed_at = instant(before.ends, zone)
    # Of who led, and who took notes, only what nobody had said is corrected.
    for key, duty in ((rules.LED_TOUCHED, Duty.FACILITATOR), (rules.NOTED_TOUCHED, Duty.NOTES)):
        if key in touched:
            await turns.release(session, minutes_id, duty)
    if rules.ROOM_TOUCHED not in touched:
        return
    known = {one.id: one for one in (*before.present, *before.guests) if one.id}
    # Who was noted only by a mark of the roll has no number in the minutes.
    marked = {one.organisation for one in before.present if not one.id}
    for one in await presence_queries.people(session, opened.meeting):
        if one.id not in known and one.is_counted and one.organisation not in marked:
            row = await session.get_one(Presence, one.id)
            row.left_at = row.arrived_at
    for key, said in known.items():
        row = await session.get_one(Presence, key)
        row.organisation_id, row.how = said.organisation_id, said.how
        row.arrived_at = instant(said.arrived, zone)
        row.left_at = instant(said.left, zone) if said.left else None
    await session.flush()
