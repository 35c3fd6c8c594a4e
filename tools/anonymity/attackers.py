"""What somebody can find out afterwards, who has every copy of everything but the keys.

He has the database of every night, the archived log with each transaction's time and shape, and
the program's log. He knows the program, and the habits of people (`months.Habits`) exactly, and
draws the best conclusion that there is (Bayes) from what he knows of people beforehand. He does not
learn from one week who writes in another.

The best he can do against what is released together is to say, for each of its items, who wrote
most of them in expectation: they are shuffled, so no item has anything of its own.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import TypeAlias

from tools.anonymity.months import (
    DAY,
    HOURS,
    MINUTE,
    UNKNOWN,
    WEEK,
    Habits,
    Life,
    Person,
    Submission,
    Week,
    near,
    poisson,
)

LOOK_BACK = 3 * 3600.0
"""What somebody did longer ago than this tells no more than their hours do."""
LOOKS_AGAIN = 2
"""A third time tells hardly anything new."""
STEADY = 1 / (math.exp(UNKNOWN**2) - 1)
"""Submissions that weigh as much as what was expected of somebody before anything was seen."""
NEARLY = 1e-9
"""Submissions: so exactly is a number of them met."""
LARGEST_STEP = 20.0


@dataclass(frozen=True)
class Dummies:
    """How the program hides a submission's moment; see `bot.jobs.dummies`."""

    a_day: float
    after_update: float = 0.0
    """How likely a dummy follows what somebody did openly."""
    soonest: float = 20.0
    latest: float = 40 * MINUTE
    """It follows within these, each order of magnitude as likely as the other."""

    def rate(self, moment: float, updates: Sequence[float]) -> float:
        """Return how many dummies a second were to be expected at a moment."""
        found = self.a_day / DAY
        if self.after_update:
            share = self.after_update / math.log(self.latest / self.soonest)
            for update in near(updates, before=moment - self.soonest, within=self.latest):
                gone = moment - update
                if gone <= self.latest:
                    found += share / gone
        return found

    def moments(self, week: Week, random: Random) -> list[float]:
        """Return when dummies were put in a week."""
        start = week.number * WEEK
        found = [start + random.random() * WEEK for _ in range(poisson(random, self.a_day * 7))]
        for update in week.updates:
            if random.random() < self.after_update:
                wait = self.soonest * (self.latest / self.soonest) ** random.random()
                found.append(update + wait)
        return [moment for moment in found if moment < start + WEEK]


class Leak(StrEnum):
    """What a careless program would give away; nothing of it is in ours."""

    SECONDS = "second stamps"
    """Each item keeps its second, and the dialogue leaves rows like any other."""
    ORDER = "order of rows"
    """Items lie in the order in which they came (a rowid), and the dialogue leaves rows."""
    XMIN = "shared transaction"
    """The box stays where it was, and its transaction has touched a row of its author."""
    NO_DUMMIES = "no dummies"
    """Every box is a submission."""
    UPDATE_IDS = "plain update ids"
    """The ids of updates are stored: a box without one is a dummy, a gap is the dialogue."""
    NUMBERS = "plain numbers of messages"
    """The numbers of private messages are stored: five are missing where a dialogue was."""
    TICKS = "dummies on the tick"
    """Dummies are put when the program's clock ticks: their fraction of a second shows it."""


DIALOGUE = 5
"""Messages of a dialogue in confidence: the command, the promise, the question, the words, and that
they arrived."""
TELLING = {Leak.NO_DUMMIES, Leak.UPDATE_IDS, Leak.TICKS}
"""Leaks by which a box is known to be a submission."""


@dataclass(frozen=True)
class Batch:
    """What was released together, and the weeks in which it can have been written."""

    life: Life
    weeks: list[Week]
    written: list[Submission]

    @property
    def by_week(self) -> list[tuple[Week, list[Submission]]]:
        """Return the weeks, each with what was written in it."""
        return [
            (week, [one for one in self.written if one.week == week.number]) for week in self.weeks
        ]


Scores: TypeAlias = list[float]
Attack: TypeAlias = Callable[[Sequence[Batch]], list[Scores]]
"""Says of each batch of a coalition how much of it each person wrote, in expectation."""


