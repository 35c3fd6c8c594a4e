"""What the coordination team does with what was released to it, and what of that others hear.

Raw words are for the coordination team alone. Everybody else hears of themes, of numbers from
three on, of answers, and of what was done.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.feedback import SMALLEST
from bot.errors import BotError

A_PAGE = 3
"""Items that are shown at once: each is a message, and a phone shows few."""
WORDS_SHOWN = 1200
"""UTF-16 units of what somebody wrote that stand on its card; the rest comes with a tap."""
THEME_LIMIT = 40
"""Characters of a theme: it stands on a button."""
TEXT_LIMIT = 300
"""Characters in which to say what was said, and what was done."""
ANSWER_LIMIT = 1000
"""Characters of an answer that is fetched with a receipt."""
THEMES_OFFERED = 8
THEMES_TOLD = 6
"""Themes that the weekly summary names."""
OUTCOMES_TOLD = 3
"""Of what was said and done, what a group's month tells."""
A_WEEK = timedelta(weeks=1)
REPEATED = 5
"""So many words in a row, the same as somebody's own, could show who it was."""
BRIEF = 3
"""Of a message with fewer words than `REPEATED` all of them, if they are at least so many."""

_WORD = re.compile(r"\w+")


class Deed(StrEnum):
    """What a button on an item can ask for."""

    SHOW = "show"
    WHOLE = "whole"
    """All of the words, where the card has but their beginning."""
    THEME = "theme"
    SAFEGUARDING = "safe"
    SHAREABLE = "unsafe"
    """It was marked as safeguarding by a slip."""
    ANSWER = "answer"
    SETTLED = "settled"
    """It needs no answer."""
    WAITS = "waits"
    """It does need one."""
    LINK = "link"
    OUTCOME = "outcome"
    """You said, we did."""
    LEAD = "lead"
    """A paraphrase for the lead of the group that it is about."""


class FeedbackGone(BotError):
    """A button is about an item that is not in the inbox, or whose words are forgotten."""


class FeedbackBeside(BotError):
    """Words in reply to what somebody wrote in confidence, where none were asked for.

    They could be taken for progress, and stand in a report.
    """


class FeedbackSafeguarded(BotError):
    """An item that is marked as safeguarding was to be shared in some way."""


class WordsRepeated(BotError):
    """What was to be shared has somebody's own words in it."""


