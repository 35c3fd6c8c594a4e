"""Names as people wrote them, made safe to show among other words."""

import unicodedata

MAX_LENGTH = 64
"""Telegram allows 64 characters for a first name; an organisation's name is kept as short."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def clean(name: str, *, fallback: str = "?", limit: int = MAX_LENGTH) -> str:
    """Return `name` on one line, without controls, overrides of direction or invisible padding.

    U+202E and its kin would turn the rest of the line around; zero-width characters make two names
    look like one. Joiners stay where a script needs them (Persian, Bengali), between letters.
    """
    # Most names hold nothing that is left out: Python's own look at them is a hundred times faster.
    shown = name if name.isprintable() else _without_the_unseen(name)
    cleaned = " ".join(shown.split()).strip("\u200c\u200d ")
    if len(cleaned) > limit:
        cleaned = cleaned[: limit - 1].rstrip() + "…"
    return cleaned or fallback


def _without_the_unseen(name: str) -> str:
    kept = []
    for position, character in enumerate(name):
        category = unicodedata.category(character)
        is_joiner = character in "\u200c\u200d" and 0 < position < len(name) - 1
        if category in {"Zl", "Zp", "Zs"} or character in "\t\n\r":
            kept.append(" ")
        elif is_joiner or not category.startswith("C"):
            kept.append(character)
    return "".join(kept)


def isolate(name: str) -> str:
    """Wrap `name` so that a right-to-left name does not reorder the words around it (UAX #9)."""
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
