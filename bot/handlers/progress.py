"""What people report of actions: /update, replies in words, by voice, with pictures."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.actions import Word as ActionWord
from bot.domain.organisations import near
from bot.domain.plan import Edit, Point
from bot.domain.progress import (
    CHOICES,
    SAID_ALONE,
    Answer,
    NoSuchAction,
    NothingOpen,
    NothingToReport,
    NotYourAction,
    Part,
    ReportGone,
    Said,
    called_of,
    named_in,
    number_of,
    read,
    surely_of,
)
from bot.domain.roles import Action, Scope, can, require
from bot.flows import engine
from bot.flows.flow import Words
from bot.flows.follow_up import HELP, LATE, MORE, Help, Later, More, until
from bot.flows.plan import EDITS, beginning
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, MessageSubject, Progress
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import follow_up as asking
from bot.queries import groups, rolls
from bot.queries import plan as plan_queries
from bot.queries import progress as queries
from bot.rendering.keyboards import follow_up as keyboards
from bot.rendering.messages import renderer
from bot.services import actions, follow_up, plan, progress
from bot.services.progress import MORE_ASKED, WHICH, Reported, Sent

NUMBERED = 50
"""Among so many of their own actions somebody may name one by its number."""


async def update(desk: Desk, incoming: Incoming) -> None:
    """/update — how do your actions go? `/update 12 two pumps work` says it in one line."""
    if incoming.is_edit:
        await said_again(desk, incoming)
        return
    if incoming.text and await _adds_line(desk, incoming):
        return
    if await _was_called(desk, incoming):
        return
    points, words, is_numbered = await _meant(desk, incoming)
    if words:
        await _report(desk, replace(incoming, text=words), points)
    elif is_numbered:
        await follow_up.question(desk.session, points[0], await desk.place(incoming), now=desk.now)
    else:
        await desk.reply(
            incoming,
            "progress/mine.html",
            about=await _about_all(desk, incoming, points),
            keyboard=keyboards.mine(points[:CHOICES]),
            points=points[:CHOICES],
            today=desk.now.date(),
        )


async def _was_called(desk: Desk, incoming: Incoming) -> bool:
    """Note `Maji Bora called: they wait`, of who runs the plan or speaks for it; False: no call.

    What other organisations did by phone is for nobody else to say.

    Raises:
        NothingOpen: nobody has to do anything there any more.
    """
    found = called_of(incoming.text, renderer().report_words)
    if found is None:
        return False
    actor = await desk.actor(incoming)
    if incoming.is_private:
        here = await groups.where_allowed(desk.session, actor, Action.REPORT)
    else:
        here = [await desk.group_for(incoming, actor, Action.REPORT)]
    points: list[Point] = []
    run = ""
    for group in here:
        group_id = stored_id(group)
        seated = await rolls.seated(desk.session, group_id)
        meant = near(seated, found[0])
        theirs = await queries.open_of(desk.session, group_id, meant[0]) if len(meant) == 1 else ()
        is_run = can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group_id))
        if is_run and len(meant) == 1:
            run = seated[meant[0]]
        points += [
            point
            for point in theirs
            if is_run or await queries.is_theirs(desk.session, point, actor)
        ]
    if points:
        await _of_several(desk, replace(incoming, text=found[1]), points, is_by_phone=True)
    elif run:
        raise NothingOpen(organisation=run)
    return bool(points)


async def told(desk: Desk, incoming: Incoming, group: Group) -> bool:
    """Take words under something else for a report if they name an own action; False: they do not.

    By its number, or by words of it. Who does it, or until when, is no report: the record says so.
    """
    actor, group_id = await desk.actor(incoming), stored_id(group)
    theirs = await queries.theirs(desk.session, actor, group_id, limit=NUMBERED)
    numbers, words = _surely_of(incoming.text)
    if numbers:
        found = [await _own(desk, incoming, group_id, number, theirs) for number in numbers]
    else:
        found = [named_in(incoming.text, theirs, group.languages)]
    points = [point for point in found if point is not None]
    if not words or len(points) < len(found):
        return False
    if read(words, renderer().report_words).answer is None and await actions.is_of_record(
        desk.session, group, words, speaker=actor.member_id, now=desk.now
    ):
        return False
    for point in points:
        await _report(desk, _saying(incoming, words), [point])
    return True


async def _own(
    desk: Desk, incoming: Incoming, group_id: int, number: int, theirs: Sequence[Point]
) -> Point | None:
    """Return the action of this number if it is theirs, also one that is over."""
    for point in theirs:
        if point.number == number:
            return point
    closed = await queries.by_number(desk.session, group_id, number)
    actor = await desk.actor(incoming)
    is_theirs = closed is not None and await queries.is_theirs(desk.session, closed, actor)
    return closed if is_theirs else None


async def _about_all(desk: Desk, incoming: Incoming, points: Sequence[Point]) -> About:
    """Return what a list of one's actions is about: words below it are a report of one of them."""
    if incoming.is_private:
        actor = await desk.actor(incoming)
        return About(follow_up.TOGETHER, actor.member_id or 0, desk.now.toordinal(), "mine")
    return About(follow_up.ROUND_UP, points[0].group_id, 1, "mine")


