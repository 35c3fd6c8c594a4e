"""Many groups whose reminders fall due at the same instant, against what Telegram would allow."""

from collections.abc import Sequence
from datetime import timedelta

from benchmarks.crowd import Crowd
from benchmarks.figures import Figure, NotDoneRight
from benchmarks.rig import Bench
from benchmarks.stores import Kind

ALLOWED_PER_SECOND = 30
"""Messages of a bot in all its chats (Bot FAQ, "My bot is hitting limits")."""
AIM = "≤ 1.05"
SOON = timedelta(seconds=1)
"""Ahead of the instant when everything is ready and waits for the reminders to fall due."""


async def measure(bench: Bench) -> Sequence[Figure]:
    """Wait until every group has its reminder, with Telegram's limits on, on each database."""
    figures: list[Figure] = []
    for kind in bench.stores.kinds:
        figures += await _reminded(bench, kind)
    return figures


async def _reminded(bench: Bench, kind: Kind) -> list[Figure]:
    crowd = Crowd(groups=bench.size.groups, members=0)
    allowed = crowd.groups / ALLOWED_PER_SECOND
    async with bench.rig(kind) as rig:
        await crowd.settle_in(rig, reminded_at=rig.telegram.now() + timedelta(hours=1))
        async with rig.bot() as bot:
            await rig.ready(bot)
            due_at = rig.telegram.now() + SOON
            await crowd.remind(rig, at=due_at)
            await rig.until(
                lambda: (
                    len(rig.telegram.outgoing_log) >= crowd.groups
                    and len(rig.accepted("sendMessage")) >= crowd.groups
                ),
                bot=bot,
                within=10 * allowed + 30,
                what="all the reminders",
            )
            used = bot.cpu_seconds
        sent = rig.accepted("sendMessage")
    if sorted(call.chat_id or 0 for call in sent) != sorted(crowd.chats):
        message = f"{crowd.groups} groups were due, and {len(sent)} messages went out"
        raise NotDoneRight(message)
    first, last = sent[0].at, sent[-1].at
    what = f"{crowd.groups} groups reminded, {kind}"
    figures = [
        Figure(
            f"{what}: due to last / limit", [(last - due_at).total_seconds() / allowed], "", AIM
        ),
        Figure(f"{what}: first to last / limit", [(last - first).total_seconds() / allowed]),
        Figure(f"{what}: due to first", [(first - due_at).total_seconds()], "s"),
        Figure(f"{what}: refused with 429", [rig.telegram.refusals], aim="0"),
    ]
    if used is not None:
        figures.append(Figure(f"{what}: processor time in all", [used], "s"))
    return figures
