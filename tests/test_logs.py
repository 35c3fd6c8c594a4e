"""Logs: events and counts, never a person, a text or a secret."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.logs import without_tokens
from bot.seed import people
from tests.stories.logged import WORDS

ROOT = Path(__file__).parents[1]
TOKEN = "bot123456:AAH-secret_x"
SET_UP = """
import logging
import structlog
from bot import logs
from bot.settings import LogFormat
logs.set_up({level!r}, LogFormat({form!r}))
log = structlog.get_logger()
"""


def logged(code: str, *, level: str = "INFO", form: str = "json") -> list[str]:
    """Return the lines that a process of its own logs when it runs `code`."""
    source = SET_UP.format(level=level, form=form) + code
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_line_of_json_says_what_when_and_how_grave() -> None:
    [line] = logged("log.warning('outbox.failed', reason='Closed', message=7)")

    told = json.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {"event": "outbox.failed", "level": "warning", "reason": "Closed", "message": 7}


def test_what_is_less_grave_than_the_level_is_left_out() -> None:
    lines = logged(
        "log.debug('a'); log.info('b'); log.warning('c'); log.error('d')", level="WARNING"
    )

    assert [json.loads(line)["event"] for line in lines] == ["c", "d"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_token_gets_into_a_line(form: str) -> None:
    code = f"""
log.error("calling {TOKEN}", url="https://api.telegram.org/{TOKEN}/getMe")
try:
    raise ValueError("https://api.telegram.org/{TOKEN}/getMe")
except ValueError:
    log.exception("failed")
    logging.getLogger("library").exception("failed at %s", "/{TOKEN}/")
"""

    lines = "\n".join(logged(code, form=form))

    assert "secret" not in lines
    assert lines.count("bot<token>") >= 5


def test_libraries_are_heard_only_when_something_is_wrong() -> None:
    code = "logging.getLogger('x').info('whose data'); logging.getLogger('x').warning('wrong')"

    assert logged(code, level="DEBUG") == ["WARNING:x:wrong"]


def test_a_token_is_masked_wherever_it_stands() -> None:
    event = without_tokens(None, "info", {"event": f"a {TOKEN} b {TOKEN}", "count": 3})

    assert event == {"event": "a bot<token> b bot<token>", "count": 3}


def test_a_whole_story_in_every_detail_tells_no_token_no_name_and_no_text(
    sqlite_url: str,
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "tests.stories.logged", sqlite_url, "text"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    told = done.stderr
    everybody, token = people.ONE_COUNTY.people, people.TOKEN
    names = {part for person in everybody for part in (person.first_name, person.last_name)}
    organisations = {person.organisation for person in everybody if person.organisation}
    secrets = {token, token.partition(":")[2], *names, *organisations, *WORDS, "Wajir"}
    assert done.returncode == 0
    assert {secret for secret in secrets if secret.lower() in told.lower()} == set()
    for event in ("update.failed", "update.set_aside", "outbox.failed", "telegram.unreachable"):
        assert event in told
    for event in ("telegram.direct_call_failed", "occasions.skipped"):
        assert event in told
