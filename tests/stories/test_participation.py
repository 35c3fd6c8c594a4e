"""/attendance: which organisations come to meetings."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.story import AMINA, LEAD, STRANGER, Story, shown, told

FIRST = datetime(2026, 12, 3, 7, 3, tzinfo=UTC)


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/start", chat=LEAD)
    await story.write(AMINA, "/start", chat=AMINA)
    await story.write(AMINA, "/language en", chat=AMINA)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


async def hold(story: Story, day: datetime) -> None:
    """Let a meeting be planned and opened."""
    await story.write(LEAD, f"/meeting {day:%-d %b} 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.travel_to(day)
    await story.write(LEAD, "/open")


async def test_who_came_is_counted_by_organisation(story: Story) -> None:
    await hold(story, FIRST)
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/close")
    await hold(story, FIRST + timedelta(days=7))
    await story.tap(AMINA, "➡️ More")
    await story.tap(AMINA, "🔁")
    await story.write(LEAD, "/close")

    await story.write(LEAD, "/attendance")

    seen = shown(story.last(LEAD)).open
    assert seen.startswith(
        "📊 Who came: Wajir\n"
        "The last 2 meetings, Thu 3 Dec 2026 to Thu 10 Dec 2026\n\n"
        "1. Maji Bora Trust\n●◐ 2 of 2 · 2 in a row\n"
        "2. Wajir Drought Office\n●● 2 of 2 · 2 in a row\n"
        "3. Afya Mashinani\n×× 0 of 2\n"
    )
    await story.tap(LEAD, "🖼", chat=LEAD)
    sent = story.last(LEAD)
    assert sent.photo[0]["file_size"] <= 60 * 1024
    assert shown(sent).open == (
        "Who came: Wajir\nThe last 2 meetings, Thu 3 Dec 2026 to Thu 10 Dec 2026\n"
        "At the last one: 2 of 8 organisations."
    )


async def test_a_yes_without_coming_and_what_was_not_held_are_told_apart(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    await story.tap(AMINA, "✅ Coming")
    await story.travel_to(FIRST)
    await story.write(LEAD, "/open")
    await story.write(LEAD, "/close")

    await story.write(LEAD, "/attendance")

    seen = shown(story.last(LEAD)).open
    assert "Maji Bora Trust\n△ 0 of 1" in seen
    assert "△ said they come, were not there" in seen


async def test_members_see_the_line_of_their_own_organisation(story: Story) -> None:
    await hold(story, FIRST)
    await story.tap(AMINA, "🙋")
    await story.write(LEAD, "/close")

    await story.write(AMINA, "/attendance")

    own = shown(story.last(AMINA))
    assert "Maji Bora Trust\n● 1 of 1\n" in own.open
    assert "Afya Mashinani" not in own.open
    assert own.buttons == []


async def test_before_the_first_meeting_there_is_nothing_to_count(story: Story) -> None:
    await story.write(LEAD, "/attendance", chat=LEAD)

    assert shown(story.last(LEAD)).open == (
        "📊 Who came: Wajir\n"
        "No meeting was held with me yet. Once one is closed, it is counted here."
    )


async def test_strangers_learn_nothing(story: Story) -> None:
    await story.write(STRANGER, "/attendance", chat=STRANGER)

    assert "Maji Bora" not in shown(story.last(STRANGER)).open
