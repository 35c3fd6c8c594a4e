"""How a rhythm is said to people, and that whoever repeats it is understood."""

from datetime import datetime

import pytest

from bot.domain.rhythms import read_rhythm
from bot.domain.rhythms.words import LANGUAGES
from bot.domain.series import LAST, MonthlyByDay, MonthlyByWeekday, Rhythm, Weekly
from bot.rendering.messages import renderer
from tests.rendering.world import RHYTHMS


def said(rhythm: Rhythm, language: str) -> str:
    return renderer().text("series/rhythm.html", language=language, rhythm=rhythm)


@pytest.mark.parametrize(
    ("rhythm", "english", "swahili", "somali"),
    [
        (Weekly(1, (3,)), "every Thursday", "kila Alhamisi", "Khamiis kasta"),
        (
            Weekly(2, (0, 3)),
            "every 2 weeks on Monday and Thursday",
            "kila wiki 2, Jumatatu na Alhamisi",
            "2 toddobaadba mar, Isniin iyo Khamiis",
        ),
        (
            MonthlyByWeekday(1, 1, 3),
            "every month on the first Thursday",
            "kila mwezi, Alhamisi ya kwanza",
            "bil kasta, maalinta Khamiis ee ugu horraysa",
        ),
        (
            MonthlyByWeekday(3, LAST, 4),
            "every 3 months on the last Friday",
            "kila miezi 3, Ijumaa ya mwisho",
            "3 biloodba mar, maalinta Jimco ee ugu dambaysa",
        ),
        (
            MonthlyByDay(1, 15),
            "every month on day 15",
            "kila mwezi, tarehe 15",
            "bil kasta, taariikhda 15",
        ),
        (
            MonthlyByDay(2, LAST),
            "every 2 months on the last day",
            "kila miezi 2, siku ya mwisho",
            "2 biloodba mar, maalinta ugu dambaysa",
        ),
    ],
)
def test_a_rhythm_is_said_in_plain_words(
    rhythm: Rhythm, english: str, swahili: str, somali: str
) -> None:
    assert [said(rhythm, code) for code in ("en", "sw", "so")] == [english, swahili, somali]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("rhythm", RHYTHMS, ids=lambda rhythm: rhythm.rule)
def test_a_rhythm_that_is_typed_as_it_was_said_is_understood(rhythm: Rhythm, language: str) -> None:
    text = f"{said(rhythm, language)} 10:00"
    again = read_rhythm(text, now=datetime(2026, 11, 21, 8), languages=[language])

    assert again is not None
    assert again.rhythm == rhythm
