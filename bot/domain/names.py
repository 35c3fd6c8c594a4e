"""Names as people wrote them, made safe to show among other words."""

import unicodedata

MAX_LENGTH = 64
"""Telegram allows 64 characters for a first name; an organisation's name is kept as short."""

_JOINERS = "\u200c\u200d"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def clean(name: str, *, fallback: str = "?", limit: int = MAX_LENGTH) -> str:
    """Return `name` on one line, without controls, overrides of direction or invisible padding.

    U+202E and its kin would turn the rest of the line around; zero-width characters make two names
    look like one. Joiners stay where a script needs them (Persian, Bengali), between letters.
    """
    # Of four thousand characters the beginning decides, unless there is little to see in it.
    cleaned = _on_one_line(name[: 2 * limit])
    if len(cleaned) <= limit < len(name):
        cleaned = _on_one_line(name)
    if len(cleaned) > limit:
        cleaned = cleaned[: limit - 1].rstrip() + "…"
    return cleaned or fallback


def _on_one_line(name: str) -> str:
    # Python calls printable what is neither a control, nor invisible, nor a space but " " itself.
    unseen = {ord(one): _instead_of(one) for one in set(name) if not one.isprintable()}
    shown = name.translate(unseen) if unseen else name
    return " ".join(shown.split()).strip(f"{_JOINERS} ")


def _instead_of(unseen: str) -> str | None:
    """Return what stands in a name for a character that is not printable; None: nothing."""
    if unseen in _JOINERS:
        return unseen
    is_space = unseen in "\t\n\r" or unicodedata.category(unseen) in {"Zl", "Zp", "Zs"}
    return " " if is_space else None


def isolate(name: str) -> str:
    """Wrap `name` so that a right-to-left name does not reorder the words around it (UAX #9)."""
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
