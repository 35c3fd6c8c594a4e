"""Who is at a meeting: by button, by the list of the room, from one phone; guests, late, gone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.presence import How
from bot.models import Member, Membership, Organisation, Presence
from bot.seed.people import GROUP_CHAT
from tests.stories.story import (
    AMINA,
    DEPUTY,
    FATUMA,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

OPENING = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""In Nairobi 10:00."""
GRACE, ZAINAB, DAVID = 105, 108, 109
"""The alternate of Pastoral Voices, and both of Afya Mashinani."""


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(OPENING)
    await story.write(LEAD, "/open")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


def board(story: Story, chat: int = GROUP_CHAT) -> str:
    """Return what the newest board in a chat says in its first language."""
    return shown(story.last(chat, with_button="📞 By")).open


async def leave(story: Story, person: int) -> str:
    """Let a person tap [I leave], which stands behind [More]."""
    await story.tap(person, "➡️ More")
    return await story.tap(person, "🚪 I leave")


async def represented(story: Story, person: int) -> str:
    """Let a person tap [Represented], which stands behind [More]."""
    await story.tap(person, "➡️ More")
    return await story.tap(person, "🔁")


def labels(story: Story, chat: int = LEAD) -> list[str]:
    """Return what stands on the buttons of the newest list of the room."""
    return [label for row in shown(story.last(chat, with_button="➕")).buttons for label in row]


async def named(story: Story, present: Presence) -> str:
    """Return the organisation for which somebody is there."""
    names = {one.id or 0: one.name for one in await story.rows(Organisation)}
    return names.get(present.organisation_id or 0, "")


async def test_an_organisation_counts_once_and_the_last_word_of_a_person_counts(
    story: Story,
) -> None:
    assert await story.tap(ZAINAB, "🙋") == "Afya Mashinani is here. Welcome!"
    await story.tap(ZAINAB, "🙋")
    await story.tap(DAVID, "📞")
    await story.tap(IBRAHIM, "📞")
    assert await represented(story, IBRAHIM) == "Pastoral Voices is represented. Welcome!"

    assert "3 of 8 organisations are here.\n⚠️ 5 are needed to decide." in board(story)
    assert "🙋📞 Afya Mashinani, 🔁 Pastoral Voices" in board(story)
    assert len(await story.rows(Presence)) == 4


async def test_the_quorum_is_reached_and_lost_on_the_board_alone(story: Story) -> None:
    posts = len(story.from_bot())
    for person in (LEAD, AMINA, IBRAHIM, FATUMA):
        await story.tap(person, "🙋")
    assert "⚠️ 5 are needed" in board(story)
    await story.tap(ZAINAB, "📞")
    assert "5 of 8 organisations are here.\n✅ Enough to decide." in board(story)

    await story.travel(minutes=30)
    assert "you leave" in await leave(story, ZAINAB)

    assert "4 of 8 organisations are here.\n⚠️ 5 are needed to decide." in board(story)
    assert "🚪 Left: Afya Mashinani 10:30" in board(story)
    assert len(story.from_bot()) == posts
    assert "not in the list" in await leave(story, GRACE)


async def test_a_group_says_how_many_are_enough(story: Story) -> None:
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/setup")
    await story.tap(LEAD, "👥 Enough to decide")
    assert "How many organisations are enough to decide?" in shown(story.last()).open
    assert "from 1 to" in await story.ask(LEAD, "many", reply_to=story.last().id)
    await story.write(LEAD, "1", reply_to=story.last().id)
    assert "Enough to decide: 1 organisation" in shown(story.last()).open
    assert "2 of 8 organisations are here.\n✅ Enough to decide." in board(story)

    await story.tap(LEAD, "👥 Enough to decide")
    await story.tap(LEAD, "Over half")
    assert "Enough to decide: over half" in shown(story.last()).open
    assert "⚠️ 5 are needed" in board(story)


