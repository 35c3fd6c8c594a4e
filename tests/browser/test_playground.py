"""The playground as a visitor meets it: the real program, a real browser, a phone's window."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 844}
GROUP = "-4001"
LEAD, MEMBER, STRANGER = "10", "102", "99"
NAIROBI = ZoneInfo("Africa/Nairobi")
AHEAD = timedelta(days=3)
PATIENCE = 15_000
"""Milliseconds after which something that should appear has not."""


@dataclass(frozen=True)
class Words:
    """What a visitor writes and reads in one language."""

    language: str
    days: tuple[str, ...]
    """From Monday on."""
    command: str
    echo: str
    announced: str
    coming: str
    reminder: str
    """What it begins with, on the day before."""

    async def at(self, page: Page) -> Self:
        """Return the words for a meeting so near, and so far, that a day before it is to come."""
        shown = page.locator("[data-now]")
        await expect(shown).to_have_attribute("datetime", re.compile("T"), timeout=PATIENCE)
        now = datetime.fromisoformat(await shown.get_attribute("datetime") or "")
        day = self.days[(now.astimezone(NAIROBI) + AHEAD).weekday()]
        command, reminder = self.command.format(day=day), self.reminder.format(day=day)
        return replace(self, command=command, reminder=reminder)


ENGLISH = Words(
    language="en",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    command="/meeting {day} 10:00 County Hall",
    echo="saa 4 asubuhi",
    announced="No answer yet 8",
    coming="Coming 1: ⁨Maji Bora Trust⁩",
    reminder="Tomorrow, {day:.3}",
)
SWAHILI = Words(
    language="sw",
    days=("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
    command="/mkutano {day} saa 4 asubuhi Ukumbi wa Kaunti",
    echo="saa 4 asubuhi",
    announced="Hawajajibu 8",
    coming="Watakuja 1: ⁨Maji Bora Trust⁩",
    reminder="Kesho, {day}",
)
SOMALI_DAY = re.compile(
    r"^(Isniin|Talaado|Arbaco|Khamiis|Jimco|Sabti|Axad) \d{1,2} \w{3} \d{4}, \d{2}:\d{2}$"
)


class Playground:
    """A running `baraza play` with a data directory of its own."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        """Start it, and wait for the address that it prints."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "play", "--port", "0", *options],
            env={**os.environ, "BARAZA_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        found = re.search(r"http://\S+", self._process.stdout.readline())
        assert found, "the playground has not told its address"
        self.url = found[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal; return its exit code."""
        self._process.send_signal(number)
        code = self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


@asynccontextmanager
async def visitor(
    browser: Browser,
    url: str,
    language: str,
    place: str = f"#{LEAD}/{GROUP}",
    phone: dict[str, int] = PHONE,
) -> AsyncIterator[Page]:
    """Open the page on a phone; nothing on it may fail or come from elsewhere."""
    context = await browser.new_context(viewport=phone)  # type: ignore[arg-type] # a dict is a ViewportSize
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda sent: None if sent.url.startswith(url) else problems.append(sent.url))
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{url}/?language={language}{place}")
    yield page
    await context.close()
    assert problems == []


async def write(page: Page, text: str) -> None:
    """Write into the open chat."""
    await page.locator("[data-write]").fill(text)
    await page.locator("[data-send]").click()


async def become(page: Page, person: str) -> None:
    """Be somebody else, in the group's chat."""
    await page.locator("[data-person]").select_option(person)
    chat = page.locator(f"[data-chat='{GROUP}']")
    if await chat.is_visible():
        await chat.click()
    await expect(page.locator("[data-write]")).to_be_visible()


@pytest.mark.parametrize("words", [ENGLISH, SWAHILI], ids=["english", "swahili"])
async def test_a_visitor_plans_answers_and_is_reminded(
    browser: Browser, lived_dir: Path, words: Words
) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, words.language) as page:
            words = await words.at(page)
            await write(page, words.command)
            yes = page.locator("[data-data^='confirm:']")
            question = page.locator("[data-message]").filter(has=yes)
            await expect(question).to_contain_text(words.echo, timeout=PATIENCE)

            await yes.click()
            post = page.locator("[data-message]").filter(has_text=words.announced)
            await expect(post).to_have_count(1, timeout=PATIENCE)

            await become(page, MEMBER)
            await page.locator("[data-data$=':coming']").last.click()
            await expect(page.locator("[data-toast]")).to_contain_text("Maji Bora Trust")
            counted = page.locator("[data-message]").filter(has_text=words.coming)
            await expect(counted).to_have_count(1, timeout=PATIENCE)

            await become(page, STRANGER)
            await page.locator("[data-data^='change:']").last.click()
            await expect(page.locator("[data-alert]")).to_be_visible(timeout=PATIENCE)
            await page.locator("[data-alert] button").click()

            reminder = page.locator("[data-message]").filter(has_text=words.reminder)
            # Much else falls due first: in the other counties, and in private.
            due = page.locator("[data-travel='due']")
            for _ in range(20):
                if not await reminder.count():
                    await due.click()
                    await expect(due).to_be_enabled(timeout=PATIENCE)
            await expect(reminder).to_have_count(1, timeout=PATIENCE)
            await expect(counted).to_have_count(1, timeout=PATIENCE)
            await expect(reminder.locator("[data-data$=':coming']")).to_be_visible()
    finally:
        assert playground.stop() == 0


async def test_the_page_in_somali_fits_a_small_phone(browser: Browser, lived_dir: Path) -> None:
    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "so") as page:
            await page.set_viewport_size({"width": 360, "height": 740})
            await expect(page.locator(".person")).to_contain_text("Waxaad tahay:")
            await expect(page.locator("[data-person]")).to_contain_text("hoggaamiyaha ismaamulka")
            # Browsers do not know the language's days and months.
            await expect(page.locator("[data-now]")).to_contain_text(SOMALI_DAY)
            await write(page, "/setup Wajir; Africa/Nairobi; so sw en")
            await write(page, "/kulan Khamiis 10:00 Hoolka Ismaamulka")
            await page.locator("[data-data^='confirm:']").click()
            coming = page.locator("[data-data$=':coming']").last
            await expect(coming).to_have_text(
                "✅ Waan imanayaa · Nakuja · Coming", timeout=PATIENCE
            )
            widths = "[document.documentElement.scrollWidth, window.innerWidth]"
            scrolled, shown = await page.evaluate(widths)
            assert scrolled <= shown
    finally:
        assert playground.stop() == 0


async def test_what_was_played_is_still_there_after_a_kill(
    browser: Browser, lived_dir: Path
) -> None:
    playground = Playground(lived_dir)
    async with visitor(browser, playground.url, "en") as page:
        await write(page, (await ENGLISH.at(page)).command)
        await page.locator("[data-data^='confirm:']").click()
        post = page.locator("[data-message]").filter(has_text=ENGLISH.announced)
        await expect(post).to_have_count(1, timeout=PATIENCE)
        await page.goto("about:blank")
        assert playground.stop(signal.SIGKILL) == -signal.SIGKILL

    playground = Playground(lived_dir)
    try:
        async with visitor(browser, playground.url, "en") as page:
            await become(page, MEMBER)
            await page.locator("[data-data$=':coming']").last.click()
            counted = page.locator("[data-message]").filter(has_text=ENGLISH.coming)
            await expect(counted).to_have_count(1, timeout=PATIENCE)
    finally:
        assert playground.stop() == 0
