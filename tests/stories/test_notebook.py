"""Two secretaries write down what a meeting says; what was wrong is corrected or taken back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.notebook import EntryKind
from bot.models import AgendaItem, Entry, Member, Sitting
from bot.queries import members
from bot.services import notebook
from bot.services.notebook import Said
from tests.stories.story import (
    AMINA,
    DEPUTY,
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
"""Three minutes after the meeting was to begin: Thursday 3 December, in Nairobi 10:03."""


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


def board(story: Story) -> str:
    """Return what the live post of the meeting says."""
    return next(text for text in map(read, story.said()) if "began" in text or "took part" in text)


async def entries(story: Story) -> list[tuple[str, str]]:
    """Return what stands in the notebook, oldest first."""
    rows = sorted(await story.rows(Entry), key=lambda entry: entry.id or 0)
    return [(str(one.kind), one.text) for one in rows if one.undone_at is None]


async def test_an_action_is_understood_echoed_and_corrected_by_replies(story: Story) -> None:
    said = await story.ask(LEAD, "/action Amina: repair Griftu borehole by Friday #water")
    echo = story.last().id

    assert said == (
        "👉 repair Griftu borehole — Amina Hassan (Maji Bora Trust), until Fri 4 Dec · #water\n"
        "Something wrong? Edit your message, or reply here."
    )
    assert story.last().is_silent

    await story.write(LEAD, "no, by 12 Dec", reply_to=echo)
    await story.write(LEAD, "Peter", reply_to=echo)
    assert shown(story.message(echo)).open.startswith(
        "👉 repair Griftu borehole — Peter Lokwawi (Maji Bora Trust), until Sat 12 Dec · #water"
    )
    assert "1 action" in board(story)


async def test_what_an_action_lacks_is_asked_and_given(story: Story) -> None:
    said = await story.ask(LEAD, "/action send the list of trucks")
    assert "Who does it, and until when?" in said

    echo = story.last().id
    await story.write(LEAD, "Maji Bora, Friday", reply_to=echo)

    assert shown(story.message(echo)).open == (
        "👉 send the list of trucks — Maji Bora Trust, until Fri 4 Dec\n"
        "Something wrong? Edit your message, or reply here."
    )


async def test_who_says_that_they_do_it_themselves_is_given_it(story: Story) -> None:
    mine = await story.ask(LEAD, "/action me: call the governor today")
    assert "(Wajir Drought Office), until Thu 3 Dec" in mine
    said = await story.write(AMINA, "I will repair the pump by Friday")
    assert "Amina Hassan" in await story.ask(LEAD, "/action", reply_to=said)


async def test_a_bare_command_is_nobodys_word(story: Story) -> None:
    bare = await story.write(LEAD, "/action")
    assert "What shall I write down?" in await story.ask(LEAD, "/note", reply_to=bare)
    assert await entries(story) == []


async def test_a_day_that_is_over_is_asked_again_and_nothing_is_lost(story: Story) -> None:
    said = await story.ask(LEAD, "/action Peter: send the list by 3 Nov")

    assert "👉 send the list by 3 Nov — Peter Lokwawi" in said
    assert '"3 Nov" is over, or I cannot tell which day it is.' in said


async def test_before_the_next_meeting_is_its_day_once_it_is_planned(story: Story) -> None:
    said = await story.ask(LEAD, "/action Peter: send the list before the next meeting")
    echo = story.last().id
    assert '"the next meeting" is over, or I cannot tell which day it is.' in said

    await story.write(LEAD, "/meeting 17 Dec 10:00 County Hall", chat=LEAD)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.write(LEAD, "kabla ya mkutano ujao", reply_to=echo)
    assert "until Thu 17 Dec" in shown(story.message(echo)).open

    said = await story.ask(LEAD, "/action Peter: kutuma orodha kabla ya mkutano ujao")
    assert said.startswith("👉 kutuma orodha — Peter Lokwawi (Maji Bora Trust), until Thu 17 Dec")


async def test_a_reply_gives_the_words_and_behind_the_command_stands_who(story: Story) -> None:
    wish = await story.write(PETER, "Somebody has to repair the pump at Buna")
    await story.write(LEAD, "/action Amina Hassan, Friday", reply_to=wish)

    assert shown(story.last()).open.startswith(
        "👉 Somebody has to repair the pump at Buna — Amina Hassan (Maji Bora Trust), until Fri 4"
    )
    (entry,) = await story.rows(Entry)
    assert (story.number(entry.said_message_id), entry.said_by_name) == (wish, "")


async def test_words_behind_the_command_win_over_the_message(story: Story) -> None:
    wish = await story.write(PETER, "We talk about it for hours, the pump at Buna is broken")
    await story.write(LEAD, "/agreed Peter gets the pump repaired", reply_to=wish)

    (entry,) = await story.rows(Entry)
    assert entry.text == "Peter gets the pump repaired"
    assert (story.number(entry.said_message_id), entry.said_by) == (wish, None)


async def test_editing_the_command_corrects_the_entry_and_its_kind(story: Story) -> None:
    command = await story.write(LEAD, "/note We meet twice a mnth")
    await story.correct(LEAD, command, "/agreed We meet twice a month")
    assert await entries(story) == [("agreed", "We meet twice a month")]
    assert "1 decision" in board(story)

    action = await story.write(LEAD, "/action Peter: call the county by Friday")
    await story.correct(LEAD, action, "/action Peter: call the county by 10 Dec")
    assert "until Thu 10 Dec" in shown(story.last()).open


async def test_whoever_said_it_corrects_it_by_editing(story: Story) -> None:
    # In a group, Telegram does not show the bot what people say to each other.
    said = await story.write(LEAD, "The well has 20 metres", chat=LEAD)
    await story.write(LEAD, "/note", chat=LEAD, reply_to=said)
    await story.correct(LEAD, said, "The well has 25 metres", chat=LEAD)

    assert await entries(story) == [("note", "The well has 25 metres")]

    story.telegram.privacy_mode = False
    said = await story.write(AMINA, "The pump is old")
    await story.write(LEAD, "/note", reply_to=said)
    await story.correct(AMINA, said, "The pump is new")
    assert (await entries(story))[1:] == [("note", "The pump is new")]


async def test_undo_takes_back_ones_own_last_entry_and_then_the_one_before(story: Story) -> None:
    await story.write(LEAD, "/note one")
    await story.write(LEAD, "/note two")
    await story.write(DEPUTY, "/note three")

    assert await story.ask(LEAD, "/undo") == "↩️ Taken back:\n📝 two"
    assert await story.ask(LEAD, "/undo") == "↩️ Taken back:\n📝 one"
    assert "nothing down in this meeting" in await story.ask(LEAD, "/undo")
    assert await entries(story) == [("note", "three")]
    assert "1 note" in board(story)


async def test_an_action_is_taken_back_by_its_button_but_not_by_others(story: Story) -> None:
    await story.write(LEAD, "/action Peter: call the county by Friday")
    echo = story.last().id

    refusal = await story.tap(DEPUTY, "↩️", message=echo)
    assert "ni yeye tu anayeweza kuliondoa" in refusal
    assert await story.tap(LEAD, "↩️", message=echo) == "Taken back."

    assert shown(story.message(echo)).open == "↩️ Taken back: call the county"
    assert shown(story.message(echo)).buttons == []
    assert await entries(story) == []
    await story.correct(LEAD, story.message(echo).reply_to or 0, "/action Peter: call them")
    assert "taken back" in read(story.last().text)


async def test_between_two_people_of_one_name_a_tap_decides(story: Story) -> None:
    await rename(story, IBRAHIM, "Amina Ibrahim")

    await story.write(LEAD, "/action Amina: call the county by Friday")
    echo = story.last()
    assert "Who is Amina? Please tap." in read(echo.text)
    assert await entries(story) == [("action", "call the county")]

    await story.tap(LEAD, "Amina Ibrahim", message=echo.id)
    assert "Amina Ibrahim" in shown(story.message(echo.id)).open.split("\n")[0]
    assert len(shown(story.message(echo.id)).buttons) == 1


async def rename(story: Story, person: int, name: str) -> None:
    """Give a member another name in the bot's own tables."""

    async def change(session: AsyncSession) -> None:
        await session.execute(
            update(Member).where(col(Member.telegram_id) == person).values(name=name)
        )

    await story.program.toolbox.database.run(change)


