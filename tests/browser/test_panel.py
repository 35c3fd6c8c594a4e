"""The panel behind the scenes, as a visitor opens it on a phone and on a desk."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # untyped
from playwright.async_api import Browser, Page, expect

from tests.browser.test_playground import (
    ENGLISH,
    GROUP,
    LEAD,
    MEMBER,
    PATIENCE,
    SWAHILI,
    Playground,
    Words,
    visitor,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
TOO_WIDE = """
[...document.querySelectorAll('[data-panel] *')]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 80))
"""


async def flaws(page: Page) -> list[str]:
    """Return what a check of accessibility finds in the panel: its rules, and where."""
    found = await Axe().run(page, context="[data-panel]")
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]]


async def plan(page: Page, words: Words) -> None:
    """Plan a meeting, so that something is due."""
    await write(page, words.command)
    await page.locator("[data-data^='confirm:']").click()
    post = page.locator("[data-message]").filter(has_text=words.announced)
    await expect(post).to_have_count(1, timeout=PATIENCE)


@pytest.mark.parametrize("words", [ENGLISH, SWAHILI], ids=["english", "swahili"])
async def test_a_visitor_on_a_phone_makes_telegram_fail_and_jumps_to_what_is_due(
    browser: Browser, lived_dir: Path, words: Words
) -> None:
    playground = Playground(lived_dir)
    opener, panel = "[data-behind]", "[data-panel]"
    try:
        async with visitor(browser, playground.url, words.language, phone=SMALL) as page:
            words = await words.at(page)
            await plan(page, words)
            await page.locator(opener).click()
            await expect(page.locator(f"{panel} h2")).to_be_focused(timeout=PATIENCE)
            await expect(page.locator(opener)).to_have_attribute("aria-expanded", "true")

            await page.locator("[data-trouble='too-many'][data-times='1']").click()
            await expect(page.locator("[data-queued]")).to_be_visible(timeout=PATIENCE)
            assert (await page.evaluate(TOO_WIDE), await flaws(page)) == ([], [])

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
            await page.locator("[data-more]").click()
            due = page.locator("[data-due='reminder-1d']").filter(has_text="Wajir").first
            jump = await due.locator("[data-jump]").get_attribute("data-jump")
            await due.locator("[data-jump]").click()
            await expect(page.locator(f"[data-jump='{jump}']")).to_have_count(0, timeout=PATIENCE)
            await expect(page.locator("[data-said]")).to_contain_text("(Wajir)")
            assert (await page.evaluate(TOO_WIDE), await flaws(page)) == ([], [])
            await page.locator("[data-visit]").click()
            await expect(page.locator(panel)).to_be_hidden()
            reminder = page.locator("[data-message]").filter(has_text=words.reminder)
            await expect(reminder).to_have_count(1, timeout=PATIENCE)
    finally:
        assert playground.stop() == 0


async def test_on_a_desk_the_panel_stands_beside_a_talk_that_goes_on(
    browser: Browser, lived_dir: Path
) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "en", phone=DESK) as page:
            await page.locator("[data-behind]").click()
            await expect(page.locator("[data-section='due']")).to_be_visible(timeout=PATIENCE)
            await plan(page, await ENGLISH.at(page))
            await expect(page.locator("[data-due='reminder-1d']").first).to_be_visible(
                timeout=PATIENCE
            )

            await page.locator("[data-trouble='kick']").click()
            await expect(page.locator("[data-trouble='bring-back']")).to_be_visible()
            await page.locator("[data-trouble='bring-back']").click()
            await expect(page.locator("[data-trouble='kick']")).to_be_visible()

            await page.locator("[data-behind]").click()
            await expect(page.locator("[data-panel]")).to_be_hidden()
            await expect(page.locator("[data-behind]")).to_have_attribute("aria-expanded", "false")
    finally:
        assert playground.stop() == 0


async def test_on_a_desk_the_panel_stays_open_while_one_looks_around(
    browser: Browser, lived_dir: Path
) -> None:
    playground = Playground(lived_dir)
    panel, places = "[data-panel]", "[data-section='places']"
    try:
        async with visitor(browser, playground.url, "en", phone=DESK) as page:
            await page.locator("[data-behind]").click()
            await expect(page.locator(places)).to_contain_text("Wajir County", timeout=PATIENCE)

            await page.locator(f"[data-chat='{LEAD}']").click()
            await expect(page.locator(places)).to_contain_text("Open a group", timeout=PATIENCE)
            name = await page.locator(f"[data-person] option[value='{MEMBER}']").inner_text()
            await page.locator("[data-person]").select_option(MEMBER)
            await page.locator(f"[data-chat='{GROUP}']").click()
            await expect(page.locator(places)).to_contain_text("Wajir County", timeout=PATIENCE)
            someone = page.locator(f"{places} h4").last
            assert name.startswith(await someone.inner_text())

            await page.go_back()
            await expect(page.locator(places)).to_contain_text("Open a group", timeout=PATIENCE)
            await page.locator("[data-close]").click()
            await expect(page.locator(panel)).to_be_hidden()
    finally:
        assert playground.stop() == 0


async def test_a_group_becomes_a_forum_and_the_talk_goes_on_in_it(
    browser: Browser, lived_dir: Path
) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "en", phone=DESK) as page:
            await expect(page.locator("[data-message]").last).to_be_visible(timeout=PATIENCE)
            await page.locator("[data-behind]").click()

            await page.locator("[data-trouble='migrate']").click()
            await page.locator("[data-trouble='forum']").click(timeout=PATIENCE)
            await page.locator("[data-new-topic] input").fill("Boreholes")
            await page.keyboard.press("Enter")

            await expect(page.locator("[data-topic]")).to_contain_text("Boreholes")
            await expect(page.locator("[data-title]")).to_have_text("Wajir County")
            assert (await page.evaluate(TOO_WIDE), await flaws(page)) == ([], [])
    finally:
        assert playground.stop() == 0
