"""What needs somebody in groups, at any moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select, union
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.digests import (
    RECENT,
    SILENCE,
    SOON_OUT,
    Called,
    Need,
    NeedKind,
    sorted_needs,
)
from bot.domain.meetings import State
from bot.domain.write_ups import WRITTEN_WITHIN
from bot.models import (
    Chat,
    Coordinator,
    Group,
    Meeting,
    Member,
    Membership,
    Minutes,
    Objection,
    Organisation,
    PointChange,
    Progress,
    Reply,
    Sitting,
    Snapshot,
    SupportRequest,
)
from bot.models.columns import stored_id
from bot.queries import minutes


async def called(
    session: AsyncSession, group_ids: Sequence[int], moment: datetime
) -> list[tuple[int, Called]]:
    """Return the calls for support that waited at a moment, or were made not long before it."""
    mine = col(SupportRequest.group_id).in_(group_ids)
    waiting = select(col(SupportRequest.id)).where(mine, _WAITS)
    lately = select(col(SupportRequest.id)).where(
        mine,
        col(SupportRequest.at) >= moment - ANSWERED_WITHIN,
        col(SupportRequest.at) < moment,
        or_(
            col(SupportRequest.at) >= moment - timedelta(days=8),
            col(SupportRequest.answered_at) >= moment,
            col(SupportRequest.ended_at) >= moment,
        ),
    )
    rows = await session.execute(
        select(
            col(SupportRequest.group_id),
            col(SupportRequest.at),
            col(SupportRequest.text),
            col(SupportRequest.organisation_id),
            col(Organisation.name),
            col(SupportRequest.answered_at),
            col(SupportRequest.ended_at),
        )
        .outerjoin(Organisation, col(Organisation.id) == col(SupportRequest.organisation_id))
        .where(col(SupportRequest.id).in_(union(waiting, lately)))
        .order_by(col(SupportRequest.id))
    )
    return [
        (group_id, Called(at, text, organisation, name or "", answered, ended))
        for group_id, at, text, organisation, name, answered, ended in rows
    ]


ANSWERED_WITHIN = timedelta(days=365)
"""How long a call for support may have waited that was answered since."""
ASKED_AHEAD = timedelta(days=92)
"""How far ahead meetings lie whose invitations are answered."""

# In these words: the partial index is used for no others.
_WAITS: ColumnElement[bool] = literal_column("support_request.state = 'waiting'")


async def needed(
    session: AsyncSession, groups: Sequence[Group], moment: datetime
) -> tuple[Need, ...]:
    """Return what needed somebody in these groups at a moment, the most urgent first.

    Whom the bot cannot write to is known only of now: see `unreached`.
    """
    by_id = {stored_id(group): group for group in groups}
    if not by_id:
        return ()
    needs = [
        Need(
            NeedKind.SUPPORT,
            by_id[group_id].name,
            group_id,
            text=one.text,
            organisation=one.organisation,
            days=_days(one.at, moment, by_id[group_id]),
        )
        for group_id, one in await called(session, list(by_id), moment)
        if one.waits(moment)
    ]
    needs += await _of_meetings(session, by_id, moment)
    needs += await _silent(session, by_id, moment)
    return sorted_needs(needs)


def _days(since: datetime, moment: datetime, group: Group) -> int:
    """Return how many midnights lie between two instants where a group lives."""
    return (wall_time(moment, group.zone).date() - wall_time(since, group.zone).date()).days


async def _of_meetings(
    session: AsyncSession, by_id: Mapping[int, Group], moment: datetime
) -> list[Need]:
    """Return what meetings still need: to be told of, their minutes, an answer to an objection."""
    recent = (
        col(Meeting.group_id).in_(by_id),
        col(Meeting.starts_at) >= moment - RECENT,
        col(Meeting.starts_at) < moment,
    )
    drafts = await session.execute(
        select(col(Meeting.group_id), col(Meeting.wall_start), col(Minutes.drafted_at))
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            *recent,
            col(Minutes.version) == 1,
            col(Minutes.drafted_at) < moment - SOON_OUT,
            col(Minutes.published_at).is_(None) | (col(Minutes.published_at) >= moment),
        )
    )
    untold = await session.execute(
        select(col(Meeting.group_id), col(Meeting.wall_start), col(Meeting.ends_at))
        .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            *recent,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.ends_at) >= moment - WRITTEN_WITHIN,
            col(Meeting.ends_at) < moment,
            col(Sitting.meeting_id).is_(None) | (col(Sitting.opened_at) >= moment),
        )
    )
    objections = await session.execute(
        select(
            col(Meeting.group_id),
            col(Meeting.wall_start),
            func.min(col(Objection.said_at)),
            func.count(),
        )
        .join(Objection, col(Objection.meeting_id) == col(Meeting.id))
        .where(
            *recent,
            col(Objection.said_at) < moment,
            col(Objection.settled_at).is_(None) | (col(Objection.settled_at) >= moment),
            ~minutes.in_doubt(),
        )
        .group_by(col(Meeting.id), col(Meeting.group_id), col(Meeting.wall_start))
    )

    def need(kind: NeedKind, row: Sequence[Any]) -> Need:
        group_id, wall, since, *count = row
        group = by_id[group_id]
        return Need(
            kind,
            group.name,
            group_id,
            days=_days(since, moment, group),
            count=count[0] if count else 1,
            on=wall.date(),
        )

    return [
        *(need(NeedKind.MINUTES, row) for row in drafts),
        *(need(NeedKind.UNTOLD, row) for row in untold),
        *(need(NeedKind.OBJECTION, row) for row in objections),
    ]


async def _silent(
    session: AsyncSession, by_id: Mapping[int, Group], moment: datetime
) -> list[Need]:
    """Return the groups that have been there for weeks, and of which nothing was heard."""
    since = moment - SILENCE
    ids = list(by_id)
    heard: set[int] = set()
    for table in (Progress, PointChange, SupportRequest):
        rows = await session.execute(
            select(col(table.group_id))
            .where(col(table.group_id).in_(ids), col(table.at) >= since, col(table.at) < moment)
            .distinct()
        )
        heard |= set(rows.scalars())
    meetings = (
        col(Meeting.group_id).in_(ids),
        col(Meeting.starts_at) >= since - timedelta(days=7),
        col(Meeting.starts_at) < moment + ASKED_AHEAD,
    )
    held = await session.execute(
        select(col(Meeting.group_id))
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(*meetings, col(Sitting.opened_at) >= since, col(Sitting.opened_at) < moment)
        .distinct()
    )
    answered = await session.execute(
        select(col(Meeting.group_id))
        .join(Reply, col(Reply.meeting_id) == col(Meeting.id))
        .where(*meetings, col(Reply.answered_at) >= since, col(Reply.answered_at) < moment)
        .distinct()
    )
    heard |= {*held.scalars(), *answered.scalars()}
    rest = [group_id for group_id in ids if group_id not in heard]
    if not rest:
        return []
    began = await session.execute(
        select(col(Meeting.group_id))
        .where(
            col(Meeting.group_id).in_(rest),
            col(Meeting.starts_at) < since,
            col(Meeting.starts_at) >= since - RECENT,
        )
        .distinct()
    )
    # A group that never met: the summary has told of its weeks for as long.
    told = await session.execute(
        select(col(Snapshot.group_id))
        .where(
            col(Snapshot.group_id).in_(rest),
            col(Snapshot.week) < since.date(),
            col(Snapshot.week) >= (since - RECENT).date(),
            col(Snapshot.made_at) < since,
        )
        .distinct()
    )
    known = {*began.scalars(), *told.scalars()}
    return [
        Need(NeedKind.SILENT, by_id[group_id].name, group_id, days=SILENCE.days)
        for group_id in rest
        if group_id in known
    ]


async def unreached(
    session: AsyncSession, groups: Sequence[Group], coalition_id: int | None
) -> tuple[Need, ...]:
    """Return to which groups, and to how many of their people, the bot cannot write now.

    With a coalition also whom of its coordination team.
    """
    by_id = {stored_id(group): group for group in groups}
    closed = await session.execute(
        select(col(Group.id))
        .join(Chat, col(Chat.chat_id) == col(Group.chat_id))
        .where(col(Group.id).in_(by_id), col(Chat.is_closed))
    )
    needs = [Need(NeedKind.CLOSED, by_id[key].name, key) for key in closed.scalars()]
    people = await session.execute(
        select(col(Membership.group_id), func.count())
        .join(Member, col(Member.id) == col(Membership.member_id))
        .join(Chat, col(Chat.chat_id) == col(Member.telegram_id))
        .where(
            col(Membership.group_id).in_(by_id),
            col(Membership.left_at).is_(None),
            col(Chat.is_closed),
        )
        .group_by(col(Membership.group_id))
    )
    needs += [
        Need(NeedKind.UNREACHED, by_id[group_id].name, group_id, count=count)
        for group_id, count in people
    ]
    if coalition_id is not None:
        team = await session.execute(
            select(col(Member.name))
            .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
            .join(Chat, col(Chat.chat_id) == col(Member.telegram_id))
            .where(col(Coordinator.coalition_id) == coalition_id, col(Chat.is_closed))
        )
        needs += [Need(NeedKind.TEAM, "", text=name) for name in team.scalars()]
    return sorted_needs(needs)
