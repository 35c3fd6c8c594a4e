"""What happens to a group's chat: set up, entered, left, closed, turned into a supergroup."""

from telegram import ChatMember, Update

from bot.domain import names
from bot.domain.groups import MAX_LANGUAGES, Setting, Setup, read_like, read_setup
from bot.domain.roles import Actor, StrangerHere
from bot.flows import engine
from bot.flows.groups import SET_UP, SETTING, alike, ask_for_contact, beginning, said_of
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group
from bot.outbox.post import Place
from bot.queries import coalitions, groups, members
from bot.queries import rolls as queries
from bot.rendering.messages import renderer
from bot.services import groups as services
from bot.services import people, rolls, standing
from bot.services.rolls import group_of

_GONE = {ChatMember.LEFT, ChatMember.BANNED}


async def set_up(desk: Desk, incoming: Incoming) -> None:
    """/setup — set the group up in questions, or show what is set; in one line: say it all."""
    actor = await desk.actor(incoming)
    group = await _to_set_up(desk, incoming, actor)
    await services.check_may(desk.session, actor, group)
    await desk.toast(incoming)
    if incoming.text:
        await _in_one_line(desk, incoming, group)
    elif group is not None:
        place = await desk.place(incoming)
        await services.show_settings(desk.session, group, place, bot=incoming.bot, now=desk.now)
    else:
        talk = await desk.talk(incoming)
        plan = await beginning(talk, title=incoming.chat_title)
        await engine.begin(talk, SET_UP, plan)


async def _to_set_up(desk: Desk, incoming: Incoming, actor: Actor) -> Group | None:
    """Return the group whose settings are meant; None: a new one, also in a further topic.

    A group whose topic was closed or deleted moves to where its lead asks for its settings. Who may
    set up no further group means, in whichever topic, the only one that there is.
    """
    group = await groups.of_topic(desk.session, incoming.chat_id, incoming.thread_id)
    if group is not None:
        return group
    homeless = [
        one
        for one in await groups.in_chat(desk.session, incoming.chat_id)
        if one.is_topic_lost and services.may(actor, one)
    ]
    if len(homeless) == 1 and not incoming.text:
        await standing.settle_in(desk.session, homeless[0], incoming.thread_id)
        return homeless[0]
    if not services.may(actor, None):
        return await groups.meant_in(desk.session, incoming.chat_id, incoming.thread_id)
    return None


async def change(desk: Desk, incoming: Incoming, group_id: int, setting: Setting) -> None:
    """A button with one setting of a group: ask for just that one."""
    actor = await desk.actor(incoming)
    group = await group_of(desk.session, group_id)
    if group.chat_id != incoming.chat_id:
        raise StrangerHere
    await services.check_may(desk.session, actor, group)
    talk = await desk.talk(incoming, group)
    plan = await beginning(talk, title=incoming.chat_title, group=group, only=setting)
    await engine.begin(talk, SETTING, plan, is_anew=True)
    await desk.toast(incoming)


async def _in_one_line(desk: Desk, incoming: Incoming, group: Group | None) -> None:
    words = renderer().setup_words
    like = read_like(incoming.text, words=words)
    if like is not None:
        await _like_another(desk, incoming, group, *like)
        return
    nearby = () if group is None else (group.zone,)
    setup = read_setup(incoming.text, words=words, zones_nearby=nearby)
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    if group is not None:
        before = await queries.of_group(desk.session, group.facts().id)
        await _change(desk, incoming, group, setup)
        after = await queries.of_group(desk.session, group.facts().id)
        if len(after.seats) != len(before.seats):
            # There is somebody new to speak for.
            await rolls.call(desk.session, group, now=desk.now)
        return
    talk = await desk.talk(incoming)
    plan = await beginning(talk, title=incoming.chat_title, said=setup)
    if plan.coalition is None and len(plan.wholes) > 1:
        await engine.begin(talk, SET_UP, plan)
        return
    founded = await services.set_up(desk.session, place, setup, actor, title=plan.title)
    await services.welcome(desk.session, founded, bot=incoming.bot, now=desk.now)
    await ask_for_contact(talk, founded)


