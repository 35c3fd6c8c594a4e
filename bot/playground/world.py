"""What a small Telegram knows and keeps: one bot, people, chats, messages, waiting updates.

Everything here is synchronous and belongs to one event loop; whoever waits for a change awaits
`changed()`.
"""

import asyncio
import base64
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.playground import objects
from bot.playground.faults import Fault, Faults, Spoiled
from bot.playground.limits import COUNTED, PACED, Limits, Pace
from bot.playground.state import (
    SUPERGROUP_IDS,
    BotPlace,
    Call,
    Chat,
    ChatKind,
    Json,
    Message,
    Tap,
    User,
    record_of,
)
from bot.playground.store import Store
from bot.playground.updates import KEPT_FOR, UpdateQueue

FIRST_UPDATE_ID = 100_000_001
_SPOILED = 20
_NOT_PEOPLE = {
    objects.ANONYMOUS_ADMIN.id: objects.ANONYMOUS_ADMIN,
    objects.CHANNEL.id: objects.CHANNEL,
}


@dataclass(frozen=True)
class Request:
    """A call of the bot as it arrives: what the hooks `before` and `after` are given."""

    method: str
    params: Mapping[str, Any]


Hook = Callable[[Request], Awaitable[None]]


class World:
    """Users, chats and messages of one bot, on a clock that is handed in.

    Attributes:
        limits_on: whether too many messages are answered with 429.
        privacy_mode: whether the bot sees only commands, replies to itself and service messages.
        faults: failures queued for coming calls.
        spoiled: the calls that a queued fault has met, the last few, oldest first.
        before, after: awaited at the arrival of each call of the bot, and between its effect and
            the answer; a test kills or pauses the bot there.
        refusals: how many calls were answered with 429, queued faults not counted.
        outgoing_log: every call of the bot that had an effect, in order.
        revision: grows with every change.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        path: Path | None = None,
        *,
        first_update_id: int = FIRST_UPDATE_ID,
        limits: Limits | None = None,
    ) -> None:
        """Open the world kept in the SQLite file at `path`, or a new one in memory.

        `now` gives the present instant with its zone; every date and limit follows it.
        """
        self.now = now
        self.limits_on = True
        self.privacy_mode = True
        self.faults = Faults()
        self.spoiled: deque[Spoiled] = deque(maxlen=_SPOILED)
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.refusals = 0
        self.revision = 0
        self.token = ""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.outgoing_log: list[Call] = []
        self._store = Store(path)
        self.updates = UpdateQueue(self._store, first_update_id)
        self._pace = Pace(limits or Limits())
        self._users: dict[int, User] = {}
        self._chats: dict[int, Chat] = {}
        self._messages: dict[int, dict[int, Message]] = {}
        self._taps: dict[str, Tap] = {}
        self._files: dict[str, bytes] = {}
        self._bot_id = 0
        self._last_message_id = 0
        self._last_tap = 0
        self._waiters: list[asyncio.Future[None]] = []
        self._load()

    def _load(self) -> None:
        for record in self._store.records("user"):
            self._users[record["id"]] = User(**record)
        for record in self._store.records("chat"):
            self._chats[record["id"]] = Chat.from_record(record)
        for record in self._store.records("message"):
            message = Message.from_record(record)
            self._messages.setdefault(message.chat_id, {})[message.id] = message
        for record in self._store.records("file"):
            self._files[record["id"]] = base64.b64decode(record["content"])
        for record in self._store.records("tap"):
            self._taps[record["id"]] = Tap.from_record(record)
        for record in self._store.records("commands"):
            self.commands[record["scope"], record["language"]] = record["commands"]
        for record in self._store.records("call"):
            call = Call.from_record(record)
            self.outgoing_log.append(call)
            self._note_pace(call)
        for record in self._store.records("account"):
            self.token = record["token"]
            self._bot_id = record["bot_id"]
            self._last_message_id = record["last_message_id"]
            self._last_tap = record["last_tap"]

    def close(self) -> None:
        """Let the file go; nothing is lost without it, every change is written at once."""
        self._store.close()

    # --- who there is -----------------------------------------------------------------------

    def add_bot(self, token: str, username: str, first_name: str) -> User:
        """Make the bot, whose id is the part of the token before the colon.

        There is one bot: calling this again renames it or changes its token.
        """
        bot_id, colon, _ = token.partition(":")
        if not colon or not bot_id.isdecimal():
            message = "a token is a number, a colon and a secret"
            raise ValueError(message)
        self.token, self._bot_id = token, int(bot_id)
        bot = User(self._bot_id, first_name, username=username, is_bot=True)
        self._users[bot.id] = bot
        self._store.put("user", bot.id, record_of(bot))
        self._save_account()
        self._done()
        return bot

    def add_user(
        self,
        user_id: int,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
    ) -> User:
        """Make a person, or rename one who is there already."""
        user = self._users.setdefault(user_id, User(user_id, first_name))
        user.first_name, user.last_name = first_name, last_name
        user.username, user.language_code = username, language_code
        self._chats.setdefault(user_id, Chat(user_id, ChatKind.PRIVATE, members=[user_id]))
        self._keep_user(user)
        self._keep_chat(self._chats[user_id])
        self._done()
        return user

    def add_group(
        self,
        chat_id: int,
        title: str,
        *,
        members: Iterable[int],
        supergroup: bool = False,
        has_bot: bool = True,
    ) -> Chat:
        """Make a group with these people and, unless it is to come later, the bot; silently.

        Telegram's own ids: a group's is negative, a supergroup's begins with -100.
        """
        if chat_id >= 0 or supergroup != (chat_id < SUPERGROUP_IDS):
            message = "a group has an id from -1 down, a supergroup one like -1001234567890"
            raise ValueError(message)
        kind = ChatKind.SUPERGROUP if supergroup else ChatKind.GROUP
        known = [self.user(member).id for member in members]
        chat = self._chats.setdefault(chat_id, Chat(chat_id, kind))
        chat.title, chat.members = title, known
        chat.bot_place = BotPlace.MEMBER if has_bot else BotPlace.LEFT
        self._keep_chat(chat)
        self._done()
        return chat

    @property
    def bot(self) -> User:
        """The bot; `add_bot` comes first."""
        return self._users[self._bot_id]

    def user(self, user_id: int) -> User:
        """Return a person, the bot or one of Telegram's own accounts (KeyError if unknown)."""
        return _NOT_PEOPLE[user_id] if user_id in _NOT_PEOPLE else self._users[user_id]

    def people(self) -> list[User]:
        """Return everybody but the bot, in the order in which they came."""
        return [user for user in self._users.values() if not user.is_bot]

    def chat(self, chat_id: int) -> Chat:
        """Return a chat (KeyError if there is none)."""
        return self._chats[chat_id]

    def find_chat(self, chat_id: int) -> Chat | None:
        """Return a chat, or None."""
        return self._chats.get(chat_id)

    def chats_of(self, user_id: int) -> list[Chat]:
        """Return the chats a person sees: with the bot first, then groups still in use."""
        return [
            chat
            for chat in self._chats.values()
            if user_id in chat.members and chat.migrated_to is None
        ]

    def bot_knows(self, user_id: int) -> bool:
        """Whether the bot has met a person: in private, or in a group they share."""
        return user_id in self._users and (
            self._users[user_id].has_started
            or any(
                user_id in chat.members
                for chat in self._chats.values()
                if chat.is_group and chat.bot_place is BotPlace.MEMBER
            )
        )

    def messages(self, chat_id: int) -> list[Message]:
        """Return the messages of a chat, oldest first."""
        return list(self._messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message, or None when it was never there or is deleted."""
        return self._messages.get(chat_id, {}).get(message_id)

    def message_object(self, message: Message, *, with_reply: bool = True) -> Json:
        """Return a message as the Bot API shows it; what it answers stands in it, if wanted."""
        # What answers nothing in a topic answers the message that opened it.
        answers = message.reply_to or (message.topic if message.topic != message.id else None)
        replied = None
        if with_reply and answers is not None:
            replied = self.message(message.chat_id, answers)
        return objects.message_object(
            message,
            self._chats[message.chat_id],
            self.user,
            thread=self._thread(message),
            replied=None if replied is None else self.message_object(replied, with_reply=False),
        )

    def _thread(self, message: Message) -> int | None:
        """Return the topic of a message, or the first message of a plain thread of replies."""
        chat = self._chats[message.chat_id]
        if message.topic is not None or chat.is_forum or chat.kind is not ChatKind.SUPERGROUP:
            return message.topic
        first = message.reply_to
        while first is not None and (answered := self.message(chat.id, first)) is not None:
            if answered.reply_to is None:
                break
            first = answered.reply_to
        return first

    def file(self, file_id: str) -> bytes | None:
        """Return what a file holds that was sent, or None."""
        return self._files.get(file_id)

    async def changed(self, since: int, within: float) -> bool:
        """Return True when `revision` is beyond `since`, False after `within` real seconds."""
        if self.revision > since:
            return True
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiter, within)
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        return self.revision > since

    def wake(self) -> None:
        """Let everybody who awaits `changed()` look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def announce(self) -> None:
        """Count something outside the chats (the clock has moved) as a change."""
        self._done()

    def spoil(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that is queued for a call, if there is one, and note that it struck."""
        fault = self.faults.take(method, chat_id)
        if fault is not None:
            self.spoiled.append(Spoiled(fault, method, chat_id, self.now()))
            self.announce()
        return fault

    def save(self) -> None:
        """Write what `updates` changed (acknowledged, forgot), without announcing a change."""
        self._store.save()

    def _done(self) -> None:
        self._store.save()
        self.revision += 1
        self.wake()

    def _unix_time(self) -> int:
        return int(self.now().astimezone(UTC).timestamp())

    def _next_message_id(self, chat: Chat) -> int:
        """Return a new number: supergroups count for themselves, all else is one row."""
        if chat.kind is ChatKind.SUPERGROUP:
            chat.last_own_id += 1
            return chat.last_own_id
        self._last_message_id += 1
        self._save_account()
        return self._last_message_id

    def _tell(self, kind: str, body: Json, kept_for: timedelta = KEPT_FOR) -> None:
        # The server filters when an update is made, not when it is fetched.
        if kind in self.updates.kinds:
            self.updates.push({kind: body}, self.now() + kept_for)

    def _touch(self, chat: Chat) -> None:
        chat.revision += 1
        self._keep_chat(chat)

    def _keep_user(self, user: User) -> None:
        self._store.put("user", user.id, record_of(user))

    def _keep_chat(self, chat: Chat) -> None:
        self._store.put("chat", chat.id, record_of(chat))

    def _keep_message(self, message: Message) -> None:
        self._messages.setdefault(message.chat_id, {})[message.id] = message
        self._store.put("message", f"{message.chat_id}/{message.id}", message.as_record())
        self._touch(self._chats[message.chat_id])

    def _forget(self, message: Message) -> None:
        """Take a message away."""
        del self._messages[message.chat_id][message.id]
        self._store.remove("message", f"{message.chat_id}/{message.id}")
        self._touch(self._chats[message.chat_id])

    def _keep_file(self, kind: str, content: bytes) -> str:
        """Keep a file and return its new id, which begins with its kind."""
        file_id = f"{kind}-{len(self._files) + 1}"
        self._files[file_id] = content
        record = {"id": file_id, "content": base64.b64encode(content).decode()}
        self._store.put("file", file_id, record)
        return file_id

    def _keep_tap(self, tap: Tap) -> None:
        self._taps[tap.id] = tap
        self._store.put("tap", tap.id, record_of(tap))

    def _save_account(self) -> None:
        account = {
            "token": self.token,
            "bot_id": self._bot_id,
            "last_message_id": self._last_message_id,
            "last_tap": self._last_tap,
        }
        self._store.put("account", "bot", account)

    def _log(
        self,
        method: str,
        chat_id: int | None,
        words: str | None,
        message_id: int | None,
        *,
        is_silent: bool = False,
    ) -> None:
        call = Call(self.now(), method, chat_id, words, message_id, is_silent)
        self.outgoing_log.append(call)
        self._store.put("call", len(self.outgoing_log), call.as_record())
        self._note_pace(call)

    def _note_pace(self, call: Call) -> None:
        if call.method in PACED:
            self._pace.note(call.at, call.chat_id)
        elif call.method in COUNTED:
            self._pace.note(call.at, None)
