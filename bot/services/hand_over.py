"""Handing over: what whoever is new in a role has to know, and what somebody who left has left."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.hand_over import Card
from bot.domain.roles import Action, Actor, Scope
from bot.models import Group, Member, Membership, Organisation
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import hand_over as queries
from bot.queries import members as member_queries
from bot.rendering.keyboards import hand_over as keyboards
from bot.services import members

CARD = "hand_over/card.html"


async def show(
    session: AsyncSession, group: Group, actor: Actor, asked_in: Place, *, now: datetime
) -> Place:
    """Show somebody the hand-over card of a group, in private if the bot may write there.

    Returns where it was shown: the card names people, and stands in the group only for want of
    another place.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person is no confirmed member.
    """
    scope = Scope(group.coalition_id, group.id)
    roles.require(actor, Action.SHARE, scope)
    place = await members.nearest(session, actor, asked_in)
    runs_plan = roles.can(actor, Action.RUN_PLAN, scope)
    card = await _card(session, group, actor.member_id, runs_plan=runs_plan, now=now)
    keyboard = keyboards.card(stored_id(group), manages=runs_plan)
    facts = {"card": card, "is_new": False}
    await post.say(session, place, CARD, facts, now=now, keyboard=keyboard, is_silent=True)
    return place


async def tell(session: AsyncSession, group: Group, member_id: int, *, now: datetime) -> None:
    """Send the card to somebody who has just become lead, deputy, or the voice of an organisation.

    Where nobody before them has left anything, there is nothing to hand over, and nothing is said.
    """
    member = await session.get_one(Member, member_id)
    if not member.has_started:
        return
    actor = await member_queries.actor(session, member.telegram_id)
    runs_plan = roles.can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group.id))
    card = await _card(session, group, member_id, runs_plan=runs_plan, now=now)
    if not card.has_past:
        return
    keyboard = keyboards.card(stored_id(group), manages=runs_plan)
    facts = {"card": card, "is_new": True}
    await members.tell(session, member, CARD, facts, now=now, keyboard=keyboard)


async def tell_left(
    session: AsyncSession, group: Group, gone: Membership, *, now: datetime
) -> None:
    """Tell who comes after somebody that has left what needs somebody now, once.

    Who speaks for the organisation hears of what they did by name; where nobody does any more,
    whoever cares for the group of all the rest. Of what was done by name these hear anyway.
    """
    found = await queries.left_behind(session, gone)
    if not found or gone.organisation_id is None:
        return
    person = await session.get_one(Member, gone.member_id)
    facts = {"group": group.facts(), "name": person.name, "actions": found, "count": len(found)}
    caretakers = await member_queries.caretakers(session, group, but=gone.member_id)
    hearers = caretakers
    if await queries.is_spoken_for(session, gone):
        knowing = {one.id for one in caretakers}
        hearers = [one for one in await queries.voices(session, gone) if one.id not in knowing]
    for member in hearers:
        await members.tell(session, member, "hand_over/left.html", facts, now=now)


async def _card(
    session: AsyncSession,
    group: Group,
    member_id: int | None,
    *,
    runs_plan: bool,
    now: datetime,
) -> Card:
    place = await session.get(Membership, (group.id, member_id or 0))
    organisation = await session.get(Organisation, place.organisation_id or 0) if place else None
    return await queries.card(session, group, organisation, runs_plan=runs_plan, now=now)
