"""Receipts: ten digits that can be copied by hand and typed in by anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import receipts
from bot.domain.boxes import BatchKey
from bot.domain.receipts import ReceiptMissing, ReceiptWrong

KEY = BatchKey(b"k" * 32)
RECEIPTS = st.integers(min_value=0, max_value=2**62).map(
    lambda number: receipts.receipt_of(KEY, number)
)


@given(RECEIPTS)
def test_a_receipt_has_ten_digits_and_is_read_as_it_is_shown(receipt: str) -> None:
    assert (len(receipt), receipt.isdecimal(), receipt.isascii()) == (10, True, True)
    assert receipts.read(receipt) == receipts.read(receipts.in_groups(receipt)) == receipt


@given(RECEIPTS)
def test_every_single_wrong_digit_is_caught(receipt: str) -> None:
    wrong = [
        receipt[:place] + digit + receipt[place + 1 :]
        for place in range(10)
        for digit in "0123456789"
        if digit != receipt[place]
    ]

    assert [one for one in wrong if _is_read(one)] == []


@given(RECEIPTS)
def test_every_two_neighbours_that_were_swapped_are_caught(receipt: str) -> None:
    swapped = [
        receipt[:place] + receipt[place + 1] + receipt[place] + receipt[place + 2 :]
        for place in range(9)
        if receipt[place] != receipt[place + 1]
    ]

    assert [one for one in swapped if _is_read(one)] == []


def _is_read(said: str) -> bool:
    try:
        receipts.read(said)
    except ReceiptWrong:
        return False
    return True


def test_the_check_digit_is_damms() -> None:
    # The example of the thesis (H. M. Damm, 2004): 572, and 4 to check it.
    assert receipts._check_digit("572") == "4"
    assert receipts._check_digit("5724") == "0"


ARABIC, PERSIAN, WIDE = (
    str.maketrans("0123456789", digits)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")
)
KNOWN = receipts.receipt_of(KEY, 7)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(receipts.in_groups(KNOWN), id="in groups"),
        pytest.param(" ".join(KNOWN), id="each apart"),
        pytest.param(f"{KNOWN[:3]}-{KNOWN[3:6]}-{KNOWN[6:]}", id="hyphens"),
        pytest.param(f"{KNOWN[:5]}\u2011{KNOWN[5:]}", id="a hyphen that does not break"),
        pytest.param(f"{KNOWN[:5]} – {KNOWN[5:]}", id="a dash"),
        pytest.param(f"{KNOWN[:5]}\u2014{KNOWN[5:]}", id="a long dash"),
        pytest.param(f"{KNOWN[:5]}.{KNOWN[5:]}", id="a dot"),
        pytest.param(f"  {KNOWN}\n", id="blanks around"),
        pytest.param(f"{KNOWN[:5]}\u00a0\u202f{KNOWN[5:]}", id="blanks that do not break"),
        pytest.param(KNOWN.translate(ARABIC), id="arabic-indic"),
        pytest.param(KNOWN.translate(PERSIAN), id="persian"),
        pytest.param(KNOWN.translate(WIDE), id="wide"),
        pytest.param(receipts.in_groups(KNOWN.translate(ARABIC)), id="arabic-indic in groups"),
    ],
)
def test_a_receipt_is_read_however_it_is_typed(said: str) -> None:
    assert receipts.read(said) == KNOWN


@pytest.mark.parametrize("said", ["", "  ", "\n", "-", "– ."])
def test_nothing_is_no_receipt(said: str) -> None:
    with pytest.raises(ReceiptMissing):
        receipts.read(said)


@pytest.mark.parametrize(
    "said",
    [
        KNOWN[:9],
        KNOWN + "0",
        KNOWN + KNOWN,
        f"no. {KNOWN}",
        KNOWN[:9] + "x",
        "²" * 10,
        "½" * 10,
        "?",
    ],
    ids=["nine", "eleven", "twice", "a word", "a letter", "small digits", "fractions", "a mark"],
)
def test_what_cannot_be_a_receipt_is_wrong(said: str) -> None:
    with pytest.raises(ReceiptWrong):
        receipts.read(said)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(said: str) -> None:
    try:
        receipt = receipts.read(said)
    except (ReceiptMissing, ReceiptWrong):
        return
    assert (len(receipt), receipts._check_digit(receipt)) == (10, "0")


def test_receipts_of_ids_in_a_row_tell_nothing_of_each_other() -> None:
    made = [receipts.receipt_of(KEY, number) for number in range(2000)]

    assert len(set(made)) == 2000
    assert receipts.receipt_of(BatchKey(b"o" * 32), 7) != KNOWN
    # Each digit at each place, about as often: 200 times, 6 standard deviations are 80.
    counts = [
        [one[place] for one in made].count(digit) for place in range(10) for digit in "0123456789"
    ]
    assert 120 <= min(counts) <= max(counts) <= 280


def test_of_a_receipt_its_digest_is_stored_alone() -> None:
    digest = receipts.digest(KNOWN)

    assert (len(digest), digest == receipts.digest(receipts.read(KNOWN))) == (16, True)
    assert KNOWN.encode() not in digest
    assert digest != receipts.digest(receipts.receipt_of(KEY, 8))
