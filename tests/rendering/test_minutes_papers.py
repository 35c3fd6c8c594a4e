"""Minutes as documents: what stands on them, in all languages, whatever people are called."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.shared import Cm
from docx.table import Table
from docx.text.paragraph import Paragraph

from bot.domain.filing import Edition
from bot.domain.minutes import Record, Section
from bot.domain.notebook import EntryKind, Line, Owner
from bot.rendering import documents, word
from bot.rendering.i18n import Catalogues
from bot.rendering.messages import Renderer
from tests.rendering.filed import ARABIC, SOMALI, make_record, of_entries, present
from tests.rendering.pdf import pages
from tests.rendering.test_documents import texts
from tests.rendering.world import PSEUDO, pseudo_locales

LARGEST = 120 * 1024
"""Bytes that minutes may have: a minute on a network of the second generation."""
HOSTILE = [
    '=HYPERLINK("http://example.org","x")',
    "+254 700 000 000 @SUM(1+1)*cmd|' /C calc'!A0",
    '#panic("x")',
    "</w:t></w:r><w:p/>&amp;<b>",
    "{{ 7*7 }} {% raw %} %(name)s 100%",
    "*bold* _it_ `raw` $x^2$ <label> @reference",
    "{ MERGEFIELD x } \\* MERGEFORMAT",
]
FIRST = Edition()
LANGUAGES = ["en", "sw", "so"]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Catalogues())


def pdf(
    renderer: Renderer, record: Record, edition: Edition = FIRST, language: str = "en"
) -> list[list[str]]:
    """Return the lines on each page of the printed minutes."""
    said = renderer.document("minutes", language=language, record=record, edition=edition)
    return [[line.strip() for line in page] for page in pages(documents.pdf("minutes", said))]


def office(
    renderer: Renderer, record: Record, edition: Edition = FIRST, language: str = "en"
) -> Document:
    """Return the minutes as a word processor opens them."""
    said = renderer.document("minutes", language=language, record=record, edition=edition)
    return docx.Document(io.BytesIO(word.minutes(said)))


def words(document: Document) -> list[str]:
    """Return the lines of a document, and of each row of a table its cells."""
    found = []
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            found += [part.text] if part.text else []
        elif isinstance(part, Table):
            found += [" | ".join(cell.text for cell in row.cells) for row in part.rows]
    return found


def squeezed(lines: list[str]) -> str:
    """Return lines as one text without spaces: where a line ends is the page's affair."""
    return re.sub(r"\s", "", "".join(lines))


# --- What stands on them --------------------------------------------------------------------------


