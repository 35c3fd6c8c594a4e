"""The files that others install Baraza with, read by the tools that know their rules."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import unavailable

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


def complaints(*command: str) -> str:
    """Run a checker and return what it has to say; nothing if all is well."""
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else run.stdout + run.stderr


def test_the_dockerfile_has_no_known_mistake() -> None:
    assert complaints(str(PROGRAMS / "hadolint"), "Dockerfile") == ""


def test_the_compose_file_keeps_to_its_specification() -> None:
    checker = str(PROGRAMS / "check-jsonschema")
    assert complaints(checker, "--builtin-schema", "vendor.compose-spec", "compose.yaml") == ""


def test_the_unit_is_understood_by_systemd(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        unavailable("systemd", "systemd-analyze is not installed")
    unit = tmp_path / "baraza.service"
    # The program is not installed here; that is all that may differ.
    words = (ROOT / "deploy" / "baraza.service").read_text()
    unit.write_text(words.replace("/opt/baraza/bin/baraza", "/bin/true"))

    assert complaints("systemd-analyze", "verify", str(unit)) == ""


# --- Commands beside the service ------------------------------------------------------------------

ADMIN = ROOT / "deploy" / "baraza-admin"
SYSTEMD_RUN = """#!/bin/sh
printf '%s\\n' "$@"
exit 7
"""


def test_the_script_for_commands_beside_the_service_is_sound() -> None:
    if not shutil.which("shellcheck"):
        unavailable("shellcheck", "it is not installed")
    assert complaints("shellcheck", str(ADMIN)) == ""


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """Return what systemd-run is asked for, one argument each, by a stand-in that fails with 7."""
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text(SYSTEMD_RUN)
    stand_in.chmod(0o755)
    command = [str(ADMIN), "backup", "two words.backup"]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr) == (7, "")
    return run.stdout.splitlines()


def settings_in(unit: str) -> set[str]:
    """Return what decides on user, places, token and settings of a service."""
    lines = unit.replace("%S", "/var/lib").splitlines()
    names = ("DynamicUser", "StateDirectory", "WorkingDirectory", "UMask", "LoadCredential", "Env")
    return {line for line in lines if line.startswith(names)}


def as_unit(asked: list[str]) -> str:
    """Return the service that systemd-run is asked for, as a unit file says it."""
    lines = [each.removeprefix("--property=") for each in asked if each.startswith("--property=")]
    lines += [
        each.replace("--setenv=", "Environment=", 1)
        for each in asked
        if each.startswith("--setenv=")
    ]
    return "\n".join(["[Service]", "ExecStart=/bin/true", *lines, ""])


def test_a_command_beside_the_service_has_its_user_its_places_and_its_settings(
    asked: list[str],
) -> None:
    [name] = [each.removeprefix("--unit=") for each in asked if each.startswith("--unit=")]
    service = (ROOT / "deploy" / "baraza.service").read_text()
    # systemd-run passes no %d on: the place of the credentials is written out.
    expected = settings_in(service.replace("%d", f"/run/credentials/{name}.service"))

    assert settings_in(as_unit(asked)) == expected
    # DynamicUser takes the user's name from the unit's, which is another one here.
    assert "--property=User=baraza" in asked
    assert not any("%" in each for each in asked)


def test_a_command_beside_the_service_is_baraza_with_its_arguments(asked: list[str]) -> None:
    service = (ROOT / "deploy" / "baraza.service").read_text()

    assert {"--pipe", "--wait", "--collect"} <= set(asked)
    assert asked[-3:] == ["/opt/baraza/bin/baraza", "backup", "two words.backup"]
    assert "ExecStart=/opt/baraza/bin/baraza run" in service


def test_a_command_beside_the_service_is_understood_by_systemd(
    asked: list[str], tmp_path: Path
) -> None:
    if not shutil.which("systemd-analyze"):
        unavailable("systemd", "systemd-analyze is not installed")
    unit = tmp_path / "baraza-admin.service"
    unit.write_text(as_unit(asked))

    assert complaints("systemd-analyze", "verify", str(unit)) == ""


# --- The image ------------------------------------------------------------------------------------


def test_an_image_is_built_from_the_locked_versions() -> None:
    locked = pins(ROOT / "requirements.lock")
    running = pins(ROOT / "requirements-run.lock")

    assert running.items() <= locked.items()
    assert "aiohttp" in running
    assert "pytest" not in running


def pins(file: Path) -> dict[str, str]:
    """Return the packages that a lock names, with their versions."""
    lines = (line for line in file.read_text().splitlines() if line and line[0].isalnum())
    return dict(line.split(" ")[0].split("==") for line in lines)
