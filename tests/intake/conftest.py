"""The counter of the tests."""

from collections.abc import AsyncIterator

import pytest

from tests.intake.counter import Counter, opened


@pytest.fixture
async def counter(database_url: str) -> AsyncIterator[Counter]:
    """Lend a counter of this test's own."""
    async with opened(database_url) as counter:
        yield counter