def test_printed_minutes_have_all_that_an_office_files(renderer: Renderer) -> None:
    first, second = pdf(renderer, make_record())

    assert [line for line in first if line] == [
        "Drought Partnership",
        "Minutes: Wajir meeting",
        "Minutes no. 3/2026",
        *("Held:", "Thu 3 Dec 2026, 10:03–12:10"),
        *("Planned:", "Thu 3 Dec 2026, 10:00–12:00"),
        *("Place:", "County Hall, or by phone"),
        *("Led the meeting:", "Fatuma Noor, Red Dune"),
        *("Took notes:", "Maji Bora Trust"),
        "Present: 4 of 7 organisations",
        *("Organisation", "Name", "How", "Late or early"),
        *(SOMALI, "Ibrahim Ali", "by phone", "until 11:15"),
        *("Maji Bora Trust", "Amina Hassan", "in the room"),
        *("Red Dune", "Fatuma Noor", "in the room", "from 10:30"),
        *("السلام", "منظمة", "represented"),
        "In attendance",
        *("Organisation", "Name", "How", "Late or early"),
        *("County Water Office", "Eng. Said Omar", "in the room"),
        "4 organisations make a quorum. It was there.",
        *("Apologies:", "Action Sahel"),
        *("Absent:", "Camel Milk Network, Frontier Health"),
        "Matters arising",
        "Last minutes: no. 2/2026, Thu 5 Nov 2026",
        "Actions from earlier meetings:",
        *("•", "Map the dry wells", "Action Sahel"),
        "MIN 1/12/2026 Opening",
        "MIN 2/12/2026 Who does what: actions",
        *("MIN 3/12/2026 Water trucks: who goes where", "Amina Hassan (Maji Bora Trust)"),
        *("Decision 1", "Trucks go to Griftu first, then to Eldas"),
        *("Action 1", "Repair Griftu borehole"),
        "Amina Hassan (Maji Bora Trust), until Thu 10 Dec",
        *("Note", "The road to Eldas is cut", "Ibrahim Ali"),
        *("Support needed", "A water engineer for three days"),
        *("MIN 4/12/2026 Who is paid what", "Off the record: only the title stands here."),
        "MIN 5/12/2026 Partner news",
        *("Decision 2", "We meet twice a month"),
        # As they stand on the page, from left to right.
        *("Action 2", *reversed(["أصلح", "البئر", "في", "غريفتو", "قبل", "نهاية", "الشهر"])),
        *("Idea", f"{SOMALI} ayaa ceelka la wareegi karta"),
        *("MIN 6/12/2026 Any other business", "Left for another meeting."),
        *("This is not a payment list.", "1 / 2"),
    ]
    assert [line for line in second if line] == [
        "Minutes no. 3/2026 · Minutes: Wajir meeting · Thu 3 Dec 2026",
        "Decisions",
        *("No.", "Decision", "How it was decided", "Looked at again"),
        *("1", "Trucks go to Griftu first, then to Eldas"),
        *("By consent: 6 agree, 1 of", "them with a reservation"),
        *("Reservations:", "Red Dune*: not", "before the road is open"),
        *("* somebody else passed this", "on for the organisation", "Mon 1 Mar 2027"),
        *("2", "We meet twice a month", "Agreed in the meeting"),
        "Actions",
        *("No.", "What", "Who", "Until", "Work stream"),
        *("1", "Repair Griftu borehole", "Amina Hassan (Maji", "Bora Trust)"),
        *("Thu 10 Dec 2026", "Layering"),
        *("2", *reversed(["أصلح", "البئر", "في", "غريفتو", "قبل", "نهاية", "الشهر"])),
        *("Next meeting:", "Thu 7 Jan 2027, 10:00, County Hall"),
        *("Led the meeting, signature:", "Took notes, signature:"),
        *("This is not a payment list.", "2 / 2"),
    ]


