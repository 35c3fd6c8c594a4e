"""Who somebody is, with all that gives them rights."""

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Actor
from bot.models import Coordinator, Member, Membership


async def actor(
    session: AsyncSession,
    telegram_id: int,
    *,
    name: str = "?",
    language: str | None = None,
) -> Actor:
    """Return the person behind a Telegram account; a stranger has no rights.

    `name` and `language` are what Telegram says; a choice that the person made here comes first.
    """
    rows = await session.execute(
        select(
            col(Member.id),
            col(Member.language),
            col(Member.is_operator),
            col(Membership.group_id),
            col(Membership.role),
            col(Membership.is_confirmed),
            col(Coordinator.coalition_id),
        )
        .outerjoin(Membership, col(Membership.member_id) == col(Member.id))
        .outerjoin(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .where(col(Member.telegram_id) == telegram_id)
    )
    found = rows.all()
    if not found:
        return Actor(telegram_id=telegram_id, name=name, language=language)
    first = found[0]
    places = {row.group_id: row for row in found if row.group_id is not None}
    return Actor(
        telegram_id=telegram_id,
        member_id=first.id,
        name=name,
        language=first.language or language,
        is_operator=first.is_operator,
        coordinates=frozenset(row.coalition_id for row in found if row.coalition_id is not None),
        roles={key: row.role for key, row in places.items() if row.is_confirmed},
        pending=frozenset(key for key, row in places.items() if not row.is_confirmed),
    )
