"""Support that somebody needs: it reaches the coordination at once, and whoever can help says so.

    asked -> a post in the group, a private word to the coordination and the leads
    we can help, an answer -> whoever asked hears it, the post says so, no days are counted
    settled, withdrawn -> the posts say so, and have no buttons

Whoever changes a call for support locks it, before the outbox.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import notebook, roles
from bot.domain import support as rules
from bot.domain.attendance import NoOrganisation
from bot.domain.dates import instant, wall_time
from bot.domain.notebook import EntryKind, WordsMissing
from bot.domain.plan import ChangeKind
from bot.domain.roles import Action, Actor, Scope
from bot.domain.support import (
    DAYS,
    OPEN,
    NotYourSupport,
    OfferLater,
    OwnSupport,
    SupportGone,
    SupportSettled,
    SupportState,
)
from bot.models import (
    Entry,
    Group,
    Member,
    Membership,
    Occasion,
    OccasionState,
    Organisation,
    PointChange,
    SupportAnswer,
    SupportOffer,
    SupportRequest,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import plan as plan_queries
from bot.queries import support as queries
from bot.rendering.keyboards import support as keyboards
from bot.services import occasions, plan, plan_posts, support_posts
from bot.services.support_posts import SUPPORT

_NEVER_TOO_LATE = timedelta(days=3650)


@dataclass(frozen=True)
class Offered:
    """What somebody's offer became."""

    organisation: str
    is_new: bool
    """False: their organisation had said so before."""


async def ask(
    session: AsyncSession,
    group: Group,
    text: str,
    *,
    actor: Actor,
    point_id: int | None = None,
    entry_id: int | None = None,
    organisation_id: int | None = None,
    source: tuple[int, int] | None = None,
    now: datetime,
) -> SupportRequest:
    """Ask for support: the group, its leads and the coordination team hear of it at once.

    `organisation_id` is who needs it, if that is not the organisation of `actor`; `source` the chat
    and the message that asked: the same message asks once, and so does the same action in the same
    words.

    Raises:
        WordsMissing, EntryTooLong: nothing is asked for, or it is a speech.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not take part in the group.
    """
    group_id = stored_id(group)
    roles.require(actor, Action.REPORT, Scope(group.coalition_id, group_id))
    words = _checked(text)
    known = await _asked_before(session, words, point_id, source)
    if known is not None:
        return known
    if organisation_id is None:
        place = await session.get(Membership, (group_id, actor.member_id or 0))
        organisation_id = place.organisation_id if place else None
    chat_id, message_id = source or (None, None)
    request = SupportRequest(
        group_id=group_id,
        point_id=point_id,
        entry_id=entry_id,
        organisation_id=organisation_id,
        member_id=actor.member_id,
        text=words,
        at=now,
        source_chat_id=chat_id,
        source_message_id=message_id,
    )
    await _add(session, request, group, is_silent=False, now=now)
    await _note_on_action(session, request, actor.member_id, now=now)
    return request


async def follow(session: AsyncSession, entry: Entry, *, now: datetime) -> None:
    """Let the call for support say what the notebook of a (locked) meeting says now is needed.

    By an entry of its own, or behind an action: "dig a well, support: a drill rig". What was taken
    back there, or is no need after all, is withdrawn.
    """
    request = await queries.of_entry(session, stored_id(entry))
    words = _needed(entry)
    if request is None:
        if words:
            await _add_from(session, entry, words, now=now)
        return
    if not words:
        if request.state in OPEN:
            await _end(session, request, SupportState.WITHDRAWN, now=now)
        return
    if request.state is SupportState.WITHDRAWN:
        request.ended_at = None
        request.state = await _state(session, request)
        await _count(session, request, now=now)
    request.text = words
    await _place(session, request)
    await support_posts.show(session, request, now=now)
    await _note_on_action(session, request, entry.written_by, now=now)


def _needed(entry: Entry) -> str:
    """Return what an entry of a notebook asks for; empty: nothing."""
    if entry.undone_at is not None:
        return ""
    if entry.kind is EntryKind.ACTION:
        return plan.without_support(entry.text)[1]
    return entry.text if entry.kind is EntryKind.HELP else ""


async def correct(
    session: AsyncSession, request_id: int, text: str, actor: Actor, *, now: datetime
) -> SupportRequest:
    """Let whoever asked say it anew, by editing the command.

    Raises:
        SupportGone, SupportSettled, NotYourSupport: it is not theirs to change any more.
        WordsMissing, EntryTooLong: as `ask`.
    """
    request, _ = await _open(session, request_id)
    await _require_asker(session, request, actor)
    request.text = _checked(text)
    await _place(session, request)
    await support_posts.show(session, request, now=now)
    await _note_on_action(session, request, actor.member_id, now=now)
    return request