async def test_one_phone_notes_the_whole_hall(story: Story) -> None:
    assert await story.tap(LEAD, "👥 Who is here") == "The list is in our private chat."
    assert labels(story)[:2] == ["▫️ Afya Mashinani", "▫️ Elimu Kaskazini"]
    await story.travel(minutes=20)
    await story.tap(LEAD, "▫️ Afya", chat=LEAD)
    await story.tap(LEAD, "▫️ Elimu", chat=LEAD)
    await story.tap(LEAD, "🙋 Elimu", chat=LEAD)
    await story.tap(LEAD, "▫️ Green", chat=LEAD)
    await story.tap(LEAD, "🙋 Green", chat=LEAD)
    await story.tap(LEAD, "📞 Green", chat=LEAD)
    await story.tap(LEAD, "▫️ Wajir Women", chat=LEAD)
    for sign in ("🙋", "📞", "🔁"):
        await story.tap(LEAD, f"{sign} Wajir Women", chat=LEAD)
    assert labels(story)[:8] == [
        "🙋 Afya Mashinani",
        "📞 Elimu Kaskazini",
        "🔁 Green Rangelands",
        "▫️ Maji Bora Trust",
        "▫️ Pastoral Voices",
        "▫️ Tumaini Livestock",
        "🙋 Wajir Drought Office",
        "▫️ Wajir Women Network",
    ]
    await story.tap(LEAD, "➕ Guest", chat=LEAD)
    await story.write(LEAD, "Mr Ali, County Commissioner's office", chat=LEAD)
    assert "Mr Ali is noted as a guest" in shown(story.last(LEAD)).open
    assert "Confirmed" in await story.tap(LEAD, "✅ Confirm all", chat=LEAD)
    await story.travel(minutes=25)
    await story.tap(LEAD, "▫️ Pastoral", chat=LEAD)
    await story.write(LEAD, "/agreed We dig two wells", chat=LEAD)
    await story.write(LEAD, "/item", chat=LEAD)
    await story.tap(LEAD, "🚪 Somebody left", chat=LEAD)
    assert "▫️ Maji Bora Trust" not in labels(story)
    await story.tap(LEAD, "🙋 Afya", chat=LEAD)
    await story.tap(LEAD, "⬅️ Back", chat=LEAD)

    assert "4 of 8 organisations are here." in board(story)
    assert "🪑 In attendance: Mr Ali (County Commissioner's office)" in board(story)
    noted = {await named(story, one): one for one in await story.rows(Presence)}
    assert noted["Afya Mashinani"].arrived_at < OPENING + timedelta(minutes=1)
    later = OPENING + timedelta(minutes=45)
    assert noted["Pastoral Voices"].arrived_at >= later
    assert (noted["Afya Mashinani"].left_at or OPENING) >= later
    assert noted["Green Rangelands"].how is How.REPRESENTED
    await story.write(LEAD, "/close", chat=LEAD)
    assert any("This meeting is over." in text for text in story.said(LEAD))
    minutes = next(text for text in reversed(story.said(LEAD)) if "We dig two wells" in text)
    assert "Afya Mashinani" in minutes
    assert "Mr Ali" in minutes


async def test_whoever_cannot_be_written_to_has_the_list_in_the_group(story: Story) -> None:
    assert await story.tap(DEPUTY, "👥 Who is here") == "Orodha iko hapa chini."
    await story.tap(DEPUTY, "▫️ Afya")

    assert labels(story, GROUP_CHAT)[0] == "🙋 Afya Mashinani"
    assert "leads this meeting" in await story.tap(IBRAHIM, "▫️ Elimu")
    assert "2 of 8" in board(story)


async def test_whoever_acts_in_a_meeting_takes_part_without_a_tap(story: Story) -> None:
    assert "🙋 Wajir Drought Office" in board(story)
    await leave(story, LEAD)
    await story.write(LEAD, "/item")
    assert "🙋" not in board(story)

    await story.write(IBRAHIM, "/idea We ask the county")
    await story.tap(AMINA, "📝 We take notes")
    await story.write(LEAD, "/vote We ask the county")
    await story.tap(ZAINAB, "👍 I agree")
    await leave(story, ZAINAB)
    await story.write(ZAINAB, "/idea We ask the state, too")

    assert "2 of 8" in board(story)
    assert "🙋 Pastoral Voices, 🙋 Maji Bora Trust" in board(story)
    noted = await story.rows(Presence)
    assert [one.confirmed_by for one in noted] == [None] * 4


