"""What was reported of actions, and of which somebody may report."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.plan import Point
from bot.domain.progress import CHOICES, EvidenceKind, Evident, Report
from bot.domain.roles import Actor
from bot.models import (
    ActionPoint,
    Evidence,
    Group,
    Member,
    Membership,
    Organisation,
    PointPerson,
    Progress,
)
from bot.queries import plan

EVIDENT = 10
"""Pictures and files of one action that are sent in one go."""


async def latest(session: AsyncSession, point_ids: Collection[int]) -> Mapping[int, Report]:
    """Return what was reported last of each of these actions; what nobody reported of is missing.

    What does not count yet is left out.
    """
    newest = (
        select(func.max(col(Progress.id)))
        .where(col(Progress.point_id).in_(point_ids), col(Progress.is_counted))
        .group_by(col(Progress.point_id))
    )
    found = await _reports(session, col(Progress.id).in_(newest))
    return {point_id: report for point_id, report in found if point_id is not None}


async def _reports(
    session: AsyncSession, wanted: ColumnElement[bool]
) -> Sequence[tuple[int | None, Report]]:
    shown = (
        select(func.count())
        .select_from(Evidence)
        .where(
            col(Evidence.progress_id) == col(Progress.id), col(Evidence.kind) != EvidenceKind.VOICE
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            Progress,
            col(Group.zone),
            col(Organisation.name).label("organisation"),
            col(Member.name).label("by"),
            shown.label("shown"),
        )
        .join(Group, col(Group.id) == col(Progress.group_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Progress.organisation_id))
        .outerjoin(Member, col(Member.id) == col(Progress.member_id))
        .where(wanted)
        .order_by(col(Progress.id))
    )
    return [
        (
            row.Progress.point_id,
            Report(
                on=wall_time(row.Progress.at, row.zone).date(),
                organisation=row.organisation or "",
                by=row.by or "",
                progress=row.Progress.progress,
                challenges=row.Progress.challenges,
                differently=row.Progress.differently,
                voice_seconds=row.Progress.voice_seconds,
                evidence=row.shown,
                is_by_phone=row.Progress.is_by_phone,
                is_counted=row.Progress.is_counted,
            ),
        )
        for row in rows
    ]


async def evidence(session: AsyncSession, point_id: int) -> list[Evident]:
    """Return the newest pictures and files that count and show what was done, oldest first."""
    rows = await session.execute(
        select(Evidence, col(Group.zone), col(Organisation.name).label("organisation"))
        .join(Progress, col(Progress.id) == col(Evidence.progress_id))
        .join(Group, col(Group.id) == col(Progress.group_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Progress.organisation_id))
        .where(
            col(Evidence.point_id) == point_id,
            col(Evidence.kind) != EvidenceKind.VOICE,
            col(Progress.is_counted),
        )
        .order_by(col(Evidence.id).desc())
        .limit(EVIDENT)
    )
    found = [
        Evident(
            row.Evidence.kind,
            row.Evidence.file_id,
            wall_time(row.Evidence.at, row.zone).date(),
            row.organisation or "",
        )
        for row in rows
    ]
    return found[::-1]


async def count_evidence(session: AsyncSession, point_id: int) -> int:
    """Count the pictures and files that `evidence` returns."""
    return len(await evidence(session, point_id))


async def reported_on(session: AsyncSession, point_ids: Collection[int]) -> Mapping[int, date]:
    """Return the day on which each of these actions was reported of last, in its group."""
    rows = await session.execute(
        select(col(Progress.point_id), col(Group.zone), func.max(col(Progress.at)).label("at"))
        .join(Group, col(Group.id) == col(Progress.group_id))
        .where(col(Progress.point_id).in_(point_ids))
        .group_by(col(Progress.point_id), col(Group.zone))
    )
    return {row.point_id: wall_time(row.at, row.zone).date() for row in rows}


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> Progress | None:
    """Return what a message reported, of several actions of the first; locked."""
    return next(iter(await all_of_message(session, chat_id, message_id)), None)


async def all_of_message(
    session: AsyncSession, chat_id: int, message_id: int
) -> Sequence[Progress]:
    """Return what a message reported, of each action that it named; locked."""
    rows = await session.execute(
        select(Progress)
        .where(
            col(Progress.source_chat_id) == chat_id, col(Progress.source_message_id) == message_id
        )
        .order_by(col(Progress.id))
        .with_for_update()
    )
    return rows.scalars().all()


async def of_album(
    session: AsyncSession, chat_id: int, message_id: int, album: str
) -> Progress | None:
    """Return what the first picture of an album reported."""
    rows = await session.execute(
        select(Progress)
        .where(
            col(Progress.source_chat_id) == chat_id,
            col(Progress.source_message_id) != message_id,
            col(Progress.album) == album,
        )
        .order_by(col(Progress.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def has_reported(session: AsyncSession, actor: Actor, *, but: int) -> bool:
    """Tell whether somebody has ever reported in private for themselves, apart from one report."""
    found = await session.scalar(
        select(col(Progress.id))
        .where(
            col(Progress.source_chat_id) == actor.telegram_id,
            col(Progress.id) != but,
            ~col(Progress.is_by_phone),
        )
        .limit(1)
    )
    return found is not None


async def theirs(
    session: AsyncSession, actor: Actor, group_id: int | None = None, *, limit: int = CHOICES
) -> tuple[Point, ...]:
    """Return the open actions of which somebody may report, of either kind the most urgent first.

    Those that they do by name, then those of their organisation, in one group or in all of theirs;
    also where they wait to be confirmed. A phone of many hands reports for nobody.
    """
    places = await _places(session, actor)
    if group_id is not None:
        places = [place for place in places if place.group_id == group_id]
    if not places:
        return ()
    by_name = (
        select(col(PointPerson.point_id))
        .where(col(PointPerson.member_id) == actor.member_id)
        .scalar_subquery()
    )
    of_organisation = [
        (col(ActionPoint.group_id) == place.group_id)
        & (col(ActionPoint.organisation_id) == place.organisation_id)
        for place in places
        if place.organisation_id is not None
    ]
    return await plan.read(
        session,
        col(ActionPoint.group_id).in_([place.group_id for place in places]),
        col(ActionPoint.closed_at).is_(None),
        or_(col(ActionPoint.id).in_(by_name), *of_organisation),
        order=[col(ActionPoint.id).in_(by_name).desc(), *plan.SOONEST],
        limit=limit,
    )


async def is_theirs(session: AsyncSession, point: Point, actor: Actor) -> bool:
    """Tell whether somebody may report of an action as their own, also while they wait."""
    places = await _places(session, actor)
    place = next((place for place in places if place.group_id == point.group_id), None)
    if place is None:
        return False
    is_named = any(person.member_id == actor.member_id for person in point.people)
    is_of = place.organisation_id is not None and place.organisation_id == point.organisation_id
    return is_named or is_of


async def _places(session: AsyncSession, actor: Actor) -> list[Membership]:
    if actor.member_id is None:
        return []
    rows = await session.execute(
        select(Membership).where(
            col(Membership.member_id) == actor.member_id,
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
        )
    )
    return [place for place in rows.scalars() if actor.is_in(place.group_id)]


async def by_number(session: AsyncSession, group_id: int, number: int) -> Point | None:
    """Return the action that a group calls by a number."""
    found = await plan.read(
        session, col(ActionPoint.group_id) == group_id, col(ActionPoint.number) == number
    )
    return found[0] if found else None


async def open_of(
    session: AsyncSession, group_id: int, organisation_id: int, *, limit: int = CHOICES
) -> tuple[Point, ...]:
    """Return what an organisation still has to do in a group, the most urgent first."""
    return await plan.read(
        session,
        col(ActionPoint.group_id) == group_id,
        col(ActionPoint.organisation_id) == organisation_id,
        col(ActionPoint.closed_at).is_(None),
        limit=limit,
    )
