"""Facts for every template, and a language that is made up from the source texts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.domain.actions import Word as ActionWord
from bot.domain.agenda import (
    Agenda,
    AgendaFull,
    ItemElsewhere,
    ItemGone,
    ItemState,
    ItemUnreadable,
    MinutesImpossible,
    MinutesUnreadable,
    Outcome,
    Routine,
    TemplateUnreadable,
    TitleTooLong,
    Word,
)
from bot.domain.agenda import Item as AgendaItem
from bot.domain.attendance import (
    Answer,
    Attendance,
    NoOrganisation,
    OrganisationUnknown,
    ReplyNotUnderstood,
)
from bot.domain.calendar import (
    CalendarFull,
    Entry,
    EntryEndsBeforeItBegins,
    EntryHoursTurned,
    EntryKind,
    EntryUnknown,
    EntryUnreadable,
    Warned,
    WarningKind,
)
from bot.domain.changes import ChangeUnclear
from bot.domain.coalitions import (
    Coalition,
    CoalitionAmbiguous,
    CoalitionMissing,
    CoalitionUnknown,
    CoalitionUnreadable,
    ContactTooLong,
)
from bot.domain.dates import (
    DateAmbiguous,
    DateContradicts,
    DateImpossible,
    DateInThePast,
    DateMissing,
    DateUnreadable,
    TimeAmbiguous,
    TimeMissing,
    ZoneUnknown,
)
from bot.domain.facilitation import (
    CannotLead,
    Duty,
    Holder,
    LeaderUnknown,
    NotYourTurn,
    Standing,
    TurnUnclear,
)
from bot.domain.feedback import FeedbackState
from bot.domain.groups import (
    CommandGone,
    Group,
    GroupAmbiguous,
    GroupMissing,
    GroupOnly,
    GroupUnknown,
    LanguagesTooMany,
    LanguageUnknown,
    ModelUnknown,
    NameTaken,
    NameTooLong,
    OrganisationsTooMany,
    PrivateOnly,
    QuestionOfAnother,
    Setting,
    SetUpMeanwhile,
    SetupUnreadable,
    TopicUnknown,
)
from bot.domain.guide import Subject
from bot.domain.holidays import Holiday
from bot.domain.invitations import (
    InvitationElsewhere,
    InvitationInGroup,
    InvitationNeedless,
    InvitationOver,
    InvitationOwn,
    Kind,
    YesOrNo,
)
from bot.domain.meetings import (
    Meeting,
    MeetingCancelled,
    MeetingChanged,
    MeetingStarted,
    MeetingTooFar,
    MeetingTooLong,
    MeetingUnknown,
    NothingChanges,
    PlaceTooLong,
    ProposalConfirmed,
    ProposalGone,
    State,
)
from bot.domain.members import (
    AlreadyConfirmed,
    Joined,
    NameMissing,
    NobodyWaits,
    Person,
    Reach,
    Roll,
    Seat,
    Waiting,
)
from bot.domain.motions import CountedBy
from bot.domain.people import LastCoordinator, LastLead, OfficePhone, PersonGone, TeamStays
from bot.domain.plan import NotTheirs
from bot.domain.preferences import KindUnknown, MessageKind
from bot.domain.reminders import DEFAULT_QUIET, NO_QUIET, QuietUnreadable, ReminderKind
from bot.domain.rhythms import (
    RhythmAmbiguous,
    RhythmUnreadable,
    RhythmWithoutDay,
    RhythmWithoutTime,
)
from bot.domain.roles import (
    Action,
    AnonymousAdmin,
    NobodyInCharge,
    NotAllowed,
    Role,
    StrangerHere,
)
from bot.domain.series import (
    LAST,
    DayNotInEveryMonth,
    MonthlyByDay,
    MonthlyByWeekday,
    Rhythm,
    RhythmTooLong,
    Series,
    SeriesEndsBeforeItBegins,
    Weekly,
    next_occurrences,
)
from bot.domain.ways import LinkTooLong, Way, Where
from bot.domain.write_ups import Fate
from bot.errors import BotError
from bot.flows.engine import Control
from bot.flows.flow import (
    AnswerNeeded,
    AnswerRefused,
    ChoiceWanted,
    NotYourQuestion,
    PictureWanted,
    QuestionOver,
    WordsWanted,
)
from bot.intake.take import UpdateFailed
from bot.resources import folder
from bot.services.coalitions import News
from bot.services.invitations import Offer
from bot.services.rolls import Verdict
from tests.rendering import (
    confided,
    digested,
    followed,
    hand_over_facts,
    held,
    inbox_facts,
    planned,
    reported,
    support_facts,
)

Facts = dict[str, Any]

CHAT = folder("templates") / "chat"
ZONE = "Africa/Nairobi"
HARMLESS_LINK = "4711"
"""Stands for an address: no word of it comes from a catalogue."""
THURSDAY = date(2026, 12, 3)
STARTS = datetime(2026, 12, 3, 10)
ENDS = datetime(2026, 12, 3, 12)
WEDNESDAY = datetime(2026, 12, 2, 10)
COMMANDS = (
    "start",
    "mute",
    "summary",
    "report",
    "help",
    "when",
    "meeting",
    "agenda",
    "additem",
    "facilitator",
    "guest",
    "came",
    "left",
    "open",
    "item",
    "agreed",
    "action",
    "note",
    "idea",
    "needhelp",
    "handover",
    "undo",
    "vote",
    "close",
    "find",
    "attendance",
    "minutes",
    "calendar",
    "language",
    "group",
    "setup",
    "coalition",
    "cancel",
)
RHYTHMS: tuple[Rhythm, ...] = (
    Weekly(1, (3,)),
    Weekly(2, (0, 3, 4)),
    *(MonthlyByWeekday(1, nth, 3) for nth in (1, 2, 3, 4, LAST)),
    MonthlyByWeekday(3, 1, 0),
    *(MonthlyByDay(every, day) for every in (1, 2) for day in (15, LAST)),
)


JOINED = [Joined(waits, is_forgotten) for waits in (True, False) for is_forgotten in (True, False)]


def make_group(**changes: Any) -> Group:
    """Return a group; what a test does not care about is filled in."""
    facts = {"name": "Wajir", "zone": ZONE, "languages": ("en", "sw"), "chat_id": -100}
    return Group(**{"id": 1, "coalition_id": 1, **facts, **changes})


def make_meeting(**changes: Any) -> Meeting:
    """Return a meeting of that group: Thursday 3 December 2026, 10:00-12:00 in Nairobi."""
    facts = {
        "starts_at": datetime(2026, 12, 3, 7, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 3, 9, tzinfo=UTC),
        "place": "County Hall",
        "state": State.PLANNED,
    }
    return Meeting(**{"id": 7, "group_id": 1, "zone": ZONE, "version": 1, **facts, **changes})


def make_attendance(
    *,
    coming: Sequence[str] = (),
    phone: Sequence[str] = (),
    alternate: Sequence[str] = (),
    cannot: Sequence[str] = (),
    silent: Sequence[str] = (),
) -> Attendance:
    """Return who comes, by the names of organisations."""
    said = {
        Answer.COMING: tuple(coming),
        Answer.PHONE: tuple(phone),
        Answer.ALTERNATE: tuple(alternate),
        Answer.CANNOT: tuple(cannot),
    }
    return Attendance(by_answer=said, silent=tuple(silent))


def post_facts(**changes: Any) -> Facts:
    """Return the facts of `meetings/post.html`."""
    return {
        "group": make_group(),
        "meeting": make_meeting(),
        "attendance": make_attendance(
            coming=["Maji Bora", "Red Dune"], phone=["NDMA"], silent=["Afya Kwanza"]
        ),
        "agenda": Agenda(),
        "holders": {},
        "kind": "announced",
        "moved_from": None,
        "is_newest": True,
        "is_outdated": False,
        "has_begun": False,
        "is_not_held": False,
        "local_now": WEDNESDAY,
        **changes,
    }


def table(name: str) -> Mapping[str, Sequence[Facts]]:
    """Return facts for each template, one set for each of its branches; people wrote `name`."""
    return {
        **_meetings(name),
        **_questions(name),
        **_agendas(name),
        **_others(name),
        **_people(name),
        **_set_up(name),
        **held.texts(name),
        **inbox_facts.texts(name),
        **support_facts.texts(name),
        **confided.texts(name),
        **hand_over_facts.texts(name),
        **planned.texts(name),
        **followed.texts(name),
        **digested.texts(name),
        **reported.texts(name, make_group(name=name)),
        **_errors(name),
        **_texts(name),
    }


def _questions(name: str) -> dict[str, list[Facts]]:
    """Return the facts of the questions of conversations, and of what stands around them."""
    when = {"example": STARTS, "is_series": False}
    place = {"starts": STARTS, "ends": ENDS, "local_now": WEDNESDAY}
    question = {
        "question": "meetings/ask_when.html",
        "is_series": False,
        "note": None,
        "refusal": "",
        "wanted": "meeting",
        "is_reply_needed": False,
        **when,
    }
    return {
        "flows/question.html": [
            question,
            question | {"note": "resumed"},
            question | {"refusal": "<b>2</b>"},
            question | {"note": "interrupted", "is_reply_needed": True},
        ],
        "flows/done.html": [{"command": "meeting"}],
        "flows/stopped.html": [{"command": "meeting"}],
        "flows/expired.html": [{"command": "meeting"}],
        "flows/nothing_open.html": [{}],
        "meetings/ask_when.html": [when, when | {"is_series": True}],
        "meetings/ask_often.html": [{"starts": STARTS}],
        "meetings/ask_hour.html": [{"day": THURSDAY}],
        "meetings/ask_day.html": [when | {"hour": time(10)}],
        "meetings/ask_link.html": [
            {"where": where, "is_private": is_private}
            for where in wheres(name)
            for is_private in (True, False)
        ],
        "meetings/ask_late.html": [{"place": name}],
        "meetings/ask_place.html": [place, place | {"ends": None}],
    }


def _set_up(name: str) -> dict[str, list[Facts]]:
    """Return the facts of setting coalitions and groups up."""
    group, named = make_group(name=name), Coalition(1, name, ("en", "sw"), name)
    nameless = Coalition(1, name, (), "")
    coalition = {
        "coalition": named,
        "team": [name] * 12,
        "news": None,
    }
    of_team: list[Facts] = [
        {"coalition": named, "person": name, "is_oneself": False},
        {"coalition": named, "person": name, "is_oneself": True},
    ]
    reached = {"reach": Reach((name,), (name,)), "link": "https://t.me/baraza_bot?start=abc"}
    settings = reached | {
        "group": group,
        "is_changed": False,
        "is_meanwhile": False,
        "moved": [],
        "objection_days": 5,
        "is_upward": True,
    }
    nothing = make_group(name=name, reminders=(), quiet=NO_QUIET)
    plan = {
        "name": name,
        "zone": ZONE,
        "languages": ("en",),
        "reminders": (),
        "quiet": NO_QUIET,
    }
    return {
        "coalitions/ask_name.html": [{"is_new": True}, {"is_new": False}],
        "coalitions/ask_languages.html": [{"chosen": ()}],
        "coalitions/ask_contact.html": [{}],
        "coalitions/list.html": [{}],
        "coalitions/team.html": [coalition],
        "coalitions/remove.html": of_team,
        "coalitions/removed.html": of_team,
        "coalitions/removed_told.html": [coalition],
        "coalitions/contact_missing.html": [{"coalition": nameless}],
        "coalitions/settings.html": [
            coalition,
            coalition | {"news": News.FOUNDED, "coalition": nameless},
            coalition | {"news": News.CHANGED},
            *(
                coalition | {"news": news, "coalition": replace(named, feedback=state)}
                for state in FeedbackState
                for news in (None, News.PAUSED)
            ),
        ],
        "groups/ask_coalition.html": [{}],
        "groups/ask_like.html": [{"title": name}],
        "groups/ask_name.html": [{}],
        "groups/ask_zone.html": [{"is_offered": True}, {"is_offered": False}],
        "groups/ask_languages.html": [{"chosen": ("en",)}],
        "groups/ask_organisations.html": [{}],
        "groups/ask_reminders.html": [{}],
        "groups/ask_quiet.html": [{}],
        "groups/ask_quorum.html": [{}],
        "groups/ask_right.html": [{"plan": plan}],
        "groups/set_up.html": [
            {"group": group, "has_lead": True} | reached,
            {"group": nothing, "has_lead": False} | reached | {"reach": Reach((), ())},
        ],
        "groups/settings.html": [
            settings,
            settings | {"group": make_group(name=name, votes_by=CountedBy.MEMBER)},
            settings | {"group": nothing, "is_meanwhile": True},
            settings | {"group": make_group(name=name, quorum=7)},
            settings | {"is_changed": True, "moved": [make_meeting()]},
            settings | {"is_changed": True, "moved": [make_meeting()] * 3},
        ],
    }


def _meetings(name: str) -> dict[str, list[Facts]]:
    group, meeting = make_group(name=name), make_meeting(place=name)
    cancelled = make_meeting(place=name, state=State.CANCELLED)
    many = make_attendance(coming=[name] * 30, phone=[name] * 9, silent=[name] * 13)
    few = make_attendance(
        coming=[name], phone=[name], alternate=[name], cannot=[name], silent=[name]
    )
    earlier = STARTS - timedelta(days=2)
    of_post = post_facts(group=group, meeting=meeting, attendance=few)
    of_question = {
        "group": group,
        "starts": STARTS,
        "ends": ENDS,
        "where": Where(name),
        "is_private": True,
        "following": None,
        "before": None,
        "local_now": WEDNESDAY,
        "in_other_words": [],
        "warnings": [],
    }
    said = [
        {"organisation": name, "answer": answer, "counts_as": counts_as}
        for answer in Answer
        for counts_as in Answer
    ]
    return {
        "meetings/post.html": [
            of_post,
            of_post | {"kind": "announced", "attendance": many},
            of_post | {"kind": "announced", "attendance": replace(few, is_passed_on=True)},
            of_post | {"kind": "announced", "is_newest": False},
            of_post | {"kind": "announced", "meeting": make_meeting(place="")},
            of_post | {"kind": "reminder-1h", "has_begun": True},
            of_post | {"kind": "reminder-1h", "has_begun": True, "is_not_held": True},
            of_post | {"kind": "invite"},
            of_post | {"kind": "invite", "agenda": make_agenda(name), "holders": holders(name)},
            of_post | {"kind": "reminder-1d"},
            of_post | {"kind": "reminder-1d", "local_now": earlier},
            of_post | {"kind": "reminder-1h", "local_now": STARTS - timedelta(hours=1)},
            of_post | {"kind": "moved", "moved_from": earlier},
            of_post | {"kind": "moved", "moved_from": STARTS},
            of_post | {"kind": "announced", "is_outdated": True, "moved_from": earlier},
            of_post | {"kind": "reminder-1d", "meeting": cancelled},
            *(of_post | {"meeting": meeting} for meeting in meetings_of_all_ways(name)),
        ],
        "meetings/proposal.html": [
            of_question,
            of_question | {"warnings": warnings(name)},
            of_question | {"where": Where(), "ends": ENDS + timedelta(hours=13)},
            *(
                of_question | {"where": where, "is_private": p}
                for where in wheres(name)
                for p in (True, False)
            ),
            *(of_question | {"before": meeting, "following": rhythm} for rhythm in RHYTHMS),
            of_question | {"before": make_meeting(place=name * 2), "in_other_words": ["10:00"]},
        ],
        "meetings/span.html": [{"starts": STARTS, "ends": ENDS, "local_now": WEDNESDAY}],
        "meetings/proposal_done.html": [
            {"group": group, "is_here": True},
            {"group": group, "is_here": False},
        ],
        "meetings/proposal_dropped.html": [
            {"group": group, "is_change": True},
            {"group": group, "is_change": False},
        ],
        "meetings/proposal_meanwhile.html": [
            {"group": group, "meeting": one, "who": name}
            for one in (meeting, make_meeting(state=State.CANCELLED))
        ],
        "meetings/for_others.html": [{"group": group, "meeting": meeting}],
        "meetings/for_whom.html": [{"group": group, "meeting": meeting, "organisation": name}],
        "meetings/no_meeting.html": [{"group": group}],
        "meetings/change.html": [
            {"group": group, "meeting": meeting, "rhythm": rhythm, "is_edited": is_edited}
            for rhythm in (None, *RHYTHMS)
            for is_edited in (True, False)
        ],
        "meetings/change_done.html": [{"group": group}],
        "meetings/change_kept.html": [{"group": group}],
        "meetings/cancelled.html": [{"group": group, "meeting": cancelled}],
        "meetings/missed.html": [
            {"group": group, "meetings": [meeting], "local_now": WEDNESDAY},
            {"group": group, "meetings": [meeting, meeting], "local_now": ENDS},
        ],
        "groups/lost.html": [
            {"group": group, "meetings": [meeting]},
            {"group": group, "meetings": []},
        ],
        "groups/topic_lost.html": [
            {"group": group, "is_general": is_general} for is_general in (False, True)
        ],
        "groups/back.html": [
            {
                "group": group,
                "has_missed": has_missed,
                "following": following,
                "meetings": shown,
                "local_now": WEDNESDAY,
            }
            for has_missed, following, shown in (
                (False, 0, []),
                (False, 1, []),
                (True, 0, [meeting]),
                (True, 3, [meeting]),
            )
        ],
        "meetings/list.html": [
            {
                "items": [(group, meeting, few, None, WEDNESDAY)],
                "can_plan": False,
                "example": THURSDAY,
            },
            {
                "items": [(group, meeting, many, RHYTHMS[0], WEDNESDAY)] * 3,
                "can_plan": True,
                "example": THURSDAY,
            },
            {"items": [], "can_plan": True, "example": THURSDAY},
        ],
        **_circulation(group, meeting, cancelled),
        "questions/question.html": [
            {"group": group, "meeting": meeting, "local_now": WEDNESDAY},
        ],
        "questions/place.html": [
            {
                "group": group,
                "meeting": make_meeting(is_place_late=True, late=where, place="", way=where.way),
                "local_now": WEDNESDAY,
            }
            for where in (
                Where(name, Way.PLACE, is_late=True),
                Where(name, Way.MIXED, "1", is_late=True),
            )
        ],
        "preferences/mute.html": [
            {"kinds": [(kind, is_on) for kind in MessageKind]} for is_on in (True, False)
        ],
        "preferences/muted.html": [{"kind": kind} for kind in MessageKind],
        "preferences/toast_mute.txt": [{"is_on": True}, {"is_on": False}],
        "meetings/answer_pending.html": said,
        "meetings/noted.html": [
            one | {"starts": STARTS, "is_counted": is_counted}
            for one in said
            for is_counted in (True, False)
        ],
        "meetings/toast_answered.txt": said,
        "meetings/toast_unchanged.txt": said,
        "meetings/toast_pending.txt": said,
        "meetings/toast_done.txt": [{}],
        "meetings/toast_too_late.txt": [{}],
        "meetings/toast_cancelled.txt": [{}],
        "meetings/toast_outdated.txt": [{}],
        "meetings/toast_stranger.txt": [
            {"link": None, "has_roll": False},
            {"link": HARMLESS_LINK, "has_roll": True},
        ],
        "meetings/toast_gone.txt": [{}],
        "meetings/toast_no_organisation.txt": [{}],
        "meetings/toast_not_yours.txt": [{"action": action} for action in Action],
    }


def make_series(**changes: Any) -> Series:
    """Return a series of that group: every first Thursday, 10:00-12:00 in Nairobi."""
    facts = {
        "rhythm": MonthlyByWeekday(1, 1, 3),
        "starts": time(10),
        "length": timedelta(hours=2),
        "zone": ZONE,
        "starts_on": THURSDAY,
    }
    return Series(**{**facts, **changes})


def of_series(name: str) -> Facts:
    """Return the facts of every text about a series."""
    series = make_series(until=THURSDAY + timedelta(days=200))
    return {
        "group": make_group(name=name),
        "series": series,
        "where": Where(name),
        "is_private": False,
        "ahead": next_occurrences(series, datetime(2026, 11, 21, tzinfo=UTC), count=3),
        "before": None,
        "warnings": [],
        "in_other_words": [],
        "local_now": WEDNESDAY,
    }


def wheres(name: str) -> list[Where]:
    """Return every way of meeting, with and without what can be said of it."""
    return [
        Where(place, way, link, is_late)
        for place in ("", name)
        for way in Way
        for link in ("", "https://meet.example/a")
        for is_late in (False, True)
    ]


def meetings_of_all_ways(name: str) -> list[Meeting]:
    """Return a meeting of each."""
    return [
        make_meeting(place=where.place, way=where.way, link=where.link, is_place_late=where.is_late)
        for where in wheres(name)
    ]


def warnings(name: str) -> list[Warned]:
    """Return every kind of warning."""
    holiday = Holiday(THURSDAY, name, is_estimated=False, is_eid=False)
    eid = Holiday(THURSDAY + timedelta(days=1), name, is_estimated=True, is_eid=True)
    return [
        Warned(kind=WarningKind.HOLIDAY, starts=STARTS, holiday=holiday),
        Warned(kind=WarningKind.HOLIDAY, starts=STARTS, holiday=eid),
        Warned(kind=WarningKind.EID, starts=STARTS, holiday=eid),
        *(
            Warned(kind=WarningKind.ENTRY, starts=STARTS, entry=entry)
            for entry in calendar_entries(name)
        ),
        Warned(kind=WarningKind.MEETING, starts=STARTS, meeting=make_meeting()),
        Warned(kind=WarningKind.PEOPLE, starts=STARTS, meeting=make_meeting(), group=name),
        Warned(kind=WarningKind.SKIPPED, starts=STARTS, said=STARTS - timedelta(minutes=30)),
    ]


def calendar_entries(name: str) -> list[Entry]:
    """Return every kind of line that a group's calendar can have."""
    return [
        Entry(name, (4,), begins=time(12), ends=time(14), id=1),
        Entry("", (0, 2), id=2),
        Entry(name, (), THURSDAY, THURSDAY + timedelta(days=30), time(10), time(15), id=3),
        Entry(name, (), THURSDAY, THURSDAY, time(10), time(15), id=4),
    ]


