"""What somebody can find out afterwards, who has every copy of everything but the keys.

He has the database of every night, the archived log with each transaction's time and shape, and
the program's log. He knows the program, and the habits of people (`months.Habits`) exactly, and
draws the best conclusion that there is (Bayes) from what he knows of people beforehand. Whoever
keeps at it for half a year learns besides who tends to write: as he goes, or of all weeks once they
are over. Whoever knows only what is public may learn in the same way, of what is public.

The best he can do against what is released together is to say, for each of its items, who wrote
most of them in expectation: they are shuffled, so no item has anything of its own.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from operator import mul, sub, truediv
from random import Random
from typing import Protocol, TypeAlias

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

LONGEST = 12
"""Usual delays: after so many hardly anybody writes any more because of something."""
LOOK_BACK = 3 * 3600.0
"""What somebody did longer ago than this tells no more than their hours do."""
STEADY = 1 / (math.exp(UNKNOWN**2) - 1)
"""Submissions that weigh as much as what was expected of somebody before anything was seen: that of
the gamma distribution which spreads as people do."""
LOOKS_BACK = 4
"""Each time tells less that is new."""
NEARLY = 1e-6
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


class View(Protocol):
    """What somebody sees of a coalition, and concludes of it.

    `inclined` is how much more each of the people writes than was expected beforehand, as far as
    he has learnt it by now.
    """

    def expected(self, life: Life, week: Week) -> Scores:
        """Return how much was expected of each in a week, before what was written is looked at."""
        ...

    def concluded(self, batch: Batch, inclined: Sequence[float]) -> Scores:
        """Say how much each wrote, in expectation, of what was released together."""
        ...


@dataclass(frozen=True)
class Records:
    """Everything but the boxes: also who used the bot in private in that week.

    Or, if it `is_public`, what anybody knows who was in the groups: how active people are, what
    they did there, and how much was written in the week.
    """

    habits: Habits
    is_public: bool = False

    def expected(self, life: Life, week: Week) -> Scores:
        """See `View`."""
        return _expected(self.habits, life.people, week, is_public=self.is_public)

    def concluded(self, batch: Batch, inclined: Sequence[float]) -> Scores:
        """See `View`."""
        usual = _added(self.expected(batch.life, week) for week in batch.weeks)
        scores = list(map(mul, usual, inclined))
        scale = len(batch.written) / sum(scores)
        return [score * scale for score in scores]


@dataclass
class Sight:
    """What the boxes of a week show."""

    hours: list[int]
    """Of the day, of all boxes; which of them mean nothing is not seen."""
    soon: list[tuple[list[int], list[float]]]
    """By box: who had just done something else, and how likely they wrote then because of it, per
    second."""
    rates: list[float]
    """How many dummies were to be expected at each; empty if he can tell a dummy."""
    written: int
    """How many submissions are among them. He is even told this: what was kept back is put back
    among a few dummies, and their number hints at it."""
    scale: float = 1.0
    """Where the search for the odds ended the last time."""

    by_person: dict[int, tuple[list[int], list[float]]] = field(init=False)
    """The same, by person: the boxes, and how likely."""

    def __post_init__(self) -> None:
        """Turn it round."""
        self.by_person = defaultdict(lambda: ([], []))
        for box, (people, rates) in enumerate(self.soon):
            for person, rate in zip(people, rates, strict=True):
                boxes, of_person = self.by_person[person]
                boxes.append(box)
                of_person.append(rate)

    def credit(
        self,
        scores: Scores,
        by_hour: list[float],
        sums: Sequence[float],
        inclined: Sequence[float],
    ) -> None:
        """Add to scores what points to somebody who had just done something, and the rest by hour.

        Most people do nothing near a moment: their share is that of the hour, and is added up once
        for all moments of it.
        """
        totals = [
            sums[hour] + sum(map(mul, rates, map(inclined.__getitem__, people)))
            for hour, (people, rates) in zip(self.hours, self.soon, strict=True)
        ]
        real = [1.0] * len(totals)
        if self.rates:
            odds = list(map(truediv, totals, self.rates))
            real, self.scale = _likely(odds, self.written, self.scale)
        weights = list(map(truediv, real, totals))
        for hour, weight in zip(self.hours, weights, strict=True):
            by_hour[hour] += weight
        for person, (boxes, rates) in self.by_person.items():
            share = sum(map(mul, rates, map(weights.__getitem__, boxes)))
            scores[person] += inclined[person] * share


class Everything:
    """Everything, also when each box was put; `is_told` means he can tell a dummy.

    What the boxes of a coalition show is gathered once, however often he looks: so a hundred
    thousand submissions take minutes, and not an hour.
    """

    def __init__(
        self, habits: Habits, dummies: Dummies, random: Random, *, is_told: bool = False
    ) -> None:
        """Look by chance: `random` says when dummies are put."""
        self._records = Records(habits)
        self._habits = habits
        self._dummies = dummies
        self._random = random
        self._is_told = is_told
        self._life: Life | None = None
        self._hours: list[Scores] = []
        self._sights: dict[int, list[Sight]] = {}

    def expected(self, life: Life, week: Week) -> Scores:
        """See `View`."""
        return self._records.expected(life, week)

    def concluded(self, batch: Batch, inclined: Sequence[float]) -> Scores:
        """See `View`."""
        if self._life is not batch.life:
            self._life, self._sights = batch.life, {}
            self._hours = _hours(self._habits, batch.life.people)
        first = batch.weeks[0].number
        if first not in self._sights:
            self._sights[first] = [
                self._look(batch.life.people, week, written)
                for week, written in batch.by_week
                if written
            ]
        weighed = [list(map(mul, of_hour, inclined)) for of_hour in self._hours]
        sums = list(map(sum, weighed))
        by_hour = [0.0] * HOURS
        scores: Scores = [0.0] * len(inclined)
        for sight in self._sights[first]:
            sight.credit(scores, by_hour, sums, inclined)
        for of_hour, weight in zip(weighed, by_hour, strict=True):
            if weight:
                scores = [
                    score + weight * rate for score, rate in zip(scores, of_hour, strict=True)
                ]
        return scores

    def _look(self, people: Sequence[Person], week: Week, written: Sequence[Submission]) -> Sight:
        moments = [one.at for one in written]
        rates: list[float] = []
        if not self._is_told:
            # Their order is that of chance: nobody can tell them apart.
            moments = sorted(moments + self._dummies.moments(week, self._random))
            updates = week.updates
            rates = [self._dummies.rate(at, updates) for at in moments]
        causes = Causes(self._habits, people, week)
        hours = [int(moment % DAY / 3600) for moment in moments]
        return Sight(hours, [causes.before(moment) for moment in moments], rates, len(written))


def at_once(view: View) -> Attack:
    """Return who learns nothing from one week about another."""
    return lambda of_one: [
        view.concluded(batch, [1.0] * len(batch.life.people)) for batch in of_one
    ]


def as_he_goes(view: View) -> Attack:
    """Return who learns from every release who tends to write, for the next ones."""
    return lambda of_one: Learner(view, of_one).forward() if of_one else []


def in_hindsight(view: View) -> Attack:
    """Return who learns so, and looks again after half a year, knowing all other releases."""

    def say(of_one: Sequence[Batch]) -> list[Scores]:
        if not of_one:
            return []
        learner = Learner(view, of_one)
        found = learner.forward()
        for _ in range(LOOKS_BACK):
            found = learner.again(found)
        return found

    return say


class Learner:
    """What is known of how much people of a coalition tend to write.

    How much more somebody writes than expected is drawn, by all that he knows beforehand, as the
    gamma distribution of mean 1 and weight `STEADY`; what they then write is Poisson's. So all that
    he must keep is how much they seem to have written, and how much was expected of them. What they
    seem to have written counts as much as it is likely theirs.
    """

    def __init__(self, view: View, of_one: Sequence[Batch]) -> None:
        """Know nothing yet."""
        self._view = view
        self._batches = of_one
        life = of_one[0].life
        self._wrote: Scores = [STEADY] * len(life.people)
        self._expected: Scores = [STEADY] * len(life.people)
        # A week in which nothing was written tells something, too.
        ends = [0, *(batch.weeks[-1].number + 1 for batch in of_one)]
        self._exposed = [
            _added(view.expected(life, week) for week in life.weeks[begin:end])
            for begin, end in pairwise(ends)
        ]

    def forward(self) -> list[Scores]:
        """Go through all releases in their order."""
        found: list[Scores] = []
        for batch, exposed in zip(self._batches, self._exposed, strict=True):
            scores = self._view.concluded(batch, self._inclined())
            self._wrote = _added((self._wrote, scores))
            self._expected = _added((self._expected, exposed))
            found.append(scores)
        return found

    def again(self, found: Sequence[Scores]) -> list[Scores]:
        """Look at each once more, knowing all but itself: nothing is its own witness."""
        anew: list[Scores] = []
        for batch, exposed, before in zip(self._batches, self._exposed, found, strict=True):
            self._wrote = list(map(sub, self._wrote, before))
            self._expected = list(map(sub, self._expected, exposed))
            scores = self._view.concluded(batch, self._inclined())
            self._wrote = _added((self._wrote, scores))
            self._expected = _added((self._expected, exposed))
            anew.append(scores)
        return anew

    def _inclined(self) -> Scores:
        return list(map(truediv, self._wrote, self._expected))


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


def _hours(habits: Habits, people: Sequence[Person]) -> list[Scores]:
    """Return by hour of the day how likely each writes for no reason that is seen, per second."""
    return [
        [one.writes * habits.alone * one.hours[hour] / (7 * 3600) + 1e-15 for one in people]
        for hour in range(HOURS)
    ]


class Causes:
    """Everything in a week after which somebody may have written because of it."""

    def __init__(self, habits: Habits, people: Sequence[Person], week: Week) -> None:
        """Gather them."""
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

    def before(self, moment: float) -> tuple[list[int], list[float]]:
        """Return who had just done something, and how likely they wrote then because of it."""
        first = bisect_left(self._begins, moment - LOOK_BACK)
        last = bisect_right(self._begins, moment)
        soon = [one for one in self._causes[first:last] if moment - one[0] < LONGEST * one[3]]
        return (
            [person for _, person, _, _ in soon],
            [weight * math.exp((begin - moment) / delay) for begin, _, weight, delay in soon],
        )


def _likely(odds: Sequence[float], count: int, scale: float) -> tuple[list[float], float]:
    """Return how likely each box is a submission, where `count` of them are, and the scale of odds.

    The search begins at a scale that was near the last time.
    """
    low, high = 1e-12, 1e12
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
    return real, scale


def _added(those: Iterable[Scores]) -> Scores:
    return [sum(parts) for parts in zip(*those, strict=True)]
