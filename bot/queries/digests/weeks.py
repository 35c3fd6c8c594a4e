"""Counting the week of groups from what was written down.

Everything is bounded by the week, or by a time before it: what it costs does not grow with history.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.digests import (
    GOOD_NEWS,
    RECENT,
    STREAK,
    Attended,
    Became,
    Followed,
    Measure,
    Span,
    Tally,
    Weekly,
    count_actions,
)
from bot.domain.meetings import State
from bot.domain.minutes import OUT
from bot.domain.notebook import EntryKind
from bot.domain.plan import ChangeKind
from bot.domain.sittings import SittingState
from bot.models import (
    ActionPoint,
    Entry,
    Group,
    Meeting,
    Membership,
    Minutes,
    Organisation,
    PointChange,
    Presence,
    Progress,
    Seat,
    Sitting,
    SupportOffer,
    SupportRequest,
)
from bot.models.columns import stored_id
from bot.queries.digests.needs import called, needed

MOVED_FROM = timedelta(days=92)
"""How far a meeting may have been moved and still be found in the week it was moved from."""
UNDONE_WITHIN = timedelta(days=40)
"""How long after it was written down something is taken back."""
OFFERED_WITHIN = timedelta(days=92)
AT_ONCE = 5000
"""Ids that one statement names: both databases allow some 32,000 values."""


async def counted(session: AsyncSession, groups: Sequence[Group], week: date) -> dict[int, Weekly]:
    """Count a week of these groups, each in its own wall time, from what was written down."""
    by_zone: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_zone[group.zone].append(group)
    found: dict[int, Weekly] = {}
    for zone, mine in by_zone.items():
        found |= await _Count(session, mine, Span(week, zone)).weeks()
    return found


class _Count:
    """Counts one week of the groups of one zone: a query a kind, however many groups there are."""

    def __init__(self, session: AsyncSession, groups: Sequence[Group], span: Span) -> None:
        self._session, self._groups, self._span = session, groups, span
        self._ids = [stored_id(group) for group in groups]
        self._tallies = {key: Tally() for key in self._ids}
        self._voices: defaultdict[int, set[int]] = defaultdict(set)

    async def weeks(self) -> dict[int, Weekly]:
        """Return the week of each group by its id."""
        came = await self._meetings()
        done = await self._actions()
        await self._reports()
        await self._support()
        for group_id, organisations in self._voices.items():
            for organisation in organisations:
                self._tallies[group_id].add(Measure.VOICES, organisation=organisation)
        needs = await needed(self._session, self._groups, self._span.ends)
        return {
            key: Weekly(
                figures=self._tallies[key].figures,
                done=tuple((one.text, one.organisation) for one in done[key][:GOOD_NEWS]),
                before=came[key].before,
                regular=came[key].regular,
                is_regular_known=came[key].is_regular_known,
                needs=tuple(one for one in needs if one.group_id == key),
            )
            for key in self._ids
        }

    async def _meetings(self) -> dict[int, Weekly]:
        """Count meetings and who came; of each group, how it came before and regularly."""
        span = self._span
        rows = await self._session.execute(
            select(
                col(Meeting.id),
                col(Meeting.group_id),
                col(Meeting.starts_at),
                col(Meeting.wall_start),
                col(Meeting.moved_from),
                col(Meeting.state),
                col(Sitting.state).label("became"),
            )
            .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
            .where(
                col(Meeting.group_id).in_(self._ids),
                col(Meeting.starts_at) >= span.begins - RECENT,
                col(Meeting.starts_at) < span.ends + MOVED_FROM,
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
        held: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
        wall_ends = span.wall_begins + timedelta(weeks=1)
        for row in rows:
            tally = self._tallies[row.group_id]
            is_now = span.holds(row.starts_at)
            if row.became is SittingState.CLOSED and row.starts_at < span.ends:
                held[row.group_id].append((row.id, is_now))
            if is_now and (row.became is SittingState.NOT_HELD or row.state is State.CANCELLED):
                tally.add(Measure.MEETINGS_NOT_HELD)
            if (
                row.moved_from is not None
                and row.moved_from != row.wall_start
                and span.wall_begins <= row.moved_from < wall_ends
            ):
                tally.add(Measure.MEETINGS_MOVED)
        # Those of the week, one before them, and as many as make a streak.
        looked_at = {
            key: [*[one for one in found if not one[1]][-STREAK:], *[o for o in found if o[1]]]
            for key, found in held.items()
        }
        return await self._attendance(looked_at)

    async def _attendance(
        self, meetings: Mapping[int, Sequence[tuple[int, bool]]]
    ) -> dict[int, Weekly]:
        group_of = {key: group for group, found in meetings.items() for key, _ in found}
        ids = list(group_of)
        came = await _came(self._session, group_of)
        seats = await self._seats()
        said = await _seats_said(self._session, ids)
        found = {}
        for key in self._ids:
            before = Attended()
            mine = meetings.get(key, ())
            previous = None
            for meeting_id, is_now in mine:
                present = came[meeting_id]
                asked = seats[key] | present
                count = max(said.get(meeting_id, len(asked)), len(present))
                if not is_now:
                    previous = Attended(len(present), count)
                    continue
                self._count_meeting(key, present, asked, count)
                before, previous = previous or before, None
            last = [came[meeting_id] for meeting_id, _ in mine[-STREAK:]]
            is_known = len(last) == STREAK
            regular = len(set.intersection(*last)) if is_known else 0
            found[key] = Weekly(before=before, regular=regular, is_regular_known=is_known)
        await self._decisions([one for mine in meetings.values() for one, now in mine if now])
        return found

    def _count_meeting(self, group_id: int, present: set[int], asked: set[int], count: int) -> None:
        tally = self._tallies[group_id]
        tally.add(Measure.MEETINGS_HELD)
        for organisation in present:
            tally.add(Measure.PRESENT, organisation=organisation)
        for organisation in asked:
            tally.add(Measure.SEATS, organisation=organisation)
        # What the minutes say stays true when an organisation comes or goes later.
        tally[Measure.SEATS, None, None] += count - len(asked)

    async def _seats(self) -> defaultdict[int, set[int]]:
        rows = await self._session.execute(
            select(col(Seat.group_id), col(Seat.organisation_id)).where(
                col(Seat.group_id).in_(self._ids)
            )
        )
        seats: defaultdict[int, set[int]] = defaultdict(set)
        for row in rows:
            seats[row.group_id].add(row.organisation_id)
        return seats

    async def _decisions(self, meeting_ids: Sequence[int]) -> None:
        if not meeting_ids:
            return
        rows = await self._session.execute(
            select(col(Entry.group_id), func.count())
            .where(
                col(Entry.meeting_id).in_(meeting_ids),
                col(Entry.kind) == EntryKind.AGREED,
                col(Entry.undone_at).is_(None),
            )
            .group_by(col(Entry.group_id))
        )
        for group_id, count in rows:
            self._tallies[group_id].add(Measure.DECISIONS, count)

    async def _actions(self) -> defaultdict[int, list[Followed]]:
        found = await self._followed()
        done: defaultdict[int, list[Followed]] = defaultdict(list)
        for key in self._ids:
            done[key] = count_actions(self._tallies[key], found[key], self._span)
        return done

    async def _followed(self) -> defaultdict[int, list[Followed]]:
        """Return what was to be done in the week, or of which something became since it began."""
        changes = await self._changes()
        of_groups = col(ActionPoint.group_id).in_(self._ids)
        # `closed_at IS NULL` in these words: the partial index is used for no others.
        rows = [*await self._points(of_groups, col(ActionPoint.closed_at).is_(None))]
        known = {row.id for row in rows}
        for ids in _portions([key for key in changes if key not in known]):
            rows += await self._points(col(ActionPoint.id).in_(ids))
        lately = [key for key in await self._made_lately() if key not in known | changes.keys()]
        for ids in _portions(lately):
            was_there = col(ActionPoint.taken_back_at) >= self._span.ends
            rows += await self._points(col(ActionPoint.id).in_(ids), was_there)
        names = await _names(self._session, {row.organisation_id for row in rows})
        found: defaultdict[int, list[Followed]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.id):
            found[row.group_id].append(
                Followed(
                    row.text,
                    row.state,
                    row.made_at,
                    row.organisation_id,
                    names.get(row.organisation_id, ""),
                    row.stream_id,
                    row.due_on,
                    row.taken_back_at,
                    changes.get(row.id, ()),
                )
            )
        return found

    async def _points(self, *wanted: ColumnElement[bool]) -> Sequence[Row[Any]]:
        rows = await self._session.execute(
            select(
                col(ActionPoint.id),
                col(ActionPoint.group_id),
                col(ActionPoint.text),
                col(ActionPoint.state),
                col(ActionPoint.made_at),
                col(ActionPoint.organisation_id),
                col(ActionPoint.stream_id),
                col(ActionPoint.due_on),
                col(ActionPoint.taken_back_at),
            ).where(*wanted)
        )
        return rows.all()

    async def _made_lately(self) -> Sequence[int]:
        """Return what was written down so shortly before the week that it may be taken back."""
        rows = await self._session.execute(
            select(col(PointChange.point_id)).where(
                col(PointChange.group_id).in_(self._ids),
                col(PointChange.at) >= self._span.begins - UNDONE_WITHIN,
                col(PointChange.at) < self._span.begins,
                col(PointChange.kind) == ChangeKind.MADE,
            )
        )
        return rows.scalars().all()

    async def _changes(self) -> dict[int, list[Became]]:
        rows = await self._session.execute(
            select(
                col(PointChange.id),
                col(PointChange.point_id),
                col(PointChange.at),
                col(PointChange.kind),
                col(PointChange.before),
                col(PointChange.after),
                col(PointChange.group_id),
                col(Membership.organisation_id),
            )
            .outerjoin(
                Membership,
                (col(Membership.group_id) == col(PointChange.group_id))
                & (col(Membership.member_id) == col(PointChange.changed_by)),
            )
            .where(
                col(PointChange.group_id).in_(self._ids), col(PointChange.at) >= self._span.begins
            )
        )
        begins, ends = self._span.begins, self._span.ends
        found: dict[int, list[Became]] = {}
        # Sorted here: asked for this order, SQLite would walk through all of history by its keys.
        for _, point_id, at, kind, before, after, group_id, organisation in sorted(
            rows, key=lambda row: row.id
        ):
            found.setdefault(point_id, []).append(Became(at, kind, before, after))
            # What is written down in a meeting is no voice between meetings.
            is_voice = kind is not ChangeKind.MADE and organisation is not None
            if is_voice and begins <= at < ends:
                self._voices[group_id].add(organisation)
        return found

    async def _reports(self) -> None:
        rows = await self._session.execute(
            select(
                col(Progress.group_id),
                col(Progress.organisation_id),
                col(ActionPoint.stream_id),
            )
            .join(ActionPoint, col(ActionPoint.id) == col(Progress.point_id))
            .where(
                col(Progress.group_id).in_(self._ids),
                col(Progress.at) >= self._span.begins,
                col(Progress.at) < self._span.ends,
                col(Progress.is_counted),
            )
        )
        for group_id, organisation, stream in rows:
            self._tallies[group_id].add(Measure.REPORTS, organisation=organisation, stream=stream)
            if organisation is not None:
                self._voices[group_id].add(organisation)

    async def _support(self) -> None:
        span = self._span
        for group_id, one in await called(self._session, self._ids, span.ends):
            tally = self._tallies[group_id]
            was_withdrawn_at_once = one.ended_at is not None and one.ended_at < span.ends
            if span.holds(one.at) and not (was_withdrawn_at_once and one.answered_at is None):
                tally.add(Measure.SUPPORT_ASKED, organisation=one.organisation_id)
                if one.organisation_id is not None:
                    self._voices[group_id].add(one.organisation_id)
            if one.waits(span.ends):
                tally.add(Measure.SUPPORT_WAITING, organisation=one.organisation_id)
        rows = await self._session.execute(
            select(col(SupportRequest.group_id), col(SupportOffer.organisation_id))
            .join(SupportRequest, col(SupportRequest.id) == col(SupportOffer.request_id))
            .where(
                col(SupportRequest.group_id).in_(self._ids),
                col(SupportRequest.at) >= span.begins - OFFERED_WITHIN,
                col(SupportOffer.at) >= span.begins,
                col(SupportOffer.at) < span.ends,
            )
        )
        for group_id, organisation in rows:
            self._voices[group_id].add(organisation)


async def _came(session: AsyncSession, group_of: Mapping[int, int]) -> defaultdict[int, set[int]]:
    """Return which organisations came to each meeting, as its list counts them.

    `group_of` tells the group of each meeting.
    """
    rows = await session.execute(
        select(
            col(Presence.meeting_id),
            col(Presence.organisation_id),
            col(Presence.member_id),
            col(Presence.is_counted),
        ).where(
            col(Presence.meeting_id).in_(group_of),
            col(Presence.organisation_id).is_not(None),
            col(Presence.left_at).is_(None) | (col(Presence.left_at) != col(Presence.arrived_at)),
        )
    )
    there = rows.all()
    unsure = {row.member_id for row in there if not row.is_counted and row.member_id is not None}
    unconfirmed: set[tuple[int, int | None]] = set()
    if unsure:
        places = await session.execute(
            select(col(Membership.group_id), col(Membership.member_id)).where(
                col(Membership.member_id).in_(unsure), ~col(Membership.is_confirmed)
            )
        )
        unconfirmed = {(row.group_id, row.member_id) for row in places}
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in there:
        if row.is_counted or (group_of[row.meeting_id], row.member_id) not in unconfirmed:
            found[row.meeting_id].add(row.organisation_id)
    return found


async def _seats_said(session: AsyncSession, meeting_ids: Sequence[int]) -> dict[int, int]:
    """Return how many organisations had a seat, by meeting, where minutes that are out say it."""
    if not meeting_ids:
        return {}
    rows = await session.execute(
        select(col(Minutes.meeting_id), col(Minutes.body)["seats"].as_integer())
        .where(col(Minutes.meeting_id).in_(meeting_ids), col(Minutes.state).in_(OUT))
        .order_by(col(Minutes.version))
    )
    return {meeting_id: seats for meeting_id, seats in rows if seats is not None}


async def _names(session: AsyncSession, ids: Collection[int | None]) -> dict[int | None, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await session.execute(
        select(col(Organisation.id), col(Organisation.name)).where(col(Organisation.id).in_(wanted))
    )
    return {row.id: row.name for row in rows}


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a list of ids to what a statement may name; of an old week there may be many."""
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
