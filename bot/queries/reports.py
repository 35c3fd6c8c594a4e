"""All that stands in a report: the same few statements, however many groups it is about."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import instant, wall_time
from bot.domain.digests import A_WEEK
from bot.domain.meetings import State
from bot.domain.notebook import EntryKind
from bot.domain.plan import Change, ChangeKind, Point, PointState
from bot.domain.preferences import MessageKind
from bot.domain.presence import How
from bot.domain.reports import (
    Decision,
    Due,
    Gathering,
    Need,
    Number,
    Outcome,
    Period,
    Report,
    Task,
    Update,
    as_it_was,
    sorted_tasks,
)
from bot.domain.sittings import SittingState
from bot.domain.streams import Stream
from bot.domain.support import SupportState
from bot.models import (
    ActionPoint,
    Coalition,
    Coordinator,
    Entry,
    Evidence,
    Figure,
    Group,
    Meeting,
    Member,
    Membership,
    Mute,
    Occasion,
    OccasionState,
    Organisation,
    PointChange,
    Presence,
    Progress,
    Seat,
    Sitting,
    SupportOffer,
    SupportRequest,
    WorkStream,
)
from bot.models.columns import stored_id
from bot.queries import plan

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _About:
    """Which rows a report is made from."""

    coalition_id: int
    groups: Mapping[int, Group]
    period: Period
    now: datetime

    @property
    def ids(self) -> list[int]:
        return list(self.groups)

    @property
    def since(self) -> datetime:
        """The instant at which the period begins for the first of the groups."""
        return min(instant(_midnight(self.period.starts), zone) for zone in self._zones)

    @property
    def until(self) -> datetime:
        """The instant at which it is over for the last of them."""
        return max(instant(_midnight(self.period.ends), zone) for zone in self._zones)

    @property
    def _zones(self) -> set[str]:
        return {group.zone for group in self.groups.values()}

    def day(self, group_id: int, at: datetime) -> date:
        """Return the day of an instant in the wall time of a group."""
        return wall_time(at, self.groups[group_id].zone).date()

    def has(self, group_id: int, at: datetime) -> bool:
        """Tell whether an instant lies in the period, as its group counts it."""
        return self.day(group_id, at) in self.period

    def name(self, group_id: int) -> str:
        return self.groups[group_id].name


async def read(
    session: AsyncSession,
    coalition: Coalition,
    groups: Sequence[Group],
    period: Period,
    *,
    is_whole: bool,
    today: date,
    now: datetime,
) -> Report:
    """Return what is reported of a period of some groups of a coalition, at least one."""
    about = _About(stored_id(coalition), {stored_id(group): group for group in groups}, period, now)
    streams = await _streams(session, about)
    return Report(
        coalition=coalition.name,
        name=coalition.name if is_whole else groups[0].name,
        is_whole=is_whole,
        period=period,
        today=today,
        groups=tuple(dict.fromkeys(group.name for group in groups)),
        tasks=sorted_tasks(await _tasks(session, about), list(streams.values())),
        gatherings=await _gatherings(session, about),
        decisions=await _decisions(session, about),
        needs=await _needs(session, about),
    )


async def numbers(
    session: AsyncSession, groups: Sequence[Group], period: Period
) -> tuple[Number, ...]:
    """Return the figures of the weeks that begin in a period, each with that of the week before."""
    named = {stored_id(group): group.name for group in groups}
    rows = await session.execute(
        select(Figure, col(Organisation.name), WorkStream)
        .outerjoin(Organisation, col(Organisation.id) == col(Figure.organisation_id))
        .outerjoin(WorkStream, col(WorkStream.id) == col(Figure.stream_id))
        .where(
            col(Figure.group_id).in_(list(named)),
            col(Figure.week) >= period.starts - A_WEEK,
            col(Figure.week) < period.ends,
        )
        .order_by(col(Figure.week), col(Figure.group_id), col(Figure.measure), col(Figure.id))
    )
    values: Counter[tuple[Any, ...]] = Counter()
    wanted: dict[tuple[Any, ...], Number] = {}
    for figure, organisation, stream in rows:
        what = (figure.group_id, figure.measure, figure.organisation_id, figure.stream_id)
        values[figure.week, *what] = figure.value
        # What was counted last week and is not any more stands there, too.
        for week in (figure.week, figure.week + A_WEEK):
            if not period.starts <= week < period.ends or (week, *what) in wanted:
                continue
            wanted[week, *what] = Number(
                named[figure.group_id],
                week,
                figure.measure,
                0,
                organisation or "",
                stream.facts() if stream is not None else None,
            )
    found = [
        replace(number, value=values[key], before=values[key[0] - A_WEEK, *key[1:]])
        for key, number in wanted.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.week, one.group, one.measure)))


# --- Actions --------------------------------------------------------------------------------------


async def _tasks(session: AsyncSession, about: _About) -> list[Task]:
    points = await plan.read(
        session,
        col(ActionPoint.group_id).in_(about.ids),
        col(ActionPoint.made_at) < about.until,
        col(ActionPoint.closed_at).is_(None) | (col(ActionPoint.closed_at) >= about.since),
        order=(col(ActionPoint.id),),
    )
    changes = await _changes(session, about)
    updates = await _updates(session, about)
    evidence = await _evidence(session, about)
    found = []
    for point in points:
        if not _belongs(point, about.period):
            continue
        in_it, later = changes[point.id]
        found.append(
            Task(
                group=about.name(point.group_id),
                point=as_it_was(point, later),
                updates=tuple(updates[point.id]),
                reason=_reason(in_it),
                evidence=evidence[point.id],
            )
        )
    return found


def _belongs(point: Point, period: Period) -> bool:
    """Tell whether an action was to be done on some day of a period."""
    is_made = point.made_on is None or point.made_on < period.ends
    return is_made and (point.ended_on is None or point.ended_on >= period.starts)


def _reason(changes: Sequence[Change]) -> str:
    """Return the last reason that was given for adapting or dropping an action."""
    ended = {PointState.ADAPTED.value, PointState.DROPPED.value}
    said = [
        one.reason
        for one in changes
        if one.reason and one.kind is ChangeKind.STATE and one.after in ended
    ]
    return said[-1] if said else ""


async def _changes(
    session: AsyncSession, about: _About
) -> defaultdict[int, tuple[list[Change], list[Change]]]:
    """Return by action what became of it in the period, and what afterwards, oldest first."""
    found: defaultdict[int, tuple[list[Change], list[Change]]] = defaultdict(lambda: ([], []))
    rows = await session.execute(
        select(PointChange)
        .where(col(PointChange.group_id).in_(about.ids), col(PointChange.at) >= about.since)
        .order_by(col(PointChange.id))
    )
    for row in rows.scalars():
        change = Change(row.kind, row.at, before=row.before, after=row.after, reason=row.reason)
        day = about.day(row.group_id, row.at)
        if day in about.period:
            found[row.point_id][0].append(change)
        elif day >= about.period.ends:
            found[row.point_id][1].append(change)
    return found


async def _updates(session: AsyncSession, about: _About) -> defaultdict[int, list[Update]]:
    found: defaultdict[int, list[Update]] = defaultdict(list)
    rows = await session.execute(
        select(Progress, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(Progress.organisation_id))
        .where(
            *_within(about, col(Progress.group_id), col(Progress.at)),
            col(Progress.is_counted),
        )
        .order_by(col(Progress.at), col(Progress.id))
    )
    for row, organisation in rows:
        # One that waits for its action to be named belongs to none yet.
        if row.point_id is not None and about.has(row.group_id, row.at):
            found[row.point_id].append(
                Update(
                    on=about.day(row.group_id, row.at),
                    organisation=organisation or "",
                    progress=row.progress,
                    challenges=row.challenges,
                    differently=row.differently,
                    voice_seconds=row.voice_seconds,
                )
            )
    return found


async def _evidence(session: AsyncSession, about: _About) -> Counter[int]:
    rows = await session.execute(
        select(col(Evidence.point_id), col(ActionPoint.group_id), col(Evidence.at))
        .join(ActionPoint, col(ActionPoint.id) == col(Evidence.point_id))
        .where(*_within(about, col(ActionPoint.group_id), col(Evidence.at)))
    )
    return Counter(point_id for point_id, group_id, at in rows if about.has(group_id, at))


async def _streams(session: AsyncSession, about: _About) -> dict[int, Stream]:
    rows = await session.execute(
        select(WorkStream)
        .where(col(WorkStream.coalition_id) == about.coalition_id)
        .order_by(col(WorkStream.position), col(WorkStream.id))
    )
    return {stored_id(row): row.facts() for row in rows.scalars()}


# --- Meetings -------------------------------------------------------------------------------------


async def _gatherings(session: AsyncSession, about: _About) -> tuple[Gathering, ...]:
    rows = await session.execute(
        select(Meeting, Sitting)
        .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(*_within(about, col(Meeting.group_id), col(Meeting.starts_at)))
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
    found = [(meeting, sitting) for meeting, sitting in rows if _is_on(meeting, about.period)]
    present = await _present(session, about)
    written = await _written(session, about)
    seats = await _seats(session, about)
    return tuple(
        Gathering(
            group=about.name(meeting.group_id),
            starts=meeting.wall_start,
            ends=meeting.wall_end,
            outcome=(outcome := _outcome(meeting, sitting, about.now)),
            present=present[stored_id(meeting)] if outcome is Outcome.HELD else {},
            seats=seats[meeting.group_id],
            decisions=written[stored_id(meeting), EntryKind.AGREED],
            actions=written[stored_id(meeting), EntryKind.ACTION],
            is_moved=meeting.moved_from is not None,
        )
        for meeting, sitting in found
    )


def _is_on(meeting: Meeting, period: Period) -> bool:
    return meeting.wall_start.date() in period


def _outcome(meeting: Meeting, sitting: Sitting | None, now: datetime) -> Outcome:
    if sitting is not None and sitting.state is SittingState.CLOSED:
        return Outcome.HELD
    if sitting is not None and sitting.state is SittingState.NOT_HELD:
        return Outcome.NOT_HELD
    if meeting.state is State.CANCELLED:
        return Outcome.CANCELLED
    if sitting is not None or meeting.ends_at > now:
        return Outcome.AHEAD
    return Outcome.UNKNOWN


async def _present(session: AsyncSession, about: _About) -> defaultdict[int, dict[str, How]]:
    """Return by meeting how each organisation was there: in the room before all else."""
    found: defaultdict[int, dict[str, How]] = defaultdict(dict)
    is_slip = col(Presence.left_at) == col(Presence.arrived_at)
    rows = await session.execute(
        select(col(Presence.meeting_id), col(Organisation.name), col(Presence.how))
        .join(Meeting, col(Meeting.id) == col(Presence.meeting_id))
        .join(Organisation, col(Organisation.id) == col(Presence.organisation_id))
        .outerjoin(
            Membership,
            (col(Membership.member_id) == col(Presence.member_id))
            & (col(Membership.group_id) == col(Meeting.group_id)),
        )
        .where(
            *_within(about, col(Meeting.group_id), col(Meeting.starts_at)),
            col(Presence.left_at).is_(None) | ~is_slip,
            col(Presence.is_counted) | func.coalesce(col(Membership.is_confirmed), True),
        )
        .order_by(col(Presence.meeting_id), col(Organisation.name))
    )
    order = list(How)
    for meeting_id, organisation, how in rows:
        known = found[meeting_id].get(organisation, how)
        found[meeting_id][organisation] = min(known, how, key=order.index)
    return found


async def _written(session: AsyncSession, about: _About) -> Counter[tuple[int, EntryKind]]:
    rows = await session.execute(
        select(col(Entry.meeting_id), col(Entry.kind), func.count())
        .join(Meeting, col(Meeting.id) == col(Entry.meeting_id))
        .where(
            *_within(about, col(Meeting.group_id), col(Meeting.starts_at)),
            col(Entry.undone_at).is_(None),
        )
        .group_by(col(Entry.meeting_id), col(Entry.kind))
    )
    return Counter({(meeting_id, kind): count for meeting_id, kind, count in rows})


async def _seats(session: AsyncSession, about: _About) -> Counter[int]:
    rows = await session.execute(
        select(col(Seat.group_id), func.count().label("seats"))
        .where(col(Seat.group_id).in_(about.ids))
        .group_by(col(Seat.group_id))
    )
    return Counter({row.group_id: row.seats for row in rows})


async def _decisions(session: AsyncSession, about: _About) -> tuple[Decision, ...]:
    rows = await session.execute(
        select(Entry, Meeting)
        .join(Meeting, col(Meeting.id) == col(Entry.meeting_id))
        .where(
            *_within(about, col(Meeting.group_id), col(Meeting.starts_at)),
            col(Entry.kind) == EntryKind.AGREED,
            col(Entry.undone_at).is_(None),
        )
        .order_by(col(Meeting.starts_at), col(Entry.id))
    )
    return tuple(
        Decision(
            about.name(meeting.group_id), meeting.wall_start.date(), entry.text, entry.review_on
        )
        for entry, meeting in rows
        if _is_on(meeting, about.period)
    )


# --- Support --------------------------------------------------------------------------------------


async def _needs(session: AsyncSession, about: _About) -> tuple[Need, ...]:
    rows = await session.execute(
        select(SupportRequest, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(SupportRequest.organisation_id))
        .where(
            col(SupportRequest.group_id).in_(about.ids),
            col(SupportRequest.at) < about.until,
            # What waits since long before is reported until somebody has answered.
            (col(SupportRequest.at) >= about.since)
            | (col(SupportRequest.state) == SupportState.WAITING),
        )
        .order_by(col(SupportRequest.at), col(SupportRequest.id))
    )
    found = [
        (one, name)
        for one, name in rows
        if about.has(one.group_id, one.at)
        or (one.state is SupportState.WAITING and one.at < about.since)
    ]
    offers = await _offers(session, [stored_id(one) for one, _ in found])
    return tuple(
        Need(
            group=about.name(one.group_id),
            on=about.day(one.group_id, one.at),
            text=one.text,
            organisation=name or "",
            sector=one.sector,
            place=one.place,
            state=one.state,
            days=((one.answered_at or one.ended_at or about.now) - one.at) // _A_DAY,
            offers=tuple(offers[stored_id(one)]),
        )
        for one, name in found
    )


async def _offers(session: AsyncSession, requests: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    if not requests:
        return found
    rows = await session.execute(
        select(col(SupportOffer.request_id), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(SupportOffer.organisation_id))
        .where(col(SupportOffer.request_id).in_(requests), col(SupportOffer.withdrawn_at).is_(None))
        .order_by(col(Organisation.name))
    )
    for request_id, name in rows:
        found[request_id].append(name)
    return found


def _within(about: _About, group_id: Any, at: Any) -> tuple[ColumnElement[bool], ...]:
    """Narrow rows down to the groups and, for the database, to the instants of the period."""
    return (group_id.in_(about.ids), at >= about.since, at < about.until)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


async def team(session: AsyncSession, coalition_id: int) -> Sequence[Member]:
    """Return who coordinates a coalition and wants its reports, of those who can be written to."""
    is_muted = (
        select(col(Mute.member_id))
        .where(col(Mute.member_id) == col(Member.id), col(Mute.kind) == MessageKind.REPORTS)
        .exists()
    )
    rows = await session.execute(
        select(Member)
        .join(Coordinator, col(Coordinator.member_id) == col(Member.id))
        .where(col(Coordinator.coalition_id) == coalition_id, col(Member.has_started), ~is_muted)
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def waiting(session: AsyncSession, kind: Due) -> set[int]:
    """Return the subjects (groups, or coalitions) whose next occasion of a kind is written down."""
    rows = await session.execute(
        select(col(Occasion.subject_id)).where(
            col(Occasion.state) == OccasionState.WAITING, col(Occasion.kind) == kind
        )
    )
    return set(rows.scalars())
