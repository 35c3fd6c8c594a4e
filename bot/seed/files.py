"""What people of the playground send beside words: a voice note, a picture. Made on the spot."""

import math
import struct
import zlib

RATE = 4000
"""Samples a second of a voice note: it only has to be heard as one."""
PITCH, SYLLABLES = 170, 2.3
"""The hum of a voice in hertz, and how many syllables it has in a second."""
WIDTH, HEIGHT = 320, 200
SKY, GROUND, TANK, WATER = (244, 214, 160), (188, 132, 82), (70, 74, 80), (64, 140, 190)


def voice(seconds: int) -> bytes:
    """Return a sound that hums as somebody who speaks behind a wall, as a WAV file."""
    samples = bytes(
        128 + round(40 * math.sin(math.tau * PITCH * at / RATE) * _loudness(at / RATE))
        for at in range(RATE * seconds)
    )
    form = struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8)
    head = b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + form
    return head + b"data" + struct.pack("<I", len(samples)) + samples


def _loudness(moment: float) -> float:
    return abs(math.sin(math.pi * SYLLABLES * moment) * math.sin(math.tau * moment / 7))


def picture() -> bytes:
    """Return what a phone saw: a full water tank on dry ground, as a PNG."""
    rows = b"".join(b"\0" + _row(y) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (_part(b"IHDR", head), _part(b"IDAT", zlib.compress(rows)), _part(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _row(y: int) -> bytes:
    """Return one line: the tank stands from a quarter to three quarters of the width."""
    behind = SKY if y < HEIGHT * 0.55 else GROUND
    if not HEIGHT * 0.4 < y < HEIGHT * 0.8:
        return bytes(behind) * WIDTH
    inside = WATER if y < HEIGHT * 0.47 else TANK
    quarter = WIDTH // 4
    return bytes(behind) * quarter + bytes(inside) * (WIDTH - 2 * quarter) + bytes(behind) * quarter


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
