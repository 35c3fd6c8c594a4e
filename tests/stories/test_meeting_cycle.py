"""One meeting from its plan to its start: planned, answered, reminded of, moved, cancelled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.models import Meeting, Occasion, OutboxMessage, Proposal
from bot.playground import objects
from bot.playground.faults import Fault
from bot.playground.state import Message, Tap
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    Story,
    read,
    shown,
    told,
)

ZAINAB, MOHAMED, KHADIJA, HODAN = 108, 110, 112, 114
THURSDAY = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""Thursday 3 December 2026, 10:00 in Nairobi."""
DAY_BEFORE, HOUR_BEFORE = (THURSDAY - timedelta(days=1), THURSDAY - timedelta(hours=1))
A_MOMENT = timedelta(seconds=5)
"""Time for what falls due to be sent: a chat takes one message a second."""
PLAN = "/meeting 3 Dec 10:00 County Hall"
DONE_ALREADY = (
    "This question was answered with Yes already: it is done, and you need do nothing more."
)
BUTTONS = [
    ["✅ Coming · Nakuja", "📞 By phone · Kwa simu"],
    ["🔁 Alternate · Mbadala", "❌ Cannot · Siwezi"],
    ["📅 Calendar file", "📋 Copy for WhatsApp"],
    ["✏️ Move or cancel"],
]
TURN_BUTTONS = [*BUTTONS[:-1], ["🙋 We do it · Tutafanya", "➡️ Pass on · Pitisha"], BUTTONS[-1]]
"""While the organisations whose turn it is have not said so."""
OTHERS = (
    "Afya Mashinani, Elimu Kaskazini, Green Rangelands, Maji Bora Trust, Pastoral Voices, "
    "Tumaini Livestock, Wajir Drought Office, Wajir Women Network"
)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story, plan: str = PLAN) -> Message:
    """Let the lead plan a meeting, and return its announcement."""
    await story.write(LEAD, plan)
    await story.tap(LEAD, "✅ Yes")
    return story.last()


def answers(message: Message) -> list[str]:
    """Return the lines of the list of answers, in English."""
    lines = shown(message).open.splitlines()
    return [line for line in lines if line[:1] in "✅📞🔁❌⏳" and line]


def posts(story: Story) -> list[Message]:
    """Return what the group was told about meetings ahead, oldest first."""
    told = [m for m in story.from_bot() if "Wajir meeting" in shown(m).open and not m.reply_to]
    return [m for m in told if "Was it held?" not in shown(m).open]


async def test_a_meeting_is_planned_in_one_line_and_announced_in_two_languages(
    story: Story,
) -> None:
    echo = await story.ask(LEAD, PLAN)

    assert echo == (
        "Is this right?\n"
        "\n"
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "If you say yes, it is announced to the group."
    )
    assert shown(story.last()).buttons == [["✅ Yes, announce it", "✖️ No"]]
    assert await story.rows(Meeting) == []

    assert await story.tap(LEAD, "✅ Yes") == "✅ Done."

    question, announcement = story.from_bot()
    assert read(question.text) == "✅ Done. The group is told below."
    assert question.buttons == []
    post = shown(announcement)
    assert post.open == (
        "📅 Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone\n"
        "\n"
        'Coming? Tap, or reply "yes" or "no".\n'
        "\n"
        f"⏳ No answer yet 8: {OTHERS}\n"
        "\n"
        "You can change your answer until 10:00."
    )
    assert post.folded == (
        "📅 Mkutano wa Wajir\n"
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 County Hall, au kwa simu\n"
        "\n"
        'Utakuja? Bonyeza, au jibu "ndiyo" au "hapana".\n'
        "\n"
        f"⏳ Hawajajibu 8: {OTHERS}\n"
        "\n"
        "Unaweza kubadilisha jibu lako hadi 10:00, saa 4 asubuhi."
    )
    assert post.buttons == BUTTONS
    assert not announcement.is_silent


async def test_a_meeting_is_planned_in_swahili_with_the_clock_that_counts_from_sunrise(
    story: Story,
) -> None:
    echo = await story.ask(DEPUTY, "/mkutano Alhamisi saa 4 asubuhi Ukumbi wa Kaunti")

    assert echo == (
        "Je, ni sahihi?\n"
        "\n"
        "Mkutano wa Wajir\n"
        "Alhamisi 26 Novemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 Ukumbi wa Kaunti, au kwa simu\n"
        "\n"
        "Ukisema ndiyo, utatangazwa kwa kikundi."
    )

    assert await story.tap(DEPUTY, "✅ Ndiyo") == "✅ Tayari."

    assert shown(story.last()).open.splitlines()[:3] == [
        "📅 Wajir meeting",
        "Thu 26 Nov, 10:00–12:00",
        "📍 Ukumbi wa Kaunti, or by phone",
    ]