class SharedTooLong(BotError):
    """A theme, an answer, or what was said or done, does not fit where it is shown."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"{length} characters")
        self.length, self.limit = length, limit


@dataclass(frozen=True)
class Linked:
    """The action or the decision that came of an item."""

    text: str
    group: str
    point_id: int | None = None
    entry_id: int | None = None

    @property
    def code(self) -> str:
        """Return it as a button carries it."""
        return f"p{self.point_id}" if self.point_id else f"e{self.entry_id}"


@dataclass(frozen=True)
class Card:
    """An item as the coordination team reads it."""

    id: int
    coalition_id: int
    week: date
    words: str
    group_id: int | None = None
    group: str = ""
    """The group that it is about, if the person named it."""
    theme: str = ""
    is_safeguarding: bool = False
    answer: str = ""
    is_settled: bool = False
    linked: Linked | None = None


@dataclass(frozen=True)
class Page:
    """Some of the items of a coalition."""

    cards: tuple[Card, ...]
    first: int
    """The place of the first of them, from 1."""
    total: int
    waiting: int
    """How many of all wait for an answer, or for the word that they need none."""

    @property
    def onward(self) -> bool:
        """Tell whether there are more."""
        return self.first - 1 + len(self.cards) < self.total


def checked(said: str, limit: int) -> str:
    """Return what the coordination wrote, on one line.

    Raises:
        SharedTooLong: see there.
    """
    text = " ".join(said.split())
    if len(text) > limit:
        raise SharedTooLong(length=len(text), limit=limit)
    return text


def check_own_words(said: str, written: Iterable[str]) -> None:
    """Make sure that what is shared does not repeat what somebody wrote in confidence.

    Raises:
        WordsRepeated: it does.
    """
    shared = _words(said)
    runs = {length: _runs(shared, length) for length in range(BRIEF, REPEATED + 1)}
    for one in written:
        words = _words(one)
        length = min(len(words), REPEATED)
        if length >= BRIEF and not runs[length].isdisjoint(_runs(words, length)):
            raise WordsRepeated


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


# --- What the weekly summary says of it -----------------------------------------------------------


@dataclass(frozen=True)
class Released:
    """What is counted of an item: nothing that somebody wrote."""

    week: date
    theme: str = ""
    is_safeguarding: bool = False
    is_answered: bool = False
    """In the week that is told of, of whatever week it is."""
    is_settled: bool = False


@dataclass(frozen=True)
class Number:
    """A number, or that there are some: fewer than three are not counted out."""

    value: int

    @property
    def is_some(self) -> bool:
        """Tell whether there are so few that their number is not said."""
        return 0 < self.value < SMALLEST

    @property
    def shown(self) -> int | None:
        """Return the number; None: only that there are some."""
        return None if self.is_some else self.value


@dataclass(frozen=True)
class Theme:
    """A theme of a week, with how many items have it, if that is said."""

    name: str
    count: int | None


@dataclass(frozen=True)
class Heard:
    """What the summary of a coordination team says of what was released to it."""

    count: int | None
    """Of the week; None: some, but their number is not said."""
    answered: int | None
    """In the week, of whatever week they are."""
    themes: tuple[Theme, ...] = ()
    earlier: tuple[Theme, ...] = ()
    """Of the week before: what is released on a Sunday has no theme yet on the Monday."""
    weeks: int | None = None
    """How long the oldest waits that waits for an answer."""
    safeguarding: int = 0
    """Marked so, and not done with: for the coordination team alone."""


def heard(items: Iterable[Released], week: date, *, now: date | None) -> Heard | None:
    """Return what is said of a week (its Monday); None: there is nothing to say.

    `now` is the Monday of the present week, where what still waits is to be said, too.
    """
    found = list(items)
    shared = [one for one in found if not one.is_safeguarding]
    of_week = [one for one in shared if one.week == week]
    earlier = _uncounted_out([one for one in shared if one.week == week - A_WEEK])
    answered = sum(one.is_answered for one in shared)
    waiting = [one for one in shared if not one.is_settled] if now else []
    urgent = [one for one in found if one.is_safeguarding and not one.is_settled] if now else []
    if not (of_week or earlier or answered or waiting or urgent):
        return None
    themes = _themes(of_week)
    rest = len(of_week) - sum(one.count or 0 for one in themes)
    # Where all but one or two are counted, the total would tell how many are left.
    count = None if Number(rest).is_some else Number(len(of_week)).shown
    oldest = min((one.week for one in waiting), default=None)
    return Heard(
        count=count,
        answered=Number(answered).shown,
        themes=themes[:THEMES_TOLD],
        earlier=earlier[:THEMES_TOLD],
        weeks=(now - oldest).days // 7 if now and oldest else None,
        safeguarding=len(urgent),
    )


def _uncounted_out(items: Sequence[Released]) -> tuple[Theme, ...]:
    """Return the themes of a week whose total was told: without counts if one or two were left."""
    themes = _themes(items)
    if Number(len(items) - sum(one.count or 0 for one in themes)).is_some:
        return tuple(replace(one, count=None) for one in sorted(themes, key=lambda one: one.name))
    return themes


def _themes(items: Iterable[Released]) -> tuple[Theme, ...]:
    """Return the themes, the most frequent first; one that was spelled otherwise is the same."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for one in items:
        if one.theme:
            key = one.theme.casefold()
            counts[key] += 1
            names[key] = min(names.get(key, one.theme), one.theme)
    # Those that are not counted stand by name: their order must not count them, either.
    order = sorted(counts, key=lambda key: (-(Number(counts[key]).shown or 0), names[key]))
    return tuple(Theme(names[key], Number(counts[key]).shown) for key in order)
