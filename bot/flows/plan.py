"""What becomes of an action, where more than a tap is needed: new words, why, until when, who."""

from dataclasses import dataclass, replace
from datetime import date

from bot.domain import notebook
from bot.domain import plan as rules
from bot.domain.actions import (
    CHOICES,
    OWNER_LIMIT,
    TIMELINE_LIMIT,
    Around,
    Candidate,
    candidates,
    timeline,
)
from bot.domain.dates import read_deadline
from bot.domain.plan import DueUnclear, Edit, OwnerUnknown, Point, PointState
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.outbox import post
from bot.queries import plan as queries
from bot.rendering.messages import renderer
from bot.services import actions, follow_up, plan, plan_walk

People = tuple[tuple[int, str, int, str], ...]
"""Who may be named: a member's id or 0, the name, an organisation's id or 0, and its name."""
SPLIT = ";"
"""Stands between the new words of an action and why, in one line."""


@dataclass(frozen=True)
class Change:
    """What is said so far of a change of one action."""

    point_id: int
    text_before: str
    meeting_id: int = 0
    """The meeting that goes through the actions; 0: none does."""
    text: str = ""
    reason: str = ""
    due: str = ""
    """An ISO date."""
    timeline: str = ""
    people: People = ()
    said: str = ""
    """The part of the name that may mean several people."""
    chosen: People = ()
    is_given: bool = False


def _ask_text(change: Change, _scene: Scene) -> Screen:
    return Screen("plan/ask_text.html", {"text": change.text_before})


def _take_text(change: Change, said: Said, _scene: Scene) -> Change:
    """Take the new words; behind a semicolon also why."""
    assert not isinstance(said, Pick)
    text, _, reason = said.text.partition(SPLIT)
    text = notebook.checked(text)
    if reason.strip():
        reason = rules.checked_reason(reason, PointState.ADAPTED)
    return replace(change, text=text, reason=reason.strip())


def _ask_reason(change: Change, _scene: Scene) -> Screen:
    is_dropped = not change.text
    return Screen("plan/ask_reason.html", {"text": change.text_before, "is_dropped": is_dropped})


def _take_reason(change: Change, said: Said, _scene: Scene) -> Change:
    assert not isinstance(said, Pick)
    state = PointState.ADAPTED if change.text else PointState.DROPPED
    return replace(change, reason=rules.checked_reason(said.text, state))


def _ask_due(change: Change, _scene: Scene) -> Screen:
    return Screen("plan/ask_due.html", {"text": change.text_before})


def _take_due(change: Change, said: Said, scene: Scene) -> Change:
    """Take a day that is ahead; words without a day say when in their own way."""
    assert not isinstance(said, Pick)
    found = read_until(said.text, scene)
    return replace(change, due=found[0], timeline=found[1])


def read_until(text: str, scene: Scene) -> tuple[str, str]:
    """Return the day (ISO) or the timeline that words say; of the two one is empty.

    Raises:
        DueUnclear: the day is over, or cannot be told.
    """
    deadline = read_deadline(
        text,
        now=scene.local_now,
        languages=scene.languages,
        words=renderer().action_words,
        is_alone=True,
    )
    if deadline.unclear:
        raise DueUnclear(said=deadline.unclear)
    if deadline.day is not None:
        return deadline.day.isoformat(), ""
    said = text.strip()
    if not any(map(str.isalpha, said)):
        raise DueUnclear(said=said)
    return "", (timeline(said, renderer().action_words) or said)[:TIMELINE_LIMIT]


def _ask_owner(change: Change, _scene: Scene) -> Screen:
    found = _meant(change.people, change.said) if change.said else ()
    rows = tuple((_choice(one),) for one in found)
    facts = {"text": change.text_before, "said": change.said}
    return Screen("plan/ask_owner.html", facts, rows)


def _choice(one: tuple[int, str, int, str]) -> Choice:
    member_id, name, organisation_id, organisation = one
    if member_id:
        facts = {"person": name, "organisation": organisation}
        return Choice(f"m{member_id}", "person", facts)
    return Choice(f"o{organisation_id}", "join", {"organisation": name})


def _take_owner(change: Change, said: Said, _scene: Scene) -> Change:
    """Take one name or several; one that may mean two people is asked about."""
    if isinstance(said, Pick):
        by_key = {_choice(one).value: one for one in change.people}
        added = (*change.chosen, by_key[said.value])
        return replace(change, chosen=added, said="", is_given=True)
    chosen: list[tuple[int, str, int, str]] = []
    doubtful = ""
    for name in _split_names(said.text):
        found = _meant(change.people, name)
        if not found:
            raise OwnerUnknown(said=name[:OWNER_LIMIT])
        if len(found) > 1:
            doubtful = doubtful or name
        else:
            chosen.append(found[0])
    return replace(
        change,
        chosen=tuple(chosen[: rules.OWNERS]),
        said=doubtful,
        is_given=not doubtful,
    )


def _split_names(text: str) -> list[str]:
    """Return the names in "Amina and Peter", "Amina, Peter", "Amina na Peter"."""
    joining = {word for word, code in renderer().language_names.items() if not code}
    parts: list[list[str]] = [[]]
    for word in text.replace(",", " , ").replace(";", " , ").replace("&", " , ").split():
        if word == "," or word.casefold() in joining:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part] or [text.strip()]


def _meant(people: People, said: str) -> People:
    known = Around(tuple(map(_candidate, people)))
    found = candidates(said, known, renderer().action_words)
    return tuple(
        (one.member_id or 0, one.name, one.organisation_id or 0, one.organisation) for one in found
    )[:CHOICES]


def _candidate(one: tuple[int, str, int, str]) -> Candidate:
    member_id, name, organisation_id, organisation = one
    return Candidate(name, member_id or None, organisation, organisation_id or None)


async def beginning(talk: Talk, point: Point, edit: Edit, meeting_id: int = 0) -> Change:
    """Return what is known before the first question."""
    known = Change(point.id, point.text, meeting_id)
    if edit is not Edit.GIVE:
        return known
    around = await actions.around(talk.session, point.group_id)
    people = tuple(
        (one.member_id or 0, one.name, one.organisation_id or 0, one.organisation)
        for one in around.candidates
    )
    return replace(known, people=people)


async def _adapt(talk: Talk, change: Change) -> None:
    await plan.adapt(
        talk.session,
        change.point_id,
        change.text,
        change.reason,
        talk.actor,
        meeting_id=change.meeting_id or None,
        now=talk.now,
    )
    await follow_up.show(talk.session, change.point_id, None, now=talk.now)
    await _answer(talk, change)


async def _drop(talk: Talk, change: Change) -> None:
    await plan.set_state(
        talk.session,
        change.point_id,
        PointState.DROPPED,
        talk.actor,
        reason=change.reason,
        meeting_id=change.meeting_id or None,
        now=talk.now,
    )
    await follow_up.show(talk.session, change.point_id, None, now=talk.now)
    await _answer(talk, change)


async def _move(talk: Talk, change: Change) -> None:
    await plan.move(
        talk.session,
        change.point_id,
        date.fromisoformat(change.due) if change.due else None,
        talk.actor,
        timeline=change.timeline,
        meeting_id=change.meeting_id or None,
        now=talk.now,
    )
    await _answer(talk, change)


async def _give(talk: Talk, change: Change) -> None:
    await plan.hand(
        talk.session,
        change.point_id,
        tuple(map(_candidate, change.chosen)),
        talk.actor,
        meeting_id=change.meeting_id or None,
        now=talk.now,
    )
    await _answer(talk, change)


async def _answer(talk: Talk, change: Change) -> None:
    """Show what the action says now; in a meeting that goes through them, also the next one."""
    point = await queries.one(talk.session, change.point_id)
    facts = {"point": point, "today": talk.scene.local_now.date()}
    await post.say(
        talk.session, talk.place, "plan/changed.html", facts, now=talk.now, is_silent=True
    )
    if change.meeting_id:
        await plan_walk.go_on(
            talk.session, change.meeting_id, change.point_id, talk.actor, now=talk.now
        )


ADAPT = Flow(
    name="adapt-action",
    version=1,
    state=Change,
    steps=(
        Step("text", _ask_text, _take_text, applies=lambda change: not change.text),
        Step("reason", _ask_reason, _take_reason, applies=lambda change: not change.reason),
    ),
    finish=_adapt,
    command="actions",
    is_one_line=False,
)
DROP = Flow(
    name="drop-action",
    version=1,
    state=Change,
    steps=(Step("reason", _ask_reason, _take_reason, applies=lambda change: not change.reason),),
    finish=_drop,
    command="actions",
    is_one_line=False,
)
DUE = Flow(
    name="due-action",
    version=1,
    state=Change,
    steps=(
        Step(
            "due",
            _ask_due,
            _take_due,
            applies=lambda change: not (change.due or change.timeline),
        ),
    ),
    finish=_move,
    command="actions",
    is_one_line=False,
)
GIVE = Flow(
    name="give-action",
    version=1,
    state=Change,
    steps=(
        Step(
            "owner",
            _ask_owner,
            _take_owner,
            applies=lambda change: not change.is_given,
            again=lambda change: not change.is_given,
        ),
    ),
    finish=_give,
    command="actions",
    is_one_line=False,
)
EDITS = {Edit.ADAPT: ADAPT, Edit.DROP: DROP, Edit.DUE: DUE, Edit.GIVE: GIVE}
"""The conversation behind each button."""
