"""Minutes of sixty entries, from [Approve all] to the post in the group and to the PDF.

The PDF is asked for as soon as the minutes stand in the group: in turn by another member, whose
chat has been quiet, and by the lead, whose draft has just been edited. What the lead waits for is
mostly Telegram: its limit of one message a second in a chat counts edits, too.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.crowd import Crowd
from benchmarks.figures import Figure, percentile
from benchmarks.replies import AIMS, Writers
from benchmarks.rig import Bench, Bot, Rig, on_database
from benchmarks.stores import Kind
from bot.domain.agenda import ItemState
from bot.domain.filing import Form
from bot.domain.notebook import EntryKind
from bot.domain.sittings import Ending, SittingState
from bot.domain.taps import Verb, tap
from bot.models import AgendaItem, Entry, Meeting, Member, Minutes, Presence, Sitting
from bot.models.columns import stored_id
from bot.playground.limits import PACED, Limits

CROWD = Crowd(groups=25, members=8)
ENTRIES, ITEMS = 60, 6
RATE = 10
"""Commands a second that others send meanwhile."""
EVERY = 1.5
"""Seconds from one publication to the next."""
WARM_UP = 20
PATIENCE = 30.0
BOTH = 2
"""What a lead is sent who writes for the first time: an answer, and the draft."""
AIM = "≤ 1 s"


@dataclass
class Times:
    """Seconds that each publication took, and that whoever asked for a PDF waited."""

    first: list[float] = field(default_factory=list)
    """From the tap to the minutes in the group, or their first part."""
    last: list[float] = field(default_factory=list)
    """To their last part: a chat takes one message a second."""
    pdf: list[float] = field(default_factory=list)
    """From another member's tap on [PDF] to the file."""
    whole: list[float] = field(default_factory=list)
    """The last part and that PDF together."""
    lead_pdf: list[float] = field(default_factory=list)
    """From the lead's tap on [PDF] to the file."""
    held_back: list[float] = field(default_factory=list)
    """How much of that Telegram's limit took: until a second after the last message there."""


async def measure(bench: Bench) -> Sequence[Figure]:
    """Approve one draft after the other while others write, on each database."""
    figures: list[Figure] = []
    for kind in bench.stores.kinds:
        figures += await _published(bench, kind)
    return figures


async def _published(bench: Bench, kind: Kind) -> list[Figure]:
    async with bench.rig(kind) as rig:
        await CROWD.settle_in(rig, reminded_at=rig.telegram.now() + timedelta(days=100))
        await on_database(rig.database_url, _hold)
        count = max(min(round(bench.size.seconds / EVERY), CROWD.groups), 1)
        leads = [CROWD.members_of(number)[0] for number in range(CROWD.groups)]
        readers = [CROWD.members_of(number)[1] for number in range(CROWD.groups)]
        others = [person for person in CROWD.people if person not in {*leads, *readers}]
        async with rig.bot() as bot:
            await rig.ready(bot)
            writers = Writers(rig, bot, others)
            await _greeted(rig, bot, dict.fromkeys(readers[:count], 1))
            await _greeted(rig, bot, dict.fromkeys(leads[:count], BOTH))
            await writers.answered(rate=RATE, count=min(WARM_UP, round(count * EVERY * RATE)))
            times, taken = await asyncio.gather(
                _publish(rig, bot, count),
                writers.answered(rate=RATE, count=round(count * EVERY * RATE)),
            )
    what = f"{ENTRIES} entries, {kind}"
    waited = [1000 * seconds for seconds in taken]
    own = [taken - held for taken, held in zip(times.lead_pdf, times.held_back, strict=True)]
    return [
        Figure(f"{what}: approved to published", times.first, "s"),
        Figure(f"{what}: approved to the last part", times.last, "s"),
        Figure(f"{what}: tap to PDF", times.pdf, "s"),
        Figure(f"{what}: published and PDF", times.whole, "s", AIM),
        *(
            Figure(f"{what}: the lead's tap to PDF, {which}", values, "s")
            for which, values in (("held back by Telegram", times.held_back), ("the rest", own))
            # A single publication has another member's PDF alone.
            if values
        ),
        *(
            Figure(
                f"{what}: other commands meanwhile, p{p}", [percentile(waited, p)], "ms", AIMS[p]
            )
            for p in AIMS
        ),
    ]


