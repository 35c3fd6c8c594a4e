"""Facts for every text about handing over; people wrote `name`."""

from datetime import date

from bot.domain.hand_over import Card, Decided, Voice, Waits
from bot.domain.plan import Point
from tests.rendering.held import Facts, group, held_meeting


def point(said: str, number: int, due: date | None) -> Point:
    """Return an open action."""
    return Point(id=number, number=number, group_id=1, text=said, due=due)


def texts(name: str) -> dict[str, list[Facts]]:
    """Return facts for every template."""
    actions = tuple(point(name, number, date(2026, 12, 3)) for number in range(1, 3))
    actions += (point(name, 3, None),)
    full = Card(
        group=group(name),
        coming=held_meeting(name),
        actions=actions,
        count=40,
        decided=(Decided(name, date(2026, 11, 5)),) * 3,
        leads=(name,) * 4,
        voices=(Voice(name, name),) * 20 + (Voice(name),),
        waits=Waits(1, 2, 3, 4),
    )
    own = Card(group=group(name), organisation=name, voices=(Voice(name),))
    return {
        "hand_over/card.html": [
            {"card": card, "is_new": is_new} for card in (full, own) for is_new in (True, False)
        ],
        "hand_over/left.html": [
            {"group": group(name), "name": name, "actions": actions[:1], "count": 1},
            {"group": group(name), "name": name, "actions": actions * 10, "count": 30},
        ],
    }
