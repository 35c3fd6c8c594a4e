"""Who is typing where: known for a few seconds, and never written down."""

from collections.abc import Callable
from dataclasses import dataclass

KEPT_FOR = 5.0
"""Seconds (real) for which somebody counts as typing (as in the Bot API, sendChatAction)."""


@dataclass(frozen=True)
class Typist:
    """Somebody who is typing in a chat, and for how many more seconds that holds."""

    chat_id: int
    person: int
    seconds_left: float


class Typing:
    """The people who are typing now, by a clock of real seconds."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Begin with nobody; `seconds` is a clock that only goes forward."""
        self._seconds = seconds
        self._until: dict[tuple[int, int], float] = {}
        self.changes = 0
        """Grows whenever somebody begins, goes on or stops."""

    def note(self, chat_id: int, person: int) -> None:
        """Note that somebody is typing in a chat."""
        self._until[chat_id, person] = self._seconds() + KEPT_FOR
        self.changes += 1

    def stop(self, chat_id: int, person: int) -> None:
        """Note that somebody has sent what they typed, or given it up."""
        if self._until.pop((chat_id, person), None) is not None:
            self.changes += 1

    def now(self) -> list[Typist]:
        """Return who is typing at this moment."""
        now = self._seconds()
        self._until = {place: until for place, until in self._until.items() if until > now}
        return [Typist(*place, until - now) for place, until in self._until.items()]
