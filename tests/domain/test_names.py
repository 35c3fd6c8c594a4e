"""Names as people wrote them, made safe to show."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import MAX_LENGTH, clean, isolate


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Amina Hassan", "Amina Hassan", id="plain"),
        pytest.param("  Amina \t Hassan\n", "Amina Hassan", id="blank space"),
        pytest.param('<b>&"', '<b>&"', id="markup is for the template to escape"),
        pytest.param("Amina\u202e nasaH", "Amina nasaH", id="an override of direction"),
        pytest.param("\u2067\u2066\u200fAmina\u2069", "Amina", id="isolates and marks"),
        pytest.param("Ami\u200bna", "Amina", id="a zero-width space"),
        pytest.param("Ami\x00\x1b[31mna", "Ami[31mna", id="control characters"),
        pytest.param("Ami\u2028na\u2029!", "Ami na !", id="line separators"),
        pytest.param("Ami\u00a0na", "Ami na", id="a no-break space"),
        pytest.param("علي\u200cرضا", "علي\u200cرضا", id="a joiner that a script needs"),
        pytest.param("\u200dAmina\u200c", "Amina", id="joiners at the ends"),
        pytest.param("\U000e0041\ufeffAmina", "Amina", id="tags and byte order marks"),
        pytest.param("\u202e\u200b", "?", id="nothing is left"),
        pytest.param("", "?", id="nothing"),
        pytest.param("👩🏾‍🌾 Amina", "👩🏾‍🌾 Amina", id="an emoji of several parts"),
    ],
)
def test_a_name_is_cleaned(name: str, shown: str) -> None:
    assert clean(name) == shown


def test_of_all_characters_only_those_are_left_out_that_nobody_sees() -> None:
    every = [chr(number) for number in range(sys.maxunicode + 1)]
    unseen = {c for c in every if unicodedata.category(c)[0] == "C"} - {"\u200c", "\u200d"}
    spaces = {c for c in every if unicodedata.category(c) in {"Zs", "Zl", "Zp"}} - {" "}

    shown = clean("a".join(every), limit=2 * len(every))

    assert set(every) - set(shown) == unseen | spaces


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert clean("x" * 65) == "x" * 63 + "…"
    assert clean("x" * 64) == "x" * 64
    assert clean("abc def", limit=5) == "abc…"


def test_what_stands_for_no_name_can_be_chosen() -> None:
    assert clean("\n", fallback="") == ""


def test_a_name_does_not_reorder_its_neighbours() -> None:
    assert isolate("علي") == "\u2068علي\u2069"


@given(st.text())
def test_whatever_somebody_is_called_it_is_one_short_line_without_controls(name: str) -> None:
    shown = clean(name)

    kept = [c for c in shown if c not in "\u200c\u200d"]
    assert 0 < len(shown) <= MAX_LENGTH
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown == " ".join(shown.split())


@given(st.text())
def test_cleaning_twice_changes_nothing_more(name: str) -> None:
    assert clean(clean(name)) == clean(name)


@given(st.text(alphabet="ab \n\u202e\u200d\u0301", max_size=40))
def test_what_a_name_ends_with_does_not_change_how_its_beginning_is_shown(name: str) -> None:
    whole = clean(name, limit=len(name) + 1)

    assert clean(name, limit=4) == (whole if len(whole) <= 4 else whole[:3].rstrip() + "…")
