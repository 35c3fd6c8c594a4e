"""The month of a series: planned once, topped up, one meeting moved, all that follow, ended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.meetings import State
from bot.jobs.ticker import Ticker
from bot.models import Group, Meeting, Occasion, OccasionState, Proposal, Series
from bot.playground.state import Message
from bot.services import budget
from bot.services.budget import Spent
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    GROUP,
    LEAD,
    MONDAY,
    Story,
    read,
    shown,
    told,
)

MONTHLY = "/meeting every first Thursday 10:00 County Hall"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story, plan: str = MONTHLY) -> None:
    await story.write(LEAD, plan)
    await story.tap(LEAD, "✅ Yes")


async def ahead(story: Story) -> list[str]:
    """Return the meetings that will be held, soonest first."""
    rows = sorted(await story.rows(Meeting), key=lambda row: row.starts_at)
    now = story.clock.now()
    return [
        f"{row.wall_start:%a %d %b %H:%M}"
        for row in rows
        if row.state is State.PLANNED and row.ends_at > now
    ]


async def names(story: Story) -> list[str]:
    """Return the names of all meetings within their series."""
    rows = sorted(await story.rows(Meeting), key=lambda row: row.id or 0)
    return [f"{row.original_start:%d %b %H:%M}" for row in rows if row.original_start]


def news(story: Story, since: int = 0) -> list[str]:
    """Return the first lines of what the group was told, oldest first."""
    return [
        "\n".join(shown(m).open.splitlines()[:3])
        for m in story.from_bot()
        if "Wajir meeting" in shown(m).open and not m.reply_to and m.id > since
    ]


async def of_the(story: Story, day: str) -> Meeting:
    return next(row for row in await story.rows(Meeting) if f"{row.wall_start:%d %b}" == day)


async def changing(story: Story, day: str, person: int = LEAD) -> Message:
    """Let a lead ask to change the meeting of a day, whose button stands under no post yet."""
    meeting = await of_the(story, day)
    await story.forge(person, f"change:{meeting.id}")
    return story.last(with_button="❌ Cancel only")


async def test_a_series_is_planned_once_and_announced_once(story: Story) -> None:
    echo = await story.ask(LEAD, MONTHLY)

    assert echo == (
        "Is this right?\n"
        "\n"
        "Wajir meeting\n"
        "🔁 every month on the first Thursday, 10:00–12:00\n"
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 County Hall, or by phone\n"
        "Next: Thu 3 Dec · Thu 7 Jan · Thu 4 Feb\n"
        "\n"
        "If you say yes, it is announced to the group. Each meeting then has its own invitation, "
        "a week before."
    )
    assert await story.rows(Series) == []

    await story.tap(LEAD, "✅ Yes")

    assert await ahead(story) == ["Thu 03 Dec 10:00", "Thu 07 Jan 10:00", "Thu 04 Feb 10:00"]
    _, announcement = story.from_bot()
    assert shown(announcement).open == (
        "📅 Wajir meeting\n"
        "🔁 every month on the first Thursday, 10:00–12:00\n"
        "📍 County Hall, or by phone\n"
        "Next: Thu 3 Dec · Thu 7 Jan · Thu 4 Feb\n"
        "\n"
        "A week before each meeting I ask here who comes."
    )
    assert "kila mwezi, Alhamisi ya kwanza" in shown(announcement).folded
    assert shown(announcement).buttons == [["📅 Calendar file", "📋 Copy for WhatsApp"]]


async def test_what_is_said_of_a_series_counts_in_the_budget_of_the_week(story: Story) -> None:
    await planned(story)
    first = story.last()
    await planned(story, "/meeting every first Friday 15:00 Library")

    async def spent(session: AsyncSession) -> Spent | None:
        return await budget.of_chat(session, GROUP, story.clock.now())

    # In a week without a meeting one post makes a sound; what comes after it is read later.
    assert (first.is_silent, story.last().is_silent) == (False, True)
    assert await story.program.toolbox.database.run(spent) == Spent(made=1, limit=1)


async def test_each_meeting_has_its_own_invitation_a_week_before(story: Story) -> None:
    await planned(story)

    await story.travel_to(datetime(2026, 11, 26, 6, 59, tzinfo=UTC))
    assert len(news(story)) == 1

    await story.travel(minutes=2)
    invitation = story.last()
    assert "Thu 3 Dec, 10:00–12:00" in shown(invitation).open
    assert await story.tap(AMINA, "✅ Coming") != ""
    assert "Maji Bora Trust" in shown(story.last()).open


async def test_a_series_that_begins_within_a_week_asks_at_once_who_comes(story: Story) -> None:
    await planned(story, "/meeting every Thursday 10:00 County Hall")

    assert [text.splitlines()[1] for text in news(story)] == [
        "🔁 every Thursday, 10:00–12:00",
        "Thu 26 Nov, 10:00–12:00",
    ]
    assert len(await ahead(story)) == 14


async def test_after_months_the_next_meetings_are_still_there_each_once(story: Story) -> None:
    await planned(story)

    await story.travel(days=150)

    assert await ahead(story) == ["Thu 06 May 10:00", "Thu 03 Jun 10:00", "Thu 01 Jul 10:00"]
    every = await names(story)
    assert every == sorted(set(every), key=every.index)
    assert len(every) == 8
    waiting = [
        row
        for row in await story.rows(Occasion)
        if row.kind == "series-top-up" and row.state is OccasionState.WAITING
    ]
    assert len(waiting) == 1
    invitations = [m for m in story.from_bot() if "Coming? Tap" in shown(m).open]
    assert len(invitations) == 5 * 3


async def test_one_meeting_is_moved_and_the_others_stay(story: Story) -> None:
    await planned(story)
    before = await names(story)
    question = await changing(story, "07 Jan")
    assert "🔁 every month on the first Thursday" in read(question.text)

    echo = await story.ask(LEAD, "8 Jan 14:00", reply_to=question.id)
    assert "🔁 every month on the second Friday" in echo
    await story.tap(LEAD, "✅ Only this one")

    assert await ahead(story) == ["Thu 03 Dec 10:00", "Fri 08 Jan 14:00", "Thu 04 Feb 10:00"]
    assert await names(story) == before

    await story.travel(days=60)
    assert await ahead(story) == ["Thu 04 Feb 10:00", "Thu 04 Mar 10:00", "Thu 01 Apr 10:00"]


async def test_yes_to_the_question_moves_only_this_one(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")
    await story.write(LEAD, "8 Jan 14:00", reply_to=question.id)

    await story.write(LEAD, "yes", reply_to=story.last(with_button="✅ Only this").id)

    assert await ahead(story) == ["Thu 03 Dec 10:00", "Fri 08 Jan 14:00", "Thu 04 Feb 10:00"]


async def test_a_meeting_moved_alone_takes_its_series_along_from_its_own_place(
    story: Story,
) -> None:
    await planned(story, "/meeting every Tuesday 15:00 Library")
    await story.write(LEAD, "2 Dec 14:00", reply_to=(await changing(story, "01 Dec")).id)
    await story.tap(LEAD, "✅ Only this one")

    echo = await story.ask(LEAD, "3 Dec 10:00", reply_to=(await changing(story, "02 Dec")).id)
    assert "🔁 every Thursday" in echo
    await story.tap(LEAD, "✅ This and all after it")

    # Not Tuesdays and Thursdays: the Tuesday that was moved is the one that became a Thursday.
    held = await ahead(story)
    assert held[:3] == ["Tue 24 Nov 15:00", "Thu 03 Dec 10:00", "Thu 10 Dec 10:00"]
    assert {day.split()[0] for day in held[1:]} == {"Thu"}


async def test_one_meeting_is_cancelled_and_never_comes_back(story: Story) -> None:
    await planned(story)
    await changing(story, "07 Jan")

    await story.tap(LEAD, "❌ Cancel only this one")
    await story.tap(LEAD, "❌ Yes, cancel it")
    assert await ahead(story) == ["Thu 03 Dec 10:00", "Thu 04 Feb 10:00"]

    await story.travel(days=20)
    assert await ahead(story) == ["Thu 04 Feb 10:00", "Thu 04 Mar 10:00"]


async def test_all_meetings_from_one_on_are_moved_and_the_group_is_told_once(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")
    await story.write(LEAD, "8 Jan 14:00", reply_to=question.id)
    mark = story.last().id

    await story.tap(LEAD, "✅ This and all after it")

    assert await ahead(story) == [
        "Thu 03 Dec 10:00",
        "Fri 08 Jan 14:00",
        "Fri 12 Feb 14:00",
        "Fri 12 Mar 14:00",
    ]
    assert await names(story) == ["03 Dec 10:00", "08 Jan 14:00", "12 Feb 14:00", "12 Mar 14:00"]
    (told_once,) = [m for m in story.from_bot() if m.id > mark]
    assert shown(told_once).open == (
        "🔄 Wajir meeting\n"
        "All meetings from Thu 7 Jan, 10:00 on are moved.\n"
        "\n"
        "every month on the first Thursday, 10:00–12:00\n"
        "Now: 🔁 every month on the second Friday, 14:00–16:00\n"
        "📍 County Hall, or by phone\n"
        "Next: Fri 8 Jan · Fri 12 Feb · Fri 12 Mar\n"
        "\n"
        "A week before each meeting I ask here who comes."
    )

    await story.travel(days=100)
    assert await ahead(story) == ["Fri 12 Mar 14:00", "Fri 09 Apr 14:00", "Fri 14 May 14:00"]


async def test_another_rhythm_is_given_in_words_from_one_meeting_on(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")

    echo = await story.ask(LEAD, "every 2 weeks on Friday 9:00", reply_to=question.id)
    assert "every month on the first Thursday, 10:00–12:00" in echo
    assert "🔁 every 2 weeks on Friday, 9:00" not in echo
    assert "🔁 every 2 weeks on Friday, 09:00–11:00" in echo
    await story.tap(LEAD, "✅ This and all after it")

    assert (await ahead(story))[:4] == [
        "Thu 03 Dec 10:00",
        "Fri 08 Jan 09:00",
        "Fri 22 Jan 09:00",
        "Fri 05 Feb 09:00",
    ]


async def test_a_meeting_cancelled_alone_stays_cancelled_when_all_are_moved(story: Story) -> None:
    await planned(story)
    await changing(story, "04 Feb")
    await story.tap(LEAD, "❌ Cancel only this one")
    await story.tap(LEAD, "❌ Yes, cancel it")
    question = await changing(story, "07 Jan")
    await story.write(LEAD, "7 Jan 14:00", reply_to=question.id)

    await story.tap(LEAD, "✅ This and all after it")
    await story.travel(days=20)

    assert await ahead(story) == ["Thu 07 Jan 14:00", "Thu 04 Mar 14:00"]


async def test_a_series_is_ended_and_a_second_tap_changes_nothing(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")
    mark = story.last().id

    await story.tap(LEAD, "❌ Cancel this and all after it", message=question.id)
    assert shown(question).open == (
        "Wajir meeting\n"
        "🔁 every month on the first Thursday\n"
        "\n"
        "Cancel all meetings from Thu 7 Jan on?\n"
        "2 meetings are planned already. No others will come after them.\n"
        "\n"
        "If you say yes, the group is told."
    )
    assert len(await ahead(story)) == 3
    data = story.data_of(question, "❌ Yes, cancel them")
    await story.tap(LEAD, "❌ Yes, cancel them", message=question.id)
    again = await story.forge(COORDINATOR, data)

    assert again == "This meeting is cancelled: nothing is left to answer or change."
    assert await ahead(story) == ["Thu 03 Dec 10:00"]
    (told_once,) = [m for m in story.from_bot() if m.id > mark]
    assert shown(told_once).open == (
        "❌ CANCELLED\n"
        "Wajir meeting\n"
        "every month on the first Thursday, 10:00–12:00\n"
        "\n"
        "The meeting of Thu 7 Jan, 10:00 and all after it do not take place: please do not "
        "travel. If there is a new date, you will read it here."
    )

    await story.travel(days=200)
    assert await ahead(story) == []


async def test_a_series_stays_if_the_second_question_is_answered_with_no(story: Story) -> None:
    await planned(story, "/meeting every Thursday 10:00 Hall until 17 Dec")
    await changing(story, "03 Dec")
    await story.tap(LEAD, "❌ Cancel this and all after it")
    assert "Cancel 3 meetings, from Thu 3 Dec on?" in read(story.last().text)

    await story.tap(LEAD, "Leave as it is")

    assert len(await ahead(story)) == 4
    assert not [text for text in story.said() if "CANCELLED" in text]


async def test_two_leads_who_change_a_series_at_once_do_not_undo_each_other(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")
    await story.write(LEAD, "8 Jan 14:00", reply_to=question.id)
    proposal = story.last(with_button="✅ This and all")
    first = story.data_of(proposal, "✅ This and all")
    other = await changing(story, "03 Dec", COORDINATOR)
    await story.tap(COORDINATOR, "❌ Cancel this and all", message=other.id)
    second = story.data_of(other, "❌ Yes, cancel them")

    story.telegram.tap(LEAD, GROUP, proposal.id, first, force=True)
    story.telegram.tap(COORDINATOR, GROUP, other.id, second, force=True)
    await story.settle()

    # Whoever came first was heard: the other ended what was left, be it the old series alone.
    moved = ["Fri 08 Jan 14:00", "Fri 12 Feb 14:00", "Fri 12 Mar 14:00"]
    assert (await ahead(story), len(await story.rows(Series))) in (([], 1), (moved, 2))


async def test_a_change_of_a_series_that_was_changed_meanwhile_is_refused(story: Story) -> None:
    await planned(story)
    question = await changing(story, "07 Jan")
    await story.write(LEAD, "8 Jan 14:00", reply_to=question.id)
    data = story.data_of(story.last(with_button="✅ This and all"), "✅ This and all")
    await changing(story, "07 Jan", COORDINATOR)
    await story.tap(COORDINATOR, "❌ Cancel only this one")
    await story.tap(COORDINATOR, "❌ Yes, cancel it")

    told_ = await story.forge(LEAD, data)

    assert told_ != "✅ Done."
    assert await ahead(story) == ["Thu 03 Dec 10:00", "Thu 04 Feb 10:00"]


async def test_a_series_that_ends_before_it_begins_is_refused_kindly(story: Story) -> None:
    said = await story.ask(LEAD, f"{MONTHLY} until 1 Dec")

    assert said.startswith(
        "The first of these meetings would be on Thu 3 Dec 2026, but you wrote that the last day "
        "is Tue 1 Dec 2026."
    )
    assert await story.rows(Proposal) == []
    example = "/meeting every month on the first Thursday 10:00 County Hall from 3 Dec"
    assert said.endswith(f"For example: {example}")
    assert "🔁 every month on the first Thursday" in await story.ask(LEAD, example)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/meeting every second Thursday 10:00", '"every second Thursday" can be different'),
        ("/meeting monthly 10:00 County Hall", 'I understood "monthly", but not on which day.'),
        ("/meeting every Thursday County Hall", 'I understood "every Thursday", but not the time.'),
        ("/meeting every 31st 10:00", "Not every month has a day 31."),
        ("/meeting every day 10:00", "I did not understand how often the meeting comes again"),
    ],
)
async def test_a_rhythm_that_is_not_clear_is_asked_about(
    story: Story, text: str, said: str
) -> None:
    assert (await story.ask(LEAD, text)).startswith(said)


async def test_an_example_in_a_refusal_works_when_it_is_typed(story: Story) -> None:
    refused = await story.ask(LEAD, "/meeting every month from 3 Dec 10:00")
    first = next(line for line in refused.splitlines() if line.startswith("•"))

    echo = await story.ask(LEAD, first.removeprefix("• "))

    assert "🔁 every month on the first Thursday" in echo


@pytest.mark.parametrize(
    ("zone", "now", "plan", "hour_before", "hour_after"),
    [
        ("Europe/London", datetime(2027, 3, 20, 8), "every Thursday 10:00 Hall", 10, 9),
        ("Africa/Cairo", datetime(2027, 4, 20, 8), "every Thursday 10:00 Hall", 8, 7),
    ],
)
async def test_the_wall_time_stays_when_clocks_change(
    database_url: str, zone: str, now: datetime, plan: str, hour_before: int, hour_after: int
) -> None:
    async with told(database_url, start=now.replace(tzinfo=UTC)) as story:

        async def move(session: AsyncSession) -> None:
            await session.execute(
                update(Group).where(col(Group.chat_id) == GROUP).values(zone=zone)
            )

        await story.program.toolbox.database.run(move)
        await planned(story, f"/meeting {plan}")
        rows = sorted(await story.rows(Meeting), key=lambda row: row.starts_at)

        assert {f"{row.wall_start:%a %H:%M}" for row in rows} == {"Thu 10:00"}
        assert [rows[0].starts_at.hour, rows[3].starts_at.hour] == [hour_before, hour_after]

        await story.travel_to(rows[3].starts_at - timedelta(minutes=59))
        reminder = shown(story.last()).open
        assert reminder.startswith("🔔 Today, Thu")
        assert "10:00–12:00" in reminder


async def test_an_hour_that_clocks_skip_is_the_first_one_after(database_url: str) -> None:
    async with told(database_url, start=datetime(2027, 3, 22, 8, tzinfo=UTC)) as story:

        async def move(session: AsyncSession) -> None:
            await session.execute(
                update(Group).where(col(Group.chat_id) == GROUP).values(zone="Europe/London")
            )

        await story.program.toolbox.database.run(move)
        await planned(story, "/meeting every Sunday 01:30 Hall")

        assert (await ahead(story))[:2] == ["Sun 28 Mar 02:00", "Sun 04 Apr 01:30"]
        assert (await names(story))[:2] == ["28 Mar 01:30", "04 Apr 01:30"]


async def test_a_gap_in_a_series_is_said_and_what_follows_keeps_the_hour_that_was_said(
    database_url: str,
) -> None:
    async with told(database_url, start=datetime(2027, 3, 8, 8, tzinfo=UTC)) as story:

        async def move(session: AsyncSession) -> None:
            await session.execute(
                update(Group).where(col(Group.chat_id) == GROUP).values(zone="Europe/Berlin")
            )

        await story.program.toolbox.database.run(move)
        asked = await story.ask(LEAD, "/meeting every Sunday 02:30 from 14 March 2027 Hall")
        skipped = "On Sun 28 Mar clocks go forward, and 02:30 does not come. I take 03:00."
        assert skipped in asked
        await story.tap(LEAD, "✅ Yes")

        question = await changing(story, "28 Mar")
        await story.write(LEAD, "28 March 2027 02:15", reply_to=question.id)
        assert "02:15 does not come. I take 03:00." in read(story.last().text)
        await story.tap(LEAD, "✅ This and all after it")

        assert (await ahead(story))[2:4] == ["Sun 28 Mar 03:00", "Sun 04 Apr 02:15"]


async def test_the_news_of_a_series_has_its_file_and_its_words_to_copy(story: Story) -> None:
    await planned(story, "/meeting every Thursday 06:30 from 3 Dec Hall")
    news_ = next(m for m in story.from_bot() if "🔁" in m.text and m.buttons)
    assert [label[:1] for row in shown(news_).buttons for label in row] == ["📅", "📋"]

    await story.tap(COORDINATOR, "📅", message=news_.id)
    caption = read(story.last().text)
    assert "🔁 All meetings: every Thursday" in caption
    assert "put all of these meetings into your calendar" in caption

    await story.tap(COORDINATOR, "📋", message=news_.id)
    assert "All meetings: every Thursday" in story.last().text.splitlines()


async def test_a_place_told_late_stands_in_no_post(story: Story) -> None:
    await story.write(LEAD, f"{MONTHLY}, place told late", chat=LEAD)
    assert "County Hall" in read(story.last(LEAD).text)
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    await story.travel_to(datetime(2026, 12, 3, 6, 30, tzinfo=UTC))

    assert not [text for text in story.said() if "County Hall" in text]
    assert [text for text in story.said() if "I tell you the place privately, the day b" in text]
    assert "I have told the place privately to those who come." in read(story.last().text)
    row = await of_the(story, "03 Dec")
    late = row.facts().late
    assert late is not None
    assert late.place == "County Hall"


async def test_a_meeting_by_phone_says_the_number_and_one_online_the_address(story: Story) -> None:
    by_phone = await story.ask(LEAD, "/meeting 3 Dec 10:00 by phone 0700 123 456")
    online = await story.ask(LEAD, "/meeting 3 Dec 15:00 online https://meet.example/ab")

    assert "📞 By phone: 0700 123 456" in by_phone
    assert "💻 Online: https://meet.example/ab" in online


async def test_what_speaks_against_a_time_is_said_and_forbids_nothing(story: Story) -> None:
    await story.write(LEAD, "/calendar Friday 12-14 prayer")
    await story.write(LEAD, "/meeting 11 Dec 9:00 Hall")
    await story.tap(LEAD, "✅ Yes")

    echo = await story.ask(LEAD, "/meeting 11 Dec 10:00 to 13:00 County Hall")
    assert "⚠️ Fri 11 Dec does not go with your calendar: every Friday, 12:00–14:00: prayer." in echo
    assert "⚠️ There is already a meeting of this group then: Fri 11 Dec, 09:00–11:00." in echo
    holiday = await story.ask(LEAD, "/meeting every month on day 12, 10:00 County Hall")
    assert "⚠️ Sat 12 Dec is a public holiday: Jamhuri Day." in holiday

    await story.tap(LEAD, "✅ Yes")
    assert "Sat 12 Dec 10:00" in await ahead(story)


async def test_the_calendar_is_listed_and_a_line_is_taken_out(story: Story) -> None:
    noted = await story.ask(LEAD, "/calendar Friday 12-14 prayer")
    assert noted.startswith("✅ Noted: every Friday, 12:00–14:00: prayer.")
    await story.write(DEPUTY, "/kalenda Jumatano siku ya soko")
    listed = await story.ask(LEAD, "/calendar")
    assert "1. every Friday, 12:00–14:00: prayer\n2. every Wednesday: siku ya soko" in listed

    await story.tap(LEAD, "🗑 Remove 1")

    assert "1. every Wednesday: siku ya soko" in read(story.last().text)
    assert shown(story.last()).buttons[-1] == ["🗑 Remove 1"]
    assert "prayer" not in read(story.last().text).split("To add a line")[0]


async def test_the_calendar_is_written_by_taps(story: Story) -> None:
    listed = await story.ask(LEAD, "/calendar", chat=LEAD)
    assert "I know the public holidays of Kenya and the days beside Eid." in listed
    assert shown(story.last(LEAD)).buttons == [
        ["🕌 Friday prayer", "🌙 Ramadan hours"],
        ["🛒 Market day", "➕ Something else"],
    ]

    await story.tap(LEAD, "🕌 Friday prayer", chat=LEAD)
    assert read(story.last(LEAD).text).startswith("every Friday: prayer\n\nAt what hours?")
    await story.tap(LEAD, "12:00–14:00", chat=LEAD)
    await story.tap(LEAD, "🌙 Ramadan", chat=LEAD)
    # About thirty days before the feast, which the moon may still move.
    await story.tap(LEAD, "Sun 7 Feb – Mon 8 Mar", chat=LEAD)
    await story.write(LEAD, "10-15", chat=LEAD)
    await story.tap(LEAD, "🛒 Market day", chat=LEAD)
    await story.tap(LEAD, "every Wednesday", chat=LEAD)
    await story.tap(LEAD, "🗓 The whole day", chat=LEAD)

    assert read(story.last(LEAD).text).startswith(
        "✅ Noted: every Wednesday: market day. I will tell you if a meeting is planned against it."
        "\n\n"
        "Calendar of Wajir\n"
        "1. every Friday, 12:00–14:00: prayer\n"
        "2. every Wednesday: market day\n"
        "3. Sun 7 Feb 2027 – Mon 8 Mar 2027, 10:00–15:00: Ramadan "
    )
    echo = await story.ask(LEAD, "/meeting 5 Mar 10:00 Hall", chat=LEAD)
    assert "does not go with your calendar: every Friday" not in echo
    echo = await story.ask(LEAD, "/meeting 5 Mar 9:00 Hall", chat=LEAD)
    assert "⚠️ Fri 5 Mar does not go with your calendar: Sun 7 Feb 2027" in echo


async def test_whoever_types_more_than_was_asked_is_asked_less(story: Story) -> None:
    await story.write(LEAD, "/calendar", chat=LEAD)
    await story.tap(LEAD, "➕ Something else", chat=LEAD)
    assert (await story.ask(LEAD, "school holidays", chat=LEAD)).startswith(
        "school holidays: on which day?"
    )
    await story.tap(LEAD, "⬅️ Back", chat=LEAD)
    noted = await story.ask(LEAD, "every Monday 8-10 county briefing", chat=LEAD)

    assert noted.startswith("✅ Noted: every Monday, 08:00–10:00: county briefing.")


async def test_hours_that_end_before_they_begin_are_refused_with_an_example(story: Story) -> None:
    said = await story.ask(LEAD, "/calendar Friday 14:00-12:00 prayer")

    assert said == (
        "You wrote from 14:00 to 12:00: the end is before the beginning. Please write it again.\n"
        "\n"
        "For example: /calendar Friday 12:00-14:00 prayer"
    )


async def test_a_member_does_not_change_the_calendar(story: Story) -> None:
    await story.write(AMINA, "/calendar Friday 12-14 prayer")
    listed = await story.ask(COORDINATOR, "/calendar")

    assert "Nothing is written here yet." in listed


async def test_two_programs_write_each_meeting_down_once(database_url: str) -> None:
    async with told(database_url) as story:
        await planned(story)
        due = datetime(2026, 12, 4, tzinfo=UTC)
        await story.travel_to(due - timedelta(days=2))
        tickers = [story.program.ticker, Ticker(story.program.toolbox)]
        story.clock.set(due)
        await asyncio.gather(*(ticker.tick() for ticker in tickers))

        every = await names(story)
        assert len(every) == len(set(every)) == 4


async def in_the_file(story: Story, day: str) -> tuple[Any, list[str]]:
    """Ask for the calendar file of a meeting; return it, and what another library finds in it."""
    meeting = await of_the(story, day)
    await story.forge(LEAD, f"file:{meeting.id}")
    sent = story.last(LEAD).document
    assert sent is not None
    content = story.telegram.file(sent["file_id"])
    assert content is not None
    file = Calendar.from_ical(content.decode())
    found = recurring_ical_events.of(file).between(MONDAY, MONDAY + timedelta(days=160))
    starts = sorted(one["DTSTART"].dt for one in found if one.get("STATUS") != "CANCELLED")
    return file, [f"{start:%a %d %b %H:%M}" for start in starts]


async def test_the_calendar_file_of_a_series_follows_every_change_under_the_same_name(
    story: Story,
) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story)
    first, days = await in_the_file(story, "03 Dec")
    assert days == [
        "Thu 03 Dec 10:00",
        "Thu 07 Jan 10:00",
        "Thu 04 Feb 10:00",
        "Thu 04 Mar 10:00",
        "Thu 01 Apr 10:00",
    ]

    question = await changing(story, "07 Jan")
    await story.write(LEAD, "8 Jan 14:00", reply_to=question.id)
    await story.tap(LEAD, "✅ Only this one")
    await changing(story, "04 Feb")
    await story.tap(LEAD, "❌ Cancel only this one")
    await story.tap(LEAD, "❌ Yes, cancel it")
    second, days = await in_the_file(story, "03 Dec")
    assert days == [
        "Thu 03 Dec 10:00",
        "Fri 08 Jan 14:00",
        "Thu 04 Mar 10:00",
        "Thu 01 Apr 10:00",
    ]

    await story.travel(days=20)
    question = await changing(story, "04 Mar")
    await story.write(LEAD, "5 Mar 9:00", reply_to=question.id)
    await story.tap(LEAD, "✅ This and all after it")
    third, days = await in_the_file(story, "05 Mar")
    assert days == [
        "Thu 03 Dec 10:00",
        "Fri 08 Jan 14:00",
        "Fri 05 Mar 09:00",
        "Fri 02 Apr 09:00",
    ]

    masters = [next(iter(file.walk("VEVENT"))) for file in (first, second, third)]
    assert len({str(event["UID"]) for event in masters}) == 1
    assert [event["SEQUENCE"] for event in masters] == sorted(
        {event["SEQUENCE"] for event in masters}
    )
    assert not any(part in third.to_ical() for part in (b"ATTENDEE", b"ORGANIZER"))


async def test_the_file_of_a_series_that_was_ended_takes_it_back(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story)
    await changing(story, "03 Dec")
    await story.tap(LEAD, "❌ Cancel this and all after it")
    await story.tap(LEAD, "❌ Yes, cancel them")

    file, days = await in_the_file(story, "03 Dec")

    assert (file["METHOD"], days) == ("CANCEL", [])


async def test_a_lead_cancels_a_meeting_far_ahead_from_the_list_in_private(story: Story) -> None:
    await planned(story)
    await story.write(LEAD, "/when", chat=LEAD)

    await story.tap(LEAD, "✏️ Move or cancel Thu 4 Feb", chat=LEAD)
    await story.tap(LEAD, "❌ Cancel only", chat=LEAD)
    await story.tap(LEAD, "❌ Yes, cancel it", chat=LEAD)

    assert await ahead(story) == ["Thu 03 Dec 10:00", "Thu 07 Jan 10:00"]
    assert shown(story.last()).open.startswith("❌ CANCELLED")
    # Who may change nothing is not offered it.
    await story.write(AMINA, "/when", chat=AMINA)
    labels = [button.text for row in story.last(AMINA).buttons for button in row]
    assert not [label for label in labels if label.startswith("✏️")]


async def test_the_same_line_is_kept_once_and_speaks_once_against_a_series(story: Story) -> None:
    await story.write(LEAD, "/calendar Thursday market day")
    await story.write(DEPUTY, "/kalenda Alhamisi siku ya soko")
    await story.write(LEAD, "/calendar Friday 12-14")
    listed = await story.ask(LEAD, "/calendar Friday 12-14 prayer")

    echo = await story.ask(LEAD, "/meeting every Thursday 10:00 County Hall")

    assert "1. every Thursday: market day\n2. every Friday, 12:00–14:00: prayer\n" in listed
    assert "3." not in listed
    assert echo.count("market day") == 1


async def test_ramadan_without_dates_is_the_next_one(story: Story) -> None:
    noted = await story.ask(LEAD, "/calendar Ramadan 10-15")

    assert noted.startswith("✅ Noted: Sun 7 Feb 2027 – Mon 8 Mar 2027, 10:00–15:00: Ramadan")


async def test_the_list_says_which_meeting_of_a_series_was_moved(story: Story) -> None:
    await planned(story)
    question = await changing(story, "03 Dec")
    await story.write(LEAD, "4 Dec 14:00", reply_to=question.id)
    await story.tap(LEAD, "✅ Only this one")

    listed = await story.ask(LEAD, "/when")

    assert (
        "Fri 4 Dec, 14:00–16:00\n"
        "🔁 every month on the first Thursday\n"
        "Moved. It was: Thu 3 Dec, 10:00\n" in listed
    )
    assert listed.count("Moved.") == 1
