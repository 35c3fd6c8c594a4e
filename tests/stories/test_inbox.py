"""Stories of the coordination team: what it reads, sorts, answers, and tells everybody."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import receipts
from bot.domain.feedback import FeedbackState
from bot.models import (
    ActionPoint,
    Coalition,
    Coordinator,
    FeedbackBatch,
    FeedbackItem,
    FeedbackOutcome,
    Group,
    Member,
    Progress,
    Snapshot,
    metadata,
)
from bot.playground.state import Message
from tests.rendering.xlsx import sheets
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    GROUP,
    IBRAHIM,
    LEAD,
    PETER,
    Story,
    shown,
    told,
)

CONTACT = "Mama Zawadi, 0700 000 000"
ALONE = "The lead decides everything alone & nobody asks us <b>"
LATE = "Meetings start late every single time\nand I lose a day"
FUEL = "We are never paid back for our fuel"
SAID = {AMINA: ALONE, PETER: LATE, IBRAHIM: FUEL}
NEXT_MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
"""The morning after the release of the week in which these stories begin, 09:00 in Nairobi."""
THAT_WEEK = date(2026, 11, 23)
THAT_FRIDAY = NEXT_MONDAY - timedelta(days=3)
FIRST_MONDAY_OF_DECEMBER = datetime(2026, 12, 7, 7, 30, tzinfo=UTC)
"""10:30 in Nairobi: groups have just heard of their November."""
RECEIPT = "1234567894"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, *SAID):
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
        yield story


async def change(story: Story, **values: Any) -> None:
    """Set something of the coalition, as if its team had done so."""
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(update(Coalition).values(**values))


async def put(story: Story, *items: dict[str, Any]) -> None:
    """Put released items into the inbox; the rest of what is known of them is the same."""

    async def write(session: AsyncSession) -> None:
        coalition_id = await session.scalar(select(col(Coalition.id)))
        for number, item in enumerate(items, start=1):
            facts: dict[str, Any] = {"id": number, "receipt": receipts.digest(RECEIPT)}
            facts |= {"coalition_id": coalition_id, "week": THAT_WEEK, "words": FUEL}
            session.add(FeedbackItem(**(facts | item)))

    await story.program.toolbox.database.run(write)


async def confide(story: Story, person: int, words: str) -> str:
    """Let somebody write in confidence; return their receipt."""
    await story.write(person, "/feedback", chat=person)
    await story.travel(seconds=5)
    await story.tap(person, "✍️", chat=person)
    await story.travel(seconds=5)
    await story.write(person, words, chat=person, reply_to=story.last(person).id)
    await story.travel(seconds=5)
    await story.tap(person, "🧾", chat=person)
    await story.travel(seconds=5)
    return "".join(filter(str.isdigit, shown(story.last(person)).open.split("\n")[0]))


async def read(story: Story, person: int = COORDINATOR) -> list[Message]:
    """Open the inbox; return what comes."""
    before = {one.id for one in story.from_bot(person)}
    await story.write(person, "/inbox", chat=person)
    await story.travel(seconds=10)
    return [one for one in story.from_bot(person) if one.id not in before]


def card(story: Story, words: str, person: int = COORDINATOR) -> Message:
    """Return the newest message that shows some words."""
    return next(one for one in reversed(story.from_bot(person)) if words in shown(one).open)


async def tap(story: Story, label: str, *, of: str | None = None) -> str:
    """Let the coordinator tap a button, under the card with some words; return the answer."""
    message = card(story, of).id if of else None
    said = await story.tap(COORDINATOR, label, chat=COORDINATOR, message=message)
    await story.travel(seconds=3)
    return said


async def say(story: Story, text: str) -> str:
    """Let the coordinator write in private; return what they read."""
    said = await story.ask(COORDINATOR, text, chat=COORDINATOR)
    await story.travel(seconds=3)
    return said


async def places_of(story: Story, said: Iterable[str]) -> list[str]:
    """Return which tables have somebody's own words in them, or the beginning of them."""

    async def look(session: AsyncSession) -> list[str]:
        rows = {
            table.name: repr((await session.execute(select(table))).all())
            for table in metadata.sorted_tables
        }
        return [name for name, text in rows.items() if any(one[:20] in text for one in said)]

    return await story.program.toolbox.database.run(look)


