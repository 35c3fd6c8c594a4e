"""Who is asked in private whether they come."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, exists, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.attendance import Answer
from bot.domain.meetings import State
from bot.domain.preferences import MessageKind
from bot.domain.reminders import PrivateKind
from bot.domain.roles import Role
from bot.models import (
    Group,
    Meeting,
    Member,
    Membership,
    Mute,
    Occasion,
    OccasionState,
    OutboxMessage,
    Reply,
)
from bot.queries import groups, members

_VOICES = (
    col(Membership.organisation_id).is_not(None),
    col(Membership.is_confirmed),
    col(Membership.role) != Role.OBSERVER,
)
"""Who speaks for an organisation in a group."""


async def unanswered(session: AsyncSession, meeting: Meeting) -> Sequence[Member]:
    """Return those who speak for an organisation that has not answered, and who may be written to.

    They are confirmed, have started the bot, and have not switched such questions off.
    """
    colleague = aliased(Membership)
    has_answered = exists().where(
        col(Reply.meeting_id) == meeting.id,
        col(Reply.meeting_version) == meeting.version,
        col(Reply.member_id) == col(colleague.member_id),
        col(colleague.group_id) == meeting.group_id,
        col(colleague.organisation_id) == col(Membership.organisation_id),
        col(colleague.is_confirmed),
    )
    rows = await session.execute(_reachable(meeting, MessageKind.QUESTIONS).where(~has_answered))
    return rows.scalars().all()


async def voice(
    session: AsyncSession, meeting: Meeting, organisation_id: int, *, named: int | None = None
) -> Member | None:
    """Return who is asked something for an organisation: its prime, or whoever may be written to.

    Whoever was `named` comes before them. An office's phone is nobody who could say yes.
    """
    rows = await session.execute(
        _reachable(meeting, MessageKind.QUESTIONS)
        .where(col(Membership.organisation_id) == organisation_id, ~col(Membership.is_office))
        .order_by(None)
        .order_by(col(Member.id) != (named or 0), col(Membership.is_alternate), col(Member.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def reachable(
    session: AsyncSession, meeting: Meeting, member_ids: Collection[int], kind: MessageKind
) -> Sequence[Member]:
    """Return those of some members who may be written to, and have not switched a kind off."""
    rows = await session.execute(
        _reachable(meeting, kind).where(col(Member.id).in_(member_ids), ~col(Membership.is_office))
    )
    return rows.scalars().all()


async def leads(session: AsyncSession, meeting: Meeting) -> Sequence[Member]:
    """Return the leads and deputies of a group who may be asked something in private.

    As long as a group has neither, its coordination team is asked.
    """
    rows = await session.execute(
        _reachable(meeting, MessageKind.QUESTIONS).where(
            col(Membership.role).in_((Role.LEAD, Role.DEPUTY))
        )
    )
    found = rows.scalars().all()
    if found or await groups.leads(session, meeting.group_id, limit=1):
        return found
    return await members.team(session, await session.get_one(Group, meeting.group_id))


async def not_declined(session: AsyncSession, meeting: Meeting) -> Sequence[Member]:
    """Return those who come or have not answered, and who may be written to."""
    has_declined = exists().where(
        col(Reply.meeting_id) == meeting.id,
        col(Reply.meeting_version) == meeting.version,
        col(Reply.member_id) == col(Member.id),
        col(Reply.answer) == Answer.CANNOT,
    )
    rows = await session.execute(_reachable(meeting, MessageKind.REMINDERS).where(~has_declined))
    return rows.scalars().all()


async def places_not_told(
    session: AsyncSession, telegram_id: int, now: datetime, *, meeting_id: int | None = None
) -> Sequence[tuple[Occasion, Member]]:
    """Return when others were told where a meeting is held, which somebody may know, but missed.

    They may be written to, and have not declined.
    """
    was_told = exists().where(
        col(OutboxMessage.occasion_key) == col(Occasion.key),
        col(OutboxMessage.chat_id) == telegram_id,
    )
    has_declined = exists().where(
        col(Reply.meeting_id) == col(Meeting.id),
        col(Reply.meeting_version) == col(Meeting.version),
        col(Reply.member_id) == col(Member.id),
        col(Reply.answer) == Answer.CANNOT,
    )
    rows = await session.execute(
        select(Occasion, Member)
        .select_from(Meeting)
        .join(Membership, col(Membership.group_id) == col(Meeting.group_id))
        .join(Member, col(Member.id) == col(Membership.member_id))
        .join(
            Occasion,
            and_(
                col(Occasion.subject) == "meeting",
                col(Occasion.subject_id) == col(Meeting.id),
                col(Occasion.subject_version) == col(Meeting.version),
            ),
        )
        .where(
            col(Member.telegram_id) == telegram_id,
            col(Member.has_started),
            *_VOICES,
            col(Meeting.id) == meeting_id if meeting_id else true(),
            col(Meeting.is_place_late),
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) > now,
            col(Occasion.kind) == PrivateKind.PLACE,
            col(Occasion.state) == OccasionState.POSTED,
            ~was_told,
            ~has_declined,
        )
        .order_by(col(Meeting.id))
    )
    return [(occasion, member) for occasion, member in rows]


def _reachable(meeting: Meeting, kind: MessageKind) -> Select[Member]:
    """Select the confirmed voices of a group that have started the bot and not muted a kind."""
    is_muted = exists().where(col(Mute.member_id) == col(Member.id), col(Mute.kind) == kind)
    return (
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == meeting.group_id,
            *_VOICES,
            col(Member.has_started),
            ~is_muted,
        )
        .order_by(col(Member.id))
    )
