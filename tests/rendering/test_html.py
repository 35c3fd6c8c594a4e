"""How long a text is when it is read, and where it may be cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.playground.html import parse, to_html
from bot.playground.text import utf16_length
from bot.rendering.html import as_plain_text, shorten, split, visible_length

FIREFIGHTER = "👩🏽‍🚒"
FLAG = "🇰🇪"


@pytest.mark.parametrize(
    ("source", "length"),
    [
        ("", 0),
        ("Wajir", 5),
        ("<b>Wajir</b>", 5),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;", 13),
        ("😀", 2),
        ("<blockquote expandable>x</blockquote>", 1),
        ("R&D & more", 10),
    ],
)
def test_only_what_is_seen_counts_in_utf16_units(source: str, length: int) -> None:
    assert visible_length(source) == length


def test_plain_text_has_no_markup_and_its_entities_are_read() -> None:
    assert as_plain_text("<b>Farmers&#39; Union</b> &lt;3") == "Farmers' Union <3"


def test_a_short_text_is_not_shortened() -> None:
    assert shorten("12345", 5) == "12345"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("123456", 5, "1234…"),
        ("123 456", 5, "123…"),
        (f"ab{FIREFIGHTER}cd", 6, "ab…"),
        (f"ab{FLAG}cd", 5, "ab…"),
        ("e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301…"),
    ],
    ids=["letters", "no space at the end", "joined emoji", "flag", "accents"],
)
def test_a_text_is_shortened_between_characters_as_they_are_seen(
    text: str, limit: int, kept: str
) -> None:
    assert shorten(text, limit) == kept


def test_a_text_that_fits_is_not_split() -> None:
    assert split("<b>Wajir</b>\n", 5 + 1) == ["<b>Wajir</b>\n"]


def test_a_text_is_split_at_its_last_line_break() -> None:
    assert split("one two\nthree four\nfive", 19) == ["one two\nthree four", "five"]


def test_a_line_without_a_break_is_split_at_a_space() -> None:
    assert split("one two three", 9) == ["one two", "three"]


def test_a_word_without_a_space_is_split_anywhere() -> None:
    assert split("x" * 10, 4) == ["xxxx", "xxxx", "xx"]


def test_tags_are_closed_before_a_cut_and_opened_again_after_it() -> None:
    source = '<blockquote expandable><b>one</b>\n<a href="https://x.org/">two</a></blockquote>'
    assert split(source, 4) == [
        "<blockquote expandable><b>one</b></blockquote>",
        '<blockquote expandable><a href="https://x.org/">two</a></blockquote>',
    ]


def test_what_is_seen_as_one_character_stays_whole() -> None:
    assert split(f"{FIREFIGHTER}{FIREFIGHTER}", 10) == [FIREFIGHTER, FIREFIGHTER]
    assert split(f"{FLAG}{FLAG}{FLAG}", 10) == [FLAG + FLAG, FLAG]


def test_an_endless_character_is_cut_all_the_same() -> None:
    parts = split("\u200d".join("👩" * 3000), 4096)
    assert max(map(visible_length, parts)) <= 4096


def test_an_entity_is_never_cut() -> None:
    assert split("&amp;&lt;&gt;", 1) == ["&amp;", "&lt;", "&gt;"]


TAGS = ["b", "i", "u", "s", "code", "tg-spoiler", "blockquote expandable"]
plain = st.lists(
    st.sampled_from([*"ab <>&\"'\n\n  é", "😀", FIREFIGHTER, FLAG, "ন্ত"]), max_size=40
).map("".join)
marked = st.recursive(
    plain.map(lambda text: str(escape(text))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map("".join),
        st.tuples(st.sampled_from(TAGS), inner).map(
            lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"
        ),
    ),
    max_leaves=12,
)


@given(marked, st.integers(min_value=14, max_value=60))
def test_every_part_is_valid_fits_and_nothing_is_lost(source: str, limit: int) -> None:
    parts = split(source, limit)

    texts = [parse(part)[0] for part in parts]
    assert all(utf16_length(text) <= limit for text in texts)
    assert _letters("".join(texts)) == _letters(parse(source)[0])
    if len(parts) > 1:
        assert all(text.strip() for text in texts), "Telegram refuses an empty message"


@given(marked, st.integers(min_value=14, max_value=60))
def test_no_letter_loses_its_markup(source: str, limit: int) -> None:
    def letters_with_marks(part: str) -> str:
        text, entities = parse(part)
        covers = [0] * utf16_length(text)
        for entity in entities:
            for at in range(entity.offset, entity.end):
                covers[at] += 1
        units = zip(text.encode("utf-16-le")[::2], text.encode("utf-16-le")[1::2], strict=True)
        seen = (f"{low}.{high}:{n}" for (low, high), n in zip(units, covers, strict=True))
        return " ".join(mark for mark in seen if not mark.startswith(("32.0", "10.0")))

    whole = letters_with_marks(source)
    assert " ".join(filter(None, map(letters_with_marks, split(source, limit)))) == whole


@given(st.text())
def test_the_length_is_telegrams_own_for_any_escaped_text(text: str) -> None:
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").replace("\x00", "")
    source = f"<b>{escape(clean)}</b>"
    assert visible_length(source) == utf16_length(parse(source)[0])


def test_the_parser_that_the_tests_rely_on_writes_back_what_it_reads() -> None:
    source = "<b>Wajir</b> &lt;<i>x</i>"
    assert to_html(*parse(source)) == source


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)
