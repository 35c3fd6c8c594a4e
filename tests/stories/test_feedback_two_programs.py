"""Two programs on one PostgreSQL, and what is written in confidence: one batch, or none is touched.

Each is handed the updates that it is to take: in life Telegram gives them to whoever asks, and
after a restart that is another one than before.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot import app, privacy
from bot.clock import VirtualClock
from bot.database import Database
from bot.domain.feedback import FeedbackState, Submission
from bot.keys import KeyRing
from bot.models import Coalition, FeedbackBatch, FeedbackBox, FeedbackItem, MarkKey, Member
from bot.neighbours import holders
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.seed import structure
from bot.seed.people import ONE_COUNTY, TOKEN
from bot.services import feedback, updates
from bot.services.updates import ELSEWHERE, KeysElsewhere
from bot.settings import load
from tests.stories.lives import PATIENCE, Lives, Nursery, nursery, until
from tests.stories.story import AMINA, IBRAHIM, MONDAY, PETER, as_read, read
from tests.stories.victim import Order

CONTACT = "Mama Zawadi"
NOT_NOW = "I cannot keep anything safely at this moment, so nothing was kept."


@dataclass
class World:
    """A Telegram, a database, and the programs that work there."""

    telegram: FakeTelegram
    clock: VirtualClock
    url: str
    address: str
    stack: AsyncExitStack = field(repr=False)

    async def start(self, keys: Path, *, patience: timedelta = timedelta(0)) -> app.Program:
        """Start one more program; it fetches nothing by itself."""
        return await self.stack.enter_async_context(self.program(keys, patience=patience))

    @asynccontextmanager
    async def program(
        self, keys: Path, *, patience: timedelta = timedelta(0)
    ) -> AsyncIterator[app.Program]:
        """Run a program until the end of the block."""
        async with app.program(
            database_url=self.url,
            token=TOKEN,
            api_address=self.address,
            clock=self.clock,
            key_dir=keys,
            patience=patience,
        ) as program:
            yield program

    async def goes_to(self, program: app.Program, person: int) -> str:
        """Hand what somebody has just done to a program; return what they are told."""
        # One message a second in a chat is what Telegram takes.
        self.clock.set(self.clock.now() + timedelta(seconds=5))
        waiting = self.telegram.updates._waiting[-1]
        await program.intake.take([waiting.as_update()])
        await program.toolbox.directly.settle()
        bot = self.telegram.bot.id
        said = [one for one in self.telegram.messages(person) if one.author_id == bot]
        return as_read(said[-1].html) if said else ""

    async def confide(self, program: app.Program, person: int, words: str) -> str:
        """Let somebody write in confidence to a program; return what it says in the end."""
        self.telegram.write(person, person, "/feedback")
        await self.goes_to(program, person)
        promise = self.telegram.messages(person)[-1]
        for button in (button for row in promise.buttons for button in row):
            if read(button.text) == "✍️ Write":
                assert button.data is not None
                self.telegram.tap(person, person, promise.id, button.data)
                await self.goes_to(program, person)
                question = self.telegram.messages(person)[-1].id
                self.telegram.write(person, person, words, reply_to=question)
                return await self.goes_to(program, person)
        return as_read(promise.html)

    async def rows(self, program: app.Program, table: type[SQLModel]) -> list[Any]:
        """Return all rows of a table."""

        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return await program.toolbox.database.run(work)

    async def to_the_release(self, program: app.Program) -> None:
        """Let time pass until the release."""
        [batch] = await self.rows(program, FeedbackBatch)
        self.clock.set(batch.release_at)


@pytest.fixture
async def world(postgres_url: str) -> AsyncIterator[World]:
    clock = VirtualClock(MONDAY)
    telegram = FakeTelegram(clock.now)
    structure.add_to(telegram, ONE_COUNTY)
    await structure.store(postgres_url, ONE_COUNTY)
    async with PlaygroundServer(telegram) as server, AsyncExitStack() as stack:
        world = World(telegram, clock, postgres_url, server.url, stack)
        yield world


async def open_channel(program: app.Program) -> None:
    async with program.toolbox.database.transaction() as session:
        await session.execute(
            update(Coalition).values(feedback=FeedbackState.OPEN, contact=CONTACT)
        )
        await session.execute(update(Member).values(language="en"))


def remedies(log: list[Any]) -> list[str]:
    """Return what an operator is told to do about keys that another program has."""
    return [line["remedy"] for line in log if line["event"] == "keys.elsewhere"]


async def test_two_programs_with_one_folder_fill_one_batch_that_is_released_once(
    world: World, tmp_path: Path
) -> None:
    one, other = await world.start(tmp_path / "keys"), await world.start(tmp_path / "keys")
    await open_channel(one)
    said = [
        await world.confide(one, AMINA, "first"),
        await world.confide(other, PETER, "second"),
        await world.confide(one, IBRAHIM, "third"),
    ]
    await world.to_the_release(one)
    with capture_logs() as log:
        await asyncio.gather(one.ticker.tick(), other.ticker.tick())
        await other.ticker.tick()

    assert [words.startswith("🔒 ✅ It arrived. It is read on") for words in said] == [True] * 3
    released = await world.rows(one, FeedbackItem)
    assert sorted(item.words for item in released) == ["first", "second", "third"]
    assert [batch.number for batch in await world.rows(other, FeedbackBatch)] == [2]
    assert [line for line in log if line["log_level"] in {"warning", "error"}] == []


async def test_each_program_counts_for_itself_how_often_somebody_writes(
    world: World, tmp_path: Path
) -> None:
    one, other = await world.start(tmp_path / "keys"), await world.start(tmp_path / "keys")
    await open_channel(one)

    said = [
        await world.confide(program, AMINA, f"words {number}")
        for number, program in enumerate((one, one, other, other))
    ]

    # Between two there are ten minutes, for each program that was asked.
    assert [words.startswith("🔒 ✅ It arrived") for words in said] == [True, False, True, False]


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """Lend two folders, of which the second will be a copy and not the same."""
    return tmp_path / "keys", tmp_path / "copy"


async def parted(world: World, copied: tuple[Path, Path]) -> tuple[app.Program, app.Program]:
    """Start two programs, of which the second has a copy of keys that a release has outdated."""
    one = await world.start(copied[0])
    shutil.copytree(*copied)
    other = await world.start(copied[1])
    await open_channel(one)
    await world.to_the_release(one)
    await one.ticker.tick()
    return one, other


async def test_a_program_whose_folder_is_only_a_copy_refuses_once_the_key_is_another(
    world: World, copied: tuple[Path, Path]
) -> None:
    one = await world.start(copied[0])
    shutil.copytree(*copied)
    other = await world.start(copied[1])
    await open_channel(one)
    before = await world.confide(other, AMINA, "while the copy is good")
    await world.to_the_release(one)
    await one.ticker.tick()
    kept = await world.confide(one, PETER, "for next week")
    boxes = {row.id for row in await world.rows(one, FeedbackBox)}

    refused = await world.confide(other, IBRAHIM, "nobody can keep this")
    with capture_logs() as log:
        await other.dummies._put()
        for seconds in (0, 1, 60):
            world.clock.set(world.clock.now() + timedelta(seconds=seconds))
            await other.ticker.tick()

    assert (before.startswith("🔒 ✅ It arrived"), kept.startswith("🔒 ✅ It arrived")) == (
        True,
        True,
    )
    assert NOT_NOW in refused
    assert CONTACT in refused
    # Nothing was dropped, nor begun anew, and the copy of a key that is destroyed is so, too.
    assert {row.id for row in await world.rows(one, FeedbackBox)} == boxes
    assert [batch.number for batch in await world.rows(one, FeedbackBatch)] == [2]
    assert KeyRing(copied[1]).names("box-") == []
    assert remedies(log) == [ELSEWHERE] * 3
    assert [line["event"] for line in log if line["log_level"] == "error"] == ["keys.elsewhere"] * 3


async def test_what_came_again_to_a_program_without_the_key_did_arrive(
    world: World, copied: tuple[Path, Path]
) -> None:
    one, other = await parted(world, copied)
    await world.confide(one, AMINA, "words")

    again = await world.goes_to(other, AMINA)

    assert again.startswith("🔒 ✅ It arrived.")


async def test_a_program_takes_up_the_key_when_its_folder_is_put_right(
    world: World, copied: tuple[Path, Path]
) -> None:
    _, other = await parted(world, copied)
    await other.dummies._put()
    [file] = copied[0].glob("box-*.key")
    shutil.copy(file, copied[1])

    with capture_logs() as log:
        await other.ticker.tick()
    said = await world.confide(other, AMINA, "words")

    assert (said.startswith("🔒 ✅ It arrived"), remedies(log)) == (True, [])
    assert other.toolbox.others.is_shown(feedback.SHOWN)


async def test_a_program_whose_marks_have_turned_takes_nothing(
    world: World, copied: tuple[Path, Path]
) -> None:
    one = await world.start(copied[0])
    shutil.copytree(*copied)
    other = await world.start(copied[1])
    await open_channel(one)
    for _ in range(2):
        await one.ticker.tidy()
        world.clock.set(world.clock.now() + updates.TURN)
    boxes = len(await world.rows(one, FeedbackBox))
    world.telegram.write(AMINA, AMINA, "/feedback")
    with pytest.raises(KeysElsewhere):
        # Whether it was taken before, this program cannot know: so it stops, and takes nothing.
        await world.confide(other, AMINA, "words")

    assert len(await world.rows(one, FeedbackBox)) == boxes


async def what_the_doctor_says(world: World, keys: Path) -> dict[str, tuple[bool, str]]:
    """Return what an operator reads who asks with this folder, by what it is about."""
    chosen = load(_env_file=None, database_url=world.url, data_dir=keys.parent, key_dir=keys)
    found = await privacy.examine(chosen, world.clock)
    return {one.what: (one.is_well, one.said) for one in found}


async def test_the_doctor_says_which_program_has_which_keys(
    world: World, copied: tuple[Path, Path]
) -> None:
    one = await world.start(copied[0])
    shutil.copytree(*copied)
    other = await world.start(copied[1])
    both = await what_the_doctor_says(world, copied[0])
    await world.to_the_release(one)
    await one.ticker.tick()
    await other.dummies._put()

    mine, copy, none = [
        await what_the_doctor_says(world, folder)
        for folder in (copied[0], copied[1], copied[0].with_name("elsewhere"))
    ]

    waits, several = "key of what waits", "keys of several programs"
    assert both[several] == (True, "2 programs run on this database, and each has them")
    assert mine[waits][0]
    assert mine[several] == (
        False,
        "1 of 2 programs that run refuse feedback: they lack its key",
    )
    assert not copy[waits][0]
    assert copy[waits][1].endswith("1 that run on this database had it when they looked last")
    assert none[several] == (False, "2 that run on this database have other keys than this folder")


# --- a program that is killed -------------------------------------------------------------------


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("programs")) as opened:
        yield opened


async def test_keys_are_lost_when_the_last_program_that_has_them_is_killed_and_not_before(
    world: World, programs: Nursery, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "keys", tmp_path / "elsewhere"
    order = Order(world.url, world.address, str(folder))
    async with Lives(programs, lambda life: None if life else order) as lives:
        await shown(world.url)
        before = [await rows_of(world.url, table) for table in (FeedbackBatch, MarkKey)]
        await confided(world, folder)
        with pytest.raises(KeysElsewhere) as refused:
            await world.start(elsewhere)
        boxes = await rows_of(world.url, FeedbackBox)
        while_it_lived = [await rows_of(world.url, table) for table in (FeedbackBatch, MarkKey)]
        lives.kill()
        await until(lambda: lives.kills)

    with capture_logs() as log:
        second = await world.start(elsewhere)

    assert "BARAZA_KEY_DIR" in str(refused.value)
    assert (while_it_lived, len(boxes) >= 3) == (before, True)
    lost = [(line["event"], line.get("boxes")) for line in log if "lost" in line["event"]]
    assert lost == [("keys.lost", None), ("feedback.key_lost", len(boxes))]
    assert await world.rows(second, FeedbackBox) == []
    assert len(KeyRing(elsewhere).names("box-")) == 1


async def shown(url: str) -> None:
    """Wait until a program shows that it has the key."""
    database = Database(url)
    async with asyncio.timeout(PATIENCE):
        while not await database.run(lambda session: holders(session, feedback.SHOWN)):
            await asyncio.sleep(0.02)
    await database.close()


async def confided(world: World, folder: Path) -> None:
    """Let three write, through one more program that has the keys."""
    async with world.program(folder) as program:
        for number in range(3):
            said = Submission(1, None, f"words {number}", b"r" * 16)
            async with program.toolbox.database.transaction() as session:
                await feedback.keep(session, program.toolbox.keys, 7_000_000 + number, said)


async def rows_of(url: str, table: type[SQLModel]) -> list[dict[str, Any]]:
    """Return all rows of a table, as nobody's program sees them."""
    database = Database(url)

    async def work(session: AsyncSession) -> list[dict[str, Any]]:
        return [one.model_dump() for one in (await session.execute(select(table))).scalars()]

    try:
        return await database.run(work)
    finally:
        await database.close()
