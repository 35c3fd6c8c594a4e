"""The menu of a group: who leads it, who belongs to it, who speaks for whom."""

from bot.domain.invitations import Kind
from bot.domain.members import Item, Reach
from bot.domain.roles import Action, Actor, Scope, can, require
from bot.handlers import attendance, people
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition, Group, Organisation
from bot.queries import rolls as queries
from bot.rendering import keyboards
from bot.services import invitations, rolls

TO_GROUP_MENU = "group"
"""What the link that is shown in a group hands over: it opens the menu in private."""
INVITING = {
    Item.LEAD: Kind.LEAD,
    Item.DEPUTY: Kind.DEPUTY,
    Item.TEAM: Kind.TEAM,
    Item.SUCCESSOR: Kind.SUCCESSOR,
}


async def menu(desk: Desk, incoming: Incoming) -> None:
    """/group — what this person can do with their group; always answered in private."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_GROUP)
    await _show_menu(desk, incoming, group)
    if not incoming.is_private:
        await desk.reply(incoming, "members/in_private.html", link=incoming.link(TO_GROUP_MENU))


async def chosen(desk: Desk, incoming: Incoming, group_id: int, item: Item) -> None:
    """A button of the menu."""
    actor = await desk.actor(incoming)
    group = await rolls.group_of(desk.session, group_id)
    require(actor, Action.SEE_GROUP, _scope(group))
    if item is not Item.PEOPLE:
        # The list answers the tap itself: a second answer would be refused.
        await desk.toast(incoming, None if incoming.is_private else "members/toast_in_private.txt")
    if item in INVITING:
        await _invite(desk, incoming, group, INVITING[item])
    elif item in {Item.LINK, Item.NEW_LINK}:
        await _show_link(desk, incoming, group, is_new=item is Item.NEW_LINK)
    elif item is Item.REACHABLE:
        await _show_reach(desk, incoming, group)
    elif item is Item.WAITING:
        await rolls.ask_about_all(desk.session, group, actor, now=desk.now)
    elif item is Item.FOR_OTHERS:
        require(actor, Action.ANSWER_FOR, _own_scope(actor, group))
        await attendance.for_others(desk, incoming, group)
    elif item is Item.PEOPLE:
        await people.listed(desk, incoming, group_id)
    elif item in {Item.LEAVE, Item.SURE_TO_LEAVE}:
        await people.leaving(desk, incoming, group, item)
    else:
        await _show_menu(desk, incoming, group)


async def _show_menu(desk: Desk, incoming: Incoming, group: Group) -> None:
    actor, facts = await desk.actor(incoming), group.facts()
    mine = await queries.people(desk.session, facts.id, member_id=actor.member_id or 0)
    waiting = len(await rolls.waiting_for(desk.session, group, actor))
    await desk.whisper(
        incoming,
        "members/menu.html",
        keyboards.group_menu(facts.id, _items(actor, group, waiting=waiting)),
        group=facts,
        coalition=(await desk.session.get_one(Coalition, group.coalition_id)).name,
        role=actor.roles.get(facts.id),
        reach=await _reach_for(desk, actor, group),
        waiting=waiting,
        is_pending=facts.id in actor.pending,
        is_coordinator=group.coalition_id in actor.coordinates,
        me=mine[0] if mine else None,
    )


async def _reach_for(desk: Desk, actor: Actor, group: Group) -> Reach | None:
    """Return whom the bot reaches, for those who may know it."""
    if not can(actor, Action.SEE_PEOPLE, _scope(group)):
        return None
    return await queries.reach(desk.session, group.facts().id)


async def _show_link(desk: Desk, incoming: Incoming, group: Group, *, is_new: bool) -> None:
    actor = await desk.actor(incoming)
    needed = Action.CHANGE_PEOPLE if is_new else Action.SEE_PEOPLE
    require(actor, needed, _scope(group))
    code = await rolls.join_code(desk.session, group, is_new=is_new)
    items = [Item.NEW_LINK] if can(actor, Action.CHANGE_PEOPLE, _scope(group)) else []
    await desk.whisper(
        incoming,
        "members/link.html",
        keyboards.group_menu(group.facts().id, [*items, Item.REACHABLE]),
        group=group.facts(),
        link=incoming.link(code),
        is_new=is_new,
    )


async def _show_reach(desk: Desk, incoming: Incoming, group: Group) -> None:
    require(await desk.actor(incoming), Action.SEE_PEOPLE, _scope(group))
    await desk.whisper(
        incoming,
        "members/reach.html",
        keyboards.group_menu(group.facts().id, [Item.LINK]),
        group=group.facts(),
        reach=await queries.reach(desk.session, group.facts().id),
    )


async def _invite(desk: Desk, incoming: Incoming, group: Group, kind: Kind) -> None:
    actor = await desk.actor(incoming)
    code = await invitations.invite(
        desk.session,
        kind,
        actor,
        coalition_id=group.coalition_id,
        group_id=None if kind is Kind.TEAM else group.id,
        now=desk.now,
    )
    organisation_id = actor.primes.get(group.id or 0)
    organisation = None
    if organisation_id is not None:
        organisation = (await desk.session.get_one(Organisation, organisation_id)).name
    coalition = await desk.session.get_one(Coalition, group.coalition_id)
    await desk.whisper(
        incoming,
        "invitations/link.html",
        kind=kind,
        coalition=coalition.name,
        group=group.name,
        organisation=organisation,
        link=incoming.link(code),
    )


def _items(actor: Actor, group: Group, *, waiting: int) -> list[Item]:
    """Return what the menu offers to `actor`; `waiting` people wait for a word of theirs."""
    scope, own = _scope(group), _own_scope(actor, group)
    offered = {
        Item.WAITING: waiting > 0,
        Item.FOR_OTHERS: can(actor, Action.ANSWER_FOR, own),
        Item.PEOPLE: can(actor, Action.SEE_PEOPLE, scope),
        Item.LINK: can(actor, Action.SEE_PEOPLE, scope),
        Item.REACHABLE: can(actor, Action.SEE_PEOPLE, scope),
        Item.LEAD: can(actor, Action.CHANGE_PEOPLE, scope),
        Item.DEPUTY: can(actor, Action.CHANGE_PEOPLE, scope),
        Item.TEAM: can(actor, Action.INVITE_TEAM, scope),
        Item.SUCCESSOR: can(actor, Action.HAND_OVER, own),
        Item.LEAVE: can(actor, Action.LEAVE_GROUP, scope),
    }
    return [item for item, is_offered in offered.items() if is_offered]


def _own_scope(actor: Actor, group: Group) -> Scope:
    """Return the group as it is seen by whoever speaks first for an organisation in it."""
    return Scope(group.coalition_id, group.id, actor.primes.get(group.id or 0))


def _scope(group: Group) -> Scope:
    return Scope(group.coalition_id, group.id)
