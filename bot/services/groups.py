"""Groups: set up in their chat, and carried over when Telegram changes the chat."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.coalitions import CoalitionAmbiguous, CoalitionMissing
from bot.domain.groups import (
    SEATS_LIMIT,
    NameTaken,
    OrganisationsTooMany,
    Setting,
    Setup,
    SetUpMeanwhile,
    check_name,
)
from bot.domain.reminders import DEFAULT_QUIET, DEFAULT_REMINDERS
from bot.domain.roles import Action, Actor, AnonymousAdmin, NobodyInCharge, NotAllowed, Role, Scope
from bot.models import Coalition, Group, Meeting, Membership, Organisation, Seat
from bot.models.columns import stored_id
from bot.outbox import chats, post
from bot.outbox.post import Place
from bot.queries import coalitions, groups, sittings
from bot.queries import rolls as rolls_of
from bot.rendering import keyboards
from bot.services import (
    calendar,
    meeting_posts,
    meetings,
    members,
    reminders,
    rolls,
    sitting_posts,
    standing,
)

NAMED = 4
"""How many people who may do something are named to somebody who may not."""


async def set_up(
    session: AsyncSession,
    place: Place,
    setup: Setup,
    actor: Actor,
    *,
    coalition_id: int | None = None,
    title: str = "",
) -> Group:
    """Make a chat, or a topic, that of a group, of this coalition or the only one that is meant.

    Whoever sets a new group up leads it, unless they coordinate the coalition: they invite a lead.

    Raises:
        CoalitionMissing: the operator founds a coalition first.
        SetUpMeanwhile: the chat, or this topic of it, is a group's already.
        CoalitionAmbiguous: several coalitions may be meant.
        NameTaken: another group of the coalition is called so.
        NotAllowed, AnonymousAdmin: the person may not set up a group here.
    """
    await check_may(session, actor, None)
    coalition = await _coalition(session, coalition_id, actor)
    # Two who set up the same chat come one after the other.
    await session.get_one(Coalition, coalition.id, with_for_update=True)
    if await groups.of_topic(session, place.chat_id, place.thread_id) is not None:
        raise SetUpMeanwhile
    await _check_free(session, setup.name, coalition.facts().id)
    group = await _founded(session, place, setup, actor, coalition.facts().id)
    group.title = title
    await _seat(session, group, setup.organisations)
    await calendar.begin(session, group)
    return group


async def change(
    session: AsyncSession,
    group: Group,
    setup: Setup,
    actor: Actor,
    *,
    now: datetime,
    only: Setting | None = None,
) -> list[Meeting]:
    """Let a group be what is said of it: `only` one setting, or all that were said.

    What was sent before stays as it is. Returns the meetings ahead, if they are in another time
    zone now: they keep their hour on the clock.

    Raises:
        NameTaken: another group of the coalition is called so.
        OrganisationsTooMany: more than a roll can show.
        NotAllowed, AnonymousAdmin: the person may not change this group.
    """
    await check_may(session, actor, group)
    await session.get_one(Coalition, group.coalition_id, with_for_update=True)
    if only in {None, Setting.NAME}:
        await _check_free(session, setup.name, group.coalition_id, but=group)
        group.name = setup.name
    if only in {None, Setting.LANGUAGES}:
        group.languages = list(setup.languages)
    if setup.reminders is not None and only in {None, Setting.REMINDERS}:
        group.reminders = list(setup.reminders)
    if setup.quiet is not None and only in {None, Setting.QUIET}:
        group.quiet_from, group.quiet_to = setup.quiet.begins, setup.quiet.ends
    if only is not None:
        _set_way(group, setup, only)
    if only is Setting.QUORUM:
        await _recount_rooms(session, group, now=now)
    moved: list[Meeting] = []
    if only in {None, Setting.ZONE} and setup.zone != group.zone:
        group.zone = setup.zone
        moved = await meetings.rezone(session, group.facts(), now=now)
    await session.flush()
    if setup.organisations and only in {None, Setting.ORGANISATIONS}:
        await _seat(session, group, setup.organisations)
        await meeting_posts.recount(session, group.facts().id, now=now)
    if moved or only in {None, Setting.REMINDERS, Setting.QUIET}:
        await reminders.replan_all(session, group.facts(), now=now)
    return moved


def _set_way(group: Group, setup: Setup, only: Setting) -> None:
    """Set how a group holds its meetings; a new one does as usual until it wants it otherwise."""
    match only:
        case Setting.QUORUM:
            group.quorum = setup.quorum
        case Setting.VOTES if setup.votes_by is not None:
            group.votes_by = setup.votes_by
        case Setting.OBJECTIONS if setup.objection_days is not None:
            group.objection_days = setup.objection_days
        case Setting.UPWARD if setup.minutes_upward is not None:
            group.minutes_upward = setup.minutes_upward


async def _recount_rooms(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Let the meetings of a group that go on say anew whether enough are there to decide."""
    await session.flush()
    held = await sittings.open_in(session, group.facts().id)
    for meeting_id in sorted(stored_id(meeting) for meeting in held):
        sitting_posts.show(session, await meeting_posts.locked(session, meeting_id), now=now)


