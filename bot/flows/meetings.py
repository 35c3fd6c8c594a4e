"""Planning a meeting, one question at a time: when, then where.

Words are understood as in one line: whoever types "3 Dec 10:00 County Hall" as the first answer is
asked nothing more. What was said of the day waits for the hour, and the other way round.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.domain import meetings, roles
from bot.domain.dates import DateMissing, TimeMissing, read_when
from bot.domain.roles import Action, Scope
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Group
from bot.services import proposals

HOURS = (time(9), time(10), time(14))
"""When meetings of organisations usually begin; any other hour can be typed."""


@dataclass(frozen=True)
class Plan:
    """What is known of a meeting that is being planned. Wall times of the group."""

    days: tuple[datetime, ...] = ()
    """Likely starts, to choose from."""
    places: tuple[str, ...] = ()
    """Where the group met lately, to choose from."""
    words: str = ""
    """What was typed of the time so far, as long as half of it is missing."""
    day: date | None = None
    hour: time | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""


def _ask_when(plan: Plan, scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "moment", {"starts": starts, "local_now": scene.local_now}),)
        for number, starts in enumerate(plan.days)
    )
    facts = {"example": plan.days[0] if plan.days else scene.local_now}
    return Screen("meetings/ask_when.html", facts, rows)


def _ask_hour(plan: Plan, _scene: Scene) -> Screen:
    row = tuple(Choice(f"{hour:%H%M}", "hour", {"hour": hour}) for hour in HOURS)
    return Screen("meetings/ask_hour.html", {"day": plan.day}, (row,))


def _ask_day(plan: Plan, scene: Scene) -> Screen:
    return Screen("meetings/ask_day.html", {"hour": plan.hour, "example": scene.local_now})


def _ask_place(plan: Plan, scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "said", {"said": place}),) for number, place in enumerate(plan.places)
    )
    facts = {"starts": plan.starts, "ends": plan.ends, "local_now": scene.local_now}
    return Screen("meetings/ask_place.html", facts, rows)


def _take_when(plan: Plan, said: Said, scene: Scene) -> Plan:
    if isinstance(said, Pick):
        return replace(plan, starts=plan.days[int(said.value)], ends=None)
    return _understood(plan, said.text, scene)


def _take_half(plan: Plan, said: Said, scene: Scene) -> Plan:
    """Take the missing half of the time, the hour or the day, beside what was typed before."""
    text = f"{said.value[:2]}:{said.value[2:]}" if isinstance(said, Pick) else said.text
    return _understood(plan, f"{plan.words} {text}", scene)


def _understood(plan: Plan, text: str, scene: Scene) -> Plan:
    try:
        when = read_when(text, now=scene.local_now, languages=scene.languages)
    except TimeMissing as half:
        return replace(plan, words=text, day=half.understood_date, hour=None, starts=None)
    except DateMissing as half:
        return replace(plan, words=text, hour=half.understood_time, day=None, starts=None)
    place = when.rest or plan.place
    meetings.check_plan(
        starts=when.starts,
        ends=when.ends or when.starts + meetings.DEFAULT_LENGTH,
        place=place,
        now=scene.local_now,
    )
    return replace(plan, starts=when.starts, ends=when.ends, place=place, day=None, hour=None)


def _take_place(plan: Plan, said: Said, _scene: Scene) -> Plan:
    place = plan.places[int(said.value)] if isinstance(said, Pick) else said.text
    meetings.check_place(place)
    return replace(plan, place=place)


async def _propose(talk: Talk, plan: Plan) -> None:
    """Ask whether it was understood as it was meant: the same question as after one line."""
    assert talk.scene.group is not None
    assert plan.starts is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    roles.require(talk.actor, Action.PLAN_MEETING, Scope(group.coalition_id, group.id))
    await proposals.propose(
        talk.session,
        group,
        starts=plan.starts,
        ends=plan.ends,
        place=plan.place,
        asked_in=talk.place,
        now=talk.now,
    )


PLAN = Flow(
    name="meeting",
    version=1,
    state=Plan,
    steps=(
        Step("when", _ask_when, _take_when),
        Step("hour", _ask_hour, _take_half, applies=lambda plan: plan.day is not None),
        Step("day", _ask_day, _take_half, applies=lambda plan: plan.hour is not None),
        Step(
            "place",
            _ask_place,
            _take_place,
            applies=lambda plan: not plan.place,
            skip=lambda plan: plan,
        ),
    ),
    finish=_propose,
    command="meeting",
)
