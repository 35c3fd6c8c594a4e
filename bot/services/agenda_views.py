"""What shows an agenda, to everybody and to leads: always the newest state."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import meetings, roles, sittings
from bot.domain.agenda import Agenda
from bot.domain.facilitation import Holders
from bot.domain.roles import Action, Actor, Scope
from bot.models import AgendaSheet, Group, Meeting, Membership, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.queries import agenda as queries
from bot.queries import facilitation as facilitation_queries
from bot.queries import meetings as meeting_queries
from bot.queries import members
from bot.queries import sittings as sitting_queries
from bot.rendering import keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import agenda_sheets
from bot.services.meeting_posts import locked, show_answers

AGENDA, EDITOR = "agenda", "agenda-editor"
"""The subjects of messages that show an agenda: to everybody, and to a lead with buttons."""
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
    listed: int = 0
    """The page of the list, from 0; it stays while an item of it is open."""

    @property
    def kind(self) -> str:
        """Return how it is noted."""
        page = "" if self.page is None else self.page
        return f"editor:{self.language}:{self.item_id}:{page}:{self.listed}"

    @classmethod
    def of(cls, kind: str) -> "Screen":
        """Return what was noted; an editor from before this was noted shows the list."""
        match kind.split(":"):
            case _, language, item_id, page, *listed:
                at = int(listed[0]) if listed else 0
                return cls(language, int(item_id), int(page) if page else None, at)
            case _:
                return cls("")


@dataclass(frozen=True)
class Showing:
    """What one editor is to show now."""

    message: tuple[int, int | None]
    """The chat and the number in it."""
    item_id: int = 0
    page: int | None = None
    listed: int | None = None
    """None: the page of the list stays."""


async def upcoming(session: AsyncSession, group: Group, *, now: datetime) -> Meeting | None:
    """Return the (locked) next meeting of a group that has not begun; None if none is planned.

    One whose start is over counts as long as it can be opened in its hours: many begin late.
    """
    for meeting in await meeting_queries.upcoming(session, stored_id(group), now):
        if await is_ahead(session, meeting, now=now):
            return await locked(session, stored_id(meeting))
    return None


async def is_ahead(session: AsyncSession, meeting: Meeting, *, now: datetime) -> bool:
    """Tell whether a meeting is still prepared: before its start, or nobody has opened it since."""
    if meeting.starts_at > now:
        return True
    is_over = sittings.prepared_until(meeting.facts(), now) <= now
    return not is_over and not await sitting_queries.has_begun(session, stored_id(meeting))


async def check_ahead(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Refuse what prepares a meeting that is not ahead any more.

    Raises:
        MeetingCancelled, MeetingStarted: see there.
    """
    if meeting.state is meetings.State.CANCELLED:
        raise meetings.MeetingCancelled
    if not await is_ahead(session, meeting, now=now):
        raise meetings.MeetingStarted


async def editable(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    """Return a meeting (locked) and its group, if this person may still decide about its agenda.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing to prepare any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide about the agenda.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    await check_ahead(session, meeting, now=now)
    return meeting, group


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
    facts = await shown(session, meeting, group)
    for row in await post.live_messages(session, AGENDA, meeting_id):
        languages = await _languages(session, row, group)
        await post.revise(
            session,
            row,
            text=renderer().post("agenda/agenda.html", languages=languages, **facts),
            keyboard=post.buttons(
                await agenda_keyboard(session, meeting, group, row.chat_id, facts["holders"]),
                languages,
            ),
            now=now,
            expires_at=meeting.ends_at,
        )
    for row in await post.live_messages(session, EDITOR, meeting_id):
        screen = Screen.of(row.kind)
        if showing is not None and showing.message == (row.chat_id, row.message_id):
            listed = screen.listed if showing.listed is None else showing.listed
            screen = Screen(screen.language, showing.item_id, showing.page, listed)
            row.kind = screen.kind
        seen = await edited(session, meeting, group, screen, now=now)
        seen |= {"is_private": row.chat_id > 0}
        languages = await _languages(session, row, group)
        if row.chat_id < 0:
            languages = (screen.language or languages[0],)
        await post.revise(
            session,
            row,
            text=renderer().post("agenda/editor.html", languages=languages, **seen),
            keyboard=post.buttons(keyboard(meeting_id, seen), languages),
            now=now,
            expires_at=meeting.ends_at,
        )
    show_answers(session, meeting, now=now)


async def changed(
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


async def shown(session: AsyncSession, meeting: Meeting, group: Group) -> dict[str, Any]:
    """Return what everybody is shown of an agenda."""
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "agenda": await agenda_sheets.read(session, meeting, group),
        "holders": await facilitation_queries.holders(session, stored_id(meeting)),
    }


async def edited(
    session: AsyncSession, meeting: Meeting, group: Group, screen: Screen, *, now: datetime
) -> dict[str, Any]:
    """Return what an editor shows: the list, the item that is open, or a page of the backlog."""
    facts = await shown(session, meeting, group)
    agenda: Agenda = facts["agenda"]
    of = (meeting.group_id, meeting.id)
    waiting = await queries.count_leftovers(session, *of, now=now)
    is_backlog = screen.page is not None and waiting > 0
    page = min(screen.page or 0, (waiting - 1) // A_PAGE) if is_backlog else 0
    size = A_PAGE if is_backlog else BESIDE
    rows = await queries.leftovers(session, *of, now=now, limit=size, offset=page * size)
    offered = await queries.as_shown(session, rows)
    return facts | {
        "agenda": replace(
            agenda, offered=offered, waiting=waiting, page=page, listed_page=screen.listed
        ),
        "chosen": next((item for item in agenda.kept if item.id == screen.item_id), None),
        "is_backlog": is_backlog,
    }


async def agenda_keyboard(
    session: AsyncSession, meeting: Meeting, group: Group, chat_id: int, holders: Holders
) -> Keyboard:
    """Return the buttons under an agenda: in private only those that this person may tap."""
    if chat_id < 0:
        return keyboards.agenda(stored_id(meeting), holders)
    actor = await members.actor(session, chat_id)
    place = await session.get(Membership, (group.id, actor.member_id))
    mine = place.organisation_id if place and place.is_confirmed else None
    scope = Scope(group.coalition_id, stored_id(group))
    return keyboards.agenda(
        stored_id(meeting),
        {duty: one for duty, one in holders.items() if one.organisation_id == mine},
        can_edit=roles.can(actor, Action.EDIT_AGENDA, scope),
    )


def keyboard(meeting_id: int, facts: Mapping[str, Any]) -> Keyboard:
    """Return the buttons of an editor that shows this."""
    if facts["is_backlog"]:
        return keyboards.backlog(meeting_id, facts["agenda"], size=A_PAGE)
    return keyboards.editor(meeting_id, facts["agenda"], facts["chosen"])


async def _languages(session: AsyncSession, row: OutboxMessage, group: Group) -> tuple[str, ...]:
    """Return in which languages a message is read: a group's own, or those of one person."""
    if row.chat_id < 0:
        return tuple(group.languages)
    found = await members.actor(session, row.chat_id)
    return (found.language or group.languages[0],)
