"""What stays of a word when it changes: the little of grammar that a search needs.

A stem is looked for within what was written, so a rule only has to take off what a word may bear
there and not here: "wamekarabati" leaves "karabati", which stands in "kukarabati", too. The rules
take off too much rather than too little; what is found so is never called the word itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Grammar:
    """How words of a language begin and end. All folded."""

    least: int
    """Letters that a stem has at least: fewer stand in everything."""
    begins: tuple[str, ...] = ()
    ends: tuple[tuple[str, str], ...] = ()
    """What comes off at the end, and what stands there instead."""
    doubling: tuple[str, ...] = ()
    """The ends before which a last consonant may be doubled: "digging"."""


def _off(ends: str) -> tuple[tuple[str, str], ...]:
    return tuple((end, "") for end in ends.split())


_SUBJECTS = (
    *("ni", "u", "a", "tu", "m", "wa", "i", "li", "ya", "ki", "vi", "zi", "ku", "pa"),
    *("ha", "hatu", "hawa"),
)
_TENSES = ("na", "me", "li", "ta", "ka", "nge", "ja", "ki")
_CLASSES = ("ku", "kw", "ki", "vi", "m", "mi", "mw", "mu", "wa", "ma", "u", "n", "ny", "ji")

GRAMMARS: dict[str, Grammar] = {
    "en": Grammar(
        least=4,
        ends=(
            *_off("ations ation ions ion ments ment ings ing ers er ed es s ly al e"),
            ("ies", "y"),
            ("y", "i"),
        ),
        doubling=("ing", "ed"),
    ),
    # "wa-me-karabati", "ku-karabati", "vi-sima", "mi-kutano"; "-ana", "-wa", "-isha", "-ni".
    "sw": Grammar(
        least=4,
        begins=(*_CLASSES, *("".join(pair) for pair in product(_SUBJECTS, _TENSES))),
        ends=_off("iana ana ano iwa ewa wa isha esha ia ea eni ini ni a o"),
    ),
    # "ceel-ka", "ceel-asha", "magaal-ada", "xool-aha", "biy-o"; "hagaaji-nta", "hagaaji-yay".
    "so": Grammar(
        least=3,
        ends=_off(
            "ka ga ha ta da sha dha a kii gii hii tii dii kan gan han tan dan kaas gaas taas daas"
            " kooda gooda tooda dooda keena geena teena deena aha ada asha ahan adan"
            " yada yaasha yaal ooyinka ooyin yinka yin al o oo"
            " nta nayaan naya nay neen yay yey yaan sho in n"
        ),
    ),
    # With the article and what is written together with it; the ends of plurals and owners.
    "ar": Grammar(
        least=3,
        begins=("ال", "وال", "بال", "فال", "كال", "لل", "و", "ب", "ل"),
        ends=_off("ات ان ين ون يه ه ها هم نا ي"),  # noqa: RUF001 - they are Arabic
    ),
}
"""By language. In another one words are found as they stand, and by their likeness."""


def stems(word: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return what may stay of a folded word in these languages; none of it contains another.

    Arabic letters are always taken for Arabic: nobody else's rules know them.
    """
    grammars = [GRAMMARS[one] for one in sorted({*languages, "ar"}) if one in GRAMMARS]
    found = {stem for grammar in grammars for stem in _stems(word, grammar)}
    return tuple(
        sorted(stem for stem in found if not any(one in stem for one in found if one != stem))
    )


def _stems(word: str, grammar: Grammar) -> Iterator[str]:
    for bare in {word, *_without_begin(word, grammar)}:
        if bare != word:
            yield bare
        for end, instead in grammar.ends:
            rest = bare.removesuffix(end)
            if rest == bare or len(rest) + len(instead) < grammar.least:
                continue
            yield rest + instead
            if end in grammar.doubling and rest[-1] == rest[-2]:
                yield rest[:-1]


def _without_begin(word: str, grammar: Grammar) -> Iterator[str]:
    """Take off what the word begins with; of what is longer and what is shorter, the longer."""
    begins = [one for one in grammar.begins if word.startswith(one)]
    left = [word.removeprefix(one) for one in sorted(begins, key=len, reverse=True)]
    yield from [rest for rest in left if len(rest) >= grammar.least][:1]
