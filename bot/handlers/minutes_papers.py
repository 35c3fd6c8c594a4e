"""Minutes that are out: /minutes, [PDF], [DOCX] and [Copy for WhatsApp]."""

from bot.domain.filing import Form
from bot.domain.minutes import MinutesNotYet
from bot.domain.roles import Action
from bot.handlers import write_ups
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.outbox.post import About
from bot.rendering.keyboards import sittings as keyboards
from bot.services import minutes_papers
from bot.services.minutes_views import MINUTES


async def show(desk: Desk, incoming: Incoming) -> None:
    """/minutes, or /minutes March, /minutes 3/2026 — what a meeting decided, and who does what.

    `/minutes write` writes up a meeting that was held without the bot.
    """
    if write_ups.is_meant(incoming.text):
        await write_ups.write(desk, incoming)
        return
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    language = await desk.language(incoming)
    said = incoming.text.strip()
    has_draft = (
        incoming.is_private
        and not said
        and await minutes_papers.show_waiting(desk.session, group, actor, now=desk.now)
    )
    try:
        found = await minutes_papers.look_up(desk.session, group, actor, said, language)
    except MinutesNotYet:
        if has_draft:
            return
        raise
    await desk.reply(
        incoming,
        "minutes/overview.html",
        about=About(MINUTES, found.meeting_id, found.edition.version, "overview"),
        keyboard=keyboards.minutes(found.meeting_id, found.edition.version),
        found=found,
    )


async def carry(desk: Desk, incoming: Incoming, meeting_id: int, version: int, form: Form) -> None:
    """[PDF], [DOCX] or [Copy for WhatsApp] under minutes."""
    actor = await desk.actor(incoming)
    place = await desk.place(incoming)
    given = await minutes_papers.give(
        desk.session, meeting_id, actor, place, version=version, form=form, now=desk.now
    )
    await desk.toast(
        incoming,
        "minutes/toast.txt",
        is_private=given.is_private and not incoming.is_private,
        is_new=given.is_new,
        newer=given.newer,
    )
