"""Actions are followed up: people are asked with tact, and answer as they like."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.models import (
    ActionPoint,
    Evidence,
    Group,
    Occasion,
    Organisation,
    PointChange,
    Progress,
    SupportRequest,
)
from tests.playground.files import png
from tests.stories.story import (
    AMINA,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, 10:03 in Nairobi."""
A_WEEK_BEFORE = datetime(2026, 12, 9, 6, 1, tzinfo=UTC)
NINE = 6
"""09:00 in Nairobi, in UTC."""


async def given(story: Story, *actions: str) -> None:
    """Hold a meeting that gives these actions out, and approve its minutes."""
    for person in (LEAD, AMINA, PETER):
        await story.write(person, "/start", chat=person)
        await story.write(person, "/language en", chat=person)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    for action in actions:
        await story.write(LEAD, f"/action {action}")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """A meeting on Thursday 3 December gave Amina something to do by Wednesday 16."""
    async with told(database_url) as story:
        await given(story, "Amina: repair Griftu borehole by 16 Dec")
        yield story


def asked(story: Story, person: int = AMINA) -> list[str]:
    """Return the questions about actions that somebody was asked in private."""
    return [read(text) for text in story.said(person) if "How is it going?" in read(text)]


async def test_who_does_something_is_asked_a_week_and_a_day_before_and_on_the_day(
    story: Story,
) -> None:
    days = []
    for day in range(4, 25):
        before = len(asked(story))
        await story.travel_to(datetime(2026, 12, day, NINE, 1, tzinfo=UTC))
        if len(asked(story)) > before:
            days.append(day)

    assert days == [9, 15, 16, 23]
    assert asked(story)[0].startswith(
        '👉 1 · Wajir\n\nHello Amina Hassan. "repair Griftu borehole" is due Wed 16 Dec.'
    )


async def test_only_the_newest_question_has_buttons_and_shows_what_was_answered(
    story: Story,
) -> None:
    for day in (9, 15):
        await story.travel_to(datetime(2026, 12, day, NINE, 1, tzinfo=UTC))
    older, newer = [one for one in story.from_bot(AMINA) if one.text.startswith("👉 1")]

    assert older.buttons == []
    await story.tap(AMINA, "✅ Done", chat=AMINA)

    assert "How is it going?" in read(story.message(older.id, AMINA).text)
    assert "is done. Thank you!" in read(story.message(newer.id, AMINA).text)
    # A week later that is no reason to say that anything was missed.
    assert {row.state for row in await story.rows(Occasion)} <= {"waiting", "posted", "cancelled"}


async def test_a_reply_is_a_report_an_edit_corrects_it_and_a_second_reply_adds_one(
    story: Story,
) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    question = story.last(AMINA, with_button="✅ Done").id

    said = await story.write(AMINA, "Two pumps work", chat=AMINA, reply_to=question)
    await story.correct(AMINA, said, "Three pumps work. Challenges: diesel", chat=AMINA)
    # Words that reply to nothing answer what was asked last.
    await story.write(AMINA, "The fourth is on its way", chat=AMINA)

    assert [(row.progress, row.challenges) for row in await story.rows(Progress)] == [
        ("Three pumps work.", "diesel"),
        ("The fourth is on its way", ""),
    ]
    changes = [row for row in await story.rows(PointChange) if row.kind == "words"]
    assert [(row.before, row.after) for row in changes] == [
        ("Two pumps work", "Three pumps work.\ndiesel")
    ]
    assert story.message(said, AMINA).reactions == ["✍"]


async def test_with_the_first_report_an_action_is_in_progress_and_the_history_says_so(
    story: Story,
) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    for words in ("Two pumps work", "Three pumps work"):
        await story.write(AMINA, words, chat=AMINA)

    changes = [(row.before, row.after) for row in await story.rows(PointChange)]
    assert changes == [("", "repair Griftu borehole"), ("open", "in-progress")]
    assert [row.state for row in await story.rows(ActionPoint)] == ["in-progress"]


