"""Coalitions: founded, and changed, by those who run or coordinate them."""

from datetime import datetime
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import feedback, roles
from bot.domain.coalitions import CoalitionUnknown, Founding, Item
from bot.domain.feedback import FeedbackState
from bot.domain.groups import NameTaken
from bot.domain.people import LastCoordinator, PersonGone
from bot.domain.roles import Action, Actor, Scope
from bot.models import Coalition, Coordinator, Member
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import coalitions
from bot.rendering import keyboards
from bot.services import members


class News(StrEnum):
    """What has just become of a coalition that is shown."""

    FOUNDED = "founded"
    CHANGED = "changed"
    PAUSED = "paused"
    """Changed so that members cannot write in confidence for now: nobody independent is named."""


async def found(session: AsyncSession, founding: Founding, actor: Actor) -> Coalition:
    """Begin a new coalition; whoever founds it is the first of its coordination team.

    Raises:
        NotAllowed, AnonymousAdmin: only an operator founds coalitions.
        NameTaken: there is one of that name.
    """
    roles.require(actor, Action.SET_UP_COALITION, Scope())
    await _check_free(session, founding.name)
    coalition = Coalition(
        name=founding.name, languages=list(founding.languages), contact=founding.contact
    )
    session.add(coalition)
    member = await members.known(session, actor)
    await session.flush()
    assert coalition.id is not None
    assert member.id is not None
    session.add(Coordinator(coalition_id=coalition.id, member_id=member.id))
    await session.flush()
    return coalition


async def open_to(session: AsyncSession, coalition_id: int, actor: Actor) -> Coalition:
    """Return a coalition that nobody else changes until the transaction ends.

    Raises:
        CoalitionUnknown: there is none.
        NotAllowed, AnonymousAdmin: the person may not change it.
    """
    coalition = await session.get(
        Coalition, coalition_id, with_for_update=True, populate_existing=True
    )
    if coalition is None:
        raise CoalitionUnknown
    roles.require(actor, Action.SET_UP_COALITION, Scope(coalition_id))
    return coalition


async def change(
    session: AsyncSession, coalition: Coalition, said: Founding, *, only: Item | None = None
) -> News:
    """Let a coalition be what is said of it; `only` one trait, or all that were said.

    Returns what has become of it: without an independent contact nobody writes in confidence.

    Raises:
        NameTaken: another one has that name.
    """
    if only in {None, Item.NAME} and said.name != coalition.name:
        if said.name.casefold() != coalition.name.casefold():
            await _check_free(session, said.name)
        coalition.name = said.name
    if only in {None, Item.LANGUAGES}:
        coalition.languages = list(said.languages)
    if only is Item.CONTACT or (only is None and said.contact):
        coalition.contact = said.contact
    is_unsafe = coalition.feedback is FeedbackState.OPEN and not coalition.contact
    if is_unsafe:
        coalition.feedback = FeedbackState.PAUSED
    await session.flush()
    return News.PAUSED if is_unsafe else News.CHANGED


async def let_write(session: AsyncSession, coalition: Coalition, state: FeedbackState) -> None:
    """Open the channel in which members write in confidence, or pause it; they are told who ask.

    `coalition` is one that `open_to` returned.

    Raises:
        ContactMissing: it is to be open, and nobody independent is named.
    """
    feedback.check_open(state, coalition.contact)
    coalition.feedback = state
    await session.flush()


async def show(
    session: AsyncSession,
    coalition: Coalition,
    actor: Actor,
    place: Place,
    *,
    now: datetime,
    news: News | None = None,
) -> None:
    """Show `actor` what is set for a coalition, with a button for each thing to change."""
    facts = coalition.facts()
    team = [person.name for person in await coalitions.team(session, facts.id)]
    await post.say(
        session,
        place,
        "coalitions/settings.html",
        {"coalition": facts, "team": team, "news": news},
        now=now,
        keyboard=keyboards.coalition(
            facts.id,
            facts.feedback,
            can_remove=len(team) > 1,
            can_found=actor.is_operator,
        ),
        is_silent=True,
    )


async def teammate(session: AsyncSession, coalition: Coalition, member_id: int) -> Member:
    """Return somebody of the coordination team who may go.

    Raises:
        PersonGone: they are not on the team.
        LastCoordinator: nobody else is.
    """
    team = await coalitions.team(session, coalition.facts().id)
    person = next((one for one in team if one.id == member_id), None)
    if person is None:
        raise PersonGone
    if len(team) == 1:
        raise LastCoordinator
    return person


async def remove(
    session: AsyncSession, coalition: Coalition, member_id: int, actor: Actor, *, now: datetime
) -> Member:
    """End somebody's place on the coordination team, and return who that was; they are told.

    `coalition` is one that `open_to` returned: so two cannot remove each other.

    Raises:
        PersonGone, LastCoordinator: as for `teammate`.
    """
    person = await teammate(session, coalition, member_id)
    facts = coalition.facts()
    await session.delete(await session.get_one(Coordinator, (facts.id, member_id)))
    await session.flush()
    if person.has_started and person.id != actor.member_id:
        await members.tell(
            session, person, "coalitions/removed_told.html", {"coalition": facts}, now=now
        )
    return person


async def _check_free(session: AsyncSession, name: str) -> None:
    if await coalitions.called(session, name) is not None:
        raise NameTaken(name=name)
