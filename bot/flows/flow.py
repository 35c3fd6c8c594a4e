"""What conversations are made of: a flow is a list of typed steps, and a step is pure.

    ask(state, scene) -> what to show          take(state, said, scene) -> the new state

A flow's state is a frozen dataclass of plain values; the engine stores it between two answers. A
step never reads a clock or the database: what it needs is in the state from the beginning, or in
the scene; what only an answer makes it need is looked up before the next question (`Step.look`). An
answer that cannot be meant is refused with a `BotError`; the question then stands.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.groups import Group
from bot.domain.roles import Actor
from bot.errors import BotError
from bot.outbox.post import Place

S = TypeVar("S")


class NotYourQuestion(BotError):
    """Somebody tapped an answer to a question that was put to somebody else."""


class QuestionOver(BotError):
    """An answer to a question that was answered before, given up, or left for too long."""

    def __init__(self, *, command: str = "") -> None:
        """Carry the command that asks the question anew, if it is known."""
        super().__init__(command)
        self.command = command


class ChoiceWanted(BotError):
    """Words that are none of the answers offered, where only those are possible."""


class AnswerNeeded(BotError):
    """A question was to be skipped without which nothing can be done."""


class AnswerRefused(BotError):
    """An answer was refused: the question is put once more, with the reason above it."""

    def __init__(self, *, reason: BotError) -> None:
        """Carry why."""
        super().__init__(str(reason))
        self.reason = reason


class WordsWanted(BotError):
    """A sticker, a picture or a voice note came where words were asked for."""


class PictureWanted(BotError):
    """A file or a voice note came where a picture was asked for.

    A picture that was sent as a file stays one: Telegram shows it to nobody before they load it.
    """


@dataclass(frozen=True)
class Words:
    """Somebody typed an answer."""

    text: str


@dataclass(frozen=True)
class Pick:
    """Somebody chose one of the answers offered, by a tap or by its words."""

    value: str


Said: TypeAlias = Words | Pick


@dataclass(frozen=True)
class Choice:
    """An answer that is offered as a button; typing its label means the same."""

    value: str
    """What `take` gets; at most 24 ASCII characters without a colon."""
    label: str
    """A name in `buttons.txt`."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the label says besides its words: names, dates."""
    words: str = ""
    """A name in `controls.txt`: typing one of those words means the same, too."""


@dataclass(frozen=True)
class Screen:
    """A question as it is shown."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[Choice, ...], ...] = ()
    is_closed: bool = False
    """Whether only the answers offered are possible; their numbers are understood, too."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return all answers offered, in reading order."""
        return tuple(choice for row in self.rows for choice in row)


@dataclass(frozen=True)
class Scene:
    """What a step may know besides the state."""

    now: datetime
    """The instant, in UTC."""
    language: str
    """The language in which the person is asked."""
    languages: tuple[str, ...]
    """Those in which typed dates and words are read: the person's, then the group's."""
    group: Group | None = None

    def in_group(self, group: Group) -> "Scene":
        """Return the same scene in a group: its time, and its languages before the others."""
        first, *others = self.languages
        languages = tuple(dict.fromkeys((first, *group.languages, *others)))
        return replace(self, group=group, languages=languages)

    @property
    def local_now(self) -> datetime:
        """Return the wall time where the group lives (UTC without a group)."""
        return wall_time(self.now, self.group.zone if self.group else "UTC")


@dataclass(frozen=True)
class Talk:
    """What a flow ends with: everything that a service wants to know."""

    session: AsyncSession
    now: datetime
    actor: Actor
    place: Place
    """Where the person is answered, in their language."""
    scene: Scene
    bot: str = ""
    """The bot's own name in Telegram, for links that open it."""


def always(_state: Any) -> bool:
    """Tell that a question is asked of everybody."""
    return True


def never(_state: Any) -> bool:
    """Tell that a question is asked but once."""
    return False


