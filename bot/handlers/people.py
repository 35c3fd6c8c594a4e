"""The people of a group, for those who manage it: a list, a card for each, and what to change."""

from bot.domain.members import Deed, Item, Person
from bot.domain.roles import Action, Role, Scope, can, require
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group
from bot.queries import rolls as queries
from bot.rendering import keyboards
from bot.services import people, rolls

ROLES = {
    Deed.LEAD: Role.LEAD,
    Deed.DEPUTY: Role.DEPUTY,
    Deed.MEMBER: Role.MEMBER,
    Deed.OBSERVER: Role.OBSERVER,
}


async def listed(desk: Desk, incoming: Incoming, group_id: int, page: int = 0) -> None:
    """[People], and its further pages."""
    group = await rolls.group_of(desk.session, group_id)
    require(await desk.actor(incoming), Action.SEE_PEOPLE, Scope(group.coalition_id, group_id))
    found = await queries.people(desk.session, group_id)
    await desk.toast(incoming)
    await desk.whisper(
        incoming,
        "people/list.html",
        keyboards.people(group_id, found, page=page),
        group=group.facts(),
        count=len(found),
    )


async def shown(desk: Desk, incoming: Incoming, group_id: int, member_id: int) -> None:
    """Somebody's name in the list."""
    actor = await desk.actor(incoming)
    person = await people.person(desk.session, group_id, member_id, actor)
    await desk.toast(incoming)
    await _show(desk, incoming, await rolls.group_of(desk.session, group_id), person)


async def changed(
    desk: Desk, incoming: Incoming, group_id: int, member_id: int, deed: Deed
) -> None:
    """A button on somebody's card."""
    actor = await desk.actor(incoming)
    group = await rolls.group_of(desk.session, group_id)
    if deed in {Deed.REMOVE, Deed.MOVE}:
        require(actor, Action.CHANGE_PEOPLE, Scope(group.coalition_id, group_id))
        person = await people.person(desk.session, group_id, member_id, actor)
        await _ask(desk, incoming, group, person, deed)
    elif deed is Deed.SURE:
        person = await people.remove(desk.session, group_id, member_id, actor, now=desk.now)
        await desk.whisper(incoming, "people/removed.html", group=group.facts(), person=person)
    elif deed is Deed.FIRST:
        person = await people.put_first(desk.session, group_id, member_id, actor, now=desk.now)
        await _show(desk, incoming, group, person)
    else:
        person = await people.change_role(
            desk.session, group_id, member_id, ROLES[deed], actor, now=desk.now
        )
        await _show(desk, incoming, group, person)
    await desk.toast(incoming)


async def moved(
    desk: Desk, incoming: Incoming, group_id: int, member_id: int, organisation_id: int
) -> None:
    """The organisation for which somebody speaks from now on."""
    actor = await desk.actor(incoming)
    person = await people.move(
        desk.session, group_id, member_id, organisation_id, actor, now=desk.now
    )
    await desk.toast(incoming, "meetings/toast_done.txt")
    await _show(desk, incoming, await rolls.group_of(desk.session, group_id), person)


async def leaving(desk: Desk, incoming: Incoming, group: Group, item: Item) -> None:
    """[Leave this group], and the yes to it."""
    actor = await desk.actor(incoming)
    if item is Item.LEAVE:
        require(actor, Action.LEAVE_GROUP, Scope(group.coalition_id, group.id))
        keyboard = keyboards.group_menu(group.facts().id, [Item.SURE_TO_LEAVE, Item.MENU])
        await desk.whisper(incoming, "people/leave.html", keyboard, group=group.facts())
    else:
        await people.leave(desk.session, group.facts().id, actor, now=desk.now)
        await desk.whisper(incoming, "people/left.html", group=group.facts())


async def _show(desk: Desk, incoming: Incoming, group: Group, person: Person) -> None:
    scope = Scope(group.coalition_id, group.id)
    may_change = can(await desk.actor(incoming), Action.CHANGE_PEOPLE, scope)
    await desk.whisper(
        incoming,
        "people/card.html",
        keyboards.person(group.facts().id, person, may_change=may_change),
        group=group.facts(),
        person=person,
    )


async def _ask(desk: Desk, incoming: Incoming, group: Group, person: Person, deed: Deed) -> None:
    group_id = group.facts().id
    facts = {"group": group.facts(), "person": person}
    if deed is Deed.REMOVE:
        keyboard = keyboards.sure_to_remove(group_id, person.member_id)
        await desk.whisper(incoming, "people/remove.html", keyboard, **facts)
        return
    roll = await queries.of_group(desk.session, group_id)
    keyboard = keyboards.seats_for(group_id, person.member_id, roll)
    await desk.whisper(incoming, "people/move.html", keyboard, **facts)
