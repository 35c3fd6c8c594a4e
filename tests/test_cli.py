"""The command line, as an operator uses it: a process of its own, its output and its exit code."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import app, cli, play
from bot.botapi.errors import TokenRefused, Unreachable
from bot.database import Database
from bot.keys import KeyRing
from bot.models import Invitation, Member, Run
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.services import updates
from bot.settings import SettingWrong, load
from tests.conftest import unavailable

ROOT = Path(__file__).parents[1]
TOKEN = "1000:a-secret"
UNKNOWN = (
    "baraza: BARAZA_TELEGRAM_TOKEN is not known to Telegram: ask @BotFather for the present one\n"
)
UNREACHABLE = (
    "baraza: Telegram cannot be reached: check the network, and BARAZA_TELEGRAM_API if it is set\n"
)


@dataclass
class Shell:
    """An empty directory in which commands are run, with a small Telegram to reach."""

    folder: Path
    telegram: FakeTelegram
    settings: dict[str, str]
    prefix: tuple[str, ...] = ()
    """The command that runs the command."""

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start a command."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith("BARAZA_")}
        return await asyncio.create_subprocess_exec(
            *self.prefix,
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env={**plain, "PYTHONPATH": str(ROOT), **self.settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str) -> tuple[int | None, str, str]:
        """Run a command to its end; return its exit code and what it printed on both lines."""
        process = await self.start(*arguments)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    async def count(self, table: type[SQLModel]) -> int:
        """Return how many rows of a table the program has left."""
        database = Database(f"sqlite+aiosqlite:///{self.folder / 'data' / 'baraza.db'}")

        async def work(session: AsyncSession) -> int:
            return int(await session.scalar(select(func.count()).select_from(table)) or 0)

        try:
            return await database.run(work)
        finally:
            await database.close()


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """Lend a shell."""
    telegram = FakeTelegram(lambda: datetime.now(UTC))
    telegram.add_bot(TOKEN, "BarazaBot", "Baraza")
    async with PlaygroundServer(telegram) as server:
        settings = {"BARAZA_TELEGRAM_TOKEN": TOKEN, "BARAZA_TELEGRAM_API": server.url}
        yield Shell(tmp_path, telegram, settings)


@pytest.fixture
def plain_shell(shell: Shell, sqlite_template: Path) -> Shell:
    """Return a shell whom permissions hold back, also as root, with a bot that has been set up."""
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            unavailable("setpriv", "without it no permission holds root back")
        rights = "-dac_override,-dac_read_search"
        shell.prefix = (setpriv, f"--inh-caps={rights}", f"--bounding-set={rights}")
    data = shell.folder / "data"
    data.mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, data / "baraza.db")
    return shell


async def running(shell: Shell) -> asyncio.subprocess.Process:
    """Start the bot and return it when it has begun to fetch updates."""
    process = await shell.start("run")
    async with asyncio.timeout(30):
        while not shell.telegram.commands and process.returncode is None:
            await shell.telegram.changed(shell.telegram.revision, 0.05)
    return process


async def test_a_missing_token_is_one_sentence(shell: Shell) -> None:
    del shell.settings["BARAZA_TELEGRAM_TOKEN"]

    code, out, err = await shell.run("run")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("baraza: BARAZA_TELEGRAM_TOKEN is not set: ask @BotFather")


async def test_a_token_that_telegram_does_not_know_is_one_sentence(shell: Shell) -> None:
    shell.settings["BARAZA_TELEGRAM_TOKEN"] = "1000:revoked"

    assert await shell.run("run") == (2, "", UNKNOWN)


async def test_a_token_that_is_revoked_ends_the_program_with_one_sentence(shell: Shell) -> None:
    process = await running(shell)

    shell.telegram.add_bot("1000:the-next", "BarazaBot", "Baraza")
    # The poll that is under way comes back; the next one is refused.
    shell.telegram.add_user(11, "Amina")
    shell.telegram.write(11, 11, "hello")
    async with asyncio.timeout(30):
        _, err = await process.communicate()

    assert process.returncode == 2
    assert err.decode().endswith(UNKNOWN)
    assert "Traceback" not in err.decode()


async def test_a_program_that_is_told_to_stop_stops_properly_and_holds_its_directory_until_then(
    shell: Shell,
) -> None:
    process = await running(shell)
    notes = await shell.count(Run)

    second = await shell.run("run")
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        _, err = await process.communicate()

    assert second[0] == 2
    assert second[2] == (
        "baraza: another Baraza is running on data: stop it, or set BARAZA_DATA_DIR to another"
        " directory\n"
    )
    assert (process.returncode, "Traceback" in err.decode()) == (0, False)
    started, stopped = err.decode().splitlines()
    assert re.search(r"program\.started +bot=@BarazaBot version=\d", started)
    assert "program.stopped" in stopped
    assert (notes, await shell.count(Run)) == (1, 0)


async def test_a_program_whose_keys_another_replaced_ends_with_one_sentence(shell: Shell) -> None:
    process = await running(shell)
    database = Database(f"sqlite+aiosqlite:///{shell.folder / 'data' / 'baraza.db'}")
    elsewhere = KeyRing(shell.folder / "elsewhere")
    await database.run(lambda session: updates.prepare(session, elsewhere))
    await database.close()

    shell.telegram.add_user(11, "Amina")
    shell.telegram.write(11, 11, "hello")
    async with asyncio.timeout(30):
        _, err = await process.communicate()

    assert process.returncode == 2
    assert err.decode().endswith(
        "baraza: another Baraza uses this database with other keys: give every program on it the"
        " same BARAZA_KEY_DIR\n"
    )
    assert "Traceback" not in err.decode()


async def test_a_folder_for_keys_that_cannot_be_written_is_named(shell: Shell) -> None:
    (shell.folder / "file").touch()
    shell.settings["BARAZA_KEY_DIR"] = "file/keys"

    assert await shell.run("run") == (
        2,
        "",
        "baraza: BARAZA_KEY_DIR (file/keys) cannot be written: Not a directory\n",
    )


async def test_a_key_that_cannot_be_read_is_named_and_not_taken_for_lost(shell: Shell) -> None:
    process = await running(shell)
    process.terminate()
    await process.communicate()
    for file in (shell.folder / "data" / "keys").glob("marks-*.key"):
        file.unlink()
        # Even who may read everything cannot read that.
        file.mkdir()

    code, _, said = await shell.run("run")

    folder = "data/keys"
    assert (code, said) == (
        2,
        f"baraza: BARAZA_KEY_DIR ({folder}) cannot be read: Is a directory\n",
    )


async def test_keys_lie_in_a_folder_that_only_the_bots_user_enters(shell: Shell) -> None:
    process = await running(shell)
    process.terminate()
    await process.communicate()

    folder = shell.folder / "data" / "keys"
    kinds = sorted(path.name.partition("-")[0] for path in folder.iterdir())
    modes = [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())]
    assert (kinds, modes) == (["box", "marks"], [0o700, 0o600, 0o600])


async def test_an_invitation_is_a_link_whose_code_only_its_bearer_knows(shell: Shell) -> None:
    code, out, err = await shell.run("invite")

    assert (code, err) == (0, "")
    assert re.fullmatch(r"https://t\.me/BarazaBot\?start=[A-Za-z0-9_-]{1,64}\n", out)
    assert await shell.count(Invitation) == 1
    stored = (shell.folder / "data" / "baraza.db").read_bytes()
    assert out.strip().partition("=")[2].encode() not in stored


async def test_a_bot_without_an_operator_prints_a_link_at_each_start_until_one_is_used(
    shell: Shell,
) -> None:
    shell.telegram.add_user(11, "Amina")
    links: list[str] = []
    logs: list[str] = []
    for _ in range(3):
        process = await running(shell)
        if len(links) == 1:
            shell.telegram.write(11, 11, f"/start {links[0]}")
            async with asyncio.timeout(30):
                while not (await shell.count(Member)):
                    await shell.telegram.changed(shell.telegram.revision, 0.05)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        links += re.findall(r"https://t\.me/BarazaBot\?start=([A-Za-z0-9_-]{1,64})\n", out.decode())
        logs.append(err.decode())

    # The second start printed another one; by then the first was used.
    assert len(set(links)) == 2
    assert not any(link in log for link in links for log in logs)


async def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password(
    shell: Shell,
) -> None:
    shell.settings["BARAZA_DATABASE_URL"] = "postgresql+asyncpg://me:hush@127.0.0.1:9/db"

    code, out, err = await shell.run("migrate")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("baraza: BARAZA_DATABASE_URL: the database cannot be used (")
    assert "hush" not in err


async def test_the_database_is_made_where_nothing_was(shell: Shell) -> None:
    assert await shell.run("migrate") == (0, "", "")
    assert await shell.run("migrate") == (0, "", "")
    assert await shell.count(Run) == 0


# --- a database that cannot be used --------------------------------------------------------------


async def test_a_database_that_one_may_not_write_to_is_one_sentence(plain_shell: Shell) -> None:
    (plain_shell.folder / "data" / "baraza.db").chmod(0o444)

    code, out, err = await plain_shell.run("run")

    assert (code, out) == (2, "")
    assert err == (
        "baraza: the database cannot be used (data/baraza.db), this user may not write to it: give "
        "it, and the folder that it is in, to the user that runs Baraza (chown)\n"
    )


async def test_the_doctor_finds_a_database_that_one_may_not_write_to(plain_shell: Shell) -> None:
    (plain_shell.folder / "data" / "baraza.db").chmod(0o444)

    code, out, err = await plain_shell.run("doctor")

    assert (code, err) == (1, "")
    assert [line for line in out.splitlines() if not line.startswith("well")] == [
        "WRONG  database: this user may not write to data/baraza.db",
        "       Give it, and the folder that it is in, to the user that runs Baraza (chown).",
    ]


async def test_a_database_that_another_program_holds_is_one_sentence(plain_shell: Shell) -> None:
    with closing(sqlite3.connect(plain_shell.folder / "data" / "baraza.db")) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        code, out, err = await plain_shell.run("migrate")

    assert (code, out) == (2, "")
    assert err == (
        "baraza: the database cannot be used (data/baraza.db), another program holds it: stop that "
        "program: another Baraza, or a tool in which the file is open\n"
    )


async def test_a_backup_of_what_one_may_not_read_is_one_sentence(plain_shell: Shell) -> None:
    (plain_shell.folder / "data" / "baraza.db").chmod(0)

    code, out, err = await plain_shell.run("backup", "copy")

    assert (code, out) == (2, "")
    assert err == (
        "baraza: data/baraza.db cannot be read (SQLITE_CANTOPEN): run this as the user that runs "
        "Baraza\n"
    )


@pytest.mark.parametrize("name", ["lock", "baraza.db.lock"])
async def test_a_lock_of_another_user_is_found(plain_shell: Shell, name: str) -> None:
    lock = plain_shell.folder / "data" / name
    lock.touch()
    lock.chmod(0)

    _, found, _ = await plain_shell.run("doctor")
    code, out, err = await plain_shell.run("run")

    assert f"this user may not write to data/{name}\n       Give it, and the folder" in found
    assert found.count("WRONG") == 1
    assert (code, out) == (2, "")
    assert err == (
        f"baraza: data/{name} cannot be written (Permission denied): give it to the user that runs "
        "Baraza (chown)\n"
    )


@pytest.mark.parametrize("name", ["data", "data/play", "data/play/deeper"])
async def test_the_doctor_finds_that_a_data_directory_can_never_be_made(
    plain_shell: Shell, name: str
) -> None:
    plain_shell.settings["BARAZA_DATA_DIR"] = name
    (plain_shell.folder / "data").chmod(0o500 if name == "data/play" else 0)

    code, out, err = await plain_shell.run("doctor")

    assert (code, err) == (1, "")
    how = "written" if name == "data" else "made"
    assert f"WRONG  data directory: {name} cannot be {how}\n" in out


# --- the playground ----------------------------------------------------------------------------


async def told(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """Wait until a playground has told its address, end it; return both its lines of output."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
        process.terminate()
        out, err = await process.communicate()
    # Told to stop before it has begun to listen, it just ends.
    assert process.returncode in {0, -signal.SIGTERM}
    return line + out.decode(), err.decode()