@pytest.mark.parametrize(
    ("line", "when", "place"),
    [
        ("/meeting 3 Dec 10:00", "Thu 3 Dec, 10:00–12:00", "The place is not said yet"),
        ("/meeting 3 Dec 10:00-11:30 Library", "Thu 3 Dec, 10:00–11:30", "Library, or by phone"),
        (
            "/mkutano 3 Desemba saa 8 mchana hadi saa 10 jioni Ukumbi",
            "Thu 3 Dec, 14:00–16:00",
            "Ukumbi, or by phone",
        ),
    ],
    ids=["without a place", "with its end", "with its end in Swahili"],
)
async def test_a_plan_may_leave_out_the_place_or_say_the_end(
    story: Story, line: str, when: str, place: str
) -> None:
    echo = (await story.ask(LEAD, line)).splitlines()

    assert (echo[3], echo[5]) == (when, f"📍 {place}")


async def test_a_lead_plans_in_private_and_only_the_group_reads_the_announcement(
    story: Story,
) -> None:
    echo = await story.ask(LEAD, "/meeting tomorrow 2 pm by the big tree", chat=LEAD)

    assert echo.splitlines()[2:6] == [
        "Wajir meeting",
        "Tue 24 Nov, 14:00–16:00",
        "Jumanne 24 Novemba, 14:00–16:00 (saa 8 mchana hadi saa 10 jioni)",
        "📍 by the big tree, or by phone",
    ]
    assert story.from_bot() == []

    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    # The lead's own organisation is the first to lead: that comes after it.
    assert story.said(LEAD)[-2] == "✅ Done. The news is in the chat of \u2068Wajir\u2069."
    assert [shown(m).open.splitlines()[1] for m in posts(story)] == ["Tue 24 Nov, 14:00–16:00"]


async def test_a_no_drops_the_plan_and_its_yes_comes_too_late(story: Story) -> None:
    await story.write(LEAD, PLAN)
    yes = story.data_of(story.last(), "✅ Yes")

    assert await story.tap(LEAD, "✖️ No") == "✅ Done."

    assert story.last().buttons == []
    assert read(story.last().text).startswith("✖️ Dropped: nothing was changed or announced.")
    assert await story.forge(LEAD, yes) == (
        "This question is closed: it was answered before, or it is too old. "
        "Please plan the meeting again.\nFor example: /meeting 26 Nov 10:00 County Hall"
    )
    assert await story.rows(Meeting) == []


async def test_a_yes_tapped_twice_plans_one_meeting(story: Story) -> None:
    await story.write(LEAD, PLAN)
    question = story.last()
    yes = story.data_of(question, "✅ Yes")

    first = story.telegram.tap(LEAD, GROUP, question.id, yes)
    second = story.telegram.tap(LEAD, GROUP, question.id, yes)
    await story.settle()

    assert story.toast(first) == "✅ Done."
    assert story.toast(second) == f"{DONE_ALREADY} The meeting is on Thu 3 Dec, 10:00."
    assert len(await story.rows(Meeting)) == len(posts(story)) == 1


@pytest.mark.parametrize("label", ["✅ Yes", "✖️ No"])
async def test_a_copy_of_a_confirmed_question_says_that_nothing_more_is_to_do(
    story: Story, label: str
) -> None:
    await story.write(LEAD, PLAN)
    # A copy that Telegram made because its answer was lost keeps its buttons.
    copied = story.data_of(story.last(), label)
    await story.tap(LEAD, "✅ Yes")

    assert await story.forge(LEAD, copied) == f"{DONE_ALREADY} The meeting is on Thu 3 Dec, 10:00."
    assert len(await story.rows(Meeting)) == len(posts(story)) == 1


async def test_a_copy_of_a_question_about_a_meeting_that_is_off_names_no_time(
    story: Story,
) -> None:
    await story.write(LEAD, PLAN)
    copied = story.data_of(story.last(), "✅ Yes")
    await story.tap(LEAD, "✅ Yes")
    [meeting] = await story.rows(Meeting)
    await story.forge(LEAD, f"cancel-sure:{meeting.id}:{meeting.version}")

    assert await story.forge(LEAD, copied) == (f"{DONE_ALREADY} /when shows what is planned.")


async def test_answers_come_by_button_and_by_reply_in_either_language(story: Story) -> None:
    announcement = await planned(story)

    assert await story.tap(AMINA, "✅") == "✅ Imeandikwa: Maji Bora Trust watakuja. Asante!"
    assert await story.tap(IBRAHIM, "📞") == (
        "📞 Noted: Pastoral Voices takes part by phone. Thank you!"
    )
    replies = {
        FATUMA: ("hapana", "👌"),
        ZAINAB: ("Yes, thank you!", "👍"),
        MOHAMED: ("mbadala", "👍"),
        KHADIJA: ("kwa simu", "👍"),
        HODAN: ("Ndiyo 🙏", "👍"),
    }
    said = {
        person: await story.write(person, words, reply_to=announcement.id)
        for person, (words, _) in replies.items()
    }

    reactions = {person: story.message(number).reactions for person, number in said.items()}
    assert reactions == {person: [emoji] for person, (_, emoji) in replies.items()}
    assert answers(announcement) == [
        "✅ Coming 3: Afya Mashinani, Maji Bora Trust, Wajir Women Network",
        "📞 By phone 2: Elimu Kaskazini, Pastoral Voices",
        "🔁 Alternate 1: Tumaini Livestock",
        "❌ Cannot 1: Green Rangelands",
        "⏳ No answer yet 1: Wajir Drought Office",
    ]
    # What was understood makes no noise: the group reads the list, nothing else.
    assert len(story.from_bot()) == 2


