"""What an action requires."""

import pytest

from bot.domain.plan import with_support, without_support


@pytest.mark.parametrize(
    ("required", "said", "both"),
    [
        ("", "a welder", "a welder"),
        ("a welder", "two pipes; glue", "a welder; two pipes; glue"),
        ("a welder; glue", "glue", "a welder; glue"),
        ("a welder", "", "a welder"),
        ("a welder", "weld", "a welder; weld"),
    ],
)
def test_support_is_added_once_and_taken_away_as_it_was_said(
    required: str, said: str, both: str
) -> None:
    assert with_support(required, said) == both
    assert said not in without_support(both, said).split("; ") or not said


def test_what_an_action_still_requires_stays() -> None:
    assert without_support("a welder; two pipes; glue", "two pipes") == "a welder; glue"
    assert without_support("a welder", "glue") == "a welder"