def test_a_word_processor_gets_the_same_with_headings_and_tables(renderer: Renderer) -> None:
    document = office(renderer, make_record())

    assert words(document) == [
        "Drought Partnership",
        "Minutes: Wajir meeting",
        "Minutes no. 3/2026",
        "Held: Thu 3 Dec 2026, 10:03–12:10",
        "Planned: Thu 3 Dec 2026, 10:00–12:00",
        "Place: County Hall, or by phone",
        "Led the meeting: Fatuma Noor, Red Dune",
        "Took notes: Maji Bora Trust",
        "Present: 4 of 7 organisations",
        "Organisation | Name | How | Late or early",
        f"{SOMALI} | Ibrahim Ali | by phone | until 11:15",
        "Maji Bora Trust | Amina Hassan | in the room | ",
        "Red Dune | Fatuma Noor | in the room | from 10:30",
        f"{ARABIC} |  | represented | ",
        "In attendance",
        "Organisation | Name | How | Late or early",
        "County Water Office | Eng. Said Omar | in the room | ",
        "4 organisations make a quorum. It was there.",
        "Apologies: Action Sahel",
        "Absent: Camel Milk Network, Frontier Health",
        "Matters arising",
        "Last minutes: no. 2/2026, Thu 5 Nov 2026",
        "Actions from earlier meetings:",
        "• Map the dry wells, Action Sahel",
        "MIN 1/12/2026 Opening",
        "MIN 2/12/2026 Who does what: actions",
        "MIN 3/12/2026 Water trucks: who goes where",
        "Amina Hassan (Maji Bora Trust)",
        "Decision 1: Trucks go to Griftu first, then to Eldas",
        "Action 1: Repair Griftu borehole\nAmina Hassan (Maji Bora Trust), until Thu 10 Dec",
        "Note: The road to Eldas is cut\nIbrahim Ali",
        "Support needed: A water engineer for three days",
        "MIN 4/12/2026 Who is paid what",
        "Off the record: only the title stands here.",
        "MIN 5/12/2026 Partner news",
        "Decision 2: We meet twice a month",
        "Action 2: أصلح البئر في غريفتو قبل نهاية الشهر",
        f"Idea: {SOMALI} ayaa ceelka la wareegi karta",
        "MIN 6/12/2026 Any other business",
        "Left for another meeting.",
        "Decisions",
        "No. | Decision | How it was decided | Looked at again",
        (
            "1 | Trucks go to Griftu first, then to Eldas | "
            "By consent: 6 agree, 1 of them with a reservation\n"
            "Reservations: Red Dune*: not before the road is open\n"
            "* somebody else passed this on for the organisation | Mon 1 Mar 2027"
        ),
        "2 | We meet twice a month | Agreed in the meeting | ",
        "Actions",
        "No. | What | Who | Until | Work stream",
        "1 | Repair Griftu borehole | Amina Hassan (Maji Bora Trust) | Thu 10 Dec 2026 | Layering",
        "2 | أصلح البئر في غريفتو قبل نهاية الشهر |  |  | ",
        "Next meeting: Thu 7 Jan 2027, 10:00, County Hall",
        "Led the meeting, signature:\t",
        "Took notes, signature:\t",
    ]
    headings = {p.text: p.style.name for p in document.paragraphs if p.style is not None}
    assert headings["Minutes: Wajir meeting"] == "Title"
    assert headings["Actions"] == "Heading 1"
    assert headings["MIN 5/12/2026 Partner news"] == "Heading 2"
    [section] = document.sections
    assert section.footer.paragraphs[0].text.startswith("This is not a payment list.")
    codes = re.findall(r'w:instr="(\w+)"', section.footer._element.xml)
    assert codes == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sw",
            {
                "Kumbukumbu na. 3/2026",
                "Kazi",
                "Yatokanayo na mkutano uliopita",
                "Alhamisi 3 Desemba 2026, 10:03–12:10 (saa 4:03 asubuhi hadi saa 6:10 mchana)",
                "Hii si orodha ya malipo.",
            },
        ),
        (
            "so",
            {
                "Qoraalka kulanka lam. 3/2026",
                "Hawlaha",
                "Arrimaha ka dhashay kulankii hore",
                "Khamiis 3 Diseembar 2026, 10:03–12:10",
                "Kani ma aha liis lacag-bixineed.",
            },
        ),
    ],
)
def test_they_are_printed_in_every_language_but_peoples_own_words_stay(
    renderer: Renderer, language: str, said: set[str]
) -> None:
    lines = {line for page in pdf(renderer, make_record(), language=language) for line in page}

    assert said <= lines
    assert "Trucks go to Griftu first, then to Eldas" in lines


def test_every_word_comes_from_a_catalogue(tmp_path: Path) -> None:
    pseudo = Renderer(Catalogues(pseudo_locales(tmp_path)))
    lines = tuple(
        Line(n, kind, "1", "2", owner=Owner("3", "4"), due=datetime(2026, 12, 3), stream="5")
        for n, kind in enumerate(EntryKind)
    )
    voted = Line(9, EntryKind.AGREED, "1", how="majority", votes=(5, 2, 1), is_without_quorum=True)
    sections = (
        Section(1, "6", organisation="7", presenter="8", entries=lines),
        Section(2, "9", is_off_record=True, is_done=False),
        Section(3, "", entries=(voted,)),
    )
    named = make_record(
        coalition="1",
        group="2",
        place="3",
        facilitator="4",
        note_taker="5",
        present=[replace(one, organisation="6", person="7") for one in make_record().present],
        guests=[],
        apologies=["8"],
        absent=["9"],
        sections=sections,
        next_place="1",
        open_actions=lines[1:2],
        is_written_up=True,
    )
    for edition in (Edition(is_draft=True), Edition(2, "1"), Edition(2)):
        for record in (named, replace(named, needed=7)):
            said = pseudo.document("minutes", language=PSEUDO, record=record, edition=edition)

            assert said.pop("language") == PSEUDO
            assert said.pop("date") == "2026-12-03"
            for text in texts(said):
                plain = text
                while plain != (plain := re.sub(r"⟦[^⟦⟧]*⟧", "", plain)):
                    pass
                assert plain.strip("0123456789.:–· ,()/") == "", text


