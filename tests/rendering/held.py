"""Facts for the templates of meetings that are held: the live post, the notebook, the minutes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.agenda import Item, Routine
from bot.domain.facilitation import Duty, Holder, ServedAlready
from bot.domain.groups import Group, QuorumUnreadable
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
from bot.domain.presence import (
    Guest,
    GuestUnnamed,
    How,
    NobodyCalledSo,
    NotHere,
    Present,
    Room,
    room,
)
from bot.domain.sittings import (
    AlreadyOpen,
    NoSuchItem,
    NothingToOpen,
    NotOpen,
    Sitting,
    SittingClosed,
    SittingState,
    Timed,
    Word,
)
from bot.domain.ways import Way
from bot.errors import BotError
from bot.services.presence import CheckedIn

Facts = dict[str, Any]

OPENED = datetime(2026, 12, 3, 10, 3)
CLOSED = datetime(2026, 12, 3, 12, 1)
LABELS = (
    "open",
    "open-now",
    *(f"check-in-{how}" for how in How),
    *(f"serve-{duty}" for duty in Duty),
    "room",
    "room-left",
    "room-back",
    "room-sure",
    "leave",
    "guest",
    "over-half",
    "next-item",
    "finish",
    "approve-all",
)
"""The words on buttons that need no facts."""


def buttons(name: str) -> list[Facts]:
    """Return the buttons of a meeting that is held whose words need facts."""
    moment = {"starts": OPENED, "local_now": OPENED}
    return [
        {"name": "open-which"} | moment,
        {"name": "open-again"} | moment,
        *({"name": "seat", "organisation": name, "how": how} for how in (*How, None)),
        *({"name": "seat-guest", "person": name, "is_leaving": one} for one in (True, False)),
    ]


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
            Present(None, "", name, How.HERE, OPENED, id=5),
            Present(3, f"{name} 3", name, How.HERE, OPENED, id=6, is_counted=False),
            Present(4, f"{name} 4", name, How.HERE, OPENED, left, id=7),
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
        due=OPENED + timedelta(minutes=37),
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
        "sittings/older.html": [{"group": group(name)}],
        "sittings/which.html": [{"is_open": is_open} for is_open in (True, False)],
        "sittings/none_planned.html": [
            {"group": group(name), "may_plan": may_plan} for may_plan in (True, False)
        ],
        "sittings/word.html": [
            {"group": group(name), "sitting": sitting, "word": word}
            for sitting in (*sittings(name)[:2], replace(sittings(name)[1], items=items(name)[1:2]))
            for word in Word
        ],
    }


def _presence(name: str) -> dict[str, list[Facts]]:
    return {
        "presence/toast.txt": [
            {"done": CheckedIn(name, how, is_counted)}
            for how in How
            for is_counted in (True, False)
        ],
        "presence/toast_left.txt": [{}],
        "presence/toast_sure.txt": [{}],
        "presence/toast_list.txt": [{"is_elsewhere": is_private} for is_private in (True, False)],
        "presence/toast_serving.txt": [{"duty": duty} for duty in Duty],
        "presence/ask_guest.html": [{}],
        "presence/guest.html": [
            {"guest": Guest(name, name), "counts_for": counts_for} for counts_for in (name, "")
        ],
        "presence/list.html": [
            {
                "group": group(name),
                "room_now": present(name, seats=seats),
                "is_leaving": is_leaving,
                "is_over": is_over,
                "is_called": is_called,
            }
            for seats, is_leaving, is_over, is_called in (
                (3, False, False, False),
                (40, False, False, True),
                (3, True, False, False),
                (3, False, True, True),
            )
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


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about a meeting that is held."""
    return _sittings(name) | _presence(name) | _minutes(name)


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
        NoSuchItem(said=name, items=[one.item for one in items(name)]),
        *(ServedAlready(name=name, duty=duty) for duty in Duty),
        GuestUnnamed(),
        NobodyCalledSo(said=name, here=[name] * 20),
        NobodyCalledSo(said=name, here=[]),
        NotHere(),
        QuorumUnreadable(limit=40),
        EntryGone(),
        MinutesUnknown(),
        MinutesOut(),
        MinutesNotYet(),
    ]