async def test_a_second_start_goes_on_and_lives_nothing_again(
    shell: Shell, lived_dir: Path
) -> None:
    shell.settings["BARAZA_DATA_DIR"] = str(lived_dir)
    before = (lived_dir / "play" / "telegram.db").stat().st_ino

    out, err = await told(await shell.start("play", "--port", "0"))

    assert out.startswith("Baraza's playground: open http://127.0.0.1:")
    assert "three months" not in err
    assert (lived_dir / "play" / "telegram.db").stat().st_ino == before


async def test_fresh_begins_again(shell: Shell) -> None:
    await told(await shell.start("play", "--empty", "--port", "0"))
    telegram = shell.folder / "data" / "play-empty" / "telegram.db"
    first = FakeTelegram(lambda: datetime.now(UTC), telegram)
    first.write(10, 10, "hello")
    first.close()

    await told(await shell.start("play", "--empty", "--fresh", "--port", "0"))

    again = FakeTelegram(lambda: datetime.now(UTC), telegram)
    assert again.messages(10) == []
    again.close()


async def test_a_data_directory_that_the_playground_makes_is_for_its_owner_alone(
    shell: Shell,
) -> None:
    await told(await shell.start("play", "--empty", "--port", "0"))

    folders = (shell.folder / "data", shell.folder / "data" / "play-empty")
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]