async def test_of_two_who_do_it_a_tap_says_who_answers(story: Story) -> None:
    said = await story.ask(LEAD, "/action Amina and Peter to repair the pump by Friday")
    echo = story.last().id
    assert "👉 Amina and Peter to repair the pump — Amina and Peter, until Fri 4 Dec" in said
    assert "Several are named. Who answers for it?" in said

    await story.tap(LEAD, "Peter Lokwawi", message=echo)
    assert shown(story.message(echo)).open == (
        "👉 Amina and Peter to repair the pump — Peter Lokwawi (Maji Bora Trust), until Fri 4 Dec\n"
        "Something wrong? Edit your message, or reply here."
    )

    await story.write(LEAD, "/action repair the tank", chat=GROUP)
    echo = story.last().id
    await story.write(LEAD, "Maji Bora na Peter, Ijumaa", reply_to=echo)
    await story.tap(LEAD, "Maji Bora", message=echo)
    assert shown(story.message(echo)).open.startswith(
        "👉 repair the tank (Maji Bora na Peter) — Maji Bora Trust, until Fri 4 Dec"
    )


async def test_lines_of_whoever_speaks_are_their_own_actions(story: Story) -> None:
    await story.write(LEAD, "/action me: call the county\nI'll send the list by Friday\nPeter: go")

    found = [entry for entry in await story.rows(Entry) if entry.undone_at is None]
    assert [entry.text for entry in found] == ["call the county", "send the list", "go"]
    assert found[0].owner_id == found[1].owner_id == found[0].written_by
    assert found[2].owner_id not in {None, found[0].owner_id}


