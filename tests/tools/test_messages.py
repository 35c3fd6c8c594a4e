"""Collecting the texts for the translators."""

import shutil
from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError

from tools import messages


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project that says one thing and has one language, Swahili, without translations."""
    shutil.copy(messages.ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "templates" / "chat").mkdir(parents=True)
    say(tmp_path, "{% trans %}Good\n   morning{% endtrans %}")
    messages.begin(tmp_path / "locales", "sw")
    messages.update(tmp_path / "locales", messages.extract(tmp_path))
    return tmp_path


def say(project: Path, template: str) -> None:
    (project / "templates" / "chat" / "hello.html").write_text(template, encoding="utf-8")


def collect(project: Path) -> list[str]:
    changed = messages.update(project / "locales", messages.extract(project))
    return [path.relative_to(project / "locales").as_posix() for path in changed]


def test_a_second_collection_changes_nothing(project: Path) -> None:
    assert collect(project) == []


def test_a_new_text_reaches_the_template_and_every_language(project: Path) -> None:
    say(project, "{% trans %}Good\n   morning{% endtrans %}{% trans %}Bye{% endtrans %}")

    assert collect(project) == ["baraza.pot", "sw/LC_MESSAGES/baraza.po"]


def test_a_translation_survives_and_a_similar_text_is_not_guessed(project: Path) -> None:
    path = project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po"
    translated = path.read_text(encoding="utf-8").replace(
        'msgid "Good morning"\nmsgstr ""', 'msgid "Good morning"\nmsgstr "Habari za asubuhi"'
    )
    path.write_text(translated, encoding="utf-8")
    say(project, "{% trans %}Good morning{% endtrans %}{% trans %}Good morning!{% endtrans %}")

    collect(project)

    found = {message.id: message.string for message in messages.read(path) if message.id}
    assert found == {"Good morning": "Habari za asubuhi", "Good morning!": ""}


def test_what_nobody_says_any_more_leaves_the_catalogue(project: Path) -> None:
    say(project, "{% trans %}Bye{% endtrans %}")

    collect(project)

    text = (project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po").read_text(encoding="utf-8")
    assert "Good morning" not in text


def test_catalogues_tell_the_file_but_neither_line_nor_time_nor_folder(project: Path) -> None:
    text = (project / "locales" / "baraza.pot").read_text(encoding="utf-8")

    assert "\n#: templates/chat/hello.html\n" in text
    assert "-Date" not in text
    assert str(project) not in text


def test_a_language_that_has_a_catalogue_keeps_it(project: Path) -> None:
    path = project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po"
    before = path.read_bytes()

    messages.begin(project / "locales", "sw")

    assert path.read_bytes() == before


def test_a_broken_template_is_an_error_and_not_passed_over(project: Path) -> None:
    say(project, "{% trans %}Good morning")

    with pytest.raises(TemplateSyntaxError):
        messages.extract(project)
