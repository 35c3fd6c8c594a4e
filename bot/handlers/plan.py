"""The action plan: /actions, the card of one action, /action outside a meeting, the walk."""

from typing import Any

from bot.domain import actions as action_rules
from bot.domain.actions import AmendmentUnclear
from bot.domain.motions import PrivateChatMissing
from bot.domain.notebook import LATELY, EntryOut, NothingToUndo
from bot.domain.plan import (
    ChangeUnreadable,
    Edit,
    ListUnclear,
    Point,
    PointGone,
    PointState,
    PointUnknown,
    Sift,
    Tab,
    View,
    Word,
)
from bot.domain.progress import Answer
from bot.domain.roles import Action
from bot.domain.sittings import NotOpen
from bot.flows import engine
from bot.flows.flow import Words
from bot.flows.plan import EDITS, beginning
from bot.handlers import notebook, progress
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, MessageSubject, Organisation
from bot.models.columns import stored_id
from bot.queries import plan as queries
from bot.rendering.answers import fold
from bot.rendering.messages import renderer
from bot.services import actions, members, plan, plan_made, plan_posts, plan_walk, streams


async def listed(desk: Desk, incoming: Incoming) -> None:
    """/actions — what is to be done; `/actions 12` one of them; `/actions 12 done` changes it."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    number, _, rest = incoming.text.strip().removeprefix("#").partition(" ")
    if number.rstrip(".:").isdecimal():
        await _one(desk, incoming, group, int(number.rstrip(".:")), rest.strip())
        return
    if incoming.text:
        view = await _said_view(desk, incoming, group)
    else:
        view = await plan_posts.begin_view(
            desk.session, group, actor, is_private=incoming.is_private, now=desk.now
        )
    place = await desk.place(incoming)
    if view.tab is not Tab.ALL:
        # What is somebody's own is nothing for the whole group.
        place = await members.nearest(desk.session, actor, place)
        if place.chat_id != actor.telegram_id:
            raise PrivateChatMissing(bot=incoming.bot)
    await plan_posts.put_up_list(desk.session, view, actor, place, now=desk.now)


async def _said_view(desk: Desk, incoming: Incoming, group: Group) -> View:
    """Return what is to be seen behind "/actions overdue", "ours", or the name of a stream.

    Raises:
        ListUnclear: it is none of these.
    """
    group_id, said = stored_id(group), fold(incoming.text)
    if said in _words("list-late"):
        return View(group_id, sift=Sift.LATE)
    if said in _words("list-soon"):
        return View(group_id, sift=Sift.SOON)
    for tab in Tab:
        if said in _words(f"list-{tab}"):
            return View(group_id, tab)
    actor = await desk.actor(incoming)
    own_id = await plan_posts.organisation_of(desk.session, group_id, actor)
    own = await desk.session.get(Organisation, own_id or 0)
    if own is not None and fold(own.name) == said:
        return View(group_id, Tab.OURS)
    stream_id = await streams.meant(
        desk.session, group.coalition_id, incoming.text.removeprefix("#").strip()
    )
    if stream_id is None:
        raise ListUnclear(said=incoming.text)
    return View(group_id, sift=Sift.STREAM, stream_id=stream_id)


def _words(control: str) -> set[tuple[str, ...]]:
    return {fold(known) for known in renderer().control_words(control)}


async def turned(desk: Desk, incoming: Incoming, group_id: int, tab: Tab, *shown: Any) -> None:
    """A tap under a list of actions: whose; which, of which stream, and what page."""
    sift, stream_id, page = shown
    if await desk.session.get(Group, group_id) is None:
        raise PointGone
    await plan_posts.turn_list(
        desk.session,
        View(group_id, tab, sift, stream_id, page),
        await desk.actor(incoming),
        await desk.place(incoming),
        incoming.message_id,
        now=desk.now,
    )
    await desk.toast(incoming)


async def card(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """[12] under a list: the card of the action."""
    await plan_posts.put_up_card(
        desk.session,
        point_id,
        await desk.actor(incoming),
        await desk.place(incoming),
        now=desk.now,
    )
    await desk.toast(incoming)


async def stated(desk: Desk, incoming: Incoming, point_id: int, state: PointState) -> None:
    """[Done], [Going on] or [Open again] under a card."""
    actor = await desk.actor(incoming)
    await plan.set_state(desk.session, point_id, state, actor, now=desk.now)
    await desk.toast(incoming, "plan/toast_state.txt", state=state)


async def edited(
    desk: Desk, incoming: Incoming, point_id: int, edit: Edit, meeting_id: int
) -> None:
    """[Adapt], [Drop], [Other date] or [Give to]: it is asked for the rest."""
    actor = await desk.actor(incoming)
    await plan.still_open(
        desk.session, point_id, actor, meeting_id=meeting_id or None, now=desk.now
    )
    await _ask(desk, incoming, point_id, edit, meeting_id)
    await desk.toast(incoming)


async def owner_tapped(
    desk: Desk, incoming: Incoming, point_id: int, member_id: int, organisation_id: int
) -> None:
    """A tap on one of those whom a name may mean."""
    actor = await desk.actor(incoming)
    point, _ = await plan_posts.seen(desk.session, point_id, actor)
    known = await actions.around(desk.session, point.group_id)
    chosen = [
        one
        for one in known.candidates
        if (one.member_id or 0) == member_id
        and (member_id or one.organisation_id == organisation_id)
    ]
    if not chosen:
        raise PointGone
    await plan_made.answers(desk.session, point_id, chosen[0], actor, now=desk.now)
    await plan_made.show(desk.session, point_id, now=desk.now)
    await desk.toast(incoming)


async def history(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """[History]: everything that became of an action."""
    await plan_posts.history(
        desk.session,
        point_id,
        await desk.actor(incoming),
        await desk.place(incoming),
        now=desk.now,
    )
    await desk.toast(incoming)


async def evidence(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """[📎]: the pictures and files that show what was done, in private."""
    actor, here = await desk.actor(incoming), await desk.place(incoming)
    place = await members.nearest(desk.session, actor, here)
    if place.chat_id != actor.telegram_id:
        raise PrivateChatMissing(bot=incoming.bot)
    await plan_posts.give_evidence(desk.session, point_id, actor, place, now=desk.now)
    await desk.toast(incoming, "plan/toast_shown.txt")


async def walked(desk: Desk, incoming: Incoming, meeting_id: int, left: int) -> None:
    """[Go through the actions] in a meeting, and [Next] under each."""
    await plan_walk.step(
        desk.session,
        meeting_id,
        left,
        await desk.actor(incoming),
        await desk.place(incoming),
        message_id=incoming.message_id,
        now=desk.now,
    )
    await desk.toast(incoming)


async def walk_stated(
    desk: Desk, incoming: Incoming, meeting_id: int, point_id: int, state: PointState
) -> None:
    """[Done] or [Going on] while a meeting goes through the actions."""
    await plan_walk.note_state(
        desk.session,
        meeting_id,
        point_id,
        state,
        await desk.actor(incoming),
        place=await desk.place(incoming),
        message_id=incoming.message_id,
        now=desk.now,
    )
    await desk.toast(incoming, "plan/toast_state.txt", state=state)


async def action(desk: Desk, incoming: Incoming) -> None:
    """/action — in a meeting into its notebook, otherwise straight into the plan."""
    source = (incoming.chat_id, incoming.message_id or 0)
    known = await queries.of_message(desk.session, *source)
    if known is not None:
        await _correct(desk, incoming, stored_id(known))
        return
    try:
        await notebook.action(desk, incoming)
    except NotOpen:
        await _make(desk, incoming)


async def undo(desk: Desk, incoming: Incoming) -> None:
    """/undo — what one wrote down last, in a meeting or straight into the plan."""
    actor = await desk.actor(incoming)
    if incoming.is_edit:
        return
    meant = await _replied_to(desk, incoming)
    if meant is None:
        try:
            await notebook.undo(desk, incoming)
        except (NotOpen, EntryOut, NothingToUndo) as refused:
            since = desk.now - LATELY
            meant = await queries.last_made(desk.session, actor.member_id or 0, since)
            if meant is None and isinstance(refused, NotOpen):
                # That none is open says nothing to whoever wants to take something back.
                raise NothingToUndo(is_open=False) from refused
            if meant is None:
                raise
        else:
            return
    point = await plan_made.take_back(desk.session, meant, actor, now=desk.now)
    await desk.reply(incoming, "notebook/undone.html", entry=point.as_line)


async def undo_tapped(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """[Take back] under an action that a command wrote down."""
    await plan_made.take_back(desk.session, point_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "notebook/toast_undone.txt")


async def amended(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """A reply to how an action was understood: who does it, until when, or back with it."""
    if incoming.file is not None:
        await progress.replied(desk, incoming, point_id)
        return
    actor = await desk.actor(incoming)
    if action_rules.is_undo(incoming.text, renderer().action_words):
        await plan_made.take_back(desk.session, point_id, actor, now=desk.now)
        await desk.react(incoming, "👌")
        return
    if not incoming.is_private and renderer().answer_in(incoming.text) is not None:
        return
    try:
        await plan_made.amend(desk.session, point_id, incoming.text, actor, now=desk.now)
    except AmendmentUnclear:
        # Neither a name nor a day: then it says how the action goes.
        await progress.replied(desk, incoming, point_id)
        return
    await desk.react(incoming, "👌")


async def entry_replied(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """A reply to an action that a meeting wrote down, as if it stood in the plan by itself.

    Until the minutes are out words mend what was written down; from then on they are about what
    becomes of it.
    """
    point = await queries.of_entry(desk.session, entry_id)
    if incoming.file is not None:
        if point is not None:
            await progress.replied(desk, incoming, stored_id(point))
        return
    try:
        await notebook.replied(desk, incoming, entry_id)
    except EntryOut:
        is_undo = action_rules.is_undo(incoming.text, renderer().action_words)
        if point is None or is_undo:
            raise
        await amended(desk, incoming, stored_id(point))


async def _make(desk: Desk, incoming: Incoming) -> None:
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SHARE)
    said = await notebook.what_was_said(desk, incoming)
    if not (said.text or said.quoted):
        # Alone it is what people try who want to see what there is: "/kazi", work.
        await listed(desk, incoming)
        return
    point_id, unclear = await plan_made.make(desk.session, group, said, actor, now=desk.now)
    await plan_made.echo(
        desk.session, point_id, await desk.place(incoming), unclear=unclear, now=desk.now
    )


async def _correct(desk: Desk, incoming: Incoming, point_id: int) -> None:
    actor, said = await desk.actor(incoming), await notebook.what_was_said(desk, incoming)
    unclear = await plan_made.correct(desk.session, point_id, said, actor, now=desk.now)
    await plan_made.show(desk.session, point_id, unclear=unclear, now=desk.now)
    await desk.react(incoming, "👌")


async def _replied_to(desk: Desk, incoming: Incoming) -> int | None:
    """Return the action that no meeting gave out, and that a reply is about."""
    if incoming.replies_to is None:
        return None
    source = (incoming.chat_id, incoming.replies_to)
    subject = await desk.session.get(MessageSubject, source)
    if subject is not None and subject.subject == plan_made.MADE:
        return subject.subject_id
    made = await queries.of_message(desk.session, *source)
    return made.id if made is not None else None


async def _one(desk: Desk, incoming: Incoming, group: Group, number: int, text: str) -> None:
    """Show, or change in one line, the action that people call by a number.

    Raises:
        PointUnknown, ChangeUnreadable: there is none, or nothing can be done with these words.
    """
    point = await queries.numbered(desk.session, stored_id(group), number)
    if point is None:
        raise PointUnknown(number=number)
    if not text:
        await card(desk, incoming, point.id)
    elif not incoming.is_edit:
        await _change(desk, incoming, point, text)


async def _change(desk: Desk, incoming: Incoming, point: Point, text: str) -> None:
    actor, session, now = await desk.actor(incoming), desk.session, desk.now
    word, rest = _meant(text)
    match word:
        case Word.DONE | Word.GOING_ON:
            state = PointState.DONE if word is Word.DONE else PointState.IN_PROGRESS
            await plan.set_state(session, point.id, state, actor, now=now)
            await desk.react(incoming, "🎉" if word is Word.DONE else "👍")
        case Word.STREAM:
            await plan.sort_anew(session, point.id, rest, actor, now=now)
            await desk.react(incoming, "👍")
        case Word.SUPPORT:
            await plan.still_open(session, point.id, actor, now=now)
            await progress.asked_more(desk, incoming, point, Answer.HELP, rest)
        case _:
            await plan.still_open(session, point.id, actor, now=now)
            await _ask_in_one_line(desk, incoming, point, word, rest)


async def _ask_in_one_line(
    desk: Desk, incoming: Incoming, point: Point, word: Word | None, text: str
) -> None:
    """Take what stands in the line as the answers; ask only for what is missing.

    Raises:
        ChangeUnreadable: it is neither a name nor a day.
    """
    edit = {Word.ADAPT: Edit.ADAPT, Word.DROP: Edit.DROP, Word.GIVE: Edit.GIVE}.get(
        word or Word.DONE
    )
    group = await desk.session.get_one(Group, point.group_id)
    if edit is None:
        edit = await _day_or_name(desk, group, text, number=point.number)
    talk = await desk.talk(incoming, group)
    state, flow = await beginning(talk, point, edit), EDITS[edit]
    if text:
        state = flow.steps[0].take(state, Words(text), talk.scene)
    await engine.begin(talk, flow, state, is_anew=True)


async def _day_or_name(desk: Desk, group: Group, text: str, *, number: int) -> Edit:
    try:
        # Who says so does not matter here: it is read again by whoever asks.
        reading = await actions.amended(desk.session, group, None, text, speaker=None, now=desk.now)
    except AmendmentUnclear:
        if action_rules.timeline(text, renderer().action_words):
            return Edit.DUE
        raise ChangeUnreadable(number=number) from None
    return Edit.DUE if reading.due or reading.unclear else Edit.GIVE


def _meant(text: str) -> tuple[Word | None, str]:
    """Return what is to be done with an action, and the words behind that."""
    parts = text.split()
    for length in range(min(len(parts), 3), 0, -1):
        said = fold(" ".join(parts[:length]).rstrip(":"))
        for word in Word:
            if said in {fold(known) for known in renderer().plan_words(word)}:
                return word, " ".join(parts[length:])
    return None, text


async def _ask(desk: Desk, incoming: Incoming, point_id: int, edit: Edit, meeting_id: int) -> None:
    point, group = await plan_posts.seen(desk.session, point_id, await desk.actor(incoming))
    talk = await desk.talk(incoming, group)
    state = await beginning(talk, point, edit, meeting_id)
    await engine.begin(talk, EDITS[edit], state, is_anew=True)
