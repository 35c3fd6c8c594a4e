"""Who is let in by a link, and who is not: leads, deputies, the team, a prime's successor."""

import re
from collections.abc import AsyncIterator

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
    told,
)

OTIENO = 13
"""The other one of the coordination team."""
OVER = (
    "This link was used before, or it is too old. Please ask for a new one. "
    "/help shows what you can do."
)
OWN = (
    "You made this link yourself, so it is not for you. Please send it on to the person whom you "
    "want to invite; it still works."
)
LEADING = (
    "You are invited to lead Wajir (Partnership for Drought Resilience). A lead plans meetings and "
    "confirms who belongs to the group.\n"
    "\n"
    "Whoever invited you will be told your name. Do you accept?"
)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def link(story: Story, person: int, label: str) -> str:
    """Let somebody make a link from the menu of their group; return what opening it sends."""
    await story.ask(person, "/group", chat=person)
    await story.tap(person, label, chat=person)
    found = re.search(r"https://t\.me/BarazaPlayBot\?start=([\w-]{1,64})$", story.said(person)[-1])
    assert found is not None
    return f"/start {found[1]}"


async def roles_of(story: Story, person: int) -> list[Role]:
    """Return the roles that a person really has in groups."""
    members = {m.id: m.telegram_id for m in await story.rows(Member)}
    rows = await story.rows(Membership)
    return [row.role for row in rows if members[row.member_id] == person and row.is_confirmed]


async def primes(story: Story, *people: int) -> list[int]:
    """Return who of these speaks first for their organisation."""
    members = {m.id: m.telegram_id for m in await story.rows(Member)}
    rows = [row for row in await story.rows(Membership) if row.is_confirmed]
    return sorted(
        members[row.member_id]
        for row in rows
        if members[row.member_id] in people and not row.is_alternate
    )


async def test_a_lead_invites_another_who_accepts_in_private_and_is_named_to_the_lead(
    story: Story,
) -> None:
    opening = await link(story, LEAD, "👤 Invite a lead")

    assert await story.ask(STRANGER, opening, chat=STRANGER) == LEADING
    # Looking at it changes nothing yet: it may have been a slip of the finger.
    assert await roles_of(story, STRANGER) == []

    assert await story.tap(STRANGER, "✅ Yes", chat=STRANGER) == "✅ Done."

    assert await roles_of(story, STRANGER) == [Role.LEAD]
    assert read(story.said(STRANGER)[-1]).startswith(
        "✅ You now lead Wajir (Partnership for Drought Resilience)."
    )
    assert read(story.said(LEAD)[-1]) == (
        "✅ Tom Visitor accepted and now leads Wajir (Partnership for Drought Resilience).\n"
        "Is that not who you meant? Tap below within a week, and it is undone."
    )
    assert await story.ask(STRANGER, "/meeting 3 Dec 10:00 Hall") != ""


async def test_who_was_not_meant_is_taken_back_within_a_week(story: Story) -> None:
    opening = await link(story, LEAD, "👤 Invite a deputy")
    await story.write(STRANGER, opening, chat=STRANGER)
    await story.write(STRANGER, "yes", chat=STRANGER, reply_to=story.last(STRANGER).id)
    assert await roles_of(story, STRANGER) == [Role.DEPUTY]
    button = story.last(LEAD, with_button="↩️")
    data = story.data_of(button, "↩️")

    # The button is the inviter's alone, wherever else it is pressed.
    assert await story.forge(STRANGER, data, chat=STRANGER) != ""
    assert await roles_of(story, STRANGER) == [Role.DEPUTY]
    await story.tap(LEAD, "↩️", chat=LEAD)

    assert await roles_of(story, STRANGER) == []
    assert read(story.said(LEAD)[-1]).startswith("✅ Undone: Tom Visitor no longer has this place.")
    assert read(story.said(STRANGER)[-1]).startswith(
        "The invitation to Wajir (Partnership for Drought Resilience) was meant for somebody else"
    )
    assert await story.tap(LEAD, "↩️", chat=LEAD, message=button.id) == OVER


async def test_after_a_week_it_stands(story: Story) -> None:
    opening = await link(story, LEAD, "👤 Invite a deputy")
    await story.write(STRANGER, opening, chat=STRANGER)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)

    await story.travel(days=7)

    assert await story.tap(LEAD, "↩️", chat=LEAD) == OVER
    assert await roles_of(story, STRANGER) == [Role.DEPUTY]


