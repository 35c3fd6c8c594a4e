"""An organisation takes its turn, or passes it on; a lead may say whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import facilitation as rules
from bot.domain import roles
from bot.domain.facilitation import CannotLead, Duty, Holder, NotYourTurn, ServedAlready, TurnState
from bot.domain.meetings import State
from bot.domain.minutes import WAITING, MinutesUnknown, ObjectionsOver
from bot.domain.roles import Action, Actor, Scope
from bot.domain.sittings import SeveralOpen, SittingState
from bot.models import Group, Meeting, Membership, Sitting, Turn
from bot.models.columns import stored_id
from bot.queries import facilitation as queries
from bot.queries import minutes as minutes_queries
from bot.queries import sittings as sitting_queries
from bot.rendering.messages import renderer
from bot.services import (
    agenda_views,
    members,
    minutes,
    minutes_views,
    objections,
    sitting_posts,
    sittings,
    turns,
)
from bot.services.meeting_posts import locked


@dataclass(frozen=True)
class Answered:
    """What became of a turn."""

    duty: Duty
    next_name: str = ""
    """Whom it was passed on to; empty if it was taken, or nobody is left."""


async def answer(
    session: AsyncSession, meeting_id: int, actor: Actor, *, is_taken: bool, now: datetime
) -> Answered:
    """Take the turn of the person's organisation at a meeting, or pass it on to the next.

    Raises:
        NotYourTurn: it is not, or no longer, the turn of the organisation.
        MeetingUnknown, MeetingStarted, MeetingCancelled: it is too late.
        NotAllowed, StrangerHere, AnonymousAdmin: the person speaks for nobody here.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.TAKE_TURN, Scope(group.coalition_id, stored_id(group)))
    await agenda_views.check_ahead(session, meeting, now=now)
    mine = await session.get(Membership, (group.id, actor.member_id))
    holders = await turns.propose(session, meeting)
    duty = next(
        (
            duty
            for duty, holder in holders.items()
            if mine is not None
            and mine.is_confirmed
            and holder.organisation_id == mine.organisation_id
        ),
        None,
    )
    if duty is None:
        raise NotYourTurn
    turn = await session.get_one(Turn, (meeting_id, duty, holders[duty].organisation_id))
    turn.state = TurnState.ACCEPTED if is_taken else TurnState.PASSED
    turn.answered_by = actor.member_id
    await session.flush()
    after = holders if is_taken else await turns.propose(session, meeting)
    await _tell(session, meeting, group, now=now)
    following = after.get(duty)
    return Answered(duty, "" if is_taken or following is None else following.name)


async def has_turn(session: AsyncSession, meeting_id: int, actor: Actor) -> bool:
    """Tell whether somebody speaks for an organisation whose turn it is at a meeting."""
    meeting = await session.get_one(Meeting, meeting_id)
    mine = await session.get(Membership, (meeting.group_id, actor.member_id))
    if mine is None or not mine.is_confirmed:
        return False
    holders = await queries.holders(session, meeting_id)
    return any(one.organisation_id == mine.organisation_id for one in holders.values())


async def appoint(
    session: AsyncSession, meeting: Meeting, said: str, actor: Actor, *, now: datetime
) -> Holder:
    """Let a lead say which organisation leads a (locked) meeting; the one before keeps its turn.

    "notes Amina", in any language, says who takes its notes.

    Raises:
        LeaderUnknown: no organisation that could is called so.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
        others: see `choose`.
    """
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    able = await queries.able(session, stored_id(group))
    duty, said = _duty_said(said)
    speakers = await queries.speakers(session, stored_id(group))
    chosen = rules.named(said, able, [(one.name, one.organisation_id) for one in speakers])
    member_id = rules.person(said, [one for one in speakers if one.organisation_id == chosen])
    return await _give(
        session, meeting, group, (duty, chosen, member_id), actor, able=able, now=now
    )


def _duty_said(said: str) -> tuple[Duty, str]:
    return rules.duty_said(said, renderer().control_words("notes"))


