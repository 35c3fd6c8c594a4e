"""The whole timetable: what each kind of occasion brings about, and how often the clock is read.

APScheduler only ticks. What is due is a row (`bot.models.occasions`), so a restart, a second
program or a jump of the clock changes nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from bot.domain.minutes import Due
from bot.domain.reminders import PrivateKind, ReminderKind
from bot.domain.reports import Due as ReportDue
from bot.domain.sittings import Word
from bot.domain.support import DAYS
from bot.domain.write_ups import ClosingKind, MorningKind
from bot.services import (
    closing,
    decisions,
    digests_due,
    follow_up,
    minutes_due,
    questions,
    reminders,
    reports_due,
    series_meetings,
    sitting_words,
    support,
    write_ups,
)

Bring: TypeAlias = Callable[..., Awaitable[bool]]

TICK = timedelta(seconds=1)
"""How often due occasions are looked for (real time)."""
TIDY = timedelta(minutes=5)
"""How often housekeeping takes its portion (real time)."""

TIMETABLE: dict[str, Bring] = {
    **dict.fromkeys(ReminderKind, reminders.remind),
    PrivateKind.QUESTION: questions.ask,
    PrivateKind.PLACE: questions.tell_place,
    **dict.fromkeys(Word, sitting_words.say),
    series_meetings.TOP_UP: series_meetings.top_up,
    ClosingKind.ASK: closing.ask,
    ClosingKind.FORGOTTEN: closing.close_forgotten,
    ClosingKind.FOR_GOOD: closing.close_for_good,
    **dict.fromkeys(MorningKind, write_ups.ask),
    decisions.REVIEW: decisions.announce,
    **dict.fromkeys(frozenset(Due) - {Due.DOUBT}, minutes_due.bring),
    Due.DOUBT: minutes_due.end_doubt,
    DAYS: support.count_day,
    follow_up.FOLLOW_UP: follow_up.ask,
    follow_up.ROUND_UP: follow_up.round_up,
    digests_due.DUE: digests_due.bring,
    ReportDue.QUARTER: reports_due.offer,
    ReportDue.MONTH: reports_due.tell,
}
"""What to do when an occasion of a kind falls due. False: it was too late and was skipped."""
