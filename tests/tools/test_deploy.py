"""The files that others install Baraza with, read by the tools that know their rules."""

import shutil
import subprocess
import sys
from pathlib import Path

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