def labels(message: Message) -> list[list[str]]:
    return shown(message).buttons


# --- A whole cycle --------------------------------------------------------------------------------


CYCLE = {
    "en": {
        "whose": "Partnership for Drought Resilience",
        "page": "1 to 3 of 3, the newest week first. 3 wait for an answer.",
        "themed": "✅ Theme: Fuel",
        "answered": "✅ The answer is kept. Whoever has the receipt can fetch it from now on.",
        "fetched": "From January we pay fuel in advance.",
        "linked": "✅ Linked to: Pay fuel in advance (Wajir)",
        "published": "✅ 1 group reads it now.",
    },
    "sw": {
        "whose": "Partnership for Drought Resilience",
        "page": "1 hadi 3 kati ya 3, wiki mpya zaidi kwanza. 3 yanasubiri jibu.",
        "themed": "✅ Suala: Fuel",
        "answered": "✅ Jibu limewekwa. Kuanzia sasa, mwenye risiti anaweza kulichukua.",
        "fetched": "From January we pay fuel in advance.",
        "linked": "✅ Yameunganishwa na: Pay fuel in advance (Wajir)",
        "published": "✅ Kikundi 1 kinaisoma sasa.",
    },
}


@pytest.mark.parametrize("language", CYCLE)
async def test_from_three_voices_to_what_everybody_hears(story: Story, language: str) -> None:
    expected = CYCLE[language]
    await change(story, feedback=FeedbackState.OPEN, contact=CONTACT)
    for person in (COORDINATOR, *SAID):
        await story.write(person, f"/language {language}", chat=person)
    await story.write(LEAD, "/action Pay fuel in advance by 20 Dec")
    receipt = {person: await confide(story, person, words) for person, words in SAID.items()}
    await story.travel_to(NEXT_MONDAY)

    *cards, below = await read(story)

    assert sorted(shown(one).open.split("\n\n")[1] for one in cards) == sorted(SAID.values())
    assert all(one.is_protected for one in (*cards, below))
    assert expected["page"] in shown(below).open

    await tap(story, "🏷", of=FUEL)
    assert await say(story, "Fuel") == expected["themed"]
    await tap(story, "💬", of=FUEL)
    assert await places_of(story, SAID.values()) == ["feedback_item"]
    await say(story, expected["fetched"])
    assert expected["fetched"] in shown(story.last(COORDINATOR)).open
    await tap(story, "✅")
    assert shown(story.last(COORDINATOR)).open == expected["answered"]
    await story.write(IBRAHIM, f"/answer {receipt[IBRAHIM]}", chat=IBRAHIM)
    await story.travel(seconds=5)
    assert expected["fetched"] in shown(story.last(IBRAHIM)).open
    await tap(story, "🔗", of=FUEL)
    await tap(story, "Pay fuel")
    assert shown(story.last(COORDINATOR)).open == expected["linked"]

    await tap(story, "📣", of=FUEL)
    await tap(story, "Fuel")
    await tap(story, "Pay fuel")
    await tap(story, "📣")

    assert shown(story.last(COORDINATOR)).open == expected["published"]
    assert shown(story.last()).open == (
        "📣 You said, we did\n\n💬 You said: Fuel\n✅ We did: Pay fuel in advance"
    )
    assert shown(story.last()).folded == (
        "📣 Mlisema, tulifanya\nKilichosemwa bila majina, na kilichofanywa juu yake, kiko hapo juu."
    )
    [outcome] = await story.rows(FeedbackOutcome)
    assert (outcome.said, outcome.did) == ("Fuel", "Pay fuel in advance")
    [fuel] = [one for one in await story.rows(FeedbackItem) if one.theme]
    assert (fuel.words, fuel.answer, fuel.entry_id) == (FUEL, expected["fetched"], None)
    assert await places_of(story, SAID.values()) == ["feedback_item"]


