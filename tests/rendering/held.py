"""Facts for the templates of meetings that are held: the live post, the notebook, the minutes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.agenda import Item, Routine
from bot.domain.decisions import DecisionGone, Due, ReviewUnreadable
from bot.domain.facilitation import Duty, Holder
from bot.domain.groups import Group
from bot.domain.meetings import Meeting, State
from bot.domain.minutes import MinutesNotYet, MinutesOut, MinutesUnknown, Record, Section
from bot.domain.motions import (
    Ballot,
    Barrier,
    Choosing,
    CountedBy,
    Motion,
    MotionMissing,
    MotionOffRecord,
    MotionOver,
    MotionState,
    MotionUnknown,
    MotionVotedOn,
    NotAVoter,
    Reservation,
    ReservationTooLong,
    Tally,
)
from bot.domain.notebook import (
    EntryGone,
    EntryKind,
    EntryTooLong,
    Line,
    NotebookFull,
    NothingToUndo,
    OffTheRecord,
    Owner,
    WordsMissing,
)
from bot.domain.presence import How, Present, Room, room
from bot.domain.sittings import (
    AlreadyOpen,
    NothingToOpen,
    NotOpen,
    Sitting,
    SittingClosed,
    SittingState,
    Timed,
)
from bot.domain.ways import Way
from bot.errors import BotError
from bot.services.motions import Cast
from bot.services.presence import CheckedIn

Facts = dict[str, Any]

OPENED = datetime(2026, 12, 3, 10, 3)
CLOSED = datetime(2026, 12, 3, 12, 1)
LABELS = ("open", *(f"check-in-{how}" for how in How), "next-item", "finish", "approve-all")
"""The words on buttons that need no facts."""
VOTES = (
    *("vote-agree", "vote-reservation", "vote-yes", "vote-no", "vote-abstain"),
    *("vote-for-others", "vote-close", "vote-decided", "vote-not-decided", "review-never"),
    *("votes-organisation", "votes-member"),
)
"""The words on buttons of votes."""
VOTE_WORDS = (
    *("vote-consent", "vote-majority", "review", "months", "in-months"),
    *(f"vote-{ballot}" for ballot in Ballot),
)
"""What people type about votes."""


def held_meeting(name: str) -> Meeting:
    """Return the meeting that is held: Thursday 3 December 2026, 10:00-12:00 in Nairobi."""
    return Meeting(
        id=7,
        group_id=1,
        starts_at=datetime(2026, 12, 3, 7, tzinfo=UTC),
        ends_at=datetime(2026, 12, 3, 9, tzinfo=UTC),
        zone="Africa/Nairobi",
        place=name,
        version=1,
        state=State.PLANNED,
    )


def group(name: str) -> Group:
    """Return the group that holds it."""
    return Group(
        id=1,
        coalition_id=1,
        name=name,
        zone="Africa/Nairobi",
        languages=("en", "sw"),
        chat_id=-100,
    )


def entries(name: str) -> tuple[Line, ...]:
    """Return an entry of every kind, bare and with all that it can say."""
    bare = [Line(number, kind, name) for number, kind in enumerate(EntryKind, start=1)]
    return (
        *bare,
        Line(
            11,
            EntryKind.ACTION,
            name,
            said_by=name,
            written_by=name,
            at=OPENED,
            item_id=1,
            owner=Owner(name, name),
            due=date(2026, 12, 10),
            stream=name,
        ),
        Line(12, EntryKind.ACTION, name, owner=Owner(name)),
        Line(
            13,
            EntryKind.AGREED,
            name,
            how="majority",
            votes=(7, 1, 1),
            is_without_quorum=True,
            reservations=(name, name),
            review_on=date(2027, 3, 1),
            source=(-1001, 5),
        ),
        Line(14, EntryKind.AGREED, name, how="consent"),
    )


def present(name: str, *, seats: int = 3) -> Room:
    """Return who is there: by every way, late, left early, and a guest."""
    left = OPENED + timedelta(minutes=20)
    return room(
        {key: f"{name} {key}" for key in range(1, seats + 1)},
        [
            Present(1, f"{name} 1", name, How.HERE, OPENED, is_confirmed=True, id=1),
            Present(1, f"{name} 1", "", How.PHONE, OPENED, left, id=2),
            Present(2, f"{name} 2", name, How.REPRESENTED, left, id=3),
            Present(None, name, name, How.HERE, OPENED, id=4),
        ],
        excused=[3],
    )


def items(name: str) -> tuple[Timed, ...]:
    """Return an agenda: done, current, ahead; usual, brought, off the record."""
    return (
        Timed(Item(1, "", 5, routine=Routine.OPENING), timedelta(minutes=6), is_done=True),
        Timed(Item(2, name, 40, presenter=name, organisation=name), timedelta(minutes=3)),
        Timed(Item(3, name, 20, is_off_record=True), timedelta(0)),
        Timed(Item(4, "", 5, routine=Routine.OTHER_BUSINESS), timedelta(0)),
    )


def sittings(name: str) -> list[Sitting]:
    """Return a sitting at every stage."""
    begun = Sitting(held_meeting(name), SittingState.OPEN, OPENED, items=items(name))
    led = Sitting(
        held_meeting(name),
        SittingState.OPEN,
        OPENED,
        items=items(name),
        current=2,
        since=OPENED,
        room=present(name),
        entries=entries(name),
    )
    over = Sitting(
        held_meeting(name),
        SittingState.CLOSED,
        OPENED,
        closed=CLOSED,
        items=items(name),
        room=present(name, seats=20),
        entries=entries(name),
    )
    return [begun, led, over]


def make_record(name: str, **changes: Any) -> Record:
    """Return minutes with everything that they can say."""
    here = present(name)
    facts: dict[str, Any] = {
        "coalition": name,
        "group": name,
        "serial": 3,
        "starts": OPENED,
        "ends": CLOSED,
        "planned_starts": OPENED,
        "planned_ends": CLOSED,
        "place": name,
        "way": Way.MIXED,
        "facilitator": name,
        "note_taker": name,
        "present": here.present,
        "guests": here.guests,
        "apologies": (name,),
        "absent": (name,),
        "seats": 3,
        "needed": 2,
        "sections": (
            Section(1, "", routine="opening", minutes_spent=6),
            Section(2, name, organisation=name, presenter=name, entries=entries(name)),
            Section(3, name, is_off_record=True, is_done=False),
            Section(4, "", entries=entries(name)[:1]),
        ),
        "next_starts": datetime(2027, 1, 7, 10),
        "next_place": name,
    }
    return Record(**facts | changes)


def _sittings(name: str) -> dict[str, list[Facts]]:
    holders = {duty: Holder(1, name) for duty in Duty}
    return {
        "sittings/board.html": [
            {"group": group(name), "sitting": sitting, "holders": led}
            for sitting in sittings(name)
            for led in ({}, holders)
        ],
    }


def _presence(name: str) -> dict[str, list[Facts]]:
    return {
        "presence/toast.txt": [
            {"done": CheckedIn(name, how, is_counted)}
            for how in How
            for is_counted in (True, False)
        ],
    }


def _minutes(name: str) -> dict[str, list[Facts]]:
    bare = make_record(
        name, facilitator="", note_taker="", guests=(), apologies=(), absent=(), next_starts=None
    )
    records = [make_record(name), bare]
    about = [{"group": group(name), "record": record} for record in records]
    return {
        "minutes/draft.html": about,
        "minutes/approved.html": about,
        "minutes/minutes.html": [{"record": record} for record in records],
    }


def make_motion(name: str, **changes: Any) -> Motion:
    """Return a motion with everything that can be said of it."""
    facts: dict[str, Any] = {
        "id": 3,
        "text": name,
        "choosing": Choosing.CONSENT,
        "counted_by": CountedBy.ORGANISATION,
        "state": MotionState.OPEN,
        "seats": 8,
        "answered": 3,
        "people": 4,
        "needed": 5,
        "here": 3,
    }
    return Motion(**facts | changes)


def _motions(name: str) -> dict[str, list[Facts]]:
    result: dict[str, Any] = {
        "tally": Tally(yes=5, reserved=20, passed_on=1),
        "reservations": (
            Reservation(name),
            *(Reservation(name, name, is_passed_on=True) for _ in range(20)),
        ),
    }
    voted: dict[str, Any] = {"choosing": Choosing.MAJORITY, "here": 8}
    found = [
        make_motion(name),
        make_motion(name, counted_by=CountedBy.MEMBER, **voted),
        make_motion(name, state=MotionState.WITHDRAWN),
        make_motion(name, state=MotionState.COUNTED, **result),
        make_motion(name, state=MotionState.COUNTED, **voted, tally=Tally(3, 0, 2, 1)),
        make_motion(name, state=MotionState.CARRIED, **result),
        make_motion(name, state=MotionState.CARRIED, **result, review_on=date(2027, 3, 1)),
        make_motion(name, state=MotionState.LOST, **voted, tally=Tally()),
    ]
    decided = Due(name, OPENED.date(), date(2027, 3, 1))
    asked = [{"group": group(name), "text": name, "organisation": other} for other in (name, "")]
    return {
        "motions/motion.html": [{"motion": one} for one in found],
        "motions/still_open.html": [{"text": name}],
        "motions/toast.txt": [
            {"cast": Cast(ballot, name, is_second)}
            for ballot in Ballot
            for is_second in (True, False)
        ],
        "motions/ask_reservation.html": asked,
        "motions/for_others.html": [{"text": name}],
        "motions/for_whom.html": [{"text": name, "organisation": name}],
        "groups/ask_votes.html": [{}],
        "decisions/due.html": [
            {"due": decided},
            {"due": replace(decided, is_on_agenda=True)},
            {"due": replace(decided, is_on_agenda=True, next_on=date(2027, 3, 4))},
        ],
        "decisions/title.txt": [{"text": name}],
    }


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about a meeting that is held."""
    return _sittings(name) | _presence(name) | _minutes(name) | _motions(name)


def refusals(name: str) -> list[BotError]:
    """Return every refusal in a meeting that is held."""
    return [
        NotOpen(),
        NothingToOpen(),
        AlreadyOpen(),
        SittingClosed(),
        *(WordsMissing(kind=kind) for kind in EntryKind),
        EntryTooLong(length=1200, limit=1000),
        NotebookFull(limit=300),
        OffTheRecord(),
        NothingToUndo(),
        EntryGone(),
        MinutesUnknown(),
        MinutesOut(),
        MinutesNotYet(),
        MotionMissing(),
        MotionUnknown(),
        MotionOver(),
        MotionVotedOn(),
        MotionOffRecord(),
        *(NotAVoter(why=why) for why in Barrier),
        ReservationTooLong(length=700),
        ReviewUnreadable(said=name),
        DecisionGone(),
    ]
