r"""Agendas: items come from everybody, and a lead decides in an editor that is always up to date.

/additem, or a reply to the agenda -> proposed -- editor --> accepted · later (backlog) · declined
backlog, and what meetings left over -- editor of a later meeting --> accepted · dropped
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import agenda as rules
from bot.domain import meetings, roles
from bot.domain.agenda import (
    STAYS_OPEN,
    Agenda,
    AgendaFull,
    Edit,
    Item,
    ItemElsewhere,
    ItemGone,
    ItemState,
    Line,
    Outcome,
)
from bot.domain.dates import wall_time
from bot.domain.roles import Action, Actor, Scope
from bot.models import AgendaItem, AgendaSheet, Group, Meeting, Member, Membership, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import agenda as queries
from bot.queries import facilitation as facilitation_queries
from bot.queries import meetings as meeting_queries
from bot.queries import members, questions
from bot.rendering import keyboards
from bot.rendering.keyboards import Keyboard
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, budget, turns
from bot.services.meeting_posts import locked, show_answers

AGENDA, EDITOR = "agenda", "agenda-editor"
"""The subjects of messages that show an agenda: to everybody, and to a lead with buttons."""
ITEM = "agenda-item"
"""The subject of messages to whoever brought an item."""
BESIDE, A_PAGE = 3, 6
"""Leftovers shown at a time, under an agenda and by themselves: they have to fit a small phone."""


@dataclass(frozen=True)
class Screen:
    """What one editor shows; it stands in the `kind` of its message.

    So somebody else's tap leaves open what was open, and in a group's chat, where an editor stands
    for a lead to whom the bot may not write, it stays in that lead's language.
    """

    language: str
    item_id: int = 0
    """The item that is open; 0: the list."""
    page: int | None = None
    """The page of the backlog that is open."""

    @property
    def kind(self) -> str:
        """Return how it is noted."""
        page = "" if self.page is None else self.page
        return f"editor:{self.language}:{self.item_id}:{page}"

    @classmethod
    def of(cls, kind: str) -> "Screen":
        """Return what was noted; an editor from before this was noted shows the list."""
        match kind.split(":"):
            case _, language, item_id, page:
                return cls(language, int(item_id), int(page) if page else None)
            case _:
                return cls("")


@dataclass(frozen=True)
class Added:
    """What became of an item that somebody brought."""

    item: Item
    meeting: meetings.Meeting | None
    """For which meeting it is; None: it waits for one."""


@dataclass(frozen=True)
class Tapped:
    """What a lead tapped in an editor."""

    seen: int
    """The version of the agenda that they looked at."""
    what: Edit
    item_id: int = 0
    number: int = 0
    """Minutes, a page of the backlog, or how much was in it, as the button needs."""


@dataclass(frozen=True)
class Showing:
    """What one editor is to show now."""

    message: tuple[int, int | None]
    """The chat and the number in it."""
    item_id: int = 0
    page: int | None = None


async def upcoming(session: AsyncSession, group: Group, *, now: datetime) -> Meeting | None:
    """Return the (locked) next meeting of a group that has not begun; None if none is planned."""
    ahead = await meeting_queries.upcoming(session, stored_id(group), now)
    found = next((meeting for meeting in ahead if meeting.starts_at > now), None)
    return await locked(session, stored_id(found)) if found is not None else None


async def add(
    session: AsyncSession,
    group: Group,
    line: Line,
    actor: Actor,
    *,
    now: datetime,
    source: tuple[int, int] | None = None,
    meeting_id: int | None = None,
) -> Added:
    """Put an item before the lead; what a lead brings is accepted at once.

    `source` is the chat and the message that brought it; `meeting_id` the meeting whose agenda the
    person replied to, if that is still ahead.

    Raises:
        AgendaFull: too many items wait already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not bring items here.
    """
    scope = Scope(group.coalition_id, stored_id(group))
    roles.require(actor, Action.ADD_ITEM, scope)
    meeting = await locked(session, meeting_id) if meeting_id else None
    if meeting is None or meeting.state is meetings.State.CANCELLED or meeting.starts_at <= now:
        meeting = await upcoming(session, group, now=now)
    found = meeting.id if meeting else None
    if await queries.waiting(session, stored_id(group), found) >= rules.ITEMS_LIMIT:
        raise AgendaFull(limit=rules.ITEMS_LIMIT)
    place = await session.get(Membership, (group.id, actor.member_id))
    item = AgendaItem(
        group_id=stored_id(group),
        meeting_id=found,
        title=line.title,
        minutes=line.minutes or rules.DEFAULT_MINUTES,
        presenter=line.presenter,
        is_off_record=line.is_off_record,
        organisation_id=place.organisation_id if place and place.is_confirmed else None,
        author_id=actor.member_id,
        source_chat_id=source[0] if source else None,
        source_message_id=source[1] if source else None,
        state=ItemState.PROPOSED if meeting else ItemState.BACKLOG,
    )
    session.add(item)
    await session.flush()
    if meeting is not None:
        await agenda_sheets.lay(session, meeting, group)
        await _touch(session, meeting, item)
        item.since = item.version
        if roles.can(actor, Action.EDIT_AGENDA, scope):
            await _accept(session, meeting, group, item)
        await _changed(session, meeting, group, now=now)
    return Added(item.facts(), meeting.facts() if meeting else None)


async def correct(
    session: AsyncSession, item: AgendaItem, line: Line, actor: Actor, *, now: datetime
) -> None:
    """Let the author of an item say it anew, as long as the lead has not decided.

    Raises:
        ItemGone: it was decided, or somebody else brought it.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not bring items here.
    """
    group = await session.get_one(Group, item.group_id)
    scope = Scope(group.coalition_id, stored_id(group))
    roles.require(actor, Action.ADD_ITEM, scope)
    meeting = await locked(session, item.meeting_id) if item.meeting_id else None
    await session.refresh(item)
    is_open = item.state in {ItemState.PROPOSED, ItemState.BACKLOG}
    if item.author_id != actor.member_id or not (
        is_open or roles.can(actor, Action.EDIT_AGENDA, scope)
    ):
        raise ItemGone
    item.title, item.presenter = line.title, line.presenter
    item.minutes = line.minutes or rules.DEFAULT_MINUTES
    item.is_off_record = line.is_off_record
    await session.flush()
    if meeting is not None:
        await _touch(session, meeting, item)
        await _changed(session, meeting, group, now=now)


async def withdraw(
    session: AsyncSession, item_id: int, actor: Actor, *, now: datetime
) -> tuple[Item, Group]:
    """Let somebody take back what they brought; twice is once.

    The leads are told if they had accepted it; of anything else their editor says enough.

    Raises:
        ItemGone: it is no longer theirs to take back, or never was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may bring no items here.
    """
    row = await session.get(AgendaItem, item_id)
    if row is None or row.author_id is None or row.author_id != actor.member_id:
        raise ItemGone
    group = await session.get_one(Group, row.group_id)
    scope = Scope(group.coalition_id, stored_id(group))
    roles.require(actor, Action.ADD_ITEM, scope)
    meeting = await locked(session, row.meeting_id) if row.meeting_id else None
    await session.refresh(row, with_for_update=True)
    if row.state is ItemState.WITHDRAWN:
        return row.facts(), group
    is_over = meeting is not None and meeting.starts_at <= now
    if is_over or row.state not in {*queries.OPEN, ItemState.BACKLOG}:
        raise ItemGone
    was_accepted = row.state is ItemState.ACCEPTED
    row.state = ItemState.WITHDRAWN
    await session.flush()
    if meeting is not None:
        await _changed(session, meeting, group, now=now)
        if was_accepted:
            await _tell_leads(session, meeting, group, row, actor, now=now)
    return row.facts(), group


async def reword(
    session: AsyncSession,
    meeting_id: int,
    item_id: int,
    said: str,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Let a lead say an item anew: its words, its minutes, who presents it.

    Raises:
        ItemElsewhere: it is not on this agenda (any more).
        ItemUnreadable, TitleTooLong, MinutesImpossible: see `read_item`.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await _editable(session, meeting_id, actor, now=now)
    row = await session.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if row is None or row.meeting_id != meeting.id or row.state not in queries.OPEN:
        raise ItemElsewhere
    line = rules.reworded(row.facts(), said, renderer().agenda_words)
    if line.title:
        row.title, row.routine = line.title, None
    row.minutes = line.minutes or row.minutes
    row.presenter, row.is_off_record = line.presenter, line.is_off_record
    await _touch(session, meeting, row)
    await _changed(session, meeting, group, now=now)


async def opened_in(session: AsyncSession, meeting_id: int, message: tuple[int, int | None]) -> int:
    """Return the item that is open in an editor; 0 if it shows the list."""
    for row in await post.live_messages(session, EDITOR, meeting_id):
        if (row.chat_id, row.message_id) == message:
            return Screen.of(row.kind).item_id
    return 0


async def post_agenda(session: AsyncSession, group: Group, place: Place, *, now: datetime) -> bool:
    """Show the agenda of the next meeting in `place`; False if none is planned."""
    meeting = await upcoming(session, group, now=now)
    if meeting is None:
        return False
    await agenda_sheets.lay(session, meeting, group)
    await turns.propose(session, meeting)
    shown = await _shown(session, meeting, group)
    await post.say(
        session,
        place,
        "agenda/agenda.html",
        shown,
        now=now,
        about=About(AGENDA, stored_id(meeting), meeting.version, "agenda"),
        keyboard=keyboards.agenda(stored_id(meeting), shown["holders"]),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=True,
    )
    return True


async def open_editor(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Give a lead the editor of an agenda: in private if they have written to the bot there.

    Returns whether it stands in the private chat.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await _editable(session, meeting_id, actor, now=now)
    await agenda_sheets.lay(session, meeting, group)
    member = await session.get(Member, actor.member_id)
    if member is not None and member.has_started:
        place = Place(actor.telegram_id, place.languages)
    await _say_editor(session, meeting, group, place, now=now, is_silent=True)
    return place.chat_id > 0


async def remind_leads(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime
) -> None:
    """Lay the editor of a circulated agenda before the leads if something waits for them."""
    if not (await agenda_sheets.read(session, meeting, group)).proposed:
        return
    for member in await questions.leads(session, meeting):
        await _say_editor(
            session,
            meeting,
            group,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            now=now,
            is_unasked=True,
            is_silent=group.facts().quiet.cover(wall_time(now, group.zone)),
            is_withheld=not await budget.may_write(session, member, group.facts(), now=now),
        )


async def _say_editor(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    place: Place,
    *,
    now: datetime,
    is_silent: bool,
    is_unasked: bool = False,
    is_withheld: bool = False,
) -> None:
    screen = Screen(place.languages[0])
    facts = await _edited(session, meeting, group, screen, now=now)
    await post.say(
        session,
        place,
        "agenda/editor.html",
        facts | {"is_private": place.chat_id > 0},
        now=now,
        about=About(EDITOR, stored_id(meeting), meeting.version, screen.kind),
        keyboard=_keyboard(stored_id(meeting), facts),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=is_silent,
        is_unasked=is_unasked,
        is_withheld=is_withheld,
    )


async def edit(
    session: AsyncSession,
    meeting_id: int,
    tapped: Tapped,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> Outcome:
    """Do what a lead tapped, as far as what they saw is still true, and show how it is now.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await _editable(session, meeting_id, actor, now=now)
    what = tapped.what
    sheet = await agenda_sheets.lay(session, meeting, group)
    if what in {Edit.HOME, Edit.BACKLOG}:
        page = tapped.number if what is Edit.BACKLOG else None
        await show(session, meeting, group, now=now, showing=Showing(message, page=page))
        return Outcome.DONE
    if what is Edit.ALL:
        outcome = await _approve(session, meeting, group, seen=tapped.seen)
    elif what is Edit.DROP_ALL:
        outcome = await _drop_all(session, meeting, count=tapped.number, now=now)
    else:
        row = await queries.item(session, meeting, tapped.item_id, now=now)
        outcome = rules.verdict(
            what,
            _standing(row, meeting),
            number=tapped.number,
            seen=tapped.seen,
            version=sheet.version,
        )
        if outcome is Outcome.DONE and row is not None:
            await _edit_item(session, meeting, group, row, tapped=tapped)
            if what in {Edit.LATER, Edit.DECLINE}:
                await _tell_author(session, meeting, group, row, actor, now=now)
    showing = Showing(
        message,
        item_id=tapped.item_id if what in STAYS_OPEN else 0,
        page=tapped.number if what is Edit.DROP else None,
    )
    is_new = outcome in {Outcome.DONE, Outcome.PARTLY} and what is not Edit.OPEN
    tell = _changed if is_new else show
    await tell(session, meeting, group, now=now, showing=showing)
    return outcome


