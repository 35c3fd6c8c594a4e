"""Telegram's HTML: how long it is when read, and where it may be cut.

Telegram counts UTF-16 units after entity parsing (Bot API, sendMessage: 1-4096 characters).
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

LIMIT = 4096
"""UTF-16 units of a message (Bot API, sendMessage)."""
TOAST_LIMIT = 200
"""Characters of the answer to a tap (Bot API, answerCallbackQuery)."""

_PIECE = re.compile(r"<[^<>]+>|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|[^<&]+|[<&]")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAG_LETTERS = range(0xE0020, 0xE0080)


def units(text: str) -> int:
    """Return how many UTF-16 units `text` has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible_length(source: str) -> int:
    """Return how many UTF-16 units of a text in Telegram's HTML are left when it is read."""
    return units(_visible(source))


def as_plain_text(source: str, *, limit: int = TOAST_LIMIT) -> str:
    """Return what a person would read, without markup, in at most `limit` UTF-16 units."""
    return shorten(_visible(source), limit)


def shorten(text: str, limit: int) -> str:
    """Return `text`, or its beginning and "…", in at most `limit` UTF-16 units.

    What is seen as one character (an emoji with its skin tone, a letter with its accents) stays
    whole.
    """
    if units(text) <= limit:
        return text
    kept, room = [], limit - 1
    for cluster in _clusters(text):
        room -= units(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…"


def split(source: str, limit: int = LIMIT) -> list[str]:
    """Cut a text in Telegram's HTML into messages of at most `limit` UTF-16 units each.

    It is cut at the last line break that fits, else at the last space, else between characters;
    never inside a tag, and inside what is seen as one character only if that alone is too long.
    Tags that are open at a cut are closed before and opened again after it.
    """
    if visible_length(source) <= limit:
        return [source]
    cutter = _Cutter(limit)
    for piece in _pieces(source, limit):
        cutter.add(piece)
    return cutter.finish()


def _visible(source: str) -> str:
    return "".join(map(_read, _PIECE.findall(source)))


def _read(piece: str) -> str:
    """Return what a person sees of a piece."""
    if _is_tag(piece):
        return ""
    return html.unescape(piece) if piece[0] == "&" else piece


def _is_tag(piece: str) -> bool:
    return piece[0] == "<" and len(piece) > 1


def _pieces(source: str, limit: int) -> Iterator[str]:
    """Yield tags, entities, and characters as they are seen, none longer than `limit`."""
    for run in _PIECE.findall(source):
        if run[0] in "<&":
            yield run
            continue
        for cluster in _clusters(run):
            # Someone joined thousands of emoji into one: no choice but to cut it.
            yield from [cluster] if units(cluster) <= limit else cluster


def _clusters(text: str) -> Iterator[str]:
    """Yield what is seen as one character, in the main cases of UAX #29."""
    start = 0
    for position in range(1, len(text)):
        if not _continues(text, start, position):
            yield text[start:position]
            start = position
    if text:
        yield text[start:]


def _continues(text: str, start: int, position: int) -> bool:
    """Tell whether the character at `position` belongs to the one that began at `start`."""
    before, character = text[position - 1], text[position]
    code = ord(character)
    if _JOINER in (before, character) or code in _SKIN_TONES or code in _TAG_LETTERS:
        return True
    if code in _FLAG_LETTERS and ord(before) in _FLAG_LETTERS:
        return position - start == 1
    return unicodedata.category(character)[0] == "M"


@dataclass
class _Cutter:
    """Fills one message after the other."""

    limit: int
    parts: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    length: int = 0
    """UTF-16 units that are seen of what is written."""

    def add(self, piece: str) -> None:
        size = units(_read(piece))
        while self.length + size > self.limit:
            self._cut()
        self.written.append(piece)
        self.length += size

    def finish(self) -> list[str]:
        self._end(self.written)
        return self.parts

    def _cut(self) -> None:
        """End the message at the best place, and begin the next with what stands behind it."""
        at = self._best_place()
        open_tags = self._end(self.written[:at])
        rest = self.written[at:]
        while rest and rest[0].isspace():
            rest = rest[1:]
        self.written = [*open_tags, *rest]
        self.length = sum(units(_read(piece)) for piece in rest)

    def _best_place(self) -> int:
        spaces = [at for at, piece in enumerate(self.written) if piece.isspace()]
        lines = [at for at in spaces if self.written[at] == "\n"]
        # A cut in the first half would leave two short messages for one: then a space is better.
        half = len(self.written) // 2
        return next((at for at in (*lines[-1:], *spaces[-1:]) if at > half), len(self.written))

    def _end(self, pieces: list[str]) -> list[str]:
        """Keep these pieces as a message, and return the tags that are open at its end."""
        open_tags: list[str] = []
        for tag in filter(_is_tag, pieces):
            if tag.startswith("</"):
                open_tags.pop()
            else:
                open_tags.append(tag)
        message = "".join([*pieces, *(_closing(tag) for tag in reversed(open_tags))]).strip()
        if _visible(message).strip():
            self.parts.append(message)
        return open_tags


def _closing(tag: str) -> str:
    name = tag[1:-1].split(maxsplit=1)[0]
    return f"</{name}>"
