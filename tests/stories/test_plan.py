"""The action plan of a group: written down, seen, changed, gone through, and never forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import ActionPoint, Entry, Meeting, PointChange, PointPerson, SupportRequest
from bot.queries import carry_over
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    GROUP,
    IBRAHIM,
    LEAD,
    Story,
    as_read,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        yield story


async def test_a_lead_writes_an_action_down_without_a_meeting_and_sees_it_in_the_list(
    story: Story,
) -> None:
    echo = await story.ask(LEAD, "/action Amina: repair Griftu borehole by 4 Dec #communication")

    assert echo.startswith("👉 repair Griftu borehole — Amina")
    assert "until Fri 4 Dec" in echo

    listed = await story.ask(LEAD, "/actions")
    assert "1. repair Griftu borehole — Amina" in listed

    await story.tap(LEAD, "1")
    card = story.last(with_button="✅ Done")
    assert "Action 1 · ▫️ Open" in shown(card).open
    assert "#️⃣ Continuous communication" in shown(card).open
    assert "🎉" not in await story.tap(IBRAHIM, "✅ Done")
    assert "🎉" in await story.tap(AMINA, "✅ Done")
    assert "· ✅ Done" in shown(story.message(card.id)).open
    assert "Nothing is open" in await story.ask(LEAD, "/actions")


async def test_the_author_corrects_an_action_by_an_edit_a_reply_and_takes_it_back(
    story: Story,
) -> None:
    said = await story.write(LEAD, "/action Repair Griftu borehole by 1 Nov")
    echo = story.last()
    assert "is over" in as_read(echo.html)

    await story.correct(LEAD, said, "/action Repair both Griftu boreholes")
    await story.write(LEAD, "4 Dec", reply_to=echo.id)
    assert "Repair both Griftu boreholes" in shown(story.message(echo.id)).open
    assert "until Fri 4 Dec" in shown(story.message(echo.id)).open

    assert "Taken back" in await story.ask(LEAD, "/undo")
    assert "Nothing is open" in await story.ask(LEAD, "/actions")
    kinds = [change.kind for change in await story.rows(PointChange)]
    assert kinds == ["made", "text", "due"]


async def test_a_member_writes_down_what_the_own_organisation_does_and_no_more(
    story: Story,
) -> None:
    await story.write(AMINA, "/action Repair Griftu borehole by 4 Dec")
    (point,) = await story.rows(ActionPoint)
    assert point.organisation_id is not None

    refused = await story.ask(AMINA, "/action Ibrahim: count the goats")
    assert "Maji Bora Trust" in refused
    assert len(await story.rows(ActionPoint)) == 1


async def test_who_do_an_action_together_all_do_it_and_the_words_do_not_repeat_them(
    story: Story,
) -> None:
    together = await story.ask(LEAD, "/action Peter and Amina Hassan: paint the office by 10 Jan")
    assert together.startswith("👉 paint the office — ")
    assert "Several are named" not in together

    asked = await story.ask(LEAD, "/action Ibrahim and Amina: count the goats by 1 Nov")
    assert asked.startswith("👉 count the goats by 1 Nov — Ibrahim and Amina")
    assert "Several are named" in asked
    echo = story.last().id
    await story.tap(LEAD, "Amina Hassan")
    await story.write(LEAD, "15 Dec", reply_to=echo)

    assert [row.text for row in await story.rows(ActionPoint)] == [
        *("paint the office", "count the goats")
    ]
    people = [row.point_id for row in await story.rows(PointPerson)]
    assert sorted(people) == [1, 1, 2, 2]
    card = await story.ask(LEAD, "/actions 2")
    assert "👤 Amina Hassan, Ibrahim Ali (Maji Bora Trust)" in card


async def test_a_question_about_an_action_that_another_command_ends_says_that_nothing_was_changed(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: paint the office by 10 Jan")
    await story.write(LEAD, "/actions 1 drop")
    asked = story.last()
    assert "Why?" in asked.text

    await story.write(LEAD, "/actions 1 by 12 Jan")

    assert "nothing was changed" in story.message(asked.id).text
    [point] = await story.rows(ActionPoint)
    assert (point.state, str(point.due_on)) == ("open", "2027-01-12")


async def test_an_action_is_due_at_a_time_in_words_however_that_is_said(story: Story) -> None:
    echo = await story.ask(LEAD, "/action Amina: train the pump team, before the long rains")
    assert echo.startswith("👉 train the pump team — Amina")
    assert "📅 before the long rains" in echo
    assert "Until when?" not in echo

    await story.write(LEAD, "/action Amina: plant trees")
    asked = story.last()
    assert "Until when?" in asked.text
    said = await story.write(LEAD, "when the school opens again", reply_to=asked.id)
    assert story.message(said).reactions == ["👌"]
    assert "📅 when the school opens again" in as_read(story.message(asked.id).html)
    await story.write(LEAD, "/action Amina: paint the hall")
    await story.write(LEAD, "start of the dry season", reply_to=story.last().id)
    await story.write(LEAD, "/actions 3 by before the short rains")

    # In a meeting, too: the minutes keep it in the words.
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/action Amina: count the goats")
    written = story.last()
    await story.write(LEAD, "before the long rains", reply_to=written.id)

    points = {row.number: (row.text, row.timeline) for row in await story.rows(ActionPoint)}
    assert points == {
        1: ("train the pump team", "before the long rains"),
        2: ("plant trees", "when the school opens again"),
        3: ("paint the hall", "before the short rains"),
        4: ("count the goats", "before the long rains"),
    }
    assert [row.text for row in await story.rows(Entry)] == [
        "count the goats, before the long rains"
    ]
    assert "Until when?" not in story.message(written.id).text


async def test_an_action_is_adapted_moved_given_and_dropped_and_its_history_keeps_all(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")
    await story.write(LEAD, "/actions 1")

    await story.tap(LEAD, "✏️ Adapt")
    await story.write(LEAD, "Repair two pumps", reply_to=story.last().id)
    await story.write(LEAD, "The borehole is dry", reply_to=story.last().id)
    assert "✏️ Adapted" in shown(story.last(with_button="✅ Done")).open
    await story.tap(LEAD, "📅 Other date")
    assert "is over" in await story.ask(LEAD, "1 Nov", reply_to=story.last().id)
    await story.write(LEAD, "before the long rains", reply_to=story.last().id)
    await story.tap(LEAD, "👤 Give to")
    await story.write(LEAD, "Amina and Peter", reply_to=story.last().id)
    card = shown(story.last(with_button="✅ Done")).open
    assert "before the long rains" in card
    assert "Amina Hassan, Peter Lokwawi (Maji Bora Trust)" in card
    await story.write(LEAD, "/actions 1 drop the road is closed")
    assert "✖️ Dropped" in shown(story.last(with_button="↩️ Open")).open

    await story.tap(LEAD, "📜 History")
    told_in_group = shown(story.last()).open
    assert 'was "repair Griftu borehole", now "Repair two pumps"' in told_in_group
    assert "Fri 4 Dec → before the long rains" in told_in_group
    assert "✖️ Dropped — the road is closed" in told_in_group
    kinds = [change.kind for change in await story.rows(PointChange)]
    assert kinds == ["made", "state", "text", "due", "owner", "state"]


async def test_a_meeting_goes_through_the_actions_one_card_at_a_time(story: Story) -> None:
    for number in range(1, 5):
        await story.write(LEAD, f"/action Repair borehole number {number}")
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    for _ in range(2):
        await story.tap(LEAD, "▶️ Next item")

    await story.tap(LEAD, "👉 Go through")
    assert "4 actions to go through" in shown(story.last()).open
    walk = story.last().id
    await story.tap(LEAD, "✅ Done", message=walk)
    assert "number 2" in shown(story.message(walk)).open
    await story.tap(LEAD, "⏭ Next", message=walk)
    await story.tap(LEAD, "✖️ Drop", message=walk)
    await story.write(LEAD, "Nobody lives there", reply_to=story.last().id)
    walk = story.last().id
    assert "The last one" in shown(story.message(walk)).open
    await story.tap(LEAD, "▶️ Going on", message=walk)
    assert "gone through the actions" in shown(story.message(walk)).open

    states = [point.state for point in await story.rows(ActionPoint)]
    assert states == ["done", "open", "dropped", "in-progress"]
    assert "2 actions are open" in shown(story.last(with_button="▶️ Next item")).open


async def test_in_private_tabs_show_what_is_mine_my_organisations_and_the_groups(
    story: Story,
) -> None:
    await story.write(IBRAHIM, "/start", chat=IBRAHIM)
    await story.write(IBRAHIM, "/language en", chat=IBRAHIM)
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")
    await story.write(LEAD, "/action Ibrahim: count the goats #water")

    mine = await story.ask(IBRAHIM, "/actions", chat=IBRAHIM)
    assert "My actions" in mine
    assert "count the goats" in mine
    assert "borehole" not in mine
    await story.tap(IBRAHIM, "👥 The group", chat=IBRAHIM)
    assert "repair Griftu borehole" in shown(story.last(IBRAHIM)).open
    await story.tap(IBRAHIM, "📅 Due soon", chat=IBRAHIM)
    assert "goats" not in shown(story.last(IBRAHIM)).open


async def test_for_an_owner_who_left_stands_the_organisation_and_the_lead_is_told(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")
    story.telegram.leave(AMINA, GROUP)
    await story.settle()

    told_lead = [
        as_read(m.html) for m in story.from_bot(LEAD) if "was to do this" in as_read(m.html)
    ]
    assert len(told_lead) == 1
    assert "repair Griftu borehole — Maji Bora Trust" in await story.ask(LEAD, "/actions")


async def test_the_coordination_renames_adds_and_drops_streams(story: Story) -> None:
    await story.write(LEAD, "/action Count the goats #livestock")
    await story.write(LEAD, "/action Tell the radio #mawasiliano")
    await story.write(COORDINATOR, "/language en", chat=COORDINATOR)
    await story.write(COORDINATOR, "/coalition", chat=COORDINATOR)

    await story.tap(COORDINATOR, "#️⃣ Streams", chat=COORDINATOR)
    await story.write(COORDINATOR, "Livestock", chat=COORDINATOR)
    await story.tap(COORDINATOR, "#️⃣ Streams", chat=COORDINATOR)
    await story.tap(COORDINATOR, "Continuous communication", chat=COORDINATOR)
    await story.write(COORDINATOR, "Radio", chat=COORDINATOR)
    await story.tap(COORDINATOR, "#️⃣ Streams", chat=COORDINATOR)
    await story.tap(COORDINATOR, "Common agenda", chat=COORDINATOR)
    await story.tap(COORDINATOR, "🗑 Drop", chat=COORDINATOR)

    await story.write(LEAD, "/actions")
    await story.tap(LEAD, "#️⃣ Stream")
    buttons = shown(story.last()).buttons
    assert ["Radio (1)"] in buttons
    assert ["Livestock (1)"] in buttons
    await story.tap(LEAD, "Livestock")
    assert "Count the goats" in shown(story.last()).open
    assert "radio" not in shown(story.last()).open


async def test_words_in_reply_to_a_card_are_progress_and_stand_on_it(story: Story) -> None:
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")
    await story.write(LEAD, "/actions 1")
    card = story.last().id

    await story.write(AMINA, "The pump has come from Garissa", reply_to=card)

    assert "📣 Mon 23 Nov: The pump has come from Garissa" in shown(story.message(card)).open


async def test_a_tap_twice_or_by_the_wrong_person_or_too_late_changes_nothing(
    story: Story,
) -> None:
    said = await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")
    await story.write(LEAD, "/actions 1")
    done = story.data_of(story.last(), "✅ Done")
    drop = story.data_of(story.last(), "✖️ Drop")

    assert await story.forge(IBRAHIM, done)
    await story.forge(AMINA, done)
    await story.forge(AMINA, done)
    assert "Open it again first" in await story.forge(LEAD, drop)
    kinds = [(change.kind, change.after) for change in await story.rows(PointChange)]
    assert kinds == [("made", "repair Griftu borehole"), ("state", "done")]

    await story.write(LEAD, "/undo", reply_to=said)
    assert "taken back" in await story.forge(LEAD, done)


async def test_what_a_meeting_heard_of_earlier_actions_stands_in_its_minutes(story: Story) -> None:
    for number in range(1, 4):
        await story.write(LEAD, f"/action Repair borehole number {number}")
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/actions")
    await story.tap(LEAD, "👉 Go through")
    await story.tap(LEAD, "✅ Done")
    await story.write(LEAD, "/actions 2 drop nobody lives there")
    await story.write(LEAD, "/close")

    async def record(session: AsyncSession) -> list[tuple[str, str, str]]:
        (meeting,) = (await session.execute(select(Meeting))).scalars()
        found = await carry_over.open_before(session, meeting)
        return [(line.text, line.outcome, line.reason) for line in found]

    assert await story.program.toolbox.database.run(record) == [
        ("Repair borehole number 1", "done", ""),
        ("Repair borehole number 2", "dropped", "nobody lives there"),
        ("Repair borehole number 3", "", ""),
    ]


async def test_support_that_an_action_requires_is_asked_for_at_once_and_stands_on_it_until_settled(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 4 Dec")

    await story.write(AMINA, "/actions 1 support a drill rig")
    assert "Maji Bora Trust needs support\na drill rig" in read(story.last(with_button="🤝").text)
    assert "a drill rig" in read(story.said(LEAD)[-1])
    await story.write(AMINA, "/update 1 need help: a driver", chat=AMINA)

    await story.write(LEAD, "/actions 1")
    card = story.last(with_button="✅ Done")
    assert "🆘 Needs: a drill rig; a driver" in shown(card).open
    await story.tap(AMINA, "✅ Settled", message=story.last(with_button="🤝").id)
    assert "🆘 Needs: a drill rig\n" in shown(story.message(card.id)).open + "\n"
    assert "One sentence is enough" in await story.ask(LEAD, "/actions 1 support")


async def test_words_behind_actions_say_which_are_meant_or_are_not_understood(story: Story) -> None:
    await story.write(LEAD, "/action Amina: repair Griftu borehole by 24 Nov #communication")
    await story.write(LEAD, "/action Ibrahim: count the goats by 20 Dec")
    await story.travel(days=7)

    for said in ("overdue", "#communication", "Continuous communication"):
        listed = await story.ask(LEAD, f"/actions {said}")
        assert "repair Griftu" in listed
        assert "goats" not in listed
    for said in ("ours", "Maji Bora Trust", "mine"):
        await story.write(AMINA, "/start", chat=AMINA)
        listed = await story.ask(AMINA, f"/actions {said}", chat=AMINA)
        assert "repair Griftu" in listed
        assert "goats" not in listed
    assert "goats" in await story.ask(LEAD, "/actions all")
    assert 'which actions you mean by "banana"' in await story.ask(LEAD, "/actions banana")


async def test_the_command_alone_lists_what_there_is_and_says_how_to_write(story: Story) -> None:
    await story.write(LEAD, "/action Amina: repair the pump by 15 Dec")

    for name in ("/action", "/kazi"):
        said = await story.ask(LEAD, name)
        assert said.startswith("👉 Actions of the group · Wajir\n\n1. repair the pump")
        assert "A new one: /action Amina: repair the pump by Friday" in said


async def test_an_action_is_written_down_with_the_support_that_it_requires(story: Story) -> None:
    command = await story.write(
        LEAD, "/action Amina: dig a well by 20 Dec, support: a drill rig", chat=LEAD
    )
    assert (
        "👉 dig a well — Amina Hassan (Maji Bora Trust), until Sun 20 Dec\n🆘 a drill rig"
        in read(story.last(LEAD).text)
    )
    assert "🆘 Maji Bora Trust needs support\na drill rig" in read(story.last(GROUP).text)

    await story.correct(
        LEAD, command, "/action Amina: dig a well by 20 Dec, support: two drill rigs", chat=LEAD
    )
    (point,) = await story.rows(ActionPoint)
    (request,) = await story.rows(SupportRequest)
    assert (point.text, point.support) == ("dig a well", "two drill rigs")
    assert (request.text, request.point_id) == ("two drill rigs", point.id)

    await story.write(LEAD, "/undo", chat=LEAD)
    assert [row.state for row in await story.rows(SupportRequest)] == ["withdrawn"]


async def test_in_a_meeting_an_action_asks_for_its_support_and_the_minutes_keep_the_words(
    story: Story,
) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))
    await story.write(LEAD, "/open")

    command = await story.write(LEAD, "/action Amina: dig a well by 20 Dec, support: a rig")
    (point,) = await story.rows(ActionPoint)
    assert (point.text, point.support) == ("dig a well", "a rig")
    await story.correct(LEAD, command, "/action Amina: dig a well by 20 Dec, support: a drill rig")

    (point,) = await story.rows(ActionPoint)
    (entry,) = await story.rows(Entry)
    (request,) = await story.rows(SupportRequest)
    assert (entry.text, point.text) == ("dig a well, support: a drill rig", "dig a well")
    assert (point.support, request.text) == ("a drill rig", "a drill rig")
    assert (request.point_id, request.organisation_id) == (point.id, point.organisation_id)

    await story.write(LEAD, "/undo")
    assert [row.state for row in await story.rows(SupportRequest)] == ["withdrawn"]
