"""The README's pictures, taken from the running playground: `python -m tools.pictures`.

Nothing in them is drawn: they show what a visitor sees who takes the guided tour, so they are to
be taken anew when the page changes. They are written into `docs/pictures/`.
"""

import asyncio
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
NO_TOUR = 'sessionStorage.setItem("tour", JSON.stringify({ step: null }))'

STRIP = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 14px; display: flex; gap: 14px; background: #d7d2c7; width: max-content; }
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

    async def show_answers(self) -> Locator:
        """Scroll so that the answers under the newest announcement are seen."""
        post = self.page.locator("[data-message]").filter(
            has=self.page.locator("[data-data$=':coming']")
        )
        folded = post.last.locator("blockquote").first
        await folded.evaluate("node => node.scrollIntoView({ block: 'end', behavior: 'instant' })")
        return post.last

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


async def strip(browser: Browser, url: str, folder: Path) -> list[Path]:
    """Plan, announce, answer, be reminded: four pictures of a phone."""
    one = await visit(browser, url)
    await one.be(LEAD)
    await one.write("/meeting Thursday 10:00 County Hall")
    await expect(one.page.locator("[data-data^='confirm:']")).to_be_visible()
    shots = [await one.shot(folder / "1.jpg")]
    await one.tap("^='confirm:'")
    await expect(one.page.locator("[data-data$=':coming']").last).to_be_visible()
    await one.be(PARTNER)
    await one.tap("$=':coming'")
    await one.show_answers()
    shots.append(await one.shot(folder / "2.jpg"))
    await one.be(OTHER_PARTNER)
    await reply(one, "ndiyo")
    shots.append(await one.shot(folder / "3.jpg"))
    await one.page.locator("[data-travel='86400']").click()
    return shots


async def reply(one: Visit, text: str) -> None:
    """Answer the newest announcement in words, and wait for the bot's reaction."""
    post = one.page.locator("[data-message]").filter(has=one.page.locator("[data-data$=':coming']"))
    await post.last.locator(".bubble").click()
    await one.page.locator("[data-reply]").last.click()
    await one.write(text)
    await expect(one.page.locator("[data-reaction]").last).to_be_visible()


async def joined(browser: Browser, shots: list[Path], path: Path) -> None:
    """Put pictures beside each other into one."""
    page = await browser.new_page(device_scale_factor=1)
    await page.set_content(STRIP)
    for shot in shots:
        await page.evaluate("document.body.append(new Image())")
        image = page.locator("img").last
        await image.evaluate("(node, address) => { node.src = address; }", _address(shot))
        await image.evaluate("node => node.decode()")
    await page.locator("body").screenshot(path=path, type="jpeg", quality=QUALITY)
    await page.close()


def _address(path: Path) -> str:
    encoded = subprocess.run(["base64", "-w0", path], capture_output=True, check=True, text=True)
    return f"data:image/jpeg;base64,{encoded.stdout}"


if __name__ == "__main__":
    asyncio.run(main())
