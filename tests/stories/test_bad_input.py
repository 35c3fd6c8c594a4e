"""What people send in a hurry, in confusion or in bad faith: answered clearly, nothing lost."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.intake import take
from bot.models import (
    Group,
    Meeting,
    Member,
    Membership,
    Organisation,
    OutboxMessage,
    Proposal,
    Reply,
    UpdateFailure,
)
from bot.playground import objects
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

EXAMPLE = "For example: /meeting 26 Nov 10:00 County Hall"
ISIOLO = -4002
SETUP_EXAMPLE = "/setup Wajir; Africa/Nairobi; en sw; Water Partners, Farmers' Union"
OVER = "That is over already. Please write a date and time that are still ahead."
TWISTED = '\u202e<b>Ali&"'
"""What would turn the line around, and open a tag."""
TOO_OLD = "This button is too old. Please use the buttons under the newest message."
NOT_YOURS = "This button is for the leads of the group. The other buttons are for you."
NOT_A_MEMBER = (
    "I do not know you in this group yet. Please tap your organisation in the list "
    '"Who speaks for whom?" in this chat, and try again.'
)
"""The first time somebody unknown acts in a group, the list is posted."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story
        # Nothing here was our fault.
        assert await story.rows(UpdateFailure) == []


async def planned(story: Story) -> int:
    """Let the lead plan a meeting, and return the number of its announcement."""
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    return story.last().id


REFUSED_PLANS = {
    "unreadable": (
        "/meeting soon",
        (
            'I did not understand the date and time in "soon". '
            "Please write the date, the time and the place."
        ),
    ),
    "no time": (
        "/meeting 3 Dec County Hall",
        "I understood the day, Thu 3 Dec, but not the time. Please write the time, too.",
    ),
    "no day": (
        "/meeting 10:00",
        "I understood the time, 10:00, but not the day. Please write the date, too.",
    ),
    "a day that is over": (
        "/meeting yesterday 10:00",
        f"I understood Sun 22 Nov 2026, 10:00. {OVER}",
    ),
    "an hour that is over": (
        "/meeting today 8:30",
        f"I understood Mon 23 Nov 2026, 08:30. {OVER}",
    ),
    "no such day": (
        "/meeting 31 Nov 10:00",
        '"31 Nov" does not exist: no calendar or clock shows it. Please look again and correct it.',
    ),
    "another weekday": (
        "/meeting Friday 3 Dec 10:00",
        "You wrote Friday, but that date is Thu 3 Dec 2026. Please write the one that is right.",
    ),
    "too far": (
        "/meeting 3 Dec 2028 10:00",
        (
            "I understood Sun 3 Dec 2028, 10:00. That is more than a year ahead; perhaps the year "
            "is wrong. Please write a date within the next twelve months."
        ),
    ),
    "a place without end": (
        f"/meeting 3 Dec 10:00 {'x' * 201}",
        "The place has 201 characters; there is room for 200. Please write a shorter one.",
    ),
}


async def test_a_plan_that_cannot_be_meant_is_refused_with_an_example_that_works(
    story: Story,
) -> None:
    said = {name: await story.ask(LEAD, line) for name, (line, _) in REFUSED_PLANS.items()}

    # A day that was understood stands in the example.
    examples = {"no time": EXAMPLE.replace("26 Nov", "3 Dec")}
    assert said == {
        name: f"{refusal}\n{examples.get(name, EXAMPLE)}"
        for name, (_, refusal) in REFUSED_PLANS.items()
    }
    assert await story.rows(Proposal) == []
    await example_works(story, LEAD, EXAMPLE)


HALF_UNDERSTOOD = {
    "saa 4": ("/meeting 3 Dec saa 4", '"saa 4" can be different times', ["10:00", "22:00"]),
    "at 4": ("/meeting 3 Dec at 4", '"4" can be different times', ["04:00", "16:00"]),
    "month first": ("/meeting 12/25 10:00", "I read the day first", ["Fri 25 Dec 2026"]),
    "two days": (
        "/meeting 3 Dec 4 Dec 10:00",
        "can be different days",
        ["Thu 3 Dec 2026", "Fri 4 Dec 2026"],
    ),
}


