"""Minutes as people carry them out of the chat: to print, to file, to copy; and where to find them.

They are made from what was approved, whatever was renamed since; of a draft that is out, from what
stands in the notebook. An old button gives the newest version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import Document
from bot.domain import filing, roles
from bot.domain import minutes as rules
from bot.domain.dates import wall_time
from bot.domain.filing import Edition, Filed, Form, NoMinutes, SeveralMinutes
from bot.domain.minutes import Change, MinutesNotYet, MinutesState, MinutesUnknown, Record
from bot.domain.roles import Action, Actor, Scope
from bot.domain.write_ups import Unheld
from bot.models import Group, Meeting, Minutes
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import archive, write_ups
from bot.queries import minutes as queries
from bot.queries import sittings as sitting_queries
from bot.rendering import documents, word
from bot.rendering.messages import renderer
from bot.services import members
from bot.services import minutes as drafts
from bot.services.circulation import Carried, is_in_sight

PAPER = "minutes-paper"
"""The subject of what was carried out; replies to it answer nothing."""
MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Found:
    """Minutes that somebody looked up, and which ones there are besides."""

    meeting_id: int
    record: Record
    edition: Edition
    earlier: tuple[Filed, ...]
    waits: datetime | None
    """When a later meeting began, whose minutes are being approved; wall time."""
    not_held: tuple[Unheld, ...] = ()
    """The last meetings that were not held: they have no minutes."""


@dataclass(frozen=True)
class Given(Carried):
    """Where somebody finds the minutes that they asked for, and which version it is."""

    newer: int = 0
    """The version, if the button was under an older one."""


async def give(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    asked_in: Place,
    *,
    version: int,
    form: Form,
    now: datetime,
) -> Given:
    """Send minutes in a form that leaves the chat; `version` stood on the button.

    They come to the person alone if the bot may write to them, in their language.

    Raises:
        MinutesUnknown, MinutesNotYet: none are out.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not see them.
    """
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None:
        raise MinutesUnknown
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, stored_id(group)))
    minutes = await archive.newest(session, meeting_id)
    if minutes is None:
        await _not_yet(session, meeting, group, actor)
        raise MinutesUnknown
    newer = minutes.version if minutes.version > version else 0
    place = await members.nearest(session, actor, asked_in)
    language = place.languages[0]
    about = About(PAPER, meeting_id, minutes.version, f"{form}:{language}:{minutes.state}")
    if await is_in_sight(session, place, about, now):
        return Given(place.chat_id > 0, is_new=False, newer=newer)
    if form is Form.COPY:
        facts = {
            "record": await _said(session, minutes),
            "edition": await edition(session, minutes),
        }
        await post.say(
            session, place, "minutes/copy.html", facts, now=now, about=about, is_silent=True
        )
    else:
        what = {"make": PAPER, "meeting": meeting_id, "form": form, "language": language}
        await post.send_file(session, place, what, about=about, now=now)
    return Given(place.chat_id > 0, newer=newer)


async def look_up(
    session: AsyncSession, group: Group, actor: Actor, said: str, language: str
) -> Found:
    """Return the last minutes of a group, or those that words ask for.

    Raises:
        MinutesNotYet: there are none, but somebody is approving the first ones.
        NoMinutes: there are none, or none that fit.
        SeveralMinutes: the month that was named has those of several meetings.
    """
    filed = await archive.of_group(session, stored_id(group))
    waiting = await archive.waiting(session, stored_id(group))
    wanted = filing.read_wanted(said, (language, *group.languages)) if said else filing.Wanted()
    fitting = [one for one in filed if wanted is not None and wanted.fits(one)]
    for meeting in waiting:
        draft = Filed(stored_id(meeting), 0, meeting.wall_start)
        if not fitting and wanted is not None and wanted.serial is None and wanted.fits(draft):
            await _not_yet(session, meeting, group, actor)
    not_held = await write_ups.not_held(session, stored_id(group), limit=filing.OFFERED)
    if not fitting:
        raise NoMinutes(said=said, known=filed[: filing.OFFERED], not_held=not_held)
    if wanted is not None and wanted.is_month and len(fitting) > 1:
        raise SeveralMinutes(known=fitting[: filing.OFFERED])
    minutes = await archive.newest(session, fitting[0].meeting_id)
    assert minutes is not None, "they are filed"
    later = [one for one in waiting if not said and one.wall_start > fitting[0].starts]
    return Found(
        meeting_id=minutes.meeting_id,
        record=await _said(session, minutes),
        edition=await edition(session, minutes),
        earlier=tuple(one for one in filed if one.starts < fitting[0].starts)[: filing.OFFERED],
        waits=later[0].wall_start if later else None,
        not_held=() if said else not_held,
    )


async def show_waiting(session: AsyncSession, group: Group, actor: Actor, *, now: datetime) -> bool:
    """Show somebody, in private, the last draft that waits for them; tell whether there is one."""
    member = await members.known(session, actor)
    for meeting in await archive.waiting(session, stored_id(group)):
        if await drafts.show_waiting(session, meeting, member, now=now):
            return True
    return False


async def make(
    session: AsyncSession, what: Mapping[str, Any], _now: datetime
) -> Callable[[], Document] | None:
    """Return what makes the file that an outbox row tells of; None if no minutes are left."""
    minutes = await archive.newest(session, what["meeting"])
    if minutes is None:
        return None
    facts = {"record": await _said(session, minutes), "edition": await edition(session, minutes)}
    return partial(_document, Form(what["form"]), facts, what["language"])


async def edition(session: AsyncSession, minutes: Minutes) -> Edition:
    """Return which minutes these are."""
    changes: tuple[Change, ...] = ()
    if minutes.version > 1:
        before = await session.get_one(Minutes, (minutes.meeting_id, minutes.version - 1))
        changes = tuple(rules.changes(before.record(), await _said(session, minutes)))
    return Edition(
        version=minutes.version,
        changed=minutes.changed,
        changes=changes,
        is_draft=minutes.state in {MinutesState.DRAFT, MinutesState.CIRCULATED},
        is_confirmed=minutes.state is MinutesState.CONFIRMED,
    )


def _document(form: Form, facts: Mapping[str, Any], language: str) -> Document:
    """Make the file: it takes a while, and the database is not needed for it."""
    said = renderer().document("minutes", language=language, **facts)
    content = documents.pdf("minutes", said) if form is Form.PDF else word.minutes(said)
    caption = renderer().text(
        "minutes/paper.html", language=language, form=form, size=len(content), **facts
    )
    name = f"minutes-{facts['record'].starts:%Y-%m-%d}.{form}"
    return Document(name, MEDIA_TYPES[form], content, caption)


async def _said(session: AsyncSession, minutes: Minutes) -> Record:
    """Return what minutes say: fixed once they are approved, until then as things stand."""
    meeting = await session.get_one(Meeting, minutes.meeting_id)
    return await queries.read(session, meeting, minutes)


async def _not_yet(session: AsyncSession, meeting: Meeting, group: Group, actor: Actor) -> None:
    """Refuse, if somebody is approving the minutes of a meeting, and say who.

    Raises:
        MinutesNotYet: that is so.
    """
    if await queries.latest(session, stored_id(meeting)) is not None:
        approvers = await queries.approvers(session, meeting, group)
        scope = await sitting_queries.scope(session, meeting, group)
        raise MinutesNotYet(
            starts=wall_time(meeting.starts_at, meeting.zone),
            approvers=[member.name for member in approvers],
            is_yours=actor.member_id in {member.id for member in approvers}
            or (not approvers and roles.can(actor, Action.APPROVE_MINUTES, scope)),
        )
