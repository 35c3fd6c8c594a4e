"""The weekly summary: what it counts, and when it comes."""

from datetime import time
from enum import StrEnum

MONDAY = 0
MORNING = time(8)
"""When the summary comes, unless somebody wants it at another time (their wall time)."""


class Measure(StrEnum):
    """What is counted of a week."""

    MEETINGS_HELD = "meetings-held"
    MEETINGS_MOVED = "meetings-moved"
    MEETINGS_NOT_HELD = "meetings-not-held"
    SEATS = "seats"
    """Organisations that could have come, summed over the meetings held."""
    PRESENT = "present"
    """Organisations that came, summed over the meetings held."""
    DECISIONS = "decisions"
    ACTIONS_NEW = "actions-new"
    ACTIONS_DONE = "actions-done"
    ACTIONS_ADAPTED = "actions-adapted"
    ACTIONS_DROPPED = "actions-dropped"
    ACTIONS_OPEN = "actions-open"
    """At the end of the week."""
    ACTIONS_OVERDUE = "actions-overdue"
    """At the end of the week."""
    REPORTS = "reports"
    """What was reported of actions."""
    VOICES = "voices"
    """Organisations that said something between meetings."""
    SUPPORT_ASKED = "support-asked"
    SUPPORT_WAITING = "support-waiting"
    """At the end of the week."""
