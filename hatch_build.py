"""Adds the catalogues to a wheel, compiled: a program that is installed starts sooner."""

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Compiles `locales/*/LC_MESSAGES/baraza.po` into the package's own `locales`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile them; an editable installation reads those of the checkout."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        for source in sorted(Path(self.root, "locales").glob("*/LC_MESSAGES/*.po")):
            language = source.parts[-3]
            compiled = Path(self._folder.name, f"{language}.mo")
            with source.open("rb") as readable, compiled.open("wb") as writable:
                catalogue = read_po(
                    readable, locale=language, ignore_obsolete=True, abort_invalid=True
                )
                write_mo(writable, catalogue)
            inside = f"bot/locales/{language}/LC_MESSAGES/{source.stem}.mo"
            build_data["force_include"][str(compiled)] = inside

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - Hatch's own signature
        """Leave nothing behind."""
        if version != "editable":
            self._folder.cleanup()
