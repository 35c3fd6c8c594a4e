"""What the panel tells of the program, and how the program comes through each of its troubles."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.behind import AHEAD, RELEASE, next_due
from bot.botapi.client import BotApi
from bot.domain.feedback import FeedbackState
from bot.jobs import TIMETABLE
from bot.models import Coalition, FeedbackBatch, Occasion, OutboxMessage
from bot.play import Controls
from bot.playground.faults import Fault, FaultKind
from bot.playground.panel import Behind, Due, Ending, Hold, Panel, Trouble, Used, Wish
from bot.playground.state import GENERAL, SUPERGROUP_IDS
from bot.rendering.messages import renderer
from bot.seed.people import ONE_COUNTY
from bot.services import budget
from bot.services.series_meetings import TOP_UP
from tests.stories.story import AMINA, GROUP, LEAD, MONDAY, PETER, Story, read, told

SUPERGROUP = SUPERGROUP_IDS + GROUP
DAY_BEFORE = MONDAY + timedelta(days=9, hours=1, minutes=1)
"""Shortly after the reminder of a meeting on Thursday 3 December, 10:00."""
RULE = "/meeting every first Thursday 10:00 County Hall"


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """Begin a story in the seeded coalition, on the only database that a playground has."""
    async with told(sqlite_url) as story:
        yield story


def backstage(story: Story) -> Controls:
    """Return what the page has of the program, as the playground puts it together."""
    # Where the clock's jumps would be kept: no story here travels by way of the page.
    controls = Controls(story.telegram, story.clock, Path())
    controls.program = story.program
    return controls


def cause(
    story: Story, what: Trouble, *, person: int = LEAD, chat: int = GROUP, topic: int = 0
) -> None:
    """Press a button of the panel, once."""
    Panel(story.telegram, backstage(story)).make(Wish(what, person, chat, topic=topic), "en")


async def look(story: Story) -> Behind:
    """Return what the panel would tell now."""
    return await backstage(story).behind()


async def planned(story: Story, line: str = "/meeting 3 Dec 10:00 County Hall") -> None:
    """Plan a meeting."""
    await story.write(LEAD, line)
    await story.tap(LEAD, "✅ Yes")


# --- what is due ----------------------------------------------------------------------------------


async def test_what_is_due_stands_in_its_order_with_its_group_and_meeting(story: Story) -> None:
    await planned(story)

    found = (await look(story)).due

    wall = MONDAY.replace(tzinfo=None, day=3, month=12, hour=10)
    day = timedelta(days=1)
    assert [(one.kind, one.wall, one.group, one.meeting) for one in found] == [
        ("invite", wall - 7 * day, "Wajir", wall),
        ("question", wall - 2 * day, "Wajir", wall),
        ("reminder-1d", wall - day, "Wajir", wall),
        ("reminder-1h", wall - timedelta(hours=1), "Wajir", wall),
        ("was-it-held", wall.replace(day=4, hour=8, minute=30), "Wajir", wall),
    ]
    assert found[0].at == MONDAY.replace(day=26, hour=7)


async def test_no_more_is_listed_than_a_visitor_reads(story: Story) -> None:
    await planned(story, RULE)

    found = (await look(story)).due

    assert len(found) == AHEAD
    private = {"question", "was-it-held"}
    assert {(one.group, one.chat_id) for one in found if one.kind not in private} == {
        ("Wajir", GROUP)
    }
    # To whom this is said is not known before.
    assert {one.chat_id for one in found if one.kind in private} == {None}


async def test_what_nobody_notices_is_not_listed_and_no_journey_ends_there(story: Story) -> None:
    await planned(story, RULE)
    await story.travel(days=27)
    database = story.program.toolbox.database

    waiting = [one for one in await story.rows(Occasion) if one.state == "waiting"]
    listed = (await look(story)).due

    assert TOP_UP in {one.kind for one in waiting}
    assert TOP_UP not in {one.kind for one in listed}
    assert await database.run(next_due) == listed[0].at


@pytest.mark.parametrize("state", FeedbackState)
async def test_a_journey_to_what_is_due_next_comes_to_the_release_where_anybody_can_write(
    story: Story, state: FeedbackState
) -> None:
    async with story.program.toolbox.database.transaction() as session:
        await session.execute(update(Coalition).values(feedback=state))
    page, sunday = backstage(story), MONDAY.replace(day=29, hour=18)
    visited = []
    for _ in range(8):
        due = await page.next_due()
        if due is None or due > sunday:
            break
        visited.append((due, [one.kind for one in (await look(story)).due if one.at == due]))
        await page.travel(due)

    released = [one.number for one in await story.rows(FeedbackBatch)]
    is_there = state is not FeedbackState.CLOSED
    assert ((sunday, [RELEASE]) in visited) == is_there
    assert released == [2 if is_there else 1]


@pytest.mark.parametrize("language", ["en", "sw", "so"])
def test_every_kind_of_occasion_has_words_of_its_own(language: str) -> None:
    wall = MONDAY.replace(tzinfo=None)
    said = {
        renderer()
        .page(
            "playground/occasion.html",
            language=language,
            one=Due(kind, MONDAY, wall, "Africa/Nairobi", "Wajir", GROUP, wall),
        )
        .strip()
        for kind in (TIMETABLE.keys() - {TOP_UP}) | {RELEASE}
    }

    assert "" not in said
    assert len(said) == len(TIMETABLE)


# --- what waits, and what did not arrive ----------------------------------------------------------


async def held(story: Story, hold: Hold) -> Behind:
    """Return what the panel tells as soon as the first message is held for this reason."""
    async with asyncio.timeout(10):
        while True:
            found = await look(story)
            if found.waiting and found.waiting[0].hold is hold:
                return found
            await story.telegram.changed(story.telegram.revision, 0.02)


async def test_a_message_that_has_to_be_patient_waits_with_its_time(story: Story) -> None:
    cause(story, Trouble.TOO_MANY)
    story.telegram.write(LEAD, GROUP, "/when")

    found = await held(story, Hold.PAUSED)
    await story.settle()

    [one] = found.waiting
    assert (one.chat_id, one.since, one.next_try, one.attempts) == (
        GROUP,
        MONDAY,
        MONDAY + timedelta(seconds=5),
        0,
    )
    assert read(one.line) == "No meeting is planned."
    assert (found.waiting_count, (await look(story)).waiting) == (1, [])


async def test_a_message_that_is_tried_again_waits_with_its_tries(story: Story) -> None:
    cause(story, Trouble.HTML)
    story.telegram.write(LEAD, GROUP, "/when")

    [one] = (await held(story, Hold.TRYING_AGAIN)).waiting

    assert (one.attempts, one.next_try) == (1, MONDAY + timedelta(seconds=2))


async def test_a_message_without_an_answer_is_on_its_way(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _impatient(monkeypatch)
    cause(story, Trouble.SILENCE)
    story.telegram.write(LEAD, GROUP, "/when")

    [one] = (await held(story, Hold.ON_ITS_WAY)).waiting

    assert (one.chat_id, one.next_try) == (GROUP, None)
    # A program that is stopped waits for what is on its way.
    await story.settle()


async def test_what_nobody_can_be_told_is_kept_until_it_is_too_late(story: Story) -> None:
    await planned(story)
    cause(story, Trouble.KICK)
    await story.travel_to(DAY_BEFORE)

    kept = await look(story)
    await story.travel(hours=7)
    expired = await look(story)

    assert {one.hold for one in kept.waiting} == {Hold.CLOSED}
    assert Ending.EXPIRED in {one.how for one in expired.ended}
    assert expired.ended_count == len(expired.ended)


async def test_what_exceeds_the_budget_and_what_is_refused_did_not_arrive(story: Story) -> None:
    await story.write(AMINA, "/help", chat=AMINA)
    for day in ("2 Dec", "3 Dec", "4 Dec"):
        await planned(story, f"/meeting {day} 10:00 Hall")
    await story.travel_to(DAY_BEFORE)
    story.telegram.faults.add(Fault(FaultKind.ERROR, "sendMessage", code=400, description="No"))
    await story.write(AMINA, "/when", chat=AMINA)

    found = await look(story)

    reasons = {one.how: (one.chat_id, one.reason) for one in found.ended}
    assert reasons[Ending.OVER_BUDGET] == (AMINA, "")
    assert reasons[Ending.FAILED] == (AMINA, "No")


async def test_what_was_taken_back_and_said_anew_is_not_told_as_lost(story: Story) -> None:
    await planned(story)
    cause(story, Trouble.KICK)
    await story.travel_to(MONDAY.replace(day=26, hour=8))
    cause(story, Trouble.BRING_BACK)
    await story.settle()

    taken_back = [one for one in await story.rows(OutboxMessage) if one.state == "withdrawn"]

    assert [one.kind for one in taken_back] == ["invite"]
    assert "Invitation" in story.said()[-1]
    assert ((await look(story)).ended, (await look(story)).ended_count) == ([], 0)


async def test_what_was_taken_back_for_good_did_not_arrive(story: Story) -> None:
    await story.write(LEAD, "/help", chat=LEAD)
    cause(story, Trouble.KICK)
    cause(story, Trouble.BRING_BACK)
    await story.settle()

    # That it was thrown out was still to be told.
    found = (await look(story)).ended
    assert [(one.chat_id, one.how) for one in found] == [(LEAD, Ending.WITHDRAWN)]


# --- what is used up ------------------------------------------------------------------------------


async def test_every_budget_is_counted_as_where_it_is_spent(story: Story) -> None:
    for person in (AMINA, PETER, LEAD):
        await story.write(person, "/help", chat=person)
    for day in ("2 Dec", "3 Dec"):
        await planned(story, f"/meeting {day} 10:00 Hall")
    seen = []

    for _ in range(3):
        now = story.clock.now()
        database = story.program.toolbox.database
        found = await database.run(lambda session, now=now: budget.of_all(session, now))  # type: ignore[misc] # mypy cannot type a default
        for one in found:
            alone = await database.run(
                lambda session, one=one, now=now: budget.of_chat(session, one.chat_id, now)  # type: ignore[misc] # as above
            )
            assert (one.name, one.spent) == (one.name, alone)
        seen.append({one.spent.made for one in found})
        await story.travel(days=4)

    assert len(found) == 1 + len([p for p in ONE_COUNTY.people if p.organisation])
    assert len(set().union(*seen)) > 1


async def test_groups_stand_there_and_of_people_those_who_were_written_to(story: Story) -> None:
    await story.write(AMINA, "/help", chat=AMINA)
    await planned(story, "/meeting Thursday 10:00 Hall")
    await story.travel(days=1, hours=2)

    found = await look(story)

    assert found.used[0].name == "Wajir"
    [amina] = found.used[1:]
    assert amina == Used("Amina Hassan", is_group=False, made=amina.made, limit=2)
    assert amina.made
    assert found.others == len([p for p in ONE_COUNTY.people if p.organisation]) - 1


async def test_the_panel_costs_the_same_however_much_has_happened(story: Story) -> None:
    engine = story.program.toolbox.database.engine.sync_engine
    statements: list[str] = []

    async def cost() -> int:
        event.listen(engine, "before_cursor_execute", note)
        await look(story)
        event.remove(engine, "before_cursor_execute", note)
        count = len(statements)
        statements.clear()
        return count

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    await story.write(AMINA, "/help", chat=AMINA)
    before = await cost()
    await planned(story, RULE)
    await story.travel(days=40)

    assert await cost() == before


# --- how it comes through -------------------------------------------------------------------------


@pytest.mark.parametrize("what", [Trouble.TOO_MANY, Trouble.SERVER_ERROR, Trouble.HTML])
@pytest.mark.parametrize("times", [1, 3])
async def test_what_fails_before_its_effect_is_said_once(
    story: Story, what: Trouble, times: int
) -> None:
    before = len(story.said())
    for _ in range(times):
        cause(story, what)

    await story.write(LEAD, "/when")

    assert len(story.said()) == before + 1
    assert len(story.telegram.spoiled) == times


async def test_silence_costs_one_duplicate_and_no_more(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _impatient(monkeypatch)
    before = len(story.said())
    cause(story, Trouble.SILENCE)

    await story.write(LEAD, "/when")

    first, second = story.said()[before:]
    assert first == second


async def test_thrown_out_and_brought_back_it_answers_again(story: Story) -> None:
    await planned(story)
    cause(story, Trouble.KICK)
    await story.settle()
    cause(story, Trouble.BRING_BACK)
    await story.settle()

    assert "📅" in await story.ask(LEAD, "/when")


async def test_blocked_and_unblocked_it_answers_again(story: Story) -> None:
    await planned(story)
    await story.write(AMINA, "/help", chat=AMINA)
    cause(story, Trouble.BLOCK, person=AMINA, chat=AMINA)
    await story.settle()
    cause(story, Trouble.UNBLOCK, person=AMINA, chat=AMINA)
    await story.settle()

    assert "📅" in await story.ask(AMINA, "/when", chat=AMINA)


async def test_it_goes_with_a_group_and_speaks_after_a_topic_was_closed(story: Story) -> None:
    await planned(story)
    cause(story, Trouble.MIGRATE)
    await story.settle()
    followed = await story.ask(LEAD, "/when", chat=SUPERGROUP)
    cause(story, Trouble.FORUM, chat=SUPERGROUP)
    cause(story, Trouble.CLOSE_TOPIC, chat=SUPERGROUP, topic=GENERAL)
    await story.settle()
    cause(story, Trouble.REOPEN_TOPIC, chat=SUPERGROUP, topic=GENERAL)
    await story.settle()

    assert "📅" in followed
    assert "📅" in await story.ask(LEAD, "/when", chat=SUPERGROUP)


async def test_what_it_is_told_twice_it_does_once(story: Story) -> None:
    await story.write(LEAD, "/when")
    said = story.said()

    cause(story, Trouble.TWICE)
    await story.settle()

    assert story.said() == said


async def test_of_two_answers_that_come_reversed_the_later_one_counts(story: Story) -> None:
    await planned(story, "/meeting Thursday 10:00 Hall")
    post = story.last(with_button="✅")
    cause(story, Trouble.REVERSED)

    for label in ("✅", "❌"):
        story.telegram.tap(AMINA, GROUP, post.id, story.data_of(post, label))
    await story.settle()

    counted = read(story.message(post.id).text)
    assert "❌ Cannot 1" in counted
    assert "Coming 1" not in counted


def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call count as unanswered after half a second instead of half a minute."""
    defaults = BotApi.call.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", timedelta(seconds=0.5))