async def test_the_same_answer_twice_changes_nothing(story: Story) -> None:
    await planned(story)
    await story.tap(AMINA, "✅")
    calls = len(story.telegram.outgoing_log)

    assert await story.tap(AMINA, "✅") == (
        "✅ Imeandikwa: Maji Bora Trust watakuja. Umeshasema hivyo."
    )

    assert [call.method for call in story.telegram.outgoing_log[calls:]] == ["answerCallbackQuery"]


async def test_an_answer_can_be_changed_until_the_start_and_not_after_it(story: Story) -> None:
    announcement = await planned(story)
    await story.tap(IBRAHIM, "✅")
    await story.tap(IBRAHIM, "❌", message=announcement.id)
    assert answers(announcement)[0] == "❌ Cannot 1: Pastoral Voices"

    await story.travel_to(THURSDAY - timedelta(seconds=30))
    newest = story.last()
    await story.tap(IBRAHIM, "📞")
    assert answers(newest)[0] == "📞 By phone 1: Pastoral Voices"

    await story.travel_to(THURSDAY)
    assert await story.tap(IBRAHIM, "✅") == (
        "The meeting has begun: answers and changes are closed."
    )
    assert await story.ask(IBRAHIM, "yes", reply_to=newest.id) == (
        "This meeting has already begun: answers and changes are closed. "
        "/when shows what is planned."
    )
    assert answers(newest)[0] == "📞 By phone 1: Pastoral Voices"


async def test_a_corrected_reply_corrects_the_answer(story: Story) -> None:
    announcement = await planned(story)
    reply = await story.write(IBRAHIM, "yes", reply_to=announcement.id)
    assert answers(announcement)[0] == "✅ Coming 1: Pastoral Voices"

    await story.correct(IBRAHIM, reply, "no")

    assert answers(announcement)[0] == "❌ Cannot 1: Pastoral Voices"
    assert story.message(reply).reactions == ["👌"]


async def test_a_reply_that_is_no_answer_is_asked_about(story: Story) -> None:
    announcement = await planned(story)

    said = await story.ask(AMINA, "labda, sijui", reply_to=announcement.id)

    assert said == (
        "Sikuelewa kama utakuja. Tafadhali bonyeza kitufe kilicho chini ya mwaliko, au ujibu kwa "
        "neno moja kati ya haya:\n"
        "\n"
        "• ndiyo\n"
        "• hapana\n"
        "• kwa simu\n"
        "• mbadala"
    )
    counted = []
    for words in ("ndiyo", "hapana", "kwa simu", "mbadala"):
        await story.write(AMINA, words, reply_to=announcement.id)
        counted.append(answers(announcement)[0])
    assert counted == [
        "✅ Coming 1: Maji Bora Trust",
        "❌ Cannot 1: Maji Bora Trust",
        "📞 By phone 1: Maji Bora Trust",
        "🔁 Alternate 1: Maji Bora Trust",
    ]


async def test_one_organisation_has_one_answer_whoever_of_it_speaks(story: Story) -> None:
    announcement = await planned(story)

    await story.tap(PETER, "✅")
    await story.tap(AMINA, "❌")
    assert answers(announcement)[0] == "✅ Coming 1: Maji Bora Trust"

    await story.tap(PETER, "❌")
    assert answers(announcement)[0] == "❌ Cannot 1: Maji Bora Trust"

    await story.tap(AMINA, "🔁")
    assert answers(announcement)[0] == "❌ Cannot 1: Maji Bora Trust"

    await story.tap(PETER, "📞")
    assert answers(announcement)[0] == "📞 By phone 1: Maji Bora Trust"


async def test_five_taps_that_come_together_all_count(story: Story) -> None:
    announcement = await planned(story)

    for person in (AMINA, IBRAHIM, FATUMA, ZAINAB, MOHAMED):
        story.telegram.tap(person, GROUP, announcement.id, story.data_of(announcement, "✅ Coming"))
    await story.settle()

    assert answers(announcement)[0] == (
        "✅ Coming 5: Afya Mashinani, Green Rangelands, Maji Bora Trust, Pastoral Voices, "
        "Tumaini Livestock"
    )


async def test_five_taps_in_five_transactions_at_once_all_count(story: Story) -> None:
    announcement = await planned(story)
    people = (AMINA, IBRAHIM, FATUMA, ZAINAB, MOHAMED)

    # As several programs on one database would take them.
    taps = [tap_on(story, person, announcement, "✅") for person in people]
    await asyncio.gather(*(story.program.intake.take([update]) for update in taps))
    await story.settle()

    assert answers(announcement)[0] == (
        "✅ Coming 5: Afya Mashinani, Green Rangelands, Maji Bora Trust, Pastoral Voices, "
        "Tumaini Livestock"
    )