def _circulation(group: Group, meeting: Meeting, cancelled: Meeting) -> dict[str, list[Facts]]:
    plain = {"group": group, "meeting": meeting}
    alone = plain | {"series": None}
    again = [make_series(rhythm=rhythm, until=THURSDAY) for rhythm in RHYTHMS]
    copied = alone | {"agenda": make_agenda(group.name), "has_begun": False}
    return {
        "circulation/copy.html": [
            copied,
            copied | {"agenda": Agenda(), "has_begun": True},
            *(copied | {"series": one} for one in again),
            copied | {"meeting": make_meeting(place="")},
            copied | {"meeting": cancelled},
        ],
        "circulation/file.html": [
            alone | {"size": 1126},
            *(plain | {"series": one, "size": 1126} for one in again),
            alone | {"meeting": cancelled, "size": 900},
        ],
        "circulation/paper.html": [plain | {"size": 31_600}],
        "circulation/summary.txt": [plain],
        "circulation/toast.txt": [
            {"is_new": True, "is_private": True},
            {"is_new": True, "is_private": False},
            {"is_new": False, "is_private": False},
            {"is_new": False, "is_private": True},
        ],
    }


def _others(name: str) -> dict[str, list[Facts]]:
    help_ = {
        "commands": [{"name": "1", "description": "2"}],
        "group": name,
        "where": "group",
        "has_more": True,
        "can_answer": True,
        "way_in": None,
    }
    seats = (Seat(1, name, 2), Seat(2, name, 0))
    return {
        "calendar/list.html": [
            {"group": make_group(name=name), "entries": entries, "noted": noted, "country": country}
            for country in ("KE", None)
            for entries in ([], calendar_entries(name))
            for noted in (None, *calendar_entries(name))
        ],
        "calendar/label.txt": [{"kind": kind} for kind in EntryKind if kind is not EntryKind.OTHER],
        "calendar/ask_what.html": [{}],
        "calendar/ask_days.html": [{"kind": kind, "label": name} for kind in EntryKind],
        "calendar/ask_hours.html": [
            {"kind": kind, "entry": entry} for kind in EntryKind for entry in calendar_entries(name)
        ],
        "series/proposal.html": [
            of_series(name),
            of_series(name) | {"before": make_series(), "warnings": warnings(name)},
            of_series(name) | {"in_other_words": ["10:00"]},
        ],
        "series/planned.html": [of_series(name) | {"where": where} for where in wheres(name)],
        "series/changed.html": [of_series(name) | {"before": make_series(), "since": STARTS}],
        "meetings/sure_to_cancel.html": [
            {"group": make_group(name=name), "meeting": make_meeting(place=name)}
        ],
        "meetings/cancel_which.html": [
            {"group": make_group(name=name), "meeting": make_meeting(place=name)}
        ],
        "series/sure_to_end.html": [
            {
                "group": make_group(name=name),
                "meeting": make_meeting(place=name),
                "series": make_series(),
                "count": count,
                "are_all_known": are_all_known,
            }
            for are_all_known in (True, False)
            for count in (1, 3)
        ],
        "series/ended.html": [of_series(name) | {"meeting": make_meeting(place=name)}],
        "series/rhythm.html": [{"rhythm": rhythm} for rhythm in RHYTHMS],
        "general/start.html": [
            {"name": name, "groups": [name], "is_known": True},
            {"name": name, "groups": [], "is_known": False},
        ],
        "general/help.html": [
            help_,
            help_ | {"group": None, "has_more": False, "can_answer": False},
            help_ | {"group": None, "where": "private"},
            help_ | {"can_answer": False, "way_in": "https://t.me/baraza_bot?start=abc"},
        ],
        "general/help_subject.html": [
            {"subject": subject, "commands": commands, "example": example}
            for subject in Subject
            for commands in ([], help_["commands"])
            for example in (None, THURSDAY)
        ],
        "general/who_was_it.html": [{"command": "meeting", "minutes": 10}],
        "general/which_group.html": [{"command": "meeting"}],
        "general/which_meeting.html": [{"command": name} for name in ("agreed", "facilitator")],
        "general/taken_up.html": [{"meeting": None}, {"meeting": held.held_meeting(name)}],
        "general/did_you_mean.html": [{"meant": "meeting"}],
        "general/unknown.html": [{"is_running": is_running} for is_running in (False, True)],
        "general/ask_words.html": [
            {"command": command, "is_private": is_private}
            for command in ("agreed", "vote", "item")
            for is_private in (True, False)
        ],
        "general/wordless.html": [
            {"kind": kind, "is_asked": is_asked, "is_below_minutes": is_below}
            for kind in ("picture", "voice", "file", "other")
            for is_asked, is_below in ((True, False), (False, False), (False, True))
        ],
        "general/language.html": [{}],
        "general/language_set.html": [{"chosen": "sw"}],
        "general/toast_language.txt": [{"chosen": "sw"}],
        "general/welcome_group.html": [{"can_set_up": True}, {"can_set_up": False}],
        "groups/roll.html": [
            {"group": make_group(name=name), "roll": Roll(seats, (Waiting(3, name, name),))},
            {"group": make_group(name=name), "roll": Roll(seats * 30, ())},
        ],
        "groups/toast_joined.txt": [{"organisation": name, "joined": one} for one in JOINED],
        "members/toast_in_private.txt": [{}],
    }


