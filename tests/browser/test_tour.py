"""The guided tour as a stranger takes it: reading the card, pressing what it points at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_playground import GROUP, LEAD, PATIENCE, Playground, visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEPS = 8
RUNS_THE_CLOCK = (6, 8)
MOST_PRESSES = 3
"""Of what one step points at: send, then confirm."""


def pointed(page: Page) -> Locator:
    return page.locator(".pointed:visible")


async def take_step(page: Page, number: int) -> None:
    """Do what the card says, and press what it points at, until it says what was seen."""
    onward, seen = page.locator("[data-tour-next]"), page.locator(".tour-seen:visible")
    if number in RUNS_THE_CLOCK:
        await onward.click()
        await expect(seen).to_be_visible(timeout=3 * PATIENCE)
        return
    for _ in range(MOST_PRESSES):
        await expect(pointed(page).or_(seen)).to_have_count(1, timeout=PATIENCE)
        if await seen.is_visible():
            return
        await pointed(page).click()
    await expect(seen).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("language", "counted", "moved"),
    [
        ("en", "Coming 2: ⁨Maji Bora Trust⁩, ⁨Pastoral Voices⁩", "Moved"),
        ("sw", "Watakuja 2: ⁨Maji Bora Trust⁩, ⁨Pastoral Voices⁩", "Umehamishwa"),
    ],
)
async def test_a_stranger_takes_the_tour(
    browser: Browser, lived_dir: Path, language: str, counted: str, moved: str
) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, language, place="") as page:
            onward = page.locator("[data-tour-next]")
            before = await page.locator("[data-now]").get_attribute("datetime")
            await onward.click()
            for number in range(1, STEPS + 1):
                await expect(page.locator("[data-tour-count]")).to_contain_text(str(number))
                await take_step(page, number)
                if number == 4:
                    answers = page.locator("[data-message]").filter(has_text=counted)
                    await expect(answers).to_have_count(1, timeout=PATIENCE)
                if number < STEPS:
                    await onward.click()
            await expect(page.locator("[data-message]").filter(has_text=moved)).not_to_have_count(0)
            assert before != await page.locator("[data-now]").get_attribute("datetime")

            await onward.click()
            await expect(page.locator("[data-tour]")).to_be_hidden()
    finally:
        assert playground.stop() == 0


async def test_the_tour_waits_for_who_looks_elsewhere_and_is_kept_over_a_reload(
    browser: Browser, lived_dir: Path
) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "en", place="") as page:
            await page.locator("[data-tour-next]").click()
            await expect(page.locator("[data-write]")).to_have_value(
                "/meeting Thursday 10:00 County Hall", timeout=PATIENCE
            )

            await page.locator("[data-person]").select_option("99")
            await expect(page.locator("[data-tour-back]")).to_be_visible()
            await page.reload()
            await expect(page.locator("[data-tour-count]")).to_contain_text("Step 1 of 8")
            await page.locator("[data-tour-back]").click()

            await expect(page.locator("[data-person]")).to_have_value(LEAD)
            await expect(page).to_have_url(f"{playground.url}/?language=en#{LEAD}/{GROUP}")

            await page.locator("[data-tour-end]").click()
            await expect(page.locator("[data-tour]")).to_be_hidden()
            await page.reload()
            await expect(page.locator("[data-tour]")).to_be_hidden()
    finally:
        assert playground.stop() == 0


@pytest_asyncio.fixture(loop_scope="session")
async def lead(browser: Browser, lived_dir: Path) -> AsyncIterator[Page]:
    """Lend a page whose visitor has just begun the tour."""
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "en", place="") as page:
            await page.locator("[data-tour-next]").click()
            await expect(page.locator("[data-write]")).not_to_have_value("", timeout=PATIENCE)
            yield page
    finally:
        assert playground.stop() == 0


async def onward(page: Page, number: int) -> None:
    """Go on to a step; a press that follows another at once is taken for a slip."""
    await expect(page.locator("[data-tour-next]")).to_be_visible()
    await page.locator("[data-tour-next]").click()
    await expect(page.locator("[data-tour-count]")).to_contain_text(f"Step {number}")


async def test_after_a_reload_the_words_are_in_the_box_again_with_what_they_answer(
    lead: Page,
) -> None:
    words = await lead.locator("[data-write]").input_value()
    await lead.reload()
    await expect(lead.locator("[data-write]")).to_have_value(words, timeout=PATIENCE)
    for number in (1, 2, 3):
        await take_step(lead, number)
        await onward(lead, number + 1)

    await lead.reload()

    await expect(lead.locator("[data-write]")).to_have_value("yes", timeout=PATIENCE)
    await expect(lead.locator("[data-about]")).to_be_visible()


async def test_who_does_not_plan_the_meeting_is_led_back_to_planning_it(lead: Page) -> None:
    await take_step(lead, 1)
    await onward(lead, 2)
    await lead.locator("[data-data^='discard:']").last.click()
    await expect(lead.locator("[data-data^='discard:']")).to_have_count(0, timeout=PATIENCE)
    await expect(lead.locator("[data-tour-next]")).to_have_text("Plan it again")

    await onward(lead, 1)

    await take_step(lead, 1)
    await onward(lead, 2)
    await take_step(lead, 2)


async def test_a_second_press_at_once_skips_no_step(lead: Page) -> None:
    await take_step(lead, 1)

    await lead.locator("[data-tour-next]").dblclick()

    await expect(lead.locator("[data-tour-count]")).to_contain_text("Step 2 of 8")


async def test_a_meeting_that_is_over_is_planned_again(lead: Page) -> None:
    for number in (1, 2):
        await take_step(lead, number)
        await onward(lead, number + 1)
    await lead.locator("[data-travel='604800']").click()

    await expect(lead.locator("[data-tour-lost]")).to_be_visible(timeout=3 * PATIENCE)
    await expect(pointed(lead)).to_have_count(0)
    await onward(lead, 1)


async def test_where_nothing_is_set_up_no_tour_is_offered(browser: Browser, tmp_path: Path) -> None:
    playground = Playground(tmp_path, "--empty")
    try:
        async with visitor(browser, playground.url, "en", place="") as page:
            await expect(page.locator("[data-first]")).to_be_visible(timeout=PATIENCE)
            await expect(page.locator("[data-tour]")).to_have_count(0)
    finally:
        assert playground.stop() == 0
