"""Finding what was written down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import search as rules
from bot.domain.search import PAGE, Nearness, Page, SearchGone
from bot.models import Group, Search
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import search as queries
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer

SEARCH = "search"
"""The subject of the message that shows what was found."""
LEAFED_FOR = timedelta(days=1)
"""How long one can go on in what was found."""


async def find(
    session: AsyncSession, groups: Sequence[Group], said: str, place: Place, *, now: datetime
) -> None:
    """Show what the groups wrote down with these words, the newest first, or what is near to them.

    Raises:
        NothingToFind: there is no word in them.
    """
    page = await _page(session, groups, said, 0, languages=_languages(groups, *place.languages))
    facts = _facts(groups, said, page)
    if not page.has_more:
        await post.say(session, place, "search/found.html", facts, now=now, is_silent=True)
        return
    search = Search(chat_id=place.chat_id, said=said, expires_at=now + LEAFED_FOR)
    session.add(search)
    await session.flush()
    await post.say(
        session,
        place,
        "search/found.html",
        facts,
        now=now,
        about=About(SEARCH, stored_id(search), 0, place.languages[0]),
        keyboard=keyboards.leaves(stored_id(search), page),
        is_live=True,
        is_silent=True,
    )


async def leaf(
    session: AsyncSession,
    groups: Sequence[Group],
    search_id: int,
    number: int,
    chat_id: int,
    *,
    now: datetime,
) -> None:
    """Show another page of what was found, in the place of the one before.

    Raises:
        SearchGone: it was long ago, or elsewhere.
    """
    search = await session.get(Search, search_id, with_for_update=True)
    if search is None or search.chat_id != chat_id or search.expires_at <= now:
        raise SearchGone
    for row in await post.live_messages(session, SEARCH, search_id):
        languages = _languages(groups, row.kind)
        page = await _page(session, groups, search.said, number, languages=languages)
        text = renderer().text(
            "search/found.html", language=row.kind, **_facts(groups, search.said, page)
        )
        buttons = post.buttons(keyboards.leaves(search_id, page), (row.kind,))
        await post.revise(session, row, text=text, keyboard=buttons, now=now)


async def _page(
    session: AsyncSession,
    groups: Sequence[Group],
    said: str,
    number: int,
    *,
    languages: Sequence[str],
) -> Page:
    """Return one page of what is nearest to the words."""
    names = await queries.names(session, groups)
    typed = rules.with_names(rules.terms(said), names)
    changed = rules.with_names(rules.changed(said, languages), names)
    steps = {Nearness.WORDS: typed, Nearness.ENDINGS: changed}
    if len(typed) > 1:
        steps[Nearness.SOME] = changed
    for nearness, wanted in steps.items():
        ask = partial(queries.found, session, groups, wanted, is_any=nearness is Nearness.SOME)
        found = await ask(first=number * PAGE, count=PAGE + 1)
        # A later page may be empty by now: what else is near is no continuation of the first.
        if found or (number and await ask(first=0, count=1)):
            has_more = len(found) > PAGE
            return Page(tuple(found[:PAGE]), number, has_more=has_more, nearness=nearness)
    alike = await queries.alike(session, groups, said, count=PAGE)
    return Page(tuple(alike), nearness=Nearness.ALIKE)


def _languages(groups: Sequence[Group], *spoken: str) -> list[str]:
    """Return the languages in which somebody may have typed."""
    return [*spoken, *(language for group in groups for language in group.languages)]


def _facts(groups: Sequence[Group], said: str, page: Page) -> dict[str, object]:
    return {"said": said, "page": page, "groups": [group.facts() for group in groups]}