def _people(name: str) -> dict[str, list[Facts]]:
    offers = [{"offer": offer} for offer in make_offers(name)]
    by_hand = [facts for facts in offers if facts["offer"].kind is not Kind.OPERATOR]
    links = [
        {
            "kind": kind,
            "coalition": name,
            "group": name,
            "organisation": name,
            "link": HARMLESS_LINK,
        }
        for kind in Kind
        if kind is not Kind.OPERATOR
    ]
    menu = {
        "group": make_group(name=name),
        "coalition": name,
        "role": None,
        "is_pending": False,
        "is_coordinator": True,
        "me": Person(1, name, Role.MEMBER, 1, name),
        "waiting": 0,
        "reach": Reach((name,), (name,)),
    }
    asked = {
        "group": make_group(name=name),
        "person": name,
        "organisation": name,
        "is_new": False,
        "is_office": False,
        "is_alternate": False,
    }
    kinds = [
        asked,
        asked | {"is_new": True},
        asked | {"is_office": True},
        asked | {"is_alternate": True},
    ]
    persons = [
        {"group": make_group(name=name), "person": person}
        for person in (
            *(Person(1, name, role, 1, name) for role in Role),
            Person(1, name, Role.MEMBER, 1, name, is_alternate=True),
            Person(1, name, Role.MEMBER, 1, name, is_office=True),
            Person(1, name, Role.MEMBER, is_confirmed=False),
        )
    ]
    return {
        "people/card.html": persons,
        "people/role_told.html": persons,
        "people/gone_told.html": [
            {**facts, "leads": leads, "successor": successor}
            for facts in persons
            for leads, successor in ((0, None), (1, name))
        ],
        "people/remove.html": persons[:1],
        "people/removed.html": persons[:1],
        "people/removed_told.html": persons[:1],
        "people/move.html": persons[:1],
        "people/leave.html": persons[:1],
        "people/left.html": persons[:1],
        "people/list.html": [
            {"group": make_group(name=name), "count": 1},
            {"group": make_group(name=name), "count": 17},
        ],
        "rolls/ask.html": kinds,
        "rolls/admitted.html": kinds,
        "rolls/declined.html": kinds,
        "rolls/decided.html": [
            asked | {"verdict": verdict, "is_office": is_office}
            for verdict in Verdict
            for is_office in (False, True)
        ],
        "members/ask_organisation.html": [{"group": make_group(name=name), "coalition": name}],
        "members/ask_name.html": [{}],
        "members/ask_phone.html": [asked, asked | {"is_new": True}],
        "members/joined.html": [
            asked | {"joined": joined, "is_lead_asked": is_lead_asked}
            for joined in JOINED
            for is_lead_asked in (True, False)
        ],
        "members/known.html": [asked],
        "members/link.html": [
            asked | {"link": HARMLESS_LINK},
            asked | {"link": HARMLESS_LINK, "is_new": True},
        ],
        "members/reach.html": [
            asked | {"reach": Reach((name,) * 30, (name,) * 30)},
            asked | {"reach": Reach((), ())},
        ],
        "invitations/question.html": by_hand,
        "invitations/welcome.html": offers,
        "invitations/declined.html": offers,
        "invitations/accepted.html": [facts | {"person": name} for facts in by_hand],
        "invitations/handed_over.html": [by_hand[-1] | {"person": name, "predecessor": name}],
        "invitations/undone.html": by_hand,
        "invitations/taken_back.html": [{"person": name}],
        "invitations/link.html": links,
        "members/menu.html": [
            menu,
            *(menu | {"role": role, "waiting": waiting} for role in Role for waiting in (1, 17)),
            menu | {"me": Person(1, name, Role.MEMBER, 1, name, is_alternate=True)},
            menu | {"me": Person(1, name, Role.MEMBER, 1, name, is_office=True)},
            menu | {"is_pending": True, "me": None, "reach": None},
        ],
        "members/in_private.html": [{"link": HARMLESS_LINK}],
    }


