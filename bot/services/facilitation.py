"""An organisation takes its turn, or passes it on; a lead may say whose it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import facilitation as rules
from bot.domain import meetings, roles
from bot.domain.facilitation import Duty, Holder, NotYourTurn, TurnState
from bot.domain.meetings import MeetingUnknown
from bot.domain.roles import Action, Actor, Scope
from bot.models import Group, Meeting, Membership, Turn
from bot.models.columns import stored_id
from bot.queries import facilitation as queries
from bot.services import agenda, turns
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
    meetings.check_open(meeting.facts(), now)
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
    await agenda.show(session, meeting, group, now=now)
    following = after.get(duty)
    return Answered(duty, "" if is_taken or following is None else following.name)


async def appoint(
    session: AsyncSession, group: Group, said: str, actor: Actor, *, now: datetime
) -> tuple[Meeting, Holder]:
    """Let a lead say which organisation leads the next meeting; the one before keeps its turn.

    Raises:
        MeetingUnknown: no meeting is planned.
        LeaderUnknown: no organisation that could is called so.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not decide this.
    """
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    meeting = await agenda.upcoming(session, group, now=now)
    if meeting is None:
        raise MeetingUnknown
    able = await queries.able(session, stored_id(group))
    chosen = rules.named(said, able)
    meeting_id = stored_id(meeting)
    for duty, holder in (await turns.propose(session, meeting)).items():
        if duty is Duty.FACILITATOR or holder.organisation_id == chosen:
            await turns.release(session, meeting_id, duty)
    key = (meeting_id, Duty.FACILITATOR, chosen)
    turn = await session.get(Turn, key) or Turn(
        meeting_id=meeting_id, duty=Duty.FACILITATOR, organisation_id=chosen
    )
    turn.state, turn.answered_by = TurnState.PROPOSED, None
    session.add(turn)
    await session.flush()
    await turns.propose(session, meeting)
    await agenda.show(session, meeting, group, now=now)
    return meeting, Holder(chosen, able[chosen])
