"""What shows minutes: the private drafts, always the newest state, and the post in the group."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain import minutes as rules
from bot.domain.budget import Weight
from bot.domain.dates import instant, wall_time
from bot.domain.minutes import (
    OUT,
    ROLL,
    WAITING,
    WRITER,
    Edit,
    Extent,
    MinutesState,
    Record,
    Screen,
)
from bot.models import Group, Meeting, Member, Minutes, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import minutes as queries
from bot.rendering.html import LIMIT, split, visible_length
from bot.rendering.keyboards import minutes as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import budget, feedback
from bot.services.meeting_posts import locked

DRAFT, MINUTES = "minutes-draft", "minutes"
"""The subjects of the private drafts, and of what the group has."""
FOOT, REPLACED = "foot", "replaced"
"""Which post it is, unless it has what the minutes say (`Extent`): what stands below them when they
are very long, or a draft of which the group has been given another form."""
A_PAGE, ENTRIES, ORGANISATIONS = 2400, 8, 10
"""Characters of a draft, entries of an item, organisations of the roll, shown at a time."""
ROOM_FOR_MORE = 600
"""Characters kept for what is said of minutes later: confirmed on, another version below."""
USEFUL = timedelta(days=60)
"""How long after its time the clock still does something for minutes: they are wanted late, too."""
LASTS = timedelta(days=30)
"""How long a message about minutes waits for a phone, or a chat, that is away."""


async def show_draft(
    session: AsyncSession,
    meeting: Meeting,
    minutes: Minutes,
    member: Member,
    *,
    now: datetime,
    is_asking: bool = False,
    screen: Screen | None = None,
) -> None:
    """Show the draft to one of those who approve it; it follows every change.

    Whoever has it already reads there that it stands further down: one of them can be changed.

    `is_asking`: it was shown before, and nobody said a word; nobody asked for this one.
    """
    group = await session.get_one(Group, meeting.group_id)
    screen = screen or Screen(member.language or group.languages[0])
    text, keyboard = await _draft(session, meeting, group, minutes, screen)
    await _point_down(session, minutes, member.telegram_id, text["record"], now=now)
    row = await post.say(
        session,
        Place(member.telegram_id, (screen.language,)),
        "minutes/draft.html",
        text,
        now=now,
        about=About(DRAFT, stored_id(meeting), minutes.version, screen.kind),
        keyboard=keyboard,
        expires_at=now + LASTS,
        is_live=True,
        is_silent=not is_asking or group.facts().quiet.cover(wall_time(now, group.zone)),
        # It counts, but is never withheld: without it nobody knows that they may approve it now.
        is_unasked=is_asking,
    )
    session.add(row)


async def _point_down(
    session: AsyncSession, minutes: Minutes, chat_id: int, record: Record, *, now: datetime
) -> None:
    """Let what showed somebody this draft so far point to the newer message, and change no more."""
    for row in await _rows(session, DRAFT, minutes):
        if row.chat_id != chat_id:
            continue
        if row.message_id is None:
            # It was never seen, or cannot be edited any more: there is nothing to point from.
            post.take_back(row, now=now)
        else:
            language = Screen.of(row.kind).language
            text = renderer().text("minutes/older.html", language=language, record=record)
            await post.revise(
                session, row, text=text, keyboard=None, now=now, expires_at=now + LASTS
            )
        row.is_live = False
        session.add(row)


def redraft(
    session: AsyncSession, meeting: Meeting, *, now: datetime, but: OutboxMessage | None = None
) -> None:
    """Have all that shows the minutes of a (locked) meeting written anew before the commit.

    Fifty changes that share a transaction render it once. What has just been posted (`but`) says
    what is true already.
    """
    meeting_id = stored_id(meeting)

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        group = await session.get_one(Group, meeting.group_id)
        for minutes in await queries.versions(session, meeting_id):
            await _rewrite_drafts(session, meeting, group, minutes, now=now)
            await _rewrite_posts(session, meeting, group, minutes, now=now, but=but)

    before_commit(session, f"{MINUTES}:{meeting_id}", show)


async def publish(
    session: AsyncSession, meeting: Meeting, minutes: Minutes, *, now: datetime
) -> OutboxMessage:
    """Post minutes in the group, in one message: of long ones decisions and actions.

    If even these are too long, all comes in several messages, with the buttons under the last,
    which is kept up to date, and returned. People's own words stand there once, as written, below
    the group's first language.
    """
    group = await session.get_one(Group, meeting.group_id)
    facts = await said(session, meeting, group, minutes)
    if minutes.state in OUT:
        facts["feedback"] = await feedback.offered(session, group, now=now)
    extent, text = _fitting(facts, group.languages)
    room = group.facts()
    is_silent = await budget.is_silent(session, room, Weight.AHEAD, now=now)
    number, place = stored_id(meeting), post.in_group(room)
    if extent is Extent.TITLES:
        await post.say(
            session,
            place,
            "minutes/body.html",
            facts,
            now=now,
            about=About(MINUTES, number, minutes.version, "body"),
            expires_at=now + LASTS,
            is_silent=True,
        )
    return await post.say(
        session,
        place,
        "minutes/minutes.html",
        facts | {"extent": extent},
        text=text,
        now=now,
        about=About(MINUTES, number, minutes.version, _kind(minutes, extent)),
        keyboard=under(minutes),
        expires_at=now + LASTS,
        is_live=True,
        is_silent=is_silent,
        is_unasked=True,
    )


def _kind(minutes: Minutes, extent: Extent) -> str:
    """Return which post it is: one below long minutes knows which draft stands above it."""
    return f"{FOOT}:{minutes.revision}" if extent is Extent.TITLES else extent.value


def extent_of(facts: dict[str, Any], languages: list[str]) -> Extent:
    """Return how much of minutes, with all that may be said of them later, fits one message."""
    return _fitting(facts, languages)[0]


def _fitting(facts: dict[str, Any], languages: list[str]) -> tuple[Extent, str]:
    """Return how much fits, and the text; the text is empty where only titles do."""
    # Where nothing was decided, notes are what was done.
    possible = [Extent.WHOLE, *([Extent.MAIN] if facts["record"].has_outcomes else [])]
    for extent in possible:
        text = renderer().post("minutes/minutes.html", languages=languages, extent=extent, **facts)
        if visible_length(text) <= LIMIT - ROOM_FOR_MORE:
            return extent, text
    return Extent.TITLES, ""


async def said(
    session: AsyncSession, meeting: Meeting, group: Group, minutes: Minutes
) -> dict[str, Any]:
    """Return what a post says of one version of minutes."""
    record = await queries.read(session, meeting, minutes)
    changes = []
    if minutes.version > 1:
        before = await session.get_one(Minutes, (meeting.id, minutes.version - 1))
        changes = rules.changes(before.record(), record)
    return {
        "group": group.facts(),
        "record": record,
        "state": minutes.state,
        "version": minutes.version,
        "changes": changes,
        "until": until(minutes, group),
        "feedback": "",
    }


def until(minutes: Minutes, group: Group) -> date | None:
    """Return the last day on which members may object; None while minutes are not out."""
    if minutes.published_at is None:
        return None
    published = wall_time(minutes.published_at, group.zone).date()
    return rules.confirm_after(published, group.objection_days, zone=group.zone)


def today(group: Group, now: datetime) -> date:
    """Return the day that it is where a group lives."""
    return wall_time(now, group.zone).date()


def after(day: date, group: Group) -> datetime:
    """Return the instant at which a day is over where a group lives."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return instant(midnight, group.zone)