def tap_on(story: Story, person: int, message: Message, label: str) -> dict[str, Any]:
    """Return the update of a tap that no poll has fetched."""
    data = story.data_of(message, label)
    tap = Tap(f"7{person}", person, message.chat_id, message.id, data, 0)
    shape = story.telegram.message_object(message)
    query = objects.tap_object(tap, shape, story.telegram.user)
    return {"update_id": 900_000_000 + person, "callback_query": query}


async def test_reminders_come_a_day_and_an_hour_before_and_take_the_list_along(
    story: Story,
) -> None:
    announcement = await planned(story)
    await story.tap(AMINA, "✅", message=announcement.id)

    await story.travel_to(THURSDAY - timedelta(days=7, seconds=5))
    assert len(posts(story)) == 1

    await story.travel_to(DAY_BEFORE - A_MOMENT)
    _, invitation = posts(story)
    assert shown(invitation).open.splitlines()[:2] == [
        "📅 Invitation: Wajir meeting",
        "Thu 3 Dec, 10:00–12:00",
    ]
    assert shown(invitation).buttons == TURN_BUTTONS

    await story.travel_to(DAY_BEFORE + A_MOMENT)
    *_, day_before = posts(story)
    assert shown(day_before).open == (
        "🔔 Tomorrow, Thu 3 Dec, 10:00–12:00\n"
        "Wajir meeting\n"
        "📍 County Hall, or by phone\n"
        "🧭 Leads the meeting: Wajir Drought Office (not confirmed yet)\n"
        "📝 Takes notes: Maji Bora Trust (not confirmed yet)\n"
        "\n"
        "📋 Agenda\n"
        "1. Opening, 5 min\n"
        "2. Minutes of the last meeting, 5 min\n"
        "3. Who does what: actions, 15 min\n"
        "4. News from partners, 20 min\n"
        "5. Any other business, 5 min\n"
        "\n"
        'Coming? Tap, or reply "yes" or "no".\n'
        "\n"
        "✅ Coming 1: Maji Bora Trust\n"
        f"⏳ No answer yet 7: {OTHERS.replace('Maji Bora Trust, ', '')}\n"
        "\n"
        "You can change your answer until 10:00."
    )
    assert shown(day_before).folded.splitlines()[0] == (
        "🔔 Kesho, Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)"
    )
    assert shown(day_before).buttons == TURN_BUTTONS
    assert not day_before.is_silent
    assert shown(announcement).open.endswith("The newest list is further down.")

    # A tap under the old post still counts, and shows in the new one.
    await story.tap(IBRAHIM, "✅", message=announcement.id)
    await story.write(FATUMA, "ndiyo", reply_to=announcement.id)
    assert answers(day_before)[0] == (
        "✅ Coming 3: Green Rangelands, Maji Bora Trust, Pastoral Voices"
    )

    await story.travel_to(HOUR_BEFORE + A_MOMENT)
    hour_before = posts(story)[-1]
    assert shown(hour_before).open.splitlines()[0] == "🔔 Today, Thu 3 Dec, 10:00–12:00"
    assert shown(hour_before).buttons == [["🟢 Open the meeting"], *BUTTONS]
    assert shown(day_before).open.endswith("The newest list is further down.")
    assert [len(answers(m)) for m in posts(story)] == [0, 0, 0, 2]

    await story.travel(days=2)
    assert len(posts(story)) == 4