async def test_each_line_of_a_command_is_an_action_of_its_own(story: Story) -> None:
    command = await story.write(
        LEAD, "/action Amina: repair the pump by Friday\nPeter: call the county by 10 Dec"
    )
    assert await entries(story) == [
        ("action", "repair the pump"),
        ("action", "call the county"),
    ]
    first, second = [m for m in story.from_bot(GROUP) if "👉" in m.text][-2:]
    assert "Amina Hassan (Maji Bora Trust), until Fri 4 Dec" in shown(first).open
    assert "Peter Lokwawi (Maji Bora Trust), until Thu 10 Dec" in shown(second).open

    await story.correct(
        LEAD, command, "/action Amina: repair the pump\nPeter: call them\nMaji Bora: send a truck"
    )
    assert [text for _, text in await entries(story)] == [
        "repair the pump",
        "call them",
        "send a truck",
    ]
    await story.correct(LEAD, command, "/action Amina: repair the pump by Monday")
    assert await entries(story) == [("action", "repair the pump")]


async def test_a_partner_learns_that_an_idea_is_welcome(story: Story) -> None:
    # Amina reads Swahili.
    refusal = await story.ask(AMINA, "/agreed We do it all")
    assert "/wazo" in refusal
    assert "/tunahitaji" in refusal

    await story.write(AMINA, "/idea Share one truck")
    await story.write(PETER, "/needhelp A water engineer for Buna")
    assert await entries(story) == [
        ("idea", "Share one truck"),
        ("help", "A water engineer for Buna"),
    ]
    await story.ask(STRANGER, "/idea Mine")
    assert len(await entries(story)) == 2

    await story.write(LEAD, "/close")
    assert "Hakuna mkutano" in await story.ask(AMINA, "/agreed Too late for that")


async def test_what_the_bot_said_and_what_has_no_words_is_not_written_down(story: Story) -> None:
    post = story.last().id
    assert "What shall I write down?" in await story.ask(LEAD, "/agreed", reply_to=post)
    assert "What shall I write down?" in await story.ask(LEAD, "/agreed")
    voice = story.telegram.send_sticker(AMINA, GROUP, "👍")
    assert "What shall I write down?" in await story.ask(LEAD, "/note", reply_to=voice)
    assert "1,200 characters" in await story.ask(LEAD, "/note " + "x" * 1200)
    assert await entries(story) == []


async def test_a_message_is_written_down_once_however_many_capture_it(story: Story) -> None:
    said = await story.write(AMINA, "The pump is old")
    await story.write(LEAD, "/note", reply_to=said)

    await story.write(DEPUTY, "/note", reply_to=said)
    assert "umeshaandikwa" in shown(story.last()).open
    await story.write(DEPUTY, "/agreed", reply_to=said)
    await story.write(DEPUTY, "/note It is from 1998", reply_to=said)

    assert await entries(story) == [
        ("note", "The pump is old"),
        ("agreed", "The pump is old"),
        ("note", "It is from 1998"),
    ]


