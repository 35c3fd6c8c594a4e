"""A newcomer's first hour on a small phone: from the operator's link to the roll of a group.

In Swahili, because the stories tell it in English. Telegram's limit of a message a second in a chat
holds here, too: that is what the test waits for.
"""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_playground import GROUP, PATIENCE, Playground, visitor, write

SMALL = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Words:
    """Who has the first hour, and what they read on the way."""

    language: str
    person: str
    first: str
    founded: str
    welcome: str
    chat_of: str
    roll: str


SWAHILI = Words(
    language="sw",
    person="11",
    first="Chagua wewe ni nani",
    founded="umesanidiwa",
    welcome="Kinachofuata: bonyeza",
    chat_of="Sasa haya ni mazungumzo ya",
    roll="Nani anawakilisha shirika",
)


async def tap(page: Page, value: str) -> None:
    """Tap the newest answer that carries a value."""
    button = page.locator(f"[data-data^='flow:'][data-data$=':{value}']").last
    was = await button.get_attribute("data-data")
    await button.click()
    # Each answer brings another question, or the end: the old button goes.
    await expect(page.locator(f"[data-data='{was}']")).to_have_count(0, timeout=PATIENCE)


async def reply(page: Page, message: Locator, text: str) -> None:
    """Reply to a message: in a group the bot reads nothing else."""
    await message.locator(".bubble").click(position={"x": 8, "y": 8})
    await page.locator("[data-reply]").click()
    await write(page, text)


async def first_hour(page: Page, words: Words) -> None:
    """Live through it, up to the roll of the first group."""
    messages = page.locator("[data-message]")
    await expect(page.locator("[data-first]")).to_contain_text(words.first)
    await page.locator("[data-first-link]").click()
    await expect(page.locator("[data-data^='flow:']").first).to_be_visible()

    await write(page, "Drought Partnership")
    await expect(page.locator("[data-data$=':so']")).to_be_visible(timeout=PATIENCE)
    await write(page, "en sw")
    await expect(page.locator("[data-data$=':>']")).to_be_visible(timeout=PATIENCE)
    await write(page, "Asha, Haki Centre, 0700 000 000")
    await expect(messages.filter(has_text=words.founded)).to_have_count(1, timeout=PATIENCE)

    await page.locator("[data-back]").click()
    await expect(page.locator("[data-first]")).to_be_hidden()
    await page.locator(f"[data-chat='{GROUP}']").click()
    await page.locator("[data-add]").click()
    await expect(messages.filter(has_text=words.welcome)).to_have_count(1, timeout=PATIENCE)

    await page.locator("[data-data='set-up']").click()
    await expect(page.locator("[data-data$=':0']")).to_be_visible(timeout=PATIENCE)
    await tap(page, "0")
    await tap(page, "1")
    await tap(page, "done")
    question = messages.filter(has=page.locator("[data-data^='flow:']")).last
    await reply(page, question, "Maji Bora Trust, Pastoral Voices\nGreen Rangelands")
    await expect(page.locator("[data-data$=':reminder-1d']")).to_be_visible(timeout=PATIENCE)
    await tap(page, "done")
    await tap(page, "20")
    await expect(messages.filter(has_text=words.chat_of)).to_have_count(1, timeout=PATIENCE)
    roll = messages.filter(has_text=words.roll)
    await expect(roll.locator("[data-data^='join:']")).to_have_count(3, timeout=PATIENCE)


async def test_a_newcomer_founds_a_coalition_and_sets_a_group_up(
    browser: Browser, tmp_path: Path
) -> None:
    playground = Playground(tmp_path, "--empty")
    try:
        place = f"#{SWAHILI.person}"
        async with visitor(browser, playground.url, SWAHILI.language, place, SMALL) as page:
            await first_hour(page, SWAHILI)
    finally:
        assert playground.stop() == 0
