"""What minutes say: read from the plan, the sitting and the notebook."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.facilitation import Duty, TurnState
from bot.domain.meetings import State
from bot.domain.minutes import (
    NO_ENTRIES,
    OUT,
    WAITING,
    Mark,
    Record,
    Section,
    called,
    patched,
    retold,
)
from bot.domain.notebook import Line
from bot.domain.preferences import MessageKind
from bot.domain.roles import Role
from bot.domain.sittings import Ending, Timed
from bot.domain.sittings import Sitting as Facts
from bot.models import (
    Coalition,
    Coordinator,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
    Minutes,
    Mute,
    Objection,
    Occasion,
    OccasionState,
    Organisation,
    Sitting,
    Turn,
)
from bot.queries import archive, carry_over, members, notebook, sittings

OBJECTION = "minutes-objection"
"""The subject of an objection."""


async def latest(session: AsyncSession, meeting_id: int) -> Minutes | None:
    """Return, locked, the newest version of the minutes of a meeting."""
    rows = await session.execute(
        select(Minutes)
        .where(col(Minutes.meeting_id) == meeting_id)
        .order_by(col(Minutes.version).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.scalar_one_or_none()


async def out(session: AsyncSession, meeting_id: int) -> Minutes | None:
    """Return the version of the minutes of a meeting that is right; None if none is out."""
    rows = await session.execute(
        select(Minutes)
        .where(col(Minutes.meeting_id) == meeting_id, col(Minutes.state).in_(OUT))
        .order_by(col(Minutes.version).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def versions(session: AsyncSession, meeting_id: int) -> Sequence[Minutes]:
    """Return all versions of the minutes of a meeting, the first one first."""
    rows = await session.execute(
        select(Minutes).where(col(Minutes.meeting_id) == meeting_id).order_by(col(Minutes.version))
    )
    return rows.scalars().all()


async def read(session: AsyncSession, meeting: Meeting, minutes: Minutes) -> Record:
    """Return what one version says: fixed words once it is out, else as things stand now.

    A correction is the version before it, but for what was touched.
    """
    if minutes.state not in WAITING:
        return minutes.record()
    roll = {name: Mark(mark) for name, mark in minutes.roll.items()}
    if minutes.version == 1:
        return called(await record(session, meeting), roll)
    before = await session.get_one(Minutes, (meeting.id, minutes.version - 1))
    lines = {line.id: line for line in await notebook.of_meeting(session, meeting)}
    found = patched(before.record(), lines, minutes.touched)
    if NO_ENTRIES.intersection(minutes.touched):
        found = retold(found, await record(session, meeting), minutes.touched)
    return called(found, roll)


async def record(session: AsyncSession, meeting: Meeting) -> Record:
    """Return what the minutes of a meeting say as things stand now."""
    sitting = await session.get_one(Sitting, meeting.id)
    group = await session.get_one(Group, meeting.group_id)
    coalition = await session.get_one(Coalition, group.coalition_id)
    facts = await sittings.of_meeting(session, meeting, sitting)
    coming = await _next(session, meeting, sitting)
    last = await archive.before(session, meeting)
    served = await _served(session, meeting)
    return Record(
        coalition=coalition.name,
        group=group.name,
        serial=await sittings.serial(session, meeting),
        starts=facts.opened,
        ends=facts.closed or facts.meeting.ends,
        planned_starts=facts.meeting.starts,
        planned_ends=facts.meeting.ends,
        place=facts.meeting.place,
        way=facts.meeting.way,
        facilitator=served.get(Duty.FACILITATOR, ""),
        note_taker=served.get(Duty.NOTES, ""),
        present=facts.room.present,
        guests=facts.room.guests,
        apologies=facts.room.apologies,
        absent=facts.room.absent,
        seats=facts.room.seats,
        needed=facts.room.needed,
        sections=sections(facts),
        next_starts=coming.facts().starts if coming else None,
        next_place=coming.facts().place if coming else "",
        is_written_up=sitting.ending is Ending.WRITTEN_UP,
        last_serial=last.serial if last else 0,
        last_starts=last.starts if last else None,
        open_actions=await carry_over.open_before(session, meeting),
    )


def sections(sitting: Facts) -> tuple[Section, ...]:
    """Return the items of a sitting, each with what was written down under it.

    What belongs to no item comes last, under no title.
    """
    found = [
        _section(number, one, [e for e in sitting.entries if e.item_id == one.item.id])
        for number, one in enumerate(sitting.items, start=1)
    ]
    known = {one.item.id for one in sitting.items}
    loose = tuple(entry for entry in sitting.entries if entry.item_id not in known)
    if loose:
        found.append(Section(number=len(found) + 1, title="", entries=loose))
    return tuple(found)


def _section(number: int, timed: Timed, entries: Sequence[Line]) -> Section:
    item = timed.item
    return Section(
        item_id=item.id,
        number=number,
        title=item.title,
        routine=item.routine or "",
        organisation=item.organisation,
        presenter=item.presenter,
        is_off_record=item.is_off_record,
        # What was written down under an item was dealt with, in passing or afterwards.
        is_done=timed.is_done or bool(entries),
        minutes_spent=round(timed.spent / timedelta(minutes=1)),
        entries=() if item.is_off_record else tuple(entries),
    )


async def _served(session: AsyncSession, meeting: Meeting) -> dict[Duty, str]:
    """Return which organisation had each duty, and who of it said so; nothing where none did."""
    rows = await session.execute(
        select(col(Turn.duty), col(Organisation.name), col(Member.name))
        .join(Organisation, col(Organisation.id) == col(Turn.organisation_id))
        .outerjoin(Member, col(Member.id) == col(Turn.answered_by))
        .where(col(Turn.meeting_id) == meeting.id, col(Turn.state) == TurnState.ACCEPTED)
    )
    return {
        duty: f"{person}, {organisation}" if person else organisation
        for duty, organisation, person in rows
    }


async def _next(session: AsyncSession, meeting: Meeting, sitting: Sitting) -> Meeting | None:
    """Return the meeting of the group that is still to come after this one.

    Of one that is written up days later, the next may have been held before.
    """
    began = max(meeting.starts_at, sitting.closed_at or meeting.starts_at)
    rows = await session.execute(
        select(Meeting)
        .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            col(Sitting.meeting_id).is_(None),
            col(Meeting.group_id) == meeting.group_id,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) > began,
        )
        .order_by(col(Meeting.starts_at))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def approvers(session: AsyncSession, meeting: Meeting, group: Group) -> Sequence[Member]:
    """Return who is shown the draft: who led the meeting, and the leads of the group.

    Of them, those whom the bot may write to.
    """
    scope = await sittings.scope(session, meeting, group)
    led = [key for key, duty in scope.serving.items() if duty is Duty.FACILITATOR]
    rows = await session.execute(
        select(Member)
        .where(col(Member.id).in_(led), col(Member.has_started))
        .order_by(col(Member.id))
    )
    found = {member.id: member for member in rows.scalars()}
    found |= {member.id: member for member in await members.caretakers(session, group)}
    return list(found.values())


async def writer(session: AsyncSession, meeting: Meeting) -> Member | None:
    """Return who wrote a meeting up, if the bot may write to them; None if nobody did."""
    rows = await session.execute(
        select(Member)
        .join(Sitting, col(Sitting.opened_by) == col(Member.id))
        .where(
            col(Sitting.meeting_id) == meeting.id,
            col(Sitting.ending) == Ending.WRITTEN_UP,
            col(Member.has_started),
        )
    )
    return rows.scalar_one_or_none()


async def deputies(session: AsyncSession, group_id: int) -> Sequence[Member]:
    """Return the deputies of a group to whom the bot may write."""
    rows = await session.execute(
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.role) == Role.DEPUTY,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            col(Member.has_started),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def any_in(session: AsyncSession, group_id: int, found: Sequence[Member]) -> bool:
    """Tell whether any of these people belongs to a group."""
    rows = await session.execute(
        select(col(Membership.member_id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.member_id).in_([member.id for member in found]),
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
        )
        .limit(1)
    )
    return rows.first() is not None


async def waiting_near(session: AsyncSession, member: Member) -> Sequence[Meeting]:
    """Return the meetings whose first minutes nobody has approved, in whatever concerns somebody.

    Those are the groups to which they belong, and the ones that they coordinate.
    """
    mine = select(col(Membership.group_id)).where(
        col(Membership.member_id) == member.id,
        col(Membership.is_confirmed),
        col(Membership.left_at).is_(None),
    )
    coordinated = (
        select(col(Group.id))
        .join(Coordinator, col(Coordinator.coalition_id) == col(Group.coalition_id))
        .where(col(Coordinator.member_id) == member.id)
    )
    rows = await session.execute(
        select(Meeting)
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            col(Minutes.version) == 1,
            col(Minutes.state).in_(WAITING),
            col(Minutes.group_id).in_(mine) | col(Minutes.group_id).in_(coordinated),
        )
        .order_by(col(Meeting.id))
    )
    return rows.scalars().all()


async def absentees(
    session: AsyncSession, group_id: int, came: Collection[str]
) -> Sequence[Member]:
    """Return who reads the minutes in private: members whose organisation was not there.

    Of them, those whom the bot may write to and who have not said no.
    """
    rows = await session.execute(
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .outerjoin(
            Mute,
            (col(Mute.member_id) == col(Member.id)) & (col(Mute.kind) == MessageKind.MINUTES),
        )
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            col(Member.has_started),
            col(Mute.member_id).is_(None),
            col(Organisation.name).not_in(came),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def team(session: AsyncSession, group: Group) -> Sequence[Member]:
    """Return who coordinates a group's coalition and hears of minutes."""
    rows = await session.execute(
        select(Member)
        .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .outerjoin(
            Mute,
            (col(Mute.member_id) == col(Member.id)) & (col(Mute.kind) == MessageKind.MINUTES),
        )
        .where(
            col(Coordinator.coalition_id) == group.coalition_id,
            col(Member.has_started),
            col(Mute.member_id).is_(None),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def numbers(session: AsyncSession, meeting_id: int) -> dict[int, int]:
    """Return by which number the draft calls each entry: it stays, whatever is taken out.

    What was taken back before there was a draft never bore one.
    """
    first = select(func.min(col(Minutes.drafted_at))).where(col(Minutes.meeting_id) == meeting_id)
    was_seen = or_(col(Entry.undone_at).is_(None), col(Entry.undone_at) >= first.scalar_subquery())
    rows = await session.execute(
        select(col(Entry.id))
        .where(col(Entry.meeting_id) == meeting_id, was_seen)
        .order_by(col(Entry.id))
    )
    return {key: number for number, key in enumerate(rows.scalars(), start=1)}


async def objections(
    session: AsyncSession, meeting_id: int, *, are_doubtful: bool = False
) -> Sequence[Objection]:
    """Return the objections to the minutes of a meeting that nobody has settled.

    Else what may be one (`are_doubtful`): whoever wrote it is still asked, and no lead has it.
    """
    doubtful = in_doubt()
    rows = await session.execute(
        select(Objection)
        .where(
            col(Objection.meeting_id) == meeting_id,
            col(Objection.settled_at).is_(None),
            doubtful if are_doubtful else ~doubtful,
        )
        .order_by(col(Objection.id))
    )
    return rows.scalars().all()


def in_doubt() -> ColumnElement[bool]:
    """Return the condition that whoever wrote something is still asked whether it is an objection.

    That waits for the clock, which puts it to the leads.
    """
    return exists().where(
        col(Occasion.subject) == OBJECTION,
        col(Occasion.subject_id) == col(Objection.id),
        col(Occasion.state) == OccasionState.WAITING,
    )


async def objection_of(session: AsyncSession, chat_id: int, message_id: int) -> Objection | None:
    """Return the objection that a message brought."""
    rows = await session.execute(
        select(Objection)
        .where(
            col(Objection.source_chat_id) == chat_id,
            col(Objection.source_message_id) == message_id,
        )
        .order_by(col(Objection.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()