async def test_undo_as_a_reply_means_what_it_replies_to(story: Story) -> None:
    first = await story.write(LEAD, "/note one")
    said = await story.write(AMINA, "The pump is old")
    await story.write(LEAD, "/note", reply_to=said)
    theirs = await story.write(DEPUTY, "/note three")
    await story.write(DEPUTY, "/action Amina: repair it")
    echo = story.last().id
    await story.write(LEAD, "/note five")

    await story.write(LEAD, "/undo", reply_to=theirs)
    assert "only they take it back" in shown(story.last()).open
    await story.write(LEAD, "/undo", reply_to=echo)
    assert "only they take it back" in shown(story.last()).open
    assert len(await entries(story)) == 5
    await story.write(LEAD, "/undo", reply_to=first)
    await story.write(LEAD, "/undo", reply_to=said)

    assert [text for _, text in await entries(story)] == ["three", "repair it", "five"]


async def test_undo_says_that_the_minutes_are_out_and_takes_nothing_else(story: Story) -> None:
    await story.write(LEAD, "/note of the first")
    await story.write(LEAD, "/close")
    await story.travel(hours=2)
    await story.write(LEAD, "/meeting 4 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel(days=1)
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/note of the second")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "are out already" in await story.ask(LEAD, "/undo")
    assert [text for _, text in await entries(story)] == ["of the first", "of the second"]


async def test_undo_says_that_the_minutes_are_out_where_no_meeting_is_open(story: Story) -> None:
    await story.write(LEAD, "/note one")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert "are out already" in await story.ask(LEAD, "/undo")
    assert "Hakuna mkutano" in await story.ask(DEPUTY, "/undo")


async def test_after_the_meeting_what_was_forgotten_comes_into_the_draft(story: Story) -> None:
    await story.write(LEAD, "/note said in time")
    await story.write(LEAD, "/close")
    draft = story.last(LEAD, with_button="✅ Approve").id

    await story.write(DEPUTY, "/agreed We had agreed on this, too")
    assert "We had agreed on this, too" in read(story.message(draft, LEAD).text)
    assert "Hakuna mkutano" in await story.ask(AMINA, "/idea Too late")

    await story.write(DEPUTY, "/undo")
    assert "agreed on this" not in read(story.message(draft, LEAD).text)

    await story.write(DEPUTY, "/agreed We did agree")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    assert "MIN 1/12/2026 Opening\n📝 said in time\n✅ We did agree" in shown(story.last()).open
    for person, said in ((LEAD, "/agreed And this"), (IBRAHIM, "/idea We share trucks")):
        for chat in (GROUP, person):
            told = await story.ask(person, said, chat=chat)
            assert "the minutes of the last one are out" in told
            assert "Reply to the minutes" in told


async def test_after_publication_an_edit_changes_nothing_and_says_what_to_do(story: Story) -> None:
    command = await story.write(LEAD, "/agreed We meet on Mondays")
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.correct(LEAD, command, "/agreed We meet on Tuesdays")

    assert "Reply to the minutes and say what is right." in read(story.last().text)
    assert await entries(story) == [("agreed", "We meet on Mondays")]


async def test_one_phone_writes_everything_down_in_private(story: Story) -> None:
    said = await story.ask(LEAD, "/action Amina: repair it by Friday", chat=LEAD)
    assert "Amina Hassan (Maji Bora Trust), until Fri 4 Dec" in said

    # There, words that reply to nothing answer what the bot said last.
    await story.write(LEAD, "10 Dec", chat=LEAD)
    assert "until Thu 10 Dec" in read(story.last(LEAD, with_button="↩️").text)
    assert "1 action" in board(story)


async def test_in_private_a_line_says_by_its_first_word_what_it_is(story: Story) -> None:
    first = await story.write(LEAD, "agreed: We meet twice a mnth", chat=LEAD)
    await story.write(LEAD, "Task: Amina brings fuel by 11 Dec", chat=LEAD)
    await story.write(LEAD, "andika: barabara ni mbovu", chat=LEAD)
    await story.write(IBRAHIM, "idea: We share trucks", chat=IBRAHIM)
    await story.correct(LEAD, first, "agreed: We meet twice a month", chat=LEAD)

    assert await entries(story) == [
        ("agreed", "We meet twice a month"),
        ("action", "Amina brings fuel"),
        ("note", "barabara ni mbovu"),
        ("idea", "We share trucks"),
    ]
    # Whoever may not write that down has not, and reads so.
    sorry = "I did not understand this, and I do not keep it. /help shows what you can do."
    assert await story.ask(IBRAHIM, "agreed: All trucks are mine", chat=IBRAHIM) == sorry
    # After the meeting it is for the draft, or for nothing.
    await story.write(LEAD, "/close")
    await story.write(LEAD, "agreed: The road stays closed", chat=LEAD)
    assert (await entries(story))[-1] == ("agreed", "The road stays closed")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.ask(IBRAHIM, "idea: We share tents", chat=IBRAHIM)
    assert len(await entries(story)) == 5


async def test_in_private_no_line_is_lost_in_silence(story: Story) -> None:
    sorry = (
        "I did not understand this, and I do not keep it. /help shows what you can do.\n"
        "A meeting is open. I keep a line that begins with what it is: “agreed: …”, “action: …”, "
        "“note: …” or “idea: …”.\n"
        "/item goes on, /came Name notes who is here, /close closes the meeting."
    )

    for said in ("Peter repairs the pump by Friday", "all of them are here", "next"):
        assert await story.ask(LEAD, said, chat=LEAD) == sorry
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)
    await story.travel(days=15)
    assert "A meeting is open" not in await story.ask(LEAD, "The pump is repaired", chat=LEAD)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("/decided We buy a car", "agreed"),
        ("/tumeamua Tunanunua gari", "agreed"),
        ("/task Peter buys a car", "action"),
    ],
)
async def test_what_people_call_a_command_otherwise_is_understood(
    story: Story, said: str, kind: str
) -> None:
    await story.write(LEAD, said)

    assert [one for one, _ in await entries(story)] == [kind]


