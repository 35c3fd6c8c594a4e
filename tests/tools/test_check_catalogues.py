"""The check of the translations, on a small project with one fault at a time."""

import shutil
from pathlib import Path

import pytest

from tools import check_catalogues, glossary, messages

TEMPLATE = """
{% trans name %}Hello <b>{{ name }}</b>{% endtrans %}
{% trans count=2 %}{{ count }} answer{% pluralize %}{{ count }} answers{% endtrans %}
{{ pgettext("button", "Close") }}
"""

HEADER = """
msgid ""
msgstr ""
"Language: sw\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

HELLO = """
msgid "Hello <b>%(name)s</b>"
msgstr "Habari <b>%(name)s</b>"
"""

ANSWERS = """
msgid "%(count)s answer"
msgid_plural "%(count)s answers"
msgstr[0] "jibu moja"
msgstr[1] "majibu %(count)s"
"""

CLOSE = """
msgctxt "button"
msgid "Close"
msgstr "Funga"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose one translation, Swahili, is complete."""
    shutil.copy(messages.ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "locales" / "sw" / "LC_MESSAGES").mkdir(parents=True)
    messages.update(tmp_path / "locales", messages.extract(tmp_path))
    translate(tmp_path, HELLO, ANSWERS, CLOSE)
    return tmp_path


def translate(project: Path, *entries: str) -> None:
    path = project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po"
    path.write_text("\n".join([HEADER, *entries]), encoding="utf-8")


def test_a_complete_translation_has_no_problems(project: Path) -> None:
    assert check_catalogues.problems(project) == []


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ((HELLO, ANSWERS), "sw: missing: [button] 'Close'"),
        (
            (HELLO.replace("Habari <b>%(name)s</b>", ""), ANSWERS, CLOSE),
            "sw: not translated: 'Hello <b>%(name)s</b>'",
        ),
        (
            ("#, fuzzy" + HELLO, ANSWERS, CLOSE),
            "sw: a guess that nobody confirmed (fuzzy): 'Hello <b>%(name)s</b>'",
        ),
        (
            (HELLO.replace("Habari <b>%(name)s</b>", "Habari <b>%(jina)s</b>"), ANSWERS, CLOSE),
            "sw: other placeholders than the source: 'Hello <b>%(name)s</b>'",
        ),
        (
            (HELLO.replace("Habari <b>%(name)s</b>", "Habari <b>rafiki</b>"), ANSWERS, CLOSE),
            "sw: other placeholders than the source: 'Hello <b>%(name)s</b>'",
        ),
        (
            (HELLO.replace("Habari <b>%(name)s</b>", "Habari %(name)s"), ANSWERS, CLOSE),
            "sw: other HTML tags than the source: 'Hello <b>%(name)s</b>'",
        ),
        (
            (HELLO.replace("Habari <b>%(name)s</b>", "Habari </b>%(name)s<b>"), ANSWERS, CLOSE),
            "sw: HTML tags that do not nest: 'Hello <b>%(name)s</b>'",
        ),
        (
            (HELLO, ANSWERS.replace("majibu %(count)s", ""), CLOSE),
            "sw: an empty plural form: '%(count)s answer'",
        ),
        (
            (HELLO, ANSWERS.replace("majibu %(count)s", "majibu %(idadi)s"), CLOSE),
            "sw: unusable, the bot would say it in en: '%(count)s answer'",
        ),
        (
            (HELLO, ANSWERS.replace("%(count)s answers", "%(count)s replies"), CLOSE),
            "sw: the plural of the source changed; run ./dev messages: '%(count)s answer'",
        ),
        (
            (HELLO, ANSWERS, CLOSE, CLOSE.replace("Close", "Open")),
            "sw: nobody says this any more: [button] 'Open'",
        ),
    ],
    ids=lambda value: value.split(": '")[0] if isinstance(value, str) else "with",
)
def test_a_fault_of_a_translation_is_named(
    project: Path, entries: tuple[str, ...], problem: str
) -> None:
    translate(project, *entries)

    assert check_catalogues.problems(project) == [problem]


def test_too_few_plural_forms_are_named(project: Path) -> None:
    path = project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po"
    text = path.read_text(encoding="utf-8").replace(
        "nplurals=2; plural=(n != 1)", "nplurals=3; plural=n%3"
    )
    path.write_text(text, encoding="utf-8")

    assert check_catalogues.problems(project) == ["sw: an empty plural form: '%(count)s answer'"]


def test_a_catalogue_that_cannot_be_read_is_named(project: Path) -> None:
    translate(project, "msgid unquoted")

    (problem,) = check_catalogues.problems(project)

    assert problem.startswith("sw: not readable: ")


def test_a_text_that_nobody_collected_is_named(project: Path) -> None:
    with (project / "templates" / "hello.html").open("a", encoding="utf-8") as file:
        file.write("{% trans %}New{% endtrans %}")

    assert check_catalogues.problems(project) == [
        "baraza.pot: not what the templates say; run ./dev messages",
        "sw: missing: 'New'",
    ]


GLOSSARY = """# Words

| English | Kiswahili | not | note |
|---|---|---|---|
| to close (a vote) | kufunga | fungua, ziba | |
| an answer | jibu | jawabu, jibu la pili | |
| hello | habari | | |
"""
WORDS = """
msgctxt "answer words"
msgid "close"
msgstr "funga, ziba"
"""
COMMAND = """
msgctxt "command"
msgid "close"
msgstr "{names}"
"""


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ((HELLO, ANSWERS, CLOSE), []),
        (
            (HELLO, ANSWERS, CLOSE.replace("Funga", "Ziba!")),
            ["sw: the glossary wants another word than 'ziba': [button] 'Close'"],
        ),
        (
            (HELLO, ANSWERS.replace("majibu", "jawabu"), CLOSE),
            ["sw: the glossary wants another word than 'jawabu': '%(count)s answer'"],
        ),
        ((HELLO.replace("Habari", "Ziba"), ANSWERS, CLOSE), []),
        ((HELLO, ANSWERS, CLOSE.replace("Funga", "Zibao")), []),
    ],
    ids=["right", "wrong", "wrong-in-the-plural", "of-another-thing", "part-of-another-word"],
)
def test_a_word_that_the_glossary_does_not_want_is_named(
    project: Path, entries: tuple[str, ...], problems: list[str]
) -> None:
    (project / "locales" / "GLOSSARY.sw.md").write_text(GLOSSARY, encoding="utf-8")
    translate(project, *entries)

    assert check_catalogues.problems(project) == problems


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        (WORDS, 0),
        (COMMAND.format(names="funga, ziba"), 0),
        (COMMAND.format(names="ziba, funga"), 1),
    ],
    ids=["what-people-type", "a-second-name", "the-name-that-is-shown"],
)
def test_people_may_type_what_the_glossary_does_not_want(
    project: Path, entry: str, count: int
) -> None:
    (project / "locales" / "GLOSSARY.sw.md").write_text(GLOSSARY, encoding="utf-8")
    translate(project, entry)
    catalogue = messages.read(project / "locales" / "sw" / "LC_MESSAGES" / "baraza.po")
    terms = glossary.read(project / "locales" / "GLOSSARY.sw.md")

    assert len(list(check_catalogues.problems_of_words(catalogue, terms))) == count
