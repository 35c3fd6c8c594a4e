"""Taps on the answer buttons while a hundred more always wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.crowd import Crowd
from benchmarks.figures import Figure, NotDoneRight
from benchmarks.rig import Bench, Bot, Rig, on_database
from benchmarks.stores import Kind
from bot.domain.attendance import Answer
from bot.models import Member, Reply

CROWD = Crowd(groups=25, members=20)
ANSWERS = (Answer.COMING, Answer.PHONE, Answer.ALTERNATE, Answer.CANNOT)
PATIENCE = 120.0


@dataclass(frozen=True)
class Burst:
    """How fast a heap of taps was worked off."""

    per_second: float
    cpu_milliseconds: float | None
    """Processor time of the bot for each tap."""


class Tappers:
    """The members of all groups, each changing their mind with every tap."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._tapped = 0
        self.last: dict[int, Answer] = {}
        """The answer each person gave last."""

    def tap(self) -> None:
        """Let the next one tap: one in each group in turn, then the next member of each."""
        number, member = self._tapped % CROWD.groups, self._tapped // CROWD.groups
        chat, person = CROWD.chats[number], CROWD.members_of(number)[member % CROWD.members]
        answer = ANSWERS[(member // CROWD.members + member) % len(ANSWERS)]
        post = self._rig.telegram.messages(chat)[-1]
        data = next(
            button.data
            for row in post.buttons
            for button in row
            if button.data and button.data.endswith(f":{answer}")
        )
        self._rig.telegram.tap(person, chat, post.id, data)
        self._tapped += 1
        self.last[person] = answer


async def measure(bench: Bench) -> Sequence[Figure]:
    """Work off heaps of taps, on each database, and on SQLite with aiosqlite's threads."""
    figures: list[Figure] = []
    for kind in (*bench.stores.kinds, Kind.THREADED):
        bursts = await _bursts(bench, kind)
        figures.append(Figure(f"taps per second, {kind}", [burst.per_second for burst in bursts]))
        used = [b.cpu_milliseconds for b in bursts if b.cpu_milliseconds is not None]
        if used:
            figures.append(Figure(f"processor time of a tap, {kind}", used, "ms"))
    return figures


async def _bursts(bench: Bench, kind: Kind) -> list[Burst]:
    async with bench.rig(kind) as rig:
        await CROWD.settle_in(rig, reminded_at=rig.telegram.now())
        tappers = Tappers(rig)
        async with rig.bot() as bot:
            await rig.until(
                lambda: len(rig.accepted("sendMessage")) == CROWD.groups,
                bot=bot,
                within=PATIENCE,
                what="the posts with the buttons",
            )
            bursts = [
                await _burst(rig, bot, tappers, bench.size.taps) for _ in range(bench.size.repeats)
            ]
        await _check(rig, tappers)
    return bursts


async def _burst(rig: Rig, bot: Bot, tappers: Tappers, count: int) -> Burst:
    used, first = bot.cpu_seconds, len(rig.telegram.outgoing_log)
    # Without a pause in between, so that the bot sees none of them before all are there.
    for _ in range(count):
        tappers.tap()
    started = rig.telegram.now()
    await rig.until(
        lambda: (
            not len(rig.telegram.updates)
            and len(rig.accepted("answerCallbackQuery", since=first)) >= count
        ),
        bot=bot,
        within=PATIENCE,
        what=f"{count} taps",
    )
    now_used = bot.cpu_seconds
    answers = rig.accepted("answerCallbackQuery", since=first)
    each = None if used is None or now_used is None else 1000 * (now_used - used) / count
    return Burst(count / (answers[-1].at - started).total_seconds(), each)


async def _check(rig: Rig, tappers: Tappers) -> None:
    """Make sure that everybody's last answer is the one that counts.

    Raises:
        NotDoneRight: it is not.
    """

    async def stored(session: AsyncSession) -> dict[int, Answer]:
        rows = await session.execute(
            select(col(Member.telegram_id), col(Reply.answer)).join(
                Reply, col(Reply.member_id) == col(Member.id)
            )
        )
        return {row[0]: row[1] for row in rows}

    if await on_database(rig.database_url, stored) != tappers.last:
        message = "the answers that were stored are not the ones that people gave last"
        raise NotDoneRight(message)