async def _like_another(
    desk: Desk, incoming: Incoming, group: Group | None, name: str, model: str
) -> None:
    """`/setup Isiolo; same as Wajir`: a new group is shown before it is set up."""
    talk = await desk.talk(incoming, group)
    plan = await beginning(talk, title=incoming.chat_title, group=group)
    plan = alike(plan, model, name=name or (group.name if group else ""))
    if group is None:
        await engine.begin(talk, SET_UP, plan)
    else:
        await _change(desk, incoming, group, said_of(plan))


async def _change(desk: Desk, incoming: Incoming, group: Group, setup: Setup) -> None:
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    moved = await services.change(desk.session, group, setup, actor, now=desk.now)
    await services.show_settings(
        desk.session, group, place, bot=incoming.bot, now=desk.now, moved=moved
    )


async def standing_changed(desk: Desk, update: Update) -> None:
    """The bot was added, removed, blocked or let back in (`my_chat_member`)."""
    change = update.my_chat_member
    assert change is not None
    chat_id = change.chat.id
    if change.new_chat_member.status in _GONE:
        await standing.lost(desk.session, chat_id, now=desk.now)
        return
    await standing.returned(desk.session, chat_id, now=desk.now)
    was_gone = change.old_chat_member.status in _GONE
    is_group = change.chat.type != "private"
    if is_group and was_gone and not await groups.in_chat(desk.session, chat_id):
        await _greet(desk, chat_id, await members.actor(desk.session, change.from_user.id))


async def _greet(desk: Desk, chat_id: int, adder: Actor) -> None:
    """Say who came into the chat, and what to do next, in languages that are likely read there."""
    mine = await coalitions.open_to(desk.session, adder)
    likely = mine[0] if len(mine) == 1 else await coalitions.the_only_one(desk.session)
    languages = tuple(likely.languages) if likely is not None else ()
    await standing.greet(
        desk.session,
        Place(chat_id, languages or renderer().catalogues.languages[:MAX_LANGUAGES]),
        can_set_up=bool(mine) or adder.is_operator,
        now=desk.now,
    )


async def migrated(desk: Desk, update: Update) -> None:
    """A group became a supergroup: each side of the news names the other."""
    message = update.message
    assert message is not None
    if message.migrate_to_chat_id is not None:
        await services.migrate(desk.session, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await services.migrate(desk.session, message.migrate_from_chat_id, message.chat.id)


async def renamed(desk: Desk, update: Update) -> None:
    """The chat, or a topic of it, is called otherwise now; nobody is bothered with it."""
    message = update.message
    assert message is not None
    thread_id, title = None, message.new_chat_title
    if message.forum_topic_edited is not None:
        thread_id, title = message.message_thread_id, message.forum_topic_edited.name
    if title:
        said = names.clean(title, fallback="")
        await services.follow_title(desk.session, message.chat.id, thread_id, said)


async def someone_left(desk: Desk, update: Update) -> None:
    """Somebody left the chat, or was taken out of it."""
    message = update.message
    assert message is not None
    gone = message.left_chat_member
    if gone is not None and not gone.is_bot:
        for group in await groups.in_chat(desk.session, message.chat.id):
            await people.leave_chat(desk.session, group, gone.id, now=desk.now)


async def someone_came(desk: Desk, update: Update) -> None:
    """People came into the chat; who left it before has their place again."""
    message = update.message
    assert message is not None
    for group in await groups.in_chat(desk.session, message.chat.id):
        for person in message.new_chat_members:
            await people.come_back(desk.session, group, person.id, now=desk.now)


async def topic_changed(desk: Desk, update: Update) -> None:
    """A topic of a forum was closed, or opened again."""
    message = update.message
    assert message is not None
    chat_id, thread_id = message.chat.id, message.message_thread_id
    if message.forum_topic_closed is not None:
        await standing.topic_lost(desk.session, chat_id, thread_id, now=desk.now)
    else:
        await standing.topic_opened(desk.session, chat_id, thread_id)
