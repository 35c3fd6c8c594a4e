"""Text as Telegram sees it: measured in UTF-16, cleaned, with commands and links found in it.

The rules are those of TDLib (`clean_input_string`, `fix_formatted_text`, `find_entities`), which
the real Bot API server runs on every text before it is sent.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100

_CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_OPAQUE = frozenset({"pre", "code", "text_link", "text_mention"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_PRIORITY = {
    "expandable_blockquote": 0,
    "blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
}

_FOUND = (
    # A slash that follows a letter, a slash or an angle bracket starts no command ("and/or").
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")),
    ("url", re.compile(r"(?<![\w@])https?://[^\s<>\"]*[^\s<>\".,;:!?)'»”]", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Entity:
    """A stretch of a text with a meaning; offset and length count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user_id: int | None = None

    @property
    def end(self) -> int:
        """Where the entity stops (the first unit that is outside)."""
        return self.offset + self.length

    def as_record(self) -> dict[str, Any]:
        """Return what is set, in the words of the Bot API (a person mentioned only by id)."""
        return {name: value for name, value in vars(self).items() if value is not None}


def utf16_length(text: str) -> int:
    """Count the UTF-16 code units of `text`: Telegram's measure of every length and offset."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return all(
        character == "\u2800" or unicodedata.category(character)[0] in "CZ" for character in text
    )


def clean(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Return what Telegram keeps of a text and its entities: no controls, no blank edges.

    The text is empty when nothing visible is left. At most 100 entities survive.
    """
    text, entities = _without_dropped(_CONTROLS.sub(" ", text), list(entities))
    kept = _well_nested(entity for entity in entities if _shows(text, entity))
    text = text.rstrip(" \n")
    end = utf16_length(text)
    kept = [
        replace(entity, length=min(entity.length, end - entity.offset))
        for entity in kept
        if entity.offset < end
    ]
    leading = len(text) - len(text.lstrip(" \n"))
    # Blanks inside the first entity stay: they belong to what the writer marked.
    leading = min([leading, *(entity.offset for entity in kept)])
    text = text[leading:]
    kept = [replace(entity, offset=entity.offset - leading) for entity in kept]
    return ("", []) if is_blank(text) else (text, kept[:ENTITY_LIMIT])


def find(text: str, entities: Iterable[Entity] = ()) -> list[Entity]:
    """Return the given entities and the commands, mentions and links written out in the text."""
    given = list(entities)
    opaque = [entity for entity in given if entity.type in _OPAQUE]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            entity = Entity(kind, utf16_length(text[: match.start()]), utf16_length(match.group()))
            if not any(_overlap(entity, other) for other in (*opaque, *found)):
                found.append(entity)
    return ordered([*given, *found])


def ordered(entities: Iterable[Entity]) -> list[Entity]:
    """Sort as Telegram does: by start, the longer first, then quotes before links before bold."""
    return sorted(
        entities,
        key=lambda entity: (entity.offset, -entity.length, _PRIORITY.get(entity.type, 50)),
    )


def part(text: str, entity: Entity) -> str:
    """Return the words that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le", errors="replace")


def _without_dropped(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Take away what TDLib removes (line separators, direction overrides) and move the entities."""
    holes = [utf16_length(text[: match.start()]) for match in _DROPPED.finditer(text)]
    if not holes:
        return text, entities

    def moved(offset: int) -> int:
        return offset - sum(1 for hole in holes if hole < offset)

    shifted = [
        replace(
            entity, offset=moved(entity.offset), length=moved(entity.end) - moved(entity.offset)
        )
        for entity in entities
    ]
    return _DROPPED.sub("", text), shifted


def _shows(text: str, entity: Entity) -> bool:
    # A link on an invisible character (U+200B, U+2060) stays; one on spaces alone was dropped by
    # TDLib until December 2023, and whether the servers still do so is not known: none may count.
    return entity.length > 0 and bool(part(text, entity).strip(" \n"))


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _well_nested(entities: Iterable[Entity]) -> list[Entity]:
    """Drop what may not stand inside: anything in code, a quote in a quote."""
    kept: list[Entity] = []
    for entity in ordered(entities):
        around = [other.type for other in kept if other.offset <= entity.offset < other.end]
        in_code = "code" in around or "pre" in around
        quote_in_quote = entity.type in _QUOTES and any(kind in _QUOTES for kind in around)
        if not in_code and not quote_in_quote:
            kept.append(entity)
    return kept
