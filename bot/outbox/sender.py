"""The sender delivers what the outbox holds.

    ready --claim--> ready, with a lease --call--> delivered
      ^                                    |
      +---- try again (429, 5xx, silence) -+----> failed (400) · expired · withdrawn

A claim is a short transaction: it takes what may go out at this instant, counts it towards the
limits and leases it. The calls run after the commit, side by side; each records its outcome in a
transaction of its own. A program that is killed in between leaves a lease behind; when it is over,
the message is sent again, because nobody can know whether Telegram had accepted it. That is the one
duplicate that the promise allows.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog
from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import BotApi, Document, Stored
from bot.botapi.errors import (
    CallFailed,
    Closed,
    Migrated,
    Refused,
    TooMany,
    Unreachable,
)
from bot.clock import Clock
from bot.database import Database, DatabaseTime, is_transient, lock, savepoint
from bot.models import (
    EVERYWHERE,
    Chat,
    MessageSubject,
    Method,
    OutboxMessage,
    OutboxState,
    Sending,
)
from bot.models.columns import UTCDateTime
from bot.outbox import chats, pace

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
"""Longer than a call may take, or a message would be sent twice without any crash."""
REPLIES_FIND_THEIR_SUBJECT = timedelta(days=180)
LONGEST_BACKOFF = timedelta(minutes=5)
POLL = timedelta(seconds=5)
"""How often (real time) the table is looked at without a nudge: another program may have died."""
MOST_REPOSTS = 3
NOTHING_LEFT = "there is nothing left to make the file from"

Silenced: TypeAlias = Callable[[AsyncSession, list[str], datetime], Awaitable[None]]
"""Told of the keys of occasions whose messages expired before they could be sent."""
Making: TypeAlias = Callable[
    [AsyncSession, dict[str, Any], datetime], Awaitable[Callable[[], Document] | None]
]
"""Reads what the file that a row tells of is made from, and returns what makes it."""
Closing: TypeAlias = Callable[..., Awaitable[None]]
"""Closes a chat (session, its id, now=...) that Telegram says we are not in, and tells of it."""
TopicLost: TypeAlias = Callable[..., Awaitable[None]]
"""Told (session, ids of the chat and the topic, now=...) that a topic is closed or deleted.

