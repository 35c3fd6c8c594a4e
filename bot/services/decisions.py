"""Decisions that are looked at again: the group hears of it, and puts them on an agenda.

A review is never too late: after a downtime the group hears of it when the bot is back.
"""

from datetime import date, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import decisions as rules
from bot.domain.agenda import TITLE_LIMIT, Line
from bot.domain.dates import instant, wall_time
from bot.domain.decisions import DecisionGone, Due
from bot.domain.names import clean
from bot.domain.roles import Action, Actor, Scope, require
from bot.models import AgendaItem, Entry, Group, Meeting, Occasion, OccasionState
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import agenda as agenda_queries
from bot.rendering.keyboards import motions as keyboards
from bot.rendering.messages import renderer
from bot.services import agenda, occasions

DECISION = "decision"
"""The subject of the news that a decision is due for review."""
REVIEW = "decision-review"
"""The kind of the occasion."""
SAID_WITHIN = timedelta(days=30)
"""How long the news waits for a chat that cannot be reached."""
TEXT = "decisions/due.html"


def split_review(text: str, group: Group, *, now: datetime) -> tuple[str, date | None]:
    """Return a decision without ", review 1 March" at its end, and that day; None: it says none.

    Raises:
        DateInThePast: the day is not ahead.
        BotError: what `days.resolve` refuses about a day.
    """
    return rules.split_review(
        text,
        now=wall_time(now, group.zone),
        languages=tuple(dict.fromkeys((*group.languages, *renderer().catalogues.languages))),
        words=renderer().review_words,
    )


async def review_at(
    session: AsyncSession, entry: Entry, meeting: Meeting, day: date | None, *, now: datetime
) -> None:
    """Have a decision of a (locked) meeting looked at again on a day, or on none.

    Another day takes the place of the one that was said before.
    """
    entry_id = stored_id(entry)
    for known in {entry.review_on, day} - {None}:
        assert known is not None
        ended = await occasions.forget(
            session, subject=DECISION, subject_id=entry_id, subject_version=known.toordinal()
        )
        if known == day and not ended:
            await _write(session, entry, meeting, day, now=now)
    entry.review_on = day
    await session.flush()


async def _write(
    session: AsyncSession, entry: Entry, meeting: Meeting, day: date, *, now: datetime
) -> None:
    group = await session.get_one(Group, meeting.group_id)
    at = instant(rules.announced_at(day, group.facts().quiet), group.zone)
    await occasions.write(
        session,
        kind=REVIEW,
        subject=DECISION,
        subject_id=stored_id(entry),
        subject_version=day.toordinal(),
        zone=group.zone,
        due_at=max(at, now),
        expires_at=at + SAID_WITHIN,
    )


async def announce(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Tell the group, without a sound, that a decision is due for review."""
    entry = await session.get(Entry, occasion.subject_id, with_for_update=True)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    is_meant = (
        entry is not None
        and entry.undone_at is None
        and entry.review_on is not None
        and entry.review_on.toordinal() == taken.subject_version
    )
    if entry is None or not is_meant:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    group = await session.get_one(Group, entry.group_id)
    await post.say(
        session,
        post.in_group(group.facts()),
        TEXT,
        {"due": await _due(session, entry, None)},
        now=now,
        about=About(DECISION, stored_id(entry), taken.subject_version, REVIEW),
        keyboard=keyboards.due(stored_id(entry)),
        occasion_key=taken.key,
        expires_at=now + SAID_WITHIN,
        is_live=True,
        is_silent=True,
        is_unasked=True,
    )
    return True


async def put_on_agenda(
    session: AsyncSession, entry_id: int, actor: Actor, message: tuple[int, int], *, now: datetime
) -> None:
    """Put a decision that is due for review on the next agenda; twice is once.

    `message` is the chat and the post whose button was tapped.

    Raises:
        DecisionGone: it was taken back.
        AgendaFull: see there.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may bring nothing here.
    """
    # Two who tap at once come one after the other.
    entry = await session.get(Entry, entry_id, with_for_update=True)
    if entry is None or entry.undone_at is not None:
        raise DecisionGone
    group = await session.get_one(Group, entry.group_id)
    require(actor, Action.ADD_ITEM, Scope(group.coalition_id, stored_id(group)))
    item = await agenda_queries.of_message(session, *message)
    if item is not None:
        return
    title = renderer().plain(
        "decisions/title.txt", language=group.languages[0], text=clean(entry.text, limit=80)
    )
    line = Line(clean(title, limit=TITLE_LIMIT))
    added = await agenda.add(session, group, line, actor, now=now, source=message)
    item = await session.get_one(AgendaItem, added.item.id)
    facts = {"due": await _due(session, entry, item)}
    for row in await post.live_messages(session, DECISION, entry_id):
        text = renderer().post(TEXT, languages=tuple(group.languages), **facts)
        await post.revise(
            session, row, text=text, keyboard=None, now=now, expires_at=now + post.REPLIES_EXPIRE
        )


async def _due(session: AsyncSession, entry: Entry, item: AgendaItem | None) -> Due:
    meeting = await session.get_one(Meeting, entry.meeting_id)
    coming = await session.get(Meeting, item.meeting_id) if item and item.meeting_id else None
    decided_on = wall_time(entry.written_at, meeting.zone).date()
    return Due(
        entry.text,
        decided_on,
        entry.review_on or decided_on,
        is_on_agenda=item is not None,
        next_on=coming.wall_start.date() if coming else None,
    )
