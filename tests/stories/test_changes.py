"""What leads write to have a meeting changed or cancelled, in their own words."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.meetings import State
from bot.models import Meeting
from bot.playground.state import Message
from tests.stories.story import AMINA, DEPUTY, LEAD, Story, read, shown, told

MONTHLY = "/meeting every Thursday 10:00 County Hall until 17 Dec"
SINGLE = "/meeting 3 Dec 10:00 County Hall"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


async def planned(story: Story, plan: str = SINGLE, *, chat: int | None = None) -> Message:
    """Let the lead plan, and return the first post about it."""
    if chat is None:
        await story.write(LEAD, plan)
        await story.tap(LEAD, "✅ Yes")
    else:
        await story.write(LEAD, plan, chat=chat)
        await story.tap(LEAD, "✅ Yes", chat=chat)
    return story.last()


async def changing(story: Story, number: int = 1, *, chat: int | None = None) -> Message:
    """Let a lead ask to change a meeting (in their private `chat`), and return the question."""
    if chat is None:
        await story.forge(LEAD, f"change:{number}")
        return story.last()
    await story.write(chat, "/when", chat=chat)
    await story.tap(chat, "✏️", chat=chat)
    return story.last(chat)


async def proposed(story: Story, said: str, *, number: int = 1) -> list[str]:
    """Return the lines of the question that comes of a change in these words."""
    question = await changing(story, number)
    return (await story.ask(LEAD, said, reply_to=question.id)).splitlines()


async def states(story: Story) -> list[State]:
    return [one.state for one in sorted(await story.rows(Meeting), key=lambda row: row.wall_start)]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("by phone 0722 111 222", "📞 By phone: 0722 111 222"),
        ("mtandaoni https://meet.example/y", "💻 Online: https://meet.example/y"),
        ("Ukumbi wa Chifu, kwa simu", "📍 Ukumbi wa Chifu, or by phone"),
        ("change the place to Chief's Office", "📍 Chief's Office, or by phone"),
        ("online or Chief's Office", "📍 Chief's Office, or online"),
        ("Friday", "Fri 4 Dec, 10:00–12:00"),
        ("move it to Wednesday please", "Wed 2 Dec, 10:00–12:00"),
        ("ahirisha hadi Ijumaa", "Fri 4 Dec, 10:00–12:00"),
        ("u wareeji Khamiista 10 Diseembar", "Thu 10 Dec, 10:00–12:00"),
        ("move to 11:00", "Thu 3 Dec, 11:00–13:00"),
    ],
)
async def test_a_change_is_understood_as_it_is_said(story: Story, said: str, line: str) -> None:
    await planned(story)

    lines = await proposed(story, said)

    assert lines[0] == "Is this change right?"
    assert line in lines


@pytest.mark.parametrize("said", ["ahirisha", "move it", "yes", "until 17 Dec"])
async def test_a_change_that_says_too_little_changes_nothing(story: Story, said: str) -> None:
    await planned(story)

    lines = await proposed(story, said)

    assert not any("Is this change right?" in line for line in lines)
    assert not any("📍" in line for line in lines)
    assert lines


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("move to Friday 10:00", "Fri 4 Dec, 10:00–12:00"),
        ("moved to Friday", "Fri 4 Dec, 10:00–12:00"),
        ("Mkutano umeahirishwa hadi Ijumaa", "Fri 4 Dec, 10:00–12:00"),
    ],
)
async def test_a_lead_who_says_the_new_day_under_the_announcement_is_asked_nothing_else(
    story: Story, said: str, line: str
) -> None:
    post = await planned(story)

    lines = (await story.ask(LEAD, said, reply_to=post.id)).splitlines()

    assert lines[0] == "Is this change right?"
    assert line in lines


async def test_a_change_of_the_way_keeps_a_place_that_is_told_late_secret(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story, f"{SINGLE}, place told the day before", chat=LEAD)
    assert "📍 I tell you the place privately, the day before." in read(story.last().text)
    question = await changing(story, chat=LEAD)

    asked = await story.ask(LEAD, "by phone 0722 111 222", chat=LEAD, reply_to=question.id)

    assert "📞 By phone: 0722 111 222" in asked
    assert "🔒 The place is not shown in the group" in asked
    await story.tap(LEAD, "✅ Yes", chat=LEAD)
    assert not [text for text in story.said() if "0722" in text]


async def test_a_place_that_is_told_late_is_told_now_when_a_lead_says_so(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story, f"{SINGLE}, place secret", chat=LEAD)
    question = await changing(story, chat=LEAD)

    asked = await story.ask(LEAD, "place told now", chat=LEAD, reply_to=question.id)

    assert "📍 County Hall, or by phone" in asked
    assert "🔒" not in asked


async def test_a_series_is_given_a_last_day(story: Story) -> None:
    await planned(story, "/meeting every Thursday 10:00 County Hall")

    lines = await proposed(story, "until 17 Dec", number=2)

    assert any("17 Dec" in line for line in lines)
    await story.tap(LEAD, "✅ This and all after it")
    held = [one.wall_start for one in await story.rows(Meeting) if one.state is State.PLANNED]
    assert f"{max(held):%d %b}" == "17 Dec"


async def test_all_meetings_of_a_series_are_moved_to_the_weekday_nearest(story: Story) -> None:
    await planned(story, MONTHLY)

    lines = await proposed(story, "move all to Wednesday", number=2)

    assert "Wed 2 Dec, 10:00–12:00" in lines
    assert "📍 County Hall, or by phone" in lines
    await story.tap(LEAD, "✅ This and all after it")
    days = sorted(f"{one.wall_start:%m-%d %a}" for one in await story.rows(Meeting))
    assert days == ["11-26 Thu", "12-02 Wed", "12-09 Wed", "12-16 Wed"]


async def test_cancel_is_asked_twice_and_yes_is_an_answer(story: Story) -> None:
    await planned(story)
    question = await changing(story)

    asked = await story.ask(LEAD, "Cancelled", reply_to=question.id)

    assert "Cancel the meeting on Thu 3 Dec?" in asked
    assert await states(story) == [State.PLANNED]
    await story.write(LEAD, "yes", reply_to=story.last(with_button="❌ Yes, cancel it").id)
    assert await states(story) == [State.CANCELLED]
    assert shown(story.last()).open.startswith("❌ CANCELLED")


@pytest.mark.parametrize(
    ("plan", "button"),
    [(SINGLE, "❌ Cancel the meeting"), (MONTHLY, "❌ Cancel this and all after it")],
)
async def test_only_who_tapped_cancel_is_asked_again(story: Story, plan: str, button: str) -> None:
    await planned(story, plan)
    for lead in (LEAD, DEPUTY):
        await changing(story, chat=lead)
    question = story.last(DEPUTY)
    before = (question.text, repr(question.keyboard))

    await story.tap(LEAD, button, chat=LEAD)

    assert "❌ Yes, cancel" in repr(shown(story.last(LEAD)).buttons)
    after = story.message(question.id, DEPUTY)
    assert (after.text, repr(after.keyboard)) == before


async def test_cancel_about_one_of_a_series_asks_which(story: Story) -> None:
    await planned(story, MONTHLY)
    question = await changing(story, 3)

    asked = await story.ask(LEAD, "cancel", reply_to=question.id)

    assert "Cancel only this meeting, or all after it, too?" in asked
    await story.tap(LEAD, "❌ Cancel this and all after it", message=story.last().id)
    await story.write(LEAD, "ndiyo", reply_to=story.last(with_button="❌ Yes, cancel them").id)
    assert await states(story) == [
        State.PLANNED,
        State.PLANNED,
        State.CANCELLED,
        State.CANCELLED,
    ]


async def test_yes_typed_in_private_ends_a_series(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story, MONTHLY)
    await story.write(LEAD, "/when", chat=LEAD)
    await story.tap(LEAD, "✏️ Move or cancel Thu 10 Dec", chat=LEAD)
    await story.tap(LEAD, "❌ Cancel this and all after it", chat=LEAD)

    await story.write(LEAD, "yes", chat=LEAD)

    assert await states(story) == [
        State.PLANNED,
        State.PLANNED,
        State.CANCELLED,
        State.CANCELLED,
    ]


@pytest.mark.parametrize("said", ["cancelled", "postponed", "please bring tea", "mkutano umefutwa"])
async def test_a_lead_who_asks_for_a_change_under_the_invitation_is_shown_how(
    story: Story, said: str
) -> None:
    post = await planned(story)

    answer = await story.ask(LEAD, said, reply_to=post.id)

    assert "To change it, reply to this message" in answer
    assert await states(story) == [State.PLANNED]


async def test_others_who_write_that_are_asked_whether_they_come(story: Story) -> None:
    post = await planned(story)

    answer = await story.ask(AMINA, "cancelled", reply_to=post.id)

    assert answer.startswith("Sikuelewa kama utakuja.")
    assert await states(story) == [State.PLANNED]


async def test_a_place_that_was_told_is_not_promised_again(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await planned(story, f"{SINGLE}, place told late", chat=LEAD)
    await story.travel(days=9, hours=23)

    listed = await story.ask(LEAD, "/when", chat=LEAD)

    assert "🔒 I have told the place privately to those who come." in listed
    assert "the day before" not in listed
