"""The line that sets a group up."""

import pytest

from bot.domain.dates import ZoneUnknown
from bot.domain.groups import (
    SEATS_LIMIT,
    LanguagesTooMany,
    LanguageUnknown,
    NameTaken,
    NameTooLong,
    OrganisationsTooMany,
    Setup,
    SetupUnreadable,
    check_name,
    read_languages,
    read_organisations,
    read_setup,
)
from bot.errors import BotError

KNOWN = ("en", "sw", "so", "am")


def read(line: str) -> Setup:
    """Read a line where four languages have a catalogue."""
    return read_setup(line, languages={code: code for code in KNOWN})


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


def test_languages_are_read_by_any_of_their_names_with_any_word_between() -> None:
    names = {
        "en": "en",
        "kiingereza": "en",
        "english": "en",
        "kiswahili": "sw",
        "na": "",
        "iyo": "",
    }

    assert read_languages("Kiswahili na Kiingereza", names=names) == ("sw", "en")
    assert read_languages("English, kiswahili iyo EN.", names=names) == ("en", "sw")
    with pytest.raises(LanguageUnknown) as unknown:
        read_languages("Kiswahili, French, Somali", names=names)
    assert unknown.value.said == "French"


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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Maji, Afya", ("Maji", "Afya")),
        ("Maji\nAfya;Elimu", ("Maji", "Afya", "Elimu")),
        ("1. Maji\n2) Afya\n- Elimu", ("Maji", "Afya", "Elimu")),
        ("4H Club, 3 Rivers", ("4H Club", "3 Rivers")),
        ("Maji, ,\n\n", ("Maji",)),
    ],
)
def test_organisations_are_read_from_any_list(text: str, names: tuple[str, ...]) -> None:
    assert read_organisations(text) == names


def test_the_same_organisation_in_other_letters_is_one() -> None:
    assert len(read_organisations("Maji Bora, MAJI BORA, maji bora")) == 1


def test_more_organisations_than_a_roll_shows_are_refused() -> None:
    names = [f"Organisation {number}" for number in range(SEATS_LIMIT + 1)]
    assert len(read_organisations(",".join(names[:-1]))) == SEATS_LIMIT
    with pytest.raises(OrganisationsTooMany):
        read_organisations(",".join(names))


def test_a_name_is_cleaned_and_has_to_fit_and_to_be_free() -> None:
    assert check_name("  Wajir \u202e North ") == "Wajir North"
    with pytest.raises(NameTooLong):
        check_name("x" * 65)
    with pytest.raises(NameTaken):
        check_name("WAJIR", ["Isiolo", "Wajir"])
