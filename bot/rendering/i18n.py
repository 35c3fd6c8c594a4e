"""Catalogues: what the source texts are in each language.

A catalogue is `locales/<language>/LC_MESSAGES/baraza.po`; nothing has to be
compiled. The source texts are English and need no catalogue. Whatever is missing, marked fuzzy or
broken in a translation is said in the source language: a stale catalogue never stops a message.
"""

import gettext
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from bot.resources import folder

SOURCE = "en"
"""The language of the source texts."""
DOMAIN = "baraza"

_log = logging.getLogger(__name__)
_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")
_PAGE_PLACEHOLDER = re.compile(r"\{\w+\}")
"""Filled in by the playground's page, in the browser."""
_TAG = re.compile(r"<[^<>]*>?")


class Translations(gettext.NullTranslations):
    """The usable entries of one catalogue; whatever it lacks is answered with the source text."""

    def __init__(
        self,
        entries: Mapping[tuple[str | None, str], Sequence[str]],
        plural: Callable[[int], int],
    ) -> None:
        """Take entries by context and (singular) source text, and the index of a count's form."""
        super().__init__()
        self._entries, self._plural = entries, plural

    def gettext(self, message: str) -> str:
        """Return the translation of `message`."""
        return self._form(None, message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation that fits the count `n`."""
        return self._form(None, msgid1, self._plural(n)) or super().ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of `message` where it means what `context` says."""
        return self._form(context, message) or message

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation that fits the context and the count `n`."""
        found = self._form(context, msgid1, self._plural(n))
        return found or super().npgettext(context, msgid1, msgid2, n)

    def is_translated(self, context: str | None, message: str) -> bool:
        """Tell whether there is a usable translation of `message`."""
        return (context, message) in self._entries

    def _form(self, context: str | None, message: str, index: int = 0) -> str | None:
        forms = self._entries.get((context, message), ())
        return forms[index] if index < len(forms) else None


class Catalogues:
    """All languages that the bot speaks."""

    languages: tuple[str, ...]
    """Codes, as `/setup` and `/language` take them; the source language comes first."""

    def __init__(self, root: Path | None = None) -> None:
        """Read every catalogue in `root`, by default in this installation's `locales`."""
        found = sorted((root or folder("locales")).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
        catalogues = {path.parts[-3]: _read(path) for path in found}
        self.languages = (SOURCE, *(code for code in catalogues if code != SOURCE))
        self._translations = {
            code: _translations(code, catalogue) for code, catalogue in catalogues.items()
        }
        self._translations.setdefault(SOURCE, Translations({}, _germanic))

    def known(self, language: str) -> str:
        """Return the language that is spoken to readers of `language`: `sw` for `sw-KE`.

        It is the source language where there is no catalogue.
        """
        base = language.replace("_", "-").split("-")[0]
        return next((code for code in (language, base) if code in self.languages), SOURCE)

    def translations(self, language: str) -> Translations:
        """Return the translations of a language; whatever is not translated is the source text."""
        return self._translations[self.known(language)]

    def locale(self, language: str) -> Locale:
        """Return the locale whose weekdays, months and numbers a language uses.

        A catalogue may name another one than its own, for a language that CLDR does not know
        (Turkana: that of Swahili).
        """
        known = self.known(language)
        return _locale(known, self._translations[known])

    def name_of(self, language: str) -> str:
        """Return what a language calls itself: `Kiswahili` for `sw`."""
        own = self.translations(language)
        # Translators: what your language calls itself.
        name = own.pgettext("name of the language", "English")
        if language == SOURCE or own.is_translated("name of the language", "English"):
            return name
        return self.locale(language).get_display_name() or language

    def names_of(self, language: str) -> set[str]:
        """Return what a language is called by itself, and by each of the others."""
        told = (self.locale(code).languages.get(language, "") for code in self.languages)
        return {self.name_of(language), *filter(None, told)}

    def words(self, context: str, msgid: str) -> Mapping[str, tuple[str, ...]]:
        """Return by language the words of an entry whose texts are lists with commas."""
        return {
            code: tuple(split_words(self.translations(code).pgettext(context, msgid)))
            for code in self.languages
        }


def split_words(text: str) -> Iterator[str]:
    """Yield the words or phrases of a list with commas."""
    return filter(None, map(str.strip, text.split(",")))


def is_sound(source: Sequence[str], translated: Sequence[str]) -> bool:
    """Tell whether a translation can stand for its source texts (singular, then plural).

    It must have the same facts to fill in and the same markup, or Telegram would refuse it. A form
    that stands for one certain number may leave that number out.
    """
    wanted = set().union(*map(_placeholders, source))
    for form in translated:
        if not form.strip() or "%" in _PLACEHOLDER.sub("", form):
            return False
        missing = wanted - _placeholders(form)
        if _placeholders(form) - wanted or (missing and missing != _optional(source)):
            return False
        if not (
            _nests(form) and any(sorted(_tags(form)) == sorted(_tags(text)) for text in source)
        ):
            return False
    return True


def _optional(source: Sequence[str]) -> set[str]:
    """Return the placeholder that only some of the source's forms have: the number."""
    if len(source) == 1:
        return set()
    found = [_placeholders(text) for text in source]
    return (set[str]().union(*found) - found[0].intersection(*found)) or {"count"}


def _placeholders(text: str) -> set[str]:
    return {*filter(None, _PLACEHOLDER.findall(text)), *_PAGE_PLACEHOLDER.findall(text)}


def _tags(text: str) -> list[str]:
    return _TAG.findall(text)


def _nests(text: str) -> bool:
    """Tell whether every tag is closed, in its place."""
    waiting: list[str] = []
    for tag in _TAG.findall(text):
        if not tag.startswith("</"):
            waiting.append(tag[1:-1].split()[0] if tag[1:-1].strip() else "")
        elif not waiting or waiting.pop() != tag[2:-1]:
            return False
    return not waiting


def _read(path: Path) -> Catalog:
    language = path.parts[-3]
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, ignore_obsolete=True)
    except (PoFileError, ValueError) as error:
        _log.warning("the catalogue of %s is not readable: %s", language, error)
        return Catalog()


def _translations(language: str, catalogue: Catalog) -> Translations:
    entries = dict(_entries(catalogue))
    unplural = Translations(entries, _germanic)
    expression = catalogue.plural_expr
    if catalogue.locale is None:
        expression = get_plural(_locale(language, unplural))[1]
    try:
        return Translations(entries, gettext.c2py(expression))
    except ValueError:
        _log.warning("the catalogue of %s has an unreadable plural rule", language)
        return unplural


def _entries(catalogue: Catalog) -> Iterator[tuple[tuple[str | None, str], tuple[str, ...]]]:
    for message in catalogue:
        source, forms = _forms(message.id), _forms(message.string)
        if source[0] and not message.fuzzy and forms and is_sound(source, forms):
            yield (message.context, source[0]), forms


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the singular and the plurals of an entry, which Babel gives in several types."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _locale(language: str, translations: Translations) -> Locale:
    # Translators: a language whose names of days and months yours uses, if CLDR lacks it: "sw".
    chosen = translations.pgettext("locale for dates and numbers", "en")
    is_chosen = translations.is_translated("locale for dates and numbers", "en")
    for code in (chosen if is_chosen else language, language):
        try:
            return Locale.parse(code.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(SOURCE)


def _germanic(count: int) -> int:
    return int(count != 1)
