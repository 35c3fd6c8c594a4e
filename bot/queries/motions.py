"""What is put to a vote in meetings, and what was said to it."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import motions as rules
from bot.domain.motions import Ballot, MotionState, Reservation, Result, Word
from bot.domain.motions import Motion as Facts
from bot.models import (
    BallotCast,
    BallotFor,
    Entry,
    Meeting,
    Member,
    Membership,
    Motion,
    Organisation,
    Seat,
)
from bot.models.columns import stored_id
from bot.queries import presence

UNDECIDED = (MotionState.OPEN, MotionState.COUNTED)
"""What a meeting cannot leave behind: nobody has said what became of it."""


async def of_state(
    session: AsyncSession, meeting_id: int, states: Collection[MotionState]
) -> Sequence[Motion]:
    """Return the motions of a (locked) meeting in one of these states, oldest first."""
    rows = await session.execute(
        select(Motion)
        .where(col(Motion.meeting_id) == meeting_id, col(Motion.state).in_(states))
        .order_by(col(Motion.id))
        .execution_options(populate_existing=True)
    )
    return rows.scalars().all()


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> Motion | None:
    """Return what a command put to the vote."""
    rows = await session.execute(
        select(Motion)
        .where(col(Motion.source_chat_id) == chat_id, col(Motion.source_message_id) == message_id)
        .order_by(col(Motion.id).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def is_voted_on(session: AsyncSession, motion_id: int) -> bool:
    """Tell whether anybody has said anything to a motion."""
    for table in (BallotCast, BallotFor):
        found = select(func.count()).select_from(table).where(col(table.motion_id) == motion_id)
        if await session.scalar(found):
            return True
    return False


async def answered_by(session: AsyncSession, motion_id: int) -> tuple[set[int], set[int]]:
    """Return the organisations that have answered a motion, and those of them by themselves."""
    said = (await words(session, [motion_id]))[motion_id]
    known = {(one.organisation_id, one.member_id) for one in said}
    every = {organisation for organisation, _ in known if organisation is not None}
    own = {organisation for organisation, member in known if organisation and member is not None}
    return every, own


async def writers_in_private(session: AsyncSession, motion: Motion) -> set[int]:
    """Return who has written something down, or put to the vote, in private for the same meeting.

    With one phone out, that is where they look.
    """
    found: set[int] = set()
    for table, author in ((Entry, Entry.written_by), (Motion, Motion.opened_by)):
        rows = await session.execute(
            select(col(Member.id))
            .join(table, col(author) == col(Member.id))
            .where(
                col(table.meeting_id) == motion.meeting_id,
                col(table.source_chat_id) == col(Member.telegram_id),
            )
        )
        found |= {key for key in rows.scalars() if key is not None}
    return found


async def unexplained(
    session: AsyncSession, telegram_id: int
) -> Sequence[tuple[Motion, Meeting, Membership]]:
    """Return the motions to which somebody has a reservation, but has not said why.

    They are open, or read back and not decided yet.
    """
    rows = await session.execute(
        select(Motion, Meeting, Membership)
        .join(BallotCast, col(BallotCast.motion_id) == col(Motion.id))
        .join(Member, col(Member.id) == col(BallotCast.member_id))
        .join(Meeting, col(Meeting.id) == col(Motion.meeting_id))
        .join(
            Membership,
            (col(Membership.member_id) == col(Member.id))
            & (col(Membership.group_id) == col(Meeting.group_id)),
        )
        .where(
            col(Member.telegram_id) == telegram_id,
            col(Motion.state).in_(UNDECIDED),
            col(BallotCast.ballot) == Ballot.RESERVATION,
            col(BallotCast.reservation) == "",
        )
        .order_by(col(Motion.id))
    )
    return [(motion, meeting, place) for motion, meeting, place in rows]


async def words(session: AsyncSession, motion_ids: Collection[int]) -> dict[int, list[Word]]:
    """Return what was said to each of some motions, by its people and for organisations."""
    found: dict[int, list[Word]] = {key: [] for key in motion_ids}
    cast = await session.execute(
        select(BallotCast).where(col(BallotCast.motion_id).in_(motion_ids))
    )
    for row in cast.scalars():
        found[row.motion_id].append(
            Word(
                row.organisation_id,
                row.ballot,
                row.cast_at,
                member_id=row.member_id,
                is_prime=row.is_prime,
                reservation=row.reservation,
            )
        )
    entered = await session.execute(
        select(BallotFor).where(col(BallotFor.motion_id).in_(motion_ids))
    )
    for one in entered.scalars():
        found[one.motion_id].append(
            Word(one.organisation_id, one.ballot, one.cast_at, reservation=one.reservation)
        )
    return found


async def reservations(session: AsyncSession, said: Sequence[Word]) -> tuple[Reservation, ...]:
    """Return the reservations among words that count, by the names of organisations."""
    found = [word for word in said if word.ballot is Ballot.RESERVATION]
    rows = await session.execute(
        select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.id).in_([word.organisation_id for word in found])
        )
    )
    names: dict[int | None, str] = {row.id: row.name for row in rows}
    return tuple(
        Reservation(
            names.get(word.organisation_id, ""),
            word.reservation,
            is_passed_on=word.member_id is None,
        )
        for word in found
    )


async def facts(session: AsyncSession, motion: Motion, meeting: Meeting) -> Facts:
    """Return a motion of a (locked) meeting as people are shown it.

    While it is open that is how many have answered, and nothing of what they said.
    """
    said = (await words(session, [stored_id(motion)]))[stored_id(motion)]
    voices = rules.counted(said, motion.counted_by)
    is_open = motion.state is MotionState.OPEN
    seats, here, needed = motion.seats, motion.here, motion.needed
    if is_open:
        seats, here, needed = await room(session, meeting, said)
    entry = await entry_of(session, motion) if motion.state is MotionState.CARRIED else None
    has_result = motion.state in {MotionState.COUNTED, MotionState.CARRIED, MotionState.LOST}
    return Facts(
        id=stored_id(motion),
        text=motion.text,
        choosing=motion.choosing,
        counted_by=motion.counted_by,
        state=motion.state,
        seats=seats,
        answered=len({word.organisation_id for word in said} - {None}),
        people=len(voices),
        needed=needed,
        here=here,
        tally=rules.tally(voices) if has_result else None,
        reservations=await reservations(session, voices) if has_result else (),
        review_on=entry.review_on if entry else None,
        is_taken_back=motion.state is MotionState.CARRIED and entry is None,
    )


async def results(session: AsyncSession, motion_ids: Collection[int]) -> dict[int, Result]:
    """Return how decisions came about, by the motions that they were."""
    if not motion_ids:
        return {}
    said = await words(session, motion_ids)
    rows = await session.execute(select(Motion).where(col(Motion.id).in_(motion_ids)))
    found: dict[int, Result] = {}
    for motion in rows.scalars():
        voices = rules.counted(said[stored_id(motion)], motion.counted_by)
        found[stored_id(motion)] = Result(
            rules.tally(voices),
            await reservations(session, voices),
            has_quorum=motion.here >= motion.needed,
        )
    return found


async def entry_of(session: AsyncSession, motion: Motion) -> Entry | None:
    """Return the decision that came of a motion, if it was not taken back."""
    rows = await session.execute(
        select(Entry)
        .where(col(Entry.motion_id) == motion.id, col(Entry.undone_at).is_(None))
        .order_by(col(Entry.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def room(
    session: AsyncSession, meeting: Meeting, said: Iterable[Word]
) -> tuple[int, int, int]:
    """Return how many organisations have a vote, take part now, and are enough to decide.

    Whoever has voted takes part, also without having checked in.
    """
    found = await presence.of_meeting(session, meeting)
    here = {one.organisation_id for one in found.present if one.left is None}
    here |= {word.organisation_id for word in said} - {None}
    return found.seats, len(here), found.needed


async def has_seat(session: AsyncSession, organisation_id: int | None, group_id: int) -> bool:
    """Tell whether an organisation has a seat in a group, and so a vote."""
    return await session.get(Seat, (group_id, organisation_id or 0)) is not None
