"""Minutes: drafted when a meeting ends, approved in private, published in the group."""

from datetime import datetime
from functools import cache

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import minutes as rules
from bot.domain import roles
from bot.domain.attendance import Answer
from bot.domain.dates import instant, wall_time
from bot.domain.facilitation import Duty
from bot.domain.minutes import (
    WAITING,
    DeputyLater,
    Due,
    Mark,
    MinutesChanged,
    MinutesOut,
    MinutesState,
    MinutesUnknown,
    NothingCorrected,
    Record,
    Screen,
)
from bot.domain.presence import usual_how
from bot.domain.roles import Action, Actor, Role
from bot.models import (
    Group,
    Meeting,
    Member,
    Minutes,
    Presence,
    ReplyFor,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as member_queries
from bot.queries import messages, rolls
from bot.queries import minutes as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.keyboards import minutes as keyboards
from bot.services import budget, minutes_views, objections, occasions, sitting_posts
from bot.services.meeting_posts import locked
from bot.services.minutes_views import DRAFT, MINUTES

__all__ = ["DRAFT", "MINUTES", "approve", "draft", "redraft"]


async def draft(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Draft the minutes of a (locked) meeting that is over, and show them to who approves them."""
    group = await session.get_one(Group, meeting.group_id)
    record = await queries.record(session, meeting)
    minutes = Minutes(
        meeting_id=stored_id(meeting),
        group_id=stored_id(group),
        serial=record.serial,
        drafted_at=now,
    )
    session.add(minutes)
    await session.flush()
    reached = await queries.approvers(session, meeting, group)
    for member in reached:
        await minutes_views.show_draft(session, meeting, minutes, member, now=now)
    writer = await queries.writer(session, meeting)
    if writer is not None and writer.id not in {member.id for member in reached}:
        screen = Screen(writer.language or group.languages[0], asked=rules.WRITER)
        await minutes_views.show_draft(session, meeting, minutes, writer, now=now, screen=screen)
    if not await queries.any_in(session, stored_id(group), reached):
        await _say_it_waits(session, group, now=now)
    for kind, after in (
        (Due.SILENCE, rules.SILENCE),
        (Due.ASKED, rules.ASKED_AGAIN),
        (Due.MISSING, rules.SHOWN_UPWARD),
    ):
        await _write(session, meeting, group, minutes, kind, due_at=now + after)


async def _say_it_waits(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Tell a group that nobody of it could be shown a draft, and how they get it."""
    leads = await member_queries.leads(session, stored_id(group))
    await post.say(
        session,
        post.in_group(group.facts()),
        "minutes/waits.html",
        {"group": group.facts(), "leads": [lead.name for lead in leads]},
        now=now,
        is_silent=True,
        is_unasked=True,
    )


async def ask_at_last(session: AsyncSession, telegram_id: int, *, now: datetime) -> None:
    """Show somebody the drafts that they approve: the bot may write to them, or they lead, now."""
    member = await member_queries.by_telegram_id(session, telegram_id)
    if member is None:
        return
    for meeting in await queries.waiting_near(session, member):
        await locked(session, stored_id(meeting))
        rows = await post.live_messages(session, DRAFT, stored_id(meeting))
        if not any(row.chat_id == telegram_id for row in rows):
            await show_waiting(session, meeting, member, now=now)


async def show_waiting(
    session: AsyncSession, meeting: Meeting, member: Member, *, now: datetime
) -> bool:
    """Show somebody a draft, if it is one that waits for them as well; tell whether it was."""
    group = await session.get_one(Group, meeting.group_id)
    minutes = await queries.latest(session, stored_id(meeting))
    if minutes is None or minutes.state not in WAITING or minutes.version > 1:
        return False
    if minutes.state is MinutesState.CIRCULATED:
        asked = await who_may_now(session, meeting, group)
    else:
        asked = list(await queries.approvers(session, meeting, group))
    if member.id not in {one.id for one in asked}:
        return False
    await minutes_views.show_draft(session, meeting, minutes, member, now=now)
    return True


async def redraft(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Let the drafts of a (locked) meeting say what is true now; minutes that are out stay."""
    minutes = await queries.latest(session, stored_id(meeting))
    if minutes is None or minutes.state not in WAITING:
        return
    minutes.revision += 1
    await session.flush()
    minutes_views.redraft(session, meeting, now=now)


async def withdraw(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Take back the draft of a (locked) meeting that goes on; it is drafted anew at its end.

    Raises:
        MinutesOut: the group has it already.
    """
    minutes = await queries.latest(session, stored_id(meeting))
    if minutes is None:
        return
    if minutes.version > 1 or minutes.state is not MinutesState.DRAFT:
        raise MinutesOut
    await minutes_views.give_up(session, meeting, minutes, now=now)
    # Those of the next draft have the same keys.
    await occasions.forget(
        session, subject=MINUTES, subject_id=stored_id(meeting), subject_version=minutes.version
    )
    await session.delete(minutes)
    await session.flush()


async def room_corrected(
    session: AsyncSession, meeting: Meeting, *, organisation: str = "", now: datetime
) -> None:
    """Let the draft of a (locked) meeting say who was there as it is noted now.

    What a tap in the draft said of that organisation is over: the last word counts.
    """
    minutes = await queries.latest(session, stored_id(meeting))
    if minutes is None:
        return
    if minutes.version > 1 and minutes.state in WAITING:
        minutes.touched = sorted({*minutes.touched, rules.ROOM_TOUCHED})
    minutes.roll = {name: mark for name, mark in minutes.roll.items() if name != organisation}
    minutes.approved = [part for part in minutes.approved if part != rules.ROLL_KEY]
    await redraft(session, meeting, now=now)


async def duty_corrected(
    session: AsyncSession, meeting: Meeting, duty: Duty, *, now: datetime
) -> None:
    """Let the draft of a (locked) meeting say who led it, or took notes, as it is noted now.

    Who led it, and is named only now, is shown the draft, too: they may approve it.
    """
    minutes = await queries.latest(session, stored_id(meeting))
    assert minutes is not None
    if minutes.version > 1:
        key = rules.LED_TOUCHED if duty is Duty.FACILITATOR else rules.NOTED_TOUCHED
        minutes.touched = sorted({*minutes.touched, key})
    minutes.approved = [part for part in minutes.approved if part != rules.ROLL_KEY]
    await redraft(session, meeting, now=now)
    group = await session.get_one(Group, meeting.group_id)
    shown = {row.chat_id for row in await post.live_messages(session, DRAFT, stored_id(meeting))}
    for member in await queries.approvers(session, meeting, group):
        # Whoever is named now had no part in it when the draft was shown to the others.
        if member.telegram_id not in shown:
            await show_waiting(session, meeting, member, now=now)


async def approve(
    session: AsyncSession,
    meeting_id: int,
    version: int,
    revision: int,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Approve a draft as a whole, and publish it; twice is once.

    Raises:
        MinutesUnknown: there is no such draft.
        MinutesOut: it is out already.
        MinutesChanged: somebody changed it since the person saw it.
        NothingCorrected: it is a correction that changes nothing.
        DeputyLater: it is still the lead's alone.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not approve it.
    """
    meeting, group, minutes = await approvable(session, meeting_id, version, actor)
    if minutes.revision != revision:
        raise MinutesChanged
    was_circulated = minutes.state is MinutesState.CIRCULATED
    record = await queries.read(session, meeting, minutes)
    is_corrected = was_circulated and bool(
        rules.changes(minutes.record(), record) or minutes.record().ends != record.ends
    )
    if version > 1:
        before = await session.get_one(Minutes, (meeting_id, version - 1))
        found = rules.changes(before.record(), record)
        if not found:
            raise NothingCorrected
        minutes.changed = "; ".join(one.after or one.before for one in found)
        before.state = MinutesState.SUPERSEDED
    minutes.fix(record)
    minutes.state = MinutesState.PUBLISHED
    minutes.approved_at, minutes.approved_by, minutes.published_at = now, actor.member_id, now
    await _settle_roll(session, meeting, minutes, record, actor, now=now)
    await session.flush()
    await occasions.cancel(session, subject=MINUTES, subject_id=meeting_id, now=now)
    last_day = minutes_views.until(minutes, group)
    assert last_day is not None
    over_at = minutes_views.after(last_day, group)
    await _write(session, meeting, group, minutes, Due.CONFIRM, due_at=over_at)
    await objections.settle(session, minutes, is_corrected=is_corrected or version > 1, now=now)
    posted = None
    if not was_circulated or not await minutes_views.replace_draft(session, minutes):
        posted = await minutes_views.publish(session, meeting, minutes, now=now)
    await _tell(session, meeting, group, minutes, record, now=now)
    minutes_views.redraft(session, meeting, now=now, but=posted)
    # The lists by which the room was corrected bear no buttons any more.
    sitting_posts.show(session, meeting, now=now)


async def approvable(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, is_reading: bool = False
) -> tuple[Meeting, Group, Minutes]:
    """Return a draft with its (locked) meeting, if this person may change and approve it.

    Whoever wrote the meeting up may read it in any case (`is_reading`).

    Raises:
        MeetingUnknown, MinutesUnknown, MinutesOut: there is nothing to approve (any more).
        DeputyLater: it is still the lead's alone.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not approve it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    writer = await queries.writer(session, meeting) if is_reading else None
    is_theirs = writer is not None and writer.id == actor.member_id
    if not is_theirs:
        scope = await sitting_queries.scope(session, meeting, group)
        roles.require(actor, Action.APPROVE_MINUTES, scope)
    minutes = await queries.latest(session, meeting_id)
    if minutes is None:
        raise MinutesUnknown
    if minutes.version != version or minutes.state not in WAITING:
        # A draft that was given up is none; whatever is older is out.
        raise MinutesOut if version <= minutes.version else MinutesUnknown
    if (
        not is_theirs
        and minutes.state is MinutesState.DRAFT
        and minutes.version == 1
        and actor.roles.get(stored_id(group)) is Role.DEPUTY
    ):
        first = await queries.approvers(session, meeting, group)
        if actor.member_id not in {member.id for member in first}:
            raise DeputyLater
    return meeting, group, minutes


async def _write(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    minutes: Minutes,
    kind: Due,
    *,
    due_at: datetime,
) -> None:
    quiet, wall = group.facts().quiet, wall_time(due_at, group.zone)
    if kind is not Due.CONFIRM and quiet.cover(wall):
        due_at = instant(quiet.after(wall), group.zone)
    await occasions.write(
        session,
        kind=kind,
        subject=MINUTES,
        subject_id=stored_id(meeting),
        subject_version=minutes.version,
        zone=group.zone,
        due_at=due_at,
        expires_at=due_at + minutes_views.USEFUL,
    )


async def _settle_roll(
    session: AsyncSession,
    meeting: Meeting,
    minutes: Minutes,
    record: Record,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Let what is counted later agree with the roll that was approved."""
    await session.execute(
        update(Presence)
        .where(col(Presence.meeting_id) == meeting.id, col(Presence.confirmed_by).is_(None))
        .values(confirmed_by=actor.member_id)
    )
    seated = await rolls.seated(session, meeting.group_id) if minutes.roll else {}
    known = {name: key for key, name in seated.items()}
    for name, mark in minutes.roll.items():
        if name in known:
            await _settle(
                session,
                meeting,
                known[name],
                Mark(mark),
                arrived_at=instant(record.starts, meeting.zone),
                actor=actor,
                now=now,
            )
    await session.flush()


async def _settle(
    session: AsyncSession,
    meeting: Meeting,
    organisation_id: int,
    mark: Mark,
    *,
    arrived_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    number, by = stored_id(meeting), actor.member_id
    mine = (
        col(Presence.meeting_id) == number,
        col(Presence.organisation_id) == organisation_id,
    )
    if mark is Mark.CAME:
        if await session.scalar(select(col(Presence.id)).where(*mine).limit(1)) is None:
            session.add(
                Presence(
                    meeting_id=number,
                    organisation_id=organisation_id,
                    how=usual_how(meeting.way),
                    arrived_at=arrived_at,
                    entered_by=by,
                    confirmed_by=by,
                )
            )
        return
    await session.execute(delete(Presence).where(*mine))
    key = (number, meeting.version, organisation_id)
    row = await session.get(ReplyFor, key)
    if mark is Mark.APOLOGY and by is not None:
        if row is None:
            row = ReplyFor(
                meeting_id=number,
                meeting_version=meeting.version,
                organisation_id=organisation_id,
                answer=Answer.CANNOT,
                entered_by=by,
                answered_at=now,
            )
        row.answer = Answer.CANNOT
        session.add(row)


async def _tell(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    minutes: Minutes,
    record: Record,
    *,
    now: datetime,
) -> None:
    """Send minutes to those who were not there, and upward if the group wants that."""
    told = {
        member.telegram_id: ("absent", member)
        for member in await queries.absentees(session, stored_id(group), record.organisations)
    }
    if group.minutes_upward:
        told = {
            member.telegram_id: ("team", member) for member in await queries.team(session, group)
        } | told
    meant = [(why, one) for why, one in told.values() if one.id != minutes.approved_by]
    if not meant:
        return
    facts = await minutes_views.said(session, meeting, group, minutes)
    # Each of them takes as long to find out as the minutes do to be written: once a language.
    extent_of = cache(lambda language: minutes_views.extent_of(facts, [language]))
    # Whoever has words that are wrong is told the right ones, whatever the budget says.
    had = await messages.told(session, MINUTES, minutes.meeting_id, "told:")
    for why, member in meant:
        language = member.language or group.languages[0]
        await post.say(
            session,
            Place(member.telegram_id, (language,)),
            "minutes/told.html",
            facts | {"why": why, "extent": extent_of(language)},
            now=now,
            about=About(MINUTES, minutes.meeting_id, minutes.version, f"told:{why}"),
            keyboard=keyboards.told(
                minutes.meeting_id, minutes.version, can_object=why == "absent"
            ),
            expires_at=now + minutes_views.LASTS,
            is_silent=group.facts().quiet.cover(wall_time(now, group.zone)),
            is_unasked=True,
            is_withheld=member.telegram_id not in had
            and not await budget.may_write(session, member, group.facts(), now=now),
        )


async def who_may_now(session: AsyncSession, meeting: Meeting, group: Group) -> list[Member]:
    """Return who is asked for minutes that nobody has approved: from now on the deputies, too."""
    found = {member.id: member for member in await queries.approvers(session, meeting, group)}
    deputies = await queries.deputies(session, stored_id(group))
    return list((found | {member.id: member for member in deputies}).values())