async def test_a_group_reads_in_its_month_what_was_said_and_done(story: Story) -> None:
    await story.program.ticker.tidy()
    await put(story, {})
    await read(story)
    await tap(story, "📣", of=FUEL)
    await say(story, "Fuel costs")
    await say(story, "We pay in advance")
    await tap(story, "📣 Yes")

    await story.travel_to(FIRST_MONDAY_OF_DECEMBER)

    month = next(one for one in reversed(story.from_bot()) if "our November" in shown(one).open)
    assert (
        "📣 You said, we did\n💬 You said: Fuel costs\n✅ We did: We pay in advance"
        in shown(month).open
    )


async def test_of_more_than_three_in_a_month_the_newest_are_told_and_the_others_counted(
    story: Story,
) -> None:
    await story.program.ticker.tidy()

    async def write(session: AsyncSession) -> None:
        coalition_id = await session.scalar(select(col(Coalition.id))) or 0
        for day in range(1, 6):
            session.add(
                FeedbackOutcome(
                    coalition_id=coalition_id,
                    said=f"Said {day}",
                    did=f"Did {day}",
                    published_at=NEXT_MONDAY - timedelta(days=7 - day),
                )
            )

    await story.program.toolbox.database.run(write)

    await story.travel_to(FIRST_MONDAY_OF_DECEMBER)

    month = next(one for one in reversed(story.from_bot()) if "our November" in shown(one).open)
    listed = shown(month).open.partition("You said, we did\n")[2]
    assert listed.splitlines()[:7] == [
        *(f"{said} {day}" for day in (5, 4, 3) for said in ("💬 You said: Said", "✅ We did: Did")),
        "… and 2 more",
    ]


# --- Reading --------------------------------------------------------------------------------------


async def test_what_somebody_wrote_is_shown_as_it_was_written_and_on_request_to_its_end(
    story: Story,
) -> None:
    words = "<b>" + "long words\n" * 300 + "the end"
    await put(story, {"words": words})

    [first, _] = await read(story)
    await tap(story, "📜", of="long words")

    assert shown(first).open.split("\n\n")[1].startswith("<b>long words\nlong words\n")
    assert "the end" not in shown(first).open
    whole = story.last(COORDINATOR)
    assert shown(whole).open == f"📜 All of the words, from the week of Mon 23 Nov:\n{words}"
    assert whole.is_protected
    assert labels(whole) == [["📨 Back to it"]]


async def test_the_newest_week_comes_first_a_few_at_a_time(story: Story) -> None:
    weeks = [THAT_WEEK - timedelta(weeks=ago) for ago in range(5)]
    await put(story, *({"week": week, "words": f"Voice of {week}"} for week in reversed(weeks)))

    *first, below = await read(story)
    await tap(story, "➡️ More")
    *second, last = story.from_bot(COORDINATOR)[-3:]

    assert [shown(one).open.split("\n\n")[1] for one in (*first, *second)] == [
        f"Voice of {week}" for week in weeks
    ]
    assert labels(below) == [["➡️ More"], ["📣 You said, we did"]]
    assert labels(last) == [["📣 You said, we did"]]


async def test_words_that_are_forgotten_are_not_in_the_inbox(story: Story) -> None:
    await put(story, {"words": "", "theme": "Fuel"})

    [below] = await read(story)

    assert shown(below).open.startswith(
        "📭 The inbox of Partnership for Drought Resilience is empty."
    )
    assert await story.forge(COORDINATOR, "inbox-item:1:show", chat=COORDINATOR) == (
        "This is not in the inbox any more. What is there shows /inbox."
    )


