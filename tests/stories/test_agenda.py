"""An agenda comes together: everybody brings items, the lead decides, and the time is watched."""

from collections.abc import AsyncIterator

import pytest

from bot.models import AgendaItem, Turn
from tests.stories.story import AMINA, LEAD, STRANGER, Story, read, shown, told


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅ Yes")
        yield story


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

    assert "300 min for a meeting of 120 min: 180 min too much." in shown(story.last()).open


async def test_a_tap_on_a_stale_editor_is_told_and_loses_nothing(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    stale = story.data_of(story.last(LEAD), "✅ Approve all")
    await story.write(AMINA, "/additem Roads, 20 min")

    told = await story.forge(LEAD, stale, chat=LEAD)

    assert told.startswith("Somebody changed the agenda meanwhile.")
    assert await states(story) == {"Water": "proposed", "Roads": "proposed"}
    assert "Roads, 20 min" in shown(story.last(LEAD)).open


async def test_what_is_put_off_is_offered_to_the_next_meeting(story: Story) -> None:
    await story.write(AMINA, "/additem Water, 20 min")
    await story.write(LEAD, "/agenda", chat=LEAD)
    await story.tap(LEAD, "6", chat=LEAD)
    await story.tap(LEAD, "🕓 Later", chat=LEAD)
    assert await states(story) == {"Water": "backlog"}

    await story.tap(LEAD, "↩️ Water", chat=LEAD)

    assert await states(story) == {"Water": "accepted"}


async def test_step_by_step_in_private(story: Story) -> None:
    await story.write(AMINA, "/additem", chat=AMINA)
    await story.write(AMINA, "Water trucks", chat=AMINA)
    await story.write(AMINA, "25", chat=AMINA)
    await story.write(AMINA, "Amina", chat=AMINA)
    await story.write(AMINA, "no", chat=AMINA)

    (item,) = [item for item in await story.rows(AgendaItem) if item.title]
    assert (item.minutes, item.presenter, item.is_off_record) == (25, "Amina", True)


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
