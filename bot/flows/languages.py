"""The question which languages a coalition or a group reads: ticked one after the other."""

import re
from collections.abc import Sequence

from bot.domain.groups import LanguageUnknown, check_languages
from bot.flows.flow import Choice, Pick, Said
from bot.rendering.messages import renderer

DONE = "done"
"""No language has a code of four letters."""


def rows(chosen: Sequence[str]) -> tuple[tuple[Choice, ...], ...]:
    """Return a button for each language, the chosen ones with their place, and one to be done."""
    places = {code: place for place, code in enumerate(chosen, start=1)}
    known = tuple(
        (Choice(code, "language", {"code": code, "place": places.get(code)}),)
        for code in renderer().catalogues.languages
    )
    return (*known, (Choice(DONE, "done"),)) if chosen else known


def taken(chosen: Sequence[str], said: Said) -> tuple[tuple[str, ...], bool]:
    """Return the languages after an answer, and whether that was all.

    Raises:
        LanguageUnknown, LanguagesTooMany: see there.
    """
    if not isinstance(said, Pick):
        return read(said.text), True
    if said.value == DONE:
        return tuple(chosen), True
    if said.value in chosen:
        return tuple(code for code in chosen if code != said.value), False
    return check_languages([*chosen, said.value]), False


def read(text: str) -> tuple[str, ...]:
    """Read languages by their codes or own names: `en sw`, `Kiswahili, English`.

    Raises:
        LanguageUnknown, LanguagesTooMany: see there.
    """
    catalogues = renderer().catalogues
    codes = {code: code for code in catalogues.languages}
    codes |= {catalogues.name_of(code).casefold(): code for code in catalogues.languages}
    links = {word.casefold() for word in renderer().control_words("and")}
    found = []
    for word in re.split(r"[\s,;/+&]+", text.casefold().strip(" .")):
        if word in links:
            continue
        if word not in codes:
            raise LanguageUnknown(said=word, is_for_group=True)
        found.append(codes[word])
    return check_languages(found)
