"""Holding a meeting: /open, /item, [Next], /close."""

from bot.domain import sittings as rules
from bot.domain.agenda import read_item
from bot.domain.dates import wall_time
from bot.domain.presence import is_moment
from bot.domain.roles import Action, Actor, Scope, can, require
from bot.domain.sittings import SittingState
from bot.errors import BotError
from bot.handlers import commands
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.meetings import reading_languages
from bot.handlers.minutes import end_in
from bot.models import Group, Meeting, Sitting
from bot.models.columns import stored_id
from bot.outbox.post import Place
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer
from bot.services import closing, minutes_editor, opening, sitting_items, sittings


async def open_(desk: Desk, incoming: Incoming) -> None:
    """/open — the meeting that is planned for about now begins; an open one is shown anew."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    door = await opening.at_the_door(desk.session, group, now=desk.now)
    if not (door.opened or door.planned or door.closed):
        await _offer_unplanned(desk, incoming, group)
        return
    if not door.is_clear:
        await opening.check_runs_any(desk.session, group, door, actor)
        await _ask_which(desk, incoming, group, door)
        return
    asked_in = await _asked_in(desk, incoming)
    if door.opened:
        await opening.show_anew(
            desk.session, door.opened[0].id, actor, now=desk.now, asked_in=asked_in
        )
        return
    await opening.open_(desk.session, door.planned[0].id, actor, now=desk.now, asked_in=asked_in)


async def _ask_which(desk: Desk, incoming: Incoming, group: Group, door: opening.AtTheDoor) -> None:
    """Ask which meeting is meant; after one that was just closed perhaps a new one."""
    number, actor = stored_id(group), await desk.actor(incoming)
    may_plan = can(actor, Action.PLAN_MEETING, Scope(group.coalition_id, number))
    is_new = bool(door.closed) and not door.planned and may_plan
    await desk.reply(
        incoming,
        "sittings/which.html",
        keyboard=keyboards.doors(
            door.opened,
            door.planned,
            door.closed,
            wall_time(desk.now, group.zone),
            new_in=number if is_new else None,
        ),
        door=door,
        is_new=is_new,
    )


async def _offer_unplanned(desk: Desk, incoming: Incoming, group: Group) -> None:
    """Say that no meeting is planned for about now; whoever may plan one can open one at once."""
    actor, scope = await desk.actor(incoming), Scope(group.coalition_id, stored_id(group))
    require(actor, Action.RUN_MEETING, scope)
    may_plan = can(actor, Action.PLAN_MEETING, scope)
    await desk.reply(
        incoming,
        "sittings/none_planned.html",
        keyboard=keyboards.unplanned(stored_id(group)) if may_plan else None,
        group=group.facts(),
        may_plan=may_plan,
    )


async def _asked_in(desk: Desk, incoming: Incoming) -> Place | None:
    """Return the private chat from which a meeting is run; None if that is the group's."""
    return await desk.place(incoming) if incoming.is_private else None


async def open_tapped(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Open the meeting] under its last reminder, or the meeting that was meant by /open."""
    actor, asked_in = await desk.actor(incoming), await _asked_in(desk, incoming)
    await opening.open_(desk.session, meeting_id, actor, now=desk.now, asked_in=asked_in)
    await desk.toast(incoming)


async def open_now(desk: Desk, incoming: Incoming, group_id: int) -> None:
    """[Open one now], where no meeting was planned."""
    actor, asked_in = await desk.actor(incoming), await _asked_in(desk, incoming)
    await opening.open_unplanned(desk.session, group_id, actor, now=desk.now, asked_in=asked_in)
    await desk.toast(incoming)


async def reopen(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Open again] under a meeting that was closed by mistake, or after /open."""
    actor, asked_in = await desk.actor(incoming), await _asked_in(desk, incoming)
    await opening.reopen(desk.session, meeting_id, actor, now=desk.now, asked_in=asked_in)
    await desk.toast(incoming)