async def replied(desk: Desk, incoming: Incoming, point_id: int) -> None:
    """A reply to what is asked, or shown, of one action."""
    if incoming.is_edit or await _is_aside(desk, incoming):
        return
    point = await plan_queries.one(desk.session, point_id)
    if point is None:
        raise NothingToReport
    named, words = await _named(desk, incoming, point)
    try:
        for one in named:
            if words or incoming.file is not None:
                await _report(desk, _saying(incoming, words), [one])
            else:
                place = await desk.place(incoming)
                await follow_up.question(desk.session, one, place, now=desk.now)
    except NotYourAction:
        # In a group people talk about what others do, too: that is no report.
        if incoming.is_private:
            raise


async def _named(desk: Desk, incoming: Incoming, point: Point) -> tuple[Sequence[Point], str]:
    """Return the actions of theirs whose numbers words begin with, otherwise `point`; the words."""
    words = incoming.text or incoming.caption
    numbers, rest = _surely_of(words)
    if not numbers:
        return [point], words
    actor = await desk.actor(incoming)
    group_id = None if incoming.is_private else point.group_id
    theirs = await queries.theirs(desk.session, actor, group_id, limit=NUMBERED)
    found = []
    for number in numbers:
        # Of two groups' actions of one number the one that was talked about is nearer.
        same = [one for one in theirs if one.number == number]
        near = [one for one in same if one.group_id == point.group_id]
        closed = None if same else await queries.by_number(desk.session, point.group_id, number)
        if closed is not None and await queries.is_theirs(desk.session, closed, actor):
            near = [closed]
        if point.number == number:
            near = [point]
        if not (near or same):
            return [point], words
        found.append((near or same)[0])
    return found, rest


def _surely_of(words: str) -> tuple[tuple[int, ...], str]:
    joined = [" ".join(phrase) for phrase in renderer().action_words[ActionWord.AND]]
    return surely_of(words, renderer().report_words, joined)


def _saying(incoming: Incoming, words: str) -> Incoming:
    return replace(incoming, text=words) if incoming.text else replace(incoming, caption=words)


async def replied_together(desk: Desk, incoming: Incoming, _member_id: int) -> None:
    """A reply to a question about several actions: they are asked of one person, in private."""
    if not incoming.is_private or incoming.is_edit or await _is_aside(desk, incoming):
        return
    actor = await desk.actor(incoming)
    asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    day = asked.subject_version if asked is not None else 0
    points = await asking.asked_together(desk.session, actor, day) if day else ()
    await _of_several(
        desk, incoming, points or await queries.theirs(desk.session, actor, limit=NUMBERED)
    )


