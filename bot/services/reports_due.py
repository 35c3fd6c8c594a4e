"""Reports that come by themselves: the coordination's quarter, and each group's own month.

    written down, one at a time -> falls due: said, the next written down -> ...

What is new (a group, a coalition) is found by the housekeeping (`keep`).
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.budget import Weight
from bot.domain.dates import instant, wall_time
from bot.domain.inbox import OUTCOMES_TOLD
from bot.domain.reports import (
    Due,
    Period,
    month_before,
    month_of,
    next_monthly,
    next_quarterly,
    quarter_of,
)
from bot.models import Coalition, Group, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import groups as group_queries
from bot.queries import inbox
from bot.queries import reports as queries
from bot.rendering.keyboards import reports as keyboards
from bot.services import budget, occasions, reports

GROUP, COALITION = "report-group", "report-coalition"
"""The subjects of the occasions: a group's month, a coalition's quarter."""
LATE = timedelta(days=14)
"""How long after its time a report is still worth saying."""


async def keep(session: AsyncSession, *, now: datetime) -> None:
    """Write down what is reported next of each group and coalition, where that was not done yet."""
    rows = await session.execute(select(Group).order_by(col(Group.id)))
    groups = rows.scalars().all()
    monthly = await queries.waiting(session, Due.MONTH)
    quarterly = await queries.waiting(session, Due.QUARTER)
    for group in groups:
        if stored_id(group) not in monthly:
            await _write_month(session, group, wall_time(now, group.zone))
        if group.coalition_id not in quarterly:
            quarterly.add(group.coalition_id)
            wall = wall_time(now, group.zone)
            await _write_quarter(session, group.coalition_id, group.zone, wall)


async def tell(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Tell a group about its own month, without a sound if it has heard enough this week."""
    group = await session.get(Group, occasion.subject_id, with_for_update=True)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    if group is None:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    await _write_month(session, group, taken.wall_time)
    if taken.expires_at <= now:
        # The month is told of no more; the next one says what is still to be done.
        occasions.end(taken, OccasionState.SKIPPED, now)
        return True
    coalition = await session.get_one(Coalition, group.coalition_id)
    period = month_before(taken.wall_time.date())
    outcomes = await _outcomes(session, group, period)
    month = replace(
        month_of(await reports.read(session, coalition, [group], period, is_whole=False, now=now)),
        outcomes=outcomes[:OUTCOMES_TOLD],
        more_outcomes=max(len(outcomes) - OUTCOMES_TOLD, 0),
    )
    if month.is_empty:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    facts = group.facts()
    await post.say(
        session,
        post.in_group(facts),
        "reports/month.html",
        {"group": facts, "month": month},
        now=now,
        occasion_key=taken.key,
        expires_at=taken.expires_at,
        is_silent=await budget.is_silent(session, facts, Weight.OTHER, now=now),
        is_unasked=True,
    )
    return True


async def _outcomes(
    session: AsyncSession, group: Group, period: Period
) -> tuple[tuple[str, str], ...]:
    """Return what the coordination told of feedback in a month of a group."""
    since, until = (
        instant(datetime.combine(day, time()), group.zone) for day in (period.starts, period.ends)
    )
    return tuple(await inbox.outcomes(session, group.coalition_id, since=since, until=until))


async def offer(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Offer the quarter that is over to the coordination, which sends it on."""
    coalition = await session.get(Coalition, occasion.subject_id, with_for_update=True)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    groups = await group_queries.of_coalitions(session, [occasion.subject_id])
    if coalition is None or not groups:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    oldest = min(groups, key=stored_id)
    await _write_quarter(session, stored_id(coalition), oldest.zone, taken.wall_time)
    if taken.expires_at <= now:
        occasions.end(taken, OccasionState.SKIPPED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    quarter = quarter_of(taken.wall_time.date())
    room = oldest.facts()
    for member in await queries.team(session, stored_id(coalition)):
        await post.say(
            session,
            Place(member.telegram_id, (member.language or room.languages[0],)),
            "reports/quarter.html",
            {"name": coalition.name, "quarter": quarter.before},
            now=now,
            keyboard=keyboards.menu(
                stored_id(coalition),
                keyboards.ALL,
                quarter.before,
                newest=quarter,
                has_groups=True,
                is_unasked=True,
            ),
            occasion_key=taken.key,
            expires_at=taken.expires_at,
            is_silent=room.quiet.cover(wall_time(now, room.zone)),
            is_unasked=True,
            is_withheld=not await budget.may_write(session, member, room, now=now),
        )
    return True


async def _write_month(session: AsyncSession, group: Group, after: datetime) -> None:
    """Write down the month that follows a wall time, also if that is over: it is told late."""
    about = (GROUP, stored_id(group))
    await _write(session, Due.MONTH, about, group.zone, next_monthly(after))


async def _write_quarter(
    session: AsyncSession, coalition_id: int, zone: str, after: datetime
) -> None:
    """Write down the quarter that follows a wall time, likewise."""
    await _write(session, Due.QUARTER, (COALITION, coalition_id), zone, next_quarterly(after))


async def _write(
    session: AsyncSession, kind: Due, about: tuple[str, int], zone: str, at: datetime
) -> None:
    due_at = instant(at, zone)
    await occasions.write(
        session,
        kind=kind,
        subject=about[0],
        subject_id=about[1],
        # The day on which it falls due: its name for ever.
        subject_version=at.toordinal(),
        zone=zone,
        due_at=due_at,
        expires_at=due_at + LATE,
    )
