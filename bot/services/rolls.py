"""Joining a group by oneself, and being confirmed by those who know the people."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.members import SHOWN, AlreadyConfirmed, NobodyWaits
from bot.domain.roles import Action, Actor, Role, Scope, StrangerHere
from bot.models import Group, Membership, Organisation, Seat
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import rolls
from bot.queries.rolls import ROLL
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import meeting_posts, members

OPEN_FOR = timedelta(days=365)


async def call(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Post the roll: everybody taps the organisation for which they speak, if there are any."""
    facts = group.facts()
    roll = await rolls.of_group(session, facts.id)
    if not roll.seats:
        return
    await post.say(
        session,
        post.in_group(facts),
        "groups/roll.html",
        {"group": facts, "roll": roll},
        now=now,
        about=About(ROLL, facts.id, 1, "called"),
        keyboard=keyboards.roll(facts.id, roll, shown=SHOWN),
        expires_at=now + OPEN_FOR,
        is_live=True,
    )


async def join(
    session: AsyncSession,
    group_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    chat_id: int,
    now: datetime,
) -> Organisation:
    """Note that somebody says they speak for an organisation; it waits for a lead's word.

    A lead who says so of themselves needs nobody else's word.

    Raises:
        StrangerHere: the tap did not come from the group's own chat, or there is no such seat.
        AlreadyConfirmed: the person was confirmed for an organisation before.
        AnonymousAdmin: nobody knows who that is.
    """
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None or group.chat_id != chat_id:
        raise StrangerHere
    if await session.get(Seat, (group_id, organisation_id)) is None:
        raise StrangerHere
    scope = Scope(group.coalition_id, group_id)
    roles.require(actor, Action.JOIN, scope)
    member = await members.known(session, actor)
    membership = await session.get(Membership, (group_id, member.id))
    if membership is None:
        membership = Membership(group_id=group_id, member_id=member.id or 0)
        session.add(membership)
    if membership.is_confirmed and membership.organisation_id is not None:
        raise AlreadyConfirmed
    if membership.is_confirmed:
        membership.is_alternate = await has_prime(session, group_id, organisation_id)
    membership.organisation_id, membership.left_at = organisation_id, None
    await session.flush()
    await _show(session, group, now=now)
    return await session.get_one(Organisation, organisation_id)


async def admit(
    session: AsyncSession, group_id: int, member_id: int, actor: Actor, *, now: datetime
) -> None:
    """Confirm that somebody speaks for the organisation they chose: prime first, then alternates.

    Raises:
        NobodyWaits: somebody else confirmed them, or they are gone.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not confirm anybody here.
    """
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise NobodyWaits
    roles.require(actor, Action.ADMIT, Scope(group.coalition_id, group_id))
    membership = await session.get(Membership, (group_id, member_id))
    if membership is None or membership.is_confirmed or membership.organisation_id is None:
        raise NobodyWaits
    membership.is_alternate = await has_prime(session, group_id, membership.organisation_id)
    membership.is_confirmed = True
    await session.flush()
    # What they answered while they waited counts from now on.
    await refresh(session, group, now=now)


async def refresh(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Bring the roll, and the lists of meetings ahead, up to date when somebody's place changed."""
    await _show(session, group, now=now)
    await meeting_posts.recount(session, group.facts().id, now=now)


async def has_prime(session: AsyncSession, group_id: int, organisation_id: int | None) -> bool:
    """Tell whether somebody is confirmed as the first to speak for an organisation in a group."""
    primes = await session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.organisation_id) == organisation_id,
            col(Membership.is_confirmed),
            ~col(Membership.is_alternate),
            ~col(Membership.is_office),
            col(Membership.role) != Role.OBSERVER,
        )
    )
    return bool(primes)


async def _show(session: AsyncSession, group: Group, *, now: datetime) -> None:
    facts = group.facts()
    roll = await rolls.of_group(session, facts.id)
    text = renderer().post("groups/roll.html", languages=facts.languages, group=facts, roll=roll)
    buttons = post.buttons(keyboards.roll(facts.id, roll, shown=SHOWN), facts.languages)
    for message in await post.live_messages(session, ROLL, facts.id):
        await post.revise(session, message, text=text, keyboard=buttons, now=now)


async def group_of(session: AsyncSession, group_id: int) -> Group:
    """Return a group that a button names.

    Raises:
        StrangerHere: there is no such group.
    """
    group = await session.get(Group, group_id)
    if group is None:
        raise StrangerHere
    return group