async def test_a_port_that_is_taken_costs_neither_time_nor_what_was_played(shell: Shell) -> None:
    played = shell.folder / "data" / "play" / "telegram.db"
    played.parent.mkdir(mode=0o700, parents=True)
    played.write_text("what was played")
    taken = shell.settings["BARAZA_TELEGRAM_API"].rpartition(":")[2]

    code, out, err = await shell.run("play", "--fresh", "--port", taken)

    assert (code, out) == (2, "")
    assert err == (
        f"baraza: port {taken} cannot be used (Address already in use): choose another with "
        "--port\n"
    )
    assert {path.name for path in played.parent.iterdir()} == {"lock", "telegram.db"}
    assert played.read_text() == "what was played"


async def test_the_page_is_opened_in_the_language_that_was_asked_for(shell: Shell) -> None:
    process = await shell.start("play", "--empty", "--lang", "sw", "--port", "0")

    out, _ = await told(process)

    assert re.search(r"http://127\.0\.0\.1:\d+/\?language=sw ", out)


@pytest.mark.parametrize(
    ("wish", "code"),
    [("en", "en"), ("EN", "en"), ("sw_KE", "sw"), ("SW-ke", "sw"), ("so_SO", "so")],
)
def test_a_language_is_understood_however_its_code_is_written(wish: str, code: str) -> None:
    assert play.language_of(wish) == code