def test_what_nobody_said_leaves_no_empty_part(renderer: Renderer) -> None:
    bare = make_record(
        facilitator="",
        note_taker="",
        place="",
        planned_starts=make_record().starts,
        planned_ends=make_record().ends,
        present=(),
        guests=(),
        apologies=(),
        absent=(),
        sections=(),
        next_starts=None,
        last_serial=0,
        last_starts=None,
        open_actions=(),
    )
    expected = [
        "Drought Partnership",
        "Minutes: Wajir meeting",
        "Minutes no. 3/2026",
        "Held: Thu 3 Dec 2026, 10:03–12:10",
        "Present: 0 of 7 organisations",
        "4 organisations make a quorum. It was not there.",
        "Led the meeting, signature:",
        "Took notes, signature:",
    ]

    [page] = pdf(renderer, bare)

    assert squeezed(page[:-2]) == squeezed(expected)
    assert [line.strip() for line in words(office(renderer, bare))] == expected


def test_a_draft_is_marked_as_one_on_every_page(renderer: Renderer) -> None:
    draft = Edition(is_draft=True)

    printed = pdf(renderer, make_record(), draft)

    assert [page.count("DRAFT") for page in printed] == [1, 1]
    assert "A draft: nobody has approved it yet." in printed[0]
    document = office(renderer, make_record(), draft)
    assert document.sections[0].header.paragraphs[0].text == "DRAFT"
    assert "DRAFT" not in squeezed([line for page in pdf(renderer, make_record()) for line in page])


def test_a_later_version_says_what_changed(renderer: Renderer) -> None:
    second = Edition(2, "Decision 1 said that trucks go to Eldas first")
    said = "Version 2. What changed: Decision 1 said that trucks go to Eldas first"

    assert said in pdf(renderer, make_record(), second)[0]
    assert said in words(office(renderer, make_record(), second))


# --- Whatever people are called -------------------------------------------------------------------


def named(written: str) -> Record:
    """Return minutes in which everything is called so."""
    return make_record(
        coalition=written,
        group="Wajir",
        facilitator=written,
        present=(present(written, written),),
        apologies=(written,),
        sections=(
            Section(
                1,
                written,
                presenter=written,
                entries=(
                    Line(1, EntryKind.AGREED, written, reservations=(written,)),
                    Line(2, EntryKind.ACTION, written, owner=Owner(written), stream=written),
                ),
            ),
        ),
    )


@pytest.mark.parametrize("written", HOSTILE)
def test_what_people_write_is_text_and_nothing_else(renderer: Renderer, written: str) -> None:
    printed = squeezed([line for page in pdf(renderer, named(written)) for line in page])
    document = office(renderer, named(written))

    assert printed.count(squeezed([written])) == 15
    assert squeezed(words(document)).count(squeezed([written])) == 15
    assert document.core_properties.author == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letters", ["W", "a ", "é", "منظمة ", "Hay'adda "])
def test_names_of_200_letters_stay_on_the_page(
    renderer: Renderer, letters: str, language: str
) -> None:
    long = (letters * 200)[:200].strip()

    printed = pdf(renderer, named(long), language=language)
    document = office(renderer, named(long), language=language)

    lines = [line for page in printed for line in page]
    # The page is 17.8 centimetres wide; a small W takes a quarter of one.
    widest = max((len(line) for line in lines if line.startswith(letters * 5)), default=0)
    assert widest <= {"W": 64}.get(letters, 150)
    if letters != "منظمة ":
        # Where a page ends within one, its foot and the next head stand between.
        assert squeezed(lines).count(squeezed([long])) >= 14
    assert squeezed(words(document)).count(squeezed([long])) == 15
    assert len(printed) <= 4


