"""What a lead decides about an agenda, in an editor that is always up to date."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import agenda as rules
from bot.domain.agenda import (
    STAYS_OPEN,
    Edit,
    Item,
    ItemElsewhere,
    ItemState,
    Outcome,
)
from bot.domain.dates import wall_time
from bot.domain.roles import Actor
from bot.domain.sittings import prepared_until
from bot.models import AgendaItem, Group, Meeting, Member
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import agenda as queries
from bot.queries import questions
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, agenda_views, budget
from bot.services.agenda_views import Screen, Showing


@dataclass(frozen=True)
class Tapped:
    """What a lead tapped in an editor."""

    seen: int
    """The version of the agenda that they looked at."""
    what: Edit
    item_id: int = 0
    number: int = 0
    """Minutes, a page, or how much was in the backlog, as the button needs."""


async def open_editor(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Give a lead the editor of an agenda: in private if they have written to the bot there.

    Returns whether it stands in the private chat.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await agenda_views.editable(session, meeting_id, actor, now=now)
    await agenda_sheets.lay(session, meeting, group)
    member = await session.get(Member, actor.member_id)
    if member is not None and member.has_started:
        place = Place(actor.telegram_id, place.languages)
    await _say_editor(session, meeting, group, place, now=now, is_silent=True)
    return place.chat_id > 0


async def remind_leads(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime
) -> None:
    """Lay the editor of a circulated agenda before the leads if something waits for them.

    That is what people brought to it, and what earlier meetings left over.
    """
    proposed = (await agenda_sheets.read(session, meeting, group)).proposed
    of = (meeting.group_id, meeting.id)
    if not proposed and not await queries.count_leftovers(session, *of, now=now):
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
    facts = await agenda_views.edited(session, meeting, group, screen, now=now)
    await post.say(
        session,
        place,
        "agenda/editor.html",
        facts | {"is_private": place.chat_id > 0},
        now=now,
        about=About(agenda_views.EDITOR, stored_id(meeting), meeting.version, screen.kind),
        keyboard=agenda_views.keyboard(stored_id(meeting), facts),
        expires_at=prepared_until(meeting.facts(), now),
        is_live=True,
        is_silent=is_silent,
        is_unasked=is_unasked,
        is_withheld=is_withheld,
    )


async def opened_in(session: AsyncSession, meeting_id: int, message: tuple[int, int | None]) -> int:
    """Return the item that is open in an editor; 0 if it shows the list."""
    for row in await post.live_messages(session, agenda_views.EDITOR, meeting_id):
        if (row.chat_id, row.message_id) == message:
            return Screen.of(row.kind).item_id
    return 0


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
    meeting, group = await agenda_views.editable(session, meeting_id, actor, now=now)
    row = await session.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if row is None or row.meeting_id != meeting.id or row.state not in queries.OPEN:
        raise ItemElsewhere
    line = rules.reworded(row.facts(), said, renderer().agenda_words)
    if line.title:
        row.title, row.routine = line.title, None
    row.minutes = line.minutes or row.minutes
    row.presenter, row.is_off_record = line.presenter, line.is_off_record
    await agenda_sheets.touch(session, meeting, row)
    await agenda_views.changed(session, meeting, group, now=now)


async def take_off(
    session: AsyncSession,
    meeting_id: int,
    item_id: int,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Let a lead take the item off that is open in their editor, as by [Decline].

    Raises:
        ItemElsewhere: it is not on this agenda (any more).
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting, group = await agenda_views.editable(session, meeting_id, actor, now=now)
    sheet = await agenda_sheets.lay(session, meeting, group)
    tapped = Tapped(sheet.version, Edit.DECLINE, item_id)
    if await edit(session, meeting_id, tapped, actor, message=message, now=now) is not Outcome.DONE:
        raise ItemElsewhere


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
    meeting, group = await agenda_views.editable(session, meeting_id, actor, now=now)
    what = tapped.what
    sheet = await agenda_sheets.lay(session, meeting, group)
    if what in {Edit.HOME, Edit.PAGE, Edit.BACKLOG}:
        page = tapped.number if what is Edit.BACKLOG else None
        listed = tapped.number if what is Edit.PAGE else None
        await agenda_views.show(
            session, meeting, group, now=now, showing=Showing(message, page=page, listed=listed)
        )
        return Outcome.DONE
    if what is Edit.ALL:
        outcome = await _approve(session, meeting, group, tapped=tapped)
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
    tell = agenda_views.changed if is_new else agenda_views.show
    await tell(session, meeting, group, now=now, showing=showing)
    return outcome


def _standing(row: AgendaItem | None, meeting: Meeting) -> Item | None:
    """Return an item as the editor of a meeting sees it: what others left over is its backlog."""
    if row is None:
        return None
    item = row.facts()
    is_left = row.meeting_id != meeting.id and row.state in queries.OPEN
    return replace(item, state=ItemState.BACKLOG) if is_left else item


async def _approve(
    session: AsyncSession, meeting: Meeting, group: Group, *, tapped: Tapped
) -> Outcome:
    """Accept what is proposed and was on the screen; what came or was corrected since waits.

    What stood on another page was not on the screen; after any change nobody knows which it was.
    """
    agenda = await agenda_sheets.read(session, meeting, group)
    agenda = replace(agenda, listed_page=tapped.number)
    if agenda.pages > 1 and agenda.version != tapped.seen:
        return Outcome.CHANGED
    proposed = [item for _, item in agenda.listed if item.state is ItemState.PROPOSED]
    known = [item for item in proposed if item.version <= tapped.seen]
    for item in known:
        row = await session.get_one(AgendaItem, item.id)
        await agenda_sheets.accept(session, meeting, group, row)
    if not proposed:
        return Outcome.ALREADY
    if not known:
        return Outcome.CHANGED
    return Outcome.DONE if len(known) == len(proposed) else Outcome.PARTLY


async def _drop_all(
    session: AsyncSession, meeting: Meeting, *, count: int, now: datetime
) -> Outcome:
    """Empty the backlog, if it is as the person saw it."""
    rows = await queries.leftovers(session, meeting.group_id, meeting.id, now=now, is_locked=True)
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
        await agenda_sheets.accept(session, meeting, group, row)
    elif what is Edit.LATER:
        row.state, row.meeting_id, row.position = ItemState.BACKLOG, None, 0
    elif what is Edit.DECLINE:
        row.state = ItemState.DECLINED
    elif what is Edit.DROP:
        row.state = ItemState.DROPPED
    elif what is Edit.MINUTES:
        rules.check_minutes(tapped.number)
        row.minutes = tapped.number
        await agenda_sheets.touch(session, meeting, row)
    elif what in {Edit.UP, Edit.DOWN}:
        agenda = await agenda_sheets.read(session, meeting, group)
        order = [item.id for item in agenda.items]
        by = -1 if what is Edit.UP else 1
        await agenda_sheets.arrange(session, rules.moved(order, stored_id(row), by=by))
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
