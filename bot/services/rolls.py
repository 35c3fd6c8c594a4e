"""Joining a group by oneself, and being confirmed by those who know the people."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import invitations, names, organisations, roles
from bot.domain.members import SHOWN, AlreadyConfirmed, Joined, NobodyWaits, Waiting
from bot.domain.roles import Action, Actor, Role, Scope, StrangerHere
from bot.models import (
    Group,
    Meeting,
    Member,
    Membership,
    Organisation,
    OutboxMessage,
    OutboxState,
    Reply,
    Seat,
)
from bot.models.groups import new_code
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as people
from bot.queries import rolls
from bot.queries.rolls import ROLL
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import hand_over, meeting_posts, members, progress, support

WAITING = "waiting"
"""The subject of the private question whether somebody speaks for an organisation."""
OPEN_FOR = timedelta(days=365)
OFFERED_EVERY = timedelta(days=1)
"""How often strangers make the bot post the roll again: it would bury what the group talks of."""


class Verdict(StrEnum):
    """What became of somebody's wish to speak for an organisation."""

    ADMITTED = "admitted"
    DECLINED = "declined"
    OVER = "over"
    """They left, or wish for something else by now."""


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
        # It stands there until it is needed; who is asked to look at it looks anyway.
        is_silent=True,
    )


