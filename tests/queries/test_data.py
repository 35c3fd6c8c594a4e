"""The questions in `docs/data.md`: each runs as it stands, on both databases."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.digests import Measure
from bot.domain.plan import ChangeKind, PointState
from bot.domain.sittings import SittingState
from bot.domain.streams import StreamKey
from bot.models import (
    ActionPoint,
    Coalition,
    Figure,
    Group,
    Meeting,
    Organisation,
    PointChange,
    Presence,
    Progress,
    Sitting,
    SupportRequest,
    WorkStream,
    metadata,
)
from bot.models.columns import stored_id

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
QUESTIONS = dict(re.findall(r"^## ([^\n]+)\n\n```sql\n([^`]+)```", PAGE, re.MULTILINE))
NOW = datetime(2026, 12, 3, 7, tzinfo=UTC)
WEEK = date(2026, 11, 30)
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "By week and group: do organisations come?": [("Wajir", 2, 8)],
    "By organisation: who comes most often?": [("Maji Bora Trust", 1)],
    "By stream: what gets done?": [("layering", 3, 2)],
    "What is to be done, and what is late": [("Wajir", 1, 1)],
    "Everything that became of one action": [("made", "Repair the borehole")],
    "What was reported, by organisation": [("Maji Bora Trust", 1, 1, 0)],
    "Which calls for support wait, and who could help": [("Wajir", "A water engineer", 0)],
}
"""What each answers here, without the columns that are days or instants."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.run(_live)
    yield database
    await database.close()


async def _live(session: AsyncSession) -> None:
    """Store a group with a little of everything."""
    coalition = Coalition(name="Drought Partnership")
    session.add(coalition)
    await session.flush()
    group = Group(
        coalition_id=stored_id(coalition),
        name="Wajir",
        zone="Africa/Nairobi",
        languages=["en"],
        chat_id=-4001,
    )
    organisation = Organisation(coalition_id=stored_id(coalition), name="Maji Bora Trust")
    stream = WorkStream(coalition_id=stored_id(coalition), key=StreamKey.LAYERING)
    session.add_all([group, organisation, stream])
    await session.flush()
    about: dict[str, Any] = {"group_id": stored_id(group)}
    wall = NOW.replace(tzinfo=None) + timedelta(hours=3)
    meeting = Meeting(
        **about,
        wall_start=wall,
        wall_end=wall + timedelta(hours=2),
        zone=group.zone,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        place="Hall",
    )
    point = ActionPoint(
        **about,
        number=1,
        text="Repair the borehole",
        due_on=date(2026, 12, 10),
        state=PointState.OPEN,
        made_at=NOW,
    )
    session.add_all([meeting, point])
    await session.flush()
    of_meeting: dict[str, Any] = {
        "meeting_id": stored_id(meeting),
        "organisation_id": stored_id(organisation),
    }
    of_week: dict[str, Any] = {**about, "week": WEEK}
    session.add_all(
        [
            Sitting(
                meeting_id=stored_id(meeting),
                state=SittingState.CLOSED,
                opened_at=NOW,
                last_activity_at=NOW,
            ),
            Presence(**of_meeting, name="Amina", arrived_at=NOW),
            Presence(**of_meeting, name="Peter", arrived_at=NOW),
            Figure(**of_week, measure=Measure.PRESENT, value=2),
            Figure(**of_week, measure=Measure.SEATS, value=8),
            Figure(
                **of_week,
                measure=Measure.PRESENT,
                organisation_id=stored_id(organisation),
                value=1,
            ),
            Figure(**of_week, measure=Measure.ACTIONS_NEW, stream_id=stored_id(stream), value=3),
            Figure(**of_week, measure=Measure.ACTIONS_DONE, stream_id=stored_id(stream), value=2),
            PointChange(
                **about,
                point_id=stored_id(point),
                at=NOW,
                kind=ChangeKind.MADE,
                after="Repair the borehole",
            ),
            Progress(
                **about,
                point_id=stored_id(point),
                organisation_id=stored_id(organisation),
                at=NOW,
                progress="The pump runs",
                challenges="Parts came late",
            ),
            SupportRequest(**about, text="A water engineer", at=NOW),
        ]
    )
    await session.flush()


@pytest.mark.parametrize("question", QUESTIONS)
async def test_each_question_is_answered(database: Database, question: str) -> None:
    async def ask(session: AsyncSession) -> list[tuple[Any, ...]]:
        rows = await session.execute(text(QUESTIONS[question]))
        return [tuple(row) for row in rows]

    found = await database.run(ask)

    assert [_bare(row) for row in found] == ANSWERS[question]


def _bare(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out days and instants, which one database has as texts, and what is empty."""
    moment = re.compile(r"\d{4}-\d\d-\d\d.*")
    return tuple(
        value if isinstance(value, str) else int(value)
        for value in row
        if value not in {"", None}
        and not isinstance(value, date)
        and not (isinstance(value, str) and moment.fullmatch(value))
    )


def test_every_question_has_its_answer_here() -> None:
    assert set(QUESTIONS) == set(ANSWERS)


def test_every_table_that_it_names_exists() -> None:
    tables = PAGE.partition("## The tables")[2].partition("## Figures")[0]
    cells = [line.split("|")[2] for line in tables.splitlines() if line.startswith("| ")][1:]
    named = {name.strip('"') for cell in cells for name in re.findall(r"`([^`]+)`", cell)}

    assert named - set(metadata.tables) == set()


def test_every_measure_is_explained() -> None:
    assert {measure for measure in Measure if f"`{measure}`" not in PAGE} == set()