def batches(life: Life, *, smallest: int, held_at_most: int) -> list[Batch]:
    """Release what was written, week by week, as `bot.domain.feedback.sort_out` does."""
    found: list[Batch] = []
    weeks: list[Week] = []
    waiting: list[tuple[Submission, int]] = []
    for week in life.weeks:
        weeks.append(week)
        waiting += ((one, 0) for one in week.written)
        is_held_long = any(held >= held_at_most for _, held in waiting)
        if len(waiting) >= smallest or is_held_long:
            found.append(Batch(life, weeks[-held_at_most - 1 :], [one for one, _ in waiting]))
            weeks, waiting = [], []
        else:
            waiting = [(one, held + 1) for one, held in waiting]
            # While nothing waits, an earlier week tells nothing.
            weeks = weeks if waiting else []
    return found


def public(habits: Habits, batch: Batch) -> Scores:
    """Say what anybody can say who was in the groups: how active people are, and the week."""
    return _added(
        _expected(habits, batch.life.people, week, is_public=True) for week in batch.weeks
    )


def records(habits: Habits, batch: Batch) -> Scores:
    """Say what all other records say: also who used the bot in private in that week."""
    return _added(
        _expected(habits, batch.life.people, week, is_public=False) for week in batch.weeks
    )


@dataclass(frozen=True)
class Sight:
    """What the boxes of a week show."""

    week: Week
    moments: list[float]
    """Of all boxes; which of them mean nothing is not seen."""
    rates: list[float]
    """How many dummies were to be expected at each; empty if he can tell a dummy."""
    written: int
    """How many submissions are among them. He is even told this: what was kept back is put back
    among a few dummies, and their number hints at it."""


def everything(
    habits: Habits, dummies: Dummies, random: Random, *, is_told: bool = False
) -> Attack:
    """Return who says what all there is says; `is_told` means he can tell a dummy.

    He looks through all weeks, and then again: who seems to have written often elsewhere is more
    likely to have written here.
    """

    def look(week: Week, written: Sequence[Submission]) -> Sight:
        moments = [one.at for one in written]
        if is_told:
            return Sight(week, moments, [], len(written))
        # Their order is that of chance: nobody can tell them apart.
        moments = sorted(moments + dummies.moments(week, random))
        updates = week.updates
        return Sight(week, moments, [dummies.rate(at, updates) for at in moments], len(written))

    def say(of_one: Sequence[Batch]) -> list[Scores]:
        seen = [
            [look(week, written) for week, written in batch.by_week if written] for batch in of_one
        ]
        people: Sequence[Person] = of_one[0].life.people if of_one else []
        usual = [_scaled(batch, records(habits, batch)) for batch in of_one]
        scores = [_concluded(habits, people, sights) for sights in seen]
        for _ in range(LOOKS_AGAIN):
            those = _learnt(people, usual, scores)
            scores = [_concluded(habits, those, sights) for sights in seen]
        return scores

    return say


def _concluded(habits: Habits, people: Sequence[Person], sights: Sequence[Sight]) -> Scores:
    """Say how much each wrote, in expectation, of what is released together."""
    scores: Scores = [0.0] * len(people)
    for sight in sights:
        clues = Clues(habits, people, sight.week)
        hints = [clues.at(moment) for moment in sight.moments]
        if sight.rates:
            odds = [hint.total / rate for hint, rate in zip(hints, sight.rates, strict=True)]
            real = _likely(odds, sight.written)
        else:
            real = [1.0] * len(hints)
        clues.credit(scores, hints, real)
    return scores


def _learnt(
    people: Sequence[Person], usual: Sequence[Scores], found: Sequence[Scores]
) -> list[Person]:
    """Return people as they look to who has looked through all weeks once."""
    expected, seen = _added(usual), _added(found)
    return [
        replace(one, writes=one.writes * (STEADY + much) / (STEADY + before))
        for one, before, much in zip(people, expected, seen, strict=True)
    ]


def without_boxes(habits: Habits) -> Attack:
    """Return who says what everything but the boxes says."""
    return lambda of_one: [_scaled(batch, records(habits, batch)) for batch in of_one]


def _scaled(batch: Batch, scores: Scores) -> Scores:
    scale = len(batch.written) / sum(scores)
    return [score * scale for score in scores]


