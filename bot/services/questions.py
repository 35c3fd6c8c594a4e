"""What single people are written before a meeting: the question, and a place told late."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups
from bot.domain.dates import wall_time
from bot.domain.preferences import MessageKind
from bot.domain.reminders import PrivateKind
from bot.models import Group, Meeting, Member, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import follow_up
from bot.queries import questions as queries
from bot.rendering import keyboards
from bot.services import budget, occasions
from bot.services.meeting_posts import MEETING, locked


async def ask(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Ask in private, once a meeting, with the same four answers as in the group.

    What comes too late is cancelled without a word: the day's reminder in the group asks again.
    What a person's budget of the week has no room for is withheld, and its row says so.
    """
    meeting, taken = await _begun(session, occasion, now)
    if taken is None:
        return True
    group = (await session.get_one(Group, meeting.group_id)).facts()
    away = await follow_up.away(session, wall_time(now, group.zone).date())
    for member in await queries.unanswered(session, meeting):
        if member.id in away:
            # Their colleagues are asked as well.
            continue
        await _write(
            session,
            member,
            meeting,
            group,
            taken,
            now=now,
            is_withheld=not await budget.may_write(session, member, group, now=now),
        )
    return True


async def tell_place(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Tell in private where a meeting is held whose place is told late.

    It counts towards the budget, but is never withheld: the group was promised it.
    """
    meeting, taken = await _begun(session, occasion, now)
    if taken is None:
        return True
    group = (await session.get_one(Group, meeting.group_id)).facts()
    for member in await queries.not_declined(session, meeting):
        await _write(session, member, meeting, group, taken, now=now)
    return True


async def tell_place_now(
    session: AsyncSession, telegram_id: int, *, now: datetime, meeting_id: int | None = None
) -> None:
    """Tell somebody a place that the others were told before, if they may know it.

    They said yes, or let the bot write to them, only after the day's reminder.
    """
    missed = await queries.places_not_told(session, telegram_id, now, meeting_id=meeting_id)
    for occasion, member in missed:
        meeting = await locked(session, occasion.subject_id)
        if meeting.version == occasion.subject_version:
            group = (await session.get_one(Group, meeting.group_id)).facts()
            await _write(session, member, meeting, group, occasion, now=now)


async def _begun(
    session: AsyncSession, occasion: Occasion, now: datetime
) -> tuple[Meeting, Occasion | None]:
    """Lock a meeting and then its occasion; None if there is nothing to be said any more."""
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return meeting, None
    is_late = taken.expires_at <= now
    occasions.end(taken, OccasionState.CANCELLED if is_late else OccasionState.POSTED, now)
    return meeting, None if is_late else taken


async def _write(
    session: AsyncSession,
    member: Member,
    meeting: Meeting,
    group: groups.Group,
    occasion: Occasion,
    *,
    now: datetime,
    is_withheld: bool = False,
) -> None:
    meeting_id = stored_id(meeting)
    is_place = occasion.kind == PrivateKind.PLACE
    muting = MessageKind.REMINDERS if is_place else MessageKind.QUESTIONS
    await post.say(
        session,
        Place(member.telegram_id, (member.language or group.languages[0],)),
        "questions/place.html" if is_place else "questions/question.html",
        {"group": group, "meeting": meeting.facts(), "local_now": wall_time(now, group.zone)},
        now=now,
        about=About(MEETING, meeting_id, meeting.version, occasion.kind),
        keyboard=keyboards.question(meeting_id, muting),
        occasion_key=occasion.key,
        expires_at=occasion.expires_at,
        is_withheld=is_withheld,
        is_unasked=True,
    )
