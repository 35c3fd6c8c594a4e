"""The panel behind the scenes, as a visitor opens it on a phone and on a desk."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_playground import (
    ENGLISH,
    PATIENCE,
    SWAHILI,
    Playground,
    Words,
    visitor,
    write,
)

SMALL = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
TOO_WIDE = """
[...document.querySelectorAll('[data-panel] *')]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 80))
"""


async def plan(page: Page, words: Words) -> None:
    """Plan a meeting, so that something is due."""
    await write(page, words.command)
    await page.locator("[data-data^='confirm:']").click()
    await expect(page.locator("[data-data$=':coming']").first).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("words", [ENGLISH, SWAHILI], ids=["english", "swahili"])
async def test_a_visitor_on_a_phone_makes_telegram_fail_and_jumps_to_what_is_due(
    browser: Browser, tmp_path: Path, words: Words
) -> None:
    playground = Playground(tmp_path)
    opener, panel = "[data-behind]", "[data-panel]"
    try:
        async with visitor(browser, playground.url, words.language, phone=SMALL) as page:
            await plan(page, words)
            await page.locator(opener).click()
            await expect(page.locator(f"{panel} h2")).to_be_focused(timeout=PATIENCE)
            await expect(page.locator(opener)).to_have_attribute("aria-expanded", "true")

            await page.locator("[data-trouble='too-many'][data-times='1']").click()
            await expect(page.locator("[data-queued]")).to_be_visible(timeout=PATIENCE)
            assert await page.evaluate(TOO_WIDE) == []

            await page.locator("[data-close]").click()
            await expect(page.locator(panel)).to_be_hidden()
            await expect(page.locator(opener)).to_be_focused()
            answered = page.locator("[data-message]").filter(has_text="📅")
            before = await answered.count()
            await write(page, "/when")
            await page.locator(opener).click()
            await expect(page.locator("[data-waiting='paused']").first).to_be_visible(
                timeout=PATIENCE
            )
            await expect(page.locator("[data-spoiled='too-many']")).to_have_count(1)
            # Five real seconds, as Telegram asked.
            await expect(page.locator("[data-waiting]")).to_have_count(0, timeout=PATIENCE)
            await page.keyboard.press("Escape")
            await expect(page.locator(panel)).to_be_hidden()
            await expect(answered).to_have_count(before + 1)

            await page.locator(opener).click()
            await page.locator("[data-due='reminder-1d'] [data-jump]").click()
            await expect(page.locator("[data-due='reminder-1d']")).to_have_count(
                0, timeout=PATIENCE
            )
            await page.go_back()
            await expect(page.locator(panel)).to_be_hidden()
            reminder = page.locator("[data-message]").filter(has_text=words.reminder)
            await expect(reminder).to_have_count(1, timeout=PATIENCE)
    finally:
        assert playground.stop() == 0


async def test_on_a_desk_the_panel_stands_beside_a_talk_that_goes_on(
    browser: Browser, tmp_path: Path
) -> None:
    playground = Playground(tmp_path)
    try:
        async with visitor(browser, playground.url, "en", phone=DESK) as page:
            await page.locator("[data-behind]").click()
            await expect(page.locator("[data-section='due']")).to_be_visible(timeout=PATIENCE)
            await plan(page, ENGLISH)
            await expect(page.locator("[data-due='reminder-1d']")).to_be_visible(timeout=PATIENCE)

            await page.locator("[data-trouble='kick']").click()
            await expect(page.locator("[data-trouble='bring-back']")).to_be_visible()
            await page.locator("[data-trouble='bring-back']").click()
            await page.locator("[data-trouble='migrate']").click()
            await page.locator("[data-trouble='forum']").click(timeout=PATIENCE)
            await page.locator("[data-new-topic] input").fill("Boreholes")
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-topic]")).to_contain_text("Boreholes")
            assert await page.evaluate(TOO_WIDE) == []

            await page.locator("[data-behind]").click()
            await expect(page.locator("[data-panel]")).to_be_hidden()
            await expect(page.locator("[data-behind]")).to_have_attribute("aria-expanded", "false")
    finally:
        assert playground.stop() == 0