async def test_buttons_can_be_tapped_again_and_show_how_an_item_stands(story: Story) -> None:
    await put(story, {})
    await read(story)
    message = card(story, FUEL)
    settle = story.data_of(message, "☑️")

    for _ in range(2):
        await story.forge(COORDINATOR, settle, chat=COORDINATOR, message=message.id)
        await story.travel(seconds=3)
        assert "☑️ Needs no answer" in shown(story.message(message.id, COORDINATOR)).open
    await tap(story, "↩️ Needs an answer", of=FUEL)

    assert "⏳ Waits for an answer" in shown(story.message(message.id, COORDINATOR)).open


async def test_whoever_asks_hears_that_an_item_is_dealt_with_without_an_answer(
    story: Story,
) -> None:
    await put(story, {})
    await read(story)
    await tap(story, "☑️", of=FUEL)

    await story.write(AMINA, f"/answer {RECEIPT}", chat=AMINA)
    await story.travel(seconds=5)

    assert "The coordination team has read it" in shown(story.last(AMINA)).open


async def test_of_two_coordinators_the_last_one_counts(story: Story) -> None:
    await _joins_the_team(story, LEAD)
    await put(story, {})
    for person, answer in ((COORDINATOR, "In January"), (LEAD, "In February")):
        await read(story, person)
        message = card(story, FUEL, person).id
        await story.tap(person, "💬 Answer", chat=person, message=message)
        await story.write(person, answer, chat=person)
    for person in (LEAD, COORDINATOR):
        await story.tap(person, "✅ Keep", chat=person)

    [item] = await story.rows(FeedbackItem)
    assert item.answer == "In January"


# --- What came of it --------------------------------------------------------------------------


async def test_the_action_that_came_of_it_is_found_by_its_words_or_its_group(story: Story) -> None:
    for number in range(1, 7):
        await story.write(LEAD, f"/action Dig well number {number} by 20 Dec")
        await story.travel(minutes=1)
    await put(story, {})
    await read(story)
    await tap(story, "🔗", of=FUEL)
    newest = labels(story.last(COORDINATOR))

    nothing = await say(story, "boreholes in Garissa")
    found = await say(story, "WELL wajir 2")
    said = await say(story, "1.")

    assert [row[0] for row in newest[:4]] == [
        f"Dig well number {number}" for number in (6, 5, 4, 3)
    ]
    assert nothing.endswith(
        "I find no action and no decision with these words. Write fewer, or others."
    )
    assert "These have your words in them:\n\n1. Dig well number 2 (Wajir)\n\n" in found
    assert said == "✅ Linked to: Dig well number 2 (Wajir)"
    assert "🔗 Dig well number 2 (Wajir)" in shown((await read(story))[0]).open


async def test_what_came_of_the_group_that_it_is_about_is_offered_first(story: Story) -> None:
    for text in ("Old and near", "New and far"):
        await story.write(LEAD, f"/action {text} by 20 Dec")
        await story.travel(minutes=1)

    async def found(session: AsyncSession) -> int:
        coalition_id = await session.scalar(select(col(Coalition.id)))
        group = Group(
            coalition_id=coalition_id or 0,
            name="Garissa",
            zone="Africa/Nairobi",
            languages=["en"],
            chat_id=-77,
        )
        session.add(group)
        await session.flush()
        near = update(ActionPoint).where(col(ActionPoint.text).startswith("Old"))
        await session.execute(near.values(group_id=group.id))
        return group.id or 0

    garissa = await story.program.toolbox.database.run(found)
    for group_id, expected in ((garissa, "Old and near"), (None, "New and far")):
        await put(
            story, {"id": 1 if group_id else 2, "group_id": group_id, "words": f"To {group_id}"}
        )
        await read(story)
        await tap(story, "🔗", of=f"To {group_id}")

        assert labels(story.last(COORDINATOR))[0] == [expected]
        await say(story, "/cancel")


# --- A reply to somebody's own words ------------------------------------------------------------


async def _joins_the_team(story: Story, person: int) -> None:
    async def join(session: AsyncSession) -> None:
        known = select(col(Member.id)).where(col(Member.telegram_id) == person)
        coalition_id = await session.scalar(select(col(Coalition.id)))
        member_id = await session.scalar(known)
        session.add(Coordinator(coalition_id=coalition_id or 0, member_id=member_id or 0))

    await story.program.toolbox.database.run(join)