async def replied_in_group(desk: Desk, incoming: Incoming, group_id: int) -> None:
    """A reply to a group's round-up: how the actions of one's own organisation go."""
    if incoming.is_edit or await _is_aside(desk, incoming):
        return
    actor = await desk.actor(incoming)
    points = await queries.theirs(desk.session, actor, group_id, limit=NUMBERED)
    number, words = number_of(incoming.text or incoming.caption)
    if number is not None and words:
        group = await desk.session.get_one(Group, group_id)
        if can(actor, Action.RUN_PLAN, Scope(group.coalition_id, group_id)):
            named = await queries.by_number(desk.session, group_id, number)
            points = (named,) if named is not None else points
    if points:
        await _of_several(desk, incoming, points)


async def which_replied(desk: Desk, incoming: Incoming, progress_id: int) -> None:
    """A reply to the question which action is meant: its number, or more words."""
    if incoming.is_edit or await _is_aside(desk, incoming):
        return
    row = await desk.session.get(Progress, progress_id)
    if row is None:
        raise ReportGone
    if row.point_id is not None:
        await replied(desk, incoming, row.point_id)
        return
    number, rest = number_of(incoming.text)
    actor = await desk.actor(incoming)
    points = await queries.theirs(desk.session, actor, row.group_id, limit=NUMBERED)
    chosen = [point for point in points if point.number == number]
    if len(chosen) == 1 and not rest:
        await meant(desk, incoming, progress_id, chosen[0].id)
        return
    await _of_several(desk, incoming, points)


async def more_replied(desk: Desk, incoming: Incoming, progress_id: int) -> None:
    """Words under what else is welcome: another report of the same action."""
    row = await desk.session.get(Progress, progress_id)
    if row is None or row.point_id is None:
        raise ReportGone
    await replied(desk, incoming, row.point_id)


async def called(desk: Desk, incoming: Incoming, organisation_id: int) -> None:
    """A reply to the question what an organisation said on the phone."""
    if incoming.is_edit:
        return
    asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    group_id = int(asked.subject.partition(":")[2]) if asked is not None else 0
    group = await desk.session.get(Group, group_id)
    if group is None:
        raise NothingToReport
    require(await desk.actor(incoming), Action.RUN_PLAN, Scope(group.coalition_id, group_id))
    points = await queries.open_of(desk.session, group_id, organisation_id)
    await _of_several(desk, incoming, points, is_by_phone=True)


async def meant(desk: Desk, incoming: Incoming, progress_id: int, point_id: int) -> None:
    """A tap on the action that a report is about; without one, on [All of mine]."""
    actor = await desk.actor(incoming)
    row = await desk.session.get(Progress, progress_id)
    if row is None:
        raise ReportGone
    others: list[Point] = []
    if not point_id:
        first, *others = await _mine(desk, incoming, row) or (None,)
        if first is None or row.point_id is not None:
            raise ReportGone
        point_id = first.id
    done = await progress.assign(desk.session, progress_id, point_id, actor, now=desk.now)
    every = [done]
    for other in others:
        copy = Said(row.progress, row.challenges, row.differently)
        sent = Sent(copy, (row.source_chat_id or 0, row.source_message_id or 0))
        every.append(await progress.report(desk.session, other.id, sent, actor, now=desk.now))
    facts = {"point": done.point, "number": 0, "more": 0, "count": len(every) if others else 0}
    for message in await post.live_messages(desk.session, WHICH, progress_id):
        text = renderer().post("progress/which.html", languages=(message.kind,), **facts)
        await post.revise(desk.session, message, text=text, keyboard=None, now=desk.now)
    said = Incoming(
        chat_id=row.source_chat_id or incoming.chat_id,
        is_private=incoming.is_private,
        sender_id=incoming.sender_id,
        sender_name=incoming.sender_name,
        phone_language=incoming.phone_language,
        message_id=row.source_message_id,
        thread_id=incoming.thread_id,
        text=row.progress,
        bot=incoming.bot,
    )
    for one in every:
        await _after(desk, said, one)
    await desk.toast(incoming)


