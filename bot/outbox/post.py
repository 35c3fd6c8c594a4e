"""How services say something: facts become rendered rows in the caller's own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.groups import Group
from bot.models import Method, OutboxMessage, OutboxState
from bot.rendering.html import split
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer

FEW = 5
"""Messages that are looked at to find the one that answered another."""
REPLIES_EXPIRE = timedelta(hours=24)
"""An answer that could not be delivered within a day no longer answers anything."""
OVER_BUDGET = "over budget"
"""Why something that was decided was never sent."""
NO_FACTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class About:
    """What a message is about, so that replies to it and changes of it find each other."""

    subject: str
    id: int
    version: int
    kind: str
    """Which of the texts about the subject it is."""


@dataclass(frozen=True)
class Place:
    """Where a message goes, and in which languages it is read there."""

    chat_id: int
    languages: tuple[str, ...]
    thread_id: int | None = None
    reply_to: int | None = None


def in_group(group: Group, *, reply_to: int | None = None) -> Place:
    """Return the place where a whole group reads, in all of its languages."""
    return Place(group.chat_id, group.languages, group.thread_id, reply_to)


async def say(
    session: AsyncSession,
    place: Place,
    template: str,
    facts: Mapping[str, Any] = NO_FACTS,
    *,
    now: datetime,
    about: About | None = None,
    keyboard: Keyboard | None = None,
    occasion_key: str | None = None,
    expires_at: datetime | None = None,
    is_live: bool = False,
    is_silent: bool = False,
    is_unasked: bool = False,
    is_withheld: bool = False,
    text: str = "",
) -> OutboxMessage:
    """Write down what is to be said, rendered for its readers, and return the (last) row.

    Whoever has rendered it already, to see whether it fits, hands its `text` over. What nobody
    asked for counts towards a budget; what that has no room for is withheld.

    A text too long for one message becomes several rows; a live one never is. Buttons stand under
    the last.
    """
    text = text or renderer().post(template, languages=place.languages, **facts)
    parts = [text] if is_live else split(text)
    rows = [
        OutboxMessage(
            # Only the last part bears the key: it is unique in a chat.
            occasion_key=occasion_key if part is parts[-1] else None,
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            text=part,
            reply_to=place.reply_to,
            is_silent=is_silent,
            kind=about.kind if about else template,
            subject=about.subject if about else None,
            subject_id=about.id if about else None,
            subject_version=about.version if about else 0,
            is_live=is_live,
            unasked_at=now if is_unasked else None,
            not_before=now,
            expires_at=expires_at or now + REPLIES_EXPIRE,
        )
        for part in parts
    ]
    rows[-1].keyboard = buttons(keyboard, place.languages)
    if is_withheld:
        for row in rows:
            row.state, row.ended_at, row.failure = OutboxState.WITHDRAWN, now, OVER_BUDGET
    session.add_all(rows)
    await session.flush()
    return rows[-1]


async def send_file(
    session: AsyncSession,
    place: Place,
    what: Mapping[str, Any],
    *,
    about: About,
    now: datetime,
    caption: str = "",
) -> None:
    """Write down that a file is to be sent.

    It is made from `what` when its turn has come; or `what` has the `file_id` of one that Telegram
    has, which then bears the `caption`.
    """
    row = _file_row(place, what, about=about, now=now)
    row.text = caption
    session.add(row)
    await session.flush()


async def send_photo(
    session: AsyncSession,
    place: Place,
    what: Mapping[str, Any],
    *,
    about: About,
    now: datetime,
    caption: str = "",
    keyboard: Keyboard | None = None,
    is_protected: bool = False,
) -> None:
    """Write down that a picture is to be sent.

    `what` is what it is made from when its turn has come (`make` and more, as for a file: whoever
    makes it writes its caption), or the `file_id` of one that Telegram has, with its `caption` in
    Telegram's HTML. A protected picture cannot be passed on or saved.
    """
    shown = buttons(keyboard, place.languages)
    row = _file_row(place, what, about=about, now=now)
    row.method, row.text, row.keyboard = Method.PHOTO, caption, shown
    row.document = {**what, "is_protected": is_protected}
    session.add(row)
    await session.flush()


def _file_row(
    place: Place, what: Mapping[str, Any], *, about: About, now: datetime
) -> OutboxMessage:
    return OutboxMessage(
        method=Method.DOCUMENT,
        chat_id=place.chat_id,
        thread_id=place.thread_id,
        text="",
        document=dict(what),
        reply_to=place.reply_to,
        is_silent=True,
        kind=about.kind,
        subject=about.subject,
        subject_id=about.id,
        subject_version=about.version,
        not_before=now,
        expires_at=now + REPLIES_EXPIRE,
    )


async def revise(
    session: AsyncSession,
    message: OutboxMessage,
    *,
    text: str,
    keyboard: dict[str, Any] | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Change what a live message shows; it is sent or edited as soon as the limits allow."""
    if (message.text, message.keyboard) == (text, keyboard):
        return
    if has_lost_its_place(message):
        # It was heard before: what is posted anew only stands where people read now.
        message.is_silent = True
    message.text, message.keyboard = text, keyboard
    message.version += 1
    message.state, message.ended_at = OutboxState.READY, None
    message.not_before = now
    if expires_at is not None and message.message_id is not None:
        # One that was never sent keeps its time: a late reminder would only confuse.
        message.expires_at = expires_at
    session.add(message)
    await session.flush()


