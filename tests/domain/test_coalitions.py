"""What is said of a coalition in one line."""

import pytest

from bot.domain.coalitions import (
    CONTACT_LIMIT,
    CoalitionUnreadable,
    ContactTooLong,
    Founding,
    check_contact,
    read_founding,
)

KNOWN = ("en", "so", "sw")


def test_a_line_says_name_languages_and_contact() -> None:
    line = " Drought  Partnership; sw, en sw; Asha; at the office "

    assert read_founding(line, languages={code: code for code in KNOWN}) == Founding(
        "Drought Partnership", ("sw", "en"), "Asha; at the office"
    )


@pytest.mark.parametrize("line", ["", "Drought", "Drought;", "; en"])
def test_a_line_without_name_or_languages_is_refused(line: str) -> None:
    with pytest.raises(CoalitionUnreadable):
        read_founding(line, languages={code: code for code in KNOWN})


def test_a_contact_has_room_for_a_name_and_how_to_reach_them() -> None:
    assert check_contact(" a" * (CONTACT_LIMIT // 2)) != ""
    with pytest.raises(ContactTooLong):
        check_contact("a" * (CONTACT_LIMIT + 1))
