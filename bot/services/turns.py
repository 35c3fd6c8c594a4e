"""Whose turn it is: proposed for every meeting as soon as the group hears of it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.facilitation import Duty, Holders, next_up
from bot.models import Meeting, Turn
from bot.models.columns import stored_id
from bot.queries import facilitation as queries


async def propose(session: AsyncSession, meeting: Meeting) -> Holders:
    """Return whose turn it is at a (locked) meeting; what nobody has is proposed now.

    Who leads does not take the notes. If all others passed on, the one who was to take the notes
    is asked to lead, and the notes go to somebody else.
    """
    meeting_id = stored_id(meeting)
    able = list(await queries.able(session, meeting.group_id))
    for duty in Duty:
        holders = await queries.holders(session, meeting_id)
        if duty in holders:
            continue
        had = await queries.history(session, meeting.group_id, duty, but=meeting_id)
        passed = set(await queries.passed(session, meeting_id, duty))
        others = {one.organisation_id for other, one in holders.items() if other is not duty}
        chosen = next_up(able, had, but=passed | others)
        if chosen is None and duty is Duty.FACILITATOR:
            chosen = next_up(able, had, but=passed)
            if chosen is not None:
                await release(session, meeting_id, Duty.NOTES)
        if chosen is not None:
            session.add(Turn(meeting_id=meeting_id, duty=duty, organisation_id=chosen))
            await session.flush()
    return await queries.holders(session, meeting_id)


async def release(session: AsyncSession, meeting_id: int, duty: Duty) -> None:
    """Take a duty from whoever has it, as if it had never been proposed to them."""
    holder = (await queries.holders(session, meeting_id)).get(duty)
    if holder is not None:
        await session.delete(
            await session.get_one(Turn, (meeting_id, duty, holder.organisation_id))
        )
        await session.flush()