def make_offers(name: str) -> list[Offer]:
    """Return an offer of each kind."""
    return [
        Offer(Kind.OPERATOR, None, None, None),
        Offer(Kind.TEAM, name, None, None),
        Offer(Kind.LEAD, name, name, None),
        Offer(Kind.DEPUTY, name, name, None),
        Offer(Kind.SUCCESSOR, name, name, name),
    ]


def make_agenda(name: str) -> Agenda:
    """Return an agenda that is too long, where people wrote `name`."""
    many = [
        AgendaItem(
            n, name, 20, name, name, is_off_record=True, state=ItemState.ACCEPTED, is_new=True
        )
        for n in range(1, 14)
    ]
    usual = [
        AgendaItem(20 + n, "", 5, state=ItemState.ACCEPTED, routine=routine, is_routine=True)
        for n, routine in enumerate(Routine)
    ]
    return Agenda(
        items=(*usual, *many),
        proposed=tuple(AgendaItem(40 + n, name, 1) for n in range(14)),
        offered=tuple(
            AgendaItem(
                60 + n, name, 20, organisation=name, is_passed_on=n > 0, state=ItemState.BACKLOG
            )
            for n in range(6)
        ),
        waiting=20,
        note=name,
        available=120,
        carried=held.carried(name),
    )


