"""People: how they become known, what they choose for themselves, and what they are told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import names
from bot.domain.groups import LanguageUnknown
from bot.domain.roles import Actor, Role
from bot.models import Member, Membership, OutboxMessage
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries.members import by_telegram_id
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer

NEWS_EXPIRES = timedelta(days=7)
"""A person who is offline for some days still wants to know who joined."""


async def known(session: AsyncSession, actor: Actor) -> Member:
    """Return the stored person behind `actor`; a stranger is stored now: name and language."""
    member = await by_telegram_id(session, actor.telegram_id)
    if member is None:
        member = Member(telegram_id=actor.telegram_id, name=names.clean(actor.name))
        session.add(member)
    # Until they choose: what their phone speaks, for when the bot writes first.
    member.language = member.language or actor.language
    await session.flush()
    return member


async def nearest(session: AsyncSession, actor: Actor, asked_in: Place) -> Place:
    """Return the person's own chat if the bot may write there, else the place they asked in."""
    member = await session.get(Member, actor.member_id) if actor.member_id else None
    if member is None or not member.has_started or asked_in.chat_id == actor.telegram_id:
        return asked_in
    return Place(actor.telegram_id, asked_in.languages)


async def choose_language(session: AsyncSession, actor: Actor, language: str) -> None:
    """Remember the language in which a person wants to be addressed.

    Raises:
        LanguageUnknown: there is no catalogue for it.
    """
    if language not in renderer().catalogues.languages:
        raise LanguageUnknown(said=language)
    member = await known(session, actor)
    member.language = language


async def tell(
    session: AsyncSession,
    member: Member,
    template: str,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    keyboard: Keyboard | None = None,
    about: About | None = None,
    is_live: bool = False,
) -> OutboxMessage:
    """Say something to one person in private, quietly, in their language.

    Whoever never wrote to the bot cannot be written to: then the message expires unheard.
    """
    language = member.language or renderer().catalogues.languages[0]
    return await post.say(
        session,
        Place(member.telegram_id, (language,)),
        template,
        facts,
        now=now,
        keyboard=keyboard,
        about=about,
        expires_at=now + NEWS_EXPIRES,
        is_live=is_live,
        is_silent=True,
    )


def kept(place: Membership) -> dict[str, Any]:
    """Return what is needed to restore a membership as it is now."""
    return {
        "organisation_id": place.organisation_id,
        "role": place.role.value,
        "is_alternate": place.is_alternate,
        "is_confirmed": place.is_confirmed,
        "is_office": place.is_office,
    }


def put_back(place: Membership, before: Mapping[str, Any] | None, *, now: datetime) -> None:
    """Restore a membership to what it was; if there was none, the person has left."""
    if before is None:
        place.is_confirmed, place.left_at = False, now
        return
    place.organisation_id = before["organisation_id"]
    place.role = Role(before["role"])
    place.is_alternate, place.is_confirmed = before["is_alternate"], before["is_confirmed"]
    place.is_office = before["is_office"]
