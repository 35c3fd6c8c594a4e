"""What was left of the three months that the people of the playground have lived."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, create_engine, select

from bot import play
from bot.models import OutboxMessage
from bot.playground.telegram import FakeTelegram
from bot.seed import history
from tests.seed.lived import Row, Rows


@pytest.fixture
def telegram(lived_dir: Path, now: datetime) -> Iterator[FakeTelegram]:
    """Lend the small Telegram as it was left."""
    opened = FakeTelegram(lambda: now, lived_dir / "play" / play.TELEGRAM_FILE)
    yield opened
    opened.close()


@pytest.fixture
def rows(lived_dir: Path) -> Iterator[Rows]:
    """Lend a function that returns all rows of a table."""
    engine = create_engine(f"sqlite:///{lived_dir / 'play' / play.BOT_FILE}")
    with Session(engine) as session:

        def all_of(table: type[Row]) -> list[Row]:
            return list(session.exec(select(table)))

        yield all_of
    engine.dispose()


@pytest.fixture
def now(rows: Rows) -> datetime:
    """Return when the life came to its end: it is known from when it began."""
    return min(one.not_before for one in rows(OutboxMessage)) + timedelta(days=history.DAYS + 1)
