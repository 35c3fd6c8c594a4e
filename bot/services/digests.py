"""The weekly summary: counted, kept, and shown to those who look after groups.

    made again each time it is shown -> what it says otherwise is stored -> a screen in words

What needs somebody is shown as it is now; the snapshot keeps what it was when the week was over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.domain.digests import (
    A_WEEK,
    GOOD_NEWS,
    NEEDS,
    WEEKS,
    Attended,
    Deed,
    Figures,
    Measure,
    Need,
    NoSummary,
    Sum,
    Weekly,
    WeekUnknown,
    last_week,
    sorted_needs,
    summed,
    together,
)
from bot.domain.feedback import week_of
from bot.domain.inbox import Heard, heard
from bot.domain.roles import Action, Actor, Scope, require
from bot.models import Coalition, Figure, Group, OutboxMessage, OutboxState, Snapshot, metadata
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import groups as group_queries
from bot.queries import inbox
from bot.queries.digests import figures, needs, readers, weeks
from bot.queries.digests.figures import By
from bot.rendering import documents
from bot.rendering.keyboards import digests as keyboards
from bot.rendering.messages import renderer

SUMMARY = "summary"
"""The subject of summaries, and of the occasions at which they come; its number is the reader's."""
PICTURE = "summary-weeks"
"""The subject of the picture of twelve weeks."""
A_PAGE = 6
"""Groups on one page: a phone's screen."""
MEETINGS = 6
"""Meetings of the next seven days that are named."""
_KEPT = TypeAdapter(Weekly)
Counted: TypeAlias = dict[tuple[int, date], Weekly]
"""Weeks by group and Monday, for those who are shown them at the same moment."""


@dataclass(frozen=True)
class Charge:
    """What one person looks after in one coalition."""

    coalition: Coalition
    groups: Sequence[Group]
    is_team: bool
    """Whether they coordinate the coalition; otherwise they lead the groups."""

    @property
    def name(self) -> str:
        """Return what the summary is about: the coalition, or the only group."""
        return self.groups[0].name if len(self.groups) == 1 else self.coalition.name


async def snapshot(
    session: AsyncSession,
    groups: Sequence[Group],
    week: date,
    *,
    now: datetime,
    known: Counted | None = None,
) -> dict[int, Weekly]:
    """Count a week of groups, and store what is new of it; returns the weeks by group.

    Where the snapshot that is stored says the same, nothing is written. What was counted a moment
    ago, and is `known`, is not counted again; what is counted now is noted there.
    """
    known = {} if known is None else known
    if rest := [group for group in groups if (stored_id(group), week) not in known]:
        counted = await weeks.counted(session, rest, week)
        await _store(session, counted, week, now=now)
        known |= {(group_id, week): weekly for group_id, weekly in counted.items()}
    return {stored_id(group): known[stored_id(group), week] for group in groups}


async def _store(
    session: AsyncSession, found: Mapping[int, Weekly], week: date, *, now: datetime
) -> None:
    stored = await figures.kept(session, list(found), [week])
    known = await figures.figures(session, list(found), week)
    changed = []
    for group_id, weekly in found.items():
        facts = _KEPT.dump_python(replace(weekly, figures={}), mode="json")
        before = stored.get((group_id, week))
        if before is not None and before.facts == facts and known[group_id] == weekly.figures:
            continue
        changed.append(group_id)
        if before is None:
            session.add(Snapshot(group_id=group_id, week=week, made_at=now, facts=facts))
        else:
            before.facts, before.made_at = facts, now
    if changed:
        await _write_figures(session, week, {key: found[key].figures for key in changed})
    await session.flush()


