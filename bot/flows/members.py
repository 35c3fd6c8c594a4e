"""Joining a group by its link: for which organisation, and with whose phone."""

from dataclasses import dataclass, replace

from bot.domain import names, organisations
from bot.domain.members import NameMissing
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.models import Group
from bot.services import rolls

PAGE = 8
"""Organisations shown at once: with more, the buttons fill more than a phone's screen."""
NEXT, OTHER = "next", "other"
MINE, OFFICE = "mine", "office"


@dataclass(frozen=True)
class Wish:
    """What is known of somebody who wants to join."""

    coalition: str
    organisations: tuple[tuple[int, str], ...]
    """Those of the group, by name."""
    page: int = 0
    organisation_id: int | None = None
    is_other: bool = False
    """Whether theirs is not in the list."""
    claims: str = ""
    """What they call it."""
    is_office: bool | None = None

    @property
    def organisation(self) -> str:
        """Return the name of the organisation that was chosen."""
        return dict(self.organisations).get(self.organisation_id or 0, self.claims)


def _ask_organisation(wish: Wish, scene: Scene) -> Screen:
    shown = wish.organisations[wish.page * PAGE : (wish.page + 1) * PAGE]
    rows = [(Choice(str(key), "said", {"said": name}),) for key, name in shown]
    if len(wish.organisations) > PAGE:
        rows.append((Choice(NEXT, "more"),))
    rows.append((Choice(OTHER, "not-listed"),))
    facts = {"group": scene.group, "coalition": wish.coalition}
    return Screen("members/ask_organisation.html", facts, tuple(rows))


def _take_organisation(wish: Wish, said: Said, _scene: Scene) -> Wish:
    wish = replace(wish, organisation_id=None, is_other=False, claims="")
    if isinstance(said, Pick):
        if said.value == NEXT:
            pages = -(-len(wish.organisations) // PAGE)
            return replace(wish, page=(wish.page + 1) % pages)
        if said.value == OTHER:
            return replace(wish, is_other=True)
        return replace(wish, organisation_id=int(said.value))
    found = organisations.find(dict(wish.organisations), said.text)
    if found is not None:
        return replace(wish, organisation_id=found)
    return replace(wish, is_other=True, claims=_named(said.text))


def _ask_name(_wish: Wish, _scene: Scene) -> Screen:
    return Screen("members/ask_name.html")


def _take_name(wish: Wish, said: Said, _scene: Scene) -> Wish:
    text = said.value if isinstance(said, Pick) else said.text
    found = organisations.find(dict(wish.organisations), text)
    if found is not None:
        return replace(wish, organisation_id=found, is_other=False)
    return replace(wish, claims=_named(text))


def _named(text: str) -> str:
    name = names.clean(text, fallback="")
    if not any(map(str.isalpha, name)):
        raise NameMissing
    return name


def _ask_phone(wish: Wish, scene: Scene) -> Screen:
    row = (Choice(MINE, "phone-mine"), Choice(OFFICE, "phone-office"))
    facts = {"group": scene.group, "organisation": wish.organisation, "is_new": wish.is_other}
    return Screen("members/ask_phone.html", facts, (row,), is_closed=True)


def _take_phone(wish: Wish, said: Said, _scene: Scene) -> Wish:
    return replace(wish, is_office=isinstance(said, Pick) and said.value == OFFICE)


async def _join(talk: Talk, wish: Wish) -> None:
    assert talk.scene.group is not None
    group = await talk.session.get_one(Group, talk.scene.group.id, with_for_update=True)
    joined = await rolls.ask_to_join(
        talk.session,
        group,
        wish.organisation_id,
        talk.actor,
        claims=wish.claims or None,
        is_office=bool(wish.is_office),
        now=talk.now,
    )
    await rolls.thank(
        talk.session,
        talk.place,
        group,
        organisation_id=wish.organisation_id,
        organisation=wish.organisation,
        joined=joined,
        now=talk.now,
    )


JOIN = Flow(
    name="join",
    version=1,
    state=Wish,
    steps=(
        Step(
            "organisation",
            _ask_organisation,
            _take_organisation,
            again=lambda wish: wish.organisation_id is None and not wish.is_other,
        ),
        Step(
            "name",
            _ask_name,
            _take_name,
            applies=lambda wish: wish.is_other and not wish.claims,
        ),
        Step("phone", _ask_phone, _take_phone),
    ),
    finish=_join,
    command="start",
)
