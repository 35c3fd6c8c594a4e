"""Reports as files, for whoever runs a plan: one tap, in private.

    /report -> which form, which kind of file -> the file, made when its turn has come

What an outbox row tells of is read then, in one transaction, and made afterwards.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.domain import progress
from bot.domain.dates import instant, wall_time
from bot.domain.digests import sorted_needs
from bot.domain.groups import GroupMissing
from bot.domain.inbox import Heard, heard
from bot.domain.reports import Format, Paper, Period, Quarter, Report, Update, quarter_of
from bot.domain.roles import Action, Actor, Scope, require
from bot.models import Coalition, Group
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import groups as group_queries
from bot.queries import inbox
from bot.queries import reports as queries
from bot.queries.digests import needs, readers
from bot.rendering import documents, sheets, word
from bot.rendering.keyboards import reports as keyboards
from bot.rendering.messages import renderer
from bot.services.circulation import Carried, is_in_sight

REPORT = "report"
"""The subject of what was carried out; replies to it answer nothing."""
FIGURES = "figures"
"""The weekly summary as a workbook, beside the two forms."""
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
A_PAGE = 8
"""Groups whose names stand on buttons at once."""
A_WEEK = timedelta(weeks=1)
_NOT_IN_FILES = re.compile(r"[^a-z0-9]+")


async def show(
    session: AsyncSession,
    actor: Actor,
    coalition: Coalition,
    group: Group | None,
    place: Place,
    *,
    quarter: Quarter | None = None,
    now: datetime,
) -> None:
    """Show what can be reported of a group, or of the whole coalition (`group` is None).

    Without a quarter it is the one that goes on, as it is for one that is ahead.

    Raises:
        GroupMissing: the coalition has no group yet.
        NotAllowed, StrangerHere, AnonymousAdmin: they do not run the plan.
    """
    about = await _about(session, actor, coalition, group)
    today = _today(about, now)
    quarter = min(quarter or quarter_of(today), quarter_of(today))
    await post.say(
        session,
        place,
        "reports/menu.html",
        {
            "name": coalition.name if group is None else group.name,
            "is_whole": group is None,
            "count": len(about),
            "quarter": quarter,
            "today": today,
        },
        now=now,
        keyboard=keyboards.menu(
            stored_id(coalition),
            stored_id(group) if group else keyboards.ALL,
            quarter,
            newest=quarter_of(today),
            has_groups=await _has_others(session, actor, coalition),
        ),
        is_silent=True,
    )


async def show_groups(
    session: AsyncSession,
    actor: Actor,
    coalition: Coalition,
    quarter: Quarter,
    place: Place,
    *,
    page: int,
    now: datetime,
) -> None:
    """Show a button for each group whose plan somebody runs, a page at a time.

    Raises:
        GroupMissing: they run none here.
    """
    found = await _run_by(session, actor, coalition)
    if not found:
        raise GroupMissing
    pages = -(-len(found) // A_PAGE)
    page %= pages
    is_team = stored_id(coalition) in actor.coordinates
    await post.say(
        session,
        place,
        "reports/groups.html",
        {"name": coalition.name, "page": page + 1, "pages": pages},
        now=now,
        keyboard=keyboards.groups(
            stored_id(coalition),
            [one.facts() for one in found[page * A_PAGE : (page + 1) * A_PAGE]],
            quarter,
            onward=(page + 1) % pages if pages > 1 else None,
            is_team=is_team,
        ),
        is_silent=True,
    )


async def give(
    session: AsyncSession,
    actor: Actor,
    coalition: Coalition,
    group: Group | None,
    place: Place,
    *,
    paper: Paper,
    form: Format,
    quarter: Quarter,
    now: datetime,
) -> Carried:
    """Send one of the two original forms of a quarter; one that waits to be sent comes once.

    Raises:
        GroupMissing: the coalition has no group yet.
        NotAllowed, StrangerHere, AnonymousAdmin: they do not run the plan.
    """
    about = await _about(session, actor, coalition, group)
    quarter = min(quarter, quarter_of(_today(about, now)))
    return await _send(
        session,
        coalition,
        about,
        place,
        paper=paper,
        form=form,
        period=quarter.period,
        is_whole=group is None,
        now=now,
    )


async def workbook(
    session: AsyncSession,
    actor: Actor,
    coalition: Coalition,
    group: Group | None,
    place: Place,
    *,
    week: date,
    now: datetime,
) -> Carried:
    """Send everything about a week (its Monday) as a workbook; of all groups that somebody runs.

    Raises:
        GroupMissing: they run none here.
        NotAllowed, StrangerHere, AnonymousAdmin: they do not run the plan of the group.
    """
    if group is not None:
        about: Sequence[Group] = await _about(session, actor, coalition, group)
    else:
        about = await _run_by(session, actor, coalition)
    if not about:
        raise GroupMissing
    coalition_id = stored_id(coalition)
    everything = await group_queries.of_coalitions(session, [coalition_id])
    return await _send(
        session,
        coalition,
        about,
        place,
        paper=FIGURES,
        form=Format.XLSX,
        period=Period(week, week + A_WEEK),
        is_whole=len(about) > 1,
        # Of a coalition with but one group, its workbook is that group's.
        is_team=coalition_id in actor.coordinates and len(about) == len(everything),
        now=now,
    )


async def make(
    session: AsyncSession, what: Mapping[str, Any], now: datetime
) -> Callable[[], Document] | None:
    """Return what makes the file that an outbox row tells of; None if no group is left."""
    coalition = await session.get(Coalition, what["coalition"])
    found = [await session.get(Group, key) for key in what["groups"]]
    groups = [group for group in found if group is not None]
    if coalition is None or not groups:
        return None
    period = Period(date.fromisoformat(what["starts"]), date.fromisoformat(what["ends"]))
    report = await read(session, coalition, groups, period, is_whole=what["is_whole"], now=now)
    if what["paper"] == FIGURES:
        ends = instant(datetime.combine(period.ends, time()), groups[0].zone)
        is_last = ends <= now < ends + A_WEEK
        urgent = await needs.needed(session, groups, now if is_last else min(ends, now))
        if is_last:
            urgent += await needs.unreached(session, groups, None)
        report = replace(
            report,
            numbers=await queries.numbers(session, groups, period),
            urgent=sorted_needs(urgent),
            ahead=(await readers.ahead(session, groups, ends)).meetings,
            heard=await _heard(session, what, period.starts),
        )
    return partial(_document, report, what["paper"], Format(what["form"]), what["language"])


async def _heard(session: AsyncSession, what: Mapping[str, Any], week: date) -> Heard | None:
    """Return what a coordination team is told of its inbox; what still waits is for the screen."""
    if not what.get("is_team"):
        return None
    found = await inbox.released(session, what["coalition"], week)
    return heard(found, week, now=None)


async def read(
    session: AsyncSession,
    coalition: Coalition,
    groups: Sequence[Group],
    period: Period,
    *,
    is_whole: bool,
    now: datetime,
) -> Report:
    """Return all that is reported of a period."""
    report = await queries.read(
        session, coalition, groups, period, is_whole=is_whole, today=_today(groups, now), now=now
    )
    tasks = (replace(task, updates=tuple(map(_in_a_form, task.updates))) for task in report.tasks)
    return replace(report, tasks=tuple(tasks))


def _in_a_form(update: Update) -> Update:
    words = renderer().report_words
    made, challenges = progress.in_a_form(update.progress, update.challenges, words)
    return replace(update, progress=made, challenges=challenges)


def _document(report: Report, paper: str, form: Format, language: str) -> Document:
    """Make the file: it takes a while, and the database is not needed for it."""

    def said(one: str) -> dict[str, Any]:
        return renderer().document("report", language=language, report=report, paper=one)

    if form is Format.PDF:
        content = documents.pdf("report", said(paper))
    elif form is Format.DOCX:
        content = word.report(said(paper))
    else:
        labels = renderer().document("workbook", language=language, report=report, paper=paper)
        forms = {one.value: said(one) for one in Paper}
        content = sheets.workbook(labels, report, forms, first=paper)
    caption = renderer().text(
        "reports/paper.html",
        language=language,
        report=report,
        paper=paper,
        form=form,
        size=len(content),
    )
    slug = _NOT_IN_FILES.sub("-", report.name.casefold()).strip("-")[:40]
    name = "-".join(filter(None, (paper, slug, report.period.starts.isoformat())))
    return Document(f"{name}.{form}", MEDIA_TYPES[form], content, caption)


async def _send(
    session: AsyncSession,
    coalition: Coalition,
    groups: Sequence[Group],
    place: Place,
    *,
    paper: str,
    form: Format,
    period: Period,
    is_whole: bool,
    is_team: bool = False,
    now: datetime,
) -> Carried:
    """Write down that a file is to be sent; `is_team`: to whom feedback is told of in it, too."""
    language = place.languages[0]
    subject = stored_id(coalition) if is_whole else stored_id(groups[0])
    scope = "c" if is_whole else "g"
    about = About(
        REPORT, subject, 0, f"{scope}:{paper}:{form}:{period.starts.isoformat()}:{language}"
    )
    if await is_in_sight(session, place, about, now):
        return Carried(place.chat_id > 0, is_new=False)
    what = {
        "make": REPORT,
        "coalition": stored_id(coalition),
        "groups": [stored_id(group) for group in groups],
        "is_whole": is_whole,
        "is_team": is_team,
        "paper": paper,
        "form": form,
        "starts": period.starts.isoformat(),
        "ends": period.ends.isoformat(),
        "language": language,
    }
    await post.send_file(session, place, what, about=about, now=now)
    return Carried(place.chat_id > 0)


async def _about(
    session: AsyncSession, actor: Actor, coalition: Coalition, group: Group | None
) -> Sequence[Group]:
    """Return the groups that a report is about, once it is sure that `actor` may have it."""
    coalition_id = stored_id(coalition)
    if group is not None:
        require(actor, Action.RUN_PLAN, Scope(coalition_id, stored_id(group)))
        return [group]
    require(actor, Action.RUN_PLAN, Scope(coalition_id))
    found = await group_queries.of_coalitions(session, [coalition_id])
    if not found:
        raise GroupMissing
    return found


async def _run_by(session: AsyncSession, actor: Actor, coalition: Coalition) -> list[Group]:
    found = await group_queries.where_allowed(session, actor, Action.RUN_PLAN)
    return [group for group in found if group.coalition_id == coalition.id]


async def _has_others(session: AsyncSession, actor: Actor, coalition: Coalition) -> bool:
    found = await _run_by(session, actor, coalition)
    return len(found) > 1 or stored_id(coalition) in actor.coordinates


def _today(groups: Sequence[Group], now: datetime) -> date:
    """Return the day that it is for the oldest of some groups."""
    return wall_time(now, min(groups, key=stored_id).zone).date()
