"""Keeping to the budget of what is said unasked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import budget, groups
from bot.domain.budget import Weight
from bot.domain.dates import wall_time
from bot.models import Group, Member, Membership
from bot.queries import budget as queries


@dataclass(frozen=True)
class Spent:
    """How much of a week's budget is used."""

    made: int
    limit: int


async def has_sound(
    session: AsyncSession, group: groups.Group, weight: Weight, *, now: datetime
) -> bool:
    """Tell whether a post in a group's chat may make a sound now."""
    spent, is_meeting_week = await _in_group(session, group, now)
    return budget.has_sound(weight, made=spent.made, is_meeting_week=is_meeting_week)


async def is_silent(
    session: AsyncSession, group: groups.Group, weight: Weight, *, now: datetime
) -> bool:
    """Tell whether a post in a group's chat makes no sound now: at night, or for the budget."""
    if group.quiet.cover(wall_time(now, group.zone)):
        return True
    return not await has_sound(session, group, weight, now=now)


async def may_write(
    session: AsyncSession,
    member: Member,
    group: groups.Group,
    *,
    kept_back: int = 0,
    now: datetime,
) -> bool:
    """Tell whether the bot may write to a person unasked, in the week as their group counts it.

    So many messages are `kept_back` for what matters more.
    """
    made = await queries.said(session, member.telegram_id, thread_id=None, zone=group.zone, now=now)
    return made < budget.IN_PRIVATE - kept_back


async def of_chat(session: AsyncSession, chat_id: int, now: datetime) -> Spent | None:
    """Return what is used in a chat, a group's or a person's; None if nobody counts there."""
    if chat_id > 0:
        zone = await session.scalar(
            select(col(Group.zone))
            .join(Membership, col(Membership.group_id) == col(Group.id))
            .join(Member, col(Member.id) == col(Membership.member_id))
            .where(col(Member.telegram_id) == chat_id)
            .order_by(col(Group.id))
            .limit(1)
        )
        if zone is None:
            return None
        made = await queries.said(session, chat_id, thread_id=None, zone=zone, now=now)
        return Spent(made, budget.IN_PRIVATE)
    found = await session.execute(
        select(Group).where(col(Group.chat_id) == chat_id).order_by(col(Group.id)).limit(1)
    )
    group = found.scalar_one_or_none()
    return None if group is None else (await _in_group(session, group.facts(), now))[0]


@dataclass(frozen=True)
class OfChat:
    """How much of a week's budget is used in a group (or its topic), or for a person."""

    name: str
    chat_id: int
    spent: Spent


async def of_all(session: AsyncSession, now: datetime) -> list[OfChat]:
    """Return what is used of every budget: the groups first, then the people, each by name.

    As `of_chat` counts it, with the same few statements however many chats there are.
    """
    found = await session.execute(select(Group).order_by(col(Group.name), col(Group.id)))
    rooms = [group.facts() for group in found.scalars()]
    zones = {room.id: room.zone for room in rooms}
    weeks = {zone: queries.week(now, zone) for zone in zones.values()}
    if not weeks:
        return []
    since = min(begins for begins, _ in weeks.values())
    until = max(ends for _, ends in weeks.values())
    said: defaultdict[tuple[int, int | None], list[datetime]] = defaultdict(list)
    for chat_id, thread_id, at in await queries.said_to_all(session, since=since, until=until):
        said[chat_id, thread_id].append(at)
    meets = {
        group_id
        for group_id, at in await queries.meetings_between(
            session, list(zones), since=since, until=until
        )
        if _is_within(weeks[zones[group_id]], at)
    }

    def made(chat_id: int, thread_id: int | None, zone: str) -> int:
        return sum(_is_within(weeks[zone], at) for at in said[chat_id, thread_id])

    groups_spent = [
        OfChat(
            room.name,
            room.chat_id,
            Spent(
                made(room.chat_id, room.thread_id, room.zone),
                budget.sounds(is_meeting_week=room.id in meets),
            ),
        )
        for room in rooms
    ]
    people = await session.execute(
        select(col(Member.name), col(Member.telegram_id), func.min(col(Membership.group_id)))
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .group_by(col(Member.id))
        .order_by(col(Member.name), col(Member.id))
    )
    return groups_spent + [
        OfChat(name, person, Spent(made(person, None, zones[group_id]), budget.IN_PRIVATE))
        for name, person, group_id in people
    ]


def _is_within(week: tuple[datetime, datetime], at: datetime) -> bool:
    return week[0] <= at < week[1]


async def _in_group(
    session: AsyncSession, group: groups.Group, now: datetime
) -> tuple[Spent, bool]:
    made = await queries.said(
        session, group.chat_id, thread_id=group.thread_id, zone=group.zone, now=now
    )
    meets = await queries.is_meeting_week(session, group.id, zone=group.zone, now=now)
    return Spent(made, budget.sounds(is_meeting_week=meets)), meets
