"""The almanac of the tests."""

from collections.abc import AsyncIterator

import pytest

from tests.jobs.almanac import Almanac, opened


@pytest.fixture
async def almanac(database_url: str) -> AsyncIterator[Almanac]:
    """Lend an almanac of this test's own."""
    async with opened(database_url) as almanac:
        yield almanac
