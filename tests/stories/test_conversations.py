"""Questions that follow each other: answered by tap or word, back, skipped, stopped, resumed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Role
from bot.models import Conversation, Meeting, Membership, Proposal
from tests.stories.story import AMINA, COORDINATOR, GROUP, IBRAHIM, LEAD, Story, read, shown, told

WHEN = "When is the meeting?\nTap a date, or write the day and the hour, for example: 26 Nov 10:00"
WHERE = (
    "Where do you meet?\nWrite the place, for example: County Hall. "
    'If it is not known yet, tap "Skip".'
)
FAR = (
    "📍 Library, or by phone\n\nIs there a number or a link for those who are far away?\n"
    'Write it, for example: 0700 123 456. Or tap "Skip".'
)
REPLY = "↩️ Please reply to this message, or tap a button."
ECHO = [
    "Is this right?",
    "",
    "Wajir meeting",
    "Thu 3 Dec, 10:00–12:00",
    "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
    "📍 Library, or by phone",
]


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


def newest(story: Story, chat: int = LEAD) -> str:
    """Return what the bot's newest message in a chat says."""
    return read(story.last(chat).text)


async def test_a_lead_plans_a_meeting_by_tapping_and_typing(story: Story) -> None:
    assert await story.ask(LEAD, "/meeting", chat=LEAD) == WHEN
    assert shown(story.last(LEAD)).buttons == [
        ["Thu 26 Nov, 10:00"],
        ["Thu 3 Dec, 10:00"],
        ["Thu 24 Dec, 10:00"],
        ["🔁 Again and again"],
        ["✖️ Stop"],
    ]

    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    # The question turns into the next one: a tap adds nothing to the chat.
    assert story.said(LEAD) == [f"Thu 3 Dec, 10:00\n\n{WHERE}"]
    assert shown(story.last(LEAD)).buttons == [
        ["📞 By phone", "💻 Online"],
        ["⬅️ Back", "⏭️ Skip", "✖️ Stop"],
    ]
    assert (await story.ask(LEAD, "Library", chat=LEAD)) == FAR
    await story.tap(LEAD, "⏭️ Skip", chat=LEAD)
    await story.tap(LEAD, "👥 At once", chat=LEAD)
    assert newest(story).splitlines()[:6] == ECHO
    assert story.said(LEAD)[0] == f"Thu 3 Dec, 10:00\n\n{WHERE}"
    assert story.from_bot(LEAD)[0].buttons == []
    assert await story.rows(Conversation) == []

    # In private nobody looks for the message to reply to.
    await story.write(LEAD, "yes", chat=LEAD)
    assert shown(story.last()).open.splitlines()[:3] == [
        "📅 Wajir meeting",
        "Thu 3 Dec, 10:00–12:00",
        "📍 Library, or by phone",
    ]