async def _mine(desk: Desk, incoming: Incoming, row: Progress) -> list[Point]:
    """Return the open actions that a report of somebody may be about and that they do by name.

    What was given to them since is not meant.
    """
    actor = await desk.actor(incoming)
    found = await queries.theirs(desk.session, actor, row.group_id, limit=NUMBERED)
    on = row.at.date()
    return [
        point
        for point in found
        if any(person.member_id == actor.member_id for person in point.people)
        and (point.made_on is None or point.made_on <= on)
    ]


async def add_part(desk: Desk, incoming: Incoming, progress_id: int, part: Part) -> None:
    """[Challenges], [What we will do differently], [Support required] under a first report."""
    actor = await desk.actor(incoming)
    row = await desk.session.get(Progress, progress_id)
    if row is None or row.member_id != actor.member_id or row.group_id is None:
        raise ReportGone
    group = await desk.session.get_one(Group, row.group_id)
    require(actor, Action.REPORT, Scope(group.coalition_id, row.group_id))
    talk = await desk.talk(incoming, group)
    point = await plan_queries.one(desk.session, row.point_id) if row.point_id else None
    more = More(progress_id, part)
    if point is not None:
        more = replace(more, number=point.number, text=point.text)
    await engine.begin(talk, MORE, more, is_anew=True)
    await desk.toast(incoming)


async def said_again(desk: Desk, incoming: Incoming) -> bool:
    """Let a report say what its edited message says now; False if it is no report of theirs."""
    if not incoming.is_edit or incoming.message_id is None:
        return False
    rows = await queries.all_of_message(desk.session, incoming.chat_id, incoming.message_id)
    actor = await desk.actor(incoming)
    if not rows or rows[0].member_id != actor.member_id:
        return False
    text = incoming.text or incoming.caption
    call = called_of(text, renderer().report_words)
    if call is not None and rows[0].is_by_phone:
        text = call[1]
    (number, behind), (numbers, rest) = number_of(text), _surely_of(text)
    for row in rows:
        point = await plan_queries.one(desk.session, row.point_id) if row.point_id else None
        words = text
        if point is not None and point.number in numbers and rest:
            words = rest
        elif point is not None and point.number == number and behind:
            words = behind
        said = read(words, renderer().report_words)
        await progress.correct(desk.session, row, said, actor, now=desk.now)
    await desk.react(incoming, "✍")
    return True


async def _adds_line(desk: Desk, incoming: Incoming) -> bool:
    """Add words to the voice note, or the report, that they reply to; False if it is none."""
    if incoming.replies_to is None:
        return False
    row = await queries.of_message(desk.session, incoming.chat_id, incoming.replies_to)
    if row is None:
        return False
    actor = await desk.actor(incoming)
    await progress.add_line(desk.session, row, incoming.text, actor, now=desk.now)
    await desk.react(incoming, "👍")
    return True


async def replied_to_report(desk: Desk, incoming: Incoming) -> bool:
    """Words in reply to a voice note of one's own, or of others: a line of text for it."""
    is_line = not incoming.is_edit and not incoming.is_command and bool(incoming.text)
    return is_line and await _adds_line(desk, incoming)


async def _meant(desk: Desk, incoming: Incoming) -> tuple[Sequence[Point], str, bool]:
    """Return the actions that /update may be about, its words, and whether it named a number.

    Raises:
        NothingToReport, NoSuchAction: there is none.
        GroupUnknown, TopicUnknown, NotAllowed, StrangerHere, AnonymousAdmin: as `group_for`.
    """
    actor = await desk.actor(incoming)
    group = None
    if not incoming.is_private:
        group = await desk.group_for(incoming, actor, Action.REPORT)
    points = await queries.theirs(desk.session, actor, group.id if group else None, limit=NUMBERED)
    replied_to = await desk.session.get(
        MessageSubject, (incoming.chat_id, incoming.replies_to or 0)
    )
    if replied_to is not None and replied_to.subject == follow_up.ASKED:
        point = await plan_queries.one(desk.session, replied_to.subject_id)
        return ([point] if point else points), incoming.text, False
    number, words = number_of(incoming.text)
    if number is not None:
        mine = [point for point in points if point.number == number]
        run = await _run(desk, incoming, number) if not mine else ()
        if found := mine or run:
            return found, words, len(found) == 1
        if not words:
            raise NoSuchAction(number=number, points=points)
    if not points:
        raise NothingToReport
    return points, incoming.text, False


