"""A meeting that nobody opened: written up, moved, or not held; and its paper list."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.domain.presence import How
from bot.domain.sittings import Ending, SittingState
from bot.domain.write_ups import Unheld
from bot.models import AgendaItem, Entry, Meeting, PaperList, Presence, Sitting, Turn
from tests.playground.files import png
from tests.stories.story import AMINA, COORDINATOR, DEPUTY, GROUP, LEAD, Story, shown, told

MORNING = datetime(2026, 12, 4, 5, 30, tzinfo=UTC)
"""08:30 in Nairobi, the day after."""


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(DEPUTY, "/start", chat=DEPUTY)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def test_the_next_morning_those_who_lead_are_asked_and_a_meeting_is_written_up(
    story: Story,
) -> None:
    await story.travel_to(MORNING)
    # The deputy reads Swahili.
    assert "Je, ulifanyika?" in shown(story.last(DEPUTY)).open

    await story.tap(LEAD, "✅ Held", chat=LEAD)
    assert "anaanza kuuandika" in shown(story.last(DEPUTY)).open
    await story.write(LEAD, "10:20-12:45", chat=LEAD)
    await story.tap(LEAD, "☑️ All", chat=LEAD)
    await story.tap(LEAD, "☑️ Maji Bora", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "Mr Ali, County Commissioner's office", chat=LEAD)
    await story.write(LEAD, "We meet twice a month\nThe fund pays fuel", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "Amina repairs the borehole", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)

    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.ending) == (SittingState.CLOSED, Ending.WRITTEN_UP)
    assert sitting.opened_at == datetime(2026, 12, 3, 7, 20, tzinfo=UTC)
    assert sitting.closed_at == datetime(2026, 12, 3, 9, 45, tzinfo=UTC)
    assert len([one for one in await story.rows(Presence) if one.organisation_id]) == 7
    assert [entry.text for entry in await story.rows(Entry)] == [
        "We meet twice a month",
        "The fund pays fuel",
        "Amina repairs the borehole",
    ]
    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Present: 7 of 8 organisations" in draft
    assert "In attendance: County Commissioner's office (Mr Ali)" in draft
    assert "ameuandika" in shown(story.last(DEPUTY)).open
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "✅ The fund pays fuel" in shown(story.last()).open
    await story.travel(days=10)
    assert not any("Je, ulifanyika?" in text for text in story.said(DEPUTY))


async def test_hours_from_sunrise_are_those_of_the_plan(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(DEPUTY, "✅", chat=DEPUTY)

    await story.write(DEPUTY, "saa nne na nusu hadi saa sita", chat=DEPUTY)

    assert "10:30–12:00 (saa 4:30 asubuhi hadi saa 6 mchana)" in shown(story.last(DEPUTY)).open


async def _written_up(story: Story, *said: str) -> None:
    """Let the lead write the meeting up in private, with these lines of who does what."""
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "None", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "\n".join(said), chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)


async def test_who_does_what_until_when_is_read_as_of_a_command(story: Story) -> None:
    await story.travel_to(MORNING)

    await _written_up(
        story, "Amina repairs the borehole by 11 December", "Amina", "I'll call the county"
    )
    await story.tap(LEAD, "No list", chat=LEAD)

    first, second, third = await story.rows(Entry)
    assert (first.text, first.due_on) == ("Amina repairs the borehole", date(2026, 12, 11))
    assert first.owner_id is not None
    assert (second.text, second.owner_id) == ("Amina", first.owner_id)
    assert (third.text, third.owner_id) == ("call the county", third.written_by)


async def test_what_was_held_before_it_was_written_up_is_not_the_next_meeting(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 3 Dec 15:00-16:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2026, 12, 3, 12, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")
    await story.tap(LEAD, "🟢 Thu 3 Dec, 15:00")
    await story.write(LEAD, "/close")
    await story.travel_to(MORNING)

    await _written_up(story, "Peter: call the county")
    await story.tap(LEAD, "No list", chat=LEAD)

    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "call the county" in draft
    assert "Next meeting" not in draft


async def test_a_meeting_that_was_not_held_is_recorded_with_its_reason(story: Story) -> None:
    await story.travel_to(MORNING)

    await story.tap(DEPUTY, "❌", chat=DEPUTY)
    await story.write(DEPUTY, "The road was flooded", chat=DEPUTY)

    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.reason) == (SittingState.NOT_HELD, "The road was flooded")
    assert "It was not held, says" in shown(story.last(LEAD)).open
    assert shown(story.last(LEAD)).buttons == []
    told = story.last()
    assert told.is_silent
    assert shown(told).open == "❌ Thu 3 Dec 2026: not held: The road was flooded"
    invited = [m for m in story.from_bot() if "NOT HELD" in shown(m).open]
    assert invited
    assert all(shown(message).buttons == [] for message in invited)
    assert "❌ Thu 3 Dec 2026: not held" in await story.ask(LEAD, "/minutes", chat=LEAD)
    assert "The road was flooded" in await story.ask(LEAD, "/attendance", chat=LEAD)


async def test_why_a_meeting_was_not_held_need_not_be_said(story: Story) -> None:
    await story.travel_to(MORNING)

    await story.tap(LEAD, "❌", chat=LEAD)
    await story.tap(LEAD, "⏭", chat=LEAD)

    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.reason) == (SittingState.NOT_HELD, "")


async def test_a_meeting_that_was_moved_is_planned_anew(story: Story) -> None:
    await story.travel_to(MORNING)

    await story.tap(LEAD, "📅 Moved", chat=LEAD)
    await story.write(LEAD, "10 Dec", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    (sitting,) = await story.rows(Sitting)
    assert sitting.state is SittingState.NOT_HELD
    assert Unheld.of(MORNING, sitting.reason).moved_to == datetime(2026, 12, 10, 10)
    assert "moved to Thu 10 Dec 2026, 10:00" in await story.ask(LEAD, "/attendance", chat=LEAD)
    assert "umehamishiwa Alhamisi 10 Desemba 2026" in await story.ask(
        DEPUTY, "/mahudhurio", chat=DEPUTY
    )
    before, after = sorted(await story.rows(Meeting), key=lambda meeting: meeting.starts_at)
    assert after.wall_start == datetime(2026, 12, 10, 10)
    assert after.place == before.place == "County Hall"


async def test_what_was_prepared_goes_with_a_meeting_that_was_moved(story: Story) -> None:
    await story.write(LEAD, "/additem Road to Bute")
    await story.write(LEAD, "/facilitator Maji Bora")
    before = {(one.duty, one.organisation_id, one.state) for one in await story.rows(Turn)}
    await story.travel_to(MORNING)
    await story.tap(LEAD, "📅 Moved", chat=LEAD)
    await story.write(LEAD, "10 Dec", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    after = max(await story.rows(Meeting), key=lambda meeting: meeting.starts_at)
    assert {item.meeting_id for item in await story.rows(AgendaItem)} == {after.id}
    turns = [one for one in await story.rows(Turn) if one.meeting_id == after.id]
    assert before <= {(one.duty, one.organisation_id, one.state) for one in turns}
    assert "Road to Bute" in await story.ask(LEAD, "/agenda")


async def test_a_new_day_that_was_misread_moves_nothing(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "📅 Moved", chat=LEAD)
    await story.write(LEAD, "tomorrow", chat=LEAD)

    await story.tap(LEAD, "✖️", chat=LEAD)

    assert await story.rows(Sitting) == []
    await story.tap(LEAD, "📅 Moved", chat=LEAD)
    await story.write(LEAD, "tomorrow", chat=LEAD)
    await story.write(LEAD, "11 Dec", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    (sitting,) = await story.rows(Sitting)
    assert Unheld.of(MORNING, sitting.reason).moved_to == datetime(2026, 12, 11, 10)


async def test_who_is_known_of_a_list_is_ticked_and_the_others_are_asked_for(
    story: Story,
) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.write(LEAD, "10:30-12:00", chat=LEAD)

    await story.write(LEAD, "Maji Bora, Baraka and Elimu", chat=LEAD)

    asked = shown(story.last(LEAD))
    assert "2 of 8 so far" in asked.open
    assert "which organisation is meant by Baraka." in asked.open


async def test_every_list_says_which_button_ends_it(story: Story) -> None:
    await story.write(LEAD, "/additem Water trucks, 20 min")
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.write(LEAD, "10:30-12:00", chat=LEAD)

    ends = "Finished? Tap “✅ That is all”."
    await story.write(LEAD, "Maji Bora", chat=LEAD)
    assert ends in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "none", chat=LEAD)
    assert "Which of these did you deal with?" in shown(story.last(LEAD)).open
    assert ends in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    # Nothing is written yet: "that is all" would be a strange answer.
    assert ends not in shown(story.last(LEAD)).open
    for said in ("We dig two wells", "Amina digs by Friday"):
        await story.write(LEAD, said, chat=LEAD)
        assert ends in shown(story.last(LEAD)).open
        await story.tap(LEAD, "✅ That is all", chat=LEAD)


async def test_a_write_up_that_waited_too_long_says_how_to_begin_it_again(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    asked = story.last(LEAD).id
    await story.travel(days=4)

    await story.write(LEAD, "/meeting", chat=LEAD)

    said = shown(story.message(asked, LEAD)).open
    assert "/minutes" in said
    assert "/meeting" not in said


async def test_guests_are_separated_as_behind_the_command(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.write(LEAD, "10:30-12:00", chat=LEAD)
    await story.write(LEAD, "Maji Bora", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "Bw. Ali, NDMA; Bi. Wako kutoka WFP", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)

    guests = {(one.name, one.guest_of) for one in await story.rows(Presence) if one.name}
    assert guests == {("Bw. Ali", "NDMA"), ("Bi. Wako kutoka WFP", "")}


async def test_who_did_not_run_the_meeting_cannot_say_what_became_of_it(story: Story) -> None:
    await story.travel_to(MORNING)
    held = story.data_of(story.last(LEAD, with_button="✅ Held"), "✅ Held")

    refused = await story.forge(AMINA, held)

    assert refused
    assert await story.rows(Sitting) == []


async def test_two_who_answer_record_it_once(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "❌", chat=LEAD)
    await story.tap(DEPUTY, "❌", chat=DEPUTY)

    await story.write(LEAD, "Flood", chat=LEAD)
    answer = await story.ask(DEPUTY, "Nobody came", chat=DEPUTY)

    assert [sitting.reason for sitting in await story.rows(Sitting)] == ["Flood"]
    assert "ameshasema" in answer


async def test_who_writes_it_up_is_named_to_whoever_says_that_it_was_not_held(
    story: Story,
) -> None:
    await story.travel_to(MORNING)
    await story.tap(DEPUTY, "✅", chat=DEPUTY)

    await story.tap(LEAD, "❌ Not held", chat=LEAD)
    assert "is writing this meeting up" in shown(story.last(LEAD)).open
    assert await story.rows(Sitting) == []
    await story.tap(LEAD, "❌ Not held", chat=LEAD)
    await story.write(LEAD, "Flood", chat=LEAD)

    assert [sitting.reason for sitting in await story.rows(Sitting)] == ["Flood"]
    assert "ameshasema" in await story.ask(DEPUTY, "10:00-12:00", chat=DEPUTY)
    # That was the end of it: what comes next is no answer any more.
    assert "ameshasema" not in await story.ask(DEPUTY, "10:00-12:00", chat=DEPUTY)


async def test_who_stops_writing_it_up_leaves_the_question_open(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)

    await story.write(LEAD, "/cancel", chat=LEAD)

    assert "To begin again, write /minutes write." in shown(story.last(LEAD)).open
    asked = [m for m in story.from_bot(DEPUTY) if shown(m).buttons]
    assert "Je, ulifanyika?" in shown(asked[-1]).open


async def test_without_an_answer_it_is_asked_once_more_and_then_the_coordination_is_told(
    story: Story,
) -> None:
    await story.write(COORDINATOR, "/start", chat=COORDINATOR)
    await story.travel_to(MORNING)
    assert len([m for m in story.from_bot(LEAD) if "Was it held?" in m.text]) == 1

    await story.travel(days=3, minutes=1)
    assert "I still do not know" in shown(story.last(LEAD)).open
    await story.travel(days=3)
    told = [m for m in story.from_bot(COORDINATOR) if "Nobody has told me" in m.text]
    assert len(told) == 1
    await story.travel(days=20)
    assert len([m for m in story.from_bot(COORDINATOR) if "Nobody has told me" in m.text]) == 1


async def test_an_opened_or_cancelled_meeting_is_not_asked_about(story: Story) -> None:
    await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/close")

    await story.travel(days=8)

    assert not any("Was it held?" in text for text in story.said(LEAD))


async def test_nobody_to_write_to_means_that_the_group_is_asked(database_url: str) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")

        await story.travel_to(MORNING)

        asked = story.last(with_button="✅ Held")
        assert asked.is_silent
        assert "Was it held?" in shown(asked).open


async def test_after_a_downtime_it_is_still_asked(database_url: str) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        # Nothing happens on the way: the program was away.
        story.clock.set(datetime(2026, 12, 6, 9, tzinfo=UTC))
        await story.travel(minutes=1)

        assert "Was it held?" in shown(story.last(LEAD, with_button="✅ Held")).open


async def test_a_photo_of_the_list_is_kept_for_those_who_may_see_it(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.write(LEAD, "Maji Bora Trust", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "None", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)

    story.telegram.send_document(LEAD, LEAD, png(), name="list.png")
    await story.settle()
    assert "once more as a photo, not as a file" in shown(story.last(LEAD)).open
    story.telegram.send_photo(LEAD, LEAD, png())
    await story.settle()
    assert "Thank you: 1 photo" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)

    (paper,) = await story.rows(PaperList)
    assert (paper.drop_at - paper.sent_at).days == 90
    button = story.data_of(story.last(LEAD, with_button="🖼"), "🖼")
    refused = await story.forge(DEPUTY, button, chat=DEPUTY)
    assert refused
    assert not any(message.photo for message in story.from_bot(DEPUTY))
    await story.tap(LEAD, "🖼", chat=LEAD)
    assert story.last(LEAD).photo
    assert not any(message.photo for message in story.from_bot())

    await story.travel(days=91)
    await story.program.ticker.tidy()
    assert await story.rows(PaperList) == []


async def test_a_late_meeting_can_still_be_opened_after_the_question(story: Story) -> None:
    await story.write(LEAD, "/meeting 7 Dec 20:00-22:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2026, 12, 8, 5, 31, tzinfo=UTC))
    asked = story.last(LEAD, with_button="✅ Held")
    held = story.data_of(asked, "✅ Held")

    await story.write(LEAD, "/open")

    assert "It was opened after all" in shown(story.message(asked.id, LEAD)).open
    assert shown(story.message(asked.id, LEAD)).buttons == []
    assert "already said" in await story.forge(LEAD, held, chat=LEAD, message=asked.id)


async def test_every_meeting_of_a_series_is_asked_about(database_url: str) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/meeting every Thursday 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")

        await story.travel_to(MORNING)

        asked = [m.text for m in story.from_bot(LEAD) if "Was it held?" in m.text]
        assert ["26 Nov" in text for text in asked] == [True, False]
        assert ["3 Dec" in text for text in asked] == [False, True]


async def test_a_list_that_comes_before_the_question_is_kept_after_one_tap(story: Story) -> None:
    await story.travel_to(datetime(2026, 12, 3, 10, tzinfo=UTC))
    story.telegram.send_photo(LEAD, LEAD, png())
    await story.settle()
    assert "Is this the attendance list on paper of this meeting?" in shown(story.last(LEAD)).open
    assert await story.rows(PaperList) == []

    said = await story.tap(LEAD, "🖼 Yes, of Thu 3 Dec", chat=LEAD)
    assert said == "Thank you: I keep it as the list of Thu 3 Dec, 10:00."
    await story.tap(LEAD, "🖼 Yes, of Thu 3 Dec", chat=LEAD)
    assert len(await story.rows(PaperList)) == 1

    await story.travel_to(MORNING)
    await _written_up(story, "Peter: call the county")
    assert "Thank you: 1 photo" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    assert len(await story.rows(PaperList)) == 1


async def _album(story: Story, count: int, *, begins: int = 0) -> list[int]:
    """Let the lead send photos in one go: an update each, all of them there at once."""
    sizes = range(40 + begins, 40 + begins + count)
    sent = [story.telegram.send_photo(LEAD, LEAD, png(size, 40)) for size in sizes]
    story.telegram.updates.clear()
    for message_id in sent:
        shape = story.telegram.message_object(story.message(message_id, LEAD))
        story.telegram.push_raw({"message": shape | {"media_group_id": "7"}})
    await story.settle()
    return sent


async def test_an_album_is_asked_about_once_and_one_tap_keeps_all_its_photos(
    story: Story,
) -> None:
    await story.travel_to(datetime(2026, 12, 3, 10, tzinfo=UTC))
    await _album(story, 3)
    asked = [m for m in story.from_bot(LEAD) if "Is this the attendance list" in m.text]
    assert len(asked) == 1
    assert "One tap keeps all the photos that you have sent together." in shown(asked[0]).open

    said = await story.tap(LEAD, "🖼 Yes, of Thu 3 Dec", chat=LEAD, message=asked[0].id)
    assert said == "Thank you: I keep 3 photos as the list of Thu 3 Dec, 10:00."
    await story.tap(LEAD, "🖼 Yes, of Thu 3 Dec", chat=LEAD, message=asked[0].id)
    papers = await story.rows(PaperList)
    assert len({paper.file_id for paper in papers}) == len(papers) == 3

    # On a weak network the last page comes after the answer.
    await _album(story, 1, begins=3)
    assert len(await story.rows(PaperList)) == 4
    assert len([m for m in story.from_bot(LEAD) if "Is this the attendance" in m.text]) == 1


async def test_an_album_that_answers_the_last_question_is_thanked_for_once(story: Story) -> None:
    await _asked_what_was_decided(story, has_agenda=False)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)

    await _album(story, 3)

    thanks = [m for m in story.from_bot(LEAD) if "Thank you: " in m.text]
    assert ["Thank you: 3 photos." in m.text for m in thanks] == [True]
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    assert len(await story.rows(PaperList)) == 3


async def test_a_list_that_comes_in_the_middle_of_the_questions_is_kept(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)

    story.telegram.send_photo(LEAD, LEAD, png())
    await story.settle()
    assert "When did the meeting begin and end?" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "As planned", chat=LEAD)
    for label in ("✅ That is all", "None", "✅ That is all", "✅ That is all"):
        await story.tap(LEAD, label, chat=LEAD)
    assert "Thank you: 1 photo" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)

    assert len(await story.rows(PaperList)) == 1


async def test_a_photo_is_not_asked_about_when_no_meeting_waits(story: Story) -> None:
    await story.travel_to(datetime(2026, 12, 3, 10, tzinfo=UTC))
    for person in (LEAD, AMINA):
        story.telegram.send_photo(person, person, png())
        await story.settle()

    assert "Is this the attendance list" in shown(story.last(LEAD)).open
    assert not shown(story.last(AMINA)).buttons


async def test_the_deputy_who_wrote_it_up_reads_the_draft_and_approves_it_later(
    story: Story,
) -> None:
    await story.travel_to(MORNING)
    await story.tap(DEPUTY, "✅", chat=DEPUTY)
    for said in ("10:00-12:00", "Maji Bora Trust"):
        await story.write(DEPUTY, said, chat=DEPUTY)
    for label in ("✅", "Hakuna", "✅", "✅"):
        await story.tap(DEPUTY, label, chat=DEPUTY)
    await story.tap(DEPUTY, "Hakuna orodha", chat=DEPUTY)

    mine = next(m for m in story.from_bot(DEPUTY) if "Asante kwa kuuandika." in m.text)
    assert shown(mine).buttons == []
    approve = story.data_of(story.last(LEAD, with_button="✅ Approve"), "✅ Approve")
    assert "utaweza wewe" in await story.forge(DEPUTY, approve, chat=DEPUTY, message=mine.id)

    await story.travel(hours=49)
    live = story.last(DEPUTY, with_button="✅ Idhinisha")
    await story.tap(DEPUTY, "✅ Idhinisha", chat=DEPUTY)
    assert "Rasimu hii iko chini zaidi" in shown(story.message(mine.id, DEPUTY)).open
    assert "Zimeidhinishwa" in shown(story.message(live.id, DEPUTY)).open
    assert "Approved" in shown(story.last(LEAD)).open


async def test_a_list_that_is_sent_to_the_group_is_asked_for_in_private(story: Story) -> None:
    await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")

    story.telegram.send_photo(LEAD, GROUP, png(), reply_to=story.last(with_button="🙋").id)
    await story.settle()

    assert "to me privately" in shown(story.last()).open
    assert await story.rows(PaperList) == []


async def test_a_list_may_be_sent_as_a_reply_to_the_question(story: Story) -> None:
    await story.travel_to(MORNING)
    asked = story.last(LEAD, with_button="✅ Held")

    story.telegram.send_photo(LEAD, LEAD, png(), reply_to=asked.id)
    await story.settle()

    assert len(await story.rows(PaperList)) == 1
    assert "There is a photo of the list on paper" in shown(story.last(LEAD)).open


async def test_a_list_that_a_deputy_sends_is_seen_by_the_coordination_alone(
    database_url: str,
) -> None:
    async with told(database_url) as story:
        await story.write(DEPUTY, "/start", chat=DEPUTY)
        await story.write(COORDINATOR, "/start", chat=COORDINATOR)
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        await story.travel_to(MORNING)
        asked = story.last(DEPUTY, with_button="✅")

        story.telegram.send_photo(DEPUTY, DEPUTY, png(), reply_to=asked.id)
        await story.settle()

        assert not any("🖼" in label for label in shown(story.last(DEPUTY)).buttons)
        await story.tap(COORDINATOR, "🖼", chat=COORDINATOR)
        assert story.last(COORDINATOR).photo


async def test_who_was_there_is_listed_as_one_speaks_and_all_are_unticked_again(
    story: Story,
) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    refused = await story.ask(LEAD, "in the morning", chat=LEAD)
    assert "when the meeting began and ended" in refused
    assert "the place" not in refused
    await story.tap(LEAD, "As planned", chat=LEAD)

    await story.tap(LEAD, "☑️ All", chat=LEAD)
    assert "8 of 8 so far" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "☑️ All", chat=LEAD)
    assert "0 of 8 so far" in shown(story.last(LEAD)).open
    await story.write(LEAD, "Maji Bora, Afya and Pastoral Voices", chat=LEAD)

    assert "3 of 8 so far" in shown(story.last(LEAD)).open


async def test_each_decision_is_given_to_an_item(story: Story) -> None:
    for title in ("Water trucks", "School meals"):
        await story.write(LEAD, f"/additem {title}, 20 min")
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "None", chat=LEAD)
    await story.tap(LEAD, "☑️ All", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "Two trucks a week\nWe meet twice a month\nRice\n", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    assert "Decision 1 of 3:\n✅ Two trucks a week" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "Water trucks", chat=LEAD)
    await story.tap(LEAD, "To none", chat=LEAD)
    await story.tap(LEAD, "School meals", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)

    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Water trucks\n1. ✅ Two trucks a week" in draft
    assert "School meals\n3. ✅ Rice" in draft
    assert "Without an item\n2. ✅ We meet twice a month" in draft


async def test_nobody_reads_in_private_of_themselves_by_name(story: Story) -> None:
    await story.travel_to(MORNING)
    mine = story.last(LEAD, with_button="✅ Held").id

    await story.tap(LEAD, "✅ Held", chat=LEAD)
    assert "It was held, as you said, and you are writing it up." in _open(story, mine)
    assert "Halima Abdi anasema ulifanyika" in shown(story.last(DEPUTY)).open
    await story.tap(LEAD, "As planned", chat=LEAD)
    for label in ("✅ That is all", "None", "✅ That is all", "✅ That is all", "No list"):
        await story.tap(LEAD, label, chat=LEAD)

    assert "You have written it up" in _open(story, mine)
    assert "Halima Abdi ameuandika" in shown(story.last(DEPUTY)).open
    written_up = [text for text in story.said(LEAD) if "held" in text or "written up" in text]
    assert not any("Halima" in text for text in written_up)


@pytest.mark.parametrize(
    ("label", "answers", "said", "told"),
    [
        ("❌ Not held", ["Flood"], "It was not held, as you said.", "Haukufanyika, asema Halima"),
        ("📅 Moved", ["10 Dec", "yes"], "It was moved, as you said.", "Ulihamishwa, asema Halima"),
    ],
)
async def test_what_became_of_it_is_said_back_as_you_and_told_by_name(
    story: Story, label: str, answers: list[str], said: str, told: str
) -> None:
    await story.travel_to(MORNING)
    mine = story.last(LEAD, with_button="✅ Held").id
    theirs = story.last(DEPUTY, with_button="✅").id

    await story.tap(LEAD, label, chat=LEAD)
    for answer in answers:
        await story.write(LEAD, answer, chat=LEAD)

    assert said in _open(story, mine)
    assert told in shown(story.message(theirs, DEPUTY)).open


def _open(story: Story, message_id: int) -> str:
    return shown(story.message(message_id, LEAD)).open


async def _asked_what_was_decided(story: Story, *, has_agenda: bool = True) -> None:
    """Let the lead answer what comes before; all items of the agenda, if any, were dealt with."""
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.write(LEAD, "Maji Bora", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "None", chat=LEAD)
    if has_agenda:
        await story.tap(LEAD, "☑️ All", chat=LEAD)
        await story.tap(LEAD, "✅ That is all", chat=LEAD)


async def test_a_decision_that_is_given_to_an_item_off_the_record_is_not_kept(
    story: Story,
) -> None:
    await story.write(LEAD, "/additem Water trucks, 20 min")
    await story.write(LEAD, "/additem Salaries, 20 min, off the record")
    await _asked_what_was_decided(story)
    assert "Leave out what was off the record" in shown(story.last(LEAD)).open
    await story.write(LEAD, "Two trucks a week\nTen percent more\nRice", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "Water trucks", chat=LEAD)
    await story.tap(LEAD, "🔒 Salaries", chat=LEAD)

    asked = shown(story.last(LEAD)).open
    assert asked.startswith(
        "🔒 Salaries is off the record: I keep its title, and nothing that you wrote of it.\n"
        "Should it stand in the minutes after all? Then write it once more among the decisions, "
        "for another item or for none.\n\n"
        "Decision 3 of 3:\n✅ Rice"
    )
    await story.tap(LEAD, "To none", chat=LEAD)
    assert "off the record" not in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)
    assert [entry.text for entry in await story.rows(Entry)] == ["Two trucks a week", "Rice"]
    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Salaries" in draft
    assert "Ten percent" not in draft


async def test_where_all_was_off_the_record_the_last_decision_is_not_kept_either(
    story: Story,
) -> None:
    await story.write(LEAD, "/additem Salaries, 20 min, off the record")
    await _asked_what_was_decided(story)
    await story.write(LEAD, "Ten percent more", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)

    await story.tap(LEAD, "🔒 Salaries", chat=LEAD)

    assert "🔒 Salaries is off the record" in shown(story.last(LEAD)).open
    assert "Who does what" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "⬅️", chat=LEAD)
    assert "Its words were not kept." in shown(story.last(LEAD)).open
    await story.tap(LEAD, "To none", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)
    assert await story.rows(Entry) == []


async def test_words_that_name_an_item_off_the_record_are_not_kept(story: Story) -> None:
    await story.write(LEAD, "/additem Salaries, 20 min, off the record")
    await _asked_what_was_decided(story)

    await story.write(LEAD, "Salaries:\n- ten percent more\nWater:\n- two trucks", chat=LEAD)
    asked = shown(story.last(LEAD)).open
    assert "🔒 Salaries is off the record" in asked
    assert "✅ Water: two trucks" in asked
    assert "percent" not in asked
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "To none", chat=LEAD)
    await story.write(LEAD, "salaries: Amina tells the office", chat=LEAD)
    assert "🔒 Salaries is off the record" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)

    assert [entry.text for entry in await story.rows(Entry)] == ["Water: two trucks"]


async def test_each_point_of_a_list_is_written_up_apart_with_its_review(story: Story) -> None:
    await _asked_what_was_decided(story, has_agenda=False)
    await story.write(
        LEAD,
        "Decisions:\n1. We meet twice a month, review in March\n"
        "2. The fund pays fuel\n   until June\n• Rice, tutapitia tena Machi",
        chat=LEAD,
    )
    asked = shown(story.last(LEAD)).open
    assert (
        "✅ We meet twice a month · review on Mon 1 Mar 2027\n✅ The fund pays fuel until" in asked
    )
    refused = await story.ask(LEAD, "Fuel, review by 3 Nov", chat=LEAD)
    assert "Tue 3 Nov" in refused
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.write(LEAD, "- call the county\n* Amina: send the list", chat=LEAD)
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    await story.tap(LEAD, "No list", chat=LEAD)

    assert [(entry.text, entry.review_on) for entry in await story.rows(Entry)] == [
        ("We meet twice a month", date(2027, 3, 1)),
        ("The fund pays fuel until June", None),
        ("Rice", date(2027, 3, 1)),
        ("call the county", None),
        ("send the list", None),
    ]
    assert "review on Mon 1 Mar 2027" in shown(story.last(LEAD, with_button="✅ Approve")).open
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.travel_to(datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert len([text for text in story.said() if "We meet twice a month" in text]) > 1


async def test_all_but_some_by_phone_and_represented_are_noted_so(story: Story) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.write(
        LEAD, "all except Maji Bora; Afya by phone, Elimu represented by Halima Ali", chat=LEAD
    )
    asked = shown(story.last(LEAD))
    assert "7 of 8 so far" in asked.open
    labels = [label for row in asked.buttons for label in row]
    assert [label[0] for label in labels if "Afya" in label or "Maji" in label] == ["📞", "⬜"]
    assert [label[0] for label in labels if "Elimu" in label] == ["🔁"]
    await story.tap(LEAD, "✅ That is all", chat=LEAD)
    for label in ("None", "✅ That is all", "✅ That is all", "No list"):
        await story.tap(LEAD, label, chat=LEAD)

    noted = {(one.how, one.name) for one in await story.rows(Presence)}
    assert noted == {(How.HERE, ""), (How.PHONE, ""), (How.REPRESENTED, "Halima Ali")}
    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Halima Ali, represented" in draft


@pytest.mark.parametrize(
    ("guests", "nothing", "nobody"),
    [
        ("no guests", "nothing else", "Nobody."),
        ("hakuna mgeni", "Hakuna", "ni hayo tu"),
        ("ma jiro", "waxba", "cidna"),
    ],
)
async def test_nothing_is_said_in_words_as_by_the_button(
    story: Story, guests: str, nothing: str, nobody: str
) -> None:
    await story.travel_to(MORNING)
    await story.tap(LEAD, "✅ Held", chat=LEAD)
    await story.tap(LEAD, "As planned", chat=LEAD)
    await story.write(LEAD, "Maji Bora", chat=LEAD)
    await story.write(LEAD, "that's all", chat=LEAD)

    await story.write(LEAD, guests, chat=LEAD)
    await story.write(LEAD, "We meet twice a month", chat=LEAD)
    await story.write(LEAD, nothing, chat=LEAD)
    await story.write(LEAD, nobody, chat=LEAD)
    await story.write(LEAD, "no list", chat=LEAD)

    assert [entry.text for entry in await story.rows(Entry)] == ["We meet twice a month"]
    assert [row.name for row in await story.rows(Presence)] == [""]


@pytest.mark.parametrize("said", ["Held", "yes", "It was held."])
async def test_in_words_it_was_held(story: Story, said: str) -> None:
    await story.travel_to(MORNING)

    await story.write(LEAD, said, chat=LEAD)

    assert "anaanza kuuandika" in shown(story.last(DEPUTY)).open


@pytest.mark.parametrize(
    ("said", "reason"),
    [("haukufanyika", None), ("Not held, the road was flooded", "the road was flooded")],
)
@pytest.mark.parametrize("is_reply", [True, False])
async def test_in_words_it_was_not_held(
    story: Story, said: str, reason: str | None, *, is_reply: bool
) -> None:
    await story.travel_to(MORNING)
    asked = story.last(LEAD, with_button="✅ Held").id

    await story.write(LEAD, said, chat=LEAD, reply_to=asked if is_reply else None)
    if reason is None:
        await story.write(LEAD, "mvua", chat=LEAD)

    (sitting,) = await story.rows(Sitting)
    assert (sitting.state, sitting.reason) == (SittingState.NOT_HELD, reason or "mvua")


@pytest.mark.parametrize("said", ["moved to 10 Dec", "uliahirishwa hadi 10 Desemba"])
async def test_in_words_it_was_moved(story: Story, said: str) -> None:
    await story.travel_to(MORNING)

    await story.write(LEAD, said, chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)

    (sitting,) = await story.rows(Sitting)
    assert Unheld.of(MORNING, sitting.reason).moved_to == datetime(2026, 12, 10, 10)


async def test_other_words_in_the_morning_say_nothing_of_the_meeting(story: Story) -> None:
    await story.travel_to(MORNING)

    assert "I did not understand" in await story.ask(LEAD, "Where is the truck?", chat=LEAD)

    assert await story.rows(Sitting) == []
