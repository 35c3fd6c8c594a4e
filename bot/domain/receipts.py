"""Receipts: ten digits by which somebody fetches the answer to what they wrote in confidence.

Nothing in the database leads from a receipt to a person. The last digit is a check digit (Damm's):
it catches every single wrong digit and every two neighbours that were swapped.
"""

import hashlib
import re
import unicodedata

from bot.domain.boxes import BatchKey
from bot.errors import BotError

DIGITS = 10
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""A quasigroup without fixed points (H. M. Damm, 2004); row: what came before."""
_BETWEEN = re.compile(r"[\s.\-\u2010-\u2014]+")


class ReceiptWrong(BotError):
    """What was typed is no receipt: a digit is missing, or wrong."""


class ReceiptMissing(BotError):
    """/answer was written without a receipt."""


class AttemptsUsedUp(BotError):
    """Somebody has typed too many numbers today that are no receipt."""


def receipt_of(key: BatchKey, update_id: int) -> str:
    """Return the receipt of an update, as long as the key of its batch exists."""
    noise = key.derive(b"receipt", str(update_id).encode(), size=8)
    digits = f"{int.from_bytes(noise) % 10 ** (DIGITS - 1):0{DIGITS - 1}d}"
    return digits + _check_digit(digits)


def tag(key: BatchKey, update_id: int, account: int) -> str:
    """Return what makes the button for a receipt work for who wrote, and for nobody else."""
    return key.derive(b"tag", f"{update_id}:{account}".encode(), size=8).hex()


def in_groups(receipt: str) -> str:
    """Return a receipt as it is easily read and copied by hand: 12345 67890."""
    return f"{receipt[:5]} {receipt[5:]}"


def read(said: str) -> str:
    """Return the receipt that somebody typed, in the digits of any script.

    Raises:
        ReceiptMissing: there is nothing.
        ReceiptWrong: it cannot be one.
    """
    bare = _BETWEEN.sub("", said)
    if not bare:
        raise ReceiptMissing
    digits = "".join(str(unicodedata.decimal(one, "?")) for one in bare)
    if len(digits) != DIGITS or not digits.isdecimal() or _check_digit(digits) != "0":
        raise ReceiptWrong
    return digits


def digest(receipt: str) -> bytes:
    """Return what is stored of a receipt."""
    return hashlib.blake2b(receipt.encode(), person=b"receipt", digest_size=16).digest()


def _check_digit(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim
