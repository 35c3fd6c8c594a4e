"""What the coordination team does with what was written in confidence, where a tap is not enough.

A theme, an answer, what came of it, what everybody or a lead is told. No state here has somebody's
own words in it: a conversation is a row, and its questions are, too. What somebody of the team
copies is refused as soon as it is typed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain import inbox as rules
from bot.domain.inbox import (
    ANSWER_LIMIT,
    TEXT_LIMIT,
    THEME_LIMIT,
    THEMES_OFFERED,
    Card,
    Linked,
)
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.outbox import post
from bot.queries import groups as group_queries
from bot.queries import inbox as queries
from bot.rendering.keyboards import inbox as keyboards
from bot.rendering.messages import renderer
from bot.services import inbox as services

NONE, YES, READY = "none", "yes", "ready"
COMMAND = "inbox"


def _sure(label: str) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(YES, label),),)


async def _done(talk: Talk, template: str, item_id: int, **facts: Any) -> None:
    """Say what was done, with the way back to the item; its words stand in no row."""
    await post.say(
        talk.session,
        talk.place,
        template,
        facts,
        now=talk.now,
        keyboard=keyboards.back_to(item_id) if item_id else None,
        is_silent=True,
    )


# --- A theme --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Theming:
    """What an item is about."""

    item_id: int
    coalition_id: int
    offered: tuple[str, ...]
    theme: str | None = None
    """None: not said yet; empty: about nothing of this kind."""


async def theming(talk: Talk, card: Card) -> Theming:
    """Return what is known before the question: themes used before, then the usual ones."""
    used = await queries.themes(talk.session, card.coalition_id, limit=THEMES_OFFERED)
    known = {one.casefold() for one in used}
    usual = (
        said.get(talk.scene.language, "")
        for said in renderer().themes
        if known.isdisjoint(word.casefold() for word in said.values())
    )
    return Theming(
        card.id, card.coalition_id, tuple(filter(None, (*used, *usual)))[:THEMES_OFFERED]
    )


def _ask_theme(state: Theming, _scene: Scene) -> Screen:
    choices = [
        Choice(f"t{number}", "said", {"said": one}) for number, one in enumerate(state.offered)
    ]
    rows = tuple(tuple(choices[at : at + 2]) for at in range(0, len(choices), 2))
    return Screen("inbox/ask_theme.html", {}, (*rows, (Choice(NONE, "theme-none"),)))


def _take_theme(state: Theming, said: Said, _scene: Scene) -> Theming:
    if not isinstance(said, Pick):
        return replace(state, theme=rules.checked(said.text, THEME_LIMIT))
    theme = "" if said.value == NONE else state.offered[int(said.value[1:])]
    return replace(state, theme=theme)


async def _look_at_theme(talk: Talk, state: Theming) -> Theming:
    await services.check_shared(talk.session, state.coalition_id, talk.actor, state.theme or "")
    return state


async def _set_theme(talk: Talk, state: Theming) -> None:
    theme = state.theme or ""
    await services.set_theme(talk.session, state.item_id, talk.actor, theme)
    await _done(talk, "inbox/themed.html", state.item_id, theme=theme)


THEME = Flow(
    name="inbox-theme",
    version=2,
    state=Theming,
    steps=(
        Step(
            "theme",
            _ask_theme,
            _take_theme,
            applies=lambda state: state.theme is None,
            look=_look_at_theme,
        ),
    ),
    finish=_set_theme,
    command=COMMAND,
)


# --- An answer ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answering:
    """What is answered to an item."""

    item_id: int
    week: date
    theme: str
    before: str
    """The answer that it has had so far."""
    answer: str = ""
    is_sure: bool = False


def answering(card: Card) -> Answering:
    """Return what is known before the question."""
    return Answering(card.id, card.week, card.theme, card.answer)


def _ask_answer(state: Answering, _scene: Scene) -> Screen:
    facts = {"week": state.week, "theme": state.theme, "before": state.before}
    return Screen("inbox/ask_answer.html", facts)


def _take_answer(state: Answering, said: Said, _scene: Scene) -> Answering:
    assert not isinstance(said, Pick)
    return replace(state, answer=rules.checked(said.text, ANSWER_LIMIT), is_sure=False)


async def _look_at_answer(talk: Talk, state: Answering) -> Answering:
    await services.check_answer(talk.session, state.item_id, talk.actor, state.answer)
    return state


def _check_answer(state: Answering, _scene: Scene) -> Screen:
    facts = {"answer": state.answer}
    return Screen("inbox/check_answer.html", facts, _sure("inbox-keep"), is_closed=True)


def _take_sure(state: Any, _said: Said, _scene: Scene) -> Any:
    return replace(state, is_sure=True)


async def _answer(talk: Talk, state: Answering) -> None:
    await services.answer(talk.session, state.item_id, talk.actor, state.answer, now=talk.now)
    await _done(talk, "inbox/answered.html", state.item_id)


ANSWER = Flow(
    name="inbox-answer",
    version=1,
    state=Answering,
    steps=(
        Step("answer", _ask_answer, _take_answer, look=_look_at_answer),
        Step("sure", _check_answer, _take_sure, applies=lambda state: not state.is_sure),
    ),
    finish=_answer,
    command=COMMAND,
)


# --- A link ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linking:
    """Which action or decision came of an item."""

    item_id: int
    coalition_id: int
    offered: tuple[Linked, ...]
    is_sought: bool = False
    """Whether these were looked for. With which words is not kept: they may be somebody's own."""
    chosen: str = ""