async def board(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A meeting that is open, chosen after /open: it is shown anew."""
    actor, asked_in = await desk.actor(incoming), await _asked_in(desk, incoming)
    await opening.show_anew(desk.session, meeting_id, actor, now=desk.now, asked_in=asked_in)
    await desk.toast(incoming)


async def item(desk: Desk, incoming: Incoming) -> None:
    """/item — on to the next item; `/item 3`, `/item water`, `/item new: Security, 10 min`.

    Where nothing is left, it is asked whether the meeting is over.
    """
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    number = stored_id(meeting)
    if rules.is_new_alone(incoming.text, renderer().agenda_words):
        await commands.ask_words(desk, incoming, "item", number)
        return
    if incoming.text:
        await _to_item(desk, incoming, number, actor)
    elif incoming.is_edit:
        # It went on when it was first written.
        return
    else:
        sitting = await desk.session.get_one(Sitting, number)
        await sitting_items.move_on(desk.session, number, sitting.item_id, actor, now=desk.now)
        if (await sittings.stands(desk.session, number)).is_through:
            place = await desk.place(incoming)
            await closing.offer(desk.session, number, actor, place, now=desk.now)
            return
    await desk.react(incoming, "👍")


async def taken_up(desk: Desk, incoming: Incoming) -> bool:
    """Take `/additem 4`, `/additem new: Security`, or a title on the agenda, for /item.

    So it is meant by whoever runs a meeting that is open; False: it is to be put on the agenda.

    Raises:
        SeveralOpen: it is surely meant so, but not of which meeting.
        NoSuchItem: the agenda has no item of this number.
    """
    new = rules.new_item(incoming.text, renderer().agenda_words)
    is_sure = incoming.text.strip().rstrip(".").isdecimal() or bool(new)
    if not incoming.text or (incoming.is_edit and not is_sure):
        return False
    try:
        meeting = await run_here(desk, incoming)
    except rules.SeveralOpen:
        if is_sure:
            raise
        return False
    if meeting is None:
        return False
    actor = await desk.actor(incoming)
    try:
        await _to_item(desk, incoming, stored_id(meeting), actor)
    except rules.NoSuchItem:
        if is_sure:
            raise
        return False
    await desk.react(incoming, "👍")
    return True


async def run_here(desk: Desk, incoming: Incoming) -> Meeting | None:
    """Return the open meeting that this person runs; None: there is none.

    Raises:
        SeveralOpen: there are more.
    """
    try:
        return await desk.open_meeting(incoming, await desk.actor(incoming), Action.RUN_MEETING)
    except rules.SeveralOpen:
        raise
    except BotError:
        return None


async def _to_item(desk: Desk, incoming: Incoming, meeting_id: int, actor: Actor) -> None:
    """On to the item that is named, or to a new one.

    Raises:
        NoSuchItem: it is none of them, and not said to be new.
    """
    words = renderer().agenda_words
    new = rules.new_item(incoming.text, words)
    if new is None:
        try:
            await sitting_items.go_to(desk.session, meeting_id, incoming.text, actor, now=desk.now)
        except rules.NoSuchItem:
            # "new Security" is new, unless the agenda has it: "new latrines".
            new = rules.new_item(incoming.text, words, needs_colon=False)
            if new is None:
                raise
        else:
            return
    line = read_item(new, words)
    source = (incoming.chat_id, incoming.message_id or 0)
    await sitting_items.add_item(desk.session, meeting_id, line, actor, source=source, now=desk.now)


async def next_(desk: Desk, incoming: Incoming, meeting_id: int, seen: int) -> None:
    """[Next item] in the live post; `seen` is 0 if no item was dealt with."""
    actor = await desk.actor(incoming)
    await sitting_items.move_on(desk.session, meeting_id, seen or None, actor, now=desk.now)
    sitting = await sittings.stands(desk.session, meeting_id)
    await desk.toast(incoming, "sittings/toast_next.txt", sitting=sitting)


async def close(desk: Desk, incoming: Incoming) -> None:
    """/close, `/close 11:30` — the meeting is over; while a vote is not decided, it is asked first.

    Of one that is over already: how it ended and what follows; with a time, its draft says so.
    """
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(
        incoming, actor, Action.RUN_MEETING, afterwards=Action.RUN_MEETING
    )
    number = stored_id(meeting)
    sitting = await sittings.stands(desk.session, number)
    said = _end_said(desk, incoming)
    group = await desk.session.get_one(Group, meeting.group_id)
    languages = reading_languages(actor, group)
    if sitting.state is not SittingState.OPEN:
        if said:
            here = (incoming.chat_id, None)
            await minutes_editor.end(
                desk.session, number, said, actor, languages=languages, message=here, now=desk.now
            )
        ended = await closing.how_closed(desk.session, number, actor, now=desk.now)
        keyboard = keyboards.closed(ended.meeting.id) if ended.can_reopen else None
        await desk.reply(incoming, "sittings/over.html", keyboard=keyboard, ended=ended)
        return
    if await closing.vote_at_stake(desk.session, number):
        place = await desk.place(incoming)
        await closing.ask_before(desk.session, number, actor, place, now=desk.now)
        return
    await closing.close(desk.session, number, actor, now=desk.now, said=said, languages=languages)
    await desk.react(incoming, "👍")


def _end_said(desk: Desk, incoming: Incoming) -> str:
    """Return when somebody says that a meeting ended: "11:30", "it ended at 11:30"; empty: not."""
    now, languages = desk.now.replace(tzinfo=None), renderer().catalogues.languages
    if incoming.text and is_moment(incoming.text, now=now, languages=languages):
        return incoming.text
    return end_in(incoming.text)


async def finish(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Yes, close]: the meeting is over."""
    await closing.close(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "sittings/toast_closed.txt")


async def ask_close(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Close] in the live post; it stands beside [Next].

    Long before the end, and while a vote is open, which would be withdrawn, it is asked first.
    """
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    if await closing.ask_before(desk.session, meeting_id, actor, place, now=desk.now):
        await desk.toast(incoming)
        return
    await finish(desk, incoming, meeting_id)


async def longer(desk: Desk, incoming: Incoming, meeting_id: int, seen: int) -> None:
    """[30 min more] under the question whether it is over."""
    actor = await desk.actor(incoming)
    await closing.go_on(desk.session, meeting_id, seen, actor, now=desk.now)
    await desk.toast(incoming)