@pytest.mark.parametrize(
    ("line", "problem", "options"), HALF_UNDERSTOOD.values(), ids=HALF_UNDERSTOOD
)
async def test_what_can_mean_two_things_is_asked_and_never_guessed(
    story: Story, line: str, problem: str, options: list[str]
) -> None:
    said = await story.ask(LEAD, line)

    assert problem in said
    assert re.findall("^• (.+)$", said, re.MULTILINE) == options
    assert await story.rows(Proposal) == []
    await example_works(story, LEAD, said)


async def test_a_line_whose_hour_can_be_two_comes_back_with_each_of_them(story: Story) -> None:
    line = "/meeting every Thursday {} from 3 Dec Hall; place told late"

    said = await story.ask(LEAD, line.format("6:30"))

    meant = [line.format("06:30"), line.format("18:30")]
    assert [one for one in said.splitlines() if one.startswith("/meeting")] == meant
    assert "🔁 every Thursday, 18:30–20:30" in await story.ask(LEAD, meant[1])


async def test_a_second_line_of_settings_calls_the_roll_only_for_somebody_new(
    story: Story,
) -> None:
    same = await story.ask(LEAD, "/setup Wajir; Africa/Kampala; en sw; Maji Bora Trust")
    more = await story.ask(LEAD, "/setup Wajir; Africa/Kampala; en sw; Well Diggers")

    assert ("Who speaks for whom" in same, "Who speaks for whom" in more) == (False, True)


async def test_an_hour_without_its_part_of_the_day_is_asked_about_in_swahili(story: Story) -> None:
    said = await story.ask(AMINA, "/mkutano 3 Desemba saa 4", chat=AMINA)
    assert said.startswith("Ni kiongozi wa kikundi tu anayeweza kufanya hivi.")

    said = await story.ask(11, "/mkutano 3 Desemba saa 4", chat=11)

    assert re.findall("^• (.+)$", said, re.MULTILINE) == [
        "10:00, saa 4 asubuhi",
        "22:00, saa 4 usiku",
    ]
    await example_works(story, 11, said)


async def test_a_time_that_clocks_skip_is_said_before_anybody_reads_it(database_url: str) -> None:
    async with told(database_url, start=datetime(2027, 3, 22, 8, tzinfo=UTC)) as story:

        async def move(session: AsyncSession) -> None:
            await session.execute(
                update(Group).where(col(Group.chat_id) == GROUP).values(zone="Europe/Berlin")
            )

        await story.program.toolbox.database.run(move)

        asked = await story.ask(LEAD, "/meeting 28 Mar 02:30 Hall")
        await story.tap(LEAD, "✅ Yes")

        assert "Sun 28 Mar, 03:00–05:00" in asked
        assert "⚠️ On Sun 28 Mar clocks go forward, and 02:30 does not come. I take 03:00." in asked
        assert "Sun 28 Mar, 03:00–05:00" in read(story.last().text)
        [meeting] = await story.rows(Meeting)
        assert meeting.starts_at == datetime(2027, 3, 28, 1, tzinfo=UTC)


async def example_works(story: Story, person: int, said: str) -> None:
    """Type the example of a refusal back: it is understood."""
    example = re.findall(r"/\w+ .+$", said)[-1]
    await story.write(person, example, chat=person)
    assert len(await story.rows(Proposal)) == 1


async def test_an_example_for_a_move_works_when_it_is_replied(story: Story) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️")
    question = story.last()

    said = await story.ask(LEAD, "1st of Friday", reply_to=question.id)

    assert said.endswith("For example: 4 Dec 13:00")
    # People answer whatever asked them last: here the refusal itself.
    echo = await story.ask(LEAD, "26 Nov 10:00 County Hall", reply_to=story.last().id)
    assert echo.startswith("Is this change right?")
    await story.tap(LEAD, "✅ Yes")
    assert len(await story.rows(Meeting)) == 1


