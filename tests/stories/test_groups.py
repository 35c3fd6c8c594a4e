"""How a group begins, who speaks in it, and what everybody may ask for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.models import Coalition, Group, Member, Membership, Organisation
from bot.services import invitations
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    shown,
    told,
)

OPERATOR = COORDINATOR
SETUP = "/setup Wajir; Africa/Nairobi; en sw; Maji Bora Trust, Pastoral Voices"
FOREST = -4002


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[Story]:
    """A bot that knows nobody yet."""
    async with told(database_url, is_seeded=False) as story:
        yield story


async def invitation(story: Story) -> str:
    """Return a code as whoever runs the bot gets it from the command line."""
    return await story.program.toolbox.database.run(
        lambda session: invitations.invite_operator(session, now=story.clock.now())
    )


async def invited(story: Story, person: int) -> str:
    """Let a person open the link of an invitation."""
    return await story.ask(person, f"/start {await invitation(story)}", chat=person)


async def founded(story: Story) -> None:
    """Let the operator come in, and found a coalition in one line."""
    await invited(story, OPERATOR)
    await story.write(OPERATOR, "/coalition Drought; en sw", chat=OPERATOR)


async def test_a_coalition_begins_with_an_invitation_and_two_lines(fresh: Story) -> None:
    assert (await fresh.ask(OPERATOR, SETUP)).startswith("I am new, and nobody is in charge")
    assert (await invited(fresh, OPERATOR)).startswith(
        "✅ Welcome. You are now the operator of this bot.\n"
    )
    assert await fresh.ask(OPERATOR, SETUP) == (
        "First comes your coalition: write /coalition to me in private. After that, /setup goes on "
        "here. https://t.me/BarazaPlayBot?start=coalition"
    )
    assert not await fresh.rows(Coalition)
    assert not await fresh.rows(Group)
    await fresh.write(OPERATOR, "/coalition Drought; en sw", chat=OPERATOR)

    await fresh.write(OPERATOR, SETUP)

    welcome, roll = fresh.from_bot()[-2:]
    [group] = await fresh.rows(Group)
    assert shown(welcome).open == (
        "✅ This is now the chat of Wajir.\n"
        "🕐 Time zone: Africa/Nairobi\n"
        "💬 Languages: English, Kiswahili\n"
        "🔔 Reminders: a week before, a day before, an hour before\n"
        "🌙 Quiet hours: 20:00–07:00\n"
        "\n"
        "🏢 I reach 0 of 2 organisations in private.\n"
        "🔗 The link for partners, to send on, also by WhatsApp: "
        f"https://t.me/BarazaPlayBot?start={group.join_code}\n"
        "\n"
        "Next:\n"
        "1. Everybody taps their organisation in the list below.\n"
        "2. A lead plans the first meeting: /meeting\n"
        "3. The coordination team invites a lead, with the button below or with /group."
    )
    assert "2. Kiongozi anapanga mkutano wa kwanza: /mkutano" in shown(welcome).folded
    assert shown(roll).open == (
        "Who speaks for whom in Wajir?\n"
        "Tap the name of your organisation. Your organisation or a lead then confirms you; until "
        "then you can read and answer, but your answer is not counted.\n"
        "\n"
        "⏳ 2 organisations have nobody yet: Maji Bora Trust, Pastoral Voices"
    )
    assert shown(roll).buttons == [["Maji Bora Trust"], ["Pastoral Voices"]]


async def test_whoever_taps_an_organisation_counts_once_a_lead_has_confirmed_them(
    fresh: Story,
) -> None:
    await founded(fresh)
    await fresh.write(OPERATOR, SETUP)
    roll = fresh.last(with_button="Maji")

    assert await fresh.tap(AMINA, "Maji") == (
        "Imeandikwa: unawakilisha Maji Bora Trust. "
        "Majibu yako yatahesabiwa shirika lako au kiongozi akishakuthibitisha."
    )
    await fresh.tap(PETER, "Maji")
    assert shown(roll).open.splitlines()[-1] == (
        "2 people wait to be confirmed: a lead, or whoever speaks for the organisation, taps their "
        "names below."
    )
    assert [row[0] for row in shown(roll).buttons[2:]] == [
        "✅ Amina Hassan (Maji Bora Trust)",
        "✅ Peter Lokwawi (Maji Bora Trust)",
    ]

    # Until then they answer, but nobody counts it.
    await fresh.write(OPERATOR, "/meeting 3 Dec 10:00")
    await fresh.tap(OPERATOR, "✅ Yes")
    meeting = fresh.last(with_button="✅ Coming")
    assert await fresh.tap(AMINA, "✅ Coming") == (
        "✅ Imeandikwa: Maji Bora Trust watakuja. "
        "Jibu litahesabiwa shirika lako au kiongozi akishakuthibitisha."
    )
    assert "No answer yet 2" in shown(meeting).open
    assert await fresh.tap(PETER, "✅ Amina", message=roll.id) != "✅ Done."
    assert (await fresh.tap(STRANGER, "✅ Amina", message=roll.id)).startswith(
        "I do not know you in this group yet. Please tap your organisation in the list"
    )

    assert await fresh.tap(OPERATOR, "✅ Amina", message=roll.id) == "✅ Done."
    await fresh.tap(OPERATOR, "✅ Peter", message=roll.id)

    assert shown(roll).open.splitlines()[-2:] == [
        "✅ 1 organisation has somebody: Maji Bora Trust",
        "⏳ 1 organisation has nobody yet: Pastoral Voices",
    ]
    people = {member.id: member.telegram_id for member in await fresh.rows(Member)}
    alternates = {
        people[row.member_id]: row.is_alternate
        for row in await fresh.rows(Membership)
        if row.organisation_id
    }
    assert alternates == {AMINA: False, PETER: True}
    # What Amina said while she waited counts from now on, and shows with the next answer.
    await fresh.tap(PETER, "📞 By phone")
    assert "✅ Coming 1: Maji Bora Trust" in shown(meeting).open


async def test_whoever_joins_is_written_to_in_what_their_phone_speaks(fresh: Story) -> None:
    await founded(fresh)
    await fresh.write(OPERATOR, SETUP)

    await fresh.tap(AMINA, "Maji")
    await fresh.tap(IBRAHIM, "Pastoral")

    languages = {member.telegram_id: member.language for member in await fresh.rows(Member)}
    assert (languages[AMINA], languages[IBRAHIM]) == ("sw", "en")


async def test_an_answer_given_while_waiting_shows_as_soon_as_it_counts(fresh: Story) -> None:
    await founded(fresh)
    await fresh.write(OPERATOR, SETUP)
    roll = fresh.last(with_button="Maji")
    await fresh.tap(AMINA, "Maji")
    await fresh.write(OPERATOR, "/meeting 3 Dec 10:00")
    await fresh.tap(OPERATOR, "✅ Yes")
    await fresh.tap(AMINA, "✅ Coming")

    await fresh.tap(OPERATOR, "✅ Amina", message=roll.id)

    meeting = fresh.last(with_button="✅ Coming")
    assert "✅ Coming 1: Maji Bora Trust" in shown(meeting).open


async def test_an_invitation_works_once_and_for_two_days(fresh: Story) -> None:
    used, old = await invitation(fresh), await invitation(fresh)
    refused = (
        "This link was used before, or it is too old. Please ask for a new one. "
        "/help shows what you can do."
    )
    await fresh.write(OPERATOR, f"/start {used}", chat=OPERATOR)

    assert await fresh.ask(LEAD, f"/start {used}", chat=LEAD) == refused
    assert await fresh.ask(LEAD, "/start made-up", chat=LEAD) == refused
    await fresh.travel(days=2)
    assert await fresh.ask(LEAD, f"/start {old}", chat=LEAD) == refused
    operators = [m.telegram_id for m in await fresh.rows(Member) if m.is_operator]
    assert operators == [OPERATOR]


async def test_the_operators_link_shown_in_a_group_is_not_used_up(fresh: Story) -> None:
    code = await invitation(fresh)

    assert await fresh.ask(OPERATOR, f"/start {code}") == (
        "Please open this link in a private chat with me: in a group, others see it. "
        "It still works."
    )
    assert not any(member.is_operator for member in await fresh.rows(Member))
    welcome = await fresh.ask(OPERATOR, f"/start {code}", chat=OPERATOR)
    assert welcome.startswith("✅ Welcome.")
    assert "What is the coalition called?" in welcome


async def test_an_invitation_that_an_anonymous_admin_shows_is_not_used_up(fresh: Story) -> None:
    code = await invitation(fresh)

    fresh.telegram.write_as_anonymous_admin(GROUP, f"/start {code}")
    await fresh.settle()

    assert fresh.last().text.startswith("You write as an anonymous admin")
    assert (await fresh.ask(OPERATOR, f"/start {code}", chat=OPERATOR)).startswith("✅ Welcome.")


async def test_a_second_setup_changes_the_group_and_adds_organisations(fresh: Story) -> None:
    await founded(fresh)
    await fresh.write(OPERATOR, SETUP)

    await fresh.write(OPERATOR, "/sanidi Wajir North; africa/nairobi; sw; Green Rangelands")

    [group] = await fresh.rows(Group)
    assert (group.name, group.zone, group.languages) == ("Wajir North", "Africa/Nairobi", ["sw"])
    assert [row[0] for row in shown(fresh.last()).buttons] == [
        "Green Rangelands",
        "Maji Bora Trust",
        "Pastoral Voices",
    ]
    assert len(await fresh.rows(Coalition)) == 1
    assert len(await fresh.rows(Organisation)) == 3


async def test_a_new_chat_is_greeted_and_told_how_to_begin(story: Story) -> None:
    story.telegram.add_group(FOREST, "Forest", members=[LEAD, AMINA, COORDINATOR, STRANGER])
    line = "/setup Isiolo; Africa/Nairobi; en sw; Water Partners, Farmers' Union"
    story.telegram.kick(FOREST)
    story.telegram.bring_back(FOREST)
    await story.settle()

    [greeting] = story.from_bot(FOREST)
    assert shown(greeting).open.splitlines() == [
        (
            "Hello. I am Baraza. I help groups to meet: when and where, who comes, and a reminder "
            "in time."
        ),
        "",
        'Next: somebody of your coordination team taps "Set up this group", or writes /setup.',
    ]
    # The languages of the only coalition; nobody here said which one.
    assert shown(greeting).folded.startswith("Habari.")
    assert shown(greeting).buttons == [["⚙️ Set up this group"]]

    assert await story.ask(LEAD, "/meeting 3 Dec 10:00", chat=FOREST) == (
        "I do not know yet which group this chat belongs to. "
        "Somebody of the coordination team writes /setup here."
    )
    refused = await story.ask(LEAD, line, chat=FOREST)
    assert refused.startswith("Only the coordination team")
    assert len(await story.rows(Group)) == 1

    await story.write(COORDINATOR, line, chat=FOREST)
    assert [group.chat_id for group in await story.rows(Group)] == [GROUP, FOREST]
    assert len(await story.rows(Coalition)) == 1


MANAGING_HELP = [
    "start",
    "help",
    "when",
    "agenda",
    "additem",
    "facilitator",
    "meeting",
    "open",
    "item",
    "agreed",
    "action",
    "note",
    "idea",
    "needhelp",
    "handover",
    "actions",
    "update",
    "away",
    "undo",
    "vote",
    "close",
    "find",
    "attendance",
    "minutes",
    "guest",
    "came",
    "left",
    "calendar",
    "language",
    "mute",
    "cancel",
    "group",
    "setup",
]
HELP = {
    LEAD: MANAGING_HELP,
    DEPUTY: [
        "anza",
        "saidia",
        "lini",
        "ajenda",
        "hoja",
        "mwezeshaji",
        "mkutano",
        "fungua",
        "hoja_inayofuata",
        "tumekubaliana",
        "kazi",
        "andika",
        "wazo",
        "tunahitaji",
        "makabidhiano",
        "kazi_zetu",
        "sasisha",
        "sipo",
        "ondoa",
        "kura",
        "funga",
        "tafuta",
        "mahudhurio",
        "kumbukumbu",
        "mgeni",
        "amefika",
        "ameondoka",
        "kalenda",
        "lugha",
        "nyamazisha",
        "acha",
        "kikundi",
        "sanidi",
    ],
    # The team is in no organisation that could leave early.
    COORDINATOR: [name for name in MANAGING_HELP if name not in {"came", "left"}],
    IBRAHIM: [
        "start",
        "help",
        "when",
        "agenda",
        "additem",
        "facilitator",
        "idea",
        "needhelp",
        "handover",
        "action",
        "actions",
        "update",
        "away",
        "undo",
        "find",
        "attendance",
        "minutes",
        "came",
        "left",
        "language",
        "mute",
        "cancel",
        "group",
    ],
    AMINA: [
        "anza",
        "saidia",
        "lini",
        "ajenda",
        "hoja",
        "mwezeshaji",
        "wazo",
        "kazi",
        "tunahitaji",
        "makabidhiano",
        "kazi_zetu",
        "sasisha",
        "sipo",
        "ondoa",
        "tafuta",
        "mahudhurio",
        "kumbukumbu",
        "amefika",
        "ameondoka",
        "lugha",
        "nyamazisha",
        "acha",
        "kikundi",
    ],
    STRANGER: ["start", "help", "language", "mute", "away", "cancel"],
}
CONFIDING, CONFIDING_IN_SWAHILI = {"feedback", "answer"}, {"maoni", "jibu"}
ONLY_IN_PRIVATE = {
    LEAD: {"calls", "report", "summary"} | CONFIDING,
    DEPUTY: {"simu", "ripoti"} | CONFIDING_IN_SWAHILI,
    COORDINATOR: {"calls", "report", "summary", "inbox", "coalition"} | CONFIDING,
    IBRAHIM: CONFIDING,
    AMINA: CONFIDING_IN_SWAHILI,
}
ANSWERING = "To answer an invitation, tap a button under it"


async def test_help_shows_only_what_this_person_may_do_here(story: Story) -> None:
    in_group = {person: await help_of(story, person, GROUP) for person in HELP}
    in_private = {person: await help_of(story, person, person) for person in HELP}

    assert in_group == {person: set(names) for person, names in HELP.items()}
    # Which group a chat belongs to can be said only in that chat; a coalition is for nobody's ears.
    assert in_private == {
        person: set(names) - {"setup", "sanidi"} | ONLY_IN_PRIVATE.get(person, set())
        for person, names in HELP.items()
    }


async def test_help_begins_with_what_is_needed_now_and_fits_a_screen(story: Story) -> None:
    assert await story.ask(LEAD, "/help") == (
        "Wajir: what you can do here\n"
        "\n"
        "/when – the next meetings, and who comes\n"
        "/agenda – what the next meeting is about\n"
        "/additem – put something on the agenda\n"
        "/actions – what is to be done, by whom, until when\n"
        "/meeting – plan a meeting\n"
        "/open – open the meeting\n"
        "/minutes – the minutes of meetings\n"
        "\n"
        'To answer an invitation, tap a button under it, or reply "yes" or "no".\n'
        "\n"
        "More:"
    )
    assert shown(story.last()).buttons == [
        ["📅 Meetings", "🟢 In a meeting"],
        ["👉 Actions", "📄 Minutes"],
        ["👥 People", "👤 For me"],
    ]

    await story.write(LEAD, "/open")
    await story.tap(LEAD, "🟢 Open one now")

    running = ["item", "agreed", "action", "note", "vote", "undo", "close"]
    assert commands_in(await story.ask(LEAD, "/help")) == running
    assert commands_in(await story.ask(LEAD, "/help", chat=LEAD)) == running
    assert commands_in(await story.ask(IBRAHIM, "/help"))[:3] == ["action", "undo", "idea"]


async def test_a_subject_of_help_shows_what_whoever_taps_may_do_of_it(story: Story) -> None:
    await story.write(LEAD, "/help")

    await story.tap(LEAD, "📅 Meetings")
    assert shown(story.last()).open == (
        "Planning meetings\n"
        "\n"
        "/when – the next meetings, and who comes\n"
        "/agenda – what the next meeting is about\n"
        "/additem – put something on the agenda\n"
        "/facilitator – which organisation leads the next meeting\n"
        "/meeting – plan a meeting\n"
        "/calendar – prayers, market days: when not to meet\n"
        "\n"
        "A meeting in one line:\n"
        "/meeting 26 Nov 10:00 County Hall"
    )
    await story.tap(AMINA, "📅 Meetings")
    assert commands_in(shown(story.last()).open) == ["lini", "ajenda", "hoja", "mwezeshaji"]
    await story.tap(STRANGER, "📄 Minutes")
    assert shown(story.last()).open == (
        "What was decided, and who came\n\nNothing of this is for you here."
    )


async def test_help_tells_how_to_answer_and_how_to_come_in(story: Story) -> None:
    of_stranger, link = (await story.ask(STRANGER, "/help")).rsplit(" ", 1)
    assert of_stranger == (
        "Wajir: what you can do here\n"
        "\n"
        "/start – say hello\n"
        "/help – what you can do here\n"
        "/away – say until when you are away\n"
        "/language – choose your language\n"
        "/mute – choose which messages I send you\n"
        "/cancel – stop the questions I am asking you\n"
        "\n"
        "I do not know you in this group yet. Open this link, tap Start, and choose your "
        "organisation:"
    )
    assert link.startswith("https://t.me/")
    assert ANSWERING in await story.ask(LEAD, "/help")
    assert ANSWERING not in await story.ask(COORDINATOR, "/help")


async def help_of(story: Story, person: int, chat: int) -> set[str]:
    """Return every command that somebody finds by /help and its subjects."""
    found = set(commands_in(await story.ask(person, "/help", chat=chat)))
    message = story.last(chat)
    for label in [button for row in shown(message).buttons for button in row]:
        await story.tap(person, label, chat=chat, message=message.id)
        found |= set(commands_in(shown(story.last(chat)).open))
    return found


def commands_in(text: str) -> list[str]:
    """Return the commands that a help lists."""
    lines = [line for line in text.splitlines() if line.startswith("/") and " – " in line]
    return [line[1:].partition(" ")[0] for line in lines]


async def test_the_language_is_chosen_by_button_or_in_one_line(story: Story) -> None:
    await story.write(IBRAHIM, "/language")
    question = story.last()
    assert shown(question).open == (
        "In which language shall I write to you?\nTap it, or write for example /language sw."
    )
    assert shown(question).buttons == [["English"], ["Soomaali"], ["Kiswahili"]]

    assert await story.tap(IBRAHIM, "Kiswahili") == (
        "Kuanzia sasa nitakuandikia kwa lugha hii: Kiswahili."
    )
    assert (await story.ask(IBRAHIM, "/help")).startswith("Wajir: unachoweza kufanya hapa")
    # Others see the same buttons: the choice is of whoever taps.
    assert (await story.ask(LEAD, "/help")).startswith("Wajir: what you can do here")

    assert await story.ask(IBRAHIM, "/lugha English") == (
        "From now on I write to you in this language: English."
    )
    assert await story.ask(STRANGER, "/language sw", chat=STRANGER) == (
        "Kuanzia sasa nitakuandikia kwa lugha hii: Kiswahili."
    )
    assert (await story.ask(STRANGER, "/help")).startswith("Wajir: unachoweza kufanya hapa")


async def test_an_unknown_language_is_refused_with_those_that_are_known(story: Story) -> None:
    assert await story.ask(IBRAHIM, "/language Klingon") == (
        'I do not speak "Klingon" yet. These I know:\n'
        "\n"
        "• English: en\n"
        "• Soomaali: so\n"
        "• Kiswahili: sw\n"
        "\n"
        "For example: /language sw"
    )


async def test_start_says_who_the_bot_is_and_where_one_belongs(story: Story) -> None:
    hello = "I am Baraza. I help groups to meet: when and where, who comes, and a reminder in time."

    assert await story.ask(IBRAHIM, "/start", chat=IBRAHIM) == (
        f"Hello Ibrahim Ali. {hello}\n\nYour group: Wajir.\n/help shows what you can do."
    )
    assert await story.ask(STRANGER, "/start", chat=STRANGER) == (
        f"Hello Tom Visitor. {hello}\n"
        "\n"
        "I do not know you yet. If there is a list of organisations in your group's chat, "
        "tap yours there. If there is none, ask a lead of your group.\n"
        "/help shows what you can do."
    )


async def test_a_group_that_became_a_supergroup_goes_on(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")

    new = story.telegram.migrate(GROUP)
    await story.settle()
    await story.travel(days=9, hours=1, minutes=1)

    assert shown(story.last(new)).open.startswith("🔔 Tomorrow, Thu 3 Dec")
    assert (await story.ask(IBRAHIM, "/when", chat=new)).startswith("📅 Wajir meeting")


async def test_after_a_migration_only_the_newest_post_comes_again_and_without_a_sound(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.tap(AMINA, "✅")
    announced = story.data_of(story.last(), "✅")
    new = story.telegram.migrate(GROUP)
    await story.settle()
    await story.write(IBRAHIM, "/when", chat=new)
    old = {message.id for message in story.from_bot(new)}

    await story.forge(IBRAHIM, announced, chat=new)

    [again] = [message for message in story.from_bot(new) if message.id not in old]
    assert again.is_silent
    assert "✅ Coming 2" in shown(again).open

    # The invitation corrects that one, which can be edited; nothing older comes back.
    await story.travel_to(datetime(2026, 11, 26, 7, 1, tzinfo=UTC))
    posts = [message for message in story.from_bot(new) if message.id not in old]
    assert len(posts) == 2
    assert "The newest list is further down." in shown(posts[0]).open


async def test_a_post_that_a_migration_left_behind_gives_way_to_the_next_one(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    new = story.telegram.migrate(GROUP)
    await story.settle()
    old = {message.id for message in story.from_bot(new)}

    await story.travel_to(datetime(2026, 12, 2, 7, 1, tzinfo=UTC))

    posts = [shown(message) for message in story.from_bot(new) if message.id not in old]
    assert ["Invitation" in post.open for post in posts] == [True, False]
    assert posts[1].open.startswith("🔔 Tomorrow, Thu 3 Dec")


# --- topics ------------------------------------------------------------------------------------


async def test_what_was_meant_for_a_topic_that_is_closed_is_said_in_the_general_one(
    story: Story,
) -> None:
    forum = story.telegram.migrate(GROUP)
    story.telegram.make_forum(forum)
    topic = story.telegram.open_topic(forum, "Water")
    await story.settle()
    story.telegram.write(LEAD, forum, "/when", topic=topic)
    await story.settle()
    assert story.last(forum).topic == topic

    story.telegram.write(LEAD, forum, "/when", topic=topic)
    story.telegram.close_topic(forum, topic)
    await story.settle()

    assert len(story.from_bot(forum)) == 2
    assert story.last(forum).topic is None
