"""Documents to print: facts become a PDF, typeset by `templates/documents/*.typ`.

A document is made from its facts alone, with the fonts that come with Baraza: the same on every
machine. Facts reach the templates as JSON, so nothing that people write can become markup.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.resources import folder

if TYPE_CHECKING:
    from typst import Fonts

FONTS = frozenset({"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoNaskhArabic-Regular.ttf"})
"""The files in `templates/documents/fonts` that the templates name."""

PICTURE_PPI = 108
"""Dots to an inch: a picture 12 cm wide is 510 wide, which a phone shows readably for
half of the bytes that twice the sharpness costs."""

_FIRST_PICTURE = "\u2300"
"""Symbols before it are letters' companions: ° © № ™."""
_MARKS_OF_PICTURES = "\ufe0f\u20e3"
_JOINED_TO_NOTHING = re.compile(r"(?<=\s)\u200d|\u200d(?=\s)")
_WITHOUT_ISOLATES = str.maketrans("", "", "\u2068\u2069")


def pdf(name: str, facts: Mapping[str, Any]) -> bytes:
    """Return a document as a PDF; `name` is that of its template.

    Raises:
        RuntimeError: the template is not there, or cannot make anything of these facts.
    """
    # Tags would double the size, on networks that are paid by the kilobyte; it is for print.
    return _made(name, facts, format="pdf", pdf_tags=False)


def png(name: str, facts: Mapping[str, Any]) -> bytes:
    """Return a document of one page as a picture for a phone.

    Raises:
        RuntimeError: the template is not there, or cannot make anything of these facts.
    """
    return _made(name, facts, format="png", ppi=PICTURE_PPI)


def _made(name: str, facts: Mapping[str, Any], **how: Any) -> bytes:
    # Loaded late: it brings some 20 MB into memory, and is seldom needed.
    import typst  # noqa: PLC0415 - heavy

    room = _room()
    made = typst.compile(
        room / f"{name}.typ",
        root=room,
        font_paths=_fonts(room),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        **how,
    )
    assert isinstance(made, bytes)
    return made


def printed(said: str) -> str:
    """Return words for a document as one line of JSON, without the pictures that no font has."""
    shown = "".join(" " if _is_picture(character) else character for character in said)
    shown = _JOINED_TO_NOTHING.sub("", shown)
    if not any(unicodedata.bidirectional(character) in {"R", "AL"} for character in shown):
        # Nothing turns around: the marks would only make the document larger.
        shown = shown.translate(_WITHOUT_ISOLATES)
    return json.dumps(" ".join(shown.split()), ensure_ascii=False)


def missing_fonts() -> list[str]:
    """Return the files of fonts that are not there, or cannot be read as fonts."""
    found = {Path(font.path).name for font in _fonts(_room()).fonts() if font.path}
    return sorted(FONTS - found)


def _room() -> Path:
    return folder("templates") / "documents"


@cache
def _fonts(room: Path) -> "Fonts":
    """Return the fonts of this installation, and none of the machine's."""
    import typst  # noqa: PLC0415 - heavy

    return typst.Fonts(include_system_fonts=False, font_paths=[room / "fonts"])


def _is_picture(character: str) -> bool:
    """Tell whether a character is (part of) an emoji; paper would show an empty box."""
    is_symbol = unicodedata.category(character) in {"So", "Sk"} and character >= _FIRST_PICTURE
    return is_symbol or character in _MARKS_OF_PICTURES
