"""What somebody writes in confidence: recognised before anything is stored, answered directly.

    /feedback -> the promise [Write] [About a group] [Read all] -> a question to reply to
    the reply -> sealed (`bot.services.feedback`) -> deleted here -> "it arrived" [Show receipt]
    /answer and a receipt -> what the coordination answered

Nothing of this dialogue is in any row but the sealed box: no conversation, no outbox, no mark of
its steps. What a step needs to know stands in the message of the bot that it answers, which
Telegram hands back with the reply. Doing a step twice is harmless, so nothing has to remember it.
"""

import hmac
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from bot.domain import receipts
from bot.domain.boxes import BatchKey, fits
from bot.domain.feedback import (
    FeedbackClosed,
    FeedbackEdited,
    FeedbackForgotten,
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
)
from bot.domain.receipts import AttemptsUsedUp, ReceiptMissing, ReceiptWrong
from bot.domain.roles import NOBODY, Actor
from bot.domain.taps import Verb
from bot.errors import BotError
from bot.handlers.desk import Desk
from bot.handlers.feedback_said import Reader, Voice
from bot.handlers.feedback_seen import VERBS, WRITE, RawUpdate, Seen, Sight, What, is_receipt
from bot.handlers.incoming import Incoming
from bot.handlers.restraint import Restraint
from bot.keys import KeysUnreadable
from bot.queries import feedback as queries
from bot.queries import groups, members
from bot.queries.feedback import Channel
from bot.rendering.keyboards import feedback as keyboards
from bot.rendering.messages import renderer
from bot.services import feedback as services
from bot.services.feedback import Fate, KeyOfBatchLost
from bot.toolbox import Toolbox

__all__ = ["VERBS", "Confidence", "aside"]

UNSURE_LASTS = timedelta(hours=1)
"""How long a program asks rather than guesses: it cannot know what another one asked before."""


@dataclass(frozen=True)
class Sent:
    """What somebody sent in confidence, and what is known of them."""

    update_id: int
    seen: Seen
    incoming: Incoming
    actor: Actor
    reader: Reader
    channels: tuple[Channel, ...]
    """Where they can write."""
    release_at: datetime | None
    """When what is written now is released; None if nothing can be kept."""


