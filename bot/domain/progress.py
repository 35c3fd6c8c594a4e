"""What people report of actions: progress made, challenges, what they will do differently."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain import search
from bot.domain.plan import Point
from bot.errors import BotError

WORDS_LIMIT = 2000
"""Characters of one answer; a phone shows some twenty lines of them."""
CHOICES = 8
"""Of how many actions it is asked which is meant: a phone's screen of buttons."""
LONG_CLOSED = timedelta(days=7)
"""Who reports that late of an action that is over learns that it is."""


TELLING = 4
"""Letters from which on a word says what an action is about; "the" and "by" do not."""
IN_COMMON = 2
"""So many telling words name an action."""


class EvidenceKind(StrEnum):
    """What shows that something was done."""

    PICTURE = "picture"
    FILE = "file"
    VOICE = "voice"


@dataclass(frozen=True)
class Evident:
    """A picture or a file that shows what was done."""

    kind: EvidenceKind
    file_id: str
    """Telegram's name of it."""
    on: date
    organisation: str = ""


class Answer(StrEnum):
    """What one tap, or one word, says of an action."""

    DONE = "done"
    GOING = "going"
    LATE = "late"
    HELP = "help"
    AGAIN = "again"
    """It is open again."""
    DROP = "drop"
    """It is not done any more, and why."""
    ADAPT = "adapt"
    """Something else is to be done, and why."""


class Part(StrEnum):
    """The answers of a report; all but the first are welcome, and asked for once."""

    PROGRESS = "progress"
    CHALLENGES = "challenges"
    DIFFERENTLY = "differently"
    SUPPORT = "support"


OFFERED = (Part.CHALLENGES, Part.DIFFERENTLY, Part.SUPPORT)


class Word(StrEnum):
    """What a word at the beginning of a report, or of a line of it, may mean."""

    DONE = "done"
    GOING = "going"
    LATE = "late"
    HELP = "help"
    DROP = "drop"
    ADAPT = "adapt"
    CALLED = "called"
    """Before what somebody said on the phone: "called: they said"."""
    CHALLENGES = "challenges"
    DIFFERENTLY = "differently"
    SUPPORT = "support"


Words = Mapping[Word, Sequence[str]]
"""What people say in every language."""

_ANSWERS = {
    Word.DONE: Answer.DONE,
    Word.GOING: Answer.GOING,
    Word.LATE: Answer.LATE,
    Word.HELP: Answer.HELP,
    Word.DROP: Answer.DROP,
    Word.ADAPT: Answer.ADAPT,
}
SAID_ALONE = frozenset({Answer.DONE, Answer.GOING, Answer.AGAIN})
"""What needs no more words; of all else it is asked until when, what, or why."""
_PARTS = {
    Word.CHALLENGES: Part.CHALLENGES,
    Word.DIFFERENTLY: Part.DIFFERENTLY,
    Word.SUPPORT: Part.SUPPORT,
}
_NUMBER = re.compile(r"\s*#?(\d{1,6})\s*(?:[:.)\u2013\u2014-]\s*|\s+|$)")
_JOIN = r"(?:\s*[,;&+/]\s*|\s+(?:{words})\s+)"
_SURELY_ENDS = r"(?:\s*[:.)](?!\d)|\s+[\u2013\u2014-]\s+(?=[^\d\s])|\s*$|(?P<bare>\s+(?=[^\d\s])))"
_ENDS = re.compile(r"\s*(?:[:,;.!\u2013\u2014-]+\s*|$)")


@dataclass(frozen=True)
class File:
    """A picture, a file or a voice note, as Telegram names it."""

    kind: EvidenceKind
    file_id: str
    """Empty: Telegram gave no name, so nothing can be kept."""
    name: str = ""
    size: int = 0
    """Bytes; 0: Telegram did not say."""
    seconds: int | None = None


@dataclass(frozen=True)
class Said:
    """What somebody reported, as it was understood."""

    progress: str = ""
    challenges: str = ""
    differently: str = ""
    support: str = ""
    answer: Answer | None = None
    """What the first word says, where it says so alone, or before a comma."""
    rest: str = ""
    """What stands behind that word."""
    is_by_phone: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether there are no words to keep."""
        return not (self.progress or self.challenges or self.differently)


@dataclass(frozen=True)
class Report:
    """What was reported of an action, as people read it."""

    on: date
    """In the wall time of the group."""
    organisation: str = ""
    by: str = ""
    """Who wrote it."""
    progress: str = ""
    challenges: str = ""
    differently: str = ""
    voice_seconds: int | None = None
    evidence: int = 0
    """How many pictures and files show it."""
    is_by_phone: bool = False
    is_counted: bool = True


class NothingToReport(BotError):
    """Somebody reported, but has no open action here."""


class NothingOpen(BotError):
    """An organisation that was phoned has nothing to do any more."""

    def __init__(self, *, organisation: str) -> None:
        super().__init__("nothing open")
        self.organisation = organisation


class NotYourAction(BotError):
    """Somebody reported of an action that others do."""

    def __init__(self, *, point: Point) -> None:
        super().__init__("not their action")
        self.point = point


class NoSuchAction(BotError):
    """There is no open action of this number."""

    def __init__(self, *, number: int, points: Sequence[Point] = ()) -> None:
        super().__init__(f"no action {number}")
        self.number, self.points = number, tuple(points)


class ReportGone(BotError):
    """What was reported cannot be found any more."""


class ReportTooLong(BotError):
    """A report is longer than anybody reads."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"{length} characters")
        self.length, self.limit = length, limit


class FileNameless(BotError):
    """Telegram gave no name to a file, so that it cannot be kept."""


