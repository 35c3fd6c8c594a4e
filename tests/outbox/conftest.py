"""The post office of the tests."""

from collections.abc import AsyncIterator

import pytest

from tests.outbox.office import Office, opened


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """Lend an office whose sender runs."""
    async with opened(database_url) as office:
        yield office
