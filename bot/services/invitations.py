"""One-time links."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Actor
from bot.models import Invitation, Member
from bot.services import members

LIVES = timedelta(days=2)


async def invite_operator(session: AsyncSession, *, now: datetime) -> str:
    """Return a new code; whoever opens the bot with it first becomes its operator.

    It fits a deep link: up to 64 of `[A-Za-z0-9_-]` (Bot API, deep linking).
    """
    code = secrets.token_urlsafe(24)
    session.add(Invitation(digest=_digest(code), expires_at=now + LIVES))
    return code


async def invite_first_operator(session: AsyncSession, *, now: datetime) -> str | None:
    """Return a new code for the operator, as long as this installation has none; else None."""
    return None if await has_operator(session) else await invite_operator(session, now=now)


async def has_operator(session: AsyncSession) -> bool:
    """Tell whether anybody operates this installation."""
    operators = await session.scalar(
        select(func.count()).select_from(Member).where(col(Member.is_operator))
    )
    return bool(operators)


async def redeem(session: AsyncSession, code: str, actor: Actor, *, now: datetime) -> bool:
    """Use a code up; False if it was used before, is too old, or never existed."""
    result = await session.execute(
        delete(Invitation)
        .where(col(Invitation.digest) == _digest(code), col(Invitation.expires_at) > now)
        .returning(col(Invitation.digest))
    )
    if result.scalar_one_or_none() is None:
        return False
    (await members.known(session, actor)).is_operator = True
    return True


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
