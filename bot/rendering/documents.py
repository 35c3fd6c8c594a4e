"""Documents to print: facts become a PDF, typeset by `templates/documents/*.typ`.

A document is made from its facts alone, with the fonts that come with Baraza: the same on every
machine. Facts reach the templates as JSON, so nothing that people write can become markup.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.resources import folder

if TYPE_CHECKING:
    from typst import Fonts

FONTS = frozenset({"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoNaskhArabic-Regular.ttf"})
"""The files in `templates/documents/fonts` that the templates name."""


def pdf(name: str, facts: Mapping[str, Any]) -> bytes:
    """Return a document as a PDF; `name` is that of its template.

    Raises:
        typst.TypstError: the template cannot make anything of these facts.
    """
    # Loaded late: it brings some 20 MB into memory, and is seldom needed.
    import typst  # noqa: PLC0415 - heavy

    room = _room()
    made = typst.compile(
        room / f"{name}.typ",
        root=room,
        font_paths=_fonts(room),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        format="pdf",
        # They would double the size, on networks that are paid by the kilobyte; it is for print.
        pdf_tags=False,
    )
    assert isinstance(made, bytes)
    return made


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