async def offer(
    session: AsyncSession, request_id: int, actor: Actor, *, text: str = "", now: datetime
) -> Offered:
    """Note that an organisation can help, and how; whoever asked hears it. Twice is once.

    Raises:
        SupportGone, SupportSettled: nobody needs it any more.
        OfferLater: nobody has confirmed the person yet.
        OwnSupport, NoOrganisation: the offer is to themselves, or of nobody.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not belong to the group.
    """
    request, group = await _open(session, request_id)
    text = notebook.checked(text)
    organisation = await _offering(session, group, actor)
    if stored_id(organisation) == request.organisation_id:
        raise OwnSupport
    row = await session.get(SupportOffer, (request_id, stored_id(organisation)))
    if row is not None and row.withdrawn_at is None and (not text or row.text == text):
        return Offered(organisation.name, is_new=False)
    is_new = row is None or row.withdrawn_at is not None
    if row is None:
        row = SupportOffer(request_id=request_id, organisation_id=stored_id(organisation), at=now)
        session.add(row)
    if is_new:
        row.at, row.withdrawn_at, row.text = now, None, ""
    row.member_id, row.text = actor.member_id, text or row.text
    request.state, request.answered_at = SupportState.ANSWERED, request.answered_at or now
    await support_posts.show(session, request, now=now)
    await support_posts.tell_offer(
        session, request, row, organisation=organisation.name, actor=actor, now=now
    )
    if is_new and not text:
        await support_posts.ask_how(session, request, actor, now=now)
    return Offered(organisation.name, is_new=is_new)


async def take_back(
    session: AsyncSession, request_id: int, actor: Actor, *, now: datetime
) -> Offered:
    """Note that an organisation cannot help after all; if nobody else can, its asker waits again.

    Raises:
        SupportGone, SupportSettled, OfferLater, NoOrganisation, NotAllowed, StrangerHere,
        AnonymousAdmin: as `offer`.
    """
    request, group = await _open(session, request_id)
    organisation = await _offering(session, group, actor)
    row = await session.get(SupportOffer, (request_id, stored_id(organisation)))
    if row is None or row.withdrawn_at is not None:
        return Offered(organisation.name, is_new=False)
    row.withdrawn_at = now
    await session.flush()
    request.state = await _state(session, request)
    if request.state is SupportState.WAITING:
        request.answered_at = None
        await _count(session, request, now=now)
    await support_posts.show(session, request, now=now)
    facts = {"organisation": organisation.name}
    await support_posts.tell(
        session, request, "support/taken_back.html", facts, but=actor.member_id, now=now
    )
    return Offered(organisation.name, is_new=True)


async def answer(
    session: AsyncSession,
    request_id: int,
    text: str,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> None:
    """Pass on what the coordination team, or a lead, says to a call for support; an edit corrects.

    Raises:
        SupportGone, SupportSettled: nobody needs it any more.
        EntryTooLong: it is a speech.
        NotAllowed, StrangerHere, AnonymousAdmin: that is for others.
    """
    request, group = await _open(session, request_id)
    roles.require(actor, Action.RUN_PLAN, Scope(group.coalition_id, request.group_id))
    words = _checked(text)
    said = await queries.answer_of(session, *source)
    if said is None:
        said = SupportAnswer(
            request_id=request_id,
            member_id=actor.member_id,
            is_team=group.coalition_id in actor.coordinates,
            text=words,
            at=now,
            source_chat_id=source[0],
            source_message_id=source[1],
        )
        session.add(said)
    elif said.text == words or said.member_id != actor.member_id:
        return
    said.text = words
    request.state, request.answered_at = SupportState.ANSWERED, request.answered_at or now
    await support_posts.show(session, request, now=now)
    await support_posts.pass_on(session, request, said, now=now)


async def end(
    session: AsyncSession, request_id: int, state: SupportState, actor: Actor, *, now: datetime
) -> bool:
    """Note that whoever asked has what they needed, or needs it no more; False: it was so.

    Settled by the organisation that asked, the leads and the coordination; withdrawn by who asked.

    Raises:
        SupportGone: there is no such call for support.
        NotYourSupport: it is for others to say so.
        StrangerHere, AnonymousAdmin: the person does not belong to the group.
    """
    request = await queries.locked(session, request_id)
    if request is None:
        raise SupportGone
    group = await session.get_one(Group, request.group_id)
    roles.require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, request.group_id))
    if state is SupportState.WITHDRAWN:
        await _require_asker(session, request, actor)
    elif not await _may_settle(session, request, group, actor):
        raise await _not_theirs(session, request, is_withdrawing=False)
    if request.state not in OPEN:
        return False
    await _end(session, request, state, now=now)
    await _note_on_action(session, request, actor.member_id, now=now)
    if state is SupportState.SETTLED:
        await support_posts.tell(
            session, request, "support/settled.html", but=actor.member_id, now=now
        )
    return True


