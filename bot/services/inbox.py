"""The coordination team and what was written in confidence: read, sorted, answered, acted on.

    released -> read (directly, never through a row) -> theme · safeguarding · link
                                                     -> answered: fetched with the receipt
                                                     -> you said, we did: all groups, the month
                                                     -> the lead, in the coordination's own words

What is stored or posted here is in the coordination's words. Somebody's own words are in no
message that the outbox keeps.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import inbox as rules
from bot.domain.budget import Weight
from bot.domain.inbox import (
    ANSWER_LIMIT,
    TEXT_LIMIT,
    THEME_LIMIT,
    Card,
    FeedbackGone,
    FeedbackSafeguarded,
    Linked,
)
from bot.domain.roles import Action, Actor, Scope, require
from bot.models import Coalition, FeedbackItem, FeedbackOutcome, Group
from bot.outbox import post
from bot.queries import groups as group_queries
from bot.queries import inbox as queries
from bot.queries import members as member_queries
from bot.services import budget, members

LINKABLE = 4
"""Of the newest actions, and of the newest decisions, so many are offered."""


async def of_team(session: AsyncSession, actor: Actor) -> Sequence[Coalition]:
    """Return the coalitions whose inbox somebody may read.

    Raises:
        NotAllowed, AnonymousAdmin: there is none.
    """
    found = await queries.coordinated(session, actor.coordinates)
    if not found:
        require(actor, Action.READ_FEEDBACK, Scope())
    return found


async def coalition_of(session: AsyncSession, coalition_id: int, actor: Actor) -> Coalition:
    """Return a coalition whose inbox `actor` may read.

    Raises:
        NotAllowed, AnonymousAdmin: they may not, or there is no such coalition.
    """
    require(actor, Action.READ_FEEDBACK, Scope(coalition_id))
    return await session.get_one(Coalition, coalition_id)


async def card(session: AsyncSession, item_id: int, actor: Actor) -> Card:
    """Return an item that `actor` may read.

    Raises:
        FeedbackGone: it is not there, or its words are forgotten.
        NotAllowed, AnonymousAdmin: it was not written to a team of theirs.
    """
    found = await queries.card(session, item_id)
    if found is None or not found.words:
        raise FeedbackGone
    require(actor, Action.READ_FEEDBACK, Scope(found.coalition_id))
    return found


async def mark(session: AsyncSession, item_id: int, actor: Actor, *, is_safeguarding: bool) -> None:
    """Mark an item as safeguarding: nothing of it is shared then, not even its theme."""
    item = await _locked(session, item_id, actor)
    item.is_safeguarding = is_safeguarding
    await session.flush()


async def settle(
    session: AsyncSession, item_id: int, actor: Actor, *, is_settled: bool, now: datetime
) -> None:
    """Note that an item needs no answer, or does; one that is answered stays done with."""
    item = await _locked(session, item_id, actor)
    item.settled_at = now if is_settled or item.answer else None
    await session.flush()


async def set_theme(session: AsyncSession, item_id: int, actor: Actor, theme: str) -> None:
    """Say what an item is about, in a few words that others may hear; empty: about nothing yet.

    Raises:
        FeedbackSafeguarded: nothing of it is to be heard.
        WordsRepeated: the theme has somebody's own words in it.
    """
    item = await _shareable(session, item_id, actor)
    theme = rules.checked(theme, THEME_LIMIT)
    await _check_own_words(session, item.coalition_id, theme)
    item.theme = theme
    await session.flush()


async def answer(
    session: AsyncSession, item_id: int, actor: Actor, text: str, *, now: datetime
) -> None:
    """Keep what whoever has the receipt may fetch; a later answer takes the place of this one.

    Raises:
        WordsRepeated: it has the words of that person in it, which are to be forgotten before it.
    """
    item = await _locked(session, item_id, actor)
    text = rules.checked(text, ANSWER_LIMIT)
    rules.check_own_words(text, [item.words])
    item.answer = text
    item.answered_at = item.settled_at = now
    await session.flush()


async def check_answer(session: AsyncSession, item_id: int, actor: Actor, text: str) -> None:
    """Make sure, before it stands in any row, that an answer does not repeat what was written.

    Raises:
        WordsRepeated: it does.
    """
    item = await _locked(session, item_id, actor)
    rules.check_own_words(text, [item.words])


async def check_shared(session: AsyncSession, coalition_id: int, actor: Actor, text: str) -> None:
    """Make sure, before it stands in any row, that what is to be shared repeats nobody's words.

    Raises:
        NotAllowed, AnonymousAdmin: they do not coordinate it.
        WordsRepeated: it does.
    """
    require(actor, Action.READ_FEEDBACK, Scope(coalition_id))
    await _check_own_words(session, coalition_id, text)


async def link(session: AsyncSession, item_id: int, actor: Actor, linked: Linked | None) -> None:
    """Say which action or decision came of an item; None: nothing yet.

    Raises:
        FeedbackSafeguarded: nothing of it is to be heard.
        FeedbackGone: the action or decision is not one of its coalition.
    """
    item = await _shareable(session, item_id, actor)
    if linked and not await queries.is_of_coalition(session, item.coalition_id, linked):
        raise FeedbackGone
    item.point_id = linked.point_id if linked else None
    item.entry_id = linked.entry_id if linked else None
    await session.flush()


async def publish(
    session: AsyncSession,
    coalition_id: int,
    item_id: int | None,
    actor: Actor,
    *,
    said: str,
    did: str,
    now: datetime,
) -> int:
    """Tell all groups of a coalition what was said, and what was done; return how many they are.

    Raises:
        NotAllowed, AnonymousAdmin: they do not coordinate it.
        FeedbackSafeguarded: it came of an item of which nothing is to be heard.
        WordsRepeated: it has somebody's own words in it.
    """
    require(actor, Action.READ_FEEDBACK, Scope(coalition_id))
    said, did = rules.checked(said, TEXT_LIMIT), rules.checked(did, TEXT_LIMIT)
    if item_id is not None:
        item = await _shareable(session, item_id, actor)
        item.settled_at = item.settled_at or now
    await _check_own_words(session, coalition_id, said, did)
    session.add(FeedbackOutcome(coalition_id=coalition_id, said=said, did=did, published_at=now))
    await session.flush()
    found = await group_queries.of_coalitions(session, [coalition_id])
    for group in found:
        facts = group.facts()
        await post.say(
            session,
            post.in_group(facts),
            "inbox/outcome.html",
            {"said": said, "did": did},
            now=now,
            expires_at=now + members.NEWS_EXPIRES,
            is_silent=await budget.is_silent(session, facts, Weight.OTHER, now=now),
            is_unasked=True,
        )
    return len(found)


async def tell_lead(
    session: AsyncSession, item_id: int, actor: Actor, *, said: str, now: datetime
) -> int:
    """Tell the leads of the group that an item is about, in the coordination's own words.

    Returns how many of them can be told.

    Raises:
        FeedbackGone: it is about no group.
        FeedbackSafeguarded, WordsRepeated: as for `publish`.
    """
    item = await _shareable(session, item_id, actor)
    if item.group_id is None:
        raise FeedbackGone
    said = rules.checked(said, TEXT_LIMIT)
    await _check_own_words(session, item.coalition_id, said)
    group = await session.get_one(Group, item.group_id)
    leads = [one for one in await member_queries.leads(session, item.group_id) if one.has_started]
    for lead in leads:
        facts = {"group": group.facts(), "theme": item.theme, "said": said}
        await members.tell(session, lead, "inbox/for_the_lead.html", facts, now=now)
    return len(leads)


async def _locked(session: AsyncSession, item_id: int, actor: Actor) -> FeedbackItem:
    """Return an item that nobody else of the team changes until the transaction ends."""
    item = await session.get(FeedbackItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or not item.words:
        raise FeedbackGone
    require(actor, Action.READ_FEEDBACK, Scope(item.coalition_id))
    return item


async def _shareable(session: AsyncSession, item_id: int, actor: Actor) -> FeedbackItem:
    item = await _locked(session, item_id, actor)
    if item.is_safeguarding:
        raise FeedbackSafeguarded
    return item


async def _check_own_words(session: AsyncSession, coalition_id: int, *shared: str) -> None:
    written = await queries.written(session, coalition_id)
    for one in shared:
        rules.check_own_words(one, written)
