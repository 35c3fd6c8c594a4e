"""Answers that somebody passes on: partners who are only on the phone are counted, and marked."""

from collections.abc import AsyncIterator

import pytest

from bot.models import ReplyFor
from tests.stories.story import (
    AMINA,
    IBRAHIM,
    LEAD,
    PETER,
    STRANGER,
    Story,
    read,
    shown,
    told,
)


async def beginning(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00")
    await story.tap(LEAD, "✅ Yes")


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url, beginning) as story:
        yield story


def answers(story: Story) -> list[str]:
    """Return the lines of the list of answers, without those who are silent."""
    lines = shown(story.last(with_button="✅ Coming")).open.splitlines()
    return [line for line in lines if line[:1] in {"✅", "📞", "🔁", "❌", "*"}]


@pytest.mark.parametrize(
    "words",
    [
        "Pastoral Voices: by phone",
        "for pastoral voices: by phone",
        "PV: phone",
        "kwa Pastoral: kwa simu",
        "for Pastoral Voices by phone",
        "Pastoral Voices phone",
        "kwa Pastoral Voices simu",
        "by phone for Pastoral Voices",
    ],
)
async def test_a_lead_passes_an_answer_on_in_a_reply(story: Story, words: str) -> None:
    post = story.last(with_button="✅ Coming").id

    assert await story.ask(LEAD, words, reply_to=post) == ""

    assert answers(story) == ["📞 By phone 1: Pastoral Voices*", "* passed on for them"]


async def test_what_its_own_people_answer_counts_more(story: Story) -> None:
    post = story.last(with_button="✅ Coming").id
    await story.write(LEAD, "Pastoral Voices: yes", reply_to=post)

    await story.tap(IBRAHIM, "❌ Cannot")

    assert answers(story) == ["❌ Cannot 1: Pastoral Voices"]


async def test_a_lead_passes_answers_on_by_buttons_and_takes_one_back(story: Story) -> None:
    await story.write(LEAD, "/group", chat=LEAD)
    await story.tap(LEAD, "🗣", chat=LEAD)
    await story.tap(LEAD, "Green", chat=LEAD)
    assert read(story.said(LEAD)[-1]) == (
        "Wajir meeting\nThu 3 Dec, 10:00–12:00\nWhat did Green Rangelands say?"
    )

    await story.tap(LEAD, "✅ Coming", chat=LEAD)
    assert answers(story) == ["✅ Coming 1: Green Rangelands*", "* passed on for them"]
    await story.tap(LEAD, "↩️", chat=LEAD)
    assert answers(story) == []
    assert await story.rows(ReplyFor) == []


async def test_a_prime_answers_for_the_own_organisation_only(story: Story) -> None:
    post = story.last(with_button="✅ Coming").id

    await story.write(AMINA, "Maji Bora Trust: ndiyo", reply_to=post)
    assert answers(story) == ["✅ Coming 1: Maji Bora Trust*", "* passed on for them"]
    for person in (AMINA, PETER, STRANGER):
        assert await story.ask(person, "Pastoral Voices: yes", reply_to=post) != ""
    assert answers(story) == ["✅ Coming 1: Maji Bora Trust*", "* passed on for them"]


async def test_a_prime_answers_for_the_own_organisation_by_buttons_and_in_words(
    story: Story,
) -> None:
    post = story.last(with_button="✅ Coming").id
    await story.write(AMINA, "/group", chat=AMINA)
    await story.tap(AMINA, "🗣", chat=AMINA)
    assert shown(story.last(AMINA)).buttons == [["Maji Bora Trust"]]
    await story.tap(AMINA, "Maji", chat=AMINA)
    await story.tap(AMINA, "📞", chat=AMINA)
    assert answers(story) == ["📞 By phone 1: Maji Bora Trust*", "* passed on for them"]

    await story.write(AMINA, "kwa Maji Bora Trust ndiyo", reply_to=post)
    assert answers(story) == ["✅ Coming 1: Maji Bora Trust*", "* passed on for them"]


async def test_a_lead_who_is_not_understood_learns_how_to_answer_for_others(story: Story) -> None:
    post = story.last(with_button="✅ Coming").id

    assert "write its name before, for example: Water Partners: yes" in await story.ask(
        LEAD, "Pastoral maybe", reply_to=post
    )
    assert "Water Partners" not in await story.ask(AMINA, "labda", reply_to=post)


@pytest.mark.parametrize(
    "words", ["Maji Bora Trust ndiyo", "kwa Maji Bora Trust ndiyo", "MBT: yes"]
)
async def test_who_names_the_own_organisation_gives_the_own_answer(
    story: Story, words: str
) -> None:
    await story.write(PETER, words, reply_to=story.last(with_button="✅ Coming").id)

    assert answers(story) == ["✅ Coming 1: Maji Bora Trust"]


async def test_a_name_that_several_could_be_is_asked_about(story: Story) -> None:
    post = story.last(with_button="✅ Coming").id

    assert await story.ask(LEAD, "Wajir: yes", reply_to=post) == (
        'I do not know which organisation of this group you mean by "Wajir". Please write its name '
        "as it stands in the list, for example: Water Partners: yes"
    )
    assert answers(story) == []


async def test_a_moved_meeting_forgets_what_was_passed_on(story: Story) -> None:
    post = story.last(with_button="✅ Coming").id
    await story.write(LEAD, "Pastoral Voices: yes", reply_to=post)

    await story.tap(LEAD, "✏️")
    await story.write(LEAD, "4 Dec 10:00", reply_to=story.last().id)
    await story.tap(LEAD, "✅ Yes")

    assert answers(story) == []
