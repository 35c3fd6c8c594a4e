"""Writing a meeting up as somebody remembers it."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import notebook
from bot.domain import write_ups as rules
from bot.domain.actions import Reading
from bot.domain.agenda import ItemState
from bot.domain.dates import instant, wall_time
from bot.domain.notebook import EntryKind, NotebookFull
from bot.domain.presence import usual_how
from bot.domain.roles import Actor
from bot.domain.sittings import Ending, SittingState
from bot.domain.write_ups import Came, Fate
from bot.models import AgendaItem, Entry, Group, Meeting, Presence, Sitting, SittingItem
from bot.models.columns import stored_id
from bot.queries import rolls
from bot.queries import sittings as sitting_queries
from bot.queries import write_ups as write_up_queries
from bot.services import actions, agenda_sheets, decisions, minutes, paper_lists, plan, write_ups


@dataclass(frozen=True)
class Account:
    """A meeting as somebody remembers it. Times are wall times of the group."""

    starts: datetime
    ends: datetime
    came: tuple[Came, ...] = ()
    """The organisations that were there."""
    guests: tuple[str, ...] = ()
    items: tuple[int, ...] = ()
    """The ids of the items that were dealt with, besides the usual ones."""
    decisions: tuple[str, ...] = ()
    """Without words is one that was off the record."""
    reviews: tuple[date | None, ...] = ()
    """When each decision is looked at again, as far as that was said."""
    places: tuple[int, ...] = ()
    """To which item each decision belongs, as far as that was said; 0: to none."""
    actions: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    """Telegram's names of the photos of the paper list."""


async def write_up(
    session: AsyncSession, meeting_id: int, account: Account, actor: Actor, *, now: datetime
) -> None:
    """Record a meeting as somebody remembers it, and draft its minutes.

    Raises:
        MeetingUnknown, MeetingCancelled, AlreadyRecorded, TooLateToWrite: there is nothing to say.
        NotOverYet, EndsBeforeStart, EntryTooLong, NotebookFull: it cannot have been so.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run it.
    """
    meeting, group = await write_ups.unrecorded(session, meeting_id, actor, now=now)
    rules.check_times(account.starts, account.ends, now=wall_time(now, meeting.zone))
    began, ended = instant(account.starts, meeting.zone), instant(account.ends, meeting.zone)
    await _dealt_with(session, meeting, group, account)
    session.add(
        Sitting(
            meeting_id=meeting_id,
            state=SittingState.CLOSED,
            opened_at=began,
            opened_by=actor.member_id,
            closed_at=ended,
            closed_by=actor.member_id,
            ending=Ending.WRITTEN_UP,
            last_activity_at=ended,
        )
    )
    await session.flush()
    await _came(session, meeting, account, actor, began)
    await _said(session, meeting, group, account, actor, now=now)
    await write_ups.settle(session, meeting, Fate.HELD, actor, now=now)
    await minutes.draft(session, meeting, now=now)
    kept = {paper.file_id for paper in await write_up_queries.paper_lists(session, meeting_id)}
    pictures = [file_id for file_id in account.pictures if file_id not in kept]
    for file_id in pictures:
        await paper_lists.keep_list(session, meeting, file_id, actor, now=now)
    if pictures and not kept:
        await paper_lists.tell_of_list(session, meeting, group, now=now)


async def _dealt_with(
    session: AsyncSession, meeting: Meeting, group: Group, account: Account
) -> None:
    """Note which items of the agenda were dealt with; the others are left for another meeting."""
    await agenda_sheets.lay(session, meeting, group)
    for one in await sitting_queries.timed(session, meeting):
        if not (one.item.is_routine or one.item.id in account.items):
            continue
        session.add(SittingItem(meeting_id=stored_id(meeting), item_id=one.item.id, is_done=True))
        (await session.get_one(AgendaItem, one.item.id)).state = ItemState.DONE
    await session.flush()


async def _came(
    session: AsyncSession, meeting: Meeting, account: Account, actor: Actor, began: datetime
) -> None:
    """Note who was there; whoever ran the meeting says so, which confirms it for the room."""
    how = usual_how(meeting.way)
    seats = await rolls.seated(session, meeting.group_id)
    for came in account.came:
        if came.organisation_id in seats:
            session.add(
                Presence(
                    meeting_id=stored_id(meeting),
                    organisation_id=came.organisation_id,
                    name=came.by,
                    how=came.how or how,
                    arrived_at=began,
                    entered_by=actor.member_id,
                    confirmed_by=actor.member_id,
                )
            )
    for guest in account.guests:
        name, _, office = guest.partition(",")
        session.add(
            Presence(
                meeting_id=stored_id(meeting),
                name=name.strip(),
                guest_of=office.strip(),
                how=how,
                arrived_at=began,
                entered_by=actor.member_id,
                confirmed_by=actor.member_id,
            )
        )
    await session.flush()


async def _said(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    account: Account,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Write down what was decided, and who does what until when, as /action reads it."""
    given = await actions.read_all(
        session, meeting, group, account.actions, speaker=actor.member_id, now=now
    )
    # Of an item off the record nothing is kept but its title: what was decided stands apart.
    items = {
        one.item.id
        for one in await sitting_queries.timed(session, meeting)
        if not one.item.is_off_record
    }
    decided = zip_longest(account.decisions, account.places, account.reviews)
    found = [
        *(
            (EntryKind.AGREED, Reading(text), place if place in items else None, review_on)
            for text, place, review_on in decided
            if text
        ),
        *((EntryKind.ACTION, reading, None, None) for reading in given),
    ]
    if len(found) > notebook.ENTRIES_LIMIT:
        raise NotebookFull(limit=notebook.ENTRIES_LIMIT)
    for kind, reading, item_id, review_on in found:
        entry = Entry(
            group_id=meeting.group_id,
            meeting_id=stored_id(meeting),
            item_id=item_id,
            kind=kind,
            text=notebook.checked(reading.text),
            written_by=actor.member_id,
            written_at=now,
        )
        actions.take(entry, reading)
        session.add(entry)
        await session.flush()
        if review_on is not None:
            await decisions.review_at(session, entry, meeting, review_on, now=now)
        await plan.follow(session, entry)
