"""Coalitions: founded, and changed, by those who run or coordinate them."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.coalitions import CoalitionUnknown, Founding, Item
from bot.domain.groups import NameTaken
from bot.domain.roles import Action, Actor, Scope
from bot.models import Coalition, Coordinator
from bot.queries import coalitions
from bot.services import members


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
) -> None:
    """Let a coalition be what is said of it; `only` one trait, or all that were said.

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
    await session.flush()


async def _check_free(session: AsyncSession, name: str) -> None:
    if await coalitions.called(session, name) is not None:
        raise NameTaken(name=name)
