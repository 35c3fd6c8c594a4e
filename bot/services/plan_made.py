"""Actions that no meeting gave out: written down with a command, corrected, and taken back."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import actions as rules
from bot.domain import notebook as notebook_rules
from bot.domain import progress, roles
from bot.domain.actions import AmendmentUnclear, Candidate, Reading
from bot.domain.dates import wall_time
from bot.domain.notebook import EntryKind, NotYourEntry, WordsMissing
from bot.domain.plan import OWNERS, ChangeKind, OnlyOwnActions, Point, PointGone, PointState
from bot.domain.roles import Action, Actor, Scope
from bot.models import ActionPoint, Group, Member, Organisation
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import plan as queries
from bot.rendering.keyboards import plan as keyboards
from bot.rendering.messages import renderer
from bot.services import actions, plan, plan_posts
from bot.services import progress as progress_services
from bot.services.notebook import Said

MADE = "point-made"
"""The subject of the answers that say how such an action was understood: replies correct it."""


async def make(
    session: AsyncSession, group: Group, said: Said, actor: Actor, *, now: datetime
) -> tuple[int, str]:
    """Put an action into the plan of a group; return it, and what was not understood of its day.

    Whoever runs the plan gives it to anybody; a member only to the own organisation.

    Raises:
        WordsMissing, EntryTooLong: it cannot be written down.
        OnlyOwnActions: a member named another organisation.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    group_id = stored_id(group)
    scope = Scope(group.coalition_id, group_id)
    roles.require(actor, Action.SHARE, scope)
    reading = await _understood(session, group, said, actor, now=now)
    text, timeline, support = _timed(reading)
    point = await plan.add(session, group_id, text, by=actor.member_id, now=now)
    point.source_chat_id, point.source_message_id = said.source
    point.timeline = timeline
    await _take(session, point, reading, actor)
    await session.flush()
    if support:
        await progress_services.need(session, stored_id(point), support, actor, now=now)
    plan_posts.show(session, point, now=now)
    return stored_id(point), reading.unclear


async def correct(
    session: AsyncSession, point_id: int, said: Said, actor: Actor, *, now: datetime
) -> str:
    """Let the author of an action say it anew, by editing the command that wrote it down.

    Return what was not understood of its day. What it said before stays in its history.

    Raises:
        PointGone, NotYourEntry: it is not theirs to change any more.
        WordsMissing, EntryTooLong, OnlyOwnActions: as `make`.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    point, group = await _own(session, point_id, actor, now=now)
    reading = await _understood(session, group, said, actor, now=now)
    (text, timeline, support), before = _timed(reading), point.text
    if text != before:
        plan.note(session, point, ChangeKind.TEXT, actor, before=before, after=text, now=now)
        point.text = text
    if support:
        await progress_services.need(session, point_id, support, actor, now=now)
    await _change(session, point, reading, actor, timeline=timeline, now=now)
    return reading.unclear


async def amend(
    session: AsyncSession, point_id: int, text: str, actor: Actor, *, now: datetime
) -> str:
    """Take what is said under such an action: who does it, until when, to what it belongs.

    Return what was not understood of its day.

    Raises:
        AmendmentUnclear: it says nothing of that.
        PointGone, PointClosed: it is not changed any more.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    known = await queries.one(session, point_id)
    if known is None:
        raise PointGone
    group = await session.get_one(Group, known.group_id)
    text, timeline = rules.with_timeline(text, renderer().action_words)
    try:
        reading = await actions.amended(
            session, group, None, text, speaker=actor.member_id, now=now
        )
    except AmendmentUnclear:
        timeline = await _when(session, known, text, actor)
        if not timeline:
            raise
        reading = Reading("")
    point = await plan.still_open(session, point_id, actor, now=now)
    await _change(session, point, reading, actor, timeline=timeline, now=now)
    return reading.unclear


async def _when(session: AsyncSession, point: Point, text: str, actor: Actor) -> str:
    """Return the time in words that somebody says of an action; empty: it says something else.

    Whoever wrote it down is asked until when: any short answer of theirs is that.
    """
    if said := rules.timeline(text, renderer().action_words):
        return said
    row = await session.get_one(ActionPoint, point.id)
    is_asked = (
        row.made_by == actor.member_id and row.source_message_id and not _until_is_known(point)
    )
    is_report = progress.read(text, renderer().report_words).answer is not None
    return "" if not is_asked or is_report or rules.is_talk(text) else text.strip()


def _until_is_known(point: Point) -> bool:
    return point.due is not None or bool(point.timeline) or point.state is not PointState.OPEN


