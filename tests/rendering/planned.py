"""Facts for the templates of the action plan, and of the streams of work."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.groups import Group
from bot.domain.plan import (
    Change,
    ChangeKind,
    ChangeUnreadable,
    DueUnclear,
    Edit,
    Listed,
    ListUnclear,
    OnlyOwnActions,
    OwnerUnknown,
    Person,
    Point,
    PointClosed,
    PointGone,
    PointState,
    PointUnknown,
    ReasonMissing,
    Sift,
    Tab,
    View,
    Word,
)
from bot.domain.progress import EvidenceKind, Evident, Report
from bot.domain.streams import (
    USUAL,
    Stream,
    StreamGone,
    StreamKey,
    StreamsTooMany,
    StreamTaken,
)
from bot.errors import BotError

Facts = dict[str, Any]
TODAY = date(2026, 12, 3)
LABELS = (
    *(f"plan-{one}" for one in (*Tab, *Sift)),
    *("plan-walk", "walk-next", "point-open", "point-in-progress", "point-done"),
    *(f"point-{edit}" for edit in Edit),
    *("point-history", "coalition-streams", "stream-drop"),
)
"""The buttons under actions and streams whose words need no facts."""


def group(name: str) -> Group:
    """Return the group of the actions."""
    return Group(
        id=1, coalition_id=1, name=name, zone="Africa/Nairobi", languages=("en",), chat_id=-4001
    )


def point(name: str, **changes: Any) -> Point:
    """Return an action, in words that people wrote."""
    facts: Facts = {
        "id": 12,
        "number": 12,
        "group_id": 1,
        "text": name,
        "organisation": name,
        "organisation_id": 3,
        "people": (Person(name, 4), Person(name, 5)),
        "due": date(2026, 12, 10),
    }
    return Point(**facts | changes)


def points(name: str) -> tuple[Point, ...]:
    """Return actions of every kind: owned or not, due, late, or when it fits."""
    return (
        point(name),
        point(name, people=(), due=date(2026, 12, 1), stream=name, stream_said=name),
        point(name, people=(Person(name),), organisation="", due=None, timeline=name),
        point(name, people=(), organisation="", due=None, support=name, stream_key="learning"),
        point(name, state=PointState.DONE, ended_on=TODAY, stream=name, stream_key="own"),
        *(point(name, state=state) for state in PointState),
    )


def labels(name: str) -> list[Facts]:
    """Return the words on buttons that need facts."""
    streams = [{"key": key, "said": ""} for key in USUAL] + [{"key": StreamKey.OWN, "said": name}]
    return [
        *({"name": label} for label in LABELS),
        *({"name": "stream-said"} | stream for stream in streams),
        {"name": "stream-count", "count": 3} | streams[-1],
        {"name": "number", "number": 12},
        {"name": "point-shown", "number": 12},
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about actions and streams."""
    about = {"group": group(name), "today": TODAY}
    cards = [about | {"point": one, "reason": "", "report": None} for one in points(name)]
    report = Report(TODAY, name, name, name, voice_seconds=40, evidence=2)
    only = replace(report, progress="", challenges=name)
    cards.append(about | {"point": point(name), "reason": name, "report": only})
    cards.append(
        about
        | {
            "point": point(name),
            "reason": name,
            "report": replace(only, challenges="", differently=name),
        }
    )
    cards.append(about | {"point": point(name), "reason": name, "report": report})
    asked = {"text": name}
    return {
        "plan/list.html": _lists(name),
        "plan/card.html": cards,
        "plan/walk.html": [
            *(card | {"remaining": remaining} for card in cards[:3] for remaining in (1, 5)),
            about | {"point": None, "reason": "", "report": None, "remaining": 0},
        ],
        "plan/changed.html": [{"point": one, "today": TODAY} for one in points(name)],
        "plan/history.html": [
            about | {"point": point(name), "changes": _changes(name), "is_private": is_private}
            for is_private in (True, False)
        ],
        "plan/ask_text.html": [asked],
        "plan/ask_reason.html": [asked | {"is_dropped": one} for one in (True, False)],
        "plan/ask_due.html": [asked],
        "plan/ask_owner.html": [asked | {"said": said} for said in ("", name)],
        "plan/left_told.html": [
            about | {"person": name, "points_left": left}
            for left in (points(name)[:1], points(name))
        ],
        "plan/toast_state.txt": [
            {"state": state} for state in (PointState.OPEN, PointState.IN_PROGRESS, PointState.DONE)
        ],
        "plan/toast_shown.txt": [{}],
        "plan/shown.html": [
            {
                "point": point(name),
                "shown": Evident(EvidenceKind.FILE, "file-1", TODAY, organisation),
            }
            for organisation in ("", name)
        ],
        "plan/words.txt": [{"meaning": word} for word in Word],
        "streams/words.txt": [{"key": key} for key in USUAL],
        "streams/ask_which.html": [{}],
        "streams/ask_name.html": [
            {"key": StreamKey.LEARNING, "said": ""},
            {"key": StreamKey.OWN, "said": name},
        ],
    }


def refusals(name: str) -> list[BotError]:
    """Return every refusal about actions and streams."""
    return [
        PointGone(),
        PointClosed(),
        PointUnknown(number=12),
        ReasonMissing(state=PointState.DROPPED),
        ChangeUnreadable(number=12),
        DueUnclear(said=name),
        ListUnclear(said=name),
        OwnerUnknown(said=name),
        OnlyOwnActions(organisation=name),
        StreamGone(),
        StreamTaken(name=name),
        StreamsTooMany(),
    ]


def _lists(name: str) -> list[Facts]:
    nothing: Facts = {
        "group": group(name),
        "today": TODAY,
        "is_choosing": False,
        "has_streams": False,
        "stream": None,
    }
    shown = points(name)[:8]
    return [
        *(nothing | {"listed": Listed(shown, 20, View(1, tab))} for tab in Tab),
        *(nothing | {"listed": Listed((), 0, View(1, tab))} for tab in Tab),
        *(nothing | {"listed": Listed(shown[:1], 1, View(1, Tab.ALL, sift))} for sift in Sift),
        *(
            nothing | {"listed": Listed((), 0, View(1)), "is_choosing": True, "has_streams": one}
            for one in (True, False)
        ),
        nothing
        | {
            "listed": Listed((), 0, View(1, Tab.ALL, Sift.STREAM, 5)),
            "stream": Stream(5, StreamKey.OWN, name),
        },
    ]


def _changes(name: str) -> tuple[Change, ...]:
    at = datetime(2026, 12, 3, 10)
    return (
        *(Change(kind, at, name, name, name, name) for kind in ChangeKind if kind != "state"),
        *(Change(ChangeKind.STATE, at, name, "open", state, name) for state in PointState),
        Change(ChangeKind.DUE, at, name, "2026-12-03", "2026-12-10"),
    )