async def may_answer(
    session: AsyncSession, request_id: int, actor: Actor, *, is_aloud: bool
) -> bool:
    """Tell whether words of this person under a call for support are an answer to it.

    What is said aloud, in the group, is one only of the coordination team: others talk there.
    """
    request = await session.get(SupportRequest, request_id)
    if request is None or (actor.member_id is not None and actor.member_id == request.member_id):
        return False
    group = await session.get_one(Group, request.group_id)
    if is_aloud:
        return group.coalition_id in actor.coordinates
    return roles.can(actor, Action.RUN_PLAN, Scope(group.coalition_id, request.group_id))


async def listed(session: AsyncSession, group: Group, place: Place, *, now: datetime) -> None:
    """Show what a group still asks for, with its buttons."""
    group_id = stored_id(group)
    found = await queries.open_in(session, group_id, limit=rules.SHOWN, now=now)
    count = await queries.count_open(session, group_id)
    await post.say(
        session,
        place,
        "support/list.html",
        {"group": group.facts(), "requests": found, "count": count},
        now=now,
        keyboard=keyboards.requests(found),
        is_silent=True,
    )


async def count_day(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Let the posts say that somebody has waited one more day; never too late for it."""
    request = await queries.locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None or request is None:
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    if request.state is SupportState.WAITING:
        await support_posts.show(session, request, now=now)
        await _count(session, request, now=now)
    return True


async def show_again(session: AsyncSession, group: Group, member_id: int, *, now: datetime) -> None:
    """Bring up to date what somebody asked for whose place in a group has changed."""
    rows = await session.execute(
        select(SupportRequest)
        .where(
            col(SupportRequest.group_id) == group.id,
            col(SupportRequest.member_id) == member_id,
            col(SupportRequest.state).in_(OPEN),
        )
        .order_by(col(SupportRequest.id))
        .with_for_update()
    )
    for request in rows.scalars().all():
        place = await session.get(Membership, (request.group_id, member_id))
        if request.organisation_id is None and place is not None:
            request.organisation_id = place.organisation_id
        await support_posts.show(session, request, now=now)


async def _add_from(session: AsyncSession, entry: Entry, words: str, *, now: datetime) -> None:
    """Ask for what a meeting wrote down: for whoever said it, or wrote it down, or does it."""
    point = await plan_queries.of_entry(session, stored_id(entry))
    group = await session.get_one(Group, entry.group_id)
    member_id = entry.said_by or (None if entry.said_by_name else entry.written_by)
    place = await session.get(Membership, (entry.group_id, member_id or 0))
    request = SupportRequest(
        group_id=entry.group_id,
        entry_id=entry.id,
        point_id=point.id if point else None,
        organisation_id=(point.organisation_id if point else None)
        or (place.organisation_id if place else None),
        member_id=member_id,
        text=words,
        at=now,
        source_chat_id=entry.source_chat_id,
        source_message_id=entry.source_message_id,
    )
    # Everybody who meets hears it spoken.
    await _add(session, request, group, is_silent=True, now=now)
    await _note_on_action(session, request, entry.written_by, now=now)


async def _add(
    session: AsyncSession,
    request: SupportRequest,
    group: Group,
    *,
    is_silent: bool,
    now: datetime,
) -> None:
    session.add(request)
    await session.flush()
    await _place(session, request)
    await _count(session, request, now=now)
    await support_posts.announce(session, request, group, is_silent=is_silent, now=now)


async def _asked_before(
    session: AsyncSession, text: str, point_id: int | None, source: tuple[int, int] | None
) -> SupportRequest | None:
    if point_id is not None:
        known = await queries.for_point(session, point_id)
        if known is not None and known.text == text:
            return known
    return await queries.of_message(session, *source) if source else None


async def _open(session: AsyncSession, request_id: int) -> tuple[SupportRequest, Group]:
    """Return a call for support to which something can still be said (locked), and its group.

    Raises:
        SupportGone: it was withdrawn, or never was.
        SupportSettled: whoever asked has what they needed.
    """
    request = await queries.locked(session, request_id)
    if request is None or request.state is SupportState.WITHDRAWN:
        raise SupportGone
    if request.state is SupportState.SETTLED:
        raise SupportSettled
    return request, await session.get_one(Group, request.group_id)


async def _offering(session: AsyncSession, group: Group, actor: Actor) -> Organisation:
    """Return the organisation for which somebody offers help.

    Raises:
        OfferLater, NoOrganisation, NotAllowed, StrangerHere, AnonymousAdmin: see `offer`.
    """
    if group.id in actor.pending:
        raise OfferLater
    roles.require(actor, Action.OFFER_HELP, Scope(group.coalition_id, group.id))
    place = await session.get(Membership, (group.id, actor.member_id or 0))
    organisation = await session.get(Organisation, place.organisation_id or 0) if place else None
    if organisation is None:
        raise NoOrganisation
    return organisation


async def _require_asker(session: AsyncSession, request: SupportRequest, actor: Actor) -> None:
    if actor.member_id is None or actor.member_id != request.member_id:
        raise await _not_theirs(session, request, is_withdrawing=True)


async def _not_theirs(
    session: AsyncSession, request: SupportRequest, *, is_withdrawing: bool
) -> NotYourSupport:
    asker = await session.get(Member, request.member_id or 0)
    return NotYourSupport(name=asker.name if asker else "", is_withdrawing=is_withdrawing)


async def _may_settle(
    session: AsyncSession, request: SupportRequest, group: Group, actor: Actor
) -> bool:
    if roles.can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group.id)):
        return True
    if actor.member_id is not None and actor.member_id == request.member_id:
        return True
    place = await session.get(Membership, (request.group_id, actor.member_id or 0))
    return (
        place is not None
        and place.is_confirmed
        and place.organisation_id is not None
        and place.organisation_id == request.organisation_id
    )


async def _state(session: AsyncSession, request: SupportRequest) -> SupportState:
    """Return whether anybody has answered an open call for support."""
    facts = await queries.facts(session, request, now=request.at)
    return SupportState.ANSWERED if facts.offers or facts.answers else SupportState.WAITING


async def _end(
    session: AsyncSession, request: SupportRequest, state: SupportState, *, now: datetime
) -> None:
    request.state, request.ended_at = state, now
    await occasions.cancel(session, subject=SUPPORT, subject_id=stored_id(request), now=now)
    await support_posts.show(session, request, now=now)


async def _note_on_action(
    session: AsyncSession, request: SupportRequest, by: int | None, *, now: datetime
) -> None:
    """Let the action that waits for something say what it still requires, and its history when."""
    point = await plan_queries.locked(session, request.point_id or 0)
    if point is None:
        return
    before, point.support = point.support, await queries.required(session, stored_id(point))
    if before == point.support:
        return
    session.add(
        PointChange(
            point_id=stored_id(point),
            group_id=point.group_id,
            at=now,
            changed_by=by,
            kind=ChangeKind.SUPPORT,
            before=before,
            after=point.support,
        )
    )
    await session.flush()
    plan_posts.show_card(session, stored_id(point), now=now)


async def _place(session: AsyncSession, request: SupportRequest) -> None:
    """Read from the words to which sector a request belongs, and to which place."""
    group = await session.get_one(Group, request.group_id)
    before = await queries.before(session, request)
    request.sector = rules.sector(request.text, [one.sector for one in before])
    others = await queries.places(session, request.group_id)
    request.place = rules.place(request.text, group.name, others)
    await session.flush()


async def _count(session: AsyncSession, request: SupportRequest, *, now: datetime) -> None:
    """Have the posts count one more day when the next one begins where the group is."""
    group = await session.get_one(Group, request.group_id)
    tomorrow = wall_time(now, group.zone).date() + timedelta(days=1)
    due_at = instant(datetime.combine(tomorrow, datetime.min.time()), group.zone)
    request_id = stored_id(request)
    # Whoever waits again may have waited before today: that day's row is there, or was cancelled.
    await occasions.drop(session, subject=SUPPORT, subject_id=request_id)
    await occasions.write(
        session,
        kind=DAYS,
        subject=SUPPORT,
        subject_id=request_id,
        subject_version=tomorrow.toordinal(),
        zone=group.zone,
        due_at=due_at,
        expires_at=due_at + _NEVER_TOO_LATE,
    )


def _checked(text: str) -> str:
    words = notebook.checked(text)
    if not words:
        raise WordsMissing(kind=EntryKind.HELP)
    return words
