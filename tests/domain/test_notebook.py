"""What is written down one by one of what somebody typed."""

import pytest

from bot.domain import notebook
from bot.domain.actions import Word
from bot.rendering.messages import renderer


def entries(text: str, *, is_listed: bool = False) -> list[str]:
    announcing = renderer().action_words[Word.LIST]
    return notebook.entries(text, announcing=announcing, is_listed=is_listed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- We meet\n- The fund pays", ["We meet", "The fund pays"]),
        ("• We meet\n•The fund pays", ["We meet", "The fund pays"]),
        ("* We meet\n\n* The fund pays", ["We meet", "The fund pays"]),
        ("1. We meet\n2) The fund pays\n(3) Rice", ["We meet", "The fund pays", "Rice"]),
        ("a) We meet\n(b) Rice", ["We meet", "Rice"]),
        ("-We meet\n-Rice", ["We meet", "Rice"]),
        ("1.We meet\n2.Rice", ["We meet", "Rice"]),
        ("– We meet\n— Rice", ["We meet", "Rice"]),
        ("✅ We meet\n👉 Rice", ["We meet", "Rice"]),
        ("We meet\n- The fund pays", ["We meet", "The fund pays"]),
        ("- We meet\n  twice a month\n- Rice", ["We meet twice a month", "Rice"]),
        ("- Rice\n-\n- Rice", ["Rice"]),
        ("- We meet", ["We meet"]),
        ("-", []),
        ("", []),
    ],
)
def test_each_point_of_a_list_is_an_entry_without_its_mark(text: str, found: list[str]) -> None:
    assert entries(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "We meet\ntwice a month",
        "-5 degrees at night",
        "12.30 is too late",
        "*Rice* for all",
        "2 trucks\n3 drivers",
        "We meet - twice",
        "3rd item: rice",
    ],
)
def test_words_without_a_mark_stay_one_entry_as_they_are(text: str) -> None:
    assert entries(text) == [text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Water:\n- two trucks\n- a pump", ["Water: two trucks", "Water: a pump"]),
        ("Water:\n- a pump\nMeals:\n- rice", ["Water: a pump", "Meals: rice"]),
        ("We agreed:\n- a pump\n- rice", ["a pump", "rice"]),
        ("Tumekubaliana:\n1. pampu\n2. mchele", ["pampu", "mchele"]),
        ("Go'aanno:\n- bamka\n- bariis", ["bamka", "bariis"]),
        ("Note this:\nit is dry", ["Note this:\nit is dry"]),
    ],
)
def test_a_line_above_a_list_goes_with_each_point_unless_it_only_announces_them(
    text: str, found: list[str]
) -> None:
    assert entries(text) == found


def test_where_lines_were_asked_for_each_line_is_an_entry() -> None:
    assert entries("We meet\n\nRice\n", is_listed=True) == ["We meet", "Rice"]
    assert entries("- We meet\n  twice\n- Rice", is_listed=True) == ["We meet twice", "Rice"]
