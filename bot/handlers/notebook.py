"""Writing down: /agreed, /action, /note, /idea, /needhelp, in words or as a reply to a message."""

from functools import partial

from bot.domain.notebook import EntryKind, WordsMissing
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models.columns import stored_id
from bot.queries import members
from bot.services import notebook
from bot.services.notebook import Said


async def capture(desk: Desk, incoming: Incoming, *, kind: EntryKind) -> None:
    """Write down what stands behind the command, or in the message that it replies to."""
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, notebook.action_for(kind))
    said = await _said(desk, incoming, kind)
    await notebook.capture(desk.session, stored_id(meeting), kind, said, actor, now=desk.now)
    await desk.react(incoming, "✍")


agreed, action, note, idea, needhelp = (partial(capture, kind=kind) for kind in EntryKind)


async def _said(desk: Desk, incoming: Incoming, kind: EntryKind) -> Said:
    source = (incoming.chat_id, incoming.message_id or 0)
    if incoming.text:
        return Said(incoming.text, source)
    quoted = incoming.quoted
    if quoted is None or not quoted.text:
        raise WordsMissing(kind=kind)
    author = await members.by_telegram_id(desk.session, quoted.sender_id)
    is_known = author is not None and not quoted.is_forwarded
    return Said(
        quoted.text,
        source,
        message_id=quoted.message_id,
        by=author.id if author and is_known else None,
        by_name="" if is_known else quoted.sender_name,
    )
