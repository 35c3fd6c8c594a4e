"""The clock that counts from sunrise."""

from datetime import time

import pytest

from bot.domain.dates import LocalClock, local_clock


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (time(0, 30), LocalClock(6, 30, "usiku")),
        (time(3, 59), LocalClock(9, 59, "usiku")),
        (time(5), LocalClock(11, 0, "alfajiri")),
        (time(6), LocalClock(12, 0, "asubuhi")),
        (time(7), LocalClock(1, 0, "asubuhi")),
        (time(10), LocalClock(4, 0, "asubuhi")),
        (time(12), LocalClock(6, 0, "mchana")),
        (time(14), LocalClock(8, 0, "mchana")),
        (time(16), LocalClock(10, 0, "jioni")),
        (time(18, 15), LocalClock(12, 15, "jioni")),
        (time(19), LocalClock(1, 0, "jioni")),
        (time(20), LocalClock(2, 0, "usiku")),
        (time(23, 59), LocalClock(5, 59, "usiku")),
    ],
    ids=str,
)
@pytest.mark.parametrize("language", ["sw", "sw-KE", "sw_TZ"])
def test_swahili_counts_hours_from_sunrise(t: time, expected: LocalClock, language: str) -> None:
    assert local_clock(t, language) == expected


@pytest.mark.parametrize("language", ["en", "fr", "xx", ""])
def test_other_languages_count_hours_from_midnight(language: str) -> None:
    assert local_clock(time(10), language) is None
