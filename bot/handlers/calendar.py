"""What leads send about their group's own calendar."""

from bot.domain.calendar import read_entry
from bot.domain.dates import wall_time
from bot.domain.roles import Action
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.meetings import reading_languages
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
        )
        await services.note(desk.session, group, noted, actor, now=desk.now)
    place = await desk.place(incoming)
    await services.show(desk.session, group, actor, place, now=desk.now, noted=noted)


async def forget(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """The button with a line of the calendar: take it out."""
    actor, language = await desk.actor(incoming), await desk.language(incoming)
    await services.forget(desk.session, entry_id, actor, language, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")
