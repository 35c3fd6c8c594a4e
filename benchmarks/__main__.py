"""`python -m benchmarks [NAME ...]`: measure, and print one table."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from benchmarks import (
    figures,
    find,
    machine,
    memory,
    minutes,
    reminders,
    replies,
    rig,
    start,
    stores,
    summary,
    taps,
)
from benchmarks.figures import Figure, NotDoneRight
from benchmarks.rig import Bench, Size

Measure: TypeAlias = Callable[[Bench], Awaitable[Sequence[Figure]]]

BENCHMARKS: dict[str, Measure] = {
    "start": start.measure,
    "replies": replies.measure,
    "memory": memory.measure,
    "reminders": reminders.measure,
    "taps": taps.measure,
    "find": find.measure,
    "minutes": minutes.measure,
    "summary": summary.measure,
}
FULL = Size(repeats=3, seconds=40, updates=500, groups=1000, taps=2000)
QUICK = Size(repeats=3, seconds=12, updates=200, groups=240, taps=500)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named, or all; return 1 if one found work not done right."""
    chosen = _parser().parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(BENCHMARKS))
    if unknown:
        _say(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
        return 2
    names = chosen.names or list(BENCHMARKS)
    size = QUICK if chosen.quick else FULL
    if chosen.profile is not None:
        chosen.profile.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="baraza-bench-") as folder:
        return asyncio.run(_run(names, size, Path(folder), chosen.profile))


async def _run(names: Sequence[str], size: Size, folder: Path, profiles: Path | None) -> int:
    found: list[Figure] = []
    wrong = False
    await rig.compiled()
    async with stores.opened(folder) as databases:
        print("\n".join(machine.described(folder)))
        if len(databases.kinds) == 1:
            print("PostgreSQL's programs are not installed here: SQLite only")
        if profiles is not None:
            print(f"profiled into {profiles}: times are longer than without")
        for name in names:
            began, before = time.monotonic(), machine.slowness()
            try:
                found += await BENCHMARKS[name](Bench(databases, size, profiles))
            except NotDoneRight as error:
                wrong = True
                _say(f"{name}: {error}")
            took, slower = time.monotonic() - began, max(before, machine.slowness())
            _say(f"{name}: {took:.0f} s; other programs cost a factor {slower:.1f}")
    print("\n" + figures.table(found))
    return int(wrong)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description="How fast the bot is, and how much memory it takes."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument(
        "--profile", type=Path, metavar="FOLDER", help="write a cProfile of each bot there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
