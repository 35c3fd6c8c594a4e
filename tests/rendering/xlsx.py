"""What stands in the cells of a workbook, read back from the file."""

import io
import zipfile
from xml.etree import ElementTree as ET

_ROOM = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = str | float | None


def sheets(content: bytes) -> dict[str, list[list[Cell]]]:
    """Return the rows of each sheet by its name, in their order: texts, numbers, empty cells.

    A date is the number of its day since 30 December 1899. A formula fails.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = [
            "".join(part.text or "" for part in one.iter(f"{_ROOM}t"))
            for one in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        pages = ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_ROOM}sheet")
        return {
            str(page.get("name")): _rows(book.read(f"xl/worksheets/sheet{number}.xml"), strings)
            for number, page in enumerate(pages, start=1)
        }


def heights(content: bytes, name: str) -> list[float]:
    """Return how high the rows of a sheet are, in points; 15 is one line."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        pages = [
            page.get("name")
            for page in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_ROOM}sheet")
        ]
        page = book.read(f"xl/worksheets/sheet{pages.index(name) + 1}.xml")
    return [float(row.get("ht") or 15) for row in ET.fromstring(page).iter(f"{_ROOM}row")]


def _rows(page: bytes, strings: list[str]) -> list[list[Cell]]:
    tree = ET.fromstring(page)
    assert not list(tree.iter(f"{_ROOM}f")), "nothing is calculated"
    rows: list[list[Cell]] = []
    for row in tree.iter(f"{_ROOM}row"):
        found: list[Cell] = []
        for cell in row:
            found += [None] * (_column(str(cell.get("r"))) - len(found))
            value = cell.find(f"{_ROOM}v")
            if value is None or value.text is None:
                found.append(None)
            elif cell.get("t") == "s":
                found.append(strings[int(value.text)])
            else:
                found.append(float(value.text))
        rows.append(found)
    return rows


def _column(place: str) -> int:
    """Return the column of a place such as `B7`, counted from 0."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
