"""What members say is wrong in minutes that are out, and what a lead does about it."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import minutes as rules
from bot.domain import roles
from bot.domain.minutes import (
    WAITING,
    Doubt,
    Due,
    MinutesNotYet,
    MinutesState,
    MinutesUnknown,
    ObjectionSettled,
    ObjectionsOver,
    ObjectionUnclear,
)
from bot.domain.roles import Action, Actor
from bot.models import Group, Meeting, Member, Minutes, Objection, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as member_queries
from bot.queries import messages
from bot.queries import minutes as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.keyboards import minutes as keyboards
from bot.rendering.messages import renderer
from bot.services import members, minutes_views, occasions
from bot.services.meeting_posts import locked

OBJECTION, DOUBT, WRONG = queries.OBJECTION, "minutes-doubt", "minutes-wrong"
"""The subjects of what a lead is told, of the question whether something is meant as a correction,
and of the question what is wrong."""
ASKED, REASON, CORRECTING = "asked", "reason", "correcting"
"""What a lead's message asks for: a button, why the minutes stay, or that the draft which it opened
is published."""


async def check_open(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> Minutes:
    """Return the version of minutes to which this person may object now, with its meeting locked.

    Raises:
        MeetingUnknown, MinutesUnknown, MinutesNotYet: there is nothing to object to.
        ObjectionsOver: the days for it are over.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not object.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.OBJECT, scope)
    latest = await queries.latest(session, meeting_id)
    if latest is None:
        raise MinutesUnknown
    minutes = await queries.out(session, meeting_id) or latest
    if minutes.state is MinutesState.DRAFT:
        raise MinutesNotYet
    if not is_correctable(minutes, group, now=now):
        raise ObjectionsOver
    return minutes


def is_correctable(minutes: Minutes, group: Group, *, now: datetime) -> bool:
    """Tell whether the days for corrections to minutes are not over yet.

    What somebody objected may keep them from being confirmed; that opens nothing anew.
    """
    last = minutes_views.until(minutes, group)
    is_over = last is not None and minutes_views.today(group, now) > last
    return minutes.state is not MinutesState.CONFIRMED and not is_over


async def begin_correction(session: AsyncSession, out: Minutes, *, now: datetime) -> Minutes:
    """Return the draft of the next version of minutes that are out."""
    minutes = Minutes(
        meeting_id=out.meeting_id,
        version=out.version + 1,
        group_id=out.group_id,
        serial=out.serial,
        drafted_at=now,
    )
    session.add(minutes)
    await session.flush()
    return minutes


