"""Which organisation somebody means."""

import pytest

from bot.domain.organisations import OrganisationUnclear, find_known, named_before

NAMES = {1: "Water Partners", 2: "Pastoral Voices", 3: "Wajir Women Network"}


def without_for(text: str) -> str:
    return text.removeprefix("for ")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("for Pastoral Voices: trucks", (2, "trucks")),
        ("for PV: trucks: who goes", (2, "trucks: who goes")),
        ("pastoral voices: trucks", (2, "trucks")),
        # A title may begin with a word that is part of a name.
        ("Water: who goes where", None),
        ("for nobody: trucks", None),
        ("for Pastoral Voices:", None),
        ("for Pastoral Voices", None),
        ("trucks", None),
    ],
)
def test_an_organisation_named_before_what_is_said_for_it(
    text: str, meant: tuple[int, str] | None
) -> None:
    assert named_before(NAMES, text, without_for=without_for) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Water, Wajir Women", [1, 3]),
        ("Water, PV and Wajir Women", [1, 2, 3]),
        ("Water, PV, and Wajir Women", [1, 2, 3]),
        ("water na pastoral iyo WWN", [1, 2, 3]),
        ("Water and Water Partners", [1]),
        ("Water\nPastoral Voices; WWN", [1, 2, 3]),
        ("Bread and Roses, Water", [4, 1]),
        ("Water and Bread and Roses", [1, 4]),
    ],
)
def test_a_list_of_organisations_may_end_in_and(said: str, meant: list[int]) -> None:
    names = NAMES | {4: "Bread and Roses"}

    assert find_known(names, said, ["and", "na", "iyo"]) == (meant, [])


@pytest.mark.parametrize("said", ["Water and nobody", "nobody and Water", "nobody, Water"])
def test_of_a_list_the_known_organisations_are_told_from_the_others(said: str) -> None:
    assert find_known(NAMES, said, ["and"]) == ([1], ["nobody"])


@pytest.mark.parametrize("said", ["nobody", "and"])
def test_a_list_of_organisations_in_which_none_is_known(said: str) -> None:
    with pytest.raises(OrganisationUnclear) as refused:
        find_known(NAMES, said, ["and"])

    assert refused.value.said == said
