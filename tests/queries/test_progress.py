"""What was reported last of each action, as lists and cards show it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.progress import EvidenceKind, Report
from bot.models import (
    ActionPoint,
    Coalition,
    Evidence,
    Group,
    Member,
    Organisation,
    Progress,
)
from bot.models.columns import stored_id
from bot.queries import progress

NIGHT = datetime(2026, 12, 3, 22, tzinfo=UTC)
"""Friday 4 December 2026, 01:00 in Nairobi."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


async def test_the_last_report_that_counts_is_shown_with_who_said_it(database: Database) -> None:
    async def work(session: AsyncSession) -> tuple[int, int, dict[int, Report]]:
        coalition, amina = Coalition(name="Drought"), Member(telegram_id=102, name="Amina")
        session.add_all([coalition, amina])
        await session.flush()
        maji = Organisation(coalition_id=stored_id(coalition), name="Maji Bora")
        group = Group(
            coalition_id=stored_id(coalition),
            name="Wajir",
            zone="Africa/Nairobi",
            languages=["en"],
            chat_id=-4001,
        )
        session.add_all([maji, group])
        await session.flush()
        points = [
            ActionPoint(group_id=stored_id(group), number=number, text="Dig", made_at=NIGHT)
            for number in (1, 2)
        ]
        session.add_all(points)
        await session.flush()
        said: dict[str, Any] = {
            "point_id": points[0].id,
            "group_id": group.id,
            "member_id": amina.id,
            "at": NIGHT,
        }
        last = Progress(**said, organisation_id=maji.id, progress="Two work", challenges="Diesel")
        session.add(Progress(**said, progress="One works"))
        await session.flush()
        session.add(last)
        await session.flush()
        session.add(Progress(**said, progress="Three work", is_counted=False))
        session.add_all(
            Evidence(progress_id=last.id, kind=kind, file_id="f", at=NIGHT)
            for kind in (EvidenceKind.PICTURE, EvidenceKind.FILE, EvidenceKind.VOICE)
        )
        await session.flush()
        first, second = (stored_id(point) for point in points)
        return first, second, dict(await progress.latest(session, [first, second]))

    first, _, found = await database.run(work)

    assert found == {
        first: Report(
            on=date(2026, 12, 4),
            organisation="Maji Bora",
            by="Amina",
            progress="Two work",
            challenges="Diesel",
            evidence=2,
        )
    }
