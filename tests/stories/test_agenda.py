"""An agenda comes together: everybody brings items, the lead decides, and the time is watched."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.roles import Role
from bot.models import AgendaItem, Membership, Organisation, Turn
from bot.seed.people import ONE_COUNTY
from tests.stories.story import (
    AMINA,
    DEPUTY,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def plan(story: Story, said: str) -> None:
    """Let the lead plan a meeting."""
    await story.write(LEAD, f"/meeting {said}")
    await story.tap(LEAD, "✅ Yes")


async def states(story: Story) -> dict[str, str]:
    """Return what became of the items that people brought."""
    return {item.title: item.state for item in await story.rows(AgendaItem) if item.title}


async def test_items_come_by_command_and_by_reply_and_are_approved_in_one_tap(
    story: Story,
) -> None:
    await story.write(AMINA, "/additem Water trucks: who goes where, 20 min, Amina")
    await story.write(AMINA, "/agenda")
    agenda = story.last(with_button="✏️ Edit the agenda")
    await story.write(AMINA, "Mishahara, dakika 15, bila kumbukumbu", reply_to=agenda.id)

    assert await states(story) == {
        "Water trucks: who goes where": "proposed",
        "Mishahara": "proposed",
    }
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)

    assert set((await states(story)).values()) == {"accepted"}
    assert "Water trucks: who goes where, 20 min" in shown(story.message(agenda.id)).open
    announcement = story.last(with_button="✅ Coming")
    assert "Water trucks: who goes where, 20 min" in shown(announcement).open


async def test_thanks_and_questions_under_an_agenda_are_no_items(story: Story) -> None:
    await story.write(LEAD, "/agenda")
    agenda = story.last(with_button="✏️ Edit the agenda").id

    for text in ("Thanks", "Who will pay the transport?", "yes"):
        await story.write(AMINA, text, reply_to=agenda)

    assert await states(story) == {}


async def test_an_author_corrects_until_the_lead_has_decided(story: Story) -> None:
    message = await story.write(AMINA, "/additem Water truks, 20 min")
    await story.correct(AMINA, message, "/additem Water trucks, 30 min")
    assert await states(story) == {"Water trucks": "proposed"}

    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)
    await story.correct(AMINA, message, "/additem Something else, 90 min")

    assert await states(story) == {"Water trucks": "accepted"}
    assert "Kiongozi ameshaamua" in read(story.last().text)


async def test_an_agenda_of_five_hours_for_two_is_pointed_out_and_not_refused(
    story: Story,
) -> None:
    await story.write(LEAD, "/additem Everything, 250 min")
    await story.write(LEAD, "/agenda")

    warning = "300 min for a meeting of 120 min: 180 min too much."
    assert warning in shown(story.last()).open
    await story.write(LEAD, "/agenda", chat=LEAD)
    assert warning in shown(story.last(LEAD)).open

    # The way out is one tap for each item that is too long.
    await story.tap(LEAD, "5", chat=LEAD)
    await story.tap(LEAD, "⏱ 60", chat=LEAD)
    assert "110 of 120 min." in shown(story.last(LEAD)).open


async def test_approve_all_means_what_was_on_the_screen(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    stale = story.data_of(story.last(LEAD), "✅ Approve all")
    await story.write(AMINA, "/additem Roads, 20 min")

    told = await story.forge(LEAD, stale, chat=LEAD)

    assert told == "What you saw is approved. Something new came meanwhile: please look."
    assert await states(story) == {"Water": "accepted", "Roads": "proposed"}
    assert "Roads, 20 min" in shown(story.last(LEAD)).open


async def test_an_item_that_was_corrected_since_is_not_approved_unread(story: Story) -> None:
    message = await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    stale = story.data_of(story.last(LEAD), "✅ Approve all")
    await story.correct(AMINA, message, "/additem Water for the camels, 90 min")

    told = await story.forge(LEAD, stale, chat=LEAD)

    assert told.startswith("Somebody changed this meanwhile.")
    assert await states(story) == {"Water for the camels": "proposed"}


async def test_two_people_edit_at_once_and_nothing_is_lost_or_doubled(story: Story) -> None:
    for title in ("Water", "Roads", "Goats"):
        await story.write(AMINA, f"/additem {title}, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.write(DEPUTY, "/agenda")
    await story.tap(DEPUTY, "✏️ Edit the agenda")
    # The deputy reads Swahili: "approve all", and below "decline".
    theirs = story.last(with_button="✅ Idhinisha zote").id
    # The lead opens the second item; the deputy takes the first away, so that it moves up.
    await story.tap(LEAD, "7", chat=LEAD)
    lead_sees = {
        label: story.data_of(story.last(LEAD), label) for label in ("✅ Accept", "✖️ Decline")
    }
    await story.tap(DEPUTY, "6", message=theirs)
    await story.tap(DEPUTY, "✖️ Kataa", message=theirs)

    # What the lead looks at stays open, and its button means that item, wherever it stands.
    assert shown(story.last(LEAD)).open.splitlines()[3] == "Roads, 20 min (Maji Bora Trust)"
    assert await story.forge(LEAD, lead_sees["✅ Accept"], chat=LEAD) == ""
    assert await states(story) == {"Water": "declined", "Roads": "accepted", "Goats": "proposed"}

    # Twice is once, and what the other decided since is not turned round unread.
    assert await story.forge(LEAD, lead_sees["✅ Accept"], chat=LEAD) == "That is done already."
    assert (await story.forge(LEAD, lead_sees["✖️ Decline"], chat=LEAD)).startswith(
        "Somebody changed this meanwhile."
    )
    everything = story.data_of(story.last(LEAD), "✅ Approve all")
    await story.tap(DEPUTY, "✅ Idhinisha zote", message=theirs)
    assert await story.forge(LEAD, everything, chat=LEAD) == "That is done already."

    assert await states(story) == {"Water": "declined", "Roads": "accepted", "Goats": "accepted"}
    places = [item.position for item in await story.rows(AgendaItem) if item.state == "accepted"]
    assert sorted(places) == list(range(7))


async def test_steps_up_and_down_mean_the_order_that_was_seen(story: Story) -> None:
    for title in ("Water", "Roads"):
        await story.write(LEAD, f"/additem {title}, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "6", chat=LEAD)
    stale = story.data_of(story.last(LEAD), "⬆️ Up")
    assert "It is number 6 of 7." in shown(story.last(LEAD)).open

    await story.tap(LEAD, "⬆️ Up", chat=LEAD)
    assert "It is number 5 of 7." in shown(story.last(LEAD)).open
    assert (await story.forge(LEAD, stale, chat=LEAD)).startswith("Somebody changed this")
    assert "It is number 5 of 7." in shown(story.last(LEAD)).open

    await story.tap(LEAD, "⬇️ Down", chat=LEAD)
    assert "It is number 6 of 7." in shown(story.last(LEAD)).open


async def test_what_is_put_off_is_offered_to_the_next_meeting(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "6", chat=LEAD)
    await story.tap(LEAD, "🕓 Later", chat=LEAD)
    assert await states(story) == {"Water": "backlog"}

    await story.tap(LEAD, "↩️ Water", chat=LEAD)

    assert await states(story) == {"Water": "accepted"}


async def test_what_two_meetings_left_over_is_still_offered(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/additem Roads, 20 min")
    await plan(story, "10 Dec 10:00 County Hall")
    await story.travel(days=11)
    await story.write(LEAD, "/additem Goats, 20 min")
    await plan(story, "17 Dec 10:00 County Hall")
    await story.travel(days=7)

    await story.write(LEAD, "/agenda", chat=LEAD)

    assert [line for line in shown(story.last(LEAD)).open.splitlines() if line.startswith("↩️")] == [
        "↩️ Goats, 20 min (Wajir Drought Office)",
        "↩️ Roads, 20 min (Wajir Drought Office)",
        "↩️ Water, 20 min (Maji Bora Trust)",
    ]
    await story.tap(LEAD, "↩️ Water", chat=LEAD)
    await story.tap(LEAD, "🗂 From earlier meetings (2)", chat=LEAD)
    await story.tap(LEAD, "🗑 Drop", chat=LEAD)
    assert await states(story) == {"Water": "accepted", "Roads": "accepted", "Goats": "dropped"}

    await story.tap(LEAD, "🗑 Drop all", chat=LEAD)

    assert await states(story) == {"Water": "accepted", "Roads": "dropped", "Goats": "dropped"}
    assert not [line for line in shown(story.last(LEAD)).open.splitlines() if line.startswith("↩️")]


async def test_a_backlog_without_a_meeting_is_offered_to_the_next(story: Story) -> None:
    await story.travel(days=11)
    assert "It waits for the next one." in await story.ask(LEAD, "/additem Goats, 20 min")
    seen = await story.ask(IBRAHIM, "/agenda")
    assert seen.startswith(
        "No meeting is planned yet.\n\n🗂 This waits for the next one:\n• Goats, 20 min"
    )

    await plan(story, "17 Dec 10:00 County Hall")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "↩️ Goats", chat=LEAD)

    assert await states(story) == {"Goats": "accepted"}
    await story.write(LEAD, "/agenda")
    assert "Goats, 20 min" in shown(story.last()).open


async def test_a_long_backlog_is_looked_through_page_by_page(story: Story) -> None:
    await story.travel(days=11)
    for number in range(1, 9):
        await story.write(AMINA, f"/additem Goats number {number}, 20 min")
    await plan(story, "17 Dec 10:00 County Hall")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "🗂 From earlier meetings (8)", chat=LEAD)
    emptied = story.data_of(story.last(LEAD), "🗑 Drop all of these (8)")

    await story.tap(LEAD, "➡️ More", chat=LEAD)
    assert "↩️ Goats number 1" in shown(story.last(LEAD)).open
    await story.tap(LEAD, "🗑 Drop", chat=LEAD)

    # One that was dropped meanwhile: all means the eight that were counted.
    assert (await story.forge(LEAD, emptied, chat=LEAD)).startswith("Somebody changed this")
    assert list((await states(story)).values()).count("dropped") == 1


async def test_step_by_step_in_private(story: Story) -> None:
    await story.write(AMINA, "/additem", chat=AMINA)
    await story.write(AMINA, "Water trucks", chat=AMINA)
    await story.write(AMINA, "dakika kumi", chat=AMINA)
    await story.write(AMINA, "Amina", chat=AMINA)
    await story.write(AMINA, "labda", chat=AMINA)
    assert [item for item in await story.rows(AgendaItem) if item.title] == []
    await story.write(AMINA, "bila kumbukumbu", chat=AMINA)

    (item,) = [item for item in await story.rows(AgendaItem) if item.title]
    assert (item.minutes, item.presenter, item.is_off_record) == (10, "Amina", True)


async def test_a_confused_partner_is_shown_how(story: Story) -> None:
    assert "/hoja Magari ya maji, dakika 20" in await story.ask(AMINA, "/additem 20 min")
    assert await states(story) == {}


async def test_a_stranger_brings_nothing(story: Story) -> None:
    await story.write(STRANGER, "/additem Water, 20 min")

    assert await states(story) == {}


async def test_the_turn_is_passed_on_and_set_by_a_lead(story: Story) -> None:
    await story.write(LEAD, "/facilitator Maji Bora")
    assert "Leads the meeting: Maji Bora Trust" in shown(story.last()).open
    await story.write(LEAD, "/agenda")

    assert (await story.tap(AMINA, "➡️ Pass on")).startswith("Imepitishwa.")

    turns = await story.rows(Turn)
    assert sorted(turn.duty for turn in turns if turn.state != "passed") == [
        "facilitator",
        "notes",
    ]
    assert (await story.tap(AMINA, "🙋 We do it")).startswith("Si zamu")


async def test_whoever_has_the_turn_is_asked_in_private_and_the_next_after_them(
    story: Story,
) -> None:
    for person in (AMINA, IBRAHIM):
        await story.write(person, "/start", chat=person)
    await story.write(LEAD, "/facilitator Maji Bora")
    asked = story.last(AMINA, with_button="🙋")
    assert "Ni zamu ya Maji Bora Trust kuongoza mkutano huu." in read(asked.text)

    await story.tap(AMINA, "➡️", chat=AMINA)

    assert "sasa si zamu ya Maji Bora Trust tena kuongoza mkutano huu." in read(
        story.message(asked.id, AMINA).text
    )
    assert not story.message(asked.id, AMINA).buttons
    # Not whoever takes the notes, as long as others are left.
    assert await duties(story) == {
        "facilitator": "Pastoral Voices",
        "notes": "Wajir Drought Office",
    }
    await story.tap(IBRAHIM, "🙋", chat=IBRAHIM)
    assert not story.last(IBRAHIM).buttons


async def test_who_is_named_for_the_notes_is_asked_themselves_in_private(story: Story) -> None:
    for person in (AMINA, PETER, IBRAHIM):
        await story.write(person, "/start", chat=person)
    await story.write(LEAD, "/facilitator notes Pastoral Voices")
    assert "Pastoral Voices to take the notes" in read(story.last(IBRAHIM).text)

    await story.write(LEAD, "/facilitator notes Peter")

    asked = story.last(PETER)
    assert "Maji Bora Trust" in read(asked.text)
    assert asked.buttons
    assert not any(m.buttons for m in story.from_bot(AMINA))
    heard = len(story.from_bot(PETER))
    await story.write(LEAD, "/facilitator notes Peter")
    assert len(story.from_bot(PETER)) == heard
    await story.write(LEAD, "/facilitator notes Amina")
    assert "Maji Bora Trust" in read(story.last(AMINA).text)
    await story.tap(PETER, "🙋", chat=PETER)
    assert not story.message(asked.id, PETER).buttons
    assert not story.last(AMINA).buttons


async def test_whose_turn_it_is_already_is_asked_as_a_lead_names_them(story: Story) -> None:
    await story.write(AMINA, "/start", chat=AMINA)
    await story.write(LEAD, "/facilitator")
    assert (await duties(story))["notes"] == "Maji Bora Trust"
    assert not any(m.buttons for m in story.from_bot(AMINA))

    await story.write(LEAD, "/facilitator notes Amina")

    assert "Ni zamu ya Maji Bora Trust kuandika kumbukumbu." in read(story.last(AMINA).text)
    assert story.last(AMINA).buttons


async def duties(story: Story) -> dict[str, str]:
    """Return which organisation has which duty at the newest meeting."""
    names = {one.id: one.name for one in await story.rows(Organisation)}
    turns = [turn for turn in await story.rows(Turn) if turn.state != "passed"]
    newest = max(turn.meeting_id for turn in turns)
    return {t.duty: names[t.organisation_id] for t in turns if t.meeting_id == newest}


async def test_the_turn_is_asked_in_the_announcement_of_a_meeting_that_is_near(
    story: Story,
) -> None:
    assert "Leads the meeting" not in shown(story.last(with_button="✅ Coming")).open

    await plan(story, "27 Nov 10:00 County Hall")

    announced = shown(story.last(with_button="✅ Coming"))
    assert "Leads the meeting: Wajir Drought Office (not confirmed yet)" in announced.open
    assert "1. Opening, 5 min" in announced.open


async def test_a_cancelled_meeting_gives_the_turn_back(story: Story) -> None:
    await plan(story, "27 Nov 10:00 County Hall")
    first = await duties(story)
    await story.tap(LEAD, "🙋")
    await story.tap(LEAD, "✏️ Move or cancel", message=story.last(with_button="✅ Coming").id)
    await story.tap(LEAD, "❌ Cancel the meeting")
    await story.tap(LEAD, "❌ Yes, cancel it")

    await plan(story, "28 Nov 10:00 County Hall")

    assert await duties(story) == first


async def test_observers_are_never_asked_to_lead(story: Story) -> None:
    async def only_observe(session: AsyncSession) -> None:
        await session.execute(
            update(Membership).where(col(Membership.role) == Role.MEMBER).values(role=Role.OBSERVER)
        )

    await story.program.toolbox.database.run(only_observe)
    await story.write(LEAD, "/facilitator")

    # Who leads takes no notes, and there is nobody else.
    assert await duties(story) == {"facilitator": "Wajir Drought Office"}
    assert "I know no single organisation called Maji Bora" in await story.ask(
        LEAD, "/facilitator Maji Bora"
    )


async def test_when_everybody_passes_on_the_leads_are_told_and_choose(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/agenda")
    voices = {one.organisation: one.id for one in ONE_COUNTY.people if not one.is_alternate}
    for _ in voices:
        leader = (await duties(story)).get("facilitator")
        if leader is None:
            break
        told = await story.tap(voices[leader], "➡️")

    assert "Nobody else is left" in told or "Hakuna" in told
    assert "all have passed it on" in read(story.last(LEAD).text)

    assert (await story.tap(LEAD, "Maji Bora Trust", chat=LEAD)).startswith("Maji Bora Trust leads")

    assert (await duties(story))["facilitator"] == "Maji Bora Trust"
    assert (await duties(story))["notes"] != "Maji Bora Trust"


async def test_a_lead_chooses_who_leads_by_a_button(story: Story) -> None:
    await story.write(LEAD, "/facilitator")
    chosen = story.last(with_button="Pastoral Voices").id
    assert "Leads the meeting: Wajir Drought Office" in shown(story.message(chosen)).open
    assert (await story.tap(AMINA, "Pastoral Voices", message=chosen)) != ""
    assert (await duties(story))["facilitator"] == "Wajir Drought Office"

    told = await story.tap(LEAD, "Pastoral Voices", message=chosen)

    assert told == "Pastoral Voices leads the meeting now, and is told."
    assert "Leads the meeting: Pastoral Voices" in shown(story.message(chosen)).open
    # Somebody who may not choose is shown no buttons.
    await story.write(AMINA, "/facilitator")
    assert shown(story.last()).buttons == []


async def test_what_nobody_looked_at_is_circulated_as_proposed_and_the_leads_are_asked(
    story: Story,
) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(AMINA, "/additem Water, 20 min")
    await story.travel_to(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))

    invitation = story.last(with_button="✅ Coming")
    assert "5. Any other business, 5 min\n⏳ 1 item waits for a lead: /agenda" in (
        shown(invitation).open
    )
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)
    assert "5. Water, 20 min\n6. Any other business" in shown(story.message(invitation.id)).open

    await story.write(LEAD, "/additem Roads, 20 min")

    assert "6. Roads, 20 min 🆕" in shown(story.message(invitation.id)).open
    await story.write(LEAD, "/agenda")
    assert "6. Roads, 20 min (Wajir Drought Office) 🆕" in shown(story.last()).open


async def test_whoever_brought_an_item_takes_it_back(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(AMINA, "/additem Water, 20 min", chat=AMINA)
    mine = story.data_of(story.last(AMINA), "🗑")
    await story.write(AMINA, "/additem Roads, 20 min", chat=AMINA)
    by_edit = await story.write(AMINA, "/additem Goats, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)

    # Nobody else may.
    assert "Kiongozi ameshaamua" in await story.forge(PETER, mine)
    assert "Water" in await story.forge(AMINA, mine, chat=AMINA)
    assert await states(story) == {"Water": "withdrawn", "Roads": "accepted", "Goats": "accepted"}
    assert read(story.last(LEAD).text).endswith('Amina Hassan took back "Water": 20 min are free.')

    await story.write(AMINA, "ondoa", chat=AMINA, reply_to=story.last(AMINA).id)
    await story.correct(AMINA, by_edit, "/additem withdraw")

    assert set((await states(story)).values()) == {"withdrawn"}
    # Twice is once.
    assert "Water" in await story.forge(AMINA, mine, chat=AMINA)


async def test_a_lead_types_other_words_for_the_item_that_is_open(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/additem Water truks, 20 min, Amina")
    await story.write(LEAD, "/agenda", chat=LEAD)
    editor = story.last(LEAD).id
    await story.tap(LEAD, "5", chat=LEAD)

    await story.write(LEAD, "Water trucks", chat=LEAD)
    assert "Water trucks, 20 min, Amina" in shown(story.message(editor, LEAD)).open
    await story.write(LEAD, "40 min", chat=LEAD, reply_to=editor)
    assert "Water trucks, 40 min, Amina" in shown(story.message(editor, LEAD)).open

    # With the list open, other words are another item.
    await story.tap(LEAD, "⬅️ Back", chat=LEAD)
    await story.write(LEAD, "Roads, 10 min", chat=LEAD, reply_to=editor)

    assert await states(story) == {"Water trucks": "accepted", "Roads": "accepted"}


async def test_who_brought_what_is_declined_is_told_kindly_and_in_private(story: Story) -> None:
    await story.write(AMINA, "/start", chat=AMINA)
    before = len(story.from_bot())
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "6", chat=LEAD)

    await story.tap(LEAD, "✖️ Decline", chat=LEAD)

    assert "Asante kwa “Water”" in read(story.last(AMINA).text)
    assert len(story.from_bot()) == before


async def test_what_one_organisation_holds_is_told_the_lead_alone(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(AMINA, "/additem Water, 90 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "✅ Approve all", chat=LEAD)

    assert "⚖️ Maji Bora Trust holds 90 of 140 min. Only leads are told." in read(
        story.last(LEAD).text
    )
    await story.write(LEAD, "/agenda")
    assert not [said for said in story.said() if "⚖️" in said]


async def test_the_groups_own_agenda_and_its_line_stand_on_every_invitation(story: Story) -> None:
    told = await story.ask(
        LEAD, "/agenda template: Prayer 5; Water 30; Transport/lunch: fare is refunded"
    )
    assert "1. Prayer, 5 min\n2. Water, 30 min\nTransport/lunch: fare is refunded" in told

    await story.travel_to(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))

    assert "📋 Agenda\n1. Prayer, 5 min\n2. Water, 30 min\nTransport/lunch: fare is refunded" in (
        shown(story.last(with_button="✅ Coming")).open
    )


async def test_an_item_with_its_minutes_is_understood_under_an_invitation(story: Story) -> None:
    await story.travel_to(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))
    invitation = story.last(with_button="✅ Coming").id

    message = await story.write(AMINA, "Goats, 20 min", reply_to=invitation)
    assert await story.ask(IBRAHIM, "I come, 20 min", reply_to=invitation) != ""

    assert await states(story) == {"Goats": "proposed"}
    await story.correct(AMINA, message, "Camels, 20 min")
    assert await states(story) == {"Camels": "proposed"}


async def test_what_may_be_an_item_is_asked_about_and_thanks_are_left_alone(story: Story) -> None:
    await story.write(LEAD, "/agenda")
    agenda = story.last(with_button="✏️ Edit the agenda").id

    for text in ("Noted with thanks", "Sawa kabisa, asante sana", "👍", "yes"):
        assert await story.ask(AMINA, text, reply_to=agenda) == ""
    for text in ("I will be late", "Who brought number 7"):
        asked = await story.ask(IBRAHIM, text, reply_to=agenda)
        assert "ajenda" in asked.lower() or "agenda" in asked.lower()
    assert await states(story) == {}

    await story.write(AMINA, "Can we also discuss the road to Griftu?", reply_to=agenda)
    question = story.last(with_button="📋")
    assert await story.tap(IBRAHIM, "📋", message=question.id) != ""
    assert await states(story) == {}
    data = story.data_of(question, "📋")
    await story.tap(AMINA, "📋", message=question.id)
    await story.forge(AMINA, data, message=question.id)

    assert await states(story) == {"Can we also discuss the road to Griftu?": "proposed"}
    (item,) = [item for item in await story.rows(AgendaItem) if item.title]
    assert item.minutes == 15
    assert "✅ Can we also discuss the road to Griftu?" in read(story.message(question.id).text)


async def test_an_invitation_says_who_presents_and_what_is_off_the_record(story: Story) -> None:
    await story.write(LEAD, "/additem Off-record: salaries, 10 min, Amina")
    await story.travel_to(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))

    invitation = shown(story.last(with_button="✅ Coming")).open
    assert "5. salaries, 10 min, Amina 🔒\n6. Any other business" in invitation


async def test_the_line_below_an_agenda_is_changed_alone(story: Story) -> None:
    await story.write(LEAD, "/agenda template: Sala 5; Maji 30; Lunch: none")
    told = await story.ask(LEAD, "/agenda Transport/lunch: fare 500")
    assert "1. Sala, 5 min\n2. Maji, 30 min\nTransport/lunch: fare 500" in told

    await story.write(LEAD, "/additem Roads, 20 min")
    await story.write(LEAD, "/agenda")

    assert "1. Sala, 5 min\n2. Maji, 30 min\n3. Roads, 20 min" in shown(story.last()).open


async def test_many_items_stand_on_pages_and_only_those_shown_are_approved(story: Story) -> None:
    for number in range(1, 13):
        await story.write(AMINA, f"/additem Goats number {number}, 5 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    editor = shown(story.last(LEAD))
    assert "10. ⏳ Goats number 5" in editor.open
    assert "Goats number 6" not in editor.open
    assert "Page 1 of 2." in editor.open

    await story.tap(LEAD, "✅ Approve these", chat=LEAD)
    assert list((await states(story)).values()).count("accepted") == 5
    await story.tap(LEAD, "➡️ More", chat=LEAD)
    assert "11. ⏳ Goats number 6" in shown(story.last(LEAD)).open

    # An item is opened and left: the page stays. What came since is on no page that was seen.
    await story.tap(LEAD, "12", chat=LEAD)
    await story.tap(LEAD, "⬅️ Back", chat=LEAD)
    stale = story.data_of(story.last(LEAD), "✅ Approve these")
    await story.write(AMINA, "/additem Roads, 5 min")
    assert (await story.forge(LEAD, stale, chat=LEAD)).startswith("Somebody changed this")
    await story.tap(LEAD, "✅ Approve these", chat=LEAD)

    assert set((await states(story)).values()) == {"accepted"}
    await story.write(IBRAHIM, "/agenda")
    assert "16. Goats number 12" in read(story.last().text)
    assert "17. Roads" in read(story.last().text)


async def test_leads_hear_of_what_earlier_meetings_left_when_an_agenda_goes_round(
    story: Story,
) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.travel(days=18)
    await story.write(AMINA, "/additem Goats, 20 min")
    await plan(story, "17 Dec 10:00 County Hall")

    assert "↩️ Goats, 20 min" in shown(story.last(LEAD)).open
    assert len([said for said in story.said(LEAD) if "Goats" in said]) == 1


async def test_what_stands_on_every_agenda_is_asked_step_by_step(story: Story) -> None:
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "📋 Every agenda", chat=LEAD)
    await story.write(LEAD, "Sala 5; Maji 30", chat=LEAD)
    told = await story.ask(LEAD, "Fare 500 is paid; lunch is provided", chat=LEAD)
    assert told.endswith("1. Sala, 5 min\n2. Maji, 30 min\nFare 500 is paid, lunch is provided")

    # What is skipped stays.
    await story.write(LEAD, "/agenda template", chat=LEAD)
    await story.tap(LEAD, "⏭️", chat=LEAD)
    await story.tap(LEAD, "✖️ No such line", chat=LEAD)
    assert read(story.last(LEAD).text).endswith("1. Sala, 5 min\n2. Maji, 30 min")


async def test_members_are_shown_no_buttons_of_others_in_private(story: Story) -> None:
    await story.write(LEAD, "/facilitator Maji Bora")

    await story.write(IBRAHIM, "/agenda", chat=IBRAHIM)
    assert "Maji Bora Trust" in read(story.last(IBRAHIM).text)
    taken = [label for row in shown(story.last(IBRAHIM)).buttons for label in row]
    await story.write(AMINA, "/agenda", chat=AMINA)
    asked = [label for row in shown(story.last(AMINA)).buttons for label in row]

    assert not [label for label in taken if label.startswith("✏️")]
    assert asked == ["🙋 Tutaongoza", "➡️ Pitisha", "🖨 Karatasi ya mkutano"]


async def test_a_lead_takes_the_open_item_off_in_words(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    editor = story.last(LEAD).id
    await story.tap(LEAD, "1", chat=LEAD)
    assert "⬆️ Up" not in [label for row in shown(story.last(LEAD)).buttons for label in row]
    await story.tap(LEAD, "⬅️ Back", chat=LEAD)
    await story.tap(LEAD, "6", chat=LEAD)

    await story.write(LEAD, "ondoa", chat=LEAD, reply_to=editor)

    assert await states(story) == {"Water": "declined"}


async def test_a_turn_is_taken_and_passed_on_in_words(story: Story) -> None:
    for person in (AMINA, IBRAHIM):
        await story.write(person, "/start", chat=person)
    await story.write(LEAD, "/facilitator Amina Hassan")
    asked = story.last(AMINA, with_button="🙋")

    assert "ndiyo" in (await story.ask(AMINA, "labda baadaye", chat=AMINA))
    await story.write(AMINA, "hapana", chat=AMINA)
    assert (await duties(story))["facilitator"] == "Pastoral Voices"
    assert not story.message(asked.id, AMINA).buttons

    await story.write(IBRAHIM, "tutafanya", chat=IBRAHIM)
    taken = [turn for turn in await story.rows(Turn) if turn.state == "accepted"]
    assert [turn.duty for turn in taken] == ["facilitator"]


async def test_we_do_it_under_the_invitation_takes_the_turn(story: Story) -> None:
    await plan(story, "27 Nov 10:00 County Hall")
    announced = story.last(with_button="✅ Coming").id

    await story.write(LEAD, "We do it", reply_to=announced)

    assert "Leads the meeting: Wajir Drought Office\n" in shown(story.message(announced)).open


@pytest.mark.parametrize(
    ("person", "words", "shown_as"),
    [
        (
            LEAD,
            "for Pastoral Voices: Water trucks, 20 min",
            "Water trucks, 20 min (Pastoral Voices, passed on for them)",
        ),
        (
            LEAD,
            "Pastoral Voices: Water trucks, 20 min",
            "Water trucks, 20 min (Pastoral Voices, passed on for them)",
        ),
        (AMINA, "kwa Maji Bora Trust: Visima, dakika 20", "Visima, 20 min (Maji Bora Trust)"),
        # Nobody else speaks for others: then it is a title like any other.
        (
            AMINA,
            "kwa Pastoral Voices: Visima, dakika 20",
            "kwa Pastoral Voices: Visima, 20 min (Maji Bora Trust)",
        ),
    ],
)
async def test_an_item_is_entered_for_the_organisation_that_it_names(
    story: Story, person: int, words: str, shown_as: str
) -> None:
    await story.write(person, f"/additem {words}")

    await story.write(LEAD, "/agenda", chat=LEAD)

    assert shown_as in read(story.said(LEAD)[-1])


async def test_a_corrected_item_is_entered_for_the_organisation_that_it_names_now(
    story: Story,
) -> None:
    message = await story.write(LEAD, "/additem Water trucks, 20 min")

    await story.correct(LEAD, message, "/additem for Pastoral Voices: Water trucks, 30 min")

    await story.write(LEAD, "/agenda", chat=LEAD)
    assert "Water trucks, 30 min (Pastoral Voices, passed on for them)" in read(
        story.said(LEAD)[-1]
    )
