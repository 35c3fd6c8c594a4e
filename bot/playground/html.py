"""Telegram's HTML: `parse_mode=HTML` to text and entities, and back.

The grammar and the wording of each error follow TDLib (`parse_html`). Custom emoji and `tg-time`
are not imitated: their tags are refused as unsupported.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from bot.playground.text import Entity, ordered, utf16_length

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_OPENING = {
    "bold": "<b>",
    "italic": "<i>",
    "underline": "<u>",
    "strikethrough": "<s>",
    "spoiler": "<tg-spoiler>",
    "code": "<code>",
    "pre": "<pre>",
    "blockquote": "<blockquote>",
    "expandable_blockquote": "<blockquote expandable>",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_PLAIN = re.compile(r"[^<&]+")
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")
_SPACES = " \t\r\n\v\0"
_END = "\0"
_LONGEST_REFERENCE = 10
_LAST_CODE = 0x10FFFF


class ParseError(ValueError):
    """A text that is not Telegram's HTML; the message is Telegram's own explanation."""


@dataclass
class _Open:
    """A tag that waits for its end."""

    tag: str
    attributes: dict[str, str]
    offset: int
    pieces: int
    """How many were written before it."""


def parse(source: str) -> tuple[str, list[Entity]]:
    """Return the text without markup, and its entities.

    Raises:
        ParseError: with Telegram's words, without "can't parse entities: ".
    """
    return _Parser(source).run()


def to_html(text: str, entities: Iterable[Entity]) -> str:
    """Return the text with its markup written out again, for tests and logs to read."""
    marks: list[tuple[int, int, str]] = []
    for depth, entity in enumerate(ordered(entities)):
        opening = _OPENING.get(entity.type, "")
        if entity.type == "text_link":
            opening = f'<a href="{html.escape(entity.url or "")}">'
        elif entity.type == "text_mention":
            opening = f'<a href="tg://user?id={entity.user_id}">'
        if opening:
            closing = f"</{opening[1:-1].split()[0]}>"
            # At one place the ends come before the starts, and inner ends before outer ones.
            marks += [(entity.offset, depth + 1, opening), (entity.end, -depth - 1, closing)]
    marks.sort()
    units = text.encode("utf-16-le")
    pieces: list[str] = []
    at = 0
    for offset, _, mark in marks:
        pieces += [html.escape(units[2 * at : 2 * offset].decode("utf-16-le"), quote=False), mark]
        at = offset
    pieces.append(html.escape(units[2 * at :].decode("utf-16-le"), quote=False))
    return "".join(pieces)


@dataclass
class _Parser:
    """Reads a source from left to right; every position in an error is a byte offset."""

    source: str
    at: int = 0
    offset: int = 0
    written: list[str] = field(default_factory=list)
    waiting: list[_Open] = field(default_factory=list)
    found: list[Entity] = field(default_factory=list)

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if plain := _PLAIN.match(self.source, self.at):
                self.at = plain.end()
                self._write(plain.group())
            elif self._peek() == "&":
                self._write(self._reference())
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.waiting:
            tag = self.waiting[-1].tag
            message = f'Can\'t find end tag corresponding to start tag "{tag}"'
            raise ParseError(message)
        text = "".join(self.written)
        if _HALF_OF_A_PAIR.search(text):
            message = (
                "Text contains invalid Unicode characters after decoding HTML entities, check for"
                " unmatched surrogate code units"
            )
            raise ParseError(message)
        # Only a `pre` tells its language; on its own, `code` forgets it.
        return text, ordered(
            replace(entity, language=None) if entity.type == "code" else entity
            for entity in self.found
        )

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else _END

    def _write(self, text: str) -> None:
        self.written.append(text)
        self.offset += utf16_length(text)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _skip_spaces(self) -> None:
        while self.at < len(self.source) and self._peek() in _SPACES:
            self.at += 1

    def _until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.source) and self._peek() not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _reference(self) -> str:
        """Read a character reference; what is none stays as it is written."""
        match = _REFERENCE.match(self.source, self.at)
        character = None if match is None else _referred(match)
        if match is None or character is None:
            self.at += 1
            return "&"
        self.at = match.end()
        return character

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._until(_SPACES + ">").lower()
        if self.at >= len(self.source):
            message = f"Unclosed start tag at byte offset {self._bytes(begin)}"
            raise ParseError(message)
        if tag not in _TAGS:
            message = f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}'
            raise ParseError(message)
        attributes = self._attributes(tag, begin)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            message = f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}'
            raise ParseError(message)
        self.waiting.append(_Open(tag, attributes, self.offset, len(self.written)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._peek() != ">":
            self._skip_spaces()
            if self._peek() == ">":
                break
            name = self._until(_SPACES + "=>/\"'")
            if not name:
                place = self._bytes(begin)
                message = f'Empty attribute name in the tag "{tag}" at byte offset {place}'
                raise ParseError(message)
            self._skip_spaces()
            if self._peek() == "=":
                self.at += 1
                self._skip_spaces()
                attributes[name] = self._value(tag, begin)
            elif self.at >= len(self.source):
                message = f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}'
                raise ParseError(message)
            else:
                attributes[name] = ""
        return attributes

    def _value(self, tag: str, begin: int) -> str:
        quote = self._peek()
        if self.at >= len(self.source):
            message = f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}'
            raise ParseError(message)
        if quote not in "'\"":
            start = self.at
            while self._peek().isascii() and (self._peek().isalnum() or self._peek() in ".-"):
                self.at += 1
            if self._peek() not in _SPACES + ">":
                message = f"Unexpected end of name token at byte offset {self._bytes(start)}"
                raise ParseError(message)
            value = self.source[start : self.at].lower()
        else:
            self.at += 1
            pieces: list[str] = []
            while self.at < len(self.source) and self._peek() != quote:
                if self._peek() == "&":
                    pieces.append(self._reference())
                else:
                    pieces.append(self._peek())
                    self.at += 1
            self.at += 1
            value = "".join(pieces)
        if self.at >= len(self.source):
            message = f"Unclosed start tag at byte offset {self._bytes(begin)}"
            raise ParseError(message)
        return value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.waiting:
            message = f"Unexpected end tag at byte offset {self._bytes(begin)}"
            raise ParseError(message)
        self.at += 2
        name = self._until(_SPACES + ">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            message = f"Unclosed end tag at byte offset {self._bytes(begin)}"
            raise ParseError(message)
        self.at += 1
        opened = self.waiting.pop()
        if name and name != opened.tag:
            message = (
                f"Unmatched end tag at byte offset {self._bytes(begin)},"
                f' expected "</{opened.tag}>", found "</{name}>"'
            )
            raise ParseError(message)
        if self.offset > opened.offset:
            self._keep(opened)

    def _keep(self, opened: _Open) -> None:
        kind = _TAGS[opened.tag]
        length = self.offset - opened.offset
        if kind == "text_link":
            self._keep_link(opened, length)
        elif kind == "blockquote":
            expandable = "expandable_" if "expandable" in opened.attributes else ""
            self.found.append(Entity(expandable + kind, opened.offset, length))
        elif kind in ("pre", "code"):
            self._keep_code(Entity(kind, opened.offset, length, language=_language(opened)))
        else:
            self.found.append(Entity(kind, opened.offset, length))

    def _keep_link(self, opened: _Open, length: int) -> None:
        url = opened.attributes.get("href") or "".join(self.written[opened.pieces :])
        person = _mentioned(url)
        if person is not None:
            self.found.append(Entity("text_mention", opened.offset, length, user_id=person))
        elif (link := checked_link(url)) is not None:
            self.found.append(Entity("text_link", opened.offset, length, url=link))

    def _keep_code(self, entity: Entity) -> None:
        """Make `<pre><code class="language-…">` one block that knows its language."""
        inner = self.found[-1] if self.found else None
        same_place = inner is not None and (inner.offset, inner.length) == (
            entity.offset,
            entity.length,
        )
        if entity.type == "pre" and same_place and inner is not None and inner.type == "code":
            self.found[-1] = Entity("pre", entity.offset, entity.length, language=inner.language)
        else:
            self.found.append(entity)


def checked_link(url: str) -> str | None:
    """Return the link as Telegram keeps it, or None where it would quietly drop it."""
    url = url.strip()
    if not url or re.search(r"\s", url):
        return None
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme == "tg" and host:
        return url
    if parts.scheme not in ("http", "https") or "." not in host.strip("."):
        return None
    return url if parts.path else parts._replace(path="/").geturl()


def _language(opened: _Open) -> str | None:
    name = opened.attributes.get("class", "") if opened.tag == "code" else ""
    return name.removeprefix("language-") if name.startswith("language-") else None


def _mentioned(url: str) -> int | None:
    """Return the id in `tg://user?id=…`."""
    parts = urlsplit(url)
    if parts.scheme != "tg" or parts.netloc != "user":
        return None
    value = parse_qs(parts.query).get("id", [""])[0]
    return int(value) if value.isdecimal() else None


def _referred(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal is not None else int(decimal)
    digits = match.group().rstrip(";")
    if code == 0 or code >= _LAST_CODE or len(digits) >= _LONGEST_REFERENCE:
        return None
    return chr(code)
