"""What is written in confidence: what counts, how much, how long it waits, and for whom.

The promises are in `docs/privacy.md`; how a text is sealed is in `bot.domain.boxes`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.errors import BotError

SMALLEST = 3
"""Fewer released together would each be too easy to tell apart from what people know."""
HELD_AT_MOST = 2
"""Releases for which too few are kept back; then they are released anyway."""
WAITS_AT_MOST = (1 + HELD_AT_MOST) * timedelta(weeks=1)
"""Between the moment something is written and its release, where a program runs."""
RELEASES_COVERED = HELD_AT_MOST
"""Releases after that of its own week until all that was written in a week is out for certain: so
long the numbers of its messages can be made out (`bot.stand_ins`)."""
ENOUGH_PEOPLE = 8
"""Members of a group from which on one may name it: each of them could have written."""
A_DAY = 3
"""Submissions of one person in a day (UTC)."""
APART = timedelta(minutes=10)
"""Between two submissions of one person."""
COALITION_A_DAY = 200
"""Submissions of a coalition in a day: a flood must not fill the disk."""
OFFERED_APART = timedelta(weeks=4)
"""Between two invitations of a group: at most one a month, for who meets every four weeks, too."""
ATTEMPTS_A_DAY = 10
"""Receipts that one person may mistype in a day: nobody is to find one by trying."""
KEEP_WORDS = timedelta(days=180)
"""Raw words are deleted so long after their release; theme, answer and week stay."""

_RELEASE_DAY, _RELEASE_TIME = 6, time(18)
"""Sunday, 18:00 UTC: everywhere before the coordination's summary of Monday, 08:00."""
_BETWEEN = timedelta(days=7)
_COUNTED_FROM = datetime(1970, 1, 1, tzinfo=UTC)


