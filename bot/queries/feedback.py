"""Where somebody can write in confidence, and what the coordination team may read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.coalitions import Coalition as Facts
from bot.domain.feedback import groups_to_name
from bot.domain.roles import Action, Actor, Scope, can
from bot.models import (
    Coalition,
    Conversation,
    FeedbackItem,
    Group,
    Membership,
    MessageSubject,
)
from bot.models.columns import stored_id
from bot.queries import messages


@dataclass(frozen=True)
class Nameable:
    """A group that somebody may name, because many could have written."""

    id: int
    name: str
    people: int


@dataclass(frozen=True)
class Channel:
    """A coalition to which somebody belongs, as they may write to its coordination team."""

    coalition: Facts
    zone: str
    """Of the first of their groups there: in it a day is named."""
    groups: tuple[Nameable, ...]


async def channels(session: AsyncSession, actor: Actor) -> Sequence[Channel]:
    """Return the coalitions to which `actor` belongs, or which they coordinate, by name."""
    rows = await session.execute(
        select(Group, Coalition)
        .join(Coalition, col(Coalition.id) == col(Group.coalition_id))
        .where(
            col(Group.id).in_(list(actor.roles))
            | col(Group.coalition_id).in_(list(actor.coordinates))
        )
        .order_by(col(Coalition.name), col(Coalition.id), col(Group.name), col(Group.id))
    )
    found: dict[int, tuple[Coalition, list[Group]]] = {}
    for group, coalition in rows:
        if not can(actor, Action.CONFIDE, Scope(group.coalition_id, group.id)):
            continue
        found.setdefault(stored_id(coalition), (coalition, []))[1].append(group)
    sizes = await people_in(session, list(actor.roles))
    nameable = groups_to_name(sizes, actor.roles)
    return [
        Channel(
            coalition.facts(),
            groups[0].zone,
            tuple(
                Nameable(number, group.name, nameable[number])
                for group in groups
                if (number := stored_id(group)) in nameable
            ),
        )
        for coalition, groups in found.values()
    ]


async def people_in(session: AsyncSession, group_ids: Sequence[int]) -> dict[int, int]:
    """Return how many confirmed people, offices not counted, belong to each of these groups."""
    rows = await session.execute(
        select(col(Membership.group_id), func.count().label("people"))
        .where(
            col(Membership.group_id).in_(group_ids),
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
        )
        .group_by(col(Membership.group_id))
    )
    return {row.group_id: row.people for row in rows}


async def is_in_conversation(session: AsyncSession, chat_id: int, now: datetime) -> bool:
    """Tell whether somebody is being asked something in their private chat."""
    found = await session.scalar(
        select(col(Conversation.id))
        .where(col(Conversation.chat_id) == chat_id, col(Conversation.expires_at) > now)
        .limit(1)
    )
    return found is not None


async def subject_of(session: AsyncSession, chat_id: int, message_id: int) -> str | None:
    """Return what kind of thing a message of the bot is about; None if it is about nothing."""
    row = await session.get(MessageSubject, (chat_id, message_id))
    return messages.kind_of(row.subject) if row is not None else None


async def by_receipt(session: AsyncSession, digest: bytes) -> FeedbackItem | None:
    """Return what was released under a receipt."""
    rows = await session.execute(
        select(FeedbackItem).where(col(FeedbackItem.receipt) == digest).limit(1)
    )
    return rows.scalar_one_or_none()
