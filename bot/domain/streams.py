"""The streams of work into which a coalition sorts what it does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.dates.tokens import phrase
from bot.errors import BotError


class StreamKey(StrEnum):
    """The streams that every coalition begins with; it renames, adds and drops as it likes."""

    AGENDA = "agenda"
    """Common agenda."""
    ACTIVITIES = "activities"
    """Mutually reinforcing activities."""
    LAYERING = "layering"
    """Who works where, and in which order."""
    COMMUNICATION = "communication"
    """Continuous communication."""
    BACKBONE = "backbone"
    """Backbone support."""
    LEARNING = "learning"
    """Shared measurement and learning."""
    OWN = "own"
    """One that the coalition named itself."""


USUAL = tuple(key for key in StreamKey if key is not StreamKey.OWN)


@dataclass(frozen=True)
class Stream:
    """A stream of work as templates name it."""

    id: int
    key: StreamKey
    name: str = ""
    """What the coalition calls it; empty: as the catalogues do."""


NAME_LIMIT = 40
STREAMS_LIMIT = 12
"""Streams of one coalition: a phone's screen of buttons."""
Words = Mapping[StreamKey, frozenset[str]]
"""What people call the usual streams, in every language, as `folded` returns it."""


class StreamGone(BotError):
    """A stream was dropped, or never was."""


class StreamTaken(BotError):
    """Another stream of the coalition is called so."""

    def __init__(self, *, name: str) -> None:
        super().__init__("a name that is taken")
        self.name = name


class StreamsTooMany(BotError):
    """A coalition has as many streams as fit a screen."""

    def __init__(self, *, limit: int = STREAMS_LIMIT) -> None:
        super().__init__("too many streams")
        self.limit = limit


def folded(text: str) -> str:
    """Return a name, or a hashtag, so that #common-agenda and "Common agenda" are the same."""
    said = (word for part in re.split(r"[-_#\s]+", text) for word in phrase(part))
    return "".join(word for word in said if any(map(str.isalnum, word)))


def meant(said: str, streams: Iterable[Stream], words: Words) -> Stream | None:
    """Return the stream that a hashtag or a name means; None if none is called so.

    What a coalition calls a stream counts first, then what everybody calls the usual ones.
    """
    wanted, known = folded(said), tuple(streams)
    if not wanted:
        return None
    for one in known:
        if one.name and folded(one.name) == wanted:
            return one
    return next((one for one in known if wanted in words.get(one.key, frozenset())), None)