async def offer(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Post the roll again for somebody who is not known yet, unless it stands there since today."""
    newest = await session.scalar(
        select(func.max(col(OutboxMessage.not_before))).where(
            col(OutboxMessage.subject) == ROLL,
            col(OutboxMessage.subject_id) == group.id,
            col(OutboxMessage.chat_id) == group.chat_id,
        )
    )
    if newest is None or newest < now - OFFERED_EVERY:
        await call(session, group, now=now)


async def join(
    session: AsyncSession,
    group_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    chat_id: int,
    now: datetime,
) -> tuple[Organisation, Joined]:
    """Note that somebody tapped the organisation for which they speak; it waits for a word.

    Raises:
        StrangerHere: the tap did not come from the group's own chat, or there is no such seat.
        AlreadyConfirmed: the person was confirmed for an organisation before.
        AnonymousAdmin: nobody knows who that is.
    """
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None or group.chat_id != chat_id:
        raise StrangerHere
    joined = await ask_to_join(session, group, organisation_id, actor, now=now)
    return await session.get_one(Organisation, organisation_id), joined


async def ask_to_join(
    session: AsyncSession,
    group: Group,
    organisation_id: int | None,
    actor: Actor,
    *,
    claims: str | None = None,
    is_office: bool = False,
    now: datetime,
) -> Joined:
    """Note for which organisation somebody says they speak.

    The prime of the organisation is asked, or else the leads. A lead, or somebody of the
    coordination team, who says so of themselves needs nobody else's word. `claims` is the name of
    an organisation that is not in the list.

    Raises:
        StrangerHere: the organisation has no seat in the group.
        AlreadyConfirmed: the person was confirmed for an organisation before.
        AnonymousAdmin: nobody knows who that is.
    """
    facts = group.facts()
    roles.require(actor, Action.JOIN, Scope(facts.coalition_id, facts.id))
    if organisation_id is not None and not await _has_seat(session, facts.id, organisation_id):
        raise StrangerHere
    member = await members.known(session, actor)
    place = await session.get(Membership, (facts.id, member.id))
    if place is None:
        place = Membership(group_id=facts.id, member_id=member.id or 0)
        session.add(place)
    if place.is_confirmed and place.organisation_id is not None:
        raise AlreadyConfirmed
    if organisation_id is not None and facts.coalition_id in actor.coordinates:
        place.is_confirmed = True
    if place.is_confirmed and organisation_id is not None:
        place.is_alternate = await has_prime(session, facts.id, organisation_id)
    is_answer_forgotten = False
    if (place.organisation_id, place.claims) != (organisation_id, claims):
        is_answer_forgotten = await _forget_answers(session, place)
    place.organisation_id, place.claims = organisation_id, claims
    place.is_office, place.left_at = is_office and not place.is_confirmed, None
    await session.flush()
    await refresh(session, group, now=now)
    if not place.is_confirmed:
        await _ask(session, group, place, now=now)
    return Joined(waits=not place.is_confirmed, is_answer_forgotten=is_answer_forgotten)


async def waiting_for(session: AsyncSession, group: Group, actor: Actor) -> list[Waiting]:
    """Return those who wait in a group, of whom `actor` may say whether they speak there."""
    roll = await rolls.of_group(session, group.facts().id)
    return [
        one
        for one in roll.waiting
        if roles.can(actor, Action.ADMIT, _scope(group, one.organisation_id))
    ]


async def ask_about_all(
    session: AsyncSession, group: Group, actor: Actor, *, now: datetime
) -> None:
    """Put to `actor`, in private, the questions about those who wait and whom they may confirm."""
    member = await members.known(session, actor)
    for one in (await waiting_for(session, group, actor))[:SHOWN]:
        place = await session.get_one(Membership, (group.id, one.member_id))
        await _put(session, group, place, member, now=now)


async def ask_at_last(session: AsyncSession, telegram_id: int, *, now: datetime) -> None:
    """Put to somebody what nobody could be asked until they could: the bot may write to them now.

    Who would have been asked is asked about everybody who waits in their groups.
    """
    member = await people.by_telegram_id(session, telegram_id)
    if member is None:
        return
    for group, place in await rolls.waiting_near(session, member):
        confirmers = await people.confirmers(session, group, place.organisation_id)
        asked = await post.live_messages(session, _subject(group), place.member_id)
        is_asked = any(one.chat_id == telegram_id and one.keyboard for one in asked)
        if not is_asked and any(one.id == member.id for one in confirmers):
            await _put(session, group, place, member, now=now)


async def admit(
    session: AsyncSession,
    group_id: int,
    member_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    is_office: bool = False,
    now: datetime,
) -> None:
    """Confirm that somebody speaks for the organisation they chose: prime first, then alternates.

    An organisation that was not in the list (`organisation_id` is 0) is added to it. `is_office`
    says that it is a phone of many hands, whatever was said of it before.

    Raises:
        NobodyWaits: they were confirmed or declined, chose another organisation, or are gone.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not confirm them.
    """
    group, place = await _waiting(session, group_id, member_id, organisation_id, actor)
    if place.organisation_id is None:
        place.organisation_id, place.claims = await _add(session, group, place.claims or "?"), None
    place.is_office = place.is_office or is_office
    place.is_alternate = not place.is_office and await has_prime(
        session, group_id, place.organisation_id
    )
    place.is_confirmed = True
    if place.is_office:
        place.role = Role.MEMBER
    await session.flush()
    await progress.confirmed(session, group_id, member_id)
    # What they answered while they waited counts from now on.
    await refresh(session, group, now=now)
    await support.show_again(session, group, member_id, now=now)
    await _tell(session, group, place, Verdict.ADMITTED, now=now)
    if not (place.is_alternate or place.is_office or place.role is Role.OBSERVER):
        await hand_over.tell(session, group, member_id, now=now)


async def decline(
    session: AsyncSession,
    group_id: int,
    member_id: int,
    organisation_id: int,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Let somebody know, politely, that nobody confirmed them for the organisation they chose.

    Raises:
        NobodyWaits, NotAllowed, StrangerHere, AnonymousAdmin: as for `admit`.
    """
    group, place = await _waiting(session, group_id, member_id, organisation_id, actor)
    await _tell(session, group, place, Verdict.DECLINED, now=now)
    await _forget_answers(session, place)
    place.organisation_id, place.claims, place.left_at = None, None, now
    await session.flush()
    await refresh(session, group, now=now)


async def thank(
    session: AsyncSession,
    place: Place,
    group: Group,
    *,
    organisation_id: int | None,
    organisation: str,
    joined: Joined,
    now: datetime,
) -> None:
    """Tell somebody who answered the questions of the link what happens next."""
    await post.say(
        session,
        place,
        "members/joined.html",
        {
            "group": group.facts(),
            "organisation": organisation,
            "joined": joined,
            "is_lead_asked": not await has_prime(session, group.facts().id, organisation_id),
        },
        now=now,
        is_silent=True,
    )


async def join_code(session: AsyncSession, group: Group, *, is_new: bool = False) -> str:
    """Return the code of the link for partners; a new one makes the links sent before useless."""
    if group.join_code is None or is_new:
        group.join_code = new_code()
        await session.flush()
    return group.join_code


async def link(session: AsyncSession, group: Group, *, bot: str) -> str:
    """Return the link for partners; `bot` is the bot's own name in Telegram."""
    return invitations.link(bot, await join_code(session, group))


async def group_to_join(session: AsyncSession, code: str) -> Group | None:
    """Return the group whose link for partners bears `code`."""
    rows = await session.execute(select(Group).where(col(Group.join_code) == code))
    return rows.scalar_one_or_none()


async def group_of(session: AsyncSession, group_id: int) -> Group:
    """Return a group that a button names.

    Raises:
        StrangerHere: there is no such group.
    """
    group = await session.get(Group, group_id)
    if group is None:
        raise StrangerHere
    return group


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


async def close_questions(
    session: AsyncSession, group: Group, place: Membership, verdict: Verdict, *, now: datetime
) -> None:
    """Let the private questions about somebody say what became of it, without their buttons."""
    facts = await _facts(session, group, place) | {"verdict": verdict}
    for message in await post.live_messages(session, _subject(group), place.member_id):
        if message.keyboard is None:
            # What was decided before is not told a second time.
            continue
        if message.message_id is None and message.lease_until is None:
            message.state, message.ended_at = OutboxState.WITHDRAWN, now
            continue
        reader = await session.scalar(
            select(col(Member.language)).where(col(Member.telegram_id) == message.chat_id)
        )
        language = reader or renderer().catalogues.languages[0]
        text = renderer().text("rolls/decided.html", language=language, **facts)
        await post.revise(session, message, text=text, keyboard=None, now=now)


async def _forget_answers(session: AsyncSession, place: Membership) -> bool:
    """Forget what somebody answered for an organisation for which nobody had confirmed them.

    True if there was anything. What counts for good, because they have left since, stays.
    """
    rows = await session.execute(
        select(Reply)
        .join(Meeting, col(Meeting.id) == col(Reply.meeting_id))
        .where(
            col(Meeting.group_id) == place.group_id,
            col(Reply.member_id) == place.member_id,
            col(Reply.settled_for).is_(None),
        )
    )
    forgotten = rows.scalars().all()
    for reply in forgotten:
        await session.delete(reply)
    return bool(forgotten)


async def _has_seat(session: AsyncSession, group_id: int, organisation_id: int) -> bool:
    return await session.get(Seat, (group_id, organisation_id)) is not None


async def _waiting(
    session: AsyncSession, group_id: int, member_id: int, organisation_id: int, actor: Actor
) -> tuple[Group, Membership]:
    """Return the (locked) group and who waits in it, if `actor` may decide about them."""
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise NobodyWaits
    roles.require(actor, Action.ADMIT, _scope(group, organisation_id))
    place = await session.get(Membership, (group_id, member_id))
    if place is None or place.is_confirmed or place.left_at is not None:
        raise NobodyWaits
    is_named = place.organisation_id is not None or place.claims is not None
    if not is_named or (place.organisation_id or 0) != organisation_id:
        raise NobodyWaits
    return group, place


async def _add(session: AsyncSession, group: Group, name: str) -> int:
    """Give an organisation a seat in the group; one of that name may be in the coalition."""
    rows = await session.execute(
        select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.coalition_id) == group.coalition_id
        )
    )
    known = {row.id: row.name for row in rows}
    key = organisations.same(known, name)
    if key is None:
        organisation = Organisation(coalition_id=group.coalition_id, name=names.clean(name))
        session.add(organisation)
        await session.flush()
        assert organisation.id is not None
        key = organisation.id
    if not await _has_seat(session, group.facts().id, key):
        session.add(Seat(group_id=group.facts().id, organisation_id=key))
    await session.flush()
    return key


