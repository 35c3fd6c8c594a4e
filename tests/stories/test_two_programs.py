"""Two real processes on one PostgreSQL share limits, leases and occasions.

Both reach the same small Telegram, each by another name of this machine, so that the gate can tell
them apart. Time stands still unless the season moves it: nothing hangs on how fast they are.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.reminders import ReminderKind
from bot.models import (
    Coalition,
    Group,
    Meeting,
    Occasion,
    OccasionState,
    OutboxMessage,
    OutboxState,
)
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request
from bot.services import occasions
from bot.services.meeting_posts import MEETING
from tests.stories.ledger import Finding, Wrong, judge
from tests.stories.lives import Lives, Nursery, nursery, until
from tests.stories.season import EFFECTS, LEAD, Season, play_season, season
from tests.stories.victim import Order, Plant, Point

FIRST, SECOND = "127.0.0.1", "localhost"
ZONE = "Africa/Nairobi"
CROWD = range(1001, 1121)
"""People who have all started the bot."""
GROUPS = range(-5060, -5000)

Make = Callable[[int, Order], Order | None]


class Gate(PlaygroundServer):
    """The small Telegram's server; counts calls by the name it was called by, method and status."""

    def __init__(self, telegram: FakeTelegram) -> None:
        super().__init__(telegram)
        self.calls: Counter[tuple[str, str, int]] = Counter()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        response = await super()._call(request)
        name, _, _port = request.host.partition(":")
        self.calls[name, request.match_info["method"], response.status] += 1
        return response

    def count(self, method: str, *, by: str | None = None, status: int = 200) -> int:
        """Return how often a method was called, by one program or by both."""
        return sum(
            times
            for (name, called, answered), times in self.calls.items()
            if (called, answered) == (method, status) and by in {None, name}
        )


@pytest.fixture(scope="module")
def nurseries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Nursery, Nursery]]:
    with (
        nursery(tmp_path_factory.mktemp("first")) as first,
        nursery(tmp_path_factory.mktemp("second")) as second,
    ):
        yield first, second


def _usual(_life: int, usual: Order) -> Order:
    return usual


def _meeting_in(folder: Path, plant: Plant | None = None) -> Make:
    """Order programs of which neither goes on before both have had a part in it.

    Otherwise one could take everything: on a busy machine the other may come late each time.
    """
    meeting_point = folder / "meeting-point"
    meeting_point.mkdir()

    def make(_life: int, usual: Order) -> Order:
        return replace(usual, plant=plant, meet_in=str(meeting_point))

    return make


@asynccontextmanager
async def world(
    database_url: str,
    first: Nursery,
    folder: Path,
    *,
    make: Make = _usual,
    after: Callable[[Lives, Request], Awaitable[None]] | None = None,
) -> AsyncIterator[tuple[Season, Gate]]:
    """Begin a season with the first program."""
    gates: list[Gate] = []

    def serve(telegram: FakeTelegram) -> Gate:
        gates.append(Gate(telegram))
        return gates[0]

    async with season(database_url, first, folder, order=make, serve=serve, after=after) as told:
        yield told, gates[0]


@asynccontextmanager
async def companion(told: Season, second: Nursery, *, make: Make = _usual) -> AsyncIterator[Lives]:
    """Run the second program beside the first."""
    usual = replace(told.usual, api_address=told.usual.api_address.replace(FIRST, SECOND))
    async with Lives(second, lambda life: make(life, usual)) as lives:
        yield lives
        lives.check()


async def both_are_up(gate: Gate) -> None:
    await until(lambda: all(gate.count("getMe", by=name) for name in (FIRST, SECOND)))


async def broadcast(told: Season, people: Sequence[int]) -> None:
    """Let the bot have something to say to each of these people."""
    now = told.clock.now()
    for person in people:
        told.telegram.add_user(person, f"Person {person}").has_started = True
    async with AsyncSession(told.engine) as session:
        session.add_all(
            OutboxMessage(
                occasion_key="broadcast",
                chat_id=person,
                text=f"For {person}",
                kind="broadcast",
                not_before=now,
                expires_at=now + timedelta(hours=1),
            )
            for person in people
        )
        await session.commit()


def heard(told: Season, chats: Sequence[int]) -> dict[int, int]:
    """Return how many messages stand in each chat."""
    return {chat: len(told.said([chat])) for chat in chats}


# --- limits -----------------------------------------------------------------------------------