async def test_undoing_gives_back_the_place_that_there_was_before(story: Story) -> None:
    opening = await link(story, COORDINATOR, "👤 Invite a lead")
    await story.write(AMINA, opening, chat=AMINA)
    await story.tap(AMINA, "✅ Ndiyo", chat=AMINA)
    assert await roles_of(story, AMINA) == [Role.LEAD]

    await story.tap(COORDINATOR, "↩️", chat=COORDINATOR)

    assert await roles_of(story, AMINA) == [Role.MEMBER]
    assert await primes(story, AMINA, PETER) == [AMINA]


async def test_a_link_is_not_used_up_by_those_it_is_not_for(story: Story) -> None:
    opening = await link(story, LEAD, "👤 Invite a deputy")

    assert await story.ask(LEAD, opening, chat=LEAD) == OWN
    assert await story.ask(DEPUTY, opening, chat=DEPUTY) == (
        "Tayari una nafasi hiyo, kwa hiyo huhitaji kiungo hiki. "
        "Bado kinafanya kazi kwa mtu mwingine."
    )
    assert await story.ask(STRANGER, opening) == (
        "Please open this link in a private chat with me: in a group, others see it. "
        "It still works."
    )
    await story.write(IBRAHIM, opening, chat=IBRAHIM)
    await story.tap(IBRAHIM, "✖️ No", chat=IBRAHIM)
    assert read(story.said(IBRAHIM)[-1]) == (
        "Nothing has changed. The link still works for whoever it was meant for."
    )

    await story.write(STRANGER, opening, chat=STRANGER)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)

    assert await roles_of(story, STRANGER) == [Role.DEPUTY]
    assert await roles_of(story, IBRAHIM) == [Role.MEMBER]


async def test_a_link_works_once_and_for_a_fortnight(story: Story) -> None:
    used = await link(story, LEAD, "👤 Invite a deputy")
    old = await link(story, LEAD, "👤 Invite a deputy")
    await story.write(STRANGER, used, chat=STRANGER)
    await story.write(IBRAHIM, used, chat=IBRAHIM)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)

    assert await story.tap(IBRAHIM, "✅ Yes", chat=IBRAHIM) == OVER
    assert await story.ask(IBRAHIM, used, chat=IBRAHIM) == OVER
    await story.travel(days=14)
    assert await story.ask(IBRAHIM, old, chat=IBRAHIM) == OVER
    assert await roles_of(story, IBRAHIM) == [Role.MEMBER]


async def test_the_question_is_answered_in_words_and_asks_again_for_what_it_does_not_understand(
    story: Story,
) -> None:
    opening = await link(story, LEAD, "👤 Invite a deputy")
    await story.write(IBRAHIM, opening, chat=IBRAHIM)

    assert await story.ask(IBRAHIM, "perhaps", chat=IBRAHIM) == (
        'I did not understand this. Please tap a button, or write "yes" or "no".'
    )
    await story.write(IBRAHIM, "yes", chat=IBRAHIM)

    assert await roles_of(story, IBRAHIM) == [Role.DEPUTY]


async def test_a_forged_yes_opens_nothing_to_those_who_never_saw_the_link(story: Story) -> None:
    opening = await link(story, LEAD, "👤 Invite a deputy")
    await story.write(IBRAHIM, opening, chat=IBRAHIM)
    data = story.data_of(story.last(IBRAHIM, with_button="✅ Yes"), "✅ Yes")
    await story.write(STRANGER, "/start", chat=STRANGER)

    assert await story.forge(STRANGER, data, chat=STRANGER) == OVER
    assert await roles_of(story, STRANGER) == []


async def test_a_prime_hands_over_by_link_without_the_lead_who_learns_of_it(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    opening = await link(story, IBRAHIM, "🔁 Hand over")
    assert await story.ask(STRANGER, opening, chat=STRANGER) == (
        "You are invited to speak for Pastoral Voices in Wajir (Partnership for Drought "
        "Resilience).\n"
        "\n"
        "Whoever invited you will be told your name. Do you accept?"
    )

    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)

    assert await primes(story, IBRAHIM, STRANGER) == [STRANGER]
    assert read(story.said(IBRAHIM)[-1]).startswith(
        "✅ Tom Visitor accepted and now speaks for Pastoral Voices in Wajir (Partnership for "
        "Drought Resilience). You are the alternate now."
    )
    news = story.last(LEAD)
    assert read(news.text) == (
        "Pastoral Voices, Wajir (Partnership for Drought Resilience): Ibrahim Ali has handed over "
        "to Tom Visitor. You need not do anything."
    )
    assert news.is_silent
    # An alternate no longer hands over, and an undone handing over leaves no two primes.
    await story.tap(IBRAHIM, "↩️", chat=IBRAHIM)
    assert await primes(story, IBRAHIM, STRANGER) == [IBRAHIM]


