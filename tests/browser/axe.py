"""What axe finds wrong with a page, for whoever cannot see it or has no mouse."""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # untyped
from playwright.async_api import Page

MILD = frozenset({"minor"})
"""What is not counted: impacts below moderate."""


async def findings(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands now, a line for each node; best is none.

    Scripts from outside the page are forbidden by its policy; axe is evaluated by the browser
    itself, which that does not concern.
    """
    # What moves is seen half transparent, and its contrast misjudged.
    await page.emulate_media(reduced_motion="reduce")
    results = await Axe().run(page)
    return [
        f"{found['impact']}: {found['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for found in results.response["violations"]
        if found["impact"] not in MILD
        for node in found["nodes"]
    ]