async def set_template(
    session: AsyncSession, group: Group, said: str, actor: Actor
) -> rules.Template:
    """Say what stands on every agenda of a group that is begun from now on.

    Raises:
        TemplateUnreadable, TitleTooLong, MinutesImpossible: see `read_template`.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    template = rules.read_template(said, renderer().agenda_words)
    group.agenda_template = said
    session.add(group)
    await session.flush()
    return template


async def show(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    *,
    now: datetime,
    showing: Showing | None = None,
) -> None:
    """Bring everything that shows the agenda up to date.

    One of the editors may be to show something else than before; in the others stays open what was.
    """
    meeting_id = stored_id(meeting)
    shown = await _shown(session, meeting, group)
    for row in await post.live_messages(session, AGENDA, meeting_id):
        languages = await _languages(session, row, group)
        await post.revise(
            session,
            row,
            text=renderer().post("agenda/agenda.html", languages=languages, **shown),
            keyboard=post.buttons(keyboards.agenda(meeting_id, shown["holders"]), languages),
            now=now,
            expires_at=meeting.ends_at,
        )
    for row in await post.live_messages(session, EDITOR, meeting_id):
        screen = Screen.of(row.kind)
        if showing is not None and showing.message == (row.chat_id, row.message_id):
            screen = Screen(screen.language, showing.item_id, showing.page)
            row.kind = screen.kind
        facts = await _edited(session, meeting, group, screen, now=now)
        facts |= {"is_private": row.chat_id > 0}
        languages = await _languages(session, row, group)
        if row.chat_id < 0:
            languages = (screen.language or languages[0],)
        await post.revise(
            session,
            row,
            text=renderer().post("agenda/editor.html", languages=languages, **facts),
            keyboard=post.buttons(_keyboard(meeting_id, facts), languages),
            now=now,
            expires_at=meeting.ends_at,
        )
    show_answers(session, meeting, now=now)


async def _changed(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    *,
    now: datetime,
    showing: Showing | None = None,
) -> None:
    """Count a change of the agenda, and show it everywhere."""
    (await session.get_one(AgendaSheet, meeting.id)).version += 1
    await session.flush()
    await show(session, meeting, group, now=now, showing=showing)


def _standing(row: AgendaItem | None, meeting: Meeting) -> Item | None:
    """Return an item as the editor of a meeting sees it: what others left over is its backlog."""
    if row is None:
        return None
    item = row.facts()
    is_left = row.meeting_id != meeting.id and row.state in queries.OPEN
    return replace(item, state=ItemState.BACKLOG) if is_left else item


async def _approve(session: AsyncSession, meeting: Meeting, group: Group, *, seen: int) -> Outcome:
    """Accept what is proposed and was on the screen; what came or was corrected since waits."""
    proposed = (await agenda_sheets.read(session, meeting, group)).proposed
    known = [item for item in proposed if item.version <= seen]
    for item in known:
        row = await session.get_one(AgendaItem, item.id)
        await _accept(session, meeting, group, row)
    if not proposed:
        return Outcome.ALREADY
    if not known:
        return Outcome.CHANGED
    return Outcome.DONE if len(known) == len(proposed) else Outcome.PARTLY


async def _drop_all(
    session: AsyncSession, meeting: Meeting, *, count: int, now: datetime
) -> Outcome:
    """Empty the backlog, if it is as the person saw it."""
    rows = await queries.leftovers(session, meeting, now=now, is_locked=True)
    if len(rows) != count:
        return Outcome.CHANGED if rows else Outcome.ALREADY
    for row in rows:
        row.state = ItemState.DROPPED
    await session.flush()
    return Outcome.DONE


async def _edit_item(
    session: AsyncSession, meeting: Meeting, group: Group, row: AgendaItem, *, tapped: Tapped
) -> None:
    what = tapped.what
    if what is Edit.ACCEPT:
        await _accept(session, meeting, group, row)
    elif what is Edit.LATER:
        row.state, row.meeting_id, row.position = ItemState.BACKLOG, None, 0
    elif what is Edit.DECLINE:
        row.state = ItemState.DECLINED
    elif what is Edit.DROP:
        row.state = ItemState.DROPPED
    elif what is Edit.MINUTES:
        rules.check_minutes(tapped.number)
        row.minutes = tapped.number
        await _touch(session, meeting, row)
    elif what in {Edit.UP, Edit.DOWN}:
        agenda = await agenda_sheets.read(session, meeting, group)
        order = [item.id for item in agenda.items]
        by = -1 if what is Edit.UP else 1
        await _arrange(session, rules.moved(order, stored_id(row), by=by))
    await session.flush()


async def _tell_author(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    row: AgendaItem,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Tell whoever brought an item that it does not come now: in private, or not at all."""
    author = await session.get(Member, row.author_id) if row.author_id else None
    if author is None or not author.has_started or author.id == actor.member_id:
        return
    await post.say(
        session,
        Place(author.telegram_id, (author.language or group.languages[0],)),
        "agenda/not_now.html",
        {"group": group.facts(), "meeting": meeting.facts(), "item": row.facts()},
        now=now,
        is_silent=True,
    )


