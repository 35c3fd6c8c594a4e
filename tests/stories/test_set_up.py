"""The first hour: the operator's link, the coalition, a group's settings, and changing them."""

from collections.abc import AsyncIterator

import pytest

from bot.models import Coalition, Conversation, Group, Meeting, Membership, Organisation
from bot.services import invitations
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    GROUP,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPERATOR = COORDINATOR
ISIOLO, HANOI = -4002, -4003
NAME = "What is the coalition called?"


async def beginning(story: Story) -> None:
    story.telegram.add_group(
        ISIOLO, "Isiolo", members=[LEAD, AMINA, COORDINATOR, STRANGER], has_bot=False
    )


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[Story]:
    """A bot that knows nobody yet, and has just got its operator."""
    async with told(database_url, is_seeded=False) as story:
        code = await story.program.toolbox.database.run(
            lambda session: invitations.invite_operator(session, now=story.clock.now())
        )
        await story.write(OPERATOR, f"/start {code}", chat=OPERATOR)
        yield story


def newest(story: Story, chat: int) -> str:
    """Return what the bot's newest message in a chat says."""
    return read(story.last(chat).text)


async def founded(story: Story, name: str, languages: str = "en sw") -> None:
    """Let the operator found a coalition in one line."""
    await story.write(OPERATOR, f"/coalition {name}; {languages}; Asha, 0700", chat=OPERATOR)


async def brought(story: Story, person: int, chat: int = ISIOLO) -> None:
    """Let a person bring the bot into a chat."""
    story.telegram.bring_back(chat, by=person)
    await story.settle()


async def answer(story: Story, text: str, chat: int, person: int = COORDINATOR) -> str:
    """Type an answer in a group: a reply, because the bot reads nothing else there."""
    return await story.ask(person, text, chat=chat, reply_to=story.last(chat).id)


async def test_an_accepted_operator_link_leads_to_a_coalition(fresh: Story) -> None:
    assert newest(fresh, OPERATOR).startswith(NAME)
    assert (await fresh.ask(OPERATOR, "Drought Partnership", chat=OPERATOR)).startswith(
        "Which languages do its people read?"
    )
    await fresh.tap(OPERATOR, "Kiswahili", chat=OPERATOR)
    await fresh.tap(OPERATOR, "English", chat=OPERATOR)
    assert shown(fresh.last(OPERATOR)).buttons[:4] == [
        ["✅ 2. English"],
        ["Soomaali"],
        ["✅ 1. Kiswahili"],
        ["👍 Done"],
    ]
    await fresh.tap(OPERATOR, "👍 Done", chat=OPERATOR)
    assert newest(fresh, OPERATOR).startswith("Who is the independent contact?")
    await fresh.tap(OPERATOR, "⏭️ Skip", chat=OPERATOR)

    assert newest(fresh, OPERATOR) == (
        "✅ Drought Partnership is set up.\n"
        "Languages: Kiswahili, English\n"
        "⚠️ Independent contact: nobody yet. A channel for feedback cannot open without one.\n"
        "Coordination team: Njeri Kamau\n"
        "\n"
        "Next:\n"
        "1. Invite the coordination team with the button below.\n"
        "2. Add me to the chat of a group, and write /setup there."
    )
    [coalition] = await fresh.rows(Coalition)
    assert (coalition.languages, coalition.contact) == (["sw", "en"], "")
    await fresh.tap(OPERATOR, "👥 Invite", chat=OPERATOR)
    assert "https://t.me/" in newest(fresh, OPERATOR)


async def test_the_independent_contact_is_asked_for_again_until_there_is_one(fresh: Story) -> None:
    await fresh.write(OPERATOR, "/cancel", chat=OPERATOR)
    await fresh.write(OPERATOR, "/coalition Drought; en", chat=OPERATOR)
    await fresh.write(OPERATOR, "/setup Wajir; Nairobi; en")

    assert newest(fresh, OPERATOR).startswith("Drought\n⚠️ Independent contact: nobody yet.")
    await fresh.tap(OPERATOR, "🛟", chat=OPERATOR)
    assert await fresh.ask(OPERATOR, "Asha, Haki Centre, 0700", chat=OPERATOR) == (
        "✅ Changed: Drought\nLanguages: English\nIndependent contact: Asha, Haki Centre, 0700\n"
        "🔒 Feedback without a name: not open\n"
        "Coordination team: Njeri Kamau"
    )
    fresh.telegram.add_group(ISIOLO, "Isiolo", members=[OPERATOR])
    before = len(fresh.said(OPERATOR))
    await fresh.write(OPERATOR, "/setup Isiolo; Nairobi; en", chat=ISIOLO)
    assert len(fresh.said(OPERATOR)) == before


