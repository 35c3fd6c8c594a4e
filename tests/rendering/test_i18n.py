"""Catalogues, whole and broken."""

from pathlib import Path

import pytest

from bot.rendering.i18n import Catalogues, is_sound

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def catalogues(
    root: Path, entries: str, *, language: str = "sw", header: str = HEADER
) -> Catalogues:
    path = root / language / "LC_MESSAGES" / "baraza.po"
    path.parent.mkdir(parents=True)
    path.write_text(f"{header}\n{entries}", encoding="utf-8")
    return Catalogues(root)


def test_the_source_language_comes_first_and_needs_no_catalogue(tmp_path: Path) -> None:
    found = catalogues(tmp_path, "", language="am")
    assert found.languages == ("en", "am")


def test_this_installation_speaks_english_somali_and_swahili() -> None:
    found = Catalogues()
    assert [(code, found.name_of(code)) for code in found.languages] == [
        ("en", "English"),
        ("so", "Soomaali"),
        ("sw", "Kiswahili"),
    ]


def test_a_translation_is_found_by_its_context(tmp_path: Path) -> None:
    found = catalogues(
        tmp_path,
        'msgid "May"\nmsgstr "Huenda"\n\nmsgctxt "month"\nmsgid "May"\nmsgstr "Mei"\n',
    ).translations("sw")
    assert (found.gettext("May"), found.pgettext("month", "May")) == ("Huenda", "Mei")


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Hello %(name)s"\nmsgstr ""',
        '#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Habari %(name)s"',
        'msgid "Hello %(name)s"\nmsgstr "Habari %(nmae)s"',
        'msgid "Hello %(name)s"\nmsgstr "Habari"',
        'msgid "Hello %(name)s"\nmsgstr "Habari %(name)s %(age)s"',
        'msgid "Hello %(name)s"\nmsgstr "Habari %(name)"',
        'msgid "Hello %(name)s"\nmsgstr "Habari %(name)s 100%"',
        'msgid "Hello %(name)s"\nmsgstr "Habari %(name)d"',
        'msgid "Hello %(name)s"\nmsgstr "Habari <b>%(name)s"',
        'msgid "Hello %(name)s"\nmsgstr "Habari < %(name)s"',
        'msgid "Goodbye"\nmsgstr "Kwaheri"',
    ],
    ids=[
        "empty",
        "fuzzy",
        "misspelled placeholder",
        "forgotten placeholder",
        "invented placeholder",
        "unfinished placeholder",
        "percent sign",
        "another type",
        "open tag",
        "half a tag",
        "missing",
    ],
)
def test_a_stale_or_broken_translation_falls_back_to_the_source(tmp_path: Path, entry: str) -> None:
    found = catalogues(tmp_path, entry).translations("sw")
    assert found.gettext("Hello %(name)s") == "Hello %(name)s"


def test_tags_that_do_not_nest_fall_back_to_the_source() -> None:
    assert not is_sound(["<b>a</b> <i>b</i>"], ["<b>a<i></b>b</i>"])
    assert not is_sound(["<b>a</b>"], ["</b>a<b>"])
    assert is_sound(["<b>a</b> <i>b</i>"], ["<i>b</i> <b>a</b>"])


@pytest.mark.parametrize(
    "content",
    ['msgid "Hello\nmsgstr', "\x00\x01", 'msgid "a"\nmsgid "b"\nmsgstr "c"\nmsgstr "d"', ""],
    ids=["unfinished", "not text", "muddled", "empty"],
)
def test_a_file_that_is_no_catalogue_speaks_the_source_language(
    tmp_path: Path, content: str
) -> None:
    found = catalogues(tmp_path, content, header="")
    assert found.languages == ("en", "sw")
    assert found.translations("sw").gettext("Hello") == "Hello"


def test_bytes_that_are_no_utf8_speak_the_source_language(tmp_path: Path) -> None:
    path = tmp_path / "sw" / "LC_MESSAGES" / "baraza.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(HEADER.encode() + b'\nmsgid "Hello"\nmsgstr "\xff\xfe"\n')
    assert Catalogues(tmp_path).translations("sw").gettext("Hello") == "Hello"


PLURAL = (
    'msgid "%(count)s organisation"\nmsgid_plural "%(count)s organisations"\n'
    'msgstr[0] "shirika moja"\nmsgstr[1] "mashirika %(count)s"\n'
)


@pytest.mark.parametrize(("count", "said"), [(1, "shirika moja"), (2, "mashirika %(count)s")])
def test_the_plural_follows_the_catalogue_and_may_leave_the_number_out(
    tmp_path: Path, count: int, said: str
) -> None:
    found = catalogues(tmp_path, PLURAL).translations("sw")
    assert found.ngettext("%(count)s organisation", "%(count)s organisations", count) == said


def test_an_empty_plural_form_falls_back_to_the_source(tmp_path: Path) -> None:
    found = catalogues(tmp_path, PLURAL.replace("mashirika %(count)s", "")).translations("sw")
    forms = ("%(count)s organisation", "%(count)s organisations")
    assert [found.ngettext(*forms, count) for count in (1, 2)] == list(forms)


def test_an_unreadable_plural_rule_does_not_stop_the_bot(tmp_path: Path) -> None:
    header = HEADER.replace("(n != 1)", "import os")
    found = catalogues(tmp_path, PLURAL, header=header).translations("sw")
    said = found.ngettext("%(count)s organisation", "%(count)s organisations", 2)
    assert said == "mashirika %(count)s"


def test_a_language_that_cldr_does_not_know_may_borrow_dates_and_plurals(tmp_path: Path) -> None:
    borrowed = 'msgctxt "locale for dates and numbers"\nmsgid "en"\nmsgstr "sw"\n'
    found = catalogues(tmp_path, f"{borrowed}\n{PLURAL}", language="tuv", header="")
    assert str(found.locale("tuv")) == "sw"
    forms = ("%(count)s organisation", "%(count)s organisations")
    assert found.translations("tuv").ngettext(*forms, 1) == "shirika moja"
    assert found.name_of("tuv") == "Kiswahili"


def test_a_language_that_cldr_does_not_know_has_english_dates_without_a_choice(
    tmp_path: Path,
) -> None:
    assert str(catalogues(tmp_path, "", language="xx").locale("xx")) == "en"


@pytest.mark.parametrize("language", ["sw-KE", "sw_KE", "sw"])
def test_a_region_speaks_the_language_of_its_catalogue(language: str) -> None:
    assert Catalogues().translations(language).gettext("Thank you!") == "Asante!"


def test_an_unknown_language_speaks_the_source() -> None:
    assert Catalogues().translations("fr").gettext("Thank you!") == "Thank you!"


def test_words_are_listed_by_language(tmp_path: Path) -> None:
    entry = 'msgctxt "answer words"\nmsgid "yes, y"\nmsgstr "ndiyo, naam ,, sawa"\n'
    assert catalogues(tmp_path, entry).words("answer words", "yes, y") == {
        "en": ("yes", "y"),
        "sw": ("ndiyo", "naam", "sawa"),
    }
