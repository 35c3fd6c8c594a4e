"""What a group hears before a meeting, and at what hours of the day it wants no sound."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.dates import instant, read_when, wall_time
from bot.domain.meetings import Meeting
from bot.errors import BotError

A_DAY = timedelta(days=1)


class ReminderKind(StrEnum):
    """The posts that come by themselves before a meeting, by how long before it they come."""

    INVITE = "invite"
    """A week before: the invitation with the agenda."""
    DAY = "reminder-1d"
    HOUR = "reminder-1h"


class PrivateKind(StrEnum):
    """What comes by itself before a meeting to single people."""

    QUESTION = "question"
    """Do you come? To those whose organisation has not answered."""
    PLACE = "place"
    """Where it is, if that is told late. To those who come, or have not answered."""


DEFAULT_REMINDERS = tuple(ReminderKind)
BEFORE_QUIET = timedelta(minutes=15)
"""How long before the quiet hours something is said that would have come in them: with many groups
on a weak network a message may be minutes late, and must not sound in them even then."""


@dataclass(frozen=True)
class QuietHours:
    """A stretch of each day, in wall time, in which no phone shall sound; none if both are equal.

    It may go past midnight: 20:00 to 07:00.
    """

    begins: time = time(20)
    ends: time = time(7)

    def cover(self, wall: datetime) -> bool:
        """Tell whether `wall` lies in the quiet hours; their first instant does, the last not."""
        if self.begins <= self.ends:
            return self.begins <= wall.time() < self.ends
        return wall.time() >= self.begins or wall.time() < self.ends

    def before(self, wall: datetime) -> datetime:
        """Return `wall`, or if it lies in the quiet hours a moment shortly before they begin."""
        if not self.cover(wall):
            return wall
        began = datetime.combine(wall.date(), self.begins)
        if began > wall:
            began -= A_DAY
        return began - min(BEFORE_QUIET, self._awake / 2)

    def after(self, wall: datetime) -> datetime:
        """Return `wall`, or if it lies in the quiet hours the moment at which they end."""
        if not self.cover(wall):
            return wall
        ended = datetime.combine(wall.date(), self.ends)
        return ended if ended > wall else ended + A_DAY

    @property
    def _awake(self) -> timedelta:
        day = date(1, 1, 1)
        gap = datetime.combine(day, self.begins) - datetime.combine(day, self.ends)
        return gap if gap > timedelta(0) else gap + A_DAY


DEFAULT_QUIET = QuietHours()
NO_QUIET = QuietHours(time(0), time(0))
_HOURS = re.compile(r"\s*(\d{1,2})\s*[-\u2013\u2014]\s*(\d{1,2})\s*")
_SOME_DAY = date(2001, 1, 5)


class QuietUnreadable(BotError):
    """The quiet hours were not said as two times of the day."""


def read_quiet(text: str, *, languages: Sequence[str]) -> QuietHours:
    """Read `20-7`, `21:30 to 6:00` or `saa 3 usiku hadi saa 12 asubuhi`.

    Raises:
        QuietUnreadable: there are not two times.
        TimeAmbiguous, DateUnreadable: what was said of them; see there.
    """
    bare = _HOURS.fullmatch(text)
    said = f"{bare[1]}:00-{bare[2]}:00" if bare else text
    long_ago = datetime.combine(_SOME_DAY - A_DAY, time())
    when = read_when(said, now=long_ago, languages=languages, default_date=_SOME_DAY)
    if when.ends is None or when.rest:
        raise QuietUnreadable
    return QuietHours(when.starts.time(), when.ends.time())


@dataclass(frozen=True)
class Reminder:
    """A reminder that falls due before a meeting."""

    kind: ReminderKind | PrivateKind
    due_at: datetime
    expires_at: datetime
    """After this instant it would confuse more than it helps (after downtime)."""


def ahead(
    meeting: Meeting,
    *,
    wanted: tuple[ReminderKind, ...] = DEFAULT_REMINDERS,
    quiet: QuietHours = DEFAULT_QUIET,
    now: datetime,
) -> Iterator[Reminder]:
    """Yield what is still to be said before a meeting that is planned or moved at `now`.

    A week and a day before mean the same wall time, also across a change of clock; an hour is an
    hour. What would sound in the quiet hours comes before they begin, never after them: a meeting
    at 06:30 is spoken of on the evening before, when people set their alarm and arrange to travel.
    They would sleep through an hour's notice at 05:30, and one at 07:00 comes too late. For the
    same reason "the day before" such a meeting is the evening before that: whoever has to leave
    at dawn packs on the day between.

    What is over already is left out: the announcement has just said it all. So a meeting that is
    planned less than a week ahead gets no invitation. Two that fall on the same moment are one.
    """
    meant = {
        ReminderKind.INVITE: instant(meeting.starts - timedelta(days=7), meeting.zone),
        ReminderKind.DAY: instant(meeting.starts - A_DAY, meeting.zone),
        ReminderKind.HOUR: meeting.starts_at - timedelta(hours=1),
    }
    due = {kind: out_of(quiet, moment, meeting.zone) for kind, moment in meant.items()}
    taken = set()
    for kind in ReminderKind:
        if kind in wanted and due[kind] > now and due[kind] not in taken:
            taken.add(due[kind])
            yield Reminder(kind, due[kind], _expires(kind, due, meeting))


def in_private(
    meeting: Meeting, *, quiet: QuietHours = DEFAULT_QUIET, now: datetime
) -> Iterator[Reminder]:
    """Yield what is still to be said to single people before a meeting.

    The question comes a day before the reminder of the day before, in the group: late enough that
    those who answer by themselves have done so, early enough to find an alternate. A meeting that
    is planned nearer asks nobody in private; the announcement has just asked everybody.

    A place that is told late is told a day before, or at once if that is over. It asks, too, so
    there is no question before it.
    """
    day_before = out_of(quiet, instant(meeting.starts - A_DAY, meeting.zone), meeting.zone)
    wall = wall_time(day_before, meeting.zone) - A_DAY
    due = out_of(quiet, instant(wall, meeting.zone), meeting.zone)
    if meeting.is_place_late:
        if meeting.starts_at > now:
            yield Reminder(
                PrivateKind.PLACE, max(_place_due(meeting, quiet), now), meeting.starts_at
            )
    elif due > now:
        yield Reminder(PrivateKind.QUESTION, due, day_before)


def _place_due(meeting: Meeting, quiet: QuietHours) -> datetime:
    """Return when a place that is told late is told: on the day before, out of the quiet hours.

    Elsewhere what falls into them comes earlier. Here that may be two evenings before: too early
    for what nobody shall know early. Then it comes when they end.
    """
    moment = meeting.starts - A_DAY
    earlier = out_of(quiet, instant(moment, meeting.zone), meeting.zone)
    if wall_time(earlier, meeting.zone).date() == moment.date():
        return earlier
    return instant(quiet.after(moment), meeting.zone)


def out_of(quiet: QuietHours, moment: datetime, zone: str) -> datetime:
    """Return `moment`, or if it lies in the quiet hours of a zone an instant before they begin."""
    wall = wall_time(moment, zone)
    if not quiet.cover(wall):
        return moment
    earlier = quiet.before(wall)
    moved = instant(earlier, zone)
    # Where clocks skip the moment before, the first instant that they show may be quiet again.
    while moved >= moment or quiet.cover(wall_time(moved, zone)):
        earlier = quiet.before(earlier - timedelta(hours=1))
        moved = instant(earlier, zone)
    return moved


def _expires(kind: ReminderKind, due: dict[ReminderKind, datetime], meeting: Meeting) -> datetime:
    if kind is ReminderKind.INVITE:
        # The next day's reminder says it all again.
        return due[ReminderKind.DAY]
    if kind is ReminderKind.DAY:
        # At most six hours late after a downtime: later, people have made other plans.
        return min(due[kind] + timedelta(hours=6), meeting.starts_at)
    return meeting.starts_at