async def _owner_in_the_team(story: Story) -> None:
    """Let the bot ask Amina how an action goes; she belongs to the team, too, and reads."""
    await _joins_the_team(story, AMINA)
    await story.write(LEAD, "/action Amina: Dig a well by 26 Nov")
    await story.travel(days=2)
    assert "How is it going?" in shown(story.last(AMINA)).open
    await put(story, {})
    await read(story, AMINA)


async def test_words_in_reply_to_somebodys_own_are_no_progress(story: Story) -> None:
    await _owner_in_the_team(story)

    answered = card(story, FUEL, AMINA).id
    said = await story.ask(AMINA, "We speak with the lead about it", chat=AMINA, reply_to=answered)
    await story.sticker(AMINA, chat=AMINA, reply_to=answered)

    assert said == shown(story.last(AMINA)).open
    assert said.startswith("I have kept nothing of what you wrote: I cannot bring it to")
    assert await story.rows(Progress) == []
    assert await places_of(story, ["We speak with the lead about it"]) == []


async def test_where_an_answer_was_asked_for_a_reply_to_the_words_is_one(story: Story) -> None:
    await _owner_in_the_team(story)
    message = card(story, FUEL, AMINA).id
    await story.tap(AMINA, "💬 Answer", chat=AMINA, message=message)

    said = await story.ask(AMINA, "We pay in advance", chat=AMINA, reply_to=message)

    assert said.startswith("This is what whoever has the receipt will read:\nWe pay in advance\n")


@pytest.mark.parametrize("command", ["/note", "/agreed", "/action"])
async def test_a_command_in_reply_to_somebodys_own_words_writes_them_nowhere(
    story: Story, command: str
) -> None:
    await _joins_the_team(story, LEAD)
    await story.write(LEAD, "/meeting 23 Nov 10am-12pm County Hall")
    await story.tap(LEAD, "✅")
    await story.travel(hours=1)
    await story.write(LEAD, "/open")
    await put(story, {})
    await read(story, LEAD)

    await story.write(LEAD, command, chat=LEAD, reply_to=card(story, FUEL, LEAD).id)
    await story.travel(seconds=10)

    assert await places_of(story, [FUEL]) == ["feedback_item"]


# --- Who may --------------------------------------------------------------------------------------


async def test_a_lead_or_member_reads_nothing(story: Story) -> None:
    await put(story, {})

    for person in (LEAD, AMINA):
        assert await story.ask(person, "/inbox", chat=person) == (
            "Only the coordination team can do this. Please ask them. /help shows what you can do."
        )
        for data in ("inbox:1:0", "inbox-outcome:1", "inbox-item:1:show", "inbox-item:1:answer"):
            assert (await story.forge(person, data, chat=person)).startswith(
                "Only the coordination team can do this."
            )
        await story.travel(seconds=5)
        assert all(FUEL not in shown(one).open for one in story.from_bot(person))


async def test_a_coordinator_of_another_coalition_opens_nothing(story: Story) -> None:
    async def found(session: AsyncSession) -> int:
        other = Coalition(name="Clean air", feedback=FeedbackState.OPEN, contact=CONTACT)
        session.add(other)
        await session.flush()
        return other.id or 0

    other = await story.program.toolbox.database.run(found)
    await put(story, {"coalition_id": other})

    said = [shown(one).open for one in await read(story)]
    refusals = [
        await story.forge(COORDINATOR, data, chat=COORDINATOR)
        for data in (f"inbox:{other}:0", f"inbox-outcome:{other}", "inbox-item:1:show")
    ]

    assert said[0].startswith("📭 The inbox of Partnership for Drought Resilience is empty.")
    assert {one.split(".")[0] for one in refusals} == {"Only the coordination team can do this"}


