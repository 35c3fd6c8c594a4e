"""Asking people how their actions go: once a day for all of them together, and with tact.

    each morning, in each group that has something to do: who is to be asked? -> one message each

Whoever is in several groups is asked about all of them by the first that wakes; the others then
find them asked. What a person's week has no room for is not noted, and comes up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import follow_up as rules
from bot.domain import groups
from bot.domain.budget import Weight
from bot.domain.dates import instant, wall_time
from bot.domain.follow_up import NEVER, Question
from bot.domain.plan import Point
from bot.domain.progress import Answer
from bot.domain.roles import Actor
from bot.models import Away, Group, Member, Nudge, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import follow_up as queries
from bot.queries import members
from bot.queries import plan as plan_queries
from bot.queries import progress as progress_queries
from bot.rendering.keyboards import follow_up as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import budget, occasions
from bot.services import members as people

FOLLOW_UP, ROUND_UP = "follow-up", "round-up"
"""The kinds, and subjects, of what falls due in a group by itself: each day, and on Mondays."""
ASKED, TOGETHER = "action-asked", "actions-asked"
"""The subjects of questions about one action, and about several of one person."""
QUESTION = "follow_up/asked.html"
_NEVER_TOO_LATE = timedelta(days=3650)
_A_DAY = timedelta(days=1)
_MONTH = timedelta(days=28)
"""A round-up looks back no further."""


@dataclass
class _Morning:
    """What one morning's run knows of the groups that it looked at."""

    now: datetime
    due: dict[int, tuple[tuple[Point, tuple[int, ...]], ...]] = field(default_factory=dict)
    """By group: what is open and near its end, and who is asked about it."""


