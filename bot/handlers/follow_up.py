"""What people tap under an action; /calls, whom a lead had better phone; /away."""

from bot.domain.dates import read_deadline, wall_time
from bot.domain.follow_up import TO_CALL, AwayUnclear, Call
from bot.domain.plan import Point, PointGone
from bot.domain.progress import SAID_ALONE, Answer, NothingToReport, NotYourAction
from bot.domain.roles import Action, Scope, can, require
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.progress import asked_more
from bot.models import Group, MessageSubject
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import follow_up as queries
from bot.queries import groups, rolls
from bot.queries import plan as plan_queries
from bot.queries import progress as progress_queries
from bot.rendering.answers import fold
from bot.rendering.keyboards import follow_up as keyboards
from bot.rendering.messages import renderer
from bot.services import follow_up, members, plan, progress
from bot.services.progress import CALLED


async def answered(desk: Desk, incoming: Incoming, point_id: int, answer: Answer) -> None:
    """[Done], [Going on], [Will be late], [Need help], [Open again] under an action."""
    actor = await desk.actor(incoming)
    if answer not in SAID_ALONE:
        row = await plan.changing(desk.session, point_id, actor)
        point = await plan_queries.one(desk.session, stored_id(row))
        assert point is not None
        await asked_more(desk, incoming, point, answer)
    else:
        await progress.answer(desk.session, point_id, answer, actor, now=desk.now)
    await desk.toast(incoming, "follow_up/toast.txt", answer=answer)


async def put_off(desk: Desk, incoming: Incoming, point_id: int, days: int) -> None:
    """[In 3 days], [Next week]: of one action, or of all about which they were asked together."""
    actor = await desk.actor(incoming)
    if point_id == keyboards.ALL:
        asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.message_id))
        on = asked.subject_version if asked is not None else 0
        points = await queries.asked_together(desk.session, actor, on) if on else ()
    else:
        points = (await _theirs(desk, incoming, point_id),)
    if not points:
        raise NothingToReport
    day = await follow_up.put_off(desk.session, points, actor, days, now=desk.now)
    await desk.toast(incoming, "follow_up/toast_later.txt", day=day)


async def about(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """The number of an action: the question about this one."""
    point = await _theirs(desk, incoming, point_id)
    await follow_up.question(desk.session, point, await desk.place(incoming), now=desk.now)
    await desk.toast(incoming)


async def calls(desk: Desk, incoming: Incoming) -> None:
    """/calls — the organisations to phone today, those that nobody can be asked for first."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.RUN_PLAN)
    today = wall_time(desk.now, group.zone).date()
    found = await queries.calls(desk.session, stored_id(group), today)
    shown = found[:TO_CALL]
    await desk.reply(
        incoming,
        "follow_up/calls.html",
        keyboard=keyboards.calls(stored_id(group), shown),
        group=group.name,
        calls=shown,
        count=len(found),
    )


async def called(desk: Desk, incoming: Incoming, group_id: int, organisation_id: int) -> None:
    """A tap on an organisation that was phoned: what did they say?"""
    actor = await desk.actor(incoming)
    group = await desk.session.get(Group, group_id)
    if group is None:
        raise PointGone
    require(actor, Action.RUN_PLAN, Scope(group.coalition_id, group_id))
    points = await progress_queries.open_of(desk.session, group_id, organisation_id)
    seated = await rolls.seated(desk.session, group_id)
    if not points or organisation_id not in seated:
        raise NothingToReport
    place = await desk.place(incoming)
    call = Call(organisation_id, seated[organisation_id], (), points, is_reachable=True)
    await post.say(
        desk.session,
        place,
        "follow_up/called.html",
        {"call": call},
        now=desk.now,
        about=About(f"{CALLED}:{group_id}", organisation_id, 1, CALLED),
        is_silent=True,
    )
    await desk.toast(incoming)


async def away(desk: Desk, incoming: Incoming) -> None:
    """/away until 15 Jan — what concerns them goes to their colleagues; `/away off`."""
    actor = await desk.actor(incoming)
    mine = await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
    now = wall_time(desk.now, mine[0].zone if mine else "UTC")
    day = await follow_up.away_until(desk.session, actor, now.date())
    if incoming.text:
        day = None
        if fold(incoming.text) not in map(fold, renderer().control_words("away-off")):
            spoken = await desk.language(incoming)
            languages = tuple(dict.fromkeys((spoken, *renderer().catalogues.languages)))
            words = renderer().action_words
            found = read_deadline(
                incoming.text, now=now, languages=languages, words=words, is_alone=True
            )
            day = found.day
            if day is None:
                raise AwayUnclear(said=incoming.text)
        await follow_up.go_away(desk.session, actor, day)
    place = await members.nearest(desk.session, actor, await desk.place(incoming))
    await post.say(
        desk.session,
        place,
        "follow_up/away.html",
        {"until": day, "is_said": bool(incoming.text)},
        now=desk.now,
        is_silent=True,
    )
    if place.chat_id != incoming.chat_id:
        await desk.react(incoming, "👌")


async def _theirs(desk: Desk, incoming: Incoming, point_id: int) -> Point:
    """Return an action of which somebody may report.

    Raises:
        PointGone: it was taken back.
        NotYourAction, NotAllowed, StrangerHere, AnonymousAdmin: they may not.
    """
    actor = await desk.actor(incoming)
    point = await plan_queries.one(desk.session, point_id)
    if point is None:
        raise PointGone
    group = await desk.session.get_one(Group, point.group_id)
    scope = Scope(group.coalition_id, point.group_id)
    require(actor, Action.REPORT, scope)
    is_run = can(actor, Action.RUN_PLAN, scope)
    if not is_run and not await progress_queries.is_theirs(desk.session, point, actor):
        raise NotYourAction(point=point)
    return point
