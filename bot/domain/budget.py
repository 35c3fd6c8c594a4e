"""How much the bot may say unasked: few messages with a sound, so that each of them is heard.

A post of the group counts when it makes a sound and nobody asked for it; the bot's answers do not.
What exceeds the budget is said all the same, but silently. To a person it is not said at all.
"""

from datetime import datetime, timedelta
from enum import IntEnum

IN_A_MEETING_WEEK, IN_ANOTHER_WEEK = 5, 1
"""Posts with a sound in a group and week."""
IN_PRIVATE = 2
"""Unasked messages to a person and week."""
KEPT_FOR_ANSWERS = 1
"""So many of them are kept from questions of turns: the group's posts ask these, too."""


class Weight(IntEnum):
    """How much a post matters: so many sounds are kept back for what matters more.

    A meeting that is cancelled or moved always sounds: whoever does not hear it travels in vain.
    The last reminder may use the last sound; the one of the day before leaves that one; invitations
    and announcements leave two, everything else three. In a week without a meeting there is but
    one sound, for whatever comes first.
    """

    CHANGE = -1
    SOON = 0
    TOMORROW = 1
    AHEAD = 2
    OTHER = 3


def has_sound(weight: Weight, *, made: int, is_meeting_week: bool) -> bool:
    """Tell whether a post may sound when `made` posts of its week have done so."""
    if weight is Weight.CHANGE:
        return True
    limit = sounds(is_meeting_week=is_meeting_week)
    return made < max(1, limit - weight)


def sounds(*, is_meeting_week: bool) -> int:
    """Return how many posts may sound in a week."""
    return IN_A_MEETING_WEEK if is_meeting_week else IN_ANOTHER_WEEK


def week_of(wall: datetime) -> tuple[datetime, datetime]:
    """Return the wall times between which a week lies, from Monday to Monday."""
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=wall.weekday())
    return monday, monday + timedelta(days=7)