def may(actor: Actor, group: Group | None) -> bool:
    """Tell whether somebody may set up this group, or a new one."""
    if group is not None:
        scopes = [Scope(group.coalition_id, group.id)]
    else:
        scopes = [Scope(), *(Scope(key) for key in actor.coordinates)]
    return any(roles.can(actor, Action.SET_UP_GROUP, scope) for scope in scopes)


async def check_may(session: AsyncSession, actor: Actor, group: Group | None) -> None:
    """Refuse whoever may not set up this group, or a new one, and say who may.

    Raises:
        NobodyInCharge: this installation is new, and nobody may do anything yet.
        CoalitionMissing: a new group would belong to no coalition.
        NotAllowed, AnonymousAdmin: see there.
    """
    if may(actor, group):
        if group is None and not await coalitions.open_to(session, actor):
            raise CoalitionMissing
        return
    if actor.telegram_id in roles.NOBODY:
        raise AnonymousAdmin
    if group is not None:
        who = await groups.leads(session, group.facts().id, limit=NAMED)
    else:
        who = await coalitions.coordinators(session, actor, limit=NAMED)
        if not who and await coalitions.nobody_in_charge(session):
            raise NobodyInCharge
    raise NotAllowed(action=Action.SET_UP_GROUP, who=who)


async def welcome(session: AsyncSession, group: Group, *, bot: str, now: datetime) -> None:
    """Tell a group that was set up what it is now, and what comes next; then call the roll.

    `bot` is the bot's own name in Telegram, for the link that is sent on to partners.
    """
    facts = group.facts()
    reach = await rolls_of.reach(session, facts.id)
    has_lead = bool(await groups.leads(session, facts.id, limit=1))
    await post.say(
        session,
        post.in_group(facts),
        "groups/set_up.html",
        {
            "group": facts,
            "reach": reach,
            "link": await rolls.link(session, group, bot=bot),
            "has_lead": has_lead,
        },
        now=now,
        keyboard=keyboards.first_steps(
            facts.id, has_organisations=bool(reach.total), has_lead=has_lead
        ),
    )
    await rolls.call(session, group, now=now)


async def show_settings(
    session: AsyncSession,
    group: Group,
    place: Place,
    *,
    bot: str,
    now: datetime,
    moved: Sequence[Meeting] | None = None,
    is_meanwhile: bool = False,
) -> None:
    """Show what is set, with a button for each to change just that one, and whom the bot reaches.

    `bot` is the bot's own name in Telegram, for the link that is sent on to partners.
    """
    facts = group.facts()
    await post.say(
        session,
        place,
        "groups/settings.html",
        {
            "group": facts,
            "reach": await rolls_of.reach(session, facts.id),
            "link": await rolls.link(session, group, bot=bot),
            "is_changed": moved is not None,
            "is_meanwhile": is_meanwhile,
            "moved": [meeting.facts() for meeting in moved or ()],
            "objection_days": group.objection_days,
            "is_upward": group.minutes_upward,
        },
        now=now,
        keyboard=keyboards.settings(facts.id),
        is_silent=True,
    )


