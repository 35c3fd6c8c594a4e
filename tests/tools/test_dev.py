"""`./dev` on machines that lack something, played by stand-ins for Python, id and apt-get."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ORDINARY = ("cat", "cksum", "cp", "dirname", "grep", "mkdir", "mv", "pwd", "rm", "sh")

PYTHON = """#!/bin/sh
case "$*" in
*'version_info[:2]'*) echo python3.11-venv ;;
*version_info*) exit 0 ;;
*ensurepip*) test -e "$MACHINE/has_venv" ;;
"-m venv "*)
    echo "made an environment" >>"$MACHINE/log"
    mkdir -p "$3/bin"
    cp "$MACHINE/installed_python" "$3/bin/python" ;;
esac
"""

INSTALLED_PYTHON = """#!/bin/sh
echo "$*" >>"$MACHINE/log"
case "$*" in
*"-m pip"*"-r requirements"*) test ! -e "$MACHINE/is_interrupted" ;;
*tools.chromium*) test -e "$MACHINE/has_chromium" || { echo "no browser" >&2; exit 1; } ;;
esac
"""

APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$MACHINE/log"
case "$*" in
*install*-venv*) : >"$MACHINE/has_venv" ;;
*install*chromium*) : >"$MACHINE/has_chromium" ;;
esac
"""

APT_CACHE = """#!/bin/sh
echo "  Candidate: 140.0"
"""


