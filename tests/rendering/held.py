"""Facts for the templates of meetings that are held: the live post, the notebook, the minutes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.agenda import Item, Routine
from bot.domain.carry_over import Carried, LastMinutes
from bot.domain.facilitation import Duty, Holder
from bot.domain.groups import Group
from bot.domain.meetings import Meeting, State
from bot.domain.minutes import MinutesNotYet, MinutesOut, MinutesUnknown, Record, Section
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
from bot.domain.organisations import OrganisationUnclear
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
from bot.domain.write_ups import (
    AlreadyRecorded,
    EndsBeforeStart,
    Fate,
    MorningKind,
    NothingToWrite,
    NotOverYet,
    ReasonTooLong,
    Said,
    TooLateToWrite,
)
from bot.errors import BotError
from bot.services.presence import CheckedIn

Facts = dict[str, Any]

OPENED = datetime(2026, 12, 3, 10, 3)
CLOSED = datetime(2026, 12, 3, 12, 1)
LABELS = (
    *("open", *(f"check-in-{how}" for how in How), "next-item", "finish", "approve-all"),
    *("close-now", "half-hour-more", *(f"fate-{fate}" for fate in Fate)),
    *("that-is-all", "all-of-them", "none-of-them", "no-list", "paper-list", "action-open-again"),
)
"""The words on buttons that need no facts."""


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
            how="consent",
            reservations=(name, name),
            review_on=date(2027, 3, 1),
            source=(-1001, 5),
        ),
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


def carried(name: str) -> Carried:
    """Return what a meeting is handed by those before it."""
    last = LastMinutes(date(2026, 11, 5), "11/2026", "https://t.me/c/1001/77")
    return Carried(actions=entries(name)[5:7] + entries(name)[1:2], count=5, last=last)


def _carry_over(name: str) -> dict[str, list[Facts]]:
    facts = {"group": group(name), "actions": entries(name)[5:7], "count": 2, "finished": ""}
    return {
        "carry_over/actions.html": [
            facts,
            facts | {"count": 9, "finished": name},
            facts | {"actions": (), "count": 0, "finished": name},
        ]
    }


def _sittings(name: str) -> dict[str, list[Facts]]:
    holders = {duty: Holder(1, name) for duty in Duty}
    return {
        "sittings/board.html": [
            {"group": group(name), "sitting": sitting, "holders": led, "carried": carried(name)}
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


def button_facts(name: str) -> list[Facts]:
    """Return facts for the labels of buttons that say a name or a time."""
    return [
        *({"name": "toggle", "is_on": is_on, "called": name} for is_on in (True, False)),
        {"name": "open-actions", "count": 3},
        {"name": "action-done", "number": 3},
        {"name": "as-planned", "starts": OPENED, "ends": CLOSED},
    ]


def _write_ups(name: str) -> dict[str, list[Facts]]:
    about = {"group": group(name), "meeting": held_meeting(name)}
    times = {"starts": OPENED, "ends": CLOSED}
    answers = [
        None,
        Said(Fate.HELD, "", is_settled=True),
        *(Said(fate, name, is_settled=True) for fate in Fate),
        Said(Fate.HELD, name),
    ]
    written = [{"written": (name,) * count} for count in (0, 1, 5)]
    return {
        "sittings/time_to_close.html": [about],
        "sittings/time_was_up.html": [about | {"until": until} for until in (None, CLOSED)],
        "sittings/forgotten.html": [
            {"group": group(name), "sitting": sitting} for sitting in sittings(name)[-1:]
        ],
        "write_ups/question.html": [
            about | {"kind": kind, "said": said} for kind in MorningKind for said in answers
        ],
        "write_ups/ask_times.html": [times],
        "write_ups/ask_room.html": [{"count": 3, "seats": 8}],
        "write_ups/ask_guests.html": [{}],
        "write_ups/ask_items.html": [{}],
        "write_ups/ask_decisions.html": written,
        "write_ups/ask_actions.html": written,
        "write_ups/ask_paper.html": [{"count": count, "days": 90} for count in (0, 1, 2)],
        "write_ups/ask_when.html": [{"example": OPENED}],
        "write_ups/ask_why.html": [{}],
        "write_ups/written.html": [{"has_list": has_list} for has_list in (True, False)],
        "write_ups/not_held.html": [{}],
        "write_ups/moved_to.txt": [{"starts": OPENED}],
        "write_ups/which.html": [{}],
        "write_ups/words.txt": [{}],
        "write_ups/list_kept.html": [about | {"until": CLOSED}],
        "write_ups/list_in_group.html": [{}],
        "write_ups/toast_list.txt": [{"count": count} for count in (0, 1)],
    }


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about a meeting that is held."""
    return _sittings(name) | _presence(name) | _minutes(name) | _write_ups(name) | _carry_over(name)


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
        AlreadyRecorded(),
        TooLateToWrite(),
        NothingToWrite(),
        NotOverYet(),
        EndsBeforeStart(),
        ReasonTooLong(length=300, limit=200),
        OrganisationUnclear(said=name),
    ]
