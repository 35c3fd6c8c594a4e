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
    Leak,
    Scores,
    batches,
    everything,
    moments_found,
    pointed_out,
    public,
    seen_in_dialogue,
    without_boxes,
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
    limits: list[Row]
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
            ("Not promised", self.limits),
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

    def strong(habits: Habits, *, is_told: bool = False) -> Attack:
        return everything(habits, OURS, Random(seed + 1), is_told=is_told)  # noqa: S311 - a simulation is to be repeatable

    alone = [0]
    by_all, by_records = _attacked(
        usual,
        submissions,
        seed,
        [_counting_alone(alone, strong(usual)), without_boxes(usual)],
    )
    [by_all_seldom] = _attacked(seldom, submissions, seed, [strong(seldom)])
    bars = [
        verdict.kept("everything; a third write soon after something else", by_all),
        verdict.kept("everything; one in seven does", by_all_seldom),
        verdict.kept("everything but the boxes", by_records),
    ]
    controls = [verdict.caught(_of(leak), _leaking(usual, few, seed, leak)) for leak in Leak]
    [by_busy] = _attacked(BUSY, some, seed, [strong(BUSY)])
    no_followers = everything(usual, Dummies(DUMMIES_A_DAY), Random(seed))  # noqa: S311 - as above
    by_told, by_unfollowed = _attacked(
        usual, some, seed, [strong(usual, is_told=True), no_followers]
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
    return Proof(bars, controls, limits, alone[0])


def _of(leak: Leak) -> str:
    if leak is Leak.NUMBERS:
        return f"{leak.value}: when somebody wrote"
    return f"{leak.value}: which box is one" if leak in TELLING else f"{leak.value}: who wrote"


def _attacked(
    habits: Habits, submissions: int, seed: int, attacks: Sequence[Attack]
) -> list[Tally]:
    """Let several attack the same world, and return what each has found."""
    tallies = [Tally() for _ in attacks]
    for of_one in _released(habits, submissions, seed):
        known_of = [public(habits, batch) for batch in of_one]
        for tally, attack in zip(tallies, attacks, strict=True):
            written = right = right_public = 0
            hoped = 0.0
            for batch, known, scores in zip(of_one, known_of, attack(of_one), strict=True):
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
    for of_one in _released(habits, submissions, seed):
        written = right = right_without = 0
        for batch in of_one:
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
            guess = _best(public(habits, batch))
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