async def test_two_write_down_at_once_and_nothing_is_lost(story: Story) -> None:
    for number in range(10):
        story.telegram.write(LEAD, GROUP, f"/note lead {number}")
        story.telegram.write(DEPUTY, GROUP, f"/note deputy {number}")
    await asyncio.sleep(0)
    await story.settle()

    found = await entries(story)
    assert sorted(found) == sorted(
        ("note", f"{who} {number}") for who in ("lead", "deputy") for number in range(10)
    )
    assert "20 notes" in board(story)
    await story.write(DEPUTY, "/undo")
    assert ("note", "deputy 9") not in await entries(story)


async def test_an_anonymous_admin_owns_up_and_the_quoted_words_are_kept(story: Story) -> None:
    said = await story.write(AMINA, "The county pays the fuel")
    story.telegram.write_as_anonymous_admin(GROUP, "/agreed", reply_to=said)
    await story.settle()
    await story.tap(LEAD, "🙋", message=story.last().id)

    assert await entries(story) == [("agreed", "The county pays the fuel")]


async def test_of_an_item_off_the_record_nothing_is_written_down(story: Story) -> None:
    async def close_the_book(session: AsyncSession) -> None:
        (sitting,) = (await session.execute(select(Sitting))).scalars()
        item = await session.get_one(AgendaItem, sitting.item_id)
        item.is_off_record = True

    await story.program.toolbox.database.run(close_the_book)

    assert "off the record" in await story.ask(LEAD, "/agreed Between us")
    await story.write(LEAD, "/item")
    await story.write(LEAD, "/agreed In the open")
    assert await entries(story) == [("agreed", "In the open")]


async def test_the_last_of_many_entries_costs_no_more_than_the_second(story: Story) -> None:
    database, asked = story.program.toolbox.database, list[Any]()

    def note(connection: Any, *_: Any) -> None:
        asked.append(connection)

    async def write(number: int) -> int:
        own: list[Any] = []

        async def capture(session: AsyncSession) -> None:
            own.append((await session.connection()).sync_connection)
            actor = await members.actor(session, LEAD)
            said = Said("Water trucks come on Monday", (GROUP, number))
            now = story.clock.now()
            await notebook.capture(session, meeting, EntryKind.NOTE, said, actor, now=now)

        await database.run(capture)
        # The program asks for its own sake in between.
        count = sum(connection is own[0] for connection in asked)
        asked.clear()
        return count

    async def fill(session: AsyncSession) -> None:
        (first,) = (await session.execute(select(Entry))).scalars()
        facts = first.model_dump(exclude={"id", "source_message_id"})
        session.add_all(Entry(**facts, source_message_id=at) for at in range(100, 398))

    meeting = (await story.rows(Sitting))[0].meeting_id
    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    await write(98)
    second = await write(99)
    async with database.transaction() as session:
        await session.execute(delete(Entry).where(col(Entry.source_message_id) == 98))
    await database.run(fill)
    last = await write(400)

    assert last == second > 0
    # The next message goes out with the news of the board.
    assert "300 entries" in await story.ask(LEAD, "/note One more")
    await story.write(LEAD, "/close")
    draft = story.last(LEAD, with_button="✅ Approve").id
    said = await story.ask(LEAD, "note: One more", chat=LEAD, reply_to=draft)
    assert "300 entries" in said
    assert "One more" not in {text for _, text in await entries(story)}


