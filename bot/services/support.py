"""Calls for support: somebody needs what they cannot do alone."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Actor
from bot.models import Group, SupportRequest
from bot.models.columns import stored_id


async def ask(
    session: AsyncSession,
    group: Group,
    text: str,
    *,
    actor: Actor,
    point_id: int | None = None,
    entry_id: int | None = None,
    organisation_id: int | None = None,
    source: tuple[int, int] | None = None,
    now: datetime,
) -> SupportRequest:
    """Note that somebody needs support; `source` is the chat and the message that said so."""
    request = SupportRequest(
        group_id=stored_id(group),
        point_id=point_id,
        entry_id=entry_id,
        organisation_id=organisation_id,
        member_id=actor.member_id,
        text=text,
        at=now,
        source_chat_id=source[0] if source else None,
        source_message_id=source[1] if source else None,
    )
    session.add(request)
    await session.flush()
    return request