async def object_(
    session: AsyncSession,
    meeting_id: int,
    text: str,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> Objection:
    """Note what somebody says is wrong, and tell the leads; a corrected message is no second one.

    Raises:
        see `check_open`.
    """
    known = await queries.objection_of(session, *source)
    if known is not None:
        # It was in time; until it is settled its words may be corrected.
        await _reword(session, known, text, now=now)
        if await _end_doubt(session, known, Doubt.MEANT, now=now):
            await _ask(session, known, await _group_of(session, known), now=now)
        return known
    objection = await _note(session, meeting_id, text, actor, source=source, now=now)
    await _ask(session, objection, await _group_of(session, objection), now=now)
    return objection


async def doubt(
    session: AsyncSession,
    meeting_id: int,
    text: str,
    actor: Actor,
    *,
    place: Place,
    source: tuple[int, int],
    now: datetime,
) -> None:
    """Ask somebody whether what they wrote is a correction; if they do not say, the leads read it.

    They read it before the days for corrections are over.

    Raises:
        see `check_open`.
    """
    objection = await _note(session, meeting_id, text, actor, source=source, now=now)
    number, group = stored_id(objection), await _group_of(session, objection)
    minutes = await queries.out(session, meeting_id)
    last = minutes_views.until(minutes, group) if minutes else None
    due_at = now + rules.DOUBT_LASTS
    if last is not None:
        due_at = min(due_at, minutes_views.after(last, group))
    await occasions.write(
        session,
        kind=Due.DOUBT,
        subject=OBJECTION,
        subject_id=number,
        subject_version=1,
        zone=group.zone,
        due_at=due_at,
        expires_at=due_at + minutes_views.USEFUL,
    )
    await post.say(
        session,
        place,
        "minutes/doubt.html",
        {"state": Doubt.ASKED},
        now=now,
        about=About(DOUBT, number, 1, Doubt.ASKED),
        keyboard=keyboards.doubt(meeting_id),
        is_live=True,
        is_silent=True,
    )


async def said_again(
    session: AsyncSession, source: tuple[int, int], text: str, *, now: datetime
) -> None:
    """Follow somebody who edited what they wrote below minutes, if it is (perhaps) an objection."""
    known = await queries.objection_of(session, *source)
    if known is not None:
        await _reword(session, known, text, now=now)


async def only_talk(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> None:
    """Let somebody say that what they wrote is no correction; once the leads have it, they do.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not object, either.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.OBJECT, await sitting_queries.scope(session, meeting, group))
    known = await queries.objection_of(session, *source)
    if known is not None and await _end_doubt(session, known, Doubt.TALK, now=now):
        await session.delete(known)
        await session.flush()


async def put(session: AsyncSession, objection: Objection, *, now: datetime) -> None:
    """Put to the leads what may be an objection, if nobody has said yet what it is."""
    if await _end_doubt(session, objection, Doubt.UNANSWERED, now=now):
        await _ask(session, objection, await _group_of(session, objection), now=now)


async def count_doubtful(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Let what may be an objection be one from now on; the leads are not told yet."""
    for objection in await queries.objections(session, meeting_id, are_doubtful=True):
        await _end_doubt(session, objection, Doubt.UNANSWERED, now=now)


async def _end_doubt(
    session: AsyncSession, objection: Objection, state: Doubt, *, now: datetime
) -> bool:
    """Note what something is that may be an objection; False: that was known before."""
    # The clock does the same: whoever comes second sees what the first has done.
    await locked(session, objection.meeting_id)
    waiting = await queries.objections(session, objection.meeting_id, are_doubtful=True)
    if objection not in waiting:
        return False
    number, group = stored_id(objection), await _group_of(session, objection)
    await occasions.cancel(session, subject=OBJECTION, subject_id=number, now=now)
    place = await _place_of(session, objection, group)
    for row in await post.live_messages(session, DOUBT, number):
        row.kind = state
        text = renderer().post("minutes/doubt.html", languages=place.languages, state=state)
        await post.revise(session, row, text=text, keyboard=None, now=now)
    return True


async def _note(
    session: AsyncSession,
    meeting_id: int,
    text: str,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> Objection:
    minutes = await check_open(session, meeting_id, actor, now=now)
    member = await members.known(session, actor)
    objection = Objection(
        meeting_id=meeting_id,
        version=minutes.version,
        member_id=stored_id(member),
        text=text,
        said_at=now,
        source_chat_id=source[0],
        source_message_id=source[1],
    )
    session.add(objection)
    await session.flush()
    return objection


async def _reword(session: AsyncSession, objection: Objection, text: str, *, now: datetime) -> None:
    if objection.settled_at is None:
        objection.text = text
        await session.flush()
        await _rewrite(session, objection, now=now)


async def _ask(
    session: AsyncSession,
    objection: Objection,
    group: Group,
    *,
    now: datetime,
    until: date | None = None,
) -> None:
    """Put an objection to who settles it; `until` says when it is settled without them."""
    found = {lead.id: lead for lead in await member_queries.caretakers(session, group)}
    found |= {one.id: one for one in await queries.deputies(session, stored_id(group))}
    for lead in found.values():
        await members.tell(
            session,
            lead,
            "minutes/objection.html",
            await _facts(session, objection, ASKED) | {"until": until},
            now=now,
            about=About(OBJECTION, stored_id(objection), 1, f"{_language(lead, group)}:{ASKED}"),
            keyboard=keyboards.settle(stored_id(objection)),
            is_live=True,
        )


async def keep(session: AsyncSession, objection_id: int, actor: Actor, *, now: datetime) -> None:
    """Ask a lead why the minutes stay as they are; the answer settles the objection.

    Raises:
        ObjectionSettled: it is settled.
        NotAllowed, StrangerHere, AnonymousAdmin: that is for others.
    """
    objection = await _open(session, objection_id, actor)
    for row in await post.live_messages(session, OBJECTION, objection_id):
        if row.chat_id == actor.telegram_id:
            row.kind = f"{row.kind.split(':')[0]}:{REASON}"
    await _rewrite(session, objection, now=now)


async def answer(
    session: AsyncSession, objection_id: int, reason: str, actor: Actor, *, now: datetime
) -> None:
    """Let minutes stay as they are, and tell whoever objected why.

    Raises:
        ObjectionSettled: it is settled.
        ObjectionUnclear: nobody asked for a reason: the buttons say what can be done.
        NotAllowed, StrangerHere, AnonymousAdmin: that is for others.
    """
    objection = await _open(session, objection_id, actor)
    rows = await post.live_messages(session, OBJECTION, objection_id)
    if not any(
        row.chat_id == actor.telegram_id and row.kind.endswith(f":{REASON}") for row in rows
    ):
        raise ObjectionUnclear
    objection.settled_at, objection.answer = now, reason
    await session.flush()
    await _rewrite(session, objection, now=now)
    await _tell_objector(session, objection, "minutes/kept.html", now=now)
    await confirm_if_over(session, objection.meeting_id, now=now)


async def correct(session: AsyncSession, objection_id: int, actor: Actor, *, now: datetime) -> None:
    """Open a draft of the next version, in private, for a lead who corrects minutes.

    Of minutes that are only circulated the draft is open anyway.

    Raises:
        ObjectionSettled: it is settled.
        NotAllowed, StrangerHere, AnonymousAdmin: that is for others.
    """
    objection = await _open(session, objection_id, actor)
    meeting = await session.get_one(Meeting, objection.meeting_id)
    latest = await queries.latest(session, objection.meeting_id)
    assert latest is not None
    if latest.state not in WAITING:
        latest = await begin_correction(session, latest, now=now)
    for row in await post.live_messages(session, OBJECTION, objection_id):
        if row.chat_id == actor.telegram_id:
            row.kind = f"{row.kind.split(':')[0]}:{CORRECTING}"
    lead = await members.known(session, actor)
    await minutes_views.show_draft(session, meeting, latest, lead, now=now)


async def settle(
    session: AsyncSession, minutes: Minutes, *, is_corrected: bool, now: datetime
) -> None:
    """Note of which objections minutes take care that have just been approved.

    These are the ones that they were opened for, and the only one to a draft that says something
    else since the group had it. The others are still to be answered.
    """
    waiting = await queries.objections(session, minutes.meeting_id)
    is_only = minutes.version == 1 and len(waiting) == 1
    for objection in waiting:
        rows = await post.live_messages(session, OBJECTION, stored_id(objection))
        if not is_corrected:
            # Somebody was about to correct it, and somebody else approved it as it was.
            _ask_anew(rows)
            continue
        if not is_only and not any(row.kind.endswith(f":{CORRECTING}") for row in rows):
            continue
        await _tell_corrected(session, objection, now=now)
        objection.settled_at = now
        await session.flush()
        await _rewrite(session, objection, now=now)
        if objection.source_chat_id and objection.source_message_id:
            await post.react(
                session,
                chat_id=objection.source_chat_id,
                message_id=objection.source_message_id,
                emoji="👍",
                now=now,
            )


async def remind(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Ask once more for answers to what somebody objected, when the days for it are over.

    After as many days again the minutes are confirmed without them.
    """
    minutes = await queries.out(session, meeting_id)
    waiting = await queries.objections(session, meeting_id)
    if minutes is None or minutes.state is not MinutesState.PUBLISHED or not waiting:
        return
    group = await session.get_one(Group, minutes.group_id)
    today = minutes_views.today(group, now)
    last = rules.confirm_after(today, group.objection_days, zone=group.zone)
    for objection in waiting:
        await _ask(session, objection, group, now=now, until=last)
    over_at = minutes_views.after(last, group)
    await occasions.write(
        session,
        kind=Due.UNANSWERED,
        subject=minutes_views.MINUTES,
        subject_id=meeting_id,
        subject_version=minutes.version,
        zone=group.zone,
        due_at=over_at,
        expires_at=over_at + minutes_views.USEFUL,
    )


async def give_over(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Confirm minutes although nobody answered; whoever objected hears what they can do."""
    minutes = await queries.out(session, meeting_id)
    if minutes is None or minutes.state is not MinutesState.PUBLISHED:
        return
    for objection in await queries.objections(session, meeting_id):
        objection.settled_at = now
        await session.flush()
        await _tell_objector(session, objection, "minutes/unanswered.html", now=now)
    await confirm_if_over(session, meeting_id, now=now)


async def confirm_if_over(session: AsyncSession, meeting_id: int, *, now: datetime) -> bool:
    """Confirm minutes whose days are over, unless an objection waits for its answer."""
    minutes = await queries.out(session, meeting_id)
    if minutes is None or minutes.state is not MinutesState.PUBLISHED:
        return False
    group = await session.get_one(Group, minutes.group_id)
    meeting = await locked(session, meeting_id)
    last = minutes_views.until(minutes, group)
    if last is None or minutes_views.today(group, now) <= last:
        return False
    if await queries.objections(session, meeting_id):
        return False
    minutes.state, minutes.confirmed_at = MinutesState.CONFIRMED, now
    await session.flush()
    minutes_views.redraft(session, meeting, now=now)
    return True


async def _open(session: AsyncSession, objection_id: int, actor: Actor) -> Objection:
    objection = await session.get(Objection, objection_id)
    if objection is None:
        raise MinutesUnknown
    meeting = await locked(session, objection.meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.APPROVE_MINUTES, scope)
    await session.refresh(objection, with_for_update=True)
    if objection.settled_at is not None:
        raise ObjectionSettled
    return objection


async def _facts(session: AsyncSession, objection: Objection, asks: str) -> dict[str, object]:
    meeting = await session.get_one(Meeting, objection.meeting_id)
    group = await _group_of(session, objection)
    was_unanswered = await messages.is_said(
        session, objection.source_chat_id or 0, DOUBT, stored_id(objection), Doubt.UNANSWERED
    )
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "who": (await session.get_one(Member, objection.member_id)).name,
        "text": objection.text,
        "is_sure": not was_unanswered,
        "asks": asks,
        "is_settled": objection.settled_at is not None,
        "answer": objection.answer,
        "until": None,
    }


async def _rewrite(session: AsyncSession, objection: Objection, *, now: datetime) -> None:
    number = stored_id(objection)
    for row in await post.live_messages(session, OBJECTION, number):
        language, asks = row.kind.split(":")
        facts = await _facts(session, objection, asks)
        is_open = objection.settled_at is None and asks != REASON
        await post.revise(
            session,
            row,
            text=renderer().text("minutes/objection.html", language=language, **facts),
            keyboard=post.buttons(keyboards.settle(number), (language,)) if is_open else None,
            now=now,
            expires_at=now + minutes_views.LASTS,
        )


async def give_up(session: AsyncSession, meeting_id: int) -> None:
    """Let objections be as before a correction was opened for them."""
    for objection in await queries.objections(session, meeting_id):
        _ask_anew(await post.live_messages(session, OBJECTION, stored_id(objection)))


def _ask_anew(rows: Iterable[OutboxMessage]) -> None:
    for row in rows:
        row.kind = row.kind.replace(f":{CORRECTING}", f":{ASKED}")


async def _tell_corrected(session: AsyncSession, objection: Objection, *, now: datetime) -> None:
    member = await session.get_one(Member, objection.member_id)
    if member.has_started:
        await members.tell(
            session, member, "minutes/corrected.html", {"text": objection.text}, now=now
        )


async def _tell_objector(
    session: AsyncSession, objection: Objection, template: str, *, now: datetime
) -> None:
    """Say under the objection itself what came of it: where it was said, for all who read it."""
    if objection.source_chat_id is None:
        return
    group = await _group_of(session, objection)
    await post.say(
        session,
        await _place_of(session, objection, group),
        template,
        {"text": objection.text, "answer": objection.answer},
        now=now,
        is_silent=True,
    )


async def _place_of(session: AsyncSession, objection: Objection, group: Group) -> Place:
    """Return the place below what somebody objected, where its readers see it."""
    member = await session.get_one(Member, objection.member_id)
    chat_id = objection.source_chat_id or 0
    is_private = chat_id > 0
    languages = (_language(member, group),) if is_private else tuple(group.languages)
    thread = None if is_private else group.facts().thread_id
    return Place(chat_id, languages, thread, objection.source_message_id)


async def _group_of(session: AsyncSession, objection: Objection) -> Group:
    meeting = await session.get_one(Meeting, objection.meeting_id)
    return await session.get_one(Group, meeting.group_id)


def _language(member: Member, group: Group) -> str:
    return member.language or group.languages[0]