async def _run(desk: Desk, incoming: Incoming, number: int) -> Sequence[Point]:
    """Return the actions of this number in the plans that somebody runs, or else of others."""
    actor = await desk.actor(incoming)
    if not incoming.is_private:
        group = await desk.group_here(incoming)
        point = await queries.by_number(desk.session, stored_id(group), number)
        return [point] if point is not None else []
    for action in (Action.RUN_PLAN, Action.REPORT):
        here = await groups.where_allowed(desk.session, actor, action)
        found = [await queries.by_number(desk.session, one.id or 0, number) for one in here]
        if any(found):
            break
    return [point for point in found if point is not None]


async def _of_several(
    desk: Desk, incoming: Incoming, points: Sequence[Point], *, is_by_phone: bool = False
) -> None:
    """Note a report about one of several actions: the one whose number it begins with, if any."""
    numbers, words = _surely_of(incoming.text or incoming.caption)
    chosen = [[point for point in points if point.number == number] for number in numbers]
    if numbers and words and not all(chosen) and not is_by_phone:
        # They may say how something else goes than what they were asked about.
        group_id = None if incoming.is_private or not points else points[0].group_id
        actor = await desk.actor(incoming)
        theirs = await queries.theirs(desk.session, actor, group_id, limit=NUMBERED)
        chosen = [
            same or [point for point in theirs if point.number == number]
            for number, same in zip(numbers, chosen, strict=True)
        ]
    if words and chosen and all(chosen):
        for same in chosen:
            await _report(desk, _saying(incoming, words), same, is_by_phone=is_by_phone)
        return
    number, words = number_of(incoming.text or incoming.caption)
    meant = [point for point in points if point.number == number]
    if meant and words:
        await _report(desk, _saying(incoming, words), meant, is_by_phone=is_by_phone)
        return
    await _report(desk, incoming, points, is_by_phone=is_by_phone)


async def _report(
    desk: Desk, incoming: Incoming, points: Sequence[Point], *, is_by_phone: bool = False
) -> None:
    """Note what somebody sent: of several actions it is asked which is meant; nothing is lost."""
    if not points:
        raise NothingToReport
    actor = await desk.actor(incoming)
    if incoming.file is not None and await _is_of_album(desk, incoming):
        return
    said = read(incoming.text or incoming.caption, renderer().report_words)
    if is_by_phone:
        said = replace(said, is_by_phone=True)
    source = (incoming.chat_id, incoming.message_id or 0)
    sent = Sent(said, source, incoming.file, incoming.album)
    if len(points) == 1:
        done = await progress.report(desk.session, points[0].id, sent, actor, now=desk.now)
        await _after(desk, incoming, done)
        return
    number = await progress.keep(desk.session, sent, points, actor, now=desk.now)
    row = await desk.session.get_one(Progress, number)
    count = 0
    if said.answer in {None, Answer.DONE, Answer.GOING} and not (incoming.file or is_by_phone):
        mine = await _mine(desk, incoming, row)
        count = len(mine) if {one.id for one in mine} <= {one.id for one in points} else 0
    place = await desk.place(incoming)
    await post.say(
        desk.session,
        place,
        "progress/which.html",
        {"point": None, "number": len(points), "more": max(0, len(points) - CHOICES), "count": 0},
        now=desk.now,
        about=About(WHICH, number, 1, place.languages[0]),
        keyboard=keyboards.which(number, points[:CHOICES], count=count),
        is_live=True,
        is_silent=True,
    )


