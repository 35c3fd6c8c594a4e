"""People come and go: who leads, who speaks first, who leaves, and what stays in the record."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.domain.roles import Role
from bot.models import Coordinator, Group, Member, Membership
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

AFTER = datetime(2026, 12, 3, 8, tzinfo=UTC)
"""While the meeting of Thursday 3 December is going on."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def card(story: Story, manager: int, name: str) -> str:
    """Let somebody who manages the group look somebody up in its list, and return the card."""
    await story.write(manager, "/group", chat=manager)
    await story.tap(manager, "👥", chat=manager)
    for _ in range(3):
        labels = [read(b.text) for row in story.last(manager).buttons for b in row]
        if any(label.startswith(name) for label in labels):
            break
        await story.tap(manager, "➡️", chat=manager)
    await story.tap(manager, name, chat=manager)
    return read(story.said(manager)[-1])


async def place(story: Story, person: int) -> Membership:
    members = {m.id: m.telegram_id for m in await story.rows(Member)}
    return next(r for r in await story.rows(Membership) if members[r.member_id] == person)


async def coming(story: Story) -> str:
    """Return the line of those who come to the newest meeting."""
    lines = shown(story.last(with_button="✅ Coming")).open.splitlines()
    return next((line for line in lines if line.startswith("✅")), "")


async def planned(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")


async def test_a_lead_makes_somebody_a_deputy_who_is_told(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)

    assert await card(story, LEAD, "Ibrahim") == (
        "Ibrahim Ali\nWajir: member · speaks first for Pastoral Voices"
    )
    await story.tap(LEAD, "👤 Make deputy", chat=LEAD)

    assert (await place(story, IBRAHIM)).role is Role.DEPUTY
    assert read(story.said(LEAD)[-1]).startswith("Ibrahim Ali\nWajir: deputy lead")
    assert read(story.said(IBRAHIM)[-1]).startswith(
        "Your place in Wajir has changed: deputy lead · speaks first for Pastoral Voices."
    )
    assert "Is this right?" in await story.ask(IBRAHIM, "/meeting 3 Dec 10:00")


async def test_a_removed_member_counts_no_more_for_meetings_ahead_but_the_past_stays(
    story: Story,
) -> None:
    await planned(story)
    await story.tap(IBRAHIM, "✅ Coming")
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/meeting 10 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")
    await story.tap(IBRAHIM, "✅ Coming")
    ahead = story.last(with_button="✅ Coming").id
    assert "Pastoral Voices" in await coming(story)
    await story.travel_to(AFTER)

    await card(story, LEAD, "Ibrahim")
    await story.tap(LEAD, "🚪 Remove", chat=LEAD)
    assert read(story.said(LEAD)[-1]).startswith("Remove Ibrahim Ali from Wajir?")
    assert (await place(story, IBRAHIM)).left_at is None
    await story.tap(LEAD, "🚪 Yes", chat=LEAD)

    row = await place(story, IBRAHIM)
    assert row.left_at is not None
    assert not row.is_confirmed
    assert "✅" not in [line[:1] for line in shown(story.message(ahead)).open.splitlines()]
    # The meeting of today has begun: who came is who said so.
    assert "✅ Coming 1 · ⏳ No answer yet 7" in await story.ask(LEAD, "/when", chat=LEAD)
    assert "has ended" in read(story.said(IBRAHIM)[-1])
    assert "I do not know you" in await story.ask(IBRAHIM, "/when")


async def test_the_alternate_speaks_first_when_the_prime_has_left(story: Story) -> None:
    await story.write(AMINA, "/group", chat=AMINA)
    await story.tap(AMINA, "🚪 Ondoka", chat=AMINA)
    assert (await place(story, AMINA)).left_at is None
    await story.tap(AMINA, "🚪 Ndiyo", chat=AMINA)

    assert read(story.said(AMINA)[-1]).startswith("✅ Umeondoka Wajir.")
    assert (await place(story, AMINA)).left_at is not None
    assert not (await place(story, PETER)).is_alternate


async def test_who_left_comes_back_by_the_link_as_a_member_who_waits(story: Story) -> None:
    await card(story, COORDINATOR, "Yusuf")
    await story.tap(COORDINATOR, "🚪 Remove", chat=COORDINATOR)
    await story.tap(COORDINATOR, "🚪 Yes", chat=COORDINATOR)
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "🔗", chat=LEAD)
    found = re.search(r"start=([\w-]+)$", story.said(LEAD)[-1])
    assert found is not None

    await story.write(DEPUTY, f"/start {found[1]}", chat=DEPUTY)
    await story.tap(DEPUTY, "Wajir Drought", chat=DEPUTY)
    await story.tap(DEPUTY, "📱", chat=DEPUTY)

    row = await place(story, DEPUTY)
    assert (row.left_at, row.is_confirmed, row.role) == (None, False, Role.MEMBER)


