"""When a decision is looked at again, as people say it."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import decisions
from bot.domain.dates import DateInThePast, months_after
from bot.domain.decisions import ReviewUnreadable
from bot.domain.reminders import NO_QUIET, QuietHours
from bot.rendering.messages import renderer

NOW = datetime(2026, 12, 3, 10, 30)
LANGUAGES = ("en", "sw", "so")
MARCH = date(2027, 3, 1)
IN_THREE = date(2027, 3, 3)


def split(text: str) -> tuple[str, date | None]:
    words = renderer().review_words
    return decisions.split_review(text, now=NOW, languages=LANGUAGES, words=words)


def read(text: str) -> date | None:
    words = renderer().review_words
    return decisions.read_review(text, now=NOW, languages=LANGUAGES, words=words)


@pytest.mark.parametrize(
    ("text", "decision", "day"),
    [
        ("We meet twice, review 1 March", "We meet twice", MARCH),
        ("We meet twice; review on 1/3/2027", "We meet twice", MARCH),
        ("We meet, with tea, review in 3 months.", "We meet, with tea", IN_THREE),
        ("We meet twice (review 1 March)", "We meet twice", MARCH),
        ("Tukutane mara mbili, pitia 1 Machi", "Tukutane mara mbili", MARCH),
        ("Tukutane, ipitiwe baada ya miezi mitatu", "Tukutane", IN_THREE),
        ("Waan kulannaa, dib u eeg 3 bilood kadib", "Waan kulannaa", IN_THREE),
        ("We meet, review in March", "We meet", MARCH),
        ("We meet, review by March 2027", "We meet", MARCH),
        ("We meet, review by the end of March", "We meet", date(2027, 3, 31)),
        ("We meet, review in December", "We meet", date(2026, 12, 31)),
        ("We meet, review by 4 Dec", "We meet", date(2026, 12, 4)),
        ("We meet, review before 1 March", "We meet", MARCH),
        ("We meet, review within two weeks", "We meet", date(2026, 12, 17)),
        ("We meet; we will review it in March", "We meet", MARCH),
        ("We meet. To be reviewed in March.", "We meet", MARCH),
        ("Tukutane, tutapitia tena Machi", "Tukutane", MARCH),
        ("Tukutane, tutapitia tena mwezi wa tatu", "Tukutane", MARCH),
        ("Tukutane, kupitia tena kabla ya 1 Machi", "Tukutane", MARCH),
        ("Waan kulannaa, waxaan dib u eegi doonnaa Maarso", "Waan kulannaa", MARCH),
        ("We meet, review the budget in March", "We meet, review the budget in March", None),
        ("We meet, review every March", "We meet, review every March", None),
        ("We meet, review it soon", "We meet, review it soon", None),
        ("We review the plan in March", "We review the plan in March", None),
        ("Agreed, review the budget on 1 March", "Agreed, review the budget on 1 March", None),
        ("We meet on 1 March", "We meet on 1 March", None),
    ],
)
def test_the_day_of_a_review_is_cut_off_only_where_it_surely_is_one(
    text: str, decision: str, day: date | None
) -> None:
    assert split(text) == (decision, day)


@given(st.text())
def test_words_without_a_review_stay_as_they_are(text: str) -> None:
    if "review" not in text.casefold():
        assert split(f"x {text}") == (f"x {text}", None)


def test_a_reply_says_a_day_or_is_about_something_else() -> None:
    assert read("Review: 1 March") == MARCH
    assert read("review in six months") == date(2027, 6, 3)
    assert read("Well done") is None
    assert read("reviewers are invited") is None


@pytest.mark.parametrize("text", ["review", "review soon", "review in 600 months"])
def test_a_day_that_is_not_understood_is_asked_for(text: str) -> None:
    with pytest.raises(ReviewUnreadable):
        read(text)


def test_a_review_lies_ahead() -> None:
    with pytest.raises(DateInThePast):
        read("review 3 December 2026")
    with pytest.raises(DateInThePast):
        read("review by 3 Dec")
    assert read("review 4 December") == date(2026, 12, 4)


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_a_group_hears_of_it_in_the_morning_and_never_at_rest() -> None:
    assert decisions.announced_at(MARCH, NO_QUIET) == datetime(2027, 3, 1, 9)
    late = QuietHours(time(20), time(10))
    assert decisions.announced_at(MARCH, late) == datetime(2027, 3, 1, 10)
