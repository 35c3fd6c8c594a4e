"""A month of three counties, counted by hand and by the bot, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.digests import Measure, NeedKind
from bot.domain.meetings import State
from bot.domain.notebook import EntryKind
from bot.domain.plan import ChangeKind, PointState
from bot.domain.sittings import SittingState
from bot.domain.streams import StreamKey
from bot.domain.support import SupportState
from bot.models import (
    ActionPoint,
    Coalition,
    Entry,
    Group,
    Meeting,
    Organisation,
    PointChange,
    Presence,
    Progress,
    Seat,
    Sitting,
    Snapshot,
    SupportRequest,
    WorkStream,
)
from bot.queries.digests import figures, needs
from bot.queries.digests.figures import By
from bot.services import digests

WAJIR, ISIOLO, MANDERA = 1, 2, 3
A, B, C, D = 1, 2, 3, 4
"""The organisations, with a seat in each of the counties."""
AGENDA, LAYERING = 1, 2
WEEKS = [date(2026, 11, day) for day in (2, 9, 16, 23)]
LATER = datetime(2027, 2, 1, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.run(_month)
    yield database
    await database.close()


def at(day: int, hour: int = 7) -> datetime:
    """Return an instant of November 2026."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


async def _add(session: AsyncSession, *rows: SQLModel) -> None:
    for row in rows:
        session.add(row)
        await session.flush()


async def _month(session: AsyncSession) -> None:
    """Write down what happened in three counties in November."""
    await _add(session, Coalition(id=1, name="Drought"))
    for key, stream in ((AGENDA, StreamKey.AGENDA), (LAYERING, StreamKey.LAYERING)):
        await _add(session, WorkStream(id=key, coalition_id=1, key=stream))
    for key in (A, B, C, D):
        await _add(session, Organisation(id=key, coalition_id=1, name="ABCD"[key - 1]))
    for key, name in ((WAJIR, "Wajir"), (ISIOLO, "Isiolo"), (MANDERA, "Mandera")):
        zone, languages = "Africa/Nairobi", ["en"]
        county = Group(
            id=key, coalition_id=1, name=name, zone=zone, languages=languages, chat_id=-key
        )
        await _add(session, county)
        await _add(session, *(Seat(group_id=key, organisation_id=one) for one in (A, B, C, D)))
    await _held(session, WAJIR, 5, (A, B, C), decisions=2, slip=D)
    await _held(session, WAJIR, 19, (A, B, C, D), decisions=1)
    await _held(session, ISIOLO, 18, (A, B), moved_from=11)
    await _met(session, MANDERA, 10, SittingState.NOT_HELD)
    cancelled = await _met(session, MANDERA, 24, None)
    cancelled.state = State.CANCELLED
    await _actions(session)
    for group, day, organisation, is_counted in (
        (WAJIR, 10, A, True),
        (WAJIR, 11, A, True),
        (WAJIR, 17, B, True),
        (WAJIR, 17, C, False),
        (ISIOLO, 25, A, True),
    ):
        await _add(
            session,
            Progress(
                point_id=1 if group == WAJIR else 4,
                group_id=group,
                organisation_id=organisation,
                at=at(day),
                is_counted=is_counted,
            ),
        )
    await _add(
        session,
        SupportRequest(
            group_id=MANDERA,
            organisation_id=C,
            text="a water engineer",
            at=at(12),
            state=SupportState.ANSWERED,
            answered_at=at(24),
        ),
    )


async def _met(
    session: AsyncSession,
    group: int,
    day: int,
    became: SittingState | None,
    moved_from: int | None = None,
) -> Meeting:
    starts, wall = at(day), datetime(2026, 11, day, 10)
    meeting = Meeting(
        group_id=group,
        wall_start=wall,
        wall_end=wall + timedelta(hours=2),
        zone="Africa/Nairobi",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="Hall",
        moved_from=None if moved_from is None else datetime(2026, 11, moved_from, 10),
    )
    await _add(session, meeting)
    if became is not None:
        sitting = Sitting(
            meeting_id=meeting.id or 0, state=became, opened_at=starts, last_activity_at=starts
        )
        await _add(session, sitting)
    return meeting


async def _held(
    session: AsyncSession,
    group: int,
    day: int,
    came: tuple[int, ...],
    *,
    decisions: int = 0,
    slip: int | None = None,
    moved_from: int | None = None,
) -> None:
    meeting = await _met(session, group, day, SittingState.CLOSED, moved_from)
    number, starts = meeting.id or 0, at(day)
    for one in came:
        await _add(session, Presence(meeting_id=number, organisation_id=one, arrived_at=starts))
    # A second person of one organisation does not count again.
    await _add(session, Presence(meeting_id=number, organisation_id=A, arrived_at=starts))
    if slip is not None:
        undone = Presence(
            meeting_id=number, organisation_id=slip, arrived_at=starts, left_at=starts
        )
        await _add(session, undone)
    for kind in (*[EntryKind.AGREED] * decisions, EntryKind.NOTE):
        await _add(
            session,
            Entry(group_id=group, meeting_id=number, kind=kind, text="x", written_at=starts),
        )


