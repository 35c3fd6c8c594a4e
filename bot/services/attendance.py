"""Answering an invitation, by tap or by reply."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import meetings, roles
from bot.domain.attendance import Answer, NoOrganisation, organisation_answer
from bot.domain.meetings import MeetingChanged
from bot.domain.roles import Action, Actor, Scope
from bot.models import Group, Meeting, Membership, Organisation, Reply, ReplyFor, Seat
from bot.queries import attendance as queries
from bot.services import members, questions
from bot.services.meeting_posts import check_not_begun, locked, show_answers


@dataclass(frozen=True)
class Answered:
    """What became of an answer."""

    organisation: str
    answer: Answer
    is_new: bool
    is_counted: bool
    """False while nobody has confirmed that the person speaks for the organisation."""
    counts_as: Answer
    """What the organisation counts as now: a colleague's word may weigh more."""


async def answer(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    said: Answer,
    *,
    seen: int | None,
    now: datetime,
) -> Answered:
    """Record what a member answered; their last word before the start counts.

    `seen` is the version of the meeting that the person looked at: a phone without a network may
    show an hour that was moved long ago, and a yes to that is no yes to the new one.

    Raises:
        MeetingChanged: the meeting was moved since.
        MeetingUnknown, MeetingStarted, MeetingCancelled: it is too late, or there is no meeting.
        NoOrganisation: the person speaks for no organisation in this group.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not answer here.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.ANSWER, Scope(group.coalition_id, group.id))
    meetings.check_open(meeting.facts(), now)
    await check_not_begun(session, meeting)
    if seen is not None and seen != meeting.version:
        raise MeetingChanged
    membership = await session.get(Membership, (group.id, actor.member_id))
    organisation = await _spoken_for(session, membership)
    if membership is None or organisation is None:
        raise NoOrganisation
    is_new = await _record(session, meeting, membership, said, now=now)
    if is_new and membership.is_confirmed:
        show_answers(session, meeting, now=now)
    if said is not Answer.CANNOT:
        await questions.tell_place_now(session, actor.telegram_id, now=now, meeting_id=meeting_id)
    return Answered(
        organisation=organisation,
        answer=said,
        is_new=is_new,
        is_counted=membership.is_confirmed,
        counts_as=await _counts_as(session, meeting, membership) or said,
    )


async def answer_for(
    session: AsyncSession,
    meeting_id: int,
    organisation_id: int,
    actor: Actor,
    said: Answer | None,
    *,
    seen: int | None = None,
    now: datetime,
) -> str:
    """Enter what an organisation told somebody else, and return its name; None takes it back.

    It is marked in the list. What its own people answer counts more.

    Raises:
        MeetingChanged: the meeting was moved since.
        MeetingUnknown, MeetingStarted, MeetingCancelled: it is too late, or there is no meeting.
        NoOrganisation: the organisation has no seat in the group.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not answer for it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.ANSWER_FOR, Scope(group.coalition_id, group.id, organisation_id))
    meetings.check_open(meeting.facts(), now)
    await check_not_begun(session, meeting)
    if seen is not None and seen != meeting.version:
        raise MeetingChanged
    if await session.get(Seat, (group.id, organisation_id)) is None:
        raise NoOrganisation
    entry = await session.get(ReplyFor, (meeting.id, meeting.version, organisation_id))
    if entry is not None:
        await session.delete(entry)
        await session.flush()
    if said is not None:
        session.add(
            ReplyFor(
                meeting_id=meeting_id,
                meeting_version=meeting.version,
                organisation_id=organisation_id,
                answer=said,
                entered_by=(await members.known(session, actor)).id or 0,
                answered_at=now,
            )
        )
    await session.flush()
    show_answers(session, meeting, now=now)
    return (await session.get_one(Organisation, organisation_id)).name


async def _spoken_for(session: AsyncSession, membership: Membership | None) -> str | None:
    """Return the name of the organisation for which somebody answers, also of one they named."""
    if membership is None:
        return None
    organisation = await session.get(Organisation, membership.organisation_id or 0)
    return organisation.name if organisation else membership.claims


async def _counts_as(
    session: AsyncSession, meeting: Meeting, membership: Membership
) -> Answer | None:
    voices = await queries.voices(session, meeting, organisation_id=membership.organisation_id)
    return organisation_answer(voices)


async def _record(
    session: AsyncSession, meeting: Meeting, membership: Membership, said: Answer, *, now: datetime
) -> bool:
    reply = await session.get(Reply, (meeting.id, meeting.version, membership.member_id))
    if reply is None:
        reply = Reply(
            meeting_id=meeting.id or 0,
            meeting_version=meeting.version,
            member_id=membership.member_id,
            answer=said,
            answered_at=now,
        )
        session.add(reply)
    elif reply.answer is said:
        return False
    else:
        reply.answer, reply.answered_at = said, now
    await session.flush()
    return True
