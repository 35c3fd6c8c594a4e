"""Who comes: answers of persons, counted by organisation."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import BotError


class NoOrganisation(BotError):
    """Somebody answered who belongs to the group, but speaks for no organisation in it."""


class OrganisationUnknown(BotError):
    """Somebody answered for an organisation that is not in the group, or that several could be."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no one organisation has this name")
        self.said = said


class ReplyNotUnderstood(BotError):
    """The reply to an invitation was neither a yes nor a no."""

    def __init__(self, *, can_answer_for: bool = False) -> None:
        super().__init__("neither a yes nor a no")
        self.can_answer_for = can_answer_for


class Answer(StrEnum):
    """What a member can say about coming."""

    COMING = "coming"
    PHONE = "phone"
    ALTERNATE = "alternate"
    CANNOT = "cannot"


class Form(StrEnum):
    """How a reply names the organisation for which it answers."""

    COLON = "colon"
    FOR = "for"
    BARE = "bare"


@dataclass(frozen=True)
class Named:
    """One way to read a reply: what may be the name of an organisation, and what it answers."""

    name: str
    answer: Answer
    form: Form


def readings(
    text: str,
    *,
    answer_in: Callable[[str], Answer | None],
    without_for: Callable[[str], str],
) -> Iterator[Named]:
    """Yield how "Water Partners: yes", "for Water Partners yes" and "yes for ..." can be read.

    `answer_in` reads an answer; `without_for` takes the "for" off the words before a name. Whether
    there is an organisation of that name is for the caller to see.
    """
    name, _, said = text.rpartition(":")
    if name and (answer := answer_in(said)):
        yield Named(name, answer, Form.COLON)
        yield Named(without_for(name), answer, Form.COLON)
    words = text.split()
    for at in range(1, len(words)):
        before, after = " ".join(words[:at]), " ".join(words[at:])
        if answer := answer_in(after):
            bare = without_for(before)
            yield Named(bare, answer, Form.BARE if bare == before else Form.FOR)
        if (bare := without_for(after)) != after and (answer := answer_in(before)):
            yield Named(bare, answer, Form.FOR)


@dataclass(frozen=True)
class Voice:
    """The last answer of one person who speaks for an organisation."""

    organisation_id: int
    answer: Answer
    is_alternate: bool = False


@dataclass(frozen=True)
class Attendance:
    """The answers to one meeting, as the names of organisations in the order of their list."""

    by_answer: Mapping[Answer, tuple[str, ...]]
    silent: tuple[str, ...]
    is_passed_on: bool = False
    """Whether somebody else answered for an organisation; those are marked in the lists."""

    @property
    def total(self) -> int:
        """Return how many organisations are asked."""
        return sum(map(len, self.by_answer.values())) + len(self.silent)

    @property
    def present(self) -> int:
        """Return how many organisations will take part: by phone counts like being there."""
        taking_part = (Answer.COMING, Answer.PHONE, Answer.ALTERNATE)
        return sum(len(self.by_answer[answer]) for answer in taking_part)


def organisation_answer(voices: Iterable[Voice]) -> Answer | None:
    """Combine the voices of one organisation: one person there means the organisation is there.

    "My alternate comes" holds until an alternate says that nobody can.
    """
    voices = list(voices)
    said = {voice.answer for voice in voices}
    for answer in (Answer.COMING, Answer.PHONE):
        if answer in said:
            return answer
    alternates_cannot = any(v.is_alternate and v.answer is Answer.CANNOT for v in voices)
    if Answer.ALTERNATE in said and not alternates_cannot:
        return Answer.ALTERNATE
    return Answer.CANNOT if said else None


PASSED_ON = "*"
"""Stands behind the name of an organisation for which somebody else answered."""


def count(
    organisations: Mapping[int, str],
    voices: Iterable[Voice],
    entries: Mapping[int, Answer] | None = None,
) -> Attendance:
    """Count the answers by organisation; `organisations` maps an id to its name, in list order.

    `entries` is what somebody else answered for an organisation: it counts, marked so, as long as
    nobody of its own people has said anything.
    """
    spoken: dict[int, list[Voice]] = {}
    for voice in voices:
        spoken.setdefault(voice.organisation_id, []).append(voice)
    answers = {key: organisation_answer(spoken.get(key, ())) for key in organisations}
    passed_on = {key: said for key, said in (entries or {}).items() if answers.get(key) is None}
    answers |= {key: said for key, said in passed_on.items() if key in organisations}
    organisations = {
        key: f"{name}{PASSED_ON}" if key in passed_on else name
        for key, name in organisations.items()
    }
    return Attendance(
        by_answer={
            answer: tuple(name for key, name in organisations.items() if answers[key] is answer)
            for answer in Answer
        },
        silent=tuple(name for key, name in organisations.items() if answers[key] is None),
        is_passed_on=any(key in organisations for key in passed_on),
    )
