"""Writing down: /agreed, /action, /note, /idea, in words or as a reply; /undo."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain import actions as rules
from bot.domain import notebook as book
from bot.domain.actions import AmendmentUnclear
from bot.domain.facilitation import Duty
from bot.domain.notebook import LATELY, EntryKind, EntryOut, OnlyIdeas
from bot.domain.roles import Action, Actor, NotAllowed
from bot.domain.sittings import NotOpen
from bot.handlers import commands
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming, Quoted
from bot.models import Meeting, MessageSubject
from bot.models.columns import stored_id
from bot.queries import members
from bot.queries import notebook as queries
from bot.rendering.answers import fold
from bot.rendering.messages import renderer
from bot.services import actions, facilitation, notebook
from bot.services.notebook import Said, Written

AGREED_TOO, ACTION_TOO = "agreed-too", "action-too"
"""The control words by which decisions and actions are written down as well."""

_TOO = {EntryKind.AGREED: AGREED_TOO, EntryKind.ACTION: ACTION_TOO}

_BARE = re.compile(r"/\w+(@\w+)?")
"""A command without words."""


async def capture(desk: Desk, incoming: Incoming, *, kind: EntryKind) -> None:
    """Write down what stands behind the command, or in the message that it replies to.

    Each point of a list is an entry; of actions each line may be one. An edited command corrects
    what it wrote down before.
    """
    actor = await desk.actor(incoming)
    known = await queries.all_of_message(desk.session, incoming.chat_id, incoming.message_id or 0)
    said = await what_was_said(desk, incoming)
    meeting_id = known[0].meeting_id if known else stored_id(await _meeting(desk, incoming, kind))
    if not (known or incoming.is_edit or said.text or said.quoted):
        await commands.ask_words(desk, incoming, command_of(kind), meeting_id)
        return
    parts = await _parts(desk, meeting_id, kind, said, actor)
    written = []
    for at, one in enumerate(parts):
        if at < len(known):
            number = stored_id(known[at])
            done = await notebook.correct(desk.session, number, kind, one, actor, now=desk.now)
        else:
            done = await notebook.capture(desk.session, meeting_id, kind, one, actor, now=desk.now)
        written.append(done)
    for entry in known[len(parts) :]:
        await notebook.undo(desk.session, stored_id(entry), actor, now=desk.now)
    await _answer(desk, incoming, written, emoji="👌" if known else "✍")


async def _parts(
    desk: Desk, meeting_id: int, kind: EntryKind, said: Said, actor: Actor
) -> list[Said]:
    """Return what is to be written down one by one: each point of a list is an entry.

    A call for help stays one, whatever it lists: the group hears of it once.
    """
    if kind is EntryKind.HELP:
        points = book.entries(said.text)
        return [replace(said, text=points[0]) if len(points) == 1 else said]
    if kind is EntryKind.ACTION:
        words = (said.text, said.mentions)
        found = await actions.separate(
            desk.session, meeting_id, words, said.quoted, speaker=actor.member_id, now=desk.now
        )
        return [replace(said, text=own, quoted=theirs) for own, theirs in found]
    announcing = renderer().action_words[rules.Word.LIST]
    if said.text:
        texts = book.entries(said.text, announcing=announcing)
        return [replace(said, text=text) for text in texts] or [replace(said, text="", quoted="")]
    texts = book.entries(said.quoted, announcing=announcing)
    return [replace(said, quoted=text) for text in texts] or [said]


agreed, action, note, idea, _ = (partial(capture, kind=kind) for kind in EntryKind)


async def undo(desk: Desk, incoming: Incoming) -> None:
    """/undo — take back what one wrote down last oneself; as a reply, what that wrote down."""
    actor = await desk.actor(incoming)
    if incoming.is_edit:
        return
    meant = await _replied_to(desk, incoming, actor.member_id)
    if meant is None and incoming.is_private and not (incoming.group_id or incoming.meeting_id):
        # Whichever meeting it was in: people mean what they have just written.
        meant = await notebook.undoable(desk.session, actor, now=desk.now)
    if meant is not None:
        entry = await notebook.undo(desk.session, meant, actor, now=desk.now)
    else:
        meeting = await _undone_in(desk, incoming)
        entry = await notebook.undo_last(desk.session, stored_id(meeting), actor, now=desk.now)
    await desk.reply(incoming, "notebook/undone.html", entry=entry)


async def _undone_in(desk: Desk, incoming: Incoming) -> Meeting:
    """Return the meeting in which somebody takes back what they wrote down last.

    Raises:
        EntryOut: no meeting is open, and what they wrote down lately is out.
        GroupUnknown, TopicUnknown, GroupMissing, GroupAmbiguous, NotOpen, NotAllowed, StrangerHere,
        AnonymousAdmin: as `Desk.open_meeting`.
    """
    actor = await desk.actor(incoming)
    try:
        return await desk.open_meeting(incoming, actor, Action.SHARE, afterwards=Action.SHARE)
    except NotOpen:
        lately = desk.now - LATELY
        if await queries.has_published_words(desk.session, actor.member_id or 0, lately):
            raise EntryOut from None
        raise


async def _replied_to(desk: Desk, incoming: Incoming, member_id: int | None) -> int | None:
    """Return the entry that a reply is about: of several that one message said, one's own."""
    if incoming.replies_to is None:
        return None
    source = (incoming.chat_id, incoming.replies_to)
    subject = await desk.session.get(MessageSubject, source)
    if subject is not None and subject.subject == actions.ENTRY:
        return subject.subject_id
    written = await queries.of_message(desk.session, *source)
    found = [written] if written else await queries.said_in(desk.session, *source)
    mine = [one for one in found if one.written_by == member_id]
    return next((one.id for one in (*reversed(mine), *found)), None)


