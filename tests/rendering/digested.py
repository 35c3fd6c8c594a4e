"""Facts for the templates of the weekly summary."""

from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain.digests import (
    Attended,
    Coming,
    Deed,
    Measure,
    Need,
    NeedKind,
    NoSummary,
    Sum,
    SummaryTimeUnclear,
    Weekly,
    WeekUnknown,
)
from bot.domain.streams import Stream, StreamKey
from bot.errors import BotError
from bot.services.digests import MEETINGS, Shown
from tests.rendering import inbox_facts

Facts = dict[str, Any]

WEEK = date(2026, 11, 30)
LABELS = ("summary-more", "summary-groups", "summary-before", "summary-weeks", "summary-time")
EMPTY = Sum({})


def full(count: int = 12) -> Sum:
    """Return a week in which there is so much of everything."""
    return Sum(dict.fromkeys(Measure, count))


def needs(name: str, days: int = 3) -> list[Need]:
    """Return one of each kind of what needs somebody."""
    return [
        Need(kind, name, text=name, organisation=name, days=days, count=days, on=WEEK)
        for kind in NeedKind
    ]


def weeks(name: str) -> Facts:
    """Return what the picture of twelve weeks shows."""
    past = [WEEK + timedelta(weeks=at - 11) for at in range(12)]
    return {
        "called": name,
        "weeks": [(week, full(at) if at else EMPTY) for at, week in enumerate(past)],
    }


def _shown(name: str) -> list[Shown]:
    known = Weekly(before=Attended(26, 35), regular=7, is_regular_known=True)
    return [
        Shown(1, name, Weekly(), known, EMPTY, full(1)),
        Shown(2, name, known, Weekly(), full(), full(1)),
        Shown(3, name, known, Weekly(), full(1), EMPTY),
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template of the summary."""
    done = [Deed(name, organisation, name) for organisation in ("", name)]
    first: Facts = {
        "name": name,
        "count": 1,
        "week": WEEK,
        "is_last": True,
        "is_team": False,
        "heard": None,
        "came_before": Attended(26, 35),
    }
    nothing: Facts = {"needs": [], "more_needs": 0, "good": []}
    streams = [Stream(number, key) for number, key in enumerate(StreamKey)]
    streams.append(Stream(9, StreamKey.OWN, name))
    counts = dict.fromkeys(
        (
            Measure.ACTIONS_NEW,
            Measure.ACTIONS_DONE,
            Measure.ACTIONS_ADAPTED,
            Measure.ACTIONS_OVERDUE,
            Measure.ACTIONS_OPEN,
        ),
        2,
    )
    told: list[Any] = [(stream, counts, dict.fromkeys(counts, 0)) for stream in streams]
    wished = {"weekday": 0, "at": time(8), "zone": "1/2_3"}
    return {
        "digests/summary.html": [
            first | nothing | {"total": EMPTY, "past": EMPTY},
            first | nothing | {"total": full(1), "past": EMPTY, "came_before": Attended()},
            first
            | {"needs": needs(name)[:6], "more_needs": 2, "good": done, "count": 47}
            | {"is_team": True, "total": full(), "past": full(3)}
            | {"heard": inbox_facts.heard(name)[1]},
            *(
                first | nothing | {"total": full(), "past": full(3), "heard": one}
                for one in inbox_facts.heard(name)
            ),
            first
            | nothing
            | {"is_last": False}
            | {"needs": needs(name, 1)[-2:], "total": full(), "past": full(12)},
            first
            | nothing
            | {"needs": needs(name, 0)[:1], "good": done, "total": full()}
            | {"past": full(11)},
        ],
        "digests/groups.html": [
            {"week": WEEK, "groups": _shown(name), "page": 1, "pages": pages}
            | {"coming": {2: datetime(2026, 12, 10, 10)}}
            for pages in (1, 3)
        ],
        "digests/group.html": [
            {"week": WEEK, "one": one, "count": count, "due": due, "streams": said}
            | {"meetings": [Coming(2, name, datetime(2026, 12, 10, 10))] * min(count, MEETINGS)}
            | {"more_meetings": count - 1}
            for one, count, due, said in zip(
                _shown(name),
                (0, 1, 8),
                (0, 3, 1),
                ([], told, []),
                strict=True,
            )
        ],
        "digests/picture.html": [
            weeks(name),
            {"called": name, "weeks": [(WEEK, EMPTY)]},
        ],
        "digests/missed.html": [{"was_due": datetime(2026, 12, 7, 8)}],
        "digests/ask_when.html": [{}],
        "digests/ask_zone.html": [wished],
        "digests/wished.html": [wished],
    }


def buttons() -> list[Facts]:
    """Return the buttons of the summary."""
    return [
        *({"name": label} for label in LABELS),
        {"name": "summary-at", "number": 4, "at": time(16)},
    ]


def refusals(name: str) -> list[BotError]:
    """Return every refusal about the summary."""
    return [NoSummary(), WeekUnknown(week=WEEK), SummaryTimeUnclear(said=name)]