async def test_coalitions_of_one_operator_stay_apart(fresh: Story) -> None:
    await fresh.write(OPERATOR, "/cancel", chat=OPERATOR)
    await founded(fresh, "Drought")
    await founded(fresh, "Clean Air", "en")
    assert await fresh.ask(OPERATOR, "/coalition", chat=OPERATOR) == "Which coalition is it about?"
    assert shown(fresh.last(OPERATOR)).buttons == [
        ["Clean Air"],
        ["Drought"],
        ["➕ Another coalition"],
    ]
    assert await fresh.ask(OPERATOR, "/coalition drought; sw", chat=OPERATOR) == (
        "✅ Changed: drought\nLanguages: Kiswahili\nIndependent contact: Asha, 0700\n"
        "🔒 Feedback without a name: not open\n"
        "Coordination team: Njeri Kamau"
    )

    # One line knows everything but this.
    await fresh.write(OPERATOR, "/setup Wajir; Nairobi; en")
    assert newest(fresh, GROUP).startswith("To which coalition does this group belong?")
    await fresh.tap(OPERATOR, "drought")
    fresh.telegram.add_group(ISIOLO, "Isiolo", members=[OPERATOR])
    await fresh.write(OPERATOR, "/setup", chat=ISIOLO)
    await fresh.tap(OPERATOR, "Clean Air", chat=ISIOLO)

    # No group of the other coalition is offered as a model, and its names are free.
    assert newest(fresh, ISIOLO).startswith("What is this group called?")
    await answer(fresh, "Wajir", ISIOLO)
    assert newest(fresh, ISIOLO).startswith("In which time zone")
    coalitions = {c.id: c.name for c in await fresh.rows(Coalition)}
    assert [coalitions[g.coalition_id] for g in await fresh.rows(Group)] == ["drought"]


async def test_a_first_group_is_set_up_in_questions(fresh: Story) -> None:
    await fresh.write(OPERATOR, "/cancel", chat=OPERATOR)
    await founded(fresh, "Drought")
    fresh.telegram.add_group(ISIOLO, "Isiolo", members=[OPERATOR], has_bot=False)
    await brought(fresh, OPERATOR)
    assert shown(fresh.last(ISIOLO)).open.endswith(
        'Next: tap "Set up this group", or write /setup. It takes two minutes.'
    )

    await fresh.tap(OPERATOR, "⚙️", chat=ISIOLO)
    await fresh.tap(OPERATOR, "Isiolo", chat=ISIOLO)
    zones = [row[0] for row in shown(fresh.last(ISIOLO)).buttons[:-1]]
    assert {"Nairobi", "Dar es Salaam"} <= set(zones)
    await fresh.tap(OPERATOR, "Nairobi", chat=ISIOLO)
    await fresh.tap(OPERATOR, "👍 Done", chat=ISIOLO)
    await answer(fresh, "- Maji Bora\n- Afya, Elimu; maji bora", ISIOLO)
    await fresh.tap(OPERATOR, "✅ A week before", chat=ISIOLO)
    await fresh.tap(OPERATOR, "👍 Done", chat=ISIOLO)
    await answer(fresh, "saa 3 usiku hadi saa 12 asubuhi", ISIOLO)

    result, roll = fresh.from_bot(ISIOLO)[-2:]
    assert shown(result).open.splitlines()[:5] == [
        "✅ This is now the chat of Isiolo.",
        "🕐 Time zone: Africa/Nairobi",
        "💬 Languages: English, Kiswahili",
        "🔔 Reminders: a day before, an hour before",
        "🌙 Quiet hours: 21:00–06:00",
    ]
    assert [row[0] for row in shown(roll).buttons] == ["Afya", "Elimu", "Maji Bora"]
    assert await fresh.rows(Conversation) == []


