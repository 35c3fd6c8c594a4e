"""Sealed boxes: what goes in comes out, and from outside all look the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import SealedBox

from bot.domain import boxes
from bot.domain.boxes import SIZE, TEXT_BYTES, BatchKey, BoxUnreadable, TextTooLong, seal
from bot.domain.feedback import Submission

KEY, OTHER = BatchKey(b"k" * 32), BatchKey(b"o" * 32)
IDS = st.integers(min_value=1, max_value=2**63 - 1)
SUBMISSIONS = st.builds(
    Submission,
    coalition_id=IDS,
    group_id=st.none() | IDS,
    text=st.text(max_size=4096),
    receipt=st.binary(min_size=16, max_size=16),
    held=st.integers(min_value=0, max_value=255),
)


def make(text: str = "The lead never listens.") -> Submission:
    """Return a submission."""
    return Submission(coalition_id=1, group_id=7, text=text, receipt=b"r" * 16, held=1)


@given(SUBMISSIONS)
def test_what_is_sealed_comes_out_as_it_went_in(submission: Submission) -> None:
    sealed = seal(KEY.public, submission)

    assert (KEY.open(sealed), len(sealed)) == (submission, SIZE)


@pytest.mark.parametrize(
    "text",
    ["", "a", "x" * 4096, "💧" * 4096, "é" * 4096, "\0" * 4096, "a\0\0", "x" * TEXT_BYTES],
    ids=["none", "one", "ascii", "emoji", "accents", "zeros", "zeros at the end", "to the brim"],
)
def test_every_text_fits_a_box_of_the_one_size(text: str) -> None:
    sealed = seal(KEY.public, make(text))

    assert (len(sealed), KEY.open(sealed), boxes.fits(text)) == (SIZE, make(text), True)


def test_a_dummy_is_as_large_as_a_submission_and_comes_out_as_nothing() -> None:
    sealed = seal(KEY.public, None)

    assert (len(sealed), KEY.open(sealed)) == (SIZE, None)


@given(st.text(alphabet=st.characters(categories=["Cs", "Ll"]), min_size=1, max_size=50))
def test_half_a_character_is_stored_as_a_question_mark(text: str) -> None:
    whole = "".join("?" if 0xD800 <= ord(one) <= 0xDFFF else one for one in text)

    assert KEY.open(seal(KEY.public, make(text))) == make(whole)


@pytest.mark.parametrize("text", ["x" * (TEXT_BYTES + 1), "💧" * 4096 + "."])
def test_a_text_that_no_telegram_delivers_is_refused_and_not_cut(text: str) -> None:
    assert not boxes.fits(text)
    with pytest.raises(TextTooLong):
        seal(KEY.public, make(text))


def test_the_same_words_are_sealed_differently_each_time() -> None:
    sealed = {seal(KEY.public, make()) for _ in range(20)} | {
        seal(KEY.public, None) for _ in range(20)
    }

    assert len(sealed) == 40


def test_nothing_of_the_words_can_be_read_on_a_box() -> None:
    assert b"listens" not in seal(KEY.public, make())


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(seal(OTHER.public, make()), id="of another key"),
        pytest.param(seal(KEY.public, make())[:-1], id="too short"),
        pytest.param(seal(KEY.public, make()) + b"x", id="too long"),
        pytest.param(b"", id="empty"),
        pytest.param(bytes(SIZE), id="zeros"),
    ],
)
def test_what_is_no_box_of_this_key_is_unreadable(sealed: bytes) -> None:
    with pytest.raises(BoxUnreadable):
        KEY.open(sealed)


@given(st.integers(min_value=0, max_value=SIZE - 1), st.integers(min_value=1, max_value=255))
def test_a_box_in_which_one_byte_is_wrong_is_unreadable(place: int, wrong: int) -> None:
    sealed = bytearray(seal(KEY.public, make()))
    sealed[place] ^= wrong

    with pytest.raises(BoxUnreadable):
        KEY.open(bytes(sealed))


@pytest.mark.parametrize("kind", [2, 255])
def test_a_box_of_a_kind_that_a_later_program_knows_is_no_submission(kind: int) -> None:
    plain = bytes([kind]) + bytes(SIZE - 48 - 1)

    with pytest.raises(BoxUnreadable):
        KEY.open(SealedBox(KEY.private.public_key).encrypt(plain))


def test_why_a_box_is_unreadable_says_nothing_of_what_is_inside() -> None:
    with pytest.raises(BoxUnreadable) as raised:
        KEY.open(seal(OTHER.public, make()))

    assert (str(raised.value), raised.value.__cause__) == ("CryptoError", None)
    assert raised.value.__suppress_context__


def test_a_box_is_found_again_by_who_has_the_key_and_by_nobody_else() -> None:
    ids = [KEY.box_id(number) for number in range(1000)]

    assert ids == [BatchKey(b"k" * 32).box_id(number) for number in range(1000)]
    assert len({*ids, *(OTHER.box_id(number) for number in range(1000))}) == 2000
    assert {len(one) for one in ids} == {boxes.ID_SIZE}


def test_what_is_derived_for_one_purpose_tells_nothing_of_another() -> None:
    derived = {KEY.derive(purpose, b"7", size=16) for purpose in (b"id", b"receipt", b"")}

    assert len({*derived, KEY.public[:16], bytes(KEY.private)[:16], KEY.seed[:16]}) == 6
