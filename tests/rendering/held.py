"""Facts for the templates of meetings that are held: the live post, the notebook, the minutes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.actions import AmendmentUnclear
from bot.domain.agenda import Item, Routine
from bot.domain.carry_over import Carried, LastMinutes
from bot.domain.decisions import DecisionGone, Due, ReviewUnreadable
from bot.domain.facilitation import Duty, Holder, ServedAlready
from bot.domain.filing import Edition, Filed, Form, NoMinutes, SeveralMinutes
from bot.domain.groups import Group, QuorumUnreadable
from bot.domain.meetings import Meeting, State
from bot.domain.minutes import (
    ApprovedInWords,
    Change,
    DaysUnclear,
    DeputyLater,
    Doubt,
    Extent,
    LastMinutesOut,
    LineElsewhere,
    LineUnclear,
    Mark,
    MinutesChanged,
    MinutesNotYet,
    MinutesOut,
    MinutesState,
    MinutesUnknown,
    NothingCorrected,
    ObjectionSettled,
    ObjectionsOver,
    ObjectionUnclear,
    Record,
    Section,
)
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
    PrivateChatMissing,
    Reservation,
    ReservationTooLong,
    Tally,
    VotedThemselves,
)
from bot.domain.notebook import (
    EntryGone,
    EntryKind,
    EntryOut,
    EntryTooLong,
    Line,
    NotebookFull,
    NothingToUndo,
    NotYourEntry,
    OffTheRecord,
    OnlyIdeas,
    Owner,
    WordsMissing,
    WrittenAlready,
)
from bot.domain.organisations import OrganisationUnclear
from bot.domain.participation import Came, Participation, Share
from bot.domain.presence import (
    GuestUnnamed,
    How,
    NobodyCalledSo,
    NotHere,
    NotThen,
    Present,
    Room,
    Stage,
    room,
)
from bot.domain.roles import Action
from bot.domain.search import PAGE, FoundKind, Hit, Nearness, NothingToFind, Page, SearchGone
from bot.domain.sittings import (
    AlreadyOpen,
    ClosedForGood,
    NoSuchItem,
    NothingToOpen,
    NotOpen,
    SeveralOpen,
    Sitting,
    SittingClosed,
    SittingState,
    Timed,
    Word,
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
    TimesUnreadable,
    TooLateToWrite,
    Unheld,
)
from bot.errors import BotError
from bot.services.closing import Closed
from bot.services.minutes_editor import Overwritten
from bot.services.minutes_papers import Found
from bot.services.motions import Cast
from bot.services.opening import AtTheDoor
from bot.services.presence import CheckedIn
from bot.services.presence_names import Named

Facts = dict[str, Any]

OPENED = datetime(2026, 12, 3, 10, 3)
CLOSED = datetime(2026, 12, 3, 12, 1)
FOUND_LABELS = ("found-back", "picture")
LABELS = (
    *("open", *(f"check-in-{how}" for how in How), "next-item", "finish", "approve-all", "undo"),
    *(
        "open-now",
        *(f"serve-{duty}" for duty in Duty),
        "leave",
        "guest",
        "room-after",
        "reopen",
        "over-half",
    ),
    *("room", "room-left", "room-back", "room-sure"),
    *("go-on", "close-now", "half-hour-more", *(f"fate-{fate}" for fate in Fate)),
    *(
        "that-is-all",
        "all-of-them",
        "none-of-them",
        "no-item",
        "no-list",
        "paper-list",
        "action-open-again",
    ),
    *("minutes-pdf", "minutes-docx"),
    *("draft-publish", "draft-parts", "draft-right", "draft-whole", "draft-add", "draft-out"),
    *("draft-move", "draft-back", "draft-earlier", "draft-later", "draft-discard"),
    *("minutes-wrong", "minutes-object", "settle-correct", "settle-keep"),
    *("setting-objections", "setting-upward"),
)
"""The words on buttons that need no facts."""
VOTES = (
    *("vote-agree", "vote-reservation", "vote-yes", "vote-no", "vote-abstain"),
    *("vote-for-others", "vote-close", "vote-decided", "vote-not-decided", "vote-go-on"),
    "review-never",
    *("votes-organisation", "votes-member"),
)
"""The words on buttons of votes."""
VOTE_WORDS = (
    *("vote-consent", "vote-majority", "review", "months", "in-months"),
    *(f"vote-{ballot}" for ballot in Ballot),
    *(f"they-{ballot}" for ballot in Ballot),
    "says",
)
"""What people type about votes."""


def no_such_item(name: str, *, is_title: bool) -> NoSuchItem:
    """Return the refusal of words, whether or not a new item could be called so."""
    refusal = NoSuchItem(said=name, items=[one.item for one in items(name)])
    refusal.is_title = is_title
    return refusal


def buttons(name: str) -> list[Facts]:
    """Return the buttons of a meeting that is held whose words need facts."""
    moment = {"starts": OPENED, "local_now": OPENED}
    return [
        {"name": "open-which"} | moment,
        {"name": "open-again"} | moment,
        {"name": "reopen-which"} | moment,
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
            how="majority",
            votes=(7, 1, 1),
            is_without_quorum=True,
            reservations=(name, name),
            review_on=date(2027, 3, 1),
            source=(-1001, 5),
        ),
        Line(14, EntryKind.AGREED, name, how="consent"),
        Line(15, EntryKind.AGREED, name, how="consent", votes=(5, 0)),
        Line(
            16,
            EntryKind.AGREED,
            name,
            how="consent",
            votes=(5, 2),
            reservations=(f"{name}*: {name}", name),
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
        "last_serial": 2,
        "last_starts": datetime(2026, 11, 5, 10),
        "open_actions": entries(name)[1:2] + entries(name)[5:7],
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
            | {"local_now": CLOSED, "is_one_of_several": bool(led), "has_minutes": not led}
            for sitting in sittings(name)
            for led in ({}, holders)
        ],
        "sittings/early.html": [
            {"sitting": sitting, "vote": vote} for sitting in sittings(name) for vote in ("", name)
        ],
        "sittings/early_over.html": [{"is_closed": is_closed} for is_closed in (True, False)],
        "sittings/toast_closed.txt": [{}],
        "sittings/toast_next.txt": [{"sitting": sitting} for sitting in sittings(name)],
        "sittings/older.html": [{"group": group(name)}],
        "sittings/over.html": [
            {
                "ended": Closed(
                    held_meeting(name),
                    CLOSED,
                    by,
                    approvers,
                    is_circulated=is_circulated,
                    can_reopen=not is_circulated,
                    is_by_you=is_yours and bool(by),
                    is_yours=is_yours,
                )
            }
            for by, approvers, is_circulated in (
                (name, (name,) * 5, False),
                ("", (), False),
                (name, (name,), True),
            )
            for is_yours in (False, True)
        ],
        "sittings/which.html": [
            {"door": AtTheDoor(opened, planned, closed), "is_new": is_new}
            for one in ((held_meeting(name),),)
            for opened, planned, closed, is_new in (
                (one, one, (), False),
                ((), one, (), False),
                ((), one, one, False),
                ((), (), one, True),
                ((), (), one, False),
            )
        ],
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
            {"named": Named(name, counts_for, corrected=over)}
            for counts_for in (name, "")
            for over in (held_meeting(name), None)
        ],
        "presence/corrected.html": [
            {"named": [Named(name, at=at, corrected=held_meeting(name))] * count, "word": word}
            for word, at in (("left", CLOSED), ("came", CLOSED), ("came", None))
            for count in (1, 40)
        ],
        "presence/list.html": [
            {
                "group": group(name),
                "room_now": present(name, seats=seats),
                "is_leaving": is_leaving,
                "meeting": held_meeting(name),
                "stage": stage,
                "is_called": is_called,
            }
            for seats, is_leaving, stage, is_called in (
                (3, False, Stage.HELD, False),
                (40, False, Stage.HELD, True),
                (3, True, Stage.HELD, False),
                (40, False, Stage.DRAFTED, True),
                (3, False, Stage.OUT, True),
            )
        ],
    }


def changes(name: str) -> list[Change]:
    """Return everything that a version can say otherwise."""
    return [
        Change("reworded", name, name),
        Change("added", after=name),
        Change("removed", name),
        Change("led", after=name),
        Change("noted", after=name),
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
        "minutes/overwritten.html": [{"had": Overwritten(2, name, by)} for by in ("", name)],
        "minutes/withdrawn.html": about,
        "minutes/body.html": states,
        "minutes/minutes.html": [
            one | {"extent": extent, "feedback": link}
            for one in states
            for extent in Extent
            for link in ("", "https://t.me/BarazaBot?start=feedback")
        ],
        "minutes/told.html": [
            one | {"extent": extent, "why": why}
            for one in states[:2]
            for extent in Extent
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
                "is_sure": is_sure,
                "asks": asks,
                "is_settled": is_settled,
                "answer": answer,
                "until": until,
            }
            for is_sure in (True, False)
            for until in (None, date(2026, 12, 17))
            for asks in ("asked", "reason")
            for is_settled, answer in ((False, ""), (True, ""), (True, name))
        ],
        "minutes/older.html": [{"record": one} for one in records],
        "minutes/kept.html": [{"text": name, "answer": name}],
        "minutes/waits.html": [
            {"group": group(name), "leads": leads} for leads in ([], [name] * 3)
        ],
        "minutes/unanswered.html": [{"text": name, "answer": ""}],
        "minutes/corrected.html": [{"text": name}],
        "minutes/doubt.html": [{"state": state} for state in Doubt],
        "minutes/wrong.html": [{}],
        "minutes/too_late.html": [{"can_bring": yes} for yes in (True, False)],
        "minutes/toast_wrong.txt": [{"is_elsewhere": yes} for yes in (True, False)],
        "groups/ask_objections.html": [{"most": 20}],
        "groups/ask_upward.html": [{}],
        **_papers(name, records),
    }


def _papers(name: str, records: list[Record]) -> dict[str, list[Facts]]:
    editions = [
        Edition(),
        Edition(is_draft=True),
        Edition(2, is_confirmed=True),
        Edition(2, changed=name),
        Edition(2, changes=tuple(changes(name))),
    ]
    filed = (Filed(5, 2, datetime(2026, 11, 5, 10)), Filed(4, 1, datetime(2026, 10, 1, 10)))
    empty = replace(records[0], sections=())
    return {
        "minutes/overview.html": [
            {"found": Found(7, record, edition, earlier, waits, not_held)}
            for record in (*records, empty)
            for edition in editions
            for earlier, waits, not_held in (
                ((), None, ()),
                (
                    filed,
                    datetime(2026, 12, 10, 10),
                    (Unheld(OPENED), Unheld(OPENED, name), Unheld(OPENED, moved_to=OPENED)),
                ),
            )
        ],
        "minutes/copy.html": [
            {"record": record, "edition": edition} for record in records for edition in editions
        ],
        "minutes/paper.html": [
            {"record": records[0], "edition": edition, "form": form, "size": 34_567}
            for edition in editions
            for form in (Form.PDF, Form.DOCX)
        ],
        "minutes/toast.txt": [
            {"is_private": is_private, "is_new": is_new, "newer": newer}
            for is_private in (True, False)
            for is_new in (True, False)
            for newer in (0, 2)
        ],
    }


def button_facts(name: str) -> list[Facts]:
    """Return facts for the labels of buttons that say a name or a time."""
    return [
        *({"name": "toggle", "is_on": is_on, "called": name} for is_on in (True, False)),
        *({"name": "toggle", "is_on": True, "called": name, "how": how} for how in ("", *How)),
        {"name": "said-off-record", "said": name},
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
        *(Said(fate, name, is_settled=True, is_own=True) for fate in Fate),
        Said(Fate.HELD, name),
        Said(Fate.HELD, name, is_own=True),
    ]
    written = [
        {"written": (name,) * count, "secret": secret}
        for count in (0, 1, 5)
        for secret in ("", name)
    ]
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
        "write_ups/ask_room.html": [
            times | {"count": 3, "seats": 8, "unknown": unknown} for unknown in ((), (name, name))
        ],
        "write_ups/ask_guests.html": [{}],
        "write_ups/ask_items.html": [{}],
        "write_ups/ask_decisions.html": [
            one | {"has_secret": has_secret, "reviews": [day] * len(one["written"])}
            for one in written
            for has_secret, day in ((False, None), (True, date(2027, 3, 1)))
        ],
        "write_ups/ask_actions.html": written,
        "write_ups/ask_places.html": [
            {"text": text, "number": 1, "count": count, "secret": secret}
            for count in (1, 3)
            for text, secret in ((name, ""), ("", name), (name, name))
        ],
        "write_ups/ask_paper.html": [{"count": count, "days": 90} for count in (0, 1, 2)],
        "write_ups/ask_when.html": [{"example": OPENED}],
        "write_ups/ask_why.html": [{}],
        "write_ups/ask_sure.html": [{"name": name}],
        "write_ups/written.html": [{"has_list": has_list} for has_list in (True, False)],
        "write_ups/not_held.html": [{}],
        "write_ups/told.html": [{"unheld_one": Unheld(OPENED, reason)} for reason in ("", name)],
        "write_ups/which.html": [{}],
        "write_ups/words.txt": [{}],
        "write_ups/list_kept.html": [about | {"until": CLOSED}],
        "write_ups/list_in_group.html": [{}],
        "write_ups/is_list.html": [
            {"count": count, "is_album": is_album} for count in (1, 2) for is_album in (False, True)
        ],
        "write_ups/toast_taken.txt": [
            {"meeting": held_meeting(name), "count": count} for count in (1, 3)
        ],
        "write_ups/toast_list.txt": [{"count": count} for count in (0, 1)],
    }


def _notebook(name: str) -> dict[str, list[Facts]]:
    lines = entries(name)
    plain = {
        "is_undone": False,
        "is_asked": False,
        "is_shared": False,
        "unclear": "",
        "timeline": "",
        "support": "",
    }
    asked = Line(14, EntryKind.ACTION, name, owner=Owner(name))
    return {
        "actions/echo.html": [
            *({"entry": line, **plain} for line in lines),
            *({"entry": line, **plain, "is_undone": True} for line in lines),
            {"entry": asked, **plain, "is_asked": True},
            {"entry": asked, **plain, "is_asked": True, "is_shared": True},
            {"entry": Line(15, EntryKind.ACTION, name, due=date(2026, 12, 10)), **plain},
            {"entry": asked, **plain, "unclear": name},
            {"entry": asked, **plain, "timeline": name},
            {"entry": asked, **plain, "timeline": name, "support": name},
        ],
        "notebook/undone.html": [{"entry": line} for line in lines],
        "notebook/toast_undone.txt": [{}],
        "notebook/kept.html": [{"entries": lines}, {"entries": [*lines] * 20}],
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
        make_motion(name, state=MotionState.COUNTED, tally=Tally()),
        make_motion(name, state=MotionState.CARRIED, **result),
        make_motion(name, state=MotionState.CARRIED, **result, review_on=date(2027, 3, 1)),
        make_motion(name, state=MotionState.CARRIED, **result, is_taken_back=True),
        make_motion(name, state=MotionState.LOST, **voted, tally=Tally()),
    ]
    decided = Due(name, OPENED.date(), date(2027, 3, 1))
    asked = [{"group": group(name), "text": name, "organisation": other} for other in (name, "")]
    return {
        "motions/motion.html": [{"motion": one} for one in found],
        "motions/still_open.html": [{"text": name}],
        "motions/older.html": [{"text": name, "is_open": is_open} for is_open in (True, False)],
        "motions/note.txt": [{"text": name, "votes": votes} for votes in ((), (2, 3, 0))],
        "motions/toast.txt": [
            {"cast": Cast(ballot, name, is_second)}
            for ballot in Ballot
            for is_second in (True, False)
        ],
        "motions/ask_reservation.html": asked,
        "motions/as_reservation.html": [{"is_asked": is_asked} for is_asked in (True, False)],
        "motions/unclear.html": [
            {"choosing": choosing, "can_enter": yes}
            for choosing in Choosing
            for yes in (True, False)
        ],
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
        "asked": "",
        "view": "whole",
        "page": "",
        "pages": 1,
    }
    section = record.sections[1]
    whole = facts | {"page": "<b>1</b>", "number": 1, "pages": 2, "is_all_right": False}
    return [
        whole,
        *(whole | {"state": MinutesState.CIRCULATED, "asked": one} for one in ("again", "last")),
        whole | {"state": MinutesState.CIRCULATED, "is_all_right": True, "numbers": {}},
        whole | {"version": 2, "changes": changes(name)},
        whole | {"asked": "writer"},
        *(
            whole | {"record": replace(record, facilitator=led, note_taker=wrote)}
            for led, wrote in (("", ""), ("", name), (name, ""))
        ),
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
    parts = (
        *(_sittings, _presence, _notebook, _motions, _minutes, _write_ups, _carry_over),
        *(_found, _participation),
    )
    return {template: facts for part in parts for template, facts in part(name).items()}


def _found(name: str) -> dict[str, list[Facts]]:
    hits = tuple(
        Hit(kind, name, name, date(2026, 12, 3), link="https://t.me/c/1/2") for kind in FoundKind
    )
    waiting = Hit(FoundKind.ITEM, name, name)
    reserved = [replace(hit, reservation=name) for hit in hits]
    pages = [
        Page(()),
        Page((*hits[:4], waiting), has_more=True),
        *(Page(hits[2:], number=1, nearness=nearness) for nearness in Nearness),
        Page(tuple(reserved[:PAGE]), has_more=True),
    ]
    return {
        "search/found.html": [
            {"said": name, "page": page, "groups": groups}
            for page in pages
            for groups in ([group(name)], [group(name), group(name)])
        ],
    }


def shares(name: str, organisations: int = 12) -> Participation:
    """Return how organisations came to twelve meetings, in every way there is."""
    marks = tuple(Came)
    return Participation(
        days=tuple(date(2026, month, 3) for month in range(1, 13)),
        not_held=(Unheld(datetime(2026, 5, 10, 10)), Unheld(datetime(2026, 6, 10, 10), name)),
        shares=tuple(
            Share(f"{name} {key}", tuple(marks[(key + at) % len(marks)] for at in range(12)))
            for key in range(organisations)
        ),
    )


def _participation(name: str) -> dict[str, list[Facts]]:
    found = [Participation((), (), ()), shares(name, 1), shares(name)]
    about = [{"group": group(name), "participation": one} for one in found]
    return {
        "participation/shares.html": [
            facts | {"first": first, "total": total, "is_all": is_all}
            for facts in about
            for first, total, is_all in ((0, 12, True), (12, 30, True), (0, 1, False))
        ],
        "participation/picture.html": about,
    }


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
        OffTheRecord(title=name),
        OffTheRecord(title=name, is_over=True),
        WrittenAlready(),
        *(NothingToUndo(is_open=is_open) for is_open in (True, False)),
        ClosedForGood(),
        TimesUnreadable(said=name),
        SeveralOpen(meetings=[held_meeting(name), held_meeting(name)]),
        *(no_such_item(name, is_title=is_title) for is_title in (True, False)),
        *(ServedAlready(name=name, duty=duty) for duty in Duty),
        GuestUnnamed(),
        *(
            NobodyCalledSo(said=name, known=known, is_coming=is_coming)
            for known in ([name] * 20, [])
            for is_coming in (False, True)
        ),
        NotHere(),
        *(
            NotThen(opened=OPENED, until=CLOSED, is_over=is_over, is_coming=is_coming)
            for is_over in (True, False)
            for is_coming in (False, True)
        ),
        NotThen(opened=OPENED, until=CLOSED, is_end=True),
        QuorumUnreadable(limit=40),
        EntryGone(),
        EntryOut(),
        NotYourEntry(name=name),
        NotYourEntry(name=""),
        *(OnlyIdeas(action=Action.RUN_MEETING, is_proposed=one) for one in (True, False)),
        AmendmentUnclear(),
        MinutesUnknown(),
        MinutesOut(),
        LastMinutesOut(),
        MinutesNotYet(),
        NothingToFind(),
        SearchGone(),
        AlreadyRecorded(),
        TooLateToWrite(),
        NothingToWrite(),
        NotOverYet(),
        EndsBeforeStart(),
        ReasonTooLong(length=300, limit=200),
        OrganisationUnclear(said=name),
        *(
            MinutesNotYet(starts=OPENED, approvers=[name] * 5, is_yours=yes)
            for yes in (True, False)
        ),
        NoMinutes(),
        NoMinutes(not_held=[Unheld(OPENED, name)] * 3),
        SeveralMinutes(known=[Filed(5, 2, datetime(2026, 11, 5, 10))] * 2),
        NoMinutes(said=name, known=[Filed(5, 2, datetime(2026, 11, 5, 10))] * 2),
        MotionMissing(),
        MotionUnknown(),
        MotionOver(),
        MotionVotedOn(),
        MotionOffRecord(),
        *(NotAVoter(why=why) for why in Barrier),
        VotedThemselves(organisation=name),
        PrivateChatMissing(bot="BarazaBot"),
        ReservationTooLong(length=700),
        ReviewUnreadable(said=name),
        DecisionGone(),
        MinutesChanged(),
        NothingCorrected(),
        DeputyLater(),
        LineUnclear(),
        LineUnclear(number=12, text=name),
        *(LineElsewhere(number=2, text=name, shown=shown) for shown in ((), (5,), (5, 6))),
        ApprovedInWords(),
        ObjectionsOver(),
        ObjectionSettled(),
        ObjectionUnclear(),
        DaysUnclear(most=20),
    ]