async def test_each_point_of_a_list_is_a_decision_and_is_said_back(story: Story) -> None:
    said = await story.ask(
        LEAD, "/agreed We agreed:\n- We meet twice a month\n• The fund pays fuel, review 1 March"
    )
    assert said == (
        "✍️ 2 decisions:\n"
        "✅ We meet twice a month\n"
        "✅ The fund pays fuel · review on Mon 1 Mar 2027\n\n"
        "Something wrong? Edit your message."
    )
    assert await entries(story) == [
        ("agreed", "We meet twice a month"),
        ("agreed", "The fund pays fuel"),
    ]
    assert "2 decisions" in board(story)


async def test_an_edited_list_corrects_its_points_adds_and_takes_back(story: Story) -> None:
    command = await story.write(LEAD, "/note 1. Dry\n2. Hot")

    await story.correct(LEAD, command, "/note 1. Very dry\n2. Hot\n3. Windy")
    assert await entries(story) == [("note", "Very dry"), ("note", "Hot"), ("note", "Windy")]
    await story.correct(LEAD, command, "/note - Dry")
    assert await entries(story) == [("note", "Dry")]


async def test_points_that_name_nobody_are_actions_and_a_name_above_has_them_all(
    story: Story,
) -> None:
    await story.write(LEAD, "/action - call the county\n- send the list")
    await story.write(LEAD, "/action Amina:\n- repair the pump by Friday\n- write to Buna")

    assert await entries(story) == [
        ("action", "call the county"),
        ("action", "send the list"),
        ("action", "repair the pump"),
        ("action", "write to Buna"),
    ]
    echoes = [shown(m).open for m in story.from_bot(GROUP) if "👉" in m.text]
    assert ["Amina Hassan" in text for text in echoes] == [False, False, True, True]


async def test_a_list_that_somebody_said_is_written_down_and_follows_their_edits(
    story: Story,
) -> None:
    story.telegram.privacy_mode = False
    said = await story.write(AMINA, "From Griftu:\n- the pump is old\n- the tank leaks")
    await story.write(LEAD, "/note", reply_to=said)
    assert await entries(story) == [
        ("note", "From Griftu: the pump is old"),
        ("note", "From Griftu: the tank leaks"),
    ]

    await story.write(DEPUTY, "/note", reply_to=said)
    assert "umeshaandikwa" in shown(story.last()).open

    await story.correct(AMINA, said, "From Griftu:\n- the pump is new\n- the tank leaks")
    assert (await entries(story))[0] == ("note", "From Griftu: the pump is new")
    await story.correct(AMINA, said, "From Griftu:\n- the pump is new")
    assert await entries(story) == [("note", "From Griftu: the pump is new")]


async def test_who_does_the_points_of_somebody_elses_list_is_said_behind_the_command(
    story: Story,
) -> None:
    said = await story.write(PETER, "- repair the pump\n- clean the tank")

    await story.write(LEAD, "/action Amina Hassan, Friday", reply_to=said)
    await story.write(LEAD, "/action Peter will clean it all", reply_to=said)

    assert await entries(story) == [
        ("action", "repair the pump"),
        ("action", "clean the tank"),
        ("action", "clean it all"),
    ]
    first, second, _ = await story.rows(Entry)
    assert first.owner_id == second.owner_id is not None
    assert first.due_on == second.due_on is not None


async def test_the_points_of_a_list_in_reply_to_a_draft_are_lines_of_their_own(
    story: Story,
) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "📑", chat=LEAD)
    await story.tap(LEAD, "✅ Right", chat=LEAD)
    await story.tap(LEAD, "➕", chat=LEAD)

    await story.write(LEAD, "agreed:\n- Rice\n- Fuel, review 1 March", chat=LEAD)

    assert await entries(story) == [("agreed", "Rice"), ("agreed", "Fuel")]
    assert "review on Mon 1 Mar 2027" in shown(story.last(LEAD)).open


