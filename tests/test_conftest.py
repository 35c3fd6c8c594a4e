"""The promises of the shared fixtures."""

import pytest
from playwright.async_api import Browser
from sqlalchemy import text

from bot.database import Database
from tests.conftest import unavailable


@pytest.mark.parametrize("_run", ["first", "second"])
async def test_each_test_gets_a_migrated_database_of_its_own(database_url: str, _run: str) -> None:
    database = Database(database_url)

    async with database.transaction() as session:
        (before,) = (await session.execute(text("SELECT count(*) FROM coalition"))).one()
        await session.execute(text("INSERT INTO coalition (name) VALUES ('left behind')"))
    await database.close()

    assert before == 0


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