@pytest.mark.parametrize("wish", ["", "tlh", "swe", "-", "KE", "en sw"])
def test_what_is_no_language_of_the_page_is_not_taken_for_one(wish: str) -> None:
    with pytest.raises(SettingWrong):
        play.language_of(wish)


async def test_a_language_that_nobody_has_written_yet_is_answered_with_those_there_are(
    shell: Shell,
) -> None:
    code, out, err = await shell.run("play", "--lang", "tlh")

    assert (code, out) == (2, "")
    assert err == (
        "baraza: the playground does not speak 'tlh' yet; --lang can be: "
        "en (English), so (Soomaali), sw (Kiswahili)\n"
    )
    assert not (shell.folder / "data" / "play").exists()


# --- without a process -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(TokenRefused(), UNKNOWN, id="token"),
        pytest.param(Unreachable(), UNREACHABLE, id="network"),
    ],
)
@pytest.mark.parametrize("is_in_a_group", [False, True], ids=["at the start", "while it runs"])
def test_what_an_operator_can_mend_ends_with_exit_code_2(
    error: Exception, sentence: str, capsys: pytest.CaptureFixture[str], *, is_in_a_group: bool
) -> None:
    async def fail() -> None:
        raise ExceptionGroup("parts", [error]) if is_in_a_group else error

    with pytest.raises(SystemExit) as raised:
        cli._call_telegram(load(_env_file=None), fail())

    assert (raised.value.code, capsys.readouterr().err) == (2, sentence)