async def test_a_moved_meeting_is_told_to_all_and_asked_again(story: Story) -> None:
    announcement = await planned(story)
    await story.tap(AMINA, "✅")
    await story.travel_to(DAY_BEFORE + A_MOMENT)
    reminder = story.last()

    await story.tap(LEAD, "✏️ Move or cancel")
    question = story.last()
    assert shown(question).open == (
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "To change it, reply to this message with the new date, time or place, for example:\n"
        "10 Dec 10:00\n"
        "\n"
        "To cancel it, tap the button."
    )
    assert shown(question).buttons == [["❌ Cancel the meeting"], ["Leave as it is"]]

    echo = await story.ask(LEAD, "10 Dec 10:00", reply_to=question.id)
    assert echo == (
        "Is this change right?\n"
        "\n"
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "\n"
        "Thu 10 Dec, 10:00–12:00\n"
        "Alhamisi 10 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 County Hall, or by phone\n"
        "\n"
        "If you say yes, the group is told, and everybody is asked again."
    )
    await story.tap(LEAD, "✅ Yes, move it")

    news = story.last()
    assert shown(news).open == (
        "🔄 Wajir meeting\n"
        "Moved. It was: Thu 3 Dec, 10:00\n"
        "Now: Thu 10 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone\n"
        "🧭 Leads the meeting: Wajir Drought Office (not confirmed yet)\n"
        "📝 Takes notes: Maji Bora Trust (not confirmed yet)\n"
        "\n"
        "📋 Agenda\n"
        "1. Opening, 5 min\n"
        "2. Minutes of the last meeting, 5 min\n"
        "3. Who does what: actions, 15 min\n"
        "4. News from partners, 20 min\n"
        "5. Any other business, 5 min\n"
        "\n"
        "Please answer again.\n"
        'Coming? Tap, or reply "yes" or "no".\n'
        "\n"
        f"⏳ No answer yet 8: {OTHERS}\n"
        "\n"
        "You can change your answer until 10:00."
    )
    assert shown(news).folded.splitlines()[1:3] == [
        "Umehamishwa. Ulikuwa: Alhamisi 3 Desemba, 10:00, saa 4 asubuhi",
        "Sasa: Alhamisi 10 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
    ]
    assert shown(news).buttons == TURN_BUTTONS
    for earlier in (announcement, reminder):
        assert shown(earlier).open == (
            "Wajir meeting\n"
            "Thu 3 Dec, 10:00\n"
            "Moved: now Thu 10 Dec, 10:00–12:00\n"
            "📍 County Hall, or by phone\n"
            "\n"
            "Please answer under the newest message."
        )
        assert earlier.buttons == []
    assert read(question.text) == (
        "✅ The meeting of Wajir was changed. The news is in the group's chat."
    )

    # The old hour brings the invitation to the new one, which has its own reminders.
    await story.travel_to(THURSDAY - A_MOMENT)
    assert story.last() == news
    await story.travel_to(THURSDAY + timedelta(days=8))
    assert [shown(m).open.splitlines()[0] for m in posts(story)[-3:]] == [
        "📅 Invitation: Wajir meeting",
        "🔔 Thu 10 Dec, 10:00–12:00",
        "🔔 Today, Thu 10 Dec, 10:00–12:00",
    ]
    assert len(posts(story)) == 7


async def test_only_the_hour_or_only_the_place_can_be_changed(story: Story) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️")
    echo = await story.ask(LEAD, "14:00 Library", reply_to=story.last().id)

    assert echo.splitlines()[3:7] == [
        "Thu 3 Dec, 10:00–12:00",
        "📍 County Hall",
        "",
        "Thu 3 Dec, 14:00–16:00",
    ]
    assert "📍 Library, or by phone" in echo.splitlines()


async def test_what_was_not_sent_about_the_old_time_is_withdrawn(story: Story) -> None:
    await planned(story)
    await story.travel_to(DAY_BEFORE - timedelta(minutes=10))
    await story.tap(LEAD, "✏️")
    await story.write(LEAD, "10 Dec 10:00", reply_to=story.last().id)
    # Telegram lets nothing into the group while the reminder falls due and the meeting is moved.
    pause = Fault.too_many(2 * 3600, method="sendMessage", chat_id=GROUP)
    story.telegram.faults.add(pause)
    await story.travel_to(DAY_BEFORE + A_MOMENT)

    assert await story.tap(LEAD, "✅ Yes") == "✅ Done."

    [unsent] = [m for m in await story.rows(OutboxMessage) if m.kind == "reminder-1d"]
    assert unsent.state == "withdrawn"

    await story.travel(hours=3)

    assert [shown(m).open.splitlines()[0] for m in posts(story)] == [
        "Wajir meeting",
        "Wajir meeting",
        "🔄 Wajir meeting",
    ]


async def test_a_cancelled_meeting_is_told_to_all_and_never_reminded_of(story: Story) -> None:
    announcement = await planned(story)
    await story.tap(LEAD, "✏️")

    await story.tap(LEAD, "❌ Cancel the meeting")
    assert shown(story.last()).open == (
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "\n"
        "Cancel the meeting on Thu 3 Dec?\n"
        "If you say yes, the group is told."
    )
    assert await story.tap(LEAD, "❌ Yes, cancel it") == "✅ Done."

    news = story.last()
    assert shown(news).open == (
        "❌ CANCELLED\n"
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "\n"
        "This meeting does not take place: please do not travel. "
        "If there is a new date, you will read it here."
    )
    assert shown(news).folded.splitlines()[0] == "❌ UMEFUTWA"
    assert not news.is_silent
    assert shown(announcement).open == "❌ CANCELLED\nWajir meeting\nThu 3 Dec, 10:00–12:00"
    assert announcement.buttons == []
    assert await story.forge(AMINA, "answer:1:coming", message=announcement.id) == (
        "Mkutano huu umefutwa: hakuna tena la kujibu wala kubadilisha."
    )
    await story.travel(days=14)
    assert story.last() == news
    assert {occasion.state for occasion in await story.rows(Occasion)} == {"cancelled"}


async def test_the_question_what_to_change_can_be_taken_back(story: Story) -> None:
    announcement = await planned(story)
    await story.tap(LEAD, "✏️")

    await story.tap(LEAD, "Leave as it is")

    assert read(story.last().text) == "The meeting of Wajir stays as it is."
    assert story.last().buttons == []
    assert shown(announcement).buttons == BUTTONS