async def test_what_is_written_of_an_item_off_the_record_is_not_kept_and_said_kindly(
    story: Story,
) -> None:
    await story.write(LEAD, "/item new: Salaries, off the record")
    said = await story.ask(LEAD, "/agreed Ten percent more")
    assert said == (
        "🔒 Salaries is off the record: I keep its title, and nothing that you wrote of it.\n"
        "Should it stand in the minutes after all? Then go on to the next item, and write it once "
        "more there."
    )
    await story.write(LEAD, "/item new: Fuel")
    assert "🔒 Salaries is off" in await story.ask(LEAD, "/note Salaries: ten percent more")
    command = await story.write(LEAD, "/agreed The fund pays: half")
    await story.correct(LEAD, command, "/agreed salaries: ten percent more")
    await story.write(LEAD, "/close")
    assert "🔒 Salaries is off" in await story.ask(LEAD, "/agreed Salaries: ten percent more")

    assert await entries(story) == [("agreed", "The fund pays: half")]


async def test_a_command_with_a_blank_by_a_slip_is_the_command(story: Story) -> None:
    await story.write(LEAD, "/ agreed We dig two wells", chat=LEAD)
    post = story.last(with_button="▶️ Next").id
    await story.write(LEAD, "/ note: the road is closed", reply_to=post)
    story.telegram.privacy_mode = False
    said = await story.write(LEAD, "/ tumekubaliana Tunanunua gari")
    await story.correct(LEAD, said, "/ tumekubaliana Tunanunua magari")

    assert await entries(story) == [
        ("agreed", "We dig two wells"),
        ("note", "the road is closed"),
        ("agreed", "Tunanunua magari"),
    ]
    assert "Did you mean /agreed?" in await story.ask(LEAD, "/ agred We buy a car")
    assert await story.ask(LEAD, "/ lunch is ready") == ""
    assert await story.ask(LEAD, "/ agreed@AnotherBot We buy a car") == ""


async def test_undo_without_a_meeting_says_that_nothing_can_be_taken_back(story: Story) -> None:
    await story.write(LEAD, "/close")
    await story.tap(LEAD, "✅ Approve", chat=LEAD)

    assert await story.ask(IBRAHIM, "/undo") == (
        "No meeting is open here now, and lately you have written nothing down that could be taken "
        "back.\nSomething is wrong in minutes? Reply to them and say what is right."
    )


async def test_a_bare_command_hears_the_words_that_follow(story: Story) -> None:
    assert await story.ask(LEAD, "/note", chat=LEAD) == (
        "What shall I write down?\nWrite it here, in your next message."
    )
    said = await story.write(LEAD, "The road is dry", chat=LEAD)
    assert await entries(story) == [("note", "The road is dry")]
    await story.correct(LEAD, said, "The road is wet", chat=LEAD)
    assert await entries(story) == [("note", "The road is wet")]
    # It is said: what follows is not meant for it.
    assert "I did not understand this" in await story.ask(LEAD, "See you all", chat=LEAD)

    await story.write(LEAD, "/action", chat=LEAD)
    echo = await story.ask(LEAD, "Amina: repair the borehole by Friday", chat=LEAD)
    assert "👉 repair the borehole — Amina Hassan (Maji Bora Trust), until Fri 4 Dec" in echo


async def test_a_bare_command_waits_no_longer_once_something_else_is_said(story: Story) -> None:
    await story.write(LEAD, "/agreed", chat=LEAD)
    await story.write(LEAD, "note: The road is dry", chat=LEAD)
    await story.write(LEAD, "/note", chat=LEAD)
    await story.write(LEAD, "/agreed We dig two wells", chat=LEAD)
    await story.write(LEAD, "See you all", chat=LEAD)

    assert await entries(story) == [("note", "The road is dry"), ("agreed", "We dig two wells")]


async def test_in_the_group_only_who_typed_a_bare_command_answers_it(story: Story) -> None:
    await story.write(IBRAHIM, "/idea")
    asked = story.last().id
    assert shown(story.message(asked)).open == (
        "What shall I write down?\nReply to this message with it."
    )
    assert await story.ask(PETER, "We share a truck", reply_to=asked) == ""
    await story.write(IBRAHIM, "Thank you", reply_to=asked)
    said = await story.write(IBRAHIM, "We share the trucks", reply_to=asked)
    await story.correct(IBRAHIM, said, "We share all trucks")

    assert await entries(story) == [("idea", "We share all trucks")]