async def test_the_only_lead_stays_until_somebody_else_leads(story: Story) -> None:
    refusal = "Nobody else leads this group. Please make somebody else a lead first, in /group."
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "🚪 Leave", chat=LEAD)
    assert await story.tap(LEAD, "🚪 Yes", chat=LEAD) == refusal
    await card(story, LEAD, "Halima")
    assert await story.tap(LEAD, "👤 Make an ordinary", chat=LEAD) == refusal

    await card(story, LEAD, "Yusuf")
    await story.tap(LEAD, "👤 Make lead", chat=LEAD)
    await card(story, LEAD, "Halima")
    assert await story.tap(LEAD, "👤 Make an ordinary", chat=LEAD) == ""
    assert (await place(story, LEAD)).role is Role.MEMBER


async def test_a_lead_cannot_remove_the_coordination_team(story: Story) -> None:
    member = next(m for m in await story.rows(Member) if m.telegram_id == IBRAHIM)

    async def join_team(session: object) -> None:
        [group] = groups
        session.add(Coordinator(coalition_id=group.coalition_id, member_id=member.id or 0))  # type: ignore[attr-defined]  # a session

    groups = await story.rows(Group)
    await story.program.toolbox.database.run(join_team)
    await card(story, LEAD, "Ibrahim")
    await story.tap(LEAD, "🚪 Remove", chat=LEAD)

    assert await story.tap(LEAD, "🚪 Yes", chat=LEAD) == (
        "This person is on the coordination team. Only the coordination team can remove them."
    )


async def test_an_observer_reads_along_and_an_alternate_takes_over(story: Story) -> None:
    await planned(story)
    await card(story, LEAD, "Amina")
    await story.tap(LEAD, "👁", chat=LEAD)

    assert (await place(story, AMINA)).role is Role.OBSERVER
    assert not (await place(story, PETER)).is_alternate
    assert "Coming" not in await story.tap(AMINA, "✅ Coming")


async def test_somebody_changes_organisation_and_the_new_one_is_counted(story: Story) -> None:
    await planned(story)
    await story.tap(IBRAHIM, "✅ Coming")
    await card(story, LEAD, "Ibrahim")

    await story.tap(LEAD, "🏢", chat=LEAD)
    await story.tap(LEAD, "Green", chat=LEAD)

    assert "Green Rangelands" in await coming(story)
    assert "Pastoral Voices" not in await coming(story)
    row = await place(story, IBRAHIM)
    assert row.is_alternate


async def test_the_lead_says_who_speaks_first(story: Story) -> None:
    await card(story, LEAD, "Peter")
    await story.tap(LEAD, "⭐", chat=LEAD)

    assert not (await place(story, PETER)).is_alternate
    assert (await place(story, AMINA)).is_alternate


async def test_a_deputy_sees_the_people_but_does_not_change_them(story: Story) -> None:
    await card(story, DEPUTY, "Ibrahim")
    assert [len(row) for row in story.last(DEPUTY).buttons] == [1]
    [group] = await story.rows(Group)
    member = next(m for m in await story.rows(Member) if m.telegram_id == IBRAHIM)
    for deed in ("lead", "remove", "sure"):
        data = f"deed:{group.id}:{member.id}:{deed}"
        assert await story.forge(DEPUTY, data, chat=DEPUTY) != ""
        await story.write(STRANGER, "/start", chat=STRANGER)
        assert await story.forge(STRANGER, data, chat=STRANGER) != ""
    row = await place(story, IBRAHIM)
    assert (row.role, row.left_at) == (Role.MEMBER, None)