async def test_of_two_leads_who_change_at_once_the_second_is_told(story: Story) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️")
    for_lead = story.last()
    await story.tap(DEPUTY, "✏️", message=posts(story)[0].id)
    for_deputy = story.last()
    await story.write(LEAD, "10 Dec 10:00", reply_to=for_lead.id)
    await story.write(DEPUTY, "11 Desemba saa 4 asubuhi", reply_to=for_deputy.id)
    asked = story.last(with_button="✅ Ndiyo")
    yes = story.data_of(asked, "✅ Ndiyo")

    await story.tap(LEAD, "✅ Yes")
    # The deputy's question says what became of the meeting, and offers to move it from there.
    closed = shown(story.message(asked.id))
    assert closed.open.splitlines()[-1] == (
        "Wakati huohuo Halima Abdi amebadilisha mkutano huu. "
        "Sasa ni: Alhamisi 10 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana). "
        "Badiliko uliloulizwa halikufanywa."
    )
    assert closed.buttons == [["✏️ Hamisha au futa"]]
    # A tap, or a word, that was on the way is not told to plan another meeting.
    assert "uuhamishe" in await story.forge(DEPUTY, yes, message=asked.id)
    late = await story.ask(DEPUTY, "ndiyo", reply_to=asked.id)
    assert late.startswith("Swali hili limefungwa")
    assert "/mkutano" not in late
    assert (await story.forge(DEPUTY, "cancel:1:1", message=for_deputy.id)).startswith(
        "Mkutano huu umebadilishwa."
    )

    [meeting] = await story.rows(Meeting)
    assert (str(meeting.wall_start), meeting.state) == ("2026-12-10 10:00:00", "planned")


async def test_a_question_about_a_meeting_that_was_cancelled_meanwhile_says_so(
    story: Story,
) -> None:
    await planned(story)
    await story.tap(DEPUTY, "✏️")
    await story.write(DEPUTY, "4 Desemba saa 4 asubuhi", reply_to=story.last().id)
    asked = story.last(with_button="✅ Ndiyo")
    await story.tap(LEAD, "✏️", message=posts(story)[0].id)
    await story.tap(LEAD, "❌")
    await story.tap(LEAD, "❌ Yes, cancel it")

    closed = shown(story.message(asked.id))
    assert "Halima Abdi ameufuta mkutano wa Alhamisi 3 Desemba" in closed.open
    assert closed.buttons == []


async def test_a_corrected_command_asks_again(story: Story) -> None:
    command = await story.write(LEAD, "/meeting 3 Dec 10:00 Conty Hall")
    first = story.last()

    await story.correct(LEAD, command, PLAN)

    assert "📍 County Hall" in shown(story.last()).open
    # Only one question stands open: the first one was about a slip of the finger.
    dropped = story.message(first.id)
    assert dropped.text.startswith("✖️ Dropped")
    assert dropped.buttons == []
    await story.tap(LEAD, "✅ Yes")
    assert len(posts(story)) == 1


async def test_a_command_that_is_edited_after_its_meeting_was_announced_is_told_how_to_move_it(
    story: Story,
) -> None:
    command = await story.write(LEAD, PLAN)
    await story.tap(LEAD, "✅ Yes")

    await story.correct(LEAD, command, "/meeting 4 Dec 10:00 County Hall")
    question = shown(story.last())
    await story.correct(LEAD, command, "/meeting 5 Dec 10:00 County Hall")

    assert question.open.startswith(
        "You edited your message, but this meeting is announced already. It stays as it is:\n"
        "\n"
        "Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
    )
    assert "To change it, reply to this message with the new date, time or place" in question.open
    # Once is enough.
    assert story.last().id == question.id
    await story.write(LEAD, "4 Dec", reply_to=question.id)
    await story.tap(LEAD, "✅ Yes, move it")
    [meeting] = await story.rows(Meeting)
    assert f"{meeting.wall_start:%d %b}" == "04 Dec"


async def test_in_private_an_edited_command_plans_no_second_meeting(story: Story) -> None:
    command = await story.write(LEAD, PLAN, chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    await story.correct(LEAD, command, "/meeting 4 Dec 10:00 County Hall", chat=LEAD)

    assert shown(story.last(LEAD)).open.startswith("You edited your message")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("/meeting 3 Dec 10:00 Friday Mosque Hall", "Friday Mosque Hall"),
        ("/mkutano 3 Desemba saa 4 asubuhi Ukumbi wa Ijumaa", "Ukumbi wa Ijumaa"),
    ],
)
async def test_a_place_may_be_called_after_a_day_of_the_week(
    story: Story, line: str, place: str
) -> None:
    assert f"📍 {place}, or by phone" in (await story.ask(LEAD, line)).splitlines()