async def _tell_leads(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    row: AgendaItem,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Tell the leads that something they had accepted was taken back."""
    for member in await questions.leads(session, meeting):
        if member.id == actor.member_id:
            continue
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            "agenda/taken_back.html",
            {
                "group": group.facts(),
                "meeting": meeting.facts(),
                "item": row.facts(),
                "who": actor.name,
            },
            now=now,
            is_silent=True,
            is_unasked=True,
            is_withheld=not await budget.may_write(session, member, group.facts(), now=now),
        )


async def _accept(session: AsyncSession, meeting: Meeting, group: Group, row: AgendaItem) -> None:
    agenda = await agenda_sheets.read(session, meeting, group)
    is_here = row.meeting_id == meeting.id
    row.state, row.meeting_id = ItemState.ACCEPTED, meeting.id
    await _touch(session, meeting, row)
    row.since = row.since if is_here else row.version
    await _arrange(session, rules.inserted(agenda.items, stored_id(row)))


async def _touch(session: AsyncSession, meeting: Meeting, row: AgendaItem) -> None:
    """Note that an item is no longer as older editors show it; the change is counted afterwards."""
    row.version = (await session.get_one(AgendaSheet, meeting.id)).version + 1
    await session.flush()


async def _arrange(session: AsyncSession, order: list[int]) -> None:
    for position, item_id in enumerate(order):
        (await session.get_one(AgendaItem, item_id)).position = position
    await session.flush()


async def _editable(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    meetings.check_open(meeting.facts(), now)
    return meeting, group


async def _shown(session: AsyncSession, meeting: Meeting, group: Group) -> dict[str, Any]:
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "agenda": await agenda_sheets.read(session, meeting, group),
        "holders": await facilitation_queries.holders(session, stored_id(meeting)),
    }


async def _edited(
    session: AsyncSession, meeting: Meeting, group: Group, screen: Screen, *, now: datetime
) -> dict[str, Any]:
    """Return what an editor shows: the list, the item that is open, or a page of the backlog."""
    facts = await _shown(session, meeting, group)
    agenda: Agenda = facts["agenda"]
    waiting = await queries.count_leftovers(session, meeting, now=now)
    is_backlog = screen.page is not None and waiting > 0
    page = min(screen.page or 0, (waiting - 1) // A_PAGE) if is_backlog else 0
    size = A_PAGE if is_backlog else BESIDE
    rows = await queries.leftovers(session, meeting, now=now, limit=size, offset=page * size)
    offered = await queries.as_shown(session, rows)
    return facts | {
        "agenda": replace(agenda, offered=offered, waiting=waiting, page=page),
        "chosen": next((item for item in agenda.kept if item.id == screen.item_id), None),
        "is_backlog": is_backlog,
    }


def _keyboard(meeting_id: int, facts: Mapping[str, Any]) -> Keyboard:
    if facts["is_backlog"]:
        return keyboards.backlog(meeting_id, facts["agenda"], size=A_PAGE)
    return keyboards.editor(meeting_id, facts["agenda"], facts["chosen"])


async def _languages(session: AsyncSession, row: OutboxMessage, group: Group) -> tuple[str, ...]:
    """Return in which languages a message is read: a group's own, or those of one person."""
    if row.chat_id < 0:
        return tuple(group.languages)
    found = await members.actor(session, row.chat_id)
    return (found.language or group.languages[0],)
