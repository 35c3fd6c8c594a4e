"""Reports as files: the two original forms, and a workbook that calculates nothing."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest

from bot.domain.digests import Coming, Need, NeedKind
from bot.domain.reports import Paper, Report
from bot.rendering import documents, sheets, word
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import Renderer
from tests.rendering.pdf import pages
from tests.rendering.reported import make_report, make_task, numbers
from tests.rendering.test_documents import texts
from tests.rendering.test_minutes_papers import HOSTILE, squeezed
from tests.rendering.world import PSEUDO, pseudo_locales
from tests.rendering.xlsx import Cell, heights
from tests.rendering.xlsx import sheets as read_sheets

ARABIC = "أصلح البئر في غريفتو"
LARGEST = 256 * 1024
"""Bytes that 300 actions may have: two minutes on a network of the second generation."""
BEGINNINGS = ["=1+1", "+254 700", "-1", "@SUM(1)", "\t=1+1", "\r=1+1", "|x", "%x"]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Catalogues())


def printed(renderer: Renderer, report: Report, paper: Paper) -> list[str]:
    """Return the lines of a printed report."""
    said = renderer.document("report", language="en", report=report, paper=paper)
    return [line.strip() for page in pages(documents.pdf("report", said)) for line in page]


def office(renderer: Renderer, report: Report, paper: Paper) -> list[list[str]]:
    """Return the cells of the (first) table in a word processor."""
    said = renderer.document("report", language="en", report=report, paper=paper)
    table = docx.Document(io.BytesIO(word.report(said))).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def book(renderer: Renderer, report: Report, first: str = "plan", language: str = "en") -> bytes:
    """Return a workbook."""
    labels = renderer.document("workbook", language=language, report=report, paper=first)
    forms = {
        paper.value: renderer.document("report", language=language, report=report, paper=paper)
        for paper in Paper
    }
    return sheets.workbook(labels, report, forms, first)


def cells(content: bytes) -> list[Cell]:
    """Return every cell of a workbook."""
    return [cell for rows in read_sheets(content).values() for row in rows for cell in row if cell]


def test_the_plan_has_the_columns_of_its_original(renderer: Renderer) -> None:
    assert office(renderer, make_report(), Paper.PLAN) == [
        ["Work stream", "Key action points", "Timeline", "Support required"],
        ["Who works where, in which order", "Water\nWater", "Thu 10 Dec 2026", "Water"],
        ["Who works where, in which order", "Water\nWater", "Water", "Water"],
        ["Water", "Water\nWater", "Thu 10 Dec 2026", "Water"],
        ["", "Water", "Thu 10 Dec 2026", ""],
    ]


def test_the_report_has_the_columns_of_its_original(renderer: Renderer) -> None:
    said = "Mon 7 Dec: Water"

    assert office(renderer, make_report(), Paper.PROGRESS) == [
        ["Key action points", "Progress made", "Challenges", "What we will do differently"],
        ["Water\nWater", f"Going on\n{said}", said, said],
        ["Water\nWater", f"Done, Tue 8 Dec\n{said}", said, said],
        ["Water\nWater", "Dropped, Tue 8 Dec: Water\nMon 7 Dec: a voice note", "", ""],
        ["Water", "", "", ""],
    ]


def test_of_a_coalition_each_group_has_its_table_under_its_name(renderer: Renderer) -> None:
    report = make_report(is_whole=True, groups=("Turkana", "Wajir"))

    lines = printed(renderer, report, Paper.PLAN)

    assert lines.index("Turkana") < lines.index("No actions in this time.") < lines.index("Wajir")
    assert lines.count("Key action points") == 1


def test_a_table_of_many_pages_repeats_its_head(renderer: Renderer) -> None:
    report = make_report(tasks=tuple(make_task("Water", number) for number in range(1, 301)))
    said = renderer.document("report", language="en", report=report, paper="plan")

    made = documents.pdf("report", said)

    found = pages(made)
    assert len(found) > 10
    assert {sum(line.strip() == "Timeline" for line in page) for page in found} == {1}
    assert len(made) < LARGEST
    assert len(word.report(said)) < LARGEST
    assert len(book(renderer, report)) < LARGEST


@pytest.mark.parametrize("written", [*HOSTILE, ARABIC, "W" * 200])
def test_what_people_write_is_text_and_nothing_else(renderer: Renderer, written: str) -> None:
    report = make_report(written)

    for paper, count in ((Paper.PLAN, 12), (Paper.PROGRESS, 14)):
        said = squeezed([cell for row in office(renderer, report, paper) for cell in row])
        assert said.count(squeezed([written])) == count
        if written != ARABIC:
            # The page has Arabic letters in the order in which they stand.
            assert squeezed([written]) in squeezed(printed(renderer, report, paper))


@pytest.mark.parametrize("written", BEGINNINGS)
def test_nothing_in_a_workbook_is_calculated(renderer: Renderer, written: str) -> None:
    content = book(renderer, make_report(written, numbers=numbers(written)))

    assert written.strip() in cells(content)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()
    assert [one for one in names if "external" in one.lower() or "vba" in one.lower()] == []


def test_days_are_days_and_numbers_numbers(renderer: Renderer) -> None:
    found = read_sheets(book(renderer, make_report(numbers=numbers("Maji Bora")), "figures"))

    def day(year: int, month: int, of_month: int) -> int:
        return (date(year, month, of_month) - date(1899, 12, 30)).days

    assert list(found) == [
        *(
            "Figures",
            "What needs you",
            "Next week",
            "Plan",
            "Report",
            "Actions",
            "Meetings",
            "Attendance",
            "Decisions",
        ),
        *("Support", "How it is counted"),
    ]
    assert found["Figures"][1:] == [
        ["Wajir", day(2026, 11, 30), "Meetings held", None, None, 1, 3],
        ["Wajir", day(2026, 11, 30), "Organisations that came", "Maji Bora", None, 1, 0],
        ["Wajir", day(2026, 11, 30), "Actions done", None, "Maji Bora", 2, 0],
    ]
    assert [row[2] for row in found["Plan"]] == ["Timeline", day(2026, 12, 10), "Water"] + [
        day(2026, 12, 10)
    ] * 2
    assert found["Actions"][1] == [
        *("Wajir", 1, "Water", "Water", "Who works where, in which order"),
        *(day(2026, 12, 3), day(2026, 12, 10), None, "Going on", None, 21, "Water", 1, 2),
    ]
    assert found["Meetings"][2] == [
        *("Wajir", day(2026, 12, 10), "10:00", 120, "not held", "yes", None, 8, 0, 0)
    ]
    assert found["Support"][1] == [
        *("Wajir", day(2026, 12, 3), "Water", "Water", "Water", "Water", "waiting", 3, "Water")
    ]


def test_an_empty_quarter_makes_every_kind_of_file(renderer: Renderer) -> None:
    report = make_report(tasks=(), gatherings=(), decisions=(), needs=())

    assert "No actions in this time." in printed(renderer, report, Paper.PLAN)
    assert read_sheets(book(renderer, report))["Plan"][1:] == [["Nothing in this time."]]


@pytest.mark.parametrize("language", ["sw", "so"])
def test_sheets_have_names_that_a_spreadsheet_opens(renderer: Renderer, language: str) -> None:
    names = list(read_sheets(book(renderer, make_report(), language=language)))

    assert len({name.casefold() for name in names}) == 8
    assert max(map(len, names)) <= sheets.LONGEST_NAME


def test_every_word_comes_from_a_catalogue(tmp_path: Path) -> None:
    pseudo = Renderer(Catalogues(pseudo_locales(tmp_path)))
    report = replace(make_report("1", name="2", coalition="3"), groups=("Wajir",))
    for paper in Paper:
        said = pseudo.document("report", language=PSEUDO, report=report, paper=paper)

        assert said.pop("language") == PSEUDO
        assert said.pop("date") == "2026-12-31"
        for text in texts(said):
            assert "⟦" in text or text.strip("0123456789.:–· ,()/") == "", text


def test_the_workbook_of_a_week_says_what_needs_somebody_and_what_comes_next(
    renderer: Renderer,
) -> None:
    minutes = Need(NeedKind.MINUTES, "Wajir & Mandera", on=date(2026, 12, 3), days=2)
    coming = Coming(1, "Wajir & Mandera", datetime(2027, 1, 5, 10))
    report = replace(make_report(numbers=numbers("Maji Bora")), urgent=(minutes,), ahead=(coming,))

    found = read_sheets(book(renderer, report, "figures"))

    name = "Wajir & Mandera"
    said = f"{name}: the minutes of Thu 3 Dec are not out yet"
    assert found["What needs you"] == [["Group", "What needs you", "Days"], [name, said, 2]]
    assert found["Next week"][1] == [name, 46392, "Meeting", "10:00"]
    assert "Next week" not in read_sheets(book(renderer, report, "plan"))


@pytest.mark.parametrize(
    ("called", "height"),
    [
        ("Water and livestock", 15),
        ("Coordination of the water and the livestock", 30),
        ("COORDINATION OF THE WATER AND THE LIVESTOCK", 45),
        ("Coordination of the water, of the livestock, of schools and of health", 45),
        ("W" * 40, 45),
        ("أصلح البئر في غريفتو " * 2, 45),
    ],
)
def test_a_row_is_as_high_as_its_longest_name(
    renderer: Renderer, called: str, height: float
) -> None:
    report = make_report(numbers=numbers(called))

    found = heights(book(renderer, report, "figures"), "Figures")

    assert found[3] == height
    assert found[1] == 15


def test_no_row_is_higher_than_a_spreadsheet_allows(renderer: Renderer) -> None:
    report = make_report("many words " * 1000)

    assert max(heights(book(renderer, report), "Plan")) == 405
