"""Setting a group up: like one that is there already, in three taps, or one thing at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import groups
from bot.domain.dates import known_zone, likely_zones
from bot.domain.groups import (
    ModelUnknown,
    NameTaken,
    Setting,
    SetUpMeanwhile,
    check_name,
    read_organisations,
    read_quorum,
)
from bot.domain.minutes import MOST_OBJECTION_DAYS, OBJECTION_DAYS, DaysUnclear
from bot.domain.motions import CountedBy
from bot.domain.names import clean
from bot.domain.reminders import DEFAULT_REMINDERS, NO_QUIET, QuietHours, ReminderKind, read_quiet
from bot.flows import languages
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Coalition, Group
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import coalitions
from bot.queries import groups as queries
from bot.queries import rolls as rolls_of
from bot.rendering import keyboards
from bot.services import groups as services
from bot.services import members, rolls

ALONE = 0
OVER_HALF = 0
"""What stands for the usual number of organisations that are enough to decide."""
"""The group is like no other one."""
SISTERS_OFFERED = 3
DONE = "done"
WITH_SEATS = "with-seats"
HOURS = {
    "20": QuietHours(),
    "21": read_quiet("21-6", languages=("en",)),
    "none": NO_QUIET,
}
"""The quiet hours that are offered; any others can be typed."""
DAYS = (3, OBJECTION_DAYS, 10)
"""How long members may object to minutes: what is offered; any other number can be typed."""


@dataclass(frozen=True)
class Whole:
    """A coalition to which the group may belong."""

    id: int
    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Sister:
    """Another group of these coalitions."""

    id: int
    coalition_id: int
    name: str
    zone: str
    languages: tuple[str, ...]
    reminders: tuple[ReminderKind, ...]
    quiet: QuietHours
    seats: int = 0
    """How many organisations it has."""


@dataclass(frozen=True)
class Plan:
    """What is said so far of a group that is set up, or changed in one thing."""

    only: Setting | None = None
    """What is changed; None: everything is asked."""
    title: str = ""
    """What the chat is called."""
    wholes: tuple[Whole, ...] = ()
    sisters: tuple[Sister, ...] = ()
    coalition: int | None = None
    like: int | None = None
    """The group that this one is like, or `ALONE`; None until it is said."""
    name: str = ""
    zone: str = ""
    languages: tuple[str, ...] = ()
    is_spoken: bool = False
    organisations: tuple[str, ...] = ()
    is_listed: bool = False
    reminders: tuple[ReminderKind, ...] = DEFAULT_REMINDERS
    is_reminded: bool = False
    quiet: QuietHours | None = None
    votes_by: CountedBy | None = None
    """Asked only for itself: a new group counts by organisation."""
    quorum: int | None = None
    """`OVER_HALF`, or how many organisations are enough; None: that is not said."""
    objection_days: int | None = None
    minutes_upward: bool | None = None
    is_right: bool = False
    takes_seats: bool = False
    """Whether the organisations of the group that this one is like are asked here, too."""

    def asks(self, setting: Setting) -> bool:
        """Tell whether a setting belongs to this conversation."""
        return self.only in {None, setting}

    @property
    def nearby(self) -> tuple[Sister, ...]:
        """Return the other groups of the coalition."""
        return tuple(one for one in self.sisters if one.coalition_id == self.coalition)

    @property
    def model(self) -> Sister | None:
        """Return the group that this one is like, if it is like one."""
        return next((one for one in self.sisters if one.id == self.like), None)


def _ask_coalition(plan: Plan, _scene: Scene) -> Screen:
    rows = tuple((Choice(str(one.id), "said", {"said": one.name}),) for one in plan.wholes)
    return Screen("groups/ask_coalition.html", rows=rows, is_closed=True)


def _take_coalition(plan: Plan, said: Said, _scene: Scene) -> Plan:
    assert isinstance(said, Pick)
    chosen = next(one for one in plan.wholes if one.id == int(said.value))
    return replace(plan, coalition=chosen.id, languages=plan.languages or chosen.languages)


def _ask_like(plan: Plan, _scene: Scene) -> Screen:
    models = tuple(
        (Choice(str(one.id), "same-as", {"group": one.name}),)
        for one in plan.nearby[:SISTERS_OFFERED]
    )
    rows = (*models, (Choice(str(ALONE), "step-by-step"),))
    return Screen("groups/ask_like.html", {"title": plan.title}, rows, is_closed=True)


def _take_like(plan: Plan, said: Said, _scene: Scene) -> Plan:
    assert isinstance(said, Pick)
    return _like(plan, int(said.value))


def _like(plan: Plan, number: int) -> Plan:
    plan = replace(plan, like=number, is_right=False)
    model = plan.model
    if model is None:
        return plan
    return replace(
        plan,
        zone=model.zone,
        languages=model.languages,
        is_spoken=True,
        is_listed=True,
        reminders=model.reminders,
        is_reminded=True,
        quiet=model.quiet,
    )


def _ask_name(plan: Plan, _scene: Scene) -> Screen:
    names = [plan.title] if plan.title and not _is_taken(plan, plan.title) else []
    rows = tuple(
        (Choice(str(number), "said", {"said": name}),) for number, name in enumerate(names)
    )
    return Screen("groups/ask_name.html", rows=rows)


def _is_taken(plan: Plan, name: str) -> bool:
    try:
        check_name(name, [one.name for one in plan.nearby])
    except NameTaken:
        return True
    return False


def _take_name(plan: Plan, said: Said, _scene: Scene) -> Plan:
    text = plan.title if isinstance(said, Pick) else said.text
    return replace(plan, name=check_name(text, [one.name for one in plan.nearby]))


def _zones(plan: Plan) -> tuple[str, ...]:
    spoken = [whole.languages for whole in plan.wholes if whole.id == plan.coalition]
    return likely_zones(spoken[0] if spoken else (), [one.zone for one in plan.nearby])


def _ask_zone(plan: Plan, _scene: Scene) -> Screen:
    zones = enumerate(_zones(plan))
    rows = tuple((Choice(str(number), "zone", {"zone": zone}),) for number, zone in zones)
    return Screen("groups/ask_zone.html", {"is_offered": bool(rows)}, rows)


def _take_zone(plan: Plan, said: Said, _scene: Scene) -> Plan:
    zone = _zones(plan)[int(said.value)] if isinstance(said, Pick) else known_zone(said.text)
    return replace(plan, zone=zone)


def _ask_languages(plan: Plan, _scene: Scene) -> Screen:
    rows = languages.rows(plan.languages)
    return Screen("groups/ask_languages.html", {"chosen": plan.languages}, rows)


def _take_languages(plan: Plan, said: Said, _scene: Scene) -> Plan:
    chosen, is_spoken = languages.taken(plan.languages, said)
    return replace(plan, languages=chosen, is_spoken=is_spoken)


def _ask_organisations(_plan: Plan, _scene: Scene) -> Screen:
    return Screen("groups/ask_organisations.html")


def _take_organisations(plan: Plan, said: Said, _scene: Scene) -> Plan:
    text = said.value if isinstance(said, Pick) else said.text
    return replace(plan, organisations=read_organisations(text), is_listed=True)


def _ask_reminders(plan: Plan, _scene: Scene) -> Screen:
    toggles = tuple(
        (Choice(kind, "remind", {"kind": kind, "is_on": kind in plan.reminders}),)
        for kind in ReminderKind
    )
    return Screen(
        "groups/ask_reminders.html", rows=(*toggles, (Choice(DONE, "done"),)), is_closed=True
    )


def _take_reminders(plan: Plan, said: Said, _scene: Scene) -> Plan:
    assert isinstance(said, Pick)
    if said.value == DONE:
        return replace(plan, is_reminded=True)
    wanted = set(plan.reminders) ^ {ReminderKind(said.value)}
    kept = tuple(kind for kind in ReminderKind if kind in wanted)
    return replace(plan, reminders=kept, is_reminded=False)


def _ask_quiet(_plan: Plan, _scene: Scene) -> Screen:
    rows = tuple((Choice(key, "quiet", {"quiet": hours}),) for key, hours in HOURS.items())
    return Screen("groups/ask_quiet.html", rows=rows)


def _take_quiet(plan: Plan, said: Said, scene: Scene) -> Plan:
    if isinstance(said, Pick):
        return replace(plan, quiet=HOURS[said.value])
    return replace(plan, quiet=read_quiet(said.text, languages=scene.languages))


def _ask_votes(_plan: Plan, _scene: Scene) -> Screen:
    rows = tuple((Choice(by, f"votes-{by}"),) for by in CountedBy)
    return Screen("groups/ask_votes.html", rows=rows, is_closed=True)


def _take_votes(plan: Plan, said: Said, _scene: Scene) -> Plan:
    assert isinstance(said, Pick)
    return replace(plan, votes_by=CountedBy(said.value))


def _ask_quorum(_plan: Plan, _scene: Scene) -> Screen:
    return Screen("groups/ask_quorum.html", rows=((Choice(str(OVER_HALF), "over-half"),),))


def _take_quorum(plan: Plan, said: Said, _scene: Scene) -> Plan:
    return replace(plan, quorum=OVER_HALF if isinstance(said, Pick) else read_quorum(said.text))


def _ask_objections(_plan: Plan, _scene: Scene) -> Screen:
    row = tuple(Choice(str(days), "number", {"number": days}) for days in DAYS)
    return Screen("groups/ask_objections.html", {"most": MOST_OBJECTION_DAYS}, (row,))


def _take_objections(plan: Plan, said: Said, _scene: Scene) -> Plan:
    text = (said.value if isinstance(said, Pick) else said.text).split()[0]
    if not text.isdecimal() or not 0 < int(text) <= MOST_OBJECTION_DAYS:
        raise DaysUnclear(most=MOST_OBJECTION_DAYS)
    return replace(plan, objection_days=int(text))


def _ask_upward(_plan: Plan, _scene: Scene) -> Screen:
    row = (Choice("yes", "right"), Choice("no", "discard"))
    return Screen("groups/ask_upward.html", rows=(row,), is_closed=True)


def _take_upward(plan: Plan, said: Said, _scene: Scene) -> Plan:
    return replace(plan, minutes_upward=isinstance(said, Pick) and said.value == "yes")


def _ask_right(plan: Plan, _scene: Scene) -> Screen:
    rows: tuple[tuple[Choice, ...], ...] = ((Choice("yes", "right"),),)
    if plan.model is not None and plan.model.seats:
        facts = {"group": plan.model.name, "count": plan.model.seats}
        rows = (*rows, (Choice(WITH_SEATS, "right-with-seats", facts),))
    return Screen(
        "groups/ask_right.html", {"plan": plan, "model": plan.model}, rows, is_closed=True
    )


def _take_right(plan: Plan, said: Said, _scene: Scene) -> Plan:
    takes_seats = isinstance(said, Pick) and said.value == WITH_SEATS
    return replace(plan, is_right=True, takes_seats=takes_seats)


def said_of(plan: Plan) -> groups.Setup:
    """Return what a plan says of its group."""
    return groups.Setup(
        plan.name,
        plan.zone,
        plan.languages,
        plan.organisations,
        plan.reminders,
        plan.quiet,
        plan.votes_by,
        plan.quorum or None,
        plan.objection_days,
        plan.minutes_upward,
    )


async def _found(talk: Talk, plan: Plan) -> None:
    if plan.takes_seats and plan.model is not None:
        roll = await rolls_of.of_group(talk.session, plan.model.id)
        plan = replace(plan, organisations=tuple(seat.name for seat in roll.seats))
    try:
        group = await services.set_up(
            talk.session,
            talk.place,
            said_of(plan),
            talk.actor,
            coalition_id=plan.coalition,
            title=plan.title,
        )
    except SetUpMeanwhile:
        meanwhile = await queries.of_topic(talk.session, talk.place.chat_id, talk.place.thread_id)
        assert meanwhile is not None
        await services.show_settings(
            talk.session, meanwhile, talk.place, bot=talk.bot, now=talk.now, is_meanwhile=True
        )
        return
    await services.welcome(talk.session, group, bot=talk.bot, now=talk.now)
    await ask_for_contact(talk, group)


async def ask_for_contact(talk: Talk, group: Group) -> None:
    """Remind whoever set a group up, in private, that the coalition has no independent contact."""
    coalition = (await talk.session.get_one(Coalition, group.coalition_id)).facts()
    member = await members.known(talk.session, talk.actor)
    if coalition.contact or not member.has_started:
        return
    await post.say(
        talk.session,
        Place(talk.actor.telegram_id, (talk.scene.language,)),
        "coalitions/contact_missing.html",
        {"coalition": coalition},
        now=talk.now,
        keyboard=keyboards.independent_contact(coalition.id),
        is_silent=True,
    )


async def _change(talk: Talk, plan: Plan) -> None:
    assert talk.scene.group is not None
    group = await talk.session.get_one(Group, talk.scene.group.id)
    moved = await services.change(
        talk.session, group, said_of(plan), talk.actor, now=talk.now, only=plan.only
    )
    await services.show_settings(
        talk.session, group, talk.place, bot=talk.bot, now=talk.now, moved=moved
    )
    if plan.organisations:
        await rolls.call(talk.session, group, now=talk.now)


def alike(plan: Plan, model: str, *, name: str) -> Plan:
    """Return what is said of a group with this name, or that of its chat, like the group `model`.

    In two coalitions groups may have one name: then both are asked about.

    Raises:
        ModelUnknown: there is no such group.
        NameTooLong, NameTaken: see there.
    """
    found = [one for one in plan.sisters if one.name.casefold() == model.casefold()]
    if not found:
        raise ModelUnknown(said=model, names=[one.name for one in plan.sisters])
    if len(found) == 1:
        plan = _like(replace(plan, coalition=found[0].coalition_id), found[0].id)
    taken = [one.name for one in plan.nearby]
    if not name and not _is_taken(plan, plan.title):
        name = plan.title
    return replace(plan, name=check_name(name, taken) if name else "")


async def beginning(
    talk: Talk,
    *,
    title: str = "",
    group: Group | None = None,
    only: Setting | None = None,
    said: groups.Setup | None = None,
) -> Plan:
    """Return what is known before the first question: what can be offered, what was said before."""
    if group is not None:
        wholes: Sequence[Coalition] = [await talk.session.get_one(Coalition, group.coalition_id)]
    else:
        wholes = await coalitions.open_to(talk.session, talk.actor)
    sisters = await queries.of_coalitions(talk.session, [one.facts().id for one in wholes])
    seats = await rolls_of.seats(talk.session, [one.facts().id for one in sisters])
    plan = Plan(
        only=only,
        title=clean(title, fallback=""),
        wholes=tuple(Whole(f.id, f.name, f.languages) for f in (one.facts() for one in wholes)),
        sisters=tuple(_sister(one, seats) for one in sisters if one is not group),
        coalition=wholes[0].id if len(wholes) == 1 else None,
        languages=tuple(wholes[0].languages) if len(wholes) == 1 else (),
    )
    if group is not None:
        facts = group.facts()
        return replace(plan, languages=facts.languages, reminders=facts.reminders)
    if said is not None:
        return replace(
            plan,
            like=ALONE,
            name=said.name,
            zone=said.zone,
            languages=said.languages,
            is_spoken=True,
            organisations=said.organisations,
            is_listed=True,
            reminders=DEFAULT_REMINDERS if said.reminders is None else said.reminders,
            is_reminded=True,
            quiet=said.quiet or QuietHours(),
        )
    return plan


def _sister(group: Group, seats: Mapping[int, int]) -> Sister:
    f = group.facts()
    return Sister(
        f.id,
        f.coalition_id,
        f.name,
        f.zone,
        f.languages,
        f.reminders,
        f.quiet,
        seats.get(f.id, 0),
    )


def _about(setting: Setting, is_open: Callable[[Plan], bool]) -> Callable[[Plan], bool]:
    return lambda plan: plan.asks(setting) and is_open(plan)


STEPS = (
    Step(
        "coalition",
        _ask_coalition,
        _take_coalition,
        applies=lambda plan: plan.coalition is None and len(plan.wholes) > 1,
    ),
    Step(
        "like",
        _ask_like,
        _take_like,
        applies=lambda plan: plan.only is None and plan.like is None and bool(plan.nearby),
    ),
    Step("name", _ask_name, _take_name, applies=_about(Setting.NAME, lambda plan: not plan.name)),
    Step("zone", _ask_zone, _take_zone, applies=_about(Setting.ZONE, lambda plan: not plan.zone)),
    Step(
        "languages",
        _ask_languages,
        _take_languages,
        applies=_about(Setting.LANGUAGES, lambda plan: not plan.is_spoken),
        again=lambda plan: not plan.is_spoken,
    ),
    Step(
        "organisations",
        _ask_organisations,
        _take_organisations,
        applies=_about(Setting.ORGANISATIONS, lambda plan: not plan.is_listed),
        skip=lambda plan: replace(plan, is_listed=True),
    ),
    Step(
        "reminders",
        _ask_reminders,
        _take_reminders,
        applies=_about(Setting.REMINDERS, lambda plan: not plan.is_reminded),
        again=lambda plan: not plan.is_reminded,
    ),
    Step(
        "quiet",
        _ask_quiet,
        _take_quiet,
        applies=_about(Setting.QUIET, lambda plan: plan.quiet is None),
    ),
    # When a group is set up, nobody is asked: most leave both as they are.
    Step(
        "objections",
        _ask_objections,
        _take_objections,
        applies=lambda plan: plan.only is Setting.OBJECTIONS and plan.objection_days is None,
    ),
    Step(
        "upward",
        _ask_upward,
        _take_upward,
        applies=lambda plan: plan.only is Setting.UPWARD and plan.minutes_upward is None,
    ),
    Step(
        "votes",
        _ask_votes,
        _take_votes,
        applies=lambda plan: plan.only is Setting.VOTES and plan.votes_by is None,
    ),
    Step(
        "quorum",
        _ask_quorum,
        _take_quorum,
        # A new group does as usual until somebody wants it otherwise.
        applies=lambda plan: plan.only is Setting.QUORUM and plan.quorum is None,
    ),
    Step(
        "right",
        _ask_right,
        _take_right,
        applies=lambda plan: plan.model is not None and not plan.is_right,
    ),
)
SET_UP = Flow(name="setup", version=1, state=Plan, steps=STEPS, finish=_found, command="setup")
SETTING = Flow(name="setting", version=1, state=Plan, steps=STEPS, finish=_change, command="setup")
