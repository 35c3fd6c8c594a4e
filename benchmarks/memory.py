"""How much memory the program takes: when it has started, and when it has been used."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from benchmarks.figures import Figure
from benchmarks.machine import Memory
from benchmarks.replies import CROWD, Writers
from benchmarks.rig import Bench
from benchmarks.stores import Kind

AIM = "≤ 110 MiB"
RATE = 25
REST = 1.0
"""Seconds without an update before a look."""


async def measure(bench: Bench) -> Sequence[Figure]:
    """Look at the program's process before and after some hundred commands, on SQLite."""
    async with bench.rig(Kind.SQLITE) as rig:
        await CROWD.settle_in(rig, reminded_at=rig.telegram.now() + timedelta(days=100))
        async with rig.bot() as bot:
            writers = Writers(rig, bot)
            await writers.answered(rate=1, count=1)
            await asyncio.sleep(REST)
            idle = bot.memory
            await writers.answered(rate=RATE, count=bench.size.updates)
            await asyncio.sleep(REST)
            used = bot.memory
    return [
        *_figures("when it has started", idle),
        *_figures(f"after {bench.size.updates} updates", used),
    ]


def _figures(when: str, memory: Memory | None) -> list[Figure]:
    if memory is None:
        return []
    return [
        Figure(f"memory {when}, PSS", [memory.proportional], "MiB", AIM),
        Figure(f"memory {when}, RSS", [memory.resident], "MiB"),
    ]
