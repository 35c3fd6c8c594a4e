"""Tells what is wrong with the translations: `python -m tools.check_catalogues`.

A running bot never stops over a translation: what is missing or broken is said in the source
language. So this is where it has to be noticed.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError

from bot.rendering.i18n import SOURCE, is_sound
from tools import glossary, messages

Key = tuple[str | None, str]
_PLACEHOLDER = re.compile(r"%\(\w+\)s|{\w+}")
_TYPED = " words"
"""How the context of a list ends that holds whatever people may type, in words of their own."""
_NAMED = {"command", "mute"}
"""Where a text is a name that is shown, and behind it, with commas, other names that work, too."""


def problems(root: Path) -> list[str]:
    """Return every problem of the catalogues of the project at `root`, each in one line."""
    texts = messages.extract(root)
    locales = root / "locales"
    template = locales / f"{messages.DOMAIN}.pot"
    found = list(_problems_of_template(texts, template))
    for path in messages.catalogues(locales):
        language = path.parts[-3]
        try:
            catalogue = messages.read(path)
        except (PoFileError, ValueError) as error:
            found.append(f"{language}: not readable: {error}")
            continue
        terms = glossary.read(locales / f"GLOSSARY.{language}.md")
        wrong = (*problems_of(catalogue, texts), *problems_of_words(catalogue, terms))
        found += [f"{language}: {problem}" for problem in wrong]
    return found


def problems_of(catalogue: Catalog, texts: Catalog) -> Iterator[str]:
    """Yield what is wrong with one catalogue, compared with the source `texts`."""
    translated = _by_key(catalogue)
    for key, text in _by_key(texts).items():
        if key in translated:
            yield from _problems_of_message(translated[key], text)
        else:
            yield f"missing: {_named(text)}"
    for key in translated.keys() - _by_key(texts).keys():
        yield f"nobody says this any more: {_named(translated[key])}"


def problems_of_words(catalogue: Catalog, terms: Sequence[glossary.Term]) -> Iterator[str]:
    """Yield where a catalogue uses another word than its glossary wants for the same thing."""
    for message in catalogue:
        if not message.id or (message.context or "").endswith(_TYPED):
            continue
        source, forms = " ".join(_strings(message.id)), _strings(message.string)
        if message.context in _NAMED:
            # Only the first name is shown; the others are what people may type as well.
            forms = tuple(form.split(",")[0] for form in forms)
        for term in terms:
            for word in term.wrong_in(source, " ".join(forms)):
                yield f"the glossary wants another word than {word!r}: {_named(message)}"


def _problems_of_template(texts: Catalog, template: Path) -> Iterator[str]:
    listed = _by_key(messages.read(template)).keys() if template.exists() else set()
    if listed != _by_key(texts).keys():
        yield f"{template.name}: not what the templates say; run ./dev messages"


def _problems_of_message(message: Message, text: Message) -> Iterator[str]:
    name, source, forms = _named(text), _strings(text.id), _strings(message.string)
    if _strings(message.id) != source:
        yield f"the plural of the source changed; run ./dev messages: {name}"
    elif message.fuzzy:
        yield f"a guess that nobody confirmed (fuzzy): {name}"
    elif not any(form.strip() for form in forms):
        yield f"not translated: {name}"
    elif not all(form.strip() for form in forms):
        # A form that is missing at the end is read as an empty one.
        yield f"an empty plural form: {name}"
    else:
        yield from _problems_of_forms(forms, source, name)


def _problems_of_forms(forms: tuple[str, ...], source: tuple[str, ...], name: str) -> Iterator[str]:
    facts, tags = [_facts(text) for text in source], [_tags(text) for text in source]
    if len(source) == 1 and _facts(forms[0]) != facts[0]:
        yield f"other placeholders than the source: {name}"
    elif not all(_tags(form) in tags for form in forms):
        yield f"other HTML tags than the source: {name}"
    elif not all(_nests(form) for form in forms):
        yield f"HTML tags that do not nest: {name}"
    elif not is_sound(source, forms):
        # What the running bot would refuse for a reason of its own.
        yield f"unusable, the bot would say it in {SOURCE}: {name}"


def _by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(m.context, _strings(m.id)[0]): m for m in catalogue if m.id}


def _strings(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _named(message: Message) -> str:
    context = f"[{message.context}] " if message.context else ""
    return f"{context}{_strings(message.id)[0]!r}"


def _facts(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text))


class _Tags(HTMLParser):
    """Follows the tags of a text and notes whether each is closed in its place."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.open: list[str] = []
        self.nests = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opening tag, with its attributes: a link must go where the source's goes."""
        self.seen[f"{tag} {sorted(attrs, key=str)}"] += 1
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag; any other one is a fault."""
        self.seen[f"/{tag}"] += 1
        self.nests &= bool(self.open) and self.open.pop() == tag


def _parsed(text: str) -> _Tags:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return parser


def _tags(text: str) -> Counter[str]:
    return _parsed(text).seen


def _nests(text: str) -> bool:
    parser = _parsed(text)
    return parser.nests and not parser.open


def main() -> int:
    """Print every problem; return 1 when there is one."""
    found = problems(messages.ROOT)
    for problem in found:
        print(problem)
    if not found:
        print(f"{len(messages.catalogues(messages.ROOT / 'locales'))} translations are complete")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