async def test_two_programs_keep_telegrams_limits_together(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, gate = await _broadcast_by_two(postgres_url, nurseries, tmp_path)

    assert told.telegram.refusals == 0
    assert heard(told, CROWD) == dict.fromkeys(CROWD, 1)
    assert gate.count("sendMessage", by=FIRST) > 0
    assert gate.count("sendMessage", by=SECOND) > 0


async def test_limits_that_nobody_counts_are_exceeded(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, _ = await _broadcast_by_two(postgres_url, nurseries, tmp_path, plant=Plant.NO_LIMIT)

    assert told.telegram.refusals > 0


async def _broadcast_by_two(
    database_url: str,
    nurseries: tuple[Nursery, Nursery],
    folder: Path,
    *,
    plant: Plant | None = None,
) -> tuple[Season, Gate]:
    """Let there be much to say; neither program goes on before both have taken some of it."""
    make = _meeting_in(folder, plant)

    first, second = nurseries
    async with (
        world(database_url, first, folder, make=make) as (told, gate),
        companion(told, second, make=make),
    ):
        await both_are_up(gate)
        await broadcast(told, CROWD)
        await told.settle()
    return told, gate


# --- leases -----------------------------------------------------------------------------------


async def test_messages_in_the_hand_of_a_killed_program_are_sent_once_by_the_other(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, leases, accepted = await _take_over(Point.CLAIMED, postgres_url, nurseries, tmp_path)

    assert heard(told, CROWD[:12]) == dict.fromkeys(CROWD[:12], 1)
    assert leases
    for chat, lease_until in leases.items():
        assert accepted[chat] >= lease_until, "the lease was not waited for"


async def test_messages_that_a_killed_program_had_sent_are_sent_once_more_at_most(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, leases, _ = await _take_over(Point.ACCEPTED, postgres_url, nurseries, tmp_path)

    in_flight = {chat for chat, _ in told.in_flight}
    assert in_flight
    assert in_flight <= leases.keys()
    assert heard(told, CROWD[:12]) == {chat: 1 + (chat in in_flight) for chat in CROWD[:12]}


async def _take_over(
    point: Point, database_url: str, nurseries: tuple[Nursery, Nursery], folder: Path
) -> tuple[Season, dict[int, datetime], dict[int, datetime]]:
    """Kill the first program with messages in hand, and let the second deliver everything.

    Returns also until when each message was leased at the kill, and when it was accepted last.
    """
    people = CROWD[:12]
    leases: dict[int, datetime] = {}
    accepted: dict[int, datetime] = {}

    def make(life: int, usual: Order) -> Order | None:
        return None if life else replace(usual, die_at=point)

    async def after(_lives: Lives, call: Request) -> None:
        if call.method == "sendMessage":
            accepted[call.params["chat_id"]] = datetime.now(UTC)

    async def note() -> None:
        await told.note_in_flight(people)
        leases.update(await _leases(told))

    first, second = nurseries
    async with world(database_url, first, folder, make=make, after=after) as (told, gate):
        told.lives.at_death = note
        await until(lambda: gate.count("getMe", by=FIRST))
        await broadcast(told, people)
        await until(lambda: told.lives.kills)
        async with companion(told, second):
            await told.settle()
    return told, leases, accepted


async def _leases(told: Season) -> dict[int, datetime]:
    async with AsyncSession(told.engine) as session:
        rows = await session.execute(
            select(col(OutboxMessage.chat_id), col(OutboxMessage.lease_until)).where(
                col(OutboxMessage.state) == OutboxState.READY,
                col(OutboxMessage.lease_until).is_not(None),
            )
        )
        return {row.chat_id: row.lease_until for row in rows}


# --- occasions --------------------------------------------------------------------------------


async def test_occasions_that_both_programs_see_are_posted_once(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, states = await _remind_by_two(postgres_url, nurseries, tmp_path)

    assert states == {OccasionState.POSTED: len(GROUPS)}
    assert heard(told, GROUPS) == dict.fromkeys(GROUPS, 1)


async def test_stale_look_at_an_occasion_does_no_harm_while_it_is_unique(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, states = await _remind_by_two(postgres_url, nurseries, tmp_path, plant=Plant.BLIND_TAKE)

    assert states == {OccasionState.POSTED: len(GROUPS)}
    assert heard(told, GROUPS) == dict.fromkeys(GROUPS, 1)


async def test_stale_look_at_an_occasion_posts_it_twice_where_nothing_is_unique(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    told, _ = await _remind_by_two(
        postgres_url, nurseries, tmp_path, plant=Plant.BLIND_TAKE, is_unique=False
    )

    assert max(heard(told, GROUPS).values()) == 2


async def _remind_by_two(
    database_url: str,
    nurseries: tuple[Nursery, Nursery],
    folder: Path,
    *,
    plant: Plant | None = None,
    is_unique: bool = True,
) -> tuple[Season, dict[OccasionState, int]]:
    """Let many reminders fall due at once; neither program goes on before both have read them."""
    make = _meeting_in(folder, plant)
    first, second = nurseries
    async with (
        world(database_url, first, folder, make=make) as (told, gate),
        companion(told, second, make=make),
    ):
        due_at = await _plan_many(told, is_unique=is_unique)
        await both_are_up(gate)
        told.clock.set(due_at)
        await until(lambda: len(list(folder.glob("*/*.done"))) == len(nurseries))
        await told.settle()
        async with AsyncSession(told.engine) as session:
            states = Counter((await session.execute(select(col(Occasion.state)))).scalars())
    return told, dict(states)


async def _plan_many(told: Season, *, is_unique: bool) -> datetime:
    """Plan a meeting for each group, all at the same time; return when their reminders fall due."""
    starts_at = told.clock.now() + timedelta(days=10)
    ends_at = starts_at + timedelta(hours=2)
    due_at = starts_at - timedelta(days=1)
    async with AsyncSession(told.engine) as session:
        if not is_unique:
            await _let_occasions_repeat(session)
        coalition_id = (await session.execute(select(col(Coalition.id)))).scalar_one()
        for chat in GROUPS:
            told.telegram.add_group(chat, f"Group {chat}", members=[])
            group = Group(
                coalition_id=coalition_id,
                name=f"Group {-chat}",
                zone=ZONE,
                languages=["en"],
                chat_id=chat,
            )
            session.add(group)
            await session.flush()
            meeting = Meeting(
                group_id=group.facts().id,
                wall_start=wall_time(starts_at, ZONE),
                wall_end=wall_time(ends_at, ZONE),
                zone=ZONE,
                starts_at=starts_at,
                ends_at=ends_at,
                place="County Hall",
            )
            session.add(meeting)
            await session.flush()
            await occasions.write(
                session,
                kind=ReminderKind.DAY,
                subject=MEETING,
                subject_id=meeting.facts().id,
                subject_version=1,
                zone=ZONE,
                due_at=due_at,
                expires_at=due_at + timedelta(hours=6),
            )
        await session.commit()
    return due_at


async def _let_occasions_repeat(session: AsyncSession) -> None:
    found = await session.execute(
        text(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'outbox'::regclass AND contype = 'u'"
        )
    )
    [name] = found.scalars()
    await session.execute(text(f'ALTER TABLE outbox DROP CONSTRAINT "{name}"'))


# --- updates ----------------------------------------------------------------------------------


async def test_only_one_program_polls_and_both_together_live_through_a_season(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    make = _meeting_in(tmp_path)
    first, second = nurseries
    async with (
        world(postgres_url, first, tmp_path, make=make) as (told, gate),
        companion(told, second, make=make),
    ):
        await both_are_up(gate)
        await play_season(told)
        found = await judge(told, EFFECTS)

    assert found == []
    assert told.in_flight == set()
    # Telegram turns one of two pollers away; that one goes on delivering all the same.
    assert gate.count("getUpdates", status=409) > 0
    assert gate.count("sendMessage", by=FIRST) > 0
    assert gate.count("sendMessage", by=SECOND) > 0


@pytest.mark.parametrize("point", [Point.TAKING, Point.CLAIMED, Point.ACCEPTED])
async def test_season_survives_the_kills_of_one_of_two_programs(
    point: Point, postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    passes = (1, 2, 3, 2)

    def make(life: int, usual: Order) -> Order:
        return replace(usual, die_at=point, at_pass=passes[life]) if life < len(passes) else usual

    first, second = nurseries
    async with (
        world(postgres_url, first, tmp_path, make=make) as (told, gate),
        companion(told, second),
    ):
        await both_are_up(gate)
        await play_season(told)
        found = await judge(told, EFFECTS)

    assert found == []
    assert told.lives.kills > 0


async def test_update_that_kills_both_programs_is_set_aside_once(
    postgres_url: str, nurseries: tuple[Nursery, Nursery], tmp_path: Path
) -> None:
    def make(life: int, usual: Order) -> Order:
        return replace(usual, die_at=Point.TAKING) if life < 4 else usual

    first, second = nurseries
    async with (
        world(postgres_url, first, tmp_path, make=make) as (told, gate),
        companion(told, second, make=make),
    ):
        await both_are_up(gate)
        await told.write(LEAD, "/meeting 3 Dec 10:00 Town Hall")
        found = await judge(told, "said errors/update_failed.html: delivered")

    assert found == [Finding(Wrong.UPDATE_SET_ASIDE, "message: None")]
