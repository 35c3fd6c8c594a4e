"""Where a Chromium is that the browser tests can drive; `python -m tools.chromium` prints it."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NAMES = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")


class BrowserUnavailable(Exception):
    """No browser can be driven here; the message says what is missing."""


def find() -> str:
    """Return the path of a Chromium that starts: the system's, else Playwright's own.

    Raises:
        BrowserUnavailable: there is none, or Playwright, which drives it, does not start.
    """
    _check_driver()
    for name in NAMES:
        path = shutil.which(name)
        if path is not None and _starts(path):
            return path
    # Half a second to import: `./dev test` asks each time, and mostly finds the system's.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if not Path(own).exists() or not _starts(own):
        message = "neither the system nor Playwright has a Chromium"
        raise BrowserUnavailable(message)
    return own


def _check_driver() -> None:
    package = find_spec("playwright")
    if package is None or package.origin is None:
        message = "Playwright is not installed"
        raise BrowserUnavailable(message)
    driver = Path(package.origin).parent / "driver"
    # A small system lacks a library that it wants (libatomic1).
    if not any(_starts(str(driver / name)) for name in ("node", "node.exe")):
        message = "Playwright's driver does not start"
        raise BrowserUnavailable(message)


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a script that only says how to get the snap.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def main() -> int:
    """Print the path, or what is missing and return 1."""
    try:
        print(find())
    except BrowserUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
