"""Ways in which Telegram fails, queued by a test or by the playground's panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class FaultKind(StrEnum):
    """What goes wrong with one call."""

    ERROR = "error"
    """Refused with a code and a description; nothing happened."""
    BAD_GATEWAY = "bad_gateway"
    """502 and a page of HTML from something in between; nothing happened."""
    RESET_BEFORE = "reset_before"
    """The connection breaks before anything happened."""
    RESET_MID_BODY = "reset_mid_body"
    """It happened; the connection breaks in the middle of the answer."""
    DROP_AFTER = "drop_after"
    """It happened; the connection closes without an answer."""
    SILENCE_AFTER = "silence_after"
    """It happened; no answer ever comes, the caller's timeout decides."""

    @property
    def comes_first(self) -> bool:
        """Whether the call is spoiled before it has an effect."""
        return self in (FaultKind.ERROR, FaultKind.BAD_GATEWAY, FaultKind.RESET_BEFORE)


@dataclass(frozen=True)
class Fault:
    """One spoiled call: of any method and chat, or of those named."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    code: int = 500
    description: str = "Internal Server Error"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def too_many(
        cls, retry_after: int, *, method: str | None = None, chat_id: int | None = None
    ) -> Self:
        """Make a 429 that asks for `retry_after` seconds."""
        return cls(
            FaultKind.ERROR,
            method,
            chat_id,
            429,
            f"Too Many Requests: retry after {retry_after}",
            {"retry_after": retry_after},
        )

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is meant for a call; method names have no case."""
        return (self.method is None or self.method.lower() == method.lower()) and (
            self.chat_id is None or self.chat_id == chat_id
        )


@dataclass(frozen=True)
class Spoiled:
    """A call that a fault has met: which one, to which chat, and when."""

    fault: Fault
    method: str
    chat_id: int | None
    at: datetime


class Faults:
    """The queue: each fault spoils the first call that it matches, once."""

    def __init__(self) -> None:
        """Start with nothing going wrong."""
        self._waiting: list[Fault] = []

    def add(self, fault: Fault, *, times: int = 1) -> None:
        """Queue a fault, `times` in a row."""
        self._waiting += [fault] * times

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return and forget the first fault meant for this call."""
        for index, fault in enumerate(self._waiting):
            if fault.matches(method, chat_id):
                return self._waiting.pop(index)
        return None

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """The faults that still wait for their call, in the order in which they were queued."""
        return tuple(self._waiting)

    def clear(self) -> None:
        """Let everything go well again."""
        self._waiting.clear()

    def __len__(self) -> int:
        """Return how many faults still wait for their call."""
        return len(self._waiting)
