"""People: how they become known, and what they choose for themselves."""

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import names
from bot.domain.groups import LanguageUnknown
from bot.domain.roles import Actor
from bot.models import Member
from bot.rendering.messages import renderer


async def known(session: AsyncSession, actor: Actor) -> Member:
    """Return the stored person behind `actor`; a stranger is stored now, with their name only."""
    rows = await session.execute(select(Member).where(col(Member.telegram_id) == actor.telegram_id))
    member = rows.scalar_one_or_none()
    if member is None:
        member = Member(telegram_id=actor.telegram_id, name=names.clean(actor.name))
        session.add(member)
        await session.flush()
    return member


async def choose_language(session: AsyncSession, actor: Actor, language: str) -> None:
    """Remember the language in which a person wants to be addressed.

    Raises:
        LanguageUnknown: there is no catalogue for it.
    """
    if language not in renderer().catalogues.languages:
        raise LanguageUnknown(said=language)
    member = await known(session, actor)
    member.language = language
