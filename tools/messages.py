"""Collects the texts for the translators: `python -m tools.messages [language ...]`.

Where texts are found stands in `[tool.babel]` of pyproject.toml. The template `locales/baraza.pot`
and every catalogue are brought up to date; a language that is named and has no catalogue gets one.
Files are written only when a text changed, and carry neither line numbers nor the time, so that two
people who collect the same texts get the same files.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
DOMAIN = "baraza"
WIDTH = 100
COMMENTS = "Translators:"
"""A comment in a template that begins so is shown to the translators beside the text."""
_HEADER = "# Translations of Baraza.\n"


def catalogues(locales: Path) -> list[Path]:
    """Return the catalogues of all languages."""
    return sorted(locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def extract(root: Path) -> Catalog:
    """Return every text that the project at `root` wants translated, with the files that say it."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.pot"
        command = [
            *("pybabel", "--quiet", "extract", f"--output-file={found}"),
            *(f"--mapping-file={root / 'pyproject.toml'}", f"--add-comments={COMMENTS}"),
            *("--sort-by-file", "--add-location=file", "--strip-comment-tags"),
            *("--project=Baraza", "--copyright-holder=the authors of Baraza"),
            str(root),
        ]
        CommandLineInterface().run(command)  # type: ignore[no-untyped-call]  # Babel lacks it
        catalogue = read(found)
    for message in catalogue:
        # A catalogue must not tell where somebody's checkout lies.
        message.locations = [
            (Path(file).relative_to(root).as_posix(), line) for file, line in message.locations
        ]
    catalogue.header_comment = _HEADER
    return catalogue


def read(path: Path) -> Catalog:
    """Read a template or the catalogue of a language; entries no longer in use are left out.

    Raises:
        babel.messages.pofile.PoFileError: it is not such a file, or a line is malformed.
    """
    # locales/<language>/LC_MESSAGES/baraza.po
    language = path.parts[-3] if path.suffix == ".po" else None
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)


def update(locales: Path, template: Catalog) -> list[Path]:
    """Bring the template file and every catalogue in `locales` up to date; return what changed."""
    changed = [locales / f"{DOMAIN}.pot"] if _write(locales / f"{DOMAIN}.pot", template) else []
    for path in catalogues(locales):
        catalogue = read(path)
        # A guess that is nearly right is harder to spot than a gap.
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        if _write(path, catalogue):
            changed.append(path)
    return changed


def begin(locales: Path, language: str) -> Path:
    """Make an empty catalogue for `language`, a code such as `so` or `pt-BR`; return its path."""
    path = locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Catalog(locale=language.replace("-", "_"), project="Baraza", fuzzy=False)
        new.header_comment = _HEADER
        _write(path, new)
    return path


def _write(path: Path, catalogue: Catalog) -> bool:
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    content = b"".join(line for line in lines if _says_something(line))
    if path.exists() and path.read_bytes() == content:
        return False
    path.write_bytes(content)
    return True


def _says_something(line: bytes) -> bool:
    changing = (b'"POT-Creation-Date: ', b'"PO-Revision-Date: ', b'"Generated-By: ')
    unfilled = (b"EMAIL@ADDRESS", b"<LL@li.org>", b" VERSION\\n")
    return not line.startswith(changing) and not any(blank in line for blank in unfilled)


def main(languages: list[str]) -> int:
    """Collect the texts and tell which files changed."""
    locales = ROOT / "locales"
    for language in languages:
        begin(locales, language)
    changed = update(locales, extract(ROOT))
    for path in changed:
        print(f"updated {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