async def test_in_a_group_nothing_of_the_inbox_is_shown(story: Story) -> None:
    await put(story, {})

    assert FUEL not in await story.ask(COORDINATOR, "/inbox")
    await story.forge(COORDINATOR, "inbox-item:1:show", chat=GROUP)
    await story.travel(seconds=5)

    assert all(FUEL not in shown(one).open for one in story.from_bot())


# --- Safeguarding ---------------------------------------------------------------------------------


async def test_what_is_marked_as_safeguarding_is_shared_in_no_way(story: Story) -> None:
    await put(story, {"theme": "Fuel"})
    await read(story)

    await tap(story, "🛟", of=FUEL)

    marked = card(story, FUEL)
    assert shown(marked).open.split("\n\n")[2] == (
        "🛟 Safeguarding: do not share. It stands in no theme, no number and no report.\n"
        "⏳ Waits for an answer"
    )
    assert labels(marked) == [["💬 Answer", "☑️ Needs no answer"], ["↩️ Not safeguarding"]]
    for deed in ("theme", "link", "outcome", "lead"):
        said = await story.forge(COORDINATOR, f"inbox-item:1:{deed}", chat=COORDINATOR)
        assert said.startswith("This is marked as safeguarding: nothing of it is shared.")
    await tap(story, "↩️ Not safeguarding", of=FUEL)
    assert "🏷 Theme: Fuel" in shown(card(story, FUEL)).open


async def test_an_item_marked_meanwhile_is_not_told_to_everybody(story: Story) -> None:
    await put(story, {})
    await read(story)
    await tap(story, "📣", of=FUEL)
    await say(story, "Fuel costs")
    await say(story, "We pay in advance")
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(update(FeedbackItem).values(is_safeguarding=True))

    said = await tap(story, "📣 Yes")

    assert said.startswith("This is marked as safeguarding")
    assert await story.rows(FeedbackOutcome) == []
    assert not any("You said" in one for one in story.said())


@pytest.mark.parametrize(("hours", "is_silent"), [(0, False), (13, True)], ids=["day", "night"])
async def test_what_everybody_hears_makes_no_sound_at_night_and_the_second_time_in_a_week(
    story: Story,
    hours: int,
    is_silent: bool,  # noqa: FBT001 - a table of cases
) -> None:
    await put(story, {})
    await story.travel(hours=hours)
    for said in ("Fuel costs", "Late starts"):
        await read(story)
        await tap(story, "📣", of=FUEL)
        await say(story, said)
        await say(story, "We changed it")
        await tap(story, "📣 Yes")

    heard = [one for one in story.from_bot() if "You said, we did" in shown(one).open]

    assert [one.is_silent for one in heard] == [is_silent, True]


@pytest.mark.parametrize(
    ("button", "says"),
    [("📣", ()), ("📣", ("Fuel costs",)), ("💬", ()), ("👤", ()), ("🏷", ())],
    ids=["said", "did", "answer", "for the lead", "theme"],
)
async def test_somebodys_own_words_are_told_to_nobody_and_stand_in_no_row(
    story: Story, button: str, says: tuple[str, ...]
) -> None:
    [wajir] = await story.rows(Group)
    await put(story, {"group_id": wajir.id})
    await read(story)
    await tap(story, button, of=FUEL)
    for one in says:
        await say(story, one)

    said = await say(story, "We are never paid back for it")

    assert said.startswith("There are somebody's own words in it")
    assert await places_of(story, [FUEL]) == ["feedback_item"]
    assert await story.rows(FeedbackOutcome) == []
    await say(story, "In other words")
    assert "There are somebody's own words in it" not in shown(story.last(COORDINATOR)).open


async def test_words_that_were_released_meanwhile_are_told_to_nobody(story: Story) -> None:
    await put(story, {"words": LATE})
    await read(story)
    await tap(story, "📣", of="Meetings")
    await say(story, FUEL)
    await say(story, "We pay in advance")
    await put(story, {"id": 2, "words": FUEL})

    said = await tap(story, "📣 Yes")

    assert said.startswith("There are somebody's own words in it")
    assert await story.rows(FeedbackOutcome) == []


