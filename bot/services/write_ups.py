"""Meetings that nobody opened: asked about, moved, or noted as not held."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain import write_ups as rules
from bot.domain.dates import wall_time
from bot.domain.meetings import MeetingCancelled, State
from bot.domain.reminders import QuietHours
from bot.domain.roles import Action, Actor, NotAllowed, Scope
from bot.domain.sittings import SittingState
from bot.domain.write_ups import AlreadyRecorded, Fate, MorningKind, NothingToWrite, Said, Unheld
from bot.models import (
    AgendaItem,
    AgendaSheet,
    Group,
    Meeting,
    Member,
    Occasion,
    OccasionState,
    Sitting,
    Turn,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import groups as group_queries
from bot.queries import members as member_queries
from bot.queries import sittings as sitting_queries
from bot.queries import write_ups as queries
from bot.rendering.keyboards import write_ups as keyboards
from bot.rendering.messages import renderer
from bot.services import budget, occasions
from bot.services.meeting_posts import MEETING, correct_posts, locked

WRITE_UP = "write-up"
"""The subject of the question what became of a meeting."""
QUESTION = "write_ups/question.html"


async def ask(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Ask what became of a meeting that was not opened, and plan what follows without an answer.

    Those who led it are asked in private; if none of them can be written to (the second time: or
    has heard as much as a week has room for), the group is. What comes too late is cancelled
    without a word.
    """
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    if taken.expires_at <= now or await _is_known(session, meeting):
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    group = await session.get_one(Group, meeting.group_id)
    kind = MorningKind(taken.kind)
    if kind is MorningKind.SHOWN:
        people = await member_queries.team(session, group)
    else:
        people = await queries.asked(session, meeting, group)
    is_asked = False
    for member in people:
        place = Place(member.telegram_id, (member.language or group.languages[0],))
        # The first time counts, but is never withheld: before a meeting a week's room is used up.
        may_write = kind is MorningKind.FIRST or await budget.may_write(
            session, member, group.facts(), now=now
        )
        await _ask(session, meeting, group, place, taken, now=now, is_withheld=not may_write)
        is_asked = is_asked or may_write
    if not is_asked and kind is not MorningKind.SHOWN:
        await _ask(session, meeting, group, post.in_group(group.facts()), taken, now=now)
    is_silent = kind is MorningKind.SHOWN and not people
    occasions.end(taken, OccasionState.CANCELLED if is_silent else OccasionState.POSTED, now)
    following = _AFTER.get(kind)
    if following is not None:
        due_at = rules.again_at(now, meeting.zone)
        await _write(session, meeting, following, due_at)
    return True


_AFTER = {MorningKind.FIRST: MorningKind.AGAIN, MorningKind.AGAIN: MorningKind.SHOWN}


async def to_write(
    session: AsyncSession, group: Group, actor: Actor, *, now: datetime
) -> Sequence[Meeting]:
    """Return the meetings of a group that somebody may write up now, the newest first.

    Raises:
        NothingToWrite: there is none.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run them.
    """
    scope = Scope(group.coalition_id, stored_id(group))
    found = await queries.unwritten(session, stored_id(group), now)
    mine = []
    for meeting in found:
        scope = await sitting_queries.scope(session, meeting, group)
        if roles.can(actor, Action.RUN_MEETING, scope):
            mine.append(meeting)
    if not mine:
        roles.require(actor, Action.RUN_MEETING, scope)
        raise NothingToWrite
    return mine


async def of_which_list(session: AsyncSession, actor: Actor, *, now: datetime) -> Sequence[Meeting]:
    """Return the meetings, the newest first, whose paper list somebody may have photographed.

    They wait to be written up, and this person ran them.
    """
    found: list[Meeting] = []
    for group in await group_queries.where_allowed(session, actor, Action.SEE_MEETINGS):
        with suppress(NothingToWrite, NotAllowed):
            found += await to_write(session, group, actor, now=now)
    return sorted(found, key=lambda meeting: meeting.starts_at, reverse=True)


