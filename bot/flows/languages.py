"""The question which languages a coalition or a group reads: ticked one after the other."""

from collections.abc import Sequence

from bot.domain.groups import check_languages, read_languages
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
        return read_languages(said.text, names=renderer().language_names), True
    if said.value == DONE:
        return tuple(chosen), True
    if said.value in chosen:
        return tuple(code for code in chosen if code != said.value), False
    return check_languages([*chosen, said.value]), False
