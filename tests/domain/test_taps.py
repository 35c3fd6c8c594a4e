"""What a button carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attendance import Answer
from bot.domain.taps import LIMIT, Tap, Verb, decode, tap

VALUES = st.lists(st.text(st.characters(exclude_characters=":", codec="utf-8"), max_size=9))


def test_a_button_says_what_and_of_what() -> None:
    assert tap(Verb.ANSWER, 42, Answer.COMING).encode() == "answer:42:coming"
    assert decode("answer:42:coming") == Tap(Verb.ANSWER, ("42", "coming"))


def test_64_bytes_fit_and_65_do_not() -> None:
    fits = "x" * (LIMIT - len("close:"))

    assert len(tap(Verb.CLOSE, fits).encode()) == LIMIT
    with pytest.raises(ValueError, match="not fit for a button"):
        tap(Verb.CLOSE, fits + "x").encode()


def test_bytes_count_and_not_characters() -> None:
    with pytest.raises(ValueError, match="not fit for a button"):
        tap(Verb.CLOSE, "ខ" * 20).encode()


def test_a_value_that_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(ValueError, match="not fit for a button"):
        tap(Verb.CLOSE, "1:2").encode()


@pytest.mark.parametrize(
    "data", ["", ":", "fly:1", "ANSWER:1", "answer", "answer:", "\x00", "answer:1:" + "x" * 99]
)
def test_what_no_button_of_ours_carried_is_not_misread(data: str) -> None:
    read = decode(data)

    assert read is None or (read.verb is Verb.ANSWER and data.startswith("answer"))


@given(st.sampled_from(Verb), VALUES)
def test_what_fits_is_read_back_as_it_was(verb: Verb, values: list[str]) -> None:
    button = Tap(verb, tuple(values))
    try:
        data = button.encode()
    except ValueError:
        assert len(":".join((verb, *values)).encode()) > LIMIT
        return

    assert decode(data) == button


@given(st.text())
def test_forged_data_never_breaks(data: str) -> None:
    read = decode(data)

    assert read is None or ":".join((read.verb, *read.values)) == data