async def test_the_second_group_takes_three_taps(story: Story) -> None:
    await brought(story, COORDINATOR)
    await story.write(COORDINATOR, "/setup", chat=ISIOLO)

    await story.tap(COORDINATOR, "Same as Wajir", chat=ISIOLO)
    await story.tap(COORDINATOR, "Isiolo", chat=ISIOLO)
    assert newest(story, ISIOLO).splitlines()[:2] == ["Isiolo", "🕐 Time zone: Africa/Nairobi"]
    assert shown(story.last(ISIOLO)).buttons[:2] == [
        ["✅ Yes"],
        ["🏢 Yes, with the 8 organisations of Wajir"],
    ]
    await story.tap(COORDINATOR, "✅ Yes", chat=ISIOLO)

    wajir, isiolo = await story.rows(Group)
    assert (isiolo.name, isiolo.chat_id) == ("Isiolo", ISIOLO)
    for same in ("coalition_id", "zone", "languages", "reminders", "quiet_from", "quiet_to"):
        assert getattr(isiolo, same) == getattr(wajir, same)
    assert shown(story.last(ISIOLO)).buttons == [
        ["🏢 Name the organisations"],
        ["👤 Invite a lead · Alika kiongozi"],
    ]
    # No list stands there yet: the link is the way in.
    assert await story.ask(AMINA, "/when", chat=ISIOLO) == (
        "Bado sikujui kama mwanachama wa kikundi hiki. Tafadhali fungua kiungo hiki na uchague "
        f"shirika lako: https://t.me/BarazaPlayBot?start={isiolo.join_code}"
    )
    await story.tap(COORDINATOR, "🏢 Name", chat=ISIOLO)
    await answer(story, "Maji Bora Trust", ISIOLO)
    assert shown(story.last(ISIOLO)).buttons == [["Maji Bora Trust"]]


async def test_the_organisations_of_the_other_group_come_along_by_the_third_tap(
    story: Story,
) -> None:
    await brought(story, COORDINATOR)
    await story.write(COORDINATOR, "/setup", chat=ISIOLO)
    for label in ("Same as Wajir", "Isiolo", "🏢 Yes, with"):
        await story.tap(COORDINATOR, label, chat=ISIOLO)

    assert len(shown(story.last(ISIOLO)).buttons) == 8
    assert len(await story.rows(Organisation)) == 8
    assert await story.tap(AMINA, "Maji", chat=ISIOLO) != ""


async def test_the_coordination_team_sets_a_group_up_and_invites_its_lead(story: Story) -> None:
    await brought(story, COORDINATOR)
    await story.write(COORDINATOR, "/setup Isiolo; Nairobi; en; Maji Bora Trust", chat=ISIOLO)

    isiolo = (await story.rows(Group))[-1]
    assert [row for row in await story.rows(Membership) if row.group_id == isiolo.id] == []
    result = story.last(ISIOLO, with_button="👤 Invite a lead")
    assert shown(result).open.endswith(
        "3. The coordination team invites a lead, with the button below or with /group."
    )
    assert "private" not in await story.tap(STRANGER, "👤", chat=ISIOLO)
    await story.write(COORDINATOR, "/start", chat=COORDINATOR)
    assert await story.tap(COORDINATOR, "👤", chat=ISIOLO) == (
        "I answer you in private. Nothing there? Open a chat with me, tap Start, and tap here "
        "again."
    )
    assert newest(story, COORDINATOR).startswith("This link invites one person to lead Isiolo.")

    # Until somebody leads, the coordination team is asked who waits; then the lead is.
    await story.tap(AMINA, "Maji", chat=ISIOLO)
    assert newest(story, COORDINATOR).startswith("Amina Hassan wants to speak for Maji Bora Trust")
    code = next(
        word.partition("start=")[2]
        for text in story.said(COORDINATOR)
        if "invites one person to lead" in text
        for word in text.split()
        if "start=" in word
    )
    await story.write(STRANGER, f"/start {code}", chat=STRANGER)
    await story.tap(STRANGER, "✅ Yes", chat=STRANGER)
    assert newest(story, STRANGER).startswith("Amina Hassan wants to speak for Maji Bora Trust")