async def test_a_tap_on_the_list_twice_is_once(story: Story) -> None:
    await story.tap(LEAD, "👥 Who is here")
    data = story.data_of(story.last(LEAD), "▫️ Afya")
    listed = story.last(LEAD).id
    for _ in range(2):
        await story.forge(LEAD, data, chat=LEAD, message=listed)

    assert labels(story)[0] == "🙋 Afya Mashinani"
    assert len(await story.rows(Presence)) == 2


async def test_guests_are_named_and_a_person_of_a_member_counts_for_it(story: Story) -> None:
    await story.write(LEAD, "/guest Mr Ali, County Commissioner's office")
    await story.write(LEAD, "/guest mr ali, County Commissioner's office")
    await story.write(LEAD, "/guest Mzee Juma, Tumaini Livestock")
    said = await story.write(STRANGER, "Good morning from the donor")
    await story.write(LEAD, "/guest", reply_to=said)
    assert "2 of 8 organisations are here." in board(story)
    assert "🪑 In attendance: Mr Ali (County Commissioner's office), Tom Visitor" in board(story)
    assert "Who is it" in await story.ask(LEAD, "/guest , an office")

    await story.travel(minutes=15)
    await story.write(LEAD, "/left Mr Ali")
    await story.write(LEAD, "/left Tumaini")
    assert "In attendance: Tom Visitor" in board(story)
    assert "1 of 8 organisations are here." in board(story)
    assert "I know nobody here called “Camel Milk”" in await story.ask(LEAD, "/left Camel Milk")


async def test_each_organisation_stands_once_with_its_people_and_their_times(story: Story) -> None:
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/guest Tom Visitor")
    await story.write(LEAD, "/guest Mr Ali, County office")
    await story.travel(minutes=23)
    await story.tap(PETER, "📞")
    await story.write(LEAD, "/left Mr Ali")
    await story.travel(minutes=20)
    await leave(story, PETER)
    await leave(story, AMINA)
    assert "🚪 Left: Mr Ali 10:23, Maji Bora Trust 10:43\n" in board(story)

    await story.travel(minutes=20)
    await story.write(LEAD, "/close")
    draft = read(story.said(LEAD)[-1])
    peter = "Peter Lokwawi, by phone, from 10:23, until 10:43"
    people = f"Maji Bora Trust (Amina Hassan, until 10:43; {peter})"
    assert f"Wajir Drought Office (Halima Abdi), {people}" in draft
    assert "In attendance: Tom Visitor, County office (Mr Ali, until 10:23)" in draft
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert people in shown(story.last()).open
    await story.tap(LEAD, "📋 Copy")
    assert people in read(story.said(LEAD)[-1])


async def test_who_left_is_noted_with_the_time_that_is_said(story: Story) -> None:
    for person in (IBRAHIM, FATUMA):
        await story.tap(person, "🙋")
    await story.write(LEAD, "/guest Mr Ali, County office; Ms Wako, WFP")
    assert "🪑 In attendance: Mr Ali (County office), Ms Wako (WFP)" in board(story)
    await story.travel(minutes=60)

    await story.write(LEAD, "/left Green Rangelands 10:45")
    await story.write(LEAD, "/left Ms Wako at 10:50")
    refused = await story.ask(LEAD, "/left Pastoral Voices 11:30")
    assert "between 10:00, when the meeting began, and now, 11:00" in refused

    assert "🚪 Left: Green Rangelands 10:45, Ms Wako 10:50" in board(story)
    assert "🙋 Pastoral Voices" in board(story)


async def test_editing_the_command_corrects_the_guests_that_it_named(story: Story) -> None:
    await story.write(LEAD, "/guest Ms Wako, WFP")
    said = await story.write(LEAD, "/guest Mr Aly, County; Ms Wako, WFP; Tom")
    await story.correct(LEAD, said, "/guest Mr Ali, County office; Ms Wako, WFP")

    assert "🪑 In attendance: Ms Wako (WFP), Mr Ali (County office)\n" in board(story)

    await story.correct(LEAD, said, "/guest Mr Ali, Tumaini Livestock")
    assert "🪑 In attendance: Ms Wako (WFP)\n" in board(story)
    assert "2 of 8 organisations are here." in board(story)


