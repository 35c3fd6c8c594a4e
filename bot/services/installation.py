"""The name by which the key files of this database are known beside those of another."""

import secrets

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import lock
from bot.models import Installation

_KNOWN = select(col(Installation.name)).limit(1)
NAME = _KNOWN.scalar_subquery()
"""The name, within another statement."""


async def name(session: AsyncSession) -> str:
    """Return the name; it is given when somebody first asks for it."""
    known = await session.scalar(_KNOWN)
    if known is None:
        await lock(session, ["installation"])
        known = await session.scalar(_KNOWN)
    if known is None:
        known = secrets.token_hex(4)
        session.add(Installation(name=known))
        await session.flush()
    return known
