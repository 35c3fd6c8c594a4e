"""The last weeks of the counties: what the summaries say is what a hand counts in the records.

The other count knows nothing of snapshots and figures: it is plain SQL over what was written down,
and what people wrote in their chats.
"""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import app, play
from bot.clock import VirtualClock
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.seed.follow_up import NJERI, last_week
from bot.seed.life import settled
from bot.seed.people import HALIMA, TOKEN, WHOLE, ZONE

A_WEEK = timedelta(weeks=1)
WEEKS = 5
"""A month, and what lies before and behind its first and last day."""
NAIROBI = ZoneInfo(ZONE)
WRITES_AN_ACTION = {"/action", "/kazi", "/hawl"}
WRITES_A_DECISION = {"/agreed", "/tumekubaliana", "/waa_la_isku_raacay"}
SAID = {
    "support": r"🆘 ",
    "silent": r"🤫 ",
    "minutes": r"📝 .* not out yet",
    "done": r"✅ (\d+) actions? done",
    "reports": r"💬 (\d+) reports? on actions",
    "decisions": r"📌 (\d+) decision",
    "held": r"(\d+) held",
    "moved": r"(\d+) moved",
    "not held": r"(\d+) not held",
    "present": r"🤝 (\d+) of \d+ organisations came",
    "seats": r"🤝 \d+ of (\d+) organisations came",
    "open": r"👉 (\d+) actions? (?:is|are) open",
    "overdue": r"open ?, (\d+) past",
}
"""Where the numbers stand on the first screen; of what needs somebody the lines are counted."""