def holders(name: str) -> dict[Duty, Holder]:
    """Return who has a turn: one has said so, the other not."""
    return {
        Duty.FACILITATOR: Holder(1, name),
        Duty.NOTES: Holder(2, name, is_accepted=True),
    }


def _agendas(name: str) -> dict[str, list[Facts]]:
    full = make_agenda(name)
    shown = {
        "group": make_group(name=name),
        "meeting": make_meeting(place=name),
        "agenda": full,
        "holders": holders(name),
    }
    few = Agenda(full.items[:1], available=120)
    in_editor = shown | {"chosen": None, "is_private": True, "is_backlog": False}
    item = full.items[-1]
    added = {"item": item, "meeting": make_meeting(), "is_correctable": True}
    turn = {"is_taken": True, "duty": Duty.FACILITATOR, "next_name": ""}
    return {
        "agenda/agenda.html": [shown, shown | {"agenda": few, "holders": {}}],
        "agenda/editor.html": [
            in_editor,
            in_editor | {"agenda": few, "is_private": False},
            in_editor | {"agenda": replace(full, listed_page=1)},
            in_editor | {"chosen": item},
            in_editor | {"chosen": full.proposed[0]},
            in_editor | {"is_backlog": True},
        ],
        "agenda/added.html": [
            added,
            added | {"meeting": None},
            added | {"meeting": None, "is_held": True},
            added | {"item": full.proposed[0], "is_correctable": False},
        ],
        "agenda/none.html": [
            {"waiting": (), "count": 0},
            {"waiting": make_agenda(name).offered, "count": 12},
        ],
        "agenda/template.html": [
            {"lines": full.items[:5], "note": ""},
            {"lines": full.items[-2:], "note": name},
        ],
        "agenda/turns.html": [
            {key: value for key, value in facts.items() if key != "agenda"}
            | {"can_choose": can, "is_over": is_over}
            for can in (True, False)
            for is_over in (True, False)
            for facts in (shown, shown | {"holders": {}})
        ],
        "agenda/turn.html": [
            {
                "group": shown["group"],
                "meeting": shown["meeting"],
                "standing": Standing(duty, name, is_theirs, is_accepted),
            }
            for duty in Duty
            for is_theirs, is_accepted in ((True, False), (True, True), (False, False))
        ],
        "agenda/nobody_left.html": [{"group": shown["group"], "meeting": shown["meeting"]}],
        "agenda/toast_leader.txt": [{"name": name}],
        "agenda/toast_withdrawn.txt": [{"item": item}],
        "agenda/not_now.html": [
            {"group": shown["group"], "meeting": shown["meeting"], "item": one}
            for one in (item, full.offered[0])
        ],
        "agenda/taken_back.html": [
            {"group": shown["group"], "meeting": shown["meeting"], "item": item, "who": name}
        ],
        "agenda/toast_changed.txt": [
            {"outcome": one} for one in Outcome if one is not Outcome.DONE
        ],
        "agenda/toast_editor.txt": [{"is_private": True}, {"is_private": False}],
        "agenda/toast_turn.txt": [
            turn,
            turn | {"duty": Duty.NOTES},
            turn | {"is_taken": False},
            turn | {"is_taken": False, "next_name": name},
        ],
        "agenda/overheard.html": [{}],
        "agenda/ask_usual.html": [{"lines": full.items[:5]}],
        "agenda/ask_note.html": [{"note": ""}, {"note": name}],
        "agenda/ask_title.html": [{}],
        "agenda/ask_minutes.html": [{"title": name}],
        "agenda/ask_presenter.html": [{}],
        "agenda/ask_record.html": [{}],
    }


