"""What minutes say: read from the plan, the sitting and the notebook."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.facilitation import Duty, TurnState
from bot.domain.meetings import State
from bot.domain.minutes import Record, Section
from bot.domain.notebook import Line
from bot.domain.sittings import Ending, Timed
from bot.domain.sittings import Sitting as Facts
from bot.models import Coalition, Group, Meeting, Member, Minutes, Organisation, Sitting, Turn
from bot.queries import archive, carry_over, members, sittings


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


async def record(session: AsyncSession, meeting: Meeting) -> Record:
    """Return what the minutes of a meeting say as things stand now."""
    sitting = await session.get_one(Sitting, meeting.id)
    group = await session.get_one(Group, meeting.group_id)
    coalition = await session.get_one(Coalition, group.coalition_id)
    facts = await sittings.of_meeting(session, meeting, sitting)
    coming = await _next(session, meeting)
    last = await archive.before(session, meeting)
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
        facilitator=await _served(session, meeting, Duty.FACILITATOR),
        note_taker=await _served(session, meeting, Duty.NOTES),
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
        open_actions=await carry_over.open_before(session, meeting, group),
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
        number=number,
        title=item.title,
        routine=item.routine or "",
        organisation=item.organisation,
        presenter=item.presenter,
        is_off_record=item.is_off_record,
        is_done=timed.is_done,
        minutes_spent=round(timed.spent / timedelta(minutes=1)),
        entries=() if item.is_off_record else tuple(entries),
    )


async def _served(session: AsyncSession, meeting: Meeting, duty: Duty) -> str:
    """Return which organisation had a duty, and who of it said so; empty if none did."""
    rows = await session.execute(
        select(col(Organisation.name), col(Member.name))
        .join(Turn, col(Turn.organisation_id) == col(Organisation.id))
        .outerjoin(Member, col(Member.id) == col(Turn.answered_by))
        .where(
            col(Turn.meeting_id) == meeting.id,
            col(Turn.duty) == duty,
            col(Turn.state) == TurnState.ACCEPTED,
        )
    )
    found = rows.first()
    if found is None:
        return ""
    organisation, person = found
    return f"{person}, {organisation}" if person else organisation


async def _next(session: AsyncSession, meeting: Meeting) -> Meeting | None:
    """Return the meeting of the group that is planned to come after this one."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == meeting.group_id,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) > meeting.starts_at,
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
