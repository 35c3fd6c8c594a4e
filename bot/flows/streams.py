"""Changing the streams of work of a coalition: one is added, renamed or dropped at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.groups import check_name
from bot.domain.streams import Stream, StreamGone, StreamKey
from bot.flows.flow import Choice, Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.services import coalitions as services
from bot.services import streams
from bot.services.coalitions import News

DROP = "drop"
Known = tuple[tuple[int, StreamKey, str], ...]
"""Streams: the id, which of the usual ones it is, and what the coalition calls it."""


@dataclass(frozen=True)
class Change:
    """What is said so far of a change of a coalition's streams."""

    coalition: int
    known: Known
    chosen: int = 0
    """The stream that is changed; 0: a new one."""
    name: str = ""
    is_dropped: bool = False


def changing(coalition_id: int, known: Sequence[Stream]) -> Change:
    """Return what is known before the first question."""
    return Change(coalition_id, tuple((one.id, one.key, one.name) for one in known))


def _ask_which(change: Change, _scene: Scene) -> Screen:
    rows = tuple(
        (Choice(str(key), "stream-said", {"key": usual, "said": name}),)
        for key, usual, name in change.known
    )
    return Screen("streams/ask_which.html", {}, rows)


def _take_which(change: Change, said: Said, _scene: Scene) -> Change:
    if isinstance(said, Pick):
        return replace(change, chosen=int(said.value))
    return replace(change, name=check_name(said.text))


def _ask_name(change: Change, _scene: Scene) -> Screen:
    found = next((one for one in change.known if one[0] == change.chosen), None)
    if found is None:
        raise StreamGone
    rows = ((Choice(DROP, "stream-drop"),),)
    return Screen("streams/ask_name.html", {"key": found[1], "said": found[2]}, rows)


def _take_name(change: Change, said: Said, _scene: Scene) -> Change:
    if isinstance(said, Pick):
        return replace(change, is_dropped=True)
    return replace(change, name=check_name(said.text))


async def _finish(talk: Talk, change: Change) -> None:
    coalition = await services.open_to(talk.session, change.coalition, talk.actor)
    if change.is_dropped:
        await streams.drop(talk.session, coalition, change.chosen)
    elif change.chosen:
        await streams.rename(talk.session, coalition, change.chosen, change.name)
    else:
        await streams.add(talk.session, coalition, change.name)
    await services.show(
        talk.session, coalition, talk.actor, talk.place, now=talk.now, news=News.CHANGED
    )


STREAMS = Flow(
    name="streams",
    version=1,
    state=Change,
    steps=(
        Step("which", _ask_which, _take_which),
        Step(
            "name",
            _ask_name,
            _take_name,
            applies=lambda change: bool(change.chosen) and not change.name,
        ),
    ),
    finish=_finish,
    command="coalition",
)
"""A name that is typed at once adds a stream."""