class Confidence:
    """Deals with what is said in confidence, apart from all other updates."""

    def __init__(self, toolbox: Toolbox, sight: Sight, *, answered: Collection[str]) -> None:
        """Prepare to deal with what `sight` sees; a reply to a message `answered` is for that."""
        self._toolbox = toolbox
        self._answered = answered
        self._sight = sight
        self._voice = Voice(toolbox)
        self._restraint = Restraint()
        self._unsure_until: datetime | None = None
        # The program before this one may have put the question to somebody.
        self.be_unsure()

    def be_unsure(self) -> None:
        """Expect for a while that another program has put the question to somebody."""
        self._unsure_until = self._toolbox.clock.now() + UNSURE_LASTS

    def be_sure(self) -> None:
        """Trust that no other program has put the question to anybody."""
        self._unsure_until = None

    # --- recognised ---------------------------------------------------------------------------

    async def concerns(self, update: RawUpdate) -> bool:
        """Tell, before anything is locked or stored, whether an update belongs to this dialogue."""
        seen = self._sight.see(update)
        if seen is None:
            if self._sight.turns_away(update):
                self._restraint.turned_away(_chat_of(update))
            return False
        return seen.what is not What.LOOSE or await self._may_be_meant(seen)

    async def _may_be_meant(self, seen: Seen) -> bool:
        """Tell whether words that reply to no question may be meant for us, and must not be posted.

        A reply to what the bot only told, as to its help, is taken for a reply to nothing.
        """
        now = self._toolbox.clock.now()
        is_asked = self._restraint.is_asked(seen.chat_id, now=now)
        if seen.replies_to is not None:
            if is_asked and await self._is_about_something(seen.chat_id, seen.replies_to):
                self._restraint.went_on(seen.chat_id)
                return False
            return is_asked
        if is_asked:
            return True
        if self._unsure_until is not None:
            # A clock that ran ahead, and was set back, must not make this last for months.
            self._unsure_until = min(self._unsure_until, now + UNSURE_LASTS)
        is_unsure = self._unsure_until is not None and now < self._unsure_until
        # A plain yes or no answers something else.
        is_answer = renderer().answer_in(seen.words) is not None
        is_likely = is_receipt(seen.words) or (is_unsure and not is_answer)
        if not is_likely and not seen.is_elsewhere:
            return False
        async with self._toolbox.database.transaction() as session:
            is_busy = await queries.is_in_conversation(session, seen.chat_id, now)
            if is_busy and not seen.is_elsewhere:
                # Whoever was in one was not asked; so it began afterwards, and by their own doing.
                return False
            actor = await members.actor(session, seen.chat_id)
            channels = await queries.channels(session, actor)
        return any(one.coalition.feedback is not FeedbackState.CLOSED for one in channels)

    async def _is_about_something(self, chat_id: int, message_id: int) -> bool:
        async with self._toolbox.database.transaction() as session:
            return await queries.subject_of(session, chat_id, message_id) in self._answered

    # --- dealt with ---------------------------------------------------------------------------

    async def take(self, update: RawUpdate, incoming: Incoming | None) -> None:
        """Do what an update asks for; `incoming` is the update as it was parsed.

        Raises:
            Exception: the database is away; the update has to come again.
        """
        seen = self._sight.see(update)
        if incoming is None or seen is None:
            return
        await self._voice.stop_waiting(incoming)
        if seen.what is What.IN_GROUP:
            await self._only_in_private(incoming)
            return
        if incoming.sender_id in NOBODY:
            return
        sent = await self._sent(update, seen, incoming)
        try:
            await self._do(sent)
        except (FeedbackRefused, ReceiptMissing, ReceiptWrong, AttemptsUsedUp) as refusal:
            await self._explain(sent, refusal)

    async def give_up(
        self, update: RawUpdate, incoming: Incoming | None, error: BaseException
    ) -> None:
        """Say that something of this failed for good, and count it where no time is kept.

        What failed after the words were sealed did arrive, and then it is said so.
        """
        self._toolbox.failures[type(error).__name__] += 1
        seen = self._sight.see(update)
        if incoming is None or seen is None or seen.what is What.IN_GROUP:
            return
        reader, contact = Reader(incoming, _spoken(incoming)), ""
        with suppress(Exception):
            sent = await self._sent(update, seen, incoming)
            reader, contact = sent.reader, _some_contact(sent)
        if seen.what is What.REPLY and await self._has_arrived(int(update["update_id"])):
            await self._voice.say(
                reader, "feedback/arrived.html", day=None, is_removed=False, contact=contact
            )
        else:
            await self._voice.say(reader, FeedbackUnkept().template, contact=contact)

    async def _has_arrived(self, update_id: int) -> bool:
        """Tell whether words were sealed all the same; if not, they are never taken later."""
        try:
            async with self._toolbox.database.transaction() as session:
                fate = await services.refuse(session, self._toolbox.keys, update_id)
        except Exception:  # noqa: BLE001 - it failed before, and for the same reason
            return False
        return fate is not Fate.REFUSED

    async def _sent(self, update: RawUpdate, seen: Seen, incoming: Incoming) -> Sent:
        # Only read: on PostgreSQL such a transaction has no number, on SQLite it writes no page.
        async with self._toolbox.database.transaction() as session:
            actor = await members.actor(session, incoming.sender_id)
            channels = await queries.channels(session, actor)
            release_at = await services.open_until(session, self._toolbox.keys)
        reader = Reader(incoming, actor.language or _spoken(incoming))
        number = int(update["update_id"])
        return Sent(number, seen, incoming, actor, reader, tuple(channels), release_at)

    async def _do(self, sent: Sent) -> None:
        match sent.seen.what:
            case What.TAP:
                await self._tapped(sent)
            case What.REPLY if sent.seen.marker is not None:
                await self._submit(sent, sent.seen.marker)
            case What.BEGIN:
                await self._offer(sent)
            case What.BEHIND:
                await self._expects_words(sent)
                await self._voice.say(
                    sent.reader,
                    "feedback/not_behind_the_command.html",
                    contact=_some_contact(sent),
                )
            case What.FETCH:
                await self._fetch(sent)
            case _ if is_receipt(sent.seen.words):
                await self._fetch(sent)
            case _:
                await self._decline(sent)

    async def _decline(self, sent: Sent) -> None:
        """Refuse words that may be meant for the question, and are no reply to it.

        Raises:
            FeedbackRefused: always.
        """
        now, chat_id = self._toolbox.clock.now(), sent.incoming.chat_id
        is_beside = sent.seen.what is What.BESIDE or sent.seen.is_elsewhere
        is_asked = is_beside or self._restraint.is_asked(chat_id, now=now)
        contact = _some_contact(sent)
        if not is_asked:
            raise FeedbackForgotten(contact=contact)
        async with self._toolbox.database.transaction() as session:
            is_between = await queries.is_in_conversation(session, chat_id, now)
        if not sent.seen.words and not is_between:
            raise FeedbackWordless(contact=contact)
        raise FeedbackUnanswered(contact=contact, is_between=is_between)

    async def _tapped(self, sent: Sent) -> None:
        tap = sent.incoming.tap
        if tap is None:
            return
        numbers = [int(value) if value.isdecimal() else 0 for value in tap.values]
        if tap.verb is Verb.CONFIDE and len(numbers) == len(("coalition", "group")):
            await self._ask(sent, *numbers)
        elif tap.verb is Verb.CONFIDE_ALL and numbers:
            channel = _channel(sent, numbers[0])
            # Whoever has read to the end need not scroll back to write.
            keyboard = keyboards.confide_after_all(channel.coalition.id, channel.groups)
            facts = _promised(sent, channel)
            await self._voice.say(
                sent.reader, "feedback/promise_in_full.html", keyboard=keyboard, **facts
            )
        elif tap.verb is Verb.RECEIPT and len(tap.values) == len(("update", "tag")):
            await self._show_receipt(sent, numbers[0], tap.values[1])
        elif tap.verb is Verb.RECEIPT_HIDE:
            await self._voice.hide(sent.reader)

    # --- the promise, and the question --------------------------------------------------------

    async def _offer(self, sent: Sent) -> None:
        """/feedback — what is promised, before anybody writes."""
        await self._check_free(sent)
        open_ones = [one for one in sent.channels if one.coalition.feedback is FeedbackState.OPEN]
        if not open_ones:
            raise _refusal(sent.channels)
        for channel in open_ones:
            keyboard = keyboards.confide(channel.coalition.id, channel.groups)
            facts = _promised(sent, channel)
            await self._voice.say(sent.reader, "feedback/promise.html", keyboard=keyboard, **facts)

    async def _ask(self, sent: Sent, coalition_id: int, group_id: int) -> None:
        """Put the question; its link says what it is about, and the reply brings that back."""
        await self._check_free(sent)
        channel = _channel(sent, coalition_id)
        group = next((one for one in channel.groups if one.id == group_id), None)
        facts = _promised(sent, channel)
        marker = Marker(coalition_id, group.id if group else None, facts["day"])
        await self._voice.say(
            sent.reader,
            "feedback/question.html",
            code=marker.code(),
            placeholder="feedback/placeholder.txt",
            group=group,
            **facts,
        )

    async def _check_free(self, sent: Sent) -> None:
        """Make sure that words cannot be taken for the answer to something else.

        Raises:
            FeedbackLater: they could.
        """
        if not await self._expects_words(sent):
            raise FeedbackLater(contact=_some_contact(sent))

    async def _expects_words(self, sent: Sent) -> bool:
        """Expect from now on that words are meant for us; tell whether they can be for nobody else.

        From the promise on: some write at once, in reply to nothing. Some do so, too, when they
        have only been told to finish another conversation first.
        """
        chat_id, now = sent.incoming.chat_id, self._toolbox.clock.now()
        async with self._toolbox.database.transaction() as session:
            if await queries.is_in_conversation(session, chat_id, now):
                self._restraint.came_between(chat_id, now=now)
                return False
        self._restraint.asked(chat_id, now=now)
        return True

    # --- the words ----------------------------------------------------------------------------

    async def _submit(self, sent: Sent, marker: Marker) -> None:
        """Seal what was written in reply to the question, and say that it arrived."""
        contact = _contact(sent, marker.coalition_id)
        if sent.incoming.is_edit:
            raise FeedbackEdited(contact=contact)
        try:
            fate = await self._known(sent) or await self._keep(sent, marker)
        except (KeyOfBatchLost, KeysUnreadable):
            fate = await self._refused(sent, FeedbackUnkept(contact=contact))
        except FeedbackRefused as refusal:
            fate = await self._refused(sent, refusal)
        if fate is Fate.REFUSED:
            raise FeedbackRefused(contact=contact)
        self._restraint.answered(sent.incoming.chat_id, now=self._toolbox.clock.now())
        await self._confirm(sent, fate, marker)

    async def _known(self, sent: Sent) -> Fate | None:
        async with self._toolbox.database.transaction() as session:
            return await services.fate(session, self._toolbox.keys, sent.update_id)

    async def _keep(self, sent: Sent, marker: Marker) -> Fate:
        database, keys = self._toolbox.database, self._toolbox.keys
        key = await self._key()
        submission = self._checked(sent, marker, key)
        try:
            async with database.transaction() as session:
                fate = await services.keep(session, keys, sent.update_id, submission)
        except IntegrityError:
            # Another program has just taken it.
            return Fate.RELEASED
        if fate is Fate.ARRIVED:
            # Only now: what the database did not let through is tried again, and counts once.
            now = self._toolbox.clock.now()
            self._restraint.wrote(sent.incoming.sender_id, marker.coalition_id, now=now)
        return fate

    async def _refused(self, sent: Sent, refusal: FeedbackRefused) -> Fate:
        """Note a refusal that might pass, so that it stays one; return what came before it, if so.

        Raises:
            FeedbackRefused: this one, unless another program has taken the words meanwhile.
        """
        if not refusal.may_pass:
            raise refusal
        try:
            async with self._toolbox.database.transaction() as session:
                fate = await services.refuse(session, self._toolbox.keys, sent.update_id)
        except IntegrityError:
            raise refusal from None
        if fate is Fate.REFUSED:
            raise refusal
        return fate

    def _checked(self, sent: Sent, marker: Marker, key: BatchKey) -> Submission:
        """Return what is to be sealed.

        Raises:
            FeedbackRefused: it cannot be taken; nothing of it is kept.
        """
        channel = _channel(sent, marker.coalition_id)
        contact, text = channel.coalition.contact, sent.seen.words
        if sent.incoming.wordless is not None or not text:
            raise FeedbackWordless(contact=contact)
        if not fits(text):
            raise FeedbackTooLong(contact=contact)
        if marker != Marker(marker.coalition_id, marker.group_id, _day(sent, channel)):
            raise FeedbackOld(contact=contact)
        now, sender = self._toolbox.clock.now(), sent.incoming.sender_id
        if not self._restraint.may_write(sender, marker.coalition_id, now=now):
            raise FeedbackTooMuch(contact=contact)
        # Who has left the group meanwhile, or is one of too few by now, does not name it.
        group_id = next((one.id for one in channel.groups if one.id == marker.group_id), None)
        receipt = receipts.digest(receipts.receipt_of(key, sent.update_id))
        return Submission(marker.coalition_id, group_id, text, receipt)

    async def _confirm(self, sent: Sent, fate: Fate, marker: Marker) -> None:
        contact = _contact(sent, marker.coalition_id)
        if fate is not Fate.ARRIVED:
            await self._voice.say_instead(
                sent.reader, "feedback/arrived.html", day=None, contact=contact
            )
            return
        tag = receipts.tag(await self._key(), sent.update_id, sent.incoming.sender_id)
        await self._voice.say_instead(
            sent.reader,
            "feedback/arrived.html",
            keyboard=keyboards.receipt(sent.update_id, tag),
            day=marker.read_on,
            contact=contact,
        )

    async def _key(self) -> BatchKey:
        async with self._toolbox.database.transaction() as session:
            return (await services.batch(session, self._toolbox.keys)).key

    # --- receipts and answers -----------------------------------------------------------------

    async def _show_receipt(self, sent: Sent, update_id: int, tag: str) -> None:
        """[Show receipt] — while the key of its batch exists, and only to who wrote."""
        try:
            key = await self._key()
        except (KeyOfBatchLost, KeysUnreadable):
            raise FeedbackUnkept from None
        own = receipts.tag(key, update_id, sent.incoming.sender_id)
        if not hmac.compare_digest(own.encode(), tag.encode()):
            await self._voice.say(sent.reader, "feedback/receipt_gone.html")
            return
        receipt = receipts.in_groups(receipts.receipt_of(key, update_id))
        keyboard = keyboards.hide_receipt()
        await self._voice.say(
            sent.reader, "feedback/receipt.html", keyboard=keyboard, receipt=receipt
        )

    async def _fetch(self, sent: Sent) -> None:
        """/answer 12345 67890 — what the coordination answered; whoever has the number may ask."""
        now, sender = self._toolbox.clock.now(), sent.incoming.sender_id
        if not self._restraint.may_try(sender, now=now):
            raise AttemptsUsedUp
        # A number that follows by itself, or one that is mistyped and put right, is no progress.
        await self._expects_words(sent)
        try:
            digest = receipts.digest(receipts.read(sent.seen.words))
        except ReceiptWrong:
            self._restraint.tried(sender, now=now)
            raise
        async with self._toolbox.database.transaction() as session:
            item = await queries.by_receipt(session, digest)
        if item is None:
            self._restraint.tried(sender, now=now)
        keyboard = keyboards.hide_receipt() if item is not None else None
        await self._voice.say_instead(
            sent.reader, "feedback/answer.html", keyboard=keyboard, item=item
        )

    # --- said ---------------------------------------------------------------------------------

    async def _only_in_private(self, incoming: Incoming) -> None:
        """Say in a group where this is done, neutrally, and take the question away if we may."""
        if incoming.tap is not None:
            # Forged: no button of ours stands in a group, and this message is not theirs.
            return
        async with self._toolbox.database.transaction() as session:
            group = await groups.meant_in(session, incoming.chat_id, incoming.thread_id)
        languages: Sequence[str] = group.languages if group is not None else [_spoken(incoming)]
        template, link = "feedback/only_in_private.html", incoming.link(WRITE)
        await self._voice.say_in_group(incoming, template, languages, link=link)

    async def _explain(self, sent: Sent, refusal: BotError) -> None:
        # Ten pictures that were sent in one go get one answer.
        if sent.seen.album is None or self._restraint.is_first_of(sent.seen.album):
            await self._voice.say(sent.reader, refusal.template, **refusal.facts())


