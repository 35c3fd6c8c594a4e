"""Templates that were compiled once are not compiled again, and never stand in for others."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, Template

from bot.rendering.compiled import Compiled
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import PRINTED, Renderer


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Python keep what it compiles in a folder of this test."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "greeting.html").write_text("Karibu {{ name }}", "utf-8")
    return folder


def greeting(templates: Path, made_by: Path = Path(__file__)) -> Template:
    """Return the template as a program that has just started finds it."""
    compiled = Compiled(made_by, "chat")
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, bytecode_cache=compiled
    )
    return environment.get_template("greeting.html")


def files(kept: Path) -> dict[Path, int]:
    """Return what is kept of templates, and when it was written."""
    return {file: file.stat().st_mtime_ns for file in kept.rglob("templates-*.pyc")}


def test_the_next_program_loads_what_one_has_compiled(kept: Path, templates: Path) -> None:
    greeting(templates)
    before = files(kept)

    said = greeting(templates).render(name="Halima")

    assert (len(before), files(kept), said) == (1, before, "Karibu Halima")


def test_a_template_that_changed_is_compiled_anew(kept: Path, templates: Path) -> None:
    greeting(templates)
    (templates / "greeting.html").write_text("Soo dhowow {{ name }}", "utf-8")

    assert greeting(templates).render(name="Halima") == "Soo dhowow Halima"
    assert len(files(kept)) == 1


def test_so_it_is_when_what_makes_the_environment_changed(
    kept: Path, templates: Path, tmp_path: Path
) -> None:
    maker = tmp_path / "maker.py"
    maker.write_text("trim_blocks = True", "utf-8")
    greeting(templates, maker)
    before = files(kept)
    other = tmp_path / "other.py"
    other.write_text("trim_blocks = False", "utf-8")

    greeting(templates, other)

    assert files(kept) != before


@pytest.mark.parametrize("size", [0, 10, 30, 60])
def test_half_of_a_file_is_as_good_as_none(kept: Path, templates: Path, size: int) -> None:
    greeting(templates)
    [file] = files(kept)
    file.write_bytes(file.read_bytes()[:size])

    assert greeting(templates).render(name="Halima") == "Karibu Halima"


def test_where_nothing_can_be_written_everything_is_said_all_the_same(
    kept: Path, templates: Path
) -> None:
    kept.write_text("no folder", "utf-8")

    assert greeting(templates).render(name="Halima") == "Karibu Halima"


def test_who_wants_no_compiled_files_has_none(
    kept: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    greeting(templates)

    assert files(kept) == {}


@pytest.mark.usefixtures("kept")
def test_what_never_changes_is_said_in_each_readers_language() -> None:
    # Worked out when the template is compiled, everybody would read what the first one does.
    renderer = Renderer(Catalogues())
    said = [
        renderer._environment(language).from_string("{{ 1234.5|number }}").render()
        for language in renderer.catalogues.languages
    ]
    code = {
        renderer._environment(language).compile("{{ 1234.5|number }}", raw=True)
        for language in renderer.catalogues.languages
    }

    assert (len(code), said[0]) == (1, "1,234.5")


def test_paper_is_not_taken_for_a_message(kept: Path) -> None:
    # The same macros stand in both; on paper nothing is escaped.
    renderer = Renderer(Catalogues())
    template = "agenda/_items.html"

    for room in ("chat", PRINTED):
        renderer._environment("en", room).get_template(template)

    assert sorted(file.name.split("-")[1] for file in files(kept)) == ["chat", "documents"]