async def follow_title(
    session: AsyncSession, chat_id: int, thread_id: int | None, title: str
) -> None:
    """Follow a chat, or topic, that is called otherwise now: a name that was its title stays so.

    A name of its own is kept, and so is the old one if the new is taken.
    """
    group = await groups.of_topic(session, chat_id, thread_id)
    if group is not None:
        await session.get_one(Coalition, group.coalition_id, with_for_update=True)
        if group.name == group.title and title:
            with suppress(NameTaken):
                await _check_free(session, title, group.coalition_id, but=group)
                group.name = title
        group.title = title
    await session.flush()


async def migrate(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group into the supergroup that it became; both sides of the news may arrive."""
    await standing.unsay(session, old, new)
    await session.execute(update(Group).where(col(Group.chat_id) == old).values(chat_id=new))
    await chats.rekey(session, old, new)


async def _founded(
    session: AsyncSession, place: Place, setup: Setup, actor: Actor, coalition_id: int
) -> Group:
    quiet = setup.quiet or DEFAULT_QUIET
    group = Group(
        coalition_id=coalition_id,
        name=setup.name,
        zone=setup.zone,
        languages=list(setup.languages),
        chat_id=place.chat_id,
        # In a forum the bot stays in the topic where it was set up.
        thread_id=place.thread_id,
        reminders=list(DEFAULT_REMINDERS if setup.reminders is None else setup.reminders),
        quiet_from=quiet.begins,
        quiet_to=quiet.ends,
    )
    session.add(group)
    member = await members.known(session, actor)
    await session.flush()
    if coalition_id not in actor.coordinates:
        # Whoever only runs the bot could do nothing more here: they lead until others do.
        session.add(
            Membership(
                group_id=group.facts().id,
                member_id=member.id or 0,
                role=Role.LEAD,
                is_confirmed=True,
            )
        )
        await session.flush()
    return group


async def _coalition(session: AsyncSession, coalition_id: int | None, actor: Actor) -> Coalition:
    mine = await coalitions.open_to(session, actor)
    if coalition_id is not None:
        mine = [coalition for coalition in mine if coalition.id == coalition_id]
        if not mine:
            raise NotAllowed(action=Action.SET_UP_GROUP)
    if len(mine) > 1:
        raise CoalitionAmbiguous
    return mine[0]


async def _check_free(
    session: AsyncSession, name: str, coalition_id: int, *, but: Group | None = None
) -> None:
    others = await groups.of_coalitions(session, [coalition_id])
    check_name(name, [group.name for group in others if group is not but])


async def _seats(session: AsyncSession, group_id: int) -> int:
    count = select(func.count()).select_from(Seat).where(col(Seat.group_id) == group_id)
    return int(await session.scalar(count) or 0)


async def _seat(session: AsyncSession, group: Group, organisations: tuple[str, ...]) -> None:
    assert group.id is not None
    for name in organisations:
        # "maji bora trust" is the one that is there already.
        rows = await session.execute(
            select(Organisation).where(
                col(Organisation.coalition_id) == group.coalition_id,
                func.lower(col(Organisation.name)) == name.lower(),
            )
        )
        organisation = rows.scalar_one_or_none()
        if organisation is None:
            organisation = Organisation(coalition_id=group.coalition_id, name=name)
            session.add(organisation)
            await session.flush()
        assert organisation.id is not None
        if await session.get(Seat, (group.id, organisation.id)) is None:
            session.add(Seat(group_id=group.id, organisation_id=organisation.id))
    await session.flush()
    count = await _seats(session, group.id)
    if count > SEATS_LIMIT:
        raise OrganisationsTooMany(count=count)