@dataclass(frozen=True)
class Step(Generic[S]):
    """One question."""

    name: str
    ask: Callable[[S, Scene], Screen]
    take: Callable[[S, Said, Scene], S]
    """Raises a `BotError` for an answer that cannot be meant."""
    applies: Callable[[S], bool] = always
    """Whether the question is still open; what was said in another answer is not asked again."""
    skip: Callable[[S], S] | None = None
    """What leaving the question out means; None: it has to be answered."""
    picture: Callable[[S, str], S] | None = None
    """What a picture (Telegram's name of it) as an answer means; None: words are wanted."""
    look: Callable[["Talk", S], Awaitable[S]] | None = None
    """Look an answer up: return the state with what was found, or raise a `BotError`. Which
    question follows does not depend on it."""
    again: Callable[[S], bool] = never
    """Whether the question is asked once more after this answer (a list that is put together)."""


@dataclass(frozen=True)
class Flow(Generic[S]):
    """A conversation with an aim."""

    name: str
    version: int
    """To be raised when a state stored by the previous program would be misread."""
    state: type[S]
    steps: tuple[Step[S], ...]
    finish: Callable[[Talk, S], Awaitable[None]]
    """Do what it was about. A `BotError` leaves the conversation at its last question."""
    command: str
    """The command that begins it: what to write to begin again."""
    lives: timedelta = timedelta(hours=24)
    """How long a question waits for its answer; then it is forgotten."""
    is_one_line: bool = True
    """Whether its command in one line says all that it asks; otherwise that is about another
    thing, and nothing came of the question."""
    moot: Callable[[Talk, S], Awaitable[str]] | None = None
    """Return the template that says that somebody else has settled it meanwhile; empty if not."""
    given_up: Callable[[Talk, S], Awaitable[None]] | None = None
    """Do what follows when the person stops."""
    picture: Callable[[S, str], S] | None = None
    """What a picture means that comes where none was asked for; the question stands. The same
    state: it means nothing there."""

    def step(self, name: str) -> Step[S] | None:
        """Return a step by its name; None if this version has no such step."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass(frozen=True)
class Standing(Generic[S]):
    """Where a conversation stands."""

    state: S
    step: Step[S] | None
    """The open question; None: everything was answered."""
    trail: tuple[str, ...] = ()


def opening(flow: Flow[S], state: S) -> Standing[S]:
    """Return where a conversation begins: at the first question that is still open."""
    return Standing(state, _next(flow, state, after=-1))


def answered(flow: Flow[S], at: Standing[S], said: Said, scene: Scene) -> Standing[S]:
    """Return where a conversation stands after an answer.

    Raises:
        BotError: the answer cannot be meant; the question stands.
    """
    assert at.step is not None
    return _onward(flow, at, at.step.take(at.state, said, scene))


def pictured(flow: Flow[S], at: Standing[S], file_id: str) -> Standing[S] | None:
    """Return where a conversation stands after a picture; None if words are wanted."""
    if at.step is None:
        return None
    if at.step.picture is not None:
        return _onward(flow, at, at.step.picture(at.state, file_id))
    state = flow.picture(at.state, file_id) if flow.picture else at.state
    return None if state == at.state else replace(at, state=state)


def skipped(flow: Flow[S], at: Standing[S]) -> Standing[S]:
    """Return where a conversation stands once its question is left out; the same if it may not."""
    if at.step is None or at.step.skip is None:
        return at
    state = at.step.skip(at.state)
    return Standing(
        state, _next(flow, state, after=flow.steps.index(at.step)), (*at.trail, at.step.name)
    )


def back(flow: Flow[S], at: Standing[S]) -> Standing[S]:
    """Return to the question before this one; what was answered since is kept."""
    if not at.trail:
        return at
    *before, name = at.trail
    return Standing(at.state, flow.step(name) or at.step, tuple(before))


def _onward(flow: Flow[S], at: Standing[S], state: S) -> Standing[S]:
    assert at.step is not None
    if at.step.again(state):
        return Standing(state, at.step, at.trail)
    following = _next(flow, state, after=flow.steps.index(at.step))
    return Standing(state, following, (*at.trail, at.step.name))


def _next(flow: Flow[S], state: S, *, after: int) -> Step[S] | None:
    return next((step for step in flow.steps[after + 1 :] if step.applies(state)), None)