async def test_the_example_in_a_refusal_names_where_the_group_met_last(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 Griftu School")
    await story.tap(LEAD, "✅ Yes")

    refused = await story.ask(LEAD, "/meeting some day")

    assert refused.splitlines()[-1] == "For example: /meeting 26 Nov 10:00 Griftu School"


async def test_the_question_before_planning_is_answered_in_words_too(story: Story) -> None:
    question = await story.ask(LEAD, PLAN)
    assert question.startswith("Is this right?")
    first = story.last()

    corrected = await story.ask(LEAD, "11:00", reply_to=first.id)
    assert "Thu 3 Dec, 11:00–13:00" in corrected
    assert "📍 County Hall" in corrected
    assert story.message(first.id).buttons == []

    refused = await story.write(IBRAHIM, "ndiyo", reply_to=story.last().id)
    assert await story.rows(Meeting) == []
    assert story.last().reply_to == refused

    yes = await story.write(LEAD, "ndiyo", reply_to=story.last(with_button="✅ Yes").id)
    assert story.message(yes).reactions == ["👍"]
    [meeting] = await story.rows(Meeting)
    assert (str(meeting.wall_start), meeting.place) == ("2026-12-03 11:00:00", "County Hall")

    await story.write(LEAD, "/meeting 4 Dec 10:00")
    no = await story.write(LEAD, "no", reply_to=story.last().id)
    assert story.message(no).reactions == ["👌"]
    assert len(await story.rows(Meeting)) == 1


async def test_partners_may_talk_under_an_announcement(story: Story) -> None:
    post = await planned(story)
    said = story.said()

    await story.write(AMINA, "Where do we park the trucks?", reply_to=post.id)

    assert story.said() == said


async def test_a_mistyped_command_is_not_met_with_silence(story: Story) -> None:
    assert await story.ask(LEAD, "/meting 3 Dec 10:00 County Hall") == (
        "I do not know this command. Did you mean /meeting? /help shows all of them."
    )
    said = story.said()
    await story.write(LEAD, "/weather Wajir")
    await story.write(LEAD, "/meting@AnotherBot 3 Dec")
    assert story.said() == said


async def test_when_shows_what_is_ahead_in_the_group_and_in_private(story: Story) -> None:
    assert await story.ask(IBRAHIM, "/when") == "No meeting is planned."
    assert await story.ask(LEAD, "/when") == (
        "No meeting is planned.\n"
        "\n"
        "To plan one, write for example:\n"
        "/meeting 26 Nov 10:00 County Hall"
    )
    await planned(story)
    await planned(story, "/meeting 26 Nov 14:00 Library")
    await story.tap(AMINA, "✅", message=posts(story)[0].id)

    expected = (
        "📅 Wajir meeting\n"
        "Thu 26 Nov, 14:00–16:00\n"
        "📍 Library, or by phone\n"
        "⏳ No answer yet 8\n"
        "\n"
        "📅 Wajir meeting\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "📍 County Hall, or by phone\n"
        "✅ Coming 1 · ⏳ No answer yet 7\n"
        "\n"
        "Under each date: 📅 calendar file, 📋 copy for WhatsApp."
    )
    assert await story.ask(IBRAHIM, "/when") == expected
    assert shown(story.last()).buttons == [
        ["📅 Thu 26 Nov", "📋 Thu 26 Nov"],
        ["📅 Thu 3 Dec", "📋 Thu 3 Dec"],
    ]
    assert await story.ask(COORDINATOR, "/when", chat=COORDINATOR) == expected
    assert (await story.ask(AMINA, "/lini", chat=AMINA)).splitlines()[:4] == [
        "📅 Mkutano wa Wajir",
        "Alhamisi 26 Novemba, 14:00–16:00 (saa 8 mchana hadi saa 10 jioni)",
        "📍 Library, au kwa simu",
        "⏳ Hawajajibu 8",
    ]
    await story.travel_to(THURSDAY + timedelta(hours=2))
    assert await story.ask(IBRAHIM, "/when") == "No meeting is planned."


async def test_a_reminder_is_not_revived_when_the_bot_returns_too_late(story: Story) -> None:
    await planned(story)
    story.telegram.kick(GROUP)
    await story.settle()
    await story.travel_to(THURSDAY + timedelta(hours=1))
    story.telegram.bring_back(GROUP)
    await story.settle()

    assert [text for text in story.said() if text.startswith("🔔")] == []
    states = {occasion.kind: occasion.state for occasion in await story.rows(Occasion)}
    # The private question was brought about at its time: nobody had started the bot.
    skipped = dict.fromkeys(("invite", "reminder-1d", "reminder-1h"), "skipped")
    assert states == {**skipped, "question": "posted", "was-it-held": "waiting"}
    # The bot owns up to what nobody heard, once.
    assert len(story.from_bot()) == 3
    assert "reminder" in story.said()[-1]


async def test_a_late_return_brings_only_the_reminder_that_is_still_of_use(story: Story) -> None:
    await planned(story)
    story.telegram.kick(GROUP)
    await story.settle()
    await story.travel_to(HOUR_BEFORE + timedelta(minutes=30))
    story.telegram.bring_back(GROUP)
    await story.settle()

    assert len([text for text in story.said() if text.startswith("🔔")]) == 1


async def test_a_colleagues_word_may_weigh_more_and_the_person_is_told(story: Story) -> None:
    await planned(story)
    await story.tap(AMINA, "📞")
    assert (
        await story.tap(PETER, "❌")
        == "Imeandikwa. Maji Bora Trust bado wanahesabiwa kwa simu: mwenzako amesema hivyo."
    )
    assert answers(story.last())[0] == "📞 By phone 1: Maji Bora Trust"


async def test_a_move_to_the_same_time_asks_nobody_again(story: Story) -> None:
    post = await planned(story)
    await story.tap(AMINA, "✅ Coming")
    await story.tap(LEAD, "✏️")
    said = await story.ask(LEAD, "3 Dec 10:00", reply_to=story.last().id)
    assert said.startswith("That is what is planned already")
    assert answers(story.message(post.id))[0] == "✅ Coming 1: Maji Bora Trust"


async def test_a_second_meeting_at_the_same_time_is_planned_only_knowingly(story: Story) -> None:
    await planned(story)
    echo = await story.ask(DEPUTY, "/meeting 3 Dec 11:00 Library")
    assert "⚠️" in echo
    assert "10:00–12:00" in echo


async def test_a_yes_with_its_manner_is_that_answer(story: Story) -> None:
    post = await planned(story)
    await story.write(AMINA, "ndiyo, kwa simu", reply_to=post.id)
    assert answers(story.last(with_button="✅"))[0] == "📞 By phone 1: Maji Bora Trust"


@pytest.mark.parametrize(
    ("words", "when", "place"),
    [
        ("County Library", "Thu 3 Dec, 10:00–12:00", "County Library"),
        ("10 Dec", "Thu 10 Dec, 10:00–12:00", "County Hall"),
        ("11:00", "Thu 3 Dec, 11:00–13:00", "County Hall"),
        ("10 Dec Library", "Thu 10 Dec, 10:00–12:00", "Library"),
    ],
    ids=["only the place", "only the day", "only the hour", "day and place"],
)
async def test_what_a_change_leaves_out_stays_as_it_is(
    story: Story, words: str, when: str, place: str
) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️ Move or cancel")

    echo = (await story.ask(LEAD, words, reply_to=story.last().id)).splitlines()

    assert when in echo
    assert f"📍 {place}, or by phone" in echo


async def test_a_slip_of_the_finger_in_a_date_is_not_taken_for_a_place(story: Story) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️ Move or cancel")

    said = await story.ask(LEAD, "the 10th of Dezember, noon", reply_to=story.last().id)

    assert not said.startswith("Is this change right?")
    assert [row.state for row in await story.rows(Proposal)] == ["confirmed"]


@pytest.mark.parametrize("words", ["no", "hapana", "siwezi"])
async def test_a_no_under_the_question_what_to_change_leaves_the_meeting(
    story: Story, words: str
) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️ Move or cancel")
    question = story.last()

    said = await story.write(LEAD, words, reply_to=question.id)

    assert story.message(said).reactions == ["👌"]
    assert read(story.message(question.id).text) == "The meeting of Wajir stays as it is."


@pytest.mark.parametrize("words", ["Cancel it!", "futa mkutano", "baaji kulanka"])
async def test_a_meeting_is_cancelled_in_words_too(story: Story, words: str) -> None:
    await planned(story)
    await story.tap(LEAD, "✏️ Move or cancel")

    await story.write(LEAD, words, reply_to=story.last().id)
    await story.write(LEAD, "yes", reply_to=story.last(with_button="❌ Yes, cancel it").id)

    assert shown(story.last()).open.startswith("❌ CANCELLED")


async def test_a_missing_place_is_added_by_replying_to_the_question(story: Story) -> None:
    echo = await story.ask(LEAD, "/meeting 3 Dec 10:00")
    assert "To add the place, reply with it." in echo

    echo = await story.ask(LEAD, "County Library", reply_to=story.last().id)

    assert "📍 County Library, or by phone" in echo.splitlines()
    assert "To add the place" not in echo


async def test_when_says_how_a_meeting_comes_again_and_tells_two_of_one_day_apart(
    story: Story,
) -> None:
    await planned(story, "/meeting every first Thursday 10:00 County Hall")
    await planned(story, "/meeting 3 Dec 15:00 Library")

    listed = await story.ask(LEAD, "/when")

    assert "Thu 3 Dec, 10:00–12:00\n🔁 every month on the first Thursday\n📍 County Hall" in listed
    assert "Thu 3 Dec, 15:00–17:00\n📍 Library" in listed
    assert shown(story.last()).buttons[:4] == [
        ["📅 Thu 3 Dec, 10:00", "📋 Thu 3 Dec, 10:00"],
        ["✏️ Move or cancel Thu 3 Dec, 10:00"],
        ["📅 Thu 3 Dec, 15:00", "📋 Thu 3 Dec, 15:00"],
        ["✏️ Move or cancel Thu 3 Dec, 15:00"],
    ]
