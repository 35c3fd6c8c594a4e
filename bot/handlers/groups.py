"""What happens to a group's chat: set up, entered, left, closed, turned into a supergroup."""

from telegram import ChatMember, Update

from bot.domain.groups import read_setup
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.outbox import chats, post
from bot.outbox.post import Place
from bot.queries import groups
from bot.rendering.messages import renderer
from bot.services import groups as services
from bot.services import rolls

_GONE = {ChatMember.LEFT, ChatMember.BANNED}


async def set_up(desk: Desk, incoming: Incoming) -> None:
    """/setup Wajir; Africa/Nairobi; en sw — make this chat the chat of a group."""
    actor = await desk.actor(incoming)
    setup = read_setup(incoming.text, known_languages=renderer().catalogues.languages)
    group = await services.set_up(
        desk.session, await desk.place(incoming), setup, actor, now=desk.now
    )
    await post.say(
        desk.session,
        post.in_group(group.facts()),
        "groups/set_up.html",
        {"group": group.facts(), "example": desk.example_date()},
        now=desk.now,
    )
    await rolls.call(desk.session, group, now=desk.now)


async def standing_changed(desk: Desk, update: Update) -> None:
    """The bot was added, removed, blocked or let back in (`my_chat_member`)."""
    change = update.my_chat_member
    assert change is not None
    chat_id = change.chat.id
    if change.new_chat_member.status in _GONE:
        await chats.close(desk.session, chat_id)
        return
    await chats.reopen(desk.session, chat_id)
    was_gone = change.old_chat_member.status in _GONE
    is_group = change.chat.type != "private"
    if is_group and was_gone and await groups.of_chat(desk.session, chat_id) is None:
        await post.say(
            desk.session,
            Place(chat_id, renderer().catalogues.languages),
            "general/welcome_group.html",
            now=desk.now,
            is_silent=True,
        )


async def migrated(desk: Desk, update: Update) -> None:
    """A group became a supergroup: each side of the news names the other."""
    message = update.message
    assert message is not None
    if message.migrate_to_chat_id is not None:
        await services.migrate(desk.session, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await services.migrate(desk.session, message.migrate_from_chat_id, message.chat.id)
