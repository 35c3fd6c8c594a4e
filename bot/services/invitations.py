r"""One-time links: made by those who may, accepted once, undone if it was the wrong person.

make -> link, sent on by hand -- /start --> question -- yes --> accepted --> inviter is told who
                                                  \-- no ---> nothing      \-- not meant --> undone
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import invitations, roles
from bot.domain.invitations import (
    LIVES,
    NEEDED,
    ROLES,
    UNDO_FOR,
    InvitationElsewhere,
    InvitationInGroup,
    InvitationNeedless,
    InvitationOver,
    InvitationOwn,
    Kind,
)
from bot.domain.roles import Actor, AnonymousAdmin, NotAllowed, Role, Scope
from bot.models import (
    Coalition,
    Coordinator,
    Group,
    Invitation,
    Member,
    Membership,
    Organisation,
)
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as people
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import hand_over, members, minutes, rolls

INVITATION = "invitation"
"""The subject of the question whether somebody accepts."""


@dataclass(frozen=True)
class Offer:
    """What an invitation is to, by its names."""

    kind: Kind
    coalition: str | None
    group: str | None
    organisation: str | None


async def invite_operator(session: AsyncSession, *, now: datetime) -> str:
    """Return a new code; whoever opens the bot with it first becomes its operator.

    It fits a deep link: up to 64 of `[A-Za-z0-9_-]` (Bot API, deep linking).
    """
    return _store(session, Invitation(digest="", expires_at=now + LIVES[Kind.OPERATOR]))


async def invite_first_operator(session: AsyncSession, *, now: datetime) -> str | None:
    """Return a new code for the operator, as long as this installation has none; else None."""
    return None if await has_operator(session) else await invite_operator(session, now=now)


async def has_operator(session: AsyncSession) -> bool:
    """Tell whether anybody operates this installation."""
    operators = await session.scalar(
        select(func.count()).select_from(Member).where(col(Member.is_operator))
    )
    return bool(operators)


async def invite(
    session: AsyncSession,
    kind: Kind,
    actor: Actor,
    *,
    coalition_id: int,
    group_id: int | None = None,
    now: datetime,
) -> str:
    """Return a new code for somebody whom `actor` has in mind: to the team, or into a group.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not invite to this.
    """
    organisation_id = None
    if kind is Kind.SUCCESSOR and group_id is not None:
        organisation_id = actor.primes.get(group_id)
    scope = Scope(coalition_id, group_id, organisation_id)
    roles.require(actor, NEEDED[kind], scope)
    member = await members.known(session, actor)
    return _store(
        session,
        Invitation(
            digest="",
            kind=kind,
            coalition_id=coalition_id,
            group_id=group_id,
            organisation_id=organisation_id,
            created_by=member.id,
            expires_at=now + LIVES[kind],
        ),
    )


async def open_link(
    session: AsyncSession, code: str, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Ask whoever opened a link whether they accept: a slip of the finger changes nothing.

    The operator's link needs no question: it was made on the machine where the bot runs.

    Raises:
        AnonymousAdmin: nobody knows who that is.
        InvitationInGroup: the link was opened in a group.
        InvitationOver, InvitationOwn, InvitationNeedless, InvitationElsewhere: see there.
    """
    if actor.telegram_id in roles.NOBODY:
        raise AnonymousAdmin
    found = await session.get(Invitation, invitations.digest(code), with_for_update=True)
    invitation = await _check(session, found, actor, now=now)
    if place.chat_id != actor.telegram_id:
        raise InvitationInGroup
    if invitation.kind is Kind.OPERATOR:
        await _accept(session, invitation, actor, now=now)
        await post.say(
            session, place, "invitations/welcome.html", {"offer": OPERATOR}, now=now, is_silent=True
        )
        return
    await post.say(
        session,
        place,
        "invitations/question.html",
        {"offer": await _offer(session, invitation)},
        now=now,
        about=About(INVITATION, invitation.number, 1, "question"),
        keyboard=keyboards.invitation(invitation.number),
        expires_at=invitation.expires_at,
        is_live=True,
    )


async def accept(session: AsyncSession, number: int, actor: Actor, *, now: datetime) -> None:
    """Let somebody who opened a link in, and tell whoever invited them who that was.

    Raises:
        InvitationOver, InvitationOwn, InvitationNeedless, InvitationElsewhere: see there.
    """
    invitation = await _opened(session, number, actor, now=now)
    offer = await _offer(session, invitation)
    await _accept(session, invitation, actor, now=now)
    await _close(session, number, actor, "invitations/welcome.html", offer, now=now)
    await _tell_inviter(session, invitation, offer, actor, now=now)
    if invitation.group_id is not None and invitation.used_by is not None:
        group = await session.get_one(Group, invitation.group_id)
        await hand_over.tell(session, group, invitation.used_by, now=now)
    await rolls.ask_at_last(session, actor.telegram_id, now=now)
    await minutes.ask_at_last(session, actor.telegram_id, now=now)


