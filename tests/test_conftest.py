"""The promises of the shared fixtures."""

import asyncpg
import pytest
from playwright.async_api import Browser
from sqlalchemy import text

from bot.database import Database
from tests.conftest import Lent, unavailable


@pytest.mark.parametrize("_run", ["first", "second"])
async def test_each_test_gets_a_migrated_database_of_its_own(database_url: str, _run: str) -> None:
    database = Database(database_url)

    async with database.transaction() as session:
        (before,) = (await session.execute(text("SELECT count(*) FROM coalition"))).one()
        await session.execute(text("INSERT INTO coalition (name) VALUES ('left behind')"))
    await database.close()

    assert before == 0


FORM = """
    SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) AS line
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
        UNION ALL SELECT version_num FROM alembic_version
    )
"""
FIRST = (
    "INSERT INTO coalition (name) VALUES ('first') RETURNING id, (SELECT count(*) FROM coalition)"
)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("INSERT INTO coalition (name) VALUES ('left')", id="rows"),
        pytest.param("CREATE TABLE left_over (n integer)", id="a table"),
        pytest.param("DROP TABLE sending", id="no table"),
        pytest.param("ALTER TABLE coalition DROP COLUMN contact", id="no column"),
        pytest.param("DROP INDEX ix_occasion_ended_at", id="no index"),
        pytest.param("ALTER TABLE coalition ADD CHECK (id < 9)", id="a constraint"),
        pytest.param("UPDATE alembic_version SET version_num = 'old'", id="another version"),
        pytest.param("DROP TABLE alembic_version", id="no version"),
    ],
)
def test_whatever_a_test_leaves_behind_the_next_one_finds_a_database_as_new(
    lent: Lent, statement: str
) -> None:
    found = []
    for _ in range(2):
        lent.url()
        assert lent.name is not None
        found.append([lent.server.execute(one, database=lent.name) for one in (FORM, FIRST)])
        lent.server.execute(statement, database=lent.name)
        lent.take_back()

    assert found[0] == found[1]
    assert found[0][1] == "1|0"


async def test_whoever_is_still_connected_holds_nobody_up(lent: Lent) -> None:
    connection = await asyncpg.connect(lent.url().replace("+asyncpg", ""))
    await connection.execute("BEGIN; LOCK TABLE coalition")

    name = lent.name
    lent.take_back()

    assert lent.name == name
    with pytest.raises(asyncpg.PostgresConnectionError):
        await connection.execute("SELECT 1")
    connection.terminate()


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_shows_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<p>Habari</p>")

    assert await page.inner_text("p") == "Habari"


def test_a_missing_part_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_TEST_REQUIRE", "postgresql")

    with pytest.raises(pytest.skip.Exception, match="no browser: none is installed"):
        unavailable("browser", "none is installed")


def test_a_missing_part_that_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_TEST_REQUIRE", "postgresql,browser")

    with pytest.raises(pytest.fail.Exception, match="browser is required"):
        unavailable("browser", "none is installed")
