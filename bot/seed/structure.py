"""The partnership as it is stored: as if people had set it up, step by step, long ago."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.feedback import FeedbackState
from bot.models import Coalition, Coordinator, Group, Member, Membership, Organisation, Seat
from bot.models.columns import stored_id
from bot.playground.telegram import FakeTelegram
from bot.queries import groups
from bot.seed.people import (
    BOT_NAME,
    BOT_USERNAME,
    TOKEN,
    ZONE,
    Partnership,
    Secretariat,
    Seeded,
)
from bot.services import calendar, rolls


def add_to(telegram: FakeTelegram, world: Partnership, *, is_empty: bool = False) -> None:
    """Let people exist, with the chats of their groups; the bot is in them, or in none yet."""
    telegram.add_bot(TOKEN, BOT_USERNAME, BOT_NAME)
    for person in world.people:
        telegram.add_user(
            person.id,
            person.first_name,
            last_name=person.last_name,
            language_code=person.language,
        )
    for group, present in world.chats():
        telegram.add_group(group.chat_id, group.title, members=present, has_bot=not is_empty)


async def store(database_url: str, world: Partnership) -> None:
    """Store the coalition as if it had been set up; nothing happens if it is there already."""
    await _run(database_url, lambda session: _store(session, world))


async def set_up(database_url: str, world: Partnership, now: datetime) -> None:
    """Store the coalition with what each group is given by its set-up: a calendar, and its roll."""

    async def work(session: AsyncSession) -> None:
        await _store(session, world)
        # The independent contact is named: members can write in confidence.
        await session.execute(update(Coalition).values(feedback=FeedbackState.OPEN))
        for one in world.groups:
            group = await groups.of_topic(session, one.chat_id, None)
            assert group is not None
            await calendar.begin(session, group)
            await rolls.call(session, group, now=now)

    await _run(database_url, work)


async def _run(database_url: str, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    database = Database(database_url)
    try:
        await database.run(work)
    finally:
        await database.close()


async def _store(session: AsyncSession, world: Partnership) -> None:
    if await session.scalar(select(func.count()).select_from(Coalition)):
        return
    coalition = Coalition(
        name="Partnership for Drought Resilience",
        languages=list(world.languages),
        contact="Sister Asha, Haki Centre, at the office in Wajir town",
    )
    session.add(coalition)
    await session.flush()
    coalition_id = stored_id(coalition)
    names = dict.fromkeys(
        name
        for group in world.groups
        for name in (*group.organisations, *(one.organisation for one in group.seated))
        if name
    )
    organisations = {name: Organisation(coalition_id=coalition_id, name=name) for name in names}
    members = {
        person.id: Member(telegram_id=person.id, name=person.name, language=person.language)
        for person in world.people
        if person not in world.visitors
    }
    session.add_all([*organisations.values(), *members.values()])
    await session.flush()
    for one in world.groups:
        await _store_group(session, one, coalition_id, organisations, members)
    for person in world.team:
        session.add(Coordinator(coalition_id=coalition_id, member_id=stored_id(members[person.id])))


async def _store_group(
    session: AsyncSession,
    one: Secretariat,
    coalition_id: int,
    organisations: dict[str, Organisation],
    members: dict[int, Member],
) -> None:
    group = Group(
        coalition_id=coalition_id,
        name=one.name,
        zone=ZONE,
        languages=list(one.languages),
        chat_id=one.chat_id,
        title=one.title,
    )
    session.add(group)
    await session.flush()
    group_id = stored_id(group)
    for name in one.organisations:
        session.add(Seat(group_id=group_id, organisation_id=stored_id(organisations[name])))
    for person in one.seated:
        session.add(_place(person, group_id, organisations, members))


def _place(
    person: Seeded,
    group_id: int,
    organisations: dict[str, Organisation],
    members: dict[int, Member],
) -> Membership:
    assert person.organisation is not None
    return Membership(
        group_id=group_id,
        member_id=stored_id(members[person.id]),
        organisation_id=stored_id(organisations[person.organisation]),
        role=person.role,
        is_alternate=person.is_alternate,
        is_confirmed=True,
    )