def _errors(name: str) -> dict[str, list[Facts]]:
    """Return the facts that the refusals themselves carry."""
    table: dict[str, list[Facts]] = {}
    refusals = (
        *held.refusals(name),
        *inbox_facts.refusals(),
        *support_facts.refusals(name),
        *confided.refusals(name),
        *planned.refusals(name),
        *followed.refusals(name),
        *digested.refusals(name),
    )
    for error in (*_refusals(name), *refusals):
        facts = error.facts() | {"example": THURSDAY, "has_roll": True, "link": None}
        facts |= {"can_set_up": False}
        variants = (
            facts,
            facts | {"is_reply": True, "has_roll": False, "own": ("", ""), "has_words": True},
            facts
            | {
                "link": HARMLESS_LINK,
                "can_set_up": True,
                "example_place": name,
                "own": (name, name),
            },
            # Above a question that is put once more, which has an example of its own.
            facts | {"is_asked": True, "has_roll": False},
        )
        table.setdefault(error.template, []).extend(variants)
    return table


def _refusals(name: str) -> list[BotError]:
    hours = timedelta(hours=12)
    return [
        AgendaFull(limit=40),
        ItemGone(),
        ItemElsewhere(),
        ItemUnreadable(),
        MinutesImpossible(longest=480),
        MinutesUnreadable(),
        NotYourTurn(),
        TurnUnclear(),
        CannotLead(),
        LeaderUnknown(said=name, known=[name, name]),
        LeaderUnknown(said=name, known=[]),
        TemplateUnreadable(limit=12),
        TitleTooLong(length=200, limit=120),
        AlreadyConfirmed(),
        AnswerRefused(reason=ChoiceWanted()),
        ChoiceWanted(),
        NotYourQuestion(),
        NobodyInCharge(),
        ModelUnknown(said=name, names=[name]),
        ModelUnknown(said=name, names=[]),
        AnswerNeeded(),
        QuestionOver(),
        QuestionOver(command="meeting"),
        WordsWanted(),
        PictureWanted(),
        AnonymousAdmin(),
        CalendarFull(),
        CoalitionAmbiguous(),
        CoalitionMissing(),
        CoalitionUnknown(),
        CoalitionUnreadable(),
        ContactTooLong(length=300),
        DateAmbiguous(said=name, options=(THURSDAY, date(2027, 3, 12))),
        DateAmbiguous(said=name, options=(THURSDAY,)),
        DateContradicts(weekday=0, date=THURSDAY),
        DateImpossible(said=name),
        DateInThePast(starts=STARTS),
        DateMissing(understood_time=time(10)),
        DateUnreadable(said=name),
        DateUnreadable(said=" "),
        DayNotInEveryMonth(day=31),
        DayNotInEveryMonth(weekday=0),
        EntryEndsBeforeItBegins(first=THURSDAY, last=THURSDAY),
        EntryHoursTurned(begins=time(14), ends=time(12)),
        EntryUnknown(),
        EntryUnreadable(said=name),
        EntryUnreadable(said=" "),
        CommandGone(),
        QuestionOfAnother(),
        GroupAmbiguous(groups=(make_group(name=name), make_group(name=name))),
        GroupMissing(),
        *(GroupOnly(command=command) for command in COMMANDS),
        GroupUnknown(),
        TopicUnknown(groups=[make_group(name=name), make_group(name=name, thread_id=7)]),
        InvitationElsewhere(organisation=name),
        InvitationInGroup(),
        InvitationNeedless(),
        InvitationOver(),
        InvitationOwn(),
        YesOrNo(),
        LanguageUnknown(said=name),
        LanguageUnknown(said=name, is_for_group=True),
        KindUnknown(said=name),
        LanguagesTooMany(limit=3),
        LinkTooLong(),
        MeetingCancelled(),
        MeetingChanged(),
        MeetingStarted(),
        MeetingTooFar(starts=STARTS),
        MeetingTooLong(starts=STARTS, ends=STARTS, longest=hours),
        MeetingUnknown(),
        NoOrganisation(),
        NobodyWaits(),
        NameMissing(),
        OrganisationUnknown(said=name),
        LastCoordinator(),
        LastLead(),
        OfficePhone(),
        PersonGone(),
        TeamStays(),
        NameTaken(name=name),
        NameTooLong(length=90),
        *(NotAllowed(action=action) for action in Action),
        *(NotAllowed(action=action, is_office=True) for action in Action),
        NotTheirs(),
        *(NotAllowed(action=Action.SHARE, is_pending=True, who=who) for who in ((), (name,) * 3)),
        NotAllowed(action=Action.SET_UP_GROUP, who=(name, name)),
        OrganisationsTooMany(count=200),
        PlaceTooLong(length=1300, limit=200),
        NothingChanges(),
        ChangeUnclear(),
        PrivateOnly(command="coalition", link="https://t.me/bot?start=coalition"),
        ProposalConfirmed(),
        ProposalConfirmed(meeting=make_meeting()),
        ProposalGone(),
        ProposalGone(is_change=True),
        QuietUnreadable(),
        ReplyNotUnderstood(),
        ReplyNotUnderstood(can_answer_for=True),
        RhythmAmbiguous(said=name, options=RHYTHMS),
        RhythmAmbiguous(said=name, options=RHYTHMS, first=THURSDAY),
        RhythmTooLong(),
        RhythmUnreadable(said=name),
        RhythmWithoutDay(said=name),
        *(RhythmWithoutTime(rhythm=rhythm) for rhythm in RHYTHMS),
        *(
            SeriesEndsBeforeItBegins(
                first=THURSDAY, until=date(2026, 12, 2), rhythm=rhythm, starts=time(6, 30)
            )
            for rhythm in RHYTHMS
        ),
        SetUpMeanwhile(),
        SetupUnreadable(said=name),
        SetupUnreadable(said=""),
        StrangerHere(),
        TimeAmbiguous(said=name, options=(time(10), time(22)), date=THURSDAY),
        TimeAmbiguous(said=name, options=(time(4), time(16)), date=None),
        TimeMissing(understood_date=THURSDAY),
        UpdateFailed(),
        ZoneUnknown(said=name, nearest=("1/2",)),
        ZoneUnknown(said=name, nearest=()),
        ZoneUnknown(said=name, nearest=("1/2",), before=f"{name}; ", after=f"; {name}"),
        ZoneUnknown(said=name, nearest=(), before=f"{name}; ", after=f"; {name}"),
    ]