async def _ask(session: AsyncSession, group: Group, place: Membership, *, now: datetime) -> None:
    """Ask whoever knows the people of an organisation, in private; the roll asks as well."""
    await close_questions(session, group, place, Verdict.OVER, now=now)
    for confirmer in await people.confirmers(session, group, place.organisation_id):
        await _put(session, group, place, confirmer, now=now)


async def _put(
    session: AsyncSession, group: Group, place: Membership, confirmer: Member, *, now: datetime
) -> None:
    """Put the question about somebody who waits to one person who may decide it."""
    facts, named = await _facts(session, group, place), place.organisation_id or 0
    await members.tell(
        session,
        confirmer,
        "rolls/ask.html",
        facts,
        keyboard=keyboards.waiting(
            facts["group"].id, place.member_id, named, is_office=place.is_office
        ),
        about=About(_subject(group), place.member_id, named, "asked"),
        is_live=True,
        now=now,
    )


async def _tell(
    session: AsyncSession, group: Group, place: Membership, verdict: Verdict, *, now: datetime
) -> None:
    """Tell somebody what became of their wish, and those who were asked about them."""
    await close_questions(session, group, place, verdict, now=now)
    member = await session.get_one(Member, place.member_id)
    if member.has_started:
        facts = await _facts(session, group, place)
        await members.tell(session, member, f"rolls/{verdict}.html", facts, now=now)


async def _facts(session: AsyncSession, group: Group, place: Membership) -> dict[str, Any]:
    organisation = await session.get(Organisation, place.organisation_id or 0)
    member = await session.get_one(Member, place.member_id)
    return {
        "group": group.facts(),
        "person": member.name,
        "organisation": organisation.name if organisation else place.claims or "?",
        "is_new": organisation is None,
        "is_office": place.is_office,
        "is_alternate": place.is_alternate,
    }


def _scope(group: Group, organisation_id: int) -> Scope:
    return Scope(group.coalition_id, group.id, organisation_id or None)


def _subject(group: Group) -> str:
    # Who waits is known by two numbers; the second one is the subject's.
    return f"{WAITING}:{group.id}"


def group_waited_for(subject: str) -> int:
    """Return the number of the group into which somebody wants, from the subject of a question."""
    return int(subject.partition(":")[2])


async def _show(session: AsyncSession, group: Group, *, now: datetime) -> None:
    facts = group.facts()
    roll = await rolls.of_group(session, facts.id)
    text = renderer().post("groups/roll.html", languages=facts.languages, group=facts, roll=roll)
    buttons = post.buttons(keyboards.roll(facts.id, roll, shown=SHOWN), facts.languages)
    for message in await post.live_messages(session, ROLL, facts.id):
        await post.revise(session, message, text=text, keyboard=buttons, now=now)
