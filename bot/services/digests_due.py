"""When the weekly summary comes: at an hour of its own for each who gets one.

    written down, one at a time -> falls due: shown, the next written down -> ...

Who begins to lead or to coordinate is found by the housekeeping (`keep`).
"""

from datetime import datetime, time, timedelta

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.digests import LATE, NoSummary, Recipient, next_time
from bot.domain.preferences import MessageKind
from bot.domain.roles import Actor
from bot.models import Member, Mute, Occasion, OccasionState, SummaryWish
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import members as member_queries
from bot.queries.digests import readers
from bot.services import digests, members, occasions
from bot.services.digests import SUMMARY

DUE = "summary"
"""The kind of occasion at which a summary comes."""
MINUTE = timedelta(minutes=1)


async def keep(session: AsyncSession, *, now: datetime) -> None:
    """Write the next summary down of everybody who gets one, where that was not done yet."""
    waiting = await readers.waiting_for(session, SUMMARY)
    for member_id, when in (await readers.recipients(session)).items():
        if member_id not in waiting:
            await _write(session, member_id, when, now=now)


async def plan(session: AsyncSession, member_id: int, *, now: datetime) -> Recipient | None:
    """Write the next summary of one person down, at the time that holds now; None: none comes."""
    await session.get_one(Member, member_id, with_for_update=True)
    for version in await readers.planned(session, SUMMARY, member_id):
        await occasions.forget(
            session, subject=SUMMARY, subject_id=member_id, subject_version=version
        )
    when = await readers.recipient(session, member_id)
    if when is not None:
        await _write(session, member_id, when, now=now)
    return when


async def wish(
    session: AsyncSession, actor: Actor, weekday: int, at: time, zone: str, *, now: datetime
) -> Recipient:
    """Let the summary come at another time from now on, also to somebody who had switched it off.

    Raises:
        NoSummary: they get none.
    """
    member_id = stored_id(await members.known(session, actor))
    await digests.charges(session, actor)
    wished = await session.get(SummaryWish, member_id)
    if wished is None:
        session.add(SummaryWish(member_id=member_id, weekday=weekday, at=at, zone=zone))
    else:
        wished.weekday, wished.at, wished.zone = weekday, at, zone
    muted = (col(Mute.member_id) == member_id, col(Mute.kind) == MessageKind.SUMMARY)
    await session.execute(delete(Mute).where(*muted))
    await session.flush()
    when = await plan(session, member_id, now=now)
    if when is None:
        raise NoSummary
    return when


async def bring(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Show a summary that falls due, up to two days late, and write the next one down.

    Nothing is said to who switched it off, or blocked the bot: their turn comes again next week.
    """
    member = await session.get_one(Member, occasion.subject_id, with_for_update=True)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    member_id = stored_id(member)
    when = await readers.recipient(session, member_id)
    if when is None:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    await _write(session, member_id, when, now=now)
    if not member.has_started or await readers.is_muted(session, member_id):
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    is_late = taken.expires_at <= now
    occasions.end(taken, OccasionState.SKIPPED if is_late else OccasionState.POSTED, now)
    await _say(session, member, taken, when, is_late=is_late, now=now)
    return not is_late


async def _say(
    session: AsyncSession,
    member: Member,
    occasion: Occasion,
    when: Recipient,
    *,
    is_late: bool,
    now: datetime,
) -> None:
    actor = await member_queries.actor(session, member.telegram_id)
    for number, charge in enumerate(await digests.charges(session, actor)):
        group = charge.groups[0].facts()
        place = Place(member.telegram_id, (member.language or group.languages[0],))
        is_quiet = not when.is_wished and group.quiet.cover(wall_time(now, group.zone))
        if is_late:
            await post.say(
                session,
                place,
                "digests/missed.html",
                {"was_due": occasion.wall_time},
                now=now,
                is_silent=True,
            )
            return
        await digests.show(
            session,
            charge,
            place,
            now=now,
            # An occasion speaks once in a chat: of several coalitions the first bears its key.
            occasion_key=None if number else occasion.key,
            expires_at=max(occasion.expires_at, now + MINUTE),
            is_silent=is_quiet,
            is_unasked=True,
            is_wished=when.is_wished,
            known=_counted(session, now),
        )


def _counted(session: AsyncSession, now: datetime) -> digests.Counted:
    """Return what was counted for those whose summaries fall due with this one.

    They are shown in one transaction, in which nothing that is counted changes.
    """
    counted: digests.Counted = session.info.setdefault((SUMMARY, now), {})
    return counted


async def _write(session: AsyncSession, member_id: int, when: Recipient, *, now: datetime) -> None:
    due_at = next_time(when.weekday, when.at, when.zone, now)
    await occasions.write(
        session,
        kind=DUE,
        subject=SUMMARY,
        subject_id=member_id,
        # The minute of its time: asked for anew at the same time it is the same.
        subject_version=int(due_at.timestamp()) // 60,
        zone=when.zone,
        due_at=due_at,
        expires_at=due_at + LATE,
    )