def test_every_table_for_a_word_processor_has_the_width_of_its_page(renderer: Renderer) -> None:
    document = office(renderer, named("W" * 200))

    room = Cm(21 - 2 * word.MARGIN_CM)
    for table in document.tables:
        columns = sum(int(column.width or 0) for column in table.columns)
        [whole] = table._tbl.tblPr.xpath("w:tblW/@w:w")
        assert not table.autofit
        # A twentieth of a point is 635 of the format's units.
        assert abs(columns - room) <= 5 * 635
        assert abs(int(whole) * 635 - room) <= 5 * 635


def test_arabic_is_read_from_right_to_left(renderer: Renderer) -> None:
    document = office(renderer, make_record())

    [line] = [p for p in document.paragraphs if "أصلح" in p.text]
    label, said = line.runs
    assert (label.text, label.font.rtl) == ("Action 2: ", None)
    assert (said.font.rtl, said.font.complex_script) == (True, True)
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    [cell] = [cell for cell in cells if "أصلح" in cell.text]
    assert "<w:bidi/>" in cell.paragraphs[0]._p.xml
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert set(fonts.attrib.values()) == {word.FONT}


# --- What a file holds besides --------------------------------------------------------------------


def test_the_file_names_no_person_and_fetches_nothing(renderer: Renderer) -> None:
    said = renderer.document("minutes", language="en", record=make_record(), edition=Edition())
    about = docx.Document(io.BytesIO(content := word.minutes(said))).core_properties

    assert (about.author, about.last_modified_by) == ("Drought Partnership", "Drought Partnership")
    assert (about.title, about.language, about.comments) == ("Minutes: Wajir meeting", "en", "")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert [name for name in parts if "vba" in name.lower() or "embed" in name.lower()] == []
    assert [name for name, part in parts.items() if b'TargetMode="External"' in part] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_150_entries_make_a_file_of_a_sane_size(renderer: Renderer, language: str) -> None:
    record = of_entries(150, "Entry {number}: trucks go to Griftu, then to Eldas and Habaswein")

    said = renderer.document("minutes", language=language, record=record, edition=Edition())
    content, edited = documents.pdf("minutes", said), word.minutes(said)

    assert 5 <= len(pages(content)) <= 9
    assert max(len(content), len(edited)) < LARGEST
    printed = squeezed([line for page in pages(content) for line in page])
    text = squeezed(words(docx.Document(io.BytesIO(edited))))
    missing = [n for n in range(1, 151) if f"Entry{n}:" not in printed or f"Entry{n}:" not in text]
    assert missing == []
    # The same facts give the same bytes.
    assert content == documents.pdf("minutes", said)


def test_of_what_is_off_the_record_nobody_is_named(renderer: Renderer) -> None:
    section = Section(1, "Who is paid what", presenter="Amina", is_off_record=True)
    record = replace(make_record(), sections=(section,))

    said = renderer.document("minutes", language="en", record=record, edition=FIRST)

    assert [item["by"] for item in said["items"]] == [""]


def test_a_copy_says_what_was_decided_without_quorum_and_when_it_is_reviewed(
    renderer: Renderer,
) -> None:
    decision = Line(
        1,
        EntryKind.AGREED,
        "Fuel",
        how="consent",
        is_without_quorum=True,
        review_on=date(2027, 3, 1),
    )
    section = Section(1, "Water", entries=(decision,))
    record = replace(make_record(), sections=(section,))

    said = renderer.text("minutes/copy.html", language="en", record=record, edition=FIRST)

    assert "By consent · without quorum" in said
    assert "review on Mon 1 Mar 2027" in said
