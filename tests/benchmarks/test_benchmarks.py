"""Every benchmark runs, in a tiny size; how fast is nobody's business here."""

import asyncio
from pathlib import Path

from benchmarks import figures
from benchmarks.__main__ import BENCHMARKS
from benchmarks.figures import Figure
from benchmarks.rig import Bench, Size
from benchmarks.stores import Kind, Stores

TINY = Size(repeats=1, seconds=0.1, updates=4, groups=4, taps=40)


async def test_every_benchmark_measures_work_that_was_done_right(tmp_path: Path) -> None:
    names = list(BENCHMARKS)
    stores = Stores(tmp_path, None)
    # Alembic migrates one database at a time; the others are copies.
    await stores.migrated(Kind.SQLITE)
    # Side by side, because each spends most of its time waiting for a start.
    found = await asyncio.gather(*(BENCHMARKS[name](Bench(stores, TINY)) for name in names))

    assert [name for name, rows in zip(names, found, strict=True) if not rows] == []
    assert all(value >= 0 for rows in found for figure in rows for value in figure.values)


def test_table_shows_median_range_and_aim_in_columns() -> None:
    rows = [Figure("start", [1.25, 1.5, 1.0], "s", "≤ 1.5 s"), Figure("refused", [0])]

    lines = [line.split() for line in figures.table(rows).splitlines()]

    assert lines[2:] == [
        ["start", "1.25", "s", "1.00-1.50", "(3)", "≤", "1.5", "s"],
        ["refused", "0"],
    ]


def test_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(200, 0, -1)]

    assert [figures.percentile(values, percent) for percent in (50, 99, 100)] == [100, 198, 200]