async def test_who_has_nothing_to_do_with_an_action_hears_whose_it_is_and_who_may(
    story: Story,
) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(IBRAHIM, "/language en", chat=IBRAHIM)
    await story.write(LEAD, "/action Fatuma: plant trees")

    for person, number in ((IBRAHIM, 1), (AMINA, 2)):
        await story.write(person, f"/update {number} called: they wait", chat=person)
        assert "is for others to report on" in story.said(person)[-1]
    await story.write(AMINA, "/calls", chat=AMINA)
    assert "Only a lead of the group can do this." in story.said(AMINA)[-1]
    await story.write(LEAD, "/actions 1")
    assert "Only who does this action, or a lead" in await story.tap(IBRAHIM, "✅ Done")
    assert not await story.rows(Progress)


async def test_thanks_and_an_ok_are_no_report(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    said = [
        await story.write(AMINA, words, chat=AMINA)
        for words in ("thank you", "ok", "Sawa, asante sana!", "🙏")
    ]
    assert not await story.rows(Progress)
    assert [story.message(one, AMINA).reactions for one in said] == [["👍"]] * 4

    await story.write(AMINA, "Ok, two pumps work", chat=AMINA)
    assert [row.progress for row in await story.rows(Progress)] == ["Ok, two pumps work"]


async def test_what_else_is_welcome_is_offered_once_and_not_each_time(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    await story.write(AMINA, "Two pumps work", chat=AMINA)
    await story.tap(AMINA, "⛰ Challenges", chat=AMINA)
    assert story.last(AMINA).text.startswith("👉 1. ")
    await story.write(AMINA, "Diesel is dear", chat=AMINA)
    await story.write(AMINA, "Three pumps work", chat=AMINA)

    rows = [(row.progress, row.challenges) for row in await story.rows(Progress)]
    assert rows == [("Two pumps work", "Diesel is dear"), ("Three pumps work", "")]
    assert sum("this is welcome, too" in text for text in story.said(AMINA)) == 1


async def test_a_voice_note_and_a_picture_are_reports_and_a_line_of_text_may_be_added(
    story: Story,
) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    voice = story.telegram.send_voice(AMINA, AMINA, b"OggS", seconds=40)
    await story.settle()
    await story.write(AMINA, "The pump is repaired", chat=AMINA, reply_to=voice)
    story.telegram.send_document(
        AMINA, AMINA, b"0" * 30_000_000, name="pump.jpg", caption="The new pump"
    )
    await story.settle()

    spoken, pictured = await story.rows(Progress)
    assert (spoken.voice_seconds, spoken.progress) == (40, "The pump is repaired")
    assert (pictured.voice_seconds, pictured.progress) == (None, "The new pump")
    shown = {str(row.kind): (row.name, row.size) for row in await story.rows(Evidence)}
    assert shown["file"] == ("pump.jpg", 30_000_000)
    assert story.message(voice, AMINA).reactions == ["👍"]


async def test_done_in_a_word_or_by_a_tap_closes_it_with_joy(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    said = await story.write(AMINA, "Done, water flows", chat=AMINA)

    (point,) = await story.rows(ActionPoint)
    assert point.state == "done"
    assert story.message(said, AMINA).reactions == ["🎉"]
    await story.tap(AMINA, "↩️ Open again", chat=AMINA)
    (point,) = await story.rows(ActionPoint)
    assert point.closed_at is None
    assert await story.tap(AMINA, "✅ Done", chat=AMINA) == "🎉 Done. Thank you!"


async def test_who_snoozes_is_asked_when_they_wish_and_nobody_else_instead(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    assert await story.tap(AMINA, "⏰ In 3 days", chat=AMINA) == "I ask again on Sat 12 Dec."

    await story.travel_to(datetime(2026, 12, 11, 18, tzinfo=UTC))
    assert len(asked(story)) == 1
    await story.travel_to(datetime(2026, 12, 12, NINE, 1, tzinfo=UTC))

    assert len(asked(story)) == 2
    assert asked(story, PETER) == []


async def test_will_be_late_asks_until_when_and_why_and_begins_anew(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    await story.tap(AMINA, "📅 Will be late", chat=AMINA)
    assert "do not see a day" in await story.ask(AMINA, "1 Dec", chat=AMINA)
    await story.write(AMINA, "23 Dec", chat=AMINA)

    await story.write(AMINA, "The road is closed", chat=AMINA)

    (change,) = [row for row in await story.rows(PointChange) if row.kind == "due"]
    assert (change.before, change.after) == ("2026-12-16", "2026-12-23")
    assert change.reason == "The road is closed"
    before = len(asked(story))
    await story.travel_to(datetime(2026, 12, 15, 18, tzinfo=UTC))
    assert len(asked(story)) == before
    await story.travel_to(datetime(2026, 12, 16, NINE, 1, tzinfo=UTC))
    assert "due Wed 23 Dec" in asked(story)[-1]


async def test_late_and_help_fit_in_one_line(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    await story.write(AMINA, "Late: 23 Dec, the road is closed", chat=AMINA)
    await story.write(AMINA, "/update 1 need help: a mechanic", chat=AMINA)

    (point,) = await story.rows(ActionPoint)
    assert point.due_on == date(2026, 12, 23)
    (request,) = await story.rows(SupportRequest)
    assert (request.text, request.point_id) == ("a mechanic", point.id)


async def test_whoever_is_away_is_not_asked_but_their_colleague_is(story: Story) -> None:
    assert "away until Wed 16 Dec" in await story.ask(AMINA, "/away until 16 Dec", chat=AMINA)

    await story.travel_to(A_WEEK_BEFORE)
    assert (len(asked(story)), len(asked(story, PETER))) == (0, 1)

    assert "Welcome back" in await story.ask(AMINA, "/away off", chat=AMINA)
    await story.travel_to(datetime(2026, 12, 15, NINE, 1, tzinfo=UTC))
    assert (len(asked(story)), len(asked(story, PETER))) == (1, 1)


async def test_two_days_down_ask_once_and_lose_nothing(database_url: str) -> None:
    async with told(database_url) as story:
        await given(story, "Amina: repair Griftu borehole by 16 Dec")
        await story.travel_to(datetime(2026, 12, 14, 18, tzinfo=UTC))
        before = len(asked(story))

        # Nobody ticks for two days: Monday evening to Wednesday noon.
        story.clock.set(datetime(2026, 12, 16, 9, tzinfo=UTC))
        await story.travel(minutes=1)
        assert len(asked(story)) == before + 1
        assert "is due today" in asked(story)[-1]

        await story.travel_to(datetime(2026, 12, 17, 18, tzinfo=UTC))
        assert len(asked(story)) == before + 1


async def test_what_ends_within_days_is_named_before_the_messages_of_the_week_are_used_up(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await given(story, *(f"Amina: job {day} by {day} Dec" for day in (8, 9, 10, 11)))
        await story.travel_to(datetime(2026, 12, 12, 6, 1, tzinfo=UTC))

        unasked = [
            read(text)
            for text in story.said(AMINA)
            if "How are these going?" in read(text) or "How is it going?" in read(text)
        ]

    assert [sum(f'"job {day}"' in text for text in unasked) > 0 for day in (8, 9, 10, 11)] == [
        *(True, True, True, True)
    ]


async def test_of_several_actions_it_is_asked_which_and_no_word_is_lost(database_url: str) -> None:
    async with told(database_url) as story:
        await given(
            story,
            "Amina: repair Griftu borehole by 16 Dec",
            "Amina: count the goats by 16 Dec",
        )
        await story.travel_to(A_WEEK_BEFORE)
        assert "How are these going?" in story.said(AMINA)[-1]

        said = await story.write(AMINA, "Half is done", chat=AMINA)
        await story.tap(AMINA, "2. count the goats", chat=AMINA)
        await story.write(AMINA, "1: two pumps work", chat=AMINA, reply_to=_together(story))
        await story.tap(AMINA, "1", chat=AMINA, message=_together(story))
        await story.tap(AMINA, "🔄 Going on", chat=AMINA)

        goats = next(row for row in await story.rows(ActionPoint) if row.number == 2)
        first, second = await story.rows(Progress)
        assert (first.point_id, first.progress, first.is_counted) == (
            goats.id,
            "Half is done",
            True,
        )
        assert second.progress == "two pumps work"
        assert second.point_id != goats.id
        assert story.message(said, AMINA).reactions == ["👍"]
        states = [row.state for row in await story.rows(ActionPoint)]
        assert states == ["in-progress", "in-progress"]


async def test_a_number_before_plain_words_names_the_action_whatever_was_said_last(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await given(
            story,
            "Amina: repair the pump by 16 Dec",
            "Amina: map the water points by 16 Dec",
            "Amina: send the truck by 16 Dec",
        )
        await story.travel_to(A_WEEK_BEFORE)

        for words in (
            *("2: done", "1: half is done", "3: late: 20 Dec, no fuel", "1, 3: both go on"),
            *("3 pumps are on it", "3"),
        ):
            await story.write(AMINA, words, chat=AMINA)
        asked_last = story.last(AMINA)
        await story.write(AMINA, "1 done", chat=AMINA)

        points = {row.id: row.number for row in await story.rows(ActionPoint)}
        states = {row.number: row.state for row in await story.rows(ActionPoint)}
        said = [
            (points[row.point_id], row.progress)
            for row in await story.rows(Progress)
            if row.point_id is not None
        ]

    assert said[:2] == [(2, "done"), (1, "half is done")]
    assert said[3:5] == [(1, "both go on"), (3, "both go on")]
    assert said[5] == (3, "3 pumps are on it")
    assert said[-1] == (1, "done")
    assert states == {1: "done", 2: "done", 3: "in-progress"}
    assert asked_last.text.startswith("👉 3")


@pytest.mark.parametrize("in_a_meeting", [True, False])
async def test_words_a_picture_and_a_voice_note_under_a_written_down_action_are_reports(
    database_url: str, *, in_a_meeting: bool
) -> None:
    async with told(database_url) as story:
        if in_a_meeting:
            await given(story, "Amina: repair the pump by 16 Dec")
        else:
            await story.write(LEAD, "/action Amina: repair the pump by 16 Dec")
        await story.travel_to(A_WEEK_BEFORE)
        echo = next(
            m.id for m in story.from_bot() if "👉" in m.text and "repair the pump" in m.text
        )

        said = [
            await story.write(AMINA, "The pump is on its way", reply_to=echo),
            story.telegram.send_photo(AMINA, GROUP, png(), caption="here", reply_to=echo),
            story.telegram.send_voice(AMINA, GROUP, b"OggS", seconds=40, reply_to=echo),
        ]
        await story.settle()
        await story.write(IBRAHIM, "We saw no pump", reply_to=echo)
        await story.write(AMINA, "20 Dec", reply_to=echo)

        assert [row.progress for row in await story.rows(Progress)] == [
            "The pump is on its way",
            "here",
            "",
        ]
        assert [story.message(one).reactions for one in said] == [["👍"]] * 3
        assert [row.due_on for row in await story.rows(ActionPoint)] == [date(2026, 12, 20)]


async def test_of_many_actions_the_own_come_first_and_one_tap_means_all_of_them(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await story.write(AMINA, "/start", chat=AMINA)
        await story.write(AMINA, "/language en", chat=AMINA)
        await story.write(LEAD, "/action Peter: repair the pump by 16 Dec")
        for number in range(9):
            await story.write(LEAD, f"/action Amina: thing {number} by 17 Dec")
        await story.write(AMINA, "/update", chat=AMINA)
        await story.write(AMINA, "all done", chat=AMINA)

        asked = story.last(AMINA)
        labels = [button for row in shown(asked).buttons for button in row]
        assert labels[:2] == ["✅ All 9 that I do", "2. thing 0"]
        assert len(labels) == 9
        assert "… and 2 more: reply with the number." in read(asked.html)

        await story.tap(AMINA, "✅ All 9 that I do", chat=AMINA)
        assert "Noted for all 9 actions." in read(story.message(asked.id, AMINA).html)
        states = {row.number: row.state for row in await story.rows(ActionPoint)}

    assert states == {1: "open"} | dict.fromkeys(range(2, 11), "done")


def _together(story: Story) -> int:
    return next(m.id for m in story.from_bot(AMINA) if "How are these going?" in m.text)


async def test_once_a_week_the_group_hears_what_was_done_what_comes_and_how_much_is_late(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await given(
            story,
            "Amina: repair Griftu borehole by 16 Dec",
            "Ibrahim: count the goats by 5 Dec",
            "Fatuma: print the map by 5 Dec",
        )
        await story.write(AMINA, "/update 1 done", chat=AMINA)
        await story.travel_to(datetime(2026, 12, 7, 7, 1, tzinfo=UTC))

        round_up = story.last().id
        post = read(story.said()[-1])
        assert "👏 Our actions this week · Wajir" in post
        assert "✅ Maji Bora Trust: repair Griftu borehole" in post
        assert "2 are past their day." in post
        assert "goats" not in post

        aside = await story.write(PETER, "The tank, too", reply_to=round_up)
        reply = await story.write(FATUMA, "Half is printed", reply_to=round_up)
        await story.write(FATUMA, "Well done, all! Who is next?", reply_to=round_up)
        assert story.message(aside).reactions == []
        assert story.message(reply).reactions == ["👍"]
        assert [row.progress for row in await story.rows(Progress)] == ["done", "Half is printed"]

        voice = story.telegram.send_voice(IBRAHIM, GROUP, b"OggS", seconds=40, reply_to=round_up)
        await story.settle()
        await story.write(LEAD, "/update Half the goats are counted", reply_to=voice)
        spoken = (await story.rows(Progress))[-1]
        assert (spoken.voice_seconds, spoken.progress) == (40, "Half the goats are counted")


async def test_a_lead_sees_whom_to_phone_and_enters_what_they_said(database_url: str) -> None:
    async with told(database_url) as story:
        await given(story, "Ibrahim: count the goats by 16 Dec", "Amina: dig the well by 16 Dec")
        # Ibrahim never pressed Start, nor has anybody of his organisation.
        await story.travel_to(A_WEEK_BEFORE)

        calls = await story.ask(LEAD, "/calls", chat=LEAD)
        assert "I cannot write to them" in calls
        assert "1. count the goats" in calls
        assert "dig the well" not in calls

        await story.tap(LEAD, "📞", chat=LEAD)
        await story.write(LEAD, "Half are counted", chat=LEAD)
        (report,) = await story.rows(Progress)
        assert (report.progress, report.is_by_phone) == ("Half are counted", True)
        goats = next(row for row in await story.rows(ActionPoint) if row.number == 1)
        assert report.organisation_id == goats.organisation_id
        assert "Nobody." in await story.ask(LEAD, "/calls", chat=LEAD)

        await story.write(LEAD, "/update 1 called: all are counted")
        assert [row.is_by_phone for row in await story.rows(Progress)] == [True, True]


async def test_a_reply_to_an_action_long_closed_is_kept_and_it_may_be_opened_again(
    story: Story,
) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    question = story.last(AMINA, with_button="✅ Done").id
    await story.tap(AMINA, "✅ Done", chat=AMINA)
    await story.travel_to(datetime(2026, 12, 20, 7, tzinfo=UTC))

    answer = await story.ask(AMINA, "It broke again", chat=AMINA, reply_to=question)

    assert '"repair Griftu borehole" was closed on Wed 9 Dec.' in answer
    assert [row.progress for row in await story.rows(Progress)] == ["It broke again"]
    assert await story.tap(AMINA, "↩️ Open again", chat=AMINA) == "It is open again."
    (point,) = await story.rows(ActionPoint)
    assert point.closed_at is None


async def test_what_a_pending_member_reports_counts_once_they_are_confirmed(
    story: Story,
) -> None:
    group = (await story.rows(Group))[0]
    maji = next(row for row in await story.rows(Organisation) if "Maji" in row.name)
    await story.forge(STRANGER, f"join:{group.id}:{maji.id}")

    answer = await story.ask(STRANGER, "/update 1 two pumps work")
    assert "It counts as soon as somebody has confirmed you." in answer
    assert [row.is_counted for row in await story.rows(Progress)] == [False]

    await story.tap(AMINA, "✅ Yes", chat=AMINA)
    assert [row.is_counted for row in await story.rows(Progress)] == [True]


async def test_the_parts_of_an_album_are_one_report(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    for number in range(3):
        sent = story.telegram.send_photo(AMINA, AMINA, png(), caption="The new tank" * (not number))
        story.telegram.updates.clear()
        shape = story.telegram.message_object(story.message(sent, AMINA))
        story.telegram.push_raw({"message": shape | {"media_group_id": "7"}})
        await story.settle()

    (report,) = await story.rows(Progress)
    assert report.progress == "The new tank"
    assert [row.progress_id for row in await story.rows(Evidence)] == [report.id] * 3


async def test_who_switches_it_off_is_asked_no_more(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    await story.tap(AMINA, "🔕 No such questions", chat=AMINA)

    await story.travel_to(datetime(2026, 12, 16, 18, tzinfo=UTC))

    assert len(asked(story)) == 1
    assert len(asked(story, PETER)) == 2


async def test_a_reply_to_a_card_or_a_list_in_the_group_is_a_report(story: Story) -> None:
    await story.write(LEAD, "/actions")
    listed = story.last().id
    await story.tap(LEAD, "1", message=listed)
    card = story.last().id

    first = await story.write(AMINA, "Two pumps work", reply_to=listed)
    second = await story.write(PETER, "The third, too", reply_to=card)
    aside = await story.write(FATUMA, "That is good news", reply_to=card)

    assert [row.progress for row in await story.rows(Progress)] == [
        "Two pumps work",
        "The third, too",
    ]
    reactions = [story.message(number).reactions for number in (first, second, aside)]
    assert reactions == [["👍"], ["👍"], []]


async def test_words_below_the_list_of_ones_actions_are_a_report(story: Story) -> None:
    assert "1. repair Griftu borehole" in await story.ask(AMINA, "/update", chat=AMINA)
    await story.write(AMINA, "Two pumps work", chat=AMINA)

    await story.write(PETER, "/update")
    listed = story.last().id
    await story.write(PETER, "The third, too", reply_to=listed)

    assert [row.progress for row in await story.rows(Progress)] == [
        "Two pumps work",
        "The third, too",
    ]


async def test_what_shows_that_something_was_done_is_sent_in_private_to_who_may_see_it(
    story: Story,
) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    story.telegram.send_photo(AMINA, AMINA, png(), caption="The new tank")
    await story.settle()
    story.telegram.send_document(AMINA, AMINA, b"%PDF-", name="bill.pdf")
    await story.settle()

    await story.write(LEAD, "/actions 1")
    assert "private chat" in await story.tap(LEAD, "📎 2")
    picture, bill = story.from_bot(LEAD)[-2:]
    assert picture.photo
    assert "1. repair Griftu borehole\nMaji Bora Trust · Wed 9 Dec" in read(picture.text)
    assert bill.document is not None
    assert bill.document["file_name"] == "bill.pdf"
    before = len(story.from_bot(FATUMA))
    assert "bonyeza Start" in await story.tap(FATUMA, "📎 2")
    assert len(story.from_bot(FATUMA)) == before


async def test_a_reply_to_minutes_that_names_an_own_action_is_a_report(database_url: str) -> None:
    async with told(database_url) as story:
        await given(
            story,
            "Amina: repair Griftu borehole by 16 Dec",
            "Fatuma: plant trees by 11 Dec",
            "Amina: count the goats of Eldas by 18 Dec",
        )
        minutes = [m for m in story.from_bot(GROUP) if "Minutes no. 1" in m.text][-1].id
        before = len(story.said(GROUP))

        for words in (
            "1: two pumps work now",
            "the borehole at Griftu is repaired, two pumps work",
            "3 going on",
        ):
            said = await story.write(AMINA, words, reply_to=minutes)
            assert story.message(said).reactions == ["👍"]
        private = story.last(AMINA, with_button="✏️ Something is wrong").id
        await story.write(AMINA, "3: two hundred goats", chat=AMINA, reply_to=private)

        points = {row.id: row.number for row in await story.rows(ActionPoint)}
        assert [
            (points[row.point_id or 0], row.progress) for row in await story.rows(Progress)
        ] == [
            (1, "two pumps work now"),
            (1, "the borehole at Griftu is repaired, two pumps work"),
            (3, "going on"),
            (3, "two hundred goats"),
        ]
        assert len(story.said(GROUP)) == before

        # Who does it, until when, or what others do may be a correction: that is asked, or heard.
        for words in (
            "1: Peter",
            "The Griftu borehole is until 20 Dec",
            "2: the trees are planted",
        ):
            assert "a correction of the minutes?" in await story.ask(AMINA, words, reply_to=minutes)
        wrong = "The Griftu borehole should be the Abakore borehole"
        said = await story.write(AMINA, wrong, reply_to=minutes)
        assert story.message(said).reactions == ["✍"]
        assert len(await story.rows(Progress)) == 4


async def test_dropped_and_adapted_are_said_in_words_with_the_reason(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)
    question = story.last(AMINA, with_button="✅ Done").id

    await story.write(AMINA, "Adapted: repair the Eldas borehole; Griftu is dry", chat=AMINA)
    assert "repair the Eldas borehole" in read(story.message(question, AMINA).text)
    await story.write(AMINA, "/update 1 dropped: the road is closed", chat=AMINA)

    changes = [(row.kind, row.after, row.reason) for row in await story.rows(PointChange)]
    assert changes[1:] == [
        ("state", "adapted", "Griftu is dry"),
        ("text", "repair the Eldas borehole", ""),
        ("state", "dropped", "the road is closed"),
    ]
    assert "is not to be done any more" in read(story.message(question, AMINA).text)
    assert [row.state for row in await story.rows(ActionPoint)] == ["dropped"]


async def test_dropped_alone_asks_why(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    await story.write(AMINA, "dropped", chat=AMINA)
    assert [row.state for row in await story.rows(ActionPoint)] == ["open"]
    await story.write(AMINA, "The road is closed", chat=AMINA)

    assert [row.state for row in await story.rows(ActionPoint)] == ["dropped"]
    assert (await story.rows(PointChange))[-1].reason == "The road is closed"


async def test_what_an_organisation_said_on_the_phone_is_entered_by_its_name(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Fatuma: plant trees by 18 Dec")
    await story.travel_to(A_WEEK_BEFORE)

    said = await story.write(LEAD, "/update Maji Bora called: they wait for pipes", chat=LEAD)
    await story.write(LEAD, "/update called Green Rangelands: the trees are there")
    # Whoever speaks for it may, too; of others that is for nobody else to say.
    await story.write(AMINA, "/update Maji Bora Trust, by phone: the pipes came", chat=AMINA)
    await story.write(AMINA, "/update Green Rangelands called: nothing", chat=AMINA)
    await story.correct(LEAD, said, "/update Maji Bora called: they wait for two pipes", chat=LEAD)

    await story.write(LEAD, "/update Afya called: all is well", chat=LEAD)
    assert "Afya Mashinani has no open action here" in read(story.last(LEAD).text)

    names = {row.id: row.name for row in await story.rows(Organisation)}
    counted = [row for row in await story.rows(Progress) if row.is_by_phone]
    assert [(names[row.organisation_id or 0], row.progress) for row in counted] == [
        ("Maji Bora Trust", "they wait for two pipes"),
        ("Green Rangelands", "the trees are there"),
        ("Maji Bora Trust", "the pipes came"),
    ]


async def test_support_that_an_edited_report_requires_is_asked_for(story: Story) -> None:
    await story.travel_to(A_WEEK_BEFORE)

    said = await story.write(AMINA, "Two pumps work", chat=AMINA)
    await story.correct(AMINA, said, "Two pumps work. Support: a mechanic", chat=AMINA)
    await story.correct(AMINA, said, "Two pumps work. Support: two mechanics", chat=AMINA)

    assert [row.text for row in await story.rows(SupportRequest)] == ["two mechanics"]