async def decline(session: AsyncSession, number: int, actor: Actor, *, now: datetime) -> None:
    """Leave an invitation to somebody else: the link goes on working.

    Raises:
        InvitationOver, InvitationOwn, InvitationNeedless, InvitationElsewhere: see there.
    """
    invitation = await _opened(session, number, actor, now=now)
    offer = await _offer(session, invitation)
    await _close(session, number, actor, "invitations/declined.html", offer, now=now)


async def undo(session: AsyncSession, number: int, actor: Actor, *, now: datetime) -> str:
    """Take back what the wrong person accepted, and return that person's name.

    Raises:
        InvitationOver: it was undone before, or is more than a week ago.
        NotAllowed: somebody else invited, or whoever did may no longer.
    """
    invitation = await _by_number(session, number)
    if invitation is None or invitation.used_by is None or now >= invitation.expires_at:
        raise InvitationOver
    if invitation.created_by != actor.member_id or not await _may(session, invitation, actor):
        raise NotAllowed(action=NEEDED.get(invitation.kind, roles.Action.INVITE_TEAM))
    offer = await _offer(session, invitation)
    person = await session.get_one(Member, invitation.used_by)
    await _give_back(session, invitation, person, now=now)
    invitation.expires_at = now
    await members.tell(session, person, "invitations/undone.html", {"offer": offer}, now=now)
    return person.name


OPERATOR = Offer(Kind.OPERATOR, None, None, None)


def _store(session: AsyncSession, invitation: Invitation) -> str:
    code = secrets.token_urlsafe(24)
    invitation.digest = invitations.digest(code)
    session.add(invitation)
    return code


async def _by_number(session: AsyncSession, number: int) -> Invitation | None:
    rows = await session.execute(
        select(Invitation)
        .where(col(Invitation.digest).startswith(invitations.prefix(number)))
        .with_for_update()
    )
    return rows.scalars().one_or_none()


async def _opened(session: AsyncSession, number: int, actor: Actor, *, now: datetime) -> Invitation:
    """Return the invitation whose link `actor` opened: only then the question stands there."""
    asked = await post.live_messages(session, INVITATION, number)
    if all(message.chat_id != actor.telegram_id for message in asked):
        raise InvitationOver
    return await _check(session, await _by_number(session, number), actor, now=now)


async def _check(
    session: AsyncSession, invitation: Invitation | None, actor: Actor, *, now: datetime
) -> Invitation:
    if invitation is None or invitation.used_by is not None or now >= invitation.expires_at:
        raise InvitationOver
    if invitation.created_by is None:
        return invitation
    if invitation.created_by == actor.member_id:
        raise InvitationOwn
    inviter = await session.get_one(Member, invitation.created_by)
    if not await _may(session, invitation, await people.actor(session, inviter.telegram_id)):
        raise InvitationOver
    await _check_place(session, invitation, actor)
    return invitation


async def _check_place(session: AsyncSession, invitation: Invitation, actor: Actor) -> None:
    group_id = invitation.group_id
    if group_id is None:
        if invitation.coalition_id in actor.coordinates:
            raise InvitationNeedless
        return
    role = ROLES.get(invitation.kind)
    if role is not None:
        if actor.roles.get(group_id) is role:
            raise InvitationNeedless
        return
    place = await session.get(Membership, (group_id, actor.member_id)) if actor.member_id else None
    if place is None or not place.is_confirmed or place.organisation_id is None:
        return
    if place.organisation_id != invitation.organisation_id:
        organisation = await session.get_one(Organisation, place.organisation_id)
        raise InvitationElsewhere(organisation=organisation.name)
    if actor.primes.get(group_id) == invitation.organisation_id:
        raise InvitationNeedless


async def _may(session: AsyncSession, invitation: Invitation, inviter: Actor) -> bool:
    """Tell whether whoever made a link may (still) invite to what it is for."""
    scope = Scope(invitation.coalition_id, invitation.group_id, invitation.organisation_id)
    if invitation.kind is Kind.SUCCESSOR and invitation.used_by is not None:
        # The prime handed over; to take it back they must still speak for the organisation.
        place = await session.get(Membership, (invitation.group_id, invitation.created_by))
        return (
            place is not None
            and place.is_confirmed
            and place.organisation_id == invitation.organisation_id
        )
    return roles.can(inviter, NEEDED[invitation.kind], scope)