def seen_in_dialogue(batch: Batch, leak: Leak, random: Random) -> list[int]:
    """Say of each submission in turn who wrote it, where the dialogue has left rows.

    One in five who ask for the promise never writes.
    """
    rows = [(one.at - random.uniform(30, 120), one.person) for one in batch.written]
    people = range(len(batch.life.people))
    for week in batch.weeks:
        rows += (
            (week.number * WEEK + random.random() * WEEK, random.choice(people))
            for _ in range(poisson(random, len(batch.written) / 5 / len(batch.weeks)))
        )
    rows.sort()
    if leak is Leak.XMIN:
        return [one.person for one in batch.written]
    if leak is Leak.SECONDS:
        return [max((at, who) for at, who in rows if at < one.at)[1] for one in batch.written]
    # The boxes lie in the order of arrival, and so do the rows of those who asked: whoever never
    # wrote is noticed by the pause that follows, most of the time.
    ended = [one.at for one in batch.written]
    kept = [who for at, who in rows if any(0 < end - at < 3 * MINUTE for end in ended)]
    return [kept[min(place, len(kept) - 1)] for place in range(len(batch.written))]


def pointed_out(batch: Batch, dummies: Dummies, leak: Leak | None, random: Random) -> int:
    """Return of how many submissions the attacker says: this box is one.

    He names as many boxes of each week as were written in it: the most suspicious ones.
    """
    found = 0
    for week, written in batch.by_week:
        real = [one.at for one in written]
        false = [] if leak is Leak.NO_DUMMIES else dummies.moments(week, random)
        boxes = [(at, True) for at in real] + [(at, False) for at in false]
        random.shuffle(boxes)
        suspicion = _suspicion(week, boxes, leak, random)
        order = sorted(range(len(boxes)), key=suspicion.__getitem__, reverse=True)
        found += sum(boxes[place][1] for place in order[: len(real)])
    return found


def moments_found(batch: Batch, dummies: Dummies, leak: Leak | None, random: Random) -> int:
    """Return of how many submissions the attacker says between which two rows they came.

    Everything said openly has a row, its number and its time, so numbers that are missing between
    two rows are a dialogue in confidence. Without numbers he can only choose among all boxes.
    """
    found = 0
    for week, written in batch.by_week:
        rows = sorted(week.updates)
        real = Counter(bisect_right(rows, one.at) for one in written)
        if leak is Leak.NUMBERS:
            numbers = _numbered(rows, real, random)
            gaps = Counter(
                {
                    place: (numbers[place + 1] - numbers[place] - 1) // DIALOGUE
                    for place in range(len(numbers) - 1)
                }
            )
            said = gaps
        else:
            moments = [one.at for one in written] + dummies.moments(week, random)
            said = Counter(bisect_right(rows, at) for at in random.sample(moments, len(written)))
        found += (said & real).total()
    return found


def _numbered(rows: Sequence[float], dialogues: Mapping[int, int], random: Random) -> list[int]:
    """Return the numbers that rows have, with that of the row before them and of that after."""
    number = random.randrange(10**6)
    numbers = [number]
    for place in range(len(rows) + 1):
        number += DIALOGUE * dialogues.get(place, 0) + 1
        numbers.append(number)
    return numbers


def _suspicion(
    week: Week, boxes: Sequence[tuple[float, bool]], leak: Leak | None, random: Random
) -> list[float]:
    """Return how suspicious each box looks, by what a leak has left of it."""
    if leak is Leak.UPDATE_IDS:
        # Updates are numbered in a row; of the dialogue before a submission nothing is stored but
        # the last number. A dummy has a number of its own making.
        steps = sorted([(at, "open") for at in week.updates] + [(at, "box") for at, _ in boxes])
        numbers: dict[float, int] = {}
        number = random.randrange(10**6)
        real = {at for at, is_real in boxes if is_real}
        for at, kind in steps:
            if kind == "open":
                number += 1
            elif at in real:
                number += 3
                numbers[at] = number
        return [float(at in numbers) for at, _ in boxes]
    if leak is Leak.TICKS:
        phase = random.random()
        fractions = [
            random.random() if is_real else (phase + random.gauss(0.004, 0.003)) % 1
            for _, is_real in boxes
        ]
        # He takes the phase from whatever else the clock has done.
        return [min((one - phase) % 1, (phase - one) % 1) for one in fractions]
    if leak is Leak.NO_DUMMIES:
        return [1.0 for _ in boxes]
    return [0.0 for _ in boxes]


