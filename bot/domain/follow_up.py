"""How people are reminded of their actions: with tact, and never more than helps."""

from enum import StrEnum


class Stage(StrEnum):
    """When somebody is asked about an action, counted from its end."""

    WEEK = "week"
    """Seven days before."""
    DAY = "day"
    """The day before."""
    TODAY = "today"
    LATER = "later"
    """Once a week from then on."""