async def test_a_guest_noted_by_a_slip_was_never_there(story: Story) -> None:
    await story.write(LEAD, "/guest Mr Ali")
    await story.tap(LEAD, "👥 Who is here")
    await story.tap(LEAD, "✖️ Mr Ali", chat=LEAD)

    assert "In attendance" not in board(story)
    assert "✖️ Mr Ali" not in labels(story)


async def test_who_waits_is_shown_apart_until_confirmed_and_counts_after_leaving(
    story: Story,
) -> None:
    [ibrahim] = [one.id for one in await story.rows(Member) if one.telegram_id == IBRAHIM]

    async def change(**facts: Any) -> None:
        async def work(session: AsyncSession) -> None:
            rows = await session.execute(
                select(Membership).where(col(Membership.member_id) == ibrahim)
            )
            place = rows.scalar_one()
            for key, value in facts.items():
                setattr(place, key, value)

        await story.program.toolbox.database.run(work)

    await change(is_confirmed=False)
    assert "once somebody of them" in await story.tap(IBRAHIM, "🙋")
    assert "1 of 8" in board(story)
    assert "⏳ Not confirmed yet, not counted: Ibrahim Ali (Pastoral Voices)" in board(story)

    await change(is_confirmed=True)
    await story.tap(IBRAHIM, "🙋")
    assert "2 of 8" in board(story)
    await change(is_confirmed=False, left_at=story.clock.now())
    await story.write(LEAD, "/item")
    assert "2 of 8" in board(story)
    assert "Not confirmed yet" not in board(story)


async def test_who_waits_and_leaves_again_is_nobody_of_the_organisation(story: Story) -> None:
    await story.program.toolbox.database.run(unconfirmed(IBRAHIM))
    await story.tap(IBRAHIM, "🙋")
    await story.tap(LEAD, "👥 Who is here")
    await story.tap(LEAD, "✅ Confirm all", chat=LEAD)
    assert "⏳ Not confirmed yet, not counted: Ibrahim Ali (Pastoral Voices)" in board(story)

    await leave(story, IBRAHIM)
    assert "Pastoral Voices" not in board(story)
    await story.tap(LEAD, "▫️ Pastoral", chat=LEAD)
    assert "🙋 Pastoral Voices" in board(story)
    for sign in ("🙋", "📞", "🔁"):
        await story.tap(LEAD, f"{sign} Pastoral", chat=LEAD)

    await story.write(LEAD, "/close")
    draft = story.said(LEAD)[-1]
    assert "Ibrahim Ali" not in draft
    assert "Absent:" in draft
    assert "Pastoral Voices" in draft


def unconfirmed(person: int) -> Callable[[AsyncSession], Awaitable[None]]:
    """Return the work that lets somebody wait to be confirmed for their organisation."""

    async def work(session: AsyncSession) -> None:
        member = select(col(Member.id)).where(col(Member.telegram_id) == person)
        await session.execute(
            update(Membership)
            .where(col(Membership.member_id).in_(member))
            .values(is_confirmed=False)
        )

    return work


async def test_the_phone_of_an_office_speaks_for_its_organisation_and_for_nobody_of_it(
    story: Story,
) -> None:
    [ibrahim] = [one.id for one in await story.rows(Member) if one.telegram_id == IBRAHIM]

    async def work(session: AsyncSession) -> None:
        await session.execute(
            update(Membership).where(col(Membership.member_id) == ibrahim).values(is_office=True)
        )

    await story.program.toolbox.database.run(work)

    assert await story.tap(IBRAHIM, "🙋") == "Pastoral Voices is here. Welcome!"
    assert "2 of 8 organisations are here." in board(story)
    assert "phone of an office" in await story.tap(IBRAHIM, "🧭 We lead")
    await story.write(LEAD, "/close")
    assert "Pastoral Voices" in story.said(LEAD)[-1]
    assert "Ibrahim Ali" not in story.said(LEAD)[-1]


