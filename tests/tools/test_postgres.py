"""The PostgreSQL that tests start."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import postgres as tool
from tools.postgres import Server

LENDER = """
import time
from tools import postgres
with postgres.running() as server:
    print(server.folder, flush=True)
    time.sleep(60)
"""


def test_a_copy_holds_what_its_template_held(postgres: Server) -> None:
    postgres.create("original")
    postgres.execute("CREATE TABLE word AS SELECT 'baraza' AS spelling", database="original")
    postgres.create("copy", template="original")

    assert postgres.execute("SELECT spelling FROM word", database="copy") == "baraza"


def test_a_dropped_database_is_gone(postgres: Server) -> None:
    postgres.create("short_lived")
    postgres.drop("short_lived")

    left = postgres.execute("SELECT datname FROM pg_database")
    assert "short_lived" not in left.split()


def test_capital_letters_of_every_script_are_known(postgres: Server) -> None:
    assert postgres.execute("SELECT lower('ÉTÉ ДА')") == "été да"


def test_nothing_listens_on_a_port(postgres: Server) -> None:
    assert postgres.execute("SHOW listen_addresses") == ""


def test_an_error_of_a_statement_is_raised(postgres: Server) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        postgres.execute("SELECT nonsense")


def test_nothing_is_left_after_the_starter_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LENDER], stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        process = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        starter.send_signal(signal.SIGKILL)

    assert _comes_true(lambda: not folder.exists())
    assert _comes_true(lambda: not _lives(process))


def test_programs_closed_to_other_users_are_copied(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root runs PostgreSQL as somebody else")
    closed = tmp_path / "closed"
    installed = tool._newest_programs().parent
    package = closed / installed.parent.name
    shutil.copytree(installed, package / installed.name, symlinks=True)
    libraries = installed.parent.with_suffix(".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    lent = tmp_path / "lent"
    lent.mkdir()
    user = tool._unprivileged_user()
    shutil.chown(lent, user["user"])
    lent.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    found = tool._reachable(package / installed.name / "bin", lent, user)

    assert found.is_relative_to(lent)


def _comes_true(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
