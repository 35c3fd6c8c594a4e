r"""Reports: what people say of their actions, in words, by voice, with pictures.

words, a voice note, a file --> a report of one action --> more of it, corrected, told by phone
                        \--> of several: it waits until somebody says which is meant
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import progress as rules
from bot.domain import roles
from bot.domain.dates import wall_time
from bot.domain.plan import ChangeKind, Point, PointGone, PointState
from bot.domain.progress import (
    Answer,
    EvidenceKind,
    File,
    FileNameless,
    NotYourAction,
    Part,
    ReportGone,
    ReportTooLong,
    Said,
)
from bot.domain.roles import Action, Actor, Scope
from bot.domain.support import SupportState
from bot.models import ActionPoint, Evidence, Group, Membership, PointChange, Progress
from bot.models.columns import stored_id
from bot.queries import plan as plan_queries
from bot.queries import progress as queries
from bot.queries import support as support_queries
from bot.services import carry_over, follow_up, plan, plan_posts, support

WHICH, MORE_ASKED = "report-of", "report-more"
"""The subjects of messages that ask which action a report is about, and what else there is."""
CALLED = "call"
"""The subject of the question what an organisation said on the phone; it bears the group."""
Source = tuple[int, int]
"""The chat, and the message in it."""


@dataclass(frozen=True)
class Sent:
    """What somebody sent as a report."""

    said: Said
    source: Source
    file: File | None = None
    album: str | None = None


@dataclass(frozen=True)
class Reported:
    """What became of a report."""

    id: int
    point: Point
    is_counted: bool
    is_first: bool = False
    """Whether its writer had never reported in private before."""
    is_long_closed: bool = False
    """Whether the action has been over for a while."""
    may_reopen: bool = False


async def keep(
    session: AsyncSession, sent: Sent, points: Sequence[Point], actor: Actor, *, now: datetime
) -> int:
    """Keep a report of which nobody knows yet what action it is about; return its number."""
    _check_file(sent)
    groups = {point.group_id for point in points}
    row = _row(sent, actor, now)
    row.group_id = groups.pop() if len(groups) == 1 else None
    row.is_counted = False
    session.add(row)
    await session.flush()
    _attach(session, row, sent.file, actor, now=now)
    await session.flush()
    return stored_id(row)


async def report(
    session: AsyncSession, point_id: int, sent: Sent, actor: Actor, *, now: datetime
) -> Reported:
    """Note what somebody says of an action; a second time adds a report.

    Raises:
        PointGone: it was taken back.
        NotYourAction: others do it, and the person does not run the plan.
        FileNameless: Telegram gave the file no name.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may report nothing here.
    """
    _check_file(sent)
    point, group = await _reportable(session, point_id, actor)
    row = _row(sent, actor, now)
    session.add(row)
    await session.flush()
    _attach(session, row, sent.file, actor, now=now)
    return await _of(session, row, point, group, actor, now=now)


async def assign(
    session: AsyncSession, progress_id: int, point_id: int, actor: Actor, *, now: datetime
) -> Reported:
    """Note of which action a report is that waited for it; twice is once.

    Raises:
        ReportGone: there is none, or it belongs to another action by now.
        PointGone, NotYourAction, NotAllowed, StrangerHere, AnonymousAdmin: as `report`.
    """
    row = await session.get(Progress, progress_id, with_for_update=True, populate_existing=True)
    is_theirs = row is not None and row.member_id == actor.member_id
    if row is None or not is_theirs or row.point_id not in {None, point_id}:
        raise ReportGone
    point, group = await _reportable(session, point_id, actor)
    return await _of(session, row, point, group, actor, now=now)


async def correct(
    session: AsyncSession, row: Progress, said: Said, actor: Actor, *, now: datetime
) -> None:
    """Let a (locked) report say what its edited message says now; the history keeps both.

    Support that it requires only now is asked for; what it asked for already is asked otherwise.
    """
    if said.support and row.point_id is not None:
        await need(session, row.point_id, said.support, actor, now=now)
    before = _words_of(row)
    row.progress, row.challenges, row.differently = said.progress, said.challenges, said.differently
    if before == _words_of(row):
        return
    row.corrected_at = now
    _note_words(session, row, actor, before, now=now)
    await session.flush()


async def add_words(
    session: AsyncSession, progress_id: int, part: Part, words: str, actor: Actor, *, now: datetime
) -> None:
    """Add an answer to a report of one's own; support that is required is asked for.

    Raises:
        ReportGone: there is no such report of theirs.
    """
    row = await session.get(Progress, progress_id, with_for_update=True, populate_existing=True)
    if row is None or row.member_id != actor.member_id:
        raise ReportGone
    _check_length(words)
    if part is Part.SUPPORT:
        if row.point_id is not None:
            await need_help(session, row.point_id, words, actor, now=now)
        return
    before = _words_of(row)
    said = getattr(row, part.value)
    setattr(row, part.value, f"{said}\n{words}".strip())
    _note_words(session, row, actor, before, now=now)
    await session.flush()


async def add_line(
    session: AsyncSession, row: Progress, words: str, actor: Actor, *, now: datetime
) -> None:
    """Add a line of text to somebody's (locked) report, as to a voice note: anyone here may.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person may report nothing here.
        ReportTooLong: see there.
    """
    if row.group_id is not None:
        group = await session.get_one(Group, row.group_id)
        roles.require(actor, Action.REPORT, Scope(group.coalition_id, row.group_id))
    elif row.member_id != actor.member_id:
        raise ReportGone
    before = _words_of(row)
    row.progress = f"{row.progress}\n{words}".strip()
    _check_length(row.progress)
    _note_words(session, row, actor, before, now=now)
    await session.flush()


async def answer(
    session: AsyncSession, point_id: int, said: Answer, actor: Actor, *, now: datetime
) -> None:
    """Note that an action is done, goes on, or is open again after all; twice is once.

    Raises:
        PointGone, NotAllowed, StrangerHere, AnonymousAdmin: as `services.plan.set_state`.
    """
    if said is Answer.GOING:
        known = await session.get(ActionPoint, point_id)
        if known is not None and known.state is not PointState.ADAPTED:
            await plan.set_state(session, point_id, PointState.IN_PROGRESS, actor, now=now)
        else:
            await plan.changing(session, point_id, actor)
    else:
        await carry_over.finish(session, point_id, actor, is_finished=said is Answer.DONE, now=now)
    await follow_up.show(session, point_id, said, now=now)


async def put_back(
    session: AsyncSession, point_id: int, due: date, reason: str, actor: Actor, *, now: datetime
) -> None:
    """Note that an action will be done later than it was to be, and why.

    Raises:
        PointGone, PointClosed, NotAllowed, StrangerHere, AnonymousAdmin: as `services.plan.move`.
    """
    await plan.move(session, point_id, due, actor, reason=reason, now=now)
    await follow_up.show(session, point_id, Answer.LATE, now=now)


async def need_help(
    session: AsyncSession, point_id: int, words: str, actor: Actor, *, now: datetime
) -> None:
    """Ask for the support without which an action cannot go on.

    Raises:
        PointGone, NotAllowed, StrangerHere, AnonymousAdmin: as `services.plan.changing`.
    """
    point = await plan.changing(session, point_id, actor)
    group = await session.get_one(Group, point.group_id)
    await support.ask(
        session,
        group,
        words,
        actor=actor,
        point_id=point_id,
        organisation_id=point.organisation_id,
        now=now,
    )
    await follow_up.show(session, point_id, Answer.HELP, now=now)


async def need(
    session: AsyncSession, point_id: int, words: str, actor: Actor, *, now: datetime
) -> None:
    """Ask for the support that an action requires by what was written of it; again, otherwise.

    Raises:
        PointGone, NotAllowed, StrangerHere, AnonymousAdmin: as `need_help`.
        WordsMissing, EntryTooLong: as `services.support.ask`.
    """
    waiting = await support_queries.for_point(session, point_id)
    if waiting is not None and waiting.member_id == actor.member_id:
        await support.correct(session, stored_id(waiting), words, actor, now=now)
    elif waiting is None:
        await need_help(session, point_id, words, actor, now=now)


async def need_no_more(
    session: AsyncSession, point_id: int, actor: Actor, *, now: datetime
) -> None:
    """Withdraw what somebody asked for by writing down an action that they took back."""
    waiting = await support_queries.for_point(session, point_id)
    if waiting is not None and waiting.member_id == actor.member_id:
        request_id = stored_id(waiting)
        await support.end(session, request_id, SupportState.WITHDRAWN, actor, now=now)


async def add_file(
    session: AsyncSession, row: Progress, file: File, actor: Actor, *, now: datetime
) -> None:
    """Keep one more picture or file with a report: another part of its album."""
    _attach(session, row, file, actor, now=now)
    await session.flush()


async def confirmed(session: AsyncSession, group_id: int, member_id: int) -> None:
    """Let everything count that somebody reported in a group while they waited."""
    await session.execute(
        update(Progress)
        .where(
            col(Progress.member_id) == member_id,
            col(Progress.group_id) == group_id,
            col(Progress.point_id).is_not(None),
        )
        .values(is_counted=True)
    )


async def _reportable(session: AsyncSession, point_id: int, actor: Actor) -> tuple[Point, Group]:
    """Return an action (locked) of which a person may report, and its group."""
    if await plan_queries.locked(session, point_id) is None:
        raise PointGone
    point = await plan_queries.one(session, point_id)
    assert point is not None
    group = await session.get_one(Group, point.group_id)
    scope = Scope(group.coalition_id, stored_id(group))
    roles.require(actor, Action.REPORT, scope)
    is_run = roles.can(actor, Action.RUN_PLAN, scope)
    if not is_run and not await queries.is_theirs(session, point, actor):
        raise NotYourAction(point=point)
    return point, group


async def _of(
    session: AsyncSession,
    row: Progress,
    point: Point,
    group: Group,
    actor: Actor,
    *,
    now: datetime,
) -> Reported:
    """Let a report be about an action (locked), and say what follows from it."""
    group_id = stored_id(group)
    row.point_id, row.group_id = point.id, group_id
    row.organisation_id = point.organisation_id or await _organisation(session, group_id, actor)
    row.is_counted = group_id not in actor.pending
    await session.execute(
        update(Evidence)
        .where(col(Evidence.progress_id) == stored_id(row))
        .values(point_id=point.id)
    )
    await session.flush()
    plan_posts.show_card(session, point.id, now=now)
    today = wall_time(now, group.zone).date()
    scope = Scope(group.coalition_id, group_id)
    may_change = group_id in actor.roles and await queries.is_theirs(session, point, actor)
    is_known = await queries.has_reported(session, actor, but=stored_id(row))
    return Reported(
        stored_id(row),
        point,
        is_counted=row.is_counted,
        # What a lead was told on the phone is no report of their own.
        is_first=not (is_known or row.is_by_phone),
        is_long_closed=point.ended_on is not None and today - point.ended_on > rules.LONG_CLOSED,
        may_reopen=may_change or roles.can(actor, Action.RUN_PLAN, scope),
    )


async def _organisation(session: AsyncSession, group_id: int, actor: Actor) -> int | None:
    if actor.member_id is None:
        return None
    return await session.scalar(
        select(col(Membership.organisation_id)).where(
            col(Membership.group_id) == group_id, col(Membership.member_id) == actor.member_id
        )
    )


def _row(sent: Sent, actor: Actor, now: datetime) -> Progress:
    voice = sent.file is not None and sent.file.kind is EvidenceKind.VOICE
    return Progress(
        member_id=actor.member_id,
        is_by_phone=sent.said.is_by_phone,
        at=now,
        progress=sent.said.progress,
        challenges=sent.said.challenges,
        differently=sent.said.differently,
        voice_seconds=(sent.file.seconds or 0) if sent.file is not None and voice else None,
        source_chat_id=sent.source[0],
        source_message_id=sent.source[1],
        album=sent.album,
    )


def _attach(
    session: AsyncSession, row: Progress, file: File | None, actor: Actor, *, now: datetime
) -> None:
    """Keep Telegram's name of a file with a report: the file itself is never fetched."""
    if file is None:
        return
    session.add(
        Evidence(
            point_id=row.point_id,
            progress_id=stored_id(row),
            kind=file.kind,
            file_id=file.file_id,
            name=file.name,
            size=file.size,
            at=now,
            sent_by=actor.member_id,
        )
    )


def _check_length(words: str) -> None:
    if len(words) > rules.WORDS_LIMIT:
        raise ReportTooLong(length=len(words), limit=rules.WORDS_LIMIT)


def _check_file(sent: Sent) -> None:
    if sent.file is not None and not sent.file.file_id:
        raise FileNameless


def _words_of(row: Progress) -> str:
    return "\n".join(filter(None, (row.progress, row.challenges, row.differently)))


def _note_words(
    session: AsyncSession, row: Progress, actor: Actor, before: str, *, now: datetime
) -> None:
    """Write into the history of its action that a report was corrected, or has more to say."""
    if row.point_id is None or row.group_id is None:
        return
    session.add(
        PointChange(
            point_id=row.point_id,
            group_id=row.group_id,
            at=now,
            changed_by=actor.member_id,
            kind=ChangeKind.WORDS,
            before=before,
            after=_words_of(row),
        )
    )