@dataclass(frozen=True)
class Hand:
    """Counts by hand: everything of all groups, or of one of them."""

    records: sqlite3.Connection
    telegram: FakeTelegram
    group: str = "%"

    def number(self, statement: str, **values: Any) -> int:
        """Return what a statement counts; `:group` is the name of the group in it."""
        found = self.records.execute(statement, {"group": self.group, **values}).fetchone()
        return int(found[0] or 0)

    def screen(self, week: date, moment: datetime) -> Counter[str]:
        """Return what the first screen has to say of a week at a moment after it."""
        needs = {
            "support": self.waiting(moment),
            "silent": self.silent(moment),
            "minutes": self.minutes_missing(moment),
        }
        counted = self.week(week)
        shown = {"done", "reports", "decisions", "held", "moved", "not held", "present", "seats"}
        quiet = not any(counted[key] for key in (*shown, "new", "adapted", "asked"))
        kept = {"open", "overdue"} if quiet else {*shown, "open", "overdue"}
        return +Counter(needs | {key: counted[key] for key in kept})

    def week(self, week: date) -> Counter[str]:
        """Count a week, from Monday to Monday in Nairobi."""
        begins, ends = (
            datetime.combine(day, time(), NAIROBI).astimezone(UTC) for day in (week, week + A_WEEK)
        )
        span = {"begins": _stored(begins), "ends": _stored(ends)}
        held = """FROM meeting JOIN sitting ON sitting.meeting_id = meeting.id
            JOIN "group" ON "group".id = meeting.group_id
            WHERE sitting.state = 'closed' AND "group".name LIKE :group
            AND starts_at >= :begins AND starts_at < :ends"""
        points = """FROM action_point JOIN "group" ON "group".id = action_point.group_id
            WHERE "group".name LIKE :group AND made_at < :ends
            AND (closed_at IS NULL OR closed_at >= :ends)"""
        became = """SELECT COUNT(DISTINCT point_id) FROM point_change
            JOIN "group" ON "group".id = point_change.group_id
            WHERE "group".name LIKE :group AND kind = 'state' AND after = :state
            AND at >= :begins AND at < :ends"""
        moved = """SELECT COUNT(*) FROM meeting JOIN "group" ON "group".id = meeting.group_id
            WHERE "group".name LIKE :group AND moved_from >= :monday AND moved_from < :next"""
        cancelled = """SELECT COUNT(*) FROM meeting JOIN "group" ON "group".id = meeting.group_id
            WHERE "group".name LIKE :group AND state = 'cancelled'
            AND starts_at >= :begins AND starts_at < :ends"""
        present = f"""SELECT COUNT(*) FROM (SELECT DISTINCT presence.meeting_id,
            presence.organisation_id FROM presence WHERE presence.is_counted
            AND presence.meeting_id IN (SELECT meeting.id {held}))"""
        seats = f"""SELECT COUNT(*) FROM seat JOIN (SELECT meeting.group_id AS room {held})
            ON seat.group_id = room"""
        reports = """SELECT COUNT(*) FROM progress JOIN "group" ON "group".id = progress.group_id
            WHERE "group".name LIKE :group AND at >= :begins AND at < :ends"""
        asked = """SELECT COUNT(*) FROM support_request
            JOIN "group" ON "group".id = support_request.group_id
            WHERE "group".name LIKE :group AND at >= :begins AND at < :ends"""
        days = {"monday": f"{week} 00:00:00", "next": f"{week + A_WEEK} 00:00:00"}
        return Counter(
            {
                "held": self.number(f"SELECT COUNT(*) {held}", **span),
                "moved": self.number(moved, **days),
                "not held": self.number(cancelled, **span),
                "present": self.number(present, **span),
                "seats": self.number(seats, **span),
                "decisions": self.written(WRITES_A_DECISION, begins, ends),
                "new": self.written(WRITES_AN_ACTION, begins, ends),
                "done": self.number(became, state="done", **span),
                "adapted": self.number(became, state="adapted", **span),
                "open": self.number(f"SELECT COUNT(*) {points}", **span),
                "overdue": self.number(
                    f"SELECT COUNT(*) {points} AND due_on < :next", next=week + A_WEEK, **span
                ),
                "reports": self.number(reports, **span),
                "asked": self.number(asked, **span),
                "waiting": self.waiting(ends),
            }
        )

    def written(self, commands: set[str], begins: datetime, ends: datetime) -> int:
        """Count the commands of these names that people wrote in the chats of groups."""
        chats = [one for one in WHOLE.groups if self.group in {"%", one.name}]
        return sum(
            message.text.split(" ")[0] in commands and begins <= message.date < ends
            for chat in chats
            for message in self.telegram.messages(chat.chat_id)
        )

    def waiting(self, moment: datetime) -> int:
        """Count the calls for support that nobody had answered at a moment."""
        statement = """SELECT COUNT(*) FROM support_request
            JOIN "group" ON "group".id = support_request.group_id
            WHERE "group".name LIKE :group AND at < :moment
            AND (answered_at IS NULL OR answered_at >= :moment)
            AND (ended_at IS NULL OR ended_at >= :moment)"""
        return self.number(statement, moment=_stored(moment))

    def silent(self, moment: datetime) -> int:
        """Count the groups that have met before, but wrote nothing to the bot for four weeks."""
        since = moment - 4 * A_WEEK
        people = {person.id for person in WHOLE.people}
        heard = 0
        for one in WHOLE.groups:
            wrote = [
                message
                for message in self.telegram.messages(one.chat_id)
                if message.author_id in people and since <= message.date < moment
            ]
            began = self.number(
                """SELECT COUNT(*) FROM meeting JOIN "group" ON "group".id = meeting.group_id
                WHERE "group".name = :name AND starts_at < :since""",
                name=one.name,
                since=_stored(since),
            )
            heard += self.group in {"%", one.name} and began > 0 and not wrote
        return heard

    def minutes_missing(self, moment: datetime) -> int:
        """Count the meetings whose minutes were drafted two days ago, and are not out."""
        statement = """SELECT COUNT(DISTINCT meeting_id) FROM minutes
            JOIN "group" ON "group".id = minutes.group_id
            WHERE "group".name LIKE :group AND drafted_at < :late
            AND (published_at IS NULL OR published_at >= :moment)"""
        return self.number(
            statement, moment=_stored(moment), late=_stored(moment - timedelta(days=2))
        )


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def read(screen: str) -> Counter[str]:
    """Return the numbers that a summary says; what it does not mention is nothing."""
    found: Counter[str] = Counter()
    for what, pattern in SAID.items():
        # "(before: 3 of 5)" is no number of this week.
        for said in re.finditer(pattern, re.sub(r"\(before:[^)]*\)", "", screen)):
            found[what] += int(said[1]) if said.groups() else 1
    return +found


