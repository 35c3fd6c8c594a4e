"""Templates, catalogues and facts become texts in the language of their readers."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from bot.domain import actions, names, plan, progress, streams
from bot.domain.agenda import Word, Words
from bot.domain.attendance import Answer
from bot.domain.dates import DayWord
from bot.domain.decisions import ReviewWords
from bot.domain.groups import SetupWords
from bot.domain.motions import Ballot
from bot.domain.presence import How
from bot.domain.reminders import ReminderKind
from bot.domain.taps import Verb
from bot.domain.ways import LINK_LIMIT
from bot.domain.write_ups import RoomWords
from bot.rendering.answers import AnswerWords, fold
from bot.rendering.compiled import Compiled
from bot.rendering.dates import Calendar
from bot.rendering.documents import printed
from bot.rendering.html import LIMIT, TOAST_LIMIT, shorten, visible_length
from bot.rendering.i18n import Catalogues, split_words
from bot.rendering.keyboards.button import Button, Keyboard
from bot.resources import folder

ROOMS = (12, 6, 3, 0)
"""How many names a list may show: the largest of these with which the message fits is taken."""

OWN_ROW = 36
"""Characters that a small phone (360 points wide) shows on a button in a row of its own."""
SHARED_ROW = 48
"""Characters that the labels of one row may have, shared out evenly: the last word may lose its
end, but no language is out of sight."""

TOOLS = frozenset(
    {
        Verb.FILE,
        Verb.COPY,
        Verb.PAPER,
        Verb.CHANGE,
        Verb.AGENDA,
        Verb.CARRY,
        Verb.VOICES,
        Verb.COUNT,
        Verb.OPEN,
        Verb.ROOM,
        Verb.SERVE,
        Verb.NEXT,
        Verb.FINISH,
        Verb.ASK_CLOSE,
        Verb.WALK,
    }
)
"""What stands below the answers and is for few: it is labelled in the group's first language alone,
so that the answers, in all languages, fit a phone's screen together with the post."""

PRINTED = "documents"
"""The folder of what is printed."""

_EMOJI_FIRST = re.compile(r"^([^\w\s]+)\s+(?=\w)")


@dataclass(frozen=True)
class Command:
    """A command as one person types it, and what it is for."""

    name: str
    """Without its slash."""
    description: str


