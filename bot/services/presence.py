"""Who is at a meeting: they check in, or somebody says it for the whole room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import organisations
from bot.domain.attendance import NoOrganisation
from bot.domain.dates import instant, wall_time
from bot.domain.presence import Guest, How, Mark, NobodyCalledSo, NotHere, read_leaving
from bot.domain.roles import Action, Actor
from bot.models import Meeting, Membership, MessageSubject, Organisation, Presence, Sitting
from bot.models.columns import stored_id
from bot.models.outbox import COMMAND
from bot.outbox.post import Place
from bot.queries import presence as queries
from bot.queries import rolls
from bot.services import presence_lists, sitting_posts, sittings

GUESTS = "guests"
"""The subject of a command that named guests; the numbers of those whom it brought follow."""
CORRECTED_WITHIN = timedelta(days=2)
"""How long such a command is corrected by editing it, as Telegram allows."""
MOMENT = timedelta(seconds=1)
"""At least so long somebody was there who left; nobody knows better."""


@dataclass(frozen=True)
class CheckedIn:
    """What became of a check-in."""

    organisation: str
    how: How
    is_counted: bool
    """False while nobody has confirmed that the person speaks for the organisation."""


async def check_in(
    session: AsyncSession, meeting_id: int, actor: Actor, how: How, *, now: datetime
) -> CheckedIn:
    """Note that somebody takes part; their last word counts, and when they came stays.

    An office's phone speaks for its organisation, but for no person of it.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to come to.
        NoOrganisation: the person speaks for no organisation in this group.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    place = await session.get(Membership, (meeting.group_id, actor.member_id))
    organisation = await session.get(Organisation, place.organisation_id) if place else None
    if place is None or organisation is None:
        raise NoOrganisation
    row = await queries.of_member(session, meeting_id, actor.member_id)
    if row is None:
        row = Presence(meeting_id=meeting_id, member_id=actor.member_id, arrived_at=now)
        session.add(row)
    elif row.left_at == row.arrived_at:
        row.arrived_at = now
    row.organisation_id, row.how, row.entered_by = organisation.id, how, actor.member_id
    row.left_at, row.is_counted = None, place.is_confirmed
    await _changed(session, meeting, sitting, now=now)
    return CheckedIn(organisation.name, how, is_counted=place.is_confirmed)