async def aside(_desk: Desk, _incoming: Incoming) -> None:
    """Stand in the table of what people can send: the intake takes all of this aside before.

    If it ever did not, nothing is done, so that nothing of it is stored or logged.
    """


def _channel(sent: Sent, coalition_id: int) -> Channel:
    """Return where somebody can write.

    Raises:
        FeedbackRefused: they cannot.
    """
    found = [one for one in sent.channels if one.coalition.id == coalition_id]
    if not found or found[0].coalition.feedback is not FeedbackState.OPEN:
        raise _refusal(found)
    return found[0]


def _refusal(channels: Sequence[Channel]) -> FeedbackRefused:
    """Return why nobody can write there; that it was paused is most to the point."""
    if not channels:
        return FeedbackForMembers()
    paused = [one for one in channels if one.coalition.feedback is FeedbackState.PAUSED]
    contact = (paused or channels)[0].coalition.contact
    return FeedbackPaused(contact=contact) if paused else FeedbackClosed(contact=contact)


def _promised(sent: Sent, channel: Channel) -> dict[str, Any]:
    """Return the facts of the promise: to whom, and when it is read at the earliest."""
    return {"coalition": channel.coalition, "day": _day(sent, channel)}


def _day(sent: Sent, channel: Channel) -> date:
    if sent.release_at is None:
        raise FeedbackUnkept(contact=channel.coalition.contact)
    return sent.release_at.astimezone(ZoneInfo(channel.zone)).date()


def _contact(sent: Sent, coalition_id: int) -> str:
    found = (one.coalition.contact for one in sent.channels if one.coalition.id == coalition_id)
    return next(found, "")


def _some_contact(sent: Sent) -> str:
    """Return an independent contact where it is not said which coalition is meant.

    Of one that has its channel open, if any has; of two coalitions one may have no contact.
    """
    by_use = sorted(sent.channels, key=lambda one: one.coalition.feedback is not FeedbackState.OPEN)
    return next((one.coalition.contact for one in by_use if one.coalition.contact), "")


def _spoken(incoming: Incoming) -> str:
    """Return the language of a phone, if we speak it."""
    known = renderer().catalogues.languages
    return incoming.phone_language if incoming.phone_language in known else known[0]


def _chat_of(update: RawUpdate) -> int:
    return int(update["message"]["chat"]["id"])
