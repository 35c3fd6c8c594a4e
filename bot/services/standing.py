"""The bot's standing in a group's chat: thrown out, let back in, its topic closed.

A chat that is closed is written to no more; what falls due meanwhile waits in the outbox or
expires there. On the return one message says so, and what is still of use follows it, as it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.models import Group, Meeting, OutboxMessage, OutboxState
from bot.models.columns import stored_id
from bot.outbox import chats, post
from bot.outbox.post import About, Place
from bot.queries import groups as queries
from bot.queries import meetings
from bot.queries.members import caretakers
from bot.rendering import keyboards
from bot.services import meeting_posts, members, occasions
from bot.services.meeting_posts import MEETING
from bot.services.reminders import APOLOGY

STANDING = "standing"
"""The subject of what is said about a chat that was lost, or entered."""
LOST, GREETING = "groups/lost.html", "general/welcome_group.html"
MAY_BE_A_MIGRATION = timedelta(seconds=5)
"""A group that becomes a supergroup looks, for a moment, like a chat that was left and another that
was entered: Telegram sends that news, too, and in no certain order."""


@dataclass(frozen=True)
class Unheard:
    """What a chat was to hear while it was closed."""

    kinds: dict[int, str]
    """Of each meeting (id) that a post was meant for: which post, the newest."""
    has_missed: bool
    """Whether a reminder came too late to be of use."""


async def lost(session: AsyncSession, chat_id: int, *, now: datetime) -> None:
    """Stop writing to a chat that threw us out; whoever cares for its groups is told, once."""
    if not await chats.close(session, chat_id, now=now):
        return
    for group in await queries.in_chat(session, chat_id):
        facts = group.facts()
        ahead = await meetings.upcoming(session, facts.id, now)
        for member in await caretakers(session, group):
            said = await members.tell(
                session,
                member,
                LOST,
                {"group": facts, "meetings": [meeting.facts() for meeting in ahead[:1]]},
                now=now,
                about=About(STANDING, chat_id, 1, LOST),
            )
            said.not_before = now + MAY_BE_A_MIGRATION


async def greet(session: AsyncSession, place: Place, *, can_set_up: bool, now: datetime) -> None:
    """Say who came into a chat that belongs to no group yet, and what to do next."""
    said = await post.say(
        session,
        place,
        GREETING,
        {"can_set_up": can_set_up},
        now=now,
        about=About(STANDING, place.chat_id, 1, GREETING),
        keyboard=keyboards.set_up(),
        is_silent=True,
    )
    said.not_before = now + MAY_BE_A_MIGRATION


async def unsay(session: AsyncSession, *chat_ids: int) -> None:
    """Take back what was to be said about leaving or entering chats: it was not so."""
    await session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.subject) == STANDING,
            col(OutboxMessage.subject_id).in_(chat_ids),
            col(OutboxMessage.state) == OutboxState.READY,
            col(OutboxMessage.lease_until).is_(None),
        )
        .values(state=OutboxState.WITHDRAWN, ended_at=col(OutboxMessage.not_before))
    )


async def returned(session: AsyncSession, chat_id: int, *, now: datetime) -> None:
    """Write to a chat again that let us back in, and tell its groups what they have not heard."""
    closed_at = await chats.reopen(session, chat_id)
    if closed_at is None:
        return
    await unsay(session, chat_id)
    for group in await queries.in_chat(session, chat_id):
        await _catch_up(session, group, closed_at, now=now)


async def topic_lost(
    session: AsyncSession, chat_id: int, thread_id: int | None, *, now: datetime
) -> None:
    """Write to the general topic instead of one that is closed or deleted; it is told once.

    None is the general topic itself: while it is closed, what a group has there cannot be said.
    """
    for group in await queries.in_chat(session, chat_id):
        if group.thread_id != thread_id or group.is_topic_lost:
            continue
        group.is_topic_lost = True
        facts = {"group": group.facts(), "is_general": thread_id is None}
        for member in await caretakers(session, group):
            await members.tell(session, member, "groups/topic_lost.html", facts, now=now)
    await session.flush()


async def settle_in(session: AsyncSession, group: Group, thread_id: int | None) -> None:
    """Let a group that lost its topic write in this one from now on."""
    group.thread_id, group.is_topic_lost = thread_id, False
    await session.flush()


async def topic_opened(session: AsyncSession, chat_id: int, thread_id: int | None) -> None:
    """Write to a topic again that was closed for a while."""
    for group in await queries.in_chat(session, chat_id):
        if group.thread_id == thread_id:
            group.is_topic_lost = False
    await session.flush()


async def heard(session: AsyncSession, chat_id: int, sent_at: datetime, *, now: datetime) -> None:
    """Take a message from a closed chat, sent after its closing, for the news of our return."""
    closed_at = await chats.closed_at(session, chat_id)
    if closed_at is not None and sent_at > closed_at:
        await returned(session, chat_id, now=now)


async def _catch_up(
    session: AsyncSession, group: Group, closed_at: datetime, *, now: datetime
) -> None:
    facts = group.facts()
    # In one order, as everybody who locks several of them.
    ids = sorted(stored_id(meeting) for meeting in await meetings.upcoming(session, facts.id, now))
    ahead = [await meeting_posts.locked(session, meeting_id) for meeting_id in ids]
    unheard = await _take_back(session, group, closed_at, now=now)
    ahead.sort(key=lambda meeting: meeting.starts_at)
    following = [
        meeting
        for meeting in ahead
        if stored_id(meeting) in unheard.kinds and not meeting.facts().has_started(now)
    ]
    shown = [meeting for meeting in ahead[:1] if meeting not in following]
    await post.say(
        session,
        post.in_group(facts),
        "groups/back.html",
        {
            "group": facts,
            "has_missed": unheard.has_missed,
            "following": len(following),
            "meetings": [meeting.facts() for meeting in shown],
            "local_now": wall_time(now, group.zone),
        },
        now=now,
        is_silent=True,
    )
    for meeting in following:
        kind = unheard.kinds[stored_id(meeting)]
        await meeting_posts.announce(session, meeting, facts, kind, now=now, is_silent=True)


async def _take_back(
    session: AsyncSession, group: Group, closed_at: datetime, *, now: datetime
) -> Unheard:
    """Withdraw what a group was to hear about its meetings, and return what that was."""
    of_group = select(col(Meeting.id)).where(col(Meeting.group_id) == group.id)
    rows = await session.execute(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == group.chat_id,
            (
                (col(OutboxMessage.kind) == APOLOGY)
                & col(OutboxMessage.thread_id).is_not_distinct_from(group.facts().thread_id)
            )
            | (
                (col(OutboxMessage.subject) == MEETING)
                & col(OutboxMessage.subject_id).in_(of_group)
            ),
            col(OutboxMessage.message_id).is_(None),
            col(OutboxMessage.lease_until).is_(None),
            (col(OutboxMessage.state) == OutboxState.READY)
            | (col(OutboxMessage.ended_at) >= closed_at),
            col(OutboxMessage.state) != OutboxState.DELIVERED,
        )
        .order_by(col(OutboxMessage.id))
        .with_for_update()
    )
    kinds, late = {}, []
    has_missed = False
    for row in rows.scalars().all():
        is_late = row.state is OutboxState.EXPIRED or row.expires_at <= now
        has_missed = has_missed or row.kind == APOLOGY or is_late
        if row.state is not OutboxState.READY:
            continue
        row.state, row.ended_at = OutboxState.WITHDRAWN, now
        if is_late and row.occasion_key:
            late.append(row.occasion_key)
        elif row.is_live and row.subject_id is not None:
            kinds[row.subject_id] = row.kind
    await _skip(session, late, now=now)
    await session.flush()
    return Unheard(kinds, has_missed)


async def _skip(session: AsyncSession, keys: Sequence[str], *, now: datetime) -> None:
    if keys:
        await occasions.skip(session, keys, now)