The general topic is None.
"""
Migration: TypeAlias = Callable[[AsyncSession, int, int], Awaitable[None]]


@dataclass(frozen=True)
class Job:
    """One claimed message, as it was when it was claimed."""

    id: int
    method: Method
    chat_id: int
    thread_id: int | None
    text: str
    keyboard: dict[str, Any] | None
    reply_to: int | None
    is_silent: bool
    document: dict[str, Any] | None
    version: int
    message_id: int | None


Outcome: TypeAlias = int | CallFailed | None
"""The id of the message that was sent or edited (None for a reaction), or what went wrong."""

_COLUMNS = [col(getattr(OutboxMessage, name)) for name in Job.__dataclass_fields__]


class Sender:
    """Delivers the outbox until it is stopped; several may run on one database."""

    def __init__(
        self,
        database: Database,
        api: BotApi,
        clock: Clock,
        *,
        migrated: Migration,
        silenced: Silenced,
        closed: Closing,
        topic_lost: TopicLost,
        made: Making,
        lease: timedelta = LEASE,
    ) -> None:
        """Prepare; the services are told of new ids, of closed chats, of occasions never heard of.

        They make the files, too, of which a row only tells.
        """
        self._database = database
        self._api = api
        self._clock = clock
        self._migrated = migrated
        self._silenced = silenced
        self._closed = closed
        self._topic_lost = topic_lost
        self._made = made
        self._lease = lease
        self._nudged = asyncio.Event()
        self._idle = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._outcomes: list[tuple[Job, Outcome]] = []
        self._recording = asyncio.Lock()
        self.next_at: datetime | None = None
        """When the next message that waits may go out, as of the last look; None: nothing waits."""

    def nudge(self) -> None:
        """Tell the sender that there may be something to deliver."""
        self._idle.clear()
        self._nudged.set()

    async def settle(self) -> None:
        """Return when nothing more can be delivered before the clock moves."""
        self.nudge()
        await self._idle.wait()

    async def run(self) -> None:
        """Deliver what is ready, and wait for more, for ever."""
        while True:
            self._nudged.clear()
            if await self._database.insist(self._round):
                continue
            if not self._calls and not self._nudged.is_set():
                self._idle.set()
            await self._wait()

    async def stop(self) -> None:
        """Wait for the calls that are under way, so that their outcomes are recorded."""
        if self._calls:
            await asyncio.wait(self._calls)

    async def forget_leases(self) -> None:
        """Take up at once what a killed program had in hand; only for a database's sole user."""
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage)
                .where(_IS_READY, col(OutboxMessage.lease_until).is_not(None))
                .values(lease_until=None)
            )

    async def _wait(self) -> None:
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(self._nudged.wait())]
        if self.next_at is not None:
            waits.append(asyncio.create_task(_sleep(self._clock, self.next_at)))
        _, rest = await asyncio.wait(
            waits, timeout=POLL.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _round(self) -> bool:
        """Let go out what may; return whether there may be more that need not wait."""
        async with self._database.transaction() as session:
            jobs, is_more, self.next_at = list[Job](), False, None
            # Most looks find nothing, or what is on its way: they cost one statement.
            if await session.scalar(_ANYTHING_TO_DO):
                await lock(session, ["pace"])
                # Not before: another program may have held the lock for a while.
                now = self._clock.now()
                jobs, is_more = await self._claim(session, now)
                self.next_at = None if is_more else await _next_at(session, now)
        for job in jobs:
            task = asyncio.create_task(self._deliver(job))
            self._calls.add(task)
            task.add_done_callback(self._over)
        return is_more

    def _over(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._nudged.set()  # The next message of the same chat may be due now.
        if not task.cancelled() and (error := task.exception()):
            # The lease will run out, and the message is tried again.
            log.error("outbox.not_recorded", error=type(error).__name__)

    async def _claim(self, session: AsyncSession, now: datetime) -> tuple[list[Job], bool]:
        """Lease what may go out now: replies first, one message a chat, in each chat's order.

        Returns, too, whether some was left that may go now: more of a chat, or beyond the room.
        """
        leased_from, paused_until, is_any_expired = (
            await session.execute(_SITUATION, {"now": now})
        ).one()
        if is_any_expired:
            expired = await session.execute(_EXPIRE, {"now": now, "leased_from": leased_from})
            if silenced := [key for key in expired.scalars() if key is not None]:
                await self._tell_of(silenced, session, now)
        room = await pace.room_for(session, now)
        if room <= 0 or (paused_until is not None and paused_until > now):
            return [], False
        moments = {"now": now, "leased_from": leased_from, **pace.windows(now)}
        rows = (await session.execute(_CLAIMABLE, {"room": room, **moments})).all()
        first_of_chat: dict[int, Job] = {}
        for row in rows:
            job = Job(*row)
            first_of_chat.setdefault(job.chat_id, job)
        jobs = list(first_of_chat.values())
        if jobs:
            await session.execute(
                update(OutboxMessage)
                .where(col(OutboxMessage.id).in_([job.id for job in jobs]))
                .values(lease_until=leased_from + self._lease)
            )
            sent = [{"chat_id": _paced_chat(job), "at": now} for job in jobs]
            await session.execute(insert(Sending), sent)
        return jobs, len(rows) == room or len(rows) > len(jobs)

    async def _tell_of(self, silenced: list[str], session: AsyncSession, now: datetime) -> None:
        """Tell the services; should they fail, the messages that can go out must not suffer."""
        try:
            async with savepoint(session):
                await self._silenced(session, silenced, now)
        except Exception as error:
            if is_transient(error):
                raise
            log.error("outbox.not_told", count=len(silenced), error=type(error).__name__)  # noqa: TRY400 - the text of an error could name a person

    async def _deliver(self, job: Job) -> None:
        outcome: Outcome
        try:
            outcome = await self._call(job)
        except CallFailed as failure:
            outcome = failure
        self._outcomes.append((job, outcome))
        # Whoever comes first records for all that have finished meanwhile: one wait for the disk.
        async with self._recording:
            outcomes, self._outcomes = self._outcomes, []
            if outcomes:
                # However long it takes: what is forgotten here would be sent once more.
                await self._database.insist(
                    lambda: self._database.once(lambda session: self._record(session, outcomes))
                )

    async def _record(self, session: AsyncSession, outcomes: list[tuple[Job, Outcome]]) -> None:
        sent_to = {_paced_chat(job) for job, _ in outcomes}
        await pace.arrived(session, sent_to, self._clock.now())
        # In one order in every program, or two of them could wait for each other.
        for job, outcome in sorted(outcomes, key=lambda pair: pair[0].id):
            if isinstance(outcome, CallFailed):
                await self._failed(session, job, outcome)
            else:
                await self._delivered(session, job, outcome)

    async def _call(self, job: Job) -> int | None:
        if job.method is Method.REACTION:
            assert job.reply_to is not None
            await self._api.react(job.chat_id, job.reply_to, job.text)
            return None
        if job.method is Method.DOCUMENT:
            return await self._api.send_document(
                job.chat_id,
                _stored(job) or await self._document(job),
                thread_id=job.thread_id,
                reply_to=job.reply_to,
                is_silent=job.is_silent,
            )
        if job.method is Method.PHOTO:
            return await self._photo(job)
        if job.message_id is None:
            return await self._api.send_message(
                job.chat_id,
                job.text,
                keyboard=job.keyboard,
                thread_id=job.thread_id,
                reply_to=job.reply_to,
                is_silent=job.is_silent,
            )
        with contextlib.suppress(_Unchanged):
            try:
                await self._api.edit_message(
                    job.chat_id, job.message_id, job.text, keyboard=job.keyboard
                )
            except Refused as refusal:
                if refusal.is_unchanged:
                    raise _Unchanged from refusal
                raise
        return job.message_id

    async def _photo(self, job: Job) -> int:
        return await self._api.send_photo(
            job.chat_id,
            _stored(job) or await self._document(job),
            keyboard=job.keyboard,
            thread_id=job.thread_id,
            reply_to=job.reply_to,
            is_silent=job.is_silent,
            is_protected=bool((job.document or {}).get("is_protected")),
        )

    async def _document(self, job: Job) -> Document:
        """Make a file; one that cannot be made is refused, as by Telegram."""
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                make = await self._made(session, job.document or {}, now)
            # In a thread, after the transaction: the libraries take a while to load.
            made = await asyncio.to_thread(make) if make else None
        except Exception as error:
            if is_transient(error):
                raise Unreachable from error
            # For good: the next try would fail, too, and hold up the chat.
            raise Refused(type(error).__name__) from error
        if made is None:
            raise Refused(NOTHING_LEFT)
        return made

    async def _delivered(self, session: AsyncSession, job: Job, message_id: int | None) -> None:
        now = self._clock.now()
        message = await session.get_one(OutboxMessage, job.id, with_for_update=True)
        message.lease_until = None
        message.attempts = 0
        message.message_id = message_id
        message.sent_version = job.version
        if message.state is OutboxState.READY and message.version == job.version:
            message.state, message.ended_at = OutboxState.DELIVERED, now
        if message.subject and message_id and job.message_id is None:
            lowest = select(func.max(col(MessageSubject.position))).where(
                col(MessageSubject.chat_id) == message.chat_id
            )
            await session.merge(
                MessageSubject(
                    chat_id=message.chat_id,
                    message_id=message_id,
                    position=(await session.scalar(lowest) or 0) + 1,
                    kind=message.kind,
                    subject=message.subject,
                    subject_id=message.subject_id or 0,
                    subject_version=message.subject_version,
                    drop_at=message.expires_at + REPLIES_FIND_THEIR_SUBJECT,
                )
            )

    async def _failed(self, session: AsyncSession, job: Job, failure: CallFailed) -> None:
        now = self._clock.now()
        message = await session.get_one(OutboxMessage, job.id, with_for_update=True)
        message.lease_until = None
        match failure:
            case Migrated():
                await self._migrated(session, job.chat_id, failure.chat_id)
            case Closed():
                await self._closed(session, job.chat_id, now=now)
            case TooMany():
                until = now + failure.retry_after
                await chats.pause(session, job.chat_id, until=until, now=now)
            case Refused(is_topic_gone=True) if message.thread_id is not None:
                # Better read in the general topic of the forum than nowhere.
                await self._topic_lost(session, job.chat_id, message.thread_id, now=now)
                message.thread_id = None
                if message.method is not Method.REACTION:
                    # An answer stands in the topic of what it answers: there it would be refused.
                    message.reply_to = None
            case Refused(is_message_gone=True) if message.attempts < MOST_REPOSTS:
                message.message_id = None
                message.attempts += 1
            case Refused():
                if failure.is_topic_gone:
                    # Where even the general topic is closed there is nowhere to go.
                    await self._topic_lost(session, job.chat_id, None, now=now)
                message.state, message.ended_at = OutboxState.FAILED, now
                message.failure = failure.description[:200]
            case _:
                message.attempts += 1
                backoff = min(timedelta(seconds=2 ** min(message.attempts, 10)), LONGEST_BACKOFF)
                message.not_before = now + backoff
        log.warning("outbox.failed", message=job.id, reason=type(failure).__name__)


def _stored(job: Job) -> Stored | None:
    """Return the file to be sent that Telegram has already."""
    what = job.document or {}
    return Stored(what["file_id"], job.text) if "file_id" in what else None


class _Unchanged(Exception):
    """An edit would change nothing: what we want is already there."""


_IS_READY = col(OutboxMessage.state) == OutboxState.READY


_NOW = bindparam("now", type_=UTCDateTime)


def _is_in_nobodys_hand(leased_from: ColumnElement[datetime]) -> ColumnElement[bool]:
    return or_(
        col(OutboxMessage.lease_until).is_(None), col(OutboxMessage.lease_until) < leased_from
    )


_IS_IN_NOBODYS_HAND = _is_in_nobodys_hand(bindparam("leased_from", type_=UTCDateTime))
_IS_OPEN = func.coalesce(col(Chat.is_closed), False).is_(False)
_HAS_ITS_CHAT = col(Chat.chat_id) == col(OutboxMessage.chat_id)


def _may_go() -> ColumnElement[bool]:
    earlier = aliased(OutboxMessage)
    is_edit = col(OutboxMessage.message_id).is_not(None)
    has_earlier = (
        select(col(earlier.id))
        .where(
            col(earlier.chat_id) == col(OutboxMessage.chat_id),
            col(earlier.state) == OutboxState.READY,
            col(earlier.message_id).is_(None),
            col(earlier.id) < col(OutboxMessage.id),
        )
        .exists()
    )
    return and_(
        _IS_READY,
        col(OutboxMessage.not_before) <= _NOW,
        # Its lease may have ended since the expired ones were put away, a moment ago.
        col(OutboxMessage.expires_at) > _NOW,
        _IS_IN_NOBODYS_HAND,
        _IS_OPEN,
        or_(col(Chat.paused_until).is_(None), col(Chat.paused_until) <= _NOW),
        # Order within a chat is kept; an edit neither waits nor holds anything back.
        or_(is_edit, ~has_earlier),
        or_(
            col(OutboxMessage.method) == Method.REACTION,
            pace.chat_may_be_sent_to(col(OutboxMessage.chat_id)),
        ),
    )


# Built once: building a statement costs more than running it.
_ANYTHING_TO_DO = select(
    select(col(OutboxMessage.id)).where(_IS_READY, _is_in_nobodys_hand(DatabaseTime())).exists()
)
_SITUATION = select(
    DatabaseTime(),
    select(col(Chat.paused_until)).where(col(Chat.chat_id) == EVERYWHERE).scalar_subquery(),
    select(col(OutboxMessage.id)).where(_IS_READY, col(OutboxMessage.expires_at) <= _NOW).exists(),
)
_CLAIMABLE = (
    select(*_COLUMNS)
    .outerjoin(Chat, _HAS_ITS_CHAT)
    .where(_may_go())
    # What answers a person does not wait behind a broadcast, and a list that changes all the time
    # never takes the turn of something new.
    .order_by(
        col(OutboxMessage.message_id).is_not(None),
        col(OutboxMessage.occasion_key).is_not(None),
        col(OutboxMessage.id),
    )
    .limit(bindparam("room"))
)
_EXPIRE = (
    update(OutboxMessage)
    # What is on its way may arrive yet.
    .where(_IS_READY, col(OutboxMessage.expires_at) <= _NOW, _IS_IN_NOBODYS_HAND)
    .values(state=OutboxState.EXPIRED, ended_at=_NOW, lease_until=None)
    .returning(col(OutboxMessage.occasion_key))
    .execution_options(synchronize_session=False)
)
_NEXT_TRY = (
    select(func.min(col(OutboxMessage.not_before)))
    .outerjoin(Chat, _HAS_ITS_CHAT)
    .where(_IS_READY, col(OutboxMessage.not_before) > _NOW, _IS_OPEN)
)
_NEXT_END_OF_PAUSE = (
    select(func.min(col(Chat.paused_until)))
    .join(OutboxMessage, or_(_HAS_ITS_CHAT, col(Chat.chat_id) == EVERYWHERE))
    .where(_IS_READY, col(Chat.paused_until) > _NOW)
)
_NEXT_MOMENTS = select(_NEXT_TRY.scalar_subquery(), _NEXT_END_OF_PAUSE.scalar_subquery())


async def _next_at(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when something that is ready may go out next; None if nothing waits for the clock."""
    moments = [
        *(await session.execute(_NEXT_MOMENTS, {"now": now})).one(),
        await pace.next_room_at(session, now),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


async def _sleep(clock: Clock, until: datetime) -> None:
    await clock.sleep_until(until)


def _paced_chat(job: Job) -> int:
    return pace.NO_CHAT if job.method is Method.REACTION else job.chat_id