async def test_a_successor_is_not_taken_from_another_organisation(story: Story) -> None:
    opening = await link(story, IBRAHIM, "🔁 Hand over")

    assert await story.ask(AMINA, opening, chat=AMINA) == (
        "Katika kikundi hiki unawakilisha Maji Bora Trust. Ikiwa hilo limebadilika, tafadhali "
        "mwombe kwanza kiongozi wa kikundi. Kiungo bado kinafanya kazi."
    )
    assert await primes(story, IBRAHIM, AMINA) == [AMINA, IBRAHIM]


async def test_the_team_invites_to_the_team_and_nobody_else_does(story: Story) -> None:
    await story.write(LEAD, "/group", chat=LEAD)
    assert all("team" not in b.text for row in story.last(LEAD).buttons for b in row)
    [group] = await story.rows(Group)
    assert await story.forge(LEAD, f"group:{group.id}:team", chat=LEAD) == (
        "Only the coordination team can do this. Please ask them. /help shows what you can do."
    )
    opening = await link(story, COORDINATOR, "👥 Invite")

    await story.write(STRANGER, opening, chat=STRANGER)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)

    assert len(await story.rows(Coordinator)) == 3
    assert (await story.ask(STRANGER, "/group", chat=STRANGER)).startswith(
        "Wajir · Partnership for Drought Resilience\nYou are on the coordination team."
    )


async def test_who_leaves_the_coordination_team_is_asked_about_first_and_told(
    story: Story,
) -> None:
    await story.ask(OTIENO, "/start", chat=OTIENO)
    assert "Coordination team: Njeri Kamau, Otieno Ouma" in await story.ask(
        COORDINATOR, "/coalition", chat=COORDINATOR
    )

    await story.tap(COORDINATOR, "🚪 Remove from the coordination team", chat=COORDINATOR)
    await story.tap(COORDINATOR, "Otieno", chat=COORDINATOR)
    question = read(story.said(COORDINATOR)[-1])
    assert question.startswith("Remove Otieno Ouma from the coordination team")
    await story.tap(COORDINATOR, "🚪 Yes", chat=COORDINATOR)

    assert read(story.said(COORDINATOR)[-1]).startswith("✅ Otieno Ouma is no longer on")
    assert story.said(OTIENO)[-1].startswith("You are no longer on the coordination team of")
    assert (await story.ask(OTIENO, "/coalition", chat=OTIENO)).startswith("Only who runs this")


async def test_the_last_of_the_coordination_team_stays(story: Story) -> None:
    # Each has the question about Otieno before them.
    for person in (COORDINATOR, OTIENO):
        await story.ask(person, "/coalition", chat=person)
        await story.tap(person, "🚪 Remove", chat=person)
    await story.tap(OTIENO, "Otieno", chat=OTIENO)
    await story.tap(OTIENO, "🚪 Yes", chat=OTIENO)
    assert story.said(OTIENO)[-1].startswith("✅ You are no longer on the coordination team")

    assert (await story.tap(COORDINATOR, "Njeri", chat=COORDINATOR)).startswith(
        "Nobody else is on the coordination team."
    )
    assert len(await story.rows(Coordinator)) == 1
    await story.ask(COORDINATOR, "/coalition", chat=COORDINATOR)
    assert all("🚪" not in b.text for row in story.last(COORDINATOR).buttons for b in row)


async def test_the_links_of_a_lead_who_lost_the_place_work_no_more(story: Story) -> None:
    first = await link(story, COORDINATOR, "👤 Invite a lead")
    await story.write(STRANGER, first, chat=STRANGER)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)
    opening = await link(story, STRANGER, "👤 Invite a lead")

    await story.tap(COORDINATOR, "↩️", chat=COORDINATOR)

    assert await story.ask(IBRAHIM, opening, chat=IBRAHIM) == OVER


async def test_in_the_group_the_menu_is_answered_in_private(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    answer = await story.ask(LEAD, "/group")

    assert answer == (
        "I answer you in a private chat. If you hear nothing there, open it here and write "
        "/group: https://t.me/BarazaPlayBot?start=group"
    )
    menu = story.said(LEAD)[-1]
    assert read(menu) == (
        "Wajir · Partnership for Drought Resilience\n"
        "You speak for Wajir Drought Office.\n"
        "You lead this group.\n"
        "\n"
        "I reach 1 of 8 organisations in private."
    )
    assert await story.ask(LEAD, "/start group", chat=LEAD) == read(menu)
