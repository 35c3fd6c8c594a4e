"""Facts for the templates of meetings that are held: the live post, the notebook, the minutes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.agenda import Item, Routine
from bot.domain.facilitation import Duty, Holder
from bot.domain.groups import Group
from bot.domain.meetings import Meeting, State
from bot.domain.minutes import (
    Change,
    DaysUnclear,
    DeputyLater,
    LineUnclear,
    Mark,
    MinutesChanged,
    MinutesNotYet,
    MinutesOut,
    MinutesState,
    MinutesUnknown,
    ObjectionSettled,
    ObjectionsOver,
    ObjectionUnclear,
    Record,
    Section,
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
from bot.services.presence import CheckedIn

Facts = dict[str, Any]

OPENED = datetime(2026, 12, 3, 10, 3)
CLOSED = datetime(2026, 12, 3, 12, 1)
LABELS = (
    "open",
    *(f"check-in-{how}" for how in How),
    "next-item",
    "finish",
    "approve-all",
    "draft-publish",
    "draft-parts",
    "draft-right",
    "draft-whole",
    "draft-add",
    "draft-out",
    "draft-move",
    "draft-back",
    "draft-earlier",
    "draft-later",
    "draft-discard",
    "minutes-wrong",
    "minutes-object",
    "settle-correct",
    "settle-keep",
    "setting-objections",
    "setting-upward",
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


def changes(name: str) -> list[Change]:
    """Return everything that a version can say otherwise."""
    return [
        Change("reworded", name, name),
        Change("added", after=name),
        Change("removed", name),
        Change("moved", name, name),
        *(Change("roll", name, mark) for mark in Mark),
    ]


def _minutes(name: str) -> dict[str, list[Facts]]:
    bare = make_record(
        name, facilitator="", note_taker="", guests=(), apologies=(), absent=(), next_starts=None
    )
    records = [make_record(name), bare]
    about = [{"group": group(name), "record": record} for record in records]
    states = [
        {
            "group": group(name),
            "record": record,
            "state": state,
            "version": version,
            "changes": found,
            "until": date(2026, 12, 10),
        }
        for record in records
        for state in MinutesState
        if state is not MinutesState.DRAFT
        for version, found in ((1, []), (2, changes(name)))
    ]
    return {
        "minutes/draft.html": _drafts(name),
        "minutes/approved.html": about,
        "minutes/given_up.html": about,
        "minutes/body.html": states,
        "minutes/minutes.html": [
            one | {"is_whole": yes} for one in states for yes in (True, False)
        ],
        "minutes/told.html": [
            one | {"is_whole": yes, "why": why}
            for one in states[:2]
            for yes in (True, False)
            for why in ("absent", "team")
        ],
        "minutes/missing.html": [
            {
                "group": group(name),
                "meeting": held_meeting(name),
                "drafted": CLOSED,
                "leads": leads,
            }
            for leads in ([], [name] * 3)
        ],
        "minutes/objection.html": [
            {
                "group": group(name),
                "meeting": held_meeting(name),
                "who": name,
                "text": name,
                "asks": asks,
                "is_settled": is_settled,
                "answer": answer,
            }
            for asks in ("asked", "reason")
            for is_settled, answer in ((False, ""), (True, ""), (True, name))
        ],
        "minutes/kept.html": [{"text": name, "answer": name}],
        "minutes/doubt.html": [{}],
        "minutes/wrong.html": [{}],
        "minutes/too_late.html": [{"can_bring": yes} for yes in (True, False)],
        "minutes/toast_wrong.txt": [{"is_elsewhere": yes} for yes in (True, False)],
        "groups/ask_objections.html": [{"most": 20}],
        "groups/ask_upward.html": [{}],
    }


def _drafts(name: str) -> list[Facts]:
    """Return a draft as a whole, in its parts, and with one entry open."""
    record = make_record(name)
    facts: Facts = {
        "group": group(name),
        "record": record,
        "state": MinutesState.DRAFT,
        "version": 1,
        "numbers": {line.id: number for number, line in enumerate(record.entries, start=1)},
        "approved": frozenset({"roll"}),
        "changes": [],
        "view": "whole",
        "page": "",
        "pages": 1,
    }
    section = record.sections[1]
    whole = facts | {"page": "<b>1</b>", "number": 1, "pages": 2, "is_all_right": False}
    return [
        whole,
        whole | {"state": MinutesState.CIRCULATED, "is_all_right": True, "numbers": {}},
        whole | {"version": 2, "changes": changes(name)},
        facts | {"view": "part", "section": None, "entries": ()},
        facts | {"view": "part", "section": section, "entries": ()},
        facts | {"view": "part", "section": section, "entries": section.entries[:8]},
        facts | {"view": "add", "section": section, "entries": ()},
        *(
            facts | {"view": view, "section": section, "entries": section.entries[5:6]}
            for view in ("entry", "move")
        ),
    ]


def labels(name: str) -> list[Facts]:
    """Return the words on buttons that need facts."""
    sections = make_record(name).sections
    return [
        *({"name": "draft-mark", "mark": mark, "organisation": name} for mark in Mark),
        {"name": "draft-entry", "number": 12},
        *({"name": "draft-item", "section": section} for section in sections[:3]),
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about a meeting that is held."""
    return _sittings(name) | _presence(name) | _minutes(name)


def refusals(_name: str) -> list[BotError]:
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
        MinutesChanged(),
        DeputyLater(),
        LineUnclear(),
        ObjectionsOver(),
        ObjectionSettled(),
        ObjectionUnclear(),
        DaysUnclear(most=20),
    ]