def _texts(name: str) -> dict[str, list[Facts]]:
    labels = [
        *Answer,
        *held.LABELS,
        *held.FOUND_LABELS,
        *held.VOTES,
        *("set-up", "step-by-step", "done", "right", "add-organisations", "found"),
        *(
            "change",
            "file",
            "copy",
            "confirm",
            "discard",
            "confirm-move",
            "discard-move",
            "cancel",
            "keep",
        ),
        *("again-and-again", "by-phone", "online", "in-person", "tell-now", "tell-late"),
        *("confirm-one", "confirm-following", "cancel-one", "cancel-following", "sure-to-end"),
        "sure-to-cancel",
    ]
    return {
        "buttons.txt": [
            *({"name": label} for label in labels),
            *held.button_facts(name),
            *held.buttons(name),
            *held.labels(name),
            *inbox_facts.labels(),
            *support_facts.labels(),
            *confided.buttons(name),
            *planned.labels(name),
            *followed.buttons(name),
            *digested.buttons(),
            *reported.buttons(),
            {"name": "forget", "number": 3},
            {"name": "review-in", "count": 3},
            *({"name": f"calendar-{kind}"} for kind in EntryKind),
            {"name": "whole-day"},
            {"name": "hours", "begins": time(12), "ends": time(14)},
            {"name": "days", "first": THURSDAY, "last": THURSDAY},
            {"name": "weekday", "number": 3},
            {"name": "number", "number": 3},
            {"name": "minutes", "count": 20},
            {"name": "clock", "count": 20},
            {"name": "agenda-take-on", "title": name},
            *({"name": f"agenda-{what}", "count": 20} for what in ("backlog", "drop-all")),
            *(
                {"name": f"agenda-{what}"}
                for what in (
                    "edit",
                    "all",
                    "accept",
                    "later",
                    "decline",
                    "up",
                    "down",
                    "drop",
                    "withdraw",
                    "bring",
                    "these",
                    "usual",
                )
            ),
            *({"name": f"record-{what}"} for what in ("yes", "no")),
            *({"name": f"mute-{kind}"} for kind in MessageKind),
            *({"name": "rhythm", "rhythm": rhythm} for rhythm in RHYTHMS),
            *(
                {"name": "switch", "kind": kind, "is_on": is_on}
                for kind in MessageKind
                for is_on in (True, False)
            ),
            {"name": "file-of", "day": STARTS, "has_hour": False},
            {"name": "file-of", "day": STARTS, "has_hour": True},
            {"name": "copy-of", "day": STARTS, "has_hour": False},
            {"name": "copy-of", "day": STARTS, "has_hour": True},
            {"name": "change-of", "day": STARTS, "has_hour": False},
            {"name": "change-of", "day": STARTS, "has_hour": True},
            {"name": "join", "organisation": name},
            {"name": "said", "said": name},
            {"name": "moment", "starts": STARTS, "local_now": WEDNESDAY},
            {"name": "is-list", "starts": STARTS, "local_now": WEDNESDAY},
            {"name": "hour", "hour": time(10)},
            {"name": "language", "code": "sw", "place": 2},
            {"name": "language", "code": "sw", "place": None},
            {"name": "same-as", "group": name},
            {"name": "zone", "zone": "1/2_3"},
            {"name": "quiet", "quiet": DEFAULT_QUIET},
            {"name": "quiet", "quiet": NO_QUIET},
            *({"name": "remind", "kind": kind, "is_on": True} for kind in ReminderKind),
            {"name": "remind", "kind": ReminderKind.DAY, "is_on": False},
            *({"name": f"setting-{setting}"} for setting in Setting),
            *({"name": f"coalition-{item}"} for item in ("name", "languages", "contact", "team")),
            {"name": "it-was-me"},
            *({"name": f"flow-{control}"} for control in Control),
            {"name": "admit", "organisation": name, "person": name},
        ],
        "commands.txt": [{"name": command} for command in COMMANDS],
        "agenda/words.txt": [{"meaning": word} for word in Word],
        "actions/words.txt": [{"meaning": word} for word in ActionWord],
        "controls.txt": [
            {"control": control}
            for control in (
                *Control,
                "call-off",
                "and",
                "same-as",
                "reminders",
                "quiet",
                "none",
                "nothing",
                *(f"fate-{fate}" for fate in Fate),
                *held.VOTE_WORDS,
                "wrong",
                *followed.CONTROLS,
                *ReminderKind,
                *(f"mute-{kind}" for kind in MessageKind),
            )
        ],
        "answers.txt": [{"meaning": meaning} for meaning in (*Answer, "filler")],
    }