def has_lost_its_place(message: OutboxMessage) -> bool:
    """Tell whether a message was sent, but cannot be edited any more: its chat has another id."""
    return message.message_id is None and message.sent_version > 0


# Built once: building a statement costs more than running it.
_LIVE = (
    select(OutboxMessage)
    .where(
        col(OutboxMessage.subject) == bindparam("about"),
        col(OutboxMessage.subject_id) == bindparam("about_id"),
        col(OutboxMessage.is_live),
        col(OutboxMessage.state).in_((OutboxState.READY, OutboxState.DELIVERED)),
    )
    .order_by(col(OutboxMessage.id))
    .with_for_update()
)


async def live_messages(
    session: AsyncSession, subject: str, subject_id: int
) -> Sequence[OutboxMessage]:
    """Return the live messages about a subject that were or will be shown, oldest first, locked."""
    about = {"about": subject, "about_id": subject_id}
    rows = await session.execute(_LIVE, about)
    return rows.scalars().all()


async def newest_about(session: AsyncSession, subject: str, chat_id: int) -> int | None:
    """Return the number (in the outbox) of what was said last about a kind of subject in a chat."""
    number: int | None = await session.scalar(
        select(func.max(col(OutboxMessage.id))).where(
            col(OutboxMessage.subject) == subject, col(OutboxMessage.chat_id) == chat_id
        )
    )
    return number


async def asked_since(
    session: AsyncSession, subject: str, chat_id: int, number: int
) -> Sequence[OutboxMessage]:
    """Return the messages about a kind of subject in a chat from one on, in order."""
    rows = await session.execute(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.chat_id) == chat_id,
            col(OutboxMessage.id) >= number,
        )
        .order_by(col(OutboxMessage.id))
        .limit(FEW)
    )
    return rows.scalars().all()


async def asked_under(session: AsyncSession, subject: str, place: Place) -> Sequence[OutboxMessage]:
    """Return the live messages about a kind of subject that answer one message, locked."""
    rows = await session.execute(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.chat_id) == place.chat_id,
            col(OutboxMessage.reply_to) == place.reply_to,
            col(OutboxMessage.is_live),
        )
        .order_by(col(OutboxMessage.id))
        .with_for_update()
    )
    return rows.scalars().all()


def take_back(message: OutboxMessage, *, now: datetime) -> None:
    """Take back a message that waits for its turn; one that is being sent goes out all the same."""
    if message.state is OutboxState.READY and message.lease_until is None:
        message.state, message.ended_at = OutboxState.WITHDRAWN, now


async def withdraw(
    session: AsyncSession,
    subject: str,
    subject_id: int,
    *,
    before_version: int,
    now: datetime,
) -> None:
    """Take back what was decided about an older version of a subject, but not yet begun to send."""
    await session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.subject_id) == subject_id,
            col(OutboxMessage.subject_version) < before_version,
            col(OutboxMessage.state) == OutboxState.READY,
            col(OutboxMessage.message_id).is_(None),
            col(OutboxMessage.lease_until).is_(None),
        )
        .values(state=OutboxState.WITHDRAWN, ended_at=now)
    )


async def react(
    session: AsyncSession, *, chat_id: int, message_id: int, emoji: str, now: datetime
) -> None:
    """Acknowledge a message with a reaction: everybody sees it, and no phone makes a sound."""
    session.add(
        OutboxMessage(
            method=Method.REACTION,
            chat_id=chat_id,
            reply_to=message_id,
            text=emoji,
            kind="reaction",
            not_before=now,
            expires_at=now + REPLIES_EXPIRE,
        )
    )
    await session.flush()


def buttons(keyboard: Keyboard | None, languages: Sequence[str]) -> dict[str, Any] | None:
    """Return the Bot API's form of a keyboard, labelled in the languages of its readers."""
    return None if keyboard is None else renderer().keyboard(keyboard, languages=languages)
