"""How partners come in by themselves: the group's link, whose phone, who confirms them."""

import re
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.models import Group, Member, Membership, Organisation, Seat
from tests.stories.story import (
    AMINA,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

WELCOME = (
    "Welcome to Wajir (Partnership for Drought Resilience).\n"
    "For which organisation do you speak? Tap it, or write its name."
)
WHOSE = "Whose phone is this: yours, or one that several people of the office share?"
THANKS = (
    "Thank you. Pastoral Voices or a lead of Wajir now confirms you. Until then you can read and "
    "answer, but your answer is not counted.\n"
    "/when shows the next meetings."
)
ASKED = (
    "Tom Visitor wants to speak for Pastoral Voices in Wajir.\n"
    "Do you know them? Until you say yes, their answers are not counted."
)
CONFIRMED = "✅ Wajir: you are confirmed as alternate of Pastoral Voices. Your answers count now."

NEWCOMER = 98
UNLISTED = "Camel Milk"
"""An organisation that is in no list."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def opening(story: Story, lead: int = LEAD, label: str = "🔗 Link") -> str:
    """Let a lead look up the link for partners; return what opening it sends."""
    await story.write(lead, "/group", chat=lead)
    await story.tap(lead, label, chat=lead)
    found = re.search(r"https://t\.me/BarazaPlayBot\?start=([\w-]{1,64})$", story.said(lead)[-1])
    assert found is not None
    return f"/start {found[1]}"


async def place(story: Story, person: int) -> Membership | None:
    """Return the membership of a person, if there is any."""
    members = {m.id: m.telegram_id for m in await story.rows(Member)}
    rows = [row for row in await story.rows(Membership) if members[row.member_id] == person]
    return rows[0] if rows else None


async def joins(story: Story, person: int, organisation: str, phone: str = "📱 Mine") -> None:
    """Let a person open the link, and answer its questions by tapping."""
    await chooses(story, person, await opening(story), organisation, phone)


async def chooses(
    story: Story, person: int, opened: str, organisation: str, phone: str = "📱 Mine"
) -> None:
    """Let a person open a link, and answer its questions; a name that is not listed is typed."""
    await story.write(person, opened, chat=person)
    if organisation == UNLISTED:
        await story.tap(person, "Mine is not", chat=person)
        await story.write(person, organisation, chat=person)
    else:
        await story.tap(person, organisation, chat=person)
    await story.tap(person, phone, chat=person)


async def test_a_partner_comes_in_by_the_link_and_the_prime_confirms_them(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    assert await story.ask(STRANGER, await opening(story), chat=STRANGER) == WELCOME
    assert [row[0] for row in shown(story.last(STRANGER)).buttons[:9]] == [
        "Afya Mashinani",
        "Elimu Kaskazini",
        "Green Rangelands",
        "Maji Bora Trust",
        "Pastoral Voices",
        "Tumaini Livestock",
        "Wajir Drought Office",
        "Wajir Women Network",
        "Mine is not in the list",
    ]

    await story.tap(STRANGER, "Pastoral", chat=STRANGER)
    assert read(story.said(STRANGER)[-1]) == f"Pastoral Voices\n{WHOSE}"
    await story.tap(STRANGER, "📱 Mine", chat=STRANGER)

    assert read(story.said(STRANGER)[-1]) == THANKS
    # The prime can be written to, so the lead is left in peace.
    assert read(story.said(IBRAHIM)[-1]) == ASKED
    assert story.last(IBRAHIM).is_silent
    assert ASKED not in map(read, story.said(LEAD))

    assert await story.tap(IBRAHIM, "✅ Yes", chat=IBRAHIM) == "✅ Done."

    assert read(story.said(STRANGER)[-1]) == CONFIRMED
    assert read(story.said(IBRAHIM)[-1]) == "✅ Wajir: Tom Visitor speaks for Pastoral Voices."
    row = await place(story, STRANGER)
    assert row is not None
    assert (row.is_confirmed, row.is_alternate, row.is_office) == (True, True, False)


async def test_without_a_reachable_prime_the_leads_are_asked(story: Story) -> None:
    await joins(story, STRANGER, "Pastoral")

    assert read(story.said(LEAD)[-1]) == ASKED
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    assert read(story.said(STRANGER)[-1]) == CONFIRMED


async def test_the_prime_of_another_organisation_does_not_confirm(story: Story) -> None:
    await joins(story, STRANGER, "Pastoral")
    data = story.data_of(story.last(LEAD), "✅ Yes")
    await story.write(AMINA, "/start", chat=AMINA)

    assert await story.forge(AMINA, data, chat=AMINA) == (
        "Kitufe hiki ni cha viongozi wa kikundi. Vitufe vingine ni vyako."
    )
    row = await place(story, STRANGER)
    assert row is not None
    assert not row.is_confirmed


async def test_the_question_about_somebody_is_answered_in_words(story: Story) -> None:
    await joins(story, STRANGER, "Pastoral")
    asked = story.last(LEAD)
    assert await story.ask(LEAD, "perhaps", chat=LEAD) == (
        'I did not understand this. Please tap a button, or write "yes" or "no".'
    )
    await story.write(LEAD, "hapana", chat=LEAD, reply_to=asked.id)
    row = await place(story, STRANGER)
    assert row is not None
    assert row.left_at is not None
    assert read(story.message(asked.id, LEAD).text) == (
        "Wajir: Tom Visitor does not speak for Pastoral Voices."
    )

    await joins(story, STRANGER, "Pastoral")
    await story.write(LEAD, "ndiyo", chat=LEAD)
    assert read(story.said(STRANGER)[-1]) == CONFIRMED
    # The first question says what it said: a second verdict is about the second question.
    assert "does not speak" in read(story.message(asked.id, LEAD).text)


async def test_who_is_not_known_is_declined_politely_and_can_choose_again(story: Story) -> None:
    await joins(story, STRANGER, "Pastoral")

    await story.tap(LEAD, "✖️ No", chat=LEAD)

    assert read(story.said(STRANGER)[-1]) == (
        "Wajir: nobody could confirm that you speak for Pastoral Voices. Perhaps you meant "
        "another organisation: then open the link again. Or ask a lead of the group."
    )
    assert "waits" not in await story.ask(STRANGER, "/when", chat=STRANGER)
    await joins(story, STRANGER, "Maji")
    assert read(story.said(LEAD)[-1]).startswith(
        "Tom Visitor wants to speak for Maji Bora Trust in Wajir."
    )


async def test_a_wrong_choice_is_mended_and_the_question_about_it_is_taken_back(
    story: Story,
) -> None:
    await joins(story, STRANGER, "Maji")
    wrong = story.last(LEAD)
    old_button = story.data_of(wrong, "✅ Yes")
    await joins(story, STRANGER, "Pastoral")

    over = "Wajir: this question about Tom Visitor is over."
    assert read(story.message(wrong.id, LEAD).text) == over
    # A phone without a network still shows the old button: it confirms nothing else.
    assert await story.forge(LEAD, old_button, chat=LEAD) == (
        "Nobody waits here any more: this person was confirmed already, or has left."
    )
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    row = await place(story, STRANGER)
    assert row is not None
    names = {o.id: o.name for o in await story.rows(Organisation)}
    assert names[row.organisation_id] == "Pastoral Voices"


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("pastoral voices", "Pastoral Voices"),
        ("PASTORAL", "Pastoral Voices"),
        ("MBT", "Maji Bora Trust"),
        ("women network", "Wajir Women Network"),
    ],
)
async def test_the_organisation_can_be_typed(story: Story, typed: str, understood: str) -> None:
    await story.write(STRANGER, await opening(story), chat=STRANGER)

    assert await story.ask(STRANGER, typed, chat=STRANGER) == f"{understood}\n{WHOSE}"


async def test_an_organisation_that_is_not_listed_is_proposed_to_the_lead_who_adds_it(
    story: Story,
) -> None:
    await story.write(STRANGER, await opening(story), chat=STRANGER)
    await story.tap(STRANGER, "Mine is not", chat=STRANGER)
    assert await story.ask(STRANGER, "12 !", chat=STRANGER) == (
        "I need a name in letters, please, for example: Water Partners\n"
        "\n"
        "What is your organisation called? I pass the name on to the lead of the group."
    )
    assert await story.ask(STRANGER, "Camel <b>Milk</b>", chat=STRANGER) == (
        f"Camel <b>Milk</b> is not in the list; a lead of the group is asked to add it.\n{WHOSE}"
    )
    await story.write(STRANGER, "1", chat=STRANGER)

    assert read(story.said(LEAD)[-1]) == (
        "Tom Visitor wants to speak in Wajir for an organisation that is not in the list: "
        "Camel <b>Milk</b>.\n"
        "Do you know them? If you say yes, the organisation is added, too."
    )
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    assert len(await story.rows(Seat)) == 9
    assert read(story.said(STRANGER)[-1]) == (
        "✅ Wajir: you are confirmed and speak for Camel <b>Milk</b>. Your answers count now."
    )


async def test_who_waits_is_not_lost_when_nobody_could_be_asked(story: Story) -> None:
    [group] = await story.rows(Group)
    await chooses(story, STRANGER, f"/start {group.join_code}", UNLISTED)
    assert read(story.said(STRANGER)[-1]).startswith(
        "Thank you. A lead of Wajir now confirms you for Camel Milk. Until then you can read and "
        "answer, but your answer is not counted."
    )
    assert story.said(LEAD) == []

    await story.write(LEAD, "/group", chat=LEAD)
    menu, question = map(read, story.said(LEAD))
    assert "⏳ 1 person waits to be confirmed." in menu
    assert question.startswith("Tom Visitor wants to speak in Wajir for an organisation that is")

    # Who puts it off finds it in the menu again.
    await story.tap(LEAD, "⏳ Who waits", chat=LEAD)
    assert [read(said) for said in story.said(LEAD)[1:]] == [question, question]
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    assert read(story.said(STRANGER)[-1]).startswith("✅ Wajir: you are confirmed")
    assert not any(message.buttons for message in story.from_bot(LEAD)[1:])
    assert "waits" not in await story.ask(LEAD, "/group", chat=LEAD)


async def test_a_prime_learns_who_waits_for_the_own_organisation_only(story: Story) -> None:
    [group] = await story.rows(Group)
    for person, organisation in ((STRANGER, "Pastoral"), (NEWCOMER, "Maji")):
        story.telegram.add_user(person, f"Person {person}")
        await chooses(story, person, f"/start {group.join_code}", organisation)

    await story.write(IBRAHIM, "/group", chat=IBRAHIM)

    menu, question = map(read, story.said(IBRAHIM))
    assert "⏳ 1 person waits" in menu
    assert "Pastoral Voices" in question


async def test_who_waits_for_an_organisation_that_is_not_listed_can_answer(story: Story) -> None:
    await joins(story, STRANGER, UNLISTED)
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")

    assert await story.tap(STRANGER, "✅ Coming") == (
        "✅ Noted: Camel Milk comes. It counts once your organisation or a lead has confirmed you."
    )
    meeting = story.last(with_button="✅ Coming")
    assert "✅ Coming" not in shown(meeting).open
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    assert "✅ Coming 1: Camel Milk" in shown(story.message(meeting.id)).open


async def test_an_office_phone_answers_for_its_organisation_but_is_nobodys_prime(
    story: Story,
) -> None:
    await story.write(LEAD, "/setup Wajir; Africa/Nairobi; en sw; Camel Milk")
    await joins(story, STRANGER, "Camel", "🏢 The office's")
    assert read(story.said(LEAD)[-1]).startswith(
        "Tom Visitor says: this is the office phone of Camel Milk, Wajir."
    )
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    assert read(story.said(STRANGER)[-1]) == "✅ Wajir: this phone now answers for Camel Milk."

    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")
    await story.tap(STRANGER, "📞 By phone")

    assert "📞 By phone 1: Camel Milk" in shown(story.last(with_button="📞")).open
    # No person speaks for it yet: it hands nothing over, and the first person becomes the prime.
    await story.write(STRANGER, "/group", chat=STRANGER)
    assert [row[0].text for row in story.last(STRANGER).buttons] == ["🚪 Leave this group"]
    roll = story.last(with_button="Camel")
    assert "1 organisation has nobody yet: Camel Milk" in shown(roll).open


async def test_whoever_confirms_says_that_a_phone_is_the_offices(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/setup Wajir; Africa/Nairobi; en sw; Camel Milk")
    await story.tap(STRANGER, "Camel")
    await story.tap(LEAD, "🏢 Yes, it is the office's phone", chat=LEAD)

    row = await place(story, STRANGER)
    assert row is not None
    assert (row.is_confirmed, row.is_office) == (True, True)
    assert read(story.said(LEAD)[-1]) == (
        "✅ Wajir: the phone of Tom Visitor answers for the office of Camel Milk."
    )
    # It answers, and does nothing that is somebody's own.
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")
    await story.tap(STRANGER, "✅ Coming")
    assert "✅ Coming 1: Camel Milk" in shown(story.last(with_button="✅ Coming")).open
    assert (await story.ask(STRANGER, "/additem Trucks, 20 min")).startswith(
        "This is the phone of an office: it answers for its organisation. Please do this from a "
        "phone of your own."
    )


async def test_an_answer_goes_with_the_organisation_for_which_it_was_given(story: Story) -> None:
    await joins(story, STRANGER, "Pastoral")
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")
    meeting = story.last(with_button="✅ Coming").id
    await story.tap(STRANGER, "✅ Coming", message=meeting)

    await joins(story, STRANGER, "Maji")
    assert "What you answered before was for another organisation: please answer again." in read(
        story.said(STRANGER)[-1]
    )
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    assert "✅ Coming" not in shown(story.message(meeting)).open
    await story.tap(STRANGER, "📞", message=meeting)
    assert "📞 By phone 1: Maji Bora Trust" in shown(story.message(meeting)).open


async def test_first_words_of_a_stranger_offer_the_choice_of_organisation(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")
    meeting = story.last(with_button="✅ Coming")

    assert await story.tap(STRANGER, "✅ Coming", message=meeting.id) == (
        'I do not know you in this group yet. Please tap your organisation in the list "Who speaks '
        'for whom?" in this chat, and try again.'
    )
    roll = story.last(with_button="Pastoral")
    assert shown(roll).open.startswith("Who speaks for whom in Wajir?")
    reply = await story.ask(STRANGER, "yes", reply_to=meeting.id)
    assert reply.startswith(
        "I do not know you as a member of this group yet. Please choose your organisation: tap its "
        "name in the list in this chat, or open this link: https://t.me/BarazaPlayBot?start="
    )
    # One list is enough.
    assert story.last(with_button="Pastoral").id == roll.id

    await story.tap(STRANGER, "Pastoral", message=roll.id)
    await story.tap(STRANGER, "✅ Coming", message=meeting.id)
    await story.tap(LEAD, "✅ Tom", message=roll.id)
    assert "✅ Coming 1: Pastoral Voices" in shown(story.message(meeting.id)).open


async def test_who_is_known_only_opens_the_private_chat_by_the_link(story: Story) -> None:
    link = await opening(story)
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "📶", chat=LEAD)
    assert read(story.said(LEAD)[-1]) == (
        "Wajir: I reach 1 of 8 organisations in private.\n"
        "✅ Wajir Drought Office\n"
        "⏳ Afya Mashinani, Elimu Kaskazini, Green Rangelands, Maji Bora Trust, Pastoral Voices, "
        "Tumaini Livestock, Wajir Women Network\n"
        "Send these the link for partners: somebody of theirs opens it and taps Start."
    )

    assert await story.ask(IBRAHIM, link, chat=IBRAHIM) == (
        "✅ I know you: you speak for Pastoral Voices in Wajir. From now on I can write to you "
        "here, too. /help shows what you can do."
    )

    assert "I reach 2 of 8 organisations in private." in await story.ask(LEAD, "/group", chat=LEAD)
    await story.write(PETER, "/setup x", chat=PETER)
    assert "I reach 3 of 8" in await story.ask(LEAD, "/group", chat=LEAD)


async def test_a_renewed_link_closes_the_old_one(story: Story) -> None:
    old = await opening(story)
    new = await opening(story, label="♻️")

    assert old != new
    assert await story.ask(STRANGER, old, chat=STRANGER) == (
        "This link was used before, or it is too old. Please ask for a new one. "
        "/help shows what you can do."
    )
    assert await story.ask(STRANGER, new, chat=STRANGER) == WELCOME


async def test_the_link_opened_twice_goes_on_and_in_a_group_it_stays_closed(story: Story) -> None:
    link = await opening(story)
    await story.write(STRANGER, link, chat=STRANGER)
    await story.tap(STRANGER, "Pastoral", chat=STRANGER)

    assert await story.ask(STRANGER, link, chat=STRANGER) == (
        f"You began this before. Let us go on where you stopped.\n\nPastoral Voices\n{WHOSE}"
    )
    assert await story.ask(PETER, link) == (
        "Tafadhali fungua kiungo hiki katika mazungumzo ya faragha nami: katika kikundi, wengine "
        "wanakiona. Bado kinafanya kazi."
    )


async def test_many_organisations_come_in_pages(story: Story) -> None:
    more = ", ".join(f"Partner {number:02}" for number in range(12))
    await story.write(LEAD, f"/setup Wajir; Africa/Nairobi; en sw; {more}")
    await story.write(STRANGER, await opening(story), chat=STRANGER)
    first = shown(story.last(STRANGER)).buttons
    await story.tap(STRANGER, "➡️ More", chat=STRANGER)
    second = shown(story.last(STRANGER)).buttons

    assert first[0] == ["Afya Mashinani"]
    assert second[0] == ["Partner 04"]
    await story.tap(STRANGER, "Partner 07", chat=STRANGER)
    assert read(story.said(STRANGER)[-1]) == f"Partner 07\n{WHOSE}"


async def test_only_those_who_may_confirm_learn_who_waits_and_whom_the_bot_reaches(
    story: Story,
) -> None:
    await joins(story, STRANGER, "Pastoral")
    [group] = await story.rows(Group)

    await story.write(IBRAHIM, "/group", chat=IBRAHIM)
    assert not any("📶" in b.text for row in story.last(IBRAHIM).buttons for b in row)
    for item in ("reachable", "link", "new-link"):
        refused = await story.forge(IBRAHIM, f"group:{group.id}:{item}", chat=IBRAHIM)
        assert refused.startswith("This button is for the leads")


async def test_the_menu_of_a_group_says_for_whom_one_speaks_or_stands_in(story: Story) -> None:
    await story.write(AMINA, "/language en", chat=AMINA)
    await story.write(PETER, "/language en", chat=PETER)

    assert "You speak for Maji Bora Trust." in await story.ask(AMINA, "/group", chat=AMINA)
    assert "You are the alternate of Maji Bora Trust." in await story.ask(
        PETER, "/group", chat=PETER
    )


async def test_a_tap_on_the_people_of_a_group_is_answered_once(story: Story) -> None:
    await story.write(LEAD, "/group", chat=LEAD)

    with capture_logs() as logged:
        await story.tap(LEAD, "👥", chat=LEAD)

    assert [entry for entry in logged if entry["event"] == "telegram.direct_call_failed"] == []
