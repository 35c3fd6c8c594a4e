"""`./dev prove-anonymity`: attack simulated months, print what every attacker found, and judge it.

bars      whoever has everything but the keys gains at most a point
controls  the same attackers, on programs into which a leak was planted, find who wrote
limits    what is not promised, and how much it costs: `docs/privacy.md` names it
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bot.domain.feedback import HELD_AT_MOST, SMALLEST
from bot.services.feedback import DUMMIES_A_DAY, FOLLOWS, FOLLOWS_WITHIN
from tools.anonymity import verdict
from tools.anonymity.attackers import (
    TELLING,
    Batch,
    Dummies,
    Leak,
    Scores,
    batches,
    everything,
    moments_found,
    pointed_out,
    public,
    records,
    seen_in_dialogue,
)
from tools.anonymity.months import BUSY, Habits, lives
from tools.anonymity.verdict import Row, Tally

FULL = 12_400
"""So many make the interval of a rate of a quarter one point wide to each side."""
FEWER = 10
"""A leak shows in a tenth of them."""

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
        last = "Every bar is kept." if self.holds else "A BAR IS MISSED."
        return "\n\n".join([*tables, f"Batches of one in the first line: {self.alone}", last])


def prove(submissions: int = FULL, *, seed: int = 1) -> Proof:
    """Attack the program, and programs with a leak."""
    usual, seldom = Habits(), Habits(after_visit=0.10, after_post=0.05)
    few = max(submissions // FEWER, 200)

    def strong(habits: Habits, count: int, *, is_told: bool = False) -> Tally:
        attack = everything(habits, OURS, Random(seed + 1), is_told=is_told)  # noqa: S311 - a simulation is to be repeatable
        return _attacked(habits, count, seed, attack)

    alone = [0]
    bars = [
        verdict.kept(
            "everything; a third write soon after something else",
            _counting_alone(alone, usual, submissions, seed),
        ),
        verdict.kept("everything; one in seven does", strong(seldom, submissions)),
        verdict.kept(
            "everything but the boxes",
            _attacked(usual, submissions, seed, lambda batch: _scaled(batch, usual)),
        ),
    ]
    controls = [verdict.caught(_of(leak), _leaking(usual, few, seed, leak)) for leak in Leak]
    limits = [
        verdict.shown(
            "everything; everybody writes right after something else",
            strong(BUSY, few),
            "not promised",
        ),
        verdict.shown(
            "everything, and plain numbers of messages",
            strong(usual, few, is_told=True),
            "why they have stand-ins",
        ),
        verdict.shown(
            "everything; no dummy follows anything",
            _attacked(usual, few, seed, everything(usual, Dummies(DUMMIES_A_DAY), Random(seed))),  # noqa: S311 - as above
            "why they do",
        ),
    ]
    return Proof(bars, controls, limits, alone[0])


def _of(leak: Leak) -> str:
    if leak is Leak.NUMBERS:
        return f"{leak.value}: when somebody wrote"
    return f"{leak.value}: which box is one" if leak in TELLING else f"{leak.value}: who wrote"


def _attacked(
    habits: Habits, submissions: int, seed: int, attack: Callable[[Batch], Scores]
) -> Tally:
    tally = Tally()
    for of_one in _released(habits, submissions, seed):
        written = right = right_public = 0
        hoped = 0.0
        for batch in of_one:
            known, scores = public(habits, batch), attack(batch)
            guess, guess_public = _best(scores), _best(known)
            written += len(batch.written)
            right += sum(one.person == guess for one in batch.written)
            right_public += sum(one.person == guess_public for one in batch.written)
            hoped += scores[guess] - scores[guess_public]
        tally.add(written, right, right_public, hoped)
    return tally


def _counting_alone(alone: list[int], habits: Habits, submissions: int, seed: int) -> Tally:
    attack = everything(habits, OURS, Random(seed + 1))  # noqa: S311 - a simulation is to be repeatable

    def counted(batch: Batch) -> Scores:
        alone[0] += len(batch.written) == 1
        return attack(batch)

    return _attacked(habits, submissions, seed, counted)


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


def _scaled(batch: Batch, habits: Habits) -> Scores:
    scores = records(habits, batch)
    scale = len(batch.written) / sum(scores)
    return [score * scale for score in scores]


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="./dev prove-anonymity", description=__doc__)
    parser.add_argument("--submissions", type=int, default=FULL, help="how many are attacked")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated months")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    proof = prove(chosen.submissions, seed=chosen.seed)
    print(proof.as_text())
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return int(not proof.holds)


if __name__ == "__main__":
    sys.exit(main())