async def test_what_one_answer_says_already_is_not_asked_again(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    echo = await story.ask(LEAD, "3 Dec 10:00 Library", chat=LEAD)

    assert echo.splitlines()[:6] == ECHO


async def test_half_a_time_is_kept_and_the_other_half_asked_for(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    assert await story.ask(LEAD, "3 Dec Library", chat=LEAD) == (
        "Thu 3 Dec: at what time?\nTap an hour, or write it; the end, too, if you like. "
        "For example: 10:00 to 12:00"
    )
    await story.tap(LEAD, "10:00", chat=LEAD)
    assert story.said(LEAD)[-2] == "✅ Thank you, that was all I wanted to know."
    assert newest(story).splitlines()[:6] == ECHO

    await story.tap(LEAD, "✖️ No", chat=LEAD)
    await story.write(LEAD, "/meeting", chat=LEAD)
    assert (await story.ask(LEAD, "10:00 Library", chat=LEAD)).startswith("At 10:00: on which day?")
    echo = await story.ask(LEAD, "3 Dec", chat=LEAD)
    assert echo.splitlines()[:6] == ECHO


async def test_half_a_time_is_asked_for_until_it_is_there(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.write(LEAD, "3 Dec", chat=LEAD)

    # A confused answer is kept, too: here it was the place.
    assert (await story.ask(LEAD, "Library", chat=LEAD)).startswith("Thu 3 Dec: at what time?")
    echo = await story.ask(LEAD, "10:00", chat=LEAD)

    assert echo.splitlines()[:6] == ECHO


async def test_two_quick_taps_on_one_list_both_count(story: Story) -> None:
    story.telegram.add_group(-4009, "Isiolo", members=[COORDINATOR])
    await story.write(COORDINATOR, "/setup", chat=-4009)
    await story.tap(COORDINATOR, "Step by step", chat=-4009)
    await story.tap(COORDINATOR, "Isiolo", chat=-4009)
    await story.tap(COORDINATOR, "Nairobi", chat=-4009)
    question = story.last(-4009)
    swahili, somali = (story.data_of(question, name) for name in ("✅ 2. Kis", "Soomaali"))

    # The second comes before the first has changed what the phone shows.
    story.telegram.tap(COORDINATOR, -4009, question.id, swahili)
    story.telegram.tap(COORDINATOR, -4009, question.id, somali)
    await story.settle()

    assert [row[0] for row in shown(story.last(-4009)).buttons[:3]] == [
        "✅ 1. English",
        "✅ 2. Soomaali",
        "Kiswahili",
    ]


async def test_back_keeps_what_was_said_since_and_skip_leaves_out(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 26 Nov", chat=LEAD)

    await story.tap(LEAD, "⬅️ Back", chat=LEAD)
    assert newest(story) == WHEN
    assert (await story.ask(LEAD, "3 Dec 10:00", chat=LEAD)).endswith(WHERE)
    assert await story.ask(LEAD, "back", chat=LEAD) == WHEN
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)
    echo = await story.ask(LEAD, "ruka", chat=LEAD)

    assert echo.splitlines()[3:6] == [*ECHO[3:5], "📍 The place is not said yet"]


@pytest.mark.parametrize("stop", ["/cancel", "stop", "acha", "tap"])
async def test_a_conversation_can_be_stopped_at_any_question(story: Story, stop: str) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 26 Nov", chat=LEAD)

    if stop == "tap":
        await story.tap(LEAD, "✖️ Stop", chat=LEAD)
    else:
        await story.write(LEAD, stop, chat=LEAD)

    assert newest(story) == ("✖️ Stopped: nothing was changed. To begin again, write /meeting.")
    assert story.last(LEAD).buttons == []
    assert await story.rows(Conversation) == []
    assert await story.rows(Proposal) == []
    assert (await story.ask(LEAD, "/cancel", chat=LEAD)).startswith("I am not asking you anything")


async def test_who_stopped_answering_goes_on_where_they_were(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)
    await story.travel(hours=5)

    assert await story.ask(LEAD, "/meeting", chat=LEAD) == (
        f"You began this before. Let us go on where you stopped.\n\nThu 3 Dec, 10:00\n\n{WHERE}"
    )
    assert story.from_bot(LEAD)[0].buttons == []
    await story.tap(LEAD, "🔁 Start anew", chat=LEAD)
    assert newest(story) == WHEN


async def test_a_question_waits_a_day_and_then_says_so(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    question = story.last(LEAD)
    await story.travel(hours=25)
    over = (
        "This question is closed: it was answered before, or it waited for too long. "
        "To begin again, write /meeting."
    )

    assert await story.ask(LEAD, "3 Dec 10:00", chat=LEAD) == over
    assert await story.tap(LEAD, "Thu 26 Nov", chat=LEAD, message=question.id) == over

    # Whoever begins again begins at the beginning.
    assert await story.ask(LEAD, "/meeting", chat=LEAD) == WHEN
    assert read(story.message(question.id, LEAD).text) == (
        "This question waited for too long and is closed. To begin again, write /meeting."
    )


async def test_stopping_what_waited_for_too_long_does_not_call_it_stopped(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    question = story.last(LEAD)
    await story.travel(hours=25)

    said = await story.ask(LEAD, "/cancel", chat=LEAD)

    assert said.startswith("I am not asking you anything just now")
    assert read(story.message(question.id, LEAD).text) == (
        "This question waited for too long and is closed. To begin again, write /meeting."
    )


async def test_plain_words_answer_what_was_asked_last(story: Story) -> None:
    await story.write(LEAD, "/additem", chat=LEAD)
    await story.write(LEAD, "/meeting 3 Dec 10:00 Hall", chat=LEAD)

    # The echo is newer than the question about the item: it is corrected, and confirmed.
    await story.write(LEAD, "Library", chat=LEAD)
    assert "📍 Library" in newest(story)
    await story.write(LEAD, "yes", chat=LEAD)
    [meeting] = await story.rows(Meeting)
    assert meeting.place == "Library"

    # Once it is answered, the words go to the question that is open still.
    assert "Water trucks" in await story.ask(LEAD, "Water trucks", chat=LEAD)


async def test_a_line_that_says_everything_ends_the_questions_of_its_command(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    question = story.last(LEAD)

    await story.write(LEAD, "/meeting soon", chat=LEAD)
    assert len(await story.rows(Conversation)) == 1
    await story.write(LEAD, "/meeting 3 Dec 10:00 Hall", chat=LEAD)
    await story.write(LEAD, "yes", chat=LEAD)

    assert await story.rows(Conversation) == []
    assert read(story.message(question.id, LEAD).text).startswith("✅ Thank you")
    assert len(await story.rows(Meeting)) == 1


async def test_a_question_that_comes_in_between_takes_an_answer_but_no_other_words(
    story: Story,
) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    await story.write(IBRAHIM, "/additem", chat=IBRAHIM)
    await story.travel_to(datetime(2026, 12, 1, 7, 1, tzinfo=UTC))
    assert "Nobody from your organisation has answered yet." in newest(story, IBRAHIM)

    await story.write(IBRAHIM, "yes", chat=IBRAHIM)
    assert "✅ Coming 1: Pastoral Voices" in shown(story.last(with_button="✅")).open
    assert len(await story.rows(Conversation)) == 1

    said = await story.ask(IBRAHIM, "Water trucks", chat=IBRAHIM)
    assert said.startswith("Water trucks\n\nHow many minutes does it need?")


async def test_a_question_that_has_to_be_answered_says_so(story: Story) -> None:
    await story.write(LEAD, "/additem", chat=LEAD)

    for word in ("skip", "ruka", "endelea"):
        said = await story.ask(LEAD, word, chat=LEAD)
        assert said.startswith("This one cannot be skipped.")


async def test_a_language_chosen_in_private_changes_the_open_question_in_the_group(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting")
    question = story.last()

    await story.write(LEAD, "/language sw", chat=LEAD)

    assert "Mkutano ni lini?" in read(story.message(question.id).text)


async def test_a_language_chosen_in_the_middle_changes_the_open_question(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)
    question = story.last(LEAD)

    await story.write(LEAD, "/language sw", chat=LEAD)

    assert shown(story.message(question.id, LEAD)).open.splitlines()[-2] == "Mnakutana wapi?"
    echo = await story.ask(LEAD, "Maktaba", chat=LEAD)
    assert echo.splitlines()[2] == "Je, kuna nambari au kiungo kwa walio mbali?"


async def test_an_answer_that_cannot_be_meant_leaves_the_question_open(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    assert (await story.ask(LEAD, "soon", chat=LEAD)).startswith(
        'I did not understand the date and time in "soon".'
    )
    assert (await story.ask(LEAD, "3 Nov 2026 10:00", chat=LEAD)).startswith(
        "I understood Tue 3 Nov"
    )
    await story.sticker(LEAD, chat=LEAD)
    assert newest(story).startswith("I can only read words here.")

    await story.write(LEAD, "3 Dec 10:00", chat=LEAD)
    assert newest(story).endswith(WHERE)


async def test_the_last_answer_can_be_corrected_where_it_was_typed(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    typed = await story.write(LEAD, "4 Dec 10:00", chat=LEAD)

    await story.correct(LEAD, typed, "3 Dec 10:00", chat=LEAD)

    assert newest(story) == f"Thu 3 Dec, 10:00\n\n{WHERE}"


async def test_in_a_group_only_replies_and_taps_of_the_person_asked_count(story: Story) -> None:
    await story.write(LEAD, "/meeting")
    question = story.last()
    assert read(question.text) == f"{WHEN}\n\n{REPLY}"

    assert await story.tap(AMINA, "Thu 26 Nov") == (
        "Swali hili ameulizwa mtu mwingine. Tafadhali mwachie yeye ajibu."
    )
    before = len(story.from_bot())
    await story.write(AMINA, "Thursday is market day!", reply_to=question.id)
    await story.write(LEAD, "I am thinking about it")
    assert len(story.from_bot()) == before
    assert (await story.ask(LEAD, "3 Dec 10:00", reply_to=question.id)).endswith(
        f"{WHERE}\n\n{REPLY}"
    )

    # The others read the place here: whether it is told late is asked in private only.
    await story.write(LEAD, "Library", reply_to=story.last().id)
    echo = await story.ask(LEAD, "skip", reply_to=story.last().id)
    assert echo.splitlines()[:6] == ECHO


async def test_a_tap_on_an_answered_question_changes_nothing(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    first = story.data_of(story.last(LEAD), "Thu 26 Nov")
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    assert (await story.forge(LEAD, first, chat=LEAD)).startswith("This question is closed")
    assert newest(story).startswith("Thu 3 Dec")


async def test_conversations_in_private_and_in_the_group_do_not_mix(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.write(LEAD, "/meeting")

    await story.tap(LEAD, "Thu 3 Dec", chat=GROUP)

    assert [
        row.step for row in sorted(await story.rows(Conversation), key=lambda c: c.chat_id)
    ] == [
        "place",
        "when",
    ]


async def test_an_unfinished_conversation_is_forgotten_in_time(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    await story.travel(days=2, minutes=10)
    await story.program.ticker.tidy()

    assert await story.rows(Conversation) == []


async def test_a_conversation_survives_a_restart_of_the_program(database_url: str) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting", chat=LEAD)
        await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)
        telegram, clock = story.telegram, story.clock

    async with told(database_url, telegram=telegram, clock=clock) as story:
        await story.write(LEAD, "Library", chat=LEAD)
        await story.write(LEAD, "skip", chat=LEAD)
        echo = await story.ask(LEAD, "1", chat=LEAD)

    assert echo.splitlines()[:6] == ECHO


async def test_who_lost_the_right_to_plan_meanwhile_is_told_at_the_end(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    async def demote(session: AsyncSession) -> None:
        await session.execute(update(Membership).values(role=Role.MEMBER))

    await story.program.toolbox.database.run(demote)

    await story.write(LEAD, "Library", chat=LEAD)
    await story.write(LEAD, "skip", chat=LEAD)
    assert (await story.ask(LEAD, "1", chat=LEAD)).startswith("Only a lead")
    assert await story.rows(Proposal) == []


async def test_a_state_that_an_older_program_stored_is_not_misread(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    async def grow_old(session: AsyncSession) -> None:
        await session.execute(update(Conversation).values(state={"starts": "some day"}))

    await story.program.toolbox.database.run(grow_old)

    assert (await story.ask(LEAD, "3 Dec 10:00", chat=LEAD)).startswith("This question is closed")
    assert await story.ask(LEAD, "/meeting", chat=LEAD) == WHEN


async def test_a_series_is_planned_one_question_at_a_time(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "🔁 Again and again", chat=LEAD)
    assert newest(story).startswith("When is the first meeting?")
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    assert shown(story.last(LEAD)).buttons == [
        ["🔁 every month on the first Thursday"],
        ["🔁 every month on day 3"],
        ["🔁 every Thursday"],
        ["🔁 every 2 weeks on Thursday"],
        ["⬅️ Back", "✖️ Stop"],
    ]
    await story.tap(LEAD, "🔁 every month on the first", chat=LEAD)
    await story.write(LEAD, "Library", chat=LEAD)
    await story.tap(LEAD, "📍 Only in this place", chat=LEAD)
    await story.tap(LEAD, "👥 At once", chat=LEAD)

    assert "🔁 every month on the first Thursday, 10:00–12:00" in newest(story)
    assert "📍 Library\n" in newest(story)


async def test_how_often_can_be_typed(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "🔁 Again and again", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    assert (await story.ask(LEAD, "now and then", chat=LEAD)).startswith(
        'I did not understand how often the meeting comes again: "now and then".'
    )
    await story.write(LEAD, "every 3 months on the first Monday", chat=LEAD)
    await story.tap(LEAD, "📞 By phone", chat=LEAD)
    await story.write(LEAD, "0700 123 456", chat=LEAD)

    assert "🔁 every 3 months on the first Monday, 10:00–12:00" in newest(story)
    assert "📞 By phone: 0700 123 456" in newest(story)


@pytest.mark.parametrize(
    "words",
    ["every fortnight", "fortnightly", "bi-weekly", "kila wiki mbili", "labadii toddobaadba mar"],
)
async def test_how_often_may_leave_out_the_day_that_is_known(story: Story, words: str) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "🔁 Again and again", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    await story.write(LEAD, words, chat=LEAD)
    echo = await story.ask(LEAD, "skip", chat=LEAD)

    assert "🔁 every 2 weeks on Thursday, 10:00–12:00" in echo


async def test_a_rhythm_of_months_without_its_day_is_asked_about_with_what_may_be_meant(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "🔁 Again and again", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    said = await story.ask(LEAD, "monthly", chat=LEAD)

    assert said.startswith(
        '"monthly" can be different rhythms. Which one do you mean?\n\n'
        "• every month on the first Thursday\n"
        "• every month on day 3\n"
        "\n"
        "Thu 3 Dec, 10:00\n"
        "\n"
        "How often do you meet?"
    )
    await story.tap(LEAD, "🔁 every month on day 3", chat=LEAD)
    assert "Where do you meet?" in newest(story)


async def test_the_last_calls_are_offered_and_the_place_is_told_late_by_a_tap(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 26 Nov 10:00 Library https://meet.example/ab", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.write(LEAD, "3 Dec 10:00", chat=LEAD)
    await story.tap(LEAD, "Library", chat=LEAD)
    await story.tap(LEAD, "https://meet.example/ab", chat=LEAD)
    await story.tap(LEAD, "🔒 Privately", chat=LEAD)

    echo = newest(story)
    assert "📍 Library, or from afar: https://meet.example/ab" in echo
    assert "🔒 The place is not shown in the group" in echo
    mark = story.last().id
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    assert not [m for m in story.from_bot() if m.id > mark and "Library" in m.text]


@pytest.mark.parametrize("words", ["10", "10:00", "saa 4 asubuhi"])
async def test_an_hour_that_is_offered_is_understood_as_it_stands_there(
    story: Story, words: str
) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.write(LEAD, "3 Dec Library", chat=LEAD)

    echo = await story.ask(LEAD, words, chat=LEAD)

    assert echo.splitlines()[:6] == ECHO


async def test_an_hour_on_the_clock_from_sunrise_is_never_guessed(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.write(LEAD, "3 Dec Library", chat=LEAD)

    said = await story.ask(LEAD, "saa 4", chat=LEAD)

    assert said.startswith("I understood the day, Thu 3 Dec.")
    assert "• 10:00\n• 22:00" in said
    assert "Thu 3 Dec: at what time?" in said


async def test_a_refused_answer_repeats_the_question_with_its_buttons(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)
    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    await story.sticker(LEAD, chat=LEAD)
    wordless = newest(story)
    assert shown(story.last(LEAD)).buttons[0] == ["📞 By phone", "💻 Online"]
    said = await story.ask(LEAD, "x" * 300, chat=LEAD)

    assert wordless == (
        "I can only read words here. Please write your answer, or tap a button under the question. "
        f"What you answered before is kept.\n\nThu 3 Dec, 10:00\n\n{WHERE}"
    )
    assert said == (
        "The place has 300 characters; there is room for 200. Please write a shorter one."
        f"\n\nThu 3 Dec, 10:00\n\n{WHERE}"
    )
    assert len([m for m in story.from_bot(LEAD) if m.buttons]) == 1
    assert await story.ask(LEAD, "Library", chat=LEAD) == FAR


async def test_a_whole_series_may_be_the_first_answer(story: Story) -> None:
    await story.write(LEAD, "/meeting", chat=LEAD)

    echo = await story.ask(LEAD, "every first Thursday 10:00 Library", chat=LEAD)

    assert "🔁 every month on the first Thursday, 10:00–12:00" in echo


async def test_a_place_told_late_is_kept_when_it_is_named_in_the_next_answer(story: Story) -> None:
    await story.write(LEAD, "/meeting")
    question = story.last()
    await story.write(LEAD, "3 Dec 10:00, place told late", reply_to=question.id)

    echo = await story.ask(LEAD, "Library", reply_to=story.last().id)

    assert "Library" not in echo
    assert "I tell you the place privately, the day before." in echo
