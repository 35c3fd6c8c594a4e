"""What was released to a coordination team, and what may be told of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.inbox import A_PAGE, A_WEEK, Card, Linked, Page, Released
from bot.domain.notebook import EntryKind
from bot.models import (
    ActionPoint,
    AgendaItem,
    Coalition,
    Entry,
    FeedbackItem,
    FeedbackOutcome,
    Group,
)

WORDS_SOUGHT = 8
"""Of what somebody looks for with a whole sentence."""

_OF_POINT, _OF_ENTRY = aliased(Group), aliased(Group)


async def coordinated(session: AsyncSession, coalition_ids: frozenset[int]) -> Sequence[Coalition]:
    """Return coalitions by their ids, by name."""
    rows = await session.execute(
        select(Coalition)
        .where(col(Coalition.id).in_(coalition_ids))
        .order_by(col(Coalition.name), col(Coalition.id))
    )
    return rows.scalars().all()


async def card(session: AsyncSession, item_id: int) -> Card | None:
    """Return an item as the coordination team reads it; None: it, or its words, are gone."""
    row = (await session.execute(_cards().where(col(FeedbackItem.id) == item_id))).one_or_none()
    return None if row is None else _card(row)


async def page(session: AsyncSession, coalition_id: int, number: int) -> Page:
    """Return some of the items of a coalition, the newest week first.

    Within a week they stand by their random ids. After the last page comes the first one.
    """
    is_here = (col(FeedbackItem.coalition_id) == coalition_id, col(FeedbackItem.words) != "")
    total, settled = (
        await session.execute(
            select(func.count(), func.count(FeedbackItem.settled_at))  # type: ignore[arg-type] # a column, as far as SQL is concerned
            .select_from(FeedbackItem)
            .where(*is_here)
        )
    ).one()
    pages = -(-total // A_PAGE)
    skipped = A_PAGE * (number % pages) if pages else 0
    rows = await session.execute(
        _cards()
        .where(*is_here)
        .order_by(col(FeedbackItem.week).desc(), col(FeedbackItem.id))
        .offset(skipped)
        .limit(A_PAGE)
    )
    return Page(tuple(map(_card, rows)), skipped + 1, total, total - settled)


async def themes(session: AsyncSession, coalition_id: int, *, limit: int) -> Sequence[str]:
    """Return the themes of a coalition that were used last."""
    rows = await session.execute(
        select(col(FeedbackItem.theme))
        .where(
            col(FeedbackItem.coalition_id) == coalition_id,
            col(FeedbackItem.theme) != "",
            ~col(FeedbackItem.is_safeguarding),
        )
        .group_by(col(FeedbackItem.theme))
        .order_by(func.max(col(FeedbackItem.week)).desc(), col(FeedbackItem.theme))
        .limit(limit)
    )
    return rows.scalars().all()


async def linkable(
    session: AsyncSession,
    coalition_id: int,
    *,
    first: int | None = None,
    words: Sequence[str] = (),
    limit: int,
) -> tuple[Linked, ...]:
    """Return the newest actions and decisions of the groups of a coalition, so many of each.

    Those of the group `first` come before all others. Of `words` each stands in what is returned,
    or in the name of its group.
    """

    def has_words(text: Any) -> list[ColumnElement[bool]]:
        return [
            or_(
                text.icontains(one, autoescape=True),
                col(Group.name).icontains(one, autoescape=True),
            )
            for one in words[:WORDS_SOUGHT]
        ]

    is_other = case((col(Group.id) == first, 0), else_=1)
    points = await session.execute(
        select(col(ActionPoint.id), col(ActionPoint.text), col(Group.name))
        .join(Group, col(Group.id) == col(ActionPoint.group_id))
        .where(
            col(Group.coalition_id) == coalition_id,
            col(ActionPoint.taken_back_at).is_(None),
            *has_words(col(ActionPoint.text)),
        )
        .order_by(is_other, col(ActionPoint.made_at).desc(), col(ActionPoint.id).desc())
        .limit(limit)
    )
    entries = await session.execute(
        select(col(Entry.id), col(Entry.text), col(Group.name))
        .join(Group, col(Group.id) == col(Entry.group_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Entry.item_id))
        .where(
            col(Group.coalition_id) == coalition_id,
            col(Entry.kind) == EntryKind.AGREED,
            col(Entry.undone_at).is_(None),
            or_(col(Entry.item_id).is_(None), ~col(AgendaItem.is_off_record)),
            *has_words(col(Entry.text)),
        )
        .order_by(is_other, col(Entry.written_at).desc(), col(Entry.id).desc())
        .limit(limit)
    )
    return (
        *(Linked(text, group, point_id=key) for key, text, group in points),
        *(Linked(text, group, entry_id=key) for key, text, group in entries),
    )


async def is_of_coalition(session: AsyncSession, coalition_id: int, linked: Linked) -> bool:
    """Tell whether an action or a decision is one of a group of a coalition."""
    table, key = (ActionPoint, linked.point_id) if linked.point_id else (Entry, linked.entry_id)
    found = await session.scalar(
        select(col(Group.coalition_id))
        .join(table, col(table.group_id) == col(Group.id))
        .where(col(table.id) == key)
    )
    return found == coalition_id


async def written(session: AsyncSession, coalition_id: int) -> Sequence[str]:
    """Return all words of a coalition that are not forgotten: nothing shared may repeat them."""
    rows = await session.execute(
        select(col(FeedbackItem.words)).where(
            col(FeedbackItem.coalition_id) == coalition_id, col(FeedbackItem.words) != ""
        )
    )
    return rows.scalars().all()


async def released(session: AsyncSession, coalition_id: int, week: date) -> list[Released]:
    """Return what is counted of a week and the one before it, and of all that is not done with.

    No words. What was answered in the week is there, too.
    """
    begins = datetime.combine(week, time(), UTC)
    in_week = func.coalesce(
        (col(FeedbackItem.answered_at) >= begins)
        & (col(FeedbackItem.answered_at) < begins + A_WEEK),
        false(),
    )
    rows = await session.execute(
        select(
            col(FeedbackItem.week),
            col(FeedbackItem.theme),
            col(FeedbackItem.is_safeguarding),
            in_week,
            col(FeedbackItem.settled_at).is_not(None),
        ).where(
            col(FeedbackItem.coalition_id) == coalition_id,
            col(FeedbackItem.week).in_((week, week - A_WEEK))
            | in_week
            | (col(FeedbackItem.settled_at).is_(None) & (col(FeedbackItem.words) != "")),
        )
    )
    return [Released(*row) for row in rows]


async def outcomes(
    session: AsyncSession, coalition_id: int, *, since: datetime, until: datetime
) -> list[tuple[str, str]]:
    """Return what was said and done, as it was told between two instants, the newest first."""
    rows = await session.execute(
        select(col(FeedbackOutcome.said), col(FeedbackOutcome.did))
        .where(
            col(FeedbackOutcome.coalition_id) == coalition_id,
            col(FeedbackOutcome.published_at) >= since,
            col(FeedbackOutcome.published_at) < until,
        )
        .order_by(col(FeedbackOutcome.published_at).desc(), col(FeedbackOutcome.id).desc())
    )
    return [(said, did) for said, did in rows]


def _cards() -> Select[FeedbackItem, str, str, str, str, str]:
    return (
        select(
            FeedbackItem,
            col(Group.name),
            col(ActionPoint.text),
            col(_OF_POINT.name),
            col(Entry.text),
            col(_OF_ENTRY.name),
        )
        .outerjoin(Group, col(Group.id) == col(FeedbackItem.group_id))
        .outerjoin(ActionPoint, col(ActionPoint.id) == col(FeedbackItem.point_id))
        .outerjoin(_OF_POINT, col(_OF_POINT.id) == col(ActionPoint.group_id))
        .outerjoin(Entry, col(Entry.id) == col(FeedbackItem.entry_id))
        .outerjoin(_OF_ENTRY, col(_OF_ENTRY.id) == col(Entry.group_id))
    )


def _card(row: Row[FeedbackItem, str, str, str, str, str]) -> Card:
    item, group, action, of_point, decision, of_entry = row
    linked = None
    if item.point_id is not None:
        linked = Linked(action, of_point, point_id=item.point_id)
    elif item.entry_id is not None:
        linked = Linked(decision, of_entry, entry_id=item.entry_id)
    return Card(
        id=item.id,
        coalition_id=item.coalition_id,
        week=item.week,
        words=item.words,
        group_id=item.group_id,
        group=group or "",
        theme=item.theme,
        is_safeguarding=item.is_safeguarding,
        answer=item.answer,
        is_settled=item.settled_at is not None,
        linked=linked,
    )
