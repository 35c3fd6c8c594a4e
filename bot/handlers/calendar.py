"""What leads send about their group's own calendar."""

from bot.domain.calendar import FRIDAY, EntryKind, read_entry
from bot.domain.dates import wall_time
from bot.domain.groups import GroupUnknown
from bot.domain.holidays import next_ramadan
from bot.domain.roles import Action
from bot.flows import engine
from bot.flows.calendar import NOTE, Line
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.meetings import reading_languages
from bot.models import Group
from bot.rendering.messages import renderer
from bot.services import calendar as services


async def note(desk: Desk, incoming: Incoming) -> None:
    """/calendar Friday 12-14 prayer — keep it in mind; alone, it lists what is kept in mind."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.PLAN_MEETING)
    noted = None
    if incoming.text.strip():
        noted = read_entry(
            incoming.text,
            now=wall_time(desk.now, group.zone),
            languages=reading_languages(actor, group),
            ramadan=next_ramadan(wall_time(desk.now, group.zone).date(), zone=group.zone),
        )
        await services.note(desk.session, group, noted, actor, now=desk.now)
    place = await desk.place(incoming)
    await services.show(desk.session, group, actor, place, now=desk.now, noted=noted)


async def add(desk: Desk, incoming: Incoming, group_id: int, kind: EntryKind) -> None:
    """A button of what groups commonly keep in mind: ask what is still to be known of it."""
    actor = await desk.actor(incoming)
    group = await desk.session.get(Group, group_id)
    if group is None:
        raise GroupUnknown
    services.require_right(group, actor)
    await services.check_room(desk.session, group, now=desk.now)
    talk = await desk.talk(incoming, group)
    label = ""
    if kind is not EntryKind.OTHER:
        label = renderer().text("calendar/label.txt", language=talk.scene.language, kind=kind)
    today = talk.scene.local_now.date()
    beginning = Line(
        kind,
        label,
        weekdays=(FRIDAY,) if kind is EntryKind.PRAYER else (),
        likely=next_ramadan(today, zone=group.zone) if kind is EntryKind.RAMADAN else None,
    )
    await engine.begin(talk, NOTE, beginning, is_anew=True)
    await desk.toast(incoming)


async def forget(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """The button with a line of the calendar: take it out."""
    actor, language = await desk.actor(incoming), await desk.language(incoming)
    await services.forget(desk.session, entry_id, actor, language, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")