class FeedbackState(StrEnum):
    """Whether members of a coalition can write in confidence."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    """By the coordination team: members who ask are told so."""


class FeedbackRefused(BotError):
    """What somebody wrote in confidence is not taken; by itself: it was refused when it came first.

    `contact` is there in any case.
    """

    may_pass = False
    """Whether the same words could be taken later: then it is noted that they were refused."""

    def __init__(self, *, contact: str = "") -> None:
        super().__init__(type(self).__name__)
        self.contact = contact


class FeedbackClosed(FeedbackRefused):
    """The coalition has not opened the channel."""

    may_pass = True


class FeedbackPaused(FeedbackRefused):
    """The coordination team has paused the channel."""

    may_pass = True


class FeedbackForMembers(FeedbackRefused):
    """Somebody who belongs to no group wants to write in confidence."""

    may_pass = True


class FeedbackLater(FeedbackRefused):
    """Somebody is in the middle of a conversation: their words could be taken for its answer."""


class FeedbackTooMuch(FeedbackRefused):
    """Somebody, or a coalition, has written as much as is taken for now."""

    may_pass = True


class FeedbackTooLong(FeedbackRefused):
    """The words do not fit one message of Telegram, and so no box."""


class FeedbackWordless(FeedbackRefused):
    """A picture, a voice note or a file was sent: it shows who somebody is."""


class FeedbackEdited(FeedbackRefused):
    """Words that were sent before were changed: a sealed box is not opened for that."""


class FeedbackOld(FeedbackRefused):
    """The question that somebody replied to is of an earlier week, or was put in other words."""


class FeedbackUnkept(FeedbackRefused):
    """The program cannot keep anything in confidence now: a key, or the database, is not there."""

    may_pass = True


class FeedbackUnanswered(FeedbackRefused):
    """Words may be meant for the question, but are no reply to it.

    `is_between`: they may as well be meant for another conversation, which is open.
    """

    def __init__(self, *, contact: str = "", is_between: bool = False) -> None:
        super().__init__(contact=contact)
        self.is_between = is_between


class FeedbackForgotten(FeedbackRefused):
    """Words came that reply to nothing, while the program cannot know what they are meant for."""


class ContactMissing(BotError):
    """The channel cannot open: nobody independent is named whom one can turn to in danger."""


def check_open(state: FeedbackState, contact: str) -> None:
    """Make sure that a coalition may have its channel in a state.

    Raises:
        ContactMissing: it would be open, and nobody independent is named.
    """
    if state is FeedbackState.OPEN and not contact:
        raise ContactMissing


LINK = "feedback"
"""What a link to the promise hands over."""
VERSION = 1
"""Of the promise: who was promised something else is asked again."""
_MARKER = re.compile(r"fb(\d{1,4})-(\d{1,18})-(\d{1,18})-(\d{8})")


@dataclass(frozen=True)
class Marker:
    """What a question in confidence carries in its link, so that no row has to know of it."""

    coalition_id: int
    group_id: int | None
    read_on: date
    """The day that was promised: afterwards the question is an old one."""
    version: int = VERSION

    def code(self) -> str:
        """Return it as the code of a link to the bot (Bot API, deep linking: 64 characters)."""
        day = self.read_on.strftime("%Y%m%d")
        return f"fb{self.version}-{self.coalition_id}-{self.group_id or 0}-{day}"


def read_marker(code: str) -> Marker | None:
    """Read what a question carries; None if it is no question of ours."""
    found = _MARKER.fullmatch(code)
    if found is None:
        return None
    version, coalition, group, day = found.groups()
    try:
        read_on = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return Marker(int(coalition), int(group) or None, read_on, int(version))


@dataclass(frozen=True)
class Submission:
    """What somebody wrote in confidence, and all that is kept with it."""

    coalition_id: int
    group_id: int | None
    """The group that it is about, if the person chose to name it."""
    text: str
    receipt: bytes
    """What `receipts.digest` makes of the number by which an answer can be fetched."""
    held: int = 0
    """How many releases it was kept back for, because there were too few."""


@dataclass(frozen=True)
class Sorted:
    """What becomes of everything that waited, at a release."""

    released: tuple[Submission, ...]
    held: tuple[Submission, ...]


def next_release(now: datetime) -> datetime:
    """Return when what is written now will be released, in UTC: the next Sunday, 18:00."""
    today = now.astimezone(UTC)
    day = today.date() + timedelta(days=(_RELEASE_DAY - today.weekday()) % 7)
    at = datetime.combine(day, _RELEASE_TIME, UTC)
    return at if at > today else at + _BETWEEN


def week_number(moment: datetime) -> int:
    """Return a number for the week of a moment: it goes from one release to the next."""
    return (next_release(moment) - _COUNTED_FROM) // _BETWEEN


def is_out_of_reach(release_at: datetime, now: datetime) -> bool:
    """Tell whether a release was planned by a clock that ran ahead: it is never a week away.

    A day is left to the clocks of other programs.
    """
    return release_at - now > timedelta(days=8)


def may_offer(offered_on: date | None, today: date) -> bool:
    """Tell whether a group may be told again that its members can write."""
    return offered_on is None or today - offered_on >= OFFERED_APART


def week_of(moment: datetime) -> date:
    """Return the Monday of the week (UTC) of a moment: all that is kept of the time."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def sort_out(waiting: Iterable[Submission]) -> Sorted:
    """Decide what is released now, coalition by coalition.

    Too few to hide among each other wait for the next release, but not for ever.
    """
    by_coalition: dict[int, list[Submission]] = {}
    for one in waiting:
        by_coalition.setdefault(one.coalition_id, []).append(one)
    released: list[Submission] = []
    held: list[Submission] = []
    for those in by_coalition.values():
        if len(those) >= SMALLEST or any(one.held >= HELD_AT_MOST for one in those):
            released += those
        else:
            held += (replace(one, held=one.held + 1) for one in those)
    return Sorted(tuple(released), tuple(held))


def groups_to_name(sizes: Mapping[int, int], mine: Iterable[int]) -> dict[int, int]:
    """Return those of my groups that I may name, with how many people could have written."""
    return {one: sizes[one] for one in mine if sizes.get(one, 0) >= ENOUGH_PEOPLE}


def without_small_group(one: Submission, sizes: Mapping[int, int]) -> Submission:
    """Return a submission that names its group only if by now enough people belong to it."""
    if one.group_id is None or sizes.get(one.group_id, 0) >= ENOUGH_PEOPLE:
        return one
    return replace(one, group_id=None)
