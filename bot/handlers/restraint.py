"""Who has written how often in confidence: known in memory only, under a key of the day.

A look into the memory of the program tells no account by itself; a restart, or midnight (UTC),
forgets everything.
"""

import hashlib
import secrets
from collections import defaultdict
from datetime import date, datetime, timedelta

from bot.domain.feedback import A_DAY, APART, ATTEMPTS_A_DAY, COALITION_A_DAY

ASKED_LASTS = timedelta(days=1)
"""How long words that follow the question, but reply to nothing, are taken to be meant for it:
posted as something else they could not be taken back. A command for something else ends it."""
AFTERTHOUGHT_LASTS = timedelta(hours=1)
"""The same, once the question was answered, or could not be put for another one that is open."""
ALBUMS = 20
"""How many of the pictures that were sent in one go are remembered."""


class Restraint:
    """Counts for a day, and forgets."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._day: date | None = None
        self._key = b""
        self._written: defaultdict[bytes, list[datetime]] = defaultdict(list)
        self._of_coalition: defaultdict[int, int] = defaultdict(int)
        self._tried: defaultdict[bytes, int] = defaultdict(int)
        # Until when words are expected, also across midnight.
        self._lasting_key = secrets.token_bytes(32)
        self._expected: dict[bytes, datetime] = {}
        self._between: dict[bytes, datetime] = {}
        self._albums: list[str] = []

    def may_write(self, person: int, coalition: int, *, now: datetime) -> bool:
        """Tell whether somebody may write now."""
        self._turn(now)
        written = self._written[self._of(person)]
        # A clock that was set back must not lock anybody out for longer than it says.
        is_soon = any(abs(now - at) < APART for at in written)
        is_flooded = self._of_coalition[coalition] >= COALITION_A_DAY
        return not is_soon and len(written) < A_DAY and not is_flooded

    def wrote(self, person: int, coalition: int, *, now: datetime) -> None:
        """Count what somebody wrote."""
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
        """Note that words in a chat may be meant for us from now on."""
        self._expect(self._expected, chat, now, ASKED_LASTS)

    def answered(self, chat: int, *, now: datetime) -> None:
        """Note that the question was answered; some think of one thing more."""
        self._expect(self._expected, chat, now, AFTERTHOUGHT_LASTS)

    def came_between(self, chat: int, *, now: datetime) -> None:
        """Note that somebody asked for us amid something else: words may be for both."""
        self._expect(self._between, chat, now, AFTERTHOUGHT_LASTS)

    def went_on(self, chat: int) -> None:
        """Note that the person went on with the other thing, in a reply to it."""
        self._between.pop(self._of(chat, self._lasting_key), None)

    def turned_away(self, chat: int) -> None:
        """Note that the person turned to something else."""
        self.went_on(chat)
        self._expected.pop(self._of(chat, self._lasting_key), None)

    def is_asked(self, chat: int, *, now: datetime) -> bool:
        """Tell whether words in a chat may be meant for us.

        After a clock that ran ahead was set back they are for as long again, and not for months.
        """
        key = self._of(chat, self._lasting_key)
        is_known = False
        for kept in (self._expected, self._between):
            if key in kept:
                kept[key] = min(kept[key], now + ASKED_LASTS)
                is_known |= now < kept[key]
        return is_known

    def is_first_of(self, album: str) -> bool:
        """Tell whether this is the first picture of those that were sent in one go."""
        is_first = album not in self._albums
        self._albums = [*self._albums[-ALBUMS:], album]
        return is_first

    def _expect(
        self, kept: dict[bytes, datetime], chat: int, now: datetime, lasts: timedelta
    ) -> None:
        for old in [one for one, until in kept.items() if until <= now]:
            del kept[old]
        kept[self._of(chat, self._lasting_key)] = now + lasts

    def _turn(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day, self._key = now.date(), secrets.token_bytes(32)
            self._written.clear()
            self._of_coalition.clear()
            self._tried.clear()

    def _of(self, person: int, key: bytes | None = None) -> bytes:
        account = str(person).encode()
        return hashlib.blake2b(account, key=key or self._key, digest_size=16).digest()