async def test_an_organisation_that_is_renamed_in_between_is_called_by_its_new_name(
    story: Story,
) -> None:
    await story.tap(AMINA, "🙋")

    async def work(session: AsyncSession) -> None:
        await session.execute(
            update(Organisation)
            .where(col(Organisation.name) == "Maji Bora Trust")
            .values(name="Maji Mapya")
        )

    await story.program.toolbox.database.run(work)
    await story.write(LEAD, "/item")

    assert "🙋 Maji Mapya" in board(story)


async def test_who_was_there_and_when_is_corrected_until_the_minutes_are_out(story: Story) -> None:
    for person in (IBRAHIM, FATUMA):
        await story.tap(person, "🙋")
    await story.write(LEAD, "/guest Mr Ali, County office")
    await story.travel(minutes=90)
    await story.write(LEAD, "/close")

    left = await story.ask(LEAD, "/left Green Rangelands 10:45")
    assert "Green Rangelands left at 10:45" in left
    assert "The meeting of Thu 3 Dec, 10:00" in left
    await story.write(LEAD, "/left Green Rangelands 10:50")
    assert "Mr Ali came at 10:30" in await story.ask(LEAD, "/came Mr Ali 10:30")
    assert "Afya Mashinani came at 10:20" in await story.ask(LEAD, "/came Afya Mashinani 10:20")
    assert "Ms Wako is noted as a guest" in await story.ask(LEAD, "/guest Ms Wako, WFP")
    for refused in ("/left Pastoral Voices", "/left Pastoral Voices 11:45", "/came Green 10:55"):
        assert "Please give a time between 10:00 and 1" in await story.ask(LEAD, refused)
    assert "Camel Milk" in await story.ask(LEAD, "/came Camel Milk")
    assert "Anayeongoza mkutano huu" in await story.ask(AMINA, "/came Maji Bora")

    draft = read(story.said(LEAD)[-1])
    assert "Present: 4 of 8 organisations" in draft
    assert "Green Rangelands (Fatuma Omar, until 10:50)" in draft
    assert "Afya Mashinani (from 10:20)" in draft
    assert "In attendance: WFP (Ms Wako), County office (Mr Ali, from 10:30)" in draft

    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "the minutes of the last one are out" in await story.ask(LEAD, "/guest Tom Visitor")


async def test_the_list_under_a_draft_corrects_who_was_there(story: Story) -> None:
    await story.tap(FATUMA, "🙋")
    await story.write(LEAD, "/guest Mr Ali")
    await story.travel(minutes=45)
    await story.write(LEAD, "/left Green Rangelands")
    await story.travel(minutes=45)
    await story.write(LEAD, "/close")

    await story.tap(LEAD, "📑 Section", chat=LEAD)
    await story.tap(LEAD, "❌ Elimu", chat=LEAD)
    await story.tap(LEAD, "✅ Elimu", chat=LEAD)
    await story.tap(LEAD, "🕐 Guests", chat=LEAD)
    listed = story.last(LEAD, with_button="➕")
    assert "Thu 3 Dec, 10:00 · This meeting is over." in shown(listed).open.replace(
        ", hour 4 of the morning", ""
    )
    assert not [one for one in labels(story) if one.startswith(("✅", "🚪"))]
    # It left early: how it took part changes, when it left stays.
    await story.tap(LEAD, "🙋 Green", chat=LEAD)
    # Who is tapped here was there for all that a tap in the draft says.
    await story.tap(LEAD, "▫️ Pastoral", chat=LEAD)
    await story.tap(LEAD, "▫️ Elimu", chat=LEAD)
    await story.tap(LEAD, "✖️ Mr Ali", chat=LEAD)
    await story.tap(LEAD, "➕ Guest", chat=LEAD)
    await story.write(LEAD, "Ms Wako, WFP", chat=LEAD)
    assert "The meeting of Thu 3 Dec" in read(story.said(LEAD)[-1])

    await story.tap(LEAD, "📄 The whole", chat=LEAD)
    draft = shown(story.last(LEAD, with_button="✅ Approve")).open
    assert "Present: 4 of 8 organisations" in draft
    assert "Green Rangelands (Fatuma Omar, by phone, until 10:45)" in draft
    assert [one.how for one in await story.rows(Presence) if one.left_at] == [How.PHONE, How.HERE]
    assert "Elimu Kaskazini" in draft.partition("Absent:")[0]
    assert "In attendance: WFP (Ms Wako)" in draft
    more = story.data_of(listed, "▫️ Tumaini")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert shown(story.message(listed.id, LEAD)).buttons == []
    assert "out already" in await story.forge(LEAD, more, chat=LEAD, message=listed.id)


