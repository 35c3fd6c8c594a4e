"""A meeting is held in the chat: opened, led from item to item, closed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.facilitation import Duty, TurnState
from bot.domain.sittings import SittingState
from bot.models import (
    AgendaItem,
    Meeting,
    Occasion,
    OccasionState,
    Presence,
    Sitting,
    SittingItem,
    Turn,
)
from bot.seed.people import GROUP_CHAT
from tests.stories.story import (
    AMINA,
    DEPUTY,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Three minutes after the meeting was to begin, in Nairobi 10:03."""
ZAINAB = 108
"""Prime of Afya Mashinani."""
WORD = "its time was up"


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story)
    await story.travel_to(OPENING)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def planned(story: Story, when: str = "3 Dec 10:00 County Hall") -> None:
    await story.write(LEAD, f"/meeting {when}")
    await story.tap(LEAD, "✅ Yes")


def board(story: Story, chat: int = GROUP_CHAT) -> str:
    """Return what the newest board in a chat says in its first language."""
    return shown(story.last(chat, with_button="▶️ Next")).open


async def test_a_meeting_goes_from_its_opening_to_its_minutes(story: Story) -> None:
    await story.write(LEAD, "/open")
    post = story.last()
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed We meet twice a month")
    said = await story.write(AMINA, "Maji Bora repairs the borehole at Griftu")
    await story.write(LEAD, "/action", reply_to=said)
    await story.tap(LEAD, "▶️ Next")

    seen = shown(story.message(post.id)).open
    assert "▶️ 2. Minutes of the last meeting" in seen
    assert "2 of 8 organisations are here" in seen
    assert "1 decision · 1 action" in seen

    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = shown(story.last()).open
    assert "MIN 1/12/2026 Opening\n✅ We meet twice a month\n👉 Maji Bora repairs" in minutes
    assert "Maji Bora Trust (Amina Hassan)" in minutes


