"""Naming a guest: who is it, and where do they come from?"""

from dataclasses import dataclass, replace

from bot.domain.presence import read_guests
from bot.flows.flow import Flow, Pick, Said, Scene, Screen, Step, Talk
from bot.outbox import post
from bot.services import presence_names


@dataclass(frozen=True)
class Asked:
    """A guest of a meeting, as far as they are named."""

    meeting_id: int
    said: str = ""


def _ask(_asked: Asked, _scene: Scene) -> Screen:
    return Screen("presence/ask_guest.html")


def _take(asked: Asked, said: Said, _scene: Scene) -> Asked:
    text = said.value if isinstance(said, Pick) else said.text
    read_guests(text)
    return replace(asked, said=text)


async def _finish(talk: Talk, asked: Asked) -> None:
    for guest in read_guests(asked.said):
        named = await presence_names.add_guest(
            talk.session, asked.meeting_id, guest, talk.actor, now=talk.now
        )
        await post.say(
            talk.session,
            talk.place,
            "presence/guest.html",
            {"named": named},
            now=talk.now,
            is_silent=True,
        )


GUEST = Flow(
    "guest",
    1,
    Asked,
    (Step("who", _ask, _take, applies=lambda asked: not asked.said),),
    _finish,
    command="guest",
)
