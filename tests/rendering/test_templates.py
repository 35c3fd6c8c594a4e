"""Every template with every kind of fact: whole words, valid HTML, nothing that people slip in."""

import importlib
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

import bot
from bot.domain.dates import words
from bot.errors import BotError
from bot.playground.html import parse
from bot.playground.text import utf16_length
from bot.rendering.html import LIMIT, TOAST_LIMIT, units, visible_length
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import Renderer
from bot.resources import folder
from tests.rendering.world import CHAT, PSEUDO, Facts, pseudo_locales, table

HARMLESS = "4711"
HOSTILE = {
    "markup": "<b>&\"'</b></code><a href='tg://user?id=1'>",
    "open tag": "<b>",
    "entity": "&lt;b&gt; &#60;i&#62; &amp",
    "override": "\u202etxet desrever\u202c \u2066x",
    "template": "{{ 7*7 }}{% raw %}{# x #}",
    "format": "%(name)s %s %d 100%",
    "arabic": "منظمة السلام",
    "emoji": "😀" * 4096,
    "joined emoji": "👩🏽‍🚒" * 900,
    "lines": "one\n\n<pre>two\r\n\u2028three\x00\x1b",
    "long": "W" * 4096,
}
NEVER_SEEN = {"settings", "cli"}
"""Modules whose refusals an operator reads in the terminal."""
MAY_BE_SPLIT = {
    "meetings/list.html",
    "inbox/whole.html",
    *(f"minutes/{name}.html" for name in ("body", "copy", "draft", "minutes", "told")),
}
"""A list of many meetings, long minutes, or all that somebody wrote is sent in several messages."""
LEFT_OUT = {
    *("actions/words.txt", "agenda/words.txt", "progress/words.txt"),
    *("plan/words.txt", "streams/words.txt"),
    *("answers.txt", "controls.txt"),
}
"""Nobody reads these: they list what people write."""

Markup: TypeAlias = Mapping[str, Sequence[Sequence[str]]]
"""The types of the entities in each text of each template."""

ALL = [(name, facts) for name, cases in table(HARMLESS).items() for facts in cases]
IDS = [f"{name}-{number}" for number, (name, _) in enumerate(ALL)]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Catalogues())


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renderer]:
    locales = pseudo_locales(tmp_path_factory.mktemp("locales"))
    with pytest.MonkeyPatch.context() as patch:
        # So that the words of the clock that counts from sunrise are looked at, too.
        patch.setitem(words.LANGUAGES, PSEUDO, words.SWAHILI)
        yield Renderer(Catalogues(locales))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """All languages, and the made-up one."""
    locales = pseudo_locales(tmp_path_factory.mktemp("three"))
    for language in ("so", "sw"):
        shutil.copytree(folder("locales") / language, locales / language)
    return Renderer(Catalogues(locales))


def rendered(renderer: Renderer, name: str, language: str, facts: Facts) -> str:
    return renderer.text(name, language=language, **{"room": 12, **facts})


def untranslated(text: str) -> str:
    """Return the letters that stand in no ⟦brackets⟧, and so in no catalogue."""
    plain = text
    while plain != (plain := re.sub(r"⟦[^⟦⟧]*⟧", "", plain)):
        pass
    return "".join(re.findall(r"[^\W\d_]", plain))


# --- The table is whole ---------------------------------------------------------------------------


def test_every_template_has_facts() -> None:
    files = {path.relative_to(CHAT).as_posix() for path in CHAT.rglob("*.*")}
    shown = {name for name in files if not Path(name).name.startswith("_")}
    assert set(table(HARMLESS)) == shown


def test_every_refusal_has_a_template_and_every_template_a_refusal() -> None:
    templates = {f"errors/{path.name}" for path in (CHAT / "errors").iterdir()}
    # Without its facts, because only the name of the class counts here.
    assert {kind.__new__(kind).template for kind in refusals()} == templates


def refusals() -> list[type[BotError]]:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if "__main__" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [BotError]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        found += [kind for kind in kinds if kind.__module__.split(".")[1] not in NEVER_SEEN]
        waiting += kinds
    return found


