"""What people choose to hear in private."""

from enum import StrEnum

from bot.errors import BotError


class MessageKind(StrEnum):
    """The kinds of message that come in private unasked; each can be switched off, none must be."""

    QUESTIONS = "questions"
    """Do you come to the meeting?"""
    REMINDERS = "reminders"
    """What only those who come are told: a place that is told late."""
    MINUTES = "minutes"
    """The minutes of a meeting to which nobody of one's organisation came."""
    ACTIONS = "actions"
    """How do your actions go?"""
    SUMMARY = "summary"
    """The weekly summary, for leads and the coordination team."""
    REPORTS = "reports"
    """A quarter is over, and its reports may be sent on: for the coordination team."""


class Switch(StrEnum):
    """What a tap does to a kind of message."""

    ON = "on"
    OFF = "off"


class KindUnknown(BotError):
    """Somebody wanted to switch off messages of a kind that does not exist."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no such kind of message")
        self.said = said