async def test_a_reply_to_the_question_what_was_meant_is_an_answer(story: Story) -> None:
    announcement = await planned(story)
    await story.write(AMINA, "nitajaribu", reply_to=announcement)

    reply = await story.write(AMINA, "ndiyo", reply_to=story.last().id)

    assert story.message(reply).reactions == ["👍"]
    assert "✅ Coming 1: Maji Bora Trust" in shown(story.message(announcement)).open


PARTS = (
    "/setup alone asks for one thing after the other. "
    'Or write in one line, with ";" between: name; time zone; languages; organisations with '
    '"," between (these can come later).'
)
REFUSED_SETUPS = {
    "no parts": (
        "/setup Wajir in Kenya",
        f'I could not find the parts in "Wajir in Kenya". {PARTS}',
    ),
    "no such zone": (
        "/setup Wajir; Africa/Wajir; en",
        'I do not know the time zone "Africa/Wajir".',
    ),
    "no such language": (
        "/setup Wajir; Africa/Nairobi; tlh",
        'I do not speak "tlh" yet. These I know:\n\n• English: en\n• Soomaali: so\n• Kiswahili: sw',
    ),
}


async def test_a_setup_that_is_not_understood_changes_nothing(story: Story) -> None:
    for line, refusal in REFUSED_SETUPS.values():
        said = await story.ask(LEAD, line)
        assert said.startswith(refusal)
        if "know the time zone" in said:
            # Their own line, with the zone that the group lives by.
            assert said.endswith("For example: /setup Wajir; Africa/Nairobi; en")
        else:
            assert f"For example: {SETUP_EXAMPLE}" in said

    [group] = await story.rows(Group)
    assert (group.name, group.zone, group.languages) == ("Wajir", "Africa/Nairobi", ["en", "sw"])
    await story.write(LEAD, SETUP_EXAMPLE)
    assert len(await story.rows(Organisation)) == 10


async def test_a_command_in_the_wrong_chat_says_where_it_belongs(story: Story) -> None:
    assert await story.ask(LEAD, "/setup Wajir; Africa/Nairobi; en", chat=LEAD) == (
        "/setup belongs in the chat of a group. Please write it there; "
        "here I cannot know which group you mean."
    )
    unknown = (
        "This concerns a group, and I do not know you in any. If there is a list of organisations "
        "in your group's chat, tap yours there. If there is none, ask a lead of your group."
    )
    assert await story.ask(STRANGER, "/meeting 3 Dec 10:00", chat=STRANGER) == unknown
    assert await story.ask(STRANGER, "/when", chat=STRANGER) == unknown
    assert await story.ask(IBRAHIM, "/meeting 3 Dec 10:00", chat=IBRAHIM) == (
        "Only a lead of the group can do this. Please ask them. /help shows what you can do."
    )
    assert (await story.ask(STRANGER, "/when")).startswith("Who speaks for whom in Wajir?")


async def test_a_lead_of_two_groups_is_asked_which_one(story: Story) -> None:
    story.telegram.add_group(ISIOLO, "Isiolo", members=[COORDINATOR, LEAD])
    await story.write(COORDINATOR, "/setup Isiolo; Africa/Nairobi; en", chat=ISIOLO)

    assert await story.ask(COORDINATOR, "/meeting 3 Dec 10:00", chat=COORDINATOR) == (
        "You belong to several groups. For which one is your /meeting?"
    )
    assert (await story.ask(COORDINATOR, "/meeting 3 Dec 10:00", chat=ISIOLO)).startswith(
        "Is this right?\n\nIsiolo meeting"
    )


async def test_words_and_pictures_in_private_are_not_kept_and_never_ignored(story: Story) -> None:
    sorry = "I did not understand this, and I do not keep it. /help shows what you can do."
    assert await story.ask(IBRAHIM, "Water is short in Griftu", chat=IBRAHIM) == sorry
    assert await story.ask(IBRAHIM, "/nonsense", chat=IBRAHIM) == sorry
    rest = "Please write it in a few words.\n/help shows what you can do."
    for instead, content in (
        (
            "I can only read words here.",
            {
                "sticker": {
                    "file_id": "a",
                    "file_unique_id": "b",
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                }
            },
        ),
        (
            "I cannot look at pictures yet, nor read the words under them.",
            {
                "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
                "caption": "Griftu",
            },
        ),
    ):
        before = len(story.from_bot(IBRAHIM))
        story.telegram.push_raw({"message": message_from(story, IBRAHIM, IBRAHIM, **content)})
        await story.settle()
        answers = [read(m.text) for m in story.from_bot(IBRAHIM)[before:]]
        assert answers == [f"{instead} {rest}"]
    kept = [message.text for message in await story.rows(OutboxMessage)]
    assert not any("Griftu" in text for text in kept)