@pytest.fixture
def records(lived_dir: Path) -> Iterator[sqlite3.Connection]:
    """Lend the bot's database as a file of tables."""
    opened = sqlite3.connect(lived_dir / "play" / play.BOT_FILE)
    yield opened
    opened.close()


@pytest.fixture
def hand(records: sqlite3.Connection, telegram: FakeTelegram) -> Hand:
    return Hand(records, telegram)


def over(now: datetime) -> list[date]:
    """Return the Mondays of the last weeks that are over, the newest first."""
    newest = last_week(now.astimezone(NAIROBI).date())
    return [newest - number * A_WEEK for number in range(WEEKS)]


def test_the_summaries_that_came_say_what_a_hand_counts(
    hand: Hand, telegram: FakeTelegram, now: datetime
) -> None:
    came = {
        message.date.astimezone(NAIROBI).date() - A_WEEK: message
        for message in telegram.messages(NJERI)
        if message.author_id == telegram.bot.id and message.text.startswith("🗓 Week")
    }

    weeks = [week for week in over(now) if week in came]

    # On a Monday before eight the newest has not come yet.
    assert len(weeks) >= WEEKS - 1
    assert {week: read(came[week].text) for week in weeks} == {
        week: hand.screen(week, came[week].date) for week in weeks
    }


def test_a_month_has_something_of_everything(hand: Hand, now: datetime) -> None:
    month = sum((hand.week(week) for week in over(now)), Counter[str]())

    assert min(month[key] for key in ("held", "present", "decisions", "new", "done")) > 0
    assert min(month[key] for key in ("reports", "overdue", "asked", "waiting")) > 0


@pytest.mark.parametrize("group", [one.name for one in WHOLE.groups])
def test_the_figures_of_each_group_are_those_of_the_hand(
    records: sqlite3.Connection, telegram: FakeTelegram, now: datetime, group: str
) -> None:
    hand = Hand(records, telegram, group)
    measures = {
        "meetings-held": "held",
        "meetings-moved": "moved",
        "meetings-not-held": "not held",
        "seats": "seats",
        "present": "present",
        "decisions": "decisions",
        "actions-new": "new",
        "actions-done": "done",
        "actions-adapted": "adapted",
        "actions-open": "open",
        "actions-overdue": "overdue",
        "reports": "reports",
        "support-asked": "asked",
        "support-waiting": "waiting",
    }
    # The newest may not be written yet, on a Monday before eight.
    for week in over(now)[1:]:
        rows = records.execute(
            """SELECT measure, value FROM figure JOIN "group" ON "group".id = figure.group_id
            WHERE "group".name = ? AND week = ?
            AND organisation_id IS NULL AND stream_id IS NULL""",
            (group, str(week)),
        )

        figures = Counter({measures[key]: value for key, value in rows if key in measures})

        assert figures == +hand.week(week), week


async def test_whoever_asks_today_sees_what_a_hand_counts(
    lived_dir: Path, records: sqlite3.Connection, now: datetime
) -> None:
    home = lived_dir / "play"
    clock = VirtualClock(now)
    telegram = FakeTelegram(clock.now, home / play.TELEGRAM_FILE)
    try:
        async with (
            PlaygroundServer(telegram) as server,
            app.program(
                database_url=f"sqlite+aiosqlite:///{home / play.BOT_FILE}",
                token=TOKEN,
                api_address=server.url,
                clock=clock,
                key_dir=home / play.KEYS,
            ) as program,
        ):
            running = asyncio.create_task(program.run())
            for person in (NJERI, HALIMA.id):
                telegram.write(person, person, "/summary")
            await settled(telegram)
            await program.toolbox.sender.settle()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        screens = {who: telegram.messages(who)[-1].text for who in (NJERI, HALIMA.id)}
        week = over(now)[0]

        assert read(screens[NJERI]) == Hand(records, telegram).screen(week, now)
        assert read(screens[HALIMA.id]) == Hand(records, telegram, "Wajir").screen(week, now)
    finally:
        telegram.close()
