"""The ledger holds what Telegram accepted and what the database knows against what should be.

It takes nothing of the program's own account of itself but its tables, and judges the same whether
the program is sound, was killed, or was given a bug.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import KeyRing
from bot.models import (
    Meeting,
    Member,
    Method,
    Occasion,
    OccasionState,
    OutboxMessage,
    OutboxState,
    Proposal,
    Reply,
    UpdateFailure,
)
from bot.playground import html
from bot.playground import text as words
from bot.services.meeting_posts import CHANGE, MEETING, PROPOSAL
from bot.services.meetings import NOTICE
from bot.stand_ins import StandIns
from tests.keys import taken
from tests.stories.season import Season

Table = TypeVar("Table", bound=SQLModel)


class Wrong(StrEnum):
    """The ways in which a promise is broken."""

    UPDATE_LOST = "update lost"
    UPDATE_SET_ASIDE = "update set aside"
    EFFECT_MISSING = "effect missing"
    EFFECT_TWICE = "effect twice"
    MESSAGE_LOST = "message lost"
    MESSAGE_STALE = "message stale"
    MESSAGE_TWICE = "message twice"
    MESSAGE_WAITS = "message waits"
    OCCASION_WAITS = "occasion waits"
    OCCASION_SILENT = "occasion silent"
    OCCASION_TWICE = "occasion twice"
    DATABASE_BROKEN = "database broken"


@dataclass(frozen=True)
class Finding:
    """One broken promise."""

    wrong: Wrong
    what: str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.what}"


async def judge(told: Season, effects: str) -> list[Finding]:
    """Return every promise that is broken; `effects` has a line for each effect there should be."""
    async with AsyncSession(told.engine) as session:
        outbox = await _all(session, OutboxMessage)
        return [
            *await _updates(session, told.given, KeyRing(Path(told.usual.key_dir))),
            *await _effects(session, outbox, effects),
            *_messages(told, outbox, await told.numbers(session)),
            *await _occasions(session, outbox, told.clock.now()),
            *await _integrity(session),
        ]


async def _updates(session: AsyncSession, given: Sequence[int], keys: KeyRing) -> list[Finding]:
    """0 updates lost: each one that Telegram had was taken, and none was given up on."""
    found = await taken(session, keys, given)
    lost = [Finding(Wrong.UPDATE_LOST, str(number)) for number in given if number not in found]
    failures = await _all(session, UpdateFailure)
    return lost + [
        Finding(Wrong.UPDATE_SET_ASIDE, f"{failure.kind}: {failure.error}")
        for failure in failures
        if failure.set_aside_at is not None
    ]


async def _effects(
    session: AsyncSession, outbox: Sequence[OutboxMessage], effects: str
) -> list[Finding]:
    """0 effects lost, 0 effects twice."""
    expected = _counted(effects)
    actual = Counter(await _described(session, outbox))
    return [
        *(Finding(Wrong.EFFECT_MISSING, line) for line in (expected - actual).elements()),
        *(Finding(Wrong.EFFECT_TWICE, line) for line in (actual - expected).elements()),
    ]


def _messages(told: Season, outbox: Sequence[OutboxMessage], numbers: StandIns) -> list[Finding]:
    """The outbox has ended, each message stands in its chat as decided, and none without a row."""
    found = []
    recorded: Counter[tuple[int, int]] = Counter()
    for row in outbox:
        if row.state is OutboxState.READY:
            found.append(Finding(Wrong.MESSAGE_WAITS, row.kind))
        if row.state is not OutboxState.DELIVERED:
            continue
        if row.method is Method.REACTION:
            found += _reaction(told, row, numbers)
            continue
        number = row.message_id and numbers.find(row.chat_id, row.message_id)
        shown = number and told.telegram.message(row.chat_id, number)
        if not shown:
            found.append(Finding(Wrong.MESSAGE_LOST, f"{row.kind} {row.subject_id}"))
            continue
        recorded[row.chat_id, shown.id] += 1
        if shown.text != _visible(row.text):
            found.append(Finding(Wrong.MESSAGE_STALE, f"{row.kind}: {shown.text!r}"))
    chats = {row.chat_id for row in outbox}
    for message in told.said(chats):
        place = message.chat_id, message.id
        # At most one duplicate for each kill and send in flight.
        if recorded[place] > 1 or (not recorded[place] and place not in told.in_flight):
            found.append(Finding(Wrong.MESSAGE_TWICE, message.text))
    return found


def _reaction(told: Season, row: OutboxMessage, numbers: StandIns) -> list[Finding]:
    number = numbers.find(row.chat_id, row.reply_to or 0)
    message = told.telegram.message(row.chat_id, number or 0)
    if message is not None and message.reactions == [row.text]:
        return []
    return [Finding(Wrong.MESSAGE_LOST, f"reaction {row.text}")]


async def _occasions(
    session: AsyncSession, outbox: Sequence[OutboxMessage], now: datetime
) -> list[Finding]:
    """Every due occasion is posted once, skipped with notice, or cancelled."""
    posts = Counter(row.occasion_key for row in outbox)
    notices = sum(row.kind == "meetings/missed.html" for row in outbox)
    found = []
    skipped = 0
    for occasion in await _all(session, Occasion):
        is_posted = occasion.state is OccasionState.POSTED
        skipped += occasion.state is OccasionState.SKIPPED
        if occasion.due_at <= now and occasion.state is OccasionState.WAITING:
            found.append(Finding(Wrong.OCCASION_WAITS, occasion.key))
        if is_posted and not posts[occasion.key]:
            found.append(Finding(Wrong.OCCASION_SILENT, occasion.key))
        if posts[occasion.key] > is_posted:
            found.append(Finding(Wrong.OCCASION_TWICE, occasion.key))
    if skipped and not notices:
        found.append(Finding(Wrong.OCCASION_SILENT, "skipped without notice"))
    return found


async def _integrity(session: AsyncSession) -> list[Finding]:
    """The file is whole and every reference leads somewhere (PostgreSQL sees to both itself)."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    answers = await session.execute(text("PRAGMA integrity_check"))
    broken = [row[0] for row in answers if row[0] != "ok"]
    broken += [str(tuple(row)) for row in await session.execute(text("PRAGMA foreign_key_check"))]
    return [Finding(Wrong.DATABASE_BROKEN, what) for what in broken]