@dataclass(frozen=True)
class Seeking(Linking):
    """The same while words are looked up; no row ever has it."""

    words: tuple[str, ...] = ()


async def linking(talk: Talk, card: Card) -> Linking:
    """Return what is known before the question: the newest actions and decisions.

    Those of the group that it is about come first.
    """
    found = await queries.linkable(
        talk.session, card.coalition_id, first=card.group_id, limit=services.LINKABLE
    )
    return Linking(card.id, card.coalition_id, found)


def _ask_link(state: Linking, _scene: Scene) -> Screen:
    rows = tuple((Choice(one.code, "said", {"said": one.text}),) for one in state.offered)
    facts = {"offered": state.offered, "is_sought": state.is_sought}
    return Screen("inbox/ask_link.html", facts, (*rows, (Choice(NONE, "link-none"),)))


def _take_link(state: Linking, said: Said, _scene: Scene) -> Linking:
    if isinstance(said, Pick):
        return replace(state, chosen=said.value)
    number = said.text.strip().rstrip(".)")
    if number.isdecimal() and 0 < int(number) <= len(state.offered):
        return replace(state, chosen=state.offered[int(number) - 1].code)
    words = tuple(said.text.split())
    return Seeking(state.item_id, state.coalition_id, state.offered, is_sought=True, words=words)


async def _look_for_link(talk: Talk, state: Linking) -> Linking:
    if not isinstance(state, Seeking):
        return state
    found = await queries.linkable(
        talk.session, state.coalition_id, words=state.words, limit=services.LINKABLE
    )
    return Linking(state.item_id, state.coalition_id, found, is_sought=True)


async def _link(talk: Talk, state: Linking) -> None:
    linked = next((one for one in state.offered if one.code == state.chosen), None)
    await services.link(talk.session, state.item_id, talk.actor, linked)
    await _done(talk, "inbox/linked.html", state.item_id, linked=linked)


LINK = Flow(
    name="inbox-link",
    version=2,
    state=Linking,
    steps=(
        Step(
            "link",
            _ask_link,
            _take_link,
            applies=lambda state: not state.chosen,
            look=_look_for_link,
            again=lambda state: not state.chosen,
        ),
    ),
    finish=_link,
    command=COMMAND,
)


# --- You said, we did -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """What was said, and what was done, as all groups of a coalition are told."""

    coalition_id: int
    item_id: int = 0
    """The item that it came of; 0: of several, or of none in particular."""
    theme: str = ""
    linked: str = ""
    """What the action or decision says that came of it."""
    groups: int = 0
    said: str = ""
    did: str = ""
    is_sure: bool = False


async def telling(talk: Talk, coalition_id: int, card: Card | None = None) -> Telling:
    """Return what is known before the first question."""
    found = await group_queries.of_coalitions(talk.session, [coalition_id])
    if card is None:
        return Telling(coalition_id, groups=len(found))
    linked = card.linked.text if card.linked else ""
    return Telling(coalition_id, card.id, card.theme, linked[:TEXT_LIMIT], len(found))


