"""What shows the action plan of a group: lists, the card of one action, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain import roles
from bot.domain.actions import CHOICES, Candidate, named
from bot.domain.dates import wall_time
from bot.domain.plan import Listed, Point, PointGone, Sift, Tab, View
from bot.domain.progress import EvidenceKind
from bot.domain.roles import Action, Actor, Scope
from bot.domain.streams import Stream
from bot.models import (
    ActionPoint,
    Group,
    Member,
    Membership,
    OutboxMessage,
    PointPerson,
    WorkStream,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members, progress, sittings
from bot.queries import plan as queries
from bot.rendering.keyboards import plan as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import actions, agenda_views, sitting_posts
from bot.services.meeting_posts import locked
from bot.services.members import tell

POINT = "point"
"""The subject of the card of an action, and of whatever else is about one of them."""
PLAN = "plan"
"""The subject of the lists of a group's actions."""
EVIDENCE = "evidence"
"""The subject of pictures and files that are sent again to whoever looks."""
LIST, CARD = "plan/list.html", "plan/card.html"


async def put_up_list(
    session: AsyncSession, view: View, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Show a list of a group's actions.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    facts, keyboard = await _list(session, view, actor, place.chat_id, now=now)
    await post.say(
        session,
        place,
        LIST,
        facts,
        now=now,
        about=About(PLAN, view.group_id, 1, place.languages[0]),
        keyboard=keyboard,
        is_live=True,
        is_silent=True,
    )


async def turn_list(
    session: AsyncSession,
    view: View,
    actor: Actor,
    place: Place,
    message_id: int | None,
    *,
    now: datetime,
) -> None:
    """Let the list that was tapped show something else; one that is gone is posted anew.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    row = await tapped(session, PLAN, place.chat_id, message_id)
    if row is None:
        await put_up_list(session, view, actor, place, now=now)
        return
    facts, keyboard = await _list(session, view, actor, place.chat_id, now=now)
    await rewrite(session, row, LIST, facts, keyboard, now=now)


async def begin_view(
    session: AsyncSession, group: Group, actor: Actor, *, is_private: bool, now: datetime
) -> View:
    """Return what somebody is shown first: in private what is theirs, if anything is."""
    view = View(stored_id(group))
    if not is_private:
        return view
    organisation_id = await organisation_of(session, view.group_id, actor)
    today = wall_time(now, group.zone).date()
    for tab in (Tab.MINE, Tab.OURS):
        if tab is Tab.OURS and organisation_id is None:
            continue
        tried = View(view.group_id, tab)
        found = await queries.listed(session, tried, actor, organisation_id, today=today)
        if found.count:
            return tried
    return view


async def put_up_card(
    session: AsyncSession, point_id: int, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Show one action, with all that can be done to it; in each chat the newest card stays alive.

    Raises:
        PointGone: it was taken back, or never was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    point, group = await seen(session, point_id, actor)
    for row in await post.live_messages(session, POINT, point_id):
        if row.chat_id == place.chat_id:
            # An older card has expired long ago: it would keep its buttons.
            expires_at = now + post.REPLIES_EXPIRE
            await post.revise(
                session, row, text=row.text, keyboard=None, now=now, expires_at=expires_at
            )
            row.is_live = False
    facts = await card_facts(session, point, group, now=now)
    await post.say(
        session,
        place,
        CARD,
        facts,
        now=now,
        about=About(POINT, point_id, 1, place.languages[0]),
        keyboard=await _card_keyboard(session, point, group, place.chat_id),
        is_live=True,
        is_silent=True,
    )


async def history(
    session: AsyncSession, point_id: int, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Tell everything that became of an action; names are for private chats, and for praise.

    Raises:
        PointGone: it was taken back, or never was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    point, group = await seen(session, point_id, actor)
    await post.say(
        session,
        place,
        "plan/history.html",
        {
            "point": point,
            "group": group.facts(),
            "changes": await queries.history(session, point_id),
            "is_private": place.chat_id > 0,
        },
        now=now,
        about=About(POINT, point_id, 1, "history"),
        is_silent=True,
    )


async def give_evidence(
    session: AsyncSession, point_id: int, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Send the newest pictures and files that show what was done, each with who sent it and when.

    Raises:
        PointGone: it was taken back, or never was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    point, _ = await seen(session, point_id, actor)
    for one in await progress.evidence(session, point_id):
        facts = {"point": point, "shown": one}
        caption = renderer().text("plan/shown.html", language=place.languages[0], **facts)
        send = post.send_photo if one.kind is EvidenceKind.PICTURE else post.send_file
        await send(
            session,
            place,
            {"file_id": one.file_id},
            about=About(EVIDENCE, point_id, 0, EVIDENCE),
            now=now,
            caption=caption,
        )


async def seen(session: AsyncSession, point_id: int, actor: Actor) -> tuple[Point, Group]:
    """Return an action that `actor` may see, and its group.

    Raises:
        PointGone: it was taken back, or never was.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see it.
    """
    point = await queries.one(session, point_id)
    if point is None:
        raise PointGone
    group = await session.get_one(Group, point.group_id)
    roles.require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, point.group_id))
    return point, group


async def lock_meetings(session: AsyncSession, point_id: int, *, now: datetime) -> None:
    """Lock the meetings whose posts show an action, before it is locked itself."""
    point = await session.get(ActionPoint, point_id)
    if point is None:
        return
    group = await session.get_one(Group, point.group_id)
    for meeting in await sittings.open_in(session, point.group_id):
        await locked(session, stored_id(meeting))
    await agenda_views.upcoming(session, group, now=now)


def show(session: AsyncSession, point: ActionPoint, *, now: datetime) -> None:
    """Have everything that shows an action brought up to date before the commit.

    Its meetings are locked (`lock_meetings`).
    """
    group_id = point.group_id

    async def show_meetings(session: AsyncSession) -> None:
        group = await session.get_one(Group, group_id)
        for meeting in await sittings.open_in(session, group_id):
            sitting_posts.show(session, meeting, now=now)
        coming = await agenda_views.upcoming(session, group, now=now)
        if coming is not None:
            await agenda_views.show(session, coming, group, now=now)

    show_card(session, stored_id(point), now=now)
    before_commit(session, f"{PLAN}:{group_id}", show_meetings)


def show_card(session: AsyncSession, point_id: int, *, now: datetime) -> None:
    """Have the cards of an action brought up to date before the commit."""

    async def show(session: AsyncSession) -> None:
        rows = await post.live_messages(session, POINT, point_id)
        point = await queries.one(session, point_id) if rows else None
        if point is None:
            return
        group = await session.get_one(Group, point.group_id)
        facts = await card_facts(session, point, group, now=now)
        for row in rows:
            keyboard = await _card_keyboard(session, point, group, row.chat_id)
            await rewrite(session, row, CARD, facts, keyboard, now=now)

    before_commit(session, f"{POINT}:{point_id}", show)


async def card_facts(
    session: AsyncSession, point: Point, group: Group, *, now: datetime
) -> dict[str, Any]:
    """Return what the card of an action says."""
    changes = await queries.history(session, point.id)
    reasons = [one.reason for one in changes if one.after == point.state and one.reason]
    return {
        "group": group.facts(),
        "point": point,
        "today": wall_time(now, group.zone).date(),
        "reason": reasons[-1] if reasons else "",
        "report": (await progress.latest(session, [point.id])).get(point.id),
    }


async def choices(session: AsyncSession, point_id: int) -> tuple[tuple[Candidate, ...], bool]:
    """Return whom the name may mean by which an action was given, and if several were named."""
    row = await session.get_one(ActionPoint, point_id)
    person = await session.scalar(
        select(col(PointPerson.member_id)).where(col(PointPerson.point_id) == point_id).limit(1)
    )
    if not row.owner_name or row.organisation_id is not None or person is not None:
        return (), False
    known = await actions.around(session, row.group_id)
    found, is_shared = named(row.owner_name, known, renderer().action_words)
    return found[:CHOICES], is_shared


async def organisation_of(session: AsyncSession, group_id: int, actor: Actor) -> int | None:
    """Return the organisation for which somebody is confirmed in a group."""
    if actor.member_id is None:
        return None
    place = await session.get(Membership, (group_id, actor.member_id))
    return place.organisation_id if place is not None and place.is_confirmed else None


async def tapped(
    session: AsyncSession, subject: str, chat_id: int, message_id: int | None
) -> OutboxMessage | None:
    """Return the live message about a kind of subject whose button was tapped, locked."""
    if message_id is None:
        return None
    rows = await session.execute(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == chat_id,
            col(OutboxMessage.message_id) == message_id,
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.is_live),
        )
        .with_for_update()
    )
    return rows.scalar_one_or_none()


async def rewrite(
    session: AsyncSession,
    row: OutboxMessage,
    template: str,
    facts: dict[str, Any],
    keyboard: Keyboard | None,
    *,
    now: datetime,
) -> None:
    """Let a live message, whose kind is its language, say something else."""
    await post.revise(
        session,
        row,
        text=renderer().post(template, languages=(row.kind,), **facts),
        keyboard=post.buttons(keyboard, (row.kind,)),
        now=now,
        expires_at=now + post.REPLIES_EXPIRE,
    )


async def _card_keyboard(
    session: AsyncSession, point: Point, group: Group, chat_id: int
) -> Keyboard:
    """Return the buttons of a card: in private only those that this person may tap."""
    may_change = chat_id < 0
    if not may_change:
        actor = await members.actor(session, chat_id)
        scope = Scope(group.coalition_id, point.group_id)
        may_change = roles.can(actor, Action.RUN_PLAN, scope) or (
            roles.can(actor, Action.SHARE, scope) and await _is_theirs(session, point, actor)
        )
    meant, _ = await choices(session, point.id)
    shown = await progress.count_evidence(session, point.id)
    return keyboards.card(point, meant, may_change=may_change, shown=shown)


async def _is_theirs(session: AsyncSession, point: Point, actor: Actor) -> bool:
    if actor.member_id in {person.member_id for person in point.people} - {None}:
        return True
    own = await organisation_of(session, point.group_id, actor)
    return own is not None and own == point.organisation_id


async def _list(
    session: AsyncSession, view: View, actor: Actor, chat_id: int, *, now: datetime
) -> tuple[dict[str, Any], Keyboard]:
    group = await session.get_one(Group, view.group_id)
    scope = Scope(group.coalition_id, view.group_id)
    roles.require(actor, Action.SEE_MEETINGS, scope)
    today = wall_time(now, group.zone).date()
    organisation_id = await organisation_of(session, view.group_id, actor)
    is_choosing = view.sift is Sift.STREAM and not view.stream_id
    listed = Listed((), 0, view)
    if not is_choosing:
        listed = await queries.listed(session, view, actor, organisation_id, today=today)
    streams = await queries.streams_in(session, view) if is_choosing else ()
    facts = {
        "group": group.facts(),
        "listed": listed,
        "today": today,
        "is_choosing": is_choosing,
        "has_streams": bool(streams),
        "stream": await _stream(session, group, view.stream_id),
    }
    keyboard = keyboards.listed(
        listed,
        streams if is_choosing else None,
        tabs=_tabs(organisation_id) if chat_id > 0 else (),
        meeting_id=await _meeting_to_go_through(session, group, actor),
    )
    return facts, keyboard


def _tabs(organisation_id: int | None) -> tuple[Tab, ...]:
    return (Tab.MINE, Tab.ALL) if organisation_id is None else tuple(Tab)


async def _stream(session: AsyncSession, group: Group, stream_id: int) -> Stream | None:
    row = await session.get(WorkStream, stream_id) if stream_id else None
    if row is None or row.coalition_id != group.coalition_id:
        return None
    return row.facts()


async def _meeting_to_go_through(session: AsyncSession, group: Group, actor: Actor) -> int | None:
    """Return the open meeting of a group that `actor` runs, if any."""
    for meeting in await sittings.open_in(session, stored_id(group)):
        if roles.can(actor, Action.RUN_MEETING, await sittings.scope(session, meeting, group)):
            return stored_id(meeting)
    return None


async def tell_left(session: AsyncSession, group: Group, member_id: int, *, now: datetime) -> None:
    """Tell whoever cares for a group, once, what somebody who left was to do there by name.

    Their organisation stands for it from now on.
    """
    left = await queries.left_alone(session, stored_id(group), member_id)
    if not left:
        return
    person = await session.get_one(Member, member_id)
    facts = {
        "group": group.facts(),
        "person": person.name,
        "points_left": left,
        "today": wall_time(now, group.zone).date(),
    }
    for member in await members.caretakers(session, group, but=member_id):
        await tell(session, member, "plan/left_told.html", facts, now=now)
    for point in left:
        show_card(session, point.id, now=now)
