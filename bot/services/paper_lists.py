"""The photo of an attendance list on paper: kept for a while, and shown to few.

Photos that were sent in one go come as a message each, the others maybe after the answer to the
question about the first: until then a waiting command holds their names.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain import write_ups as rules
from bot.domain.dates import wall_time
from bot.domain.roles import Action, Actor, Scope
from bot.models import Group, Meeting, PaperList, WaitingCommand
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as member_queries
from bot.queries import sittings as sitting_queries
from bot.queries import write_ups as queries
from bot.rendering.keyboards import write_ups as keyboards
from bot.services import members
from bot.services.meeting_posts import locked
from bot.services.write_ups import WRITE_UP

ALBUM = queries.ALBUM


@dataclass(frozen=True)
class Photo:
    """A photo that somebody sent, maybe with others in one go."""

    source: tuple[int, int]
    """The chat, and the message."""
    file_id: str
    album: str | None = None


async def begin_album(
    session: AsyncSession,
    photo: Photo,
    actor: Actor,
    *,
    meeting_id: int | None = None,
    now: datetime,
) -> None:
    """Wait for the other photos of an album, of which this is the first.

    Of which meeting they are the list, somebody has to say, unless that is known.
    """
    if photo.album is None:
        return
    row = WaitingCommand(
        id=secrets.randbits(48),
        chat_id=photo.source[0],
        message_id=photo.source[1],
        asked_by=actor.telegram_id,
        command=f"{ALBUM}{meeting_id or ''}",
        text=f"{photo.album}\n{photo.file_id}",
        expires_at=now + rules.WRITTEN_WITHIN,
    )
    session.add(row)
    await session.flush()


async def take_of_album(
    session: AsyncSession, photo: Photo, actor: Actor, *, now: datetime
) -> bool:
    """Put a photo to the others of its album; False if it is the first, or of none.

    Where it was said already whose list it is, it is kept at once.

    Raises:
        MeetingUnknown, NotAllowed, StrangerHere, AnonymousAdmin: as `add_list`.
    """
    if photo.album is None:
        return False
    row = await queries.album_open(session, photo.source[0], photo.album)
    if row is None:
        return False
    row.text = f"{row.text}\n{photo.file_id}"
    if meeting_id := row.command.removeprefix(ALBUM):
        await add_list(session, int(meeting_id), photo.file_id, actor, now=now)
    await session.flush()
    return True


async def add_asked(
    session: AsyncSession, meeting_id: int, photo: Photo, actor: Actor, *, now: datetime
) -> int:
    """Keep a photo that was asked about, and all of its album; return how many there are.

    Raises:
        MeetingUnknown, NotAllowed, StrangerHere, AnonymousAdmin: as `add_list`.
    """
    row = await queries.album_of(session, *photo.source)
    found = row.text.split("\n")[1:] if row else [photo.file_id]
    for file_id in found:
        await add_list(session, meeting_id, file_id, actor, now=now)
    if row is not None:
        row.command = f"{ALBUM}{meeting_id}"
        await session.flush()
    return len(found)


async def keep_list(
    session: AsyncSession, meeting: Meeting, file_id: str, actor: Actor, *, now: datetime
) -> None:
    """Keep the name of a photo of the paper list; the picture stays with Telegram."""
    if actor.member_id is None:
        return
    session.add(
        PaperList(
            meeting_id=stored_id(meeting),
            file_id=file_id,
            sent_by=actor.member_id,
            sent_at=now,
            drop_at=now + rules.PAPER_KEPT,
        )
    )
    await session.flush()


async def add_list(
    session: AsyncSession, meeting_id: int, file_id: str, actor: Actor, *, now: datetime
) -> None:
    """Keep a photo of the paper list that somebody sent by itself, and tell who may see it.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the person did not run it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.RUN_MEETING, scope)
    known = await queries.paper_lists(session, meeting_id)
    if len(known) >= rules.PICTURES_LIMIT or file_id in {paper.file_id for paper in known}:
        return
    await keep_list(session, meeting, file_id, actor, now=now)
    if not known:
        await tell_of_list(session, meeting, group, now=now)


async def tell_of_list(
    session: AsyncSession, meeting: Meeting, group: Group, *, now: datetime
) -> None:
    """Tell those who may see it that there is a photo of the paper list: leads and coordination."""
    leads = await member_queries.leads(session, stored_id(group))
    team = await member_queries.team(session, group)
    hearers = {member.id: member for member in (*leads, *team) if member.has_started}
    for member in hearers.values():
        await members.tell(
            session,
            member,
            "write_ups/list_kept.html",
            {
                "group": group.facts(),
                "meeting": meeting.facts(),
                "until": wall_time(now + rules.PAPER_KEPT, meeting.zone),
            },
            now=now,
            keyboard=keyboards.paper_list(stored_id(meeting)),
        )


async def show_list(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> int:
    """Send the photos of a paper list to one person, in private; return how many there are.

    Raises:
        MeetingUnknown: there is no such meeting.
        NotAllowed, StrangerHere, AnonymousAdmin: the list is not for this person.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.SEE_PAPER_LIST, Scope(group.coalition_id, stored_id(group)))
    found = await queries.paper_lists(session, meeting_id)
    place = Place(actor.telegram_id, (actor.language or group.languages[0],))
    for paper in found:
        await post.send_photo(
            session,
            place,
            {"file_id": paper.file_id},
            about=About(WRITE_UP, meeting_id, meeting.version, "paper-list"),
            now=now,
            is_protected=True,
        )
    return len(found)
