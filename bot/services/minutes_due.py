"""What the clock does for minutes: nobody approves them, or nobody objects any more."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.minutes import Due, MinutesState, Screen
from bot.models import Group, Meeting, Minutes, Objection, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import members as member_queries
from bot.queries import minutes as queries
from bot.services import budget, minutes_views, objections, occasions
from bot.services.meeting_posts import locked
from bot.services.minutes import who_may_now


async def bring(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Do what falls due for minutes, also late: minutes that are missing are wanted all the same.

    What the minutes need no more is cancelled without a word.
    """
    meeting = await locked(session, occasion.subject_id)
    minutes = await queries.latest(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    if taken.kind == Due.CONFIRM:
        # What may be an objection counts as one: the leads are reminded of it with the others.
        await objections.count_doubtful(session, occasion.subject_id, now=now)
        # With an objection that waits, its answer confirms them, or else as many days again.
        if not await objections.confirm_if_over(session, occasion.subject_id, now=now):
            await objections.remind(session, occasion.subject_id, now=now)
        occasions.end(taken, OccasionState.POSTED, now)
        return True
    if taken.kind == Due.UNANSWERED:
        await objections.give_over(session, occasion.subject_id, now=now)
        occasions.end(taken, OccasionState.POSTED, now)
        return True
    is_missing = minutes is not None and minutes.state in {
        MinutesState.DRAFT,
        MinutesState.CIRCULATED,
    }
    if minutes is None or not is_missing or minutes.version > 1:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    group = await session.get_one(Group, meeting.group_id)
    if taken.kind == Due.MISSING:
        await _show_upward(session, meeting, group, minutes, now=now)
        return True
    if minutes.state is MinutesState.DRAFT:
        minutes.state = MinutesState.CIRCULATED
        # By this it is told later whether it was corrected since.
        minutes.fix(await queries.read(session, meeting, minutes))
        await session.flush()
        await minutes_views.publish(session, meeting, minutes, now=now)
        minutes_views.redraft(session, meeting, now=now)
    for member in await who_may_now(session, meeting, group):
        language = member.language or group.languages[0]
        asked = "last" if taken.kind == Due.ASKED else "again"
        screen = Screen(language, asked=asked)
        await minutes_views.show_draft(
            session, meeting, minutes, member, now=now, is_asking=True, screen=screen
        )
    return True


async def end_doubt(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Put to the leads what may be an objection: whoever wrote it did not say."""
    objection = await session.get(Objection, occasion.subject_id)
    if objection is None:
        occasions.end(occasion, OccasionState.CANCELLED, now)
        return True
    await locked(session, objection.meeting_id)
    taken = await occasions.take(session, occasion.key)
    if taken is not None:
        await objections.put(session, objection, now=now)
        occasions.end(taken, OccasionState.POSTED, now)
    return True


async def _show_upward(
    session: AsyncSession, meeting: Meeting, group: Group, minutes: Minutes, *, now: datetime
) -> None:
    """Tell the coordination team, once a meeting, that nobody approves its minutes."""
    leads = await member_queries.leads(session, stored_id(group))
    for member in await member_queries.team(session, group):
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            "minutes/missing.html",
            {
                "group": group.facts(),
                "meeting": meeting.facts(),
                "drafted": wall_time(minutes.drafted_at, group.zone),
                "leads": [lead.name for lead in leads],
            },
            now=now,
            expires_at=now + minutes_views.LASTS,
            is_silent=group.facts().quiet.cover(wall_time(now, group.zone)),
            is_unasked=True,
            is_withheld=not await budget.may_write(session, member, group.facts(), now=now),
        )
