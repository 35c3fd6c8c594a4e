"""The README's pictures, taken from the running playground: `python -m tools.pictures`.

Nothing in them is drawn: they show what a visitor sees who takes the guided tour, so they are to
be taken anew when the page changes. They are written into `docs/pictures/`.
"""

import asyncio
import base64
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

from tools import chromium

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PHONE: ViewportSize = {"width": 360, "height": 720}
DESK: ViewportSize = {"width": 1280, "height": 760}
SHARPNESS = 1.5
QUALITY = 78
"""Of a JPEG, in percent: readable, and small enough for a slow network."""
PATIENCE = 30_000
"""Milliseconds."""
GROUP, LEAD, PARTNER, OTHER_PARTNER = -4001, 10, 102, 104
REMINDER = "🔔"
"""With this begins what the bot says shortly before a meeting."""
MOST_DUE = 40
"""Times that something falls due before a meeting of the coming week is near: the other counties
have theirs."""
NO_TOUR = 'sessionStorage.setItem("tour", JSON.stringify({ step: null }))'

STRIP = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 14px; display: flex; gap: 14px; background: #d7d2c7; }
  body { width: max-content; }
  img { display: block; width: 300px; border-radius: 14px; box-shadow: 0 2px 8px #0005; }
</style>"""


@dataclass
class Visit:
    """One window on the playground, in a language and a colour scheme."""

    page: Page
    url: str
    language: str

    async def be(self, person: int, chat: int | None = GROUP) -> None:
        """Be somebody, in a chat."""
        place = f"#{person}" if chat is None else f"#{person}/{chat}"
        await self.page.goto(f"{self.url}/?language={self.language}{place}")
        await expect(self.page.locator("[data-chat]").first).to_be_attached()
        if chat is not None:
            await expect(self.page.locator("[data-write]")).to_be_visible()

    async def write(self, text: str) -> None:
        """Send a text."""
        await self.page.locator("[data-write]").fill(text)
        await self.page.locator("[data-send]").click()

    async def tap(self, data: str) -> None:
        """Press the newest button whose data match, and wait until the bot has said something."""
        await self.page.locator(f"[data-data{data}]").last.click()
        await expect(self.page.locator("[aria-busy='true']")).to_have_count(0)

    async def reply(self, text: str) -> None:
        """Answer the newest announcement in words, and wait for the bot's reaction."""
        await self._announcement().locator(".bubble").click(position={"x": 8, "y": 8})
        await self.page.locator("[data-reply]").last.click()
        await self.write(text)
        newest = self.page.locator("[data-message]").last
        await expect(newest.locator("[data-reaction]")).to_be_visible()

    async def travel(self, how: str) -> None:
        """Press a button of the clock, and wait until it stands."""
        button = self.page.locator(f"[data-travel='{how}']")
        await button.click()
        await expect(self.page.locator("#clock[aria-busy='true']")).to_have_count(0)
        await expect(button).to_be_enabled()

    async def await_reminder(self) -> None:
        """Run the clock on, from one thing that falls due to the next, until the group is reminded.

        Raises:
            LookupError: much fell due, but no reminder.
        """
        newest = self._announcement().filter(has_text=REMINDER)
        for _ in range(MOST_DUE):
            if await newest.count():
                return
            await self.travel("due")
        reason = f"{MOST_DUE} things fell due, and none was a reminder"
        raise LookupError(reason)

    async def show_answers(self, edge: str = "end") -> None:
        """Show the newest announcement with both answers: where these stand, or its start."""
        post = self._announcement()
        await expect(post).to_contain_text("Coming 2")
        node = post.locator("blockquote").first if edge == "end" else post
        into_view = f"node => node.scrollIntoView({{ block: '{edge}', behavior: 'instant' }})"
        await node.evaluate(into_view)

    def _announcement(self) -> Locator:
        answers = self.page.locator("[data-data$=':coming']")
        return self.page.locator("[data-message]").filter(has=answers).last

    async def shot(self, path: Path) -> Path:
        """Take a picture of the window as it stands."""
        await self.page.locator("[data-toast]").evaluate("node => { node.hidden = true; }")
        await self.page.screenshot(
            path=path, type="jpeg", quality=QUALITY, animations="disabled", caret="hide"
        )
        return path


@contextmanager
def playground() -> Iterator[str]:
    """Run a playground of its own, and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "play", "--port", "0"],
            env={**os.environ, "BARAZA_DATA_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    break
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


async def visit(
    browser: Browser,
    url: str,
    *,
    language: str = "en",
    window: ViewportSize = PHONE,
    scheme: Literal["light", "dark"] = "light",
) -> Visit:
    """Open a window on the playground that is not offered the tour."""
    options: dict[str, Any] = {"viewport": window, "color_scheme": scheme}
    context = await browser.new_context(**options, device_scale_factor=SHARPNESS)
    await context.add_init_script(NO_TOUR)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return Visit(page, url, language)


async def phones(browser: Browser, url: str, folder: Path) -> list[Path]:
    """Plan, announce, answer in two ways, be reminded: four pictures of a phone."""
    one = await visit(browser, url)
    await one.be(LEAD)
    await one.write("/meeting Thursday 10:00 County Hall")
    await expect(one.page.locator("[data-data^='confirm:']")).to_be_visible()
    shots = [await one.shot(folder / "plan.jpg")]
    await one.tap("^='confirm:'")
    await expect(one.page.locator("[data-message]").last).to_contain_text("No answer yet")
    await one.be(PARTNER)
    await one.tap("$=':coming'")
    await one.be(OTHER_PARTNER)
    await one.reply("ndiyo")
    shots.append(await one.shot(folder / "reply.jpg"))
    await one.show_answers()
    shots.append(await one.shot(folder / "answers.jpg"))
    await one.await_reminder()
    await one.show_answers("start")
    shots.append(await one.shot(folder / "reminder.jpg"))
    return shots


async def desk(browser: Browser, url: str, path: Path) -> Path:
    """Show the wide window, with what is behind the scenes."""
    one = await visit(browser, url, window=DESK)
    await one.be(LEAD)
    await one.page.locator("[data-behind]").click()
    await expect(one.page.locator("[data-panel] h2").first).to_be_visible()
    return await one.shot(path)


async def joined(browser: Browser, shots: list[Path], path: Path) -> None:
    """Put pictures beside each other into one."""
    page = await browser.new_page(device_scale_factor=1)
    images = [base64.b64encode(shot.read_bytes()).decode() for shot in shots]
    tags = "".join(f'<img src="data:image/jpeg;base64,{image}">' for image in images)
    await page.set_content(STRIP + tags)
    await page.locator("body").screenshot(path=path, type="jpeg", quality=QUALITY)
    await page.close()


async def take() -> None:
    """Take every picture of the README."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with playground() as url, tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium.find(),
                args=["--no-sandbox"],
            )
            await joined(browser, await phones(browser, url, Path(folder)), PICTURES / "strip.jpg")
            await desk(browser, url, PICTURES / "desk.jpg")
            await browser.close()
    for path in sorted(PICTURES.iterdir()):
        print(f"{path}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    asyncio.run(take())