# --- A made-up language ---------------------------------------------------------------------------

PSEUDO = "xx"
_ACCENTED = str.maketrans("aeiouycdlnrstzAEIOUYCDLNRSTZ", "áéíóúýčďľňŕšťžÁÉÍÓÚÝČĎĽŇŔŠŤŽ")
_MARKUP = re.compile(r"(<[^>]*>|%\(\w+\)s)")
_OPTIONS = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}


def pseudo_locales(root: Path) -> Path:
    """Write a catalogue in which every source text is accented and stands in ⟦brackets⟧."""
    catalogue = Catalog(locale=PSEUDO)
    for context, source in _source_texts():
        if context == "date pattern":
            catalogue.add(source, "d.M.", context=context)
        elif context != "locale for dates and numbers":
            catalogue.add(source, _pseudo(source), context=context)
    path = root / PSEUDO / "LC_MESSAGES" / "baraza.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
    return root


def _source_texts() -> list[tuple[str | None, Any]]:
    templates = extract_from_dir(
        str(CHAT),
        [("**.html", "jinja2"), ("**.txt", "jinja2")],
        {"**.html": _OPTIONS, "**.txt": _OPTIONS},
    )
    printed = extract_from_dir(
        str(CHAT.parent / "documents"), [("**.json", "jinja2")], {"**.json": _OPTIONS}
    )
    code = extract_from_dir(str(CHAT.parent.parent / "bot" / "rendering"))
    return [(context, source) for *_, source, _, context in [*templates, *printed, *code]]


def _pseudo(source: Any) -> Any:
    if isinstance(source, tuple):
        return tuple(map(_pseudo, source))
    pieces = _MARKUP.split(source)
    pieces[::2] = [text.translate(_ACCENTED) for text in pieces[::2]]
    return f"⟦{''.join(pieces)}⟧"