async def wake(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Write down when a group's actions are looked at next, unless it is written already."""
    for kind in (FOLLOW_UP, ROUND_UP):
        if not await queries.is_awake(session, kind, stored_id(group)):
            await _write(session, kind, group.facts(), now)


async def wake_all(session: AsyncSession, *, now: datetime) -> None:
    """Wake the groups that have something to do, but sleep: one was opened again, or a run failed.

    On a database from before this was done every group sleeps.
    """
    for kind in (FOLLOW_UP, ROUND_UP):
        for group in await queries.asleep(session, kind):
            await _write(session, kind, group.facts(), now)


async def ask(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Ask those whose actions come to their end, and write the next morning down.

    A run that comes late, after a downtime, asks what is to be asked by now, once; one that comes
    at night waits for the morning.
    """
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    row = await session.get_one(Group, taken.subject_id)
    group = row.facts()
    is_anybody_asked = False
    if not _is_night(group, now):
        is_anybody_asked = await _ask_all(session, group, taken.key, now)
    state = OccasionState.POSTED if is_anybody_asked else OccasionState.CANCELLED
    occasions.end(taken, state, now)
    await session.flush()
    if await plan_queries.count_open(session, group.id):
        await _write(session, FOLLOW_UP, group, now)
    return True


async def round_up(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Tell a group what was done, what comes up, and how much is overdue; nothing if there is none.

    It looks back to the last time, so nothing is left out, or said twice, after a downtime.
    """
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    row = await session.get_one(Group, taken.subject_id)
    group = row.facts()
    last = await queries.ran_last(session, ROUND_UP, group.id)
    since = max(last or now - timedelta(days=7), now - _MONTH)
    today = wall_time(now, group.zone).date()
    found = await queries.round_up(session, group.id, since=since, today=today)
    occasions.end(taken, OccasionState.CANCELLED if found.is_empty else OccasionState.POSTED, now)
    await session.flush()
    if not found.is_empty:
        await post.say(
            session,
            post.in_group(group),
            "follow_up/round_up.html",
            {"group": group, "found": found, "today": today},
            now=now,
            about=About(ROUND_UP, group.id, today.toordinal(), ROUND_UP),
            occasion_key=taken.key,
            expires_at=now + timedelta(days=2),
            is_silent=await budget.is_silent(session, group, Weight.OTHER, now=now),
            is_unasked=True,
        )
    if await plan_queries.count_open(session, group.id):
        await _write(session, ROUND_UP, group, now)
    return True


async def put_off(
    session: AsyncSession, points: Sequence[Point], actor: Actor, days: int, *, now: datetime
) -> date:
    """Ask somebody about some actions only in so many days; return the first such day.

    It is their own choice: what others are asked stays as it is.
    """
    day = now.date()
    for point in points:
        group = await session.get_one(Group, point.group_id)
        day = wall_time(now, group.zone).date() + timedelta(days=days)
        nudge = await _nudge(session, point, actor.member_id or 0)
        nudge.not_before = day
    await session.flush()
    return day


async def show(
    session: AsyncSession, point_id: int, answer: Answer | None, *, now: datetime
) -> None:
    """Let everybody who was asked about an action see what was answered."""
    point = await plan_queries.one(session, point_id)
    if point is None:
        return
    group = (await session.get_one(Group, point.group_id)).facts()
    question = Question(point, group.name)
    for row in await post.live_messages(session, ASKED, point_id):
        member = await members.by_telegram_id(session, row.chat_id)
        facts = _asking(question, member.name if member else "", group, now) | {"answer": answer}
        await post.revise(
            session,
            row,
            text=renderer().post(QUESTION, languages=(row.kind,), **facts),
            keyboard=post.buttons(_under(point, answer), (row.kind,)),
            now=now,
            expires_at=now + post.REPLIES_EXPIRE,
        )


async def question(session: AsyncSession, point: Point, place: Place, *, now: datetime) -> None:
    """Ask about one action because somebody wants to say something of it."""
    group = (await session.get_one(Group, point.group_id)).facts()
    await _retire(session, point.id, place.chat_id, now=now)
    await post.say(
        session,
        place,
        QUESTION,
        _asking(Question(point, group.name), "", group, now),
        now=now,
        about=About(ASKED, point.id, 1, place.languages[0]),
        keyboard=keyboards.asked(point.id),
        is_live=True,
        is_silent=True,
    )


async def go_away(session: AsyncSession, actor: Actor, until: date | None) -> None:
    """Note that somebody is away until a day (the last one), or is back."""
    member = await people.known(session, actor)
    known = await session.get(Away, stored_id(member))
    if until is None:
        if known is not None:
            await session.delete(known)
    elif known is None:
        session.add(Away(member_id=stored_id(member), until=until))
    else:
        known.until = until
    await session.flush()


async def away_until(session: AsyncSession, actor: Actor, today: date) -> date | None:
    """Return the last day on which somebody is away; None if they are not."""
    known = await session.get(Away, actor.member_id) if actor.member_id else None
    return known.until if known is not None and known.until >= today else None


async def _ask_all(session: AsyncSession, group: groups.Group, key: str, now: datetime) -> bool:
    morning = _Morning(now)
    asked = {member_id for _, whom in await _due_in(session, group, morning) for member_id in whom}
    is_anybody_asked = False
    # In one order, as everybody who locks several of them.
    for member_id in sorted(asked):
        is_anybody_asked |= await _ask_one(session, member_id, group, morning, key)
    return is_anybody_asked


async def _ask_one(
    session: AsyncSession, member_id: int, group: groups.Group, morning: _Morning, key: str
) -> bool:
    """Ask one person about everything that is due in all of their groups, in one message.

    What ends within days is named with it: the messages of a week are few.
    """
    # Locked, as another group of theirs may wake in another program at the same moment.
    member = await session.get_one(Member, member_id, with_for_update=True, populate_existing=True)
    found = [
        question
        for one in await queries.groups_of(session, member_id)
        for question in await _questions(session, one.facts(), member_id, morning)
    ]
    # What one message cannot name is not noted: it comes another day.
    is_due = any(question.stage for question in found)
    found = sorted(found, key=lambda question: question.stage is None)[: rules.TOGETHER]
    may_write = is_due and await budget.may_write(session, member, group, now=morning.now)
    if not may_write:
        return False
    for question in found:
        here = (await session.get_one(Group, question.point.group_id)).facts()
        nudge = await _nudge(session, question.point, member_id)
        if question.stage is not None:
            nudge.stage, nudge.due_on = question.stage, question.point.due
        nudge.asked_on = wall_time(morning.now, here.zone).date()
    await session.flush()
    await _say(session, member, found, group, key=key, now=morning.now)
    return True


async def _questions(
    session: AsyncSession, group: groups.Group, member_id: int, morning: _Morning
) -> list[Question]:
    mine = [point for point, whom in await _due_in(session, group, morning) if member_id in whom]
    if not mine or _is_night(group, morning.now):
        return []
    ids = [point.id for point in mine]
    today = wall_time(morning.now, group.zone).date()
    asked = await queries.asked(session, member_id, ids, today=today)
    reported = await progress_queries.reported_on(session, ids)
    stages = {
        point.id: rules.falls_due(
            point, asked.get(point.id, NEVER), today=today, reported_on=reported.get(point.id)
        )
        for point in mine
    }
    return [
        Question(point, group.name, stages[point.id])
        for point in mine
        if stages[point.id]
        or rules.comes_along(
            point, asked.get(point.id, NEVER), today=today, reported_on=reported.get(point.id)
        )
    ]


async def _due_in(
    session: AsyncSession, group: groups.Group, morning: _Morning
) -> tuple[tuple[Point, tuple[int, ...]], ...]:
    if group.id not in morning.due:
        today = wall_time(morning.now, group.zone).date()
        points = await queries.due_in(session, group.id, today)
        # Most mornings nothing is near its end.
        voices = await queries.voices(session, group.id, today) if points else ()
        morning.due[group.id] = tuple((point, rules.whom(point, voices)) for point in points)
    return morning.due[group.id]


async def _say(
    session: AsyncSession,
    member: Member,
    found: Sequence[Question],
    group: groups.Group,
    *,
    key: str,
    now: datetime,
) -> None:
    language = member.language or group.languages[0]
    if len(found) == 1:
        await _retire(session, found[0].point.id, member.telegram_id, now=now)
        about = About(ASKED, found[0].point.id, 1, language)
        facts = _asking(found[0], member.name, group, now)
        template = QUESTION
        keyboard = keyboards.asked(found[0].point.id, is_unasked=True)
    else:
        today = wall_time(now, group.zone).date()
        about = About(TOGETHER, stored_id(member), today.toordinal(), language)
        facts = {"name": member.name, "questions": found, "today": today}
        template, keyboard = "follow_up/together.html", keyboards.together(found)
    await post.say(
        session,
        Place(member.telegram_id, (language,)),
        template,
        facts,
        now=now,
        about=about,
        keyboard=keyboard,
        occasion_key=key,
        is_live=len(found) == 1,
        is_unasked=True,
    )


async def _retire(session: AsyncSession, point_id: int, chat_id: int, *, now: datetime) -> None:
    """Let earlier questions about an action stand as they are: only the newest shows the answer."""
    for row in await post.live_messages(session, ASKED, point_id):
        if row.chat_id == chat_id:
            expires_at = now + post.REPLIES_EXPIRE
            await post.revise(
                session, row, text=row.text, keyboard=None, now=now, expires_at=expires_at
            )
            row.is_live = False


def _asking(question: Question, name: str, group: groups.Group, now: datetime) -> dict[str, Any]:
    today = wall_time(now, group.zone).date()
    return {"question": question, "name": name, "today": today, "answer": None}


def _under(point: Point, answer: Answer | None) -> Keyboard | None:
    if not point.is_open:
        return keyboards.done(point.id)
    if answer is Answer.GOING:
        return (keyboards.later(point.id),)
    return keyboards.asked(point.id) if answer in {None, Answer.AGAIN} else None


async def _nudge(session: AsyncSession, point: Point, member_id: int) -> Nudge:
    known = await session.get(Nudge, (point.id, member_id))
    if known is None:
        known = Nudge(point_id=point.id, member_id=member_id)
        session.add(known)
    return known


def _is_night(group: groups.Group, now: datetime) -> bool:
    return group.quiet.cover(wall_time(now, group.zone))


async def _write(session: AsyncSession, kind: str, group: groups.Group, now: datetime) -> None:
    at = rules.AT if kind == FOLLOW_UP else rules.ROUND_UP_AT
    wall = wall_time(now, group.zone)
    day = wall.date()
    if kind == ROUND_UP:
        day -= timedelta(days=day.weekday())
    step = _A_DAY if kind == FOLLOW_UP else timedelta(days=7)
    due_at = _at(group, day, at)
    # A day has one, also if the quiet hours changed after it.
    while due_at <= now or await queries.has_day(session, kind, group.id, day):
        day += step
        due_at = _at(group, day, at)
    await occasions.write(
        session,
        kind=kind,
        subject=kind,
        subject_id=group.id,
        subject_version=day.toordinal(),
        zone=group.zone,
        due_at=due_at,
        expires_at=due_at + _NEVER_TOO_LATE,
    )


def _at(group: groups.Group, day: date, at: time) -> datetime:
    """Return the instant on a day at which it is said: not before the quiet hours end."""
    return instant(group.quiet.after(datetime.combine(day, at)), group.zone)
