"""One person in two coalitions: every answer names its group, and nothing crosses over."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Role
from bot.models import Coalition, Coordinator, Group, Member, Membership, Organisation, Seat
from tests.stories.story import AMINA, COORDINATOR, LEAD, STRANGER, Story, read, shown, told

HANOI = -4003
AIR_LEAD = STRANGER
CODE = "air-code"


async def beginning(story: Story) -> None:
    """The seeded coalition, and another one with a group of its own."""
    story.telegram.add_group(HANOI, "Hanoi", members=[AIR_LEAD, AMINA, LEAD, COORDINATOR])
    await story.program.toolbox.database.run(found)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def found(session: AsyncSession) -> None:
    coalition = Coalition(name="Clean Air")
    lead = Member(telegram_id=AIR_LEAD, name="Tom Visitor")
    session.add_all([coalition, lead])
    await session.flush()
    # The same name as in the other coalition, and another organisation.
    organisation = Organisation(coalition_id=coalition.id or 0, name="Maji Bora Trust")
    group = Group(
        coalition_id=coalition.id or 0,
        name="Hanoi",
        zone="Asia/Ho_Chi_Minh",
        languages=["en"],
        chat_id=HANOI,
        join_code=CODE,
    )
    session.add_all([organisation, group])
    await session.flush()
    session.add_all(
        [
            Seat(group_id=group.id or 0, organisation_id=organisation.id or 0),
            Membership(
                group_id=group.id or 0,
                member_id=lead.id or 0,
                role=Role.LEAD,
                is_confirmed=True,
            ),
        ]
    )


async def test_a_person_of_one_coalition_joins_another_and_is_told_which(story: Story) -> None:
    await story.write(AIR_LEAD, "/start", chat=AIR_LEAD)
    assert (await story.ask(AMINA, f"/start {CODE}", chat=AMINA)).startswith(
        "Karibu Hanoi (Clean Air)."
    )
    await story.tap(AMINA, "Maji Bora", chat=AMINA)
    await story.tap(AMINA, "📱", chat=AMINA)

    # Only those of that group are asked; who manages the other one hears nothing.
    assert read(story.said(AIR_LEAD)[-1]).startswith(
        "Amina Hassan wants to speak for Maji Bora Trust in Hanoi."
    )
    assert story.said(LEAD) == []
    await story.tap(AIR_LEAD, "✅ Yes", chat=AIR_LEAD)

    await story.write(AMINA, "/kikundi", chat=AMINA)
    assert [row[0] for row in shown(story.last(AMINA)).buttons] == ["Hanoi", "Wajir"]
    await story.tap(AMINA, "Hanoi", chat=AMINA)
    assert read(story.said(AMINA)[-1]).startswith("Hanoi · Clean Air\n")


async def test_the_ids_of_another_coalition_open_nothing(story: Story) -> None:
    groups = {group.name: group.id for group in await story.rows(Group)}
    members = {member.telegram_id: member.id for member in await story.rows(Member)}
    theirs, someone = groups["Hanoi"], members[AIR_LEAD]
    before = await story.rows(Membership)
    for person in (LEAD, COORDINATOR):
        await story.write(person, "/start", chat=person)
        said = story.said(person)
        for data in (
            *(f"group:{theirs}:{item}" for item in ("link", "reachable", "people", "lead", "team")),
            f"people:{theirs}:0",
            f"person:{theirs}:{someone}",
            *(f"deed:{theirs}:{someone}:{deed}" for deed in ("member", "remove", "sure")),
            f"admit:{theirs}:{someone}:0",
        ):
            assert await story.forge(person, data, chat=person) != ""
        assert story.said(person) == said
    assert await story.rows(Membership) == before


async def test_an_invitation_to_another_coalition_names_it(story: Story) -> None:
    await story.write(AIR_LEAD, "/group", chat=AIR_LEAD)
    await story.tap(AIR_LEAD, "👤 Invite a lead", chat=AIR_LEAD)
    code = story.said(AIR_LEAD)[-1].rpartition("start=")[2]

    assert (await story.ask(LEAD, f"/start {code}", chat=LEAD)).startswith(
        "You are invited to lead Hanoi (Clean Air)."
    )
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    # They lead both now, and the team of the one has no word in the other.
    await story.write(LEAD, "/group", chat=LEAD)
    assert [row[0] for row in shown(story.last(LEAD)).buttons] == ["Hanoi", "Wajir"]
    [wajir] = {row.coalition_id for row in await story.rows(Coordinator)}
    groups = {group.name: group.coalition_id for group in await story.rows(Group)}
    assert groups["Wajir"] == wajir != groups["Hanoi"]