# --- What leads hear ------------------------------------------------------------------------------


async def test_a_lead_hears_only_what_the_coordination_writes(story: Story) -> None:
    [wajir] = await story.rows(Group)
    await put(story, {"group_id": wajir.id, "theme": "Fuel"})
    await read(story)

    await tap(story, "👤", of=FUEL)
    await say(story, "Partners wait long for their costs")
    await tap(story, "✅ Yes, tell the lead")

    assert shown(story.last(COORDINATOR)).open == "✅ 1 lead of Wajir reads it now."
    assert shown(story.last(LEAD)).open == (
        "👤 The coordination team tells you, in its own words, of feedback about Wajir:\n"
        "🏷 Fuel\n\n"
        "Partners wait long for their costs\n\n"
        "Please do not ask who said it. Thank you for looking after your group."
    )


# --- The weekly summary ---------------------------------------------------------------------------


async def test_the_team_reads_themes_and_numbers_from_three_on(story: Story) -> None:
    fuel = {"theme": "Fuel", "settled_at": NEXT_MONDAY, "answered_at": THAT_FRIDAY}
    await put(
        story,
        *(fuel for _ in range(3)),
        *({"theme": "Time"} for _ in range(3)),
        {"theme": "Old", "week": THAT_WEEK - timedelta(weeks=2)},
        {"theme": "Hurt", "is_safeguarding": True},
    )
    await story.travel_to(NEXT_MONDAY)
    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)
    await story.write(LEAD, "/summary", chat=LEAD)

    assert shown(story.last(COORDINATOR)).open.endswith(
        "\n\nFeedback without a name\n"
        "📨 6 were released\n"
        "🏷 Fuel (3), Time (3)\n"
        "💬 3 were answered\n"
        "⏳ The oldest has waited for 3 weeks for an answer\n"
        "🛟 Needs you: 1 marked as safeguarding\n"
        "Read them here: /inbox"
    )
    assert "Feedback" not in shown(story.last(LEAD)).open
    assert all("Fuel" not in repr(one.facts) for one in await story.rows(Snapshot))


async def test_fewer_than_three_are_not_counted_out(story: Story) -> None:
    await put(story, {"theme": "Fuel"}, {"theme": "Time", "answered_at": THAT_FRIDAY})
    await story.travel_to(NEXT_MONDAY)

    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)

    assert shown(story.last(COORDINATOR)).open.endswith(
        "\n\nFeedback without a name\n"
        "📨 A few were released\n"
        "🏷 Fuel, Time\n"
        "💬 A few were answered\n"
        "⏳ The oldest has waited for 1 week for an answer\n"
        "Read them here: /inbox"
    )


async def test_a_summary_that_comes_by_itself_tells_the_themes_and_answers_of_its_week(
    story: Story,
) -> None:
    await story.program.ticker.tidy()
    await change(story, feedback=FeedbackState.OPEN, contact=CONTACT)
    for person, words in SAID.items():
        await confide(story, person, words)
    await story.travel_to(NEXT_MONDAY)
    first = shown(story.last(COORDINATOR)).open
    for words in SAID.values():
        await read(story)
        await tap(story, "🏷", of=words[:20])
        await say(story, "Fuel")
        await tap(story, "💬", of=words[:20])
        await say(story, "We will look at it in January")
        await tap(story, "✅")

    await story.travel_to(NEXT_MONDAY + timedelta(weeks=1))

    # Whoever releases on a Sunday evening has neither on the Monday morning.
    assert first.endswith(
        "\n\nFeedback without a name\n"
        "📨 3 were released\n"
        "⏳ The oldest has waited for 1 week for an answer\n"
        "Read them here: /inbox"
    )
    assert shown(story.last(COORDINATOR)).open.endswith(
        "\n\nFeedback without a name\n"
        "🏷 The week before: Fuel (3)\n"
        "💬 3 were answered\n"
        "Read them here: /inbox"
    )


