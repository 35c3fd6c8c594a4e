"""Facts for the templates of reports, and reports to make files of."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.groups import Group
from bot.domain.plan import Person, Point, PointState
from bot.domain.presence import How
from bot.domain.reports import (
    Decision,
    Format,
    Gathering,
    Month,
    Need,
    Number,
    Outcome,
    Paper,
    Quarter,
    Report,
    Task,
    Update,
)
from bot.domain.streams import Stream, StreamKey
from bot.domain.support import SupportState

Facts = dict[str, Any]

QUARTER = Quarter(2026, 4)
TODAY = date(2027, 1, 4)
LABELS = (
    *(f"report-{paper}-{form}" for paper in Paper for form in Format),
    *("report-groups", "report-whole", "workbook", "mute-reports"),
)
THURSDAY = datetime(2026, 12, 3, 10)


def make_task(name: str, number: int = 1, **changes: Any) -> Task:
    """Return an action in which everything is called `name`, with a report on it."""
    point = Point(
        id=number,
        number=number,
        group_id=1,
        text=name,
        state=PointState.IN_PROGRESS,
        organisation=name,
        organisation_id=1,
        people=(Person(name),),
        due=date(2026, 12, 10),
        support=name,
        stream_key=StreamKey.LAYERING,
        made_on=date(2026, 12, 3),
    )
    update = Update(date(2026, 12, 7), name, name, name, name)
    task = Task(group="Wajir", point=point, updates=(update,), evidence=2)
    return replace(task, **changes)


def make_report(called: str = "Water", **changes: Any) -> Report:
    """Return a group's report of a quarter that is over, with one of everything."""
    task = make_task(called)
    tasks = (
        task,
        make_task(
            called,
            2,
            point=replace(
                task.point,
                number=2,
                state=PointState.DONE,
                ended_on=date(2026, 12, 8),
                due=None,
                timeline=called,
            ),
        ),
        make_task(
            called,
            3,
            point=replace(
                task.point,
                number=3,
                state=PointState.DROPPED,
                ended_on=date(2026, 12, 8),
                organisation="",
                stream_key="",
                stream=called,
            ),
            reason=called,
            updates=(Update(date(2026, 12, 7), voice_seconds=40),),
        ),
        make_task(
            called,
            4,
            point=replace(
                task.point,
                number=4,
                state=PointState.OPEN,
                people=(),
                organisation="",
                support="",
                stream_key="",
            ),
            updates=(),
        ),
    )
    report = Report(
        coalition=called,
        name="Wajir",
        is_whole=False,
        period=QUARTER.period,
        today=TODAY,
        groups=("Wajir",),
        tasks=tasks,
        gatherings=(
            Gathering(
                "Wajir",
                THURSDAY,
                THURSDAY + timedelta(hours=2),
                Outcome.HELD,
                {called: How.PHONE},
                8,
                1,
                4,
            ),
            Gathering(
                "Wajir",
                THURSDAY + timedelta(days=7),
                THURSDAY + timedelta(days=7, hours=2),
                Outcome.NOT_HELD,
                seats=8,
                is_moved=True,
            ),
        ),
        decisions=(Decision("Wajir", THURSDAY.date(), called, date(2027, 3, 1)),),
        needs=(
            Need(
                "Wajir",
                THURSDAY.date(),
                called,
                called,
                called,
                called,
                SupportState.WAITING,
                3,
                (called,),
            ),
        ),
    )
    return replace(report, **changes)


def numbers(name: str) -> tuple[Number, ...]:
    """Return figures of a week: of the group, of an organisation, of a stream."""
    week = date(2026, 11, 30)
    return (
        Number("Wajir", week, "meetings-held", 1, before=3),
        Number("Wajir", week, "present", 1, organisation=name),
        Number("Wajir", week, "actions-done", 2, stream=Stream(1, StreamKey.OWN, name)),
    )


def texts(name: str, group: Group) -> dict[str, list[Facts]]:
    """Return facts for every template of reports."""
    report = make_report(name, name=name, coalition=name)
    month = Month(QUARTER.period, 2, (name, name), 3, 1, 5)
    menu = {"name": name, "is_whole": False, "count": 1, "quarter": QUARTER, "today": TODAY}
    return {
        "reports/menu.html": [
            menu,
            menu | {"is_whole": True},
            menu | {"is_whole": True, "count": 47, "today": THURSDAY.date()},
        ],
        "reports/groups.html": [
            {"name": name, "page": 1, "pages": 1},
            {"name": name, "page": 1, "pages": 6},
        ],
        "reports/quarter.html": [{"name": name, "quarter": QUARTER}],
        "reports/paper.html": [
            {"report": report, "paper": paper, "form": form, "size": 20_000}
            for paper in (*Paper, "figures")
            for form in Format
        ],
        "reports/month.html": [
            {"group": group, "month": one}
            for one in (
                month,
                replace(month, held=1, organisations=(name,), decisions=1, done=2, still=1),
                replace(month, organisations=(), decisions=0, done=0, still=0),
                replace(month, held=0, decisions=0, done=0, still=2),
                replace(month, outcomes=((name, name),) * 3, more_outcomes=2),
            )
        ],
    }


def buttons() -> list[Facts]:
    """Return the facts of the labels on buttons of reports."""
    return [
        *({"name": label} for label in LABELS),
        {"name": "report-quarter", "quarter": QUARTER},
    ]
