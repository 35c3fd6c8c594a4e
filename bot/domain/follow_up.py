"""How people are reminded of their actions: with tact, and never more than helps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from bot.domain.plan import Point
from bot.errors import BotError

AHEAD = timedelta(days=7)
"""How long before its end somebody is first asked about an action."""
AGAIN = timedelta(days=7)
"""How often they are asked once it is over."""
REST = timedelta(days=3)
"""So long nobody is asked ahead of time once they were asked about another end."""
ALONG = timedelta(days=3)
"""What ends so soon is named where somebody is asked about something else anyway."""
AFTER_REPORT = timedelta(days=2)
"""Who has just said how it goes is not asked."""
AT = time(9)
"""When people are asked, in the wall time of the group."""
ROUND_UP_AT = time(10)
"""When a group hears on Mondays how its actions stand."""
COMING_UP = timedelta(days=14)
"""How far the round-up looks ahead."""
SNOOZES = (3, 7)
"""For how many days somebody may put a question off by one tap."""
TOGETHER = 8
"""Actions that one message names: a phone's screen; the others are counted."""
TO_CALL = 5
"""How many organisations a lead is shown to phone."""
AWAY_LIMIT = timedelta(days=366)


class Stage(StrEnum):
    """When somebody is asked about an action, counted from its end."""

    WEEK = "week"
    """Seven days before."""
    DAY = "day"
    """The day before."""
    TODAY = "today"
    LATER = "later"
    """Once a week from then on."""


@dataclass(frozen=True)
class Asked:
    """When somebody was asked last about an action, and when they want to be asked again."""

    stage: Stage | None = None
    due: date | None = None
    """For which end that stage was."""
    on: date | None = None
    not_before: date | None = None


NEVER = Asked()


def stage_of(due: date, today: date) -> Stage | None:
    """Return where an action stands that is to be done by `due`; None: that is far away."""
    if due < today:
        return Stage.LATER
    if due == today:
        return Stage.TODAY
    if due - today == timedelta(days=1):
        return Stage.DAY
    return Stage.WEEK if due - today <= AHEAD else None


def falls_due(
    point: Point, asked: Asked = NEVER, *, today: date, reported_on: date | None = None
) -> Stage | None:
    """Return at which stage somebody is asked about an action today; None: they are not.

    Once at each of the first three, once a week later on; another end begins anew. A day that was
    missed is made up for, but what was given out today, or a moment ago, is not asked about, nor is
    whoever has just reported or wants to hear of it later. Days are those of the group.
    """
    if point.due is None or not point.is_open:
        return None
    stage = stage_of(point.due, today)
    is_new = point.made_on is not None and (
        point.made_on >= today or (stage is Stage.WEEK and point.made_on > point.due - AHEAD)
    )
    is_put_off = asked.not_before is not None and today < asked.not_before
    has_reported = reported_on is not None and today - reported_on < AFTER_REPORT
    if stage is None or is_new or is_put_off or has_reported:
        return None
    return stage if _is_its_turn(stage, point.due, asked, today) else None


def comes_along(
    point: Point, asked: Asked = NEVER, *, today: date, reported_on: date | None = None
) -> bool:
    """Tell whether an action is named in a message about others that are due: its end is near.

    Its own turns stay as they are; but who hears of it now is not left without a word where the
    messages of the week are used up.
    """
    if point.due is None or not point.is_open or not today < point.due <= today + ALONG:
        return False
    is_put_off = asked.not_before is not None and today < asked.not_before
    has_reported = reported_on is not None and today - reported_on < AFTER_REPORT
    is_new = point.made_on is not None and point.made_on >= today
    return not (is_put_off or has_reported or is_new)


def _is_its_turn(stage: Stage, due: date, asked: Asked, today: date) -> bool:
    if asked.on is None:
        return True
    if asked.on >= today:
        return False
    if asked.not_before is not None and asked.not_before > asked.on:
        # They wanted to be asked again on that day, whatever was asked before.
        return True
    if stage is Stage.LATER:
        return today - asked.on >= AGAIN
    if asked.due == due and asked.stage is stage:
        return False
    return stage is not Stage.WEEK or today - asked.on >= REST


@dataclass(frozen=True)
class Voice:
    """Somebody of a group who may be asked about actions."""

    member_id: int
    organisation_id: int | None = None
    is_alternate: bool = False
    is_reachable: bool = True
    """The bot may write to them, they want it, and are not away."""


def whom(point: Point, voices: Sequence[Voice]) -> tuple[int, ...]:
    """Return who is asked about an action: those who do it by name, else whoever speaks for them.

    That is the prime of their organisation, then an alternate. Empty: nobody can be reached.
    """
    named = {person.member_id for person in point.people}
    doing = [voice for voice in voices if voice.member_id in named]
    if reachable := [voice.member_id for voice in doing if voice.is_reachable]:
        return tuple(reachable)
    theirs = {point.organisation_id} if point.organisation_id is not None else _of(doing)
    others = sorted(
        (voice for voice in voices if voice.organisation_id in theirs and voice.is_reachable),
        key=lambda voice: (voice.is_alternate, voice.member_id),
    )
    return tuple(voice.member_id for voice in others[:1])


def _of(voices: Collection[Voice]) -> set[int]:
    return {voice.organisation_id for voice in voices if voice.organisation_id is not None}


@dataclass(frozen=True)
class Question:
    """An action about which somebody is asked."""

    point: Point
    group: str
    """What the group is called that gave it out."""
    stage: Stage | None = None


@dataclass(frozen=True)
class Call:
    """An organisation that a lead had better phone."""

    organisation_id: int
    organisation: str
    people: tuple[str, ...]
    """Who speaks for it, the prime first."""
    points: tuple[Point, ...]
    """What is due, the oldest first."""
    is_reachable: bool
    """Whether the bot can write to any of them."""


@dataclass(frozen=True)
class RoundUp:
    """What a group hears once a week about its actions."""

    done: tuple[Point, ...] = ()
    coming: tuple[Point, ...] = ()
    overdue: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return not (self.done or self.coming or self.overdue)


class DayUnclear(BotError):
    """A new end of an action was not said as a day that is ahead."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no day ahead")
        self.said = said


class AwayUnclear(BotError):
    """Until when somebody is away was not said as a day that is ahead."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no day ahead")
        self.said = said