async def test_what_is_sealed_is_in_no_summary(story: Story) -> None:
    await change(story, feedback=FeedbackState.OPEN, contact=CONTACT)
    for person, words in SAID.items():
        await confide(story, person, words)

    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)

    assert "Feedback" not in shown(story.last(COORDINATOR)).open


async def test_the_workbook_of_the_team_has_the_same_numbers_and_that_of_a_lead_none(
    story: Story,
) -> None:
    await put(
        story,
        *({"theme": "Fuel"} for _ in range(3)),
        {"theme": "Hurt", "is_safeguarding": True},
    )
    await story.travel_to(NEXT_MONDAY)

    books = {}
    for person in (COORDINATOR, LEAD):
        await story.write(person, "/summary", chat=person)
        await story.tap(person, "📗", chat=person)
        document = story.last(person).document
        assert document is not None
        books[person] = sheets(story.telegram.file(document["file_id"]) or b"")

    assert books[COORDINATOR]["Feedback"] == [
        ["What is counted", "Theme", "Number"],
        ["Released", None, 3],
        ["Released", "Fuel", 3],
        ["Answered", None, 0],
    ]
    assert "Feedback" not in books[LEAD]


# --- Opening, pausing, forgetting -----------------------------------------------------------------


async def test_without_an_independent_contact_the_channel_does_not_open(story: Story) -> None:
    await change(story, contact="")
    await story.write(COORDINATOR, "/coalition", chat=COORDINATOR)

    await tap(story, "🔒 Open feedback")

    assert shown(story.last(COORDINATOR)).open.startswith("First name an independent contact:")
    await tap(story, "🛟 Independent contact")
    await say(story, CONTACT)
    await tap(story, "🔒 Open feedback")
    assert "🔒 Feedback without a name: open" in shown(story.last(COORDINATOR)).open
    [coalition] = await story.rows(Coalition)
    assert (coalition.feedback, coalition.contact) == (FeedbackState.OPEN, CONTACT)


async def test_the_team_pauses_the_channel_and_members_see_it(story: Story) -> None:
    await change(story, feedback=FeedbackState.OPEN, contact=CONTACT)
    await story.write(COORDINATOR, "/coalition", chat=COORDINATOR)

    await tap(story, "⏸ Pause feedback")
    await story.write(AMINA, "/feedback", chat=AMINA)
    await story.travel(seconds=5)

    assert "⏸ Feedback without a name: paused." in shown(story.last(COORDINATOR)).open
    assert shown(story.last(AMINA)).open.startswith(
        "🔒 The coordination team has paused feedback without a name."
    )
    await tap(story, "▶️ Go on with feedback")
    [coalition] = await story.rows(Coalition)
    assert coalition.feedback is FeedbackState.OPEN


async def test_without_its_contact_an_open_channel_is_paused(story: Story) -> None:
    await change(story, feedback=FeedbackState.OPEN, contact=CONTACT)
    await story.write(COORDINATOR, "/coalition", chat=COORDINATOR)
    await tap(story, "🛟 Independent contact")

    await tap(story, "⏭")

    assert (
        "⏸ Feedback without a name: paused. Members who want to write are told so. "
        "It goes on when an independent contact is named."
    ) in shown(story.last(COORDINATOR)).open
    [coalition] = await story.rows(Coalition)
    assert (coalition.feedback, coalition.contact) == (FeedbackState.PAUSED, "")


async def test_words_are_forgotten_after_half_a_year_and_the_rest_stays(story: Story) -> None:
    await put(story, {"theme": "Fuel", "answer": "Soon"})

    await story.travel(days=180)
    await story.program.ticker.tidy()
    [kept] = await story.rows(FeedbackItem)
    await story.travel(days=14)
    await story.program.ticker.tidy()

    [item] = await story.rows(FeedbackItem)
    [batch] = await story.rows(FeedbackBatch)
    assert kept.words == FUEL
    assert (item.words, item.theme, item.answer) == ("", "Fuel", "Soon")
    assert batch.is_compact