def message_from(story: Story, person: int, chat: int, **content: Any) -> dict[str, Any]:
    """Return the raw JSON of a message that the small Telegram cannot send itself."""
    telegram = story.telegram
    return {
        "message_id": 5000,
        "from": objects.user_object(telegram.user(person)),
        "chat": objects.chat_object(telegram.chat(chat), telegram.user),
        "date": int(telegram.now().timestamp()),
        **content,
    }


def typed(story: Story, person: int, chat: int, text: str) -> dict[str, Any]:
    """Return the raw JSON of a message of any length that may begin with a command."""
    entities, words = [], text.split()
    if text.startswith("/"):
        entities = [{"type": "bot_command", "offset": 0, "length": len(words[0])}]
    return message_from(story, person, chat, text=text, entities=entities)


async def test_4096_emoji_are_answered_wherever_they_come(story: Story) -> None:
    announcement = await planned(story)
    await story.write(LEAD, "/start", chat=LEAD)
    flood = "\N{GRINNING FACE}" * 4096
    replied = story.telegram.message_object(story.message(announcement))
    sent = (
        typed(story, LEAD, LEAD, flood),
        typed(story, LEAD, LEAD, f"/start {flood}"),
        typed(story, LEAD, GROUP, f"/meeting {flood}"),
        typed(story, LEAD, GROUP, f"/meeting 3 Dec 10:00 Hall {flood}"),
        typed(story, LEAD, GROUP, f"/setup {flood}"),
        typed(story, LEAD, GROUP, f"/setup {flood}; Africa/Nairobi; {flood}"),
        typed(story, LEAD, GROUP, f"/language {flood}"),
        typed(story, LEAD, GROUP, flood) | {"reply_to_message": replied},
    )

    said = []
    for message in sent:
        story.telegram.push_raw({"message": message})
        await story.settle()
        said.append(read(story.last(message["chat"]["id"]).text)[:15])

    assert said == [
        "I did not under",
        "This link was u",
        "I did not under",
        "The place has 4",
        "I could not fin",
        "The name has 40",
        "I do not speak ",
        "I did not under",
    ]


async def test_names_can_neither_open_a_tag_nor_turn_a_line_around(story: Story) -> None:
    setup = f"/setup Waj<i>r&; Africa/Nairobi; en; {TWISTED} Trust"
    await story.write(LEAD, setup)
    welcome, roll = story.from_bot()[-2:]
    assert welcome.text.startswith("✅ Changed: \u2068Waj<i>r&\u2069")
    assert shown(roll).buttons[0] == ['<b>Ali&" Trust']
    assert "\u202e" not in roll.text

    story.telegram.add_user(STRANGER, TWISTED, language_code="en")
    await story.tap(STRANGER, "<b>Ali", message=roll.id)
    assert shown(roll).buttons[-1] == ['✅ <b>Ali&" (<b>Ali&" Trust)']
    assert (await story.ask(STRANGER, "/start", chat=STRANGER)).startswith('Hello <b>Ali&".')

    await story.write(LEAD, f"/meeting 3 Dec 10:00 {TWISTED} Hall")
    assert '📍 \u2068<b>Ali&" Hall\u2069' in story.last().text
    await story.tap(LEAD, "✅ Yes")
    post = story.last(with_button="✅ Coming")
    assert post.text.startswith("📅 \u2068Waj<i>r&\u2069 meeting")
    assert '\u2068<b>Ali&" Trust\u2069' in post.text
    assert "\u202e" not in post.text


