"""/report: the action plan and its progress as files, for whoever runs a plan, in private."""

from datetime import date

from bot.domain.groups import GroupMissing, named_in
from bot.domain.reports import Format, Paper, Quarter, read_quarter, read_week
from bot.domain.roles import Action
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition, Group
from bot.queries import groups as group_queries
from bot.services import reports

quarter, week = read_quarter, read_week
"""How the values of buttons are read."""


async def show(desk: Desk, incoming: Incoming) -> None:
    """/report, or `/report Wajir` — of the coalition, for whoever coordinates it, or of a group."""
    actor = await desk.actor(incoming)
    mine = await group_queries.where_allowed(desk.session, actor, Action.RUN_PLAN)
    named = named_in(incoming.text, [group.facts() for group in mine])
    place = await desk.place(incoming)
    if named is None and actor.coordinates and incoming.group_id is None:
        for coalition_id in sorted(actor.coordinates):
            coalition = await desk.session.get_one(Coalition, coalition_id)
            await reports.show(desk.session, actor, coalition, None, place, now=desk.now)
        return
    if named is not None:
        group = await desk.session.get_one(Group, named[0].id)
    else:
        group = await desk.group_for(incoming, actor, Action.RUN_PLAN)
    coalition = await desk.session.get_one(Coalition, group.coalition_id)
    await reports.show(desk.session, actor, coalition, group, place, now=desk.now)


async def shown(
    desk: Desk, incoming: Incoming, coalition_id: int, group_id: int, quarter: Quarter
) -> None:
    """Another quarter, or the name of a group."""
    coalition, group = await _about(desk, coalition_id, group_id)
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await reports.show(desk.session, actor, coalition, group, place, quarter=quarter, now=desk.now)
    await desk.toast(incoming)


async def groups(
    desk: Desk, incoming: Incoming, coalition_id: int, quarter: Quarter, page: int
) -> None:
    """[Groups], and [More] under such a page."""
    coalition, _ = await _about(desk, coalition_id, 0)
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await reports.show_groups(
        desk.session, actor, coalition, quarter, place, page=page, now=desk.now
    )
    await desk.toast(incoming)


async def give(  # noqa: PLR0917 - a button's values come in their order
    desk: Desk,
    incoming: Incoming,
    paper: Paper,
    form: Format,
    coalition_id: int,
    group_id: int,
    quarter: Quarter,
) -> None:
    """One of the two forms, as [Word], [PDF] or [Excel]."""
    coalition, group = await _about(desk, coalition_id, group_id)
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    given = await reports.give(
        desk.session,
        actor,
        coalition,
        group,
        place,
        paper=paper,
        form=form,
        quarter=quarter,
        now=desk.now,
    )
    await desk.toast(incoming, "circulation/toast.txt", is_private=False, is_new=given.is_new)


async def workbook(
    desk: Desk, incoming: Incoming, coalition_id: int, group_id: int, week: date
) -> None:
    """[Excel] under the weekly summary."""
    coalition, group = await _about(desk, coalition_id, group_id)
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    given = await reports.workbook(
        desk.session, actor, coalition, group, place, week=week, now=desk.now
    )
    await desk.toast(incoming, "circulation/toast.txt", is_private=False, is_new=given.is_new)


async def _about(desk: Desk, coalition_id: int, group_id: int) -> tuple[Coalition, Group | None]:
    """Return what a button is about.

    Raises:
        GroupMissing: there is no such coalition, or the group is not of it.
    """
    coalition = await desk.session.get(Coalition, coalition_id)
    group = await desk.session.get(Group, group_id) if group_id else None
    if coalition is None or (group_id and (group is None or group.coalition_id != coalition_id)):
        raise GroupMissing
    return coalition, group
