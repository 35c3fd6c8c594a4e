"""What is written in confidence is kept, released once and tells nothing, whatever happens."""

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot.database import Database
from bot.domain.boxes import ID_SIZE, SIZE
from bot.domain.feedback import Submission
from bot.keys import KeyRing
from bot.models import (
    Coalition,
    FeedbackBatch,
    FeedbackBox,
    FeedbackItem,
    Group,
    Installation,
    Member,
    Membership,
    UpdateMarkEven,
    metadata,
)
from bot.queries import feedback as queries
from bot.services import feedback, updates
from bot.services.feedback import Fate, KeyOfBatchLost
from tools.postgres import Server

NOW = datetime(2026, 12, 3, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
SUNDAY = datetime(2026, 12, 6, 18, tzinfo=UTC)
"""When what is written `NOW` is released."""
MONDAY = date(2026, 11, 30)
WAJIR, SMALL = 1, 2

Row = tuple[Any, ...]


class Killed(BaseException):
    """The program is gone at this point, as after `kill -9`: nobody catches it."""


@dataclass
class Channel:
    """The way from a submission to the words that are read."""

    database: Database
    keys: KeyRing
    numbers: Iterator[int] = field(default_factory=lambda: count(100_000_001))

    async def start(self, now: datetime = NOW) -> None:
        """Do what a program does when it starts."""
        await self.database.run(lambda session: updates.prepare(session, self.keys))
        await self.database.run(lambda session: feedback.prepare(session, self.keys, now))

    async def start_again(self, now: datetime = NOW) -> None:
        """Go on as another process, which remembers nothing."""
        await self.database.close()
        self.database, self.keys = Database(self.database.url), KeyRing(self.keys.folder)
        await self.start(now)

    async def keep(
        self, words: str, *, update: int | None = None, coalition: int = 1, group: int | None = None
    ) -> Fate:
        """Submit words."""
        number = next(self.numbers) if update is None else update
        submission = Submission(coalition, group, words, words.encode()[:16].ljust(16, b"."))
        return await self.database.run(
            lambda session: feedback.keep(session, self.keys, number, submission)
        )

    async def refuse(self, update: int) -> Fate:
        """Refuse a submission."""
        return await self.database.run(lambda session: feedback.refuse(session, self.keys, update))

    async def put_dummy(self) -> None:
        """Put a box that means nothing."""
        await self.database.run(lambda session: feedback.put_dummy(session, self.keys))

    async def release(self, now: datetime = SUNDAY) -> None:
        """Release what waits."""
        await self.database.run(lambda session: feedback.release(session, self.keys, now))

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return all rows of a table."""

        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return await self.database.run(work)

    async def sealed(self) -> dict[bytes, bytes]:
        """Return the boxes by their ids."""
        return {box.id: box.sealed for box in await self.rows(FeedbackBox)}

    async def waiting(self) -> list[str]:
        """Open the boxes with the present key; return the words, in no order."""
        key = (await self.database.run(lambda s: feedback.batch(s, self.keys))).key
        opened = [key.open(sealed) for sealed in (await self.sealed()).values()]
        return sorted(one.text for one in opened if one is not None)

    async def read(self) -> list[str]:
        """Return what was released, in no order."""
        return sorted(item.words for item in await self.rows(FeedbackItem))

    async def batch(self) -> FeedbackBatch:
        """Return the only batch."""
        [batch] = await self.rows(FeedbackBatch)
        assert isinstance(batch, FeedbackBatch)
        return batch

    def files(self) -> list[int]:
        """Return the numbers of the batches of which there are keys."""
        return sorted(int(name.rpartition("-")[2]) for name in self.keys.names("box-"))

    def file(self, number: int) -> Path:
        """Return the key file of a batch."""
        [path] = self.keys.folder.glob(f"box-*-{number}.key")
        return path


@pytest.fixture
async def channel(database_url: str, tmp_path: Path) -> AsyncIterator[Channel]:
    """Begin in two coalitions; one of them has a group of nine and one of two."""
    channel = Channel(Database(database_url), KeyRing(tmp_path / "keys"))
    await channel.database.run(populate)
    await channel.start()
    yield channel
    await channel.database.close()


async def populate(session: AsyncSession) -> None:
    session.add_all(Coalition(id=n, name=f"Coalition {n}", languages=["en"]) for n in (1, 2))
    session.add_all(Member(id=n, telegram_id=100 + n, name=f"Member {n}") for n in range(1, 10))
    await session.flush()
    for group, chat in ((WAJIR, -1), (SMALL, -2)):
        session.add(
            Group(
                id=group,
                coalition_id=1,
                name=f"Group {group}",
                zone="Africa/Nairobi",
                languages=["en"],
                chat_id=chat,
            )
        )
    await session.flush()
    for member in range(1, 10):
        session.add(Membership(group_id=WAJIR, member_id=member, is_confirmed=True))
    for member in (1, 2):
        session.add(Membership(group_id=SMALL, member_id=member, is_confirmed=True))


# --- writing -----------------------------------------------------------------------------------


async def everything(database: Database) -> dict[str, Counter[Row]]:
    """Return every row of every table; of PostgreSQL also which transactions touched it."""
    return await contents(
        database, "" if database.is_sqlite else ", xmin::text, xmax::text, ctid::text"
    )


async def contents(database: Database, touched: str = "") -> dict[str, Counter[Row]]:
    """Return every row of every table."""

    async def work(session: AsyncSession) -> dict[str, Counter[Row]]:
        return {
            table.name: Counter(
                tuple(map(repr, row))
                for row in await session.execute(text(f'SELECT *{touched} FROM "{table.name}"'))
            )
            for table in metadata.sorted_tables
        }

    return await database.run(work)


async def written(database: Database, before: dict[str, Counter[Row]]) -> dict[str, int]:
    """Return in which tables how many rows are other than before, changed or gone ones, too."""
    after = await everything(database)
    changes = {
        name: sum(((after[name] - before[name]) + (before[name] - after[name])).values())
        for name in after
    }
    return {name: number for name, number in changes.items() if number}


async def test_a_submission_writes_its_mark_and_its_box_and_touches_nothing_else(
    channel: Channel,
) -> None:
    before = await everything(channel.database)

    fate = await channel.keep("The lead never listens.", group=WAJIR)

    assert fate is Fate.ARRIVED
    assert await written(channel.database, before) == {"update_mark_even": 1, "feedback_box": 1}


async def test_a_dummy_writes_the_same_as_a_submission(channel: Channel) -> None:
    before = await everything(channel.database)

    await channel.put_dummy()

    assert await written(channel.database, before) == {"update_mark_even": 1, "feedback_box": 1}


async def test_a_refusal_writes_its_mark_alone(channel: Channel) -> None:
    before = await everything(channel.database)

    assert await channel.refuse(5) is Fate.REFUSED

    assert await written(channel.database, before) == {"update_mark_even": 1}


@pytest.mark.parametrize("fate", [Fate.ARRIVED, Fate.REFUSED])
async def test_a_redelivery_writes_nothing(channel: Channel, fate: Fate) -> None:
    await (channel.keep("words", update=5) if fate is Fate.ARRIVED else channel.refuse(5))
    before = await everything(channel.database)

    again = [await channel.keep("words", update=5), await channel.refuse(5)]

    assert again == [fate, fate]
    assert await written(channel.database, before) == {}


# On SQLite no lock is written into a row.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_looks_at_the_whole_would_see_a_row_that_was_locked(channel: Channel) -> None:
    before = await everything(channel.database)

    async def careless(session: AsyncSession) -> None:
        await session.get_one(Coalition, 1, with_for_update=True)

    await channel.database.run(careless)

    assert await written(channel.database, before) == {"coalition": 2}


async def test_a_dummy_cannot_be_told_from_a_submission(channel: Channel) -> None:
    for number in range(20):
        await channel.keep("x" * number * 200)
        await channel.put_dummy()

    shapes = {(len(box), len(sealed)) for box, sealed in (await channel.sealed()).items()}
    marks = [row.mark for row in await channel.rows(UpdateMarkEven)]
    assert shapes == {(ID_SIZE, SIZE)}
    assert (len(await channel.sealed()), len(marks)) == (40, 40)
    # No sign, and no small number, shows the mark of nobody.
    assert all(0 <= mark < 2**63 for mark in marks)
    assert min(mark.bit_length() for mark in marks) > 40


async def test_a_released_or_held_box_cannot_be_told_from_a_dummy_either(channel: Channel) -> None:
    await channel.keep("held")
    await channel.release()
    await channel.put_dummy()

    shapes = {(len(box), len(sealed)) for box, sealed in (await channel.sealed()).items()}
    assert shapes == {(ID_SIZE, SIZE)}
    assert await channel.waiting() == ["held"]
    # The held one is not alone, or its number would show.
    assert len(await channel.sealed()) >= 3


# --- redelivery --------------------------------------------------------------------------------


async def test_a_redelivered_submission_is_confirmed_before_a_release_and_only_known_after_it(
    channel: Channel,
) -> None:
    first = await channel.keep("words", update=5)
    again = await channel.keep("words", update=5)
    for words in ("two", "three"):
        await channel.keep(words)
    await channel.release()
    later = [await channel.keep("words", update=5), await channel.refuse(5)]

    assert (first, again, later) == (Fate.ARRIVED, Fate.ARRIVED, [Fate.RELEASED] * 2)
    assert (await channel.read(), await channel.waiting()) == (["three", "two", "words"], [])


async def test_a_held_submission_that_is_redelivered_is_not_taken_twice(channel: Channel) -> None:
    await channel.keep("held", update=5)
    await channel.release()

    assert await channel.keep("held", update=5) is Fate.RELEASED
    assert await channel.waiting() == ["held"]


async def test_what_was_refused_stays_refused_and_is_never_confirmed(channel: Channel) -> None:
    await channel.refuse(5)
    before_release = await channel.keep("words", update=5)
    await channel.release()
    await channel.start_again(SUNDAY)
    after_release = await channel.keep("words", update=5)

    assert (before_release, after_release) == (Fate.REFUSED, Fate.REFUSED)
    assert (await channel.read(), await channel.waiting()) == ([], [])


async def test_a_submission_is_known_after_the_tables_of_marks_have_turned(
    channel: Channel,
) -> None:
    await channel.keep("words", update=5)
    for turn in range(2):
        now = NOW + turn * updates.TURN
        await channel.database.run(lambda s, now=now: updates.take_turns(s, channel.keys, now))  # type: ignore[misc] # mypy cannot type a default

    assert await channel.keep("words", update=5) is Fate.ARRIVED
    assert await channel.waiting() == ["words"]


async def test_nothing_is_taken_while_its_key_is_not_there(channel: Channel) -> None:
    channel.file(1).unlink()

    with pytest.raises(KeyOfBatchLost):
        await channel.keep("words", update=5)
    with pytest.raises(KeyOfBatchLost):
        await channel.put_dummy()

    assert (await channel.sealed(), await channel.rows(UpdateMarkEven)) == ({}, [])


# --- release -----------------------------------------------------------------------------------


async def test_a_released_item_has_the_words_the_week_and_nothing_of_its_way(
    channel: Channel,
) -> None:
    await channel.keep("to all", update=100)
    await channel.keep("on Wajir", update=101, group=WAJIR)
    await channel.keep("on two people", update=102, group=SMALL)
    marks = {row.mark for row in await channel.rows(UpdateMarkEven)}
    await channel.release()

    found = [item.model_dump() for item in await channel.rows(FeedbackItem)]
    ids = {one.pop("id") for one in found}
    plain = {
        "coalition_id": 1,
        "week": MONDAY,
        "theme": "",
        "is_safeguarding": False,
        "answer": "",
        "answered_at": None,
        "settled_at": None,
        "entry_id": None,
        "point_id": None,
    }
    assert sorted(found, key=lambda one: str(one["words"])) == [
        {**plain, "words": "on Wajir", "group_id": WAJIR, "receipt": b"on Wajir........"},
        # By now too few belong to it.
        {**plain, "words": "on two people", "group_id": None, "receipt": b"on two people..."},
        {**plain, "words": "to all", "group_id": None, "receipt": b"to all.........."},
    ]
    assert not ids & {100, 101, 102} | ids & marks
    assert (len(ids), min(one.bit_length() for one in ids) > 30) == (3, True)


async def test_an_office_is_none_of_the_people_among_whom_somebody_can_hide(
    channel: Channel,
) -> None:
    async def offices(session: AsyncSession) -> None:
        for member in (8, 9):
            row = await session.get_one(Membership, (WAJIR, member))
            row.is_office = member == 8
            row.is_confirmed = member == 8

    await channel.database.run(offices)
    sizes = await channel.database.run(lambda s: queries.people_in(s, [WAJIR, SMALL, 99]))

    assert sizes == {WAJIR: 7, SMALL: 2}


async def test_a_zero_in_somebodys_words_keeps_nobody_elses_sealed(channel: Channel) -> None:
    for words in ("one\0", "two", "three"):
        await channel.keep(words)

    await channel.release()

    assert await channel.read() == ["one?", "three", "two"]


async def test_dummies_are_gone_with_the_release(channel: Channel) -> None:
    for number in range(3):
        await channel.put_dummy()
        await channel.keep(f"{number}")
    before = await channel.sealed()
    await channel.release()

    # As always, some new ones lie there: whether anything is held must not show.
    assert (await channel.read(), await channel.waiting()) == (["0", "1", "2"], [])
    assert not set(await channel.sealed()) & set(before)


def ascents(order: Sequence[int]) -> int:
    """Return how many of all neighbours go up."""
    return sum(one < following for one, following in pairwise(order))


async def test_the_order_of_arrival_is_in_no_order_of_the_tables(channel: Channel) -> None:
    size = 60
    for number in range(size):
        await channel.keep(f"{number}")
    key = (await channel.database.run(lambda s: feedback.batch(s, channel.keys))).key
    by_box_id = [key.open(sealed) for _, sealed in sorted((await channel.sealed()).items())]
    await channel.release()

    place = "rowid" if channel.database.is_sqlite else "ctid"
    statement = text(f"SELECT words FROM feedback_item ORDER BY {place}")
    stored = await channel.database.run(lambda s: _first_column(s, statement))
    items = sorted(await channel.rows(FeedbackItem), key=lambda item: item.id)
    boxed = [int(one.text) for one in by_box_id if one is not None]
    orders = [boxed, [int(words) for words in stored], [int(item.words) for item in items]]
    # Chance has 29.5 ascents; 6 standard deviations are 13.5.
    assert [sorted(order) for order in orders] == [list(range(size))] * 3
    assert all(16 <= ascents(order) <= 43 for order in orders)
    # Nor does the order in which they are stored follow that of the boxes.
    ranks = {number: rank for rank, number in enumerate(boxed)}
    assert all(16 <= ascents([ranks[n] for n in order]) <= 43 for order in orders[1:])


async def _first_column(session: AsyncSession, statement: Any) -> list[Any]:
    return [row[0] for row in await session.execute(statement)]


def test_what_is_left_to_chance_cannot_be_computed() -> None:
    # Not even from its state: the system's own chance has none that a program could keep.
    with pytest.raises(NotImplementedError):
        feedback._RANDOM.getstate()


async def test_too_few_wait_twice_at_most_each_coalition_for_itself(channel: Channel) -> None:
    await channel.keep("alone", coalition=2)
    for number in range(3):
        await channel.keep(f"{number}", coalition=1)
    read, waiting = [], []
    for week in range(3):
        await channel.release(SUNDAY + week * WEEK)
        read.append(await channel.read())
        waiting.append(await channel.waiting())

    many = ["0", "1", "2"]
    assert read == [many, many, [*many, "alone"]]
    assert waiting == [["alone"], ["alone"], []]
    weeks = {item.words: item.week for item in await channel.rows(FeedbackItem)}
    assert weeks["alone"] == MONDAY + timedelta(days=14)


async def test_a_release_before_its_hour_does_nothing(channel: Channel) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    before = await everything(channel.database)

    await channel.release(SUNDAY - timedelta(seconds=1))
    is_due = [
        await channel.database.run(lambda s, now=now: feedback.is_release_due(s, now))  # type: ignore[misc] # mypy cannot type a default
        for now in (SUNDAY - timedelta(seconds=1), SUNDAY)
    ]

    assert await written(channel.database, before) == {}
    assert (is_due, channel.files()) == ([False, True], [1])


async def test_a_release_that_comes_twice_happens_once(channel: Channel) -> None:
    for number in range(3):
        await channel.keep(f"{number}")

    await channel.release()
    await channel.release()

    batch = await channel.batch()
    assert (batch.number, batch.release_at, channel.files()) == (2, SUNDAY + WEEK, [2])
    assert await channel.read() == ["0", "1", "2"]


async def test_a_release_after_an_outage_of_weeks_happens_once_and_names_its_own_week(
    channel: Channel,
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    late = SUNDAY + 3 * WEEK + timedelta(days=2)

    await channel.start_again(late)
    await channel.release(late)

    assert {item.week for item in await channel.rows(FeedbackItem)} == {date(2026, 12, 28)}
    assert (await channel.batch()).release_at == SUNDAY + 4 * WEEK


async def test_a_clock_that_was_set_back_releases_nothing_twice(channel: Channel) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    await channel.release()
    await channel.keep("later")

    await channel.start_again(NOW - 4 * WEEK)
    await channel.release(NOW - 4 * WEEK)

    assert (await channel.read(), await channel.waiting()) == (["0", "1", "2"], ["later"])
    # Nor does what waits wait for the Sunday that the wrong clock named.
    assert (await channel.batch()).release_at == SUNDAY - 4 * WEEK


@pytest.mark.parametrize("behind", [timedelta(seconds=1), timedelta(hours=23)])
async def test_the_clock_of_another_program_that_is_a_little_behind_moves_no_release(
    channel: Channel, behind: timedelta
) -> None:
    await channel.release(SUNDAY)

    await channel.start_again(SUNDAY - behind)

    assert (await channel.batch()).release_at == SUNDAY + WEEK


async def test_the_older_key_is_destroyed_once_the_release_is_stored_and_not_before(
    channel: Channel,
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    before = channel.file(1).read_bytes()

    async with channel.database.transaction() as session:
        await feedback.release(session, channel.keys, SUNDAY)
        while_open = channel.file(1).read_bytes()

    assert while_open == before
    assert channel.files() == [2]


async def test_a_release_that_is_not_stored_leaves_everything_as_it_was(channel: Channel) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    before = await contents(channel.database)

    async def fail(session: AsyncSession) -> None:
        await feedback.release(session, channel.keys, SUNDAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await channel.database.run(fail)

    assert await contents(channel.database) == before
    assert await channel.waiting() == ["0", "1", "2"]


# --- a crash at every step ---------------------------------------------------------------------


@contextmanager
def killed_at(step: int, channel: Channel, patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the program be killed before its `step`th statement, commit, or change of a file."""
    steps: list[str] = []
    engine = channel.database.engine.sync_engine

    def reach(what: str) -> None:
        steps.append(what)
        if len(steps) == step:
            raise Killed

    def statement(_connection: Any, _cursor: Any, what: str, *_: Any) -> None:
        reach(what)

    def commit(_connection: Any) -> None:
        reach("commit")

    def before(owner: Any, function: str) -> None:
        original: Callable[..., Any] = getattr(owner, function)

        def wrapped(*args: Any, **named: Any) -> Any:
            reach(function)
            return original(*args, **named)

        patch.setattr(owner, function, wrapped)

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    with patch.context():
        for owner, function in (
            (os, "write"),
            (os, "fsync"),
            (Path, "replace"),
            (Path, "unlink"),
            (KeyRing, "make"),
            (KeyRing, "destroy"),
        ):
            before(owner, function)
        try:
            yield steps
        finally:
            patch.undo()
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)