FORGED = {
    "garbage": "garbage",
    "64 bytes": "x" * 64,
    "emoji": "\N{SLIGHTLY SMILING FACE}" * 16,
    "no values": "answer",
    "a value missing": "answer:1",
    "a value too many": "confirm:1:1",
    "no number": "confirm:one",
    "no such meeting": "answer:77:coming",
    "no such answer": "answer:1:maybe",
    "no such plan": "confirm:77",
    "nothing to change": "change:77",
    "a number below all": "answer:-1:coming",
    "a number beyond 32 bits": "answer:3000000000:coming",
    "a number beyond 64 bits": "answer:99999999999999999999:coming",
}


async def test_forged_buttons_do_nothing_and_say_so(story: Story) -> None:
    await planned(story)

    told = {name: await story.forge(LEAD, data) for name, data in FORGED.items()}

    assert told.pop("no such plan").startswith("This question is closed")
    assert told == dict.fromkeys(FORGED.keys() - {"no such plan"}, TOO_OLD)
    assert await story.rows(Reply) == []
    for data in ("join:1:777", "join:777:1", "admit:1:777", "cancel:1:777", "language:tlh"):
        assert await story.forge(LEAD, data) not in {"", "✅ Done."}
    [meeting] = await story.rows(Meeting)
    assert meeting.state == "planned"


async def test_the_ids_of_another_county_open_nothing_to_a_lead_of_this_one(story: Story) -> None:
    story.telegram.add_group(ISIOLO, "Isiolo", members=[COORDINATOR])
    await story.write(COORDINATOR, "/setup Isiolo; Africa/Nairobi; en; Dry Lands", chat=ISIOLO)
    await story.write(COORDINATOR, "/meeting 5 Dec 10:00", chat=ISIOLO)
    await story.tap(COORDINATOR, "✅ Yes", chat=ISIOLO)
    await story.write(COORDINATOR, "/meeting 6 Dec 10:00", chat=ISIOLO)
    before = [shown(message) for message in story.from_bot(ISIOLO)]
    here = await planned(story)

    told = {
        data: await story.forge(LEAD, data, message=here)
        for data in (
            "answer:1:coming",
            "confirm:2",
            "discard:2",
            "change:1",
            "cancel:1:1",
            "close:1",
            "admit:2:1",
            "join:2:9",
        )
    }

    assert told.pop("admit:2:1") == TOO_OLD
    assert told == dict.fromkeys(told, NOT_A_MEMBER)
    assert [shown(message) for message in story.from_bot(ISIOLO)] == before


