r"""Agendas: items come from everybody, and a lead decides in an editor that is always up to date.

/additem, or a reply to the agenda -> proposed -- editor --> accepted · later (backlog) · declined
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import agenda as rules
from bot.domain import meetings, roles
from bot.domain.agenda import STAYS_OPEN, Agenda, AgendaFull, Edit, Item, ItemGone, ItemState, Line
from bot.domain.roles import Action, Actor, Scope
from bot.models import AgendaItem, AgendaSheet, Group, Meeting, Member, Membership, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import agenda as queries
from bot.queries import facilitation as facilitation_queries
from bot.queries import meetings as meeting_queries
from bot.queries import members
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, turns
from bot.services.meeting_posts import locked, show_answers

AGENDA, EDITOR = "agenda", "agenda-editor"
"""The subjects of messages that show an agenda: to everybody, and to a lead with buttons."""


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
    minutes: int = 0


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
        if roles.can(actor, Action.EDIT_AGENDA, scope):
            await _accept(session, meeting, group, item, now=now)
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
        await _changed(session, meeting, group, now=now)


async def post_agenda(session: AsyncSession, group: Group, place: Place, *, now: datetime) -> bool:
    """Show the agenda of the next meeting in `place`; False if none is planned."""
    meeting = await upcoming(session, group, now=now)
    if meeting is None:
        return False
    await agenda_sheets.lay(session, meeting, group)
    await turns.propose(session, meeting)
    shown = await _shown(session, meeting, group, now=now)
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
    shown = await _shown(session, meeting, group, now=now)
    await post.say(
        session,
        place,
        "agenda/editor.html",
        shown | {"chosen": None, "is_private": place.chat_id > 0},
        now=now,
        about=About(EDITOR, meeting_id, meeting.version, "editor"),
        keyboard=keyboards.editor(meeting_id, shown["agenda"], None),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=True,
    )
    return place.chat_id > 0


async def edit(
    session: AsyncSession,
    meeting_id: int,
    tapped: Tapped,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> bool:
    """Do what a lead tapped; False if the agenda was changed since, and is only shown anew.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await _editable(session, meeting_id, actor, now=now)
    what, item_id = tapped.what, tapped.item_id
    sheet = await agenda_sheets.lay(session, meeting, group)
    agenda = await agenda_sheets.read(session, meeting, group, now=now)
    if sheet.version != tapped.seen or (
        item_id and item_id not in {i.id for i in agenda.everything}
    ):
        await show(session, meeting, group, now=now, message=message)
        return False
    if what is Edit.ALL:
        for item in agenda.proposed:
            row = await session.get_one(AgendaItem, item.id)
            await _accept(session, meeting, group, row, now=now)
    elif item_id:
        row = await session.get_one(AgendaItem, item_id)
        await _edit_item(session, meeting, group, row, tapped=tapped, now=now)
    open_item = item_id if what in STAYS_OPEN else None
    if what in {Edit.HOME, Edit.OPEN}:
        await show(session, meeting, group, now=now, message=message, open_item=open_item)
    else:
        await _changed(session, meeting, group, now=now, message=message, open_item=open_item)
    return True


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
    message: tuple[int, int | None] | None = None,
    open_item: int | None = None,
) -> None:
    """Bring everything that shows the agenda up to date.

    Of the editors, the one in `message` shows `open_item`, if that is still there; all others show
    the list.
    """
    meeting_id = stored_id(meeting)
    shown = await _shown(session, meeting, group, now=now)
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
    agenda: Agenda = shown["agenda"]
    for row in await post.live_messages(session, EDITOR, meeting_id):
        is_here = message == (row.chat_id, row.message_id)
        chosen = next((i for i in agenda.everything if is_here and i.id == open_item), None)
        languages = await _languages(session, row, group)
        facts = shown | {"chosen": chosen, "is_private": row.chat_id > 0}
        await post.revise(
            session,
            row,
            text=renderer().post("agenda/editor.html", languages=languages, **facts),
            keyboard=post.buttons(keyboards.editor(meeting_id, agenda, chosen), languages),
            now=now,
            expires_at=meeting.ends_at,
        )
    show_answers(session, meeting, now=now)


async def _changed(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime, **where: Any
) -> None:
    """Count a change of the agenda, and show it everywhere."""
    (await session.get_one(AgendaSheet, meeting.id)).version += 1
    await session.flush()
    await show(session, meeting, group, now=now, **where)


async def _edit_item(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    row: AgendaItem,
    *,
    tapped: Tapped,
    now: datetime,
) -> None:
    what = tapped.what
    if what is Edit.ACCEPT:
        await _accept(session, meeting, group, row, now=now)
    elif what is Edit.LATER:
        row.state, row.meeting_id, row.position = ItemState.BACKLOG, None, 0
    elif what is Edit.DECLINE:
        row.state = ItemState.DECLINED
    elif what is Edit.MINUTES:
        rules.check_minutes(tapped.minutes)
        row.minutes = tapped.minutes
    elif what in {Edit.UP, Edit.DOWN}:
        agenda = await agenda_sheets.read(session, meeting, group, now=now)
        order = [item.id for item in agenda.items]
        by = -1 if what is Edit.UP else 1
        await _arrange(session, rules.moved(order, row.id or 0, by=by))
    await session.flush()


async def _accept(
    session: AsyncSession, meeting: Meeting, group: Group, row: AgendaItem, *, now: datetime
) -> None:
    agenda = await agenda_sheets.read(session, meeting, group, now=now)
    row.state, row.meeting_id = ItemState.ACCEPTED, meeting.id
    await session.flush()
    await _arrange(session, rules.inserted(agenda.items, stored_id(row)))


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


async def _shown(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime
) -> dict[str, Any]:
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "agenda": await agenda_sheets.read(session, meeting, group, now=now),
        "holders": await facilitation_queries.holders(session, stored_id(meeting)),
    }


async def _languages(session: AsyncSession, row: OutboxMessage, group: Group) -> tuple[str, ...]:
    """Return in which languages a message is read: a group's own, or those of one person."""
    if row.chat_id < 0:
        return tuple(group.languages)
    found = await members.actor(session, row.chat_id)
    return (found.language or group.languages[0],)