async def _publish(rig: Rig, bot: Bot, count: int) -> Times:
    """Approve drafts at fixed instants, each followed by its PDF in the lead's own chat."""
    loop, times = asyncio.get_running_loop(), Times()
    started = loop.time()
    for number in range(count):
        await asyncio.sleep(started + number * EVERY - loop.time())
        chat, lead = CROWD.chats[number], CROWD.members_of(number)[0]
        meeting_id, first = number + 1, len(rig.telegram.outgoing_log)
        under = rig.telegram.write(lead, chat, "The draft is right")
        tapped = rig.telegram.now()
        data = tap(Verb.APPROVE, meeting_id, 1, 1).encode()
        rig.telegram.tap(lead, chat, under, data, force=True)

        def parts(chat: int = chat, first: int = first) -> list[float]:
            calls = rig.accepted("sendMessage", since=first)
            return [call.at.timestamp() for call in calls if call.chat_id == chat]

        def is_whole(chat: int = chat) -> bool:
            return any(message.buttons for message in rig.telegram.messages(chat))

        await rig.until(is_whole, bot=bot, within=PATIENCE, what="the minutes in the group")
        times.first.append(parts()[0] - tapped.timestamp())
        times.last.append(parts()[-1] - tapped.timestamp())
        if number % 2:
            asked = rig.telegram.now().timestamp()
            times.lead_pdf.append(await _pdf(rig, bot, number, lead))
            times.held_back.append(max(_free_at(rig, lead) - asked, 0.0))
        else:
            times.pdf.append(await _pdf(rig, bot, number, CROWD.members_of(number)[1]))
            times.whole.append(times.last[-1] + times.pdf[-1])
    return times


def _free_at(rig: Rig, chat: int) -> float:
    """Return when Telegram would have let the last message of a chat through."""
    there = [call for call in rig.telegram.outgoing_log if call.chat_id == chat]
    before = [call.at for call in there if call.method in PACED][:-1]
    return (before[-1] + Limits().per_chat_within).timestamp() if before else 0.0


async def _greeted(rig: Rig, bot: Bot, people: Mapping[int, int]) -> None:
    """Let people write to the bot, and wait for as many messages as each is sent."""
    for person in people:
        rig.telegram.write(person, person, "/help")

    def have_all() -> bool:
        told = Counter(call.chat_id for call in rig.accepted("sendMessage", since=0))
        return all(told[person] >= count for person, count in people.items())

    await rig.until(have_all, bot=bot, within=PATIENCE, what="answers, and drafts")


async def _pdf(rig: Rig, bot: Bot, number: int, person: int) -> float:
    """Let somebody tap [PDF] under the minutes, and return how long they waited for the file."""
    chat, first = CROWD.chats[number], len(rig.telegram.outgoing_log)

    def files() -> list[float]:
        calls = rig.accepted("sendDocument", since=first)
        return [call.at.timestamp() for call in calls if call.chat_id == person]

    post = [message for message in rig.telegram.messages(chat) if message.buttons][-1]
    tapped = rig.telegram.now()
    data = tap(Verb.CARRY, number + 1, 1, Form.PDF).encode()
    rig.telegram.tap(person, chat, post.id, data)
    await rig.until(lambda: bool(files()), bot=bot, within=PATIENCE, what="the PDF")
    return files()[0] - tapped.timestamp()


async def _hold(session: AsyncSession) -> None:
    """Let every group have held its meeting, and wait for its minutes to be approved."""
    leads = {CROWD.members_of(number)[0] for number in range(CROWD.groups)}
    people = {one.telegram_id: one for one in (await session.execute(select(Member))).scalars()}
    for person in people.values():
        # Others have written before: the first time costs a look at all that waits for them.
        person.has_started = person.telegram_id not in leads
    meetings = (await session.execute(select(Meeting).order_by(col(Meeting.id)))).scalars()
    for number, meeting in enumerate(meetings):
        members = [people[person] for person in CROWD.members_of(number)]
        await _hold_one(session, meeting, members)


async def _hold_one(session: AsyncSession, meeting: Meeting, members: Sequence[Member]) -> None:
    meeting_id, opened, over = stored_id(meeting), meeting.starts_at, meeting.ends_at
    items = [
        AgendaItem(
            group_id=meeting.group_id,
            meeting_id=meeting_id,
            title=f"Item {position}: water",
            minutes=20,
            state=ItemState.DONE,
            position=position,
        )
        for position in range(ITEMS)
    ]
    session.add_all(items)
    await session.flush()
    session.add(
        Sitting(
            meeting_id=meeting_id,
            state=SittingState.CLOSED,
            ending=Ending.CLOSED,
            opened_at=opened,
            closed_at=over,
            last_activity_at=over,
        )
    )
    session.add_all(
        Presence(
            meeting_id=meeting_id,
            organisation_id=seat,
            member_id=member.id,
            arrived_at=opened,
        )
        for seat, member in enumerate(members, start=1)
    )
    session.add_all(
        Entry(
            group_id=meeting.group_id,
            meeting_id=meeting_id,
            item_id=item.id,
            kind=kind,
            text=f"{number}: trucks go to Griftu",
            written_by=members[0].id,
            written_at=opened,
            owner_id=members[1].id if kind is EntryKind.ACTION else None,
        )
        for number, kind, item in zip(range(ENTRIES), cycle(EntryKind), cycle(items), strict=False)
    )
    session.add(
        Minutes(meeting_id=meeting_id, group_id=meeting.group_id, serial=1, drafted_at=over)
    )
    await session.flush()