async def _is_of_album(desk: Desk, incoming: Incoming) -> bool:
    """Keep one more picture with the report of its album; False if it is the first."""
    if incoming.album is None or incoming.message_id is None or incoming.file is None:
        return False
    source = (incoming.chat_id, incoming.message_id)
    row = await queries.of_album(desk.session, *source, incoming.album)
    if row is None:
        return False
    actor = await desk.actor(incoming)
    await progress.add_file(desk.session, row, incoming.file, actor, now=desk.now)
    return True


async def _after(desk: Desk, incoming: Incoming, done: Reported) -> None:
    """Say with a reaction that a report was noted, and do what its first word says."""
    said = read(incoming.text or incoming.caption, renderer().report_words)
    await desk.react(incoming, "🎉" if said.answer is Answer.DONE else "👍")
    if not done.is_counted:
        await desk.reply(incoming, "progress/waits.html")
        return
    if not done.point.is_open:
        if done.is_long_closed:
            await _say_closed(desk, incoming, done)
        return
    actor = await desk.actor(incoming)
    if said.answer not in {Answer.DONE, Answer.DROP, Answer.ADAPT}:
        await plan.begin(desk.session, done.point.id, actor, now=desk.now)
    if said.support:
        await progress.need_help(desk.session, done.point.id, said.support, actor, now=desk.now)
    if said.answer in {Answer.DONE, Answer.GOING}:
        await progress.answer(desk.session, done.point.id, said.answer, actor, now=desk.now)
    elif said.answer is not None:
        await asked_more(desk, incoming, done.point, said.answer, said.rest)
    is_all_said = said.answer is None or said.answer in SAID_ALONE
    if done.is_first and incoming.is_private and is_all_said:
        await desk.reply(
            incoming,
            "progress/more.html",
            about=About(MORE_ASKED, done.id, 1, MORE_ASKED),
            keyboard=keyboards.more(done.id),
        )


async def asked_more(
    desk: Desk, incoming: Incoming, point: Point, answer: Answer, words: str = ""
) -> None:
    """[Will be late], [Need help], or words ("dropped: …"): what they leave out is asked."""
    group = await desk.session.get_one(Group, point.group_id)
    talk = await desk.talk(incoming, group)
    if answer in {Answer.DROP, Answer.ADAPT}:
        await plan.still_open(desk.session, point.id, talk.actor, now=desk.now)
        edit = Edit.DROP if answer is Answer.DROP else Edit.ADAPT
        state, flow = await beginning(talk, point, edit), EDITS[edit]
        if words:
            state = flow.steps[0].take(state, Words(words), talk.scene)
        await engine.begin(talk, flow, state, is_anew=True)
        return
    if answer is Answer.HELP:
        await engine.begin(talk, HELP, Help(point.id, point.text, words), is_anew=True)
        return
    day, reason = until(words, talk.scene) if words else (None, "")
    later = Later(point.id, point.text, day, reason or None)
    await engine.begin(talk, LATE, later, is_anew=True)


async def _say_closed(desk: Desk, incoming: Incoming, done: Reported) -> None:
    place: Place = await desk.place(incoming)
    await post.say(
        desk.session,
        place,
        "progress/closed.html",
        {"point": done.point, "may_reopen": done.may_reopen},
        now=desk.now,
        about=About(follow_up.ASKED, done.point.id, 1, "closed"),
        keyboard=keyboards.done(done.point.id) if done.may_reopen else None,
        is_silent=True,
    )


async def _is_aside(desk: Desk, incoming: Incoming) -> bool:
    """Tell whether words under a question are no report: thanks, "ok", or a question of theirs.

    In private thanks are answered with a thumb; in a group they are meant for people.
    """
    if incoming.file is not None:
        return False
    text = incoming.text.strip()
    is_polite = renderer().is_polite(text)
    if is_polite and incoming.is_private:
        await desk.react(incoming, "👍")
    is_question = not incoming.is_private and text.endswith(("?", "؟"))
    return not text or is_question or is_polite
