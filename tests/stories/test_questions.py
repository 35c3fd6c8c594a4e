"""The private question, what switches it off, and the budget of what is said unasked."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.preferences import MessageKind
from bot.models import Mute, OutboxMessage
from bot.services import budget
from bot.services.budget import Spent
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

THURSDAY = datetime(2026, 12, 3, 7, tzinfo=UTC)
TWO_DAYS_BEFORE = THURSDAY - timedelta(days=2)
A_MOMENT = timedelta(seconds=20)
PLAN = "/meeting 3 Dec 10:00 County Hall"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story, plan: str = PLAN) -> None:
    await story.write(LEAD, plan)
    await story.tap(LEAD, "✅ Yes")


async def started(story: Story, *people: int) -> None:
    for person in people:
        await story.write(person, "/start", chat=person)


def questions(story: Story, person: int) -> list[str]:
    """Return the private questions whether they come that a person was asked."""
    said = (message for message in story.from_bot(person) if "answer:" in str(message.buttons))
    return [shown(message).open for message in said]


async def test_who_has_started_the_bot_and_whose_organisation_is_silent_is_asked_once(
    story: Story,
) -> None:
    await planned(story)
    # Amina's organisation has answered through Peter; Grace's has not; Fatuma never started.
    await started(story, AMINA, IBRAHIM)
    await story.tap(PETER, "✅")

    await story.travel_to(TWO_DAYS_BEFORE - A_MOMENT)
    assert questions(story, IBRAHIM) == []
    await story.travel_to(TWO_DAYS_BEFORE + A_MOMENT)

    [question] = questions(story, IBRAHIM)
    assert question.splitlines() == [
        "📅 Wajir meeting",
        "Thu 3 Dec, 10:00–12:00",
        "📍 County Hall, or by phone",
        "",
        'Nobody from your organisation has answered yet. Coming? Tap, or reply "yes" or "no".',
        "",
        "No such questions any more: /mute",
    ]
    assert shown(story.last(IBRAHIM)).buttons == [
        ["✅ Coming", "📞 By phone"],
        ["🔁 Alternate", "❌ Cannot"],
        ["🔕 No such questions"],
    ]
    assert (questions(story, AMINA), questions(story, FATUMA)) == ([], [])

    # The answer counts in the group's list, by tap and in words.
    asked = story.last(IBRAHIM)
    assert "Noted" in await story.tap(IBRAHIM, "📞", chat=IBRAHIM)
    assert read(story.said(IBRAHIM)[-1]) == (
        "📞 Noted: Pastoral Voices takes part by phone.\n"
        "You can change your answer until Thu 3 Dec, 10:00."
    )
    assert "Pastoral Voices" in shown(story.last(with_button="✅")).open.split("📞 By phone 1:")[1]
    await story.write(IBRAHIM, "no", chat=IBRAHIM, reply_to=asked.id)
    assert "❌ Cannot 1: Pastoral Voices" in shown(story.last(with_button="✅")).open

    await story.travel_to(THURSDAY)
    assert len(questions(story, IBRAHIM)) == 1


async def test_who_is_away_is_not_asked_but_their_colleague_is(story: Story) -> None:
    await planned(story)
    await started(story, AMINA, PETER)
    await story.ask(AMINA, "/away until 4 Dec", chat=AMINA)

    await story.travel_to(TWO_DAYS_BEFORE + A_MOMENT)

    assert [len(questions(story, person)) for person in (AMINA, PETER)] == [0, 1]


async def test_what_was_switched_off_does_not_come(story: Story) -> None:
    await planned(story)
    await started(story, AMINA, IBRAHIM, FATUMA)
    assert "🔕" in await story.ask(IBRAHIM, "/mute questions", chat=IBRAHIM)
    assert (await story.ask(FATUMA, "/nyamazisha maswali", chat=FATUMA)).startswith("🔕")

    await story.travel_to(TWO_DAYS_BEFORE + A_MOMENT)

    assert [len(questions(story, person)) for person in (AMINA, IBRAHIM, FATUMA)] == [1, 0, 0]
    assert await story.tap(AMINA, "🔕", chat=AMINA) == "Imeandikwa: hakuna tena ujumbe kama huu."
    assert len(await story.rows(Mute)) == 3


async def test_kinds_are_switched_off_and_on_by_button(story: Story) -> None:
    listed = await story.ask(IBRAHIM, "/mute", chat=IBRAHIM)
    assert listed.splitlines() == [
        "What I write to you in private without being asked",
        (
            "✅ questions about a meeting: whether you come, whether you take your turn; "
            "to leads, what waits for its agenda"
        ),
        "✅ reminders for those who come: a place that is told late",
        (
            "✅ minutes of a meeting to which nobody of your organisation came; "
            "to the coordination team, those of the groups"
        ),
        "✅ questions how your actions go, when their day comes near",
        "✅ the weekly summary, to leads and to the coordination team",
        "✅ a quarter is over: its reports, to the coordination team",
        "",
        "At most two a week. Tap to switch a kind off or on.",
    ]

    assert await story.tap(IBRAHIM, "🔕 questions", chat=IBRAHIM) == "Noted: no more of these."
    assert read(story.last(IBRAHIM).text).splitlines()[1].startswith("🔕")
    assert shown(story.last(IBRAHIM)).buttons == [
        ["✅ questions"],
        ["🔕 reminders"],
        ["🔕 minutes"],
        ["🔕 actions"],
        ["🔕 summary"],
        ["🔕 reports"],
    ]
    assert await story.tap(IBRAHIM, "✅ questions", chat=IBRAHIM) == "On again."
    assert await story.rows(Mute) == []
    unknown = await story.ask(IBRAHIM, "/mute everything", chat=IBRAHIM)
    assert unknown.splitlines()[-1] == "/mute questions"


@pytest.mark.parametrize(
    "said", ["question", "Swali", "su'aalaha", "suaalaha", "the questions", "maswali"]
)
async def test_a_kind_is_understood_in_any_of_its_forms_and_languages(
    story: Story, said: str
) -> None:
    await story.write(FATUMA, f"/kimya {said}", chat=FATUMA)

    [muted] = await story.rows(Mute)
    assert muted.kind is MessageKind.QUESTIONS


async def test_what_somebody_mutes_is_answered_in_private_if_it_can_be(story: Story) -> None:
    assert "What I write to you in private" in await story.ask(IBRAHIM, "/mute")
    await started(story, IBRAHIM)

    assert await story.ask(IBRAHIM, "/mute") == ""
    assert shown(story.last(IBRAHIM)).buttons == [
        ["🔕 questions"],
        ["🔕 reminders"],
        ["🔕 minutes"],
        ["🔕 actions"],
        ["🔕 summary"],
        ["🔕 reports"],
    ]
    assert await story.ask(IBRAHIM, "/mute reminder") == ""
    assert read(story.last(IBRAHIM).text).startswith("🔕 Noted: this no longer comes to you")


async def test_two_unasked_messages_a_week_and_no_more(story: Story) -> None:
    await started(story, IBRAHIM)
    for day in ("2 Dec", "3 Dec", "4 Dec"):
        await planned(story, f"/meeting {day} 10:00 Hall")

    await story.travel_to(THURSDAY + timedelta(days=2))

    # Of the third nothing was said, and its row tells why.
    assert len(questions(story, IBRAHIM)) == 2
    withheld = [m for m in await story.rows(OutboxMessage) if m.failure == "over budget"]
    assert [(m.chat_id, m.state) for m in withheld] == [(IBRAHIM, "withdrawn")]


async def test_somebody_who_blocked_the_bot_is_not_asked(story: Story) -> None:
    await planned(story)
    await started(story, IBRAHIM)
    story.telegram.block(IBRAHIM)

    await story.travel_to(THURSDAY)

    assert [
        m for m in await story.rows(OutboxMessage) if m.kind == "question" and m.chat_id > 0
    ] == []


async def test_a_question_about_an_older_time_is_taken_back(story: Story) -> None:
    await planned(story)
    await started(story, IBRAHIM)
    await story.travel_to(TWO_DAYS_BEFORE + A_MOMENT)
    await story.tap(LEAD, "✏️")
    await story.write(LEAD, "10 Dec 10:00", reply_to=story.last().id)
    await story.tap(LEAD, "✅ Yes, move it")

    refused = await story.tap(IBRAHIM, "✅", chat=IBRAHIM)

    assert "changed" in refused
    await story.travel_to(TWO_DAYS_BEFORE + timedelta(days=7) + A_MOMENT)
    assert len(questions(story, IBRAHIM)) == 2


async def test_a_week_without_a_meeting_has_one_sound_and_a_change_always_sounds(
    story: Story,
) -> None:
    async def spent() -> Spent | None:
        database = story.program.toolbox.database
        return await database.run(lambda session: budget.of_chat(session, GROUP, story.clock.now()))

    await planned(story)
    await planned(story, "/meeting 4 Dec 10:00 Library")
    first, second = [m for m in story.from_bot() if "📅" in m.text]
    assert (first.is_silent, second.is_silent) == (False, True)
    assert await spent() == Spent(1, 1)

    await story.tap(LEAD, "✏️")
    await story.tap(LEAD, "❌ Cancel the meeting")
    await story.tap(LEAD, "❌ Yes, cancel it")
    assert not story.last().is_silent
    assert await spent() == Spent(2, 1)

    await story.travel_to(datetime(2026, 11, 30, 6, tzinfo=UTC))
    assert await spent() == Spent(0, 5)
    assert STRANGER not in {m.chat_id for m in await story.rows(OutboxMessage)}


async def test_a_place_that_is_told_late_is_told_in_private_to_those_who_may_come(
    story: Story,
) -> None:
    await planned(story, f"{PLAN}, place told late")
    await started(story, AMINA, IBRAHIM)
    await story.tap(AMINA, "❌")
    await story.travel_to(THURSDAY - timedelta(days=1) - A_MOMENT)
    assert "County Hall" not in story.last(IBRAHIM).text

    await story.travel_to(THURSDAY - timedelta(days=1) + A_MOMENT)

    assert shown(story.last(IBRAHIM)).open.splitlines() == [
        "🔔 Wajir meeting",
        "Tomorrow, Thu 3 Dec, 10:00–12:00",
        "📍 County Hall, or by phone",
        "",
        "I tell this only to those who come or may come. Please do not send it on.",
        "",
        'Coming? Tap, or reply "yes" or "no".',
    ]
    assert shown(story.last(IBRAHIM)).buttons[-1] == ["🔕 No such reminders"]
    assert "County Hall" not in story.last(AMINA).text
    announced = [
        shown(m).open for m in story.from_bot() if "Invitation" in m.text or "🔔" in m.text
    ]
    assert announced
    assert not [text for text in announced if "County Hall" in text]


def places(story: Story, person: int) -> list[str]:
    """Return what somebody was told of where the meeting is held."""
    return [text for text in story.said(person) if "County Hall" in text]


async def test_a_place_told_late_is_told_to_whoever_says_yes_after_the_others_heard_it(
    story: Story,
) -> None:
    await planned(story, f"{PLAN}, place told late")
    await started(story, AMINA, IBRAHIM)
    await story.tap(AMINA, "❌")
    await story.travel_to(THURSDAY - timedelta(days=1) + A_MOMENT)
    assert (places(story, AMINA), len(places(story, IBRAHIM))) == ([], 1)

    await story.tap(AMINA, "✅ Coming")
    await story.tap(AMINA, "📞")
    await story.tap(IBRAHIM, "✅ Coming")

    # Each is told once, whatever they tap.
    assert [len(places(story, one)) for one in (AMINA, IBRAHIM)] == [1, 1]


async def test_a_place_told_late_is_told_to_whoever_lets_the_bot_write_to_them_later(
    story: Story,
) -> None:
    await planned(story, f"{PLAN}, place told late")
    await story.travel_to(THURSDAY - timedelta(days=1) + A_MOMENT)
    await story.tap(AMINA, "✅ Coming")
    assert places(story, AMINA) == []

    await started(story, AMINA, STRANGER)

    assert (len(places(story, AMINA)), places(story, STRANGER)) == (1, [])
    await story.travel_to(THURSDAY + A_MOMENT)
    await started(story, IBRAHIM)
    assert places(story, IBRAHIM) == []