async def test_one_setting_is_changed_for_itself(story: Story) -> None:
    said = await story.ask(LEAD, "/setup")
    [group] = await story.rows(Group)
    assert group.join_code is not None
    assert said == (
        "Wajir\n"
        "🕐 Time zone: Africa/Nairobi\n"
        "💬 Languages: English, Kiswahili\n"
        "🔔 Reminders: a week before, a day before, an hour before\n"
        "🌙 Quiet hours: 20:00–07:00\n"
        "🗳 Votes: one for each organisation\n"
        "👥 Enough to decide: over half of the organisations\n"
        "✏️ Corrections of minutes: 5 working days\n"
        "🏢 I reach 0 of 8 organisations in private.\n"
        "🔗 The link for partners, to send on, also by WhatsApp: "
        f"https://t.me/BarazaPlayBot?start={group.join_code}\n"
        "\n"
        "Tap what is to change."
    )
    settings = story.last()
    assert shown(settings).buttons == [
        ["✏️ Name", "🕐 Time zone"],
        ["💬 Languages", "🏢 Organisations"],
        ["🔔 Reminders", "🌙 Quiet hours"],
        ["🗳 Votes", "👥 Enough to decide"],
        ["✏️ Days for corrections", "📄 Minutes to the team"],
    ]

    # Whoever changes their mind taps another one.
    await story.tap(LEAD, "💬", message=settings.id)
    await story.tap(LEAD, "🌙", message=settings.id)
    await story.tap(LEAD, "No quiet hours")

    assert "🌙 Quiet hours: none" in newest(story, GROUP)
    await story.tap(LEAD, "✏️", message=settings.id)
    await answer(story, "Wajir North", GROUP, LEAD)
    [group] = await story.rows(Group)
    assert (group.name, group.quiet_from, group.languages) == (
        "Wajir North",
        group.quiet_to,
        ["en", "sw"],
    )


async def test_meetings_ahead_keep_their_hour_in_another_zone(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 Hall")
    await story.tap(LEAD, "✅ Yes")
    post = story.last()

    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "🕐")
    said = await answer(story, "Cambodia", GROUP, LEAD)

    assert "The meeting ahead keeps its hour on the clock: Thu 3 Dec, 10:00" in said
    [meeting] = await story.rows(Meeting)
    assert (meeting.zone, meeting.starts_at.hour) == ("Asia/Phnom_Penh", 3)
    assert shown(story.message(post.id)).open.splitlines()[1] == "Thu 3 Dec, 10:00–12:00"
    await story.travel_to(meeting.starts_at)
    reminders = [text for text in story.said() if "🔔" in text and "Thu 3 Dec" in text]
    assert len(reminders) >= 2


async def test_a_stranger_is_told_who_can_set_up(story: Story) -> None:
    await brought(story, STRANGER)
    refused = "Only the coordination team or a lead of the group can do this."

    assert await story.ask(STRANGER, "/setup") == (
        f"{refused} Please ask one of them, for example: Halima Abdi, Yusuf Noor. "
        "/help shows what you can do."
    )
    # Who belongs to nothing learns no names; who belongs to a group may know its coordinators.
    assert await story.ask(STRANGER, "/setup", chat=ISIOLO) == (
        f"{refused} Please ask them. /help shows what you can do."
    )
    assert "Njeri Kamau, Otieno Ouma" in await story.ask(LEAD, "/setup", chat=ISIOLO)
    assert refused in await story.tap(STRANGER, "⚙️", chat=ISIOLO)
    assert (await story.ask(IBRAHIM, "/coalition", chat=IBRAHIM)).startswith("Only who runs")
    assert (await story.ask(COORDINATOR, "/coalition")).startswith(
        "/coalition is for a private chat with me"
    )


async def test_the_second_of_two_who_set_up_at_once_learns_of_the_first(story: Story) -> None:
    other = 13
    story.telegram.add_group(HANOI, "Hanoi", members=[COORDINATOR, other])
    await story.write(COORDINATOR, "/setup", chat=HANOI)
    first = story.last(HANOI)
    await story.write(other, "/setup", chat=HANOI)
    for label in ("Same as Wajir", "Hanoi", "✅ Yes"):
        await story.tap(other, label, chat=HANOI)

    for label in ("Same as Wajir", "Hanoi", "✅ Yes"):
        await story.tap(COORDINATOR, label, chat=HANOI, message=first.id)

    assert newest(story, HANOI).startswith(
        "Somebody else has just set this group up: Hanoi. It stays as they said:"
    )
    assert len(await story.rows(Group)) == 2


