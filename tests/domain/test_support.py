"""What is read from the words of a call for support, and who said something like it before."""

import pytest

from bot.domain.support import Alike, Before, Request, alike, place, sector

ENGINEER = Before("A water engineer for three days", "", "Maji Bora", ("Green Rangelands",))
NURSES = Before("Two nurses for the mobile clinic", "health", "Red Dune", ("Boma Health",))


def test_a_hashtag_is_the_sector() -> None:
    assert sector("A pump #Water", ["health"]) == "water"


def test_without_a_hashtag_the_word_of_an_earlier_sector_is() -> None:
    assert sector("A doctor, for health work", ["", "water", "health"]) == "health"
    assert sector("A doctor", ["health"]) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trucks for ISIOLO", "Isiolo"),
        ("Trucks for Wajir", "Wajir"),
        ("Trucks", "Wajir"),
        ("Trucks of the isiolos", "Wajir"),
    ],
    ids=["another group", "the own", "none", "part of a word"],
)
def test_a_group_that_the_words_name_is_the_place(text: str, expected: str) -> None:
    assert place(text, "Wajir", ["Isiolo", "Wajir"]) == expected


def test_two_telling_words_in_common_are_something_like_it() -> None:
    assert alike(Request(1, "Water engineers at Eldas"), [NURSES, ENGINEER]) == Alike(
        ("Green Rangelands",), ("Maji Bora",)
    )


def test_small_words_and_one_in_common_are_not() -> None:
    assert alike(Request(1, "Two vets for three days"), [ENGINEER, NURSES]) == Alike()
    assert alike(Request(1, "Water trucks for Eldas"), [ENGINEER]) == Alike()


def test_one_sector_is_enough() -> None:
    assert alike(Request(1, "A doctor", sector="health"), [ENGINEER, NURSES]) == Alike(
        ("Boma Health",), ("Red Dune",)
    )


def test_who_asks_now_and_who_offers_already_is_not_named() -> None:
    but = {"Maji Bora", "Green Rangelands"}
    assert alike(Request(1, "A water engineer"), [ENGINEER], but=but) == Alike()


def test_words_of_no_letters_are_like_nothing() -> None:
    assert alike(Request(1, "!!"), [ENGINEER]) == Alike()


def test_who_is_of_the_place_and_the_sector_is_named_first() -> None:
    newest = Before("A pump", "water", "A", ("Far", "Here"), "Wajir")
    older = Before("Pipes", "water", "B", ("There before", "Far"), "Turkana")
    oldest = Before("A strong water engine", "", "C", ("Of words only",), "Wajir")
    request = Request(1, "A strong water engine", sector="water", place="Turkana")

    found = alike(request, [newest, older, oldest], near={"Here"})

    assert found.offered == ("Far", "Here", "There before")
    assert alike(request, [oldest, newest]).offered == ("Far", "Here", "Of words only")
