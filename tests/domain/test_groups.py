"""The line that sets a group up."""

import pytest

from bot.domain.dates import ZoneUnknown
from bot.domain.groups import (
    LanguagesTooMany,
    LanguageUnknown,
    Setup,
    SetupUnreadable,
    read_setup,
)
from bot.errors import BotError

KNOWN = ("en", "sw", "so", "am")


def read(line: str) -> Setup:
    """Read a line where four languages have a catalogue."""
    return read_setup(line, known_languages=KNOWN)


def test_a_line_has_a_name_a_zone_languages_and_organisations() -> None:
    line = "Wajir; Africa/Nairobi; en sw; Maji Bora Trust, Pastoral Voices"

    assert read(line) == Setup(
        name="Wajir",
        zone="Africa/Nairobi",
        languages=("en", "sw"),
        organisations=("Maji Bora Trust", "Pastoral Voices"),
    )


def test_organisations_may_follow_later() -> None:
    assert read("Wajir; Africa/Nairobi; sw").organisations == ()


@pytest.mark.parametrize(
    ("said", "languages"),
    [
        ("EN,sw", ("en", "sw")),
        ("sw  en sw", ("sw", "en")),
        ("en, sw, so", ("en", "sw", "so")),
    ],
)
def test_languages_are_read_as_people_list_them(said: str, languages: tuple[str, ...]) -> None:
    assert read(f"Wajir; Nairobi; {said}").languages == languages


def test_names_are_cleaned_and_said_once() -> None:
    setup = read("Wa\u202ejir; nairobi; en; Maji, , Maji ,\u200b, Elimu\u202e")

    assert (setup.name, setup.zone) == ("Wajir", "Africa/Nairobi")
    assert setup.organisations == ("Maji", "Elimu")


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("", SetupUnreadable),
        ("Wajir", SetupUnreadable),
        ("Wajir; Nairobi", SetupUnreadable),
        ("Wajir;; en", SetupUnreadable),
        ("Wajir; Nairobi; en; Maji;", SetupUnreadable),
        ("Wajir; Nairobi; en; Maji; Elimu", SetupUnreadable),
        ("Wajir; Atlantis; en", ZoneUnknown),
        ("Wajir; Nairobi; en tlh", LanguageUnknown),
        ("Wajir; Nairobi; en sw so am", LanguagesTooMany),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: str, refusal: type[BotError]) -> None:
    with pytest.raises(refusal):
        read(line)


def test_a_refusal_says_what_was_not_understood() -> None:
    with pytest.raises(LanguageUnknown) as unknown:
        read("Wajir; Nairobi; en tlh")
    with pytest.raises(LanguagesTooMany) as many:
        read("Wajir; Nairobi; en sw so am")

    assert unknown.value.facts() == {"said": "tlh", "is_for_group": True}
    assert many.value.facts() == {"limit": 3}
