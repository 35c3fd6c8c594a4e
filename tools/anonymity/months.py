"""Simulated months of coalitions: who used the bot when, and who wrote in confidence.

Nothing here knows how the bot stores anything. People have hours at which they are awake, use the
bot in private and in groups, and sometimes write in confidence: for no reason that anybody sees, or
soon after something else they did with the bot. That last habit is what betrays people, so it is
modelled to the attacker's advantage: he knows all of these numbers.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from random import Random

MINUTE = 60.0
DAY = 86_400.0
WEEK = 7 * DAY
HOURS = 24
UNKNOWN = 0.5
"""How far people differ in how much they write, for no reason that anybody sees (of its logarithm).
"""


@dataclass(frozen=True)
class Habits:
    """How people behave; the attacker knows."""

    sizes: tuple[int, ...] = (12, 25, 60)
    """People of a coalition, in turn."""
    volumes: tuple[float, ...] = (0.5, 2.0, 4.0, 8.0)
    """Submissions of a coalition in a week, in turn: batches of one are among them."""
    visits: float = 3.0
    """How often a week somebody uses the bot in private, on average."""
    posts: float = 4.0
    """How often a week somebody does something in a group that the bot takes in."""
    after_visit: float = 0.25
    """Share of what is written in confidence soon after a visit of the same person."""
    after_post: float = 0.10
    """Share that is written soon after something in the group."""
    delay_visit: float = 4 * MINUTE
    delay_post: float = 20 * MINUTE
    """How soon, on average."""
    soonest: float = 0.5 * MINUTE
    """The promise is read first."""

    @property
    def alone(self) -> float:
        """Return the share that is written for no reason that the bot sees."""
        return 1 - self.after_visit - self.after_post


BUSY = Habits(after_visit=1.0, after_post=0.0)
"""Everybody writes right after they used the bot for something else: the worst there is."""


@dataclass
class Person:
    """Somebody, as the attacker has known them for months."""

    activity: float
    writes: float
    """Submissions a week that are expected of them, as far as anybody can know."""
    truth: float
    """Submissions a week, really: nobody knows."""
    hours: tuple[float, ...]
    """Density over the hours of a day; sums to 1 over the hours."""

    @cached_property
    def by_then(self) -> list[float]:
        """Return how much of a day's activity has happened by the end of each hour."""
        return list(accumulate(self.hours))


@dataclass
class Submission:
    """What somebody wrote in confidence."""

    person: int
    at: float
    week: int


@dataclass
class Week:
    """What happened in a week; moments are seconds since the first."""

    number: int
    visits: list[list[float]]
    """By person: every update in private that leaves a row with its time."""
    ends: list[list[float]]
    """By person: when each visit was over, but for writing in confidence."""
    posts: list[list[float]]
    """By person: everything in a group, which everybody there sees."""
    written: list[Submission]

    @property
    def updates(self) -> list[float]:
        """Return the moments of everything that people did openly, in order."""
        those = (*self.visits, *self.posts)
        return sorted(moment for of_one in those for moment in of_one)


@dataclass
class Life:
    """A coalition, and its weeks."""

    people: list[Person]
    weeks: list[Week] = field(default_factory=list)


def lives(habits: Habits, random: Random, *, submissions: int, weeks: int = 26) -> Iterator[Life]:
    """Yield coalitions, half a year of each, until so much was written."""
    written = 0
    number = 0
    while written < submissions:
        size = habits.sizes[number % len(habits.sizes)]
        volume = habits.volumes[number // len(habits.sizes) % len(habits.volumes)]
        life = Life(_people(random, size, volume))
        for week in range(weeks):
            life.weeks.append(_week(habits, random, life.people, week))
            written += len(life.weeks[-1].written)
        yield life
        number += 1


def near(moments: Sequence[float], *, before: float, within: float) -> Sequence[float]:
    """Return those of sorted moments that lie at most `within` before a moment."""
    return moments[bisect_left(moments, before - within) : bisect_right(moments, before)]


def _people(random: Random, size: int, volume: float) -> list[Person]:
    activity = [random.lognormvariate(0, 0.7) for _ in range(size)]
    mean = sum(activity) / size
    activity = [one / mean for one in activity]
    # Who does more in the coalition writes more; how much more nobody can know.
    writes = [math.sqrt(one) for one in activity]
    truth = [one * random.lognormvariate(0, UNKNOWN) for one in writes]
    return [
        Person(
            act,
            volume * expected / sum(writes),
            volume * real / sum(truth),
            _hours(random),
        )
        for act, expected, real in zip(activity, writes, truth, strict=True)
    ]


def _hours(random: Random) -> tuple[float, ...]:
    """Return when somebody is at their phone: in the morning, in the evening, seldom at night."""
    morning, evening = random.gauss(9, 2), random.gauss(19.5, 1.5)
    share = random.uniform(0.2, 0.8)
    raw = [
        0.05 / HOURS
        + share * math.exp(-((hour - morning) ** 2) / 8)
        + (1 - share) * math.exp(-((hour - evening) ** 2) / 5)
        for hour in range(HOURS)
    ]
    return tuple(one / sum(raw) for one in raw)


def _week(habits: Habits, random: Random, people: Sequence[Person], number: int) -> Week:
    start = number * WEEK
    week = Week(number, [], [], [], [])
    for index, person in enumerate(people):
        visits: list[float] = []
        ends: list[float] = []
        for _ in range(poisson(random, habits.visits * person.activity)):
            moment = awake(person, random, start)
            for _ in range(random.randint(1, 4)):
                visits.append(moment)
                moment += random.uniform(5, 60)
            ends.append(visits[-1])
        number_of_posts = poisson(random, habits.posts * person.activity)
        posts = [awake(person, random, start) for _ in range(number_of_posts)]
        week.visits.append(sorted(visits))
        week.ends.append(sorted(ends))
        week.posts.append(sorted(posts))
        week.written += _written(habits, random, person, index, week)
    week.written.sort(key=lambda one: one.at)
    return week


def _written(
    habits: Habits, random: Random, person: Person, index: int, week: Week
) -> Iterator[Submission]:
    start = week.number * WEEK
    moments = [
        awake(person, random, start) for _ in range(poisson(random, person.truth * habits.alone))
    ]
    for causes, share, usual, delay in (
        (week.ends[index], habits.after_visit, habits.visits, habits.delay_visit),
        (week.posts[index], habits.after_post, habits.posts, habits.delay_post),
    ):
        for cause in causes:
            for _ in range(poisson(random, person.truth * share / (usual * person.activity))):
                moments.append(cause + habits.soonest + random.expovariate(1 / delay))  # noqa: PERF401 - three loops read better than one line
    # What would fall behind the release is taken back before it: a week stays a week.
    return (Submission(index, min(moment, start + WEEK - 1), week.number) for moment in moments)


def awake(person: Person, random: Random, start: float) -> float:
    """Return a moment of the week at which somebody is at their phone."""
    by_then = person.by_then
    hour = bisect_right(by_then, random.random() * by_then[-1], 0, HOURS - 1)
    return start + random.randrange(7) * DAY + (hour + random.random()) * 3600


def poisson(random: Random, mean: float) -> int:
    """Return how many there are, where `mean` are expected."""
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count