async def _rewrite_posts(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    minutes: Minutes,
    *,
    now: datetime,
    but: OutboxMessage | None,
) -> None:
    fresh = but.id if but is not None else None
    rows = [row for row in await _rows(session, MINUTES, minutes) if row.id != fresh]
    if not rows:
        return
    said_now = await said(session, meeting, group, minutes)
    for row in rows:
        is_replaced = row.kind == REPLACED
        facts = said_now | ({"state": MinutesState.SUPERSEDED} if is_replaced else {})
        # Whether everybody was invited below them, the post itself knows.
        link = await feedback.link(session)
        facts["feedback"] = link if link in row.text else ""
        text = renderer().post(
            "minutes/minutes.html",
            languages=group.languages,
            extent=Extent(row.kind) if row.kind in set(Extent) else Extent.TITLES,
            **facts,
        )
        if visible_length(text) > LIMIT:
            # A circulated draft has grown: what stands there is still a draft.
            continue
        await post.revise(
            session,
            row,
            text=text,
            keyboard=None if is_replaced else post.buttons(under(minutes), group.languages),
            now=now,
            expires_at=now + LASTS,
        )


async def replace_draft(session: AsyncSession, minutes: Minutes) -> bool:
    """Tell whether the draft that a group has can become what was approved, in its place.

    A long one cannot be written anew, unless it says what was approved: it will point below.
    """
    rows = await _rows(session, MINUTES, minutes)
    for row in rows:
        if row.kind not in {*Extent, f"{FOOT}:{minutes.revision}"}:
            row.kind = REPLACED
            session.add(row)
    return any(row.kind != REPLACED for row in rows)