async def _write_figures(
    session: AsyncSession, week: date, of_groups: Mapping[int, Figures]
) -> None:
    await session.execute(
        delete(Figure).where(col(Figure.group_id).in_(of_groups), col(Figure.week) == week)
    )
    rows = [
        {
            "group_id": group_id,
            "week": week,
            "measure": measure,
            "organisation_id": organisation,
            "stream_id": stream,
            "value": value,
        }
        for group_id, counted in of_groups.items()
        for (measure, organisation, stream), value in counted.items()
    ]
    if rows:
        # The table, not its class: that would take a statement for each row with other blanks.
        await session.execute(insert(metadata.tables["figure"]), rows)


async def charges(session: AsyncSession, actor: Actor) -> list[Charge]:
    """Return what a person looks after, by coalition.

    Raises:
        NoSummary: nothing.
    """
    mine: dict[int, list[Group]] = {}
    for group in await group_queries.where_allowed(session, actor, Action.SEE_SUMMARY):
        mine.setdefault(group.coalition_id, []).append(group)
    if not mine:
        raise NoSummary
    return [
        Charge(await session.get_one(Coalition, key), mine[key], key in actor.coordinates)
        for key in sorted(mine)
    ]


async def show(
    session: AsyncSession,
    charge: Charge,
    place: Place,
    *,
    now: datetime,
    week: date | None = None,
    occasion_key: str | None = None,
    expires_at: datetime | None = None,
    is_silent: bool = True,
    is_unasked: bool = False,
    is_wished: bool = False,
    known: Counted | None = None,
) -> None:
    """Show the first screen of a week, or of the last one that is over; `known` as for `snapshot`.

    What comes at an hour that its reader chose (`is_wished`) was asked for: it leaves the messages
    of their week to others.

    Raises:
        WeekUnknown: the week is not over, or nothing is known of it.
    """
    last = last_week(now, charge.groups[0].zone)
    week = week or last
    if week > last:
        raise WeekUnknown(week=week)
    found = await snapshot(session, charge.groups, week, now=now, known=known)
    if week < last and not any(one.figures for one in found.values()):
        raise WeekUnknown(week=week)
    past = await snapshot(session, charge.groups, week - A_WEEK, now=now, known=known)
    before = summed(past.values())
    if week == last:
        needed = await _needs_now(session, charge, now)
    else:
        needed = sorted_needs([need for one in found.values() for need in one.needs])
    total = summed(found.values())
    names = {stored_id(group): group.name for group in charge.groups}
    attended = [one.before for one in found.values()]
    await post.say(
        session,
        place,
        "digests/summary.html",
        {
            "name": charge.name,
            "is_team": charge.is_team,
            "count": len(charge.groups),
            "week": week,
            "is_last": week == last,
            "needs": needed[:NEEDS],
            "more_needs": len(needed) - NEEDS,
            "total": total,
            "past": before,
            "heard": await _heard(session, charge, week, now if week == last else None),
            "came_before": Attended(
                sum(one.present for one in attended), sum(one.seats for one in attended)
            ),
            "good": [
                Deed(text, organisation, names[group_id])
                for group_id, one in found.items()
                for text, organisation in one.done[: 1 if len(found) > 1 else None]
            ][:GOOD_NEWS],
        },
        now=now,
        keyboard=keyboards.summary(
            stored_id(charge.coalition), [*names], week, is_unasked=is_unasked
        ),
        occasion_key=occasion_key,
        expires_at=expires_at,
        is_silent=is_silent,
        is_unasked=is_unasked and not is_wished,
    )


async def show_week(
    session: AsyncSession,
    actor: Actor,
    coalition_id: int,
    place: Place,
    *,
    week: date,
    now: datetime,
) -> None:
    """Show the first screen of a week of what somebody looks after in a coalition.

    Raises:
        NoSummary: they look after nothing there.
        WeekUnknown: as `show`.
    """
    charge = await _charge(session, actor, coalition_id)
    await show(session, charge, place, week=week, now=now)


async def _needs_now(session: AsyncSession, charge: Charge, now: datetime) -> tuple[Need, ...]:
    coalition_id = stored_id(charge.coalition) if charge.is_team else None
    return sorted_needs(
        [
            *await needs.needed(session, charge.groups, now),
            *await needs.unreached(session, charge.groups, coalition_id),
        ]
    )