class Renderer:
    """Renders every text that people read. Untrusted facts go through the filter `name`."""

    def __init__(self, catalogues: Catalogues, templates: Path | None = None) -> None:
        """Render in the languages of `catalogues`, by default this installation's `templates`."""
        self.catalogues = catalogues
        self._templates = templates or folder("templates")
        self._is_installed = templates is None
        self._environments: dict[tuple[str, str], Environment] = {}
        self._compiled: dict[str, Compiled] = {}
        self._labels: dict[tuple[str, ...], str] = {}
        self._lists: dict[tuple[str, ...], list[str]] = {}
        self._commands: dict[tuple[str, str], Command] = {}

    def text(self, template: str, *, language: str, **facts: Any) -> str:
        """Return a text in one language.

        An `.html` template gives Telegram's HTML, with every fact escaped; lists of names are
        shortened until it fits one message. A `.txt` template gives the plain words of a toast or a
        label, cut to the 200 characters that Telegram shows.

        Raises:
            jinja2.UndefinedError: the template needs a fact that was not given.
        """
        if template.endswith(".html"):
            return self._fitting(template, [language], facts)
        return shorten(" ".join(self._render(template, language, facts).split()), TOAST_LIMIT)

    def post(self, template: str, *, languages: Sequence[str], **facts: Any) -> str:
        """Return a text in Telegram's HTML for readers of several languages.

        The first language stands open, each other one is folded below it; a template knows by
        `is_first` which it is: people's own words are not said again. Lists of names are shortened
        until everything fits one message; what is too long even so has to be split.

        Raises:
            jinja2.UndefinedError: the template needs a fact that was not given.
        """
        return self._fitting(template, languages, facts)

    def plain(self, template: str, *, language: str, **facts: Any) -> str:
        """Return one line of plain words, of any length, for what is read outside Telegram."""
        return " ".join(self._render(template, language, facts).split())

    def page(self, template: str, *, language: str, **facts: Any) -> str:
        """Return a page for a browser; `template` is a path below `templates/`."""
        return self._environment(language, ".").get_template(template).render(facts)

    def document(self, name: str, *, language: str, **facts: Any) -> dict[str, Any]:
        """Return what a printed document says, as `templates/documents/<name>.typ` reads it.

        The words stand beside it in `<name>.json`, which may use what messages have in common.

        Raises:
            jinja2.UndefinedError: the template needs a fact that was not given.
        """
        template = self._environment(language, PRINTED).get_template(f"{name}.json")
        said: dict[str, Any] = json.loads(template.render(facts))
        return {"language": self.catalogues.known(language).split("-")[0], **said}

    def compile(self) -> None:
        """Compile all templates of the chat and of paper, so that nobody has to wait for it."""
        for room in ("chat", PRINTED):
            environment = self._environment(self.catalogues.languages[0], room)
            for template in environment.list_templates(extensions=("html", "txt", "json")):
                environment.get_template(template)

    def label(self, name: str, *, languages: Sequence[str], **facts: Any) -> str:
        """Return the words on a button, in the languages of its readers: `✅ Coming · Nakuja`.

        The first language is always whole; of the others, as many as a row has room for: words that
        a phone would cut help nobody.
        """
        if facts:
            return self._label(name, languages, facts)
        # The same few labels stand under every post, and every tap writes one anew.
        key = (name, *languages)
        if key not in self._labels:
            self._labels[key] = self._label(name, languages, facts)
        return self._labels[key]

    def keyboard(self, keyboard: Keyboard, *, languages: Sequence[str]) -> dict[str, Any]:
        """Return the Bot API's `InlineKeyboardMarkup`, labelled for these readers.

        A row falls apart into one button a row where a label, for the sake of all its languages, is
        too long to stand beside another.
        """
        rows: list[list[dict[str, str]]] = []
        for row in keyboard:
            buttons = [self._button(button, languages) for button in row]
            is_short = all(len(button["text"]) <= SHARED_ROW // len(row) for button in buttons)
            rows += [buttons] if is_short else [[button] for button in buttons]
        return {"inline_keyboard": rows}

    def command(self, name: str, *, language: str) -> Command:
        """Return a command under the name that the readers of a language type it by."""
        # The menus that Telegram is told of when a program starts hold the same ones many times.
        key = (name, self.catalogues.known(language))
        if key not in self._commands:
            self._commands[key] = Command(
                name=self.catalogues.words("command", name)[key[1]][0],
                description=self.text("commands.txt", language=language, name=name),
            )
        return self._commands[key]

    def answer_in(self, text: str) -> Answer | None:
        """Return the answer that a reply in any language gives; None if it is not understood."""
        return self.answer_words.read(text)

    @cached_property
    def answer_words(self) -> AnswerWords:
        """What people say for each answer, in every language."""
        return AnswerWords.collect(
            ((word, answer) for answer in Answer for word in self._said(answer)),
            self._said("filler"),
        )

    @cached_property
    def agenda_words(self) -> Words:
        """What people write in the line of an agenda item, in every language."""
        return {
            word: frozenset(map(fold, self._listed("agenda/words.txt", meaning=word)))
            for word in Word
        }

    @cached_property
    def action_words(self) -> actions.Words:
        """What people write around an action, in every language."""
        return {
            word: frozenset(map(fold, self._listed("actions/words.txt", meaning=word)))
            for word in (*actions.Word, *DayWord)
        }

    @cached_property
    def stream_words(self) -> streams.Words:
        """What people call the usual streams of work, in every language."""
        return {
            key: frozenset(map(streams.folded, self._listed("streams/words.txt", key=key)))
            for key in streams.USUAL
        }

    @cached_property
    def themes(self) -> list[dict[str, str]]:
        """What feedback is often about: each theme by language."""
        spoken = {
            code: list(split_words(self._render("inbox/themes.txt", code, {})))
            for code in self.catalogues.languages
        }
        first = self.catalogues.languages[0]
        return [
            {code: words[at] for code, words in spoken.items() if at < len(words)}
            for at in range(len(spoken[first]))
        ]

    def plan_words(self, word: plan.Word) -> list[str]:
        """Return what people type behind the number of an action, in every language."""
        return self._listed("plan/words.txt", meaning=word)

    @cached_property
    def report_words(self) -> progress.Words:
        """What people begin a report with, or a line of it, in every language."""
        return {word: self._listed("progress/words.txt", meaning=word) for word in progress.Word}

    def is_polite(self, text: str) -> bool:
        """Tell whether a text, in any language, thanks, greets or says "ok", and no more."""
        return self.answer_words.is_polite(text)

    def without_for(self, text: str) -> str:
        """Return the name of an organisation without the "for" that people write before it."""
        words = text.split()
        for said in sorted(map(fold, self._said("for")), key=len, reverse=True):
            if said and fold(" ".join(words[: len(said)])) == said:
                return " ".join(words[len(said) :])
        return text

    def calls_off(self, text: str) -> bool:
        """Tell whether a text, in any language, says that a meeting is cancelled, and no more."""
        return fold(text) in map(fold, self.control_words("call-off"))

    def control_words(self, control: str) -> list[str]:
        """Return what people type, in any language, to go back, to skip a question, or to stop."""
        return self._listed("controls.txt", control=control)

    @cached_property
    def language_names(self) -> dict[str, str]:
        """Codes of languages by what people call them, in small letters; "" joins two: "and"."""
        names = {word.casefold(): "" for said in self.control_words("and") for word in said.split()}
        for code in self.catalogues.languages:
            names |= {name.casefold(): code for name in (code, *self.catalogues.names_of(code))}
        return names

    @cached_property
    def setup_words(self) -> SetupWords:
        """What people write in the line after /setup, in every language."""

        def words(control: str) -> list[str]:
            return [word.casefold() for word in self.control_words(control)]

        return SetupWords(
            languages=self.language_names,
            like=words("same-as"),
            reminders=words("reminders"),
            quiet=words("quiet"),
            kinds=dict.fromkeys(words("none"))
            | {word: kind for kind in ReminderKind for word in words(kind)},
        )

    @cached_property
    def review_words(self) -> ReviewWords:
        """What people write around the day on which a decision is looked at again."""
        return ReviewWords(
            review=self.control_words("review"),
            months=self.control_words("months"),
            fillers=self.control_words("in-months"),
            days=self.action_words,
        )

    @cached_property
    def room_words(self) -> RoomWords:
        """What people write around the names of those who were at a meeting."""

        def folded(said: Iterable[str]) -> frozenset[tuple[str, ...]]:
            return frozenset(map(fold, said))

        represented = (*self.control_words("represented"), *self._said(Answer.ALTERNATE))
        return RoomWords(
            everyone=folded(self.control_words("everyone")),
            but=folded(self.control_words("except")),
            hows={
                How.PHONE: folded(self._said(Answer.PHONE)),
                How.REPRESENTED: folded(represented),
            },
            announcing=self.action_words[actions.Word.LIST],
            ands=self.control_words("and"),
        )

    def ballot_in(self, text: str) -> Ballot | None:
        """Return what a text, in any language, says to a motion, if it says no more than that."""
        return self._ballots.get(fold(text))

    @cached_property
    def _ballots(self) -> dict[tuple[str, ...], Ballot]:
        return {
            fold(word): ballot for ballot in Ballot for word in self.control_words(f"vote-{ballot}")
        }

    def ballot_of(self, text: str) -> Ballot | None:
        """Return what a text says that somebody else says to a motion: "yes", or "agrees"."""
        return self.ballot_in(text) or self._ballots_of_others.get(fold(text))

    @cached_property
    def _ballots_of_others(self) -> dict[tuple[str, ...], Ballot]:
        return {
            fold(word): ballot for ballot in Ballot for word in self.control_words(f"they-{ballot}")
        }

    def _said(self, meaning: str) -> list[str]:
        return self._listed("answers.txt", meaning=meaning)

    def _listed(self, template: str, **meaning: str) -> list[str]:
        """Return the words that a template lists, of every language."""
        # Nearly every text that people write is compared with some of these lists.
        key = (template, *meaning.values())
        if key not in self._lists:
            texts = (self._render(template, code, meaning) for code in self.catalogues.languages)
            self._lists[key] = [word for text in texts for word in split_words(text)]
        return [*self._lists[key]]

    def _fitting(self, template: str, languages: Sequence[str], facts: dict[str, Any]) -> str:
        """Return the text with the longest lists that fit one message."""
        text = ""
        for room in ROOMS:
            text = self._in_languages(template, languages, {"room": room, **facts})
            if visible_length(text) <= LIMIT:
                break
        return text

    def _in_languages(self, template: str, languages: Sequence[str], facts: dict[str, Any]) -> str:
        first, *others = _once(
            _tidy(self._render(template, code, {"is_first": not number, **facts}))
            for number, code in enumerate(dict.fromkeys(languages))
        )
        folded = (f"<blockquote expandable>{text}</blockquote>" for text in others)
        return "\n\n".join((first, *folded))

    def _label(self, name: str, languages: Sequence[str], facts: dict[str, Any]) -> str:
        first, *others = _once(
            self.text("buttons.txt", language=code, name=name, **facts) for code in languages
        )
        emoji = _EMOJI_FIRST.match(first)
        if emoji:
            others = [label.removeprefix(emoji[0]) for label in others]
        label = first
        for other in others:
            longer = f"{label} · {other}"
            if len(longer) > OWN_ROW:
                break
            label = longer
        return label

    def _button(self, button: Button, languages: Sequence[str]) -> dict[str, str]:
        if button.tap.verb is Verb.LANGUAGE:
            label = self.catalogues.name_of(button.label)
        else:
            spoken = languages[:1] if button.tap.verb in TOOLS else languages
            label = self.label(button.label, languages=spoken, **button.facts)
        return {"text": label, "callback_data": button.tap.encode()}

    def _render(self, template: str, language: str, facts: dict[str, Any]) -> str:
        return self._environment(language).get_template(template).render(facts)

    def _environment(self, language: str, room: str = "chat") -> Environment:
        """Return the templates of a folder, with all that they can do in a language."""
        language = self.catalogues.known(language)
        key = (language, room)
        if key not in self._environments:
            self._environments[key] = self._new_environment(language, room)
        return self._environments[key]

    def _new_environment(self, language: str, room: str) -> Environment:
        is_printed = room == PRINTED
        rooms = (room, "chat") if is_printed else (room,)
        locale = self.catalogues.locale(language)
        translations = self.catalogues.translations(language)
        if self._is_installed and room not in self._compiled:
            self._compiled[room] = Compiled(Path(__file__), Path(room).name or "all")
        environment = Environment(
            loader=FileSystemLoader([self._templates / one for one in rooms]),
            # On paper nothing is markup, and so nothing is escaped.
            autoescape=select_autoescape([] if is_printed else ["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            # Keep every template that was compiled: there are more than Jinja's usual 400.
            cache_size=-1,
            bytecode_cache=self._compiled.get(room),
            extensions=["jinja2.ext.i18n"],
        )
        environment.policies["ext.i18n.trimmed"] = True
        # The extension adds this method at run time; it formats with escaping, and never with "%".
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        environment.filters |= {
            "name": name,
            "address": address,
            "bare": bare,
            "as_written": as_written,
            "printed": printed,
        }
        spoken: dict[str, Callable[..., object]] = {
            **Calendar(language, locale, translations).filters(),
            "size": lambda count: format_decimal(count, format="#,##0.#", locale=locale),
            "number": lambda count: format_decimal(count, locale=locale),
            "own_name": self.catalogues.name_of,
            "country": lambda code: str(locale.territories.get(code, code)),
        }
        environment.filters |= {name: _when_read(filter_) for name, filter_ in spoken.items()}
        environment.globals |= {"known_languages": self.catalogues.languages, "time": time}
        environment.globals |= _names_of_the_calendar(locale)
        return environment


def _when_read(filter_: Callable[..., object]) -> Callable[..., object]:
    """Return a filter that speaks a language, for templates that are compiled once for all.

    Jinja applies a filter to what never changes when it compiles, unless the filter asks for what
    is known only when a text is rendered.
    """

    @pass_context
    def said(_context: Context, *values: Any, **options: Any) -> object:
        return filter_(*values, **options)

    return said


def _names_of_the_calendar(locale: Locale) -> dict[str, list[str]]:
    """Return the names of weekdays (Monday first) and months, for pages that put dates together."""
    months = locale.months["format"]
    return {
        "weekday_names": [locale.days["format"]["wide"][day] for day in range(7)],
        "month_names": [months["wide"][month] for month in range(1, 13)],
        "short_month_names": [months["abbreviated"][month] for month in range(1, 13)],
    }


@cache
def renderer() -> Renderer:
    """Return the renderer of this installation's templates and catalogues."""
    return Renderer(Catalogues())


def name(untrusted: str, limit: int = names.MAX_LENGTH) -> str:
    """Return words that somebody wrote, safe to stand among ours (they are escaped later)."""
    return names.isolate(names.clean(untrusted, limit=limit))


def address(untrusted: str) -> str:
    """Return the address of a call as it was typed: a mark beside it would become part of it."""
    return names.clean(untrusted, fallback="", limit=LINK_LIMIT)


def as_written(untrusted: str, limit: int | None = None) -> str:
    """Return what somebody wrote with its lines, each of them as safe as a name.

    With a `limit` it is cut to so many UTF-16 units.
    """
    text = untrusted if limit is None else shorten(untrusted, limit)
    lines = (names.clean(line, fallback="", limit=LIMIT) for line in text.splitlines())
    return "\n".join(names.isolate(line) if line else "" for line in lines)


def bare(untrusted: str, limit: int = names.MAX_LENGTH) -> str:
    """Return words that somebody wrote, without marks around them: they leave Telegram."""
    return names.clean(untrusted, limit=limit)


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _tidy(text: str) -> str:
    """Remove the blank space that a template's conditions leave behind."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
