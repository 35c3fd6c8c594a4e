"""The weekly summary of a coordinator who looks after 47 groups, on years of history."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain, count
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, text
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.figures import Figure, NotDoneRight, percentile
from benchmarks.rig import Bench
from benchmarks.stores import Kind
from bot.database import Database
from bot.domain.attendance import Answer
from bot.domain.digests import STREAK, Measure
from bot.domain.minutes import MinutesState
from bot.domain.notebook import EntryKind
from bot.domain.plan import ChangeKind, PointState
from bot.domain.presence import How
from bot.domain.sittings import SittingState
from bot.domain.streams import USUAL
from bot.domain.support import SupportState
from bot.models import (
    ActionPoint,
    Coalition,
    Coordinator,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
    Minutes,
    Organisation,
    OutboxMessage,
    PointChange,
    Presence,
    Progress,
    Reply,
    Seat,
    Sitting,
    Snapshot,
    SupportRequest,
    WorkStream,
    metadata,
)
from bot.models import Figure as FigureRow
from bot.outbox.post import Place
from bot.queries import members
from bot.services import digests

GROUPS, ORGANISATIONS, PEOPLE = 47, 12, 20
"""Groups of one coalition; organisations with a seat in each, and people."""
WEEKS = 5 * 52
"""Weeks of history, in a full run; then as many again before them."""
ALL_GROUPS = 1000
"""The groups of a full run: a shorter one has so much less history."""
POINTS, REPORTS = 4, 16
"""Actions that a group gives itself in a week, and reports of them."""
OPEN_WEEKS = 8
"""After so many weeks every action is closed."""
LOOKS = 7
AT_ONCE = 5000
NOW = datetime(2026, 12, 7, 5, tzinfo=UTC)
"""Monday 7 December 2026, 08:00 in Nairobi."""
THIS_MONDAY = date(2026, 12, 7)
A_WEEK = timedelta(weeks=1)
AIMS = {Kind.SQLITE: "≤ 2 s", Kind.POSTGRESQL: "≤ 1 s"}
COORDINATOR = 1

Item = TypeVar("Item")
Row = dict[str, Any]
Made = tuple[type[SQLModel], Row]


async def measure(bench: Bench) -> Sequence[Figure]:
    """Show the summary on five years of history, and on ten."""
    found: list[Figure] = []
    for kind in bench.stores.kinds:
        database = Database(await bench.stores.migrated(kind))
        try:
            groups = min(GROUPS, bench.size.groups)
            await database.run(partial(_people, groups=groups))
            seed = _Seed()
            middles = []
            weeks = max(WEEKS * bench.size.groups // ALL_GROUPS, STREAK)
            for _ in ("the history", "as much before it"):
                await _write(database, seed, range(seed.weeks, seed.weeks + weeks), groups)
                seed.weeks += weeks
                rows = await database.run(_counted)
                first, again = await _looks(database, groups)
                name = f"summary of {groups} groups, {seed.weeks} weeks, {rows:,} rows, {kind}"
                found += [
                    Figure(f"{name}, first look at the week", [first], "ms", AIMS[kind]),
                    Figure(f"{name}, p50", [percentile(again, 50)], "ms", AIMS[kind]),
                    Figure(f"{name}, slowest", [max(again)], "ms"),
                ]
                middles.append(percentile(again, 50))
            growth = middles[1] / middles[0]
            found.append(Figure(f"twice the history, {kind}", [growth], "times", "≤ 1.2"))
        finally:
            await database.close()
    return found


async def _looks(database: Database, groups: int) -> tuple[float, list[float]]:
    """Return how many milliseconds the first look at a week took, and those after it."""
    took = []
    for _ in range(LOOKS + 1):
        async with database.transaction() as session:
            began = time.perf_counter()
            actor = await members.actor(session, COORDINATOR)
            [charge] = await digests.charges(session, actor)
            await digests.show(session, charge, Place(COORDINATOR, ("sw",)), now=NOW)
            took.append((time.perf_counter() - began) * 1000)
            newest = select(col(OutboxMessage.text)).order_by(col(OutboxMessage.id).desc())
            said = await session.scalar(newest.limit(1)) or ""
        if len(charge.groups) != groups or "🤝" not in said:
            raise NotDoneRight(said)
    return took[0], took[1:]


async def _counted(session: AsyncSession) -> int:
    """Count the rows of history, after the database has looked at them, too."""
    await session.execute(text("ANALYZE"))
    counts = [
        await session.scalar(select(func.count()).select_from(table))
        for table in metadata.sorted_tables
    ]
    return sum(number or 0 for number in counts)


async def _people(session: AsyncSession, *, groups: int) -> None:
    """Write down the groups of one coalition, with their organisations and people."""
    rows: list[Made] = [(Coalition, {"id": 1, "name": "Drought", "languages": ["sw"]})]
    rows += [
        (Member, {"id": key, "telegram_id": key, "name": f"Person {key}", "has_started": True})
        for key in range(1, groups * PEOPLE + 1)
    ]
    rows += [
        (Organisation, {"id": key, "coalition_id": 1, "name": f"Partner {key}"})
        for key in range(1, groups * ORGANISATIONS + 1)
    ]
    rows += [
        (WorkStream, {"id": number, "coalition_id": 1, "key": key, "position": number})
        for number, key in enumerate(USUAL, start=1)
    ]
    for group in range(1, groups + 1):
        place = {"name": f"County {group}", "zone": "Africa/Nairobi", "languages": ["sw"]}
        rows.append((Group, {"id": group, "coalition_id": 1, "chat_id": -group, **place}))
        rows += [
            (Seat, {"group_id": group, "organisation_id": one}) for one in _organisations(group)
        ]
        rows += [
            (
                Membership,
                {
                    "group_id": group,
                    "member_id": member,
                    "organisation_id": _of(group, member),
                    "is_confirmed": True,
                },
            )
            for member in _members(group)
        ]
    rows.append((Coordinator, {"coalition_id": 1, "member_id": COORDINATOR}))
    await _insert(session, rows)


def _organisations(group: int) -> range:
    return range((group - 1) * ORGANISATIONS + 1, group * ORGANISATIONS + 1)


def _members(group: int) -> range:
    return range((group - 1) * PEOPLE + 1, group * PEOPLE + 1)


def _of(group: int, number: int) -> int:
    """Return one of the organisations of a group, by any number."""
    return _organisations(group)[number % ORGANISATIONS]


async def _write(database: Database, seed: "_Seed", weeks: range, groups: int) -> None:
    """Write some weeks down, counted backwards from the last one that is over."""
    for back in _portions(weeks, 13):
        async with database.transaction() as session:
            made = [seed.week(group, week) for week in back for group in range(1, groups + 1)]
            await _insert(session, chain.from_iterable(made))


async def _insert(session: AsyncSession, made: Iterable[Made]) -> None:
    """Write rows down, table by table in the order in which each comes first."""
    rows: dict[type[SQLModel], list[Row]] = {}
    for table, row in made:
        rows.setdefault(table, []).append(row)
    for table, found in rows.items():
        for portion in _portions(found, AT_ONCE):
            await session.execute(insert(table), portion)


def _portions(of: Sequence[Item], size: int) -> Iterator[list[Item]]:
    for at in range(0, len(of), size):
        yield list(of[at : at + size])


class _Seed:
    """Makes the rows of a group's week; what other rows refer to is numbered here."""

    def __init__(self) -> None:
        self.weeks = 0
        """How many are written down."""
        self._points, self._meetings = count(1), count(1)

    def week(self, group: int, back: int) -> Iterator[Made]:
        """Yield the rows of one week, so many weeks back."""
        monday = datetime(*THIS_MONDAY.timetuple()[:3], tzinfo=UTC) - A_WEEK * (back + 1)
        yield from self._plan(group, back, monday)
        if back % 2 == group % 2:
            yield from self._meeting(group, monday + timedelta(days=3, hours=7))
        if back % 5 == group % 5:
            yield _support(group, back, monday)
        yield from _stored(group, monday.date())

    def _plan(self, group: int, back: int, monday: datetime) -> Iterator[Made]:
        for number in range(POINTS):
            key = next(self._points)
            made = monday + timedelta(days=number, hours=8)
            is_open = back < OPEN_WEEKS
            state = PointState.IN_PROGRESS if is_open else PointState.DONE
            closed = made + A_WEEK * OPEN_WEEKS
            yield (
                ActionPoint,
                {
                    "id": key,
                    "group_id": group,
                    "number": 100_000 - back * POINTS - number,
                    "text": f"Repair borehole {key} before the dry season",
                    "organisation_id": _of(group, key),
                    "due_on": (made + A_WEEK * 4).date(),
                    "stream_id": key % len(USUAL) + 1,
                    "state": state,
                    "made_at": made,
                    "closed_at": None if is_open else closed,
                },
            )
            by = {"point_id": key, "group_id": group, "changed_by": _members(group)[key % PEOPLE]}
            went_on = {"before": PointState.OPEN, "after": PointState.IN_PROGRESS}
            moved = {"before": made.date().isoformat(), "after": made.date().isoformat()}
            yield PointChange, by | {"at": made, "kind": ChangeKind.MADE, "before": "", "after": ""}
            yield PointChange, by | went_on | {"at": made, "kind": ChangeKind.STATE}
            yield PointChange, by | moved | {"at": made, "kind": ChangeKind.DUE}
            if not is_open:
                done = {"before": PointState.IN_PROGRESS, "after": PointState.DONE}
                yield PointChange, by | done | {"at": closed, "kind": ChangeKind.STATE}
            for report in range(REPORTS // POINTS):
                yield (
                    Progress,
                    {
                        "point_id": key,
                        "group_id": group,
                        "organisation_id": _of(group, key),
                        "member_id": _members(group)[key % PEOPLE],
                        "at": made + timedelta(hours=report),
                        "progress": "Two of five troughs are done",
                    },
                )

    def _meeting(self, group: int, starts: datetime) -> Iterator[Made]:
        key, ends = next(self._meetings), starts + timedelta(hours=2)
        wall = starts.replace(tzinfo=None) + timedelta(hours=3)
        yield (
            Meeting,
            {
                "id": key,
                "group_id": group,
                "wall_start": wall,
                "wall_end": wall + timedelta(hours=2),
                "zone": "Africa/Nairobi",
                "starts_at": starts,
                "ends_at": ends,
                "place": "County Hall",
            },
        )
        yield (
            Sitting,
            {
                "meeting_id": key,
                "state": SittingState.CLOSED,
                "opened_at": starts,
                "closed_at": ends,
                "last_activity_at": ends,
            },
        )
        yield (
            Minutes,
            {
                "meeting_id": key,
                "group_id": group,
                "serial": key,
                "state": MinutesState.CONFIRMED,
                "body": {"seats": ORGANISATIONS},
                "drafted_at": ends,
                "published_at": ends,
            },
        )
        for number, member in enumerate(_members(group)):
            said = {"answer": Answer.COMING, "answered_at": starts - timedelta(days=1)}
            yield Reply, {"meeting_id": key, "meeting_version": 1, "member_id": member, **said}
            if number < ORGANISATIONS + 2:
                there = {"organisation_id": _of(group, number), "member_id": member}
                yield Presence, {"meeting_id": key, "arrived_at": starts, "how": How.HERE, **there}
        for number in range(ORGANISATIONS):
            kind = EntryKind.AGREED if number % 4 == 0 else EntryKind.NOTE
            said = {"kind": kind, "text": "Trucks go to Griftu first", "written_at": starts}
            yield Entry, {"group_id": group, "meeting_id": key, **said}


def _support(group: int, back: int, monday: datetime) -> Made:
    is_waiting = back == 0
    return (
        SupportRequest,
        {
            "group_id": group,
            "organisation_id": _of(group, back),
            "text": "a water engineer",
            "at": monday + timedelta(days=1),
            "state": SupportState.WAITING if is_waiting else SupportState.SETTLED,
            "answered_at": None if is_waiting else monday + timedelta(days=4),
            "ended_at": None if is_waiting else monday + timedelta(days=30),
        },
    )


def _stored(group: int, week: date) -> Iterator[Made]:
    """Yield a stored week: its snapshot, and the figures of it as they are in most weeks."""
    yield Snapshot, {"group_id": group, "week": week, "made_at": NOW, "facts": {}}
    of_all = [(measure, None, None) for measure in Measure]
    of_one = [
        (measure, organisation, None)
        for measure in (Measure.ACTIONS_OPEN, Measure.REPORTS, Measure.VOICES, Measure.PRESENT)
        for organisation in _organisations(group)
    ]
    of_stream = [
        (measure, None, stream)
        for measure in (Measure.ACTIONS_OPEN, Measure.ACTIONS_NEW, Measure.REPORTS)
        for stream in range(1, len(USUAL) + 1)
    ]
    for measure, organisation, stream in (*of_all, *of_one, *of_stream):
        of = {"organisation_id": organisation, "stream_id": stream}
        yield FigureRow, {"group_id": group, "week": week, "measure": measure, "value": 3, **of}
