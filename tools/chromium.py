"""Where a Chromium is that the browser tests can drive; `python -m tools.chromium` prints it."""

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")


def find() -> str | None:
    """Return the path of a Chromium that starts, or None: the system's, else Playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        if path is not None and _starts(path):
            return path
    return _playwrights_own()


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a script that only says how to get the snap.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _playwrights_own() -> str | None:
    # Half a second to import: `./dev test` asks each time, and mostly finds the system's.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _starts(path) else None


def main() -> int:
    """Print the path, or return 1 when there is none."""
    path = find()
    if path is None:
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
