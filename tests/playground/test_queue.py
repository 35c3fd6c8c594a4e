"""The queue of updates when it is made to repeat itself, or to come in the wrong order."""

from datetime import timedelta

import pytest

from bot.playground.people import Impossible
from bot.playground.telegram import FakeTelegram
from bot.playground.world import FIRST_UPDATE_ID
from tests.playground.world import AMINA, START

FIRST, SECOND, THIRD = range(FIRST_UPDATE_ID, FIRST_UPDATE_ID + 3)


def ask(telegram: FakeTelegram, *, offset: int = 0, limit: int = 100) -> list[int]:
    """Ask for updates as a bot does, and return their numbers."""
    found = telegram.updates.take(offset, limit, START)
    return [update["update_id"] for update in found]


@pytest.fixture
def quiet(telegram: FakeTelegram) -> FakeTelegram:
    """A world whose bot has had the one update there was."""
    ask(telegram, offset=SECOND)
    return telegram


def test_reversed_updates_come_in_one_answer_with_the_higher_number_first(
    quiet: FakeTelegram,
) -> None:
    quiet.reverse_updates()
    alone: list[int] = []
    together: list[int] = []
    for words in ("one", "two"):
        quiet.write(AMINA, AMINA, words)
        alone, together = together, ask(quiet, offset=SECOND)

    assert (alone, together) == ([], [THIRD, SECOND])


def test_what_comes_after_a_reversed_pair_stands_behind_it(quiet: FakeTelegram) -> None:
    quiet.reverse_updates()
    for words in ("one", "two", "three"):
        quiet.write(AMINA, AMINA, words)

    assert ask(quiet) == [THIRD, SECOND, THIRD + 1]


def test_only_one_pair_is_reversed_and_one_that_is_asked_for_again_is_not(
    quiet: FakeTelegram,
) -> None:
    quiet.reverse_updates()
    quiet.write(AMINA, AMINA, "one")
    quiet.write(AMINA, AMINA, "two")

    assert [ask(quiet), ask(quiet), quiet.updates.is_reversing] == [
        [THIRD, SECOND],
        [SECOND, THIRD],
        False,
    ]


def test_a_pair_is_never_torn_apart_by_a_small_answer(quiet: FakeTelegram) -> None:
    quiet.reverse_updates()
    quiet.write(AMINA, AMINA, "one")
    quiet.write(AMINA, AMINA, "two")

    assert [ask(quiet, limit=1), ask(quiet, limit=2)] == [[], [THIRD, SECOND]]


def test_what_is_held_back_comes_in_order_once_nothing_is_to_be_reversed(
    quiet: FakeTelegram,
) -> None:
    quiet.reverse_updates()
    quiet.write(AMINA, AMINA, "one")

    quiet.reverse_updates(is_wanted=False)

    assert ask(quiet) == [SECOND]


def test_the_newest_update_comes_twice_whether_it_was_acknowledged_or_not(
    quiet: FakeTelegram,
) -> None:
    quiet.redeliver_newest()
    acknowledged = ask(quiet, offset=SECOND)
    quiet.write(AMINA, AMINA, "one")
    quiet.redeliver_newest()

    assert (acknowledged, ask(quiet)) == ([FIRST], [SECOND, SECOND])


def test_nothing_can_be_repeated_before_anything_has_happened() -> None:
    telegram = FakeTelegram(lambda: START + timedelta())

    with pytest.raises(Impossible):
        telegram.redeliver_newest()
