"""The check that the migrations lead to the tables of the code."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Integer, Table

from bot.models import metadata
from tools.check_migrations import difference, empty_sqlite
from tools.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Lend the address of a database without tables."""
    if request.param == "sqlite":
        with empty_sqlite() as url:
            yield url
    else:
        server: Server = request.getfixturevalue("postgres")
        yield server.create("without_tables")
        server.drop("without_tables")


@pytest.fixture
def forgotten_table() -> Iterator[None]:
    """Give the models a table that no migration makes."""
    table = Table("forgotten", metadata, Column("id", Integer, primary_key=True))
    yield
    metadata.remove(table)


def test_the_migrations_lead_to_the_models(empty_url: str) -> None:
    assert difference(empty_url) is None


@pytest.mark.usefixtures("forgotten_table")
def test_a_table_without_migration_is_named(empty_url: str) -> None:
    found = difference(empty_url)

    assert found is not None
    assert "forgotten" in found
