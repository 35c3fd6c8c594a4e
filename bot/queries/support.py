"""Who asked for support, who offered it, and who still waits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.support import OPEN, Answer, Before, Offer, Request, SupportState, Waiting
from bot.models import (
    ActionPoint,
    Group,
    Member,
    Membership,
    Organisation,
    Seat,
    SupportAnswer,
    SupportOffer,
    SupportRequest,
)
from bot.models.columns import stored_id

REMEMBERED = 300
"""How many earlier requests of a coalition are compared with a new one: some years of them."""


async def locked(session: AsyncSession, request_id: int) -> SupportRequest | None:
    """Return a call for support, locked."""
    return await session.get(
        SupportRequest, request_id, with_for_update=True, populate_existing=True
    )


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> SupportRequest | None:
    """Return what was asked for with a command."""
    rows = await session.execute(
        select(SupportRequest)
        .where(
            col(SupportRequest.source_chat_id) == chat_id,
            col(SupportRequest.source_message_id) == message_id,
        )
        .order_by(col(SupportRequest.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def of_entry(session: AsyncSession, entry_id: int) -> SupportRequest | None:
    """Return what a meeting wrote down as needed, locked."""
    rows = await session.execute(
        select(SupportRequest).where(col(SupportRequest.entry_id) == entry_id).with_for_update()
    )
    return rows.scalar_one_or_none()


async def for_point(session: AsyncSession, point_id: int) -> SupportRequest | None:
    """Return what an action waits for, if nobody has answered yet."""
    rows = await session.execute(
        select(SupportRequest)
        .where(
            col(SupportRequest.point_id) == point_id,
            col(SupportRequest.state) == SupportState.WAITING,
        )
        .order_by(col(SupportRequest.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def required(session: AsyncSession, point_id: int) -> str:
    """Return everything that an action still waits for; empty if it waits for nothing."""
    rows = await session.execute(
        select(col(SupportRequest.text))
        .where(col(SupportRequest.point_id) == point_id, col(SupportRequest.state).in_(OPEN))
        .order_by(col(SupportRequest.id))
    )
    return "; ".join(rows.scalars())


async def answer_of(session: AsyncSession, chat_id: int, message_id: int) -> SupportAnswer | None:
    """Return the answer that a message gave."""
    rows = await session.execute(
        select(SupportAnswer).where(
            col(SupportAnswer.source_chat_id) == chat_id,
            col(SupportAnswer.source_message_id) == message_id,
        )
    )
    return rows.scalar_one_or_none()


async def open_in(
    session: AsyncSession, group_id: int, *, limit: int, now: datetime
) -> tuple[Request, ...]:
    """Return what a group still asks for, whoever waits longest first."""
    rows = await session.execute(
        select(SupportRequest)
        .where(_is_open_in(group_id))
        .order_by((col(SupportRequest.state) != SupportState.WAITING), col(SupportRequest.id))
        .limit(limit)
    )
    return tuple([await facts(session, row, now=now) for row in rows.scalars().all()])


async def count_open(session: AsyncSession, group_id: int) -> int:
    """Count what a group still asks for."""
    found = select(func.count()).select_from(SupportRequest).where(_is_open_in(group_id))
    return await session.scalar(found) or 0


async def waiting(
    session: AsyncSession, group_ids: Collection[int], now: datetime
) -> tuple[Waiting, ...]:
    """Return the calls for support of some groups that nobody has answered, the oldest first."""
    rows = await session.execute(
        select(SupportRequest, col(Group.name), col(Group.zone), col(Organisation.name))
        .join(Group, col(Group.id) == col(SupportRequest.group_id))
        .outerjoin(Organisation, col(Organisation.id) == col(SupportRequest.organisation_id))
        .where(
            col(SupportRequest.group_id).in_(group_ids),
            col(SupportRequest.state) == SupportState.WAITING,
        )
        .order_by(col(SupportRequest.at), col(SupportRequest.id))
    )
    return tuple(
        Waiting(
            request_id=stored_id(request),
            group_id=request.group_id,
            group=group,
            organisation=organisation or "",
            text=request.text,
            asked_on=wall_time(request.at, zone).date(),
            days=_days(request, zone, now),
        )
        for request, group, zone, organisation in rows
    )


async def facts(session: AsyncSession, request: SupportRequest, *, now: datetime) -> Request:
    """Return a call for support as people read it."""
    group = await session.get_one(Group, request.group_id)
    organisation = await session.get(Organisation, request.organisation_id or 0)
    member = await session.get(Member, request.member_id or 0)
    place = await session.get(Membership, (request.group_id, request.member_id or 0))
    point = await session.get(ActionPoint, request.point_id or 0)
    request_id = stored_id(request)
    return Request(
        id=request_id,
        text=request.text,
        organisation=organisation.name if organisation else "",
        name=member.name if member else "",
        state=request.state,
        # Who has left since was confirmed, or would have been declined.
        is_confirmed=place is None or place.is_confirmed or place.left_at is not None,
        asked_on=wall_time(request.at, group.zone).date(),
        days=_days(request, group.zone, now),
        action=point.number if point else None,
        sector=request.sector,
        place=request.place,
        offers=(await offers(session, [request_id]))[request_id],
        answers=await _answers(session, request_id),
    )


async def offers(
    session: AsyncSession, request_ids: Collection[int]
) -> defaultdict[int, tuple[Offer, ...]]:
    """Return who can help, by call for support, in the order in which they said so."""
    rows = await session.execute(
        select(SupportOffer, col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(SupportOffer.organisation_id))
        .where(
            col(SupportOffer.request_id).in_(request_ids),
            col(SupportOffer.withdrawn_at).is_(None),
        )
        .order_by(col(SupportOffer.at), col(SupportOffer.organisation_id))
    )
    found: defaultdict[int, tuple[Offer, ...]] = defaultdict(tuple)
    for offer, name in rows:
        found[offer.request_id] += (Offer(name, offer.text),)
    return found


async def before(session: AsyncSession, request: SupportRequest) -> list[Before]:
    """Return what was asked for in a coalition before, the newest first, with who offered it."""
    rows = await session.execute(
        select(SupportRequest, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(SupportRequest.organisation_id))
        .where(
            col(SupportRequest.group_id).in_(_sisters(request.group_id)),
            col(SupportRequest.id) != request.id,
            col(SupportRequest.state) != SupportState.WITHDRAWN,
        )
        .order_by(col(SupportRequest.id).desc())
        .limit(REMEMBERED)
    )
    found = rows.all()
    offered = await offers(session, [stored_id(earlier) for earlier, _ in found])
    return [
        Before(
            earlier.text,
            earlier.sector,
            organisation or "",
            tuple(one.organisation for one in offered[stored_id(earlier)]),
            earlier.place,
        )
        for earlier, organisation in found
    ]


async def places(session: AsyncSession, group_id: int) -> Sequence[str]:
    """Return the names of the groups of a coalition: counties, most of them."""
    rows = await session.execute(
        select(col(Group.name)).where(col(Group.id).in_(_sisters(group_id)))
    )
    return rows.scalars().all()


async def near(session: AsyncSession, group_id: int, place: str) -> set[str]:
    """Return the names of the organisations of the groups of a coalition that a place means."""
    rows = await session.execute(
        select(col(Organisation.name))
        .join(Seat, col(Seat.organisation_id) == col(Organisation.id))
        .join(Group, col(Group.id) == col(Seat.group_id))
        .where(col(Group.id).in_(_sisters(group_id)), col(Group.name) == place)
    )
    return set(rows.scalars())


def _sisters(group_id: int) -> Select[int | None]:
    coalition = select(col(Group.coalition_id)).where(col(Group.id) == group_id)
    return select(col(Group.id)).where(col(Group.coalition_id).in_(coalition))


def _is_open_in(group_id: int) -> ColumnElement[bool]:
    return (col(SupportRequest.group_id) == group_id) & col(SupportRequest.state).in_(OPEN)


def _days(request: SupportRequest, zone: str, now: datetime) -> int:
    until = request.answered_at or request.ended_at or now
    return (wall_time(until, zone).date() - wall_time(request.at, zone).date()).days


async def _answers(session: AsyncSession, request_id: int) -> tuple[Answer, ...]:
    rows = await session.execute(
        select(SupportAnswer, col(Member.name))
        .outerjoin(Member, col(Member.id) == col(SupportAnswer.member_id))
        .where(col(SupportAnswer.request_id) == request_id)
        .order_by(col(SupportAnswer.id))
    )
    return tuple(Answer(answer.text, answer.is_team, name or "") for answer, name in rows)
