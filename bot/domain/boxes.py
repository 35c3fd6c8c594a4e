"""Sealed boxes of one size: a submission looks like a dummy, a long text like a short one.

A box is sealed with the public key of its batch, which is in the database; only the batch's key in
a file opens it (NaCl's sealed boxes: X25519, XSalsa20-Poly1305). When the file is destroyed, what
is left of the boxes anywhere is noise.
"""

import hashlib
import struct
from dataclasses import dataclass
from functools import cached_property

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from bot.domain.feedback import Submission

TEXT_BYTES = 4 * 4096
"""UTF-8 of the longest text that Telegram delivers: 4096 characters, of up to four bytes."""
_HEADER = struct.Struct(">BqqB16sH")
"""Kind, coalition, group (0: none), releases kept back, receipt, length of the text."""
_DUMMY, _SUBMISSION = 0, 1
_PLAIN = _HEADER.size + TEXT_BYTES
SIZE = _PLAIN + 48
"""Bytes of every sealed box."""
ID_SIZE = 16


class TextTooLong(ValueError):
    """A text does not fit a box."""


class BoxUnreadable(Exception):
    """A box was sealed for another key, or is damaged."""


@dataclass(frozen=True)
class BatchKey:
    """The key of a batch, with everything that is derived from it."""

    seed: bytes
    """32 random bytes, as they stand in the file."""

    @cached_property
    def private(self) -> PrivateKey:
        """Return what opens the boxes."""
        return PrivateKey(hashlib.blake2b(key=self.seed, person=b"box", digest_size=32).digest())

    @property
    def public(self) -> bytes:
        """Return what seals them."""
        return bytes(self.private.public_key)

    def box_id(self, update_id: int) -> bytes:
        """Return the id of the box of an update: found again by who has the key, else noise."""
        return self.derive(b"id", str(update_id).encode(), size=ID_SIZE)

    def derive(self, purpose: bytes, what: bytes, *, size: int) -> bytes:
        """Return `size` bytes that nobody can tell from random ones without the key."""
        secret = hashlib.blake2b(key=self.seed, person=b"secret", digest_size=32).digest()
        return hashlib.blake2b(what, key=secret, person=purpose, digest_size=size).digest()

    def open(self, sealed: bytes) -> Submission | None:
        """Open a box; None for a dummy.

        Raises:
            BoxUnreadable: see there.
        """
        try:
            return _unpacked(SealedBox(self.private).decrypt(sealed))
        except (CryptoError, ValueError, struct.error) as error:
            # `from None`: nothing of what was inside belongs into a log.
            raise BoxUnreadable(type(error).__name__) from None


def seal(public_key: bytes, submission: Submission | None) -> bytes:
    """Seal a submission, or a dummy, for a batch.

    Raises:
        TextTooLong: the text does not fit.
    """
    return bytes(SealedBox(PublicKey(public_key)).encrypt(_packed(submission)))


def fits(text: str) -> bool:
    """Tell whether a text fits a box."""
    return len(text.encode("utf-8", "replace")) <= TEXT_BYTES


def _packed(submission: Submission | None) -> bytes:
    if submission is None:
        return _HEADER.pack(_DUMMY, 0, 0, 0, b"", 0) + bytes(TEXT_BYTES)
    # Half a character, as a broken app may send it, must not make the words unstorable.
    text = submission.text.encode("utf-8", "replace")
    if len(text) > TEXT_BYTES:
        raise TextTooLong
    header = _HEADER.pack(
        _SUBMISSION,
        submission.coalition_id,
        submission.group_id or 0,
        submission.held,
        submission.receipt,
        len(text),
    )
    return header + text.ljust(TEXT_BYTES, b"\0")


def _unpacked(plain: bytes) -> Submission | None:
    if len(plain) != _PLAIN:
        message = "of another size"
        raise ValueError(message)
    kind, coalition, group, held, receipt, length = _HEADER.unpack_from(plain)
    if kind == _DUMMY:
        return None
    if kind != _SUBMISSION:
        # What a later program seals (a ballot, words for another key) is not for us to open.
        message = "of another kind"
        raise ValueError(message)
    text = plain[_HEADER.size : _HEADER.size + length].decode()
    return Submission(coalition, group or None, text, receipt, held)
