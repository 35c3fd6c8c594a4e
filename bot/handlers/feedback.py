"""What somebody writes in confidence: recognised before anything is stored, answered directly.

    /feedback -> the promise [Write] [About a group] [Read all] -> a question to reply to
    the reply -> sealed (`bot.services.feedback`) -> deleted here -> "it arrived" [Show receipt]
    /answer and a receipt -> what the coordination answered

Nothing of this dialogue is in any row but the sealed box: no conversation, no outbox, no mark of
its steps. What a step needs to know stands in the message of the bot that it answers, which
Telegram hands back with the reply. Doing a step twice is harmless, so nothing has to remember it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from bot.domain import receipts
from bot.domain.boxes import fits
from bot.domain.feedback import (
    FeedbackClosed,
    FeedbackEdited,
    FeedbackForMembers,
    FeedbackLater,
    FeedbackOld,
    FeedbackPaused,
    FeedbackRefused,
    FeedbackState,
    FeedbackTooLong,
    FeedbackTooMuch,
    FeedbackUnanswered,
    FeedbackUnkept,
    FeedbackWordless,
    Marker,
    Submission,
    read_marker,
)
from bot.domain.receipts import AttemptsUsedUp, ReceiptMissing, ReceiptWrong
from bot.domain.roles import NOBODY, Actor
from bot.domain.taps import Verb, decode
from bot.errors import BotError
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.restraint import Restraint
from bot.queries import feedback as queries
from bot.queries import members
from bot.queries.feedback import Channel
from bot.rendering.keyboards import feedback as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import feedback as services
from bot.services.feedback import Fate, KeyOfBatchLost
from bot.toolbox import Toolbox

RawUpdate: TypeAlias = Mapping[str, Any]

WRITE, FETCH = "feedback", "answer"
"""The commands of this dialogue; the first is also what a link to it hands over."""
VERBS = frozenset({Verb.CONFIDE, Verb.CONFIDE_ALL, Verb.RECEIPT, Verb.RECEIPT_HIDE})


@dataclass(frozen=True)
class Sent:
    """What somebody sent in confidence."""

    update_id: int
    incoming: Incoming
    actor: Actor
    language: str
    channels: tuple[Channel, ...]
    """Where they can write."""
    marker: Marker | None
    """Which question they replied to, if they did."""


class Confidence:
    """Deals with what is said in confidence, apart from all other updates."""

    def __init__(self, toolbox: Toolbox, *, bot_id: int) -> None:
        """Prepare; `bot_id` is the account of the bot."""
        self._toolbox = toolbox
        self._bot_id = bot_id
        self._restraint = Restraint()

    # --- recognised in the raw JSON -----------------------------------------------------------

    def concerns(self, update: RawUpdate) -> bool:
        """Tell from the raw JSON alone whether an update belongs to this dialogue."""
        tap = update.get("callback_query")
        if isinstance(tap, dict):
            return _is_tap(tap.get("data"))
        message = update.get("message") or update.get("edited_message")
        if not isinstance(message, dict):
            return False
        command = _command(message)
        if command is not None:
            # Whoever types a command does not answer the question any more.
            self._restraint.is_answered(_chat_id(message))
            return command in _commands()
        if self._marker(message) is not None:
            return True
        return self._is_stray(message)

    def _marker(self, message: RawUpdate) -> Marker | None:
        """Return which question of ours a message replies to: one that the bot itself put."""
        asked = message.get("reply_to_message")
        if not isinstance(asked, dict) or not _is_private(message):
            return None
        sender = asked.get("from")
        if not isinstance(sender, dict) or sender.get("id") != self._bot_id:
            return None
        for entity in asked.get("entities") or ():
            address = entity.get("url") if isinstance(entity, dict) else None
            if isinstance(address, str):
                marker = read_marker(address.rpartition("?start=")[2])
                if marker is not None:
                    return marker
        return None

    def _is_stray(self, message: RawUpdate) -> bool:
        """Tell whether words that reply to nothing follow the question: they must not be posted."""
        is_reply = isinstance(message.get("reply_to_message"), dict)
        now = self._toolbox.clock.now()
        return (
            _is_private(message)
            and not is_reply
            and self._restraint.is_asked(_chat_id(message), now=now)
        )

    # --- dealt with ---------------------------------------------------------------------------

    async def take(self, update: RawUpdate, incoming: Incoming | None) -> None:
        """Do what an update asks for; `incoming` is the update as it was parsed.

        Raises:
            Exception: the database is away; the update has to come again.
        """
        if incoming is None or incoming.sender_id in NOBODY:
            return
        if not incoming.is_private:
            await self._only_in_private(incoming)
            return
        await self._stop_waiting(incoming)
        sent = await self._sent(update, incoming)
        try:
            await self._do(sent)
        except (FeedbackRefused, ReceiptMissing, ReceiptWrong, AttemptsUsedUp) as refusal:
            await self._explain(sent, refusal)

    def failed(self, error: BaseException) -> None:
        """Remember that something of this failed, until it tells nothing about anybody any more."""
        self._toolbox.failures[type(error).__name__] += 1

    async def _sent(self, update: RawUpdate, incoming: Incoming) -> Sent:
        known = renderer().catalogues.languages
        spoken = incoming.phone_language if incoming.phone_language in known else None
        # Only read: on PostgreSQL such a transaction has no number, on SQLite it writes no page.
        async with self._toolbox.database.transaction() as session:
            actor = await members.actor(session, incoming.sender_id, language=spoken)
            channels = await queries.channels(session, actor)
        message = update.get("message") or update.get("edited_message") or {}
        return Sent(
            int(update["update_id"]),
            incoming,
            actor,
            actor.language or known[0],
            tuple(channels),
            self._marker(message),
        )

    async def _do(self, sent: Sent) -> None:
        incoming = sent.incoming
        if incoming.tap is not None:
            await self._tapped(sent)
        elif sent.marker is not None and not incoming.is_command:
            await self._submit(sent, sent.marker)
        elif _commands().get(incoming.command.lower()) == FETCH:
            await self._fetch(sent)
        elif incoming.is_command:
            await self._offer(sent)
        else:
            raise FeedbackUnanswered

    async def _tapped(self, sent: Sent) -> None:
        tap = sent.incoming.tap
        assert tap is not None
        numbers = [int(value) if value.isdecimal() else 0 for value in tap.values]
        if tap.verb is Verb.CONFIDE and len(numbers) == len(("coalition", "group")):
            await self._ask(sent, *numbers)
        elif tap.verb is Verb.CONFIDE_ALL and numbers:
            channel = _channel(sent, numbers[0])
            await self._say(sent, "feedback/promise_in_full.html", **await self._facts(channel))
        elif tap.verb is Verb.RECEIPT and len(tap.values) == len(("update", "tag")):
            await self._show_receipt(sent, numbers[0], tap.values[1])
        elif tap.verb is Verb.RECEIPT_HIDE and sent.incoming.message_id is not None:
            await self._delete(sent.incoming)

    # --- the promise, and the question --------------------------------------------------------

    async def _offer(self, sent: Sent) -> None:
        """/feedback — what is promised, before anybody writes."""
        if sent.incoming.text and sent.incoming.text != WRITE:
            # Behind the command it could be stored by whatever reads commands: it is not taken.
            await self._say(sent, "feedback/not_behind_the_command.html")
            return
        await self._check_free(sent)
        open_ones = [one for one in sent.channels if one.coalition.feedback is FeedbackState.OPEN]
        if not open_ones:
            _channel(sent, sent.channels[0].coalition.id if sent.channels else 0)
        for channel in open_ones:
            await self._say(
                sent,
                "feedback/promise.html",
                keyboard=keyboards.confide(channel.coalition.id, channel.groups),
                is_one_of_several=len(open_ones) > 1,
                **await self._facts(channel),
            )

    async def _ask(self, sent: Sent, coalition_id: int, group_id: int) -> None:
        """Put the question; its link says what it is about, and the reply brings that back."""
        await self._check_free(sent)
        channel = _channel(sent, coalition_id)
        group = next((one for one in channel.groups if one.id == group_id), None)
        facts = await self._facts(channel)
        marker = Marker(coalition_id, group.id if group else None, facts["day"])
        self._restraint.asked(sent.incoming.chat_id, now=self._toolbox.clock.now())
        await self._say(
            sent,
            "feedback/question.html",
            placeholder="feedback/placeholder.txt",
            link=sent.incoming.link(marker.code()),
            group=group,
            **facts,
        )

    async def _check_free(self, sent: Sent) -> None:
        """Make sure that words cannot be taken for the answer to something else.

        Raises:
            FeedbackLater: they could.
        """
        async with self._toolbox.database.transaction() as session:
            chat_id, now = sent.incoming.chat_id, self._toolbox.clock.now()
            if await queries.is_in_conversation(session, chat_id, now):
                raise FeedbackLater

    async def _facts(self, channel: Channel) -> dict[str, Any]:
        return {"coalition": channel.coalition, "day": await self._day(channel)}

    async def _day(self, channel: Channel) -> date:
        """Return the day on which what is written now is read, at the earliest."""
        async with self._toolbox.database.transaction() as session:
            at = await services.release_at(session)
        if at is None:
            raise FeedbackUnkept(contact=channel.coalition.contact)
        return at.astimezone(ZoneInfo(channel.zone)).date()

    # --- the words ----------------------------------------------------------------------------

    async def _submit(self, sent: Sent, marker: Marker) -> None:
        """Seal what was written in reply to the question, and say that it arrived."""
        if sent.incoming.is_edit:
            raise FeedbackEdited
        fate = await self._known(sent)
        if fate is None:
            fate = await self._keep(sent, marker)
        if fate is Fate.REFUSED:
            raise FeedbackTooMuch(contact=_contact(sent, marker.coalition_id))
        self._restraint.is_answered(sent.incoming.chat_id)
        await self._delete(sent.incoming)
        await self._confirm(sent, fate, marker)

    async def _known(self, sent: Sent) -> Fate | None:
        database, keys = self._toolbox.database, self._toolbox.keys
        try:
            async with database.transaction() as session:
                return await services.fate(session, keys, sent.update_id)
        except KeyOfBatchLost:
            raise FeedbackUnkept from None

    async def _keep(self, sent: Sent, marker: Marker) -> Fate:
        submission = await self._checked(sent, marker)
        database, keys = self._toolbox.database, self._toolbox.keys
        try:
            async with database.transaction() as session:
                fate = await services.keep(session, keys, sent.update_id, submission)
        except KeyOfBatchLost:
            raise FeedbackUnkept(contact=_contact(sent, marker.coalition_id)) from None
        except IntegrityError:
            # Another program has just taken it.
            return Fate.RELEASED
        now, sender = self._toolbox.clock.now(), sent.incoming.sender_id
        self._restraint.wrote(sender, marker.coalition_id, now=now)
        return fate

    async def _checked(self, sent: Sent, marker: Marker) -> Submission:
        """Return what is to be sealed.

        Raises:
            FeedbackRefused: it cannot be taken; nothing of it is kept.
        """
        channel = _channel(sent, marker.coalition_id)
        contact = channel.coalition.contact
        if sent.incoming.wordless is not None or not sent.incoming.text:
            raise FeedbackWordless(contact=contact)
        if not fits(sent.incoming.text):
            raise FeedbackTooLong(contact=contact)
        if marker != Marker(marker.coalition_id, marker.group_id, await self._day(channel)):
            raise FeedbackOld(contact=contact)
        database, keys = self._toolbox.database, self._toolbox.keys
        now, sender = self._toolbox.clock.now(), sent.incoming.sender_id
        if not self._restraint.may_write(sender, marker.coalition_id, now=now):
            async with database.transaction() as session:
                await services.refuse(session, keys, sent.update_id)
            raise FeedbackTooMuch(contact=contact)
        async with database.transaction() as session:
            key = (await services.batch(session, keys)).key
        receipt = receipts.digest(receipts.receipt_of(key, sent.update_id))
        is_mine = marker.group_id in sent.actor.roles
        group_id = marker.group_id if is_mine else None
        return Submission(marker.coalition_id, group_id, sent.incoming.text, receipt)

    async def _confirm(self, sent: Sent, fate: Fate, marker: Marker) -> None:
        if fate is not Fate.ARRIVED:
            await self._say(sent, "feedback/arrived.html", day=None)
            return
        async with self._toolbox.database.transaction() as session:
            key = (await services.batch(session, self._toolbox.keys)).key
        tag = receipts.tag(key, sent.update_id, sent.incoming.sender_id)
        keyboard = keyboards.receipt(sent.update_id, tag)
        await self._say(sent, "feedback/arrived.html", keyboard=keyboard, day=marker.read_on)

    # --- receipts and answers -----------------------------------------------------------------

    async def _show_receipt(self, sent: Sent, update_id: int, tag: str) -> None:
        """[Show receipt] — while the key of its batch exists, and only to who wrote."""
        try:
            async with self._toolbox.database.transaction() as session:
                key = (await services.batch(session, self._toolbox.keys)).key
        except KeyOfBatchLost:
            raise FeedbackUnkept from None
        if receipts.tag(key, update_id, sent.incoming.sender_id) != tag:
            await self._say(sent, "feedback/receipt_gone.html")
            return
        receipt = receipts.in_groups(receipts.receipt_of(key, update_id))
        await self._say(
            sent, "feedback/receipt.html", keyboard=keyboards.hide_receipt(), receipt=receipt
        )

    async def _fetch(self, sent: Sent) -> None:
        """/answer 12345 67890 — what the coordination answered; whoever has the number may ask."""
        now, sender = self._toolbox.clock.now(), sent.incoming.sender_id
        if not self._restraint.may_try(sender, now=now):
            raise AttemptsUsedUp
        try:
            digest = receipts.digest(receipts.read(sent.incoming.text))
            async with self._toolbox.database.transaction() as session:
                item = await queries.by_receipt(session, digest)
        except ReceiptWrong:
            self._restraint.tried(sender, now=now)
            raise
        if item is None:
            self._restraint.tried(sender, now=now)
        await self._say(sent, "feedback/answer.html", item=item)

    # --- said ---------------------------------------------------------------------------------

    async def _only_in_private(self, incoming: Incoming) -> None:
        """Say in a group where this is done, neutrally, and take the question away if we may."""
        known = renderer().catalogues.languages
        language = incoming.phone_language if incoming.phone_language in known else known[0]
        link = incoming.link(WRITE)
        await self._delete(incoming)
        await self._send(incoming, "feedback/only_in_private.html", str(language), link=link)

    async def _explain(self, sent: Sent, refusal: BotError) -> None:
        await self._say(sent, refusal.template, **refusal.facts())

    async def _say(
        self,
        sent: Sent,
        template: str,
        *,
        keyboard: Keyboard | None = None,
        placeholder: str | None = None,
        **facts: Any,
    ) -> None:
        await self._send(
            sent.incoming,
            template,
            sent.language,
            keyboard=keyboard,
            placeholder=placeholder,
            **facts,
        )

    async def _send(
        self,
        incoming: Incoming,
        template: str,
        language: str,
        *,
        keyboard: Keyboard | None = None,
        placeholder: str | None = None,
        **facts: Any,
    ) -> None:
        words = renderer()
        text = words.text(template, language=language, **facts)
        buttons = None if keyboard is None else words.keyboard(keyboard, languages=[language])
        hint = words.text(placeholder, language=language) if placeholder else None
        api, chat_id = self._toolbox.api, incoming.chat_id

        async def call() -> None:
            await api.send_message(
                chat_id,
                text,
                keyboard=buttons,
                thread_id=incoming.thread_id,
                force_reply=hint,
                is_silent=True,
            )

        await self._toolbox.directly.call(chat_id, call)

    async def _stop_waiting(self, incoming: Incoming) -> None:
        """End the waiting sign on a tapped button."""
        query_id, api = incoming.query_id, self._toolbox.api
        if query_id is None:
            return

        async def call() -> None:
            await api.answer_callback(query_id)

        await self._toolbox.directly.call(incoming.chat_id, call)

    async def _delete(self, incoming: Incoming) -> None:
        if incoming.message_id is None:
            return
        api, chat_id, message_id = self._toolbox.api, incoming.chat_id, incoming.message_id

        async def call() -> None:
            await api.delete_message(chat_id, message_id)

        await self._toolbox.directly.call(chat_id, call)


async def aside(_desk: Desk, _incoming: Incoming) -> None:
    """Stand in the table of what people can send: the intake takes all of this aside before.

    Raises:
        AssertionError: it did not.
    """
    message = "said in confidence, and yet in the way of everything else"
    raise AssertionError(message)


def _channel(sent: Sent, coalition_id: int) -> Channel:
    """Return where somebody can write.

    Raises:
        FeedbackForMembers, FeedbackClosed, FeedbackPaused: they cannot.
    """
    found = next((one for one in sent.channels if one.coalition.id == coalition_id), None)
    if found is None:
        raise FeedbackForMembers
    match found.coalition.feedback:
        case FeedbackState.OPEN:
            return found
        case FeedbackState.PAUSED:
            raise FeedbackPaused(contact=found.coalition.contact)
        case FeedbackState.CLOSED:
            raise FeedbackClosed(contact=found.coalition.contact)


def _contact(sent: Sent, coalition_id: int) -> str:
    found = (one.coalition.contact for one in sent.channels if one.coalition.id == coalition_id)
    return next(found, "")


@cache
def _commands() -> Mapping[str, str]:
    """Return every name of the commands of this dialogue, with the command that it means."""
    found: dict[str, str] = {}
    for command in (WRITE, FETCH):
        aliases = renderer().catalogues.words("command", command)
        for word in (command, *(word for words in aliases.values() for word in words)):
            found[word] = command
    return found


def _command(message: RawUpdate) -> str | None:
    """Return the command that a message begins with; a link to this dialogue is one, too."""
    text = message.get("text")
    if not isinstance(text, str) or not text.startswith("/"):
        return None
    word, *rest = text[1:].split(maxsplit=1)
    name = word.partition("@")[0].lower()
    if name == "start" and rest and (rest[0] == WRITE or read_marker(rest[0])):
        return WRITE
    return name


def _is_tap(data: object) -> bool:
    tap = decode(data) if isinstance(data, str) else None
    return tap is not None and tap.verb in VERBS


def _is_private(message: RawUpdate) -> bool:
    chat = message.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def _chat_id(message: RawUpdate) -> int:
    chat = message.get("chat")
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if isinstance(number, int) else 0
