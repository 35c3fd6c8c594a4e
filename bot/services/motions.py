"""Votes: something is put to the vote, people say what they think, and it is read back.

Who said what is shown to nobody before the vote is closed, and no person is named after it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import motions as rules
from bot.domain import notebook as entries
from bot.domain import roles
from bot.domain.attendance import NoOrganisation
from bot.domain.decisions import DecisionGone
from bot.domain.members import Seat
from bot.domain.minutes import MinutesState
from bot.domain.motions import (
    BALLOTS,
    Ballot,
    Barrier,
    CountedBy,
    MotionMissing,
    MotionOffRecord,
    MotionOver,
    MotionState,
    MotionUnknown,
    MotionVotedOn,
    NotAVoter,
    VotedThemselves,
    Wording,
)
from bot.domain.notebook import EntryKind, NotebookFull
from bot.domain.roles import Action, Actor, NotAllowed, Role
from bot.domain.sittings import SittingState
from bot.errors import BotError
from bot.models import (
    AgendaItem,
    BallotCast,
    BallotFor,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
    Motion,
    Organisation,
    Sitting,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import minutes, notebook, rolls
from bot.queries import motions as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.messages import renderer
from bot.services import decisions, motion_posts, presence, sitting_posts, sittings
from bot.services.meeting_posts import locked
from bot.services.minutes import redraft

RESERVATION, VOICE = "motion-reservation", "motion-voice"
"""The subjects of the private questions for the words of a reservation: one's own, and (with the
organisation's number behind it) those of an organisation whose word was entered."""

OUTCOMES = frozenset({MotionState.CARRIED, MotionState.LOST, MotionState.OPEN})
"""What can become of a motion that was read back; open: people go on answering it."""


@dataclass(frozen=True)
class Put:
    """What became of something that was to be put to the vote."""

    motion_id: int
    text: str
    is_new: bool
    """False: another motion is open, and is closed first; this is that one."""


@dataclass(frozen=True)
class Cast:
    """What somebody's word became."""

    ballot: Ballot
    organisation: str
    """Empty for somebody without one, who votes for themselves."""
    is_second: bool
    """Whether another person speaks first for the organisation, if they vote."""
    is_asked_why: bool = False
    """Whether they are asked in private, now or from before, for the words of their reservation."""


async def put(
    session: AsyncSession,
    meeting_id: int,
    wording: Wording,
    source: tuple[int, int],
    actor: Actor,
    *,
    asked_in: Place | None = None,
    now: datetime,
) -> Put:
    """Put something to the vote in a meeting that is open; one thing at a time.

    `source` is the chat and the command; `asked_in` the private chat in which it was typed: it
    shows the motion, too, for whoever holds the only phone in a hall.

    Raises:
        MotionMissing, MotionOffRecord, EntryTooLong: there is nothing to vote on (here).
        DateInThePast, BotError: the day of its review, see `decisions.split_review`.
        MeetingUnknown, NotOpen, SittingClosed: no meeting is held.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    text = entries.checked(wording.text)
    if not text:
        raise MotionMissing
    if sitting.item_id is not None:
        item = await session.get_one(AgendaItem, sitting.item_id)
        if item.is_off_record:
            raise MotionOffRecord
    for other in await queries.of_state(session, meeting_id, [MotionState.OPEN]):
        return Put(stored_id(other), other.text, is_new=False)
    group = await session.get_one(Group, meeting.group_id)
    # A day that is over is said now, not when it is decided.
    decisions.split_review(text, group, now=now)
    motion = Motion(
        meeting_id=meeting_id,
        item_id=sitting.item_id,
        text=text,
        choosing=wording.choosing,
        counted_by=group.votes_by,
        opened_at=now,
        opened_by=actor.member_id,
        source_chat_id=source[0],
        source_message_id=source[1],
    )
    session.add(motion)
    sittings.touch(sitting, now)
    await session.flush()
    await motion_posts.put_up(session, motion, meeting, post.in_group(group.facts()), now=now)
    if asked_in is not None:
        await motion_posts.put_up(session, motion, meeting, asked_in, now=now)
    return Put(stored_id(motion), text, is_new=True)


async def bring_down(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Post the open motion of a meeting anew, below what was said since; False: none is open.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    meeting, _ = await sittings.running(session, meeting_id, actor, Action.RUN_MEETING)
    found = await queries.of_state(session, meeting_id, [MotionState.OPEN])
    for motion in found:
        await motion_posts.put_up(session, motion, meeting, place, now=now)
    return bool(found)


async def correct(
    session: AsyncSession, motion_id: int, wording: Wording, actor: Actor, *, now: datetime
) -> None:
    """Let whoever put something to the vote say it anew, as long as nobody has voted on it.

    Raises:
        MotionMissing, EntryTooLong: it says nothing, or too much.
        MotionUnknown, MotionOver, MotionVotedOn: it is not theirs, or stands as it is.
        NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    motion, _, _ = await _open(session, motion_id, actor, Action.RUN_MEETING)
    text = entries.checked(wording.text)
    if not text:
        raise MotionMissing
    if motion.opened_by != actor.member_id:
        raise MotionUnknown
    if (motion.text, motion.choosing) == (text, wording.choosing):
        return
    if await queries.is_voted_on(session, motion_id):
        raise MotionVotedOn
    motion.text, motion.choosing = text, wording.choosing
    await session.flush()
    motion_posts.show(session, motion, now=now)


