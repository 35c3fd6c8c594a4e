"""What meetings hand on: a group's open actions, shown to leads, and ticked off."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.carry_over import A_PAGE
from bot.domain.plan import PointGone, PointState
from bot.domain.roles import Action, Actor, Scope
from bot.models import ActionPoint, Group
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import plan as queries
from bot.rendering.keyboards import carry_over as keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_views, plan
from bot.services.meeting_posts import locked

ACTIONS = "open-actions"
"""The subject of the private lists of a group's open actions."""
LIST = "carry_over/actions.html"


async def show(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> None:
    """Show the open actions of a meeting's group to one person, in private.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not prepare its agenda.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.EDIT_AGENDA, Scope(group.coalition_id, stored_id(group)))
    facts = await _facts(session, group, None)
    language = actor.language or group.languages[0]
    await post.say(
        session,
        Place(actor.telegram_id, (language,)),
        LIST,
        facts,
        now=now,
        about=About(ACTIONS, stored_id(group), 1, language),
        keyboard=keyboards.actions(facts["actions"]),
        is_live=True,
        is_silent=True,
    )


async def finish(
    session: AsyncSession, point_id: int, actor: Actor, *, is_finished: bool, now: datetime
) -> None:
    """Note that an action is done, or is not done after all; twice is once.

    Raises:
        PointGone: it was taken back.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run the group's plan.
    """
    known = await session.get(ActionPoint, point_id)
    if known is None:
        raise PointGone
    group = await session.get_one(Group, known.group_id)
    # The meeting is locked first, as by everybody who changes what its agenda shows.
    coming = await agenda_views.upcoming(session, group, now=now)
    state = PointState.DONE if is_finished else PointState.OPEN
    point = await plan.set_state(session, point_id, state, actor, now=now)
    facts = await _facts(session, group, point if is_finished else None)
    for row in await post.live_messages(session, ACTIONS, stored_id(group)):
        keyboard = keyboards.actions(facts["actions"], point_id if is_finished else 0)
        await post.revise(
            session,
            row,
            text=renderer().post(LIST, languages=(row.kind,), **facts),
            keyboard=post.buttons(keyboard, (row.kind,)),
            now=now,
        )
    if coming is not None:
        await agenda_views.show(session, coming, group, now=now)


async def _facts(
    session: AsyncSession, group: Group, finished: ActionPoint | None
) -> dict[str, Any]:
    found = await queries.open_in(session, stored_id(group), limit=A_PAGE)
    return {
        "group": group.facts(),
        "actions": [point.as_line for point in found],
        "count": await queries.count_open(session, stored_id(group)),
        "finished": finished.text if finished else "",
    }
