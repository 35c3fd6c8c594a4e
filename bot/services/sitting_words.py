"""Quiet words to whoever leads a meeting: the time of an item is up, the planned end is near.

They are written down when an item begins, and cancelled when it ends: none is said twice. Whoever
leads asked for them by leading, so that they use up nobody's budget; they make no sound.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.facilitation import Duty
from bot.domain.preferences import MessageKind
from bot.domain.sittings import NOTICE, SittingState, Word
from bot.models import Group, Meeting, Member, Occasion, OccasionState, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import questions, sittings
from bot.rendering.keyboards import sittings as keyboards
from bot.services import occasions, sitting_posts
from bot.services.meeting_posts import locked
from bot.services.sitting_posts import BOARD

USEFUL = timedelta(minutes=15)
"""How long such a word is of use; after a downtime nobody needs it."""


async def plan_end(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Write down that whoever leads is told when the planned end of a (locked) meeting is near."""
    due = meeting.ends_at - NOTICE
    if due > now:
        await _write(session, meeting, Word.ENDING, due, expires_at=meeting.ends_at)


async def plan_item(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> None:
    """Write down when the time of the current item is up, instead of that of the one before."""
    await session.execute(
        update(Occasion)
        .where(
            col(Occasion.subject) == BOARD,
            col(Occasion.subject_id) == meeting.id,
            col(Occasion.kind) == Word.TIME_UP,
            col(Occasion.state) == OccasionState.WAITING,
        )
        .values(state=OccasionState.CANCELLED, ended_at=now)
    )
    due = sittings.due(sitting, await sittings.timed(session, meeting))
    if due is not None and due > now:
        await _write(session, meeting, Word.TIME_UP, due, expires_at=due + USEFUL)


async def cancel(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Say none of the words of a (locked) meeting that are still to come."""
    await occasions.cancel(session, subject=BOARD, subject_id=meeting_id, now=now)


async def say(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Tell whoever leads, once; what comes too late is cancelled without a word.

    That the time of an item is up everybody reads in the post, too.
    """
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    sitting = await session.get(Sitting, meeting.id, populate_existing=True)
    is_open = sitting is not None and sitting.state is SittingState.OPEN
    if is_open and taken.kind == Word.TIME_UP:
        sitting_posts.show(session, meeting, now=now)
    is_late = taken.expires_at <= now or not is_open
    occasions.end(taken, OccasionState.CANCELLED if is_late else OccasionState.POSTED, now)
    if is_late or sitting is None:
        return True
    group = await session.get_one(Group, meeting.group_id)
    facts = await sittings.of_meeting(session, meeting, sitting)
    for member in await _leaders(session, meeting, group):
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            "sittings/word.html",
            {"group": group.facts(), "sitting": facts, "word": taken.kind},
            now=now,
            about=About(BOARD, stored_id(meeting), meeting.version, taken.kind),
            keyboard=keyboards.word(facts, MessageKind.REMINDERS),
            occasion_key=taken.key,
            expires_at=taken.expires_at,
            is_silent=True,
        )
    return True


async def _leaders(session: AsyncSession, meeting: Meeting, group: Group) -> Sequence[Member]:
    """Return who is told: people of the organisation that took the lead, or else the leads."""
    scope = await sittings.scope(session, meeting, group)
    leading = [key for key, duty in scope.serving.items() if duty is Duty.FACILITATOR]
    found = await questions.reachable(session, meeting, leading, MessageKind.REMINDERS)
    return found or await questions.leads(session, meeting)


async def _write(
    session: AsyncSession, meeting: Meeting, word: Word, due: datetime, *, expires_at: datetime
) -> None:
    """Write a word down under a number of its own: an item may be come back to."""
    last = await session.scalar(
        select(func.max(col(Occasion.subject_version))).where(
            col(Occasion.subject) == BOARD,
            col(Occasion.subject_id) == meeting.id,
            col(Occasion.kind) == word,
        )
    )
    await occasions.write(
        session,
        kind=word,
        subject=BOARD,
        subject_id=stored_id(meeting),
        subject_version=(last or 0) + 1,
        zone=meeting.zone,
        due_at=due,
        expires_at=expires_at,
    )