async def cast(
    session: AsyncSession,
    motion_id: int,
    ballot: Ballot,
    actor: Actor,
    *,
    reservation: str | None = None,
    asks_why: bool = True,
    now: datetime,
) -> Cast:
    """Note what somebody says to a motion; their last word counts.

    Who has a reservation is asked for its words in private, unless they are given here, or whoever
    calls asks for them (`asks_why`); without them it counts as well.

    Raises:
        MotionUnknown, MotionOver: there is no such motion, or nothing to say to it any more.
        NotAVoter, NoOrganisation: the person has no vote.
        ReservationTooLong: see there.
        NotOpen, SittingClosed, StrangerHere, AnonymousAdmin: nothing is voted on, or not by them.
    """
    motion, meeting, sitting = await _votable(session, motion_id, actor)
    if ballot not in BALLOTS[motion.choosing]:
        raise MotionUnknown
    place = await session.get(Membership, (meeting.group_id, actor.member_id))
    has_seat = place is not None and await queries.has_seat(
        session, place.organisation_id, meeting.group_id
    )
    if place is None or not (has_seat or motion.counted_by is CountedBy.MEMBER):
        raise NoOrganisation
    row = await session.get(BallotCast, (motion_id, place.member_id))
    if row is None:
        row = BallotCast(motion_id=motion_id, member_id=place.member_id, ballot=ballot, cast_at=now)
        session.add(row)
        asks = ballot is Ballot.RESERVATION
    else:
        asks = ballot is Ballot.RESERVATION and row.ballot is not ballot
    if reservation is not None:
        row.reservation, asks = rules.check_reservation(reservation), False
    elif ballot is not Ballot.RESERVATION:
        row.reservation = ""
    row.ballot, row.cast_at = ballot, now
    row.organisation_id = place.organisation_id if has_seat else None
    row.is_prime = not place.is_alternate
    await sittings.take_part(session, meeting, actor, now=now)
    sittings.touch(sitting, now)
    await session.flush()
    motion_posts.show(session, motion, now=now)
    organisation = await session.get(Organisation, row.organisation_id or 0)
    member = await session.get_one(Member, place.member_id)
    owes_words = ballot is Ballot.RESERVATION and reservation is None and not row.reservation
    # Whom the bot may not write to is asked when it may.
    is_asked = owes_words and asks_why and member.has_started
    if asks and is_asked:
        await _ask_reservation(session, motion, meeting, member, now=now)
    return Cast(
        ballot,
        organisation.name if organisation else "",
        is_second=place.is_alternate and motion.counted_by is CountedBy.ORGANISATION,
        is_asked_why=is_asked,
    )


