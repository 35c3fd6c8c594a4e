"""Who is asked in private whether they come."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.preferences import MessageKind
from bot.domain.roles import Role
from bot.models import Meeting, Member, Membership, Mute, Reply


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
    is_muted = exists().where(
        col(Mute.member_id) == col(Member.id), col(Mute.kind) == MessageKind.QUESTIONS
    )
    rows = await session.execute(
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == meeting.group_id,
            col(Membership.organisation_id).is_not(None),
            col(Membership.is_confirmed),
            col(Membership.role) != Role.OBSERVER,
            col(Member.has_started),
            ~has_answered,
            ~is_muted,
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()
