"""What is said of calls for support: the post of the group, and what people hear in private."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import support as rules
from bot.domain.budget import Weight
from bot.domain.dates import wall_time
from bot.domain.roles import Actor
from bot.domain.support import OPEN, Reader
from bot.models import Group, Member, OutboxMessage, SupportAnswer, SupportOffer, SupportRequest
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import members as member_queries
from bot.queries import support as queries
from bot.rendering.keyboards import support as keyboards
from bot.rendering.messages import renderer
from bot.services import budget, members

SUPPORT, HOW = "support", "support-how"
"""The subjects of what is said of a call for support, and of the question how somebody can help."""
NEWS = "news"
"""The kind of what is told of it and stays as it is; that of an answer is "answer:7:sw", and those
of the live posts are their readers, in private with the language: "staff:sw"."""
REQUEST = "support/request.html"
LASTS = timedelta(days=365)
"""How long a call for support is said, and kept up to date where it stands."""


async def announce(
    session: AsyncSession,
    request: SupportRequest,
    group: Group,
    *,
    is_silent: bool,
    now: datetime,
) -> None:
    """Post a call for support in its group, and tell its leads and the coordination team."""
    room = group.facts()
    is_night = room.quiet.cover(wall_time(now, group.zone))
    is_here = request.source_chat_id == room.chat_id
    place = post.in_group(room, reply_to=request.source_message_id if is_here else None)
    is_silent = is_silent or await budget.is_silent(session, room, Weight.OTHER, now=now)
    await _post(session, request, group, place, is_silent=is_silent, is_unasked=True, now=now)
    # They are told at once, whatever else they were told this week; by night without a sound.
    for member in await _staff(session, group, but=request.member_id):
        own = Place(member.telegram_id, (member.language or group.languages[0],))
        await _post(session, request, group, own, is_silent=is_night, now=now)


async def thank(
    session: AsyncSession, request: SupportRequest, place: Place, *, now: datetime
) -> None:
    """Show somebody who asked in private what stands in the group now, and keep it up to date."""
    group = await session.get_one(Group, request.group_id)
    await _post(session, request, group, place, now=now)


async def show(session: AsyncSession, request: SupportRequest, *, now: datetime) -> None:
    """Let every post of a (locked) call for support say what holds now."""
    await session.flush()
    group = await session.get_one(Group, request.group_id)
    facts = await _facts(session, request, group, now=now)
    for row in await post.live_messages(session, SUPPORT, stored_id(request)):
        reader = row.kind.partition(":")[0]
        if reader not in set(Reader):
            continue
        languages = _languages(row, group)
        await post.revise(
            session,
            row,
            text=renderer().post(REQUEST, languages=languages, **facts, reader=reader),
            keyboard=post.buttons(keyboards.request(facts["request"], Reader(reader)), languages),
            now=now,
            expires_at=now + LASTS,
        )


async def tell_offer(
    session: AsyncSession,
    request: SupportRequest,
    offer: SupportOffer,
    *,
    organisation: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Tell whoever asked, and the coordination, who can help, and how."""
    facts = {"organisation": organisation, "person": actor.name, "how": offer.text}
    await tell(session, request, "support/offered.html", facts, but=actor.member_id, now=now)


async def tell(
    session: AsyncSession,
    request: SupportRequest,
    template: str,
    said: Mapping[str, Any] = post.NO_FACTS,
    *,
    but: int | None,
    now: datetime,
) -> None:
    """Say what became of a call for support to whoever asked, and to the coordination team.

    `but` is the member who knows it already. By night it makes no sound.
    """
    group = await session.get_one(Group, request.group_id)
    request_id = stored_id(request)
    facts = {**said, "request": await queries.facts(session, request, now=now)}
    facts |= {"group": group.facts()}
    for member in await _hearing(session, request, group, but=but):
        is_asker = member.id == request.member_id
        keyboard = keyboards.settled(request_id) if is_asker and request.state in OPEN else None
        await post.say(
            session,
            Place(member.telegram_id, (member.language or group.languages[0],)),
            template,
            {**facts, "is_asker": is_asker},
            now=now,
            about=About(SUPPORT, request_id, 1, NEWS),
            keyboard=keyboard,
            expires_at=now + members.NEWS_EXPIRES,
            is_silent=group.facts().quiet.cover(wall_time(now, group.zone)),
        )