@dataclass(frozen=True)
class Machine:
    """A checkout on a machine with nothing but what a test puts there."""

    folder: Path
    name: str = "checkout"

    @property
    def checkout(self) -> Path:
        return self.folder / self.name

    @property
    def log(self) -> list[str]:
        """Say what was done since the last look."""
        path = self.folder / "log"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def mark(self, name: str) -> None:
        (self.folder / name).touch()

    def unmark(self, name: str) -> None:
        (self.folder / name).unlink()

    def dev(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("sh") or "sh", "./dev", *arguments],
            cwd=self.checkout,
            env={"PATH": str(self.folder / "bin"), "MACHINE": str(self.folder), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine of an ordinary user, with Python, without venv and Chromium."""
    machine = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    machine.checkout.mkdir()
    for name in ("dev", "pyproject.toml", "requirements.lock", "requirements-run.lock"):
        shutil.copy(ROOT / name, machine.checkout)
    for name in ORDINARY:
        program = shutil.which(name)
        assert program is not None
        (tmp_path / "bin" / name).symlink_to(program)
    machine.program("python3", PYTHON)
    machine.program("apt-get", APT_GET)
    machine.program("apt-cache", APT_CACHE)
    machine.program("id", "#!/bin/sh\necho 1000\n")
    (tmp_path / "installed_python").write_text(INSTALLED_PYTHON, encoding="utf-8")
    (tmp_path / "installed_python").chmod(0o755)
    return machine


@pytest.fixture
def roots_machine(machine: Machine) -> Machine:
    """Return the same machine, used by root."""
    machine.program("id", "#!/bin/sh\necho 0\n")
    return machine


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """Return a machine where `./dev` has run, with all it wants."""
    machine.mark("has_venv")
    machine.mark("has_chromium")
    machine.dev("test")
    machine.log  # noqa: B018  # looks, so that a test sees only what it caused
    return machine


def test_alone_it_lists_every_task(machine: Machine) -> None:
    tasks = re.findall(r"^([a-z-]+)\) set_up", (ROOT / "dev").read_text("utf-8"), re.MULTILINE)

    answer = machine.dev()

    assert answer.returncode == 0
    assert re.findall(r"^\./dev ([a-z-]+)", answer.stdout, re.MULTILINE) == tasks
    assert machine.log == []


def test_an_unknown_task_is_an_error(machine: Machine) -> None:
    answer = machine.dev("nonsense")

    assert answer.returncode == 1
    assert answer.stderr.endswith("There is no task 'nonsense'.\n")


def test_the_first_time_everything_is_installed_with_hashes(machine: Machine) -> None:
    machine.mark("has_venv")
    machine.mark("has_chromium")

    answer = machine.dev("test", "-k", "two words")

    assert answer.returncode == 0
    assert machine.log == [
        "made an environment",
        "-m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock",
        "-m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .",
        "-m tools.chromium",
        "-m pytest -n auto --dist worksteal -k two words",
    ]


def test_the_second_time_nothing_is_installed(ready: Machine) -> None:
    answer = ready.dev("test")

    assert answer.stderr == ""
    assert ready.log == ["-m tools.chromium", "-m pytest -n auto --dist worksteal"]


def test_who_only_plays_gets_what_runs_and_the_second_time_nothing(machine: Machine) -> None:
    machine.mark("has_venv")

    machine.dev("play", "--fresh")
    first = machine.log
    machine.dev("play")

    assert first == [
        "made an environment",
        "-m pip install -q --disable-pip-version-check --require-hashes -r requirements-run.lock",
        "-m bot play --fresh",
    ]
    assert machine.log == ["-m bot play"]


def test_what_was_made_to_test_serves_to_play(ready: Machine) -> None:
    ready.dev("play")

    assert ready.log == ["-m bot play"]


def test_what_was_made_to_play_is_made_anew_to_test(machine: Machine) -> None:
    machine.mark("has_venv")
    machine.dev("play")
    machine.log  # noqa: B018  # looks, so that only what follows is seen

    machine.dev("test")

    done = machine.log
    assert done[0] == "made an environment"
    assert done[1].endswith("-r requirements.lock")


def test_an_interrupted_installation_to_play_is_begun_again(machine: Machine) -> None:
    machine.mark("has_venv")
    machine.mark("is_interrupted")
    machine.dev("play")
    machine.unmark("is_interrupted")

    machine.dev("play")

    assert machine.log.count("made an environment") == 2


def test_a_new_lock_makes_a_new_environment(ready: Machine) -> None:
    with (ready.checkout / "requirements.lock").open("a", encoding="utf-8") as file:
        file.write("# newer\n")

    ready.dev("test")

    assert ready.log[0] == "made an environment"


def test_a_moved_checkout_gets_a_new_environment(ready: Machine) -> None:
    ready.checkout.rename(ready.folder / "moved")

    Machine(ready.folder, "moved").dev("test")

    assert ready.log[0] == "made an environment"


def test_changed_settings_of_the_project_only_install_the_project_again(ready: Machine) -> None:
    with (ready.checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# newer\n")

    ready.dev("test")

    assert ready.log[0].endswith("--no-deps --no-build-isolation -e .")


def test_an_interrupted_installation_is_not_taken_for_a_finished_one(machine: Machine) -> None:
    machine.mark("has_venv")
    machine.mark("is_interrupted")
    interrupted = machine.dev("test")
    before = machine.log
    machine.unmark("is_interrupted")

    machine.dev("test")

    assert interrupted.returncode != 0
    assert before[-1].endswith("-r requirements.lock")
    assert machine.log[0] == "made an environment"


def test_a_user_without_venv_is_given_one_line_to_type(machine: Machine) -> None:
    answer = machine.dev("test")

    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y python3.11-venv"
    )
    assert machine.log == []


def test_a_user_without_chromium_goes_on_and_is_told(machine: Machine) -> None:
    machine.mark("has_venv")

    answer = machine.dev("test")

    assert answer.returncode == 0
    assert answer.stderr.splitlines()[-1] == (
        "Going on without the browser tests: no browser. To have them: sudo apt-get install -y "
        "chromium fonts-noto-core fonts-noto-color-emoji libatomic1"
    )
    assert machine.log[-1] == "-m pytest -n auto --dist worksteal"


def test_root_without_venv_and_chromium_gets_both(roots_machine: Machine) -> None:
    answer = roots_machine.dev("test")

    done = roots_machine.log
    assert answer.returncode == 0
    assert "Going on without" not in answer.stderr
    assert [line for line in done if "install" in line and line.startswith("apt-get")] == [
        "apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends python3.11-venv",
        (
            "apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends"
            " chromium fonts-noto-core fonts-noto-color-emoji libatomic1"
        ),
    ]
    assert done[-1] == "-m pytest -n auto --dist worksteal"


def test_where_chromium_is_only_a_snap_playwrights_own_is_installed(roots_machine: Machine) -> None:
    roots_machine.program("apt-cache", "#!/bin/sh\necho '  Candidate: 2:1snap1-0ubuntu2'\n")

    roots_machine.dev("test")

    assert "-m playwright install --with-deps chromium" in roots_machine.log


def test_only_the_tests_want_a_browser(machine: Machine) -> None:
    machine.mark("has_venv")

    answer = machine.dev("bench")

    assert "Chromium" not in answer.stderr


def test_without_a_recent_python_it_says_so(machine: Machine) -> None:
    machine.program("python3", "#!/bin/sh\nexit 1\n")

    answer = machine.dev("test")

    assert answer.returncode == 1
    assert answer.stderr == (
        "Baraza needs Python 3.11 or newer, and found none. "
        "Install one, or name it: PYTHON=/path/to/python3 ./dev\n"
    )


def test_a_python_that_is_named_must_be_recent(machine: Machine) -> None:
    machine.program("python3.9", "#!/bin/sh\nexit 1\n")

    answer = machine.dev("test", PYTHON="python3.9")

    assert answer.returncode == 1
    assert answer.stderr == "PYTHON=python3.9 is not a Python 3.11 or newer.\n"


def test_naming_another_python_makes_a_new_environment_and_it_stays(ready: Machine) -> None:
    ready.program("python3.12", PYTHON)

    ready.dev("test", PYTHON="python3.12")
    first = ready.log
    ready.dev("test")

    assert first[0] == "made an environment"
    assert ready.log == ["-m tools.chromium", "-m pytest -n auto --dist worksteal"]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck here")
def test_the_scripts_are_sound() -> None:
    answer = subprocess.run(
        ["shellcheck", "dev", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.stdout == ""
