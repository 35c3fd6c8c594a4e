"""What this database is called by its key files, and its bot by Telegram."""

import secrets
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import after_commit, lock
from bot.domain import invitations
from bot.keys import KeyRing
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


def destroy_later(session: AsyncSession, keys: KeyRing, names: Iterable[str]) -> None:
    """Destroy, once this is stored, keys that were found, under the lock, to be needed no more.

    Not what was made since.
    """

    async def destroy() -> None:
        for one in names:
            keys.destroy(one)

    after_commit(session, destroy)


async def introduce(session: AsyncSession, bot: str) -> None:
    """Remember what Telegram calls the bot."""
    await name(session)
    await session.execute(update(Installation).values(bot=bot))


async def link(session: AsyncSession, code: str) -> str:
    """Return the address that opens a private chat with the bot and hands it `code`."""
    bot = await session.scalar(select(col(Installation.bot)).limit(1))
    return invitations.link(bot or "", code)
