"""How a refusal that we expected is explained to the person, in one place."""

import re

from bot.domain.attendance import NoOrganisation
from bot.domain.coalitions import CoalitionMissing
from bot.domain.dates import TimeAmbiguous
from bot.domain.groups import GroupUnknown, TopicUnknown
from bot.domain.meetings import (
    MeetingCancelled,
    MeetingChanged,
    MeetingStarted,
    MeetingUnknown,
)
from bot.domain.roles import MANAGING, Action, NotAllowed, StrangerHere
from bot.errors import BotError
from bot.flows import engine
from bot.flows.flow import AnswerRefused
from bot.handlers.coalitions import TO_COALITION
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, Membership, MessageSubject
from bot.outbox.post import About
from bot.queries import groups, meetings, members
from bot.queries import rolls as queries
from bot.rendering import keyboards
from bot.rendering.html import as_plain_text
from bot.rendering.messages import renderer
from bot.services import groups as services
from bot.services import rolls

TOASTS: dict[type[BotError], str] = {
    NotAllowed: "meetings/toast_not_yours.txt",
    StrangerHere: "meetings/toast_stranger.txt",
    NoOrganisation: "meetings/toast_no_organisation.txt",
    MeetingStarted: "meetings/toast_too_late.txt",
    MeetingCancelled: "meetings/toast_cancelled.txt",
    MeetingChanged: "meetings/toast_outdated.txt",
    MeetingUnknown: "meetings/toast_gone.txt",
}
"""Short forms for a tap: Telegram shows 200 characters there (answerCallbackQuery)."""

OF_LEADS = MANAGING - {Action.SET_UP_GROUP, Action.RUN_MEETING, Action.APPROVE_MINUTES} | {
    Action.CHANGE_PEOPLE
}
"""What the short form of a refusal says about: the others need their own words."""


LONGEST_LINE = 200
"""Characters of a line that is given back corrected: twice a longer one would fill the screen."""


async def explain(desk: Desk, incoming: Incoming, error: BotError) -> None:
    """Say kindly what was understood, what was not, and what works instead."""
    if incoming.is_private:
        # What was done is undone, but it remains true that they write to us here.
        await desk.met(incoming)
    if isinstance(error, AnswerRefused) and await engine.ask_again(
        await desk.talk(incoming), error.reason
    ):
        return
    group = await _group_here(desk, incoming)
    facts = {"example": desk.example_date(), **error.facts()}
    if isinstance(error, StrangerHere):
        facts["link"] = await _way_in(desk, incoming, group)
    if isinstance(error, NotAllowed) and error.is_pending:
        facts["who"] = await _confirmers(desk, incoming, group)
    if isinstance(error, CoalitionMissing):
        # A link in a toast cannot be followed; the command in it can be read.
        facts["link"] = incoming.link(TO_COALITION) if incoming.query_id is None else None
    facts |= {"has_words": bool(incoming.text)}
    facts |= {"is_reply": not incoming.is_command, "own": _own_line(incoming, error)}
    facts |= {"example_place": await _last_place(desk, group)}
    facts |= {"has_roll": group is not None and await queries.is_called(desk.session, group)}
    if incoming.query_id is None:
        about = await _about(desk, incoming, error)
        keyboard = None
        if isinstance(error, GroupUnknown | TopicUnknown):
            keyboard = keyboards.set_up()
            facts["can_set_up"] = services.may(await desk.actor(incoming), None)
        await desk.reply(incoming, error.template, about=about, keyboard=keyboard, **facts)
        return
    template = TOASTS.get(type(error), error.template)
    if isinstance(error, NotAllowed) and error.action not in OF_LEADS:
        template = error.template
    text = renderer().text(template, language=await desk.language(incoming), **facts)
    desk.answer_tap(incoming.query_id, as_plain_text(text), as_alert=True)


def _own_line(incoming: Incoming, error: BotError) -> tuple[str, str] | None:
    """Return what somebody typed around a time that can be several, so that they need not again."""
    if not isinstance(error, TimeAmbiguous) or len(incoming.text) > LONGEST_LINE:
        return None
    # As words of their own: the 1 of "1st" is no time.
    around = re.split(rf"(?<!\w){re.escape(error.said)}(?!\w)", incoming.text)
    try:
        before, after = around
    except ValueError:
        return None
    return (f"/{incoming.command} {before}" if incoming.is_command else before), after


async def _group_here(desk: Desk, incoming: Incoming) -> Group | None:
    if incoming.is_private:
        return None
    return await groups.meant_in(desk.session, incoming.chat_id, incoming.thread_id)


async def _confirmers(desk: Desk, incoming: Incoming, group: Group | None) -> list[str]:
    """Name those who are asked about somebody that waits to be confirmed here."""
    actor = await desk.actor(incoming)
    if group is None or actor.member_id is None:
        return []
    place = await desk.session.get(Membership, (group.id, actor.member_id))
    organisation = place.organisation_id if place is not None else None
    found = await members.confirmers(desk.session, group, organisation)
    return [member.name for member in found]


async def _last_place(desk: Desk, group: Group | None) -> str:
    """Return where a group met last, for an example that could be meant; empty if unknown."""
    if group is None:
        return ""
    lately = await meetings.lately(desk.session, group.facts().id)
    return next((facts.place for one in lately if (facts := one.facts()).place), "")


async def _way_in(desk: Desk, incoming: Incoming, group: Group | None) -> str | None:
    """Offer somebody who is not known here their choice of organisation; return the link to it."""
    if group is None:
        return None
    await rolls.offer(desk.session, group, now=desk.now)
    return incoming.link(await rolls.join_code(desk.session, group))


async def _about(desk: Desk, incoming: Incoming, error: BotError) -> About | None:
    """Return what a refused reply was about: people reply to whatever asked them last."""
    if incoming.replies_to is None or incoming.is_command:
        return None
    found = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    if found is None:
        return None
    return About(found.subject, found.subject_id, found.subject_version, error.template)
