"""What people do in a small Telegram, and what of it the bot is told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.playground import attachments, objects, text
from bot.playground.state import (
    GENERAL,
    SUPERGROUP_IDS,
    BotPlace,
    Chat,
    ChatKind,
    Json,
    Message,
    Origin,
    Tap,
    Toast,
    Topic,
    User,
    Why,
)
from bot.playground.updates import KEPT_FOR, TAP_KEPT_FOR
from bot.playground.world import World


class Impossible(ValueError):
    """A person cannot do this in Telegram (write where they are not a member, tap what is gone)."""

    def __init__(self, reason: str, why: Why = Why.OTHER) -> None:
        """Say it in English for whoever reads the code, and in a word for the page."""
        super().__init__(reason)
        self.why = why


def _cannot(reason: str, why: Why = Why.OTHER) -> NoReturn:
    raise Impossible(reason, why)


def _check_length(words: str, *, is_caption: bool) -> None:
    most = text.CAPTION_LIMIT if is_caption else text.TEXT_LIMIT
    if text.utf16_length(words) > most:
        _cannot(f"these words have at most {most} characters", Why.TEXT_TOO_LONG)


def _check_open(chat: Chat, topic: int | None) -> None:
    """Refuse to write in a topic that is closed or does not exist."""
    stands_in = chat.topics.get(topic or GENERAL)
    if (topic is not None or chat.is_forum) and (stands_in is None or stands_in.is_closed):
        _cannot("there is no such topic, or it is closed", Why.TOPIC_CLOSED)


@dataclass(frozen=True)
class _Attached:
    """What goes with a message: its kind, how its object is made of a file's id, what it holds."""

    kind: str
    make: Callable[[str], Any]
    content: bytes


_FIELDS = {"photo": "photo", "voice": "voice", "file": "document"}