async def pass_on(
    session: AsyncSession,
    request: SupportRequest,
    said: SupportAnswer,
    *,
    now: datetime,
) -> None:
    """Tell whoever asked what was answered; what was corrected is corrected there, too."""
    group = await session.get_one(Group, request.group_id)
    asker = await session.get(Member, request.member_id or 0)
    if asker is None or not asker.has_started or asker.id == said.member_id:
        return
    language = asker.language or group.languages[0]
    author = await session.get(Member, said.member_id or 0)
    facts = {
        "request": await queries.facts(session, request, now=now),
        "group": group.facts(),
        "answer": rules.Answer(said.text, said.is_team, author.name if author else ""),
    }
    kind = f"answer:{said.id}:{language}"
    for row in await post.live_messages(session, SUPPORT, stored_id(request)):
        if row.kind == kind:
            text = renderer().text("support/answered.html", language=language, **facts)
            await post.revise(session, row, text=text, keyboard=row.keyboard, now=now)
            return
    await members.tell(
        session,
        asker,
        "support/answered.html",
        facts,
        now=now,
        about=About(SUPPORT, stored_id(request), 1, kind),
        keyboard=keyboards.settled(stored_id(request)),
        is_live=True,
    )


async def ask_how(
    session: AsyncSession, request: SupportRequest, actor: Actor, *, now: datetime
) -> None:
    """Thank somebody who can help, and ask how; who never wrote in private is not asked."""
    member = await session.get(Member, actor.member_id or 0)
    if member is None or not member.has_started:
        return
    await members.tell(
        session,
        member,
        "support/how.html",
        {"request": await queries.facts(session, request, now=now)},
        now=now,
        about=About(HOW, stored_id(request), 1, HOW),
        keyboard=keyboards.offered(stored_id(request)),
    )


async def _post(
    session: AsyncSession,
    request: SupportRequest,
    group: Group,
    place: Place,
    *,
    is_silent: bool = True,
    is_unasked: bool = False,
    now: datetime,
) -> None:
    asker = await session.get(Member, request.member_id or 0)
    is_own = asker is not None and place.chat_id == asker.telegram_id
    reader = Reader.ASKER if is_own else Reader.STAFF
    kind = f"{reader}:{place.languages[0]}"
    if place.chat_id == group.chat_id:
        reader = kind = Reader.GROUP
    facts = await _facts(session, request, group, now=now)
    await post.say(
        session,
        place,
        REQUEST,
        {**facts, "reader": reader},
        now=now,
        about=About(SUPPORT, stored_id(request), 1, kind),
        keyboard=keyboards.request(facts["request"], reader),
        # However long Telegram is out of reach, who waits goes on waiting: it says how long.
        expires_at=now + LASTS,
        is_live=True,
        is_silent=is_silent,
        is_unasked=is_unasked,
    )


async def _facts(
    session: AsyncSession, request: SupportRequest, group: Group, *, now: datetime
) -> dict[str, Any]:
    facts = await queries.facts(session, request, now=now)
    before = await queries.before(session, request) if facts.is_open else []
    alike = rules.alike(
        facts,
        before,
        near=await queries.near(session, request.group_id, facts.place) if before else (),
        but={facts.organisation, *(one.organisation for one in facts.offers)},
    )
    return {"request": facts, "group": group.facts(), "alike": alike}


async def _staff(session: AsyncSession, group: Group, *, but: int | None) -> list[Member]:
    """Return the coordination team and the group's leads, of those whom the bot may write to."""
    team = await member_queries.team(session, group, but=but)
    leads = await member_queries.leads(session, stored_id(group))
    found = {one.id: one for one in (*team, *leads) if one.has_started and one.id != but}
    return list(found.values())


async def _hearing(
    session: AsyncSession, request: SupportRequest, group: Group, *, but: int | None
) -> list[Member]:
    """Return who hears what becomes of a call for support: who asked, and the coordination."""
    team = {one.id: one for one in await member_queries.team(session, group, but=but)}
    asker = await session.get(Member, request.member_id or 0)
    if asker is not None and asker.has_started and asker.id != but:
        team = {asker.id: asker} | team
    return list(team.values())


def _languages(row: OutboxMessage, group: Group) -> tuple[str, ...]:
    return tuple(group.languages) if row.kind == Reader.GROUP else (row.kind.partition(":")[2],)
