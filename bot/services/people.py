"""The people of a group: their roles, their organisations, and how they leave.

Who has left stays in the record: the row is kept, and what they answered for meetings that have
begun goes on counting. For the meetings ahead their voice ends with their place.
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import people, roles
from bot.domain.members import Person
from bot.domain.roles import Action, Actor, Role, Scope, StrangerHere
from bot.models import (
    Coordinator,
    Group,
    Meeting,
    Member,
    Membership,
    Reply,
    Seat,
)
from bot.queries import rolls as queries
from bot.queries.members import caretakers, team
from bot.services import hand_over, members, minutes, plan_posts, rolls

LEADING = frozenset({Role.LEAD, Role.DEPUTY})


async def person(session: AsyncSession, group_id: int, member_id: int, actor: Actor) -> Person:
    """Return what those who manage a group may know of one of its people.

    Raises:
        PersonGone: they have left.
        NotAllowed, StrangerHere: this is not for `actor` to know.
    """
    group = await rolls.group_of(session, group_id)
    roles.require(actor, Action.SEE_PEOPLE, Scope(group.coalition_id, group_id))
    return await _known(session, group_id, member_id)


async def change_role(
    session: AsyncSession,
    group_id: int,
    member_id: int,
    role: Role,
    actor: Actor,
    *,
    now: datetime,
) -> Person:
    """Make somebody a lead, a deputy, a member or an observer; they are told.

    Raises:
        PersonGone: they have left, or nobody has confirmed them yet.
        LastLead: whoever leads alone would lead no longer.
        OfficePhone: a phone of many hands gets no role.
        NotAllowed, StrangerHere: the person may not decide this.
    """
    group, place = await _changeable(session, group_id, member_id, actor)
    known = await _known(session, group_id, member_id)
    people.check_role(
        known, role, is_oneself=_is_self(place, actor), leads=await _leads(session, group_id)
    )
    if place.role is role:
        return known
    was_prime = _is_first(place)
    place.role = role
    await session.flush()
    if role is Role.OBSERVER and was_prime:
        await _promote(session, place)
    await rolls.refresh(session, group, now=now)
    known = await _told(session, group, place, actor, now=now)
    if role in LEADING:
        await hand_over.tell(session, group, member_id, now=now)
        person = await session.get_one(Member, member_id)
        if person.has_started:
            await minutes.ask_at_last(session, person.telegram_id, now=now)
    return known


async def put_first(
    session: AsyncSession, group_id: int, member_id: int, actor: Actor, *, now: datetime
) -> Person:
    """Let somebody speak first for their organisation; whoever did becomes an alternate.

    Raises:
        PersonGone, OfficePhone, NotAllowed, StrangerHere: as for `change_role`.
    """
    group, place = await _changeable(session, group_id, member_id, actor)
    people.check_first(await _known(session, group_id, member_id))
    was_first = _is_first(place)
    await session.execute(
        update(Membership)
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.organisation_id) == place.organisation_id,
        )
        .values(is_alternate=True)
    )
    place.is_alternate = False
    await session.flush()
    await rolls.refresh(session, group, now=now)
    known = await _told(session, group, place, actor, now=now)
    if not was_first:
        await hand_over.tell(session, group, member_id, now=now)
    return known


async def move(
    session: AsyncSession,
    group_id: int,
    member_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    now: datetime,
) -> Person:
    """Let somebody speak for another organisation of the group from now on; they are told.

    Raises:
        PersonGone, NotAllowed, StrangerHere: as for `change_role`; or there is no such seat.
    """
    group, place = await _changeable(session, group_id, member_id, actor)
    if await session.get(Seat, (group_id, organisation_id)) is None:
        raise StrangerHere
    if place.organisation_id != organisation_id:
        await _settle(session, place, now=now)
        was_prime = _is_first(place)
        before = Membership(group_id=group_id, member_id=0, organisation_id=place.organisation_id)
        place.organisation_id = None
        await session.flush()
        if was_prime:
            await _promote(session, before)
        place.is_alternate = not place.is_office and await rolls.has_prime(
            session, group_id, organisation_id
        )
        place.organisation_id = organisation_id
        await session.flush()
        await rolls.refresh(session, group, now=now)
    return await _told(session, group, place, actor, now=now)


async def remove(
    session: AsyncSession, group_id: int, member_id: int, actor: Actor, *, now: datetime
) -> Person:
    """End somebody's place in a group, and return who that was; they are told.

    Raises:
        PersonGone: they had left before.
        LastLead: whoever leads alone cannot remove themselves.
        TeamStays: only the coordination team removes somebody of the coordination team.
        NotAllowed, StrangerHere: the person may not decide this.
    """
    group = await _locked(session, group_id)
    roles.require(actor, Action.CHANGE_PEOPLE, Scope(group.coalition_id, group_id))
    known = await _known(session, group_id, member_id)
    place = await session.get_one(Membership, (group_id, member_id))
    people.check_removal(
        known,
        is_oneself=_is_self(place, actor),
        is_by_team=group.coalition_id in actor.coordinates,
        is_of_team=await session.get(Coordinator, (group.coalition_id, member_id)) is not None,
        leads=await _leads(session, group_id),
    )
    await _depart(session, group, place, now=now)
    if not _is_self(place, actor):
        await _tell(session, group, place, "people/removed_told.html", known, now=now)
    return known


async def leave(session: AsyncSession, group_id: int, actor: Actor, *, now: datetime) -> Group:
    """End one's own place in a group, and return the group.

    Raises:
        LastLead: somebody else has to lead first.
        NotAllowed, StrangerHere: the person has no place there.
    """
    group = await _locked(session, group_id)
    roles.require(actor, Action.LEAVE_GROUP, Scope(group.coalition_id, group_id))
    place = await session.get_one(Membership, (group_id, actor.member_id))
    people.check_leaving(
        await _known(session, group_id, place.member_id), leads=await _leads(session, group_id)
    )
    await _depart(session, group, place, now=now)
    return group


async def leave_chat(
    session: AsyncSession, group: Group, telegram_id: int, *, now: datetime
) -> None:
    """End the place of somebody who left the chat of a group; they may come back to it.

    If a lead, a deputy or an organisation's voice leaves, whoever cares for the group hears it.
    """
    group = await _locked(session, group.facts().id)
    place = await _place_of(session, group, telegram_id)
    if place is None or place.left_at is not None:
        return
    known = await _known(session, place.group_id, place.member_id)
    matters, before = _is_first(place) or known.role in LEADING, members.kept(place)
    await _depart(session, group, place, now=now)
    place.returns_as = before
    await session.flush()
    if not matters:
        return
    leads = await _leads(session, place.group_id)
    facts = {
        "group": group.facts(),
        "person": known,
        "leads": leads,
        "successor": await _first_of(session, place) if known.organisation_id else None,
    }
    hearers = list(await caretakers(session, group, but=place.member_id))
    if not leads:
        # Only they can say who leads now.
        hearers += await team(session, group, but=place.member_id)
    for member in {one.id: one for one in hearers}.values():
        await members.tell(session, member, "people/gone_told.html", facts, now=now)


async def come_back(
    session: AsyncSession, group: Group, telegram_id: int, *, now: datetime
) -> None:
    """Give somebody their place again who had left the chat: nobody has to confirm them twice.

    Who led comes back as a member, unless nobody leads: meanwhile others may have been chosen. The
    first voice of an organisation comes back as an alternate if somebody else is it now.
    """
    group = await _locked(session, group.facts().id)
    place = await _place_of(session, group, telegram_id)
    if place is None or place.left_at is None or place.returns_as is None:
        return
    before, place.returns_as = place.returns_as, None
    is_needed = before["role"] == Role.LEAD and not await _leads(session, place.group_id)
    if before["role"] in LEADING and not is_needed:
        before = {**before, "role": Role.MEMBER.value}
    if before["organisation_id"] is not None and not before["is_office"]:
        taken = await rolls.has_prime(session, place.group_id, before["organisation_id"])
        before = {**before, "is_alternate": taken}
    members.put_back(place, before, now=now)
    place.left_at = None
    await session.flush()
    await rolls.refresh(session, group, now=now)


async def _place_of(session: AsyncSession, group: Group, telegram_id: int) -> Membership | None:
    rows = await session.execute(
        select(Membership)
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(col(Membership.group_id) == group.id, col(Member.telegram_id) == telegram_id)
    )
    return rows.scalar_one_or_none()


async def _first_of(session: AsyncSession, gone: Membership) -> str | None:
    """Return the name of who speaks first now for the organisation of somebody who left."""
    found = await queries.people(session, gone.group_id)
    for one in found:
        speaks = one.is_confirmed and not one.is_office and one.role is not Role.OBSERVER
        if one.organisation_id == gone.organisation_id and speaks and not one.is_alternate:
            return one.name
    return None


async def _locked(session: AsyncSession, group_id: int) -> Group:
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise StrangerHere
    return group


async def _changeable(
    session: AsyncSession, group_id: int, member_id: int, actor: Actor
) -> tuple[Group, Membership]:
    group = await _locked(session, group_id)
    roles.require(actor, Action.CHANGE_PEOPLE, Scope(group.coalition_id, group_id))
    place = await session.get(Membership, (group_id, member_id))
    if place is None or not place.is_confirmed:
        raise people.PersonGone
    return group, place


async def _known(session: AsyncSession, group_id: int, member_id: int) -> Person:
    found = await queries.people(session, group_id, member_id=member_id)
    if not found:
        raise people.PersonGone
    return found[0]


async def _leads(session: AsyncSession, group_id: int) -> int:
    count = await session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.role) == Role.LEAD,
            col(Membership.is_confirmed),
        )
    )
    return count or 0


async def _depart(session: AsyncSession, group: Group, place: Membership, *, now: datetime) -> None:
    await _settle(session, place, now=now)
    was_prime, was_there = _is_first(place), place.is_confirmed
    # A role is for as long as one is there: whoever comes back is a member like others.
    place.is_confirmed, place.left_at, place.role = False, now, Role.MEMBER
    place.returns_as = None
    await session.flush()
    following = await _promote(session, place) if was_prime else None
    if following is not None:
        await hand_over.tell(session, group, following.member_id, now=now)
    if was_there:
        await plan_posts.tell_left(session, group, place.member_id, now=now)
        await hand_over.tell_left(session, group, place, now=now)
    await rolls.close_questions(session, group, place, rolls.Verdict.OVER, now=now)
    await rolls.refresh(session, group, now=now)


async def _settle(session: AsyncSession, place: Membership, *, now: datetime) -> None:
    """Write down for whom somebody answered the meetings that have begun: that stays so."""
    if not place.is_confirmed or place.organisation_id is None:
        return
    begun = select(col(Meeting.id)).where(
        col(Meeting.group_id) == place.group_id, col(Meeting.starts_at) <= now
    )
    await session.execute(
        update(Reply)
        .where(
            col(Reply.member_id) == place.member_id,
            col(Reply.meeting_id).in_(begun),
            col(Reply.settled_for).is_(None),
        )
        .values(settled_for=place.organisation_id)
    )


async def _promote(session: AsyncSession, gone: Membership) -> Membership | None:
    """Let the alternate who has been there longest speak first for an organisation."""
    rows = await session.execute(
        select(Membership)
        .where(
            col(Membership.group_id) == gone.group_id,
            col(Membership.organisation_id) == gone.organisation_id,
            col(Membership.is_confirmed),
            ~col(Membership.is_office),
            col(Membership.role) != Role.OBSERVER,
        )
        .order_by(col(Membership.member_id))
        .limit(1)
    )
    following = rows.scalar_one_or_none()
    if following is not None:
        following.is_alternate = False
        await session.flush()
    return following


async def _told(
    session: AsyncSession, group: Group, place: Membership, actor: Actor, *, now: datetime
) -> Person:
    """Return what somebody is now; they are told, unless it was their own doing."""
    known = await _known(session, place.group_id, place.member_id)
    if not _is_self(place, actor):
        await _tell(session, group, place, "people/role_told.html", known, now=now)
    return known


async def _tell(
    session: AsyncSession,
    group: Group,
    place: Membership,
    template: str,
    known: Person,
    *,
    now: datetime,
) -> None:
    member = await session.get_one(Member, place.member_id)
    if member.has_started:
        facts = {"group": group.facts(), "person": known}
        await members.tell(session, member, template, facts, now=now)


def _is_first(place: Membership) -> bool:
    speaks = place.is_confirmed and place.organisation_id is not None and not place.is_office
    return speaks and not place.is_alternate and place.role is not Role.OBSERVER


def _is_self(place: Membership, actor: Actor) -> bool:
    return place.member_id == actor.member_id