async def give_up(
    session: AsyncSession, meeting: Meeting, minutes: Minutes, *, now: datetime
) -> None:
    """Let the drafts of a correction that is given up say so, or of a meeting that goes on."""
    group = await session.get_one(Group, meeting.group_id)
    record = await queries.read(session, meeting, minutes)
    for row in await _rows(session, DRAFT, minutes):
        text = renderer().text(
            "minutes/given_up.html" if minutes.version > 1 else "minutes/withdrawn.html",
            language=Screen.of(row.kind).language,
            group=group.facts(),
            record=record,
        )
        await post.revise(session, row, text=text, keyboard=None, now=now, expires_at=now + LASTS)
        # A later draft has the same number, and its own messages.
        row.subject_version = 0


async def _rewrite_drafts(
    session: AsyncSession, meeting: Meeting, group: Group, minutes: Minutes, *, now: datetime
) -> None:
    for row in await _rows(session, DRAFT, minutes):
        screen = Screen.of(row.kind)
        if minutes.state in WAITING:
            facts, buttons = await _draft(session, meeting, group, minutes, screen)
            text = renderer().text("minutes/draft.html", language=screen.language, **facts)
            keyboard = post.buttons(buttons, (screen.language,))
        else:
            text = renderer().text(
                "minutes/approved.html",
                language=screen.language,
                group=group.facts(),
                record=minutes.record(),
            )
            keyboard = None
        await post.revise(
            session, row, text=text, keyboard=keyboard, now=now, expires_at=now + LASTS
        )


async def _rows(session: AsyncSession, subject: str, minutes: Minutes) -> list[OutboxMessage]:
    rows = await post.live_messages(session, subject, minutes.meeting_id)
    return [row for row in rows if row.subject_version == minutes.version]


def under(minutes: Minutes) -> Keyboard | None:
    """Return the buttons under a version of minutes."""
    if minutes.state is MinutesState.SUPERSEDED:
        return None
    if minutes.state not in OUT:
        return ()
    is_confirmed = minutes.state is MinutesState.CONFIRMED
    return keyboards.out(minutes.meeting_id, minutes.version, is_confirmed=is_confirmed)