def number_of(text: str) -> tuple[int | None, str]:
    """Return the number with which a text begins, and the words behind it: `12: two pumps work`."""
    found = _NUMBER.match(text)
    return (int(found[1]), text[found.end() :].strip()) if found else (None, text)


def surely_of(text: str, words: Words, joined: Collection[str]) -> tuple[tuple[int, ...], str]:
    """Return the numbers of actions with which a text surely begins, and the words behind them.

    `3: late`, `3 done`, `1, 2: both go on`, `1 and 2 done`, `3`: a number that counts something
    ("3 pumps work", "1.5 km", "10:30") names no action. `joined` are the words for "and".
    """
    join = _JOIN.format(words="|".join(map(re.escape, joined)) or ",")
    found = re.match(
        rf"\s*(#?\d{{1,6}}(?:{join}#?\d{{1,6}})*){_SURELY_ENDS}", text, flags=re.IGNORECASE
    )
    if found is None:
        return (), text
    rest = text[found.end() :].strip()
    if found["bare"] and _answer(rest, words)[0] is None:
        return (), text
    return tuple(dict.fromkeys(map(int, re.findall(r"\d+", found[1])))), rest


def named_in(text: str, points: Sequence[Point], languages: Collection[str]) -> Point | None:
    """Return the one of these actions that words name: "the borehole at Griftu is repaired".

    None: they have too little in common with each, or as much with two.
    """
    shared = [_shared(text, point.text, languages) for point in points]
    most = max(shared, default=0)
    best = [point for point, count in zip(points, shared, strict=True) if count == most]
    return best[0] if most and len(best) == 1 else None


def _shared(text: str, named: str, languages: Collection[str]) -> int:
    """Return how many telling words of an action stand in a text; 0: too few to name it."""
    telling = _telling(named, languages)
    count = sum(search.has_any(text, (term,)) for term in telling)
    return count if count >= IN_COMMON else 0


def _telling(text: str, languages: Collection[str]) -> search.Wanted:
    said = " ".join(word for word in search.fold(text).split() if len(word) >= TELLING)
    return search.changed(said, languages) if said else ()


def called_of(text: str, words: Words) -> tuple[str, str] | None:
    """Return who was phoned, and what they said: `Maji Bora called: they wait for pipes`.

    None: words say nothing of a call, or not whom.
    """
    head, _, said = text.partition(":")
    folded = head.strip().casefold()
    for phrase in sorted(map(str.casefold, words[Word.CALLED]), key=len, reverse=True):
        who = ""
        if folded.endswith(f" {phrase}"):
            who = head.strip()[: -len(phrase)]
        elif folded.startswith(f"{phrase} "):
            who = head.strip()[len(phrase) :]
        if who.strip(" ,") and said.strip():
            return who.strip(" ,"), said.strip()
    return None


def read(text: str, words: Words) -> Said:
    """Read `Two pumps work. Challenges: diesel. Support: a mechanic`.

    Nothing has to be said in any form: what bears no label is the progress made.

    Raises:
        ReportTooLong: it is longer than anybody reads.
    """
    if len(text) > WORDS_LIMIT:
        raise ReportTooLong(length=len(text), limit=WORDS_LIMIT)
    called = _after(text, words[Word.CALLED])
    bare = (called if called is not None else text).strip()
    answer, rest = _answer(bare, words)
    parts = _parts(bare, words)
    return Said(
        progress=parts[Part.PROGRESS],
        challenges=parts[Part.CHALLENGES],
        differently=parts[Part.DIFFERENTLY],
        support=parts[Part.SUPPORT],
        answer=answer,
        rest=rest,
        is_by_phone=called is not None,
    )


def in_a_form(progress: str, challenges: str, words: Words) -> tuple[str, str]:
    """Return what a report says in the columns of a form: progress made, and challenges.

    The word by which the bot was told what to do says nothing there: the state of the action does.
    Why it is late is a challenge; which support is needed has its own column, and why something is
    dropped or adapted stands beside the state.
    """
    answer, rest = _answer(progress.strip(), words)
    if answer is Answer.LATE:
        day, _, reason = rest.partition(",") if "," in rest else rest.partition(":")
        if not any(map(str.isdigit, day)):
            reason = rest
        return "", "\n".join(filter(None, (reason.strip(), challenges)))
    if answer in {Answer.HELP, Answer.DROP, Answer.ADAPT}:
        # The state of the action says why it was dropped, or adapted.
        return "", challenges
    return (progress if answer is None else rest), challenges


def _answer(text: str, words: Words) -> tuple[Answer | None, str]:
    for word, answer in _ANSWERS.items():
        rest = _after(text, words[word])
        if rest is not None:
            return answer, rest
    return None, ""


def _after(text: str, phrases: Sequence[str]) -> str | None:
    """Return what stands behind a phrase, and a comma or the like; None if it does not begin so."""
    for phrase in sorted(phrases, key=len, reverse=True):
        if text[: len(phrase)].casefold() == phrase.casefold():
            end = _ENDS.match(text, len(phrase))
            if end is not None:
                return text[end.end() :]
    return None


def _parts(text: str, words: Words) -> dict[Part, str]:
    labels = {
        label.casefold(): part for word, part in _PARTS.items() for label in words[word] if label
    }
    known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    cut = re.split(rf"(?:^|(?<=[\n.;!?]))\s*({known})\s*:", text, flags=re.IGNORECASE)
    found = dict.fromkeys(Part, "")
    found[Part.PROGRESS] = cut[0].strip()
    for label, said in zip(cut[1::2], cut[2::2], strict=True):
        part = labels[label.casefold()]
        found[part] = "\n".join(filter(None, (found[part], said.strip(" ;\n"))))
    return found
