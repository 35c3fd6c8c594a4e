"""Finding an organisation by what people call it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from bot.domain.dates.tokens import phrase
from bot.errors import BotError

SHORTEST = 2
"""Letters of an abbreviation: with one letter nobody is named."""


class OrganisationUnclear(BotError):
    """Words name no organisation of the list, or more than one."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no one organisation")
        self.said = said


def find(names: Mapping[int, str], said: str) -> int | None:
    """Return the organisation that `said` names: in full, or in short if only one can be meant.

    Case, accents and punctuation do not matter. In short: its initials ("MBT" for Maji Bora
    Trust), its first letters, or some of its words.
    """
    found = near(names, said)
    return found[0] if len(found) == 1 else None


def find_known(
    names: Mapping[int, str], said: str, ands: Collection[str]
) -> tuple[list[int], list[str]]:
    """Return the organisations that a list names, each once, and the words that name none.

    `ands` are the words that join the last two of "Maji Bora, Afya and Elimu", in every language. A
    name may hold such a word itself: only what names nobody as a whole is cut at one.

    Raises:
        OrganisationUnclear: none of them names one.
    """
    found: list[int] = []
    unclear: list[str] = []
    joining = {word.casefold() for word in ands}
    for part in said.replace(";", ",").replace("\n", ",").split(","):
        words = part.split()
        while words:
            try:
                found += _joined(names, words, joining)
                break
            except OrganisationUnclear:
                # What can be told of "Afya and Baraka" is told: one of the two.
                at = next((n for n, word in enumerate(words) if word.casefold() in joining), None)
                head, words = (words, []) if at is None else (words[:at], words[at + 1 :])
                key = find(names, " ".join(head)) if head else None
                found += [key] if key is not None else []
                unclear += [" ".join(head)] if head and key is None else []
    if not found:
        raise OrganisationUnclear(said=", ".join(unclear) or said)
    return list(dict.fromkeys(found)), unclear


def _joined(names: Mapping[int, str], words: Sequence[str], ands: Collection[str]) -> list[int]:
    """Return whom the words between two commas name: "and Elimu", "Afya and Elimu"."""
    key = find(names, " ".join(words))
    if key is not None:
        return [key]
    if words[0].casefold() in ands and len(words) > 1:
        return _joined(names, words[1:], ands)
    for at in range(1, len(words) - 1):
        first = find(names, " ".join(words[:at]))
        if words[at].casefold() in ands and first is not None:
            return [first, *_joined(names, words[at + 1 :], ands)]
    raise OrganisationUnclear(said=" ".join(words))


def near(names: Mapping[int, str], said: str) -> list[int]:
    """Return the organisations that `said` may name: those in full, or else those in short."""
    words = _words(said)
    if not words:
        return []
    folded = {key: _words(name) for key, name in names.items()}
    exact = [key for key, name in folded.items() if name == words]
    return exact or [key for key, name in folded.items() if _is_short_for(words, name)]


def are_initials(said: str, name: str) -> bool:
    """Tell whether `said` are the initials of a name of several words: "MBT"."""
    words = _words(name)
    return len(words) > 1 and _words(said) == ("".join(word[0] for word in words),)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in phrase(text) if any(map(str.isalnum, word)))


def _is_short_for(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    joined = "".join(said)
    if len(joined) < SHORTEST:
        return False
    initials = "".join(word[0] for word in name)
    is_initials = len(said) == 1 and joined == initials
    return is_initials or "".join(name).startswith(joined) or set(said) <= set(name)


def same(names: Mapping[int, str], name: str) -> int | None:
    """Return the organisation that has this very name, apart from case, accents and marks."""
    return next((key for key, known in names.items() if _words(known) == _words(name)), None)


def named_before(
    names: Mapping[int, str], text: str, *, without_for: Callable[[str], str]
) -> tuple[int, str] | None:
    """Return the organisation in "for Water Partners: new wells", and what is said for it.

    Without the "for", which `without_for` takes off, only the very name is one: "Water: who goes
    where" is about water.
    """
    head, _, said = text.partition(":")
    bare = without_for(head)
    key = same(names, head) if bare == head else find(names, bare)
    return (key, said.strip()) if key is not None and said.strip() else None
