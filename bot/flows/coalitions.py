"""Setting a coalition up: its name, its languages, its independent contact."""

from dataclasses import dataclass, replace

from bot.domain.coalitions import Founding, Item, check_contact
from bot.domain.groups import check_name
from bot.flows import languages
from bot.flows.flow import Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.queries import coalitions as queries
from bot.services import coalitions as services
from bot.services.coalitions import News


@dataclass(frozen=True)
class Plan:
    """What is said so far of a coalition that is founded, or changed in one thing."""

    coalition: int | None = None
    """Which one is changed; None: a new one."""
    only: Item | None = None
    """What is changed; None: everything is asked."""
    taken: tuple[str, ...] = ()
    """The names of other coalitions."""
    name: str = ""
    languages: tuple[str, ...] = ()
    is_spoken: bool = False
    contact: str = ""
    is_contacted: bool = False

    def asks(self, item: Item) -> bool:
        """Tell whether an item belongs to this conversation."""
        return self.only in {None, item}


def _ask_name(plan: Plan, _scene: Scene) -> Screen:
    return Screen("coalitions/ask_name.html", {"is_new": plan.coalition is None})


def _take_name(plan: Plan, said: Said, _scene: Scene) -> Plan:
    text = said.value if isinstance(said, Pick) else said.text
    return replace(plan, name=check_name(text, plan.taken))


def _ask_languages(plan: Plan, _scene: Scene) -> Screen:
    rows = languages.rows(plan.languages)
    return Screen("coalitions/ask_languages.html", {"chosen": plan.languages}, rows)


def _take_languages(plan: Plan, said: Said, _scene: Scene) -> Plan:
    chosen, is_spoken = languages.taken(plan.languages, said)
    return replace(plan, languages=chosen, is_spoken=is_spoken)


def _ask_contact(_plan: Plan, _scene: Scene) -> Screen:
    return Screen("coalitions/ask_contact.html")


def _take_contact(plan: Plan, said: Said, _scene: Scene) -> Plan:
    text = said.value if isinstance(said, Pick) else said.text
    return replace(plan, contact=check_contact(text), is_contacted=True)


def _leave_contact(plan: Plan) -> Plan:
    return replace(plan, is_contacted=True)


async def _finish(talk: Talk, plan: Plan) -> None:
    founding = Founding(plan.name, plan.languages, plan.contact)
    if plan.coalition is None:
        coalition = await services.found(talk.session, founding, talk.actor)
        news = News.FOUNDED
    else:
        coalition = await services.open_to(talk.session, plan.coalition, talk.actor)
        news = await services.change(talk.session, coalition, founding, only=plan.only)
    await services.show(talk.session, coalition, talk.actor, talk.place, now=talk.now, news=news)


async def beginning(talk: Talk, coalition_id: int | None = None, only: Item | None = None) -> Plan:
    """Return what is known before the first question."""
    everything = await queries.open_to(talk.session, talk.actor)
    found = next((one for one in everything if one.id == coalition_id), None)
    return Plan(
        coalition=coalition_id,
        only=only,
        taken=tuple(one.name for one in everything if one is not found),
        languages=tuple(found.languages) if found is not None else (),
    )


COALITION = Flow(
    name="coalition",
    version=1,
    state=Plan,
    steps=(
        Step(
            "name",
            _ask_name,
            _take_name,
            applies=lambda plan: plan.asks(Item.NAME) and not plan.name,
        ),
        Step(
            "languages",
            _ask_languages,
            _take_languages,
            applies=lambda plan: plan.asks(Item.LANGUAGES) and not plan.is_spoken,
            again=lambda plan: not plan.is_spoken,
        ),
        Step(
            "contact",
            _ask_contact,
            _take_contact,
            applies=lambda plan: plan.asks(Item.CONTACT) and not plan.is_contacted,
            skip=_leave_contact,
        ),
    ),
    finish=_finish,
    command="coalition",
)
