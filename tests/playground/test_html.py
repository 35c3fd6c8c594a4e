"""Telegram's HTML and Telegram's text: what is kept, and how errors are worded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.html import ParseError, checked_link, parse, to_html
from bot.playground.text import Entity, clean, find, is_blank, part, utf16_length


def entity(kind: str, offset: int, length: int, **more: Any) -> Entity:
    return Entity(kind, offset, length, **more)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><STRONG>b</STRONG>", "ab", [entity("bold", 0, 1), entity("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [entity("strikethrough", n, 1) for n in range(3)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
        ),
        ("<code>a</code>", "a", [entity("code", 0, 1)]),
        ("<pre>a</pre>", "a", [entity("pre", 0, 1)]),
        (
            '<pre><code class="language-python">a</code></pre>',
            "a",
            [entity("pre", 0, 1, language="python")],
        ),
        (
            "<a href='https://x.org/a?b=1&amp;c'>x</a>",
            "x",
            [entity("text_link", 0, 1, url="https://x.org/a?b=1&c")],
        ),
        (
            "<a>example.org</a>",
            "example.org",
            [entity("text_link", 0, 11, url="http://example.org/")],
        ),
        ('<a href="nowhere">x</a>', "x", []),
        ('<a href="tg://user?id=42">x</a>', "x", [entity("text_mention", 0, 1, user_id=42)]),
        ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        (
            "😀<b>😀<i>x</i></b>",
            "😀😀x",
            [entity("bold", 2, 3), entity("italic", 4, 1)],
        ),
        ("<b></b>", "", []),
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
        ("&lt;&gt;&amp;&quot;&#65;&#x1F600;&lt", '<>&"A😀<', []),
        ("&nbsp; &apos; & && &#0; &#x110000;", "&nbsp; &apos; & && &#0; &#x110000;", []),
    ],
)
def test_markup_becomes_entities(source: str, text: str, entities: list[Entity]) -> None:
    assert parse(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>a</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        (
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x:y>", "Unexpected end of name token at byte offset 8"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        (
            "&#xd83d;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, check for"
                " unmatched surrogate code units"
            ),
        ),
    ],
)
def test_error_has_telegrams_words(source: str, message: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(source)

    assert str(error.value) == message


@given(st.text(alphabet="<>/&;abi =\"'é😀#x41\n"))
def test_any_source_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse(source)
    except ParseError:
        return
    assert all(0 <= found.offset < found.end <= utf16_length(text) for found in entities)


@given(st.text(alphabet='<>&"ab é😀\n'))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse(to_html(text, [])) == (text, [])


@pytest.mark.parametrize(
    "source",
    [
        "<b>a <i>b</i></b> <u>c</u>",
        "<blockquote expandable><b>a</b>\nb</blockquote>",
        '<a href="https://x.org/"><b>a</b></a>',
        "<i>a</i><b>b</b> &lt;c&gt; 😀<s>d</s>",
    ],
)
def test_markup_can_be_written_out_again(source: str) -> None:
    assert to_html(*parse(source)) == source


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("  a \n", [], ("a", [])),
        ("a\r\nb\tc\x00", [], ("a\nb c", [])),
        ("a\u202eb", [entity("bold", 2, 1)], ("ab", [entity("bold", 1, 1)])),
        ("a  ", [entity("bold", 0, 3)], ("a", [entity("bold", 0, 1)])),
        ("  a", [entity("bold", 0, 3)], ("  a", [entity("bold", 0, 3)])),
        ("  a", [entity("bold", 2, 1)], ("a", [entity("bold", 0, 1)])),
        ("a b", [entity("bold", 1, 1)], ("a b", [])),
        ("abc", [entity("pre", 0, 3), entity("bold", 1, 1)], ("abc", [entity("pre", 0, 3)])),
        (
            "abc",
            [entity("blockquote", 0, 3), entity("blockquote", 1, 1)],
            ("abc", [entity("blockquote", 0, 3)]),
        ),
        ("\u200b \u2800\n", [entity("bold", 0, 1)], ("", [])),
    ],
)
def test_text_is_cleaned_as_by_the_server(
    text: str, entities: list[Entity], expected: tuple[str, list[Entity]]
) -> None:
    assert clean(text, entities) == expected


def test_hundred_entities_are_kept() -> None:
    text = "a " * 150

    _, kept = clean(text, [entity("bold", 2 * n, 1) for n in range(150)])

    assert len(kept) == 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", ["/start"]),
        ("a/b //c </d> http://x.org/y", ["http://x.org/y"]),
        ("/when@baraza_bot /x@y", ["/when@baraza_bot"]),
        ("(see https://x.org/a_(b).)", ["https://x.org/a_(b"]),
        ("mail a@b.org or @me @a", ["@me"]),
        ("😀 /go", ["/go"]),
        ("/" + "a" * 65, []),
    ],
)
def test_commands_mentions_and_links_are_found(text: str, found: list[str]) -> None:
    assert [part(text, entity) for entity in find(text)] == found


def test_nothing_is_found_inside_code() -> None:
    assert find("/a /b", [entity("code", 0, 2)]) == [
        entity("code", 0, 2),
        entity("bot_command", 3, 2),
    ]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://x.org", "https://x.org/"),
        ("x.org/a", "http://x.org/a"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("javascript:alert(1)", None),
        ("ftp://x.org", None),
        ("http://localhost/", None),
        ("https://x .org", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_link_is_kept_only_if_telegram_would(url: str, kept: str | None) -> None:
    assert checked_link(url) == kept


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \u200e\ufeff", True), (" .", False)])
def test_blank_text_shows_nothing(text: str, *, blank: bool) -> None:
    assert is_blank(text) is blank
