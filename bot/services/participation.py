"""Showing which organisations come to the meetings of a group, in words and as a picture."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.domain.participation import PAGE, PICTURED, Participation
from bot.domain.roles import Action, Actor, Scope, can, require
from bot.models import Group, OutboxMessage, OutboxState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import participation as queries
from bot.queries import sittings
from bot.rendering import documents
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer
from bot.services import members

PICTURE = "participation"
"""The subject of the picture; replies to it answer nothing."""


async def show(
    session: AsyncSession, group: Group, actor: Actor, asked_in: Place, page: int, *, now: datetime
) -> Place:
    """Show, in private if possible, how organisations came to the last meetings.

    Who runs meetings sees all of them, a page at a time; others the line of their own. Returns
    where it stands.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may see none.
    """
    facts = await _seen_by(session, group, actor)
    is_all = len(facts.shares) > 1 or await _sees_all(session, group, actor)
    first = page * PAGE
    has_more = len(facts.shares) > first + PAGE
    shown = replace(facts, shares=facts.shares[first : first + PAGE])
    place = await members.nearest(session, actor, asked_in)
    await post.say(
        session,
        place,
        "participation/shares.html",
        {
            "group": group.facts(),
            "participation": shown,
            "first": first,
            "total": len(facts.shares),
            "is_all": is_all,
        },
        now=now,
        keyboard=keyboards.shares(stored_id(group), page + 1 if has_more else None)
        if is_all and facts.days
        else None,
        is_silent=True,
    )
    return place


async def give_picture(
    session: AsyncSession, group: Group, actor: Actor, asked_in: Place, *, now: datetime
) -> None:
    """Send the same as a picture; one that waits to be sent is not sent twice.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see all organisations.
    """
    if not await _sees_all(session, group, actor):
        require(actor, Action.RUN_MEETING, Scope(group.coalition_id, stored_id(group)))
    place = await members.nearest(session, actor, asked_in)
    language = place.languages[0]
    about = About(PICTURE, stored_id(group), 0, language)
    waits = select(col(OutboxMessage.id)).where(
        col(OutboxMessage.chat_id) == place.chat_id,
        col(OutboxMessage.subject) == PICTURE,
        col(OutboxMessage.subject_id) == group.id,
        col(OutboxMessage.state) == OutboxState.READY,
    )
    if await session.scalar(waits.limit(1)) is None:
        what = {"make": PICTURE, "group": stored_id(group), "language": language}
        await post.send_photo(session, place, what, about=about, now=now)


async def make(session: AsyncSession, what: Mapping[str, Any]) -> Callable[[], Document] | None:
    """Return what makes the picture that an outbox row tells of; None if its group is gone."""
    group = await session.get(Group, what["group"])
    if group is None:
        return None
    found = await queries.of_group(session, stored_id(group))
    facts = {"group": group.facts(), "participation": found, "room": PICTURED}
    return partial(_picture, facts, what["language"])


def _picture(facts: Mapping[str, Any], language: str) -> Document:
    said = renderer().document("participation", language=language, **facts)
    content = documents.png("participation", said)
    # Its words say what those miss who cannot see it.
    caption = renderer().text("participation/picture.html", language=language, **facts)
    return Document("attendance.png", "image/png", content, caption)


async def _seen_by(session: AsyncSession, group: Group, actor: Actor) -> Participation:
    scope = Scope(group.coalition_id, stored_id(group))
    require(actor, Action.SEE_MEETINGS, scope)
    facts = await queries.of_group(session, stored_id(group))
    if await _sees_all(session, group, actor):
        return facts
    own = await queries.organisation_of(session, stored_id(group), actor.member_id or 0)
    shares = tuple(share for share in facts.shares if share.organisation == own)
    if not shares:
        require(actor, Action.RUN_MEETING, scope)
    return replace(facts, shares=shares)


async def _sees_all(session: AsyncSession, group: Group, actor: Actor) -> bool:
    """Tell whether somebody looks after the group, or runs the meeting that it holds now."""
    if can(actor, Action.RUN_MEETING, Scope(group.coalition_id, stored_id(group))):
        return True
    for meeting in await sittings.open_in(session, stored_id(group)):
        if can(actor, Action.RUN_MEETING, await sittings.scope(session, meeting, group)):
            return True
    return False
