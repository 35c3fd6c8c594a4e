"""The sheet of one meeting: begun with what stands on every agenda of the group."""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import agenda as rules
from bot.domain.agenda import Agenda, ItemState
from bot.models import AgendaItem, AgendaSheet, Group, Meeting
from bot.models.columns import stored_id
from bot.queries import agenda as queries
from bot.queries import carry_over
from bot.rendering.messages import renderer


async def lay(session: AsyncSession, meeting: Meeting, group: Group) -> AgendaSheet:
    """Return the sheet of a (locked) meeting; a new one bears the group's usual items."""
    sheet = await session.get(AgendaSheet, meeting.id, populate_existing=True)
    if sheet is not None:
        return sheet
    sheet = AgendaSheet(meeting_id=stored_id(meeting))
    session.add(sheet)
    for position, (routine, line) in enumerate(template_of(group).lines):
        session.add(
            AgendaItem(
                group_id=stored_id(group),
                meeting_id=meeting.id,
                title=line.title,
                minutes=line.minutes or rules.DEFAULT_MINUTES,
                is_routine=True,
                routine=routine,
                state=ItemState.ACCEPTED,
                position=position,
            )
        )
    await session.flush()
    return sheet


async def circulate(session: AsyncSession, meeting: Meeting, group: Group) -> None:
    """Begin the sheet of a (locked) meeting, if nobody has, and note that everybody is shown it.

    What comes on it afterwards is marked as new: people may have prepared for what they saw.
    """
    sheet = await lay(session, meeting, group)
    sheet.circulated = sheet.circulated or sheet.version
    await session.flush()


async def read(session: AsyncSession, meeting: Meeting, group: Group) -> Agenda:
    """Return the agenda of a meeting as everybody is shown it: without what was left over."""
    agenda = await queries.of_meeting(session, meeting, template_of(group))
    return replace(agenda, carried=await carry_over.to(session, meeting, group))


def template_of(group: Group) -> rules.Template:
    """Return what stands on every agenda of a group."""
    return rules.read_template(group.agenda_template, renderer().agenda_words)


async def accept(session: AsyncSession, meeting: Meeting, group: Group, row: AgendaItem) -> None:
    """Put an item on the agenda of a (locked) meeting, before what comes last on it."""
    agenda = await read(session, meeting, group)
    is_here = row.meeting_id == meeting.id
    row.state, row.meeting_id = ItemState.ACCEPTED, meeting.id
    await touch(session, meeting, row)
    row.since = row.since if is_here else row.version
    await arrange(session, rules.inserted(agenda.items, stored_id(row), renderer().agenda_words))


async def touch(session: AsyncSession, meeting: Meeting, row: AgendaItem) -> None:
    """Note that an item is no longer as older editors show it; the change is counted afterwards."""
    row.version = (await session.get_one(AgendaSheet, meeting.id)).version + 1
    await session.flush()


async def arrange(session: AsyncSession, order: list[int]) -> None:
    """Bring items into this order."""
    for position, item_id in enumerate(order):
        (await session.get_one(AgendaItem, item_id)).position = position
    await session.flush()