async def _draft(
    session: AsyncSession, meeting: Meeting, group: Group, minutes: Minutes, screen: Screen
) -> tuple[dict[str, Any], Keyboard]:
    """Return what a message with a draft says, and its buttons."""
    record = await queries.read(session, meeting, minutes)
    draft = keyboards.Draft(minutes.meeting_id, minutes.version, minutes.revision)
    facts: dict[str, Any] = {
        "group": group.facts(),
        "record": record,
        "state": minutes.state,
        "version": minutes.version,
        "numbers": await queries.numbers(session, minutes.meeting_id),
        "approved": frozenset(minutes.approved),
        "changes": [],
        "asked": screen.asked,
    }
    if minutes.version > 1:
        before = await session.get_one(Minutes, (meeting.id, minutes.version - 1))
        facts["changes"] = rules.changes(before.record(), record)
    found = _opened(record, screen)
    if found is None:
        return _whole(facts, draft, screen)
    shown, buttons = _part(facts, draft, screen, *found)
    return facts | {"view": screen.view, "page": "", "pages": 1} | shown, buttons


def _opened(record: Record, screen: Screen) -> tuple[int, int] | None:
    """Return which part, and which entry, a screen shows; None: all of it.

    An entry that was taken out shows the whole, and so does a part that is gone.
    """
    if screen.view is Edit.WHOLE:
        return None
    if screen.view in {Edit.ENTRY, Edit.MOVE}:
        part = rules.part_of(record, screen.at)
        return (part, screen.at) if part is not None else None
    return (screen.at, 0) if screen.at <= len(record.sections) else None


def _whole(
    facts: dict[str, Any], draft: keyboards.Draft, screen: Screen
) -> tuple[dict[str, Any], Keyboard]:
    record = facts["record"]
    body = renderer().text("minutes/body.html", language=screen.language, **facts)
    pages = split(body, A_PAGE)
    page = min(screen.page, len(pages) - 1)
    unseen = rules.next_part(record, facts["approved"])
    return (
        facts
        | {
            "view": Edit.WHOLE,
            "page": pages[page],
            "number": page + 1,
            "pages": len(pages),
            "is_all_right": unseen is None,
        },
        keyboards.whole(
            draft,
            page=page,
            pages=len(pages),
            first_part=unseen or ROLL,
            is_read_only=screen.asked == WRITER,
        ),
    )


def _part(
    facts: dict[str, Any], draft: keyboards.Draft, screen: Screen, part: int, entry_id: int
) -> tuple[dict[str, Any], Keyboard]:
    record: Record = facts["record"]
    if part == ROLL:
        marks = list(record.marks.items())
        page, pages, begin = _paged(len(marks), ORGANISATIONS, screen.page)
        listed = [
            (begin + at, name, mark)
            for at, (name, mark) in enumerate(marks[begin : begin + ORGANISATIONS])
        ]
        return {"section": None, "entries": ()}, keyboards.roll(
            draft, listed, page=page, pages=pages
        )
    section = record.sections[part - 1]
    if screen.view in {Edit.ENTRY, Edit.MOVE}:
        shown = {
            "section": section,
            "entries": [line for line in section.entries if line.id == entry_id],
        }
        if screen.view is Edit.MOVE:
            return shown, keyboards.move(draft, record, entry_id, part)
        return shown, keyboards.entry(draft, entry_id, part)
    page, pages, begin = _paged(len(section.entries), ENTRIES, screen.page)
    entries = section.entries[begin : begin + ENTRIES]
    if screen.view is Edit.ADD:
        return {"section": section, "entries": ()}, keyboards.add(draft, part)
    numbers = [(line.id, facts["numbers"].get(line.id, 0)) for line in entries]
    return (
        {"section": section, "entries": entries},
        keyboards.part(draft, part, numbers, page=page, pages=pages),
    )


def _paged(count: int, size: int, page: int) -> tuple[int, int, int]:
    """Return the page that can be shown, how many there are, and where it begins."""
    pages = max(1, -(-count // size))
    page = min(page, pages - 1)
    return page, pages, page * size
