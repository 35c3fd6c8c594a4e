"""Whoever is new in a role finds on one screen what they take over; what somebody left is said."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import Member, Membership
from bot.queries import members
from tests.stories.story import (
    AMINA,
    FATUMA,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    shown,
    told,
)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """Tell of a group that has met: two actions, one decision; the next meeting is planned."""
    async with told(database_url) as story:
        for person in (LEAD, AMINA, PETER, FATUMA):
            await story.write(person, "/start", chat=person)
            await reads_english(story, person)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall", chat=LEAD)
        await story.tap(LEAD, "✅ Yes", chat=LEAD)
        await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
        await story.write(LEAD, "/open")
        await story.write(LEAD, "/agreed Trucks go to Griftu first")
        await story.write(LEAD, "/action Amina: repair Griftu borehole by 20 Dec")
        await story.write(LEAD, "/action Fatuma: count the goats by 15 Dec")
        yield story


async def reads_english(story: Story, person: int) -> None:
    """Let somebody read English, whatever their phone speaks."""

    async def choose(session: AsyncSession) -> None:
        member = await members.by_telegram_id(session, person)
        assert member is not None
        member.language = "en"

    await story.program.toolbox.database.run(choose)


def heard(story: Story, person: int) -> str:
    """Return what the bot said last to somebody in private."""
    return shown(story.from_bot(person)[-1]).open


async def deed(story: Story, person: int, what: str) -> None:
    """Let the lead do something about a person."""

    async def ids(session: AsyncSession) -> tuple[int, int]:
        row = await session.execute(
            select(Membership)
            .join(Member, col(Member.id) == col(Membership.member_id))
            .where(col(Member.telegram_id) == person)
        )
        place = row.scalars().one()
        return place.group_id, place.member_id

    group_id, member_id = await story.program.toolbox.database.run(ids)
    await story.forge(LEAD, f"deed:{group_id}:{member_id}:{what}", chat=LEAD)


async def test_the_card_of_a_lead_fits_a_screen_and_comes_in_private(story: Story) -> None:
    await story.write(FATUMA, "/needhelp A pump")
    await story.write(LEAD, "/close")
    await story.write(LEAD, "/meeting 17 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    posts = len(story.from_bot())

    await story.write(LEAD, "/handover")

    assert len(story.from_bot()) == posts
    card = heard(story, LEAD)
    assert card.startswith("🗝 Wajir: what to know\n📅 Next meeting: Thu 17 Dec, 10:00")
    assert "👉 Open actions: 2\n" in card
    assert card.index("count the goats") < card.index("repair Griftu borehole")
    assert "Maji Bora Trust: Amina Hassan" in card
    assert "Minutes not out yet: 1" in card
    assert "Support that is needed: 1" in card
    # Nobody has read the decision yet.
    assert "Trucks go to Griftu" not in card
    assert len(card.split("\n")) < 30


async def test_decisions_stand_there_once_the_minutes_are_out(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)

    await story.write(FATUMA, "/handover", chat=FATUMA)

    card = heard(story, FATUMA)
    assert "Thu 3 Dec: Trucks go to Griftu first" in card
    assert "👉 Open actions of Green Rangelands: 1\n" in card
    assert "repair Griftu" not in card
    assert "Minutes not out yet" not in card
    await story.tap(FATUMA, "🆘", chat=FATUMA)
    assert "nobody waits for support now" in heard(story, FATUMA)


async def test_who_becomes_deputy_or_speaks_first_gets_the_card(story: Story) -> None:
    await deed(story, FATUMA, "deputy")
    assert heard(story, FATUMA).startswith("🗝 Wajir: what you take over")
    assert "👉 Open actions: 2" in heard(story, FATUMA)

    await deed(story, PETER, "first")
    assert heard(story, PETER).startswith("🗝 Wajir: what you take over")
    assert "Maji Bora Trust: Peter Lokwawi" in heard(story, PETER)
    await deed(story, PETER, "first")
    texts = [shown(one).open for one in story.from_bot(PETER)]
    assert sum(text.startswith("🗝") for text in texts) == 1


async def test_when_somebody_leaves_the_next_voice_hears_which_actions_need_somebody(
    story: Story,
) -> None:
    await deed(story, AMINA, "sure")

    texts = [shown(one).open for one in story.from_bot(PETER)]
    left = [text for text in texts if "needs somebody now" in text]
    assert len(left) == 1
    assert left[0].startswith("Amina Hassan has left Wajir. 1 open action needs somebody now:")
    assert "repair Griftu borehole · until Sun 20 Dec" in left[0]
    assert any(text.startswith("🗝 Wajir: what you take over") for text in texts)


async def test_where_nobody_is_left_the_lead_hears_what_the_organisation_had_to_do(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Green Rangelands: lend a truck by 18 Dec")
    await deed(story, FATUMA, "sure")
    assert not any("lend a truck" in text for text in asked(story, LEAD))
    await deed(story, FATUMA + 1, "sure")

    assert sum("lend a truck" in text for text in asked(story, LEAD)) == 1


def asked(story: Story, person: int) -> list[str]:
    """Return what somebody was told that needs somebody now."""
    texts = [shown(one).open for one in story.from_bot(person)]
    return [text for text in texts if "somebody now" in text]


async def test_who_leaves_without_actions_leaves_without_a_word(story: Story) -> None:
    await deed(story, IBRAHIM, "sure")
    assert asked(story, LEAD) == []


async def test_strangers_get_no_card(story: Story) -> None:
    said = await story.ask(STRANGER, "/handover")
    assert "Who is who" not in said


async def test_whoever_takes_over_reads_how_much_more_there_is_to_do(story: Story) -> None:
    for number in range(3):
        await story.write(LEAD, f"/action Peter: visit ward {number + 1} by 2{number} Dec")

    await deed(story, FATUMA, "deputy")

    told, card = (shown(one).open for one in story.from_bot(FATUMA)[-2:])
    assert told.endswith("speaks first for Green Rangelands.\n/help shows what you can do.")
    assert "👉 Open actions: 5\n" in card
    assert "\n… and 2 more\n" in card