async def test_who_comes_late_is_noted_with_the_time_while_the_meeting_goes_on(
    story: Story,
) -> None:
    await story.travel(minutes=40)
    await story.write(LEAD, "/came Green Rangelands 10:20")
    await story.write(AMINA, "/came")
    await story.write(LEAD, "/left Green Rangelands")
    await story.travel(minutes=10)
    await story.write(LEAD, "/came Green Rangelands")
    assert "3 of 8 organisations are here." in board(story)

    noted = {await named(story, one): one for one in await story.rows(Presence)}
    assert noted["Green Rangelands"].arrived_at == OPENING + timedelta(minutes=20)
    assert noted["Green Rangelands"].left_at is None


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("nipo", How.HERE),
        ("We are here!", How.HERE),
        ("yes", How.HERE),
        ("by phone", How.PHONE),
        ("kwa simu", How.PHONE),
    ],
)
async def test_a_reply_to_the_post_checks_in_like_its_buttons(
    story: Story, said: str, how: How
) -> None:
    post = story.last(with_button="▶️ Next").id
    before = [one.member_id for one in await story.rows(Presence)]

    await story.write(IBRAHIM, said, reply_to=post)

    noted = [one.how for one in await story.rows(Presence) if one.member_id not in before]
    assert noted == [how]


async def test_below_the_invitation_too_one_says_that_one_is_there(story: Story) -> None:
    for person, said, how in ((IBRAHIM, "by phone", How.PHONE), (FATUMA, "nipo", How.HERE)):
        reminder = next(
            one.id for one in story.from_bot() if "It has begun: answers are closed" in one.text
        )
        before = [one.member_id for one in await story.rows(Presence)]

        await story.write(person, said, reply_to=reminder)

        noted = [one.how for one in await story.rows(Presence) if one.member_id not in before]
        assert noted == [how]
    # "Yes" answered the invitation: who says it now may still be on the way.
    before = [one.member_id for one in await story.rows(Presence)]
    assert "begun" in await story.ask(LEAD, "yes", reply_to=reminder)
    assert [one.member_id for one in await story.rows(Presence)] == before


async def test_talk_below_the_post_checks_nobody_in(story: Story) -> None:
    post = story.last(with_button="▶️ Next").id
    before = len(await story.rows(Presence)), len(story.from_bot())

    for said in ("I am coming", "no", "Where do we sit?", "Is Afya here?"):
        await story.write(IBRAHIM, said, reply_to=post)

    assert (len(await story.rows(Presence)), len(story.from_bot())) == before


async def test_several_who_came_are_named_on_one_line(story: Story) -> None:
    await story.travel(minutes=30)

    await story.write(LEAD, "/came Afya, Elimu Kaskazini na Ibrahim 10:20", chat=LEAD)

    came = {one.organisation_id: one for one in await story.rows(Presence)}
    names = {one.id: one.name for one in await story.rows(Organisation)}
    at = datetime(2026, 12, 3, 7, 20, tzinfo=UTC)
    assert {names[key] for key, one in came.items() if one.arrived_at == at} == {
        "Afya Mashinani",
        "Elimu Kaskazini",
        "Pastoral Voices",
    }
    # One name that nobody bears, and nobody is noted.
    before = len(came)
    refused = await story.ask(LEAD, "/came Tumaini and Baraka", chat=LEAD)
    assert "I know nobody in this group called “Baraka”" in refused
    assert len(await story.rows(Presence)) == before


async def test_who_came_at_a_time_that_cannot_be_hears_of_coming_and_who_was_gone_is_back(
    story: Story,
) -> None:
    await story.tap(FATUMA, "🙋")
    await story.travel(minutes=15)
    refused = await story.ask(LEAD, "/came Afya at 10:20")
    assert "now, 10:15" in refused
    assert "Without a time I note that they are here now." in refused
    assert "they leave now" in await story.ask(LEAD, "/left Green 10:20")

    await story.write(LEAD, "/left Green Rangelands 10:05")
    await story.write(LEAD, "/came Green Rangelands 10:10")
    noted = {await named(story, one): one for one in await story.rows(Presence)}
    assert noted["Green Rangelands"].left_at is None


