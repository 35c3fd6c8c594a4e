"""A small run of `./dev prove-anonymity`, and what ties its simulation to the program."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.services import feedback
from tools.anonymity.__main__ import OURS, Proof, prove
from tools.anonymity.attackers import (
    STEADY,
    Batch,
    Everything,
    Leak,
    Learner,
    Records,
    as_he_goes,
    at_once,
    batches,
    in_hindsight,
)
from tools.anonymity.months import Habits, Life, Person, Submission, Week, lives
from tools.anonymity.verdict import BAR, CAUGHT, CLOSE, MISSED, Tally, kept

AT_LEAST = 12_400


@dataclass(frozen=True)
class Quoted:
    """A line of the table on the page on privacy."""

    attacker: str
    submissions: int
    at_most: float
    """The gain in points: the higher end of both intervals."""


def _quoted() -> list[Quoted]:
    page = Path(__file__).parents[2] / "docs" / "privacy.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("| attacker |"))
    found: list[Quoted] = []
    for line in lines[begin + 2 :]:
        if not line.startswith("| "):
            return found
        who, count, _, _, _, in_fact, _, expected = (cell.strip() for cell in line.split("|")[1:-1])
        ends = [float(one.rpartition(" to ")[2]) for one in (in_fact, expected)]
        found.append(Quoted(who, int(count.replace(",", "")), max(ends)))
    return found


QUOTED = _quoted()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_who_has_everything_but_the_keys_gains_hardly_anything_and_every_leak_is_found() -> None:
    proof: Proof = prove(1_000)

    assert [row.verdict for row in proof.controls] == ["caught"] * len(Leak)
    assert min(row.tally.rate for row in proof.controls) >= CAUGHT
    assert MISSED not in {row.verdict for row in proof.bars}
    assert max(row.tally.hope_interval()[1] for row in proof.bars) <= BAR
    assert [quoted.attacker for quoted in QUOTED] == [row.attacker for row in proof.bars]
    # What is not promised is not small: that is why it is not.
    assert min(row.tally.hope for row in proof.limits) > BAR
    # Nobody says of what is too near the bar that it is kept.
    assert [row.is_well for row in proof.unsure] == [None] * len(proof.unsure)


def test_what_the_page_on_privacy_quotes_is_of_enough_and_surely_below_the_bar() -> None:
    assert min(quoted.submissions for quoted in QUOTED) >= AT_LEAST
    assert max(quoted.at_most for quoted in QUOTED) < 100 * BAR


def test_the_simulated_dummies_follow_as_the_programs_do() -> None:
    random = Random(4)
    simulated = [
        OURS.soonest * (OURS.latest / OURS.soonest) ** random.random() for _ in range(20_000)
    ]
    real = [
        (at - NOON).total_seconds()
        for at in feedback.dummies_after(round(20_000 / OURS.after_update), NOON)
    ]

    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        a = sorted(simulated)[int(share * len(simulated))]
        b = sorted(real)[int(share * len(real))]
        assert abs(a / b - 1) < 0.15


def test_an_expected_dummy_is_counted_once_over_all_moments() -> None:
    update, step = 1000.0, 1.0

    total = sum(
        (OURS.rate(update + n * step, [update]) - OURS.a_day / 86_400) * step
        for n in range(int(OURS.latest) + 60)
    )

    assert abs(total - OURS.after_update) < 0.02


def life_of(*written: int) -> Life:
    person = Person(1.0, 1.0, 1.0, (1 / 24,) * 24)
    weeks = [
        Week(number, [[]], [[]], [[]], [Submission(0, 0.0, number) for _ in range(count)])
        for number, count in enumerate(written)
    ]
    return Life([person], weeks)


def test_simulated_batches_are_released_as_the_program_does() -> None:
    found = batches(life_of(4, 1, 0, 0, 2, 1, 3), smallest=3, held_at_most=2)

    assert [(len(one.written), [week.number for week in one.weeks]) for one in found] == [
        (4, [0]),
        (1, [1, 2, 3]),
        (3, [4, 5]),
        (3, [6]),
    ]


def test_batches_of_one_are_among_those_attacked() -> None:
    sizes = [
        len(batch.written)
        for life in lives(Habits(), Random(1), submissions=500)
        for batch in batches(life, smallest=3, held_at_most=2)
    ]

    assert min(sizes) == 1


MORNING, EVENING = 9, 20
LONELY = Habits(after_visit=0.0, after_post=0.0)
"""Nobody writes because of something else: only hours tell people apart."""


def two_of_whom_the_first_writes(weeks: int, *, at_noon: int) -> list[Batch]:
    """One writes in the morning, the other would in the evening, twice as often; once, at noon."""
    people = [
        Person(1.0, often, often, tuple(float(hour in {when, 12}) / 2 for hour in range(24)))
        for when, often in ((MORNING, 1.0), (EVENING, 2.0))
    ]
    life = Life(people)
    for number in range(weeks):
        hour = 12 if number == at_noon else MORNING
        written = [Submission(0, number * 7 * 86_400.0 + hour * 3600.0, number)]
        life.weeks.append(Week(number, [[], []], [[], []], [[], []], written))
    return batches(life, smallest=1, held_at_most=2)


def test_who_learns_counts_what_each_wrote_beside_what_was_expected() -> None:
    found = two_of_whom_the_first_writes(9, at_noon=8)
    told = Everything(LONELY, OURS, Random(1), is_told=True)

    unlearnt = at_once(told)(found)[-1]
    learnt = as_he_goes(told)(found)[-1]

    assert [round(score, 6) for score in unlearnt] == [round(1 / 3, 6), round(2 / 3, 6)]
    # In eight weeks the first wrote eight, as expected; the other none, where 16 were.
    first, other = 1.0 * (STEADY + 8) / (STEADY + 8), 2.0 * STEADY / (STEADY + 16)
    share = first / (first + other)
    assert [round(score, 6) for score in learnt] == [round(share, 6), round(1 - share, 6)]


def test_who_looks_back_knows_of_the_first_week_what_the_later_ones_told() -> None:
    found = two_of_whom_the_first_writes(9, at_noon=0)
    told = Everything(LONELY, OURS, Random(1), is_told=True)

    assert round(as_he_goes(told)(found)[0][0], 6) == round(1 / 3, 6)
    assert in_hindsight(told)(found)[0][0] > 2 / 3


def test_no_release_is_its_own_witness() -> None:
    [life] = lives(Habits(), Random(1), submissions=1)
    [alone, *_] = batches(life, smallest=3, held_at_most=2)
    learner = Learner(Records(Habits()), [alone])

    [found] = learner.forward()
    [again] = learner.again([found])

    assert max(found) > 1.5 * min(found)
    assert [round(score, 9) for score in again] == [round(score, 9) for score in found]


def test_who_knows_what_is_public_learns_of_it_too() -> None:
    """In a week in which one was busy more was written than in one in which the other was."""
    people = [Person(1.0, 1.0, 1.0, (1 / 24,) * 24) for _ in range(2)]
    habits = Habits(after_visit=0.0, after_post=1.0)
    life = Life(people)
    for number in range(10):
        busy = number % 2
        posts = [[0.0] * (8 if person == busy else 1) for person in range(2)]
        written = [Submission(0, 0.0, number) for _ in range(1 if busy else 9)]
        life.weeks.append(Week(number, [[], []], [[], []], posts, written))
    # Last, both did as much.
    life.weeks.append(Week(10, [[], []], [[], []], [[0.0], [0.0]], [Submission(0, 0.0, 10)]))
    found = batches(life, smallest=1, held_at_most=2)

    knows = Records(habits, is_public=True)

    assert at_once(knows)(found)[-1] == [0.5, 0.5]
    assert as_he_goes(knows)(found)[-1][0] > 0.6


def test_a_gain_of_two_points_misses_the_bar() -> None:
    tally = Tally()
    for _ in range(200):
        tally.add(100, 12, 10, hoped=2.0)

    assert kept("somebody", tally).verdict == MISSED


def named(*, more: int, hoped: float) -> Tally:
    """Tell of 400 coalitions, in which the luck of guessing names three more, or three fewer."""
    tally = Tally()
    for turn in range(400):
        luck = 3 if turn % 2 else -3
        tally.add(100, 10 + more + luck, 10, hoped=hoped)
    return tally


def test_the_bar_is_kept_only_by_what_was_named_in_fact_and_by_what_is_expected() -> None:
    few = Tally()
    few.add(100, 13, 10, hoped=0.1)
    few.add(100, 7, 10, hoped=0.1)

    assert kept("nobody", named(more=0, hoped=0.1)).verdict == "kept"
    # Expected is little; what was named in fact says otherwise, or too little to be sure.
    assert kept("whoever knows more than we think", named(more=2, hoped=0.1)).verdict == MISSED
    assert kept("whoever thinks too well", named(more=0, hoped=2.0)).verdict == MISSED
    assert kept("of whom too little is seen", few).verdict == CLOSE
