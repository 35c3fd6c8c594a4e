"""What people send about the agenda: items, what a lead decides, and whose turn it is."""

from dataclasses import replace
from typing import Any

from bot.domain import agenda as rules
from bot.domain.agenda import ItemGone, ItemUnreadable, Outcome
from bot.domain.attendance import Answer
from bot.domain.facilitation import TurnUnclear
from bot.domain.meetings import MeetingUnknown
from bot.domain.roles import Action, Scope, can, require
from bot.domain.sittings import SeveralOpen
from bot.flows import engine
from bot.flows.agenda import ADD, USUAL, NewItem, Usual
from bot.flows.flow import NotYourQuestion
from bot.handlers import sittings
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import AgendaItem, Group, Meeting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import agenda as queries
from bot.queries import facilitation as facilitation_queries
from bot.queries import sittings as sitting_queries
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import agenda, agenda_views, facilitation, meeting_posts, turns
from bot.services import agenda_editor as editor

SHOWN = 8
"""Items that wait for a meeting, shown at a time: a phone's screen."""


async def show(desk: Desk, incoming: Incoming) -> None:
    """/agenda — the next meeting's agenda; `/agenda template: …` says what stands on every one.

    `/agenda template` alone asks for it, step by step.
    """
    actor = await desk.actor(incoming)
    if rules.is_template(incoming.text, renderer().agenda_words):
        await _ask_usual(desk, incoming, await desk.group_for(incoming, actor, Action.EDIT_AGENDA))
        return
    said = rules.template_line(incoming.text, renderer().agenda_words)
    if said is not None:
        group = await desk.group_for(incoming, actor, Action.EDIT_AGENDA)
        await _set_template(desk, incoming, group, said)
        return
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    place = await desk.place(incoming)
    scope = Scope(group.coalition_id, stored_id(group))
    if incoming.is_private and can(actor, Action.EDIT_AGENDA, scope):
        meeting = await agenda_views.upcoming(desk.session, group, now=desk.now)
        if meeting is not None:
            number = stored_id(meeting)
            await editor.open_editor(desk.session, number, actor, place, now=desk.now)
            return
    if not incoming.is_private:
        place = replace(post.in_group(group.facts()), reply_to=incoming.message_id)
    if not await agenda.post_agenda(desk.session, group, place, now=desk.now):
        await desk.reply(incoming, "agenda/none.html", **await _waiting(desk, stored_id(group)))


async def usual(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Every agenda] in an editor: what stands on every agenda is asked, step by step."""
    meeting = await desk.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingUnknown
    group = await desk.session.get_one(Group, meeting.group_id)
    scope = Scope(group.coalition_id, stored_id(group))
    require(await desk.actor(incoming), Action.EDIT_AGENDA, scope)
    await _ask_usual(desk, incoming, group)
    await desk.toast(incoming)


async def _ask_usual(desk: Desk, incoming: Incoming, group: Group) -> None:
    await engine.begin(await desk.talk(incoming, group), USUAL, Usual(group.agenda_template))


async def _waiting(desk: Desk, group_id: int) -> dict[str, Any]:
    """Return what waits for a meeting that nobody has planned yet."""
    count = await queries.count_leftovers(desk.session, group_id, None, now=desk.now)
    rows = await queries.leftovers(desk.session, group_id, None, now=desk.now, limit=SHOWN)
    return {"waiting": await queries.as_shown(desk.session, rows), "count": count}


async def add(desk: Desk, incoming: Incoming) -> None:
    """/additem Water trucks, 20 min — one line, or step by step."""
    actor = await desk.actor(incoming)
    if await sittings.taken_up(desk, incoming):
        return
    if incoming.is_edit and await _corrected(desk, incoming):
        return
    group = await desk.group_for(incoming, actor, Action.ADD_ITEM)
    if not incoming.text:
        await engine.begin(await desk.talk(incoming, group), ADD, NewItem())
        return
    await _add(desk, incoming, group)


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to an agenda is an item if it says how long; otherwise the person is asked.

    People talk to each other there, too: what only thanks, or answers, is left alone.
    """
    if incoming.is_edit and await _corrected(desk, incoming):
        return
    if await _answered_turn(desk, incoming, meeting_id):
        return
    if rules.is_surely_item(incoming.text, renderer().agenda_words):
        await _add_to(desk, incoming, meeting_id)
    elif not _is_talk(incoming.text):
        place = replace(await desk.place(incoming), reply_to=incoming.message_id)
        await agenda.ask_whether_item(desk.session, meeting_id, place, now=desk.now)