async def undo_tapped(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """[Undo] under what was written down."""
    await notebook.undo(desk.session, entry_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "notebook/toast_undone.txt")


async def owner_tapped(
    desk: Desk, incoming: Incoming, entry_id: int, member_id: int, organisation_id: int
) -> None:
    """A tap on one of those who may do an action."""
    actor = await desk.actor(incoming)
    await notebook.give(desk.session, entry_id, member_id, organisation_id, actor, now=desk.now)
    await desk.toast(incoming)


async def replied(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """A reply to how an action was understood: who does it, until when, or back with it.

    People talk to each other there, too: what only thanks, or asks, is left alone.
    """
    actor = await desk.actor(incoming)
    if rules.is_undo(incoming.text, renderer().action_words):
        await notebook.undo(desk.session, entry_id, actor, now=desk.now)
        await desk.react(incoming, "👌")
        return
    if not incoming.is_private and renderer().answer_in(incoming.text) is not None:
        return
    try:
        amended = await notebook.amend(desk.session, entry_id, incoming.text, actor, now=desk.now)
    except AmendmentUnclear:
        if not incoming.is_private and rules.is_talk(incoming.text):
            return
        raise
    if amended is not None:
        await desk.react(incoming, "👌")


async def said_again(desk: Desk, incoming: Incoming) -> bool:
    """Follow an edit of words that were written down; False if they were not."""
    if not incoming.is_edit or incoming.is_command or not incoming.text:
        return False
    is_written = await notebook.said_again(
        desk.session,
        (incoming.chat_id, incoming.message_id or 0),
        incoming.text,
        await desk.actor(incoming),
        now=desk.now,
    )
    if is_written:
        await desk.react(incoming, "✍")
    return is_written


async def _answer(
    desk: Desk, incoming: Incoming, written: Sequence[Written], *, emoji: str
) -> None:
    """Show that something was written down: of an action, and of several, how it was understood."""
    if written[0].entry.kind is EntryKind.ACTION:
        for one in written:
            await _echo(desk, incoming, one, emoji=emoji)
        return
    await desk.react(incoming, emoji)
    if len(written) > 1:
        lines = await notebook.lines(desk.session, [one.entry for one in written])
        await desk.reply(incoming, "notebook/kept.html", entries=lines)


async def _echo(desk: Desk, incoming: Incoming, written: Written, *, emoji: str) -> None:
    entry, session = written.entry, desk.session
    if await actions.show(session, entry, unclear=written.unclear, now=desk.now):
        await desk.react(incoming, emoji)
        return
    place = await desk.place(incoming)
    await actions.echo(session, entry, place, unclear=written.unclear, now=desk.now)


async def _meeting(desk: Desk, incoming: Incoming, kind: EntryKind) -> Meeting:
    """Return the meeting in which something is written down.

    Raises:
        LastMinutesOut: none is open, and the minutes of the last are out.
        OnlyIdeas: only who runs the meeting may; but the person may bring an idea.
        GroupUnknown, TopicUnknown, GroupMissing, GroupAmbiguous, NotOpen, NotAllowed, StrangerHere,
        AnonymousAdmin: as `Desk.open_meeting`.
    """
    actor = await desk.actor(incoming)
    try:
        return await desk.open_meeting(
            incoming, actor, notebook.action_for(kind), afterwards=Action.RUN_MEETING
        )
    except NotAllowed as refused:
        if kind in notebook.SHARED:
            raise
        # Without an open meeting nobody's idea can be kept either: then that is what is said.
        meeting = await desk.open_meeting(incoming, actor, Action.SHARE)
        is_proposed = await facilitation.is_proposed(desk.session, meeting, Duty.NOTES, actor)
        raise OnlyIdeas(action=refused.action, is_proposed=is_proposed) from refused


async def what_was_said(desk: Desk, incoming: Incoming) -> Said:
    """Return the words behind a command with those of the message that it replied to.

    What the bot said is nobody's word, and a bare command says nothing.
    """
    quoted = incoming.quoted
    said = Said(
        incoming.text, (incoming.chat_id, incoming.message_id or 0), mentions=incoming.mentions
    )
    if quoted is None or quoted.is_own or _BARE.fullmatch(quoted.text.strip()):
        return said
    return await _with_quoted(desk, said, quoted)


async def _with_quoted(desk: Desk, said: Said, quoted: Quoted) -> Said:
    author = await members.by_telegram_id(desk.session, quoted.sender_id)
    is_known = author is not None and not quoted.is_forwarded
    return Said(
        said.text,
        said.source,
        message_id=quoted.message_id,
        quoted=quoted.text,
        by=author.id if author and is_known else None,
        by_name="" if is_known else quoted.sender_name,
        mentions=said.mentions,
        quoted_mentions=quoted.mentions,
    )


def kind_in(text: str) -> tuple[EntryKind | None, str]:
    """Read `agreed: …`: the kind of a new entry, in any language, and its words."""
    head, colon, rest = text.partition(":")
    if colon and rest.strip():
        for kind in EntryKind:
            said = renderer().catalogues.words("command", command_of(kind)).values()
            words = [word for one in said for word in one]
            if kind in _TOO:
                words += renderer().control_words(_TOO[kind])
            if fold(head) in map(fold, words):
                return kind, rest.strip()
    return None, text.strip()


def command_of(kind: EntryKind) -> str:
    """Return the command that writes an entry of this kind down."""
    return "needhelp" if kind is EntryKind.HELP else str(kind)


async def as_command(desk: Desk, incoming: Incoming, *, is_free: bool) -> Incoming | None:
    """Return "agreed: …" in private as the command that it means; None: it means none.

    Whoever holds the only phone in a hall writes many lines. It means one while a meeting is open
    in which the person may write that down, if it `is_free`: if it answers no question that takes
    any words. An edit corrects what was written down so, whatever was asked since.
    """
    kind, words = kind_in(incoming.text)
    source = (incoming.chat_id, incoming.message_id or 0)
    known = await queries.all_of_message(desk.session, *source) if incoming.is_edit else []
    if kind is None and known:
        # They answered what a bare command asked.
        kind = known[0].kind
    if kind is None or incoming.is_command or incoming.wordless is not None:
        return None
    if incoming.is_edit:
        is_meant = bool(known)
    else:
        is_meant = is_free and await desk.may_in_meeting(incoming, notebook.action_for(kind))
    return replace(incoming, command=command_of(kind), text=words) if is_meant else None