async def explain(
    session: AsyncSession, motion_id: int, reservation: str, actor: Actor, *, now: datetime
) -> None:
    """Take the words of a reservation that somebody had when the vote was closed.

    Who taps first and writes slowly is not late before the minutes are out.

    Raises:
        MotionUnknown: there is no such motion.
        MotionOver: they had none, nothing came of it, or the minutes are out.
        ReservationTooLong: see there.
    """
    found = await session.get(Motion, motion_id)
    if found is None:
        raise MotionUnknown
    meeting = await locked(session, found.meeting_id)
    await session.refresh(found)
    own = await own_ballot(session, motion_id, actor)
    out = await minutes.latest(session, found.meeting_id)
    is_out = out is not None and out.state not in notebook.UNPUBLISHED
    has_result = found.state in {MotionState.COUNTED, MotionState.CARRIED}
    if own is None or own.ballot is not Ballot.RESERVATION or is_out or not has_result:
        raise MotionOver
    own.reservation = rules.check_reservation(reservation)
    await session.flush()
    motion_posts.show(session, found, now=now)
    sitting = await session.get_one(Sitting, found.meeting_id)
    if sitting.state is SittingState.OPEN:
        sittings.touch(sitting, now)
    else:
        await redraft(session, meeting, now=now)


async def may_vote(session: AsyncSession, motion: Motion, actor: Actor) -> bool:
    """Tell whether somebody has a vote where this motion is open."""
    return await _may(session, motion, actor, Action.VOTE)


async def may_enter(session: AsyncSession, motion: Motion, actor: Actor) -> bool:
    """Tell whether somebody may enter what organisations say that have no phone out."""
    return await _may(session, motion, actor, Action.RUN_MEETING)


