"""The weekly summary: what it says, when it comes, and whom it reaches."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.digests import A_WEEK
from bot.domain.support import SupportState
from bot.models import (
    Figure,
    Group,
    Occasion,
    OccasionState,
    OutboxMessage,
    Snapshot,
    SupportRequest,
)
from bot.queries import groups
from bot.services import digests
from tests.rendering.xlsx import sheets
from tests.stories.story import AMINA, COORDINATOR, GROUP, LEAD, STRANGER, Story, shown, told

MEETING = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)
"""Thursday 3 December 2026, 10:03 in Nairobi."""
NEXT_MONDAY = datetime(2026, 12, 7, 5, 0, tzinfo=UTC)
"""Monday 7 December 2026, 08:00 in Nairobi."""
FIRST_MONDAY = NEXT_MONDAY - timedelta(weeks=1)
THAT_WEEK = date(2026, 11, 30)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        for person in (LEAD, COORDINATOR, AMINA):
            await story.write(person, "/start", chat=person)
            await story.write(person, "/language en", chat=person)
        yield story


async def hold(story: Story) -> None:
    """Let a meeting be held to which two of eight organisations come, with what it decides."""
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(MEETING)
    await story.write(LEAD, "/open")
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/agreed Trucks go to Griftu first")
    await story.write(LEAD, "/action Repair Griftu borehole - Maji Bora Trust - 5 Dec")
    await story.write(LEAD, "/action Count the goats - 20 Dec")
    await story.write(LEAD, "/close")


async def keep(story: Story) -> None:
    """Let the housekeeping write down who gets a summary, and when."""
    await story.program.ticker.tidy()


def summaries(story: Story, person: int) -> list[str]:
    """Return the summaries that somebody got."""
    return [one.html for one in story.from_bot(person) if one.html.startswith("🗓 <b>")]


async def test_a_lead_sees_the_week_that_is_over(story: Story) -> None:
    await hold(story)
    await story.travel_to(NEXT_MONDAY)

    await story.write(LEAD, "/summary", chat=LEAD)

    seen = shown(story.last(LEAD))
    assert seen.open == (
        "🗓 Week 30 Nov – 6 Dec · Wajir\n\n"
        "Needs you (1)\n"
        "📝 Wajir: the minutes of Thu 3 Dec are not out yet\n\n"
        "Good news\n"
        "📌 1 decision (before: 0)\n\n"
        "Meetings\n"
        "1 held (before: 0)\n"
        "🤝 2 of 8 organisations came\n\n"
        "👉 2 actions are open (before: 0), 1 past its day (before: 0)"
    )
    assert seen.buttons == [
        ["➡️ The whole week", "📊 Twelve weeks"],
        ["📗 Excel", "⏰ Another time"],
        ["⬅️ The week before"],
    ]


async def test_the_whole_week_of_a_group_begins_with_cohesion(story: Story) -> None:
    await hold(story)
    await story.travel_to(NEXT_MONDAY)
    await story.write(LEAD, "/summary", chat=LEAD)

    await story.tap(LEAD, "➡️ The whole week", chat=LEAD)

    assert shown(story.last(LEAD)).open == (
        "🗓 Wajir · Week 30 Nov – 6 Dec\n"
        "(in brackets the week before)\n\n"
        "Together\n"
        "🤝 2 of 8 organisations came · 25%\n"
        "💬 Organisations heard between meetings: 0\n"
        "📅 1 held (before: 0)\n"
        "📌 Decisions: 1 (0)\n\n"
        "Actions\n"
        "🆕 New: 2 (0)\n"
        "✅ Done: 0\n"
        "👉 Still open: 2 (0)\n"
        "⏳ Past their day: 1 (0)\n"
        "🗣 Reports: 0\n\n"
        "The next seven days\n"
        "Nothing is planned yet."
    )
    await story.tap(LEAD, "📊", chat=LEAD)
    picture = story.last(LEAD)
    assert picture.photo[0]["file_size"] <= 60 * 1024
    assert shown(picture).open == (
        "Wajir\nTwelve weeks, Mon 14 Sep to Sun 6 Dec 2026\n"
        "In the last one: 0 actions done, 2 open, 2 of 8 organisations came."
    )


async def test_it_comes_by_itself_on_monday_at_eight_to_leads_and_the_team(story: Story) -> None:
    await keep(story)
    await story.travel_to(NEXT_MONDAY - timedelta(minutes=1))
    before = [len(summaries(story, person)) for person in (LEAD, COORDINATOR, AMINA)]

    await story.travel_to(NEXT_MONDAY)

    after = [len(summaries(story, person)) for person in (LEAD, COORDINATOR, AMINA)]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0]
    assert shown(story.last(LEAD)).buttons[1:] == [
        ["📗 Excel", "⏰ Another time"],
        ["⬅️ The week before"],
        ["🔕 No weekly summary"],
    ]


async def test_a_week_with_nothing_to_report_says_so_warmly(story: Story) -> None:
    await keep(story)

    await story.travel_to(NEXT_MONDAY)

    assert shown(story.last(COORDINATOR)).open == (
        "🗓 Week 30 Nov – 6 Dec · Wajir\n\n"
        "It was a quiet week: nothing new was reported.\n"
        "Thank you for holding it together. The next word comes from you, or from your partners."
    )


async def test_support_that_waits_comes_first_with_its_days(story: Story) -> None:
    async def ask(session: AsyncSession) -> None:
        [group] = await groups.in_chat(session, GROUP)
        session.add(
            SupportRequest(
                group_id=group.id or 0,
                text="a water engineer",
                at=NEXT_MONDAY - timedelta(days=3),
                state=SupportState.WAITING,
            )
        )

    await story.travel_to(NEXT_MONDAY)
    await story.program.toolbox.database.run(ask)

    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)

    assert (
        "Needs you (1)\n🆘 Wajir asks: a water engineer, 3 days\n"
        in shown(story.last(COORDINATOR)).open
    )


async def test_it_comes_in_swahili_by_the_clock_of_another_zone(story: Story) -> None:
    await story.write(COORDINATOR, "/language sw", chat=COORDINATOR)
    await story.write(COORDINATOR, "/wiki Jumatatu saa 2 asubuhi Dar es Salaam", chat=COORDINATOR)
    await story.write(COORDINATOR, "/wiki Ijumaa saa 10 jioni Lagos", chat=COORDINATOR)
    assert shown(story.last(COORDINATOR)).open.startswith(
        "🗓 Muhtasari wako wa wiki utakuja siku ya Ijumaa, 16:00, saa 10 jioni (Lagos)."
    )
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    await story.travel_to(friday - timedelta(minutes=1))
    assert not any("Wiki 16" in said for said in story.said(COORDINATOR))

    await story.travel_to(friday)

    assert shown(story.last(COORDINATOR)).open == (
        "🗓 Wiki 16 Novemba – 22 Novemba · Wajir\n\n"
        "Ilikuwa wiki tulivu: hakuna jipya lililoripotiwa.\n"
        "Asante kwa kuendelea kuwaunganisha. Neno linalofuata litatoka kwako, au kwa wadau "
        "wako."
    )


async def test_another_time_is_asked_for_step_by_step(story: Story) -> None:
    await story.write(LEAD, "/summary", chat=LEAD)
    await story.tap(LEAD, "⏰", chat=LEAD)

    await story.tap(LEAD, "Friday, 16:00", chat=LEAD)
    await story.write(LEAD, "Kampala", chat=LEAD)

    assert shown(story.last(LEAD)).open == (
        "🗓 Your weekly summary comes on Friday at 16:00 (Kampala).\nTo switch it off: /mute"
    )


async def test_two_days_down_bring_one_summary(story: Story) -> None:
    await keep(story)
    await story.settle()

    story.clock.set(FIRST_MONDAY + timedelta(hours=47))
    await story.program.ticker.tick()
    await story.settle()

    assert len(summaries(story, LEAD)) == 1
    waiting = [
        one
        for one in await story.rows(Occasion)
        if one.kind == "summary" and one.state is OccasionState.WAITING
    ]
    assert {one.due_at for one in waiting} == {NEXT_MONDAY}
    assert len(waiting) == len({one.subject_id for one in waiting})


async def test_after_more_than_two_days_it_says_how_to_see_it(story: Story) -> None:
    await keep(story)
    await story.settle()

    story.clock.set(FIRST_MONDAY + timedelta(hours=49))
    await story.program.ticker.tick()
    await story.settle()

    assert summaries(story, LEAD) == []
    assert shown(story.last(LEAD)).open.endswith("To see it now: /summary")


async def test_an_hour_that_the_clock_skips_is_the_first_after_it(database_url: str) -> None:
    before_the_gap = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
    async with told(database_url, start=before_the_gap) as story:
        await story.write(LEAD, "/start", chat=LEAD)
        await story.write(LEAD, "/language en", chat=LEAD)

        # In Berlin, clocks go from 02:00 to 03:00 on Sunday 28 March 2027.
        await story.write(LEAD, "/summary Sunday 02:30 Berlin", chat=LEAD)

        await story.travel_to(datetime(2027, 3, 28, 0, 59, tzinfo=UTC))
        assert summaries(story, LEAD) == []
        await story.travel_to(datetime(2027, 3, 28, 1, 0, tzinfo=UTC))
        assert len(summaries(story, LEAD)) == 1
        [following] = [
            one for one in await story.rows(Occasion) if one.state is OccasionState.WAITING
        ]
        assert following.due_at == datetime(2027, 4, 4, 0, 30, tzinfo=UTC)


async def test_who_blocked_the_bot_gets_none_and_the_team_hears_of_it(story: Story) -> None:
    await keep(story)
    story.telegram.block(LEAD)
    await story.settle()

    await story.travel_to(NEXT_MONDAY)

    assert summaries(story, LEAD) == []
    assert (
        "Needs you (1)\n📵 Wajir: my private messages do not reach 1 person\n"
        in shown(story.last(COORDINATOR)).open
    )
    states = [
        one.state
        for one in await story.rows(Occasion)
        if one.kind == "summary" and one.due_at <= NEXT_MONDAY
    ]
    assert OccasionState.WAITING not in states


async def test_who_switches_it_off_hears_no_more(story: Story) -> None:
    await keep(story)
    await story.write(LEAD, "/mute summary", chat=LEAD)

    await story.travel_to(NEXT_MONDAY)

    assert summaries(story, LEAD) == []


async def test_an_old_week_counts_the_same_when_it_is_counted_again(story: Story) -> None:
    await hold(story)
    await story.travel_to(NEXT_MONDAY)
    await story.write(LEAD, "/summary", chat=LEAD)
    kept = await of_the_week(story)
    assert kept[0]

    await story.write(LEAD, "/meeting 15 Dec 10:00 County Hall", chat=GROUP)
    await story.tap(LEAD, "✅ Yes")
    await story.travel(days=30)
    await story.write(LEAD, "/needhelp fodder for Eldas", chat=GROUP)
    await story.program.toolbox.database.run(again)

    assert await of_the_week(story) == kept


async def again(session: AsyncSession) -> None:
    """Count that week once more."""
    found = await groups.in_chat(session, GROUP)
    await digests.snapshot(session, found, THAT_WEEK, now=NEXT_MONDAY + timedelta(days=30))


async def of_the_week(story: Story) -> tuple[set[object], list[object]]:
    """Return what is stored of that week."""
    figures: set[object] = {
        (one.measure, one.organisation_id, one.stream_id, one.value)
        for one in await story.rows(Figure)
        if one.week == THAT_WEEK
    }
    facts: list[object] = [one.facts for one in await story.rows(Snapshot) if one.week == THAT_WEEK]
    return figures, facts


async def test_it_is_nothing_for_members(story: Story) -> None:
    told_so = await story.ask(AMINA, "/summary", chat=AMINA)

    assert told_so.startswith("The weekly summary is for leads")
    assert "Wajir" not in await story.ask(STRANGER, "/summary", chat=STRANGER)


async def test_in_the_group_it_is_said_in_private_only(story: Story) -> None:
    said = await story.ask(LEAD, "/summary")

    assert "🗓" not in said


async def test_a_time_without_a_day_is_explained_with_an_example(story: Story) -> None:
    told_so = await story.ask(LEAD, "/summary 16:00", chat=LEAD)

    assert told_so == (
        'I found no day and hour of the week in "16:00". Please write both, and a place if you '
        "want its clock. For example:\n/summary Friday 16:00"
    )


async def test_several_groups_are_added_up_by_stream_with_last_week_and_next_week_beside(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: plant trees by 30 Nov #communication")
    await hold(story)
    await story.write(LEAD, "/action Amina: dig wells by 8 Dec #communication")
    await story.write(LEAD, "/actions 1 adapt plant few trees; no rain")
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")

    async def add_group(session: AsyncSession) -> None:
        (first,) = (await session.execute(select(Group))).scalars()
        session.add(
            Group(
                coalition_id=first.coalition_id,
                name="Turkana",
                zone=first.zone,
                languages=["en"],
                chat_id=-4712,
            )
        )

    await story.program.toolbox.database.run(add_group)
    await story.travel_to(NEXT_MONDAY)
    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)
    await story.tap(COORDINATOR, "➡️ The whole week", chat=COORDINATOR)

    whole = shown(story.last(COORDINATOR)).open
    assert ", 2 groups" in whole
    assert "🆕 New: 3 (1)" in whole
    assert "✏️ Adapted: 1 (0)" in whole
    assert "Continuous communication: 🆕 1 · ✏️ 1 (0)" in whole
    assert "📅 Wajir: Thu 10 Dec, 10:00" in whole
    await story.write(COORDINATOR, "/summary", chat=COORDINATOR)
    await story.tap(COORDINATOR, "📍 By group", chat=COORDINATOR)
    pages = shown(story.last(COORDINATOR)).open
    assert "🆕 New: 3 (before: 1) · ✏️ Adapted: 1 (before: 0)" in pages
    assert "📅 Thu 10 Dec, 10:00" in pages


async def test_an_earlier_week_is_shown_as_it_was(story: Story) -> None:
    await hold(story)
    await story.travel_to(NEXT_MONDAY + A_WEEK)

    for asked in ("/summary 3 Dec", "/summary 30/11"):
        said = await story.ask(LEAD, asked, chat=LEAD)
        assert said.startswith("🗓 Week 30 Nov – 6 Dec · Wajir\n\nNeeded somebody then (1)")
        assert "1 held (before: 0)" in said
    last = await story.ask(LEAD, "/summary last week", chat=LEAD)
    assert last.startswith("🗓 Week 7 Dec – 13 Dec")
    await story.tap(LEAD, "⬅️ The week before", chat=LEAD)
    assert "Week 30 Nov – 6 Dec" in shown(story.last(LEAD)).open

    unknown = await story.ask(LEAD, "/summary 12 Jan", chat=LEAD)
    assert unknown.startswith("I have no summary of the week from Mon 12 Jan 2026.")
    assert "week from Mon 14 Dec 2026" in await story.ask(LEAD, "/summary 16 Dec 2026", chat=LEAD)


async def test_a_group_that_never_met_is_silent_after_four_weeks_and_its_lead_knows_whom_to_call(
    story: Story,
) -> None:
    await story.write(LEAD, "/summary", chat=LEAD)
    assert "four weeks" not in shown(story.last(LEAD)).open

    await story.travel_to(NEXT_MONDAY + 3 * A_WEEK)
    await story.write(LEAD, "/summary", chat=LEAD)

    silent = "🤫 Wajir: no word for four weeks. A call to partners may help: /calls"
    assert silent in shown(story.last(LEAD)).open


async def test_a_day_alone_keeps_the_hour(story: Story) -> None:
    await story.write(LEAD, "/summary Friday 16:00", chat=LEAD)
    answer = await story.ask(LEAD, "/summary Jumatano", chat=LEAD)
    assert "comes on Wednesday at 16:00" in answer


async def test_the_workbook_has_the_week_before_what_needs_somebody_and_the_next_week(
    story: Story,
) -> None:
    await story.write(LEAD, "/action Amina: plant trees by 30 Nov")
    await hold(story)
    await story.write(LEAD, "/action Amina: dig wells by 8 Dec")
    await story.write(LEAD, "/meeting 10 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(NEXT_MONDAY)
    await story.write(LEAD, "/summary", chat=LEAD)
    await story.tap(LEAD, "📗", chat=LEAD)

    document = story.from_bot(LEAD)[-1].document
    assert document is not None
    found = sheets(story.telegram.file(document["file_id"]) or b"")
    new = [row for row in found["Figures"] if row[2:5] == ["New actions", None, None]]
    assert [row[5:] for row in new] == [[3, 1]]
    assert [row[2] for row in found["Next week"]] == ["What", "dig wells", "Meeting"]
    assert found["What needs you"][1][1] == "Wajir: the minutes of Thu 3 Dec are not out yet"


@pytest.mark.parametrize(("wish", "counted"), [("", 1), ("/summary Monday 9:00", 0)])
async def test_a_summary_counts_as_unasked_unless_its_reader_chose_the_hour(
    story: Story, wish: str, counted: int
) -> None:
    await keep(story)
    if wish:
        await story.write(LEAD, wish, chat=LEAD)

    await story.travel_to(NEXT_MONDAY + timedelta(hours=1, minutes=1))

    rows = [row for row in await story.rows(OutboxMessage) if row.chat_id == LEAD]
    came = [row for row in rows if (row.occasion_key or "").startswith("summary:")][-1:]
    assert came[0].text.startswith("🗓 <b>")
    assert [row.unasked_at is not None for row in came] == [bool(counted)]
    assert "🔕 No weekly summary" in str(shown(story.last(LEAD)).buttons)
