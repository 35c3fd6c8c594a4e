"""The calendar that a group keeps of its own, and what calendars say against a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import calendar, holidays, roles
from bot.domain.calendar import (
    ENTRIES_LIMIT,
    CalendarFull,
    Entry,
    EntryKind,
    EntryUnknown,
    Warned,
    WarningKind,
)
from bot.domain.dates import instant, wall_time
from bot.domain.roles import Action, Actor, Scope
from bot.models import CalendarEntry, Group
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import calendar as queries
from bot.queries import meetings as meeting_queries
from bot.rendering import keyboards
from bot.rendering.messages import renderer

FRIDAY_PRAYER = (time(12), time(14))
"""About when it is, and people are on their way."""
CALENDAR = "calendar"
"""The subject of messages that list a group's calendar."""


async def note(
    session: AsyncSession, group: Group, entry: Entry, actor: Actor, *, now: datetime
) -> None:
    """Keep one more thing in mind; what is over makes room for it. The same again changes nothing.

    Raises:
        CalendarFull: see there.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not plan for this group.
    """
    group_id = group.facts().id
    require_right(group, actor)
    # Two leads who write at the same time count one after the other.
    await session.get_one(Group, group_id, with_for_update=True)
    today = wall_time(now, group.zone).date()
    await session.execute(
        delete(CalendarEntry).where(
            col(CalendarEntry.group_id) == group_id, col(CalendarEntry.last_day) < today
        )
    )
    rows = await queries.of_group(session, group_id, today)
    for row in rows:
        if _is_same(row.facts(), entry):
            row.label = row.label or entry.label
            return
    if len(rows) >= ENTRIES_LIMIT:
        raise CalendarFull
    await _keep(session, group_id, entry)


async def begin(session: AsyncSession, group: Group) -> None:
    """Let a new group mind the Friday prayer from the start, where Eid is a public holiday."""
    if holidays.has_eid(group.zone):
        label = _labels(group.languages[0])[EntryKind.PRAYER]
        begins, ends = FRIDAY_PRAYER
        entry = Entry(label, (calendar.FRIDAY,), begins=begins, ends=ends)
        await _keep(session, group.facts().id, entry)


async def _keep(session: AsyncSession, group_id: int, entry: Entry) -> None:
    session.add(
        CalendarEntry(
            group_id=group_id,
            label=entry.label,
            weekdays="".join(map(str, entry.weekdays)),
            first_day=entry.first,
            last_day=entry.last,
            begins=entry.begins,
            ends=entry.ends,
        )
    )
    await session.flush()


def require_right(group: Group, actor: Actor) -> None:
    """Make sure that somebody plans for a group.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: they do not.
    """
    roles.require(actor, Action.PLAN_MEETING, Scope(group.coalition_id, group.facts().id))


async def check_room(session: AsyncSession, group: Group, *, now: datetime) -> None:
    """Refuse one more line before anything is asked about it.

    Raises:
        CalendarFull: see there.
    """
    if len(await _entries(session, group, now)) >= ENTRIES_LIMIT:
        raise CalendarFull


async def show(
    session: AsyncSession,
    group: Group,
    actor: Actor,
    place: Place,
    *,
    now: datetime,
    noted: Entry | None = None,
) -> None:
    """List a group's calendar for whoever plans, with a button to take each line out.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not plan for this group.
    """
    group_id = group.facts().id
    require_right(group, actor)
    entries = await _entries(session, group, now)
    await post.say(
        session,
        place,
        "calendar/list.html",
        _listed(group, entries, noted),
        now=now,
        about=About(CALENDAR, group_id, 1, "list"),
        keyboard=keyboards.calendar(group_id, entries),
        is_live=True,
        is_silent=True,
    )


async def forget(
    session: AsyncSession, entry_id: int, actor: Actor, language: str, *, now: datetime
) -> None:
    """Take a line out of a group's calendar; the lists that show it say so.

    Raises:
        EntryUnknown: it was taken out before.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not plan for this group.
    """
    row = await session.get(CalendarEntry, entry_id, with_for_update=True)
    if row is None:
        raise EntryUnknown
    group = await session.get_one(Group, row.group_id)
    require_right(group, actor)
    await session.delete(row)
    await session.flush()
    entries = await _entries(session, group, now)
    for message in await post.live_messages(session, CALENDAR, row.group_id):
        text = renderer().text("calendar/list.html", language=language, **_listed(group, entries))
        keyboard = post.buttons(keyboards.calendar(row.group_id, entries), [language])
        await post.revise(session, message, text=text, keyboard=keyboard, now=now)


async def warnings(
    session: AsyncSession,
    group: Group,
    spans: Iterable[tuple[datetime, datetime]],
    *,
    language: str,
    now: datetime,
    leave_out: Iterable[int] = (),
) -> list[Warned]:
    """Return all that speaks against meetings of a group at these wall times.

    `leave_out` are the meetings that would be moved there themselves.
    """
    entries = list(await _entries(session, group, now))
    found: list[Warned] = []
    for starts, ends in spans:
        said = calendar.warnings(starts, ends, zone=group.zone, language=language, entries=entries)
        # A line is said once, however many meetings it speaks against.
        entries = [entry for entry in entries if entry not in [one.entry for one in said]]
        found += said
        found += await _clashes(session, group, starts, ends, set(leave_out))
    return found


async def _clashes(
    session: AsyncSession, group: Group, starts: datetime, ends: datetime, leave_out: set[int]
) -> list[Warned]:
    """Return the other meetings at that time: of this group, or of some of its people."""
    group_id = group.facts().id
    between = (instant(starts, group.zone), instant(ends, group.zone))
    own = await meeting_queries.overlapping(session, group_id, *between)
    theirs = await meeting_queries.of_the_same_people(session, group, *between)
    return [
        *(
            Warned(kind=WarningKind.MEETING, starts=starts, meeting=one.facts())
            for one in own
            if one.id not in leave_out
        ),
        *(
            Warned(kind=WarningKind.PEOPLE, starts=starts, meeting=one.facts(), group=name)
            for one, name in theirs
        ),
    ]


def _listed(group: Group, entries: Sequence[Entry], noted: Entry | None = None) -> dict[str, Any]:
    """Return what the list of a group's calendar says."""
    return {
        "group": group.facts(),
        "entries": entries,
        "noted": noted,
        # Those are minded without a line.
        "country": holidays.country_with_holidays(group.zone),
    }


async def _entries(session: AsyncSession, group: Group, now: datetime) -> Sequence[Entry]:
    today = wall_time(now, group.zone).date()
    rows = await queries.of_group(session, group.facts().id, today)
    return [row.facts() for row in rows]


def _is_same(known: Entry, entry: Entry) -> bool:
    """Tell whether a line says again what another says, be it in another language."""
    if known.rule != entry.rule:
        return False
    names = [one.label.casefold() for one in (known, entry)]
    if entry.begins is not None or not all(names):
        return True
    return names[0] == names[1] or _kinds_of(names[0]) & _kinds_of(names[1]) != set()


def _kinds_of(name: str) -> set[EntryKind]:
    """Return what goes by this (folded) name in any language."""
    return {
        kind
        for language in renderer().catalogues.languages
        for kind, label in _labels(language).items()
        if label.casefold() == name
    }


def _labels(language: str) -> dict[EntryKind, str]:
    """Return what common entries are called."""
    named = (EntryKind.PRAYER, EntryKind.RAMADAN, EntryKind.MARKET)
    return {
        kind: renderer().text("calendar/label.txt", language=language, kind=kind) for kind in named
    }
