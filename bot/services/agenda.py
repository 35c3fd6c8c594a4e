r"""Agendas: items come from everybody, and a lead decides in an editor that is always up to date.

/additem, or a reply to the agenda -> proposed -- editor --> accepted · later (backlog) · declined
backlog, and what meetings left over -- editor of a later meeting --> accepted · dropped
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import agenda as rules
from bot.domain import meetings, organisations, roles
from bot.domain.agenda import (
    AgendaFull,
    Item,
    ItemGone,
    ItemState,
    Line,
)
from bot.domain.roles import Action, Actor, Scope
from bot.domain.sittings import prepared_until
from bot.models import AgendaItem, Group, Meeting, Membership
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import agenda as queries
from bot.queries import questions, rolls
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, agenda_views, budget, turns
from bot.services.meeting_posts import locked

ITEM, OVERHEARD = "agenda-item", "agenda-overheard"
"""The subjects of messages to whoever brought an item, and of the question whether a reply to an
agenda was meant as one."""


@dataclass(frozen=True)
class Added:
    """What became of an item that somebody brought."""

    item: Item
    meeting: meetings.Meeting | None
    """For which meeting it is; None: it waits for one."""


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
    if meeting is not None and not await _is_prepared(session, meeting, now=now):
        meeting = None
    if meeting is None:
        meeting = await agenda_views.upcoming(session, group, now=now)
    found = meeting.id if meeting else None
    if await queries.waiting(session, stored_id(group), found) >= rules.ITEMS_LIMIT:
        raise AgendaFull(limit=rules.ITEMS_LIMIT)
    item = AgendaItem(
        group_id=stored_id(group),
        meeting_id=found,
        title=line.title,
        minutes=line.minutes or rules.DEFAULT_MINUTES,
        presenter=line.presenter,
        is_off_record=line.is_off_record,
        author_id=actor.member_id,
        source_chat_id=source[0] if source else None,
        source_message_id=source[1] if source else None,
        state=ItemState.PROPOSED if meeting else ItemState.BACKLOG,
    )
    await _give_to_organisation(session, group, item, actor)
    session.add(item)
    await session.flush()
    if meeting is not None:
        await agenda_sheets.lay(session, meeting, group)
        await agenda_sheets.touch(session, meeting, item)
        item.since = item.version
        if roles.can(actor, Action.EDIT_AGENDA, scope):
            await agenda_sheets.accept(session, meeting, group, item)
        await agenda_views.changed(session, meeting, group, now=now)
    return Added(item.facts(), meeting.facts() if meeting else None)


async def _is_prepared(session: AsyncSession, meeting: Meeting, *, now: datetime) -> bool:
    """Tell whether something can still be put on the agenda of a meeting."""
    is_planned = meeting.state is not meetings.State.CANCELLED
    return is_planned and await agenda_views.is_ahead(session, meeting, now=now)


async def ask_whether_item(
    session: AsyncSession, meeting_id: int, place: Place, *, now: datetime
) -> None:
    """Ask whether something that people said under an agenda is to be put on it.

    What they said is not kept: it stands in the message that the question replies to.
    """
    meeting = await locked(session, meeting_id)
    if not await _is_prepared(session, meeting, now=now):
        return
    await post.say(
        session,
        place,
        "agenda/overheard.html",
        now=now,
        about=About(OVERHEARD, meeting_id, meeting.version, "overheard"),
        keyboard=keyboards.overheard(meeting_id),
        expires_at=prepared_until(meeting.facts(), now),
        is_live=True,
        is_silent=True,
    )


async def show_brought(
    session: AsyncSession,
    meeting_id: int,
    message: tuple[int, int | None],
    added: Added,
    *,
    language: str,
    now: datetime,
) -> None:
    """Replace the question whether something is an item by what came of it."""
    for row in await post.live_messages(session, OVERHEARD, meeting_id):
        if (row.chat_id, row.message_id) != message:
            continue
        text = renderer().text(
            "agenda/added.html",
            language=language,
            item=added.item,
            meeting=added.meeting,
            is_correctable=False,
        )
        buttons = post.buttons(keyboards.own_item(added.item.id), (language,))
        await post.revise(session, row, text=text, keyboard=buttons, now=now)


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
    await _give_to_organisation(session, group, item, actor)
    await session.flush()
    if meeting is not None:
        await agenda_sheets.touch(session, meeting, item)
        await agenda_views.changed(session, meeting, group, now=now)


async def _give_to_organisation(
    session: AsyncSession, group: Group, item: AgendaItem, actor: Actor
) -> None:
    """Let an item be that of whoever brings it, or of the organisation that its title names first.

    "For Pastoral Voices: water trucks" is theirs if the person may answer for them.
    """
    place = await session.get(Membership, (group.id, actor.member_id))
    own = place.organisation_id if place and place.is_confirmed else None
    item.organisation_id, item.is_passed_on = own, False
    seats = (await rolls.of_group(session, stored_id(group))).seats
    named = organisations.named_before(
        {seat.organisation_id: seat.name for seat in seats},
        item.title,
        without_for=renderer().without_for,
    )
    if named is None:
        return
    scope = Scope(group.coalition_id, stored_id(group), named[0])
    if named[0] == own or roles.can(actor, Action.ANSWER_FOR, scope):
        item.organisation_id, item.title = named
        item.is_passed_on = named[0] != own


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
    is_over = meeting is not None and not await agenda_views.is_ahead(session, meeting, now=now)
    if is_over or row.state not in {*queries.OPEN, ItemState.BACKLOG}:
        raise ItemGone
    was_accepted = row.state is ItemState.ACCEPTED
    row.state = ItemState.WITHDRAWN
    await session.flush()
    if meeting is not None:
        await agenda_views.changed(session, meeting, group, now=now)
        if was_accepted:
            await _tell_leads(session, meeting, group, row, actor, now=now)
    return row.facts(), group


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


async def post_agenda(session: AsyncSession, group: Group, place: Place, *, now: datetime) -> bool:
    """Show the agenda of the next meeting in `place`; False if none is planned."""
    meeting = await agenda_views.upcoming(session, group, now=now)
    if meeting is None:
        return False
    await agenda_sheets.lay(session, meeting, group)
    await turns.propose(session, meeting)
    shown = await agenda_views.shown(session, meeting, group)
    await post.say(
        session,
        place,
        "agenda/agenda.html",
        shown,
        now=now,
        about=About(agenda_views.AGENDA, stored_id(meeting), meeting.version, "agenda"),
        keyboard=await agenda_views.agenda_keyboard(
            session, meeting, group, place.chat_id, shown["holders"]
        ),
        expires_at=prepared_until(meeting.facts(), now),
        is_live=True,
        is_silent=True,
    )
    return True


async def set_template(
    session: AsyncSession, group: Group, said: str, actor: Actor
) -> rules.Template:
    """Say what stands on every agenda of a group that is begun from now on.

    The line below it alone changes nothing else.

    Raises:
        TemplateUnreadable, TitleTooLong, MinutesImpossible: see `read_template`.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    words = renderer().agenda_words
    text = rules.template_changed(group.agenda_template, said, words)
    template = rules.read_template(text, words)
    group.agenda_template = text
    session.add(group)
    await session.flush()
    return template