def test_templates_that_the_code_names_exist() -> None:
    code = "\n".join(path.read_text() for path in CHAT.parent.parent.glob("bot/**/*.py"))
    named = set(re.findall(r'"((?:meetings|groups|general)/\w+\.(?:html|txt))"', code))
    assert named
    assert named <= set(table(HARMLESS))


def test_html_and_plain_text_never_include_each_other() -> None:
    # What a .txt template gives is not escaped, and what an .html template gives is.
    mixed = [
        (path.name, target)
        for path in CHAT.rglob("*.*")
        for target in re.findall(r'{%-? *(?:include|import|from) "([^"]+)"', path.read_text())
        if Path(target).suffix != path.suffix
    ]
    assert mixed == []


# --- No word outside the catalogues ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "facts"), ALL, ids=IDS)
def test_every_word_comes_from_a_catalogue(pseudo: Renderer, name: str, facts: Facts) -> None:
    if name in LEFT_OUT:
        return
    text = rendered(pseudo, name, PSEUDO, facts)
    text = parse(text)[0] if name.endswith(".html") else text
    # The languages' own codes and names are facts.
    known = re.sub(rf"\b(English|en|{PSEUDO})\b", "", text)
    assert untranslated(known) == ""


def test_a_word_that_is_not_translated_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "templates" / "chat" / "planted.html"
    planted.parent.mkdir(parents=True)
    planted.write_text("<b>Hi</b> {{ name }} {% trans %}there{% endtrans %}")
    locales = pseudo_locales(tmp_path / "locales")
    renderer = Renderer(Catalogues(locales), tmp_path / "templates")

    text = renderer.text("planted.html", language=PSEUDO, name=HARMLESS)

    assert untranslated(parse(text)[0]) == "Hithere"


# --- Hostile names --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def markup(renderer: Renderer) -> Callable[[str], Markup]:
    """The markup of every text in a language where nobody wrote anything that looks like it."""

    @cache
    def of(language: str) -> Markup:
        return {
            name: [
                [entity.type for entity in parse(rendered(renderer, name, language, facts))[1]]
                for facts in cases
            ]
            for name, cases in table(HARMLESS).items()
            if name.endswith(".html")
        }

    return of


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("language", ["en", "sw", "so"])
def test_what_people_write_cannot_change_the_markup(
    renderer: Renderer, markup: Callable[[str], Markup], hostile: str, language: str
) -> None:
    expected = markup(language)
    for name, cases in table(hostile).items():
        if not name.endswith(".html"):
            continue
        for facts, types in zip(cases, expected[name], strict=True):
            text, entities = parse(rendered(renderer, name, language, facts))

            assert [e.type for e in entities] == types, name
            assert utf16_length(text) <= LIMIT or name in MAY_BE_SPLIT, name
            assert not set(text) & set("\u202e\u2066\x00\x1b\r\u2028"), name
            assert text.count("\u2068") == text.count("\u2069"), name


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("languages", [("en", "sw", PSEUDO), ("en", "sw", "so")], ids="-".join)
def test_a_post_in_three_languages_fits_one_message(
    three: Renderer, hostile: str, languages: tuple[str, ...]
) -> None:
    for name, cases in table(hostile).items():
        for facts in cases if name.endswith(".html") else ():
            text = three.post(name, languages=languages, **facts)
            plain, entities = parse(text)
            quotes = [e for e in entities if e.type == "expandable_blockquote"]

            assert visible_length(text) == utf16_length(plain), name
            assert len(quotes) == 2, name
            # Quotes cannot stand in each other (Bot API, formatting options).
            assert quotes[0].offset + quotes[0].length <= quotes[1].offset, name
            if name not in MAY_BE_SPLIT:
                assert utf16_length(plain) <= LIMIT, name


@pytest.mark.parametrize("letter", ["W", "😀", "é"])
@pytest.mark.parametrize("language", ["en", "sw", "so"])
def test_toasts_are_never_cut_for_a_name_of_64_characters(
    renderer: Renderer, letter: str, language: str
) -> None:
    for name, cases in table(letter * 64).items():
        for facts in cases if name.endswith(".txt") and name not in LEFT_OUT else ():
            text = rendered(renderer, name, language, facts)

            assert text
            if letter != "😀":
                assert not text.endswith("…"), name
            assert units(text) <= TOAST_LIMIT, name
