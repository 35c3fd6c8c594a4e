"""What the coordination team may share of what was written in confidence, and what is counted."""

from datetime import date, timedelta

import pytest

from bot.domain.inbox import (
    Heard,
    Released,
    SharedTooLong,
    Theme,
    WordsRepeated,
    check_own_words,
    checked,
    heard,
)

WEEK = date(2026, 11, 23)
NOW = WEEK + timedelta(weeks=1)
WRITTEN = ["The lead decides EVERYTHING alone, always.", "Too late!"]


def released(theme: str = "", *, ago: int = 0, **changes: bool) -> Released:
    return Released(WEEK - timedelta(weeks=ago), theme, **changes)


def test_what_is_shared_stands_on_one_line() -> None:
    assert checked("  Fuel\n costs ", 10) == "Fuel costs"


def test_what_is_too_long_to_be_shared_is_refused() -> None:
    with pytest.raises(SharedTooLong) as refused:
        checked("Fuel costs", 9)
    assert (refused.value.length, refused.value.limit) == (10, 9)


@pytest.mark.parametrize(
    "said",
    [
        "The lead decides everything alone",
        "Somebody wrote: \u201cthe lead, decides: everything alone\u201d",
        "lead decides everything alone always",
    ],
)
def test_five_of_somebodys_own_words_in_a_row_are_not_shared(said: str) -> None:
    with pytest.raises(WordsRepeated):
        check_own_words(said, WRITTEN)


@pytest.mark.parametrize(
    "said",
    ["", "Too late!", "The lead decides everything", "Decisions are made by one person alone"],
)
def test_fewer_words_and_other_words_are_shared(said: str) -> None:
    check_own_words(said, WRITTEN)


def test_a_brief_message_is_not_shared_as_a_whole() -> None:
    written = ["Hassan keeps money!", "Meetings start too late"]

    for said in ("You said: hassan keeps money", "meetings, start too LATE again"):
        with pytest.raises(WordsRepeated):
            check_own_words(said, written)
    for said in ("Who keeps money", "Meetings start too early", "Hassan keeps our money"):
        check_own_words(said, written)


def test_nothing_is_said_where_nothing_was_released() -> None:
    assert heard([], WEEK, now=NOW) is None


def test_themes_are_counted_from_three_on_whatever_their_spelling() -> None:
    items = [released("Fuel"), released("fuel"), released("FUEL"), *[released("Time")] * 3]

    assert heard(items, WEEK, now=None) == Heard(
        count=6, answered=0, themes=(Theme("FUEL", 3), Theme("Time", 3))
    )


def test_a_total_that_would_tell_a_small_number_is_not_said() -> None:
    items = [*[released("Fuel")] * 3, released("Time")]

    assert heard(items, WEEK, now=None) == Heard(
        count=None, answered=0, themes=(Theme("Fuel", 3), Theme("Time", None))
    )


def test_themes_that_are_not_counted_stand_in_an_order_that_does_not_count_them() -> None:
    items = [*[released("Time")] * 2, released("Fuel")]

    found = heard(items, WEEK, now=None)

    assert found is not None
    assert [one.name for one in found.themes] == ["Fuel", "Time"]


def test_what_is_marked_as_safeguarding_is_in_no_theme_and_no_count() -> None:
    items = [*[released("Fuel")] * 3, released("Fuel", is_safeguarding=True)]

    assert heard(items, WEEK, now=NOW) == Heard(
        count=3, answered=0, themes=(Theme("Fuel", 3),), weeks=1, safeguarding=1
    )


def test_the_oldest_that_waits_is_of_any_week() -> None:
    items = [
        *[released(is_settled=True, is_answered=True)] * 3,
        released(ago=5, is_settled=True),
        released(ago=4),
        released(ago=2),
        released(ago=6, is_safeguarding=True, is_settled=True),
    ]

    assert heard(items, WEEK, now=NOW) == Heard(count=3, answered=3, weeks=5)


def test_of_the_week_before_the_themes_are_told_that_it_has_by_now() -> None:
    items = [*[released("Fuel", ago=1, is_settled=True)] * 3, released("Time", ago=2)]

    assert heard(items, WEEK, now=None) == Heard(0, 0, earlier=(Theme("Fuel", 3),))


def test_where_one_or_two_of_the_week_before_would_be_left_over_none_is_counted() -> None:
    items = [*[released("Time", ago=1)] * 3, released("Fuel", ago=1), released(ago=1)]

    assert heard(items, WEEK, now=None) == Heard(
        0, 0, earlier=(Theme("Fuel", None), Theme("Time", None))
    )


def test_answers_of_the_week_are_told_whatever_week_they_answer() -> None:
    items = [released(ago=ago, is_answered=True, is_settled=True) for ago in (1, 3, 4)]

    assert heard(items, WEEK, now=None) == Heard(0, 3)


def test_of_an_earlier_week_nothing_is_said_of_what_waits_now() -> None:
    items = [*[released()] * 3, released(is_safeguarding=True)]

    assert heard(items, WEEK, now=None) == Heard(count=3, answered=0)
