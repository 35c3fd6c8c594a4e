"""The package as others install it: a wheel in an environment that has no checkout."""

import asyncio
import os
import re
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import aiohttp
import pytest
from babel.messages.pofile import read_po

from bot.rendering.i18n import Catalogues
from tests.rendering.pdf import pages

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0
"""Seconds (real) within which a program starts."""

ALONE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
ASK = """
import bot
from bot.rendering.i18n import Catalogues
print(bot.__file__)
found = Catalogues()
for code in found.languages:
    print(code, found.name_of(code), found.translations(code).gettext("Is this right?"))
"""

PRINT = """
import sys
from datetime import UTC, datetime
from bot.domain.agenda import DEFAULT_TEMPLATE, Agenda
from bot.domain.coalitions import Coalition
from bot.domain.groups import Group
from bot.domain.meetings import Meeting, State
from bot.rendering import documents
from bot.rendering.messages import renderer
assert documents.missing_fonts() == []
begins, ends = datetime(2026, 12, 3, 7, tzinfo=UTC), datetime(2026, 12, 3, 9, tzinfo=UTC)
said = renderer().document(
    "paper",
    language="sw",
    coalition=Coalition(1, "Partners", (), ""),
    group=Group(1, 1, "Wajir", "Africa/Nairobi", ("sw",), -1),
    meeting=Meeting(1, 1, begins, ends, "Africa/Nairobi", "Hall", 1, State.PLANNED),
    agenda=Agenda(DEFAULT_TEMPLATE.items),
    holders={},
    organisations=["Maji Bora Trust"],
)
sys.stdout.buffer.write(documents.pdf("paper", said))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as `pip install .` does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def baraza(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own; what it depends on is lent from here."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    # A path that a .pth file names is searched, but its own .pth files are not read: so the
    # editable Baraza of this environment stays out.
    (packages / "lent.pth").write_text("\n".join(site.getsitepackages()))
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    options = ["-q", "--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    subprocess.run([*command, *options], check=True)
    return folder / "bin" / "baraza"


def test_the_wheel_holds_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    templates = {f"bot/{p.relative_to(ROOT)}" for p in (ROOT / "templates").rglob("*.*")}
    migrations = {str(p.relative_to(ROOT)) for p in (ROOT / "bot/migrations").rglob("0*.py")}
    languages = {p.name for p in (ROOT / "locales").iterdir() if p.is_dir()}
    catalogues = {f"bot/locales/{code}/LC_MESSAGES/baraza.mo" for code in languages}
    assert templates | migrations | catalogues <= names
    assert not [name for name in names if name.startswith(("tests", "tools"))]


def test_an_installed_program_speaks_all_languages(baraza: Path, tmp_path: Path) -> None:
    python = str(baraza.with_name("python"))
    asked = subprocess.run(
        [python, "-c", ASK], cwd=tmp_path, env=ALONE, check=True, capture_output=True, text=True
    )
    said = asked.stdout.splitlines()

    assert str(ROOT) not in said[0]
    found = Catalogues(ROOT / "locales")
    assert said[1:] == [
        f"{code} {found.name_of(code)} {found.translations(code).gettext('Is this right?')}"
        for code in found.languages
    ]


def test_an_installed_program_prints_a_document(baraza: Path, tmp_path: Path) -> None:
    python = str(baraza.with_name("python"))
    made = subprocess.run(
        [python, "-c", PRINT], cwd=tmp_path, env=ALONE, check=True, capture_output=True
    )

    agenda, to_sign = pages(made.stdout)
    assert agenda[1] == "Mkutano wa Wajir"
    assert "Maji Bora Trust" in to_sign


def test_compiled_catalogues_say_the_same_as_their_sources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    compiled = Catalogues(tmp_path / "bot" / "locales")
    sources = Catalogues(ROOT / "locales")

    assert compiled.languages == sources.languages
    for code in sources.languages:
        told, meant = compiled.translations(code), sources.translations(code)
        with (ROOT / "locales" / "baraza.pot").open("rb") as file:
            for message in read_po(file):
                one, *more = (message.id,) if isinstance(message.id, str) else message.id
                for count in (0, 1, 2, 11):
                    said = [
                        of.npgettext(message.context, one, more[0], count)
                        if message.context and more
                        else of.ngettext(one, more[0], count)
                        if more
                        else of.pgettext(message.context, one)
                        if message.context
                        else of.gettext(one)
                        for of in (told, meant)
                    ]
                    assert said[0] == said[1]


async def test_an_installed_program_is_played_without_a_checkout(
    baraza: Path, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        str(baraza), "play", "--port", "0", cwd=tmp_path, env=ALONE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
            found = re.search(r"http://\S+", line)
            assert found, line
            async with aiohttp.ClientSession() as web, web.get(found[0]) as answer:
                page = await answer.text()
        assert answer.status == 200
        assert "Baraza" in page
        assert (tmp_path / "data" / "play" / "baraza.db").exists()
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0