async def _may(session: AsyncSession, motion: Motion, actor: Actor, action: Action) -> bool:
    meeting = await session.get_one(Meeting, motion.meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    return roles.can(actor, action, await sitting_queries.scope(session, meeting, group))


async def own_ballot(session: AsyncSession, motion_id: int, actor: Actor) -> BallotCast | None:
    """Return what somebody has said to a motion so far."""
    if actor.member_id is None:
        return None
    return await session.get(BallotCast, (motion_id, actor.member_id))


async def say_for(
    session: AsyncSession,
    motion_id: int,
    organisation_id: int,
    ballot: Ballot | None,
    actor: Actor,
    *,
    reservation: str = "",
    now: datetime,
) -> str:
    """Enter what an organisation says that has no phone out, and return its name.

    None takes it back. It is marked when it is read back; what its own people say counts more.

    Raises:
        VotedThemselves: one of its own people has voted.
        MotionUnknown, MotionOver: there is no such motion, or nothing to say to it any more.
        NoOrganisation: the organisation has no vote.
        ReservationTooLong: see there.
        NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    motion, meeting, sitting = await _open(session, motion_id, actor, Action.RUN_MEETING)
    if ballot is not None and ballot not in BALLOTS[motion.choosing]:
        raise MotionUnknown
    if not await queries.has_seat(session, organisation_id, meeting.group_id):
        raise NoOrganisation
    name = (await session.get_one(Organisation, organisation_id)).name
    if ballot is not None and organisation_id in (await queries.answered_by(session, motion_id))[1]:
        raise VotedThemselves(organisation=name)
    await session.execute(
        delete(BallotFor).where(
            col(BallotFor.motion_id) == motion_id,
            col(BallotFor.organisation_id) == organisation_id,
        )
    )
    if ballot is not None:
        session.add(
            BallotFor(
                motion_id=motion_id,
                organisation_id=organisation_id,
                ballot=ballot,
                reservation=rules.check_reservation(reservation),
                entered_by=actor.member_id,
                cast_at=now,
            )
        )
        # Whoever has a word in the room is in it: the minutes do not call them absent.
        await presence.spoken_for(session, meeting, sitting, organisation_id, actor, now=now)
    await sittings.take_part(session, meeting, actor, now=now)
    sittings.touch(sitting, now)
    await session.flush()
    motion_posts.show(session, motion, now=now)
    return name


async def voices(session: AsyncSession, motion_id: int, actor: Actor) -> tuple[Motion, list[Seat]]:
    """Return an open motion, and the organisations whose word this person may enter.

    Raises:
        MotionUnknown, MotionOver, NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin:
            see `say_for`.
    """
    motion, meeting, _ = await _open(session, motion_id, actor, Action.RUN_MEETING)
    return motion, list((await rolls.of_group(session, meeting.group_id)).seats)


async def count(
    session: AsyncSession,
    motion_id: int,
    actor: Actor,
    *,
    tapped: tuple[int, int | None],
    now: datetime,
) -> None:
    """Close a vote and read back what was said; twice is once.

    What found too few is lost with that; otherwise whoever runs the meeting says whether it is
    decided, also when too few organisations are there. `tapped` is the chat and the message whose
    button closed it.

    Raises:
        MotionUnknown: there is no such motion.
        NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    motion, meeting, sitting = await _of(session, motion_id, actor, Action.RUN_MEETING)
    if motion.state is not MotionState.OPEN:
        return
    said = (await queries.words(session, [motion_id]))[motion_id]
    motion.seats, motion.here, motion.needed = await queries.room(session, meeting, said)
    found = rules.tally(rules.counted(said, motion.counted_by))
    is_carried = rules.is_carried(motion.choosing, found)
    motion.state = MotionState.COUNTED if is_carried else MotionState.LOST
    motion.closed_at, motion.closed_by = now, actor.member_id
    await sittings.take_part(session, meeting, actor, now=now)
    if not is_carried:
        votes = (found.yes, found.no, found.abstained)
        await _note(session, motion, meeting, votes, actor, now=now)
        sitting_posts.show(session, meeting, now=now)
    sittings.touch(sitting, now)
    await session.flush()
    motion_posts.show(session, motion, now=now)
    await motion_posts.bring_result(session, motion, meeting, actor, tapped, now=now)


async def decide(
    session: AsyncSession, motion_id: int, became: MotionState, actor: Actor, *, now: datetime
) -> None:
    """Write down what was read back as agreed, or leave it; twice is once.

    What nobody has answered cannot be agreed; people can go on answering it.

    Raises:
        MotionUnknown: there is no such motion, it is open still, or nobody has answered it.
        MotionOver: somebody else has said otherwise.
        NotebookFull: see there.
        NotOpen, SittingClosed, NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    motion, meeting, sitting = await _of(session, motion_id, actor, Action.RUN_MEETING)
    if became not in OUTCOMES:
        raise MotionUnknown
    if motion.state is became:
        return
    if motion.state is MotionState.OPEN:
        raise MotionUnknown
    if motion.state is not MotionState.COUNTED:
        raise MotionOver
    said = (await queries.words(session, [motion_id]))[motion_id]
    is_answered = rules.tally(rules.counted(said, motion.counted_by)).total > 0
    if became is MotionState.CARRIED and not is_answered:
        raise MotionUnknown
    if became is MotionState.LOST:
        await _note(session, motion, meeting, (), actor, now=now)
    if became is MotionState.OPEN:
        await _reopen(session, motion, is_answered=is_answered)
    motion.state = became
    if became is MotionState.CARRIED:
        if await notebook.count(session, motion.meeting_id) >= entries.ENTRIES_LIMIT:
            raise NotebookFull(limit=entries.ENTRIES_LIMIT)
        await _write_down(session, motion, meeting, actor, now=now)
    sittings.touch(sitting, now)
    await session.flush()
    motion_posts.show(session, motion, now=now)
    sitting_posts.show(session, meeting, now=now)


async def _write_down(
    session: AsyncSession, motion: Motion, meeting: Meeting, actor: Actor, *, now: datetime
) -> None:
    """Write a motion that was carried into the notebook, with the day of its review, if any."""
    group = await session.get_one(Group, meeting.group_id)
    try:
        text, day = decisions.split_review(motion.text, group, now=now)
    except BotError:
        # It was ahead when it was put to the vote; the words keep it.
        text, day = motion.text, None
    entry = Entry(
        group_id=meeting.group_id,
        meeting_id=motion.meeting_id,
        item_id=motion.item_id,
        kind=EntryKind.AGREED,
        text=text or motion.text,
        written_by=actor.member_id,
        written_at=now,
        source_chat_id=motion.source_chat_id,
        source_message_id=motion.source_message_id,
        motion_id=stored_id(motion),
    )
    session.add(entry)
    await session.flush()
    if day is not None:
        await decisions.review_at(session, entry, meeting, day, now=now)


async def _note(
    session: AsyncSession,
    motion: Motion,
    meeting: Meeting,
    votes: tuple[int, ...],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Note that something was voted on and not decided, unless the notebook is full."""
    if await notebook.count(session, motion.meeting_id) >= entries.ENTRIES_LIMIT:
        return
    group = await session.get_one(Group, meeting.group_id)
    language = group.languages[0]
    said = renderer().plain("motions/note.txt", language=language, text=motion.text, votes=votes)
    session.add(
        Entry(
            group_id=meeting.group_id,
            meeting_id=motion.meeting_id,
            item_id=motion.item_id,
            kind=EntryKind.NOTE,
            text=said[: entries.TEXT_LIMIT],
            written_by=actor.member_id,
            written_at=now,
        )
    )


async def _reopen(session: AsyncSession, motion: Motion, *, is_answered: bool) -> None:
    """Let people go on answering what was closed before anybody had; one thing at a time."""
    others = await queries.of_state(session, motion.meeting_id, [MotionState.OPEN])
    if is_answered or others:
        raise MotionOver
    motion.closed_at = motion.closed_by = None


async def review(
    session: AsyncSession, motion_id: int, day: date | None, actor: Actor, *, now: datetime
) -> None:
    """Say when the decision that came of a motion is looked at again; None: it needs no review.

    That can be said until the minutes are out: who decides last closes the meeting in a hurry.

    Raises:
        MotionUnknown: there is no such motion.
        DecisionGone: nothing was decided, it was taken back, or its minutes are out.
        NotAllowed, StrangerHere, AnonymousAdmin: see `put`.
    """
    motion = await session.get(Motion, motion_id)
    if motion is None:
        raise MotionUnknown
    meeting = await locked(session, motion.meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.RUN_MEETING, await sitting_queries.scope(session, meeting, group))
    await session.refresh(motion)
    entry = await queries.entry_of(session, motion)
    out = await minutes.latest(session, motion.meeting_id)
    if entry is None or (out and out.state is not MinutesState.DRAFT):
        raise DecisionGone
    await decisions.review_at(session, entry, meeting, day, now=now)
    motion_posts.show(session, motion, now=now, asks_review=False)


async def _of(
    session: AsyncSession, motion_id: int, actor: Actor, action: Action
) -> tuple[Motion, Meeting, Sitting]:
    """Return a motion of a meeting (locked) that is open, if this person may do this in it."""
    found = await session.get(Motion, motion_id)
    if found is None:
        raise MotionUnknown
    meeting, sitting = await sittings.running(session, found.meeting_id, actor, action)
    # What another transaction made of it while this one waited for the lock.
    await session.refresh(found)
    return found, meeting, sitting


async def _open(
    session: AsyncSession, motion_id: int, actor: Actor, action: Action
) -> tuple[Motion, Meeting, Sitting]:
    found = await _of(session, motion_id, actor, action)
    if found[0].state is not MotionState.OPEN:
        raise MotionOver
    return found


async def _votable(
    session: AsyncSession, motion_id: int, actor: Actor
) -> tuple[Motion, Meeting, Sitting]:
    """Return an open motion on which this person votes, or say kindly why they do not."""
    try:
        return await _open(session, motion_id, actor, Action.VOTE)
    except NotAllowed as refused:
        motion = await session.get_one(Motion, motion_id)
        meeting = await session.get_one(Meeting, motion.meeting_id)
        raise NotAVoter(why=_barrier(actor, meeting.group_id)) from refused


def _barrier(actor: Actor, group_id: int) -> Barrier:
    if group_id in actor.offices:
        return Barrier.OFFICE
    if group_id in actor.pending:
        return Barrier.PENDING
    return Barrier.OBSERVER if actor.roles.get(group_id) is Role.OBSERVER else Barrier.GUEST


async def ask_at_last(session: AsyncSession, telegram_id: int, *, now: datetime) -> None:
    """Ask somebody to whom the bot may write from now on for the words of their reservation."""
    for motion, meeting, place in await queries.unexplained(session, telegram_id):
        member = await session.get_one(Member, place.member_id)
        if member.has_started:
            await _ask_reservation(session, motion, meeting, member, now=now)


async def _ask_reservation(
    session: AsyncSession, motion: Motion, meeting: Meeting, member: Member, *, now: datetime
) -> None:
    """Ask for the words of a reservation, alone."""
    group = await session.get_one(Group, meeting.group_id)
    await post.say(
        session,
        Place(member.telegram_id, (member.language or group.languages[0],)),
        "motions/ask_reservation.html",
        {"group": group.facts(), "text": motion.text, "organisation": ""},
        now=now,
        about=About(RESERVATION, stored_id(motion), 1, RESERVATION),
        is_silent=True,
    )