async def _offer(session: AsyncSession, invitation: Invitation) -> Offer:
    coalition = await session.get(Coalition, invitation.coalition_id or 0)
    group = await session.get(Group, invitation.group_id or 0)
    organisation = await session.get(Organisation, invitation.organisation_id or 0)
    return Offer(
        invitation.kind,
        coalition.name if coalition else None,
        group.name if group else None,
        organisation.name if organisation else None,
    )


async def _accept(
    session: AsyncSession, invitation: Invitation, actor: Actor, *, now: datetime
) -> None:
    member = await members.known(session, actor)
    assert member.id is not None
    invitation.used_by, invitation.expires_at = member.id, now + UNDO_FOR
    if invitation.kind is Kind.OPERATOR:
        member.is_operator = True
    elif invitation.kind is Kind.TEAM:
        assert invitation.coalition_id is not None
        session.add(Coordinator(coalition_id=invitation.coalition_id, member_id=member.id))
    else:
        await _seat(session, invitation, member.id, now=now)
    await session.flush()


async def _seat(
    session: AsyncSession, invitation: Invitation, member_id: int, *, now: datetime
) -> None:
    """Give somebody their place in a group; what it was before is kept, in case it is undone."""
    assert invitation.group_id is not None
    group = await session.get_one(Group, invitation.group_id, with_for_update=True)
    place = await session.get(Membership, (invitation.group_id, member_id))
    if place is None:
        place = Membership(group_id=invitation.group_id, member_id=member_id)
        session.add(place)
    else:
        invitation.before = members.kept(place)
    if invitation.kind in ROLES:
        place.role = ROLES[invitation.kind]
    else:
        predecessor = await session.get_one(
            Membership, (invitation.group_id, invitation.created_by)
        )
        predecessor.is_alternate = True
        place.organisation_id, place.is_alternate = invitation.organisation_id, False
        if place.role is Role.OBSERVER:
            place.role = Role.MEMBER
    place.is_confirmed, place.is_office, place.left_at = True, False, None
    await session.flush()
    await rolls.refresh(session, group, now=now)


async def _give_back(
    session: AsyncSession, invitation: Invitation, person: Member, *, now: datetime
) -> None:
    if invitation.group_id is None:
        place = await session.get(Coordinator, (invitation.coalition_id, person.id))
        if place is not None:
            await session.delete(place)
        return
    group = await session.get_one(Group, invitation.group_id, with_for_update=True)
    membership = await session.get_one(Membership, (invitation.group_id, person.id))
    members.put_back(membership, invitation.before, now=now)
    if invitation.kind is Kind.SUCCESSOR:
        predecessor = await session.get_one(
            Membership, (invitation.group_id, invitation.created_by)
        )
        await session.flush()
        predecessor.is_alternate = await rolls.has_prime(
            session, invitation.group_id, invitation.organisation_id
        )
    await session.flush()
    await rolls.refresh(session, group, now=now)


async def _close(
    session: AsyncSession,
    number: int,
    actor: Actor,
    template: str,
    offer: Offer,
    *,
    now: datetime,
) -> None:
    """Replace the question, with its buttons, by what came of it."""
    for message in await post.live_messages(session, INVITATION, number):
        if message.chat_id == actor.telegram_id:
            language = actor.language or renderer().catalogues.languages[0]
            text = renderer().text(template, language=language, offer=offer)
            await post.revise(session, message, text=text, keyboard=None, now=now)


async def _tell_inviter(
    session: AsyncSession, invitation: Invitation, offer: Offer, actor: Actor, *, now: datetime
) -> None:
    assert invitation.created_by is not None
    inviter = await session.get_one(Member, invitation.created_by)
    facts: dict[str, Any] = {"offer": offer, "person": actor.name, "until": now + UNDO_FOR}
    await members.tell(
        session,
        inviter,
        "invitations/accepted.html",
        facts,
        keyboard=keyboards.not_meant(invitation.number),
        now=now,
    )
    if invitation.kind is Kind.SUCCESSOR and invitation.group_id is not None:
        facts |= {"predecessor": inviter.name}
        for lead in await people.leads(session, invitation.group_id):
            if lead.id not in {invitation.created_by, invitation.used_by}:
                await members.tell(session, lead, "invitations/handed_over.html", facts, now=now)
