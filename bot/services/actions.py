"""An action that was written down: how it was understood, and what is shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import actions as rules
from bot.domain import notebook
from bot.domain.actions import Around, Candidate, Reading
from bot.domain.dates import wall_time
from bot.domain.notebook import EntryKind, WordsMissing
from bot.models import Entry, Group, Meeting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import meetings, members, rolls
from bot.queries import notebook as queries
from bot.rendering.keyboards import notebook as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer

ENTRY = "entry"
"""The subject of the answers that say how an entry was understood: replies to them correct it."""
ECHO = "actions/echo.html"


async def around(
    session: AsyncSession, group_id: int, mentions: Mapping[str, int | None] | None = None
) -> Around:
    """Return who may be named in a group; a mention carries the account that it links to."""
    people = await rolls.people(session, group_id)
    roll = await rolls.of_group(session, group_id)
    linked: dict[str, int | None] = {}
    for said, telegram_id in (mentions or {}).items():
        member = await members.by_telegram_id(session, telegram_id) if telegram_id else None
        linked[said] = member.id if member else None
    named = [
        Candidate(one.name, one.member_id, one.organisation or "", one.organisation_id)
        for one in people
        if not one.is_office
    ]
    seats = [
        Candidate(seat.name, organisation_id=seat.organisation_id, organisation=seat.name)
        for seat in roll.seats
    ]
    return Around((*named, *seats), linked)


async def _known(
    session: AsyncSession,
    group: Group,
    meeting: Meeting | None,
    mentions: Mapping[str, int | None] | None = None,
    *,
    now: datetime,
) -> Around:
    """Return who may be named in a group, and when it meets next: after that meeting, if any."""
    known = await around(session, stored_id(group), mentions)
    following = await meetings.next_in(session, stored_id(group), now, after=meeting)
    return replace(known, next_meeting=following.wall_start.date() if following else None)


async def understand(
    session: AsyncSession,
    group: Group,
    meeting: Meeting | None,
    said: tuple[str, Mapping[str, int | None]],
    quoted: tuple[str, Mapping[str, int | None]],
    *,
    speakers: tuple[int | None, int | None],
    now: datetime,
) -> tuple[Reading, bool]:
    """Return what is to be done, and whether it was said in the message that was replied to.

    It is said in a meeting, or between meetings (None). Both come with the mentions in them;
    `speakers` are the members who say "I" in either. Words of one's own win, unless they only say
    who and until when.

    Raises:
        WordsMissing: nobody said what is to be done.
    """
    zone = meeting.zone if meeting else group.zone
    wall, languages = wall_time(now, zone), tuple(group.languages)
    words = renderer().action_words
    known = await _known(session, group, meeting, {**quoted[1], **said[1]}, now=now)
    known, others = (replace(known, speaker=one) for one in speakers)
    own = rules.read(said[0], known, words, now=wall, languages=languages)
    if not quoted[0]:
        if not own.text:
            raise WordsMissing(kind=EntryKind.ACTION)
        return own, False
    if said[0]:
        try:
            own = rules.amend(said[0], known, words, now=wall, languages=languages, is_known=True)
        except rules.AmendmentUnclear:
            return own, False
    theirs = rules.of_others(quoted[0], others, words, now=wall, languages=languages)
    return rules.together(own, theirs), True


async def separate(
    session: AsyncSession,
    meeting_id: int,
    said: tuple[str, Mapping[str, int | None]],
    quoted: str,
    *,
    speaker: int | None,
    now: datetime,
) -> list[tuple[str, str]]:
    """Return the actions that a member's command says with its mentions, one or several.

    Each comes with the words for it of the message that was replied to. Each point of a list in
    that is an action, unless words of one's own take its place.
    """
    text, mentions = said
    theirs = notebook.entries(quoted, announcing=renderer().action_words[rules.Word.LIST])
    if not ("\n" in text or (text and len(theirs) > 1)):
        own = notebook.entries(text) or [text]
        return [(own[0], one) for one in theirs or [quoted]]
    meeting = await session.get_one(Meeting, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    known = replace(await _known(session, group, meeting, mentions, now=now), speaker=speaker)
    wall, languages = wall_time(now, meeting.zone), tuple(group.languages)
    words = renderer().action_words
    if not quoted:
        found = rules.separate(text, known, words, now=wall, languages=languages)
        return [(one, "") for one in found or [""]]
    try:
        rules.amend(text, known, words, now=wall, languages=languages, is_known=True)
    except rules.AmendmentUnclear:
        return [(text, quoted)]
    return [(text, one) for one in theirs]


async def read_all(
    session: AsyncSession,
    meeting: Meeting,
    group: Group,
    said: Sequence[str],
    *,
    speaker: int | None,
    now: datetime,
) -> list[Reading]:
    """Return what lines of a member give to people; one that names nothing to do stays whole."""
    known = replace(await _known(session, group, meeting, now=now), speaker=speaker)
    wall, languages = wall_time(now, meeting.zone), tuple(group.languages)
    found = [
        rules.read(line, known, renderer().action_words, now=wall, languages=languages)
        for line in said
    ]
    return [
        reading if reading.text else replace(reading, text=line)
        for line, reading in zip(said, found, strict=True)
    ]


async def amended(
    session: AsyncSession,
    group: Group,
    meeting: Meeting | None,
    text: str,
    *,
    speaker: int | None,
    now: datetime,
) -> Reading:
    """Return what a member says under an action that was written down.

    Raises:
        AmendmentUnclear: it says neither who nor until when.
    """
    return rules.amend(
        text,
        replace(await _known(session, group, meeting, now=now), speaker=speaker),
        renderer().action_words,
        now=wall_time(now, meeting.zone if meeting else group.zone),
        languages=tuple(group.languages),
    )


async def is_of_record(
    session: AsyncSession, group: Group, text: str, *, speaker: int | None, now: datetime
) -> bool:
    """Tell whether words say who does something, or until when: they may correct what is written.

    "The borehole is for Peter", "until 20 Dec": not how it goes.
    """
    known = replace(await _known(session, group, None, now=now), speaker=speaker)
    wall, languages = wall_time(now, group.zone), tuple(group.languages)
    words = renderer().action_words
    reading = rules.read(text, known, words, now=wall, languages=languages)
    if reading.due or reading.unclear or reading.owners:
        return True
    try:
        rules.amend(text, known, words, now=wall, languages=languages, is_known=True)
    except rules.AmendmentUnclear:
        return False
    return True


def give(entry: Entry, owner: Candidate | None, said: str = "") -> None:
    """Note who does something: somebody known, or whoever was named so."""
    entry.owner_id = owner.member_id if owner else None
    entry.owner_organisation_id = owner.organisation_id if owner else None
    entry.owner_name = said


def take(entry: Entry, reading: Reading) -> None:
    """Note what was said of who, until when and where; what was not said stays as it is.

    A name that may mean several people goes on meaning the one of them whom somebody has tapped.
    """
    has_owner = entry.owner_id is not None or entry.owner_organisation_id is not None
    is_known = has_owner and any(
        (one.member_id, one.member_id or one.organisation_id)
        == (entry.owner_id, entry.owner_id or entry.owner_organisation_id)
        for one in reading.owners
    )
    if reading.is_shared:
        entry.text = rules.with_names(entry.text, reading.owner_said)
    if (reading.owners or reading.owner_said) and not is_known:
        give(entry, reading.owner, reading.owner_said)
    entry.due_on = reading.due or entry.due_on
    entry.stream = reading.stream or entry.stream


async def echo(
    session: AsyncSession, entry: Entry, place: Place, *, unclear: str = "", now: datetime
) -> None:
    """Answer with how an action was understood, and ask for what it lacks."""
    facts, keyboard = await _facts(session, entry, unclear)
    await post.say(
        session,
        place,
        ECHO,
        facts,
        now=now,
        about=About(ENTRY, entry.id or 0, 1, place.languages[0]),
        keyboard=keyboard,
        is_live=True,
        is_silent=True,
    )


async def show(session: AsyncSession, entry: Entry, *, unclear: str = "", now: datetime) -> bool:
    """Bring the answer to an entry up to date; False if it had none."""
    rows = await post.live_messages(session, ENTRY, entry.id or 0)
    if not rows:
        return False
    facts, keyboard = await _facts(session, entry, unclear)
    for row in rows:
        text = renderer().text(ECHO, language=row.kind, **facts)
        buttons = post.buttons(keyboard, (row.kind,))
        await post.revise(
            session,
            row,
            text=text,
            keyboard=buttons,
            now=now,
            expires_at=now + post.REPLIES_EXPIRE,
        )
    return True


async def _facts(
    session: AsyncSession, entry: Entry, unclear: str
) -> tuple[dict[str, object], Keyboard | None]:
    meeting = await session.get_one(Meeting, entry.meeting_id)
    line = await queries.one(session, entry.id or 0, meeting.zone)
    choices, is_shared = await _choices(session, entry)
    facts = {
        "entry": line,
        "is_undone": entry.undone_at is not None,
        "is_asked": bool(choices and entry.owner_name),
        "is_shared": is_shared,
        "unclear": unclear,
        "timeline": "" if line.due else rules.with_timeline(line.text, renderer().action_words)[1],
        # The words of a notebook stay as they were said: it stands in them.
        "support": "",
    }
    if entry.undone_at is not None:
        return facts, None
    return facts, keyboards.entry(line.id, choices)


async def _choices(session: AsyncSession, entry: Entry) -> tuple[tuple[Candidate, ...], bool]:
    """Return whom a name may mean, and whether several were named.

    Of an action that nobody has, it is whoever spoke of it.
    """
    if entry.kind is not EntryKind.ACTION or entry.owner_id or entry.owner_organisation_id:
        return (), False
    known = await around(session, entry.group_id)
    if entry.owner_name:
        found, is_shared = rules.named(entry.owner_name, known, renderer().action_words)
        return found[: rules.CHOICES], is_shared
    return tuple(one for one in known.candidates if one.member_id == (entry.said_by or 0)), False
