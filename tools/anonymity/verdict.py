"""How sure we can be of a rate: coalition by coalition, because what is in one hangs together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

BAR = 0.01
"""What an attacker may gain over who knows only public activity and the week."""
CAUGHT = 0.80
"""How often a planted leak must be found, or the proof proves nothing."""
SURE = 0.99
MISSED = "MISSED"
CLOSE = "too close to tell"
FEW = 30
"""Coalitions below which the normal distribution would make us too sure."""


@dataclass
class Tally:
    """Right answers of an attacker, and of who knows only what is public."""

    written: list[int] = field(default_factory=list)
    """By coalition: how much was written."""
    right: list[int] = field(default_factory=list)
    right_public: list[int] = field(default_factory=list)
    hoped: list[float] = field(default_factory=list)
    """What the attacker expects to gain, by all that he knows: free of the luck of guessing."""

    def add(self, written: int, right: int, right_public: int, hoped: float = 0.0) -> None:
        """Count one more coalition; one in which nobody wrote tells nothing."""
        if written:
            self.written.append(written)
            self.right.append(right)
            self.right_public.append(right_public)
            self.hoped.append(hoped)

    @property
    def count(self) -> int:
        """Return how many submissions there were."""
        return sum(self.written)

    @property
    def rate(self) -> float:
        """Return how often the attacker named the author."""
        return sum(self.right) / self.count

    @property
    def public(self) -> float:
        """Return how often public activity and the week named the author."""
        return sum(self.right_public) / self.count

    @property
    def gain(self) -> float:
        """Return what the attacker gains by all that is stored."""
        return self.rate - self.public

    @property
    def hope(self) -> float:
        """Return the gain that the attacker expects."""
        return sum(self.hoped) / self.count

    def hope_interval(self) -> tuple[float, float]:
        """Return between which bounds that lies."""
        return self._around(self.hope, self.hoped)

    def interval(self) -> tuple[float, float]:
        """Return between which bounds the gain lies, as sure as we want to be."""
        gained = [a - b for a, b in zip(self.right, self.right_public, strict=True)]
        return self._around(self.gain, gained)

    def rate_interval(self) -> tuple[float, float]:
        """Return between which bounds the rate lies."""
        return self._around(self.rate, self.right)

    def _around(self, ratio: float, parts: Sequence[float]) -> tuple[float, float]:
        clusters = len(parts)
        apart = ((part - ratio * size) ** 2 for part, size in zip(parts, self.written, strict=True))
        error = math.sqrt(sum(apart) * clusters / max(clusters - 1, 1)) / self.count
        width = NormalDist().inv_cdf((1 + SURE) / 2) * (1 if clusters >= FEW else 1.15)
        return max(ratio - width * error, -1.0), min(ratio + width * error, 1.0)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    attacker: str
    tally: Tally
    is_well: bool | None
    """None: it is shown, and no bar is set for it."""
    verdict: str


def kept(attacker: str, tally: Tally) -> Row:
    """Judge what is to be at most the bar.

    It is kept if the gain is surely below it twice: the one that the attacker expects, and that of
    what he named in fact, which leans on nothing that he believes.
    """
    bounds = tally.interval(), tally.hope_interval()
    if max(at_most for _, at_most in bounds) <= BAR:
        return Row(attacker, tally, is_well=True, verdict="kept")
    is_sure = max(at_least for at_least, _ in bounds) > BAR
    return Row(attacker, tally, is_well=False, verdict=MISSED if is_sure else CLOSE)


def caught(leak: str, tally: Tally) -> Row:
    """Judge a planted leak, which is to be found."""
    is_well = tally.rate >= CAUGHT
    return Row(leak, tally, is_well, "caught" if is_well else "NOT CAUGHT")


def shown(attacker: str, tally: Tally, verdict: str) -> Row:
    """Show what is no bar, and is said in the promise."""
    return Row(attacker, tally, None, verdict)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of Markdown."""
    head = (
        "| attacker | submissions | named | public only | gain | 99 % interval "
        "| gain expected | 99 % interval | verdict |"
    )
    lines = [head, "|---|---:|---:|---:|---:|---|---:|---|---|"]
    for row in rows:
        tally = row.tally
        cells = (
            row.attacker,
            f"{tally.count:,}",
            f"{_points(tally.rate)} %",
            f"{_points(tally.public)} %",
            _points(tally.gain),
            " to ".join(map(_points, tally.interval())),
            _points(tally.hope) if any(tally.hoped) else "",
            " to ".join(map(_points, tally.hope_interval())) if any(tally.hoped) else "",
            row.verdict,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _points(value: float) -> str:
    return f"{100 * value:.1f}"
