"""The private question to those whose organisation has not answered."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.models import Group, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import questions as queries
from bot.rendering import keyboards
from bot.services import budget, occasions
from bot.services.meeting_posts import MEETING, locked


async def ask(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Ask in private, once a meeting, with the same four answers as in the group.

    What comes too late is cancelled without a word: the day's reminder in the group asks again.
    What a person's budget of the week has no room for is withheld, and its row says so.
    """
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    if taken.expires_at <= now:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    group = (await session.get_one(Group, meeting.group_id)).facts()
    for member in await queries.unanswered(session, meeting):
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            "questions/question.html",
            {
                "group": group,
                "meeting": meeting.facts(),
                "local_now": wall_time(now, group.zone),
            },
            now=now,
            about=About(MEETING, stored_id(meeting), meeting.version, taken.kind),
            keyboard=keyboards.question(stored_id(meeting)),
            occasion_key=taken.key,
            expires_at=taken.expires_at,
            is_withheld=not await budget.may_write(session, member, group, now=now),
            is_unasked=True,
        )
    return True
