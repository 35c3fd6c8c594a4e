"""Planning a meeting, one question at a time: when, perhaps how often, where, and how from afar.

Words are understood as in one line: whoever types "3 Dec 10:00 County Hall" as the first answer is
asked nothing more. What was said of the day waits for the hour, and the other way round.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain import meetings, roles
from bot.domain.dates import DateMissing, TimeMissing, read_when
from bot.domain.rhythms import Again, RhythmUnreadable, read_rhythm
from bot.domain.roles import Action, Scope
from bot.domain.series import Rhythm, Weekly, begin, fitting, rhythm_of
from bot.domain.ways import Way, Where, check_link, is_reachable, read_way
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Group
from bot.services import proposals, series

_EVERY = "every"
"""Before what comes again; the words of all languages are understood everywhere."""
SERIES = "again"
NOW, LATE = "now", "late"
HOURS = (time(9), time(10), time(14))
"""When meetings of organisations usually begin; any other hour can be typed."""


@dataclass(frozen=True)
class Plan:
    """What is known of a meeting that is being planned. Wall times of the group."""

    days: tuple[datetime, ...] = ()
    """Likely starts, to choose from."""
    places: tuple[str, ...] = ()
    """Where the group met lately, to choose from."""
    links: tuple[str, ...] = ()
    """The numbers and addresses of its last calls, to choose from."""
    is_private: bool = False
    """Whether nobody else reads the answers."""
    words: str = ""
    """What was typed of the time so far, as long as half of it is missing."""
    day: date | None = None
    hour: time | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""
    way: Way = Way.MIXED
    link: str = ""
    is_place_late: bool = False
    is_link_asked: bool = False
    """Whether it is still to be asked how to take part from afar."""
    is_late_asked: bool = False
    """Whether it is still to be asked when the place is told."""
    is_series: bool = False
    """Whether it comes again and again."""
    rule: str = ""
    """How it comes again (RFC 5545), once that is known."""
    until: date | None = None

    @property
    def where(self) -> Where:
        """Return where it is to be held, as far as that is known."""
        return Where(self.place, self.way, self.link, self.is_place_late)


def _ask_when(plan: Plan, scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "moment", {"starts": starts, "local_now": scene.local_now}),)
        for number, starts in enumerate(plan.days)
    )
    if not plan.is_series:
        rows += ((Choice(SERIES, "again-and-again"),),)
    facts = {
        "example": plan.days[0] if plan.days else scene.local_now,
        "is_series": plan.is_series,
    }
    return Screen("meetings/ask_when.html", facts, rows)


def _ask_often(plan: Plan, _scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "rhythm", {"rhythm": rhythm}),)
        for number, rhythm in enumerate(_rhythms(plan))
    )
    return Screen("meetings/ask_often.html", {"starts": plan.starts}, rows)


def _rhythms(plan: Plan) -> tuple[Rhythm, ...]:
    """Return how a group that first meets on this day is likely to go on."""
    assert plan.starts is not None
    day = plan.starts.date()
    weekly = (Weekly(every, (day.weekday(),)) for every in (1, 2))
    return (*fitting(day), *weekly)


def _ask_hour(plan: Plan, _scene: Scene) -> Screen:
    row = tuple(Choice(f"{hour:%H%M}", "hour", {"hour": hour}) for hour in HOURS)
    return Screen("meetings/ask_hour.html", {"day": plan.day}, (row,))


def _ask_day(plan: Plan, scene: Scene) -> Screen:
    tomorrow = scene.local_now + timedelta(days=1)
    return Screen("meetings/ask_day.html", {"hour": plan.hour, "example": tomorrow})


def _ask_place(plan: Plan, scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "said", {"said": place}),) for number, place in enumerate(plan.places)
    )
    afar = (Choice(Way.PHONE, "by-phone"), Choice(Way.ONLINE, "online"))
    facts = {"starts": plan.starts, "ends": plan.ends, "local_now": scene.local_now}
    return Screen("meetings/ask_place.html", facts, (*rows, afar))


def _take_when(plan: Plan, said: Said, scene: Scene) -> Plan:
    if isinstance(said, Pick) and said.value == SERIES:
        return replace(plan, is_series=True)
    if isinstance(said, Pick):
        return replace(plan, starts=plan.days[int(said.value)], ends=None)
    return _understood(plan, said.text, scene)


def _take_hour(plan: Plan, said: Said, scene: Scene) -> Plan:
    """Take the hour; a number alone is the one that is offered under the question."""
    offered = {str(hour.hour): f"{hour:%H:%M}" for hour in HOURS}
    if isinstance(said, Pick):
        text = f"{said.value[:2]}:{said.value[2:]}"
    else:
        text = offered.get(said.text.lstrip("0"), said.text)
    return _understood(plan, f"{plan.words} {text}", scene)


def _take_day(plan: Plan, said: Said, scene: Scene) -> Plan:
    """Take the day, beside the hour that was typed before."""
    assert not isinstance(said, Pick)
    return _understood(plan, f"{plan.words} {said.text}", scene)


def _take_often(plan: Plan, said: Said, scene: Scene) -> Plan:
    """Take how often it comes again; the hour is known by now."""
    assert plan.starts is not None
    if isinstance(said, Pick):
        return replace(plan, rule=_rhythms(plan)[int(said.value)].rule)
    again = _read_often(said.text, plan.starts, scene)
    if again is None:
        # "The last Friday" says how often to whoever was asked that.
        with suppress(RhythmUnreadable):
            again = _read_often(f"{_EVERY} {said.text}", plan.starts, scene)
    if again is None:
        raise RhythmUnreadable(said=said.text)
    place = again.rest or plan.place
    meetings.check_place(place)
    return replace(plan, rule=again.rhythm.rule, until=again.until, place=place)


def _read_often(text: str, starts: datetime, scene: Scene) -> Again | None:
    line = f"{text} {starts:%H:%M}"
    # "Every fortnight": it begins on the day that is known.
    return read_rhythm(
        line, now=scene.local_now, languages=scene.languages, known_first=starts.date()
    )


def _as_series(plan: Plan, again: Again, scene: Scene) -> Plan:
    """Return the plan of a series that was typed as a whole."""
    assert scene.group is not None
    length = again.length or meetings.DEFAULT_LENGTH
    found = begin(
        again.rhythm,
        starts=again.starts,
        length=length,
        zone=scene.group.zone,
        on_or_after=again.on_or_after,
        until=again.until,
        now=scene.local_now,
    )
    starts = datetime.combine(found.starts_on, found.starts)
    meetings.check_place(again.rest)
    return replace(
        plan,
        is_series=True,
        rule=again.rhythm.rule,
        until=again.until,
        starts=starts,
        ends=starts + length,
        place=again.rest or plan.place,
        day=None,
        hour=None,
    )


def _understood(plan: Plan, text: str, scene: Scene) -> Plan:
    way, line = read_way(text)
    if way.is_anything:
        plan = _by(plan, way.at(""))
        is_afar = plan.way in {Way.PHONE, Way.ONLINE}
        plan = replace(plan, is_link_asked=is_afar and not is_reachable(plan.link))
    again = read_rhythm(line, now=scene.local_now, languages=scene.languages)
    if again is not None:
        return _as_series(plan, again, scene)
    try:
        when = read_when(line, now=scene.local_now, languages=scene.languages)
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


def _ask_link(plan: Plan, _scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "said", {"said": link}),) for number, link in enumerate(plan.links)
    )
    if plan.place:
        rows += ((Choice(Way.PLACE, "in-person"),),)
    facts = {"where": plan.where, "is_private": plan.is_private}
    return Screen("meetings/ask_link.html", facts, rows)


def _ask_late(plan: Plan, _scene: Scene) -> Screen:
    rows = ((Choice(NOW, "tell-now"),), (Choice(LATE, "tell-late"),))
    return Screen("meetings/ask_late.html", {"place": plan.place}, rows, is_closed=True)


def _take_place(plan: Plan, said: Said, _scene: Scene) -> Plan:
    if isinstance(said, Pick):
        if said.value in (Way.PHONE, Way.ONLINE):
            way, place = Way(said.value), ""
        else:
            way, place = plan.way, plan.places[int(said.value)]
        return _asking(replace(plan, place=place, way=way))
    words, place = read_way(said.text)
    meetings.check_place(place)
    plan = _by(plan, words.at(place)) if words.is_anything else replace(plan, place=place)
    return _asking(plan)


def _asking(plan: Plan) -> Plan:
    """Return the plan with what is still to be asked once it is known where people meet."""
    return replace(
        plan,
        is_link_asked=plan.way is not Way.PLACE and not is_reachable(plan.link),
        # Whoever writes the place in the group has told it to everybody.
        is_late_asked=plan.is_private and bool(plan.place) and not plan.is_place_late,
    )


def _take_link(plan: Plan, said: Said, _scene: Scene) -> Plan:
    if isinstance(said, Pick) and said.value == Way.PLACE:
        return replace(plan, way=Way.PLACE, link="")
    if isinstance(said, Pick):
        return replace(plan, link=plan.links[int(said.value)])
    words, _ = read_way(said.text)
    return replace(plan, link=words.link or check_link(said.text))


def _take_late(plan: Plan, said: Said, _scene: Scene) -> Plan:
    assert isinstance(said, Pick)
    return replace(plan, is_place_late=said.value == LATE)


def _by(plan: Plan, where: Where) -> Plan:
    return replace(
        plan,
        place=where.place or plan.place,
        way=where.way,
        link=where.link or plan.link,
        # Said once, it holds: a place that is named afterwards is not to be shown.
        is_place_late=plan.is_place_late or where.is_late,
    )


async def _propose(talk: Talk, plan: Plan) -> None:
    """Ask whether it was understood as it was meant: the same question as after one line."""
    assert talk.scene.group is not None
    assert plan.starts is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    roles.require(talk.actor, Action.PLAN_MEETING, Scope(group.coalition_id, group.id))
    if plan.rule:
        ends = plan.ends or plan.starts + meetings.DEFAULT_LENGTH
        again = Again(
            rhythm_of(plan.rule),
            plan.starts.time(),
            ends - plan.starts,
            plan.starts.date(),
            plan.until,
            plan.place,
        )
        await series.propose(
            talk.session, group, again, plan.where.said, asked_in=talk.place, now=talk.now
        )
        return
    await proposals.propose(
        talk.session,
        group,
        starts=plan.starts,
        ends=plan.ends,
        place=plan.place,
        said=plan.where.said,
        asked_in=talk.place,
        now=talk.now,
    )


PLAN = Flow(
    name="meeting",
    version=2,
    state=Plan,
    steps=(
        Step(
            "when",
            _ask_when,
            _take_when,
            again=lambda plan: (
                plan.is_series and plan.starts is None and plan.day is None and plan.hour is None
            ),
        ),
        Step(
            "hour",
            _ask_hour,
            _take_hour,
            applies=lambda plan: plan.day is not None,
            again=lambda plan: plan.starts is None,
        ),
        Step(
            "day",
            _ask_day,
            _take_day,
            applies=lambda plan: plan.hour is not None,
            again=lambda plan: plan.starts is None,
        ),
        Step(
            "often",
            _ask_often,
            _take_often,
            applies=lambda plan: plan.is_series and not plan.rule,
        ),
        Step(
            "place",
            _ask_place,
            _take_place,
            applies=lambda plan: not plan.place and plan.way not in (Way.PHONE, Way.ONLINE),
            skip=lambda plan: plan,
        ),
        Step(
            "link",
            _ask_link,
            _take_link,
            applies=lambda plan: plan.is_link_asked,
            skip=lambda plan: plan,
        ),
        Step(
            "late",
            _ask_late,
            _take_late,
            applies=lambda plan: plan.is_late_asked,
            skip=lambda plan: replace(plan, is_place_late=False),
        ),
    ),
    finish=_propose,
    command="meeting",
)
