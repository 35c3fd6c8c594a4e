"""A group that reads three languages: what everybody is shown, and each person in their own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.models import Meeting
from bot.playground.state import Message
from bot.rendering.html import visible_length
from tests.stories.story import AMINA, COORDINATOR, LEAD, Story, read, shown, told

HODAN = 114
"""She speaks for the Wajir Women Network, and reads Somali."""
THURSDAY = datetime(2026, 12, 3, 7, tzinfo=UTC)
"""Thursday 3 December 2026, 10:00 in Nairobi."""
OTHERS = (
    "Afya Mashinani, Elimu Kaskazini, Green Rangelands, Maji Bora Trust, Pastoral Voices, "
    "Tumaini Livestock, Wajir Drought Office, Wajir Women Network"
)
BUTTONS = [
    ["✅ Coming · Nakuja · Waan imanayaa"],
    ["📞 By phone · Kwa simu · Taleefan"],
    ["🔁 Alternate · Mbadala · Ku-xigeen"],
    ["❌ Cannot · Siwezi · Ma imaan karo"],
]
"""Each in a row of its own, so that the third language is seen, too."""


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """Wajir, whose group reads English, Swahili and Somali."""
    async with told(database_url) as story:
        await story.write(COORDINATOR, "/setup Wajir; Africa/Nairobi; en sw so")
        yield story


async def planned(story: Story) -> Message:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅ Yes")
    return story.last()


async def test_an_announcement_speaks_three_languages_and_fits_a_message(story: Story) -> None:
    announcement = await planned(story)

    english, swahili, somali = read(announcement.text).split("\n\n📅 ")
    assert english.splitlines()[:2] == ["📅 Wajir meeting", "Thu 3 Dec, 10:00–12:00"]
    assert swahili.splitlines()[:2] == [
        "Mkutano wa Wajir",
        "Alhamisi 3 Desemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)",
    ]
    assert somali == (
        "Kulanka Wajir\n"
        "Khamiis 3 Diseembar, 10:00–12:00\n"
        "📍 County Hall, ama taleefan ahaan\n"
        "\n"
        'Ma imanaysaa? Taabo, ama ku jawaab "haa" ama "maya".\n'
        "\n"
        f"⏳ Weli ma jawaabin 8: {OTHERS}\n"
        "\n"
        "Jawaabtaada waad beddeli kartaa ilaa 10:00."
    )
    assert announcement.html.count("<blockquote expandable>") == 2
    assert visible_length(announcement.html) <= 4096
    assert shown(announcement).buttons[:4] == BUTTONS


async def test_a_somali_speaker_is_answered_in_somali_by_toast_and_in_private(story: Story) -> None:
    announcement = await planned(story)

    assert await story.tap(HODAN, "✅") == (
        "✅ Waa la qoray: Wajir Women Network way imanaysaa. Mahadsanid!"
    )
    assert await story.tap(HODAN, "✅") == (
        "✅ Waa la qoray: Wajir Women Network way imanaysaa. Hore ayaad sidaas u tiri."
    )
    assert (await story.ask(HODAN, "/goorma", chat=HODAN)).startswith(
        "📅 Kulanka Wajir\nKhamiis 3 Diseembar, 10:00–12:00\n📍 County Hall, ama taleefan ahaan"
    )
    assert (await story.ask(HODAN, "/caawi", chat=HODAN)).startswith(
        "Waxa aad halkan ka samayn karto\n\n/goorma – kulannada soo socda iyo cidda imanaysa\n"
    )
    assert await story.tap(AMINA, "📞", message=announcement.id) == (
        "📞 Imeandikwa: Maji Bora Trust watashiriki kwa simu. Asante!"
    )


async def test_a_reply_in_any_of_the_three_languages_counts(story: Story) -> None:
    announcement = await planned(story)
    counted = []
    for words in ("Maya", "haa, insha'Allah", "taleefan ahaan", "ku-xigeenkayga ayaa imanaya"):
        await story.write(HODAN, words, reply_to=announcement.id)
        lines = shown(announcement).open.splitlines()
        counted += [line for line in lines if line.endswith("Wajir Women Network")][:1]

    assert counted == [
        "❌ Cannot 1: Wajir Women Network",
        "✅ Coming 1: Wajir Women Network",
        "📞 By phone 1: Wajir Women Network",
        "🔁 Alternate 1: Wajir Women Network",
    ]


async def test_a_reply_that_is_no_answer_is_asked_about_in_somali(story: Story) -> None:
    announcement = await planned(story)

    said = await story.ask(HODAN, "malaha, ma hubo", reply_to=announcement.id)

    assert said.splitlines()[-4:] == ["• haa", "• maya", "• taleefan ahaan", "• ku-xigeen"]


async def test_an_hour_that_somali_speakers_count_in_two_ways_is_asked_about(story: Story) -> None:
    await story.write(LEAD, "/luqad so", chat=LEAD)

    said = await story.ask(LEAD, "/kulan Khamiis saacadda 4 subaxnimo Hoolka Ismaamulka")
    assert said == (
        "Maalinta waan fahmay, Khamiis 26 Noofeembar.\n"
        '"saacadda 4 subaxnimo" waxay noqon kartaa saacado kala duwan:\n'
        "\n"
        "• 04:00\n"
        "• 10:00\n"
        "\n"
        "Fadlan mar kale qor saacadda aad ula jeeddo.\n"
        "Tusaale:\n"
        "/kulan Khamiis 04:00 Hoolka Ismaamulka\n"
        "/kulan Khamiis 10:00 Hoolka Ismaamulka"
    )

    said = await story.ask(LEAD, "/kulan Khamiis 10ka subaxnimo Hoolka Ismaamulka")
    assert said == (
        "Tani ma sax baa?\n"
        "\n"
        "Kulanka Wajir\n"
        "Khamiis 26 Noofeembar, 10:00–12:00\n"
        "Thu 26 Nov, 10:00–12:00\n"
        "Alhamisi 26 Novemba, 10:00–12:00 (saa 4 asubuhi hadi saa 6 mchana)\n"
        "📍 Hoolka Ismaamulka, ama taleefan ahaan\n"
        "\n"
        "Haddii aad haa tiraahdo, kooxda ayaa loogu dhawaaqayaa."
    )
    await story.write(LEAD, "haa", reply_to=story.last().id)
    assert [meeting.place for meeting in await story.rows(Meeting)] == ["Hoolka Ismaamulka"]


async def test_reminders_and_the_end_of_a_meeting_are_said_in_somali_too(story: Story) -> None:
    await planned(story)

    await story.travel_to(THURSDAY - timedelta(days=1) + timedelta(seconds=5))
    assert "🔔 Berri, Khamiis 3 Diseembar, 10:00–12:00" in read(story.last().text)

    await story.tap(LEAD, "✏️")
    await story.tap(LEAD, "❌ Cancel")
    await story.tap(LEAD, "❌ Yes")
    assert "WAA LA BAAJIYAY" in read(story.last().text)
