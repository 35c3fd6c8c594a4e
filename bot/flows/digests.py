"""When somebody wants the weekly summary: which day and hour, and by whose clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.dates import (
    TimeAmbiguous,
    TimeMissing,
    known_zone,
    months_after,
    read_when,
    wall_time,
)
from bot.domain.digests import A_WEEK, Recipient, SummaryTimeUnclear
from bot.errors import BotError
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.outbox import post
from bot.rendering.answers import fold
from bot.rendering.messages import renderer
from bot.services import digests_due

A_YEAR = timedelta(days=364)
OFFERED = {
    "mon7": (0, time(7)),
    "mon8": (0, time(8)),
    "fri16": (4, time(16)),
    "sun18": (6, time(18)),
}
"""Days and hours that are offered; any other can be typed."""


@dataclass(frozen=True)
class Wished:
    """A time, as far as it is known."""

    zones: tuple[str, ...]
    """Those of the groups that the person looks after; the first stands for the others."""
    weekday: int | None = None
    at: time | None = None
    zone: str = ""


def named_week(text: str, now: datetime, languages: Sequence[str]) -> date | None:
    """Return the Monday of the week that is meant by "last week", or by a date in it.

    A date without a year is the last one until today. None: it names no week.
    """
    last = now.date() - timedelta(days=now.weekday()) - A_WEEK
    if fold(text) in {fold(known) for known in renderer().control_words("last-week")}:
        return last
    if not any(map(str.isdigit, text)):
        return None
    try:
        read_when(text, now=now - A_YEAR, languages=languages)
    except TimeMissing as found:
        day = found.understood_date
        is_year_said = str(day.year) in text
        later = months_after(day, 12)
        if not is_year_said and later <= now.date():
            # Of a date that is just over it is taken for granted that it is not the next one.
            day = later
        return day - timedelta(days=day.weekday())
    except BotError:
        pass
    return None


def read(
    wished: Wished,
    text: str,
    now: datetime,
    languages: Sequence[str],
    *,
    known: Recipient | None = None,
) -> Wished:
    """Read `Friday 16:00`, or with a place `Friday 16:00 Nairobi`.

    A day alone keeps the hour, and the clock, at which it comes now (`known`).

    Raises:
        TimeAmbiguous: the hour can be several; see there.
        SummaryTimeUnclear: a day or an hour is missing, or what else was said is no place.
    """
    try:
        when = read_when(text, now=wall_time(now, wished.zones[0]), languages=languages)
        zone = known_zone(when.rest, wished.zones) if when.rest else wished.zone
    except TimeAmbiguous:
        raise
    except TimeMissing as error:
        if known is None or any(map(str.isdigit, text)):
            raise SummaryTimeUnclear(said=text) from error
        weekday = error.understood_date.weekday()
        return replace(wished, weekday=weekday, at=known.at, zone=known.zone)
    except BotError as error:
        # Those speak of the date of a meeting, and of a place to meet.
        raise SummaryTimeUnclear(said=text) from error
    return replace(wished, weekday=when.starts.weekday(), at=when.starts.time(), zone=zone)


def _ask_when(_wished: Wished, _scene: Scene) -> Screen:
    choices = [
        Choice(key, "summary-at", {"number": day, "at": at}) for key, (day, at) in OFFERED.items()
    ]
    return Screen("digests/ask_when.html", rows=(tuple(choices[:2]), tuple(choices[2:])))


def _take_when(wished: Wished, said: Said, scene: Scene) -> Wished:
    if isinstance(said, Pick):
        weekday, at = OFFERED[said.value]
        return replace(wished, weekday=weekday, at=at)
    return read(wished, said.text, scene.now, scene.languages)


def _ask_zone(wished: Wished, _scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(number), "zone", {"zone": zone}),) for number, zone in enumerate(wished.zones)
    )
    return Screen("digests/ask_zone.html", {"weekday": wished.weekday, "at": wished.at}, rows)


def _take_zone(wished: Wished, said: Said, _scene: Scene) -> Wished:
    if isinstance(said, Pick):
        return replace(wished, zone=wished.zones[int(said.value)])
    return replace(wished, zone=known_zone(said.text, wished.zones))


async def _finish(talk: Talk, wished: Wished) -> None:
    assert wished.weekday is not None
    assert wished.at is not None
    when = await digests_due.wish(
        talk.session, talk.actor, wished.weekday, wished.at, wished.zone, now=talk.now
    )
    facts = {"weekday": when.weekday, "at": when.at, "zone": when.zone}
    await post.say(
        talk.session, talk.place, "digests/wished.html", facts, now=talk.now, is_silent=True
    )


TIME = Flow(
    name="summary-time",
    version=1,
    state=Wished,
    steps=(
        Step("when", _ask_when, _take_when, applies=lambda wished: wished.at is None),
        Step("zone", _ask_zone, _take_zone, applies=lambda wished: not wished.zone),
    ),
    finish=_finish,
    command="summary",
)
