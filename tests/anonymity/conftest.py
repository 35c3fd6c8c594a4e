"""A coalition with an open channel, and a member who is nobody else's neighbour."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.feedback import FeedbackState
from bot.models import Coalition, FeedbackBox, Member, Membership
from bot.services import feedback
from tests.anonymity.evidence import Evidence
from tests.stories.story import GROUP, PATIENCE, Story, told
from tools.postgres import Server

CANARY = "The lead hid kanari-9714 behind the well"
WORD = b"kanari-9714"
NOBODY_ELSE = 7_389_214_650_313
"""The account of whoever writes; no other number looks like it in a file."""


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no dummy come, so that what is found is of what people did."""
    far = timedelta(days=10_000)

    def never(now: datetime) -> datetime:
        return now + far

    monkeypatch.setattr(feedback, "next_dummy", never)
    monkeypatch.setattr(feedback, "FOLLOWS", 0.0)


@pytest.fixture
def evidence(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Evidence:
    server: Server | None = None
    if database_url.startswith("postgresql"):
        server = request.getfixturevalue("postgres")
    return Evidence(database_url, server, tmp_path)


@asynccontextmanager
async def confiding(database_url: str, **how: Any) -> AsyncIterator[Story]:
    """Begin a story in which the canary can write."""
    async with told(database_url, **how) as story:
        if how.get("is_seeded", True):
            story.telegram.add_user(NOBODY_ELSE, "Kanari", last_name="Nobody")
            story.telegram.join(NOBODY_ELSE, GROUP)
            async with story.program.toolbox.database.transaction() as session:
                await session.execute(
                    update(Coalition).values(feedback=FeedbackState.OPEN, contact="Mama Zawadi")
                )
                another = (
                    await session.scalars(
                        select(Membership).where(Membership.is_confirmed).limit(1)  # type: ignore[arg-type]
                    )
                ).one()
                member = Member(telegram_id=NOBODY_ELSE, name="Kanari Nobody", language="en")
                session.add(member)
                await session.flush()
                assert member.id is not None
                session.add(
                    Membership(
                        **{
                            name: value
                            for name, value in another.model_dump().items()
                            if name not in {"id", "member_id"}
                        },
                        member_id=member.id,
                    )
                )
            await story.settle()
        yield story


async def asked(story: Story, person: int = NOBODY_ELSE) -> int:
    """Let somebody ask to write in confidence; return the question to reply to."""
    await story.write(person, "/feedback", chat=person)
    await story.travel(seconds=5)
    await story.tap(person, "✍️ Write", chat=person)
    await story.travel(seconds=5)
    return story.last(person).id


async def confided(story: Story, words: str = CANARY, person: int = NOBODY_ELSE) -> int:
    """Let somebody write in confidence; return the message in which they did."""
    question = await asked(story, person)
    return await story.write(person, words, chat=person, reply_to=question)


def newest(story: Story) -> int:
    """Return the number of the newest update."""
    number = story.telegram.updates.newest
    assert number is not None
    return number


async def taken_again(story: Story, number: int, person: int = NOBODY_ELSE) -> None:
    """Deliver what somebody sent a second time, and return when they have heard of it again.

    What comes again counts as acknowledged already: only the answer shows that it was taken.
    """
    # Telegram takes one message a second in a chat.
    await story.travel(seconds=5)
    heard = story.last(person).id
    story.telegram.redeliver(number)
    async with asyncio.timeout(PATIENCE):
        while story.last(person).id == heard:
            await asyncio.sleep(0.002)
    await story.settle()


async def boxes(story: Story) -> int:
    """Return how many boxes there are."""
    return len(await story.rows(FeedbackBox))


@pytest.fixture
def on_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Evidence:
    url = request.getfixturevalue("postgres_url")
    return Evidence(url, request.getfixturevalue("postgres"), tmp_path)
