"""Meetings as the people of the partnership hold them: what each says, and what is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.presence import How
from bot.seed.life import Act
from bot.seed.people import ZONE

OPENED_LATE = timedelta(minutes=3)
APPROVED_AFTER = timedelta(days=1)
A_MOMENT = timedelta(minutes=1)
AN_ITEM = timedelta(minutes=4)


@dataclass(frozen=True)
class Sitting:
    """What happens in one meeting of a group."""

    chat: int
    day: date
    begins: str
    """The wall time for which it was planned."""
    lead: int
    here: Mapping[int, str]
    """How each takes part: `here`, `phone` or `represented`."""
    said: Sequence[tuple[int, int, str]]
    """Minutes after the opening, who writes, and what: talk, or a command."""
    minutes: int = 100
    """How long it lasts."""
    left: int = 3
    """How many items they go through at the end, without a word that is written down."""

    def scene(self) -> list[Act]:
        """Return what everybody does, from the opening to the approval on the next day."""
        opened = datetime.combine(self.day, time.fromisoformat(self.begins), ZoneInfo(ZONE))
        opened += OPENED_LATE
        acts = [Act(opened, self.lead, self.chat, "/open")]
        for number, (person, how) in enumerate(self.here.items(), start=1):
            at = opened + number * A_MOMENT / 2
            if how == How.REPRESENTED:
                # It stands behind [More].
                acts.append(Act(at - A_MOMENT / 10, person, self.chat, on="board-side"))
            acts.append(Act(at, person, self.chat, on=f"check-in:{how}"))
        acts += [
            Act(opened + timedelta(minutes=after), person, self.chat, words)
            for after, person, words in self.said
        ]
        closed = opened + timedelta(minutes=self.minutes)
        for number in range(self.left, 0, -1):
            acts.append(Act(closed - number * AN_ITEM, self.lead, self.chat, "/item"))
        acts.append(Act(closed, self.lead, self.chat, "/close"))
        approved = closed + APPROVED_AFTER
        return [*acts, Act(approved, self.lead, self.lead, on="approve")]