async def test_what_cannot_be_meant_is_refused_and_asked_again(story: Story) -> None:
    await brought(story, COORDINATOR)
    await story.write(COORDINATOR, "/setup", chat=ISIOLO)
    await story.tap(COORDINATOR, "Step by step", chat=ISIOLO)

    question = story.last(ISIOLO).id
    await story.sticker(COORDINATOR, chat=ISIOLO, reply_to=question)
    assert "words" in newest(story, ISIOLO)
    long = "x" * 90
    for said, refusal in (
        ("wajir", 'There is one called "wajir" already.'),
        (long, "The name has 90 characters; there is room for 64."),
    ):
        refused = await story.ask(COORDINATOR, said, chat=ISIOLO, reply_to=question)
        assert refused.startswith(refusal)
    await story.tap(COORDINATOR, "Isiolo", chat=ISIOLO)

    refused = await story.ask(COORDINATOR, "Atlantis", chat=ISIOLO, reply_to=question)
    assert refused.startswith('I do not know the time zone "Atlantis".')
    assert "/setup" not in refused
    await story.ask(COORDINATOR, "Kenya", chat=ISIOLO, reply_to=question)
    languages = story.last(ISIOLO, with_button="👍 Done").id
    for said, refusal in (
        ("English, Klingon", 'I do not speak "Klingon" yet.'),
        ("en sw so en xx", 'I do not speak "xx" yet.'),
    ):
        refused = await story.ask(COORDINATOR, said, chat=ISIOLO, reply_to=languages)
        assert refused.startswith(refusal)
    await story.ask(COORDINATOR, "so en", chat=ISIOLO, reply_to=languages)
    organisations = story.last(ISIOLO, with_button="⏭️").id
    many = ", ".join(f"Organisation {number}" for number in range(200))
    refused = await story.ask(COORDINATOR, many, chat=ISIOLO, reply_to=organisations)
    assert refused.startswith("That makes 200 organisations; a group can have 60.")
    await story.tap(COORDINATOR, "⏭️", chat=ISIOLO)
    await story.tap(COORDINATOR, "👍 Done", chat=ISIOLO)
    quiet = story.last(ISIOLO, with_button="No quiet").id
    refused = await story.ask(COORDINATOR, "at night", chat=ISIOLO, reply_to=quiet)
    assert refused
    await story.tap(COORDINATOR, "21:00", chat=ISIOLO)

    [_, isiolo] = await story.rows(Group)
    assert (isiolo.name, isiolo.zone, isiolo.languages) == (
        "Isiolo",
        "Africa/Nairobi",
        ["so", "en"],
    )
    assert len(await story.rows(Organisation)) == 8


async def test_a_group_never_gets_more_organisations_than_its_roll_shows(story: Story) -> None:
    many = ", ".join(f"Organisation {number}" for number in range(55))

    refused = await story.ask(LEAD, f"/setup Wajir; Nairobi; en; {many}")

    assert refused.startswith("That makes 63 organisations; a group can have 60.")
    assert len(await story.rows(Organisation)) == 8


async def test_a_name_taken_by_another_group_is_refused_in_one_line_too(story: Story) -> None:
    await brought(story, COORDINATOR)

    refused = await story.ask(COORDINATOR, "/setup WAJIR; Nairobi; en", chat=ISIOLO)

    assert refused.startswith('There is one called "WAJIR" already.')
    assert len(await story.rows(Group)) == 1


async def test_who_is_not_known_is_given_the_roll_and_after_that_sent_to_it(story: Story) -> None:
    assert (await story.ask(STRANGER, "/when")).startswith("Who speaks for whom in Wajir?")

    assert (await story.ask(STRANGER, "/when")).startswith(
        "I do not know you as a member of this group yet. Please choose your organisation: tap its "
        "name in the list in this chat, or open this link: https://t.me/"
    )