async def _actions(session: AsyncSession) -> None:
    for key, group, day, organisation, due, stream in (
        (1, WAJIR, 5, A, 13, AGENDA),
        (2, WAJIR, 5, B, 20, AGENDA),
        (3, WAJIR, 5, C, None, LAYERING),
        (4, ISIOLO, 18, A, 22, None),
        (5, ISIOLO, 18, B, 30, None),
        (6, ISIOLO, 18, B, 30, None),
    ):
        point = ActionPoint(
            id=key,
            group_id=group,
            number=key,
            text=f"Action {key}",
            organisation_id=organisation,
            due_on=date(2026, 11, due) if due else None,
            stream_id=stream,
            made_at=at(day),
        )
        await _add(session, point)
        await _add(
            session,
            PointChange(point_id=key, group_id=group, kind=ChangeKind.MADE, at=at(day)),
        )
    taken_back = await session.get_one(ActionPoint, 6)
    taken_back.taken_back_at = taken_back.closed_at = at(18, 8)
    for key, day, state in (
        (1, 12, PointState.DONE),
        (2, 19, PointState.ADAPTED),
        (3, 26, PointState.DROPPED),
    ):
        point = await session.get_one(ActionPoint, key)
        change = PointChange(
            point_id=key,
            group_id=WAJIR,
            kind=ChangeKind.STATE,
            at=at(day),
            before=PointState.OPEN,
            after=state,
        )
        await _add(session, change)
        point.state = state
        point.closed_at = None if state is PointState.ADAPTED else at(day)
    await session.flush()


BY_HAND = {
    WEEKS[0]: {
        Measure.MEETINGS_HELD: 1,
        Measure.SEATS: 4,
        Measure.PRESENT: 3,
        Measure.DECISIONS: 2,
        Measure.ACTIONS_NEW: 3,
        Measure.ACTIONS_OPEN: 3,
    },
    WEEKS[1]: {
        Measure.MEETINGS_MOVED: 1,
        Measure.MEETINGS_NOT_HELD: 1,
        Measure.ACTIONS_DONE: 1,
        Measure.ACTIONS_OPEN: 2,
        Measure.REPORTS: 2,
        Measure.VOICES: 2,
        Measure.SUPPORT_ASKED: 1,
        Measure.SUPPORT_WAITING: 1,
    },
    WEEKS[2]: {
        Measure.MEETINGS_HELD: 2,
        Measure.SEATS: 8,
        Measure.PRESENT: 6,
        Measure.DECISIONS: 1,
        Measure.ACTIONS_NEW: 2,
        Measure.ACTIONS_ADAPTED: 1,
        Measure.ACTIONS_OPEN: 4,
        Measure.ACTIONS_OVERDUE: 2,
        Measure.REPORTS: 1,
        Measure.VOICES: 1,
        Measure.SUPPORT_WAITING: 1,
    },
    WEEKS[3]: {
        Measure.MEETINGS_NOT_HELD: 1,
        Measure.ACTIONS_DROPPED: 1,
        Measure.ACTIONS_OPEN: 3,
        Measure.ACTIONS_OVERDUE: 2,
        Measure.REPORTS: 1,
        Measure.VOICES: 1,
    },
}


async def _groups(session: AsyncSession) -> list[Group]:
    return list((await session.execute(select(Group).order_by(col(Group.id)))).scalars())


async def _stored(session: AsyncSession) -> None:
    groups = await _groups(session)
    for week in WEEKS:
        await digests.snapshot(session, groups, week, now=LATER)


async def test_every_number_of_the_month_is_what_a_hand_counts(database: Database) -> None:
    await database.run(_stored)

    async with database.transaction() as session:
        found = await figures.added_up(
            session, [WAJIR, ISIOLO, MANDERA], [By.WEEK], since=WEEKS[0], until=WEEKS[-1]
        )

    assert {week: found[week,] for week in WEEKS} == BY_HAND


async def test_figures_add_up_by_group_organisation_and_stream(database: Database) -> None:
    await database.run(_stored)
    span = {"since": WEEKS[0], "until": WEEKS[-1]}

    async with database.transaction() as session:
        every = [WAJIR, ISIOLO, MANDERA]
        by_group = await figures.added_up(session, every, [By.GROUP], **span)
        by_organisation = await figures.added_up(session, every, [By.ORGANISATION], **span)
        by_stream = await figures.added_up(session, [WAJIR], [By.STREAM], **span)

    assert {key: one.get(Measure.PRESENT) for key, one in by_group.items()} == {
        (WAJIR,): 7,
        (ISIOLO,): 2,
        (MANDERA,): None,
    }
    assert {key: one[Measure.PRESENT] for key, one in by_organisation.items()} == {
        (A,): 3,
        (B,): 3,
        (C,): 2,
        (D,): 1,
    }
    assert {key: one[Measure.ACTIONS_NEW] for key, one in by_stream.items()} == {
        (AGENDA,): 2,
        (LAYERING,): 1,
    }


async def test_counted_again_nothing_is_written(database: Database) -> None:
    await database.run(_stored)

    async with database.transaction() as session:
        groups = await _groups(session)
        await digests.snapshot(session, groups, WEEKS[1], now=LATER + timedelta(days=1))
        rows = await session.execute(select(col(Snapshot.made_at)))

        assert set(rows.scalars()) == {LATER}


async def test_a_meeting_is_set_against_the_one_before_it(database: Database) -> None:
    async with database.transaction() as session:
        found = await digests.snapshot(session, await _groups(session), WEEKS[2], now=LATER)

    wajir = found[WAJIR].before
    assert (wajir.present, wajir.seats) == (3, 4)
    assert found[ISIOLO].before.seats == 0


async def test_what_needed_somebody_is_known_of_any_day(database: Database) -> None:
    async with database.transaction() as session:
        groups = await _groups(session)
        waiting = await needs.needed(session, groups, at(16))
        answered = await needs.needed(session, groups, at(25))

    assert [(one.kind, one.group, one.days) for one in waiting] == [
        (NeedKind.SUPPORT, "Mandera", 4)
    ]
    assert answered == ()
