"""The parameters of a call, read as leniently and as strictly as the real server reads them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.playground.state import Json

_TRUE = frozenset({"true", "yes", "1"})


class ApiError(Exception):
    """A call that is refused, with the answer that Telegram gives."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """Refuse with an HTTP status, a description and `ResponseParameters`."""
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def as_answer(self) -> Json:
        """Return the body of the answer."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def refuse(reason: str) -> NoReturn:
    """Raise a 400; the first letter becomes small, as on the server, but not in A_NAME."""
    if not (reason[1:2] == "_" or reason[1:2].isupper()):
        reason = reason[:1].lower() + reason[1:]
    raise ApiError(400, f"Bad Request: {reason}")


@dataclass(frozen=True)
class Upload:
    """A file in a form: its name, its media type and what it holds."""

    name: str
    media_type: str
    content: bytes


class Params:
    """What a call brought, whether as JSON, as a form or in the address."""

    def __init__(self, raw: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        """Take the values as they came, and the files of a form.

        Raises:
            ApiError: a text is not valid Unicode (half a surrogate pair).
        """
        self._raw = raw
        self._files = files or {}
        try:
            json.dumps(raw, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            refuse("strings must be encoded in UTF-8")

    def only(self, method: str, known: frozenset[str]) -> None:
        """Refuse a call that uses something which is not imitated.

        Telegram ignores what it does not know; here a field that the playground lacks must be seen.
        """
        for name in (*self._raw, *self._files):
            if name not in known:
                refuse(f'the playground knows no parameter "{name}" of {method}')

    def file(self, name: str) -> Upload | None:
        """Return a file that was uploaded under a name."""
        return self._files.get(name)

    def word(self, name: str) -> str:
        """Return a value as text; empty when it is missing."""
        value = self._raw.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number: the digits at the beginning, else 0, as TDLib's `to_integer`."""
        value = self.word(name)
        if not value:
            return default
        digits = re.match("-?([0-9]*)", value)
        assert digits is not None, "the pattern fits anything"
        return int(digits[0]) if digits[1] else 0

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.word(name).strip().lower() in _TRUE

    def json(self, name: str, problem: str) -> object:
        """Return a JSON value, or None when it is missing or empty.

        Raises:
            ApiError: it is no JSON; `problem` says so in Telegram's words.
        """
        value = self._raw.get(name, "")
        if not isinstance(value, str):
            return value if value is not None else _Null
        if not value:
            return None
        try:
            parsed = json.loads(value)
        except ValueError:
            refuse(problem)
        return parsed if parsed is not None else _Null


class _Null:
    """JSON's null where a value was sent: of no type that any parameter expects."""
