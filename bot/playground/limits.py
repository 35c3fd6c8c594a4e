"""Telegram's speed limits, on whatever clock the small Telegram runs.

Source: the Bot API's FAQ ("My bot is hitting limits"): about 30 messages a second in all, one a
second in a chat, 20 a minute in a group. The real server forgives short bursts; this one does not.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

PACED = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText"})
"""The methods that count towards the limits of a chat."""
COUNTED = frozenset({"setMessageReaction", "deleteMessage"})
"""The methods that count only towards the limit in all."""


@dataclass(frozen=True)
class Limits:
    """How much is let through in a sliding window."""

    in_all: int = 30
    in_all_within: timedelta = timedelta(seconds=1)
    per_chat: int = 1
    per_chat_within: timedelta = timedelta(seconds=1)
    per_group: int = 20
    per_group_within: timedelta = timedelta(seconds=60)


class Pace:
    """Remembers what was let through, and says how long the next call must wait."""

    def __init__(self, limits: Limits) -> None:
        """Start with empty windows."""
        self._limits = limits
        self._all: deque[datetime] = deque()
        self._chats: defaultdict[int, deque[datetime]] = defaultdict(deque)
        self._groups: defaultdict[int, deque[datetime]] = defaultdict(deque)

    def seconds_to_wait(self, now: datetime, chat_id: int | None) -> int:
        """Return 0 when a call may pass, otherwise the whole seconds of `retry_after`.

        `chat_id` is None for a call that counts only towards the limit in all.
        """
        limits = self._limits
        waits = [_wait(self._all, now, limits.in_all, limits.in_all_within)]
        if chat_id is not None:
            chat = self._chats[chat_id]
            waits.append(_wait(chat, now, limits.per_chat, limits.per_chat_within))
        if chat_id is not None and chat_id < 0:
            group = self._groups[chat_id]
            waits.append(_wait(group, now, limits.per_group, limits.per_group_within))
        longest = max(waits)
        return math.ceil(longest / timedelta(seconds=1))

    def note(self, at: datetime, chat_id: int | None) -> None:
        """Count a call that was let through at `at`."""
        self._all.append(at)
        if chat_id is not None:
            self._chats[chat_id].append(at)
            if chat_id < 0:
                self._groups[chat_id].append(at)


def _wait(window: deque[datetime], now: datetime, most: int, within: timedelta) -> timedelta:
    while window and now - window[0] >= within:
        window.popleft()
    if len(window) < most:
        return timedelta(0)
    return within - (now - window[len(window) - most])
