"""/summary: the week of the groups that somebody leads or coordinates; always in private."""

from datetime import date, timedelta

from bot.domain.dates import wall_time
from bot.domain.meetings import MeetingUnknown
from bot.flows import engine
from bot.flows.digests import TIME, Wished, named_week, read
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.queries.digests import readers
from bot.rendering.messages import renderer
from bot.services import digests, digests_due, rolls

OLDEST = timedelta(days=3660)
"""How old a week may be that is still counted again."""


async def show(desk: Desk, incoming: Incoming) -> None:
    """/summary — the last week; `/summary 23 Nov` another; `/summary Friday 16:00` sets when."""
    actor = await desk.actor(incoming)
    mine = await digests.charges(desk.session, actor)
    spoken = await desk.language(incoming)
    languages = tuple(dict.fromkeys((spoken, *renderer().catalogues.languages)))
    zone = mine[0].groups[0].zone
    week = named_week(incoming.text, wall_time(desk.now, zone), languages)
    if incoming.text and week is None:
        wished = await _beginning(desk, incoming)
        talk = await desk.talk(incoming)
        known = await readers.recipient(desk.session, actor.member_id or 0)
        read_now = read(wished, incoming.text, desk.now, talk.scene.languages, known=known)
        one_zone = wished.zones[0] if len(wished.zones) == 1 else ""
        wished = Wished(wished.zones, read_now.weekday, read_now.at, read_now.zone or one_zone)
        await engine.begin(talk, TIME, wished, is_anew=True)
        return
    for one in mine:
        place = await desk.place(incoming)
        await digests.show(desk.session, one, place, week=week, now=desk.now)
    if actor.member_id is not None:
        # Whoever looks at it gets it from now on, without waiting for the housekeeping.
        await digests_due.plan(desk.session, actor.member_id, now=desk.now)


async def before(desk: Desk, incoming: Incoming, coalition_id: int, day: int) -> None:
    """[The week before] under a summary."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await digests.show_week(
        desk.session, actor, coalition_id, place, week=_week(desk, day), now=desk.now
    )
    await desk.toast(incoming)


async def groups(desk: Desk, incoming: Incoming, coalition_id: int, day: int, page: int) -> None:
    """[By group], and [More] under such a page."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await digests.show_groups(
        desk.session, actor, coalition_id, place, week=_week(desk, day), page=page, now=desk.now
    )
    await desk.toast(incoming)


async def group(desk: Desk, incoming: Incoming, group_id: int, day: int) -> None:
    """The name of a group, or [More] of the only one."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    found = await rolls.group_of(desk.session, group_id)
    await digests.show_group(desk.session, actor, found, _week(desk, day), place, now=desk.now)
    await desk.toast(incoming)


async def together(desk: Desk, incoming: Incoming, coalition_id: int, day: int) -> None:
    """[The whole week] of several groups: added up, by stream, and what comes next."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await digests.show_all(
        desk.session, actor, coalition_id, place, week=_week(desk, day), now=desk.now
    )
    await desk.toast(incoming)


async def weeks(desk: Desk, incoming: Incoming, coalition_id: int, group_id: int, day: int) -> None:
    """[Twelve weeks] under a summary, or under one group's week."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await digests.give_picture(
        desk.session,
        actor,
        coalition_id,
        place,
        group_id=group_id,
        week=_week(desk, day),
        now=desk.now,
    )
    await desk.toast(incoming)


async def time(desk: Desk, incoming: Incoming) -> None:
    """[Another time] under a summary."""
    wished = await _beginning(desk, incoming)
    await engine.begin(await desk.talk(incoming), TIME, wished, is_anew=True)
    await desk.toast(incoming)


async def _beginning(desk: Desk, incoming: Incoming) -> Wished:
    mine = await digests.charges(desk.session, await desk.actor(incoming))
    return Wished(tuple(dict.fromkeys(group.zone for one in mine for group in one.groups)))


def _week(desk: Desk, day: int) -> date:
    """Return the Monday that a button carries.

    Raises:
        MeetingUnknown: it is none; no button of ours ever carried it.
    """
    try:
        week = date.fromordinal(day)
    except (OverflowError, ValueError) as error:
        raise MeetingUnknown from error
    if week.weekday() or not timedelta(0) <= desk.now.date() - week <= OLDEST:
        raise MeetingUnknown
    return week
