"""What of all that people send belongs to what is written in confidence: seen in the raw JSON.

It is decided before anything is locked, parsed or stored, and rather once too often than once too
seldom: what is taken for another thing could be posted under somebody's name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeAlias

from bot.domain import receipts
from bot.domain.feedback import LINK, Marker, read_marker
from bot.domain.taps import Verb, decode

RawUpdate: TypeAlias = Mapping[str, Any]

WRITE, FETCH = LINK, "answer"
"""The commands of this dialogue; the first is also what a link to it hands over."""
PASSING = "fb"
"""What the link hands over in whatever else the bot says here: a reply to it is no submission."""
VERBS = frozenset({Verb.CONFIDE, Verb.CONFIDE_ALL, Verb.RECEIPT, Verb.RECEIPT_HIDE})
ASKS_NOTHING = frozenset({"start", "help", "language", "cancel"})
"""Commands after which words may still be meant for the question in confidence: none of them asks
for any. Who was in the middle of something else is told to cancel it first."""
LIKENESS, LIKENESS_ALONE = 0.75, 0.6
"""How like a name of ours (0 to 1) a mistyped command must be in a group, and in private, where
nobody else is meant."""

_COMMAND = re.compile(r"\s*/\s*(\w+)(?:@(\w+))?")
_LINK = re.compile(r"https?://(?:t|telegram)\.me/\w+\?start=([\w-]+)", re.IGNORECASE)
_NEWS = frozenset(
    {
        "chat_shared",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "users_shared",
        "write_access_allowed",
    }
)
"""What Telegram itself tells in a private chat: nobody's words."""


class What(StrEnum):
    """What somebody sent that belongs here, or may."""

    BEGIN = "begin"
    """The command, or a link that stands for it, and nothing else."""
    BEHIND = "behind"
    """Words where nothing is taken: behind the command, or behind another one in a reply."""
    FETCH = "fetch"
    """The command for an answer, with or without a receipt."""
    TAP = "tap"
    REPLY = "reply"
    """A reply to the question, as the bot itself put it."""
    BESIDE = "beside"
    """A reply to anything else that was said here, or to the question as somebody passed it on."""
    IN_GROUP = "in-group"
    """Any of this where others read it."""
    LOOSE = "loose"
    """Whatever else is written in private: it may be meant for the question, or not."""


@dataclass(frozen=True)
class Seen:
    """What somebody sent, as far as the raw JSON tells."""

    what: What
    chat_id: int
    marker: Marker | None = None
    """Which question it replies to."""
    words: str = ""
    """What stands behind a command, or the words themselves."""
    album: str | None = None
    """What the pictures that were sent in one go have in common."""
    replies_to: int | None = None
    """Which other message of the bot it replies to; not each of them asks for something."""
    is_elsewhere: bool = False
    """It replies to something of the bot in another chat, which nobody sees from here."""


