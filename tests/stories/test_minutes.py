"""Minutes in the days after a meeting: drafted, corrected, approved or not, objected to."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.domain import budget
from bot.domain.facilitation import TurnState
from bot.domain.minutes import MinutesState
from bot.domain.notebook import EntryKind
from bot.models import Entry, Minutes, Objection, Presence, Turn
from tests.playground.files import png, wav
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    as_read,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, in Nairobi 10:03: three minutes after the meeting was to begin."""


async def beginning(story: Story) -> None:
    for person in (LEAD, DEPUTY, AMINA, COORDINATOR):
        await story.write(person, "/start", chat=person)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed We meet twice a month")
    await story.write(LEAD, "/action Maji Bora repairs the borehole")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


def draft(story: Story, person: int = LEAD) -> str:
    """Return what a person's newest message with buttons says."""
    return read(story.last(person).text)


async def test_minutes_say_that_the_quorum_was_not_there(story: Story) -> None:
    await story.write(LEAD, "/close")
    said = "Present: 2 of 8 organisations\n⚠️ 5 organisations make a quorum. It was not there.\n"
    assert said in draft(story)

    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert said in shown(story.last()).open
    await story.tap(LEAD, "📋 Copy")
    assert "5 organisations make a quorum. It was not there." in read(story.last(LEAD).text)


async def test_a_draft_points_out_what_an_action_lacks(story: Story) -> None:
    await story.write(LEAD, "/action Repair the road to Bute")
    await story.write(LEAD, "/close")

    said = draft(story)

    assert "1 action has no owner." in said
    assert "2 actions have no date." in said


async def test_a_draft_says_that_nobody_led_or_took_notes(story: Story) -> None:
    await story.write(LEAD, "/close")
    assert "Nobody said that they led the meeting, or took notes" in draft(story)

    await story.tap(LEAD, "↩️ Open again")
    await story.tap(AMINA, "🧭 We lead")
    await story.write(LEAD, "/close")

    assert "Nobody said that they took notes: the minutes name nobody for it." in draft(story)


async def test_after_the_meeting_a_lead_says_who_led_it_and_took_notes(story: Story) -> None:
    await story.write(LEAD, "/close")
    assert "🧭 Who led it? Write /facilitator Name" in draft(story)
    mine = story.last(LEAD, with_button="✅ Approve").id

    said = await story.ask(LEAD, "/facilitator Amina", chat=LEAD)
    await story.write(LEAD, "/facilitator notes Pastoral Voices")

    assert "Leads the meeting: Maji Bora Trust" in said
    drafted = shown(story.message(mine, LEAD)).open
    assert "Led the meeting: Amina Hassan, Maji Bora Trust\n" in drafted
    assert "Took notes: Pastoral Voices\n" in drafted
    assert "Who led it?" not in drafted
    # As long as it is a draft, another one may be named.
    await story.write(LEAD, "/facilitator Afya Mashinani", chat=LEAD, reply_to=mine)
    assert "Led the meeting: Afya Mashinani\n" in shown(story.message(mine, LEAD)).open
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "Led the meeting: Afya Mashinani\n" in shown(story.last()).open


async def test_who_is_named_after_the_meeting_is_shown_the_draft_that_waits(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    assert not any("✍️ Draft" in text for text in story.said(IBRAHIM))
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)

    waits = story.last(LEAD, with_button="✅ Approve").id
    for _ in range(2):
        await story.write(LEAD, "/facilitator Pastoral Voices", chat=LEAD, reply_to=waits)
    [mine] = [one for one in story.from_bot(IBRAHIM) if "Draft" in one.text]
    assert "Led the meeting: Pastoral Voices\n" in shown(mine).open
    # A new lead of the group is asked as well.
    await story.write(FATUMA, "/start", chat=FATUMA)
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "👥", chat=LEAD)
    await story.tap(LEAD, "Fatuma", chat=LEAD)
    await story.tap(LEAD, "👤 Make lead", chat=LEAD)
    assert "Pastoral Voices" in shown(story.last(FATUMA, with_button="✅")).open

    await story.tap(IBRAHIM, "✅ Approve", chat=IBRAHIM)
    assert "Minutes:" in shown(story.last()).open