async def unrecorded(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    """Return a meeting (locked) and its group, if this person may say what became of it.

    Raises:
        MeetingUnknown, MeetingCancelled, AlreadyRecorded, TooLateToWrite: there is nothing to say.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.RUN_MEETING, scope)
    if meeting.state is State.CANCELLED:
        raise MeetingCancelled
    if await _is_known(session, meeting):
        raise AlreadyRecorded
    rules.check_writable(meeting.facts(), now)
    return meeting, group


async def begun(session: AsyncSession, meeting: Meeting, actor: Actor, *, now: datetime) -> None:
    """Let everybody who was asked see that somebody is writing a (locked) meeting up."""
    said = Said(Fate.HELD, await _name(session, actor))
    await _show(session, meeting, said, by=actor, now=now)


async def given_up(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Let everybody who was asked see that nobody is writing a meeting up any more."""
    meeting = await locked(session, meeting_id)
    if not await _is_known(session, meeting):
        await _show(session, meeting, None, now=now)


async def is_recorded(session: AsyncSession, meeting_id: int) -> bool:
    """Tell whether it is known what became of a meeting."""
    meeting = await session.get(Meeting, meeting_id)
    return meeting is None or await _is_known(session, meeting)


async def not_held(
    session: AsyncSession,
    meeting_id: int,
    reason: str,
    actor: Actor,
    *,
    now: datetime,
    is_told: bool = True,
) -> None:
    """Record that a meeting was not held, and why (empty: nobody said).

    The group is told in one line, unless it was said there (`is_told`).

    Raises:
        MeetingUnknown, MeetingCancelled, AlreadyRecorded, TooLateToWrite: there is nothing to say.
        ReasonTooLong: see there.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run it.
    """
    meeting, group = await unrecorded(session, meeting_id, actor, now=now)
    said = rules.checked_reason(reason)
    await _not_held(session, meeting, group, said, actor, now=now)
    await settle(session, meeting, Fate.NOT_HELD, actor, now=now)
    if is_told:
        await post.say(
            session,
            post.in_group(group.facts()),
            "write_ups/told.html",
            {"unheld_one": Unheld(meeting.wall_start, said)},
            now=now,
            is_silent=True,
        )


async def moved(
    session: AsyncSession, meeting_id: int, to: Meeting, actor: Actor, *, now: datetime
) -> None:
    """Record that a meeting was not held because it was moved; what was prepared goes with it.

    `to` is the new one, whom nobody was told of yet.

    Raises:
        MeetingUnknown, MeetingCancelled, AlreadyRecorded, TooLateToWrite: there is nothing to say.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run it.
    """
    meeting, group = await unrecorded(session, meeting_id, actor, now=now)
    await _hand_over(session, meeting, to)
    noted = rules.moved_to_noted(to.wall_start)
    await _not_held(session, meeting, group, noted, actor, now=now)
    await settle(session, meeting, Fate.MOVED, actor, now=now)


async def _hand_over(session: AsyncSession, meeting: Meeting, to: Meeting) -> None:
    """Let a meeting have the agenda and the turns of another."""
    sheet = await session.get(AgendaSheet, meeting.id)
    if sheet is not None:
        session.add(
            AgendaSheet(
                meeting_id=stored_id(to), version=sheet.version, circulated=sheet.circulated
            )
        )
        await session.delete(sheet)
    items = select(AgendaItem).where(col(AgendaItem.meeting_id) == meeting.id)
    for item in (await session.execute(items)).scalars().all():
        item.meeting_id = to.id
    turns = select(Turn).where(col(Turn.meeting_id) == meeting.id)
    for turn in (await session.execute(turns)).scalars().all():
        session.add(
            Turn(
                meeting_id=stored_id(to),
                duty=turn.duty,
                organisation_id=turn.organisation_id,
                state=turn.state,
                answered_by=turn.answered_by,
            )
        )
        await session.delete(turn)
    await session.flush()


async def opened(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Let everybody who was asked see that a (locked) meeting was opened after all."""
    await _show(session, meeting, Said(Fate.HELD, "", is_settled=True), now=now)


async def plan(
    session: AsyncSession,
    meeting: Meeting,
    quiet: QuietHours,
    *,
    now: datetime,
    but: Collection[str] = (),
) -> None:
    """Write down when to ask what became of a meeting, in case nobody opens it."""
    due_at = rules.asked_at(meeting.facts(), quiet)
    if due_at > now and MorningKind.FIRST not in but:
        await _write(session, meeting, MorningKind.FIRST, due_at)


async def _write(
    session: AsyncSession, meeting: Meeting, kind: MorningKind, due_at: datetime
) -> None:
    await occasions.write(
        session,
        kind=kind,
        subject=MEETING,
        subject_id=stored_id(meeting),
        subject_version=meeting.version,
        zone=meeting.zone,
        due_at=due_at,
        expires_at=meeting.ends_at + rules.WRITTEN_WITHIN,
    )


async def _is_known(session: AsyncSession, meeting: Meeting) -> bool:
    return await session.get(Sitting, meeting.id) is not None


async def _ask(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    place: Place,
    occasion: Occasion,
    *,
    now: datetime,
    is_withheld: bool = False,
) -> None:
    await post.say(
        session,
        place,
        QUESTION,
        _facts(meeting, group, MorningKind(occasion.kind)),
        now=now,
        about=About(WRITE_UP, stored_id(meeting), meeting.version, occasion.kind),
        occasion_key=occasion.key,
        keyboard=keyboards.fates(stored_id(meeting)),
        expires_at=meeting.ends_at + rules.WRITTEN_WITHIN,
        is_live=True,
        # After a downtime it may come at night.
        is_silent=place.chat_id < 0 or group.facts().quiet.cover(wall_time(now, group.zone)),
        is_unasked=True,
        is_withheld=is_withheld,
    )


async def _show(
    session: AsyncSession,
    meeting: Meeting,
    said: Said | None,
    *,
    by: Actor | None = None,
    now: datetime,
) -> None:
    """Let every question about a (locked) meeting say what was answered, whoever was asked.

    None: nobody has answered, after all. In private `by` whom it was said reads of it as "you".
    """
    group = await session.get_one(Group, meeting.group_id)
    for row in await post.live_messages(session, WRITE_UP, stored_id(meeting)):
        languages = tuple(group.languages)
        if row.chat_id > 0:
            person = await member_queries.actor(session, row.chat_id)
            languages = (person.language or group.languages[0],)
        keyboard = None if said and said.is_settled else keyboards.fates(stored_id(meeting))
        is_own = by is not None and row.chat_id == by.telegram_id
        shown = replace(said, is_own=is_own) if said else None
        facts = _facts(meeting, group, MorningKind(row.kind), shown)
        await post.revise(
            session,
            row,
            text=renderer().post(QUESTION, languages=languages, **facts),
            keyboard=post.buttons(keyboard, languages),
            now=now,
        )


def _facts(
    meeting: Meeting, group: Group, kind: MorningKind, said: Said | None = None
) -> Mapping[str, Any]:
    return {"group": group.facts(), "meeting": meeting.facts(), "kind": kind, "said": said}


async def settle(
    session: AsyncSession, meeting: Meeting, fate: Fate, actor: Actor, *, now: datetime
) -> None:
    """Ask nobody any more about a (locked) meeting, and let them see what was said."""
    await occasions.cancel(session, subject=MEETING, subject_id=stored_id(meeting), now=now)
    said = Said(fate, await _name(session, actor), is_settled=True)
    await _show(session, meeting, said, by=actor, now=now)


async def _not_held(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    reason: str,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Record it, and let the posts that invited to the meeting say so, without buttons."""
    session.add(
        Sitting(
            meeting_id=stored_id(meeting),
            state=SittingState.NOT_HELD,
            opened_at=now,
            opened_by=actor.member_id,
            reason=reason,
            last_activity_at=now,
        )
    )
    await session.flush()
    await correct_posts(session, meeting, group.facts(), now=now)


async def _name(session: AsyncSession, actor: Actor) -> str:
    member = await session.get(Member, actor.member_id) if actor.member_id else None
    return member.name if member else actor.name


def _scope(group: Group) -> Scope:
    return Scope(group.coalition_id, stored_id(group))
