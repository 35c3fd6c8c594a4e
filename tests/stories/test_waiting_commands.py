"""Commands that wait for one tap: an anonymous admin's, and one that may concern several groups."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Role
from bot.models import Coalition, Entry, Group, Meeting, Member, Membership, Sitting, WaitingCommand
from tests.stories.story import DEPUTY, GROUP, IBRAHIM, LEAD, STRANGER, Story, read, shown, told

PLAN = "/meeting 3 Dec 10:00 Library"
WHO = (
    "Who wrote /meeting? It came without a name, as from an anonymous admin.\n\n"
    "If it was you, please tap within 10 minutes; then I do it."
)
GONE = (
    "This button is closed: it was used before, or too much time has passed. "
    "Please write the command again."
)
ECHO = ["Is this right?", "", "Wajir meeting", "Thu 3 Dec, 10:00–12:00"]


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def anonymously(story: Story, words: str) -> int:
    """Let an admin write as the group itself."""
    number = story.telegram.write_as_anonymous_admin(GROUP, words)
    await story.settle()
    return number


async def second_group(story: Story, *, coalition: str | None = None) -> None:
    """Let the lead of Wajir lead Isiolo, too: of the same coalition, or of another."""

    async def work(session: AsyncSession) -> None:
        first = (await session.execute(select(Group))).scalars().one()
        coalition_id = first.coalition_id
        if coalition:
            other = Coalition(name=coalition)
            session.add(other)
            await session.flush()
            coalition_id = other.id or 0
        group = Group(
            coalition_id=coalition_id,
            name="Isiolo",
            zone="Africa/Nairobi",
            languages=["en"],
            chat_id=-4005,
        )
        session.add(group)
        await session.flush()
        lead = await session.scalar(select(Member).where(col(Member.telegram_id) == LEAD))
        assert lead is not None
        session.add(
            Membership(
                group_id=group.id or 0, member_id=lead.id or 0, role=Role.LEAD, is_confirmed=True
            )
        )

    await story.program.toolbox.database.run(work)


async def test_an_anonymous_admins_command_waits_for_the_tap_of_whoever_it_was(
    story: Story,
) -> None:
    command = await anonymously(story, PLAN)
    assert read(story.last().text) == WHO
    assert shown(story.last()).buttons == [["🙋 It was me"]]
    question = story.last()

    assert await story.tap(IBRAHIM, "🙋") == (
        "This button is for the leads of the group. The other buttons are for you."
    )
    assert (await story.tap(STRANGER, "🙋")).startswith("I do not know you in this group yet.")
    assert read(story.message(question.id).text) == WHO

    await story.tap(DEPUTY, "🙋")

    # It is done as if the deputy had typed it: under the command, in the deputy's language.
    assert read(story.message(question.id).text).startswith("✅ Asante.")
    assert story.last().reply_to == command
    assert read(story.last().text).startswith("Je, ni sahihi?")
    assert await story.rows(WaitingCommand) == []


async def test_it_waits_ten_minutes_and_is_carried_out_once(story: Story) -> None:
    await anonymously(story, PLAN)
    taken = story.data_of(story.last(), "🙋")
    await story.tap(LEAD, "🙋")
    assert await story.forge(LEAD, taken) == GONE

    await anonymously(story, PLAN)
    question = story.last()
    await story.travel(minutes=10, seconds=30)
    assert await story.tap(LEAD, "🙋", message=question.id) == GONE
    assert await story.rows(Meeting) == []


async def test_a_mended_command_is_carried_out_as_it_reads_last(story: Story) -> None:
    command = await anonymously(story, "/meeting 3 Dec 10:00 Libary")
    asked = len(story.from_bot())

    story.telegram.edit_as_anonymous_admin(GROUP, command, PLAN)
    await story.settle()
    assert len(story.from_bot()) == asked

    await story.tap(LEAD, "🙋")
    assert "📍 Library" in read(story.last().text)


async def test_a_guided_command_of_an_anonymous_admin_goes_on_with_the_person(
    story: Story,
) -> None:
    await anonymously(story, "/meeting")
    await story.tap(LEAD, "🙋")

    await story.tap(LEAD, "Thu 3 Dec")

    assert "Where do you meet?" in read(story.last().text)


async def test_of_several_groups_one_is_chosen_and_nothing_is_typed_again(story: Story) -> None:
    await second_group(story)

    assert await story.ask(LEAD, PLAN, chat=LEAD) == (
        "You belong to several groups. For which one is your /meeting?"
    )
    assert shown(story.last(LEAD)).buttons == [["Isiolo"], ["Wajir"]]
    wajir = story.data_of(story.last(LEAD), "Wajir")

    await story.tap(LEAD, "Wajir", chat=LEAD)

    assert read(story.last(LEAD).text).splitlines()[:4] == ECHO
    assert await story.forge(LEAD, wajir, chat=LEAD) == GONE


async def test_groups_of_two_coalitions_are_asked_about_alike(story: Story) -> None:
    await second_group(story, coalition="Clean air")
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Isiolo", chat=LEAD)
    await story.write(LEAD, "3 Dec 10:00 Library", chat=LEAD)

    assert read(story.last(LEAD).text).splitlines()[2] == "Isiolo meeting"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Isiolo 3 Dec 10:00 Library", "📍 Library, or by phone"),
        ("3 Dec 10:00 Isiolo Library", "📍 Isiolo Library, or by phone"),
    ],
)
async def test_who_names_the_group_is_not_asked_which(story: Story, words: str, place: str) -> None:
    await second_group(story)

    echo = await story.ask(LEAD, f"/meeting {words}", chat=LEAD)

    assert echo.splitlines()[2] == "Isiolo meeting"
    assert place in echo
    assert (await story.ask(LEAD, "/group isiolo", chat=LEAD)).startswith("Isiolo · ")


async def test_undo_in_private_takes_back_the_last_words_in_whichever_meeting(story: Story) -> None:
    await second_group(story)
    await story.write(LEAD, "/meeting 3 Dec 10:00 Library")
    await story.tap(LEAD, "✅ Yes")
    opened = datetime(2026, 12, 3, 7, tzinfo=UTC)
    await story.travel_to(opened)
    await story.write(LEAD, "/open")

    async def work(session: AsyncSession) -> None:
        """Let the other group hold a meeting in which the lead is only a member."""
        group = await session.scalar(select(Group).where(col(Group.name) == "Isiolo"))
        assert group is not None
        place = await session.scalar(select(Membership).where(col(Membership.group_id) == group.id))
        assert place is not None
        place.role = Role.MEMBER
        wall = datetime(2026, 12, 3, 10)
        meeting = Meeting(
            group_id=group.id or 0,
            wall_start=wall,
            wall_end=wall + timedelta(hours=2),
            zone=group.zone,
            starts_at=opened,
            ends_at=opened + timedelta(hours=2),
            place="",
        )
        session.add(meeting)
        await session.flush()
        session.add(Sitting(meeting_id=meeting.id or 0, opened_at=opened, last_activity_at=opened))

    await story.program.toolbox.database.run(work)
    await story.write(LEAD, "/close")
    await story.write(LEAD, "/note four", chat=LEAD)

    assert await story.ask(LEAD, "/undo", chat=LEAD) == "↩️ Taken back:\n📝 four"
    assert [entry.undone_at is not None for entry in await story.rows(Entry)] == [True]
