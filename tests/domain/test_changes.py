"""What people say to have a meeting changed."""

import pytest

from bot.domain.changes import read_change


@pytest.mark.parametrize(
    ("text", "asks", "left"),
    [
        ("Friday", False, "Friday"),
        ("All Saints Hall", False, "All Saints Hall"),
        ("until 17 Dec", False, "until 17 Dec"),
        ("move all to Wednesday", True, "Wednesday"),
        ("Please move it to 10 Dec", True, "10 Dec"),
        ("change the place to County Hall", True, "County Hall"),
        ("postpone", True, ""),
        ("ahirisha", True, ""),
        ("moved to Friday", True, "Friday"),
        ("The meeting is postponed until 10 Dec", True, "10 Dec"),
        ("mkutano umehamishwa hadi Ijumaa", True, "Ijumaa"),
        ("ahirisha mkutano hadi Ijumaa", True, "Ijumaa"),
        ("fadlan Khamiista u wareeji", True, "Khamiista"),
        ("County Hall, please.", True, "County Hall,"),
    ],
)
def test_the_words_that_ask_for_a_change_are_no_place(text: str, *, asks: bool, left: str) -> None:
    assert read_change(text) == (asks, left)