async def test_a_person_is_named_who_was_not_noted_and_everybody_says_their_own_time(
    story: Story,
) -> None:
    await story.travel(minutes=20)
    await story.write(LEAD, "/came Ibrahim 10:05")
    await story.write(FATUMA, "/came 10:03")
    await story.write(ZAINAB, "/came at 10:10")
    await story.write(ZAINAB, "/left 10:15")
    assert "between 10:00" in await story.ask(DAVID, "/came 10:45")

    people = {one.id: one.telegram_id for one in await story.rows(Member)}
    noted = {people[one.member_id or 0]: one for one in await story.rows(Presence)}
    assert {key: (one.arrived_at - OPENING).seconds // 60 for key, one in noted.items()} == {
        LEAD: 0,
        IBRAHIM: 5,
        FATUMA: 3,
        ZAINAB: 10,
    }
    assert noted[ZAINAB].left_at == OPENING + timedelta(minutes=15)
    assert await named(story, noted[IBRAHIM]) == "Pastoral Voices"


async def test_a_tap_of_the_alternate_shows_and_gives_a_name_to_somebody_of_them(
    story: Story,
) -> None:
    await story.tap(LEAD, "👥 Who is here")
    await story.tap(LEAD, "▫️ Maji", chat=LEAD)
    await story.travel(minutes=20)

    await story.tap(PETER, "📞")
    assert "📞 Maji Bora Trust" in board(story)
    assert "Maji Bora Trust wamewakilishwa" in await represented(story, PETER)
    assert "🔁 Maji Bora Trust" in board(story)
    await story.tap(AMINA, "🙋")
    assert "🙋🔁 Maji Bora Trust" in board(story)

    peter = [one for one in await story.rows(Presence) if one.how is How.REPRESENTED]
    assert [one.arrived_at for one in peter] == [OPENING]


async def test_the_post_bears_four_rows_and_the_rest_stands_behind_more(story: Story) -> None:
    post = story.last(with_button="🙋")
    usual = [
        ["🙋 Here", "📞 By phone"],
        ["🧭 We lead", "📝 We take notes"],
        ["👥 Who is here", "➡️ More"],
        ["▶️ Next item", "⏹ Close the meeting"],
    ]

    def rows() -> list[list[str]]:
        """Return the buttons, each in the first of its languages."""
        found = shown(story.message(post.id)).buttons
        return [[label.split(" · ")[0] for label in row] for row in found]

    assert rows() == usual
    await story.tap(AMINA, "➡️ More")
    seldom = [["🙋 Here", "📞 By phone"], ["🔁 Represented"], ["⬅️ Back", "🚪 I leave"]]
    assert rows() == seldom
    await story.tap(IBRAHIM, "⬅️ Back")
    assert rows() == usual
    # Whoever turned it forgets it: the next tap, or the next change of anything, turns it back.
    for change in (
        story.tap(IBRAHIM, "🙋"),
        story.write(LEAD, "/note The road is closed"),
        story.write(LEAD, "/item"),
        story.tap(FATUMA, "🚪 I leave"),
    ):
        await story.tap(AMINA, "➡️ More")
        assert rows() == seldom
        await change
        assert rows() == usual
    assert await story.tap(STRANGER, "➡️ More")
    assert rows() == usual


async def test_who_waits_to_be_confirmed_hears_by_whom(story: Story) -> None:
    await story.program.toolbox.database.run(unconfirmed(IBRAHIM))

    refused = await story.ask(IBRAHIM, "/idea Let us share one truck")

    assert "wait to be confirmed for your organisation" in refused
    assert "Halima Abdi" in refused
    assert "You read along" not in refused