class People(World):
    """The hands of everybody but the bot."""

    def write(
        self,
        user_id: int,
        chat_id: int,
        words: str,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Send a text as a person and return the number of the message.

        Writing in private starts the chat with the bot, and from then on the bot may write. A
        reply stands in the topic of what it answers.
        """
        chat = self._begun(user_id, chat_id)
        return self._post(chat, self.user(user_id), words, reply_to=reply_to, topic=topic).id

    def send_sticker(
        self, user_id: int, chat_id: int, emoji: str, *, reply_to: int | None = None
    ) -> int:
        """Send a sticker as a person and return the number of the message: it has no words."""
        chat = self._open_to(user_id, chat_id)
        sticker = objects.sticker_object(emoji)
        return self._post(chat, self.user(user_id), "", sticker=sticker, reply_to=reply_to).id

    def send_photo(
        self,
        user_id: int,
        chat_id: int,
        content: bytes,
        *,
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Send a picture as a person and return the number of the message."""
        if problem := attachments.photo_problem(content):
            _cannot(*problem)
        what = _Attached("photo", lambda key: attachments.photo_object(key, content), content)
        return self._attach((user_id, chat_id), what, caption, reply_to=reply_to, topic=topic)

    def send_voice(
        self,
        user_id: int,
        chat_id: int,
        content: bytes,
        *,
        seconds: int,
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Send a voice note as a person and return the number of the message."""
        if content and not str(attachments.media_type(content)).startswith("audio/"):
            _cannot("this is no sound (Ogg, WebM, MP3, MP4, WAV)", Why.FILE_UNREADABLE)
        what = _Attached(
            "voice", lambda key: attachments.voice_object(key, content, seconds), content
        )
        return self._attach((user_id, chat_id), what, caption, reply_to=reply_to, topic=topic)

    def send_document(
        self,
        user_id: int,
        chat_id: int,
        content: bytes,
        *,
        name: str,
        kind: str = "application/octet-stream",
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Send a file as a person and return the number of the message."""
        what = _Attached(
            "file",
            lambda key: attachments.document_object(key, content, name=name, kind=kind),
            content,
        )
        return self._attach((user_id, chat_id), what, caption, reply_to=reply_to, topic=topic)

    def _attach(
        self,
        place: tuple[int, int],
        what: "_Attached",
        caption: str,
        *,
        reply_to: int | None,
        topic: int | None,
    ) -> int:
        if not what.content:
            _cannot("a file holds something", Why.FILE_EMPTY)
        if len(what.content) > attachments.FILE_BYTES:
            _cannot("a file has at most 50 MB", Why.FILE_TOO_BIG)
        chat = self._begun(*place)
        author = self.user(place[0])
        return self._post(chat, author, caption, attached=what, reply_to=reply_to, topic=topic).id

    def forward(self, user_id: int, chat_id: int, message_id: int, *, to: int) -> int:
        """Pass a message on to another chat (or to the same) and return the number of the copy.

        The copy is the person's, and says who wrote it first. In a forum it stands in the general
        topic.
        """
        message = self.message(self._open_to(user_id, chat_id).id, message_id)
        if message is None or message.service.keys() - {"sticker"}:
            _cannot("there is no such message to be passed on")
        if message.is_protected:
            _cannot("a protected message cannot be passed on")
        chat = self._begun(user_id, to)
        _check_open(chat, None)
        first = Origin(message.author_id, message.author, message.unix_time, message.sender_chat)
        # What was passed on twice is still of whoever wrote it.
        copy = self._new_message(chat, self.user(user_id), origin=message.origin or first)
        copy.text, copy.entities = message.text, list(message.entities)
        copy.service, copy.link_preview_options = message.service, message.link_preview_options
        copy.document, copy.photo, copy.voice = message.document, message.photo, message.voice
        if all("url" in button for row in message.keyboard for button in row):
            # Buttons that lead somewhere go along; what the bot would have to answer does not.
            copy.keyboard = message.keyboard
        return self._arrive(chat, copy).id

    def edit(self, user_id: int, chat_id: int, message_id: int, words: str) -> None:
        """Change a person's own text; the bot is told as far as it may see the message."""
        self._rewrite(self._open_to(user_id, chat_id), user_id, message_id, words)

    def _rewrite(self, chat: Chat, author_id: int, message_id: int, words: str) -> None:
        message = self.message(chat.id, message_id)
        if message is None or message.author_id != author_id or message.origin is not None:
            _cannot("only what one wrote oneself can be edited")
        _check_length(words, is_caption=bool(message.attached))
        message.text, message.entities = words, text.find(words)
        message.edited_at = self._unix_time()
        self._keep_message(message)
        if self._bot_sees(chat, message):
            self._tell("edited_message", self.message_object(message))
        self._done()

    def delete(self, chat_id: int, message_id: int) -> None:
        """Take a message away, as an administrator can; the bot is not told."""
        message = self.message(chat_id, message_id)
        if message is None:
            _cannot("there is no such message")
        self._forget(message)
        self._done()

    def tap(
        self, user_id: int, chat_id: int, message_id: int, data: str, *, force: bool = False
    ) -> str:
        """Press a button and return the id of the query that the bot is sent.

        `force` presses a button that the message no longer has (an old screen, a forged client).
        """
        chat = self._open_to(user_id, chat_id)
        message = self.message(chat_id, message_id)
        shown = [] if message is None else [button for row in message.buttons for button in row]
        if not force and data not in [button.data for button in shown]:
            _cannot(f"message {message_id} has no button with the data {data!r}")
        self._last_tap += 1
        number = str((self._bot_id << 24) + self._last_tap)
        tap = Tap(number, user_id, chat_id, message_id, data, self.now().timestamp())
        self._keep_tap(tap)
        self._save_account()
        shape = (
            objects.inaccessible_object(chat, message_id, self.user)
            if message is None
            else self.message_object(message)
        )
        self._tell("callback_query", objects.tap_object(tap, shape, self.user), TAP_KEPT_FOR)
        self._done()
        return tap.id

    def toast(self, query_id: str) -> Toast | None:
        """Return what the bot said to a tap, or None while it has said nothing."""
        return self._taps[query_id].toast

    async def wait_for_toast(self, query_id: str, within: float) -> Toast | None:
        """Return what the bot says to a tap, or None after `within` real seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while (toast := self.toast(query_id)) is None and loop.time() < end:
            await self.changed(self.revision, end - loop.time())
        return toast

    def read(self, user_id: int, chat_id: int, message_id: int) -> None:
        """Note that a person has seen a chat up to a message."""
        chat = self._open_to(user_id, chat_id)
        if message_id > chat.read_up_to.get(str(user_id), 0):
            chat.read_up_to[str(user_id)] = message_id
            self._keep_chat(chat)
            self._done()

    def unread(self, user_id: int, chat_id: int) -> int:
        """Count what others wrote in a chat since a person last looked."""
        seen = self._chats[chat_id].read_up_to.get(str(user_id), 0)
        count = 0
        for message in reversed(self._messages.get(chat_id, {}).values()):
            if message.id <= seen:
                break
            count += message.author_id != user_id
        return count

    def seen_by_others(self, user_id: int, chat_id: int) -> int:
        """Return the newest message of a group that anybody but this person has seen; 0: none."""
        seen = self._chats[chat_id].read_up_to
        return max((at for person, at in seen.items() if person != str(user_id)), default=0)

    def block(self, user_id: int) -> None:
        """Let a person stop the bot in private."""
        self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        """Let a person take the bot back."""
        self._set_blocked(user_id, blocked=False)

    def deactivate(self, user_id: int) -> None:
        """Let a person delete their account; the bot is not told."""
        self._users[user_id].is_deactivated = True
        self._keep_user(self._users[user_id])
        self._done()

    def join(self, user_id: int, chat_id: int) -> None:
        """Bring a person into a group."""
        chat = self._chats[chat_id]
        if user_id in chat.members:
            _cannot("the person is in the group already")
        chat.members.append(user_id)
        member = objects.user_object(self._users[user_id])
        self._announce(chat, user_id, objects.came(member))

    def leave(self, user_id: int, chat_id: int) -> None:
        """Take a person out of a group."""
        chat = self._chats[chat_id]
        if user_id not in chat.members:
            _cannot("the person is not in the group")
        chat.members.remove(user_id)
        self._announce(chat, user_id, objects.went(objects.user_object(self._users[user_id])))

    def kick(self, chat_id: int, *, by: int | None = None) -> None:
        """Throw the bot out of a group (`by` a member; the first one if nobody is named)."""
        chat = self._chats[chat_id]
        actor = by if by is not None else chat.members[0]
        self._move_bot(chat, actor, BotPlace.KICKED)
        self._announce(chat, actor, objects.went(objects.user_object(self.bot)))

    def mute(self, chat_id: int, *, is_muted: bool = True) -> None:
        """Take the permission to write from everybody in a group who is no administrator."""
        chat = self._chats[chat_id]
        chat.is_muted = is_muted
        self._keep_chat(chat)

    def bring_back(self, chat_id: int, *, by: int | None = None) -> None:
        """Let the bot into a group again."""
        chat = self._chats[chat_id]
        actor = by if by is not None else chat.members[0]
        self._move_bot(chat, actor, BotPlace.MEMBER)
        member = objects.user_object(self.bot)
        self._announce(chat, actor, objects.came(member))

    def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup and return its new id; message numbers begin anew.

        Each side gets its service message, as in Telegram.
        """
        old = self._chats[chat_id]
        if old.kind is not ChatKind.GROUP or old.migrated_to is not None:
            _cannot("only a group that was not migrated yet can become a supergroup")
        new = Chat(
            SUPERGROUP_IDS + chat_id,
            ChatKind.SUPERGROUP,
            title=old.title,
            members=list(old.members),
            bot_place=old.bot_place,
            migrated_from=old.id,
        )
        self._chats[new.id] = new
        self._announce(old, old.members[0], {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._keep_chat(old)
        self._announce(
            new,
            objects.ANONYMOUS_ADMIN.id,
            {"migrate_from_chat_id": old.id},
            sender_chat=objects.chat_object(new, self.user),
        )
        return new.id

    def write_as_anonymous_admin(
        self, chat_id: int, words: str, *, reply_to: int | None = None
    ) -> int:
        """Write in a supergroup in its own name; the bot cannot see which person it was."""
        chat = self._chats[chat_id]
        shape = objects.chat_object(chat, self.user)
        author = objects.ANONYMOUS_ADMIN
        return self._post(chat, author, words, reply_to=reply_to, sender_chat=shape).id

    def edit_as_anonymous_admin(self, chat_id: int, message_id: int, words: str) -> None:
        """Change what was written in a supergroup's own name."""
        self._rewrite(self._chats[chat_id], objects.ANONYMOUS_ADMIN.id, message_id, words)

    def write_as_channel(
        self, chat_id: int, words: str, *, channel_id: int = -1001999999999, title: str = "Channel"
    ) -> int:
        """Write in a group in the name of a channel."""
        shape = {"id": channel_id, "title": title, "type": "channel"}
        return self._post(self._chats[chat_id], objects.CHANNEL, words, sender_chat=shape).id

    def make_forum(self, chat_id: int) -> None:
        """Give a supergroup topics; what was said so far stands in the general one."""
        chat = self._chats[chat_id]
        if chat.kind is not ChatKind.SUPERGROUP:
            _cannot("only a supergroup has topics")
        chat.is_forum = True
        # Number 1 was the news that the group exists; topics begin after it.
        chat.last_own_id = max(chat.last_own_id, GENERAL)
        chat.topics.setdefault(GENERAL, Topic(GENERAL, "General"))
        self._keep_chat(chat)
        self._done()

    def open_topic(self, chat_id: int, name: str, *, by: int | None = None) -> int:
        """Open a topic in a forum and return its number."""
        chat = self._chats[chat_id]
        if not chat.is_forum:
            _cannot("only a forum has topics")
        actor = by if by is not None else chat.members[0]
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self._announce(chat, actor, created, is_topic=True)
        chat.topics[message.id] = Topic(message.id, name)
        self._keep_chat(chat)
        self._done()
        return message.id

    def rename_topic(self, chat_id: int, topic: int, name: str) -> None:
        """Give a topic of a forum another name."""
        chat = self._chats[chat_id]
        chat.topics[topic].name = name
        place = None if topic == GENERAL else topic
        self._announce(chat, chat.members[0], {"forum_topic_edited": {"name": name}}, topic=place)

    def close_topic(self, chat_id: int, topic: int) -> None:
        """Close a topic, also the general one: nobody but an administrator writes in it."""
        chat = self._chats[chat_id]
        chat.topics[topic].is_closed = True
        self._announce(
            chat,
            chat.members[0],
            {"forum_topic_closed": {}},
            topic=None if topic == GENERAL else topic,
        )

    def reopen_topic(self, chat_id: int, topic: int) -> None:
        """Open a topic again that was closed."""
        chat = self._chats[chat_id]
        chat.topics[topic].is_closed = False
        self._announce(
            chat,
            chat.members[0],
            {"forum_topic_reopened": {}},
            topic=None if topic == GENERAL else topic,
        )

    def delete_topic(self, chat_id: int, topic: int) -> None:
        """Delete a topic with all that was said in it; the bot is not told."""
        chat = self._chats[chat_id]
        del chat.topics[topic]
        for message in self.messages(chat_id):
            if message.topic == topic:
                self.delete(chat_id, message.id)
        self._keep_chat(chat)
        self._done()

    def rename(self, chat_id: int, title: str) -> None:
        """Give a group another name."""
        chat = self._chats[chat_id]
        chat.title = title
        self._announce(chat, chat.members[0], {"new_chat_title": title})

    def push_raw(self, update: Json) -> int:
        """Deliver any JSON as an update, as it stands, and return the number it was given."""
        number = self.updates.push(update, self.now() + KEPT_FOR)
        self._done()
        return number

    def redeliver(self, update_id: int) -> None:
        """Deliver an update a second time (KeyError if nobody remembers it)."""
        self.updates.give_again(update_id)
        self._done()

    def redeliver_newest(self) -> None:
        """Deliver the newest update a second time."""
        number = self.updates.newest
        if number is None:
            _cannot("no update is remembered")
        self.redeliver(number)

    def reverse_updates(self, *, is_wanted: bool = True) -> None:
        """Hold the next two updates back and deliver the later one first; or no longer do so."""
        self.updates.is_reversing = is_wanted
        self._done()

    def restart_update_ids(self, at: int) -> None:
        """Let the next update have the number `at` (ValueError while updates wait)."""
        self.updates.restart_at(at)
        self._done()

    def _begun(self, user_id: int, chat_id: int) -> Chat:
        """Return a chat in which a person now writes: from now on the bot may, in private."""
        chat = self._open_to(user_id, chat_id)
        if not chat.is_group:
            self._users[user_id].has_started = True
            self._keep_user(self._users[user_id])
        return chat

    def _open_to(self, user_id: int, chat_id: int) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None or user_id not in chat.members or chat.migrated_to is not None:
            _cannot(f"{user_id} is not in the chat {chat_id}", Why.NOT_IN_CHAT)
        if not chat.is_group and self._users[user_id].has_blocked:
            _cannot("the person has blocked the bot", Why.BLOCKED)
        return chat

    def _post(
        self,
        chat: Chat,
        author: User,
        words: str,
        *,
        reply_to: int | None = None,
        sender_chat: Json | None = None,
        sticker: Json | None = None,
        attached: "_Attached | None" = None,
        topic: int | None = None,
    ) -> Message:
        if sticker is None and attached is None and text.is_blank(words):
            _cannot("a message says something")
        _check_length(words, is_caption=attached is not None)
        answered = None if reply_to is None else self._answered(chat, reply_to)
        if answered is not None:
            topic = answered.topic
        _check_open(chat, topic)
        message = self._new_message(chat, author, sender_chat=sender_chat)
        message.text, message.entities = words, text.find(words)
        message.reply_to = None if answered is None else answered.id
        message.service = {"sticker": sticker} if sticker else {}
        message.topic = topic
        if attached is not None:
            made = attached.make(self._keep_file(attached.kind, attached.content))
            setattr(message, _FIELDS[attached.kind], made)
        return self._arrive(chat, message)

    def _answered(self, chat: Chat, number: int) -> Message | None:
        """Return the message that is answered; None if it was deleted: one answers nothing then."""
        newest = chat.last_own_id if chat.kind is ChatKind.SUPERGROUP else self._last_message_id
        message = self.message(chat.id, number)
        if message is None and not 0 < number <= newest:
            _cannot("there never was such a message to reply to")
        return message

    def _new_message(
        self,
        chat: Chat,
        author: User,
        *,
        sender_chat: Json | None = None,
        origin: Origin | None = None,
    ) -> Message:
        name = author.name if sender_chat is None else str(sender_chat["title"])
        number, date = self._next_message_id(chat), self._unix_time()
        return Message(
            chat.id, number, author.id, name, date, sender_chat=sender_chat, origin=origin
        )

    def _arrive(self, chat: Chat, message: Message) -> Message:
        """Put a person's message into its chat, and tell the bot of it if it may see it."""
        self._keep_message(message)
        if self._bot_sees(chat, message):
            self._tell("message", self.message_object(message))
        self._done()
        return message

    def _announce(
        self,
        chat: Chat,
        actor: int,
        service: Json,
        *,
        sender_chat: Json | None = None,
        topic: int | None = None,
        is_topic: bool = False,
    ) -> Message:
        """Post a service message; the bot sees these whatever its privacy."""
        author = self.user(actor)
        message = Message(
            chat.id,
            self._next_message_id(chat),
            actor,
            author.name,
            self._unix_time(),
            service=service,
            sender_chat=sender_chat,
            topic=topic,
        )
        if is_topic:
            message.topic = message.id
        self._keep_message(message)
        about_bot = service.get("left_chat_member", {}).get("id") == self._bot_id
        if chat.bot_place is BotPlace.MEMBER or about_bot:
            self._tell("message", self.message_object(message))
        self._done()
        return message

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        """Apply privacy mode: commands, replies to the bot, and everything in private."""
        if not chat.is_group or not self.privacy_mode:
            return chat.bot_place is BotPlace.MEMBER
        if chat.bot_place is not BotPlace.MEMBER:
            return False
        replied = None if message.reply_to is None else self.message(chat.id, message.reply_to)
        if replied is not None and replied.author_id == self._bot_id:
            return True
        commands = [entity for entity in message.entities if entity.type == "bot_command"]
        if not commands or commands[0].offset != 0:
            return False
        _, at, meant = text.part(message.text, commands[0]).partition("@")
        return not at or meant.lower() == str(self.bot.username).lower()

    def _set_blocked(self, user_id: int, *, blocked: bool) -> None:
        user = self._users[user_id]
        if user.has_blocked == blocked:
            return
        user.has_blocked = blocked
        self._keep_user(user)
        self._touch(self._chats[user_id])
        places = (BotPlace.MEMBER, BotPlace.KICKED)
        old, new = places if blocked else reversed(places)
        self._tell_place(self._chats[user_id], user_id, old, new)
        self._done()

    def _move_bot(self, chat: Chat, actor: int, place: BotPlace) -> None:
        if chat.bot_place is place:
            _cannot(f"the bot is {place} already")
        old, chat.bot_place = chat.bot_place, place
        self._keep_chat(chat)
        self._tell_place(chat, actor, old, place)

    def _tell_place(self, chat: Chat, actor: int, old: BotPlace, new: BotPlace) -> None:
        body = {
            "chat": objects.chat_object(chat, self.user),
            "from": objects.user_object(self.user(actor)),
            "date": self._unix_time(),
            "old_chat_member": objects.place_object(self.bot, old),
            "new_chat_member": objects.place_object(self.bot, new),
        }
        self._tell("my_chat_member", body)