async def leave(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> None:
    """Note that somebody leaves a meeting which goes on; twice is once.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to leave.
        NotHere: they never came.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    row = await queries.of_member(session, meeting_id, actor.member_id)
    if row is None or row.left_at == row.arrived_at:
        raise NotHere
    if row.left_at is None:
        row.left_at = _later(row, now)
        await _changed(session, meeting, sitting, now=now)


async def mark(
    session: AsyncSession,
    meeting_id: int,
    organisation_id: int,
    said: Mark,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Let whoever runs a meeting say how an organisation takes part, or that it does not.

    Who is entered before the roll was called was there from the beginning; who comes later, later.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to come to.
        NoOrganisation: the organisation has no seat in the group (any more).
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    if organisation_id not in await rolls.seated(session, meeting.group_id):
        raise NoOrganisation
    # Who waits to be confirmed stands apart, also when the organisation comes.
    waiting = {one.id for one in await queries.people(session, meeting) if not one.is_counted}
    noted = [
        row
        for row in await queries.rows(session, meeting_id, organisation_id)
        if row.id not in waiting
    ]
    here = [row for row in noted if row.left_at is None]
    if said.how is not None and not here:
        here = noted[-1:] or [await _entered(session, sitting, now=now)]
        is_slip = here[0].left_at == here[0].arrived_at
        if is_slip:
            here[0].arrived_at = await _arrival(session, sitting, now=now)
    for row in here:
        row.organisation_id = organisation_id
        _set(row, said, now=now)
        row.entered_by = row.entered_by or actor.member_id
    await _changed(session, meeting, sitting, now=now)


async def mark_guest(
    session: AsyncSession, presence_id: int, said: Mark, actor: Actor, *, now: datetime
) -> int:
    """Say of a guest that they left, or that they were noted by a slip; return the meeting.

    Raises:
        NotHere: nobody was noted so.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to leave.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    found = await session.get(Presence, presence_id)
    if found is None:
        raise NotHere
    meeting, sitting = await sittings.acting(
        session, found.meeting_id, actor, Action.RUN_MEETING, now=now
    )
    _set(await session.get_one(Presence, presence_id), said, now=now)
    await _changed(session, meeting, sitting, now=now)
    return found.meeting_id


async def confirm_all(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """Confirm everybody who is noted: the roll was called, and whoever is noted later came later.

    Whoever waits to be confirmed for an organisation still does.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: the meeting is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    for one in await queries.people(session, meeting):
        row = await session.get_one(Presence, one.id)
        if one.is_counted and row.confirmed_by is None:
            row.confirmed_by = actor.member_id
    await _changed(session, meeting, sitting, now=now)


async def add_guest(
    session: AsyncSession, meeting_id: int, guest: Guest, actor: Actor, *, now: datetime
) -> str:
    """Note somebody without an account; return the organisation for which they count, or "".

    Whoever comes from an organisation that has a seat is there for it; all others are in
    attendance. The same person named twice is noted once.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to come to.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    seats = await rolls.seated(session, meeting.group_id)
    row, _ = await _note(session, sitting, guest, seats, actor, now=now)
    await _changed(session, meeting, sitting, now=now)
    return seats.get(row.organisation_id or 0, "")


async def note_guests(
    session: AsyncSession,
    meeting_id: int,
    guests: Sequence[Guest],
    source: tuple[int, int],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Note all guests that a command names; said anew, by an edit, it corrects those of before.

    `source` is the chat and the command. In their order the first takes the name of the first; who
    is not named any more was a slip. Only whom this command brought is corrected by it.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see
            `add_guest`.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    seats = await rolls.seated(session, meeting.group_id)
    said = await session.get(MessageSubject, source)
    before = [int(key) for key in said.subject.split(":")[1:]] if said else []
    brought: list[int] = []
    for at, guest in enumerate(guests):
        known = await session.get(Presence, before[at]) if at < len(before) else None
        row, is_new = await _note(session, sitting, guest, seats, actor, known=known, now=now)
        if is_new:
            brought.append(stored_id(row))
    for key in set(before) - set(brought):
        _set(await session.get_one(Presence, key), Mark.AWAY, now=now)
    if brought or said:
        await session.merge(
            MessageSubject(
                chat_id=source[0],
                message_id=source[1],
                kind=COMMAND,
                subject=":".join([GUESTS, *map(str, brought)]),
                subject_id=meeting_id,
                subject_version=meeting.version,
                drop_at=now + CORRECTED_WITHIN,
            )
        )
    await _changed(session, meeting, sitting, now=now)


async def leave_named(
    session: AsyncSession,
    meeting_id: int,
    said: str,
    actor: Actor,
    *,
    languages: Sequence[str],
    now: datetime,
) -> str:
    """Note that an organisation, or a guest, has left, now or when is said; return who was meant.

    Raises:
        NobodyCalledSo: nobody who is there is called so, or several are.
        NotThen, TimeAmbiguous and the others of `read_when`: the time cannot be meant, or read.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to leave.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    here = [one for one in await queries.people(session, meeting) if one.left is None]
    counted = [one for one in here if one.is_counted]
    names = {one.organisation_id: one.organisation for one in counted if one.organisation_id}
    known = {one.organisation for one in here} | {one.person for one in here}
    left = None
    if said.casefold() not in {name.casefold() for name in known}:
        said, left = read_leaving(
            said,
            opened=wall_time(sitting.opened_at, meeting.zone),
            now=wall_time(now, meeting.zone),
            languages=languages,
        )
    at = instant(left, meeting.zone) if left else now
    key = organisations.find(names, said)
    if key is not None:
        going, name = [one.id for one in counted if one.organisation_id == key], names[key]
    else:
        people = {one.id: one.person for one in here if one.person}
        person = organisations.find(people, said)
        if person is None:
            called = [*names.values(), *(one.person for one in here if not one.organisation_id)]
            raise NobodyCalledSo(said=said, here=called)
        going, name = [person], people[person]
    for number in going:
        _set(await session.get_one(Presence, number), Mark.LEFT, now=at)
    await _changed(session, meeting, sitting, now=now)
    return name


async def open_list(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Give whoever runs a meeting the list of who is there; return whether it stands in private.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: the meeting is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, _ = await sittings.acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    return await presence_lists.say(session, meeting, actor, place, now=now)


async def turn_list(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    message: tuple[int, int | None],
    page: int,
    *,
    is_leaving: bool,
    now: datetime,
) -> None:
    """Show another page of a list, or let its taps say who left.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: the meeting is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, _ = await sittings.acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    await presence_lists.turn(session, meeting, message, page, is_leaving=is_leaving, now=now)


async def _note(
    session: AsyncSession,
    sitting: Sitting,
    guest: Guest,
    seats: Mapping[int, str],
    actor: Actor,
    *,
    known: Presence | None = None,
    now: datetime,
) -> tuple[Presence, bool]:
    """Note a guest, as whom somebody was noted before (`known`); whether that is not another row.

    The same person named twice is noted once.
    """
    key = organisations.find(seats, guest.office) if guest.office else None
    row = await _named(session, sitting.meeting_id, guest, key)
    is_new = row is None or row is known
    if row is None:
        row = known or await _entered(session, sitting, now=now)
        row.organisation_id, row.entered_by = key, actor.member_id
    if is_new:
        row.name, row.guest_of = guest.name, guest.office
    row.left_at = None
    await session.flush()
    return row, is_new


async def _named(
    session: AsyncSession, meeting_id: int, guest: Guest, organisation_id: int | None
) -> Presence | None:
    rows = await session.execute(
        select(Presence).where(
            col(Presence.meeting_id) == meeting_id, col(Presence.member_id).is_(None)
        )
    )
    return next(
        (
            row
            for row in rows.scalars()
            if row.name.casefold() == guest.name.casefold()
            and row.organisation_id == organisation_id
        ),
        None,
    )


async def _entered(session: AsyncSession, sitting: Sitting, *, now: datetime) -> Presence:
    row = Presence(
        meeting_id=sitting.meeting_id, arrived_at=await _arrival(session, sitting, now=now)
    )
    session.add(row)
    await session.flush()
    return row


async def _arrival(session: AsyncSession, sitting: Sitting, *, now: datetime) -> datetime:
    """Return when somebody came whom the secretary notes now."""
    is_called = await queries.is_called(session, sitting.meeting_id)
    return now if is_called else sitting.opened_at


def _set(row: Presence, said: Mark, *, now: datetime) -> None:
    if said.how is not None:
        row.how, row.left_at = said.how, None
    elif said is Mark.AWAY:
        row.left_at = row.arrived_at
    elif row.left_at is None:
        row.left_at = _later(row, now)


def _later(row: Presence, now: datetime) -> datetime:
    """Return when somebody left; who leaves in the moment in which they came was there."""
    return max(now, row.arrived_at + MOMENT)


async def _changed(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> None:
    sittings.touch(sitting, now)
    await session.flush()
    sitting_posts.show(session, meeting, now=now)
