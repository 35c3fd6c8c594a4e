"""What is asked after a tap under an action: until when and why, which help, what else to say.

What is said in the end is about the action again: words that reply to nothing go on reporting.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.dates import Deadline, read_deadline
from bot.domain.follow_up import DayUnclear
from bot.domain.progress import Part
from bot.flows.flow import Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.outbox import post
from bot.outbox.post import About
from bot.rendering.messages import renderer
from bot.services import progress
from bot.services.follow_up import ASKED
from bot.services.progress import MORE_ASKED

_TRIMMED = " ,;:.-\u2013\u2014"


@dataclass(frozen=True)
class Later:
    """An action that will be done later than it was to be."""

    point_id: int
    text: str
    day: date | None = None
    reason: str | None = None
    """None: not said yet; empty: they do not want to say."""


def until(text: str, scene: Scene) -> tuple[date | None, str]:
    """Read a new day, and the reason behind it: `15 Dec: the road is closed`."""
    found: Deadline = read_deadline(
        text,
        now=scene.local_now,
        languages=scene.languages,
        words=renderer().action_words,
        is_alone=True,
    )
    return found.day, found.rest.strip(_TRIMMED) if found.day else text.strip()


def _ask_day(later: Later, scene: Scene) -> Screen:
    example = scene.local_now.date() + timedelta(days=7)
    return Screen("follow_up/ask_day.html", {"text": later.text, "example": example})


def _take_day(later: Later, said: Said, scene: Scene) -> Later:
    assert not isinstance(said, Pick)
    day, rest = until(said.text, scene)
    if day is None:
        raise DayUnclear(said=said.text)
    return replace(later, day=day, reason=rest or later.reason)


def _ask_reason(later: Later, _scene: Scene) -> Screen:
    return Screen("follow_up/ask_reason.html", {"day": later.day})


def _take_reason(later: Later, said: Said, _scene: Scene) -> Later:
    assert not isinstance(said, Pick)
    return replace(later, reason=said.text.strip())


async def _put_back(talk: Talk, later: Later) -> None:
    assert later.day is not None
    await progress.put_back(
        talk.session,
        later.point_id,
        later.day,
        later.reason or "",
        talk.actor,
        now=talk.now,
    )
    await post.say(
        talk.session,
        talk.place,
        "follow_up/put_back.html",
        {"text": later.text, "day": later.day},
        now=talk.now,
        about=About(ASKED, later.point_id, 1, "put-back"),
        is_silent=True,
    )


LATE = Flow(
    name="late",
    version=1,
    state=Later,
    steps=(
        Step("day", _ask_day, _take_day, applies=lambda later: later.day is None),
        Step(
            "reason",
            _ask_reason,
            _take_reason,
            applies=lambda later: later.reason is None,
            skip=lambda later: replace(later, reason=""),
        ),
    ),
    finish=_put_back,
    command="update",
    is_one_line=False,
)


@dataclass(frozen=True)
class Help:
    """The support without which an action cannot go on."""

    point_id: int
    text: str
    words: str = ""


def _ask_help(wanted: Help, _scene: Scene) -> Screen:
    return Screen("follow_up/ask_help.html", {"text": wanted.text})


def _take_help(wanted: Help, said: Said, _scene: Scene) -> Help:
    assert not isinstance(said, Pick)
    return replace(wanted, words=said.text.strip())


async def _need(talk: Talk, wanted: Help) -> None:
    await progress.need_help(talk.session, wanted.point_id, wanted.words, talk.actor, now=talk.now)
    await post.say(
        talk.session,
        talk.place,
        "follow_up/help_asked.html",
        now=talk.now,
        about=About(ASKED, wanted.point_id, 1, "help-asked"),
        is_silent=True,
    )


HELP = Flow(
    name="help",
    version=1,
    state=Help,
    steps=(Step("words", _ask_help, _take_help, applies=lambda wanted: not wanted.words),),
    finish=_need,
    command="update",
    is_one_line=False,
)


@dataclass(frozen=True)
class More:
    """Another answer of a report."""

    progress_id: int
    part: Part
    words: str = ""
    number: int = 0
    """Of the action that it is about, as `text`; 0: that is not known yet."""
    text: str = ""


def _ask_more(more: More, _scene: Scene) -> Screen:
    facts = {"part": more.part, "number": more.number, "text": more.text}
    return Screen("progress/ask_part.html", facts)


def _take_more(more: More, said: Said, _scene: Scene) -> More:
    assert not isinstance(said, Pick)
    return replace(more, words=said.text.strip())


async def _add(talk: Talk, more: More) -> None:
    await progress.add_words(
        talk.session, more.progress_id, more.part, more.words, talk.actor, now=talk.now
    )
    await post.say(
        talk.session,
        talk.place,
        "progress/added.html",
        {"part": more.part},
        now=talk.now,
        about=About(MORE_ASKED, more.progress_id, 1, "added"),
        is_silent=True,
    )


MORE = Flow(
    name="report-more",
    version=1,
    state=More,
    steps=(Step("words", _ask_more, _take_more, applies=lambda more: not more.words),),
    finish=_add,
    command="update",
    is_one_line=False,
)