async def test_a_deputy_changes_settings_and_a_member_does_not(story: Story) -> None:
    await story.write(LEAD, "/setup")
    settings = story.last()

    assert "Halima Abdi" in await story.tap(IBRAHIM, "✏️", message=settings.id)
    assert (await story.tap(DEPUTY, "✏️", message=settings.id)) == ""

    assert newest(story, GROUP).startswith("Kikundi hiki kinaitwaje?")


@pytest.mark.parametrize("words", ["same as Wajir", "Isiolo; sawa na wajir"])
async def test_a_group_like_another_is_set_up_in_one_line_and_a_tap(
    story: Story, words: str
) -> None:
    await brought(story, COORDINATOR)
    await story.write(LEAD, "/setup Wajir; Nairobi; en sw; reminders 7 1; quiet 21-6")

    echo = await story.ask(COORDINATOR, f"/setup {words}", chat=ISIOLO)
    assert echo.splitlines() == [
        "Isiolo",
        "🕐 Time zone: Africa/Nairobi",
        "💬 Languages: English, Kiswahili",
        "🔔 Reminders: a week before, a day before",
        "🌙 Quiet hours: 21:00–06:00",
        "",
        "Is this right?",
    ]
    await story.tap(COORDINATOR, "✅ Yes", chat=ISIOLO)

    wajir, isiolo = await story.rows(Group)
    assert isiolo.name == "Isiolo"
    assert (isiolo.reminders, isiolo.quiet_from) == (wajir.reminders, wajir.quiet_from)


async def test_a_group_that_is_there_can_become_like_another(story: Story) -> None:
    await brought(story, COORDINATOR)
    await story.write(
        COORDINATOR, "/setup Isiolo; Phnom Penh; en; reminders none; quiet none", chat=ISIOLO
    )
    assert "🔔 Reminders: none\n🌙 Quiet hours: none" in newest(story, ISIOLO)

    said = await story.ask(COORDINATOR, "/setup same as Wajir", chat=ISIOLO)

    assert said.startswith(
        "✅ Changed: Isiolo\n🕐 Time zone: Africa/Nairobi\n💬 Languages: English"
    )
    assert await story.ask(COORDINATOR, "/setup same as Atlantis", chat=ISIOLO) == (
        'I know no group "Atlantis". These I know: Wajir.'
    )


async def test_a_zone_is_asked_for_without_a_tap_where_none_is_likely(fresh: Story) -> None:
    await fresh.write(OPERATOR, "/cancel", chat=OPERATOR)
    await founded(fresh, "Clean Air", "en")
    fresh.telegram.add_group(ISIOLO, "Isiolo", members=[OPERATOR])
    await fresh.write(OPERATOR, "/setup", chat=ISIOLO)
    await fresh.tap(OPERATOR, "Isiolo", chat=ISIOLO)

    assert newest(fresh, ISIOLO).splitlines()[1] == (
        "Write a city or a country, for example: Nairobi"
    )


async def test_where_nobody_is_in_charge_yet_the_first_step_is_named(database_url: str) -> None:
    async with told(database_url, is_seeded=False) as story:
        said = await story.ask(LEAD, "/setup")

    assert said.startswith("I am new, and nobody is in charge of me yet.")
    assert "baraza run" in said


@pytest.mark.parametrize("words", ["siku moja kabla", "siku", "A day before"])
async def test_what_a_button_says_can_be_typed(story: Story, words: str) -> None:
    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "🔔")

    await answer(story, words, GROUP, LEAD)
    await answer(story, "done", GROUP, LEAD)

    [group] = await story.rows(Group)
    assert group.reminders == ["invite", "reminder-1h"]


async def test_a_group_where_eid_is_kept_minds_the_friday_prayer_from_the_start(
    story: Story,
) -> None:
    await brought(story, COORDINATOR)
    await story.write(COORDINATOR, "/setup Isiolo; Africa/Nairobi; en", chat=ISIOLO)

    listed = await story.ask(COORDINATOR, "/calendar", chat=ISIOLO)

    assert "1. every Friday, 12:00–14:00: prayer\n" in listed
    assert shown(story.last(ISIOLO)).buttons[-1] == ["🗑 Remove 1"]
