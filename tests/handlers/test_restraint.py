"""How often somebody may write in confidence, and how long words are expected."""

from datetime import UTC, datetime, timedelta

from bot.domain.feedback import ATTEMPTS_A_DAY, COALITION_A_DAY
from bot.handlers.restraint import AFTERTHOUGHT_LASTS, ASKED_LASTS, Restraint

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AMINA, PETER, ONE, OTHER = 102, 103, 1, 2


def test_one_person_writes_every_ten_minutes_and_three_times_a_day() -> None:
    restraint = Restraint()
    taken = []
    for minute in range(60):
        now = NOON + minute * MINUTE
        if restraint.may_write(AMINA, ONE, now=now):
            restraint.wrote(AMINA, ONE, now=now)
            taken.append(minute)

    assert taken == [0, 10, 20]
    assert restraint.may_write(PETER, ONE, now=NOON)
    assert restraint.may_write(AMINA, ONE, now=NOON + timedelta(days=1))


def test_what_was_not_kept_does_not_count() -> None:
    restraint = Restraint()

    assert [restraint.may_write(AMINA, ONE, now=NOON) for _ in range(5)] == [True] * 5


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    restraint = Restraint()
    restraint.wrote(AMINA, ONE, now=NOON)

    assert not restraint.may_write(AMINA, ONE, now=NOON - 5 * MINUTE)
    assert restraint.may_write(AMINA, ONE, now=NOON - timedelta(hours=3))
    assert restraint.may_write(AMINA, ONE, now=NOON - timedelta(days=3))


def test_a_clock_that_was_set_back_lets_words_be_expected_for_as_long_again() -> None:
    restraint = Restraint()
    restraint.asked(AMINA, now=NOON)
    back = NOON - timedelta(days=400)

    assert restraint.is_asked(AMINA, now=NOON - MINUTE)
    assert restraint.is_asked(AMINA, now=back)
    assert restraint.is_asked(AMINA, now=back + ASKED_LASTS - MINUTE)
    assert not restraint.is_asked(AMINA, now=back + ASKED_LASTS)


def test_a_flood_in_one_coalition_leaves_the_other_open() -> None:
    restraint = Restraint()
    for person in range(COALITION_A_DAY):
        restraint.wrote(person, ONE, now=NOON)

    assert not restraint.may_write(-1, ONE, now=NOON)
    assert restraint.may_write(-1, OTHER, now=NOON)


def test_receipts_may_be_mistyped_so_often_a_day() -> None:
    restraint = Restraint()
    for _ in range(ATTEMPTS_A_DAY):
        assert restraint.may_try(AMINA, now=NOON)
        restraint.tried(AMINA, now=NOON)

    assert not restraint.may_try(AMINA, now=NOON)
    assert restraint.may_try(AMINA, now=NOON + timedelta(days=1))


def test_words_are_expected_for_a_day_and_after_an_answer_for_an_hour() -> None:
    restraint = Restraint()
    restraint.asked(AMINA, now=NOON)
    restraint.answered(PETER, now=NOON)

    def until(person: int, lasts: timedelta) -> tuple[bool, bool]:
        last = NOON + lasts - MINUTE
        return (
            restraint.is_asked(person, now=last),
            restraint.is_asked(person, now=last + MINUTE),
        )

    assert until(AMINA, ASKED_LASTS) == (True, False)
    assert until(PETER, AFTERTHOUGHT_LASTS) == (True, False)
    restraint.turned_away(AMINA)
    assert not restraint.is_asked(AMINA, now=NOON)


def test_what_came_between_lasts_an_hour_or_until_the_other_thing_goes_on() -> None:
    restraint = Restraint()
    for person in (AMINA, PETER):
        restraint.came_between(person, now=NOON)
    last = NOON + AFTERTHOUGHT_LASTS - MINUTE
    lasts = (restraint.is_asked(AMINA, now=last), restraint.is_asked(AMINA, now=last + MINUTE))
    restraint.went_on(AMINA)
    restraint.turned_away(PETER)

    assert lasts == (True, False)
    assert not restraint.is_asked(AMINA, now=NOON)
    assert not restraint.is_asked(PETER, now=NOON)


def test_who_goes_on_with_something_else_is_still_asked_in_confidence() -> None:
    restraint = Restraint()
    restraint.asked(AMINA, now=NOON)
    restraint.went_on(AMINA)

    assert restraint.is_asked(AMINA, now=NOON)


def test_no_account_stands_in_the_memory() -> None:
    restraint = Restraint()
    restraint.asked(987654321, now=NOON)
    restraint.wrote(987654321, ONE, now=NOON)
    restraint.tried(987654321, now=NOON)

    assert "987654321" not in repr(vars(restraint))
