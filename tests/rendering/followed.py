"""Facts for the templates of actions that are followed up: questions, reports, round-ups, calls."""

from datetime import date
from typing import Any

from bot.domain.follow_up import (
    SNOOZES,
    TO_CALL,
    TOGETHER,
    AwayUnclear,
    Call,
    DayUnclear,
    Question,
    RoundUp,
)
from bot.domain.groups import Group
from bot.domain.plan import Person, Point, PointState
from bot.domain.progress import (
    CHOICES,
    OFFERED,
    Answer,
    FileNameless,
    NoSuchAction,
    NothingOpen,
    NothingToReport,
    NotYourAction,
    Part,
    ReportGone,
    ReportTooLong,
    Word,
)
from bot.errors import BotError

Facts = dict[str, Any]
TODAY = date(2026, 12, 3)
WORDS = tuple(Word)
"""What people begin a report with."""
CONTROLS = ("away-off",)


def make_point(name: str, number: int = 12, **changes: Any) -> Point:
    """Return an action; people wrote `name` wherever they could."""
    facts = {"organisation": name, "organisation_id": 3, "people": (Person(name, 5),)}
    facts |= {"due": date(2026, 12, 10), "made_on": date(2026, 11, 5)}
    return Point(
        **{"id": number, "number": number, "group_id": 1, "text": name, **facts, **changes}
    )


def _points(name: str, count: int) -> tuple[Point, ...]:
    return tuple(make_point(name, number) for number in range(1, count + 1))


def _asked(name: str) -> list[Facts]:
    days = (None, TODAY, date(2026, 11, 26), date(2026, 12, 10))
    asked = {"name": name, "today": TODAY, "answer": None}
    closed = [
        make_point(name, state=state, ended_on=TODAY)
        for state in (PointState.DONE, PointState.DROPPED)
    ]
    points = [*(make_point(name, due=day) for day in days), *closed]
    return [
        *(asked | {"question": Question(point, name)} for point in points),
        *(
            asked | {"question": Question(points[-3], name), "name": "", "answer": answer}
            for answer in Answer
        ),
    ]


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template about actions that are followed up."""
    group = Group(
        id=1, coalition_id=1, name=name, zone="Africa/Nairobi", languages=("en", "sw"), chat_id=-100
    )
    several = [Question(point, f"{name} {point.id // 4}") for point in _points(name, TOGETHER)]
    points = _points(name, CHOICES)
    round_ups = [
        RoundUp(_points(name, done), _points(name, coming), overdue)
        for done, coming, overdue in ((1, 0, 0), (0, 1, 1), (0, 0, 7), (6, 7, 0), (30, 30, 30))
    ]
    calls = [
        Call(
            number, name, (name,) * number, _points(name, number + 1), is_reachable=bool(number % 2)
        )
        for number in range(TO_CALL)
    ]
    closed = make_point(name, ended_on=TODAY)
    return {
        "follow_up/asked.html": _asked(name),
        "follow_up/together.html": [{"name": name, "questions": several, "today": TODAY}],
        "follow_up/round_up.html": [
            {"group": group, "found": found, "today": TODAY} for found in round_ups
        ],
        "follow_up/ask_day.html": [{"text": name, "example": TODAY}],
        "follow_up/ask_reason.html": [{"day": TODAY}],
        "follow_up/ask_help.html": [{"text": name}],
        "follow_up/put_back.html": [{"text": name, "day": TODAY}],
        "follow_up/help_asked.html": [{}],
        "follow_up/calls.html": [
            {"group": name, "calls": calls[:count], "count": total}
            for count, total in ((0, 0), (1, 1), (TO_CALL, TO_CALL + 1), (TO_CALL, 40))
        ],
        "follow_up/called.html": [
            {"call": Call(3, name, (), _points(name, count), is_reachable=True)}
            for count in (1, CHOICES)
        ],
        "follow_up/away.html": [
            {"until": until, "is_said": is_said, "example": TODAY}
            for until in (None, TODAY)
            for is_said in (True, False)
        ],
        "follow_up/toast.txt": [{"answer": answer} for answer in Answer],
        "follow_up/toast_later.txt": [{"day": TODAY}],
        "progress/which.html": [
            {"point": None, "number": 2, "more": 0, "count": 0},
            {"point": None, "number": 14, "more": 6, "count": 0},
            {"point": closed, "number": 0, "more": 0, "count": 0},
            {"point": closed, "number": 0, "more": 0, "count": 14},
        ],
        "progress/mine.html": [{"points": points, "today": TODAY}],
        "progress/more.html": [{}],
        "progress/ask_part.html": [
            {"part": part, "number": number, "text": name} for part in OFFERED for number in (0, 12)
        ],
        "progress/added.html": [{"part": part} for part in Part],
        "progress/waits.html": [{}],
        "progress/closed.html": [
            {"point": closed, "may_reopen": may_reopen} for may_reopen in (True, False)
        ],
        "progress/words.txt": [{"meaning": word} for word in Word],
    }


BY_WORDS = {Answer.AGAIN, Answer.DROP, Answer.ADAPT}
"""What no button under a question says: what is over is opened otherwise, the rest is written."""


def buttons(name: str) -> list[Facts]:
    """Return the labels of buttons under what people are asked about their actions."""
    plain = (
        *(f"action-is-{answer}" for answer in Answer if answer not in BY_WORDS),
        *(f"ask-in-{days}" for days in SNOOZES),
        *(f"report-{part}" for part in OFFERED),
        "action-again",
    )
    return [
        *({"name": label} for label in plain),
        {"name": "action-of", "number": 12, "group": name},
        {"name": "actions-mine", "count": 14},
        {"name": "action-called", "number": 12, "text": name},
        {"name": "called", "said": name},
    ]


def refusals(name: str) -> list[BotError]:
    """Return every refusal of what people say of their actions."""
    return [
        NothingToReport(),
        NothingOpen(organisation=name),
        *(
            NotYourAction(point=make_point(name, organisation=organisation))
            for organisation in ("", name)
        ),
        NoSuchAction(number=12),
        NoSuchAction(number=12, points=[make_point(name)]),
        ReportGone(),
        ReportTooLong(length=3000, limit=2000),
        FileNameless(),
        DayUnclear(said=name),
        AwayUnclear(said=name),
    ]
