"""The outcomes of a call to the Bot API that are not success."""

from datetime import timedelta


class CallFailed(Exception):
    """A call to the Bot API did not succeed. The text never holds the token."""


class Refused(CallFailed):
    """400: the request itself is wrong; sending it again would fail again."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description

    @property
    def is_topic_gone(self) -> bool:
        """Tell whether the topic of a forum was closed or deleted."""
        said = self.description
        return any(sign in said for sign in ("TOPIC_", "message thread not found"))

    @property
    def is_unchanged(self) -> bool:
        """Tell whether an edit would have changed nothing, which is success."""
        return "message is not modified" in self.description

    @property
    def is_message_gone(self) -> bool:
        """Tell whether the message to edit no longer exists, or no longer can be edited."""
        gone = (
            "message to edit not found",
            "message can't be edited",
            "MESSAGE_ID_INVALID",
        )
        return any(words in self.description for words in gone)


class Migrated(CallFailed):
    """400: the group became a supergroup; everything goes on under the new id."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the group is now {chat_id}")
        self.chat_id = chat_id


class Closed(CallFailed):
    """403: kicked, blocked, or never started; it may open again when the person returns."""


class TooMany(CallFailed):
    """429: wait this long before the next try."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"wait {retry_after.total_seconds():.0f} s")
        self.retry_after = retry_after


class TokenRefused(CallFailed):
    """401 or 404: the token is wrong or was revoked."""


class AnotherPoller(CallFailed):
    """409: another program is fetching the updates of this bot, or a webhook is set."""


class Unreachable(CallFailed):
    """The request did not get through, or Telegram is in trouble (5xx): try again later."""


class Unanswered(CallFailed):
    """The request was sent, but no answer came: it may have had its effect."""