class Sight:
    """Sees what belongs to this dialogue."""

    def __init__(self, *, bot_id: int, bot_name: str, commands: Mapping[str, str]) -> None:
        """Prepare for the bot's account; `commands` has every name of each command of the bot."""
        self._bot_id = bot_id
        self._bot_name = bot_name.lower()
        self._commands = commands

    def see(self, update: RawUpdate) -> Seen | None:
        """Return what an update is here; None if it has nothing to do with this dialogue."""
        tap = update.get("callback_query")
        if isinstance(tap, dict):
            return _seen_tap(tap)
        message = update.get("message") or update.get("edited_message")
        if not isinstance(message, dict):
            return None
        seen = self._in_private if _is_private(message) else self._in_group
        return seen(message)

    def turns_away(self, update: RawUpdate) -> bool:
        """Tell whether somebody deliberately turns to something else, with a command."""
        message = update.get("message")
        if not isinstance(message, dict) or not _is_private(message):
            return False
        word = _COMMAND.match(_text(message))
        command = self._commands.get(word[1].lower()) if word else None
        return command is not None and command not in ASKS_NOTHING

    def _in_private(self, message: RawUpdate) -> Seen | None:
        def seen(what: What, marker: Marker | None = None, words: str = "") -> Seen:
            album = message.get("media_group_id")
            album = album if isinstance(album, str) else None
            return Seen(what, _chat_id(message), marker, words, album)

        command, words = self._command(message, likeness=LIKENESS_ALONE)
        if command == WRITE:
            return seen(What.BEHIND if words else What.BEGIN)
        if command == FETCH:
            return seen(What.FETCH, words=words)
        code, is_own = self._answered(message)
        if command in self._commands.values():
            # Another one does what it is for; but words in reply to the question go nowhere.
            return seen(What.BEHIND) if code and words else None
        if code is not None:
            marker = read_marker(code)
            is_reply = marker is not None and is_own
            return seen(What.REPLY if is_reply else What.BESIDE, marker, _text(message))
        if _NEWS & message.keys():
            return None
        # A reply to one's own words, or to what somebody passed on, is to none of ours.
        asked = _number(message["reply_to_message"]) if self._is_to_bot(message) else None
        return replace(
            seen(What.LOOSE, words=_text(message)),
            replies_to=asked,
            is_elsewhere=self._is_to_bot_elsewhere(message),
        )

    def _in_group(self, message: RawUpdate) -> Seen | None:
        command, _words = self._command(message, likeness=LIKENESS)
        code, _is_own = self._answered(message)
        is_ours = command in {WRITE, FETCH} or (code is not None and read_marker(code) is not None)
        return Seen(What.IN_GROUP, _chat_id(message)) if is_ours else None

    def _command(self, message: RawUpdate, *, likeness: float) -> tuple[str | None, str]:
        """Return the command that a message begins with, under our name for it, and what follows.

        One that is mistyped is taken for ours if it is more like it than like any other.
        """
        text = _text(message)
        found = _COMMAND.match(text)
        if found is None:
            return None, text
        name, bot = found[1].lower(), (found[2] or self._bot_name).lower()
        if bot != self._bot_name and not _is_private(message):
            return None, text
        words = text[found.end() :].strip()
        if name == "start" and words:
            code, _, more = words.partition(" ")
            if code in {WRITE, PASSING} or read_marker(code) is not None:
                return WRITE, more.strip()
        if name in self._commands:
            return self._commands[name], words
        if any(name.startswith(own) for own, one in self._commands.items() if one == WRITE):
            # "/feedbackmylead": what is stuck to the command are words, too.
            return WRITE, name
        near = get_close_matches(name, self._commands, n=1, cutoff=likeness)
        meant = self._commands[near[0]] if near else None
        # Of the others each has its own way to be understood.
        return (meant, words) if meant in {WRITE, FETCH} else (None, text)

    def _answered(self, message: RawUpdate) -> tuple[str | None, bool]:
        """Return the code in what a message replies to, if that was said here, and if by the bot.

        Who passes the question on to somebody, or to the bot, is the sender of that message.
        """
        asked = message.get("reply_to_message")
        if not isinstance(asked, dict):
            return None, False
        found = next((code for code in _codes(asked) if _is_of_this(code)), None)
        return found, self._is_to_bot(message)

    def _is_to_bot(self, message: RawUpdate) -> bool:
        """Tell whether a message replies to one that the bot itself wrote."""
        asked = message.get("reply_to_message")
        if not isinstance(asked, dict):
            return False
        sender = asked.get("from")
        is_bot = isinstance(sender, dict) and sender.get("id") == self._bot_id
        return is_bot and "forward_origin" not in asked

    def _is_to_bot_elsewhere(self, message: RawUpdate) -> bool:
        """Tell whether a message replies to one of the bot in another chat (Bot API 7.0)."""
        found = message.get("external_reply")
        for key in ("origin", "sender_user"):
            found = found.get(key) if isinstance(found, dict) else None
        return isinstance(found, dict) and found.get("id") == self._bot_id


def _number(message: RawUpdate) -> int | None:
    number = message.get("message_id")
    return number if isinstance(number, int) else None


def _codes(message: RawUpdate) -> Iterator[str]:
    """Yield what the hidden links in a message hand over."""
    entities = message.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        address = entity.get("url") if isinstance(entity, dict) else None
        found = _LINK.match(address) if isinstance(address, str) else None
        if found:
            yield found[1]


def _is_of_this(code: str) -> bool:
    return code == PASSING or read_marker(code) is not None


def _seen_tap(tap: RawUpdate) -> Seen | None:
    data, message = tap.get("data"), tap.get("message")
    decoded = decode(data) if isinstance(data, str) else None
    if decoded is None or decoded.verb not in VERBS or not isinstance(message, dict):
        return None
    return Seen(What.TAP if _is_private(message) else What.IN_GROUP, _chat_id(message))


def _text(message: RawUpdate) -> str:
    """Return the words of a message, or those under a picture."""
    text = message.get("text") or message.get("caption")
    return text if isinstance(text, str) else ""


def _is_private(message: RawUpdate) -> bool:
    chat = message.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def _chat_id(message: RawUpdate) -> int:
    chat = message.get("chat")
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if isinstance(number, int) else 0


def is_receipt(words: str) -> bool:
    """Tell whether words are a receipt, rightly typed."""
    try:
        receipts.read(words)
    except (receipts.ReceiptMissing, receipts.ReceiptWrong):
        return False
    return True