def _expected(habits: Habits, people: Sequence[Person], week: Week, *, is_public: bool) -> Scores:
    """Return how much is expected of each in a week, without the boxes."""
    found: Scores = []
    for index, person in enumerate(people):
        posts = len(week.posts[index]) / (habits.posts * person.activity)
        visits = 1.0 if is_public else len(week.ends[index]) / (habits.visits * person.activity)
        share = habits.alone + habits.after_post * posts + habits.after_visit * visits
        found.append(person.writes * share)
    return found


@dataclass(frozen=True)
class Hint:
    """What a moment tells of who wrote then."""

    hour: int
    """Of the day: it gives everybody a share, by their hours."""
    soon: list[tuple[int, float]]
    """Who had just done something else, and how likely they wrote then because of it."""
    total: float
    """How likely anybody wrote then, per second."""


class Clues:
    """Everything that points to somebody in a week.

    Most people do nothing near a moment: their share is that of the hour, and is added up once for
    all moments of it. So a hundred thousand submissions take minutes, and not an hour.
    """

    def __init__(self, habits: Habits, people: Sequence[Person], week: Week) -> None:
        """Gather them."""
        self._of_hour = [
            [one.writes * habits.alone * one.hours[hour] / (7 * 3600) + 1e-15 for one in people]
            for hour in range(HOURS)
        ]
        self._sums = [sum(of_all) for of_all in self._of_hour]
        causes: list[tuple[float, int, float, float]] = []
        for index, person in enumerate(people):
            for moments, share, usual, delay in (
                (week.ends[index], habits.after_visit, habits.visits, habits.delay_visit),
                (week.posts[index], habits.after_post, habits.posts, habits.delay_post),
            ):
                weight = person.writes * share / (usual * person.activity * delay)
                causes += ((at + habits.soonest, index, weight, delay) for at in moments if share)
        self._causes = sorted(causes)
        self._begins = [at for at, _, _, _ in self._causes]

    def at(self, moment: float) -> Hint:
        """Return what a moment tells."""
        hour = int(moment % DAY / 3600)
        first = bisect_left(self._begins, moment - LOOK_BACK)
        last = bisect_right(self._begins, moment)
        soon = [
            (person, weight * math.exp((begin - moment) / delay))
            for begin, person, weight, delay in self._causes[first:last]
        ]
        return Hint(hour, soon, self._sums[hour] + sum(rate for _, rate in soon))

    def credit(self, scores: Scores, hints: Sequence[Hint], real: Sequence[float]) -> None:
        """Add to everybody's score what is expected of them at moments that are likely real."""
        by_hour = [0.0] * HOURS
        for hint, chance in zip(hints, real, strict=True):
            weight = chance / hint.total
            by_hour[hint.hour] += weight
            for person, rate in hint.soon:
                scores[person] += weight * rate
        for of_all, weight in zip(self._of_hour, by_hour, strict=True):
            for person, rate in enumerate(of_all):
                scores[person] += weight * rate


def _likely(odds: Sequence[float], count: int) -> list[float]:
    """Return how likely each box is a submission, where `count` of them are."""
    low, high = 1e-12, 1e12
    scale = 1.0
    for _ in range(60):
        real = [scale * one / (1 + scale * one) for one in odds]
        missing = count - sum(real)
        if abs(missing) < NEARLY:
            break
        low, high = (scale, high) if missing > 0 else (low, scale)
        slope = sum(one * (1 - one) for one in real)
        # Newton's step in the logarithm, where that leads nowhere the middle.
        step = missing / slope if slope else math.inf
        next_one = scale * math.exp(step) if abs(step) < LARGEST_STEP else 0.0
        scale = next_one if low < next_one < high else math.sqrt(low * high)
    return real


def _added(those: Iterable[Scores]) -> Scores:
    return [sum(parts) for parts in zip(*those, strict=True)]