async def _described(session: AsyncSession, outbox: Sequence[OutboxMessage]) -> list[str]:
    """Return one line for each effect; ids do not occur, a rolled back one may leave a gap."""
    meetings = {meeting.id: meeting for meeting in await _all(session, Meeting)}
    members = {member.id: member.name for member in await _all(session, Member)}
    places = {key: meeting.place for key, meeting in meetings.items()}
    lines = [
        f"meeting {m.place}, {_time(m.wall_start)}, v{m.version} {m.state}"
        for m in meetings.values()
    ]
    for proposal in await _all(session, Proposal):
        when = _time(proposal.wall_start)
        lines.append(f"proposal {proposal.place}, {when}, {proposal.state}")
    for reply in await _all(session, Reply):
        place, name = places[reply.meeting_id], members[reply.member_id]
        lines.append(f"answer {place} v{reply.meeting_version}, {name}: {reply.answer}")
    for occasion in await _all(session, Occasion):
        about = f"{places[occasion.subject_id]} v{occasion.subject_version}"
        lines.append(f"occasion {occasion.kind}, {about}: {occasion.state}")
    return lines + [_said(row, places) for row in outbox]


def _said(row: OutboxMessage, places: dict[int | None, str]) -> str:
    if row.method is Method.REACTION:
        return f"said reaction {row.text}: {row.state}"
    if row.subject in (MEETING, CHANGE, NOTICE):
        return f"said {row.kind}, {places[row.subject_id]} v{row.subject_version}: {row.state}"
    if row.subject == PROPOSAL:
        return f"said proposal {row.kind}: {row.state}"
    return f"said {row.kind}: {row.state}"


def _counted(effects: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for line in effects.strip().splitlines():
        what, _, times = line.strip().partition(" x")
        counted[what] += int(times or 1)
    return counted


def _time(moment: datetime) -> str:
    # The names of the C locale, whatever the machine speaks.
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    day = f"{days[moment.weekday()]} {moment.day} {months[moment.month - 1]}"
    return f"{day} {moment:%H:%M}"


def _visible(source: str) -> str:
    """Return what a chat shows of a text in Telegram's HTML."""
    plain, entities = html.parse(source)
    shown, _ = words.clean(plain, entities)
    return shown


async def _all(session: AsyncSession, table: type[Table]) -> Sequence[Table]:
    rows: Any = await session.execute(select(table))
    return list(rows.scalars())
