"""Whose turn it is: proposed as soon as a meeting is near, and asked of one person in private."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.budget import KEPT_FOR_ANSWERS
from bot.domain.dates import wall_time
from bot.domain.facilitation import Duty, Holders, next_up, standing
from bot.domain.preferences import MessageKind
from bot.domain.sittings import SittingState, prepared_until
from bot.models import Group, Meeting, Member, Organisation, OutboxMessage, Sitting, Turn
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import facilitation as queries
from bot.queries import members, questions
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import budget

ASKED, LEADERS, NOBODY = "turn-asked", "turn-leaders", "turn-nobody"
"""The subjects of messages about turns: the question to one organisation, the list for those who
choose, and what leads are told when everybody has passed on."""


NOBODY_NAMED: Mapping[Duty, int] = MappingProxyType({})


async def propose(session: AsyncSession, meeting: Meeting) -> Holders:
    """Return whose turn it is at a (locked) meeting; what nobody has is proposed now.

    Who leads does not take the notes. If all others passed on, the one who was to take the notes
    is asked to lead, and the notes go to somebody else.
    """
    meeting_id = stored_id(meeting)
    able = list(await queries.able(session, meeting.group_id))
    for duty in Duty:
        holders = await queries.holders(session, meeting_id)
        if duty in holders:
            continue
        had = await queries.history(session, meeting.group_id, duty, but=meeting_id)
        passed = set(await queries.passed(session, meeting_id, duty))
        others = {one.organisation_id for other, one in holders.items() if other is not duty}
        chosen = next_up(able, had, but=passed | others)
        if chosen is None and duty is Duty.FACILITATOR:
            chosen = next_up(able, had, but=passed)
            if chosen is not None:
                await release(session, meeting_id, Duty.NOTES)
        if chosen is not None:
            session.add(Turn(meeting_id=meeting_id, duty=duty, organisation_id=chosen))
            await session.flush()
    return await queries.holders(session, meeting_id)


async def release(session: AsyncSession, meeting_id: int, duty: Duty) -> None:
    """Take a duty from whoever has it, as if it had never been proposed to them."""
    holder = (await queries.holders(session, meeting_id)).get(duty)
    if holder is not None:
        await session.delete(
            await session.get_one(Turn, (meeting_id, duty, holder.organisation_id))
        )
        await session.flush()


async def ask(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    *,
    named: Mapping[Duty, int] = NOBODY_NAMED,
    now: datetime,
) -> None:
    """Ask those whose turn it is in private, once each; the group's posts ask everybody else.

    Whom a lead `named` for a duty is asked themselves, though somebody else of theirs was before.
    If everybody has passed on, the leads are told instead: somebody has to be found.
    """
    meeting_id = stored_id(meeting)
    holders = await queries.holders(session, meeting_id)
    asked = [
        (row.kind, row.chat_id) for row in await post.live_messages(session, ASKED, meeting_id)
    ]
    for duty, holder in holders.items():
        kind = f"{duty}:{holder.organisation_id}"
        known = [chat_id for of, chat_id in asked if of == kind]
        if holder.is_accepted or (known and duty not in named):
            continue
        member = await questions.voice(
            session, meeting, holder.organisation_id, named=named.get(duty)
        )
        if member is not None and member.telegram_id not in known:
            await _ask(session, meeting, group, member, kind=kind, holders=holders, now=now)
    if Duty.FACILITATOR not in holders and await queries.passed(
        session, meeting_id, Duty.FACILITATOR
    ):
        await _tell_leads(session, meeting, group, now=now)


async def show(session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime) -> None:
    """Bring everything that people were shown about the turns of a meeting up to date."""
    meeting_id = stored_id(meeting)
    holders = await queries.holders(session, meeting_id)
    for row in await post.live_messages(session, ASKED, meeting_id):
        await _revise_question(session, meeting, group, row, holders, now=now)
    able = await queries.able(session, stored_id(group))
    facts = await said(session, meeting, group) | {"can_choose": True}
    for row in await post.live_messages(session, LEADERS, meeting_id):
        language = row.kind
        await post.revise(
            session,
            row,
            text=renderer().text("agenda/turns.html", language=language, **facts),
            keyboard=post.buttons(keyboards.leaders(meeting_id, able, holders), (language,)),
            now=now,
        )


async def said(session: AsyncSession, meeting: Meeting, group: Group) -> dict[str, Any]:
    """Return what is said of whose turn it is; once the meeting is over, of who did it."""
    sitting = await session.get(Sitting, meeting.id, populate_existing=True)
    is_over = sitting is not None and sitting.state is not SittingState.OPEN
    holders = await queries.holders(session, stored_id(meeting))
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "holders": {duty: one for duty, one in holders.items() if one.is_accepted or not is_over},
        "is_over": is_over,
    }


async def _ask(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    member: Member,
    *,
    kind: str,
    holders: Holders,
    now: datetime,
) -> None:
    facts = group.facts()
    await post.say(
        session,
        Place(member.telegram_id, (member.language or group.languages[0],)),
        "agenda/turn.html",
        await _question(session, meeting, group, kind, holders),
        now=now,
        about=About(ASKED, stored_id(meeting), meeting.version, kind),
        keyboard=keyboards.turn_asked(stored_id(meeting), MessageKind.QUESTIONS),
        expires_at=prepared_until(meeting.facts(), now),
        is_live=True,
        is_silent=facts.quiet.cover(wall_time(now, group.zone)),
        is_unasked=True,
        is_withheld=not await budget.may_write(
            session, member, facts, kept_back=KEPT_FOR_ANSWERS, now=now
        ),
    )


async def _revise_question(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    row: OutboxMessage,
    holders: Holders,
    *,
    now: datetime,
) -> None:
    person = await members.actor(session, row.chat_id)
    language = person.language or group.languages[0]
    facts = await _question(session, meeting, group, row.kind, holders)
    is_open = facts["standing"].is_theirs and not facts["standing"].is_accepted
    keyboard = keyboards.turn_asked(stored_id(meeting), MessageKind.QUESTIONS) if is_open else None
    await post.revise(
        session,
        row,
        text=renderer().text("agenda/turn.html", language=language, **facts),
        keyboard=post.buttons(keyboard, (language,)),
        now=now,
        expires_at=prepared_until(meeting.facts(), now),
    )


async def _question(
    session: AsyncSession, meeting: Meeting, group: Group, kind: str, holders: Holders
) -> dict[str, Any]:
    duty, organisation_id = kind.split(":")
    organisation = await session.get_one(Organisation, int(organisation_id))
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "standing": standing(Duty(duty), int(organisation_id), organisation.name, holders),
    }


async def _tell_leads(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime
) -> None:
    """Tell the leads once that nobody is left, and let them choose."""
    meeting_id = stored_id(meeting)
    if await post.live_messages(session, NOBODY, meeting_id):
        return
    able = await queries.able(session, stored_id(group))
    for member in await questions.leads(session, meeting):
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            "agenda/nobody_left.html",
            {"group": group.facts(), "meeting": meeting.facts()},
            now=now,
            about=About(NOBODY, meeting_id, meeting.version, NOBODY),
            keyboard=keyboards.leaders(meeting_id, able, {}),
            expires_at=prepared_until(meeting.facts(), now),
            is_live=True,
            is_unasked=True,
            is_withheld=not await budget.may_write(session, member, group.facts(), now=now),
        )
