"""From the start of the program to the first command that it answered."""

from collections.abc import Sequence

from benchmarks.crowd import Crowd
from benchmarks.figures import Figure
from benchmarks.rig import Bench, Rig
from benchmarks.stores import Kind

AIM = "≤ 1.5 s"
PERSON = 7
PATIENCE = 60.0


async def measure(bench: Bench) -> Sequence[Figure]:
    """Start the program again and again, while a /help waits for it.

    Once on SQLite that is migrated and holds a coalition, once on none at all, which the program
    makes and migrates first. A start that is not counted comes before, so that Python's compiled
    files are there, as they are after an installation.
    """
    async with bench.rig(Kind.SQLITE) as rig:
        now = rig.telegram.now()
        await Crowd(groups=20, members=10).settle_in(
            rig, reminded_at=now.replace(year=now.year + 1)
        )
        await _seconds(rig)
        existing = [await _seconds(rig) for _ in range(bench.size.repeats)]
    fresh = []
    for _ in range(bench.size.repeats):
        async with bench.rig(Kind.SQLITE, is_empty=True) as rig:
            fresh.append(await _seconds(rig))
    return [
        Figure("start to first answer, database there", existing, "s", AIM),
        Figure("start to first answer, no database yet", fresh, "s", AIM),
    ]


async def _seconds(rig: Rig) -> float:
    telegram = rig.telegram
    telegram.add_user(PERSON, "Amina", language_code="en")
    telegram.write(PERSON, PERSON, "/help")
    already = len(rig.accepted("sendMessage"))
    started = telegram.now()
    async with rig.bot() as bot:
        await rig.until(
            lambda: len(rig.accepted("sendMessage")) > already,
            bot=bot,
            within=PATIENCE,
            what="an answer to the first command",
        )
    return (rig.accepted("sendMessage")[already].at - started).total_seconds()