async def _heard(
    session: AsyncSession, charge: Charge, week: date, now: datetime | None
) -> Heard | None:
    """Return what the coordination team is told of its inbox: no words, and no small number.

    Counted anew each time: no snapshot keeps anything of it. Leads are told nothing.
    """
    if not charge.is_team:
        return None
    found = await inbox.released(session, stored_id(charge.coalition), week)
    return heard(found, week, now=week_of(now) if now else None)


@dataclass(frozen=True)
class Shown:
    """A group's week beside the one before it."""

    id: int
    name: str
    weekly: Weekly
    before: Weekly
    total: Sum
    past: Sum


async def show_groups(
    session: AsyncSession,
    actor: Actor,
    coalition_id: int,
    place: Place,
    *,
    week: date,
    page: int,
    now: datetime,
) -> None:
    """Show a page of the groups that somebody looks after, each in a few lines.

    Raises:
        NoSummary: they look after none there.
    """
    charge = await _charge(session, actor, coalition_id)
    pages = -(-len(charge.groups) // A_PAGE)
    page %= pages
    groups = charge.groups[page * A_PAGE : (page + 1) * A_PAGE]
    shown = await _shown(session, groups, week, now)
    ahead = await readers.ahead(session, groups, now)
    await post.say(
        session,
        place,
        "digests/groups.html",
        {
            "week": week,
            "groups": shown,
            "coming": {one.group_id: one.starts for one in reversed(ahead.meetings)},
            "page": page + 1,
            "pages": pages,
        },
        now=now,
        keyboard=keyboards.groups(
            coalition_id, {one.id: one.name for one in shown}, week, page, pages
        ),
        is_silent=True,
    )


async def show_group(
    session: AsyncSession, actor: Actor, group: Group, week: date, place: Place, *, now: datetime
) -> None:
    """Show everything that is counted of one group's week, cohesion first.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: they neither lead nor coordinate it.
    """
    require(actor, Action.SEE_SUMMARY, Scope(group.coalition_id, stored_id(group)))
    [one] = await _shown(session, [group], week, now)
    await _say_whole(session, one, [group], week, place, now=now)


async def show_all(
    session: AsyncSession,
    actor: Actor,
    coalition_id: int,
    place: Place,
    *,
    week: date,
    now: datetime,
) -> None:
    """Show everything that is counted of the week of all groups that somebody looks after.

    Raises:
        NoSummary: they look after none there.
    """
    charge = await _charge(session, actor, coalition_id)
    found = await snapshot(session, charge.groups, week, now=now)
    past = await snapshot(session, charge.groups, week - A_WEEK, now=now)
    weekly, before = together([*found.values()]), together([*past.values()])
    one = Shown(keyboards.ALL, charge.name, weekly, before, summed([weekly]), summed([before]))
    await _say_whole(session, one, charge.groups, week, place, now=now)


async def _say_whole(
    session: AsyncSession,
    one: Shown,
    groups: Sequence[Group],
    week: date,
    place: Place,
    *,
    now: datetime,
) -> None:
    coalition_id = groups[0].coalition_id
    named = await figures.streams(session, coalition_id)
    by_stream = [
        (stream, _of_stream(one.weekly, stream.id), _of_stream(one.before, stream.id))
        for stream in named.values()
    ]
    ahead = await readers.ahead(session, groups, now)
    await post.say(
        session,
        place,
        "digests/group.html",
        {
            "week": week,
            "one": one,
            "count": len(groups),
            "meetings": ahead.meetings[:MEETINGS],
            "more_meetings": len(ahead.meetings) - MEETINGS,
            "due": ahead.due,
            "streams": [
                said for said in by_stream if any(said[1].values()) or any(said[2].values())
            ],
        },
        now=now,
        keyboard=keyboards.group(coalition_id, one.id, week),
        is_silent=True,
    )


def _of_stream(weekly: Weekly, stream_id: int) -> dict[Measure, int]:
    return {key: weekly.figures.get((key, None, stream_id), 0) for key in _OF_STREAMS}


_OF_STREAMS = (
    Measure.ACTIONS_NEW,
    Measure.ACTIONS_DONE,
    Measure.ACTIONS_ADAPTED,
    Measure.ACTIONS_OVERDUE,
    Measure.ACTIONS_OPEN,
)


async def _shown(
    session: AsyncSession, groups: Sequence[Group], week: date, now: datetime
) -> list[Shown]:
    found = await snapshot(session, groups, week, now=now)
    past = await snapshot(session, groups, week - A_WEEK, now=now)
    return [
        Shown(key, group.name, found[key], past[key], summed([found[key]]), summed([past[key]]))
        for group in groups
        if (key := stored_id(group))
    ]


async def _charge(session: AsyncSession, actor: Actor, coalition_id: int) -> Charge:
    for charge in await charges(session, actor):
        if charge.coalition.id == coalition_id:
            return charge
    raise NoSummary


async def give_picture(
    session: AsyncSession,
    actor: Actor,
    coalition_id: int,
    place: Place,
    *,
    group_id: int,
    week: date,
    now: datetime,
) -> None:
    """Send twelve weeks as a picture, of one group or (0) of all that somebody looks after.

    One that waits to be sent is not sent twice.

    Raises:
        NoSummary: they look after nothing there.
    """
    charge = await _charge(session, actor, coalition_id)
    groups = [group for group in charge.groups if group_id in {0, group.id}]
    if not groups:
        raise NoSummary
    await keep(session, groups, week, now=now)
    language = place.languages[0]
    about = About(PICTURE, group_id or coalition_id, 0, f"{language}:{week.isoformat()}")
    waits = select(col(OutboxMessage.id)).where(
        col(OutboxMessage.chat_id) == place.chat_id,
        col(OutboxMessage.subject) == PICTURE,
        col(OutboxMessage.kind) == about.kind,
        col(OutboxMessage.subject_id) == about.id,
        col(OutboxMessage.state) == OutboxState.READY,
    )
    if await session.scalar(waits.limit(1)) is None:
        what = {
            "make": PICTURE,
            "groups": [stored_id(group) for group in groups],
            "called": groups[0].name if len(groups) == 1 else charge.coalition.name,
            "week": week.isoformat(),
            "language": language,
        }
        await post.send_photo(session, place, what, about=about, now=now)


async def keep(
    session: AsyncSession, groups: Sequence[Group], last: date, *, now: datetime
) -> None:
    """Store those of twelve weeks, up to the `last` one, of which there is no snapshot yet."""
    wanted = [last - A_WEEK * back for back in range(WEEKS)]
    stored = await figures.kept(session, [stored_id(group) for group in groups], wanted)
    for week in wanted:
        missing = [group for group in groups if (stored_id(group), week) not in stored]
        if missing:
            await snapshot(session, missing, week, now=now)


async def make(
    session: AsyncSession, what: Mapping[str, Any], _now: datetime
) -> Callable[[], Document]:
    """Return what makes the picture that an outbox row tells of, from stored figures."""
    last = date.fromisoformat(what["week"])
    first = last - A_WEEK * (WEEKS - 1)
    found = await figures.added_up(session, what["groups"], [By.WEEK], since=first, until=last)
    past = [first + A_WEEK * at for at in range(WEEKS)]
    facts = {
        "called": what["called"],
        "weeks": [(week, Sum(found.get((week,), {}))) for week in past],
    }
    return partial(_picture, facts, what["language"])


def _picture(facts: Mapping[str, Any], language: str) -> Document:
    said = renderer().document("weeks", language=language, **facts)
    # Its words say what those miss who cannot see it.
    caption = renderer().text("digests/picture.html", language=language, **facts)
    return Document("weeks.png", "image/png", documents.png("weeks", said), caption)