def _timed(reading: Reading) -> tuple[str, str, str]:
    """Return what is to be done, until when where that was said in words, and what it requires."""
    timeline = ""
    text, support = plan.without_support(reading.bare or reading.text)
    if reading.due is None and not reading.unclear:
        text, timeline = rules.with_timeline(text, renderer().action_words)
    return notebook_rules.checked(text), timeline, support


async def take_back(session: AsyncSession, point_id: int, actor: Actor, *, now: datetime) -> Point:
    """Take back an action that one wrote down by a slip; twice is once.

    Raises:
        PointGone, NotYourEntry: it is not theirs to take back.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    known = await queries.one(session, point_id)
    point, _ = await _own(session, point_id, actor, now=now)
    assert known is not None
    point.taken_back_at = now
    point.closed_at = point.closed_at or now
    await session.flush()
    await progress_services.need_no_more(session, point_id, actor, now=now)
    plan_posts.show(session, point, now=now)
    await show(session, point_id, now=now, taken_back=known)
    return known


async def echo(
    session: AsyncSession, point_id: int, place: Place, *, unclear: str = "", now: datetime
) -> None:
    """Answer with how an action was understood, and ask for what it lacks."""
    point = await queries.one(session, point_id)
    if point is None:
        raise PointGone
    choices, is_shared = await plan_posts.choices(session, point_id)
    await post.say(
        session,
        place,
        actions.ECHO,
        _facts(point, unclear, is_asked=bool(choices), is_shared=is_shared),
        now=now,
        about=About(MADE, point_id, 1, place.languages[0]),
        keyboard=keyboards.made(point_id, choices),
        is_live=True,
        is_silent=True,
    )


async def show(
    session: AsyncSession,
    point_id: int,
    *,
    unclear: str = "",
    now: datetime,
    taken_back: Point | None = None,
) -> bool:
    """Bring the answer to an action up to date; False if it had none."""
    rows = await post.live_messages(session, MADE, point_id)
    point = taken_back or await queries.one(session, point_id)
    if not rows or point is None:
        return False
    choices, is_shared = await plan_posts.choices(session, point_id)
    facts = _facts(point, unclear, is_asked=bool(choices), is_shared=is_shared)
    facts["is_undone"] = taken_back is not None
    keyboard = None if taken_back else keyboards.made(point_id, choices)
    for row in rows:
        await post.revise(
            session,
            row,
            text=renderer().text(actions.ECHO, language=row.kind, **facts),
            keyboard=post.buttons(keyboard, (row.kind,)),
            now=now,
            expires_at=now + post.REPLIES_EXPIRE,
        )
    return True


def _facts(point: Point, unclear: str, *, is_asked: bool, is_shared: bool) -> dict[str, object]:
    return {
        "entry": point.as_line,
        "is_undone": False,
        "is_asked": is_asked,
        "is_shared": is_shared,
        "unclear": unclear,
        "timeline": point.timeline,
        "support": point.support,
    }


async def _understood(
    session: AsyncSession, group: Group, said: Said, actor: Actor, *, now: datetime
) -> Reading:
    """Return an action as it was said, given to somebody to whom `actor` may give it.

    Raises:
        WordsMissing, OnlyOwnActions: see there.
    """
    reading, _ = await actions.understand(
        session,
        group,
        None,
        (said.text, said.mentions),
        (said.quoted, said.quoted_mentions),
        speakers=(actor.member_id, said.by),
        now=now,
    )
    if not reading.text.strip():
        raise WordsMissing(kind=EntryKind.ACTION)
    if not roles.can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group.id)):
        await _check_own(session, group, reading, actor)
    return reading


async def _check_own(session: AsyncSession, group: Group, reading: Reading, actor: Actor) -> None:
    own = await plan_posts.organisation_of(session, stored_id(group), actor)
    if own is None:
        raise roles.NotAllowed(action=Action.RUN_PLAN)
    is_own = any(one.organisation_id == own for one in reading.owners)
    if (reading.owners or reading.owner_said) and not is_own:
        organisation = await session.get_one(Organisation, own)
        raise OnlyOwnActions(organisation=organisation.name)


async def _take(session: AsyncSession, point: ActionPoint, reading: Reading, actor: Actor) -> None:
    """Note who, until when and where of an action that was just made.

    What a member writes down for nobody is for their own organisation.
    """
    group = await session.get_one(Group, point.group_id)
    if reading.owner or reading.owner_said:
        await _give(session, point, reading)
    elif not roles.can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group.id)):
        own = await plan_posts.organisation_of(session, point.group_id, actor)
        await plan.give(session, point, (), own)
    point.due_on = reading.due
    await plan.sort_in(session, point, reading.stream)


async def _give(session: AsyncSession, point: ActionPoint, reading: Reading) -> None:
    """Note who does a (locked) action; several of one organisation do it together."""
    owner = reading.owner
    if reading.is_shared and (together := await _together(session, point, reading.owner_said)):
        members = [one.member_id for one in together if one.member_id is not None]
        await plan.give(session, point, members, together[0].organisation_id)
        return
    people = (owner.member_id,) if owner is not None and owner.member_id is not None else ()
    await plan.give(
        session, point, people, owner.organisation_id if owner else None, reading.owner_said
    )


async def _together(session: AsyncSession, point: ActionPoint, said: str) -> tuple[Candidate, ...]:
    """Return who do an action together, if all of them are known, and of one organisation."""
    known = await actions.around(session, point.group_id)
    found = rules.all_of(said, known, renderer().action_words)[:OWNERS]
    are_of_one = len({one.organisation_id for one in found}) == 1 and all(
        one.member_id is not None for one in found
    )
    return found if are_of_one else ()


async def answers(
    session: AsyncSession, point_id: int, chosen: Candidate, actor: Actor, *, now: datetime
) -> None:
    """Note who of several answers for an action: the others who are known do it, too.

    Raises:
        PointGone, PointClosed, NotAllowed, StrangerHere, AnonymousAdmin: as `plan.hand`.
    """
    point = await plan.still_open(session, point_id, actor, now=now)
    known = await actions.around(session, point.group_id)
    words, said = renderer().action_words, point.owner_name
    all_known = rules.all_of(said, known, words) if said else ()
    if rules.named(said, known, words)[1] and not all_known:
        point.text = rules.with_names(point.text, said)
    others = [one for one in all_known if one != chosen and one.member_id is not None]
    await plan.hand(session, point_id, (chosen, *others)[:OWNERS], actor, now=now)


async def _change(
    session: AsyncSession,
    point: ActionPoint,
    reading: Reading,
    actor: Actor,
    *,
    timeline: str = "",
    now: datetime,
) -> None:
    """Note what was said anew of an action, each with what it said before."""
    point_id = stored_id(point)
    if reading.owner:
        await answers(session, point_id, reading.owner, actor, now=now)
    elif reading.owner_said:
        before = await queries.one(session, point_id)
        await _give(session, point, reading)
        after = reading.owner_said
        plan.note(
            session, point, ChangeKind.OWNER, actor, before=plan.names(before), after=after, now=now
        )
    if reading.due or timeline:
        said = "" if reading.due else timeline
        await _without_day(session, point, actor, now=now)
        await plan.move(session, point_id, reading.due, actor, timeline=said, now=now)
    if reading.stream:
        await plan.sort_anew(session, point_id, reading.stream, actor, now=now)
    await session.flush()
    plan_posts.show(session, point, now=now)
    await show(session, point_id, unclear=reading.unclear, now=now)


async def _without_day(
    session: AsyncSession, point: ActionPoint, actor: Actor, *, now: datetime
) -> None:
    """Take out of the words of a (locked) action the day that was over, as another is said."""
    group = await session.get_one(Group, point.group_id)
    wall, words = wall_time(now, group.zone), renderer().action_words
    text = rules.without_unclear(point.text, words, now=wall, languages=tuple(group.languages))
    if text != point.text:
        plan.note(session, point, ChangeKind.TEXT, actor, before=point.text, after=text, now=now)
        point.text = text


async def _own(
    session: AsyncSession, point_id: int, actor: Actor, *, now: datetime
) -> tuple[ActionPoint, Group]:
    """Return an action (locked) that `actor` wrote down with a command, and its group.

    Raises:
        PointGone, NotYourEntry, NotAllowed, StrangerHere, AnonymousAdmin: it is not theirs.
    """
    await plan_posts.lock_meetings(session, point_id, now=now)
    point = await queries.locked(session, point_id)
    if point is None or point.source_message_id is None:
        raise PointGone
    group = await session.get_one(Group, point.group_id)
    roles.require(actor, Action.SHARE, Scope(group.coalition_id, point.group_id))
    if actor.member_id is None or point.made_by != actor.member_id:
        author = await session.get(Member, point.made_by) if point.made_by else None
        raise NotYourEntry(name=author.name if author else "")
    return point, group