def test_a_bug_is_not_explained_away() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises((ZeroDivisionError, ExceptionGroup)):
        cli._call_telegram(load(_env_file=None), fail())


def test_two_programs_cannot_hold_one_directory(tmp_path: Path) -> None:
    with (
        app.sole_user(tmp_path),
        pytest.raises(SettingWrong, match="another Baraza is running on"),
        app.sole_user(tmp_path),
    ):
        pass
    with app.sole_user(tmp_path):
        pass


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(SettingWrong, match=r"^BARAZA_DATA_DIR \(.*file.data\) cannot be written: "),
        app.sole_user(tmp_path / "file" / "data"),
    ):
        pass


async def test_a_backup_is_made_while_the_bot_runs_and_restored_once_it_stopped(
    shell: Shell,
) -> None:
    process = await running(shell)
    saved = await shell.run("backup", "copy")
    in_the_way = await shell.run("restore", "copy")
    process.terminate()
    await process.communicate()
    not_empty = await shell.run("restore", "copy")
    shell.settings["BARAZA_DATA_DIR"] = "elsewhere"
    restored = await shell.run("restore", "copy")

    assert saved[:2] == (
        0,
        "Saved in copy. Keep it as carefully as the database: it names people.\n",
    )
    assert in_the_way[0] == 2
    assert "another Baraza is running on data" in in_the_way[2]
    assert not_empty[0] == 2
    assert "the database is not empty" in not_empty[2]
    assert restored == (0, "Restored. `baraza run` goes on from there.\n", "")


async def test_the_doctor_says_what_is_wrong_and_what_to_do(shell: Shell) -> None:
    code, out, err = await shell.run("doctor")
    assert (code, err) == (0, "")
    assert "WRONG" not in out
    assert "well   token: @BarazaBot\n" in out

    shell.telegram.privacy_mode = False
    code, out, err = await shell.run("doctor")
    assert (code, err) == (1, "")
    assert "WRONG  privacy mode: off\n       The bot is sent everything" in out


async def test_health_is_what_a_running_bot_shows(shell: Shell) -> None:
    assert await shell.run("health") == (1, "", "baraza: no bot runs on data\n")

    process = await running(shell)
    sign = shell.folder / "data" / "alive"
    async with asyncio.timeout(30):
        while not sign.exists():
            await asyncio.sleep(0.01)
    assert await shell.run("health") == (0, "", "")

    long_ago = time.time() - 300
    os.utime(sign, (long_ago, long_ago))
    code, _, err = await shell.run("health")
    assert code == 1
    assert err.startswith("baraza: the bot on data gave no sign for 30")

    process.terminate()
    await process.communicate()
    assert (await shell.run("health"))[0] == 1
