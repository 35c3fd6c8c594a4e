"""`./dev prove-anonymity`: attack simulated months, print what every attacker found, and judge it.

bars      whoever has everything but the keys gains at most a point
controls  the same attackers, on programs into which a leak was planted, find who wrote
limits    what is not promised, and how much it costs: `docs/privacy.md` names it
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bot.domain.feedback import HELD_AT_MOST, SMALLEST
from bot.services.feedback import DUMMIES_A_DAY, FOLLOWS, FOLLOWS_WITHIN
from tools.anonymity import verdict
from tools.anonymity.attackers import (
    TELLING,
    Attack,
    Batch,
    Dummies,
    Everything,
    Leak,
    Records,
    Scores,
    View,
    as_he_goes,
    at_once,
    batches,
    in_hindsight,
    moments_found,
    pointed_out,
    seen_in_dialogue,
)
from tools.anonymity.months import BUSY, Habits, lives
from tools.anonymity.verdict import Row, Tally

FULL = 100_000
"""So many make it sure that also what was named in fact is below the bar, in any such world: the
luck of guessing is a quarter of a point then, and the bar one point."""
LIMITS = 12_400
"""What is not promised is far above the bar: its size is seen in these."""
LEAKS = 1_240
"""A planted leak shows in these."""
LEAST = 200

OURS = Dummies(
    DUMMIES_A_DAY, FOLLOWS, FOLLOWS_WITHIN[0].total_seconds(), FOLLOWS_WITHIN[1].total_seconds()
)
"""As the program puts them."""


@dataclass(frozen=True)
class Proof:
    """All that was found."""

    bars: list[Row]
    controls: list[Row]
    unsure: list[Row]
    """Not promised, since it is not surely below the bar."""
    limits: list[Row]
    """Not promised, and far above the bar."""
    alone: int
    """Batches of one among those of the first bar."""

    @property
    def holds(self) -> bool:
        """Tell whether every bar was kept, and every leak found."""
        return all(row.is_well for row in (*self.bars, *self.controls))

    def as_text(self) -> str:
        """Return the tables."""
        parts = (
            ("Kept: whoever has everything but the keys", self.bars),
            ("Controls: planted leaks, which must be found", self.controls),
            ("Not promised: too near the bar", self.unsure),
            ("Not promised: above it", self.limits),
        )
        tables = [f"{title}\n\n{verdict.table(rows)}" for title, rows in parts]
        if self.holds:
            last = "Every bar is kept, and every leak found."
        elif any(row.verdict == verdict.CLOSE for row in self.bars):
            last = "TOO CLOSE TO TELL: attack more of them (--submissions)."
        else:
            last = "A BAR IS MISSED, or a leak not found."
        return "\n\n".join([*tables, f"Batches of one in the first line: {self.alone}", last])


def prove(submissions: int = FULL, *, seed: int = 1) -> Proof:
    """Attack the program, and programs with a leak."""
    usual, seldom = Habits(), Habits(after_visit=0.10, after_post=0.05)
    some, few = (max(min(submissions, most), LEAST) for most in (LIMITS, LEAKS))

    def strong(habits: Habits, *, is_told: bool = False) -> Everything:
        return Everything(habits, OURS, Random(seed + 1), is_told=is_told)  # noqa: S311 - a simulation is to be repeatable

    alone = [0]
    third, known = strong(usual), Records(usual, is_public=True)
    by_all, by_learner, by_hindsight, by_records = _attacked(
        usual,
        submissions,
        seed,
        [
            (_counting_alone(alone, at_once(third)), at_once(known)),
            (as_he_goes(third), as_he_goes(known)),
            (in_hindsight(third), in_hindsight(known)),
            (at_once(Records(usual)), at_once(known)),
        ],
    )
    [by_all_seldom] = _attacked(seldom, submissions, seed, [_once(seldom, strong(seldom))])
    bars = [
        verdict.kept("everything; a third write soon after something else", by_all),
        verdict.kept("the same, who learns from week to week who writes", by_learner),
        verdict.kept("everything; one in seven does", by_all_seldom),
        verdict.kept("everything but the boxes", by_records),
    ]
    unsure = [
        verdict.shown("the same, who looks back on half a year", by_hindsight, "not promised")
    ]
    controls = [verdict.caught(_of(leak), _leaking(usual, few, seed, leak)) for leak in Leak]
    [by_busy] = _attacked(BUSY, some, seed, [_once(BUSY, strong(BUSY))])
    no_followers = Everything(usual, Dummies(DUMMIES_A_DAY), Random(seed))  # noqa: S311 - as above
    by_told, by_unfollowed = _attacked(
        usual,
        some,
        seed,
        [_once(usual, strong(usual, is_told=True)), _once(usual, no_followers)],
    )
    limits = [
        verdict.shown(
            "everything; everybody writes right after something else", by_busy, "not promised"
        ),
        verdict.shown(
            "everything, and plain numbers of messages", by_told, "why they have stand-ins"
        ),
        verdict.shown("everything; no dummy follows anything", by_unfollowed, "why they do"),
    ]
    return Proof(bars, controls, unsure, limits, alone[0])


def _of(leak: Leak) -> str:
    if leak is Leak.NUMBERS:
        return f"{leak.value}: when somebody wrote"
    return f"{leak.value}: which box is one" if leak in TELLING else f"{leak.value}: who wrote"


def _once(habits: Habits, view: View) -> tuple[Attack, Attack]:
    """Return who looks at each release for itself, and his opponent, who knows what is public."""
    return at_once(view), at_once(Records(habits, is_public=True))


def _attacked(
    habits: Habits, submissions: int, seed: int, attacks: Sequence[tuple[Attack, Attack]]
) -> list[Tally]:
    """Let several attack the same world, each beside his opponent; return what each has found."""
    tallies = [Tally() for _ in attacks]
    for of_one in _released(habits, submissions, seed):
        for tally, (attack, opponent) in zip(tallies, attacks, strict=True):
            written = right = right_public = 0
            hoped = 0.0
            said = zip(of_one, opponent(of_one), attack(of_one), strict=True)
            for batch, known, scores in said:
                guess, guess_public = _best(scores), _best(known)
                written += len(batch.written)
                right += sum(one.person == guess for one in batch.written)
                right_public += sum(one.person == guess_public for one in batch.written)
                hoped += scores[guess] - scores[guess_public]
            tally.add(written, right, right_public, hoped)
    return tallies


def _counting_alone(alone: list[int], attack: Attack) -> Attack:
    def counted(of_one: Sequence[Batch]) -> list[Scores]:
        alone[0] += sum(len(batch.written) == 1 for batch in of_one)
        return attack(of_one)

    return counted


def _leaking(habits: Habits, submissions: int, seed: int, leak: Leak) -> Tally:
    """Count what a leak gives away: the author, which box is a submission, or when it came."""
    tally = Tally()
    random = Random(seed + 2)  # noqa: S311 - a simulation is to be repeatable
    public = at_once(Records(habits, is_public=True))
    for of_one in _released(habits, submissions, seed):
        written = right = right_without = 0
        for batch, known in zip(of_one, public(of_one), strict=True):
            written += len(batch.written)
            if leak in TELLING:
                right += pointed_out(batch, OURS, leak, random)
                right_without += pointed_out(batch, OURS, None, random)
                continue
            if leak is Leak.NUMBERS:
                right += moments_found(batch, OURS, leak, random)
                right_without += moments_found(batch, OURS, None, random)
                continue
            said = seen_in_dialogue(batch, leak, random)
            right += sum(a == one.person for a, one in zip(said, batch.written, strict=True))
            guess = _best(known)
            right_without += sum(one.person == guess for one in batch.written)
        tally.add(written, right, right_without)
    return tally


def _released(habits: Habits, submissions: int, seed: int) -> Iterator[list[Batch]]:
    # One world for all attackers: what differs between them is not the luck of the draw.
    for life in lives(habits, Random(seed), submissions=submissions):  # noqa: S311 - as above
        yield batches(life, smallest=SMALLEST, held_at_most=HELD_AT_MOST)


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="./dev prove-anonymity", description=__doc__)
    parser.add_argument("--submissions", type=int, default=FULL, help="how many are attacked")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated months")
    chosen = parser.parse_args(arguments)
    proof = prove(chosen.submissions, seed=chosen.seed)
    print(proof.as_text())
    print(f"{time.process_time():.0f} s of a core", file=sys.stderr)
    return int(not proof.holds)


if __name__ == "__main__":
    sys.exit(main())