async def overheard(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Take a reply to an invitation, which bears the agenda, for an item if it surely is one.

    "We do it" is for the turn of an organisation, whose buttons stand there, too.
    """
    if incoming.is_edit and await _corrected(desk, incoming):
        return True
    if await _answered_turn(desk, incoming, meeting_id):
        return True
    is_about_coming = renderer().answer_words.is_mentioned(incoming.text)
    if is_about_coming or not rules.is_surely_item(incoming.text, renderer().agenda_words):
        return False
    await _add_to(desk, incoming, meeting_id)
    return True


async def bring(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Put it on the agenda] under the question whether a reply was meant as an item."""
    actor, said = await desk.actor(incoming), incoming.quoted
    if said is None:
        raise ItemUnreadable
    if said.sender_id != actor.telegram_id:
        raise NotYourQuestion
    known = await queries.of_message(desk.session, incoming.chat_id, said.message_id)
    if known is None:
        meeting = await meeting_posts.locked(desk.session, meeting_id)
        added = await agenda.add(
            desk.session,
            await desk.session.get_one(Group, meeting.group_id),
            rules.read_item(said.text, renderer().agenda_words),
            actor,
            now=desk.now,
            source=(incoming.chat_id, said.message_id),
            meeting_id=meeting_id,
        )
        message, language = (incoming.chat_id, incoming.message_id), await desk.language(incoming)
        await agenda.show_brought(
            desk.session, meeting_id, message, added, language=language, now=desk.now
        )
    await desk.toast(incoming)


async def withdraw(desk: Desk, incoming: Incoming, item_id: int) -> None:
    """[Take it back] under an item that one brought."""
    actor = await desk.actor(incoming)
    item, _ = await agenda.withdraw(desk.session, item_id, actor, now=desk.now)
    await desk.toast(incoming, "agenda/toast_withdrawn.txt", item=item)


async def item_replied(desk: Desk, incoming: Incoming, item_id: int) -> None:
    """A reply to one's own item: it is taken back, or said anew."""
    actor = await desk.actor(incoming)
    if rules.is_withdrawal(incoming.text, renderer().agenda_words):
        await agenda.withdraw(desk.session, item_id, actor, now=desk.now)
        await desk.react(incoming, "👌")
        return
    if _is_talk(incoming.text):
        return
    row = await desk.session.get(AgendaItem, item_id)
    if row is None:
        raise ItemGone
    line = rules.reworded(row.facts(), incoming.text, renderer().agenda_words)
    await agenda.correct(desk.session, row, line, actor, now=desk.now)
    await desk.react(incoming, "👌")


async def retyped(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to an editor: other words for the item that is open in it, or a new item."""
    actor = await desk.actor(incoming)
    message = (incoming.chat_id, incoming.replies_to)
    item_id = await editor.opened_in(desk.session, meeting_id, message)
    if not item_id:
        await replied(desk, incoming, meeting_id)
        return
    if rules.is_withdrawal(incoming.text, renderer().agenda_words):
        await editor.take_off(
            desk.session, meeting_id, item_id, actor, message=message, now=desk.now
        )
        await desk.react(incoming, "👌")
        return
    await editor.reword(desk.session, meeting_id, item_id, incoming.text, actor, now=desk.now)
    await desk.react(incoming, "👌")


async def open_editor(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Edit] under an agenda: for a lead."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    is_private = await editor.open_editor(desk.session, meeting_id, actor, place, now=desk.now)
    shown = is_private and not incoming.is_private
    await desk.toast(incoming, "agenda/toast_editor.txt", is_private=shown)


async def edit(desk: Desk, incoming: Incoming, meeting_id: int, *carried: Any) -> None:
    """A button of the editor; what it carries besides stands in `Tapped`, in its order."""
    outcome = await editor.edit(
        desk.session,
        meeting_id,
        editor.Tapped(*carried),
        await desk.actor(incoming),
        message=(incoming.chat_id, incoming.message_id),
        now=desk.now,
    )
    if outcome is Outcome.DONE:
        await desk.toast(incoming)
    else:
        await desk.toast(incoming, "agenda/toast_changed.txt", outcome=outcome)


async def answer_turn(desk: Desk, incoming: Incoming, meeting_id: int, *, is_taken: bool) -> None:
    """[We do it] or [Pass on]: for the people of an organisation whose turn it is."""
    actor = await desk.actor(incoming)
    answered = await facilitation.answer(
        desk.session, meeting_id, actor, is_taken=is_taken, now=desk.now
    )
    await desk.toast(
        incoming,
        "agenda/toast_turn.txt",
        is_taken=is_taken,
        duty=answered.duty,
        next_name=answered.next_name,
    )


async def turn_replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to the private question whether an organisation takes its turn."""
    answers = {Answer.COMING: True, Answer.CANNOT: False}
    is_taken = rules.says_turn(incoming.text, renderer().agenda_words)
    if is_taken is None:
        answer = renderer().answer_in(incoming.text)
        is_taken = answers.get(answer) if answer is not None else None
    if is_taken is None:
        raise TurnUnclear
    await _say_turn(desk, incoming, meeting_id, is_taken=is_taken)


async def _answered_turn(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Take "we do it" under a post for the turn of the person's organisation, if it has one."""
    is_taken = rules.says_turn(incoming.text, renderer().agenda_words)
    actor = await desk.actor(incoming)
    if is_taken is None or not await facilitation.has_turn(desk.session, meeting_id, actor):
        return False
    await _say_turn(desk, incoming, meeting_id, is_taken=is_taken)
    return True


async def _say_turn(desk: Desk, incoming: Incoming, meeting_id: int, *, is_taken: bool) -> None:
    actor = await desk.actor(incoming)
    await facilitation.answer(desk.session, meeting_id, actor, is_taken=is_taken, now=desk.now)
    await desk.react(incoming, "👍" if is_taken else "👌")


async def turn_tapped(desk: Desk, incoming: Incoming, meeting_id: int, said: str) -> None:
    """Read which of the two buttons of a turn it was."""
    await answer_turn(desk, incoming, meeting_id, is_taken=said == "take")


async def facilitator(desk: Desk, incoming: Incoming) -> None:
    """/facilitator — whose turn it is; a lead says whose, with its name or by a button.

    `/facilitator notes Amina` says who takes the notes. After a meeting it is told who led it, or
    took notes, if nobody said so.
    """
    actor = await desk.actor(incoming)
    action = Action.EDIT_AGENDA if incoming.text else Action.SEE_MEETINGS
    named = incoming.meeting_id or await desk.meeting_replied_to(incoming)
    if named is not None:
        group_id = (await desk.session.get_one(Meeting, named)).group_id
        incoming = replace(incoming, group_id=group_id)
    group = await desk.group_for(incoming, actor, action)
    meeting = await facilitation.meant(
        desk.session, group, incoming.text, named=named, now=desk.now
    )
    if meeting is None:
        await desk.reply(incoming, "agenda/none.html", **await _waiting(desk, stored_id(group)))
        return
    if incoming.text:
        await facilitation.appoint(desk.session, meeting, incoming.text, actor, now=desk.now)
    if not await sitting_queries.has_begun(desk.session, stored_id(meeting)):
        await turns.propose(desk.session, meeting)
    number, place = stored_id(meeting), await desk.place(incoming)
    holders = await facilitation_queries.holders(desk.session, number)
    can_choose = can(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    able = await facilitation_queries.able(desk.session, stored_id(group))
    await post.say(
        desk.session,
        place,
        "agenda/turns.html",
        await turns.said(desk.session, meeting, group)
        | {"can_choose": can_choose and len(able) > 1},
        now=desk.now,
        about=About(turns.LEADERS, number, meeting.version, place.languages[0])
        if can_choose
        else None,
        keyboard=keyboards.leaders(number, able, holders) if can_choose else None,
        is_live=can_choose,
        is_silent=True,
    )


async def leader_chosen(
    desk: Desk, incoming: Incoming, meeting_id: int, organisation_id: int
) -> None:
    """A tap on an organisation under /facilitator: it is to lead the meeting."""
    actor = await desk.actor(incoming)
    holder = await facilitation.choose(
        desk.session, meeting_id, organisation_id, actor, now=desk.now
    )
    await desk.toast(incoming, "agenda/toast_leader.txt", name=holder.name)


async def _add(
    desk: Desk, incoming: Incoming, group: Group, *, meeting_id: int | None = None
) -> None:
    line = rules.read_item(incoming.text, renderer().agenda_words)
    added = await agenda.add(
        desk.session,
        group,
        line,
        await desk.actor(incoming),
        now=desk.now,
        source=(incoming.chat_id, incoming.message_id or 0),
        meeting_id=meeting_id,
    )
    await desk.react(incoming, "👍")
    # In a group the agenda itself shows what was understood.
    if incoming.is_private or added.meeting is None or await _runs_one(desk, incoming):
        await desk.reply(
            incoming,
            "agenda/added.html",
            about=About(agenda.ITEM, added.item.id, 1, "added"),
            keyboard=keyboards.own_item(added.item.id),
            item=added.item,
            meeting=added.meeting,
            is_correctable=True,
            is_held=await _runs_one(desk, incoming),
        )


async def _runs_one(desk: Desk, incoming: Incoming) -> bool:
    """Tell whether the person runs a meeting that is open, and so may want to deal with it now."""
    try:
        return await sittings.run_here(desk, incoming) is not None
    except SeveralOpen:
        return True


async def _add_to(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    meeting = await meeting_posts.locked(desk.session, meeting_id)
    group = await desk.session.get_one(Group, meeting.group_id)
    await _add(desk, incoming, group, meeting_id=meeting_id)


async def _corrected(desk: Desk, incoming: Incoming) -> bool:
    """Take the correction of an item; False if the message had brought none."""
    item = await queries.of_message(desk.session, incoming.chat_id, incoming.message_id or 0)
    if item is None:
        return False
    if rules.is_withdrawal(incoming.text, renderer().agenda_words):
        actor = await desk.actor(incoming)
        await agenda.withdraw(desk.session, stored_id(item), actor, now=desk.now)
        await desk.react(incoming, "👌")
        return True
    line = rules.read_item(incoming.text, renderer().agenda_words)
    await agenda.correct(desk.session, item, line, await desk.actor(incoming), now=desk.now)
    await desk.react(incoming, "👌")
    return True


async def _set_template(desk: Desk, incoming: Incoming, group: Group, said: str) -> None:
    actor = await desk.actor(incoming)
    template = await agenda.set_template(desk.session, group, said, actor)
    await desk.reply(incoming, "agenda/template.html", lines=template.items, note=template.note)


def _is_talk(text: str) -> bool:
    """Tell whether a reply is meant for people: thanks, an answer."""
    is_thanks = rules.is_thanks(text, renderer().agenda_words)
    return is_thanks or renderer().answer_in(text) is not None
