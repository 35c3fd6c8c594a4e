"""A newcomer's first hour on a small phone: as county lead, as prime, as a confused partner.

Telegram's limit of a message a second in a chat holds here, too: that is what the tests wait for.
`BARAZA_TEST_SCREENSHOTS` names a folder in which each of them leaves pictures of what was seen.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_playground import GROUP, PATIENCE, Playground, visitor, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Words:
    """Who has the first hour, and what they read on the way."""

    language: str
    person: str
    prime: str
    confused: str
    first: str
    founded: str
    welcome: str
    chat_of: str
    roll: str
    plan: str
    echo: str
    chatter: str
    unknown: str
    help: str
    thanks: str
    counted: str


ENGLISH = Words(
    language="en",
    person="10",
    prime="104",
    confused="99",
    first="Choose who you are",
    founded="is set up",
    welcome="Next: tap",
    chat_of="This is now the chat of",
    roll="Who speaks for whom",
    plan="/meeting Thursday 10:00 County Hall",
    echo="saa 4 asubuhi",
    chatter="what is this?",
    unknown="I do not know you in this group yet",
    help="what you can do here",
    thanks="now confirms you",
    counted="Coming 1: ⁨Pastoral Voices⁩",
)
SWAHILI = Words(
    language="sw",
    person="11",
    prime="102",
    confused="110",
    first="Chagua wewe ni nani",
    founded="umesanidiwa",
    welcome="Kinachofuata: bonyeza",
    chat_of="Sasa haya ni mazungumzo ya",
    roll="Nani anawakilisha shirika",
    plan="/mkutano Alhamisi saa 4 asubuhi Ukumbi wa Kaunti",
    echo="10:00",
    chatter="hii ni nini?",
    unknown="Bado sikufahamu katika kikundi hiki",
    help="unachoweza kufanya",
    thanks="atakuthibitisha",
    counted="Watakuja 1: ⁨Pastoral Voices⁩",
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


async def look(page: Page, name: str) -> None:
    """Check that the page fits its window, and keep a picture of it if somebody wants one."""
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    scrolled, shown = await page.evaluate(widths)
    assert scrolled <= shown
    if folder := os.environ.get("BARAZA_TEST_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def enter(page: Page, url: str, language: str, person: str) -> None:
    """Be somebody else, who opens the group."""
    await page.goto("about:blank")
    await page.goto(f"{url}/?language={language}#{person}/{GROUP}")
    await expect(page.locator("[data-write]")).to_be_visible()


@pytest.mark.parametrize("words", [ENGLISH, SWAHILI], ids=["english", "swahili"])
async def test_newcomers_live_through_their_first_hour(
    browser: Browser, tmp_path: Path, words: Words
) -> None:
    playground = Playground(tmp_path, "--empty")
    try:
        place = f"#{words.person}"
        async with visitor(browser, playground.url, words.language, place, SMALL) as page:
            await first_hour(page, words)
            await look(page, f"set-up-{words.language}")
            await plans_the_first_meeting(page, words)
            await look(page, f"lead-{words.language}")

            await enter(page, playground.url, words.language, words.confused)
            await is_confused(page, words)
            await look(page, f"confused-{words.language}")

            await enter(page, playground.url, words.language, words.prime)
            await joins_by_the_link(page, words)
            await look(page, f"prime-{words.language}")
            await enter(page, playground.url, words.language, words.person)
            await confirms_in_the_group(page)
            await enter(page, playground.url, words.language, words.prime)
            await answers_for_the_organisation(page, words)
            await look(page, f"answered-{words.language}")
    finally:
        assert playground.stop() == 0


async def plans_the_first_meeting(page: Page, words: Words) -> None:
    """Be the lead: one line, a look at what was understood, and a tap."""
    await write(page, words.plan)
    question = page.locator("[data-message]").filter(has=page.locator("[data-data^='confirm:']"))
    await expect(question).to_contain_text(words.echo, timeout=PATIENCE)
    await page.locator("[data-data^='confirm:']").click()
    await expect(page.locator("[data-data$=':coming']")).to_be_visible(timeout=PATIENCE)


async def is_confused(page: Page, words: Words) -> None:
    """Be somebody who does not know what this is: talk, tap, reply, ask; all of it is answered."""
    messages = page.locator("[data-message]")
    before = await messages.count()
    await write(page, words.chatter)
    await expect(messages).to_have_count(before + 1, timeout=PATIENCE)

    await page.locator("[data-data$=':coming']").last.click()
    alert = page.locator("[data-alert]")
    await expect(alert).to_contain_text(words.unknown, timeout=PATIENCE)
    await alert.locator("button").click()

    post = messages.filter(has=page.locator("[data-data$=':coming']")).last
    await reply(page, post, words.chatter)
    await write(page, "/help")
    await expect(messages.filter(has_text=words.help)).to_have_count(1, timeout=PATIENCE)


async def joins_by_the_link(page: Page, words: Words) -> None:
    """Be the prime of an organisation, who opens the link for partners that was sent on."""
    messages = page.locator("[data-message]")
    await messages.filter(has_text=words.chat_of).locator("a[href*='start=']").first.click()
    await page.locator("[data-start]").click()
    await page.locator("[data-data^='flow:']", has_text="Pastoral Voices").click()
    await tap(page, "mine")
    await expect(messages.filter(has_text=words.thanks)).to_have_count(1, timeout=PATIENCE)


async def confirms_in_the_group(page: Page) -> None:
    """Be the lead, who sees on the roll that somebody waits, and knows them."""
    waiting = page.locator("[data-data^='admit:']").last
    await waiting.click()
    await expect(page.locator("[data-data^='admit:']")).to_have_count(0, timeout=PATIENCE)


async def answers_for_the_organisation(page: Page, words: Words) -> None:
    """Be the prime again: from now on the answer counts."""
    await page.locator("[data-data$=':coming']").last.click()
    counted = page.locator("[data-message]").filter(has_text=words.counted)
    await expect(counted).to_have_count(1, timeout=PATIENCE)