async def test_the_last_reminder_bears_the_button_that_opens_and_then_only_the_agenda(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await planned(story)
        assert "🟢" not in str(shown(story.last()).buttons)
        await story.travel_to(OPENING - timedelta(minutes=40))
        reminder = story.last(with_button="🟢 Open")

        await story.tap(AMINA, "🟢 Open")
        assert await story.rows(Sitting) == []
        await story.tap(LEAD, "🟢 Open")

        seen = shown(story.message(reminder.id))
        assert "It has begun: answers are closed" in seen.open
        assert [row[0][:1] for row in seen.buttons] == ["📅"]
        assert "began 09:23" in board(story)
        answer = story.data_of(story.last(with_button="▶️"), "🙋").replace("check-in", "answer")
        told_them = await story.forge(IBRAHIM, answer.replace(":here", ":coming"))
        assert "begun" in told_them


async def test_opening_again_posts_the_board_below_and_the_older_one_points_to_it(
    story: Story,
) -> None:
    await story.write(LEAD, "/open")
    first = story.last()
    await story.write(LEAD, "/open")

    assert story.last().id > first.id
    older = shown(story.message(first.id))
    assert (older.open, older.buttons) == (
        "🟢 Wajir meeting\nThe meeting goes on: its post is further down.",
        [],
    )
    assert "▶️ 1. Opening" in board(story)
    assert len(await story.rows(Sitting)) == 1


async def test_in_private_the_board_stands_there_too_and_both_stay_true(story: Story) -> None:
    await story.write(LEAD, "/open", chat=LEAD)
    await story.tap(LEAD, "▶️ Next", chat=LEAD)

    for chat in (LEAD, GROUP_CHAT):
        assert "▶️ 2. Minutes of the last meeting" in board(story, chat)


async def test_of_two_meetings_it_is_asked_which(story: Story) -> None:
    await planned(story, "3 Dec 11:00 Library")
    asked = await story.ask(LEAD, "/open")
    assert "Which meeting do you mean?" in asked
    assert shown(story.last()).buttons == [
        ["🟢 Today, 10:00"],
        ["🟢 Today, 11:00"],
    ] or [row[0][-5:] for row in shown(story.last()).buttons] == ["10:00", "11:00"]

    assert "leads this meeting" in await story.ask(IBRAHIM, "/open")
    await story.tap(LEAD, "🟢", message=None)
    [sitting] = await story.rows(Sitting)
    first = min(one.id or 0 for one in await story.rows(Meeting))
    assert sitting.meeting_id == first

    await story.write(LEAD, "/open")
    labels = [row[0][:1] for row in shown(story.last()).buttons]
    assert labels == ["⬇", "🟢"]


async def test_a_meeting_that_nobody_planned_is_opened_at_once(database_url: str) -> None:
    async with told(database_url) as story:
        said = await story.ask(LEAD, "/open")
        assert "No meeting of Wajir is planned for about now." in said
        data = story.data_of(story.last(), "🟢 Open one now")
        assert "leads of the group" in await story.tap(IBRAHIM, "🟢 Open one now")

        await story.tap(LEAD, "🟢 Open one now")

        assert "began 09:00" in board(story)
        assert "Planned to end at 11:00." in board(story)
        assert await story.forge(LEAD, data) == "This meeting was opened already."
        assert len(await story.rows(Meeting)) == 1


async def test_two_who_tap_next_at_once_go_one_step(story: Story) -> None:
    await story.write(LEAD, "/open")
    data = story.data_of(story.last(), "▶️ Next")

    await story.tap(LEAD, "▶️ Next")
    await story.forge(DEPUTY, data)

    assert "▶️ 2. Minutes of the last meeting" in board(story)


async def test_a_new_item_needs_no_colon_and_may_have_one(story: Story) -> None:
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/item new: New latrines, 20 min")
    said = await story.write(LEAD, "/item new Security, 10 min")
    assert "Security · since" in board(story)
    await story.correct(LEAD, said, "/item new: Security: the road, 10 min")
    assert "▶️ 3. Security: the road · since" in board(story)

    await story.write(LEAD, "/item new latrines")
    assert "▶️ 2. New latrines · since" in board(story)
    await story.write(LEAD, "/item mpya Usalama wa barabara, dakika 5")
    assert "▶️ 3. Usalama wa barabara · since" in board(story)
    asked = await story.ask(LEAD, "/item new")
    assert asked == "What do you want to speak about?\nReply to this message with it."
    await story.write(AMINA, "A road", reply_to=story.last().id)
    await story.write(LEAD, "Fuel, 15 min", reply_to=story.last().id)
    assert "▶️ 4. Fuel · since" in board(story)
    await story.write(LEAD, "/item mpya", chat=LEAD)
    await story.write(LEAD, "Schools", chat=LEAD)
    assert "▶️ 5. Schools · since" in board(story)


async def test_what_is_not_on_the_agenda_is_offered_as_a_new_item(story: Story) -> None:
    await story.write(LEAD, "/open")

    said = await story.ask(LEAD, "/item Security")

    assert said.endswith("For example: /item 2\nNot on the agenda yet? Write: /item new: Security")
    await story.write(LEAD, "/item new: Security")
    assert "▶️ 2. Security · since" in board(story)
    assert (await story.ask(LEAD, "/item 9")).endswith("For example: /item 2")


async def test_who_was_asked_to_lead_and_does_something_else_reads_what_they_do(
    story: Story,
) -> None:
    asked = story.last(LEAD, with_button="🙋").id
    assert (
        "It is the turn of Wajir Drought Office to lead" in shown(story.message(asked, LEAD)).open
    )
    await story.write(LEAD, "/open")

    await story.write(LEAD, "/facilitator notes Halima")

    assert shown(story.message(asked, LEAD)).open.endswith(
        "📝 Thank you: Wajir Drought Office takes the notes."
    )
    await story.write(LEAD, "/facilitator notes Ibrahim")
    assert shown(story.message(asked, LEAD)).open.endswith(
        "🧭 Thank you: it is no longer the turn of Wajir Drought Office to lead this meeting."
    )


async def test_items_are_named_and_come_back_to_and_their_time_adds_up(story: Story) -> None:
    await story.write(LEAD, "/additem Water trucks, 20 min")
    await story.write(LEAD, "/open")
    await story.travel(minutes=4)
    await story.write(LEAD, "/item new: Security on the road, 10 min")
    assert "✔️ 1. Opening · 4 min\n▶️ 2. Security on the road · since 10:07, 10 min, until 10:17" in (
        board(story)
    )

    await story.travel(minutes=6)
    await story.write(LEAD, "/item actions")
    await story.write(LEAD, "/item 2")
    assert "▶️ 2. Security on the road · since 10:13, 10 min, until 10:17" in board(story)
    await story.travel(minutes=3)
    await story.write(LEAD, "/item")
    spent = [round(one.seconds / 60) for one in await story.rows(SittingItem)]
    assert sorted(spent) == [0, 4, 9]

    await story.write(LEAD, "/additem 2")
    assert "▶️ 2. Security on the road" in board(story)
    await story.write(LEAD, "/additem Any other business")
    assert "Any other business · since" in board(story)
    await story.write(LEAD, "/hoja mpya: Usalama, dakika 10")
    await story.write(LEAD, "/item new: Usalama, 10 min")
    assert "Usalama · since 10:16, 10 min" in board(story)
    assert board(story).count("Usalama") == 1
    later = await story.ask(LEAD, "/additem Camels, 20 min")
    assert "For now? Write: /item new: Camels" in later
    assert "Camels" not in board(story)

    wrong = await story.ask(LEAD, "/item camels")
    assert "Which item is “camels”?" in wrong
    assert "2. Security on the road" in wrong


async def test_after_the_last_item_next_asks_whether_the_meeting_is_over(story: Story) -> None:
    await story.write(LEAD, "/open")
    items = len(await story.rows(AgendaItem))
    for _ in range(items - 1):
        assert await story.ask(LEAD, "/next") == ""
    asked = "Close the meeting now?\nAll items are done.\nThe meeting is planned to end at 12:00."

    assert await story.ask(LEAD, "/next") == asked
    first = story.last().id
    assert shown(story.last()).buttons == [["⏹ Yes, close", "▶️ Go on"]]
    assert shown(story.last(with_button="🙋")).buttons[-1] == ["⏹ Close the meeting"]
    assert "All items are done." in read(story.last(with_button="🙋").text)

    # Whoever asks once more has one question with buttons.
    assert await story.ask(LEAD, "/inayofuata") == asked
    assert shown(story.message(first)).buttons == []
    await story.tap(LEAD, "⏹ Yes, close")
    assert [one.state for one in await story.rows(Sitting)] == [SittingState.CLOSED]
    assert "No meeting is open here now." in await story.ask(LEAD, "/next")
    assert "No meeting is open here now." in await story.ask(LEAD, "/next", chat=LEAD)
    assert "Your words stand above" not in await story.ask(LEAD, "/close")
    assert "Your words stand above: nothing is lost." in await story.ask(IBRAHIM, "/idea A car")


async def test_who_taps_next_under_the_last_item_is_told_to_close(story: Story) -> None:
    await story.write(LEAD, "/open")
    items = len(await story.rows(AgendaItem))
    data = ""
    for _ in range(items):
        data = story.data_of(story.last(with_button="▶️ Next"), "▶️ Next")
        told_them = await story.tap(LEAD, "▶️ Next")

    assert told_them == "All items are done. If the meeting is over, please close it."
    assert await story.forge(LEAD, data) == told_them


async def test_everybody_reads_in_the_post_that_the_time_of_an_item_is_up(story: Story) -> None:
    await story.write(LEAD, "/open")
    posted = len(story.from_bot())
    await story.travel(minutes=4)
    assert "⏰" not in board(story)

    # The opening has five minutes; nobody says or taps anything.
    await story.travel(minutes=2)

    assert "until 10:08 ⏰\n" in board(story)
    assert len(story.from_bot()) == posted


async def test_a_quiet_word_comes_once_when_the_time_is_up_and_before_the_end(
    story: Story,
) -> None:
    await story.write(LEAD, "/open")
    quiet = len(story.from_bot(LEAD))
    await story.travel(minutes=4)
    assert len(story.from_bot(LEAD)) == quiet
    # The opening has five minutes.
    await story.travel(minutes=30)

    [word] = story.from_bot(LEAD)[quiet:]
    assert word.is_silent
    assert shown(word).open.startswith("⏰ 1. Opening: its time was up at 10:08.\n")
    assert "Still to come: 4 items" in shown(word).open
    assert "… and 1 more" in shown(word).open
    await story.tap(LEAD, "▶️ Next", chat=LEAD)
    assert "▶️ 2. Minutes of the last meeting" in board(story)

    await story.tap(LEAD, "▶️ Next")
    await story.tap(LEAD, "▶️ Next")
    await story.travel_to(OPENING.replace(hour=8, minute=55))
    ends = [read(m.text) for m in story.from_bot(LEAD) if "planned to end" in m.text]
    assert len([text for text in ends if text.startswith("⏰ The meeting")]) == 1


async def test_no_quiet_word_comes_when_the_item_changed_or_the_meeting_is_over(
    story: Story,
) -> None:
    await story.write(LEAD, "/open")
    await story.tap(LEAD, "▶️ Next")
    await story.write(LEAD, "/close")
    await story.travel(hours=3)

    assert not [m for m in story.from_bot(LEAD) if "⏰" in m.text]
    words = [one for one in await story.rows(Occasion) if one.subject == "sitting"]
    assert {one.state for one in words} == {OccasionState.CANCELLED}


async def test_next_says_what_is_dealt_with_now_and_the_board_marks_what_runs_over(
    story: Story,
) -> None:
    await story.write(LEAD, "/open")
    assert await story.tap(LEAD, "▶️ Next") == "Now: 2. Minutes of the last meeting, 5 min"
    await story.tap(AMINA, "🙋")
    assert "until 10:08\n" in board(story)
    await story.travel(minutes=6)
    await story.tap(IBRAHIM, "🙋")
    assert "until 10:08 ⏰\n" in board(story)


async def test_close_beside_next_asks_first_while_much_is_to_come(story: Story) -> None:
    await story.write(LEAD, "/open")
    assert "leads this meeting" in await story.tap(IBRAHIM, "⏹ Close")
    await story.tap(LEAD, "⏹ Close")
    asked = story.last().id
    assert "4 items are left." in shown(story.last()).open
    await story.tap(LEAD, "▶️ Go on")
    assert "▶️ 1. Opening" in board(story)
    assert shown(story.message(asked)).open == "▶️ The meeting goes on."
    assert story.message(asked).buttons == []

    for _ in range(4):
        await story.tap(LEAD, "▶️ Next")
    await story.travel_to(OPENING.replace(hour=8, minute=50))
    await story.tap(LEAD, "⏹ Close")
    assert "left for another" not in read(story.said(LEAD)[-1])
    assert (await story.rows(Sitting))[0].closed_at is not None


async def test_close_names_a_vote_that_is_not_decided(story: Story) -> None:
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/vote We meet twice a month")
    await story.travel_to(OPENING.replace(hour=8, minute=50))
    await story.tap(LEAD, "⏹ Close")
    assert "A vote is not decided yet: “We meet twice a month”." in shown(story.last()).open
    assert (await story.rows(Sitting))[0].closed_at is None
    asked = story.last().id
    assert await story.tap(LEAD, "⏹ Yes") == "The meeting is closed."
    assert (await story.rows(Sitting))[0].closed_at is not None
    assert shown(story.message(asked)).open == "⏹ The meeting is closed."
    assert story.message(asked).buttons == []


async def test_a_quiet_word_in_swahili_says_both_clocks(story: Story) -> None:
    await story.write(LEAD, "/language sw", chat=LEAD)
    await story.write(LEAD, "/open")
    await story.travel(minutes=6)

    said = read(story.said(LEAD)[-1])
    assert "uliisha 10:08, saa 4:08 asubuhi" in said
    assert "kuisha 12:00, saa 6 mchana" in said


async def test_who_took_the_lead_hears_the_quiet_word_and_not_the_leads(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/open")
    assert await story.tap(IBRAHIM, "🧭 We lead") == "Thank you: you lead this meeting."
    heard = len(story.from_bot(IBRAHIM))
    lead_heard = len(story.from_bot(LEAD))
    await story.travel(minutes=6)

    assert WORD in story.said(IBRAHIM)[-1]
    assert len(story.from_bot(IBRAHIM)) == heard + 1
    assert len(story.from_bot(LEAD)) == lead_heard
    await story.tap(IBRAHIM, "▶️ Next", chat=IBRAHIM)
    assert "▶️ 2." in board(story)


async def test_who_was_asked_to_take_notes_hears_that_a_tap_comes_first(story: Story) -> None:
    await story.write(LEAD, "/open")
    assert "Takes notes: Maji Bora Trust (not confirmed yet)" in board(story)
    await story.write(AMINA, "/language en")
    assert "tap 📝 We take notes first" in await story.ask(AMINA, "/agreed We dig")
    assert "was asked to take the notes" not in await story.ask(IBRAHIM, "/agreed We dig")

    await story.tap(AMINA, "📝 We take notes")
    await story.write(AMINA, "/agreed We dig")
    assert "1 decision" in board(story)


async def test_the_lead_is_taken_by_one_and_changed_only_by_a_lead(story: Story) -> None:
    await story.write(LEAD, "/open")
    data = story.data_of(story.last(), "🧭 We lead")
    await story.tap(IBRAHIM, "🧭 We lead")
    await story.forge(IBRAHIM, data)
    assert "Leads the meeting: Pastoral Voices" in board(story)
    assert "(not confirmed yet)" not in board(story).split("Leads the meeting")[1].split("\n")[0]
    assert "Pastoral Voices leads this meeting already" in await story.forge(ZAINAB, data)
    assert await story.tap(ZAINAB, "📝 We take notes") == "Thank you: you take the notes."
    assert "🧭" not in str(shown(story.last(with_button="▶️ Next")).buttons)

    await story.write(LEAD, "/facilitator Maji Bora Trust")

    assert "Leads the meeting: Maji Bora Trust" in board(story)
    turns = {one.duty: one for one in await story.rows(Turn) if one.state is TurnState.ACCEPTED}
    assert set(turns) == set(Duty)
    # Who took the notes, and who leads, may run the meeting; who led no more.
    await story.write(ZAINAB, "/item")
    await story.write(AMINA, "/item")
    # So /help has it, where they write it.
    for chat in (GROUP_CHAT, ZAINAB):
        helped = await story.ask(ZAINAB, "/help", chat=chat)
        assert all(command in helped for command in ("/item", "/agreed", "/action", "/close"))
    assert "/agreed" not in await story.ask(IBRAHIM, "/help")
    assert "▶️ 3." in board(story)
    assert "leads this meeting" in await story.ask(IBRAHIM, "/item")


@pytest.mark.parametrize(
    ("said", "chat"), [("notes Amina", GROUP_CHAT), ("kumbukumbu: Amina", LEAD)]
)
async def test_a_lead_says_who_takes_the_notes(story: Story, said: str, chat: int) -> None:
    await story.write(LEAD, "/open", chat=chat)
    await story.tap(IBRAHIM, "📝 We take notes")
    await story.tap(ZAINAB, "🧭 We lead")
    answer = await story.ask(LEAD, f"/facilitator {said}", chat=chat)
    assert "Takes notes: Maji Bora Trust" in answer
    assert "Leads the meeting: Afya Mashinani" in answer
    assert "Takes notes: Maji Bora Trust" in board(story)
    await story.write(AMINA, "/agreed We dig")
    await story.write(IBRAHIM, "/agreed We do not")
    assert "1 decision" in board(story)
    await story.write(LEAD, "/close", chat=chat)
    assert any("Took notes: Amina Hassan" in shown(one).open for one in story.from_bot(LEAD))


async def test_before_a_meeting_the_notes_are_given_and_asked_for(story: Story) -> None:
    await planned(story, "10 Dec 10:00 County Hall")
    await story.write(LEAD, "/facilitator Maji Bora")
    answer = await story.ask(LEAD, "/facilitator notes Pastoral Voices")
    assert "Leads the meeting: Maji Bora Trust" in answer
    assert "Takes notes: Pastoral Voices (not confirmed yet)" in answer
    assert "no single organisation" in await story.ask(LEAD, "/facilitator notes Nobody")


@pytest.mark.parametrize(
    ("said", "led"),
    [
        ("Amina", "Amina Hassan, Maji Bora Trust"),
        ("Maji Bora", "Maji Bora Trust"),
    ],
)
async def test_the_minutes_name_who_led_and_not_who_said_so(
    story: Story, said: str, led: str
) -> None:
    await story.write(LEAD, "/open")
    await story.write(LEAD, f"/facilitator {said}")
    await story.write(LEAD, "/agreed We dig")
    await story.write(LEAD, "/close")

    drafts = [shown(one).open for one in story.from_bot(LEAD)]
    assert any(f"Led the meeting: {led}\n" in one for one in drafts)


async def test_an_open_meeting_is_neither_moved_nor_cancelled(database_url: str) -> None:
    async with told(database_url) as story:
        await planned(story)
        await story.tap(LEAD, "✏️ Move")
        await story.travel_to(OPENING - timedelta(minutes=40))
        asked = story.last(with_button="❌ Cancel")
        await story.write(LEAD, "/open")

        assert "begun" in await story.tap(LEAD, "❌ Cancel", message=asked.id)
        said = await story.ask(LEAD, "12 Dec 10:00", reply_to=asked.id)
        assert "begun" in said
        assert [one.wall_start for one in await story.rows(Meeting)] == [datetime(2026, 12, 3, 10)]


async def test_a_meeting_goes_on_past_midnight_and_into_a_supergroup(database_url: str) -> None:
    evening = datetime(2026, 12, 3, 20, 30, tzinfo=UTC)
    async with told(database_url, start=evening - timedelta(hours=3)) as story:
        await planned(story, "3 Dec 23:30 County Hall")
        await story.travel_to(evening)
        await story.write(LEAD, "/open")
        await story.tap(AMINA, "🙋")
        await story.travel(minutes=40)
        supergroup = story.telegram.migrate(GROUP_CHAT)
        await story.settle()
        await story.write(LEAD, "/item", chat=supergroup)

        seen = board(story, supergroup)
        assert "began 23:30" in seen
        assert "✔️ 1. Opening · 40 min" in seen
        assert "since 00:10" in seen
        assert "2 of 8 organisations are here" in seen
        await story.write(LEAD, "/close", chat=supergroup)
        over = [m for m in story.from_bot(supergroup) if "⏹" in m.text]
        assert "Thu 3 Dec, 23:30 – Fri 4 Dec, 00:10" in shown(over[-1]).open


async def test_strangers_and_members_run_nothing(story: Story) -> None:
    assert "leads this meeting" in await story.ask(IBRAHIM, "/open")
    await story.write(STRANGER, "/open")
    assert await story.rows(Sitting) == []
    await story.write(LEAD, "/open")
    assert "leads this meeting" in await story.tap(IBRAHIM, "▶️ Next")
    assert "leads this meeting" in await story.tap(IBRAHIM, "👥")
    assert "leads this meeting" in await story.ask(IBRAHIM, "/guest Mr Ali")
    assert "▶️ 1. Opening" in board(story)
    assert len(await story.rows(Presence)) == 1


async def test_a_meeting_that_begins_late_is_still_the_one_that_is_prepared(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting every Thursday 10:00-12:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        late = datetime(2026, 11, 26, 7, 4, tzinfo=UTC)
        await story.travel_to(late)

        await story.write(LEAD, "/additem Security, 10 min")
        assert "26 Nov" in await story.ask(LEAD, "/facilitator Pastoral Voices")
        assert "Security" in await story.ask(LEAD, "/agenda")
        await story.write(LEAD, "/open")

        assert "Security" in board(story)
        assert "3 Dec" in await story.ask(LEAD, "/agenda")
