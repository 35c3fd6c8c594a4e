"""Who has written how often in confidence: known in memory only, under a key of the day.

A look into the memory of the program tells no account by itself; a restart, or midnight (UTC),
forgets everything.
"""

import hashlib
import secrets
from collections import defaultdict
from datetime import date, datetime, timedelta

from bot.domain.feedback import A_DAY, APART, ATTEMPTS_A_DAY, COALITION_A_DAY

ASKED_LASTS = timedelta(hours=1)
"""How long words that follow the question, but reply to nothing, are taken to be meant for it."""


class Restraint:
    """Counts for a day, and forgets."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._day: date | None = None
        self._key = b""
        self._written: defaultdict[bytes, list[datetime]] = defaultdict(list)
        self._of_coalition: defaultdict[int, int] = defaultdict(int)
        self._tried: defaultdict[bytes, int] = defaultdict(int)
        # Kept for an hour, also across midnight.
        self._hourly_key = secrets.token_bytes(32)
        self._asked: dict[bytes, datetime] = {}

    def may_write(self, person: int, coalition: int, *, now: datetime) -> bool:
        """Tell whether somebody may write now."""
        self._turn(now)
        written = self._written[self._of(person)]
        # A clock that was set back must not lock anybody out for longer than it says.
        is_soon = any(abs(now - at) < APART for at in written)
        is_full = self._of_coalition[coalition] >= COALITION_A_DAY
        return not (is_soon or is_full or len(written) >= A_DAY)

    def wrote(self, person: int, coalition: int, *, now: datetime) -> None:
        """Count what was kept."""
        # Not before: what failed on the way comes again, and must not find itself counted.
        self._turn(now)
        self._written[self._of(person)].append(now)
        self._of_coalition[coalition] += 1

    def may_try(self, person: int, *, now: datetime) -> bool:
        """Tell whether somebody may try another receipt."""
        self._turn(now)
        return self._tried[self._of(person)] < ATTEMPTS_A_DAY

    def tried(self, person: int, *, now: datetime) -> None:
        """Count a number that was no receipt."""
        self._turn(now)
        self._tried[self._of(person)] += 1

    def asked(self, chat: int, *, now: datetime) -> None:
        """Note that the question was put in a chat, and waits for a reply."""
        self._asked = {one: at for one, at in self._asked.items() if now - at < ASKED_LASTS}
        self._asked[self._of(chat, self._hourly_key)] = now

    def is_asked(self, chat: int, *, now: datetime) -> bool:
        """Tell whether words in a chat may be meant for the question."""
        at = self._asked.get(self._of(chat, self._hourly_key))
        return at is not None and now - at < ASKED_LASTS

    def is_answered(self, chat: int) -> None:
        """Note that the question was answered, or that the person turned to something else."""
        self._asked.pop(self._of(chat, self._hourly_key), None)

    def _turn(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day, self._key = now.date(), secrets.token_bytes(32)
            self._written.clear()
            self._of_coalition.clear()
            self._tried.clear()

    def _of(self, person: int, key: bytes | None = None) -> bytes:
        account = str(person).encode()
        return hashlib.blake2b(account, key=key or self._key, digest_size=16).digest()