async def test_a_crash_at_any_step_of_a_release_loses_nothing_and_doubles_nothing(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many steps each time; else one of them could be passed over.
    monkeypatch.setattr(feedback, "DUMMIES_BESIDE_HELD", 1)
    said: list[str] = []
    kills: list[str] = []
    files = {"make", "write", "fsync", "replace", "commit", "destroy", "unlink"}
    lived = began = 0
    for life in count():
        # Of the second coalition none was held, then one, two, and again: each step at all three.
        step = 1 + (life - began) // 3
        due = (await channel.batch()).release_at
        for number in range(4):
            said.append(f"{life}-{number}")
            await channel.keep(said[-1], coalition=2 if number == 3 else 1)
        await channel.put_dummy()
        is_over = False
        with killed_at(step, channel, monkeypatch) as steps:
            try:
                await channel.release(due)
                is_over = True
            except Killed:
                kills.append(steps[-1])
        lived = lived + 1 if is_over else 0
        if lived == 3 and files <= set(kills):
            break
        if lived == 3:
            # A statement of the driver itself pushed a step aside: once more from the first.
            lived, began = 0, life + 1
            assert life < 600, kills[-36:]

        with capture_logs() as log:
            await channel.start_again(due)
            await channel.release(due)

        assert log == []
        assert sorted(await channel.read() + await channel.waiting()) == sorted(said), steps[-1]
        assert channel.files() == [(await channel.batch()).number], steps[-1]
        assert not list(channel.keys.folder.glob(".*")), steps[-1]

    assert sum("INSERT INTO feedback_item" in one for one in kills) >= 3
    assert len(kills) > 60


# --- keys that are lost, doubled, or of another time -------------------------------------------


async def _start_with_lost_key(channel: Channel, now: datetime = NOW) -> list[dict[str, Any]]:
    with capture_logs() as log:
        await channel.start_again(now)
    return [{**line} for line in log]


@pytest.mark.parametrize("how", ["gone", "half", "of another"])
async def test_without_its_key_a_batch_is_counted_dropped_and_a_new_one_begun(
    channel: Channel, how: str
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    await channel.put_dummy()
    match how:
        case "gone":
            channel.file(1).unlink()
        case "half":
            channel.file(1).write_bytes(channel.file(1).read_bytes()[:16])
        case _:
            channel.file(1).write_bytes(b"o" * 32)

    log = await _start_with_lost_key(channel)

    assert log == [
        {
            "event": "feedback.key_lost",
            "log_level": "warning",
            "boxes": 4,
            "remedy": feedback.KEEP_KEYS,
        }
    ]
    assert (await channel.sealed(), channel.files()) == ({}, [(await channel.batch()).number])
    assert await channel.keep("after") is Fate.ARRIVED
    assert await channel.waiting() == ["after"]


async def test_a_key_file_that_was_copied_under_another_number_is_destroyed_and_harms_nothing(
    channel: Channel,
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    name = channel.file(1).name.replace("-1.key", "-2.key")
    shutil.copyfile(channel.file(1), channel.keys.folder / name)
    # Also where nobody starts the program before the number is used.
    await channel.release()
    shutil.copyfile(channel.file(2), channel.keys.folder / name.replace("-2.key", "-7.key"))
    await channel.keep("later")
    log = await _start_with_lost_key(channel, SUNDAY)

    assert (log, channel.files()) == ([], [2])
    assert (await channel.read(), await channel.waiting()) == (["0", "1", "2"], ["later"])


async def test_a_key_under_a_wrong_number_is_never_taken_for_the_one_that_is_lost(
    channel: Channel,
) -> None:
    await channel.keep("words")
    channel.file(1).rename(channel.keys.folder / channel.file(1).name.replace("-1.key", "-7.key"))

    [line] = await _start_with_lost_key(channel)

    # Nor is its number used again.
    assert (line["boxes"], channel.files(), await channel.sealed()) == (1, [8], {})


async def test_boxes_of_an_older_database_beside_newer_keys_are_counted_and_dropped(
    channel: Channel,
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")
    old = [(table, await channel.rows(table)) for table in (FeedbackBatch, FeedbackBox)]
    await channel.release()

    async def restore(session: AsyncSession) -> None:
        for table in (FeedbackItem, FeedbackBatch, FeedbackBox):
            await session.execute(delete(table))
        for table, rows in old:
            await session.execute(insert(table), [row.model_dump() for row in rows])

    await channel.database.run(restore)
    log = await _start_with_lost_key(channel)

    assert [(line["event"], line["boxes"]) for line in log] == [("feedback.key_lost", 3)]
    assert (await channel.sealed(), await channel.read(), channel.files()) == ({}, [], [3])
    await channel.keep("after")
    await channel.release()
    assert await channel.waiting() == ["after"]


async def test_boxes_that_the_key_does_not_open_are_counted_and_dropped_at_a_release(
    channel: Channel,
) -> None:
    for number in range(3):
        await channel.keep(f"{number}")

    async def damage(session: AsyncSession) -> None:
        await session.execute(insert(FeedbackBox).values(id=b"i" * 16, sealed=bytes(SIZE)))
        await session.execute(insert(FeedbackBox).values(id=b"j" * 16, sealed=b"short"))

    await channel.database.run(damage)
    with capture_logs() as log:
        await channel.release()

    assert [(line["event"], line["boxes"]) for line in log] == [("feedback.unreadable", 2)]
    assert (await channel.read(), await channel.waiting()) == (["0", "1", "2"], [])
    assert not {b"i" * 16, b"j" * 16} & set(await channel.sealed())


async def test_the_keys_of_another_database_in_the_same_folder_are_left_alone(
    channel: Channel,
) -> None:
    channel.keys.make("box-0other00-1")
    channel.keys.make("box-0other00-9")
    for number in range(3):
        await channel.keep(f"{number}")

    await channel.start_again()
    await channel.release()

    [installation] = await channel.rows(Installation)
    assert channel.keys.names("box-") == sorted(
        ["box-0other00-1", "box-0other00-9", f"box-{installation.name}-2"]
    )


def age(file: Path, days: int) -> None:
    """Make a file as old as it would be after so many days."""
    made = file.stat().st_mtime - days * 86_400
    os.utime(file, (made, made))


@pytest.mark.parametrize("at", ["start", "release"])
async def test_keys_that_a_restored_database_left_behind_are_destroyed_in_time(
    channel: Channel, at: str
) -> None:
    # As it was before the restore: this database, under the name that it had.
    for name in ("box-0before0-4", "marks-0before0-7", "box-0recent0-1"):
        channel.keys.make(name)
        age(channel.keys.folder / f"{name}.key", 15 if "recent" in name else 22)
    # What a copy or a crash has left of this one.
    [installation] = await channel.rows(Installation)
    channel.keys.make(f"box-{installation.name}-9")
    channel.keys.make(f"marks-{installation.name}-9")

    if at == "start":
        await channel.start_again()
    else:
        await channel.release()
        for turn in range(2):
            now = NOW + turn * updates.TURN
            await channel.database.run(lambda s, now=now: updates.take_turns(s, channel.keys, now))  # type: ignore[misc] # mypy cannot type a default

    present = 1 if at == "start" else 2
    turns = [0] if at == "start" else [0, 1]
    assert channel.keys.names("") == sorted(
        [
            "box-0recent0-1",
            f"box-{installation.name}-{present}",
            *(f"marks-{installation.name}-{turn}" for turn in turns),
        ]
    )


async def test_a_key_whose_name_is_no_number_is_destroyed_and_stops_nothing(
    channel: Channel,
) -> None:
    await channel.keep("words")
    shutil.copy(channel.file(1), channel.file(1).with_name("x.key"))
    (channel.keys.folder / "x.key").rename(str(channel.file(1)).replace("-1.key", "-copy.key"))

    await channel.start_again()

    assert (channel.files(), await channel.waiting()) == ([1], ["words"])


async def test_the_memory_keeps_no_key_that_another_program_may_destroy(channel: Channel) -> None:
    await channel.keep("words")
    await channel.waiting()

    assert not [name for name in channel.keys._held if name.startswith("box-")]


async def test_two_programs_that_share_the_folder_release_once(
    postgres_url: str, tmp_path: Path
) -> None:
    one = Channel(Database(postgres_url), KeyRing(tmp_path / "keys"))
    other = Channel(Database(postgres_url), KeyRing(tmp_path / "keys"))
    await one.database.run(populate)
    await one.start()
    await other.start()
    for number in range(3):
        await (one, other)[number % 2].keep(f"{number}", update=number)
    await one.release()
    await other.release()
    await other.keep("later")

    assert (await one.read(), await one.waiting(), one.files()) == (["0", "1", "2"], ["later"], [2])
    for channel in (one, other):
        await channel.database.close()


# --- what is left on the disk ------------------------------------------------------------------

CANARY = "The canary sings of Halima. " * 9


def found_in(files: Sequence[Path], bytes_: Sequence[bytes]) -> list[str]:
    """Return the names of the files in which one of these occurs."""
    return [file.name for file in files if any(one in file.read_bytes() for one in bytes_)]


def _sqlite_files(database: Database) -> list[Path]:
    file = Path(str(make_url(database.url).database))
    return sorted(file.parent.glob(f"{file.name}*"))


async def test_nothing_of_the_boxes_is_left_in_the_files_of_sqlite(
    sqlite_url: str, tmp_path: Path
) -> None:
    channel = Channel(Database(sqlite_url), KeyRing(tmp_path / "keys"))
    await channel.database.run(populate)
    await channel.start()
    for number in range(20):
        await channel.keep(f"{number}")
    await channel.keep(CANARY, coalition=2)
    boxes = await channel.sealed()
    traces = [sealed[at : at + 64] for sealed in boxes.values() for at in (0, 4000, 9000)]
    before = found_in(_sqlite_files(channel.database), traces)
    await channel.release()
    released = found_in(_sqlite_files(channel.database), traces)
    await feedback.compact(channel.database)

    files = _sqlite_files(channel.database)
    # They were there, and the log beside the database had them still after they were deleted.
    assert (bool(before), bool(released)) == (True, True)
    assert found_in(files, [*traces, *boxes, CANARY.encode()[:40]]) == []
    assert (await channel.batch()).is_compact
    assert await channel.waiting() == [CANARY]
    await channel.database.close()


async def test_while_somebody_reads_the_compaction_is_left_for_later(
    sqlite_url: str, tmp_path: Path
) -> None:
    channel = Channel(Database(sqlite_url), KeyRing(tmp_path / "keys"))
    await channel.database.run(populate)
    await channel.start()
    await channel.keep("words")
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM feedback_box").fetchone()
        await channel.release()
        await feedback.compact(channel.database)
        while_read = (await channel.batch()).is_compact
    await feedback.compact(channel.database)

    assert (while_read, (await channel.batch()).is_compact) == (False, True)
    await channel.database.close()


async def test_nothing_of_the_boxes_is_left_in_the_files_of_postgresql(
    postgres: Server, postgres_url: str, tmp_path: Path
) -> None:
    channel = Channel(Database(postgres_url), KeyRing(tmp_path / "keys"))
    await channel.database.run(populate)
    await channel.start()
    for number in range(20):
        await channel.keep(f"{number}")
    traces = [sealed[:64] for sealed in (await channel.sealed()).values()]

    def files() -> list[Path]:
        postgres.execute("CHECKPOINT")
        return [file for file in (postgres.folder / "data" / "base").rglob("*") if file.is_file()]

    before = found_in(files(), traces)
    # Somebody who began to look before keeps what a VACUUM would take away.
    other = Database(postgres_url)
    async with other.transaction() as session:
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await session.scalar(select(col(Coalition.id)).limit(1))
        await channel.release()
        after = found_in(files(), traces)
    await other.close()

    assert (bool(before), after) == (True, [])
    assert (await channel.batch()).is_compact
    await channel.database.close()
