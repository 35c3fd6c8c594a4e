"""How a playground begins, and what becomes of one that was interrupted on the way."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot import play
from bot.playground.telegram import FakeTelegram
from bot.seed.people import GROUP_CHAT

WORLD = {play.KEYS, play.BOT_FILE, play.TELEGRAM_FILE}


def found(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_a_world_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    living = asyncio.create_task(play.begin(tmp_path))
    async with asyncio.timeout(30):
        while not (tmp_path / play.UNFINISHED / play.TELEGRAM_FILE).exists():
            await asyncio.sleep(0.005)
    living.cancel()
    with suppress(asyncio.CancelledError):
        await living

    assert found(tmp_path) == {play.UNFINISHED}
    await play.begin(tmp_path, is_empty=True)
    assert found(tmp_path) == WORLD


async def test_a_world_of_which_only_a_part_is_in_its_place_is_begun_again(
    tmp_path: Path,
) -> None:
    (tmp_path / play.BOT_FILE).write_text("half")
    (tmp_path / f"{play.BOT_FILE}-wal").write_text("of a kill")
    (tmp_path / play.CLOCK_FILE).write_text('{"seconds_ahead": 99}')
    (tmp_path / "lock").write_text("")
    (tmp_path / play.KEYS).mkdir()
    (tmp_path / play.KEYS / "box-0-1.key").write_text("of a world that is gone")

    await play.begin(tmp_path, is_empty=True)

    assert found(tmp_path) == WORLD | {"lock"}
    assert found(tmp_path / play.KEYS) == set()


async def test_a_new_world_knows_nothing_of_the_one_before(lived_dir: Path) -> None:
    directory = lived_dir / "play"

    await play.begin(directory, is_empty=True)

    telegram = FakeTelegram(lambda: datetime.now(UTC), directory / play.TELEGRAM_FILE)
    assert telegram.messages(GROUP_CHAT) == []
    telegram.close()
