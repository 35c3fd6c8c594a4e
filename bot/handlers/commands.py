"""Commands that wait: for one tap (who typed it, which group is meant), or for their words."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete
from sqlmodel import col

from bot import models as rows
from bot.domain.agenda import is_thanks
from bot.domain.groups import Group
from bot.domain.meetings import Meeting
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import MessageSubject
from bot.outbox.post import About
from bot.rendering.messages import renderer
from bot.services import commands

NEW_ITEM = "new"
"""Before the words of a new item behind /item; understood whatever people speak."""
WORDS = "words"
"""The subject of the question what a command that came alone is about; who may answer follows."""


async def ask_who(desk: Desk, incoming: Incoming, command: str) -> None:
    """Ask a group who typed a command as an anonymous admin: the tap carries the real person."""
    await commands.ask_who(
        desk.session,
        await desk.place(incoming),
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def ask_which(desk: Desk, incoming: Incoming, command: str, groups: Sequence[Group]) -> None:
    """Ask which group a private command is about."""
    await commands.ask_which(
        desk.session,
        await desk.place(incoming),
        await desk.actor(incoming),
        groups,
        message_id=incoming.message_id or 0,
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def ask_which_meeting(
    desk: Desk, incoming: Incoming, command: str, meetings: Sequence[Meeting]
) -> None:
    """Ask which of several open meetings a command is about."""
    await commands.ask_which_meeting(
        desk.session,
        await desk.place(incoming),
        await desk.actor(incoming),
        meetings,
        message_id=incoming.message_id or 0,
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def taken_up(
    desk: Desk,
    incoming: Incoming,
    waiting_id: int,
    group_id: int | None = None,
    meeting_id: int | None = None,
) -> Incoming:
    """Return the command that waited, as if the person who tapped had typed it."""
    actor = await desk.actor(incoming)
    meeting = await desk.session.get(rows.Meeting, meeting_id) if meeting_id is not None else None
    waited = await commands.take_up(
        desk.session,
        waiting_id,
        actor,
        chat_id=incoming.chat_id,
        now=desk.now,
        meeting=meeting.facts() if meeting is not None else None,
    )
    return replace(
        incoming,
        message_id=waited.message_id,
        command=waited.command,
        text=waited.text,
        group_id=group_id,
        meeting_id=meeting_id,
        query_id=None,
        tap=None,
        # What the question replied to is the command itself.
        quoted=None,
    )


async def ask_words(desk: Desk, incoming: Incoming, command: str, meeting_id: int) -> None:
    """Ask somebody what a command that came alone is about; their reply says it.

    In private their next words say it, unless they turn to something else before.
    """
    actor = await desk.actor(incoming)
    await desk.reply(
        incoming,
        "general/ask_words.html",
        about=About(f"{WORDS}:{actor.member_id}:{command}", meeting_id, 1, command),
        command=command,
        is_private=incoming.is_private,
    )


async def with_words(desk: Desk, incoming: Incoming, meeting_id: int) -> Incoming | None:
    """Return the command that waited for these words; None: they are not for it."""
    asked = await desk.session.get(MessageSubject, (incoming.chat_id, incoming.replies_to))
    if asked is None or not incoming.text:
        return None
    _, person, command = asked.subject.split(":")
    actor = await desk.actor(incoming)
    if person != str(actor.member_id) or is_thanks(incoming.text, renderer().agenda_words):
        return None
    text = f"{NEW_ITEM}: {incoming.text}" if command == "item" else incoming.text
    return replace(
        incoming,
        command=command,
        text=text,
        meeting_id=meeting_id,
        replies_to=None,
        quoted=None,
    )


async def forget_words(desk: Desk, incoming: Incoming) -> None:
    """Let a question for words be over in private: the person said them, or something else."""
    await desk.session.execute(
        delete(MessageSubject).where(
            col(MessageSubject.chat_id) == incoming.chat_id,
            col(MessageSubject.subject).startswith(f"{WORDS}:"),
        )
    )
