"""Pictures, voice notes and files that people send: recognised by what they hold, not by a name."""

import struct
from collections.abc import Callable, Sequence

from bot.playground.state import Json, Why

PHOTO_BYTES = 10 << 20
"""Largest picture (Bot API, sendPhoto)."""
FILE_BYTES = 50 << 20
"""Largest voice note or file here; Telegram lets people send 2 GB."""
PHOTO_SIDES = 10_000
"""Largest width and height of a picture together (Bot API, sendPhoto)."""
PHOTO_RATIO = 20
"""How many times as long as the other a side of a picture may be (Bot API, sendPhoto)."""

FOLDERS = {"photo": "photos", "voice": "voice", "file": "documents"}
"""Where `getFile` says that a file lies, by how its id begins."""

_SOUND_BRANDS = (b"M4A", b"iso", b"mp4", b"das")
_MARKER = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The second bytes of the JPEG segments that tell a size (ITU T.81, table B.1)."""

_STARTS: Sequence[tuple[str, Callable[[bytes], bool]]] = (
    ("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("image/gif", lambda head: head[:6] in (b"GIF87a", b"GIF89a")),
    ("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("audio/wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    ("audio/ogg", lambda head: head.startswith(b"OggS")),
    ("audio/webm", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    ("audio/mpeg", lambda head: head[:3] == b"ID3" or head[:2] in (b"\xff\xfb", b"\xff\xf3")),
    # Other brands of this container are pictures (HEIC, AVIF).
    ("audio/mp4", lambda head: head[4:8] == b"ftyp" and head[8:11] in _SOUND_BRANDS),
)


def media_type(content: bytes) -> str | None:
    """Return the type of a picture or sound that a browser may show; None for all else."""
    return next((kind for kind, begins in _STARTS if begins(content[:16])), None)


def size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a picture in pixels; None if it is none that is known."""
    try:
        match media_type(content):
            case "image/png":
                width, height = struct.unpack(">II", content[16:24])
            case "image/gif":
                width, height = struct.unpack("<HH", content[6:10])
            case "image/jpeg":
                return _jpeg_size(content)
            case _:
                return None
    except (struct.error, IndexError):
        return None
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk through the segments of a JPEG to the one that begins a frame (ITU T.81, B.2.2)."""
    at = 2
    while content[at] == _MARKER:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def photo_problem(content: bytes) -> tuple[str, Why] | None:
    """Say why something cannot be sent as a picture, also in a word; None if it can."""
    if not content:
        return "a file holds something", Why.FILE_EMPTY
    sides = size(content)
    if sides is None or not min(sides):
        return "this is no picture (PNG, JPEG, GIF)", Why.FILE_UNREADABLE
    if len(content) > PHOTO_BYTES:
        return "a picture has at most 10 MB", Why.FILE_TOO_BIG
    if sum(sides) > PHOTO_SIDES or max(sides) > PHOTO_RATIO * min(sides):
        reason = "a picture's sides are at most 10000 together, one at most 20 times the other"
        return reason, Why.FILE_TOO_BIG
    return None


def photo_object(file_id: str, content: bytes) -> list[Json]:
    """Return the `PhotoSize` list of a picture: the size that was sent is the only one."""
    width, height = size(content) or (0, 0)
    return [{**_file(file_id, content), "width": width, "height": height}]


def voice_object(file_id: str, content: bytes, seconds: int) -> Json:
    """Return a `Voice`."""
    return {
        "duration": seconds,
        "mime_type": media_type(content) or "audio/ogg",
        **_file(file_id, content),
    }


def document_object(file_id: str, content: bytes, *, name: str, kind: str) -> Json:
    """Return a `Document`."""
    return {"file_name": name, "mime_type": kind, **_file(file_id, content)}


def unique_id(file_id: str) -> str:
    """Return what stays the same of a file for every bot."""
    return f"unique-{file_id.rpartition('-')[2]}"


def path(file_id: str) -> str:
    """Return the `file_path` of a file."""
    return f"{FOLDERS[file_id.partition('-')[0]]}/{file_id}"


def _file(file_id: str, content: bytes) -> Json:
    return {
        "file_id": file_id,
        "file_unique_id": unique_id(file_id),
        "file_size": len(content),
    }
