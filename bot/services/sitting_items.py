"""Leading a meeting from item to item."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import sittings as rules
from bot.domain.agenda import DEFAULT_MINUTES, ItemState, Line
from bot.domain.roles import Action, Actor
from bot.models import AgendaItem, Group, Meeting, Sitting, SittingItem
from bot.models.columns import stored_id
from bot.queries import agenda
from bot.queries import sittings as queries
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, sitting_posts, sitting_words, sittings

TWICE = timedelta(minutes=1)
"""Within so long the same new item is the same: a phone with a bad line sends it again."""


async def move_on(
    session: AsyncSession, meeting_id: int, seen: int | None, actor: Actor, *, now: datetime
) -> None:
    """Leave an item for the next one; `seen` is the item that the person saw as the current one.

    Twice is once: whoever taps a moment later has seen what is over already.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    if sitting.item_id != seen:
        return
    coming = await following(session, meeting, sitting.item_id)
    await leave(session, meeting, sitting, now=now)
    await deal_with(session, meeting, sitting, coming, now=now)
    sitting_posts.show(session, meeting, now=now)


async def go_to(
    session: AsyncSession, meeting_id: int, said: str, actor: Actor, *, now: datetime
) -> None:
    """Go on to the item that somebody names by its number or its words; back again is allowed.

    Raises:
        NoSuchItem: there is none, or there are several.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    items = await queries.timed(session, meeting)
    wanted = rules.named_item(items, said, renderer().agenda_words)
    if wanted == sitting.item_id:
        return
    await leave(session, meeting, sitting, now=now)
    await deal_with(session, meeting, sitting, await session.get_one(AgendaItem, wanted), now=now)
    sitting_posts.show(session, meeting, now=now)


async def add_item(
    session: AsyncSession,
    meeting_id: int,
    line: Line,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> None:
    """Put an item on the agenda of a meeting that goes on, and deal with it now.

    The same message brings it once, and corrects it afterwards.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    group = await session.get_one(Group, meeting.group_id)
    item = await agenda.of_message(session, *source)
    if item is not None:
        item.title, item.minutes = line.title, line.minutes or item.minutes
        item.presenter, item.is_off_record = line.presenter, line.is_off_record
        await sitting_words.plan_item(session, meeting, sitting, now=now)
        sitting_posts.show(session, meeting, now=now)
        return
    if await _is_said_twice(session, sitting, line, actor, now=now):
        return
    order = [one.item.id for one in await queries.timed(session, meeting)]
    item = AgendaItem(
        group_id=stored_id(group),
        meeting_id=meeting_id,
        title=line.title,
        minutes=line.minutes or DEFAULT_MINUTES,
        presenter=line.presenter,
        is_off_record=line.is_off_record,
        author_id=actor.member_id,
        source_chat_id=source[0],
        source_message_id=source[1],
        state=ItemState.ACCEPTED,
    )
    session.add(item)
    await session.flush()
    await agenda_sheets.touch(session, meeting, item)
    item.since = item.version
    at = order.index(sitting.item_id) + 1 if sitting.item_id in order else len(order)
    await agenda_sheets.arrange(session, [*order[:at], stored_id(item), *order[at:]])
    await leave(session, meeting, sitting, now=now)
    await deal_with(session, meeting, sitting, item, now=now)
    sitting_posts.show(session, meeting, now=now)


async def _is_said_twice(
    session: AsyncSession, sitting: Sitting, line: Line, actor: Actor, *, now: datetime
) -> bool:
    """Tell whether somebody has just brought the very item that is dealt with."""
    if sitting.item_id is None or sitting.item_since is None:
        return False
    current = await session.get_one(AgendaItem, sitting.item_id)
    is_same = (current.title, current.author_id) == (line.title, actor.member_id)
    return is_same and now - sitting.item_since < TWICE


async def following(
    session: AsyncSession, meeting: Meeting, current: int | None
) -> AgendaItem | None:
    """Return the item that comes after the current one; None if nothing is left."""
    found = rules.next_item(await queries.timed(session, meeting), current)
    return await session.get_one(AgendaItem, found) if found is not None else None


async def leave(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> None:
    """Note how long the current item has taken, and that it was dealt with."""
    if sitting.item_id is None or sitting.item_since is None:
        return
    taken = await session.get(SittingItem, (meeting.id, sitting.item_id))
    if taken is None:
        taken = SittingItem(meeting_id=stored_id(meeting), item_id=sitting.item_id)
        session.add(taken)
    taken.seconds += max(0, int((now - sitting.item_since).total_seconds()))
    taken.is_done = True
    (await session.get_one(AgendaItem, sitting.item_id)).state = ItemState.DONE
    sittings.touch(sitting, now)
    await session.flush()


async def deal_with(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    item: AgendaItem | None,
    *,
    now: datetime,
) -> None:
    """Deal with an item from now on; None: with nothing that stands on the agenda."""
    sitting.item_id, sitting.item_since = (stored_id(item), now) if item else (None, None)
    if item is not None:
        item.state = ItemState.ACCEPTED
        taken = await session.get(SittingItem, (meeting.id, item.id))
        if taken is not None:
            taken.is_done = False
    sittings.touch(sitting, now)
    await session.flush()
    await sitting_words.plan_item(session, meeting, sitting, now=now)