async def test_who_acts_in_a_meeting_by_phone_takes_part_by_phone(database_url: str) -> None:
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting 3 Dec 10:00 by phone 0700 123456")
        await story.tap(LEAD, "✅ Yes")
        await story.travel_to(datetime(2026, 12, 3, 7, 3, tzinfo=UTC))

        await story.write(LEAD, "/open")
        await story.write(AMINA, "/idea We share the trucks")
        await story.write(LEAD, "/guest Mr Ali, NDMA")

        assert {row.how for row in await story.rows(Presence)} == {How.PHONE}
        assert any(row.name == "Mr Ali" for row in await story.rows(Presence))


async def test_several_who_left_are_named_on_one_line(story: Story) -> None:
    for person in (ZAINAB, FATUMA, IBRAHIM):
        await story.tap(person, "🙋")
    await story.write(LEAD, "/guest Mr Ali, County office")
    await story.travel(minutes=30)

    refused = await story.ask(LEAD, "/left Afya, Baraka")
    assert refused == (
        "I know nobody here called “Baraka”, or several. "
        "Here are: Wajir Drought Office, Mr Ali, Afya Mashinani, Green Rangelands, Pastoral Voices."
    )
    assert [one.left_at for one in await story.rows(Presence)] == [None] * 5

    await story.write(LEAD, "/left Afya, Green Rangelands na Mr Ali 10:20")
    left = "🚪 Left: Afya Mashinani 10:20, Green Rangelands 10:20, Mr Ali 10:20\n"
    assert left in board(story)

    await story.write(LEAD, "/close")
    said = await story.ask(LEAD, "/left Afya and Green 10:25")
    assert "Afya Mashinani, Green Rangelands left at 10:25." in said


@pytest.mark.parametrize("everyone", ["all", "Wote", "dhammaan", "everybody came"])
async def test_all_who_are_not_there_yet_came_in_one_word(story: Story, everyone: str) -> None:
    await story.tap(FATUMA, "🙋")
    await story.travel(minutes=30)

    await story.write(LEAD, f"/came {everyone} 10:20", chat=LEAD)

    assert "8 of 8 organisations are here." in board(story)
    noted = {await named(story, one): one.arrived_at for one in await story.rows(Presence)}
    late = {name for name, at in noted.items() if at == OPENING + timedelta(minutes=20)}
    assert {*noted} - late == {"Green Rangelands", "Wajir Drought Office"}
    assert len(late) == 6


async def test_all_but_some_came_and_who_was_gone_is_back(story: Story) -> None:
    await story.tap(FATUMA, "🙋")
    await story.travel(minutes=10)
    await story.write(LEAD, "/left Green 10:05")
    await story.travel(minutes=20)

    refused = await story.ask(LEAD, "/came all except Baraka")
    assert "I know nobody in this group called “Baraka”, or several." in refused
    assert "1 of 8 organisations are here." in board(story)

    await story.write(LEAD, "/came all except Afya and Elimu 10:20")
    assert "6 of 8 organisations are here." in board(story)
    noted = {await named(story, one): one for one in await story.rows(Presence)}
    assert noted["Green Rangelands"].arrived_at < OPENING + timedelta(minutes=1)
    assert noted["Green Rangelands"].left_at is None
    assert noted["Pastoral Voices"].arrived_at == OPENING + timedelta(minutes=20)

    await story.write(LEAD, "/came all by phone")
    assert "8 of 8 organisations are here." in board(story)
    assert "📞 Afya Mashinani, 📞 Elimu Kaskazini" in board(story)


async def test_all_came_is_said_once_of_a_meeting_that_is_over(story: Story) -> None:
    await story.travel(minutes=60)
    await story.write(LEAD, "/close")

    said = await story.ask(LEAD, "/came all")

    assert said.startswith("👌 Afya Mashinani, Elimu Kaskazini, Green Rangelands, ")
    assert "were there." in said
    assert said.count("The meeting of") == 1


async def test_who_comes_but_is_not_known_is_refused_with_who_is_expected(story: Story) -> None:
    await story.tap(FATUMA, "🙋")

    refused = await story.ask(LEAD, "/came Camel Milk")

    assert refused == (
        "I know nobody in this group called “Camel Milk”, or several. Not noted yet: "
        "Afya Mashinani, Elimu Kaskazini, Maji Bora Trust, Pastoral Voices, Tumaini Livestock, "
        "Wajir Women Network.\nA guest? /guest Mr Ali, County Commissioner"
    )