def _prefilled(said: str) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(READY, "said", {"said": said}),),) if said else ()


def _ask_said(state: Telling, _scene: Scene) -> Screen:
    return Screen("inbox/ask_said.html", {}, _prefilled(state.theme))


def _take_said(state: Telling, said: Said, _scene: Scene) -> Telling:
    text = state.theme if isinstance(said, Pick) else said.text
    return replace(state, said=rules.checked(text, TEXT_LIMIT))


async def _look_at_said(talk: Talk, state: Telling) -> Telling:
    await services.check_shared(talk.session, state.coalition_id, talk.actor, state.said)
    return state


def _ask_did(state: Telling, _scene: Scene) -> Screen:
    return Screen("inbox/ask_did.html", {"said": state.said}, _prefilled(state.linked))


def _take_did(state: Telling, said: Said, _scene: Scene) -> Telling:
    text = state.linked if isinstance(said, Pick) else said.text
    return replace(state, did=rules.checked(text, TEXT_LIMIT))


async def _look_at_did(talk: Talk, state: Telling) -> Telling:
    await services.check_shared(talk.session, state.coalition_id, talk.actor, state.did)
    return state


def _check_told(state: Telling, _scene: Scene) -> Screen:
    facts = {"said": state.said, "did": state.did, "groups": state.groups}
    return Screen("inbox/check_outcome.html", facts, _sure("inbox-publish"), is_closed=True)


async def _publish(talk: Talk, state: Telling) -> None:
    count = await services.publish(
        talk.session,
        state.coalition_id,
        state.item_id or None,
        talk.actor,
        said=state.said,
        did=state.did,
        now=talk.now,
    )
    await _done(talk, "inbox/published.html", state.item_id, count=count)


OUTCOME = Flow(
    name="inbox-outcome",
    version=1,
    state=Telling,
    steps=(
        Step("said", _ask_said, _take_said, look=_look_at_said),
        Step("did", _ask_did, _take_did, look=_look_at_did),
        Step("sure", _check_told, _take_sure, applies=lambda state: not state.is_sure),
    ),
    finish=_publish,
    command=COMMAND,
)


# --- What a lead is told --------------------------------------------------------------------------


@dataclass(frozen=True)
class Passing:
    """What the leads of a group are told of an item, in the coordination's own words."""

    item_id: int
    coalition_id: int
    group: str
    theme: str
    said: str = ""
    is_sure: bool = False


def passing(card: Card) -> Passing:
    """Return what is known before the question."""
    return Passing(card.id, card.coalition_id, card.group, card.theme)


def _ask_passed(state: Passing, _scene: Scene) -> Screen:
    return Screen("inbox/ask_for_lead.html", {"group": state.group})


def _take_passed(state: Passing, said: Said, _scene: Scene) -> Passing:
    assert not isinstance(said, Pick)
    return replace(state, said=rules.checked(said.text, TEXT_LIMIT))


async def _look_at_passed(talk: Talk, state: Passing) -> Passing:
    await services.check_shared(talk.session, state.coalition_id, talk.actor, state.said)
    return state


def _check_passed(state: Passing, _scene: Scene) -> Screen:
    facts = {"group": state.group, "theme": state.theme, "said": state.said}
    return Screen("inbox/check_for_lead.html", facts, _sure("inbox-tell-lead"), is_closed=True)


async def _pass_on(talk: Talk, state: Passing) -> None:
    count = await services.tell_lead(
        talk.session, state.item_id, talk.actor, said=state.said, now=talk.now
    )
    await _done(talk, "inbox/lead_told.html", state.item_id, group=state.group, count=count)


LEAD = Flow(
    name="inbox-lead",
    version=2,
    state=Passing,
    steps=(
        Step("said", _ask_passed, _take_passed, look=_look_at_passed),
        Step("sure", _check_passed, _take_sure, applies=lambda state: not state.is_sure),
    ),
    finish=_pass_on,
    command=COMMAND,
)

ALL: Iterable[Flow[Any]] = (THEME, ANSWER, LINK, OUTCOME, LEAD)