async def meant(
    session: AsyncSession, group: Group, said: str, *, named: int | None, now: datetime
) -> Meeting | None:
    """Return the (locked) meeting of which it is said who leads: the open one, or the next.

    Or the last one, if nobody is noted as having done it and its minutes can still say so. The
    number of a meeting that the person has `named` means that one.

    Raises:
        SeveralOpen: it may be the last one, or the next.
    """
    if named is not None:
        meeting = await locked(session, named)
        was_held = await sitting_queries.has_begun(session, named)
        is_planned = meeting.state is State.PLANNED
        is_ahead = is_planned and await agenda_views.is_ahead(session, meeting, now=now)
        if meeting.group_id == group.id and (was_held or is_ahead):
            return meeting
    for meeting in await sitting_queries.open_in(session, stored_id(group)):
        return await locked(session, stored_id(meeting))
    ahead = await agenda_views.upcoming(session, group, now=now)
    last = await _untold(session, group, _duty_said(said)[0], now=now) if said else None
    if last is not None and ahead is not None:
        raise SeveralOpen(meetings=[last.facts(), ahead.facts()])
    return ahead if last is None else await locked(session, stored_id(last))


async def _untold(
    session: AsyncSession, group: Group, duty: Duty, *, now: datetime
) -> Meeting | None:
    """Return the last meeting of which it can still be told who had a duty, and was not."""
    for meeting in await queries.without(session, stored_id(group), duty):
        minutes = await minutes_queries.latest(session, stored_id(meeting))
        if minutes is not None and objections.is_correctable(minutes, group, now=now):
            return meeting
    return None


