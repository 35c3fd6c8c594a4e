"""What stands on the pages of a PDF, read back from the file as a reader of it would.

It knows the PDF that `bot/rendering/documents.py` makes, and no other: fonts with codes of two
bytes, each with a table that says which letters a code stands for.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONTS = re.compile(rb"/(f\d+) (\d+) 0 R")
_PLAIN = rb"[^()\\]|\\."
_STRING = rb"(?:%b|\((?:%b|\((?:%b)*\))*\))*" % (_PLAIN, _PLAIN, _PLAIN)
"""Brackets need no mark where each is closed again; nobody nests them deeper than twice."""
_TOKEN = re.compile(
    rb"""
    /(?P<font> f\d+ ) \s [\d.]+ \s Tf
    | /ActualText (?: <FEFF (?P<said> \w* ) > | \( (?P<plain> [^()]* ) \) )
    | /(?P<reversed> ReversedChars ) \b
    | \( (?P<shown> %b ) \)
    | \b (?P<end> EMC | ET ) \b
    """
    % _STRING,
    re.DOTALL | re.VERBOSE,
)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_SINGLE = re.compile(rb"^<(\w{4})> <(\w+)>$", re.MULTILINE)
_RANGE = re.compile(rb"^<(\w{4})> <(\w{4})> <(\w+)>$", re.MULTILINE)
_INVISIBLE = str.maketrans("", "", "\u200b\u2068\u2069")
"""What lets long words break, and what isolates names."""

Letters = Mapping[int, str]


def pages(content: bytes) -> list[list[str]]:
    """Return the lines of each page, or pieces of lines, in the order in which they were set.

    Raises:
        ValueError: there is a letter that no font has: an empty box.
    """
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    found = [body for body in objects.values() if b"/Type/Page/" in body]
    return [list(_lines(objects, page)) for page in found]


def _lines(objects: Mapping[int, bytes], page: bytes) -> Iterator[str]:
    fonts = {
        name: _letters(objects, objects[int(number)])
        for name, number in _FONTS.findall(_referred(objects, page, b"Resources"))
    }
    letters: Letters = {}
    line, span, is_reversed, actual = "", "", False, None
    for token in _TOKEN.finditer(_stream(_referred(objects, page, b"Contents"))):
        match token.lastgroup:
            case "font":
                letters = fonts[token["font"]]
            case "said":
                actual = _text(token["said"])
            case "plain":
                actual = token["plain"].decode()
            case "reversed":
                is_reversed = True
            case "shown":
                span += _shown(token["shown"], letters)
            case _:
                span = span if actual is None else actual
                line += span[::-1] if is_reversed else span
                span, is_reversed, actual = "", False, None
                if token["end"] == b"ET":
                    yield line.translate(_INVISIBLE)
                    line = ""
                continue
        if actual is not None and token.lastgroup != "shown" and span:
            line, span = line + span, ""


def _shown(escaped: bytes, letters: Letters) -> str:
    codes = _ESCAPED.sub(_unescaped, escaped)
    found = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
    if 0 in found:
        raise ValueError("a letter that no font has")
    return "".join(letters.get(code, "") for code in found)


def _referred(objects: Mapping[int, bytes], body: bytes, key: bytes) -> bytes:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert found is not None
    return objects[int(found[1])]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1])


def _letters(objects: Mapping[int, bytes], font: bytes) -> Letters:
    table = _stream(_referred(objects, font, b"ToUnicode"))
    letters = {int(code, 16): _text(said) for code, said in _SINGLE.findall(table)}
    for first, last, said in _RANGE.findall(table):
        for code in range(int(first, 16), int(last, 16) + 1):
            letters[code] = chr(ord(_text(said)) + code - int(first, 16))
    return letters


def _text(said: bytes) -> str:
    return bytes.fromhex(said.decode()).decode("utf-16-be")


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    return bytes([int(said, 8)]) if said.isdigit() else _NAMED.get(said, said)
