"""Telegram's numbers of messages, and what stands in for them in this program and its database.

A bot's messages in private chats and basic groups are numbered in one row. Stored as they are, the
numbers would show a gap wherever a dialogue in confidence left no row (`docs/privacy.md`). So each
is exchanged where it comes in from Telegram, and exchanged back where it goes out
(`bot.botapi.client`); everything in between knows only its stand-in:

    the week of the message (15 bits) | the number (48 bits), under the key of that week

A stand-in equals itself as a number does, and tells nothing else: no order, no distance. The keys
are files. They go when nothing that was written in confidence in their week can still be waiting;
from then on a message of that week is one that we do not know, like a deleted one.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.domain.feedback import RELEASES_COVERED, WAITS_AT_MOST, week_number
from bot.keys import SIZE, KeyLost, KeyRing, KeysUnwritable

log = structlog.get_logger()

PREFIX = "numbers"
"""What the files of these keys are called, before the database's own name and the week."""
NUMBER_BITS = 48
FIRST = 1 << NUMBER_BITS
"""Whatever is smaller is a number as Telegram gave it."""
LARGEST_NUMBER = 2**31 - 1
"""Telegram counts with 31 bits. What a wrong key makes of a stand-in is almost always larger."""
ROUNDS = 10
"""Luby and Rackoff: four rounds make a permutation of good round functions; FF1 (NIST SP 800-38G)
takes ten, because its halves are small, and so are ours."""

_HALF = NUMBER_BITS // 2
_MASK = (1 << _HALF) - 1
_LAST_COMMON = -(10**12)
"""Supergroups and channels have ids from here down (Bot API, Chat), and each a row of its own."""


def counts_with_others(chat_id: int) -> bool:
    """Tell whether a chat's messages are numbered in the one row of private chats and groups."""
    return chat_id > _LAST_COMMON


def mixed(key: bytes, number: int) -> int:
    """Exchange 48 bits for others; no two for the same ones."""
    left, right = number >> _HALF, number & _MASK
    for turn in range(ROUNDS):
        left, right = right, left ^ _round(key, turn, right)
    return left << _HALF | right


def unmixed(key: bytes, mix: int) -> int:
    """Return what was exchanged for `mix`."""
    left, right = mix >> _HALF, mix & _MASK
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _round(key, turn, left), left
    return left << _HALF | right


def _round(key: bytes, turn: int, half: int) -> int:
    said = bytes([turn]) + half.to_bytes(_HALF // 8)
    digest = hashlib.blake2b(said, key=key, person=PREFIX.encode(), digest_size=_HALF // 8)
    return int.from_bytes(digest.digest())


class StandIns:
    """Exchanges numbers for stand-ins, and back, under the keys of one database."""

    def __init__(self, keys: KeyRing, clock: Clock, installation_name: str) -> None:
        """Prepare; programs that share a database share the folder of its keys."""
        self._keys = keys
        self._clock = clock
        self._name = installation_name
        self._held: dict[int, bytes] = {}

    def hide(self, chat_id: int, number: int, date: Any = None) -> int:
        """Return what stands in for the number of a message; `date` is what Telegram says of it.

        If it says none, or the key of that week is gone, it is taken for a message of this week.
        """
        if not counts_with_others(chat_id) or not 0 < number < FIRST:
            return number
        this_week = week_number(self._clock.now())
        sent_at = _moment(date)
        week = this_week if sent_at is None else week_number(sent_at)
        # By Telegram's clock a week may begin before it does by ours.
        key = self._made(week) if week - this_week in {0, 1} else self._known(week)
        if key is None:
            week, key = this_week, self._made(this_week)
        return week << NUMBER_BITS | mixed(key, number)

    def find(self, chat_id: int, stand_in: int) -> int | None:
        """Return the number that Telegram knows a message by; None if nobody can tell any more.

        A number from before there were stand-ins is returned as it is.
        """
        if stand_in < FIRST:
            return stand_in
        key = self._known(stand_in >> NUMBER_BITS)
        if key is None or not counts_with_others(chat_id):
            return None
        number = unmixed(key, stand_in & (FIRST - 1))
        # Larger ones come of a key that was lost and made anew.
        return number if 0 < number <= LARGEST_NUMBER else None

    def hide_all(self, told: Any) -> Any:
        """Return what Telegram has told, with a stand-in for each message in it.

        Every message says itself when it was sent: also one that another replies to, or pins.
        """
        if isinstance(told, list):
            return [self.hide_all(one) for one in told]
        if not isinstance(told, dict):
            return told
        found = {name: self.hide_all(value) for name, value in told.items()}
        number, chat = told.get("message_id"), told.get("chat")
        chat_id = chat.get("id") if isinstance(chat, Mapping) else None
        if isinstance(number, int) and isinstance(chat_id, int):
            found["message_id"] = self.hide(chat_id, number, told.get("date"))
        return found

    def _known(self, week: int) -> bytes | None:
        """Return the key of a week that is not over for too long, if it is there."""
        this_week = week_number(self._clock.now())
        for old in [one for one in self._held if is_over(one, this_week)]:
            del self._held[old]
        if is_over(week, this_week):
            return None
        if week not in self._held:
            name = key_name(self._name, week)
            try:
                self._held[week] = self._keys.read(name)
            except KeyLost:
                return None
            # Held here alone: whatever else remembered it would outlast its file.
            self._keys.forget(name)
        return self._held[week]

    def _made(self, week: int) -> bytes:
        key = self._known(week)
        if key is not None:
            return key
        name = key_name(self._name, week)
        try:
            key = self._keys.make_once(name)
        except KeysUnwritable as error:
            log.error(  # noqa: TRY400 - a traceback says no more
                "numbers.key_not_kept",
                error=type(error).__name__,
                remedy="let the bot write in BARAZA_KEY_DIR; until its next start all goes on",
            )
            key = secrets.token_bytes(SIZE)
        self._keys.forget(name)
        self._held[week] = key
        return key


def is_over(week: int, this_week: int) -> bool:
    """Tell whether nothing that was written in confidence in a week can still be waiting."""
    return week + RELEASES_COVERED < this_week


def destroy_old(keys: KeyRing, installation_name: str, now: datetime) -> None:
    """Destroy the keys of weeks that are over for long enough."""
    for name in old_names(keys, installation_name, now):
        # One that cannot be taken away now is tried again a minute later; the doctor sees it, too.
        with suppress(OSError):
            keys.destroy(name)


def old_names(keys: KeyRing, installation_name: str, now: datetime) -> list[str]:
    """Return the names of keys that are there, and should not be; also of a database that is gone.

    The one that was there before a restore has another name, and its numbers are as telling.
    """
    this_week = week_number(now)
    own = keys.names(f"{PREFIX}-{installation_name}-")
    needed = {one for one in own if not is_over(_week_of(one), this_week)}
    return keys.unneeded(PREFIX, installation_name, needed, after=WAITS_AT_MOST)


def _week_of(name: str) -> int:
    last = name.rpartition("-")[2]
    # Whoever copies files gives them other names; a copy is nobody's key.
    return int(last) if last.isdecimal() else -1


def key_name(installation_name: str, week: int) -> str:
    """Name the file of the key of a week."""
    return f"{PREFIX}-{installation_name}-{week}"


def _moment(date: Any) -> datetime | None:
    """Return when a message was sent; of one that is not shown any more, Telegram says 0."""
    if not isinstance(date, int) or date <= 0:
        return None
    try:
        return datetime.fromtimestamp(date, UTC)
    except (OverflowError, OSError, ValueError):
        return None
