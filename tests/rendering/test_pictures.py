"""The picture of who came: small, and of one page, whatever organisations are called."""

import pytest

from bot.domain.participation import PICTURED
from bot.playground import attachments
from bot.rendering import documents
from bot.rendering.messages import renderer
from tests.rendering import digested, held

NAMES = {
    "plain": "Maji Bora Trust",
    "200 letters": "Shirika" * 28 + "Maji",
    "Arabic": "منظمة المياه النظيفة",
    "Somali": "Ururka Horumarinta Biyaha iyo Xoolaha",
    "markup": '#set text(red) [*a*] $x$ \\u{41} "quoted"',
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("language", ["en", "sw", "so"])
def test_the_picture_is_small(name: str, language: str) -> None:
    facts = {
        "group": held.group(name),
        "participation": held.shares(name, organisations=PICTURED + 10),
        "room": PICTURED,
    }

    said = renderer().document("participation", language=language, **facts)
    content = documents.png("participation", said)

    assert attachments.photo_problem(content) is None
    assert len(content) <= 72 * 1024


def test_more_organisations_than_there_is_room_for_are_counted() -> None:
    facts = {"group": held.group("Wajir"), "participation": held.shares("A", 20), "room": 16}

    said = renderer().document("participation", language="en", **facts)

    assert (len(said["shares"]), said["more"]) == (16, ["… and 4 more"])


def test_over_each_column_stand_day_and_month() -> None:
    facts = {"group": held.group("Wajir"), "participation": held.shares("A", 1), "room": PICTURED}

    said = renderer().document("participation", language="so", **facts)

    assert said["days"][6:8] == [["3", "Lul"], ["3", "Ogs"]]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("language", ["en", "sw", "so"])
def test_the_picture_of_twelve_weeks_is_small(name: str, language: str) -> None:
    said = renderer().document("weeks", language=language, **digested.weeks(name))
    content = documents.png("weeks", said)

    assert attachments.photo_problem(content) is None
    assert len(content) <= 60 * 1024