async def test_a_strangers_and_a_members_tap_on_the_leads_buttons_are_refused(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    for label in ("✅ Yes", "✖️ No"):
        assert await story.tap(STRANGER, label) == NOT_A_MEMBER
        assert await story.tap(IBRAHIM, label) == NOT_YOURS
    assert len(story.last(with_button="✅ Yes").buttons) == 1

    await story.tap(LEAD, "✅ Yes")
    assert await story.tap(STRANGER, "✅ Coming") == NOT_A_MEMBER
    assert await story.tap(STRANGER, "✏️") == NOT_A_MEMBER
    assert await story.tap(IBRAHIM, "✏️") == NOT_YOURS
    await story.tap(LEAD, "✏️")
    assert await story.tap(IBRAHIM, "❌ Cancel") == NOT_YOURS
    assert await story.tap(STRANGER, "Leave") == NOT_A_MEMBER
    assert [meeting.state for meeting in await story.rows(Meeting)] == ["planned"]
    assert await story.rows(Reply) == []


async def test_a_tap_on_an_old_screen_is_no_answer_to_the_new_date(story: Story) -> None:
    announcement = await planned(story)
    await story.tap(LEAD, "✏️")
    await story.write(LEAD, "10 Dec 10:00", reply_to=story.last().id)
    await story.tap(LEAD, "✅ Yes")

    assert await story.forge(IBRAHIM, "answer:1:coming", message=announcement) == (
        "This meeting was changed in between. Please use the buttons under the newest message."
    )
    assert await story.ask(IBRAHIM, "yes", reply_to=announcement) == (
        "Somebody changed this meeting in between, so I did nothing. Please look at the newest "
        "message about it and choose again. /when shows what is planned."
    )
    assert await story.rows(Reply) == []


async def test_channels_and_anonymous_admins_are_nobody(story: Story) -> None:
    announcement = await planned(story)
    nobody = (
        'You write as an anonymous admin, so I cannot know who you are. Please switch off "Remain '
        'anonymous" in your admin rights, or write as yourself, and send it again.'
    )
    for words in ("/when", "/help", "/start", "/language sw", "/setup A; Africa/Nairobi; en"):
        before = len(story.from_bot())
        story.telegram.write_as_channel(GROUP, words)
        await story.settle()
        assert [read(m.text) for m in story.from_bot()[before:]] == [nobody]

    before = len(story.from_bot())
    story.telegram.write_as_anonymous_admin(GROUP, "yes", reply_to=announcement)
    await story.settle()
    assert [read(m.text) for m in story.from_bot()[before:]] == [nobody]

    assert await story.rows(Reply) == []
    ids = {member.telegram_id for member in await story.rows(Member)}
    assert ids.isdisjoint({objects.ANONYMOUS_ADMIN.id, objects.CHANNEL.id})


async def test_malformed_and_unknown_updates_harm_nobody_beside_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "PAUSES", (0.0,) * len(take.PAUSES))
    async with told(database_url) as story:
        announcement = await planned(story)
        post = story.message(announcement)
        coming = story.data_of(post, "✅ Coming")

        story.telegram.tap(AMINA, GROUP, announcement, coming)
        story.telegram.push_raw({"message": {"message_id": 1, "text": "/when"}})
        reply = story.telegram.write(IBRAHIM, GROUP, "yes", reply_to=announcement)
        story.telegram.push_raw({"message": "no object at all"})
        story.telegram.push_raw({"quantum_poll": {"id": 1, "from": {"id": AMINA}}})
        story.telegram.push_raw({})
        query = story.telegram.tap(FATUMA, GROUP, announcement, coming)
        await story.settle()

        assert "✅ Coming 3: Green Rangelands, Maji Bora Trust, Pastoral Voices" in shown(post).open
        assert story.message(reply).reactions == ["👍"]
        assert story.toast(query) == "✅ Imeandikwa: Green Rangelands watakuja. Asante!"
        failures = await story.rows(UpdateFailure)
        # Five attempts each, then set aside; the kind is kept, and nothing of what was in it.
        assert [(f.kind, f.attempts, f.set_aside_at is None) for f in failures] == [
            ("message", 5, False),
            ("message", 5, False),
        ]
        assert len(story.telegram.updates) == 0


async def test_people_talking_to_each_other_are_left_alone(story: Story) -> None:
    announcement = await planned(story)
    said = len(story.from_bot())
    story.telegram.privacy_mode = False

    question = await story.write(AMINA, "Who brings the projector?")
    await story.write(IBRAHIM, "yes", reply_to=question)

    assert len(story.from_bot()) == said
    assert await story.rows(Reply) == []
    assert "No answer yet 8" in shown(story.message(announcement)).open


async def test_joining_twice_or_elsewhere_changes_one_row(story: Story) -> None:
    await story.write(LEAD, "/setup Wajir; Africa/Nairobi; en sw; Dry Lands")
    await story.tap(STRANGER, "Dry Lands")
    await story.tap(STRANGER, "Dry Lands")
    await story.tap(STRANGER, "Maji")

    people = {member.id: member.telegram_id for member in await story.rows(Member)}
    mine = [m for m in await story.rows(Membership) if people[m.member_id] == STRANGER]
    [organisation] = [
        o.name for o in await story.rows(Organisation) if o.id == mine[0].organisation_id
    ]
    assert (len(mine), organisation, mine[0].is_confirmed) == (1, "Maji Bora Trust", False)
    assert await story.tap(IBRAHIM, "Dry Lands") == (
        "You are confirmed for an organisation already. "
        "If that changed, please ask a lead of the group."
    )


async def test_asking_who_leads_before_a_meeting_is_planned_says_that_there_is_none(
    story: Story,
) -> None:
    for command in ("/facilitator", "/facilitator Maji Bora Trust"):
        assert (await story.ask(LEAD, command)).startswith("No meeting is planned yet.")
