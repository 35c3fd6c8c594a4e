"""Which organisation somebody means."""

import pytest

from bot.domain.organisations import named_before

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