async def choose(
    session: AsyncSession, meeting_id: int, organisation_id: int, actor: Actor, *, now: datetime
) -> Holder:
    """Let a lead say by a tap which organisation leads a meeting.

    Raises:
        CannotLead: the organisation can lead no meeting (any more).
        MeetingUnknown, MeetingStarted, MeetingCancelled: it is too late.
        ServedAlready, ObjectionsOver, DeputyLater: it is over, and its minutes cannot say so.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    able = await queries.able(session, stored_id(group))
    if organisation_id not in able:
        raise CannotLead
    told = (Duty.FACILITATOR, organisation_id, None)
    return await _give(session, meeting, group, told, actor, able=able, now=now)


async def serve(
    session: AsyncSession, meeting_id: int, duty: Duty, actor: Actor, *, now: datetime
) -> None:
    """Let an organisation lead a meeting that goes on, or take its notes, as long as nobody does.

    Whoever was only proposed for it had not answered. Twice is once.

    Raises:
        ServedAlready: another organisation does it already.
        CannotLead: the person speaks for no organisation that could.
        MeetingUnknown, NotOpen, SittingClosed: the meeting is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person speaks for nobody here.
    """
    meeting, sitting = await sittings.acting(session, meeting_id, actor, Action.TAKE_TURN, now=now)
    group = await session.get_one(Group, meeting.group_id)
    mine = await session.get(Membership, (group.id, actor.member_id))
    able = await queries.able(session, stored_id(group))
    if mine is None or not mine.is_confirmed or mine.organisation_id not in able:
        raise CannotLead
    holder = (await queries.holders(session, meeting_id)).get(duty)
    if holder is not None and holder.is_accepted:
        if holder.organisation_id == mine.organisation_id:
            return
        raise ServedAlready(name=holder.name, duty=duty)
    await _take(session, meeting_id, duty, mine.organisation_id, actor.member_id)
    sittings.touch(sitting, now)
    await turns.show(session, meeting, group, now=now)
    sitting_posts.show(session, meeting, now=now)


async def is_proposed(session: AsyncSession, meeting: Meeting, duty: Duty, actor: Actor) -> bool:
    """Tell whether a person could take a duty for their organisation that was asked to."""
    holder = (await queries.holders(session, stored_id(meeting))).get(duty)
    mine = await session.get(Membership, (meeting.group_id, actor.member_id))
    if holder is None or holder.is_accepted or mine is None or mine.is_office:
        return False
    return mine.is_confirmed and mine.organisation_id == holder.organisation_id


async def _take(
    session: AsyncSession,
    meeting_id: int,
    duty: Duty,
    organisation_id: int,
    member_id: int | None,
) -> None:
    """Note that an organisation does it; what it was only proposed for goes to nobody.

    `member_id` is who does it for the organisation, if that is known.
    """
    holders = await queries.holders(session, meeting_id)
    for other, holder in holders.items():
        is_proposed = holder.organisation_id == organisation_id and not holder.is_accepted
        if other is duty or is_proposed:
            await turns.release(session, meeting_id, other)
    key = (meeting_id, duty, organisation_id)
    turn = await session.get(Turn, key) or Turn(
        meeting_id=meeting_id, duty=duty, organisation_id=organisation_id
    )
    turn.state, turn.answered_by = TurnState.ACCEPTED, member_id
    session.add(turn)
    await session.flush()


async def _give(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    told: tuple[Duty, int, int | None],
    actor: Actor,
    *,
    able: Mapping[int, str],
    now: datetime,
) -> Holder:
    """Give a duty at a meeting to one organisation, and ask it; who leads takes no notes.

    `told` is what a lead said: the duty, the organisation, and the member of it whom they named,
    who is asked themselves. In a meeting that goes on nobody is asked: they are in the room.
    """
    meeting_id = stored_id(meeting)
    duty, chosen, member_id = told
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    if sitting is not None:
        is_over = sitting.state is not SittingState.OPEN
        is_new = is_over and await _correctable(session, meeting, group, duty, actor, now=now)
        await _take(session, meeting_id, duty, chosen, member_id)
        await turns.show(session, meeting, group, now=now)
        if is_over:
            await minutes.duty_corrected(session, meeting, duty, now=now)
        else:
            sitting_posts.show(session, meeting, now=now)
        if is_new:
            await _show_correction(session, meeting, actor, now=now)
        return Holder(chosen, able[chosen], is_accepted=True)
    await agenda_views.check_ahead(session, meeting, now=now)
    named = {} if member_id is None else {duty: member_id}
    holders = await turns.propose(session, meeting)
    known = holders.get(duty)
    if known is not None and known.organisation_id == chosen:
        # Tapped twice, or said again: what they answered stays. It was their turn in any case, and
        # perhaps nobody has asked them yet.
        await turns.ask(session, meeting, group, named=named, now=now)
        return known
    for other, holder in holders.items():
        if other is duty or holder.organisation_id == chosen:
            await turns.release(session, meeting_id, other)
    key = (meeting_id, duty, chosen)
    turn = await session.get(Turn, key) or Turn(
        meeting_id=meeting_id, duty=duty, organisation_id=chosen
    )
    turn.state, turn.answered_by = TurnState.PROPOSED, None
    session.add(turn)
    await session.flush()
    await turns.propose(session, meeting)
    await _tell(session, meeting, group, named=named, now=now)
    return Holder(chosen, able[chosen])


async def _correctable(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    duty: Duty,
    actor: Actor,
    *,
    now: datetime,
) -> bool:
    """Make sure that minutes can be told who had a duty; True: a correction was begun for that.

    What minutes that are out say of it is objected to like everything else in them.

    Raises:
        MinutesUnknown: there are none: the meeting was not held.
        ServedAlready: they say it, and are out.
        ObjectionsOver: they are confirmed, or the days for corrections are over.
        DeputyLater, NotAllowed: see `approvable`.
    """
    meeting_id = stored_id(meeting)
    latest = await minutes_queries.latest(session, meeting_id)
    if latest is None:
        raise MinutesUnknown
    out = await minutes_queries.out(session, meeting_id)
    holder = (await queries.holders(session, meeting_id)).get(duty)
    if out is not None and out.record().served(duty):
        raise ServedAlready(name=holder.name if holder else "", duty=duty)
    is_new = latest.state not in WAITING
    if is_new:
        if not objections.is_correctable(latest, group, now=now):
            raise ObjectionsOver
        latest = await objections.begin_correction(session, latest, now=now)
    await minutes.approvable(session, meeting_id, latest.version, actor)
    return is_new


async def _show_correction(
    session: AsyncSession, meeting: Meeting, actor: Actor, *, now: datetime
) -> None:
    """Show a correction, alone, to whoever began it by what they said."""
    latest = await minutes_queries.latest(session, stored_id(meeting))
    assert latest is not None
    lead = await members.known(session, actor)
    await minutes_views.show_draft(session, meeting, latest, lead, now=now)


async def _tell(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    *,
    named: Mapping[Duty, int] = turns.NOBODY_NAMED,
    now: datetime,
) -> None:
    """Show everywhere whose turn it is now, and ask those who do not know yet."""
    await turns.ask(session, meeting, group, named=named, now=now)
    await turns.show(session, meeting, group, now=now)
    await agenda_views.show(session, meeting, group, now=now)