async def test_minutes_that_are_out_are_corrected_by_who_led(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    first = story.last().id
    turns = [(one.duty, one.state) for one in await story.rows(Turn)]

    await story.write(LEAD, "/facilitator Amina")
    correction = story.last(LEAD, with_button="✅ Publish")
    assert "• Led the meeting: Amina Hassan, Maji Bora Trust" in shown(correction).open
    await story.tap(LEAD, "✖️", chat=LEAD)
    accepted = [one for one in await story.rows(Turn) if one.state is TurnState.ACCEPTED]
    assert (accepted, TurnState.ACCEPTED in [state for _, state in turns]) == ([], False)

    await story.write(LEAD, "/facilitator Amina", reply_to=first)
    await story.tap(LEAD, "✅ Publish", chat=LEAD)
    second = shown(story.last()).open
    assert "Version 2. Changed:\n• Led the meeting: Amina Hassan, Maji Bora Trust\n" in second
    assert "leads this meeting already" in await story.ask(
        LEAD, "/facilitator Afya Mashinani", reply_to=first
    )
    await story.tap(LEAD, "📋 Copy")
    assert "What changed: Led the meeting: Amina Hassan, Maji Bora Trust" in read(
        story.last(LEAD).text
    )

    await story.travel(days=10)
    assert "days for corrections to these minutes are over" in await story.ask(
        LEAD, "/facilitator notes Amina", reply_to=first
    )


async def test_it_is_asked_whether_the_last_meeting_or_the_next_is_meant(story: Story) -> None:
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.write(LEAD, "/close")
    assert "Which meeting do you mean with your /facilitator?" in await story.ask(
        LEAD, "/facilitator Amina", chat=LEAD
    )

    await story.tap(LEAD, "Thu 3 Dec", chat=LEAD)

    drafted = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Led the meeting: Amina Hassan, Maji Bora Trust\n" in drafted
    # Somebody is noted by now: the next one is meant.
    assert "(not confirmed yet)" in await story.ask(LEAD, "/facilitator Amina", chat=LEAD)


async def test_a_line_of_another_section_than_the_one_shown_stays_as_it_is(story: Story) -> None:
    await story.write(LEAD, "/item")
    await story.write(LEAD, "/note The road is cut")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    assert "1. ✅ We meet twice a month" in draft(story)

    said = await story.ask(LEAD, "3: The road is open", chat=LEAD)
    assert "Line 3 stands elsewhere: “The road is cut”. I have not changed it." in said
    assert "Here you see the lines 1, 2." in said
    assert "Line 3 stands elsewhere" in await story.ask(LEAD, "3: delete", chat=LEAD)
    assert "The road is cut" in [entry.text for entry in await story.rows(Entry)]

    await story.write(LEAD, "1: We meet every week", chat=LEAD)
    await story.tap(LEAD, "📄 The whole", chat=LEAD)
    await story.write(LEAD, "3: The road is open", chat=LEAD)
    whole = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "3. 📝 The road is open" in whole
    assert "1. ✅ We meet every week" in whole


async def test_who_corrects_what_another_has_just_corrected_reads_what_it_said(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    await story.travel(hours=49)
    await story.write(DEPUTY, "1: We meet every week", chat=DEPUTY)

    said = await story.ask(LEAD, "1: We meet on Mondays", chat=LEAD)

    assert "had changed line 1 meanwhile. It said:\nWe meet every week\n" in said
    assert "We meet on Mondays" in [entry.text for entry in await story.rows(Entry)]
    assert "meanwhile" not in await story.ask(LEAD, "1: We meet on Tuesdays", chat=LEAD)


async def test_approved_minutes_say_until_when_corrections_are_possible(story: Story) -> None:
    await story.write(LEAD, "/close")

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    # Thursday's minutes: five working days later is the next Thursday.
    assert (
        "Something is wrong? Reply to this message, until Thu 10 Dec." in shown(story.last()).open
    )
    assert "Approved." in draft(story)


async def test_minutes_say_who_was_there_by_phone_or_spoke_for_another(story: Story) -> None:
    await story.tap(IBRAHIM, "📞")
    await story.write(LEAD, "/close")

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "(Ibrahim Ali, by phone)" in shown(story.last()).open
    await story.tap(LEAD, "📋 Copy")
    assert "(Ibrahim Ali, by phone)" in read(story.last(LEAD).text)


async def test_the_post_of_the_meeting_says_once_its_minutes_are_out(story: Story) -> None:
    await story.write(LEAD, "/close")
    [board] = [m.id for m in story.from_bot() if "organisations took part" in m.text]
    assert "The minutes come when they are approved." in read(story.message(board).text)

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "The minutes are out: they stand below." in read(story.message(board).text)


async def test_peoples_words_stand_once_and_other_languages_have_counts(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    minutes = shown(story.last())

    assert "We meet twice a month" in minutes.open
    assert "We meet twice a month" not in minutes.folded
    assert "MIN 1/12/2026" in minutes.folded


async def test_approving_twice_publishes_once(story: Story) -> None:
    await story.write(LEAD, "/close")
    bearer = story.last(LEAD)
    data = story.data_of(bearer, "✅ Approve")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    posts = len(story.from_bot())

    told = await story.forge(LEAD, data, chat=LEAD, message=bearer.id)

    assert "These minutes are out already" in told
    assert len(story.from_bot()) == posts


async def test_a_draft_is_corrected_section_by_section(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "📑", chat=LEAD)
    assert "Tap an organisation to change it" in draft(story)
    await story.tap(LEAD, "✅ Maji Bora Trust", chat=LEAD)
    assert "Present: 1 of 8" in draft(story)
    assert "Apologies: Maji Bora Trust" in draft(story)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "✏️ 2", chat=LEAD)
    await story.write(LEAD, "Maji Bora repairs two boreholes", chat=LEAD)
    await story.tap(LEAD, "✏️ 2", chat=LEAD)
    await story.tap(LEAD, "↪️", chat=LEAD)
    await story.tap(LEAD, "3.", chat=LEAD)
    assert "MIN 3/12/2026" in draft(story)
    assert "2. 👉 Maji Bora repairs two boreholes" in draft(story)
    await story.tap(LEAD, "➕", chat=LEAD)
    await story.write(LEAD, "agreed: The county pays for the fuel", chat=LEAD)
    await story.tap(LEAD, "📄", chat=LEAD)

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    minutes = shown(story.last()).open
    assert "Apologies: Maji Bora Trust" in minutes
    assert (
        "👉 Maji Bora repairs two boreholes — Maji Bora Trust\n✅ The county pays for the fuel"
    ) in minutes


async def test_a_line_is_changed_and_taken_out_by_words(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.write(LEAD, "1: We meet every week", chat=LEAD)
    assert "1. ✅ We meet every week" in draft(story)

    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "✏️ 1", chat=LEAD)
    await story.tap(LEAD, "🗑", chat=LEAD)

    assert "We meet every week" not in draft(story)
    assert "2. 👉 Maji Bora repairs the borehole" in draft(story)


async def test_who_does_an_action_of_a_draft_is_read_as_of_a_command(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.write(LEAD, "2: Amina: repair the borehole by 12 Dec", chat=LEAD)
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "➕", chat=LEAD)
    assert "Amina: bring fuel by 12 December" in draft(story)
    await story.write(LEAD, "action: Halima brings fuel by 11 Dec", chat=LEAD)

    first, second = [one for one in await story.rows(Entry) if one.kind is EntryKind.ACTION]
    assert (first.text, first.due_on) == ("repair the borehole", date(2026, 12, 12))
    assert first.owner_id is not None
    assert second.owner_id not in {None, first.owner_id}
    assert second.due_on == date(2026, 12, 11)


async def test_a_correction_says_who_does_an_action_until_when(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: it has a day", reply_to=story.last().id)
    before = [(one.owner_id, one.owner_organisation_id) for one in await story.rows(Entry)]
    for button in ("✖️", "✅ Publish"):
        await story.tap(LEAD, "✏️ Correct", chat=LEAD)
        await story.write(LEAD, "2: Amina: Maji Bora repairs the borehole by 12 Dec", chat=LEAD)
        await story.tap(LEAD, button, chat=LEAD)
        if button == "✖️":
            rows = await story.rows(Entry)
            assert [(one.owner_id, one.owner_organisation_id) for one in rows] == before
            assert [one.due_on for one in rows] == [None, None]

    assert "12/12/2026”" in shown(story.last()).open


@pytest.mark.parametrize("said", ["1: delete", "1: futa", "remove line 1", "futa mstari wa 1"])
async def test_a_line_is_taken_out_by_its_number_in_words(story: Story, said: str) -> None:
    await story.write(LEAD, "/close")

    await story.write(LEAD, said, chat=LEAD)

    assert "We meet twice a month" not in draft(story)
    assert "2. 👉 Maji Bora repairs the borehole" in draft(story)


async def test_a_draft_is_approved_by_its_button_alone(story: Story) -> None:
    await story.write(LEAD, "/close")

    for said in ("yes", "ok", "Everything is right"):
        assert "tap the first button" in await story.ask(LEAD, said, chat=LEAD)
    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.DRAFT]


async def test_what_was_taken_back_in_the_meeting_bears_no_number(story: Story) -> None:
    await story.write(LEAD, "/note a slip")
    await story.write(LEAD, "/undo")
    await story.write(LEAD, "/note the road is dry")
    await story.write(LEAD, "/close")

    assert "3. 📝 the road is dry" in draft(story)


async def test_words_that_name_no_line_change_nothing(story: Story) -> None:
    await story.write(LEAD, "/close")

    said = await story.ask(LEAD, "this is not how it was", chat=LEAD)

    assert said == (
        "Which line is it? Please write its number first, for example “2: new words”.\n"
        "To add one, begin with “agreed:”, “action:” or “note:”. Who was there, and to which item "
        "a line belongs: tap “Section by section”."
    )


async def test_a_number_without_a_colon_is_asked_about_and_changes_nothing(story: Story) -> None:
    await story.write(LEAD, "/close")
    before = draft(story)
    mine = story.last(LEAD).id

    said = await story.ask(LEAD, "2 Amina repairs the pump", chat=LEAD)

    assert said == (
        "Do you mean line 2? Then put a colon behind the number: “2: Amina repairs the pump”."
    )
    assert read(story.message(mine, LEAD).text) == before
    # No line bears this number: it is no more than a number.
    assert "Which line is it?" in await story.ask(LEAD, "30 trucks came", chat=LEAD)


async def test_a_line_is_named_as_one_says_it(story: Story) -> None:
    await story.write(LEAD, "/close")
    mine = story.last(LEAD).id

    await story.write(LEAD, "Line 1: We meet three times a month", chat=LEAD)
    await story.write(LEAD, "the line 2: Amina repairs the borehole", chat=LEAD)

    said = shown(story.message(mine, LEAD)).open
    assert "1. ✅ We meet three times a month\n2. 👉 Amina repairs the borehole — Amina" in said
    await story.write(LEAD, "line 2: delete", chat=LEAD)
    assert "borehole" not in shown(story.message(mine, LEAD)).open


async def test_a_line_is_added_by_words_that_say_what_it_is(story: Story) -> None:
    await story.tap(LEAD, "▶️ Next")
    await story.write(LEAD, "/note The road is dry")
    await story.write(LEAD, "/close")
    mine = story.last(LEAD).id

    # As a command after the meeting: under the last item that was dealt with.
    await story.write(LEAD, "agreed: The road stays closed", chat=LEAD)
    await story.write(LEAD, "action: Amina brings fuel by 11 Dec", chat=LEAD)

    assert (
        "MIN 2/12/2026 Minutes of the last meeting\n"
        "3. 📝 The road is dry\n"
        "4. ✅ The road stays closed\n"
        "5. 👉 Amina brings fuel — Amina Hassan (Maji Bora Trust), until Fri 11 Dec\n"
    ) in shown(story.message(mine, LEAD)).open
    assert shown(story.message(mine, LEAD)).buttons[0] == ["✅ Approve all"]
    # Where a section is shown, there.
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.write(LEAD, "note: We began late", chat=LEAD)
    assert "MIN 1/12/2026 Opening\n1. ✅" in shown(story.message(mine, LEAD)).open
    assert "6. 📝 We began late" in shown(story.message(mine, LEAD)).open


async def test_of_what_is_off_the_record_a_draft_keeps_nothing(story: Story) -> None:
    await story.write(LEAD, "/item new: Salaries, off the record")
    await story.write(LEAD, "/close")
    mine = story.last(LEAD).id
    refused = (
        "🔒 Salaries is off the record: I keep its title, and nothing that you wrote of it.\n"
        "Should it stand in the minutes after all? Then write it for another item, without that "
        "title before it."
    )
    before = [one.text for one in await story.rows(Entry)]

    for said in ("agreed: Salaries: ten percent more", "1: salaries: ten percent more"):
        assert await story.ask(LEAD, said, chat=LEAD) == refused
    assert await story.ask(LEAD, "/agreed Salaries: ten percent more", chat=LEAD) == refused
    # Its own section, which has no button to add a line.
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    assert "MIN 2/12/2026 Salaries" in shown(story.message(mine, LEAD)).open
    assert await story.ask(LEAD, "agreed: Ten percent more", chat=LEAD) == refused

    assert [one.text for one in await story.rows(Entry)] == before
    # What is no word of that item goes to the last one on the record.
    await story.tap(LEAD, "📄 The whole", chat=LEAD)
    await story.write(LEAD, "agreed: We meet in January", chat=LEAD)
    assert "MIN 1/12/2026 Opening" in shown(story.message(mine, LEAD)).open
    assert "3. ✅ We meet in January" in shown(story.message(mine, LEAD)).open


async def test_a_deputy_waits_until_the_draft_is_in_the_group(story: Story) -> None:
    await story.write(LEAD, "/close")
    data = story.data_of(story.last(LEAD), "✅ Approve")

    assert "hadi hapo, utaweza wewe" in await story.forge(DEPUTY, data, chat=DEPUTY)
    await story.travel(hours=49)
    circulated = shown(story.last())
    assert "DRAFT: nobody has approved it yet" in circulated.open
    assert "We meet twice a month" in circulated.open
    await story.tap(DEPUTY, "✅ Idhinisha", chat=DEPUTY)

    approved = shown(story.message(circulated.id)).open
    assert "DRAFT" not in approved
    assert "Something is wrong? Reply to this message, until Fri 11 Dec." in approved


async def test_a_stranger_approves_nothing(story: Story) -> None:
    await story.write(LEAD, "/close")
    data = story.data_of(story.last(LEAD), "✅ Approve")

    await story.forge(STRANGER, data)

    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.DRAFT]


async def test_missing_minutes_are_asked_for_and_then_shown_to_the_coordination(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    await story.travel(days=5, hours=1)
    [last] = [m for m in story.from_bot(LEAD) if "nobody has approved it yet" in m.text]
    assert "A last reminder: these minutes still wait for you." in last.text

    await story.travel(days=1)

    assert "Minutes missing: Wajir" in draft(story, COORDINATOR)


async def test_a_reminder_of_a_draft_brings_it_down_and_one_of_them_is_changed(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    first = story.last(LEAD, with_button="✅ Approve")
    await story.travel(hours=49)
    second = story.last(LEAD, with_button="✅ Approve")
    assert "A reminder: these minutes wait for you." in second.text
    pointer = "This draft stands further down: please go on there."
    assert shown(story.message(first.id, LEAD)).open.endswith(pointer)
    assert story.message(first.id, LEAD).buttons == []

    # Who replies to the one above means the one below.
    await story.write(LEAD, "1: We meet every week", chat=LEAD, reply_to=first.id)
    assert "We meet every week" in story.message(second.id, LEAD).text
    assert shown(story.message(first.id, LEAD)).open.endswith(pointer)

    await story.tap(LEAD, "✅ Approve", chat=LEAD, message=second.id)
    assert "Approved." in story.message(second.id, LEAD).text


async def test_a_draft_that_is_asked_for_stands_once(story: Story) -> None:
    await story.write(LEAD, "/close")
    first = story.last(LEAD, with_button="✅ Approve")

    await story.write(LEAD, "/minutes", chat=LEAD)

    assert story.last(LEAD, with_button="✅ Approve").id > first.id
    assert "This draft stands further down" in story.message(first.id, LEAD).text


async def test_who_may_approve_from_now_on_is_asked_whatever_they_have_heard(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.write(LEAD, "/close")
    monkeypatch.setattr(budget, "IN_PRIVATE", 0)

    await story.travel(hours=49)

    assert "these minutes wait for you" in draft(story)
    assert shown(story.last(DEPUTY)).buttons[0] == ["✅ Idhinisha zote"]


async def test_two_who_look_at_a_draft_see_each_others_changes(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.travel(hours=49)
    mine = story.last(LEAD, with_button="✅ Approve")
    old = story.data_of(mine, "✅ Approve")

    await story.write(DEPUTY, "1: We meet every week", chat=DEPUTY)

    assert "We meet every week" in story.message(mine.id, LEAD).text
    assert "Somebody has just changed this draft" in await story.forge(
        LEAD, old, chat=LEAD, message=mine.id
    )


async def test_a_correction_makes_a_second_version_and_is_confirmed(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    first = story.last()
    await story.write(AMINA, "This is wrong: we repair it in January", reply_to=first.id)
    assert "we repair it in January" in draft(story)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)
    assert draft(story).startswith("✍️ Version 2, a correction: only you see it until")
    await story.write(LEAD, "2: Maji Bora repairs the borehole in January", chat=LEAD)
    await story.tap(LEAD, "✅ Publish", chat=LEAD)

    second = shown(story.last())
    assert "Version 2. Changed:" in second.open
    assert "is now “Maji Bora repairs the borehole, Maji Bora Trust, 31/01/2027”" in second.open
    assert "sasa ni “Maji Bora repairs the borehole, Maji Bora Trust" in second.folded
    assert (
        "What changed: “Maji Bora repairs the borehole, Maji Bora Trust” is now “Maji Bora repairs"
    ) in as_read(await story.ask(LEAD, "/minutes", chat=LEAD))
    assert "stands in a newer message below" in shown(story.message(first.id)).open
    assert [one.settled_at is not None for one in await story.rows(Objection)] == [True]
    posts = len(story.from_bot())
    await story.travel(days=9)
    confirmed = shown(story.message(second.id))
    assert "Confirmed" in confirmed.open
    assert "Minutes no. 1/2026" in confirmed.open
    assert not any("wrong" in label for row in confirmed.buttons for label in row)
    assert len(story.from_bot()) == posts
    await story.write(AMINA, "This is wrong, too", reply_to=second.id)
    assert "Tafadhali lilete kwenye mkutano ujao" in read(story.last().text)


async def test_minutes_stay_as_they_are_for_a_reason(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last()
    await story.write(AMINA, "I think it was three times", reply_to=minutes.id)
    assert "Je, hili ni sahihisho" in read(story.last().text)
    await story.tap(AMINA, "✏️ Ni")

    await story.tap(LEAD, "👌", chat=LEAD)
    await story.write(LEAD, "The chair read it out", chat=LEAD)

    assert "as they are.\nThe chair read it out" in as_read(story.last().text)
    assert [one.answer for one in await story.rows(Objection)] == ["The chair read it out"]


async def test_a_reply_to_the_answer_to_minutes_is_about_those_minutes(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "/minutes", chat=AMINA)

    await story.write(AMINA, "Mistake: it was Gamma", chat=AMINA, reply_to=story.last(AMINA).id)

    assert [one.text for one in await story.rows(Objection)] == ["Mistake: it was Gamma"]


async def test_thanks_under_minutes_is_no_correction(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes, posts = story.last(), len(story.from_bot())

    await story.write(AMINA, "Noted with thanks", reply_to=minutes.id)

    assert len(story.from_bot()) == posts
    assert await story.rows(Objection) == []


async def test_an_unanswered_objection_keeps_minutes_open(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last().id
    await story.write(AMINA, "This is wrong: thrice", reply_to=minutes)
    await story.travel(days=9)
    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.PUBLISHED]
    # The days are over for everybody else all the same.
    await story.write(AMINA, "This is wrong, too", reply_to=minutes)
    assert "lilete kwenye mkutano ujao" in read(story.last().text)
    assert len(await story.rows(Objection)) == 1

    await story.tap(LEAD, "👌", chat=LEAD)
    await story.write(LEAD, "It was twice", chat=LEAD)

    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.CONFIRMED]


async def test_a_deputy_settles_an_objection_as_well(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)

    await story.tap(DEPUTY, "👌", chat=DEPUTY)
    await story.write(DEPUTY, "It was twice", chat=DEPUTY)

    assert [one.answer for one in await story.rows(Objection)] == ["It was twice"]
    assert "It was twice" in draft(story, LEAD)


async def test_an_objection_to_a_draft_is_settled_by_its_approval(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.travel(hours=49)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)
    waiting = story.last(LEAD, with_button="✅ Approve").id
    await story.write(LEAD, "1: We meet thrice", chat=LEAD, reply_to=waiting)

    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.travel(days=9)

    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.CONFIRMED]
    assert "kumbukumbu zimesahihishwa" in read(story.last(AMINA).text)


async def test_an_objection_to_a_draft_that_is_approved_as_it_was_waits_for_its_answer(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    await story.travel(hours=49)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)
    asked = story.last(LEAD)
    await story.tap(DEPUTY, "✅", chat=DEPUTY)

    assert [one.settled_at for one in await story.rows(Objection)] == [None]
    assert "The minutes were corrected" not in story.message(asked.id, LEAD).text
    await story.tap(LEAD, "👌", chat=LEAD)
    await story.write(LEAD, "The chair read it out", chat=LEAD)
    assert "The chair read it out" in as_read(story.last().text)


async def test_minutes_are_confirmed_at_last_though_nobody_answers(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)
    await story.travel_to(datetime(2026, 12, 10, 21, 5, tzinfo=UTC))
    assert "If nobody answers, the minutes are confirmed as they are after Fri 18 Dec" in draft(
        story
    )

    await story.travel_to(datetime(2026, 12, 18, 21, 5, tzinfo=UTC))

    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.CONFIRMED]
    assert "nobody could answer in time" in as_read(story.last().text)


async def test_who_was_not_there_gets_the_minutes_in_private(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "your organisation was not there" in draft(story, IBRAHIM)
    assert "your organisation was not there" not in draft(story, AMINA)


async def test_who_got_the_minutes_in_private_gets_the_corrected_ones_too(story: Story) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)
    await story.write(LEAD, "1: We meet thrice", chat=LEAD)

    await story.tap(LEAD, "✅ Publish", chat=LEAD)

    assert "is now “We meet thrice”" in draft(story, IBRAHIM)


@pytest.mark.parametrize("words", ["end 11:30", "Mwisho: 11:30", "it ended at 11.30"])
async def test_whoever_approves_a_draft_says_when_the_meeting_ended(
    story: Story, words: str
) -> None:
    await story.travel(hours=15)
    await story.write(
        LEAD, words, chat=LEAD, reply_to=story.last(LEAD, with_button="✅ Approve").id
    )

    assert "10:03–11:30" in draft(story)


@pytest.mark.parametrize("words", ["When is the next meeting?", "habari"])
async def test_other_words_below_minutes_in_private_are_no_objection(
    story: Story, words: str
) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    said = await story.ask(IBRAHIM, words, chat=IBRAHIM)

    assert said
    assert await story.rows(Objection) == []


async def test_words_below_minutes_in_private_are_a_correction_once_the_person_says_so(
    story: Story,
) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    told = len(story.from_bot(LEAD))
    await story.write(IBRAHIM, "We meet only every month", chat=IBRAHIM)
    assert len(story.from_bot(LEAD)) == told

    await story.tap(IBRAHIM, "✏️", chat=IBRAHIM, message=story.last(IBRAHIM).id)

    assert [one.text for one in await story.rows(Objection)] == ["We meet only every month"]
    [asked] = story.from_bot(LEAD)[told:]
    assert "something is wrong" in asked.text
    assert "We meet only every month" in asked.text
    await story.travel(hours=2)
    assert len(story.from_bot(LEAD)) == told + 1


async def doubtful(story: Story, text: str) -> int:
    """Let minutes be out, and somebody write below them what may be a correction of them."""
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, text, reply_to=story.last().id)
    return story.last(with_button="✏️ Ni").id


async def test_what_may_be_a_correction_reaches_the_leads_though_nobody_taps(story: Story) -> None:
    asked = await doubtful(story, "I think it was three times")
    told = len(story.from_bot(LEAD))
    await story.travel(minutes=59)
    assert len(story.from_bot(LEAD)) == told

    await story.travel(minutes=2)

    [put] = story.from_bot(LEAD)[told:]
    assert shown(put).open == (
        "✏️ Minutes of Wajir: perhaps something is wrong\n"
        "Thu 3 Dec, 10:00–12:00\n"
        "Amina Hassan: “I think it was three times”\n\n"
        "💬 I asked whether it is a correction, and got no answer. It may be only talk.\n"
        "Tap what is to be done."
    )
    assert shown(put).buttons == [["✏️ Correct"], ["👌 Keep it, and say why"]]
    assert shown(story.message(asked)).open == "✍️ It may be a correction: the leads have it."
    assert story.message(asked).buttons == []
    await story.tap(LEAD, "👌", chat=LEAD)
    await story.write(LEAD, "The chair read it out", chat=LEAD)
    assert [one.answer for one in await story.rows(Objection)] == ["The chair read it out"]


async def test_only_talk_below_minutes_never_reaches_the_leads(story: Story) -> None:
    asked = await doubtful(story, "Twice a month is a lot of work")
    told = len(story.from_bot(LEAD))
    assert (await story.tap(LEAD, "💬", message=asked)).startswith(
        "This question was put to somebody else."
    )
    assert len(await story.rows(Objection)) == 1

    await story.tap(AMINA, "💬", message=asked)
    await story.travel(days=9)

    assert shown(story.message(asked)).open == "💬 Only talk: the minutes stay as they are."
    assert await story.rows(Objection) == []
    assert len(story.from_bot(LEAD)) == told
    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.CONFIRMED]


async def test_what_is_written_as_the_days_for_corrections_end_keeps_minutes_open(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last().id
    await story.travel_to(datetime(2026, 12, 10, 20, 40, tzinfo=UTC))
    await story.write(AMINA, "I think it was three times", reply_to=minutes)
    told = len(story.from_bot(LEAD))

    await story.travel(minutes=25)

    assert [one.state for one in await story.rows(Minutes)] == [MinutesState.PUBLISHED]
    [put] = story.from_bot(LEAD)[told:]
    assert "I think it was three times" in put.text
    assert "the minutes are confirmed as they are after Fri 18 Dec" in read(put.text)


async def test_what_may_be_a_correction_is_reworded_and_is_one_as_it_says_so(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    said = await story.write(AMINA, "I think it was two", reply_to=story.last().id)
    await story.correct(AMINA, said, "I think it was three times")
    assert [one.text for one in await story.rows(Objection)] == ["I think it was three times"]
    told = len(story.from_bot(LEAD))

    await story.correct(AMINA, said, "This is wrong: it was three times")

    [put] = story.from_bot(LEAD)[told:]
    assert "Minutes of Wajir: something is wrong" in read(put.text)
    assert "This is wrong: it was three times" in put.text


async def remarks(story: Story, kind: str, count: int) -> None:
    """Write down so many things of a kind, and close the meeting."""
    for number in range(count):
        said = f"Remark {number:03} مؤسسة Wakaazi wa Wajir wanasema hivi: maji"
        story.telegram.write(LEAD, GROUP, f"/{kind} {said}")
    await story.settle()
    await story.write(LEAD, "/close")


async def test_many_decisions_are_approved_and_read_in_several_messages(story: Story) -> None:
    await remarks(story, "agreed", 60)
    before = len(story.from_bot())

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    posted = [shown(m).open for m in story.from_bot()[before:]]
    whole = "\n".join(posted)
    assert [whole.count(f"Remark {number:03}") for number in range(60)] == [1] * 60
    assert "until Thu 10 Dec" in posted[-1]


async def test_many_notes_are_approved_counted_and_copied(story: Story) -> None:
    await remarks(story, "note", 150)
    before = len(story.from_bot())

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    [post] = story.from_bot()[before:]
    assert "150 notes" in shown(post).open
    copied = len(story.from_bot(LEAD))
    await story.tap(LEAD, "📋 Copy", message=post.id)
    whole = "\n".join(shown(m).open for m in story.from_bot(LEAD)[copied:])
    assert [whole.count(f"Remark {number:03}") for number in range(150)] == [1] * 150


async def test_of_long_minutes_the_group_has_decisions_and_actions_in_one_message(
    story: Story,
) -> None:
    for number in range(12):
        for kind in ("agreed", "action Amina:", "note", "idea", "needhelp"):
            story.telegram.write(LEAD, GROUP, f"/{kind} {number:02} water trucks go to Griftu")
    await story.settle()
    await story.write(LEAD, "/close")
    before = len(story.from_bot())

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    [post] = story.from_bot()[before:]
    posted = shown(post).open
    assert posted.count("✅ ") == posted.count("👉 ") == 13
    assert "📝" not in posted
    assert "12 notes · 12 ideas · 12 calls for help" in posted
    assert "What else was written down stands in the PDF and in the copy: tap below." in posted
    assert "until Thu 10 Dec" in posted
    await story.tap(LEAD, "📋 Copy", message=post.id)
    assert "📝 07 water trucks" in "".join(shown(m).open for m in story.from_bot(LEAD))

    await story.travel(days=8)

    assert shown(story.message(post.id)).open.startswith("✅ Confirmed")
    assert "07 water trucks" in shown(story.message(post.id)).open


async def test_a_correction_is_given_up_and_nothing_has_changed(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last()
    await story.write(AMINA, "This is wrong: thrice", reply_to=minutes.id)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)
    await story.write(LEAD, "1: We meet thrice", chat=LEAD)

    await story.tap(LEAD, "✖️", chat=LEAD)

    assert "Nothing has changed in the group" in draft(story)
    assert [one.version for one in await story.rows(Minutes)] == [1]
    assert "We meet twice a month" in [one.text for one in await story.rows(Entry)]


async def test_a_correction_that_changes_nothing_is_not_published(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.write(AMINA, "This is wrong: thrice", reply_to=story.last().id)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)

    told = await story.tap(LEAD, "✅ Publish", chat=LEAD)

    assert "Nothing has been changed yet" in told
    assert [one.settled_at for one in await story.rows(Objection)] == [None]


async def test_a_correction_settles_only_the_objection_it_was_opened_for(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last()
    await story.write(AMINA, "This is wrong: thrice", reply_to=minutes.id)
    await story.write(DEPUTY, "This is wrong: two boreholes", reply_to=minutes.id)
    await story.tap(LEAD, "✏️ Correct", chat=LEAD)
    await story.write(LEAD, "2: Maji Bora repairs two boreholes", chat=LEAD)

    await story.tap(LEAD, "✅ Publish", chat=LEAD)

    assert [one.settled_at is None for one in await story.rows(Objection)] == [True, False]
    assert "two boreholes" in draft(story, DEPUTY)


async def test_a_group_sets_how_long_minutes_may_be_corrected(story: Story) -> None:
    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "✏️ Days")
    await story.tap(LEAD, "3")
    await story.write(LEAD, "/close")

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "until Tue 8 Dec." in shown(story.last()).open


async def test_the_coordination_gets_minutes_where_the_group_wants_it(story: Story) -> None:
    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "📄 Minutes")
    await story.tap(LEAD, "✅ Yes")
    await story.write(LEAD, "/close")

    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "wants the coordination team to have its minutes" in draft(story, COORDINATOR)


async def test_buttons_of_minutes_years_later_answer_something_sensible(story: Story) -> None:
    await story.write(LEAD, "/close")
    bearer = story.last(LEAD)
    data = story.data_of(bearer, "📑")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last()
    await story.travel(days=30)

    told = await story.forge(LEAD, data, chat=LEAD, message=bearer.id)
    await story.write(AMINA, "This is wrong", reply_to=minutes.id)

    assert "These minutes are out already" in told
    assert await story.rows(Objection) == []


async def there(story: Story) -> list[tuple[str, datetime | None]]:
    """Return who was at the meeting, and when they left; without those noted by a slip."""
    rows = await story.rows(Presence)
    return [(one.name, one.left_at) for one in rows if one.left_at != one.arrived_at]


async def test_guests_times_and_the_end_are_corrected_after_publication(story: Story) -> None:
    await story.travel(minutes=30)
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    first = story.last()
    before = await there(story)
    for is_kept in (False, True):
        await story.write(AMINA, "This is wrong: Mr Ali was there", reply_to=first.id)
        await story.tap(LEAD, "✏️ Correct", chat=LEAD)
        mine = story.last(LEAD, with_button="✅ Publish").id
        assert any("Guests" in label for row in shown(story.last(LEAD)).buttons for label in row)
        await story.write(LEAD, "end 10:20", chat=LEAD, reply_to=mine)
        await story.write(LEAD, "/guest Mr Ali, KRCS", chat=LEAD)
        await story.write(LEAD, "/left Maji Bora 10:15")
        assert "In attendance: KRCS (Mr Ali)" in shown(story.message(mine, LEAD)).open
        if not is_kept:
            await story.tap(LEAD, "✖️ Leave", chat=LEAD, message=mine)
            assert await there(story) == before
    await story.tap(LEAD, "✅ Publish", chat=LEAD)

    second = shown(story.last()).open
    assert "Version 2. Changed:" in second
    assert "Added: KRCS, Mr Ali" in second
    assert "is now “10:03–10:20”" in second
    assert "Maji Bora Trust, Amina Hassan, 10:03–10:15" in second
    assert "In attendance: KRCS (Mr Ali)" in second
    assert "the minutes of the last one are out" in await story.ask(LEAD, "/guest Ms Wako")


async def test_a_picture_or_voice_note_below_minutes_is_told_to_be_written(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    minutes = story.last().id
    right = "Something is wrong in minutes? Reply to them and say what is right."

    async def shows(person: int) -> list[str]:
        before = len(story.from_bot())
        story.telegram.send_voice(person, GROUP, wav(), seconds=2, reply_to=minutes)
        story.telegram.send_photo(person, GROUP, png(), caption="12 trucks", reply_to=minutes)
        await story.settle()
        return [read(message.text) for message in story.from_bot()[before:]]

    told_once = [f"I cannot listen to voice notes yet. Please write it in a few words.\n{right}"]
    assert await shows(IBRAHIM) == told_once
    assert await shows(LEAD) == told_once
    assert await shows(IBRAHIM) == []
