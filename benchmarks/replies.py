"""From a person's command to the bot's answer, at a steady rate of commands."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from benchmarks.crowd import Crowd
from benchmarks.figures import Figure, NotDoneRight, percentile
from benchmarks.rig import Bench, Bot, Rig
from benchmarks.stores import Kind
from bot.playground.state import Call

RATES = (1, 25)
"""Commands per second. Telegram lets 30 messages a second out, and the bot keeps a little below."""
AIMS = {50: "≤ 20 ms", 99: "≤ 100 ms"}
COMMANDS = ("/when", "/help")
CROWD = Crowd(groups=25, members=8)
"""As many people as write in 8 s at the highest rate: nobody writes twice in a second, which is a
chat's own limit."""
WARM_UP = 20
PATIENCE = 60.0


async def measure(bench: Bench) -> Sequence[Figure]:
    """Let people write in private, evenly spaced, on each database and at each rate."""
    figures: list[Figure] = []
    for kind in bench.stores.kinds:
        async with bench.rig(kind) as rig:
            now = rig.telegram.now()
            await CROWD.settle_in(rig, reminded_at=now + timedelta(days=100))
            async with rig.bot() as bot:
                writers = Writers(rig, bot)
                await writers.answered(rate=max(RATES), count=WARM_UP)
                for rate in RATES:
                    count = max(round(rate * bench.size.seconds), 1)
                    figures += await _at(rate, count, kind, writers, bot)
            figures.append(Figure(f"refused with 429, {kind}", [rig.telegram.refusals], aim="0"))
    return figures


class Writers:
    """The members of all groups, who write to the bot in private, one after the other."""

    def __init__(self, rig: Rig, bot: Bot, people: Sequence[int] = CROWD.people) -> None:
        self._rig, self._bot = rig, bot
        # Never from the first one again: who has just had an answer would wait for a second, which
        # is the chat's own limit.
        self._next = cycle(people)

    async def answered(self, *, rate: float, count: int) -> list[float]:
        """Write `count` commands, and return after how many seconds each was answered.

        Raises:
            NotDoneRight: an answer is missing, or there is one too many.
        """
        rig, first = self._rig, len(self._rig.telegram.outgoing_log)
        written = await self._write(rate=rate, count=count)

        def answers() -> list[Call]:
            sent = rig.accepted("sendMessage", since=first)
            # What groups are told meanwhile answers nobody.
            return [call for call in sent if (call.chat_id or 0) > 0]

        await rig.until(
            lambda: len(answers()) >= count, bot=self._bot, within=PATIENCE, what="all the answers"
        )
        spoken: defaultdict[int, list[datetime]] = defaultdict(list)
        for call in answers():
            assert call.chat_id is not None
            spoken[call.chat_id].append(call.at)
        if {chat: len(at) for chat, at in spoken.items()} != {
            c: len(a) for c, a in written.items()
        }:
            message = f"{count} commands had {len(answers())} answers, or in the wrong chats"
            raise NotDoneRight(message)
        return [
            (answer - question).total_seconds()
            for chat, questions in written.items()
            for question, answer in zip(questions, spoken[chat], strict=True)
        ]

    async def _write(self, *, rate: float, count: int) -> dict[int, list[datetime]]:
        """Write at fixed instants, whether or not the bot keeps up, and return who wrote when."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        written: defaultdict[int, list[datetime]] = defaultdict(list)
        for number in range(count):
            await asyncio.sleep(started + number / rate - loop.time())
            person = next(self._next)
            written[person].append(self._rig.telegram.now())
            self._rig.telegram.write(person, person, COMMANDS[number % len(COMMANDS)])
        return written


async def _at(rate: int, count: int, kind: Kind, writers: Writers, bot: Bot) -> list[Figure]:
    used = bot.cpu_seconds
    taken = [1000 * seconds for seconds in await writers.answered(rate=rate, count=count)]
    what = f"update to answer at {rate}/s, {kind}"
    figures = [Figure(f"{what}, p{p}", [percentile(taken, p)], "ms", AIMS[p]) for p in AIMS]
    if used is not None and (now_used := bot.cpu_seconds) is not None:
        each = 1000 * (now_used - used) / count
        figures.append(Figure(f"{what}, processor time each", [each], "ms"))
    return figures
